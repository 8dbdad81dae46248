"""From a save to the changed page on screen, in a real Chromium: python benchmarks/live.py."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from blogs import Article, articles, ours_with_search
from playwright.sync_api import sync_playwright
from processes import settled

AIM_S = {"article": 0.3, "diagram script": 0.6}
AIM_CPU_S = 0.5
FIGURE = "![](/images/field.png)"
SCRIPT = """\
\"\"\"A field in a colour.\"\"\"
import matplotlib.pyplot as plt

plt.figure(figsize=(4, 2), facecolor=({red} / 255, 0, 0))
"""

# Runs in every document of the tab, and checks once per frame: Playwright would notice a tenth of a second later. When
# the second frame after the change starts, the first one has been painted. Both clocks are the system's.
LOOK = """(() => {
  const seen = {
    text: words => document.querySelector('main')?.textContent.includes(words),
    colour: value => document.querySelector('figure[data-figure] svg')?.innerHTML.includes(value),
  };
  const look = () => {
    const [kind, value] = JSON.parse(sessionStorage.getItem('wanted') ?? '[]');
    if (kind && seen[kind](value)) {
      sessionStorage.removeItem('wanted');
      requestAnimationFrame(() => { window.painted = performance.timeOrigin + performance.now(); });
    }
    requestAnimationFrame(look);
  };
  look();
})()"""


def write_site(root: Path, count: int) -> Article:
    """Write our blog; return its first article, which shows a figure."""
    first, *others = articles(count)
    first = replace(first, body=f"{FIGURE}\n\n{first.body}")
    ours_with_search.write(root, [first, *others])
    (root / "diagrams").mkdir()
    draw(root, 255)
    return first


def draw(root: Path, red: int) -> None:
    """Save the diagram script."""
    (root / "diagrams/field.py").write_text(SCRIPT.format(red=red), "utf-8")


@dataclass(frozen=True)
class Saved:
    """The cost of a save: for each, the seconds until the change was visible; and the processor time per save."""

    seconds: list[float]
    cpu: float


def measure(
    page: Any, preview: int, saves: int, kind: str, value: Callable[[int], object], save: Callable[[int], None]
) -> Saved:
    """Save this many times, each when the preview is idle; wait until the page has painted the value."""
    took = []
    before = settled(preview)
    for number in range(saves):
        page.evaluate(
            "wanted => { delete window.painted; sessionStorage.setItem('wanted', JSON.stringify(wanted)); }",
            [kind, value(number)],
        )
        began = time.time()
        save(number)
        page.wait_for_function("window.painted", timeout=60_000)
        took.append(page.evaluate("window.painted") / 1000 - began)
        used = settled(preview)
    return Saved(took, (used - before) / saves)


def told(name: str, saved: Saved) -> str:
    """Return a row of the table."""
    seconds = f"{median(saved.seconds):.3f} | {p95(saved.seconds):.3f} | {AIM_S[name]:.1f}"
    return f"| {name} | {seconds} | {saved.cpu:.2f} | {AIM_CPU_S} |"


def p95(took: list[float]) -> float:
    """Return the 95th percentile, by the nearest-rank method."""
    return sorted(took)[max(0, -(-len(took) * 95 // 100) - 1)]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=30, help="how many the blog has (default: %(default)s)")
    parser.add_argument("--saves", type=int, default=20, help="how often each file is saved (default: %(default)s)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder).resolve()
        article = write_site(root, chosen.articles)
        preview = subprocess.Popen(
            [word.format(port=8700) for word in ours_with_search.preview],
            cwd=root,
            env=ours_with_search.environment(root),
            stdout=subprocess.PIPE,
            text=True,
        )
        assert preview.stdout
        address = next(match[0] for line in preview.stdout if (match := re.search(r"http://\S+", line)))
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(LOOK)
        page.goto(f"{address}{article.address}")

        def sentence(number: int) -> str:
            return f"Saved for the {number}th time."

        def save_article(number: int) -> None:
            ours_with_search.save(root, replace(article, body=f"{article.body}\n{sentence(number)}\n"))

        def red(number: int) -> int:
            return 200 - number

        def colour(number: int) -> str:
            return f"#{red(number):02x}0000"

        def save_script(number: int) -> None:
            draw(root, red(number))

        rows = [
            told("article", measure(page, preview.pid, chosen.saves, "text", sentence, save_article)),
            told("diagram script", measure(page, preview.pid, chosen.saves, "colour", colour, save_script)),
        ]
        browser.close()
        preview.terminate()
        preview.wait()
    print(f"{date.today()}, {chosen.articles} articles, {chosen.saves} saves of each, load {load:.1f} at the start\n")
    print("| saved | p50, seconds until it is on screen | p95 | goal | CPU seconds per save | goal |")
    print("|---|---:|---:|---:|---:|---:|", *rows, sep="\n")


if __name__ == "__main__":
    main()
