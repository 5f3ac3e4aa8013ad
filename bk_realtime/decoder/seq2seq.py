"""The streaming encoder-decoder with attention: one mel frame per feature frame, every state explicit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

import torch
from torch import Tensor, nn

from bk_realtime.decoder.attention import AttentionState, SlidingAttention
from bk_realtime.decoder.base import NetworkDecoder, Prediction
from bk_realtime.decoder.encoder import Encoder, EncoderState
from bk_realtime.decoder.layers import CausalGru, CausalPostnet, Prenet, SequenceDropout
from bk_realtime.decoder.scheduled_sampling import scheduled_frames, shift_right
from bk_realtime.decoder.score import Score
from bk_realtime.decoder.targets import build_target
from bk_realtime.errors import OptionError
from bk_realtime.typed import Within


@dataclass(frozen=True)
class Seq2SeqSettings:
    """Size and parts of the streaming encoder-decoder."""

    hidden: Annotated[int, Within(1, 4096)] = 128
    """Units of convolutions, encoder and decoder."""
    conv_layers: Annotated[int, Within(1, 64)] = 2
    """Causal convolutions in front of the encoder."""
    conv_kernel: Annotated[int, Within(1, 4096)] = 5
    """Frames each of them sees."""
    encoder_layers: Annotated[int, Within(1, 64)] = 2
    """Recurrent layers of the encoder."""
    lookahead: Annotated[int, Within(0, 4096)] = 0
    """Future frames the encoder sees (11.61 ms each)."""
    attention: str = "location"
    """location (previous and cumulative weights), additive (the same without them), dot, or none."""
    attention_window: Annotated[int, Within(1, 4096)] = 35
    """Encoder frames attended to: 35 are 406 ms."""
    attention_dim: Annotated[int, Within(1, 4096)] = 32
    """Units in which queries and keys are compared."""
    location_filters: Annotated[int, Within(1, 4096)] = 8
    """Filters over previous and cumulative weights."""
    location_kernel: Annotated[int, Within(1, 4096)] = 15
    """Frames each filter sees."""
    feedback: bool = True
    """Feed the previous mel frame back; without it the decoder is not autoregressive."""
    prenet: tuple[Annotated[int, Within(1, 4096)], ...] = (32, 32)
    """Bottleneck on the previous frame; empty passes the frame as it is."""
    prenet_dropout: Annotated[float, Within(0, 1)] = 0.5
    """In training only, so that decoding is repeatable."""
    feedback_noise: Annotated[float, Within(0, 100)] = 0.5
    """Standard deviation of noise on the previous frame in training, in z-scored mel."""
    decoder_layers: Annotated[int, Within(1, 64)] = 1
    """Recurrent layers of the decoder."""
    postnet_layers: Annotated[int, Within(0, 64)] = 3
    """Causal convolutions that refine frames; 0 for none. Not used with the target classes."""
    postnet_channels: Annotated[int, Within(1, 4096)] = 64
    """Width of the postnet."""
    postnet_kernel: Annotated[int, Within(1, 4096)] = 5
    """Frames each of its convolutions sees."""
    dropout: Annotated[float, Within(0, 1)] = 0.1
    """In training only: features, encoder layers, before the output layer and in the postnet."""
    target: str = "mse"
    """mse, l1, both (regression) or classes (cross-entropy over quantised levels)."""
    n_levels: Annotated[int, Within(2, 1024)] = 16
    """Mel levels per bin for the target classes."""


class Seq2SeqState(NamedTuple):
    """encoder, attention (None without), postnet : theirs; query, hidden : GRUs (layers, B, hidden);
    previous : (B, n_mels), the last frame, z-scored, before the postnet."""

    encoder: EncoderState
    attention: AttentionState | None
    query: Tensor
    hidden: Tensor
    previous: Tensor
    postnet: tuple[Tensor, ...]


class Seq2Seq(NetworkDecoder):
    """Causal convolutions → GRU encoder → attention over the last W frames → prenet → GRU decoder → mel → postnet.

    After Tacotron 2 (Shen et al. 2018) and the encoder-decoder for sEEG of Kohler et al. 2021, made causal and
    synchronous: decoder frame k is due when encoder frame k is. Decoder input is the prenet of frame k - 1 beside
    encoder frame k; a query GRU runs on that, attention finds a context, the decoder GRU runs on query and context,
    and a linear layer on decoder state, context and encoder frame gives the frame. The query never depends on contexts
    of earlier frames except through the fed-back frame, so with the frames given (:meth:`teacher_forced`) every GRU
    runs over the whole sequence at once.

    ``step`` and ``forward`` run free: the frame fed back is the decoder's own. No dropout, no noise: two runs agree.

    Parameters
    ----------
    settings : size and parts.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: Seq2SeqSettings
    traceable = True

    def __init__(self, settings: Seq2SeqSettings, n_in: int, n_mels: int) -> None:
        nn.Module.__init__(self)
        s = settings
        if min(s.hidden, s.conv_layers, s.encoder_layers, s.decoder_layers, s.attention_window) < 1 or s.lookahead < 0:
            raise OptionError(f"seq2seq: expected sizes of at least 1 and a lookahead of at least 0, got {s}")
        self.settings = s
        self.channels, self.lookahead = (n_in, n_mels), s.lookahead
        self.target = build_target(s.target, n_mels, s.n_levels)
        self.encoder = Encoder(n_in, s.hidden, s.conv_layers, s.conv_kernel, s.encoder_layers, s.lookahead, s.dropout)
        self.prenet = Prenet(n_mels, s.prenet if s.feedback else (), s.prenet_dropout)
        n_previous = self.prenet.n_out if s.feedback else 0
        self.query = CausalGru(n_previous + s.hidden, s.hidden)
        n_context = 0
        self.attention: SlidingAttention | None = None
        if s.attention != "none":
            score = Score(
                s.attention,
                s.hidden,
                s.hidden,
                s.attention_dim,
                s.attention_window,
                s.location_filters,
                s.location_kernel,
            )
            self.attention = SlidingAttention(score, s.hidden, s.hidden)
            n_context = s.hidden
        self.decoder = CausalGru(s.hidden + n_context, s.hidden, s.decoder_layers, s.dropout)
        self.head = nn.Linear(2 * s.hidden + n_context, self.target.n_raw)
        self.dropout = SequenceDropout(s.dropout)
        layers = s.postnet_layers if self.target.refines else 0
        self.postnet = CausalPostnet(n_mels, s.postnet_channels, s.postnet_kernel, layers, s.dropout)

    def init_state(self, batch: int) -> Seq2SeqState:
        return Seq2SeqState(
            self.encoder.init_state(batch),
            self.attention.init_state(batch) if self.attention is not None else None,
            self.query.init_state(batch),
            self.decoder.init_state(batch),
            self.head.weight.new_zeros(batch, self.channels[1]),
            self.postnet.init_state(batch),
        )

    def step(self, x: Tensor, state: Seq2SeqState) -> tuple[Tensor, Seq2SeqState]:
        skip = min(state.encoder.skip, x.shape[1])
        memory, encoder = self.encoder.step(x, state.encoder)
        attention, query, hidden, previous = state.attention, state.query, state.hidden, state.previous
        frames = []
        for now in memory[:, skip:].unbind(1):  # the frame fed back makes this loop sequential
            q, query = self.query.cell(self._decoder_input(previous, now), query)
            parts = [now]
            if self.attention is not None and attention is not None:
                context, _, attention = self.attention.attend(q[:, None], now[:, None], attention)
                parts = [now, context[:, 0]]
            d, hidden = self.decoder.cell(torch.cat([q, *parts[1:]], -1), hidden)
            previous = self.target.read(self.head(torch.cat([d, *parts], -1)))
            frames.append(previous)
        postnet = state.postnet
        mel = memory.new_zeros(x.shape[0], skip, self.channels[1])
        if frames:
            refined, postnet = self.postnet.step(torch.stack(frames, 1), postnet)
            refined = self.target.mel_of(refined)
            mel = torch.cat([mel, refined], 1) if skip else refined
        return mel, Seq2SeqState(encoder, attention, query, hidden, previous, postnet)

    def attention_of(self, state: Seq2SeqState) -> Tensor | None:
        return None if state.attention is None else state.attention.weights

    def teacher_forced(self, x: Tensor, mel: Tensor) -> Prediction:
        """All frames at once, each given the true frame before it.

        Parameters
        ----------
        x : (B, T, n_in) features.
        mel : (B, T, n_mels) natural log mel of the same frames. With the decoder's own free-running frames here
            (before the postnet), the prediction equals free running.
        """
        return self._decode(self.encoder.forward(x), self.target.z_mel_of(mel))

    def scheduled(self, x: Tensor, mel: Tensor, teacher_forcing: float, passes: int = 1) -> Prediction:
        """Training pass fed a mixture of true and predicted frames, see
        :func:`~bk_realtime.decoder.scheduled_sampling.scheduled_frames`; x, mel as in :meth:`teacher_forced`."""
        memory, fed = self.encoder.forward(x), self.target.z_mel_of(mel)
        if self.settings.feedback:
            fed = scheduled_frames(lambda f: self._decode(memory.detach(), f).frames, fed, teacher_forcing, passes)
        return self._decode(memory, fed)

    def _decode(self, memory: Tensor, fed: Tensor) -> Prediction:
        """Memory (B, T, hidden), frames to feed (B, T, n_mels), each to its successor -> all at once."""
        previous = shift_right(fed)
        if self.training and self.settings.feedback_noise > 0:
            previous = previous + self.settings.feedback_noise * torch.randn_like(previous)
        query = self.query.forward(self._decoder_input(previous, memory))
        parts, weights = [memory], None
        if self.attention is not None:
            context, weights, _ = self.attention.attend(query, memory, self.attention.init_state(memory.shape[0]))
            parts = [memory, context]
        hidden = self.decoder.forward(torch.cat([query, *parts[1:]], -1))
        raw = self.head(self.dropout(torch.cat([hidden, *parts], -1)))
        frames = self.target.read(raw)
        refined = self.postnet.forward(frames)
        return Prediction(raw, frames, refined, self.target.mel_of(refined), weights)

    def _decoder_input(self, previous: Tensor, memory: Tensor) -> Tensor:
        return torch.cat([self.prenet(previous), memory], -1) if self.settings.feedback else memory
