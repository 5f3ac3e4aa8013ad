"""Another decoder takes over in a running session: without a click, warm, on record, and the same again offline."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.config import FeatureSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.engine.adapting import Adapting
from bk_realtime.engine.core import Core
from bk_realtime.engine.swapping import Swapping
from bk_realtime.errors import BkError, InputError
from bk_realtime.metrics import Metrics
from bk_realtime.session.adapt import AdaptSettings, read_adjustments
from bk_realtime.session.settings import GapPolicy, SafetySettings, SessionSettings
from bk_realtime.session.swap import read_swaps, refuse_another
from bk_realtime.successor import FADE, KEPT, WARM, Recent, Successor
from bk_realtime.voice.output_guard import OutputGuard
from bk_realtime.voice.unsure_fade import UnsureFade
from offline.inspection.live_agreement import agreement
from offline.inspection.live_segment import LiveSegment
from offline.inspection.live_streams import adjustments_in
from offline.inspection.live_swaps import changes_in
from tests.contract.cases_sureness import head
from tests.engine_fakes import LABELS, SFREQ, chunks, noise, tiny_bundle

START, FRAME = 100.0, 256


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundles")


@pytest.fixture(scope="module")
def old(folder: Path) -> Bundle:
    return tiny_bundle(folder / "old")


@pytest.fixture(scope="module")
def new(folder: Path) -> Bundle:
    return louder(tiny_bundle(folder / "draft", hidden=24, layers=1), folder / "new")


def louder(bundle: Bundle, folder: Path) -> Bundle:
    """One of other statistics, and two nepers louder, so that a hard change would be heard."""
    with torch.no_grad():
        last = [p for name, p in bundle.decoder.named_parameters() if p.shape == (80,)][-1]
        last += 2.0
    return save_bundle(dataclasses.replace(bundle, mean=bundle.mean - 0.3, path=None), folder)


class Running:
    """A session without LSL, sound and threads."""

    def __init__(self, bundle: Bundle, **settings: Any) -> None:
        assert bundle.path is not None
        self.events: list[dict[str, Any]] = []
        self.settings = SessionSettings(bundle.path, **settings)
        self.core = Core(
            Chain(bundle, LABELS),
            OutputGuard(SafetySettings(), 22050),
            Metrics(),
            GapPolicy(max_backlog_s=60.0),
            self.note,
        )
        self.adapting = Adapting(self.core, AdaptSettings(), self.note)
        self.swapping = Swapping(self.core, self.settings, self.adapting, self.note)
        self.at, self.out = 0, []

    def note(self, event: dict[str, Any]) -> None:
        self.events.append(json.loads(json.dumps(event)))  # as a log keeps it

    def play(self, x: np.ndarray, size: int = 64) -> None:
        for chunk in chunks(x, (size,) * (len(x) // size), start=START + self.at / SFREQ):
            self.out.append(self.core.process(chunk, (), chunk.received).decoded)
        self.at += len(x)

    def bring(self, bundle: Bundle) -> None:
        """What the thread does, up to where the decode thread comes."""
        assert bundle.path is not None
        successor = self.swapping._load(bundle.path)
        self.swapping._warm(successor)
        self.swapping._offered = successor

    def joined(self, name: str) -> np.ndarray:
        return np.concatenate([getattr(o, name) for o in self.out])


def again(bundle: Bundle, x: np.ndarray, running: Running, size: int) -> dict[str, np.ndarray]:
    """The same offline, from what is on record, in other chunks."""
    stamps = START + np.arange(len(x)) / SFREQ
    path = Path(str(bundle.path)).parent
    first, changes = changes_in(_session(running, path), running.events, bundle, stamps, 0, len(x))
    assert first is bundle
    chain, out = Chain(bundle, LABELS), []
    adjusted = {round((a.stamp - START) * SFREQ): a for a in read_adjustments(running.events)}
    cuts = sorted({*range(0, len(x), size), *changes, *adjusted, len(x)})
    for a, b in itertools.pairwise(cuts):
        if a in changes:
            changes[a].repeat(chain)
        if a in adjusted:
            chain.adjust(adjusted[a].masked, adjusted[a].statistics)
        out.append(chain.push(x[a:b].astype(np.float64)))
    return {name: np.concatenate([getattr(o, name) for o in out]) for name in ("features", "mel", "audio", "sureness")}


def _session(running: Running, path: Path) -> Path:
    from bk_realtime.session.folder import Session, write_session

    folder = path / "session"
    folder.mkdir(exist_ok=True)
    write_session(Session(folder, "x", running.settings), {})
    return folder


@pytest.fixture(scope="module")
def swapped(old: Bundle, new: Bundle) -> tuple[Running, np.ndarray]:
    x = noise(14 * SFREQ)
    running = Running(old)
    running.play(x[: 12 * SFREQ])
    running.adapting.mask({"label": "A3", "on": True})
    running.bring(new)
    running.play(x[12 * SFREQ :])
    return running, x


def test_the_same_again_offline_to_the_bit_in_any_chunks(swapped: tuple[Running, np.ndarray], old: Bundle) -> None:
    running, x = swapped
    (swap,) = read_swaps(running.events)
    assert (swap.frame, swap.warmed) == (running.core.chain.frame_clock.n_frames(12 * SFREQ), WARM)
    assert swap.stamp == START + 12
    found = again(old, x, running, SFREQ)
    for name in ("features", "mel", "audio"):
        np.testing.assert_array_equal(running.joined(name), found[name])


def test_there_is_no_click(swapped: tuple[Running, np.ndarray], old: Bundle, new: Bundle) -> None:
    """No sample jumps further than the voices themselves do, and the level rises with the fade; two voices that are
    only put end to end jump further."""
    running = swapped[0]
    (swap,) = read_swaps(running.events)
    audio, at = running.joined("audio").astype(np.float64), swap.frame * FRAME
    jumps = np.abs(np.diff(audio))
    around = slice(at - 4 * FRAME, at + (FADE + 8) * FRAME)
    assert jumps[around].max() <= jumps[at + (FADE + 8) * FRAME :].max()
    mel = running.joined("mel")
    steps = np.abs(np.diff(mel.mean(1)))
    change = abs(mel[swap.frame + FADE + 5 :].mean() - mel[: swap.frame - 5].mean())
    assert change > 1.0
    assert steps.max() < change / 4


def test_the_new_decoder_is_warm_and_alone_after_the_fade(swapped: tuple[Running, np.ndarray], new: Bundle) -> None:
    """What it says is what it says had it run from the start; before the fade it says nothing."""
    running, x = swapped
    (swap,) = read_swaps(running.events)
    masked = x.astype(np.float64)
    masked[12 * SFREQ :, 2] = np.nan
    alone = Chain(new, LABELS).push(masked).mel
    mel = running.joined("mel")
    np.testing.assert_allclose(mel[swap.frame + FADE :], alone[swap.frame + FADE : len(mel)], atol=1e-4)
    assert np.abs(mel[: swap.frame] - alone[: swap.frame]).max() > 1.0
    assert not running.core.chain.fading
    assert running.core.chain.retired
    running.swapping.keep(0.0)
    assert not running.core.chain.retired
    assert running.swapping.figures()["bundle"] == str(new.path)


@pytest.mark.parametrize("kind", ["gru", "seq2seq"])
def test_what_takes_over_says_to_the_bit_what_it_says_loaded_at_the_start(kind: str, old: Bundle, folder: Path) -> None:
    new = tiny_bundle(folder / f"bits_{kind}", kind, hidden=16)
    x, running = noise(3 * SFREQ), Running(old)
    running.play(x[:SFREQ])
    running.bring(new)
    running.play(x[SFREQ:])
    (swap,) = read_swaps(running.events)
    assert swap.warmed == swap.frame  # it has heard all from the start
    alone, mel = Chain(new, LABELS).push(x.astype(np.float64)).mel, running.joined("mel")
    assert len(mel) > swap.frame + 5 * FADE
    np.testing.assert_array_equal(mel[swap.frame + FADE :], alone[swap.frame + FADE : len(mel)])


def test_a_change_traces_one_function_ahead_of_it_and_freezes_nothing(
    old: Bundle, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To trace and freeze a module holds Python's lock for longer than a frame; the decode thread traces nothing."""
    trace, traced = torch.jit.trace, []

    def counted(function: Any, *args: Any, **kwargs: Any) -> Any:
        traced.append(function)
        return trace(function, *args, **kwargs)

    def refused(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("frozen in a running session")

    new, running = tiny_bundle(folder / "counted", "seq2seq", hidden=16), Running(old)
    running.play(noise(SFREQ))
    monkeypatch.setattr(torch.jit, "trace", counted)
    monkeypatch.setattr(torch.jit, "freeze", refused)
    running.bring(new)
    assert [isinstance(one, torch.nn.Module) for one in traced] == [False]
    running.play(noise(SFREQ))
    assert len(traced) == 1
    assert len(read_swaps(running.events)) == 1


def test_networks_to_compare_take_over_too(old: Bundle, folder: Path) -> None:
    """One after the other, in a session that is the same again offline to the bit."""
    sizes: dict[str, dict[str, Any]] = {"tcn": {"blocks": 2}, "transformer": {"heads": 2}, "ssm": {"layers": 2}}
    running, x = Running(old), noise(8 * SFREQ)
    running.play(x[: 2 * SFREQ])
    for i, kind in enumerate(sizes, 1):
        running.bring(tiny_bundle(folder / kind, kind, hidden=8, **sizes[kind]))
        running.play(x[2 * i * SFREQ : 2 * (i + 1) * SFREQ])
        running.swapping.keep(0.0)
    swaps = read_swaps(running.events)
    assert [Path(swap.path).name for swap in swaps] == list(sizes)
    mel = running.joined("mel")
    np.testing.assert_array_equal(mel, again(old, x, running, 777)["mel"])
    alone = Chain(old, LABELS).push(x.astype(np.float64)).mel
    first = swaps[0].frame
    np.testing.assert_array_equal(mel[:first], alone[:first])
    assert all(np.abs(mel[s.frame + FADE :][:40] - alone[s.frame + FADE :][:40]).max() > 0.1 for s in swaps)


def test_a_baseline_of_before_ends_with_its_decoder(old: Bundle, new: Bundle) -> None:
    x = noise(15 * SFREQ)
    running = Running(old)
    running.adapting.recalibrate({"do": "begin", "seconds": 10})
    running.play(x[: 11 * SFREQ])
    running.adapting.keep(0.0)
    running.play(x[11 * SFREQ : 12 * SFREQ])
    assert running.adapting.figures()["recalibrated"]
    running.bring(new)
    running.play(x[12 * SFREQ :])
    assert not running.adapting.figures()["recalibrated"]
    (swap,) = read_swaps(running.events)
    z = Chain(new, LABELS).push(x.astype(np.float64)).features
    np.testing.assert_array_equal(running.joined("features")[swap.frame :], z[swap.frame :])
    np.testing.assert_array_equal(running.joined("mel"), again(old, x, running, 777)["mel"])


def test_a_new_segment_while_it_waits_is_heard_from_its_start(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(2 * SFREQ))
    running.bring(new)
    running.core.start_segment("a gap")
    running.play(noise(SFREQ))
    (swap,) = read_swaps(running.events)
    assert (swap.frame, swap.warmed) == (0, 0)
    late = Running(old)
    late.play(noise(2 * SFREQ))
    late.bring(new)
    waits, late.swapping._offered = late.swapping._offered, None
    assert waits is not None
    late.core.start_segment("a gap")
    late.play(noise(SFREQ))
    late.swapping._offered = waits
    late.play(noise(SFREQ))
    assert not read_swaps(late.events)
    assert late.swapping._answered.is_set()  # its thread warms it again
    assert not late.swapping._took


def test_two_changes_follow_one_another(old: Bundle, new: Bundle) -> None:
    x = noise(4 * SFREQ)
    running = Running(old)
    running.play(x[:SFREQ])
    running.bring(new)
    running.play(x[SFREQ : SFREQ + 32], 32)
    assert running.core.chain.fading
    running.bring(old)
    running.play(x[SFREQ + 32 : 2 * SFREQ], 32)
    assert len(read_swaps(running.events)) == 1  # it waited for the fade, and then had missed too much
    running.bring(old)
    running.play(x[2 * SFREQ :], 32)
    first, second = read_swaps(running.events)
    assert second.frame >= first.frame + FADE
    np.testing.assert_array_equal(running.joined("audio"), again(old, x, running, 100)["audio"])


def test_the_command_does_it_in_a_thread_of_its_own(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(SFREQ))
    event = running.swapping.order({"command": "bundle", "path": str(new.path)})
    assert event["text"] == f"bundle {new.path}"
    end = time.monotonic() + 240
    while not read_swaps(running.events):
        assert time.monotonic() < end
        assert "no bundle" not in [e["event"] for e in running.events]
        running.play(noise(64))
    while running.swapping._loading is not None:
        assert time.monotonic() < end
    with pytest.raises(BkError, match="not a decoder bundle"):
        running.swapping.order({"path": str(old.path) + "x"})


def test_one_at_a_time_and_what_is_damaged_is_said(old: Bundle, new: Bundle, tmp_path: Path) -> None:
    running = Running(old)
    running.swapping._loading = new.path
    with pytest.raises(BkError, match="one at a time"):
        running.swapping.order({"path": str(old.path)})
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "bundle.toml").write_text("format_version = 2\n")
    running.swapping._bring(damaged)
    assert [e["event"] for e in running.events] == ["no bundle"]
    assert "the decoder stays as it is" in running.events[0]["text"]
    assert running.swapping._loading is None


