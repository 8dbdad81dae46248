"""Serves the output over HTTP, with one script more in each page, and the streams of events."""

from __future__ import annotations

import json
import socket
import sys
from contextlib import suppress
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

from .board import Board
from .finding import file_at, kind_of, within
from .publishing import PAGES, hash_of

OWN = "/-live/"
STATIC = Path(__file__).parent / "static"
BEAT_S = 15.0
"""How often a stream says that it is alive; one whose browser has gone ends then."""


class Server(ThreadingHTTPServer):
    """A server that knows the board."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], board: Board) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, Handler)
        self.board = board

    def handle_error(self, request: object, client_address: object) -> None:
        """Tell what went wrong, but not of a browser that has gone: it does so with every page that is left."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; two of them may wait for each other
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a request; a browser that has gone is no failure."""
        address = urlsplit(self.path)
        with suppress(ConnectionError, TimeoutError):
            if address.path == OWN + "events" and self.command == "GET":
                self._stream({name: values[0] for name, values in parse_qs(address.query).items()})
            elif address.path.startswith(OWN):
                self._file(STATIC / Path(address.path).name)
            else:
                self._page(address.path, f"?{address.query}" if address.query else "")

    do_HEAD = do_GET  # noqa: N815 - the name is the base class's

    def _page(self, address: str, query: str) -> None:
        output = self.server.board.output
        place = within(output, unquote(address)) if output else None
        if place and place.is_dir() and not address.endswith("/"):
            self._send(HTTPStatus.FOUND, b"", "text/plain", Location=quote(unquote(address)) + "/" + query)
        elif output and (found := file_at(place)):
            self._file(found, found.relative_to(output).as_posix())
        elif not self.server.board.is_shown:
            self._file(STATIC / "nothing.html", "", HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            own = output / "404.html" if output else None
            self._file(own if own and own.is_file() else STATIC / "missing.html", "", HTTPStatus.NOT_FOUND)

    def _file(self, place: Path, page: str | None = None, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send a file; `page` is its path in the output, empty for what stands in for a page that is not there."""
        try:
            data = place.read_bytes()
        except OSError:  # it may have gone this moment
            self._send(HTTPStatus.NOT_FOUND, b"", "text/plain")
            return
        is_page = page is not None and place.suffix in PAGES
        self._send(status, self._with_script(data, page or "", place.stem) if is_page else data, kind_of(place))

    def _with_script(self, data: bytes, page: str, instead: str) -> bytes:
        """Add the script to a page as it is served, so that it is never in a page that is written."""
        about = {
            "page": page,
            "seen": hash_of(data) if page else instead,
            "since": self.server.board.now,
            "mark": self.server.board.marks.get(page, ""),
        }
        told = "".join(f' data-{name}="{escape(value)}"' for name, value in about.items())
        script = f'<script type="module" src="{OWN}reload.js"{told}></script>'.encode()
        head, end, rest = data.partition(b"</head>")
        return head + script + end + rest if end else data + script

    def _send(self, status: HTTPStatus, data: bytes, kind: str, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _stream(self, asked: dict[str, str]) -> None:
        """Tell the state at once, and again whenever it changes, until the browser has gone."""
        board, page = self.server.board, asked.get("page", "")
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(b"retry: 300\n\n")
        self.wfile.flush()
        known = self.headers.get("Last-Event-ID") or asked.get("since", "")
        while True:
            now = board.now
            state = board.since(known)
            if page and (is_now := board.hash(page) or "") != asked.get("seen", ""):
                state["changed"][page] = is_now or None
            state["mark"] = board.marks.get(page, "")
            self.wfile.write(f"id: {now}\ndata: {json.dumps(state)}\n\n".encode())
            self.wfile.flush()
            known = now
            while not board.wait(known, BEAT_S):
                self.wfile.write(b": alive\n\n")
                self.wfile.flush()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the terminal is for what was saved."""
