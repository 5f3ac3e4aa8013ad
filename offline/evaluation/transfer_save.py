"""A bundle carried on with today's minutes, as `offline.transfer --save` writes it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.errors import InputError
from bk_realtime.learning.before import data_before, told_today
from bk_realtime.learning.bundle import carried_values
from bk_realtime.learning.prior import card_of
from offline.data.fingerprint import fingerprint
from offline.data.heard import words_kept
from offline.data.kept_prints import kept_fingerprints, kept_tensors
from offline.data.known_content import UNKNOWN as UNKNOWN_CONTENT
from offline.data.known_content import known_to, refuse_repeated
from offline.data.provenance import made_by
from offline.evaluation.transfer import CarriedOn, Outcome


def save_carried(outcome: Outcome, recording: Path, folder: Path, seed: int, overwrite: bool) -> Bundle:
    """Write what was carried on. It knows what yesterday's bundle was trained on and what it saw of today; the scored
    part is kept aside. Speech gate and sureness are yesterday's and are left out.

    Raises
    ------
    BkError
        Nothing was carried on, or the folder cannot be written to.
    """
    carried, was = outcome.carried, outcome.bundle
    if carried is None:
        raise InputError(f"nothing was carried on, so {folder} is not written; expected more of today; record longer")
    lost = [label for label in was.labels if label not in outcome.labels]
    seen_s = (carried.stop - carried.first) / _rate(was)
    known = known_to(was, carried.recording)
    doubt = known.text if known.verdict == UNKNOWN_CONTENT else ""
    provenance = {
        **made_by(seed),
        "simulated": outcome.simulated,
        "minutes": {"training": round(seen_s / 60, 2), "validation": 0.0, "test": round(_held_out_s(outcome) / 60, 2)},
        "contamination": outcome.worst.values(),
        "data": [*data_before(was), *told_today(was, doubt, [_today(carried, recording, was)])],
        "carried_on": {**card_of(was, lost), **carried_values(carried.compared, seen_s)},
    }
    values = {"r_speech": carried.score.r, "r_partial": carried.score.partial}
    rounded = {name: round(value, 4) for name, value in values.items() if math.isfinite(value)}
    if doubt:  # a score that may be one of what was learnt is none
        rounded, provenance["leak"] = {}, f"cannot tell whether yesterday's bundle knows today: {doubt}"
    bundle = Bundle(
        path=was.path,
        kind="ridge",
        features=was.features,
        mel=was.mel,
        vocoder=was.vocoder,
        labels=outcome.labels,
        sfreq=was.sfreq,
        mean=carried.fit.mean,
        std=carried.fit.std,
        decoder=carried.fit.decoder.eval().requires_grad_(False),
        lead_ms=was.lead_ms,
        provenance=provenance,
        scores={"test_seconds": round(_held_out_s(outcome), 1), "ridge": rounded} if rounded else {},
        fingerprints=_fingerprints(carried, was),
    )
    return save_bundle(bundle, folder, overwrite)


def _today(carried: CarriedOn, path: Path, was: Bundle) -> dict[str, Any]:
    """What the bundle says of today's recording: frames that it learnt, and those that were kept aside."""
    recording, seen = carried.recording, [carried.first, carried.stop]
    words = words_kept(recording, [seen], was.mel, was.lead_ms)
    return {
        "name": path.name,
        "sha256": recording.source_hash,
        "neural_sha256": recording.neural_hash,
        "frames": carried.held_out[1],
        "simulated": recording.simulated,
        "training": [seen],
        "validation": [carried.stop, carried.stop],
        "held_out": list(carried.held_out),
        **({"words": words} if words else {}),
    }


def _fingerprints(carried: CarriedOn, was: Bundle) -> dict[str, Any]:
    """Yesterday's and today's; none where yesterday kept none: then nobody can tell by content, and it is said."""
    rate, whole = _rate(was), fingerprint(carried.recording)
    seen, aside = (
        whole.only([(first / rate, stop / rate)]) for first, stop in ((carried.first, carried.stop), carried.held_out)
    )
    refuse_repeated(carried.recording.name, aside, seen)
    before = data_before(was)
    if not was.fingerprints:  # what `learn` left lists no recording of its own either
        return {}
    return kept_tensors([*kept_fingerprints(was.fingerprints, len(before)), seen])


def _rate(was: Bundle) -> float:
    return float(FrameClock(was.sfreq, was.mel.sample_rate, was.mel.hop_length).frame_rate)


def _held_out_s(outcome: Outcome) -> float:
    return outcome.scored_s[1] - outcome.scored_s[0]
