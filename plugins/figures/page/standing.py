"""Images of an article -> figures: alone, taken out of a paragraph, or in a figure that the author has written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..references import Tag, tags
from .outline import Element, outline

NO_ROOM = frozenset(
    (
        *("a", "button", "caption", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "label", "picture"),
        *("summary", "table"),
    )
)
"""Where a figure cannot stand: there an image stays one."""

_ROOM = frozenset(("article", "aside", "blockquote", "body", "center", "dd", "details", "div", "li", "main", "section"))
_BREAKS = r"(?:\s|<br\s*/?>)*"
_AROUND = re.compile(rf"\A{_BREAKS}|{_BREAKS}\Z")
_BREAK = re.compile(_BREAKS)
_CAPTION = re.compile(r"<figcaption\b[^>]*>(?P<caption>.*?)</figcaption>", re.DOTALL)
_NO_MORE = re.compile(r"(?:\s|</?p\b[^>]*>|<br\s*/?>|<img\b[^>]*>|<figcaption\b.*?</figcaption>)*", re.DOTALL)
"""What a figure of the author's may hold: one that holds more, or is a table, is left as it is."""
_ONE_PARAGRAPH = re.compile(r"\s*<p>(?P<text>(?:(?!</?p\b).)*)</p>\s*", re.DOTALL)


@dataclass(frozen=True)
class Standing:
    """An image that is to be a figure: the classes that it has from around it, its caption as HTML, and an id."""

    image: Tag
    classes: tuple[str, ...] = ()
    caption: str = ""
    id: str = ""


Write = Callable[[Standing], str]


def with_figures(html: str, is_ours: Callable[[Tag], bool], write: Write) -> str:
    """Write each image of ours that can be a figure as `write` says, in the order of the text."""
    ours = {image.start: image for image in tags(html, "img") if is_ours(image)}
    if not ours:
        return html
    elements = outline(html)
    pieces: list[str] = []
    end = 0
    for block, images in _blocks(html, elements, ours).items():
        pieces += [html[end : block.start], _written(html, block, images, write)]
        end = block.end
        if block.name == "img" and (breaks := _BREAK.match(html, end)):
            end = breaks.end()
    return "".join([*pieces, html[end:]])


def _blocks(html: str, elements: list[Element], ours: Mapping[int, Tag]) -> dict[Element, list[Tag]]:
    """Tell what is to be written anew, and the images in it: a figure of the author's, a paragraph, or the image."""
    blocks: dict[Element, list[Tag]] = {}
    for element in elements:
        if element.name == "img" and element.start in ours and (block := _block(element, html)):
            blocks.setdefault(block, []).append(ours[element.start])
    return blocks


def _block(image: Element, html: str) -> Element | None:
    around = list(image.ancestors)
    if any(element.name in NO_ROOM for element in around):
        return None
    for element in around:
        if element.name == "figure":
            held = html[element.inner_start : element.inner_end]
            return element if _NO_MORE.fullmatch(held) and held.count("<img") == 1 else None
    if not around or around[0].name in _ROOM:
        return image
    return around[0] if around[0].name == "p" else None


def _written(html: str, block: Element, images: list[Tag], write: Write) -> str:
    (first, *_) = images
    if block.name == "img":
        return write(_standing(first))
    (own,) = tags(html[block.start : block.inner_start], block.name)
    if block.name == "figure":
        caption = _CAPTION.search(html, block.inner_start, block.inner_end)
        return write(_standing(first, own, caption["caption"] if caption else ""))
    return _split(html, block, own, images, write)


def _split(html: str, paragraph: Element, own: Tag, images: list[Tag], write: Write) -> str:
    """Write a paragraph's prose and its images after one another; the breaks between them are the layout's now."""
    ends = [paragraph.inner_start, *(image.end for image in images)]
    starts = [*(image.start for image in images), paragraph.inner_end]
    texts = [_AROUND.sub("", html[end:start]) for end, start in zip(ends, starts, strict=True)]
    has_prose = any(texts)
    pieces: list[str] = []
    for place, text in enumerate(texts):
        if text:
            pieces.append(f"{own.with_attributes()}{text}</p>")
            own = own.without("id")  # an id stands once
        if place < len(images):
            pieces.append(write(_standing(images[place]) if has_prose else _standing(images[place], own)))
            own = own if has_prose else own.without("id")
    return "\n".join(pieces)


def _standing(image: Tag, around: Tag | None = None, caption: str = "") -> Standing:
    alone = _ONE_PARAGRAPH.fullmatch(caption)
    return Standing(
        image,
        tuple(around.get("class").split()) if around else (),
        (alone["text"] if alone else caption).strip(),
        around.get("id") if around else "",
    )


def for_summary(html: str) -> str:
    """Take out of an article what is said only beside it: the captions of figures, their ids, and links to them."""
    changes: list[tuple[int, int, str]] = []
    for element in outline(html):
        own = html[element.start : element.inner_start]
        if element.name == "figure" and (figure := _ours(own)):
            changes.append((element.start, element.inner_start, figure.without("id").with_attributes()))
        elif element.name == "figcaption" and element.parent:
            if _ours(html[element.parent.start : element.parent.inner_start]):
                changes.append((element.start, element.end, ""))
        elif element.name == "a" and 'class="figure-mention"' in own:
            changes += [(element.start, element.inner_start, ""), (element.inner_end, element.end, "")]
    pieces: list[str] = []
    end = 0
    for start, stop, text in sorted(changes):
        pieces += [html[end:start], text]
        end = stop
    return "".join([*pieces, html[end:]])


def _ours(opened: str) -> Tag | None:
    """Read the tag of a figure that is ours, as `Numbering` writes it."""
    found = tags(opened, "figure")
    return found[0] if found and "diagram" in found[0].get("class").split() else None


def bare(standing: Standing) -> str:
    """Write a figure without a number, for a page that shows figures again."""
    own = Tag("figure", 0, 0, (("class", " ".join(dict.fromkeys(("diagram", *standing.classes)))),))
    placed = own.with_attributes(**({"id": standing.id} if standing.id else {}))
    return f"{placed}{standing.image.with_attributes()}\n</figure>"
