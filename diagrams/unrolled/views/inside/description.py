"""The description of a cell: what it computes, a sentence for each stage, and every number as a table."""

from __future__ import annotations

from ...description import Description, TableColumn, TableRow
from ...i18n import (
    Listing,
    Paragraph,
    PrintedNumbers,
    Series,
    WithNumbers,
    gettext,
    ngettext,
    numbers,
    pgettext,
    quoted,
)
from ...layers.recurrent import GRU
from .quantities import symbols
from .things import DECIMALS, Scene

MOST_NUMBERS = 16
"""Of a longer vector the first three numbers are said, and the last."""
WEIGHTS = {
    "LSTM": gettext("Each gate, and the candidate, has its own quarter of the weights, the same at every step."),
    "GRU": gettext("Each gate, and the candidate, has its own third of the weights, the same at every step."),
    "SimpleRNN": gettext("It has one set of weights, the same at every step."),
}


def description_of(scene: Scene) -> Description:
    """Describe a scene; every number is read from the trace."""
    moment = scene.moment
    stages = _skipped(scene) if moment.is_skipped else _stages(scene)
    code = Series(*(call.text for call in moment.node.calls))
    text = [gettext("What %(code)s computes for one word.", code=code)]
    if not moment.is_skipped:
        text.append(WEIGHTS[moment.layer.name_in_code])
        text.append(
            gettext("Every number is printed with two decimals, and the arithmetic agrees as printed.")
            if scene.is_exact_as_printed
            else gettext(
                "Every number is rounded to two decimals after the arithmetic, so that a last digit may differ."
            )
        )
    return Description(
        alt=_alt(scene),
        text=Paragraph(*text, *stages),
        steps=tuple(stages),
        columns=(
            TableColumn(pgettext("in a table", "value")),
            TableColumn(pgettext("in a table", "what it is")),
            TableColumn(pgettext("in a table", "numbers")),
        ),
        rows=tuple(TableRow.of(each.symbol, each.how, _numbers(scene, key)) for key, each in scene.quantities.items()),
    )


def _alt(scene: Scene) -> str:
    moment = scene.moment
    layer = {
        "LSTM": gettext("Inside an LSTM layer with %(units)s", units=_units(scene)),
        "GRU": gettext("Inside a GRU layer with %(units)s", units=_units(scene)),
        "SimpleRNN": gettext("Inside a SimpleRNN layer with %(units)s", units=_units(scene)),
    }[moment.layer.name_in_code]
    values = {"layer": layer, "step": moment.step, "steps": len(moment.words), "word": quoted(moment.word)}
    where = gettext("%(layer)s, at step %(step)s of %(steps)s, the word %(word)s.", **values)
    if not moment.word:
        where = gettext("%(layer)s, at step %(step)s of %(steps)s, padding.", **values)
    state = _say(scene, "state-after")
    if moment.is_skipped:
        unchanged = WithNumbers(gettext("the state goes past unchanged"), _numbers(scene, "state-after"))
        end = gettext("The step is masked: %(unchanged)s.", unchanged=unchanged)
    elif moment.memories is None:
        end = gettext("It ends in the state %(state)s.", state=state)
    else:
        memory = _say(scene, "memory-after")
        end = gettext("It ends in the memory %(memory)s and the state %(state)s.", memory=memory, state=state)
    return Paragraph(where, end)


def _units(scene: Scene) -> str:
    layer = scene.moment.layer
    units = ngettext("%(num)s unit", "%(num)s units", layer.units)
    return WithNumbers(units, f"reset_after={layer.reset_after}") if isinstance(layer, GRU) else units


def _stages(scene: Scene) -> list[str]:
    stages = {"LSTM": _lstm, "GRU": _gru, "SimpleRNN": _simple_rnn}[scene.moment.layer.name_in_code]
    return [_entering(scene), *stages(scene)]


def _entering(scene: Scene) -> str:
    kept = [gettext("the state %(state)s", state=_say(scene, "state-before"))]
    if scene.moment.memories is not None:
        kept.append(gettext("the memory %(memory)s", memory=_say(scene, "memory-before")))
    values = {"x": _say(scene, "x"), "kept": Listing(*kept)}
    if not scene.moment.word:
        return gettext("Padding enters as %(x)s, beside %(kept)s.", **values)
    return gettext("%(word)s enters as %(x)s, beside %(kept)s.", word=quoted(scene.moment.word), **values)


