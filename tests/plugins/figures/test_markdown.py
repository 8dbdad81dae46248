"""The code above an image: as in Markdown's converted document, with its line in the source."""

from __future__ import annotations

from html.parser import HTMLParser
from textwrap import indent
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from pelicanconf import MARKDOWN
from plugins.figures.markdown import Block, CodeBlocks, Reading, read, without_notes
from plugins.html import parse
from tests.sampling import sampled

FENCED_CODE: dict[str, Any] = {"extensions": ["markdown.extensions.extra", "markdown.extensions.codehilite"]}
"""Pelican's own default, and so that of most sites."""
BOTH = pytest.mark.parametrize("markdown", [MARKDOWN, FENCED_CODE], ids=["superfences", "fenced_code"])


def above(text: str, markdown: dict[str, Any] = MARKDOWN) -> dict[str, Block | None]:
    """Return the block above each image of a text, by the image's URL."""
    document, reading = read(text, **markdown)
    return above_images(document, reading)


def above_images(document: str, reading: Reading) -> dict[str, Block | None]:
    """Return the block above each image of a document."""
    images = reading.placed(parse(document), "img")
    return {image.attributes["src"]: reading.block_above(place) for image, place in images}


def texts(text: str, markdown: dict[str, Any] = MARKDOWN) -> dict[str, str | None]:
    """Return the code above each image of a text."""
    return {address: block.text if block else None for address, block in above(text, markdown).items()}


ARTICLE = """\
Title: A

![](/images/one.png){.img-center}

```python {#first .raises}
x = 1
```

Words ![](/images/two.png) and ![again](/images/one.png).

- a list

    ```py
    y = 2

      z
    ```

    ![]({static}/images/three.png)

```text
![](/images/one.png) is only shown
```

![][four]

[four]: /images/four.png
"""


def test_each_occurrence_of_a_url_has_its_line():
    """Lines are those of the source; occurrences in a fence don't count."""
    _, reading = read(ARTICLE, **MARKDOWN)
    assert reading.lines_of("/images/one.png") == [3, 9]
    assert reading.lines_of("/images/two.png") == [9]
    assert reading.lines_of("/images/three.png") == [19]


def test_an_image_by_reference_is_located_where_it_is_used():
    """Its URL is defined elsewhere, but its line is that of its use."""
    _, reading = read(ARTICLE + "\n![Words][FOUR] ![four][] [four][four]\n", **MARKDOWN)
    assert reading.lines_of("/images/four.png") == [25, 29, 29]


def test_a_longer_url_is_a_different_one():
    """`one.png` doesn't occur in `one.png-2` or `x/images/one.png`."""
    _, reading = read("![](/x/images/one.png) ![](/images/one.png-2)")
    assert reading.lines_of("/images/one.png") == []


def test_the_code_above_is_the_nearest_python_block():
    """Python is `python`, `py` and `python3`; other blocks are skipped."""
    found = above(ARTICLE)
    assert found["/images/two.png"].text == "x = 1\n"
    assert (found["/images/two.png"].line, found["/images/two.png"].end) == (6, 7)
    assert found["/images/four.png"].text == "y = 2\n\n  z\n"
    assert (found["/images/four.png"].line, found["/images/four.png"].end) == (14, 17)
    assert above("![](/a.png)\n\n```python\nx\n```\n") == {"/a.png": None}


def test_a_block_has_the_attributes_of_its_fence():
    """Its id, its classes without the language, and the language if it isn't Python."""
    _, reading = read(ARTICLE, **MARKDOWN)
    first, second, third = reading.all_blocks
    assert (first.id, first.classes, first.language) == ("first", ("raises",), "python")
    assert (second.id, second.classes, second.language) == (None, (), "py")
    assert (third.language, third.is_python, third.begun) == ("text", False, 21)
    assert reading.named("first") == first
    assert reading.named("other") is None


def test_markdown_s_own_fences_are_read_too():
    """Pelican enables them, unless a site sets others."""
    text = "```python\nx = 1\n```\n![](/a.png)\n\n~~~ {.python3 .raises #decoder}\nb\n~~~\n\n![](/b.png)\n"
    found = above(text, FENCED_CODE)
    assert (found["/a.png"].text, found["/a.png"].line) == ("x = 1\n", 2)
    assert found["/b.png"] == Block("b\n", "python3", "decoder", ("raises",), "~~~", "", 7, 8)


