"""A decoder on an amplifier that its training never saw: other rate, labels, order and counts, over LSL and back.

What goes out live must be, bit by bit, what `offline.decode` makes of the recorded session.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import offline.decode
import offline.session_report
from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml
from bk_realtime.xdf.reader import read_xdf
from tests.engine_fakes import noise, tiny_bundle
from tests.lsl.test_session import PATIENT, bk, undisturbed

pytestmark = pytest.mark.lsl
SECONDS, RATE, GAIN = 6, 2048, 0.1
LABELS = ("Trig1", *(f"EEG A0{i}-REF" for i in (8, 7, 6, 5, 4, 3, 2)), "Micro 7")


def write_counts(path: Path) -> None:
    """Integers without a unit, channels in reverse order behind a trigger, one under a name of its own."""
    stream = StreamDescription(
        "other", "EEG", "other-1", RATE, LABELS, ("code", *("",) * 8), "int16", types=("Trigger", *("EEG",) * 8)
    )
    writer = XdfWriter(path)
    writer.add_stream(1, info_xml(stream, {}))
    n = SECONDS * RATE
    x = np.column_stack([np.arange(n) % 100, noise(n)[:, ::-1] / GAIN]).round().astype(np.int16)
    for first in range(0, n, RATE):
        writer.write(1, 50.0 + np.arange(first, first + RATE) / RATE, x[first : first + RATE])
    writer.close()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """Folder of a session without a reset, its bundle, and what `run` printed."""
    out = ""

    def run() -> Path:
        nonlocal out
        root = tmp_path_factory.mktemp("other")
        write_counts(root / "in.xdf")
        (root / "labels.toml").write_text('A1 = "Micro 7"\n')
        tiny_bundle(root / "model")
        process = bk(
            "run", "--bundle", str(root / "model"), "--source", str(root / "in.xdf"), "--out", str(root / "out"),
            "--label-map", str(root / "labels.toml"), "--gain", str(GAIN),
            "--headless", "--sound-device", "none", "--unmuted", *PATIENT,
        )  # fmt: skip
        out, err = process.communicate(timeout=400)
        assert process.returncode == 0, err
        (folder,) = (root / "out").iterdir()
        return folder

    folder = undisturbed(run)
    return folder, folder.parents[1] / "model", out


def test_what_was_matched_is_shown_and_kept(session: tuple[Path, Path, str]) -> None:
    folder, _, out = session
    assert out.count("7 of 8 channels found without prefix, suffix, case, spaces or zeros: A2 = 'EEG A02-REF'") == 1
    assert "1 channels found by --label-map: A1 = 'Micro 7'" in out
    assert "resampled from 2048 Hz to the decoder's 1024 Hz, which looks 4.9 ms ahead" in out
    assert "counts of 0.1 µV" in out
    assert "Resample" in out  # in the latency budget
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    (matched,) = [e for e in events if e["event"] == "matched"]
    assert matched["labels"] == {"A1": "Micro 7", **{f"A{i}": f"EEG A0{i}-REF" for i in range(2, 9)}}
    assert (folder / "labels.toml").read_text() == 'A1 = "Micro 7"\n'


def test_features_are_those_of_offline_decode(session: tuple[Path, Path, str], tmp_path: Path) -> None:
    folder, bundle, _ = session
    out = tmp_path / "mel.npz"
    assert offline.decode.main([str(bundle), str(folder / "session.xdf"), "--out", str(out)]) == 0
    streams = {s.description.name: s for s in read_xdf(folder / "session.xdf")}
    amp, live = streams["other"], streams["BrainKaraoke-features"]
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    (start,) = [e["stamp"] for e in events if e["event"] == "segment"]
    assert amp.raw_stamps[0] == pytest.approx(start, abs=1e-9)  # from the first sample on: frames count alike
    with np.load(out) as decoded:
        features = decoded["features"]
    # the stamp of a frame is that of the newest sample at its end: which frame it is
    frames = np.round((live.raw_stamps - start) * 22050 / 256).astype(int) - 1
    assert len(frames) > SECONDS * 60
    np.testing.assert_array_equal(np.asarray(live.data), features[frames])


def test_the_report_agrees(session: tuple[Path, Path, str]) -> None:
    folder, _, _ = session
    assert offline.session_report.main([str(folder)]) == 0
    mel, snr = json.loads((folder / "report.json").read_text())["agreement"].values()
    assert mel <= 1e-6
    assert snr >= 100
