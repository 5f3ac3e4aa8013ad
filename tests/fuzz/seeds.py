"""Small whole files that damage begins from: made anew each time, so that none lies in the repository."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import h5py
import numpy as np

from bk_realtime.chunks import StreamDescription
from bk_realtime.xdf import XdfWriter, info_xml
from tests.unit.edf_files import Line, write_edf

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "recordings" / "demo_ridge"
SFREQ, AUDIO_RATE, N = 256, 8000, 512
_RNG = np.random.default_rng(5)
NEURAL = (_RNG.standard_normal((N, 2)) * 40).astype(np.float32)
SOUND = (_RNG.standard_normal(N * AUDIO_RATE // SFREQ) * 0.05).astype(np.float32)
STREAMS = (
    StreamDescription("amp", "sEEG", "amp-1", SFREQ, ("LA1", "LA2"), ("microvolts",) * 2),
    StreamDescription("mic", "Audio", "mic-1", AUDIO_RATE, ("mic",), ("",)),
    StreamDescription("cues", "Markers", "cue-1", 0.0, ("cue",), ("",), "string"),
)


@cache
def xdf() -> bytes:
    """Signal, sound and cues."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.xdf"
        with XdfWriter(path) as writer:
            for stream_id, description in enumerate(STREAMS, start=1):
                writer.add_stream(stream_id, info_xml(description))
            writer.clock_offset(1, 50.0, 0.01)
            writer.write(1, 50.0 + np.arange(N) / SFREQ, NEURAL)
            writer.write(2, 50.0 + np.arange(800) / AUDIO_RATE, SOUND[:800, None])
            for t, text in ((50.5, "start;ook"), (51.0, "end;ook")):
                writer.write(3, [t], [[text]])
        return path.read_bytes()


def npy_bytes(array: np.ndarray) -> bytes:
    """An array as a NPY file."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@cache
def npy() -> dict[str, bytes]:
    """The four files of Kohler's layout."""
    words = np.array([""] * N, dtype="<U8")
    words[100:200] = "ook"
    return {
        "p1_sEEG.npy": npy_bytes(NEURAL),
        "p1_audio_final.npy": npy_bytes(SOUND),
        "p1_words.npy": npy_bytes(words),
        "p1_channelNames.npy": npy_bytes(np.array(["LA1", "LA2"])),
    }


@cache
def edf(kind: str = "EDF+D") -> bytes:
    """A second of two channels, with notes."""
    with tempfile.TemporaryDirectory() as name:
        lines = [Line(f"LA{i + 1}", NEURAL[:, i], float(SFREQ)) for i in range(2)]
        return write_edf(Path(name) / "e.edf", lines, kind=kind, notes=[(0.5, "ook")] * ("+" in kind)).read_bytes()


@cache
def brainvision() -> dict[str, bytes]:
    """Header, data and markers."""
    channels = "".join(f"Ch{i + 1}=LA{i + 1},,0.1,µV\n" for i in range(2))
    header = (
        "Brain Vision Data Exchange Header File Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\nDataFile=b.eeg\n"
        "MarkerFile=b.vmrk\nDataFormat=BINARY\nDataOrientation=MULTIPLEXED\nNumberOfChannels=2\n"
        f"SamplingInterval=3906.25\n\n[Binary Infos]\nBinaryFormat=INT_16\n\n[Channel Infos]\n{channels}"
    )
    markers = (
        "Brain Vision Data Exchange Marker File, Version 1.0\n\n[Common Infos]\nCodepage=UTF-8\nDataFile=b.eeg\n\n"
        "[Marker Infos]\nMk1=New Segment,,1,1,0,20260131120000000000\nMk2=Comment,ook,100,1,0\n"
    )
    data = (NEURAL * 10).astype("<i2").tobytes()
    return {"b.vhdr": header.encode(), "b.vmrk": markers.encode(), "b.eeg": data}


def hdf5(change: Callable[[h5py.File], object] = lambda file: None) -> bytes:
    """The plain layout, after ``change`` of the open file."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "s.h5"
        with h5py.File(path, "w") as file:
            file["ecog"], file["ecogSR"] = NEURAL, SFREQ
            file["audio"], file["audioSR"] = SOUND[:4000], AUDIO_RATE
            file["electrodes"] = np.array([b"LA1", b"LA2"])
            file["words"] = np.array([b""] * N, dtype="S4")
            change(file)
        return path.read_bytes()


@cache
def nwb(kind: str) -> bytes:
    """A small NWB file: neural signal, sound and words as the public data have them; or with trials and no words."""
    import datetime

    import pynwb

    begin = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
    file = pynwb.NWBFile("x", "x", begin)
    group = file.create_electrode_group("shaft", "x", "brain", file.create_device("amp"))
    for label in ("LA1", "LA2"):
        file.add_electrode(location=label, group=group)
    region = file.create_electrode_table_region([0, 1], "all")
    rate = float(SFREQ)
    file.add_acquisition(
        pynwb.ecephys.ElectricalSeries(
            name="iEEG", data=NEURAL.astype("f8"), electrodes=region, rate=rate, conversion=1e-6
        )
    )
    file.add_acquisition(pynwb.TimeSeries(name="Audio", data=SOUND, unit="V", rate=float(AUDIO_RATE)))
    if kind == "tables":
        file.add_trial_column("word", "said")
        for start in (0.5, 1.2):
            file.add_trial(start_time=start, stop_time=start + 0.4, word="ook")
    else:
        words = [""] * 200 + ["ook"] * 100 + [""] * (N - 300)
        file.add_acquisition(pynwb.TimeSeries(name="Stimulus", data=words, unit="x", rate=rate))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "n.nwb"
        with pynwb.NWBHDF5IO(str(path), "w") as io:
            io.write(file, cache_spec=False)
        return path.read_bytes()


def changed(data: bytes, change: Callable[[h5py.File], object]) -> bytes:
    """An HDF5 file after ``change`` of it."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "x.h5"
        path.write_bytes(data)
        with h5py.File(path, "r+") as file:
            change(file)
        return path.read_bytes()


def copy_bundle(folder: Path) -> Path:
    """The demo's small bundle."""
    return Path(shutil.copytree(BUNDLE, folder / "bundle"))
