"""Several flows on one page: stacked, or as small multiples in equal frames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from ..geometry import Frame, Point
from ..layout import wrapped
from ..shapes.plots import Line
from ..shapes.shape import Shape
from ..shapes.text import Label
from .axis import Axis, Span
from .description import Caption, Flow
from .drawing import drawn
from .placing import LABEL_GAP, Placed, line_width, placed

BETWEEN = 20
"""The gap between the frames of small multiples, with a hairline in the middle."""
TITLE_UNDER, TITLE_LEADING, HALF_A_LINE = 22, 17, 7
"""From a panel to the centre of the first line of its title, the line spacing, and half the height of a line."""
HAIRLINE_OPACITY = 0.4
TITLE_ROOM = 146
"""The line length of a title below its panel, if the panel is narrower than that."""
BESIDE_ROOM = 100
"""The line length of a title before its panel."""


@dataclass(frozen=True)
class Panel:
    """One of several flows with the same tracks, laid out across the page, and its title."""

    place: Placed
    title: tuple[Caption, ...]


def stacked(flows: Sequence[tuple[Flow, Axis]], gap: float) -> tuple[Shape, ...]:
    """Stack several flows, each along its own axis, with their centres aligned."""
    shapes: list[Shape] = []
    top = 0.0
    for flow, axis in flows:
        place = placed(flow, axis)
        around = axis.frame(*place.bounds)
        shapes += drawn(place.moved(Point(-around.middle, top - around.top))).shapes
        top += around.height + gap
    return tuple(shapes)


def multiples(
    panels: Sequence[Panel], room: float, *, labels: Mapping[str, Caption], beside: bool = False
) -> tuple[Shape, ...]:
    """Lay out flows in equal frames, in as few rows as the width allows, with each track at the same height in all.

    Tracks are labelled once, at the edge of the first frame. Titles go below their panels, or before them (`beside`) if
    the frames are stacked.
    """
    return _Multiples(panels, room, labels, beside).shapes


@dataclass(frozen=True)
class _Title:
    lines: tuple[Caption, ...]

    @property
    def width(self) -> float:
        return max(line_width([line]) for line in self.lines)


class _Multiples:
    """The equal frames and their contents."""

    def __init__(self, panels: Sequence[Panel], room: float, labels: Mapping[str, Caption], beside: bool) -> None:
        self.labels, self.beside = labels, beside
        self.label_room = max((line_width([label]) + LABEL_GAP for label in labels.values()), default=0)
        self.placed = _on_one_height([panel.place for panel in panels])
        spans = [place.bounds for place in self.placed]
        self.low, self.high = min(cross[0] for _, cross in spans), max(cross[1] for _, cross in spans)
        content = max(high - low + (0 if number else self.label_room) for number, ((low, high), _) in enumerate(spans))
        title_room = BESIDE_ROOM if beside else max(content, TITLE_ROOM)
        self.titles = [_Title(tuple(_broken(panel.title, title_room))) for panel in panels]
        titles = max(title.width for title in self.titles)
        self.title_width = titles if beside else 0.0
        self.width = titles + BETWEEN + content if beside else max(content, titles)
        most = 1 if beside else max(1, int((room + BETWEEN) / (self.width + BETWEEN)))
        self.columns = ceil(len(panels) / ceil(len(panels) / most))
        lines = max(len(title.lines) for title in self.titles)
        under = 0 if beside else TITLE_UNDER + (lines - 1) * TITLE_LEADING + HALF_A_LINE
        self.height = self.high - self.low + under

    def frame(self, number: int) -> Frame:
        """Return the frame of a panel."""
        row, column = divmod(number, self.columns)
        return Frame(column * (self.width + BETWEEN), row * (self.height + BETWEEN), self.width, self.height)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Draw the panels, their titles, and the hairlines between the frames."""
        shapes: list[Shape] = [*self._hairlines()]
        for number, (place, title) in enumerate(zip(self.placed, self.titles, strict=True)):
            frame = self.frame(number)
            shapes += drawn(place.moved(self._shift(place, frame, 0 if number else self.label_room))).shapes
            shapes += self._title(frame, title)
        for track, label in self.labels.items():
            at = Point(0, self.high - self.placed[0].tracks[track])
            shapes.append(
                Label(name=label.name, role=label.role, text=label.text, at=at, style=label.style, anchor="start")
            )
        return tuple(shapes)

    def _shift(self, place: Placed, frame: Frame, labels: float) -> Point:
        """Centre a panel in its frame, or move it right to leave space for the labels before it."""
        (left, right), _ = place.bounds
        start = frame.left + (self.title_width + BETWEEN if self.beside else 0)
        x = (start + frame.right - left - right) / 2
        return Point(max(x, start + labels - left), frame.top + self.high)

    def _title(self, frame: Frame, title: _Title) -> Iterator[Label]:
        if self.beside:
            at = Point(frame.left, frame.centre - (len(title.lines) - 1) * TITLE_LEADING / 2)
        else:
            at = Point(frame.middle, frame.top + self.high - self.low + TITLE_UNDER)
        for number, line in enumerate(title.lines):
            yield Label(
                name=line.name,
                role=line.role,
                text=line.text,
                at=Point(at.x, at.y + number * TITLE_LEADING),
                style=line.style,
                anchor="start" if self.beside else "middle",
            )

    def _hairlines(self) -> Iterator[Line]:
        """Draw hairlines between neighbouring frames."""
        frames = [self.frame(number) for number in range(len(self.placed))]
        right = max(frame.right for frame in frames)
        for number, frame in enumerate(frames[1:], start=1):
            if number % self.columns:
                x = frame.left - BETWEEN / 2
                ends = Point(x, frame.top), Point(x, frame.bottom)
            else:
                y = frame.top - BETWEEN / 2
                ends = Point(frame.left, y), Point(right, y)
            yield Line(name=f"between-{number}-{number + 1}", start=ends[0], to=ends[1], opacity=HAIRLINE_OPACITY)


