"""Two participants side by side on one machine, each in an LSL session of their own: no sample crosses.

Their amplifiers and markers have the same names, types and source ids, so that nothing but the LSL session tells them
apart. What each sends can be known by every single sample: a counter that begins elsewhere, and another loudness.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.errors import BkError
from bk_realtime.session.control import ControlClient
from bk_realtime.xdf.reader import XdfStream, read_xdf
from offline import session_report
from tests.engine_fakes import SFREQ, noise, tiny_bundle

pytestmark = pytest.mark.lsl

SECONDS = 6.0
COUNTED = 5_000_000
"""How far apart the counters of the two participants begin: no session is that long."""

SENDER = """
import sys, threading
import numpy as np, pylsl
from tests.engine_fakes import LABELS, SFREQ, noise
start, loud = int(sys.argv[1]), float(sys.argv[2])
info = pylsl.StreamInfo("amp", "sEEG", 9, SFREQ, "float32", "amp-1")
info.set_channel_labels([*LABELS, "COUNT"])
info.set_channel_units(["microvolts"] * 9)
outlet = pylsl.StreamOutlet(info)
marks = pylsl.StreamOutlet(pylsl.StreamInfo("marks", "Markers", 1, 0, "string", "marks-1"))
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
x, n, begun = loud * noise(8 * SFREQ), 0, pylsl.local_clock()
print("sending", flush=True)
while not ended.wait(0.005):
    for k in range(n, int((pylsl.local_clock() - begun) * SFREQ) - 15, 16):
        row = np.arange(k, k + 16)
        # with the time at which it was due: what comes late is not missing
        outlet.push_chunk(np.c_[x[row % len(x)], start + row].astype(np.float32), begun + (k + 16) / SFREQ)
        if k % SFREQ == 0:
            marks.push_sample([f"word {start + k}"])
        n = k + 16
"""

LOOK = """
import json, sys, time, pylsl
seen, deadline = set(), time.monotonic() + 200
while len(seen) < int(sys.argv[1]) and time.monotonic() < deadline:
    seen |= {s.source_id() for s in pylsl.resolve_streams(2.0)}
