"""Which options each command takes."""

from __future__ import annotations

import argparse
import functools
import importlib
import warnings
from pathlib import Path
from typing import Any

import pytest
import tyro

from bk_realtime.__main__ import COMMANDS

ROOT = Path(__file__).parents[1]
OFFLINE = sorted(
    path.stem
    for folder in ("offline", "offline/_commands")
    for path in (ROOT / folder).glob("*.py")
    if path.stem[0] != "_"
)


class _Parsing(Exception):
    """Instead of parsing."""


def option_strings(command: type) -> set[str]:
    """All that its parser knows, such as ``--gain-db`` and ``--no-record``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other way to see them as data
        parser = tyro.extras.get_parser(command)
    return _strings(parser)


def _strings(parser: argparse.ArgumentParser) -> set[str]:
    return {text for action in parser._actions for text in action.option_strings}


@functools.cache
def options_by_command() -> dict[str, frozenset[str]]:
    """Command such as ``bk_realtime run``, ``offline.train`` or ``gui`` -> its options, as its own entry parses."""
    found = {}
    for name in COMMANDS:
        found[f"bk_realtime {name}"] = _options_of("bk_realtime.__main__", [name])
    for name in OFFLINE:
        found[f"offline.{name}"] = _options_of(f"offline.{name}", [])
    found["gui"] = _options_of("gui.app", [])
    return found


def _options_of(module: str, args: list[str]) -> frozenset[str]:
    seen: list[Any] = []

    def see(command: Any, *args: Any, **kwargs: Any) -> None:
        seen.append(option_strings(command))
        raise _Parsing

    def see_parser(parser: argparse.ArgumentParser, *args: Any) -> None:
        seen.append(_strings(parser))
        raise _Parsing

    main = importlib.import_module(module).main
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tyro, "cli", see)
        patch.setattr(argparse.ArgumentParser, "parse_args", see_parser)
        with pytest.raises(_Parsing):
            main([*args, "--none"])
    return frozenset(seen[0])
