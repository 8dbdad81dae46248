"""The gallery: thumbnails of all figures, by guide, and a page for each, with its script and its files."""

import csv
import html
import io
import os
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote, urljoin

import pytest

from plugins.html import Node, parse, text_of
from tests import builds
from tests.conftest import Build, Site

ON = """
DIRECT_TEMPLATES = ["index"]
DIAGRAMS_SAVE_AS = "diagrams/index.html"
DIAGRAMS_WORDS = "diagrams/kit"
DIAGRAMS_WORDS_SCRIPT = "diagrams/_words.py"
"""
KIT = {
    "__init__": 'from .lines import end\nEXPORTS = {"end": "lines"}\n',
    "lines": 'def end(x):\n    """Say where it ends, an `x`. Or not.\n\n        end(1)\n    """\n    return x\n',
}
COUNTED = '''
"""A line as long as the code says. It is read, not run.

More of it.
"""
import matplotlib.pyplot as plt


def draw(code):
    figure, axes = plt.subplots(figsize=(2, 1))
    axes.plot([0, len(code)], gid="line")
    return figure
'''
ONE = '''
"""A line that rises."""
import matplotlib.pyplot as plt

plt.figure(figsize=(2, 1))
plt.plot([0, 1])
'''
TWO = '''
"""One rises, and one falls."""
import matplotlib.pyplot as plt
from kit import end

for slope in (1, -1):
    plt.figure(figsize=(2, 1))
    plt.plot([0, end(slope)])
'''
TABLE = '''
"""Two points."""
import matplotlib.pyplot as plt


class Points:
    alt = "Two points."
    description = {"text": "They lie apart.\\n\\nNot far.", "head": ["x", "y"], "rows": [["1", "2"], ["3", "a, b"]]}

    def figure(self):
        figure, axes = plt.subplots(figsize=(2, 1))
        axes.plot([1, 3], [2, 4])
        return figure


def draw():
    return Points()
'''
LONG = '"""Long."""\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\n' + "plt.plot([0, 1])\n" * 60


class Gallery(Site):
    """A site with the gallery, built once for the tests that only read it."""

    def __init__(self, root: Path, fonts: Path | None = None) -> None:
        super().__init__(root, fonts)
        for name in ("pelicanconf_here.py", "publishconf_here.py"):
            with (root / name).open("a", encoding="utf-8") as settings:
                settings.write(ON)
        for name, text in KIT.items():
            self.script(f"kit/{name}", text)

    def shown(self, path: str = "") -> Node:
        """Parse the gallery, or a page of it."""
        return parse((self.root / "output/diagrams" / path / "index.html").read_text("utf-8"))

    def sections(self, path: str = "") -> dict[str, list[str]]:
        """Return the names of the diagrams of a gallery, by section."""
        return {
            text_of(section.css_first("h2")): [text_of(card) for card in section.css(".thumbs .name, .names a")]
            for section in self.shown(path).css("section")
        }

    def leads(self, page: str, root: str) -> list[str]:
        """Return the targets of the links and images of a page that stay on the site, as files of the output."""
        written = (self.root / "output" / page).read_text("utf-8")
        found = []
        for address in re.findall(r'(?:href|src)="([^"#]+)"', written):
            whole = urljoin(f"{root}{page}".removesuffix("index.html"), address)
            if whole.startswith(root):
                place = self.root / "output" / unquote(whole.removeprefix(root))
                found.append(str(place / "index.html" if whole.endswith("/") else place))
        return found


ADDRESS = "https://example.org/repo/"
FROM_HOST = "/repo/"


def title(page: Node) -> str:
    """Return the heading of a page, which in Pelican's theme is the second: the first is the site's."""
    return text_of(page.css("h1, h2")[1])


