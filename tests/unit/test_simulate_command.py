"""`offline.simulate`: what it writes reads back, says that it is SIMULATED, and what is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy.signal
import soundfile

from bk_realtime.decoder.fit import read_label_map
from bk_realtime.errors import BkError
from bk_realtime.xdf import read_xdf
from offline import simulate as cli
from offline.data.align import aligned_audio
from offline.io import read_recording
from offline.simulation.participant import make_participant
from offline.simulation.session import Simulate, simulate
from tests.babble import babble


@pytest.fixture
def words(tmp_path: Path) -> Path:
    folder = tmp_path / "words"
    folder.mkdir()
    for i, name in enumerate(("ook", "als", "vak", "noordenwind")):
        soundfile.write(folder / f"{name}.wav", babble(0.6, i), 16000)
    return folder


def run(*arguments: object) -> int:
    return cli.main([str(a) for a in arguments])


def test_command_writes_a_session_that_reads_back(words: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "p01.xdf"
    common = ("--channels", 16, "--sfreq", 512, "--seconds", 24, "--seed", 3, "--audio-ppm", 200)
    assert run("--speech", words, "--out", out, *common) == 0
    path = tmp_path / "p01_simulated.xdf"
    assert not out.exists()
    printed = capsys.readouterr().out
    assert "SIMULATED" in printed
    streams = read_xdf(path)
    assert [s.description.type for s in streams] == ["sEEG", "Audio", "Markers"]
    assert all(s.simulated for s in streams)
    assert abs(streams[0].raw_stamps[0] - streams[0].stamps[0]) > 1000  # two clocks
    recording = read_recording(path, require_audio=True)
    assert recording.simulated
    assert recording.neural.shape == (24 * 512 - 3, 16)  # the microphone's clock is 200 ppm fast
    assert abs(recording.audio_rate / 22050 - 1 - 200e-6) < 20e-6
    assert abs(recording.audio_start_s - recording.neural_start_s) < 0.001
    assert next(text for _, text in recording.markers[:3]) == "experimentStarted"
    assert sum(text.startswith("start;") for _, text in recording.markers) == 7
    assert set(recording.bad) == set(make_participant(16, 1).bad)
    truth = simulate(Simulate((words,), out, channels=16, sfreq=512.0, seconds=24.0, seed=3, audio_ppm=200.0))
    np.testing.assert_allclose(recording.neural, truth.neural, rtol=1e-6)
    # the true sound at neural time, straight from the definition
    audio = aligned_audio(recording)
    at = np.arange(len(audio)) / 22050 * truth.audio_rate
    want = np.interp(at, np.arange(len(truth.track.audio)), truth.track.audio)
    low = scipy.signal.butter(4, 1000, fs=22050, output="sos")
    audio, want = scipy.signal.sosfilt(low, audio), scipy.signal.sosfilt(low, want)
    r = scipy.signal.correlate(audio, want, mode="full", method="fft")
    assert abs(int(r.argmax()) - (len(want) - 1)) <= 22  # 1 ms
    with pytest.raises(SystemExit) as caught:
        run("--speech", words, "--out", out, *common)
    assert caught.value.code == 2
    assert "exists already" in capsys.readouterr().err


def test_cadence_of_a_word_table(words: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "all.flac", babble(12.0, 9), 16000)
    (tmp_path / "w.tsv").write_text("onset\toffset\tprompted_word\n0.650\t2.000\took\n3.350\t5.900\tals\n")
    run("--speech", tmp_path / "all.flac", "--words", tmp_path / "w.tsv", "--out", tmp_path / "s_simulated.xdf",
        "--channels", 4, "--sfreq", 256)  # fmt: skip
    recording = read_recording(tmp_path / "s_simulated.xdf")
    got = [(round(t - recording.neural_start_s, 2), text) for t, text in recording.markers]
    assert got[1:5] == [(0.65, "start;ook"), (2.0, "end;ook"), (3.35, "start;als"), (5.9, "end;als")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("--speech", "nowhere"), "no such file or folder"),
        (("--channels", 1), "expected 2 to 512"),
        (("--sfreq", 100), "expected 200 to 50000"),
        (("--coupling", -1), "expected 0 to 10"),
        (("--seconds", 0.1), "expected 1 to 36000"),
        (("--noise", "nowhere.edf"), "no such file"),
        (("--words", "nowhere.tsv"), "one sound file"),
        (("--bad", 16), "fewer bad channels"),
        (("--day", 0), "expected 1 to 30"),
    ],
)
def test_bad_settings(change: tuple, message: str, words: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    given = {"--speech": words, "--out": tmp_path / "x.xdf", "--channels": 16, "--seconds": 8}
    given[change[0]] = change[1]
    with pytest.raises(SystemExit) as caught:
        run(*[part for pair in given.items() for part in pair])
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not list(tmp_path.glob("*.xdf*"))


def test_silence_is_no_speech(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(16000), 16000)
    with pytest.raises(BkError, match="only silence"):
        Simulate((tmp_path / "a.wav",), tmp_path / "x.xdf").speech_track()


def test_a_later_day_is_stated_in_the_file(words: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    common = ("--speech", words, "--channels", 16, "--sfreq", 256, "--seconds", 6, "--participant", 3)
    assert run(*common, "--out", tmp_path / "d1_simulated.xdf") == 0
    assert run(*common, "--out", tmp_path / "d2_simulated.xdf", "--day", 2) == 0
    printed = capsys.readouterr().out
    assert "day 2; lost since day 1: " in printed
    names = read_label_map(tmp_path / "d2_simulated.labels.toml")
    yesterday, today = (read_recording(tmp_path / f"d{day}_simulated.xdf") for day in (1, 2))
    assert today.simulated
    assert len(names) == 2
    assert set(names) <= set(yesterday.labels)
    assert set(names.values()) <= set(today.labels)
    stated = [
        json.loads(next(s for s in read_xdf(tmp_path / f"d{d}_simulated.xdf")).description.extra["simulation"])
        for d in (1, 2)
    ]
    assert "day" not in stated[0]
    assert stated[1]["day"] == 2
    assert stated[1]["renamed"] == names
    assert not (tmp_path / "d1_simulated.labels.toml").exists()
    # names of a day whose file is written over belong to nobody any more
    assert run(*common, "--out", tmp_path / "d2_simulated.xdf", "--overwrite") == 0
    assert not (tmp_path / "d2_simulated.labels.toml").exists()


def test_demo_recording_ships_and_says_simulated() -> None:
    path = Path(__file__).parents[2] / "recordings" / "demo.xdf"
    recording = read_recording(path, require_audio=True)
    assert recording.simulated
    assert recording.neural.shape[1] == 32
    assert 40 < recording.duration_s < 60
    assert 0.2 < np.abs(recording.audio).max() < 0.95  # audible, not clipped
    assert sum(text.startswith("start;") for _, text in recording.markers) >= 12
    readme = (path.parent / "README.md").read_text(encoding="utf-8")
    assert recording.source_hash in readme
    assert 5e6 < path.stat().st_size < 10.5e6


def test_help_in_a_fresh_process() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "offline.simulate", "--help"], capture_output=True, text=True, timeout=550, check=False
    )
    assert done.returncode == 0
    assert "SIMULATED" in done.stdout
