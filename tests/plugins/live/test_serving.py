"""Which requests the preview answers, with what, and how long it waits for clients."""

import asyncio
import json
import queue
import re
import socket
import time
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.live import serving
from plugins.live.output import hash_of
from plugins.live.serving import BuildState, Server
from tests.sampling import some
from tests.tables import table

PATIENCE_S = 30.0
PAGE = b"<html><head></head><body>A draft.</body></html>"
SECRET = b"Not yours."


@dataclass(frozen=True)
class Answered:
    """The response: one answer, or several if more than one request was read."""

    raw: bytes

    @property
    def statuses(self) -> list[int]:
        """The statuses of all answers."""
        return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.raw)]

    @property
    def status(self) -> int:
        """The status of the only answer."""
        (status,) = self.statuses
        return status

    @property
    def body(self) -> bytes:
        """The part after the head."""
        return self.raw.partition(b"\r\n\r\n")[2]

    def header(self, name: str) -> str | None:
        """The value of a header."""
        found = re.search(rf"(?im)^{name}: (.*?)\r$", self.raw.partition(b"\r\n\r\n")[0].decode("latin-1"))
        return found[1] if found else None


@dataclass
class Served:
    """A folder served by this process."""

    output: Path
    bind: str = "127.0.0.1"
    is_built: bool = True
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        self.server = Server((self.bind, 0), BuildState())
        self.server.show(self.output)
        self.server.post([])
        if self.is_built:
            self.server.open()
        self.server.start()

    @property
    def port(self) -> int:
        """The port."""
        return self.server.server_port

    def write(self, path: str, data: bytes = b"") -> Path:
        """Write a file into the output."""
        place = self.output / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return place

    def connect(self) -> socket.socket:
        """Connect as a browser does."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)

    def request(self, path: str, address: str = "127.0.0.1") -> socket.socket:
        """Connect, and send a request for a URL, as a browser that keeps the connection does."""
        connection = socket.create_connection((address, self.port), PATIENCE_S)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {address}:{self.port}\r\n\r\n".encode())
        return connection

    def ask(self, request: bytes) -> Answered:
        """Send some bytes, and read everything until the connection is closed, or until the first event of a stream."""
        read = b""
        with self.connect() as connection:
            connection.sendall(request)
            while b"\ndata: " not in read and (part := connection.recv(65536)):
                read += part
        return Answered(read)

    def get(self, path: str | bytes, host: str | None = None, method: str = "GET", **headers: str) -> Answered:
        """Fetch a URL, and close the connection afterwards."""
        target = path.encode() if isinstance(path, str) else path
        told = {"Host": host or f"127.0.0.1:{self.port}", "Connection": "close", **headers}
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items())
        return self.ask(method.encode() + b" " + target + b" HTTP/1.1\r\n" + head.encode() + b"\r\n")


def heard(connection: socket.socket, *words: bytes, times: int = 1) -> bytes:
    """Read until some words have come as often; fail if the connection is closed before."""
    data = b""
    while any(data.count(it) < times for it in words):
        more = connection.recv(65536)
        assert more, data
        data += more
    return data


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Return a function that serves a folder with a page in it, and with a secret next to it."""
    output = tmp_path / "output"
    started: list[Served] = []

    def start(**named: Any) -> Served:
        started.append(Served(output, **named))
        started[-1].write("guide/index.html", PAGE)
        started[-1].write("images/line.png", bytes(range(256)))
        (tmp_path / "secret.html").write_bytes(SECRET)
        return started[-1]

    yield start
    for one in started:
        one.server.close()


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    """Serve at this machine's own address, as `make serve` does."""
    return serve()


