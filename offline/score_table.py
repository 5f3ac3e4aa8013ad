"""The table that ends a training: every decoder on the same held-out part, beside trivial baselines, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.table import Table

from offline.scores import mean_correlation, mel_cepstral_distortion, speech_mask, speech_silence_oracle

Scores = dict[str, dict[str, float]]


def score_all(decoded: dict[str, list[np.ndarray]], reference: list[np.ndarray], training: list[np.ndarray]) -> Scores:
    """Scores by decoder name, with mean spectrum and speech/silence oracle added.

    Parameters
    ----------
    decoded : name -> log-mel of every held-out segment.
    reference : recorded log-mel of the same segments.
    training : recorded log-mel of the training segments, for the two baselines.

    Returns
    -------
    name -> ``r`` (mean over bins, all frames), ``r_speech`` (inside speech), ``mcd_db`` (inside speech).
    """
    truth, masks = np.concatenate(reference), [speech_mask(y) for y in reference]
    speech = np.concatenate(masks)
    mean = np.concatenate(training).mean(0)
    rows = {name: np.concatenate(mels) for name, mels in decoded.items()}
    rows["mean spectrum"] = np.broadcast_to(mean.astype(truth.dtype), truth.shape)
    rows["speech/silence oracle"] = speech_silence_oracle(truth, speech, training)
    return {
        name: {
            "r": mean_correlation(mel, truth),
            "r_speech": mean_correlation(mel, truth, speech),
            "mcd_db": mel_cepstral_distortion(mel, truth, speech),
        }
        for name, mel in rows.items()
    }


def print_scores(console: Console, scores: Scores, seconds: float, model: str, simulated: bool) -> None:
    """The table, best correlation inside speech first."""
    title = f"held-out part, {seconds:.0f} s, contiguous" + (" (SIMULATED participant)" if simulated else "")
    table = Table(title=title, title_justify="left")
    table.add_column("decoder")
    for name in ("r", "r inside speech", "MCD dB inside speech"):
        table.add_column(name, justify="right")
    for name, row in sorted(scores.items(), key=lambda item: -item[1]["r_speech"]):
        style = "bold" if name == model else None
        table.add_row(name, f"{row['r']:.3f}", f"{row['r_speech']:.3f}", f"{row['mcd_db']:.2f}", style=style)
    console.print(table)


def verdict(scores: Scores, model: str, rivals: Sequence[str] = ("ridge",)) -> str:
    """One plain sentence per rival: whether the network is worth having."""
    own = scores[model]["r_speech"]
    sentences = []
    for rival in rivals:
        if rival == model or rival not in scores:
            continue
        other = scores[rival]["r_speech"]
        word = "beats" if own > other else "does NOT beat"
        sentences.append(f"{model} {word} {rival} inside speech (r {own:.3f} against {other:.3f}, {own - other:+.3f}).")
    return " ".join(sentences)
