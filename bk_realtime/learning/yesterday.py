"""The bundle that a new day is asked to go on from, read before anything begins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bk_realtime.config import FeatureSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.decoder.fit import read_label_map
from bk_realtime.errors import InputError, OptionError
from bk_realtime.learning.prior import ridge_of
from bk_realtime.session.bundle import trained_on


@dataclass(frozen=True, eq=False)
class Yesterday:
    """A bundle to go on from, and which of its channels is called what today, where that cannot be told."""

    bundle: Bundle
    label_map: Mapping[str, str]

    @property
    def channels(self) -> tuple[str, ...]:
        """What a stream calls them where it writes them alike or the map says so: learnt from whatever type it
        states."""
        return tuple(trained_on(self.bundle.labels, dict(self.label_map)))


def load_yesterday(bundle: Path, label_map: Path | None, features: FeatureSettings) -> Yesterday:
    """Read both.

    Parameters
    ----------
    features : what was asked for: the usual ones, or the bundle's own.

    Raises
    ------
    BkError
        No ridge bundle, one of other features, or one that learnt from channels that hold the sound itself; a map of
        other channels.
    """
    found = load_bundle(bundle)
    ridge_of(found)
    said = found.provenance.get("contamination")
    if isinstance(said, Mapping) and said.get("verdict") == "kept":
        raise InputError(
            f"--from {bundle} is CONTAMINATED: it learnt from channels that hold the sound itself, as does what goes "
            "on from it; expected brain only; start from another, or learn from scratch"
        )
    if features not in (FeatureSettings(), found.features):
        raise OptionError(
            f"--from {bundle}: its features are made otherwise than is asked for; expected its own; leave the options "
            "of features out, or learn from scratch"
        )
    return Yesterday(found, {} if label_map is None else read_label_map(label_map, found.labels))
