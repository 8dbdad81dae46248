"""The description of a cell: what it computes, one sentence for each stage, and a table of every number."""

from __future__ import annotations

from typing import cast

from ...description import Description, TableColumn, TableRow
from ...i18n import (
    Known,
    Listing,
    Paragraph,
    Series,
    WithNumbers,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    quoted,
)
from ...layers.recurrent import GRU
from ..given import weights_said
from .quantities import symbols
from .things import DECIMALS, PrintedMoment

MOST_NUMBERS = 16
"""Of a longer vector, only the first three numbers and the last are given."""
WEIGHTS = {
    "LSTM": gettext("Each gate, and the candidate, has its own quarter of the weights, the same at every step."),
    "GRU": gettext("Each gate, and the candidate, has its own third of the weights, the same at every step."),
    "SimpleRNN": gettext("It has one set of weights, the same at every step."),
    "RNN": gettext("Each row is a name in the code of its cell, in the order in which the code computes them."),
}


def description_of(printed: PrintedMoment) -> Description:
    """Describe a moment, with every number taken from the trace."""
    moment = printed.moment
    stages = _skipped(printed) if moment.is_skipped else _stages(printed)
    code = Series(*(call.text for call in moment.node.calls))
    text = [gettext("This is what %(code)s computes for one word.", code=code)]
    if not moment.is_skipped:
        text.append(WEIGHTS[moment.layer.family])
        text.append(
            gettext("Every number is printed with two decimals, and the arithmetic agrees as printed.")
            if printed.is_exact_as_printed
            else gettext("Every number is rounded to two decimals after the arithmetic, so the last digit may differ.")
        )
    return Description(
        alt=_alt(printed),
        text=Paragraph(
            *text,
            *(known(sentence, stage) for stage, sentence in enumerate(stages, start=1)),
            *weights_said(moment.trace.weights),
        ),
        steps=tuple(stages),
        columns=(
            TableColumn(pgettext("in a table", "value")),
            TableColumn(pgettext("in a table", "what it is")),
            TableColumn(pgettext("in a table", "numbers")),
        ),
        rows=tuple(
            TableRow.of(quantity.symbol, quantity.how, _numbers(printed, key), step=quantity.stage, role=quantity.role)
            for key, quantity in printed.quantities.items()
        ),
    )


def _alt(printed: PrintedMoment) -> str:
    moment = printed.moment
    name, layers = (
        moment.layer.name_in_code,
        {
            "RNN": gettext("Inside an RNN layer with %(units)s", units=_units(printed)),
            "LSTM": gettext("Inside an LSTM layer with %(units)s", units=_units(printed)),
            "GRU": gettext("Inside a GRU layer with %(units)s", units=_units(printed)),
            "SimpleRNN": gettext("Inside a SimpleRNN layer with %(units)s", units=_units(printed)),
        },
    )
    values = {
        "layer": layers.get(name, layers[moment.layer.family]),
        "step": moment.step,
        "steps": len(moment.words),
        "word": quoted(moment.word),
    }
    where = gettext("%(layer)s, at step %(step)s of %(steps)s, the word %(word)s.", **values)
    if not moment.word:
        where = gettext("%(layer)s, at step %(step)s of %(steps)s, padding.", **values)
    state = _say(printed, "state-after")
    if moment.is_skipped:
        unchanged = WithNumbers(gettext("the state passes through unchanged"), _numbers(printed, "state-after"))
        end = gettext("The step is masked: %(unchanged)s.", unchanged=unchanged)
    elif moment.memories is None:
        end = gettext("The result is the state %(state)s.", state=state)
    else:
        memory = _say(printed, "memory-after")
        end = gettext("The result is the memory %(memory)s and the state %(state)s.", memory=memory, state=state)
    return Paragraph(where, end)


def _units(printed: PrintedMoment) -> str:
    layer = printed.moment.layer
    units = ngettext("%(num)s unit", "%(num)s units", layer.units)
    says_when = isinstance(layer, GRU) and layer.has_return_options  # PyTorch's GRU has no such option
    return WithNumbers(units, f"reset_after={cast('GRU', layer).reset_after}") if says_when else units


def _stages(printed: PrintedMoment) -> list[str]:
    stages = {"LSTM": _lstm, "GRU": _gru, "SimpleRNN": _simple_rnn, "RNN": _written}[printed.moment.layer.family]
    return [_entering(printed), *stages(printed)]


def _written(printed: PrintedMoment) -> list[str]:
    """Say how the code of the article's own cell computes each of its names."""
    return [
        gettext(
            "%(name)s is %(formula)s: %(numbers)s.",
            name=quantity.symbol,
            formula=quantity.how,
            numbers=_numbers(printed, key),
        )
        for key, quantity in printed.quantities.items()
        if quantity.stage > 1
    ]


def _entering(printed: PrintedMoment) -> str:
    kept = [gettext("the state %(state)s", state=_say(printed, "state-before"))]
    if printed.moment.memories is not None:
        kept.append(gettext("the memory %(memory)s", memory=_say(printed, "memory-before")))
    values = {"x": _say(printed, "x"), "kept": Listing(*kept)}
    if not printed.moment.word:
        return gettext("Padding enters as %(x)s, together with %(kept)s.", **values)
    return gettext("%(word)s enters as %(x)s, together with %(kept)s.", word=quoted(printed.moment.word), **values)


