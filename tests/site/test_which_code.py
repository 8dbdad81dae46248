"""The code that a figure is drawn from: what the page shows above the image, whatever the source looks like."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.conftest import SIMPLE, Site
from tests.sampling import some

SAYS = """
from types import SimpleNamespace
from matplotlib.figure import Figure

def draw({}):
    return SimpleNamespace(figure=Figure, alt=" + ".join([{}]).strip(), description={{}})
"""
"""A script whose alt text is the code that it gets."""


@pytest.fixture
def saying(site: Site) -> Site:
    """A site with the script `says`."""
    site.script("says", SAYS.format("code", "code"))
    return site


def drawn_from(site: Site, name: str = "guide", page: str = "") -> list[str]:
    """Return the code in the alt text of each figure in a page."""
    html = page or site.page(name)
    return [unescape(alt) for alt in re.findall(r'<img[^>]* alt="([^"]*)"', html)]


def settings(site: Site, more: str) -> None:
    """Add to the settings."""
    place = site.root / "pelicanconf_here.py"
    place.write_text(place.read_text() + more + "\n")


def python(code: str, info: str = "python") -> str:
    """Fence some code."""
    return f"```{info}\n{code}\n```\n\n"


IMAGE = "![](/images/says.png)\n\n"
LOOKS_LIKE_IT = {
    "code in a comment": python("SimpleRNN(4)") + "<!--\n" + python("SimpleRNN(7)") + "-->\n\n" + IMAGE,
    "an indented example": python("SimpleRNN(4)")
    + "Write\n\n    ```python\n    SimpleRNN(7)\n    ```\n\nand see\n\n"
    + IMAGE,
    "a mention": "Write `![](/images/says.png)` for it.\n\n" + python("SimpleRNN(4)") + IMAGE,
    "a mention below other code": python("SimpleRNN(7)") + f"`{IMAGE.strip()}`\n\n" + python("SimpleRNN(4)") + IMAGE,
    "a mention in a comment": python("SimpleRNN(7)") + f"<!-- {IMAGE.strip()} -->\n\n" + python("SimpleRNN(4)") + IMAGE,
    "an example in a fence": python("SimpleRNN(4)")
    + "````markdown\n"
    + python("SimpleRNN(7)").strip()
    + "\n````\n\n"
    + IMAGE,
    "code in a list": "- item\n\n    ```python\n    SimpleRNN(4)\n    ```\n\n" + IMAGE,
    "its id": python("SimpleRNN(4)", "python {#mine}") + python("SimpleRNN(7)") + "![](/images/says.png){code=mine}",
}


def test_a_figure_is_drawn_from_the_code_above_it_in_the_page(site):
    """Not from code in a comment, or in an example of how to write it; a mention of an image doesn't count."""
    for number, body in enumerate(LOOKS_LIKE_IT.values()):
        site.script(f"says_{number}", SAYS.format("code", "code"))
        site.article(f"guide-{number}", body.replace("says.png", f"says-{number}.png"))
    built = site.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (len(LOOKS_LIKE_IT), 0, 0)), built.report
    for number, kind in enumerate(LOOKS_LIKE_IT):
        assert drawn_from(site, f"guide-{number}")[0] == "SimpleRNN(4)", kind
    assert all(b"data-code-block" not in data for data in site.output().values())


SITES = {
    "Pelican's own settings": "del MARKDOWN",
    "fenced_code alone": 'MARKDOWN = {"extensions": ["markdown.extensions.fenced_code"]}',
    "configured only": 'MARKDOWN = {"extension_configs": {"markdown.extensions.extra": {}}}',
    "superfences alone": 'MARKDOWN = {"extensions": ["pymdownx.superfences"], "output_format": "xhtml"}',
}


@pytest.mark.parametrize("kind", some(SITES, one_in=2))
def test_code_is_read_on_any_site_that_lists_the_plugin(saying, kind):
    """Without an entry in MARKDOWN, with either kind of fences."""
    settings(saying, SITES[kind])
    saying.article("guide", python("x = 'a -- b' < \"c\" & d") + "<!--\n" + python("y = 2") + "-->\n\n" + IMAGE)
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert drawn_from(saying) == ["x = 'a -- b' < \"c\" & d"]


@pytest.mark.parametrize("layer", some(["reader", "generator"], one_in=2))
def test_articles_in_pelican_s_cache_keep_their_code(saying, layer):
    """A second build reads no article, and draws the same; so does one with another script."""
    settings(saying, f'CACHE_CONTENT = LOAD_CONTENT_CACHE = True\nCONTENT_CACHING_LAYER = "{layer}"')
    settings(saying, f'CACHE_PATH = "{saying.root}/kept"')
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


def test_an_image_that_a_plugin_inserts_uses_the_code_above_it(saying):
    """As in the page: plugins change Markdown's result."""
    saying.write("changing.py", PLUGIN)
    settings(saying, f"sys.path.insert(0, {str(saying.root)!r})\nPLUGINS = [*PLUGINS, 'changing']")
    saying.article("guide", python("x = 1") + "HERE\n\n" + python("y = 2"))
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert drawn_from(saying) == ["x = 1"]
    assert all(b"data-code-block" not in data for data in saying.output().values())


