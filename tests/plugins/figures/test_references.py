"""The tags of a piece of HTML: where they stand, and what they say."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from plugins.figures.references import tags


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
