"""The search index of the site, made by Pagefind when the pages are written."""

from __future__ import annotations

import json
import logging
import subprocess
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pagefind_bin
from pelican import signals
from pelican.generators import Generator

from .files import copy_atomically

log = logging.getLogger(__name__)

FOLDER = "pagefind"
"""Where the index is in the output, unless SEARCH_INDEX says otherwise; if that is empty there is none."""
UNUSED = ("pagefind-component-ui.*", "pagefind-highlight.js", "pagefind-modular-ui.*", "pagefind-ui.*")
"""Pagefind's own surfaces: the theme has its own, and half a megabyte would lie there for nobody."""
ENTRY = "pagefind-entry.json"
NO_WORDS = ".more, .steps, .param, .vary, .data > :first-child, summary, .values, .names, .asked"
"""What a reader does not look for: buttons and values of figures, and on the Diagrams page who shows which."""
EMPTY = "did not contain any html files"
"""What Pagefind says of a site without words, where there is nothing to find, and nothing wrong."""
TIMEOUT_S = 120


class Index(Generator):  # type: ignore[misc]  # Pelican has no types
    """Writes no page, but an index of those that other generators have written before it."""

    def generate_context(self) -> None:
        """Read nothing."""

    def generate_output(self, _writer: Any) -> None:
        """Index what stands in `data-pagefind-body`."""
        folder = self.settings.get("SEARCH_INDEX", FOLDER)
        if not folder or "search" not in self.settings["DIRECT_TEMPLATES"]:
            return
        with tempfile.TemporaryDirectory() as made:
            if self._made(Path(made)):
                try:
                    _publish(Path(made), Path(self.output_path, folder))
                except OSError as problem:
                    log.error(f"the search index could not be written\n    {problem}")

    def _made(self, folder: Path) -> bool:
        """Have Pagefind write its index, and say whether it is whole; it is empty where no page has words."""
        command = [str(pagefind_bin.get_executable()), "--site", self.output_path, "--output-path", str(folder)]
        command += ["--silent", "--exclude-selectors", NO_WORDS]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
            said = (done.stderr or done.stdout).strip() if done.returncode else ""
            if not done.returncode:
                _order(folder / ENTRY)
        except ValueError:  # Pagefind does not say so
            log.error(f"the search index was cut short\n    see whether there is room in {folder}, and build again")
            return False
        except (OSError, subprocess.TimeoutExpired) as problem:
            said = str(problem)
        if said and EMPTY not in said:
            log.error(f"the search index could not be made\n    {said.splitlines()[0]}")
            return False
        return True


def _order(entry: Path) -> None:
    """Put the languages in order, which Pagefind does not: equal pages have an equal index."""
    known = json.loads(entry.read_text("utf-8"))
    entry.write_text(json.dumps(known, ensure_ascii=False, separators=(",", ":"), sort_keys=True), "utf-8")


def _publish(made: Path, folder: Path) -> None:
    """Put an index in the place of another, file by file: another build may do the same at the same time."""
    files = {path.relative_to(made): path for path in made.rglob("*") if path.is_file()}
    files = {name: path for name, path in files.items() if not any(fnmatch(name.name, each) for each in UNUSED)}
    for name, path in files.items():
        copy_atomically(path, folder / name)
    for old in folder.rglob("*"):
        is_being_written = old.name.startswith(".")
        if old.is_file() and not is_being_written and old.relative_to(folder) not in files:
            old.unlink(missing_ok=True)


def _index(_pelican: Any) -> type[Index]:
    return Index


def register() -> None:
    """Add the generator: Pelican runs it after articles and pages."""
    signals.get_generators.connect(_index)
