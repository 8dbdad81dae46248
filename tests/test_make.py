"""Anything that a newcomer's machine lacks is reported in one line."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

TOO_OLD = """#!/bin/sh
echo 3.9
"""
NO_VENV = f"""#!/bin/sh
if [ "$1" = -m ] && [ "$2" = venv ]; then
    mkdir -p "$4/bin"
    echo "The virtual environment was not created successfully because ensurepip is not available." >&2
    exit 1
fi
exec {sys.executable} "$@"
"""
NO_NETWORK = f"""#!/bin/sh
exec {sys.executable} "$@"
"""


@pytest.fixture
def clone(tmp_path):
    """The files that make needs, and a folder for a replacement of python3, first on PATH."""
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt", "pelicanconf.py"):
        shutil.copy(REPOSITORY / name, tmp_path)
    shutil.copytree(REPOSITORY / "tools", tmp_path / "tools")
    for folder in ("bin", "content"):
        (tmp_path / folder).mkdir()
    return tmp_path


def make(clone: Path, stand_in: str, *targets: str) -> subprocess.CompletedProcess[str]:
    """Run make with a replacement of python3 and an unreachable package index, and nothing of a make that runs this."""
    python = clone / "bin/python3"
    python.write_text(stand_in)
    python.chmod(0o755)
    environment = {
        "PATH": f"{clone / 'bin'}:{os.environ['PATH']}",
        "HOME": str(clone),
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    return subprocess.run(["make", *targets], cwd=clone, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stand_in", "says"),
    [
        (TOO_OLD, "is Python 3.9, but 3.11 or newer is needed: install it"),
        ("#!/bin/sh\nexit 127\n", "doesn't run: install Python 3.11 or newer"),
        (NO_VENV, "apt install python3-venv"),
        (NO_NETWORK, "check your internet connection, then run make again"),
    ],
    ids=["too old", "no Python", "no venv module", "no network"],
)
def test_missing_software_is_reported_in_one_line(clone, stand_in, says):
    """It says what to do, fails, and leaves no incomplete environment behind."""
    done = make(clone, stand_in, "html")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert says in line
    assert not (clone / ".venv").exists()


AUTHORS = [
    "html",
    "serve",
    "publish",
    "new",
    "diagram",
    "figure",
    "list",
    "export",
    "check-content",
    "diff",
    "prune",
    "clean",
]


def test_make_alone_prints_what_an_author_needs(clone):
    """Nothing is installed for that. A new blog's Makefile prints the same, and what it prints has a recipe there."""
    done = make(clone, TOO_OLD)
    assert done.returncode == 0
    assert done.stderr == ""
    assert re.findall(r"^  make ([\w-]+)", done.stdout, re.M) == AUTHORS
    starter = REPOSITORY / "plugins/commands/starter/Makefile.template"
    assert make(clone, TOO_OLD, "-f", str(starter), "help").stdout in done.stdout
    assert not {*AUTHORS, "why", "figures"} - {*re.findall(r"^([\w-]+):", starter.read_text("utf-8"), re.M)}


def test_all_other_commands_are_listed_for_developers(clone):
    """Pelican's own names for the preview are in neither list, and still work."""
    told = make(clone, TOO_OLD).stdout + make(clone, TOO_OLD, "help-dev").stdout
    (every,) = re.findall(r"^\.PHONY: (.*)", (clone / "Makefile").read_text("utf-8"), re.M)
    silent = {name for name in every.split() if not re.search(rf"^  make {name}\b(?!-)", told, re.M)}
    pelican = {"devserver", "devserver-global", "livereload", "serve-global"}
    assert silent == pelican | {"help", "help-dev", "ready", "ready-dev", "ready-verify", "ready-verify-torch", "why"}


def test_a_complete_environment_needs_no_python_and_no_network(clone):
    """The second `make` of any target starts at once."""
    (clone / ".venv/bin").mkdir(parents=True)
    shutil.copy(clone / "requirements.txt", clone / ".venv/requirements.txt")
    (clone / ".venv/bin/python").write_text('#!/bin/sh\necho "$@"\n')
    (clone / ".venv/bin/python").chmod(0o755)
    done = make(clone, TOO_OLD, "html")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("-m pelican")


def test_what_only_tests_need_is_installed_when_they_run(clone):
    """Into the same environment, which isn't created again."""
    (clone / ".venv/bin").mkdir(parents=True)
    shutil.copy(clone / "requirements.txt", clone / ".venv")
    (clone / ".venv/bin/python").write_text(f'#!/bin/sh\necho "$@" >>{clone}/ran\n')
    (clone / ".venv/bin/python").chmod(0o755)
    done = make(clone, TOO_OLD, "test")
    assert done.returncode == 0, done.stderr
    installs, compiles, tests = (clone / "ran").read_text().splitlines()
    assert installs.endswith("-r requirements-dev.txt")
    assert compiles.startswith("-m compileall")
    assert tests.startswith("-m pytest")
    assert (clone / ".venv/requirements-dev.txt").is_file()
