"""A recurrent layer as the loop that it is, and beside it the loop unrolled."""

from __future__ import annotations

from collections.abc import Sequence

from ..description import Description, TableColumn, TableRow
from ..fonts import NAME
from ..geometry import Frame, Point
from ..i18n import Listing, Paragraph, gettext, ngettext, pgettext, quoted
from ..layout import snug_box
from ..model import Model
from ..picture import Picture
from ..shapes.blocks import BLOCK_HEIGHT, BLOCK_WIDTH
from ..shapes.shape import Shape
from ..shapes.text import Label
from .given import entry_of
from .loop.across import Across
from .loop.down import Down
from .loop.rolled_up import Loop
from .loop.scene import Scene, subscripted
from .refusals import check_list, check_no_merges, check_words, refused

EQUALS_GAP = 46
"""Between the loop and its unrolling."""
EQUALS = NAME.bold().sized(22)


def rolled(model: Model, words: Sequence[str] | None = None) -> Picture:
    """Draw a model's recurrent layer as a loop; with words, the loop beside its unrolling over them.

    >>> rolled(read_keras(code))
    >>> rolled(read_keras(code), ["I", "am", "groot"])
    """
    if model.recurrent.states is not None:
        said = f"{model.recurrent.calls[0].text} begins with given states"
        raise refused(model, model.recurrent, f"{said}: rolled draws a layer that begins with zeros")
    check_no_merges(model, "rolled draws a layer that reads words")
    _check_given(model)
    if words is not None:
        check_list(words)
        model = model.sized(len(words))
    scene = Scene(model, tuple(words or ()))
    if words is not None:
        check_words(model, entry_of(model, model.recurrent), words)
    loop = list(Loop(scene).shapes())
    if not scene.words:
        return _picture(scene, loop)
    return _picture(scene, _beside(scene, loop), turned=_picture(scene, _under(scene, loop)))


def _beside(scene: Scene, loop: list[Shape]) -> list[Shape]:
    right = Frame.around(shape.bounds for shape in loop).right
    unrolled = Across(scene, 0)
    left = min(0, unrolled.word(scene.shown[0]).left)
    across = Across(scene, right + EQUALS_GAP - left)
    return [*loop, _equals(Point(right + EQUALS_GAP / 2, BLOCK_HEIGHT / 2)), *across.shapes()]


def _under(scene: Scene, loop: list[Shape]) -> list[Shape]:
    """Put the unrolling under the loop, their blocks on one line."""
    bottom = Frame.around(shape.bounds for shape in loop).bottom
    down = list(Down(scene, bottom + EQUALS_GAP).shapes())
    bounds = Frame.around(shape.bounds for shape in down)
    moved = list(Loop(scene, left=bounds.middle - BLOCK_WIDTH / 2).shapes())
    return [*moved, _equals(Point(bounds.middle, bottom + EQUALS_GAP / 2)), *down]


def _equals(at: Point) -> Shape:
    return Label(name="equals", role="muted", text="=", at=at, style=EQUALS)


def _picture(scene: Scene, shapes: list[Shape], turned: Picture | None = None) -> Picture:
    return Picture(
        tuple(shapes),
        snug_box(shapes),
        _description(scene),
        turned=turned,
        arguments=scene.arguments,
    )


def _description(scene: Scene) -> Description:
    """Say what the loop is and what it is unrolled to; each step has a row."""
    layer, steps = scene.layer, range(1, scene.last + 1)
    units = ngettext("%(num)s unit", "%(num)s units", layer.units)
    states = Listing(*layer.state_names)
    loop = gettext(
        "%(layer)s with %(units)s as a loop: its state %(states)s of one step goes back into it at the next.",
        layer=layer.name_in_code,
        units=units,
        states=states,
    )
    text = gettext(
        "%(layer)s is one layer with one set of weights. At every step it takes a word and the state %(states)s that "
        "it handed on before, and hands on a new one of %(numbers)s.",
        layer=scene.label,
        states=states,
        numbers=ngettext("%(num)s number", "%(num)s numbers", layer.units),
    )
    if len(scene.states) > 1:
        loop = gettext(
            "%(layer)s with %(units)s as a loop: its states %(states)s of one step go back into it at the next.",
            layer=layer.name_in_code,
            units=units,
            states=states,
        )
        text = gettext(
            "%(layer)s is one layer with one set of weights. At every step it takes a word and the states %(states)s "
            "that it handed on before, and hands on new ones of %(numbers)s each.",
            layer=scene.label,
            states=states,
            numbers=ngettext("%(num)s number", "%(num)s numbers", layer.units),
        )
    alt, texts = [loop], [text]
    if scene.words:
        alt.append(
            ngettext(
                "Beside it the same, unrolled over %(num)s step: %(sentence)s.",
                "Beside it the same, unrolled over %(num)s steps: %(sentence)s.",
                scene.last,
                sentence=quoted(" ".join(scene.order)),
            )
        )
        if layer.return_sequences:
            alt.append(gettext("It returns h after every step."))
        else:
            alt.append(gettext("It returns the last h only."))
        if layer.go_backwards:
            texts.append(gettext("It reads from the end: its first word is %(word)s.", word=quoted(scene.order[0])))
        texts.append(gettext("Unrolled, it is drawn once for each step; the weights of all blocks are the same."))
    heads = (
        pgettext("in a table", "step"),
        pgettext("in a table", "word"),
        pgettext("in a table", "takes"),
        pgettext("in a table", "hands on"),
        pgettext("in a table", "returned"),
    )
    return Description(
        alt=Paragraph(*alt),
        text=Paragraph(*texts),
        steps=tuple(_step(scene, step) for step in steps),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(
            TableRow.of(
                str(step),
                scene.order[step - 1],
                _states(scene, step - 1),
                _states(scene, step),
                subscripted("h", step) if scene.says(step) else "",
                step=step,
            )
            for step in steps
        ),
    )


def _step(scene: Scene, step: int) -> str:
    values = {
        "step": step,
        "last": scene.last,
        "word": quoted(scene.order[step - 1]),
        "before": _states(scene, step - 1),
        "state": _states(scene, step),
    }
    if scene.says(step) and not scene.layer.return_sequences:
        return gettext("Step %(step)s of %(last)s: %(word)s and %(before)s give %(state)s, the output.", **values)
    return gettext("Step %(step)s of %(last)s: %(word)s and %(before)s give %(state)s.", **values)


def _states(scene: Scene, step: int) -> str:
    """Name the states after a step."""
    if step == 0:
        return gettext("zeros")
    return Listing(*(subscripted(name, step) for name in scene.layer.state_names))


def _check_given(model: Model) -> None:
    """Refuse a layer that is given one vector again and again: no words would go into it."""
    given = model.recurrent.given
    while given.node is not None:
        node = model.nodes[given.node]
        if node.layer.name_in_code == "RepeatVector":
            raise refused(
                model,
                node,
                f"{model.recurrent.calls[0].text} reads one vector again and again, and rolled draws a layer that "
                "reads words: draw it with formulation",
            )
        given = node.given
