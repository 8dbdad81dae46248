"""The cost of our pages for a reader, compared with other tools' pages of one article: python benchmarks/page.py."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler
from os import getloadavg
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from tests.chromium import CHROMIUM, OPTIONS, served  # noqa: E402 - only now on the path
from tools.audit import CATEGORIES, Host, built, longest, rated  # noqa: E402

AUDITORS = REPOSITORY / ".venv-audit"
PEERS = REPOSITORY / ".venv-bench"
WIDTHS = (320, 768, 1280)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
LARGE = "--blink-settings=defaultFontSize=32"
MOST_STOPS = 1000
LONG_TASK_MS = 50

IMAGE = re.compile(r"!\[[^\]]*\]\(/images/[^)]*\)(?:\{[^}]*\})?")
FENCE = re.compile(r"^```\{\.(\w+)[^}]*\}$", re.MULTILINE)
TIED = re.compile(r"\[([^\]]+)\]\{[^}]*\}")
OURS = re.compile(r"\{(?:filename|static)\}[^)]*")

MATERIAL = """\
site_name: Site
theme:
  name: material
  font: false
markdown_extensions: [admonition, attr_list, def_list, footnotes, tables, pymdownx.superfences, pymdownx.highlight]
"""
WATCH = """window.shift = 0; window.longest = 0;
new PerformanceObserver(list => list.getEntries().forEach(it => shift += it.value))
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(it => longest = Math.max(longest, it.duration)))
  .observe({type: 'longtask', buffered: true});"""
TO_THE_END = """async () => {
  for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight) {
    scrollTo(0, y);
    await new Promise(done => setTimeout(done, 50));
  }
  scrollTo(0, 0);
}"""
FOCUSED = """() => {
  const it = document.activeElement;
  if (!it || it === document.body) return 'none';
  if (it.counted) return 'known';
  return it.counted = 'new';
}"""


class Packed(Host):
    """Sends compressed texts, as hosts do, but no policy: the peers' scripts wouldn't run under ours."""

    def end_headers(self) -> None:
        """End the headers without those of our own server."""
        SimpleHTTPRequestHandler.end_headers(self)


@dataclass(frozen=True)
class Article:
    """A guide in Markdown that every tool can read, its header, and its pictures by file name."""

    title: str
    body: str
    pictures: Mapping[str, Path]

    @classmethod
    def read(cls, source: Path, pictures: list[Path]) -> Article:
        """Remove our own syntax from a guide; the pictures are those of its figures, in order."""
        header, _, body = source.read_text("utf-8").partition("\n\n")
        names = iter(f"figure-{number}.png" for number in range(1, len(pictures) + 1))
        body = IMAGE.sub(lambda _: f"![A figure of this guide]({next(names)})", body)
        body = OURS.sub("#", TIED.sub(r"\1", FENCE.sub(r"```\1", body)))
        title = next(line for line in header.splitlines() if line.startswith("Title: ")).removeprefix("Title: ")
        return cls(title, body, {f"figure-{number}.png": picture for number, picture in enumerate(pictures, 1)})

    def write(self, file: Path, header: str) -> None:
        """Write it with a tool's own header, with its pictures next to it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(header + self.body, "utf-8")
        for name, picture in self.pictures.items():
            shutil.copy(picture, file.parent / name)


def material(article: Article, root: Path) -> tuple[Path, str]:
    """Build the article with MkDocs Material; return the site and the article's URL in it."""
    article.write(root / "docs/guide.md", f"# {article.title}\n\n")
    (root / "docs/index.md").write_text("# Site\n\n[The guide](guide.md)\n", "utf-8")
    (root / "mkdocs.yml").write_text(MATERIAL, "utf-8")
    subprocess.run([PEERS.resolve() / "bin/mkdocs", "build", "-q"], cwd=root, check=True)
    return root / "site", "guide/"


def eleventy(checkout: Path) -> Callable[[Article, Path], tuple[Path, str]]:
    """Return a function that builds the article with a checkout of 11ty's base blog and its npm packages."""

    def build(article: Article, root: Path) -> tuple[Path, str]:
        blog = root / "blog"
        shutil.copytree(checkout, blog, symlinks=True)
        for sample in blog.glob("content/blog/*post*"):
            shutil.rmtree(sample) if sample.is_dir() else sample.unlink()
        header = f'---\ntitle: "{article.title}"\ndescription: A guide.\ndate: 2026-11-01\n---\n\n'
        article.write(blog / "content/blog/guide/guide.md", header)
        subprocess.run(["npx", "@11ty/eleventy", "--quiet"], cwd=blog, check=True)
        return blog / "_site", "blog/guide/"

    return build


@dataclass(frozen=True)
class Seen:
    """The cost of one page: in transfer, in the browser, for keyboard users, and its accessibility errors."""

    requests: int
    kilobytes: float
    nodes: int
    height_px: int
    shift: float
    long_task_ms: float
    stops: int
    axe: int
    sideways: str


