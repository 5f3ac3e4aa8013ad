"""Selection, masking and re-referencing against values worked out by hand or in plain NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bk_realtime.config import FeatureSettings
from bk_realtime.errors import BkError
from bk_realtime.features import MaskBad, SelectChannels, feature_labels, parse_contact
from bk_realtime.features.reference import bipolar_pairs, build_reference
from bk_realtime.stream import Stream

NAN = float("nan")


def one(op, rows) -> np.ndarray:
    return op.forward(torch.tensor(rows, dtype=torch.float64)[None])[0].numpy()


def test_select_picks_by_name_in_the_wanted_order() -> None:
    got = one(SelectChannels(["A1", "TRIG", "B1"], ["B1", "A1"]), [[1, 2, 3], [4, 5, NAN]])
    np.testing.assert_array_equal(got, [[3, 1], [NAN, 4]])


def test_select_names_every_missing_label() -> None:
    with pytest.raises(BkError, match=r"2 of 3 .*'A9', 'B9'.*the stream has 'A1'") as caught:
        SelectChannels(["A1"], ["A1", "A9", "B9"])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("labels_in", "labels"), [(["A1", "A1"], ["A1"]), (["A1", "A2"], ["A1", "A1"]), (["A1"], [])])
def test_select_refuses_double_or_no_labels(labels_in, labels) -> None:
    with pytest.raises(BkError, match="expected"):
        SelectChannels(labels_in, labels)


def test_select_ignores_double_labels_it_does_not_want() -> None:
    assert SelectChannels(["DC", "DC", "A1"], ["A1"]).channels == (3, 1)


def test_mask_non_finite_and_flat() -> None:
    # 0.25 s at 12 Hz: three samples without a change
    x = [[1, 5], [2, 5], [np.inf, 5], [4, 5], [NAN, 5], [6, 5], [-np.inf, 7], [8, 7]]
    want = [[1, 5], [2, 5], [NAN, 5], [4, NAN], [NAN, NAN], [6, NAN], [NAN, 7], [8, 7]]
    np.testing.assert_array_equal(one(MaskBad(2, 12, 0.25), x), want)


def test_mask_a_nan_does_not_end_a_flat_piece() -> None:
    got = one(MaskBad(1, 12, 0.25), [[5], [5], [NAN], [5], [5], [5]])
    np.testing.assert_array_equal(got[:, 0], [5, 5, NAN, 5, NAN, NAN])


def test_mask_says_which_channels_are_bad_now() -> None:
    stream = Stream(op := MaskBad(3, 12, 0.25), torch.zeros(0, dtype=torch.float64))
    stream.push(torch.tensor([[[1.0, 0, 0], [2, 0, 1], [3, 0, 2], [4, 0, NAN]]], dtype=torch.float64))
    assert op.bad(stream.state).tolist() == [[False, True, True]]


def test_mask_refuses_no_duration() -> None:
    with pytest.raises(BkError, match="flat_s"):
        MaskBad(1, 1024, 0)


@pytest.mark.parametrize(
    ("label", "want"),
    [
        ("A1", ("A", 1)),
        ("A12", ("A", 12)),
        ("LAH3", ("LAH", 3)),
        ("B'2", ("B'", 2)),
        ("B’2", ("B'", 2)),
        ("POL A1", ("A", 1)),
        ("EEG A1-REF", ("A", 1)),
        ("EEG B'02-Ref", ("B'", 2)),
        ("LAH 03", ("LAH", 3)),
        ("ECOG_LEFT_0", ("ECOG_LEFT", 0)),
        ("a1", ("a", 1)),
        ("EKGL", None),
        ("A1-A2", None),
        ("EEG 001", None),
        ("", None),
    ],
)
def test_parse_contact(label: str, want: tuple[str, int] | None) -> None:
    assert parse_contact(label) == want


def test_average_leaves_nan_channels_out() -> None:
    (op,) = build_reference("average", ["x", "y", "EKG"])
    got = one(op, [[1, 2, 6], [1, NAN, 3], [1, NAN, NAN]])
    np.testing.assert_allclose(got, [[-2, -1, 3], [-1, NAN, 1], [NAN, NAN, NAN]])


def test_shaft_average_stays_on_its_shaft() -> None:
    (op,) = build_reference("shaft", ["A1", "B'1", "A2", "B'2", "B'3"])
    x = np.random.default_rng(0).normal(size=(50, 5))
    want = x.copy()
    want[:, [0, 2]] -= x[:, [0, 2]].mean(1, keepdims=True)
    want[:, [1, 3, 4]] -= x[:, [1, 3, 4]].mean(1, keepdims=True)
    np.testing.assert_allclose(one(op, x), want, atol=1e-12)
    x[:, 1] = NAN
    want[:, [1]] = NAN
    want[:, [3, 4]] = x[:, [3, 4]] - x[:, [3, 4]].mean(1, keepdims=True)
    np.testing.assert_allclose(one(op, x), want, atol=1e-12)


def test_bipolar_pairs_neighbours_whatever_the_order() -> None:
    labels = ["A2", "B1", "A1", "A10", "A9", "A4", "B2"]
    settings = FeatureSettings(reference="bipolar")
    assert feature_labels(settings, labels) == ["B1-B2", "A1-A2", "A9-A10"]
    assert bipolar_pairs(labels) == [(1, 6), (2, 0), (4, 3)]
    (op,) = build_reference("bipolar", labels)
    got = one(op, [[1, 2, 4, 8, 16, 32, 64], [NAN, 2, 4, 8, 16, 32, 64]])
    np.testing.assert_array_equal(got, [[-62, 3, 8], [-62, NAN, 8]])


@pytest.mark.parametrize("reference", ["none", "average", "shaft"])
def test_other_references_keep_labels(reference: str) -> None:
    assert feature_labels(FeatureSettings(reference=reference), ["A1", "A2"]) == ["A1", "A2"]


@pytest.mark.parametrize(
    ("reference", "labels", "message"),
    [
        ("laplace", ["A1", "A2"], "expected one of none, average, bipolar, shaft, got 'laplace'"),
        ("shaft", ["A1", "A2", "EKG"], "'EKG'"),
        ("shaft", ["A1", "A2", "B1"], "'B1'"),
        ("shaft", ["A1", "POL A1"], "same contact"),
        ("bipolar", ["A1", "A3"], "neighbours"),
        ("average", ["A1"], "at least two"),
    ],
)
def test_references_refuse(reference: str, labels: list[str], message: str) -> None:
    with pytest.raises(BkError, match=message):
        build_reference(reference, labels)
