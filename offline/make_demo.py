"""`python -m offline.make_demo`: make recordings/demo.xdf and its training session again, from a synthetic voice.

Needs the program ``espeak-ng`` (Debian package of that name). Nothing else in the project does.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tyro

from bk_realtime.errors import BkError, exit_cleanly
from offline import simulate

WORDS = """
alabama almond animal apple autumn avenue balcony banana basket beautiful bicycle birthday blanket breakfast bridge
butterfly button cabin camera candle carpet castle cathedral chocolate cinnamon circle cloudy coffee corner cottage
country cucumber curtain december diamond dolphin dragon eagle elephant emerald evening family feather festival
finger flower forest garden gentle giraffe glacier golden grandmother guitar hammer harbour holiday honey horizon
hospital hurricane island january journey jungle kangaroo kitchen ladder lemonade library lighthouse magazine marble
melody memory midnight mirror monday morning mountain museum music mustard neighbour november ocean october orange
orchestra paper passenger peaceful pelican penguin pepper piano picnic planet pocket potato question rabbit radio
rainbow river saturday seven shadow shoulder silver simple spider station strawberry summer sunday table telephone
thunder tiger tomato tomorrow umbrella universe vanilla velvet village violin volcano waterfall wednesday window
winter wonderful yellow yesterday
""".split()
"""Common English words of one to four syllables."""

TEST_SEED, TRAINING_SEED = 2024, 1
PARTICIPANT = 7
CHANNELS, SFREQ, COUPLING = 32, 1024.0, 1.5


@dataclass(frozen=True)
class MakeDemo:
    """Make the SIMULATED demo recording (45 s) and the training session of the same simulated participant."""

    folder: Path = Path("recordings")
    """Where demo.xdf and demo_training_simulated.xdf go."""
    training_seconds: float = 600.0
    """Length of the training session in seconds; 0 makes only the demo."""
    test_seconds: float = 45.0
    """Length of demo.xdf in seconds (206 kB a second)."""
    voice: str = "en-us"
    """espeak-ng voice."""
    overwrite: bool = False
    """Replace existing files."""


def synthesise(folder: Path, words: list[str], seed: int, voice: str) -> None:
    """Say each word into ``folder/WORD.wav``, each at a speed and pitch of its own.

    Raises
    ------
    BkError
        espeak-ng is missing or refuses.
    """
    if shutil.which("espeak-ng") is None:
        raise BkError("espeak-ng not found: expected the program on the path; install the Debian package espeak-ng")
    rng = np.random.default_rng(seed)
    for word in words:
        speed, pitch = int(rng.integers(125, 165)), int(rng.integers(35, 60))
        command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-w", f"{folder / word}.wav", word]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not (folder / f"{word}.wav").is_file():
            raise BkError(f"espeak-ng could not say {word!r}: {done.stderr.strip() or 'no file written'}")


def make(folder: Path, name: str, words: list[str], seconds: float, seed: int, settings: MakeDemo) -> None:
    """One session: the words by the synthetic voice, then the simulation, by its own command line."""
    with tempfile.TemporaryDirectory() as speech:
        synthesise(Path(speech), words, seed, settings.voice)
        arguments = ["--speech", speech, "--out", str(folder / name), "--seconds", f"{seconds:g}", "--seed", str(seed)]
        arguments += ["--participant", str(PARTICIPANT), "--channels", str(CHANNELS), "--sfreq", f"{SFREQ:g}"]
        arguments += ["--coupling", f"{COUPLING:g}"] + ["--overwrite"] * settings.overwrite
        print("python -m offline.simulate", " ".join(arguments).replace(speech, "WORDS"))
        simulate.main(arguments)


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = tyro.cli(MakeDemo, prog="python -m offline.make_demo", args=argv)
    make(settings.folder, "demo.xdf", WORDS, settings.test_seconds, TEST_SEED, settings)
    if settings.training_seconds:
        make(settings.folder, "demo_training_simulated.xdf", WORDS, settings.training_seconds, TRAINING_SEED, settings)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