def test_indented_code_has_the_language_that_codehilite_reads_in_its_first_line():
    """As in Pelican's own documentation."""
    text = "Text\n\n    :::python\n    x = '<'\n\n    y\n\n![](/a.png)\n\n    #!python\n    z\n\n![](/b.png)\n"
    found = above(text, FENCED_CODE)
    assert (found["/a.png"].text, found["/a.png"].line, found["/a.png"].end) == ("x = '<'\n\ny\n", 4, 6)
    assert found["/b.png"].text == "z\n"
    assert above(text) == {"/a.png": None, "/b.png": None}


CASES = {
    "a comment": ("```python\nSimpleRNN(4)\n```\n\n<!-- ```python\nSimpleRNN(7)\n``` -->\n\n{}", "SimpleRNN(4)\n"),
    "a comment of several lines": (
        "```python\nSimpleRNN(4)\n```\n\n<!--\n\n```python\nSimpleRNN(7)\n```\n\n-->\n\n{}",
        "SimpleRNN(4)\n",
    ),
    "an indented example": ("```python\nx\n```\n\nWrite\n\n    ```python\n    y\n    ```\n\n{}", "x\n"),
    "an example in a longer fence": ("```python\nx\n```\n\n````markdown\n```python\ny\n```\n````\n\n{}", "x\n"),
    "indented code": ("```python\nx\n```\n\nText\n\n    y = 2\n\n{}", "x\n"),
    "code in HTML": ("```python\nx\n```\n\n<pre><code class='python'>y</code></pre>\n\n{}", "x\n"),
    "a mention": ("`{}`\n\n```python\nx\n```\n\n{}", "x\n"),
    "a mention in HTML": ("<code>{}</code>\n\n```python\nx\n```\n\n{}", "x\n"),
    "a commented image": ("<!-- {} -->\n\n```python\nx\n```\n\n{}", "x\n"),
    "an empty block": ("```python\n```\n\n{}", "\n"),
    "entities": ("```python\na < b & 'c'\n```\n\n{}", "a < b & 'c'\n"),
    "a blank first line": ("```python\n\n  x\n\n```\n\n{}", "\n  x\n\n"),
}


@BOTH
@pytest.mark.parametrize("name", CASES)
def test_what_only_looks_like_code_or_an_image_does_not_count(name, markdown):
    """Only what the page shows does."""
    text, code = CASES[name]
    assert texts(text.replace("{}", "![](/a.png)"), markdown) == {"/a.png": code}


KINDS = {
    "in a table": "| a | b |\n|---|---|\n| 1 | ![](/a.png) |\n",
    "in a quotation": "> text\n> ![](/a.png)\n",
    "as HTML": '<p><img alt="" src="/a.png"></p>\n',
    "in a paragraph of HTML": '<div markdown="1">\n\n![](/a.png)\n\n</div>\n',
    "by reference": "![][a]\n\n[a]: /a.png\n",
    "in a heading": "## Words ![](/a.png)\n",
    "in a link": "[![](/a.png)](/b/)\n",
}


@BOTH
@pytest.mark.parametrize("kind", KINDS)
def test_an_image_counts_in_any_notation(kind, markdown):
    """The block above it is the one above, not the one below."""
    text = f"```python\nx\n```\n\n{KINDS[kind]}\n\n```python\ny\n```\n"
    assert texts(text, markdown) == {"/a.png": "x\n"}


def test_images_in_tabs_and_details_use_the_code_there():
    """As these blocks contain code themselves."""
    tab = "/// tab | {0}\n\n```python\n{0}\n```\n\n![](/{0}.png)\n\n///\n"
    details = "/// details | more\n\n```python\nz\n```\n\n![](/z.png)\n\n///\n"
    wanted = {"/x.png": "x\n", "/y.png": "y\n", "/z.png": "z\n"}
    assert texts(tab.format("x") + tab.format("y") + details) == wanted


