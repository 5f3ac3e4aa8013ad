"""What becomes of a reading when it ends: a ridge, networks behind everything else, and which of them decodes."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from bk_realtime.__main__ import main
from bk_realtime.commands import learn
from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.learning import ending, learner, training
from bk_realtime.learning.decision import STOP, WORKS, Decision
from bk_realtime.learning.training import AUTO, Recipe, outcome, train
from bk_realtime.logs import parse_command
from bk_realtime.session.settings import InletSettings
from bk_realtime.session.swap import refuse_another, without_new_gate
from offline.training.candidates import auto_settings
from offline.training.settings import Train
from tests.unit.test_learn_feed import session


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return session(tmp_path_factory.mktemp("learn"), seconds=26.0)  # a little more than what must be learnt first


def told(*words: str) -> Train:
    return parse_command(Train, "python -m offline.train", words)


def test_ridge_and_networks_are_told_the_same(tmp_path: Path) -> None:
    features = FeatureSettings(line_freq=60.0, band=(80.0, 150.0))
    inlet = InletSettings(name="amp", join=("amp2",))
    recipe = Recipe(tmp_path / "p.xdf", features, inlet, "mic", ("A1", "A3"), ("A4",), 0.5)
    ridge, networks = told(*recipe.ridge(tmp_path / "r")), told(*recipe.networks(tmp_path / "n", ("gru", "seq2seq")))
    for settings in (ridge, networks):
        assert settings.recordings == (tmp_path / "p.xdf",)
        assert (settings.features.line_freq, settings.features.band) == (60.0, (80.0, 150.0))
        assert (settings.read.audio, settings.read.neural) == ("mic", "amp")
        assert settings.read.join == ("amp2",)  # else refused when all was read, or of one amplifier of two
        assert (settings.read.channels, settings.read.exclude) == (("A1", "A3"), ("A4",))
    assert (ridge.out, ridge.decoder, ridge.decoder_values("ridge")) == (
        tmp_path / "r", "ridge", {"silence_weight": 0.5},
    )  # fmt: skip
    assert (networks.out, networks.decoder, networks.machine.threads) == (tmp_path / "n", AUTO, 1)
    candidates = auto_settings(networks.decoder_values(AUTO))
    assert candidates.kinds == ("ridge", "gru", "seq2seq")
    assert candidates.ridge.silence_weight == 0.5
    plain = Recipe(tmp_path / "p.xdf", FeatureSettings(), InletSettings(), "", (), (), 1.0)
    # the ridge that networks are compared with is the one that was trained, not the one auto would take by itself
    assert auto_settings(told(*plain.networks(tmp_path, ("gru",))).decoder_values(AUTO)).ridge.silence_weight == 1.0
    assert told(*plain.ridge(tmp_path)).decoder_values("ridge") == {"silence_weight": 1.0}
    usual = dataclasses.replace(plain, silence_weight=learn.Learn().silence_weight)
    assert told(*usual.ridge(tmp_path)).set == ()  # one default
    assert RidgeSettings().silence_weight == usual.silence_weight


class Trained:
    """In the place of :func:`train`: keeps what it was told, and writes bundles that say their kind."""

    def __init__(self, kind: str = "gru", codes: tuple[int | None, ...] = (0, 0)) -> None:
        self.calls: list[tuple[Train, bool]] = []
        self._kind, self._codes = kind, codes

    def __call__(self, words: list[str], aside: bool, stop: threading.Event | None = None) -> int | None:
        self.calls.append((told(*words), aside))
        return self._codes[len(self.calls) - 1]

    def outcome(self, folder: Path) -> tuple[str, str]:
        assert folder == self.calls[-1][0].out
        return self._kind, f"{self._kind} is taken"


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Trained, list[tuple[Path, Path, str]]]]:
    """A training and a session that do nothing."""

    def make(*args: Any, **kwargs: Any) -> tuple[Trained, list[tuple[Path, Path, str]]]:
        trained, handed = Trained(*args, **kwargs), []
        monkeypatch.setattr(ending, "train", trained)
        monkeypatch.setattr(ending, "outcome", trained.outcome)
        monkeypatch.setattr(learn, "check_place", lambda folder: None)
        monkeypatch.setattr(ending, "sessions_for", lambda folder, own: [folder])
        monkeypatch.setattr(ending, "spoilt", lambda bundle: "")
        monkeypatch.setattr(ending, "hand_over", lambda *args: handed.append(args) or 0)
        return trained, handed

    return make


@pytest.mark.parametrize("works", [True, False])
def test_the_better_one_becomes_the_sessions_bundle(
    path: Path,
    tmp_path: Path,
    ended: Callable,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    works: bool,
) -> None:
    """What was learnt meanwhile only where the rule says `works`: it has no score and no audit yet."""
    if works:
        monkeypatch.setattr(learner, "decide", lambda *_: Decision(WORKS, "works: said by the test"))
    trained, handed = ended()
    path = Path(shutil.copy(path, tmp_path))
    assert main(["learn", str(path), "--bundle", str(tmp_path / "b"), "--session", str(tmp_path)]) == 0
    (ridge, first), (networks, second) = trained.calls
    assert (ridge.out, networks.out) == (tmp_path / "b", tmp_path / "b_auto")
    assert (first, second) == (True, True)  # a session runs: both stay behind it
    learnt = path.with_name(f"{path.stem}_learnt")
    assert [bundle for _, bundle, _ in handed] == [*([learnt] if works else []), ridge.out, networks.out]
    assert handed[-1][2] == "gru is taken"
    out = capsys.readouterr().out
    assert f"{networks.out} is the bundle: gru is taken" in out
    assert ("its decoder stays until one is trained: " in out) != works


def test_what_was_learnt_from_a_microphone_in_the_electrodes_is_no_bundle(
    path: Path, tmp_path: Path, ended: Callable, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = Path(shutil.copy(path, tmp_path))
    monkeypatch.setattr(learner, "decide", lambda *_: Decision(STOP, "stop: said by the test"))
    _, handed = ended(codes=(2,))  # training refuses it, too
    assert main(["learn", str(copy), "--session", str(tmp_path)]) == 2
    assert "no bundle of what was learnt meanwhile: stop: said by the test" in capsys.readouterr().out
    assert not copy.with_name(f"{copy.stem}_learnt").exists()
    assert handed == []


def test_a_network_that_is_not_better_changes_nothing(
    path: Path, tmp_path: Path, ended: Callable, capsys: pytest.CaptureFixture[str]
) -> None:
    trained, handed = ended("ridge")
    assert main(["learn", str(path), "--bundle", str(tmp_path / "b"), "--session", str(tmp_path)]) == 0
    assert handed[-1][1] == tmp_path / "b"
    assert f"{tmp_path / 'b'} is the bundle: ridge is taken" in capsys.readouterr().out
    assert len(trained.calls) == 2


def test_without_a_session_the_ridge_has_the_machine_and_the_network_never(
    path: Path, tmp_path: Path, ended: Callable
) -> None:
    trained, handed = ended()
    assert main(["learn", str(path), "--bundle", str(tmp_path / "b"), "--networks", "seq2seq"]) == 0
    assert [aside for _, aside in trained.calls] == [False, True]
    assert auto_settings(trained.calls[1][0].decoder_values(AUTO)).kinds == ("ridge", "seq2seq")
    assert handed == []


@pytest.mark.parametrize(("codes", "code", "said"), [((0, None), 0, "ended before"), ((0, 2), 2, "not trained")])
def test_whatever_becomes_of_the_network_the_ridge_stays(
    codes: tuple[int | None, ...], code: int, said: str, path: Path, tmp_path: Path, ended: Callable,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    _, handed = ended("gru", codes)
    assert main(["learn", str(path), "--bundle", str(tmp_path / "b"), "--session", str(tmp_path)]) == code
    out = capsys.readouterr().out
    assert said in out
    assert out.rstrip().endswith(f"{tmp_path / 'b'} is the bundle")
    assert handed[-1][1] == tmp_path / "b"


def test_without_networks_or_a_ridge_nothing_follows(path: Path, tmp_path: Path, ended: Callable) -> None:
    trained, _ = ended()
    assert main(["learn", str(path), "--bundle", str(tmp_path / "b"), "--networks"]) == 0
    assert [(settings.decoder, aside) for settings, aside in trained.calls] == [("ridge", False)]
    failed, _ = ended("gru", (3,))
    assert main(["learn", str(path), "--bundle", str(tmp_path / "c")]) == 3
    assert len(failed.calls) == 1
    for kind in ("b", "b_auto"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "bundle.toml").touch()
        with pytest.raises(SystemExit, match="2"):
            main(["learn", str(path), "--bundle", str(tmp_path / "b")])
        (tmp_path / kind / "bundle.toml").unlink()
    assert len(failed.calls) == 1


SPY = """
import json, os, psutil, sys
sys.stdin.read()
with open(sys.argv[-1], "w") as file:
    json.dump({"nice": psutil.Process().nice(), "omp": os.environ.get("OMP_NUM_THREADS")}, file)
