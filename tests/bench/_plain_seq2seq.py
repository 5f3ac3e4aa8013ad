"""Baseline of the train_speed bench and reference of a test: the same Seq2Seq as a plain loop over frames.

Written as the textbook has it and as public Tacotron code does it: encoder over the whole sequence by ``nn.GRU`` (or
frame by frame too), then prenet, attention and GRU cells frame by frame, each fed the true frame before, gradient
through everything.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from bk_realtime.decoder.layers import gru_weights
from bk_realtime.decoder.seq2seq import Seq2Seq


def plain_teacher_forced(model: Seq2Seq, x: Tensor, mel: Tensor, encode_by_frame: bool = False) -> Tensor:
    """``model.teacher_forced(x, mel).mel``, frame by frame. Location-sensitive attention, no lookahead."""
    attention = model.attention
    assert attention is not None
    assert attention.score.kind == "location"
    score, window = attention.score, attention.score.window
    frames = model.target.z_mel_of(mel)
    memory = _encode_by_frame(model, x) if encode_by_frame else _encode(model, x)
    keys = score.key(memory)
    batch, n_frames = memory.shape[:2]
    query = torch.zeros(batch, model.settings.hidden, dtype=x.dtype)
    hidden, previous = query, torch.zeros_like(frames[:, 0])
    weights = cumulative = torch.zeros(batch, 0, dtype=x.dtype)
    filters = score.location_filters.unflatten(1, (2, score.kernel))
    out = []
    for k in range(n_frames):
        noisy = previous
        if model.training:
            noisy = previous + model.settings.feedback_noise * torch.randn_like(previous)
        query = torch.gru_cell(
            torch.cat([model.prenet(noisy), memory[:, k]], -1), query, *gru_weights(model.query.layers[0])
        )
        first = max(0, k + 1 - window)
        n_seen = k + 1 - first
        # frames that left the window lose their weight, the new one starts at zero
        weights = F.pad(weights, (0, 1))[:, -n_seen:]
        cumulative = F.pad(cumulative, (0, 1))[:, -n_seen:]
        location = F.conv1d(torch.stack([weights, cumulative], 1), filters, padding=score.kernel // 2)
        units = score.query(query)[:, None] + keys[:, first : k + 1] + score.position[window - n_seen :]
        units = units + score.location_units(location.mT)
        weights = score.energy(units.tanh())[..., 0].softmax(-1)
        cumulative = cumulative + weights
        context = (weights[:, :, None] * memory[:, first : k + 1]).sum(1)
        hidden = torch.gru_cell(torch.cat([query, context], -1), hidden, *gru_weights(model.decoder.layers[0]))
        out.append(torch.cat([hidden, memory[:, k], context], -1))
        previous = frames[:, k]
    return model.target.mel_of(model.postnet(model.head(model.dropout(torch.stack(out, 1)))))


def _encode(model: Seq2Seq, x: Tensor) -> Tensor:
    y = model.dropout(x)
    for conv in model.encoder.convs:
        y = model.dropout(conv(y).relu())
    for layer in model.encoder.gru.layers:
        y = layer(y)[0]
    return y


def _encode_by_frame(model: Seq2Seq, x: Tensor) -> Tensor:
    state, frames = model.encoder.init_state(len(x)), []
    for frame in model.dropout(x).split(1, 1):
        y, state = model.encoder.step(frame, state)
        frames.append(y)
    return torch.cat(frames, 1)
