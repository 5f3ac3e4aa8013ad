"""The default vocoder: streaming phase reconstruction, without weights."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from bk_realtime.config import MelSettings, check_mel
from bk_realtime.errors import OptionError
from bk_realtime.stream import Operator
from bk_realtime.vocoder.mel import hann_window
from bk_realtime.vocoder.phase.consistency import PhaseConstants, RowState, advance_all
from bk_realtime.vocoder.phase.fft import fft_tables
from bk_realtime.vocoder.phase.inversion import inversion_tables
from bk_realtime.vocoder.phase.pghi import HANN_GAMMA

_LOG_TINY = math.log(1e-9)
_ITERATIONS = (16, 8, 8, 8, 8)
"""Consistency iterations at a lookahead of 0, 1/2, 1, 3/2 and 2 hops; the phase start at 0 is the worst."""


class PhaseReconstruction(Operator):
    """Log-mel ``(B, T, n_mels)`` -> audio ``(B, T * hop, 1)`` on the CPU, any dtype outside.

    For every frame: linear magnitudes from the mel by multiplicative updates; starting phases by real-time phase
    gradient heap integration (Průša and Søndergaard 2016) with one frame ahead where the lookahead allows it; a few
    consistency iterations (Griffin and Lim 1984, the fast form of Perraudin, Balazs and Søndergaard 2013) over all
    frames that still touch samples not yet emitted, what was emitted being fixed (Zhu, Beauregard and Wyse 2007).
    They find magnitudes and phases together, consistent with a signal and with the mel, as Masuyama, Ueno and Ono
    (2023) do for whole clips: each moves the magnitudes towards the signal's and then back to the mel. Then the next
    hop is emitted from the overlap-add of the frames that exist. After frame ``k`` samples up to
    ``hop * (k + 1) - lookahead`` are out.

    Not-a-number and everything at the mel floor or below is silence; a frame louder than any full-scale sound is
    clamped. Same mel, same samples: the few random phases depend on frame number and bin only. Transforms and
    iterations are in float32, the rest in float64.

    Parameters
    ----------
    settings : mel convention; ``n_fft`` must be a power of two.
    lookahead_ms : wanted lookahead; the nearest of 0, 1/2, 1, 3/2 and 2 hops is taken (0, 5.8, 11.6, 17.4, 23.2 ms).
    n_iterations : consistency iterations; default 16 at no lookahead, else 8.
    momentum : how far each overshoots.
    n_updates : updates of the mel inversion's low lobes, and of all its bins.
    ahead : frames that the phase start looks ahead, 0 or 1; default 1 where the lookahead is a hop or more.
    tolerance : bins below this fraction of a frame's loudest get random phases.
    noise_hz : the phase start goes over from gradient integration to the phase of a white noise between these
        frequencies. Mel bands are wide there, so the magnitudes are smooth and their phase gradient is that of a
        click in every frame: without noise, hiss and the upper voice buzz at the frame rate (`make bench
        BENCH=copy_synthesis` prints how much).
    refine : how far an iteration moves the magnitudes towards those of the signal, less by the share of noise; 0
        keeps those of the mel inversion.
    match : how far it scales them back to the mel.
    one_sided : share of the change since the frame before that the phase start takes where it cannot look ahead; 1
        is the plain form, much worse at 0 and 5.8 ms.
    coverage : least sum of squared windows that the partial overlap-add divides by.
    """

    def __init__(
        self,
        settings: MelSettings | None = None,
        lookahead_ms: float = 11.6,
        n_iterations: int | None = None,
        n_updates: tuple[int, int] = (40, 3),
        ahead: int | None = None,
        tolerance: float = 1e-5,
        coverage: float = 0.15,
        noise_hz: tuple[float, float] = (1500.0, 4000.0),
        refine: float = 0.4,
        match: float = 0.5,
        momentum: float = 0.9,
        one_sided: float = 0.5,
    ) -> None:
        self.settings = s = settings or MelSettings()
        check_mel(s)
        if s.n_fft & (s.n_fft - 1) or s.n_fft < 256 or s.hop_length % 2:
            raise OptionError(
                f"phase reconstruction: expected n_fft a power of two from 256 and hop_length even, got {s.n_fft} and "
                f"{s.hop_length}; use the 1024 / 256 convention"
            )
        self.lookahead = min(self.lookaheads(s), key=lambda n: abs(n * 1e3 / s.sample_rate - lookahead_ms))
        self.channels, self.ratio, self.silence = (s.n_mels, 1), Fraction(s.hop_length), math.log(s.floor)
        if n_iterations is None:
            n_iterations = _ITERATIONS[2 * self.lookahead // s.hop_length]
        ahead = int(self.lookahead >= s.hop_length) if ahead is None else ahead
        reach = (s.n_fft + s.hop_length) // 2 + self.lookahead  # the newest frame's end, from the next sample to emit
        n_active = max(math.ceil(reach / s.hop_length), 2 + ahead)
        starts = reach - s.hop_length * np.arange(n_active - 1, -1, -1)
        window, power = hann_window(s), np.zeros(s.n_fft + reach)
        low, high = noise_hz
        noise = np.clip((np.linspace(0, s.sample_rate / 2, s.n_fft // 2 + 1) - low) / (high - low), 0.0, 1.0)
        inversion = inversion_tables(s)
        provisional = not ahead or 2 * self.lookahead < 3 * s.hop_length
        for start in starts if provisional else starts[:-1]:
            power[start : start + s.n_fft] += window**2
        self._constants = PhaseConstants(
            window=window.astype(np.float32),
            scale=(1.0 / np.maximum(power[s.n_fft :], coverage)).astype(np.float32),
            starts=starts.astype(np.int64),
            noise=noise,
            hop=s.hop_length,
            ahead=ahead,
            provisional=provisional,
            n_updates=n_updates,
            n_iterations=n_iterations,
            refine=np.where(inversion.low >= 0, refine * (1.0 - noise), 0.0).astype(np.float32),
            match=match,
            momentum=momentum,
            one_sided=one_sided,
            gamma=HANN_GAMMA * s.win_length**2,
            tolerance=tolerance,
            fft=fft_tables(s.n_fft, np.float32),
            inversion=inversion,
        )
        self.warm_up()

    @staticmethod
    def lookaheads(settings: MelSettings) -> tuple[int, ...]:
        """The lookaheads on offer, in samples."""
        return tuple(settings.hop_length * i // 2 for i in range(5))

    def warm_up(self) -> None:
        """Compile (once per installation, then cached on disk) and touch everything, before sound opens."""
        self.step(torch.zeros(1, 2, self.channels[0]), self.init_state(1))

    def init_state(self, batch: int) -> tuple[RowState, ...]:
        """Silence before the first frame; one :class:`RowState` for each signal."""
        n_bins, n_active = self.settings.n_fft // 2 + 1, len(self._constants.starts)
        return tuple(
            RowState(
                logs=np.full((3, n_bins), _LOG_TINY),
                magnitude=np.zeros((n_active, n_bins)),
                spectrum=np.zeros((n_active, n_bins), np.complex64),
                level=np.zeros((n_active, self.settings.n_mels)),
                lobes=np.zeros(len(self._constants.inversion.lobes)),
                past=np.zeros(self.settings.n_fft, np.float32),
                frame=np.zeros(1, np.int64),
            )
            for _ in range(batch)
        )

    def step(self, x: Tensor, state: tuple[RowState, ...]) -> tuple[Tensor, tuple[RowState, ...]]:
        """``(B, T, n_mels) -> (B, T * hop, 1)``."""
        state = tuple(RowState(*(array.copy() for array in row)) for row in state)
        mel = x.detach().to("cpu", torch.float64).contiguous().numpy()
        out = np.empty((mel.shape[0], mel.shape[1] * self._constants.hop))
        for i, row in enumerate(state):
            advance_all(mel[i], row, self._constants, out[i])
        return torch.from_numpy(out).to(x.device, x.dtype)[..., None], state
