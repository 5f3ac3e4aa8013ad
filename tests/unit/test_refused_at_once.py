"""What is refused is refused at once: nothing that takes seconds or hundreds of megabytes to load was loaded for it."""

from __future__ import annotations

import json
import re
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from bk_realtime.xdf import XdfWriter, info_xml
from tests.fuzz import seeds

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "numba", "librosa", "scipy", "sklearn", "matplotlib", "lightning", "mne", "pandas")
"""Each takes from a third of a second to several to load, and up to 250 MB."""
RUN = """
import contextlib, io, json, runpy, sys
module, heavy, *calls = json.load(sys.stdin)
told = []
for call in calls:
    sys.argv, code, out = [module, *call], 0, io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            code = ended.code
    told.append([code, [name for name in heavy if name in sys.modules], out.getvalue()])
print(json.dumps(told))
"""


def outcomes(module: str, *calls: list[str]) -> list[tuple[int, list[str], str]]:
    """Exit code, heavy packages that are loaded by then, and what was printed, of one command line after the other in
    one process: a package that one of them loads is seen."""
    given = json.dumps([module, HEAVY, *calls])
    done = subprocess.run(
        [sys.executable, "-c", RUN], input=given, capture_output=True, text=True, cwd=ROOT, timeout=550, check=False
    )
    assert done.returncode == 0, done.stderr
    return [(code, heavy, text) for code, heavy, text in json.loads(done.stdout)]


def refused(module: str, *calls: list[str]) -> list[str]:
    """What was printed: one line each, exit code 2, nothing heavy loaded; and the help, as light."""
    told = outcomes(module, *calls, [*calls[0][:1], "--help"] if module == "bk_realtime" else ["--help"])
    *lines, (code, heavy, text) = told
    assert (code, heavy) == (0, []), text
    for call, (code, heavy, text) in zip(calls, lines, strict=True):
        assert code == 2, (call, text)
        assert heavy == [], (call, text)
        assert text.startswith("error: "), (call, text)
        assert text.count("\n") == 1, (call, text)
    return [text for _, _, text in lines]


def recorded(path: Path) -> bytes:
    """As the recorder writes: a stamp where a reader would not deduce it."""
    with XdfWriter(path) as writer:
        for number, description in enumerate(seeds.STREAMS[:2], start=1):
            writer.add_stream(number, info_xml(description))
            n, width = 200, description.n_channels
            stamps = 50 + np.arange(n) / description.sfreq
            writer.write(number, stamps, np.ones((n, width), np.float32), 1e-7)
    data = path.read_bytes()
    path.unlink()
    return data


def mixed() -> bytes:
    """As other recorders write: every third sample with a stamp. Its second stream is cut off."""
    samples = b"".join((b"\x08" + struct.pack("<d", k / 256) if k % 3 == 0 else b"\0") + bytes(8) for k in range(600))
    header = info_xml(seeds.STREAMS[0])
    chunks = (
        struct.pack("<BIHI", 4, len(header) + 6, 2, 1) + header.encode(),
        struct.pack("<BIHIBI", 4, len(samples) + 11, 3, 1, 4, 600) + samples,
    )
    return b"XDF:" + b"".join(chunks) + chunks[1][:-7]


