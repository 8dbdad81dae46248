"""Images of an article -> its figures: which can be one, how the text around them changes, numbers and captions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from ...catalogues import ENGLISH, Language, as_tag
from ...html import Node, Tag, children, contents, drop, is_same, macros, parse, plain, put, read, write
from ..records import Figure

MARK = "data-figure"
"""The attribute that identifies a figure's image: first by number, and by name once it is drawn."""

HAND_MADE = "data-picture"
"""The same for a hand-made picture, with its name."""

DECORATIVE = "decorative"
"""The class for an image without alt text: it has no number and no menu either."""

ALONE = "alone"
"""The class of a figure on a page that shows all of its data, so that it needs no menu."""

OUTDATED = "outdated"
"""The class of an image that shows a figure as it was before it failed."""


def markup(language: Language = ENGLISH) -> Any:
    """Return the macros that write figures in an article's language."""
    return macros("figures/page/figures.html", language)


def with_classes(tag: Tag, *more: str) -> Tag:
    """Return a tag with additional classes."""
    all_classes = " ".join(dict.fromkeys([*tag.classes, *more]))
    return tag.having(**{"class": all_classes}) if all_classes else tag


def sized(image: Tag, alt: str, width: int, height: int, *extra_classes: str) -> Tag:
    """Return a complete image: alt text, size in CSS pixels, lazy, asynchronous. The author's attributes stay."""
    attributes = dict(image.attributes)
    own_width = attributes.get("width", "").removesuffix("px")
    if own_width.isdecimal() and not attributes.get("height"):
        height = round(height * int(own_width) / width)
    wanted = {"alt": alt, "width": str(width), "height": str(height), "loading": "lazy", "decoding": "async"}
    attributes |= {name: value for name, value in wanted.items() if not attributes.get(name)}
    return with_classes(Tag(image.name, tuple(attributes.items())), *extra_classes)


def foreign(figure: Figure, language: Language) -> str:
    """Return the language of a figure's own words if it isn't the page's, for `lang=`; otherwise empty."""
    return figure.language if figure.language != as_tag(language.tag) else ""


def failed(image: Tag, message: str | None, last: Figure | None, language: Language = ENGLISH) -> str:
    """Return the image of a figure that failed, or its last good drawing; with the error if `message` is given."""
    if last:
        picture = sized(image, last.alt, last.wide.width, last.wide.height, "diagram", OUTDATED)
    else:
        picture = image.having(alt=image.get("alt") or language.gettext("This figure could not be drawn."))
    if message is None:
        return str(picture)
    title = (
        language.gettext("This is an older version: the figure can't be drawn right now.")
        if last
        else language.gettext("This figure can't be drawn.")
    )
    return f"{picture if last else ''}{markup(language).problem(title, message)}"


NO_ROOM = frozenset(
    (
        *("a", "button", "caption", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "label", "picture"),
        *("pre", "summary", "table"),
    )
)
"""The elements that can't contain a figure, so that an image stays one."""
ROOM = frozenset(("article", "aside", "blockquote", "body", "center", "dd", "details", "div", "li", "main", "section"))


@dataclass(frozen=True)
class Shown:
    """An image that becomes a figure: the classes from the elements around it, its caption as HTML, and an id."""

    image: Tag
    classes: tuple[str, ...] = ()
    caption: str = ""
    id: str = ""


Write = Callable[[Shown], str]


def make_figures(root: Node, is_ours: Callable[[Tag], bool], write: Write) -> None:
    """Replace each image of ours that can be a figure by the result of `write`, in the order of the text."""
    blocks: dict[Node, list[Node]] = {}
    for image in root.css("img"):
        if is_ours(Tag.of(image)) and (block := _block(image)):
            blocks.setdefault(block, []).append(image)
    for block, images in blocks.items():
        if block.tag == "p":
            _split(block, images, write)
            continue
        if block.tag == "figure":
            caption = block.css_first("figcaption")
            put(write(_shown(images[0], Tag.of(block), _caption(caption) if caption else "")), block)
        else:
            put(write(_shown(images[0])), block)
            _drop_breaks(block, is_after=True)
        block.decompose()


def _block(image: Node) -> Node | None:
    """Return the element to replace for an image: the author's own figure, a paragraph, or the image itself."""
    around = list(_ancestors(image))
    if any(element.tag in NO_ROOM for element in around):
        return None
    for element in around:
        if element.tag == "figure":
            return element if _holds_no_more(element) else None
    if around[0].tag in ROOM:
        return image
    return around[0] if around[0].tag == "p" else None


def _ancestors(node: Node) -> Iterator[Node]:
    around = node.parent
    while around is not None and around.tag != "html":
        yield around
        around = around.parent


def _holds_no_more(figure: Node) -> bool:
    """Return whether the author's own figure has only an image and a caption; with more, it is left as it is."""
    count = 0
    inside = children(figure)
    while inside:
        node = inside.pop()
        if node.tag == "img":
            count += 1
        elif node.tag == "p":
            inside += children(node)
        elif node.tag not in ("figcaption", "br") and not _is_blank(node):
            return False
    return count == 1


def _is_blank(node: Node) -> bool:
    return node.is_text_node and not (node.text_content or "").strip()


def _drop_breaks(node: Node, is_after: bool) -> None:
    """Remove the blanks and line breaks after a node, or before it: around a figure, they only format the source."""
    while (neighbour := node.next if is_after else node.prev) is not None and (
        neighbour.tag == "br" or _is_blank(neighbour)
    ):
        neighbour.decompose()
    if neighbour is not None and neighbour.is_text_node:
        text = neighbour.text_content or ""
        neighbour.replace_with(text.lstrip() if is_after else text.rstrip())


