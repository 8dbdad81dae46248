"""Notebooks as articles: text, code, saved outputs and pictures; figures from their cells; tags that hide; errors."""

import base64
import json
import os
import re
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from plugins.html import Node, children, parse, text_of
from plugins.notebooks.ipynb import source
from tests.conftest import TICK_S, Build, Site
from tests.edited import notebook

HEAD = "Title: A notebook\nDate: 2026-11-01\nSlug: {}\nCategory: nlp"


def png(colour: str = "red") -> str:
    """Return a picture in a notebook's encoding."""
    made = BytesIO()
    Image.new("RGB", (8, 4), colour).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def markdown(source: str, **more: Any) -> dict[str, Any]:
    """Return a text cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True), **more}


def code(source: str, *outputs: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a code cell with its outputs."""
    lines = source.splitlines(keepends=True)
    return {"cell_type": "code", "execution_count": 1, "metadata": metadata, "outputs": [*outputs], "source": lines}


def printed(text: str) -> dict[str, Any]:
    """Return an output of printed text."""
    return {"output_type": "stream", "name": "stdout", "text": [text]}


def shown(**data: Any) -> dict[str, Any]:
    """Return an output with data, by type."""
    by_kind = {name.replace("__", "+").replace("_", "/", 1): value for name, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": by_kind}


def written(*cells: dict[str, Any], **metadata: Any) -> str:
    """Write a notebook."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    whole = {"cells": [*cells], "metadata": {**kernel, **metadata}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1)


TABLE = (
    '<style scoped>td {color: red}</style><table border="1" class="dataframe"><tr><td onclick="x()">7</td></tr></table>'
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><circle r="2"/></svg>'


EVIL = (
    '<script>x()</script><iframe src="https://evil.example/"></iframe><img src="https://evil.example/a.png">'
    '<img src=" //evil.example/b.png" srcset="https://evil.example/c.png 2x">'
    '<p onclick="x()" style="color: red">kept</p>'
    '<a href="java\nscript:x()">a</a><img src="/\\evil.example/d.png"><img src="ht\ntps://evil.example/e.png">'
    '<div><template shadowrootmode="open"><img src="x" onerror="x()" alt="evil"></template></div>'
    '<button formaction="javascript:x()">kept</button><svg><use href="data:image/svg+xml,evil"></use>'
    '<path filter="url(https://evil.example/f.svg#x)"></path><image xlink:href="https://evil.example/g.png"></image></svg>'
    '<a href="data:text/html,evil">a</a><a href="vbscript:evil()">a</a><portal src="https://evil.example/"></portal>'
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=x()&gt;"></math>'
    '<form action="https://evil.example/"><input name="evil"></form>'
    '<noscript><p title="</noscript><img src=x onerror=x()>">'
)
EVIL_SVG = (
    '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns="http://www.w3.org/2000/svg" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" onload="x()"><style>@import "https://evil.example/a.css"; '
    'path {fill: url(#own); stroke: url("https://evil.example/b.svg#x")}</style><script>x()</script>'
    '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://evil.example/"/></foreignObject>'
    '<image xlink:href="https://evil.example/c.png"/><image xlink:href="data:image/png;base64,AA=="/>'
    '<a href="javascript:x()"><path id="own" style="fill: #ff0000" d="M0 0"/></a><use xlink:href="#own"/>'
    '<h:meta xmlns:h="http://www.w3.org/1999/xhtml" http-equiv="refresh" content="0; url=https://evil.example/"/>'
    '<style>a {color: red}<g/>@\\69mport "https://evil.example/d.css";</style>'
    '<style>a {fill: image-set("https://evil.example/h.png" 1x)}</style>'
    '<path mask="url(https://evil.example/e.svg" aria-label="f(x) = \\alpha" clip-path="url( #own )"/></svg>'
)


BROKEN = [
    ("{", "nbformat can't read this notebook"),
    (written(article={"title": "x"}), "'date'\n    add a line to its first cell, such as Date: 2026-"),
    (written(article={"date": "2026-11-01"}), "'title'\n    begin its first cell with a line such as Title: "),
    (written(article="x"), 'which should be a dictionary such as {"title": …}'),
]
"""Invalid notebooks, and what is reported."""
HEADER_CELLS = [
    "- title: A notebook\n- date: 2026-11-01\n- slug: {slug}\n- tags: a, b\n- draft: no\n",
    "# A notebook\n\n* Slug: {slug}\n* tags: a, b\n\n* draft: no\n* Date: 2026-11-01\n",
    "---\ntitle: A notebook\ndate: '2026-11-01'\nslug: {slug}\ntags: [a, b]\ndraft: no\n---",
]
"""First cells: pelican-jupyter's kinds, and Quarto's."""


PLAIN = written(markdown("# Words\n\nUNSEEN"))
OLD = json.dumps({"worksheets": [{"cells": []}], "metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0})
NO_HEADER = written(markdown("- Not: a header\n- title\n"))
FILES = {"images/kept": PLAIN, "nlp/linked": PLAIN, "nlp/old": OLD, "nlp/list": NO_HEADER, "pages/about": PLAIN}
"""Notebooks without a header."""


WORDS = f"Title: no *header*, 1 < 2, and $x^2$.\n\n[own](#part), <b>bold</b>\n\n{EVIL}\n\n</div><script>x()</script>"
NOTEBOOKS = {
    "book": written(
        markdown(HEAD.format("book")),
        markdown("Some *words*, and $x^2$."),
        code("print(7)", printed("\x1b[31m7\x1b[0m\n")),
        code("plot()", shown(image_png=png(), text_plain="<Figure>"), alt="A red field.", caption="It is red."),
        code("draw()", shown(image_svg__xml=SVG), alt="A disc."),
        code("table", shown(text_html=TABLE, text_plain="7")),
        code("secret = 1", printed("8\n"), tags=["hide-input"]),
        code("noise()", printed("9\n"), tags=["hide-output"]),
        code("gone = 1", tags=["hide-cell"]),
        code("1 / 0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "by zero", "traceback": []}),
    ),
    "others": written(
        markdown("Note: this is text.\n\n![A](attachment:image.png)", attachments={"image.png": {"image/png": png()}}),
        markdown("![B](attachment:image.png)", attachments={"image.png": {"image/png": png("blue")}}),
        code("fit()", printed("\r1/2 0s\x08\x08\r2/2 1s\ndone\n")),
        code("plot()", shown(image_png=png()), alt="Values in [0, 1]"),
        code("page", shown(text_html='<p><a href="javascript:x()">a</a><img src="https://example.org/x.png">b</p>')),
        article={"title": "A notebook", "date": "2026-11-01", "slug": "others", "summary": "One\n\ntwo."},
    ),
    "reduced": written(
        markdown(HEAD.format("reduced")),
        code("page", shown(text_html=EVIL)),
        code("words", shown(text_markdown=WORDS)),
        code("formula", shown(text_latex="$$y^2$$")),
        code("draw()", shown(image_svg__xml=EVIL_SVG), alt="A path."),
        code("broken()", shown(image_svg__xml="<svg", text_plain="no drawing"), alt="None."),
        code("odd()", shown(image_svg__xml='<script xmlns="http://www.w3.org/2000/svg">x()</script>')),
    ),
    "nowhere": written(markdown(HEAD.format("nowhere")), markdown("Words.\n\n![](/images/nowhere.png)")),
    **{f"broken-{number}": text for number, (text, _) in enumerate(BROKEN)},
    **{
        f"{name}-{number}": written(
            markdown(head.replace("{slug}", f"{name}-{number}").replace("draft: no", f"draft: {draft}")),
            markdown("Some *words*."),
        )
        for number, head in enumerate(HEADER_CELLS)
        for name, draft in (("head", "no"), ("draft", "maybe"))
    },
}
COUNTS = "import matplotlib.pyplot as plt\n\n\ndef draw(code):\n    return plt.figure(figsize=(len(code), 1))\n"


def counting(counted: str) -> str:
    """Return a notebook whose header is in its metadata, with a figure of its code."""
    head = {"title": "A notebook", "date": "2026-11-01", "slug": "counting", "tags": ["a", "b"]}
    return written(code(counted), markdown('![A count.](/images/counts.png "Counted.")'), article=head)


class Published(Site):
    """A site of notebooks, published; again; and with other code."""

    def __init__(self, root: Path, fonts: Path) -> None:
        super().__init__(root, fonts)
        self.builds: list[Build] = []

    def prose(self, name: str) -> Node:
        """Parse the text of a page."""
        return parse(self.page(name)).css_first(".prose")

    def file(self, name: str, picture: Node) -> bytes:
        """Read the file of a picture on a page."""
        return self.output()[f"2026/11/{name}/{str(picture.attributes['src']).rpartition('/')[2]}"]

    def entry(self, name: str) -> str:
        """Return the only entry of the report about a notebook."""
        (entry,) = (it for it in self.builds[0].entries if it.startswith(f"content/nlp/{name}.ipynb"))
        return entry

    def line(self, name: str) -> str:
        """Return the line of a notebook that the report names."""
        path, line, _ = self.entry(name).split(":", 2)
        return (self.root / path).read_text("utf-8").splitlines()[int(line) - 1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, font_list: Path) -> Published:
    """Build it."""
    site = Published(tmp_path_factory.mktemp("notebooks"), font_list)
    site.script("counts", COUNTS)
    site.article("other", "Words. A [file]({static}/nlp/linked.ipynb).")
    for name, text in {**{f"nlp/{it}": text for it, text in NOTEBOOKS.items()}, **FILES}.items():
        site.write(f"content/{name}.ipynb", text)
    for counted in ("x", "x", "xy"):
        site.write("content/nlp/counting.ipynb", counting(counted))
        site.builds.append(site.publish())
    return site


def test_each_notebook_with_an_error_is_reported_once_and_affects_no_other_page(site: Published) -> None:
    """And no other one."""
    wrong = [*(f"broken-{it}" for it in range(len(BROKEN))), *(f"draft-{it}" for it in range(len(HEADER_CELLS)))]
    for built in site.builds:
        assert built.code == 1
        told = [re.match(r"content/nlp/([\w-]+)\.ipynb", entry)[1] for entry in built.entries]
        assert sorted(told) == sorted([*wrong, "nowhere"])
    assert "Words." in site.page("other")


@pytest.mark.parametrize("number", range(len(BROKEN)))
def test_an_invalid_notebook_is_reported_by_name(site: Published, number: int) -> None:
    """With what to do."""
    assert BROKEN[number][1] in site.entry(f"broken-{number}")


def test_a_notebook_is_an_article(site: Published) -> None:
    """Its outputs are shown as saved, within the site's policy."""
    page = site.prose("book")
    blocks = [text_of(pre) for pre in page.css("pre")]
    assert blocks == [
        *("print(7)", "7", "plot()", "draw()", "table", "8", "noise()", "1 / 0", "ZeroDivisionError: by zero")
    ]
    assert page.css_first("math") is not None
    red, disc = page.css("img")
    assert red.attributes["alt"] == "A red field."
    assert "It is red." in page.text()
    for picture, begun in ((red, b"\x89PNG"), (disc, b"<svg")):
        assert site.file("book", picture).startswith(begun)
    table = page.css_first("table.dataframe")
    assert table.attributes.keys() == {"class"}
    assert "onclick" not in table.html
    assert "color: red" not in page.html
    assert "gone" not in page.text()


def test_figures_are_drawn_from_its_cells(site: Published) -> None:
    """As from any block above them; its header may be in its metadata."""
    assert "Counted." in site.page("counting")
    assert 'href="/repo/tags/b/"' in site.page("counting")
    assert [built.figures for built in site.builds] == [(1, 0, 1), (0, 1, 1), (1, 0, 1)]


def test_notebooks_from_other_programs_can_be_read(site: Published) -> None:
    """Pictures pasted under one name, brackets in words, a progress bar, a first cell that only looks like a header."""
    page = site.prose("others")
    assert "Note: this is text." in page.text()
    first, second, third = page.css("img")
    assert [site.file("others", it) for it in (first, second)] == [base64.b64decode(png(it)) for it in ("red", "blue")]
    assert third.attributes["alt"] == "Values in [0, 1]"
    assert "2/2 1s\ndone" in page.text()
    assert "0s" not in page.text()
    assert "javascript" not in page.html
    assert "example.org/x.png" not in page.html


def test_outputs_of_every_kind_are_reduced_to_what_the_policy_allows(site: Published) -> None:
    """HTML, Markdown, and drawings, which can also be opened by themselves; what they show is kept."""
    page = site.prose("reduced")
    for wrong in ("evil", "script", "onclick", "color: red"):
        assert wrong not in page.html, page.html
    assert not [name for it in page.css("*") for name in it.attributes if name.startswith("on")]
    first, second, printed = page.css(".output")
    assert text_of(first).startswith("Title: no header, 1 < 2, and")
    assert [first.css_first(name) is not None for name in ("em", "math", "b", 'a[href="#part"]')] == [True] * 4
    assert second.css_first("math") is not None
    assert page.html.count(">kept<") == 4
    assert [text_of(it) for it in children(printed)] == ["prints", "no drawing"]
    (drawn,) = page.css("img")
    svg = site.file("reduced", drawn).decode()
    for wrong in ("evil", "script", "onload", "foreignObject", "@import"):
        assert wrong not in svg
    assert svg.startswith("<svg")
    for right in (
        "url(#own)",
        "f(x) = \\alpha",
        "url( #own )",
        'style="fill: #ff0000"',
        'xlink:href="#own"',
        "data:image/png;base64,AA==",
    ):
        assert right in svg


def test_a_notebook_without_a_header_is_a_file(site: Published) -> None:
    """Whatever folder it is in; a build says so, and publishes it as it is."""
    for built in site.builds:
        assert (
            "5 notebooks have no header, so they are published as files, not as articles: content/images/kept.ipynb, "
            "content/nlp/linked.ipynb, content/nlp/list.ipynb and 2 more\n"
        ) in built.out
    files = site.output()
    assert {path: data.decode() for path, data in files.items() if re.match(r"(images|nlp|pages)/.*\.ipynb", path)} == {
        f"{name}.ipynb": text for name, text in FILES.items()
    }
    assert not [path for path, data in files.items() if b"UNSEEN" in data and not path.endswith(".ipynb")]


@pytest.mark.parametrize("number", range(len(HEADER_CELLS)))
def test_headers_of_other_programs_are_read(site: Published, number: int) -> None:
    """An error in one is at its line."""
    assert "<em>words</em>" in site.page(f"head-{number}")
    assert parse(site.page(f"head-{number}")).css_first("h1").text(strip=True) == "A notebook"
    assert f"/head-{number}/" in site.output()["tags/b/index.html"].decode()
    assert "draft: maybe" in site.line(f"draft-{number}")


def test_an_error_is_reported_at_its_line_in_the_file(site: Published) -> None:
    """The line of the notebook's own JSON that contains the words."""
    assert "nowhere.png" in site.line("nowhere")


def test_a_file_of_the_same_size_and_time_is_read_again(tmp_path: Path) -> None:
    """A tool that writes another notebook may give it the time of the one before."""
    path = tmp_path / "book.ipynb"
    path.write_text(notebook("One", "x"))
    before, time_ns = source(path), path.stat().st_mtime_ns
    time.sleep(TICK_S)
    path.write_text(notebook("Two", "x"))
    os.utime(path, ns=(time_ns, time_ns))
    assert source(path) != before
