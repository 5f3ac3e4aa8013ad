"""EDF, BDF, BrainVision and FIF files as clinics write them: types, units, microphones, pauses, rates, triggers."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from pathlib import Path

import mne
import numpy as np
import pytest
import scipy.io
import soundfile

from bk_realtime.errors import BkError
from offline.io import read_recording
from offline.io.edf import read_header
from tests.unit.edf_files import Line, write_brainvision, write_edf
from tests.unit.test_readers import make_any

SFREQ, SECONDS = 512, 20
N = SFREQ * SECONDS
BRAIN = np.random.default_rng(3).standard_normal((N, 4)) * 40
CONTACTS = [Line(f"LA{i + 1}", BRAIN[:, i], SFREQ) for i in range(4)]
STEP = 0.11
"""µV that 16 bits of ±3276.7 µV are apart, and a little."""


def pulses(at_s: list[float], rate: float, seconds: float = SECONDS) -> np.ndarray:
    x = np.zeros(round(rate * seconds))
    for t in at_s:
        x[round(t * rate)] = 1000.0
    return x


def said(recording: object, text: str) -> bool:
    return any(text in note for note in recording.notes)  # type: ignore[attr-defined]


# types and units


def test_labels_of_clinics_lose_their_prefix_before_they_are_judged(tmp_path: Path) -> None:
    labels = ["EEG LA1-Ref", "EEG ACC2-Ref", "POL LB1", "POL DC09", "POL EKG1", "POL E", "POL BP1"]
    path = write_edf(tmp_path / "nk.edf", [Line(n, BRAIN[:, 0], SFREQ) for n in labels], "EDF+C")
    recording = read_recording(path)
    assert recording.labels == ("EEG LA1-Ref", "EEG ACC2-Ref", "POL LB1")
    assert said(recording, "left out, by its name: POL DC09, POL EKG1, POL E, POL BP1")
    assert read_recording(path, channels=["dc09", "la1"]).labels == ("POL DC09", "EEG LA1-Ref")
    assert read_recording(path, exclude=["LA1"]).labels == ("EEG ACC2-Ref", "POL LB1")
    with pytest.raises(BkError, match=r"nk\.edf: no channel 'LC9'"):
        read_recording(path, channels=["LC9"])


@pytest.mark.parametrize("ending", ["edf", "bdf"])
def test_each_channel_has_the_unit_that_the_file_gives_it(ending: str, tmp_path: Path) -> None:
    lines = [
        Line("A1", BRAIN[:, 0], SFREQ, "uV"),
        Line("A2", BRAIN[:, 1] / 1000, SFREQ, "mV", 3.2767),
        Line("A3", BRAIN[:, 2], SFREQ, "%"),
        Line("A4", BRAIN[:, 3], SFREQ, "µV"),
        Line("A5", BRAIN[:, 3] / 1e6, SFREQ, "V", 0.003),
    ]
    recording = read_recording(write_edf(tmp_path / f"u.{ending}", lines))
    assert recording.labels == ("A1", "A2", "A4", "A5")
    np.testing.assert_allclose(recording.neural, BRAIN[:, [0, 1, 3, 3]], atol=STEP)
    assert said(recording, "left out, unit %: A3")


def test_channels_without_a_unit_take_that_of_the_others_or_an_option(tmp_path: Path) -> None:
    lines = [Line("A1", BRAIN[:, 0], SFREQ), Line("A2", BRAIN[:, 1], SFREQ, "")]
    recording = read_recording(write_edf(tmp_path / "once.edf", lines))
    np.testing.assert_allclose(recording.neural, BRAIN[:, :2], atol=STEP)
    assert said(recording, "1 channels state no unit: taken as µV")
    path = write_edf(tmp_path / "none.edf", [Line(f"A{i}", BRAIN[:, i], SFREQ, "") for i in range(2)])
    with pytest.raises(BkError, match="does not state a unit"):
        read_recording(path)
    np.testing.assert_allclose(read_recording(path, unit="uV").neural, BRAIN[:, :2], atol=STEP)
    gained = read_recording(path, gain=0.5)  # counts are tenths of a µV here
    np.testing.assert_allclose(gained.neural, np.round(BRAIN[:, :2] * 10) / 2, atol=1e-3)
    assert said(gained, "counts of 0.5 µV")


def test_utf8_units_and_channels_without_a_range(tmp_path: Path) -> None:
    lines = [Line("A1", BRAIN[:, 0], SFREQ, "µV"), Line("A2", BRAIN[:, 1], SFREQ, "uV", 0.0)]
    recording = read_recording(write_edf(tmp_path / "x.edf", lines, encoding="utf-8"))
    assert recording.labels == ("A1",)
    assert said(recording, "A2")


def test_edf_numbers_are_those_of_mne(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "x.edf", [*CONTACTS, Line("LA4", BRAIN[:, 0], SFREQ)], "EDF+C", notes=[(1.5, "ook")])
    recording = read_recording(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        raw = mne.io.read_raw_edf(path, verbose="error")
    assert list(recording.labels) == raw.ch_names
    assert recording.labels[3:] == ("LA4-0", "LA4-1")
    np.testing.assert_allclose(recording.neural, raw.get_data().T * 1e6, rtol=1e-6, atol=1e-4)
    assert recording.markers == [(1.5, "ook")]


def write_table(path: Path, rows: str) -> None:
    path.with_name(path.stem.rpartition("_")[0] + "_channels.tsv").write_text(
        "name\ttype\tunits\tstatus\n" + rows, encoding="utf-8"
    )


@pytest.mark.parametrize("ending", ["edf", "vhdr", "fif"])
def test_types_of_the_bids_table_go_first(ending: str, tmp_path: Path) -> None:
    labels = ["ACC1", "TEMP1", "A1", "A2", "A3", "A4"]
    path = tmp_path / f"sub-01_task-x_ieeg.{ending}"
    x = np.c_[BRAIN, BRAIN[:, :2]]
    if ending == "edf":
        write_edf(path, [Line(n, x[:, i], SFREQ) for i, n in enumerate(labels)])
    elif ending == "vhdr":
        write_brainvision(path, x, labels, SFREQ)
    else:
        mne.io.RawArray(x.T * 1e-6, mne.create_info(labels, SFREQ, "eeg"), verbose="error").save(path, verbose="error")
    write_table(
        path,
        "ACC1\tSEEG\tn/a\tgood\nTEMP1\tECOG\tuV\tbad\nA1\tECG\tuV\tgood\nA2\tOTHER\tV\tgood\nA3\tTRIG\tn/a\tgood\n",
    )
    recording = read_recording(path)
    assert recording.labels == ("ACC1", "TEMP1")
    assert recording.bad == ("TEMP1",)
    np.testing.assert_allclose(recording.neural, x[:, :2], atol=STEP)
    assert said(recording, "not listed in channels.tsv, so taken as no brain: A4")
    write_table(path, "B1\tSEEG\tuV\tgood\n")
    with pytest.raises(BkError, match="lists B1, none of the channels"):
        read_recording(path)


def test_fif_types_are_stated_unless_they_are_what_mne_says_of_everything(tmp_path: Path) -> None:
    labels = ["ACC1", "DC1", "A1", "A2", "STI 014"]
    x = np.c_[BRAIN, np.zeros(N)].T * 1e-6
    for name, kinds, kept in (
        ("stated", ["seeg", "dbs", "ecg", "misc", "stim"], ("ACC1", "DC1")),
        ("mixed", ["eeg", "eeg", "seeg", "misc", "stim"], ("ACC1", "A1")),
        ("guessed", ["eeg", "eeg", "eeg", "eeg", "stim"], ("A1", "A2")),
    ):
        path = tmp_path / f"{name}_raw.fif"
        mne.io.RawArray(x, mne.create_info(labels, SFREQ, kinds), verbose="error").save(path, verbose="error")
        assert read_recording(path).labels == kept, name


def test_brainvision_units_old_encoding_and_counts(tmp_path: Path) -> None:
    x = np.c_[BRAIN[:, 0], BRAIN[:, 1] / 1000, BRAIN[:, 2]]
    path = write_brainvision(
        tmp_path / "b.vhdr", x, ["A1", "A2", "G1"], SFREQ, units=["µV", "mV", "N"], encoding="cp1252"
    )
    recording = read_recording(path)
    assert recording.labels == ("A1", "A2")
    np.testing.assert_allclose(recording.neural, BRAIN[:, :2], rtol=1e-5, atol=1e-4)
    assert said(recording, "left out, unit N: G1")
    path = write_brainvision(tmp_path / "c.vhdr", BRAIN[:, :2] * 10, ["A1", "A2"], SFREQ, resolution="7")
    np.testing.assert_allclose(read_recording(path, gain=0.1).neural, BRAIN[:, :2], rtol=1e-5, atol=1e-4)
    path = write_brainvision(tmp_path / "v.vhdr", BRAIN[:, :2] * 1e-6, ["A1", "A2"], SFREQ)  # volts, called µV
    with pytest.raises(BkError, match="which no brain has"):
        read_recording(path)
    np.testing.assert_allclose(read_recording(path, unit="V").neural, BRAIN[:, :2], rtol=1e-5, atol=1e-4)


def test_the_data_file_of_brainvision_points_to_its_header(tmp_path: Path) -> None:
    path = write_brainvision(tmp_path / "b.vhdr", BRAIN[:, :1], ["A1"], SFREQ)
    with pytest.raises(BkError, match=r"name its header b\.vhdr instead"):
        read_recording(path.with_suffix(".eeg"))


# a microphone on an amplifier input


def test_a_microphone_on_an_input_is_taken_at_its_own_rate(tmp_path: Path) -> None:
    t = np.arange(16000 * SECONDS) / 16000
    sound = np.sin(2 * np.pi * 3000 * t) * 300 * (np.sin(2 * np.pi * 0.3 * t) > 0) + 100
    lines = [*CONTACTS, Line("POL DC09", sound, 16000, "mV"), Line("POL DC10", pulses([2.0], 1000), 1000, "mV")]
    path = write_edf(tmp_path / "m.edf", lines)
    with pytest.raises(BkError, match=r"hold no speech audio.*--audio \(left out here: POL DC09, POL DC10\)"):
        read_recording(path, require_audio=True)
    assert said(read_recording(path), "no audio; if one of these is the microphone, name it with --audio: POL DC09")
    for name in ("POL DC09", "dc09"):
        recording = read_recording(path, audio=name, require_audio=True)
        assert recording.labels == ("LA1", "LA2", "LA3", "LA4")
        assert (recording.sfreq, recording.sample_rate, recording.audio_rate) == (SFREQ, 16000, 16000.0)
        assert recording.audio is not None
        assert np.corrcoef(recording.audio, sound)[0, 1] > 0.9999
        assert 0.3 < np.abs(recording.audio).max() < 1.0
        assert said(recording, "scaled so that")
    slow = read_recording(path, audio="DC10")
    assert slow.sample_rate == 1000
    with pytest.raises(BkError, match="too slow for sound"):
        read_recording(path, audio="LA4")
    with pytest.raises(BkError, match=r"no channel 'DC77'.* and no sound file of that name"):
        read_recording(path, audio="DC77")
    with pytest.raises(BkError, match=r"gone\.wav: no such audio file"):
        read_recording(path, audio="gone.wav")
    with pytest.raises(BkError, match="--audio-start-s is of a sound file"):
        read_recording(path, audio="DC09", audio_start_s=1.0)
    with pytest.raises(BkError, match="a channel of the recording is named with --audio"):
        read_recording(path, audio_channel="DC09")


def test_the_microphone_of_a_stereo_file_beside_is_chosen(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "m.edf", CONTACTS)
    t = np.arange(16000 * SECONDS) / 16000
    both = np.c_[0.1 * np.sin(440 * t), 0.2 * np.sin(900 * t)].astype(np.float32)
    soundfile.write(tmp_path / "m.wav", both, 16000, subtype="FLOAT")
    np.save(tmp_path / "m.npy", both.T)
    for name in ("m.wav", "m.npy"):
        with pytest.raises(BkError, match="2 different channels"):
            read_recording(path, audio=tmp_path / name)
        recording = read_recording(path, audio=tmp_path / name, audio_channel="2")
        assert recording.audio is not None
        np.testing.assert_array_equal(recording.audio, both[:, 1])


def test_the_channel_that_is_the_sound_is_no_brain_channel(tmp_path: Path) -> None:
    fast = np.random.default_rng(0).standard_normal((N * 2, 3)) * 40
    path = write_edf(tmp_path / "m.edf", [Line(n, fast[:, i], SFREQ * 2) for i, n in enumerate(("A1", "A2", "A3"))])
    recording = read_recording(path, audio="A3")
    assert recording.labels == ("A1", "A2")
    x = np.c_[fast[:, :2], 2000 * fast[:, 2]]
    path = write_brainvision(tmp_path / "b.vhdr", x, ["A1", "A2", "AUX1"], SFREQ * 2)
    info = mne.create_info(["A1", "A2", "AUX1"], SFREQ * 2, ["seeg", "seeg", "misc"])
    mne.io.RawArray(x.T * 1e-6, info, verbose="error").save(tmp_path / "b_raw.fif", verbose="error")
    for file in (path, tmp_path / "b_raw.fif"):
        recording = read_recording(file, audio="AUX1", require_audio=True)
        assert (recording.labels, recording.sample_rate) == (("A1", "A2"), SFREQ * 2)
        assert recording.audio is not None
        assert np.corrcoef(recording.audio, fast[:, 2])[0, 1] > 0.9999


def test_a_true_rate_that_is_told_holds_for_all_channels(tmp_path: Path) -> None:
    lines = [*CONTACTS, Line("DC1", pulses([15.0], 2048), 2048)]
    path = write_edf(tmp_path / "r.edf", lines, "EDF+C", notes=[(15.0, "ook")])
    recording = read_recording(path, sfreq=500.0, audio="DC1")
    assert (recording.sfreq, recording.audio_rate, recording.sample_rate) == (500, 2000.0, 2000)
    assert recording.markers == [(15.36, "ook")]
    assert recording.audio is not None
    assert np.argmax(recording.audio) / recording.audio_rate == 15.36


def test_sound_by_its_rate_is_no_contact(tmp_path: Path) -> None:
    lines = [*CONTACTS, Line("room", np.zeros(16000 * SECONDS), 16000), Line("tilt", np.zeros(SECONDS), 1)]
    path = write_edf(tmp_path / "m.edf", lines)
    recording = read_recording(path)
    assert recording.labels == ("LA1", "LA2", "LA3", "LA4")
    assert said(recording, "no rate of a brain signal beside the 512 Hz of the others: room (16000 Hz), tilt (1 Hz)")


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


# tables beside


@pytest.mark.parametrize("kind", ["npy", "hdf5", "xdf", "edf", "fif", "vhdr"])
def test_the_cues_of_a_bids_table_beside_any_recording(kind: str, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    made = make_any(kind, tmp_path / "made")
    path = tmp_path / f"sub-01_task-x_{'sEEG' if kind == 'npy' else 'ieeg'}{made.suffix}"
    for file in made.parent.iterdir():
        file.rename(tmp_path / (path.name if file == made else file.name))
    table = tmp_path / "sub-01_task-x_events.tsv"
    own = read_recording(path)
    table.write_text("onset\tduration\ttrial_type\n0.5\t0.25\took\n2\tn/a\tbeep\n")
    recording = read_recording(path)
    times = [t - recording.neural_start_s for t, _ in recording.markers]
    np.testing.assert_allclose(times, [0.5, 0.75, 2.0])
    assert [text for _, text in recording.markers] == ["start;ook", "end;ook", "beep"]
    assert table in recording.also_read
    assert recording.reading_hash != own.reading_hash
    if kind != "npy":  # its reader takes the table as one of the files that belong to it
        assert said(recording, "markers: 3 from sub-01_task-x_events.tsv beside the file")
        assert said(recording, "in place of the file's own") == bool(own.markers)


def test_a_table_with_bare_names(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "sub-01_ieeg.edf", [Line(f"EEG LA{i + 1}-Ref", BRAIN[:, i], SFREQ) for i in range(3)])
    write_table(path, "LA1\tSEEG\tuV\tgood\nla2\tSEEG\tuV\tbad\nLA3\tEMG\tuV\tgood\n")
    recording = read_recording(path)
    assert (recording.labels, recording.bad) == (("EEG LA1-Ref", "EEG LA2-Ref"), ("EEG LA2-Ref",))


def test_one_table_of_channels_for_several_runs(tmp_path: Path) -> None:
    path = write_edf(tmp_path / "sub-01_ses-2_task-x_run-1_ieeg.edf", CONTACTS)
    write_table(tmp_path / "sub-01_task-y_ieeg.edf", "LA4\tSEEG\tuV\tgood\n")  # another task's
    assert len(read_recording(path).labels) == 4
    write_table(tmp_path / "sub-01_task-x_ieeg.edf", "LA1\tSEEG\tuV\tgood\nLA2\tECG\tuV\tgood\n")
    assert read_recording(path).labels == ("LA1",)
    write_table(tmp_path / "sub-01_ses-2_task-x_ieeg.edf", "LA3\tSEEG\tuV\tgood\n")
    assert read_recording(path).labels == ("LA3",)


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
