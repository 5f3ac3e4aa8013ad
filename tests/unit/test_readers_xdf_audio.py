"""Sound of XDF files: a microphone on the amplifier, odd rates, numbers of all types."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.errors import InputError, OptionError
from offline.io import read_recording
from tests.xdf_files import BRAIN, SFREQ, START, TIMES, TONE, N, Stream, amp, said, write


@pytest.fixture
def mic_path(tmp_path: Path) -> Path:
    """No audio stream; AUX1 and POL DC09 beside the contacts."""
    return write(
        tmp_path,
        amp(
            np.c_[BRAIN[:, :2], 200 + TONE * 400, BRAIN[:, 2], -TONE].astype("f4"),
            labels=["A1", "A2", "AUX1", "A3", "POL DC09"],
            types=("SEEG", "SEEG", "AUX", "SEEG", ""),
        ),
    )


@pytest.mark.parametrize(
    "options",
    [
        {"audio": "AUX1"}, {"audio": "aux1"}, {"audio": "amp:AUX1"}, {"audio": "sEEG/aux1"},
        {"audio": "amp", "audio_channel": "AUX1"}, {"audio": "amp", "audio_channel": "3"},
    ],
    ids=str,
)  # fmt: skip
def test_a_channel_of_the_amplifier_is_the_sound(options: dict[str, Any], mic_path: Path) -> None:
    recording = read_recording(mic_path, require_audio=True, **options)
    assert (recording.sample_rate, recording.audio_rate) == (SFREQ, SFREQ)
    assert recording.audio_start_s == recording.neural_start_s == START
    assert recording.audio is not None
    np.testing.assert_allclose(recording.audio, 0.5 * TONE, atol=0.005)
    assert recording.labels == ("A1", "A2", "A3")
    assert said(recording, "audio:", "'AUX1'", "below 512 Hz only")


def test_the_microphone_is_never_a_neural_channel_too(mic_path: Path) -> None:
    recording = read_recording(mic_path, audio="DC09", channels=["A2", "POL DC09", "AUX1"])
    assert recording.labels == ("A2", "AUX1")
    assert recording.audio is not None
    np.testing.assert_allclose(recording.audio, -0.5 * TONE, atol=0.005)
    assert said(recording, "left out, it is the audio: POL DC09")
    assert said(recording, "'POL DC09'", "amplifier channel")


def test_a_channel_that_may_be_the_microphone_is_named(mic_path: Path) -> None:
    with pytest.raises(InputError, match=r"no audio stream.*if 'AUX1' is the microphone, name it with --audio 'AUX1'"):
        read_recording(mic_path, require_audio=True)
    recording = read_recording(mic_path)
    assert recording.audio is None
    assert said(recording, "audio: none; if 'AUX1' is the microphone")
    with pytest.raises(
        OptionError, match=r"--audio AUX7: no stream, channel or sound file.*microphone: AUX1, POL DC09"
    ):
        read_recording(mic_path, audio="AUX7")
    with pytest.raises(OptionError, match="--sample-rate 48000: the audio is a channel of the neural stream"):
        read_recording(mic_path, audio="AUX1", sample_rate=48000)
    with pytest.raises(
        OptionError, match=r"is no audio stream; name its channel .* with --audio-channel, one of A1, A2"
    ):
        read_recording(mic_path, audio="amp")


def test_gaps_are_silence_in_a_microphone_of_the_amplifier(tmp_path: Path) -> None:
    keep = np.r_[0:3000, 4000:N]
    data = np.c_[BRAIN, TONE].astype("f4")[keep]
    recording = read_recording(write(tmp_path, amp(data, TIMES[keep], labels=["A1", "A2", "A3", "MIC"])), audio="mic")
    assert recording.audio is not None
    assert len(recording.audio) == len(recording.neural) == N
    assert not recording.audio[3000:4000].any()
    np.testing.assert_allclose(recording.audio[4000:], 0.5 * TONE[4000:], atol=0.005)


def test_a_channel_of_another_stream_is_the_sound(tmp_path: Path) -> None:
    box = Stream("box", "Misc", 4000.0, np.c_[TONE * 5, TONE**2].astype("f4"), START + 1 + np.arange(N) / 4000)
    path = write(tmp_path, amp(), box)
    recording = read_recording(path, audio="box:2")
    assert (recording.sample_rate, recording.audio_start_s) == (4000, START + 1)
    assert recording.labels == ("A1", "A2", "A3")
    assert read_recording(path, audio="box1").sample_rate == 4000


def test_a_slow_channel_is_no_sound(tmp_path: Path) -> None:
    stream = Stream("amp", "EEG", 256.0, np.c_[BRAIN, TONE].astype("f4"), START + np.arange(N) / 256,
                    labels=["A1", "A2", "A3", "AUX1"])  # fmt: skip
    path = write(tmp_path, stream)
    with pytest.raises(InputError, match="'AUX1' has 256 Hz, too slow for sound"):
        read_recording(path, audio="AUX1")
    with pytest.raises(InputError, match="Record the microphone too"):
        read_recording(path, require_audio=True)


def test_a_sound_file_beside(tmp_path: Path) -> None:
    path = write(tmp_path, amp())
    np.save(tmp_path / "mic.npy", np.repeat(TONE, 16) * 0.3)
    recording = read_recording(path, audio=str(tmp_path / "mic.npy"), audio_start_s=0.5, sample_rate=16000)
    assert (recording.sample_rate, recording.audio_start_s) == (16000, START + 0.5)
    assert recording.labels == ("A1", "A2", "A3")
    (tmp_path / "words.tsv").write_text("onset\tduration\ttrial_type\n1.0\t1.0\took\n")
    assert read_recording(path, markers=str(tmp_path / "words.tsv")).markers == [
        (START + 1, "start;ook"), (START + 2, "end;ook"),
    ]  # fmt: skip


# rates and numbers of audio


@pytest.mark.parametrize("nominal", [22050.5, 44099.9, 16000.0])
@pytest.mark.parametrize("error", [0.0, 1e-3, -0.015])
def test_audio_at_fractional_and_at_untrue_rates(nominal: float, error: float, tmp_path: Path) -> None:
    true = nominal * (1 + error)
    n = int(12 * true)
    tone = (0.3 * np.sin(np.arange(n) * 0.1)).astype("f4")
    slow = START + np.arange(12 * SFREQ) / SFREQ
    data = np.resize(BRAIN, (len(slow), 3))
    recording = read_recording(
        write(tmp_path, amp(data, slow), Stream("mic", "Audio", nominal, tone, START + np.arange(n) / true)),
        require_audio=True,
    )
    assert recording.sample_rate == round(nominal)
    assert recording.audio_rate == pytest.approx(true, rel=1e-7)
    np.testing.assert_array_equal(recording.audio, tone)
    assert said(recording, "nominal rate") == (nominal != 16000)


@pytest.mark.parametrize("push", [1, 160])
def test_audio_without_a_nominal_rate_is_measured(push: int, tmp_path: Path) -> None:
    n = 12 * 16000
    stamps = START + np.arange(n) // push * push / 16000
    slow = START + np.arange(12 * SFREQ) / SFREQ
    path = write(
        tmp_path,
        amp(np.resize(BRAIN, (len(slow), 3)), slow),
        Stream("mic", "Audio", 0.0, np.resize(TONE, n) * np.float32(0.3), stamps),
    )
    recording = read_recording(path)
    assert recording.sample_rate == 16000
    assert recording.audio_rate == pytest.approx(16000, rel=1e-5)


def test_a_rate_far_off_needs_the_option(tmp_path: Path) -> None:
    slow = START + np.arange(12 * SFREQ) / SFREQ
    tone = np.resize(TONE, 12 * 15000) * np.float32(0.3)
    path = write(
        tmp_path,
        amp(np.resize(BRAIN, (len(slow), 3)), slow),
        Stream("mic", "Audio", 16000.0, tone, START + np.arange(len(tone)) / 15000),
    )
    with pytest.raises(InputError, match=r"runs at 15000\.000 Hz .* says 16000 Hz"):
        read_recording(path)
    assert read_recording(path, sample_rate=15000).audio_rate == pytest.approx(15000, rel=1e-7)


@pytest.mark.parametrize(
    ("dtype", "full"), [("int16", 2**15), ("int32", 2**31), ("int32", 2**23), ("float32", 1), ("float64", 2**15)]
)
def test_number_types_of_audio(dtype: str, full: float, tmp_path: Path) -> None:
    sound = Stream("mic", "Audio", 16000.0, (0.4 * TONE * full).astype(dtype), START + np.arange(N) / 16000)
    recording = read_recording(write(tmp_path, amp(), sound))
    assert recording.audio is not None
    np.testing.assert_allclose(recording.audio, 0.4 * TONE, atol=4e-5)


def test_stereo_is_a_choice(tmp_path: Path) -> None:
    two = np.c_[0.3 * TONE, 0.1 * TONE[::-1]].astype("f4")
    path = write(tmp_path, amp(), Stream("mic", "Audio", 16000.0, two, START + np.arange(N) / 16000))
    with pytest.raises(InputError, match="2 different channels"):
        read_recording(path)
    for options in ({"audio_channel": "mic2"}, {"audio": "mic", "audio_channel": "2"}, {"audio": "mic2"}):
        np.testing.assert_array_equal(read_recording(path, **options).audio, two[:, 1])
