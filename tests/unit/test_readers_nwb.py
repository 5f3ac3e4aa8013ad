"""NWB files as labs and tools write them: scale, place, channels, time axis, sound and markers."""

from __future__ import annotations

import functools
import tempfile
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pynwb
import pytest
import soundfile
from pynwb.ecephys import LFP, ElectricalSeries

from bk_realtime.errors import BkError
from offline.io import Recording, read_recording

RATE, N, C = 1000.0, 12_000, 4
RNG = np.random.default_rng(11)
BRAIN = (RNG.standard_normal((N, C)) * 40).astype(np.float32)
SOUND = (RNG.standard_normal(int(N / RATE * 16000)) * 0.1).astype(np.float32)
LABELS = ("LA1", "LA2", "LB1", "LB2")
BIDS = "sub-01_task-words_ieeg.nwb"

Build = Callable[[pynwb.NWBFile], None]


def written(path: Path, build: Build) -> Path:
    file = pynwb.NWBFile("test", "id-1", datetime(2021, 1, 1, tzinfo=UTC))
    build(file)
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return path


def electrodes(file: pynwb.NWBFile, groups: str = "AABB", **columns: list[Any]) -> Any:
    device = file.create_device("amp")
    made = {
        g: file.create_electrode_group(g, description=g, location="l", device=device) for g in dict.fromkeys(groups)
    }
    for name in columns:
        file.add_electrode_column(name, name)
    for i, group in enumerate(groups):
        file.add_electrode(location="l", group=made[group], **{name: values[i] for name, values in columns.items()})
    return file.create_electrode_table_region(list(range(len(groups))), "all")


def series(
    file: pynwb.NWBFile, name: str = "iEEG", data: Any = None, region: Any = None, **more: Any
) -> ElectricalSeries:
    if region is None:
        region = electrodes(file, label=list(LABELS))
    when = {} if "timestamps" in more else {"rate": RATE}
    return ElectricalSeries(
        name=name, data=BRAIN * 1e-6 if data is None else data, electrodes=region, **{**when, **more}
    )


def plain(file: pynwb.NWBFile) -> None:
    file.add_acquisition(series(file))


def check(recording: Recording, tolerance: float = 1e-3) -> None:
    np.testing.assert_allclose(recording.neural, BRAIN, atol=tolerance)


def test_volts_are_data_times_conversions_plus_offset(tmp_path: Path) -> None:
    each = np.array([1.0, 2.0, 0.5, 8.0])
    counts = np.round(BRAIN / each / 0.1).astype(np.int16)
    unsigned = (np.round(BRAIN / 0.2) + 32768).astype(np.uint16)
    both = (np.round(BRAIN / each / 0.2) + 1000).astype(np.int32)

    def build(file: pynwb.NWBFile) -> None:
        region = electrodes(file, label=list(LABELS))
        for name, data, more in (
            ("each", counts, {"conversion": 0.1e-6, "channel_conversion": each}),
            ("unsigned", unsigned, {"conversion": 0.2e-6, "offset": -6553.6e-6}),
            ("both", both, {"conversion": 0.2e-6, "channel_conversion": each, "offset": -0.2e-3}),
        ):
            file.add_acquisition(series(file, name, data, region, **more))

    path = written(tmp_path / "a.nwb", build)
    check(read_recording(path, neural="each"), 0.41)
    check(read_recording(path, neural="unsigned"), 0.11)
    again = read_recording(path, neural="unsigned", gain=0.4)
    np.testing.assert_allclose(again.neural, 2 * BRAIN, atol=0.21)
    assert any("middle of its counts" in note for note in again.notes)
    want = BRAIN + (0.2 * 1000 * each - 200).astype(np.float32)
    got = read_recording(path, neural="both", exclude=["LA2"])
    np.testing.assert_allclose(got.neural, want[:, [0, 2, 3]], atol=0.9)


def in_lfp(file: pynwb.NWBFile) -> None:
    file.add_acquisition(LFP(name="LFP", electrical_series=series(file, "raw")))


def in_module(file: pynwb.NWBFile) -> None:
    module = file.create_processing_module("ecephys", "processed")
    module.add(LFP(name="LFP", electrical_series=series(file, "lfp")))