def site_of(root: Path, font_list: Path) -> Gallery:
    """Return a site with a figure of each kind: drawn from code, unused, several of one script, a draft's, private."""
    site = Gallery(root, font_list)
    site.script("line", ONE)
    site.script("counted", COUNTED)
    site.script("waiting", COUNTED)
    site.script("two", TWO)
    site.script("a/long", LONG)
    site.script("table", TABLE)
    site.script("secret", ONE)
    site.script("_helper", "SIZE = 1")
    site.script("_words", f"{ONE}\nDRAWN = ['end']")
    site.article(
        "guide",
        '## How *long*\n\n```python\nx = 1\n```\n\n![](/images/counted.png "As long as the code.")\n\n## More\n\n'
        '![](/images/line.png){.decorative}\n\n![](/images/table.png){heading="Where they lie"}',
        Date="2026-11-02",
    )
    site.article(
        "second", "Words.\n\n```python\nx = 1  # again\n```\n\n![](/images/counted.png)\n\n![](/images/table.png)"
    )
    site.article("sketch", "![](/images/secret.png)", Status="draft")
    return site


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Gallery, Build]:
    """Return that site, published under a path, in a theme without support for it."""
    site = site_of(tmp_path_factory.mktemp("diagrams"), font_list)
    return site, site.publish("-t", "simple")


def test_each_guide_has_its_figures_in_order_followed_by_others(published):
    """By title: from the image, from the heading above it, from the article, or from the script."""
    site, built = published
    assert built.code == 0, built.report
    assert built.figures == (7, 0, 0)  # counted, line, table, both of two, a/long, an example
    assert site.sections() == {
        "Second 2 diagrams": ["1 A line as long as the code says", "2 Two points"],
        "Guide 3 diagrams": ["1 How long", "More", "2 Where they lie"],
        "Not in a guide yet 3 diagrams": ["Long", "One rises, and one falls", "A line as long as the code says"],
    }
    jumps = [link.attributes["href"] for link in site.shown().css(".jump a")]
    assert jumps == ["#guide-1", "#guide-2", "#others", "words/"]
    assert all(site.shown().css_first(jump) for jump in jumps[:-1])
    assert [text_of(card) for card in site.shown("words").css(".thumbs .name, .names a")] == ["end"]


def test_a_figure_has_a_lazy_thumbnail(published):
    """With one file per colour scheme; without the theme's colours, there is only one."""
    site, _ = published
    images = site.shown().css(".thumb img")
    assert len(images) == 7
    for image in images:
        assert (image.attributes["alt"], image.attributes["loading"]) == ("", "lazy")
        assert (image.attributes["width"], image.attributes["height"]) == ("254", "143")
    assert site.shown().css_first("#line img").attributes["src"] == "../images/line.thumbnail.svg"
    assert not site.shown().css("svg")


def test_every_link_of_every_page_works(published):
    """Pages, images and files; and the anchors of an older page still exist."""
    site, _ = published
    pages = [path for path in site.output() if path.startswith("diagrams/") and path.endswith(".html")]
    assert len(pages) == 9
    for page in pages:
        leads = site.leads(page, ADDRESS)
        assert [place for place in leads if not Path(place).is_file()] == [], page
    ids = {node.attributes["id"] for node in site.shown().css("[id]")}
    assert {"a/long", "counted", "line", "two", "waiting", "table", "words", "words/end"} <= ids


