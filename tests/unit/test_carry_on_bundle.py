"""Yesterday's bundle is named: which of its channels go on, what is refused, and what `learn --from` leaves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from bk_realtime.__main__ import main
from bk_realtime.chunks import StreamDescription
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.decoder.bundle_index import sha256
from bk_realtime.decoder.ridge import Ridge, RidgeSettings
from bk_realtime.errors import InputError
from bk_realtime.features.normalise import ZScore
from bk_realtime.learning import ending
from bk_realtime.learning.feed import Feed
from bk_realtime.learning.learner import Learner
from bk_realtime.learning.prior import Prior, carried_from
from bk_realtime.learning.training import TRANSFER
from bk_realtime.logs import parse_command
from offline.evaluation.transfer_settings import Transfer
from offline.training.carried import Frames
from offline.training.onward import Onward
from offline.training.settings import Train
from tests.unit.test_learn_feed import session


def bundle(folder: Path, labels: tuple[str, ...], name: str = "yesterday", **told: Any) -> Path:
    """A ridge of channels in some order, whose weight of channel An is n."""
    features = told.pop("features", FeatureSettings())
    mel = MelSettings()
    ridge = Ridge(RidgeSettings(n_past=5), len(labels), mel.n_mels)
    weight = torch.tensor([float(label[1:]) for label in labels]).repeat(5)[:, None].expand(-1, mel.n_mels)
    ridge.weight.copy_(0.01 * weight)
    ridge.bias.fill_(-8.0)
    made = Bundle(
        None, "ridge", features, mel, VocoderSettings(), labels, told.pop("sfreq", 512), np.full(len(labels), 1.0),
        np.full(len(labels), 2.0), ridge, **{"provenance": {"data": [{"name": "day1.xdf", "sha256": "ab"}]}, **told},
    )  # fmt: skip
    save_bundle(made, folder / name)
    return folder / name


def stream(labels: tuple[str, ...], sfreq: float = 512.0, **extra: str) -> StreamDescription:
    units = ("microvolts",) * len(labels)
    return StreamDescription("amp", "sEEG", "amp-1", sfreq, labels, units, "float32", extra=extra)


def test_contacts_are_told_by_label_whatever_moved(tmp_path: Path) -> None:
    was = load_bundle(bundle(tmp_path, ("A1", "A2", "A3", "A4")))
    found = carried_from(was, stream(("EEG A4", "K9", "A1", "B1", "A2"), bad_channels="A2"), {"A3": "K9"})
    assert found.labels == ("A1", "A3", "A4")
    assert found.labels_in == ("A4", "A3", "A1", "B1", "A2")
    assert found.lost == ("A2",)
    assert any("lost since, or bad: A2" in note for note in found.notes)
    assert any("cannot be told" in note for note in found.notes)
    weights = found.prior.weight.reshape(5, 3, -1)[:, :, 0]
    np.testing.assert_allclose(weights, 0.01 * np.tile([1.0, 3.0, 4.0], (5, 1)), rtol=1e-6)
    assert found.card == {"bundle": "yesterday", "sha256": was.digest, "lost": ["A2"]}


@pytest.mark.parametrize(
    ("labels", "told", "other", "text"),
    [
        (("A1", "B1", "B2"), {}, {}, "1 of the 3 channels of bundle yesterday"),
        (("A1", "A2", "A3"), {"sfreq": 1024.0}, {}, "was trained at 512; expected one rate"),
        (("A1", "A2", "A3"), {"simulated": "true"}, {"provenance": {"simulated": False}}, "of a SIMULATED participant"),
        (("A1", "A2", "A3"), {"simulated": "yes"}, {"provenance": {"simulated": False}}, "of a SIMULATED participant"),
        (("A1", "A2", "A3"), {}, {"provenance": {"simulated": True}}, "of the same participant"),
        (("A1", "A2", "A3"), {}, {"lead_ms": 50.0}, "expected one of 0 ms"),
    ],
)
def test_what_cannot_be_carried_on_is_refused(
    tmp_path: Path, labels: tuple[str, ...], told: dict[str, Any], other: dict[str, Any], text: str
) -> None:
    was = load_bundle(bundle(tmp_path, ("A1", "A2", "A3"), **other))
    with pytest.raises(InputError, match=text) as refused:
        carried_from(was, stream(labels, **told))
    assert "\n" not in str(refused.value)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return session(tmp_path_factory.mktemp("onward"), seconds=40.0)


def test_live_learning_is_offline_learning(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What `learn --from` leaves of a recording is what `offline.transfer --save` fits on the same frames."""
    labels = ("A1", "A2", "A3", "A4", "A9")
    data = [{"name": "day0.xdf", "held_out": [3, 5], "leak": "cannot tell x"}, {"name": "day1.xdf", "held_out": [7, 9]}]
    own = {"verdict": "own voice", "reason": "the microphone heard the decoded voice"}
    yesterday = bundle(tmp_path, labels, provenance={"data": data, "contamination": own})
    frames: list[tuple[np.ndarray, ...]] = []
    add = Learner.add
    monkeypatch.setattr(Learner, "add", lambda self, *x: (frames.append(x), add(self, *x))[1])
    copy = Path(shutil.copy(path, tmp_path))
    monkeypatch.setattr(ending, "train", lambda *_, **__: 0)
    assert main(["learn", str(copy), "--from", str(yesterday)]) == 0
    live = load_bundle(copy.with_name(f"{copy.stem}_learnt"))
    said = live.provenance["carried_on"]
    assert (said["bundle"], said["lost"]) == ("yesterday", ["A9"])
    assert said["sha256"] == load_bundle(yesterday).digest
    assert 30.0 < said["seen_s"] < 40.0
    assert live.provenance["data"] == [data[0], {**data[1], "leak": "none"}]  # what is said of each comes along
    assert live.provenance["contamination"] == own  # yesterday's weights are in it
    assert "note: OWN VOICE: this decoder was trained on a recording in which" in capsys.readouterr().out
    assert live.labels == labels[:4]
    today = Frames(*(np.concatenate([x[i] for x in frames]) for i in (0, 1)))
    was = load_bundle(yesterday)
    rate = was.mel.frame_rate
    frames.clear()
    way = Onward(Prior.of(was, live.labels), was.mel.n_mels, rate, was.decoder.settings, was.features)
    fit, _ = way.carry_on(today, 0, float(rate))
    np.testing.assert_allclose(fit.decoder.weight, live.decoder.weight, atol=1e-6)
    np.testing.assert_allclose(fit.decoder.bias, live.decoder.bias, atol=1e-6)
    np.testing.assert_allclose(fit.mean, live.mean, atol=1e-6)
    z, _ = ZScore(live.mean, live.std).step(torch.from_numpy(np.ascontiguousarray(today.power))[None], ())
    assert bool(torch.isfinite(live.decoder.forward(z.float())).all())


