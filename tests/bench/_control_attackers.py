"""Clients that misbehave on a control channel, for `control`: KIND, folder of the session, how many; until killed.

Each acts 20 times a second at most, so that it is the channel that is measured and not a core that they keep busy.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from bk_realtime.session.control import wire
from bk_realtime.session.control.place import read_place

PAUSE_S = 0.05
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _silent(streams: Streams, key: bytes) -> None:
    await streams[0].read(1 << 16)
    await streams[0].read(1)


async def _drip(streams: Streams, key: bytes) -> None:
    for _ in range(100):
        streams[1].write(b"\0")
        await streams[1].drain()
        await asyncio.sleep(1.0)


async def _garbage(streams: Streams, key: bytes) -> None:
    streams[1].write(secrets.token_bytes(300))
    await streams[1].drain()
    await streams[0].read(1)


async def _replay(streams: Streams, key: bytes) -> None:
    """What a client with the key would send to another challenge."""
    challenge = b"#CHALLENGE#" + wire.new_challenge()
    for data in (wire.respond(key, challenge), challenge, wire.WELCOME, b'{"command": "unmute"}'):
        streams[1].write(wire.frame(data))
    await streams[1].drain()
    while await streams[0].read(1 << 16):
        pass


async def _half_close(streams: Streams, key: bytes) -> None:
    streams[1].write(b"\0\0\0")
    streams[1].write_eof()
    await streams[0].read(1 << 16)


async def _churn(streams: Streams, key: bytes) -> None:
    return


async def _answered(streams: Streams) -> bytes:
    (n,) = wire.HEADER.unpack(await streams[0].readexactly(wire.HEADER.size))
    return await streams[0].readexactly(n)


async def _with_key(streams: Streams, key: bytes, *messages: bytes) -> None:
    """Flood with messages, as fast as they are answered."""
    _, writer = streams
    writer.write(wire.frame(wire.respond(key, await _answered(streams))))
    await _answered(streams)
    writer.write(wire.challenge_frame(wire.new_challenge()))
    await _answered(streams)
    writer.write(wire.frame(wire.WELCOME))
    while True:
        for message in messages:
            writer.write(wire.frame(message))
            await writer.drain()
            await _answered(streams)


async def _markers(streams: Streams, key: bytes) -> None:
    long = b'{"command": "marker", "text": "x", "more": [' + b"1," * 30_000 + b"1]}"
    await _with_key(streams, key, b'{"command": "status"}', b'{"command": "marker", "text": "x"}', long, b"{" * 60_000)


async def _panics(streams: Streams, key: bytes) -> None:
    await _with_key(streams, key, b'{"command": "panic"}', b'{"command": "mute"}')


KINDS: dict[str, Callable[[Streams, bytes], Awaitable[None]]] = {
    "say nothing": _silent,
    "a byte a second": _drip,
    "garbage": _garbage,
    "replayed handshake": _replay,
    "half-close": _half_close,
    "connect and go": _churn,
    "key: markers": _markers,
    "key: panics": _panics,
}


async def _attack(kind: str, address: tuple[str, int], key: bytes) -> None:
    while True:
        with contextlib.suppress(OSError, EOFError):
            streams = await asyncio.open_connection(*address)
            with contextlib.suppress(OSError, EOFError):
                await KINDS[kind](streams, key)
            streams[1].close()
        await asyncio.sleep(PAUSE_S)


async def _main(kind: str, folder: Path, n: int) -> None:
    address, key = read_place(folder / "control.json")
    kinds = list(KINDS) if kind == "all at once" else [kind]
    await asyncio.gather(*(_attack(kinds[i % len(kinds)], address, key) for i in range(n)))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
