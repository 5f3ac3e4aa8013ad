"""Recordings of several amplifiers read as one: streams of a file, files of a session; names, clocks, notes."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.join.names import joined_description, joined_labels
from bk_realtime.xdf import XdfWriter, info_xml
from offline.io import read_recording
from tests.property.test_join import TONE_HZ, phase_error, taken
from tests.unit.edf_files import Line, write_edf

SECONDS = 20.0


def amplifier(
    name: str, source_id: str, rate: float, labels: list[str], ppm: float = 0.0, seed: int = 0, jitter_s: float = 1e-4
) -> tuple[StreamDescription, np.ndarray, np.ndarray]:
    """Description, µV of two tones and stamps of an amplifier that runs ``ppm`` fast."""
    times, stamps = taken(SECONDS, rate, ppm, jitter_s, seed=seed)
    description = StreamDescription(
        name, "sEEG", source_id, rate, tuple(labels), ("microvolts",) * len(labels), "float32", "here"
    )
    x = 40 * np.stack([np.sin(2 * np.pi * TONE_HZ * times + k) for k in range(len(labels))], 1)
    return description, x.astype(np.float32), stamps


def write(path: Path, *streams: tuple[StreamDescription, np.ndarray, np.ndarray]) -> Path:
    writer = XdfWriter(path)
    for number, (description, x, stamps) in enumerate(streams, 1):
        writer.add_stream(number, info_xml(description, {}))
        for a in range(0, len(stamps), 512):
            writer.write(number, stamps[a : a + 512], x[a : a + 512])
    writer.close()
    return path


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A1, A2 at 1000 Hz, and A1, B1 of another amplifier at 2048 Hz, 200 ppm fast."""
    path = tmp_path_factory.mktemp("join") / "two.xdf"
    return write(
        path, amplifier("amp", "amp-1", 1000, ["A1", "A2"]), amplifier("stim", "stim-1", 2048, ["A1", "B1"], 200, 1)
    )


def test_two_streams_of_one_file(two: Path) -> None:
    r = read_recording(two, join=("stim",))
    assert r.labels == ("A1", "A2", "stim:A1", "stim:B1")
    assert r.sfreq == 1000
    main = read_recording(two, neural="amp")
    np.testing.assert_array_equal(r.neural[:, :2], main.neural)
    assert r.neural_start_s == main.neural_start_s
    times = main.neural_start_s + np.arange(len(r.neural)) / r.neural_rate
    assert np.nanmax(np.abs(phase_error(r.neural[:, [0, 2]], times))[10:-1]) < 3
    (note,) = [n for n in r.notes if n.startswith("joined 'stim'")]
    found = re.search(r"drift ([+-][\d.]+) ppm, residual ([\d.]+) ms rms and ([\d.]+) ms at most", note)
    assert found is not None
    drift, rms, most = map(float, found.groups())
    assert drift == pytest.approx(200, abs=2)
    assert 0 < rms <= most < 0.2
    assert any("'stim:A1'" in n for n in r.notes)


def test_a_file_with_two_is_refused_without_join_and_says_how(two: Path) -> None:
    with pytest.raises(InputError, match=r"2 neural streams: .*'amp'.*'stim'.*--join"):
        read_recording(two)


def test_what_is_wrong_with_join_is_one_line(two: Path, tmp_path: Path) -> None:
    for options, words in (
        ({"join": ("stim", "stim-1")}, "names one stream twice"),
        ({"join": "amp", "neural": "amp"}, "names the main stream 'amp' itself"),
        ({"join": str(two)}, "names the recording itself"),
        ({"join": "nobody"}, "no stream is called 'nobody'"),
        ({"join": ("amp", "stim")}, "expected one neural stream to join the others to, got 0"),
    ):
        with pytest.raises((InputError, OptionError), match=words) as caught:
            read_recording(two, **options)
        assert "\n" not in str(caught.value)


