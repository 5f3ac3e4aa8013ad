"""`python -m tests.bench.pretraining --speech FILE --words TABLE --out DIR`: does a GRU gain that learnt from others?

SIMULATED participants, each with a montage of its own. One GRU learns from several of them, each through a first linear
layer of its own; a participant that it has never seen then takes over all but that layer, and learns from the first
minutes of a session as `offline.train` does, beside a GRU that begins from nothing and beside ridge. All read the same
words in one voice: the held-out part of the session is left out of everybody's training, but what is gained may still
be the voice and not the brain, which no table of one voice can tell apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from scipy import stats

from bk_realtime.decoder.gru import GruDecoder
from bk_realtime.errors import BkError, InputError
from bk_realtime.files import write_text
from offline.data.dataset import Corpus
from offline.data.settings import AugmentSettings
from offline.data.split import Part
from offline.scoring.mel import mean_correlation, speech_mask
from offline.training.fitting import decode_part, fit_decoder, fit_network
from offline.training.settings import OptimiserSettings, TrainerSettings
from tests.bench._decoder_cells import People, fold_corpus, only_one

EPOCHS = 40
"""Of the training on the others."""
FOLD = 4
"""Of five, the last: a session begins with what is learnt from."""
MACHINE = TrainerSettings(accelerator="cpu", threads=1)
NAMES = ("ridge", "from nothing", "pretrained")


def together(people: People, participants: Sequence[int], coupling: float, cache: Path) -> Corpus:
    """The sessions of several participants: features of each have columns of their own and are zero in the others, so
    that a decoder's first layer is one of each participant's own. (Zero is the mean of a z-score.)"""
    own = [fold_corpus(people, participant, coupling, FOLD, cache) for participant in participants]
    widths = [corpus.features[0].shape[1] for corpus in own]
    features = []
    for i, corpus in enumerate(own):
        x = np.zeros((len(corpus.features[0]), sum(widths)), np.float32)
        x[:, sum(widths[:i]) : sum(widths[: i + 1])] = corpus.features[0]
        features.append(x)
    return replace(
        own[0],
        sessions=tuple(corpus.sessions[0] for corpus in own),
        labels=tuple(f"{p}/{label}" for p, corpus in zip(participants, own, strict=True) for label in corpus.labels),
        features=tuple(features),
        mel=tuple(corpus.mel[0] for corpus in own),
        splits=tuple(corpus.splits[0] for corpus in own),
        first=tuple(corpus.first[0] for corpus in own),
        mean=np.concatenate([corpus.mean for corpus in own]),
        std=np.concatenate([corpus.std for corpus in own]),
    )


def beginning(corpus: Corpus, seconds: float) -> Corpus:
    """Only the first ``seconds`` of what is trained on; validation and test as they are."""
    left = round(seconds * float(corpus.frame_rate))
    kept: list[Part] = []
    for a, b in corpus.splits[0].training:
        if left > 0:
            kept.append((a, min(b, a + left)))
            left -= kept[-1][1] - a
    return replace(corpus, splits=(replace(corpus.splits[0], training=tuple(kept)),))


def handed_over(trained: GruDecoder, n_in: int, seed: int) -> GruDecoder:
    """A decoder of ``n_in`` features that knows all that the trained one does, but its first layer."""
    torch.manual_seed(seed)
    decoder = GruDecoder(trained.settings, n_in, trained.channels[1])
    known = {name: x for name, x in trained.state_dict().items() if not name.startswith("project.")}
    missing, unexpected = decoder.load_state_dict(known, strict=False)
    assert not unexpected
    assert all(name.startswith("project.") for name in missing)
    return decoder


def scores(corpus: Corpus, trained: GruDecoder) -> dict[str, float]:
    """r inside speech of the held-out part."""
    given = (corpus, OptimiserSettings(), AugmentSettings(), MACHINE)
    reference = [y for _, y in corpus.segments("test")]
    truth, speech = np.concatenate(reference), np.concatenate([speech_mask(y) for y in reference])
    found = {}
    for name in NAMES:
        with tempfile.TemporaryDirectory(prefix="bk_pretraining_") as folder:
            if name == "pretrained":
                decoder = handed_over(trained, corpus.features[0].shape[1], 0)
                fit = fit_network(decoder, *given, Path(folder), 0)
            else:
                fit = fit_decoder("ridge" if name == "ridge" else "gru", {}, *given, Path(folder), seed=0)
        found[name] = mean_correlation(np.concatenate(decode_part(fit.decoder, corpus)), truth, speech)
    return found


def pretrained(people: People, participants: Sequence[int], coupling: float, cache: Path, epochs: int) -> GruDecoder:
    """A GRU that has learnt from all of them."""
    corpus = together(people, participants, coupling, cache)
    with tempfile.TemporaryDirectory(prefix="bk_pretraining_") as folder:
        given = (OptimiserSettings(epochs=epochs), AugmentSettings(), MACHINE, Path(folder))
        decoder = fit_decoder("gru", {}, corpus, *given, seed=0).decoder
    assert isinstance(decoder, GruDecoder)
    return decoder


def table(rows: list[dict]) -> str:
    """Means over the participants, and what pretraining has over nothing, with Student's t over them."""
    lines = ["| coupling | minutes | people | " + " | ".join(NAMES) + " | pretrained over from nothing [95 %] |"]
    lines.append("|" + "---|" * (4 + len(NAMES)))
    for coupling, seconds in sorted({(row["coupling"], row["seconds"]) for row in rows}, key=lambda k: (-k[0], k[1])):
        own = [row for row in rows if (row["coupling"], row["seconds"]) == (coupling, seconds)]
        gain = np.array([row["pretrained"] - row["from nothing"] for row in own])
        said = f"{gain.mean():+.3f}"
        if len(gain) >= 3:
            reach = float(stats.t.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / np.sqrt(len(gain)))
            said += f" [{gain.mean() - reach:+.3f} {gain.mean() + reach:+.3f}]"
        means = " | ".join(f"{np.mean([row[name] for row in own]):.3f}" for name in NAMES)
        lines.append(f"| {coupling:g} | {seconds / 60:.1f} | {len(own)} | {means} | {said} |")
    return "\n".join([*lines, "", "SIMULATED participants, r inside speech of the last fifth of the session."])


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pretraining", description=__doc__)
    parser.add_argument("--speech", type=Path, required=True, help="one sound file: the session that is read")
    parser.add_argument("--words", type=Path, help="its words: tab-separated onset, offset, word")
    parser.add_argument("--out", type=Path, required=True, help="folder of features and rows; goes on where it stopped")
    parser.add_argument("--participants", type=int, default=10)
    parser.add_argument("--held-out", type=int, default=3, help="the first so many learn from the others")
    parser.add_argument("--couplings", type=float, nargs="+", default=[1.0, 0.5])
    parser.add_argument("--seconds", type=float, nargs="+", default=[60.0, 120.0])
    parser.add_argument("--channels", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="of the training on the others")
    parser.add_argument("--length", type=float, help="seconds of the sessions; default: all of the sound")
    told = parser.parse_args(argv)
    try:
        for path in (told.speech, told.words):
            if path is not None and not path.is_file():
                raise InputError(f"{path}: no such file; expected the sound of a session, and its words")
        with only_one(told.out):
            rows = _fill(told)
    except BkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(table(rows))
    return 0


def _fill(told: argparse.Namespace) -> list[dict]:
    people = People(told.speech, told.words, told.channels, told.length)
    kept = told.out / "rows.json"
    rows: list[dict] = json.loads(kept.read_text()) if kept.exists() else []
    everyone = range(1, told.participants + 1)
    have = {(row["coupling"], row["participant"], row["seconds"]) for row in rows}
    torch.set_num_threads(1)
    for coupling in told.couplings:
        wanted = [(p, s) for p in everyone[: told.held_out] for s in told.seconds if (coupling, p, s) not in have]
        if not wanted:
            continue
        trained = pretrained(people, everyone[told.held_out :], coupling, told.out / "features", told.epochs)
        for participant, seconds in wanted:
            corpus = beginning(fold_corpus(people, participant, coupling, FOLD, told.out / "features"), seconds)
            row = {"coupling": coupling, "participant": participant, "seconds": seconds, **scores(corpus, trained)}
            rows.append(row)
            write_text(kept, json.dumps(rows, indent=1) + "\n")
            print(json.dumps(row), flush=True)
    return rows


if __name__ == "__main__":
    raise SystemExit(main())