def test_a_footnote_is_located_where_the_page_shows_it():
    """At the end, below all code; or in the margin, next to its reference, if the site has it there."""
    text = "```python\nx\n```\n\nText[^1]\n\n[^1]: See ![](/a.png)\n\n```python\ny\n```\n"
    assert texts(text, FENCED_CODE) == {"/a.png": "y\n"}
    assert texts(text) == {"/a.png": "x\n"}


@BOTH
def test_the_notes_change_nothing_in_the_document(markdown):
    """It is the same as without the extension."""
    text = "\n\n".join(text.replace("{}", "![](/a.png)") for text, _ in CASES.values()) + ARTICLE
    document, _ = read(text, **markdown)
    assert without_notes(document) == Markdown(**markdown).convert(text)


def test_a_block_that_occurs_twice_in_the_source_has_its_own_line():
    """Even if the first one is only a comment."""
    twice = "```python\nx\n```\n\n![](/a.png)\n\n```python\nx\n```\n\n![](/b.png)\n"
    assert [block.line for block in above(twice).values()] == [2, 8]
    assert above("<!--\n```python\nx\n```\n-->\n\n```python\nx\n```\n\n![](/a.png)\n")["/a.png"].line == 8
    example = "    ```python\n    x\n    ```\n\n```python\nx\n```\n\n![](/a.png)\n"
    assert above(example)["/a.png"].line == 6
    script = "<script>\n```python\nx\n```\n</script>\n\n```python\nx\n```\n\n![](/a.png)\n"
    assert above(script)["/a.png"].line == 8
    others = '<template></template>\n\n<p data-code-block="bnVsbA==">x</p>\n\n'
    assert above(f"<!--\n```python\nx\n```\n-->\n\n{others}```python\nx\n```\n\n![](/a.png)\n")["/a.png"].line == 12


@BOTH
def test_one_processor_can_read_many_documents(markdown):
    """Pelican's reads an article, and then its summary."""
    processor = Markdown(
        extensions=[*markdown["extensions"], CodeBlocks()], **{k: v for k, v in markdown.items() if k != "extensions"}
    )
    text = "```python\nx\n```\n\n    y\n\n![](/a.png)\n"
    assert processor.convert(text) == processor.reset().convert(text)


def test_a_block_that_is_not_in_the_source_has_no_line():
    """For example one that another extension adds; it is reported at the line of the image."""
    document, _ = read("```python\nx\n```\n")
    reading = Reading(document, "other text")
    assert [(it.text, it.line, it.end) for it in reading.blocks] == [("x\n", 0, 0)]


class Adding(Treeprocessor):
    """Another extension's elements, which look like those of indented code, but aren't."""

    def run(self, root: Element) -> None:
        """Add them."""
        code = "<code>x</code>"
        for html in ("<pre>x</pre>", "<pre><b>x</b></pre>", f"<p>{code}</p>", f"<pre>{code}<b>x</b></pre>"):
            root.append(fromstring(html))


class Preformatted(Extension):
    """Adds them before code is looked for."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - python-markdown's name
        """Register the processor that adds them."""
        md.treeprocessors.register(Adding(md), "adding", 100)


def test_only_markdown_s_own_indented_code_counts_as_such():
    """Other elements are unchanged."""
    _, reading = read("    y\n", [*FENCED_CODE["extensions"], Preformatted()])
    assert [it.text for it in reading.all_blocks] == ["y\n\n"]


@pytest.mark.parametrize("note", ["", "nothing", "bnVsbA==", "W10="])
def test_a_foreign_note_is_ignored(note):
    """An author may write any HTML."""
    text = f'```python\nx\n```\n\n<template data-code-block="{note}"></template>\n\n![](/a.png)\n'
    assert texts(text) == {"/a.png": "x\n"}


def test_an_unclosed_fence_does_not_count():
    """It may be in a comment, and the text after it is read as if it weren't there."""
    text = "<!-- ```python -->\n\n```python\nx\n```\n![](/a.png)\n\n```python\ny\n![](/b.png)\n"
    assert texts(text) == {"/a.png": "x\n", "/b.png": "x\n"}


DOCUTILS = """\
<p>text</p><pre class="code python literal-block"><span class="n">x</span> &lt; 1
</pre>
<!-- <pre class="language-python">no</pre> -->
<p><img alt="" src="/a.png"></p>
<pre><code class="language-py" id="second">y</code></pre><pre>z</pre><img src="/b.png">
"""


