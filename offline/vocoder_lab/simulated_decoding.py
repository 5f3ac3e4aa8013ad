"""What a decoder makes of speech that a SIMULATED participant says, out of fold.

The features are the live ones, and each clip's log-mel is predicted by a decoder that was fitted on the other folds of
the session: ridge regression, or a network trained as offline.train does it, only for fewer updates.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.errors import InputError
from offline.data.dataset import build_corpus, feature_reach_s
from offline.data.processed import process_recording
from offline.data.settings import AugmentSettings
from offline.data.split import SplitSettings, fold_splits
from offline.simulation.session import Simulate, simulate
from offline.simulation.speech import SpeechTrack
from offline.training.fitting import decode_part, fit_decoder
from offline.training.settings import OptimiserSettings, TrainerSettings
from offline.vocoder_lab.settings import UPDATES, Decoder

GAP_S = 0.4
"""Silence before each clip."""
GUARD_S = 1.0
"""Left out at either side of a fold."""


def decode_clips(
    audios: Sequence[np.ndarray],
    mel: MelSettings,
    folds: int = 4,
    participant: int = 1,
    coupling: float = 1.0,
    seed: int = 0,
    channels: int = 64,
    decoder: Decoder = "ridge",
    updates: int = UPDATES,
    wanted: Sequence[int] | None = None,
) -> list[np.ndarray]:
    """Log-mel ``(T // hop, n_mels)`` float32 of every clip, or of those ``wanted``, by a decoder that never saw it.

    Parameters
    ----------
    audios : clips (T,) float at ``mel.sample_rate``, full scale 1, together at least a minute.
    folds : contiguous folds of the session; each is decoded by the decoder of the others.
    participant, coupling, seed, channels : of the simulation.
    decoder : the decoder, with its default sizes.
    updates : of a network's training.
    wanted : indices of the clips to decode; folds that hold none of them get no decoder. Default all.
    """
    hop, rate = mel.hop_length, mel.sample_rate
    if sum(len(a) for a in audios) < 60 * rate:
        raise InputError("decoded mel: expected at least a minute of speech to fit a decoder on; name more clips")
    gap = round(GAP_S * rate / hop) * hop
    starts, pieces, n = [], [], 0
    for audio in audios:
        whole = np.zeros(gap + -(-len(audio) // hop) * hop, np.float32)
        whole[gap : gap + len(audio)] = audio
        starts.append((n + gap) // hop)
        pieces.append(whole)
        n += len(whole)
    pieces.append(np.zeros(2 * gap, np.float32))
    track = np.concatenate(pieces)
    settings = Simulate(
        speech=(), out=Path("simulated.xdf"), channels=channels, coupling=coupling, participant=participant, seed=seed,
        audio_ppm=0.0,
    )  # fmt: skip
    recording = simulate(settings, SpeechTrack(track, rate, [])).recording()
    features = FeatureSettings()
    labels = [label for label in recording.labels if label not in recording.bad]
    session = process_recording(recording, features, mel, labels)
    decoded = np.full((len(track) // hop, mel.n_mels), np.log(mel.floor), np.float32)
    n_frames = min(len(session.log_power), len(session.audio) // hop)
    spoken = [
        (starts[i], starts[i] + len(audios[i]) // hop) for i in (range(len(audios)) if wanted is None else wanted)
    ]
    cuts = SplitSettings(guard_s=GUARD_S)
    for split in fold_splits(n_frames, folds, cuts, Fraction(rate, hop), feature_reach_s(features, mel)):
        a, b = split.test
        if not any(start < b and stop > a for start, stop in spoken):
            continue
        corpus = build_corpus([session], features, mel, labels, recording.sfreq, splits=[split])
        standard = OptimiserSettings()
        seconds = updates * standard.batch * standard.segment_s
        optimiser = OptimiserSettings(epochs=max(1, round(seconds / corpus.seconds("training"))))
        with tempfile.TemporaryDirectory() as folder:  # for checkpoints
            machine = TrainerSettings(accelerator="cpu")
            fit = fit_decoder(decoder, {}, corpus, optimiser, AugmentSettings(), machine, Path(folder), seed)
        first = corpus.first[0]
        [mel_out] = decode_part(fit.decoder, corpus)
        decoded[first + a : first + a + len(mel_out)] = mel_out[: len(decoded) - first - a]
    return [decoded[start:stop] for start, stop in spoken]
