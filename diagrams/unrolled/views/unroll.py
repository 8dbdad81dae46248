"""The unrolled model: a block for each time step, states handed on, every number computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from ..arrays import Weights
from ..description import Description
from ..errors import PictureError
from ..layout import FEWEST_STEPS
from ..model import Model
from ..picture import Picture, laid_anew
from .given import Inputs, Words, fit_words, traced
from .unrolled.checks import check_classes, check_drawn
from .unrolled.description import description_of
from .unrolled.layout import narrow, wide
from .unrolled.plan import Plan
from .unrolled.planning import plan_of
from .unrolled.scene import ROLES, Scene


@dataclass(frozen=True, kw_only=True)
class Unrolled(Picture):
    """A picture that can be tied to the code that it was read from."""

    scene: Scene
    plan: Plan

    def tied(self, *names: str) -> Unrolled:
        """Print the code under the picture, and tie these arguments of it to what they govern."""
        for name in names:
            if name not in ROLES:
                raise PictureError(f"nothing in this picture is governed by {name!r}; it has {', '.join(ROLES)}")
        if "units" in names and not self.scene.single:
            raise PictureError("the units are tied in a picture of one layer only: tie time_steps and features")
        if names and sum(map(bool, self.scene.sentences)) > 1:
            raise PictureError("a picture of several sentences is not tied: its layers are named beside it")
        scene = replace(self.scene, tied=names)
        return _drawn(scene, self.plan, self.description)


def unroll(
    model: Model,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    initial_state: Sequence[ArrayLike] | None = None,
    classes: Sequence[str] = (),
    spoken: bool = False,
    most_steps: int | None = None,
) -> Unrolled:
    """Draw a model's layers unrolled over words; over a list of words for each input, where several are read.

    Without embeddings (time_steps, features) each word gets the kit's own; where an Embedding looks words up, they are
    its rows, and each word has one from 1 on, `"[PAD]"` row 0. Without weights each layer gets readable ones.
    `initial_state` gives the states that are inputs of the model, and `classes` names what the last layer chooses from.
    With `spoken` these are words, and each choice is drawn as its word; its numbers are in the table.
    Of more than `most_steps` steps the first two and the last are drawn; by default as many as fit, up to four.
    Words or numbers that do not fit the code are errors at the argument's line.

    >>> unroll(read_keras(code), WORDS).tied("units", "time_steps", "features")
    """
    wiring = check_drawn(model)
    model, sentences = fit_words(model, words)
    check_classes(model, classes, spoken=spoken)
    if most_steps is not None and most_steps < FEWEST_STEPS:
        raise PictureError(
            f"most_steps={most_steps} is too few: where steps are left out, the first two and the last are drawn, "
            f"so write {FEWEST_STEPS} or more"
        )
    trace = traced(model, sentences, embeddings, weights, initial_state)
    scene = Scene(model, wiring, sentences, trace, tuple(classes), spoken=spoken, most_steps=most_steps)
    plan = plan_of(scene)
    return _drawn(scene, plan, description_of(scene, plan))


@laid_anew
def _drawn(scene: Scene, plan: Plan, description: Description) -> Unrolled:
    """Lay a scene out both ways."""
    (shapes, box), (narrow_shapes, narrow_box) = wide(scene, plan), narrow(scene, plan)
    return Unrolled(
        shapes=shapes,
        box=box,
        description=description,
        narrow=Picture(narrow_shapes, narrow_box, description, arguments=scene.arguments),
        arguments=scene.arguments,
        scene=scene,
        plan=plan,
    )