def test_a_document_other_than_markdown_marks_python_in_its_html(tmp_path):
    """As docutils does, and as in HTML itself; code without a language isn't Python."""
    source = tmp_path / "a.rst"
    source.write_text("text")
    reading = Reading(DOCUTILS, source)
    found = above_images(DOCUTILS, reading).values()
    assert [(block.text, block.language, block.line) for block in found] == [("x < 1\n", "python", 0), ("y\n", "py", 0)]
    assert [block.text for block in reading.all_blocks] == ["x < 1\n", "y\n", "z\n"]
    (tmp_path / "a.md").write_text("text")
    assert Reading(DOCUTILS, tmp_path / "a.md").all_blocks == []


class Shown(HTMLParser):
    """What a page shows, according to Python's own parser: the last Python code before each image."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.above: dict[str, str | None] = {}
        self._code: str | None = None
        self._text: str | None = None
        self.feed(document)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag == "pre":
            self._text = ""
        if tag == "img":
            self.above[dict(attrs)["src"]] = self._code

    def handle_data(self, data):
        if self._text is not None:
            self._text += data

    def handle_endtag(self, tag):
        if tag == "pre":
            if self._text.strip().startswith("p ="):  # the start of everything fenced as Python, and of nothing else
                self._code = self._text.strip()
            self._text = None


LEAVES = [
    "```python\np = {}\n```",
    "~~~ {{.python #id{}}}\np = {}\n~~~",
    "```text\nt = {}\n```",
    "```\nt = {}\n```",
    "    i = {}",
    "![](/{}.png)",
    "Words ![a](/{}.png) and `![](/no.png)`",
    '<img src="/{}.png" alt="">',
    "| a | b |\n|---|---|\n| ![](/{}.png) | `x` |",
    "`![](/no-{}.png)`",
    "<!-- ![](/no-{}.png) -->",
    "Text {}, with a note[^n{}]\n\n[^n{}]: ![](/{}.png)",
    "## Heading {}",
    "```python\np = {}",
]
AROUND = [
    lambda text: "- item\n\n" + indent(text, "    "),
    lambda text: "1. item\n\n" + indent(text, "    "),
    lambda text: indent(text, "> ", lambda _: True),
    lambda text: f"Write\n\n{indent(text, '    ')}",
    lambda text: f"<!--\n\n{text.replace('<!--', '').replace('-->', '')}\n\n-->",
    lambda text: f"`````markdown\n{text}\n`````",
    lambda text: f'<div markdown="1">\n\n{text}\n\n</div>',
    lambda text: f"/// details | more\n\n{text}\n\n///",
    lambda text: f"/// tab | one\n\n{text}\n\n///",
]


@st.composite
def documents(draw: st.DrawFn, depth: int = 2) -> str:
    """Generate a document of blocks, images, mentions and comments, nested in lists, quotations and examples."""
    number = iter(range(10_000))

    def piece(level: int) -> str:
        if level and draw(st.booleans()):
            inner = "\n\n".join(piece(level - 1) for _ in range(draw(st.integers(1, 3))))
            return draw(st.sampled_from(AROUND))(inner)
        leaf, own = draw(st.sampled_from(LEAVES)), next(number)
        return leaf.format(*[own] * 4)

    return "\n\n".join(piece(depth) for _ in range(draw(st.integers(1, 6)))) + "\n"


@BOTH
@sampled(300, at_once=25)
@given(text=documents())
def test_the_block_of_an_image_is_the_one_above_it_in_the_page(text, markdown):
    """However blocks, images, mentions, comments and examples are arranged, or nested in each other."""
    document, reading = read(text, **markdown)
    shown = Shown(without_notes(document)).above
    found = above_images(document, reading)
    assert {address: block.text.strip() if block else None for address, block in found.items()} == shown
    for block in reading.blocks:
        if block.line:
            lines = text.split("\n")[block.line - 1 : block.end]
            said = block.text.removesuffix("\n").split("\n")
            assert [line.strip(" >") for line in lines[:-1]] == [line.strip(" >") for line in said]
