"""`python -m offline.session_report SESSION`: what a live session did, checked against its own recording.

Reads the session folder: latency figures, faults, and, from session.xdf, the neural signal as it was recorded. The
signal is decoded again offline from the same sample on; live and offline must agree. Where a microphone was recorded
the decoded mel is scored against it, beside a baseline decoder and the mean spectrum; the channels are audited for its
sound, and it for the decoded voice.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import tyro
from rich.console import Console
from rich.table import Table

from bk_realtime.decoder.bundle import Bundle, load_bundle
from bk_realtime.errors import exit_cleanly
from bk_realtime.files import write_bytes, write_text
from bk_realtime.logs import parse_command
from bk_realtime.session.bundle import load_session_bundle
from bk_realtime.session.folder import read_session
from bk_realtime.session.status import QUANTILES, Status, read_status
from offline.data.contamination import Contamination
from offline.data.doubts import worst
from offline.data.known_content import FOUND, NONE, UNKNOWN, Content, known_to
from offline.inspection.by_condition import SessionConditions
from offline.inspection.live_agreement import agreement
from offline.inspection.live_gate import gate_words
from offline.inspection.live_longest import longest_segment
from offline.inspection.live_segment import LiveSegment
from offline.inspection.own_voice import Heard, own_voice
from offline.inspection.session_audit import contaminated_line, session_contamination, trained_contamination
from offline.io.options import ReadOptions, say_notes

FIGURES = (
    ("age_p50_ms", "age of data at the ear, p50, ms"),
    ("age_p99_ms", "age of data at the ear, p99, ms"),
    ("algorithmic_ms", "algorithmic latency, exact, ms"),
    ("group_delay_ms", "filter group delay, ms"),
    ("device_ms", "sound device, ms"),
    ("n_frames", "frames decoded"),
    ("gaps", "gaps in the signal"),
    ("losses", "losses of the stream (its end counts as one)"),
    ("wrong_rates", "times the device's rate was more than 1 % off"),
    ("dropped_samples", "samples dropped as backlog"),
    ("underruns", "sound buffer underruns"),
    ("limiter_hits", "limiter hits"),
    ("loop_trials", "times the voice was left out to look for a feedback loop"),
)
"""Fields of the last status and what the report calls them."""
NOTHING = Content(NONE, "")


@dataclass
class SessionReport:
    """Check a session folder and print its figures."""

    session: Annotated[Path, tyro.conf.Positional]
    """Session folder, as `python -m bk_realtime run` leaves it."""
    baseline: Path | None = None
    """Another decoder bundle to score on the same signal, e.g. ridge."""
    unblind: bool = False
    """Split the figures by condition also where the operator was blinded."""
    read: Annotated[ReadOptions, tyro.conf.arg(name="")] = field(default_factory=ReadOptions)


def report_session(settings: SessionReport, console: Console) -> int:
    """Print and write the report; 1 when live and offline disagree, or the sound itself is in the channels; else 0."""
    session = settings.session
    status = read_status(session / "latency.json")
    live = read_session(session).settings
    bundle = load_session_bundle(live)
    _print_latency(console, status)
    read = settings.read.of(bundle.features)
    if live.inlet.unit and not (read.unit or read.gain):
        read = replace(read, unit=live.inlet.unit)  # what the stream did not say, the session was told
    conditions = SessionConditions(session)
    segment = longest_segment(session, bundle, read)
    say_notes(segment.recording, session / "session.xdf", console)
    console.print(f"decoder ran on {status.device or 'cpu'}, vocoder on {status.vocoder_device or 'cpu'}")
    for at, change in segment.changes.items():
        second = at / float(segment.rate or bundle.sfreq)
        console.print(f"{second:.1f} s into the segment {change.swap.path} took over ({change.bundle.kind})")
    agreed = agreement(segment, status.device)
    for found in agreed:
        console.print(f"{found.name}: {found.value:.3g} (limit {found.limit:g})")
    for begin, end in segment.distrusted:
        until = "the end" if np.isinf(end) else f"{end:.1f}"
        console.print(
            f"frames stamped {begin:.1f} to {until} (LSL time): cannot tell whether live equals offline, the sender's "
            "time stamps were not to be trusted (events.jsonl says why)"
        )
    if not any("waveform" in a.name for a in agreed) and len(segment.audio):
        console.print(f"waveform: cannot be checked, {segment.n_missed} mel frames are not in the recording")
    baseline = None if settings.baseline is None else load_bundle(settings.baseline)
    known, audit = remembered(segment, bundle), audit_of(segment, baseline)
    here, heard = session_contamination(segment, decoders_of(segment, baseline)), own_voice(segment, status.age_p50_ms)
    marks = session_marks(segment.simulated, worst([here, audit]), known, heard)
    own = NOTHING if baseline is None else known_to(baseline, segment.recording)
    scores = segment.scores(baseline)
    if scores:
        _print_scores(console, scores, marks, own)
    else:
        console.print("no microphone in the recording: nothing to score against")
    if known.verdict != NONE:
        console.print(memory_words(known))
    if own.verdict != NONE:
        console.print(memory_words(own, "baseline"))
    console.print(f"in what was decoded: {here.line}", markup=False)
    if audit.mark:
        console.print(f"in training: {audit.line}", markup=False)
    if heard.text:
        console.print(heard.text, markup=False)
    gate = segment.gate_figures()
    if gate:
        of = "".join(f"{mark}, " for mark in marks)
        console.print(f"speech gate, live ({of}{status.gate}): {gate_words(gate)}")
    summary: dict[str, Any] = {"latency": status.as_dict()}
    summary |= {"agreement": {a.name: a.value for a in agreed}, "scores": scores}
    summary["memory"] = {"verdict": known.verdict, "text": memory_words(known)}
    summary |= {"marks": marks, "simulated": segment.simulated}
    summary["contamination"] = {**audit.values(), "line": audit.line}
    summary["session_contamination"] = {**here.values(), "line": here.line}
    summary["own_voice"] = {"verdict": heard.verdict, "text": heard.text}
    if baseline is not None:
        summary["baseline_memory"] = {"verdict": own.verdict, "text": memory_words(own, "baseline")}
        summary["baseline_marks"] = [own.mark] if own.mark else []
    summary |= {"gate": gate} if gate else {}
    if conditions.sealed and not settings.unblind:
        console.print("conditions: the operator was blinded; --unblind splits the figures by condition")
    elif conditions.records:
        summary["conditions"] = split = conditions.figures(segment, baseline, status.device or "cpu")
        _print_split(console, split, marks, own)
        for refused in conditions.refused:
            console.print(f"condition could not begin: {refused}")
    write_text(session / "report.json", json.dumps(summary, indent=1) + "\n")
    write_bytes(session / "report.png", segment.picture(marks))
    console.print(f"session folder: {session} (report.json, report.png)")
    wrong = [a.name for a in agreed if not a.good]
    faults = [f"live and offline decoding disagree: {', '.join(wrong)}"] if wrong else []
    faults += filter(None, [contaminated_line(here)])
    if faults:
        print(f"error: {'; '.join(faults)}", file=sys.stderr)
    return 1 if faults else 0


def remembered(segment: LiveSegment, begun: Bundle) -> Content:
    """Whether a decoder that ran had learnt what it decoded. Of one that took over, not ``begun`` with, and learnt part
    of the session, nobody can tell whether that is what it decoded then."""
    found = []
    for bundle in (segment.bundle, *(change.bundle for change in segment.changes.values())):
        known = known_to(bundle, segment.recording)
        if bundle.digest != begun.digest and known.verdict != NONE:
            learnt = f"{known.text}, whether before it took over or after" if known.verdict == FOUND else known.text
            name = "a decoder" if bundle.path is None else bundle.path.name
            known = Content(UNKNOWN, f"of {name}, which took over: {learnt}")
        found.append(known)
    return min(found, key=lambda one: (FOUND, UNKNOWN, NONE).index(one.verdict))


def decoders_of(segment: LiveSegment, baseline: Bundle | None) -> list[Bundle]:
    """All that are scored: what ran, what took over, what stands beside it."""
    ran = [segment.bundle, *(change.bundle for change in segment.changes.values())]
    return ran if baseline is None else [*ran, baseline]


def audit_of(segment: LiveSegment, baseline: Bundle | None) -> Contamination:
    """What is said of the channels that the decoders were trained on which are scored."""
    return trained_contamination(decoders_of(segment, baseline))


def session_marks(simulated: bool, audit: Contamination, known: Content, heard: Heard | None = None) -> list[str]:
    """What every table and picture of the session begins with."""
    marks = [audit.mark.strip(), known.mark, "" if heard is None else heard.mark]
    return [*dict.fromkeys(filter(None, marks)), *(["SIMULATED participant"] if simulated else [])]


def _beside(baseline: Content, name: str) -> str:
    """What the baseline's row begins with, of which a title may say nothing."""
    return f"{baseline.mark} " if baseline.mark and name.startswith("baseline ") else ""


