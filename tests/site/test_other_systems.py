"""Without what only Unix or only Linux has, everything can be imported, and a figure is drawn.

With stand-ins: not on real Windows or macOS.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Build, Site
from tests.site.test_interpreters import DRAWN, ODD, SAYS

WITHOUT_LINUX = '''\
#!{python}
"""Run a module as `python -m` does, on a system that has nothing that only Linux has."""

import builtins
import ctypes
import fcntl
import io
import os
import runpy
import select
import selectors
import sys

# What is not ours has ways of its own on each system, and must see the real one.
import matplotlib.animation
import matplotlib.pyplot
import PIL.Image

if sys.argv[3:4] != ["one"]:  # the process of one child
    import pelican.server
    import tornado.httpserver
    import watchfiles

real = {{"readlink": os.readlink, "fcntl": fcntl.fcntl}}
for owner, names in {{
    os: (
        "posix_spawn posix_spawnp sched_getaffinity sched_setaffinity sched_getscheduler sched_getparam memfd_create "
        "eventfd splice copy_file_range posix_fadvise posix_fallocate getxattr listxattr setxattr pidfd_open getrandom "
        "getresuid setresuid O_DIRECT O_TMPFILE O_PATH"
    ),
    select: "epoll",
}}.items():
    for name in names.split():
        if hasattr(owner, name):
            delattr(owner, name)
selectors.DefaultSelector = selectors.PollSelector


def hiding(function):
    """Return a function that finds nothing in /proc."""

    def find(path=".", *arguments, **options):
        shown = os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else ""
        if shown == "/proc" or shown.startswith("/proc/"):
            raise FileNotFoundError(2, "No such file or directory", shown)
        return function(path, *arguments, **options)

    return find


for owner, names in {{builtins: "open", io: "open", os: "open listdir scandir stat lstat readlink access"}}.items():
    for name in names.split():
        setattr(owner, name, hiding(getattr(owner, name)))


class CDLL(ctypes.CDLL):
    def __getattr__(self, name):
        if name == "prctl":
            raise AttributeError(name)
        return super().__getattr__(name)


def control(handle, command, argument=0):
    if command == 50:  # F_GETPATH
        return real["readlink"](f"/proc/self/fd/{{handle}}").encode().ljust(1024, b"\\0")
    return real["fcntl"](handle, command, argument)


ctypes.CDLL = CDLL
fcntl.fcntl = control
sys.platform = "darwin"
sys.executable = __file__  # so are the processes that are started

if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    _, _, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
'''
WITHOUT_UNIX = '''\
#!{python}
"""Run a module as `python -m` does, on a system that has nothing that only Unix has."""

import ctypes
import faulthandler
import os
import runpy
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import types

# What is not ours has ways of its own on each system, and must see the real one.
import matplotlib.animation
import matplotlib.pyplot
import PIL.Image

if sys.argv[3:4] != ["one"]:  # the process of one child
    import pelican.server
    import tornado.httpserver
    import tornado.web
    import watchfiles

OWN = ("plugins", "unrolled", "tools", "tests")
assert not [name for name in sys.modules if name.partition(".")[0] in OWN]

shutil.os = subprocess.os = tempfile.os = types.SimpleNamespace(**vars(os))
for module in ("fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"):
    sys.modules[module] = None  # importing it raises ImportError
for owner, names in {{
    faulthandler: "register unregister",
    os: (
        "chown confstr ctermid fchdir fchmod fchown fork forkpty fstatvfs fwalk getegid geteuid getgid getgroups "
        "getloadavg getpgid getpgrp getpriority getsid getuid initgroups killpg lchown lockf mkfifo mknod nice openpty "
        "pathconf posix_spawn posix_spawnp pread preadv pwrite pwritev readv register_at_fork sched_getaffinity "
        "sched_setaffinity sched_yield sendfile set_blocking setegid seteuid setgid setpgid setpgrp setpriority setsid "
        "setuid statvfs sync sysconf tcgetpgrp ttyname uname wait wait3 wait4 waitid writev WEXITSTATUS WIFEXITED "
        "WIFSIGNALED WNOHANG WTERMSIG WUNTRACED O_ACCMODE O_CLOEXEC O_DIRECTORY O_NOFOLLOW O_NONBLOCK P_ALL P_PID"
    ),
    select: "epoll poll",
    signal: (
        "alarm pause pthread_kill pthread_sigmask setitimer sigpending sigwait SIGALRM SIGBUS SIGCHLD SIGCONT SIGHUP "
        "SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGUSR1 SIGUSR2 SIGWINCH"
    ),
    socket: "AF_UNIX socketpair",
    time: "tzset",
}}.items():
    for name in names.split():
        if hasattr(owner, name):
            delattr(owner, name)


class CDLL(ctypes.CDLL):
    def __init__(self, name, *arguments, **options):
        if name is None:
            raise TypeError("argument of type 'NoneType' is not iterable")
        super().__init__(name, *arguments, **options)


def terminate(process):
    if process.poll() is None:
        os.kill(process.pid, 9)


def send_signal(process, number):
    if number != signal.SIGTERM:
        raise ValueError(f"Unsupported signal: {{number}}")
    process.terminate()


ctypes.CDLL = CDLL
subprocess.Popen.terminate = subprocess.Popen.kill = terminate
subprocess.Popen.send_signal = send_signal
sys.platform = "win32"
sys.executable = __file__  # so are the processes that are started

if __name__ == "__main__":
    sys.path[0] = os.getcwd()
    _, _, module, *arguments = sys.argv
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
'''

IMPORTS = """\
import importlib, importlib.util, pkgutil, sys, warnings
sys.path.insert(0, "diagrams")
warnings.simplefilter("error", EncodingWarning)  # a file is read in another encoding there
import plugins, unrolled
for package in (plugins, unrolled):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".cluster" not in found.name:  # Dask's psutil is compiled for one system, and refuses to imitate another
            importlib.import_module(found.name)
