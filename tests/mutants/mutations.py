"""One-line faults of a module: cosmic-ray's operators, of which the realistic ones, and two of our own."""

from __future__ import annotations

import ast
import difflib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.provider import OperatorProvider

SWAPPED = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "Div_FloorDiv", "FloorDiv_Div", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul"),
    *("BitAnd_BitOr", "BitOr_BitAnd", "LShift_RShift", "RShift_LShift"),
)
COMPARED = (
    *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt", "Eq_NotEq", "NotEq_Eq"),
    *("Is_IsNot", "IsNot_Is"),
)
"""A bound one off, or the other way round. What ends in a TypeError at once (a shift of a float) would flatter us."""
OTHERS = (
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer"),
    *("ZeroIterationForLoop", "ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not"),
)


@dataclass(frozen=True)
class Mutant:
    """A module with one fault.

    Attributes
    ----------
    module : path from the root of the repository.
    line : where the fault is, from 1.
    operator : what made it.
    before, after : the changed lines, stripped.
    source : the whole module with the fault.
    """

    module: str
    line: int
    operator: str
    before: str
    after: str
    source: str


class DropStatement(Operator):  # type: ignore[misc]
    """A call whose value nobody takes, or an augmented assignment, is forgotten."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if self._counts(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return parso.parse(node.get_first_leaf().prefix + "pass").children[0]

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()

    @staticmethod
    def _counts(node: Any) -> bool:
        if node.parent is None or node.parent.type != "simple_stmt":
            return False
        if node.type == "expr_stmt":
            return bool(node.children[1].type == "operator" and node.children[1].value != "=") or (
                node.children[1].type == "augassign"
            )
        return bool(node.type in ("atom_expr", "power") and node.children[-1].type == "trailer")


class SwapBounds(Operator):  # type: ignore[misc]
    """The wrong clamp: ``min`` for ``max`` and ``max`` for ``min``."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "name" and node.value in _BOUNDS:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        node.value = _BOUNDS[node.value]
        return node

    @classmethod
    def examples(cls) -> tuple[()]:
        return ()


_BOUNDS = {"min": "max", "max": "min", "minimum": "maximum", "maximum": "minimum", "floor": "ceil", "ceil": "floor"}


def operators() -> dict[str, Operator]:
    """Operators in use, by name."""
    provider = OperatorProvider()
    names = [f"ReplaceBinaryOperator_{swap}" for swap in SWAPPED]
    names += [f"ReplaceComparisonOperator_{swap}" for swap in COMPARED]
    found: dict[str, Operator] = {name: provider[name]() for name in (*names, *OTHERS)}
    return found | {"DropStatement": DropStatement(), "SwapBounds": SwapBounds()}


def sample(module: str, source: str, n: int, seed: int) -> list[Mutant]:
    """Up to ``n`` faults of a module, at places drawn by chance, at most one a place."""
    made = operators()
    places: dict[Any, list[tuple[str, int]]] = {}
    tree = get_ast(source)
    for name, operator in made.items():
        occurrence = 0
        for node in ast_nodes(tree):
            for place in operator.mutation_positions(node):
                places.setdefault(place, []).append((name, occurrence))
                occurrence += 1
    rng = random.Random(f"{seed} {module}")
    order = sorted(places)
    rng.shuffle(order)
    meaning, found = _meaning(source), list[Mutant]()
    for place in order:
        if len(found) == n:
            break
        name, occurrence = rng.choice(places[place])
        mutated = _mutated(source, made[name], occurrence)
        changed = _meaning(mutated) if mutated is not None else None
        if mutated is not None and changed is not None and changed != meaning:
            before, after = _difference(source, mutated)
            found.append(Mutant(module, place[0][0], name, before, after, mutated))
    return sorted(found, key=lambda mutant: mutant.line)


def _mutated(source: str, operator: Operator, occurrence: int) -> str | None:
    """The source with a fault; None where it cannot be made: cosmic-ray does not replace ``except module.Name``."""
    try:
        mutated = mutate_code(source, operator, occurrence)
    except AttributeError:
        return None
    return None if mutated is None else str(mutated)


def _meaning(source: str) -> str | None:
    """The module without annotations and flags of dataclasses, which no program sees; None where it is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        for name in ("annotation", "returns"):
            if getattr(node, name, None) is not None and not isinstance(node, ast.AnnAssign):
                setattr(node, name, None)
        if isinstance(node, ast.ClassDef):
            for call in node.decorator_list:
                if isinstance(call, ast.Call):
                    call.keywords = [k for k in call.keywords if k.arg not in ("frozen", "eq", "slots")]
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return ast.dump(tree)


def _difference(before: str, after: str) -> tuple[str, str]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return _joined(lines, "- "), _joined(lines, "+ ")


def _joined(lines: Iterable[str], mark: str) -> str:
    return " ".join(line[2:].strip() for line in lines if line.startswith(mark))