def _split(paragraph: Node, images: list[Node], write: Write) -> None:
    """Split a paragraph into its prose and its images, one after the other."""
    tag = Tag.of(paragraph)
    if is_same(paragraph.first_child, images[0]) and images[0].next is None:  # most have nothing else
        put(write(_shown(images[0], tag)), paragraph)
        paragraph.decompose()
        return
    for image in images:
        _drop_breaks(image, is_after=True)
        _drop_breaks(image, is_after=False)
    parts: list[Node | list[Node]] = [[]]
    for child in children(paragraph):
        if any(is_same(child, image) for image in images):
            parts += [child, []]
        elif isinstance(parts[-1], list):
            parts[-1].append(child)
    has_prose = any(part for part in parts if isinstance(part, list))
    is_first = True
    for part in parts:
        if isinstance(part, list) and not part:
            continue
        if not is_first:
            paragraph.insert_before("\n")
        if isinstance(part, list):
            prose = tag.element(paragraph)
            for node in part:
                prose.insert_child(node, move=True)
            paragraph.insert_before(prose, move=True)
        else:
            put(write(_shown(part) if has_prose else _shown(part, tag)), paragraph)
        if isinstance(part, list) or not has_prose:
            tag = tag.without("id")  # an id must be unique in a page
        is_first = False
    paragraph.decompose()


def _shown(image: Node, around: Tag | None = None, caption: str = "") -> Shown:
    return Shown(Tag.of(image), tuple(around.classes) if around else (), caption, around.get("id") if around else "")


def _caption(caption: Node) -> str:
    """Return a caption as HTML: the contents of its paragraph, if it is one."""
    inside = [node for node in children(caption) if not _is_blank(node)]
    is_one = len(inside) == 1 and inside[0].tag == "p" and not inside[0].attributes
    return contents(inside[0] if is_one else caption).strip()


def bare(image: Tag, classes: tuple[str, ...] = (), name: str = "", caption: str = "") -> str:
    """Write a figure without a number, for a list of articles, or a page that shows figures again."""
    return str(markup().figure(image, _joined(classes), name, caption))


def figure_of(content: Any, place: str, siteurl: str) -> str:
    """Return the figure with an id in an article for another page, without its number, caption, menu and ties."""
    for figure in read(content.get_content(siteurl)).css("figure.diagram"):
        if figure.id == place and (image := figure.css_first("img")):
            return bare(Tag.of(image), (ALONE,))
    return ""


def _joined(classes: Iterable[str]) -> str:
    """Return the classes of a figure: `diagram` is the first."""
    return " ".join(dict.fromkeys(["diagram", *classes]))


def for_summary(html: str) -> str:
    """Remove what makes sense only within the article: the captions of figures, their ids, and links to them."""
    root = parse(html)
    for figure in root.css("figure.diagram"):
        Tag.of(figure).without("id").mark(figure)
    drop(root, "figure.diagram > figcaption, figure.diagram > .vary")
    for mention in root.css("a.mention"):
        mention.unwrap(delete_empty=True)
    return write(root)


FIGURE = "fig-"
"""The start of a figure's id in its page."""


def id_on_page(name: str) -> str:
    """Return a figure's id in its page: no id can have a space, so it becomes an underscore, which no name has."""
    return f"{FIGURE}{name.replace(' ', '_')}"


def label(number: int, language: Language = ENGLISH) -> str:
    """Return a figure's label in its article."""
    return language.gettext("Figure %(number)s", number=number)


@dataclass
class Numbering:
    """Numbers the figures of an article as they are written, and stores the numbers by name."""

    language: Language = ENGLISH
    numbers: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """The id of a figure that has one of its own, by its whole name."""
    _times: Counter[str] = field(default_factory=Counter)
    _last: int = 0

    def figure(self, shown: Shown, name: str, image_with: Callable[[int, str], Tag], whole_name: str = "") -> str:
        """Write a figure. `image_with` returns its image, given its number (0 for none) and its caption.

        `name` is for the place in the page, `whole_name` for the files.
        """
        classes = [*shown.image.classes, *shown.classes]
        caption = Markup(shown.caption) or shown.image.get("title")
        number = 0
        if DECORATIVE not in classes:
            number = self._last = self._last + 1
        place = id_on_page(name)
        if whole_name:
            self.names[id_on_page(whole_name)] = place
        self._times[place] += 1
        if self._times[place] > 1:
            place = f"{place}--{self._times[place]}"  # a name has single hyphens only
        elif number:
            self.numbers[place] = number
        image = image_with(number, plain(shown.caption) or " ".join(caption.split()))
        write = markup(self.language)
        if number:
            caption = write.numbered(label(number, self.language), caption, shown.id)
        return str(write.figure(image, _joined(classes), place, caption))

    @property
    def labels(self) -> dict[str, str]:
        """The labels of the figures, by their ids in the page."""
        return {place: label(number, self.language) for place, number in self.numbers.items()}


def is_one_sentence(one: str, other: str) -> bool:
    """Return whether two texts are the same sentence, apart from spaces, the full stop and marks that are typeset."""
    return _bare(one) == _bare(other)


_QUOTES = re.compile("[\"'“”„‘’‚«»‹›\u202f]")


def _bare(text: str) -> str:
    typed = _QUOTES.sub("", text).replace("—", "---").replace("–", "--").replace("…", "...")
    return " ".join(typed.split()).rstrip(".").casefold()
