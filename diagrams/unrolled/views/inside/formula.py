"""The formula of a cell in the colours of the picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...layers.recurrent import GRU
from ...shapes.text import Run
from .moment import indexed
from .quantities import symbols, weighed

if TYPE_CHECKING:
    from .scene import Scene

Line = tuple[int, tuple[Run, ...]]
SYMBOL = re.compile(r"[xhc][₀-₉]+|\bc\b")


def formula_of(scene: Scene) -> list[Line]:
    """Write what the step computes, a line for each result, with the stage at which it comes about."""
    moment = scene.moment
    x, h0, h1 = symbols(moment)
    name, layer = moment.layer.activation, moment.layer
    if moment.is_skipped:
        return []
    if layer.name_in_code == "LSTM":
        c0, c1 = indexed("c", moment.turn), indexed("c", moment.turn + 1)
        lines = [
            (4, f"{c1} = kept + written = f × {c0} + i × c"),
            (5, f"{h1} = o × {name}({c1})"),
        ]
    elif layer.name_in_code == "GRU":
        assert isinstance(layer, GRU)
        bias = " + bias" if layer.use_bias else ""
        inner = (
            f"from {x} + r × from {h0}" if layer.reset_after else f"{x} · kernel + (r × {h0}) · recurrent_kernel{bias}"
        )
        lines = [(5, f"{h1} = kept + written = z × {h0} + (1 − z) × hh"), (3, f"hh = {name}({inner})")]
    else:
        lines = [(3, f"sum = {weighed(moment)}"), (4, f"{h1} = {name}(sum)")]
    return [(stage, coloured(text, scene)) for stage, text in lines]


def coloured(text: str, scene: Scene) -> tuple[Run, ...]:
    """Give inputs, states and memories in a formula the colour of their vectors."""
    roles = {"x": scene.moment.given_role, "h": "state", "c": "memory"}
    runs, at = [], 0
    for found in SYMBOL.finditer(text):
        runs += [Run(text[at : found.start()]), Run(found[0], roles[found[0][0]])]
        at = found.end()
    runs.append(Run(text[at:]))
    return tuple(run for run in runs if run.text)
