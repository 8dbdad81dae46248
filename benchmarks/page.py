"""What an article with ten figures costs its reader, and the build: python benchmarks/page.py."""

from __future__ import annotations

import argparse
import gzip
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pelican import Pelican
from pelican.settings import read_settings
from playwright.sync_api import Page, sync_playwright

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from plugins.figures.page.inline import Inlining  # noqa: E402 - the repository is on the path only now
from plugins.figures.records import THEMED  # noqa: E402
from plugins.i18n.catalogues import ENGLISH, Language  # noqa: E402
from tests.chromium import OPTIONS, served  # noqa: E402

LONG = "SimpleRNN(4, return_sequences=True)"
CODES = {
    "rnn_rolled": "SimpleRNN(4)",
    "rnn_default_keras": "SimpleRNN(4)",
    "rnn_return_sequences": LONG,
    "lstm_unrolled": "LSTM(4)",
    "gru_unrolled": "GRU(4)",
    "rnn_stacked": f"{LONG}, SimpleRNN(4)",
    "keras_time_distributed": f"{LONG}, TimeDistributed(Dense(4))",
    "keras_groot_ner": f'{LONG}, TimeDistributed(Dense(2, activation="softmax"))',
    "attention_weights": "",
    "vanishing_gradient": "",
}
"""Ten figures in both forms, most of them with steps and tied to the code above them."""
WORDS = 'words="I am groot"'
VIEWS = {
    "rnn_rolled": f"{{script=rolled {WORDS}}}",
    "rnn_return_sequences": f"{{script=unroll {WORDS}}}",
    "lstm_unrolled": f'{{script=unroll {WORDS} tied="units time_steps features"}}',
    "gru_unrolled": f'{{script=unroll {WORDS} tied="units time_steps features"}}',
    "rnn_stacked": f"{{script=unroll {WORDS}}}",
    "keras_time_distributed": f"{{script=unroll {WORDS}}}",
}
"""What the kit's own scripts draw; the others have a script each."""

SETTINGS = """\
import sys
sys.path.insert(0, {repository!r})
from pelicanconf import *
PATH = {root!r} + "/content"
OUTPUT_PATH = {root!r} + "/output"
DIAGRAMS_SAVE_AS = ""
"""
HEAD = "Title: Ten figures\nDate: 2026-11-01\nSlug: ten\n\n"
SECTION = """\
## About {name}

{before}

```python
{code}
```

![](/images/{url}.png "The figure of this section."){braces}

{after}

"""
PROSE = REPOSITORY / "content/nlp/illustrated-lstm-keras.md"
"""Whose paragraphs stand between the figures: text that repeats itself would pack too well."""
PACKED = {".html", ".css", ".js", ".svg", ".json"}
"""What a server sends packed; fonts and pictures are packed already."""
AIM_KB, AIM_MS, LONG_TASK_MS = 140, 10.0, 50
WATCH = """window.shift = 0; window.longest = 0;
new PerformanceObserver(list => list.getEntries().forEach(it => shift += it.value))
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(it => longest = Math.max(longest, it.duration)))
  .observe({type: 'longtask', buffered: true});"""


def write_site(root: Path) -> None:
    """Write a site with one article, of ten figures and the prose of a guide."""
    paragraphs = [it for it in PROSE.read_text("utf-8").split("\n\n") if re.match(r"\w[^`{}$]{250,}\Z", it)]
    (root / "content/nlp").mkdir(parents=True)
    (root / "diagrams").mkdir()
    (root / "theme").mkdir()
    for folder in ("unrolled", "data"):
        shutil.copytree(REPOSITORY / "diagrams" / folder, root / "diagrams" / folder)
    for name in CODES.keys() - VIEWS.keys():
        shutil.copy(REPOSITORY / f"diagrams/{name}.py", root / "diagrams")
    for name in ("tokens.json", "figures.mplstyle"):
        shutil.copy(REPOSITORY / "theme" / name, root / "theme")
    sections = [
        SECTION.format(
            name=name.replace("_", " "),
            before="\n\n".join(paragraphs[2 * place : 2 * place + 2]),
            after="\n\n".join(paragraphs[20 + 2 * place : 22 + 2 * place]),
            url=name.replace("_", "-"),
            braces=VIEWS.get(name, ""),
            code=f"model = Sequential([Input((3, 2)), {code}])" if code else "print('no layer')",
        )
        for place, (name, code) in enumerate(CODES.items())
    ]
    (root / "content/nlp/ten.md").write_text(HEAD + "".join(sections), "utf-8")
    (root / "settings.py").write_text(SETTINGS.format(repository=str(REPOSITORY), root=str(root)), "utf-8")


