"""The port that is listened at, and the address by which a browser comes there."""

from __future__ import annotations

import errno
import socket
from contextlib import closing

from .board import Board
from .serving import Server

PORTS = 20
"""How many more ports are tried if the one that was asked for is taken."""


def server_at(bind: str, port: int) -> Server:
    """Listen on a port, or on the next that is free; end with a word on why if there is none."""
    for tried in range(port, port + PORTS + 1):
        try:
            server = Server((bind, tried), Board())
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise SystemExit(f"cannot listen at {bind}, port {tried}: {problem.strerror}") from problem
        else:
            if tried != port:
                print(f"Port {port} is taken, so it is {tried}.", flush=True)
            return server
    raise SystemExit(f"the ports {port} to {port + PORTS} are all taken: say make serve PORT=9000")


def address_of(bind: str, port: int) -> str:
    """Return the address by which a browser reaches us; for all interfaces, the machine's in its network."""
    host = _machine() if bind in ("", "0.0.0.0", "::") else bind
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _machine() -> str:
    """Ask the system by which address it would send something out; nothing is sent."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
            return str(asking.getsockname()[0])
        except OSError:  # there is no network
            return "127.0.0.1"
