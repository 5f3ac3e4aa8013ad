"""Decoder bundle: what is saved comes back; anything altered, missing or unfitting is refused in one line."""

from __future__ import annotations

import dataclasses
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.chunks import StreamDescription
from bk_realtime.config import FeatureSettings, MelSettings, VocoderSettings
from bk_realtime.decoder.bundle import Bundle, load_bundle, save_bundle
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.decoder.ridge import RidgeSettings
from bk_realtime.errors import BkError

LABELS = ("A1", "A2", "B1")


def make_bundle(kind: str = "gru", **settings: object) -> Bundle:
    torch.manual_seed(3)
    decoder = build_decoder(kind, settings, n_in=3, n_mels=80).eval()
    return Bundle(
        path=None,
        kind=kind,
        features=FeatureSettings(reference="none", line_freq=60.0),
        mel=MelSettings(),
        vocoder=VocoderSettings(),
        labels=LABELS,
        sfreq=Fraction(4069, 4),
        mean=np.array([0.1, 0.2, 0.3]),
        std=np.array([1.0, 2.0, 3.0]),
        decoder=decoder,
        lead_ms=50.0,
        provenance={"seed": 3, "data": {"x.xdf": {"sha256": "abc"}}},
        scores={"r": 0.5},
    )


def description(**changes: object) -> StreamDescription:
    values: dict = {"labels": ("X", "B1", "A2", "A1"), "units": ("none", "uV", "uV", "uV"), "sfreq": 1017.25} | changes
    return StreamDescription(name="amp", type="sEEG", source_id="a", **values)


@pytest.mark.parametrize(("kind", "settings"), [("gru", {"hidden": 8}), ("ridge", {"n_past": 3})])
def test_round_trip(kind: str, settings: dict, tmp_path: Path) -> None:
    bundle = make_bundle(kind, **settings)
    loaded = save_bundle(bundle, tmp_path / "m")
    for name in ("kind", "features", "mel", "vocoder", "labels", "sfreq", "lead_ms", "provenance", "scores"):
        assert getattr(loaded, name) == getattr(bundle, name), name
    np.testing.assert_array_equal(loaded.mean, bundle.mean)
    np.testing.assert_array_equal(loaded.std, bundle.std)
    assert loaded.path == tmp_path / "m"
    x = torch.randn(1, 20, 3)
    with torch.no_grad():
        torch.testing.assert_close(loaded.decoder.forward(x), bundle.decoder.forward(x))
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == [
        "bundle.toml",
        "model.safetensors",
        "statistics.safetensors",
    ]
    assert len(loaded.digest) == 64


@pytest.mark.parametrize("kind", ["ridge", "average"])
def test_a_bundle_of_before_that_does_not_say_how_silence_counts_counted_it_as_speech(
    kind: str, tmp_path: Path
) -> None:
    settings: dict = {"n_past": 3} if kind == "ridge" else {"ridge": {"n_past": 3}, "gru": {"hidden": 4}}

    def said(bundle: Bundle) -> float:
        made = bundle.decoder.settings if kind == "ridge" else bundle.decoder.settings.ridge
        return float(made.silence_weight)

    new = save_bundle(make_bundle(kind, **settings), tmp_path / "new")
    assert said(new) == RidgeSettings().silence_weight == 0.25
    _edit(tmp_path / "new", "silence_weight = 0.25\n", "")
    before = load_bundle(tmp_path / "new")
    assert said(before) == 1.0
    again = save_bundle(before, tmp_path / "again")
    assert said(again) == 1.0
    assert "silence_weight = 1.0" in (tmp_path / "again/bundle.toml").read_text()  # it is said from now on


