"""The inlet against real LSL senders: which one is taken, nothing lost, clear errors."""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chunks import Chunk
from bk_realtime.engine.wiring import open_inlet
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.session.settings import InletSettings, SessionSettings
from bk_realtime.source import waited
from bk_realtime.source.base import Source, SourceEvent, take_events
from bk_realtime.source.inlet import LslInlet
from tests.lsl.outlets import Sender, counter, make_outlet

pytestmark = pytest.mark.lsl


def pull(inlet: LslInlet, seconds: float, events: list[SourceEvent] | None = None, n: int = 10**9) -> list[Chunk]:
    """Pull until ``n`` samples or ``seconds`` have come."""
    chunks: list[Chunk] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and sum(map(len, chunks)) < n:
        chunk = inlet.pull(0.1)
        if events is not None:
            events += take_events(inlet)
        if chunk is not None:
            chunks.append(chunk)
    return chunks


def opened(**wanted: object) -> LslInlet:
    """An inlet, however long a busy machine takes to find the stream."""
    return LslInlet(timeout=120.0, **wanted)  # type: ignore[arg-type]


def refused(said: str, **wanted: object) -> None:
    """Open until the answer matches ``said``: on a busy machine LSL may not have found all that is there."""
    deadline = time.monotonic() + 120
    while True:
        try:
            LslInlet(**wanted).close()  # type: ignore[arg-type]
            answer = "opened"
        except BkError as error:
            answer = str(error)
        if re.search(said, answer):
            return
        assert time.monotonic() < deadline, answer


def test_counter_arrives_complete_and_exact(source_id: str) -> None:
    with Sender(source_id=source_id, n_channels=5, sfreq=1024.0):
        inlet: Source = opened(source_id=source_id, stall_s=30.0)  # a sender on a busy machine is not lost
        assert isinstance(inlet, LslInlet)
        chunks = pull(inlet, 60.0, n=3000)
        events = inlet.take_events()
        inlet.close()
        inlet.close()
    data = np.concatenate([c.data for c in chunks])
    assert data.dtype == np.float32
    np.testing.assert_array_equal(data, counter(int(data[0, 0]), len(data), 5))
    assert [c.first_index for c in chunks] == np.cumsum([0, *map(len, chunks[:-1])]).tolist()
    assert not [e for e in events if e.kind not in ("backlog",)], events
    stamps = np.concatenate([c.stamps for c in chunks])
    # raw stamps: filled in at the nominal rate within a packet
    assert np.median(np.diff(stamps)) == pytest.approx(1 / 1024, rel=1e-6)
    assert all(c.offset == 0.0 for c in chunks)
    assert all(c.received >= 0.9 * c.stamps[-1] for c in chunks)


def test_stamps_that_are_no_times_end_no_session(source_id: str) -> None:
    outlet = make_outlet(source_id, sfreq=100.0)
    inlet, events = opened(source_id=source_id, stall_s=60.0), list[SourceEvent]()
    for stamp in (np.nan, np.inf, -1e300):
        outlet.push_chunk(np.zeros((10, 4), np.float32), [stamp] * 10)
        chunks = pull(inlet, 120.0, events, 10)
        assert sum(map(len, chunks)) == 10
        for chunk in chunks:
            assert np.isfinite(chunk.stamps).all()
            assert chunk.times is not None
            assert chunk.times[-1] == pytest.approx(chunk.received, abs=60.0)
    assert [e.text.split(" (")[0] for e in events if e.kind == "stamps"] == ["the stream's time stamps are no times"]
    inlet.close()


