"""An unrolled model in words: alt text, description and a sentence for each step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...numbers import counted
from ...picture import Description
from .plan import Group, Plan, Reading, Stage
from .scene import Scene, subscripted
from .told_layers import layer_sentences
from .told_numbers import both_of, is_told, name_of, table_of, vector, way_of


@dataclass(frozen=True)
class Told:
    """What a picture says to those who do not see it."""

    alt: str
    description: Description
    steps: tuple[str, ...]


def told(scene: Scene, plan: Plan) -> Told:
    """Tell a scene; every number is read from the trace."""
    code = ", ".join(call.text for call in scene.model.calls)
    head, rows = table_of(plan)
    text = f"This is the code {code} at work. " + " ".join(layer_sentences(scene, plan))
    alt = _single_alt(scene, plan) if plan.single else _alt(plan)
    return Told(alt, {"text": text, "head": head, "rows": rows}, tuple(_steps(plan)))


def _single_alt(scene: Scene, plan: Plan) -> str:
    layer, (group,), (reading,) = scene.model.layer, plan.groups, plan.readings
    way = ", from the last to the first" if reading.backwards else ""
    return (
        f"{layer.name_in_code} with {counted(layer.units, 'unit')}, unrolled over "
        f"{counted(group.steps, 'time step')}{way}: “{' '.join(group.words)}”. "
        f"Each word enters as {counted(scene.model.features, 'number')}{_outcome(plan, reading)}."
    )


def _outcome(plan: Plan, reading: Reading) -> str:
    last, said = len(reading.order), plan.stages[0].said
    skipped = sum(block.skipped for block in reading.blocks)
    past = f"; {counted(skipped, 'step')} {'is' if skipped == 1 else 'are'} skipped" if skipped else ""
    if said is None:
        return f", and the last state, {subscripted(last)}, is returned{past}"
    if said.whole:
        return f", and there is an answer after each one{past}"
    if reading.last in plan.stages[0].silent:
        return f", and the output is 0, since the last step is skipped{past}"
    which = "first" if reading.backwards and last > 1 else "last"
    return f", and the state after the {which} one, {subscripted(last)}, is the output{past}"


def _alt(plan: Plan) -> str:
    """Name the words and the layers of a model of several layers."""
    said = " and ".join(
        f"“{' '.join(group.words)}” ({counted(group.steps, 'time step')})" for group in plan.groups if group.words
    )
    names = ", ".join(name_of(stage) for stage in plan.stages)
    return f"{counted(len(plan.stages), 'layer')} unrolled over {said}; from the words upwards: {names}."


def _steps(plan: Plan) -> Iterator[str]:
    last = sum(group.steps for group in plan.groups)
    for group in plan.groups:
        first = next(iter(group.readings), None)
        for position in first.order if first else range(group.steps):
            said = _single(plan, group, position) if plan.single else _several(group, position)
            yield f"Step {group.step_of(position)} of {last}: {said}."


def _single(plan: Plan, group: Group, position: int) -> str:
    """What one layer makes of a word."""
    (reading,), given = plan.readings, group.given
    assert given is not None
    turn, word = reading.turn(position), f"“{group.words[position]}”"
    *memory, state = reading.states[turn]
    before = subscripted(turn - 1) if turn > 1 else f"the {reading.states[0][-1].says}"
    after = f"{subscripted(turn)} ({vector(state.values)})"
    if reading.blocks[position].skipped:
        return f"{word} is skipped, and {before} stays as it is, {after}{_clause(plan, position)}"
    brought = f"{word} ({vector(given.vector(position).values)}) and {before} give {after}"
    if not memory:
        return f"{brought}{_clause(plan, position)}"
    kept = f"{brought} and the memory {subscripted(turn, 'c')} ({vector(memory[0].values)})"
    end = _end(plan, position)
    return f"{kept}; {subscripted(turn)} is {end}" if end else kept


def _end(plan: Plan, position: int) -> str:
    stage = plan.stages[0]
    if stage.said is None or position not in stage.said.at or position in stage.silent:
        return ""
    return "returned" if stage.said.whole else "the output"


def _clause(plan: Plan, position: int) -> str:
    end = _end(plan, position)
    return f", which is {end}" if end == "returned" else f", {end}" if end else ""


def _several(group: Group, position: int) -> str:
    """What all layers make of a word, or of the vector that is repeated."""
    word = f"“{group.words[position]}”" if group.words else "the repeated vector"
    given = f" ({vector(group.given.vector(position).values)})" if group.given else ""
    parts = [part for stage in group.stages if (part := _part(stage, position))]
    return "; ".join([f"{word}{given}", *parts])


def _part(stage: Stage, position: int) -> str:
    """What a layer makes of a position."""
    texts = []
    for way, reading in enumerate(stage.readings):
        name = way_of(stage, way)
        state = reading.states[reading.turn(position)][-1]
        does = "skips it and keeps" if reading.blocks[position].skipped else "gives"
        texts.append(f"{name} {does} {vector(state.values)}")
    if stage.said is not None and position in stage.said.at and not is_told(stage, stage.said):
        shown = stage.said.vector(position)
        name = f"{name_of(stage)} gives"
        if stage.kind == "both":
            name = f"{both_of(stage)} together give" if stage.said.whole else f"{both_of(stage)} give in the end"
        elif stage.kind == "reading":
            name = "its answer is"
        chosen = f", the largest for “{shown.chosen}”" if shown.chosen else ""
        texts.append(f"{name} {vector(shown.values)}{chosen}")
    return ", ".join(texts)
