"""A session's report audits what the session decoded for the sound itself, and its microphone for the decoded voice."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import offline.inspection.own_voice
from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import save_bundle
from bk_realtime.session.adapt import Adjustment
from bk_realtime.session.bundle import load_session_bundle
from bk_realtime.session.folder import Session, read_session, write_session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.status import Status
from bk_realtime.xdf import XdfWriter, info_xml, read_xdf
from offline.inspection.live_longest import longest_segment
from offline.inspection.live_segment import LiveSegment
from offline.inspection.own_voice import Heard, own_voice
from offline.inspection.session_audit import session_contamination
from offline.session_report import main
from tests.engine_fakes import LABELS, SFREQ, description, noise, tiny_bundle
from tests.synthetic import synthetic_recording

SECONDS, START = 20, 100.0
RATE = 22050
AGE_S = 0.12


def speech() -> np.ndarray:
    """(n,) SIMULATED speech at RATE."""
    sound = synthetic_recording(float(SECONDS), n_channels=1, seed=4).audio
    assert sound is not None
    return sound


def made_session(folder: Path, in_channel: float = 0.0, own: float = 0.0) -> Path:
    """A SIMULATED session as its recorder leaves it: the microphone also in A3 (that many µV at its peak), the decoded
    voice also in the microphone (that much of it), 120 ms after its signal. A gap of 2 s lies before what was decoded
    longest."""
    folder.mkdir()
    bundle = tiny_bundle(folder.parent / f"{folder.name}_b")
    bundle = save_bundle(
        dataclasses.replace(bundle, provenance={"contamination": {"verdict": "clean"}}), bundle.path or folder, True
    )
    x, sound = noise(SECONDS * SFREQ), speech()
    x[:, 2] += in_channel * np.interp(np.arange(len(x)) / SFREQ, np.arange(len(sound)) / RATE, sound)
    decoded = Chain(bundle, LABELS).push(x)
    voice = decoded.audio / np.abs(decoded.audio).max()
    late = round(AGE_S * RATE)
    sound = sound + own * np.concatenate([np.zeros(late), voice])[: len(sound)].astype(np.float32)
    taken = START + np.arange(len(x)) / SFREQ
    clock = FrameClock(bundle.sfreq, bundle.mel.sample_rate, bundle.mel.hop_length)
    newest = taken[np.array([clock.boundary(k) for k in range(len(decoded.mel))]) - 1]
    at, hop = np.arange(len(voice)), bundle.mel.hop_length
    mels = tuple(str(k) for k in range(decoded.mel.shape[1]))
    amp = np.concatenate([taken[: 3 * SFREQ] - 5.0, taken])
    streams = [
        (dataclasses.replace(description(), name="amp_simulated"), amp, np.concatenate([noise(3 * SFREQ, seed=1), x])),
        (StreamDescription("BrainKaraoke-mel", "mel", "m", 86.13, mels, ("",) * 80, "float32"), newest, decoded.mel),
        (
            StreamDescription("BrainKaraoke-audio", "Audio", "a", RATE, ("mono",), ("",), "float32"),
            newest[at // hop] - (hop - 1 - at % hop) / RATE,  # as the engine stamps them
            voice[:, None],
        ),
        (
            StreamDescription("mic", "Audio", "mic-1", RATE, ("mono",), ("",), "float32"),
            START + np.arange(len(sound)) / RATE,
            sound[:, None],
        ),
    ]
    writer = XdfWriter(folder / "session.xdf")
    for number, (stream, stamps, data) in enumerate(streams, 1):
        writer.add_stream(number, info_xml(stream, {}))
        writer.write(number, stamps, data.astype(np.float32))
    writer.close()
    begun = [{"event": "segment", "text": "", "stamp": at, "time": at + 0.02} for at in (START - 5.0, START)]
    (folder / "events.jsonl").write_text("".join(json.dumps(event) + "\n" for event in begun))
    soundfile.write(folder / "decoded.wav", decoded.audio, RATE, "FLOAT")
    (folder / "latency.json").write_text(json.dumps(Status(age_p50_ms=1e3 * AGE_S).as_dict()))
    assert bundle.path is not None
    write_session(Session(folder, "s1", SessionSettings(bundle.path)), {})
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> LiveSegment:
    """Of a session whose channels and microphone hold what they should."""
    return segment_of(made_session(tmp_path_factory.mktemp("clean") / "s"))


def segment_of(folder: Path) -> LiveSegment:
    return longest_segment(folder, load_session_bundle(read_session(folder).settings))


def test_a_clean_session_is_called_so(clean: LiveSegment) -> None:
    assert session_contamination(clean, [clean.bundle]).line == "no channel that is read holds the sound itself"
    assert own_voice(clean, 1e3 * AGE_S) == Heard("none")


def test_what_lacks_before_it_does_not_move_the_microphone(clean: LiveSegment) -> None:
    np.testing.assert_array_equal(clean.from_start.neural, clean.neural.astype(np.float32))


def test_the_microphone_in_a_channel_and_the_voice_in_the_microphone_mark_every_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = made_session(tmp_path / "s", in_channel=60.0, own=0.1)
    assert main([str(folder)]) == 1
    out, err = capsys.readouterr()
    out = " ".join(out.split())
    said = json.loads((folder / "report.json").read_text())
    assert said["session_contamination"]["found"] == ["A3"]
    assert said["contamination"]["verdict"] == "clean"  # in training
    assert said["marks"] == ["CONTAMINATED", "(LEAK: CANNOT TELL)", "OWN VOICE", "SIMULATED participant"]
    assert f"correlation with the microphone, mean over mel bins ({', '.join(said['marks'])})" in out
    assert "in what was decoded: CONTAMINATED: the sound itself is in A3" in out
    assert "(120 ms after its signal, in 2 of 2 pieces of 10 s that were looked at)" in out
    assert err.splitlines()[-1].endswith("CONTAMINATED: the microphone's sound is in channels of this session (A3)")
    # what was masked live was not decoded, from where on it was
    segment = segment_of(folder)
    masked = dataclasses.replace(segment, adjustments=((0, Adjustment(START, ("A3",))),))
    assert session_contamination(masked, [segment.bundle]).verdict == "clean"
    late = dataclasses.replace(segment, adjustments=((14 * SFREQ, Adjustment(START, ("A3",))),))
    assert session_contamination(late, [segment.bundle]).found == ("A3",)
    many = dataclasses.replace(segment, adjustments=((0, Adjustment(START, LABELS[:6])),))
    assert session_contamination(many, [segment.bundle]).verdict == "cannot tell"


def test_the_voice_of_another_time_is_another_matter(clean: LiveSegment, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that was started anew leaves two of them."""
    streams = read_xdf(clean.session / "session.xdf")
    own = next(s for s in streams if s.description.name == "BrainKaraoke-audio")
    later = dataclasses.replace(own)
    vars(later)["raw_stamps"] = own.raw_stamps + 1000.0
    monkeypatch.setattr(offline.inspection.own_voice, "read_xdf", lambda path: [own, later])
    assert own_voice(clean, 1e3 * AGE_S) == Heard("none")
    monkeypatch.setattr(offline.inspection.own_voice, "read_xdf", lambda path: [later])
    assert own_voice(clean, 1e3 * AGE_S).verdict == "cannot tell"


def test_without_a_microphone_or_the_voice_nobody_can_tell(clean: LiveSegment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline.inspection.own_voice, "read_xdf", lambda path: [])
    assert own_voice(clean, 100.0).mark == "(OWN VOICE: CANNOT TELL)"
    deaf = dataclasses.replace(clean)
    vars(deaf)["recording"] = dataclasses.replace(clean.recording, audio=None, reading_hash="other")
    assert session_contamination(deaf, [clean.bundle]).mark == "(CONTAMINATION: CANNOT TELL) "
    assert own_voice(deaf, 100.0) == Heard("none")  # there is nothing to score against
