"""How much each step still moves the last state: layers side by side, computed exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from ..arrays import Weights
from ..errors import PictureError
from ..layers.layer import Layer
from ..layout import snug_box
from ..model import Model
from ..numbers import counted
from ..numbers.gradients import gradients_of
from ..numbers.weights import initial_weights
from ..picture import Picture
from .given import Inputs, fit_words, model_of, traced
from .inside.reading import Reader, reader_of
from .strengths import told
from .strengths.across import across_shapes
from .strengths.down import down_shapes
from .strengths.scene import LINEAR, LOG, Run, Scene

WIDEST, NARROW = 860, 268
"""The most that the wide form takes across, and the turned form, without their margins."""
INITIAL = "initial"

Given: TypeAlias = Weights | Sequence[Weights] | None


def gradient(
    models: Model | Layer | Sequence[Model | Layer],
    words: Sequence[str] | int,
    embeddings: Inputs | None = None,
    weights: str | Sequence[Given] | None = None,
    *,
    scale: str = LINEAR,
    layer: int | str | None = None,
) -> Picture:
    """Draw how far a small change of each word moves the last state of one layer, or of several to compare.

    Without words their number will do. Weights are the kit's readable ones,
    those of a new layer of Keras (`weights="initial"`), or given, one for each model. `scale="log"` shows tenths of
    tenths; `layer` chooses one of several recurrent layers of a model.

    >>> gradient([SimpleRNN(8), LSTM(8)], ["the", "film", "was", "not", "bad", "at", "all"])
    >>> gradient([SimpleRNN(8), LSTM(8)], 20, weights="initial", scale="log")
    """
    if scale not in (LINEAR, LOG):
        raise PictureError(f"the scale is {LINEAR!r} or {LOG!r}, not {scale!r}")
    each = [models] if isinstance(models, Model | Layer) else list(models)
    if not each:
        raise PictureError("there is nothing to compare: give at least one layer or model")
    said = _words(words)
    given = _weights(weights, len(each))
    readers = [_reader(one, said, embeddings, own, layer) for one, own in zip(each, given, strict=True)]
    names = _names(readers)
    runs = tuple(
        Run(reader.layer, name, gradients_of(reader.trace).input_strengths)
        for reader, name in zip(readers, names, strict=True)
    )
    scene = Scene(runs, None if isinstance(words, int) else tuple(words), scale, _weights_said(weights, each))
    return _drawn(scene)


def _drawn(scene: Scene) -> Picture:
    """Time runs across where that fits, else down; turned it always runs down."""
    wide, narrow = tuple(across_shapes(scene)), tuple(down_shapes(scene, NARROW))
    if snug_box(wide).width > WIDEST:
        wide = tuple(down_shapes(scene, WIDEST))
    words = told.alt(scene), told.description(scene), told.steps(scene)
    turned = Picture(narrow, snug_box(narrow), *words)
    return Picture(wide, snug_box(wide), *words, turned=turned)


def _words(words: Sequence[str] | int) -> Sequence[str]:
    if isinstance(words, int):
        if words < 1:
            raise PictureError(f"a run has at least 1 step, not {words}")
        return [str(number) for number in range(1, words + 1)]
    return words


def _weights(weights: str | Sequence[Given] | None, count: int) -> list[Given | str]:
    if weights is None or weights == INITIAL:
        return [weights] * count
    if isinstance(weights, str):
        raise PictureError(f"weights are {INITIAL!r}, or given for each model, not {weights!r}")
    if len(weights) != count:
        raise PictureError(f"weights are given for {len(weights)} of {counted(count, 'model')}: give each its own")
    return list(weights)


def _reader(
    one: Model | Layer, words: Sequence[str], embeddings: Inputs | None, own: Given | str, layer: int | str | None
) -> Reader:
    model, sentences = fit_words(model_of(one, words, embeddings), words)
    if own == INITIAL:
        own = [initial_weights(node.layer, *node.shapes) for node in model.first_uses]
    assert not isinstance(own, str)
    reader = reader_of(traced(model, sentences, embeddings, own), layer)
    if len(reader.trace.inputs) != len(words):
        steps = counted(len(reader.trace.inputs), "step")
        raise PictureError(f"the layer reads {steps}, not {len(words)}: give it as many words")
    return reader


def _names(readers: Sequence[Reader]) -> list[str]:
    """Call each layer as its code does; those that would be called alike are numbered."""
    plain = [reader.layer.name or f"{reader.layer.name_in_code}({reader.layer.units})" for reader in readers]
    often = Counter(plain)
    return [
        f"{name}, {plain[: place + 1].count(name)}" if often[name] > 1 else name for place, name in enumerate(plain)
    ]


def _weights_said(weights: str | Sequence[Given] | None, models: Sequence[Model | Layer]) -> str:
    if weights is None:
        bring = [isinstance(one, Model) and one.weights is not None for one in models]
        if all(bring):
            return "The weights are those that the models bring with them."
        if any(bring):
            return "Some models bring their weights with them; those of the others are the kit’s own."
        return "The weights are the kit’s own, short decimals chosen for states that read well."
    if weights == INITIAL:
        return "The weights are drawn as Keras’s initializers fill a new layer."
    return "The weights are given."
