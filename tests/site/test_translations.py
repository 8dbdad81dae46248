"""An article and its translations, with the same figures: each figure speaks its article's language."""

import json
import os
import re
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from plugins.html import Node, parse, text_of
from tests import builds
from tests.conftest import PLAIN, REPOSITORY, Build, Once, Site

SPEAKS = '''
"""Bars."""
from typing import Literal

import matplotlib.pyplot as plt

NAMES = {"en": "units", "de": "Einheiten"}


def draw(language: Literal["en", "de"] = "en"):
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.set_title(NAMES[language])
    figure.alt = f"Some {NAMES[language]}."
    return figure
'''
OWN = '''
"""Two things."""
from unrolled import block, chain


def draw():
    return chain(block("kernel"), block("window")).picture("A kernel, then its window.")
'''
CHOOSES = '''
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


ENGLISH_PAGE, GERMAN_PAGE, FRENCH_PAGE = (f"2026/11/both/{below}" for below in ("", "de/", "fr/"))


class Languages(Site):
    """A site in English with translations, and its gallery."""

    def __init__(self, root: Path, fonts: Path | None = None) -> None:
        super().__init__(root, fonts)
        for name in ("pelicanconf_here.py", "publishconf_here.py"):
            with (root / name).open("a") as settings:
                settings.write('DIAGRAMS_SAVE_AS = "diagrams/index.html"\nDIAGRAMS_WORDS = ""\n')

    def shown(self, path: str) -> Node:
        """Parse a page."""
        return parse(self.output()[f"{path}index.html"].decode())

    def figure(self, path: str, place: str) -> Node:
        """Return a figure in a page by its id."""
        found = self.shown(path).css_first(f"#fig-{place}")
        assert found is not None, (path, place)
        return found

    def run(self, module: str, *arguments: str) -> Build:
        """Run one of our modules."""
        options = ["-s", str(self.root / "publishconf_here.py"), *arguments]
        environment = {**os.environ, "COLUMNS": "400", "SITEURL": "https://example.org/repo"}
        return Build(*builds.run(module, options, self.root, environment))


def filled(root: Path, fonts: Path) -> Build:
    """Write the site into a folder, and publish it."""
    site = Languages(root, fonts)
    kit = REPOSITORY / "diagrams/unrolled"
    shutil.copytree(kit, root / "diagrams/unrolled", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in {"line": PLAIN, "speaks": SPEAKS, "own": OWN, "german": CHOOSES}.items():
        site.script(name, text)
    headers = {"Slug": "both", "Title": "Both"}
    site.article("both", ORIGINAL, **headers)
    site.article("both.de", TRANSLATION, **headers, Lang="de", Cover="/images/unroll.stacked.png")
    site.article("both.fr", FRENCH, **headers, Lang="fr")
    site.article("elsewhere", ELSEWHERE, Lang="de")
    return site.publish()


@pytest.fixture(scope="module")
def published(once: Once, font_list: Path) -> tuple[Languages, Build]:
    """Publish the site once, for the tests that only read it."""

    def fill(folder: Path) -> None:
        (folder / "said.json").write_text(json.dumps(asdict(filled(folder, font_list))))

    folder = once("languages", fill)
    return Languages(folder), Build(**json.loads((folder / "said.json").read_text()))


def addresses(site: Site) -> set[str]:
    """Return the pictures that are published as PNG."""
    return {path.removeprefix("images/") for path in site.output() if re.fullmatch(r"images/[^/]*\.png", path)}


def svg_text(site: Site, name: str) -> str:
    """Return the texts in a published SVG."""
    return text_of(parse(site.output()[f"images/{name}.svg"].decode()))


def test_an_original_and_its_translation_have_the_same_ids(published):
    """Their figures have different addresses: those of the site's own language have no language in them."""
    site, built = published
    assert (built.code, built.report) == (0, ""), built.report
    whole = {it for it in addresses(site) if ".turned" not in it}
    english = {"unroll.stacked.png", *(f"{it}.png" for it in ("shapes", "line", "speaks", "own", "german", "rolled"))}
    german = {it.replace(".png", ".de.png") for it in english}
    assert whole == english | german | {"tokens.png", "tokens.de.png", "shapes.fr.png", "unroll.stacked-units-3.de.png"}
    places = [[it.id for it in site.shown(page).css("figure.diagram")] for page in (ENGLISH_PAGE, GERMAN_PAGE)]
    assert places[1][:6] == places[0][:6] == [f"fig-{it}" for it in ("stacked", *ORDER[1:])]
    assert [it.attributes["data-figure"] for it in site.shown(FRENCH_PAGE).css("figure.diagram")] == ["shapes.fr"]


ORDER = ("unroll.stacked", "shapes", "line", "speaks", "own", "german")


def test_a_figure_speaks_its_article_s_language(published):
    """Its labels, alt text, description, steps and table, and what it is drawn from."""
    site, _ = published
    english, german = (site.figure(page, "stacked") for page in (ENGLISH_PAGE, GERMAN_PAGE))
    for figure, words in ((english, ("units", "step", "give")), (german, ("Einheiten", "Zeitschritt", "ergeben"))):
        units, step, give = words
        assert f"LSTM {'with 2' if figure is english else 'mit 4'} {units}" in text_of(figure.css_first("title"))
        assert units in text_of(figure.css_first("desc"))
        assert give in text_of(figure.css_first(".said output"))
        assert step in text_of(figure.css_first(".values thead"))
        assert not figure.css("[lang]")
    assert "Eingabe" in svg_text(site, "shapes.de")
    assert "Eingabe" not in svg_text(site, "shapes")
    assert ("units" in svg_text(site, "speaks"), "Einheiten" in svg_text(site, "speaks.de")) == (True, True)
    assert text_of(site.figure(GERMAN_PAGE, "speaks").css_first("title")) == "Some Einheiten."
    (path,) = (it for it in site.output() if it.startswith("images/unroll.stacked.de.units-"))
    told = json.loads(site.output()[path])
    assert told["words"] == ["drei", "vier"]
    assert all("Einheiten" in frame["data"] for frame in told["frames"])


def test_references_lead_to_the_figures_of_the_same_language(published):
    """In the text, to files, also of another article's figure that is only in another language there."""
    site, _ = published
    for page, files in (
        (ENGLISH_PAGE, ["unroll.stacked.pdf"]),
        (GERMAN_PAGE, ["unroll.stacked.de.pdf", "rolled.de.pdf", "tokens.svg"]),
        ("2026/11/elsewhere/de/", ["unroll.stacked.de.svg", "unroll.stacked.svg"]),
    ):
        links = [link.attributes["href"] or "" for link in site.shown(page).css(".prose > p a")]
        assert [it.rpartition("/")[2] for it in links if "/images/" in it] == files
        assert {f"images/{it}" for it in files} <= site.output().keys()
    mention = site.shown(GERMAN_PAGE).css_first('.prose > p a[href="#fig-stacked"]')
    assert text_of(mention) == "Abbildung 1"
    assert "The sentence" in text_of(site.figure(GERMAN_PAGE, "tokens").css_first("title"))
    assert site.output()["images/tokens.svg"] != site.output()["images/tokens.de.svg"]
    # From the original's code, which has 2 units, in German
    rolled = site.output()["diagrams/rolled.de/index.html"].decode()
    assert '<html lang="de">' in rolled
    assert text_of(parse(rolled).css_first(".said-of-it")).startswith("LSTM(2) ist eine einzige Schicht")


def test_words_in_another_language_than_the_page_s_are_marked(published):
    """Those of a picture without a translation, or in a language that its script or an author chose."""
    site, built = published
    marked = {
        (page, figure.id): {
            it.attributes["lang"] for it in figure.css("svg, table, .data p, .said span") if "lang" in it.attributes
        }
        for page in (ENGLISH_PAGE, GERMAN_PAGE, FRENCH_PAGE)
        for figure in site.shown(page).css("figure.diagram")
    }
    assert {key: languages for key, languages in marked.items() if languages} == {
        (ENGLISH_PAGE, "fig-german"): {"de"},
        (ENGLISH_PAGE, "fig-de"): {"de"},
        (GERMAN_PAGE, "fig-own"): {"en"},
        (GERMAN_PAGE, "fig-tokens"): {"en"},
        (FRENCH_PAGE, "fig-shapes"): {"en"},
    }
    assert [text_of(it) for it in site.figure(GERMAN_PAGE, "german").css("svg > title")] == ["Zwei Sachen"]
    note = "own.py, for own.de: is in English on a page in de, because “A kernel, then its window.” has no translation"
    assert note in built.out
    assert "for shapes.fr: is in English on a page in fr, because the kit has no translations for 'fr'" in built.out


def test_lists_of_figures_have_both(published):
    """The galleries, their pages, the feeds, the cards, and the commands."""
    site, _ = published
    named = {lang: {it.id for it in site.shown(f"diagrams/{lang}").css("[id]")} for lang in ("", "de/", "fr/")}
    assert {*ORDER} | {f"{it}.de" for it in ORDER} | {"shapes.fr"} <= named[""]
    assert {f"{it}.de" for it in ORDER} <= named["de/"]
    assert {"shapes.fr"} == {it for it in named["fr/"] if it and "shapes" in it and "." in it}
    assert '<html lang="de">' in site.output()["diagrams/unroll.stacked.de/index.html"].decode()
    page = site.shown("diagrams/unroll.stacked.de/")
    assert "Einheiten" in text_of(page.css_first(".said-of-it"))
    assert "![](/images/unroll.png){#stacked" in text_of(page.css_first(".asked"))
    assert site.output()["diagrams/unroll.stacked.de/data.csv"].decode().startswith("Zeitschritt,Wort")
    feed = site.output()["feeds/languages/de.atom.xml"].decode()
    assert "https://example.org/repo/images/unroll.stacked.de.png" in feed
    assert "LSTM mit 4 Einheiten" in feed
    assert "cards/both-de.png" in site.output()

    said = site.run("plugins.figures", "list")
    fresh = {*re.findall(r"^(\S+)  fresh", said.out, re.M)}
    assert {"unroll.stacked", "unroll.stacked.de", "shapes.fr", "rolled.de"} <= fresh
    assert "stale" not in said.out
    exported = site.run("plugins.figures", "export", "unroll.stacked.de", "--format", "svg", "--text", "text")
    assert exported.code == 0, exported.report
    written = (site.root / "exports/unroll.stacked.de.svg").read_text("utf-8")
    assert "Zustand" in written or "Ausgabe" in written


def test_the_numbers_in_the_text_are_checked_in_its_language(published):
    """“vier” is the 4 of the code, and so is “two” its 2 in the original."""
    site, _ = published
    checked = site.run("plugins.content")
    assert (checked.code, checked.report) == (0, ""), checked.report


WRONG = """
![](/images/line.png){#x language=de}

![](/images/german.png){#y language=en}

![](/images/rolled.png){#z language=fr}

![](/images/rolled.png){#w language=German!}
"""
WITHOUT_EFFECT = {
    32: "diagrams/line.py: language=de has no effect\n    give draw() a parameter `language`",
    34: "language=en has no effect, because the script itself chooses de\n    remove language= from the image",
    36: "the kit has no translations for 'fr', only for 'de'",
    38: "'german!' isn't a language tag\n    write one such as de or pt-br",
}


@pytest.mark.slow
def test_an_edit_of_the_translation_redraws_only_its_figures(published, tmp_path):
    """And a language that an author chooses without effect is an error, at the image's line."""
    built, _ = published
    shutil.copytree(built.root, tmp_path, symlinks=True, dirs_exist_ok=True)
    site = Languages(tmp_path)
    before = site.output()
    site.article("both", ORIGINAL + WRONG, Slug="both", Title="Both")
    site.article(
        "both.de",
        TRANSLATION.replace("LSTM(4)", "LSTM(3)").replace("vier", "drei"),
        Slug="both",
        Title="Both",
        Lang="de",
    )
    said = site.publish()
    for line, says in WITHOUT_EFFECT.items():
        (found,) = (it for it in said.entries if it.startswith(f"content/nlp/both.md:{line}: "))
        assert says in found
    assert len(said.entries) == len(WITHOUT_EFFECT)
    after = site.output()
    changed = {it for it in addresses(site) if before.get(f"images/{it}") != after[f"images/{it}"]}
    slider = {f"unroll.stacked-units-4.de{it}.png" for it in ("", ".turned")}
    assert changed == slider | {
        "unroll.stacked.de.png",
        "unroll.stacked.de.turned.png",
        "shapes.de.png",
        "shapes.de.turned.png",
    }
