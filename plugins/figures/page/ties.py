"""What is tied in a page: an argument in the code, words of the prose that repeat it, what it governs in a figure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from itertools import accumulate, pairwise

from ...i18n.catalogues import ENGLISH, Language
from ..records import Figure
from ..references import tags
from .arguments import At, Place, places
from .outline import outline

_CODE = re.compile(r'<div\b[^>]*\bclass="(?:[^"]* )?highlight\b[^>]*>.*?<pre\b[^>]*>(?P<code>.*?)</pre>', re.DOTALL)
_PIECE = re.compile(r"<[^>]*>|[^<]+")
_TAGS = re.compile(r"<[^>]*>")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_WORDS = re.compile(r'(?P<tag><span class="tie [^>]*>)(?P<words>.*?)</span>', re.DOTALL)


@dataclass(frozen=True)
class Tie:
    """One argument of one block: its number in the page, by which all that is tied to it is found."""

    number: int
    name: str
    """That of the argument."""
    id: str
    """The same, but for a second argument of that name in one block."""
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
    figures: dict[str, Mapping[At, Tie]] = field(default_factory=dict)
    """Each tie that a figure has a part of, by where its parts say that the argument stands."""


@dataclass(frozen=True, eq=False)
class _Shown:
    """A figure: its id, where it stands in the page, and the ties that it has a part of."""

    id: str
    at: int
    ties: Mapping[At, Tie]


@dataclass
class _Block:
    """A block of code in the page, with the figures that are drawn from it, and its ties by where they begin."""

    start: int
    end: int
    html: str
    text: str
    id: str
    figures: list[_Shown] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)
    ties: dict[int, Tie] = field(default_factory=dict)

    def learn(self, place: Place) -> None:
        """Note an argument; one figure may show only what has no colour of what another shows in its role's."""
        known = self.places.setdefault(place.start, place)
        if known.role == "ink":
            self.places[place.start] = place

    def tie(self, number: int, start: int) -> Tie:
        """Make the tie of the argument that begins at a place."""
        place = self.places[start]
        before = sum(other.name == place.name for other in self.ties.values())
        id_in_block = f"{place.name}-{before + 1}" if before else place.name
        said = " ".join(self.text[place.start : place.end].split())
        return Tie(number, place.name, id_in_block, place.role, said)

    def showing(self, tie: Tie) -> list[_Shown]:
        """List the figures that have a part of a tie."""
        return [figure for figure in self.figures if tie in figure.ties.values()]


def tied(html: str, shown: Mapping[str, tuple[int, Figure, str]]) -> Tied:
    """Tie the figures of a page, by id: where each stands in the HTML, what is known of it, and the code it shows."""
    blocks = [_block(found) for found in _CODE.finditer(html)] if shown else []
    result = Tied(html)
    found: list[tuple[str, int, _Block, list[Place]]] = []
    for id_, (at, figure, code) in shown.items():
        if block := _drawn_from(blocks, code, at):
            found.append((id_, at, block, places(block.text, figure.wide.parts)))
            for place in found[-1][3]:
                block.learn(place)
    number = 0
    for id_, at, block, named in found:
        ties: dict[At, Tie] = {}
        for place in named:
            if place.start not in block.ties:
                number += 1
                block.ties[place.start] = block.tie(number, place.start)
            ties[place.at] = block.ties[place.start]
        block.figures.append(_Shown(id_, at, ties))
        result.figures[id_] = ties
    if number:
        result.html = "".join(_pieces(html, [block for block in blocks if block.ties], _sections(html)))
    return result


def _sections(html: str) -> list[tuple[int, int]]:
    """Tell from where to where each section goes, each after those that it is in; the first is the whole."""
    found = [(0, len(html) + 1)]
    headings = [element for element in outline(html) if element.name in _HEADINGS]
    for number, heading in enumerate(headings):
        after = (other.start for other in headings[number + 1 :] if other.name <= heading.name)
        found.append((heading.start, next(after, len(html))))
    return found


def _block(found: re.Match[str]) -> _Block:
    (around,) = tags(f"{found[0].partition('>')[0]}>", "div")
    text = unescape(_TAGS.sub("", found["code"])).rstrip("\n")
    return _Block(*found.span("code"), found["code"], text, around.get("id"))


