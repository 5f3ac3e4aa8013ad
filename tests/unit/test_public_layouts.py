"""Small copies of public recordings in their published layout, with SIMULATED numbers, read as the pages in
docs/public-sets say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pynwb
import pytest
import soundfile

from bk_realtime.errors import BkError
from offline.io import read_recording
from tests.unit.edf_files import Line, write_brainvision, write_edf

PAGES = Path(__file__).resolve().parents[2] / "docs" / "public-sets"
RNG = np.random.default_rng(21)


def simulated(n: int, channels: int) -> np.ndarray:
    return (RNG.standard_normal((n, channels)) * 40).astype(np.float32)


def test_single_word_production(tmp_path: Path) -> None:
    """NWB in iBIDS: plain or electrical series, 1024 Hz, sound at 48 kHz, one text a sample, a table of channels."""
    brain, sound = simulated(4096, 3), (RNG.standard_normal(4 * 48000) * 0.05).astype(np.float32)
    words = np.array([""] * 4096, dtype="<U8")
    words[1024:2048] = "goud"
    folder = tmp_path / "sub-01" / "ieeg"
    folder.mkdir(parents=True)
    file = pynwb.NWBFile("simulated", "x", datetime(2022, 1, 1, tzinfo=UTC))
    for name, data, rate in (("iEEG", brain.astype(np.float64) * 1e-6, 1024.0), ("Audio", sound, 48000.0)):
        file.add_acquisition(
            pynwb.TimeSeries(name=name, data=data, rate=rate, unit="volts" if name == "iEEG" else "n/a")
        )
    file.add_acquisition(pynwb.TimeSeries(name="Stimulus", data=words.tolist(), rate=1024.0, unit="n/a"))
    path = folder / "sub-01_task-wordProduction_ieeg.nwb"
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    (folder / "sub-01_task-wordProduction_channels.tsv").write_text(
        "name\ttype\tunits\nLA1\tSEEG\tV\nLA2\tSEEG\tV\nMKR1+\tMISC\tV\n"
    )
    recording = read_recording(path, require_audio=True)
    np.testing.assert_allclose(recording.neural, brain[:, :2], rtol=1e-5)
    assert (recording.labels, recording.sample_rate) == (("LA1", "LA2"), 48000)
    assert recording.markers == [(1.0, "start;goud"), (2.0, "end;goud")]


@pytest.mark.parametrize("name", ["p1_sEEG.npy", "p1_sEEG_processed.npy"])
def test_kohler(name: str, tmp_path: Path) -> None:
    brain = simulated(4096, 3)
    np.save(tmp_path / name, brain.T if "processed" in name else brain)
    np.save(tmp_path / "p1_audio_final.npy", (RNG.standard_normal(4 * 22050) * 0.05).astype(np.float32))
    recording = read_recording(tmp_path / name, require_audio=True)
    np.testing.assert_array_equal(recording.neural, brain)
    assert (float(recording.sfreq), recording.sample_rate) == (1024, 22050)
    assert any("neither rate nor unit" in note for note in recording.notes)


def code_of(page: str) -> str:
    found = re.search(r"```python\n(.*?)```", (PAGES / page).read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found.group(1)


def test_vocalmind_by_the_conversion_on_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A CSV and a stereo WAV a trial; one channel stands for the microphone."""
    brains, sounds = tmp_path / "Original_sEEG_Vocalized_Word", tmp_path / "Original_Audio_Word"
    brains.mkdir()
    sounds.mkdir()
    trials: dict[str, Any] = {}
    for word in ("BeiZi", "ShuMu"):
        for repetition in (1, 2):
            x = simulated(3000, 3)
            trials[f"{word}_{repetition}"] = x
            np.savetxt(brains / f"Vocalized_{word}_{repetition}.csv", x, "%.6f", ",", header="5,9,11", comments="")
            voice = np.round(RNG.standard_normal((132_300, 2)) * 1000).astype(np.int16)
            soundfile.write(sounds / f"Audio_{word}_{repetition}.wav", voice, 44100, subtype="PCM_16")
    monkeypatch.chdir(tmp_path)
    exec(compile(code_of("vocalmind.md"), "vocalmind.md", "exec"), {})
    with pytest.raises(BkError, match="2 different channels"):
        read_recording("vocalmind_words.h5")
    recording = read_recording("vocalmind_words.h5", audio_channel="1", unit="microvolts")
    assert recording.labels == ("ch5", "ch9", "ch11")
    assert (float(recording.sfreq), recording.sample_rate, recording.duration_s) == (1000, 44100, 16.0)
    np.testing.assert_allclose(recording.neural[4000:7000], trials["ShuMu_1"], atol=1e-4)
    assert np.isnan(recording.neural[7000:8000]).all()
    assert [text for _, text in recording.markers[::2]] == [f"start;{w}" for w in ("BeiZi", "ShuMu") * 2]
    assert recording.markers[1] == (3.0, "end;BeiZi")
    assert recording.audio is not None
    assert not recording.audio[3 * 44100 : 4 * 44100].any()


