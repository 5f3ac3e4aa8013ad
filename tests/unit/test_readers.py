"""Every reader on small files in the public layouts, and on broken ones: one clear line each."""

from __future__ import annotations

import importlib
import inspect
import re
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import h5py
import mne
import numpy as np
import pynwb
import pytest
import soundfile

from bk_realtime.chunks import StreamDescription
from bk_realtime.errors import BkError
from bk_realtime.xdf import XdfWriter, info_xml
from offline.io import Recording, read_recording

SFREQ, AUDIO_RATE, N, SECONDS = 1024, 48000, 4096, 4.0
RNG = np.random.default_rng(5)
NEURAL = (RNG.standard_normal((N, 3)) * 40).astype(np.float32)
SOUND = (RNG.standard_normal(int(SECONDS * AUDIO_RATE)) * 0.05).astype(np.float32)
WORDS = np.array([""] * N, dtype="<U8")
WORDS[1024:2048], WORDS[3072:4000] = "ook", "als"
CUES = [(1.0, "start;ook"), (2.0, "end;ook"), (3.0, "start;als"), (4000 / 1024, "end;als")]


def make_npy(folder: Path) -> Path:
    """Kohler's layout."""
    np.save(folder / "p1_sEEG.npy", NEURAL)
    np.save(folder / "p1_audio_final.npy", SOUND)
    np.save(folder / "p1_words.npy", WORDS)
    np.save(folder / "p1_channelNames.npy", np.array(["LA1", "LA2", "LA3"]))
    return folder / "p1_sEEG.npy"


def make_hdf5(folder: Path) -> Path:
    path = folder / "session.h5"
    with h5py.File(path, "w") as file:
        file["ecog"], file["ecogSR"] = NEURAL, SFREQ
        file["audio"], file["audioSR"] = np.round(SOUND * 32767).astype(np.int16), AUDIO_RATE
        file["electrodes"] = np.array([b"LA1", b"LA2", b"LA3"])
        file["words"] = np.char.encode(WORDS)
    return path


def make_nwb(folder: Path, unit: str = "volts", scale: float = 1e-6, timing: str = "rate") -> Path:
    """Single-word-production data, iBIDS."""
    path = folder / "sub-01_task-wordProduction_ieeg.nwb"
    file = pynwb.NWBFile("test", "id-1", datetime(2020, 1, 1, tzinfo=UTC))
    when = (
        {"rate": float(SFREQ), "starting_time": 0.0} if timing == "rate" else {"timestamps": np.arange(N) / SFREQ + 2.0}
    )
    file.add_acquisition(pynwb.TimeSeries(name="iEEG", data=NEURAL.astype(np.float64) * scale, unit=unit, **when))
    start = 0.0 if timing == "rate" else 2.0
    file.add_acquisition(
        pynwb.TimeSeries(name="Audio", data=SOUND, unit="n/a", rate=float(AUDIO_RATE), starting_time=start)
    )
    file.add_acquisition(pynwb.TimeSeries(name="Stimulus", data=WORDS.tolist(), unit="n/a", **when))
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    (folder / "sub-01_task-wordProduction_channels.tsv").write_text(
        "name\ttype\tunits\tstatus\nLA1\tSEEG\tuV\tgood\nLA2\tSEEG\tuV\tbad\nLA3\tSEEG\tuV\tgood\n", encoding="utf-8"
    )
    return path


def make_fif(folder: Path) -> Path:
    info = mne.create_info(["LA1", "LA2", "LA3", "TRIG"], SFREQ, ["seeg", "seeg", "seeg", "stim"])
    raw = mne.io.RawArray(np.vstack([NEURAL.T * 1e-6, np.zeros(N)]), info, verbose="error")
    raw.set_annotations(mne.Annotations([1.0, 3.0], [0.0, 0.0], ["ook", "als"]))
    path = folder / "x_raw.fif"
    raw.save(path, verbose="error")
    soundfile.write(folder / "x.wav", SOUND, AUDIO_RATE, subtype="FLOAT")
    return path


def make_xdf(folder: Path, **changes: object) -> Path:
    path = folder / "x.xdf"
    unit = str(changes.get("unit", "microvolts"))
    neural = StreamDescription("amp", "sEEG", "amp-1", SFREQ, ("LA1", "LA2", "LA3"), (unit,) * 3)
    sound = StreamDescription("mic", "Audio", "mic-1", AUDIO_RATE, ("mic",), ("",))
    cues = StreamDescription("cues", "Markers", "cue-1", 0.0, ("cue",), ("",), "string")
    with XdfWriter(path) as writer:
        for stream_id, description in enumerate((neural, sound, cues), start=1):
            writer.add_stream(stream_id, info_xml(description))
        writer.write(1, 50.0 + np.arange(N) / SFREQ, NEURAL)
        writer.write(2, 50.0 + np.arange(len(SOUND)) / AUDIO_RATE, SOUND[:, None])
        for t, text in CUES:
            writer.write(3, [50.0 + t], [[text]])
    return path


