"""Figure servers in forks of one process that has imported matplotlib and drawn: a build with a figure takes a third.

The first build that needs a server starts that process. Builds in processes of their own start their own servers.
"""

import gc
import json
import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

MODULE = "plugins.figures.server"
_processes: list[subprocess.Popen[bytes]] = []
"""The processes that fork; they end together with this one."""


def forked_in(place: Path, alive: int) -> SimpleNamespace:
    """Return a stand-in for the plugin's `subprocess`; the pipe `alive` closes when the user of the servers ends."""
    started = partial(_started, place, alive)
    return SimpleNamespace(**{**vars(subprocess), "Popen": started})


def _started(
    place: Path, alive: int, command: Sequence[str], *, env: Mapping[str, str], stderr: Any, **more: Any
) -> Any:
    """Fork a server; everything else is started as usual."""
    if MODULE not in command or "one" in command:  # if nothing forks, each figure has its own process
        return subprocess.Popen(command, env=env, stderr=stderr, **more)
    if not place.exists():
        _start_first(place, alive, env, more["cwd"])
    keeper = socket.socket(socket.AF_UNIX)
    keeper.connect(str(place))
    return _Forked(keeper, {"arguments": command[3:], "variables": env}, stderr.fileno())


def _start_first(place: Path, alive: int, env: Mapping[str, str], cwd: Path) -> None:
    """Start the process that forks; it outlives the site that the list of fonts comes from."""
    cache = shutil.copytree(env["MPLCONFIGDIR"], place.parent / "cache")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(place))
        listening.listen(64)
        files = (listening.fileno(), alive)
        _processes.append(
            subprocess.Popen(
                [sys.executable, __file__, *map(str, files)],
                cwd=cwd,
                env={**env, "MATPLOTLIBRC": os.devnull, "HOME": str(place.parent), "MPLCONFIGDIR": str(cache)},
                stdin=subprocess.DEVNULL,
                pass_fds=files,
                start_new_session=True,
            )
        )


class _Forked:
    """A forked server, with the methods of `Popen` that the plugin uses."""

    def __init__(self, keeper: socket.socket, order: Mapping[str, Any], errors: int) -> None:
        taken, given = os.pipe()
        heard, said = os.pipe()
        self.stdin, self.stdout = os.fdopen(given, "wb", 0), os.fdopen(heard, "rb", 0)
        self._keeper, self._answers = keeper, keeper.makefile("rb", 0)
        socket.send_fds(keeper, [json.dumps(order).encode()], [taken, said, errors])
        os.close(taken)
        os.close(said)
        self.pid = int(self._answers.readline())
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout_s: float) -> int | None:
        """Return the exit code once it has ended."""
        if self.returncode is None:
            if not select.select([self._keeper], [], [], timeout_s)[0]:
                raise subprocess.TimeoutExpired(MODULE, timeout_s)
            self.returncode = int(self._answers.readline())
            self._answers.close()
            self._keeper.close()
        return self.returncode


def _serve(server: Any, listening: socket.socket, alive: int) -> NoReturn:
    """Fork a server for each request, below a process that reports its end."""
    while alive not in select.select([alive, listening], [], [])[0]:
        connection, _ = listening.accept()
        if os.fork() == 0:
            os.close(alive)
            listening.close()
            _keep(server, connection)
        connection.close()
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    os._exit(0)


def _keep(server: Any, connection: socket.socket) -> NoReturn:
    """Fork a server; report its process id, and its exit code."""
    text, files, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    if (child := os.fork()) == 0:
        connection.close()
        _become(server, json.loads(text), files)
    for file in files:
        os.close(file)
    with suppress(OSError):  # the requesting process may have ended
        connection.send(f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        connection.send(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(server: Any, order: Mapping[str, Any], files: Sequence[int]) -> NoReturn:
    """Become the server that would have been started."""
    import matplotlib as mpl

    for standard, file in enumerate(files):
        os.dup2(file, standard)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["variables"])
    os.chdir(os.environ["HOME"])
    style = mpl.rc_params()
    for params in (mpl.rcParams, mpl.rcParamsOrig):
        dict.update(params, style, backend="agg")
    mpl.get_configdir = mpl.get_cachedir = lambda folder=os.environ["MPLCONFIGDIR"]: folder
    at_most, *fonts = order["arguments"]
    for folder in fonts:
        server.add_fonts(folder)
    server.Server(int(at_most)).serve()
    os._exit(0)


def _main(listening: int, alive: int) -> NoReturn:
    from plugins.figures import server

    server.warm()
    sys.modules["__main__"] = sys.modules.pop(MODULE)  # as when it is started
    gc.collect()
    gc.freeze()
    _serve(server, socket.socket(fileno=listening), alive)


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    _main(*map(int, sys.argv[1:]))
