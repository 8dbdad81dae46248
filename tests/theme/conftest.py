"""A small site with the theme alone: no plugins, and a filter that changes nothing in place of theirs."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import builds
from tests.theme.reading import Site

REPOSITORY = Path(__file__).resolve().parents[2]

SETTINGS = f"""\
SITENAME = "Unrolled"
SITESUBTITLE = "Drawn from the code"
SITEURL = ""
PATH = "content"
THEME = {str(REPOSITORY / "theme")!r}
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PLUGINS = []
JINJA_FILTERS = {{"figures": lambda html: html}}
ARTICLE_URL = ARTICLE_LANG_URL = "{{date:%Y}}/{{slug}}/"
ARTICLE_SAVE_AS = ARTICLE_LANG_SAVE_AS = "{{date:%Y}}/{{slug}}/index.html"
YEAR_ARCHIVE_URL = "{{date:%Y}}/"
YEAR_ARCHIVE_SAVE_AS = "{{date:%Y}}/index.html"
CATEGORIES_SAVE_AS = "topics/index.html"
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_DOMAIN = "https://example.org"
DEFAULT_PAGINATION = 3
LOG_FILTER = [(30, "Empty alt attribute for image %s in %s")]
"""

GUIDE = """\
Title: Gates
Date: 2026-11-03
Modified: 2026-11-20
Category: R&D
Tags: state, memory
Authors: A. Reader
Summary: What a *gate* lets through.

A guide. It has `code`, a [link](https://keras.io/), and a note.[^1]

![](/images/gates.png){.img-center}

!!! note
    A callout.

```python
model.add(LSTM(4))
```

| Weight | Count |
|---|---|
| kernel | 8 |

[^1]: The note.
"""

DIAGRAM = '<img alt="" class="diagram{more}" src="{{static}}/images/{name}.svg" width="{width}" height="90">'


def write_content(content: Path) -> None:
    """Write one article of each kind, and enough of them for two pages of the index."""
    written = {"rd/gates.md": GUIDE, "pages/about.md": "Title: About\n\nWho writes here.\n"}
    written["rd/draft.md"] = "Title: Half a thought\nDate: 2026-11-04\nStatus: draft\n\nNot yet.\n"
    written["rd/arabic.md"] = "Title: الحالة\nSlug: arabic\nDate: 2025-01-05\nLang: ar\n\nنص قصير.\n"
    written["rd/figures.md"] = "Title: Figures\nDate: 2025-03-01\n\n" + "\n\n".join(
        [
            "Words alone, so long that they fill the line of the text column at every width that a reader may have.",
            f"<p>{DIAGRAM.format(name='narrow', width=240, more='')}</p>",
            f"<p>{DIAGRAM.format(name='narrow', width=240, more=' img-center')}</p>",
            f"Prose and\n{DIAGRAM.format(name='wide', width=720, more=' img-center')}<br>\nprose again.",
            f"<p>{DIAGRAM.format(name='huge', width=1400, more='')}</p>",
        ]
    )
    for number in range(1, 4):
        written[f"rd/short-{number}.md"] = (
            f"Title: Short {number}\nDate: 2026-0{number}-01\n\n![](x.png) One < two & so on.\n"
        )
    for name, text in written.items():
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (content / "images").mkdir()
    for name, width in {"narrow": 240, "wide": 720, "huge": 1400}.items():
        drawing = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="90"><rect width="9" height="9"/></svg>'
        )
        (content / "images" / f"{name}.svg").write_text(drawing, encoding="utf-8")


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Site]:
    """Return a function that builds the small site with additional lines in its settings."""
    root = tmp_path_factory.mktemp("theme")
    write_content(root / "content")

    def run(more: str) -> Site:
        output = root / f"output-{len(list(root.glob('output-*')))}"
        settings = root / "settings.py"
        settings.write_text(SETTINGS + more, encoding="utf-8")
        arguments = ["-s", settings.name, "-o", str(output), "--fatal", "errors"]
        code, out, errors = builds.run("pelican", arguments, root, os.environ)
        assert code == 0, out + errors
        return Site(output)

    return run


@pytest.fixture(scope="session")
def site(build: Callable[[str], Site]) -> Site:
    """The small site, with URLs that both a browser and a test can follow."""
    return build("RELATIVE_URLS = True\n")
