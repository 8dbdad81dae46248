"""External links: broken ones are reported at their line; no host is asked twice, or in a rush."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

import pytest

from plugins.content import links
from tests import builds
from tests.conftest import Build, Site


class Elsewhere(BaseHTTPRequestHandler):
    """A host with one page, one that has moved, one that rejects programs, and one that doesn't support HEAD."""

    asked: Counter[str]
    times: list[float]

    def _answer(self) -> None:
        self.times.append(time.monotonic())
        self.asked[f"{self.command} {self.path}"] += 1
        status = {
            "/there": 200,
            "/moved": 301,
            "/loop": 302,
            "/shy": 403,
            "/get": 405 if self.command == "HEAD" else 200,
        }
        self.send_response(status.get(self.path, 404))
        if self.path in ("/moved", "/loop"):
            self.send_header("Location", "/there" if self.path == "/moved" else "/loop")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET = _answer  # noqa: N815 - the names are the base class's

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Log nothing."""


@contextmanager
def elsewhere(times: list[float] | None = None) -> Iterator[tuple[str, Counter[str]]]:
    """Serve it until the block ends; requests are counted, and `times` gets their times."""
    asked: Counter[str] = Counter()
    handler = type("Counting", (Elsewhere,), {"asked": asked, "times": [] if times is None else times})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


HASTY = "\nfrom plugins.content import links\nlinks.APART_S = 0.01\ndel links\n"
"""Settings that leave a host alone only for a moment."""


@pytest.fixture(autouse=True)
def _hasty(site: Site) -> None:
    settings = site.root / "pelicanconf_here.py"
    settings.write_text(settings.read_text("utf-8") + HASTY, "utf-8")


def check(site: Site, *options: str) -> Build:
    """Run the check with external links."""
    return Build(*builds.run("plugins.content", ["-s", "pelicanconf_here.py", *options], site.root, {}))


@pytest.mark.slow
def test_external_links_are_checked_on_request(site: Site) -> None:
    """Each once, however often it occurs; working ones are cached."""
    with elsewhere() as (host, asked):
        links = [f"[{name}]({host}/{name})" for name in ("there", "moved", "shy", "get", "gone", "kept-out", "loop")]
        site.article("guide", f"{links[0]}, [again]({host}/there#part).\n\n" + "\n".join(links[1:]))
        site.write(
            "pelicanconf_here.py",
            (site.root / "pelicanconf_here.py").read_text("utf-8")
            + f'\nCACHE_PATH = "{site.root}/cache"\nLINKS_IGNORED = ["{host}/kept-*"]\n',
        )
        assert (check(site).code, sum(asked.values())) == (0, 0), "no host is contacted without --web"
        told = check(site, "--web")
        assert told.code == 1
        assert [entry.splitlines()[0] for entry in told.entries] == [
            f"content/nlp/guide.md:11: the link {host}/gone is broken: its host answers with status 404",
            f"content/nlp/guide.md:13: the link {host}/loop can't be reached: more than 8 redirects",
        ]
        assert (
            f"note: content/nlp/guide.md:8: the link {host}/moved has moved permanently\n    link to {host}/there"
            in told.out
        )
        assert f"note: content/nlp/guide.md:9: the link {host}/shy answers with status 403" in told.out
        assert asked["HEAD /there"] == 2, "once for itself, once for the page that has moved there"
        assert "HEAD /kept-out" not in asked
        before = asked.copy()
        check(site, "--web")
        again = {path: count - before[path] for path, count in asked.items() if count > before[path]}
        assert {path.partition(" ")[2] for path in again} == {"/gone", "/shy", "/loop"}


def test_a_host_is_left_alone_between_two_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For another link, for the same page in another way, and for where it has moved."""
    apart_s = 0.05
    times: list[float] = []
    monkeypatch.setattr(links, "APART_S", apart_s)
    with elsewhere(times) as (host, asked):
        links.asked([f"{host}/{name}" for name in ("there", "get", "gone", "moved")], tmp_path / "links.json", "a test")
    assert sum(asked.values()) == len(times)
    # The request for the page that has moved follows its redirect, which is part of the same.
    followed = 1
    pauses = sorted(later - earlier for earlier, later in pairwise(times))[followed:]
    assert len(pauses) >= 6
    assert all(pause >= apart_s * 0.9 for pause in pauses), pauses


def test_without_an_internet_connection_nothing_is_known(site: Site) -> None:
    """One warning, not one per link; and a missing host is an error if others work."""
    with elsewhere() as (host, _asked):
        nowhere = host
    site.article("guide", f"[a]({nowhere}/a), [b]({nowhere}/b)")
    told = check(site, "--web")
    (entry,) = told.entries
    assert entry.startswith("pelicanconf_here.py:1: none of the 2 links could be reached")
    with elsewhere() as (host, _asked):
        site.article("guide", f"[a]({nowhere}/a), [b]({host}/there)")
        (entry,) = check(site, "--web").entries
        assert entry.startswith(f"content/nlp/guide.md:6: the link {nowhere}/a can't be reached: ")
