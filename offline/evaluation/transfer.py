"""What yesterday's decoder is worth today: decoded on a last part of today that nothing else sees, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.console import Console

from bk_realtime.clock import FrameClock
from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.decoder.fit import read_label_map
from bk_realtime.decoder.ridge import EVEN, Ridge, RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.learning.before import data_before, leaks_in
from bk_realtime.learning.compared import Carried as Compared
from bk_realtime.learning.prior import (
    Prior,
    notes_of,
    refuse_learnt,
    refuse_other_participant,
    refuse_too_few,
    ridge_of,
)
from offline.data.contamination import Contamination, bundle_contamination, refuse_contaminated, worst_of
from offline.data.dataset import feature_reach_s
from offline.data.fingerprint import fingerprint
from offline.data.known_content import FOUND, LEAK_UNTOLD, UNKNOWN, known_to, refuse_copies
from offline.data.other_day import OtherDay, masked, other_day
from offline.data.processed import process_recording
from offline.data.provenance import refuse_duplicates, training_entry
from offline.data.split import SplitSettings, guard_frames
from offline.evaluation.compared import Judge, Score
from offline.evaluation.transfer_row import TOGETHER, Bundled, Row, row_after
from offline.evaluation.transfer_settings import MINUTES, Transfer
from offline.io.recording import Recording
from offline.training.carried import Carried, Frames, OtherDays
from offline.training.corpus import screened
from offline.training.onward import Onward
from offline.training.recordings import read_recordings

MORE_S = 30.0
"""All that is known of today is a row of its own where it is so much more than the last one."""


@dataclass(frozen=True, eq=False)
class CarriedOn:
    """The bundle's weights carried on with all that is known of today in the last row.

    Attributes
    ----------
    fit : what was fitted.
    first, stop : frames of today's recording that it was fitted on, the last one not included.
    held_out : those that are scored.
    compared : how it fared beside one of today alone, on what neither had learnt.
    recording : today's, as it was read.
    score : on the scored part.
    """

    fit: Carried
    first: int
    stop: int
    held_out: tuple[int, int]
    compared: Compared
    recording: Recording
    score: Score


@dataclass(frozen=True, eq=False)
class Outcome:
    """All rows, and what they were made from.

    Attributes
    ----------
    scored_s : first and last second of today's recording that are scored, by the decoder's frames.
    begin_s : second of the recording at which what is seen of today begins.
    speech_s : of speech in the scored part.
    notes : what was done, one line each.
    carried : what can be saved as a bundle; None where recordings were carried on, or nothing.
    doubt : why nobody can tell whether what is scored was learnt; empty where it was not.
    """

    rows: tuple[Row, ...]
    scored_s: tuple[float, float]
    begin_s: float
    speech_s: float
    today: OtherDay
    labels: tuple[str, ...]
    bundle: Bundle
    contamination: Contamination
    simulated: bool
    notes: tuple[str, ...]
    carried: CarriedOn | None = None
    doubt: str = ""

    @property
    def worst(self) -> Contamination:
        """What is said of the channels of all days: yesterday's weights decode, too."""
        return worst_of(self.contamination, bundle_contamination(self.bundle.provenance))

    @property
    def mark(self) -> str:
        """What the table and every sentence with a figure begin with; empty where all is well."""
        return self.worst.mark + (f"{LEAK_UNTOLD} " if self.doubt else "")


def transfer(settings: Transfer, console: Console) -> Outcome:
    """Read, decode and score.

    Raises
    ------
    BkError
        Files that cannot be used; a today that the bundle was trained on, or that is among the days before it; a bundle
        that learnt from contaminated channels, unless they are kept.
    """
    bundle = load_bundle(settings.bundle)
    refuse_contaminated(bundle.provenance, f"bundle {settings.bundle.name}", settings.contaminated)
    names = {} if settings.label_map is None else read_label_map(settings.label_map, bundle.labels)
    paths = (*settings.yesterday, settings.recording)
    read = settings.read.of(bundle.features)
    read.refuse_one_file_for(paths)
    recordings = [read_recordings([path], read, console)[0] for path in paths]
    refuse_duplicates(paths, recordings)
    notes, doubt = _refuse_known(settings, bundle, recordings)
    *before, today = [
        other_day(bundle, recording, names if path == settings.recording else None)
        for path, recording in zip(paths, recordings, strict=True)
    ]
    common = tuple(label for label in bundle.labels if all(label in day.present for day in (*before, today)))
    if not common:
        raise InputError("expected at least one good channel of the decoder in every recording, got none")
    every = [day.recording for day in (*before, today)]
    labels, contamination = screened(every, common, bundle.features, settings.contaminated, console)
    notes += _montage(bundle, today, labels)
    if settings.save is not None:
        ridge_of(bundle)
        if bundle.features.normalisation == "running":
            raise InputError(
                f"--save: {settings.bundle} normalises by running statistics, which are not carried on; expected "
                "frozen ones; leave --save out"
            )
        refuse_too_few(bundle, labels, today.recording.name)
        refuse_other_participant(bundle, today.recording.simulated, today.recording.name)
        notes += notes_of(bundle, ())
    dropped = [label for label in common if label not in labels]
    outcome = _score(settings, bundle, today, [masked(r, dropped) for r in every], labels, contamination, notes)
    carried = outcome.carried and replace(outcome.carried, recording=recordings[-1])
    return replace(outcome, carried=carried, doubt=doubt)