def test_a_figure_s_page_has_its_caption_its_files_its_code_and_its_script(published):
    """And where it is used, and how an article can show it."""
    site, _ = published
    page = site.shown("counted")
    assert title(page) == "A line as long as the code says"
    image = page.css_first("figure.diagram > img")
    assert image.attributes["src"] == f"{FROM_HOST}images/counted.png"
    assert text_of(page.css_first("figure.diagram figcaption")) == "As long as the code."
    files = {text_of(link): link.attributes["href"] for link in page.css(".files a")}
    assert files == {"PNG, 2×": "../../images/counted.png", "SVG": "../../images/counted.svg", "Embed": "#embed"}
    headings = [text_of(it) for it in page.css("h2[id]")]
    assert headings == ["Drawn from this code", "By this script", "Description and data", "Where it is used", "Embed"]
    code, script = (it.text() for it in page.css(".highlight pre")[:2])
    assert code.strip() in ("x = 1", "x = 1 # again", "x = 1  # again")
    assert "axes.plot([0, len(code)]" in script
    assert [text_of(it) for it in page.css("ul li")][-2:] == ["Second, Figure 1", "Guide, Figure 1"]
    said = "To show it in an article, write ![](/images/counted.png) below a block of Python code."
    assert text_of(page.css_first(".asked")) == said
    embedded = page.css_first("#embed ~ .highlight code").text()
    assert f'<a href="{ADDRESS}diagrams/counted/"><img src="{ADDRESS}images/counted.png"' in embedded


def test_a_figure_s_description_is_on_its_page_and_its_values_are_a_file(published):
    """In words, as a table, and for programs."""
    site, _ = published
    page = site.shown("table")
    assert [text_of(it) for it in page.css(".said-of-it")] == ["They lie apart.", "Not far."]
    assert [text_of(it) for it in page.css("table.values :is(th, td)")] == ["x", "y", "1", "2", "3", "a, b"]
    assert page.css_first(".files a[href='data.csv']")
    rows = csv.reader(io.StringIO((site.root / "output/diagrams/table/data.csv").read_text("utf-8")))
    assert list(rows) == [["x", "y"], ["1", "2"], ["3", "a, b"]]
    assert not (site.root / "output/diagrams/line/data.csv").exists()


def test_readers_can_go_from_page_to_page_through_the_whole_gallery(published):
    """In the gallery's order, each page once, in both directions; the kit's words are apart."""
    site, _ = published
    order = dict.fromkeys(it.attributes["href"].rstrip("/") for it in site.shown().css(".thumbs a, .names a"))
    page, path, seen = site.shown("counted"), "counted", ["counted"]
    assert not page.css("[rel=prev]")
    while following := page.css_first("[rel=next]"):
        back = path
        path = posixpath.normpath(posixpath.join(path, following.attributes["href"]))
        page = site.shown(path)
        before = page.css_first("[rel=prev]").attributes["href"]
        assert posixpath.normpath(posixpath.join(path, before)) == back
        seen.append(path)
    assert seen == list(order)
    assert len(seen) == 6


def test_unused_scripts_are_listed_in_the_build_and_on_the_page(published):
    """All figures of such a script are on its page; one that needs code has a page that says so, with no picture."""
    site, built = published
    unasked = (
        "no article shows the figures of diagrams/a/long.py, diagrams/secret.py, diagrams/two.py, diagrams/waiting.py\n"
    )
    assert unasked in built.out
    page = site.shown("two")
    shown = [it.attributes["src"].rpartition("/")[2] for it in page.css("figure img")]
    assert shown == ["two.png", "two-2.png"]
    assert {"images/two.png", "images/two-2.png"} <= site.output().keys()
    assert "No article shows it yet." in text_of(page)
    page = site.shown("waiting")
    assert not page.css("figure")
    assert "Not drawn, because no article shows it yet" in text_of(page)
    assert "def draw(code):" in text_of(page)
    assert text_of(site.shown().css_first("#waiting .thumb")) == "Not drawn"


def test_a_word_of_the_kit_has_a_page_with_its_example_and_its_uses(published):
    """From its source: the docstring, and the drawing of its example."""
    site, _ = published
    page = site.shown("words/end")
    assert title(page) == "end"
    assert "<p>Say where it ends, an <code>x</code>.</p>" in (page.inner_html or "")
    assert page.css(".highlight")[0].text().strip() == "end(x)"
    assert "<p>Or not.</p>" in (page.inner_html or "")
    assert page.css_first("#example + .highlight").text().strip() == "end(1)"
    assert page.css_first("figure img").attributes["src"] == f"{FROM_HOST}images/words/end.png"
    assert [(text_of(it), it.attributes["href"]) for it in page.css("#used + ul a")] == [
        ("One rises, and one falls", "../../two/")
    ]
    assert "images/words/end.svg" in site.output()


