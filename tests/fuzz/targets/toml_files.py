"""Bundles, and every TOML file that is read."""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from tests.fuzz import mutations, seeds
from tests.fuzz.targets.base import Target, in_file, put, read_whole


def _index(data: bytes) -> bytes:
    return in_file("bundle.toml", data)


def _make_bundle(rng: random.Random) -> bytes:
    if rng.random() < 0.75:
        return _index(mutations.toml(rng, (seeds.BUNDLE / "bundle.toml").read_text(encoding="utf-8")))
    data = (seeds.BUNDLE / "statistics.safetensors").read_bytes()
    n = int.from_bytes(data[:8], "little")
    header: Any = json.loads(data[8 : 8 + n])
    how = rng.randrange(3)
    if how == 0:
        return in_file("statistics.safetensors", mutations.octets(rng, data, first=8 + n))
    tensor = header[rng.choice(("mean", "std"))]
    tensor[rng.choice(("dtype", "shape", "data_offsets"))] = rng.choice(
        ([30], [15, 4], [0], [], [-1], [1 << 62], [0, 0], [240, 0], "F32", "F64", "I64", "BF16", "U8", "BOOL", {}, None)
    )
    if how == 2:
        header["more"] = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    text = json.dumps(header).encode()
    return in_file("statistics.safetensors", len(text).to_bytes(8, "little") + text + data[8 + n :])


def _read_bundle(data: bytes, folder: Path) -> None:
    from bk_realtime.chain import Chain
    from bk_realtime.decoder.bundle import load_bundle

    where = seeds.copy_bundle(folder)
    files = {path.name: path.read_bytes() for path in where.iterdir()}
    name = put(dict(sorted(files.items())), data, where)
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
none = "muted"
[[change]]
time_s = 10.0
condition = "late"
[[change]]
time_s = 25.5
condition = "none"
"""
_TRIALS = """
[conditions]
none = "muted"
[[change]]
trial = 1
condition = "none"
[[change]]
trial = 3
condition = "real"
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
_SIDECARS = (
    """
channels = ["LA1", "LA2"]
exclude = ["LA2"]
unit = "uV"
sfreq = 256.0
sample_rate = 8000
audio = "p1_audio_final.npy"
""",
    """
gain = 0.5
sfreq = 256.0
sample_rate = 8000
audio_start_s = 0.0
markers = "p1_words.npy"
""",
)


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
    read_whole(folder / "p1_sEEG.npy")


TARGETS = (
    Target("bundle", _make_bundle, _read_bundle),
    Target("session", lambda rng: mutations.toml(rng, _session()), _read_session),
    Target("schedule", lambda rng: mutations.toml(rng, rng.choice((_SCHEDULE, _TRIALS, _DRAWN))), _read_schedule),
    Target("faults", lambda rng: mutations.toml(rng, _FAULTS), _read_faults),
    Target("sidecar", lambda rng: mutations.toml(rng, rng.choice(_SIDECARS)), _read_sidecar),
)
