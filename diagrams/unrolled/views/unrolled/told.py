"""An unrolled model in words: alt text, description and a sentence for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    cell_steps: tuple[tuple[int, ...], ...]


def told(scene: Scene, plan: Plan) -> Told:
    """Tell a scene; every number is read from the trace."""
    code = ", ".join(call.text for call in scene.model.calls)
    table = table_of(plan)
    text = f"This is the code {code} at work. " + " ".join(layer_sentences(scene, plan))
    alt = _single_alt(scene, plan) if plan.single else _alt(plan)
    return Told(alt, {"text": text, "head": table.head, "rows": table.rows}, tuple(_steps(plan)), table.steps)


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
    last = plan.groups[-1].last_step
    for group in plan.groups:
        for step in range(group.first_step + 1, group.last_step + 1):
            at = [position for position in range(group.steps) if step in group.steps_of(position)]
            said = _single(plan, group, at[0]) if plan.single else _several(group, at, step)
            yield f"Step {step} of {last}: {said}."


def _single(plan: Plan, group: Group, position: int) -> str:
    """What one layer makes of a word."""
    (reading,) = plan.readings
    turn, word, is_skipped = reading.turn(position), f"“{group.words[position]}”", reading.blocks[position].skipped
    state, memory = reading.states[turn][-1], reading.memory(position)
    before = subscripted(turn - 1) if turn > 1 else f"the {reading.states[0][-1].says}"
    after, end = f"{subscripted(turn)} ({vector(state.values)})", _end(plan, position)
    if memory is not None:
        named = subscripted(turn, "c") if is_skipped else f"the memory {subscripted(turn, 'c')}"
        after += f" and {named} ({vector(memory.values)})"
        end = f"; {subscripted(turn)} is {end}" if end else ""
    elif end:
        end = f", which is {end}" if end == "returned" else f", {end}"
    if is_skipped:
        stays = "stays as it is" if memory is None else "and the memory stay as they are"
        return f"{word} is skipped, and {before} {stays}, {after}{end}"
    return f"{word}{_given(group, position)} and {before} give {after}{end}"


def _end(plan: Plan, position: int) -> str:
    stage = plan.stages[0]
    if stage.said is None or position not in stage.said.at or position in stage.silent:
        return ""
    return "returned" if stage.said.whole else "the output"


def _several(group: Group, at: Sequence[int], step: int) -> str:
    """What all layers do at a step: with one word, or with the vector that is repeated; or each with one of its own."""
    if len(at) > 1:
        return "; ".join(part for stage in group.stages for part in _apart(group, stage, at, step))
    (position,) = at
    word = f"“{group.words[position]}”" if group.words else "the repeated vector"
    given = _given(group, position) if step == group.step_of(position) else ""
    parts = [", ".join(texts) for stage in group.stages if (texts := [*_together(stage, position, step)])]
    return "; ".join([f"{word}{given}", *parts])


def _given(group: Group, position: int) -> str:
    return f" ({vector(group.given.vector(position).values)})" if group.given else ""


def _together(stage: Stage, position: int, step: int) -> Iterator[str]:
    """What a layer does at a step where all layers are at one position."""
    for way, reading in enumerate(stage.readings):
        if reading.step(position) == step:
            does = "skips it and keeps" if reading.blocks[position].skipped else "gives"
            yield f"{way_of(stage, way)} {does} {_states(reading, position)}"
    for _, said in _answers(stage, step):
        yield said


def _apart(group: Group, stage: Stage, at: Sequence[int], step: int) -> Iterator[str]:
    """What a layer does at a step where layers, or directions, are at positions of their own."""
    for way, reading in enumerate(stage.readings):
        for position in (each for each in at if reading.step(each) == step):
            name, place = way_of(stage, way), _place(group, position)
            given = _given(group, position) if group.under(stage) is group.given else ""
            if reading.blocks[position].skipped:
                yield f"{name} skips {place} and keeps {_states(reading, position)}"
            else:
                yield f"{name} reads {place}{given} and gives {_states(reading, position)}"
    for answered, said in _answers(stage, step):
        yield said if answered is None else f"at {_place(group, answered)} {said}"


def _place(group: Group, position: int) -> str:
    return f"“{group.words[position]}”" if group.words else f"time step {position + 1}"


def _states(reading: Reading, position: int) -> str:
    """A new state, and an LSTM's memory beside it."""
    state, memory = reading.states[reading.turn(position)][-1], reading.memory(position)
    return vector(state.values) if memory is None else f"{vector(state.values)} and the memory {vector(memory.values)}"


def _answers(stage: Stage, step: int) -> Iterator[tuple[int | None, str]]:
    """What a layer answers at a step, and to which position, where that is no state that has been told already."""
    if stage.said is None or is_told(stage, stage.said):
        return
    whole = stage.said.whole
    name = f"{name_of(stage)} gives"
    if stage.kind == "both":
        name = f"{both_of(stage)} together give" if whole else f"{both_of(stage)} give in the end"
    elif stage.kind == "reading":
        name = "its answer is"
    for position, shown in zip(stage.said.at, stage.said.vectors, strict=True):
        if shown.step == step:
            chosen = f", the largest for “{shown.chosen}”" if shown.chosen else ""
            yield position if whole else None, f"{name} {vector(shown.values)}{chosen}"
