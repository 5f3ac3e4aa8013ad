"""Networks to compare with: of one cost, as long a view as they say, steps in single precision as the whole."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import torch
from torch import nn

from bk_realtime.decoder.bundle import load_bundle, save_bundle
from bk_realtime.decoder.capture.traced import Traced
from bk_realtime.decoder.layers import CausalGru
from bk_realtime.decoder.registry import EXPERIMENTAL, build_decoder
from bk_realtime.decoder.ssm import DiagonalSsm, SsmStack
from bk_realtime.decoder.tcn import DilatedStack
from bk_realtime.decoder.transformer import WindowedTransformer
from bk_realtime.errors import BkError, OptionError
from bk_realtime.stream import Stream, algorithmic_latency
from tests.unit.test_bundle import make_bundle

SMALL = {
    "tcn": {"hidden": 8, "blocks": 2},
    "transformer": {"hidden": 8, "heads": 2, "window": 6},
    "ssm": {"hidden": 8, "layers": 2, "states": 4},
}


def built(kind: str, **settings: object):
    torch.manual_seed(1)
    return build_decoder(kind, settings, n_in=64, n_mels=80).eval().requires_grad_(False)


TRUNKS = {
    "gru": ("gru", lambda s: CausalGru(s.hidden, s.hidden, s.layers, s.dropout)),
    "tcn": ("stack", lambda s: DilatedStack(s.hidden, s.blocks, s.kernel, s.dropout)),
    "transformer": ("transformer", lambda s: WindowedTransformer(s.hidden, s.layers, s.heads, s.window, s.dropout)),
    "ssm": ("stack", lambda s: SsmStack(s.hidden, s.layers, s.states, s.dropout)),
}


@pytest.mark.parametrize("kind", TRUNKS)
def test_weights_are_drawn_in_order_and_kept_by_their_names(kind: str) -> None:
    """Another order would be other weights by the same seed, another name a bundle that cannot be read any more."""
    decoder = built(kind)
    name, make = TRUNKS[kind]
    torch.manual_seed(1)
    hidden = decoder.settings.hidden
    parts = {"project": nn.Linear(64, hidden), name: make(decoder.settings), "head": nn.Linear(hidden, 80)}
    drawn = {f"{part}.{key}": value for part, module in parts.items() for key, value in module.state_dict().items()}
    kept = {key: value for key, value in decoder.state_dict().items() if not key.startswith("target.")}
    assert list(kept) == list(drawn)
    assert all(torch.equal(kept[key], drawn[key]) for key in kept)


@pytest.mark.parametrize("kind", EXPERIMENTAL)
def test_a_frame_costs_what_one_of_gru_costs(kind: str) -> None:
    decoder, gru = built(kind), built("gru")
    assert gru.multiply_adds == 64 * 128 + 2 * 6 * 128**2 + 128 * 80
    assert abs(decoder.multiply_adds / gru.multiply_adds - 1) < 0.03
    # and no frame waits for another
    assert algorithmic_latency([decoder], Fraction(86)) == algorithmic_latency([gru], Fraction(86)) == 0


@pytest.mark.parametrize("kind", ["tcn", "transformer"])
def test_the_view_is_as_long_as_it_says(kind: str) -> None:
    """No frame before it has any part in the output, the first one in it has."""
    decoder = built(kind, **SMALL[kind])
    field, x = decoder.receptive_field, torch.randn(1, 80, 64)
    assert 1 < field < 40

    def changed(frame: int) -> bool:
        other = x.clone()
        other[0, frame] += 100.0
        return not torch.equal(decoder.forward(other)[0, -1], decoder.forward(x)[0, -1])

    assert not changed(80 - field - 1)
    assert changed(80 - field)
    usual = {"tcn": 1 + 2 * 2 * (1 + 2 + 4 + 8), "transformer": 1 + 2 * 34}
    assert built(kind).receptive_field == usual[kind]
    assert built("ssm").receptive_field == 0


@pytest.mark.parametrize("kind", EXPERIMENTAL)
def test_half_precision_trains(kind: str) -> None:
    decoder = build_decoder(kind, SMALL[kind], n_in=64, n_mels=80).train()
    x, mel = torch.randn(2, 40, 64), torch.randn(2, 40, 80)
    with torch.autocast("cpu", torch.bfloat16):
        loss = decoder.loss(decoder.scheduled(x, mel, 0.0), mel)
    loss.backward()
    assert all(bool(torch.isfinite(p.grad).all()) for p in decoder.parameters() if p.grad is not None)


@pytest.mark.parametrize("kind", EXPERIMENTAL)
def test_steps_of_a_live_session_are_the_whole_in_single_precision(kind: str) -> None:
    decoder = built(kind)
    x = torch.randn(1, 600, 64, generator=torch.Generator().manual_seed(2))
    stream = Stream(Traced(decoder), x)
    assert stream.op.enabled
    with torch.inference_mode():
        steps = torch.cat([stream.push(frame) for frame in x.split(1, 1)], 1)
        torch.testing.assert_close(steps, decoder.forward(x), rtol=0, atol=2e-5)


def test_states_are_the_recurrence_as_it_is_written() -> None:
    """Against the equation, frame by frame, in complex numbers of double precision."""
    torch.manual_seed(0)
    layer = DiagonalSsm(3, 4).double().requires_grad_(False)
    x = torch.randn(1, 150, 3, dtype=torch.float64)
    a = torch.complex(-layer.log_decay.exp(), layer.frequency)
    turn = (a * layer.log_step.exp()[:, None]).exp()
    c = 2 * torch.complex(*layer.out.unbind(-1)) * (turn - 1) / a
    state, frames = torch.zeros(3, 4, dtype=torch.complex128), []
    for now in x[0]:
        state = turn * state + now[:, None]
        frames.append((c * state).sum(1).real + layer.through * now)
    torch.testing.assert_close(layer.forward(x)[0], torch.stack(frames), rtol=1e-9, atol=1e-12)
    assert (turn.abs() < 1).all()


def test_attention_is_softmax_over_the_window_and_nothing_before_the_beginning() -> None:
    """Against the equation, frame by frame and head by head."""
    decoder = built("transformer", **SMALL["transformer"], layers=1).double()
    (layer,) = decoder.transformer.layers
    torch.nn.init.normal_(layer.age)
    x = torch.randn(1, 70, 8, dtype=torch.float64)
    query, key, value = (p[0].unflatten(-1, (2, 4)) for p in layer.query_key_value(layer.norms[0](x)).chunk(3, -1))
    rows = []
    for now in range(70):
        seen = torch.arange(max(0, now - 5), now + 1)
        scores = torch.einsum("hc,jhc->hj", query[now], key[seen]) / 2 + layer.age[:, now - seen]
        rows.append(torch.einsum("hj,jhc->hc", scores.softmax(-1), value[seen]).flatten())
    y = x + layer.mixed(torch.stack(rows)[None])
    y = y + layer.down(torch.nn.functional.gelu(layer.up(layer.norms[1](y))))
    torch.testing.assert_close(decoder.transformer.forward(x), decoder.transformer.norm(y), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("kind", EXPERIMENTAL)
def test_a_bundle_gives_the_same_decoder_back(kind: str, tmp_path: Path) -> None:
    bundle = make_bundle(kind, **SMALL[kind])
    loaded = save_bundle(bundle, tmp_path / "m")
    assert load_bundle(tmp_path / "m").kind == kind
    x = torch.randn(1, 90, 3)
    with torch.no_grad():
        assert torch.equal(loaded.decoder.forward(x), bundle.decoder.forward(x))


def test_sizes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(OptionError, match="multiple of its 4 heads for hidden, got 90"):
        built("transformer", hidden=90)
    with pytest.raises(BkError, match="kernel"):
        built("tcn", kernel=1)
