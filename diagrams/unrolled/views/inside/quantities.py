"""The vectors of one step by name, with their formulas, and the formulas in colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from ...arrays import Array
from ...fonts import TILDE
from ...i18n import Together, gettext, pgettext, quoted, subscripted
from ...layers.layer import SUM
from ...layers.recurrent import GRU, KEPT, LSTM, WRITTEN, Recurrent
from ...recorded.arrays import Recorded
from ...recorded.writing import formula_of, symbol_of
from ...shapes.text import Run
from .moment import Moment

C_TILDE, H_TILDE = f"c{TILDE}", f"h{TILDE}"
"""The candidates of an LSTM and of a GRU."""
FROM = pgettext("in a formula, before a symbol", "from")
PADDING = pgettext("for an empty word", "padding")
KEPT_AND_WRITTEN = gettext("kept + written")


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Quantity:
    """A vector computed in the step."""

    key: str
    """Its name in the picture: `forget`, `kept` …"""
    symbol: str
    """Its name in formulas: `f`, `c₃` …"""
    how: str
    """What it is, or how it is computed."""
    values: Array
    stage: int
    role: str = "flow"
    argument: str | None = "units"


def quantities(moment: Moment) -> dict[str, Quantity]:
    """List the vectors of a step in the order in which they are computed; those that pass through a skipped one."""
    inside = {"LSTM": _lstm, "GRU": _gru, "SimpleRNN": _simple_rnn, "RNN": _written}[moment.layer.family]
    return {
        quantity.key: quantity for quantity in (*_given(moment), *(_passing if moment.is_skipped else inside)(moment))
    }


def symbols(moment: Moment) -> tuple[str, str, str]:
    """Return the symbols of the input, and of the states before and after: `x₃`, `h₂`, `h₃`."""
    return subscripted(moment.step, "x"), subscripted(moment.turn, "h"), subscripted(moment.turn + 1, "h")


def _given(moment: Moment) -> list[Quantity]:
    x, h, _ = symbols(moment)
    is_zero = moment.begins_with_zeros
    if moment.given_role == "embedding":
        meaning = (
            gettext("the vector of %(word)s", word=quoted(moment.word))
            if moment.word
            else gettext("the vector of padding")
        )
    elif moment.given_role == "state":
        meaning = gettext("the state of the previous layer")
    else:
        meaning = gettext("the output of the previous layer")
    state = gettext("the previous state: all zeros") if is_zero else gettext("the previous state, passed on")
    entering = [
        Quantity("x", x, meaning, moment.x, 1, moment.given_role, "features"),
        Quantity("state-before", h, state, moment.states[0], 1, "state"),
    ]
    if moment.memories is not None:
        c = subscripted(moment.turn, "c")
        memory = gettext("the previous memory: all zeros") if is_zero else gettext("the previous memory, passed on")
        entering.append(Quantity("memory-before", c, memory, moment.memories[0], 1, "memory"))
    return entering


def _passing(moment: Moment) -> Iterator[Quantity]:
    """List the states after a skipped step, which are those before it."""
    if moment.memories is not None:
        kept = gettext("the previous memory, passed on")
        yield Quantity("memory-after", subscripted(moment.turn + 1, "c"), kept, moment.memories[1], 2, "memory")
    kept = gettext("the previous state, passed on")
    yield Quantity("state-after", symbols(moment)[2], kept, moment.states[1], 2, "state")


def weighed(moment: Moment) -> tuple[str, ...]:
    """Write the weighted sum of input and state that each block computes, as symbols and the text in between.

    A GRU that resets after the recurrent kernel has a bias of its own for that.
    """
    (x, h, _), (of_input, of_state) = symbols(moment), products(moment.layer)
    return x, f" · {of_input} + ", h, f" · {of_state}"


def products(layer: Recurrent) -> tuple[str, str]:
    """Write what the input and the state are multiplied by, and the biases: `kernel`, `recurrent_kernel + bias`."""
    names = zip(layer.kernel_names, layer.bias_names, strict=True)
    of_input, of_state = (f"{kernel} + {bias}" if bias else kernel for kernel, bias in names)
    return of_input, of_state


def _written(moment: Moment) -> Iterator[Quantity]:
    """List what the code of the article's own cell names, in its order, each a stage of its own."""
    roles = {"h": "state", "c": "memory"}
    rows = [(key, cast("Recorded", values)) for key, values in moment.parts.items() if key != "x"]
    for stage, (key, values) in enumerate(rows, start=2):
        role = roles[key] if key in moment.layer.state_names else "flow"
        called = f"{role}-after" if role != "flow" else f"result-{stage - 1}"
        how = formula_of(values, step=moment.turn + 1)
        yield Quantity(called, symbol_of(values, step=moment.turn + 1), how, cast("Array", values), stage, role)


