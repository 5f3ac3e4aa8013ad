"""The HTML report of `python -m offline.inspect`: one file with its figures inside."""

from __future__ import annotations

import base64
import html
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bk_realtime.config import FRAME_RATE, MelSettings
from bk_realtime.files import write_text
from bk_realtime.vocoder.mel import log_mel
from offline.data.align import aligned_audio
from offline.inspection.channels import Quality
from offline.inspection.report import Inspection, report_text, warnings_of
from offline.scoring.plotting import AMBER, BLUE, GREY, INK, RED, mel_ticks, png

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:1060px;margin:2em auto;padding:0 1em;color:#222}
h1{font-size:1.6em;margin-bottom:.2em}h2{font-size:1.15em;margin-top:2.2em;border-bottom:1px solid #ddd}
table{border-collapse:collapse;font-size:.88em;width:100%}
td,th{padding:.2em .7em;text-align:right;border-bottom:1px solid #eee;vertical-align:top}
td:first-child,th:first-child,.t{text-align:left}tr.bad td{color:#b3263a}
.sim{background:#fff3cd;padding:.5em 1em;border-radius:4px}
.tiles{display:flex;flex-wrap:wrap;gap:.8em;margin:1em 0}
.tiles div{background:#f4f6f9;border-radius:6px;padding:.5em 1em;min-width:8em}
.tiles b{display:block;font-size:1.25em}.good{color:#2e7d4f}.warn{color:#b3263a}
img{max-width:100%}pre{background:#f6f6f6;padding:1em;overflow:auto;font-size:.8em}
.scroll{max-height:26em;overflow:auto}@media print{.scroll{max-height:none}}
"""


def figures(result: Inspection) -> dict[str, bytes]:
    """PNG of every figure that the recording gives rise to: ``spectra``, ``levels``, ``clocks``, ``audio``,
    ``contamination``."""
    wanted: dict[str, tuple[Callable[[Figure, Inspection], None], float]] = {"levels": (_levels, 2.6)}
    if len(result.quality.freqs):
        wanted = {"spectra": (_spectra, 3.3), **wanted}
    if any(len(s.offsets) > 2 for s in result.streams):
        wanted["clocks"] = (_clocks, 2.4)
    if result.recording.audio is not None:
        wanted["audio"] = (_audio, 3.2)
    if result.audit is not None:
        wanted["contamination"] = (_contamination, 3.6)
    prefix = "SIMULATED participant, " if result.recording.simulated else ""

    def titled(draw: Callable[[Figure, Inspection], None]) -> Callable[[Figure], None]:
        def both(figure: Figure) -> None:
            figure.suptitle(prefix + result.recording.name, fontsize=9, x=0.01, ha="left", color="#666666")
            draw(figure, result)

        return both

    return {name: png(titled(draw), 9.5, height) for name, (draw, height) in wanted.items()}


def write_html(result: Inspection, path: Path) -> None:
    """Write the report of one recording."""
    r, q, found = result.recording, result.quality, warnings_of(result)
    images = {
        name: f'<img alt="{name}" src="data:image/png;base64,{base64.b64encode(data).decode()}">'
        for name, data in figures(result).items()
    }
    parts = [f"<h1>{html.escape(r.name)}</h1>"]
    if r.simulated:
        parts.append('<p class="sim"><b>SIMULATED</b>: no person was recorded.</p>')
    parts.append(_tiles(result, found))
    items = "".join(f"<li>{html.escape(line)}</li>" for line in found) or "<li>nothing to complain about</li>"
    parts.append(f"<h2>To look at</h2><ul>{items}</ul>")
    if "spectra" in images:
        parts.append("<h2>Spectra before and after the filters</h2>" + images["spectra"])
    parts.append((_features if r.holds_features else _channels)(q, images["levels"]))
    if result.streams:
        parts.append(f"<h2>Streams and clocks</h2>{_streams(result)}{images.get('clocks', '')}")
    if "audio" in images:
        parts.append(f"<h2>Audio</h2>{images['audio']}")
    if result.audit is not None:
        parts.append(
            f"<h2>Acoustic contamination</h2><p>{html.escape(result.audit.summary)}. Method after Roussel et al. 2020: "
            "sound that leaks into an electrode stands out on the diagonal, where both have the same frequency.</p>"
            + images["contamination"]
        )
    parts.append(
        f"<h2>As text</h2><details><summary>show</summary><pre>{html.escape(report_text(result))}</pre></details>"
    )
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(r.name)}</title>'
    page += f"<style>{_STYLE}</style><body>{''.join(parts)}</body></html>"
    write_text(path, page)


def _tiles(result: Inspection, found: list[str]) -> str:
    r, q = result.recording, result.quality
    good = len(q.channels) - len(q.bad)
    tiles = [
        (f"{r.duration_s:.0f} s", "neural signal"),
        (f"{good} of {len(q.channels)}", "channels good"),
        (f"{float(r.sfreq):g} Hz", "neural rate"),
        (f"{result.audio.speech:.0%}" if result.audio else "none", "of the time speech" if result.audio else "audio"),
        (f"{len(r.markers)}", "markers"),
    ]
    cells = "".join(f"<div><b>{html.escape(value)}</b>{html.escape(what)}</div>" for value, what in tiles)
    verdict = "no audit", ""
    if result.audit is not None:
        n = sum(c.verdict in ("contaminated", "suspect") for c in result.audit.channels)
        verdict = (f"{n} channels", "warn") if n else ("none found", "good")
    cells += f'<div><b class="{verdict[1]}">{verdict[0]}</b>acoustic contamination</div>'
    cells += f'<div><b class="{"warn" if found else "good"}">{len(found)}</b>to look at</div>'
    return f'<div class="tiles">{cells}</div>'


def _channels(q: Quality, levels: str) -> str:
    rows = "".join(
        f'<tr class="{"" if c.good else "bad"}"><td>{html.escape(c.label)}</td><td>{c.level_uv:.1f}</td>'
        f"<td>{c.missing:.1%}</td><td>{c.flat:.1%}</td><td>{c.saturated:.2%}</td><td>{c.line_before_db:.0f}</td>"
        f'<td>{c.line_after_db:.0f}</td><td>{c.common:.2f}</td><td class="t">'
        f"{html.escape('; '.join(c.reasons) or 'good')}</td></tr>"
        for c in q.channels
    )
    return (
        f"<h2>Channels</h2>{levels}"
        '<div class="scroll"><table><tr><th>channel</th><th>level, µV</th><th>missing</th><th>flat</th>'
        "<th>saturated</th><th>mains before, dB</th><th>mains after, dB</th><th>r with common average</th>"
        f'<th class="t">verdict</th></tr>{rows}</table></div><p>Common average: {q.common_variance:.0%} of the '
        f"variance; {html.escape(q.reference_advice)}.</p>"
    )


def _features(q: Quality, levels: str) -> str:
    rows = "".join(
        f'<tr class="{"" if c.good else "bad"}"><td>{html.escape(c.label)}</td><td>{c.level_uv:.4g}</td>'
        f'<td>{c.missing:.1%}</td><td>{c.flat:.1%}</td><td class="t">'
        f"{html.escape('; '.join(c.reasons) or 'good')}</td></tr>"
        for c in q.channels
    )
    return (
        f"<h2>Features, made elsewhere</h2>{levels}"
        '<div class="scroll"><table><tr><th>feature</th><th>deviation</th><th>missing</th><th>flat</th>'
        f'<th class="t">verdict</th></tr>{rows}</table></div><p>Whether they look ahead, and whether the microphone is '
        "in them, cannot be told.</p>"
    )


def _streams(result: Inspection) -> str:
    rows = "".join(
        f'<tr><td>{html.escape(s.name)}</td><td class="t">{html.escape(s.type)}</td><td>{s.n_channels}</td>'
        f"<td>{s.n_samples}</td><td>{f'{s.rate:g}' if s.rate else 'irregular'}</td>"
        f"<td>{f'{s.effective:.4f}' if s.rate else ''}</td><td>{s.segments}</td><td>{s.gap_s:.3f}</td>"
        f"<td>{s.jitter_ms:.2f}</td><td>{s.offset_s:+.4f}</td><td>{s.drift_ppm:+.1f}</td></tr>"
        for s in result.streams
    )
    heads = "channels samples nominal,&nbsp;Hz measured,&nbsp;Hz segments gaps,&nbsp;s jitter,&nbsp;ms offset,&nbsp;s"
    cells = "".join(f"<th>{h}</th>" for h in [*heads.split(), "drift,&nbsp;ppm"])
    return f'<table><tr><th>stream</th><th class="t">type</th>{cells}</tr>{rows}</table>'


def _spectra(figure: Figure, result: Inspection) -> None:
    q = result.quality
    good = [i for i, c in enumerate(q.channels) if c.good] or list(range(len(q.channels)))
    axes = figure.subplots(1, 2, sharex=True)
    for ax, psd, title in ((axes[0], q.before, "as recorded"), (axes[1], q.after, "after band-pass and notches")):
        rows = q.freqs > 0.5
        low, middle, high = np.quantile(psd[rows][:, good], (0.1, 0.5, 0.9), axis=1)
        for i, c in enumerate(q.channels):
            if not c.good:
                ax.plot(q.freqs[rows], psd[rows, i], color=RED, lw=0.6, alpha=0.6)
        ax.fill_between(q.freqs[rows], low, high, color=BLUE, alpha=0.25, lw=0)
        ax.plot(q.freqs[rows], middle, color=BLUE, lw=1.2)
        ax.set(title=title, xlabel="Hz", xscale="log", ylabel="dB re 1 µV²/Hz")
        ticks = [f for f in (1, 3, 10, 30, 100, 300, 1000, 3000) if f <= q.freqs[-1]]
        ax.set_xticks(ticks, [str(f) for f in ticks])
        ax.minorticks_off()
        ax.grid(color="#eeeeee")
        top = float(np.max(high))
        ax.set_ylim(max(-60.0, float(np.min(low)) - 5), top + 15)
    axes[0].text(0.02, 0.03, "median and 80 % of good channels; bad ones red", transform=axes[0].transAxes, fontsize=7)


def _levels(figure: Figure, result: Inspection) -> None:
    channels = result.quality.channels
    ax = figure.subplots()
    x = np.arange(len(channels))
    colours = [BLUE if c.good else RED for c in channels]
    features = result.recording.holds_features
    ax.bar(x, [max(c.level_uv, 1e-9 if features else 1e-2) for c in channels], color=colours, width=0.8)
    unit = "" if features else ", µV"
    ax.set(yscale="log", ylabel=f"standard deviation{unit}", xlim=(-1, len(channels)), title="red: bad")
    step = max(1, len(channels) // 64)
    ax.set_xticks(x[::step], [c.label for c in channels[::step]], rotation=90, fontsize=6)


def _clocks(figure: Figure, result: Inspection) -> None:
    ax = figure.subplots()
    for stream in result.streams:
        if len(stream.offsets) > 2:
            ax.plot(stream.offsets[:, 0], stream.offsets[:, 1], ".-", ms=3, lw=0.8, label=stream.name)
    ax.set(xlabel="s", ylabel="offset, ms", title="clock of each sender against the recorder's, from the first on")
    ax.legend()


def _audio(figure: Figure, result: Inspection) -> None:
    axes: list[Axes] = list(figure.subplots(2, 1, sharex=True))
    audio = aligned_audio(result.recording)
    mel = log_mel(audio)
    n = min(len(mel), round(60 * FRAME_RATE))
    t = np.arange(n) / float(FRAME_RATE)
    envelope = np.abs(audio[: n * 256]).reshape(n, 256).max(axis=1)
    axes[0].fill_between(t, -envelope, envelope, color=INK, lw=0)
    axes[0].set(ylabel="audio", ylim=(-1, 1), title="first minute, on the neural clock")
    axes[1].imshow(mel[:n].T, aspect="auto", origin="lower", extent=(0, t[-1], -0.5, mel.shape[1] - 0.5), cmap="magma")
    axes[1].set(xlabel="s", ylabel="kHz")
    axes[1].set_yticks(*mel_ticks(MelSettings()))


def _contamination(figure: Figure, result: Inspection) -> None:
    found = result.audit
    if found is None:
        return
    axes = figure.subplots(1, 2, width_ratios=(1, 1.4))
    span = float(np.abs(found.matrix).max()) or 1.0
    edges = (found.freqs[0], found.freqs[-1], found.freqs[0], found.freqs[-1])
    image = axes[0].imshow(found.matrix, origin="lower", extent=edges, cmap="RdBu_r", vmin=-span, vmax=span)
    axes[0].plot(edges[:2], edges[:2], color=INK, lw=0.7, ls=":")
    axes[0].set(xlabel="electrode, Hz", ylabel="microphone, Hz", title=f"correlation, {found.worst} (highest)")
    figure.colorbar(image, ax=axes[0], shrink=0.8)
    colours = {"contaminated": RED, "suspect": AMBER, "no signal": GREY}
    x = np.arange(len(found.channels))
    axes[1].bar(x, [c.r for c in found.channels], color=[colours.get(c.verdict, BLUE) for c in found.channels])
    step = max(1, len(x) // 48)
    axes[1].set_xticks(x[::step], [c.label for c in found.channels[::step]], rotation=90, fontsize=6)
    axes[1].set(ylabel="diagonal above its surroundings, r", title="blue: clean, amber: suspect, red: contaminated")
    axes[1].axhline(0, color=INK, lw=0.6)
