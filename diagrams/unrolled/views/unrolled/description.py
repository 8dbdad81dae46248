"""The description of an unrolled model: its layers, a sentence for each step, and a table of every number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from ...description import Description, TableCell, TableColumn, TableRow
from ...i18n import (
    Clauses,
    Known,
    Listing,
    Paragraph,
    Series,
    Spaced,
    WithNumbers,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    quoted,
    subscripted,
)
from ...layers.core import TrainingOnly
from ..given import weights_said
from .plan import BOTH, Group, Plan, Reading, Row, Shown, Stage, number_of
from .scene import Scene

if TYPE_CHECKING:
    from ...layers.core import Embedding
    from ...layers.recurrent import Bidirectional, Recurrent

MOST_COLUMNS = 7
"""A wider table has a row for each vector instead of each step."""
MERGED = {
    "concat": gettext("The two outputs are put side by side in one vector."),
    "sum": gettext("The two outputs are added, number by number."),
    "mul": gettext("The two outputs are multiplied, number by number."),
    "ave": gettext("The two outputs are averaged, number by number."),
    None: gettext("The two outputs are returned separately."),
}


def description_of(scene: Scene, plan: Plan) -> Description:
    """Describe a scene, with every number taken from the trace."""
    code = gettext("This is the code %(code)s at work.", code=Series(*(call.text for call in scene.model.calls)))
    columns, rows = _table(scene, plan)
    return Description(
        alt=_single_alt(scene, plan) if plan.single else _alt(plan),
        text=Paragraph(code, *_layers(scene, plan), *weights_said(*scene.trace.weights)),
        steps=tuple(_steps(scene, plan)),
        columns=columns,
        rows=rows,
    )


def _single_alt(scene: Scene, plan: Plan) -> str:
    layer, (group,), (reading,) = scene.model.layer, plan.groups, plan.readings
    values = {
        "layer": layer.name_in_code,
        "units": ngettext("%(num)s unit", "%(num)s units", layer.units),
        "steps": ngettext("%(num)s time step", "%(num)s time steps", group.steps),
        "sentence": quoted(" ".join(group.words)),
    }
    over = gettext("%(layer)s with %(units)s, unrolled over %(steps)s: %(sentence)s.", **values)
    if reading.backwards:
        over = gettext(
            "%(layer)s with %(units)s, unrolled over %(steps)s, from the last to the first: %(sentence)s.", **values
        )
    return Paragraph(over, _outcome(scene, plan, reading))


def _outcome(scene: Scene, plan: Plan, reading: Reading) -> str:
    last, row = len(reading.order), plan.stages[0].said
    features = ngettext("%(num)s number", "%(num)s numbers", scene.model.features)
    state = subscripted(last)
    if row is None:
        end = gettext("the last state, %(state)s, is returned", state=state)
    elif row.whole:
        end = gettext("there is an output after each one")
    elif reading.last in plan.stages[0].silent:
        end = gettext("the output is 0, since the last step is skipped")
    elif reading.backwards and last > 1:
        end = gettext("the state after the first one, %(state)s, is the output", state=state)
    else:
        end = gettext("the state after the last one, %(state)s, is the output", state=state)
    skipped = sum(block.skipped for block in reading.blocks)
    if not skipped:
        return gettext("Each word enters as %(numbers)s, and %(outcome)s.", numbers=features, outcome=end)
    return ngettext(
        "Each word enters as %(numbers)s, and %(outcome)s; %(num)s step is skipped.",
        "Each word enters as %(numbers)s, and %(outcome)s; %(num)s steps are skipped.",
        skipped,
        numbers=features,
        outcome=end,
    )


def _alt(plan: Plan) -> str:
    """Write the alt text of a model with several layers: its words and layers."""
    sentences = Listing(
        *(
            ngettext(
                "%(sentence)s (%(num)s time step)",
                "%(sentence)s (%(num)s time steps)",
                group.steps,
                sentence=quoted(" ".join(group.words)),
            )
            for group in plan.groups
            if group.words
        )
    )
    return ngettext(
        "%(num)s layer unrolled over %(sentences)s; starting from the words: %(layers)s.",
        "%(num)s layers unrolled over %(sentences)s; starting from the words: %(layers)s.",
        len(plan.stages),
        sentences=sentences,
        layers=Series(*map(_name, plan.stages)),
    )


def _layers(scene: Scene, plan: Plan) -> Iterator[str]:
    """Describe each layer, from the bottom up."""
    kinds = {"reading": _reading, "both": _both, "repeat": _repeat, "flatten": _flatten}
    for stage in plan.stages:
        yield from kinds.get(stage.kind, _blocks)(scene, stage)
    for node in scene.model.nodes:
        inner, call = getattr(node.layer, "layer", node.layer), node.calls[0].text if node.calls else ""
        if inner.family == "Dropout":
            yield gettext("%(call)s drops numbers only in training and changes nothing here.", call=call)
        elif isinstance(inner, TrainingOnly):
            yield gettext("%(call)s acts only in training and changes nothing here.", call=call)
        if inner.family == "Masking":
            yield gettext("%(call)s marks the steps to skip.", call=call)


def _reading(scene: Scene, stage: Stage) -> Iterator[str]:
    node = scene.model.nodes[stage.node]
    layer, (reading,) = cast("Recurrent", node.layer), stage.readings
    skipped = sum(block.skipped for block in reading.blocks)
    yield gettext(
        "%(layer)s with %(units)s is applied %(times)s, always with the same weights.",
        layer=layer.name_in_code,
        units=ngettext("%(num)s unit", "%(num)s units", layer.units),
        times=ngettext("%(num)s time", "%(num)s times", len(reading.order) - skipped),
    )
    yield _handed_on(scene, stage)
    if layer.go_backwards:
        yield gettext("It reads from the last step to the first.")
    if skipped:
        yield ngettext(
            "%(num)s step is skipped: the state passes through.",
            "%(num)s steps are skipped: the state passes through.",
            skipped,
        )
    if layer.return_sequences:
        if layer.go_backwards:
            yield gettext("It returns the state after every step, the last word’s first.")
        else:
            yield gettext("It returns the state after every step.")
        if stage.silent:
            yield gettext("At a skipped step, it returns 0.")
    elif stage.said is not None and reading.last in stage.silent:
        yield gettext("It returns 0, since the last step is skipped.")
    elif stage.said is not None:
        yield gettext("It returns the last state.")
    if reading.leaves:
        states = (
            gettext("memory %(symbol)s", symbol=state.says)
            if state.role == "memory"
            else gettext("state %(symbol)s", symbol=state.says)
            for state in reversed(reading.leaves)
        )
        yield gettext("It returns %(states)s as well.", states=Listing(*states))


def _handed_on(scene: Scene, stage: Stage) -> str:
    """Describe a recurrent layer's inputs, what it passes on, and its initial state."""
    node = scene.model.nodes[stage.node]
    layer, (reading,) = cast("Recurrent", node.layer), stage.readings
    values = {
        "features": ngettext("%(num)s number", "%(num)s numbers", node.shape[1]),
        "units": ngettext("%(num)s number", "%(num)s numbers", layer.units),
    }
    if len(layer.state_names) == 1:
        begins = gettext("the first state is all zeros")
        if reading.handed:
            begins = gettext("the first state is the last one of the %(layer)s", layer=_handing(scene, stage))
        elif node.states is not None:
            begins = gettext("the first state is given")
        return gettext(
            "Each time, it takes a vector of %(features)s and the last state of %(units)s, and passes on a new "
            "state; %(begins)s.",
            begins=begins,
            **values,
        )
    begins = gettext("the first ones are all zeros")
    if reading.handed:
        begins = gettext("the first ones are the last ones of the %(layer)s", layer=_handing(scene, stage))
    elif node.states is not None:
        begins = gettext("the first ones are given")
    return gettext(
        "Each time, it takes a vector of %(features)s and the last state and memory of %(units)s each, and "
        "passes on new ones; %(begins)s.",
        begins=begins,
        **values,
    )


