"""The sound of each condition of an experiment, sample by sample, faded from one to the next. No thread, no LSL."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from bk_realtime.session.conditions import Condition

SPARE_S = 10.0
"""Sound kept beyond what the longest delay needs: a block is never longer."""


class OtherVoice(Protocol):
    """The voice of a second decoder, sample for sample beside the real one."""

    def take(self, n: int) -> np.ndarray:
        """(n,) float32, the next samples."""
        ...

    def reset(self) -> None:
        """A new segment begins."""
        ...


@dataclass
class _Heard:
    """A condition as it sounds: ``since`` is the first sample of the segment, before which delayed sound is silence."""

    condition: Condition
    since: int
    rng: np.random.Generator


class ConditionSound:
    """What is heard under the condition of now, made from the decoded voice.

    Every condition fades in over ``fade_s`` while the one before fades out (raised cosine). Chunking changes nothing.

    Parameters
    ----------
    sample_rate : of the sound in Hz.
    ceiling : amplitude that levels of noise refer to.
    fade_s : length of the fades in seconds.
    conditions : all that may come: they say how much sound is kept.
    others : voices of second decoders by the name of the condition they are for.
    seed : of the noise; the k-th change draws from (seed, k).

    Attributes
    ----------
    n : samples so far.
    condition : the one that is heard, or fades in.
    """

    def __init__(
        self,
        sample_rate: int,
        ceiling: float,
        fade_s: float,
        conditions: Sequence[Condition],
        others: Mapping[str, OtherVoice],
        seed: int,
    ) -> None:
        self.sample_rate, self.ceiling, self.seed, self.others = sample_rate, ceiling, seed, dict(others)
        self.n, self.n_changes = 0, 0
        self._fade = max(1, round(fade_s * sample_rate))
        longest = max((self.delay(c) for c in conditions), default=0)
        self._most = round(SPARE_S * sample_rate)
        self._kept = np.zeros(longest + self._most, np.float32)
        self._since = 0
        first = next(c for c in conditions if c.kind == "real")
        self._now, self._before, self._faded = self._as_heard(first), self._as_heard(first), self._fade

    @property
    def condition(self) -> Condition:
        return self._now.condition

    @property
    def fading(self) -> bool:
        """Whether a change is under way: another one waits until it is done."""
        return self._faded < self._fade

    def delay(self, condition: Condition) -> int:
        """By how many samples a condition's sound is late; 0 where it is not."""
        seconds = {"delayed": 1e-3, "replayed": 1.0}.get(condition.kind)
        return 0 if seconds is None else round((condition.value or 0.0) * seconds * self.sample_rate)

    def missing_s(self, condition: Condition) -> float:
        """Seconds of sound that must still come before a condition can begin: what it replays has to be there."""
        if condition.kind != "replayed":
            return 0.0
        return max(0, self.delay(condition) - self.n) / self.sample_rate

    def change(self, condition: Condition) -> None:
        """From the next sample on."""
        self.n_changes += 1
        self._before, self._now, self._faded = self._now, self._as_heard(condition), 0

    def reset(self) -> None:
        """A new segment: a delayed voice begins with silence again, faded over."""
        self._since = self.n
        for other in self.others.values():
            other.reset()
        if self._now.condition.kind == "delayed":
            self._before = self._now
            self._now, self._faded = _Heard(self._now.condition, self.n, self._now.rng), 0
        else:
            self._now.since = self.n

    def process(self, voice: np.ndarray, due: Callable[[int], int] | None = None) -> np.ndarray:
        """(n,) float32 heard for (n,) float32 decoded.

        Parameters
        ----------
        due : called with the position in ``voice`` that has been reached, wherever a change may begin; it may call
            :meth:`change`, and returns up to where nothing more will change.
        """
        out, at = np.empty(len(voice), np.float32), 0
        while at < len(voice):
            end = len(voice) if due is None else max(at + 1, min(len(voice), due(at)))
            end = min(end, at + self._most, *([at + self._fade - self._faded] if self.fading else []))
            out[at:end] = self._piece(np.asarray(voice[at:end], np.float32))
            at = end
        return out

    def _as_heard(self, condition: Condition) -> _Heard:
        return _Heard(condition, self._since, np.random.default_rng([self.seed, self.n_changes]))

    def _piece(self, voice: np.ndarray) -> np.ndarray:
        n = len(voice)
        self._kept[(self.n + np.arange(n)) % len(self._kept)] = voice
        others = {name: other.take(n) for name, other in self.others.items()}
        out = self._sound(self._now, voice, others)
        if self.fading:
            weight = 0.5 - 0.5 * np.cos(np.pi * (self._faded + np.arange(1, n + 1)) / self._fade)
            out = (1 - weight) * self._sound(self._before, voice, others) + weight * out
            self._faded += n
        self.n += n
        return out.astype(np.float32)

    def _sound(self, heard: _Heard, voice: np.ndarray, others: Mapping[str, np.ndarray]) -> np.ndarray:
        condition, n = heard.condition, len(voice)
        if condition.kind == "real":
            return voice
        if condition.kind in ("delayed", "replayed"):
            at = self.n - self.delay(condition) + np.arange(n)
            first = heard.since if condition.kind == "delayed" else 0
            return np.where(at >= first, self._kept[at % len(self._kept)], np.float32(0))
        if condition.kind in ("noise", "noise-alone"):
            # uniform: white, and its peaks are 4.8 dB above its level, not 13
            peak = np.sqrt(3) * self.ceiling * 10 ** ((condition.value or 0.0) / 20)
            noise: np.ndarray = peak * (2 * heard.rng.random(n) - 1)
            return voice + noise if condition.kind == "noise" else noise
        return np.zeros(n, np.float32) if condition.kind == "muted" else others[condition.name]
