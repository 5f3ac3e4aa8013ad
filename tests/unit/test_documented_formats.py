"""docs/formats.md names the keys, streams, commands and versions that the code has, and no others."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import bk_realtime
from bk_realtime.config import to_dict
from bk_realtime.decoder import bundle
from bk_realtime.decoder.bundle_index import Index
from bk_realtime.session.control import COMMANDS
from bk_realtime.session.events import EVENTS
from bk_realtime.session.names import OUTLET_PREFIX
from bk_realtime.session.settings import SessionSettings
from bk_realtime.session.status import VERSION, Status
from bk_realtime.sink import outlets
from bk_realtime.vocoder.learnt import vocoder as learnt

ROOT = Path(__file__).resolve().parents[2]


def documented(heading: str) -> list[str]:
    """First column of the table under a heading, without its backticks."""
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    section = text.split(f"# {heading}\n")[1].split("\n#")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


def test_versions() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    for name, version in (
        ("decoder bundle", bundle.FORMAT_VERSION),
        ("weights of the learnt vocoder", learnt.FORMAT),
        ("status", VERSION),
    ):
        assert f"| {name} | {version} |" in text


def test_keys_of_a_bundle_as_they_are_checked_and_as_they_ship() -> None:
    keys = documented("Keys of bundle.toml")
    assert keys == [f.name for f in dataclasses.fields(Index)]
    shipped = tomllib.loads((ROOT / "recordings" / "demo_ridge" / "bundle.toml").read_text(encoding="utf-8"))
    assert set(keys) == {*shipped, "package"}  # which names the package of a plug-in


def test_keys_of_a_status() -> None:
    assert documented("Keys of a status") == [f.name for f in dataclasses.fields(Status)]


def test_outlets() -> None:
    streams = re.findall(r'self\._outlet\("(\w+)"', Path(outlets.__file__).read_text(encoding="utf-8"))
    assert documented("Outlets") == [OUTLET_PREFIX + stream for stream in streams]


def test_tables_of_the_settings_of_a_session() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `session\.toml` \|.*the options, (.*) as tables", text, re.MULTILINE)
    kept = to_dict(SessionSettings(ROOT))
    assert re.findall(r"`(\w+)`", row) == [key for key, value in kept.items() if isinstance(value, dict)]


def test_kinds_of_events() -> None:
    assert documented("Kinds of events") == list(EVENTS)


def test_commands() -> None:
    assert documented("Commands") == list(COMMANDS)


def test_citation_names_this_version() -> None:
    lines = (ROOT / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    assert f"version: {bk_realtime.__version__}" in lines


def test_every_public_name_has_its_place_on_the_page() -> None:
    page = (ROOT / "docs" / "api" / "public.md").read_text(encoding="utf-8")
    shown = re.findall(r"^::: bk_realtime\.[\w.]*?(\w+)$", page, re.MULTILINE)
    assert sorted([*shown, "__version__"]) == sorted(bk_realtime.__all__)
