"""Decoders, vocoders and readers of other packages: found by name, never in the way of what is built in."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from bk_realtime.config import VocoderSettings
from bk_realtime.decoder import registry
from bk_realtime.decoder.bundle import load_bundle, save_bundle
from bk_realtime.errors import BkError, InputError, OptionError
from bk_realtime.plugins import Plugins
from bk_realtime.sources import source_digest
from bk_realtime.vocoder import build_vocoder
from bk_realtime.vocoder.registry import PLUGINS as VOCODER_PLUGINS
from offline.io import read_recording
from tests.synthetic import synthetic_recording
from tests.toy_package import ENTRY_POINTS, HEAD, READER, VOCODER, decoder_of_the_docs, install, write_toy
from tests.unit.test_bundle import make_bundle

Install = Callable[..., None]


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Installs a package for the rest of the test."""

    def install_here(source: str, entry_points: dict[str, dict[str, str]], name: str = "toy") -> None:
        monkeypatch.syspath_prepend(install(tmp_path / name, source, entry_points, name))
        monkeypatch.delitem(sys.modules, name, raising=False)

    yield install_here
    sys.modules.pop("toy", None)


@pytest.fixture
def toy(offer: Install) -> None:
    offer(HEAD + decoder_of_the_docs() + VOCODER + READER, ENTRY_POINTS)


@pytest.mark.usefixtures("toy")
def test_names_and_packages() -> None:
    assert registry.PLUGINS.names() == (*registry.DECODERS, "mean")
    assert VOCODER_PLUGINS.names()[-1] == "clicks"
    assert registry.PLUGINS.package("mean") == "toy 1.2"
    assert registry.PLUGINS.package("ridge").startswith("brainkaraoke ")


@pytest.mark.usefixtures("toy")
def test_a_decoder_as_the_docs_show_it(tmp_path: Path) -> None:
    decoder = registry.build_decoder("mean", {"offset": 0.5}, 3, 80)
    assert decoder.fit([(torch.zeros(9, 3), torch.full((9, 80), 2.0))], []) == {}
    assert torch.equal(decoder.forward(torch.zeros(2, 7, 3)), torch.full((2, 7, 80), 2.5))
    with pytest.raises(OptionError, match="decoder mean: unknown key 'size'; expected one of offset"):
        registry.build_decoder("mean", {"size": 1}, 3, 80)


@pytest.mark.usefixtures("toy")
def test_a_vocoder() -> None:
    assert build_vocoder(VocoderSettings("clicks")).forward(torch.zeros(1, 3, 80)).shape == (1, 768, 1)


@pytest.mark.usefixtures("toy")
def test_a_reader(tmp_path: Path) -> None:
    want = synthetic_recording(5)
    got = read_recording(write_toy(tmp_path / "p01.toy", want), require_audio=True)
    np.testing.assert_array_equal(got.neural, want.neural)
    assert (got.labels, got.sfreq) == (want.labels, want.sfreq)
    assert all(len(digest) == 64 for digest in (got.source_hash, got.neural_hash, got.reading_hash))
    with pytest.raises(
        BkError, match=r"reader of \.toy \(toy 1.2\) files has no option --unit; it has --channels, --exclude$"
    ):
        read_recording(tmp_path / "p01.toy", unit="V")


@pytest.mark.usefixtures("toy")
def test_channels_of_a_reader_that_does_not_know_them(tmp_path: Path) -> None:
    want = synthetic_recording(5)
    path = write_toy(tmp_path / "p01.toy", want)
    whole = read_recording(path)
    first, second, *_ = want.labels
    some = read_recording(path, channels=(second.upper(), f"EEG {first}-Ref"))
    assert some.labels == (second, first)
    np.testing.assert_array_equal(some.neural, want.neural[:, [1, 0]])
    rest = read_recording(path, exclude=[first])
    assert rest.labels == want.labels[1:]
    assert f"left out, excluded: {first}" in rest.notes
    assert len({r.reading_hash for r in (whole, some, rest)}) == 3
    assert whole.neural_hash == some.neural_hash == rest.neural_hash
    with pytest.raises(OptionError, match="no channel 'Z9'; it has"):
        read_recording(path, channels=["Z9"])


def test_another_version_of_a_reader_is_another_reading(toy: None, tmp_path: Path) -> None:
    path, module = write_toy(tmp_path / "p01.toy", synthetic_recording(5)), tmp_path / "toy/toy.py"
    source = module.read_text()
    readings = []
    for text in (source, source, source + "\n# reads otherwise\n"):
        module.write_text(text)
        source_digest.cache_clear()
        readings.append(read_recording(path))
    first, again, changed = (reading.reading_hash for reading in readings)
    assert first == again != changed
    assert len({reading.source_hash for reading in readings}) == 1


