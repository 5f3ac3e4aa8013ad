"""Training of the learnt vocoder: exact resume, held-out files, degraded mel, decoder output."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from safetensors.torch import load_file

from bk_realtime.config import MelSettings
from bk_realtime.errors import BkError
from bk_realtime.vocoder.learnt.mel_net import NetSettings
from bk_realtime.vocoder.learnt.vocoder import load_net
from bk_realtime.vocoder.mel import log_mel
from offline.decoded_mels import main as decoded_mels
from offline.vocoder_lab.clips import Batch, split_files
from offline.vocoder_lab.decoded_clips import ClipPair, read_pairs, write_pairs
from offline.vocoder_lab.degrade import DegradeSettings, correlated_noise, degrade, smooth_time
from offline.vocoder_lab.fitting import _third_octaves, degrade_batch, envelope_error, loss_terms, loudness_error
from offline.vocoder_lab.run_folder import WEIGHTS_NAME, begin
from offline.vocoder_lab.settings import TrainVocoder
from offline.vocoder_lab.simulated_decoding import decode_clips
from offline.vocoder_lab.training import open_run, train

MEL = MelSettings()


def quiet(line: str) -> None:
    """Progress that nobody reads."""


def buzz(seconds: float, hz: float, seed: int = 0) -> np.ndarray:
    """A gliding buzz with pauses, a little like a voice."""
    n = round(seconds * 22050)
    t = np.arange(n) / 22050
    phase = 2 * np.pi * hz * (t + 0.02 * np.sin(2 * np.pi * 1.5 * t))
    sound = sum(np.cos(k * phase) / k for k in range(1, 25))
    gate = np.clip(4 * np.sin(2 * np.pi * 1.7 * t + seed) + 1, 0, 1)
    noise = np.random.default_rng(seed).standard_normal(n)
    return (0.05 * gate * sound + 1e-3 * noise).astype(np.float32)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    folder = tmp_path / "speech"
    folder.mkdir()
    for i in range(4):
        soundfile.write(folder / f"voice{i}.wav", buzz(1.6, 100 + 40 * i, i), 22050)
    return folder


def settings_for(speech: Path, out: Path) -> TrainVocoder:
    sizes = NetSettings(channels=16, blocks=1, kernel=3, hidden=12, taps=3, experts=2)
    return TrainVocoder((speech,), out, steps=6, batch=2, frames=48, hold_out_every=4, score_clips=0, net=sizes)


def test_resume_ends_with_the_same_weights(speech: Path, tmp_path: Path) -> None:
    straight = train(settings_for(speech, tmp_path / "straight"), quiet)
    stopped = settings_for(speech, tmp_path / "stopped")
    run, material = open_run(stopped, MEL, quiet)
    assert [p.name for p in material.held] == ["voice3.wav"]
    begin(stopped, material.files)
    for _ in range(3):
        run.step()
    run.save(stopped.out)
    again = train(dataclasses.replace(stopped, resume=True), quiet)
    a, b = load_file(straight), load_file(again)
    assert a.keys() == b.keys()
    for name in a:
        assert torch.equal(a[name], b[name]), name
    with pytest.raises(BkError, match="--resume: seed is 5"):
        train(dataclasses.replace(stopped, resume=True, seed=5), quiet)
    with pytest.raises(BkError, match="exists"):
        train(stopped, quiet)


def test_fine_tuning_starts_from_the_weights_and_scores_held_out_clips(speech: Path, tmp_path: Path) -> None:
    start = train(dataclasses.replace(settings_for(speech, tmp_path / "first"), steps=1), quiet)
    tuned = dataclasses.replace(
        settings_for(speech, tmp_path / "tuned"), steps=1, fine_tune=start, learning_rate=1e-6, score_clips=1
    )
    lines: list[str] = []
    path = train(tuned, lines.append)
    assert path.name == WEIGHTS_NAME
    assert "held out: clean/pesq" in lines[-1]
    before, after = load_net(start), load_net(path)
    for (name, a), b in zip(before.state_dict().items(), after.state_dict().values(), strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-5, msg=name)
        assert a.shape == b.shape


def test_training_lowers_the_loss(speech: Path, tmp_path: Path) -> None:
    noise = DegradeSettings(clean=0, smooth=0, blur=0, noise=1, independent=1, level=0, shrink=0, steps=0)
    settings = dataclasses.replace(settings_for(speech, tmp_path / "run"), steps=120, learning_rate=4e-3, degrade=noise)
    run, _ = open_run(settings, MEL, quiet)

    def error() -> float:
        """Of the mel, over the same twenty batches before and after."""
        total = 0.0
        for step in range(20):
            batch = run.sampler.draw(step)
            net_input = degrade_batch(batch, settings.degrade, MEL, run.sampler.generators(step)[1])
            total += float(loss_terms(run.net, batch, net_input, step)["loss"].detach())
        return total

    before = error()
    for _ in range(120):
        run.step()
    assert error() < 0.95 * before


def test_files_held_out_by_pattern_and_count() -> None:
    files = [Path(f"a/x{i}.wav") for i in range(6)] + [Path("b/F1_1.wav"), Path("b/F1_2.wav"), Path("b/M_1.wav")]
    training, held = split_files(files, ("F1_*",), 3)
    assert [f.name for f in held] == ["x2.wav", "x5.wav", "F1_1.wav", "F1_2.wav"]
    assert not set(training) & set(held)
    assert len(training) + len(held) == len(files)


def test_degrading_leaves_the_clean_share_alone_and_is_repeatable() -> None:
    mel = torch.randn(40, 50, 80, generator=torch.Generator().manual_seed(0)) - 4.0
    kept = mel.clone()
    y = degrade(mel, DegradeSettings(clean=0.5), MEL, torch.Generator().manual_seed(1))
    assert torch.equal(mel, kept)
    whole = (y == mel).all((1, 2))
    assert 5 < int(whole.sum()) < 35
    assert (y[~whole] - mel[~whole]).abs().mean() > 0.05
    again = degrade(mel, DegradeSettings(clean=0.5), MEL, torch.Generator().manual_seed(1))
    assert torch.equal(y, again)


def test_smoothing_and_correlated_noise() -> None:
    trajectory = torch.zeros(20, 1)
    trajectory[10] = 1.0
    centred = smooth_time(trajectory, 5)[:, 0]
    torch.testing.assert_close(centred[8:13], torch.full((5,), 0.2))
    torch.testing.assert_close(smooth_time(trajectory, 4)[9:13, 0], torch.full((4,), 0.25))
    noise = correlated_noise((3, 400, 80), torch.Generator().manual_seed(0))
    torch.testing.assert_close(noise.square().mean((1, 2)), torch.ones(3))
    wander = correlated_noise((30, 24, 1), torch.Generator().manual_seed(0), slow=True)
    assert wander.abs().max() < 4  # slower than the segment is long: nearly one level, not a huge one


def test_envelope_error_falls_with_the_likeness_of_envelopes() -> None:
    torch.manual_seed(0)
    true = torch.randn(2, 64, 80).cumsum(1) * 0.3 - 3.0
    assert envelope_error(true, true, MEL) < 1e-2
    torch.testing.assert_close(
        envelope_error(true + 0.7, true, MEL), envelope_error(true, true, MEL), rtol=0, atol=1e-2
    )
    errors = [float(envelope_error(true + s * torch.randn(2, 64, 80), true, MEL)) for s in (0.3, 0.6, 1.2)]
    assert 0.01 < errors[0] < errors[1] < errors[2] <= 1.1
    assert envelope_error(true, torch.full((2, 64, 80), -9.0), MEL) == 0.0  # nothing is said


def test_loudness_error_forgives_a_level_and_resents_what_was_added() -> None:
    torch.manual_seed(0)
    true = torch.randn(2, 64, 80).cumsum(1) * 0.3 - 3.0
    assert loudness_error(true, true, MEL) < 1e-3
    assert loudness_error(true + 0.3, true, MEL) < 1e-3
    added, missing = true.clone(), true.clone()
    added[:, :, 40:44] += 2.0
    missing[:, :, 40:44] -= 2.0
    assert loudness_error(added, true, MEL) > loudness_error(missing, true, MEL) > 1e-3


def test_third_octaves_hold_a_tone_where_it_lies() -> None:
    """A tone in each band of the mel shows in the third octave about its frequency; so does its power."""
    tones = {440.0: 4, 1200.0: 9, 3000.0: 13}  # nearest centres: 476, 1200, 3024 Hz
    for hz, band in tones.items():
        audio = 0.3 * np.sin(2 * np.pi * hz * np.arange(22050) / 22050)
        power = torch.exp(2 * torch.from_numpy(log_mel(audio.astype(np.float32), MEL)[40:41])) @ _third_octaves(MEL).T
        assert abs(int(power.argmax()) - band) <= (hz < 1000)


def test_decoder_output_goes_to_the_network_as_it_is() -> None:
    mel = torch.randn(30, 40, 80, generator=torch.Generator().manual_seed(0)) - 4.0
    decoded, has = mel - 1.0, torch.arange(30) < 10
    batch = Batch(mel, torch.where(has[:, None, None], decoded, mel), has)
    net_input = degrade_batch(batch, DegradeSettings(), MEL, torch.Generator().manual_seed(1))
    assert torch.equal(net_input[:10], decoded[:10])
    assert (net_input[10:] != mel[10:]).any((1, 2)).sum() > 10


def test_decoder_output_of_a_simulated_participant(tmp_path: Path) -> None:
    audios = [buzz(4.0, 90 + 7 * i, i) for i in range(20)]
    decoded = decode_clips(audios, MEL, folds=2, channels=16, coupling=3.0)
    two = decode_clips(audios, MEL, folds=2, channels=16, coupling=3.0, wanted=(17, 19))
    for a, b in zip(two, (decoded[17], decoded[19]), strict=True):
        np.testing.assert_array_equal(a, b)
    assert [len(m) for m in decoded] == [len(a) // 256 for a in audios]
    path = tmp_path / "pairs.npz"
    write_pairs(path, [ClipPair(str(i), audios[i], decoded[i], "mark") for i in range(20)])
    name, audio, mel, mark = read_pairs(path)[3]
    assert (name, mark) == ("3", "mark")
    np.testing.assert_allclose(audio, audios[3], atol=1e-4)
    np.testing.assert_allclose(mel, decoded[3], rtol=1e-2, atol=1e-2)
    with pytest.raises(BkError, match="at least a minute"):
        decode_clips(audios[:2], MEL)


def test_pairs_by_networks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "voice").mkdir()
    for i in range(20):
        soundfile.write(tmp_path / "voice" / f"v{i:02d}.wav", buzz(4.2, 90 + 6 * i, i), 22050)
    out = tmp_path / "pairs.npz"
    arguments = [str(tmp_path / "voice"), "--out", str(out), "--participants", "1", "--folds", "2", "--updates", "4"]
    assert decoded_mels([*arguments, "--decoders", "gru"]) == 0
    printed = capsys.readouterr().out
    assert "SIMULATED participant 1" in printed
    pairs = read_pairs(out)
    assert len(pairs) == 19  # each twentieth file is held out
    assert {p.name.split()[0] for p in pairs} == {f"v{i:02d}" for i in range(19)}
    assert all(len(p.mel) == len(p.audio) // 256 for p in pairs)
    assert list(tmp_path.glob("*session*")) == []
    assert np.std(np.concatenate([p.mel for p in pairs]).astype(np.float32), 0).min() > 0.01


def test_pairs_go_on_where_a_run_was_stopped(speech: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decoders: list[str] = []

    def decode(audios: list[np.ndarray], mel: MelSettings, *_: float, decoder: str, updates: int) -> list[np.ndarray]:
        decoders.append(decoder)
        if len(decoders) == 2:
            raise KeyboardInterrupt
        return [log_mel(a, mel) for a in audios]

    monkeypatch.setattr("offline.vocoder_lab.decoded_clips.decode_clips", decode)
    arguments = [str(speech), "--out", str(tmp_path / "pairs.npz"), "--participants", "1"]
    with pytest.raises(KeyboardInterrupt):
        decoded_mels(arguments)
    assert not (tmp_path / "pairs.npz").exists()
    assert decoded_mels(arguments) == 0
    assert decoders == ["ridge", "gru", "gru", "seq2seq"]
    assert len(read_pairs(tmp_path / "pairs.npz")) == 12
