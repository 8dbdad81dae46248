"""Inside the child: the same environment for every script, its imports, and what it must not do."""

from __future__ import annotations

import ast
import importlib
import io
import os
import random
import socket
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.machinery import ExtensionFileLoader, FileFinder, ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from ..observations import digest, path_of
from ..report import RefusedError
from .errors import BLOCK
from .tracing import Trace, path_of_handle, unheard

if sys.platform != "win32":
    import resource


_INTERNET = (socket.AF_INET, socket.AF_INET6)
_INTERPRETERS = ("_interpreters", "_xxsubinterpreters")
"""The modules that start further interpreters in the same process, in different versions of Python."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def allowed(script: ast.Module) -> frozenset[str]:
    """Read which bans a script lifts: its top-level `allow = ["network", "write"]`, from its text."""
    for node in script.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["allow"]:
            try:
                return frozenset(ast.literal_eval(node.value))
            except (ValueError, TypeError):  # a name of the script's own, with another meaning
                return frozenset()
    return frozenset()


def may_write(script: Path) -> bool:
    """Return whether a script allows itself to write in the project."""
    try:
        return "write" in allowed(ast.parse(script.read_bytes()))
    except (OSError, SyntaxError, ValueError):  # its child will report that
        return False


class Guard:
    """Forbids network access and writing in the project from now on: an audit hook can't be removed.

    It forbids further interpreters, too, which have no such hook, and in which nothing is traced. It doesn't see what a
    C library does itself, or another process. The code that runs an article's blocks may forbid the same, and can name
    the line, so its hook is asked first there.
    """

    def __init__(self, root: Path, spared: Iterable[str | Path], allow: frozenset[str]) -> None:
        self._roots = _with_real([root])
        self._spared = _with_real(spared)
        network: dict[str, Callable[[Any], None]] = {
            "socket.connect": lambda arguments: self._reached(*arguments),
            "socket.sendto": lambda arguments: self._reached(*arguments),
            "socket.bind": lambda arguments: self._served(*arguments),
            "socket.getaddrinfo": lambda arguments: self._asked(arguments[0]),
            "socket.gethostbyname": lambda arguments: self._asked(arguments[0]),
        }
        writing: dict[str, Callable[[Any], None]] = {
            "open": lambda arguments: self._opened(*arguments),
            "os.remove": lambda arguments: self._changed("removes", arguments[0], arguments[1]),
            "os.rmdir": lambda arguments: self._changed("removes", arguments[0], arguments[1]),
            "os.mkdir": lambda arguments: self._changed("makes", arguments[0], arguments[2]),
            "os.truncate": lambda arguments: self._changed("writes", arguments[0]),
            "os.chmod": lambda arguments: self._changed("changes", arguments[0], arguments[2]),
            "os.chown": lambda arguments: self._changed("changes", arguments[0], arguments[3]),
            "os.utime": lambda arguments: self._changed("changes", arguments[0], arguments[3]),
            **dict.fromkeys(
                ("os.chflags", "os.setxattr", "os.removexattr"),
                lambda arguments: self._changed("changes", arguments[0]),
            ),
            "os.rename": lambda arguments: self._moved(*arguments),
            "os.link": lambda arguments: self._changed("makes", arguments[1], arguments[3]),
            "os.symlink": lambda arguments: self._changed("makes", arguments[1], arguments[2]),
            "shutil.rmtree": lambda arguments: self._changed("removes", arguments[0]),
        }
        self._events = (network if "network" not in allow else {}) | (writing if "write" not in allow else {})
        self._is_last = False
        sys.addaudithook(self._hear)
        for name in _INTERPRETERS:
            with suppress(ImportError):
                interpreters: Any = importlib.import_module(name)
                interpreters.create = _no_interpreter  # it has no audit event

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        hear = self._events.get(event)
        if hear:
            try:
                hear(arguments)
            except RefusedError:
                if not _is_in_article():
                    raise
                # Hooks are called in order: by now, the code that runs the blocks has added its own
                if not self._is_last:
                    self._is_last = True
                    sys.addaudithook(self._hear_last)

    def _hear_last(self, event: str, arguments: tuple[Any, ...]) -> None:
        hear = self._events.get(event)
        if hear and _is_in_article():
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
        if isinstance(flags, int) and flags & _WRITES and not isinstance(path, int):
            self._changed("writes", path)

    def _moved(self, source: object, target: object, source_folder: int, target_folder: int) -> None:
        self._changed("moves", source, source_folder)
        self._changed("writes", target, target_folder)

    def _changed(self, does: str, path: object, folder: int = -1) -> None:
        with unheard():
            if isinstance(path, int):
                path = path_of_handle(path)
            above = path_of_handle(folder) if folder != -1 else os.curdir
            if not isinstance(path, str | bytes | os.PathLike) or above is None:
                return
            place = os.path.abspath(os.path.join(above, os.fsdecode(path)))
            if does in ("writes", "changes"):
                real = os.path.realpath(place)
            else:  # what is removed, moved or made may be a link itself
                real = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
        for target in (place, real):
            root = next((root for root in self._roots if f"{target}{os.sep}".startswith(root)), "")
            if root and not f"{target}{os.sep}".startswith(self._spared) and "__pycache__" not in target:
                raise RefusedError(
                    f"{does} {os.path.relpath(target, root)}, in the project, which isn't allowed, because other "
                    "figures and later builds could read it",
                    'remove that, or allow it with this line in the script: allow = ["write"]',
                )


def _with_real(folders: Iterable[str | Path]) -> tuple[str, ...]:
    """Return the beginnings of all paths in some folders, also by their paths without links."""
    paths = list(map(str, folders))
    with unheard():
        return tuple(f"{folder}{os.sep}" for folder in (*paths, *map(os.path.realpath, paths)))


def _no_interpreter(*_: object, **__: object) -> None:
    raise RefusedError(
        "starts another interpreter, which isn't allowed, because what it reads can't be seen there",
        "use a thread, or another process with its files in depends = [...]",
    )


def _is_in_article() -> bool:
    """Return whether an article's code is running."""
    frame: FrameType | None = sys._getframe(1)
    while frame and not BLOCK.fullmatch(frame.f_code.co_filename):
        frame = frame.f_back
    return frame is not None


