"""What is fuzzed: for each kind of input how it is drawn, and the reader of the product that it is given to.

An input is bytes. Where a reader takes a folder, its first line names the file that the rest replaces.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import socket
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import numpy as np
import tomli_w

from tests.fuzz import mutations, seeds


@dataclass(frozen=True)
class Target:
    """``make`` draws an input, ``read`` gives it to the product: it returns, or raises a ``BkError``."""

    name: str
    make: Callable[[random.Random], bytes]
    read: Callable[[bytes, Path], None]


def _in_file(name: bytes | str, data: bytes) -> bytes:
    return (name if isinstance(name, bytes) else name.encode()) + b"\n" + data


def _put(files: Mapping[str, bytes], given: bytes, folder: Path) -> str:
    """Files in a folder, the one that the input names replaced; its name."""
    first, _, data = given.partition(b"\n")
    name = first.decode("latin-1")
    if name not in files:
        name, data = next(iter(files)), given
    for other, content in files.items():
        (folder / other).write_bytes(data if other == name else content)
    return name


# ---- recordings ------------------------------------------------------------------------------------------------------
def _read(path: Path) -> None:
    from offline.io import read_recording

    recording = read_recording(path)
    np.asarray(recording.neural[:1000])
    if recording.audio is not None:
        np.asarray(recording.audio[:1000])


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
    for attempt in (lambda: read_xdf(path, salvage=True), lambda: verify_xdf(path), lambda: _read(path)):
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
        return _in_file(name, seeds.npy_bytes(np.zeros(shape, kind)))
    data = files[name]
    n_header = 10 + int.from_bytes(data[8:10], "little")
    header = data[10:n_header]
    if rng.random() < 0.6:
        old = rng.choice((b"'descr': '", b"'shape': (", b"'fortran_order': False", b"True"))
        new = rng.choice(
            (b"'descr': 'O", b"'shape': (-1, ", b"'shape': (99999999999, ", b"'fortran_order': True", b"{", b"(")
        )
        header = header.replace(old, new)[: len(header)].ljust(len(header))
        return _in_file(name, data[:10] + header + data[n_header:])
    return _in_file(name, mutations.octets(rng, data, first=n_header + 16))


def _read_npy(data: bytes, folder: Path) -> None:
    _put(seeds.npy(), data, folder)
    _read(folder / "p1_sEEG.npy")


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
    _read(path)


def _make_brainvision(rng: random.Random) -> bytes:
    files = seeds.brainvision()
    name = rng.choice(("b.vhdr", "b.vhdr", "b.vhdr", "b.vmrk", "b.eeg"))
    how = mutations.octets if name == "b.eeg" else mutations.lines
    return _in_file(name, how(rng, files[name]))


def _read_brainvision(data: bytes, folder: Path) -> None:
    _put(seeds.brainvision(), data, folder)
    _read(folder / "b.vhdr")


def _make_hdf5(rng: random.Random) -> bytes:
    if rng.random() < 0.4:
        return mutations.octets(rng, seeds.hdf5(), first=rng.choice((200, 4000)))
    return seeds.hdf5(lambda file: [_odd_dataset(rng, file) for _ in range(rng.randint(1, 2))])


def _odd_dataset(rng: random.Random, file: h5py.File) -> None:
    name = rng.choice(("ecog", "ecogSR", "audio", "audioSR", "electrodes", "words"))
    if name in file:
        del file[name]
    how = rng.randrange(8)
    shape = rng.choice(((), (0,), (1,), (2,), (seeds.N,), (seeds.N, 2), (2, seeds.N), (2, 2, 2), (0, 2)))
    if how == 0:
        return
    if how == 1:
        file[name] = rng.choice((0, -1, 1e308, float("nan"), float("inf"), True, "x", 1 << 62))
    elif how == 2:
        file[name] = np.zeros(shape, rng.choice(("f4", "f2", "i8", "u1", "S3", "c16", "?", "f4,i4", ">f8")))
    elif how == 3:
        file.create_dataset(
            name, shape=(rng.choice((10**9, 10**12)), 2), dtype="f4", chunks=(65536, 2), compression="gzip"
        )
    elif how == 4:
        file.create_group(name)["x"] = 1
    elif how == 5:
        file[name] = h5py.Empty("f4")
    elif how == 6:
        file[name] = rng.choice(
            (h5py.SoftLink("/nothing"), h5py.SoftLink(f"/{name}"), h5py.ExternalLink("s.h5", "/ecog"))
        )
    else:
        file.create_dataset(name, data=[b"a", b"bc"] if rng.random() < 0.5 else ["x", "ü"], dtype=h5py.string_dtype())


def _read_hdf5(data: bytes, folder: Path) -> None:
    path = folder / "s.h5"
    path.write_bytes(data)
    _read(path)


# ---- TOML ------------------------------------------------------------------------------------------------------------
def _index(data: bytes) -> bytes:
    return _in_file("bundle.toml", data)


def _make_bundle(rng: random.Random) -> bytes:
    if rng.random() < 0.75:
        return _index(mutations.toml(rng, (seeds.BUNDLE / "bundle.toml").read_text(encoding="utf-8")))
    data = (seeds.BUNDLE / "statistics.safetensors").read_bytes()
    n = int.from_bytes(data[:8], "little")
    header: Any = json.loads(data[8 : 8 + n])
    how = rng.randrange(3)
    if how == 0:
        return _in_file("statistics.safetensors", mutations.octets(rng, data, first=8 + n))
    tensor = header[rng.choice(("mean", "std"))]
    tensor[rng.choice(("dtype", "shape", "data_offsets"))] = rng.choice(
        ([30], [15, 4], [0], [], [-1], [1 << 62], [0, 0], [240, 0], "F32", "F64", "I64", "BF16", "U8", "BOOL", {}, None)
    )
    if how == 2:
        header["more"] = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    text = json.dumps(header).encode()
    return _in_file("statistics.safetensors", len(text).to_bytes(8, "little") + text + data[8 + n :])


def _read_bundle(data: bytes, folder: Path) -> None:
    from bk_realtime.chain import Chain
    from bk_realtime.decoder.bundle import load_bundle

    where = seeds.copy_bundle(folder)
    files = {path.name: path.read_bytes() for path in where.iterdir()}
    name = _put(dict(sorted(files.items())), data, where)
    if name != "bundle.toml":  # as one who builds a bundle by hand
        index = tomllib.loads(files["bundle.toml"].decode())
        index["files"][name] = hashlib.sha256((where / name).read_bytes()).hexdigest()
        (where / "bundle.toml").write_text(tomli_w.dumps(index), encoding="utf-8")
    bundle = load_bundle(where)
    chain = Chain(bundle, bundle.labels)
    chain.push(np.zeros((64, len(bundle.labels))))


@cache
def _session() -> str:
    import tempfile

    from bk_realtime.session.folder import Session, write_session
    from bk_realtime.session.settings import SessionSettings

    with tempfile.TemporaryDirectory() as name:
        write_session(Session(Path(name), "s", SessionSettings(seeds.BUNDLE)), {})
        return (Path(name) / "session.toml").read_text(encoding="utf-8")


def _read_session(data: bytes, folder: Path) -> None:
    from bk_realtime.session.folder import read_session
    from bk_realtime.voice.output_guard import OutputGuard

    (folder / "session.toml").write_bytes(data)
    session = read_session(folder)
    OutputGuard(session.settings.safety, 22050).process(np.zeros(64, np.float32))


_SCHEDULE = """
[conditions]
late = "delayed 200"
none = "silent"
[[change]]
time_s = 10.0
condition = "late"
[[change]]
trial = 3
condition = "none"
"""
_DRAWN = """
[conditions]
late = "delayed 200"
[draw]
conditions = ["late", "real"]
every_s = 30.0
times = 3
start_s = 5.0
seed = 1
"""
_FAULTS = """
[[fault]]
kind = "nan"
at_s = 10.0
seconds = 2.0
channels = ["A1"]
[[fault]]
kind = "jitter"
at_s = 1.0
size_s = 0.01
seed = 3
stream = "amp"
"""
_SIDECAR = """
channels = ["LA1", "LA2"]
exclude = ["LA2"]
unit = "uV"
gain = 1.0
sfreq = 256.0
sample_rate = 8000
audio_start_s = 0.0
audio = "p1_audio_final.npy"
markers = "p1_words.npy"
salvage = false
"""


def _read_schedule(data: bytes, folder: Path) -> None:
    from bk_realtime.session.schedule import read_schedule

    (folder / "s.toml").write_bytes(data)
    read_schedule(folder / "s.toml")


def _read_faults(data: bytes, folder: Path) -> None:
    from bk_realtime.replay.faults import read_faults

    (folder / "f.toml").write_bytes(data)
    read_faults(folder / "f.toml")


def _read_sidecar(data: bytes, folder: Path) -> None:
    for name, content in seeds.npy().items():
        (folder / name).write_bytes(content)
    (folder / "p1_sEEG.npy.toml").write_bytes(data)
    _read(folder / "p1_sEEG.npy")


# ---- live ------------------------------------------------------------------------------------------------------------
_COMMANDS: tuple[dict[str, Any], ...] = (
    {"command": "gain", "gain_db": -3.0},
    {"command": "unmute", "sent": 0.0},
    {"command": "panic"},
    {"command": "mute"},
    {"command": "release", "hold": "x"},
    {"command": "marker", "text": "x", "stamp": [1]},
    {"command": "notice", "text": "x", "active_fault": "recording", "corrected": "y"},
    {"command": "contamination", "colour": "red", "text": "A1"},
    {"command": "talk", "held": True, "sent": 0.0},
    {"command": "status"},
    {"command": "stop"},
)


def _make_message(rng: random.Random) -> bytes:
    command = dict(rng.choice(_COMMANDS))
    for _ in range(rng.randrange(3)):
        key = rng.choice((*command, "sent", "text", "values", "event", "time"))
        command[key] = odd_json(rng)
    text = json.dumps(command, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    if rng.random() < 0.2:
        depth = rng.choice((15, 17, 200, 985, 20_000))
        text = b'{"command": "marker", "text": ' + b"[" * depth + b"]" * depth + b"}"
    return mutations.octets(rng, text) if rng.random() < 0.3 else text


def odd_json(rng: random.Random) -> Any:
    """Any value that JSON, or Python's idea of it, can hold."""
    value = mutations.odd_value(rng)
    try:
        json.dumps(value)
    except TypeError:
        return None
    return rng.choice((value, value, "\ud83d", {"a": [value]}, None))


