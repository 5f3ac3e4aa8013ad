"""The certificate on paper: one PDF for people, one JSON for programs."""

from __future__ import annotations

import hashlib
import io
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.certify.checks import EXCELLENT_MS, LIMIT_MS, TARGET_MS, Check
from bk_realtime.files import write_bytes, write_text

_A4 = (8.27, 11.69)
_COLOURS = {"ok": "#1b7837", "note": "#444444", "cannot tell": "#8a5a00", "fail": "#b2182b"}
_WORDS = {"pass": "PASS", "fail": "FAIL", "cannot tell": "CANNOT TELL"}
_ROWS = 26


def write_json(path: Path, values: Mapping[str, Any], checks: Sequence[Check]) -> str:
    """Write ``values`` with the checks; the file's SHA-256."""
    text = json.dumps({**values, "checks": [asdict(c) for c in checks]}, indent=1, ensure_ascii=False) + "\n"
    write_text(path, text)
    return hashlib.sha256(text.encode()).hexdigest()


def write_pdf(
    path: Path,
    verdict: str,
    facts: Mapping[str, str],
    checks: Sequence[Check],
    stack: Sequence[tuple[str, float]],
    age: Mapping[str, float | None],
    delays_ms: np.ndarray,
    simulated: bool,
) -> None:
    """Write the certificate.

    Parameters
    ----------
    verdict : pass, fail or cannot tell.
    facts : what was certified, line by line.
    stack : parts of the latency in ms.
    age : p50, p99 and max of newest sample to ear in ms, ``None`` where not known.
    delays_ms : (n,) what the clicks took beyond the device's own word; empty without a loop.
    simulated : whether the signal was no person's.
    """
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages

    buffer = io.BytesIO()
    # a `$` in a name is a dollar sign
    plain = matplotlib.rc_context({"text.parse_math": False})
    with plain, PdfPages(buffer, metadata={"Title": "BrainKaraoke: certificate of a live session"}) as pages:
        for page, first in enumerate(range(0, max(1, len(checks)), _ROWS)):
            figure = _page(verdict, facts if page == 0 else {}, checks[first : first + _ROWS], simulated)
            pages.savefig(figure)
        pages.savefig(_figures(stack, age, delays_ms, simulated))
    write_bytes(path, buffer.getvalue())


def _page(verdict: str, facts: Mapping[str, str], checks: Sequence[Check], simulated: bool) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_A4)
    y = 0.955
    figure.text(0.07, y, "BrainKaraoke: amplifier, machine and sound device together", fontsize=13, weight="bold")
    y -= 0.03
    colour = _COLOURS["ok" if verdict == "pass" else verdict]
    figure.text(0.07, y, _WORDS[verdict], fontsize=18, weight="bold", color=colour, va="center")
    if simulated:
        figure.text(
            0.93, y, "SIMULATED SIGNAL", fontsize=12, weight="bold", color=_COLOURS["fail"], ha="right", va="center"
        )
    y -= 0.03
    for name, value in facts.items():
        lines = textwrap.wrap(value, 88) or [""]
        figure.text(0.07, y, name, fontsize=7.5, color="#555555", va="top")
        figure.text(0.22, y, "\n".join(lines), fontsize=7.5, va="top", linespacing=1.3)
        y -= 0.0135 * len(lines) + 0.0025
    y -= 0.012
    for x, title in ((0.07, "part"), (0.16, "what"), (0.35, "found"), (0.67, "expected"), (0.93, "")):
        figure.text(x, y, title, fontsize=7.5, weight="bold", va="top")
    y -= 0.018
    for check in checks:
        cells = ((0.16, check.what, 30), (0.35, check.found, 47), (0.67, check.wanted, 30))
        wrapped = [(x, textwrap.wrap(text, width) or [""]) for x, text, width in cells]
        figure.text(0.07, y, check.part, fontsize=7.5, va="top")
        for x, lines in wrapped:
            figure.text(x, y, "\n".join(lines), fontsize=7.5, va="top", linespacing=1.3)
        word = "FAIL" if check.outcome == "fail" else check.outcome
        figure.text(0.945, y, word, fontsize=7.5, va="top", ha="right", color=_COLOURS[check.outcome], weight="bold")
        y -= 0.0135 * max(len(lines) for _, lines in wrapped) + 0.006
    return figure


def _figures(
    stack: Sequence[tuple[str, float]], age: Mapping[str, float | None], delays_ms: np.ndarray, simulated: bool
) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_A4)
    title = "Where the time goes" + (" (SIMULATED SIGNAL)" if simulated else "")
    figure.text(0.07, 0.955, title, fontsize=13, weight="bold")
    axes = figure.add_axes((0.1, 0.68, 0.83, 0.22))
    left = 0.0
    for i, (name, value) in enumerate(stack):
        axes.barh(0, value, left=left, color=f"C{i}", label=f"{name}: {value:.1f} ms")
        left += value
    for limit, word in ((EXCELLENT_MS, "excellent"), (TARGET_MS, "target"), (LIMIT_MS, "limit")):
        axes.axvline(limit, color="#888888", linestyle=":", linewidth=1)
        axes.text(limit, 0.62, f"{word} {limit:g}", fontsize=7, ha="center", color="#555555")
    axes.set(
        yticks=[], xlabel="ms, parts put end to end", xlim=(0, max(LIMIT_MS * 1.1, left * 1.05)), ylim=(-0.5, 0.75)
    )
    axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2, frameon=False)
    known = [(name, value) for name, value in age.items() if value is not None][::-1]
    if known:
        axes = figure.add_axes((0.1, 0.40, 0.83, 0.13))
        axes.barh([name for name, _ in known], [value for _, value in known], color="#4477aa")
        for i, (_, value) in enumerate(known):
            axes.text(value, i, f" {value:.1f} ms", va="center", fontsize=8)
        for limit in (EXCELLENT_MS, TARGET_MS, LIMIT_MS):
            axes.axvline(limit, color="#888888", linestyle=":", linewidth=1)
        most = max(LIMIT_MS * 1.1, *(1.15 * value for _, value in known))
        axes.set(xlabel="newest neural sample to ear, ms, as the session measured it", xlim=(0, most))
    else:
        figure.text(0.1, 0.46, "Newest neural sample to ear: not known, nothing was decoded.", fontsize=9)
    if len(delays_ms):
        axes = figure.add_axes((0.1, 0.12, 0.83, 0.18))
        axes.hist(delays_ms, bins=20, color="#4477aa")
        axes.set(xlabel="click: later at the wired input than the device says of itself, ms", ylabel="clicks")
    else:
        figure.text(0.1, 0.28, "No electrical loop: what the sound device says of itself was not checked.", fontsize=9)
    return figure
