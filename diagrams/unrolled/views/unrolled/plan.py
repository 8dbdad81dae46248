"""What an unrolled model shows, from the words up to the output, before anything has a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from .shown import Line, Row, Shown


@dataclass(frozen=True)
class Block:
    """A layer as it is applied at a position."""

    name: str
    text: str
    second: str = ""
    step: int | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Reading:
    """A recurrent layer on its way along the sequence."""

    layer: str
    """What the names of its parts begin with."""
    order: tuple[int, ...]
    """The positions in the order in which it reads them."""
    blocks: tuple[Block, ...]
    """One for each position, from left to right."""
    states: tuple[tuple[Shown, ...], ...]
    """Before the first turn and after each; an LSTM's memory first, since it runs along the top."""
    backwards: bool = False
    """Whether it goes from right to left."""
    handed: bool = False
    """Whether another layer hands the first states over."""
    hands: bool = False
    """Whether the last states go to another layer."""
    leaves: tuple[Shown, ...] = ()
    """The last states that it returns, where they are asked for; memory first."""

    def turn(self, position: int) -> int:
        """Tell at which turn, from 1, a position is read."""
        return self.order.index(position) + 1

    @property
    def last(self) -> int:
        """The position that is read last."""
        return self.order[-1]


@dataclass(frozen=True)
class Stage:
    """A layer at work, and what it says."""

    kind: str
    """`reading`, `both` (directions), `blocks`, `repeat` or `flatten`."""
    node: int
    layer: str
    """What the names of its parts begin with."""
    label: tuple[Line, ...] = ()
    readings: tuple[Reading, ...] = ()
    labels: tuple[tuple[Line, ...], ...] = ()
    """Those of both directions."""
    blocks: tuple[Block, ...] = ()
    """Those of a layer that answers each position by itself."""
    at: tuple[int, ...] = ()
    """The positions of those blocks."""
    said: Row | None = None
    """None where only states leave."""
    also: Row | None = None
    """What the backward direction says, where the two are not merged."""
    silent: frozenset[int] = frozenset()
    """The positions at which nought is said because the step is skipped."""
    merge: str | None = None
    elbow: bool = False
    """Whether what it says leaves the figure by an elbow."""


@dataclass(frozen=True)
class Group:
    """Layers that go through the same steps: over words, or over a vector that is repeated."""

    steps: int
    words: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    name: str = ""
    """What the names of its words begin with, where there are several sentences."""
    first_step: int = 0
    """How many steps other groups have taken before."""
    given: Row | None = None
    """The vectors of the words; None where a layer looks the words up, or where a vector is repeated."""
    stages: tuple[Stage, ...] = ()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every recurrent way, from the bottom up."""
        return tuple(each for stage in self.stages for each in stage.readings)

    def step_of(self, position: int) -> int:
        """Tell at which step a position is read: the first layer that reads may begin at the end."""
        first = next(iter(self.readings), None)
        return self.first_step + (first.turn(position) if first else position + 1)

    def under(self, stage: Stage) -> Row | None:
        """Find what a layer reads; None where those are the words themselves, or one vector from another group."""
        number = self.stages.index(stage)
        return self.stages[number - 1].said if number else self.given


@dataclass(frozen=True)
class Plan:
    """All of it, from the bottom up."""

    groups: tuple[Group, ...]
    single: bool
    """Whether there is one recurrent layer and nothing else, with the short names that this allows."""

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """Every layer."""
        return tuple(stage for group in self.groups for stage in group.stages)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every recurrent way."""
        return tuple(each for group in self.groups for each in group.readings)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every row of vectors."""
        found = [group.given for group in self.groups] + [stage.said for stage in self.stages]
        return tuple(row for row in found if row is not None)

    @property
    def both(self) -> bool:
        """Whether a layer reads in both directions."""
        return any(stage.kind == "both" for stage in self.stages)


@dataclass(frozen=True)
class Flow:
    """What has come out of the layers so far: at which position each of its steps stands."""

    first_step: int
    """How many steps other groups have taken before."""
    order: tuple[int, ...]
    """The position of each step; a single vector has one."""
    whole: bool = True
