"""The learnt vocoder: a network cleans the mel where it is a decoder's, phases are reconstructed."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from bk_realtime.compiled import njit
from bk_realtime.config import MelSettings, check_mel, from_dict, to_dict
from bk_realtime.errors import FileError, InputError
from bk_realtime.files import atomic
from bk_realtime.plain_files import parse_json
from bk_realtime.tensor_file import build_for, read_safetensors
from bk_realtime.typed import said, shortened
from bk_realtime.vocoder.learnt.mel_net import OFFSETS, MelNet, NetSettings
from bk_realtime.vocoder.learnt.mel_step import StepState, StepWeights, step_net, step_state, step_weights
from bk_realtime.vocoder.phase.consistency import PhaseConstants, RowState, make_room, reconstruct
from bk_realtime.vocoder.phase.inversion import invert_mel, read_level
from bk_realtime.vocoder.phase.reconstruction import PhaseReconstruction

WEIGHTS = Path(__file__).parent / "weights" / "learnt.safetensors"
"""The weights that ship."""
FORMAT = "3"
_TINY = 1e-9
TRUE_TEXTURE = 0.32
"""Texture of a true mel, where every stream starts."""
TEXTURE_PACE = 0.05
"""Share of the newest frame in the running texture: a memory of 20 frames."""
LIMITS = (0.22, 0.05, 0.40, 0.46)
"""Textures from which and up to which the network takes over: downwards for smooth mel, upwards for noisy mel. What is
a little smooth sounds best with half of the correction; a decoder's output (0.01 to 0.09 for ridge and Seq2Seq) with
all of it."""
ALWAYS = (-3.0, -4.0, -2.0, -1.0)
NEVER = (-3.0, -4.0, 1e8, 1e9)


class LearntRow(NamedTuple):
    """Memory of one stream.

    net : of the network.
    mels : (OFFSETS, n_mels) last mel frames as they came, newest last.
    net_input : (n_mels,) the last one as the network got it.
    shares : (OFFSETS,) share of the network in each.
    texture : (1,) running roughness of the mel, see :func:`_follow_texture`.
    phase : of the phase reconstruction.
    lobes : (n_lobes,) low lobes of the last frame that is final.
    """

    net: StepState
    mels: np.ndarray
    net_input: np.ndarray
    shares: np.ndarray
    texture: np.ndarray
    phase: RowState
    lobes: np.ndarray


@njit
def _ramp(x: float, zero: float, one: float) -> float:
    """0 up to ``zero``, 1 from ``one`` on, straight between; falling where ``one`` is the lower."""
    return min(max((x - zero) / (one - zero), 0.0), 1.0)


@njit
def _follow_texture(before: np.ndarray, now: np.ndarray, floor: float, texture: np.ndarray) -> None:
    """Running mean of |difference over time and bands| of the log-mel, in nat, where both frames sound.

    In the mel of real sound it is set by window and hop, not by what is spoken: 0.25 to 0.38 for every voice measured.
    Smoothing brings it down (0.07 to 0.15 for five frames), noise up (0.7 to 0.9 for half a nat).
    """
    total, count = 0.0, 0
    for m in range(1, len(now)):
        if min(now[m], now[m - 1], before[m], before[m - 1]) > floor + 0.5:
            total += abs(now[m] - now[m - 1] - before[m] + before[m - 1])
            count += 1
    if 4 * count >= len(now):
        texture[0] += TEXTURE_PACE * (total / count - texture[0])


@njit
def _advance(
    mel: np.ndarray,
    net_input: np.ndarray,
    row: LearntRow,
    w: StepWeights,
    limits: np.ndarray,
    revised: int,
    constants: PhaseConstants,
    out: np.ndarray,
) -> None:
    """One mel frame ``(n_mels,)`` as it came and as the network hears it; one hop of samples into ``out``."""
    n_mels, n_active, phase = len(mel), len(constants.starts), row.phase
    floor, top = math.log(constants.inversion.floor), constants.inversion.top
    found = step_net(net_input, revised, w, row.net)
    _follow_texture(row.net_input, net_input, floor, row.texture)
    row.net_input[:] = net_input
    sounds = False
    for m in range(n_mels):
        sounds = sounds or net_input[m] > floor + 1e-3
    for k in range(OFFSETS - 1):
        row.mels[k], row.shares[k] = row.mels[k + 1], row.shares[k + 1]
    row.mels[OFFSETS - 1] = mel
    share = _ramp(row.texture[0], limits[0], limits[1]) + _ramp(row.texture[0], limits[2], limits[3])
    row.shares[OFFSETS - 1] = share if sounds else 0.0
    make_room(phase, constants)
    # the frame before has no final phase yet: where it is the network's it is written anew, now that this one is known
    again = revised > 0 and row.shares[OFFSETS - 2] > 0.0
    if again:
        phase.lobes[:] = row.lobes
    else:
        row.lobes[:] = phase.lobes
    for d in range(int(again), -1, -1):
        clean = row.mels[OFFSETS - 1 - d].copy()
        if row.shares[OFFSETS - 1 - d] > 0.0:
            for m in range(n_mels):
                if clean[m] == clean[m]:
                    fix = row.shares[OFFSETS - 1 - d] * found[d, m]
                    clean[m] = min(max(clean[m], floor), top) + fix
        magnitude = phase.magnitude[n_active - 1 - d]
        read_level(clean, constants.inversion, phase.level[n_active - 1 - d])
        invert_mel(clean, constants.n_updates, constants.inversion, magnitude, phase.lobes)
        for b in range(len(magnitude)):
            phase.logs[2 - d, b] = math.log(max(magnitude[b], _TINY))
        if again and d == 1:
            row.lobes[:] = phase.lobes
    reconstruct(phase, constants, out)


@njit
def _advance_all(
    mel: np.ndarray,
    net_input: np.ndarray,
    row: LearntRow,
    w: StepWeights,
    limits: np.ndarray,
    revised: int,
    constants: PhaseConstants,
    out: np.ndarray,
) -> None:
    """Mel ``(T, n_mels)`` as it came and as the network hears it -> ``(T * hop,)``; ``row`` changes in place."""
    for t in range(len(mel)):
        _advance(
            mel[t], net_input[t], row, w, limits, revised, constants, out[t * constants.hop : (t + 1) * constants.hop]
        )


def _copied(row: LearntRow) -> LearntRow:
    """A copy to change; five times as fast as a deep copy, which would be a tenth of a frame's time."""
    net, phase = StepState(*(x.copy() for x in row.net)), RowState(*(x.copy() for x in row.phase))
    mels, net_input, shares, texture = row.mels.copy(), row.net_input.copy(), row.shares.copy(), row.texture.copy()
    return LearntRow(net, mels, net_input, shares, texture, phase, row.lobes.copy())