def _read_message(data: bytes, folder: Path) -> None:
    from bk_realtime.engine.active_faults import update_faults
    from bk_realtime.engine.contamination_light import ContaminationLight
    from bk_realtime.engine.orders import execute
    from bk_realtime.errors import InputError
    from bk_realtime.session.control import wire
    from bk_realtime.session.control.words import URGENT, stamp
    from bk_realtime.session.events import make_event
    from bk_realtime.session.settings import SafetySettings
    from bk_realtime.voice.output_guard import OutputGuard

    try:
        message = wire.parse(data)
    except ValueError as error:
        raise InputError(str(error)) from None
    stamp(message)
    guard, light, faults = OutputGuard(SafetySettings(unmuted=True), 22050), ContaminationLight(), {}
    talk = make_event("command", "talk", command="talk")
    further = {"contamination": lambda c: light.tell(c.get("colour"), c.get("text"), 0.0), "talk": lambda c: talk}
    event = execute(message, guard, lambda: None, further)
    if message["command"] in URGENT and not guard.muted:
        raise AssertionError("it was not muted")
    if event is not None:
        text = json.dumps(event, allow_nan=False)
        update_faults(faults, json.loads(text), {})
        assert "\n" not in text


def _make_handshake(rng: random.Random) -> bytes:
    from bk_realtime.session.control import wire

    parts = [
        wire.frame(rng.choice((b"{sha256}", b"{md5}", b"{", b"")) + rng.randbytes(rng.choice((0, 16, 32, 40)))),
        wire.challenge_frame(b"{sha256}" + rng.randbytes(40)),
        wire.frame(wire.WELCOME),
        (rng.choice(mutations.INTEGERS) % (1 << 32)).to_bytes(4, "big"),
        b"\xff\xff\xff\xff",
    ]
    return mutations.octets(rng, b"".join(rng.choices(parts, k=3)))


