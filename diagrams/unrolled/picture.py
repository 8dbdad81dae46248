"""The Picture class: shapes in drawing order and a description, independent of matplotlib."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypedDict, TypeVar

from .bars import barred, longest
from .description import STEP, Description, shown_until
from .emphasis import emphasized
from .errors import PictureError
from .geometry import Frame
from .i18n import PRINTED, SOURCE, Language, gettext, measured_in
from .layout import LEAST_MARGIN, MARGIN, PHONE, TABLET, first_that_fits, fitted_box, laid_for, page_width
from .palette import Ground
from .recorded.answers import answers
from .shapes.cells import Ride, Vector
from .shapes.gates import Shutter
from .shapes.shape import Shape, fills_of, is_part, refilled
from .shapes.text import spoken
from .stepping import (
    Staged,
    bars_by_name,
    kind_of,
    roles_in,
    room_for_bars,
    staged_at,
    steps_in,
    without_role,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from .model import Argument
    from .paint import Theme


GOVERNED = ("state", "embedding", "steps", "output", "memory")
"""The roles of the shapes that an argument governs. If there are several, the first one counts: an LSTM's units are the
size of its state, and of the memory next to it.
"""
INVENTED = gettext("The numbers are invented for illustration, not computed.")


class Part(TypedDict):
    """What a page needs to know about a shape."""

    role: str
    step: int | None
    argument: dict[str, object] | None


class Appearance(TypedDict):
    """When a shape appears, its role at that time, and the bars that mark its step: left, top, width, height."""

    step: int
    kind: str
    bars: list[tuple[float, float, float, float]]


@dataclass(frozen=True)
class Picture:
    """A picture, as returned by a diagram script: `draw()` returns one or several.

    >>> picture = unroll(read_keras(code), WORDS)
    >>> picture.focus(2)
    """

    shapes: tuple[Shape, ...]
    box: Frame
    """The visible region of the plane that the shapes are drawn on."""
    description: Description
    step_called: str = field(default=STEP, kw_only=True)
    """Whether steps are time steps or stages within one."""
    narrow: Picture | None = None
    """The layout for narrow screens."""
    mid: Picture | None = field(default=None, kw_only=True)
    """The layout for tablets, if a page of that width has no room for this one, but for more than the narrow one."""
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    """The positions in the code of the arguments that govern the shapes."""
    illustrative: bool = False
    """Whether the numbers are made up. If so, the alt text and description always say so."""
    again: Callable[[], Picture] | None = field(default=None, kw_only=True, compare=False, repr=False)
    """A function that repeats the layout, in another language if texts are being measured in one."""
    language: str | None = field(default=None, kw_only=True, compare=False)
    """The language chosen with `in_language`; without a choice, the picture is in English."""

    def __post_init__(self) -> None:
        if self.narrow is not None and self.narrow.illustrative:
            object.__setattr__(self, "illustrative", True)
        if self.illustrative:
            object.__setattr__(self, "description", self.description.noted(INVENTED))
            for name, form in self._others(
                lambda form: form if form.illustrative else replace(form, illustrative=True)
            ):
                object.__setattr__(self, name, form)

    @property
    def turned(self) -> Picture | None:
        """The former name of `narrow`."""
        return self.narrow

    @property
    def alt(self) -> str:
        """The alt text: a sentence or two about what the picture shows."""
        return str(self.description.alt)

    @property
    def steps(self) -> tuple[str, ...]:
        """What happens, one sentence for each step."""
        return tuple(map(str, self.description.steps))

    def until(self, step: int) -> Picture:
        """Show the picture up to a step. Whatever comes later is outlined, and nothing moves.

        >>> [picture.until(step) for step in (1, 2, 3)]
        """
        self._check_step(step, first=0)
        return self._at(step, marked=False, again=self._then(lambda picture: picture.until(step)))

    def focus(self, step: int) -> Picture:
        """Highlight a step: its shapes are drawn in ink, earlier ones as usual, and later ones as outlines.

        >>> [picture.focus(step) for step in (1, 2, 3)]
        """
        self._check_step(step, first=1)
        drawn = steps_in(self.shapes)
        if step not in drawn:
            raise PictureError(f"step {step} is not drawn: this picture shows steps {_listed(drawn)}")
        return self._at(step, marked=True, again=self._then(lambda picture: picture.focus(step)))

    def without(self, role: str) -> Picture:
        """Leave out everything with a role, such as `state`, including arrows from or to it. Nothing moves.

        >>> picture.without("embedding")
        """
        if role not in roles_in(self.shapes):
            raise PictureError(
                f"nothing in this picture has the role {role!r}; it has {', '.join(roles_in(self.shapes))}"
            )
        return self._with(
            shapes=without_role(self.shapes, role),
            description=self.description.without(role),
            **dict(self._others(lambda form: form._without_if_there(role))),
            again=self._then(lambda picture: picture.without(role)),
        )

    def emphasize(self, *parts: str) -> Picture:
        """Give weight to these parts: heavy rims and arrows, bold numbers, and a band in their role's colour.

        A part is the name of a shape, or what several names start with: "forget-gate" is the gate with all that is
        drawn of it. A band counts with everything on it. The names are those of the groups in the SVG, the keys of
        `picture.parts`. Everything else keeps its colours, and nothing moves.

        >>> picture.emphasize("h-1", "h-2")
        """
        self._check_parts(parts)
        if not parts:
            raise PictureError('name what to emphasize, such as "h-1": see the keys of picture.parts')
        return self._emphasizing(parts, self._then(lambda picture: picture.emphasize(*parts)))

    def print_only(self, *parts: str) -> Picture:
        """Print the numbers of these parts alone; those of all other vectors and tables are bars, on one scale.

        A bar above the middle of its cell is positive, one below it negative. A part is named as in `emphasize`;
        without any, no number is printed. A page says a bar's number when it is asked, and the table has them all.

        >>> picture.print_only("output")
        """
        self._check_parts(parts)
        full = longest(self._in_all_forms, parts)
        return self._barring(parts, full, self._then(lambda picture: picture.print_only(*parts)))

    def _barring(self, parts: Sequence[str], full: float, again: Callable[[], Picture] | None = None) -> Picture:
        return self._with(
            shapes=barred(self.shapes, parts, full),
            **dict(self._others(lambda form: form._barring(parts, full))),
            again=again,
        )

    def _check_parts(self, parts: Sequence[str]) -> None:
        names = {shape.name for shape in self._in_all_forms}
        for part in parts:
            if not any(is_part(name, part) for name in names):
                near = get_close_matches(part, names, n=3, cutoff=0.5)
                offered = f"did you mean {' or '.join(map(repr, near))}?" if near else f"try {min(names)!r}"
                raise PictureError(f"nothing in this picture is called {part!r}; {offered}")

    def _emphasizing(self, parts: Sequence[str], again: Callable[[], Picture] | None = None) -> Picture:
        """Give weight to the parts in both layouts; one that has none of them stays as it is."""
        return self._with(
            shapes=emphasized(self.shapes, parts, self.box),
            **dict(self._others(lambda form: form._emphasizing(parts))),
            again=again,
        )

    def in_language(self, code: str, words: Mapping[str, str] | None = None) -> Picture:
        """Translate the text in the picture, its alt text, description and steps.

        `words` maps English texts to translations, for the script's own texts or to override the kit's. Raises
        TranslationError if a text has no translation.

        >>> picture.in_language("de", {"kernel": "Filter"})
        """
        language = Language(code, words)
        if self.language is None and language.is_source:
            return self._with(language=code)
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
            **dict(self._others(lambda form: form._said_in(language))),
            again=again,
            language=language.code,
        )

    def _then(self, change: Callable[[Picture], Picture]) -> Callable[[], Picture] | None:
        """Repeat the layout, then apply a change to the result."""
        again = self.again
        return None if again is None else lambda: change(again())

    @property
    def grounds(self) -> dict[str, Ground]:
        """The background colours of words in all layouts: numbers from 0, which repeat the colours if there are many.

        A word that an article has given another colour has the name of that instead.
        """
        fills = [fill for shape in self._in_all_forms for fill in fills_of(shape)]
        grounds = {fill.word: fill.ground for fill in reversed(fills)}
        return dict(sorted(grounds.items(), key=lambda it: (isinstance(it[1], str), it[1])))

    def with_grounds(self, grounds: Mapping[str, Ground]) -> Picture:
        """Change the background colours of words, so that a word looks the same in all figures of an article.

        >>> picture.with_grounds({"I": 4, "am": 5, "not": "ink"})
        """
        return self._with(
            shapes=tuple(refilled(shape, grounds) for shape in self.shapes),
            **dict(self._others(lambda form: form.with_grounds(grounds))),
            again=self._then(lambda picture: picture.with_grounds(grounds)),
        )

    @property
    def _in_all_forms(self) -> tuple[Shape, ...]:
        """The shapes of all layouts that there are."""
        forms = (self, self.narrow, self.mid)
        return tuple(shape for form in forms if form is not None for shape in form.shapes)

    def _others(self, change: Callable[[Picture], Picture]) -> Iterator[tuple[str, Picture]]:
        """Yield the names of the other layouts that there are, and each with a change."""
        for name in ("narrow", "mid"):
            form = getattr(self, name)
            if form is not None:
                yield name, change(form)

    def _for_tablets(self, mid: Picture) -> Picture:
        """Take a layout for tablets, if it fits one and isn't the narrow layout again; return the picture."""
        if mid.box.width <= TABLET and (self.narrow is None or mid.shapes != self.narrow.shapes):
            object.__setattr__(self, "mid", mid._with(narrow=None))
        return self

    def _without_if_there(self, role: str) -> Picture:
        return self.without(role) if role in roles_in(self.shapes) else self

    def _at(self, step: int, marked: bool, again: Callable[[], Picture] | None = None) -> Picture:
        note = shown_until(step, self._last_step, marked, self.step_called)
        return self._with(
            shapes=staged_at(self.shapes, step, marked),
            box=room_for_bars(self.shapes, self.box, MARGIN),
            description=self.description.until(step, note),
            **dict(self._others(lambda form: form._at(step, marked))),
            again=again,
        )

    def _check_step(self, step: int, first: int) -> None:
        if not steps_in(self.shapes):
            raise PictureError("this picture has no steps, because it doesn't show a sequence: show it as it is")
        if not first <= step <= self._last_step:
            raise PictureError(f"this picture has steps {first} to {self._last_step}, not {step}")

    @property
    def _last_step(self) -> int:
        return max((*steps_in(self.shapes), len(self.steps)))

    def _with(self, **changes: Any) -> Picture:
        """Replace some fields. Returns a plain Picture, since the methods of a view would draw everything again."""
        return Picture(**{one.name: changes.get(one.name, getattr(self, one.name)) for one in fields(Picture)})

    @property
    def size_px(self) -> tuple[float, float]:
        """Width and height in CSS pixels."""
        return self.box.width, self.box.height

    @property
    def margin_px(self) -> float:
        """How far the drawing is from the left edge of its box, in CSS pixels, because pages align drawings."""
        return Frame.around(shape.bounds for shape in self.shapes).left - self.box.left

    @property
    def parts(self) -> dict[str, Part]:
        """Map the name of each shape in the SVG to its role, step and argument."""
        places = {name: self._place(name) for name in self.arguments}
        return {
            shape.name: {"role": shape.role, "step": shape.step, "argument": places.get(shape.argument or "")}
            for shape in self.shapes
        }

    def _place(self, argument: str) -> dict[str, object]:
        """Return an argument's position in the code, and the role whose colour ties it to what it governs."""
        found = self.arguments[argument]
        governed = {shape.role for shape in self.shapes if shape.argument == argument}
        role = next((role for role in GOVERNED if role in governed), "ink")
        return {"name": found.name, "line": found.lineno, "column": found.column, "role": role}

    @property
    def asks(self) -> dict[str, Any] | None:
        """What each number was computed from, for pages that answer; see `answers`. None if no number knows.

        If there are moments, also what moves when a step is played: the `ways` of vectors in each form, and the height
        of gates that open.
        """
        forms = {"wide": self, "narrow": self.narrow, "mid": self.mid}
        drawn = {name: form for name, form in forms.items() if form is not None}
        told = answers({name: form._printed for name, form in drawn.items()}, Language(self.language or SOURCE))
        if told is None or not self._has_moments:
            return told
        ways = {name: ways for name, form in drawn.items() if (ways := form._ways)}
        opens = {shape.name: shape.opening.height for shape in self.shapes if isinstance(shape, Shutter)}
        return {**told, **({"ways": ways} if ways else {}), **({"opens": opens} if opens else {})}

    @property
    def _ways(self) -> dict[str, tuple[tuple[Any, ...], ...]]:
        language = Language(self.language or SOURCE)

        def told(way: Ride) -> Iterator[Any]:
            yield from way[:3]
            yield from () if way.numbers is None else (tuple(map(language.text, way.numbers)),)

        vectors = (shape for shape in self.shapes if isinstance(shape, Vector) and shape.ways)
        return {vector.name: tuple(tuple(told(way)) for way in vector.ways) for vector in vectors}

    @property
    def _printed(self) -> dict[str, list[str]]:
        """The numbers that each shape prints, in their order."""
        return {
            shape.name: [text.text for text in shape.texts if PRINTED.fullmatch(text.text)] for shape in self.shapes
        }

    @property
    def moments(self) -> dict[str, Appearance]:
        """Map the name of each shape that appears at a step to what a page needs to highlight it, as `focus` does.

        Empty for a picture that is already part of a sequence.
        """
        if not self._has_moments:
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

    @property
    def _has_moments(self) -> bool:
        return bool(self.steps) and not any(isinstance(shape, Staged) for shape in self.shapes)

    def _placed(self, frame: Frame) -> tuple[float, float, float, float]:
        return frame.left - self.box.left, frame.top - self.box.top, frame.width, frame.height

    def figure(self, theme: Theme = "light") -> Figure:
        """Render the picture in light or dark colours."""
        from .paint import figure_of  # matplotlib is slow to import, and pictures that are only inspected don't need it

        return figure_of(self.shapes, self.box, theme)

    def save(self, file: str | os.PathLike[str], theme: Theme = "light", scale: float = 2) -> None:
        """Save the picture to a file.

        Its extension selects the format: png, svg, pdf, or any other matplotlib supports.

        `scale` is the number of bitmap pixels for each CSS pixel. Raises PictureError for an unknown format.

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
        """Show the picture as a pyplot figure: in a window, or wherever pyplot figures are collected."""
        import matplotlib.pyplot as plt

        from .paint import figure_of

        figure_of(self.shapes, self.box, figure=plt.figure())
        plt.show()

    def html(self) -> str:
        """Return the picture as an HTML fragment, including its alt text, that turns dark when the page does."""
        from .paint import in_both_themes

        return in_both_themes(self.figure(), self.alt)

    def _repr_html_(self) -> str:
        """Display the picture in a notebook or editor at page size, following its light or dark theme."""
        return self.html()

    def _repr_svg_(self) -> str:
        """Display the picture where HTML isn't supported."""
        from .paint import saved

        return saved(self.figure(), "svg").decode()

    def _repr_png_(self) -> bytes:
        """Display the picture where SVG isn't supported, at twice the resolution."""
        from .paint import saved

        return saved(self.figure(), "png")