def bare_in_module(file: pynwb.NWBFile) -> None:
    file.create_processing_module("behavior", "else").add(
        pynwb.TimeSeries(name="gaze", data=[1.0, 2.0], unit="n/a", rate=1.0)
    )
    file.create_processing_module("filtered", "processed").add(series(file, "filtered"))


@pytest.mark.parametrize(
    ("build", "where"),
    [
        (in_lfp, "acquisition/LFP/raw"),
        (in_module, "processing/ecephys/LFP/lfp"),
        (bare_in_module, "processing/filtered/filtered"),
    ],
)
def test_electrical_series_anywhere(build: Build, where: str, tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path / "a.nwb", build))
    check(recording)
    assert recording.labels == LABELS
    assert any(where in note for note in recording.notes)


def test_several_are_listed_and_chosen_by_path_or_name(tmp_path: Path) -> None:
    def build(file: pynwb.NWBFile) -> None:
        region = electrodes(file, label=list(LABELS))
        file.add_acquisition(series(file, "box_a", region=region))
        file.add_acquisition(series(file, "box_b", data=BRAIN * 2e-6, region=region))
        file.add_acquisition(series(file, "ECG", region=region))
        module = file.create_processing_module("ecephys", "processed")
        module.add(LFP(name="LFP", electrical_series=series(file, "box_a", data=BRAIN * 3e-6, region=region)))

    path = written(tmp_path / "a.nwb", build)
    with pytest.raises(BkError, match=r"2 neural series: acquisition/box_a .*acquisition/box_b"):
        read_recording(path)
    np.testing.assert_allclose(read_recording(path, neural="box_b").neural, BRAIN * 2, atol=1e-3)
    with pytest.raises(BkError, match=r"several series 'box_a'.*give the whole path"):
        read_recording(path, neural="box_a")
    np.testing.assert_allclose(read_recording(path, neural="LFP/box_a").neural, BRAIN * 3, atol=1e-3)
    with pytest.raises(BkError, match="no acquisition/box_c; it has acquisition/ECG"):
        read_recording(path, neural="box_c")


@pytest.mark.parametrize(
    ("groups", "columns", "labels"),
    [
        ("AABB", {"channel_name": ["x1", "x2", "x3", "x4"]}, ("x1", "x2", "x3", "x4")),
        ("AABB", {"label": ["1", "2", "1", "2"]}, ("A1", "A2", "B1", "B2")),
        ("AABB", {}, ("A1", "A2", "B1", "B2")),
        ("AAAA", {}, ("ch1", "ch2", "ch3", "ch4")),
    ],
)
def test_labels_of_the_electrode_table(
    groups: str, columns: dict[str, list[Any]], labels: tuple[str, ...], tmp_path: Path
) -> None:
    path = written(tmp_path / "a.nwb", lambda f: f.add_acquisition(series(f, region=electrodes(f, groups, **columns))))
    assert read_recording(path).labels == labels


def test_types_and_bad_channels_of_the_electrode_table(tmp_path: Path) -> None:
    def build(file: pynwb.NWBFile) -> None:
        region = electrodes(
            file, label=["TEMP1", "LA2", "LA3", "EX"], type=["SEEG", "seeg", "depth", "ECG"], status=["good", "bad"] * 2
        )
        file.add_acquisition(series(file, region=region))

    recording = read_recording(written(tmp_path / "a.nwb", build))
    assert recording.labels == ("TEMP1", "LA2", "LA3")
    assert recording.bad == ("LA2",)
    assert "left out, type ECG: EX" in recording.notes

    def groups(file: pynwb.NWBFile) -> None:
        device = file.create_device("amp")
        for name in ("LA", "ECG"):
            group = file.create_electrode_group(name, description=name, location="l", device=device)
            for _ in range(2):
                file.add_electrode(location="l", group=group)
        file.add_acquisition(series(file, region=file.create_electrode_table_region([0, 1, 2, 3], "all")))

    recording = read_recording(written(tmp_path / "c.nwb", groups))
    assert recording.labels == ("LA1", "LA2")
    assert "left out, type ECG: ECG1, ECG2" in recording.notes

    def flags(file: pynwb.NWBFile) -> None:
        file.add_acquisition(series(file, region=electrodes(file, label=list(LABELS), bad=[False, True, False, False])))

    assert read_recording(written(tmp_path / "b.nwb", flags)).bad == ("LA2",)