MAKERS = {"npy": make_npy, "hdf5": make_hdf5, "nwb": make_nwb, "xdf": make_xdf}


def make_any(kind: str, folder: Path) -> Path:
    if kind in MAKERS:
        return MAKERS[kind](folder)
    if kind == "fif":
        return make_fif(folder)
    if kind == "vhdr":
        (folder / "b.eeg").write_bytes((NEURAL * 10).astype("<i2").tobytes())
        channels = "".join(f"Ch{i + 1}=LA{i + 1},,0.1,µV\n" for i in range(3))
        (folder / "b.vhdr").write_text(
            "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\nDataFile=b.eeg\n"
            "DataFormat=BINARY\nDataOrientation=MULTIPLEXED\nNumberOfChannels=3\nSamplingInterval=976.5625\n\n"
            f"[Binary Infos]\nBinaryFormat=INT_16\n\n[Channel Infos]\n{channels}",
            encoding="utf-8",
        )
        return folder / "b.vhdr"
    path = folder / "e.edf"
    header = f"{'0':<8}{'X':<80}{'X':<80}01.01.2001.00.00{256 * 4:<8}{'':<44}{4:<8}{1:<8}{3:<4}"
    columns = [
        [f"{f'LA{i}':<16}" for i in (1, 2, 3)], [" " * 80] * 3, [f"{'uV':<8}"] * 3, [f"{-3276:<8}"] * 3,
        [f"{3276:<8}"] * 3, [f"{-32768:<8}"] * 3, [f"{32767:<8}"] * 3, [" " * 80] * 3, [f"{1024:<8}"] * 3,
        [" " * 32] * 3,
    ]  # fmt: skip
    values = np.round(NEURAL * 10).astype("<i2").reshape(4, 1024, 3).transpose(0, 2, 1)
    path.write_bytes((header + "".join("".join(c) for c in columns)).encode("ascii") + values.tobytes())
    return path


def check(recording: Recording, labels: tuple[str, ...] = ("LA1", "LA2", "LA3"), tolerance: float = 1e-6) -> None:
    np.testing.assert_allclose(recording.neural, NEURAL, rtol=1e-5)
    assert recording.sfreq == Fraction(SFREQ)
    assert recording.labels == labels
    assert recording.sample_rate == AUDIO_RATE
    np.testing.assert_allclose(recording.audio, SOUND, atol=tolerance)
    assert recording.audio_start_s == pytest.approx(recording.neural_start_s, abs=1e-6)
    assert not recording.simulated
    assert len(recording.source_hash) == 64
    got = [(t - recording.neural_start_s, text) for t, text in recording.markers]
    assert [text for _, text in got] == [text for _, text in CUES]
    np.testing.assert_allclose([t for t, _ in got], [t for t, _ in CUES], atol=1e-6)


@pytest.mark.parametrize("kind", MAKERS)
def test_public_layouts(kind: str, tmp_path: Path) -> None:
    check(read_recording(MAKERS[kind](tmp_path), require_audio=True), tolerance=4e-5)


def test_nwb_channel_table_and_time_stamps(tmp_path: Path) -> None:
    recording = read_recording(make_nwb(tmp_path, unit="uV", scale=1.0, timing="stamps"))
    check(recording)
    assert recording.bad == ("LA2",)
    assert recording.neural_start_s == 2.0


def test_nwb_unit_that_cannot_be_is_asked_for(tmp_path: Path) -> None:
    path = make_nwb(tmp_path, unit="volts", scale=1.0)
    check(read_recording(path))  # the channel table knows better
    (tmp_path / "sub-01_task-wordProduction_channels.tsv").unlink()
    with pytest.raises(BkError, match=r"which no brain has.*with --unit, or unit"):
        read_recording(path)
    check(read_recording(path, unit="microvolts"), labels=("ch1", "ch2", "ch3"))


