"""Ties in a page: an argument in the code, the words in the prose that repeat it, and what it governs in a figure."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from ...html import Node, Tag, children, is_same
from ..records import Figure
from ..varying import Literal, Text

ROLES = ("state", "embedding", "steps", "output", "memory")
"""The roles that have a colour for ties."""

_WORD = re.compile(r"[\w.]+")


At = tuple[int, int]
"""The place of an argument as the parts of a figure give it: a line of the code, and a column."""

VARIED: At = (0, 0)
"""The same for the number that a figure's slider changes, whose block may differ from that of its parts."""


@dataclass(frozen=True)
class Place:
    """An argument in a block's text: its name, its role, its start and end, and its place as the parts give it."""

    name: str
    role: str
    start: int
    end: int
    at: At


def at_of(part: Mapping[str, Any]) -> At | None:
    """Return the place of the argument that governs a part; two layers may have arguments with the same name."""
    argument = part.get("argument")
    return (argument["line"], argument["column"]) if argument else None


def places(code: str, parts: Mapping[str, Any]) -> list[Place]:
    """Find the arguments that the parts of a figure name, in code order; none inside another.

    The role of an argument is the picture's, or else that of the first part that has one.
    """
    text = _Arguments(code)
    by_place: dict[At, Place] = {}
    for part in parts.values():
        at = at_of(part)
        if at is None:
            continue
        argument = part["argument"]
        if at not in by_place and (span := text.argument(*at)):
            by_place[at] = Place(argument["name"], "ink", *span, at)
        role = argument.get("role", part.get("role"))
        if at in by_place and by_place[at].role == "ink" and role in ROLES:
            by_place[at] = replace(by_place[at], role=role)
    kept: list[Place] = []
    for place in sorted(by_place.values(), key=lambda place: place.start):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


class _Arguments(Text):
    """A block of code, in which an argument is found by the place where its value starts."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self._values = dict(self._arguments())

    def argument(self, line: int, column: int) -> tuple[int, int] | None:
        """Return its start and end; None if there is no such place."""
        if not (0 < line <= len(self.lines) and 0 <= column < len(self.lines[line - 1])):
            return None
        start = self.begins[line - 1] + column
        word = _WORD.match(self.code, start)
        return self._values.get(start) or (word.span() if word else None)

    def _arguments(self) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield all arguments, the innermost last.

        For a call, it is the name, because a call may contain other arguments.
        """
        try:
            tree = ast.parse(self.code)
        except (SyntaxError, ValueError):
            return
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield from map(self._whole, [*node.args, node.func])
                yield from map(self._keyword, node.keywords)
            elif isinstance(node, ast.Tuple | ast.List):
                yield from map(self._whole, node.elts)
            elif isinstance(node, ast.Assign):
                yield self._whole(node.value)

    def _whole(self, node: ast.expr | ast.keyword) -> tuple[int, tuple[int, int]]:
        span = self.span(node)
        return span[0], span

    def _keyword(self, node: ast.keyword) -> tuple[int, tuple[int, int]]:
        """A number can be understood from its place; `True` can't without the name before it."""
        start, span = self._whole(node.value)
        is_bare = isinstance(node.value, ast.Constant) and isinstance(node.value.value, bool | str | None)
        return start, self._whole(node)[1] if is_bare else span


@dataclass(frozen=True)
class Tie:
    """One argument of one block: its number in the page identifies everything tied to it."""

    number: int
    name: str
    """The argument's name."""
    id: str
    """The same, except for a second argument with that name in one block."""
    role: str
    code: str
    """The argument in the code."""


@dataclass(frozen=True, eq=False)
class _Shown:
    """A figure in the page: its id, its place there, and the ties with a part in it."""

    id: str
    place: int
    ties: dict[At, Tie] = field(default_factory=dict)