def _network(does: str) -> RefusedError:
    return RefusedError(
        f"{does}, which isn't allowed, because the figure would depend on the answer",
        'save the data in a file of the project, or allow it with this line in the script: allow = ["network"]',
    )


def _shown(address: Any) -> str:
    return ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)


_ahead: dict[str, tuple[str, CodeType]] = {}
"""The modules that the warm process has compiled, by path: the children, its forks, find them here."""


def compile_ahead(path: str) -> None:
    """Compile a module in the warm process, for future children; they use it only if its text is unchanged."""
    with suppress(OSError, SyntaxError, ValueError):  # a child will get the same error, and report it
        text = Path(path).read_bytes()
        _ahead[path] = (digest(text), compile(text, path, "exec", dont_inherit=True))


def import_by_content(trace: Trace, compiled: list[str]) -> None:
    """Have every module outside of the libraries compiled from its text, whoever imports it, and record which is taken.

    The paths of modules that weren't compiled before are added to `compiled`.
    """
    get_code, find_spec, create = SourceFileLoader.get_code, FileFinder.find_spec, ExtensionFileLoader.create_module
    find_on_path, usual = PathFinder.find_spec, frozenset(sys.path)

    def get_code_by_content(loader: SourceFileLoader, fullname: str) -> CodeType | None:
        path = loader.get_filename(fullname)
        if trace.is_library(path):
            return get_code(loader, fullname)
        text = loader.get_data(path)
        content = digest(text)
        ahead = _ahead.get(path)
        if ahead and ahead[0] == content:
            return ahead[1]
        compiled.append(path)
        return loader.source_to_code(text, path)

    def find_spec_and_tell(finder: FileFinder, fullname: str, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = find_spec(finder, fullname, target)
        folder = os.path.abspath(finder.path)
        if not trace.is_library(folder):
            trace.found(folder, fullname.rpartition(".")[2], _taken(spec, folder, fullname))
        return spec

    def find_on_path_and_tell(fullname: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        spec = find_on_path(fullname, path, target)
        for folder in sys.path if path is None else path:
            # No finder is asked about a folder or an archive that doesn't exist; it may be created later, with such a
            # module.
            if folder not in usual and sys.path_importer_cache.get(folder, find_spec) is None:
                trace.look_for(os.path.abspath(folder))
        return spec

    def create_and_tell(loader: ExtensionFileLoader, spec: ModuleSpec) -> Any:
        if not trace.is_library(loader.path):
            trace.note(os.path.abspath(loader.path), "content")
        return create(loader, spec)

    SourceFileLoader.get_code = get_code_by_content  # type: ignore[method-assign, assignment]
    FileFinder.find_spec = find_spec_and_tell  # type: ignore[method-assign, assignment]
    PathFinder.find_spec = find_on_path_and_tell  # type: ignore[method-assign]
    ExtensionFileLoader.create_module = create_and_tell  # type: ignore[method-assign, assignment]
    sys.meta_path.append(_NotFound(trace))
    importlib.invalidate_caches()  # a folder's time may be the same as before an edit


def _taken(spec: ModuleSpec | None, folder: str, fullname: str) -> str | None:
    """Return which file or folder was taken, in the form of `observations.module_in`."""
    if spec is None:
        return None
    if spec.origin is None or spec.loader is None:
        return f"{fullname.rpartition('.')[2]}/"
    return Path(spec.origin).relative_to(folder).as_posix()


class _NotFound:
    """Comes last, and so sees each module that nobody finds: if it is installed later, it would be imported."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        for folder in sys.path if path is None else path:
            if isinstance(folder, str) and self._trace.is_library(folder):
                self._trace.missing(folder, fullname.rpartition(".")[2])


NAMED = 2
"""How many of the files that a script saves itself are named."""

LARGEST_FILE = 2**30
"""In bytes: a script that prints endlessly must not fill the disk."""


class Saves:
    """Redirects figures that a script saves itself to a scratch folder instead of the project."""

    def __init__(self, job: Mapping[str, Any]) -> None:
        self._folder = Path(job["folder"])
        self._root = Path(job["root"])
        self._kept_apart: dict[str, None] = {}

    def notes(self) -> list[str]:
        """Return a sentence about the files that went to scratch; none if there are none."""
        names = list(self._kept_apart)
        if not names:
            return []
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        went = "the file was discarded, because only figures are published"
        if len(names) > 1:
            went = "the files were discarded, because only figures are published"
        return [f"saves {', '.join(names[:NAMED])}{more} itself: {went}"]

    def watch(self, kind: Any, method: str, where: str) -> None:
        """Redirect a method that saves to the path in its first argument: its files go to the scratch folder."""
        save: Callable[..., Any] = getattr(kind, method)

        def apart(thing: Any, *arguments: Any, **options: Any) -> Any:
            if where in options:
                options[where] = self._place(options[where])
            return save(thing, *map(self._place, arguments[:1]), *arguments[1:], **options)

        setattr(kind, method, apart)

    def _place(self, named: Any) -> Any:
        if not isinstance(named, str | os.PathLike):
            return named
        place = Path(os.path.abspath(named))
        if place.is_relative_to(self._folder):
            return named
        if place.is_relative_to(self._root):
            apart = self._folder / "scratch" / place.relative_to(self._root)
        elif not Path(named).is_absolute():
            apart = self._folder / "scratch" / place.name
        else:
            return named
        apart.parent.mkdir(parents=True, exist_ok=True)
        self._kept_apart[os.fspath(named)] = None
        return apart


def prepare(job: Mapping[str, Any], trace: Trace, saves: Saves, compiled: list[str]) -> None:
    """Make every render of a script reproducible; add the paths of modules that are compiled again to `compiled`."""
    import matplotlib.figure
    import matplotlib.pyplot
    import numpy as np
    import PIL.Image

    _limit_files()
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(line_buffering=True)  # so that output before a crash is reported
    os.chdir(job["cwd"])
    for path in job["missed"]:
        trace.look_for(path_of(path, job["root"]))
    folder, diagrams = str(Path(job["script"]).parent), job["diagrams"]
    # A kit's scripts aren't modules for each other: their names must not hide anyone else's.
    sys.path[:1] = [diagrams] if folder in (diagrams, job["shipped"]) else [folder, diagrams]
    sys.argv = [job["script"]]
    import_by_content(trace, compiled)
    random.seed(0)
    np.random.seed(0)
    # default_rng() gets its entropy from this function, no matter what np.random.seed() has set.
    np.random.bit_generator.randbits = random.Random(0).getrandbits  # type: ignore[attr-defined]
    matplotlib.pyplot.switch_backend("agg")
    for backend in ("show", "switch_backend"):  # there is no window, and the figure is the same
        setattr(matplotlib.pyplot, backend, lambda *_, **__: None)
    matplotlib.use = lambda *_, **__: None
    saves.watch(matplotlib.figure.Figure, "savefig", "fname")
    saves.watch(PIL.Image.Image, "save", "fp")  # plt.imsave, and animations with Pillow


def _limit_files() -> None:
    if sys.platform != "win32":
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        largest = LARGEST_FILE if most == resource.RLIM_INFINITY else min(LARGEST_FILE, most)
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, most))
