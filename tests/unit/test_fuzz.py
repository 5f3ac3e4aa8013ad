"""Damaged and odd input ends in one line: all that was found before, and a slice of new input with a fixed seed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz.runner import CORPUS, HEADING, Child, Result, corpus, drawn, feed
from tests.fuzz.targets import TARGETS

SEED = 13
SLICE = {"xdf": 20, "hdf5": 30, "nwb": 25, "brainvision": 30, "session": 40, "bundle": 40}
"""So many inputs of a kind, else 60: half a minute on two quiet cores, and the same ones on every machine."""


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("fuzz"))
    yield child
    child.close()


@pytest.mark.parametrize("target", TARGETS)
def test_every_input_is_accepted_or_refused_in_one_line(child: Child, target: str) -> None:
    known = list(corpus(target).values())
    results = feed(child, Result(target), [*known, *islice(drawn(target, SEED), SLICE.get(target, 60))])
    last = [*results][-1]
    assert not last.finds, f"{HEADING}\n{last.line()}\n" + "\n".join(
        f"{where}\n{text}" for where, (_, text) in last.finds.items()
    )


def test_both_ends_of_a_reader_are_reached(child: Child) -> None:
    """A generator whose every input is refused, or accepted, would find nothing."""
    for target in ("control", "stream", "faults", "schedule", "sidecar", "nwb", "bundle"):
        *_, last = feed(child, Result(target), islice(drawn(target, SEED), 60))
        assert last.counts["accepted"]
        assert last.counts["refused"]


def test_a_crash_a_hang_and_a_death_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "other.py"
    script.write_text(
        "import json, os, sys, time\nprint('ready', flush=True)\n"
        "for line in sys.stdin:\n"
        "    data = open(json.loads(line)['path'], 'rb').read()\n"
        "    if data == b'hang': time.sleep(1000)\n"
        "    if data == b'die': os.abort()\n"
        "    what = {'what': 'crash', 'where': 'x', 'text': 'y', 'seconds': 0.5}\n"
        "    print(json.dumps(what), flush=True)\n"
    )
    monkeypatch.setattr("tests.fuzz.runner.COMMAND", (str(script),))
    other, result = Child(tmp_path), Result("xdf")
    try:
        for data in (b"long crash", b"die", b"crash"):
            [*feed(other, result, [data])]
        monkeypatch.setattr("tests.fuzz.runner.HANG_S", 0.1)
        [*feed(other, result, [b"hang"])]
    finally:
        other.close()
    assert result.counts == {"crash": 3, "hang": 1}
    assert {data for data, _ in result.finds.values()} == {b"crash", b"die", b"hang"}  # the shortest of each


def test_inputs_are_the_same_for_the_same_seed_and_the_corpus_is_small() -> None:
    for target in TARGETS:
        first, again = (list(islice(drawn(target, SEED), 3)) for _ in range(2))
        if target != "xdf":  # whose writer notes a time and a uid
            assert first == again
        assert len(set(first)) > 1
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 300_000
    assert {path.name for path in CORPUS.iterdir()} <= set(TARGETS)