"""
"""A process that says how it runs, once it is let go: its priority is set by then."""


@pytest.mark.parametrize("aside", [True, False])
def test_aside_is_the_lowest_priority_and_one_thread(
    aside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = training.subprocess.Popen
    said = tmp_path / "said.json"
    running: list[Any] = []

    def popen(argv: list[str], env: dict[str, str] | None) -> Any:
        assert argv[1:3] == ["-m", "offline.train"]
        running.append(started([sys.executable, "-c", SPY, *argv[3:]], env=env, stdin=training.subprocess.PIPE))
        return running[-1]

    lowered: list[int | None] = []

    def low(pid: int | None = None) -> None:
        lowered.append(pid)
        real(pid)

    real = training.low_priority
    monkeypatch.setattr(training, "low_priority", low)
    monkeypatch.setattr(training.subprocess, "Popen", popen)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)

    class Waiting(threading.Event):
        """Lets the process go at the first look at it."""

        def wait(self, timeout: float | None = None) -> bool:
            running[-1].stdin.close()
            running[-1].wait()
            return False

    own = psutil.Process().nice()
    assert train([str(said)], aside, Waiting()) == 0
    found = json.loads(said.read_text())
    assert lowered == ([running[0].pid] if aside else [])
    assert found["omp"] == ("1" if aside else None)
    if os.name == "posix":
        assert found["nice"] == (19 if aside else own)


def test_a_training_is_ended_where_somebody_wants_that(monkeypatch: pytest.MonkeyPatch) -> None:
    started, running = training.subprocess.Popen, []

    def popen(argv: list[str], env: dict[str, str] | None) -> Any:
        running.append(started([sys.executable, "-c", "import time; time.sleep(600)"], env=env))
        return running[-1]

    monkeypatch.setattr(training.subprocess, "Popen", popen)
    stop = threading.Event()
    stop.set()
    assert train(["x"], True, stop) is None
    assert running[0].poll() is not None


def test_a_session_that_does_not_run_and_no_training_are_refused(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gone = str(tmp_path / "gone")
    for words, said in (([], "no session runs there"), (["--no-train"], "--no-train")):
        with pytest.raises(SystemExit, match="2"):
            main(["learn", str(path), "--session", gone, *words])
        assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("simulated", "said"), [(True, "SIMULATED: gru +0.05"), (False, "gru +0.05"), (3, "gru +0.05")]
)
def test_why_one_was_taken_says_of_whom(simulated: object, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    index = SimpleNamespace(kind="gru", provenance={"simulated": simulated, "fit": {"why": "gru +0.05"}})
    monkeypatch.setattr(training, "read_index", lambda path: index)
    assert outcome(Path("x")) == ("gru", said)


def test_from_the_last_word_to_the_better_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """All of it, small: what was learnt, the ridge, and the network or the ridge by the comparison, each a bundle."""
    recording = session(tmp_path, seconds=45.0)

    def short(words: list[str], aside: bool, stop: threading.Event | None = None) -> int | None:
        if stop is not None:
            at = words.index("--set") + 1
            words = [*words[:at], "folds=2", "gru.hidden=16", "gru.layers=1", *words[at:], "--epochs", "1"]
        return train(words, aside, stop)

    monkeypatch.setattr(ending, "train", short)
    monkeypatch.setattr(training, "low_priority", lambda pid: None)  # a busy machine would never come to it
    assert main(["learn", str(recording)]) == 0
    out = "".join(capfd.readouterr().out.split("\n"))
    learnt, ridge, best = (recording.with_name(f"{recording.stem}_{kind}") for kind in ("learnt", "ridge", "auto"))
    bundles = [load_bundle(folder) for folder in (learnt, ridge, best)]
    kinds = [bundle.kind for bundle in bundles]
    assert kinds[:2] == ["ridge", "ridge"]
    kind, why = outcome(best)
    assert kind == kinds[2]
    assert "r inside speech in nested validation" in why
    assert "gru" in why
    for bundle in bundles[1:]:  # a session that speaks with what was learnt can take each
        refuse_another(bundles[0], without_new_gate(bundles[0], bundle), "auto")
    assert f"{ridge if kind == 'ridge' else best} is the bundle: {why}" in out
