"""Order from a seed, and the trial machine: whatever is pressed when, markers stay balanced and nothing is lost."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bk_realtime.errors import OptionError
from bk_realtime.prompts.machine import Change, TrialMachine
from bk_realtime.prompts.marks import marked_trials
from bk_realtime.prompts.order import in_order
from bk_realtime.prompts.settings import PromptSettings
from bk_realtime.prompts.words import Prompt

WORDS = [Prompt(word) for word in ("huis", "boom", "zon")]
PLAIN = PromptSettings(cross_s=1.0, word_s=2.0, gap_s=1.0, jitter_s=0.0, repeats=2, break_every=0, enough_each=2)


class Driver:
    """Runs a machine on a clock of its own and keeps every marker with its time."""

    def __init__(self, prompts: list[Prompt], settings: PromptSettings, **how) -> None:
        self.machine, self.now = TrialMachine(prompts, settings, **how), 100.0
        self.marks: list[tuple[float, str]] = []
        self.screens: list[str] = []

    def take(self, change: Change) -> None:
        self.marks += [(self.now, text) for text in change.marks]
        if change.screen is not None:
            self.screens.append(change.screen.kind)

    def run(self, n: int = 100_000) -> None:
        """So many steps, each when it is due; fewer where nothing is due any more."""
        for _ in range(n):
            if self.machine.due is None:
                return
            self.now = self.machine.due
            self.take(self.machine.step(self.now))

    @property
    def trials(self) -> list[tuple[str, int, bool]]:
        return [(t.word, t.number, t.bad) for t in marked_trials(self.marks)]


def begun(prompts: list[Prompt] = WORDS, settings: PromptSettings = PLAIN, **how) -> Driver:
    driver = Driver(prompts, settings, **how)
    driver.take(driver.machine.begin(driver.now))
    return driver


@given(st.lists(st.sampled_from("abcd"), min_size=1, max_size=9), st.integers(1, 6), st.integers(0, 999))
def test_same_seed_same_order_and_no_word_twice_in_a_row(words: list[str], repeats: int, seed: int) -> None:
    prompts = [Prompt(word) for word in words]
    order = in_order(prompts, repeats, seed)
    assert order == in_order(prompts, repeats, seed)
    for k in range(repeats):  # each repeat is the whole list
        assert Counter(order[k * len(words) :][: len(words)]) == Counter(prompts)
    if 2 * max(Counter(words).values()) * repeats <= len(order) + 1:
        assert all(a.word != b.word for a, b in pairwise(order))


def test_the_order_of_a_seed_is_the_same_for_ever() -> None:
    assert [p.word for p in in_order(WORDS, 2, 7)] == ["boom", "zon", "huis"] * 2
    assert in_order(WORDS, 3, 1) != in_order(WORDS, 3, 2)
    assert in_order(WORDS, 2, 1, shuffled=False) == WORDS * 2


def test_a_run_to_its_end() -> None:
    driver = begun()
    driver.run()
    texts = [text for _, text in driver.marks]
    assert texts[0] == "prompts;begin;speaking;list;seed=1;repeats=2"
    assert texts[-1] == "prompts;end"
    assert driver.screens == ["cross", "word", "blank"] * 6 + ["done"]
    found = marked_trials(driver.marks)
    assert [t.stop - t.first for t in found] == [2.0] * 6
    assert [b.first - a.stop for a, b in pairwise(found)] == [2.0] * 5  # gap and cross
    assert [t.number for t in found] == [1, 2, 3, 4, 5, 6]
    tally = driver.machine.tally
    assert (tally.n_good, tally.good_s, tally.by_word) == (6, 12.0, {"huis": 2, "boom": 2, "zon": 2})
    assert tally.enough
    assert not tally.lacking
    assert not driver.machine.running


def test_jitter_is_drawn_from_the_seed() -> None:
    def times(seed: int) -> list[float]:
        driver = begun(settings=PromptSettings(jitter_s=0.5, repeats=1, seed=seed, break_every=0, shuffled=False))
        driver.run()
        return [time for time, _ in driver.marks]

    assert times(3) == times(3) != times(4)
    begin, first, *_ = times(3)
    assert begin == first == 100.0  # the cross comes with the beginning


def test_a_pause_in_a_word_aborts_it_and_it_comes_again() -> None:
    driver = begun()
    driver.run(1)
    word = driver.machine.screen.prompt
    driver.now += 0.5
    driver.take(driver.machine.pause(driver.now))
    driver.take(driver.machine.pause(driver.now))  # twice is once
    assert driver.machine.due is None
    assert driver.marks[-2:] == [(driver.now, f"abort;{word.word};#1"), (driver.now, "prompts;pause")]
    driver.now += 60.0
    driver.take(driver.machine.resume(driver.now))
    driver.run()
    assert driver.trials[0] == (word.word, 2, False)
    assert len(driver.trials) == 6


def test_what_is_late_is_shown_for_its_whole_time() -> None:
    driver = begun()
    driver.run(1)
    driver.now = driver.machine.due + 30.0  # the program stood still
    driver.take(driver.machine.step(driver.now))
    assert driver.machine.due == driver.now + PLAIN.gap_s


def test_breaks_come_between_trials_and_end_by_hand_or_time() -> None:
    driver = begun(settings=PromptSettings(repeats=2, break_every=2, jitter_s=0.0))
    driver.run()
    assert driver.screens[-1] == "break"
    assert driver.machine.waiting
    driver.take(driver.machine.resume(driver.now))
    driver.run()
    driver.take(driver.machine.resume(driver.now))
    driver.run()
    assert driver.screens.count("break") == 2  # none after the last trial
    assert driver.screens[-1] == "done"
    timed = begun(settings=PromptSettings(repeats=2, break_every=2, break_s=30.0))
    timed.run()
    assert timed.screens.count("break") == 2
    assert timed.screens[-1] == "done"


def test_bad_trials_are_counted_apart_and_their_words_come_again() -> None:
    driver = begun()
    driver.run(1)
    bad = driver.machine.screen.prompt.word
    driver.take(driver.machine.judge(True))  # while it is shown
    driver.take(driver.machine.judge(True))  # twice is once
    driver.run()
    assert driver.trials[0] == (bad, 1, True)
    assert driver.trials[-1] == (bad, 7, False)
    assert (driver.machine.tally.n_good, driver.machine.tally.n_bad) == (6, 1)
    assert [text for _, text in driver.marks].count("bad;1") == 1


def test_undo_takes_the_last_verdict_back() -> None:
    driver = begun()
    driver.run(3)
    driver.take(driver.machine.judge(True))
    driver.take(driver.machine.judge(False))
    assert driver.machine.tally.n_bad == 0
    driver.take(driver.machine.undo())
    assert driver.machine.tally.n_bad == 1
    driver.take(driver.machine.undo())
    assert driver.machine.tally.n_bad == 0
    driver.take(driver.machine.undo())
    assert [text for _, text in driver.marks][-4:] == ["bad;1", "good;1", "bad;1", "good;1"]


def test_always_bad_ends_all_the_same() -> None:
    driver = begun()
    while driver.machine.running:
        driver.take(driver.machine.judge(True))
        driver.run(1)
    assert len(driver.trials) == 3 * 6
    assert driver.machine.tally.lacking == "3 of 3 words have fewer than 2 good trials"


def test_silence_is_no_trial_and_a_second_run_counts_on() -> None:
    silent = begun([Prompt("silence")], PromptSettings(repeats=1), task="silence", seconds_of=lambda _: 120.0)
    silent.run()
    assert silent.trials == []
    times = {text: time for time, text in silent.marks}
    assert times["silence;end;#1"] - times["silence;start;#1"] == pytest.approx(120.0)
    assert silent.machine.next_number == 2
    later = begun(first_number=2)
    later.run()
    assert [number for _, number, _ in later.trials] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(("name", "value"), [("word_s", 0.0), ("repeats", 0), ("jitter_s", float("nan")), ("seed", -1)])
def test_settings_out_of_range_are_refused(name: str, value: float) -> None:
    with pytest.raises(OptionError, match=name.replace("_", "-")):
        PromptSettings(**{name: value})


ACTIONS = st.sampled_from(["begin", "step", "step", "step", "wait", "pause", "resume", "bad", "good", "undo", "stop"])


@settings(max_examples=100)
@given(st.lists(ACTIONS, max_size=60), st.integers(0, 2), st.booleans(), st.sampled_from(["speaking", "silence"]))
def test_markers_are_balanced_whatever_is_pressed(actions: list[str], every: int, again: bool, task: str) -> None:
    chosen = PromptSettings(repeats=2, break_every=every, repeat_bad=again)
    driver = Driver(WORDS, chosen, task=task)
    machine = driver.machine
    for action in [*actions, "stop"]:
        driver.now += 0.01
        if action == "step":
            driver.run(1)
        elif action == "wait":
            driver.take(machine.step(driver.now))
        elif action in ("bad", "good"):
            driver.take(machine.judge(action == "bad"))
        elif action == "undo":
            driver.take(machine.undo())
        else:
            driver.take(getattr(machine, action)(driver.now))
    opened = ""
    numbers: list[str] = []
    for _, text in driver.marks:
        kind, *rest = text.removeprefix("silence;").split(";")
        if kind == "start":
            assert not opened
            opened = ";".join(rest)
            numbers.append(rest[-1])
        elif kind in ("end", "abort"):
            assert opened == ";".join(rest)
            opened = ""
    assert not opened
    assert len(set(numbers)) == len(numbers)
    texts = [text for _, text in driver.marks]
    assert texts.count("prompts;end") == texts.count("prompts;begin;" + task + ";list;seed=1;repeats=2") <= 1
    if task == "speaking":  # what the page counts is what readers find
        said = [(trial.prompt.word, trial.number, bad) for trial, bad in machine.tally.trials]
        assert driver.trials == said
