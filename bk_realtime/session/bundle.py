"""The decoder bundle as one session uses it: the same for the engine and for the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bk_realtime.decoder.fit import read_label_map
from bk_realtime.errors import InputError
from bk_realtime.session.names import LABELS
from bk_realtime.session.settings import SessionSettings
from bk_realtime.shown import shown

if TYPE_CHECKING:
    from bk_realtime.chunks import StreamDescription
    from bk_realtime.decoder.bundle import Bundle

_OF_SOUND = "that learnt from channels that hold the sound itself"
_OF_VOICE = "that learnt from a microphone that heard the decoded voice"
_BY_AUDIT = {"kept": _OF_SOUND, "own voice": _OF_VOICE}
_JUDGED = "that may have learnt what it was judged on"


def load_session_bundle(settings: SessionSettings) -> Bundle:
    """The session's bundle on the CPU, with its vocoder choice where the session names another; a chain on a card
    takes a copy there.

    Raises
    ------
    BkError
        The bundle is damaged, or the session wants a speech gate that it lacks, or a voice that fades where the decoder
        is unsure of one that cannot tell.
    """
    from bk_realtime.decoder.bundle import load_bundle  # loads torch, which a command without a bundle never needs

    bundle = load_bundle(settings.bundle)
    vocoder = bundle.vocoder
    if settings.vocoder:
        weights = vocoder.weights if settings.vocoder == vocoder.name else ""
        if settings.weights:
            weights = str(Path(settings.weights).resolve())  # else it would be looked for in the bundle
        vocoder = dataclasses.replace(vocoder, name=settings.vocoder, weights=weights)
    lookahead_ms = settings.vocoder_lookahead_ms
    if lookahead_ms is not None:
        vocoder = dataclasses.replace(vocoder, lookahead_ms=lookahead_ms)
    gate = bundle.gate
    if gate is not None:
        gate = gate.with_thresholds(settings.gate_open, settings.gate_close)
    elif settings.gate == "on" or settings.gate_open is not None or settings.gate_close is not None:
        raise InputError(
            f"{settings.bundle}: no speech gate in this bundle; expected --gate off of `run`, or a bundle that was "
            "trained again"
        )
    if settings.fade_unsure and not knows_how_sure(bundle):
        raise InputError(
            f"{settings.bundle}: --fade-unsure of `run`: expected a bundle that can tell how sure its decoder is, got "
            f"one {_why_not(bundle)}; leave it out, or train again"
        )
    features = bundle.features
    if settings.adapt.rolling_s is not None:
        features = dataclasses.replace(features, normalisation="running", running_s=settings.adapt.rolling_s)
    return dataclasses.replace(bundle, vocoder=vocoder, gate=gate, features=features)


def gate_choice(bundle: Bundle, mode: str) -> tuple[bool, str]:
    """Whether the speech gate acts in a session of this ``--gate``, and why, in one line.

    Unasked it does not where a doubt hangs on its training: one that learnt from channels that hold the sound itself
    opens for the sound, its own voice too.
    """
    if bundle.gate is None:
        return False, "no speech gate: the bundle has none, the voice is always let out"
    settings, doubt = bundle.gate.settings, _gate_doubt(bundle)
    if mode == "off":
        return False, "speech gate off: the voice is always let out"
    if mode == "auto" and not settings.passed:
        return False, (
            "speech gate off: it was not good enough on the held-out part of its training; --gate on "
            "of `run` uses it all the same"
        )
    if mode == "auto" and doubt:
        return False, (
            f"speech gate off: it is of a bundle {doubt}, so that how good it was says nothing; --gate on of `run` "
            "uses it all the same"
        )
    opens, closes = f"{settings.open_at:.0%}", f"{settings.close_at:.0%}"
    told = f"speech gate on: opens at {opens} probability of speech, closes under {closes}"
    if doubt:
        return True, f"{told}; it is of a bundle {doubt}: how good it was says nothing"
    if _audited(bundle) in ("clean", "excluded"):
        return True, told
    return True, f"{told}; CANNOT TELL whether it opens for speech in the brain or for sound in the channels"


def knows_how_sure(bundle: Bundle) -> bool:
    """Whether its decoder can tell how sure it is: it was shown to on the held-out part of its training, which no doubt
    hangs on."""
    return bundle.sureness is not None and bundle.sureness.settings.passed and not _doubt(bundle)


def _why_not(bundle: Bundle) -> str:
    if bundle.sureness is None:
        said = bundle.provenance.get("sureness")
        why = shown(str(said.get("why", "")), 200) if isinstance(said, Mapping) else ""
        return f"that says nothing of it: {why}" if why else "of before, or of too little data, that says nothing of it"
    if doubt := _doubt(bundle):
        return doubt
    return "that knew no more than a constant error on the held-out part of its training"


def _doubt(bundle: Bundle) -> str:
    """Why what its training says of how sure it is says nothing; empty where it does."""
    if _audited(bundle) in _BY_AUDIT:
        return _BY_AUDIT[_audited(bundle)]
    said = bundle.provenance.get("sureness")
    leak = bundle.provenance.get("leak") or (isinstance(said, Mapping) and said.get("leak"))
    return _JUDGED if leak else ""


def _gate_doubt(bundle: Bundle) -> str:
    """The same of its speech gate, which is fitted anew on the last day alone: what a decoder was given by the bundle
    that it began with is not in it."""
    said = bundle.provenance.get("gate")
    said = said if isinstance(said, Mapping) else {}
    if said.get("contaminated"):
        return _OF_SOUND
    if _audited(bundle) in _BY_AUDIT and "carried_on" not in bundle.provenance:
        return _BY_AUDIT[_audited(bundle)]
    return _JUDGED if said.get("leak") else ""


def _audited(bundle: Bundle) -> str:
    """The audit's verdict on the channels that were trained on; empty in bundles of before."""
    audit = bundle.provenance.get("contamination")
    return str(audit.get("verdict", "")) if isinstance(audit, Mapping) else ""


