"""The ring keeps order, says what it took, and works between two threads."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bk_realtime.sink.ring import Ring

OPERATIONS = st.lists(st.tuples(st.sampled_from(["write", "read", "skip"]), st.integers(0, 20)), max_size=60)


@given(capacity=st.integers(1, 20), operations=OPERATIONS)
def test_behaves_like_a_bounded_queue(capacity: int, operations: list[tuple[str, int]]) -> None:
    ring, queue, value = Ring(capacity), [], 0
    assert ring.capacity >= capacity
    for name, n in operations:
        if name == "write":
            samples = np.arange(value, value + n, dtype=np.float32)
            fits = min(n, ring.capacity - len(queue))
            assert ring.write(samples) == fits
            queue += samples[:fits].tolist()
            value += n
        elif name == "read":
            out = np.full(n, -1, np.float32)
            got = ring.read(out)
            assert got == min(n, len(queue))
            assert out[:got].tolist() == queue[:got]
            assert (out[got:] == -1).all()
            del queue[:got]
        else:
            assert ring.skip(n) == min(n, len(queue))
            del queue[:n]
        assert ring.fill == len(queue)


def test_two_threads_lose_nothing() -> None:
    ring, total, got = Ring(512), 8_000, []

    def write() -> None:
        sent = 0
        while sent < total:
            sent += ring.write(np.arange(sent, min(sent + 37, total), dtype=np.float32)[: ring.capacity - ring.fill])
            time.sleep(0)

    writer = threading.Thread(target=write)
    writer.start()
    out, deadline = np.empty(53, np.float32), time.monotonic() + 60
    while len(got) < total and time.monotonic() < deadline:
        got += out[: ring.read(out)].tolist()
    writer.join()
    assert got == list(range(total))


def test_capacity_is_checked() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Ring(0)
