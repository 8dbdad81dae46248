"""Scripts as highlighted HTML, kept from one build to the next."""

from __future__ import annotations

import json
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

import pygments
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..files import write_atomically


class Listings:
    """Highlights scripts, and caches the results in a file, only for the scripts of this build."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)
        self._asked: dict[str, str] = {}

    def of(self, script: str, title: str = "") -> str:
        """Return a script as HTML, like the code in articles, with a title above it."""
        key = blake2b(f"{pygments.__version__}\0{title}\0{script}".encode(), digest_size=16).hexdigest()
        self._asked[key] = self._known.get(key) or _highlighted(script, title)
        return self._asked[key]

    def keep(self) -> None:
        """Store the requested listings. If the file can't be written, they are highlighted again the next time."""
        if self._asked != self._known:
            with suppress(OSError):
                write_atomically(self._file, json.dumps(self._asked).encode())


def _highlighted(script: str, title: str) -> str:
    html: str = pygments.highlight(
        script, PythonLexer(), HtmlFormatter(cssclass="highlight wide", wrapcode=True, filename=title)
    )
    return html


def _read(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    is_sound = isinstance(known, dict) and all(isinstance(html, str) for html in known.values())
    return known if is_sound else {}
