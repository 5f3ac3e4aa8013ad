"""End to end on a semi-simulated participant: real words in their real cadence, real sEEG noise, simulated coupling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from bk_realtime.decoder.bundle import load_bundle
from offline import decode, simulate, train
from offline.data.align import aligned_audio
from offline.data.dataset import target_mel
from offline.io import read_recording
from offline.scoring.mel import mean_correlation, speech_mask


@pytest.mark.shared_data
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_simulate_train_decode(shared_data: Path, tmp_path: Path) -> None:
    speech = shared_data / "speech/swpd_sub02_session"
    noise = shared_data / "neural/tensorpac_seeg_1contact_626s/seeg_data_pac.npz"
    recording, model, mel, wav = (tmp_path / n for n in ("simulated.xdf", "m", "mel.npz", "voice.wav"))
    command = ["--speech", str(speech / "sub02_session_16k.flac"), "--words", str(speech / "sub02_words.tsv")]
    command += ["--noise", str(noise), "--out", str(recording), "--channels", "12", "--seconds", "90"]
    assert simulate.main(command) == 0
    assert train.main([str(recording), "--decoder", "ridge", "--out", str(model), "--threads", "1"]) == 0
    bundle = load_bundle(model)
    own, trivial = bundle.scores["ridge"], bundle.scores["mean spectrum"]
    assert own["r"] > 0.4 > trivial["r"] == 0.0
    assert own["r_speech"] > 0.1
    assert own["mcd_db"] < trivial["mcd_db"]
    assert bundle.provenance["simulated"]
    assert bundle.provenance["data"][0]["neural_sha256"]

    assert decode.main([str(model), str(recording), "--out", str(mel), "--wav", str(wav)]) == 0
    read = read_recording(recording)
    truth = target_mel(aligned_audio(read, bundle.mel), bundle.mel)
    with np.load(mel) as stored:
        decoded = stored["mel"]
        assert stored["simulated"]
    n = min(len(decoded), len(truth))
    held_out = slice(n - int(own_seconds(bundle.scores) * 22050 / 256), n)
    assert mean_correlation(decoded[held_out], truth[held_out]) == pytest.approx(own["r"], abs=0.02)
    audio, rate = soundfile.read(wav)
    assert rate == 22050
    assert len(audio) == 256 * len(decoded)
    spoken = np.repeat(speech_mask(truth[:n]), 256)
    level = np.square(audio[: len(spoken)])
    assert level[spoken].mean() > 3 * level[~spoken].mean()


def own_seconds(scores: dict) -> float:
    return float(scores["test_seconds"])
