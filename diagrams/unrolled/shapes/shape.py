"""What every shape has: a name, a role, and the step and the argument that it belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ..geometry import Frame
from ..marks import Mark, Text
from ..palette import ink


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One thing in a picture, drawn as one group."""

    name: str
    role: str = "ink"
    step: int | None = None
    """The time step at which it comes about, from 1."""
    argument: str | None = None
    """The argument in the code that governs it: `units`, `time_steps`, `features`."""

    def __post_init__(self) -> None:
        ink(self.role)  # an unknown role fails here, on the script's own line

    def marks(self) -> Sequence[Mark]:
        """List the strokes, areas and texts it is made of, in painting order."""
        raise NotImplementedError

    @cached_property
    def bounds(self) -> Frame:
        """The smallest frame around everything it draws; layout asks for it again and again."""
        return Frame.around(mark.frame for mark in self.marks())

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts it holds, in order."""
        return tuple(mark for mark in self.marks() if isinstance(mark, Text))
