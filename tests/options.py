"""Which options a command takes."""

from __future__ import annotations

import warnings

import tyro


def option_strings(command: type) -> set[str]:
    """All that its parser knows, such as ``--gain-db`` and ``--no-record``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other way to see them as data
        parser = tyro.extras.get_parser(command)
    return {text for action in parser._actions for text in action.option_strings}
