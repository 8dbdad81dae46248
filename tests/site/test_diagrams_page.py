"""The Diagrams page: every figure with its script, made from the scripts themselves."""

from __future__ import annotations

import os
import re
import shutil
from html import unescape
from pathlib import Path

import pytest

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
LONG = '"""Long."""\nimport matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\n' + "plt.plot([0, 1])\n" * 60


class Shown(Site):
    """A site with the Diagrams page, built once for the tests that only look at it."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        for name in ("pelicanconf_here.py", "publishconf_here.py"):
            with (root / name).open("a", encoding="utf-8") as settings:
                settings.write(ON)
        for name, text in KIT.items():
            self.script(f"kit/{name}", text)

    @property
    def html(self) -> str:
        """The page."""
        return (self.root / "output/diagrams/index.html").read_text("utf-8")

    def entry(self, name: str) -> str:
        """What stands on the page below a heading."""
        found = re.search(rf'<h2 id="{name}">.*?(?=<h2 |</article>)', self.html, re.S)
        assert found, f"no entry {name}"
        return found[0]

    @property
    def names(self) -> list[str]:
        """The headings, in order."""
        return re.findall(r'<h2 id="([^"]*)">', self.html)


def words(html: str) -> str:
    """What a reader reads."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def shown(root: Path, font_list: Path) -> Shown:
    """Return a site with a figure of each kind: drawn from code, asked for by nobody, several, of a draft, private."""
    site = Shown(root)
    shutil.copytree(font_list, root / ".figures/cache")
    site.script("line", ONE)
    site.script("counted", COUNTED)
    site.script("waiting", COUNTED)
    site.script("two", TWO)
    site.script("a/long", LONG)
    site.script("secret", ONE)
    site.script("_helper", "SIZE = 1")
    site.script("_words", f"{ONE}\nDRAWN = ['end']")
    site.article("guide", "```python\nx = 1\n```\n\n![](/images/counted.png) ![](/images/line.png){.decorative}")
    site.article("second", "```python\nx = 1  # again\n```\n\n![](/images/counted.png)")
    site.article("sketch", "![](/images/secret.png)", Status="draft")
    return site


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Shown, Build]:
    """That site, published below a path, in a theme that knows nothing of it."""
    site = shown(tmp_path_factory.mktemp("diagrams"), font_list)
    return site, site.publish("-t", "simple")


def test_each_figure_is_drawn_once_and_shown_with_its_script(published):
    """What an article asks for is the same figure here; what none asks for is drawn too."""
    site, built = published
    assert built.code == 0, built.report
    assert built.figures == (6, 0, 0)  # counted, line, both of two, a/long, an example
    assert site.names == ["a/long", "counted", "line", "two", "waiting", "words"]
    entry = site.entry("counted")
    assert 'src="/repo/images/counted.png"' in entry
    assert "A line as long as the code says. An" not in words(entry)
    assert "A line as long as the code says. Shown in Guide and Second." in words(entry)
    assert "An article asks for it by ![](/images/counted.png) below a block of Python code." in words(entry)
    assert "axes.plot([0, len(code)]" in words(entry)
    assert '<span class="kn">import</span>' in entry
    assert 'href="/repo/2026/11/guide/"' in entry
    assert 'alt="A line that rises."' in site.entry("line")  # decoration there, a picture here
    for address in re.findall(r'(?:href|src)="https://example\.org/repo/([^"#]*)"', site.html):
        place = site.root / "output" / address
        assert (place / "index.html" if place.is_dir() else place).is_file(), address


def test_what_no_article_asks_for_is_said_in_the_build_and_on_the_page(published):
    """All that such a script draws is shown; one that needs code is listed without a picture, and says why."""
    site, built = published
    unasked = "no article asks for diagrams/a/long.py, diagrams/secret.py, diagrams/two.py, diagrams/waiting.py\n"
    assert unasked in built.out
    assert re.findall(r'src="[^"]*/images/([^"]*)"', site.entry("two")) == ["two.png", "two-2.png"]
    assert {"images/two.png", "images/two-2.png"} <= site.output().keys()
    assert "No article shows it yet." in words(site.entry("two"))
    assert "<img" not in site.entry("waiting")
    assert "Not drawn, as no article asks for it" in words(site.entry("waiting"))
    assert "def draw(code):" in words(site.entry("waiting"))


def test_the_words_of_scripts_are_listed_with_the_figures_that_use_them(published):
    """From their source: what they say, and the example of their docstring, drawn."""
    site, _ = published
    entry = site.entry("words")
    assert "The words of kit end Say where it ends, an x. end(1) Used in two" in words(entry)
    assert '<a href="#two">two</a>' in entry
    assert '<dt id="words/end">' in entry
    assert 'src="/repo/images/words/end.png"' in entry
    assert "images/words/end.svg" in site.output()
    assert "<code>x</code>" in entry


def test_what_only_a_draft_asks_for_is_not_shown(published):
    """Neither its picture nor its script, and nothing of it is published."""
    site, _ = published
    assert "secret" not in site.html
    assert "_helper" not in site.html
    assert not [path for path in site.output() if "secret" in path]


def test_the_contents_and_the_menu_lead_there(published):
    """It is one of the site's pages; long scripts are folded."""
    site, _ = published
    assert [*re.findall(r'<li><a href="#([^"]*)">', site.html), "words"] == site.names
    assert re.search(r'<a href="/repo/diagrams/"\s*aria-current="page"\s*>Diagrams</a>', site.html)
    assert re.search(r'<a href="/repo/diagrams/"\s*>Diagrams</a>', site.page("guide"))
    assert "<summary>diagrams/a/long.py, 63 lines</summary>" in site.entry("a/long")
    assert "<details" not in site.entry("line")


@pytest.mark.slow
def test_a_second_build_draws_nothing_and_an_edit_is_on_the_page(tmp_path, font_list):
    """In our own theme, with relative addresses; what fails there is no article's error."""
    site = shown(tmp_path, font_list)
    options = ("--relative-urls",)
    assert site.build(*options).figures == (7, 0, 0)
    first = site.output()
    assert command(site, "prune") == "0 stored files removed\n"
    again = site.build(*options)
    assert (again.code, again.figures) == (0, (0, 7, 0))
    assert site.output() == first
    assert "diagrams/a/long.py, for no article" in command(site, "list")
    assert '"../images/line.png"' in site.html
    assert 'href="../2026/11/guide/"' in site.html
    assert "secret" not in site.html  # a draft is in no list
    site.script("line", '"""It falls."""\nimport matplotlib.pyplot as plt\nplt.plot([1, 0])')
    site.script("two", "1 / 0")
    edited = site.build(*options)
    assert (edited.code, edited.figures) == (0, (1, 4, 1))
    assert "It falls." in words(site.entry("line"))
    (entry,) = edited.entries
    assert entry.startswith("diagrams/two.py: /images/two.png\n")
    assert "ZeroDivisionError" in entry
    assert "begin the file's name with _" in entry


def command(site: Site, verb: str) -> str:
    """Run a verb of the figure plugin, and return what it said."""
    code, out, report = builds.run("plugins.figures", ["-s", "pelicanconf_here.py", verb], site.root, os.environ)
    assert code == 0, report
    return out


def test_a_page_of_the_author_s_at_its_address_is_an_error(site):
    """And is not overwritten."""
    Shown(site.root)
    site.write("content/pages/diagrams.md", "Title: Diagrams\n\nMine.\n")
    built = site.build()
    assert built.code == 1
    assert "content/pages/diagrams.md:1: it has the address of the Diagrams page" in built.report
    assert "Mine." in site.output()["diagrams/index.html"].decode()
