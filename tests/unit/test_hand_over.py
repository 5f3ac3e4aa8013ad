"""A better bundle goes to the sessions that decode by what was learnt, and to no other."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bk_realtime.commands import learn
from bk_realtime.errors import BkError, FileError
from bk_realtime.learning import ending, taking_over, training
from bk_realtime.learning.taking_over import check_place, hand_over, sessions_for
from bk_realtime.learning.training import spoilt
from bk_realtime.session.control import ControlClient
from bk_realtime.session.swap import STAYS

Asked = list[tuple[str, str, dict[str, Any]]]


class Client:
    """A session that decodes by ``bundle``, and goes over to what it is asked for where it ``obeys``."""

    asked: Asked

    def __init__(self, place: Path, bundle: str, obeys: bool = True) -> None:
        self.place, self.bundle, self.obeys = place, bundle, obeys
        self.message = ""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *exc: object) -> None: ...

    def request(self, command: str, **values: str) -> dict:
        if command != "status":
            self.asked.append((self.place.name, command, values))
        if command == "bundle":
            self.message = f"{values['path']}: expected speech gate: none; {STAYS}"
            if self.obeys:
                self.bundle, self.message = values["path"], "decodes from here on"
        return {"status": {"bundle": self.bundle, "message": self.message}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    Client.asked = []
    return Client.asked


def test_a_session_is_told_and_then_asked_until_the_new_bundle_decodes(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client = Client(tmp_path, "old", obeys=False)
    monkeypatch.setattr(ControlClient, "from_file", lambda path, timeout: client)
    new = tmp_path / "new"
    monkeypatch.setattr(taking_over, "STAYS", "never said")

    def later(seconds: float) -> None:
        client.bundle = str(new)

    assert hand_over(tmp_path, new, "gru is taken", later) == 0
    assert [command for _, command, _ in asked] == ["notice", "bundle"]
    text = asked[0][2]["text"]
    assert "new takes over by itself" in text
    assert text.endswith("gru is taken")
    assert asked[1][2] == {"path": str(new)}
    assert "decodes now" in capsys.readouterr().out
    client.bundle = "old"
    assert hand_over(tmp_path, new, "why", lambda s: None) == 1
    assert "expected speech gate" in capsys.readouterr().out
    monkeypatch.undo()
    monkeypatch.setattr(ControlClient, "from_file", lambda path, timeout: client)

    def never(seconds: float) -> None:
        raise AssertionError("it was refused, which is known at once")

    client.asked = []
    assert hand_over(tmp_path, new, "why", never) == 1


def test_only_sessions_that_decode_by_what_was_learnt_here_get_the_better(
    tmp_path: Path, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    learnt = tmp_path / "p_learnt"
    clients = {}
    for name, bundle in (("one", str(learnt)), ("other", str(tmp_path / "q_learnt")), ("gone", str(learnt))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "session.toml").touch()
        (tmp_path / name / "control.json").touch()
        clients[name] = Client(tmp_path / name, bundle)

    def from_file(place: Path, timeout: float) -> Client:
        if place.parent.name == "gone":
            raise BkError("no engine answers")
        return clients[place.parent.name]

    monkeypatch.setattr(ControlClient, "from_file", from_file)
    assert sessions_for(tmp_path, [learnt]) == [tmp_path / "one"]
    assert sessions_for(tmp_path, []) == []
    (tmp_path / "link").symlink_to(tmp_path, target_is_directory=True)  # `run` says where that is in truth
    assert sessions_for(tmp_path, [tmp_path / "link" / "p_learnt"]) == [tmp_path / "one"]
    (tmp_path / "link").unlink()
    assert sessions_for(tmp_path / "other", []) == [tmp_path / "other"]  # that was named
    check_place(tmp_path)
    check_place(tmp_path / "one")
    (tmp_path / "one" / "control.json").unlink()  # it has ended
    for folder in (tmp_path / "one", tmp_path / "nowhere"):
        with pytest.raises(FileError, match="no session runs there"):
            check_place(folder)


def test_one_session_that_refuses_keeps_no_other_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handed: list[Path] = []

    def give(session: Path, bundle: Path, why: str) -> int:
        if session.name == "a":
            raise BkError("bundle: the session decodes on cuda")
        handed.append(session)
        return 0

    monkeypatch.setattr(ending, "sessions_for", lambda folder, own: [tmp_path / "a", tmp_path / "b"])
    monkeypatch.setattr(ending, "hand_over", give)
    doubts = [""]
    monkeypatch.setattr(ending, "spoilt", lambda bundle: doubts[-1])
    told_to = learn.Learn(session=tmp_path)._ending(tmp_path / "p.xdf")
    assert told_to._hand_over(tmp_path / "new", (), "why") == 1
    assert handed == [tmp_path / "b"]
    assert "keeps its decoder: bundle: the session decodes on cuda" in capsys.readouterr().out
    doubts.append("OWN VOICE: …")  # no session is given a decoder of its own voice
    assert told_to._hand_over(tmp_path / "new", (), "why") == 1
    assert handed == [tmp_path / "b"]
    assert "the decoder stays: OWN VOICE: …" in capsys.readouterr().out


@pytest.mark.parametrize(("verdict", "said"), [("own voice", "OWN VOICE: "), ("kept", "CONTAMINATED: "), ("clean", "")])
def test_what_speaks_against_a_bundle_is_its_audits_word(
    verdict: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = SimpleNamespace(provenance={"contamination": {"verdict": verdict, "reason": "x", "found": ["A1"]}})
    monkeypatch.setattr(training, "read_index", lambda path: index)
    found = spoilt(Path("x"))
    assert found.startswith(said)
    assert bool(found) == bool(said)
