"""A recording is hashed without being taken into memory."""

from __future__ import annotations

import hashlib
import mmap
import tracemalloc
from pathlib import Path

from bk_realtime.xdf.mapped import sha256_of

SIZE = (20 << 20) + 77


def test_the_digest_of_a_large_file_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * (SIZE // 256) + bytes(SIZE % 256))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        tracemalloc.start()
        try:
            whole = sha256_of(mapped, 0, SIZE + 5)  # what is not there is left out
            part = sha256_of(mapped, 1000, SIZE - 1000)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    content = path.read_bytes()
    assert whole == hashlib.sha256(content).hexdigest()
    assert part == hashlib.sha256(content[1000:-1000]).hexdigest()
    assert peak < 4e6