def _skipped(scene: Scene) -> list[str]:
    moment = scene.moment
    masked = gettext("The step is masked: the layer does not read it, and the state goes past unchanged.")
    if moment.memories is not None:
        masked = gettext("The step is masked: the layer does not read it, and memory and state go past unchanged.")
    if moment.said is None or moment.is_returned:
        return [_entering(scene), masked]
    returned = numbers(moment.said.tolist(), DECIMALS, MOST_NUMBERS)
    return [
        _entering(scene),
        Paragraph(masked, gettext("What the layer returns for it is %(numbers)s.", numbers=returned)),
    ]


def _lstm(scene: Scene) -> list[str]:
    return [
        gettext(
            "The forget gate %(gate)s times the memory %(memory)s is what is %(kept)s.",
            gate=_say(scene, "forget-gate"),
            memory=scene.quantities["memory-before"].symbol,
            kept=_say(scene, "kept"),
        ),
        gettext(
            "The input gate %(gate)s times the candidate %(candidate)s is what is %(written)s.",
            gate=_say(scene, "input-gate"),
            candidate=_say(scene, "candidate"),
            written=_say(scene, "written"),
        ),
        gettext("Kept and written add up to the new memory %(memory)s.", memory=_say(scene, "memory-after")),
        gettext(
            "The output gate %(gate)s times %(squashed)s is the new state %(state)s.",
            gate=_say(scene, "output-gate"),
            squashed=_say(scene, "squashed"),
            state=_new_state(scene),
        ),
    ]


def _gru(scene: Scene) -> list[str]:
    x, h, _ = symbols(scene.moment)
    layer, candidate, recalled = scene.moment.layer, _say(scene, "candidate"), _say(scene, "recalled")
    if isinstance(layer, GRU) and layer.reset_after:
        reset = gettext(
            "The recurrent kernel makes of the state %(of_state)s, and the reset gate %(gate)s times that is "
            "%(recalled)s.",
            of_state=_say(scene, "from-state"),
            gate=_say(scene, "reset-gate"),
            recalled=recalled,
        )
        made = gettext(
            "That and %(of_input)s add up, and %(activation)s of the sum is the candidate %(candidate)s.",
            of_input=_say(scene, "from-input"),
            activation=layer.activation,
            candidate=candidate,
        )
    else:
        reset = gettext(
            "The reset gate %(gate)s times the state %(state)s is %(recalled)s.",
            gate=_say(scene, "reset-gate"),
            state=h,
            recalled=recalled,
        )
        made = gettext(
            "The kernels weigh %(x)s and that, and %(activation)s of the sum is the candidate %(candidate)s.",
            x=x,
            activation=layer.activation,
            candidate=candidate,
        )
    return [
        reset,
        made,
        gettext(
            "The update gate %(gate)s times the state %(state)s is what is %(kept)s; %(rest)s times the candidate is "
            "what is %(written)s.",
            gate=_say(scene, "update-gate"),
            state=h,
            kept=_say(scene, "kept"),
            rest=_say(scene, "rest"),
            written=_say(scene, "written"),
        ),
        gettext("Kept and written add up to the new state %(state)s.", state=_new_state(scene)),
    ]


def _simple_rnn(scene: Scene) -> list[str]:
    values = {"of_input": _say(scene, "from-input"), "of_state": _say(scene, "from-state")}
    added = gettext("These add up to %(sum)s.", sum=_numbers(scene, "sum"))
    if "bias" in scene.quantities:
        bias = _say(scene, "bias")
        added = gettext("These and the %(bias)s add up to %(sum)s.", bias=bias, sum=_numbers(scene, "sum"))
    return [
        gettext("The weights make %(of_input)s and %(of_state)s.", **values),
        added,
        gettext(
            "The %(activation)s of that is the new state %(state)s.",
            activation=scene.moment.layer.activation,
            state=_new_state(scene),
        ),
    ]


def _new_state(scene: Scene) -> str:
    state = _say(scene, "state-after")
    return gettext("%(state)s, the output", state=state) if scene.moment.is_returned else state


def _say(scene: Scene, key: str) -> WithNumbers:
    """Name a vector, and say its numbers."""
    return WithNumbers(scene.quantities[key].symbol, _numbers(scene, key))


def _numbers(scene: Scene, key: str) -> PrintedNumbers:
    return numbers(scene.quantities[key].values.tolist(), DECIMALS, MOST_NUMBERS)