def test_a_session_that_compares_one_decoder_or_uses_a_card_refuses(old: Bundle) -> None:
    running = Running(old)
    running.swapping._settings = SimpleNamespace(condition=SimpleNamespace(used=True))  # type: ignore[assignment]
    with pytest.raises(InputError, match="conditions"):
        running.swapping.order({"path": str(old.path)})
    running = Running(old)
    running.core.chain.device = torch.device("meta")
    with pytest.raises(InputError, match="decodes on meta, expected the CPU"):
        running.swapping.order({"path": str(old.path)})


GATE = SpeechGate(GateSettings(0.5, 0.2, 5, passed=True), np.zeros((5, 8)), 1.0)
ANOTHER = {
    "in another order": {"labels": LABELS[::-1]},
    "also B1": {"labels": (*LABELS, "B1")},
    "features.line_freq 50.0": {"features": FeatureSettings(line_freq=60.0)},
    "neural rate 1024": {"sfreq": 2048},
    "lead in ms 0.0": {"lead_ms": 50.0},
    "vocoder.lookahead_ms 11.6": {"vocoder": VocoderSettings(lookahead_ms=0.0)},
    "speech gate: none": {"gate": GATE},
    "lookahead of the decoder, in frames, 0": {"decoder": SimpleNamespace(lookahead=2, block=1)},
    "at once 1": {"decoder": SimpleNamespace(lookahead=0, block=2)},
}


