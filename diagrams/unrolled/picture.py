"""A picture: shapes in painting order, and the same told in words; a value without matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, TypedDict

from .errors import PictureError
from .geometry import Frame
from .layout import MARGIN
from .sequence_words import columns_without, rows_until, said_until, said_without, silent
from .shapes.shape import Shape
from .shapes.staged import Staged, kind_of
from .stepping import bars_by_name, numbers_in, roles_in, room_for_bars, staged_at, steps_in, without_role

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .model import Argument


GOVERNED = ("state", "embedding", "steps", "output", "memory")
"""The roles of what arguments govern. One that governs several has the first of them: an LSTM's units are the size of
its state, and of the memory beside it."""
INVENTED = "The numbers are invented, to illustrate; nothing computed them."


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


class Moment(TypedDict):
    """When a shape comes about, what kind it is then, and the bars that mark its step: left, top, width, height."""

    step: int
    kind: str
    bars: list[tuple[float, float, float, float]]


@dataclass(frozen=True)
class Picture:
    """What a diagram script draws: `draw()` returns one, or several.

    >>> [picture.focus(step) for step in (1, 2, 3)]
    """

    shapes: tuple[Shape, ...]
    box: Frame
    """What is shown of the plane that the shapes stand on."""
    alt: str
    description: Description
    steps: tuple[str, ...] = ()
    """What happens, a sentence a time step."""
    step_called: str = field(default="step", kw_only=True)
    """What a step is where it is no time step: a stage within one."""
    turned: Picture | None = None
    """The same for narrow boxes."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """Where the code says what governs the shapes."""
    cell_steps: tuple[tuple[int, ...], ...] = field(default=(), kw_only=True)
    """When each cell of the table comes about, where its row does not say so for all of them; 0 is from the first."""
    illustrative: bool = False
    """Whether its numbers are invented; alt text and description then say so, whatever else they say."""

    def __post_init__(self) -> None:
        if self.turned is not None and self.turned.illustrative:
            object.__setattr__(self, "illustrative", True)
        if self.illustrative:
            told: Description = {**self.description, "text": _with(self.description["text"], INVENTED)}
            object.__setattr__(self, "alt", _with(self.alt, INVENTED))
            object.__setattr__(self, "description", told)
            if self.turned is not None and not self.turned.illustrative:
                object.__setattr__(self, "turned", replace(self.turned, illustrative=True))

    def until(self, step: int) -> Picture:
        """Show what has come about up to a step; what comes later is outlined. Nothing moves.

        >>> [picture.until(step) for step in (1, 2, 3)]
        """
        self._check_step(step, first=0)
        return self._at(step, marked=False)

    def focus(self, step: int) -> Picture:
        """Mark a step: what is now stands in ink, what came before as ever, what comes later is outlined.

        >>> [picture.focus(step) for step in (1, 2, 3)]
        """
        self._check_step(step, first=1)
        drawn = steps_in(self.shapes)
        if step not in drawn:
            raise PictureError(f"step {step} is not drawn: this picture shows the steps {_listed(drawn)}")
        return self._at(step, marked=True)

    def without(self, role: str) -> Picture:
        """Leave out what has a role, such as `state`, and the arrows that lead from it or to it. Nothing moves.

        >>> picture.without("embedding")
        """
        if role not in roles_in(self.shapes):
            raise PictureError(
                f"nothing in this picture has the role {role!r}; it has {', '.join(roles_in(self.shapes))}"
            )
        shapes = without_role(self.shapes, role)
        hidden = numbers_in(self.shapes) - numbers_in(shapes)
        told = self.description
        head, rows, cell_steps = columns_without(told["head"], told["rows"], self.cell_steps, role, hidden)
        said = said_without(role)
        return self._with(
            shapes=shapes,
            alt=_with(silent(self.alt, hidden), said),
            description={"text": _with(silent(told["text"], hidden), said), "head": head, "rows": rows},
            cell_steps=cell_steps,
            steps=tuple(silent(sentence, hidden) for sentence in self.steps),
            turned=None if self.turned is None else self.turned._without_if_there(role),
        )

    def in_language(self, code: str, words: Mapping[str, str] | None = None) -> Picture:
        """Say it in another language: what stands in the picture, its alt text, description and steps. Ask for it last.

        `words` are those that the script has brought itself, or would rather say otherwise.

        >>> picture.in_language("de", {"kernel": "Filter"})
        """
        from .languages import Language  # most pictures speak English, and are not drawn anew for a catalogue
        from .shapes.shape import spoken

        language = Language(code, words or {})
        shapes = tuple(spoken(shape, language.label) for shape in self.shapes)
        grown = [shape.bounds for shape, was in zip(shapes, self.shapes, strict=True) if shape != was]
        told = self.description
        return self._with(
            shapes=shapes,
            box=Frame.around([self.box, *(bounds.grown(MARGIN) for bounds in grown)]),
            alt=language.text(self.alt),
            description={
                "text": language.text(told["text"]),
                "head": [language.label(one) for one in told["head"]],
                "rows": [[language.label(one) for one in row] for row in told["rows"]],
            },
            steps=tuple(language.text(sentence) for sentence in self.steps),
            turned=None if self.turned is None else self.turned.in_language(code, words),
        )

    def _without_if_there(self, role: str) -> Picture:
        return self.without(role) if role in roles_in(self.shapes) else self

    def _at(self, step: int, marked: bool) -> Picture:
        shapes = staged_at(self.shapes, step, marked)
        hidden = numbers_in(self.shapes) - numbers_in(shapes)
        told, said = self.description, said_until(step, self._last_step, marked, self.step_called)
        return self._with(
            shapes=shapes,
            box=room_for_bars(self.shapes, self.box, MARGIN),
            alt=_with(silent(self.alt, hidden), said),
            description={
                "text": _with(silent(told["text"], hidden), said),
                "head": told["head"],
                "rows": rows_until(told["head"], told["rows"], self.cell_steps, step, hidden),
            },
            steps=tuple(silent(sentence, hidden) for sentence in self.steps[:step]),
            turned=None if self.turned is None else self.turned._at(step, marked),
        )

    def _check_step(self, step: int, first: int) -> None:
        if not steps_in(self.shapes):
            raise PictureError("nothing in this picture has a step: it is no sequence, so show it as it is")
        if not first <= step <= self._last_step:
            raise PictureError(f"this picture has the steps {first} to {self._last_step}, not {step}")

    @property
    def _last_step(self) -> int:
        return max((*steps_in(self.shapes), len(self.steps)))

    def _with(self, **changes: Any) -> Picture:
        """Change some of it. The answer is a plain picture: a view's own words would draw it anew, whole."""
        return Picture(**{one.name: changes.get(one.name, getattr(self, one.name)) for one in fields(Picture)})

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height in CSS pixels."""
        return self.box.width, self.box.height

    @property
    def parts(self) -> dict[str, Part]:
        """Tell the role, step and argument of each shape by its name in the SVG."""
        places = {name: self._place(name) for name in self.arguments}
        return {
            shape.name: {"role": shape.role, "step": shape.step, "argument": places.get(shape.argument or "")}
            for shape in self.shapes
        }

    def _place(self, argument: str) -> dict[str, object]:
        """Tell where the code says an argument, and the one role by whose colour it is tied to all that it governs."""
        found = self.arguments[argument]
        governed = {shape.role for shape in self.shapes if shape.argument == argument}
        role = next((role for role in GOVERNED if role in governed), "ink")
        return {"name": found.name, "line": found.lineno, "column": found.column, "role": role}

    @property
    def moments(self) -> dict[str, Moment]:
        """Tell by name of each shape that comes about at a step how a page can mark it, as `focus` does.

        Of a picture that is one of a sequence already there is nothing to tell.
        """
        if not self.steps or any(isinstance(shape, Staged) for shape in self.shapes):
            return {}
        bars = bars_by_name(self.shapes)
        return {
            shape.name: {
                "step": shape.step,
                "kind": kind_of(shape),
                "bars": [self._placed(bar) for bar in bars.get(shape.name, ())],
            }
            for shape in self.shapes
            if shape.step
        }

    def _placed(self, frame: Frame) -> tuple[float, float, float, float]:
        return frame.left - self.box.left, frame.top - self.box.top, frame.width, frame.height

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


def _with(text: str, sentence: str) -> str:
    """Add a sentence to a text that does not have it."""
    return text if sentence in text else f"{text} {sentence}".strip()


def _listed(steps: tuple[int, ...]) -> str:
    return ", ".join(map(str, steps))
