"""One module a subcommand of ``python -m bk_realtime``."""
