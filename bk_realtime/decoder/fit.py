"""A decoder and a stream that is not as its training data were: channels by label, another rate, and what was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bk_realtime.chunks import StreamDescription
from bk_realtime.clock import rational_rate
from bk_realtime.config import read_toml
from bk_realtime.errors import InputError, OptionError
from bk_realtime.montage import channel_infos, match_labels
from bk_realtime.montage.choice import voltage
from bk_realtime.typed import is_plain, said, shortened

_RATE_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Fit:
    """How a stream serves a bundle.

    Attributes
    ----------
    labels : one a channel of the stream: the bundle's label where it is one of its channels, else its own.
    rate : rate of the stream in Hz as the chain takes it; the bundle's own, or another that is resampled.
    renamed : bundle's label -> stream's label, where the two differ.
    notes : what was matched how, one line each.
    """

    labels: tuple[str, ...]
    rate: Fraction
    renamed: dict[str, str]
    notes: tuple[str, ...]


def fit_stream(
    description: StreamDescription,
    labels: Sequence[str],
    sfreq: Fraction,
    pass_hz: float | None,
    label_map: Mapping[str, str] | None = None,
) -> Fit:
    """How a stream in µV serves a decoder of channels ``labels`` at ``sfreq`` Hz that needs all up to ``pass_hz``;
    None for features made elsewhere, which have no unit and are not resampled.

    Raises
    ------
    BkError
        A channel is missing or ambiguous, the rate cannot be resampled, or a unit is not a voltage.
    """
    where, channels = f"stream {description.name!r}", channel_infos(description)
    match = match_labels(labels, channels, where, label_map)
    for i in match.found:
        if pass_hz is not None and voltage(channels[i].unit) is None:
            raise InputError(
                f"{where}: channel {channels[i].label!r} has unit {channels[i].unit!r}, which is not a voltage; "
                "expected microvolts, millivolts or volts; name the unit with --unit, or the µV of one count with "
                "--gain"
            )
    notes, rate = list(match.notes), sfreq
    if abs(description.sfreq - float(sfreq)) > _RATE_TOLERANCE * float(sfreq):
        if pass_hz is None:
            raise InputError(
                f"{where} runs at {description.sfreq:g} Hz, the decoder expects features at {float(sfreq):g} Hz; make "
                "them at that rate or train at this one"
            )
        rate = rational_rate(description.sfreq)
        try:
            from bk_realtime.features import Resample  # loads the compiler; most of what is refused, is refused before

            resample = Resample(1, rate, sfreq, pass_hz)
        except InputError as error:
            raise InputError(f"{where}: {error}") from None
        notes.append(
            f"resampled from {description.sfreq:g} Hz to the decoder's {float(sfreq):g} Hz, which looks "
            f"{1e3 * resample.lookahead / float(sfreq):.1f} ms ahead"
        )
    return Fit(match.labels, rate, match.renamed, tuple(notes))


def read_label_map(path: Path, wanted: Sequence[str] | None = None) -> dict[str, str]:
    """Decoder's label -> stream's label, from a TOML file of lines such as ``A1 = "EEG 12"``.

    Parameters
    ----------
    wanted : the decoder's labels, where they are known already.

    Raises
    ------
    BkError
        No such file, no TOML, something else in it than such lines, or a label that the decoder does not have.
    """
    values = read_toml(path)
    expected = "expected lines such as A1 = \"EEG 12\": the decoder's label, then the stream's in quotes"
    if not values:
        raise InputError(f"{path}: holds no labels; {expected}")
    for label, theirs in values.items():
        if not isinstance(theirs, str) or not theirs.strip() or not is_plain(theirs) or not is_plain(label):
            raise InputError(f"{path}: {shortened(ascii(label)[1:-1])} = {said(theirs)}; {expected}")
        if wanted is not None and label not in wanted:
            raise InputError(f"{path}: {label!r} is no channel of the decoder; {expected}")
    return values


def refuse_taken(labels: Sequence[str], label_map: Mapping[str, str], where: str) -> None:
    """Refuse to call a channel what another one is called: for who is to be trained on ``labels`` under other names.

    Raises
    ------
    OptionError
        With the first such label.
    """
    taken = [label for label in labels if label in label_map and label not in label_map.values()]
    if taken:
        raise OptionError(
            f"--label-map: {taken[0]!r} is said to be {label_map[taken[0]]!r}, but another channel of {where} is "
            f"called {taken[0]!r} already; give that one another label in the file, or leave it out"
        )
