"""Runs each peer with the same scripts, in the peers' own environment, and measures it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from timing import Measured, Took, now

HERE = Path(__file__).resolve().parent

FIGURES_A_PAGE = 10

PLOT_DIRECTIVE = """\
extensions = ["matplotlib.sphinxext.plot_directive"]
html_theme = "basic"
plot_formats = [("png", 192), ("svg", 192)]
plot_include_source = plot_html_show_formats = plot_html_show_source_link = False
plot_rcparams = {"svg.fonttype": "none"}
plot_apply_rcparams = True
"""

GALLERY = """\
import sys
sys.path.insert(0, %(here)r)
extensions = ["sphinx_gallery.gen_gallery"]
html_theme = "basic"
sphinx_gallery_conf = {
    "examples_dirs": "scripts",
    "gallery_dirs": "gallery",
    "filename_pattern": "network_",
    "image_scrapers": ("gallery_scraper.both",),
    "download_all_examples": False,
    "parallel": %(processes)d,
}
"""

PLAIN = 'html_theme = "basic"\n'


@dataclass(frozen=True)
class Peer:
    """A tool that draws all scripts: `measure(scripts, folder)` draws them into the folder, which is new."""

    name: str
    measure: Callable[[Sequence[Path], Path], Measured]
    drawn: str = "*"
    """The pattern of its files without the file extension: there must be a PNG and an SVG for each script."""
    at_most: int | None = None
    """The maximum number of scripts that it is measured with; the time for more is extrapolated."""


@dataclass(frozen=True)
class Environment:
    """The peers' interpreter, and the environment variables for all processes."""

    python: Path
    variables: dict[str, str]

    def run(self, *arguments: str | Path) -> Took:
        """Run Python with these arguments until it ends; return the time it took."""
        began = now()
        ended = subprocess.run([self.python, *arguments], env=self.variables, capture_output=True, text=True)
        if ended.returncode:
            raise SystemExit(f"{' '.join(map(str, arguments))[:200]}\n{(ended.stderr or ended.stdout)[-2000:]}")
        return now() - began

    def peers(self) -> list[Peer]:
        """Return all peers, the lower bound first."""
        return [
            Peer("two warm processes, no isolation (the limit)", self._two_warm),
            Peer("one warm process, no isolation", self._one_warm),
            Peer("plot_directive", self._plot_directive, "plot_directive/*"),
            Peer("plot_directive, sphinx -j 2", self._plot_directive_parallel, "plot_directive/*"),
            Peer("sphinx-gallery", self._gallery, "gallery/images/*"),
            Peer("sphinx-gallery, parallel = 2", self._gallery_parallel, "gallery/images/*"),
            Peer("a new interpreter for each, two at a time", self._interpreters, at_most=60),
        ]

    def _one_warm(self, scripts: Sequence[Path], folder: Path) -> Measured:
        return self._warm([scripts], folder)

    def _two_warm(self, scripts: Sequence[Path], folder: Path) -> Measured:
        return self._warm([scripts[::2], scripts[1::2]], folder)

    def _warm(self, shares: Sequence[Sequence[Path]], folder: Path) -> Measured:
        """Time processes that have imported matplotlib and drawn a figure in advance."""
        processes = [
            subprocess.Popen(
                [self.python, HERE / "bare.py", "--warm", folder, *share],
                env=self.variables,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            for share in shares
        ]
        warm_cpu = sum(float(process.stdout.readline()) for process in processes if process.stdout)
        began = now()
        for process in processes:
            assert process.stdin
            process.stdin.write(b"\n")
            process.stdin.flush()
        codes = [process.wait() for process in processes]
        took = now() - began
        if any(codes):
            raise SystemExit(f"bare.py ended with {codes}")
        for process in processes:
            process.communicate()
        return Measured(took - Took(cpu=warm_cpu))

    def _interpreters(self, scripts: Sequence[Path], folder: Path) -> Measured:
        began = now()
        with ThreadPoolExecutor(2) as two:
            list(two.map(lambda script: self.run(HERE / "bare.py", folder, script), scripts))
        return Measured(now() - began)

    def _plot_directive(self, scripts: Sequence[Path], folder: Path) -> Measured:
        return self._plot_directive_by([], scripts, folder)

    def _plot_directive_parallel(self, scripts: Sequence[Path], folder: Path) -> Measured:
        return self._plot_directive_by(["-j", "2"], scripts, folder)

    def _plot_directive_by(self, options: Sequence[str], scripts: Sequence[Path], folder: Path) -> Measured:
        _pages(folder / "with", PLOT_DIRECTIVE, [f".. plot:: {script.name}" for script in scripts])
        _copy(scripts, folder / "with")  # next to scripts elsewhere, it would leave its figures there
        return Measured(self._sphinx(folder / "with", folder / "html", *options), self._without(scripts, folder))

    def _gallery(self, scripts: Sequence[Path], folder: Path) -> Measured:
        return self._gallery_by(1, scripts, folder)

    def _gallery_parallel(self, scripts: Sequence[Path], folder: Path) -> Measured:
        return self._gallery_by(2, scripts, folder)

    def _gallery_by(self, processes: int, scripts: Sequence[Path], folder: Path) -> Measured:
        _pages(folder, GALLERY % {"here": str(HERE), "processes": processes if processes > 1 else False}, [])
        (folder / "scripts").mkdir()
        (folder / "scripts/README.rst").write_text("Networks\n========\n", "utf-8")
        _copy(scripts, folder / "scripts")
        return Measured(self._sphinx(folder, folder / "html"), self._without(scripts, folder))

    def _without(self, scripts: Sequence[Path], folder: Path) -> Took:
        """Time a Sphinx build of the same pages without figures, since ours is compared with a build without them."""
        _pages(folder / "without", PLAIN, [f"Figure {script.stem}" for script in scripts])
        return self._sphinx(folder / "without", folder / "without-html")

    def _sphinx(self, source: Path, output: Path, *options: str) -> Took:
        return self.run("-m", "sphinx", "-q", *options, "-d", f"{output}-doctrees", source, output)


def environment(python: Path, cache: Path) -> Environment:
    """Return the peers' environment, including matplotlib's list of fonts, which is created once per machine."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    prepared = Environment(python, {**kept, **threads, "MPLBACKEND": "agg", "MPLCONFIGDIR": str(cache)})
    prepared.run("-c", "import matplotlib.font_manager, sphinx, sphinx_gallery")
    return prepared


def _copy(scripts: Sequence[Path], folder: Path) -> None:
    for script in scripts:
        shutil.copy(script, folder)


def _pages(folder: Path, configuration: str, blocks: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "conf.py").write_text(configuration, "utf-8")
    starts = range(0, len(blocks), FIGURES_A_PAGE)
    for start in starts:
        body = "\n\n".join(blocks[start : start + FIGURES_A_PAGE])
        (folder / f"page{start}.rst").write_text(f"Page {start}\n==========\n\n{body}\n", "utf-8")
    listed = "".join(f"   page{start}\n" for start in starts) or "   gallery/index\n"
    (folder / "index.rst").write_text(f"Figures\n=======\n\n.. toctree::\n\n{listed}", "utf-8")
