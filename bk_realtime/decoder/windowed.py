"""The published encoder-decoder over windows with past and future context: the accuracy reference, not low-latency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bk_realtime.decoder.base import NetworkDecoder, Prediction
from bk_realtime.decoder.layers import BidirectionalGru, CausalGru, CausalPostnet, Prenet, SequenceDropout
from bk_realtime.decoder.scheduled_sampling import scheduled_frames, shift_right
from bk_realtime.decoder.score import Score
from bk_realtime.decoder.targets import build_target
from bk_realtime.errors import OptionError
from bk_realtime.typed import Within


@dataclass(frozen=True)
class WindowedSettings:
    """Size and windows of the published encoder-decoder. 35 frames of 11.61 ms are 406 ms."""

    window: Annotated[int, Within(1, 4096)] = 35
    """Frames decoded together."""
    hop: Annotated[int, Within(1, 4096)] = 35
    """Frames taken from the end of each window, and the block that must fill before one runs."""
    past: Annotated[int, Within(0, 4096)] = 35
    """Frames of context before the window."""
    future: Annotated[int, Within(0, 4096)] = 35
    """Frames of context after the window: the lookahead."""
    hidden: Annotated[int, Within(1, 4096)] = 128
    """Units of convolutions, of each direction of the encoder, and of the decoder."""
    conv_layers: Annotated[int, Within(1, 64)] = 3
    """Centred convolutions in front of the encoder."""
    conv_kernel: Annotated[int, Within(1, 4096)] = 5
    """Frames each of them sees (odd)."""
    encoder_layers: Annotated[int, Within(1, 64)] = 3
    """Bidirectional recurrent layers."""
    attention: str = "location"
    """location, additive or dot, over every encoder frame of window and context."""
    attention_dim: Annotated[int, Within(1, 4096)] = 32
    """Units in which queries and keys are compared."""
    location_filters: Annotated[int, Within(1, 4096)] = 8
    """Filters over previous and cumulative weights."""
    location_kernel: Annotated[int, Within(1, 4096)] = 15
    """Frames each filter sees."""
    skip: bool = True
    """Give the decoder the encoder frame of its own time too. False is the published decoder, which has attention alone
    and needs far more data to find out what belongs to what: a weak reference on ten minutes."""
    prenet: tuple[Annotated[int, Within(1, 4096)], ...] = (32, 32)
    """Bottleneck on the previous frame."""
    prenet_dropout: Annotated[float, Within(0, 1)] = 0.5
    """In training only."""
    feedback_noise: Annotated[float, Within(0, 100)] = 0.5
    """Standard deviation of noise on the previous frame in training, in z-scored mel."""
    postnet_layers: Annotated[int, Within(0, 64)] = 3
    """Convolutions that refine the frames of a window; 0 for none."""
    postnet_channels: Annotated[int, Within(1, 4096)] = 64
    """Width of the postnet."""
    postnet_kernel: Annotated[int, Within(1, 4096)] = 5
    """Frames each of its convolutions sees."""
    dropout: Annotated[float, Within(0, 1)] = 0.1
    """In training only."""
    target: str = "mse"
    """mse, l1, both (regression) or classes (cross-entropy over quantised levels)."""
    n_levels: Annotated[int, Within(2, 1024)] = 16
    """Mel levels per bin for the target classes."""


class WindowedSeq2Seq(NetworkDecoder):
    """Encoder-decoder for sEEG over windows (Kohler et al. 2021): convolutions and a bidirectional GRU over past
    context, window and future context; attention over all of it; prenet, GRU decoder and postnet over the window.

    Every window starts afresh, as published, so windows are independent and decode side by side. A window ends with
    its block of ``hop`` frames and gives these; it runs ``future`` frames later: the lookahead. With the block
    to fill, the newest frame is 69 frames, 801 ms, old at the default sizes. A ``hop`` of 1 runs a whole
    window for each frame.

    Parameters
    ----------
    settings : sizes and windows.
    n_in : features per frame.
    n_mels : mel bins.
    """

    settings: WindowedSettings

    def __init__(self, settings: WindowedSettings, n_in: int, n_mels: int) -> None:
        nn.Module.__init__(self)
        s = settings
        if not 1 <= s.hop <= s.window or min(s.past, s.future) < 0 or min(s.hidden, s.conv_layers) < 1:
            raise OptionError(f"windowed: expected 1 <= hop <= window, past and future >= 0 and sizes >= 1, got {s}")
        if s.conv_kernel % 2 == 0:
            raise OptionError(f"windowed: expected an odd conv_kernel, got {s.conv_kernel}")
        self.settings = s
        self.channels, self.block, self.lookahead = (n_in, n_mels), s.hop, s.future
        self.target = build_target(s.target, n_mels, s.n_levels)
        self.convs = nn.ModuleList(
            nn.Conv1d(s.hidden if i else n_in, s.hidden, s.conv_kernel, padding="same") for i in range(s.conv_layers)
        )
        self.encoder = BidirectionalGru(s.hidden, s.hidden, s.encoder_layers, s.dropout)
        n_memory = 2 * s.hidden
        self.prenet = Prenet(n_mels, s.prenet, s.prenet_dropout)
        n_skip = n_memory if s.skip else 0
        self.query = CausalGru(self.prenet.n_out + n_skip, s.hidden)
        self.score = Score(
            s.attention,
            s.hidden,
            n_memory,
            s.attention_dim,
            self.receptive_field,
            s.location_filters,
            s.location_kernel,
        )
        self.decoder = CausalGru(s.hidden + n_memory, s.hidden)
        self.head = nn.Linear(s.hidden + n_memory + n_skip, self.target.n_raw)
        self.dropout = SequenceDropout(s.dropout)
        layers = s.postnet_layers if self.target.refines else 0
        self.postnet = CausalPostnet(n_mels, s.postnet_channels, s.postnet_kernel, layers, s.dropout)

    @property
    def receptive_field(self) -> int:
        """Frames that one window sees: past, window, future."""
        return self.settings.past + self.settings.window + self.settings.future

    def init_state(self, batch: int) -> Tensor:
        """The last ``receptive_field - hop`` feature frames (B, receptive_field - hop, n_in), zeros."""
        return self.head.weight.new_zeros(batch, self.receptive_field - self.block, self.channels[0])

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        seen = torch.cat([state, x], 1)
        # a few hundred windows at a time: they overlap, and a long recording has many
        mel = torch.cat([self._run_free(self._memory(part)) for part in self._windows(seen).split(256)])
        return self._join(mel, x.shape[0]), seen[:, x.shape[1] :].clone()

    def teacher_forced(self, x: Tensor, mel: Tensor) -> Prediction:
        """All windows at once, each given its true previous frames.

        Parameters
        ----------
        x : (B, T, n_in) features, T a multiple of the hop.
        mel : (B, T, n_mels) natural log mel of the same frames.
        """
        return self.scheduled(x, mel, 1.0)

    def scheduled(self, x: Tensor, mel: Tensor, teacher_forcing: float, passes: int = 1) -> Prediction:
        """Training pass with two-pass scheduled sampling, as :meth:`Seq2Seq.scheduled`; frames of a window before its
        block are decoded, fed and dropped. ``weights`` of the prediction are those of the blocks, (B, T, field)."""
        n, batch = x.shape[1] // self.block * self.block, x.shape[0]
        frames, memory = self.target.z_mel_of(mel[:, :n]), self._memory(self._spans(x[:, :n]))
        before = self.settings.window - self.block  # frames of a window that an earlier block has given already
        true = F.pad(frames, (0, 0, before, 0)).unfold(1, self.settings.window, self.block).mT.flatten(0, 1)
        fed = scheduled_frames(lambda f: self._decode(memory.detach(), f).frames, true, teacher_forcing, passes)
        prediction = self._decode(memory, fed)
        return Prediction(*(None if y is None else self._join(y, batch) for y in prediction))  # type: ignore[arg-type]

    def _spans(self, x: Tensor) -> Tensor:
        """A whole signal (B, T, n_in) -> what each window sees (B * n_windows, field, n_in), zeros outside."""
        s = self.settings
        return self._windows(F.pad(x, (0, 0, self.receptive_field - s.hop - s.future, s.future)))

    def _windows(self, seen: Tensor) -> Tensor:
        windows: Tensor = seen.unfold(1, self.receptive_field, self.block).mT.flatten(0, 1)
        return windows

    def _join(self, y: Tensor, batch: int) -> Tensor:
        """Windows (B * n_windows, window, C) -> their last ``hop`` frames in order (B, n_windows * hop, C)."""
        joined: Tensor = y[:, self.settings.window - self.block :].unflatten(0, (batch, -1)).flatten(1, 2)
        return joined

    def _memory(self, windows: Tensor) -> Tensor:
        """(N, field, n_in) -> (N, field, 2 * hidden)."""
        y = self.dropout(windows).mT
        for conv in self.convs:
            y = self.dropout(F.relu(conv(y)).mT).mT
        return self.encoder.forward(y.mT)

    def _decode(self, memory: Tensor, fed: Tensor) -> Prediction:
        """Memory (N, field, 2 * hidden), frames to feed (N, window, n_mels), each to its successor -> prediction."""
        previous, own = shift_right(fed), self._own(memory)
        if self.training and self.settings.feedback_noise > 0:
            previous = previous + self.settings.feedback_noise * torch.randn_like(previous)
        query = self.query.forward(torch.cat([self.prenet(previous), own], -1))
        none = memory.new_zeros(memory.shape[:2])
        mask = none[:, None].expand(-1, self.settings.window, -1)
        weights, _ = self.score.attend_sequence(query, self.score.key(memory), mask, none, none, False)
        context = weights @ memory
        hidden = self.decoder.forward(torch.cat([query, context], -1))
        raw = self.head(self.dropout(torch.cat([hidden, context, own], -1)))
        frames = self.target.read(raw)
        refined = self.postnet.forward(frames)
        return Prediction(raw, frames, refined, self.target.mel_of(refined), weights)

    def _run_free(self, memory: Tensor) -> Tensor:
        """Memory (N, field, 2 * hidden) -> log mel of every window (N, window, n_mels), fed with its own frames."""
        own, keys = self._own(memory), self.score.key(memory)
        query, hidden = self.query.init_state(len(memory)), self.decoder.init_state(len(memory))
        previous = memory.new_zeros(len(memory), self.channels[1])
        weights = cumulative = mask = memory.new_zeros(memory.shape[:2])
        frames = []
        for now in own.unbind(1):
            q, query = self.query.cell(torch.cat([self.prenet(previous), now], -1), query)
            weights, cumulative = self.score.attend_step(q, keys, mask, torch.stack([weights, cumulative], 1))
            context = (weights[:, None] @ memory)[:, 0]
            d, hidden = self.decoder.cell(torch.cat([q, context], -1), hidden)
            previous = self.target.read(self.head(torch.cat([d, context, now], -1)))
            frames.append(previous)
        return self.target.mel_of(self.postnet.forward(torch.stack(frames, 1)))

    def _own(self, memory: Tensor) -> Tensor:
        """Encoder frames of the window itself (N, window, C); none of their channels without ``skip``."""
        s = self.settings
        own = memory[:, s.past : s.past + s.window]
        return own if s.skip else own[..., :0]
