"""The answers of a picture: where each of its numbers comes from, as a page loads them when a reader asks."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal
from xml.etree.ElementTree import Element

import msgspec
from msgspec import Meta

NUMBER = re.compile(r"−?\d+([.,]\d+)?")
"""A printed number, in any language's format, as the page's script reads it."""

ASKED = re.compile(r"\{-?(\d+)(?:=[^{}]*)?\}")
"""A number in a sum that can be asked in turn; with a minus, in brackets."""

Place = Annotated[int, Meta(ge=0)]
"""The number of a node."""


Share = Annotated[float, Meta(ge=0, le=1)]
Corners = Annotated[list[tuple[float, float, Share]], Meta(min_length=2)]


Nodes = Place | list[Place | None]
Parts = dict[str, Nodes]


class Way(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """How a part travels when a step is played: the step, its beat, and the corners, from its place, with their shares.

    Without numbers, it comes to its place. Otherwise a copy goes, with these numbers, if there are any.
    """

    step: Place
    beat: Annotated[int, Meta(ge=0, le=1)]
    corners: Corners
    numbers: list[str] | None = None


class Node(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """A number: as printed, the sum that gives it, and how much each printed number adds to it, from -9 to 9."""

    number: str
    sum: str = ""
    cells: dict[Place, Annotated[int, Meta(ge=-9, le=9)]] = msgspec.field(default_factory=dict)


class Asks(msgspec.Struct, forbid_unknown_fields=True):
    """All numbers that can be asked: symbol, formula and size of each array, then its nodes; and where each is printed.

    A part has the first of its nodes, or one for each number that it prints, of which some can't be asked. The other
    forms have their own parts only where they differ. When a step is played, parts travel on the `ways` of each form,
    and gates that are this high are opened (`opens`).
    """

    arrays: list[tuple[str, str, Annotated[int, Meta(ge=1)]]]
    nodes: list[Node]
    parts: Parts
    narrow: Parts = msgspec.field(default_factory=dict)
    mid: Parts = msgspec.field(default_factory=dict)
    ways: dict[Literal["wide", "narrow", "mid"], dict[str, list[Way]]] = msgspec.field(default_factory=dict)
    opens: dict[str, float] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        size, count = sum(array[2] for array in self.arrays), len(self.nodes)
        if size != count:
            raise ValueError(f"the arrays have {size} numbers, but there are {count} nodes")
        for place, node in enumerate(self.nodes):
            for named in (*map(int, ASKED.findall(node.sum)), *node.cells):
                if named >= count:
                    raise ValueError(f"node {place} names node {named}, but there are only {count}")
        for part, nodes in itertools.chain(*(form_parts.items() for form_parts in (self.parts, self.narrow, self.mid))):
            if (last := max((number for number in _of(nodes, 1) if number is not None), default=0)) >= count:
                raise ValueError(f"part {part!r} has node {last}, but there are only {count}")

    def parts_of(self, form: str) -> Mapping[str, Nodes]:
        """Return the nodes of the parts of a form, such as `narrow`."""
        return {**self.parts, **({} if form == "wide" else getattr(self, form))}


def written(asks: object) -> bytes:
    """Write a picture's answers as a page loads them; raise ValueError, which says what is wrong with them."""
    try:
        text = json.dumps(asks, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, RecursionError) as problem:
        raise ValueError(str(problem)) from None
    read(text)
    return text.encode()


def read(text: str | bytes) -> Asks:
    """Read answers; raise ValueError, which says what is wrong with them."""
    return msgspec.json.decode(text, type=Asks)


def _of(nodes: Nodes, printed: int) -> Sequence[int | None]:
    """Return the nodes of a part that prints some numbers."""
    return range(nodes, nodes + printed) if isinstance(nodes, int) else nodes


def misprints(drawing: Element, asks: Asks, form: str = "wide") -> Iterator[str]:
    """Describe each part of a drawing whose printed numbers aren't its nodes, of which they may have fewer decimals."""
    parts = asks.parts_of(form)
    for part in drawing.iter():
        name = part.get("data-part", "")
        if name not in parts:
            continue
        texts = (element for element in part.iter() if element.tag.rpartition("}")[2] == "text")
        printed = [number for text in texts if NUMBER.fullmatch(number := "".join(text.itertext()).strip())]
        nodes = _of(parts[name], len(printed))
        if len(nodes) != len(printed) or max((index for index in nodes if index is not None), default=0) >= len(
            asks.nodes
        ):
            yield f"part {name!r} prints {len(printed)} numbers, which aren't as many as its nodes"
            continue
        for number, node in zip(printed, nodes, strict=True):
            if node is not None and not _is_same(number, asks.nodes[node].number):
                yield f"part {name!r} prints {number}, but its node {node} is {asks.nodes[node].number}"


def _is_same(printed: str, number: str) -> bool:
    if not NUMBER.fullmatch(number):
        return False
    (value, last), (other_value, other_last) = _read_number(printed), _read_number(number)
    return abs(value - other_value) <= (last + other_last) / 2 + 1e-9


def _read_number(text: str) -> tuple[float, float]:
    """Return a printed number, and one in its last decimal; a whole number is exact."""
    text = text.replace("−", "-").replace(",", ".")
    decimals = len(text.partition(".")[2])
    return float(text), 10.0**-decimals if decimals else 0.0