def _handing(scene: Scene, stage: Stage) -> str:
    """Name the layer that passes its states on."""
    return number_of(scene, (scene.model.nodes[stage.node].states or ())[0].node or 0)


def _both(scene: Scene, stage: Stage) -> Iterator[str]:
    layer = cast("Bidirectional", scene.model.nodes[stage.node].layer)
    named = {"forward": layer.forward.in_code, "backward": layer.backward.in_code}
    yield gettext(
        "Bidirectional reads twice: %(forward)s from the first step to the last, %(backward)s from the last to the "
        "first, each with its own weights.",
        **named,
    )
    yield MERGED[layer.merge_mode]
    if stage.silent:
        yield gettext("At a skipped step, the output is 0.")
    if not layer.layer.return_sequences:
        yield gettext("Forward gives its output after the last step, backward after the first.")
    if any(reading.leaves for reading in stage.readings):
        yield gettext("The last states of both are returned as well.")


def _blocks(scene: Scene, stage: Stage) -> Iterator[str]:
    layer = scene.model.nodes[stage.node].layer
    inner = getattr(layer, "layer", layer)
    row = stage.said
    if inner.family == "Embedding":
        table = cast("Embedding", inner)
        yield gettext(
            "Embedding looks each word up in a table of %(rows)s of %(numbers)s.",
            rows=ngettext("%(num)s row", "%(num)s rows", table.input_dim),
            numbers=ngettext("%(num)s number", "%(num)s numbers", table.output_dim),
        )
        return
    name = Spaced(*(line.text for line in stage.label))
    if row and row.whole:
        yield gettext("%(layer)s is applied to the vector of each step, always with the same weights.", layer=name)
    else:
        yield gettext("%(layer)s is applied to that vector.", layer=name)
    if row and row.vectors[0].winner is not None:
        yield (
            gettext("The largest number of each answer is marked.")
            if row.whole
            else gettext("The largest number of its answer is marked.")
        )


