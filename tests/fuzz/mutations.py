"""Odd values, and how they get into bytes, lines and TOML: everything is drawn from one `random.Random`."""

from __future__ import annotations

import copy
import datetime
import random
import tomllib
from typing import Any

import tomli_w

NUMBERS = ("0", "-1", "1", "1e308", "-1e308", "1e999", "inf", "-inf", "nan", "1e-320", "2147483648", "4294967296")
NUMBERS += ("99999999999999999999", "9" * 5000, "0x10", "1_000", "1,5", "1/0", "1/3", "512.5", "٣", "", " ", "true")
WORDS = (
    "",
    "x",
    "a\nb",
    "\0",
    "\x1b[2J",
    "$HOME",
    "<b>&amp;",
    "..",
    "../x",
    "/etc/passwd",
    "C:\\x",
    "ü" * 300,
    "x" * 20_000,
)
WORDS += ("None", "[1]", "{}", "\u202e", "%s%n", "=1+1", "--help")
INTEGERS = (0, 1, -1, 2, 127, 255, 65535, 65536, 1 << 31, (1 << 31) - 1, (1 << 32) - 1, 1 << 62, (1 << 63) - 1, 10**30)
FLOATS = (0.0, -0.0, 0.5, 1e-320, 1e-9, 1e9, 1e308, -1e308, float("inf"), float("-inf"), float("nan"))


def odd_value(rng: random.Random) -> Any:
    """Any value that TOML can hold."""
    kind = rng.randrange(9)
    if kind == 0:
        return rng.choice(INTEGERS)
    if kind == 1:
        return rng.choice(FLOATS)
    if kind == 2:
        return rng.choice(WORDS)
    if kind == 3:
        return rng.choice((True, False))
    if kind == 4:
        return [odd_value(rng) for _ in range(rng.randrange(4))]
    if kind == 5:
        return {rng.choice(("a", "kind", "", "name", "sfreq")): odd_value(rng)}
    if kind == 6:
        return datetime.datetime(2026, 1, 31, tzinfo=datetime.UTC)
    if kind == 7:
        return rng.choice(NUMBERS)
    return [rng.choice(("x", 1, 0.5, True))] * rng.choice((1, 30, 2000))


def toml(rng: random.Random, seed: str) -> bytes:
    """A TOML file with one to three values of another kind, missing, new, wrapped or doubled; or damaged as text."""
    if rng.random() < 0.15:
        return lines(rng, seed.encode())
    tree = tomllib.loads(seed)
    for _ in range(rng.randint(1, 3)):
        places = list(_places(tree))
        if not places:
            break
        inside, key = rng.choice(places)
        how = rng.randrange(7)
        if how <= 2:
            inside[key] = odd_value(rng)
        elif how == 3:
            del inside[key]
        elif how == 4:
            inside[key] = rng.choice(([inside[key]], {"x": inside[key]}, [inside[key]] * 2))
        elif how == 5 and isinstance(inside, dict):
            inside[rng.choice((f"{key}s", "extra", str(key).upper(), ""))] = copy.deepcopy(inside[key])
        else:
            inside[key] = _neighbour(rng, inside[key])
    return tomli_w.dumps(tree).encode("utf-8", "surrogatepass")


def _places(tree: Any) -> Any:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    for key in keys:
        yield tree, key
        if isinstance(tree[key], (dict, list)):
            yield from _places(tree[key])


def _neighbour(rng: random.Random, value: Any) -> Any:
    """A value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return rng.choice((*INTEGERS, -value, value + 1, value * 1000))
    if isinstance(value, float):
        return rng.choice((*FLOATS, -value, value * 1e6, value / 1e6))
    if isinstance(value, str):
        return rng.choice((*WORDS, *NUMBERS, value.upper(), value + " ", value * 2))
    return odd_value(rng)


def lines(rng: random.Random, data: bytes) -> bytes:
    """Text with values of its lines changed, lines left out, doubled, moved or cut."""
    parts = data.split(b"\n")
    for _ in range(rng.randint(1, 4)):
        i = rng.randrange(len(parts))
        how = rng.randrange(7)
        if how <= 2:
            key, sign, value = parts[i].partition(b"=")
            odd = rng.choice((*NUMBERS, *WORDS)).encode("utf-8", "surrogatepass")
            if b"," in value and rng.random() < 0.7:
                fields = value.split(b",")
                fields[rng.randrange(len(fields))] = odd
                odd = b",".join(fields)
            parts[i] = key + sign + odd if sign else odd
        elif how == 3:
            parts[i] = b""
        elif how == 4:
            parts.insert(rng.randrange(len(parts)), parts[i])
        elif how == 5:
            parts = parts[: i + 1]
        else:
            parts[i] = octets(rng, parts[i])
    return b"\n".join(parts)


def octets(rng: random.Random, data: bytes, first: int | None = None) -> bytes:
    """Bytes changed, cut out, doubled or put in, within the ``first`` so many where it is given."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not out:
            return bytes(out)
        at = rng.randrange(min(len(out), first or len(out)))
        how = rng.randrange(6)
        if how == 0:
            out[at] = rng.randrange(256)
        elif how == 1:
            n = rng.choice((1, 2, 4, 8))
            out[at : at + n] = (rng.choice(INTEGERS) % (1 << 8 * n)).to_bytes(n, rng.choice(("little", "big")))
        elif how == 2:
            del out[at : at + rng.choice((1, 4, 50))]
        elif how == 3:
            out[at:at] = out[at : at + rng.choice((1, 8, 100))]
        elif how == 4:
            out[at:at] = bytes(rng.choice((1, 8, 100)))
        elif rng.random() < 0.2:
            del out[at:]
    return bytes(out)


def xml(rng: random.Random, text: str) -> str:
    """XML with one to three elements changed, missing, doubled, nested, or of another encoding or kind."""
    for _ in range(rng.randint(1, 3)):
        how = rng.randrange(9)
        starts = [i for i, c in enumerate(text) if c == "<" and text[i + 1 : i + 2].isalpha()]
        if not starts:
            return text
        at = rng.choice(starts)
        end = text.find(">", at) + 1
        close = text.find("</", end)
        if how <= 3 and close > 0:
            text = text[:end] + rng.choice((*NUMBERS, *WORDS)).replace("<", "&lt;") + text[close:]
        elif how == 4:
            stop = text.find(">", close) + 1
            text = text[:at] + text[stop:]
        elif how == 5:
            stop = text.find(">", close) + 1
            text = text[:stop] + text[at:stop] * rng.choice((1, 3, 500)) + text[stop:]
        elif how == 6:
            deep = rng.choice((20, 500, 5000))
            text = text[:at] + "<a>" * deep + "</a>" * deep + text[at:]
        elif how == 7:
            head = rng.choice(
                ("<?xml version='1.0' encoding='utf-16'?>", "<?xml version='1.0' encoding='x-y'?>", "\ufeff")
            )
            text = head + text.partition("?>")[2]
        else:
            text = text[: rng.randrange(len(text))]
    return text
