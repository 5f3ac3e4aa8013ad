"""A virtual sound card for tests with the marker `audio`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audio.virtual_card import Capture, VirtualCard


@pytest.fixture
def card() -> Iterator[VirtualCard]:
    """A running virtual sound card."""
    if shutil.which("pulseaudio") is None:
        pytest.skip("pulseaudio is not installed (apt-get install pulseaudio pulseaudio-utils libasound2-plugins)")
    # not tmp_path: the path of a socket may not be longer than 107 characters
    folder = Path(tempfile.mkdtemp(prefix="bk-card-"))
    virtual = VirtualCard(folder)
    try:
        virtual.start()
        yield virtual
    finally:
        virtual.kill()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def capture(card: VirtualCard) -> Iterator[Capture]:
    """What the card plays."""
    listening = Capture(card)
    try:
        listening.wait_for_data()
        yield listening
    finally:
        listening.close()
