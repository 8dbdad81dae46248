"""From a save to the changed page on screen, in a real Chromium: python benchmarks/live.py."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
ARTICLES = 30
AIM_S = {"article": 0.3, "diagram script": 0.5}
PAUSE_S = 0.5
"""An author takes a breath between two saves, and the preview tidies up."""

SETTINGS = """\
import sys
sys.path.insert(0, {repository!r})
from pelicanconf import *
PATH = {root!r} + "/content"
OUTPUT_PATH = {root!r} + "/output"
"""
SECTION = """\
## Section {number}

A list of what a layer does with `time_steps`:

- it reads a word, and its state of before,
- it tells its next state.

{code}
{prose}
"""
CODE = """\
```python
model = Sequential([SimpleRNN({number}, input_shape=(3, 2))])
model.summary()
```
"""
SCRIPT = """\
\"\"\"A field in a colour.\"\"\"
import matplotlib.pyplot as plt

plt.figure(figsize=(4, 2), facecolor=({red} / 255, 0, 0))
"""

# Runs in every document of the tab, and looks once a frame: Playwright itself would see it a tenth of a second later.
# The second frame after the change begins when the first one is painted. Both clocks are the system's.
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


def write_site(root: Path) -> None:
    """Write a site of articles with four sections and two code blocks each; the first shows a figure."""
    (root / "content/nlp").mkdir(parents=True)
    (root / "diagrams").mkdir()
    (root / "pelicanconf_here.py").write_text(SETTINGS.format(repository=str(REPOSITORY), root=str(root)))
    for number in range(1, ARTICLES + 1):
        head = f"Title: Guide {number}\nDate: 2026-10-{number:02}\nTags: keras, t{number % 4}\nSlug: guide-{number}\n\n"
        image = "![](/images/field.png)\n\n" if number == 1 else ""
        sections = [
            SECTION.format(number=it, code=CODE.format(number=it) if it < 3 else "", prose="Prose of a guide. " * 30)
            for it in range(1, 5)
        ]
        (root / f"content/nlp/guide-{number}.md").write_text(head + image + "\n".join(sections), "utf-8")
    draw(root, 255)


def draw(root: Path, red: int) -> None:
    """Save the diagram script."""
    (root / "diagrams/field.py").write_text(SCRIPT.format(red=red), "utf-8")


def measure(
    page: Any, saves: int, kind: str, value: Callable[[int], object], save: Callable[[int], None]
) -> list[float]:
    """Save as often; return the seconds from before the file is written until the page shows the value, painted."""
    took = []
    for number in range(saves):
        page.evaluate(
            "wanted => { delete window.painted; sessionStorage.setItem('wanted', JSON.stringify(wanted)); }",
            [kind, value(number)],
        )
        time.sleep(PAUSE_S)
        began = time.time()
        save(number)
        page.wait_for_function("window.painted", timeout=20_000)
        took.append(page.evaluate("window.painted") / 1000 - began)
    return took


def told(name: str, took: list[float]) -> str:
    """Write a row of the table."""
    return f"| {name} | {median(took):.3f} | {p95(took):.3f} | {AIM_S[name]:.1f} |"


def p95(took: list[float]) -> float:
    """Return what 95 of a hundred keep to: the value of the nearest rank."""
    return sorted(took)[max(0, -(-len(took) * 95 // 100) - 1)]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saves", type=int, default=20)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder).resolve()
        write_site(root)
        preview = subprocess.Popen(
            [sys.executable, "-m", "plugins.live", "-s", "pelicanconf_here.py", "--port", "8700"],
            cwd=root,
            env={"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert preview.stdout
        address = next(found[0] for line in preview.stdout if (found := re.search(r"http://\S+", line)))
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(LOOK)
        page.goto(f"{address}2026/10/guide-1/")
        article = root / "content/nlp/guide-1.md"
        text = article.read_text("utf-8")

        def sentence(number: int) -> str:
            return f"Saved for the {number}th time."

        def save_article(number: int) -> None:
            article.write_text(f"{text}\n{sentence(number)}\n", "utf-8")

        def red(number: int) -> int:
            return 200 - number

        def colour(number: int) -> str:
            return f"#{red(number):02x}0000"

        rows = [
            told("article", measure(page, chosen.saves, "text", sentence, save_article)),
            told("diagram script", measure(page, chosen.saves, "colour", colour, lambda it: draw(root, red(it)))),
        ]
        browser.close()
        preview.terminate()
        preview.wait()
    print(f"{ARTICLES} articles, {chosen.saves} saves each, seconds from the save to the screen", "")
    print("| saved | p50 | p95 | aim |", "|---|---:|---:|---:|", *rows, sep="\n")


if __name__ == "__main__":
    main()
