"""An offline speech recogniser that knows the words of a session and no others, where one is installed."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import soxr

from bk_realtime.errors import OptionError

POCKETSPHINX: Final = "pocketsphinx"
NONE: Final = "none"
RecogniserName = Literal["auto", "pocketsphinx", "none"]
RATE = 16000
_BEAM = 1e-120
"""Wide: a degraded word must not fall out of the search."""


def installed(wanted: str) -> RecogniserName:
    """Name of the recogniser to use, or "none".

    Parameters
    ----------
    wanted : ``auto`` (pocketsphinx where it is installed), ``pocketsphinx`` or ``none``.

    Raises
    ------
    OptionError
        A recogniser that is not installed, or no such.
    """
    if wanted not in ("auto", NONE, POCKETSPHINX):
        raise OptionError(f"--recogniser {wanted}: expected auto, {POCKETSPHINX} or none")
    if wanted == NONE:
        return NONE
    if importlib.util.find_spec(POCKETSPHINX) is not None:
        return POCKETSPHINX
    if wanted == "auto":
        return NONE
    raise OptionError(f"--recogniser {wanted}: it is not installed; run pip install 'brainkaraoke[words]'")


class Recogniser:
    """PocketSphinx (Huggins-Daines et al. 2006) with its US English model and a grammar of single words.

    Parameters
    ----------
    vocabulary : words that can be heard; those that the pronouncing dictionary lacks are in ``unknown``.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._decoder = _decoder()
        spelt = {word: word.strip().lower() for word in vocabulary}
        known = {w for w, s in spelt.items() if re.fullmatch(r"[a-z'.-]+", s) and self._decoder.lookup_word(s)}
        self.unknown = tuple(sorted(set(vocabulary) - known))
        self._word_of = {spelt[w]: w for w in sorted(known)}
        if known:
            grammar = f"#JSGF V1.0; grammar words; public <word> = {' | '.join(self._word_of)};"
            self._decoder.add_jsgf_string("words", grammar)
            self._decoder.activate_search("words")

    def __call__(self, sound: np.ndarray, sample_rate: int) -> str:
        """The word in ``sound`` (n,) at any level, or "" where none was recognised."""
        if not self._word_of or not np.any(sound):
            return ""
        x = soxr.resample(np.asarray(sound, np.float32), sample_rate, RATE)
        samples = np.clip(x / max(float(np.abs(x).max()), 1e-9) * 16384.0, -32768, 32767).astype("<i2")
        self._decoder.reinit_feat()  # else its noise tracking makes a word depend on the words before it
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), no_search=False, full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return self._word_of.get(found.hypstr.strip(), "") if found is not None else ""


@lru_cache(maxsize=1)
def _decoder() -> Any:
    try:
        import pocketsphinx
    except ImportError:
        raise OptionError(
            "pocketsphinx is not installed here: install it on every worker (pip install 'brainkaraoke[words]'), or "
            "pass --recogniser none"
        ) from None
    model = Path(pocketsphinx.get_model_path()) / "en-us"
    return pocketsphinx.Decoder(
        hmm=str(model / "en-us"),
        lm=None,
        dict=str(model / "cmudict-en-us.dict"),
        loglevel="FATAL",
        beam=_BEAM,
        wbeam=_BEAM,
        pbeam=_BEAM,
    )