def memory_words(known: Content, who: str = "decoder") -> str:
    """Whether the decoder had learnt what the session decoded, as a replay of a training recording is."""
    if known.verdict == FOUND:
        return (
            f"LEAK: the {who} was trained on this signal ({known.text}): what agrees with the microphone may be "
            "remembered, and says nothing about decoding; replay a recording that training did not see"
        )
    if known.verdict == UNKNOWN:
        return f"leak by content{'' if who == 'decoder' else f' of the {who}'}: CANNOT TELL: {known.text}"
    return f"the {who} was trained on none of this signal" + (f"; {known.text}" if known.text else "")


def _print_latency(console: Console, status: Status) -> None:
    table = Table(title="stage latencies, ms per frame", title_justify="left")
    for column in ("stage", *QUANTILES):
        table.add_column(column, justify="left" if column == "stage" else "right")
    for name, stage in status.stages.items():
        table.add_row(name, *(f"{stage[k]:.2f}" for k in QUANTILES))
    console.print(table)
    for key, label in FIGURES:
        value = getattr(status, key)
        console.print(f"{label}: {'–' if value is None else f'{value:.1f}' if isinstance(value, float) else value}")
    for name, ms in status.band_delays_ms.items():
        console.print(f"band {name}: filter group delay and half of what it is taken over, ms: {ms:.1f}", markup=False)
    for name, f in status.joined.items():
        figures = " ".join(f"{key} {value:.3g}" for key, value in f.items())
        console.print(f"joined {name}: {figures}")


