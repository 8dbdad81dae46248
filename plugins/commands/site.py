"""Create a site, or add figures to an existing one."""

from __future__ import annotations

import ast
import getpass
import os
import stat
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import available_timezones

from ..files import write_atomically
from . import create

STARTER = Path(__file__).parent / "starter"
ENDING = ".template"
DISTRIBUTION = "pelican-unrolled"
NAMES = {"gitignore": ".gitignore", "vscode": ".vscode"}
"""Files and folders with another name here, so that they have no effect."""
PLAIN = ("Makefile", ".vscode")
"""The files, and a folder, in which braces are only braces."""
PLUGIN = "unrolled"
SAYS_SO = "# Figures drawn by scripts: ![](/images/my-figure.png) runs diagrams/my_figure.py"
FILTER = 'LOG_FILTER = [(30, "Empty alt attribute for image %s in %s")]  # Pelican checks before figures have theirs'


def begin(folder: str, title: str | None) -> str | None:
    """Write a small site into a new folder, and print the next step; return an error message, if any."""
    place = Path(folder).resolve()  # before anything is created: missing/.. is this folder, but exists only afterwards
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        return f"new: {folder} already exists and isn't empty. Choose another folder"
    values = {
        "title": title or place.name.replace("-", " ").replace("_", " ").capitalize(),
        "author": _author(),
        "timezone": _timezone(),
        "version": ".".join(metadata.version(DISTRIBUTION).split(".")[:2]),
        "date": f"{datetime.now():%Y-%m-%d %H:%M}",
    }
    for source in sorted(STARTER.rglob(f"*{ENDING}")):
        parts = [NAMES.get(part, part) for part in source.relative_to(STARTER).with_suffix("").parts]
        target = place.joinpath(*parts)
        text = source.read_text("utf-8")
        try:
            create(target, text if parts[0] in PLAIN else text.format(**values))
        except OSError as problem:
            return f"new: can't write {os.path.relpath(target)}: {problem.strerror}. Choose another folder"
        print(os.path.relpath(target))
    relative = os.path.relpath(place)
    print(f"\nNext: cd {relative} && make serve")
    return None


def _author() -> str:
    """Return the user's name, from the system."""
    try:
        return getpass.getuser().capitalize()
    except (KeyError, OSError):
        return "Me"


def _timezone() -> str:
    """Return the name of the system's time zone, or UTC if it has none."""
    named = os.environ.get("TZ") or str(Path("/etc/localtime").resolve()).partition("zoneinfo/")[2]
    return named if named in available_timezones() else "UTC"


def add_to(settings: str) -> str | None:
    """Add two settings to those of a Pelican site, and print what was added; return an error message, if any."""
    place = Path(settings)
    try:
        text = place.read_text("utf-8")
        assigned = set(_assigned(ast.parse(text)))
    except OSError as problem:
        return f"add: can't read {settings}: {problem.strerror}. Name your settings file with -s"
    except (SyntaxError, UnicodeDecodeError) as problem:
        return f"add: {settings} isn't valid Python: {problem}"
    if SAYS_SO in text:
        print(f"{settings} already has what figures need: nothing to do")
        return None
    lines = ["", "", SAYS_SO]
    if "PLUGINS" in assigned:
        lines += [f'PLUGINS = [*PLUGINS, "{PLUGIN}"]']
    lines += ["FIGURES_INLINE = True  # puts drawings into the page itself, so that they follow its dark mode"]
    lines += [FILTER.replace("[(", "[*LOG_FILTER, (") if "LOG_FILTER" in assigned else FILTER]
    new_text = text.rstrip("\n") + "\n".join(lines) + "\n"
    try:
        write_atomically(place.resolve(), new_text.encode(), stat.S_IMODE(place.stat().st_mode))  # a link stays one
    except OSError as problem:
        return (
            f"add: can't write {settings}: {problem.strerror}. It is unchanged: run this again once it can be written"
        )
    print(f"Added to {settings}:")
    for line in lines[3:]:
        print(f"    {line}")
    if "PLUGINS" not in assigned:
        print("Your settings don't set PLUGINS, so Pelican loads every installed plugin, including this one.")
    print("Next: run `unrolled diagram my-figure`. It writes a script, and prints the line that shows its figure.")
    return None


def _assigned(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module sets at its top level."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