def test_channels_and_the_file_beside_it(two: Path) -> None:
    """Labels of the whole are chosen from; NAME.toml may say it all."""
    assert read_recording(two, join="stim", channels=("A2", "stim:B1")).labels == ("A2", "stim:B1")
    assert read_recording(two, join="amp", neural="stim", exclude=("A1",)).labels == ("B1", "amp:A1", "amp:A2")
    beside = two.with_name("two.xdf.toml")
    beside.write_text('neural = "amp"\njoin = ["stim"]\nexclude = ["stim:A1"]\n')
    try:
        r = read_recording(two)
        assert r.labels == ("A1", "A2", "stim:B1")
        assert read_recording(two, join=(), exclude=()).labels == ("A1", "A2")
    finally:
        beside.unlink()


def test_hashes_name_what_was_joined(two: Path) -> None:
    alone, both = read_recording(two, neural="amp"), read_recording(two, neural="amp", join="stim")
    turned = read_recording(two, neural="stim", join="amp")
    assert len({alone.neural_hash, both.neural_hash, turned.neural_hash}) == 3
    assert len({alone.reading_hash, both.reading_hash, turned.reading_hash}) == 3
    assert both.reading_hash == read_recording(two, neural="amp", join="stim").reading_hash


def test_two_files_of_one_lsl_session(two: Path, tmp_path: Path) -> None:
    """The same rows as from one file; hashes of both; what changes in the second file changes the reading."""
    own, other = amplifier("amp", "amp-1", 1000, ["A1", "A2"]), amplifier("stim", "stim-1", 2048, ["A1", "B1"], 200, 1)
    first, second = write(tmp_path / "a.xdf", own), write(tmp_path / "b.xdf", other)
    r = read_recording(first, join=str(second))
    np.testing.assert_array_equal(r.neural, read_recording(two, join="stim").neural)
    assert r.labels == ("A1", "A2", "stim:A1", "stim:B1")
    assert read_recording(first, join="b.xdf").reading_hash == r.reading_hash  # beside it
    second.unlink()
    write(second, (other[0], other[1] + 1, other[2]))
    changed = read_recording(first, join=str(second))
    assert changed.reading_hash != r.reading_hash
    assert changed.neural_hash != r.neural_hash
    assert changed.source_hash != r.source_hash


def test_the_sound_of_the_other_file_brings_along_where_it_was_lost_and_the_voice_that_was_played(
    tmp_path: Path,
) -> None:
    own, other = amplifier("amp", "amp-1", 1000, ["A1", "A2"]), amplifier("stim", "stim-1", 2048, ["B1"], 0, 1)
    at = other[2][0] + np.arange(round(SECONDS * 8000)) / 8000
    noise = np.random.default_rng(0).standard_normal((len(at), 1)).astype(np.float32)
    mic, voice = [
        (StreamDescription(name, "Audio", name, 8000, ("1",), ("",), "float32", "here"), noise, at)
        for name in ("mic", "BrainKaraoke-audio")
    ]
    there = (at < at[0] + 5) | (at > at[0] + 9)
    first = write(tmp_path / "a.xdf", own)
    second = write(tmp_path / "b.xdf", other, (mic[0], noise[there], at[there]), voice)
    r, alone = read_recording(first, join=str(second)), read_recording(second)
    assert r.audio is not None
    assert r.played_in == second
    assert r.unheard == alone.unheard
    assert len(r.unheard) == 1


def test_a_gap_of_either_is_nan(tmp_path: Path) -> None:
    main, other = amplifier("amp", "a", 1000, ["A1"]), amplifier("stim", "b", 1000, ["B1"], 100, 1)
    cut = [np.r_[0:8000, 9000 : len(main[2])], np.r_[0:12000, 13000 : len(other[2])]]
    streams = [(d, x[c], s[c]) for (d, x, s), c in zip((main, other), cut, strict=True)]
    r = read_recording(write(tmp_path / "gaps.xdf", *streams), join="stim", neural="amp")
    assert len(r.neural) == pytest.approx(20_000, abs=20)
    missing = np.isnan(r.neural)
    assert np.flatnonzero(missing[:, 0]).tolist() == list(range(8000, 9000))
    of_other = np.flatnonzero(missing[600:-30, 1]) + 600
    assert set(range(8000, 9000)) | set(range(12020, 12980)) <= set(of_other)
    assert len(of_other) == pytest.approx(2000, abs=60)


