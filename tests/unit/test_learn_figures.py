"""What `learn` tells a program that shows it, and learning beside a recorder of somebody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bk_realtime.__main__ import main
from bk_realtime.contamination.rolling import GREEN, RED, Light
from bk_realtime.learning.curve import Gain
from bk_realtime.learning.decision import STOP, WORKS, Decision
from bk_realtime.learning.feed import Heard
from bk_realtime.learning.progress import Progress
from bk_realtime.learning.session import LearningSession
from bk_realtime.learning.window import Window
from bk_realtime.learning.words import MOST_POINTS, figures, in_words
from bk_realtime.logs import LONGEST_LINE
from bk_realtime.shown import shown
from tests.unit.test_learn_feed import fed, session


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return session(tmp_path_factory.mktemp("figures"))


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def test_an_hour_of_learning_is_one_line_that_nothing_shortens() -> None:
    points = tuple((float(10 * n), 0.12345) for n in range(1, 1001))
    window = Window(30.0, 0.41234, 0.2, 0.3, 0.1)
    progress = Progress(
        3600.0, 2000.0, 1900.0, (window,), points, Gain(0.01, -0.01, 0.03), {0.0: 0.4}, Decision(WORKS, "w" * 300)
    )
    line = figures(Heard(progress, Light(GREEN, text="é" * 900), 2.0))
    assert shown(line, LONGEST_LINE) == line
    (told,) = lines(line)
    learnt = told["learnt"]
    assert (learnt["r"], learnt["partial_limit"], learnt["gain"]) == (0.4123, 0.1, [0.01, -0.01, 0.03])
    assert 0.5 * MOST_POINTS < len(learnt["points"]) <= MOST_POINTS
    assert learnt["points"][-1] == [10000.0, 0.1235]


@pytest.mark.parametrize(("best", "said"), [(-100.0, True), (100.0, False)])
def test_a_best_lead_before_zero_may_be_the_ear(best: float, said: bool) -> None:
    leads = {0.0: 0.2, best: 0.3}
    window = Window(30.0, 0.41234, 0.2, 0.3, 0.1)
    line = in_words(
        Heard(Progress(60.0, 40.0, 30.0, (window,), (), None, leads, Decision(WORKS, "w")), Light(GREEN), 0.0)
    )
    assert f"best lead {best:+.0f} ms" in line
    assert ("which may be the ear" in line) == said
    assert not line.startswith("SIMULATED")


def test_no_figure_of_what_hears_the_room_is_said() -> None:
    stop = Decision(STOP, "microphone in the electrodes: stop (x)")
    window, gain = Window(30.0, 0.91234, 0.2, 0.8, 0.1), Gain(0.1, 0.05, 0.15)
    line = in_words(Heard(Progress(60.0, 40.0, 30.0, (window,), (), gain, {0.0: 0.9}, stop), Light(RED), 0.0))
    assert line == "60 s read, 40 s of speech; microphone in the electrodes: stop (x)"


def test_every_line_says_whether_a_person_reads() -> None:
    window = Window(30.0, 0.41234, 0.2, 0.3, 0.1)
    progress = Progress(60.0, 40.0, 30.0, (window,), (), None, {0.0: 0.2}, Decision(WORKS, "w"))
    for simulated in (False, True):
        heard = Heard(progress, Light(GREEN), 0.0, simulated)
        assert in_words(heard).startswith("SIMULATED: 60 s read") == simulated
        assert lines(figures(heard))[0]["learnt"]["simulated"] is simulated


def test_a_recording_in_figures_without_what_is_left_out(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["learn", str(path), "--no-train", "--figures", "--exclude", "A2"]) == 0
    told = [line["learnt"] for line in lines(capsys.readouterr().out)]
    assert told[-1]["verdict"] == "too little speech"
    assert told[-1]["simulated"] is False  # the stream does not say so
    assert told[-1]["r"] is None
    assert told[-1]["gain"] is None
    assert told[-1]["seconds"] > 40
    assert not path.with_name("p_learnt").exists()
    with pytest.raises(SystemExit, match="2"):
        main(["learn", str(path), "--no-train", "--figures", "--exclude", "Z9"])
    assert "Z9" in capsys.readouterr().err


def test_beside_a_recorder_a_bundle_is_left_and_nothing_is_recorded(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = fed(path, 0.5)
    monkeypatch.setattr(LearningSession, "run", lambda self, *how: (self._tell("no microphone yet"), feed)[1])
    monkeypatch.setattr("bk_realtime.priority.low_priority", lambda: None)
    monkeypatch.setattr("bk_realtime.processes.parent.stop_on_signals", lambda stop: None)
    monkeypatch.setattr("bk_realtime.processes.child.Child.start", lambda self: pytest.fail("a second recorder"))
    assert main(["learn", "--beside", str(tmp_path / "p.xdf"), "--figures"]) == 0
    said = lines(capsys.readouterr().out)
    assert said == [{"trouble": "no microphone yet"}, {"bundle": str(tmp_path / "p_learnt")}]
    assert (tmp_path / "p_learnt" / "bundle.toml").exists()
    assert not (tmp_path / "p.xdf").exists()
    monkeypatch.setattr(LearningSession, "run", lambda self, *how: None)
    assert main(["learn", "--beside", str(tmp_path / "q.xdf")]) == 1
    with pytest.raises(SystemExit, match="2"):
        main(["learn", str(path), "--beside", str(tmp_path / "q.xdf")])
    assert "--beside" in capsys.readouterr().err
