"""What the operator reads of a run: what the participant sees now, what is to be done, what became of it."""

from __future__ import annotations

from collections.abc import Callable

from bk_realtime.prompts.machine import TrialMachine
from bk_realtime.shown import shown
from gui.words import later, tr

PLAYED_OUT = later("SIMULATED: the recording that is replayed is over, and with it the run; go on to Train")
SHORTEST_S = 42.0
SHORT = later("saved, but under {seconds:g} s: too short to train on; more repeats make a run longer")
"""Training keeps twice 15 % of each recording apart, of 5 s at least, with gaps between."""
SAVED = later("saved: go on to Train, or record another run")
WAITING = later(
    "waiting until brain signal, markers and every expected stream are in the file; nothing is shown before"
)
KINDS = {
    "blank": later("pause after a word"),
    "break": later("BREAK: P goes on"),
    "pause": later("PAUSED: P goes on"),
    "word": later("word"),
    "cross": later("cross"),
}
"""What is shown, in words."""


def now_words(machine: TrialMachine | None, task: str, clock: Callable[[], float]) -> str:
    """What the participant sees now; ``clock`` is that of the run, in seconds."""
    if machine is None:
        return ""
    kind, due = machine.screen.kind, machine.due
    if task == "silence" and kind == "word" and due is not None:
        return tr("silence: {seconds:.0f} s left").format(seconds=max(0.0, due - clock()))
    prompt = machine.screen.prompt
    word = "" if prompt is None else f" \u2068{shown(prompt.word, 60)}\u2069"  # apart, whichever way it is written
    return tr("{kind}{word}; {n} to show").format(kind=tr(KINDS.get(kind, kind)), word=word, n=machine.left)


def advice(machine: TrialMachine | None, lacks_list: bool, busy: bool) -> str:
    """What is to be done, where nothing waits for the recorder."""
    if machine is not None and machine.running and machine.tally.enough:
        return tr("enough: Stop ends the recording")
    if lacks_list:
        return tr("choose a list of words")
    return "" if busy else tr("Start shows the page, records every stream and then begins")


def short_words() -> str:
    """What was saved is too short."""
    return tr(SHORT).format(seconds=SHORTEST_S)
