"""Channels masked and features normalised anew in a running session, each from a neural sample that is on record."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from bk_realtime.decoded import Decoded
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.core import Core
from bk_realtime.errors import OptionError
from bk_realtime.features import baseline_statistics, feature_labels
from bk_realtime.session.adapt import ADJUSTED, AdaptSettings, Adjustment
from bk_realtime.session.events import make_event
from bk_realtime.shown import some

BACK_S = 10.0
"""A channel that masked itself returns when it has been well for this long."""
BASELINE_S, BETWEEN_S = 120.0, (10.0, 600.0)
"""How long a baseline lasts where nothing is said, and what may be said."""
DRIFT_S = 60.0
SETTLED_S = 30.0
"""Time constant of the drift meter, and how much it must have seen before it is believed."""
CALM = 0.75
"""The line of drift goes below this part of the limit."""
SHOWN = 8
"""Features whose drift the status tells: the largest."""


class Adapting:
    """Masks, statistics and the drift meter of one session; a shaper that leaves the voice alone.

    Parameters
    ----------
    core : whose chain is adjusted.
    settings : limits.
    note : takes events.
    of_stream : what the decoder calls a channel of the stream, by the stream's label.
    """

    def __init__(
        self,
        core: Core,
        settings: AdaptSettings,
        note: Callable[[dict[str, Any]], None],
        of_stream: Mapping[str, str] | None = None,
    ) -> None:
        self._core, self._settings, self._note, self._of_stream = core, settings, note, of_stream or {}
        bundle = core.chain.bundle
        self._labels = bundle.labels
        self._features = feature_labels(bundle.features, bundle.labels)
        self._mean, self._std = bundle.mean, bundle.std
        self._rate = float(core.chain.rate)
        self._frame_rate = float(core.chain.frame_clock.frame_rate)
        self._lock = threading.Lock()
        self._by_hand: set[str] = set()
        self._dead: set[str] = set()
        self._statistics: tuple[np.ndarray, np.ndarray] | None = None
        self._before: tuple[np.ndarray, np.ndarray] | None = None
        self._due: list[str] = []
        n = len(self._labels)
        self._dead_for, self._well_for, self._n_new = np.zeros(n), np.zeros(n), 0
        self._drift, self._seen = np.zeros(len(self._features)), np.zeros(len(self._features))
        self._drifting = False
        self._frames: list[np.ndarray] | None = None
        self._n_wanted, self._n_taken, self._with_deviation = 0, 0, True
        core.before.append(self.before)
        core.shapers.append(self)

    # ---- decode thread -------------------------------------------------------------------------------------------
    def before(self, samples: np.ndarray, stamp: float) -> None:
        """Begin what was asked for with the sample of this stamp."""
        self._n_new = len(samples)
        with self._lock:
            due, self._due = self._due, []
            now = Adjustment(stamp, tuple(sorted(self._by_hand | self._dead)), self._statistics)
        if not due:
            return
        self._core.chain.adjust(now.masked, now.statistics)
        self._note(make_event(ADJUSTED, "; ".join(due), **now.as_dict()))

    def process(self, sound: np.ndarray, decoded: Decoded, stamps: np.ndarray, now: float) -> np.ndarray:
        """Look at what was decoded; the sound stays as it is."""
        self._look_for_dead(self._core.chain.dead_channels())
        powers = self._core.chain.powers
        if len(powers):
            self._measure_drift(powers)
            frames = self._frames
            if frames is not None and self._n_taken < self._n_wanted:
                frames.append(powers.copy())
                self._n_taken += len(powers)
        return sound

    def reset(self) -> None:
        """A new segment begins; what holds goes on to hold."""

    def of(self, bundle: Bundle) -> None:
        """Another decoder of the same channels took over: its own statistics hold, masks stay, drift is against its
        training; a baseline that was being taken is given up."""
        with self._lock:
            self._mean, self._std = bundle.mean, bundle.std
            self._statistics = self._before = self._frames = None
        self._drift, self._seen = np.zeros_like(self._drift), np.zeros_like(self._seen)

    def _look_for_dead(self, dead: np.ndarray) -> None:
        """Mask what is dead for long, and let back what is well for long."""
        seconds, self._n_new = self._n_new / self._rate, 0
        self._dead_for = np.where(dead, self._dead_for + seconds, 0.0)
        self._well_for = np.where(dead, 0.0, self._well_for + seconds)
        gone = {self._labels[i] for i in np.flatnonzero(self._dead_for >= self._settings.dead_s)} - self._dead
        back = {label for i, label in enumerate(self._labels) if label in self._dead and self._well_for[i] >= BACK_S}
        if not gone and not back:
            return
        with self._lock:
            self._dead = (self._dead | gone) - back
            if gone:
                self._due.append(f"dead for {self._settings.dead_s:g} s, masked: {_some(gone)}")
            if back:
                self._due.append(f"well for {BACK_S:g} s, back: {_some(back)}")
        if self._dead:
            text = f"{len(self._dead)} of {len(self._labels)} channels are dead and masked: {_some(self._dead)}"
            self._note(make_event("dead channels", text, active_fault="dead channels"))
        else:
            self._note(make_event("channels back", "no channel is dead any more", corrected="dead channels"))

    def _measure_drift(self, powers: np.ndarray) -> None:
        rate = -np.expm1(-1 / (DRIFT_S * self._frame_rate))
        with np.errstate(invalid="ignore", divide="ignore"):
            z = np.clip((powers - self._mean) / self._std, -10, 10)
        for row in z:
            good = np.isfinite(row)
            self._seen += rate * (good - self._seen)
            self._drift += np.where(good, rate * (np.where(good, row, 0.0) - self._drift), 0.0)

    # ---- main thread ---------------------------------------------------------------------------------------------
    def keep(self, now: float) -> None:
        """End a baseline that is long enough; say where features drift."""
        if self._frames is not None and self._n_taken >= self._n_wanted:
            self._finish()
        drift = self._drifts()
        if drift is None:
            return
        limit = self._settings.drift_limit * (CALM if self._drifting else 1.0)
        far = {label for label, d in zip(self._features, self._remaining(drift), strict=True) if abs(d) > limit}
        if far and not self._drifting:
            text = f"{len(far)} of {len(drift)} features drifted more than {limit:g} training deviations: {_some(far)}"
            self._note(make_event("drift", f"{text}; recalibrate, or mask them", active_fault="drift"))
        elif self._drifting and not far:
            text = "the features are as in training, or in the baseline, again"
            self._note(make_event("drift right", text, corrected="drift"))
        self._drifting = bool(far)

    def _drifts(self) -> np.ndarray | None:
        """(n_features,) drift in training deviations; None until enough was seen."""
        settled = -np.expm1(-SETTLED_S / DRIFT_S)
        if self._seen.max(initial=0.0) < settled:
            return None
        known = self._seen >= settled / 2
        drift: np.ndarray = np.where(known, self._drift / np.maximum(self._seen, 1e-9), 0.0)
        return drift

    def _remaining(self, drift: np.ndarray) -> np.ndarray:
        """(n_features,) the part of a drift that no recalibration has made good, in deviations that hold now."""
        if self._statistics is None:
            return drift
        mean, std = self._statistics
        with np.errstate(invalid="ignore", divide="ignore"):
            remaining: np.ndarray = np.where(drift == 0, 0.0, (self._mean + drift * self._std - mean) / std)
        return remaining

    # ---- any thread ----------------------------------------------------------------------------------------------
    def figures(self) -> dict[str, Any]:
        """Fields of the status."""
        drift = self._drifts()
        worst: list[int] = [] if drift is None else np.argsort(-np.abs(drift))[:SHOWN].tolist()
        frames = self._frames
        return {
            "masked_channels": tuple(sorted(self._by_hand | self._dead)),
            "drift": {} if drift is None else {self._features[i]: round(float(drift[i]), 2) for i in worst},
            "recalibrating_s": None if frames is None else self._n_taken / self._frame_rate,
            "recalibrated": self._statistics is not None,
        }

    def mask(self, command: dict[str, Any]) -> dict[str, Any]:
        """The control command ``mask_channel``: ``label``, and ``on`` (true or false); ``of_stream`` true: the label is
        the stream's, where it calls the channel otherwise.

        Raises
        ------
        OptionError
            The decoder reads no such channel, it would read none at all, or ``on`` is no truth value.
        """
        label, on = command.get("label"), command.get("on", True)
        if command.get("of_stream") is True:
            label = self._of_stream.get(str(label), label)
        found = [own for own in self._labels if own == label] or [
            own for own in self._labels if own.lower() == str(label).strip().lower()
        ]
        if len(found) != 1 or not isinstance(on, bool):
            known = _some(set(self._labels))
            raise OptionError(
                f"mask_channel: expected label, one of {known}, and on, true or false; got {label!r}, {on!r}"
            )
        with self._lock:
            by_hand = self._by_hand | {found[0]} if on else self._by_hand - {found[0]}
            dead = self._dead if on else self._dead - {found[0]}
            if len(by_hand | dead) >= len(self._labels):
                raise OptionError(
                    f"mask_channel: {found[0]} is the last channel that is heard of; unmask another first"
                )
            self._by_hand, self._dead = by_hand, dead
            text = f"channel {found[0]} {'masked' if on else 'unmasked'} by command"
            self._due.append(text)
        return make_event("command", text, command="mask_channel", values={"label": found[0], "on": on})

    def recalibrate(self, command: dict[str, Any]) -> dict[str, Any]:
        """The control command ``recalibrate``: ``do`` is begin (for ``seconds``; ``deviation`` false: only the mean is
        to follow), end, cancel or undo.

        Raises
        ------
        OptionError
            No such thing to do, or nothing to do it to.
        """
        do = command.get("do", "begin")
        if do == "begin":
            seconds = command.get("seconds", BASELINE_S)
            low, high = BETWEEN_S
            if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or not low <= seconds <= high:
                raise OptionError(f"recalibrate: expected seconds of {low:g} to {high:g}, got {seconds!r}")
            self._with_deviation = bool(command.get("deviation", True))
            self._n_taken, self._n_wanted = 0, round(seconds * self._frame_rate)
            self._frames = []
            text = f"baseline of {seconds:g} s begins"
        elif do == "end":
            if self._frames is None or self._n_taken < BETWEEN_S[0] * self._frame_rate:
                so_far = 0.0 if self._frames is None else self._n_taken / self._frame_rate
                raise OptionError(f"recalibrate: expected a baseline of {BETWEEN_S[0]:g} s or more, got {so_far:.1f} s")
            self._n_wanted = 0
            text = "baseline ends"
        elif do == "cancel":
            self._frames = None
            text = "baseline given up; the normalisation stays as it is"
        elif do == "undo":
            if self._statistics is None:
                raise OptionError("recalibrate: nothing to undo, the statistics are those of the bundle")
            with self._lock:
                self._statistics, self._before = self._before, None
                self._due.append("recalibration undone")
            text = "recalibration undone"
        else:
            raise OptionError(f"recalibrate: expected do of begin, end, cancel or undo, got {do!r}")
        return make_event("command", text, command="recalibrate", values={"do": do})

    def _finish(self) -> None:
        """New statistics from the baseline."""
        frames, self._frames = self._frames, None
        if frames is None:  # given up at this very moment
            return
        training = self._mean
        powers = np.concatenate(frames) if frames else np.zeros((0, len(self._features)))
        trained = self._mean, self._std
        new, kept = baseline_statistics(powers, trained, self._statistics, self._with_deviation)
        with self._lock:
            if self._mean is not training:  # another decoder took over at this very moment
                return
            self._before, self._statistics = self._statistics, new
            said = f"; {kept} of {len(self._features)} features keep theirs" if kept else ""
            self._due.append(f"normalised by a baseline of {len(powers) / self._frame_rate:.1f} s{said}")


def _some(labels: set[str]) -> str:
    return some(sorted(labels), SHOWN)
