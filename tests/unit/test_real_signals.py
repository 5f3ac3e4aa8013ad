"""The feature chain on real recordings that it was never tuned to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.clock import FrameClock
from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import BkError
from bk_realtime.features import build_features, feature_labels, fit_statistics, parse_contact, run_features
from bk_realtime.stream import Pipeline

pytestmark = pytest.mark.shared_data


def check(
    x: np.ndarray, labels_in: list[str], labels: list[str], sfreq: float, settings: FeatureSettings
) -> np.ndarray:
    """Run raw, fit statistics, run normalised, whole and in ragged chunks; returns the raw log powers."""
    raw = run_features(build_features(settings, MelSettings(), labels_in, labels, sfreq), x)
    n_frames, n_features = FrameClock(sfreq).n_frames(len(x)), len(feature_labels(settings, labels))
    assert raw.shape == (n_frames, n_features)
    ops = build_features(settings, MelSettings(), labels_in, labels, sfreq, *fit_statistics(raw))
    signal = torch.tensor(np.asarray(x, np.float64))[None]
    pipe, rng, out, i = Pipeline(ops, signal), np.random.default_rng(0), [], 0
    while i < len(x):
        n = int(rng.integers(0, 2.5 * sfreq / 86))
        out.append(pipe.push(signal[:, i : i + n]))
        i += n
    got, want = torch.cat([*out, pipe.flush()], 1), pipe.forward(signal)
    torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-9)
    assert got.shape == (1, n_frames, n_features)
    assert got.isfinite().all()
    assert got.abs().max() <= 10
    live = np.isfinite(raw).any(0)
    assert live.mean() > 0.9, "most channels of a real recording carry signal"
    assert (got[0, :, live].std(0) > 0.1).all()
    return raw


@pytest.mark.parametrize("reference", ["none", "average", "bipolar", "shaft"])
@pytest.mark.parametrize("normalisation", ["frozen", "running"])
def test_edf_of_all_contacts_at_2048_hz_looped(shared_data: Path, reference: str, normalisation: str) -> None:
    mne = pytest.importorskip("mne")
    path = shared_data / "neural/naplab_ieeg_102ch_2048hz/tiny_test.edf"
    edf = mne.io.read_raw_edf(path, preload=True, verbose="error")
    x = np.tile(edf.get_data().T * 1e6, (3, 1))
    labels = [name for name in edf.ch_names if parse_contact(name) and not name.startswith("DC")]
    assert len(labels) == 104  # a grid of 64, four strips of 4, three depth electrodes of 8
    settings = FeatureSettings(reference=reference, normalisation=normalisation, line_freq=60)
    raw = check(x, edf.ch_names, labels, edf.info["sfreq"], settings)
    with pytest.raises(BkError, match="EKGL"):
        feature_labels(FeatureSettings("shaft"), [*labels, "EKGL"])
    if reference == "none":
        # high-gamma power of intracranial contacts: microvolts, not volts or nanovolts
        assert -6 < np.nanmedian(raw) < 10


@pytest.mark.parametrize("reference", ["none", "bipolar", "shaft"])
def test_brainvision_1000_hz(shared_data: Path, reference: str) -> None:
    mne = pytest.importorskip("mne")
    (path,) = (shared_data / "neural/pynm_ecog_stn_19s").rglob("*.vhdr")
    raw = mne.io.read_raw_brainvision(path, preload=True, verbose="error")
    labels = [name for name in raw.ch_names if name.startswith(("ECOG", "LFP"))]
    assert len(labels) == 9
    check(raw.get_data().T, raw.ch_names, labels, raw.info["sfreq"], FeatureSettings(reference, line_freq=60))


@pytest.mark.parametrize("subject", ["P001", "P002"])
def test_xdf_headset_256_hz(shared_data: Path, subject: str) -> None:
    pyxdf = pytest.importorskip("pyxdf")
    (path,) = (shared_data / "xdf").glob(f"sub-{subject}*.xdf")
    streams, _ = pyxdf.load_xdf(path, dejitter_timestamps=False, synchronize_clocks=False)
    (eeg,) = [s for s in streams if s["info"]["type"][0] == "EEG"]
    x, sfreq = eeg["time_series"], float(eeg["info"]["nominal_srate"][0])
    labels = [channel["label"][0] for channel in eeg["info"]["desc"][0]["channels"][0]["channel"]]
    with pytest.raises(BkError, match="half the sampling rate"):
        build_features(FeatureSettings(), MelSettings(), labels, labels, sfreq)
    check(x, labels, labels, sfreq, FeatureSettings("average", band=(70.0, 110.0)))
    slow = [s for s in streams if s["info"]["type"][0] in ("ACC", "GYRO", "PPG")]
    assert slow
    for stream in slow:
        with pytest.raises(BkError, match="frame rate"):
            build_features(FeatureSettings(), MelSettings(), "xyz", "xyz", float(stream["info"]["nominal_srate"][0]))


def test_one_seeg_contact_for_two_minutes(shared_data: Path) -> None:
    data = np.load(shared_data / "neural/tensorpac_seeg_1contact_626s/seeg_data_pac.npz")
    x = data["data"].reshape(-1, 1)[: 1024 * 120]
    raw = check(x, ["A1"], ["A1"], 1024.0, FeatureSettings())
    assert np.isfinite(raw[3:]).all()
