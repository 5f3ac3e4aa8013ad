"""The whole signal path, µV samples to waveform, with taps: what offline decoding, replay and live sessions run."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from bk_realtime.clock import FrameClock
from bk_realtime.decoded import Decoded, on_host
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.decoder.capture.traced import captured
from bk_realtime.device import card_faults, exact_float32, on_device, pick_device
from bk_realtime.features import Cast, band_delays, group_delay_s
from bk_realtime.features.mask import MaskBad
from bk_realtime.features.normalise import ZScore
from bk_realtime.stream import Operator, Pipeline, Stream, algorithmic_latency
from bk_realtime.successor import Leaving, Recent, Successor, one_by_one
from bk_realtime.vocoder import build_vocoder

STAGES = ("features", "decoder", "vocoder")


class Chain:
    """Features, decoder and vocoder of one bundle on one stream.

    Parameters
    ----------
    bundle : the trained decoder.
    labels_in : channel labels of the incoming stream, in its order.
    device : where decoder and vocoder run: cpu, cuda, cuda:N or auto. The bundle's own decoder stays where it is.
    rate : rate of the incoming stream in Hz, where it is another than the bundle's: it is resampled.

    Raises
    ------
    BkError
        A channel of the bundle is missing in the stream; the device is, or has too little memory.
    """

    def __init__(
        self, bundle: Bundle, labels_in: Sequence[str], device: str = "cpu", rate: Fraction | None = None
    ) -> None:
        device = pick_device(device)
        if device != "cpu":
            exact_float32()
        self.bundle = bundle
        self.device = torch.device(device)
        self.frame_clock = FrameClock(Fraction(bundle.sfreq), bundle.mel.sample_rate, bundle.mel.hop_length)
        self.rate = self.frame_clock.sfreq if rate is None else rate
        self.labels_in, self.n_channels = tuple(labels_in), len(labels_in)
        features = bundle.feature_operators(labels_in, rate)
        n_features = features[-1].channels[1]
        to_device = Cast(n_features, torch.float32, self.device)
        with card_faults(self.device):
            vocoder = build_vocoder(bundle.vocoder, bundle.mel, bundle.path, device)
            decoder = captured(on_device(bundle.decoder, self.device), self.device)
        self.stages: dict[str, list[Operator]] = {
            "features": features,
            "decoder": [to_device, decoder],
            "vocoder": [vocoder],
        }
        if vocoder.on_host and self.device.type != "cpu":  # one copy of the mel, for the vocoder and for who looks
            self.stages["decoder"].append(Cast(bundle.mel.n_mels, torch.float32, "cpu"))
        like = torch.zeros(1, 0, self.n_channels, dtype=torch.float64)
        self._features = Pipeline(features, like)
        self._gate = None if bundle.gate is None else Stream(bundle.gate, like)
        self._sureness = None if bundle.sureness is None else Stream(bundle.sureness, like)
        self._decoder = Pipeline(self.stages["decoder"], like)
        like_mel = self.stages["decoder"][-1].like(to_device.like(like))
        self._vocoder = Pipeline([vocoder], like_mel)
        self.powers = np.zeros((0, n_features))
        """(n, n_features) features of the last push before they were normalised."""
        self.recent = Recent(n_features)
        """Those of the last seconds of this segment: what a decoder that takes over hears first."""
        self._leaving: Leaving | None = None
        self.retired: list[Leaving] = []
        """Decoders that have gone; whoever has time may let go of them."""
        self._masked: tuple[str, ...] = ()
        self._statistics: tuple[np.ndarray, np.ndarray] | None = None

    @property
    def operators(self) -> list[Operator]:
        """Every operator in order."""
        return [op for ops in self.stages.values() for op in ops]

    @property
    def algorithmic_s(self) -> Fraction:
        """Declared latency in seconds, exact: lookahead of every stage plus the wait for a frame to fill."""
        return algorithmic_latency(self.operators, self.rate)

    def boundary(self, frame: int) -> int:
        """Number of samples of the stream up to the newest one in ``frame``."""
        return self.frame_clock.boundary(frame, self.rate)

    @property
    def group_delay_s(self) -> float | None:
        """Group delay of the filters in the middle of the band, in seconds; None where given features hide it."""
        return group_delay_s(self.bundle.features, float(self.frame_clock.sfreq))

    @property
    def band_delays(self) -> dict[str, tuple[float, float]]:
        """How late each band beside the main one is: group delay, and half of what it is taken over, in seconds."""
        return band_delays(self.bundle.features, float(self.frame_clock.sfreq))

    @property
    def vocoder_device(self) -> str:
        """Where the vocoder computes."""
        return "cpu" if all(op.on_host for op in self.stages["vocoder"]) else str(self.device)

    @property
    def decoder_state(self) -> object:
        """State of the decoder operator after the last push (the attention weights are in it)."""
        return self._decoder.streams[1].state

    def push(self, x: np.ndarray) -> Decoded:
        """Push ``(T, n_channels)`` samples in µV, any T; NaN marks missing values.

        Raises
        ------
        DeviceError
            The card is lost or out of memory; the chain is of no use any more.
        """
        if self.device.type == "cpu":
            return self._push(x)
        with card_faults(self.device):
            return self._push(x)

    @torch.inference_mode()
    def _push(self, x: np.ndarray) -> Decoded:
        t0 = time.perf_counter()
        features = torch.from_numpy(np.ascontiguousarray(x, np.float64))[None]
        *front, normalise = self._features.streams
        for stream in front:
            features = stream.push(features)
        powers = features
        self.powers = powers[0].numpy()
        self.recent.add(self.powers)
        features = normalise.push(powers)
        heads = self._heads(features)
        t1 = time.perf_counter()
        mel = one_by_one(self._decoder, features)
        if self._leaving is not None:
            mel = self._leaving.faded(powers, mel)
            if self._leaving.gone:
                self._forget()
        t2 = time.perf_counter()
        audio = self._vocoder.push(mel)
        return on_host(features, mel, audio, heads, (t0, t1, t2))

    @torch.inference_mode()
    def flush(self) -> Decoded:
        """End of the signal: push out what the lookahead still holds. :meth:`reset` before the next push.

        Raises
        ------
        DeviceError
            As :meth:`push`.
        """
        with card_faults(self.device):
            t0 = time.perf_counter()
            self._forget()
            features = self._features.flush()
            heads = self._heads(features)
            t1 = time.perf_counter()
            mel = torch.cat([one_by_one(self._decoder, features), self._decoder.flush()], 1)
            t2 = time.perf_counter()
            audio = torch.cat([self._vocoder.push(mel), self._vocoder.flush()], 1)
            return on_host(features, mel, audio, heads, (t0, t1, t2))

    def adjust(self, masked: Sequence[str] = (), statistics: tuple[np.ndarray, np.ndarray] | None = None) -> None:
        """From the next sample on mask these channels and no others, and normalise by these statistics; :meth:`reset`
        changes nothing of it.

        Parameters
        ----------
        masked : labels of the bundle's channels: missing, as those that are no numbers.
        statistics : (mean, std) of the features, (n_features,) each, or None for those of the bundle. Where others are
            given than hold now, a running normalisation starts from them.
        """
        self._masked = tuple(masked)
        self._mask()
        if not _same(statistics, self._statistics):
            self._statistics = statistics
            stream = self._features.streams[-1]
            assert isinstance(stream.op, ZScore)
            mean, std = (self.bundle.mean, self.bundle.std) if statistics is None else statistics
            op = stream.op.with_statistics(mean, std)
            stream.change(op, op.init_state(1))
            self.stages["features"][-1] = op

    def adjust_like(self, other: Chain) -> None:
        """:meth:`adjust` as another chain of the same bundle was."""
        self.adjust(other._masked, other._statistics)

    def _mask(self) -> None:
        off = np.array([label in self._masked for label in self.bundle.labels])
        for stream in self._features.streams:
            if isinstance(stream.op, MaskBad):
                stream.change(state=stream.op.switched_off(stream.state, off))

    def dead_channels(self) -> np.ndarray:
        """(n,) bool: the bundle's channels that are flat or no number at the newest sample."""
        for stream in self._features.streams:
            if isinstance(stream.op, MaskBad):
                dead: np.ndarray = stream.op.dead(stream.state)[0]
                return dead
        return np.zeros(len(self.bundle.labels), bool)

    def bad_channels(self) -> list[str]:
        """Labels of the bundle's channels that are masked at the newest sample."""
        for stream in self._features.streams:
            if isinstance(stream.op, MaskBad):
                bad = stream.op.bad(stream.state)[0].tolist()
                return [label for label, is_bad in zip(self.bundle.labels, bad, strict=True) if is_bad]
        return []

    def take_over(self, new: Successor) -> None:
        """From the next frame on decode by another bundle of the same features, mel and vocoder, whose mel fades in;
        normalised by its own statistics. It hears what it has not heard yet of this segment first.

        Parameters
        ----------
        new : begun in this segment (:meth:`~bk_realtime.successor.Successor.begin`); what it lacks is in
            :attr:`recent`.
        """
        rows = self.recent.copy(new.n, self.recent.n, new.segment)
        assert rows is not None
        if len(rows):
            new.hear(rows)
        self._forget()
        self._leaving = Leaving(self._features.streams[-1], self._decoder)
        self._features.streams[-1], self.stages["features"][-1] = new.normalise, new.normalise.op
        self._decoder, self.stages["decoder"] = new.decoder, new.ops
        self._gate, self._sureness = new.gate, new.sureness
        self.bundle, self._statistics = new.bundle, None

    @property
    def fading(self) -> bool:
        """Whether a decoder of before is still heard."""
        return self._leaving is not None

    def _forget(self) -> None:
        if self._leaving is not None:
            self.retired.append(self._leaving)
            self._leaving = None

    def _heads(self, features: Tensor) -> tuple[np.ndarray, np.ndarray]:
        """What the speech gate says of new frames, and how sure the decoder is of them."""
        return _said(self._gate, features, 2), _said(self._sureness, features, 3)

    def reset(self) -> None:
        """A new segment: every state as new, the frame index starts again."""
        self._forget()
        self.recent.restart()
        for pipeline in (self._features, self._decoder, self._vocoder):
            pipeline.reset()
        self._mask()
        for head in (self._gate, self._sureness):
            if head is not None:
                head.reset()

    @property
    def frames_ahead(self) -> int:
        """Whole frames of features that are known beyond the frame of the sound that comes out: a speech gate sees
        them before it lets that sound out."""
        decoder = sum(op.lookahead for op in self.stages["decoder"])
        samples = sum(op.lookahead for op in self.stages["vocoder"])
        return decoder + samples // self.frame_clock.hop_length

    def warm_up(self, n_frames: int = 100) -> None:
        """Run ``n_frames`` of noise one by one, so that compilation and caches are behind us; then reset."""
        noise = np.random.default_rng(0).standard_normal((self.boundary(n_frames - 1), self.n_channels))
        for k in range(n_frames):
            first = self.boundary(k - 1) if k else 0
            self.push(noise[first : self.boundary(k)])
        self.reset()


def _said(head: Stream | None, features: Tensor, width: int) -> np.ndarray:
    """(n, width) float32 of a head on new frames; (0, width) without one."""
    if head is None:
        return np.zeros((0, width), np.float32)
    said: np.ndarray = head.push(features)[0].to(torch.float32).numpy()
    return said


def _same(a: tuple[np.ndarray, np.ndarray] | None, b: tuple[np.ndarray, np.ndarray] | None) -> bool:
    """Whether two pairs of statistics are one."""
    if a is None or b is None:
        return a is b
    return all(np.array_equal(x, y, equal_nan=True) for x, y in zip(a, b, strict=True))
