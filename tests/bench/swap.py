"""Decoding one frame while another decoder is loaded, warmed and takes over, against the same signal without: p99.

The session's own parts without LSL and sound card: core, chain and :class:`Swapping` with its thread, two
Seq2Seq of 128 channels in turns, chunks of 16 samples at 1024 Hz at the pace of an amplifier. A row a turn pairs the
frames of the three seconds after the command with those of the three seconds before it, on one run; and beside that a
training that runs behind everything else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bk_realtime.chain import Chain
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.core import Core
from bk_realtime.engine.swapping import Swapping
from bk_realtime.metrics import Metrics
from bk_realtime.priority import low_priority
from bk_realtime.session.adapt import AdaptSettings
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.session.swap import TAKES_OVER
from bk_realtime.voice.output_guard import OutputGuard
from tests.bench._pace import engine_priority
from tests.engine_fakes import SFREQ, chunks, noise, tiny_bundle

CHANNELS, PACKET, AROUND_S = 128, 16, 3.0
BUSY = "import torch; torch.set_num_threads(1); a = torch.randn(512, 512)\nwhile True: a = torch.tanh(a @ a)"
"""In the place of a training of `learn`: as busy as one, in one thread."""


@contextmanager
def training(wanted: bool) -> Iterator[None]:
    """One process a core that computes behind everything else."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(os.cpu_count() or 1) if wanted]
    for one in busy:
        low_priority(one.pid)
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def swaps(folder: Path, turns: int) -> tuple[list[np.ndarray], list[np.ndarray], int]:
    """ms of every packet with a frame, of each turn: before the command, and from it on; and how often another took
    over."""
    bundles = [tiny_bundle(folder / name, "seq2seq", n_channels=CHANNELS, hidden=128) for name in ("one", "other")]
    events: list[dict[str, Any]] = []
    core = Core(
        Chain(bundles[0], bundles[0].labels),
        OutputGuard(SafetySettings(), 22050),
        Metrics(),
        GapPolicy(max_backlog_s=60.0),
        events.append,
    )
    adapting = Adapting(core, AdaptSettings(), events.append)
    assert bundles[0].path is not None
    swapping = Swapping(core, SessionSettings(bundles[0].path), adapting, events.append)
    x = noise(round(SFREQ * 2 * AROUND_S * (turns + 1)), CHANNELS)
    parts = chunks(x, (PACKET,) * (len(x) // PACKET))
    of_part = round(AROUND_S * SFREQ / PACKET)
    before: list[np.ndarray] = []
    during: list[np.ndarray] = []
    due = time.perf_counter()
    for turn in range(-1, turns):  # the first one warms all that is compiled
        for after in (False, True):
            if after:
                swapping.order({"path": str(bundles[(turn + 2) % 2].path)})
            took = []
            first = 2 * (turn + 1) * of_part + after * of_part
            for chunk in parts[first : first + of_part]:
                due += PACKET / SFREQ
                time.sleep(max(0.0, due - time.perf_counter()))
                begin = time.perf_counter()
                made = core.process(chunk, (), chunk.received)
                if len(made.decoded.mel):
                    took.append(1e3 * (time.perf_counter() - begin))
            if turn >= 0:
                (during if after else before).append(np.array(took))
        swapping.keep(0.0)
    swapping.close()
    return before, during, sum(event["event"] == TAKES_OVER for event in events)


def run(quick: bool) -> Iterator[dict[str, Any]]:
    """The 99th percentile of a packet from the command on; the baseline is that of before it."""
    turns = 2 if quick else 20
    with as_the_engine():
        yield from _rows(turns)


@contextmanager
def as_the_engine() -> Iterator[None]:
    """One thread, and short turns of Python threads; as it was before afterwards, whatever happens."""
    threads, switch = torch.get_num_threads(), sys.getswitchinterval()
    torch.set_num_threads(1)
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        sys.setswitchinterval(switch)


def _rows(turns: int) -> Iterator[dict[str, Any]]:
    for busy in (False, True):
        load = os.getloadavg()[0]
        with tempfile.TemporaryDirectory(prefix="bk_swap_") as name, training(busy), engine_priority() as priority:
            before, during, took_over = swaps(Path(name), turns)
        old, new = (np.percentile(np.concatenate(part), (50, 99, 100)) for part in (before, during))
        pairs = np.array([np.percentile(b, 99) - np.percentile(a, 99) for a, b in zip(before, during, strict=True)])
        yield {
            "name": "swap" + (" beside a training" if busy else ""),
            "value": float(new[1]),
            "unit": "ms p99",
            "baseline": float(old[1]),
            "ratio": float(new[1] / old[1]),
            "detail": {
                "p50": float(new[0]),
                "max": float(new[2]),
                "p50 before": float(old[0]),
                "max before": float(old[2]),
                "pairs": len(pairs),
                "p99 more, median of pairs, ms": float(np.median(pairs)),
                "longest of three seconds, median, ms": _longest(during),
                "longest of three seconds before, median, ms": _longest(before),
                "worse in": int((pairs > 0).sum()),
                "took over": took_over,
                "packet ms": 1e3 * PACKET / SFREQ,
                "channels": CHANNELS,
                "priority": priority,
                "load before": load,
            },
        }


def _longest(turns: list[np.ndarray]) -> float:
    """Median over the turns of the packet that took longest: what a change costs, where one packet bears it."""
    return float(np.median([turn.max() for turn in turns]))
