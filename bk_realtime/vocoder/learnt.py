"""The learnt vocoder: a network writes clean magnitudes where the mel is a decoder's, phases are reconstructed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from bk_realtime.config import MelSettings, from_dict, to_dict
from bk_realtime.errors import BkError
from bk_realtime.vocoder.consistency import Plan, RowState, make_room, reconstruct
from bk_realtime.vocoder.inversion import invert_mel
from bk_realtime.vocoder.magnitude_net import LOG_FLOOR, MagnitudeNet, NetSettings
from bk_realtime.vocoder.magnitude_step import StepState, StepWeights, estimate, step_state, step_weights
from bk_realtime.vocoder.phase import PhaseReconstruction

WEIGHTS = Path(__file__).parent / "weights" / "learnt.safetensors"
"""The weights that ship."""
FORMAT = "1"
_TINY = 1e-9
TRUE_TEXTURE = 0.32
"""Texture of a true mel, where every stream starts."""
TEXTURE_PACE = 0.05
"""Share of the newest frame in the running texture: a memory of 20 frames."""
LIMITS = (0.22, 0.16, 0.40, 0.52)
"""Textures from which and up to which the network takes over: downwards for smooth mel, upwards for noisy mel."""
WRITTEN = 0.3
"""Share of the written magnitudes (geometric) where the mel is a decoder's; the rest is the inverted, mended mel."""
_LOUDEST = 6.5
"""Log magnitude that no bin exceeds: a full-scale sine has log(256) = 5.5."""


ALWAYS = (-3.0, -4.0, -2.0, -1.0)
NEVER = (-3.0, -4.0, 1e8, 1e9)


class LearntRow(NamedTuple):
    """Memory of one stream.

    net : of the network.
    before : (2, n_mels) the mel frame before: as it came, and as the network hears it.
    phase : of the phase reconstruction.
    lobes : (n_lobes,) low lobes of the last frame that is final.
    texture : (1,) running roughness of the mel, see :func:`_follow_texture`.
    share : (1,) share of the network in the frame before.
    """

    net: StepState
    before: np.ndarray
    phase: RowState
    lobes: np.ndarray
    texture: np.ndarray
    share: np.ndarray


@numba.njit(cache=True, nogil=True)
def _magnitudes(
    mel: np.ndarray,
    repair: np.ndarray,
    written: np.ndarray,
    share: float,
    mix: float,
    plan: Plan,
    lobes: np.ndarray,
    magnitude: np.ndarray,
    logs: np.ndarray,
) -> None:
    """Magnitudes (n_bins,) and their logarithm of one frame: the inversion of the mel with ``share`` of its correction,
    mixed geometrically with a share ``mix`` of the written ones. Share 0: the weight-free inversion; silence stays."""
    floor = math.log(plan.inversion.floor)
    mended = mel.copy()
    sounds = False
    for m in range(len(mel)):
        sounds = sounds or mel[m] > floor + 1e-3
    if sounds and share > 0.0:
        for m in range(len(mel)):
            if mel[m] == mel[m]:
                mended[m] = min(max(mel[m], floor), plan.inversion.top) + share * repair[m]
    sounds = invert_mel(mended, plan.n_updates, plan.inversion, magnitude, lobes)
    mix = mix * share if sounds else 0.0
    for b in range(len(magnitude)):
        if mix > 0.0:
            value = math.log(max(math.exp(min(written[b], _LOUDEST)) - LOG_FLOOR, 1e-2 * LOG_FLOOR))
            magnitude[b] = math.exp((1.0 - mix) * math.log(max(magnitude[b], 1e-2 * LOG_FLOOR)) + mix * value)
        logs[b] = math.log(max(magnitude[b], _TINY))


@numba.njit(cache=True, nogil=True)
def _ramp(x: float, zero: float, one: float) -> float:
    """0 up to ``zero``, 1 from ``one`` on, straight between; falling where ``one`` is the lower."""
    return min(max((x - zero) / (one - zero), 0.0), 1.0)


@numba.njit(cache=True, nogil=True)
def _follow_texture(before: np.ndarray, now: np.ndarray, floor: float, texture: np.ndarray) -> None:
    """Running mean of |difference over time and bands| of the log-mel, in nat, where both frames sound.

    In the mel of real sound it is set by window and hop, not by what is said: 0.25 to 0.38 for every voice measured.
    Smoothing brings it down (0.07 to 0.15 for five frames), noise up (0.7 to 0.9 for half a nat).
    """
    total, count = 0.0, 0
    for m in range(1, len(now)):
        if min(now[m], now[m - 1], before[m], before[m - 1]) > floor + 0.5:
            total += abs(now[m] - now[m - 1] - before[m] + before[m - 1])
            count += 1
    if 4 * count >= len(now):
        texture[0] += TEXTURE_PACE * (total / count - texture[0])


@numba.njit(cache=True, nogil=True)
def _advance_all(
    mel: np.ndarray, heard: np.ndarray, row: LearntRow, w: StepWeights, limits: np.ndarray, plan: Plan, out: np.ndarray
) -> None:
    """Mel ``(T, n_mels)`` as it came and as the network hears it -> ``(T * hop,)``; ``row`` changes in place."""
    n_active = len(plan.starts)
    written = np.empty((2, row.phase.magnitude.shape[1]), w.base.dtype)
    repair = np.empty((2, mel.shape[1]), w.base.dtype)
    lobes = row.lobes
    for t in range(len(mel)):
        estimate(heard[t], row.before[1].astype(w.base.dtype), plan.ahead > 0, w, row.net, written, repair)
        _follow_texture(row.before[1], heard[t], math.log(plan.inversion.floor), row.texture)
        share = _ramp(row.texture[0], limits[0], limits[1]) + _ramp(row.texture[0], limits[2], limits[3])
        newest, phase = make_room(row.phase, plan), row.phase
        if plan.ahead:  # the frame before has no final phase yet, so it is written anew, now with this one heard
            last, before = phase.magnitude[n_active - 2], row.share[0]
            _magnitudes(row.before[0], repair[1], written[1], before, limits[4], plan, lobes, last, phase.logs[1])
            phase.lobes[:] = lobes
            _magnitudes(mel[t], repair[0], written[0], share, limits[4], plan, phase.lobes, newest, phase.logs[2])
        else:
            _magnitudes(mel[t], repair[0], written[0], share, limits[4], plan, lobes, newest, phase.logs[2])
        reconstruct(phase, plan, out[t * plan.hop : (t + 1) * plan.hop])
        row.before[0], row.before[1] = mel[t], heard[t]
        row.share[0] = share