def _repeat(scene: Scene, stage: Stage) -> Iterator[str]:
    yield gettext("%(call)s gives the same vector to each of the next steps.", call=stage.label[0].text)


def _flatten(scene: Scene, stage: Stage) -> Iterator[str]:
    yield gettext("Flatten puts the numbers of all steps one after another into one vector.")


def _steps(scene: Scene, plan: Plan) -> Iterator[str]:
    for group in plan.groups:
        for step in range(group.first_step + 1, group.last_step + 1):
            at = [position for position in range(group.steps) if step in group.steps_of(position)]
            happens = _single(plan, group, at[0]) if plan.single else Clauses(*_several(scene, group, at, step))
            yield gettext("%(happens)s.", happens=happens)


def _single(plan: Plan, group: Group, position: int) -> str:
    """Describe what a single layer does with a word."""
    (reading,) = plan.readings
    turn, memory = reading.turn(position), reading.memory(position)
    state, is_skipped = reading.states[turn][-1], reading.blocks[position].skipped
    before: list[str] = [subscripted(turn - 1), subscripted(turn - 1, "c")]
    if turn == 1:
        is_zero = reading.states[0][-1].dashed
        before = [gettext("the zero state"), gettext("the zero memory")]
        if not is_zero:
            before = [gettext("the initial state"), gettext("the initial memory")]
    source = _given(group, position, quoted(group.words[position]))
    values = {
        "word": quoted(group.words[position]),
        "before": before[0],
        "sources": Listing(source, *before[: len(reading.states[0])]),
        "state": WithNumbers(subscripted(turn), _numbers(state)),
    }
    if memory is None:
        if is_skipped:
            clause = gettext("%(word)s is skipped, and %(before)s stays as it is, %(state)s", **values)
        else:
            clause = gettext("%(sources)s give %(state)s", **values)
    else:
        values["memory"] = WithNumbers(subscripted(turn, "c"), _numbers(memory))
        if is_skipped:
            clause = gettext(
                "%(word)s is skipped, and %(before)s and the memory stay as they are, %(state)s and %(memory)s",
                **values,
            )
        else:
            clause = gettext("%(sources)s give %(state)s and the memory %(memory)s", **values)
    stage = plan.stages[0]
    if stage.said is None or position not in stage.said.at or position in stage.silent:
        return clause
    symbol = subscripted(turn)
    if stage.said.whole:
        if memory is not None:
            return Clauses(clause, gettext("%(state)s is returned", state=symbol))
        return gettext("%(happens)s, which is returned", happens=clause)
    if memory is not None:
        return Clauses(clause, gettext("%(state)s is the output", state=symbol))
    return gettext("%(happens)s, the output", happens=clause)


def _several(scene: Scene, group: Group, at: Sequence[int], step: int) -> Iterator[str]:
    """Describe a step of all layers: with one word, with the repeated vector, or each with its own."""
    if len(at) > 1:
        for stage in group.stages:
            yield from _apart(scene, group, stage, at, step)
        return
    (position,) = at
    word = quoted(group.words[position]) if group.words else gettext("the repeated vector")
    yield _given(group, position, word) if step == group.step_of(position) else word
    for stage in group.stages:
        if texts := [*_together(scene, stage, position, step)]:
            yield Series(*texts)