def _lstm(moment: Moment) -> list[Quantity]:
    layer, parts = cast("LSTM", moment.layer), moment.parts
    name, gate = layer.activation, layer.recurrent_activation
    c0, c1 = subscripted(moment.turn, "c"), subscripted(moment.turn + 1, "c")
    _, _, h1 = symbols(moment)
    weighing = "".join(weighed(moment))
    opened = f"{gate}({weighing})"
    squashed = gettext("%(activation)s of %(symbol)s", activation=name, symbol=c1)
    return [
        Quantity("forget-gate", "f", opened, parts["forget-gate"], 2),
        Quantity("kept", KEPT, f"f × {c0}", parts["kept"], 2, "memory"),
        Quantity("candidate", C_TILDE, f"{name}({weighing})", parts["candidate"], 3, "memory"),
        Quantity("input-gate", "i", opened, parts["input-gate"], 3),
        Quantity("written", WRITTEN, f"i × {C_TILDE}", parts["written"], 3, "memory"),
        Quantity("memory-after", c1, KEPT_AND_WRITTEN, parts["c"], 4, "memory"),
        Quantity("output-gate", "o", opened, parts["output-gate"], 5),
        Quantity("squashed", f"{name}({c1})", squashed, parts["squashed"], 5),
        Quantity("state-after", h1, f"o × {name}({c1})", parts["h"], 5, "state"),
    ]


def _gru(moment: Moment) -> list[Quantity]:
    layer, parts = cast("GRU", moment.layer), moment.parts
    _, h0, h1 = symbols(moment)
    gate = f"{layer.recurrent_activation}({''.join(weighed(moment))})"
    return [
        *(_reset_after(moment) if layer.reset_after else _reset_before(moment)),
        Quantity("update-gate", "z", gate, parts["update-gate"], 4),
        Quantity("kept", KEPT, f"z × {h0}", parts["kept"], 4, "state"),
        Quantity("rest", "1 − z", "1 − z", parts["rest"], 4),
        Quantity("written", WRITTEN, f"(1 − z) × {H_TILDE}", parts["written"], 4, "state"),
        Quantity("state-after", h1, KEPT_AND_WRITTEN, parts["h"], 5, "state"),
    ]


def _reset_after(moment: Moment) -> list[Quantity]:
    """Apply the reset gate to the product of the state and the recurrent kernel."""
    layer, parts = cast("GRU", moment.layer), moment.parts
    x, h, _ = symbols(moment)
    by_input, by_state = products(layer)
    product = gettext("r × from %(symbol)s", symbol=h)
    gate = f"{layer.recurrent_activation}({''.join(weighed(moment))})"
    drafted = gettext("%(activation)s(from %(x)s + r × from %(h)s)", activation=layer.activation, x=x, h=h)
    of_state, of_input = (gettext("from %(symbol)s", symbol=symbol) for symbol in (h, x))
    return [
        Quantity("reset-gate", "r", gate, parts["reset-gate"], 2),
        Quantity("from-state", of_state, f"{h} · {by_state}", parts["from-state"], 2),
        Quantity("recalled", product, product, parts["recalled"], 2),
        Quantity("from-input", of_input, f"{x} · {by_input}", parts["from-input"], 3),
        Quantity("candidate", H_TILDE, drafted, parts["candidate"], 3, "state"),
    ]


