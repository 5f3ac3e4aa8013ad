"""The widest features of a comparison: the main ones, with all bands and references that are compared."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from bk_realtime.config import FeatureSettings
from bk_realtime.errors import OptionError


def widened(features: FeatureSettings, bands: Sequence[str], references: Sequence[str]) -> FeatureSettings:
    """Features with all bands and references that are compared.

    Raises
    ------
    OptionError
        One that is none, or some that are there in any case.
    """
    there = "compared; name it there"
    if features.more_bands and bands:
        raise OptionError(
            f"--features.more-bands {' '.join(features.more_bands)}: expected none where bands are {there}"
        )
    if features.more_references and references:
        given = " ".join(features.more_references)
        raise OptionError(f"--features.more-references {given}: expected none where references are {there}")
    more_bands, more_references = tuple(bands) or features.more_bands, tuple(references) or features.more_references
    return dataclasses.replace(features, more_bands=more_bands, more_references=more_references)
