"""BrainKaraoke away from the bedside: train, evaluate, inspect and convert recordings; `python -m offline.COMMAND`."""

from pathlib import Path

# `python offline/train.py` puts this folder in front of the standard library, where an inspect.py would stand in for
# the module `inspect` that nearly every package imports: `python -m offline.inspect` finds its file one folder down
__path__.append(str(Path(__file__).with_name("_commands")))
