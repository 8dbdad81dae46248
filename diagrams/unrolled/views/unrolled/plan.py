"""The content of an unrolled model, from the words up to the output, without positions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...i18n import Series
from ...numbers import text_of

MANY_CELLS = 4
"""With fewer, only the first of the values before those left out is shown."""


@dataclass(frozen=True)
class Shown:
    """A vector as shown, wherever it appears."""

    name: str
    """Its name in the SVG."""
    role: str
    values: tuple[float, ...]
    says: str = ""
    """The label beside its cells: `h₁`."""
    step: int | None = None
    argument: str | None = None
    fill: str | None = None
    dashed: bool = False
    returned: bool = False
    """Whether it is an output of the model, which has a second rim and a bold name."""
    winner: int | None = None
    """The index of the largest value, if it chooses a class; determined before any rounding."""
    chosen: str = ""
    """The name of that class, if classes have names."""
    spoken: bool = False
    """Whether that name is a word, drawn instead of the values on its background `fill`."""
    half: int | None = None
    """The number of values in the first of two concatenated halves."""

    def places(self, most: int) -> list[int | None]:
        """Choose the values shown in this many cells; None stands for those left out."""
        count = len(self.values)
        if self.half is not None and count > most:
            second = _ends(count - self.half, most // 2, 1)
            return [*_ends(self.half, most // 2, 1), *(None if at is None else at + self.half for at in second)]
        found = _ends(count, most, 1 if self.role == "embedding" or most < MANY_CELLS else 2)
        if self.winner is None or self.winner in found:
            return found
        before: list[int | None] = [] if self.winner == 1 else [None]
        after: list[int | None] = [] if self.winner == count - 2 else [None]
        return [0, *before, self.winner, *after, count - 1]

    def cells(self, most: int) -> tuple[str, ...]:
        """Format the values that are shown."""
        return tuple("…" if at is None else text_of(self.values[at]) for at in self.places(most))

    def is_cut(self, most: int) -> bool:
        """Return whether some values are left out."""
        return None in self.places(most)

    def called(self, most: int) -> str:
        """Return its name, with its size if it isn't shown in full."""
        return Series(self.says, len(self.values)) if self.says and self.is_cut(most) else self.says


def _ends(count: int, most: int, ahead: int) -> list[int | None]:
    """List all indices, or the first ones and the last."""
    return list(range(count)) if count <= most else [*range(ahead), None, count - 1]


@dataclass(frozen=True)
class LabelLine:
    """A line of a label beside a row."""

    text: str
    role: str = "ink"
    argument: str | None = None


@dataclass(frozen=True)
class Row:
    """Vectors side by side, by their position in the sequence; or a single remaining vector."""

    at: tuple[int, ...]
    vectors: tuple[Shown, ...]
    label: tuple[LabelLine, ...] = ()
    whole: bool = True
    """Whether it is a sequence."""

    def vector(self, position: int) -> Shown:
        """Return the vector at a position."""
        return self.vectors[self.at.index(position)]


def floats(values: Iterable[float]) -> tuple[float, ...]:
    """Convert an array to floats."""
    return tuple(float(value) for value in values)


@dataclass(frozen=True)
class ShownBlock:
    """A layer as applied at a position."""

    name: str
    text: str
    second: str = ""
    step: int | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Reading:
    """A recurrent layer reading the sequence."""

    layer: str
    """The prefix of its parts' names."""
    order: tuple[int, ...]
    """The positions in reading order."""
    blocks: tuple[ShownBlock, ...]
    """One for each position, from left to right."""
    states: tuple[tuple[Shown, ...], ...]
    """The initial states and those after each turn; an LSTM's memory first, because it runs along the top."""
    steps: tuple[int, ...]
    """The step of each turn, by which its input has appeared."""
    backwards: bool = False
    """Whether it goes from right to left."""
    handed: bool = False
    """Whether the initial states come from another layer."""
    hands: bool = False
    """Whether the final states go to another layer."""
    leaves: tuple[Shown, ...] = ()
    """The final states it returns, if requested; memory first."""

    def turn(self, position: int) -> int:
        """Return the turn, from 1, at which a position is read."""
        return self.order.index(position) + 1

    def step(self, position: int) -> int:
        """Return the step at which a position is read."""
        return self.steps[self.turn(position) - 1]

    @property
    def last(self) -> int:
        """The position read last."""
        return self.order[-1]

    def memory(self, position: int) -> Shown | None:
        """Return the memory after a position, if it is visible; the last one may stay inside."""
        *memories, _ = self.states[self.turn(position)]
        goes_on = position != self.last or self.hands or any(each.role == "memory" for each in self.leaves)
        return memories[0] if memories and goes_on else None


