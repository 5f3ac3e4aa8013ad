"""What a training leaves, made up: recordings, score cards, the lines of a learning curve."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from gui.train.score_words import FILE

NOW = datetime(2026, 1, 2, 3, 4, 5)


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def card(good: bool = True, **texts: str) -> dict:
    """As `offline.evaluate` writes it, with verdicts of these words."""
    lines = {"inside speech": "r is 0.3", "ridge": "better", "contamination": "none", "claim": "beyond chance", **texts}
    verdicts = [{"check": c.replace("_", " "), "good": good and c not in texts, "text": t} for c, t in lines.items()]
    return {
        "simulated": False,
        "seconds": 60.0,
        "speech_seconds": 30.0,
        "decoder": "seq2seq",
        "verdicts": verdicts,
        "more": 1,
    }


def written(folder: Path, *cards: dict) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    people = {f"p{i}": one for i, one in enumerate(cards)}
    (folder / FILE).write_text(json.dumps({"format": 3, "participants": people}))
    return folder / FILE


def curve(gain: list[float] | None, **more: object) -> dict:
    said = {"seconds": 300.0, "speech_s": 150.0, "verdict": "not yet", "text": "not yet", "gain": gain, "new_key": 1}
    points = [[30.0 * n, 0.3 + 0.01 * n] for n in range(1, 6)]
    return {"learnt": {**said, "points": points, "curve": [[30.0, 0.3, 0.2, 0.4], [300.0, 0.4, 0.3, 0.5]], **more}}
