"""A live session decodes with the collector off: no operator may leave behind what only the collector frees."""

from __future__ import annotations

import gc
import sys

import pytest
import torch

from bk_realtime.stream import Stream
from tests.contract.cases import CASES

PUSHES = 40
FEW = PUSHES // 4
"""A ring of references a push, or an object that is kept a push, is four times as many."""
MOST_WINDOWS = 30
"""Bounded caches fill first (WaveGlow's holds the noise of 256 frames): what leaks, leaks in every window."""


@pytest.mark.parametrize("name", CASES)
@torch.no_grad()
def test_an_operator_leaves_nothing_behind(name: str) -> None:
    case = CASES[name]
    op, signal = case.build()
    x = signal(1, max(case.n, op.block), torch.Generator().manual_seed(1))
    pieces = [x[:, i : i + op.block] for i in range(0, x.shape[1] - op.block + 1, op.block)]
    stream = Stream(op, x, batch=1)
    for _ in range(-(-case.bound_steps // x.shape[1])):  # its state is full
        stream.push(x)
    for k in range(PUSHES):  # compiled and recorded for one block
        stream.push(pieces[k % len(pieces)])
    gc.collect()
    gc.disable()
    gc.freeze()  # the looks of the collector are quick: only at what comes from here on
    try:
        for _ in range(MOST_WINDOWS):
            # blocks of memory, not the collector's own list, from which it strikes tuples of numbers at its first look
            before = sys.getallocatedblocks()
            for k in range(PUSHES):
                stream.push(pieces[k % len(pieces)])
            unreachable = gc.collect()
            more = sys.getallocatedblocks() - before
            if max(unreachable, more) < FEW:
                break
    finally:
        gc.enable()
        gc.unfreeze()
    assert unreachable < FEW, f"{unreachable} objects that only the collector can free after {PUSHES} pushes"
    assert more < FEW, f"{more} objects more after {PUSHES} pushes"
