"""Live against offline where the session ran on a card that is not here: two checks that hold on any machine."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile
import torch

from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import FrameClock
from bk_realtime.errors import InputError
from bk_realtime.stream import Stream
from bk_realtime.vocoder import build_vocoder
from bk_realtime.xdf import XdfWriter, info_xml
from offline.inspection.live_agreement import agreement
from offline.inspection.live_gate import gate_against_speech
from offline.inspection.live_longest import longest_segment
from offline.inspection.live_segment import LiveSegment
from offline.inspection.live_streams import distrusted, first_step_back, frames_of, stamps_sent, told_frames
from tests.engine_fakes import LABELS, SFREQ, description, noise, tiny_bundle


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> LiveSegment:
    """Two seconds as they would have gone out from a card: mel other in the sixth digit, sound made of that mel."""
    folder = tmp_path_factory.mktemp("session")
    bundle, x = tiny_bundle(folder / "b"), noise(2048).astype(np.float64)
    mel = Chain(bundle, LABELS).push(x).mel
    mel = mel + 2e-6 * np.random.default_rng(0).standard_normal(mel.shape).astype(np.float32)
    live = LiveSegment(folder, bundle, LABELS, x, mel, np.arange(len(mel)), np.zeros(0, np.float32), 0, "amp", True)
    vocoder = Stream(build_vocoder(bundle.vocoder, bundle.mel), torch.zeros(1))  # frame by frame, as live
    with torch.inference_mode():
        sound = [vocoder.push(frame)[0, :, 0] for frame in torch.from_numpy(mel)[None].split(1, 1)]
    return dataclasses.replace(live, audio=torch.cat(sound).numpy())


def test_the_other_device_is_no_disagreement(segment: LiveSegment) -> None:
    mel, sound = agreement(segment, "cuda")
    assert mel.good
    assert mel.value > 1e-6
    assert "on the CPU in place of cuda" in mel.name
    assert sound.good
    assert "the vocoder run on the recorded mel" in sound.name


def test_on_the_same_device_the_whole_path_is_compared(segment: LiveSegment) -> None:
    """As if that session had run on this CPU: the same mel but for the sixth digit, and other sound, which is said."""
    mel, sound = agreement(segment, "cpu")
    assert mel.good
    assert not sound.good
    assert sound.name == "live waveform against offline, SNR in dB"


def test_a_session_that_changed_to_the_cpu_is_checked_in_two_steps(segment: LiveSegment) -> None:
    changed = dataclasses.replace(segment, changed_device=True)
    assert all(found.good for found in agreement(changed, "cpu"))


def test_another_mel_or_other_sound_is_found(segment: LiveSegment) -> None:
    wrong = segment.mel.copy()
    wrong[40, 3] += 1e-3
    assert not agreement(dataclasses.replace(segment, mel=wrong), "cuda")[0].good
    assert not agreement(dataclasses.replace(segment, audio=np.roll(segment.audio, 1)), "cuda")[1].good


def test_a_decoder_of_what_was_said_before_is_scored_against_that(segment: LiveSegment) -> None:
    """With a negative lead the first frames are of before the recording; the microphone's last ones stood there."""
    bundle = dataclasses.replace(segment.bundle, lead_ms=-100.0)
    shift = round(-0.1 * float(bundle.mel.frame_rate))
    rng = np.random.default_rng(0)
    microphone = rng.standard_normal((len(segment.mel) + 3, segment.mel.shape[1])).astype(np.float32)
    heard = rng.standard_normal(segment.mel.shape).astype(np.float32)
    heard[-shift:] = microphone[: len(heard) + shift]
    own = dataclasses.replace(segment, bundle=bundle, mel=heard)
    own.__dict__["microphone"] = microphone
    (found, mean) = own.scores(None).values()
    assert found["frames"] == mean["frames"] == len(heard) + shift
    assert found["r"] == pytest.approx(1.0)


@pytest.mark.parametrize("shift", [-9, 0, 9])
def test_a_gate_is_held_against_the_frames_that_are_there(shift: int) -> None:
    microphone = np.full((300, 80), -12.0, np.float32)
    microphone[100:200] = 0.0
    gate = np.zeros((300, 2), np.float32)
    gate[100 - shift : 200 - shift, 1] = 1.0
    found = gate_against_speech(gate, np.arange(300), microphone, shift, 86.0)
    assert found["onsets"] == 1
    assert found["missed_share"] == found["late_ms"] == 0


def test_missing_frames_leave_the_sound_open(segment: LiveSegment) -> None:
    late = dataclasses.replace(segment, mel=segment.mel[5:], frame_idx=segment.frame_idx[5:])
    assert late.n_missed == 5
    (only,) = agreement(late, "cuda")
    assert only.good
    assert "mel" in only.name


def test_the_folder_is_only_read(segment: LiveSegment) -> None:
    assert sorted(p.name for p in Path(segment.session).iterdir()) == ["b"]


def test_stamps_that_were_not_trusted_leave_the_question_open(segment: LiveSegment, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"event": "segment", "stamp": 1.0}\n{"event": "stamps", "text": "x"}\n')
    with pytest.raises(InputError, match="cannot tell whether live equals offline"):
        longest_segment(tmp_path, segment.bundle)


