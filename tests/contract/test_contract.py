"""The contract, for every operator; and the harness itself, on operators that break it."""

from __future__ import annotations

import importlib
import pkgutil
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

import bk_realtime
from bk_realtime.stream import Operator, Pipeline, Stream, algorithmic_latency
from tests.contract.cases import CASES
from tests.contract.harness import CHECKS, Case, check_chunking, run, runs_on_card, verify_operator

DEVICES = ("cpu", "cuda") if torch.cuda.is_available() else ("cpu",)
RUNS = [(name, d) for d in DEVICES for name, case in CASES.items() if d == "cpu" or runs_on_card(case)]
SIZES = st.lists(st.integers(0, 13), max_size=12)


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
@pytest.mark.parametrize(("name", "device"), RUNS)
def test_operator(name: str, device: str, check) -> None:
    check(CASES[name].on(device))


@pytest.mark.parametrize(("name", "device"), RUNS)
@given(sizes=SIZES)
def test_any_chunking_equals_whole(name: str, device: str, sizes: list[int]) -> None:
    check_chunking(CASES[name].on(device), sizes)


def _subclasses(cls: type) -> set[type]:
    found = set(cls.__subclasses__())
    return found.union(*(_subclasses(c) for c in found)) if found else found


def test_every_operator_is_under_contract() -> None:
    for info in pkgutil.walk_packages(bk_realtime.__path__, "bk_realtime."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    operators = {
        c for c in _subclasses(Operator) if c.__module__.startswith("bk_realtime.") and not c.__abstractmethods__
    }
    tested = {type(case.build()[0]) for case in CASES.values()}
    assert not operators - tested, f"not under contract: {sorted(c.__name__ for c in operators - tested)}"


class Smooth(Operator):
    """Reference: mean of 4 past, the present and `lookahead` next samples."""

    def __init__(self, lookahead: int = 0) -> None:
        self.channels, self.lookahead = (2, 2), lookahead

    def init_state(self, batch: int) -> Tensor:
        return torch.zeros(batch, 4 + self.lookahead, 2, dtype=torch.float64)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        buf = torch.cat([state, x], 1)
        return buf.unfold(1, 5 + self.lookahead, 1).mean(-1), buf[:, x.shape[1] :]


class Whole(Smooth):
    """The same with an independent whole-signal form, which the mutants below inherit."""

    def forward(self, x: Tensor) -> Tensor:
        ahead = 2 if type(self) is not Whole else self.lookahead
        buf = torch.nn.functional.pad(x.mT, (4, ahead)).mT
        return buf.unfold(1, 5 + ahead, 1).mean(-1)


class ForgetsState(Whole):
    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return super().step(x, state)[0], self.init_state(x.shape[0])


class LatencyTooSmall(Whole):
    """Looks two ahead, declares one."""

    def __init__(self) -> None:
        super().__init__(2)
        self.lookahead = 1

    def init_state(self, batch: int) -> Tensor:
        return torch.zeros(batch, 6, 2, dtype=torch.float64)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        buf = torch.cat([state, x], 1)
        return buf.unfold(1, 7, 1).mean(-1), buf[:, x.shape[1] :]


class LatencyTooLarge(Smooth):
    """Looks nowhere ahead, declares two."""

    def __init__(self) -> None:
        super().__init__(2)

    def init_state(self, batch: int) -> Tensor:
        return torch.zeros(batch, 2, 2, dtype=torch.float64)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        buf = torch.cat([state, x], 1)
        return buf[:, : x.shape[1]], buf[:, x.shape[1] :]


class Acausal(Smooth):
    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return x - x.mean(1, keepdim=True), state


class MixesRows(Smooth):
    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return x - x.mean(0, keepdim=True), state


class WritesInput(Smooth):
    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return x.mul_(2.0).clone(), state


class WritesState(Smooth):
    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        y = x.cumsum(1) + state[:, :1]
        state[:, 0] += x.sum(1)
        return y, state


class Grows(Smooth):
    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return x, torch.cat([state, x], 1)


class KeepsInput(Smooth):
    """Block of 3 whose state is a view of the caller's buffer."""

    def __init__(self) -> None:
        super().__init__()
        self.block = 1

    def init_state(self, batch: int) -> Tensor:
        return torch.zeros(batch, 1, 2, dtype=torch.float64)

    def step(self, x: Tensor, state: Tensor) -> tuple[Tensor, Tensor]:
        return torch.cat([state, x[:, :-1]], 1), x[:, -1:]


@pytest.mark.parametrize("lookahead", [0, 1, 3])
def test_sound_operator_passes(lookahead: int) -> None:
    verify_operator(Case(lambda: Smooth(lookahead)))
    verify_operator(Case(lambda: Whole(lookahead)))


@pytest.mark.parametrize(
    "mutant",
    [
        ForgetsState,
        LatencyTooSmall,
        LatencyTooLarge,
        Acausal,
        MixesRows,
        WritesInput,
        WritesState,
        Grows,
        KeepsInput,
    ],
)
def test_harness_catches(mutant: type) -> None:
    make = (lambda: mutant(2)) if mutant is ForgetsState else mutant
    with pytest.raises(AssertionError):
        verify_operator(Case(make))


class Decimate(Operator):
    """Mean of each block of `block`."""

    def __init__(self, block: int) -> None:
        self.channels, self.block, self.ratio = (2, 2), block, Fraction(1, block)

    def init_state(self, batch: int) -> tuple[()]:
        return ()

    def step(self, x: Tensor, state: tuple[()]) -> tuple[Tensor, tuple[()]]:
        return x.unflatten(1, (-1, self.block)).mean(2), state


@given(sizes=SIZES)
def test_pipeline_equals_composed_forwards(sizes: list[int]) -> None:
    ops = [Smooth(2), Decimate(3), Smooth(1), Decimate(2), Smooth(0)]
    x = torch.randn(2, sum(sizes) + 91, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    pipe, out, i = Pipeline(ops, x, 2), [], 0
    for n in sizes:
        out.append(pipe.push(x[:, i : i + n]))
        i += n
    out += [pipe.push(x[:, i:]), pipe.flush()]
    got, want = torch.cat(out, 1), pipe.forward(x)
    assert want.shape[1] == (sum(sizes) + 91) // 6
    torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-12)


def test_algorithmic_latency_is_exact() -> None:
    ops = [Smooth(2), Decimate(3), Smooth(1), Decimate(2)]
    # 2/600 lookahead, 2/600 wait for three, 1/200 lookahead, 1/200 wait for two
    assert algorithmic_latency(ops, Fraction(600)) == Fraction(4, 600) + Fraction(2, 200)


def test_width_and_dtype_are_checked() -> None:
    stream = Stream(Smooth(), torch.zeros(1, dtype=torch.float64))
    with pytest.raises(ValueError, match="expected"):
        stream.push(torch.zeros(1, 3, 5, dtype=torch.float64))
    with pytest.raises(ValueError, match="float64"):
        stream.push(torch.zeros(1, 3, 2))
    with pytest.raises(ValueError, match="expects 2"):
        Pipeline([_wide(), Decimate(2)], torch.zeros(1, dtype=torch.float64))


def _wide() -> Operator:
    op = Decimate(2)
    op.channels = (3, 3)
    return op


def test_run_helper_compares_something() -> None:
    x = torch.randn(1, 10, 2, dtype=torch.float64)
    assert run(Smooth(), x, [3]).shape == x.shape
