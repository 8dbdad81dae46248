"""Pelican and our commands in forks of one process that has imported them: small sites build in a third of the time."""

from __future__ import annotations

import atexit
import gc
import importlib
import io
import json
import logging
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

REPOSITORY = Path(__file__).resolve().parent.parent
OWN = ("plugins", "diagrams", "pelicanconf.py", "tests")
AT_START = ("PYTHON", "LANG", "LC_", "TZ")
"""Variables that Python reads at startup: a run that sets one gets a new process."""
ENCODING = "PYTHONIOENCODING"
"""An exception, because it applies only to the standard streams, which each run gets anew anyway."""

COMMANDS = (
    "babel.messages.checkers",
    "babel.messages.mofile",
    "babel.messages.pofile",
    "bibtexparser.middlewares",
    "citeproc.source.json",
    "encodings.utf_8_sig",
    "pelican",
    "plugins.building.templates",
    "plugins.building.unchanged",
    "plugins.content.hooks",
    "plugins.content.site",
    "plugins.diagrams.hooks",
    "plugins.figures.build",
    "plugins.figures.export",
    "plugins.figures.hooks",
    "plugins.figures.page.mentions",
    "plugins.i18n",
    "plugins.notebooks.downloads",
    "plugins.reading.hooks",
    "rich._emoji_codes",
    "rich.live",
    "rich.status",
    "rich.table",
)
"""The imports of the commands, besides what the settings name; importing them runs nothing."""

FOR_NOTEBOOKS = ("nbconvert.preprocessors", "nh3")
"""What articles that are notebooks import, where it is installed: it takes a third of a small site's time."""

ARTICLE = "# A\n\nwords[^1]\n\n```python\nx = 1\n```\n\n$x$\n\n[^1]: A note.\n"
"""Converted once in advance: compiling the patterns of Markdown and Pygments takes a third of a small site's time."""


def run(module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run the equivalent of `python -m MODULE …` in a folder; return the exit code, the output and the errors."""
    return _warm().run(module, arguments, folder, environment)


@cache
def _warm() -> Warm:
    return Warm()


class Warm:
    """The process that is forked, as the tests use it; it starts when it is first needed.

    It has imported this project's plugins, and runs those; or, for a site with its `own` plugins, only the other
    packages that they import, so that each site runs the plugins in its own folder.
    """

    def __init__(self, *, own: bool = False) -> None:
        self._is_own = own
        self._place: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()

    def run(
        self, module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str, str]:
        """Run it in a fork, or in a new process if it sets variables that Python reads at startup."""
        set_anew = (name for name, value in environment.items() if os.environ.get(name) != value)
        if any(name.startswith(AT_START) and name != ENCODING for name in set_anew):
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            return done.returncode, done.stdout, done.stderr
        with self._lock, tempfile.TemporaryDirectory() as place:
            if self._place is None:
                self._place = tempfile.TemporaryDirectory()
                self._start(self._place.name)
            paths = [Path(place, name) for name in ("out", "errors")]
            order = {
                "command": [module, *arguments],
                "folder": str(folder),
                "environment": dict(environment),
                "paths": list(map(str, paths)),
            }
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            out, errors = (path.read_text("utf-8") for path in paths)
        return code, out, errors

    def _start(self, place: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, place, *(["own"] if self._is_own else [])],
            cwd=REPOSITORY,
            env={**os.environ, "COLUMNS": "400"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.end)

    def end(self) -> None:
        """Terminate the process."""
        if self._place is not None:
            atexit.unregister(self.end)
            self._process.communicate()
            self._place.cleanup()
            self._place = None


def _serve(place: Path) -> str:
    """Fork for each request; only a child returns, with the module that it should run."""
    alive, ends_with_this = os.pipe()  # otherwise, what a child has started can't detect the end of this process
    for line in sys.stdin:
        order = json.loads(line)
        if (child := os.fork()) == 0:
            os.close(ends_with_this)
            module = _begin(order)
            with suppress(Exception):  # a site whose own plugins can't be imported reports that, and starts no figure
                workers = importlib.import_module("plugins.figures.workers")
                workers.subprocess = figure_servers.forked_in(place / "figures", alive)
            return module
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    os._exit(0)


def _begin(order: dict[str, Any]) -> str:
    """Become the process that a command would be; return its module."""
    gc.disable()  # it would take a tenth of the time, and a small build ends before there is much to collect
    gc.get_freeze_count = lambda: 1  # it would count all that is imported here, ten times in each build
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    sys.path[0] = order["folder"]
    sys.argv = order["command"]
    files = [os.open(os.devnull, os.O_RDONLY)]
    files += [os.open(path, os.O_WRONLY | os.O_CREAT) for path in order["paths"]]
    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    encoding, _, errors = os.environ.get(ENCODING, "").partition(":")
    if encoding:
        sys.stdout.reconfigure(encoding=encoding, errors=errors or "strict")
        sys.stderr.reconfigure(encoding=encoding)  # whose errors Python ignores
    return sys.argv[0]


def _become(module: str) -> NoReturn:
    """Run a module as Python does, and exit at once; unloading all modules would take a fifth of the time."""
    code: object = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ending:
        code = 0 if ending.code is None else ending.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    if not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


def _import_all() -> None:
    """Import everything that a site of this project imports; convert an article; read what changes rarely."""
    from babel import Locale
    from markdown import Markdown
    from rich.console import Console

    import pelicanconf
    from plugins.building import memo, pages
    from plugins.catalogues import language_of
    from plugins.figures.cache import owners_in
    from plugins.reading import grounds

    plugins = [name for name in pelicanconf.PLUGINS if name != "plugins.strict"]  # which starts listening on import
    for name in (*plugins, *pelicanconf.MARKDOWN["extensions"], *COMMANDS):
        importlib.import_module(name)
    with suppress(ImportError):
        for name in FOR_NOTEBOOKS:
            importlib.import_module(name)
    Markdown(**pelicanconf.MARKDOWN).convert(ARTICLE)
    language_of(pelicanconf.DEFAULT_LANG, {"THEME": pelicanconf.THEME})
    Locale.parse(pelicanconf.DEFAULT_LANG).plural_form(1)
    Console(file=io.StringIO()).print("figures: 1 drawn")
    for folder in filter(os.path.isdir, sys.path):
        owners_in(folder, Path(folder).stat().st_mtime_ns)
    memo._code(), [*pages._code()], grounds._code("markdown", "plugins", "pymdownx")
    assert "plugins.strict" not in sys.modules
    assert not logging.getLogger().handlers


def _import_others() -> None:
    """Import the other packages that it imports, and nothing of this project."""
    told = subprocess.run(
        [sys.executable, "-c", "from tests import builds; builds._import_all(); builds.tell_others()"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
    for name in json.loads(told):
        with suppress(ImportError):  # a module that its package creates at runtime
            importlib.import_module(name)


def tell_others() -> None:
    """Print which of the imported modules aren't this project's."""
    own = tuple(str(REPOSITORY / name) for name in OWN)
    others = [name for name, it in sys.modules.items() if not (getattr(it, "__file__", None) or own[0]).startswith(own)]
    print(json.dumps(others))


if __name__ == "__main__":
    sys.path[0] = str(REPOSITORY)
    from tests import figure_servers

    _import_others() if sys.argv[2:] else _import_all()
    gc.freeze()
    _become(_serve(Path(sys.argv[1])))
