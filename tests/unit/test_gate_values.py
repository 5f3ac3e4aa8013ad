"""The contamination gate: what it makes of an audit's findings, recording by recording; audits are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bk_realtime.config import FeatureSettings
from bk_realtime.contamination import Audit, ChannelAudit
from bk_realtime.errors import InputError
from offline.data import audited as audits
from offline.data import contamination as gate
from offline.data.contamination import Contamination, bundle_contamination, cannot_tell, screen, without_channels
from offline.io.recording import Recording

LABELS = ("A1", "A2", "A3", "A4")
NONE = FeatureSettings(reference="none")


def recording(name: str = "monday", **changes: object) -> Recording:
    neural = np.arange(4 * 4096, dtype=np.float32).reshape(4096, 4) % 997
    made = Recording(neural, 512, LABELS, audio=np.ones(16000, np.float32), sample_rate=16000, name=name)
    return replace(made, **changes)


def audited(said: str = "", **verdicts: str) -> Audit:
    channels = [ChannelAudit(label, 0, 1, 0, 1, v, why=f"why {label}") for label, v in verdicts.items()]
    return Audit(tuple(channels), np.zeros(1), np.zeros((1, 1)), "A1", 60, said)


class Findings:
    """In place of the audit: what each recording holds, by name, of the channels that are asked for."""

    def __init__(self, **of: dict[str, str] | str) -> None:
        self.of, self.asked, self.said = of, list[tuple[str, tuple[str, ...], str]](), ""

    def __call__(self, one: Recording, labels: tuple[str, ...], reference: str, line_freq: float) -> Audit:
        self.asked.append((one.name, labels, reference))
        found = self.of[one.name]
        if isinstance(found, str):
            raise InputError(found)
        return audited(self.said, **{label: found.get(label, "clean") for label in labels})


@pytest.fixture
def findings(monkeypatch: pytest.MonkeyPatch) -> Findings:
    made = Findings()
    monkeypatch.setattr(gate, "audited", made)
    return made


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (Contamination("clean"), "no channel that is read holds the sound itself"),
        (Contamination("clean", reason="told from 5 minutes"), "... holds the sound itself, told from 5 minutes"),
        (Contamination("clean", suspect=("A1",)), "... holds the sound itself; suspect: A1"),
        (
            Contamination("excluded", ("A1",), ("A1", "A2"), ("A3",), "why"),
            "... holds the sound itself; left out for it: A1, A2; suspect: A3",
        ),
        (
            Contamination("kept", ("A1",), reason="why"),
            "CONTAMINATED: the sound itself is in A1 (why); no figure says anything",
        ),
        (Contamination("own voice", reason="the microphone heard"), "OWN VOICE: the microphone heard"),
        (cannot_tell("short"), "whether the sound itself is in the channels cannot be told: short"),
    ],
)
def test_one_line_for_every_verdict(said: Contamination, line: str) -> None:
    assert said.line == line.replace("...", "no channel that is read")
    assert said.contaminated is (said.verdict == "kept")
    marks = {"kept": "CONTAMINATED ", "own voice": "OWN VOICE ", "cannot tell": "(CONTAMINATION: CANNOT TELL) "}
    assert said.mark == marks.get(said.verdict, "")
    assert said.said == ("CONTAMINATED" if said.verdict == "kept" else said.verdict)
    assert said.flag == ({"contaminated": True} if said.verdict == "kept" else {})
    assert bundle_contamination({"contamination": said.values()}) == said


def test_twelve_channels_are_named_and_the_others_counted() -> None:
    labels = tuple(f"A{k}" for k in range(15))
    assert (
        "A0, A1, A2, A3, A4, A5, A6, A7, A8, A9, A10, A11; s"
        in Contamination("excluded", excluded=labels[:12], suspect=("X",)).line
    )
    assert Contamination("excluded", excluded=labels[:13]).line.endswith("A10, A11 and 1 more")


@pytest.mark.parametrize("provenance", [{}, {"contamination": "clean"}, {"contamination": {"verdict": "fine"}}])
def test_a_bundle_that_does_not_say(provenance: dict[str, object]) -> None:
    assert bundle_contamination(provenance) == cannot_tell("the bundle was trained before bundles said so")


def test_a_clean_recording_names_its_suspects(findings: Findings) -> None:
    findings.of = {"monday": {"A2": "suspect"}}
    findings.said = "told from 5.0 of 9.0 minutes"
    left, said = screen([recording()], LABELS, NONE, "refuse")
    assert left == LABELS
    assert said == Contamination("clean", suspect=("A2",), reason="told from 5.0 of 9.0 minutes")
    assert findings.asked == [("monday", LABELS, "none")]


def test_what_is_refused_and_what_is_kept(findings: Findings) -> None:
    findings.of = {"monday": {"A2": "contaminated", "A1": "suspect"}, "friday": {"A1": "contaminated"}}
    with pytest.raises(InputError) as error:
        screen([recording()], LABELS, NONE, "refuse")
    assert str(error.value).startswith("monday: 1 of 4 channels hold the sound itself, so that a decoder would copy it")
    assert "A2 (why A2); expected brain only; leave them out with --contaminated exclude" in str(error.value)
    with pytest.raises(InputError, match=r"^recordings: 2 of 4 channels hold"):
        screen([recording(), recording("friday")], LABELS, NONE, "refuse")
    left, said = screen([recording(), recording("friday")], LABELS, NONE, "keep")
    assert left == LABELS
    # what is contaminated in one recording is no suspect for another
    assert said == Contamination("kept", ("A2", "A1"), suspect=(), reason="why A2")


def test_channels_are_left_out_until_the_rest_is_clean(findings: Findings, monkeypatch: pytest.MonkeyPatch) -> None:
    findings.of = {"monday": {"A2": "contaminated", "A4": "suspect"}}
    left, said = screen([recording()], LABELS, NONE, "exclude")
    assert left == ("A1", "A3", "A4")
    assert said == Contamination("excluded", ("A2",), ("A2",), ("A4",), "why A2")
    assert [labels for _, labels, _ in findings.asked] == [LABELS, left]
    findings.of = {"monday": dict.fromkeys(LABELS, "contaminated")}
    with pytest.raises(
        InputError, match=r"^monday: --contaminated exclude leaves no channel to learn from: .* in A1, A2"
    ):
        screen([recording()], LABELS, NONE, "exclude")
    # once the worst are out, another one shows
    rounds = iter([{"A1": "contaminated"}, {"A2": "contaminated"}, {"A3": "suspect"}])
    monkeypatch.setattr(gate, "audited", lambda one, labels, *_: audited(**next(rounds)))
    left, said = screen([recording()], LABELS, NONE, "exclude")
    assert left == ("A3", "A4")
    assert said == Contamination("excluded", ("A1",), ("A1", "A2"), ("A3",), "why A1")


def test_what_is_left_may_be_too_little_to_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then what was found stays left out."""
    asked: list[tuple[str, ...]] = []

    def audit(one: Recording, labels: tuple[str, ...], *_: object) -> Audit:
        asked.append(labels)
        if len(asked) == 2:
            raise InputError("contamination audit: 3.0 s of speech")
        assert len(asked) < 3
        return audited(A1="contaminated", A2="suspect")

    monkeypatch.setattr(gate, "audited", audit)
    left, said = screen([recording()], LABELS, NONE, "exclude")
    assert left == ("A2", "A3", "A4")
    assert said == Contamination("excluded", ("A1",), ("A1",), ("A2",), "why A1")