def test_mne_with_audio_and_cues_beside(tmp_path: Path) -> None:
    path = make_fif(tmp_path)
    recording = read_recording(path, audio=tmp_path / "x.wav", audio_start_s=0.5)
    np.testing.assert_allclose(recording.neural, NEURAL, rtol=1e-4, atol=1e-3)
    assert recording.labels == ("LA1", "LA2", "LA3")
    assert (recording.audio_start_s, recording.sample_rate) == (0.5, AUDIO_RATE)
    assert recording.markers == [(1.0, "ook"), (3.0, "als")]
    (tmp_path / "events.tsv").write_text("onset\tduration\ttrial_type\n1.0\t1.0\took\n2.5\tn/a\tbeep\n")
    assert read_recording(path, markers=tmp_path / "events.tsv").markers == [
        (1.0, "start;ook"), (2.0, "end;ook"), (2.5, "beep"),
    ]  # fmt: skip
    with pytest.raises(BkError, match="hold no speech audio"):
        read_recording(path, require_audio=True)


@pytest.mark.shared_data
def test_real_edf_with_mixed_channels(shared_data: Path) -> None:
    recording = read_recording(shared_data / "neural/naplab_ieeg_102ch_2048hz/tiny_test.edf")
    assert recording.neural.shape == (4096, 104)
    assert recording.sfreq == 2048
    assert not {"EKGL", "DC1", "TRIG", "OSAT", "PR", "Pleth"} & set(recording.labels)
    assert 5 < np.median(recording.neural.std(axis=0)) < 200


@pytest.mark.shared_data
def test_real_brainvision_whose_header_has_the_wrong_unit(shared_data: Path) -> None:
    path = next((shared_data / "neural/pynm_ecog_stn_19s").rglob("*.vhdr"))
    with pytest.raises(BkError, match="which no brain has"):
        read_recording(path)
    recording = read_recording(path, unit="microvolts")
    assert recording.neural.shape == (19001, 9)  # six ECoG, three depth; the grip force is no brain
    assert 10 < np.median(recording.neural.std(axis=0)) < 100


@pytest.mark.shared_data
@pytest.mark.parametrize(
    "name", ["sub-P001_ses-S001_task-Default_run-001_eeg", "sub-P002_ses-S001_task-Default_run-001_eeg"]
)
def test_real_headset_xdf(name: str, shared_data: Path) -> None:
    recording = read_recording(shared_data / f"xdf/{name}.xdf")
    assert recording.sfreq == 256
    assert recording.audio is None
    assert abs(recording.neural_rate - 256) < 0.1
    with pytest.raises(BkError, match="no audio stream"):
        read_recording(shared_data / f"xdf/{name}.xdf", require_audio=True)


@pytest.mark.shared_data
def test_real_clock_reset_is_told_or_placed(shared_data: Path) -> None:
    with pytest.raises(BkError, match="does not state a unit"):
        read_recording(shared_data / "xdf/clock_resets.xdf")
    with pytest.raises(BkError, match=r"runs at 92\.8.*with --sfreq, or sfreq"):
        read_recording(shared_data / "xdf/clock_resets.xdf", unit="microvolts")
    recording = read_recording(shared_data / "xdf/clock_resets.xdf", unit="microvolts", sfreq=93.0)
    assert recording.neural.shape[1] == 8
    assert 27_815 <= len(recording.neural) < 60_000
    assert recording.notes
    assert len(recording.markers) == 175


@pytest.mark.shared_data
def test_xdf_without_neural_samples(shared_data: Path) -> None:
    with pytest.raises(BkError, match="no neural stream with samples"):
        read_recording(shared_data / "xdf/empty_streams.xdf")


def test_xdf_units_gaps_and_choices(tmp_path: Path) -> None:
    with pytest.raises(BkError, match="does not state a unit"):
        read_recording(make_xdf(tmp_path, unit=""))
    (tmp_path / "v").mkdir()
    recording = read_recording(make_xdf(tmp_path / "v", unit="millivolts"))
    np.testing.assert_allclose(recording.neural, NEURAL * 1e3, rtol=1e-5)
    path = tmp_path / "two.xdf"
    with XdfWriter(path) as writer:
        for stream_id, name in ((1, "amp A"), (2, "amp B")):
            writer.add_stream(
                stream_id, info_xml(StreamDescription(name, "EEG", name, SFREQ, ("a", "b", "c"), ("uV",) * 3))
            )
        keep = np.r_[0:1000, 1200:N]
        writer.write(1, 10 + keep / SFREQ, NEURAL[keep])
        writer.write(2, 10 + np.arange(N) / SFREQ, NEURAL)
    with pytest.raises(BkError, match=r"2 neural streams: #1 'amp A' .*'amp B'.*with --neural"):
        read_recording(path)
    recording = read_recording(path, neural="amp A")
    assert len(recording.neural) == N
    assert np.isnan(recording.neural[1000:1200]).all()
    np.testing.assert_array_equal(recording.neural[1200:], NEURAL[1200:])
    assert "1 gaps, 200 samples" in recording.notes[0]
    assert read_recording(path, neural="amp B", channels=["c", "a"]).labels == ("c", "a")