def test_a_stream_that_came_back_as_another_is_one(tmp_path: Path) -> None:
    """The joined amplifier was restarted: two streams of one source id, 2 s apart."""
    main, (d, x, s) = amplifier("amp", "a", 1000, ["A1"]), amplifier("stim", "b", 1000, ["B1"], 0, 1)
    path = write(tmp_path / "restart.xdf", main, (d, x[:8000], s[:8000]), (d, x[10_000:], s[10_000:]))
    r = read_recording(path, join="stim", neural="amp")
    missing = np.flatnonzero(np.isnan(r.neural[600:-30, 1])) + 600
    assert abs(missing[0] - 7990) < 15
    assert abs(missing[-1] - 10_010) < 15
    times = np.arange(len(r.neural)) / 1000
    assert np.nanmax(np.abs(phase_error(r.neural, times))[22:-1]) < 15


def test_three_amplifiers(tmp_path: Path) -> None:
    names = ("one", "two", "three")
    streams = [
        amplifier(n, n, r, ["A1"], 50 * k, k) for k, (n, r) in enumerate(zip(names, (1000, 512, 2000), strict=True))
    ]
    r = read_recording(write(tmp_path / "three.xdf", *streams), neural="one", join=("two", "three"))
    assert r.labels == ("A1", "two:A1", "three:A1")
    times = np.arange(len(r.neural)) / 1000
    for column in (1, 2):
        assert np.nanmax(np.abs(phase_error(r.neural[:, [0, column]], times))[10:-1]) < 4


def fif(path: Path, label: str, rate: int, start: datetime | None, times: np.ndarray) -> Path:
    """A small FIF file, with or without a start date."""
    mne = pytest.importorskip("mne")
    raw = mne.io.RawArray(40e-6 * np.sin(2 * np.pi * 20 * times)[None], mne.create_info([label], rate, "seeg"))
    raw.set_meas_date(start)
    raw.save(path, verbose="error")
    return path


def test_files_with_dates_are_aligned_by_them(tmp_path: Path) -> None:
    """The second file began 3 s later, at twice the rate; that no drift can be told is said."""
    start = datetime(2024, 5, 17, 9, 0, 0, tzinfo=UTC)
    first = fif(tmp_path / "a_raw.fif", "A1", 500, start, np.arange(0, 12, 1 / 500))
    second = fif(tmp_path / "b_raw.fif", "B1", 1000, start + timedelta(seconds=3), np.arange(3, 12, 1 / 1000))
    r = read_recording(first, join=str(second))
    assert r.labels == ("A1", "B1")
    assert len(r.neural) == 6000
    assert np.isnan(r.neural[:1500, 1]).all()
    whole = np.isfinite(r.neural[:, 1])
    assert whole[2000:5900].all()
    np.testing.assert_allclose(r.neural[whole, 1], r.neural[whole, 0], atol=0.1)
    assert any("drift between the two clocks cannot be told" in n for n in r.notes)


def test_files_without_dates_have_no_common_clock(tmp_path: Path) -> None:
    times = np.arange(0, 5, 1 / 500)
    first, second = (
        fif(tmp_path / "a_raw.fif", "A1", 500, None, times),
        fif(tmp_path / "b_raw.fif", "B1", 500, None, times),
    )
    with pytest.raises(BkError, match="no common clock"):
        read_recording(first, join=str(second))


def edf(path: Path, label: str, date: str, times: np.ndarray) -> Path:
    write_edf(path, [Line(label, 100 * np.sin(2 * np.pi * 20 * times), 500.0)])
    raw = bytearray(path.read_bytes())
    raw[168:184] = date.encode()
    path.write_bytes(raw)
    return path