def claim(file: h5py.File) -> None:
    """A neural series of 80 GB in no bytes."""
    file.attrs["nwb_version"] = "2.6.0"
    series = file.create_group("acquisition/iEEG")
    series.attrs["neurodata_type"] = "ElectricalSeries"
    series.create_dataset("data", (10_000_000, 1000), "f8", chunks=(1000, 100))


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Damaged recordings of each format, by a short name."""
    folder = tmp_path_factory.mktemp("bad")
    xdf, hdf5, npy = recorded(folder / "x.xdf"), seeds.hdf5(), seeds.npy()
    contents = {
        "words.xdf": b"no recording at all",
        "empty.xdf": b"",
        "head.xdf": xdf[:300],
        "cut.xdf": xdf[:-40],
        "mixed.xdf": mixed(),
        "cut.h5": hdf5[: len(hdf5) // 2],
        "other.nwb": hdf5,
        "claims.nwb": seeds.hdf5(claim),
        "short.edf": seeds.edf()[:300],
        "cut_sEEG.npy": npy["p1_sEEG.npy"][:90],
        "alone.vhdr": seeds.brainvision()["b.vhdr"],
        "unknown.abc": b"abc",
        "mel.npy": npy["p1_sEEG.npy"][:90],
        "mel.h5": hdf5,
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in contents}


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Bundles that are none: no TOML, a value of another kind, weights that were changed."""
    folder = tmp_path_factory.mktemp("bundles")
    made = [Path(shutil.copytree(seeds.BUNDLE, folder / name)) for name in ("words", "kind", "weights")]
    index = made[0] / "bundle.toml"
    (made[1] / "bundle.toml").write_text(re.sub(r"band = \[[^]]*]", "band = 70.0", index.read_text()))
    index.write_text("no toml at all")
    with (made[2] / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\xff")
    return made


def test_inspect(bad: dict[str, Path], tmp_path: Path) -> None:
    report = str(tmp_path / "r.html")
    files = {name: path for name, path in bad.items() if not name.startswith("mel")}
    said = refused("offline.inspect", *([str(path), "--html", report] for path in files.values()))
    assert all(name in text for name, text in zip(files, said, strict=True))
    refused("offline.inspect", [str(tmp_path / "missing.xdf")], [str(bad["cut.h5"]), "--gain", "-1"])
    assert not any(tmp_path.iterdir())


def test_export(bad: dict[str, Path], tmp_path: Path) -> None:
    out = str(tmp_path / "o.nwb")
    files = [path for name, path in bad.items() if not name.startswith("mel")]
    refused("offline.export", *([str(path), "--nwb", out] for path in files), [str(bad["cut.xdf"])])


def test_verify_and_replay(bad: dict[str, Path]) -> None:
    files = [str(bad[name]) for name in ("words.xdf", "empty.xdf", "head.xdf")]
    refused("bk_realtime", *(["record", "--verify", file] for file in files), ["record", "--head", "12"])
    cut = str(bad["cut.xdf"])
    refused("bk_realtime", *(["replay", file] for file in (*files, cut)), ["replay", cut, "--fault", "bogus:1"])


def test_a_damaged_recording_is_told_without_a_compiler(bad: dict[str, Path]) -> None:
    code, heavy, text = outcomes("bk_realtime", ["record", "--verify", str(bad["cut.xdf"])])[0]
    assert (code, heavy) == (1, []), text
    assert "NOT whole" in text


def test_run(bad: dict[str, Path], bundles: list[Path], tmp_path: Path) -> None:
    run, out = ["run", "--headless", "--out", str(tmp_path)], ["--source", str(bad["words.xdf"])]
    refused(
        "bk_realtime",
        *([*run, "--bundle", str(bundle)] for bundle in (*bundles, tmp_path / "missing")),
        [*run, "--bundle", str(seeds.BUNDLE), *out],
        [*run, "--bundle", str(seeds.BUNDLE), "--device", "bogus"],
    )
    assert not any(tmp_path.iterdir())


def test_preprocess_and_decode(bad: dict[str, Path], bundles: list[Path], tmp_path: Path) -> None:
    out, cut, good = ["--out", str(tmp_path / "o.npz")], str(bad["cut.h5"]), str(seeds.BUNDLE)
    refused(
        "offline.preprocess",
        *([str(bad[name]), *out] for name in ("cut.h5", "cut.xdf", "claims.nwb")),
        *([cut, "--bundle", str(bundle), *out] for bundle in (*bundles, seeds.BUNDLE)),
        [cut, "--out", str(tmp_path / "o.txt")],
    )
    refused(
        "offline.decode", *([str(b), cut, *out] for b in (*bundles, seeds.BUNDLE)), [good, cut, *out, "--device", "x"]
    )


def test_evaluate(bad: dict[str, Path], bundles: list[Path], tmp_path: Path) -> None:
    cut, words, good = str(bad["cut.h5"]), str(bad["words.xdf"]), str(seeds.BUNDLE)
    refused(
        "offline.evaluate",
        *([str(b), cut] for b in (*bundles, seeds.BUNDLE)),
        [good, str(bad["unknown.abc"]), "--held-out"],
        [str(tmp_path / "missing.xdf"), "--folds", "3"],
        [good, cut, "--folds", "1"],
        [cut, "--folds", "3"],
        ["--decoded", words, "--reference", words],
        ["--copy-synthesis", words],
        [cut, "--folds", "3", "--decoder", "bogus"],
        [good, cut, "--device", "x"],
    )


def test_train_and_vocode(bad: dict[str, Path], tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "o")]
    files = [str(bad[name]) for name in ("cut.h5", "cut.xdf", "empty.xdf")]
    options = ["--set", "hidden"], ["--decoder", "bogus"], ["--vocoder.name", "bogus"], ["--vocoder.weights", "none"]
    calls = [*([file, *out] for file in files), *([files[0], *out, *option] for option in options)]
    told = outcomes("offline.train", *calls, ["--help"])
    assert [(code, heavy) for code, heavy, _ in told] == [(2, [])] * len(calls) + [(0, [])], told
    mel = tmp_path / "good.npy"
    np.save(mel, np.full((9, 80), -5.0, np.float32))
    wav = ["--out", str(tmp_path / "o.wav")]
    refused(
        "offline.vocode",
        *([str(bad[name]), *wav] for name in ("mel.npy", "mel.h5", "cut.xdf")),
        [str(mel), *wav, "--vocoder", "bogus"],
    )
