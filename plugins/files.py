"""Files that are written atomically, read only if they are regular ones, and opened in the system's program."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

BESIDE = ".new-"
"""The prefix of a file that is being written: a leftover one belongs to a process that was killed."""

LARGEST = 64 * 2**20
"""In bytes: none of our own files is this large."""

_MORE = 2**16

READ_BY_ALL = 0o644
"""The permissions of a file for which no others are asked."""


ABOVE = Path(__file__).resolve().parents[(__package__ or "").count(".") + 1]
"""The folder in which `python -m` finds our package, whatever its parents."""


def theme_folder() -> Path:
    """Return the folder of our theme: inside the installed package, or next to it in the repository."""
    package = Path(__file__).resolve().parent
    return next(filter(Path.is_dir, (package / "theme", package.parent / "theme")), package / "theme")


def from_root(path: str | os.PathLike[str], root: Path) -> str:
    """Return a path as messages show it, and as an author would write it: from the site's root, if it is inside."""
    # As text: this is called for each figure in each build, and `relative_to` takes ten times as long.
    text, above = os.fspath(path), os.fspath(root)
    if text == above:
        return "."
    text = text.removeprefix(above + os.sep)
    return text if os.sep == "/" else text.replace(os.sep, "/")


def real_paths() -> Callable[[str | os.PathLike[str]], str]:
    """Return a function like `os.path.realpath` for many files in few folders: it looks at each folder once."""
    real = cache(os.path.realpath)

    def real_path(path: str | os.PathLike[str]) -> str:
        folder, name = os.path.split(path)
        inside = os.path.join(real(folder), name)  # noqa: PTH118 - a Path takes longer
        return os.path.realpath(inside) if name in ("", ".", "..") or os.path.islink(inside) else inside  # noqa: PTH114

    return real_path


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """Read a regular file: a pipe may never end, and a huge file isn't ours; raise OSError for these."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            raise OSError(f"{path} is not a regular file, or is too large")
        # Without a file object, which would take longer than the rest: builds read thousands of small files.
        data = os.read(handle, status.st_size + 1)
        while len(data) < LARGEST and (more := os.read(handle, _MORE)):  # it is growing, or has no size
            data += more
        return data
    finally:
        os.close(handle)


def write_atomically(path: Path, data: bytes, mode: int = READ_BY_ALL) -> None:
    """Write a file next to its place and rename it, so that there is never a half-written one."""
    with _replacing(path, mode) as (handle, _), os.fdopen(handle, "wb") as file:
        file.write(data)


def remove(path: Path) -> None:
    """Remove whatever is at a place of ours, even a folder that somebody put there; a file can't take its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def copy_atomically(source: Path, path: Path) -> None:
    """Copy a file of any size in the same way; raise OSError for a pipe, which may never end."""
    with _replacing(path) as (handle, beside):
        os.close(handle)
        shutil.copyfile(source, beside)


@contextmanager
def _replacing(path: Path, mode: int = READ_BY_ALL) -> Iterator[tuple[int, Path]]:
    """Yield a temporary file next to a place, open and by name, which replaces it once it is written and closed."""
    handle, beside = _opened(path, mode)
    try:
        yield handle, beside
        beside.replace(path)
    except BaseException as problem:
        beside.unlink(missing_ok=True)
        if isinstance(problem, OSError) and problem.errno is not None and problem.filename is None:
            problem.filename = str(beside)  # if a disk is full, Python doesn't say which file it was
        raise


_numbers = count()


def _opened(path: Path, mode: int) -> tuple[int, Path]:
    """Create a file next to a place, and its folder if necessary. System calls matter here: builds write thousands."""
    while True:
        beside = path.with_name(f"{BESIDE}{os.getpid():x}-{next(_numbers):x}")
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:  # left by a process that was killed
            continue
        else:
            if hasattr(os, "fchmod"):
                os.fchmod(handle, mode)  # regardless of the process's umask
            return handle, beside


def opened(path: Path) -> str:
    """Open a file in the system's default program, and return a note about it."""
    import subprocess  # code that only writes files doesn't wait for this import

    if sys.platform == "win32":
        os.startfile(path)
        return f"opened {path.name}"
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if program is None:
        return "can't open it: xdg-open is not installed"
    done = subprocess.run([program, str(path)], capture_output=True, check=False)
    return f"opened {path.name}" if done.returncode == 0 else f"{program} did not open it"
