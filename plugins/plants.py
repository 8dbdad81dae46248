"""A plant that grows with the parts of a series: a seedling in the first, a full tree in the last.

`plant(number, of)` and `plants(of)` are filters of the theme. A page has the drawings of a series once, in what
`plants` returns, and shows each wherever it likes, at any size.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, radians, sin

from markupsafe import Markup

HEIGHTS = (22, 45, 69, 96, 125, 159, 197, 240)
"""The size of each age, in CSS pixels: its stem is three quarters as high, and leaves stand on top of it."""
YOUNG = 4
"""The last age with a stem; older ones have a trunk."""
FANS = {2: (-52, 52), 3: (-58, 58, 0), 5: (-92, 92, -46, 46, 0)}
"""The directions of leaves that grow from one point, in degrees from the twig's, from back to front."""
LEAF = 10
"""The length of a leaf as it is drawn, before it is scaled."""
PLACE = 136
"""The width of a plant's place in a row."""
LOWEST = 100
"""The least height that a plant is shown in by itself, so that a seedling is small there, too."""
ROUND = "stroke-linecap='round' stroke-linejoin='round' vector-effect='non-scaling-stroke'"

Point = tuple[float, float]


def _at(*points: Point) -> str:
    return " ".join(f"{x:.1f} {y:.1f}" for x, y in points).replace(".0 ", " ").removesuffix(".0")


def _turned(degrees: float, forward: float, aside: float = 0) -> Point:
    """Return the point that is `forward` of the origin in a direction from the vertical; y runs down."""
    along, across = sin(radians(degrees)), -cos(radians(degrees))
    return along * forward - across * aside, across * forward + along * aside


@dataclass(frozen=True)
class Fan:
    """Leaves at the end of a twig: where, in which direction, how many, and how long the longest is."""

    x: float
    y: float
    turn: float
    leaves: int
    length: float


@dataclass(frozen=True)
class Plant:
    """A plant of an age from 1 to 8; between two whole numbers it has the twigs of the nearest one."""

    age: float

    @property
    def stage(self) -> int:
        """The age in whole numbers: how many fans of leaves it has."""
        return int(self.age + 0.5)

    @property
    def size(self) -> float:
        """The height of the age."""
        below = min(int(self.age), len(HEIGHTS) - 1)
        return HEIGHTS[below - 1] + (self.age - below) * (HEIGHTS[below] - HEIGHTS[below - 1])

    @property
    def top(self) -> Point:
        """The end of its stem."""
        return 0, -0.74 * self.size

    @property
    def leaf(self) -> float:
        """The length of its longest leaves."""
        return 11.6 + 2.27 * self.age

    @property
    def height(self) -> float:
        """With the leaf on top."""
        return self.leaf + 2 - self.top[1]

    def twigs(self) -> Iterator[tuple[Point, Fan]]:
        """Yield the start of each twig, and the leaves at its end; the oldest is the lowest and the longest."""
        count = self.stage - 1
        is_old = self.stage > YOUNG
        lowest, span = (0.36, 0.52) if is_old else (0.46, 0.36)
        reach = 0.34 if not is_old else 0.285 if self.stage < 7 else 0.25
        for place in range(count):
            up = lowest + span * (place / (count - 1) if count > 1 else 0.4)
            is_youngest = place == count - 1
            turn = (60 - 34 * (up - 0.36)) * (-1 if place % 2 == 0 else 1)
            length = self.size * (reach - 0.2 * (up - 0.3)) * (0.9 if is_youngest and is_old else 1)
            start = (0.0, up * self.top[1])
            x, y = _turned(turn, length)
            age = count - place
            leaves = 5 if age >= 4 else 3 if age >= 2 or not is_old else 2
            yield start, Fan(x, start[1] + y, turn * 0.55, leaves, self.leaf * (0.78 if is_youngest else 0.84))

    def fans(self) -> Iterator[Fan]:
        """Yield all leaves, those at the top of the stem in front."""
        yield from (fan for _, fan in self.twigs())
        yield Fan(*self.top, 0, 2 if self.stage == 1 else 3 if self.stage < YOUNG else 5, self.leaf)

    def wood(self) -> str:
        """Draw the twigs, and the stem or the trunk in front of them."""
        twigs = ""
        for (x, y), fan in self.twigs():
            bent = (fan.x * 0.35, y - 2), (fan.x * 0.75, fan.y + (y - fan.y) * 0.45), (fan.x, fan.y)
            twigs += f"M{_at((x, y + 4))}C{_at(*bent)}"
        if self.stage <= YOUNG:
            bend = self.size * (0.018 if self.stage % 2 == 0 else -0.018)
            stem = f"M0 0C{_at((1.5, -0.25 * self.size), (bend * 1.6, -0.5 * self.size), self.top)}"
            return f"<path d='{twigs}{stem}' fill='none' stroke-width='2' {ROUND}/>"
        girth, size = self.size * 0.042, self.size
        side = [(1.25, 0), (0.35, 0.05), (0.55, 0.3), (0.32, 0.48), (0.2, 0.6), (0.05, 0.68)]
        left, right = ([(sign * x * girth, -y * size) for x, y in side] for sign in (-1, 1))
        trunk = f"M{_at(left[0])}C{_at(*left[1:4])}C{_at(*left[4:], self.top)}"
        trunk += f"C{_at(right[5], right[4], right[3])}C{_at(right[2], right[1], right[0])}z"
        return (
            f"<path d='{twigs}' fill='none' stroke-width='2' {ROUND}/>"
            f"<path d='{trunk}' fill='var(--output-fill)' stroke-width='1.5' {ROUND}/>"
        )


