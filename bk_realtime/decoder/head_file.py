"""What stands beside a decoder, on its own features, in a safetensors file: settings as metadata, parts as tensors."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bk_realtime.config import from_dict
from bk_realtime.errors import BkError, InputError
from bk_realtime.plain_files import parse_json
from bk_realtime.stream import Operator
from bk_realtime.typed import shortened

Head = TypeVar("Head", bound=Operator)
Settings = TypeVar("Settings")


def head_metadata(name: str, settings: Any) -> dict[str, str]:
    """A settings dataclass as :func:`head_settings` reads it."""
    return {name: json.dumps(dataclasses.asdict(settings), sort_keys=True)}


def head_settings(cls: type[Settings], metadata: Mapping[str, str], name: str) -> Settings:
    """The settings that stand in a file's metadata under ``name``, all of them.

    Raises
    ------
    KeyError, ValueError, BkError
        There are none; :func:`read_head` says so.
    """
    return from_dict(cls, parse_json(metadata[name]), name, complete=True)


def read_head(make: Callable[[], Head], n_in: int, where: str, refusal: str, what: str) -> Head:
    """What ``make`` makes of a file, for ``n_in`` features.

    Parameters
    ----------
    where : the file, begins every message.
    refusal, what : what is said of a file that is none, and what it is.

    Raises
    ------
    InputError
        It is none, or one of other features.
    """
    try:
        head = make()
    except (KeyError, ValueError, BkError) as error:
        raise InputError(f"{where}: {refusal} ({shortened(str(error), 160)}); get the bundle again") from None
    if head.channels[0] != n_in:
        raise InputError(f"{where}: expected {what} of {n_in} features, got {head.channels[0]}; get the bundle again")
    return head