class LearntVocoder(PhaseReconstruction):
    """Log-mel ``(B, T, n_mels)`` -> audio ``(B, T * hop, 1)``: phase reconstruction from a mel that a network cleans.

    A causal network corrects the newest frame and, where the lookahead is a hop or more, the one before again with the
    newest known. How rough the mel is (no learning in it) tells a decoder's mel from a true one, which is left alone so
    that nothing is lost. Latencies, silence and safety are those of
    :class:`~bk_realtime.vocoder.phase.reconstruction.PhaseReconstruction`. The network runs frame by frame, so chunks
    cannot change a single bit.

    Parameters
    ----------
    net : trained network, on the CPU, in any float dtype.
    lookahead_ms : as for phase reconstruction.
    limits : see :data:`LIMITS`; with ``ALWAYS`` the network is in all of the sound, with ``NEVER`` in none.
    """

    def __init__(
        self, net: MelNet, lookahead_ms: float = 23.2, limits: tuple[float, float, float, float] = LIMITS, **phase: Any
    ) -> None:
        self._net, self._limits = net, np.array(limits)
        self._weights = step_weights(net)
        super().__init__(net.mel, lookahead_ms, **phase)

    def init_state(self, batch: int) -> tuple[LearntRow, ...]:  # type: ignore[override]
        """Silence before the first frame."""
        return tuple(
            LearntRow(
                net=step_state(self._net),
                mels=np.full((OFFSETS, self.channels[0]), self.silence),
                net_input=np.full(self.channels[0], self.silence, self._weights.first.dtype),
                shares=np.zeros(OFFSETS),
                texture=np.full(1, TRUE_TEXTURE),
                phase=phase,
                lobes=phase.lobes.copy(),
            )
            for phase in super().init_state(batch)
        )

    def step(self, x: Tensor, state: tuple[LearntRow, ...]) -> tuple[Tensor, tuple[LearntRow, ...]]:  # type: ignore[override]
        """``(B, T, n_mels) -> (B, T * hop, 1)``."""
        state = tuple(_copied(row) for row in state)
        mel = x.detach().to("cpu", torch.float64).contiguous().numpy()
        net_input = np.clip(np.where(np.isnan(mel), self.silence, mel), self.silence, 8.0).astype(
            self._weights.first.dtype
        )
        out = np.empty((mel.shape[0], mel.shape[1] * self._constants.hop))
        revised = min(self.lookahead // self._constants.hop, OFFSETS - 1)
        for i, row in enumerate(state):
            _advance_all(mel[i], net_input[i], row, self._weights, self._limits, revised, self._constants, out[i])
        return torch.from_numpy(out).to(x.device, x.dtype)[..., None], state


def save_learnt(net: MelNet, path: Path, about: dict[str, str] | None = None) -> None:
    """Write weights, sizes and mel convention as safetensors, in one move."""
    metadata = {
        "format": FORMAT,
        "kind": "learnt",
        "net": json.dumps(net.settings_dict()),
        "mel": json.dumps(to_dict(net.mel)),
        **(about or {}),
    }
    with atomic(path) as part:
        save_file({k: v.detach().float().contiguous() for k, v in net.state_dict().items()}, part, metadata)


def load_net(path: Path, mel: MelSettings | None = None) -> MelNet:
    """Read what :func:`save_learnt` wrote.

    Raises
    ------
    BkError
        No such file, another kind of file or format, weights for another mel than ``mel``, or broken weights.
    """
    about, weights = _read(path)
    if about.get("kind") != "learnt" or about.get("format") != FORMAT:
        raise InputError(
            f"{path}: expected learnt-vocoder weights of format {FORMAT}, got kind {said(about.get('kind'))} of format "
            f"{said(about.get('format'))}; make them with offline.train_vocoder"
        )
    made_for, sizes = (_about(cls, about, key, path) for cls, key in ((MelSettings, "mel"), (NetSettings, "net")))
    check_mel(made_for)
    if mel is not None and mel != made_for:
        raise InputError(f"{path}: made for mel {made_for}, got {mel}; use phase reconstruction or train new weights")
    net: MelNet = build_for(lambda: MelNet(sizes, made_for), weights, str(path), "make them with offline.train_vocoder")
    return net.eval()


def _about(cls: Any, about: dict[str, str], key: str, path: Path) -> Any:
    try:
        values = parse_json(about.get(key, ""))
    except ValueError as error:
        raise InputError(f"{path}: metadata {key}: not valid JSON ({shortened(str(error), 100)})") from None
    return from_dict(cls, values, f"{path}: metadata", key, complete=True)


def read_about(path: Path) -> dict[str, str]:
    """What :func:`save_learnt` wrote beside the weights."""
    return _read(path)[0]


def _read(path: Path) -> tuple[dict[str, str], dict[str, Tensor]]:
    try:
        weights, about = read_safetensors(path, "make them with offline.train_vocoder")
    except InputError as error:
        raise FileError(f"expected weights of the learnt vocoder, could not read them ({error})") from None
    return about, weights
