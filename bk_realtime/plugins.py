"""Parts from other packages: decoders, vocoders and readers found by entry points, loaded when asked for by name.

A package offers one in its metadata, for instance in ``pyproject.toml``::

    [project.entry-points."brainkaraoke.decoders"]
    mine = "my_package.decoder:MyDecoder"

Nothing is looked up for a name that is built in, so a broken package cannot stand in the way of these.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bk_realtime import __version__
from bk_realtime.errors import InputError, OptionError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

log = logging.getLogger(__name__)

NAME = "brainkaraoke"


@dataclass(frozen=True)
class Plugins:
    """Everything of one kind that is built in or that an installed package offers.

    Attributes
    ----------
    group : of the entry points.
    part : what one of them is, for messages.
    built_in : names that are ours; a package that offers one of these is left out, with a warning.
    """

    group: str
    part: str
    built_in: Collection[str]

    def names(self) -> tuple[str, ...]:
        """Built-in names, then those of other packages."""
        return (*self.built_in, *sorted(set(self._offered()) - set(self.built_in)))

    def check(self, name: str) -> None:
        """Refuse a name that is not built in and that nobody offers; nothing is loaded.

        Raises
        ------
        OptionError
            Nobody offers it, or two packages do.
        """
        if name not in self.built_in:
            self._find(name)

    def load(self, name: str) -> Any:
        """What a package offers as ``name``, which is not built in.

        Raises
        ------
        OptionError
            Nobody offers it, or two packages do.
        InputError
            The package cannot be loaded.
        """
        package, entry = self._find(name)
        try:
            return entry.load()
        except Exception as error:  # other people's code: whatever it raises, the message names whose it is
            reason = " ".join(f"{type(error).__name__}: {error}".split())
            raise InputError(
                f"{self.part} {name!r} of the package {package} cannot be loaded ({reason}); update or remove it"
            ) from error

    def package(self, name: str) -> str:
        """Name and version of the package that ``name`` comes from."""
        return f"{NAME} {__version__}" if name in self.built_in else self._find(name)[0]

    def require(self, name: str, package: str, where: str) -> None:
        """Refuse a name that nobody offers, saying what to install.

        Parameters
        ----------
        name : as ``where`` has it.
        package : name and version of the package that offered it when ``where`` was written; empty if not known.
        where : what needs it.

        Raises
        ------
        InputError
            It is not there.
        """
        if name in self.built_in or package.partition(" ")[0] in ("", NAME) or name in self._offered():
            return
        raise InputError(
            f"{where}: its {self.part} {name!r} comes from the package {package}, which is not installed here; "
            f"install it: pip install {package.replace(' ', '==')}"
        )

    def _find(self, name: str) -> tuple[str, EntryPoint]:
        offers = self._offered()
        found = offers.get(name, [])
        if not found:
            known = ", ".join((*self.built_in, *sorted(set(offers) - set(self.built_in))))
            raise OptionError(f"{self.part} {name!r} is unknown: expected one of {known}")
        if len(found) > 1:
            packages = " and ".join(package for package, _ in found)
            raise OptionError(f"{self.part} {name!r} is offered by {packages}; remove all but one of these packages")
        return found[0]

    def _offered(self) -> dict[str, list[tuple[str, EntryPoint]]]:
        """Name -> (package, entry point) of whoever offers it."""
        from importlib.metadata import distributions

        offers: dict[str, list[tuple[str, EntryPoint]]] = {}
        seen = set()
        for distribution in distributions():
            try:
                name, version = distribution.metadata["Name"], distribution.version
                entries = [entry for entry in distribution.entry_points if entry.group == self.group]
            except Exception as error:  # a damaged installation of something else must not stop us
                log.warning("an installed package is damaged and left out: %s (%s)", distribution, error)
                continue
            if name in seen:  # the same package further down the path
                continue
            seen.add(name)
            for entry in entries:
                if entry.name in self.built_in:
                    log.warning(
                        "the package %s %s offers a %s called %r, which is built in: left out",
                        name,
                        version,
                        self.part,
                        entry.name,
                    )
                else:
                    offers.setdefault(entry.name, []).append((f"{name} {version}", entry))
        return offers
