"""A growing plant: a seedling, a sapling, a small tree."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from ..geometry import Path, Point, straight
from .shape import Area, Mark, Shape, Stroke

LEAF, LEAF_FILL = "embedding", "embedding-fill"
WOOD, WOOD_FILL = "output", "output-fill"
LINE = 1.5
GROUND_WIDTH = 76


@dataclass(frozen=True)
class Leaf:
    """The base of a leaf, relative to the plant's foot, its direction (degrees from vertical), and its size."""

    x: float
    y: float
    turn: float
    length: float
    breadth: float


@dataclass(frozen=True)
class Age:
    """The wood of a plant, as paths from its foot, and its leaves, from back to front."""

    wood: tuple[Path, ...]
    trunk: Path | None
    leaves: tuple[Leaf, ...]


def _curve(*points: tuple[float, float]) -> Path:
    start, *rest = (Point(x, y) for x, y in points)
    return Path(start, tuple(tuple(rest[at : at + 3]) for at in range(0, len(rest), 3)))


SEEDLING = Age(
    wood=(_curve((0, 0), (1, -10), (2, -18), (0, -27)),),
    trunk=None,
    leaves=(Leaf(0, -26, -62, 18, 10), Leaf(0, -26, 58, 20, 11)),
)
SAPLING = Age(
    wood=(
        _curve((0, 0), (-1.5, -18), (2, -34), (0, -54)),
        _curve((0.4, -26), (4, -30), (9, -31), (13, -36)),
        _curve((-0.2, -38), (-4, -42), (-8, -43), (-11, -47)),
    ),
    trunk=None,
    leaves=(
        Leaf(13, -36, 62, 19, 10.5),
        Leaf(-11, -47, -62, 18, 10),
        Leaf(0, -53, -42, 19, 10),
        Leaf(0, -53, 42, 19, 10),
        Leaf(0, -54, 0, 23, 11.5),
    ),
)
TREE = Age(
    wood=(
        _curve((-2, -37), (-5, -46), (-14, -46), (-21, -55)),
        _curve((2, -33), (6, -43), (15, -45), (21, -55)),
        _curve((0, -50), (0, -58), (-0.5, -64), (0, -72)),
        _curve((3, -20), (8, -25), (14, -24), (19, -28)),
    ),
    trunk=Path(
        Point(-10, 0),
        (
            (Point(-4, -3), Point(-4.5, -22), Point(-3, -42)),
            (Point(-2.4, -48), Point(-1, -52), Point(0, -56)),
            (Point(1, -52), Point(2.4, -48), Point(3, -40)),
            (Point(4.5, -22), Point(4, -3), Point(10, 0)),
        ),
        closed=True,
    ),
    leaves=(
        Leaf(-21, -54, -128, 15, 9),
        Leaf(21, -54, 128, 15, 9),
        Leaf(-21, -54, 22, 17, 10),
        Leaf(21, -54, -22, 17, 10),
        Leaf(-21, -54, -84, 18, 10),
        Leaf(21, -54, 84, 18, 10),
        Leaf(-21, -55, -34, 20, 11),
        Leaf(21, -55, 34, 20, 11),
        Leaf(0, -69, -86, 17, 10),
        Leaf(0, -69, 86, 17, 10),
        Leaf(0, -71, -48, 20, 11),
        Leaf(0, -71, 48, 20, 11),
        Leaf(0, -72, 0, 24, 12.5),
        Leaf(19, -28, 40, 15, 8.5),
        Leaf(19, -28, 104, 13, 7.5),
    ),
)
AGES = (SEEDLING, SAPLING, TREE)


@dataclass(frozen=True, kw_only=True)
class Plant(Shape):
    """A plant of an age, 0 being the youngest, on a patch of soil; `foot` is where it emerges."""

    age: int
    foot: Point

    def marks(self) -> Sequence[Mark]:
        """Draw the branches, the trunk in front of them, the leaves and the soil."""
        age = AGES[self.age]
        marks: list[Mark] = [Stroke(path.moved(self.foot), WOOD, 2) for path in age.wood]
        if age.trunk is not None:
            outline = age.trunk.moved(self.foot)
            marks += [Area(outline, WOOD_FILL), Stroke(outline, WOOD)]
        for leaf in age.leaves:
            outline, rib = (path.moved(self.foot) for path in leaf_paths(leaf))
            marks += [Area(outline, LEAF_FILL), Stroke(outline, LEAF, LINE), Stroke(rib, LEAF, 1)]
        half = GROUND_WIDTH / 2
        ground = straight(Point(self.foot.x - half, self.foot.y), Point(self.foot.x + half, self.foot.y))
        return [*marks, Stroke(ground, "rule")]


def leaf_paths(leaf: Leaf) -> tuple[Path, Path]:
    """Draw the outline of a leaf, from its stalk around its tip, and its midrib."""
    along = Point(sin(radians(leaf.turn)), -cos(radians(leaf.turn)))

    def at(forward: float, aside: float) -> Point:
        return Point(
            leaf.x + along.x * forward * leaf.length - along.y * aside * leaf.breadth,
            leaf.y + along.y * forward * leaf.length + along.x * aside * leaf.breadth,
        )

    outline = Path(
        at(0, 0),
        ((at(0.15, 0.62), at(0.7, 0.62), at(1, 0)), (at(0.7, -0.62), at(0.15, -0.62), at(0, 0))),
        closed=True,
    )
    return outline, straight(at(0.12, 0), at(0.62, 0))
