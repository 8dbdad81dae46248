"""The rows between the recurrent layers: words and their vectors, layers that answer each step by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from ...i18n import gettext
from ...model import Tensor
from .plan import Block, Flow, Group, Stage
from .scene import Scene, called
from .shown import Line, Row, Shown, floats

if TYPE_CHECKING:
    from ...arrays import Array
    from ...layers.activations import Activation
    from ...layers.layer import Layer

CHOOSING = ("softmax", "log_softmax")
"""The activations that make a choice between classes."""


def given_of(scene: Scene, group: Group, tensor: Tensor) -> Row:
    """The vectors of the words, as they are given."""
    vectors = tuple(
        Shown(
            name=f"{group.name}embedding-{position + 1}",
            role="embedding",
            values=floats(vector),
            step=group.first_step + position + 1,
            argument="features",
            fill=group.fills[position],
        )
        for position, vector in enumerate(scene.trace.value(tensor))
    )
    return Row(tuple(range(group.steps)), vectors, (Line(gettext("embedding"), "embedding", "features"),))


def passed(scene: Scene, node: int, flow: Flow, row: Row) -> Row:
    """Name a layer that a row passes through; Masking puts nought in the place of what is skipped."""
    values = scene.trace.traces[node].output
    found = [values[flow.order.index(position)] for position in row.at] if row.whole else [values]
    returned = Tensor(node) in scene.model.outputs
    vectors = tuple(
        replace(vector, values=floats(each), returned=vector.returned or returned)
        for vector, each in zip(row.vectors, found, strict=True)
    )
    return replace(row, vectors=vectors, label=(*row.label, Line(scene.model.nodes[node].calls[0].text, "muted")))


def blocks_of(scene: Scene, node: int, flow: Flow, fills: tuple[str, ...]) -> tuple[Stage, Flow]:
    """Draw a layer that answers each step by itself: Dense, Activation, Embedding."""
    trace = scene.trace.traces[node]
    inner: Layer = getattr(trace.layer, "layer", trace.layer)
    looks_up = inner.name_in_code == "Embedding"
    blocks: dict[int, Block] = {}
    vectors: dict[int, Shown] = {}
    for index, position in enumerate(flow.order):
        prefix = f"layer{node}-step{index + 1}-" if flow.whole else f"layer{node}-"
        step = flow.step(index)
        row = gettext("row %(number)s", number=int(trace.inputs[index])) if looks_up else ""
        blocks[position] = Block(f"{prefix}block", _text(inner), row, step)
        answer = _answer(scene, node, inner, trace.output[index] if flow.whole else trace.output)
        vectors[position] = replace(answer, name=f"{prefix}output", step=step)
        if looks_up:
            vectors[position] = replace(vectors[position], fill=fills[position])
    at = tuple(sorted(flow.order))
    stage = Stage(
        kind="blocks",
        node=node,
        layer=f"layer{node}-",
        label=_layer_label(trace.layer, inner),
        blocks=tuple(blocks[position] for position in at),
        at=at,
        said=Row(at, tuple(vectors[each] for each in at), _answer_label(scene, node, inner), flow.whole),
    )
    return stage, flow


def _text(layer: Layer) -> str:
    return cast("Activation", layer).activation if layer.name_in_code == "Activation" else layer.name_in_code


def _layer_label(layer: Layer, inner: Layer) -> tuple[Line, ...]:
    own = "Activation" if inner.name_in_code == "Activation" else called(inner)
    return (Line(own),) if inner is layer else (Line(layer.name_in_code), Line(own))


def _answer(scene: Scene, node: int, layer: Layer, values: Array) -> Shown:
    """What a layer answers at a step; the winner is found before any number is rounded."""
    returned = Tensor(node) in scene.returned
    named = returned and bool(scene.classes)
    chooses = len(values) > 1 and (getattr(layer, "activation", "") in CHOOSING or named)
    winner = int(values.argmax()) if chooses else None
    looks_up = layer.name_in_code == "Embedding"
    return Shown(
        name="",
        role="embedding" if looks_up else "output",
        values=floats(values),
        argument=scene.key(node, "output_dim" if looks_up else "units"),
        returned=returned,
        winner=winner,
        chosen=scene.classes[winner] if named and winner is not None else "",
    )


def _answer_label(scene: Scene, node: int, layer: Layer) -> tuple[Line, ...]:
    if layer.name_in_code == "Embedding":
        return (Line(gettext("embedding"), "embedding", scene.key(node, "output_dim")),)
    activation = getattr(layer, "activation", "linear")
    if layer.name_in_code == "Dense" and activation != "linear":
        return (Line(activation, "output", scene.key(node, "activation")),)
    return (Line(gettext("output"), "output"),) if Tensor(node) in scene.returned else ()


def repeat_of(scene: Scene, node: int, flow: Flow, fills: tuple[str, ...]) -> tuple[Stage, Flow]:
    """Draw the one vector that is given to each step."""
    call = scene.model.nodes[node].calls[0]
    return Stage(kind="repeat", node=node, layer=f"layer{node}-", label=(Line(call.text),)), flow


def flat_of(scene: Scene, node: int, flow: Flow, fills: tuple[str, ...]) -> tuple[Stage, Flow]:
    """Draw the vectors of all steps put one after another."""
    last, shape = max(flow.order), scene.model.nodes[node].shape
    step = max(map(flow.step, range(len(flow.order))))
    vector = Shown(
        name=f"layer{node}-output",
        role=_role_below(scene, node),
        values=floats(scene.trace.traces[node].output),
        step=step,
        returned=Tensor(node) in scene.returned,
    )
    label = (Line(f"{' × '.join(map(str, shape))} = {len(vector.values)}", vector.role),) if flow.whole else ()
    stage = Stage(
        kind="flatten",
        node=node,
        layer=f"layer{node}-",
        label=(Line(scene.model.nodes[node].calls[0].text),),
        blocks=(Block(f"layer{node}-block", "Flatten", step=vector.step),),
        at=(last,),
        said=Row((last,), (vector,), label, whole=False),
    )
    return stage, Flow(flow.first_step, (last,), whole=False, ready=(step,))


def _role_below(scene: Scene, node: int) -> str:
    """Tell the role of what goes into a layer: the same numbers keep their colour."""
    source = scene.source(scene.model.nodes[node].given).node
    name = None if source is None else scene.model.nodes[source].layer.name_in_code
    if name in (None, "Embedding"):
        return "embedding"
    return "output" if name in ("Dense", "TimeDistributed", "Activation") else "state"
