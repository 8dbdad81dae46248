"""The tracing table covers every function that accesses the file system."""

import inspect
import io
import os
import re
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from plugins.figures.child.tracing import FUNCTIONS
from plugins.figures.observations import module_in, named, path_of, state

SYSTEM = sys.modules.get("posix") or sys.modules["nt"]
PLACES = re.compile(r"\b(path|src|dst|fd|dir_fd|file|filename|source|target)\b")
BY_NUMBER_ONLY = {
    # operations on an open file, which was recorded when it was opened, or by fstat
    *("close", "closerange", "copy_file_range", "device_encoding", "dup", "dup2", "eventfd_read", "eventfd_write"),
    *("fdatasync", "fsync", "get_blocking", "get_inheritable", "get_terminal_size", "isatty", "lockf", "login_tty"),
    *("lseek", "posix_fadvise", "posix_fallocate", "pread", "preadv", "pwrite", "pwritev", "read", "readv"),
    *("sendfile", "set_blocking", "set_inheritable", "splice", "tcgetpgrp", "tcsetpgrp", "ttyname", "write", "writev"),
    *("grantpt", "unlockpt", "ptsname", "timerfd_gettime", "timerfd_gettime_ns", "timerfd_settime"),
    *("timerfd_settime_ns", "tee", "setns"),
}
NO_PLACE = {"fspath", "_path_normpath", "_path_splitroot_ex", "_path_splitroot", "_inputhook", "register_at_fork"}
"""Functions that only split paths, as text."""


def functions_with_places() -> Iterator[str]:
    """Return the built-in functions of `os` whose signature has a path, a file or a folder, or is unknown."""
    for name in sorted(dir(SYSTEM)):
        function = getattr(SYSTEM, name)
        if not callable(function) or isinstance(function, type):
            continue
        try:
            signature = str(inspect.signature(function))
        except ValueError:
            signature = getattr(function, "__text_signature__", None) or "path"
        if PLACES.search(signature):
            yield name


@pytest.mark.parametrize("name", list(functions_with_places()))
def test_every_function_of_os_that_takes_a_path_is_in_the_table(name: str) -> None:
    """One that a later Python adds fails here until its observations are declared."""
    assert name in FUNCTIONS or name in BY_NUMBER_ONLY or name in NO_PLACE


def test_functions_of_os_written_in_python_use_those_in_the_table() -> None:
    """`walk`, `makedirs` and the like look up their helpers when called, so they find the wrappers."""
    functions = filter(inspect.isfunction, vars(os).values())
    written = [function for function in functions if function.__module__ == "os"]
    assert written
    for function in written:
        assert function.__globals__ is vars(os)


def test_everything_that_opens_a_file_in_io_is_observed() -> None:
    """Through Python's own audit event, without a wrapper; nothing else in `io` takes a path."""
    heard = []
    listening = True

    def hear(event: str, arguments: tuple[object, ...]) -> None:
        if listening and event == "open" and arguments[0] == __file__:
            heard.append(event)

    sys.addaudithook(hear)
    openers: dict[str, Callable[[], io.IOBase]] = {
        "open": lambda: io.open(__file__, "rb"),  # noqa: SIM115, UP020
        "open_code": lambda: io.open_code(__file__),  # noqa: SIM115
        "FileIO": lambda: io.FileIO(__file__),
    }
    for opener in openers.values():
        opener().close()
    listening = False
    assert len(heard) == len(openers)
    taking = {name for name in io.__all__ if "file" in _signature(getattr(io, name))}
    assert taking <= set(openers)


def _signature(thing: object) -> str:
    try:
        return "" if isinstance(thing, ModuleType) else str(inspect.signature(thing))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return ""


@pytest.mark.parametrize("name", ["a/b", "../other", "/abs/x", "\udcff.txt", "caf\udce9/x", "é", "."])
def test_a_path_in_a_record_is_text_and_can_be_restored(name: str) -> None:
    """Even if its name isn't UTF-8."""
    path = os.path.join("/root", name) if name != "." else "/root"  # noqa: PTH118
    told = named(path, "/root")
    told.encode()
    assert path_of(told, "/root") == path


@pytest.mark.parametrize("names", ["m.py", "m/__init__.py", "m/x", "m.py m/__init__.py", "m.py m/x", "m.pyc", ""])
def test_the_recorded_module_is_the_one_that_python_imports(tmp_path, names) -> None:
    """According to its own finder, for every mixture of files and folders with one name."""
    from importlib.machinery import PathFinder

    for path in names.split():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).touch()
    found = PathFinder.find_spec("m", [str(tmp_path)])
    taken = state(str(tmp_path), "module.m")
    if found is None:
        assert taken is None
    elif found.origin is None:
        assert taken == "m/"
    else:
        assert found.origin == str(tmp_path / str(taken))
    folders = {folder.name: {it.name for it in folder.iterdir()} for folder in tmp_path.iterdir() if folder.is_dir()}
    assert module_in({it.name for it in tmp_path.iterdir()}, "m", lambda below: folders.get(below, set())) == taken