def test_included_code_belongs_to_the_article(saying):
    """An error in it is reported at the line of the image, because the article has no line for it."""
    saying.write("code.md", python("x = 1"))
    settings(
        saying,
        'MARKDOWN["extensions"] = [*MARKDOWN["extensions"], "pymdownx.snippets"]\n'
        f'MARKDOWN["extension_configs"]["pymdownx.snippets"] = {{"base_path": [{str(saying.root)!r}]}}',
    )
    saying.article("guide", '--8<-- "code.md"\n\n' + IMAGE)
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert drawn_from(saying) == ["x = 1"]
    error = "class Broken(Exception):\n    block, lineno = 'x = 1\\n', 1\n\ndef draw(code):\n    raise Broken('no')\n"
    saying.script("says", error)
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:8: /images/says.png")


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


def test_other_formats_than_markdown_use_the_code_marked_in_their_html(saying):
    """ReStructuredText as docutils writes it, and HTML with its own marks for Python."""
    saying.write("content/nlp/rst.rst", RST.format("rst"))
    saying.write("content/nlp/html.html", HTML)
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    assert drawn_from(saying, "rst") == drawn_from(saying, "html") == ["x = 1"]


def test_translations_drafts_and_pages_have_their_own_code(site):
    """Each is drawn from what it shows itself."""
    for number in range(4):
        site.script(f"says_{number}", SAYS.format("code", "code"))
    body = [python(f"x = {number}") + f"![](/images/says-{number}.png)\n" for number in range(4)]
    site.article("guide", body[0], Lang="en")
    site.article("guide-de", body[1], Slug="guide", Lang="de")
    site.article("draft", body[2], Status="draft")
    site.write("content/pages/about.md", f"Title: About\n\n{body[3]}")
    built = site.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (4, 0, 0)), built.report
    pages = ["2026/11/guide", "2026/11/guide/de", "drafts/draft", "about"]
    shown = [drawn_from(site, page=(site.root / f"output/{page}/index.html").read_text()) for page in pages]
    assert shown == [["x = 0"], ["x = 1"], ["x = 2"], ["x = 3"]]


def test_named_blocks_can_be_anywhere(site):
    """`draw(encoder, decoder)`, with one of them below."""
    site.script("both", SAYS.format("encoder, decoder", "encoder, decoder"))
    blocks = python("e", "python {#encoder}") + "![](/images/both.png)\n\n" + python("d", "{.py #decoder}")
    site.article("guide", blocks)
    built = site.build(*SIMPLE)
    assert built.code == 0, built.report
    assert drawn_from(site) == ["e\n + d"]


def test_a_summary_shows_the_same_figure_as_the_text(saying):
    """It is above all code, but it is the same figure; so it is in other fields with text."""
    settings(saying, 'FORMATTED_FIELDS = ["summary", "abstract"]')
    saying.article("guide", python("x = 1") + IMAGE + python("y = 2"), Summary=IMAGE.strip(), Abstract="`a` <br>")
    built = saying.build(*SIMPLE)
    assert (built.code, built.figures) == (0, (1, 0, 0)), built.report
    index = (saying.root / "output/index.html").read_text()
    assert drawn_from(saying, page=index) == ["x = 1"]


MENTIONED = [
    (f"`{IMAGE.strip()}`\n\n<!-- {IMAGE.strip()} -->\n\ntext\n\n{IMAGE}", 12),
    (f"![][a]\n\n`{IMAGE.strip()}`\n\n[a]: /images/says.png", 6),
    (f"```text\n{IMAGE}```\n\n{IMAGE}", 11),
    (f"text\n\n<img alt='x' src='/images/says.png'>\n\n`{IMAGE.strip()}`", 8),
]


def test_errors_are_reported_at_the_line_of_the_image(saying):
    """Not of a mention, nor of a reference's URL."""
    for number, (body, _) in enumerate(MENTIONED):
        saying.article(f"guide-{number}", body)
    entries = saying.build(*SIMPLE).entries
    for number, (entry, (_, line)) in enumerate(zip(entries, MENTIONED, strict=True)):
        assert entry.startswith(f"content/nlp/guide-{number}.md:{line}: /images/says.png\n"), entry
        assert "there is no Python block above this image" in entry or "names no language" in entry or "'text'" in entry


