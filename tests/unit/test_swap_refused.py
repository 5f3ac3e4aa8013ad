"""What cannot take over in a running session is refused in one line; gate and sureness change with the decoder."""

# ruff: noqa: F811 - fixtures are arguments
from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bk_realtime.config import FeatureSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, save_bundle
from bk_realtime.decoder.speech_gate import GateSettings, SpeechGate
from bk_realtime.engine import live
from bk_realtime.errors import BkError, InputError
from bk_realtime.lsl_clock import LslClock
from bk_realtime.session.bundle import of_nobody
from bk_realtime.session.folder import Session
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.swap import read_swaps, refuse_another
from bk_realtime.sink.null import NullSink
from bk_realtime.voice.unsure_fade import UnsureFade
from tests.contract.cases_sureness import head
from tests.engine_fakes import LABELS, SFREQ, FakeSource, chunks, description, noise
from tests.unit.swapping import START, Running, again, folder, louder, new, old  # noqa: F401 - fixtures


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


def test_nobody_is_decoded_by_what_learnt_from_nobody_without_a_word(old: Bundle, new: Bundle, tmp_path: Path) -> None:
    made, real = ({"provenance": {"simulated": simulated}} for simulated in (True, False))
    refuse_another(dataclasses.replace(old, **made), dataclasses.replace(new, **real), "auto")
    with pytest.raises(InputError, match="of a person as the running one, got one of a SIMULATED participant"):
        refuse_another(dataclasses.replace(old, **real), dataclasses.replace(new, **made), "auto")
    bundle = dataclasses.replace(old, **made)
    source = FakeSource(chunks(noise(120), [12] * 9, LslClock().now()))
    session = Session(tmp_path, "nobody", SessionSettings(old.path))
    engine = live.Engine(session, bundle, source, NullSink(bundle.mel.sample_rate), LslClock())
    vars(engine.outlets).clear()
    said = "the decoder learnt from a SIMULATED participant, and the stream does not say that it is of one"
    assert engine.fit.notes[0] == said
    person = description()
    assert of_nobody(bundle, dataclasses.replace(person, extra={"simulated": "true"})) == ()
    assert of_nobody(dataclasses.replace(old, **real), person) == ()


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
