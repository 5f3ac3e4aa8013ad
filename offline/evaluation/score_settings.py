"""What a score card can be told about its draws and its sound. Knows nothing that takes long to load."""

from __future__ import annotations

from dataclasses import dataclass

from offline.evaluation.recogniser import RecogniserName


@dataclass(frozen=True)
class ScoreSettings:
    """How much is drawn and how much sound is scored."""

    bootstrap: int = 500
    """Bootstrap samples behind a confidence interval."""
    shifts: int = 100
    """Circular shifts of the chance distribution."""
    shuffles: int = 10
    """Times that the brain is shuffled (1 s pieces in random order) and decoded again."""
    sound_s: float = 60.0
    """Seconds of sound scored by STOI, ESTOI and PESQ in each segment; 0 leaves sound out."""
    recogniser: RecogniserName = "auto"
    """Speech recogniser that hears the words of the trials; auto takes PocketSphinx (English) where it is installed."""
