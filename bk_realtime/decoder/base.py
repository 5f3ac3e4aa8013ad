"""What every decoder offers, and what training needs of it: the classes to derive a decoder of one's own from.

A decoder of your own, in a package of your own:

1. A frozen dataclass of plain values, its sizes. Each field becomes ``--set NAME=VALUE`` of ``offline.train`` and a key
   in the bundle.
2. A class ``(settings, n_in, n_mels)`` derived from :class:`NetworkDecoder` or, where it is solved for at once, from
   :class:`ClosedFormDecoder`, annotated ``settings: YourSettings``. It sets ``channels = (n_in, n_mels)``, and where
   they differ from the defaults ``block`` and ``lookahead``; see :class:`~bk_realtime.stream.Operator`. All that it
   learns is in its parameters and buffers: they are what a bundle keeps.
3. ``init_state`` and ``step``: one frame or many in, as many log-mel frames out, everything remembered in the state,
   nothing changed in place. Cut in any way, the frames must come out the same; ``tests/contract/harness.py`` checks it.
4. ``fit`` for closed forms; for networks ``target`` and ``scheduled``, whose loss and optimiser are there.
5. An entry point, after which every command takes it by its name::

    [project.entry-points."brainkaraoke.decoders"]
    mean = "my_package:MeanDecoder"

The smallest one, which says the mean of the training part whatever it is given::

    @dataclass(frozen=True)
    class MeanSettings:
        offset: float = 0.0  # in nat

    class MeanDecoder(ClosedFormDecoder):
        settings: MeanSettings

        def __init__(self, settings, n_in, n_mels):
            super().__init__()
            self.settings, self.channels = settings, (n_in, n_mels)
            self.register_buffer("mean", torch.zeros(n_mels))

        def fit(self, training, validation):
            self.mean.copy_(torch.cat([mel for _, mel in training]).mean(0))
            return {}

        def init_state(self, batch):
            return ()

        def step(self, x, state):
            return (self.mean + self.settings.offset).expand(*x.shape[:2], -1), state
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, NamedTuple

from torch import Tensor, nn

from bk_realtime.decoder.targets import Target
from bk_realtime.stream import Operator

FrameSegment = tuple[Tensor, Tensor]
"""Features (T, n_in) and natural-log mel (T, n_mels) of one contiguous segment, float32."""


class Prediction(NamedTuple):
    """raw : (B, T, n_raw) of the last linear layer; frames, refined : (B, T, n_mels) z-scored, before and after the
    postnet; mel : (B, T, n_mels) natural log mel; weights : (B, T, W) attention or None."""

    raw: Tensor
    frames: Tensor
    refined: Tensor
    mel: Tensor
    weights: Tensor | None


class Decoder(Operator, nn.Module):
    """An operator (B, T, n_in) -> (B, T, n_mels), z-scored features to natural-log mel, whose weights are a module's.

    Built as ``kind_class(settings, n_in, n_mels)``. Derive from :class:`ClosedFormDecoder` or :class:`NetworkDecoder`.

    Attributes
    ----------
    settings : the dataclass that it was built from; with it a bundle builds the same again.
    traceable : whether ``step`` is nothing but torch operations, with control flow that hangs on shapes and plain
        numbers of the state alone.
    """

    settings: Any
    traceable: bool = False

    @property
    def receptive_field(self) -> int:
        """Frames that one output is made of, for the gap between training and test; 0 where the decoder is recurrent
        and forgets gradually."""
        return 0

    def attention_of(self, state: Any) -> Tensor | None:
        """Attention weights (B, W) of the last decoded frame, oldest encoder frame first; None without attention."""
        return None


class ClosedFormDecoder(Decoder):
    """A decoder that is solved for at once."""

    @abstractmethod
    def fit(self, training: Sequence[FrameSegment], validation: Sequence[FrameSegment]) -> dict[str, Any]:
        """Set the weights from ``training``, with what ``validation`` chooses.

        Returns
        -------
        What is worth reporting, as plain values for the bundle.

        Raises
        ------
        InputError
            The segments are too short.
        """


class NetworkDecoder(Decoder):
    """A decoder that learns by gradient.

    Attributes
    ----------
    target : what it predicts, with its loss; see :func:`bk_realtime.decoder.targets.build_target`.
    """

    target: Target

    @abstractmethod
    def scheduled(self, x: Tensor, mel: Tensor, teacher_forcing: float, passes: int = 1) -> Prediction:
        """Training pass over a batch.

        Parameters
        ----------
        x : (B, T, n_in) features.
        mel : (B, T, n_mels) natural log mel of the same frames.
        teacher_forcing : share of true frames fed back, 1 … 0, for decoders that are fed their own frames.
        passes : passes without gradient that make the other frames.
        """

    def fit_targets(self, mel: Tensor) -> None:
        """Take mel statistics, and levels for classification, from training frames (N, n_mels), natural log mel."""
        self.target.fit(mel)

    def loss(self, prediction: Prediction, mel: Tensor, mask: Tensor | None = None) -> Tensor:
        """Loss of the target against log ``mel`` (B, T, n_mels), where ``mask`` (B, T) holds; frames after the last
        whole block, which the prediction lacks, do not count."""
        n = prediction.raw.shape[1]
        return self.target.loss(prediction.raw, prediction.refined, mel[:, :n], None if mask is None else mask[:, :n])
