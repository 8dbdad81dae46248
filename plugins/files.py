"""Files written whole or not at all, read only if they are files of ours, and opened in the system's own program."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

BESIDE = ".new-"
"""How the name of a file begins that is being written: what is left of it is of a process that was killed."""

LARGEST = 64 * 2**20
"""In bytes: nothing that we keep for ourselves is as large."""


ABOVE = Path(__file__).resolve().parents[(__package__ or "").count(".") + 1]
"""Where `python -m` finds our package, under whatever parents it stands."""


def theme_folder() -> Path:
    """Return our theme: in the package where that is installed, beside it in the repository."""
    package = Path(__file__).resolve().parent
    return next(filter(Path.is_dir, (package / "theme", package.parent / "theme")), package / "theme")


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """Read a file, but no pipe, which may never end, and nothing too large; raise OSError instead."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST:
            raise OSError(f"{path} is not a regular file, or is too large")
        return file.read(LARGEST)


def write_atomically(path: Path, data: bytes) -> None:
    """Write beside the place and rename, so that no half-written file is ever there."""
    with _replacing(path) as (handle, _), os.fdopen(handle, "wb") as file:
        file.write(data)


def copy_atomically(source: Path, path: Path) -> None:
    """Copy a file, however large, likewise; raise OSError for a pipe, which may never end."""
    with _replacing(path) as (handle, beside):
        os.close(handle)
        shutil.copyfile(source, beside)


@contextmanager
def _replacing(path: Path) -> Iterator[tuple[int, Path]]:
    """Give a file beside a place, open and by name, which takes the place once it is written and closed."""
    handle, beside = _opened(path)
    try:
        yield handle, beside
        beside.replace(path)
    except BaseException as problem:
        beside.unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.errno is not None and problem.filename is None:
            problem.filename = str(beside)  # where a disk is full, Python does not say of which file
        raise


_numbers = count()


def _opened(path: Path) -> tuple[int, Path]:
    """Make a file beside a place, and its folder if need be. Each call of the system counts: builds write thousands."""
    while True:
        beside = path.with_name(f"{BESIDE}{os.getpid():x}-{next(_numbers):x}")
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:  # of a process that was killed
            continue
        else:
            if hasattr(os, "fchmod"):
                os.fchmod(handle, 0o644)  # whatever the process usually gives
            return handle, beside


def opened(path: Path) -> str:
    """Open a file in the program that the system has for it; say so, or that there is none."""
    import subprocess  # what only writes files need not wait for it

    if sys.platform == "win32":
        os.startfile(path)
        return f"opened {path.name}"
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        return "can't open it: xdg-open is not installed"
    done = subprocess.run([program, str(path)], capture_output=True, check=False)
    return f"opened {path.name}" if done.returncode == 0 else f"{program} did not open it"