def test_without_its_package_a_file_has_no_reader(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no reader for this file; expected one of \.xdf, .*\.set$"):
        read_recording(write_toy(tmp_path / "p01.toy", synthetic_recording(5)))


def test_a_bundle_names_the_package_that_it_needs(toy: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = save_bundle(make_bundle("mean"), tmp_path / "m")
    assert saved.package == "toy 1.2"
    assert 'package = "toy 1.2"' in (tmp_path / "m/bundle.toml").read_text()
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not path.endswith("toy")])
    expected = "its decoder 'mean' comes from the package toy 1.2, which is not installed here; install it: pip install"
    with pytest.raises(InputError, match=f"{expected} toy==1.2"):
        load_bundle(tmp_path / "m")


def test_unknown_names_list_what_there_is(toy: None) -> None:
    with pytest.raises(
        OptionError, match=r"decoder 'nonsense' is unknown: expected one of ridge, .*windowed, average, .*ssm, mean$"
    ):
        registry.build_decoder("nonsense", {}, 3, 80)
    with pytest.raises(OptionError, match=r"vocoder 'nonsense' is unknown: expected one of .*waveglow, clicks$"):
        build_vocoder(VocoderSettings("nonsense"))


@pytest.mark.parametrize(
    ("source", "entry", "said"),
    [
        ("raise OSError('library\\nnot found')", "toy:Any", "OSError: library not found"),
        ("x = 1", "toy:Any", "AttributeError: .*Any"),
        ("x = 1", "nowhere:Any", "ModuleNotFoundError: No module named 'nowhere'"),
    ],
)
def test_a_broken_package_is_named(source: str, entry: str, said: str, offer: Install) -> None:
    offer(source, {"decoders": {"broken": entry}})
    with pytest.raises(
        InputError, match=f"decoder 'broken' of the package toy 1.2 cannot be loaded \\({said}"
    ) as error:
        registry.build_decoder("broken", {}, 3, 80)
    assert "\n" not in str(error.value)
    assert registry.build_decoder("ridge", {}, 3, 80).channels == (3, 80)
    assert "broken" in registry.PLUGINS.names()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Any = 3", "expected a class derived from bk_realtime.decoder.base.Decoder, got 3"),
        (
            HEAD + "class Any(ClosedFormDecoder):\n    def __init__(self, settings, n_in, n_mels): pass\n",
            "expected its class to be annotated `settings: <a dataclass>`",
        ),
    ],
)
def test_something_else_than_a_decoder_is_refused(source: str, said: str, offer: Install) -> None:
    offer(source, {"decoders": {"odd": "toy:Any"}})
    with pytest.raises(InputError, match=f"decoder 'odd' of the package toy 1.2: {said}"):
        registry.build_decoder("odd", {}, 3, 80)


def test_a_builtin_name_is_not_given_away(offer: Install, caplog: pytest.LogCaptureFixture) -> None:
    offer("raise OSError", {"decoders": {"ridge": "toy:Any", "fine": "toy:Any"}})
    assert type(registry.build_decoder("ridge", {}, 3, 80)).__module__ == "bk_realtime.decoder.ridge"
    with caplog.at_level(logging.WARNING):
        assert registry.PLUGINS.names() == (*registry.DECODERS, "fine")
    assert "the package toy 1.2 offers a decoder called 'ridge', which is built in: left out" in caplog.text


def test_two_packages_with_one_name(offer: Install) -> None:
    offer("", {"decoders": {"mine": "toy:Any"}})
    offer("", {"decoders": {"mine": "other:Any"}}, "other")
    with pytest.raises(OptionError, match=r"decoder 'mine' is offered by other 1.2 and toy 1.2; remove all but one"):
        registry.build_decoder("mine", {}, 3, 80)


def test_a_damaged_installation_of_something_else(toy: None, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = tmp_path / "toy" / "broken-1.0.dist-info"
    broken.mkdir()
    (broken / "METADATA").write_bytes(b"Name: broken\nVersion: \xff\xfe\n")
    (broken / "entry_points.txt").write_text("[brainkaraoke.decoders]\nno equals sign\n")
    assert "mean" in registry.PLUGINS.names()
    assert "an installed package is damaged and left out" in caplog.text


def test_nothing_is_looked_up_for_what_is_built_in(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(self: Plugins) -> dict:
        raise AssertionError("looked for packages")

    monkeypatch.setattr(Plugins, "_offered", never)
    registry.build_decoder("ridge", {}, 3, 80)
    build_vocoder(VocoderSettings("phase"))
    assert load_bundle(Path(__file__).parents[2] / "recordings/demo_ridge").kind == "ridge"
