"""What a run will be, by the settings of the form: its list, how long each prompt stays, and what is odd about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bk_realtime.errors import InputError
from bk_realtime.prompts.machine import TrialMachine
from bk_realtime.prompts.settings import SILENCE_S, PromptSettings, Task
from bk_realtime.prompts.words import Prompt, WordList, read_words
from gui.record.clip_player import clip_seconds
from gui.record.screen_view import missing_letters
from gui.record.settings_form import SettingsForm
from gui.said import translated
from gui.words import later, tr

AFTER_CLIP_S = 1.0
"""A clip's place is longer than the clip: the sound card takes a while to begin."""
ONCE = later("SIMULATED: a recording is replayed once and ends the run; its words are not those that are shown")
_SILENCE = WordList("silence", (Prompt("silence"),))
_MOST_NAMED = 6


@dataclass(frozen=True)
class Plan:
    """A run that can be begun; ``notes``: what the operator should know, in one line."""

    words: WordList
    settings: PromptSettings
    task: Task
    seconds_of: Callable[[Prompt], float] | None
    notes: str

    def machine(self, first_number: int) -> TrialMachine:
        """Its trial machine."""
        return TrialMachine(
            self.words.prompts, self.settings, self.task, self.words.name, self.seconds_of, first_number
        )


def plan_of(form: SettingsForm, simulated: bool) -> Plan:
    """Read the list and look at all that it needs.

    Raises
    ------
    BkError
        No list, one that cannot be used, or clips that cannot be played.
    """
    task, settings = form.chosen_task, form.settings()
    if task == "silence":
        still = replace(settings, repeats=1, cross_s=0.0, gap_s=0.0, jitter_s=0.0, enough_each=0, enough_min=0.0)
        return Plan(_SILENCE, still, task, lambda _: SILENCE_S, tr(ONCE) if simulated else "")
    if form.path is None:
        raise InputError(tr("no list: choose a CSV file with a column word"))
    words = read_words(form.path)
    seconds_of, notes = None, [tr(ONCE)] if simulated else []
    if task == "listening":
        seconds = clip_seconds(words.prompts)

        def seconds_of(prompt: Prompt) -> float:
            return AFTER_CLIP_S + (0.0 if prompt.clip is None else seconds[prompt.clip])

    elif missing := missing_letters(p.word for p in words.prompts):
        listed = " ".join(f"{c} (U+{ord(c):04X})" for c in missing[:_MOST_NAMED])
        notes.insert(0, tr("no font shows {listed}: install one (Noto)").format(listed=listed))
    return Plan(words, settings, task, seconds_of, "; ".join([*notes, *map(translated, words.notes)]))
