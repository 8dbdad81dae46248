"""A recurrent layer as the loop that it is, and beside it the loop unrolled."""

from __future__ import annotations

from collections.abc import Sequence

from ..fonts import NAME
from ..geometry import Frame, Point
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
from .loop.scene import Scene
from .loop.told import alt_of, description_of, steps_of
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
        alt_of(scene),
        description_of(scene),
        steps_of(scene),
        turned=turned,
        arguments=scene.arguments,
    )


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
