"""Recordings that share one normalisation are of one set-up: one amplifier, gain, unit and reference."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from bk_realtime.errors import InputError
from bk_realtime.features import fit_statistics
from offline.data.dataset import Corpus

OTHER = 2.0
"""So many deviations of a contact's power apart two recordings are of two set-ups. A guess: of one SIMULATED
participant, by a script that is not in the repository, halves of a recording are .02 apart (median of 50 contacts), its
speech and its silence .26, two days .5, twice the amplitude 2.8. We know no public recording that was made with two
set-ups."""


def refuse_other_set_ups(corpus: Corpus) -> None:
    """Refuse recordings of one day whose levels have nothing to do with each other: scored by their common mean and
    deviation a contact would say which recording it is of, and little else.

    Compared is the median contact of the main band, where each recording is trained on. A change that leaves the level
    as it was is not found.

    Raises
    ------
    InputError
        With the first such pair.
    """
    days = corpus.days or (0,) * len(corpus.sessions)
    known = []
    for session, split, first in zip(corpus.sessions, corpus.splits, corpus.first, strict=True):
        rows = [session.log_power[first + a : first + b, : corpus.n_contacts] for a, b in split.ranges("training")]
        known.append(fit_statistics(np.concatenate(rows)) if rows else None)
    for i, j in combinations(range(len(days)), 2):
        one, other = known[i], known[j]
        if days[i] != days[j] or one is None or other is None:
            continue
        apart = np.abs(one[0] - other[0]) / np.sqrt((one[1] ** 2 + other[1] ** 2) / 2)
        if (apart := apart[np.isfinite(apart)]).size and (by := float(np.median(apart))) >= OTHER:
            raise InputError(
                f"{corpus.sessions[i].name} and {corpus.sessions[j].name} count as of one day, with one normalisation, "
                f"but the power of the median contact differs by {by:.1f} of its deviations, as after a change of "
                "amplifier, gain, unit or reference; expected recordings of one set-up: leave one out, or name them as "
                "of two days (--days of `offline.train`)"
            )