P = ParamSpec("P")
Laid = TypeVar("Laid", bound=Picture)


def in_two_forms(
    wide: Iterable[tuple[Shape, ...]],
    narrow: Iterable[tuple[Shape, ...]],
    description: Description,
    *,
    room: float | None = None,
    margin: float = LEAST_MARGIN,
    wide_margin: float = MARGIN,
    step_called: str = STEP,
    arguments: Mapping[str, Argument] | None = None,
    illustrative: bool = False,
) -> Picture:
    """Draw the first layout that fits the room on a page, and the first that fits a phone, with at least these margins.

    Both run from the most spacious layout to the tightest; if none fits, the last one is drawn. The first wide one that
    fits a tablet is the layout for tablets.
    """

    def drawn(shapes: tuple[Shape, ...], box: Frame, form: Picture | None = None) -> Picture:
        return Picture(shapes, box, description, form, arguments or {}, illustrative, step_called=step_called)

    room, tried = room or page_width(), iter(wide)
    large, small = first_that_fits(tried, room, wide_margin), first_that_fits(narrow, PHONE, margin)
    picture = drawn(large, fitted_box(large, room), drawn(small, fitted_box(small, PHONE)))
    if picture.box.width > TABLET and (middle := first_that_fits(tried, TABLET, wide_margin)):
        return picture._for_tablets(drawn(middle, fitted_box(middle, TABLET)))
    return picture


def laid_anew(draw: Callable[P, Laid]) -> Callable[P, Laid]:
    """Repeat the layout by calling the function again: for a tablet, and in another language, since words differ."""

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Laid:
        picture = draw(*args, **kwargs)
        if picture.mid is None and picture.box.width > TABLET < page_width():
            with laid_for(TABLET):
                picture._for_tablets(draw(*args, **kwargs))
        object.__setattr__(picture, "again", partial(drawn, *args, **kwargs))
        return picture

    return drawn


def _listed(steps: tuple[int, ...]) -> str:
    return ", ".join(map(str, steps))
