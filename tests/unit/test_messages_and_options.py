"""Whatever option a message advises is one of the commands that can print it.

A message is any text in the code that is no docstring and holds an option among other words. Who can print it: every
command that imports its module, at once or later, unless it says `of `COMMAND`` or names the command line itself.
"""

from __future__ import annotations

import ast
import functools
import re
from dataclasses import dataclass

import pytest

from bk_realtime.__main__ import COMMANDS
from tests.options import ROOT, options_by_command

OPTION = re.compile(r"(?<![\w-])--[a-z][a-z0-9]*(?:[.-][a-z0-9]+)*\.?(?![\w-])")
ONLY_AN_ARGUMENT = re.compile(r"\s*--[\w.-]+(=\S*)?\s*")
OF_A_COMMAND = re.compile(r" of `([\w. ]+)`|python -m ([\w.]+(?: (?:run|replay|record|devices|demo)\b)?)")
EVERYWHERE = {"--help"}

DEMO = "bk_realtime demo"
ENGINE, WATCH = "bk_realtime engine", "bk_realtime watch"
"""Never called by hand: what it says, the user of `run` reads."""
SIMULATING = {
    "offline.attack",
    "offline.loop",
    "offline.make_demo",
    "offline.decoded_mels",
    "offline.train_vocoder",
    "offline.vocoder_table",
}
READING = (
    {"offline.simulate", *SIMULATING},
    "they read sound files alone; `simulate` says --noise.unit for --unit, as its test holds",
)
FITTING = {
    "bk_realtime run",
    "bk_realtime preflight",
    "bk_realtime certify",
    "offline.decode",
    "offline.evaluate",
    "offline.preprocess",
    "offline.train",
    "offline.transfer",
}
FIT = "only these commands take a decoder to a stream or recording that it does not know, or a file of labels"
NEVER = {
    "bk_realtime.montage.matching": (set(options_by_command()) - FITTING - {ENGINE, WATCH, "bk_realtime devices"}, FIT),
    "bk_realtime.montage.choice": (
        READING[0]
        | {DEMO, ENGINE, WATCH, "gui", "offline.vocode"}
        | {f"bk_realtime {name}" for name in ("run", "preflight", "tone", "certify", "record", "replay", "learn")},
        "they read no neural file; of a stream that it cannot take `run` has the advice of montage.units",
    ),
    "bk_realtime.montage.units": ({DEMO, "gui", "offline.session_report", "bk_realtime learn"}, FIT),
    "bk_realtime.decoder.fit": (set(options_by_command()) - FITTING - {ENGINE, WATCH, "bk_realtime devices"}, FIT),
    "bk_realtime.session.settings": (
        {DEMO, "bk_realtime record", "bk_realtime learn", "gui", "offline.session_report"},
        "the demo's settings are its own; the others take names and numbers from there",
    ),
    "bk_realtime.session.conditions": (
        {DEMO, "bk_realtime record", "bk_realtime learn", "gui", "offline.session_report"},
        "the demo has no conditions; the others take them from the session",
    ),
    "bk_realtime.session.schedule": ({DEMO}, "the demo has no conditions"),
    "bk_realtime.session.disk": ({DEMO, "gui"}, "the demo is short; the window only shows how long the disk lasts"),
    "bk_realtime.recorder": (
        {DEMO, "bk_realtime run", "bk_realtime preflight", "bk_realtime certify"},
        "they look once for what --expect names, by a condition of their own; the recorder that they start is `record`",
    ),
    "gui.sentences": ({"gui"}, "what engine and `run` say, which the window shows in the language of its user"),
    "bk_realtime.session.folder": ({"offline.session_report"}, "the report reads sessions and makes none"),
    "bk_realtime.source": (
        {DEMO, "bk_realtime devices", "gui"},
        "the demo decodes its own replay; devices and the window list, and do not choose",
    ),
    "bk_realtime.commands.run": ({DEMO}, "the demo's recording holds one neural stream"),
    "bk_realtime.sink": (
        {"bk_realtime devices", "gui"},
        "devices opens none; the window puts the participant's profile in place of the option",
    ),
    "offline.training.settings": (
        {"offline.ablation", "offline.attack", "offline.decoded_mels", "offline.evaluate", "offline.lead"}
        | {"offline.train_vocoder", "offline.transfer", "offline.vocoder_table"},
        "they make the settings of their trainings themselves",
    ),
    "offline.training.widest": (
        {"offline.attack", "offline.decoded_mels", "offline.evaluate", "offline.lead"}
        | {"offline.train_vocoder", "offline.transfer", "offline.vocoder_table"},
        "their trainings compare no features",
    ),
    "offline.training.feature_sets": ({"offline.attack"}, "its trainings choose no features"),
    "offline.training.from_yesterday": ({"offline.attack"}, "its trainings start from nothing"),
    "bk_realtime.learning.prior": ({"offline.attack"}, "its trainings start from nothing"),
    "offline.data.contamination": (
        {"offline.decode", "offline.decoded_mels", "offline.inspect", "offline.preprocess", "offline.train_vocoder"}
        | {"offline.attack", "offline.session_report", "offline.vocoder_table"},
        "they report, simulate or keep arrays: nothing is refused for what is in the channels",
    ),
    "offline.training.run_folder": (
        {"offline.ablation", "offline.attack"},
        "an ablation refuses another folder or other settings before; an attack trains in a folder of its own",
    ),
    "offline.evaluation": ({"offline.attack"}, "its table quotes what `evaluate` said of sessions that it made itself"),
    "offline.data.speech_level": ({"offline.attack"}, "its sessions hold speech"),
    "offline.vocoder_lab.material": ({"offline.vocoder_table"}, "it only asks which files are held out"),
    "offline.io.outputs": ({"offline.ablation", "offline.session_report"}, "they only read with that room"),
    "offline.simulation": (SIMULATING, "they simulate with settings of their own, which are good"),
    "bk_realtime.montage": READING,
    "offline.io": READING,
}
"""Room or module -> commands that import it but never get its advice, and why."""


