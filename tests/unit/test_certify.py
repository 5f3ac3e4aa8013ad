"""The certificate: grades, verdicts, clicks found at their true delay and nowhere else, checks of a session."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bk_realtime.certify.amplifier import arrivals, judge
from bk_realtime.certify.checks import Check, grade, verdict
from bk_realtime.certify.clicks import click, click_starts, find_clicks
from bk_realtime.certify.measured import of_session
from bk_realtime.certify.paper import write_json, write_pdf
from bk_realtime.commands.certify import Certify, sound_device
from bk_realtime.engine import wiring
from bk_realtime.errors import OptionError
from bk_realtime.session.settings import SafetySettings
from bk_realtime.session.status import Status
from bk_realtime.sink.late import LateSoundCard
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.soundcard import SoundCard


@pytest.mark.parametrize(
    ("ms", "word"),
    [
        (49.9, "excellent"),
        (50.1, "on target"),
        (75.1, "within the limit"),
        (100.0, "within the limit"),
        (100.1, "too late"),
    ],
)
def test_grade_of_a_latency(ms: float, word: str) -> None:
    assert grade(ms) == word


def test_what_cannot_be_told_never_passes() -> None:
    ok, unknown, bad = (Check("sound", "device", outcome, "") for outcome in ("ok", "cannot tell", "fail"))
    assert verdict([ok, Check("sound", "x", "note", "")]) == "pass"
    assert verdict([ok, unknown]) == "cannot tell"
    assert verdict([unknown, bad]) == "fail"
    assert verdict([]) == "cannot tell"


def recorded(delay_s: float, rate: float, level: float = 0.1, scatter_s: float = 0.0, low: bool = False):
    """A wired input with noise, its jittered stamps, and when each click was due."""
    rng = np.random.default_rng(3)
    due = 100.0 + click_starts(20, 22050) / 22050
    n = round((due[-1] - 98.0) * rate)
    times = 99.0 + np.arange(n) / rate
    sound = 0.003 * rng.standard_normal(n)
    wave = click(rate, low)
    for at in due + delay_s + scatter_s * rng.uniform(-1, 1, len(due)):
        i = round((at - times[0]) * rate)
        sound[i : i + len(wave)] += level * wave
    chunk = max(1, round(0.01 * rate))  # stamped when a chunk is sent: the whole chunk is off by the same
    jitter = np.repeat(rng.uniform(0, 0.004, n // chunk + 1), chunk)[:n]
    return sound.astype(np.float32), times + jitter, due


@pytest.mark.parametrize(("rate", "low"), [(44100.0, False), (16000.0, False), (1024.0, True), (2048.0, True)])
@pytest.mark.parametrize("delay_s", [-0.004, 0.0123, 0.35])
def test_clicks_are_found_at_their_delay(delay_s: float, rate: float, low: bool) -> None:
    figures = find_clicks(*recorded(delay_s, rate, low=low), low)
    assert figures.why == ""
    assert figures.n_found == figures.n_sent == 20
    # the chunks' stamps are 2 ms late on the average: that is the input's own delay
    assert figures.delays_s == pytest.approx(delay_s + 0.002, abs=0.001 + 1.5 / rate)


def test_scatter_is_measured_not_smoothed_away() -> None:
    delays = find_clicks(*recorded(0.02, 16000.0, scatter_s=0.006)).delays_s
    assert 0.008 < np.ptp(delays) < 0.013


def test_nothing_is_found_where_nothing_was_played() -> None:
    sound, stamps, due = recorded(0.02, 16000.0, level=0.0)
    assert find_clicks(sound, stamps, due).n_found == 0
    rng = np.random.default_rng(0)
    talk = np.repeat(rng.uniform(0, 1, len(sound) // 800 + 1), 800)[: len(sound)] * rng.standard_normal(len(sound))
    assert "cannot be told" in find_clicks(talk.astype(np.float32), stamps, due).why


def test_clicks_of_another_train_are_not_ours() -> None:
    sound, stamps, _ = recorded(0.02, 16000.0)
    other = 100.0 + click_starts(20, 22050, seed=9) / 22050
    assert find_clicks(sound, stamps, other).n_found == 0


def test_an_input_whose_clock_jumps_is_named() -> None:
    sound, stamps, due = recorded(0.02, 16000.0)
    stamps[len(stamps) // 2 :] += 1.0
    assert "jump" in find_clicks(sound, stamps, due).why


def packets(
    sfreq: float, n: int = 600, packet: int = 16, late: float = 0.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    last = packet * np.arange(1, n + 1, dtype=float)
    received = 50.0 + last / sfreq
    received[::50] += late
    return received, last, np.full(n, float(packet))


def outcomes(checks: list[Check]) -> dict[str, str]:
    return {check.what: check.outcome for check in checks}


def test_a_good_amplifier_passes() -> None:
    a = arrivals(1024.0, *packets(1024.1), "", ())
    assert a.true_hz == pytest.approx(1024.1, abs=0.05)
    assert a.packet_ms == pytest.approx(15.625)
    assert set(outcomes(judge(a, 200.0)).values()) == {"ok"}


@pytest.mark.parametrize(
    ("a", "what"),
    [
        (arrivals(1024.0, *packets(1000.0), "", ()), "true rate by arrival"),
        (arrivals(1024.0, *packets(1024.0, packet=256), "", ()), "packets"),
        (arrivals(1024.0, *packets(1024.0, late=0.08), "", ()), "jitter of arrival"),
        (arrivals(1024.0, *packets(1024.0), "are on another clock", ()), "time stamps"),
        (arrivals(1024.0, *packets(1024.0), "", ("3 samples are missing",)), "faults while listening"),
        (arrivals(1024.0, *packets(1024.0, n=5), "", ()), "samples arrive"),
    ],
)
def test_each_bad_habit_of_an_amplifier_fails_alone(a, what: str) -> None:
    assert {k for k, v in outcomes(judge(a, 200.0)).items() if v != "ok"} == {what}


def session(folder: Path, events: list[dict], **fields) -> Path:
    times = {"p50": 1.0, "p99": 2.0, "max": 3.0, "count": 100}
    stages = {name: times for name in ("features", "decoder", "vocoder", "total")}
    good = {"age_p50_ms": 55.0, "age_p99_ms": 70.0, "age_max_ms": 80.0, "underruns": 0, "stages": stages}
    status = Status(**{**good, "state": "muted", **fields})  # type: ignore[arg-type]
    (folder / "latency.json").write_text(json.dumps(status.as_dict()))
    start = {"event": "segment", "time": 10.0, "text": ""}
    (folder / "events.jsonl").write_text("".join(json.dumps(e) + "\n" for e in [start, *events]))
    return folder


def test_a_good_session_passes(tmp_path: Path) -> None:
    early = {"event": "underrun", "time": 15.0, "text": ""}
    _, checks = of_session(session(tmp_path, [early]), 0, 11.6)
    assert verdict(checks) == "pass"
    assert any("on target" in check.found for check in checks)


@pytest.mark.parametrize(
    ("events", "fields", "code", "what"),
    [
        ([], {"age_p99_ms": 120.0}, 0, "newest sample to ear"),
        ([], {"age_p99_ms": None}, 0, "newest sample to ear"),
        ([{"event": "underrun", "time": 25.0}], {}, 0, "underruns"),
        ([{"event": "gap", "time": 25.0}], {}, 0, "faults"),
        ([], {}, 1, "recording"),
        ([], {"stages": {"total": {"p50": 1.0, "p99": 9.0, "max": 9.0}}}, 0, "computing, a frame"),
    ],
)
def test_each_fault_of_a_session_fails(tmp_path: Path, events, fields, code: int, what: str) -> None:
    _, checks = of_session(session(tmp_path, events, **fields), code, 11.6)
    assert outcomes(checks)[what] == "fail"
    assert verdict(checks) == "fail"


def test_an_age_by_arrival_is_no_certificate(tmp_path: Path) -> None:
    _, checks = of_session(session(tmp_path, [], age_by="arrival"), 0, 11.6)
    assert verdict(checks) == "cannot tell"


def test_without_a_sound_device_nothing_was_measured_at_the_ear() -> None:
    assert verdict(sound_device("none", 0.0)) == "cannot tell"
    assert verdict(sound_device("auto", 12.3)) == "pass"


def test_paper_has_the_words_and_the_json_its_hash(tmp_path: Path) -> None:
    checks = [Check("loop", "click $x_1$ out", "fail", "40 of 40 " * 20, "all"), *[Check("sound", "y", "ok", "z")] * 40]
    digest = write_json(tmp_path / "c.json", {"verdict": "fail"}, checks)
    assert hashlib.sha256((tmp_path / "c.json").read_bytes()).hexdigest() == digest
    assert json.loads((tmp_path / "c.json").read_text())["checks"][0]["outcome"] == "fail"
    age = {"p50": 60.0, "p99": None, "max": 80.0}
    write_pdf(tmp_path / "c.pdf", "fail", {"when": "$now$"}, checks, [("packet", 15.6)], age, np.ones(3), True)
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"safety": SafetySettings(unmuted=True)}, "--unmuted"),
        ({"seconds": 5.0}, "--seconds"),
        ({"seconds": None}, "--seconds"),
        ({"record": False}, "--no-record"),
        ({"click_dbfs": 0.0}, "click"),
        ({"loop_channel": "AUX1"}, "--loop-channel"),
    ],
)
def test_what_makes_no_certificate_is_refused(options, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        Certify(bundle=Path("x"), **options)


@pytest.mark.parametrize("waits", [False, True])
def test_no_clicks_where_there_is_no_device(monkeypatch: pytest.MonkeyPatch, waits: bool) -> None:
    """Neither where none can come, nor where one is still looked for: nobody hears them, and that is no failed loop."""
    alone = NullSink(22050)
    sink = LateSoundCard(SoundCard, alone) if waits else alone
    monkeypatch.setattr(wiring, "open_sink", lambda *_: sink)
    monkeypatch.setattr(Certify, "_input", lambda _: pytest.fail("the input was opened for clicks that nobody plays"))
    bundle = SimpleNamespace(mel=SimpleNamespace(sample_rate=22050))
    figures, (check,) = Certify(bundle=Path("x"), loop="wire")._loop(bundle)  # type: ignore[arg-type]
    assert figures.n_sent == 0
    assert (check.outcome, check.found) == ("cannot tell", "no sound device")
