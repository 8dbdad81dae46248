"""An article and its translations, with the same figures: each figure speaks its article's language."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from plugins.html import Node, Tag, parse, text_of
from tests import builds
from tests.conftest import REPOSITORY, Build, Site

SPEAKS = '''
"""Bars."""
from typing import Literal

import matplotlib.pyplot as plt

NAMES = {"en": "units", "de": "Einheiten"}


def draw(language: Literal["en", "de"] = "en"):
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.set_title(NAMES[language])
    return figure
'''
OWN = '''
"""Two things."""
from unrolled import block, chain


def draw():
    return chain(block("kernel"), block("window")).picture("A kernel, then its window.")
'''
GERMAN = '''
"""Zwei Dinge."""
from unrolled import block, chain


def draw():
    words = {"kernel": "Kern", "A kernel.": "Ein Kern."}
    return chain(block("kernel"), block("LSTM")).picture("A kernel.").in_language("de", words)
'''
CODE = """
```python
from keras import Input, Sequential
from keras.layers import LSTM

model = Sequential([Input((2, 3)), LSTM({units})])
```
"""
ORIGINAL = (
    CODE.format(units=2)
    + """
![](/images/unroll.png){#stacked words="I am" tied="units"}

![](/images/shapes.png)

![](/images/line.png)

![](/images/speaks.png)

![](/images/own.png)

![](/images/german.png)

![](/images/rolled.png)

![](/images/tokens.png){#de words="ich bin" language=de}

See {figure:stacked} with [two]{param=units} units, and [all of it](/images/unroll.stacked.pdf).
"""
)
TRANSLATION = (
    CODE.format(units=4)
    + """
![](/images/unroll.png){#stacked words="ich bin" tied="units" vary="units=3..4"}

![](/images/shapes.png)

![](/images/line.png)

![](/images/speaks.png)

![](/images/own.png)

![Zwei Sachen](/images/german.png)

![](/images/tokens.png){words="ich bin" language=en}

{figure:stacked} hat [vier]{param=units} Einheiten und *keinen* Fehler; [alles](/images/unroll.stacked.pdf),
[gerollt](/images/rolled.pdf) und [Wörter](/images/tokens.svg).
"""
)
FRENCH = CODE.format(units=2) + "\n![](/images/shapes.png)\n\nUne couche de [2]{param=units} unités.\n"
ELSEWHERE = "[Gestapelt](/images/unroll.stacked.svg)\n\n[In English](/images/unroll.stacked.en.svg)\n"


class Languages(Site):
    """A site in English with translations, and its last build."""

    said: Build

    def shown(self, path: str) -> Node:
        """Parse a page."""
        return parse((self.root / "output" / path / "index.html").read_text("utf-8"))

    def figure(self, path: str, place: str) -> Node:
        """Return a figure in a page by its id."""
        found = self.shown(path).css_first(f"#fig-{place}")
        assert found is not None, (path, place)
        return found

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run one of our commands."""
        return builds.run(arguments[0], [*arguments[1:]], self.root, {"COLUMNS": "400"})


ENGLISH_PAGE, GERMAN_PAGE, FRENCH_PAGE = (f"2026/11/both{below}" for below in ("", "/de", "/fr"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Languages:
    """Build the site once for the tests that only read it."""
    site = Languages(tmp_path_factory.mktemp("languages"), font_list)
    kit = REPOSITORY / "diagrams/unrolled"
    shutil.copytree(kit, site.root / "diagrams/unrolled", ignore=shutil.ignore_patterns("__pycache__"))
    with (site.root / "pelicanconf_here.py").open("a") as settings:
        settings.write('DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n')
    line = '"""A line."""\nimport matplotlib.pyplot as plt\n\nplt.figure(figsize=(2, 1))\nplt.plot([0, 1])\n'
    for name, text in {"line": line, "speaks": SPEAKS, "own": OWN, "german": GERMAN}.items():
        site.script(name, text)
    headers = {"Slug": "both", "Title": "Both"}
    site.article("both", ORIGINAL, **headers)
    site.article("both.de", TRANSLATION, **headers, Lang="de", Cover="/images/unroll.stacked.png")
    site.article("both.fr", FRENCH, **headers, Lang="fr")
    site.article("elsewhere", ELSEWHERE, Lang="de")
    site.said = site.build()
    return site


def test_it_builds(site):
    """Without a problem, although both have figures with the same ids."""
    assert (site.said.code, site.said.report) == (0, ""), site.said.report
    print(site.said.out)
    print(sorted(it for it in site.output() if it.startswith(("images", "diagrams"))))
    shutil.copytree(site.root, "/tmp/gsite", symlinks=True, dirs_exist_ok=True)