def whole_session(folder: Path, segment: LiveSegment, wrong: slice, events: list[dict[str, object]]) -> None:
    """12 s that were decoded in one segment; frames ``wrong`` went out under the stamps of their neighbours, as by
    times of arrival."""
    x = noise(12 * SFREQ)
    mel = Chain(segment.bundle, LABELS).push(x).mel
    clock = FrameClock(segment.bundle.sfreq, segment.bundle.mel.sample_rate, segment.bundle.mel.hop_length)
    taken = 100.0 + np.arange(len(x)) / SFREQ
    newest = taken[np.array([clock.boundary(k) for k in range(len(mel))]) - 1]
    newest[wrong] = newest[wrong.start + 1 : wrong.stop + 1]
    keep = np.append(np.diff(newest) > 0, True)  # one stamp each
    writer = XdfWriter(folder / "session.xdf")
    mels = tuple(str(k) for k in range(mel.shape[1]))
    live = StreamDescription("BrainKaraoke-mel", "mel", "m", 86.13, mels, ("",) * len(mels), "float32")
    writer.add_stream(1, info_xml(description(), {}))
    writer.add_stream(2, info_xml(live, {}))
    writer.write(1, taken, x)
    writer.write(2, newest[keep], mel[keep])
    writer.close()
    begun = {"event": "segment", "text": "", "stamp": 100.0, "time": 100.02}
    (folder / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in (begun, *events)))
    soundfile.write(folder / "decoded.wav", np.zeros(10, np.float32), segment.bundle.mel.sample_rate)


@pytest.mark.parametrize("ends", [True, False])
def test_only_the_stretch_whose_stamps_were_not_trusted_is_left_open(
    segment: LiveSegment, tmp_path: Path, ends: bool
) -> None:
    said: list[dict[str, object]] = [{"event": "stamps", "text": "x", "time": 105.9}]
    said += [{"event": "stamps right", "text": "x", "time": 106.1}] if ends else []
    whole_session(tmp_path, segment, slice(200, 700), said)
    found = longest_segment(tmp_path, segment.bundle)
    assert found.distrusted == ((100.9, 111.1 if ends else np.inf),)
    told = {"before": found.frame_idx < 0.95 * 86.2, "after": found.frame_idx > 11.05 * 86.1}
    assert told["before"].sum() > 70
    assert told["after"].any() == ends
    assert (told["before"] | told["after"]).all()
    if ends:
        assert agreement(found, "cpu")[0].good


def test_without_a_frame_outside_the_stretch_nothing_is_told(segment: LiveSegment, tmp_path: Path) -> None:
    whole_session(tmp_path, segment, slice(200, 700), [{"event": "stamps", "text": "x", "time": 103.0}])
    with pytest.raises(InputError, match="cannot tell whether live equals offline"):
        longest_segment(tmp_path, segment.bundle)


def test_stretches_and_segments_by_hand() -> None:
    events = [{"event": kind, "time": t} for kind, t in (("stamps", 50.0), ("stamps", 60.0), ("stamps right", 70.0))]
    assert distrusted(events) == [(45.0, 75.0)]
    assert distrusted([*events, {"event": "stamps", "time": 90.0}])[1] == (85.0, np.inf)
    stamps = np.array([1.0, 2.0, 1.99, 3.0, 1.0, 5.0])
    assert first_step_back(stamps) == 4
    assert first_step_back(stamps[:4]) == 4
    begun = [{"stamp": s, "time": s} for s in (10.0, 48.0, 80.0)]
    frames = np.arange(10.0, 100.0)
    assert told_frames(begun, [48.0, 80.0, np.inf], frames, [(45.0, 75.0)], 100.0) == [38.0, 0.0, 20.0]
    assert told_frames(begun, [48.0, 80.0, np.inf], frames, [(45.0, 75.0)], 79.0)[2] == 0.0  # after a step back


def test_frames_of_an_amplifier_on_another_machine_are_found() -> None:
    """Its samples are recorded by its own clock, what was made of them went out by ours: by a measure of the engine's
    that is made anew again and again, and is not the recorder's."""
    rng = np.random.default_rng(0)
    own = np.arange(20_000) / 1000 + 5000.0
    at = np.arange(1, 1700) * 11 + 10
    engine = 37.3137 + 1e-4 * (own - own[0]) + np.repeat(2e-4 * rng.standard_normal(20), 1000)
    sent = (own + engine)[at]
    recorded = 37.3137 + 1e-4 * (own - own[0]) - 8e-4
    here = SimpleNamespace(raw_stamps=own, stamps=own + recorded)
    other_segment = np.arange(5) / 86 + sent[-1] + 60.0
    found = stamps_sent(here, at, np.concatenate([sent[100:], other_segment]))  # its recorder came late
    np.testing.assert_array_equal(found[100:], sent[100:])
    idx, inside = frames_of(found, sent)
    assert inside[100:].all()
    np.testing.assert_array_equal(idx[100:], np.arange(100, len(at)))
    # on this machine the stamps are the sender's own, whatever the recorder measured
    np.testing.assert_array_equal(stamps_sent(here, at, own[at][50:]), own[at])
    # measures that are further apart than a frame's stamps name none
    apart = SimpleNamespace(raw_stamps=own, stamps=own + recorded + 0.0055)
    assert not frames_of(stamps_sent(apart, at, sent), sent)[1].any()
