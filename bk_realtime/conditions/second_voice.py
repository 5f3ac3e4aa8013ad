"""The voice of a second decoder beside the real one: the same signal with channels shuffled, or another bundle."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from bk_realtime.chain import Chain
from bk_realtime.chunks import StreamDescription
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.errors import OptionError
from bk_realtime.session.bundle import gate_choice
from bk_realtime.session.conditions import SHAM_KINDS, Condition, ConditionSettings
from bk_realtime.voice.standby import frame_ms
from bk_realtime.voice.voice_gate import VoiceGate

BUSY = 0.9
"""Real decoder and shams together may take this part of a frame."""


class SecondVoice:
    """One more chain on the stream's samples. It runs whatever is heard: what is computed tells nobody what is on.

    Parameters
    ----------
    chain : the second signal path, warm, on the CPU.
    real : the one that is heard otherwise; where the second one looks further ahead its voice is as much later.
    gate : of this chain: a sham that babbled where the real voice is gated would be told from it at once.
    """

    def __init__(self, chain: Chain, real: Chain, gate: VoiceGate) -> None:
        self.chain, self._gate = chain, gate
        hop, rate = chain.frame_clock.hop_length, chain.frame_clock.sample_rate
        self.late = -(-max(Fraction(0), chain.algorithmic_s - real.algorithmic_s) * rate // hop) * hop
        self.reset()

    def reset(self) -> None:
        """A new segment."""
        self.chain.reset()
        self._gate.reset()
        self._waiting = np.zeros(int(self.late), np.float32)

    def feed(self, samples: np.ndarray) -> None:
        """Decode (n, n_channels) samples in µV, before their sound is taken."""
        decoded = self.chain.push(samples)
        sound = self._gate.process(decoded.audio, decoded, np.zeros(0), 0.0)  # it needs no times
        self._waiting = np.concatenate([self._waiting, sound])

    def take(self, n: int) -> np.ndarray:
        """(n,) float32, the next samples; silence where none has come yet."""
        out, self._waiting = self._waiting[:n], self._waiting[n:]
        return out if len(out) == n else np.concatenate([np.zeros(n - len(out), np.float32), out])


def shuffled_labels(labels: Sequence[str], wanted: Sequence[str], seed: int) -> list[str]:
    """Labels of a stream with those in ``wanted`` dealt out anew, none in its own place, by ``seed``.

    Raises
    ------
    OptionError
        There are not two to exchange.
    """
    places = [i for i, label in enumerate(labels) if label in set(wanted)]
    if len(places) < 2:
        raise OptionError('condition "shuffled": expected a decoder of two channels or more, got one')
    # a cyclic order of a random order: every channel gets another one's place
    order = np.random.default_rng(seed).permutation(places)
    out = list(labels)
    for target, origin in zip(order, np.roll(order, 1), strict=True):
        out[target] = labels[origin]
    return out


def open_second_voices(
    settings: ConditionSettings,
    conditions: Sequence[Condition],
    bundle: Bundle,
    real: Chain,
    labels: Sequence[str],
    stream: StreamDescription,
    label_map: Mapping[str, str],
    gate: str,
    fade_ms: float,
) -> tuple[dict[str, SecondVoice], str]:
    """The second voices that conditions need, by condition's name, and in words what they cost.

    Parameters
    ----------
    bundle, real : the session's decoder and its chain.
    labels : of the stream's channels, as the decoder calls them.
    stream, label_map : what another bundle's channels are looked for in.
    gate, fade_ms : ``--gate``, for each voice by its own bundle's speech gate, and the length of its fades.

    Raises
    ------
    BkError
        The other bundle does not fit stream or sound, or together they are too slow for this machine.
    """
    voices: dict[str, SecondVoice] = {}
    for condition in conditions:
        if condition.kind == "shuffled":
            dealt = shuffled_labels(labels, bundle.labels, int(condition.value or 0))
            chain = Chain(bundle, dealt, "cpu", real.rate)
        elif condition.kind == "other" and settings.sham_bundle is not None:
            other = load_bundle(settings.sham_bundle)
            theirs, ours = other.mel, bundle.mel
            if (theirs.sample_rate, theirs.hop_length) != (ours.sample_rate, ours.hop_length):
                raise OptionError(
                    f"--sham-bundle {settings.sham_bundle}: expected sound at {ours.sample_rate} Hz in frames of "
                    f"{ours.hop_length}, got {theirs.sample_rate} Hz and {theirs.hop_length}; choose another bundle"
                )
            fit = other.check(stream, {k: v for k, v in label_map.items() if k in other.labels})
            chain = Chain(dataclasses.replace(other, vocoder=other.vocoder), fit.labels, "cpu", fit.rate)
        else:
            continue
        voices[condition.name] = SecondVoice(chain, real, VoiceGate(chain, gate_choice(chain.bundle, gate)[0], fade_ms))
    if not voices:
        return voices, ""
    hop_ms = 1e3 / float(real.frame_clock.frame_rate)
    costs = {name: frame_ms(voice.chain) for name, voice in voices.items()}
    own = frame_ms(real)
    if own + sum(costs.values()) > BUSY * hop_ms:
        parts = ", ".join(f"{name} {ms:.1f} ms" for name, ms in costs.items())
        raise OptionError(
            f"conditions: the decoder takes {own:.1f} ms of each {hop_ms:.1f} ms and the shams {parts} more; expected "
            f"at most {BUSY * hop_ms:.1f} ms together; leave conditions of the kinds {', '.join(SHAM_KINDS)} out"
        )
    for voice in voices.values():
        voice.reset()
    return voices, f"{len(voices)} more decoders take {sum(costs.values()):.1f} ms of each {hop_ms:.1f} ms of a frame"
