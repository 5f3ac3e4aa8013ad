"""The table that ends a training: every decoder on the same held-out part, beside trivial baselines, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.table import Table

from offline.scoring.loudness import loudness_oracles
from offline.scoring.mel import baselines, mel_cepstral_distortion, speech_mask
from offline.scoring.paired import Paired
from offline.scoring.together import correlation, partial, recording_of

ScoreRows = dict[str, dict[str, float]]
CHOSEN = (
    "All rows are scored on one held-out part: whoever takes the best of them has chosen by it, and what offline.train "
    "says of that part then is too good; judge the choice on another recording."
)
"""Stands beside a table of ways to train that somebody may choose from."""


def score_all(
    decoded: dict[str, list[np.ndarray]],
    reference: list[np.ndarray],
    training: list[np.ndarray],
    of: Sequence[int] = (),
) -> ScoreRows:
    """Scores by decoder name, with what knows no brain added: mean spectrum, speech/silence and loudness oracles.

    Parameters
    ----------
    decoded : name -> log-mel of every held-out segment.
    reference : recorded log-mel of the same segments.
    training : recorded log-mel of the training segments, for the baselines.
    of : the recording that each held-out segment is of; correlations are within recordings. Default one for all.

    Returns
    -------
    name -> ``r`` (mean over bins, all frames), ``r_speech`` (inside speech), ``r_partial`` (inside speech, with the
    recorded level taken off), ``mcd_db`` (inside speech).
    """
    truth, masks = np.concatenate(reference), [speech_mask(y) for y in reference]
    speech, which = np.concatenate(masks), recording_of(reference, of)
    rows = {name: np.concatenate(mels) for name, mels in decoded.items()}
    rows |= baselines(truth, speech, training) | loudness_oracles(truth, speech, training)
    return {
        name: {
            "r": correlation(mel, truth, which),
            "r_speech": correlation(mel, truth, which, speech),
            "r_partial": partial(mel, truth, speech, which),
            "mcd_db": mel_cepstral_distortion(mel, truth, speech),
        }
        for name, mel in rows.items()
    }


def title_facts(simulated: bool, given: bool) -> str:
    """What a table of scores says after its title: a simulated participant, features of unknown making."""
    return (" (SIMULATED participant)" if simulated else "") + (" (GIVEN features, causality unknown)" if given else "")


def score_table(
    scores: ScoreRows, seconds: float, decoder: str, simulated: bool, given: bool = False, mark: str = ""
) -> Table:
    """Best correlation inside speech first, ``decoder`` in bold, over a held-out part of so many ``seconds``; ``mark``
    is what the title begins with."""
    title = f"{mark}held-out part, {seconds:.0f} s, contiguous" + title_facts(simulated, given)
    table = Table(title=title, title_justify="left")
    table.add_column("decoder")
    for name in ("r", "r inside speech", "r loudness off", "MCD dB inside speech"):
        table.add_column(name, justify="right")
    for name, row in sorted(scores.items(), key=lambda item: -np.nan_to_num(item[1]["r_speech"], nan=-1.0)):
        style = "bold" if name == decoder else None
        rs = [f"{row[m]:.3f}" if np.isfinite(row[m]) else "-" for m in ("r", "r_speech", "r_partial")]
        mcd = f"{row['mcd_db']:.2f}" if np.isfinite(row["mcd_db"]) else "-"
        table.add_row(name, *rs, mcd, style=style)
    return table


def advantage(
    decoded: dict[str, list[np.ndarray]],
    reference: list[np.ndarray],
    decoder: str,
    rival: str,
    frame_rate: float,
    of: Sequence[int] = (),
) -> tuple[float, float]:
    """95 % interval of how much r inside speech ``decoder`` has over ``rival``, see
    :class:`~offline.scoring.paired.Paired`. NaN where the held-out part has too few blocks.
    ``of`` as for :func:`score_all`."""
    speech = np.concatenate([speech_mask(y) for y in reference])
    paired = Paired(np.concatenate(reference), speech, frame_rate, which=recording_of(reference, of))
    if not paired.tells:
        return float("nan"), float("nan")
    _, low, high = paired.over(np.concatenate(decoded[decoder]), np.concatenate(decoded[rival]))
    return low, high


def verdict(scores: ScoreRows, decoder: str, intervals: dict[str, tuple[float, float]]) -> str:
    """One plain sentence per rival: whether the network is worth having.

    Parameters
    ----------
    intervals : rival -> :func:`advantage`.
    """
    own = scores[decoder]["r_speech"]
    sentences = []
    for rival, (low, high) in intervals.items():
        other = scores[rival]["r_speech"]
        if not (np.isfinite(own) and np.isfinite(other)):
            sentences.append(f"{decoder} and {rival} cannot be compared inside speech: nobody speaks in that part.")
            continue
        if own <= other:
            word = "does NOT beat"
        else:
            word = "beats" if low > 0 else "is above, but does NOT clearly beat,"
        known = "too short a part to say how sure" if np.isnan(low) else f"95 % interval {low:+.3f} to {high:+.3f}"
        sentences.append(
            f"{decoder} {word} {rival} inside speech (r {own:.3f} against {other:.3f}; difference {own - other:+.3f}, "
            f"{known})."
        )
    return " ".join(sentences)
