"""The formula of a cell in the colours of the picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from ...i18n import Together, pgettext
from ...layers.recurrent import GRU
from ...shapes.text import Run
from .moment import indexed
from .quantities import KEPT, SUM, WRITTEN, symbols, weighed

if TYPE_CHECKING:
    from .scene import Scene

Line = tuple[int, tuple[Run, ...]]
FROM = pgettext("in a formula, before a symbol", "from")


def formula_of(scene: Scene) -> list[Line]:
    """Write what the step computes, a line for each result, with the stage at which it comes about."""
    moment = scene.moment
    x, h0, h1 = symbols(moment)
    c0, c1 = indexed("c", moment.turn), indexed("c", moment.turn + 1)
    name, layer = moment.layer.activation, moment.layer
    if moment.is_skipped:
        return []
    lines: list[tuple[int, tuple[str, ...]]]
    if layer.name_in_code == "LSTM":
        lines = [
            (4, (c1, " = ", KEPT, " + ", WRITTEN, " = f × ", c0, " + i × ", "c")),
            (5, (h1, f" = o × {name}(", c1, ")")),
        ]
    elif layer.name_in_code == "GRU":
        assert isinstance(layer, GRU)
        bias = " + bias" if layer.use_bias else ""
        inner = (
            (FROM, " ", x, " + r × ", FROM, " ", h0)
            if layer.reset_after
            else (x, " · kernel + (r × ", h0, f") · recurrent_kernel{bias}")
        )
        lines = [
            (5, (h1, " = ", KEPT, " + ", WRITTEN, " = z × ", h0, " + (1 − z) × hh")),
            (3, (f"hh = {name}(", *inner, ")")),
        ]
    else:
        lines = [(3, (SUM, " = ", *weighed(moment))), (4, (h1, f" = {name}(", SUM, ")"))]
    roles = {x: moment.given_role, h0: "state", h1: "state", c0: "memory", c1: "memory", "c": "memory"}
    return [(stage, tuple(_coloured(pieces, roles))) for stage, pieces in lines]


def _coloured(pieces: Sequence[str], roles: Mapping[str, str]) -> Iterator[Run]:
    """Give symbols the colour of their vectors; pieces of one colour are set as one."""
    for token, alike in groupby(pieces, lambda piece: roles.get(piece, "ink")):
        yield Run(Together(*alike), token)
