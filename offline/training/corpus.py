"""Recordings read, checked against each other and cut into a corpus for the decoders of one training."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from bk_realtime.config import FeatureSettings, MelSettings
from bk_realtime.features import feature_labels
from offline.data.contamination import Contamination, screen
from offline.data.dataset import Corpus, build_corpus, common_labels, feature_reach_s
from offline.data.fingerprint import fingerprint
from offline.data.heard import words_kept
from offline.data.known_content import refuse_copies
from offline.data.processed import ProcessedRecording, process_recording
from offline.data.set_ups import refuse_other_set_ups
from offline.data.settings import ContaminatedPolicy
from offline.data.speech_level import require_speech
from offline.data.split import SplitSettings
from offline.io.options import ReadOptions
from offline.io.recording import Recording
from offline.scoring.mel import speech_mask
from offline.training.candidates import untrained
from offline.training.recordings import read_recordings


def load_corpus(
    paths: Sequence[Path],
    features: FeatureSettings,
    mel: MelSettings,
    split: SplitSettings,
    decoders: Iterable[tuple[str, Mapping[str, Any]]],
    lead_ms: float = 0.0,
    read: ReadOptions | None = None,
    cache: Path | None = None,
    console: Console | None = None,
    contaminated: ContaminatedPolicy = "refuse",
    recordings: Sequence[Recording] | None = None,
    widest: FeatureSettings | None = None,
    days: Sequence[int] = (),
    made: Callable[[Sequence[str]], Sequence[ProcessedRecording]] | None = None,
    advice: str = "",
) -> Corpus:
    """Read every recording and cut the corpus.

    Parameters
    ----------
    decoders : kind and settings of each decoder that is to be trained: the guards between the parts are as long as what
        the one with the longest view sees.
    lead_ms : milliseconds after the newest signal that decoders predict the sound of.
    read : how to read them.
    cache : folder to keep log power in.
    contaminated : what becomes of channels that hold the sound itself.
    recordings : those of ``paths``, where they were read already.
    widest : features that ``features`` were chosen among: the guards are as long as theirs, so that the parts are those
        by which they were chosen.
    days : see :func:`~offline.data.dataset.build_corpus`.
    made : gives the recordings with the features of these channels, where they were computed before, or none.
    advice : what can be done about channels that are left out; said behind them.
    """
    if recordings is None:
        recordings = read_recordings(paths, (read or ReadOptions()).of(features), console)
    labels = common_labels(recordings)
    if console is not None and (line := left_out(recordings, labels)):
        console.print(line + advice, highlight=False, markup=False)
    labels, contamination = screened(recordings, labels, features, contaminated, console)
    n_in = len(feature_labels(features, labels))
    reach = max(
        decoder.receptive_field for kind, values in decoders for decoder in untrained(kind, values, n_in, mel.n_mels)
    )
    wider = 0.0 if widest is None else feature_reach_s(widest, mel) - feature_reach_s(features, mel)
    there = [] if made is None else made(labels)
    corpus = build_corpus(
        there or [process_recording(recording, features, mel, labels, cache) for recording in recordings],
        features,
        mel,
        labels,
        recordings[0].sfreq,
        split=split,
        lead_ms=lead_ms,
        reach_s=reach * mel.hop_length / mel.sample_rate + wider,
        days=days,
        spoken=True,
    )
    refuse_other_set_ups(corpus)
    if console is not None:
        for line in filter(None, [not_moved(corpus), *chosen_elsewhere(corpus), *unspoken(corpus)]):
            console.print(line, highlight=False, markup=False)
    prints = tuple(fingerprint(recording) for recording in recordings)
    untold = tuple(refuse_copies(paths, prints, console))  # by content too; refuse_duplicates() knows it by hash
    fitted = [
        [(first + a, first + b) for a, b in split.ranges("training")]
        for split, first in zip(corpus.splits, corpus.first, strict=True)
    ]
    words = tuple(words_kept(r, parts, mel, lead_ms) for r, parts in zip(recordings, fitted, strict=True))
    return replace(corpus, contamination=contamination, fingerprints=prints, words=words, untold=untold)


def left_out(recordings: Sequence[Recording], labels: Sequence[str]) -> str:
    """Which channels are not among ``labels``, since they are not in each of several recordings, or not good in each;
    empty where there is none, or one recording."""
    if len(recordings) < 2:
        return ""
    said = []
    for label in dict.fromkeys(label for recording in recordings for label in recording.labels):
        lacking = [r for r in recordings if label not in r.labels or label in r.bad]
        if label not in labels:
            whose = [f"{'bad' if label in r.labels else 'not'} in {r.name}" for r in lacking]
            said.append(f"{label} ({', '.join(whose)})")
    if not said:
        return ""
    return f"channels left out, because not every recording has them as good ones: {', '.join(said)}"


def not_everywhere(recordings: Sequence[Recording]) -> list[str]:
    """Channels that not each of several recordings has as good ones, so that nothing is learnt of them."""
    labels = common_labels(recordings)
    return [
        x for x in dict.fromkeys(x for r in recordings for x in r.labels) if x not in labels and len(recordings) > 1
    ]


def not_moved(corpus: Corpus) -> str:
    """Which days before the last one keep their own mean spectrum; empty where there is none."""
    if not corpus.unmoved:
        return ""
    return (
        f"day {', '.join(map(str, corpus.unmoved))} keeps the mean spectrum of its own microphone: speech cannot be "
        f"told from silence in it or on day {corpus.days[-1]}"
    )


def chosen_elsewhere(corpus: Corpus) -> list[str]:
    """What chooses in each recording whose validation part was moved to where somebody speaks, one line each."""
    rate, lines = float(corpus.frame_rate), []
    for i in corpus.elsewhere:
        start, stop = ((corpus.first[i] + frame) / rate for frame in corpus.splits[i].validation)
        lines.append(
            f"{corpus.sessions[i].name}: less than half a second is spoken in the {stop - start:.0f} s before the "
            f"held-out part, so seconds {start:.0f} to {stop:.0f} are the validation part, which chooses penalty and "
            "epoch; end a recording with its last word"
        )
    return lines


def readings(corpus: Corpus) -> list[str]:
    """By what a run knows its recordings again: the hash of each reading and, where its validation part was moved, to
    where, so that no run goes on whose epochs another part has judged."""
    moved = {i: " validation {}-{}".format(*corpus.splits[i].validation) for i in corpus.elsewhere}
    return [session.reading_hash + moved.get(i, "") for i, session in enumerate(corpus.sessions)]


def unspoken(corpus: Corpus) -> list[str]:
    """In which of the parts that choose and that are scored nobody speaks, and what comes of it, one line each."""
    comes = {
        "validation": "ridge takes its penalty by the end of the training part, networks their epoch by silence",
        "test": "nothing is scored inside speech",
    }
    quiet = [part for part in comes if not any(speech_mask(y).any() for _, y in corpus.segments(part))]
    more = "; end a recording with its last word, or record more"
    return [f"nobody speaks in the {part} part ({corpus.seconds(part):.0f} s): {comes[part]}{more}" for part in quiet]


def screened(
    recordings: Sequence[Recording],
    labels: tuple[str, ...],
    features: FeatureSettings,
    contaminated: ContaminatedPolicy,
    console: Console | None = None,
) -> tuple[tuple[str, ...], Contamination]:
    """The channels that may be learnt from, and what the audit says, which the console is told too.

    Raises
    ------
    InputError
        No speech to learn; a channel that holds the sound itself, unless it is left out or kept on purpose.
    """
    for recording in recordings:
        require_speech(recording)
    labels, contamination = screen(recordings, labels, features, contaminated)
    if console is not None:
        console.print(f"contamination: {contamination.line}", highlight=False, markup=False)
    return labels, contamination