def _refuse_known(settings: Transfer, bundle: Bundle, recordings: Sequence[Recording]) -> tuple[list[str], str]:
    """Notes on what the bundle knows of the recordings, and why nobody can tell whether what is scored was learnt."""
    *before, today = recordings
    refuse_learnt(bundle, settings.recording.name)
    known = known_to(bundle, today)
    if training_entry(bundle.provenance, today) is not None or known.verdict == FOUND:
        raise InputError(
            f"{settings.recording}: the bundle was trained on it{': ' + known.text if known.text else ''}; expected a "
            "recording of another day, or what is scored would have been trained on"
        )
    prints = [fingerprint(recording) for recording in recordings]
    notes = refuse_copies([*settings.yesterday, settings.recording], prints)  # said with the table
    doubt = "; ".join([*notes, *([known.text] if known.verdict == UNKNOWN else [])])
    notes += [f"leak: CANNOT TELL whether the bundle knows today: {known.text}"] if known.verdict == UNKNOWN else []
    notes += [f"held-out parts of before: {line}" for line in leaks_in(data_before(bundle))]
    for path, recording in zip(settings.yesterday, before, strict=True):
        if training_entry(bundle.provenance, recording) is None:
            notes.append(f"{path.name} is none of the recordings that the bundle was trained on, by hash")
    return notes, doubt


def _montage(bundle: Bundle, today: OtherDay, labels: Sequence[str]) -> list[str]:
    notes = list(today.notes)
    if today.lost:
        notes.append(f"lost since: {', '.join(today.lost)}")
    if today.bad:
        notes.append(f"listed as bad today: {', '.join(today.bad)}")
    left = len(bundle.labels) - len(labels)
    if left:
        notes.append(
            f"{len(labels)} of the decoder's {len(bundle.labels)} channels are good in every recording: what is fitted "
            "is fitted on these; the bundle takes the others for missing, at their mean"
        )
    return notes


def _score(
    settings: Transfer,
    bundle: Bundle,
    day: OtherDay,
    recordings: Sequence[Recording],
    labels: tuple[str, ...],
    contamination: Contamination,
    notes: list[str],
) -> Outcome:
    mel, lead, features = bundle.mel, bundle.lead_ms, bundle.features

    def frames(recording: Recording, wanted: Sequence[str]) -> Frames:
        at = None if recording.sfreq == bundle.sfreq else bundle.sfreq
        return Frames.of(process_recording(recording, features, mel, wanted, sfreq=at), mel, lead)

    whole = frames(recordings[-1], bundle.labels)
    some = whole if labels == bundle.labels else frames(recordings[-1], labels)
    rate = float(FrameClock(bundle.sfreq, mel.sample_rate, mel.hop_length).frame_rate)
    ridge = bundle.decoder.settings if isinstance(bundle.decoder, Ridge) else RidgeSettings()
    if settings.silence_weight is not None:
        ridge = replace(ridge, silence_weight=settings.silence_weight)
    if not isinstance(bundle.decoder, Ridge):
        notes.append(f"the bundle is a {bundle.kind}; what is fitted here is a ridge of usual size")
    reach = max(ridge.n_past, bundle.decoder.receptive_field) / rate + feature_reach_s(features, mel) + abs(lead) / 1e3
    guard = guard_frames(SplitSettings(), FrameClock(bundle.sfreq, mel.sample_rate, mel.hop_length).frame_rate, reach)
    n = len(whole.mel)
    start = n - min(round(settings.score_s * rate), n // 3)
    most = start - guard
    if most < 0 or n - start < 15 * rate:
        raise InputError(
            f"{settings.recording}: expected 45 s of today or more, of which the last third is scored, got "
            f"{n / rate:.0f} s; record longer"
        )
    judge = Judge(whole, start, rate, settings.shifts, settings.bootstrap, settings.seed)
    yesterday = Bundled(bundle, whole, judge)
    others: OtherDays | Onward
    if isinstance(bundle.decoder, Ridge) and len(recordings) == 1 and features.normalisation != "running":
        clock = FrameClock(bundle.sfreq, mel.sample_rate, mel.hop_length)
        others = Onward(Prior.of(bundle, labels), mel.n_mels, clock.frame_rate, ridge, features)
    else:
        others = OtherDays([frames(recording, labels) for recording in recordings[:-1]], ridge, features)
    known_n = sorted({round(m * 60 * rate) for m in settings.minutes if round(m * 60 * rate) <= most})
    if len(known_n) < len(set(settings.minutes)):
        notes.append(f"minutes beyond the {most / rate / 60:.1f} before the scored part are left out")
    more = most - (known_n[-1] if known_n else -1)
    if settings.save is None:
        also_all = more >= MORE_S * rate
    else:  # what is saved is the last row: all that there is, or what was asked for
        also_all = more > 0 and (settings.minutes == MINUTES or max(settings.minutes) * 60 * rate > most)
    if not known_n or also_all:
        known_n.append(most)
    made = [row_after(some.until(seen), some, yesterday, others, judge, guard, notes) for seen in known_n]
    rows, fits = zip(*made, strict=True)
    notes += [EVEN] if others.even else []
    first, carried = whole.first / rate, None
    if isinstance(others, Onward) and fits[-1] is not None:
        part = (whole.first + start, whole.first + n)
        known, score = (whole.first, whole.first + known_n[-1]), rows[-1].scores[TOGETHER]
        carried = CarriedOn(fits[-1], *known, part, others.compared, day.recording, score)
    return Outcome(
        rows, (first + start / rate, first + n / rate), first, judge.speech_s, day, labels, bundle,
        contamination, any(r.simulated for r in recordings), tuple(dict.fromkeys(notes)), carried,
    )  # fmt: skip
