"""A level that was measured at the ear holds where and as loud as the voice is played at the session's start."""

from __future__ import annotations

from bk_realtime.voice.sound_watch import HOLD
from tests.sound_watch_fakes import EAR, ROOM, Session


def test_a_measured_level_holds_only_where_and_as_loud_as_at_the_start() -> None:
    """Up to 100 % nothing is amplified; but 85 dB SPL at a third of the volume are more than 110 at the whole."""
    session = Session(full_scale_db_spl=98.0)
    session.server.at(EAR, turned=0.3)
    session.turn()

    def said() -> tuple[str, bool]:
        session.turn()
        told = [event for event in session.events if event["event"] == "server volume"]
        assert ("active_fault" in told[-1]) == (session.guard.levels()["level_db_spl"] is None)
        return told[-1]["text"], "active_fault" in told[-1]

    session.server.at(EAR, turned=0.2)
    session.turn()
    assert session.guard.levels()["level_db_spl"] is not None
    assert session.kinds() == ["sound place"]
    session.server.at(EAR, turned=0.6)
    text, stands = said()
    assert stands
    assert "turned up in the sound server" in text
    session.server.at(EAR, turned=0.3)
    assert not said()[1]
    session.server.at(ROOM, turned=0.3)
    assert not said()[1]  # held: nobody hears it there
    session.guard.release(HOLD)
    text, stands = said()
    assert stands
    assert "not where its level was measured" in text
    assert session.kinds().count("server volume") == 3
    session.server.at(turned=None)
    session.turn(5.0)
    assert session.kinds().count("server volume") == 3


def test_without_a_measured_level_the_servers_volume_is_the_operators() -> None:
    session = Session()
    session.server.at(EAR, turned=0.3)
    session.turn()
    session.server.at(EAR, turned=0.9)
    session.turn()
    assert session.kinds() == ["sound place"]
