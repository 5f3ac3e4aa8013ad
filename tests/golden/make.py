"""`make golden`: write tests/golden/chain.npz anew. Explain a changed file under "Numerics" in CHANGELOG.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from bk_realtime.chain import Chain
from tests.engine_fakes import LABELS, noise, tiny_bundle

PATH = Path(__file__).with_name("chain.npz")
N_SAMPLES = 600


def compute(
    weights: dict[str, np.ndarray] | None, samples: np.ndarray, mel: np.ndarray | None, device: str = "cpu"
) -> dict[str, np.ndarray]:
    """Features and mel of ``samples`` by a 16-unit GRU with ``weights`` on ``device``, and the waveform of ``mel``."""
    with tempfile.TemporaryDirectory() as folder, torch.inference_mode():
        bundle = tiny_bundle(Path(folder) / "bundle")
        if weights is not None:
            bundle.decoder.load_state_dict({k: torch.from_numpy(v) for k, v in weights.items()})
        chain = Chain(bundle, LABELS, device)
        out = chain.push(samples)
        mel = out.mel if mel is None else mel
        audio = chain.stages["vocoder"][0].forward(torch.from_numpy(mel)[None])[0, :, 0].numpy()
        state = {k: v.numpy() for k, v in bundle.decoder.state_dict().items()}
    return {"features": out.features, "mel": out.mel, "audio": audio, **{f"weights/{k}": v for k, v in state.items()}}


def main() -> None:
    """Write the file."""
    samples = noise(N_SAMPLES)
    versions = np.array([f"python {sys.version.split()[0]}", f"torch {torch.__version__}", f"numpy {np.__version__}"])
    np.savez_compressed(PATH, samples=samples, versions=versions, **compute(None, samples, None))
    print(f"{PATH.name}: {PATH.stat().st_size} bytes")


if __name__ == "__main__":
    main()