@pytest.fixture
def said(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Return a function that returns what the terminal would show so far: a library logs, and pytest captures that."""
    return lambda: "".join(capfd.readouterr()) + caplog.text


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, serve: Callable[..., Served]) -> Served:
    """Serve with timeouts short enough for a test."""
    monkeypatch.setattr(serving, "SLOW_S", 0.5)
    return serve()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LocalHost"])
def test_this_machine_can_use_its_own_names(served, name):
    """With the port that is used."""
    assert served.get("/guide/", f"{name}:{served.port}").status == 200


@table(__file__, "No other name is answered and the response says what to do")
@pytest.mark.parametrize("path", ["/guide/", "/images/line.png", "/-live/events", "/-live/reload.js", "/nowhere"])
def test_no_other_name_is_answered_and_the_response_says_what_to_do(served, host, path):
    """A page whose own name was pointed at this machine must not read a draft (DNS rebinding)."""
    asked = host.format(port=served.port, hostname=socket.gethostname())
    answered = served.get(path, asked)
    assert answered.status in (400, 421)
    assert b"draft." not in answered.body
    if answered.status == 421:
        said = answered.body.decode()
        assert asked.lower() in said
        assert f"Open http://127.0.0.1:{served.port}/ instead" in said
        assert "make serve BIND=" in said


def test_a_rejected_name_has_the_right_status(served):
    """So that the test above doesn't pass just because of bad requests."""
    assert served.get("/guide/", f"evil.example:{served.port}").status == 421


def test_on_all_interfaces_the_address_and_the_name_of_the_machine_work(serve):
    """The address is the one at which the browser has connected, whichever of the machine's that is."""
    served = serve(bind="0.0.0.0")
    name = socket.gethostname()
    for host in (name, f"{name}.local", "127.0.0.1", "localhost"):
        assert served.get("/guide/", f"{host}:{served.port}").status == 200
    for host in ("evil.example", "192.0.2.1", f"{name}.evil.example"):
        assert served.get("/guide/", f"{host}:{served.port}").status == 421
    with served.request("/guide/", "127.0.0.2") as connection:
        assert Answered(connection.recv(65536)).status == 200


def test_the_bound_name_works(serve):
    """`make serve BIND=name` is the advice in the response to another name."""
    served = serve(bind="127.0.0.5")
    with served.request("/guide/", "127.0.0.5") as connection:
        assert Answered(connection.recv(65536)).status == 200
    assert f"box.example:{served.port}" in serving.hosts("Box.Example", served.port)
    assert "[fe80::1]:8000" in serving.hosts("fe80::1", 8000)


def test_on_port_80_a_browser_leaves_the_port_out():
    """The check must allow that."""
    assert {"localhost", "localhost:80"} <= serving.hosts("127.0.0.1", 80)
    assert "localhost" not in serving.hosts("127.0.0.1", 8000)


@pytest.mark.parametrize("port", [-1, 65536, 80000])
def test_an_invalid_port_is_not_taken_for_another(port):
    """The system wraps around, so 80000 would be 14464."""
    with pytest.raises(OSError, match="the last port is 65535"):
        Server(("127.0.0.1", port), BuildState())


def test_a_body_is_not_read_as_another_request(served):
    """Neither with its length, nor in chunks, nor as a response in which it would be hidden."""
    host = f"Host: 127.0.0.1:{served.port}\r\n"
    hidden = f"GET /images/line.png HTTP/1.1\r\n{host}\r\n"
    last = f"GET /guide/ HTTP/1.1\r\n{host}Connection: close\r\n\r\n"
    whole = f"GET /guide/ HTTP/1.1\r\n{host}Content-Length: {len(hidden)}\r\n\r\n{hidden}"
    chunked = (
        f"GET /guide/ HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n{len(hidden):x}\r\n{hidden}\r\n0\r\n\r\n"
    )
    for request in (whole, chunked):
        answered = served.ask((request + last).encode())
        assert answered.statuses == [200, 200]
        assert answered.raw.count(b"A draft.") == 2


BEGUN = (b"", b"GET / HTTP/1.1\r\nHo", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n")


@pytest.mark.parametrize("slow", some(product(BEGUN, (False, True)), one_in=5), ids=str)
def test_a_slow_request_is_given_up(impatient, slow):
    """Whether it sends nothing more or a byte at a time."""
    begun, drips = slow
    with impatient.connect() as connection:
        connection.sendall(begun)
        connection.settimeout(0.05)
        began = time.monotonic()
        with pytest.raises(ConnectionError):  # noqa: PT012 - raised by whichever of the two comes first
            while time.monotonic() - began < PATIENCE_S:
                try:
                    if not connection.recv(65536):
                        raise ConnectionResetError
                except TimeoutError:
                    if drips:
                        connection.sendall(b"a" if begun else b"\r")


@pytest.mark.slow
def test_a_browser_that_accepts_nothing_is_disconnected(impatient):
    """A file of any size must not be kept for it."""
    impatient.write("film.mp4", bytes(64 * 2**20))
    with impatient.request("/film.mp4") as connection:
        time.sleep(4 * serving.SLOW_S)
        taken = 0
        with pytest.raises(ConnectionError):  # noqa: PT012
            while part := connection.recv(2**20):
                taken += len(part)
            raise ConnectionResetError
    assert 0 < taken < 64 * 2**20


@pytest.mark.slow
def test_a_listening_browser_is_not_disconnected(monkeypatch, serve):
    """A stream without news isn't a slow request."""
    monkeypatch.setattr(serving, "SLOW_S", 1.5)  # on a busy machine, the request itself may take a while
    served = serve()
    with served.request("/-live/events") as connection:
        heard(connection, b"data: ")
        time.sleep(1.5 * serving.SLOW_S)
        served.server.post([], {"guide/index.html": "abc"})
        heard(connection, b"guide/index.html")


def test_a_stream_regularly_sends_a_sign_of_life(monkeypatch, served):
    """Otherwise a proxy might close it."""
    monkeypatch.setattr(serving, "BEAT_S", 0.05)
    with served.request("/-live/events") as connection:
        heard(connection, b": alive", times=2)


def test_an_endless_head_is_not_kept_in_memory(served):
    """There is enough space for the cookies of all programs on localhost."""
    cookies = f"Cookie: {'a' * 30_000}\r\n"
    head = f"GET /guide/ HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nConnection: close\r\n"
    assert served.ask(f"{head}{cookies}\r\n".encode()).status == 200
    with served.connect() as connection, pytest.raises(ConnectionError):  # noqa: PT012
        for _ in range(1000):
            connection.sendall(b"GET / HTTP/1.1\r\n" + b"a" * 10_000)
        while connection.recv(65536):
            pass
        raise ConnectionResetError


@table(__file__, "A missing page gets a clean response")
def test_a_missing_page_gets_a_clean_response(served, said, path, status):
    """No traceback, and nothing from outside."""
    answered = served.get(path.format(long="a" * 300, deep="a/" * 3000))
    assert answered.status == status
    assert SECRET not in answered.raw
    assert said() == ""


def test_a_site_without_a_front_page_reports_that(served, tmp_path, said):
    """A page next to the output with its name isn't part of it."""
    (tmp_path / "output.html").write_bytes(SECRET)
    answered = served.get("/")
    assert answered.status == 404
    assert b"Page not found" in answered.body
    assert said() == ""


@pytest.mark.parametrize("number", ["x", "", "1.5", "²", "9" * 5000])
def test_a_state_with_an_unknown_name_is_a_bad_request(served, said, number):
    """The next state is still sent afterwards."""
    session = re.search(rb'data-since="(\w+)-\d+"', served.get("/guide/").body)
    assert session
    answered = served.get(f"/-live/events?since={session[1].decode()}-{quote_from_bytes(number.encode())}")
    assert answered.status == 400
    assert said() == ""


def test_other_methods_are_not_allowed(served):
    """A preview is read-only."""
    for method in ("POST", "PUT", "DELETE", "TRACE", "PATCH", "OPTIONS"):
        assert served.get("/guide/", method=method).status == 405


@pytest.mark.parametrize("path", ["/images", "//images", "/%2f%2fimages", "/%2F/images", "///images", "/./images"])
def test_a_folder_without_its_slash_redirects_within_this_site(served, path):
    """Two slashes at the start would be another host."""
    answered = served.get(f"{path}?a=1")
    assert answered.status == 302
    assert answered.header("Location") == "/images/?a=1"


def test_a_link_that_leads_out_of_the_output_shows_nothing(served, tmp_path):
    """Whether it is a page, the page with that name, a folder's index, a folder, or the page for missing ones."""
    secret = tmp_path / "secret.html"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/index.html").write_bytes(SECRET)
    served.write("folder/page.html", PAGE)
    (served.output / "page.html").symlink_to(secret)
    (served.output / "folder/index.html").symlink_to(secret)
    (served.output / "linked").symlink_to(tmp_path / "elsewhere")
    (served.output / "404.html").symlink_to(secret)
    for path in ("/page.html", "/page", "/folder/", "/linked/", "/linked", "/linked/index.html", "/nowhere"):
        answered = served.get(path)
        assert answered.status == 404, path
        assert SECRET not in answered.body
    stream = served.get("/-live/events?page=page.html", method="HEAD")
    assert SECRET not in stream.raw


def test_a_link_within_the_output_is_followed(served):
    """As a host does."""
    (served.output / "again.html").symlink_to(served.output / "guide/index.html")
    assert b"A draft." in served.get("/again.html").body


def test_a_range_of_a_file_is_sent_on_request(served):
    """Videos are played this way."""
    whole = served.get("/images/line.png")
    assert (whole.status, whole.body) == (200, bytes(range(256)))
    part = served.get("/images/line.png", Range="bytes=10-19")
    assert (part.status, part.body) == (206, bytes(range(10, 20)))
    assert part.header("Content-Range") == "bytes 10-19/256"
    assert served.get("/images/line.png", Range="bytes=-6").body == bytes(range(250, 256))
    assert served.get("/images/line.png", Range="bytes=256-").status == 416
    assert served.get("/images/line.png", method="HEAD").body == b""


def test_a_file_is_identified_by_its_current_state(served):
    """Browsers that have it don't get it again; those with another version do, even from the same second."""
    first = served.get("/images/line.png").header("ETag") or ""
    assert served.get("/images/line.png", If_None_Match=first).status == 304
    assert served.get("/images/line.png", Range="bytes=0-1", If_Range=first).status == 206
    served.write("images/line.png", bytes(256))
    assert served.get("/images/line.png", If_None_Match=first).status == 200
    assert served.get("/images/line.png", Range="bytes=0-1", If_Range=first).status == 200
    later = "Fri, 01 Jan 2999 00:00:00 GMT"
    assert served.get("/images/line.png", If_Modified_Since=later).status == 200


def test_a_page_is_sent_with_its_script_and_never_cached(served):
    """Its hash in the script is that of the file, not of what is sent."""
    answered = served.get("/guide/")
    assert answered.header("Cache-Control") == "no-store"
    assert answered.body.count(b"reload.js") == 1
    assert (
        answered.body.replace(answered.body[answered.body.index(b"<script") : answered.body.index(b"</head>")], b"")
        == PAGE
    )
    assert served.get("/guide/", If_None_Match="*").status == 200


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/guide/", "text/html; charset=utf-8"),
        ("/images/gr%C3%BC%C3%9Fe%201.svg", "image/svg+xml; charset=utf-8"),
        ("/-live/reload.js", "text/javascript; charset=utf-8"),
    ],
)
def test_a_file_has_the_type_that_a_host_gives_it(served, path, kind):
    """Whatever letters are in its name."""
    served.write("images/grüße 1.svg", b"<svg/>")
    answered = served.get(path)
    assert (answered.status, answered.header("Content-Type")) == (200, kind)


