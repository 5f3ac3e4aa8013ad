"""Several amplifiers on the sample clock of one: a pure function of samples and stamps, offline and live alike."""

from bk_realtime.join.joiner import LATE_S, Joined, Joiner
from bk_realtime.join.line import Line, LineSettings
from bk_realtime.join.partner import Partner

__all__ = ["LATE_S", "Joined", "Joiner", "Line", "LineSettings", "Partner"]
