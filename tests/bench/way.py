"""`way`: the whole way of the window as a person goes it, by mouse and keys, from Check to Report, and what came of it.

On an X server and a virtual sound card of its own (Xvfb, pulseaudio), with the real recorder, training, session and
report, and the demo's recording in place of an amplifier. It ends with an AssertionError where sound, files or words
are not as they must be. `BK_WAY_PICTURES`: folder that gets a picture of each step.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bk_realtime.clock import HOP_LENGTH
from bk_realtime.config import read_toml, write_toml
from bk_realtime.prompts.marks import marked_trials
from bk_realtime.xdf.reader import read_xdf
from bk_realtime.xdf.verify import verify_xdf
from tests.audio.virtual_card import Capture, VirtualCard
from tests.simulated import long_recording
from tests.x_server import x_server

LOUD = 0.01
WORDS = ("huis", "boom", "water", "lucht")
SECONDS = 180.0
"""Of the simulated recording: who goes the way ends each run and the session, long before it is over."""
STILL_S = 2.5
"""At the end of those that are decoded after PANIC: until then what was on its way has been played and captured."""
TAIL = 4000
"""Letters of each log that a failure shows."""


def gone(folder: Path, card: VirtualCard, capture: Capture) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
    """Go the way; what was seen at each step, by its name, and how much the card had played by then.

    Raises
    ------
    AssertionError
        It came to no end: at which step, what the window said, and the ends of all logs.
    """
    profiles = folder / "config" / "BrainKaraoke" / "profiles"
    pictures = os.environ.get("BK_WAY_PICTURES", "")
    profiles.mkdir(parents=True)
    (folder / "words.csv").write_text("word\n" + "\n".join(WORDS) + "\n")
    source = long_recording(folder / "amplifier_simulated.xdf", SECONDS)
    about = {"source": str(source), "word_list": str(folder / "words.csv"), "out": str(folder / "recordings")}
    write_toml(profiles / "way.toml", about)
    seen, played = {}, {}
    with x_server("1366x768") as display, (folder / "walk.log").open("w") as log:
        own = {"QT_QPA_PLATFORM": "xcb", "DISPLAY": display, "XDG_CONFIG_HOME": str(folder / "config")}
        own |= {"HOME": os.environ["HOME"]}  # what was compiled before lies there
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench._walk", "way", pictures],
            env={**card.environ, **own},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            # it may end while it is told to go on: its log says why
            with contextlib.suppress(BrokenPipeError), process.stdin as go_on, process.stdout as lines:
                for line in lines:
                    said = json.loads(line)
                    seen[said["step"]], played[said["step"]] = said, len(capture.sound)
                    go_on.write("\n")
                    go_on.flush()
            code = process.wait(240)
        finally:
            process.kill()
    assert card.ended is None, f"the virtual sound card has ended with code {card.ended}"
    assert code == 0, f"exit code {code} after {list(seen)}\n{logs(folder)}"
    return seen, played


def logs(folder: Path) -> str:
    """The end of each log of a way, with its name."""
    found = sorted(path for kind in ("*.log", "events.jsonl") for path in folder.rglob(kind))
    return "\n".join(f"---- {path.name}\n{path.read_text('utf-8', 'replace')[-TAIL:]}" for path in found)


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
    check_marks(seen)

    # what was shown stands in the recording, word by word
    (recording,) = out.glob("way_speaking_*.xdf")
    streams = {s.description.name: s for s in read_xdf(recording)}
    prompts = streams["Prompts"]
    trials = marked_trials(list(zip(prompts.raw_stamps, [row[0] for row in prompts.data], strict=True)))
    assert [trial.number for trial in trials] == list(range(1, len(trials) + 1))
    assert len(trials) == seen["recorded"]["good"] == 5 * len(WORDS)
    assert {trial.word for trial in trials} == set(WORDS)
    assert set(WORDS) <= set(seen["recorded"]["shown"])
    assert len(streams["SimulatedParticipant"]) > 40 * streams["SimulatedParticipant"].description.sfreq

    # what was trained on it is what the profile decodes with, by one click
    (bundle,) = (out / "decoders").glob("way_ridge_*")
    profile = read_toml(folder / "config" / "BrainKaraoke" / "profiles" / "way.toml")
    assert Path(profile["bundle"]) == bundle
    (learnt,) = read_toml(bundle / "bundle.toml")["provenance"]["data"]
    assert learnt["name"] == recording.name

    # the session holds it all, and says what it is worth
    (session,) = (path for path in out.iterdir() if path.is_dir() and path.name.endswith("_way"))
    held = read_xdf(session / "session.xdf")
    marks = [str(row[0]) for s in held if s.description.type == "Markers" for row in s.data]
    assert any("heard it" in text for text in marks)
    for path in (recording, session / "session.xdf"):
        assert verify_xdf(path)["problems"] == [], path
    assert seen["checked"]["whole"] is True
    report = json.loads((session / "report.json").read_text())
    assert report["memory"]["verdict"] == "found"  # the simulated amplifier plays what was trained on
    for word in ("SIMULATED", "LEAK", "frames decoded", "live ridge against the microphone: r 0."):
        assert word in seen["checked"]["figures"]
    check_sound(session / "decoded.wav", seen, played, capture)


def check_marks(seen: dict[str, dict[str, Any]]) -> None:
    """A tick or a reason at each step, whatever is in front, and that nobody is decoded."""
    unsaid = [name for name, told in seen.items() if not told["simulated"]]
    assert not unsaid, unsaid
    for name, told in seen.items():
        for step, (mark, why) in told["marks"].items():
            assert mark == "done" or why, (name, step, mark)
    expected = (
        ("looked", "Check", "look at it", "Decoder: none yet"),
        ("looked", "Record", "to do", "nothing is recorded yet"),
        ("looked", "Train", "to do", "nothing is recorded yet"),
        ("looked", "Speak", "not possible", "no decoder yet"),
        ("looked", "Report", "to do", "nothing of way was saved yet"),
        ("recording", "Record", "under way", "good trials so far"),
        ("recording", "Train", "to do", "a recording is under way"),
        ("recorded", "Record", "done", ""),
        ("recorded", "Train", "to do", "nothing was trained here yet"),
        ("recorded", "Report", "done", ""),
        ("trained", "Train", "look at it", "trained, and not used yet"),
        ("ready", "Speak", "to do", "press Start"),
        ("muted", "Check", "done", ""),
        ("spoken", "Speak", "done", "saved in "),
        ("spoken", "Report", "done", ""),
        ("saved", "Report", "done", ""),
        ("checked", "Report", "look at it", "LEAK"),
    )
    # of so few words the card may say either; where it doubts, the mark does too, and says why
    mark, why = seen["used"]["marks"]["Train"]
    assert mark == "done" or (mark == "look at it" and why.startswith("in use, but ")), (mark, why)
    for name, step, mark, why in expected:
        got = seen[name]["marks"][step]
        assert got[0] == mark, (name, step, got)
        assert why in got[1], (name, step, got)


def check_sound(voice: Path, seen: dict[str, dict[str, Any]], played: dict[str, int], capture: Capture) -> None:
    """Nothing is heard before it is let out, then a voice, and nothing after PANIC although it is decoded on."""
    sound = np.abs(capture.sound)
    before, out = sound[: played["muted"]], sound[played["muted"] : played["unheard"]]
    assert before.max(initial=0.0) < LOUD
    assert np.count_nonzero(out > LOUD) > capture.rate // 10
    # what is played comes here a little late, on a machine that stands still by seconds
    after = sound[played["unheard"] - round(STILL_S * capture.rate) : played["spoken"]]
    assert after.max(initial=0.0) < LOUD
    saved, _ = soundfile.read(voice)
    assert np.abs(saved[-seen["unheard"]["frames"] * HOP_LENGTH :]).max() > LOUD