def test_rates_that_headers_state_wrongly(tmp_path: Path) -> None:
    recording = read_recording(make_fif(tmp_path), sfreq=512.0)
    assert (recording.sfreq, recording.duration_s) == (512, 2 * SECONDS)
    path = tmp_path / "slow.xdf"
    index = np.arange(30 * 8000)
    with XdfWriter(path) as writer:
        writer.add_stream(1, info_xml(StreamDescription("amp", "EEG", "amp", 100.0, ("a",), ("uV",))))
        writer.add_stream(2, info_xml(StreamDescription("mic", "Audio", "mic", 16000.0, ("m",), ("",))))
        writer.write(1, 5 + np.arange(3000) / 100, NEURAL[:3000, :1])
        writer.write(2, 5 + index / 8000, np.sin(index)[:, None].astype(np.float32))
    with pytest.raises(BkError, match=r"mic: runs at 8000\.000 Hz .*its header says 16000 Hz.* sample_rate"):
        read_recording(path)
    recording = read_recording(path, sample_rate=8000)
    assert (recording.sample_rate, len(recording.audio)) == (8000, len(index))
    assert recording.audio_rate == pytest.approx(8000, rel=1e-6)


def test_a_file_beside_the_recording_says_how_to_read_it(tmp_path: Path) -> None:
    path = make_fif(tmp_path)
    (tmp_path / "x_raw.fif.toml").write_text('audio = "x.wav"\naudio_start_s = 0.25\n', encoding="utf-8")
    recording = read_recording(path, require_audio=True)
    assert recording.audio_start_s == 0.25
    assert "read as x_raw.fif.toml says: audio = " in recording.notes[-1]
    assert read_recording(path, audio_start_s=1.0).audio_start_s == 1.0
    (tmp_path / "x_raw.fif.toml").write_text('colour = "red"\n', encoding="utf-8")
    with pytest.raises(BkError, match=r"_raw.fif.toml: unknown key 'colour'; expected one of neural, "):
        read_recording(path)
    with pytest.raises(BkError, match=r"name it with --unit, or unit in x\.xdf\.toml beside it"):
        read_recording(make_xdf(tmp_path, unit="volts"))


def test_streams_of_the_program_itself_are_no_source(tmp_path: Path) -> None:
    """A session file holds the decoded voice as a second stream of type Audio: the microphone is the truth."""
    path = tmp_path / "session.xdf"
    with XdfWriter(path) as writer:
        for stream_id, (name, kind, rate, n) in enumerate(
            [
                ("amp", "sEEG", SFREQ, 3),
                ("BrainKaraoke-audio", "Audio", 22050, 1),
                ("BrainKaraoke-features", "EEG", 86, 3),
            ]
        ):
            labels = tuple(f"c{i}" for i in range(n))
            writer.add_stream(
                stream_id + 1, info_xml(StreamDescription(name, kind, name, rate, labels, ("microvolts",) * n))
            )
        writer.write(1, 5 + np.arange(N) / SFREQ, NEURAL)
        writer.write(2, 5 + np.arange(22050) / 22050, np.ones((22050, 1), np.float32))
        writer.write(3, 5 + np.arange(86) / 86, NEURAL[:86])
    recording = read_recording(path)
    assert recording.audio is None
    assert recording.neural.shape == (N, 3)
    with pytest.raises(BkError, match="no audio stream"):
        read_recording(path, require_audio=True)
    assert read_recording(path, neural="amp").labels == ("c0", "c1", "c2")


OWN = {"xdf": "read_xdf_recording", "nwb": "read_nwb", "hdf5": "read_hdf5", "npy": "read_npy", "mne_reader": "read_mne"}


@pytest.mark.parametrize(("module", "function"), OWN.items())
def test_readers_have_the_options_that_they_advise(module: str, function: str) -> None:
    """`name it with --KEY, or KEY in NAME.toml`, of the reader itself and of what all readers share (rates, unit)."""
    reader = importlib.import_module(f"offline.io.{module}")
    text = inspect.getsource(reader) + inspect.getsource(importlib.import_module("offline.io.recording"))
    if "companions" in vars(reader):
        text += inspect.getsource(importlib.import_module("offline.io.companions"))
    text = re.sub(r'"\n\s*f?"', "", text)
    advised = set(re.findall(r"(\w+) in NAME\.toml", text))
    assert advised >= {"unit"}
    assert advised <= set(inspect.signature(getattr(reader, function)).parameters)
