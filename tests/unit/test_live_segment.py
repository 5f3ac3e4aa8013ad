"""Live against offline where the session ran on a card that is not here: two checks that hold on any machine."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.errors import InputError
from bk_realtime.stream import Stream
from bk_realtime.vocoder import build_vocoder
from offline.inspection.live_segment import LiveSegment
from tests.engine_fakes import LABELS, noise, tiny_bundle


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
    mel, sound = segment.agreement("cuda")
    assert mel.good
    assert mel.value > 1e-6
    assert "on the CPU in place of cuda" in mel.name
    assert sound.good
    assert "the vocoder run on the recorded mel" in sound.name


def test_on_the_same_device_the_whole_path_is_compared(segment: LiveSegment) -> None:
    """As if that session had run on this CPU: the same mel but for the sixth digit, and other sound, which is said."""
    mel, sound = segment.agreement("cpu")
    assert mel.good
    assert not sound.good
    assert sound.name == "live waveform against offline, SNR in dB"


def test_a_session_that_changed_to_the_cpu_is_checked_in_two_steps(segment: LiveSegment) -> None:
    changed = dataclasses.replace(segment, changed_device=True)
    assert all(found.good for found in changed.agreement("cpu"))


def test_another_mel_or_other_sound_is_found(segment: LiveSegment) -> None:
    wrong = segment.mel.copy()
    wrong[40, 3] += 1e-3
    assert not dataclasses.replace(segment, mel=wrong).agreement("cuda")[0].good
    assert not dataclasses.replace(segment, audio=np.roll(segment.audio, 1)).agreement("cuda")[1].good


def test_missing_frames_leave_the_sound_open(segment: LiveSegment) -> None:
    late = dataclasses.replace(segment, mel=segment.mel[5:], frame_idx=segment.frame_idx[5:])
    assert late.n_missed == 5
    (only,) = late.agreement("cuda")
    assert only.good
    assert "mel" in only.name


def test_the_folder_is_only_read(segment: LiveSegment) -> None:
    assert sorted(p.name for p in Path(segment.session).iterdir()) == ["b"]


def test_stamps_that_were_not_trusted_leave_the_question_open(segment: LiveSegment, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text('{"event": "segment", "stamp": 1.0}\n{"event": "stamps", "text": "x"}\n')
    with pytest.raises(InputError, match="cannot tell whether live equals offline"):
        LiveSegment.longest(tmp_path, segment.bundle)
