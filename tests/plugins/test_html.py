"""HTML as a tree: parsing and writing preserve the meaning, and changes affect nothing else."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from plugins.html import Tag, drop, loading_only, parse, put, read, rewritten, text_of, wrap, wrap_contents, write
from tests.tables import table


@table(__file__, "Well formed html is written unchanged")
def test_well_formed_html_is_written_unchanged(html: str) -> None:
    """SVG, MathML, custom elements, URLs that Pelican resolves, and spaces."""
    assert write(parse(html)) == html
    assert write(parse(write(parse(html)))) == html


PIECES = [
    *("<img src=a>", "<img alt=\"a>b\" src='x'/>", "<IMG\nsrc=a >", "<img/src=x>", '<img alt="&quot;&amp;">', "<img>"),
    *("<imgx>", "<!-- <img> -->", "<script><img></script>", "<style><img></style>", '<a title="<img src=q>">', "</a>"),
    *("<p class='x'>", "</p>", "<br/>", "a > b", "&lt;img", "< p", "\n", "é", "<pre>\n", "</pre>", "<li>", "<div>"),
]


class Standard(HTMLParser):
    """What Python's own parser finds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.images: list[tuple[tuple[str, str], ...]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.images.append(tuple((name, value or "") for name, value in attrs))


@given(st.lists(st.sampled_from(PIECES)))
def test_anything_an_author_writes_is_parsed_as_in_a_browser_and_then_stable(pieces: list[str]) -> None:
    """No image is lost, and a second pass changes nothing."""
    html = "".join(pieces)
    written = write(parse(html))
    assert [Tag.of(image).attributes for image in parse(html).css("img")] == Standard(html).images
    assert write(parse(written)) == written


@given(
    st.sampled_from(["img", "a", "br", "source", "figure", "span", "wbr"]),
    st.dictionaries(
        st.sampled_from(["alt", "src", "data-figure", "xlink:href"]), st.text(st.characters(exclude_categories=["Cs"]))
    ),
)
def test_a_tag_is_written_as_the_library_writes_it(name: str, attributes: dict[str, str]) -> None:
    """Whatever is in its attributes."""
    tag = Tag(name, tuple(attributes.items()))
    assert str(tag) == tag.element(parse("")).html


def test_a_lone_surrogate_does_not_cost_a_page() -> None:
    """A message may name a file whose name isn't UTF-8."""
    assert write(parse("<p>a\ud800b</p>")) == "<p>a?b</p>"


def test_only_the_intended_changes_are_made() -> None:
    """An element keeps its contents if its attributes change; it may be replaced by other HTML; None leaves it."""
    html = '<p class="k"><a href="/a"><b>x</b></a> <img src="/b.png" alt="&amp;"> <img src="/c.png"></p>'

    def change(tag: Tag) -> Tag | str | None:
        if tag.name == "a":
            return tag.having(href="/z", title='"1"')
        return "<i>1</i>, <i>2</i>" if tag.get("src") == "/b.png" else None

    assert rewritten(html, change, "a", "img") == (
        '<p class="k"><a href="/z" title="&quot;1&quot;"><b>x</b></a> <i>1</i>, <i>2</i> <img src="/c.png"></p>'
    )
    text = "a & b > c"
    assert rewritten(text, change, "a", "img") == text, "text without the elements stays as it is"


def test_elements_can_be_wrapped_inserted_and_removed() -> None:
    """At the top as well as inside of others."""
    root = parse("<p>a <b>c</b></p><table></table>")
    wrap(root.css("table")[0], Tag("div", (("class", "x"),)))
    wrap_contents(root.css("p")[0], Tag("em"))
    put("1<i>2</i>", root.css("p")[0])
    assert write(root) == '1<i>2</i><p><em>a <b>c</b></em></p><div class="x"><table></table></div>'
    drop(root, "em, b, i")
    assert write(root) == '1<p></p><div class="x"><table></table></div>'


def test_text_is_read_without_tags_and_extra_spaces() -> None:
    """As for a label that is read aloud."""
    (paragraph,) = read("<p>a <b>&lt;b&gt;</b>\n  c</p>").css("p")
    assert text_of(paragraph) == "a <b> c"
    assert str(Tag("img", (("alt", 'a "b"'),))) == '<img alt="a &quot;b&quot;">'


@table(__file__, "A style loads only what is allowed")
def test_a_style_loads_only_what_is_allowed(style: str, left: str) -> None:
    """However it is written; a style that loads nothing else isn't changed by a letter."""
    kept = loading_only(style, lambda address: address.startswith("#"))
    assert kept.replace('"', "'") == left