def _reset_before(moment: Moment) -> list[Quantity]:
    """Apply the reset gate to the state itself, before the recurrent kernel."""
    x, h, _ = symbols(moment)
    layer, parts = cast("GRU", moment.layer), moment.parts
    gate = f"{layer.recurrent_activation}({''.join(weighed(moment))})"
    bias = " + bias" if layer.use_bias else ""
    drafted = f"{layer.activation}({x} · kernel + (r × {h}) · recurrent_kernel{bias})"
    return [
        Quantity("reset-gate", "r", gate, parts["reset-gate"], 2),
        Quantity("recalled", f"r × {h}", f"r × {h}", parts["recalled"], 2, "state"),
        Quantity("candidate", H_TILDE, drafted, parts["candidate"], 3, "state"),
    ]


def _simple_rnn(moment: Moment) -> list[Quantity]:
    layer, parts = moment.layer, moment.parts
    x, h0, h1 = symbols(moment)
    of_input, of_state = (f"{symbol} · {kernel}" for symbol, kernel in zip((x, h0), layer.kernel_names, strict=True))
    addends = [
        Quantity("from-state", of_state, of_state, parts["from-state"], 2),
        Quantity("from-input", of_input, of_input, parts["from-input"], 2),
    ]
    bias = layer.whole_bias(moment.trace.weights)
    if bias is not None:
        name, how = " + ".join(filter(None, layer.bias_names)), gettext("the same at every step")
        addends.append(Quantity("bias", name, how, bias, 3, argument="use_bias"))
    squashed = gettext("%(activation)s(sum)", activation=layer.activation)
    return [
        *addends,
        Quantity("sum", SUM, "".join(weighed(moment)), parts["sum"], 3),
        Quantity("state-after", h1, squashed, parts["h"], 4, "state"),
    ]


@dataclass(frozen=True)
class Formula:
    """The formula of a result, as clauses between which it can be wrapped, and the stage at which it appears."""

    stage: int
    clauses: tuple[tuple[Run, ...], ...]


def formulas(moment: Moment) -> list[Formula]:
    """Write the formulas of the step, with each symbol in the colour of its vector."""
    x, h0, h1 = symbols(moment)
    c0, c1 = subscripted(moment.turn, "c"), subscripted(moment.turn + 1, "c")
    name, layer = moment.layer.activation, moment.layer
    lines: list[tuple[int, list[tuple[str, ...]]]]
    if layer.family == "LSTM":
        lines = [
            (4, [(c1, " = ", KEPT, " + ", WRITTEN), (" = f × ", c0, " + i × ", C_TILDE)]),
            (5, [(h1, f" = o × {name}(", c1, ")")]),
        ]
    elif isinstance(layer, GRU):
        bias = " + bias" if layer.use_bias else ""
        inner: list[tuple[str, ...]] = (
            [(FROM, " ", x), (" + r × ", FROM, " ", h0, ")")]
            if layer.reset_after
            else [(x, " · kernel"), (" + (r × ", h0, f") · recurrent_kernel{bias})")]
        )
        lines = [
            (5, [(h1, " = ", KEPT, " + ", WRITTEN), (" = z × ", h0, " + (1 − z) × ", H_TILDE)]),
            (3, [(H_TILDE, f" = {name}(", *inner[0]), *inner[1:]]),
        ]
    else:
        entering, times, state, rest = weighed(moment)
        weighing = f" · {layer.kernel_names[0]}"
        lines = [
            (3, [(SUM, " = ", entering, weighing), (times.removeprefix(weighing), state, rest)]),
            (4, [(h1, f" = {name}(", SUM, ")")]),
        ]
    roles = {
        x: moment.given_role,
        **dict.fromkeys((h0, h1, H_TILDE), "state"),
        **dict.fromkeys((c0, c1, C_TILDE), "memory"),
    }
    return [Formula(stage, tuple(tuple(_coloured(clause, roles)) for clause in clauses)) for stage, clauses in lines]


def _coloured(pieces: Sequence[str], roles: Mapping[str, str]) -> Iterator[Run]:
    """Colour symbols like their vectors, merging adjacent pieces of the same colour."""
    for token, alike in groupby(pieces, lambda piece: roles.get(piece, "ink")):
        yield Run(Together(*alike), token)
