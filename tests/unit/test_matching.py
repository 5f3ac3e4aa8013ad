"""A decoder's channels in a stream that writes them otherwise, comes at another rate or means one by another name."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from bk_realtime.chain import Chain
from bk_realtime.decoder.fit import read_label_map
from bk_realtime.errors import BkError
from bk_realtime.montage import ChannelInfo, loose_label, match_labels
from offline.data.decoding import as_trained, decode_recording, label_map_for
from offline.data.preprocessing import preprocess_like
from offline.evaluation.decoders import bundle_segment
from offline.training.recordings import named, read_recordings
from offline.training.run_folder import run_identity
from offline.training.settings import Train
from tests.engine_fakes import LABELS, description, noise, tiny_bundle
from tests.synthetic import synthetic_recording

WANTED = ("LA1", "LA2", "LA10", "B'3")


def infos(*labels: str, kind: str = "SEEG") -> list[ChannelInfo]:
    return [ChannelInfo(label, kind, "microvolts") for label in labels]


@pytest.mark.parametrize(
    "labels",
    [
        ("LA1", "LA2", "LA10", "B'3"),
        ("la1", "la2", "la10", "b'3"),
        ("EEG LA1-REF", "EEG LA2-REF", "EEG LA10-REF", "EEG B'3-REF"),
        ("POL LA1", "POL LA2", "POL LA10", "POL B'3"),
        ("SEEG LA01", "SEEG LA02", "SEEG LA10", "SEEG B'03"),
        ("LA_001", "LA_002", "LA_010", "B’_003"),
        ("LA 1", "LA 2", "LA 10", "B' 3"),
        ("LA-1", "LA-2", "LA-10", "B′-3"),
        (" LA1 ", " LA2 ", " LA10 ", " B'3 "),
        ("Ch_LA1", "iEEG:LA2", "EEG la010-Ref", "B`3"),
    ],
)
def test_found_in_any_writing_and_order(labels: tuple[str, ...]) -> None:
    for order in ([0, 1, 2, 3], [3, 1, 0, 2]):
        stream = [*infos("X9"), *infos(*(labels[i] for i in order)), ChannelInfo("Trig1", "TRIG", "none")]
        match = match_labels(WANTED, stream, "stream 'amp'")
        assert [stream[i].label for i in match.found] == list(labels)
        assert [match.labels[i] for i in match.found] == list(WANTED)
        assert match.labels[0] == "X9"
        assert match.renamed == {a: b for a, b in zip(WANTED, labels, strict=True) if a != b}
        assert len(match.notes) == (labels != WANTED) + (order != [0, 1, 2, 3])


def test_a_label_as_written_comes_first() -> None:
    match = match_labels(("LA1", "LA01"), infos("LA01", "EEG LA1-REF", "LA1"), "s")
    assert match.found == (2, 0)
    assert match.notes == ("channels come in another order than the decoder's; they are taken by label",)


def test_labels_that_differ_are_not_confused() -> None:
    keys = [
        loose_label(x) for x in ("LA1", "A1", "LA11", "A'1", "LA1-LA2", "LA2-LA3", "LA", "T3-0", "T3-1", "A10", "A1_0")
    ]
    assert len(set(keys)) == len(keys)
    with pytest.raises(BkError, match="lacks 2 of the 2"):
        match_labels(("LA1", "LA2"), infos("RA1", "RA2"), "s")
    with pytest.raises(BkError, match=r"lacks 1 of the 2.*--label-map FILE"):
        match_labels(("LA1", "LA2"), infos("LA1", "LA3"), "s")


@pytest.mark.parametrize(
    ("wanted", "stream", "message"),
    [
        (("A1", "A2"), ("EEG A1-REF", "POL A1", "A2"), r"'EEG A1-REF', 'POL A1' could all be the decoder's 'A1'"),
        (("A1", "A2"), ("a1", "A01", "A2"), r"'a1', 'A01' could all"),
        (("A1", "A01"), ("a1", "x"), r"'a1' could be the decoder's 'A1' and 'A01'"),
        (("A1", "A2"), ("A1", "A1", "A2"), r"2 channels are called 'A1'"),
    ],
)
def test_what_is_not_one_to_one_is_refused(wanted: tuple[str, ...], stream: tuple[str, ...], message: str) -> None:
    with pytest.raises(BkError, match=message) as caught:
        match_labels(wanted, infos(*stream), "stream 'amp'")
    assert "\n" not in str(caught.value)
    assert "--label-map" in str(caught.value)


@pytest.mark.parametrize("kind", ["AUX", "ECG", "trig", "Misc"])
def test_a_channel_of_another_type_is_found_only_by_its_very_label(kind: str) -> None:
    stream = [*infos("A1"), ChannelInfo("a2", kind, "microvolts")]
    with pytest.raises(BkError, match=rf"'a2' would be the decoder's 'A2', but its type is {kind}"):
        match_labels(("A1", "A2"), stream, "s")
    said = match_labels(("A1", "a2"), stream, "s").notes
    assert said == (f"of stated type {kind}, used because the decoder was trained on this label: 'a2'",)
    assert match_labels(("A1", "A2"), stream, "s", {"A2": "a2"}).found == (0, 1)
    beside = [*infos("A1"), ChannelInfo("a2", kind, "microvolts"), *infos("EEG A2-REF")]
    assert match_labels(("A1", "A2"), beside, "s").found == (0, 2)


def test_label_map() -> None:
    stream = infos("Ch1", "Ch2", "A1", "A3")
    match = match_labels(("A1", "A2", "A3"), stream, "s", {"A1": "Ch2", "A2": "Ch1"})
    assert match.found == (1, 0, 3)
    assert match.labels == ("A2", "A1", "A1 (not used)", "A3")
    assert "2 channels found by --label-map: A1 = 'Ch2', A2 = 'Ch1'" in match.notes


@pytest.mark.parametrize(
    ("label_map", "message"),
    [
        ({"B9": "Ch1"}, "'B9' is no channel of the decoder"),
        ({"Ch1": "A1"}, "the decoder's label first"),
        ({"A1": "Ch7"}, "no channel is called 'Ch7' in stream 'amp'"),
        ({"A1": "twin"}, "2 channels are called 'twin'"),
        ({"A1": "Ch1", "A2": "Ch1"}, "'A1' and 'A2' are both said to be 'Ch1'"),
    ],
)
def test_a_wrong_label_map_is_refused(label_map: dict[str, str], message: str) -> None:
    with pytest.raises(BkError, match=message) as caught:
        match_labels(("A1", "A2"), infos("Ch1", "Ch2", "twin", "twin"), "stream 'amp'", label_map)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no labels"),
        ("A1 = 3", "A1 = 3; expected lines such as"),
        ('[map]\nA1 = "x"', "expected lines such as"),
        ("A1: x", "TOML"),
        ('A1 = ""', "expected lines such as"),
    ],
)
def test_a_label_map_file_that_is_none(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "labels.toml"
    path.write_text(text)
    with pytest.raises(BkError, match=message):
        read_label_map(path)
    with pytest.raises(BkError, match="no such file"):
        read_label_map(tmp_path / "other.toml")


def test_a_session_is_read_with_its_own_labels(tmp_path: Path) -> None:
    (tmp_path / "labels.toml").write_text('A1 = "Ch1"')
    given = tmp_path / "mine.toml"
    given.write_text('A1 = "Ch2"')
    assert label_map_for(tmp_path / "session.xdf", None) == {"A1": "Ch1"}
    assert label_map_for(tmp_path / "session.xdf", given) == {"A1": "Ch2"}
    assert label_map_for(tmp_path / "other.xdf", None) == {}


@pytest.mark.parametrize("rate", [2048.0, 1000.0])
def test_a_chain_takes_a_stream_of_another_rate_and_writing(tmp_path: Path, rate: float) -> None:
    bundle = tiny_bundle(tmp_path / "b")
    labels = tuple(f"EEG {x}-REF" for x in reversed(LABELS))
    fit = bundle.check(description(sfreq=rate, labels=labels))
    assert fit.rate == Fraction(rate)
    assert any(f"resampled from {rate:g} Hz to the decoder's 1024 Hz" in note for note in fit.notes)
    chain = Chain(bundle, fit.labels, rate=fit.rate)
    native = Chain(bundle, LABELS)
    assert chain.algorithmic_s - native.algorithmic_s >= Fraction(5, 1024)
    x = noise(round(2 * rate))
    got = np.concatenate([chain.push(part).features for part in np.array_split(x[:, ::-1], 37)])
    whole = Chain(bundle, LABELS, rate=fit.rate).push(x)
    np.testing.assert_array_equal(got, whole.features)


def test_offline_commands_take_the_same_recording_in_another_writing(tmp_path: Path) -> None:
    recording = synthetic_recording(6.0, 4, 2048.0)
    bundle = tiny_bundle(tmp_path / "b", n_channels=4)
    other = dataclasses.replace(
        recording, labels=("x1", "a02", "EEG A4-REF", "A3"), neural=recording.neural[:, [0, 1, 3, 2]]
    )
    label_map = {"A1": "x1"}
    want, got = decode_recording(bundle, recording), decode_recording(bundle, other, label_map=label_map)
    np.testing.assert_array_equal(got.mel, want.mel)
    like = preprocess_like(bundle, other, label_map)
    np.testing.assert_array_equal(like["features"], want.features[: len(like["features"])])
    renamed, fit = as_trained(bundle, other, label_map)
    assert renamed.labels == ("A1", "A2", "A4", "A3")
    assert len(fit.notes) == 4
    a, _, notes = bundle_segment(bundle, recording, False, 1, 0)
    b, _, _ = bundle_segment(bundle, other, False, 1, 0, label_map=label_map)
    np.testing.assert_array_equal(a.decoded["gru"], b.decoded["gru"])
    np.testing.assert_allclose(a.decoded["gru"], want.mel[: len(a.decoded["gru"])], atol=1e-4)
    assert any("resampled from 2048 Hz" in note for note in notes)
    with pytest.raises(BkError, match="lacks 1 of the 4"):
        decode_recording(bundle, other)


def test_training_calls_the_channels_as_the_session_is_told_they_are(tmp_path: Path) -> None:
    recording = dataclasses.replace(
        synthetic_recording(2.0, 4, 1024.0), labels=("EEG 1", "EEG 2", "A1", "A4"), bad=("EEG 2",), reading_hash="abc"
    )
    told = {"A2": "EEG 2", "A1": "EEG 1", "A9": "A1"}
    with pytest.raises(BkError, match=r"'A1' is said to be 'EEG 1', but another channel .* is called 'A1' already"):
        named(recording, {"A1": "EEG 1"})
    with pytest.raises(BkError, match=r"--label-map: no channel is called 'EEG 7' in recording"):
        named(recording, {"A1": "EEG 1", "A9": "A1", "A7": "EEG 7"})
    got = named(recording, told)
    assert (got.labels, got.bad) == (("A1", "A2", "A9", "A4"), ("A2",))
    np.testing.assert_array_equal(got.neural, recording.neural)
    other = named(recording, {**told, "A2": "EEG 1", "A1": "EEG 2"})
    assert (
        len({recording.reading_hash, got.reading_hash, other.reading_hash}) == 3
    )  # what is cached of one is not of all
    assert named(recording, {}) is recording
    renamed, fit = as_trained(tiny_bundle(tmp_path / "b", n_channels=2), recording, {"A2": "EEG 2", "A1": "EEG 1"})
    assert renamed.labels[:2] == ("A1", "A2")
    assert fit.renamed == {"A1": "EEG 1", "A2": "EEG 2"}


def test_training_reads_with_a_file_of_labels(tmp_path: Path) -> None:
    rng, path = np.random.default_rng(0), tmp_path / "p01_sEEG.npy"
    np.save(path, rng.standard_normal((2048, 2)))
    np.save(tmp_path / "p01_channelNames.npy", np.array(["EEG 1", "EEG 2"]))
    told = tmp_path / "labels.toml"
    told.write_text('A1 = "EEG 2"')
    (recording,) = read_recordings([path], label_map=told)
    assert recording.labels == ("EEG 1", "A1")
    assert "label_map" not in run_identity(Train((path,), tmp_path / "out", label_map=told))  # its content counts
