"""What passes r inside speech by loudness alone, and what is left of it with the loudness taken off.

Two minutes of speech, real where the shared data is beside the checkout, else made up. Attacks know the true loudness
and nothing else; ridge is trained on a simulated brain that follows the same sound (coupling 1 or 0), on its first
part, and scored on the held-out part. ``value`` is r inside speech with the loudness taken off, ``baseline`` what it
must beat; ``told`` is the verdict of the card.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import scipy.signal
from scipy.ndimage import uniform_filter1d

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.vocoder import log_mel
from offline.data.augment import AugmentSettings
from offline.data.dataset import build_corpus
from offline.data.processed import process_recording
from offline.evaluation.card import combine
from offline.evaluation.loudness_line import CHECK, MARGIN
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import SHIFT, Segment
from offline.evaluation.segment_scores import score_segment
from offline.scoring.loudness import LOUDNESS, LOUDNESS_STEPS, without_a_brain
from offline.training.fitting import decode_part, fit_decoder
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.bench.contamination import CLIPS, WHOLE, clean_session

SCORES = ScoreSettings(shuffles=0, sound_s=0.0)
FRAME_RATE = 22050 / 256
NOISE_OVER_S = (0.012, 0.046, 0.19)
COLOUR = 0.95


def noises(sound: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """Log-mel of stationary noise that carries the loudness of the sound (n,) at 22,050 Hz, by how it was made."""
    rng = np.random.default_rng(seed)
    power = np.square(sound, dtype=np.float64)
    white = rng.standard_normal(len(sound))
    coloured = scipy.signal.lfilter([1.0], [1.0, -COLOUR], white)
    loud = {s: np.sqrt(np.maximum(uniform_filter1d(power, round(s * 22050)), 0.0)) for s in NOISE_OVER_S}
    middle = loud[NOISE_OVER_S[1]]
    edges = np.quantile(middle[middle > np.median(middle)], (1 / 3, 2 / 3))
    steps = 10.0 ** (np.digitize(middle, [np.median(middle), *edges]) / 2 - 3)
    made = {f"white noise, loudness over {1000 * s:.0f} ms": loud[s] * white for s in NOISE_OVER_S}
    made |= {
        "coloured noise, true loudness": 0.3 * middle * coloured,
        "noise in three steps of loudness": steps * white,
    }
    return {name: log_mel(x.astype(np.float32)) for name, x in made.items()}


def row(kind: str, name: str, decoded: np.ndarray, reference: np.ndarray, training: np.ndarray) -> dict:
    """A line of the table: one decoded mel against the recorded one."""
    segment = Segment(kind, reference, {name: decoded, **without_a_brain(reference, [training])}, FRAME_RATE)
    card = combine([score_segment(segment, SCORES, 0)], (), simulated=True)
    values = {m: entry["value"] for m, entry in card["decoders"][name].items()}
    told = next(v for v in card["verdicts"] if v["check"] == CHECK)
    limit = max(card["chance"][SHIFT]["r_partial"]["p95"], max(card["loudness_alone"].values()) + MARGIN)
    return {
        "name": "loudness_off",
        "value": values["r_partial"],
        "unit": "r",
        "baseline": limit,
        "ratio": values["r_partial"] / limit,
        "detail": {
            "speech": kind,
            "decoder": name,
            "r_speech": values["r_speech"],
            "r_windows": values["r_windows"],
            "told": "ok" if told["good"] else "no",
        },
    }


def run(quick: bool) -> Iterator[dict]:
    """A line for each attack and each decoder on each kind of speech."""
    features, mel = FeatureSettings(), MelSettings()
    for kind in (WHOLE,) if quick else (*CLIPS, WHOLE):
        for coupling in (1.0, 0.0):
            recording = clean_session(kind, coupling, False, 0)
            session = process_recording(recording, features, mel, recording.labels)
            corpus = build_corpus([session], features, mel, recording.labels, recording.sfreq)
            machine = TrainerSettings(threads=1)
            fit = fit_decoder("ridge", {}, corpus, OptimiserSettings(), AugmentSettings(), machine, Path("unused"), 0)
            truth = corpus.segments("test")[0][1]
            training = np.concatenate([y for _, y in corpus.segments("training")])
            yield row(kind, f"ridge, coupling {coupling:g}", decode_part(fit.decoder, corpus)[0], truth, training)
        known = without_a_brain(truth, [training])
        for name in (LOUDNESS, LOUDNESS_STEPS):
            yield row(kind, name + ", as a decoder", known[name], truth, training)
        flat = np.tile(truth.mean(1, keepdims=True), (1, truth.shape[1]))
        yield row(kind, "mean of the true log-mel in every bin", flat, truth, training)
        whole = log_mel(session.audio, mel)
        for name, noise in noises(session.audio, 0).items():
            yield row(kind, name, noise[: len(whole)], whole, whole)
