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

from bk_realtime.errors import FileError, exit_cleanly
from bk_realtime.logs import parse_command
from offline.simulation.session import Simulate, write_simulation

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
    """Length of demo.xdf in seconds (206 kB a second); 0 makes only the training session."""
    voice: str = "en-us"
    """espeak-ng voice."""
    overwrite: bool = False
    """Replace existing recordings."""


def synthesise(folder: Path, seed: int, voice: str) -> None:
    """Speak each of the words into ``folder/WORD.wav``, each at a speed and pitch of its own.

    Raises
    ------
    BkError
        espeak-ng is missing or refuses.
    """
    if shutil.which("espeak-ng") is None:
        raise FileError("espeak-ng not found: expected the program on the path; install the Debian package espeak-ng")
    rng = np.random.default_rng(seed)
    for word in WORDS:
        speed, pitch = int(rng.integers(125, 165)), int(rng.integers(35, 60))
        command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "-w", f"{folder / word}.wav", word]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not (folder / f"{word}.wav").is_file():
            raise FileError(f"espeak-ng could not say {word!r}: {done.stderr.strip() or 'no file written'}")


def make_session(name: str, seconds: float, seed: int, settings: MakeDemo) -> list[str]:
    """One session: the words by the synthetic voice, then the simulation.

    Returns
    -------
    What was made, as lines to print, the command line that makes it again first.
    """
    with tempfile.TemporaryDirectory() as speech:
        synthesise(Path(speech), seed, settings.voice)
        wanted = Simulate(
            (Path(speech),), settings.folder / name, channels=CHANNELS, sfreq=SFREQ, seconds=seconds, coupling=COUPLING,
            seed=seed, participant=PARTICIPANT, overwrite=settings.overwrite,
        )  # fmt: skip
        command = (
            f"python -m offline.simulate --speech WORDS --out {wanted.out} --seconds {seconds:g} --seed {seed} "
            f"--participant {PARTICIPANT} --channels {CHANNELS} --sfreq {SFREQ:g} --coupling {COUPLING:g}"
        )
        return [command + " --overwrite" * settings.overwrite, *write_simulation(wanted)]


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(MakeDemo, "python -m offline.make_demo", argv)
    if settings.test_seconds:
        print(*make_session("demo.xdf", settings.test_seconds, TEST_SEED, settings), sep="\n")
    if settings.training_seconds:
        name = "demo_training_simulated.xdf"
        print(*make_session(name, settings.training_seconds, TRAINING_SEED, settings), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
