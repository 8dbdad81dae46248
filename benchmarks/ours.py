"""Builds sites with our plugin, and the same sites without figures."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from peers import FIGURES_A_PAGE
from processes import Peak, watch
from timing import Measured, Took, now

PROJECT = Path(__file__).resolve().parent.parent

CONFIGURATION = """\
SITENAME = "Figures"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
THEME = "simple"
PATH = "content"
OUTPUT_PATH = "output"
DELETE_OUTPUT_DIRECTORY = True
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
LOG_FILTER = [(30, "Empty alt attribute for image %s in %s")]
PLUGINS = {plugins}
"""

BUILD = """\
import resource, sys
from pelican import main
main(["-q", "-s", "pelicanconf.py", "--fatal", "errors"])
print("matplotlib" in sys.modules, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@dataclass(frozen=True)
class Built:
    """The result of a build."""

    took: Took
    imports_matplotlib: bool
    has_children: bool


@dataclass(frozen=True)
class Site:
    """A site with figures, and next to it one with the same articles but without figures."""

    folder: Path

    @property
    def bare(self) -> Path:
        """The folder of the site without figures."""
        return self.folder / "without"

    @property
    def figures(self) -> Path:
        """The folder of the site with figures."""
        return self.folder / "with"

    def write(self, scripts: Sequence[Path]) -> None:
        """Write both sites, with a few figures in each article."""
        for folder, plugins in ((self.figures, ["plugins.figures"]), (self.bare, [])):
            (folder / "content").mkdir(parents=True)
            (folder / "pelicanconf.py").write_text(CONFIGURATION.format(plugins=plugins), "utf-8")
        shutil.copytree(scripts[0].parent, self.figures / "diagrams")
        for start in range(0, len(scripts), FIGURES_A_PAGE):
            names = [script.stem.replace("_", "-") for script in scripts[start : start + FIGURES_A_PAGE]]
            head = f"Title: Page {start}\nDate: 2026-01-01\n\n"
            article = f"content/page{start}.md"
            (self.figures / article).write_text(
                head + "\n\n".join(f"![](/images/{name}.png)" for name in names), "utf-8"
            )
            (self.bare / article).write_text(head + "\n\n".join(f"Figure {name}" for name in names), "utf-8")

    def cold(self, fonts: Path) -> Measured:
        """Build with an empty store, and without figures. Exit if a figure is missing."""
        self._empty(fonts)
        measured = Measured(self._built(self.figures).took, self._built(self.bare).took)
        wanted = len(list((self.figures / "diagrams").glob("*.py")))
        for ending in ("png", "svg"):
            count = len(list((self.figures / "output/images").glob(f"*.{ending}")))
            if count != wanted:
                raise SystemExit(f"ours drew {count} {ending} of {wanted}")
        return measured

    def unchanged(self) -> Measured:
        """Build again, and without figures. Exit if anything was rendered."""
        built = self._built(self.figures)
        if built.imports_matplotlib or built.has_children:
            raise SystemExit("an unchanged build has imported matplotlib or started a process")
        return Measured(built.took, self._built(self.bare).took)

    def memory(self, fonts: Path) -> Peak:
        """Build with an empty store, slowed down by being monitored; return the peaks."""
        self._empty(fonts)
        with _started(self.figures) as process:
            return watch(process)

    def _empty(self, fonts: Path) -> None:
        for folder in (".figures", "output"):
            shutil.rmtree(self.figures / folder, ignore_errors=True)
        shutil.copytree(fonts, self.figures / ".figures/cache")  # created once per machine; the peers have it too

    def _built(self, folder: Path) -> Built:
        began = now()
        with _started(folder) as process:
            output, _ = process.communicate()
        took = now() - began
        if process.returncode:
            raise SystemExit(f"the build in {folder} failed:\n{output[-2000:]}")
        *_, imported, children_kb = output.split()
        return Built(took, imported == "True", children_kb != "0")


def _started(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BUILD],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
