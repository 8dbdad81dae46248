"""Pelican and our commands in forks of one process that has imported them: a small site takes a third of the time."""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import logging
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
AT_START = ("PYTHON", "LANG", "LC_", "TZ")
"""What a process reads when it begins: who says such a thing is given one of its own."""

COMMANDS = (
    "pelican",
    "plugins.content.hooks",
    "plugins.content.site",
    "plugins.diagrams.hooks",
    "plugins.figures.build",
    "plugins.figures.export",
    "plugins.figures.hooks",
    "plugins.i18n.hooks",
    "rich.live",
)
"""What they import, beside what the settings name; none runs yet."""

ARTICLE = "# A\n\nwords[^1]\n\n```python\nx = 1\n```\n\n$x$\n\n[^1]: A note.\n"
"""What is converted once beforehand: the patterns of Markdown and Pygments take a third of a small site's time."""


def run(module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Do what `python -m MODULE …` does in a folder; return the exit code, the output and the errors."""
    if any(os.environ.get(name) != value for name, value in environment.items() if name.startswith(AT_START)):
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr
    return _warm().run(module, arguments, folder, environment)


@cache
def _warm() -> _Warm:
    return _Warm()


class _Warm:
    """The process that is forked, as the tests see it."""

    def __init__(self) -> None:
        self._place = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            [sys.executable, __file__, self._place.name],
            cwd=REPOSITORY,
            env={**os.environ, "COLUMNS": "400"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._end)

    def run(
        self, module: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str, str]:
        with tempfile.TemporaryDirectory() as place:
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

    def _end(self) -> None:
        self._process.communicate()
        self._place.cleanup()


def _serve(place: Path) -> str:
    """Fork for each order; only a child returns, with the module that it is to run."""
    alive, ends_with_this = os.pipe()  # what is started by a child cannot see this process end otherwise
    for line in sys.stdin:
        order = json.loads(line)
        if (child := os.fork()) == 0:
            os.close(ends_with_this)
            workers.subprocess = figure_servers.forked_in(place / "figures", alive)
            return _begin(order)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    os._exit(0)


def _begin(order: dict[str, Any]) -> str:
    """Become the process that a command would be; return its module."""
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
    return sys.argv[0]


if __name__ == "__main__":
    sys.path[0] = str(REPOSITORY)
    from markdown import Markdown

    import pelicanconf

    plugins = [name for name in pelicanconf.PLUGINS if name != "plugins.strict"]  # which listens once it is imported
    for name in (*plugins, *pelicanconf.MARKDOWN["extensions"], *COMMANDS):
        importlib.import_module(name)
    Markdown(**pelicanconf.MARKDOWN).convert(ARTICLE)
    assert "plugins.strict" not in sys.modules
    assert not logging.getLogger().handlers
    from plugins.figures import workers
    from tests import figure_servers

    gc.freeze()
    runpy.run_module(_serve(Path(sys.argv[1])), run_name="__main__", alter_sys=True)
