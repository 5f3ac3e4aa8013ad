"""The sound card without its threads: what is opened, written, counted and said, on a clock turned by hand."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import sys
from types import ModuleType

import numpy as np
import pytest

import bk_realtime.sink.portaudio as backend
from bk_realtime.errors import DeviceError
from bk_realtime.sink.drift import HALF
from bk_realtime.sink.player import STALL_S
from bk_realtime.sink.soundcard import SoundCard
from tests.card_by_hand import Listed, card, sd  # noqa: F401 - fixtures
from tests.unit.test_soundcard import HOP, RATE

# ---- the device ----


def test_a_card_is_opened_at_the_voices_rate_in_one_channel_or_else_at_its_own(sd: Listed) -> None:
    order = [(1, RATE), (2, RATE), (1, 48000), (2, 48000)]
    for n, takes in enumerate(order, start=1):
        sd.takes, sd.asked = {takes}, []
        found = backend.choose_output(sd, None, RATE)
        assert sd.asked == order[:n]
        assert (found.channels, found.rate) == takes
    assert (found.index, found.name, found.host, found.latency_s) == (0, "fake", "host 0", 0.01)
    assert found.listed == ((0, "fake", "host 0"),)
    assert found.socket == "fake"


def test_a_lost_output_is_never_found_among_inputs_of_its_name(sd: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    before = backend.choose_output(sd, None, RATE)
    info = dict(sd.query_devices(None, "output"))  # type: ignore[call-overload]
    as_input = info | {"index": 1, "max_output_channels": 0}
    elsewhere = info | {"index": 2, "hostapi": 1}
    infos = [as_input, elsewhere, info]
    monkeypatch.setattr(sd, "query_devices", lambda *_: infos)
    assert backend.choose_output(sd, None, RATE, before).index == 0
    infos.pop()
    with pytest.raises(DeviceError, match="'fake': expected one, found 0; plug it in again"):
        backend.choose_output(sd, None, RATE, before)


def test_outputs_are_listed_without_inputs(sd: Listed, monkeypatch: pytest.MonkeyPatch) -> None:
    info = dict(sd.query_devices(None, "output"))  # type: ignore[call-overload]
    infos = [info | {"index": k, "name": f"D{k}", "max_output_channels": n} for k, n in enumerate((0, 1, 2))]
    monkeypatch.setattr(sd, "query_devices", lambda *_: infos)
    sd.default.device = [2, 1]
    rows = backend.output_devices()
    assert [row["index"] for row in rows] == [1, 2]
    assert [row["default"] for row in rows] == [True, False]
    wanted = {"index": 2, "name": "D2", "channels": 2, "sample_rate": 48000.0, "latency_s": 0.01, "default": False}
    assert rows[1] == wanted
    error = RuntimeError("Error\n querying   device -1")
    assert backend.no_device(None, sd, error) == (
        "no default sound device (Error querying device -1); choose one with --sound-device: D1, D2"
    )
    infos += [info | {"index": k, "name": f"D{k}"} for k in range(3, 12)]
    assert backend.no_device("X", sd, error).endswith("found: D1, D2, D3, D4, D5, D6")
    assert backend.reason(OSError()) == ""


def test_what_is_missing_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    class Fails(ModuleType):
        error: Exception = OSError("PortAudio library not found")

        def find_spec(self, name: str, path: object = None, target: object = None) -> None:
            if name == "sounddevice":
                raise self.error

    finder = Fails("finder")
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
    with pytest.raises(DeviceError, match=r"PortAudio library not found; install PortAudio \(Debian: libportaudio2\)"):
        backend.portaudio()
    finder.error = ImportError("No module")
    with pytest.raises(DeviceError, match=r"the package sounddevice is missing \(No module\); run make install"):
        backend.portaudio()
    finder.error = type("PortAudioError", (Exception,), {})("Unanticipated host error")
    with pytest.raises(DeviceError, match=r"PortAudio does not start \(Unanticipated host error\)"):
        backend.portaudio()
    finder.error = RuntimeError("a fault of ours")
    with pytest.raises(RuntimeError, match="a fault of ours"):
        backend.portaudio()


def test_a_number_is_an_index_and_a_word_a_name(sd: Listed) -> None:
    assert SoundCard(RATE, "0").name == SoundCard(RATE, 0).name == SoundCard(RATE, "fake").name == "fake"
    with pytest.raises(DeviceError, match="no sound device 7 "):
        SoundCard(RATE, "7")
    with pytest.raises(DeviceError, match="no sound device '7a' "):
        SoundCard(RATE, "7a")


def test_what_the_stream_is_asked_for(sd: Listed, card: SoundCard) -> None:
    (stream,) = sd.streams
    asked = {"samplerate": 48000, "device": 0, "dtype": "float32", "latency": "low"}
    assert stream.settings == asked
    assert (stream.blocksize, stream.channels) == (round(HOP / 4 / RATE * 48000), 2)
    assert card.latency_s == pytest.approx(0.02 + HALF / RATE)  # what the open stream says, not 0.01
    assert (card.name, card.host, card.socket, card.lost, card.streams) == ("fake", "host 0", "fake", False, 1)


def test_a_new_stream_is_silent_until_it_is_confirmed(sd: Listed, card: SoundCard) -> None:
    assert not card.kept_back
    card.confirm(0)
    assert card.kept_back
    card.confirm(1)
    assert not card.kept_back
    card._open(sd)
    assert (card.streams, card.kept_back) == (2, True)
    card.confirm(None)
    assert not card.kept_back


# ---- the writer ----


def test_before_it_is_open_nothing_waits_and_no_sound_is_no_stall(sd: Listed) -> None:
    card = SoundCard(RATE, clock=sd.clock)
    assert card.lost
    card.write(np.ones(HOP, np.float32))
    assert card.fill == 0
    assert card._player.fed_s == 50.0
    card.write(np.zeros(0, np.float32), good_for_s=STALL_S + 3.0)  # a pause that was announced
    assert card._player.fed_s == pytest.approx(53.0)
    card.write(np.zeros(0, np.float32), good_for_s=STALL_S / 2)
    assert card._player.fed_s == 50.0
    card.write(np.zeros(0, np.float32))
    assert card._player.fed_s == 50.0


def test_sound_beyond_the_ceiling_is_cut_and_fill_is_at_the_writers_rate(sd: Listed, card: SoundCard) -> None:
    for k in range(8):
        sd.clock.advance(HOP / RATE)
        card.write(np.full(HOP, 0.9 if k % 2 else -0.9, np.float32))
    assert card.fill == pytest.approx(8 * HOP - HALF, abs=16)
    heard = np.concatenate([sd.streams[0].block() for _ in range(30)])
    assert np.abs(heard).max() == pytest.approx(0.5)
    assert heard.min() < -0.49
    card._lost = True
    assert card.fill == 0


def test_a_full_buffer_is_said_once_until_it_is_half_empty(sd: Listed, card: SoundCard) -> None:
    second = np.zeros(RATE, np.float32)

    def overflows() -> int:
        return [e["event"] for e in card.events()].count("overflow")

    card.write(second)
    assert overflows() == 0
    for _ in range(3):
        card.write(second)
    assert card.fill == round(card._player.ring.capacity * RATE / 48000) > 2 * RATE
    (event,) = [e for e in card.events() if e["event"] == "overflow"]
    assert event["text"] == "2 s of sound are waiting for the device; new sound is dropped"
    card._player.ring.read(np.zeros(19200, np.float32))
    card.write(second)
    assert overflows() == 0  # more than half is full: told already
    card._player.ring.read(np.zeros(72000, np.float32))
    card.write(np.zeros(HOP, np.float32))
    for _ in range(3):
        card.write(second)
    assert overflows() == 1


def test_underruns_are_those_of_the_buffer_and_those_that_the_device_says(sd: Listed, card: SoundCard) -> None:
    (stream,) = sd.streams
    stream.block(underflow=True)  # nothing plays yet: nothing was missed
    assert card.underruns == 0
    for _ in range(12):
        sd.clock.advance(HOP / RATE)
        card.write(np.full(HOP, 0.1, np.float32))
    stream.block()
    assert card._player.playing
    stream.block(underflow=True)
    assert card.underruns == 1
    assert card.streams == 1  # a device of its own; behind a sound server it would be a stream made anew
    card._routed = True
    stream.block(underflow=True)
    assert (card.underruns, card.streams) == (2, 2)
    while card._player.playing:
        stream.block()
    assert card.underruns == 3
    card._underruns_before = 10
    assert card.underruns == 13


# ---- what is said ----


def test_a_device_that_nobody_served_is_told_from_sound_that_was_late(sd: Listed, card: SoundCard) -> None:
    """A machine that stands still for longer than the device holds: the sound was there, and no reserve helps."""
    (stream,) = sd.streams
    for _ in range(12):
        sd.clock.advance(HOP / RATE)
        card.write(np.full(HOP, 0.1, np.float32))
    stream.block()
    for late_ms in (16.0, 31.0):
        sd.clock.advance(late_ms / 1e3)
        stream.block(underflow=True)
    card._note_counts(50.0)
    (said,) = card.events()
    assert (said["event"], said["count"]) == ("underrun", 2)
    assert "the device was served too late though sound was waiting" in said["text"]
    assert "took 31 ms from one block to the next, the device holds 20 ms" in said["text"]
    for _ in range(9):  # what was a while ago is no reason
        sd.clock.advance(0.005)
        card.write(np.full(HOP, 0.1, np.float32))
        stream.block()
    sd.clock.advance(0.012)
    stream.block(underflow=True)
    card._player.underruns += 1  # of both kinds: each is said
    card._note_counts(60.0)
    device, dry = card.events()
    assert (device["count"], dry["count"]) == (1, 1)
    assert "took 12 ms from one block" in device["text"]
    assert "1 underrun(s): the sound was not ready in time" in dry["text"]
    sd.clock.advance(0.012)
    stream.block(underflow=True)
    card._note_counts(70.0)
    assert "1 underrun(s): the device was served too late though sound was waiting" in (
        text := card.events()[0]["text"]
    )
    assert "took 12 ms" in text  # not what was said before
    sd.clock.advance(0.021)
    stream.block()
    stream.block(underflow=True)  # told in a quick call behind the slow one
    card._note_counts(80.0)
    assert "took 21 ms" in card.events()[0]["text"]
    stream.block(underflow=True)  # not once more of that one
    card._note_counts(90.0)
    assert "took 0 ms" in card.events()[0]["text"]


def test_counts_are_said_at_once_and_then_together(sd: Listed, card: SoundCard) -> None:
    card._player.underruns = 1
    card._note_counts(50.0)
    (first,) = card.events()
    kept_ms = 1e3 * card._level.reserve.target_s
    assert first["text"] == f"1 underrun(s): the sound was not ready in time; {kept_ms:.0f} ms are kept in reserve"
    assert (first["event"], first["count"]) == ("underrun", 1)
    card._player.underruns, card._player.skipped, card._player.cuts = 4, 2400, 1
    card._note_counts(50.9)
    assert [(e["event"], e["text"]) for e in card.events()] == [
        ("skip", "50 ms of waiting sound were skipped to keep the delay short"),
        ("cut", "sound that had waited until it was too old was cut off, not played"),
    ]
    card._player.skipped, card._player.cuts = 4800, 4
    card._note_counts(51.0)
    assert [(e["event"], e["count"]) for e in card.events()] == [("underrun", 3)]
    card._note_counts(52.0, last=True)
    said = card.events()
    assert [e["event"] for e in said] == ["skip", "cut"]
    assert said[1]["text"].startswith("3 times: sound that")
    assert said[1]["count"] == 3
