"""Checks of what a session left behind: every stage, age, underruns, faults, and whether the recording is whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bk_realtime.certify.checks import LIMIT_MS, Check, grade
from bk_realtime.chain import Chain
from bk_realtime.session.events import NO_FAULTS, read_events
from bk_realtime.session.status import STAGES, Status, read_status

SETTLE_S = 10.0
"""What the sound buffer may take to find its level."""


def of_session(folder: Path, code: int, frame_ms: float) -> tuple[Status, list[Check]]:
    """The last status of a finished session and its checks.

    Parameters
    ----------
    folder : the session's.
    code : exit code of `run`.
    frame_ms : length of a mel frame.

    Raises
    ------
    FileError
        The session left no figures.
    """
    status = read_status(folder / "latency.json")
    events = read_events(folder / "events.jsonl")
    return status, [
        *_stages(status, frame_ms),
        _age(status),
        _underruns(events, status),
        _faults(events),
        Check(
            "session",
            "recording",
            "ok" if code == 0 else "fail",
            "read back and whole" if code == 0 else f"not whole, or the session failed (exit code {code})",
            "whole",
        ),
    ]


def _stages(status: Status, frame_ms: float) -> list[Check]:
    checks = []
    for stage in STAGES:
        times = status.stages.get(stage)
        if times is None or "p99" not in times:
            checks.append(Check("machine", f"{stage}, a frame", "cannot tell", "no figures"))
            continue
        words = f"p50 {times['p50']:.2f}, p99 {times['p99']:.2f}, max {times['max']:.2f} ms"
        if stage == "total":
            outcome = "ok" if times["p99"] <= 0.5 * frame_ms else "fail"
            wanted = f"p99 below half a frame ({0.5 * frame_ms:.1f} ms)"
            checks.append(Check("machine", "computing, a frame", outcome, words, wanted))  # type: ignore[arg-type]
        else:
            checks.append(Check("machine", f"{stage}, a frame", "ok", words))
    return checks


def _age(status: Status) -> Check:
    p50, p99, longest = status.age_p50_ms, status.age_p99_ms, status.age_max_ms
    what, wanted = "newest sample to ear", f"p99 {LIMIT_MS:g} ms or less"
    if p50 is None or p99 is None or longest is None:
        return Check("session", what, "fail", "nothing was decoded", wanted)
    words = f"p50 {p50:.1f}, p99 {p99:.1f}, max {longest:.1f} ms: {grade(p99)}"
    if status.age_by != "stamps":
        return Check("session", what, "cannot tell", f"{words}, but by arrival: stamps are not to be trusted", wanted)
    return Check("session", what, "ok" if p99 <= LIMIT_MS else "fail", words, wanted)


def _underruns(events: Sequence[dict[str, Any]], status: Status) -> Check:
    times = [float(e["time"]) for e in events if isinstance(e.get("time"), (int, float))]
    begun = min((float(e["time"]) for e in events if e["event"] == "segment" and "time" in e), default=None)
    begun = min(times, default=0.0) if begun is None else begun
    late = [e for e in events if e["event"] == "underrun" and float(e.get("time", begun)) > begun + SETTLE_S]
    words = f"{len(late)} after the first {SETTLE_S:g} s, {status.underruns or 0} in all"
    return Check("sound", "underruns", "fail" if late else "ok", words, "none after the start")


def _faults(events: Sequence[dict[str, Any]]) -> Check:
    kinds: dict[str, int] = {}
    for event in events:
        if event["event"] not in NO_FAULTS and event["event"] not in ("underrun", "command"):
            kinds[str(event["event"])] = kinds.get(str(event["event"]), 0) + 1
    words = ", ".join(f"{kind} {n}" for kind, n in kinds.items())
    return Check("session", "faults", "fail" if kinds else "ok", words or "none", "none")


def stack(chain: Chain, status: Status, packet_ms: float | None) -> list[tuple[str, float]]:
    """What the latency is made of, in ms, in the order of the signal; what is not known is left out."""
    rows: list[tuple[str, float | None]] = [
        ("packet", packet_ms),
        ("frame and lookahead (declared)", 1e3 * float(chain.algorithmic_s)),
        ("computing (p50)", status.stages.get("total", {}).get("p50")),
        ("sound buffer (last)", status.buffer_ms),
        ("sound device (its own word)", status.device_ms),
    ]
    return [(name, value) for name, value in rows if value is not None]