@contextmanager
def inlined() -> Iterator[list[tuple[Inlining, str]]]:
    """Note what the theme's filter is given during a build."""
    given: list[tuple[Inlining, str]] = []
    page = Inlining.page

    def noted(self: Inlining, html: str, output_file: str, language: Language = ENGLISH) -> str:
        given.append((self, html))
        return page(self, html, output_file, language)

    Inlining.page = noted  # type: ignore[method-assign]
    yield given
    Inlining.page = page  # type: ignore[method-assign]


def build(root: Path) -> tuple[Inlining, str]:
    """Build the site; return the filter and the article as it was given to it."""
    with inlined() as given:
        Pelican(read_settings(str(root / "settings.py"))).run()
    return max(given, key=lambda it: len(it[1]))


def best_ms(work: Callable[[], object], times: int) -> float:
    """Return the shortest of several measurements, of the processor's time: other work does not count there."""
    took = []
    for _ in range(times):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took) * 1000


def turning_ms(filtered: Inlining, html: str, times: int) -> tuple[float, float]:
    """Return how long it takes to write the figures into an article, and how long to read their SVGs alone."""
    forms = [form for figure in filtered.figures.values() for form in (figure.wide, figure.turned) if form]
    paths = [Path(filtered._store.path(form.files[THEMED])) for form in forms]
    numbers = iter(range(10 * times))
    whole = best_ms(lambda: filtered.page(html, f"page-{next(numbers)}"), times)
    return whole, best_ms(lambda: [path.read_text("utf-8") for path in paths], times)


def transferred(page: Page, address: str) -> dict[str, int]:
    """Open the article in a browser that knows nothing yet; return the bytes of each file, packed as servers do."""
    sizes: dict[str, int] = {}

    def note(response: Any) -> None:
        path = urlsplit(response.url).path
        ending = Path(path).suffix or ".html"
        body = response.body()
        sizes[path] = len(gzip.compress(body, 6)) if ending in PACKED else len(body)

    page.on("requestfinished", lambda request: note(request.response()))
    page.goto(f"{address}2026/11/ten/")
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    return sizes


def main() -> None:
    """Measure, and print tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--loads", type=int, default=5, help="how often the page is loaded at each width")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    chosen = parser.parse_args()
    loads: list[str] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root = Path(folder).resolve()
        write_site(root)
        filtered, html = build(root)
        whole, reading = turning_ms(filtered, html, chosen.times)
        browser = playwright.chromium.launch(executable_path=chosen.chromium, args=OPTIONS)
        with served(root / "output") as address:
            for width in (320, 768, 1280):
                seen = []
                for _ in range(chosen.loads):
                    page = browser.new_page(viewport={"width": width, "height": 900})
                    page.add_init_script(WATCH)
                    sizes = transferred(page, address)
                    page.wait_for_timeout(500)
                    seen.append(page.evaluate("[shift, longest]"))
                    page.close()
                shifts, longest = zip(*seen, strict=True)
                told = ", ".join(f"{ms:.0f}" if ms else f"under {LONG_TASK_MS}" for ms in sorted(longest))
                loads.append(f"| {width} | {sum(sizes.values()) / 1000:.1f} | {max(shifts):g} | {told} |")
        browser.close()
    print(f"\nAn article with {len(CODES)} figures in both forms", "")
    print("| transferred, at 1280 px | KB |", "|---|---:|", sep="\n")
    for path, size in sorted(sizes.items(), key=lambda it: -it[1]):
        print(f"| `{path}` | {size / 1000:.1f} |")
    print(
        "",
        f"| px wide | KB (aim {AIM_KB}) | layout shift (aim 0) | longest task of each load, ms (aim {LONG_TASK_MS}) |",
        sep="\n",
    )
    print("|---:|---:|---:|---:|", *loads, sep="\n")
    print("", f"| into the page, processor, best of {chosen.times} | ms |", "|---|---:|", sep="\n")
    print(f"| with the reading of the SVGs | {whole:.1f} |", f"| the reading alone | {reading:.1f} |", sep="\n")
    print(f"| between them (aim {AIM_MS:g}) | {whole - reading:.1f} |")


if __name__ == "__main__":
    main()