def test_edf_files_are_aligned_by_their_headers_and_the_second_is_said(tmp_path: Path) -> None:
    first = edf(tmp_path / "a.edf", "A1", "17.05.2409.00.00", np.arange(0, 12, 1 / 500))
    second = edf(tmp_path / "b.edf", "B1", "17.05.2409.00.03", np.arange(3, 12, 1 / 500))
    r = read_recording(first, join=str(second))
    whole = np.isfinite(r.neural[:, 1])
    assert not whole[:1500].any()
    assert whole[2000:5900].all()
    np.testing.assert_allclose(r.neural[whole, 1], r.neural[whole, 0], atol=0.5)
    assert any("a.edf and of b.edf tells whole seconds" in n for n in r.notes)


def test_an_edf_header_without_a_date_is_no_clock(tmp_path: Path) -> None:
    """The first of January 1985 is what anonymised files say; two of them would lie on each other without a word."""
    times = np.arange(0, 5, 1 / 500)
    for date in ("01.01.8500.00.00", "                "):
        first, second = (edf(tmp_path / f"{name}.edf", name, date, times) for name in ("A1", "B1"))
        with pytest.raises(BkError, match="no common clock"):
            read_recording(first, join=str(second))


def test_two_series_of_an_nwb_file(tmp_path: Path) -> None:
    """On the axis of the file: the second began a second later and runs at half the rate."""
    pynwb = pytest.importorskip("pynwb")
    start = datetime(2024, 5, 17, 9, 0, 0, tzinfo=UTC)
    file = pynwb.NWBFile("test", "two", start)
    group = file.create_electrode_group("A", "shaft", "here", device=file.create_device("amp"))
    for _ in range(2):
        file.add_electrode(group=group, location="here")
    for k, (name, rate) in enumerate((("One", 1000.0), ("Two", 500.0))):
        times = np.arange(k, 8, 1 / rate)
        region = file.create_electrode_table_region([k], name)
        data = 4e-5 * np.sin(2 * np.pi * 20 * times)[:, None]
        series = pynwb.ecephys.ElectricalSeries(
            name=name, data=data, electrodes=region, rate=rate, starting_time=float(k)
        )
        file.add_acquisition(series)
    path = tmp_path / "two.nwb"
    with pynwb.NWBHDF5IO(path, "w") as io:
        io.write(file)
    with pytest.raises(InputError, match="--join"):
        read_recording(path)
    r = read_recording(path, neural="One", join="Two")
    assert r.neural.shape == (8000, 2)
    assert np.isnan(r.neural[:1000, 1]).all()
    np.testing.assert_allclose(r.neural[2000:7900, 1], r.neural[2000:7900, 0], atol=0.1)


def test_names_are_unique_and_shafts_stay_apart() -> None:
    labels, notes = joined_labels(["amp", "amp", "x"], [["A1", "A2"], ["a2", "B1"], ["C1"]])
    assert labels == (("A1", "A2"), ("amp2:a2", "amp2:B1"), ("C1",))
    assert len(notes) == 1
    assert joined_labels(["a", "EEG"], [["A1"], ["A1"]])[0][1] == ("EEG2:A1",)  # "EEG:A1" would be taken for A1
    description, _, _ = amplifier("amp", "amp-1", 1000, ["A1"])
    other = dataclasses.replace(description, name="b", sfreq=2048.0, extra={"simulated": "true"})
    both = joined_description([description, other])
    assert both.labels == ("A1", "b:A1")
    assert both.sfreq == 1000
    assert both.simulated
    assert len(both.units) == 2


def test_two_trigger_lines_of_one_name_change_no_contact(two: Path, tmp_path: Path) -> None:
    """A live stream carries its trigger line, a recording as read does not: labels of contacts are the same."""
    described, streams = [], []
    for number, (name, labels) in enumerate((("amp", ["A1", "Trig"]), ("stim", ["B1", "Trig"])), 1):
        d, x, stamps = amplifier(name, name, 1000, labels, 0, number)
        d = dataclasses.replace(d, units=("microvolts", "none"), types=("SEEG", "TRIG"))
        x[:, 1] = 0
        described.append(d)
        streams.append((d, x, stamps))
    assert joined_description(described).labels == ("A1", "Trig", "B1", "stim:Trig")
    assert read_recording(write(tmp_path / "t.xdf", *streams), neural="amp", join="stim").labels == ("A1", "B1")
