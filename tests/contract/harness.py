"""One contract for every operator: any chunking == whole, causal, smallest declared lookahead, bounded, pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor, nn

from bk_realtime.decoder.capture.captured import CapturedStep
from bk_realtime.decoder.capture.traced import captured
from bk_realtime.device import on_device
from bk_realtime.stream import Operator, Stream
from bk_realtime.vocoder.published.hifigan import HifiGan
from bk_realtime.vocoder.published.waveglow import WaveGlow

Signal = Callable[[int, int, torch.Generator], Tensor]


def gaussian(n_channels: int) -> Signal:
    """White noise, float64."""

    def make(batch: int, n: int, generator: torch.Generator) -> Tensor:
        return torch.randn(batch, n, n_channels, generator=generator, dtype=torch.float64)

    return make


@dataclass
class Case:
    """An operator under contract.

    make : builds it, deterministic, float64 weights, eval mode.
    signal : (batch, n_steps, generator) -> input; default white noise of the operator's width.
    n : input steps in the whole-signal tests.
    rtol, atol : 1e-9 in float64 unless the operator itself is iterative.
    exact_lookahead : also check that no smaller lookahead would do (off for operators that may ignore their lookahead).
    bound_steps : input steps after which the state must have stopped growing.
    device : where operator and signal are.
    """

    make: Callable[[], Operator]
    signal: Signal | None = None
    n: int = 120
    rtol: float = 1e-9
    atol: float = 1e-12
    exact_lookahead: bool = True
    batches: bool = True
    bound_steps: int = 600
    device: str = "cpu"

    def on(self, device: str) -> Case:
        """The same case with operator and signal on another device."""
        return replace(self, device=device)

    def build(self) -> tuple[Operator, Signal]:
        torch.manual_seed(0)
        op = self.make() if self.device == "cpu" else moved(self.make, torch.device(self.device))
        signal = self.signal or gaussian(op.channels[0])
        return op, lambda *args: signal(*args).to(self.device)


def runs_on_card(case: Case) -> bool:
    """Whether the operator is a network, which a card may take, and not arithmetic that stays on the host."""
    return isinstance(case.make(), (nn.Module, CapturedStep, HifiGan, WaveGlow))


def moved(make: Callable[..., Operator], device: torch.device) -> Operator:
    """What ``make`` makes, on ``device``, wrapped as it was."""
    op = make()
    if isinstance(op, (HifiGan, WaveGlow)):
        return make(device=str(device))
    if isinstance(op, CapturedStep):
        inner = op.op
        return (
            captured(moved(lambda: inner, device), device)
            if device.type == "cuda"
            else type(op)(moved(lambda: inner, device))
        )
    assert isinstance(op, nn.Module)
    return on_device(op, device)  # type: ignore[return-value]


def run(op: Operator, x: Tensor, sizes: Sequence[int]) -> Tensor:
    """Push ``x`` in pieces of ``sizes`` (the rest in one), flush, concatenate."""
    stream, out, i = Stream(op, x, batch=x.shape[0]), [], 0
    for n in sizes:
        out.append(stream.push(x[:, i : i + n]))
        i += n
    out += [stream.push(x[:, i:]), stream.flush()]
    return torch.cat(out, 1)


def close(got: Tensor, want: Tensor, case: Case, what: str) -> None:
    assert want.numel() > 0, f"{what}: compared nothing"
    assert got.shape == want.shape, f"{what}: {tuple(got.shape)} instead of {tuple(want.shape)}"
    torch.testing.assert_close(got, want, rtol=case.rtol, atol=case.atol, equal_nan=True, msg=lambda m: f"{what}: {m}")


def _noise(case: Case, n: int, batch: int = 2, seed: int = 1) -> tuple[Operator, Tensor]:
    op, signal = case.build()
    return op, signal(batch if case.batches else 1, n, torch.Generator().manual_seed(seed))


@torch.no_grad()
def check_chunking(case: Case, sizes: Sequence[int]) -> None:
    """Any partition of the input gives ``forward``'s output."""
    op, x = _noise(case, max(case.n, sum(sizes) + 1))
    close(run(op, x, sizes), op.forward(x), case, f"chunks {list(sizes)}")


