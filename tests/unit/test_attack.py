"""`offline.attack`: known tricks are told no, an honest decoder is not, and the table is that of the command itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import offline.attack
import offline.evaluate
from offline.attacks import files, gallery
from offline.attacks.play import Attempt, play
from offline.attacks.registry import TRICKS, trick
from offline.attacks.scene import SAMPLE_RATE, STRONG, Scene, make_scene

GETS_THROUGH: set[str] = set()
"""Tricks that no line names yet. It shrinks; a trick that is caught must leave it."""
PLAYED = (
    "speech/silence oracle",
    "constant",
    "noise",
    "loudness only",
    "truth, late by half a second",
    "truth, moved by 50 ms",
    "truth with noise",
    "training session itself",
    "held-out part touches training",
    "training session, as float64",
)
"""What a test has time for; `python -m offline.attack` plays all."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"), 0, STRONG, training_s=150.0, test_s=60.0)


def test_known_tricks_are_caught_and_those_that_are_not_are_listed(scene: Scene) -> None:
    assert set(TRICKS) >= GETS_THROUGH
    through = {name for name in PLAYED if not play(TRICKS[name].hand(scene)).refused}
    assert through == GETS_THROUGH & set(PLAYED)


def test_an_honest_decoder_is_not_accused(scene: Scene) -> None:
    outcome = play(Attempt(scene.test.path, scene.bundle))
    assert outcome.card
    assert outcome.claimed
    assert not outcome.accused


def test_the_gallery_sees_what_the_command_says(scene: Scene, tmp_path: Path) -> None:
    """No second scorer: exit code and verdicts are those of `offline.evaluate` on the same files."""
    assert scene.bundle.path is not None
    options = ["--bootstrap", "200", "--shuffles", "0", "--sound-s", "0", "--out", str(tmp_path / "card")]
    code = offline.evaluate.main([str(scene.bundle.path), str(scene.test.path), *options])
    outcome = play(Attempt(scene.test.path, scene.bundle))
    written = json.loads((tmp_path / "card" / "evaluation.json").read_text(encoding="utf-8"))
    (card,) = written["participants"].values()
    assert code == outcome.code == 0
    assert card["verdicts"] == outcome.card["verdicts"]
    assert offline.evaluate.main([str(scene.bundle.path), str(scene.training.path)]) == 1
    assert play(TRICKS["training session itself"].hand(scene)).code == 1


def test_decoded_sound_is_above_the_noise_with_its_loudness_once_loudness_is_off(scene: Scene) -> None:
    """What the published wavs of a network must show, by a stand-in: sound decoded from a simulated brain."""
    decoded = play(files.pair(scene, "stand_in", lambda sound: (sound, SAMPLE_RATE)))
    noise = play(TRICKS["loudness only, as a sound file"].hand(scene))
    own, other = (outcome.card["decoders"]["decoded"] for outcome in (decoded, noise))
    assert own["r_partial"]["value"] > other["r_partial"]["value"] + 0.03
    assert decoded.claimed
    assert not noise.claimed


def test_every_trick_says_what_it_does_stands_in_the_page_and_is_entered_once() -> None:
    assert len(TRICKS) >= 25
    page = (Path(__file__).parents[2] / "docs" / "validity.md").read_text(encoding="utf-8")
    for name, known in TRICKS.items():
        assert known.about.endswith("."), name
        assert f"| {name} |" in page, f"docs/validity.md does not name the trick {name!r}"
    with pytest.raises(ValueError, match="entered twice"):
        trick("noise")(lambda scene: Attempt())


def test_command_ends_with_one_where_a_trick_gets_through(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(good: bool) -> list[gallery.Row]:
        return [gallery.Row("a trick", "does it.", 0, good, "leak" if good else "", "LEAK: this")]

    monkeypatch.setattr(offline.attack, "honest_rows", lambda n, seed, done: [])
    monkeypatch.setattr(offline.attack, "trick_rows", lambda tricks, seed: rows(True))
    assert offline.attack.main(["--out", str(tmp_path / "a.json")]) == 0
    assert "1 of 1 tricks caught" in capsys.readouterr().out
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["tricks"][0]["by"] == "leak"
    monkeypatch.setattr(offline.attack, "trick_rows", lambda tricks, seed: rows(False))
    assert offline.attack.main([]) == 1
    assert "GETS THROUGH" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"), [(["--tricks", "magic"], "no trick has this in its name"), (["--honest", "-1"], "0 or more")]
)
def test_command_refuses_what_it_does_not_know(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        offline.attack.main(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
