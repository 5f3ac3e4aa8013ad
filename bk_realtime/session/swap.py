"""Another decoder bundle in a running session: which may take over, and how that is recorded."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from bk_realtime.errors import InputError
from bk_realtime.session.bundle import gate_choice, load_session_bundle
from bk_realtime.session.settings import SessionSettings

if TYPE_CHECKING:
    from bk_realtime.decoder.bundle import Bundle

TAKES_OVER: Literal["bundle"] = "bundle"
"""Kind of the event that says from which sample on another bundle decodes."""
STAYS = "the decoder stays as it is"
"""How the event ends that says why another bundle does not take over."""
_ADVICE = "train it with the settings of the running one, or start a session with it"


@dataclass(frozen=True)
class Swap:
    """Another bundle decodes from one neural sample on.

    Attributes
    ----------
    stamp : the sender's stamp of that sample.
    path, sha256 : the bundle's folder, and the hash of its index.
    frame : frames of features of the segment before that sample.
    warmed : how many of them, the newest, it had heard when it took over.
    """

    stamp: float
    path: str
    sha256: str
    frame: int
    warmed: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return dataclasses.asdict(self)

    @classmethod
    def read(cls, event: dict[str, Any]) -> Swap:
        """One of :meth:`as_dict`."""
        stamp, frame, warmed = float(event["stamp"]), int(event["frame"]), int(event["warmed"])
        return cls(stamp, str(event["path"]), str(event["sha256"]), frame, warmed)

    def load(self, settings: SessionSettings) -> Bundle:
        """The bundle as the session used it.

        Raises
        ------
        BkError
            It is not there any more, or another one is.
        """
        bundle = load_session_bundle(dataclasses.replace(settings, bundle=Path(self.path)))
        if bundle.digest != self.sha256:
            raise InputError(
                f"{self.path}: not the bundle that took over in the session (its checksum differs); expected SHA-256 "
                f"{self.sha256}; put that one back"
            )
        return bundle


def read_swaps(events: Iterable[dict[str, Any]]) -> list[Swap]:
    """All swaps among a session's events, in order."""
    return [Swap.read(event) for event in events if event.get("event") == TAKES_OVER]


def without_new_gate(began: Bundle, new: Bundle) -> Bundle:
    """``new`` as it takes over in a session that began with ``began``: where that one has no speech gate, nor has it. A
    voice that nothing holds back is not to fall silent because a decoder was trained meanwhile. Nor does it say how
    sure it is where that one does not: nobody listens. Those between do not count: after one that cannot tell, the next
    that can says it again."""
    new = dataclasses.replace(new, gate=None) if began.gate is None else new
    return dataclasses.replace(new, sureness=None) if began.sureness is None else new


def refuse_another(now: Bundle, new: Bundle, gate: str) -> None:
    """Refuse a bundle that cannot take over from a running one: channels, features, mel, latency, vocoder and speech
    gate have to be the same.

    Parameters
    ----------
    now, new : as the session uses them.
    gate : the session's ``--gate``.

    Raises
    ------
    InputError
        What was expected, and what came.
    """
    where = f"{new.path}: cannot take over"
    if now.labels != new.labels:
        added, gone = sorted(set(new.labels) - set(now.labels)), sorted(set(now.labels) - set(new.labels))
        differ = "; ".join(
            f"{what} {', '.join(labels[:6])}" for what, labels in (("without", gone), ("also", added)) if labels
        )
        raise InputError(
            f"{where}: expected the {len(now.labels)} channels of the running decoder, got {len(new.labels)} "
            f"({differ or 'in another order'}); {_ADVICE}"
        )
    if now.provenance.get("simulated") is False and new.provenance.get("simulated") is True:
        raise InputError(
            f"{where}: expected a decoder of a person as the running one, got one of a SIMULATED participant; {_ADVICE}"
        )
    pairs: list[tuple[str, Any, Any]] = [("neural rate", now.sfreq, new.sfreq)]
    for name, a, b in (("features", now.features, new.features), ("mel", now.mel, new.mel)):
        pairs += [(f"{name}.{f.name}", getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a)]
    pairs.append(("lead in ms", now.lead_ms, new.lead_ms))
    pairs.append(("lookahead of the decoder, in frames,", now.decoder.lookahead, new.decoder.lookahead))
    pairs.append(("frames that the decoder takes at once", now.decoder.block, new.decoder.block))
    pairs += [
        (f"vocoder.{f.name}", getattr(now.vocoder, f.name), getattr(new.vocoder, f.name))
        for f in dataclasses.fields(now.vocoder)
        if f.name != "weights"
    ]
    pairs.append(("weights of the vocoder, SHA-256", _weights(now), _weights(new)))
    pairs.append(("speech gate:", *_both(now, new, lambda bundle: "none" if bundle.gate is None else "one")))
    acts = _both(now, new, lambda bundle: "on" if gate_choice(bundle, gate)[0] else "off")
    pairs.append(("speech gate (--gate of `run`):", *acts))
    for what, wanted, got in pairs:
        if wanted != got:
            raise InputError(f"{where}: expected {what} {wanted} as in the running decoder, got {got}; {_ADVICE}")


def _both(now: Bundle, new: Bundle, say: Callable[[Bundle], str]) -> tuple[str, str]:
    return say(now), say(new)


def _weights(bundle: Bundle) -> str:
    from bk_realtime.decoder.bundle_index import sha256

    weights = bundle.vocoder.weights
    return sha256((bundle.path or Path()) / weights) if weights else "none"