def test_what_waited_while_the_engine_stood_still_is_one_chunk_and_no_loss(
    source_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that somebody stopped, or that a busy machine held up: the sender did nothing wrong."""
    outlet = make_outlet(source_id, sfreq=1024.0)
    inlet = opened(source_id=source_id)
    pull(inlet, 0.1)  # it listens
    outlet.push_chunk(counter(0, 1024, 4))
    before = pull(inlet, 60.0, n=1024)
    assert sum(map(len, before)) == 1024
    for first in range(1024, 4096, 256):
        outlet.push_chunk(counter(first, 256, 4))
    outlet.push_chunk(counter(4096, 16, 4))
    lsl = inlet._inlet
    assert lsl is not None
    deadline = time.monotonic() + 60
    while lsl.samples_available() < 3088:
        assert time.monotonic() < deadline
        time.sleep(0.01)

    class InPieces:
        """What waited in the network comes so."""

        def pull_chunk(self, max_samples: int, **how: object) -> tuple[np.ndarray, np.ndarray]:
            return lsl.pull_chunk(max_samples=min(max_samples, 256), **how)

    inlet._inlet = InPieces()  # type: ignore[assignment]
    inlet._pulled_at -= 60.0  # nobody pulled for a minute, while these came
    inlet._seen -= 60.0
    with monkeypatch.context() as patch:
        patch.setattr(waited, "_CATCH_UP_S", 60.0)  # a test that stands still in the middle of it
        chunk = inlet.pull(0.1)
    assert chunk is not None
    np.testing.assert_array_equal(chunk.data, counter(1024, len(chunk), 4))
    assert chunk.first_index == 1024
    assert len(chunk) == 3088
    inlet.take_events()
    inlet._pulled_at -= 60.0
    inlet._seen -= 60.0
    assert inlet.pull(0.0) is None
    assert inlet.take_events() == []  # the silence is no loss
    inlet.close()


def test_what_comes_before_the_first_pull_is_no_loss(source_id: str) -> None:
    """An engine that compiles for a minute after it found the stream, and a sender that waits for it."""
    outlet = make_outlet(source_id)
    inlet = opened(source_id=source_id)
    inlet._seen -= 60.0
    assert inlet.pull(0.0) is None
    assert inlet.take_events() == []
    outlet.push_chunk(counter(0, 32, 4))
    assert sum(map(len, pull(inlet, 60.0, n=32))) == 32
    inlet.close()


def test_features_made_elsewhere_have_no_unit_and_stay_as_they_are(source_id: str) -> None:
    outlet = make_outlet(source_id, unit=None, sfreq=100.0, labels=["A1_hg", "A2_hg", "DC09_hg", "A3_hg"])
    asked = SessionSettings(Path("any"), inlet=InletSettings(source_id=source_id, timeout_s=120.0))
    with pytest.raises(InputError, match="does not state a unit"):
        open_inlet(asked)
    inlet = open_inlet(asked, features=True)
    assert inlet.describe().units == ("",) * 4
    assert any("DC09_hg" in note for note in inlet.notes)
    outlet.push_chunk(counter(0, 32, 4))
    data = np.concatenate([c.data for c in pull(inlet, 60.0, n=32)])
    np.testing.assert_array_equal(data, counter(0, 32, 4))
    inlet.close()
    told = dataclasses.replace(asked, inlet=InletSettings(source_id=source_id, unit="volts", timeout_s=120.0))
    with pytest.raises(OptionError, match="--unit volts: the decoder takes features"):
        open_inlet(told, features=True)


def test_a_pull_takes_all_that_waits(source_id: str) -> None:
    """In pieces a backlog would be measured, and dropped, piece by piece; at high rates never."""
    outlet = make_outlet(source_id, sfreq=2048.0)
    inlet = opened(source_id=source_id)
    assert inlet._inlet is not None
    outlet.push_chunk(counter(0, 9000, 4))
    deadline = time.monotonic() + 60
    while inlet._inlet.samples_available() < 9000:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    (chunk,) = pull(inlet, 60.0, n=1)
    inlet.close()
    assert len(chunk) == 9000


@pytest.mark.parametrize(("unit", "scale"), [("microvolts", 1), ("V", 1e6), ("-3", 1e3)])
@pytest.mark.parametrize("channel_format", ["float32", "double64", "int16"])
def test_units_and_formats_become_microvolts(source_id: str, unit: str, scale: float, channel_format: str) -> None:
    outlet = make_outlet(source_id, unit=unit, channel_format=channel_format, desc={"simulated": "true"})
    inlet = opened(source_id=source_id)
    described = inlet.describe()
    assert described.units == ("microvolts",) * 4
    assert described.labels == ("A1", "A2", "A3", "A4")
    assert described.extra["simulated"] == "true"
    assert (described.sfreq, described.is_neural) == (1000.0, True)
    sent = counter(0, 40, 4)
    outlet.push_chunk(sent)
    data = np.concatenate([c.data for c in pull(inlet, 60.0, n=40)])
    inlet.close()
    np.testing.assert_array_equal(data, (sent * scale).astype(np.float32))


def test_unit_can_be_named(source_id: str) -> None:
    _outlet = make_outlet(source_id, unit=None, labels=[])
    with pytest.raises(BkError, match="--unit"):
        opened(source_id=source_id)
    inlet = opened(source_id=source_id, unit="mV")
    assert inlet.describe().labels == ("ch1", "ch2", "ch3", "ch4")
    assert inlet.describe().units == ("microvolts",) * 4
    inlet.close()
    with pytest.raises(BkError, match="furlong"):
        opened(source_id=source_id, unit="furlong")


def test_no_stream_says_what_is_there(source_id: str) -> None:
    _outlet = make_outlet(source_id, name="other", type="Gaze")
    refused(rf"no LSL stream with name 'amp'.*seen: 'other' \(Gaze.*{source_id}", name="amp", timeout=0.3)
    with pytest.raises(BkError, match="neural type"):
        LslInlet(timeout=0.3)


def test_two_streams_of_the_same_name(source_id: str) -> None:
    outlets = [make_outlet(f"{source_id}-{i}", name="twin") for i in range(2)]
    refused(f"{source_id}-0.*{source_id}-1.*--source-id", name="twin")
    inlet = opened(name="twin", source_id=f"{source_id}-1")
    assert inlet.describe().source_id == f"{source_id}-1"
    inlet.close()
    del outlets


def test_chosen_by_type_without_case_or_by_predicate(source_id: str) -> None:
    _amp = make_outlet(source_id, name="its", type="SEEG")
    _gaze = make_outlet(f"{source_id}-g", name="gaze", type="Gaze")
    for wanted in ({}, {"type": "seeg"}, {"name": "its"}, {"predicate": "starts-with(name, 'it')"}):
        inlet = opened(**wanted)
        assert inlet.describe().source_id == source_id
        inlet.close()


def test_markers_are_no_signal(source_id: str) -> None:
    _outlet = make_outlet(source_id, name="words", type="Markers", sfreq=0, n_channels=1, channel_format="string")
    with pytest.raises(BkError, match="markers"):
        opened(source_id=source_id)


def test_time_correction_of_another_machine(source_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import bk_realtime.source.time_correction as module

    monkeypatch.setattr(module.socket, "gethostname", lambda: "elsewhere")
    with Sender(source_id=source_id):
        inlet = opened(source_id=source_id)
        deadline = time.monotonic() + 60
        offset = 0.0
        while offset == 0.0:
            assert time.monotonic() < deadline
            offset = pull(inlet, 60.0, n=1)[0].offset
        inlet.close()
    assert abs(offset) < 0.1  # both on this machine after all


PLAYER = """
import sys, mne, numpy as np
from mne_lsl.player import PlayerLSL
info = mne.create_info(["LA1", "LA2", "trigger"], 512.0, ["seeg", "seeg", "stim"])
data = np.vstack([np.arange(5120) * 1e-6, -np.arange(5120) * 1e-6, np.zeros(5120)])
raw = mne.io.RawArray(data, info, verbose="error")
with PlayerLSL(raw, chunk_size=16, name="peer", source_id=sys.argv[1]) as player:
    print("ready", flush=True)
    sys.stdin.read()
"""


def test_mne_lsl_player_as_peer(source_id: str) -> None:
    """Volts in double precision, units as MNE multipliers, stamps ahead of time, a trigger channel beside."""
    player = subprocess.Popen(
        [sys.executable, "-c", PLAYER, source_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert player.stdout is not None
        while player.stdout.readline().strip() != b"ready":
            assert player.poll() is None
        inlet = opened(source_id=source_id, stall_s=30.0)  # a sender on a busy machine is not lost
        described = inlet.describe()
        events: list[SourceEvent] = []
        data = np.concatenate([c.data for c in pull(inlet, 60.0, events, 2000)])
        inlet.close()
    finally:
        player.kill()
        player.communicate()
    assert described.labels == ("LA1", "LA2", "trigger")
    assert described.units[:2] == ("microvolts", "microvolts")
    assert (described.sfreq, described.channel_format) == (512.0, "float32")
    first = round(float(data[0, 0]))
    expected = (first + np.arange(len(data))) % 5120
    np.testing.assert_allclose(data[:, 0], expected, rtol=1e-6, atol=1e-3)
    np.testing.assert_allclose(data[:, 1], -expected, rtol=1e-6, atol=1e-3)
    assert not [e for e in events if e.kind in ("gap", "duplicate", "clock jump", "rate", "lost")]