def _given(group: Group, position: int, word: str) -> str:
    """Describe a word, with its vector if it has one."""
    return WithNumbers(word, _numbers(group.given.vector(position))) if group.given else word


def _together(scene: Scene, stage: Stage, position: int, step: int) -> Iterator[str]:
    """Describe a layer's step when all layers are at the same position."""
    for way, reading in enumerate(stage.readings):
        if reading.step(position) == step:
            layer, states = _way(stage, way), _states(reading, position)
            is_shown, is_skipped = stage.shows(reading, position), reading.blocks[position].skipped
            if is_shown and is_skipped:
                yield gettext("%(layer)s skips it and keeps %(states)s", layer=layer, states=states)
            elif is_shown:
                yield gettext("%(layer)s gives %(states)s", layer=layer, states=states)
            elif is_skipped:
                yield gettext("%(layer)s skips it", layer=layer)
    for _, answer in _answers(scene, stage, step):
        yield answer


def _apart(scene: Scene, group: Group, stage: Stage, at: Sequence[int], step: int) -> Iterator[str]:
    """Describe a layer's step when layers or directions are at different positions."""
    for way, reading in enumerate(stage.readings):
        for position in (candidate for candidate in at if reading.step(candidate) == step):
            place = _place(group, position)
            layer, states = _way(stage, way), _states(reading, position)
            is_shown, is_skipped = stage.shows(reading, position), reading.blocks[position].skipped
            if not is_skipped and group.under(stage) is group.given:
                place = _given(group, position, place)
            if is_shown and is_skipped:
                yield gettext("%(layer)s skips %(place)s and keeps %(states)s", layer=layer, place=place, states=states)
            elif is_shown:
                yield gettext("%(layer)s reads %(place)s and gives %(states)s", layer=layer, place=place, states=states)
            elif is_skipped:
                yield gettext("%(layer)s skips %(place)s", layer=layer, place=place)
            else:
                yield gettext("%(layer)s reads %(place)s", layer=layer, place=place)
    for answered, answer in _answers(scene, stage, step):
        yield (
            answer
            if answered is None
            else gettext("at %(place)s %(answer)s", place=_place(group, answered), answer=answer)
        )


def _numbers(vector: Shown) -> Known:
    return known(numbers(vector.values), vector.step, vector.role)


def _place(group: Group, position: int) -> str:
    if group.words:
        return quoted(group.words[position])
    return gettext("time step %(number)s", number=position + 1)


def _states(reading: Reading, position: int) -> str:
    """Describe a new state, and an LSTM's memory."""
    state, memory = _numbers(reading.states[reading.turn(position)][-1]), reading.memory(position)
    if memory is None:
        return state
    return gettext("%(state)s and the memory %(memory)s", state=state, memory=_numbers(memory))


def _answers(scene: Scene, stage: Stage, step: int) -> Iterator[tuple[int | None, str]]:
    """Describe a layer's output at a step and its position, unless it is a state already mentioned."""
    if stage.said is None or _is_said(stage, stage.said):
        yield from _noughts(stage, step)
        return
    is_whole = stage.said.whole
    for position, vector in zip(stage.said.at, stage.said.vectors, strict=True):
        if vector.step == step:
            answer: str = _numbers(vector)
            if vector.spoken:  # the word is drawn instead of the numbers
                answer = known(quoted(vector.chosen), vector.step, vector.role)
            elif vector.chosen:
                answer = gettext("%(numbers)s, the largest for %(name)s", numbers=answer, name=quoted(vector.chosen))
            if stage.kind == "both" and is_whole:
                clause = gettext(
                    "%(layers)s together give %(answer)s", layers=number_of(scene, stage.node, BOTH), answer=answer
                )
            elif stage.kind == "both":
                clause = gettext(
                    "in the end, %(layers)s give %(answer)s", layers=number_of(scene, stage.node, BOTH), answer=answer
                )
            elif stage.kind == "reading":
                clause = gettext("its answer is %(answer)s", answer=answer)
            else:
                clause = gettext("%(layer)s gives %(states)s", layer=_name(stage), states=answer)
            yield position if is_whole else None, clause


def _noughts(stage: Stage, step: int) -> Iterator[tuple[int, str]]:
    """Describe the separate outputs of both directions at a position they skip."""
    rows = [row for row in (stage.said, stage.also) if row is not None] if stage.also is not None else []
    for position in sorted(stage.silent):
        for way, row in enumerate(rows):
            if (vector := row.vector(position)).step == step:
                values = {"layer": _way(stage, way), "states": _numbers(vector)}
                yield position, gettext("%(layer)s gives %(states)s", **values)


