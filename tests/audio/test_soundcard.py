"""The sound card sink on a real (virtual) sound card: heard as written, without clicks, through the card's death."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from tests.audio.virtual_card import Capture, VirtualCard

pytestmark = pytest.mark.audio

LEVEL, FREQ = 0.5, 441.0


@contextmanager
def player(card: VirtualCard, *args: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.audio.play", *map(str, args)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, env=card.environ, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def finish(process: subprocess.Popen[str]) -> list[dict]:
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return [json.loads(line) for line in out.splitlines()]


def loud_part(sound: np.ndarray) -> np.ndarray:
    """From the first to the last sound."""
    on = np.flatnonzero(np.abs(sound) > 0.01)
    assert len(on), "nothing was heard"
    return sound[on[0] : on[-1] + 1]


def assert_clean_sine(sound: np.ndarray, rate: int) -> None:
    """One frequency, one level, no step larger than the sine's own and nothing else in the spectrum."""
    middle = sound[rate // 4 : -rate // 4]
    assert np.sqrt(2 * np.mean(middle**2)) == pytest.approx(LEVEL, rel=0.01)
    steps = np.abs(np.diff(sound))
    clicks = np.flatnonzero(steps > 1.3 * LEVEL * 2 * np.pi * FREQ / rate) / rate
    assert not len(clicks), f"clicks at {clicks[:10]} s of {len(sound) / rate:.2f} s"
    window = np.hanning(len(middle))
    power = np.abs(np.fft.rfft(middle * window)) ** 2
    peak = int(power.argmax())
    # half a per cent is what the level control may turn the pitch by
    assert peak * rate / len(middle) == pytest.approx(FREQ, rel=0.006)
    freqs = np.fft.rfftfreq(len(middle), 1 / rate)
    around = np.abs(freqs - FREQ) < 0.02 * FREQ
    assert power[~around].sum() < 1e-4 * power.sum()


def share_like_sine(sound: np.ndarray, rate: int) -> float:
    """Share of the 20 ms pieces that are the sine, of the right level, and nothing else."""
    n = round(0.02 * rate)
    pieces = sound[rate // 4 : -rate // 4]
    pieces = pieces[: len(pieces) // n * n].reshape(-1, n).astype(np.float64)
    angle = 2 * np.pi * FREQ * np.arange(n) / rate
    basis = np.stack([np.cos(angle), np.sin(angle)], 1)
    fitted = pieces @ np.linalg.pinv(basis).T
    # the level control may turn the pitch by half a per cent: 0.14 rad from the middle of a piece to its ends
    rest = np.sqrt(np.mean((pieces - fitted @ basis.T) ** 2, 1))
    return float(np.mean((rest < 0.1 * LEVEL) & (np.abs(np.hypot(*fitted.T) - LEVEL) < 0.03 * LEVEL)))


def test_share_like_sine_sees_what_is_wrong() -> None:
    rate = 22050
    sine = LEVEL * np.sin(2 * np.pi * FREQ * 1.003 * np.arange(3 * rate) / rate)
    assert share_like_sine(sine, rate) == 1.0
    assert share_like_sine(0.9 * sine, rate) == 0.0
    assert share_like_sine(np.where(np.arange(len(sine)) % 256 < 30, 0.0, sine), rate) < 0.1
    assert share_like_sine(np.resize(sine, 2 * len(sine)).reshape(-1, 2)[:, 0], rate) == 0.0


@pytest.mark.parametrize("rate", [22050, 48000])
def test_heard_as_written(card: VirtualCard, tmp_path: Path, rate: int) -> None:
    """A sine of three seconds at the decoder's rate, and at one that the card (44.1 kHz) does not have.

    The virtual card is an ordinary process: a busy machine starves it, and then it clicks by itself, at another place
    each time, with nothing counted on our side. So what our callback hands to the device must be clean every time, and
    what is heard but for a few such holes. A machine too busy to play in time at all must at least have said so: there
    are three takes for it.
    """
    takes: list[str] = []
    while len(takes) < 3 and (not takes or takes[-1]):
        takes.append(_take(card, tmp_path / f"take{len(takes)}.npz", rate))
    assert not takes[-1] or sum(not take.startswith("not in time") for take in takes) < 2, takes


def _take(card: VirtualCard, tap: Path, rate: int) -> str:
    """Play and listen once; says what was wrong with what was heard, nothing where it was clean."""
    capture = Capture(card)
    try:
        capture.wait_for_data()
        with player(card, 3, rate, "", tap) as process:
            said = finish(process)
        sound = loud_part(capture.sound)
    finally:
        capture.close()
    assert said[0]["started"]
    assert 0.0 < said[0]["latency_s"] < 0.5
    assert said[-1] == {"closed": True}
    if said[-2]["underruns"] or said[-2]["skipped"]:
        assert any(line.get("event") in ("underrun", "skip") for line in said)
        return f"not in time: {said[-2]}"
    if len(sound) / capture.rate != pytest.approx(3.0, abs=0.5):
        return f"3 s were written, heard for {len(sound) / capture.rate:.2f} s"
    assert 0 <= said[-2]["fill"] < 0.2 * rate
    with np.load(tap) as handed:
        assert_clean_sine(loud_part(handed["sound"]), int(handed["rate"]))
    share = share_like_sine(sound, capture.rate)
    return "" if share > 0.8 else f"only {share:.0%} of what was heard is the sine that was written"


def newest(capture: Capture) -> np.ndarray:
    """The last two seconds of it."""
    return capture.sound[-2 * capture.rate :]


def test_card_dies_and_comes_back(card: VirtualCard, capture: Capture) -> None:
    """The sound server is killed in the middle of a sound: an event, no exception; and sound again when it is back."""
    with player(card, "inf") as process:
        assert process.stdout is not None
        lines = [json.loads(process.stdout.readline())]
        assert lines[0]["started"]
        deadline = time.monotonic() + 240
        while not np.any(np.abs(capture.sound[-4000:]) > 0.1):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        capture.close()
        card.kill()
        while lines[-1].get("event") != "device lost":
            lines.append(json.loads(process.stdout.readline()))
        card.start()
        again = Capture(card)
        again.wait_for_data()
        # not its peak: where a starved card leaves a hole the capture's resampler rings
        while np.sum(np.abs(again.sound) > 0.1) < again.rate or share_like_sine(newest(again), again.rate) < 0.5:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        said = lines + finish(process)
        sound = loud_part(again.sound)
        again.close()
    starved = ("underrun", "skip", "cut", "overflow", "priority", "device missing", "device")
    kinds = [line["event"] for line in said if "event" in line and line["event"] not in starved]
    assert kinds == ["device lost", "device back"] * (len(kinds) // 2)  # again where the machine stood still for long
    assert kinds
    assert np.abs(sound).max() < 1.5 * LEVEL


def test_no_device_says_so(tmp_path: Path) -> None:
    """No sound server at all: one line."""
    card = VirtualCard(tmp_path)
    with player(card, 1) as process:
        (said,) = finish(process)
    assert said["error"].startswith("no sound device")


def test_unknown_device_lists_what_is_there(card: VirtualCard) -> None:
    with player(card, 1, 22050, "no-such-card") as process:
        (said,) = finish(process)
    assert "no-such-card" in said["error"]
    assert "found: " in said["error"]
    assert "default" in said["error"]


def test_broken_portaudio_is_one_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    from bk_realtime.errors import BkError
    from bk_realtime.sink.soundcard import SoundCard

    class Broken:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Broken(), *sys.meta_path])
    with pytest.raises(BkError, match="no sound device: PortAudio library not found"):
        SoundCard()