def _copied(row: LearntRow) -> LearntRow:
    """A copy to change; five times as fast as a deep copy, which would be a tenth of a frame's time."""
    net, phase = StepState(*(x.copy() for x in row.net)), RowState(*(x.copy() for x in row.phase))
    return LearntRow(net, row.before.copy(), phase, row.lobes.copy(), row.texture.copy(), row.share.copy())


class LearntVocoder(PhaseReconstruction):
    """Log-mel ``(B, T, n_mels)`` -> audio ``(B, T * hop, 1)``: phase reconstruction from learnt magnitudes.

    A causal network cleans the mel (linear filters that it weighs), finds pitch and voicing, and writes linear
    magnitudes: of this frame and, with this frame heard, again of the one before. How rough the mel is tells true mel,
    which keeps the weight-free magnitudes so that nothing is lost, from a decoder's. Latencies, silence and safety are
    those of :class:`~bk_realtime.vocoder.phase.PhaseReconstruction`. The network runs frame by frame, so chunks cannot
    change a single bit.

    Parameters
    ----------
    net : trained network, on the CPU, in any float dtype.
    latency_ms : as for phase reconstruction.
    limits : see :data:`LIMITS`; ``ALWAYS`` and ``NEVER`` hear the network alone or not at all.
    written : share of the magnitudes that the network writes, where the mel is not a true one.
    """

    def __init__(
        self,
        net: MagnitudeNet,
        latency_ms: float = 23.2,
        limits: tuple[float, float, float, float] = LIMITS,
        written: float = WRITTEN,
        **phase: Any,
    ) -> None:
        self._net, self._limits = net, np.array([*limits, written])
        self._weights = step_weights(net)
        super().__init__(net.mel, latency_ms, **phase)

    def init_state(self, batch: int) -> tuple[LearntRow, ...]:  # type: ignore[override]
        """Silence before the first frame."""
        return tuple(
            LearntRow(
                net=step_state(self._net),
                before=np.full((2, self.channels[0]), self.silence),
                phase=phase,
                lobes=phase.lobes.copy(),
                texture=np.full(1, TRUE_TEXTURE),
                share=np.zeros(1),
            )
            for phase in super().init_state(batch)
        )

    def step(self, x: Tensor, state: tuple[LearntRow, ...]) -> tuple[Tensor, tuple[LearntRow, ...]]:  # type: ignore[override]
        """``(B, T, n_mels) -> (B, T * hop, 1)``."""
        state = tuple(_copied(row) for row in state)
        mel = x.detach().to("cpu", torch.float64).contiguous().numpy()
        heard = np.clip(np.where(np.isnan(mel), self.silence, mel), self.silence, 8.0).astype(self._weights.first.dtype)
        out = np.empty((mel.shape[0], mel.shape[1] * self._plan.hop))
        for i, row in enumerate(state):
            _advance_all(mel[i], heard[i], row, self._weights, self._limits, self._plan, out[i])
        return torch.from_numpy(out).to(x.device, x.dtype)[..., None], state


def save_learnt(net: MagnitudeNet, path: Path, about: dict[str, str] | None = None) -> None:
    """Write weights, sizes and mel convention as safetensors, in one move."""
    metadata = {
        "format": FORMAT,
        "kind": "learnt",
        "net": json.dumps(net.settings_dict()),
        "mel": json.dumps(to_dict(net.mel)),
        **(about or {}),
    }
    part = path.with_suffix(".part")
    save_file({k: v.detach().float().contiguous() for k, v in net.state_dict().items()}, part, metadata)
    part.replace(path)


def load_net(path: Path, mel: MelSettings | None = None) -> MagnitudeNet:
    """Read what :func:`save_learnt` wrote.

    Raises
    ------
    BkError
        No such file, another kind of file or format, weights for another mel than ``mel``, or broken weights.
    """
    try:
        with safe_open(path, framework="pt") as file:
            about = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, OSError) as error:
        raise BkError(f"{path}: expected weights of the learnt vocoder, could not read them ({error})") from None
    if about.get("kind") != "learnt" or about.get("format") != FORMAT:
        raise BkError(
            f"{path}: expected learnt-vocoder weights of format {FORMAT}, got kind {about.get('kind')!r} of format "
            f"{about.get('format')!r}; make them with offline.train_vocoder"
        )
    made_for = from_dict(MelSettings, json.loads(about["mel"]), f"{path.name}: mel")
    if mel is not None and mel != made_for:
        raise BkError(f"{path}: made for mel {made_for}, got {mel}; use phase reconstruction or train new weights")
    net = MagnitudeNet(from_dict(NetSettings, json.loads(about["net"]), f"{path.name}: net"), made_for)
    try:
        net.load_state_dict(weights)
    except RuntimeError as error:
        reason = str(error).splitlines()[-1].strip()
        raise BkError(f"{path}: weights do not fit the network they describe ({reason})") from None
    return net.eval()
