"""The cost of theme and plugins: a build of 200 articles compared with Pelican's own, and the first load of a page."""

from __future__ import annotations

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from blogs import REPOSITORY, SETTINGS, STOCK, Blog, articles, ours, ours_with_search, stock
from sites import built
from timing import Took

ARTICLES = 200
# The same Markdown as ours, with only the plugins that read it: the remaining difference is between the themes.
OUR_MARKDOWN = f"""\
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from pelicanconf import LOG_FILTER, MARKDOWN
PLUGINS = ["plugins.strict", "plugins.figures"]
"""
KINDS = (
    stock,
    replace(stock, name="stock Pelican, our Markdown extensions", files={SETTINGS: STOCK + OUR_MARKDOWN}),
    ours,
    ours_with_search,
)


def main() -> None:
    """Alternate between the builds, and compare consecutive ones: a minute later, a machine may be twice as fast."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="how often each blog is built (default: %(default)s)")
    rounds = parser.parse_args().rounds
    took = [{kind.name: cold(kind) for kind in KINDS} for _ in range(rounds)]
    print(f"| {ARTICLES} articles, median of {rounds} rounds | seconds | CPU seconds | relative to stock Pelican |")
    print("|---|---:|---:|---:|")
    for kind in KINDS:
        clock, cpu = median(times[kind.name].clock for times in took), median(times[kind.name].cpu for times in took)
        ratio = median(times[kind.name].cpu / times[stock.name].cpu for times in took)
        print(f"| {kind.name} | {clock:.2f} | {cpu:.2f} | {ratio:.2f} |")
    first_load()


def cold(blog: Blog) -> Took:
    """Build a new blog once."""
    with tempfile.TemporaryDirectory() as folder:
        blog.write(Path(folder), articles(ARTICLES))
        return built(blog, Path(folder))


def first_load() -> None:
    """Print the transfer size of the first load of this site's longest article, without its figures."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "-o", folder, "-q"]
        subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
        output = Path(folder)
        article = max(output.glob("2*/*/*/index.html"), key=lambda page: len(bare(page)))
        sent = {"HTML without figures": len(gzip.compress(bare(article).encode()))}
        sent |= {
            name: len(gzip.compress((output / "theme" / name).read_bytes()))
            for name in ("css/main.css", "js/theme.js", "js/page.js")
        }
        sent["fonts/unrolled-sans.woff2"] = (output / "theme/fonts/unrolled-sans.woff2").stat().st_size
    print(f"\nTransferred for the first load of {article.parent.name}, in bytes:")
    for name, size in (*sent.items(), ("total", sum(sent.values()))):
        print(f"{name:32}{size:8}")


def bare(page: Path) -> str:
    """Read a page without its figures: without the drawings, their captions, and their ties to the text."""
    html = re.sub(r'<figure class="diagram.*?</figure>', "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r'<a [^>]*class="tie [^>]*>(.*?)</a>', r"\1", html, flags=re.DOTALL)


if __name__ == "__main__":
    main()
