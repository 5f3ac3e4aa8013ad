"""A training session that was saved in another form is found by its content, in evaluation and in training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pytest
import scipy.signal
import torch
from rich.console import Console

import offline.ablation
import offline.lead
import offline.session_report
from bk_realtime.config import read_toml, write_toml
from bk_realtime.decoder.bundle import FINGERPRINT, load_bundle
from bk_realtime.errors import InputError
from offline.data.contamination import KEPT, Contamination
from offline.data.fingerprint import fingerprint
from offline.data.kept_prints import kept_fingerprints, kept_tensors
from offline.data.known_content import FOUND, NONE, UNKNOWN, Content, among, refuse_copies, repeated, shared
from offline.evaluate import main as evaluate
from offline.io.recording import Recording
from offline.session_report import (
    _print_scores,
    _print_split,
    audit_of,
    memory_words,
    remembered,
    session_marks,
)
from offline.train import main as train
from tests.synthetic import synthetic_recording

QUICK = ["--split.min-part-s", "1", "--split.guard-s", "1"]
SILENT = [*QUICK, "--bootstrap", "20", "--shifts", "20", "--shuffles", "0", "--sound-s", "0"]
RIDGE = ["--decoder", "ridge", "--set", "n_past=2", *QUICK]
FOLDS = ["--folds", "2", "--workers", "0", "--permutations", "0"]
SECONDS = 24.0


def made(seed: int) -> Recording:
    return synthetic_recording(SECONDS, n_channels=4, seed=seed)


def write(path: Path, recording: Recording, neural: np.ndarray | None = None, sfreq: float = 512.0) -> str:
    with h5py.File(path, "w") as file:
        file["ecog"], file["ecogSR"] = recording.neural if neural is None else neural, sfreq
        file["audio"], file["audioSR"] = recording.audio, recording.sample_rate
        file["ecog"].attrs["unit"] = "uV"
    return str(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sessions, and the decoder of the first two."""
    folder = tmp_path_factory.mktemp("content")
    paths = [write(folder / f"s{seed}.h5", made(seed)) for seed in (1, 2, 3)]
    assert train([*paths[:2], "--out", str(folder / "bundle"), *RIDGE]) == 0
    return folder


def test_the_bundle_keeps_fingerprints(folder: Path) -> None:
    bundle = load_bundle(folder / "bundle")
    assert FINGERPRINT in read_toml(folder / "bundle/bundle.toml")["files"]
    kept = kept_fingerprints(bundle.fingerprints, 2)
    held_out = bundle.provenance["data"][0]["held_out"][0] * 256 / 22050
    for seed, known in zip((1, 2), kept, strict=True):
        whole = fingerprint(made(seed))
        for own, code in zip(known.neural, whole.neural, strict=True):
            assert own is not None
            assert code is not None
            assert (own.bits == code.bits)[own.valid].all()
            assert not own.valid[round(held_out * 100) :].any()
            assert own.seconds > 10
    assert sum(tensor.nbytes for tensor in bundle.fingerprints.values()) < 2 * 25_000 * SECONDS / 60


@pytest.mark.parametrize(
    ("name", "change", "sfreq"),
    [
        ("a channel less, float64, 10 ms later, average reference", lambda x: _average(x[5:, 1:]), 512.0),
        ("reordered, resampled", lambda x: scipy.signal.resample_poly(x[:, ::-1], 125, 64), 1000.0),
        ("bipolar", lambda x: np.diff(x, axis=1), 512.0),
    ],
)
def test_a_copy_is_a_leak(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, change, sfreq: float
) -> None:
    del name
    session = made(2)
    path = write(tmp_path / "new.h5", session, change(session.neural.astype(np.float64)), sfreq)
    assert evaluate([str(folder / "bundle"), path, *SILENT]) == 1
    error = capsys.readouterr().err
    assert error.startswith(f"LEAK: {path} was used to train {folder / 'bundle'}, by content: ")
    assert "of its neural data stand in s2.h5" in error


def _average(x: np.ndarray) -> np.ndarray:
    return x - x.mean(1, keepdims=True)