def test_a_head_request_for_a_page_has_no_body(served):
    """With the length that it would have, except for the state's number."""
    answered = served.get("/guide/", method="HEAD")
    assert (answered.status, answered.body) == (200, b"")
    assert int(answered.header("Content-Length") or 0) > len(PAGE)


def test_many_streams_get_each_state_once_and_in_order_among_other_requests(served):
    """The state has one owner, so that nothing is seen half changed."""
    streams = [served.request("/-live/events") for _ in range(20)]
    for connection in streams:
        heard(connection, b"data: ")
    for number in range(200):
        served.server.post([], {f"{at}.png": f"{number}" for at in range(number)}, {f"old-{number}": f"new-{number}"})
    for connection in streams:
        events = re.sub(rb"\r\n[0-9a-f]+\r\n", b"", heard(connection, b'old-199": "new-199'))
        connection.close()
        counts = [len(json.loads(state)["moved"]) for state in re.findall(rb"^data: (.*)$", events, re.M)]
        assert counts == sorted(set(counts))


def test_a_state_that_comes_while_a_stream_starts_is_sent(served):
    """Either in the first event or in the next."""
    for number in range(50):
        with served.request("/-live/events") as connection:
            served.server.post([{"said": f"State {number}."}])
            heard(connection, f"State {number}.".encode())


