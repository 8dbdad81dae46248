"""The vectors of one step by name, with their formulas, and the formulas in colour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import numpy as np

from ...arrays import Array
from ...fonts import TILDE
from ...i18n import Together, gettext, pgettext, quoted, subscripted
from ...layers.activations import activation_of
from ...layers.recurrent import GRU, LSTM
from ...shapes.text import Run
from .moment import Moment

Numbers = Mapping[str, Array]
C_TILDE, H_TILDE = f"c{TILDE}", f"h{TILDE}"
"""The candidates of an LSTM and of a GRU."""
FROM = pgettext("in a formula, before a symbol", "from")
PADDING = pgettext("for an empty word", "padding")
KEPT, WRITTEN, SUM = gettext("kept"), gettext("written"), gettext("sum")
KEPT_AND_WRITTEN = gettext("kept + written")
"""The names of intermediate results within a layer; weights are named as in the code."""


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
    of: Callable[[Numbers], Array] | None = None
    """Computes it from other vectors in the picture; None if weights are needed as well."""


def quantities(moment: Moment) -> dict[str, Quantity]:
    """List the vectors of a step in the order in which they are computed."""
    inside = {"LSTM": _lstm, "GRU": _gru, "SimpleRNN": _simple_rnn}[moment.layer.name_in_code]
    return {each.key: each for each in (*_given(moment), *inside(moment))}


def symbols(moment: Moment) -> tuple[str, str, str]:
    """Return the symbols of the input, and of the states before and after: `x₃`, `h₂`, `h₃`."""
    return subscripted(moment.step, "x"), subscripted(moment.turn, "h"), subscripted(moment.turn + 1, "h")


def _given(moment: Moment) -> list[Quantity]:
    x, h, _ = symbols(moment)
    is_zero = moment.begins_with_zeros
    if moment.given_role == "embedding":
        what = (
            gettext("the vector of %(word)s", word=quoted(moment.word))
            if moment.word
            else gettext("the vector of padding")
        )
    elif moment.given_role == "state":
        what = gettext("the state of the previous layer")
    else:
        what = gettext("the output of the previous layer")
    state = gettext("the previous state: all zeros") if is_zero else gettext("the previous state, passed on")
    given = [
        Quantity("x", x, what, moment.x, 1, moment.given_role, "features"),
        Quantity("state-before", h, state, moment.states[0], 1, "state"),
    ]
    if moment.memories is not None:
        c = subscripted(moment.turn, "c")
        memory = gettext("the previous memory: all zeros") if is_zero else gettext("the previous memory, passed on")
        given.append(Quantity("memory-before", c, memory, moment.memories[0], 1, "memory"))
    return given


def weighed(moment: Moment) -> tuple[str, ...]:
    """Write the weighted sum of input and state that each block computes, as symbols and the text in between."""
    x, h, _ = symbols(moment)
    bias = " + bias" if moment.layer.use_bias else ""
    return x, " · kernel + ", h, f" · recurrent_kernel{bias}"


def _lstm(moment: Moment) -> list[Quantity]:
    layer = cast("LSTM", moment.layer)
    assert moment.memories is not None
    act, name, gate = activation_of(layer.activation), layer.activation, layer.recurrent_activation
    c0, c1 = subscripted(moment.turn, "c"), subscripted(moment.turn + 1, "c")
    _, _, h1 = symbols(moment)
    f, i, candidate, o = (moment.gate(each) for each in ("forget", "input", "candidate", "output"))
    before, after = moment.memories
    weighing = "".join(weighed(moment))
    opened = f"{gate}({weighing})"
    drafted = f"{name}({weighing})"
    return [
        Quantity("forget-gate", "f", opened, f, 2),
        Quantity("kept", KEPT, f"f × {c0}", f * before, 2, "memory", of=_product("forget-gate", "memory-before")),
        Quantity("candidate", C_TILDE, drafted, candidate, 3, "memory"),
        Quantity("input-gate", "i", opened, i, 3),
        Quantity(
            "written", WRITTEN, f"i × {C_TILDE}", i * candidate, 3, "memory", of=_product("input-gate", "candidate")
        ),
        Quantity("memory-after", c1, KEPT_AND_WRITTEN, after, 4, "memory", of=_sum("kept", "written")),
        Quantity("output-gate", "o", opened, o, 5),
        Quantity(
            "squashed",
            f"{name}({c1})",
            gettext("%(activation)s of %(symbol)s", activation=name, symbol=c1),
            act(after),
            5,
            of=lambda n: act(n["memory-after"]),
        ),
        Quantity(
            "state-after",
            h1,
            f"o × {name}({c1})",
            moment.states[1],
            5,
            "state",
            of=_product("output-gate", "squashed"),
        ),
    ]


def _gru(moment: Moment) -> list[Quantity]:
    layer = cast("GRU", moment.layer)
    _, h0, h1 = symbols(moment)
    gate = f"{layer.recurrent_activation}({''.join(weighed(moment))})"
    z, candidate = moment.gate("update"), moment.gate("candidate")
    before, after = moment.states
    return [
        *(_reset_after(moment) if layer.reset_after else _reset_before(moment)),
        Quantity("update-gate", "z", gate, z, 4),
        Quantity("kept", KEPT, f"z × {h0}", z * before, 4, "state", of=_product("update-gate", "state-before")),
        Quantity("rest", "1 − z", "1 − z", 1 - z, 4, of=lambda n: 1 - n["update-gate"]),
        Quantity(
            "written",
            WRITTEN,
            f"(1 − z) × {H_TILDE}",
            (1 - z) * candidate,
            4,
            "state",
            of=_product("rest", "candidate"),
        ),
        Quantity("state-after", h1, KEPT_AND_WRITTEN, after, 5, "state", of=_sum("kept", "written")),
    ]


def _reset_after(moment: Moment) -> list[Quantity]:
    """Apply the reset gate to the product of the state and the recurrent kernel."""
    layer, weights = cast("GRU", moment.layer), moment.trace.weights
    x, h, _ = symbols(moment)
    act, part = activation_of(layer.activation), slice(2 * layer.units, None)
    bias = weights.get("bias", np.zeros((2, 3 * layer.units)))
    r = moment.gate("reset")
    of_state = moment.states[0] @ weights["recurrent_kernel"][:, part] + bias[1, part]
    of_input = moment.x @ weights["kernel"][:, part] + bias[0, part]
    also = " + bias" if layer.use_bias else ""
    product, gate = (
        gettext("r × from %(symbol)s", symbol=h),
        f"{layer.recurrent_activation}({''.join(weighed(moment))})",
    )
    return [
        Quantity("reset-gate", "r", gate, r, 2),
        Quantity("from-state", gettext("from %(symbol)s", symbol=h), f"{h} · recurrent_kernel{also}", of_state, 2),
        Quantity("recalled", product, product, r * of_state, 2, of=_product("reset-gate", "from-state")),
        Quantity("from-input", gettext("from %(symbol)s", symbol=x), f"{x} · kernel{also}", of_input, 3),
        Quantity(
            "candidate",
            H_TILDE,
            gettext("%(activation)s(from %(x)s + r × from %(h)s)", activation=layer.activation, x=x, h=h),
            moment.gate("candidate"),
            3,
            "state",
            of=lambda n: act(n["from-input"] + n["recalled"]),
        ),
    ]


def _reset_before(moment: Moment) -> list[Quantity]:
    """Apply the reset gate to the state itself, before the recurrent kernel."""
    x, h, _ = symbols(moment)
    layer = cast("GRU", moment.layer)
    r = moment.gate("reset")
    bias = " + bias" if layer.use_bias else ""
    return [
        Quantity("reset-gate", "r", f"{layer.recurrent_activation}({''.join(weighed(moment))})", r, 2),
        Quantity(
            "recalled",
            f"r × {h}",
            f"r × {h}",
            r * moment.states[0],
            2,
            "state",
            of=_product("reset-gate", "state-before"),
        ),
        Quantity(
            "candidate",
            H_TILDE,
            f"{layer.activation}({x} · kernel + (r × {h}) · recurrent_kernel{bias})",
            moment.gate("candidate"),
            3,
            "state",
        ),
    ]


def _simple_rnn(moment: Moment) -> list[Quantity]:
    layer, weights = moment.layer, moment.trace.weights
    x, h0, h1 = symbols(moment)
    act = activation_of(layer.activation)
    of_input, of_state = moment.x @ weights["kernel"], moment.states[0] @ weights["recurrent_kernel"]
    parts = [
        Quantity("from-state", f"{h0} · recurrent_kernel", f"{h0} · recurrent_kernel", of_state, 2),
        Quantity("from-input", f"{x} · kernel", f"{x} · kernel", of_input, 2),
    ]
    if layer.use_bias:
        parts.append(
            Quantity("bias", "bias", gettext("the same at every step"), weights["bias"], 3, argument="use_bias")
        )
    total = sum((each.values for each in parts), np.zeros(layer.units))
    return [
        *parts,
        Quantity("sum", SUM, "".join(weighed(moment)), total, 3, of=_sum(*(each.key for each in parts))),
        Quantity(
            "state-after",
            h1,
            gettext("%(activation)s(sum)", activation=layer.activation),
            moment.states[1],
            4,
            "state",
            of=lambda n: act(n["sum"]),
        ),
    ]


def _product(one: str, other: str) -> Callable[[Numbers], Array]:
    return lambda numbers: numbers[one] * numbers[other]


def _sum(*keys: str) -> Callable[[Numbers], Array]:
    def added(numbers: Numbers) -> Array:
        total: Array = np.sum([numbers[key] for key in keys], axis=0)
        return total

    return added


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
    if layer.name_in_code == "LSTM":
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
        given, times, state, rest = weighed(moment)
        lines = [
            (3, [(SUM, " = ", given, " · kernel"), (times.removeprefix(" · kernel"), state, rest)]),
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
