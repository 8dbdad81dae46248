"""What is tied in a page: an argument in the code, words of the prose that repeat it, what it governs in a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import accumulate, pairwise

from ...i18n.catalogues import ENGLISH, Language
from ..records import Figure
from ..references import tags
from .arguments import Place, places

_CODE = re.compile(r'<div\b[^>]*\bclass="(?:[^"]* )?highlight\b[^>]*>.*?<pre\b[^>]*>(?P<code>.*?)</pre>', re.DOTALL)
_PIECE = re.compile(r"<[^>]*>|[^<]+")
_TAGS = re.compile(r"<[^>]*>")
_WORDS = re.compile(r'(?P<tag><span class="tie [^>]*>)(?P<words>.*?)</span>', re.DOTALL)


@dataclass(frozen=True)
class Tie:
    """One argument of one block: its number in the page, by which all that is tied to it is found."""

    number: int
    name: str
    role: str
    code: str
    """What the code says there."""

    @property
    def attributes(self) -> str:
        """Mark what is tied."""
        return f'data-tie="{self.number}"'


@dataclass
class Tied:
    """The ties of a page's figures, by the id of each figure."""

    html: str
    figures: dict[str, list[Tie]] = field(default_factory=dict)


@dataclass
class _Block:
    """A block of code in the page, with the figures that are drawn from it and its ties by name."""

    start: int
    end: int
    html: str
    text: str
    figures: list[str] = field(default_factory=list)
    ties: dict[str, tuple[Place, Tie]] = field(default_factory=dict)


def tied(html: str, shown: Mapping[str, tuple[int, Figure, str]]) -> Tied:
    """Tie the figures of a page, by id: where each stands in the HTML, what is known of it, and the code it shows."""
    blocks = [_block(found) for found in _CODE.finditer(html)] if shown else []
    result = Tied(html)
    number = 0
    for id_, (at, figure, code) in shown.items():
        block = _drawn_from(blocks, code, at)
        if block is None:
            continue
        block.figures.append(id_)
        for place in places(block.text, figure.wide.parts):
            if place.name not in block.ties:
                number += 1
                said = " ".join(block.text[place.start : place.end].split())
                block.ties[place.name] = place, Tie(number, place.name, place.role, said)
        result.figures[id_] = [tie for _, tie in block.ties.values()]
    if number:
        result.html = "".join(_pieces(html, [block for block in blocks if block.ties]))
    return result


def _block(found: re.Match[str]) -> _Block:
    return _Block(*found.span("code"), found["code"], unescape(_TAGS.sub("", found["code"])).rstrip("\n"))


def _drawn_from(blocks: list[_Block], code: str, at: int) -> _Block | None:
    """Find the block that a figure is drawn from: it says the same, and stands nearest above, or else below."""
    same = [block for block in blocks if block.text == code.rstrip("\n")]
    above = [block for block in same if block.start < at]
    return above[-1] if above else same[0] if same else None


def _pieces(html: str, blocks: list[_Block]) -> Iterator[str]:
    end = 0
    for block in blocks:
        yield from (_with_words(html, end, block.start, blocks), _with_links(block))
        end = block.end
    yield _with_words(html, end, len(html), blocks)


def _with_links(block: _Block) -> str:
    """Make links of the arguments in a block, each around the tokens that it is made of."""
    cuts = {at for place, _ in block.ties.values() for at in (place.start, place.end)}
    pieces = list(_cut(_PIECE.findall(block.html), cuts))
    begins, ends = _edges(pieces)
    for place, tie in block.ties.values():
        first, last = begins.get(place.start), ends.get(place.end)
        if first is not None and last is not None and _is_balanced(_PIECE.findall("".join(pieces[first : last + 1]))):
            pieces[first] = _opened(tie, block.figures[0], f'id="tie-{tie.number}" ') + pieces[first]
            pieces[last] += "</a>"
    return "".join(pieces)


def _cut(pieces: list[str], cuts: set[int]) -> Iterator[str]:
    """Part tokens, such as `((`, within which an argument begins or ends."""
    at = 0
    for index, piece in enumerate(pieces):
        if piece.startswith("<"):
            yield piece
            continue
        text = unescape(piece)
        is_token = index and pieces[index - 1].startswith("<span")
        inner = sorted(cut - at for cut in cuts if at < cut < at + len(text)) if is_token else []
        for begin, end in pairwise([0, *inner, len(text)]):
            if begin:
                yield from ("</span>", pieces[index - 1])
            yield escape(text[begin:end], quote=False) if inner else piece
        at += len(text)


def _edges(pieces: list[str]) -> tuple[dict[int, int], dict[int, int]]:
    """Tell by its place in the text with which piece a token begins, and with which it ends."""
    begins: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for index, piece in enumerate(pieces):
        if piece.startswith("<"):
            continue
        around = pieces[max(index - 1, 0)], pieces[min(index + 1, len(pieces) - 1)]
        wrapped = int(around[0].startswith("<span") and around[1] == "</span>")
        begins[at] = index - wrapped
        at += len(unescape(piece))
        ends[at] = index + wrapped
    return begins, ends


def _is_balanced(pieces: list[str]) -> bool:
    tags_ = [piece for piece in pieces if piece.startswith("<")]
    depths = list(accumulate(-1 if tag.startswith("</") else 1 for tag in tags_))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def _with_words(html: str, start: int, end: int, blocks: list[_Block]) -> str:
    """Make links of the words in a stretch of prose that repeat an argument of the nearest code."""

    def change(found: re.Match[str]) -> str:
        (own,) = tags(found["tag"], "span")
        name, at = own.get("data-arg"), start + found.start()
        knowing = [block for block in blocks if name in block.ties]
        if not knowing:
            return found[0]
        block = next((block for block in reversed(knowing) if block.start < at), knowing[0])
        return f"{_opened(block.ties[name][1], block.figures[0])}{found['words']}</a>"

    return _WORDS.sub(change, html[start:end])


def _opened(tie: Tie, figure: str, more: str = "") -> str:
    target = escape(f"#{figure}-{tie.name}")
    return f'<a {more}class="tie of-{tie.role}" data-arg="{escape(tie.name)}" {tie.attributes} href="{target}">'


def back(ties: list[Tie], figure: str, language: Language = ENGLISH) -> str:
    """Write the links that lead from a figure to the code: by keyboard, they light what they stand for."""
    if not ties:
        return ""
    links = "".join(
        f'<li><a id="{escape(f"{figure}-{tie.name}")}" class="of-{tie.role}" {tie.attributes} href="#tie-{tie.number}">'
        f"{escape(tie.name.replace('_', ' '))}: <code>{escape(tie.code)}</code></a></li>"
        for tie in ties
    )
    named = escape(language.gettext("Tied to the code"))
    return f'<ul class="ties" aria-label="{named}">{links}</ul>'