def test_where_only_some_recordings_can_tell_they_do(findings: Findings) -> None:
    findings.of = {"monday": "contamination audit: cannot tell from features", "friday": {"A1": "contaminated"}}
    both = [recording(), recording("friday")]
    assert screen(both, LABELS, NONE, "keep")[1].verdict == "kept"
    findings.of["friday"] = "contamination audit: 2.0 s of speech"
    left, said = screen(both, LABELS, NONE, "refuse")
    assert left == LABELS
    assert said == cannot_tell("from features")


def test_a_reference_names_its_sources(findings: Findings) -> None:
    """Of features between neighbours, those channels go that hold the sound by themselves; all where none does."""
    bipolar = FeatureSettings(reference="bipolar")

    name = gate.reference_labels("bipolar", LABELS)[1]
    assert gate._members("bipolar", LABELS, name) == ("A2", "A3")
    assert gate._members("average", LABELS, "A2") == ("A2",)

    def sources(**raw: str) -> set[str]:
        findings.of = {"monday": raw}
        return gate._spread_from([recording()], LABELS, bipolar, (name,))

    assert sources(A3="contaminated", A1="contaminated") == {"A3"}
    assert findings.asked[-1] == ("monday", LABELS, "none")
    assert sources(A3="suspect") == {"A2", "A3"}
    findings.of = {"monday": "short"}
    assert gate._spread_from([recording()], LABELS, bipolar, (name,)) == {"A2", "A3"}
    findings.asked.clear()
    assert gate._spread_from([recording()], LABELS, NONE, ("A2",)) == {"A2"}
    assert findings.asked == []