def test_a_new_session_is_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate([str(folder / "bundle"), str(folder / "s3.h5"), *SILENT]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "none that the bundle was trained on, by hash and by content" in out


def test_a_bundle_without_fingerprints_cannot_tell(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old"
    old.mkdir()
    for name in ("model.safetensors", "statistics.safetensors"):
        (old / name).write_bytes((folder / "bundle" / name).read_bytes())
    index = read_toml(folder / "bundle/bundle.toml")
    index["files"] = {k: v for k, v in index["files"].items() if k in ("model.safetensors", "statistics.safetensors")}
    write_toml(old / "bundle.toml", index)
    assert evaluate([str(old), str(folder / "s3.h5"), *SILENT]) == 0
    assert "CANNOT TELL by content: the bundle dates from before" in " ".join(capsys.readouterr().out.split())


def test_a_copy_is_not_trained_on_beside_its_original(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = made(1)
    copy = write(tmp_path / "copy.h5", session, session.neural[777:, [2, 0, 1]].astype(np.float64))
    with pytest.raises(SystemExit) as stop:
        train([str(folder / "s1.h5"), copy, "--out", str(tmp_path / "m"), *RIDGE])
    assert stop.value.code == 2
    assert "the same recording comes twice" in capsys.readouterr().err


def test_one_wave_in_two_channels_is_no_moment_that_comes_twice() -> None:
    session = made(1)
    late = session.neural.copy()
    late[12 * 512 :, 1] = session.neural[: 12 * 512, 0]
    twice = session.neural.copy()
    twice[12 * 512 :] = session.neural[: 12 * 512]
    for neural, found in ((late, False), (twice, True)):
        print_ = fingerprint(replace(session, neural=neural))
        end, start = print_.only([(12.0, 24.0)]), print_.only([(0.0, 12.0)])
        assert shared(end, start)
        assert bool(repeated(end, start)) == found


def test_what_cannot_be_compared_is_said() -> None:
    console = Console(record=True, width=200)
    features = replace(fingerprint(made(1)), neural=(None, None))
    kept = refuse_copies([Path("who/a.h5"), Path("b.h5")], [features, fingerprint(made(2))], console)
    said = console.export_text().splitlines()
    assert len(said) == len(kept) == 1
    assert said[0].startswith("leak by content: CANNOT TELL of who/a.h5: it holds features")
    assert kept[0].startswith("leak by content: CANNOT TELL of a.h5: it holds features")  # folders may bear names
    assert refuse_copies([Path("a.h5")], [features], console) == []  # alone it stands in nothing


def test_a_loudness_that_two_brains_share_is_no_copy_and_is_said() -> None:
    """Every contact of both up and down by 13 dB, ten times a second: loud moments ring alike in the band. A copy of
    one under noise as strong as itself is still one."""
    rng = np.random.default_rng(0)
    slow = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 12, fs=512, output="sos"), rng.standard_normal(24 * 512))
    gain = np.exp(1.5 * slow / slow.std())[:, None]
    one, two = (fingerprint(replace(made(k), neural=rng.standard_normal((24 * 512, 4)) * gain)) for k in (1, 2))
    assert shared(one, two)
    found = among(one, [("two", two)])
    assert (found.verdict, "a loudness that both share" in found.line) == (UNKNOWN, True)
    assert among(one, [("two", two), ("one", one)]).verdict == FOUND
    console = Console(record=True, width=400)
    (kept,) = refuse_copies([Path("x/a.h5"), Path("x/b.h5")], [one, two], console)
    assert console.export_text().startswith("leak by content: CANNOT TELL of x/b.h5: ")
    assert kept.startswith("leak by content: CANNOT TELL of b.h5: ")
    assert "x/" not in kept
    with pytest.raises(InputError, match="comes twice"):
        refuse_copies([Path("a.h5"), Path("b.h5"), Path("c.h5")], [one, two, one])
    plain = rng.standard_normal((24 * 512, 4))
    noisy = fingerprint(replace(made(1), neural=plain + rng.standard_normal(plain.shape)))
    assert among(noisy, [("plain", fingerprint(replace(made(1), neural=plain)))]).verdict == FOUND


def test_what_is_kept_aside_is_not_trained_on_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = made(1)
    neural = session.neural.copy()
    neural[-5 * 512 :] = neural[3 * 512 : 8 * 512]
    twice = write(tmp_path / "twice.h5", session, neural)
    with pytest.raises(SystemExit) as stop:
        train([twice, "--out", str(tmp_path / "m"), *RIDGE, "--split.test", "0.25"])
    assert stop.value.code == 2
    assert "kept aside stand in the part that is trained on" in capsys.readouterr().err
    aside = ["--split.test", "0.25", *QUICK]
    ablation = [twice, "--out", str(tmp_path / "a")]
    for main, words in (  # nor where ways to train are compared
        (offline.lead.main, [twice, "--leads", "0", *aside]),
        (offline.ablation.main, [*ablation, "--variants", "ridge", *aside]),
        (offline.ablation.main, [*ablation, "--networks", "--folds", "2", *QUICK]),
    ):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 2
        error = capsys.readouterr().err
        assert "kept aside stand in the part that is trained on" in error
        assert error.count("\n") == 1


def test_the_neural_signal_decides_and_sound_where_it_cannot() -> None:
    one, two = fingerprint(made(1)), fingerprint(made(2))
    assert among(two, [("one", one)]).verdict == NONE
    assert among(one, [("two", two), ("one", one)]).text.startswith("2")
    assert among(one, [("one", one)]).verdict == FOUND
    played = among(replace(two, sound=one.sound), [("one", one)])  # another brain hears the same
    assert (played.verdict, "same sound was played" in played.text) == (NONE, True)
    features = replace(one, neural=(None, None))
    assert among(features, [("one", one)]).verdict == FOUND
    assert "of its sound stand in one" in among(features, [("one", one)]).text
    assert among(features, [("two", two)]).verdict == UNKNOWN
    assert (
        among(fingerprint(replace(made(3), neural=made(3).neural[:1000], audio=None)), [("one", one)]).verdict
        == UNKNOWN
    )


def test_tensors_come_back_and_odd_ones_are_refused() -> None:
    prints = [fingerprint(made(1)), replace(fingerprint(made(2)), neural=(None, None))]
    tensors = kept_tensors(prints)
    back = kept_fingerprints(tensors, 2)
    assert back[1].neural == (None, None)
    assert back[0].sound is not None
    assert prints[0].sound is not None
    assert (back[0].sound.valid == prints[0].sound.valid).all()
    assert back[0].neural[0] is not None
    assert back[0].neural[0].directions == 4
    with pytest.raises(InputError, match="belongs to none of the 1 recordings"):
        kept_fingerprints(tensors, 1)
    for name, odd in (
        ("0.sound.valid", torch.zeros(3, dtype=torch.uint8)),
        ("0.sound.bits", torch.zeros(3)),
        ("0.sound.directions", torch.tensor([0])),
    ):
        with pytest.raises(InputError, match=r"fingerprint 0\.sound: expected bits, valid"):
            kept_fingerprints({**tensors, name: odd}, 2)
    with pytest.raises(InputError, match="expected bits"):
        kept_fingerprints({k: v for k, v in tensors.items() if k != "1.sound.valid"}, 2)


def test_what_comes_twice_in_a_session_is_a_leak_between_folds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = made(1)
    neural = session.neural.copy()
    neural[20 * 512 :] = neural[2 * 512 : 6 * 512]
    twice = write(tmp_path / "twice.h5", session, neural)
    assert evaluate([write(tmp_path / "once.h5", session), *FOLDS, *SILENT]) == 0
    capsys.readouterr()
    assert evaluate([twice, *FOLDS, *SILENT]) == 1
    assert "of the scored neural data stand in the training data too" in capsys.readouterr().err


def test_a_sessions_report_says_whether_its_decoder_had_learnt_the_signal() -> None:
    found = memory_words(Content(FOUND, "30 s of its neural data stand in a.xdf"))
    assert found.startswith("LEAK: the decoder was trained on this signal (30 s of its neural data stand in a.xdf)")
    assert memory_words(Content(UNKNOWN, "too short")) == "leak by content: CANNOT TELL: too short"
    assert memory_words(Content(NONE, "")) == "the decoder was trained on none of this signal"
    assert memory_words(Content(UNKNOWN, "x"), "baseline") == "leak by content of the baseline: CANNOT TELL: x"


def test_every_decoder_of_a_session_is_asked_and_its_figures_are_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that took over, and the baseline, are scored too."""
    kept = {"contamination": Contamination(KEPT, ("A1",), reason="planted").values()}
    said = {"first": Content(NONE, ""), "later": Content(FOUND, "9 s"), "blind": Content(UNKNOWN, "no prints")}
    monkeypatch.setattr(offline.session_report, "known_to", lambda bundle, _: said[bundle.digest])

    def ran(*names: str, **provenance: Any) -> Any:
        first, *others = [SimpleNamespace(digest=n, path=Path(f"who/{n}"), provenance=provenance) for n in names]
        changes = {i: SimpleNamespace(bundle=one) for i, one in enumerate(others)}
        return SimpleNamespace(bundle=first, changes=changes, recording=None)

    begun = SimpleNamespace(digest="first")
    assert remembered(ran("first"), begun).verdict == NONE
    assert remembered(ran("later"), SimpleNamespace(digest="later")).verdict == FOUND
    took_over = remembered(ran("first", "later"), begun)
    assert took_over.verdict == UNKNOWN  # it may have learnt what came before it took over
    assert took_over.text == "of later, which took over: 9 s, whether before it took over or after"
    assert remembered(ran("later"), begun).verdict == UNKNOWN  # before the longest part began
    assert remembered(ran("first", "blind"), begun).text == "of blind, which took over: no prints"
    clean, bad = ran("first", contamination=Contamination("clean").values()), ran("first", **kept)
    assert session_marks(False, audit_of(clean, None), said["first"]) == []
    marks = session_marks(True, audit_of(bad, None), said["later"])
    assert marks == ["CONTAMINATED", "LEAK", "SIMULATED participant"]
    assert audit_of(clean, bad.bundle).contaminated  # the baseline stands in the same table
    assert session_marks(False, audit_of(ran("first"), None), said["blind"]) == [
        "(CONTAMINATION: CANNOT TELL)", "(LEAK: CANNOT TELL)",
    ]  # fmt: skip
    console = Console(record=True, width=200)
    row = {"r": 0.9, "r_speech": 0.9}
    _print_scores(console, {"live gru": row, "baseline ridge": row}, marks, said["later"])
    _print_split(console, {"open": {"scores": {"live gru": row, "baseline ridge": row}}}, marks, said["later"])
    text = " ".join(console.export_text().split())
    assert text.count("(CONTAMINATED, LEAK, SIMULATED participant)") == 2
    assert "LEAK baseline ridge" in text
    assert text.count("LEAK scores baseline ridge r") == 2
    assert "LEAK live" not in text