@dataclass
class _Block:
    """A code block in the page, with the figures that are drawn from it, and its ties by where they start."""

    pre: Node
    place: int
    text: str
    id: str
    figures: list[_Shown] = field(default_factory=list)
    arguments: dict[int, Place] = field(default_factory=dict)
    ties: dict[int, Tie] = field(default_factory=dict)

    def learn(self, argument: Place) -> None:
        """Note an argument; one figure may show without colour what another shows in its role's colour."""
        first = self.arguments.setdefault(argument.start, argument)
        if first.role == "ink" and argument.role != "ink":
            self.arguments[argument.start] = argument

    def tie(self, number: int, start: int) -> Tie:
        """Make the tie of the argument that starts at a place in the code."""
        argument = self.arguments[start]
        before = sum(earlier.name == argument.name for earlier in self.ties.values())
        id_in_block = f"{argument.name}-{before + 1}" if before else argument.name
        value = " ".join(self.text[argument.start : argument.end].split())
        return Tie(number, argument.name, id_in_block, argument.role, value)

    def showing(self, tie: Tie) -> list[_Shown]:
        """List the figures that have a part of a tie."""
        return [figure for figure in self.figures if tie in figure.ties.values()]


class _Page:
    """The tree of a page, with places as numbers, in document order."""

    def __init__(self, root: Node) -> None:
        self.root = root
        self.places = {node: place for place, node in enumerate(root.traverse())}
        self.blocks = [self._block(pre) for pre in root.css("div.highlight pre:not(pre pre, td.linenos pre)")]
        self._sections = [(0, len(self.places))]
        """The start and end of each section, each after those that contain it; the first is the whole page."""
        headings = root.css("h1, h2, h3, h4, h5, h6")
        for number, heading in enumerate(headings):
            after = (following for following in headings[number + 1 :] if (following.tag or "") <= (heading.tag or ""))
            end = next((self.places[following] for following in after), len(self.places))
            self._sections.append((self.places[heading], end))

    def _block(self, pre: Node) -> _Block:
        around, name = pre.parent, None
        while around is not None and not name:
            name, around = around.id, around.parent
        return _Block(pre, self.places[pre], pre.text().rstrip("\n"), name or "")

    def drawn_from(self, code: str, place: int) -> _Block | None:
        """Find the block that a figure is drawn from: it has the same text, and is the nearest above, or else below."""
        same = [block for block in self.blocks if block.text == code.rstrip("\n")]
        above = [block for block in same if block.place < place]
        return above[-1] if above else same[0] if same else None

    def near(self, figures: list[_Shown], place: int) -> _Shown:
        """Choose the figure that something at a place in the page links to."""
        return _nearest(self.in_section(figures, place), place)

    def in_section(self, figures: list[_Shown], place: int) -> list[_Shown]:
        """Return the figures in the innermost section around a place that has any."""
        around = (section for section in reversed(self._sections) if section[0] <= place < section[1])
        per_section = ([figure for figure in figures if start <= figure.place < end] for start, end in around)
        return next(in_section for in_section in per_section if in_section)


def tie_figures(
    root: Node, from_code: Mapping[Node, tuple[Figure, str]], varied: Mapping[Node, Literal] | None = None
) -> dict[Node, Mapping[At, Tie]]:
    """Tie the figures of a page, given each one's data, and the code that it is drawn from.

    `varied` are the numbers in the code that sliders change: a figure is tied to its own, whatever its parts mean.
    Return the ties with a part in each figure, by the place of the argument as its parts give it.
    """
    varied = varied or {}
    if not (from_code or varied):
        return {}
    page = _Page(root)
    shown_places: list[tuple[Node, _Block, list[Place]]] = []
    for node in dict.fromkeys((*from_code, *varied)):
        of_parts, moved = [], varied.get(node)
        if node in from_code and (block := page.drawn_from(from_code[node][1], page.places[node])):
            of_parts = places(block.text, from_code[node][0].wide.parts)
            if moved and moved.block.text.rstrip("\n") == block.text:
                # An argument that contains the number would be a link around a link.
                outside = [place for place in of_parts if place.end <= moved.start or place.start >= moved.end]
                same = [place for place in of_parts if (place.start, place.end) == (moved.start, moved.end)]
                of_parts = sorted([*outside, *same], key=lambda place: place.start)
            shown_places.append((node, block, of_parts))
        if moved and (block := page.drawn_from(moved.block.text, page.places[node])):
            shown_places.append((node, block, [Place(moved.name, "ink", moved.start, moved.end, VARIED)]))
    for _, block, arguments in shown_places:
        for argument in arguments:
            block.learn(argument)
    number = 0
    ties: dict[Node, Mapping[At, Tie]] = {}
    figures: dict[Node, _Shown] = {}
    for node, block, arguments in shown_places:
        figure = figures.setdefault(node, _Shown(node.id or "", page.places[node]))
        for argument in arguments:
            if argument.start not in block.ties:
                number += 1
                block.ties[argument.start] = block.tie(number, argument.start)
            figure.ties[argument.at] = block.ties[argument.start]
        if figure not in block.figures:
            block.figures.append(figure)
        ties[node] = figure.ties
    if number:
        _link_words(page)
        for block in page.blocks:
            _link_arguments(block, page)
    return ties


