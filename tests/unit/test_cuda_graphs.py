"""CUDA graphs without a card, on a stand-in that replays into memory of its own: captured, copied, given back."""

from __future__ import annotations

import logging

import pytest
import torch
from torch import Tensor

from bk_realtime.decoder.capture import graphs
from bk_realtime.decoder.capture.graphs import Graphed, GraphedCall, GraphedCalls
from bk_realtime.decoder.gru import GruDecoder, GruSettings
from bk_realtime.stream import Stream
from bk_realtime.vocoder.published.hifigan import HifiGan
from bk_realtime.vocoder.published.waveglow import WaveGlow
from tests.contract.cases_vocoder import tiny_hifigan, tiny_waveglow


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Graphs on the CPU: inputs and outputs have fixed memory, and a replay computes into it, as on a card. Counts."""
    count = [0]

    def capture(self: GraphedCall, function) -> None:  # type: ignore[no-untyped-def]
        self._function = function
        self._outputs = tuple(y.clone() for y in function(*self._inputs))

    def replay(self: GraphedCall) -> None:
        count[0] += 1
        for old, new in zip(self._outputs, self._function(*self._inputs), strict=True):
            old.copy_(new)

    monkeypatch.setattr(GraphedCall, "_capture", capture)
    monkeypatch.setattr(GraphedCall, "_replay", replay)
    monkeypatch.setattr(GraphedCalls, "device_type", "cpu")
    monkeypatch.setattr(Graphed, "device_type", "cpu")
    return count


def pushed(op: HifiGan | WaveGlow | Graphed, x: Tensor) -> Tensor:
    stream = Stream(op, x, len(x))
    return torch.cat([*(stream.push(frame) for frame in x.split(1, 1)), stream.flush()], 1)


@pytest.mark.parametrize("frames", [99, 3])
@torch.inference_mode()
def test_streamed_network_equals_whole_clip(frames: int, replays: list[int]) -> None:
    op, x = tiny_hifigan("1", frames), torch.randn(2, 60, 5, dtype=torch.float64)
    got = pushed(op, x)
    assert replays[0] > 30, "most frames replay"
    want = tiny_hifigan("1", frames).forward(x)
    torch.testing.assert_close(got, want, rtol=1e-9, atol=1e-12)


@torch.inference_mode()
def test_two_streams_share_one_network(replays: list[int]) -> None:
    op, x = tiny_hifigan("1", 99), torch.randn(1, 60, 5, dtype=torch.float64)
    first, second = Stream(op, x), Stream(op, x)
    outs: tuple[list[Tensor], list[Tensor]] = ([], [])
    for frame in x.split(1, 1):
        outs[0].append(first.push(frame))
        outs[1].append(second.push(-frame))
    torch.testing.assert_close(torch.cat([*outs[0], first.flush()], 1), tiny_hifigan("1", 99).forward(x))
    torch.testing.assert_close(torch.cat([*outs[1], second.flush()], 1), tiny_hifigan("1", 99).forward(-x))


@torch.inference_mode()
def test_waveglow_replays_its_flow(replays: list[int]) -> None:
    x = torch.randn(2, 20, 5, dtype=torch.float64) - 4
    got = pushed(tiny_waveglow(1), x)
    assert replays[0] > 15
    torch.testing.assert_close(got, tiny_waveglow(1).forward(x), rtol=1e-9, atol=1e-12)


@torch.inference_mode()
def test_decoder_steps_replay(replays: list[int]) -> None:
    torch.manual_seed(0)
    decoder = GruDecoder(GruSettings(hidden=8), 3, 4).eval()
    x = torch.randn(1, 30, 3)
    torch.testing.assert_close(pushed(Graphed(decoder), x), decoder.forward(x))
    assert replays[0] > 20


@pytest.mark.parametrize("kind", ["hifigan", "waveglow", "decoder"])
def test_captured_in_inference_mode_and_used_without(kind: str, replays: list[int]) -> None:
    op: HifiGan | WaveGlow | Graphed
    if kind == "decoder":
        op, x = Graphed(GruDecoder(GruSettings(hidden=8), 3, 4).eval()), torch.randn(1, 30, 3)
    else:
        op = tiny_hifigan("1", 99) if kind == "hifigan" else tiny_waveglow(1)
        x = torch.randn(1, 60, 5, dtype=torch.float64)
    with torch.inference_mode():
        live = pushed(op, x)
    n = replays[0]
    with torch.no_grad():
        torch.testing.assert_close(pushed(op, x), live)
    assert replays[0] - n > 10, "the graph is used, not the plain function"


def test_what_cannot_be_captured_runs_as_it_is(
    replays: list[int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: GraphedCall, function) -> None:  # type: ignore[no-untyped-def]
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(GraphedCall, "_capture", fail)
    double = GraphedCalls(lambda x: (2 * x,), "a doubler")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert torch.equal(double(torch.ones(3))[0], torch.full((3,), 2.0))
    assert caplog.text.count("no CUDA graph of a doubler") == 1


def test_a_decoder_that_cannot_be_captured_says_what_to_do(replays: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: GraphedCall, function) -> None:  # type: ignore[no-untyped-def]
        raise RuntimeError("CUDA error: operation not permitted when stream is capturing\nCompile with ...")

    monkeypatch.setattr(GraphedCall, "_capture", fail)
    decoder = Graphed(GruDecoder(GruSettings(hidden=8), 3, 4).eval())
    with torch.inference_mode(), pytest.raises(RuntimeError, match=f"^CUDA graph of GruDecoder.*{graphs.SWITCH}=1.*$"):
        pushed(decoder, torch.randn(1, 5, 3))


def test_a_graph_that_differs_is_not_used(replays: list[int], caplog: pytest.LogCaptureFixture) -> None:
    """A number that the function reads once, when it is captured, and that the next call has changed."""
    seen = iter(range(100))
    counting = GraphedCalls(lambda x: (x + next(seen),), "a counter")
    counting(torch.zeros(3))
    assert "off by" in caplog.text
    assert list(counting._graphs.values()) == [None]


def test_the_environment_switches_graphs_off(replays: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(graphs.SWITCH, "1")
    GraphedCalls(lambda x: (x,), "nothing")(torch.ones(1))
    assert replays[0] == 0
