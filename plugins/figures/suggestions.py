"""What to try when a script has failed (in the child)."""

from __future__ import annotations

import contextlib
import errno
import io
import sys
from collections.abc import Sequence
from difflib import get_close_matches

from .frames import Frame, Places


def advice(problem: BaseException, script: str, places: Places, beside: Sequence[str]) -> str:
    """Say what to try."""
    if getattr(problem, "block", None):
        return "fix the code above the image"
    if hasattr(problem, "block") and not places.is_own(Frame(script, 0)):  # a kit's, which the author only calls
        return "fix what the image says between its braces"
    if hasattr(problem, "advice"):
        return str(problem.advice)
    if isinstance(problem, ModuleNotFoundError):
        return f"install {problem.name}, or fix the name; pyproject.toml lists what the site needs"
    if beside:
        return f"paths are from the project's root: write {', '.join(map(places.shown, beside))}"
    if isinstance(problem, OSError) and problem.errno == errno.EFBIG:
        return "make it write, or print, less than 1 GB into one file"
    if isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return "make room on the disk, and build again"
    if isinstance(problem, FileNotFoundError):
        return _near(problem, places) or "fix the file or its name; paths are those from the project's root"
    if isinstance(problem, UnicodeDecodeError):
        return f"say which letters the file has, as in encoding='latin-1', or save it as {problem.encoding}"
    if isinstance(problem, OSError):
        return "fix the file or its name; paths are those from the project's root"
    if isinstance(problem, MemoryError):
        return "make it need less memory at once"
    if isinstance(problem, RecursionError):
        return "look for a function that calls itself without end"
    return "fix the script, and build again"


def suggestion(problem: BaseException) -> str:
    """Return what Python itself suggests behind a message: "Did you mean …?"."""
    if not isinstance(problem, NameError | AttributeError | ImportError):
        return ""
    with contextlib.redirect_stderr(io.StringIO()) as printed:
        sys.__excepthook__(type(problem), problem, None)
    lines = [line for line in printed.getvalue().splitlines() if line.startswith(type(problem).__name__)]
    _, _, more = (lines[-1] if lines else "").partition(str(problem))
    return more


def _near(problem: FileNotFoundError, places: Places) -> str:
    """Name what is like a name that is missing: a file's, or a folder's on the way to it."""
    if not isinstance(problem.filename, str) or problem.filename2:
        return ""
    missing = places.root / problem.filename
    while not missing.parent.is_dir():
        missing = missing.parent
    near = get_close_matches(missing.name, [path.name for path in missing.parent.iterdir()])
    shown = [places.shown(str(missing.with_name(name))) for name in near]
    return f"there is no {places.shown(str(missing))}; did you mean {' or '.join(shown)}?" if near else ""