def _is_said(stage: Stage, row: Row) -> bool:
    """Return whether an output is a state already mentioned."""
    if stage.kind != "reading":
        return stage.also is not None
    (reading,) = stage.readings
    states = [reading.states[reading.turn(at)][-1].values for at in row.at]
    return states == [vector.values for vector in row.vectors]


EMPTY = TableCell("", 0)


@dataclass(frozen=True)
class _Column:
    """A table column with a layer's results for the steps of a group."""

    head: TableColumn
    group: Group
    cells: dict[int, TableCell]
    """By position."""
    start: TableCell = EMPTY
    """The value before the first step."""


KINDS = {"state": pgettext("in a table", "state"), "memory": pgettext("in a table", "memory")}


def _table(scene: Scene, plan: Plan) -> tuple[tuple[TableColumn, ...], tuple[TableRow, ...]]:
    """Build the table with a row for each step; if that is too wide, a row for each vector."""
    columns = [column for group in plan.groups for column in _columns(scene, plan, group)]
    heads = [column.head for column in columns]
    has_given = any(group.given for group in plan.groups)
    if has_given:
        heads.insert(0, TableColumn(pgettext("in a table", "embedding"), "embedding"))
    starts = [EMPTY] * has_given + [column.start for column in columns]
    rows = [(TableCell(pgettext("in a table", "start"), 0), EMPTY, *starts)]
    for group in plan.groups:
        for position in range(group.steps):
            word = TableCell(group.words[position] if group.words else "", 0)
            embeddings = [_cell(group.given.vector(position)) if group.given else EMPTY] * has_given
            cells = [column.cells.get(position, EMPTY) if column.group is group else EMPTY for column in columns]
            rows.append((TableCell(str(_time_step(group, position)), 0), word, *embeddings, *cells))
    first = (TableColumn(pgettext("in a table", "time step")), TableColumn(pgettext("in a table", "word")))
    if len(first) + len(heads) <= MOST_COLUMNS:
        return (*first, *heads), tuple(map(TableRow, rows))
    # The first two columns are steps and words; every other cell becomes a row.
    single = tuple(
        TableRow((*row[:2], TableCell(head.heading, 0), cell), head.role)
        for row in rows
        for head, cell in zip(heads, row[2:], strict=True)
        if cell.text
    )
    last = (TableColumn(pgettext("in a table", "what")), TableColumn(pgettext("in a table", "numbers")))
    return (*first, *last), single


def _time_step(group: Group, position: int) -> int:
    """Return the step number of a position across all groups, in the reading order of the first recurrent layer."""
    first = next(iter(group.readings), None)
    return group.first_step + (first.turn(position) if first else position + 1)


def _cell(vector: Shown) -> TableCell:
    return TableCell(numbers(vector.values), vector.step or 0)


def _columns(scene: Scene, plan: Plan, group: Group) -> Iterator[_Column]:
    def head(layer: str, kind: str, role: str) -> TableColumn:
        named = pgettext("in a table", "%(layer)s: %(kind)s", layer=layer, kind=kind)
        return TableColumn(kind if plan.single else named, role)

    for stage in group.stages:
        for way, reading in enumerate(stage.readings):
            for place, first in reversed(list(enumerate(reading.states[0]))):
                turns = enumerate(reading.order, start=1)
                cells = {position: _cell(reading.states[turn][place]) for turn, position in turns}
                name = head(_way(stage, way), KINDS[first.role], first.role)
                yield _Column(name, group, cells, _cell(first))
        row = stage.said
        if row is not None and not _is_said(stage, row):
            cells = {at: _cell(vector) for at, vector in zip(row.at, row.vectors, strict=True)}
            layer = number_of(scene, stage.node, BOTH) if stage.kind == "both" else _name(stage)
            yield _Column(head(layer, pgettext("in a table", "answer"), row.vectors[0].role), group, cells)


def _way(stage: Stage, way: int) -> str:
    """Name a recurrent layer, or one of two directions."""
    return _name(stage) if len(stage.readings) == 1 else stage.labels[way][0].text


def _name(stage: Stage) -> str:
    """Name a layer on one line."""
    if stage.kind == "both":
        labels = (Spaced(*(line.text for line in label)) for label in stage.labels)
        return gettext("Bidirectional (%(directions)s)", directions=Series(*labels))
    return Spaced(*(line.text for line in stage.label if "=True" not in line.text))