def test_channels_made_missing() -> None:
    one = recording()
    assert without_channels(one, ()) is one
    got = without_channels(replace(one, reading_hash="h"), ("A2", "A4"))
    assert np.isnan(got.neural[:, [1, 3]]).all()
    np.testing.assert_array_equal(got.neural[:, [0, 2]], one.neural[:, [0, 2]])
    assert got.reading_hash == "h without A2, A4"
    assert without_channels(one, ("A2",)).reading_hash == one.reading_hash


def test_channels_as_a_decoder_reads_them() -> None:
    one = recording()
    assert audits._as_read(one, LABELS, "none") is one.neural
    np.testing.assert_array_equal(audits._as_read(one, ("A3", "A1"), "none"), one.neural[:, [2, 0]])
    long = replace(one, neural=np.random.default_rng(0).standard_normal((40_000, 4)).astype(np.float32))
    between = audits._as_read(long, LABELS, "bipolar")
    np.testing.assert_allclose(between, long.neural[:, :-1] - long.neural[:, 1:], atol=1e-5)
    assert between.dtype == np.float32


def test_an_audit_is_asked_for_once_a_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[tuple[int, ...], int, float, tuple[str, ...], float, float]] = []

    def audit(neural, sound, rate, labels, line_freq, sample_rate):  # type: ignore[no-untyped-def]
        calls.append((neural.shape, len(sound), rate, labels, line_freq, sample_rate))
        return audited(**dict.fromkeys(labels, "clean"))

    monkeypatch.setattr(audits, "audit_signals", audit)
    monkeypatch.setattr(audits, "aligned_audio", lambda one, mel: np.ones(8 * mel.sample_rate, np.float32))
    monkeypatch.setattr(audits, "_kept", {})
    one = recording(reading_hash="h")
    first = audits.audited(one, ("A2", "A1"), "none", 60.0)
    assert calls == [((4096, 2), 8 * 22050, 512.0, ("A2", "A1"), 60.0, 22050)]
    assert audits.audited(one, ("A2", "A1"), "none", 60.0) is first
    audits.audited(one, ("A2", "A1"), "none", 50.0)
    audits.audited(replace(one, reading_hash="other"), ("A2", "A1"), "none", 60.0)
    assert len(calls) == 3
    unknown = replace(one, reading_hash="")
    audits.audited(unknown, ("A2", "A1"), "none", 60.0)
    audits.audited(unknown, ("A2", "A1"), "none", 60.0)
    assert len(calls) == 5
    for k in range(29):
        audits.audited(replace(one, reading_hash=str(k)), ("A2", "A1"), "none", 60.0)
    assert len(audits._kept) == 32
    audits.audited(one, ("A2", "A1"), "none", 60.0)
    assert len(calls) == 34
    audits.audited(replace(one, reading_hash="one more"), ("A2", "A1"), "none", 60.0)
    assert len(audits._kept) == 32
    audits.audited(one, ("A2", "A1"), "none", 60.0)  # the oldest went
    assert len(calls) == 36


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"sfreq": 299}, "neural rate 299 Hz; expected 300 Hz or more"),
        ({"holds_features": True}, "cannot tell from features; expected the signal they were made from"),
    ],
)
def test_what_cannot_be_audited(changes: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        audits.audited(recording(**changes), LABELS, "none", 50.0)
    with pytest.raises(InputError, match=f"contamination audit: {why}"):
        audits.audit(recording(**changes))
