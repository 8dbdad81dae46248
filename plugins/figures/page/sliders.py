"""A figure's slider in its page: its stops, and the file with the frame for each, loaded on first use."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ...catalogues import Language, number_words
from ...html import Node
from ..requests import Slider
from ..routing import data_path
from ..settings import Settings
from ..varying import Text
from .ties import At, Tie

VALUES = "vary"
"""The class of a slider's values in an article, and the attribute that identifies the slider."""


@dataclass(frozen=True)
class Stops:
    """A figure's slider in a page, and the URLs of the pictures of its values; empty for the figure's own."""

    slider: Slider
    addresses: tuple[str, ...]

    def ties(self, ties: Mapping[At, Tie], place: int, code: str) -> dict[At, Tie]:
        """Return a figure's ties for a frame, in which columns are shifted, because its value is longer or shorter."""
        literal = self.slider.literal
        if place == self.slider.own or literal is None or literal.block.text.rstrip("\n") != code.rstrip("\n"):
            return dict(ties)
        line = literal.line
        column = literal.start - Text(code).begins[line - 1]
        more = len(self.slider.values[place]) - (literal.end - literal.start)
        return {(at[0], at[1] + more if at[0] == line and at[1] > column else at[1]): tie for at, tie in ties.items()}


def stops_of(figure: Node, name: str, sliders: Mapping[tuple[str, str], Slider]) -> Stops | None:
    """Remove the values of a slider from a figure of an article, and return the slider; None if it has none."""
    written = figure.css_first(f".{VALUES}")
    slider = sliders.get((name, written.attributes.get(f"data-{VALUES}") or "")) if written else None
    if written is None or slider is None:
        return None
    linked = iter([link.attributes.get("href") or "" for link in written.css("a")])
    written.decompose()
    return Stops(slider, tuple(next(linked, "") if frame else "" for frame in slider.frames))


def words_of(values: Sequence[str], language: Language) -> list[str]:
    """Return the values as in prose: in words from two to twelve, because those for one agree with their noun."""
    words = {str(number): forms[0] for number, forms in enumerate(number_words(language)) if number > 1}
    return [words.get(value, value) for value in values]


def file_of_frames(
    frames: Sequence[object], stops: Stops, source: str, language: Language, settings: Settings
) -> tuple[str, str, str]:
    """Return the path in the output and the content of a slider's file, and its URL on the same host.

    It is next to the picture that a page shows.
    """
    slider = stops.slider
    contents = {"values": slider.values, "words": words_of(slider.values, language), "frames": frames}
    data = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))
    address = urlsplit(source).path
    url = data_path(posixpath.splitext(address)[0], slider.name, hashlib.sha256(data.encode()).hexdigest())
    folder = posixpath.dirname(next(frame.route.name for frame in slider.frames if frame))
    path = posixpath.join(settings.folder, folder, unquote(posixpath.basename(url)))
    return path, data, url
