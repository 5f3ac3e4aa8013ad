"""`--decoder auto`: better by more than noise or ridge; folds that share nothing; an average in one bundle."""

from __future__ import annotations

import itertools
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from bk_realtime.chain import Chain
from bk_realtime.config import FRAME_RATE, to_dict
from bk_realtime.decoder.average import Average
from bk_realtime.decoder.base import Decoder
from bk_realtime.decoder.bundle import load_bundle, save_bundle
from bk_realtime.decoder.bundle_index import INDEX
from bk_realtime.decoder.gru import GruDecoder
from bk_realtime.decoder.registry import build_decoder
from bk_realtime.errors import InputError, OptionError
from bk_realtime.plain_files import read_toml
from bk_realtime.stream import Stream
from offline.data.dataset import Corpus
from offline.data.settings import AugmentSettings
from offline.data.split import Split, SplitSettings, fold_splits, split_frames
from offline.io.recording import Recording
from offline.scoring.mel import speech_mask
from offline.scoring.paired import Paired
from offline.training import auto, fitting
from offline.training.auto import choose, nested_splits
from offline.training.candidates import auto_settings, untrained
from offline.training.fitting import Fit
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.unit.test_bundle import LABELS, make_bundle
from tests.unit.train_runs import reader, recording, run, settings

__all__ = ["reader", "recording"]  # fixtures

RATE = float(FRAME_RATE)