def _print_split(console: Console, split: dict[str, dict[str, Any]], marks: Sequence[str], baseline: Content) -> None:
    table = Table(title="by condition" + _said(marks), title_justify="left")
    table.add_column("")
    for name in split:
        table.add_column(name, justify="right")
    flat = [_flat(figures) for figures in split.values()]
    for key in dict.fromkeys(key for figures in flat for key in figures):
        values = [figures.get(key, "–") for figures in flat]
        own = _beside(baseline, key.removeprefix("scores "))
        table.add_row(own + key, *(f"{v:.4g}" if isinstance(v, float) else str(v) for v in values))
    console.print(table)


def _flat(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures of tables in it under their names with blanks between."""
    out: dict[str, Any] = {}
    for key, value in figures.items():
        inner = _flat(value) if isinstance(value, dict) else {}
        out |= {f"{key} {name}": v for name, v in inner.items()} if isinstance(value, dict) else {key: value}
    return out


def _said(marks: Sequence[str]) -> str:
    return f" ({', '.join(marks)})" if marks else ""


def _print_scores(
    console: Console, scores: dict[str, dict[str, float]], marks: Sequence[str], baseline: Content
) -> None:
    title = "correlation with the microphone, mean over mel bins" + _said(marks)
    table = Table(title=title, title_justify="left")
    for column in ("decoder", "r, whole", "r, inside speech"):
        table.add_column(column, justify="left" if column == "decoder" else "right")
    for name, score in scores.items():
        table.add_row(_beside(baseline, name) + name, f"{score['r']:.3f}", f"{score['r_speech']:.3f}")
    console.print(table)


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(SessionReport, "python -m offline.session_report", argv)
    return report_session(settings, Console(highlight=False, width=110))


if __name__ == "__main__":
    raise SystemExit(main())