def test_figures_that_only_a_draft_shows_are_left_out(published):
    """Neither the picture nor the script is shown, and nothing of it is published."""
    site, _ = published
    pages = [page for path, page in site.output().items() if path.startswith("diagrams/")]
    assert pages
    assert not any(b"secret" in page or b"_helper" in page for page in pages)
    assert not [path for path in site.output() if "secret" in path]


def test_the_menu_contains_only_the_gallery(published):
    """A page for each figure would fill it."""
    site, _ = published
    menu = parse(site.page("guide")).css("nav a")
    assert [it.attributes["href"] for it in menu if "/diagrams/" in it.attributes["href"]] == [f"{FROM_HOST}diagrams/"]


@pytest.mark.slow
def test_a_second_build_draws_nothing_and_an_edit_is_on_the_page(tmp_path, font_list):
    """In our own theme, with relative URLs; a failure there isn't an article's error."""
    site = site_of(tmp_path, font_list)
    options = ("--relative-urls",)
    assert site.build(*options).figures == (8, 0, 0)
    first = site.output()
    assert command(site, "prune") == "0 stored files removed\n"
    again = site.build(*options)
    assert (again.code, again.figures) == (0, (0, 8, 0))
    assert site.output() == first
    assert "diagrams/a/long.py, for no article" in command(site, "list")
    for path in first:
        if path.startswith("diagrams/") and path.endswith(".html"):
            leads = site.leads(path, "https://host/")
            assert [place for place in leads if not Path(place).is_file()] == [], path
    gallery = first["diagrams/index.html"].decode()
    assert "secret" not in gallery  # a draft is in no list
    assert text_of(parse(first["diagrams/counted/index.html"].decode()).css_first(".kicker")) == (
        "Diagrams · Second, Figure 1"
    )
    site.script("line", '"""It falls."""\nimport matplotlib.pyplot as plt\nplt.plot([1, 0])')
    site.script("two", "1 / 0")
    edited = site.build(*options)
    assert (edited.code, edited.figures) == (0, (1, 5, 1))
    assert site.output()["images/line.thumbnail.svg"] != first["images/line.thumbnail.svg"]
    assert "plt.plot([1, 0])" in text_of(site.shown("line"))
    (entry,) = edited.entries
    assert entry.startswith("diagrams/two.py: /images/two.png\n")
    assert "ZeroDivisionError" in entry
    assert "start the file's name with _" in entry
    clean = site_of(tmp_path / "clean", font_list)
    for one in (site, clean):
        one.script("two", TWO)
        one.script("line", ONE.replace("[0, 1]", "[1, 0]"))
        assert one.build(*options).code == 0
    assert site.output() == clean.output()


def test_a_gallery_is_in_the_language_of_its_guides(site):
    """Those in another language than the site's have their own, and each figure's page is in that of its guide."""
    Gallery(site.root)
    site.script("_words", f"{ONE}\nDRAWN = ['end']")
    site.script("line", ONE)
    site.script("other", ONE.replace("rises", "rose"))
    site.article("guide", "## Rising\n\n![](/images/line.png)")
    site.article("artikel", "## Steigend\n\n![](/images/other.png)", Lang="de", Title="Ein Artikel")
    built = site.build()
    assert built.code == 0, built.report
    output = {path: data.decode() for path, data in site.output().items() if path.endswith(".html")}
    both, german = parse(output["diagrams/index.html"]), parse(output["diagrams/de/index.html"])
    assert [text_of(it) for it in both.css("section h2")] == ["Guide 1 diagram", "Ein Artikel 1 diagram"]
    assert both.css("section")[1].attributes["lang"] == "de"
    assert [text_of(it) for it in german.css("section h2")] == ["Ein Artikel 1 Diagramm"]
    assert text_of(german.css_first("#words")).startswith("Alles, was")
    assert '<html lang="de"' in output["diagrams/de/index.html"]
    assert 'hreflang="de" lang="de">Deutsch</a>' in output["diagrams/index.html"]
    own = output["diagrams/other.de/index.html"]
    assert '<html lang="de"' in own
    assert "Von diesem Skript gezeichnet" in own
    assert text_of(parse(own).css_first(".kicker")) == "Diagramme · Ein Artikel, Abbildung 1"
    assert parse(own).css_first(".kicker a").attributes["href"] == "../de/"