def _skipped(printed: PrintedMoment) -> list[str]:
    moment = printed.moment
    state = _say(printed, "state-after")
    masked = gettext(
        "The step is masked: the layer does not read it, and the state passes through unchanged, as %(state)s.",
        state=state,
    )
    if moment.memories is not None:
        masked = gettext(
            "The step is masked: the layer does not read it, and memory and state pass through unchanged, as "
            "%(memory)s and %(state)s.",
            memory=_say(printed, "memory-after"),
            state=state,
        )
    if moment.said is None or moment.is_returned:
        return [_entering(printed), masked]
    returned = numbers(moment.said.tolist(), DECIMALS, MOST_NUMBERS)
    return [
        _entering(printed),
        Paragraph(
            masked, gettext("For this step, the layer returns %(numbers)s.", numbers=known(returned, 2, "output"))
        ),
    ]


def _lstm(printed: PrintedMoment) -> list[str]:
    return [
        gettext(
            "The forget gate %(gate)s times the memory %(memory)s gives what is %(kept)s.",
            gate=_say(printed, "forget-gate"),
            memory=printed.quantities["memory-before"].symbol,
            kept=_say(printed, "kept"),
        ),
        gettext(
            "The input gate %(gate)s times the candidate %(candidate)s gives what is %(written)s.",
            gate=_say(printed, "input-gate"),
            candidate=_say(printed, "candidate"),
            written=_say(printed, "written"),
        ),
        gettext(
            "What is kept and what is written add up to the new memory %(memory)s.",
            memory=_say(printed, "memory-after"),
        ),
        gettext(
            "The output gate %(gate)s times %(squashed)s is the new state %(state)s.",
            gate=_say(printed, "output-gate"),
            squashed=_say(printed, "squashed"),
            state=_new_state(printed),
        ),
    ]


def _gru(printed: PrintedMoment) -> list[str]:
    x, h, _ = symbols(printed.moment)
    layer, candidate, recalled = printed.moment.layer, _say(printed, "candidate"), _say(printed, "recalled")
    if isinstance(layer, GRU) and layer.reset_after:
        reset = gettext(
            "The recurrent kernel gives a vector, %(of_state)s; the reset gate %(gate)s times that vector is "
            "%(recalled)s.",
            of_state=_say(printed, "from-state"),
            gate=_say(printed, "reset-gate"),
            recalled=recalled,
        )
        draft = gettext(
            "That product and the vector %(of_input)s are added, and %(activation)s of the sum is the candidate "
            "%(candidate)s.",
            of_input=_say(printed, "from-input"),
            activation=layer.activation,
            candidate=candidate,
        )
    else:
        reset = gettext(
            "The reset gate %(gate)s times the state %(state)s is %(recalled)s.",
            gate=_say(printed, "reset-gate"),
            state=h,
            recalled=recalled,
        )
        draft = gettext(
            "The kernels weigh %(x)s and that product, and %(activation)s of the sum is the candidate %(candidate)s.",
            x=x,
            activation=layer.activation,
            candidate=candidate,
        )
    return [
        reset,
        draft,
        gettext(
            "The update gate %(gate)s times the state %(state)s gives what is %(kept)s; %(rest)s times the "
            "candidate gives what is %(written)s.",
            gate=_say(printed, "update-gate"),
            state=h,
            kept=_say(printed, "kept"),
            rest=_say(printed, "rest"),
            written=_say(printed, "written"),
        ),
        gettext("What is kept and what is written add up to the new state %(state)s.", state=_new_state(printed)),
    ]


def _simple_rnn(printed: PrintedMoment) -> list[str]:
    values = {"of_input": _say(printed, "from-input"), "of_state": _say(printed, "from-state")}
    added = gettext("These add up to %(sum)s.", sum=_numbers(printed, "sum"))
    if "bias" in printed.quantities:
        bias = _say(printed, "bias")
        added = gettext("These and the %(bias)s add up to %(sum)s.", bias=bias, sum=_numbers(printed, "sum"))
    return [
        gettext("The weights give two vectors: %(of_input)s and %(of_state)s.", **values),
        added,
        gettext(
            "The %(activation)s of that is the new state %(state)s.",
            activation=printed.moment.layer.activation,
            state=_new_state(printed),
        ),
    ]


def _new_state(printed: PrintedMoment) -> str:
    state = _say(printed, "state-after")
    return gettext("%(state)s, the output", state=state) if printed.moment.is_returned else state


def _say(printed: PrintedMoment, key: str) -> WithNumbers:
    """Format a vector as its name and its numbers."""
    return WithNumbers(printed.quantities[key].symbol, _numbers(printed, key))


def _numbers(printed: PrintedMoment, key: str) -> Known:
    quantity = printed.quantities[key]
    return known(numbers(quantity.values.tolist(), DECIMALS, MOST_NUMBERS), quantity.stage, quantity.role)
