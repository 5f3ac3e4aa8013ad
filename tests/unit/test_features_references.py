"""References side by side: each as it is alone, in any chunks; masked and dead in all; names that are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from bk_realtime.bands import without_bands
from bk_realtime.chain import Chain
from bk_realtime.config import FeatureSettings, MelSettings, from_dict, to_dict
from bk_realtime.decoder.bundle import load_bundle
from bk_realtime.engine.wiring import latency_budget
from bk_realtime.errors import BkError, OptionError
from bk_realtime.features import as_read, build_features, feature_labels, run_features
from bk_realtime.stream import algorithmic_latency
from offline.data.dataset import feature_reach_s
from tests.engine_fakes import noise, tiny_bundle

RATE = 1024
CHANNELS = ["A1", "A2", "A3", "B1", "B2", "B3"]
BOTH = FeatureSettings(more_references=("shaft",))
ALL = FeatureSettings(reference="shaft", more_bands=("low", "beta"), more_references=("none", "average"))


def features(settings: FeatureSettings, x: np.ndarray) -> np.ndarray:
    return run_features(build_features(settings, MelSettings(), CHANNELS, CHANNELS, RATE), x)


def alone(settings: FeatureSettings, reference: str) -> FeatureSettings:
    return FeatureSettings(reference, more_bands=settings.more_bands)


@pytest.mark.parametrize("settings", [BOTH, ALL])
def test_each_reference_is_to_the_bit_what_it_is_alone(settings: FeatureSettings) -> None:
    x = noise(4000, len(CHANNELS)).astype(np.float64)
    x[1000:1100, 1] = np.nan
    x[2000:, 4] = 12.5  # dies, and leaves its shaft to the two others
    want = np.concatenate([features(alone(settings, r), x) for r in settings.references], 1)
    found = features(settings, x)
    np.testing.assert_array_equal(found, want)
    raw, shaft = found[:, : len(CHANNELS)], found[:, len(CHANNELS) : 2 * len(CHANNELS)]
    assert settings is ALL or not np.allclose(raw, shaft, equal_nan=True)


def test_names_say_channel_reference_and_band() -> None:
    both = FeatureSettings(more_bands=("low",), more_references=("shaft",))
    want = ["A1", "A2", "A1_low", "A2_low", "A1_shaft", "A2_shaft", "A1_shaft_low", "A2_shaft_low"]
    assert feature_labels(both, ["A1", "A2"]) == want
    assert feature_labels(BOTH, ["A1", "A2"]) == ["A1", "A2", "A1_shaft", "A2_shaft"]
    assert from_dict(FeatureSettings, to_dict(ALL)) == ALL
    assert "more_references" not in to_dict(FeatureSettings())


@pytest.mark.parametrize("bands", [(), ("low",), ("low", "beta"), ("shaft:1-2:power",)])
@pytest.mark.parametrize("channels", [["A1", "A2", "B1"], ["A1", "A1_x", "A1_2"], ["A1", "A1_none_", ""]])
def test_the_map_finds_the_main_features_whatever_channels_are_called(bands, channels) -> None:
    for main, more in (("none", "average"), ("average", "none")):
        settings = FeatureSettings(main, more_bands=bands, more_references=(more,))
        assert without_bands(feature_labels(settings, channels)) == [0, 1, 2]
    every = FeatureSettings("shaft", more_bands=bands[:2], more_references=("none", "average"))
    assert without_bands(feature_labels(every, CHANNELS)) == list(range(6))


def test_a_channel_that_is_only_called_like_a_feature() -> None:
    one = FeatureSettings(more_bands=("low",))
    assert without_bands(feature_labels(one, ["A1", "A1_average"])) == [0, 1]
    average = FeatureSettings(more_references=("average",))
    assert without_bands(feature_labels(average, ["A1", "A1_low"])) == [0, 1]
    with pytest.raises(BkError, match="A1_average"):
        feature_labels(average, ["A1", "A1_average"])
    with pytest.raises(BkError, match="A1_average"):
        as_read(average, ["A1", "A1_average"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"more_references": ("bipolar",)}, "one a channel"),
        ({"more_references": ("shafts",)}, "'shafts'"),
        ({"reference": "bipolar", "more_references": ("none",)}, "'bipolar'"),
        ({"more_references": ("none",)}, "every reference once"),
        ({"more_references": ("shaft", "shaft")}, "every reference once"),
        ({"more_references": ("shaft",), "more_bands": ("shaft:1-2:power",)}, "no band called"),
        ({"more_references": ("shaft",), "kind": "given"}, "given features"),
    ],
)
def test_a_set_of_references_that_is_none_is_refused(values: dict, said: str) -> None:
    with pytest.raises(OptionError, match=said):
        FeatureSettings(**values)


def test_a_further_reference_costs_neither_latency_nor_guard() -> None:
    mel = MelSettings()
    plain, both = (
        algorithmic_latency(build_features(s, mel, CHANNELS, CHANNELS, RATE), RATE) for s in (FeatureSettings(), BOTH)
    )
    assert both == plain
    assert feature_reach_s(BOTH, mel) == feature_reach_s(FeatureSettings(), mel)


def test_a_bundle_goes_live_with_both_and_a_masked_electrode_is_missing_in_each(tmp_path) -> None:
    bundle = tiny_bundle(tmp_path / "b", labels=CHANNELS, features=ALL)
    assert 'more_references = [\n    "none",' in (bundle.path / "bundle.toml").read_text()
    assert "more_references" not in (tiny_bundle(tmp_path / "plain").path / "bundle.toml").read_text()
    x, n = noise(3000, len(CHANNELS)), len(CHANNELS)
    x[1500:, 3] = -4.0
    chain = Chain(load_bundle(bundle.path), CHANNELS)
    chain.adjust((CHANNELS[1],))
    whole = chain.push(x).features
    assert whole.shape[1] == 9 * n
    assert not whole[:, 1::n].any()
    assert whole[40:120, 0::n].any(0).all()
    assert not whole[-5:, 3::n][:, [0, 3, 6]].any()  # dead: no power under any reference
    assert set(chain.bad_channels()) == {CHANNELS[1], CHANNELS[3]}
    chain.reset()
    pieces = np.concatenate([chain.push(x[a : a + 97]).features for a in range(0, len(x), 97)])
    np.testing.assert_array_equal(pieces, whole)
    assert "band low, filter group delay" in latency_budget(chain, 0.0)


def test_the_audits_look_under_each_reference() -> None:
    (both,), names = as_read(BOTH, CHANNELS)
    assert names == feature_labels(BOTH, CHANNELS)
    assert both.channels == (len(CHANNELS), 2 * len(CHANNELS))
    assert as_read(FeatureSettings(), CHANNELS) == ([], CHANNELS)
