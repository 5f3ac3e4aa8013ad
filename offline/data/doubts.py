"""What a decoding must be read with: had the decoder learnt the recording, is the sound itself in what it read?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.decoder.bundle import Bundle
from offline.data.contamination import Contamination, bundle_contamination, screen
from offline.data.decoding import as_trained
from offline.data.known_content import FOUND, UNKNOWN, Content, known_to
from offline.data.provenance import perhaps_trained_on, training_entry
from offline.io.recording import Recording


@dataclass(frozen=True)
class Doubts:
    """Of one decoding.

    Attributes
    ----------
    leak : whether the decoder was trained on what it decoded.
    here, trained : what the audit says of the channels as it read them, and of those that it was trained on.
    simulated : whether the recording says that it is of no person.
    """

    leak: Content
    here: Contamination
    trained: Contamination
    simulated: bool = False

    @property
    def worst(self) -> Contamination:
        """That of both audits which takes most away."""
        return worst([self.here, self.trained])

    @property
    def marks(self) -> list[str]:
        """What every table, picture and file of the decoding begins with."""
        marks = [self.worst.mark.strip(), self.leak.mark, "SIMULATED" if self.simulated else ""]
        return [mark for mark in marks if mark]

    @property
    def leak_line(self) -> str:
        """Whether it had learnt it, in words."""
        if self.leak.verdict == FOUND:
            return (
                f"LEAK: the decoder was trained on this recording ({self.leak.text}): what is decoded may be "
                "remembered; --held-out of `offline.evaluate` scores what was kept aside"
            )
        if self.leak.verdict == UNKNOWN:
            return f"LEAK: CANNOT TELL whether the decoder was trained on this recording: {self.leak.text}"
        return "the decoder was trained on none of this recording" + (f"; {self.leak.text}" if self.leak.text else "")

    @property
    def contamination_line(self) -> str:
        """What the audits say, in words."""
        line = f"in what was decoded: {self.here.line}"
        return f"{line}; in training: {self.trained.line}" if self.trained.mark else line

    def arrays(self) -> dict[str, Any]:
        """Texts for an archive of what was decoded; ``contaminated`` only where it is."""
        found = self.worst
        return {
            "marks": np.array(self.marks, np.str_),
            "leak": self.leak_line,
            "contamination": self.contamination_line,
            **({"contaminated": found.line} if found.contaminated else {}),
        }


def doubts_of(bundle: Bundle, path: Path, recording: Recording, labels: Mapping[str, str] | None = None) -> Doubts:
    """What hangs on a decoding of the recording in ``path``: the checks of the score card, of which none refuses here.

    Parameters
    ----------
    labels : bundle's label -> recording's label, where they cannot be told from the labels.
    """
    named, _ = as_trained(bundle, recording, labels)
    _, here = screen([named], bundle.labels, bundle.features, "keep")
    return Doubts(learnt(bundle, path, recording), here, bundle_contamination(bundle.provenance), recording.simulated)


def learnt(bundle: Bundle, path: Path, recording: Recording) -> Content:
    """Whether a bundle was trained on the recording in ``path``: by the hash of its neural data, else by content."""
    entry = training_entry(bundle.provenance, recording)
    if entry is not None:
        aside = entry.get("held_out")
        kept = f"; frames {aside[0]} to {aside[1]} of it were kept aside" if aside else ""
        return Content(FOUND, f"it has the neural data of {entry.get('name', 'one of its recordings')}, by hash{kept}")
    if perhaps_trained_on(bundle.provenance, path):
        why = "the bundle learnt a recording of that name and dates from before it knew neural data by its hash"
        return Content(UNKNOWN, f"{why}; train it again")
    return known_to(bundle, recording)


def worst(said: Sequence[Contamination]) -> Contamination:
    """That which takes most away from a figure; the first of those."""
    return min(said, key=lambda one: one.rank)
