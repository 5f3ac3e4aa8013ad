"""Small recordings with every kind of damage that a field of their format can have, made the same way every time."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

Damaged = tuple[str, bytes]
"""What was done, and the bytes of the file."""

NUMBERS = (
    "0", "-1", "1", "3", "1e308", "-1e308", "1e-308", "inf", "-inf", "nan", "NaN", "1e12", "9" * 30, "2147483648", "",
    " ", "x", "1_0", "0x10", "1,5", "1/0", "٣", "true", "\x00",
)  # fmt: skip
"""What may stand where a number is expected."""
TEXTS = ("", "\x00", "\x1b[31m", "../../etc/passwd", "/etc/passwd", "é" * 40, "$x", "<b>", "🎤", "a" * 5000)


def flipped(content: bytes, stop: int, every: int = 1, start: int = 0) -> Iterator[Damaged]:
    """Single bytes of the first ``stop`` replaced: all bits, none, all set, one up."""
    for at in range(start, min(stop, len(content)), every):
        for how, value in (("^", content[at] ^ 0xFF), ("0", 0), ("f", 0xFF), ("+", (content[at] + 1) & 0xFF)):
            if value != content[at]:
                yield f"byte {at} {how}", content[:at] + bytes((value,)) + content[at + 1 :]


def cut(content: bytes, n: int) -> Iterator[Damaged]:
    """Cut off at ``n`` places."""
    for k in range(n):
        at = len(content) * k // n
        yield f"cut at {at}", content[:at]


def noisy(content: bytes, n: int, seed: int = 13) -> Iterator[Damaged]:
    """Stretches overwritten, removed, doubled or exchanged, ``n`` times."""
    rng = random.Random(seed)
    for k in range(n):
        a, b = sorted((rng.randrange(len(content)), rng.randrange(len(content))))
        b = min(b, a + rng.choice((1, 2, 4, 8, 64, 1024)))
        new = {
            0: rng.randbytes(b - a),
            1: b"",
            2: content[a:b] * 2,
            3: bytes(b - a),
            4: b"\xff" * (b - a),
            5: content[b : 2 * b - a],
        }[k % 6]
        yield f"noise {k} at {a}", content[:a] + new + content[b:]


def chunk(tag: int, content: bytes, length: int | None = None, width: int = 8) -> bytes:
    """A chunk of an XDF file, of whatever length it claims."""
    told = len(content) + 2 if length is None else length
    head = bytes((width,)) + (told % (1 << 8 * width)).to_bytes(width, "little") if width in (1, 4, 8) else b"\x07"
    return head + struct.pack("<H", tag) + content


def header_xml(**fields: str) -> str:
    """Header of a stream of one channel, with other fields."""
    told = {"name": "a", "type": "sEEG", "channel_count": "1", "nominal_srate": "500", "channel_format": "float32"}
    desc = fields.pop("desc", "<channels><channel><label>A1</label><unit>microvolts</unit></channel></channels>")
    told |= fields
    return "<info>" + "".join(f"<{k}>{v}</{k}>" for k, v in told.items()) + f"<desc>{desc}</desc></info>"


def samples(stream: int, stamps: Sequence[float], values: bytes = b"\0\0\x80?", n: int | None = None) -> bytes:
    """Content of a sample chunk."""
    told = len(stamps) if n is None else n
    rows = b"".join(b"\x08" + struct.pack("<d", t) + values for t in stamps)
    return struct.pack("<IBQ", stream, 8, told % (1 << 64)) + rows


def xdf(*chunks: bytes) -> bytes:
    """A file of chunks."""
    return b"XDF:" + b"".join(chunks)


def odd_xdf() -> Iterator[Damaged]:
    """XDF files with one thing wrong, most of them with a whole stream beside it."""
    number = struct.pack("<I", 1)
    begin = chunk(1, b"<info><version>1.0</version></info>")
    header = chunk(2, number + header_xml().encode())
    other = chunk(2, struct.pack("<I", 2) + header_xml(name="b", type="EEG").encode())
    data = chunk(3, samples(1, [i / 500 for i in range(600)]))
    footer = chunk(6, number + b"<info><sample_count>600</sample_count></info>")
    offset = chunk(4, number + struct.pack("<dd", 1.0, 0.5))
    whole = (begin, header, data, footer)
    for field in ("channel_count", "nominal_srate", "channel_format", "name", "type"):
        for value in (*NUMBERS, *TEXTS):
            told = value.replace("<", "&lt;").encode("utf-8", "replace")
            xml = header_xml(**{field: "@"}).encode().replace(b"@", told)
            yield f"{field}={value[:20]!r}", xdf(begin, chunk(2, number + xml), data, other, footer)
    for field in ("<version>", "<sample_count>"):
        for value in NUMBERS:
            xml = f"<info>{field}{value}{field.replace('<', '</')}</info>".encode("utf-8", "replace")
            first, last = (chunk(1, xml), footer) if "version" in field else (begin, chunk(6, number + xml))
            yield f"{field}{value[:20]!r}", xdf(first, header, data, last)
    laughs = '<!DOCTYPE a [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 20}">' if i else '<!ENTITY a0 "&a;&a;">' for i in range(9)
    )
    documents = {
        "laughs": laughs + "]><info>&a8;</info>",
        "outside": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><info><name>&x;</name></info>',
        "dtd": '<!DOCTYPE info SYSTEM "http://127.0.0.1:9/x.dtd"><info/>',
        "encoding": '<?xml version="1.0" encoding="foo"?><info/>',
        "idna": '<?xml version="1.0" encoding="idna"?><info/>',
        "utf7": '<?xml version="1.0" encoding="utf-7"?><info/>',
        "utf16": '<?xml version="1.0" encoding="utf-16"?><info/>',
        "big5": '<?xml version="1.0" encoding="big5"?><info/>',
        "zip": '<?xml version="1.0" encoding="zip"?><info/>',
        "nul": "<info>\0</info>",
        "deep": "<info><desc>" + "<a>" * 20_000 + "</a>" * 20_000 + "</desc></info>",
        "deep open": "<info><desc>" + "<a>" * 20_000,
        "long tags": "<info><desc>" + "".join(f"<{'a' * 3000}{i}>" for i in range(30)) + "<b/>" * 30_000,
        "attributes": "<info " + " ".join(f'a{i}="1"' for i in range(5000)) + "/>",
        "names": "<a:info/>",
        "": "",
        "text": "hello",
    }
    documents["long tags"] += "".join(f"</{'a' * 3000}{i}>" for i in reversed(range(30))) + "</desc></info>"
    for name, xml in documents.items():
        content = xml.encode()
        full = header_xml(desc="@").replace("@", xml.partition("<desc>")[2].rpartition("</desc>")[0] or "<x/>")
        yield f"file header {name}", xdf(chunk(1, content), *whole[1:])
        yield f"stream header {name}", xdf(begin, chunk(2, number + content), data, other)
        yield f"description {name}", xdf(begin, chunk(2, number + full.encode()), data, footer)
        yield f"footer {name}", xdf(begin, header, data, chunk(6, number + content))
    for length in (0, 1, 2, 5, 6, 255, 1 << 31, 1 << 32, 1 << 62, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
        for tag in range(1, 7):
            odd = chunk(tag, number + b"x" * 30, length)
            yield f"length {length} of tag {tag}", xdf(begin, header, odd, data, footer)
        for n in (length, (1 << 32) + 600):
            yield f"{n} samples told", xdf(begin, header, chunk(3, samples(1, [1.0, 2.0], n=n)), data, footer)
    for stamp in ("nan", "inf", "-inf", "1e308", "-1e308", "1e-308", "1e18", "-1e18", "1e10", "0", "-0.0"):
        t = float(stamp)
        bad = chunk(3, samples(1, [1.2, t, 1.204]))
        yield f"stamp {stamp}", xdf(begin, header, data, bad, footer)
        yield f"stamp {stamp} first", xdf(begin, header, bad, data, footer)
        yield f"all stamps {stamp}", xdf(begin, header, chunk(3, samples(1, [t] * 600)))
        for pair in ((t, 0.0), (0.0, t), (t, t)):
            odd = chunk(4, number + struct.pack("<dd", *pair))
            last = chunk(4, number + struct.pack("<dd", 3.0, 0.5))
            yield f"offset {pair}", xdf(begin, header, offset, odd, odd, last, data)
    resets = [chunk(4, number + struct.pack("<dd", i % 2, i % 3)) for i in range(3000)]
    yield "resets", xdf(begin, header, data, *resets)
    yield "same header twice", xdf(begin, header, header, data, footer)
    yield "another header of that number", xdf(begin, header, data, other.replace(struct.pack("<I", 2), number), data)
    yield "samples before the header", xdf(begin, data, header, data, footer)
    yield "footer before the header", xdf(begin, footer, header, data)
    yield "footer twice", xdf(begin, header, data, footer, footer)
    yield "no file header", xdf(header, data, footer)
    yield "file header last", xdf(header, data, footer, begin)
    yield "nothing", xdf()
    yield "only a file header", xdf(begin)
    yield "no samples", xdf(begin, header, footer)
    for width in (0, 2, 3, 5, 7, 9, 255):
        yield f"length of {width} bytes", xdf(begin, header, chunk(3, samples(1, [1.0]), width=width), data, footer)
    for tag in (0, 7, 255, 65535):
        yield f"tag {tag}", xdf(begin, header, chunk(tag, number), data, footer)
    many = [
        chunk(2, struct.pack("<I", i) + header_xml(name=f"s{i}", channel_count=str(65536 - i)).encode())
        for i in range(2, 600)
    ]
    yield "many streams of many channels", xdf(begin, header, *many, data, footer)
    few = [chunk(2, struct.pack("<I", i) + header_xml(name=f"s{i}").encode()) for i in range(2, 1500)]
    yield "many streams and damage", xdf(begin, header, *few, *([data[:200]] * 300))
    text = header_xml(channel_format="string", type="Markers", nominal_srate="0", name="m")
    words = chunk(2, struct.pack("<I", 3) + text.encode())
    for size in (b"\x08" + b"\xff" * 8, b"\x04\xff\xff\xff\xff", b"\x04\0\0\0\x80", b"\x01\xff", b"\x05", b"\0", b""):
        content = struct.pack("<IBB", 3, 1, 1) + b"\x08" + struct.pack("<d", 0.1) + size + b"hi"
        yield f"text of {size!r}", xdf(begin, header, words, data, chunk(3, content))
    huge = struct.pack("<IBQ", 3, 8, 1 << 62) + b"\0\1\0" * 1000
    yield "texts told", xdf(begin, header, words, data, chunk(3, huge))


def odd_fields(content: bytes, fields: Sequence[tuple[int, int]], values: Sequence[str] = NUMBERS) -> Iterator[Damaged]:
    """Each field (first byte, width) of a header in ASCII replaced."""
    for at, width in fields:
        for value in values:
            new = value.encode("latin-1", "replace")[:width].ljust(width)
            yield f"field {at} = {value[:width]!r}", content[:at] + new + content[at + width :]


def odd_edf(content: bytes) -> Iterator[Damaged]:
    """Every field of an EDF header replaced by odd numbers."""
    n = int(content[252:256])
    fields = [(0, 8), (8, 80), (88, 80), (168, 8), (176, 8), (184, 8), (192, 44), (236, 8), (244, 8), (252, 4)]
    at = 256
    for width in (16, 80, 8, 8, 8, 8, 8, 80, 8, 32):
        fields += [(at + k * width, width) for k in sorted({0, n - 1})]
        at += n * width
    yield from odd_fields(content, fields)


def odd_lines(text: str, more: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Every ``key=value`` line of a text header with odd values, left out, and doubled."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        rest = lines[:i], lines[i + 1 :]
        yield f"without {line[:30]!r}", "\n".join([*rest[0], *rest[1]])
        if "=" not in line:
            continue
        key = line.partition("=")[0]
        for value in (*NUMBERS, *TEXTS, *more):
            yield f"{key}={value[:20]!r}", "\n".join([*rest[0], f"{key}={value}", *rest[1]])
        for k, value in enumerate(fields := line.partition("=")[2].split(",")):
            if len(fields) > 1:
                for new in (*NUMBERS, "../x"):
                    told = ",".join([*fields[:k], new, *fields[k + 1 :]])
                    yield f"{key}: {value!r} is {new[:20]!r}", "\n".join([*rest[0], f"{key}={told}", *rest[1]])


def odd_npy(content: bytes) -> Iterator[Damaged]:
    """Headers of NPY files that state something else."""
    body = content[128:]
    shapes = (
        "()", "(1,)", "(-1, 3)", "(0, 3)", "(1024,)", "(3, 1024)", "(1<<40, 3)", "(1099511627776, 3)", "(2**62, 4)",
        "(4611686018427387904, 4)", "(1024, 3.0)", "(True, 3)", "(1024, 3, 1)", "1024", "[1024, 3]", "None", "('a',)",
        "(1024, '3')", "(" + "1," * 40 + ")", "(" * 300, "(9" + "9" * 5000 + ",)", "{}", "(4, 256, 3)",
    )  # fmt: skip
    kinds = (
        "'<f4'", "'<f8'", "'>f4'", "'|O'", "'O'", "'<U4'", "'|S4'", "'<M8[s]'", "'<c8'", "'|b1'", "'<f2'", "'|V4'",
        "'<i8'", "[('a', '<f4')]", "[('a', '|O')]", "[('a', '<f4', (1000000000,))]", "'<U999999999'", "'|V0'", "'|S0'",
        "'nope'", "'<f3'", "None", "1", "''", "'<f4,<f4'", "[]", "'<f16'", "{'a': 1}", "__import__('os')",
    )  # fmt: skip
    for shape in shapes:
        yield f"shape {shape[:30]}", npy("'<f4'", shape, body)
    for kind in kinds:
        yield f"type {kind[:30]}", npy(kind, "(1024, 3)", body)
        yield f"type {kind[:30]}, one", npy(kind, "()", body)
    for order in ("True", "None", "1", "'x'"):
        yield f"order {order}", npy("'<f4'", "(1024, 3)", body, order)
    for version in ((0, 0), (1, 1), (2, 0), (3, 0), (4, 0), (255, 255)):
        yield f"version {version}", content[:6] + bytes(version) + content[8:]
    for length in (0, 1, 117, 119, 65535):
        yield f"header of {length}", content[:8] + struct.pack("<H", length) + content[10:]


def npy(kind: str, shape: str, body: bytes, order: str = "False") -> bytes:
    """An NPY file whose header says so."""
    head = f"{{'descr': {kind}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(head) % 65536) + head + body


def odd_wav(content: bytes) -> Iterator[Damaged]:
    """Every number of a WAV header replaced."""
    for at, width in ((4, 4), (16, 4), (20, 2), (22, 2), (24, 4), (28, 4), (32, 2), (34, 2), (40, 4)):
        for value in (0, 1, 2, 3, 255, (1 << 8 * width - 1) - 1, 1 << 8 * width - 1, (1 << 8 * width) - 1):
            new = (value % (1 << 8 * width)).to_bytes(width, "little")
            yield f"wav {at} = {value}", content[:at] + new + content[at + width :]


def odd_table(text: str) -> Iterator[tuple[str, str]]:
    """Every cell of a table replaced, rows that are too long or too short, and other separators."""
    rows = [re.split(r"[\t,]", line) for line in text.strip().split("\n")]
    for i, row in enumerate(rows):
        for k in range(len(row)):
            for value in (*NUMBERS, *TEXTS, '"', "'", "\ufeff", "\r", "\u2028"):
                told = [[*row[:k], value, *row[k + 1 :]] if j == i else other for j, other in enumerate(rows)]
                yield f"cell {i},{k} = {value[:20]!r}", "\n".join("\t".join(r) for r in told)
        yield f"row {i} short", "\n".join("\t".join(r[:1] if j == i else r) for j, r in enumerate(rows))
        yield f"row {i} long", "\n".join("\t".join(r * 30 if j == i else r) for j, r in enumerate(rows))
    for separator in (",", ";", " ", "|", "\x00", "\t\t"):
        yield f"separated by {separator!r}", "\n".join(separator.join(r) for r in rows)


def written(folder: Path, name: str, content: bytes | str) -> Path:
    """A file of that content."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
    return path
