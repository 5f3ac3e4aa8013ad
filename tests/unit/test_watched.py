"""A thread that dies is told, whichever it is, and the process ends with a fault."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pylsl
import pytest

from bk_realtime import watched
from bk_realtime.__main__ import main
from bk_realtime.chunks import StreamDescription
from bk_realtime.conditions.markers import ConditionMarkers
from bk_realtime.engine.active_faults import update_faults
from bk_realtime.logs import run_command
from bk_realtime.processes.supervisor import Supervisor
from bk_realtime.recorder.care import Care
from bk_realtime.recorder.finder import StreamFinder
from bk_realtime.recorder.notices import SessionNotices
from bk_realtime.recorder.recorder import Recorder
from bk_realtime.session.control import ControlServer
from bk_realtime.session.events import make_event
from bk_realtime.session.settings import DiskPolicy
from bk_realtime.source.partner_feed import PartnerFeed
from bk_realtime.source.time_correction import TimeCorrection
from bk_realtime.watched import WatchedThread, deaths, watch_others, when_one_dies
from gui.commands import Commander
from gui.feed import Feed

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")


class Injected(Exception):
    """What kills a thread here."""


def killed(*_: object, **__: object) -> None:
    raise Injected


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the threads that are told to have died."""
    names: list[str] = []
    monkeypatch.setattr(watched, "_deaths", [])
    monkeypatch.setattr(watched, "_tellers", [])
    when_one_dies(lambda name, _: names.append(name))
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield names
    for number, handler in handlers.items():
        signal.signal(number, handler)