def test_in_the_end_the_offline_command_carries_it_on(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    called: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(ending, "train", lambda words, **told: called.append((words, told)) or 0)
    copy, yesterday = Path(shutil.copy(path, tmp_path)), bundle(tmp_path, ("A1", "A2", "A3", "A4"))
    names = tmp_path / "labels.toml"
    names.write_text('A2 = "A2"\n')
    words = ["--exclude", "A4", "--silence-weight", "0.25", "--label-map", str(names)]
    assert main(["learn", str(copy), "--from", str(yesterday), *words]) == 0
    ((words, told),) = called
    assert told["module"] == TRANSFER
    settings = parse_command(Transfer, "python -m offline.transfer", words)
    assert (settings.bundle, settings.recording, settings.label_map) == (yesterday, copy, names)
    assert settings.save == copy.with_name(f"{copy.stem}_carried")
    assert (settings.silence_weight, settings.read.exclude) == (0.25, ("A4",))
    out = capsys.readouterr().out
    assert "note: 1 of 4 channels lost since, or bad: A4" in out
    assert "networks are not carried on" in out
    assert "cannot be told" in out


@pytest.mark.parametrize(("codes", "calls"), [((2, 0), 2), ((2, 2), 2), ((-15,), 1)])
def test_where_it_is_refused_a_ridge_is_trained_all_the_same(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    codes: tuple[int, ...], calls: int,
) -> None:  # fmt: skip
    called: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(ending, "train", lambda words, **told: called.append((words, told)) or codes[len(called) - 1])
    features = FeatureSettings(reference="average")
    copy, yesterday = Path(shutil.copy(path, tmp_path)), bundle(tmp_path, ("A1", "A2", "A3", "A4"), features=features)
    monkeypatch.setattr(ending, "hand_over", lambda *_: pytest.fail("what decodes was not compared with it"))
    monkeypatch.setattr(ending, "sessions_for", lambda folder, _: [folder])
    monkeypatch.setattr(ending.Ending, "at_once", lambda *_: True)
    names = tmp_path / "labels.toml"
    names.write_text('A2 = "A2"\n')
    words = ["--session", str(tmp_path), "--label-map", str(names)]
    assert main(["learn", str(copy), "--from", str(yesterday), *words]) == codes[0]
    assert len(called) == calls
    out = capsys.readouterr().out
    assert ("a ridge is trained from the recording alone" in out) == (calls > 1)
    ridge = copy.with_name(f"{copy.stem}_ridge")
    assert (f"{ridge} is the bundle, of the recording alone" in out) == (codes[-1] == 0)
    assert (f"{tmp_path}: its decoder stays" in out) == (codes[-1] == 0)
    if calls > 1:
        words, told = called[1]
        assert "module" not in told
        trained = parse_command(Train, "python -m offline.train", words)
        assert (trained.out, trained.decoder, trained.features) == (ridge, "ridge", features)  # made as yesterday's
        assert trained.label_map == names


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--label-map", "x.toml"), "--label-map goes with --from"),
        (("--from", "yesterday", "--channels", "A1"), "expected one of them"),
        (("--from", "yesterday", "--reference", "shaft"), "made otherwise"),
        (("--from", "few"), "1 of the 3 channels"),
        (("--from", "nowhere"), "nowhere"),
        (("--from", "knows_it"), "bundle knows_it was trained on this recording"),
        (("--from", "learnt"), "bundle learnt was trained on this recording"),
        (("--from", "running"), "running statistics"),
        (("--from", "bad"), "bad is CONTAMINATED"),
    ],
)
def test_what_does_not_fit_ends_it_in_one_line(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    text: str,
) -> None:
    monkeypatch.setattr(ending, "train", lambda *_, **__: 0)
    monkeypatch.setattr(Feed, "push_neural", lambda *_: pytest.fail("it began"))
    bundle(tmp_path, ("A1", "A2", "A3", "A4"))
    bundle(tmp_path, ("A1", "C7", "C8"), "few")
    same = {"data": [{"name": "renamed.xdf", "sha256": sha256(path)}]}
    bundle(tmp_path, ("A1", "A2", "A3", "A4"), "knows_it", provenance=same)
    bundle(tmp_path, ("A1", "A2", "A3", "A4"), "learnt", provenance={"learnt": {"recording": path.name}})
    bundle(tmp_path, ("A1", "A2", "A3", "A4"), "running", features=FeatureSettings(normalisation="running"))
    kept = {"contamination": {"verdict": "kept", "found": ["A1"]}}
    bundle(tmp_path, ("A1", "A2", "A3", "A4"), "bad", provenance=kept)
    bundles = ("yesterday", "few", "nowhere", "knows_it", "learnt", "running", "bad")
    named = [str(tmp_path / word) if word in bundles else word for word in words]
    with pytest.raises(SystemExit, match="2"):
        main(["learn", str(path), *named])
    said = capsys.readouterr().err
    assert text in said
    assert said.strip().count("\n") == 0
    assert not path.with_name(f"{path.stem}_learnt").exists()
