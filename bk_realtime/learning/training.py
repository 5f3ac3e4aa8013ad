"""Decoders of what was recorded, by the one command that makes bundles, in a process of its own."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bk_realtime.config import SILENCE_WEIGHT, FeatureSettings, option
from bk_realtime.decoder.bundle_index import INDEX, read_index
from bk_realtime.logs import say
from bk_realtime.priority import low_priority
from bk_realtime.session.settings import InletSettings

Network = Literal["gru", "seq2seq"]
RIDGE, AUTO, CARRIED = "ridge", "auto", "carried"
TRAIN, TRANSFER = "offline.train", "offline.transfer"
LOOK_S = 0.5
_ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


@dataclass(frozen=True)
class Recipe:
    """What `learn` was told, as `offline.train` wants it said.

    Attributes
    ----------
    recording : what was recorded.
    features, inlet, microphone, channels, exclude : as `learn` has them.
    silence_weight : of the ridge, also of the one that networks are compared with.
    """

    recording: Path
    features: FeatureSettings
    inlet: InletSettings
    microphone: str
    channels: tuple[str, ...]
    exclude: tuple[str, ...]
    silence_weight: float

    def carried(self, out: Path, bundle: Path, label_map: Path | None) -> list[str]:
        """Words of offline.transfer that carry ``bundle`` on with all of the recording but the part that is scored."""
        words = ["--bundle", str(bundle), "--recording", str(self.recording), "--save", str(out)]
        words += ["--silence-weight", str(self.silence_weight)]
        words += [] if label_map is None else ["--label-map", str(label_map)]
        return words + self._read()

    def ridge(self, out: Path, label_map: Path | None = None) -> list[str]:
        """Words that train the ridge; of channels called as in a session with ``label_map``."""
        usual = self.silence_weight == SILENCE_WEIGHT
        silence = [] if usual else ["--set", f"silence_weight={self.silence_weight}"]
        named = [] if label_map is None else ["--label-map", str(label_map)]
        return self._words(out, RIDGE, silence + named)

    def networks(self, out: Path, kinds: Sequence[str]) -> list[str]:
        """Words that train networks and take the best, or an average, where it is above this very ridge by more than
        noise; else the ridge."""
        names = ",".join(f"'{kind}'" for kind in (RIDGE, *kinds))
        told = ["--set", f"candidates=[{names}]", f"ridge.silence_weight={self.silence_weight}", "--threads", "1"]
        return self._words(out, AUTO, told)

    def _words(self, out: Path, decoder: str, further: list[str]) -> list[str]:
        words = [str(self.recording), "--out", str(out), "--decoder", decoder]
        words += ["--channels", *self.channels] if self.channels else []
        words += further
        usual = FeatureSettings()
        for one in dataclasses.fields(FeatureSettings):
            value = getattr(self.features, one.name)
            if value != getattr(usual, one.name):
                values = value if isinstance(value, tuple) else (value,)
                words += ["--features." + option(one.name)[2:], *map(str, values)]
        return words + self._read()

    def _read(self) -> list[str]:
        """How the recording is read."""
        words = ["--exclude", *self.exclude] if self.exclude else []
        words += ["--join", *self.inlet.join] if self.inlet.join else []
        told = {"unit": self.inlet.unit or None, "gain": self.inlet.gain, "audio": self.microphone or None}
        told["neural"] = self.inlet.name or self.inlet.source_id or self.inlet.type or None
        for name, value in told.items():
            words += [] if value is None else [option(name), str(value)]
        return words


def train(words: Sequence[str], aside: bool, stop: threading.Event | None = None, module: str = TRAIN) -> int | None:
    """Run `python -m offline.train` (or another ``module`` that makes a bundle) with these words to its end.

    Parameters
    ----------
    aside : behind every other process and in one thread, so that a session that runs does not notice.
    stop : ends it where it is set.

    Returns
    -------
    Its exit code; None where it was stopped.
    """
    say(f"training{' in the background' if aside else ''}: python -m {module} {' '.join(words)}")
    env = {**os.environ, **_ONE_THREAD} if aside else None
    process = subprocess.Popen([sys.executable, "-m", module, *words], env=env)
    if aside:
        low_priority(process.pid)  # threads that it starts later inherit it
    try:
        while process.poll() is None:
            if stop is None:
                process.wait()
            elif stop.wait(LOOK_S):
                process.terminate()
                process.wait()
                return None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return process.returncode


def is_free(folder: Path) -> bool:
    """Whether a bundle may be written there."""
    return not (folder / INDEX).exists()


def spoilt(folder: Path) -> str:
    """Why no session should decode by a bundle, by its audit; empty where that found nothing.

    Raises
    ------
    BkError
        There is none.
    """
    from bk_realtime.contamination.said import against  # loads what computes

    return against(read_index(folder / INDEX).provenance)


def outcome(folder: Path) -> tuple[str, str]:
    """Kind of a bundle of :meth:`Recipe.networks`, and why that one was taken, in one sentence that says of whom.

    Raises
    ------
    BkError
        There is none.
    """
    index = read_index(folder / INDEX)
    fit = index.provenance.get("fit")
    why = fit.get("why") if isinstance(fit, dict) else None
    of = "SIMULATED: " if index.provenance.get("simulated") is True else ""
    return index.kind, of + str(why or "its bundle does not say why")
