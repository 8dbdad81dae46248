"""What each layer does, in a sentence or two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from ...layers.core import TrainingOnly
from ...numbers import counted
from .labels import number_of
from .plan import Plan, Stage
from .scene import Scene

if TYPE_CHECKING:
    from ...layers.bidirectional import Bidirectional
    from ...layers.core import Embedding
    from ...layers.recurrent import Recurrent

MERGED = {
    "concat": "The two answers stand side by side in one vector.",
    "sum": "The two answers are added, number by number.",
    "mul": "The two answers are multiplied, number by number.",
    "ave": "The mean of the two answers is taken, number by number.",
    None: "The two answers are returned apart.",
}


def layer_sentences(scene: Scene, plan: Plan) -> Iterator[str]:
    """Tell each layer, from the bottom up."""
    for stage in plan.stages:
        yield from {"reading": _reading, "both": _both, "repeat": _repeat, "flatten": _flatten}.get(
            stage.kind, _blocks
        )(scene, stage)
    for node in scene.model.nodes:
        inner = getattr(node.layer, "layer", node.layer)
        if inner.name_in_code == "Dropout":
            yield f"{node.calls[0].text} drops numbers in training only and changes nothing here."
        elif isinstance(inner, TrainingOnly):
            yield f"{node.calls[0].text} acts in training only and changes nothing here."
        if inner.name_in_code == "Masking":
            yield f"{node.calls[0].text} marks the steps that are skipped."


def _reading(scene: Scene, stage: Stage) -> Iterator[str]:
    node = scene.model.nodes[stage.node]
    layer, (reading,) = cast("Recurrent", node.layer), stage.readings
    skipped = sum(block.skipped for block in reading.blocks)
    times = counted(len(reading.order) - skipped, "time")
    yield f"{layer.name_in_code} with {counted(layer.units, 'unit')} is applied {times}, always with the same weights."
    size, given = counted(layer.units, "number"), counted(node.shape[1], "number")
    first = "all zeros" if node.states is None else "given to it"
    if reading.handed:
        first = f"the last of the {number_of(scene, (node.states or ())[0].node or 0)}"
    if len(layer.state_names) == 1:
        hands = f"the last state of {size}, and hands on a new state; the first state is {first}."
    else:
        hands = f"the last state and memory of {size} each, and hands on new ones; the first ones are {first}."
    yield f"Each time it takes a vector of {given} and {hands}"
    if layer.go_backwards:
        yield "It reads from the last step to the first."
    if skipped:
        yield f"{counted(skipped, 'step')} {'is' if skipped == 1 else 'are'} skipped: the state goes past."
    if layer.return_sequences:
        yield "It returns the state after every step" + (", the last word’s first." if layer.go_backwards else ".")
        if stage.silent:
            yield "At a step that is skipped it returns 0."
    elif stage.said is not None:
        yield (
            "It returns the last state."
            if reading.last not in stage.silent
            else "It returns 0, since the last step is skipped."
        )
    if reading.leaves:
        yield f"It returns {' and '.join(f'{each.role} {each.says}' for each in reversed(reading.leaves))} as well."


def _both(scene: Scene, stage: Stage) -> Iterator[str]:
    layer = cast("Bidirectional", scene.model.nodes[stage.node].layer)
    forward, backward = layer.forward, layer.backward
    yield (
        f"Bidirectional reads twice: {forward.name_in_code}({forward.units}) from the first step to the last, "
        f"{backward.name_in_code}({backward.units}) from the last to the first, each with its own weights."
    )
    yield MERGED[layer.merge_mode]
    if stage.silent:
        yield "At a step that is skipped the answer is 0."
    if not layer.layer.return_sequences:
        yield "Forward answers after the last step, backward after the first."
    if any(reading.leaves for reading in stage.readings):
        yield "The last states of both are returned as well."


def _blocks(scene: Scene, stage: Stage) -> Iterator[str]:
    layer = scene.model.nodes[stage.node].layer
    inner = getattr(layer, "layer", layer)
    said = stage.said
    if inner.name_in_code == "Embedding":
        table = cast("Embedding", inner)
        yield (
            f"Embedding looks each word up in a table of {counted(table.input_dim, 'row')} of "
            f"{counted(table.output_dim, 'number')}."
        )
        return
    often = "to the vector of each step, always with the same weights" if said and said.whole else "to that vector"
    yield f"{' '.join(line.text for line in stage.label)} is applied {often}."
    if said and said.vectors[0].winner is not None:
        yield (
            "The largest number of each answer is marked."
            if said.whole
            else "The largest number of its answer is marked."
        )


def _repeat(scene: Scene, stage: Stage) -> Iterator[str]:
    yield f"{stage.label[0].text} gives the same vector to each of the next steps."


def _flatten(scene: Scene, stage: Stage) -> Iterator[str]:
    yield "Flatten puts the numbers of all steps one after another into one vector."
