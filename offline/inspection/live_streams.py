"""Which recorded stream a live session decoded, which frame each recorded one is, what was adjusted at which sample."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.fit import Fit
from bk_realtime.errors import BkError, InputError
from bk_realtime.montage.units import in_microvolts
from bk_realtime.session.adapt import Adjustment, read_adjustments
from bk_realtime.session.bundle import session_labels, trained_on
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.session.settings import InletSettings
from bk_realtime.xdf.reader import XdfStream


def frames_of(newest: np.ndarray, stamps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which frame each stamp is of, by the stamps of the newest samples in the frames, and whether it is of one."""
    idx = np.minimum(np.searchsorted(newest, stamps - 1e-6), len(newest) - 1)
    return idx, np.abs(newest[idx] - stamps) < 1e-5


def adjustments_in(
    events: Sequence[dict[str, Any]], stamps: np.ndarray, first: int, last: int
) -> tuple[tuple[int, Adjustment], ...]:
    """What holds in samples ``first`` to ``last``, and from which of them on; several at one sample: the last."""
    found: dict[int, Adjustment] = {}
    for adjustment in read_adjustments(events):
        at = int(np.argmin(np.abs(stamps - adjustment.stamp)))
        if at < last:
            found[max(0, at - first)] = adjustment
    return tuple(sorted(found.items(), key=lambda pair: pair[0]))


def decoded_stream(
    session: Path, streams: Sequence[XdfStream], bundle: Bundle, told: InletSettings
) -> tuple[XdfStream, Fit, np.ndarray | None]:
    """The one recorded stream that the session's decoder fits, how, and the factors to µV, all as the session was told.

    Raises
    ------
    InputError
        No stream fits, or several do.
    """
    label_map = session_labels(session)
    unit, gain = (None, None) if told.join else (told.unit or None, told.gain)  # what was joined is in µV already
    also, given = trained_on(bundle.labels, label_map), bundle.features.kind == "given"
    found, wrong = [], ""
    for stream in streams:
        described = stream.description
        if described.name.startswith(OUTLET_PREFIX) or described.channel_format == "string" or not described.sfreq:
            continue
        if (told.source_id and described.source_id != told.source_id) or not (told.name or described.is_neural):
            continue
        try:
            in_uv, factors, _ = in_microvolts(described, unit, gain, also, given)
            found.append((stream, bundle.check(in_uv, label_map), factors))
        except BkError as error:
            wrong = f" ({error})"
    if len(found) != 1:
        raise InputError(f"{session}: expected one recorded stream that the decoder fits, got {len(found)}{wrong}")
    return found[0]
