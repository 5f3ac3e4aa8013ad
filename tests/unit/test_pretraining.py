"""The bench of pretraining: all have feature columns of their own, and only the first layer is not taken over."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from bk_realtime.decoder.gru import GruDecoder, GruSettings
from offline.data.split import Split
from tests.bench import pretraining
from tests.bench._decoder_cells import People

PEOPLE = People(Path("never read"), None)


@dataclass(frozen=True)
class Session:
    """What the bench takes of a corpus."""

    features: tuple[np.ndarray, ...]
    labels: tuple[str, ...]
    mel: tuple[np.ndarray, ...]
    mean: np.ndarray
    std: np.ndarray
    splits: tuple[Split, ...] = (Split(((0, 50), (60, 100)), (110, 120), (130, 140)),)
    sessions: tuple[Any, ...] = ("session",)
    first: tuple[int, ...] = (0,)
    frame_rate: float = 10.0
    extra: dict = field(default_factory=dict)


def session(n_in: int) -> Session:
    x = np.random.default_rng(n_in).normal(size=(140, n_in)).astype(np.float32)
    labels = tuple(f"A{i}" for i in range(n_in))
    return Session((x,), labels, (np.full((140, 4), n_in, np.float32),), np.full(n_in, 1.0), np.full(n_in, 2.0))


def test_everybody_has_columns_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {1: session(3), 2: session(5)}
    monkeypatch.setattr(pretraining, "fold_corpus", lambda people, participant, *rest: own[participant])
    corpus = pretraining.together(PEOPLE, (2, 1), 1.0, Path())
    first, second = corpus.features
    np.testing.assert_array_equal(first[:, :5], own[2].features[0])
    np.testing.assert_array_equal(second[:, 5:], own[1].features[0])
    assert not first[:, 5:].any()
    assert not second[:, :5].any()
    assert corpus.labels == ("2/A0", "2/A1", "2/A2", "2/A3", "2/A4", "1/A0", "1/A1", "1/A2")
    assert [mel[0, 0] for mel in corpus.mel] == [5, 3]
    assert len(corpus.mean) == len(corpus.std) == 8


def test_only_the_beginning_is_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus: Any = session(3)
    assert pretraining.beginning(corpus, 7.0).splits[0] == Split(((0, 50), (60, 80)), (110, 120), (130, 140))
    assert pretraining.beginning(corpus, 3.0).splits[0].training == ((0, 30),)
    assert pretraining.beginning(corpus, 90.0).splits[0] == corpus.splits[0]


def test_all_but_the_first_layer_is_taken_over() -> None:
    torch.manual_seed(3)
    trained = GruDecoder(GruSettings(hidden=8), 9, 4)
    trained.target.fit(torch.randn(50, 4) * 3 + 2)
    decoder = pretraining.handed_over(trained, 5, 0)
    assert decoder.channels == (5, 4)
    assert decoder.project.weight.shape == (8, 5)
    kept, ours = trained.state_dict(), decoder.state_dict()
    assert all(torch.equal(kept[name], ours[name]) for name in kept if not name.startswith("project."))
    assert not torch.equal(kept["project.bias"], ours["project.bias"])


def test_three_people_have_an_interval_and_two_have_none() -> None:
    def row(participant: int, gain: float) -> dict:
        values = {"ridge": 0.5, "from nothing": 0.4, "pretrained": 0.4 + gain}
        return {"coupling": 1.0, "seconds": 60.0, "participant": participant, **values}

    rows = [row(1, 0.01), row(2, 0.03), row(3, 0.02)]
    assert "| 1 | 1.0 | 3 | 0.500 | 0.400 | 0.420 | +0.020 [-0.005 +0.045] |" in pretraining.table(rows)
    assert "0.420 | +0.020 |" in pretraining.table(rows[:2])
    assert "SIMULATED" in pretraining.table(rows)


def test_what_is_there_is_not_trained_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    asked: list[tuple] = []

    def trained(people, participants, coupling, cache, epochs) -> Any:
        asked.append((tuple(participants), coupling))
        return SimpleNamespace()

    monkeypatch.setattr(pretraining, "pretrained", trained)
    monkeypatch.setattr(pretraining, "fold_corpus", lambda people, participant, *rest: session(3))
    monkeypatch.setattr(pretraining, "scores", lambda corpus, decoder: dict.fromkeys(pretraining.NAMES, 0.25))
    sound = tmp_path / "speech.wav"
    sound.touch()
    command = ["--speech", str(sound), "--out", str(tmp_path / "o"), "--participants", "4", "--held-out", "2"]
    assert pretraining.main([*command, "--couplings", "1", "--seconds", "2"]) == 0
    assert pretraining.main([*command, "--couplings", "1", "0.5", "--seconds", "2"]) == 0
    assert asked == [((3, 4), 1.0), ((3, 4), 0.5)]
    assert "| 0.5 | 0.0 | 2 | 0.250 |" in capsys.readouterr().out
    assert pretraining.main(["--speech", str(tmp_path / "none.wav"), "--out", str(tmp_path)]) == 2
    assert "no such file" in capsys.readouterr().err
