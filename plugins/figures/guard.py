"""A guard against accidents, not a sandbox: it refuses what a figure could not be drawn alike with (in the child)."""

from __future__ import annotations

import ast
import os
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from .report import RefusedError

_INTERNET = (socket.AF_INET, socket.AF_INET6)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND




def allowed(script: ast.Module) -> frozenset[str]:
    """Read which refusals a script lifts: its top-level `allow = ["network", "write"]`, by its text."""
    for node in script.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["allow"]:
            try:
                return frozenset(ast.literal_eval(node.value))
            except (ValueError, TypeError):  # a name of the script's own, with another meaning
                return frozenset()
    return frozenset()


class Guard:
    """Refuses network and writing in the project from now on: an audit hook cannot be taken off.

    What a C library does by itself, and what another process does, is not seen.
    """

    def __init__(self, root: Path, spared: Iterable[str | Path], allow: frozenset[str]) -> None:
        self._root = str(root)
        self._spared = tuple(f"{folder}{os.sep}" for folder in spared)
        network: dict[str, Callable[[Any], None]] = {
            "socket.connect": lambda arguments: self._reached(*arguments),
            "socket.sendto": lambda arguments: self._reached(*arguments),
            "socket.bind": lambda arguments: self._served(*arguments),
            "socket.getaddrinfo": lambda arguments: self._asked(arguments[0]),
            "socket.gethostbyname": lambda arguments: self._asked(arguments[0]),
        }
        # An entry named by its open folder (`dir_fd`) belongs to a larger call, whose own event names the folder.
        writing: dict[str, Callable[[Any], None]] = {
            "open": lambda arguments: self._opened(*arguments),
            "os.remove": lambda arguments: self._changed("removes", arguments[0], arguments[1]),
            "os.rmdir": lambda arguments: self._changed("removes", arguments[0], arguments[1]),
            "os.mkdir": lambda arguments: self._changed("makes", arguments[0], arguments[2]),
            "os.truncate": lambda arguments: self._changed("writes", arguments[0]),
            "os.rename": lambda arguments: self._moved(*arguments),
            "os.link": lambda arguments: self._changed("makes", arguments[1], arguments[3]),
            "os.symlink": lambda arguments: self._changed("makes", arguments[1], arguments[2]),
            "shutil.rmtree": lambda arguments: self._changed("removes", arguments[0]),
        }
        self._events = (network if "network" not in allow else {}) | (writing if "write" not in allow else {})
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        hear = self._events.get(event)
        if hear:
            hear(arguments)

    def _reached(self, used: socket.socket, address: Any) -> None:
        if used.family in _INTERNET:
            raise _network(f"connects to {_shown(address)}")

    def _served(self, used: socket.socket, address: Any) -> None:
        if used.family in _INTERNET:
            raise _network(f"opens a server at {_shown(address)}")

    def _asked(self, host: Any) -> None:
        if host:
            raise _network(f"connects to {host.decode() if isinstance(host, bytes) else host}")

    def _opened(self, path: object, _: object, flags: object) -> None:
        if isinstance(flags, int) and flags & _WRITES:
            self._changed("writes", path)

    def _moved(self, source: object, target: object, source_folder: int, target_folder: int) -> None:
        self._changed("moves", source, source_folder)
        self._changed("writes", target, target_folder)

    def _changed(self, does: str, path: object, folder: int = -1) -> None:
        if not isinstance(path, str | bytes | os.PathLike) or folder != -1:
            return
        place = os.path.abspath(os.fsdecode(path))  # noqa: PTH100  (no link is followed)
        inside = f"{place}{os.sep}".startswith(f"{self._root}{os.sep}")
        if inside and not f"{place}{os.sep}".startswith(self._spared) and "__pycache__" not in place:
            raise RefusedError(
                f"{does} {os.path.relpath(place, self._root)}, in the project: refused, as other figures and later "
                "builds may read it (not reproducible)",
                'take that out of the script, or allow it by this line in the script: allow = ["write"]',
            )


def _network(does: str) -> RefusedError:
    return RefusedError(
        f"{does}: refused, as the figure would depend on what answers (not reproducible)",
        'save what it needs as a file of the project, or allow it by this line in the script: allow = ["network"]',
    )


def _shown(address: Any) -> str:
    return ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