def _drawn_from(blocks: list[_Block], code: str, at: int) -> _Block | None:
    """Find the block that a figure is drawn from: it says the same, and stands nearest above, or else below."""
    same = [block for block in blocks if block.text == code.rstrip("\n")]
    above = [block for block in same if block.start < at]
    return above[-1] if above else same[0] if same else None


def _pieces(html: str, blocks: list[_Block], sections: list[tuple[int, int]]) -> Iterator[str]:
    end = 0
    for block in blocks:
        yield from (_with_words(html, end, block.start, blocks, sections), _with_links(block, sections))
        end = block.end
    yield _with_words(html, end, len(html), blocks, sections)


def _with_links(block: _Block, sections: list[tuple[int, int]]) -> str:
    """Make links of the arguments in a block, each around the tokens that it is made of."""
    cuts = {at for start in block.ties for at in (start, block.places[start].end)}
    pieces = list(_cut(_PIECE.findall(block.html), cuts))
    begins, ends = _edges(pieces)
    for start, tie in block.ties.items():
        first, last = begins.get(start), ends.get(block.places[start].end)
        if first is not None and last is not None and _is_balanced(_PIECE.findall("".join(pieces[first : last + 1]))):
            figure = _near(block.showing(tie), block.start, sections)
            pieces[first] = _opened(tie, figure, f'id="tie-{tie.number}" ') + pieces[first]
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


def _with_words(html: str, start: int, end: int, blocks: list[_Block], sections: list[tuple[int, int]]) -> str:
    """Make links of the words in a stretch of prose that repeat an argument of the code that their section shows."""

    def change(found: re.Match[str]) -> str:
        (own,) = tags(found["tag"], "span")
        name, code, at = own.get("data-arg"), own.get("data-code"), start + found.start()
        knowing = {
            figure: (block, tie)
            for block in blocks
            for _, tie in sorted(block.ties.items(), reverse=True)  # the first in the code has it
            if tie.name == name and code in ("", block.id)
            for figure in block.showing(tie)
        }
        if not knowing:
            return found[0]
        near = _in_section(list(knowing), at, sections)
        blocks_near = [block for block in blocks if any(knowing[figure][0] is block for figure in near)]
        block = next((block for block in reversed(blocks_near) if block.start < at), blocks_near[0])
        figure = _nearest([figure for figure in near if knowing[figure][0] is block], at)
        return f"{_opened(knowing[figure][1], figure)}{found['words']}</a>"

    return _WORDS.sub(change, html[start:end])


def _near(figures: list[_Shown], at: int, sections: list[tuple[int, int]]) -> _Shown:
    """Choose the figure to which something leads that stands at a place of the page."""
    return _nearest(_in_section(figures, at, sections), at)


def _in_section(figures: list[_Shown], at: int, sections: list[tuple[int, int]]) -> list[_Shown]:
    """Keep the figures of the innermost section around a place that shows any."""
    around = (section for section in reversed(sections) if section[0] <= at < section[1])
    shown = ([figure for figure in figures if start <= figure.at < end] for start, end in around)
    return next(each for each in shown if each)


def _nearest(figures: list[_Shown], at: int) -> _Shown:
    """Choose the last figure above a place, or else the first one below."""
    above = [figure for figure in figures if figure.at < at]
    return above[-1] if above else figures[0]


def _opened(tie: Tie, figure: _Shown, more: str = "") -> str:
    target = escape(f"#{figure.id}-{tie.id}")
    return f'<a {more}class="tie of-{tie.role}" data-arg="{escape(tie.name)}" {tie.attributes} href="{target}">'


def back(ties: Collection[Tie], figure: str, language: Language = ENGLISH) -> str:
    """Write the links that lead from a figure to the code: by keyboard, they light what they stand for."""
    if not ties:
        return ""
    links = "".join(
        f'<li><a id="{escape(f"{figure}-{tie.id}")}" class="of-{tie.role}" {tie.attributes} href="#tie-{tie.number}">'
        f"{escape(tie.name.replace('_', ' '))}: <code>{escape(tie.code)}</code></a></li>"
        for tie in ties
    )
    named = escape(language.gettext("Tied to the code"))
    return f'<ul class="ties" aria-label="{named}">{links}</ul>'
