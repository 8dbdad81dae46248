"""What the theme costs: a build of 200 articles beside Pelican's own theme, and the first load of a page."""

from __future__ import annotations

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from timing import Took, now

REPOSITORY = Path(__file__).resolve().parents[1]
ARTICLES = 200
SETTINGS = f"""\
import sys
sys.path.insert(0, {str(REPOSITORY)!r})
from pelicanconf import *
PATH, OUTPUT_PATH, CACHE_PATH = "content", "output", "cache"
DIAGRAMS_SAVE_AS = ""
"""
# Both read the same Markdown, and write the same kinds of pages.
SIMPLE = """\
THEME = "simple"
DIRECT_TEMPLATES = ["index", "categories", "tags", "authors", "archives"]
PLUGINS = ["plugins.strict", "plugins.figures"]
"""
WITHOUT_SEARCH = 'SEARCH_INDEX = ""\n'
KINDS = {"simple": SIMPLE, "ours": WITHOUT_SEARCH, "ours, with search": ""}
BODY = """\
The numbers that a layer carries are its *state*, and nearly every question about shapes is one about the state. {n}

## One line of Keras

The layer is told only how many numbers it may remember, and `units` says it. Everything else has a default.

```python
from keras.layers import SimpleRNN

layer = SimpleRNN({n}, input_shape=(3, 2))
```

## Counting

Each unit reads two numbers of the word and four of the state, and adds one of its own, so there are 28 weights.

```python
weights = units * (features + units + 1)
print(weights)
```
"""


def main() -> None:
    """Build in turn, and compare what was built one after the other: a machine may be twice as fast a minute later."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root / "content")
        first = built(root, WITHOUT_SEARCH)
        took = [{name: built(root, more) for name, more in KINDS.items()} for _ in range(rounds)]
    print(f"{ARTICLES} articles, medians of {rounds}{'clock, s':>28}{'processor, s':>16}{'to simple':>12}")
    for name in KINDS:
        clock, cpu = median(it[name].clock for it in took), median(it[name].cpu for it in took)
        ratio = median(it[name].cpu / it["simple"].cpu for it in took)
        print(f"{name:36}{clock:16.2f}{cpu:16.2f}{ratio:12.2f}")
    print(f"{'ours, for the first time':36}{first.clock:16.2f}{first.cpu:16.2f}")
    first_load()


def write(content: Path) -> None:
    """Write the articles: four topics, ten tags, no figures."""
    for number in range(ARTICLES):
        place = content / f"topic-{number % 4}" / f"article-{number}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        tags = f"tag {number % 10}, tag {(number + 3) % 10}"
        head = f"Title: Article {number}\nDate: 2026-01-{number % 28 + 1:02}\nSlug: article-{number}\nTags: {tags}\n"
        place.write_text(f"{head}Summary: What a layer remembers.\n\n{BODY.format(n=number)}", "utf-8")


def built(root: Path, more: str) -> Took:
    """Build once, into an empty folder."""
    (root / "settings.py").write_text(SETTINGS + more, "utf-8")
    before = now()
    command = [sys.executable, "-m", "pelican", "-s", "settings.py"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return now() - before


def first_load() -> None:
    """Print what a browser is sent for the longest article of this site, without its figures."""
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
    print(f"\nfirst load of {article.parent.name}, bytes as sent")
    for name, size in (*sent.items(), ("together", sum(sent.values()))):
        print(f"{name:32}{size:8}")


def bare(page: Path) -> str:
    """Read a page without its figures: drawings, what stands under them, and what ties the text to them."""
    html = re.sub(r'<figure class="diagram.*?</figure>', "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r'<a [^>]*class="tie [^>]*>(.*?)</a>', r"\1", html, flags=re.DOTALL)


if __name__ == "__main__":
    main()
