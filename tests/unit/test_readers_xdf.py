"""XDF as labs have it: mixed channels, a microphone on the amplifier, odd rates, restarts, markers of all kinds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.xdf import XdfWriter, info_xml
from offline.io import Recording, read_recording

SFREQ, N = 1024, 8192
START = 50.0
RNG = np.random.default_rng(5)
BRAIN = (RNG.standard_normal((N, 3)) * 40).astype(np.float32)
TIMES = START + np.arange(N) / SFREQ
TONE = np.sin(np.arange(N) * 0.4).astype(np.float32)


class Stream:
    """One stream of a file that a test writes."""

    def __init__(self, name: str, kind: str, rate: float, data: Any, stamps: Any, **told: Any) -> None:
        text = isinstance(data[0], str)
        self.data = [[v] for v in data] if text else np.asarray(data).reshape(len(data), -1)
        n = 1 if text else self.data.shape[1]  # type: ignore[union-attr]
        formats = {"float32": "float32", "float64": "double64"}
        self.xml = info_xml(
            StreamDescription(
                name,
                kind,
                told.get("source_id", name),
                rate,
                tuple(told.get("labels", [f"{name}{i + 1}" for i in range(n)])),
                tuple(told.get("units", ("microvolts",) * n)),
                "string" if text else formats.get(str(self.data.dtype), str(self.data.dtype)),  # type: ignore[union-attr]
                types=tuple(told.get("types", ("",) * n)),
            )
        )
        for old, new in told.get("edit", ()):
            self.xml = self.xml.replace(old, new)
        self.stamps = np.asarray(stamps, float)
        self.offsets = told.get("offsets", ())


def amp(data: Any = BRAIN, stamps: Any = TIMES, **told: Any) -> Stream:
    return Stream("amp", "sEEG", SFREQ, data, stamps, **{"labels": [f"A{i + 1}" for i in range(data.shape[1])], **told})


def write(folder: Path, *streams: Stream) -> Path:
    path = folder / "x.xdf"
    with XdfWriter(path) as writer:
        for i, stream in enumerate(streams, start=1):
            writer.add_stream(i, stream.xml)
        for i, stream in enumerate(streams, start=1):
            for time, value in stream.offsets:
                writer.clock_offset(i, time, value)
            writer.write(i, stream.stamps, stream.data)
    return path


def said(recording: Recording, *parts: str) -> bool:
    """Whether one note holds all of the parts."""
    return any(all(part in note for part in parts) for note in recording.notes)


# channels


@pytest.mark.parametrize("kind", ["AUX", "ECG", "eog", "TRIG", "Misc", "DC", "Photodiode", "Audio"])
def test_a_channel_of_another_type_is_left_out_and_named(kind: str, tmp_path: Path) -> None:
    path = write(tmp_path, amp(np.c_[TONE * 400, BRAIN].astype("f4"), types=(kind, "SEEG", "SEEG", "SEEG")))
    recording = read_recording(path)
    assert recording.labels == ("A2", "A3", "A4")
    np.testing.assert_array_equal(recording.neural, BRAIN)
    assert said(recording, f"left out, type {kind}", "A1")
    assert read_recording(path, channels=["A1", "A3"]).labels == ("A1", "A3")
    assert read_recording(path, exclude=["A3"]).labels == ("A2", "A4")


@pytest.mark.parametrize(("label", "unit"), [("triggerStream", "code"), ("GSR", "microsiemens"), ("x", "n/a")])
def test_a_unit_that_is_no_voltage_never_refuses_the_rest(label: str, unit: str, tmp_path: Path) -> None:
    path = write(
        tmp_path,
        amp(np.c_[BRAIN, TONE].astype("f4"), labels=["A1", "A2", "A3", label], units=("uV", "mV", "uV", unit)),
    )
    recording = read_recording(path)
    assert recording.labels == ("A1", "A2", "A3")
    np.testing.assert_allclose(recording.neural, BRAIN * [1, 1000, 1], rtol=1e-6)
    assert said(recording, "left out", label)
    np.testing.assert_allclose(read_recording(path, unit="mV").neural, BRAIN * 1000, rtol=1e-6)


def test_channels_that_the_header_does_not_describe_are_kept_with_made_labels(tmp_path: Path) -> None:
    five = np.c_[BRAIN, BRAIN[:, :2]].astype("f4")
    last = "<channel><label>A5</label><unit>microvolts</unit><type /></channel>"
    third = "<channel><label>A3</label><unit>microvolts</unit><type /></channel>"
    path = write(tmp_path, amp(five, edit=[(last, ""), (third, "<channel />")]))
    recording = read_recording(path)
    assert recording.labels == ("A1", "A2", "ch3", "A4", "ch5")
    np.testing.assert_array_equal(recording.neural, five)
    assert said(recording, "names 3 of 5 channels", "ch3 to ch5")
    assert said(recording, "2 channels state no unit: taken as microvolts")


def test_more_names_than_channels_are_said(tmp_path: Path) -> None:
    recording = read_recording(
        write(tmp_path, amp(edit=[("</channels>", "<channel><label>A4</label></channel></channels>")]))
    )
    assert recording.labels == ("A1", "A2", "A3")
    assert said(recording, "describes 4 channels, the stream has 3")


def test_counts_need_a_gain(tmp_path: Path) -> None:
    counts = np.round(BRAIN * 10).astype(np.int32)
    path = write(tmp_path, amp(counts, units=("",) * 3))
    with pytest.raises(InputError, match=r"x\.xdf: stream 'amp' does not state a unit.*--unit.*--gain"):
        read_recording(path)
    recording = read_recording(path, gain=0.1)
    np.testing.assert_allclose(recording.neural, counts * 0.1, rtol=1e-5)
    assert said(recording, "counts of 0.1 µV")


def test_labels_that_occur_twice_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path, amp(labels=["A1", "B1", "A1"]))
    recording = read_recording(path)
    assert recording.labels == ("A1_1", "B1", "A1_2")
    assert said(recording, "told apart: A1_1, A1_2")
    assert read_recording(path, channels=["A1_2"]).labels == ("A1_2",)
    with pytest.raises(OptionError, match="no channel 'A1'; it has A1_1, B1, A1_2"):
        read_recording(path, channels=["A1"])


def test_a_neural_stream_by_the_types_of_its_channels(tmp_path: Path) -> None:
    recording = read_recording(
        write(
            tmp_path,
            Stream("box", "Signal", SFREQ, BRAIN, TIMES, types=("SEEG", "SEEG", "ECG")),
            Stream("other", "Signal", SFREQ, BRAIN, TIMES, types=("ACC",) * 3),
        )
    )
    assert recording.labels == ("box1", "box2")
    assert said(recording, "stream 'box' of type 'Signal', by the types of its channels")


def test_a_box_of_auxiliary_inputs_is_no_second_amplifier(tmp_path: Path) -> None:
    path = write(tmp_path, Stream("aux", "EEG", SFREQ, BRAIN, TIMES, types=("AUX",) * 3), amp())
    assert read_recording(path).labels == ("A1", "A2", "A3")


# a microphone on the amplifier


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
    assert said(recording, "left out, excluded: POL DC09")
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


# restarts


def parts(gap_s: float, at: int = 5000, **second: Any) -> tuple[Stream, Stream, np.ndarray]:
    """The amplifier in two streams with a break, and what it should give."""
    first = amp(BRAIN[:at], TIMES[:at])
    again = amp(BRAIN[at:], TIMES[at:] + gap_s, **second)
    return first, again, np.r_[BRAIN[:at], np.full((round(gap_s * SFREQ), 3), np.nan), BRAIN[at:]]


@pytest.mark.parametrize("second", [{}, {"source_id": "amp-after-restart"}])
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("gap_s", [0.5, 5.0])
def test_a_stream_that_came_back_is_one_signal(
    second: dict[str, Any], turned: bool, gap_s: float, tmp_path: Path
) -> None:
    first, again, whole = parts(gap_s, **second)
    cues = Stream("cues", "Markers", 0.0, ["start;ook", "end;ook"], [START + 1, TIMES[-1] + gap_s - 1])
    recording = read_recording(write(tmp_path, *([again, first] if turned else [first, again]), cues))
    np.testing.assert_array_equal(recording.neural, whole)
    assert recording.duration_s == pytest.approx(N / SFREQ + gap_s)
    assert [recording.sample_of(t) for t, _ in recording.markers] == [SFREQ, len(whole) - 1 - SFREQ]
    assert said(recording, "'amp' stopped and came back: 2 parts", f"{gap_s + 1 / SFREQ:.3f} s")
    assert said(recording, "filled with NaN")


def test_audio_and_markers_that_came_back_are_one_each(tmp_path: Path) -> None:
    rate, half = 16000, 30_000
    sound = np.resize(TONE, 2 * half) * np.float32(0.3)
    stamps = START + np.arange(2 * half) / rate + np.repeat([0, 2.0], half)
    recording = read_recording(
        write(
            tmp_path,
            amp(),
            Stream("mic", "Audio", rate, sound[:half], stamps[:half]),
            Stream("cues", "Markers", 0.0, ["a", "b"], [START + 1, START + 2]),
            Stream("mic", "Audio", rate, sound[half:], stamps[half:]),
            Stream("cues", "Markers", 0.0, ["c"], [START + 6]),
        ),
        markers="cues",
    )
    np.testing.assert_array_equal(recording.audio, np.r_[sound[:half], np.zeros(2 * rate), sound[half:]])
    assert recording.markers == [(START + 1, "a"), (START + 2, "b"), (START + 6, "c")]


def test_a_restart_on_another_clock_is_placed_by_its_offsets(tmp_path: Path) -> None:
    first, again, whole = parts(5.0)
    again = amp(BRAIN[5000:], TIMES[5000:] + 5.0 - 40, offsets=[(20.0, 40.0), (21.0, 40.0), (22.0, 40.0)])
    np.testing.assert_array_equal(read_recording(write(tmp_path, first, again)).neural, whole)


def test_a_clock_reset_within_a_stream_leaves_one_axis(tmp_path: Path) -> None:
    whole = parts(5.0)[2]
    stamps = np.r_[TIMES[:5000], TIMES[5000:] + 5.0 - 40]
    offsets = [(t, 0.0) for t in (50.0, 52.0, 54.0)] + [(t, 40.0) for t in (20.1, 21.0, 22.0)]
    np.testing.assert_array_equal(read_recording(write(tmp_path, amp(BRAIN, stamps, offsets=offsets))).neural, whole)


def test_streams_that_overlap_are_several_amplifiers(tmp_path: Path) -> None:
    path = write(tmp_path, amp(), amp(BRAIN + 1, TIMES + 4.0))
    with pytest.raises(InputError, match=r"2 neural streams: #1 'amp' .*50\.0 to 58\.0 s\), #2 .*with --neural"):
        read_recording(path)
    np.testing.assert_array_equal(read_recording(path, neural="#2").neural, BRAIN + 1)


def test_another_montage_is_no_restart(tmp_path: Path) -> None:
    first, again, _ = parts(1.0, labels=["A1", "A2", "B1"])
    with pytest.raises(InputError, match="2 neural streams"):
        read_recording(write(tmp_path, first, again))


def test_a_break_longer_than_the_recording_is_two_recordings(tmp_path: Path) -> None:
    first, again, _ = parts(60.0)
    path = write(tmp_path, first, again)
    with pytest.raises(InputError, match=r"2 neural streams: #1 .*#2 .*by its source id, name or number"):
        read_recording(path)
    assert len(read_recording(path, neural="#1").neural) == 5000


def test_a_break_beside_a_very_short_part(tmp_path: Path) -> None:
    """Both breaks keep their length, though the part between is shorter than what tells jitter from a gap."""
    stamps = np.r_[TIMES[:5000], TIMES[5000:5200] + 1, TIMES[5200:] + 2] * 1.001
    three = [amp(BRAIN[a:b], stamps[a:b]) for a, b in ((0, 5000), (5000, 5200), (5200, N))]
    recording = read_recording(write(tmp_path, *three))
    for i in (0, 4999, 5000, 5199, 5200, N - 1):
        (at,) = np.flatnonzero((recording.neural == BRAIN[i]).all(axis=1))
        assert recording.neural_start_s + at / recording.neural_rate == pytest.approx(stamps[i], abs=0.005)


def test_a_part_without_clock_offsets_is_said(tmp_path: Path) -> None:
    first, again, _ = parts(1.0, offsets=[(60.0, 1e-5), (60.5, 1e-5)])
    assert said(read_recording(write(tmp_path, first, again)), "part 1 of 'amp' has no clock offsets, others have")


def test_one_part_of_a_stream_that_came_back(tmp_path: Path) -> None:
    first, again, _ = parts(5.0)
    recording = read_recording(write(tmp_path, first, again), neural="#2")
    np.testing.assert_array_equal(recording.neural, BRAIN[5000:])
    assert not said(recording, "came back")


# markers


def texts(recording: Recording) -> list[tuple[int, str]]:
    return [(recording.sample_of(t), text) for t, text in recording.markers]


@pytest.mark.parametrize("kind", ["Markers", "markers", "Triggers", "TTL", "ttl", "Events", "Stimulus", "TRIGGER"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_codes_of_single_events_are_exact(kind: str, dtype: str, tmp_path: Path) -> None:
    codes = [65535, 1234567, 2**31 if dtype in ("float32", "float64", "int64") else 2**31 - 1, 0]
    recording = read_recording(
        write(tmp_path, amp(), Stream("codes", kind, 0.0, np.array(codes, dtype), START + np.arange(4)))
    )
    assert texts(recording) == [(i * SFREQ, str(code)) for i, code in enumerate(codes)]


@pytest.mark.parametrize("rate", [float(SFREQ), 500.0, 0.0])
@pytest.mark.parametrize("dtype", ["int16", "int32", "float32"])
def test_a_sampled_trigger_stream_gives_its_edges(rate: float, dtype: str, tmp_path: Path) -> None:
    true = rate or 1000.0
    line = np.zeros(int(8 * true), dtype)
    line[1000:1050], line[1050:1100], line[3000:3001] = 5, 7, 5
    trigger = Stream("box", "Triggers", rate, line, START + np.arange(len(line)) / true)
    recording = read_recording(write(tmp_path, amp(), trigger))
    expected = [(1000, "5"), (1050, "7"), (3000, "5")]
    assert [text for _, text in recording.markers] == [text for _, text in expected]
    np.testing.assert_allclose([t for t, _ in recording.markers], [START + i / true for i, _ in expected], atol=1e-6)
    assert said(recording, "markers: 3 from the changes of trigger line")


@pytest.mark.parametrize(
    ("label", "kind", "unit"),
    [
        ("STI 014", "", "uV"), ("Status", "", ""), ("x", "TRIG", ""), ("x", "stim", "0"), ("x", "TTL", "uV"),
        ("triggerStream", "EEG", "code"), ("EEG TRIG-Ref", "", "uV"),
    ],
)  # fmt: skip
def test_a_trigger_channel_of_the_amplifier_gives_its_edges(label: str, kind: str, unit: str, tmp_path: Path) -> None:
    keep = np.r_[0:2000, 3000:N]
    line = np.zeros(N)
    line[1000:1100], line[5000:] = 65535, 12
    types = ("EEG",) * 3 if kind else ("",) * 3
    path = write(
        tmp_path,
        amp(
            np.c_[BRAIN, line].astype("f4")[keep],
            TIMES[keep] + np.repeat(RNG.uniform(0, 0.002, len(keep) // 16 + 1), 16)[: len(keep)],
            labels=["A1", "A2", "A3", label],
            types=(*types, kind),
            units=(*["uV"] * 3, unit),
        ),
        Stream("cues", "Markers", 0.0, ["start;ook"], [START + 3]),
    )
    recording = read_recording(path)
    assert recording.labels == ("A1", "A2", "A3")
    assert [t for t in texts(recording) if t[1] != "start;ook"] == [(1000, "65535"), (5000, "12")]
    assert "start;ook" in [text for _, text in recording.markers]
    assert said(recording, f"markers: 2 from the changes of trigger line {label!r}")
    assert [text for _, text in read_recording(path, markers=label).markers] == ["65535", "12"]
    assert [text for _, text in read_recording(path, markers="cues").markers] == ["start;ook"]
    assert [text for _, text in read_recording(path, exclude=[label]).markers] == ["start;ook"]


def test_a_contact_with_the_name_of_a_trigger_is_brain(tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, amp(labels=["A1", "STI1", "A3"], types=("SEEG",) * 3)))
    assert recording.labels == ("A1", "STI1", "A3")
    assert recording.markers == []


def test_several_trigger_lines_are_named(tmp_path: Path) -> None:
    lines = np.zeros((N, 3), np.int16)
    lines[100:200, 0], lines[300:310, 2] = 1, 1
    box = Stream("box", "TTL", float(SFREQ), lines, TIMES, labels=["DIN1", "DIN2", "DIN3"])
    assert texts(read_recording(write(tmp_path, amp(), box))) == [(100, "DIN1=1"), (300, "DIN3=1")]


def test_json_markers_in_plain_words(tmp_path: Path) -> None:
    rows = [
        '{"event": "start", "word": "huis"}',
        '{"event": "end", "word": "huis"}',
        '{"a": [1]}',
        "start;ook",
        '{"',
        "",
    ]
    recording = read_recording(
        write(tmp_path, amp(), Stream("cues", "Markers", 0.0, rows, START + np.arange(len(rows))))
    )
    assert [text for _, text in recording.markers] == ["start;huis", "end;huis", *rows[2:]]
    assert said(recording, "JSON of 'cues' read as event;word", "start;huis")


@pytest.mark.parametrize(
    "rows",
    [
        ["[" * 50_000], ["{" * 50_000 + "}" * 50_000], ["\x00"], ["\ufffd" * 10], ["9" * 100_000],
        ['{"event": "\\ud800"}'], ['{"event": 1e999, "word": NaN}'],
    ],
)  # fmt: skip
def test_hostile_text_is_only_text(rows: Sequence[str], tmp_path: Path) -> None:
    recording = read_recording(write(tmp_path, amp(), Stream("cues", "Markers", 0.0, list(rows), [START + 1])))
    (marker,) = recording.markers
    assert marker[1].encode()


def test_markers_without_a_time_and_on_another_clock(tmp_path: Path) -> None:
    path = write(tmp_path, amp(), Stream("cues", "Markers", 0.0, ["a", "b", "c"], [np.nan, 1.7e9, np.inf]))
    recording = read_recording(path)
    assert recording.markers == [(1.7e9, "b")]
    assert said(recording, "markers: 2 without a time left out")
    assert said(recording, "all 1 lie outside the neural signal", "another clock")


def test_the_neural_stream_is_no_marker_stream(tmp_path: Path) -> None:
    with pytest.raises(BkError, match="'amp' is the neural stream; name its trigger channel"):
        read_recording(write(tmp_path, amp()), markers="amp")
