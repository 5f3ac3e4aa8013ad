"""A hand-written sender that announces on the LSL network what liblsl itself would not: odd rates, counts, names, no
answer."""

from __future__ import annotations

import configparser
import os
import socket
import threading
import uuid
from types import TracebackType
from xml.sax.saxutils import escape


class Stranger:
    """Answers every search with one announcement; whoever connects to it waits for good.

    Parameters
    ----------
    fields : the announcement, as text; what is not given is that of a usual amplifier of two channels.
    raw : instead of the announcement, these bytes.
    """

    def __init__(self, raw: bytes = b"", **fields: str) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0))
        port = str(self._tcp.getsockname()[1])
        usual = {"name": "stranger", "type": "sEEG", "channel_count": "2", "channel_format": "float32"}
        usual |= {"source_id": f"stranger-{uuid.uuid4().hex}", "nominal_srate": "512", "version": "1.1"}
        usual |= {"created_at": "1.5", "uid": str(uuid.uuid4()), "session_id": "x", "hostname": "elsewhere"}
        usual |= {"v4address": "127.0.0.1", "v4data_port": port, "v4service_port": port}
        usual |= {"v6address": "", "v6data_port": "0", "v6service_port": "0"}
        said = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in (usual | fields).items())
        self._answer = raw or f'<?xml version="1.0"?><info>{said}<desc /></info>'.encode("utf-8", "surrogateescape")
        self._udp = _port_that_is_searched()
        self._held: list[socket.socket] = []
        for work in (self._announce, self._accept):
            threading.Thread(target=work, daemon=True).start()

    def _announce(self) -> None:
        while True:
            try:
                asked, sender = self._udp.recvfrom(65536)
            except OSError:
                return
            if not sender:  # closed
                return
            lines = asked.decode(errors="replace").split("\r\n")
            if lines[0] == "LSL:shortinfo" and len(lines) > 2:
                port, query = lines[2].split()[:2]
                self._udp.sendto(query.encode() + b"\r\n" + self._answer, (sender[0], int(port)))

    def _accept(self) -> None:
        while True:
            try:
                self._held.append(self._tcp.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Vanish without a word."""
        for one in (self._udp, self._tcp, *self._held):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def __enter__(self) -> Stranger:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def _port_that_is_searched() -> socket.socket:
    """A port that searches of this test run ask."""
    settings = configparser.ConfigParser(inline_comment_prefixes=";")
    settings.read(os.environ["LSLAPICFG"])
    base = settings.getint("ports", "BasePort", fallback=16572)
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for port in range(base + settings.getint("ports", "PortRange", fallback=32) - 1, base, -1):
        try:
            udp.bind(("127.0.0.1", port))
        except OSError:
            continue
        return udp
    raise OSError("no free port among those that LSL asks")
