"""A process that certifies with shorter waits: `python -m tests.audio.certify_run BUNDLE OUT SOURCE_ID LOOP`."""

from __future__ import annotations

import sys
from pathlib import Path

from bk_realtime.certify import loop
from bk_realtime.commands import certify
from bk_realtime.errors import exit_cleanly
from bk_realtime.session.settings import InletSettings


@exit_cleanly
def main(bundle: str, out: str, source_id: str, loop_name: str) -> int:
    certify.LISTEN_S, certify.SHORTEST_S, loop.N_CLICKS = 2.0, 5.0, 8
    settings = certify.Certify(
        bundle=Path(bundle),
        out=Path(out),
        inlet=InletSettings(source_id=source_id),
        headless=True,
        seconds=6.0,
        loop=loop_name,
        loop_channel="AUX1",
    )
    return settings.run()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
