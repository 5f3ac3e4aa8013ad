"""Several amplifiers on the sample clock of one: a pure function of samples and stamps, offline and live alike."""

from bk_realtime.join.joiner import LATE_S, Joined, Joiner, Partner
from bk_realtime.join.line import Line, LineSettings

__all__ = ["LATE_S", "Joined", "Joiner", "Line", "LineSettings", "Partner"]
