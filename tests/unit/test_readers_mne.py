"""EDF, BDF, BrainVision and FIF files as clinics write them: types, units, microphones, tables beside."""

from __future__ import annotations

import warnings
from pathlib import Path

import mne
import numpy as np
import pytest
import soundfile

from bk_realtime.errors import BkError
from offline.io import read_recording
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
    assert not said(recording, "excluded"), "said once, and nobody excluded them"


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
