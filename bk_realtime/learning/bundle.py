"""A decoder bundle of what was learnt while somebody read: there seconds after the last word, before anything is
trained."""

from __future__ import annotations

import math
from typing import Any

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.contamination.rolling import RED
from bk_realtime.contamination.said import against
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import InputError
from bk_realtime.learning.before import data_before
from bk_realtime.learning.compared import Carried
from bk_realtime.learning.feed import Feed
from bk_realtime.learning.progress import Progress

UNAUDITED = (
    "it was learnt while it was recorded; the audit of the whole recording comes with the bundle that is trained"
)


def learnt_bundle(feed: Feed, recording: str) -> Bundle:
    """The ridge of all that was learnt, not saved yet: without scores, speech gate and fingerprints.

    ``recording`` : name of its file, which may still be written: the bundle knows it, and cannot give its hash.

    Raises
    ------
    InputError
        Too little was learnt, or the microphone is in the electrodes.
    """
    if feed.light.colour == RED:
        raise InputError(f"microphone in the electrodes ({feed.light.text}); expected clean channels, leave those out")
    ridge, mean, std = feed.learner.solution()
    heard = feed.learner.progress()
    learnt_from = {"recording": recording, "seconds": round(heard.seconds, 1), "speech_s": round(heard.speech_s, 1)}
    return Bundle(
        path=None,
        kind="ridge",
        features=feed.settings,
        mel=MelSettings(),
        vocoder=VocoderSettings(),
        labels=feed.labels,
        sfreq=feed.sfreq,
        mean=mean,
        std=std,
        decoder=ridge.float().eval().requires_grad_(False),
        provenance={
            "contamination": {"verdict": "cannot tell", "reason": UNAUDITED},
            "learnt": learnt_from,
            "simulated": feed.simulated,
            **_carried(feed, heard),
        },
    )


def _carried(feed: Feed, heard: Progress) -> dict[str, Any]:
    """Where it went on from, and what yesterday's bundle was trained on: that is in it too. No fingerprints are kept,
    for without those of today nobody could tell by content."""
    if feed.carried is None or heard.carried is None:
        return {}
    was = feed.carried.bundle.provenance
    told: dict[str, Any] = {"carried_on": feed.carried.card | carried_values(heard.carried, heard.seconds)}
    if against(was):
        told["contamination"] = was["contamination"]  # what was in it yesterday is in it today
    if "data" in was:
        told["data"] = data_before(feed.carried.bundle)  # with what is said of their held-out parts
    if "simulated" in was:
        told["simulated"] = was["simulated"]
    return told


def carried_values(carried: Carried, seen_s: float) -> dict[str, Any]:
    """What a bundle's card says of how it was carried on, as plain values."""
    over = carried.over_scratch
    return {
        "yesterday_counts_s": "all" if math.isinf(carried.counts_s) else round(carried.counts_s, 1),
        "seen_s": round(seen_s, 1),
        "verdict": carried.text,
        **({} if over is None else {"r_over_scratch": [round(v, 4) for v in (over.r, over.low, over.high)]}),
    }
