"""What the days before are worth: a table of every way to learn from them, against the last day alone."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from bk_realtime.config import read_toml
from bk_realtime.errors import BkError
from offline.ablation import print_days
from offline.data.dataset import Corpus
from offline.io.recording import Recording
from offline.training.ablation import Ablation
from offline.training.day_gain import ALL, ALONE, AS_ONE, DAYS, LAYERS, OWN, corpora, run_days, score_days, whole_day
from tests.unit.two_days import ONE_EPOCH, ONE_THREAD, SHORT, corpus, days, read  # noqa: F401 - fixtures


def ablation(out: Path, **changes: Any) -> Ablation:
    plain = Ablation(
        (Path("d1.xdf"), Path("d2.xdf")), out, days=(1, 2), split=SHORT, optimiser=ONE_EPOCH, machine=ONE_THREAD
    )
    return dataclasses.replace(plain, **changes)


def test_a_table_of_what_the_days_before_are_worth(tmp_path: Path) -> None:
    text, options = io.StringIO(), ablation(tmp_path / "a")
    console = Console(file=text, width=240)
    found = run_days(options, console)
    print_days(found, options, console)
    ways = [(row.kind, row.way) for row in found.rows]
    told = (("ridge", (ALONE, AS_ONE, OWN, ALL)), ("gru", (ALONE, AS_ONE, OWN, LAYERS, ALL)))
    assert ways == [(kind, way) for kind, own in told for way in own]
    assert all(np.isnan(row.gain[0]) == (row.way == ALONE) for row in found.rows)
    assert all(np.isnan(row.over_all[0]) == (row.way == ALL) for row in found.rows)
    of = {(row.kind, row.way): row for row in found.rows}
    for kind, way in ways:  # what the lost contact costs is no gain of days
        if way != ALL:
            own, alone, whole = of[kind, way], of[kind, ALONE], of[kind, ALL]
            assert own.over_all[0] == pytest.approx(own.r_speech - whole.r_speech)
            assert whole.gain[0] == pytest.approx(whole.r_speech - alone.r_speech)
    assert found.before_s == pytest.approx(30.0, abs=0.3)
    words = ("SIMULATED", "s held out; learnt", "over alone [95 %]", "over all contacts [95 %]", "input layers")
    for said in (*words, "last day alone, all contacts", "of one part of one day"):
        assert said in text.getvalue(), said
    assert found.contacts == (4, 5)  # A5 is bad today, A6 is new
    assert "4 of the 5 contacts of day 2" in " ".join(text.getvalue().split())
    assert "--label-map" not in text.getvalue()  # which it cannot be given
    kept = read_toml(options.out / DAYS)
    assert (kept["contacts"], kept["contacts_of_last_day"]) == (4, 5)
    assert kept["recordings"] == [{"name": "d1.xdf", "day": 1}, {"name": "d2.xdf", "day": 2}]
    assert [(row["decoder"], row["way"]) for row in kept["rows"]] == ways
    assert ["over_all" in row for row in kept["rows"]] == [way != ALL for _, way in ways]
    with pytest.raises(BkError, match=r"days\.toml exists already"):
        run_days(options, console)


def test_a_table_of_days_that_cannot_be(tmp_path: Path) -> None:
    console = Console(file=io.StringIO())
    for changes, message in (
        ({"days": (1,)}, "expected one for each of the 2 recordings"),
        ({"days": (1, 1)}, "at least two different days"),
        ({"days": (2, 1)}, "name today's recording last"),
        ({"networks": True}, "expected neither"),
        ({"variants": ("gru",)}, "expected no --variants beside it"),
        ({"folds": 3}, "expected no --folds beside it"),
        ({"resume": True}, "expected no --resume beside it"),
    ):
        with pytest.raises(BkError, match=message):
            run_days(ablation(tmp_path / "a", **changes), console)


def test_all_ways_hold_the_same_out(corpus: Corpus, days: dict[str, Recording]) -> None:
    found = corpora(corpus, ablation(Path()))
    recordings, quiet = list(days.values()), Console(file=io.StringIO())
    whole = whole_day(corpus, recordings, ablation(Path()), quiet)
    assert whole is not None
    assert whole[0].labels == ("A1", "A2", "A3", "A4", "A6")  # A6 is new today
    assert whole[0].splits == found[ALONE].splits
    found[ALL] = whole[0]
    none_lost = [recordings[0], dataclasses.replace(recordings[1], bad=("A5", "A6"))]
    assert whole_day(corpus, none_lost, ablation(Path()), quiet) is None
    (_, truth), *_ = corpus.segments("test")
    for way, one in found.items():
        assert len(one.segments("test")) == 1
        np.testing.assert_array_equal(one.segments("test")[0][1], truth, err_msg=way)
    assert [len(found[way].sessions) for way in (ALONE, AS_ONE, OWN, LAYERS, ALL)] == [1, 2, 2, 2, 1]
    assert [found[way].days_before for way in (ALONE, AS_ONE, OWN, LAYERS)] == [(), (), (), (1,)]
    np.testing.assert_array_equal(found[OWN].features[0], corpus.features[0])
    assert not np.allclose(found[AS_ONE].mean, corpus.mean)
    np.testing.assert_array_equal(found[ALONE].mean, corpus.mean)


def test_gains_are_over_the_same_decoder_of_the_last_day_alone() -> None:
    rng = np.random.default_rng(0)
    level = np.repeat(rng.choice([-9.0, -3.0], 60), 86)[:, None]
    truth = level + rng.standard_normal((len(level), 8))

    def decoded(noise: float, *seeds: int) -> list[tuple[np.ndarray, float]]:
        return [(truth + noise * np.random.default_rng(s).standard_normal(truth.shape), 1.0) for s in seeds]

    rows = score_days({("gru", ALONE): decoded(2.0, 1, 2), ("gru", LAYERS): decoded(1.0, 3, 4)}, [truth], 86.13)
    alone, layers = rows
    assert layers.gain[0] == pytest.approx(layers.r_speech - alone.r_speech)
    assert 0 < layers.gain[1] < layers.gain[0] < layers.gain[2]
    assert alone.r_speech > alone.chance
    assert "gain" not in alone.as_dict()
