"""Another day of a simulated participant: contacts lost, renamed and moved, gains, levels and noise drifted."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from bk_realtime.errors import OptionError
from offline.simulation.participant import MAX_GAIN_DB, Participant

LATEST = 30
GAIN_DRIFT, LEVEL_DRIFT = 0.15, 0.25
"""Standard deviation of the logarithm by which a contact's response and its background change from one day to the next:
guessed, no public recording that we know has both days of one participant."""
LAG_DRIFT_S = 0.005


@dataclass(frozen=True, eq=False)
class Day:
    """The participant on a later day, and what is not as it was on the first one.

    Attributes
    ----------
    participant : with the channels of that day, in the order of its amplifier inputs.
    lost : contacts of the first day that are not recorded any more.
    renamed : label of the first day -> label of that day.
    moved : contacts, by their labels of the first day, that are on another input.
    noisy : contacts, by their labels of that day, that became noisy since.
    """

    participant: Participant
    lost: tuple[str, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    moved: tuple[str, ...] = ()
    noisy: tuple[str, ...] = ()

    def facts(self, day: int) -> dict[str, object]:
        """What changed, as plain values for the file."""
        return {
            "day": day,
            "lost": list(self.lost),
            "renamed": self.renamed,
            "moved": list(self.moved),
            "became_noisy": list(self.noisy),
            "drift": {"gain": GAIN_DRIFT, "level": LEVEL_DRIFT, "lag_s": LAG_DRIFT_S},
        }

    def lines(self, day: int, names: str) -> list[str]:
        """What changed, as lines to print; ``names`` is the file with the labels."""
        called = ", ".join(f"{old} = {new}" for old, new in self.renamed.items())
        return [
            f"  day {day}; lost since day 1: {', '.join(self.lost) or 'none'}; became noisy: "
            f"{', '.join(self.noisy) or 'none'}",
            f"  on other inputs: {', '.join(self.moved)}; renamed: {called + f' ({names})' if called else 'none'}",
        ]


def on_day(first: Participant, number: int, day: int) -> Day:
    """A participant (``number``) on a day: all follows from the two. Day 1 is ``first`` itself.

    Each day responses, levels and lags go on drifting from the day before, where they follow anything at all. From the
    first day to any later one, one good contact in sixteen is lost and as many become noisy, two are called otherwise
    and eight are on other inputs of the amplifier (fewer of few contacts).

    Raises
    ------
    OptionError
        No such day.
    """
    if not 1 <= day <= LATEST:
        raise OptionError(f"--day {day}: expected 1 to {LATEST}")
    if day == 1:
        return Day(first)
    n = first.n_channels
    gain, low = first.gain_db.copy(), first.low_gain.copy()
    level, lag = first.level.copy(), first.lag_s.copy()
    for passed in range(2, day + 1):
        rng = np.random.default_rng([number, 11, passed])
        change = rng.lognormal(0, GAIN_DRIFT, n)
        gain, low = gain * change, low * change
        level *= rng.lognormal(0, LEVEL_DRIFT, n)
        lag += rng.normal(0, LAG_DRIFT_S, n)
    rng = np.random.default_rng([number, 12, day])
    good = rng.permutation([c for c, label in enumerate(first.labels) if label not in first.bad])
    few = n // 16
    lost, noisy, renamed = good[:few], good[few : 2 * few], good[2 * few : 2 * few + min(2, n // 8)]
    labels = list(first.labels)
    for i, c in enumerate(sorted(renamed)):
        labels[c] = f"X{i + 1}"  # no way of writing the old label: whoever matches must be told
    order = np.arange(n)
    moving = np.sort(rng.choice(n, min(8, n // 2), replace=False))
    order[moving] = np.roll(moving, 1)
    kept = np.array([c for c in order if c not in set(lost)])
    bad = {labels[c]: first.bad[label] for c, label in enumerate(first.labels) if label in first.bad}
    participant = replace(
        first,
        labels=tuple(labels[c] for c in kept),
        positions=first.positions[kept],
        weights=first.weights[kept],
        feature=tuple(first.feature[c] for c in kept),
        lag_s=lag[kept],
        gain_db=np.minimum(gain, MAX_GAIN_DB)[kept],
        level=level[kept],
        low_gain=low[kept],
        bad=bad | {labels[c]: "noisy" for c in noisy},
    )
    return Day(
        participant,
        lost=tuple(first.labels[c] for c in sorted(lost)),
        renamed={first.labels[c]: labels[c] for c in sorted(renamed)},
        moved=tuple(first.labels[c] for c in moving if c not in set(lost)),
        noisy=tuple(labels[c] for c in sorted(noisy)),
    )