def spoken(seed: int, seconds: float = 60.0) -> np.ndarray:
    """Log-mel with words in it: (T, 20)."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    loud = np.repeat(rng.random(n // 40 + 1) > 0.5, 40)[:n]
    return np.asarray(np.where(loud[:, None], rng.normal(0, 1.5, (n, 20)), rng.normal(-8, 0.3, (n, 20))), np.float32)


def heard(truth: np.ndarray, noise: float, seed: int) -> list[np.ndarray]:
    """What a decoder with an error of so many nat makes of it."""
    return [(truth + np.random.default_rng(seed).normal(0, noise, truth.shape)).astype(np.float32)]


def test_what_is_clearly_better_is_taken_and_errors_that_differ_are_averaged() -> None:
    truth = spoken(0)
    choice = choose({"ridge": heard(truth, 3.0, 1), "gru": heard(truth, 1.0, 2)}, [truth], RATE)
    assert choice.members == ("gru",)
    assert choice.gain[1] > 0
    assert "gru is taken (gru over ridge +0." in choice.why
    choice = choose({"ridge": heard(truth, 2.0, 1), "gru": heard(truth, 2.0, 2)}, [truth], RATE)
    assert choice.members == ("ridge", "gru")
    assert choice.name == "ridge + gru"
    assert "are averaged" in choice.why
    three = {kind: heard(truth, 2.0, i) for i, kind in enumerate(("ridge", "gru", "seq2seq"))}
    assert choose(three, [truth], RATE).members == ("ridge", "gru", "seq2seq")


def test_a_gain_that_may_be_noise_leaves_ridge() -> None:
    """A decoder that is no better: its figure is above in half of all draws, it is taken in hardly any."""
    above = taken = 0
    for seed in range(40):
        truth = spoken(seed, 40.0)
        rng = np.random.default_rng([seed, 9])
        noise = 3.0 * rng.normal(size=truth.shape)
        error = rng.normal(1.0, 0.1, (2, len(truth) // 200 + 1, 1)).repeat(200, 1)[:, : len(truth)]
        own, other = (truth + noise * error).astype(np.float32)  # the same errors, larger here and smaller there
        choice = choose({"ridge": [own], "gru": [other]}, [truth], RATE)
        above += choice.best != "ridge"
        taken += choice.members != ("ridge",)
        assert choice.members == ("ridge",) or choice.gain[1] > 0
    assert above >= 5
    assert taken <= 4


@pytest.mark.parametrize("seed", [77, 92, 129])
def test_the_best_of_several_has_to_be_better_than_the_best_of_several_equals(seed: int) -> None:
    """Equals, of which one is above ridge at 95 % by itself (as three of a hundred draws are), but not as one of six:
    three candidates and their averages."""
    rng = np.random.default_rng([seed, 3])
    truth = spoken(seed, 40.0)
    noise = 3.0 * rng.normal(size=truth.shape)
    error = rng.normal(1.0, 0.1, (2, len(truth) // 200 + 1, 1)).repeat(200, 1)[:, : len(truth)]
    ridge, gru = (truth + noise * error).astype(np.float32)
    alone = Paired(truth, speech_mask(truth), RATE).over(gru, ridge)[1]
    assert alone > 0.0
    assert choose({"ridge": [ridge], "gru": [gru]}, [truth], RATE).gain[1] < alone  # as one of two
    choice = choose({"ridge": [ridge], "gru": [gru], "seq2seq": [ridge]}, [truth], RATE)
    assert choice.members == ("ridge",)
    assert "may be noise" in choice.why
    assert "as one of 6 compared" in choice.why


def test_a_higher_one_that_may_be_noise_is_named() -> None:
    rows = {"ridge": 0.4, "gru": 0.449, "gru + seq2seq": 0.451}
    assert "what gru + seq2seq has over ridge may be noise" in auto._words("gru", "gru", rows, (0.049, 0.01, 0.09))
    assert "may be noise" not in auto._words("gru", "gru", {**rows, "gru": 0.46}, (0.06, 0.01, 0.11))


def test_nothing_that_cannot_be_told_is_taken() -> None:
    truth = spoken(1, 8.0)  # less than three blocks of 5 s
    choice = choose({"ridge": heard(truth, 3.0, 1), "gru": heard(truth, 0.5, 2)}, [truth], RATE)
    assert choice.members == ("ridge",)
    assert "too little to say how sure" in choice.why
    choice = choose({"ridge": [], "gru": []}, [], RATE, "30 s are too short")
    assert choice.members == ("ridge",)
    assert "nothing could be compared, 30 s are too short" in choice.why


def corpus_of(*splits: Split) -> Corpus:
    def seconds(part: str) -> float:
        return sum(b - a for split in splits for a, b in split.ranges(part)) / RATE

    return cast(Corpus, SimpleNamespace(splits=splits, frame_rate=FRAME_RATE, seconds=seconds))


@pytest.mark.parametrize("fold", range(5))
def test_nested_folds_share_nothing_and_keep_what_is_held_out(fold: int) -> None:
    n = round(300 * RATE)
    outer = fold_splits(n, 5, SplitSettings(), FRAME_RATE)[fold]
    end = split_frames(round(200 * RATE), SplitSettings(), FRAME_RATE)
    guard = round(2.0 * RATE)
    covered = np.zeros(n, int)
    for inner in nested_splits(corpus_of(outer, end), 4):
        for split, whole in zip(inner, (outer, end), strict=True):
            for (_, before), (after, _) in pairwise(split.parts):
                assert after - before >= guard
            for part in split.parts:  # nothing of the held-out part, nor nearer to it than training was
                assert part[1] <= whole.test[0] - guard or part[0] >= whole.test[1] + guard
            assert min(b - a for a, b in split.parts) >= round(2 * RATE) - 1
        a, b = inner[0].test
        covered[a:b] += 1
    assert covered.max() == 1
    assert covered.sum() > 0.95 * (n - (outer.test[1] - outer.test[0]) - 2 * guard)


def test_too_short_a_recording_is_said() -> None:
    with pytest.raises(InputError, match="too short for 8 nested folds; record longer"):
        nested_splits(corpus_of(Split(((0, 800),), (980, 1200), (1380, 1800))), 8)


def test_candidates_have_their_sizes_and_ridge_weighs_silence() -> None:
    found = auto_settings({"candidates": ["gru"], "ridge": {"n_past": 5}, "gru": {"hidden": 8}})
    assert (found.ridge.n_past, found.ridge.silence_weight, found.gru.hidden) == (5, 0.25, 8)
    assert found.kinds == ("ridge", "gru")
    views = [decoder.receptive_field for decoder in untrained("auto", {"ridge": {"n_past": 5}}, 3, 4)]
    assert views == [5, 0]
    with pytest.raises(OptionError, match="'tcn': expected some of ridge, gru, seq2seq"):
        auto_settings({"candidates": ["tcn"]})


def test_an_average_is_the_mean_whatever_its_members_look_ahead() -> None:
    torch.manual_seed(1)
    kinds = {"ridge": {"n_past": 3}, "gru": {"hidden": 8}, "seq2seq": {"hidden": 8, "lookahead": 3}}
    members: dict[str, Decoder] = {kind: build_decoder(kind, told, 4, 6).eval() for kind, told in kinds.items()}
    for tensor in members["ridge"].buffers():
        tensor.copy_(torch.randn(tensor.shape))
    average = Average.of({kind: [member] for kind, member in reversed(members.items())}).eval()
    assert (average.lookahead, average.block, average.receptive_field) == (3, 1, 3)
    x = torch.randn(2, 40, 4)
    with torch.inference_mode():
        wanted = torch.stack([member.forward(x) for member in members.values()]).mean(0)
        stream = Stream(average, x, batch=2)
        pieces = [stream.push(x[:, i : i + 7]) for i in range(0, 40, 7)]
        got = torch.cat([*pieces, stream.flush()], 1)
        torch.testing.assert_close(average.forward(x), wanted, rtol=0, atol=0)
    torch.testing.assert_close(got, wanted, rtol=1e-5, atol=1e-5)
    with pytest.raises(OptionError, match="at least two"):
        Average.of({"gru": [members["gru"]]})
    with pytest.raises(OptionError, match="one ridge and equally many of each network"):
        Average.of({"ridge": [members["ridge"]], "gru": [members["gru"]] * 2, "seq2seq": [members["seq2seq"]]})


def test_kinds_count_alike_however_many_seeds_there_are(tmp_path: Path) -> None:
    torch.manual_seed(2)
    ridge = build_decoder("ridge", {"n_past": 3}, 4, 6).eval()
    for tensor in ridge.buffers():
        tensor.copy_(torch.randn(tensor.shape))
    networks = [build_decoder("gru", {"hidden": 8}, 4, 6).eval() for _ in range(3)]
    average = Average.of({"gru": networks, "ridge": [ridge]}).eval()
    x = torch.randn(2, 30, 4)
    with torch.inference_mode():
        each = [network.forward(x) for network in networks]
        assert not torch.equal(each[0], each[1])
        wanted = (ridge.forward(x) + torch.stack(each).mean(0)) / 2
        torch.testing.assert_close(average.forward(x), wanted)
        again = build_decoder("average", to_dict(average.settings), 4, 6).eval()
        again.load_state_dict(average.state_dict())
        torch.testing.assert_close(again.forward(x), wanted)
        alone = Average.of({"gru": networks}).eval()
        torch.testing.assert_close(alone.forward(x), torch.stack(each).mean(0))
    assert list(alone.members) == ["gru", "gru_2", "gru_3"]


def test_seeds_are_one_candidate_each_trained_on_its_own(monkeypatch) -> None:
    seen: list[tuple[str, int, str]] = []

    def fit(kind, sizes, part, optimiser, augmentation, machine, folder, seed, resume, callbacks) -> Fit:
        seen.append((kind, seed, folder.as_posix()))
        decoder = build_decoder(kind, {"hidden": 8} if kind == "gru" else {}, 4, 20).eval()
        return Fit(decoder, {"seed": seed})

    truth = spoken(3)
    said, draws = {"ridge": 3.0, "gru": 1.0}, itertools.count()
    monkeypatch.setattr(fitting, "fit_decoder", fit)
    monkeypatch.setattr(
        fitting,
        "decode_part",
        lambda decoder, part: heard(truth, said["gru" if isinstance(decoder, GruDecoder) else "ridge"], next(draws)),
    )
    monkeypatch.setattr(auto, "nested_splits", lambda corpus, folds: [()])
    told = {"seeds": 3, "gru": {"hidden": 8}}
    corpus = cast(Corpus, SimpleNamespace(frame_rate=FRAME_RATE))
    part = SimpleNamespace(segments=lambda part: [(None, truth)], segment_sessions=lambda part: (0,))
    monkeypatch.setattr(auto, "recut", lambda corpus, splits: part)
    given = (OptimiserSettings(), AugmentSettings(), TrainerSettings())
    heard_of: dict[str, list[np.ndarray]] = {}
    monkeypatch.setattr(auto, "choose", lambda mels, *rest: [heard_of.update(mels), choose(mels, *rest)][1])
    found = auto.fit_auto(told, corpus, *given, Path("f"), 7, False, ())
    each = [heard(truth, 1.0, n) for n in (1, 2, 3)]
    np.testing.assert_array_equal(heard_of["gru"][0], np.mean([mels[0] for mels in each], axis=0))
    assert seen[:4] == [
        ("ridge", 7, "f/fold_1/ridge"),
        ("gru", 7, "f/fold_1/gru"),
        ("gru", 8, "f/fold_1/gru_2"),
        ("gru", 9, "f/fold_1/gru_3"),
    ]
    whole = [(seed, folder) for kind, seed, folder in seen[4:] if kind == "gru"]
    assert whole == [(7, "f/whole/gru"), (8, "f/whole/gru_2"), (9, "f/whole/gru_3")]
    assert found.kind == "average"
    assert found.decoder.settings.seeds == 3
    assert found.report["seeds"] == 3
    assert [fit["seed"] for fit in found.report["seed_fits"]["gru"]] == [7, 8, 9]
    assert auto_settings(told).trainings == 15


def test_an_average_comes_back_from_its_bundle_and_runs_in_the_live_chain(tmp_path: Path) -> None:
    bundle = make_bundle("average", ridge={"n_past": 3, "silence_weight": 0.25}, gru={"hidden": 8})
    loaded = save_bundle(bundle, tmp_path / "m")
    assert loaded.decoder.settings == bundle.decoder.settings
    assert "seeds" not in read_toml(tmp_path / "m" / INDEX)["decoder"]
    assert loaded.decoder.settings.members == ("ridge", "gru")
    x = torch.randn(1, 20, 3)
    with torch.no_grad():
        torch.testing.assert_close(loaded.decoder.forward(x), bundle.decoder.forward(x), rtol=0, atol=0)
    signal = np.random.default_rng(0).standard_normal((3000, 3))
    whole, pieces = (Chain(load_bundle(tmp_path / "m"), LABELS) for _ in range(2))
    one = whole.push(signal)
    many = [pieces.push(part) for part in np.array_split(signal, 7)]
    np.testing.assert_allclose(np.concatenate([part.mel for part in many]), one.mel, rtol=1e-4, atol=1e-5)


def test_auto_trains_chooses_saves_and_says_so(tmp_path: Path, recording: Recording) -> None:
    told: dict[str, Any] = {"decoder": "auto", "set": ("folds=2", "gru.hidden=8", "ridge.n_past=8"), "compare": ()}
    options = settings(tmp_path / "m", **told)
    scores, text = run(options)
    assert {"auto", "ridge"} < set(scores)
    bundle = load_bundle(tmp_path / "m")
    fit = bundle.provenance["fit"]
    assert bundle.kind == {"ridge": "ridge", "gru": "gru"}.get(fit["chosen"], "average")
    assert set(fit["validation"]) == {"ridge", "gru", "ridge + gru"}
    assert "auto: " in text
    assert fit["why"][:30] in " ".join(text.split())
    if bundle.kind == "ridge":
        assert bundle.decoder.settings.silence_weight == 0.25
    assert replace(options, set=()).decoder_values("ridge") == {}
    assert options.decoder_values("auto") == {"folds": 2, "gru": {"hidden": 8}, "ridge": {"n_past": 8}}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"decoder": "average"}, "--decoder average: is made of trained decoders; expected --decoder auto"),
        ({"compare": ("auto",)}, "--compare auto: expected a kind of decoder"),
    ],
)
def test_what_auto_is_not_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(OptionError, match=said):
        settings(tmp_path / "m", **changes).check()
