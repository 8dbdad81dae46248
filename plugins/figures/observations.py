"""What can be observed of the file system, and its current state: shared by tracing, comparing and watching.

An observation is a path and one of its aspects; its state is a plain value, or the name of the error (`ENOENT`) that
checking raises. The aspects:

- `content`: the hash of a file's bytes
- `listing`: the hash of a folder's names, each with its kind
- `exists`, `lexists`: True, with links followed or not
- `kind`, `lkind`: `file`, `folder`, `link` or `other`
- `link`: the target of a link
- `stat.FIELD`, `lstat.FIELD`: one field of a `stat` result
- `access.MODE`: the result of `os.access`
- `xattr.NAME`, `lxattr.NAME`, `xattrs`, `lxattrs`: an extended attribute; their names
- `module.NAME`: the file in a folder that an import of NAME takes
- `distributions`: the hash of the names, with versions, of the distributions that are installed in a folder
"""

from __future__ import annotations

import errno
import hashlib
import os
import site
import stat
import sys
import sysconfig
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import machinery

State = bool | int | float | str | None
"""The state of an observation; None means that it doesn't exist."""

ABSENT = "ENOENT"

SKIPPED = frozenset({"__pycache__"})
"""Names that are ignored in a folder, because Python creates them wherever it imports."""

# Before anything is wrapped, so that checking isn't observed itself.
real: Mapping[str, Callable[..., object]] = {name: getattr(os, name) for name in dir(os) if callable(getattr(os, name))}

_SUFFIXES = (*machinery.EXTENSION_SUFFIXES, *machinery.SOURCE_SUFFIXES, *machinery.BYTECODE_SUFFIXES)
_INSTALLED = (".dist-info", ".egg-info", ".egg")
_CHUNK = 1 << 20


def state(path: str, aspect: str) -> State:
    """Return the current state of one aspect of a path."""
    kind, _, detail = aspect.partition(".")
    if kind not in _LOOKS:  # a record that isn't ours
        return "unknown"
    try:
        return _LOOKS[kind](path, detail)
    except OSError as problem:
        return errno.errorcode.get(problem.errno or 0, "error")
    except ValueError:  # a NUL, or a name that this system can't have
        return "EINVAL"


def hash_of(path: str | os.PathLike[str]) -> str | None:
    """Hash a file's bytes; None if it isn't a regular file: a pipe or a device may never end."""
    content = state(os.fspath(path), "content")
    return content if isinstance(content, str) and len(content) == _HASH_LENGTH else None


def digest(data: bytes) -> str:
    """Return the state of a file's content."""
    return hashlib.sha256(data).hexdigest()


def module_in(names: Collection[str], name: str, names_in: Callable[[str], Collection[str]]) -> str | None:
    """Return which of these files or folders an import of `name` takes, in the order of Python's own finder.

    `names_in` returns the names in a subfolder.
    """
    if name in names:
        inits = names_in(name)
        for suffix in _SUFFIXES:
            if f"__init__{suffix}" in inits:
                return f"{name}/__init__{suffix}"
    file = next((f"{name}{suffix}" for suffix in _SUFFIXES if f"{name}{suffix}" in names), None)
    return file or (f"{name}/" if name in names else None)


def _content(path: str, _: str) -> State:
    # Opening a pipe would block, so it is opened without blocking, and checked through its handle.
    handle = _open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = _fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            return "EISDIR"
        if not stat.S_ISREG(mode):
            return "special"
        sha = hashlib.sha256()
        while data := os.read(handle, _CHUNK):
            sha.update(data)
        return sha.hexdigest()
    finally:
        os.close(handle)


def _listing(path: str, _: str) -> State:
    names = []
    with _scandir(path) as entries:
        for entry in entries:
            if entry.name not in SKIPPED:
                link = "link to " if entry.is_symlink() else ""
                try:
                    kind = "folder" if entry.is_dir() else "file" if entry.is_file() else "other"
                except OSError:  # a cycle of links
                    kind = "other"
                names.append(f"{entry.name}\0{link}{kind}")
    return digest("\0".join(sorted(names)).encode("utf-8", "surrogatepass"))


