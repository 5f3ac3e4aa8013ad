"""One session of `chaos`, from start to end: `python -m tests.bench._chaos_session SEED FAULTS FOLDER`; prints JSON.

Its environment names an LSL session of its own (LSLAPICFG)."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pylsl

from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient
from bk_realtime.session.events import read_events
from bk_realtime.session.settings import SafetySettings
from bk_realtime.voice.output_guard import amplitude
from bk_realtime.xdf.reader import read_xdf
from bk_realtime.xdf.verify import verify_xdf
from tests.audio.virtual_card import VirtualCard
from tests.bench._chaos_faults import FAULTS, World, draw, in_background
from tests.engine_fakes import tiny_bundle

QUIET_S, START_S, END_S, SAID_S, LOOKS = 15.0, 300.0, 180.0, 10.0, 5
RESAMPLED_DB = 1.0
"""What the server's own resampling may add to a peak on its way to the capture."""


def main(seed: int, n: int, folder: Path) -> dict[str, Any]:
    """Run it; what went wrong is counted, with words."""
    rng = np.random.default_rng(seed)
    surroundings = Path(tempfile.mkdtemp(prefix="bk-card-"))
    card = VirtualCard(surroundings)
    card.start()
    environ = {**card.environ, "LSLAPICFG": os.environ["LSLAPICFG"]}
    world = World(folder, environ, card, f"chaos-{seed}")
    try:
        return _session(world, seed, draw(n, rng), rng)
    finally:
        world.amplifier.kill()
        for capture in world.captures:
            capture.close()
        card.kill()
        shutil.rmtree(surroundings, ignore_errors=True)


def _session(world: World, seed: int, names: list[str], rng: np.random.Generator) -> dict[str, Any]:
    tiny_bundle(world.folder / "bundle")
    command = [sys.executable, "-m", "bk_realtime", "run", "--bundle", str(world.folder / "bundle"), "--headless"]
    command += ["--source-id", world.source_id, "--unmuted", "--out", str(world.folder / "out")]
    said = world.folder / "said.txt"
    with said.open("wb") as out:
        world.supervisor = subprocess.Popen(command, env=world.environ, stdout=out, stderr=subprocess.STDOUT)
    problems: list[str] = []
    deadline = time.monotonic() + START_S
    while world.session is None:
        world.session = next((p.parent for p in (world.folder / "out").glob("*/control.json")), None)
        if world.supervisor.poll() is not None or time.monotonic() > deadline:
            return {"problems": [f"did not start: {said.read_text()[-300:]}"], "done": []}
        time.sleep(0.1)
    done: list[tuple[str, float, float]] = []
    running: list[threading.Thread] = []
    for name in names:
        time.sleep(float(rng.uniform(2.0, 10.0)))
        if world.supervisor.poll() is not None:
            problems.append(f"the session ended by itself before {name!r}")
            break
        own = np.random.default_rng(int(rng.integers(1 << 32)))

        def do(name: str = name, own: np.random.Generator = own) -> None:
            begun = pylsl.local_clock()
            try:
                FAULTS[name].do(world, own)
            except Exception as error:  # the bench itself: never counted as the product's silence
                problems.append(f"bench: {name}: {error!r}")
            done.append((name, begun, pylsl.local_clock()))

        running.append(in_background(do))
    for thread in running:
        thread.join(30)
    time.sleep(QUIET_S)
    problems += _recovered(world)
    world.supervisor.send_signal(signal.SIGINT)
    try:
        code: int | None = world.supervisor.wait(END_S)
    except subprocess.TimeoutExpired:
        world.supervisor.kill()
        code = None
        problems.append("hang: did not end")
    words = said.read_text(errors="replace")
    problems += _crashes(world, words, code)
    problems += _unlogged(world, done)
    loudest, heard = _loudest(world)
    if max(loudest, heard / 10 ** (RESAMPLED_DB / 20)) > amplitude(SafetySettings().ceiling_dbfs):
        problems.append(f"loud: {loudest:.4f} sent, {heard:.4f} heard")
    problems += _recording(world, code, words)
    return {"seed": seed, "code": code, "done": [name for name, _, _ in done], "problems": problems, "heard": heard}


def _recovered(world: World) -> list[str]:
    """Whether the session decodes again, after a quiet while: it does at most of a few looks, for on a busy machine one
    look may fall on a packet that came too late."""
    assert world.session is not None
    found, frames = [], -1
    try:
        with ControlClient.from_file(world.session, timeout=2.0) as client:
            for _ in range(LOOKS):
                now = client.request("status")["status"]
                state = "no frame in a second" if now["n_frames"] <= frames else now["state"]
                found.append(f"{state}, {now['faults']}")
                frames = now["n_frames"]
                time.sleep(1.0)
    except (BkError, KeyError) as error:
        return [f"not recovered: {error}"]
    wrong = [what for what in found if not what.startswith(("running", "muted"))]
    return [f"not recovered: {len(wrong)} of {LOOKS} looks: {wrong[-1]}"] if 2 * len(wrong) > LOOKS else []


def _crashes(world: World, words: str, code: int | None) -> list[str]:
    assert world.session is not None
    texts = [words, *(path.read_text(errors="replace") for path in world.session.glob("*.log"))]
    found = [f"crash: {text[text.index('Traceback') :][-400:]}" for text in texts if "Traceback" in text]
    kinds = {event["event"] for event in read_events(world.session / "events.jsonl")}
    found += [f"crash: {kind}" for kind in ("engine died", "engine failed") if kind in kinds]
    return found + ([f"crash: exit code {code}"] if code not in (0, 1, None) else [])


def _unlogged(world: World, done: list[tuple[str, float, float]]) -> list[str]:
    assert world.session is not None
    events = [(e["event"], float(e.get("time", -1))) for e in read_events(world.session / "events.jsonl")]
    found = []
    for name, begun, ended in done:
        wanted = FAULTS[name].logged
        if wanted and not any(kind in wanted and begun - 0.2 <= at <= ended + SAID_S for kind, at in events):
            found.append(f"unlogged: {name} at {begun:.1f}")
    return found


def _loudest(world: World) -> tuple[float, float]:
    """Largest sample of the session's own outlet, as recorded, and of what the card played."""
    assert world.session is not None
    sent = 0.0
    for path in world.session.glob("session*.xdf"):
        for stream in read_xdf(path, salvage=True):
            if stream.description.name == "BrainKaraoke-audio" and len(stream):
                sent = max(sent, float(np.abs(stream.data).max()))
    heard = max((float(np.abs(c.sound).max(initial=0.0)) for c in world.captures), default=0.0)
    return sent, heard


def _recording(world: World, code: int | None, words: str) -> list[str]:
    """Whole, or said to be not."""
    assert world.session is not None
    reports = [verify_xdf(path) for path in sorted(world.session.glob("session*.xdf"))]
    whole = bool(reports) and all(report["complete"] for report in reports)
    if code == 0 and not whole:
        return ["recording: exit code 0, and it is not whole"]
    if code == 1 and "NOT WHOLE" not in words:
        return [f"recording: exit code 1 and not a word: {words[-200:]}"]
    return []


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))))