def _fan(name: str, turns: tuple[int, ...]) -> str:
    """Draw leaves that grow from the origin, the middle one straight up, and the others shorter."""
    leaves = []
    for turn in turns:
        length = LEAF * (1 if turn == 0 else 0.86 if abs(turn) < 60 else 0.76)
        at = [
            _turned(turn, forward * length, aside * length)
            for forward, aside in ((0.15, 0.36), (0.7, 0.36), (1, 0), (0.7, -0.36), (0.15, -0.36), (0, 0))
        ]
        rib = _at(_turned(turn, 0.12 * length), _turned(turn, 0.62 * length)).split(" ", 2)
        outline = f"M0 0C{_at(*at[:3])}C{_at(*at[3:])}z"
        leaves.append(f"<path d='{outline}M{' '.join(rib[:2])}L{rib[2]}' {ROUND}/>")
    return f"<g id='{name}' fill='var(--embedding-fill)' stroke='var(--embedding)'>{''.join(leaves)}</g>"


def grown(number: int, of: int) -> Plant:
    """Return the plant of a part of a series: the last is full-grown, however many there are."""
    return Plant(1 + (len(HEIGHTS) - 1) * ((number - 1) / (of - 1) if of > 1 else 1))


def plants(of: int) -> Markup:
    """Return the drawings of the plants of a series, which are shown nowhere yet."""
    fans = "".join(_fan(f"fan-{of}-{count}", turns) for count, turns in FANS.items())
    drawings = []
    for number in range(1, of + 1):
        grown_plant = grown(number, of)
        leaves = "".join(
            f"<use href='#fan-{of}-{fan.leaves}' "
            f"transform='translate({_at((fan.x, fan.y))})rotate({fan.turn:.0f})scale({fan.length / LEAF:.2f})'/>"
            for fan in grown_plant.fans()
        )
        drawings.append(f"<g id='plant-{of}-{number}' stroke='var(--output)'>{grown_plant.wood()}{leaves}</g>")
    return Markup(
        f"<svg class='hidden' width='0' height='0' aria-hidden='true'><defs>{fans}{''.join(drawings)}</defs></svg>"
    )


def plant(number: int, of: int, alone: bool = False) -> Markup:
    """Return the plant of a part, in its place in a row, or alone in a square; the page has what `plants` returns."""
    height = max(grown(number, of).height, LOWEST if alone else 0)
    width = height if alone else PLACE
    return Markup(
        f"<svg class='plant' viewBox='{-width / 2:.0f} {-height:.0f} {width:.0f} {height:.0f}' width='{width:.0f}' "
        f"height='{height:.0f}' aria-hidden='true'><use href='#plant-{of}-{number}'/></svg>"
    )
