"""`run` says in its first lines where a decoder was trained on channels that hold the sound itself."""

from __future__ import annotations

import pytest

from bk_realtime.contamination.said import contamination_in_training
from offline.data.contamination import Contamination, cannot_tell


@pytest.mark.parametrize("verdict", ["clean", "excluded"])
def test_a_clean_decoder_is_not_spoken_of(verdict: str) -> None:
    assert contamination_in_training({"contamination": Contamination(verdict).values()}) == ""


def test_kept_channels_are_named() -> None:
    kept = Contamination("kept", ("AUX1", "B2"), reason="waveform of the sound, +0.0 ms").values()
    line = contamination_in_training({"contamination": kept})
    assert line == "CONTAMINATED: this decoder was trained on channels that hold the sound itself (AUX1, B2)"


def test_what_nobody_knows_is_said() -> None:
    unknown = contamination_in_training({"contamination": cannot_tell("0.0 s of speech").values()})
    assert unknown.endswith("cannot be told: 0.0 s of speech")
    assert contamination_in_training({}).endswith("cannot be told: it was trained before bundles said so")