print(json.dumps(sorted(seen)))
"""


@dataclass
class Room:
    """One participant: what is sent, and the folder of the session that decoded it."""

    start: int
    loud: float
    folder: Path
    visible: list[str]
    status: dict[str, object]

    @property
    def id(self) -> str:
        return str(re.search('id = "([^"]+)"', (self.folder / "session.toml").read_text(encoding="utf-8"))[1])  # type: ignore[index]

    def streams(self) -> dict[str, XdfStream]:
        return {s.description.name: s for s in read_xdf(self.folder / "session.xdf")}


def python(env: dict[str, str], *args: str) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, *args], env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def wait_for_frames(folder: Path, process: subprocess.Popen[str], n: int) -> ControlClient:
    """The control channel of a session that has decoded ``n`` frames, and whose events are recorded."""
    deadline = time.monotonic() + 400  # two engines may have to compile at once
    while True:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        found = list(folder.glob("*/control.json"))
        if found:
            client = ControlClient.from_file(found[0], timeout=60.0)
            recorded = (found[0].parent / "recorder.log").read_text(encoding="utf-8")
            if client.request("status")["status"]["n_frames"] >= n and "recording 'BrainKaraoke-events'" in recorded:
                return client
            client.close()
        time.sleep(0.05)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> list[Room]:
    """Both sessions, over; each was told something that the other must not hear."""
    root = tmp_path_factory.mktemp("rooms")
    bundle = str(tiny_bundle(root / "model").path)
    ours = Path(os.environ["LSLAPICFG"]).read_text(encoding="utf-8")  # the same ports: only the session keeps us apart
    told = [(COUNTED, 1.0, -3.0, "for the first"), (2 * COUNTED, 0.02, -9.0, "for the second")]
    started = []
    for k, (start, loud, *_) in enumerate(told):
        config = root / f"{k}.cfg"
        config.write_text(re.sub("SessionID = .*", f"SessionID = room_{uuid.uuid4().hex[:8]}", ours), encoding="utf-8")
        env = {**os.environ, "LSLAPICFG": str(config)}
        sender = python(env, "-c", SENDER, str(start), str(loud))
        run = python(
            env, "-m", "bk_realtime", "run", "--bundle", bundle, "--headless", "--sound-device", "none", "--unmuted",
            "--session", "p", "--out", str(root / f"out{k}"),
        )  # fmt: skip
        started.append((env, sender, run))
    try:
        clients = [wait_for_frames(root / f"out{k}", run, 10) for k, (_, _, run) in enumerate(started)]
        for client, (_, _, gain, text) in zip(clients, told, strict=True):
            client.request("gain", gain_db=gain)
            client.request("marker", text=text)
        keys = [client._key for client in clients]
        with ControlClient(clients[1].address, keys[0], 60.0) as wrong, pytest.raises(BkError, match="refused the key"):
            wrong.request("mute")
        looking = [python(env, "-c", LOOK, "7") for env, _, _ in started]  # what one room has
        visible = [json.loads(process.communicate(timeout=240)[0]) for process in looking]
        threads = [
            threading.Thread(target=wait_for_frames, args=(root / f"out{k}", run, int(86 * SECONDS)))
            for k, (_, _, run) in enumerate(started)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        status = [client.request("status")["status"] for client in clients]
        for client in clients:
            client.request("stop")
            client.close()
        for _, sender, run in started:
            out, err = run.communicate(timeout=240)
            assert run.returncode == 0, out + err
            assert "hash chain: session" in out
            sender.communicate(input="", timeout=60)
    finally:
        for _, sender, run in started:
            for process in (sender, run):
                process.kill()
                process.wait()
    return [
        Room(start, loud, next((root / f"out{k}").iterdir()), visible[k], status[k])
        for k, (start, loud, *_) in enumerate(told)
    ]


def test_every_recorded_sample_is_of_the_rooms_own_participant(rooms: list[Room]) -> None:
    for room in rooms:
        amp = room.streams()["amp"]
        count = amp.data[:, 8].astype(np.int64) - room.start
        assert len(count) > SECONDS * SFREQ
        np.testing.assert_array_equal(np.diff(count), 1)
        assert 0 <= count[0] < COUNTED - len(count)
        sent = np.float32(room.loud * noise(8 * SFREQ))
        np.testing.assert_array_equal(amp.data[:, :8], sent[count % len(sent)])
        words = [int(row[0].split()[1]) - room.start for row in room.streams()["marks"].data]
        assert len(words) >= SECONDS - 1
        assert all(0 <= word < COUNTED for word in words)


def test_every_decoded_frame_is_of_the_rooms_own_participant(rooms: list[Room]) -> None:
    # the mean of log power: the second participant is fifty times less loud, which are 7.8 in the features
    loud, quiet = (np.asarray(room.streams()["BrainKaraoke-features"].data) for room in rooms)
    assert len(loud) > 86 * SECONDS / 2  # what came before the recorder found the outlet is not in it
    assert len(quiet) > 86 * SECONDS / 2
    middle = (np.median(loud) + np.median(quiet)) / 2
    assert np.median(loud) - np.median(quiet) > 5
    # where a machine stands still a segment begins anew, with features from nothing
    assert (loud.mean(axis=1) > middle).mean() > 0.8
    assert (quiet.mean(axis=1) < middle).mean() > 0.8
    for room in rooms:  # and every frame is what this room's recording decodes to
        assert session_report.main([str(room.folder)]) == 0
        assert json.loads((room.folder / "report.json").read_text())["agreement"]


def test_outlets_commands_and_events_stay_in_their_room(rooms: list[Room]) -> None:
    first, second = rooms
    assert first.id != second.id
    for room, gain, said, unsaid in (
        (first, -3.0, "for the first", "for the second"),
        (second, -9.0, "for the second", "for the first"),
    ):
        ids = {s.description.source_id for s in room.streams().values()}
        own = {source_id for source_id in ids if source_id.startswith(f"bk-{room.id}-")}
        assert len(own) >= 5
        assert ids - own == {"amp-1", "marks-1"}
        assert set(room.visible) == ids
        assert room.status["gain_db"] == gain
        assert not room.status["muted"]
        heard = json.dumps(room.streams()["BrainKaraoke-events"].data)
        log = (room.folder / "events.jsonl").read_text(encoding="utf-8")
        for words in (heard, log):
            assert said in words
            assert unsaid not in words
