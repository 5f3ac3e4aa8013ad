"""Which channels of a stream or file are brain, and in what unit; for files and live streams alike."""

from bk_realtime.montage.choice import (
    ChannelInfo,
    Montage,
    channel_infos,
    choose_channels,
    find_label,
    labelled,
    tell_apart,
    voltage,
)
from bk_realtime.montage.kinds import bare_label, is_brain
from bk_realtime.montage.matching import Match, loose_label, match_labels

__all__ = [
    "ChannelInfo",
    "Match",
    "Montage",
    "bare_label",
    "channel_infos",
    "choose_channels",
    "find_label",
    "is_brain",
    "labelled",
    "loose_label",
    "match_labels",
    "tell_apart",
    "voltage",
]
