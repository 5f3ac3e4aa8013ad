"""The HTML report of `python -m offline.inspect`: one file with its figures inside."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bk_realtime.vocoder.mel import log_mel
from offline.align import aligned_audio

if TYPE_CHECKING:
    from offline.inspect import Inspection

GOOD, BAD, INK = "#3b7dd8", "#d1495b", "#222222"
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2em auto;padding:0 1em;color:#222}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em;border-bottom:1px solid #ddd}
table{border-collapse:collapse;font-size:.9em}td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #eee}
td:first-child,th:first-child,td.t{text-align:left}.bad{color:#b3263a}.sim{background:#fff3cd;padding:.5em 1em}
img{max-width:100%}pre{background:#f6f6f6;padding:1em;overflow:auto;font-size:.8em}
"""


def write_html(result: Inspection, path: Path, text: str, found: list[str]) -> None:
    """Write the report of one recording."""
    r, q = result.recording, result.quality
    parts = [f"<h1>{html.escape(r.name)}</h1>"]
    if r.simulated:
        parts.append('<p class="sim"><b>SIMULATED</b>: no person was recorded.</p>')
    items = "".join(f"<li>{html.escape(line)}</li>" for line in found) or "<li>nothing to complain about</li>"
    parts.append(f"<h2>To look at</h2><ul>{items}</ul>")
    parts.append("<h2>Spectra before and after the filters</h2>" + _figure(lambda f: _spectra(f, result), 3.4))
    parts.append("<h2>Channels</h2>" + _figure(lambda f: _levels(f, result), 3.0))
    rows = "".join(
        f'<tr class="{"" if c.good else "bad"}"><td>{html.escape(c.label)}</td><td>{c.level_uv:.1f}</td>'
        f"<td>{c.missing:.1%}</td><td>{c.flat:.1%}</td><td>{c.saturated:.2%}</td><td>{c.line_before_db:.0f}</td>"
        f'<td>{c.line_after_db:.0f}</td><td>{c.common:.2f}</td><td class="t">'
        f"{html.escape('; '.join(c.reasons) or 'good')}</td></tr>"
        for c in q.channels
    )
    parts.append(
        "<table><tr><th>channel</th><th>level, µV</th><th>missing</th><th>flat</th><th>saturated</th>"
        "<th>mains before, dB</th><th>after</th><th>r with common average</th><th>verdict</th></tr>"
        f"{rows}</table><p>Common average: {q.common_variance:.0%} of the variance; "
        f"{html.escape(q.reference_advice)}.</p>"
    )
    if any(len(s.offsets) > 2 for s in result.streams):
        parts.append("<h2>Clocks</h2>" + _figure(lambda f: _clocks(f, result), 2.8))
    if r.audio is not None:
        parts.append("<h2>Audio</h2>" + _figure(lambda f: _audio(f, result), 3.4))
    if result.audit is not None:
        parts.append(
            f"<h2>Acoustic contamination</h2><p>{html.escape(result.audit.summary)}. Method after Roussel et al. 2020: "
            "sound that leaks into an electrode stands out on the diagonal.</p>"
            + _figure(lambda f: _contamination(f, result), 3.8)
        )
    parts.append(f"<h2>As text</h2><pre>{html.escape(text)}</pre>")
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(r.name)}</title>'
    page += f"<style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(path.suffix + ".part")
    part.write_text(page, encoding="utf-8")
    part.replace(path)