@pytest.mark.parametrize("absolute", [True, False])
def test_the_vocoder_comes_along(absolute: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights from anywhere, named like the decoder's own, and the sizes that belong to them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "voice").mkdir()
    (tmp_path / "voice/model.safetensors").write_bytes(b"voice")
    (tmp_path / "voice/config.json").write_text("{}")
    weights = tmp_path / "voice/model.safetensors" if absolute else Path("voice/model.safetensors")
    bundle = dataclasses.replace(make_bundle(), vocoder=VocoderSettings("hifigan", 11.6, str(weights)))
    saved = save_bundle(bundle, tmp_path / "m")
    shutil.rmtree(tmp_path / "voice")
    copied = save_bundle(saved, tmp_path / "copy")
    for loaded in (load_bundle(tmp_path / "m"), copied):
        assert loaded.vocoder.weights == "vocoder/model.safetensors"
        assert loaded.path is not None
        assert (loaded.path / loaded.vocoder.weights).read_bytes() == b"voice"
        assert (loaded.path / "vocoder/config.json").read_text() == "{}"
    _alter(tmp_path / "m/vocoder/config.json")
    with pytest.raises(BkError, match="checksum differs"):
        load_bundle(tmp_path / "m")
    with pytest.raises(BkError, match="no such file of vocoder weights"):
        save_bundle(bundle, tmp_path / "n")
    assert not (tmp_path / "n/bundle.toml").exists()


def test_refuses_to_overwrite(tmp_path: Path) -> None:
    save_bundle(make_bundle(), tmp_path)
    with pytest.raises(BkError, match="overwrite it"):
        save_bundle(make_bundle(), tmp_path)
    save_bundle(dataclasses.replace(make_bundle(), lead_ms=7.0), tmp_path, overwrite=True)
    assert load_bundle(tmp_path).lead_ms == 7.0


def _alter(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))


def _edit(folder: Path, old: str, new: str) -> None:
    path = folder / "bundle.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda f: _alter(f / "model.safetensors"), "checksum differs"),
        (lambda f: _alter(f / "statistics.safetensors"), "checksum differs"),
        (lambda f: (f / "model.safetensors").unlink(), "missing"),
        (lambda f: (f / "bundle.toml").unlink(), "not a decoder bundle"),
        (lambda f: (f / "bundle.toml").write_text("kind = "), "not a valid TOML"),
        (lambda f: _edit(f, "format_version = 2", "format_version = 1"), "format version 2, got 1"),
        (lambda f: _edit(f, "format_version = 2", ""), "format version 2, got None"),
        (lambda f: _edit(f, "lead_ms = 50.0", ""), "expected key 'lead_ms'"),
        (lambda f: _edit(f, "lead_ms = 50.0", "lead_ms = 50.0\nlag_ms = 3"), "unknown key 'lag_ms'"),
        (lambda f: _edit(f, "line_freq", "mains_freq"), "unknown key 'mains_freq'"),
        (
            lambda f: _edit(f, "line_freq = 60.0", 'line_freq = "sixty"'),
            r"bundle.toml: features.line_freq: expected a number from 0 to 1000, got 'sixty'",
        ),
        (lambda f: _edit(f, 'kind = "gru"', 'kind = "hmm"'), "'hmm' is unknown"),
        (lambda f: _edit(f, 'sfreq = "4069/4"', 'sfreq = "fast"'), "sfreq"),
        (lambda f: _edit(f, "hidden = 128", "hidden = 64"), "do not fit"),
        (lambda f: _edit(f, '"model.safetensors"', '"../model.safetensors"'), "checksum of model.safetensors"),
    ],
)
def test_spoilt_bundle_is_refused(spoil, message: str, tmp_path: Path) -> None:
    save_bundle(make_bundle(), tmp_path)
    spoil(tmp_path)
    with pytest.raises(BkError, match=message) as caught:
        load_bundle(tmp_path)
    assert "\n" not in str(caught.value)


def test_file_outside_the_bundle_is_refused(tmp_path: Path) -> None:
    save_bundle(make_bundle(), tmp_path / "m")
    (tmp_path / "other").write_bytes(b"x")
    _edit(tmp_path / "m", "[files]", '[files]\n"../other" = "00"')
    with pytest.raises(BkError, match="inside the bundle"):
        load_bundle(tmp_path / "m")


def test_stream_that_fits_passes() -> None:
    make_bundle().check(description())
    make_bundle().check(description(sfreq=1017.9, units=("celsius", "volts", "mV", "microvolts")))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": ("X", "B1", "A2", "C9")}, r"lacks 1 of the 3 channels .*\('A1'\)"),
        ({"sfreq": 1000.0}, "1000 Hz cannot be brought to 1017.25 Hz"),
        ({"units": ("uV", "uV", "celsius", "uV")}, "'celsius', which is not a voltage"),
    ],
)
def test_stream_that_does_not_fit_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(BkError, match=message) as caught:
        make_bundle().check(description(**changes))
    assert "\n" not in str(caught.value)