def test_cerebrovoice(tmp_path: Path) -> None:
    """The BIDS copy: BrainVision at 200 Hz with both tables; and an array of the original layout."""
    brain = simulated(3000, 3)
    folder = tmp_path / "sub-1" / "ieeg"
    folder.mkdir(parents=True)
    labels = ("sEEG000", "sEEG001", "sEEG002")
    path = folder / "sub-1_task-chinesehga_ieeg.vhdr"
    write_brainvision(path, brain, labels, 200.0)
    rows = "".join(f"{label}\tSEEG\tµV\t0.0\t100.0\tStereoEEG\t200.0\tgood\tn/a\n" for label in labels)
    head = "name\ttype\tunits\tlow_cutoff\thigh_cutoff\tdescription\tsampling_frequency\tstatus\tstatus_description\n"
    (folder / "sub-1_task-chinesehga_channels.tsv").write_text(head + rows, encoding="utf-8")
    (folder / "sub-1_task-chinesehga_events.tsv").write_text(
        "onset\tduration\ttrial_type\tlanguage\n0.0\t1.5\tAPPLE\tCN\n1.5\t1.5\tPARK\tCN\n"
    )
    recording = read_recording(path)
    np.testing.assert_allclose(recording.neural, brain, rtol=1e-5)
    assert (recording.labels, float(recording.sfreq)) == (labels, 200)
    assert recording.markers == [(0.0, "start;APPLE"), (1.5, "end;APPLE"), (1.5, "start;PARK"), (3.0, "end;PARK")]
    np.save(tmp_path / "word01_seeg.npy", brain / 40)
    recording = read_recording(tmp_path / "word01_seeg.npy", sfreq=200.0)
    assert recording.neural.shape == (3000, 3)
    with pytest.raises(BkError, match="no audio beside it"):
        read_recording(tmp_path / "word01_seeg.npy", sfreq=200.0, require_audio=True)


def test_du_in_exported_as_its_page_says(tmp_path: Path) -> None:
    trials = [simulated(3000, 3) * np.float32(1e-6) for _ in range(2)]
    pause = np.full((1000, 3), np.nan, np.float32)
    with h5py.File(tmp_path / "run1.h5", "w") as out:
        out["seeg"], out["seegSR"] = np.concatenate([trials[0], pause, trials[1], pause]), 1000
        out["seeg"].attrs["unit"] = "volts"
        out["electrodes"] = ["TI'1", "TI'2", "PC3"]
        out["words/text"], out["words/onset"], out["words/duration"] = ["嘴巴", "菠萝"], [0.0, 4.0], [3.0, 3.0]
    recording = read_recording(tmp_path / "run1.h5")
    assert recording.labels == ("TI'1", "TI'2", "PC3")
    np.testing.assert_allclose(recording.neural[4000:7000], trials[1] * 1e6, rtol=1e-5)
    assert recording.markers == [(0.0, "start;嘴巴"), (3.0, "end;嘴巴"), (4.0, "start;菠萝"), (7.0, "end;菠萝")]
    with pytest.raises(BkError, match="no dataset 'audio'"):
        read_recording(tmp_path / "run1.h5", require_audio=True)


@pytest.mark.parametrize("beside", [True, False])
def test_ds004703(beside: bool, tmp_path: Path) -> None:
    """EDF with a BIDS table of types, the room's sound on an input, cues one folder above."""
    n = 8 * 1024
    brain = simulated(n, 4)
    room = np.sin(np.arange(n) / 5) * 900
    names = ("Trigger Event", "LA1", "LA2", "Fp1", "EKG2", "C136", "DC1", "TRIG")
    kinds = ("MISC", "SEEG", "SEEG", "EEG", "ECG", "OTHER", "MISC", "TRIG")
    values = (np.zeros(n), *brain.T, brain[:, 0], room, np.zeros(n))
    folder = tmp_path / "sub-SD010" / "ses-01" / "ieeg"
    folder.mkdir(parents=True)
    base = "sub-SD010_ses-01_task-PassiveListen"
    path = write_edf(
        folder / f"{base}_ieeg.edf", [Line(name, v, 1024.0) for name, v in zip(names, values, strict=True)]
    )
    rows = "".join(
        f"{name}\t{kind}\t{'n/a' if kind in ('MISC', 'TRIG') else 'uV'}\t{'bad' if name == 'Fp1' else 'good'}\n"
        for name, kind in zip(names, kinds, strict=True)
    )
    (folder / f"{base}_channels.tsv").write_text("name\ttype\tunits\tstatus\n" + rows)
    cues = (folder if beside else folder.parent) / f"{base}_events.tsv"
    cues.write_text("onset\tduration\tex_name\n2.0\t1.5\ts2102a-ex01\n")
    recording = read_recording(path, audio="DC1")
    assert recording.labels == ("LA1", "LA2", "Fp1")
    assert recording.bad == ("Fp1",)
    np.testing.assert_allclose(recording.neural[:, :2], brain[:, :2], atol=0.06)
    assert recording.sample_rate == 1024
    assert np.corrcoef(recording.audio, room)[0, 1] > 0.999
    assert recording.markers == [(2.0, "start;s2102a-ex01"), (3.5, "end;s2102a-ex01")]
    log = folder.parent / f"{base}_log.tsv"
    log.write_text("Time\tAction\n2.5\tPlayed s2102a-ex01_normed.wav\n")
    assert read_recording(path, markers=log).markers == [(2.5, "Played s2102a-ex01_normed.wav")]