def _figure(draw: Callable[[Figure], None], height: float) -> str:
    """An <img> with the figure inside; no display and no global state of matplotlib is touched."""
    with matplotlib.rc_context({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure(figsize=(9.5, height), layout="constrained")
        draw(figure)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png", dpi=110)
    return f'<img alt="figure" src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'


def _spectra(figure: Figure, result: Inspection) -> None:
    q = result.quality
    good = [i for i, c in enumerate(q.channels) if c.good] or list(range(len(q.channels)))
    axes = figure.subplots(1, 2, sharex=True)
    for ax, psd, title in ((axes[0], q.before, "as recorded"), (axes[1], q.after, "after band-pass and notches")):
        rows = q.freqs > 0.5
        low, middle, high = np.quantile(psd[rows][:, good], (0.1, 0.5, 0.9), axis=1)
        for i, c in enumerate(q.channels):
            if not c.good:
                ax.plot(q.freqs[rows], psd[rows, i], color=BAD, lw=0.6, alpha=0.6)
        ax.fill_between(q.freqs[rows], low, high, color=GOOD, alpha=0.25, lw=0)
        ax.plot(q.freqs[rows], middle, color=GOOD, lw=1.2)
        ax.set(title=title, xlabel="Hz", xscale="log", ylabel="dB re 1 µV²/Hz")
        top = float(np.max(high))
        ax.set_ylim(max(-60.0, float(np.min(low)) - 5), top + 15)
    axes[0].text(0.02, 0.03, "median and 80 % of good channels; bad ones red", transform=axes[0].transAxes, fontsize=7)


def _levels(figure: Figure, result: Inspection) -> None:
    channels = result.quality.channels
    ax = figure.subplots()
    x = np.arange(len(channels))
    colours = [GOOD if c.good else BAD for c in channels]
    ax.bar(x, [max(c.level_uv, 1e-2) for c in channels], color=colours, width=0.8)
    ax.set(yscale="log", ylabel="standard deviation, µV", xlim=(-1, len(channels)))
    step = max(1, len(channels) // 64)
    ax.set_xticks(x[::step], [c.label for c in channels[::step]], rotation=90, fontsize=6)


def _clocks(figure: Figure, result: Inspection) -> None:
    ax = figure.subplots()
    for stream in result.streams:
        if len(stream.offsets) > 2:
            ax.plot(stream.offsets[:, 0], stream.offsets[:, 1], ".-", ms=3, lw=0.8, label=stream.name)
    ax.set(xlabel="s", ylabel="clock offset against the first, ms")
    ax.legend(frameon=False, fontsize=7)


def _audio(figure: Figure, result: Inspection) -> None:
    axes: list[Axes] = list(figure.subplots(2, 1, sharex=True))
    audio = aligned_audio(result.recording)
    mel = log_mel(audio)
    n = min(len(mel), round(60 * 22050 / 256))
    t = np.arange(n) * 256 / 22050
    envelope = np.abs(audio[: n * 256]).reshape(n, 256).max(axis=1)
    axes[0].fill_between(t, -envelope, envelope, color=INK, lw=0)
    axes[0].set(ylabel="audio", ylim=(-1, 1), title="first minute, on the neural clock")
    axes[1].imshow(mel[:n].T, aspect="auto", origin="lower", extent=(0, t[-1], 0, mel.shape[1]), cmap="magma")
    axes[1].set(xlabel="s", ylabel="mel band")


def _contamination(figure: Figure, result: Inspection) -> None:
    found = result.audit
    if found is None:
        return
    axes = figure.subplots(1, 2, width_ratios=(1, 1.4))
    span = float(np.abs(found.matrix).max()) or 1.0
    edges = (found.freqs[0], found.freqs[-1], found.freqs[0], found.freqs[-1])
    image = axes[0].imshow(found.matrix, origin="lower", extent=edges, cmap="RdBu_r", vmin=-span, vmax=span)
    axes[0].set(xlabel="electrode, Hz", ylabel="microphone, Hz", title=f"correlation, {found.worst} (highest)")
    figure.colorbar(image, ax=axes[0], shrink=0.7)
    colours = {"contaminated": BAD, "suspect": "#e09f3e"}
    x = np.arange(len(found.channels))
    axes[1].bar(x, [c.r for c in found.channels], color=[colours.get(c.verdict, GOOD) for c in found.channels])
    step = max(1, len(x) // 48)
    axes[1].set_xticks(x[::step], [c.label for c in found.channels[::step]], rotation=90, fontsize=6)
    axes[1].set(ylabel="diagonal above its surroundings, r", title="red: contaminated, amber: suspect")
    axes[1].axhline(0, color=INK, lw=0.6)
