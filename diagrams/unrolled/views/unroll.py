"""The unrolled model: a block for each time step, with states passed on and every number computed."""

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
from .unrolled.description import description_of
from .unrolled.layout import narrow, wide
from .unrolled.plan import Plan, plan_of
from .unrolled.scene import ROLES, Scene, check_classes, check_drawn


@dataclass(frozen=True, kw_only=True)
class Unrolled(Picture):
    """A picture that can be tied to the code it was read from."""

    scene: Scene
    plan: Plan

    def tied(self, *names: str) -> Unrolled:
        """Print the code below the picture, and draw ties from these arguments to what they govern."""
        for name in names:
            if name not in ROLES:
                raise PictureError(f"{name!r} sets nothing in this picture; choose from {', '.join(ROLES)}")
        if "units" in names and not self.scene.single:
            raise PictureError("units can be tied only in a picture of one layer: tie time_steps and features instead")
        if names and sum(map(bool, self.scene.sentences)) > 1:
            raise PictureError("a picture of several sentences can't be tied, because its layers are named beside it")
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
    """Draw a model's layers unrolled over a list of words, or over one list for each input.

    `embeddings` (time_steps, features) are the words' vectors, by default the kit's own. If an Embedding layer looks
    words up, they are row indices instead; by default, distinct words get the rows from 1 on, and `"[PAD]"` row 0.
    `weights` are readable ones by default. `initial_state` provides states that are inputs of the model. `classes`
    names the classes of the last layer; with `spoken`, they are words, and each choice is drawn as a word, with its
    numbers in the table. If there are more than `most_steps` steps, the first two and the last are drawn; by default,
    as many as fit, up to four. Words or numbers that don't fit the code raise an error at the argument's line.

    >>> unroll(read_keras(code), WORDS).tied("units", "time_steps", "features")
    """
    wiring = check_drawn(model)
    model, sentences = fit_words(model, words)
    check_classes(model, classes, spoken=spoken)
    if most_steps is not None and most_steps < FEWEST_STEPS:
        raise PictureError(
            f"most_steps={most_steps} is too few: the first two steps and the last one are always drawn, "
            f"so write {FEWEST_STEPS} or more"
        )
    trace = traced(model, sentences, embeddings, weights, initial_state)
    scene = Scene(model, wiring, sentences, trace, tuple(classes), spoken=spoken, most_steps=most_steps)
    plan = plan_of(scene)
    return _drawn(scene, plan, description_of(scene, plan))


@laid_anew
def _drawn(scene: Scene, plan: Plan, description: Description) -> Unrolled:
    """Lay out a scene in both forms."""
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
