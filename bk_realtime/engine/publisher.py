"""What one session sends to others on LSL: every stage, with the stamp of the newest neural sample in it."""

from __future__ import annotations

from bk_realtime.chain import Chain
from bk_realtime.decoder.attention import attention_weights
from bk_realtime.decoder.bundle import Bundle
from bk_realtime.engine.core import CoreOutput
from bk_realtime.features import feature_labels
from bk_realtime.sink.outlets import EngineOutlets


class Publisher:
    """Opens the outlets that a session needs, and sends what its core makes.

    Parameters
    ----------
    session : its id.
    chain, bundle : what decodes, and from what it was made; they say which outlets there are and how wide.
    simulated : whether the neural signal is; every stream says so.
    conditions : whether the session has conditions.

    Attributes
    ----------
    outlets : of the session.
    """

    def __init__(self, session: str, chain: Chain, bundle: Bundle, simulated: bool, conditions: bool) -> None:
        attention = attention_weights(bundle.decoder, chain.decoder_state)
        self._n_attention = 0 if attention is None else attention.shape[-1]
        self.outlets = EngineOutlets(
            session,
            n_features=chain.stages["features"][-1].channels[1],
            mel=bundle.mel,
            simulated=simulated,
            feature_labels=feature_labels(bundle.features, bundle.labels),
            n_attention=self._n_attention,
            conditions=conditions,
            gate=bundle.gate is not None,
            sureness=bundle.sureness is not None,
        )

    def push(self, output: CoreOutput, chain: Chain, delay_s: float) -> None:
        """Send what one part led to. Weights of attention are those of ``chain``, which may be another one than at the
        start; where it has more or fewer, none are sent.

        Parameters
        ----------
        output : of the core.
        chain : that made it.
        delay_s : by so many seconds the voice that is heard is later than the decoded one.
        """
        decoded = output.decoded
        if len(decoded.audio):
            self.outlets.push_audio(output.guarded, output.audio_stamps - delay_s)
        if len(decoded.features):
            self.outlets.push_features(decoded.features, output.feature_stamps)
            self.outlets.push_gate(decoded.gate, output.feature_stamps)
            self.outlets.push_sureness(decoded.sureness, output.feature_stamps)
        if len(decoded.mel):
            self.outlets.push_mel(decoded.mel, output.mel_stamps)
            if self._n_attention:
                attention = attention_weights(chain.bundle.decoder, chain.decoder_state)
                if attention is not None and attention.shape[-1] == self._n_attention:
                    self.outlets.push_attention(attention, output.mel_stamps[-1:])