@torch.no_grad()
def check_n_out(case: Case) -> None:
    """``n_out`` is what ``forward`` returns, for several lengths."""
    op, x = _noise(case, case.n)
    for n in (case.n, case.n - 1, case.n // 2 + 1):
        assert op.forward(x[:, :n]).shape[1] == op.n_out(n)


@torch.no_grad()
def check_causality(case: Case) -> None:
    """What a stream has returned when it has seen n inputs depends on those inputs only, equals ``forward``, and
    with a smaller lookahead it would not: the declared lookahead is exact."""
    op, x = _noise(case, case.n)
    whole = op.forward(x)
    cut = case.n * 2 // 3 // op.block * op.block
    other = x.clone()
    other[:, cut:] = _noise(case, case.n, seed=2)[1][:, cut:]
    settled = Stream(op, x, batch=x.shape[0])
    n_final = settled.push(x[:, :cut]).shape[1]
    assert n_final > 0, "nothing is final after two thirds of the signal"
    close(op.forward(other)[:, :n_final], whole[:, :n_final], case, "causality")
    if case.exact_lookahead and op.lookahead > 0:
        unsettled = op.forward(other)[:, n_final : n_final + 1]
        same = torch.allclose(unsettled, whole[:, n_final : n_final + 1], rtol=case.rtol, atol=case.atol)
        assert not same, f"declared lookahead {op.lookahead} is more than the operator uses"


@torch.no_grad()
def check_edges(case: Case) -> None:
    """Empty input, empty pushes, one step, untouched inputs, reset == new, snapshot and restore."""
    op, x = _noise(case, case.n)
    whole = op.forward(x)
    stream = Stream(op, x, batch=x.shape[0])
    assert stream.push(x[:, :0]).shape == (x.shape[0], 0, op.channels[1])
    kept = x.clone()
    half = case.n // 2
    first = stream.push(x[:, :half])
    assert torch.equal(x.nan_to_num(7.0), kept.nan_to_num(7.0)), "step modified its input"
    snapshot = stream.snapshot()
    rest = torch.cat([stream.push(x[:, half:]), stream.flush()], 1)
    close(torch.cat([first, rest], 1), whole, case, "two halves")
    stream.restore(snapshot)
    again = torch.cat([stream.push(x[:, half:]), stream.flush()], 1)
    close(again, rest, case, "after restore")
    stream.reset()
    close(torch.cat([stream.push(x), stream.flush()], 1), whole, case, "after reset")


@torch.no_grad()
def check_reused_buffer(case: Case) -> None:
    """A caller may overwrite its buffer after push returns."""
    op, x = _noise(case, case.n)
    want, stream, out = op.forward(x), Stream(op, x, batch=x.shape[0]), []
    for i in range(0, case.n, 7):
        buffer = x[:, i : i + 7].clone()
        out.append(stream.push(buffer).clone())
        buffer.fill_(1e6)
    out.append(stream.flush())
    close(torch.cat(out, 1), want, case, "reused buffer")


@torch.no_grad()
def check_pure(case: Case) -> None:
    """``step`` leaves the state it was given as it was, and two streams of one operator do not meet."""
    op, x = _noise(case, case.n)
    n = case.n // 2 // op.block * op.block
    _, state = op.step(x[:, :n], op.init_state(x.shape[0]))
    kept = copy.deepcopy(state)
    op.step(x[:, n : 2 * n], state)
    y1, _ = op.step(x[:, n : 2 * n], state)
    y2, _ = op.step(x[:, n : 2 * n], kept)
    close(y1, y2, case, "state was modified by step")
    a, b, outs = Stream(op, x, x.shape[0]), Stream(op, x, x.shape[0]), ([], [])
    for i in range(0, case.n, 5):
        outs[0].append(a.push(x[:, i : i + 5]))
        outs[1].append(b.push(-x[:, i : i + 5]))
    outs[0].append(a.flush())
    close(torch.cat(outs[0], 1), op.forward(x), case, "interleaved streams")


@torch.no_grad()
def check_rows(case: Case) -> None:
    """A NaN in one batch row does not reach another."""
    if not case.batches:
        return
    op, x = _noise(case, case.n)
    clean = op.forward(x)[0]
    x[1, case.n // 3 :] = float("nan")
    close(run(op, x, [11] * 5)[0], clean, case, "NaN in a neighbouring row")


def state_bytes(state: Any) -> int:
    """Bytes held by the arrays of a state."""
    if isinstance(state, Tensor):
        return state.numel() * state.element_size()
    if hasattr(state, "nbytes"):
        return int(state.nbytes)
    if isinstance(state, dict):
        return sum(state_bytes(v) for v in state.values())
    if isinstance(state, (list, tuple)):
        return sum(state_bytes(v) for v in state)
    if hasattr(state, "__dict__"):
        return sum(state_bytes(v) for v in vars(state).values())
    return 0


@torch.no_grad()
def check_bounded(case: Case) -> None:
    """The state is as large after many steps as after ``bound_steps``."""
    op, x = _noise(case, max(case.bound_steps, case.n))
    stream = Stream(op, x, batch=x.shape[0])
    stream.push(x)
    size = state_bytes(stream.state)
    for _ in range(3):
        stream.push(x)
        assert state_bytes(stream.state) <= size, "state grows with the length of the session"


CHECKS: tuple[Callable[[Case], None], ...] = (
    check_n_out,
    check_causality,
    check_edges,
    check_reused_buffer,
    check_pure,
    check_rows,
    check_bounded,
)


def verify_operator(case: Case) -> None:
    """Every check that needs no hypothesis."""
    for check in CHECKS:
        check(case)
    for sizes in ([1] * 20, [2, 3, 5, 7], [0, 13, 0, 1, 40], []):
        check_chunking(case, sizes)
