"""A decoder bundle of what was learnt while somebody read: there seconds after the last word, before anything is
trained."""

from __future__ import annotations

from bk_realtime.config import MelSettings, VocoderSettings
from bk_realtime.contamination.rolling import RED
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.errors import InputError
from bk_realtime.learning.feed import Feed

UNAUDITED = (
    "it was learnt while it was recorded; the audit of the whole recording comes with the bundle that is trained"
)


def learnt_bundle(feed: Feed) -> Bundle:
    """The ridge of all that was learnt, not saved yet: without scores, speech gate and fingerprints.

    Raises
    ------
    InputError
        Too little was learnt, or the microphone is in the electrodes.
    """
    if feed.light.colour == RED:
        raise InputError(f"microphone in the electrodes ({feed.light.text}); expected clean channels, leave those out")
    ridge, mean, std = feed.learner.solution()
    heard = feed.learner.progress()
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
            "contamination": {"verdict": "unknown", "reason": UNAUDITED},
            "learnt": {"seconds": round(heard.seconds, 1), "speech_s": round(heard.speech_s, 1)},
        },
    )
