"""The code above an image: as in Markdown's converted document, with its line in the source."""

from html.parser import HTMLParser
from pathlib import Path
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
from tests.tables import texts

FENCED_CODE: dict[str, Any] = {"extensions": ["markdown.extensions.extra", "markdown.extensions.codehilite"]}
"""Pelican's own default, and so that of most sites."""
BOTH = pytest.mark.parametrize("markdown", [MARKDOWN, FENCED_CODE], ids=["superfences", "fenced_code"])


def blocks(document: str, reading: Reading) -> list[tuple[str, Block | None]]:
    """Return the URL of each image of a document, with the block above it."""
    images = reading.placed(parse(document), "img")
    return [(image.attributes["src"], reading.block_above(place)) for image, place in images]


def above(text: str, markdown: dict[str, Any] = MARKDOWN) -> str:
    """Tell for each image of a text the lines and the text of the block above it."""
    found = blocks(*read(text, **markdown))
    return "\n".join(f"{src} {it.line}-{it.end} {it.text!r}" if it else f"{src} none" for src, it in found)


ARTICLE = Path(__file__).with_name("article.md").read_text("utf-8")


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


def test_a_block_has_the_attributes_of_its_fence():
    """Its id, its classes without the language, and the language if it isn't Python."""
    _, reading = read(ARTICLE, **MARKDOWN)
    first, second, third = reading.all_blocks
    assert (first.id, first.classes, first.language) == ("first", ("raises",), "python")
    assert (second.id, second.classes, second.language) == (None, (), "py")
    assert (third.language, third.is_python, third.begun) == ("text", False, 21)
    assert reading.named("first") == first
    assert reading.named("other") is None
    _, reading = read("~~~ {.python3 .raises #decoder}\nb\n~~~\n", **FENCED_CODE)
    assert reading.all_blocks == [Block("b\n", "python3", "decoder", ("raises",), "~~~", "", 2, 3)]


@BOTH
@texts(__file__, "Either kind of fences")
def test_an_image_has_the_block_above_it_in_the_page(case, markdown):
    """In any notation; what only looks like code or an image doesn't count."""
    case.check(lambda text: above(text, markdown))


@BOTH
@texts(__file__, "Notes that an author may have written")
def test_a_foreign_note_is_ignored(case, markdown):
    """An author may write any HTML."""
    case.check(lambda text: above(text, markdown))


@texts(__file__, "Fences of our site")
def test_the_site_s_own_blocks_are_read(case):
    """Pelican doesn't enable them."""
    case.check(above)


@texts(__file__, "Markdown's own fences")
def test_markdown_s_own_fences_are_read_too(case):
    """Pelican enables them, unless a site sets others."""
    case.check(lambda text: above(text, FENCED_CODE))


@BOTH
@texts(__file__, "Either kind of fences")
def test_the_notes_change_nothing_in_the_document(case, markdown):
    """It is the same as without the extension."""
    document, _ = read(f"{case.text}\n\n{ARTICLE}", **markdown)
    assert without_notes(document) == Markdown(**markdown).convert(f"{case.text}\n\n{ARTICLE}")


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
    found = [block for _, block in blocks(DOCUTILS, reading)]
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
    found = blocks(document, reading)
    assert {address: block.text.strip() if block else None for address, block in found} == shown
    for block in reading.blocks:
        if block.line:
            lines = text.split("\n")[block.line - 1 : block.end]
            said = block.text.removesuffix("\n").split("\n")
            assert [line.strip(" >") for line in lines[:-1]] == [line.strip(" >") for line in said]
