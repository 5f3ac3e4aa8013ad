"""How often a score card claims something where nothing was decoded: the levels of its lines, by simulation.

`python -m tests.bench.levels --runs 200 --kept levels.jsonl` goes on where it was stopped and prints the table of
docs/score-card.md. A run is a brain that knows nothing of the speech (smooth noise), a linear decoder that learnt from
two minutes of it, and a card on 45 s; and beside it two decoders that know equally much.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter1d

from offline.data.trials import Trial, inside
from offline.evaluation.card import combine
from offline.evaluation.claims import CLAIM, GATE, LEVEL, MEASURED
from offline.evaluation.score_settings import ScoreSettings
from offline.evaluation.segment import SHIFT, Segment
from offline.evaluation.segment_scores import score_segment
from offline.scoring.mel import baselines, mean_correlation, speech_mask
from offline.scoring.resampling import bootstrap_correlation, draw_weights, units
from offline.training.score_table import advantage
from tests.bench.contamination import limits

RATE, N_MELS, N_FEATURES, PAST = 22050 / 256, 32, 16, (0, 4, 8, 12)
TRAINED_S, SCORED_S = 120.0, 45.0
SKILL = 0.5
"""Share of the recorded course that the two equal decoders know."""
DRAWS = ScoreSettings(bootstrap=200, shifts=100, shuffles=0, sound_s=0, recogniser="none")


def speech(rng: np.random.Generator, seconds: float) -> tuple[np.ndarray, tuple[Trial, ...]]:
    """(T, N_MELS) log-mel of 12 words in random order, each with a course of its own, and its trials."""
    n = round(seconds * RATE)
    mel, trials, at = np.full((n, N_MELS), -9.0) + 0.1 * rng.standard_normal((n, N_MELS)), [], 20
    words = [gaussian_filter1d(rng.standard_normal((int(rng.integers(35, 70)), N_MELS)), 4, axis=0) for _ in range(12)]
    while at + 100 < n:
        k = int(rng.integers(len(words)))
        word = gaussian_filter1d(words[k] / words[k].std() + 0.5 * rng.standard_normal(words[k].shape), 2, axis=1)
        mel[at : at + len(word)] = word - 3.0
        trials.append(Trial(at, at + len(word), f"w{k:02}"))
        at += len(word) + int(rng.integers(40, 120))
    return mel.astype(np.float32), tuple(trials)


def smooth_noise(rng: np.random.Generator, n: int, width: int, seconds: float) -> np.ndarray:
    """(n, width) noise of unit deviation that keeps its value for about so long."""
    noise = gaussian_filter1d(rng.standard_normal((n, width)), seconds * RATE, axis=0)
    return noise / noise.std(0)


def run_once(seed: int) -> dict[str, Any]:
    """Claims of one card and of one comparison, line by line."""
    rng = np.random.default_rng([20, seed])
    mel, trials = speech(rng, TRAINED_S + SCORED_S)
    first = round(TRAINED_S * RATE)
    # half of what a brain does is slow: that is what makes chance wide
    brain = smooth_noise(rng, len(mel), N_FEATURES, 0.05) + smooth_noise(rng, len(mel), N_FEATURES, 0.5)
    x = np.concatenate([np.roll(brain, past, 0) for past in PAST], 1)
    speaking = speech_mask(mel).astype(float)[:, None]
    known = x[: first - 100]
    wanted = np.concatenate([mel, speaking], 1)
    centre = wanted[: first - 100].mean(0)
    weight = np.linalg.solve(
        known.T @ known + len(known) * 0.1 * np.eye(x.shape[1]), known.T @ (wanted[: first - 100] - centre)
    )
    decoded = (x[first:] @ weight + centre).astype(np.float32)
    truth = mel[first:]
    gate = decoded[:, -1] > np.median(decoded[:, -1])
    rows = {"decoder": decoded[:, :-1], **baselines(truth, speech_mask(truth), [mel[: first - 100]])}
    said = inside(trials, first, len(mel))
    segment = Segment("zero", truth, rows, RATE, trials=said, gate=gate)
    card = combine([score_segment(segment, DRAWS, seed)], (), simulated=True)
    claimed = {v["check"]: v["good"] for v in card["verdicts"]}
    own, chance = card["decoders"]["decoder"], card["chance"][SHIFT]
    alone = {line: own[m]["value"] > chance[m]["p95"] for m, line in MEASURED.items() if m in chance}
    alone[GATE] = card["gate"]["own"]["balanced"] > np.percentile(card["gate"]["shifted"], 95)
    alone |= {f"words, {name}": w["rows"]["decoder"]["p_value"] <= LEVEL for name, w in card["words"].items()}
    lines = [*alone, *card["against"]]
    return {
        "seed": seed,
        "checks": len(alone),
        "any": any(claimed[line] for line in lines),
        "claim": claimed[CLAIM],
        "alone": {line: bool(good) for line, good in alone.items()},
        **_equals(rng, truth),
    }


def _equals(rng: np.random.Generator, truth: np.ndarray) -> dict[str, bool]:
    """Whether one of two equally good decoders is said to beat the other: by the interval, and by percentiles."""
    noise = [smooth_noise(rng, len(truth), N_MELS, 0.05) + smooth_noise(rng, len(truth), N_MELS, 0.5) for _ in "ab"]
    decoded = {name: [SKILL * truth + part] for name, part in zip("ab", noise, strict=True)}
    low, _ = advantage(decoded, [truth], "a", "b", RATE)
    speaking = speech_mask(truth)
    unit = units(len(truth), (), RATE)
    weights = draw_weights(int(unit[-1]) + 1, 1000, np.random.default_rng(0))
    a, b = (bootstrap_correlation(decoded[name][0], truth, speaking, unit, weights) for name in "ab")
    ahead = mean_correlation(decoded["a"][0], truth, speaking) > mean_correlation(decoded["b"][0], truth, speaking)
    return {"beats": bool(low > 0), "beats_percentile": bool(ahead and np.percentile(a - b, 2.5) > 0)}


def table(runs: list[dict[str, Any]]) -> str:
    """Markdown: share of runs that claim something, its 95 % interval (Clopper and Pearson), beside what may."""
    n = len(runs)
    rows = [
        ("any line of the card, all counted together", "5 %", [r["any"] for r in runs]),
        ("the claim at its end", "5 %", [r["claim"] for r in runs]),
        ("any line above its own 95 % limit (not said any more)", "–", [any(r["alone"].values()) for r in runs]),
    ]
    for line in runs[0]["alone"]:
        rows.append((f"{line} above its own limit", "5 %", [r["alone"].get(line, False) for r in runs]))
    rows.append(("training: one of two equals `beats` the other on 45 s", "2.5 %", [r["beats"] for r in runs]))
    rows.append(("the same by percentiles (not said any more)", "2.5 %", [r["beats_percentile"] for r in runs]))
    lines = [f"| of {n} cards that hold nothing | may | claim | 95 % interval |", "|---|---|---|---|"]
    lines += [f"| {name} | {may} | {np.mean(hits):.1%} | {limits(sum(hits), n)} |" for name, may, hits in rows]
    return "\n".join(lines)


def run(quick: bool) -> list[dict[str, Any]]:
    """Share of cards with any claim, of 10 (quick) or 40."""
    n = 10 if quick else 40
    share = float(np.mean([run_once(seed)["any"] for seed in range(n)]))
    return [
        {
            "name": "levels",
            "value": share,
            "unit": "any claim",
            "baseline": LEVEL,
            "ratio": share / LEVEL,
            "detail": {"runs": n},
        }
    ]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.levels", description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="cards to make")
    parser.add_argument("--kept", type=Path, help="file of runs that are done: read, and added to")
    args = parser.parse_args()
    kept = args.kept.read_text().splitlines() if args.kept and args.kept.is_file() else []
    runs = {r["seed"]: r for r in map(json.loads, kept)}
    for seed in range(args.runs):
        if seed not in runs:
            runs[seed] = run_once(seed)
            if args.kept:
                with args.kept.open("a") as file:
                    file.write(json.dumps(runs[seed]) + "\n")
    print(table([runs[seed] for seed in range(args.runs)]))


if __name__ == "__main__":
    main()
