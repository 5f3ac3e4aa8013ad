"""All operators under contract. Every module `tests/contract/cases_*.py` offers a dict CASES: name -> Case."""

from __future__ import annotations

import importlib
import pkgutil

import tests.contract
from tests.contract.harness import Case

CASES: dict[str, Case] = {}
for info in pkgutil.iter_modules(tests.contract.__path__):
    if info.name.startswith("cases_"):
        CASES.update(importlib.import_module(f"tests.contract.{info.name}").CASES)
