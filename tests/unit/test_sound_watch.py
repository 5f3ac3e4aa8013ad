"""The watch of where a sound server plays the voice: what it holds, says and lets out again; answers made up here."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from bk_realtime.session.settings import SafetySettings
from bk_realtime.sink.null import NullSink
from bk_realtime.sink.portaudio import socket_of
from bk_realtime.sink.sound_server import Heard, Place
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.sound_watch import HOLD, SoundWatch
from tests.sound_watch_fakes import EAR, JACK, ROOM, Session


@pytest.fixture
def session() -> Session:
    session = Session()
    session.server.at(EAR)
    session.turn()
    assert session.kinds() == ["sound place"]
    assert session.audible
    return session


def test_moved_is_held_and_said_until_it_is_back(session: Session) -> None:
    session.server.at(ROOM)
    session.turn()
    assert session.guard.holds == (HOLD,)
    assert session.card.hushed == 1
    assert not session.audible
    session.turn()
    said = session.events[-1]
    assert session.kinds() == ["sound place", "sound moved"]
    assert said["active_fault"] == HOLD
    assert "from Headset to Built-in, Speakers" in said["text"]
    assert f'release "{HOLD}"' in said["text"]
    session.server.at(EAR)
    session.turn()
    assert session.audible
    assert session.events[-1]["corrected"] == HOLD


def test_the_operators_word_accepts_the_new_place(session: Session) -> None:
    session.server.at(ROOM)
    session.turn()
    session.guard.release(HOLD)
    session.turn()
    assert session.audible
    assert session.events[-1]["corrected"] == HOLD
    session.server.at(EAR)  # the old one is now the wrong one
    session.turn()
    assert not session.audible


def test_released_while_it_moves_on(session: Session) -> None:
    """The operator accepts what was said, not what came after."""
    session.server.at(ROOM)
    session.turn()
    session.guard.release(HOLD)
    session.server.at(Place("hdmi", ("hdmi/",), words="TV"))
    session.turn()
    assert not session.audible
    assert "from Built-in, Speakers to TV" in session.events[-1]["text"]


def test_moved_twice_is_said_twice(session: Session) -> None:
    session.server.at(ROOM)
    session.turn()
    session.server.at(Place("hdmi", ("hdmi/",), words="TV"))
    session.turn()
    assert "from Headset to TV" in session.events[-1]["text"]


@pytest.mark.parametrize("now", [ROOM, Place("pci", ("pci/headphones",), plugged=False, words="(nothing)")])
def test_plug_pulled_out_of_one_and_the_same_sink(now: Place) -> None:
    """A laptop's jack: the port changes, or only tells that nothing is plugged in."""
    session = Session()
    session.server.at(JACK)
    session.turn()
    session.server.at(now)
    session.turn()
    assert not session.audible
    session.server.at(JACK)
    session.turn()
    assert session.audible


def test_plugged_in_where_nothing_was_is_no_move() -> None:
    session = Session()
    empty = Place("pci", ("pci/headphones",), plugged=False)
    session.server.at(empty)
    session.turn()
    session.server.at(JACK)
    session.turn()
    assert session.audible
    session.server.at(empty)  # from now on it was plugged in
    session.turn()
    assert not session.audible


def test_device_gone_and_back_is_asked_for_once(session: Session) -> None:
    session.server.at(ROOM, sinks=("pci",))
    session.turn()
    session.server.at(ROOM)
    session.turn()
    session.turn()
    assert session.server.moves == ["usb"]  # whoever moves it away again means it
    session.server.at(EAR)
    session.turn()
    assert session.audible


def test_moved_by_somebody_is_not_fought(session: Session) -> None:
    session.server.at(ROOM)
    session.turn()
    session.turn()
    assert session.server.moves == []


def test_a_stream_made_anew_elsewhere_is_asked_back(session: Session) -> None:
    """After an underrun ALSA's plug-in makes a new stream, on the default sink."""
    session.server.at(ROOM, stream=2)
    session.turn()
    assert not session.audible
    assert session.server.moves == ["usb"]
    session.server.at(EAR, stream=2)
    session.turn()
    assert session.audible
    session.server.at(ROOM, stream=2)
    session.turn()
    assert session.server.moves == ["usb"]


def test_one_of_two_streams_elsewhere_is_enough(session: Session) -> None:
    session.server.at(EAR, ROOM)
    session.turn()
    assert not session.audible


def test_nothing_gets_out_while_the_device_is_opened_again(session: Session) -> None:
    session.card.lost = True
    session.server.at()
    session.turn(5.0)
    assert not session.audible
    session.card.lost = False
    session.server.answer = None
    session.turn()
    session.server.at(EAR)
    session.turn()
    assert session.audible
    assert session.kinds() == ["sound place"]  # the device itself says that it was away


@pytest.mark.parametrize("silent", [True, False])
def test_server_that_does_not_say_any_more(session: Session, silent: bool) -> None:
    """The sound may go anywhere: held and said; the operator's word holds until the server says something else."""
    session.server.at()
    if silent:
        session.server.answer = None
    for _ in range(4):
        session.turn(1.0)
    assert not session.audible
    assert session.kinds() == ["sound place", "sound moved"]
    assert "cannot tell" in session.events[-1]["text"]
    assert "Headset" in session.words
    session.guard.release(HOLD)
    for _ in range(4):
        session.turn(1.0)
    assert session.audible
    assert session.events[-1]["corrected"] == HOLD
    session.server.at(ROOM)
    session.turn()
    assert not session.audible


