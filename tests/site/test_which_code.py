"""The code that a figure is drawn from: what the page shows above the image, whatever the source looks like."""

import re
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from tests.asking import check
from tests.cases import Case, cases
from tests.conftest import PLAIN, SIMPLE, Build, Site, python
from tests.sampling import some
from tests.zoo import by_article

SAYS = """
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw({}):
    return SimpleNamespace(figure=Figure, alt=" + ".join([{}]).strip(), description={{}})
"""
"""A script whose alt text is the code that it gets."""


WRONG = """
class Wrong(Exception):
    pass

def draw(code):
    Wrong.block, Wrong.lineno = code, code.count(chr(10))
    raise Wrong("no")
"""
"""A script with an error at the last line of the code."""
ASKED = {"says": "code", "both": "mine, other"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a folder with scripts that nothing runs."""
    (tmp_path / "diagrams").mkdir()
    for name, blocks in ASKED.items():
        (tmp_path / f"diagrams/{name}.py").write_text(f"raise SystemExit('never run')\ndef draw({blocks}): ...\n")
    return tmp_path


@pytest.mark.parametrize("case", cases(Path(__file__).with_name("which_code.md"), "guide"))
def test_the_code_of_a_figure(root: Path, case: Case):
    """Or the error at the line of the image."""
    check(root, case)


@pytest.fixture
def saying(site: Site) -> Site:
    """A site with the script `says`."""
    site.script("says", SAYS.format("code", "code"))
    return site


def drawn_from(site: Site, name: str = "guide", page: str = "") -> list[str]:
    """Return the code in the alt text of each figure in a page."""
    html = page or site.page(name)
    return [unescape(alt) for alt in re.findall(r'<img[^>]* alt="([^"]*)"', html)]


IMAGE = "![](/images/says.png)\n\n"
QUOTED = "x = 'a -- b' < \"c\" & d"
SITES = {
    "Pelican's own settings": "del MARKDOWN",
    "fenced_code alone": 'MARKDOWN = {"extensions": ["markdown.extensions.fenced_code"]}',
    "configured only": 'MARKDOWN = {"extension_configs": {"markdown.extensions.extra": {}}}',
    "superfences alone": 'MARKDOWN = {"extensions": ["pymdownx.superfences"], "output_format": "xhtml"}',
}


@pytest.mark.parametrize("kind", some(SITES, one_in=2))
def test_code_is_read_on_any_site_that_lists_the_plugin(saying, kind):
    """Without an entry in MARKDOWN, with either kind of fences."""
    saying.add(SITES[kind])
    saying.article("guide", python(QUOTED) + "<!--\n" + python("y = 2") + "-->\n\n" + IMAGE)
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert drawn_from(saying) == [QUOTED]


@pytest.mark.parametrize("layer", some(["reader", "generator"], one_in=2))
def test_articles_in_pelican_s_cache_keep_their_code(saying, layer):
    """A second build reads no article, and draws the same; so does one with another script."""
    saying.add(f'CACHE_CONTENT = LOAD_CONTENT_CACHE = True\nCONTENT_CACHING_LAYER = "{layer}"')
    saying.add(f'CACHE_PATH = "{saying.root}/kept"')
    saying.article("guide", python("x = 1") + IMAGE)
    assert saying.build(*SIMPLE).figures == (1, 0, 0)
    saying.script("says", SAYS.format("code", '"again", code'))
    again = saying.build(*SIMPLE)
    assert (again.code, again.figures) == (0, (1, 0, 0)), again.report
    assert drawn_from(saying) == ["again + x = 1"]


PLUGIN = """
from pelican import signals

def change(content):
    if content._content:
        content._content = content._content.replace("<p>HERE</p>", '<p><img alt="" src="/images/says.png"></p>')
        content.content  # an early look, which Pelican remembers

def register():
    signals.content_object_init.connect(change)
"""


RST = """\
A guide
#######

:date: 2026-11-01
:slug: {}
:category: nlp

.. code:: python

   x = 1

.. image:: /images/says.png
"""
HTML = """\
<html><head><title>A</title><meta name="date" content="2026-11-01"><meta name="slug" content="html"></head><body>
<pre><code class="language-python">x = 1</code></pre><!-- <pre class="language-python">y = 2</pre> -->
<p><img alt="" src="/images/says.png"></p></body></html>
"""


EXAMPLE = "<!--\n{0}-->\n\nText\n\n    ```python\n    x = 1\n    SimpelRNN(4)\n    ```\n\n"
MISTAKE = python("x = 1\nSimpelRNN(4)")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build]:
    """Build a site with all kinds of articles, and a plugin that inserts an image."""
    site = Site(tmp_path_factory.mktemp("which"), font_list)
    for name, body in {
        "says": SAYS.format("code", "code"),
        "summed": SAYS.format("code", "code"),
        "wrong": WRONG,
    }.items():
        site.script(name, body)
    site.write("changing.py", PLUGIN)
    site.write("code.md", python("x = 1"))
    site.add(
        f"sys.path.insert(0, {str(site.root)!r})\nPLUGINS = [*PLUGINS, 'changing']\n"
        'MARKDOWN["extensions"] = [*MARKDOWN["extensions"], "pymdownx.snippets"]\n'
        f'MARKDOWN["extension_configs"]["pymdownx.snippets"] = {{"base_path": [{str(site.root)!r}]}}\n'
        'FORMATTED_FIELDS = ["summary", "abstract"]\nDEFAULT_PAGINATION = False'
    )
    site.article("inserted", python("x = 1") + "HERE\n\n" + python("y = 2"))
    site.article("included", '--8<-- "code.md"\n\n' + IMAGE)
    site.write("content/nlp/rst.rst", RST.format("rst"))
    site.write("content/nlp/html.html", HTML)
    own = [python(f"x = {number}") + f"![](/images/says.png){{#own-{number}}}\n" for number in range(4)]
    site.article("guide", own[0], Lang="en")
    site.article("guide-de", own[1], Slug="guide", Lang="de")
    site.article("draft", own[2], Status="draft")
    site.write("content/pages/about.md", f"Title: About\n\n{own[3]}")
    image = "![](/images/summed.png)"
    site.article("summary", python("s = 1") + f"{image}\n\n" + python("y = 2"), Summary=image, Abstract="`a` <br>")
    for name, fence in FENCES.items():
        block = "".join(f"{fence}{line}\n" for line in MISTAKE.strip().split("\n"))
        above = "- item\n\n" if fence.isspace() else "Words\n\n"
        site.article(name, f"{EXAMPLE.format(MISTAKE)}{above}{block}\n![](/images/wrong.png){{#{name}}}\n")
    site.article("broken", '--8<-- "code.md"\n\n![](/images/wrong.png)')
    return site, site.build(*SIMPLE)


FENCES = {"plain": "", "quoted": "> ", "listed": "    "}


def test_all_that_is_right_is_drawn(whole):
    """And what marks code in a document is in no file."""
    site, built = whole
    assert (built.code, built.figures, len(built.entries)) == (1, (6, 0, 4), 4), built.report
    assert all(b"data-code-block" not in data for data in site.output().values())


@pytest.mark.parametrize(
    ("page", "code"),
    [
        pytest.param(
            "2026/11/inserted", "x = 1", id="an image that a plugin inserts, as plugins change Markdown's result"
        ),
        pytest.param("2026/11/included", "x = 1", id="code that is included belongs to the article"),
        pytest.param("2026/11/rst", "x = 1", id="reStructuredText as docutils writes it"),
        pytest.param("2026/11/html", "x = 1", id="HTML with its own marks for Python"),
        pytest.param("2026/11/guide", "x = 0", id="an article with a translation"),
        pytest.param("2026/11/guide/de", "x = 1", id="a translation"),
        pytest.param("drafts/draft", "x = 2", id="a draft"),
        pytest.param("about", "x = 3", id="a page"),
        pytest.param("2026/11/summary", "s = 1", id="the figure that a summary shows, too"),
    ],
)
def test_each_is_drawn_from_what_it_shows_itself(whole, page, code):
    """Above its image."""
    html = (whole[0].root / f"output/{page}/index.html").read_text()
    assert drawn_from(whole[0], page=html.partition('class="entry-content"')[2] or html) == [code]


def test_a_summary_shows_the_same_figure_as_the_text(whole):
    """It is above all code, but it is the same figure."""
    index = (whole[0].root / "output/index.html").read_text()
    assert drawn_from(whole[0], page=index).count("s = 1") == 1


@pytest.mark.parametrize("name", FENCES)
def test_errors_in_the_code_are_reported_at_its_own_line(whole, name):
    """Of the right block, even if a comment and an example above it have the same text."""
    site, built = whole
    (entry,) = by_article(built)[name]
    lines = (site.root / f"content/nlp/{name}.md").read_text().split("\n")
    wanted = max(number for number, line in enumerate(lines, start=1) if "SimpelRNN" in line)
    assert entry.startswith(f"content/nlp/{name}.md:{wanted}: /images/wrong.png\n")


def test_an_error_in_included_code_is_reported_at_the_line_of_the_image(whole):
    """Because the article has no line for it."""
    (entry,) = by_article(whole[1])["broken"]
    assert entry.startswith("content/nlp/broken.md:8: /images/wrong.png\n")


COVERS = {
    "none": "",
    **dict(enumerate(["/images/says.png", "{static}/images/says.png", "images/says.png", "/images/says.svg"])),
}
SHOWN = "![](/images/line.png)\n\n" + python("x = 1") + IMAGE + python("y = 2")
PICTURES = ["/images/by hand.png", "{static}/images/by hand.png", "/photos/a.png", "photos/a.png"]
WORDS = ["dark", "x" * 5000, "../../pelicanconf_here.py", "#fff", "![](/images/line.png)"]


@pytest.fixture(scope="module")
def covers(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> tuple[Site, Build, dict[str, str]]:
    """Publish a site with all kinds of covers; return what the front page shows for each article, too."""
    site = Site(tmp_path_factory.mktemp("covers"), font_list)
    for name, text in {
        "line": PLAIN,
        "other": PLAIN.replace("2, 1", "3, 1"),
        "says": SAYS.format("code", "code"),
    }.items():
        site.script(name, text)
    for name in ("images/by hand.png", "photos/a.png"):
        (site.root / "content" / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 20)).save(site.root / "content" / name)
    for name, cover in COVERS.items():
        site.article(f"shown-{name}", SHOWN, **({"Cover": cover} if cover else {}))
    site.article("alone", "text", Cover="/images/other.png")
    for at, cover in enumerate(PICTURES):
        site.article(f"picture-{at}", "![](/images/line.png)", Cover=cover, Summary="short")
    for at, cover in enumerate(WORDS):
        site.article(f"word-{at}", "text", Cover=cover)
    site.add("DEFAULT_PAGINATION = False", to="publishconf_here.py")
    built = site.publish()
    index = (site.root / "output/index.html").read_text()
    plates = {
        re.search(r'<h2><a href="[^"]*/([\w-]+)/">', it)[1]: it.partition('<div class="plate"')[2].partition("<h2>")[0]
        for it in index.split('<li class="card')[1:]
    }
    return site, built, plates


def test_every_cover_is_what_its_author_means(covers):
    """A figure is drawn once, even if only a header shows it; what isn't a URL may be for the theme, and stays."""
    site, built, plates = covers
    assert (built.code, built.report, built.figures) == (0, "", (3, 0, 0))
    assert len(plates) == len(COVERS) + 1 + len(PICTURES) + len(WORDS)
    assert "images/other.png" in site.output()
    assert "<svg" in plates["alone"]
    assert not any(plates[f"word-{at}"] for at in range(len(WORDS)))
    assert not any("pelicanconf" in path for path in site.output())


@pytest.mark.parametrize("name", [it for it in COVERS if it != "none"])
def test_a_cover_is_the_figure_that_the_article_shows(covers, name):
    """In the notation of Pelican's users: the same figure, from the same code; lists show it instead of the first."""
    site, _, plates = covers
    assert "x = 1" in site.page(f"shown-{name}")
    plate = plates[f"shown-{name}"]
    assert "<svg" in plate
    assert 'data-part="line"' not in plate
    assert plate != plates["shown-none"]


@pytest.mark.parametrize("at", range(len(PICTURES)))
def test_a_cover_can_be_a_hand_made_picture(covers, at):
    """In the folder of figures or elsewhere; also under a path."""
    site, _, plates = covers
    source = unescape(re.search(r'src="([^"]*)"', plates[f"picture-{at}"])[1]).replace("%20", " ")
    path = source.removeprefix("/repo/")
    assert path == PICTURES[at].removeprefix("{static}").lstrip("/")
    assert path in site.output()


def test_an_error_in_a_figure_is_reported_once_even_if_the_header_shows_it_too(site):
    """At the line of the article's image, where it has to be fixed."""
    site.script("says", SAYS.format("code", "code"))
    site.article("guide", IMAGE + python("x = 1"), Cover="/images/says.png", Summary=IMAGE.strip())
    (entry,) = site.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:8: /images/says.png\n")
    assert "there is no Python block above this image" in entry