@pytest.mark.parametrize("times", [15, pytest.param(60, marks=pytest.mark.slow)])
def test_it_stops_at_once_and_silently_whatever_the_clients_are_doing(tmp_path, said, times):
    """Whether a page listens, is receiving, has sent half of its request, or has just disconnected."""
    output = tmp_path / "output"
    for number in range(times):
        served = Served(output, is_built=number % 3 > 0)
        served.write("film.mp4", bytes(10**7))
        paths = ("/-live/events", "/film.mp4", "/film.mp4", "/-live/events")
        half, nothing = served.connect(), served.connect()
        half.sendall(b"GET /half")
        connections = [*map(served.request, paths), half, *map(served.request, paths), nothing]
        for connection in connections[: number % len(connections)]:
            connection.close()
        time.sleep(number % 5 / 1000)  # from before the request is read to when it is answered
        began = time.monotonic()
        served.server.close()
        assert time.monotonic() - began < PATIENCE_S
        for connection in connections:
            connection.close()
    assert said() == ""


def test_only_the_serving_thread_changes_the_state():
    """Others pass it on."""
    with pytest.raises(RuntimeError):
        BuildState().post([])


TARGETS = st.binary(max_size=60).map(lambda data: b"/" + quote_from_bytes(data, safe="/.%[]:@?&=*").encode())
ODD = st.lists(
    st.sampled_from(["..", "%2e%2e", "/", "%2f", "secret.html", "linked", "-live", "guide", "%00", "%ff", "[", "?"])
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(target=TARGETS | ODD.map(lambda parts: b"/" + "".join(parts).encode()))
def test_any_request_gets_a_clean_response_from_the_output_only(served, said, target):
    """No server error, no message in the terminal, no other host, nothing from outside."""
    link = served.output / "linked"
    if not link.is_symlink():
        link.symlink_to(served.output.parent)
    answered = served.get(target)
    assert answered.status in (200, 302, 400, 404)
    assert SECRET not in answered.raw
    assert not (answered.header("Location") or "/-").startswith(("//", "http"))
    assert said() == ""


PROBLEM = {"said": "Broken."}


def post(board: BuildState, *state: Any, **more: Any) -> None:
    """Post a state in a serving thread."""

    async def posted() -> None:
        board.post(*state, **more)

    asyncio.run(posted())


@pytest.fixture
def board(tmp_path: Path) -> BuildState:
    """Return a board whose output has a page and a picture."""
    board = BuildState()
    board.output = tmp_path
    board.open()
    (tmp_path / "index.html").write_text("Words.")
    (tmp_path / "line.png").write_text("A line.")
    return board


def test_only_later_changes_are_sent(board):
    """Not what the page has already seen, nor what existed when it was served."""
    post(board, [], {"a.png": "1"})
    seen = board.now
    assert board.since(seen)["changed"] == {}
    post(board, [], {"b.png": "1"})
    post(board, [], {"b.png": "2", "c.png": None})
    assert board.since(seen)["changed"] == {"b.png": "2", "c.png": None}


def test_for_a_page_of_another_server_everything_but_pages_may_have_changed(board):
    """A page checks itself by its hash."""
    for known in ("", "another-0", "another-x"):
        assert board.since(known)["changed"] == {"line.png": ""}


def test_a_page_that_moves_twice_is_followed_to_its_last_url(board):
    """And nowhere, if it has moved back."""
    post(board, [], {}, {"draft": "first"})
    post(board, [], {}, {"first": "second"})
    assert board.since("")["moved"] == {"draft": "second", "first": "second"}
    post(board, [], {"draft": "1"}, {"second": "draft"})
    assert board.since("")["moved"] == {"first": "draft", "second": "draft"}


def test_marks_are_kept_until_others_are_posted(board):
    """A failed build posts none."""
    post(board, [], {}, {}, {"index.html": "draft"})
    post(board, [PROBLEM])
    assert board.marks == {"index.html": "draft"}
    assert board.since("")["problems"] == [PROBLEM]
    post(board, [], {}, {}, {})
    assert board.marks == {}


def test_a_drawing_in_progress_is_reported_until_the_next_state(board):
    """Then it is finished, or given up."""
    post(board, [], drawing="drawing line…")
    assert board.since("")["drawing"] == "drawing line…"
    post(board, [])
    assert board.since("")["drawing"] == ""


def test_whether_there_is_a_site_depends_on_the_output(board, tmp_path):
    """It may be from yesterday; files without a page aren't a site."""
    assert board.is_shown
    (tmp_path / "index.html").unlink()
    assert not board.is_shown
    assert not BuildState().is_shown


def test_what_an_earlier_build_has_left_is_not_shown(monkeypatch, serve):
    """It may be a published site, without drafts: requests wait for the first build, and an open tab stays as it is."""
    served = serve(is_built=False)
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    built = served.server.board.built

    async def waited(timeout_s: float) -> bool:
        waiting.put("")
        return await built(timeout_s)

    monkeypatch.setattr(served.server.board, "built", waited)
    asked = ("/guide/", "/images/line.png", "/-live/events?page=guide/index.html&seen=&since=another-0")
    connections = [served.request(path) for path in asked]
    for _ in asked:
        waiting.get(timeout=PATIENCE_S)
    assert served.get("/-live/reload.js").status == 200
    served.write("guide/index.html", b"A page of this build.")
    served.write("images/line.png", b"A picture of this build.")
    served.server.open()
    said = [b"A page of this build.", b"A picture of this build.", hash_of(b"A page of this build.").encode()]
    for connection, expected in zip(connections, said, strict=True):
        with connection:
            assert PAGE[-10:] not in heard(connection, expected)


def test_a_first_build_that_takes_long_is_a_page_that_says_so(monkeypatch, serve):
    """It is told what is being drawn, and is loaded again once there is a site."""
    monkeypatch.setattr(serving, "HOLD_S", 0)
    served = serve(is_built=False)
    answered = served.get("/guide/")
    assert (answered.status, b"Not built yet" in answered.body) == (503, True)
    assert served.get("/images/line.png").status == 503
    with served.request("/-live/events") as connection:
        heard(connection, b'"shown": false')
        served.server.open()
        served.server.post([])
        heard(connection, b'"shown": true')


def test_only_written_pages_have_a_hash(board, tmp_path):
    """Neither other files nor pages outside of the output do."""
    assert board.hash("index.html") == hash_of(b"Words.")
    for page in ("none.html", "line.png", "../outside.html", "\0.html", "a" * 300 + ".html", ""):
        assert board.hash(page) is None
    assert BuildState().hash("index.html") is None


def test_waiting_ends_at_once_with_another_state_and_otherwise_in_time(board):
    """Even if the other one came before the wait."""

    async def waited() -> list[bool]:
        at_first = board.now
        nothing = await board.changed(at_first, 0.01)
        waiting: list[Coroutine[Any, Any, bool]] = [board.changed(at_first, 30) for _ in range(3)]
        tasks = [asyncio.create_task(one) for one in waiting]
        await asyncio.sleep(0)
        board.post([])
        return [nothing, *(await asyncio.gather(*tasks)), await board.changed(at_first, 30)]

    assert asyncio.run(waited()) == [False, True, True, True, True]