@pytest.mark.parametrize(
    ("device", "said"),
    [("default", True), ("pulse", True), ("PipeWire Sound Server", True), ("USB Audio: - (hw:1,0)", False)],
)
def test_what_cannot_be_watched_says_so_once(device: str, said: bool) -> None:
    session = Session(device)
    session.server.missing = "libpulse.so.0: no such file"
    for _ in range(5):
        session.turn(1.0)
    assert session.kinds() == ["sound unwatched" if said else "sound place"]
    assert session.audible
    assert session.words == device
    if said:
        assert "libpulse.so.0" in session.events[0]["text"]


def test_a_device_that_comes_back_in_another_socket_may_be_its_twin() -> None:
    """No sound server: silent while it is away, and until somebody says that it is the right one."""
    session = Session("USB Headset: Audio (hw:1,0)")
    session.turn()
    assert session.audible
    session.card.lost = True
    session.turn()
    session.card.lost = False
    session.turn()
    assert session.audible  # the same one, again
    session.card.lost = True
    session.turn()
    assert not session.audible
    session.card.lost, session.card.name, session.card.socket = False, "USB Headset: Audio (hw:2,0)", "usb1/1-4"
    session.turn()
    assert not session.audible
    assert "from USB Headset: Audio (hw:1,0) to USB Headset: Audio (hw:2,0)" in session.events[-1]["text"]
    session.guard.release(HOLD)
    session.turn()
    assert session.audible
    assert session.words == "USB Headset: Audio (hw:2,0)"


def test_socket_of_a_device(tmp_path: Path) -> None:
    port = tmp_path / "devices" / "usb1" / "1-2"
    port.mkdir(parents=True)
    (tmp_path / "card3").mkdir()
    (tmp_path / "card3" / "device").symlink_to(port)
    assert socket_of("USB Audio: - (hw:3,1)", tmp_path) == f"{port},1"
    assert socket_of("USB Audio: - (hw:4,0)", tmp_path) == "USB Audio: - (hw:4,0)"
    assert socket_of("Headphones (2- USB Audio)", tmp_path) == "Headphones (2- USB Audio)"


def test_a_server_that_lets_the_question_wait_is_said(session: Session) -> None:
    """The watch's own thread hangs in it; what it held before that would be silence without a word."""
    answer = session.server.answer

    def frozen() -> Heard | None:
        for _ in range(40):
            session.clock.advance(0.1)
            session.watch.look(0.0)
        return answer

    session.server.look = frozen  # type: ignore[method-assign]
    session.turn()
    assert session.kinds() == ["sound place", "sound moved", "sound back"]
    said = session.events[1]
    assert said["active_fault"] == session.events[2]["corrected"] == HOLD
    assert "does not answer" in said["text"]
    assert session.card.hushed == 1
    assert session.audible
    session.watch.look(0.0)
    assert session.kinds()[3:] == []


def test_mute_and_amplification_of_the_server_are_said(session: Session) -> None:
    session.server.at(EAR, volume=1.5)
    session.turn()
    assert "150%" in session.events[-1]["text"]
    assert session.events[-1]["active_fault"] == "server volume"
    session.server.at(EAR, muted=True)
    session.turn()
    assert "muted" in session.words
    session.server.at(EAR, volume=0.4)
    session.turn()
    session.turn()
    assert session.events[-1]["corrected"] == "server volume"
    assert session.words == "Headset, 40%"
    assert session.kinds() == ["sound place"] + 3 * ["server volume"]


def test_a_watch_that_fails_says_so_and_it_stands() -> None:
    session = Session()
    broken = SimpleNamespace(look=lambda: 1 / 0, close=lambda: None)
    watch = SoundWatch(session.guard, session.card, session.events.append, lambda: broken)  # type: ignore[arg-type]
    watch.start()
    watch._thread.join(60.0)  # closed at once, it would look no more
    watch.close()
    (event,) = session.events
    assert (event["event"], event["active_fault"]) == ("sound unwatched", "sound watch")
    assert "ZeroDivisionError" in event["text"]


def test_a_watch_that_has_failed_waits_for_no_answer(session: Session) -> None:
    """It says that it failed; that the server did not answer would be another thing, and not so."""
    session.server.look = lambda: 1 / 0  # type: ignore[method-assign]
    session.server.close = lambda: None  # type: ignore[attr-defined]
    session.watch._make_server = lambda: session.server  # type: ignore[assignment,return-value]
    session.watch.start()
    session.watch._thread.join(60.0)
    session.watch.close()
    session.clock.advance(60.0)
    session.watch.look(0.0)
    assert session.kinds() == ["sound place", "sound unwatched"]
    assert session.guard.holds == ()


def test_without_a_device_there_is_nothing_to_watch() -> None:
    watch = SoundWatch(OutputGuard(SafetySettings(), 22050), NullSink(), print)
    watch.start()
    watch.close()
    assert watch.figures() == {"sound_sink": "no sound device"}


def test_twins_are_told_apart_in_words() -> None:
    session = Session()
    session.server.at(Place("a.1", ("a.1/",), words="Headset"))
    session.turn()
    session.server.at(Place("a.2", ("a.2/",), words="Headset"))
    session.turn()
    assert "from Headset [a.1] to Headset [a.2]" in session.events[-1]["text"]
