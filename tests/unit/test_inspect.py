"""`offline.inspect` names planted faults with their reason, and passes a sound recording."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from offline import inspect
from offline.inspection.channels import check_audio, check_channels
from offline.inspection.clocks import check_alignment
from offline.io.recording import Recording
from tests.babble import made

DEMO = Path(__file__).parents[2] / "recordings" / "demo.xdf"


@pytest.fixture(scope="module")
def sound() -> Recording:
    return made(40.0, channels=16, coupling=1.5, line_freq=50.0).recording()


def test_a_good_recording_passes(sound: Recording) -> None:
    quality = check_channels(sound)
    assert [c.reasons for c in quality.bad] == []
    assert check_audio(sound).reasons == ()
    before = np.median([c.line_before_db for c in quality.channels])
    after = np.median([c.line_after_db for c in quality.channels])
    assert before > 10 > 3 > after


def spoil(recording: Recording, how: str) -> tuple[Recording, str]:
    x = recording.neural.copy()
    t = np.arange(len(x)) / 1000.0
    rng = np.random.default_rng(0)
    if how == "flat":
        x[:, 3] = 7.0
    elif how == "flat for a third":
        x[10_000:24_000, 3] = x[10_000, 3]
    elif how == "missing":
        x[5_000:9_000, 3] = np.nan
    elif how == "all missing":
        x[:, 3] = np.nan
    elif how == "saturated":
        limit = 1.2 * x[:, 3].std()
        x[:, 3] = np.clip(x[:, 3], -limit, limit)
    elif how == "noisy":
        x[:, 3] += 40 * x[:, 3].std() * rng.standard_normal(len(x)).astype(np.float32)
    elif how == "quiet":
        x[:, 3] *= 0.02
    elif how == "white":
        x[:, 3] += 40 * rng.standard_normal(len(x)).astype(np.float32)
    elif how == "mains":
        x[:, 3] += (3000 * np.sin(2 * np.pi * 120.0 * t)).astype(np.float32)
    return replace(recording, neural=x), recording.labels[3]


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("flat", "flat for 99%"),
        ("flat for a third", "flat for 3"),
        ("missing", "10% of the samples are missing"),
        ("all missing", "100% of the samples are missing"),
        ("saturated", "saturated for"),
        ("noisy", "noisy:"),
        ("quiet", "quiet: 0.0"),
        ("white", "white spectrum"),
    ],
)
def test_planted_faults_are_named(sound: Recording, how: str, reason: str) -> None:
    spoilt, label = spoil(sound, how)
    bad = check_channels(spoilt).bad
    assert [c.label for c in bad] == [label]
    assert any(text.startswith(reason) for text in bad[0].reasons), bad[0].reasons


def test_mains_that_the_notches_do_not_meet(sound: Recording) -> None:
    """60 Hz mains in a recording inspected for 60 Hz is removed; the notch is what removes it."""
    from bk_realtime.config import FeatureSettings

    spoilt, label = spoil(sound, "mains")
    channel = {c.label: c for c in check_channels(spoilt, FeatureSettings(line_freq=60.0)).channels}[label]
    assert channel.line_before_db > 40
    assert channel.line_after_db < 20


def test_listed_bad_channels_and_common_average(sound: Recording) -> None:
    listed = check_channels(replace(sound, bad=(sound.labels[0],))).bad
    assert listed[0].reasons == ("listed as bad in the file",)
    quality = check_channels(sound)
    hum = np.random.default_rng(1).standard_normal((len(sound.neural), 1)).astype(np.float32) * 60
    shared = check_channels(replace(sound, neural=sound.neural + hum))
    assert shared.common_high_gamma > 0.6 > 0.3 > quality.common_high_gamma
    assert "helps" in shared.reference_advice
    assert "gains little" in quality.reference_advice


def test_audio_faults(sound: Recording) -> None:
    clipped = np.clip(sound.audio * 40, -1, 1)
    assert any(r.startswith("clipped") for r in check_audio(replace(sound, audio=clipped)).reasons)
    assert any("very quiet" in r for r in check_audio(replace(sound, audio=sound.audio * 0.003)).reasons)
    hiss = sound.audio + 0.05 * np.random.default_rng(0).standard_normal(len(sound.audio)).astype(np.float32)
    assert any("noisy room" in r for r in check_audio(replace(sound, audio=hiss)).reasons)
    assert check_audio(replace(sound, audio=None)) is None


def test_alignment_finds_a_shifted_sound_track(sound: Recording) -> None:
    there = check_alignment(sound)
    assert there.lag_r > there.chance_r
    assert abs(there.lag_ms) < 200
    late = check_alignment(replace(sound, audio_start_s=-0.7))
    assert abs(late.lag_ms - there.lag_ms - 700) < 60
    assert late.start_s == pytest.approx(-0.7)
    drifting = check_alignment(replace(sound, audio_rate=16000 * (1 + 50e-6)))
    assert drifting.drift_ppm == pytest.approx(50, abs=0.1)
    assert drifting.drift_ms_per_hour == pytest.approx(180, abs=1)


def test_report_on_the_demo(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "r.html"
    assert inspect.main([str(DEMO), "--html", str(out), "--figures", str(tmp_path / "figures")]) == 0
    names = ("audio", "clocks", "contamination", "levels", "spectra")
    assert sorted(p.name for p in (tmp_path / "figures").iterdir()) == [f"demo_{name}.png" for name in names]
    text = capsys.readouterr().out
    for expected in (
        "SIMULATED", "SimulatedParticipant (sEEG)", "Microphone (Audio)", "drift +3", "listed as bad in the file",
        "flat for 99%", "no acoustic contamination found", "common average",
    ):  # fmt: skip
        assert expected in text
    page = out.read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") == 5
    assert "<details>" in page
    assert "SIMULATED" in page
    assert "http" not in page.split("<body>")[0]  # one file, nothing fetched
    with pytest.raises(SystemExit) as caught:
        inspect.main([str(DEMO), "--html", str(out)])
    assert caught.value.code == 2
    assert "exists already" in capsys.readouterr().err


def test_wrong_input_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "x.xdf").write_bytes(b"XDF:")
    with pytest.raises(SystemExit) as caught:
        inspect.main([str(tmp_path / "x.xdf")])
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.shared_data
def test_recordings_without_audio(shared_data: Path, capsys: pytest.CaptureFixture) -> None:
    assert inspect.main([str(shared_data / "neural/naplab_ieeg_102ch_2048hz/tiny_test.edf"), "--line-freq", "60"]) == 0
    text = capsys.readouterr().out
    assert "104 channels, 2048 Hz" in text
    assert "no audio: contamination cannot be audited" in text
    path = next((shared_data / "neural/pynm_ecog_stn_19s").rglob("*.vhdr"))
    assert inspect.main([str(path), "--unit", "microvolts", "--line-freq", "60"]) == 0
    assert "9 channels, 1000 Hz" in capsys.readouterr().out
    headset = shared_data / "xdf/sub-P001_ses-S001_task-Default_run-001_eeg.xdf"
    assert inspect.main([str(headset)]) == 0
    assert "5 channels, 256 Hz" in capsys.readouterr().out


@pytest.mark.shared_data
def test_reading_options_are_remembered(shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "clock_resets.xdf"
    path.write_bytes((shared_data / "xdf" / "clock_resets.xdf").read_bytes())
    with pytest.raises(SystemExit):
        inspect.main([str(path)])
    assert "name the unit with --unit" in capsys.readouterr().err
    given = ["--unit", "microvolts", "--sfreq", "93"]
    assert inspect.main([str(path), *given, "--remember"]) == 0
    text = capsys.readouterr().out
    assert "2 segments, 273.556 s in gaps" in text
    assert "93 Hz is too slow for 70-170 Hz" in text
    drifts = [float(d) for d in re.findall(r"drift ([+-][\d.]+) ppm", text)]
    assert len(drifts) == 2
    assert max(map(abs, drifts)) < 200  # the clock reset of 653,000 s is no drift
    assert inspect.main([str(path)]) == 0  # remembered
    with pytest.raises(SystemExit):
        inspect.main([str(path), *given, "--remember"])
    assert "exists already" in capsys.readouterr().err