@dataclass(frozen=True)
class Advice:
    """A text with options in it."""

    module: str
    line: int
    text: str
    options: tuple[str, ...]


@functools.cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for package in ("bk_realtime", "offline", "gui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def advice(module: str, tree: ast.Module) -> list[Advice]:
    docstrings = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | parts:
            text = node.value
        else:
            continue
        options = tuple(dict.fromkeys(OPTION.findall(text)))
        if options and not ONLY_AN_ARGUMENT.fullmatch(text):
            found.append(Advice(module, node.lineno, text, options))
    return found


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@functools.cache
def imports(module: str) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(modules()[module]):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    room = module.rpartition(".")[0]
    if "importlib" in names and "." in room:  # it loads modules of its room by name
        names |= {other for other in modules() if within(other, room)}
    return frozenset(names & set(modules()))


def home(command: str) -> str:
    """The module of a command."""
    if command == "gui":
        return "gui.app"
    if command.startswith("bk_realtime "):
        return COMMANDS[command.split()[1]][0]
    return command if command in modules() else command.replace("offline.", "offline._commands.")


@functools.cache
def reached(command: str) -> frozenset[str]:
    """All modules that a command imports, at once or later."""
    seen: set[str] = set()
    waiting = [home(command)]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += imports(module)
    return frozenset(seen)


def printers(item: Advice) -> set[str]:
    """Commands that can print a message."""
    named = {a or b for a, b in OF_A_COMMAND.findall(item.text)}
    if named:
        return {name if name in options_by_command() else f"bk_realtime {name}" for name in named}
    nearest = max((room for room in NEVER if within(item.module, room)), key=len, default=None)
    never = NEVER[nearest][0] if nearest is not None else set()
    found = {command for command in options_by_command() if item.module in reached(command)} - never
    return {"bk_realtime run" if command in (ENGINE, WATCH) else command for command in found}


def takes(command: str, option: str) -> bool:
    known = options_by_command().get(command, frozenset()) | EVERYWHERE
    return any(name.startswith(option) for name in known) if option.endswith(".") else option in known


MESSAGES = [item for module, tree in modules().items() for item in advice(module, tree)]


@pytest.mark.parametrize("item", MESSAGES, ids=lambda item: f"{item.module}:{item.line}")
def test_advised_options_exist(item: Advice) -> None:
    lacking = {
        option: lack for option in item.options if (lack := sorted(c for c in printers(item) if not takes(c, option)))
    }
    assert not lacking, f"{item.module}, line {item.line}: {item.text!r} can be printed by commands without that option"


def test_messages_are_found() -> None:
    assert len(MESSAGES) > 60
    assert {item.module.split(".")[0] for item in MESSAGES} == {"bk_realtime", "offline", "gui"}


def test_every_exception_is_needed() -> None:
    for room, (commands, reason) in NEVER.items():
        advised = {item.module for item in MESSAGES if within(item.module, room)}
        assert reason
        for command in commands:
            assert advised & reached(command), f"{command} does not reach {room}: take it out"


def test_a_wrong_option_is_noticed() -> None:
    program = "def f(x):\n    raise ValueError(f'{x}: name it with --no-such-thing')\n"
    (item,) = advice("offline.io.xdf", ast.parse(program))
    assert item.options == ("--no-such-thing",)
    assert "offline.train" in printers(item)
    assert not takes("offline.train", "--no-such-thing")
    (item,) = advice("offline.io.xdf", ast.parse("f('see --unit of `run`')"))
    assert printers(item) == {"bk_realtime run"}
    assert advice("offline.io.xdf", ast.parse("['--out', '--short=12']\n'''--doc string'''")) == []