@pytest.mark.parametrize("said", ANOTHER)
def test_what_cannot_take_over_is_refused_in_one_line(said: str, old: Bundle, new: Bundle) -> None:
    refuse_another(old, new, "auto")
    with pytest.raises(InputError) as refused:
        refuse_another(old, dataclasses.replace(new, **ANOTHER[said]), "auto")
    text = str(refused.value)
    assert said in text
    assert "start a session with it" in text
    assert "\n" not in text


def test_a_gate_that_does_not_act_takes_no_place_of_one_that_does(old: Bundle, new: Bundle) -> None:
    unfit = SpeechGate(GateSettings(0.5, 0.2, 5, passed=False), np.zeros((5, 8)), 1.0)
    with_gate, without = dataclasses.replace(old, gate=GATE), dataclasses.replace(new, gate=unfit)
    with pytest.raises(InputError, match=r"expected speech gate .* on as in the running decoder, got off"):
        refuse_another(with_gate, without, "auto")
    refuse_another(with_gate, without, "on")


def test_a_new_gate_does_not_silence_a_voice_that_had_none(old: Bundle, new: Bundle, tmp_path: Path) -> None:
    """Live and offline alike: what takes over leaves its gate behind, and so may what takes over from that."""
    shut = SpeechGate(GateSettings(0.9, 0.9, 5, passed=True), np.zeros((5, 8)), -9.0)
    gated = save_bundle(dataclasses.replace(new, gate=shut, path=None), tmp_path / "gated")
    x, running = noise(3 * SFREQ), Running(old)
    running.play(x[:SFREQ])
    running.bring(gated)
    running.play(x[SFREQ : 2 * SFREQ])
    assert running.core.chain.bundle.path == gated.path
    assert running.core.chain.bundle.gate is None
    running.bring(old)
    running.play(x[2 * SFREQ :])
    assert len(read_swaps(running.events)) == 2
    np.testing.assert_array_equal(running.joined("audio"), again(old, x, running, 777)["audio"])
    assert all(not len(o.gate) for o in running.out)


