"""Serves the output over HTTP, with an additional script in each page, and streams the site's state to browsers."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import secrets
import socket
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from fnmatch import fnmatch
from functools import partial
from http import HTTPStatus
from http.client import responses
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from urllib.parse import quote
from xml.etree.ElementTree import Element, tostring

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.netutil import bind_sockets
from tornado.web import Application, Finish, HTTPError, RequestHandler, StaticFileHandler

from ..messages import typed_here
from .output import PAGES, file_at, files, hash_of, kind_of, within

OWN = "/-live/"
STATIC = Path(__file__).parent / "static"
BEAT_S = 15.0
"""How often a stream sends a sign of life; if the browser has gone, the stream then ends."""

SLOW_S = 20.0
"""How long a browser may take to send a request, to send the next one, or to accept data."""

SEARCH_S = 10.0
"""How long the search waits for an up-to-date index; after that, the previous one is used."""

HOLD_S = 10.0
"""How long a request waits for the first build: until then, the output is that of another one, perhaps a published one.

If it takes longer, a page says so, and shows what is being drawn.
"""

HEAD_BYTES = 64 * 1024
"""The longest head of a request. Every program on localhost shares its cookies with all others there."""

BODY_BYTES = 64 * 1024
CHUNK_BYTES = 64 * 1024
LEAVE_S = 1.0
LAST_PORT = 65535
EVERYWHERE = ("", "0.0.0.0", "::")


OPENING = ("pagefind.js", "pagefind-entry.json")
"""The files of a search index that are requested first; the others must match them."""


class BuildState:
    """The state of the preview after the last build. Streams wait for the next; a page asks what it has missed.

    It belongs to the serving thread: only that thread reads and changes it, so there are no locks.
    """

    def __init__(self) -> None:
        self.output: Path | None = None
        self.problems: Sequence[Mapping[str, Any]] = ()
        self.marks: Mapping[str, str] = {}
        self.drawing = ""
        self._session = secrets.token_hex(4)  # of this process: numbers of another mean nothing
        self._number = 0
        self._changes: dict[str, tuple[int, str | None]] = {}
        self._moved: dict[str, str] = {}
        self._next = asyncio.Event()
        self._is_built = asyncio.Event()
        self._index = ""
        self._search_pages: Sequence[str] = ()
        self._search: Callable[[], None] = lambda: None
        self._found = asyncio.Event()

    def show(
        self,
        output: Path,
        index: str = "",
        search_pages: Sequence[str] = (),
        search: Callable[[], None] = lambda: None,
    ) -> None:
        """Set the folder to show, and its search: the index, patterns of its pages, and the function to update it."""
        self.output, self._index, self._search_pages, self._search = output, index, search_pages, search

    def open(self) -> None:
        """Show the output from now on: the first build is done, or has failed."""
        self._is_built.set()

    async def built(self, timeout_s: float) -> bool:
        """Wait until the output may be shown; return whether it may."""
        if not self.is_built:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._is_built.wait(), timeout_s)
        return self.is_built

    @property
    def is_built(self) -> bool:
        """Whether the output may be shown."""
        return self._is_built.is_set()

    async def searched(self, address: str, timeout_s: float) -> None:
        """Have the search index updated when somebody opens the search, and wait for it, up to the timeout.

        Later, a page requests the parts of the index that it has opened: these are sent as long as they exist.
        """
        path = address.lstrip("/")
        if path.endswith("/"):
            path += "index.html"
        if any(fnmatch(path, pattern) for pattern in self._search_pages):
            self._search()  # it will be requested in a moment
        elif self._index and path in (f"{self._index}/{name}" for name in OPENING):
            self._search()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._found.wait(), timeout_s)

    def found(self) -> None:
        """Release everyone who waits for the search index."""
        self._found.set()
        self._found = asyncio.Event()

    @property
    def now(self) -> str:
        """The name of the current state."""
        return f"{self._session}-{self._number}"

    def post(
        self,
        problems: Sequence[Mapping[str, Any]],
        changed: Mapping[str, str | None] | None = None,
        moved: Mapping[str, str] | None = None,
        marks: Mapping[str, str] | None = None,
        drawing: str = "",
    ) -> None:
        """Publish a new state to all browsers."""
        asyncio.get_running_loop()  # raises RuntimeError in every other thread
        self._number += 1
        self.problems = problems
        self.drawing = drawing
        self.marks = self.marks if marks is None else marks
        self._changes |= {path: (self._number, hashed) for path, hashed in (changed or {}).items()}
        # A browser on a page that has moved twice goes straight to its current URL.
        self._moved |= {**(moved or {}), **{old: (moved or {}).get(new, new) for old, new in self._moved.items()}}
        for path in {path for path in self._moved if (changed or {}).get(path)}:
            del self._moved[path]
        self._next.set()
        self._next = asyncio.Event()

    async def changed(self, name: str, timeout_s: float) -> bool:
        """Wait until the state differs from the given one; return whether it does."""
        if self.now == name:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._next.wait(), timeout_s)
        return self.now != name

    def since(self, name: str) -> dict[str, Any]:
        """Return the state, with all changes since another one; raise ValueError if its name is invalid."""
        session, _, number = name.rpartition("-")
        if session == self._session:
            last = int(number)
            changed = {path: digest for path, (at, digest) in self._changes.items() if at > last}
        else:
            changed = dict.fromkeys(self._all_but_pages(), "")
        state = {"problems": self.problems, "drawing": self.drawing, "shown": self.is_shown}
        return {"changed": changed, "moved": self._moved, **state}

    def hash(self, page: str) -> str | None:
        """Return the current hash of a page; None if there is none."""
        with suppress(OSError):
            place = within(self.output, page) if self.output and page.endswith(PAGES) else None
            return hash_of(place.read_bytes()) if place and place.is_file() else None
        return None

    @property
    def is_shown(self) -> bool:
        """Whether there is a site to show: after the first build, or from an earlier one if that has failed."""
        is_there = self.output is not None and any(path.endswith(PAGES) for path in files(self.output))
        return is_there and self.is_built

    def _all_but_pages(self) -> list[str]:
        return [path for path in files(self.output) if not path.endswith(PAGES)] if self.output else []


class Server:
    """Listens from the start, and serves in a thread of its own; the board belongs to that thread.

    Raises OSError if the address is in use or doesn't belong to this machine.
    """

    def __init__(self, address: tuple[str, int], board: BuildState) -> None:
        host, port = address
        if not 0 <= port <= LAST_PORT:  # the system would silently take another one
            raise OSError(errno.EINVAL, f"the last port is {LAST_PORT}")
        self.board = board
        self._sockets = bind_sockets(port, None if host == "::" else host)
        self.server_port: int = self._sockets[0].getsockname()[1]
        self._hosts = hosts(host, self.server_port)
        self._loop = asyncio.new_event_loop()
        self._is_closing = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Start serving."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._is_closing.set)
        self._thread.join()

    def show(self, output: Path, *search: Any) -> None:
        """Serve the files of a folder from now on; the arguments for its search are those of BuildState.show."""
        self._loop.call_soon_threadsafe(self.board.show, output.resolve(), *search)

    def open(self) -> None:
        """Answer the requests that have waited for the first build."""
        self._loop.call_soon_threadsafe(self.board.open)

    def found(self) -> None:
        """Report that the search index is as current as possible."""
        self._loop.call_soon_threadsafe(self.board.found)

    def post(self, *state: Any, **more: Any) -> None:
        """Publish a new state to all browsers; the arguments are those of BuildState.post."""
        self._loop.call_soon_threadsafe(partial(self.board.post, *state, **more))

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        application = Application(
            [(OWN + "events", Events), (f"{OWN}(.*)", OwnFiles, {"path": ""}), ("(/.*)", Pages, {"path": ""})],
            default_handler_class=NotFound,
            board=self.board,
            hosts=self._hosts,
            log_function=lambda _handler: None,  # the terminal is for saves
        )
        http = HTTPServer(
            application,
            idle_connection_timeout=SLOW_S,
            body_timeout=SLOW_S,
            max_header_size=HEAD_BYTES,
            max_body_size=BODY_BYTES,
        )
        http.add_sockets(self._sockets)
        await self._is_closing.wait()
        http.stop()
        await http.close_all_connections()
        self.board.open()  # nobody waits any longer
        # Each response ends with its connection; a cancelled one would log an error in the terminal.
        if answering := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(answering, timeout=LEAVE_S)


def hosts(bind: str, port: int) -> frozenset[str]:
    """Return the allowed values of a browser's `Host`, besides the address at which it has reached us.

    Anyone can point a name of their own at this machine, and a page of theirs could then read what is served.
    """
    names = {"localhost", "127.0.0.1", "[::1]"}
    if bind in EVERYWHERE:
        names |= {socket.gethostname(), f"{socket.gethostname()}.local"}
    else:
        names.add(bind)
    return frozenset(host for name in names for host in _with_port(name, port))


def _with_port(name: str, port: int) -> list[str]:
    named = f"[{name}]" if ":" in name and not name.startswith("[") else name.lower()
    return [f"{named}:{port}", *([named] if port == 80 else [])]


class Answer(RequestHandler):
    """Answers requests, but only those for one of our own host names, and only from browsers that aren't too slow."""

    @property
    def board(self) -> BuildState:
        """The state for browsers."""
        board: BuildState = self.settings["board"]
        return board

    def set_default_headers(self) -> None:
        """Forbid caching, because everything may change at any moment."""
        self.set_header("Cache-Control", "no-store")

    def prepare(self) -> None:
        """Reject requests for another host, as from a page whose name was pointed at this machine."""
        if self._stream.closed():
            raise StreamClosedError
        host = self.request.headers.get("Host", "").lower()
        reached, port = self._stream.socket.getsockname()[:2]
        if host not in self.settings["hosts"] and host not in _with_port(reached, port):
            self.set_status(HTTPStatus.MISDIRECTED_REQUEST)
            command = typed_here("serve", make="make serve BIND=name", otherwise="unrolled serve --bind name")
            self._say(
                f"This preview doesn't answer requests for {host or 'no host'}, so that no other website can read"
                f" your drafts.\nOpen http://{_with_port(reached, port)[0]}/ instead. To use another host name,"
                f" start the preview with it: {command}"
            )
            raise Finish

    def write_error(self, status_code: int, **_about: Any) -> None:
        """Describe an error in one line."""
        self._say(f"{status_code} {responses.get(status_code, 'Unknown')}")

    def log_exception(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log only our own errors, neither bad requests nor closed connections."""
        if not isinstance(raised, HTTPError | StreamClosedError):
            super().log_exception(kind, raised, trace)

    def flush(self, include_footers: bool = False) -> asyncio.Future[None]:
        """Send what has been written so far; disconnect a browser that doesn't accept it."""
        sent = super().flush(include_footers)
        late = asyncio.get_running_loop().call_later(SLOW_S, self._stream.close)
        sent.add_done_callback(lambda _: late.cancel())
        return sent

    @property
    def _stream(self) -> Any:
        assert isinstance(self.request.connection, HTTP1Connection)
        return self.request.connection.stream

    def _say(self, text: str) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(text + "\n")


class NotFound(Answer):
    """Answers requests without a path."""

    def prepare(self) -> None:
        """Respond that there is nothing here."""
        super().prepare()
        raise HTTPError(HTTPStatus.NOT_FOUND)


class Files(Answer, StaticFileHandler):
    """Sends a file, or the requested range, as it was when it was opened: it may be replaced in the meantime."""

    absolute_path: str | None = None
    _file: BinaryIO | None = None

    async def send(self, place: Path, *, with_body: bool) -> None:
        """Send a file."""
        self.root = str(place.parent)
        await StaticFileHandler.get(self, place.name, with_body)

    def validate_absolute_path(self, root: str, absolute_path: str) -> str:
        """Open the file, which has already been looked up."""
        try:
            self._file = Path(absolute_path).open("rb")  # noqa: SIM115 - closed by on_finish
        except OSError as problem:  # it may have been removed just now
            raise HTTPError(HTTPStatus.NOT_FOUND) from problem
        self._state = os.fstat(self._file.fileno())
        self.absolute_path = absolute_path
        condition = self.request.headers.get("If-Range")
        if condition and condition != self.compute_etag():  # ranges of two versions of the file don't fit together
            self.request.headers.pop("Range", None)
        return absolute_path

    def on_finish(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()

    def get_content_size(self) -> int:
        """Return the size of the whole file, in bytes."""
        return self._state.st_size

    def get_content(  # type: ignore[override]  # Tornado asks the instance
        self, abspath: str, start: int | None = None, end: int | None = None
    ) -> Generator[bytes, None, None]:
        """Read a part of the open file."""
        assert self._file
        self._file.seek(start or 0)
        remaining = (self._state.st_size if end is None else end) - (start or 0)
        while remaining > 0 and (chunk := self._file.read(min(CHUNK_BYTES, remaining))):
            remaining -= len(chunk)
            yield chunk

    def compute_etag(self) -> str | None:
        """Return an identifier of a file's state; a page has none, because something is added to it."""
        now = self._state if self.absolute_path else None
        return f'"{now.st_ino:x}-{now.st_mtime_ns:x}-{now.st_size:x}"' if now else None

    def get_modified_time(self) -> None:
        """Omit the time: it has whole seconds, in which an author may save twice."""

    def should_return_304(self) -> bool:
        """Return whether a browser has the current version of the file."""
        return self.check_etag_header()

    def get_content_type(self) -> str:
        """Return the type that a host would send."""
        return kind_of(Path(self.absolute_path or ""))


class OwnFiles(Files):
    """Sends the preview's own scripts and pages."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Send one of our own files."""
        place = within(STATIC.resolve(), path)
        if not (place and place.is_file()):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        await self.send(place, with_body=include_body)


class Pages(Files):
    """Sends the output, with the reload script in each page."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Send the file for a URL, or a page that explains why there is none."""
        is_built = await self.board.built(HOLD_S)
        await self.board.searched(path, SEARCH_S)
        output = self.board.output if is_built else None
        place = shown_at(output, path) if output else None
        if output and place and place.is_dir():
            query = f"?{self.request.query}" if self.request.query else ""
            # From the folder, not the request: to a browser, //name is another host.
            self.redirect(quote("/".join(["", *place.relative_to(output).parts, ""])) + query, status=HTTPStatus.FOUND)
        elif output and place and place.suffix in PAGES:
            self._page(place, place.relative_to(output).as_posix())
        elif place:
            await self.send(place, with_body=include_body)
        elif not self.board.is_shown:
            self._page(STATIC / "nothing.html", "", HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            own_page = shown_at(output, "/404.html") if output else None
            self._page(own_page or STATIC / "missing.html", "", HTTPStatus.NOT_FOUND)

    def _page(self, place: Path, page: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        """Send a page; `page` is its path in the output, empty for a replacement."""
        try:
            data = place.read_bytes()
        except OSError as problem:  # it may have been removed just now
            raise HTTPError(HTTPStatus.NOT_FOUND) from problem
        self.set_status(status)
        self.set_header("Content-Type", kind_of(place))
        self.finish(self._with_script(data, page, place.stem))

    def _with_script(self, data: bytes, page: str, instead: str) -> bytes:
        """Add the script to a page as it is served, so that it is never written to a file."""
        about = {
            "page": page,
            "seen": hash_of(data) if page else instead,
            "since": self.board.now,
            "mark": self.board.marks.get(page, ""),
        }
        attributes = {f"data-{name}": value for name, value in about.items()}
        script = tostring(Element("script", {"type": "module", "src": f"{OWN}reload.js", **attributes}), method="html")
        # The first end tag is that of the head on any page; this process imports no parser that a site could break.
        head, end, rest = data.partition(b"</head>")
        return head + script + end + rest if end else data + script


class Events(Answer):
    """A stream of changes."""

    _telling: asyncio.Task[None] | None = None

    async def get(self) -> None:
        """Send the state right away, and again whenever it changes, until the browser disconnects."""
        self._telling = asyncio.create_task(self._tell())
        with suppress(StreamClosedError, asyncio.CancelledError):
            await self._telling

    def on_connection_close(self) -> None:
        """Stop waiting: nobody is listening."""
        if self._telling:
            self._telling.cancel()

    async def _tell(self) -> None:
        page, seen, since = (self.get_argument(name, "", strip=False) for name in ("page", "seen", "since"))
        last_state = self.request.headers.get("Last-Event-ID") or since
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.write("retry: 300\n\n")
        while page and not self.board.is_built:  # a tab from before stays as it is, and knows that we are back
            await self.flush()
            await self.board.built(BEAT_S)
            self.write(": alive\n\n")
        while True:
            try:
                state = self.board.since(last_state)
            except ValueError as problem:
                raise HTTPError(HTTPStatus.BAD_REQUEST) from problem
            last_state = self.board.now
            if page and (is_now := self.board.hash(page) or "") != seen:
                state["changed"][page] = is_now or None
            state["mark"] = self.board.marks.get(page, "")
            self.write(f"id: {last_state}\ndata: {json.dumps(state)}\n\n")
            await self.flush()
            while not await self.board.changed(last_state, BEAT_S):
                self.write(": alive\n\n")
                await self.flush()


def shown_at(output: Path, address: str) -> Path | None:
    """Return the file to show for a URL, or the folder if the final slash is missing; None if there is nothing.

    A link that leads out of the output folder shows nothing.
    """
    with suppress(OSError):  # a name that is too long, or a folder without permission
        place = within(output, address)
        if place and place.is_dir() and not address.endswith("/"):
            return place
        file = file_at(place)
        return file if file and file.resolve().is_relative_to(output) else None
    return None


PORTS = 20
"""How many more ports are tried if the requested one is in use."""


def server_at(bind: str, port: int) -> Server:
    """Listen on a port, or on the next free one; exit with an explanation if there is none."""
    for tried in range(port, port + PORTS + 1):
        try:
            server = Server((bind, tried), BuildState())
        except OSError as problem:
            if problem.errno != errno.EADDRINUSE:
                raise SystemExit(f"can't listen on {bind}, port {tried}: {problem.strerror}") from problem
        else:
            if tried != port:
                print(f"Port {port} is in use, so this is on port {tried}.", flush=True)
            return server
    command = typed_here("serve", make="make serve PORT=9000", otherwise="unrolled serve --port 9000")
    raise SystemExit(f"ports {port} to {port + PORTS} are all in use. Choose another: {command}")


def address_of(bind: str, port: int) -> str:
    """Return the URL at which a browser reaches us; for all interfaces, that of the machine in its network."""
    host = _machine() if bind in ("", "0.0.0.0", "::") else bind
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _machine() -> str:
    """Ask the system which address it would send from; nothing is sent."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as asking:
        try:
            asking.connect(("192.0.2.1", 9))
            return str(asking.getsockname()[0])
        except OSError:  # there is no network
            return "127.0.0.1"
