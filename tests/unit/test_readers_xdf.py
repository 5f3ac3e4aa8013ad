"""XDF as labs have it: channels that are no brain, half a header, restarts on one axis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.errors import InputError, OptionError
from offline.io import read_recording
from tests.xdf_files import BRAIN, SFREQ, START, TIMES, TONE, N, Stream, amp, said, write


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
