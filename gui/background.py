"""`python -m gui.background MODULE …`: `python -m MODULE …` behind all others; it ends with who started it."""

from __future__ import annotations

import os
import runpy
import sys

from bk_realtime.priority import low_priority
from bk_realtime.processes.parent import end_with_parent

EXIT_ALONE = 3
"""Exit code of one whose window went away."""


def main() -> None:
    """Run it as if it had been called itself."""
    low_priority()  # first: threads that are started later inherit it
    end_with_parent(lambda: os._exit(EXIT_ALONE))  # its results are written whole or not at all
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
