"""A sound server that moves the voice to another sink: how much gets out there, and what brings it back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.audio.virtual_card import OTHER, SINK, Capture, VirtualCard

pytestmark = pytest.mark.audio

AT_MOST_S = 500.0
WORST_MS = 250
"""Longest piece of voice that may get out where it was moved to (about 40 are usual); a starved machine takes
longer to look, so what is asserted has room."""


class Playing:
    """The process that plays, and what it said."""

    def __init__(self, card: VirtualCard, pinned: bool = True, *options: str) -> None:
        environ = card.environ if pinned else {k: v for k, v in card.environ.items() if k != "PULSE_SINK"}
        command = [sys.executable, "-m", "tests.audio.guarded_play", *options]
        self.process = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.card, self.said = card, list[dict]()
        self._end = threading.Timer(AT_MOST_S, self.process.kill)  # or a line that never comes is waited for for ever
        self._end.start()

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(word + "\n")

    def until(self, wanted: str) -> dict:
        """The next line of that kind (an event's, or with that key)."""
        assert self.process.stdout is not None
        while True:
            line = self.process.stdout.readline()
            assert line, f"no {wanted!r} among {self.said}"
            self.said.append(json.loads(line))
            if wanted in (self.said[-1].get("event"), *self.said[-1]):
                return self.said[-1]

    def moved(self, where: str) -> dict:
        """The next line that says so of that place; a busy server may not say where for a while, which is said too."""
        while where not in (line := self.until("sound moved"))["text"]:
            pass
        return line

    def ask(self, command: str, value: str) -> None:
        """A command of pactl for the stream; a starved device is opened again, with another number."""
        deadline = time.monotonic() + 60
        while True:
            listed = self.card.pactl("list", "short", "sink-inputs").split()
            try:
                self.card.pactl(command, listed[0], value)
                return
            except (IndexError, subprocess.CalledProcessError):
                assert time.monotonic() < deadline, f"no stream to {command}"
                time.sleep(0.1)

    def kinds(self) -> list[str]:
        """What was said of the place."""
        return [line["event"] for line in self.said if line.get("event", "").startswith(("sound ", "server"))]

    def close(self) -> None:
        self._end.cancel()
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:  # a busy machine's sound server hangs, and who waits for it with it
            self.process.kill()
            self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def begin(card: VirtualCard) -> Iterator[Callable[..., Playing]]:
    begun: list[Playing] = []

    def start(pinned: bool = True, *options: str) -> Playing:
        begun.append(Playing(card, pinned, *options))
        return begun[-1]

    yield start
    for playing in begun:
        playing.close()


def heard(capture: Capture, since: int = 0) -> np.ndarray:
    """Where the captured sound is loud, from sample ``since`` on."""
    return np.flatnonzero(np.abs(capture.sound[since:]) > 0.01)


class NothingHeardError(AssertionError):
    """Where sound should come there is none."""


def wait_for_sound(capture: Capture) -> None:
    if not is_heard(capture):
        raise NothingHeardError


def is_heard(capture: Capture) -> bool:
    """Whether a fifth of a second of sound comes within a minute."""
    since = len(capture.sound)
    deadline = time.monotonic() + 60
    while len(heard(capture, since)) < 0.2 * capture.rate:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def wait_for_silence(capture: Capture) -> int:
    """Until half a second in a row was silent, after what is on its way now; returns where in the capture."""
    least = len(capture.sound) + capture.rate
    deadline = time.monotonic() + 60
    while len(capture.sound) < least or len(heard(capture, len(capture.sound) - capture.rate // 2)):
        assert time.monotonic() < deadline, "sound goes on"
        time.sleep(0.02)
    return len(capture.sound)


def got_out_ms(capture: Capture, since: int = 0) -> float:
    """How much sound came there, in ms, by pieces of 10 ms: a process that stood still in between was silent."""
    return 10.0 * len(np.unique(heard(capture, since) // (capture.rate // 100)))


def test_moved_by_hand(card: VirtualCard, capture: Capture, begin) -> None:
    """Up to three times: on a busy machine ALSA's plug-in may hang, and then nothing is heard anywhere."""
    card.add(OTHER)
    for attempt in range(3):
        playing = begin()
        try:
            _moved_by_hand(card, capture, playing)
            break
        except NothingHeardError:
            assert attempt < 2
            playing.process.kill()


def _moved_by_hand(card: VirtualCard, capture: Capture, playing: Playing) -> None:
    other = Capture(card, sink=OTHER)
    other.wait_for_data()
    assert SINK in playing.until("sound place")["text"] or "Null Output" in playing.said[-1]["text"]
    wait_for_sound(capture)
    playing.ask("move-sink-input", OTHER)
    assert playing.moved(f"Null Output to {OTHER}")["active_fault"] == "sound moved"
    silent = wait_for_silence(other)
    out = got_out_ms(other)
    print(f"{out:.0f} ms of voice got out")
    assert out < WORST_MS
    # back by hand: let out again, and what comes to the other one stays what it was
    playing.ask("move-sink-input", SINK)
    assert playing.until("sound back")["corrected"] == "sound moved"
    wait_for_sound(capture)
    assert not len(heard(other, silent))
    # the operator's word: the new place is the right one from then on
    released = False
    while not released:  # a starved device is opened again, which brings it back: then there is nothing to release
        playing.ask("move-sink-input", OTHER)
        playing.until("sound moved")
        wait_for_silence(other)
        playing.tell("release")
        released = playing.until("released")["released"]
    places = [line for line in playing.said if line.get("event") == "sound place"][1:]
    assert (places or [playing.until("sound place")])[0]["corrected"] == "sound moved"
    wait_for_sound(other)
    playing.tell("words")
    assert playing.until("sound_sink")["sound_sink"] == f"{OTHER}, 100%"
    # somebody's hand at the server's volume is said
    for command, value, said in (
        ("set-sink-input-volume", "150%", "amplified to 150%"),
        ("set-sink-input-volume", "80%", "neither mutes nor amplifies"),
    ):
        playing.ask(command, value)
        while said not in playing.until("server volume")["text"]:  # a device that is opened again is as at first
            playing.ask(command, value)
    card.pactl("set-sink-mute", OTHER, "1")
    while "muted" not in playing.until("server volume")["text"]:
        pass
    other.close()


def test_unplugged_and_plugged_in_again(card: VirtualCard, begin) -> None:
    """The sink goes, the server moves the voice to the loudspeakers; it comes back with the sink, on its own."""
    card.add(OTHER)
    headphones = card.add("headphones")
    card.pactl("set-default-sink", "headphones")
    loud, ear = Capture(card, sink=OTHER), Capture(card, sink="headphones")
    loud.wait_for_data()
    ear.wait_for_data()
    playing = begin(pinned=False)
    playing.until("sound place")
    wait_for_sound(ear)
    ear.close()
    card.pactl("set-default-sink", OTHER)
    card.pactl("unload-module", headphones)
    playing.moved(f"from headphones to {OTHER}")
    silent = wait_for_silence(loud)
    print(f"{got_out_ms(loud):.0f} ms of voice got out")
    assert got_out_ms(loud) < WORST_MS
    card.add("headphones")
    again = Capture(card, sink="headphones")
    playing.until("sound back")
    wait_for_sound(again)
    assert not len(heard(loud, silent))
    # a starved device is opened again, on the loudspeakers: silent, and asked back
    first, *then = playing.kinds()
    assert (first, set(then)) == ("sound place", {"sound moved", "sound back"})
    again.close()
    loud.close()


def test_a_stream_made_anew_elsewhere_plays_nothing_there(card: VirtualCard, begin) -> None:
    """A process that stood still runs dry; ALSA's plug-in makes a new stream then, on the default sink. Up to three
    times: on a busy machine the plug-in may hang afterwards, and then nothing is heard anywhere."""
    card.add(OTHER)
    assert any(_goes_on(card, begin) for _ in range(3)), "it never went on"


def _goes_on(card: VirtualCard, begin: Callable[..., Playing]) -> bool:
    """Whether the voice is heard again after standstills; never where it must not be."""
    card.pactl("set-default-sink", SINK)
    loud = Capture(card, sink=OTHER)
    loud.wait_for_data()
    playing = begin(pinned=False)
    playing.until("sound place")
    card.pactl("set-default-sink", OTHER)  # takes the voice along, and whoever listens to the sink before
    playing.until("sound moved")
    playing.ask("move-sink-input", SINK)
    playing.until("sound back")
    ear = Capture(card)
    wait_for_sound(ear)
    silent = wait_for_silence(loud)
    went_on = True
    for _ in range(3):
        os.kill(playing.process.pid, signal.SIGSTOP)
        wait_for_silence(ear)
        os.kill(playing.process.pid, signal.SIGCONT)
        went_on = went_on and is_heard(ear)
    assert not len(heard(loud, silent))
    playing.process.kill()
    ear.close()
    loud.close()
    return went_on


def test_a_server_that_restarts_with_another_default(card: VirtualCard, capture: Capture, begin) -> None:
    """The device is opened again by itself, on what the new server has: not a word gets out there."""
    playing = begin(pinned=False)
    playing.until("sound place")
    wait_for_sound(capture)
    capture.close()
    card.kill()
    playing.until("device lost")
    card.start(sink=OTHER)
    loud = Capture(card, sink=OTHER)
    loud.wait_for_data()
    playing.until("device back")
    playing.until("sound moved")
    wait_for_silence(loud)
    assert not len(heard(loud))
    card.add(SINK)
    again = Capture(card)
    playing.until("sound back")
    wait_for_sound(again)
    assert not len(heard(loud))
    again.close()
    loud.close()


def test_behind_a_sink_that_passes_it_on(card: VirtualCard, capture: Capture, begin) -> None:
    """An equaliser's output is moved: our own stream stays where it was."""
    card.add(OTHER)
    card.pactl("load-module", "module-remap-sink", "sink_name=equaliser", f"master={SINK}")
    card.pactl("set-default-sink", "equaliser")
    other = Capture(card, sink=OTHER)
    other.wait_for_data()
    playing = begin(pinned=False)
    playing.until("sound place")
    wait_for_sound(capture)
    passed = [row.split() for row in card.pactl("list", "short", "sink-inputs").splitlines()]
    sinks = dict(row.split()[:2] for row in card.pactl("list", "short", "sinks").splitlines())
    (inner,) = [row[0] for row in passed if sinks[row[1]] == SINK]
    card.pactl("move-sink-input", inner, OTHER)
    playing.until("sound moved")
    wait_for_silence(other)
    assert got_out_ms(other) < WORST_MS
    other.close()


def test_a_server_that_starts_late_is_found(card: VirtualCard, begin) -> None:
    """No sound at all at first; what was unmuted in that silence is muted again before a device plays."""
    card.kill()
    playing = begin(True, "--late")
    playing.until("no sound")
    playing.tell("words")
    assert playing.until("sound_sink")["sound_sink"] == "no sound device"
    playing.tell("unmute")
    playing.until("unmuted")
    card.start()
    listening = Capture(card)
    listening.wait_for_data()
    assert playing.until("device back")["corrected"] == "sound"
    wait_for_silence(listening)
    assert not len(heard(listening))
    playing.tell("unmute")
    wait_for_sound(listening)
    listening.close()
