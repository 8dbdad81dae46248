"""A picture: shapes in painting order, and their description; a value without matplotlib."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar

from .description import STEP, Description, shown_until
from .errors import PictureError
from .geometry import Frame
from .i18n import Language, gettext, measured_in
from .layout import MARGIN
from .palette import WORD_FILLS
from .shapes.shape import Shape
from .shapes.staged import Staged, as_drawn, kind_of
from .shapes.text import Word, spoken
from .stepping import bars_by_name, numbers_in, roles_in, room_for_bars, staged_at, steps_in, without_role

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .model import Argument
    from .paint import Theme


GOVERNED = ("state", "embedding", "steps", "output", "memory")
"""The roles of what arguments govern. One that governs several has the first of them: an LSTM's units are the size of
its state, and of the memory beside it."""
INVENTED = gettext("The numbers are invented, to illustrate; nothing computed them.")


class Part(TypedDict):
    """A shape as the page knows it."""

    role: str
    step: int | None
    argument: dict[str, object] | None


class Appearance(TypedDict):
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
    description: Description
    step_called: str = field(default=STEP, kw_only=True)
    """Whether a step is a time step, or a stage within one."""
    narrow: Picture | None = None
    """The same for narrow boxes."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """Where the code says what governs the shapes."""
    illustrative: bool = False
    """Whether its numbers are invented; alt text and description then say so, whatever else they say."""
    exchanged: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    """Which grounds of words are painted as which others."""
    again: Callable[[], Picture] | None = field(default=None, kw_only=True, compare=False, repr=False)
    """Lays it out once more; in another language, where texts are measured in that."""

    def __post_init__(self) -> None:
        if self.narrow is not None and self.narrow.illustrative:
            object.__setattr__(self, "illustrative", True)
        if self.illustrative:
            object.__setattr__(self, "description", self.description.noted(INVENTED))
            if self.narrow is not None and not self.narrow.illustrative:
                object.__setattr__(self, "narrow", replace(self.narrow, illustrative=True))

    @property
    def turned(self) -> Picture | None:
        """What `narrow` was called before."""
        return self.narrow

    @property
    def alt(self) -> str:
        """The alt text: what is seen, in a sentence or two."""
        return str(self.description.alt)

    @property
    def steps(self) -> tuple[str, ...]:
        """What happens, a sentence a step."""
        return tuple(map(str, self.description.steps))

    def until(self, step: int) -> Picture:
        """Show what has come about up to a step; what comes later is outlined. Nothing moves.

        >>> [picture.until(step) for step in (1, 2, 3)]
        """
        self._check_step(step, first=0)
        return self._at(step, marked=False, again=self._then(lambda picture: picture.until(step)))

    def focus(self, step: int) -> Picture:
        """Mark a step: what is now stands in ink, what came before as ever, what comes later is outlined.

        >>> [picture.focus(step) for step in (1, 2, 3)]
        """
        self._check_step(step, first=1)
        drawn = steps_in(self.shapes)
        if step not in drawn:
            raise PictureError(f"step {step} is not drawn: this picture shows the steps {_listed(drawn)}")
        return self._at(step, marked=True, again=self._then(lambda picture: picture.focus(step)))

    def without(self, role: str) -> Picture:
        """Leave out what has a role, such as `state`, and the arrows that lead from it or to it. Nothing moves.

        >>> picture.without("embedding")
        """
        if role not in roles_in(self.shapes):
            raise PictureError(
                f"nothing in this picture has the role {role!r}; it has {', '.join(roles_in(self.shapes))}"
            )
        shapes = without_role(self.shapes, role)
        hidden = _no_longer_printed(self.shapes, shapes)
        return self._with(
            shapes=shapes,
            description=self.description.without(role, hidden),
            narrow=None if self.narrow is None else self.narrow._without_if_there(role),
            again=self._then(lambda picture: picture.without(role)),
        )

    def in_language(self, code: str, words: Mapping[str, str] | None = None) -> Picture:
        """Say it in another language: what is written in the picture, its alt text, description and steps.

        `words` are translations of the script's own texts, or other words for the kit's, each by its English.

        >>> picture.in_language("de", {"kernel": "Filter"})
        """
        language = Language(code, words)
        with measured_in(language):
            found = self if self.again is None else self.again()
        return found._said_in(language, self.again)

    def _said_in(self, language: Language, again: Callable[[], Picture] | None = None) -> Picture:
        shapes = tuple(spoken(shape, language) for shape in self.shapes)
        grown = [shape.bounds for shape in shapes if not self.box.holds(shape.bounds)]
        return self._with(
            shapes=shapes,
            box=Frame.around([self.box, *(bounds.grown(MARGIN) for bounds in grown)]),
            description=self.description.said_in(language),
            narrow=None if self.narrow is None else self.narrow._said_in(language),
            again=again,
        )

    def _then(self, change: Callable[[Picture], Picture]) -> Callable[[], Picture] | None:
        """Lay it out once more, and change that."""
        again = self.again
        return None if again is None else lambda: change(again())

    @property
    def grounds(self) -> dict[str, int]:
        """Number the grounds that words have, from 0; none where two words share one, since there are more words."""
        drawn = map(as_drawn, self.shapes)
        fills = {it.text: WORD_FILLS.index(it.fill) for it in drawn if isinstance(it, Word) and it.fill in WORD_FILLS}
        numbered = sorted(fills.items(), key=lambda word: word[1])
        return dict(numbered) if len(set(fills.values())) == len(fills) else {}

    def with_grounds(self, grounds: Mapping[str, int]) -> Picture:
        """Give each of those words another ground, so that a word has the same in all figures of an article.

        >>> picture.with_grounds({"I": 4, "am": 5, "groot": 2})
        """
        numbers = {own: grounds[word] % len(WORD_FILLS) for word, own in self.grounds.items()}
        exchanged = {WORD_FILLS[own]: WORD_FILLS[other] for own, other in numbers.items() if own != other}
        narrow = None if self.narrow is None else replace(self.narrow, exchanged=exchanged)
        return self._with(exchanged=exchanged, narrow=narrow) if exchanged else self

    def _without_if_there(self, role: str) -> Picture:
        return self.without(role) if role in roles_in(self.shapes) else self

    def _at(self, step: int, marked: bool, again: Callable[[], Picture] | None = None) -> Picture:
        shapes = staged_at(self.shapes, step, marked)
        hidden = _no_longer_printed(self.shapes, shapes)
        note = shown_until(step, self._last_step, marked, self.step_called)
        return self._with(
            shapes=shapes,
            box=room_for_bars(self.shapes, self.box, MARGIN),
            description=self.description.until(step, hidden, note),
            narrow=None if self.narrow is None else self.narrow._at(step, marked),
            again=again,
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
    def moments(self) -> dict[str, Appearance]:
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

    def figure(self, theme: Theme = "light") -> Figure:
        """Paint the picture, in light or dark colours."""
        from .paint import figure_of  # matplotlib is heavy, and a picture that is only looked at needs none

        return figure_of(self.shapes, self.box, self.exchanged, theme)

    def save(self, file: str | os.PathLike[str], theme: Theme = "light", scale: float = 2) -> None:
        """Write the picture into a file, whose name says the format: png, svg, pdf, or another that matplotlib knows.

        `scale` says how many pixels of a bitmap a CSS pixel has. Raise PictureError for an unknown format.

        >>> picture.narrow.save("lstm.pdf", theme="dark")
        """
        from .paint import saved

        ending = Path(file).suffix.removeprefix(".")
        try:
            data = saved(self.figure(theme), ending, scale)
        except ValueError as problem:
            raise PictureError(f"{file}: {problem}") from problem
        Path(file).write_bytes(data)

    def show(self) -> None:
        """Show the picture as pyplot's figure: in a window, or wherever pyplot's figures are collected."""
        import matplotlib.pyplot as plt

        from .paint import figure_of

        figure_of(self.shapes, self.box, self.exchanged, figure=plt.figure())
        plt.show()

    def html(self) -> str:
        """Return the picture as a piece of HTML, with its alt text, that is dark where the page is."""
        from .paint import in_both_themes

        return in_both_themes(self.figure(), self.alt)

    def _repr_html_(self) -> str:
        """Show the picture in a notebook or an editor's cell, as large as on the page, light or dark as they are."""
        return self.html()

    def _repr_svg_(self) -> str:
        """Show it where no HTML is."""
        from .paint import saved

        return saved(self.figure(), "svg").decode()

    def _repr_png_(self) -> bytes:
        """Show it where no SVG is, in twice as many pixels."""
        from .paint import saved

        return saved(self.figure(), "png")


P = ParamSpec("P")
Laid = TypeVar("Laid", bound=Picture)


def laid_anew(draw: Callable[P, Laid]) -> Callable[P, Laid]:
    """Lay what a function draws out anew in another language, by calling it again: words are not equally long."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Laid:
        picture = draw(*args, **kwargs)
        object.__setattr__(picture, "again", partial(draw, *args, **kwargs))
        return picture

    return drawn


def _no_longer_printed(before: tuple[Shape, ...], after: tuple[Shape, ...]) -> set[str]:
    """List the numbers with decimals that are gone; a whole number may count something, or be on an axis."""
    return {number for number in numbers_in(before) - numbers_in(after) if not number.lstrip("−").isdecimal()}


def _listed(steps: tuple[int, ...]) -> str:
    return ", ".join(map(str, steps))
