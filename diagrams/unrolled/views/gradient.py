"""How much each step still moves the last state: layers side by side, computed exactly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from ..arrays import Weights
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..i18n import Listing, Paragraph, gettext, ngettext, pgettext, quoted
from ..layers.layer import Layer
from ..layout import snug_box
from ..model import Model
from ..numbers import counted, text_of
from ..numbers.gradients import gradients_of
from ..numbers.weights import initial_weights
from ..picture import Picture
from .given import Inputs, fit_words, model_of, traced
from .inside.moment import Reader, reader_of
from .strengths.across import across_shapes
from .strengths.down import down_shapes
from .strengths.scene import LINEAR, LOG, Run, Scene, exactly

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
    description = _description(scene)
    turned = Picture(narrow, snug_box(narrow), description)
    return Picture(wide, snug_box(wide), description, turned=turned)


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
            return gettext("The weights are those that the models bring with them.")
        if any(bring):
            return gettext("Some models bring their weights with them; those of the others are the kit’s own.")
        return gettext("The weights are the kit’s own, short decimals chosen for states that read well.")
    if weights == INITIAL:
        return gettext("The weights are drawn as Keras’s initializers fill a new layer.")
    return gettext("The weights are given.")


def _description(scene: Scene) -> Description:
    """Say what is compared, what is seen, and how the numbers were found; each step has a row."""
    values = {
        "layers": Listing(*(run.name for run in scene.runs)),
        "steps": ngettext("%(num)s time step", "%(num)s time steps", scene.steps),
    }
    compared = gettext("How much each step still moves the last state of %(layers)s, over %(steps)s.", **values)
    if scene.words:
        compared = gettext("How much each word still moves the last state of %(layers)s, over %(steps)s.", **values)
    strongest = (
        gettext("In %(layer)s that of the strongest step is %(number)s.", layer=run.name, number=text_of(run.most, 3))
        for run in scene.runs
    )
    text = Paragraph(
        gettext(
            "The last state of a layer is differentiated by the input of each step, exactly, by the chain rule through "
            "every step in between."
        ),
        gettext(
            "Shown is how far, at most, the last state moves for a small change of the input (the largest singular "
            "value of the derivative), divided by that of the strongest step."
        ),
        *strongest,
        scene.weights_said,
        scene.note,
    )
    heads = [pgettext("in a table", "time step"), *(run.name for run in scene.runs)]
    if scene.words:
        heads.insert(1, pgettext("in a table", "word"))
    rows = []
    for step in range(1, scene.steps + 1):
        word = [scene.said(step)] if scene.words else []
        rows.append(TableRow.of(str(step), *word, *(exactly(run.shares[step - 1]) for run in scene.runs), step=step))
    return Description(
        alt=Paragraph(compared, *map(_most, scene.runs)),
        text=text,
        steps=tuple(_step(scene, step) for step in range(1, scene.steps + 1)),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(rows),
    )


def _most(run: Run) -> str:
    if run.most == 0:
        return gettext("In %(layer)s no step moves it.", layer=run.name)
    return gettext(
        "In %(layer)s step %(step)s moves it most, and step 1 %(share)s times as much.",
        layer=run.name,
        step=run.shares.index(1.0) + 1,
        share=exactly(run.shares[0]),
    )


def _step(scene: Scene, step: int) -> str:
    shares = Listing(
        *(gettext("%(share)s in %(layer)s", share=exactly(run.shares[step - 1]), layer=run.name) for run in scene.runs)
    )
    values = {"step": step, "last": scene.steps, "shares": shares}
    if scene.word(step):
        return gettext("Step %(step)s of %(last)s %(word)s: %(shares)s.", word=quoted(scene.word(step)), **values)
    if scene.words:
        return gettext("Step %(step)s of %(last)s padding: %(shares)s.", **values)
    return gettext("Step %(step)s of %(last)s: %(shares)s.", **values)