def wait(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_thread_that_fails_or_returns_too_early_is_told(told: list[str]) -> None:
    def leave() -> None:
        raise SystemExit

    stop = threading.Event()
    for target, name, until in (
        (killed, "fails", None),
        (leave, "leaves without a word", None),
        (lambda: None, "returns", stop),
        (lambda: None, "is done", None),
    ):
        thread = WatchedThread(target, name, until)
        thread.start()
        thread.join(60.0)
    stop.set()
    thread = WatchedThread(lambda: None, "was stopped", stop)
    thread.start()
    thread.join(60.0)
    names = ["fails", "leaves without a word", "returns", "is done", "was stopped"]  # not those that other tests left
    assert [name for name in told if name in names] == names[:3]
    assert sum("Injected()" in line for line in deaths()) == 1
    late: list[str] = []
    when_one_dies(lambda name, _: late.append(name))
    assert [name for name in late if name in names] == names[:3]


def test_who_cannot_tell_hinders_no_other(told: list[str]) -> None:
    when_one_dies(killed)
    after: list[str] = []
    when_one_dies(lambda name, _: after.append(name))
    WatchedThread(killed, "x").start()
    wait(lambda: after)
    assert "x" in told
    assert "x" in after


def test_a_thread_of_another_package_is_told(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    before: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", before.append)
    watch_others()
    watch_others()
    thread = threading.Thread(target=killed, name="other")
    thread.start()
    thread.join()
    assert "other" in told
    assert len(before) == 1


def notices(tmp_path: Path) -> Any:
    made = SessionNotices(tmp_path)
    made.send("x")
    return made


def correction(tmp_path: Path) -> Any:
    return TimeCorrection(SimpleNamespace(time_correction=killed), "amplifier-pc")


def joined(tmp_path: Path) -> Any:
    PartnerFeed(SimpleNamespace(pull=killed), StreamDescription("x", "EEG", "x", 100.0, ("1",), ("",))).start()


def markers(tmp_path: Path) -> Any:
    made = ConditionMarkers("x", "", "session-replay-", print, print)
    made.start()
    return made


def control(tmp_path: Path) -> Any:
    return ControlServer(lambda _: {})


def finder(tmp_path: Path) -> Any:
    return StreamFinder("", [], print)


def window_feed(tmp_path: Path) -> Any:
    return Feed("none")


def window_commands(tmp_path: Path) -> Any:
    made = Commander(tmp_path / "control.json", print)
    made.send("mute")
    return made


@pytest.mark.parametrize(
    ("begin", "method", "name"),
    [
        (notices, "bk_realtime.recorder.notices.SessionNotices._deliver", "notices"),
        (correction, "", "time-correction"),
        (joined, "", "joined"),
        (markers, "bk_realtime.conditions.markers.Search", "condition-markers"),
        (control, "bk_realtime.session.control.server.ControlServer._run", "control"),
        (control, "bk_realtime.session.control.orders_lane.OrdersLane._run", "control-orders"),
        (finder, "bk_realtime.recorder.finder.StreamFinder._look", "stream finder"),
        (window_feed, "gui.feed.look_once", "feed"),
        (window_commands, "gui.commands._Lane._attempt", "commands-"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_kind_of_thread_is_told(
    begin: Callable[[Path], Any],
    method: str,
    name: str,
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if method:
        monkeypatch.setattr(method, killed)
    begun = begin(tmp_path)
    wait(lambda: any(name in n for n in told))
    if begun is not None:
        begun.close()  # or what is left of it goes on beside the tests after this one


def test_every_thread_is_a_watched_one() -> None:
    for package in ("bk_realtime", "gui", "offline"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.relative_to(ROOT).as_posix() != "bk_realtime/watched.py":
                assert "threading.Thread(" not in path.read_text(encoding="utf-8"), path


@dataclass
class Command:
    """A command that works, and loses a thread."""

    def run(self) -> int:
        thread = WatchedThread(killed, "x")
        thread.start()
        thread.join()
        return 0


def test_a_command_with_a_dead_thread_ends_with_one() -> None:
    assert run_command(Command, "x", []) == 1


def test_the_recorder_and_the_supervisor_tell_the_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(SessionNotices, "send", lambda _, text, **values: sent.append({"text": text, **values}))
    care = Care(tmp_path / "x.xdf", DiskPolicy(), (), 3.0, print, tmp_path)
    when_one_dies(care.thread_died)
    WatchedThread(killed, "stream finder").start()
    wait(lambda: sent)
    care.close()
    assert sent[0]["active_fault"] == "recorder's thread stream finder"
    faults: dict[str, str] = {}
    update_faults(faults, make_event("thread", "it died", active_fault="thread x"))
    assert faults == {"thread x": "it died"}

    noted: list[Any] = []
    supervisor = object.__new__(Supervisor)
    supervisor._note = lambda text, values: noted.append(values)  # type: ignore[method-assign]
    supervisor._run = killed  # type: ignore[method-assign,assignment]
    supervisor._ask = lambda: None  # type: ignore[method-assign]
    monkeypatch.setattr("bk_realtime.processes.supervisor.stop_on_signals", lambda _: None)
    supervisor.replay = supervisor.window = supervisor.watch = supervisor.engine = None  # type: ignore[assignment]
    supervisor._stop_recorder = list  # type: ignore[method-assign]
    with pytest.raises(Injected):
        supervisor.run()
    WatchedThread(killed, "parent").start()
    wait(lambda: {"active_fault": "thread parent"} in noted)


@pytest.mark.lsl
@pytest.mark.parametrize("method", ["finder.StreamFinder._look", "recorded.watch_clock", "connecting.Connecting.ask"])
def test_a_recorder_with_a_dead_thread_saves_and_ends_with_a_fault(
    method: str, tmp_path: Path, source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one stream's trouble the finder does not die: that stream is refused."""
    info = pylsl.StreamInfo("amp", "sEEG", 1, 100, "float32", source_id)
    outlet = pylsl.StreamOutlet(info)
    real = StreamFinder._look

    def dies_later(self: StreamFinder, results: list[pylsl.StreamInfo]) -> None:
        if self._recorded:
            raise Injected
        real(self, results)

    monkeypatch.setattr(f"bk_realtime.recorder.{method}", dies_later if method.startswith("finder") else killed)
    poll = Recorder.poll

    def polled(self: Recorder) -> int:
        outlet.push_sample([1.0])
        wait(deaths)  # it has died before the time is up
        return poll(self)

    monkeypatch.setattr(Recorder, "poll", polled)
    arguments = ["record", "--out", str(tmp_path / "x.xdf"), "--predicate", f"source_id='{source_id}'"]
    if method.startswith("connecting"):
        with pytest.raises(SystemExit) as ended:
            main([*arguments, "--seconds", "1.5", "--timeout-s", "3"])
        assert ended.value.code == 2
        assert deaths() == []
        return
    assert main([*arguments, "--seconds", "0.5", "--timeout-s", "60"]) == 1
    assert (tmp_path / "x.xdf").stat().st_size > 500
    assert len(deaths()) == 1