def test_after_one_that_cannot_tell_the_next_says_how_sure_it_is(old: Bundle, new: Bundle, tmp_path: Path) -> None:
    """Live and offline alike: away from a decoder that says how sure it is, and back to it."""
    tells = save_bundle(dataclasses.replace(old, sureness=head(5, 8, passed=True), path=None), tmp_path / "tells")
    x, running = noise(3 * SFREQ), Running(tells)
    fade = UnsureFade(running.core.chain, False, running.note)
    running.core.shapers.append(fade)
    said = []
    for part, bundle in enumerate((new, tells, None)):
        running.play(x[part * SFREQ : (part + 1) * SFREQ])
        said.append(fade.figures()["sureness"])
        if bundle is not None:
            running.bring(bundle)
    assert said[1] == "cannot tell"
    assert {said[0], said[2]} <= {"sure", "unsure"}
    assert len(read_swaps(running.events)) == 2
    found = again(tells, x, running, 777)
    for name in ("sureness", "audio"):
        np.testing.assert_array_equal(running.joined(name), found[name])


def test_offline_another_bundle_of_the_same_path_is_refused(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(SFREQ))
    running.bring(new)
    running.play(noise(SFREQ))
    for event in running.events:
        if event["event"] == "bundle":
            event["sha256"] = "0" * 64
    with pytest.raises(InputError, match="not the bundle that took over"):
        again(old, noise(2 * SFREQ), running, 100)