def _distributions(path: str, _: str) -> State:
    names = (name for name in _listdir(path) if name.lower().endswith(_INSTALLED))
    return digest("\0".join(sorted(names)).encode("utf-8", "surrogatepass"))


def _kind(status: os.stat_result) -> str:
    mode = status.st_mode
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "link" if stat.S_ISLNK(mode) else "other"


def _module(path: str, name: str) -> State:
    try:
        return module_in(_names(path), name, lambda below: _names(f"{path}/{below}"))
    except OSError:
        return None


def _names(path: str) -> Collection[str]:
    try:
        return set(_listdir(path))
    except (NotADirectoryError, PermissionError):
        return ()


def _xattr(path: str, name: str, follow: bool) -> State:
    value = real["getxattr"](path, name, follow_symlinks=follow)
    return digest(value) if isinstance(value, bytes) else None


def _xattrs(path: str, follow: bool) -> State:
    return digest("\0".join(sorted(real["listxattr"](path, follow_symlinks=follow))).encode())  # type: ignore[call-overload]


_open, _stat, _lstat, _fstat = os.open, os.stat, os.lstat, os.fstat
_scandir, _listdir, _readlink, _access = os.scandir, os.listdir, os.readlink, os.access

_LOOKS: Mapping[str, Callable[[str, str], State]] = {
    "content": _content,
    "listing": _listing,
    "exists": lambda path, _: bool(_stat(path)),
    "lexists": lambda path, _: bool(_lstat(path)),
    "kind": lambda path, _: _kind(_stat(path)),
    "lkind": lambda path, _: _kind(_lstat(path)),
    "link": lambda path, _: os.fspath(_readlink(path)),
    "stat": lambda path, field: getattr(_stat(path), field, None),
    "lstat": lambda path, field: getattr(_lstat(path), field, None),
    "access": lambda path, mode: _access(path, int(mode)),
    "xattr": lambda path, name: _xattr(path, name, True),
    "lxattr": lambda path, name: _xattr(path, name, False),
    "xattrs": lambda path, _: _xattrs(path, True),
    "lxattrs": lambda path, _: _xattrs(path, False),
    "module": _module,
    "distributions": _distributions,
}
_HASH_LENGTH = 64


@cache
def libraries() -> tuple[str, ...]:
    """Return the folders of the standard library and of installed packages, which count by their versions.

    Not the whole of `sys.prefix`: a project may be inside it, for example in /usr/src.
    """
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    base = {"base": sys.base_prefix, "platbase": sys.base_prefix}
    of_base = (sysconfig.get_path(name, vars=base) for name in names)
    return tuple(sorted({*map(sysconfig.get_path, names), *of_base, *site.getsitepackages()}))


def named(path: str, root: str) -> str:
    """Return the name of a path in a record: relative to the project's root if it is inside, and encodable.

    A name that isn't UTF-8 is stored as bytes after a NUL, which no path contains.
    """
    relative = os.curdir if path == root else path.removeprefix(f"{root}{os.sep}")
    try:
        relative.encode()
    except UnicodeEncodeError:
        return "\0" + os.fsencode(relative).decode("latin-1")
    return relative.replace(os.sep, "/")


def path_of(name: str, root: str | os.PathLike[str]) -> str:
    """Return the path for a name in a record."""
    path = os.fsdecode(name[1:].encode("latin-1", "replace")) if name.startswith("\0") else name
    return os.fspath(root) if path == os.curdir else os.path.join(root, path)


def displayed(name: str) -> str:
    """Return the name of a path in a record in displayable form: bytes that aren't text are shown as numbers."""
    return name[1:].encode("latin-1", "replace").decode("utf-8", "backslashreplace") if name.startswith("\0") else name
