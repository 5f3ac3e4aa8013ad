"""`python -m bk_realtime run | replay | record | learn | certify | devices | demo`: sEEG into audible speech, live."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys

from bk_realtime.errors import exit_cleanly

COMMANDS = {
    "run": ("bk_realtime.commands.run", "Run", "decode a live stream, or a recording replayed as one (--source)"),
    "replay": ("bk_realtime.commands.replay", "Replay", "stream a recording over LSL exactly as it was recorded"),
    "record": ("bk_realtime.commands.record", "Record", "record LSL streams into a crash-safe XDF file"),
    "learn": ("bk_realtime.commands.learn", "Learn", "record, learn meanwhile, say when it works; train at the end"),
    "certify": ("bk_realtime.commands.certify", "Certify", "measure amplifier, machine and sound device; on paper"),
    "devices": ("bk_realtime.commands.devices", "Devices", "list LSL streams and sound devices"),
    "demo": ("bk_realtime.commands.demo", "Demo", "replay the demo recording, decode it live, print the figures"),
    "watch": ("bk_realtime.commands.watch", "WatchProcess", ""),
    "preflight": ("bk_realtime.commands.preflight", "Preflight", ""),
    "tone": ("bk_realtime.commands.tone", "Tone", ""),
    "engine": ("bk_realtime.commands.engine", "EngineProcess", ""),
}


def usage() -> str:
    """The help text of the program."""
    lines = ["usage: python -m bk_realtime COMMAND [options]", "", "sEEG in, speech out, live. Commands:", ""]
    lines += [f"  {name:<9} {text}" for name, (_, _, text) in COMMANDS.items() if text]
    lines += ["", "`python -m bk_realtime COMMAND --help` explains the options of each.", ""]
    lines += ["Training and evaluation: python -m offline.train --help, python -m offline.inspect --help"]
    return "\n".join(lines)


@exit_cleanly
def main(argv: list[str] | None = None) -> int:
    """Entry point. Exit codes: 0 all well, 2 bad input, 1 a fault, 130 stopped by Ctrl-C before anything started."""
    import importlib

    from bk_realtime.logs import run_command

    args = sys.argv[1:] if argv is None else argv
    if not args or args[0] in ("-h", "--help"):
        print(usage())
        return 0 if args else 2
    if args[0] not in COMMANDS:
        print(f"error: unknown command {args[0]!r}; expected one of {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    # each command imports only what it needs: `devices` answers without loading torch
    module, name, _ = COMMANDS[args[0]]
    command = getattr(importlib.import_module(module), name)
    try:
        return run_command(command, f"python -m bk_realtime {args[0]}", args[1:])
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
