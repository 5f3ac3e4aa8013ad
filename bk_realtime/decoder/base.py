"""What every decoder offers, and what training needs of it: the classes to derive a decoder of one's own from."""

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
