"""Inside the child: the pictures of a slider from one run of a script, stored as their differences."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import Any
from xml.etree.ElementTree import Element

from ..report import NothingDrawnError
from ..routing import digest_in_path
from .svg import written

LARGEST_BYTES = 40_000
"""The limit for the pictures of a slider, compressed as a server sends them."""

MARKUP, TEXT = "*", ""
"""The names of what a track changes, besides attributes: all that is in an element, and its text."""

_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)")


def stored(
    frames: Sequence[Mapping[str, Element]],
    words: Sequence[Mapping[str, Any]],
    asks: Sequence[str],
    own: int,
    where: str,
) -> bytes:
    """Return the JSON of some pictures as a page loads it: each drawing in each form, its words, and its answers.

    `own` is the place of the one that the page shows first; `where` names them in a message. `asks` are the files of
    their answers, or empty. Raise NothingDrawnError if they have different forms or sizes, or words of different kinds,
    or are too large.
    """
    texts = [list(_texts(picture)) for picture in words]
    shapes = [
        (
            {form: (root.get("width"), root.get("height")) for form, root in frame.items()},
            [name for name, _ in frame_texts],
        )
        for frame, frame_texts in zip(frames, texts, strict=True)
    ]
    if any(shape != shapes[0] for shape in shapes):
        raise NothingDrawnError(
            f"the pictures of {where} have other sizes, or other numbers of paragraphs, rows and steps",
            advice="draw all of them in one frame, with a description of the same form, or list at most twelve values",
        )
    contents = {
        "forms": {form: list(differences([frame[form] for frame in frames], own)) for form in frames[0]},
        "words": [
            [name, *changes([frame_texts[at][1] for frame_texts in texts])] for at, (name, _) in enumerate(texts[0])
        ],
        "asks": [*map(digest_in_path, asks)] if any(asks) else [],
    }
    data = json.dumps(contents, ensure_ascii=False, separators=(",", ":")).encode()
    if (size := len(gzip.compress(data, mtime=0))) > LARGEST_BYTES:
        raise NothingDrawnError(
            f"the pictures of {where} differ by {size / 1000:.0f} kB compressed, and a figure may have "
            f"{LARGEST_BYTES // 1000} kB",
            advice="move fewer points, or list fewer values",
        )
    return data


def _texts(words: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the texts of a picture, each with its kind."""
    description = words["description"]
    text = description.get("text", "")
    yield "alt", words["alt"]
    yield "text", " ".join(text.split())
    for paragraph in filter(str.strip, text.split("\n\n")):
        yield "p", " ".join(paragraph.split())
    rows = description.get("rows", ())
    for row, computed in zip_longest(
        rows, ([calculation] for calculation in description.get("computed", ())), fillvalue=()
    ):
        for cell in (*row, *computed):
            yield "cell", cell
    for sentence in words["steps"]:
        yield "step", " ".join(sentence.split())


def differences(frames: Sequence[Element], own: int) -> Iterator[list[Any]]:
    """Yield what changes from frame to frame, as tracks: the number of an element, what of it changes, and its values.

    The elements of the `own` frame are numbered in document order. Where the others don't have the same ones, the
    markup around them changes instead.
    """
    numbers = {element: number for number, element in enumerate(frames[own].iter())}
    waiting = [list(frames)]
    while waiting:
        same = waiting.pop()
        number = numbers[same[own]]
        for name in (*same[own].keys(), TEXT) if number else ():
            values = [(element.get(name, "") if name else element.text) or "" for element in same]
            if len(set(values)) > 1:
                yield [number, name, *track(values)]
        if len({tuple((child.tag, *child.keys()) for child in element) for element in same}) == 1:
            waiting += [list(children) for children in zip(*same, strict=True)][::-1]
        else:
            yield [number, MARKUP, *changes([b"".join(map(written, element)).decode() for element in same])]


def track(values: Sequence[str]) -> list[Any]:
    """Return values that follow each other: as moving numbers in a text that stays, or else as changes of the text.

    The numbers are whole ones of the last decimal, each less the one before it.
    """
    split = [_NUMBER.split(value) for value in values]
    columns = [*zip(*split, strict=True)] if len({len(fields) for fields in split}) == 1 else []
    numbers, pieces = columns[1::2], columns[::2]
    decimals = max((len(number.partition(".")[2]) for column in numbers for number in column), default=0)
    integers = [[round(float(number) * 10**decimals) for number in column] for column in numbers]
    if (
        not columns
        or any(len({*strings}) > 1 for strings in pieces)
        or any(
            _number(value, decimals) != number
            for column, its in zip(numbers, integers, strict=True)
            for number, value in zip(column, its, strict=True)
        )
    ):
        return changes(values)
    texts, moving = [pieces[0][0]], []
    for column, its, piece in zip(numbers, integers, pieces[1:], strict=True):
        if len({*its}) == 1:
            texts[-1] += column[0] + piece[0]
        else:
            texts.append(piece[0])
            moving.append([its[0], *(now - before for before, now in pairwise(its))])
    return [texts, decimals, moving]


def _number(value: int, decimals: int) -> str:
    """Write a whole number of some decimals, as a browser does."""
    return f"{value / 10**decimals:.{decimals}f}".rstrip("0").rstrip(".") if decimals else str(value)


def changes(values: Sequence[str]) -> list[Any]:
    """Return the first of some texts, and what changes in each of the others: the characters kept at both its ends."""
    return [values[0], [_change(*pair) for pair in pairwise(values)]]


def _change(before: str, now: str) -> int | list[Any]:
    if before == now:
        return 0
    start = _common(before, now)
    end = _common(before[start:][::-1], now[start:][::-1])
    return [start, now[start : len(now) - end], end]


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
