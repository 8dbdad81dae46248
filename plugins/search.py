"""The search index of the site, made by Pagefind when the pages are written."""

from __future__ import annotations

import json
import logging
import subprocess
from pathlib import Path
from typing import Any

import pagefind_bin
from pelican import signals
from pelican.generators import Generator

log = logging.getLogger(__name__)

FOLDER = "pagefind"
"""Where the index is in the output, unless SEARCH_INDEX says otherwise; if that is empty there is none."""
UNUSED = ("pagefind-component-ui.*", "pagefind-highlight.js", "pagefind-modular-ui.*", "pagefind-ui.*")
"""Pagefind's own surfaces: the theme has its own, and half a megabyte would lie there for nobody."""
ENTRY = "pagefind-entry.json"
NO_WORDS = ".fig-menu, .steps, summary, .values, .names, .asked"
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
        command = [
            str(pagefind_bin.get_executable()),
            "--site",
            self.output_path,
            "--output-subdir",
            folder,
            "--silent",
        ]
        command += ["--exclude-selectors", NO_WORDS]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
            said = (done.stderr or done.stdout).strip() if done.returncode else ""
        except (OSError, subprocess.TimeoutExpired) as problem:
            said = str(problem)
        if said and EMPTY not in said:
            log.error(f"the search index could not be made\n    {said.splitlines()[0]}")
        for pattern in UNUSED:
            for path in Path(self.output_path, folder).glob(pattern):
                path.unlink()
        _order(Path(self.output_path, folder, ENTRY))


def _order(entry: Path) -> None:
    """Put the languages in order, which Pagefind does not: equal pages have an equal index."""
    if entry.is_file():
        try:
            known = json.loads(entry.read_text("utf-8"))
        except ValueError:  # Pagefind does not say so
            log.error(f"the search index was cut short\n    see whether there is room for {entry}, and build again")
            return
        entry.write_text(json.dumps(known, ensure_ascii=False, separators=(",", ":"), sort_keys=True), "utf-8")


def _index(_pelican: Any) -> type[Index]:
    return Index


def register() -> None:
    """Add the generator: Pelican runs it after articles and pages."""
    signals.get_generators.connect(_index)
