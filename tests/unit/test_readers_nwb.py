"""NWB files as labs and tools write them: scale, place, channels, time axis, sound and markers."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pynwb
import pytest
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
    with pytest.raises(BkError, match="no series box_c; it has acquisition/ECG"):
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


def table_beside(path: Path, unit: str) -> None:
    table = HEAD + "".join(ROW.values()).replace("SEEG\tV", f"SEEG\t{unit}")
    path.with_name(path.name.replace("_ieeg.nwb", "_channels.tsv")).write_text(table)


def test_units_that_would_both_be_a_brain_are_refused_where_the_file_says_no_more(tmp_path: Path) -> None:
    """4 mV by the file, 4 µV by the table."""
    path = written(tmp_path / BIDS, lambda f: f.add_acquisition(series(f, data=BRAIN * 1e-4)))
    table_beside(path, "mV")
    with pytest.raises(BkError, match="state different units"):
        read_recording(path)


def test_a_table_that_lacks_the_offset_alone_contradicts_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / BIDS, lambda f: f.add_acquisition(series(f, data=(BRAIN - 10) * 1e-6, offset=1e-5)))
    table_beside(path, "V")
    recording = read_recording(path)
    check(recording)
    assert not any("state different units" in note for note in recording.notes)


def test_an_odd_rate_to_a_thousandth_of_a_hertz_and_no_sound(tmp_path: Path) -> None:
    recording = read_recording(written(tmp_path / "a.nwb", lambda f: f.add_acquisition(series(f, rate=732.12345))))
    assert recording.sfreq == Fraction("732.123")
    assert recording.audio is None
    assert (recording.audio_start_s, recording.audio_rate, recording.sample_rate) == (0.0, 0.0, 0)


def test_damage_that_a_fuzz_run_found_is_one_line(tmp_path: Path) -> None:
    import h5py

    def damaged(name: str, harm: Callable[[h5py.File], None]) -> Path:
        path = written(tmp_path / name, plain)
        with h5py.File(path, "r+") as file:
            harm(file)
        return path

    def no_numbers(file: h5py.File) -> None:
        group = file["acquisition/iEEG"]
        kept = dict(group["data"].attrs)
        del group["data"]
        group.create_dataset("data", data=h5py.Empty("f4")).attrs.update(kept)

    def rows_before_the_first(file: h5py.File) -> None:
        file["acquisition/iEEG/electrodes"][...] = -1

    def letters_for_stamps(file: h5py.File) -> None:
        group = file["acquisition/iEEG"]
        del group["starting_time"]
        stamps = group.create_dataset("timestamps", data=["a"] * N, dtype=h5py.string_dtype())
        stamps.attrs.update({"interval": 1, "unit": "seconds"})

    for name, harm, message in (
        ("empty.nwb", no_numbers, "holds no numbers"),
        ("letters.nwb", letters_for_stamps, "timestamps: expected seconds, got texts"),
    ):
        with pytest.raises(BkError, match=message):
            read_recording(damaged(name, harm))
    np.testing.assert_array_equal(read_recording(damaged("rows.nwb", rows_before_the_first)).neural.shape, BRAIN.shape)