@dataclass(frozen=True)
class Stage:
    """A layer in use, and its output."""

    kind: str
    """`reading`, `both` (directions), `blocks`, `repeat` or `flatten`."""
    node: int
    layer: str
    """The prefix of its parts' names."""
    label: tuple[LabelLine, ...] = ()
    readings: tuple[Reading, ...] = ()
    labels: tuple[tuple[LabelLine, ...], ...] = ()
    """Those of both directions."""
    blocks: tuple[ShownBlock, ...] = ()
    """The blocks of a layer applied to each position separately."""
    at: tuple[int, ...] = ()
    """The positions of those blocks."""
    said: Row | None = None
    """None if only states leave it."""
    also: Row | None = None
    """The output of the backward direction, if the two aren't merged."""
    silent: frozenset[int] = frozenset()
    """The positions whose output is zero because the step is skipped."""
    merge: str | None = None
    spoken: bool = False
    """Whether its outputs are words, which replace its blocks."""

    def entered(self, position: int) -> int | None:
        """Return the step at which the input at a position is read; a Bidirectional reads it twice."""
        if self.readings:
            return self.readings[0].step(position)
        block = self.blocks[self.at.index(position) if len(self.at) > 1 else 0]
        return block.step

    def steps_at(self, position: int) -> set[int]:
        """List the steps at which it processes a position; none if there is one output for the whole sequence."""
        steps = {reading.step(position) for reading in self.readings}
        is_whole = self.said is not None and self.said.whole
        if is_whole and position in self.at and (step := self.blocks[self.at.index(position)].step):
            steps.add(step)
        return steps


@dataclass(frozen=True)
class Group:
    """Layers that go through the same steps: over words, or over a repeated vector."""

    steps: int
    words: tuple[str, ...] = ()
    fills: tuple[str, ...] = ()
    name: str = ""
    """The prefix of its words' names, if there are several sentences."""
    first_step: int = 0
    """The number of steps taken by earlier groups."""
    last_step: int = 0
    """The step by which all of it has appeared."""
    given: Row | None = None
    """The vectors of the words; None if a layer looks the words up, or if a vector is repeated."""
    stages: tuple[Stage, ...] = ()

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """All recurrent layers and directions, from the bottom up."""
        return tuple(each for stage in self.stages for each in stage.readings)

    def steps_of(self, position: int) -> tuple[int, ...]:
        """List the steps at which the layers process a position: one, if they all go the same way."""
        reads = [bool(stage.readings) for stage in self.stages]
        if not any(reads):
            return (self.first_step + position + 1,)
        # Whatever is below the first recurrent layer appears together with it.
        working = self.stages[reads.index(True) :]
        return tuple(sorted(set().union(*(stage.steps_at(position) for stage in working))))

    def step_of(self, position: int) -> int:
        """Return the step at which a position is first read; a layer may start at the end."""
        return self.steps_of(position)[0]

    def under(self, stage: Stage) -> Row | None:
        """Return the input of a layer; None if it is the words themselves, or a single vector from another group."""
        number = self.stages.index(stage)
        return self.stages[number - 1].said if number else self.given


@dataclass(frozen=True)
class Plan:
    """The complete plan, from the bottom up."""

    groups: tuple[Group, ...]
    single: bool
    """Whether there is only one recurrent layer, which allows short names."""

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """All layers."""
        return tuple(stage for group in self.groups for stage in group.stages)

    @cached_property
    def readings(self) -> tuple[Reading, ...]:
        """All recurrent layers and directions."""
        return tuple(each for group in self.groups for each in group.readings)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows of vectors."""
        found = [group.given for group in self.groups] + [stage.said for stage in self.stages]
        return tuple(row for row in found if row is not None)

    def printed(self, most_cells: int) -> set[str]:
        """Return all numbers of vectors with at most this many cells."""
        vectors = [vector for row in self.rows for vector in row.vectors]
        vectors += [vector for stage in self.stages if stage.also for vector in stage.also.vectors]
        vectors += [state for reading in self.readings for states in reading.states for state in states]
        return {text for vector in vectors for text in vector.cells(most_cells)}

    @property
    def both(self) -> bool:
        """Whether any layer reads in both directions."""
        return any(stage.kind == "both" for stage in self.stages)


@dataclass(frozen=True)
class Progress:
    """The results so far: the position that corresponds to each step."""

    first_step: int
    """The number of steps taken by earlier groups."""
    order: tuple[int, ...]
    """The position of each step; a single vector has one."""
    whole: bool = True
    ready: tuple[int, ...] = ()
    """The step at which each appears; empty if nothing has been read yet, since each then appears as it is read."""

    def step(self, index: int) -> int:
        """Return the step at which a layer applied to each position separately processes one."""
        return self.ready[index] if self.ready else self.first_step + index + 1

    def steps(self, order: Sequence[int]) -> tuple[int, ...]:
        """Return the steps of a recurrent layer's turns: as soon as its input is available."""
        found: list[int] = []
        for index in order:
            next_step = (found[-1] if found else self.first_step) + 1
            found.append(max(next_step, self.ready[index] if self.ready else 0))
        return tuple(found)
