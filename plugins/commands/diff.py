"""Compare two builds: one page with each changed figure and each page's text, before and after, side by side.

A side is a folder with a built site, a commit, or the site's current files. The last two are built here, each into its
own folder in `.cache/diff`: neither `output/` nor your own files are touched.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pelican.settings import read_settings

from ..catalogues import ENGLISH
from ..figures.report import FigureError, last_lines
from ..figures.settings import Settings
from ..files import opened, theme_folder, write_atomically
from ..html import environment
from ..messages import ends_with_its_reader
from . import diff_arguments, missing
from .comparison import Difference, Output, compare, differing_files, figure_names

WORK = Path(".cache/diff")
"""The folder for checkouts and builds, relative to the site's root."""
MAIN = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""The published version is the first of these that exists."""
FONTS = {"Unrolled Sans": ("unrolled-sans", "400 600"), "Unrolled Serif": ("unrolled-serif-600", "600")}
SHORT = 10


class CannotCompareError(Exception):
    """Why there is nothing to compare: what is missing, and what to do."""


@dataclass(frozen=True)
class Side:
    """A built site, its name, and the folder it was built from; `problem` has the output of a failed build."""

    name: str
    output: Output
    root: Path | None = None
    problem: str = ""


class Sides:
    """Finds, or builds, the two sites to compare."""

    def __init__(self, settings: Path) -> None:
        self._settings = settings.resolve()
        self._root = self._settings.parent
        self._work = self._root / WORK
        figure_settings = Settings.of(read_settings(str(self._settings)))
        self._store, self.folder = figure_settings.store, figure_settings.folder

    def before(self, name: str) -> Side:
        """Return the given side, or the published version: the main branch, where the current branch left it."""
        return self._named(name, "FROM") if name else self._committed(*self._published())

    def after(self, name: str) -> Side:
        """Return the given side, or the current files."""
        return self._named(name, "TO") if name else self._built("your files", self._root, "after")

    def _named(self, name: str, option: str) -> Side:
        if (folder := Path(name)).is_dir():
            if not any(folder.rglob("*.html")):
                raise CannotCompareError(
                    f"{option}={name} is a folder without a page: name one that holds a built site"
                )
            return Side(name, Output(folder))
        commit = self._commit(name)
        if not commit:
            raise CannotCompareError(f"{option}={name} is neither a folder nor a commit: name a built site or a commit")
        return self._committed(commit, name, "before" if option == "FROM" else "after")

    def _published(self) -> tuple[str, str]:
        """Return a commit of the main branch, and the branch's name."""
        if not self._git("rev-parse", "--git-dir"):
            raise CannotCompareError(
                f"{self._root} isn't in a git repository, so there is nothing to compare with: "
                "name two built sites, as in FROM=folder TO=folder"
            )
        main = next((name for name in MAIN if self._commit(name)), "HEAD")
        # Where the branch began, because main may have moved on since. A shallow clone doesn't know.
        commit = self._git("merge-base", main, "HEAD") or self._commit(main)
        if not commit:
            raise CannotCompareError("nothing is committed yet, so there is nothing to compare with: commit first")
        called = self._git("rev-parse", "--abbrev-ref", main) or main
        return commit, called.removeprefix("origin/")

    def _commit(self, name: str) -> str:
        return self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")

    def _git(self, *arguments: str) -> str:
        """Return git's output; empty if it fails, or isn't installed."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        command = ["git", "-C", str(self._root), "-c", f"core.hooksPath={os.devnull}", *arguments]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    def _committed(self, commit: str, called: str, where: str = "before") -> Side:
        """Check out a commit in a folder of its own, and build it."""
        subject = self._git("show", "--no-patch", "--format=%s", commit)
        name = f"{called} at {commit[:SHORT]}: {subject}"
        tree = self._work / f"{where}-tree"
        self._check_out(commit, tree)
        return self._built(name, tree / self._git("rev-parse", "--show-prefix"), where)

    def _check_out(self, commit: str, tree: Path) -> None:
        """Check out a commit in a folder; the caches of its last build are elsewhere."""
        self._prepare()
        shutil.rmtree(tree, ignore_errors=True)
        self._git("worktree", "prune")
        self._git("worktree", "add", "--quiet", "--force", "--detach", str(tree), commit)
        if not (tree / ".git").exists():
            raise CannotCompareError(
                f"git can't check {commit[:SHORT]} out into {tree}: see what git worktree add says"
            )

    def _prepare(self) -> None:
        self._work.mkdir(parents=True, exist_ok=True)
        (self._work / ".gitignore").write_text("*\n", "utf-8")  # even if the site's own file doesn't list .cache

    def _built(self, name: str, root: Path, where: str) -> Side:
        """Build the site in a folder; its output is reported only if it fails."""
        self._prepare()
        output = self._work / where
        print(f"building {name}", file=sys.stderr)
        overrides = {"CACHE_PATH": str(self._work / f"{where}-cache"), "FIGURES_STORE": str(self._store)}
        options = [f"{key}={json.dumps(value)}" for key, value in overrides.items()]
        settings = root / self._settings.name
        if not settings.is_file():
            shutil.rmtree(output, ignore_errors=True)
            return Side(name, Output(output), root, f"there is no {self._settings.name} in it")
        code, printed = _run(root, "pelican", "-s", settings.name, "-o", str(output), "-e", *options)
        return Side(name, Output(output), root, "\n".join(last_lines(printed)) if code else "")

    def in_dark_colours(self, side: Side, names: Sequence[str], where: str) -> Side:
        """Draw some figures of a side in dark colours: the output has separate files only for the light ones."""
        if side.root is None or not names:
            return side
        folder = self._work / f"{where}-dark"
        shutil.rmtree(folder, ignore_errors=True)
        module = f"{(__package__ or '').rpartition('.')[0]}.figures"
        options = ["--theme", "dark", "--narrow", "--to", str(folder)]
        _run(side.root, module, "-s", self._settings.name, "export", *names, *options)
        # If this isn't possible, for example in a theme without dark colours, only the light version is shown.
        return replace(side, output=Output(side.output.folder, folder))


def _run(root: Path, module: str, *arguments: str) -> tuple[int, str]:
    """Run a module in a folder, from which it imports its own modules; return its exit code and its output."""
    environment = {name: value for name, value in os.environ.items() if name != "GITHUB_ACTIONS"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def page(difference: Difference, before: Side, after: Side) -> str:
    """Return the page, which needs no other file and no script."""
    fonts = theme_folder() / "static/fonts"
    embedded = [
        (family, weight, base64.b64encode(file.read_bytes()).decode())
        for family, (name, weight) in FONTS.items()
        if (file := fonts / f"{name}.woff2").is_file()
    ]
    template = environment(ENGLISH).get_template("commands/diff.html")
    return template.render(
        difference=difference, before=before, after=after, fonts=embedded, summary=summary(difference)
    )


def summary(difference: Difference) -> str:
    """Summarise the changes in one line."""
    phrases = []
    for thing, that in (("figure", difference.figures_that), ("page", difference.pages_that)):
        counts = {state: len(that(state)) for state in ("changed", "new", "removed")}
        if some := [f"{number} {state}" for state, number in counts.items() if number]:
            phrases.append(f"{thing}s: {', '.join(some)}")
    return "; ".join(phrases) or "no figure and no page text has changed"


def run(chosen: argparse.Namespace) -> int:
    """Write the page, and print its path; return the exit code: 1 if a side couldn't be built."""
    if problem := missing(chosen.settings):
        print(problem, file=sys.stderr)
        return 1
    place = Path(chosen.page)
    try:
        sides = Sides(Path(chosen.settings))
        pair = sides.before(chosen.before), sides.after(chosen.after)
        differing = differing_files(*(side.output for side in pair))
        before, after = (
            sides.in_dark_colours(side, figure_names(side.output, sides.folder, differing), where)
            for side, where in zip(pair, ("before", "after"), strict=True)
        )
        difference = compare(before.output, after.output, differing)
        write_atomically(place.absolute(), page(difference, before, after).encode("utf-8", "replace"))
    except (CannotCompareError, FigureError) as problem:
        print(f"diff: {problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"diff: {problem.filename or chosen.page}: {problem.strerror or problem}", file=sys.stderr)
        return 1
    problems = [side for side in pair if side.problem]
    for side in problems:
        print(f"diff: {side.name} couldn't be built completely:\n{side.problem}", file=sys.stderr)
    print(f"{place}  {summary(difference)}")
    if chosen.open:
        print(opened(place))
    return 1 if problems else 0


@ends_with_its_reader()
def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit code."""
    parser = argparse.ArgumentParser(prog="unrolled diff", description=__doc__)
    diff_arguments(parser)
    return run(parser.parse_args(arguments))


if __name__ == "__main__":
    sys.exit(main())
