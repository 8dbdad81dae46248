"""The command `unrolled` for a site: create one, write in it, preview it."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

USUAL = "pelicanconf.py"
HANDED_ON = {
    "serve": ("live", "preview the site, and rebuild it whenever you save"),
    "figures": ("figures", "list, draw or export figures, or explain why one is stale"),
    "check": ("content", "find mistakes that a build doesn't notice"),
}
"""Commands that are programs of their own, with their packages."""


class CannotWriteError(Exception):
    """Why nothing was written: what is in the way, and what to do."""


def create(path: Path, text: str) -> None:
    """Write a new file, and the folders above it; raise FileExistsError if there is one, which is left alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def add(commands: Any) -> None:
    """Add the commands to the subparsers of argparse."""
    new = commands.add_parser("new", help="create a site in a new folder")
    new.add_argument("folder", help="the new folder, for example my-blog")
    new.add_argument("--title", help="the site's title (default: the folder's name)")
    new.set_defaults(run=lambda chosen: _told(_module("site").begin(chosen.folder, chosen.title)))
    existing = commands.add_parser("add", help="add figures to an existing Pelican site")
    _add_settings(existing)
    existing.set_defaults(run=lambda chosen: _told(_module("site").add_to(chosen.settings)))
    imported = commands.add_parser("import", help="bring a blog from Hugo, Jekyll or Pelican, or a folder of notebooks")
    imported.add_argument("folder", help="the folder with its sources; nothing in it is changed")
    _add_settings(imported)
    imported.set_defaults(
        run=lambda chosen: _told(missing(chosen.settings) or _module("blog").begin(chosen.settings, chosen.folder))
    )
    article = commands.add_parser("article", help="start an article, with its header filled in")
    article.add_argument("title")
    article.add_argument("--page", action="store_true", help="write a page instead of an article")
    article.add_argument("--category", default="", help="its category, which is a folder of content/")
    article.add_argument("--lang", default="", help="its language, if it differs from the site's, for example de")
    _add_settings(article)
    article.set_defaults(run=_article)
    diagram = commands.add_parser("diagram", help="start a script that draws a figure")
    diagram.add_argument("name", help="the figure's name, for example lstm-gates")
    diagram.add_argument("--kit", action="store_true", help="draw the code block above the image, with the kit")
    _add_settings(diagram)
    diagram.set_defaults(run=_diagram)
    differing = commands.add_parser(
        "diff", help="show what changed between two builds: figures and pages, side by side"
    )
    diff_arguments(differing)
    differing.set_defaults(run=lambda chosen: _module("diff").run(chosen))
    for name, (package, does) in HANDED_ON.items():
        # Its options are parsed by the program itself
        command = commands.add_parser(name, help=does, add_help=False, prefix_chars="\0")
        command.add_argument("arguments", nargs="*")
        command.set_defaults(run=lambda chosen, package=package: _hand_on(package, chosen.command, chosen.arguments))


def diff_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `unrolled diff`."""
    site_or_commit = "a folder with a built site, or a commit"
    parser.add_argument("--from", dest="before", metavar="SITE", default="", help=f"{site_or_commit} (the main branch)")
    parser.add_argument(
        "--to", dest="after", metavar="SITE", default="", help=f"{site_or_commit} (your files as they are)"
    )
    parser.add_argument("--page", default="diff.html", help="where the page is written (diff.html)")
    parser.add_argument("--open", action="store_true", help="open it in the browser")
    _add_settings(parser)


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-s", "--settings", default=USUAL, help=f"the site's settings file (default: {USUAL})")


def _module(name: str) -> Any:
    """Import a command's module: none needs those of the others, and so doesn't wait for them."""
    return import_module(f".{name}", __package__)


def _article(chosen: argparse.Namespace) -> int:
    if problem := missing(chosen.settings):
        return _told(problem)
    kind = "page" if chosen.page else "article"
    values = {"TITLE": chosen.title, "KIND": kind, "CATEGORY": chosen.category, "ARTICLE_LANG": chosen.lang}
    values |= {name: value for name in ("PORT",) if (value := os.environ.get(name))}  # make passes on what was typed
    return _told(_module("article").begin(chosen.settings, None, values))


def _diagram(chosen: argparse.Namespace) -> int:
    kind = "kit" if chosen.kit else "plain"
    return _told(missing(chosen.settings) or _module("diagram").begin(chosen.settings, chosen.name, kind))


def _hand_on(package: str, command: str, arguments: Sequence[str]) -> int:
    """Run the program of a package."""
    named = {"-s", "--settings", "-h", "--help"}.intersection(arguments)
    if not named and (problem := missing(USUAL)):
        return _told(problem)
    program = import_module(f"..{package}.__main__", __package__)
    return int(program.main(arguments, prog=f"unrolled {command}"))


def missing(settings: str) -> str | None:
    """Return what to do if the settings of a site are missing."""
    if Path(settings).is_file():
        return None
    return (
        f"unrolled: no {settings} in this folder. Change to your site's folder, or create a site: unrolled new my-blog"
    )


def _told(problem: str | None) -> int:
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0