def test_what_took_over_before_a_segment_decodes_it_from_its_start(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    running.play(noise(SFREQ))
    running.bring(new)
    running.play(noise(SFREQ))
    stamps = START + np.arange(6 * SFREQ) / SFREQ
    folder = _session(running, Path(str(old.path)).parent)
    first, changes = changes_in(folder, running.events, old, stamps, 3 * SFREQ, 6 * SFREQ)
    assert (first.path, changes) == (new.path, {})
    first, changes = changes_in(folder, running.events, old, stamps, 0, SFREQ // 2)
    assert (first, changes) == (old, {})


def test_recent_gives_what_is_kept_and_no_more() -> None:
    recent, rows = Recent(2), np.arange(2.0 * (KEPT + 100)).reshape(-1, 2)
    recent.add(rows[:60])
    assert recent.copy(0, 61, 0) is None
    recent.add(rows[60:])
    kept = recent.copy(101, KEPT + 100, 0)
    assert kept is not None
    np.testing.assert_array_equal(kept, rows[101:])
    assert recent.copy(100, KEPT, 0) is None  # it may be written anew at this moment
    recent.restart()
    assert recent.copy(0, 0, 0) is None
    assert recent.n == 0


def test_changes_leave_nothing_behind_that_only_a_collector_frees(old: Bundle, new: Bundle) -> None:
    running = Running(old)
    chain, x = running.core.chain, noise(SFREQ // 2)
    both = [Successor(b, chain.labels_in, chain.rate, chain.device) for b in (new, old)]

    def play() -> None:
        for successor in both:
            successor.begin(chain.recent.segment, chain.recent.n)
            chain.take_over(successor)
            running.play(x)
            running.swapping.keep(0.0)

    play()
    running.out.clear()
    gc.collect()
    gc.disable()
    try:
        for _ in range(4):  # all of the process is counted: other tests' threads are in one window, a leak in each
            play()
            if (unreachable := gc.collect()) == 0:
                break
    finally:
        gc.enable()
    assert unreachable == 0


def test_a_segment_is_checked_across_the_change(swapped: tuple[Running, np.ndarray], old: Bundle) -> None:
    """As session_report does it: mel, features and waveform, live against offline; without the change they differ."""
    running, x = swapped
    stamps = START + np.arange(len(x)) / SFREQ
    folder = _session(running, Path(str(old.path)).parent)
    bundle, changes = changes_in(folder, running.events, old, stamps, 0, len(x))
    mel, features = running.joined("mel"), running.joined("features")
    segment = LiveSegment(
        folder, bundle, LABELS, x.astype(np.float64), mel, np.arange(len(mel)), running.joined("audio"), 0, "amp", True,
        changes=changes, adjustments=adjustments_in(running.events, stamps, 0, len(x)),
        features=features, feature_idx=np.arange(len(features)),
    )  # fmt: skip
    found = agreement(segment, "cpu")
    assert len(found) == 3
    assert all(one.good for one in found), found
    assert not agreement(dataclasses.replace(segment, changes={}), "cpu")[0].good