def of_nobody(bundle: Bundle, stream: StreamDescription) -> tuple[str, ...]:
    """A line where a decoder that learnt from nobody is to decode what may be a person."""
    if bundle.provenance.get("simulated") is not True or stream.simulated:
        return ()
    return ("the decoder learnt from a SIMULATED participant, and the stream does not say that it is of one",)


def fade_choice(bundle: Bundle, fade: bool) -> str:
    """What the voice does where the decoder is unsure, in one line."""
    if not knows_how_sure(bundle):
        return f"how sure the decoder is: cannot tell, the bundle is one {_why_not(bundle)}"
    assert bundle.sureness is not None
    settings = bundle.sureness.settings
    if not fade:
        return "how sure the decoder is: shown only; --fade-unsure of `run` fades the voice with it"
    doubt = "" if _shown_in_speech(bundle) else "; that it knows how sure it is within speech was not shown"
    return (
        f"the voice fades out where the decoder is unsure: under {settings.unsure_below:.0%} of the speech of its "
        f"validation, until {settings.sure_above:.0%}{doubt}"
    )


def _shown_in_speech(bundle: Bundle) -> bool:
    """Whether it knew more than a constant error where speech is expected, beyond noise, on the held-out part."""
    said: Any = bundle.provenance
    for key in ("sureness", "held_out", "voiced", "low"):
        said = said.get(key) if isinstance(said, Mapping) else None
    return isinstance(said, float) and said > 0


def session_labels(folder: Path) -> dict[str, str]:
    """Decoder's label -> stream's label as the session was told with ``--label-map``; empty where it was not."""
    path = folder / LABELS
    return read_label_map(path) if path.is_file() else {}


def trained_on(labels: Sequence[str], label_map: dict[str, str]) -> list[str]:
    """What a stream calls a decoder's channels where it writes them alike or ``label_map`` says so: these are decoded
    whatever type the stream states."""
    return [label_map.get(label, label) for label in labels]