def command(site: Site, verb: str) -> str:
    """Run a command of the figure plugin, and return its output."""
    code, out, report = builds.run("plugins.figures", ["-s", "pelicanconf_here.py", verb], site.root, os.environ)
    assert code == 0, report
    return out


def test_an_author_s_page_with_a_url_of_the_gallery_is_an_error(site):
    """And isn't overwritten."""
    Gallery(site.root)
    site.script("_words", f"{ONE}\nDRAWN = ['end']")
    site.script("line", ONE)
    site.article("guide", "![](/images/line.png)")
    for name, address in (("list", "diagrams/"), ("one", "diagrams/line/")):
        head = f"Title: Mine\nSlug: {name}\nSave_as: {address}index.html\nURL: {address}\n"
        site.write(f"content/pages/{name}.md", f"{head}\nMine.\n")
    built = site.build()
    assert built.code == 1
    for entry, (name, address) in zip(built.entries, (("list", "diagrams/"), ("one", "diagrams/line/")), strict=True):
        assert f"content/pages/{name}.md:1: this page has the same URL as a page of the gallery, {address}" in entry
        assert "Mine." in site.output()[f"{address}index.html"].decode()


HOSTILE = 'Where a<b and P(x) > 0, "c" & <img src=x onerror=y>'


def test_plain_text_stays_text_on_a_figure_s_page(site):
    """Docstring, alt text, caption and file name are words, whatever they contain: nothing takes them for HTML."""
    site = Gallery(site.root)
    site.script("line", "import matplotlib.pyplot as plt\nplt.plot([0, 1])")
    site.script("_words", f"{ONE}\nDRAWN = ['end']")
    site.script("kit/lines", f"def end(x):\n    '''{HOSTILE}.'''\n    return x\n")
    site.script("a<b> & c", ONE.replace("A line that rises.", f"{HOSTILE}."))
    site.script("captioned", ONE)
    written, typeset = html.escape(HOSTILE), HOSTILE.replace('"c"', "“c”")  # as the page has captions
    images = f"![{written}](/images/line.png)\n\n![](/images/captioned.png '{written} c')"
    site.article("guide", images, Summary="Words.")
    built = site.publish()
    assert built.code == 0, built.report
    titles = {"a<b>_&_c": HOSTILE, "line": HOSTILE, "captioned": f"{typeset} c", "words/end": "end"}
    for name, called in titles.items():
        page = site.shown(name)
        assert text_of(page.css_first("h1")) == called
        assert text_of(page.css_first("title")).startswith(f"{called} · ")
        named = {it.attributes.get("name") or it.attributes.get("property"): it for it in page.css("meta")}
        assert named["og:title"].attributes["content"] == called
        for told in ("description", "og:description"):
            said = typeset if name == "captioned" else HOSTILE
            assert (named[told].attributes["content"] or "").count(said) == 1
    for path, data in site.output().items():
        assert not (path.endswith((".html", ".xml")) and parse(data.decode()).css("[onerror]")), path
    names = [text_of(it) for it in site.shown().css(".thumbs .name")]
    assert names == [f"1 {HOSTILE}", f"2 {typeset} c", HOSTILE]
    turns = [text_of(it) for name in titles for it in site.shown(name).css(".turn a")]
    assert len(turns) == 4
    assert all(turn.split(" ", 1)[1] in titles.values() for turn in turns)
