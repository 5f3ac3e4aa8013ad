"""NWB files as labs and tools write them: time axis, markers and sound."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pynwb
import pytest
import soundfile

from bk_realtime.errors import BkError, InputError
from offline.io import read_recording
from tests.unit.test_readers_nwb import (
    BIDS,
    BRAIN,
    RATE,
    SOUND,
    N,
    check,
    electrodes,
    plain,
    series,
    written,
)


def test_gaps_in_time_stamps_become_nan(tmp_path: Path) -> None:
    keep = np.r_[0:4000, 4300:N]
    stamps = keep / RATE + 7.0
    path = written(
        tmp_path / "a.nwb", lambda f: f.add_acquisition(series(f, data=BRAIN[keep] * 1e-6, timestamps=stamps))
    )
    recording = read_recording(path)
    assert len(recording.neural) == N
    assert recording.neural_start_s == pytest.approx(7.0, abs=1e-6)
    assert np.isnan(recording.neural[4000:4300]).all()
    np.testing.assert_allclose(recording.neural[keep], BRAIN[keep], atol=1e-3)
    assert any("1 gaps, 300 samples" in note for note in recording.notes)


def trials(file: pynwb.NWBFile, **columns: list[Any]) -> None:
    plain(file)
    for name in columns:
        file.add_trial_column(name, name)
    for i in range(2):
        file.add_trial(start_time=1.0 + 3 * i, stop_time=2.0 + 3 * i, **{k: v[i] for k, v in columns.items()})


@pytest.mark.parametrize(
    ("columns", "texts"),
    [
        ({}, ("1", "2")),
        ({"correct": [True, False], "word": ["ook", "als"]}, ("ook", "als")),
        ({"block": [3, 4], "shown": ["ook", "als"], "rt": [0.4, 0.5]}, ("ook", "als")),
        ({"condition": [7, 8]}, ("7", "8")),
    ],
)
def test_trials_are_markers(columns: dict[str, list[Any]], texts: tuple[str, str], tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path / "a.nwb", lambda f: trials(f, **columns)))
    assert recording.markers == [
        (1.0, f"start;{texts[0]}"), (2.0, f"end;{texts[0]}"), (4.0, f"start;{texts[1]}"), (5.0, f"end;{texts[1]}"),
    ]  # fmt: skip
    assert any("intervals/trials" in note for note in recording.notes)


@pytest.mark.parametrize("odd", [np.array([b"a", b"b"]), np.zeros(3), np.zeros((2, 1)), np.zeros(2, "c16")])
def test_times_of_trials_that_are_none_are_told(odd: np.ndarray, tmp_path: Path) -> None:
    path = written(tmp_path / "a.nwb", lambda f: trials(f, word=["ook", "als"]))
    with h5py.File(path, "r+") as file:
        attributes = dict(file["intervals/trials/stop_time"].attrs)
        del file["intervals/trials/stop_time"]
        file["intervals/trials/stop_time"] = odd
        file["intervals/trials/stop_time"].attrs.update(attributes)
    with pytest.raises(InputError, match=r"intervals/trials|not a readable NWB file"):
        read_recording(path)


def test_a_kind_of_many_words_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path / "a.nwb", plain)
    with h5py.File(path, "r+") as file:
        file["acquisition/iEEG"].attrs["neurodata_type"] = np.array([1, 2])
    with pytest.raises(InputError):
        read_recording(path)


def test_intervals_annotations_and_a_table_beside(tmp_path: Path) -> None:
    def build(file: pynwb.NWBFile) -> None:
        plain(file)
        words = pynwb.epoch.TimeIntervals(name="spoken", description="d")
        words.add_column("word", "w")
        words.add_row(start_time=1.0, stop_time=1.5, word="ook")
        file.add_time_intervals(words)
        file.add_invalid_time_interval(start_time=0.0, stop_time=0.5)

    path = written(tmp_path / BIDS, build)
    assert read_recording(path).markers == [(1.0, "start;ook"), (1.5, "end;ook")]
    (tmp_path / BIDS.replace("_ieeg.nwb", "_events.tsv")).write_text("onset\tduration\tword\n2\t1\tals\n13\t0\tx\n")
    table = tmp_path / BIDS.replace("_ieeg.nwb", "_events.tsv")
    recording = read_recording(path)
    assert recording.markers == read_recording(path, markers=table).markers
    assert recording.markers == [(2.0, "start;als"), (3.0, "end;als"), (13.0, "x")]
    assert any("1 beyond its end (12.0 s)" in note for note in recording.notes)
    assert read_recording(path, markers="spoken").markers[0] == (1.0, "start;ook")
    with pytest.raises(BkError, match=r"nothing\.tsv: no such file"):
        read_recording(path, markers="nothing.tsv")
    with pytest.raises(BkError, match="no file, series or table 'nothing' with markers; it has intervals/spoken"):
        read_recording(path, markers="nothing")

    def annotated(file: pynwb.NWBFile) -> None:
        trials(file)
        notes = pynwb.misc.AnnotationSeries(
            name="notes", data=["hello", '{"event": "start", "word": "ook"}'], timestamps=[0.5, 3.0]
        )
        file.add_stimulus(notes)

    recording = read_recording(written(tmp_path / "b.nwb", annotated))
    assert recording.markers == [(0.5, "hello"), (3.0, "start;ook")]
    assert any("markers from stimulus/notes; not from intervals/trials" in note for note in recording.notes)


def test_a_table_beside_counts_from_the_first_sample(tmp_path: Path) -> None:
    path = written(tmp_path / BIDS, lambda f: f.add_acquisition(series(f, starting_time=100.0)))
    (tmp_path / BIDS.replace("_ieeg.nwb", "_events.tsv")).write_text("onset\tduration\tword\n2\t1\tals\n")
    recording = read_recording(path)
    assert recording.neural_start_s == 100.0
    assert recording.markers == [(102.0, "start;als"), (103.0, "end;als")]


def test_one_text_or_code_a_sample_in_stimulus(tmp_path: Path) -> None:
    codes = np.zeros(N, np.int32)
    codes[2000:3000] = 7

    def build(file: pynwb.NWBFile, data: Any) -> None:
        plain(file)
        file.add_stimulus(pynwb.TimeSeries(name="stimulus", data=data, unit="n/a", rate=RATE))

    path = written(tmp_path / "a.nwb", lambda f: build(f, codes))
    assert read_recording(path).markers == [(2.0, "7")]
    words = ["" if c == 0 else "ook" for c in codes]
    path = written(tmp_path / "b.nwb", lambda f: build(f, words))
    assert read_recording(path).markers == [(2.0, "start;ook"), (3.0, "end;ook")]


def with_sound(file: pynwb.NWBFile, name: str, data: Any, place: str = "acquisition", **more: Any) -> None:
    plain(file)
    when = {} if "timestamps" in more else {"rate": 16000.0}
    sound = pynwb.TimeSeries(name=name, data=data, unit="n/a", **{**when, **more})
    (file.add_acquisition if place == "acquisition" else file.add_stimulus)(sound)


def test_sound_under_any_name(tmp_path: Path) -> None:
    path = written(tmp_path / "a.nwb", lambda f: with_sound(f, "room_mic", SOUND))
    np.testing.assert_allclose(read_recording(path).audio, SOUND, atol=1e-6)
    path = written(tmp_path / "b.nwb", lambda f: with_sound(f, "played_speech", SOUND, "stimulus"))
    recording = read_recording(path)
    assert recording.audio is None, "what was played is no microphone"
    assert any("stimulus/played_speech may be it: name it with --audio" in note for note in recording.notes)
    np.testing.assert_allclose(read_recording(path, audio="played_speech").audio, SOUND, atol=1e-6)
    with pytest.raises(BkError, match=r"no channel 'x'; it has LA1.*no sound file.*stimulus/played_speech"):
        read_recording(path, audio="x")
    with pytest.raises(BkError, match="speech audio is needed here"):
        read_recording(path, require_audio=True)
    soundfile.write(tmp_path / "s.wav", SOUND, 16000, subtype="FLOAT")
    recording = read_recording(path, audio=str(tmp_path / "s.wav"), audio_start_s=0.25)
    np.testing.assert_array_equal(recording.audio, SOUND)
    assert recording.audio_start_s == 0.25


def test_rates_and_numbers_of_the_sound(tmp_path: Path) -> None:
    words = np.round(SOUND * 32767).astype(np.int16)
    stamps = np.arange(len(SOUND)) / 15996.0 + 0.5
    kept = np.delete(np.arange(len(SOUND)), slice(64000, 80000))
    sounds: dict[str, tuple[Any, dict[str, Any]]] = {
        "fractional": (SOUND, {"rate": 24414.0625}),
        "stamped": (SOUND, {"timestamps": stamps}),
        "words": (words, {"conversion": 1 / 32768}),
        "words_in_volts": (words, {"conversion": 1e-6}),
        "wide": (words.astype(np.int32), {"conversion": 1 / 32768}),
        "floats_in_volts": (SOUND, {"conversion": 1e-3}),
        "counts_as_floats": (words.astype(np.float64), {"conversion": 1 / 32768}),
        "paused": (SOUND[kept], {"timestamps": kept / 16000}),
        "stereo": (np.stack([SOUND, SOUND[::-1]], axis=1), {}),
    }

    def build(file: pynwb.NWBFile) -> None:
        plain(file)
        for name, (data, more) in sounds.items():
            when = {} if more.keys() & {"rate", "timestamps"} else {"rate": 16000.0}
            file.add_acquisition(pynwb.TimeSeries(name=name, data=data, unit="n/a", **when, **more))

    path = written(tmp_path / "a.nwb", build)
    got = {name: read_recording(path, audio=name, audio_channel="1") for name in sounds}
    paused = got.pop("paused")
    assert not paused.audio[64000:80000].any()
    np.testing.assert_array_equal(paused.audio[80000:], SOUND[80000:])
    assert any("1 gaps, 16000 samples (1.000 s) missing, filled with silence" in note for note in paused.notes)
    for name, recording in got.items():
        np.testing.assert_allclose(recording.audio, SOUND, atol=1e-4, err_msg=name)
    assert (got["fractional"].sample_rate, got["fractional"].audio_rate) == (24414, 24414.0625)
    assert (got["stamped"].sample_rate, got["stamped"].audio_start_s) == (16000, 0.5)
    assert got["stamped"].audio_rate == pytest.approx(15996.0, abs=0.01)
    with pytest.raises(BkError, match="2 different channels"):
        read_recording(path, audio="stereo")
    np.testing.assert_allclose(read_recording(path, audio="stereo", audio_channel="2").audio, SOUND[::-1], atol=1e-6)


def test_microphone_on_an_input_of_the_amplifier(tmp_path: Path) -> None:
    wired = BRAIN.copy()
    wired[:, 3] = 1e4 * np.sin(np.arange(N) / 9) + 5e5

    def build(file: pynwb.NWBFile) -> None:
        region = electrodes(file, label=["LA1", "LA2", "LB1", "AUX1"])
        file.add_acquisition(series(file, data=wired * 1e-6, region=region))

    path = written(tmp_path / "a.nwb", build)
    recording = read_recording(path)
    assert recording.labels == ("LA1", "LA2", "LB1")
    assert recording.audio is None
    assert any("AUX1 may be it: name it with --audio" in note for note in recording.notes)
    recording = read_recording(path, audio="AUX1", require_audio=True)
    assert (recording.sample_rate, recording.audio_start_s) == (1000, 0.0)
    assert np.corrcoef(recording.audio, wired[:, 3])[0, 1] > 0.999
    assert recording.labels == ("LA1", "LA2", "LB1")


def test_intervals_of_a_processing_module_and_turned_numbers(tmp_path: Path) -> None:
    def build(file: pynwb.NWBFile) -> None:
        file.add_acquisition(series(file, data=(BRAIN * 1e-6).T))
        words = pynwb.epoch.TimeIntervals(name="words", description="d")
        words.add_column("text", "t")
        words.add_row(start_time=1.0, stop_time=1.5, text="ook")
        file.create_processing_module("behavior", "d").add(words)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = written(tmp_path / "a.nwb", build)
    recording = read_recording(path)
    check(recording)
    assert recording.markers == [(1.0, "start;ook"), (1.5, "end;ook")]
