"""A host of static files that applies `_headers`, as Netlify and Cloudflare Pages do."""

from fnmatch import fnmatchcase
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.chromium import Quiet


def rules(text: str) -> dict[str, dict[str, str]]:
    """Read `_headers`: a path on a line of its own, followed by its headers."""
    found: dict[str, dict[str, str]] = {}
    path = ""
    for line in text.splitlines():
        if line.startswith(" "):
            name, _, value = line.strip().partition(": ")
            found[path][name] = value
        else:
            path = line
            assert path not in found
            found[path] = {}
    return found


def host(told: str, missing: Path) -> type[Quiet]:
    """Return a server that sends those headers, and the site's error page for missing files.

    Everything outside the site's path belongs to someone else: browsers request `/favicon.ico` there.
    """

    class Host(Quiet):
        protocol_version = "HTTP/1.1"

        def end_headers(self) -> None:
            for pattern, said in rules(told).items():
                if fnmatchcase(self.path.partition("?")[0], pattern):
                    for name, value in said.items():
                        self.send_header(name, value)
            super(Quiet, self).end_headers()

        def send_error(self, code: int, *_: Any, **__: Any) -> None:
            is_ours = any(fnmatchcase(self.path, pattern) for pattern in rules(told))
            code = code if is_ours else HTTPStatus.NO_CONTENT
            body = missing.read_bytes() if code == HTTPStatus.NOT_FOUND else b""
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Host