def _on_one_height(panels: Sequence[Placed]) -> list[Placed]:
    """Give each track the same height in all panels, above the previous one and with the distance each panel needs."""
    reaches = [_reaches(place) for place in panels]
    tracks: dict[str, float] = {}
    top = 0.0
    """Return the extent of the previous track, and the distance to the next."""
    for name in dict.fromkeys(track.name for place in panels for track in place.flow.tracks):
        mine = [reach[name] for reach in reaches if name in reach]
        if not mine:
            continue
        at = top - min(low for low, _ in mine) if tracks else 0
        for place, reach in zip(panels, reaches, strict=True):
            before = [track for track in tracks if track in reach][-1:] if name in reach else []
            at = max([at, *(tracks[track] + place.tracks[name] - place.tracks[track] for track in before)])
        tracks[name] = at
        top = at + max(high for _, high in mine) + panels[0].axis.track_gap
    return [replace(place, tracks={name: tracks.get(name, 0) for name in place.tracks}) for place in panels]


def _reaches(place: Placed) -> dict[str, Span]:
    """Compute the extent of each track from its line, including the bands behind it."""
    banded = {item for band in place.flow.bands for item in band.items}
    reaches: dict[str, Span] = {}
    for item in place.flow.items:
        padding = place.axis.band_padding[1] if item in banded else 0
        (low, high), (least, most) = place.extents[item].inside, reaches.get(item.track, (0, 0))
        reaches[item.track] = min(least, low - padding), max(most, high + padding)
    return reaches


def _broken(title: Sequence[Caption], room: float) -> Iterator[Caption]:
    """Wrap the lines of a title that are too long."""
    for caption in title:
        if line_width([caption]) <= room:
            yield caption
            continue
        for number, line in enumerate(wrapped(caption.text, caption.style, room), start=1):
            yield replace(caption, name=caption.name if number == 1 else f"{caption.name}-{number}", text=line)