def test_errors_in_the_code_are_reported_at_its_own_line(site):
    """Of the right block, even if a comment and an example above it have the same text."""
    site.script("says", "from unrolled import read_keras\n\ndef draw(code):\n    return read_keras(code)\n")
    code = "x = 1\nSimpelRNN(4)"
    example = f"<!--\n{python(code)}-->\n\nText\n\n    ```python\n    x = 1\n    SimpelRNN(4)\n    ```\n\n"
    raising = (
        "class Wrong(Exception):\n    lineno = 2\n\ndef draw(code):\n    Wrong.block = code\n    raise Wrong('no')\n"
    )
    site.script("says", raising)
    for fence in ("", "> ", "    "):
        block = "".join(f"{fence}{line}\n" for line in python(code).strip().split("\n"))
        body = example + ("- item\n\n" if fence.isspace() else "Words\n\n") + block + "\n" + IMAGE
        article = site.article("guide", body)
        lines = article.read_text().split("\n")
        wanted = max(number for number, line in enumerate(lines, start=1) if "SimpelRNN" in line)
        (entry,) = site.build(*SIMPLE).entries
        assert entry.startswith(f"content/nlp/guide.md:{wanted}: /images/says.png"), entry


COVERS = ["/images/says.png", "{static}/images/says.png", "images/says.png", "/images/says.svg"]


@pytest.mark.parametrize("address", some(COVERS, one_in=4))
def test_a_cover_is_the_figure_that_the_article_shows(saying, address):
    """In the notation of Pelican's users: the same figure, from the same code; lists show it instead of the first."""
    saying.article(
        "guide",
        "![](/images/line.png)\n\n" + python("x = 1") + IMAGE + python("y = 2"),
        Cover=address,
        Status="published",
    )
    built = saying.build()
    assert (built.code, built.figures, built.report) == (0, (2, 0, 0), "")
    assert "x = 1" in saying.page("guide")
    index = (saying.root / "output/index.html").read_text()
    plate = re.search(r'<div class="plate"[^>]*>(.*?)</div>', index, re.S)[1]
    assert "<svg" in plate
    assert 'data-part="line"' not in plate
    saying.article("guide", "![](/images/line.png)\n\n" + python("x = 1") + IMAGE)
    assert saying.build().code == 0
    first = (saying.root / "output/index.html").read_text()
    assert re.search(r'<div class="plate"[^>]*>(.*?)</div>', first, re.S)[1] != plate


def test_an_error_in_a_figure_is_reported_once_even_if_the_header_shows_it_too(saying):
    """At the line of the article's image, where it has to be fixed."""
    saying.article("guide", IMAGE + python("x = 1"), Cover="/images/says.png", Summary=IMAGE.strip())
    (entry,) = saying.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:8: /images/says.png\n")
    assert "there is no Python block above this image" in entry


def test_a_cover_that_the_article_does_not_show_is_drawn_on_its_own(saying):
    """Or it is an error, at its line, if it needs code; or a hand-made picture."""
    saying.article("guide", "text", Cover="/images/line.png")
    built = saying.build()
    assert (built.code, built.figures, built.report) == (0, (1, 0, 0), "")
    assert '<div class="plate"' in (saying.root / "output/index.html").read_text()
    assert "images/line.png" in saying.output()
    saying.article("guide", python("x = 1") + "text", Cover="/images/says.png")
    (entry,) = saying.build().entries
    assert entry.startswith("content/nlp/guide.md:5: /images/says.png\n")
    assert "this article doesn't show that figure" in entry
    saying.article("guide", "text", Cover="/images/sys.png")
    (entry,) = saying.build().entries
    assert entry.startswith("content/nlp/guide.md:5: /images/sys.png\n")
    assert "did you mean /images/says.png" in entry


@pytest.mark.parametrize(
    "address",
    some(["/images/by hand.png", "{static}/images/by hand.png", "/photos/a.png", "photos/a.png"], one_in=4),
)
def test_a_cover_can_be_a_hand_made_picture(site, address):
    """In the folder of figures or elsewhere; also under a path."""
    from PIL import Image

    for name in ("images/by hand.png", "photos/a.png"):
        (site.root / "content" / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (40, 20)).save(site.root / "content" / name)
    site.article("guide", "![](/images/line.png)", Cover=address, Summary="short")
    built = site.publish()
    assert (built.code, built.report) == (0, ""), built.report
    index = (site.root / "output/index.html").read_text()
    plate = re.search(r'<div class="plate"[^>]*>(.*?)</div>', index, re.S)[1]
    source = unescape(re.search(r'src="([^"]*)"', plate)[1]).replace("%20", " ")
    path = source.removeprefix("/repo/")
    assert path == address.removeprefix("{static}").lstrip("/")
    assert path in site.output()


def test_a_cover_that_is_not_a_url_is_the_author_s_own(site):
    """Themes may use it for something else; one that looks like a picture but isn't is reported."""
    words = ("dark", "x" * 5000, "../../pelicanconf_here.py", "#fff", "![](/images/line.png)")
    for number, word in enumerate(words):
        site.article(f"guide-{number}", "text", Cover=word)
    built = site.build(*SIMPLE)
    assert (built.code, built.report, built.figures) == (0, "", (0, 0, 0))
    assert not any(b"pelicanconf" in path.encode() for path in site.output())
    site.article("guide", "text", Cover="/photos/none.jpg")
    (entry,) = site.build(*SIMPLE).entries
    assert entry.startswith("content/nlp/guide.md:5: /photos/none.jpg\n    content/photos/none.jpg doesn't exist")
