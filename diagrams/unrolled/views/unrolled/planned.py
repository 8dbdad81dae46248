"""From a model and its numbers to what is to be seen, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...arrays import worked_out
from ...palette import word_fills
from .plan import Flow, Group, Plan, Stage
from .planned_readings import reading_of
from .planned_rows import blocks_of, flat_of, given_of, passed, repeat_of
from .scene import Scene, changes_nothing
from .shown import Row

if TYPE_CHECKING:
    from ...model import Model


def _both(scene: Scene, number: int, flow: Flow, fills: tuple[str, ...]) -> tuple[Stage, Flow]:
    from .planned_both import both_of  # few models read both ways, and a figure is drawn anew with all that it loads

    return both_of(scene, number, flow, fills)


MAKERS = {
    "SimpleRNN": reading_of,
    "GRU": reading_of,
    "LSTM": reading_of,
    "Bidirectional": _both,
    "RepeatVector": repeat_of,
    "Flatten": flat_of,
}
"""What draws a layer; any other answers each step by itself, in blocks."""


def plan_of(scene: Scene) -> Plan:
    """Go through the layers from the bottom up."""
    groups: list[Group] = []
    for chain in chains_of(scene.model):
        before = groups[-1].last_step if groups else 0
        groups.append(_group(scene, chain, _steps(scene.model, chain), before))
    return Plan(tuple(groups), scene.single)


def chains_of(model: Model) -> list[list[int]]:
    """Put the nodes that go through the same steps together; what repeats a vector begins anew."""
    chains: list[list[int]] = []
    home: dict[int, list[int]] = {}
    for number, node in enumerate(model.nodes):
        if node.given.node is None or node.layer.name_in_code == "RepeatVector":
            chains.append([])
            home[number] = chains[-1]
        else:
            home[number] = home[node.given.node]
        home[number].append(number)
    return chains


def _steps(model: Model, chain: list[int]) -> int:
    first = model.nodes[chain[0]]
    return worked_out(first.returned[0])[0] if first.layer.name_in_code == "RepeatVector" else first.shape[0]


def _group(scene: Scene, chain: list[int], steps: int, first_step: int) -> Group:
    group = _opened(scene, chain[0], steps, first_step)
    row, stages = group.given, list[Stage]()
    flow = Flow(first_step, tuple(range(steps)))
    for number in chain:
        layer = scene.model.nodes[number].layer
        if not changes_nothing(layer):
            fills = () if stages else group.fills
            stage, flow = MAKERS.get(layer.name_in_code, blocks_of)(scene, number, flow, fills)
            stages.append(stage)
        elif stages and (said := stages[-1].said) is not None:
            stages[-1] = replace(stages[-1], said=passed(scene, number, flow, said))
        elif row is not None:
            row = passed(scene, number, flow, row)
    turns = [step for stage in stages for reading in stage.readings for step in reading.steps]
    last = max(first_step + steps, *turns, *flow.ready)
    return _timed(replace(group, given=row, stages=tuple(stages), last_step=last))


def _timed(group: Group) -> Group:
    """Let what stands under the first layer that reads come about when that reads it."""

    def timed(row: Row) -> Row:
        vectors = zip(row.at, row.vectors, strict=True)
        return replace(row, vectors=tuple(replace(each, step=group.step_of(at)) for at, each in vectors))

    stages = list(group.stages)
    for number, stage in enumerate(stages):
        if stage.kind != "blocks" or stage.said is None:
            break
        blocks = zip(stage.at, stage.blocks, strict=True)
        steps = tuple(replace(block, step=group.step_of(at)) for at, block in blocks)
        stages[number] = replace(stage, blocks=steps, said=timed(stage.said))
    given = None if group.given is None else timed(group.given)
    return replace(group, given=given, stages=tuple(stages))


def _opened(scene: Scene, number: int, steps: int, first_step: int) -> Group:
    """Begin with the words, and with their vectors where no layer looks them up."""
    first = scene.model.nodes[number]
    words = () if first.given.node is not None else scene.sentences[first.given.output]
    fills = word_fills(scene.words)
    several = sum(map(bool, scene.sentences)) > 1
    group = Group(
        steps=steps,
        words=words,
        fills=tuple(fills[word] for word in words),
        name=f"input{first.given.output}-" if several and words else "",
        first_step=first_step,
    )
    return replace(group, given=given_of(scene, group, first.given)) if words and len(first.shape) == 2 else group
