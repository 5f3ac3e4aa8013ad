"""Learning beside a recording, with streams made by hand: what is lost is said, taken up again, and ends nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bk_realtime.__main__ import main
from bk_realtime.chunks import Chunk, StreamDescription
from bk_realtime.config import FeatureSettings
from bk_realtime.contamination.rolling import RED
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import StreamError
from bk_realtime.learning import session as learning_session
from bk_realtime.learning.decision import STOP
from bk_realtime.learning.feed import Feed, Heard
from bk_realtime.learning.live import LiveLearning
from bk_realtime.learning.recording import feed_for, open_recording
from bk_realtime.learning.session import LearningSession
from bk_realtime.learning.window import Window
from bk_realtime.session.settings import InletSettings
from bk_realtime.source.microphone import LOOKING
from tests.synthetic import synthetic_recording
from tests.xdf_files import Stream, write

RIDGE = RidgeSettings(n_past=5)
SFREQ, PIECE_S = 512.0, 0.5
MADE = synthetic_recording(45.0, 4, SFREQ, seed=3)


def make_feed(sample_rate: float) -> Feed:
    return Feed(MADE.labels, MADE.labels, SFREQ, sample_rate, FeatureSettings(), RIDGE)


class Amplifier:
    """Half a second at each pull, from where the other stream is too."""

    def __init__(self) -> None:
        self.n, self.closed = 0, False

    def describe(self) -> None:
        raise NotImplementedError

    def pull(self, timeout: float) -> Chunk | None:
        rows = slice(round(self.n * PIECE_S * SFREQ), round((self.n + 1) * PIECE_S * SFREQ))
        self.n += 1
        data = np.asarray(MADE.neural[rows], np.float32)
        return Chunk(data, rows.start, 50.0 + np.arange(rows.start, rows.start + len(data)) / SFREQ)

    def close(self) -> None:
        self.closed = True


class Mic:
    """What was said while the amplifier sent; ``gone_at``: the pieces after which it is lost for once."""

    name, full_scale = "mic", 1.0

    def __init__(self, amplifier: Amplifier, gone_at: int = 10**6, sample_rate: float = MADE.sample_rate) -> None:
        self.amplifier, self.gone_at, self.sample_rate = amplifier, gone_at, sample_rate
        self.sent = 0

    def pull(self) -> tuple[np.ndarray, np.ndarray]:
        if self.amplifier.n >= self.gone_at:
            raise StreamError("the microphone is gone")
        assert MADE.audio is not None
        begin, self.sent = self.sent, round(self.amplifier.n * PIECE_S * MADE.sample_rate)
        sound = np.asarray(MADE.audio[begin : self.sent], np.float32)
        return sound, 50.0 + np.arange(begin, begin + len(sound)) / MADE.sample_rate


def learnt(mics: list[Mic | str], amplifier: Amplifier, feed: Callable[[float], Feed] = make_feed) -> LiveLearning:
    """One microphone, or no microphone, after the other; looked for at each step."""
    ticks = iter(range(10**6))
    return LiveLearning(amplifier, lambda: mics.pop(0) if mics else "no microphone", feed, lambda: 10.0 * next(ticks))


def test_it_learns_what_came_and_all_of_it_before_the_end() -> None:
    amplifier = Amplifier()
    learning = learnt(["no microphone", Mic(amplifier)], amplifier)
    learning.step()
    assert learning.trouble == "no microphone"
    assert learning.heard() is None
    for _ in range(60):
        learning.step()
    assert learning.trouble == ""
    learning.close()
    assert amplifier.closed
    assert not learning.alive
    heard = learning.heard()
    assert heard is not None
    assert learning.left_out == 0
    assert learning._feed is not None
    assert learning._feed.learner.n_learnt > 20 * 86  # frames of 30 s less what a stretch still waits for


def test_a_search_that_is_still_looking_is_asked_again_at_once() -> None:
    """It gets on by being asked: every two seconds, learning began 16 s after the reading."""
    amplifier, ticks = Amplifier(), iter(range(10**6))
    found: list[Mic | str] = [*8 * [LOOKING], "no microphone", Mic(amplifier)]
    learning = LiveLearning(amplifier, lambda: found.pop(0), make_feed, lambda: 0.05 * next(ticks))
    for _ in range(9):
        learning.step()
    assert learning.trouble == "no microphone"
    learning.step()
    assert len(found) == 1  # who found none looks again in a while
    learning.close()


def test_what_came_since_the_last_audit_is_looked_at_when_it_ends() -> None:
    """Of 38 s that are looked at after 20, nothing could be told then: the microphone in them became a bundle."""
    assert MADE.audio is not None
    at = np.arange(len(MADE.neural)) / SFREQ
    leak = 40.0 * np.interp(at, np.arange(len(MADE.audio)) / MADE.sample_rate, MADE.audio)

    class Leaks(Amplifier):
        def pull(self, timeout: float) -> Chunk | None:
            chunk = super().pull(timeout)
            assert chunk is not None
            first = round((self.n - 1) * PIECE_S * SFREQ)
            chunk.data[:, 1] += leak[first : first + len(chunk.data)]
            return chunk

    amplifier = Leaks()
    learning = learnt([Mic(amplifier)], amplifier)
    while amplifier.n < 38 / PIECE_S:
        learning.step()
    learning.close()
    heard = learning.heard()
    assert heard is not None
    assert heard.light.colour == RED
    assert heard.progress.decision.verdict == STOP


def test_a_microphone_that_is_gone_is_said_and_taken_up_again() -> None:
    amplifier = Amplifier()
    again = Mic(amplifier)
    learning = learnt([Mic(amplifier, gone_at=20), "no microphone", again], amplifier)
    while amplifier.n < 20:
        learning.step()
    assert learning.trouble == "the microphone is gone"
    learning.step()
    assert learning.trouble == "no microphone"
    again.sent = round(amplifier.n * PIECE_S * MADE.sample_rate)
    for _ in range(40):
        learning.step()
    assert learning.trouble == ""
    learning.close()
    assert learning._feed is not None
    assert learning._feed.learner.n_learnt > 10 * 86


def test_a_microphone_at_another_rate_is_not_taken_for_the_first() -> None:
    amplifier = Amplifier()
    learning = learnt([Mic(amplifier, gone_at=4), Mic(amplifier, sample_rate=8000.0)], amplifier)
    for _ in range(5):
        learning.step()
    learning.close()
    assert learning.trouble == f"the microphone came back at 8000 Hz, before {MADE.sample_rate:g}"


def test_what_is_too_fast_to_learn_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bk_realtime.learning.live.MOST_WAITING", 3)
    go, amplifier = threading.Event(), Amplifier()

    class Slow(Feed):
        def push_neural(self, *args: np.ndarray) -> None:
            assert go.wait(240)

    mic = Mic(amplifier)
    slow = Slow(MADE.labels, MADE.labels, SFREQ, MADE.sample_rate, FeatureSettings(), RIDGE)
    learning = learnt([mic], amplifier, lambda rate: slow)
    for _ in range(10):
        learning.step()
    left_out = learning.left_out
    go.set()
    learning.close()
    assert 20 - 3 - 1 <= left_out <= 20 - 3


@pytest.mark.parametrize("silence", [1.0, RIDGE.silence_weight])
def test_learnt_live_is_learnt_from_the_recording(silence: float, tmp_path: Path) -> None:
    """Of the same samples and stamps: what a recorder wrote beside it gives the same ridge to 1e-6."""
    wanted = RidgeSettings(n_past=5, silence_weight=silence)
    assert MADE.audio is not None
    amplifier = Amplifier()
    learning = learnt(
        [Mic(amplifier)],
        amplifier,
        lambda rate: Feed(MADE.labels, MADE.labels, SFREQ, rate, FeatureSettings(), wanted),
    )
    for _ in range(90):
        learning.step()
    learning.close()
    assert learning.feed is not None
    stamps = [50.0 + np.arange(len(x)) / rate for x, rate in ((MADE.neural, SFREQ), (MADE.audio, MADE.sample_rate))]
    path = write(
        tmp_path,
        Stream("amp", "sEEG", SFREQ, MADE.neural, stamps[0], labels=list(MADE.labels)),
        Stream("mic", "Audio", MADE.sample_rate, MADE.audio, stamps[1], units=("",)),
    )
    recorded = open_recording(path, "", "", None, None)
    again = recorded.feed(FeatureSettings(), wanted)
    recorded.play(again, lambda: None, 1e9)
    assert again.learner.n_learnt == learning.feed.learner.n_learnt > 20 * 86
    (live, *moments), (offline, *others) = learning.feed.learner.solution(), again.learner.solution()
    np.testing.assert_allclose(live.weight, offline.weight, atol=1e-6)
    np.testing.assert_allclose(live.bias, offline.bias, atol=1e-6)
    np.testing.assert_allclose(moments, others, atol=1e-6)


def session(
    monkeypatch: pytest.MonkeyPatch, opens: list[LiveLearning | StreamError], tell: Callable
) -> LearningSession:
    monkeypatch.setattr(learning_session, "TRY_AGAIN_S", 0.0)

    class NoSearch:
        def __init__(self, wanted: str, stays: bool) -> None: ...

    monkeypatch.setattr(learning_session, "MicrophoneSearch", NoSearch)
    made = LearningSession(FeatureSettings(), RIDGE, InletSettings(), "", tell)

    def opened(given_up: Callable[[], bool]) -> LiveLearning:
        one = opens.pop(0)
        if isinstance(one, StreamError):
            raise one
        return one

    monkeypatch.setattr(made, "_open", opened)
    return made


def test_no_stream_and_one_that_dies_end_no_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    class Dying(Amplifier):
        def pull(self, timeout: float) -> Chunk | None:
            if self.n == 3:
                raise StreamError("the amplifier came back with other channels")
            return super().pull(timeout)

    dying, good = Dying(), Amplifier()
    told: list[Heard | str] = []
    opens: list[LiveLearning | StreamError] = [StreamError("no neural stream"), learnt([Mic(dying)], dying)]
    run = session(monkeypatch, [*opens, learnt([Mic(good)], good)], told.append)
    run.run(threading.Event(), lambda: good.n < 60, None, 1e9)
    said = [t for t in told if isinstance(t, str)]
    assert said[:2] == [
        "nothing is learnt now: no neural stream; the recording goes on",
        "nothing is learnt now: the amplifier came back with other channels; the recording goes on",
    ]
    assert (dying.closed, good.closed) == (True, True)
    assert isinstance(told[-1], Heard)


def test_a_mistake_of_the_learning_ends_no_recording(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """`learn` starts the recorder: where it fell, the recording ended in the middle of the reading."""
    amplifier, told = Amplifier(), list[Heard | str]()

    def say(what: Heard | str) -> None:
        told.append(what)
        if isinstance(what, Heard) and len([one for one in told if isinstance(one, Heard)]) == 1:
            raise ValueError("a mistake")

    again = Amplifier()
    opens: list[LiveLearning | StreamError] = [learnt([Mic(amplifier)], amplifier), learnt([Mic(again)], again)]
    session(monkeypatch, opens, say).run(threading.Event(), lambda: again.n < 60, None, 0.0)
    assert "nothing is learnt now: it failed (ValueError), see above; the recording goes on" in told
    assert "a mistake" in caplog.text
    assert (amplifier.closed, again.closed) == (True, True)


def test_a_stream_that_is_opened_again_gives_no_more_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """`works` is made to be wrong in 5 % of sessions by 21 looks: with each new stream there were 21 more."""
    windows = [Window(30.0, 0.0, 0.1, 0.0, 0.1)] * 3
    opened: list[Amplifier] = []

    class Sends(Amplifier):
        def describe(self) -> StreamDescription:  # type: ignore[override]
            units = ("microvolts",) * len(MADE.labels)
            return StreamDescription("amp", "sEEG", "amp-1", SFREQ, MADE.labels, units)

        def pull(self, timeout: float) -> Chunk | None:
            if self is opened[0] and self.n == 6:
                raise StreamError("the amplifier came back with other channels")
            return super().pull(timeout)

    class Search:
        def __init__(self, wanted: str, stays: bool) -> None: ...

        def find(self) -> Mic:
            return Mic(opened[-1])

    made, feeds = feed_for, list[Feed]()

    def keep(*told: Any) -> Feed:
        feeds.append(made(*told))
        feeds[0].learner._judge.windows = [*windows]
        return feeds[-1]

    monkeypatch.setattr(learning_session, "TRY_AGAIN_S", 0.0)
    monkeypatch.setattr(learning_session, "LslInlet", lambda **which: opened.append(Sends()) or opened[-1])
    monkeypatch.setattr(learning_session, "MicrophoneSearch", Search)
    monkeypatch.setattr(learning_session, "feed_for", keep)
    run = LearningSession(FeatureSettings(), RIDGE, InletSettings(), "", lambda what: None)
    run.run(threading.Event(), lambda: len(opened) < 2 or opened[1].n < 6, None, 1e9)
    assert list(feeds[1].learner.progress().windows) == windows
    assert "0 s of 60" in feeds[1].learner.progress().decision.text  # of what is learnt now


def test_whoever_waits_for_a_stream_heeds_the_end_and_says_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, told, asked = threading.Event(), [], []

    def inlet(**which: object) -> None:
        given_up = which["given_up"]
        assert callable(given_up)
        asked.append(given_up())
        stop.set()  # Ctrl-C while it waits
        asked.append(given_up())
        raise StreamError("told to end")

    class NoSearch:
        def __init__(self, wanted: str, stays: bool) -> None:
            assert stays == (not wanted)  # where nobody named one, no other room's microphone takes its place

    monkeypatch.setattr(learning_session, "LslInlet", inlet)
    monkeypatch.setattr(learning_session, "MicrophoneSearch", NoSearch)
    LearningSession(FeatureSettings(), RIDGE, InletSettings(), "mic", told.append)
    LearningSession(FeatureSettings(), RIDGE, InletSettings(), "", told.append).run(stop, lambda: True, None, 1e9)
    assert (asked, told) == ([False, True], [])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_learning_that_dies_is_said_and_ends_no_recording(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Feed):
        def push_neural(self, *args: np.ndarray) -> None:
            raise ZeroDivisionError

    amplifier = Amplifier()
    broken = Broken(MADE.labels, MADE.labels, SFREQ, MADE.sample_rate, FeatureSettings(), RIDGE)
    learning = learnt([Mic(amplifier)], amplifier, lambda rate: broken)
    told: list[Heard | str] = []
    dead: list[bool] = []

    def recording() -> bool:
        """Until it was told of the death, however late the thread is."""
        dead.append(not learning.alive)
        return not (dead[-1] and told and "died" in str(told[-1]))

    session(monkeypatch, [learning], told.append).run(threading.Event(), recording, None, 0.0)
    assert "nothing is learnt now: the learning died; the recording goes on" in told


@pytest.mark.parametrize("live", [True, False])
def test_learn_refuses_what_does_not_go_together(live: bool, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    words = ["--minutes", "0"] if live else [str(tmp_path / "p.xdf"), "--minutes", "3"]
    with pytest.raises(SystemExit, match="2"):
        main(["learn", *words])
    assert "minutes" in capsys.readouterr().err
