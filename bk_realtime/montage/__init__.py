"""Which channels of a stream or file are brain, and in what unit; for files and live streams alike."""

from bk_realtime.montage.choice import ChannelInfo, Montage, choose_channels, find_label, labelled, tell_apart, voltage
from bk_realtime.montage.kinds import bare_label, is_brain

__all__ = [
    "ChannelInfo",
    "Montage",
    "bare_label",
    "choose_channels",
    "find_label",
    "is_brain",
    "labelled",
    "tell_apart",
    "voltage",
]
