"""What a reading looks at beside the article itself: files, and the names in folders; and what else it does."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.machinery import all_suffixes
from typing import Any

from ..files import read_regular

ELSEWHERE = tuple(
    f"{folder}{os.sep}"
    for folder in {
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *site.getsitepackages(),
        site.getusersitepackages(),
    }
)
"""Where Python and the packages are: they are known by their versions."""

LISTS = ("os.listdir", "os.scandir")
UNKNOWABLE = (
    "os.exec",
    "os.fork",
    "os.mkdir",
    "os.posix_spawn",
    "os.remove",
    "os.rename",
    "os.spawn",
    "os.startfile",
    "os.symlink",
    "os.system",
    "shutil.",
    "socket.connect",
    "sqlite3.connect",
    "subprocess.Popen",
    "tempfile.",
    "urllib.Request",
)
"""What does more than look, or looks at what may be otherwise the next time."""


IMPORTING = "<frozen importlib._bootstrap_external>"
"""Where Python says that its own importing is."""

CODE = tuple(all_suffixes())


class Observed:
    """What was looked at; `is_all` is False if something happened whose outcome cannot be foreseen.

    What any thread does meanwhile counts: an extension may keep a pool of threads from one article to the next, and
    nobody knows whose a thread is. One that has nothing to do with reading can have an article read again, but never
    an outdated one kept. The process that builds for the preview has no such thread, as another process serves.
    """

    def __init__(self) -> None:
        self.looked_at: dict[str, str | None] = {}
        self.is_all = True

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of an event, before what it tells of is done."""
        looks = event == "open" or event in LISTS
        if not looks and not event.startswith(UNKNOWABLE):
            return
        is_importing = sys._getframe(2).f_code.co_filename == IMPORTING  # the third frame does what is audited
        if looks:
            path, *how = arguments
            # Which code is imported is seen elsewhere; a package's data are read by what has imported it, too.
            if is_importing and (event in LISTS or _writes(*how) or str(path).endswith(CODE)):
                return
            if path is None:
                path = "."
            if not isinstance(path, str | bytes | os.PathLike):
                return  # a file that is open already
            whole = os.path.abspath(os.fsdecode(path))  # noqa: PTH100 - it need not be there
            if event == "open" and _writes(*how):
                self.is_all = self.is_all and whole == os.devnull
            elif not whole.startswith(ELSEWHERE) and whole not in self.looked_at:
                self.looked_at[whole] = None  # as looking opens it, too
                self.looked_at[whole] = digest = digest_of(whole)
                # A pipe or a device says something else each time, and what is huge takes too long to be looked at.
                self.is_all = self.is_all and (digest is not None or not os.path.lexists(whole))
        elif not is_importing:  # which makes a folder for bytecode, and moves it there
            self.is_all = False


def _writes(mode: str | None = "r", flags: int = 0) -> bool:
    return bool(flags & (os.O_WRONLY | os.O_RDWR)) or any(sign in (mode or "") for sign in "wax+")


def digest_of(path: str) -> str | None:
    """Return what changes whenever a file's contents do, or the names in a folder; None if there is neither."""
    try:
        if os.path.isdir(path):  # noqa: PTH112
            return sha256("\0".join(sorted(os.listdir(path))).encode("utf-8", "surrogateescape")).hexdigest()  # noqa: PTH208
        return sha256(read_regular(path)).hexdigest()
    except OSError:
        return None


_observed: Observed | None = None
_is_hooked = False


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    global _observed
    if _observed is not None:
        hearing, _observed = _observed, None  # what is done here is not heard
        try:
            hearing.hear(event, arguments)
        except Exception:  # of any kind: it would be raised where the file is opened
            hearing.is_all = False
        finally:
            _observed = hearing


@contextmanager
def observing() -> Iterator[Observed]:
    """Observe what is looked at while the context lasts."""
    global _observed, _is_hooked
    if not _is_hooked:
        _is_hooked = True
        sys.addaudithook(_hear)  # which stays for as long as the process
    before, _observed = _observed, Observed()
    observed = _observed
    try:
        yield observed
    finally:
        _observed = before
