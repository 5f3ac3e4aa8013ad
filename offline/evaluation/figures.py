"""Figures of a score card as PNG: the card, mel pairs, correlation per bin, chance, correlation over lag, words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bk_realtime.config import MelSettings
from bk_realtime.files import write_bytes
from offline.evaluation.report import HEADS, card_mark
from offline.evaluation.segment import NULL_MEASURES, RECORDED, SHIFT, SegmentScores
from offline.evaluation.words import RECORDED_SOUND
from offline.scoring.loudness import LOUDNESS, LOUDNESS_STEPS
from offline.scoring.mel import MEAN, ORACLE
from offline.scoring.plotting import AMBER, BLUE, GREEN, GREY, INK, RED, mel_ticks, png

CARD_MEASURES = ("r", "r_speech", "r_partial", "r_windows", "mcd_db", "estoi")
MOST_NAMES = 60
"""Words whose names are written along a confusion matrix; of more every other one is, and so on."""
_COLOURS = {MEAN: GREY, ORACLE: AMBER, "ridge": GREEN, RECORDED: INK, RECORDED_SOUND: INK}
_COLOURS |= dict.fromkeys((LOUDNESS, LOUDNESS_STEPS), AMBER)


def draw_figures(folder: Path, name: str, card: dict[str, Any], scores: Sequence[SegmentScores]) -> list[Path]:
    """Write ``<name>_card.png``, ``_mel``, ``_bins``, ``_chance``, ``_lag`` and, with labelled words, ``_words``;
    returns their paths."""
    title = card_mark(card) + ("SIMULATED participant, " if card["simulated"] else "") + name
    kinds: dict[str, tuple[Any, float, float]] = {
        "card": (lambda f: _card(f, card), 9.5, 0.9 + 0.27 * (len(card["decoders"]) + 1)),
        "mel": (lambda f: _mel(f, scores[0]), 9.5, 1.3 * len(_mels(scores[0])) + 0.5),
        "bins": (lambda f: _bins(f, card), 9.5, 3.0),
        "chance": (lambda f: _chance(f, card), 9.5, 1.6 * len(card["chance"]) + 0.5),
        "lag": (lambda f: _lag(f, card), 6.0, 2.8),
    }
    if card["words"]:
        kinds["words"] = (lambda f: _words(f, card), 4.8 * len(card["words"]), 5.2)
    paths = []
    for kind, (draw, width, height) in kinds.items():

        def titled(figure: Figure, draw: Any = draw) -> None:
            figure.suptitle(title, fontsize=10, x=0.01, ha="left")
            draw(figure)

        path = folder / f"{name}_{kind}.png"
        write_bytes(path, png(titled, width, height))
        paths.append(path)
    return paths


def _colour(card_or_name: str) -> str:
    return _COLOURS.get(card_or_name, BLUE)


def _card(figure: Figure, card: dict[str, Any]) -> None:
    measures = [
        m for m in CARD_MEASURES if any(np.isfinite(_float(row[m]["value"])) for row in card["decoders"].values())
    ]
    names = list(card["decoders"])
    axes = figure.subplots(1, len(measures), sharey=True, squeeze=False)[0]
    for axis, measure in zip(axes, measures, strict=True):
        for y, name in enumerate(names):
            value, low, high = (_float(card["decoders"][name][measure][k]) for k in ("value", "low", "high"))
            if np.isfinite(low):
                axis.plot([low, high], [y, y], color=_colour(name), lw=2, alpha=0.45, solid_capstyle="round")
            axis.plot(value, y, "o", color=_colour(name), ms=6 if name == card["decoder"] else 4.5)
        limit = card["chance"][SHIFT].get(measure, {}).get("p95", np.nan)
        if np.isfinite(_float(limit)):
            axis.axvline(limit, color=RED, lw=1, ls="--")
        axis.set_title(HEADS[measure] + ("\n(less is better)" if measure == "mcd_db" else ""))
        axis.grid(axis="x", color="#eeeeee")
        axis.set_axisbelow(True)
        if measure != "mcd_db":
            axis.set_xlim(min(-0.05, axis.get_xlim()[0]), 1.0)
    axes[0].set_yticks(range(len(names)), names)
    axes[0].get_yticklabels()[names.index(card["decoder"])].set_fontweight("bold")
    axes[0].set_ylim(len(names) - 0.4, -0.6)
    figure.supxlabel("bars: 95 % intervals; dashed: 95th percentile of chance by circular shift", fontsize=7)


def _mels(scores: SegmentScores) -> dict[str, np.ndarray]:
    """What is shown: the recorded mel, and the decoded ones that have a spectrum in time."""
    decoded = {name: mel for name, mel in scores.excerpts.items() if name not in (RECORDED, MEAN)}
    return {"recorded": scores.excerpts[RECORDED], **decoded}


def _mel(figure: Figure, scores: SegmentScores) -> None:
    mels = _mels(scores)
    recorded = mels["recorded"]
    axes = figure.subplots(len(mels), 1, sharex=True, squeeze=False)[:, 0]
    low, high = np.percentile(recorded, (5, 99.5))
    first = scores.excerpt_s
    last = first + len(recorded) / scores.frame_rate
    ticks = mel_ticks(MelSettings(n_mels=recorded.shape[1]))
    for axis, (decoder, mel) in zip(axes, mels.items(), strict=True):
        extent = (first, last, -0.5, mel.shape[1] - 0.5)
        axis.imshow(mel.T, origin="lower", aspect="auto", extent=extent, vmin=low, vmax=high, cmap="magma")
        axis.set_ylabel("kHz")
        axis.set_yticks(*ticks)
        axis.set_title(decoder)
    for trial in scores.trials:
        middle = (max(trial["start_s"], first) + min(trial["end_s"], last)) / 2
        if trial["label"] and first + 0.3 < middle < last - 0.3:
            axes[0].text(middle, recorded.shape[1] - 12, trial["label"], ha="center", color="white", fontsize=8)
    axes[-1].set_xlabel("s")


def _bins(figure: Figure, card: dict[str, Any]) -> None:
    axes = figure.subplots(1, 2, sharey=True)
    for axis, measure in zip(axes, ("r", "r_speech"), strict=True):
        for decoder, bins in card["per_bin"].items():
            values = np.array(bins[measure], float)
            axis.plot(values, color=_colour(decoder), label=decoder, lw=1.8 if decoder == card["decoder"] else 1.1)
        axis.set_title("whole recording" if measure == "r" else "inside speech")
        axis.set_xlabel("mel bin, by its centre in kHz")
        axis.set_xticks(*mel_ticks(MelSettings(n_mels=len(values))))
        limit = card["chance"][SHIFT][measure]["p95"]
        if np.isfinite(_float(limit)):
            axis.axhline(limit, color=RED, lw=1, ls="--", label="chance of the mean, 95 %")
    axes[0].set_ylabel("r")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=len(card["per_bin"]) + 1)


def _chance(figure: Figure, card: dict[str, Any]) -> None:
    kinds = list(card["chance"])
    axes = figure.subplots(len(kinds), len(NULL_MEASURES), squeeze=False, sharex="col")
    for row, kind in zip(axes, kinds, strict=True):
        row[0].set_ylabel(kind)
        for axis, measure in zip(row, NULL_MEASURES, strict=True):
            entry = card["chance"][kind].get(measure, {"draws": []})
            own = _float(card["decoders"][card["decoder"]][measure]["value"])
            axis.set_yticks([])
            axis.spines["left"].set_visible(False)
            if row is axes[0]:
                axis.set_title(HEADS[measure])
            if not entry["draws"]:
                axis.text(0.5, 0.5, "not defined", ha="center", transform=axis.transAxes)
                continue
            draws = np.array(entry["draws"])
            if len(draws) >= 50:
                axis.stairs(*np.histogram(draws, bins=25), fill=True, color=GREY)
            else:
                axis.plot(draws, np.full(len(draws), 0.5), "|", color=GREY, ms=24)
                axis.set_ylim(0, 1)
            axis.axvline(entry["p95"], color=RED, ls="--", lw=1)
            axis.axvline(own, color=BLUE, lw=2)
            text = f"n {entry['n']}, p {entry['p_value']:.3f}"
            axis.text(0.5, 0.97, text, transform=axis.transAxes, ha="center", va="top", fontsize=7)
    figure.supxlabel(f"grey: chance, dashed: its 95 % limit, blue: {card['decoder']}", fontsize=7)


def _lag(figure: Figure, card: dict[str, Any]) -> None:
    axis = figure.subplots()
    lag = card["lag"]
    axis.plot(np.array(lag["lags_s"], float), np.array(lag["curve"], float), color=BLUE)
    axis.axvline(0, color=GREY, lw=0.8)
    axis.set(xlabel="decoded mel moved by, s", ylabel="r", title="correlation over the whole, by lag")
    if lag["best_s"] is not None:
        axis.plot(lag["best_s"], lag["r_best"], "o", color=RED, ms=5)
        axis.annotate(
            f"largest at {1000 * lag['best_s']:+.0f} ms", (lag["best_s"], lag["r_best"]), xytext=(8, -4),
            textcoords="offset points", fontsize=8,
        )  # fmt: skip


def _words(figure: Figure, card: dict[str, Any]) -> None:
    axes = figure.subplots(1, len(card["words"]), squeeze=False)[0]
    for axis, (listener, found) in zip(axes, card["words"].items(), strict=True):
        own = found["rows"][card["decoder"]]
        _confusion(axis, found["confusion"])
        axis.set_title(
            f"{listener}: {own['right']} of {found['n_trials']} right ({own['share']:.0%})\n"
            f"chance {found['chance']:.0%}, luck up to {own['p95']:.0%}"
            + (
                f"; {RECORDED_SOUND} {found['rows'][RECORDED_SOUND]['share']:.0%}"
                if RECORDED_SOUND in found["rows"]
                else ""
            ),
            fontsize=8,
        )


def _confusion(axis: Axes, confusion: dict[str, Any]) -> None:
    counts = np.array(confusion["counts"])
    spoken, recognised = confusion["spoken"], [w or "(nothing)" for w in confusion["recognised"]]
    axis.imshow(counts, cmap="Blues", vmin=0, vmax=max(1, counts.max()), interpolation="nearest", aspect="auto")
    axis.plot([-0.5, len(spoken) - 0.5], [-0.5, len(spoken) - 0.5], color=RED, lw=0.6, alpha=0.6)
    step = -(-len(recognised) // MOST_NAMES)
    size = float(np.clip(220 / (len(recognised) / step), 3.5, 8))
    axis.set_xticks(range(0, len(recognised), step), recognised[::step], rotation=90, fontsize=size)
    axis.set_yticks(range(0, len(spoken), step), spoken[::step], fontsize=size)
    axis.set(xlabel="recognised", ylabel="spoken")
    if len(recognised) <= 20:
        for i, j in zip(*np.nonzero(counts), strict=True):
            dark = counts[i, j] > 0.6 * counts.max()
            axis.text(j, i, counts[i, j], ha="center", va="center", fontsize=7, color="white" if dark else INK)


def _float(value: Any) -> float:
    return float("nan") if value is None else float(value)