def _link_arguments(block: _Block, page: _Page) -> None:
    """Turn the arguments in a block into links, each around its tokens."""
    _part_tokens(block.pre, {at for start in block.ties for at in (start, block.arguments[start].end)})
    begins: dict[int, Node] = {}
    ends: dict[int, Node] = {}
    at = 0
    for text in _texts(block.pre):
        begins[at] = _token(text)
        at += len(text.text_content or "")
        ends[at] = _token(text)
    for start, tie in block.ties.items():
        first, last = begins.get(start), ends.get(block.arguments[start].end)
        if first is None or last is None or not is_same(first.parent, last.parent):
            continue  # lines that an author has highlighted are elements of their own
        link = _link(tie, page.near(block.showing(tie), block.place), f"tie-{tie.number}").element(first)
        first.insert_before(link, move=True)
        within = [first]
        while not is_same(within[-1], last) and (following := within[-1].next) is not None:
            within.append(following)
        for node in within:
            link.insert_child(node, move=True)


def _texts(pre: Node) -> list[Node]:
    return [node for node in pre.traverse(include_text=True) if node.is_text_node]


def _token(text: Node) -> Node:
    """Return the token of a text: the span that contains nothing else, or the text itself."""
    around = text.parent
    return around if around is not None and around.tag == "span" and len(children(around)) == 1 else text


def _part_tokens(pre: Node, cuts: set[int]) -> None:
    """Split tokens, such as `((`, in which an argument starts or ends."""
    at = 0
    for text in _texts(pre):
        content = text.text_content or ""
        inner = sorted(cut - at for cut in cuts if at < cut < at + len(content))
        at += len(content)
        if not inner:
            continue
        token = _token(text)
        for begin, end in pairwise([0, *inner, len(content)]):
            if is_same(token, text):
                token.insert_before(content[begin:end])
            else:
                piece = Tag.of(token).element(token)
                piece.insert_child(content[begin:end])
                token.insert_before(piece, move=True)
        token.decompose()


def _link_words(page: _Page) -> None:
    """Turn the words in the prose that repeat an argument of the code in their section into links."""
    for words in page.root.css("span.tie[data-arg]"):
        tag, place = Tag.of(words), page.places[words]
        knowing = {
            figure: (block, tie)
            for block in page.blocks
            for _, tie in sorted(block.ties.items(), reverse=True)  # the first in the code takes precedence
            if tie.name == tag.get("data-arg") and tag.get("data-code") in ("", block.id)
            for figure in block.showing(tie)
        }
        if not knowing:
            continue
        near = page.in_section(list(knowing), place)
        blocks_near = [block for block in page.blocks if any(knowing[figure][0] is block for figure in near)]
        block = next((block for block in reversed(blocks_near) if block.place < place), blocks_near[0])
        figure = _nearest([figure for figure in near if knowing[figure][0] is block], place)
        link = _link(knowing[figure][1], figure).element(words)
        for node in children(words):
            link.insert_child(node, move=True)
        words.insert_before(link, move=True)
        words.decompose()


def _nearest(figures: list[_Shown], place: int) -> _Shown:
    """Choose the last figure above a place, or else the first one below."""
    above = [figure for figure in figures if figure.place < place]
    return above[-1] if above else figures[0]


def _link(tie: Tie, figure: _Shown, name: str = "") -> Tag:
    attributes = {"class": f"tie of-{tie.role}", "data-arg": tie.name, "data-tie": str(tie.number)}
    id_attribute = {"id": name} if name else {}
    return Tag("a", (*id_attribute.items(), *attributes.items(), ("href", f"#{figure.id}-{tie.id}")))
