"""A picture: shapes in painting order, and the same told in words; a value without matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict

from .geometry import Frame
from .shapes.shape import Shape

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .model import Argument


class Description(TypedDict):
    """A picture's long text, and its values as a table."""

    text: str
    head: list[str]
    rows: list[list[str]]


class Part(TypedDict):
    """A shape as the page knows it."""

    role: str
    step: int | None
    argument: dict[str, object] | None


@dataclass(frozen=True)
class Picture:
    """What a diagram script draws."""

    shapes: tuple[Shape, ...]
    box: Frame
    """What is shown of the plane that the shapes stand on."""
    alt: str
    description: Description
    steps: tuple[str, ...] = ()
    """What happens, a sentence a time step."""
    turned: Picture | None = None
    """The same for narrow boxes."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """Where the code says what governs the shapes."""

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height in CSS pixels."""
        return self.box.width, self.box.height

    @property
    def parts(self) -> dict[str, Part]:
        """Tell the role, step and argument of each shape by its name in the SVG."""
        return {shape.name: self._part(shape) for shape in self.shapes}

    def _part(self, shape: Shape) -> Part:
        found = self.arguments.get(shape.argument or "")
        place: dict[str, object] | None = None
        if found is not None:
            place = {"name": found.name, "line": found.lineno, "column": found.column}
        return {"role": shape.role, "step": shape.step, "argument": place}

    def figure(self) -> Figure:
        """Paint the picture."""
        from .paint import figure_of  # matplotlib is heavy, and a picture that is only looked at needs none

        return figure_of(self.shapes, self.box)

    def _repr_svg_(self) -> str:
        """Show the picture in a notebook or an editor's cell, as large as on the page."""
        from .paint import displayed

        return displayed(self.figure(), "svg").decode()

    def _repr_png_(self) -> bytes:
        """Show it where no SVG is, in twice as many pixels."""
        from .paint import displayed

        return displayed(self.figure(), "png")
