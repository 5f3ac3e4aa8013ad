"""Figures of a score card as PNG: mel pairs, correlation per bin, chance distributions, correlation over lag."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from offline.evaluation.report import HEADS
from offline.evaluation.stretch import NULL_MEASURES, StretchScores


def draw_figures(folder: Path, name: str, card: dict[str, Any], scores: Sequence[StretchScores]) -> list[Path]:
    """Write ``<name>_mel.png``, ``<name>_bins.png``, ``<name>_chance.png``, ``<name>_lag.png``; returns their paths."""
    title = ("SIMULATED " if card["simulated"] else "") + name
    paths = []
    for kind, figure in (
        ("mel", _mel(scores[0])),
        ("bins", _bins(card)),
        ("chance", _chance(card)),
        ("lag", _lag(card)),
    ):
        figure.suptitle(title, fontsize=10)
        height = figure.get_figheight()  # fixed margins in inches: automatic layouts take seconds
        gap = 0.6 if kind == "chance" else 0.35
        figure.subplots_adjust(0.08, 0.5 / height, 0.98, 1 - 0.6 / height, hspace=gap, wspace=0.25)
        path = folder / f"{name}_{kind}.png"
        FigureCanvasAgg(figure).print_png(str(path))
        paths.append(path)
    return paths


def _mel(scores: StretchScores) -> Figure:
    mels = {k.removeprefix("excerpt/"): v for k, v in scores.arrays.items() if k.startswith("excerpt/")}
    mels = {"recorded": mels.pop("recorded"), **mels}
    figure = Figure(figsize=(9, 1.6 * len(mels) + 0.8))
    axes = figure.subplots(len(mels), 1, sharex=True, squeeze=False)[:, 0]
    low, high = np.percentile(mels["recorded"], (1, 99))
    for axis, (decoder, mel) in zip(axes, mels.items(), strict=True):
        extent = (0.0, len(mel) / scores.values["frame_rate"], 0.0, float(mel.shape[1]))
        axis.imshow(mel.T, origin="lower", aspect="auto", extent=extent, vmin=low, vmax=high, cmap="magma")
        axis.set_ylabel("mel bin")
        axis.set_title(decoder, fontsize=9, loc="left")
    axes[-1].set_xlabel("s")
    return figure


def _bins(card: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(9, 3.6))
    axes = figure.subplots(1, 2, sharey=True)
    for axis, measure in zip(axes, ("r", "r_speech"), strict=True):
        for decoder, bins in card["per_bin"].items():
            axis.plot(np.array(bins[measure], float), label=decoder)
        axis.set_title("whole clip" if measure == "r" else "inside speech", fontsize=9)
        axis.set_xlabel("mel bin")
        axis.axhline(0, color="0.7", linewidth=0.8)
    axes[0].set_ylabel("r")
    axes[0].legend(fontsize=7)
    return figure


def _chance(card: dict[str, Any]) -> Figure:
    kinds = list(card["chance"])
    figure = Figure(figsize=(10, 2.2 * len(kinds) + 0.6))
    axes = figure.subplots(len(kinds), len(NULL_MEASURES), squeeze=False)
    for row, kind in zip(axes, kinds, strict=True):
        for axis, measure in zip(row, NULL_MEASURES, strict=True):
            entry = card["chance"][kind].get(measure, {"draws": []})
            axis.set_title(f"{kind}: {HEADS[measure]}", fontsize=8)
            if not entry["draws"]:
                axis.text(0.5, 0.5, "not defined", ha="center", transform=axis.transAxes, fontsize=8)
                continue
            axis.stairs(*np.histogram(entry["draws"], bins=20), fill=True, color="0.7")
            axis.axvline(entry["p95"], color="k", linestyle="--", linewidth=1)
            axis.axvline(card["decoders"][card["decoder"]][measure]["value"], color="tab:red")
    axes[0][0].set_ylabel("draws; red: decoder, dashed: 95 %", fontsize=7)
    return figure


def _lag(card: dict[str, Any]) -> Figure:
    figure = Figure(figsize=(6, 3))
    axis = figure.subplots()
    axis.plot(card["lag"]["lags_s"], card["lag"]["curve"])
    axis.axvline(0, color="0.7", linewidth=0.8)
    axis.set_xlabel("decoded mel moved by, s")
    axis.set_ylabel("r")
    return figure
