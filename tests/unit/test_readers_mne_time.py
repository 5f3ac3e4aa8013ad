"""EDF, BDF, BrainVision, FIF and EEGLAB files in time: pauses, several rates, triggers; damaged headers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import mne
import numpy as np
import pytest
import scipy.io

from bk_realtime.errors import BkError
from offline.io import read_recording
from offline.io.edf import read_header
from tests.unit.edf_files import Line, write_brainvision, write_edf
from tests.unit.test_readers_mne import BRAIN, CONTACTS, SECONDS, SFREQ, N, pulses, said

# pauses


@pytest.mark.parametrize("ending", ["edf", "bdf"])
def test_pauses_between_records_are_kept(ending: str, tmp_path: Path) -> None:
    onsets = [5 + k + (0.25 if k >= 8 else 0) + (7 if k >= 14 else 0) for k in range(SECONDS)]
    x = pulses([7.5, 9.0, 19.5], SFREQ)
    lines = [Line("A1", x, SFREQ), Line("A2", BRAIN[:, 0], SFREQ), Line("DC1", pulses([9.0, 15.0], 2000), 2000)]
    notes = [(12.5, "a"), (14.25, "b"), (31.75, "c")]
    path = write_edf(tmp_path / f"d.{ending}", lines, f"{ending.upper()}+D", onsets, notes)
    recording = read_recording(path, audio="DC1")
    assert recording.markers == [(7.5, "a"), (9.25, "b"), (26.75, "c")]
    assert (np.flatnonzero(recording.neural[:, 0] > 500) / SFREQ).tolist() == [7.5, 9.25, 26.75]
    assert recording.duration_s == 27.25
    missing = np.isnan(recording.neural)
    assert (missing[:, 0] == missing[:, 1]).all()
    assert (np.flatnonzero(np.diff(missing[:, 0].astype(int))) + 1).tolist() == [4096, 4224, 7296, 10880]
    assert said(recording, "2 pauses, 7.250 s not recorded, filled with NaN")
    assert recording.audio is not None
    assert len(recording.audio) == 27.25 * 2000
    assert (np.flatnonzero(recording.audio > 0.4) / 2000).tolist() == [9.25, 22.25]


@pytest.mark.parametrize(
    ("onsets", "message"),
    [
        ([*range(10), *range(5, 15)], r"record 11 begins at 5\.000 s, before the one before it ends \(10\.000 s\)"),
        ([*range(10), *np.arange(9.5, 19.5)], r"record 11 begins at 9\.500 s"),
        ([*range(10), *range(3_155_760_000, 3_155_760_010)], "record 11 begins 3155759991 s after the one before it"),
        ([*range(10), None, *range(11, 20)], "record 11 has no start"),
        ([3 * k for k in range(20)], r"only 20\.0 of 58 s would be recorded, expected at least half"),
    ],
)
def test_onsets_that_cannot_be(onsets: list[float], message: str, tmp_path: Path) -> None:
    path = write_edf(tmp_path / "d.edf", CONTACTS, "EDF+D", onsets)
    with pytest.raises(BkError, match=message) as caught:
        read_recording(path)
    assert "\n" not in str(caught.value)
    assert "d.edf" in str(caught.value)


def test_a_continuous_file_with_odd_onsets_stays_continuous_and_says_so(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "c.edf", CONTACTS, "EDF+C", [0] * 20)
    recording = read_recording(path)
    assert len(recording.neural) == N
    assert said(recording, "onsets of records left aside, since EDF+C says that there are no pauses")
    coarse = write_edf(tmp_path / "r.edf", CONTACTS, "EDF+C", [int(k / 4) for k in range(80)], record_s=0.25)
    recording = read_recording(coarse)
    assert len(recording.neural) == N
    assert recording.notes == ()
    untold = read_recording(write_edf(tmp_path / "u.edf", CONTACTS, "EDF+D", [None] * 20))
    assert said(untold, "cannot be told: its records do not say when they began")


def test_a_clock_that_runs_off_is_measured(tmp_path: Path) -> None:
    onsets = [f"{1.001 * k:.4f}" for k in range(SECONDS)]
    recording = read_recording(write_edf(tmp_path / "c.edf", CONTACTS, "EDF+C", onsets, [(10.01, "ook")]))
    assert recording.neural_rate == pytest.approx(SFREQ / 1.001, rel=1e-6)
    assert recording.sfreq == SFREQ
    assert len(recording.neural) == N
    assert recording.sample_of(10.01) == 10 * SFREQ
    assert said(recording, "by the onsets of its records")


def test_a_file_that_was_not_closed_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "x.edf", CONTACTS, n_records=-1)
    path.write_bytes(path.read_bytes()[:-100])
    recording = read_recording(path)
    assert len(recording.neural) == N - SFREQ
    assert said(recording, "19 are read, the last one is incomplete and left out")
    whole = write_edf(tmp_path / "y.edf", CONTACTS, n_records=25)
    with pytest.raises(BkError, match="truncated"):
        read_recording(whole)


FIRST, LATER = "20200101120000000000", "20200101120025500000"


def bv(path: Path, dates: list[tuple[int, str]]) -> Path:
    x = np.c_[pulses([5.0, 15.0], SFREQ), BRAIN[:, 0]]
    stimuli = [(5 * SFREQ, "S  1"), (15 * SFREQ, "S  2")]
    return write_brainvision(path, x, ["A1", "A2"], SFREQ, dates, stimuli)


def test_brainvision_segments_lie_by_their_dates(tmp_path: Path) -> None:
    recording = read_recording(bv(tmp_path / "p.vhdr", [(0, FIRST), (10 * SFREQ, LATER)]))
    assert (np.flatnonzero(recording.neural[:, 0] > 500) / SFREQ).tolist() == [5.0, 30.5]
    markers = {text: t for t, text in recording.markers}
    assert (markers["Stimulus/S  1"], markers["Stimulus/S  2"]) == (5.0, 30.5)
    assert recording.duration_s == 35.5
    assert np.isnan(recording.neural).sum() == 15.5 * SFREQ * 2
    assert said(recording, "1 pause, 15.500 s not recorded")
    # the computer's clock is not the amplifier's
    early = read_recording(bv(tmp_path / "e.vhdr", [(0, FIRST), (10 * SFREQ, "20200101120009900000")]))
    assert early.duration_s == 20.0
    assert said(early, "begins 0.100 s before the one before it ends: it follows at once")


def test_brainvision_pauses_that_cannot_be_told_or_cannot_be(tmp_path: Path) -> None:
    for name, dates in (
        ("none", [(0, ""), (10 * SFREQ, "")]),
        ("zeros", [(0, FIRST), (10 * SFREQ, "0" * 20)]),
        ("later", [(0, ""), (10 * SFREQ, LATER)]),
    ):
        recording = read_recording(bv(tmp_path / f"{name}.vhdr", dates))
        assert recording.duration_s == 20.0, name
        assert said(recording, "no date: how long cannot be told"), name
    both = read_recording(bv(tmp_path / "b.vhdr", [(0, FIRST), (8 * SFREQ, ""), (10 * SFREQ, LATER)]))
    assert both.duration_s == 35.5
    assert said(both, "interrupted 1 times")
    with pytest.raises(BkError, match=r"segment 2 begins at -3600\.000 s, before the one before it ends"):
        read_recording(bv(tmp_path / "back.vhdr", [(0, FIRST), (10 * SFREQ, "20200101110000000000")]))
    with pytest.raises(BkError, match=r"segment 2 begins 3155760000 s after the one before it.*split the file"):
        read_recording(bv(tmp_path / "far.vhdr", [(0, FIRST), (10 * SFREQ, "21200102120000000000")]))


@pytest.mark.parametrize("first", [0, 7000])
@pytest.mark.parametrize("date", [None, datetime(2020, 1, 1, tzinfo=UTC)])
def test_markers_of_a_cropped_fif(date: datetime | None, first: int, tmp_path: Path) -> None:
    x = np.c_[pulses([8.0], SFREQ), BRAIN[:, 0]].T * 1e-6
    raw = mne.io.RawArray(x, mne.create_info(["A1", "A2"], SFREQ, "seeg"), first_samp=first, verbose="error")
    raw.set_meas_date(date)
    raw.set_annotations(mne.Annotations([2.0, 8.0], [0, 0], ["cat", "dog"]))
    raw.crop(5, None).save(tmp_path / "c_raw.fif", verbose="error")
    recording = read_recording(tmp_path / "c_raw.fif")
    assert recording.markers == [(3.0, "dog")]
    assert recording.sample_of(3.0) == int(np.argmax(recording.neural[:, 0]))


def test_what_a_fif_does_not_hold_is_missing(tmp_path: Path) -> None:
    raw = mne.io.RawArray(BRAIN.T * 1e-6, mne.create_info(4, SFREQ, "seeg"), first_samp=700, verbose="error")
    raw.set_annotations(mne.Annotations([5.0, 10.0], [3.0, 0.0], ["BAD_ACQ_SKIP", "ook"]))
    raw.save(tmp_path / "s_raw.fif", buffer_size_sec=1, verbose="error")
    recording = read_recording(tmp_path / "s_raw.fif")
    missing = np.isnan(recording.neural).all(axis=1)
    assert len(missing) == N
    assert (np.flatnonzero(np.diff(missing.astype(int))) + 1).tolist() == [5 * SFREQ, 8 * SFREQ]
    np.testing.assert_allclose(recording.neural[~missing], BRAIN[~missing], rtol=1e-4, atol=1e-3)
    assert recording.markers == [(10.0, "ook")]
    assert said(recording, "3.000 s not recorded")


def test_what_was_cut_out_of_an_eeglab_file(tmp_path: Path) -> None:
    channels = np.array([("A1", "SEEG"), ("ACC1", "SEEG"), ("EKG1", "")], dtype=[("labels", object), ("type", object)])
    events = np.array(
        [("ook", 1001.0, 0.0), ("boundary", 5120.5, 512.0), ("als", 6145.0, 0.0)],
        dtype=[("type", object), ("latency", object), ("duration", object)],
    )
    none = np.array([])
    content = {
        "setname": "x", "nbchan": 3, "pnts": N, "trials": 1, "srate": float(SFREQ), "xmin": 0.0, "data": BRAIN[:, :3].T,
        "xmax": (N - 1) / SFREQ, "chanlocs": channels, "event": events, "epoch": none, "icawinv": none,
        "icaweights": none, "icasphere": none,
    }  # fmt: skip
    scipy.io.savemat(tmp_path / "e.set", {"EEG": content}, appendmat=False)
    recording = read_recording(tmp_path / "e.set")
    assert recording.labels == ("A1", "ACC1")
    assert len(recording.neural) == N + 512
    assert np.isnan(recording.neural[5120:5632]).all()
    np.testing.assert_allclose(recording.neural[:5120], BRAIN[:5120, :2], rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(recording.neural[5632:], BRAIN[5120:, :2], rtol=1e-5, atol=1e-4)
    assert [m for m in recording.markers if m[1] != "boundary"] == [(1000 / SFREQ, "ook"), (13.0, "als")]


# rates


def test_two_head_boxes_are_joined_at_the_higher_rate(tmp_path: Path) -> None:
    fast, slow = 2048, 512
    times = [3.0, 11.5]
    t = {rate: np.arange(rate * SECONDS) / rate for rate in (fast, slow)}
    lines = [
        Line("A1", pulses(times, fast), fast),
        Line("B1", pulses(times, slow), slow),
        Line("A2", 300 * np.sin(2 * np.pi * 100 * t[fast]) + 500, fast),
        Line("B2", 300 * np.sin(2 * np.pi * 100 * t[slow]) + 500, slow),
    ]
    recording = read_recording(write_edf(tmp_path / "two.edf", lines))
    assert (recording.sfreq, recording.labels) == (fast, ("A1", "B1", "A2", "B2"))
    assert recording.neural.shape == (fast * SECONDS, 4)
    assert said(recording, "2 channels of 512 Hz resampled to the 2048 Hz of the others")
    for t_s in times:
        around = slice(int((t_s - 1) * fast), int((t_s + 1) * fast))
        assert np.argmax(recording.neural[around, 0]) == np.argmax(recording.neural[around, 1]) == fast
    np.testing.assert_allclose(recording.neural[:-64, 2], recording.neural[:-64, 3], atol=3.0)
    inner = recording.neural[fast:-fast, 3] - 500
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    hz = np.fft.rfftfreq(len(inner), 1 / fast)
    assert spectrum[hz > 256].max() < 1e-3 * spectrum.max()  # no image of 100 Hz at 412, 612, ... Hz
    one = read_recording(tmp_path / "two.edf", channels=["B1", "B2"])
    assert (one.sfreq, len(one.neural)) == (slow, slow * SECONDS)
    with pytest.raises(BkError, match="several rates"):
        read_recording(tmp_path / "two.edf", sfreq=1000.0)


def test_two_head_boxes_with_a_pause(tmp_path: Path) -> None:
    lines = [Line("A1", pulses([3.0, 15.0], 1000), 1000), Line("B1", pulses([3.0, 15.0], 500), 500)]
    onsets = [k + (2.5 if k >= 10 else 0) for k in range(SECONDS)]
    recording = read_recording(write_edf(tmp_path / "two.edf", lines, "EDF+D", onsets))
    for column in (0, 1):
        x = np.nan_to_num(recording.neural[:, column])
        assert np.argmax(x[:5000]) == 3000
        assert np.argmax(x[5000:]) + 5000 == 17500
    assert np.isnan(recording.neural[10000:12500]).all()
    assert np.isnan(recording.neural).sum() == 2500 * 2


# triggers


def test_the_status_of_a_biosemi_gives_its_codes(tmp_path: Path) -> None:
    status = np.full(N, 0x100000)
    for at, code in ((1000, 7), (3000, 65281)):
        status[at : at + 50] |= code
    status[N // 2 :] -= 1 << 24  # the top bit: read with its sign
    lines = [*CONTACTS, Line("Status", status, SFREQ, "Boolean", None)]
    recording = read_recording(write_edf(tmp_path / "s.bdf", lines))
    assert recording.labels == ("LA1", "LA2", "LA3", "LA4")
    assert recording.markers == [(1000 / SFREQ, "7"), (3000 / SFREQ, "65281")]


@pytest.mark.parametrize(("unit", "span"), [("", None), ("", 3276.7), ("uV", 3276.7)])
def test_trigger_channels_of_edf(unit: str, span: float | None, tmp_path: Path) -> None:
    codes = np.zeros(SECONDS * 100)
    codes[500:520], codes[1500:1510] = 255, 12
    onsets = [k + (3.123 if k >= 10 else 0) for k in range(SECONDS)]
    lines = [*CONTACTS, Line("TRIG", codes, 100, unit, span)]
    recording = read_recording(write_edf(tmp_path / "t.edf", lines, "EDF+D", onsets, [(1.0, "ook")]))
    assert [text for _, text in recording.markers] == ["ook", "255", "12"]
    np.testing.assert_allclose([t for t, _ in recording.markers], [1.0, 5.0, 18.123], atol=0.5 / SFREQ)
    assert said(recording, "TRIG")
    assert read_recording(tmp_path / "t.edf", markers="TRIG").markers == recording.markers[1:]


# size and identity


def test_the_hash_of_the_numbers_knows_no_choice(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "h.edf", CONTACTS, "EDF+C", notes=[(1.0, "ook")])
    whole = read_recording(path)
    assert read_recording(path, channels=["LA2"]).neural_hash == whole.neural_hash
    assert read_recording(path, gain=0.05).neural_hash == whole.neural_hash
    other = write_edf(tmp_path / "other.edf", CONTACTS, "EDF+C", notes=[(2.0, "als")])
    assert read_recording(other).neural_hash == whole.neural_hash
    lines = [Line("LA1", BRAIN[:, 1], SFREQ), *CONTACTS[1:]]
    assert read_recording(write_edf(tmp_path / "x.edf", lines, "EDF+C")).neural_hash != whole.neural_hash


def test_pieces_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onsets = [k + (0.5 if k >= 7 else 0) for k in range(SECONDS)]
    path = write_edf(tmp_path / "p.edf", CONTACTS, "EDF+D", onsets)
    whole = read_recording(path)
    monkeypatch.setattr("offline.io.edf._BLOCK", 3 * read_header(path).record_bytes)
    again = read_recording(path)
    np.testing.assert_array_equal(again.neural, whole.neural)
    assert again.neural_hash == whole.neural_hash


def test_headers_that_cannot_be(tmp_path: Path) -> None:
    good = write_edf(tmp_path / "g.edf", CONTACTS).read_bytes()
    for name, at, text, message in (
        ("length", 244, b"inf     ", "'inf'"),
        ("zero", 244, b"0       ", "records have 0 s"),
        ("signals", 252, b"9999", "of 9999 signals"),
        ("none", 252, b"0   ", "does not begin like"),
        ("samples", 256 + 216 * 4, b"0       " * 4, "hold no samples"),
        ("minus", 256 + 216 * 4, b"-5      ", "hold no samples"),
        ("range", 256 + 104 * 4, b"nan     ", "range of channel 'LA1'"),
    ):
        path = tmp_path / f"{name}.edf"
        path.write_bytes(good[:at] + text + good[at + len(text) :])
        with pytest.raises(BkError, match=message) as caught:
            read_recording(path)
        assert "\n" not in str(caught.value)
