"""A session without LSL, sound and threads in which another decoder takes over, and the same again offline."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.core import Core
from bk_realtime.engine.swapping import Swapping
from bk_realtime.metrics import Metrics
from bk_realtime.session.adapt import AdaptSettings, read_adjustments
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.voice.output_guard import OutputGuard
from offline.inspection.live_swaps import changes_in
from tests.engine_fakes import LABELS, SFREQ, chunks, tiny_bundle

START, FRAME = 100.0, 256
"""Seconds of the first stamp; samples of sound in a frame."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture(scope="module")
def old(folder: Path) -> Bundle:
    return tiny_bundle(folder / "old")


@pytest.fixture(scope="module")
def new(folder: Path) -> Bundle:
    return louder(tiny_bundle(folder / "draft", hidden=24, layers=1), folder / "new")


def louder(bundle: Bundle, folder: Path) -> Bundle:
    """One of other statistics, and two nepers louder, so that a hard change would be heard."""
    with torch.no_grad():
        last = [p for name, p in bundle.decoder.named_parameters() if p.shape == (80,)][-1]
        last += 2.0
    return save_bundle(dataclasses.replace(bundle, mean=bundle.mean - 0.3, path=None), folder)


class Running:
    """A session without LSL, sound and threads."""

    def __init__(self, bundle: Bundle, **settings: Any) -> None:
        assert bundle.path is not None
        self.events: list[dict[str, Any]] = []
        self.settings = SessionSettings(bundle.path, **settings)
        self.core = Core(
            Chain(bundle, LABELS),
            OutputGuard(SafetySettings(), 22050),
            Metrics(),
            GapPolicy(max_backlog_s=60.0),
            self.note,
        )
        self.adapting = Adapting(self.core, AdaptSettings(), self.note)
        self.swapping = Swapping(self.core, self.settings, self.adapting, self.note)
        self.at, self.out = 0, []

    def note(self, event: dict[str, Any]) -> None:
        self.events.append(json.loads(json.dumps(event)))  # as a log keeps it

    def play(self, x: np.ndarray, size: int = 64) -> None:
        for chunk in chunks(x, (size,) * (len(x) // size), start=START + self.at / SFREQ):
            self.out.append(self.core.process(chunk, (), chunk.received).decoded)
        self.at += len(x)

    def bring(self, bundle: Bundle) -> None:
        """What the thread does, up to where the decode thread comes."""
        assert bundle.path is not None
        successor = self.swapping._load(bundle.path)
        self.swapping._warm(successor)
        self.swapping._offered = successor

    def joined(self, name: str) -> np.ndarray:
        return np.concatenate([getattr(o, name) for o in self.out])


def again(bundle: Bundle, x: np.ndarray, running: Running, size: int) -> dict[str, np.ndarray]:
    """The same offline, from what is on record, in other chunks."""
    stamps = START + np.arange(len(x)) / SFREQ
    path = Path(str(bundle.path)).parent
    first, changes = changes_in(session_of(running, path), running.events, bundle, stamps, 0, len(x))
    assert first is bundle
    chain, out = Chain(bundle, LABELS), []
    adjusted = {round((a.stamp - START) * SFREQ): a for a in read_adjustments(running.events)}
    cuts = sorted({*range(0, len(x), size), *changes, *adjusted, len(x)})
    for a, b in itertools.pairwise(cuts):
        if a in changes:
            changes[a].repeat(chain)
        if a in adjusted:
            chain.adjust(adjusted[a].masked, adjusted[a].statistics)
        out.append(chain.push(x[a:b].astype(np.float64)))
    return {name: np.concatenate([getattr(o, name) for o in out]) for name in ("features", "mel", "audio", "sureness")}


def session_of(running: Running, path: Path) -> Path:
    from bk_realtime.session.folder import Session, write_session

    folder = path / "session"
    folder.mkdir(exist_ok=True)
    write_session(Session(folder, "x", running.settings), {})
    return folder
