"""The unrolled layer: a block for each time step, states handed on, every number computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.typing import ArrayLike

from ..arrays import Weights
from ..embedding import embed
from ..errors import PictureError
from ..layout import snug_box
from ..model import Model
from ..numbers import counted
from ..picture import Picture
from ..run import input_vectors, run
from ..weights import readable_weights
from .unrolled.down_shapes import turned
from .unrolled.scene import ROLES, Scene
from .unrolled.ties import tied_across
from .unrolled.told import told


@dataclass(frozen=True, kw_only=True)
class Unrolled(Picture):
    """A picture that can be tied to the code that it was read from."""

    scene: Scene

    def tied(self, *names: str) -> Unrolled:
        """Print the code under the picture, and tie these arguments of it to what they govern."""
        for name in names:
            if name not in ROLES:
                raise PictureError(f"nothing in this picture is governed by {name!r}; it has {', '.join(ROLES)}")
        return _drawn(replace(self.scene, tied=names))


def unroll(
    model: Model, words: Sequence[str], embeddings: ArrayLike | None = None, weights: Weights | None = None
) -> Unrolled:
    """Draw a model's layer unrolled over words.

    Without embeddings (time_steps, features) each word gets the kit's own; without weights the layer gets readable
    ones. Words or numbers that do not fit the code are errors at the argument's line.
    """
    _check_drawn(model)
    _check_steps(model, words)
    inputs = input_vectors(embed(words, model.features) if embeddings is None else embeddings)
    _check_inputs(model, inputs.shape)
    trace = run(model.layer, weights or readable_weights(model.layer, inputs), inputs)
    return _drawn(Scene(model, tuple(words), trace))


def _drawn(scene: Scene) -> Unrolled:
    """Lay a scene out both ways and tell it."""
    shapes, words = tuple(tied_across(scene)), told(scene)
    return Unrolled(
        shapes=shapes,
        box=snug_box(shapes),
        alt=words.alt,
        description=words.description,
        steps=words.steps,
        turned=turned(scene, words),
        arguments=scene.arguments,
        scene=scene,
    )


def _check_drawn(model: Model) -> None:
    """Refuse what this view would have to leave out."""
    for number, node in enumerate(model.nodes, start=1):
        name = node.layer.name_in_code
        if name != "SimpleRNN" or number > 1:
            said = f"`{name}` is not" if name != "SimpleRNN" else "more than one layer is not"
            raise PictureError(
                f"{said} drawn unrolled yet: it draws one SimpleRNN", block=model.code, lineno=node.calls[0].lineno
            )
    for option in ("return_sequences", "return_state", "go_backwards"):
        if getattr(model.layer, option):
            raise PictureError(
                f"`{option}=True` is not drawn yet: leave it out of the code for this figure",
                block=model.code,
                lineno=_line(model, option),
            )


def _check_steps(model: Model, words: Sequence[str]) -> None:
    if isinstance(words, str) or not words:
        raise PictureError(f'unroll wants a list of words, such as ["I", "am"], not {words!r}')
    if len(words) != model.time_steps:
        say_steps, say_words = counted(model.time_steps, "time step"), counted(len(words), "word")
        raise PictureError(
            f"the code says {say_steps}, the sentence has {say_words} ({', '.join(words)}): "
            f"write {len(words)} in the code, or give the sentence {counted(model.time_steps, 'word')}",
            block=model.code,
            lineno=_line(model, "time_steps"),
        )


def _check_inputs(model: Model, shape: tuple[int, ...]) -> None:
    if shape[0] != model.time_steps:
        given = f"{counted(model.time_steps, 'word')} and {counted(shape[0], 'embedding')}"
        raise PictureError(f"the picture is given {given}: give one for each word")
    if shape[1] != model.features:
        raise PictureError(
            f"the code says {counted(model.features, 'feature')}, the embeddings have the shape {shape}: "
            f"write {shape[1]} in the code, or give {counted(model.features, 'number')} for each word",
            block=model.code,
            lineno=_line(model, "features"),
        )


def _line(model: Model, name: str) -> int | None:
    argument = model.argument(name)
    return None if argument is None else argument.lineno
