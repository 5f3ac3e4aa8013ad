"""`way`: the whole way of the window as a person goes it, by mouse and keys, from Check to Report, and what came of it.

On an X server and a virtual sound card of its own (Xvfb, pulseaudio), with the real recorder, training, session and
report, and the demo's recording in place of an amplifier. It ends with an AssertionError where sound, files or words
are not as they must be. `BK_WAY_PICTURES`: folder that gets a picture of each step.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.config import read_toml, write_toml
from bk_realtime.prompts.marks import marked_trials
from bk_realtime.shipped import RECORDING
from bk_realtime.xdf.reader import read_xdf
from tests.audio.virtual_card import Capture, VirtualCard
from tests.x_server import x_server

LOUD = 0.01
WORDS = ("huis", "boom", "water", "lucht")


def gone(folder: Path, card: VirtualCard, capture: Capture) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Go the way; what was seen at each step, by its name, and how much the card had played by then."""
    profiles = folder / "config" / "BrainKaraoke" / "profiles"
    pictures = os.environ.get("BK_WAY_PICTURES", "")
    profiles.mkdir(parents=True)
    (folder / "words.csv").write_text("word\n" + "\n".join(WORDS) + "\n")
    about = {"source": str(RECORDING), "word_list": str(folder / "words.csv"), "out": str(folder / "recordings")}
    write_toml(profiles / "way.toml", about)
    seen, played = {}, {}
    with x_server("1366x768") as display:
        own = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display, "XDG_CONFIG_HOME": str(folder / "config")}
        own |= {"HOME": os.environ["HOME"]}  # what was compiled before lies there
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench._walk", "way", pictures],
            env={**card.environ, **own},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        with process.stdout as lines:
            for line in lines:
                said = json.loads(line)
                seen[said["step"]], played[said["step"]] = said, len(capture.sound)
        assert process.wait(240) == 0, seen
    return seen, played


def run(quick: bool) -> list[dict[str, Any]]:
    """Seconds from the opened window to the heard voice, and to the report."""
    del quick  # it is as long as a person takes
    # the path of a socket may not be longer than 107 characters
    with tempfile.TemporaryDirectory(prefix="bk-way-") as made, tempfile.TemporaryDirectory(prefix="bk-card-") as sound:
        card = VirtualCard(Path(sound))
        card.start()
        capture = Capture(card)
        try:
            capture.wait_for_data()
            seen, played = gone(Path(made), card, capture)
            check(Path(made), seen, played, capture)
        finally:
            capture.close()
            card.kill()
    steps = {name: said["seconds"] for name, said in seen.items()}
    return [
        {"name": f"way: {what}", "value": steps[step], "unit": "s", "baseline": None, "ratio": None, "detail": steps}
        for what, step in (("to a heard voice", "loud"), ("to the report", "checked"))
    ]


def check(folder: Path, seen: dict[str, dict[str, Any]], played: dict[str, int], capture: Capture) -> None:
    """What was said at each step, what was heard, and what lies in ``folder`` now."""
    out = folder / "recordings"
    unsaid = [name for name, step in seen.items() if not step["simulated"]]
    assert not unsaid, unsaid

    # what was shown stands in the recording, word by word
    (recording,) = out.glob("way_speaking_*.xdf")
    streams = {s.description.name: s for s in read_xdf(recording)}
    prompts = streams["Prompts"]
    trials = marked_trials(list(zip(prompts.raw_stamps, [row[0] for row in prompts.data], strict=True)))
    assert [trial.number for trial in trials] == list(range(1, len(trials) + 1))
    assert len(trials) == seen["recorded"]["good"] >= 12
    assert {trial.word for trial in trials} == set(WORDS)
    assert len(streams["SimulatedParticipant"]) > 30 * 1024

    # what was trained on it is what the profile decodes with, by one click
    (bundle,) = (out / "decoders").glob("way_ridge_*")
    profile = read_toml(folder / "config" / "BrainKaraoke" / "profiles" / "way.toml")
    assert Path(profile["bundle"]) == bundle
    (learnt,) = read_toml(bundle / "bundle.toml")["provenance"]["data"]
    assert learnt["name"] == recording.name

    # nothing is heard before it is let out, a voice then, and nothing after PANIC (played is known a little late)
    sound = np.abs(capture.sound)
    before, voice = sound[: played["muted"]], sound[played["muted"] : played["spoken"]]
    assert before.max(initial=0.0) < LOUD
    assert np.count_nonzero(voice > LOUD) > capture.rate // 10
    capture.wait_for_silence()

    # the session holds it all, and says what it is worth
    (session,) = (path for path in out.iterdir() if path.is_dir() and path.name.endswith("_way"))
    marks = [row[0] for s in read_xdf(session / "session.xdf") if s.description.type == "Markers" for row in s.data]
    assert any("heard it" in str(text) for text in marks)
    assert (session / "decoded.wav").stat().st_size > 50_000
    assert seen["spoken"]["said"].startswith("saved in ")
    assert seen["checked"]["whole"] is True
    report = json.loads((session / "report.json").read_text())
    assert report["memory"]["verdict"] == "found"  # the simulated amplifier plays what was trained on
    assert "LEAK" in seen["checked"]["figures"]
