"""The CPU stands by for a card: a session goes on there when the card is lost or full, if the CPU keeps up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from bk_realtime.chain import Chain
from bk_realtime.device import pick_device
from bk_realtime.errors import DeviceError
from bk_realtime.session.events import make_event

N_TIMED = 100
"""Frames of noise by which the CPU is judged."""


def open_chains(
    make: Callable[[str], Chain], device: str, note: Callable[[dict[str, Any]], None]
) -> tuple[Chain, Chain | None]:
    """The warm chain on ``device``, and beside a card the warm one on the CPU where that keeps up, else None.

    Parameters
    ----------
    make : device name -> chain.
    device : cpu, cuda, cuda:N or auto.
    note : takes the events: that the CPU cannot stand by, or that it took over at once.

    Raises
    ------
    DeviceError
        There is no such device; or it fails at once, and the CPU does not keep up.
    """
    device = pick_device(device)
    if device == "cpu":
        chain = make(device)
        chain.warm_up()
        return chain, None
    standby: Chain | None = make("cpu")
    assert standby is not None
    ms, hop_ms = frame_ms(standby), 1e3 / float(standby.frame_clock.frame_rate)
    if ms >= hop_ms:
        text = f"the CPU takes {ms:.1f} ms of the {hop_ms:.1f} ms of a frame: if the card fails, the session ends"
        note(make_event("no standby", text))
        standby = None
    try:
        chain = make(device)
        chain.warm_up()
    except DeviceError as error:
        if standby is None:
            raise
        note(card_lost(error))
        return standby, None
    return chain, standby


def frame_ms(chain: Chain) -> float:
    """What nine frames in ten take to compute at most, in ms, on noise; the chain is warm and as new afterwards.

    Not the slowest ones: at start-up other processes of the session load and compile.
    """
    chain.warm_up()
    noise = np.random.default_rng(1).standard_normal((chain.boundary(N_TIMED - 1), chain.n_channels))
    took = []
    for k in range(N_TIMED):
        first = chain.boundary(k - 1) if k else 0
        took.append(sum(chain.push(noise[first : chain.boundary(k)]).seconds))
    chain.reset()
    return 1e3 * float(np.percentile(took, 90))


def card_lost(error: DeviceError) -> dict[str, Any]:
    """The event that says so; it lasts."""
    return make_event("card lost", f"{error}; decoding goes on on the CPU", active_fault="card")
