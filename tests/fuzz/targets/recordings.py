"""Recordings as XDF, NPY, EDF and BrainVision files."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np

from tests.fuzz import mutations, seeds
from tests.fuzz.targets.base import Target, in_file, put, read_whole


def _make_xdf(rng: random.Random) -> bytes:
    chunks = _chunks(seeds.xdf())
    for _ in range(rng.randint(1, 3)):
        i = rng.randrange(len(chunks))
        tag, content = chunks[i]
        how = rng.randrange(8)
        if how <= 2 and tag in (1, 2, 6):
            n = 0 if tag == 1 else 4
            text = content[n:].decode("utf-8", "replace")
            content = content[:n] + mutations.xml(rng, text).encode("utf-8", "surrogatepass")
            chunks[i] = (tag, content)
        elif how == 3:
            chunks[i] = (tag, mutations.octets(rng, content, first=24))
        elif how == 4:
            chunks[i] = (rng.choice((0, 1, 2, 3, 4, 5, 6, 7, 65535)), content)
        elif how == 5:
            chunks.insert(rng.randrange(len(chunks) + 1), chunks[i])
        elif how == 6 and len(chunks) > 1:
            del chunks[i]
        else:
            chunks[i] = (tag, content[: rng.randrange(len(content) + 1)])
    data = b"XDF:" + b"".join(_chunk(rng, *one) for one in chunks)
    if rng.random() < 0.15:
        data = mutations.octets(rng, gzip.compress(data, 1, mtime=0))
    return mutations.octets(rng, data) if rng.random() < 0.1 else data


def _chunks(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 4
    while at < len(data):
        n = data[at]
        length = int.from_bytes(data[at + 1 : at + 1 + n], "little")
        at += 1 + n
        found.append((int.from_bytes(data[at : at + 2], "little"), data[at + 2 : at + length]))
        at += length
    return found


def _chunk(rng: random.Random, tag: int, content: bytes) -> bytes:
    length = len(content) + 2
    if rng.random() < 0.03:
        length = rng.choice(mutations.INTEGERS) % (1 << 63)
    n = rng.choice((4, 8)) if length < 1 << 32 else 8
    return bytes([n]) + length.to_bytes(n, "little") + tag.to_bytes(2, "little") + content


def _read_xdf(data: bytes, folder: Path) -> None:
    from bk_realtime.errors import BkError
    from bk_realtime.xdf.reader import read_xdf
    from bk_realtime.xdf.verify import verify_xdf

    path = folder / ("x.xdfz" if data[:2] == b"\x1f\x8b" else "x.xdf")
    path.write_bytes(data)
    raised: BkError | None = None
    for attempt in (lambda: read_xdf(path, salvage=True), lambda: verify_xdf(path), lambda: read_whole(path)):
        try:
            attempt()
        except BkError as error:
            raised = error
    if raised is not None:
        raise raised


def _make_npy(rng: random.Random) -> bytes:
    files = seeds.npy()
    name = rng.choice(list(files))
    if rng.random() < 0.5:
        n = rng.choice((0, 1, 2, seeds.N))
        shape = rng.choice(((n,), (n, 2), (2, n), (n, 2, 1), (), (n, 0)))
        kind = rng.choice(
            ("f4", "f8", "f2", "i1", "u2", "i8", "c16", "?", "S3", "U3", "M8[s]", ">f4", ">i2", "f4,i4", "V5")
        )
        return in_file(name, seeds.npy_bytes(np.zeros(shape, kind)))
    data = files[name]
    n_header = 10 + int.from_bytes(data[8:10], "little")
    header = data[10:n_header]
    if rng.random() < 0.6:
        old = rng.choice((b"'descr': '", b"'shape': (", b"'fortran_order': False", b"True"))
        new = rng.choice(
            (b"'descr': 'O", b"'shape': (-1, ", b"'shape': (99999999999, ", b"'fortran_order': True", b"{", b"(")
        )
        header = header.replace(old, new)[: len(header)].ljust(len(header))
        return in_file(name, data[:10] + header + data[n_header:])
    return in_file(name, mutations.octets(rng, data, first=n_header + 16))


def _read_npy(data: bytes, folder: Path) -> None:
    put(seeds.npy(), data, folder)
    read_whole(folder / "p1_sEEG.npy")


def _make_edf(rng: random.Random) -> bytes:
    data = bytearray(seeds.edf(rng.choice(("", "EDF+C", "EDF+D"))))
    n = int(data[252:256])
    of_signals = (w for w in (16, 80, 8, 8, 8, 8, 8, 80, 8, 32) for _ in range(n))
    widths = (8, 80, 80, 8, 8, 8, 44, 8, 8, 4, *of_signals)
    for _ in range(rng.randint(1, 3)):
        field = rng.randrange(len(widths))
        at = sum(widths[:field])
        odd = rng.choice((*mutations.NUMBERS, *mutations.WORDS)).encode("latin-1", "replace")
        data[at : at + widths[field]] = odd[: widths[field]].ljust(widths[field])
    out = bytes(data)
    return mutations.octets(rng, out) if rng.random() < 0.3 else out


def _read_edf(data: bytes, folder: Path) -> None:
    path = folder / "e.edf"
    path.write_bytes(data)
    read_whole(path)


def _make_brainvision(rng: random.Random) -> bytes:
    files = seeds.brainvision()
    name = rng.choice(("b.vhdr", "b.vhdr", "b.vhdr", "b.vmrk", "b.eeg"))
    how = mutations.octets if name == "b.eeg" else mutations.lines
    return in_file(name, how(rng, files[name]))


def _read_brainvision(data: bytes, folder: Path) -> None:
    put(seeds.brainvision(), data, folder)
    read_whole(folder / "b.vhdr")


TARGETS = (
    Target("xdf", _make_xdf, _read_xdf),
    Target("npy", _make_npy, _read_npy),
    Target("edf", _make_edf, _read_edf),
    Target("brainvision", _make_brainvision, _read_brainvision),
)