@contextmanager
def tab(browser: Browser, width: int) -> Iterator[Page]:
    """Open a page in a new browser context."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    yield context.new_page()
    context.close()


def look(browser: Browser, large: Browser, address: str, loads: int) -> Seen:
    """Open a page several times at each width, read it to its end, and measure."""
    shifts, tasks, sideways = [], [], []
    for width in WIDTHS:
        for _ in range(loads):
            with tab(browser, width) as page:
                page.add_init_script(WATCH)
                sizes = _received(page)
                page.goto(address)
                page.evaluate("document.fonts.ready")
                page.evaluate(TO_THE_END)
                page.wait_for_load_state("networkidle")
                shift, longest = page.evaluate("[shift, longest]")
                shifts.append(shift)
                tasks.append(longest)
                nodes, height_px = page.evaluate(
                    "[document.querySelectorAll('*').length, document.documentElement.scrollHeight]"
                )
        for opened, name in ((browser, f"{width}"), (large, f"{width} at 32 px")):
            with tab(opened, width) as page:
                page.goto(address)
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    sideways.append(name)
    return Seen(
        len(sizes),
        sum(sizes.values()) / 1000,
        nodes,
        height_px,
        max(shifts),
        max(tasks),
        _stops(browser, address),
        sum(_violations(browser, address, width, scheme) for width in (320, 1280) for scheme in ("light", "dark")),
        ", ".join(sideways) or "none",
    )


def _received(page: Page) -> dict[str, int]:
    """Record the transfer size of each response, including its headers."""
    sizes: dict[str, int] = {}
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    return sizes


def _stops(browser: Browser, address: str) -> int:
    """Press Tab until the focus has been everywhere; return the number of tab stops."""
    with tab(browser, 1280) as page:
        page.goto(address)
        for stops in range(MOST_STOPS):
            page.keyboard.press("Tab")
            if page.evaluate(FOCUSED) != "new":
                return stops
    return MOST_STOPS


def _violations(browser: Browser, address: str, width: int, scheme: Any) -> int:
    from axe_playwright_python.sync_playwright import Axe

    with tab(browser, width) as page:
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        violations = Axe().run(page, options={"runOnly": list(RULES)}).response["violations"]
        return sum(len(violation["nodes"]) for violation in violations)


def pictures(browser: Browser, address: str, output: Path) -> list[Path]:
    """Return the PNG of each figure of an article, in order."""
    with tab(browser, 1280) as page:
        page.goto(address)
        paths = page.evaluate(
            """[...document.querySelectorAll('figure.diagram')].map(
              it => new URL(it.querySelector('a[href$=".png"]').href).pathname)"""
        )
    return [output / path.lstrip("/") for path in paths]


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--loads", type=int, default=3, help="how often each page is loaded at each width (default: %(default)s)"
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often Lighthouse rates each page (default: %(default)s; 0 skips it)"
    )
    parser.add_argument("--eleventy", type=Path, help="a checkout of 11ty/eleventy-base-blog, after npm install")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browser = launch(executable_path=str(CHROMIUM), args=OPTIONS)
        large = launch(executable_path=str(CHROMIUM), args=[*OPTIONS, LARGE])
        output = Path(folder, "ours")
        seen: dict[str, Seen] = {}
        scores: dict[str, list[str]] = {}

        def measured(name: str, address: str) -> None:
            print(f"measuring {name}", file=sys.stderr)
            seen[name] = look(browser, large, address, chosen.loads)
            if chosen.rounds:
                scores[name] = _scores(address, chosen.rounds)

        output.mkdir()
        with served(output, Packed) as address:
            built(output, "publishconf.py", SITEURL=address.rstrip("/"))
            path = longest(output)
            for name, kind in {"article": path, "home": "", "diagrams": "diagrams/", "search": "search/"}.items():
                measured(f"ours: {name}", address + kind)
            figures = pictures(browser, address + path, output)
        (source,) = REPOSITORY.glob(f"content/*/{path.rstrip('/').rpartition('/')[2]}.md")
        article = Article.read(source, figures)
        peers: dict[str, Callable[[Article, Path], tuple[Path, str]]] = {"MkDocs Material": material}
        if chosen.eleventy:
            peers["11ty base blog"] = eleventy(chosen.eleventy.resolve())
        for name, build in peers.items():
            root = Path(folder, name.split()[0])
            root.mkdir()
            site, place = build(article, root)
            with served(site, Packed) as address:
                measured(f"{name}: article", address + place)
        browser.close()
        large.close()
    print(f"\n{len(figures)} figures; load {getloadavg()[0]:.1f}\n")
    print(
        "| page | requests | KB | nodes | height, px | layout shift | longest task, ms | tab stops | axe | sideways |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|")
    for name, doc in seen.items():
        task = f"{doc.long_task_ms:.0f}" if doc.long_task_ms else f"under {LONG_TASK_MS}"
        print(
            f"| {name} | {doc.requests} | {doc.kilobytes:,.0f} | {doc.nodes:,} | {doc.height_px:,} | {doc.shift:.4f} "
            f"| {task} | {doc.stops} | {doc.axe} | {doc.sideways} |"
        )
    if scores:
        print("", f"| Lighthouse, median of {chosen.rounds} | {' | '.join(CATEGORIES)} |", sep="\n")
        print("|---|" + "---:|" * len(CATEGORIES))
        for name, row in scores.items():
            print(f"| {name} | {' | '.join(row)} |")


def _scores(address: str, rounds: int) -> list[str]:
    runs = [rated(AUDITORS.resolve() / "node_modules", address) for _ in range(rounds)]
    return [f"{100 * median(run[category] for run in runs):.0f}" for category in CATEGORIES]


if __name__ == "__main__":
    main()
