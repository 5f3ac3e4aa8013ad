"""The order in which prompts are shown: from a seed, each repeat a whole list, no word twice in a row if possible."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from bk_realtime.prompts.words import Prompt


def in_order(prompts: Sequence[Prompt], repeats: int, seed: int, shuffled: bool = True) -> list[Prompt]:
    """``repeats`` times the list. The same seed gives the same order on every machine.

    Each repeat holds the whole list once, so that a session which ends early has about as many of each word. No word
    comes twice in a row unless it makes up more than half of the list.
    """
    draw = random.Random(f"order {seed}")
    out: list[Prompt] = []
    for _ in range(repeats):
        out += _once(prompts, out[-1].word if out else "", draw) if shuffled else list(prompts)
    return out


def _once(prompts: Sequence[Prompt], last: str, draw: random.Random) -> list[Prompt]:
    left = list(prompts)
    out: list[Prompt] = []
    counts = Counter(p.word for p in left)
    while left:
        n = len(left)
        # of a word that makes up half of what is left every second one must be it, or it will be twice in a row
        due = [w for w, c in counts.items() if 2 * c > n and w != last]
        fitting = [i for i, p in enumerate(left) if (p.word in due if due else p.word != last)] or list(range(n))
        chosen = left.pop(fitting[int(draw.random() * len(fitting))])  # only random() is the same in every Python
        counts[chosen.word] -= 1
        last = chosen.word
        out.append(chosen)
    return out
