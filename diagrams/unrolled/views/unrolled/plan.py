"""What an unrolled model shows, from the words up to the output, before anything has a place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...i18n import Series
from ...numbers import text_of


@dataclass(frozen=True)
class Shown:
    """A vector as it is shown, wherever it stands."""

    name: str
    """Its name in the SVG."""
    role: str
    values: tuple[float, ...]
    says: str = ""
    """What it is called beside its cells: `h₁`."""
    step: int | None = None
    argument: str | None = None
    fill: str | None = None
    dashed: bool = False
    returned: bool = False
    """Whether it is what the model answers: it has a second rim and a bold name."""
    winner: int | None = None
    """The largest of the values, where a class is chosen by it; found before any rounding."""
    chosen: str = ""
    """The name of that class, where classes have names."""
    spoken: bool = False
    """Whether that name is a word, which is drawn in place of the values, on its ground `fill`."""
    half: int | None = None
    """How many values are the first of two halves that were put side by side."""

    def places(self, most: int) -> list[int | None]:
        """Choose the values that are shown in so many cells; None stands for those left out."""
        count = len(self.values)
        if self.half is not None and count > most:
            second = _ends(count - self.half, most // 2, 1)
            return [*_ends(self.half, most // 2, 1), *(None if at is None else at + self.half for at in second)]
        found = _ends(count, most, 1 if self.role == "embedding" else 2)
        if self.winner is None or self.winner in found:
            return found
        before: list[int | None] = [] if self.winner == 1 else [None]
        after: list[int | None] = [] if self.winner == count - 2 else [None]
        return [0, *before, self.winner, *after, count - 1]

    def cells(self, most: int) -> tuple[str, ...]:
        """Print what is shown of the values."""
        return tuple("…" if at is None else text_of(self.values[at]) for at in self.places(most))

    def is_cut(self, most: int) -> bool:
        """Tell whether some values are left out."""
        return None in self.places(most)

    def called(self, most: int) -> str:
        """Say its name, with its size where not all of it is shown."""
        return Series(self.says, len(self.values)) if self.says and self.is_cut(most) else self.says


def _ends(count: int, most: int, ahead: int) -> list[int | None]:
    """List the places of all values, or of the first ones and the last."""
    return list(range(count)) if count <= most else [*range(ahead), None, count - 1]


@dataclass(frozen=True)
class LabelLine:
    """A line of a label beside a row."""

    text: str
    role: str = "ink"
    argument: str | None = None


@dataclass(frozen=True)
class Row:
    """Vectors side by side, each at its position in the sequence; or the one vector that is left of it."""

    at: tuple[int, ...]
    vectors: tuple[Shown, ...]
    label: tuple[LabelLine, ...] = ()
    whole: bool = True
    """Whether it is a sequence."""

    def vector(self, position: int) -> Shown:
        """Find the vector at a position."""
        return self.vectors[self.at.index(position)]


def floats(values: Iterable[float]) -> tuple[float, ...]:
    """Take numbers out of an array."""
    return tuple(float(value) for value in values)


@dataclass(frozen=True)
class ShownBlock:
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
    blocks: tuple[ShownBlock, ...]
    """One for each position, from left to right."""
    states: tuple[tuple[Shown, ...], ...]
    """Before the first turn and after each; an LSTM's memory first, since it runs along the top."""
    steps: tuple[int, ...]
    """The step of each turn: what it reads has come about by then."""
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

    def step(self, position: int) -> int:
        """Tell at which step a position is read."""
        return self.steps[self.turn(position) - 1]

    @property
    def last(self) -> int:
        """The position that is read last."""
        return self.order[-1]

    def memory(self, position: int) -> Shown | None:
        """The memory after a position, where it is to be seen: the last one may stay inside."""
        *memories, _ = self.states[self.turn(position)]
        goes_on = position != self.last or self.hands or any(each.role == "memory" for each in self.leaves)
        return memories[0] if memories and goes_on else None


@dataclass(frozen=True)
class Stage:
    """A layer at work, and what it says."""

    kind: str
    """`reading`, `both` (directions), `blocks`, `repeat` or `flatten`."""
    node: int
    layer: str
    """What the names of its parts begin with."""
    label: tuple[LabelLine, ...] = ()
    readings: tuple[Reading, ...] = ()
    labels: tuple[tuple[LabelLine, ...], ...] = ()
    """Those of both directions."""
    blocks: tuple[ShownBlock, ...] = ()
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
    spoken: bool = False
    """Whether it says words: they stand for it, without blocks of its own."""

    def entered(self, position: int) -> int | None:
        """Tell at which step what is below a position goes into it; a Bidirectional is entered twice."""
        if self.readings:
            return self.readings[0].step(position)
        block = self.blocks[self.at.index(position) if len(self.at) > 1 else 0]
        return block.step

    def steps_at(self, position: int) -> set[int]:
        """List the steps at which it works on a position; one answer to the whole sequence belongs to none."""
        steps = {reading.step(position) for reading in self.readings}
        is_whole = self.said is not None and self.said.whole
        if is_whole and position in self.at and (step := self.blocks[self.at.index(position)].step):
            steps.add(step)
        return steps


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
    last_step: int = 0
    """The step by which all of it has come about."""
    given: Row | None = None
    """The vectors of the words; None where a layer looks the words up, or where a vector is repeated."""
    stages: tuple[Stage, ...] = ()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """Every recurrent way, from the bottom up."""
        return tuple(each for stage in self.stages for each in stage.readings)

    def steps_of(self, position: int) -> tuple[int, ...]:
        """List the steps at which the layers work on a position: one, where they all go the same way."""
        reads = [bool(stage.readings) for stage in self.stages]
        if not any(reads):
            return (self.first_step + position + 1,)
        # What stands under the first layer that reads comes about with it.
        working = self.stages[reads.index(True) :]
        return tuple(sorted(set().union(*(stage.steps_at(position) for stage in working))))

    def step_of(self, position: int) -> int:
        """Tell at which step a position is first read: a layer may begin at the end."""
        return self.steps_of(position)[0]

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
class Progress:
    """What has come out of the layers so far: at which position each of its steps stands."""

    first_step: int
    """How many steps other groups have taken before."""
    order: tuple[int, ...]
    """The position of each step; a single vector has one."""
    whole: bool = True
    ready: tuple[int, ...] = ()
    """When each comes about; nothing where nothing has been read: then it comes about as it is read."""

    def step(self, index: int) -> int:
        """Tell when a layer that answers each step by itself answers one of them."""
        return self.ready[index] if self.ready else self.first_step + index + 1

    def steps(self, order: Sequence[int]) -> tuple[int, ...]:
        """Tell when a layer that reads in an order is at each of its turns: once what it reads is there."""
        found: list[int] = []
        for index in order:
            next_step = (found[-1] if found else self.first_step) + 1
            found.append(max(next_step, self.ready[index] if self.ready else 0))
        return tuple(found)
