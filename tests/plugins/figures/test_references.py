"""Which images an article asks for, at which line, below which code."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.references import read, tags

ARTICLE = """\
Title: A

![](/images/one.png){.img-center}

```python {#first}
x = 1
```

Words ![](/images/two.png) and ![again](/images/one.png).

- a list

    ```py
    y = 2
    ```

    ![]({static}/images/three.png)

```text
![](/images/one.png) is only shown
```

![][four]

[four]: /images/four.png
"""


def test_each_place_that_shows_an_address_has_its_line():
    """The lines are those of the source; what stands in a fence is not asked for."""
    source = read(ARTICLE)
    assert source.lines_of("/images/one.png") == [3, 9]
    assert source.lines_of("/images/two.png") == [9]
    assert source.lines_of("/images/three.png") == [17]


def test_an_image_by_reference_stands_where_it_is_used():
    """Its address is written elsewhere, but the code above it is the code above its use."""
    assert read(ARTICLE).lines_of("/images/four.png") == [23]


def test_a_longer_address_is_another_address():
    """`one.png` is not asked for by `one.png-2` or by `x/images/one.png`."""
    assert read("![](/x/images/one.png) ![](/images/one.png-2)").lines_of("/images/one.png") == []


def test_the_code_above_is_the_nearest_python_block():
    """Python is `python`, `py` and `python3`; other blocks are skipped."""
    source = read(ARTICLE)
    assert source.above(3) is None
    assert source.above(9).text == "x = 1\n"
    assert source.above(23).text == "y = 2\n"
    assert source.above(9).line == 6


def test_a_block_is_found_by_its_id():
    """Both ways of writing the id are read."""
    source = read("```python {#encoder}\na\n```\n\n~~~ {.python3 #decoder title=x}\nb\n~~~\n")
    assert source.named("encoder").text == "a\n"
    assert source.named("decoder").text == "b\n"
    assert source.named("other") is None


def test_a_longer_fence_holds_a_shorter_one():
    """A block that shows how to write a block is one block."""
    source = read("````markdown\n```python\nx\n```\n````\n\n```python\ny\n```\n")
    assert [block.text for block in source.blocks] == ["y\n"]


def test_an_image_tag_is_read_with_all_its_attributes():
    """`>` in a value does not end the tag, and comments and scripts hold no image."""
    html = '<p>\n<img alt="a > b &amp; c" src="/x.png" class="k"></p><!-- <img src="/no.png"> -->'
    (image,) = tags(html, "img")
    assert html[image.start : image.end] == '<img alt="a > b &amp; c" src="/x.png" class="k">'
    assert (image.get("alt"), image.get("src"), image.get("class")) == ("a > b & c", "/x.png", "k")
    assert image.with_attributes(width="3").count("a &gt; b &amp; c") == 1


@given(st.lists(st.text(st.characters(exclude_characters="\x00<&\r", exclude_categories=["Cs"]))), st.text("abc"))
def test_an_image_is_found_wherever_it_stands(texts, alt):
    """The place is right whatever stands before: other lines, other scripts, other separators."""
    tag = f'<img alt="{alt}" src="/x.png">'
    html = tag.join(["", *texts])
    assert [html[image.start : image.end] for image in tags(html, "img")] == [tag] * len(texts)


PIECES = [
    *(
        "<img src=a>",
        "<img alt=\"a>b\" src='x'/>",
        "<IMG\nsrc=a >",
        "<img/src=x>",
        '<img alt="&quot;&amp;">',
        "<img>",
        "<imgx>",
    ),
    *("<!-- <img> -->", "<script><img></script>", "<style><img></style>", '<a title="<img src=q>">', "</a>"),
    *("<p class='x'>", "</p>", "<br/>", "a > b", "&lt;img", "< p", "\n", "é"),
]


class Standard(HTMLParser):
    """What Python's own parser finds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[tuple[str, str], ...]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(tuple((name, value or "") for name, value in attrs))


@given(st.lists(st.sampled_from(PIECES)))
def test_the_images_are_those_that_a_whole_parser_finds(pieces):
    """With the same attributes; it only takes longer."""
    html = "".join(pieces)
    assert [image.attributes for image in tags(html, "img")] == Standard(html).found


def test_a_fence_that_is_never_closed_is_none():
    """It may stand in a comment, and what follows is read as it would be without it."""
    source = read("<!-- ```python -->\n```python\nx\n```\n![](/a.png)\n\n```python\ny\n![](/b.png)\n")
    assert [block.text for block in source.blocks] == ["x\n"]
    assert source.lines_of("/a.png") == [5]
    assert source.lines_of("/b.png") == [9]
