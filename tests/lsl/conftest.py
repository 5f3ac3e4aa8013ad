"""What every test over LSL leaves behind: nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="session")
def nothing_of_other_tests() -> None:
    """What is garbage by now would be frozen below, with its outlets, for as long as these tests run."""
    gc.collect()


@pytest.fixture(autouse=True)
def no_search_outlives_its_test() -> Iterator[None]:
    """A search for streams whose owner refers to itself in a circle goes on until the garbage collector comes. Each
    takes some 25 ports; eight of them fill all that LSL looks at, and outlets of later tests cannot be found."""
    gc.freeze()  # what was there before is not looked at again: that would take half a second a test
    yield
    gc.collect()
    gc.unfreeze()
