"""Contacts of depth electrodes by their labels: which shaft, and which number on it."""

from __future__ import annotations

import re
from typing import NamedTuple

_PREFIX = re.compile(r"^(?:POL|S?EEG|IEEG)[\s_:]+", re.IGNORECASE)
_SUFFIX = re.compile(r"[\s_-]+(?:REF\d*|ORG|AVG?|CAR|G\d*|LE)$", re.IGNORECASE)
_CONTACT = re.compile(r"^([^\W\d_](?:.*[^\d\s_-])?)[\s_-]*0*(\d+)$")
_PRIMES = str.maketrans(dict.fromkeys("’‘´`′", "'"))


class Contact(NamedTuple):
    """One contact of a depth electrode: the shaft's name and the contact's number on it, 1 deepest by custom."""

    shaft: str
    number: int


def parse_contact(label: str) -> Contact | None:
    """Shaft and number from an sEEG label; ``None`` where there is none.

    Understood are ``A1``, ``LAH3``, ``B'2`` (any apostrophe), ``LAH 03``, ``ECOG_LEFT_0``, with what amplifiers put
    around it: ``POL A1``, ``EEG A1-REF``. A pair (``A1-A2``) is already bipolar and gives ``None``.

    Examples
    --------
    >>> parse_contact("EEG B'02-Ref")
    Contact(shaft="B'", number=2)
    """
    bare = _SUFFIX.sub("", _PREFIX.sub("", label.strip().translate(_PRIMES)))
    found = _CONTACT.match(bare)
    if not found or re.search(r"\d\s*-\s*[^\W\d]", bare):
        return None
    return Contact(found[1], int(found[2]))
