"""Where the points of a plane stand on the page, and what keeps their labels apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor, log10

import numpy as np

from ...arrays import Array
from ...fonts import WORD, Style, width
from ...geometry import Frame, Point
from ...numbers import text_of
from .labels import PlacedLabel, Wanted, labels_at
from .scene import Difference, WordVectors

FEW_WORDS, MANY_WORDS = WORD.sized(15), WORD.sized(13)
LABEL_PADDING = 4
RING_RADIUS, CLEAR_OF_RING = 8, 12
Segment = tuple[Point, Point]
WIDE, WIDER, NARROW = 440, 640, 268
"""How wide the plane is: for a few words, for many, on a phone."""
FEW, FEW_NARROW, MANY = 16, 8, 60
MOST_NARROW = 24
"""So many words have room on a phone."""
INSET, INSET_NARROW = 46, 34
"""How far points stay from the plane's sides."""
LEAST_HEIGHT, HIGH, HIGHER, HIGH_NARROW = 150, 440, 620, 460
MOST_TICKS = 5
NEAR_ZERO = 1e-9
SCALE_ALIKE = 200
"""Pixels for 1 where all points are one."""
MARGIN, FAR = 44, 4000
OUTSIDE = 40
"""How far labels may stand outside the plane where there is room."""


@dataclass(frozen=True)
class Setting:
    """A scene with its places; the narrow form of projected vectors has its longer axis upright."""

    scene: WordVectors
    narrow: bool = False

    @property
    def is_turned(self) -> bool:
        """Tell whether the two axes are exchanged: they must mean nothing of their own."""
        return self.narrow and not self.scene.projection.is_whole

    @cached_property
    def ends(self) -> Array:
        """Where differences lead that are gone again (n, features)."""
        again = [each for each in self.scene.differences if each.again is not None]
        return np.array([self.scene.end(each) for each in again]).reshape(len(again), self.scene.vectors.shape[1])

    @cached_property
    def _all(self) -> Array:
        """Every place to be shown, in the plane's own numbers (n, 2)."""
        places = np.vstack([self.scene.places, self.scene.projection.points(self.ends)])
        return places[:, ::-1] if self.is_turned else places

    @cached_property
    def width(self) -> float:
        """The width of the plane."""
        if self.narrow:
            return NARROW - self.axis_room
        return WIDE + (WIDER - WIDE) * self._fullness

    @property
    def _fullness(self) -> float:
        """From 0 for a few words to 1 for as many as there may be."""
        return min(1.0, max(0, len(self.scene.words) - FEW) / (MANY - FEW))

    @property
    def axis_room(self) -> float:
        """Left of the plane, for the numbers along its axis."""
        return 34 if self.scene.projection.is_whole else 0

    @property
    def inset(self) -> float:
        """How far points stay from the sides."""
        return INSET_NARROW if self.narrow else INSET

    @cached_property
    def spread(self) -> tuple[float, float]:
        """How far the points reach, across and up."""
        across, up = np.ptp(self._all, axis=0).tolist()
        return max(across, NEAR_ZERO), max(up, NEAR_ZERO)

    @cached_property
    def scale(self) -> float:
        """Pixels for 1, the same both ways, so that distances are true."""
        across, up = self.spread
        most = HIGH_NARROW if self.narrow else HIGH + (HIGHER - HIGH) * self._fullness
        if max(across, up) <= NEAR_ZERO:
            return SCALE_ALIKE
        return min((self.width - 2 * self.inset) / across, (most - 2 * self.inset) / up)

    @cached_property
    def height(self) -> float:
        """The height of the plane."""
        return max(LEAST_HEIGHT, self.spread[1] * self.scale + 2 * self.inset)

    @cached_property
    def plane(self) -> Frame:
        """The plane, its upper left corner at the origin."""
        return Frame(0, 0, self.width, self.height)

    @cached_property
    def _middle(self) -> tuple[float, float]:
        low, high = self._all.min(axis=0), self._all.max(axis=0)
        across, up = ((low + high) / 2).tolist()
        return across, up

    def point(self, place: Array) -> Point:
        """Find a place of the plane on the page."""
        across, up = place.tolist()
        x, y = self._middle
        return Point(self.plane.middle + (across - x) * self.scale, self.plane.centre - (up - y) * self.scale)

    @cached_property
    def points(self) -> list[Point]:
        """The words' points."""
        return [self.point(place) for place in self._all[: len(self.scene.words)]]

    def of(self, word: str) -> Point:
        """A word's point."""
        return self.points[self.scene.words.index(word)]

    @cached_property
    def rings(self) -> dict[Difference, Point]:
        """Where differences lead that are gone again."""
        again = [each for each in self.scene.differences if each.again is not None]
        places = self._all[len(self.scene.words) :]
        return {each: self.point(place) for each, place in zip(again, places, strict=True)}

    @cached_property
    def arrows(self) -> list[tuple[str, Segment]]:
        """The arrows of differences, with their names."""
        arrows = []
        for number, each in enumerate(self.scene.differences, start=1):
            arrows.append((f"difference-{number}", (self.of(each.start), self.of(each.to))))
            if each.again is not None:
                arrows.append((f"difference-{number}-again", (self.of(each.again), self.rings[each])))
        return arrows

    @cached_property
    def threads(self) -> list[tuple[str, Segment]]:
        """The lines from words to their neighbours."""
        return [
            (f"near-{number}-{place}", (self.of(each.word), self.of(word)))
            for number, each in enumerate(self.scene.near, start=1)
            for place, (word, _) in enumerate(self.scene.neighbours_of(each), start=1)
        ]

    @property
    def style(self) -> Style:
        """The letters of the words: smaller where there are many."""
        return FEW_WORDS if len(self.scene.words) <= (FEW_NARROW if self.narrow else FEW) else MANY_WORDS

    @cached_property
    def placed(self) -> list[PlacedLabel]:
        """The words' labels, then those of the rings."""
        words = [self._wanted(at, word) for at, word in zip(self.points, self.scene.words, strict=True)]
        rings = [self._wanted(at, each.name, CLEAR_OF_RING) for each, at in self.rings.items()]
        lines = [line for _, line in (*self.arrows, *self.threads)]
        strict = self.narrow or self.scene.projection.is_whole
        bounds = self.plane if strict else self.plane.grown(OUTSIDE)
        return labels_at([*words, *rings], lines, bounds, self._margins)

    @property
    def _margins(self) -> list[Frame]:
        """Where the axes have their numbers and names."""
        if not self.scene.projection.is_whole:
            return []
        plane = self.plane
        return [
            Frame.between(-FAR, plane.top - MARGIN, plane.left, plane.bottom + MARGIN),
            Frame.between(plane.left, plane.bottom, plane.right, plane.bottom + MARGIN),
            Frame.between(plane.left, plane.top - MARGIN, plane.right, plane.top),
        ]

    def _wanted(self, at: Point, text: str, clear: float = 6) -> Wanted:
        size = self.style.size
        return Wanted(at, width(text, self.style) + LABEL_PADDING, round(1.2 * size), clear)

    def ticks(self, axis: int) -> list[tuple[float, float, str]]:
        """Choose round numbers along an axis: where they are in the plane, on the page, and how they read."""
        low, high = self._reach(axis)
        step = _step(high - low)
        found: list[tuple[float, float, str]] = []
        for number in range(ceil(low / step), floor(high / step) + 1):
            value = number * step
            place = np.array([value, value])
            point = self.point(place)
            found.append((value, point.x if axis == 0 else point.y, text_of(round(value, 6), _decimals(step))))
        return found

    def _reach(self, axis: int) -> tuple[float, float]:
        """What the plane's sides are, in its own numbers."""
        half = (self.plane.width if axis == 0 else self.plane.height) / 2 / self.scale
        return self._middle[axis] - half, self._middle[axis] + half


def _step(reach: float) -> float:
    """Choose 1, 2 or 5 times a power of ten, so that there are a few ticks."""
    power = 10.0 ** floor(log10(reach / MOST_TICKS))
    return next(factor * power for factor in (1, 2, 5, 10) if reach / (factor * power) <= MOST_TICKS)


def _decimals(step: float) -> int:
    return max(0, -floor(log10(step) + NEAR_ZERO))