import pelicanconf, publishconf, tools.look.__main__, tools.tokens
print(*sorted(name for name in sys.modules if name.partition(".")[0] in ("plugins", "unrolled", "tools")))
"""
WRONG = ("dies", "raises")
FORKS = "plugins/figures/server.py", "plugins/building/forking.py"
"""Modules that only run if forking is possible."""


@pytest.fixture(params=[WITHOUT_UNIX, WITHOUT_LINUX], ids=["Windows", "macOS"])
def without(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a program that runs modules as Python does, without what that system lacks."""
    program = tmp_path / "without"
    program.write_text(request.param.format(python=sys.executable))
    program.chmod(0o755)
    return program


def run(program: Path, module: str, *arguments: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a module with the program."""
    variables = {name: value for name, value in os.environ.items() if name not in ("GITHUB_ACTIONS", "MAKELEVEL")}
    return subprocess.run(
        [program, "-m", module, *arguments],
        cwd=folder,
        env=variables | {"COLUMNS": "400"} | more,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_every_module_can_be_imported(without, tmp_path):
    """The plugins, the kit, the settings and everything an author calls with make."""
    (tmp_path / "imports.py").write_text(IMPORTS)
    done = run(without, "imports", folder=REPOSITORY, PYTHONPATH=str(tmp_path), SITEURL="https://example.org")
    assert done.returncode == 0, done.stderr[-3000:]
    files = [*REPOSITORY.glob("plugins/**/*.py"), *REPOSITORY.glob("diagrams/unrolled/**/*.py")]
    files = [file for file in files if file.parent != REPOSITORY / "diagrams/unrolled/scripts"]  # these aren't modules
    files = [file for file in files if not file.stem.startswith("cluster")]
    assert len(done.stdout.split()) > len(files)


def written(root: Path, font_list: Path, scripts: Mapping[str, str], settings: str = "") -> Site:
    """Write a site that shows the figures of some scripts."""
    site = Site(root, font_list)
    site.add(settings)
    site.write("diagrams/_part.py", "TITLE = 'part'\n")
    for name, text in scripts.items():
        site.script(name, text)
    site.article("guide", "\n\n".join(f"![a](/images/{name}.png)" for name in scripts))
    return site


def built(program: Path, site: Site) -> Build:
    """Build a site with the program."""
    done = run(program, "pelican", "-s", str(site.root / "pelicanconf_here.py"), folder=site.root)
    return Build(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_figures_are_drawn_and_errors_reported(without, tmp_path, font_list):
    """Without forks, automatically, with the same bytes as a build on Unix."""
    scripts = DRAWN | {name: ODD[name] for name in WRONG}
    site = written(tmp_path / "site", font_list, scripts)
    said = built(without, site)
    assert (said.code, said.figures) == (1, (len(DRAWN), 0, len(WRONG))), said.out + said.report
    assert "each figure was drawn by a new interpreter" in said.out
    for name in WRONG:
        entry = next(entry for entry in said.entries if f"/images/{name}.png" in entry)
        assert re.search(SAYS[name], entry), entry
    usual = written(tmp_path / "usual", font_list, scripts)
    assert usual.build().figures == said.figures
    assert site.output() == usual.output()
    again = built(without, site)
    assert again.figures == (0, len(DRAWN), len(WRONG)), again.out + again.report


@pytest.mark.slow
@pytest.mark.parametrize("without", [WITHOUT_UNIX], indirect=True, ids=["Windows"])
def test_a_hanging_script_is_stopped(without, tmp_path, font_list):
    """Its line can't be reported: Windows has no signal that the script would receive."""
    site = written(tmp_path, font_list, {"hangs": ODD["hangs"]}, "FIGURES_TIMEOUT = 10\n")
    said = built(without, site)
    assert (said.code, said.figures) == (1, (0, 0, 1)), said.out + said.report
    assert "diagrams/hangs.py: it did nothing for 10 s, so it was stopped" in said.report


@pytest.mark.slow
def test_nothing_else_uses_unix_s_own_names():
    """The type stubs know what each system has: only the modules that fork may use names that Windows lacks."""
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--platform",
        "win32",
        "plugins",
        "diagrams",
        "tools",
        "--no-error-summary",
    ]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert not done.stderr
    assert [line for line in done.stdout.splitlines() if not line.startswith(FORKS)] == []
