"""`python -m offline.simulate`: an XDF recording of a word-reading session by a simulated participant."""

from __future__ import annotations

from collections.abc import Sequence

from bk_realtime.errors import exit_cleanly
from bk_realtime.logs import parse_command
from offline.simulation.session import Simulate, write_simulation


@exit_cleanly
def main(argv: Sequence[str] | None = None) -> int:
    """Command line."""
    settings = parse_command(Simulate, "python -m offline.simulate", argv)
    print(*write_simulation(settings), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