def _read_handshake(data: bytes, folder: Path) -> None:
    from bk_realtime.errors import InputError
    from bk_realtime.session.control.peer import Peer

    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.sendall(data)
        peer = Peer(ours, b"k" * 32, 0.0)
        going = True
        for _ in range(len(data) // 100 + 2):
            going = going and peer.receive() and peer.shake_hands()
        if peer.known or peer.welcome:
            raise AssertionError("let in without the key")
        if not going:
            raise InputError("hung up")


def _make_stream(rng: random.Random) -> bytes:
    from bk_realtime.xdf import info_xml

    if rng.random() < 0.6:
        text = re.sub(r"<(uid|created_at|session_id|hostname)>[^<]*<", r"<\1>0<", info_xml(rng.choice(seeds.STREAMS)))
        return mutations.xml(rng, text).encode("utf-8", "surrogatepass")
    said: dict[str, Any] = {"name": "amp", "type": "sEEG", "source_id": "a", "uid": "1", "hostname": "pc"}
    said |= {"channel_count": 2, "nominal_srate": 512.0, "channel_format": 1}
    for _ in range(rng.randint(1, 3)):
        key = rng.choice(list(said))  # of their kind: LSL's own getters say no other
        if key == "channel_count":
            said[key] = rng.choice(mutations.INTEGERS)
        elif key == "nominal_srate":
            said[key] = rng.choice(mutations.FLOATS)
        else:
            said[key] = rng.randrange(100) if key == "channel_format" else rng.choice(mutations.WORDS)
    return json.dumps(said).encode()


def _read_stream(data: bytes, folder: Path) -> None:
    from bk_realtime.errors import StreamError
    from bk_realtime.source.door import Door, described

    if not data.startswith(b"{"):
        described(data.decode("utf-8", "replace"))
        return
    said = json.loads(data)
    told: list[str] = []
    info: Any = SimpleNamespace(**{key: lambda value=value: value for key, value in said.items()})
    admitted = Door(told.append).admit([info])
    if bool(admitted) == bool(told) or any("\n" in line for line in told):
        raise AssertionError(f"neither let in nor refused in one line: {told}")
    if told:
        raise StreamError(told[0])


TARGETS = {
    target.name: target
    for target in (
        Target("xdf", _make_xdf, _read_xdf),
        Target("npy", _make_npy, _read_npy),
        Target("edf", _make_edf, _read_edf),
        Target("brainvision", _make_brainvision, _read_brainvision),
        Target("hdf5", _make_hdf5, _read_hdf5),
        Target("bundle", _make_bundle, _read_bundle),
        Target("session", lambda rng: mutations.toml(rng, _session()), _read_session),
        Target("schedule", lambda rng: mutations.toml(rng, rng.choice((_SCHEDULE, _DRAWN))), _read_schedule),
        Target("faults", lambda rng: mutations.toml(rng, _FAULTS), _read_faults),
        Target("sidecar", lambda rng: mutations.toml(rng, _SIDECAR), _read_sidecar),
        Target("control", _make_message, _read_message),
        Target("handshake", _make_handshake, _read_handshake),
        Target("stream", _make_stream, _read_stream),
    )
}