@functools.cache
def four_channels(named: bool) -> bytes:
    """A file with and without labels of its own."""
    with tempfile.TemporaryDirectory() as folder:
        columns = {"label": list(LABELS)} if named else {}
        path = Path(folder) / "a.nwb"
        written(path, lambda f: f.add_acquisition(series(f, region=electrodes(f, "AAAA", **columns))))
        return path.read_bytes()


HEAD = "name\ttype\tunits\tstatus\n"
ROW = {label: f"{label}\tSEEG\tV\tgood\n" for label in LABELS}
OTHER_ORDER = HEAD + ROW["LB2"] + "TRIG\tTRIG\tn/a\tgood\n" + ROW["LA1"].replace("good", "bad") + ROW["LB1"]


@pytest.mark.parametrize(
    ("table", "named", "labels", "note"),
    [
        (OTHER_ORDER + ROW["LA2"], True, LABELS, "lists 1 channels that are not in"),
        (
            OTHER_ORDER,
            True,
            ("LA1", "LB1", "LB2"),
            "not listed in channels.tsv, so no brain unless the file says so: LA2",
        ),
        (HEAD + "".join(ROW.values()).replace("LB2\tSEEG\tV", "LB2\tTRIG\tn/a"), True, LABELS[:3], "type TRIG: LB2"),
        (HEAD + "".join(ROW.values()).replace("LB1\tSEEG\tV", "LB1\tMISC\tV"), True, ("LA1", "LA2", "LB2"), "MISC"),
        (HEAD + "".join(ROW.values()).replace("LB1\tSEEG", "C136\tOTHER"), False, ("LA1", "LA2", "LB2"), "OTHER: C136"),
        (HEAD + "".join(ROW.values()).replace("SEEG\tV", "SEEG\tn/a"), True, LABELS, ""),
        (HEAD + "".join(ROW.values()).replace("L", "R"), True, ("RA1", "RA2", "RB1", "RB2"), "taken in order"),
    ],
)
def test_bids_table_by_name_and_type(
    table: str, named: bool, labels: tuple[str, ...], note: str, tmp_path: Path
) -> None:
    path = tmp_path / BIDS
    path.write_bytes(four_channels(named))
    (tmp_path / BIDS.replace("_ieeg.nwb", "_channels.tsv")).write_text(table)
    recording = read_recording(path)
    assert recording.labels == labels
    assert note in " ".join(recording.notes)
    known = [i for i, label in enumerate(LABELS) if label in labels or labels[0] == "RA1"]
    np.testing.assert_allclose(recording.neural, BRAIN[:, known], atol=1e-3)
    if "LA1\tSEEG\tV\tbad" in table:
        assert recording.bad == ("LA1",)


def test_a_table_of_another_length_needs_names(tmp_path: Path) -> None:
    path = tmp_path / BIDS
    path.write_bytes(four_channels(False))
    (tmp_path / BIDS.replace("_ieeg.nwb", "_channels.tsv")).write_text(HEAD + ROW["LA1"] + ROW["LA2"])
    with pytest.raises(BkError, match=r"4 channels, but its channels\.tsv lists 2"):
        read_recording(path)


def test_counts_beside_a_table_in_microvolts(tmp_path: Path) -> None:
    """The table's unit is that of the volts, not of the counts: both would make a brain's level, the file says more."""
    counts = np.round(BRAIN / 0.25).astype(np.int16)
    path = written(tmp_path / BIDS, lambda f: f.add_acquisition(series(f, data=counts, conversion=0.25e-6)))
    table = HEAD + "".join(ROW.values()).replace("SEEG\tV", "SEEG\tuV")
    (tmp_path / BIDS.replace("_ieeg.nwb", "_channels.tsv")).write_text(table)
    recording = read_recording(path)
    check(recording, 0.13)
    assert any("that of the file is taken" in note for note in recording.notes)


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


def test_a_file_that_states_numbers_it_does_not_hold(tmp_path: Path) -> None:
    import h5py

    path = written(tmp_path / "a.nwb", plain)
    with h5py.File(path, "r+") as file:
        group = file["acquisition/iEEG"]
        attributes = dict(group["data"].attrs)
        del group["data"]
        group.create_dataset("data", (1_000_000_000, 4), np.float32, chunks=(1024, 4)).attrs.update(attributes)
    with pytest.raises(BkError, match="states 16 GB of numbers and the file holds 0 bytes"):
        read_recording(path)
