"""The parts of each cell, the links between them, and tables of where they are, across and down the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from ...flow.axis import ACROSS, DOWN, Axis
from ...flow.description import Draw, Flow, Item, Link, Side, Slot, Wire
from ...i18n import gettext, pgettext
from ...layers.recurrent import GRU, LSTM
from ...shapes.arrows import Disc
from ...shapes.blocks import EQUALS, PLUS, block_width
from .quantities import symbols
from .things import BOARD_ROWS, FLOW_AT, PrintedMoment

COLUMNS = replace(ACROSS, slot_gap=18, track_gap=8, least_wire=18)
CLOSE = replace(COLUMNS, slot_gap=6, least_wire=13, band_padding=(6, 14))
ROWS = replace(DOWN, slot_gap=8, track_gap=5, least_wire=20, band_padding=(14, 6))
ARROW_ROOM = 14
"""The gap between columns without a belt."""
FORGET, INPUT, OUTPUT = pgettext("a gate", "forget"), pgettext("a gate", "input"), pgettext("a gate", "output")
RESET, UPDATE = pgettext("a gate", "reset"), pgettext("a gate", "update")
CANDIDATE = gettext("candidate")
KERNEL_ROOM = 48
"""The space beside the kernels' blocks: these are wider than a vector, but there is no third column."""
KERNEL_WIDTH = block_width("recurrent_kernel", "", 0)
LINE_ROOM, LINES_APART = 21, 10
"""The distance of a line beside a single column from its vectors, and between two such lines."""
IN, GATE, OUT = "in", "gate", "out"
ALONG: tuple[Side, Side] = ("main-end", "main-start")
UP: tuple[Side, Side] = ("cross-end", "cross-start")
DOWN_OR_LEFT: tuple[Side, Side] = ("cross-start", "cross-end")
"""Towards the input, which is down across the page, and to the left down it."""
OPERATORS = ("adding", "adding-up", "adding-bias", "equals")
TEXT = ("entering", "x", "formulas", "note")
GATES = ("forget-gate", "input-gate", "output-gate", "reset-gate", "update-gate")
Form = Literal["across", "columns", "single"]
Grid = Iterable[tuple[str, float, Mapping[Any, str]]]
"""Tracks from input to output, each with the extra distance to the one before, and its parts by slot."""
Choice = TypeVar("Choice")


def flow_of(printed: PrintedMoment, axis: Axis, *, single: bool = False) -> Flow:
    """Build the flow of a step: across the page, or down it in columns, or in a `single` one."""
    cell = Cell(printed, "across" if axis.across else "single" if single else "columns", axis == CLOSE)
    CELLS["skipped" if printed.moment.is_skipped else printed.moment.layer.family](cell)
    if "formulas" in cell.items:
        for note in printed.notes:
            cell.flow.aside(note)
    return cell.flow


class Cell:
    """A flow being built across the page, down it in `columns`, or in a `single` one.

    In a single column, what leads past other items runs beside them: on the left into gates, and on the right out of
    them. Of two lines on a side, the one that begins first is the outer one and ends last, so that they don't cross.
    """

    def __init__(self, printed: PrintedMoment, form: Form, is_close: bool = False) -> None:
        self.printed, self.form, self.is_close = printed, form, is_close
        self.flow = Flow(even_slots=False)
        self.items: dict[str, Item] = {}
        self.is_single, self.is_across = form == "single", form == "across"
        self.room = 3 * printed.strip + 2 * (ROWS.track_gap + ARROW_ROOM + printed.slack)
        """The maximum width of text down the page."""
        if self.is_single:
            self.room = printed.strip + 2 * (LINE_ROOM + LINES_APART)

    def pick(self, across: Choice, columns: Choice, single: Choice) -> Choice:
        """Choose what this form needs."""
        return {"across": across, "columns": columns, "single": single}[self.form]

    def text(self, setting: str = "", column: float = 0) -> dict[str, Draw]:
        """Return the parts above and below all others: what enters, and the formulas."""
        if self.is_across:
            return {"x": self.printed.given(self.is_close), "formulas": self.printed.formulas()}
        column = self.room if self.is_single else column
        entering = self.printed.entering(self.room, setting, column)
        return {"entering": entering, "formulas": self.printed.formulas(self.room, column)}

    def arrange(
        self,
        parts: Mapping[str, Draw | None],
        across: Grid,
        columns: Grid,
        single: Sequence[str],
        over: Mapping[str, Sequence[str]] | None = None,
        left: Mapping[str, str] | None = None,
    ) -> None:
        """Put parts in the places of this form, and the lane behind those that belong to the step.

        Names without a part reserve space, and parts that are None are left out. Across the page, `over` gives further
        tracks of some parts. In a single column, what `left` names is to the left of another part.
        """
        grid = self._single(single, parts, left or {}) if self.is_single else self.pick(across, columns, ())
        for name, room, places in grid:
            self.flow.track(name, room)
            for slot, key in places.items():
                if (draw := parts.get(key, self.printed.nothing())) is not None:
                    self.items[key] = self.flow.put(slot, name, draw, over=self._over(name, key, over, columns))
        outside = {"entering", "x", "formulas"}
        if self.is_across:
            outside |= {f"{kind}-{when}" for kind in ("memory", "state") for when in ("before", "after")}
        away = [self.items[key] for key in outside if key in self.items]
        self.flow.band("lane", [item for item in self.flow.items if item not in away])

    def _over(self, track: str, key: str, over: Mapping[str, Sequence[str]] | None, columns: Grid) -> Sequence[str]:
        """Return the further tracks of a part; in columns, text has them all."""
        if self.is_across:
            return (over or {}).get(key, ())
        return [name for name, _, _ in columns if name != track] if key in TEXT and not self.is_single else ()

    def _single(self, order: Sequence[str], parts: Mapping[str, Draw | None], left: Mapping[str, str]) -> Grid:
        """Put parts below one another, between what enters and the formulas; an operator is between two vectors."""
        slots, last = dict[Slot, str](), 0.0
        for key in (key for key in order if parts[key] is not None):
            is_close = key in OPERATORS or (bool(slots) and slots[last] in OPERATORS)
            last += 0.5 if is_close else 1
            slots[last] = key
        at = {key: slot for slot, key in slots.items()}
        beside: dict[Slot, str] = {at[neighbour]: key for key, neighbour in left.items() if parts[key] is not None}
        text: dict[Slot, str] = {last + 1: "formulas" if "formulas" in parts else "x"}
        self.flow.sections.append(last + 0.5)
        if "entering" in parts:
            text[0] = "entering"
            self.flow.sections.insert(0, 0.5)
        line, apart = LINE_ROOM - ROWS.track_gap, LINES_APART - ROWS.track_gap
        return [
            ("outer-left", 0, {(1, last): ""}),
            ("left", apart, {(1, last): ""} | beside),
            (IN, line, slots | text),
            ("right", line, {(1, last): ""}),
            ("outer-right", apart, {(1, last): ""}),
        ]

    def wire(
        self,
        source: str,
        target: str,
        wire: Wire,
        sides: tuple[Side, Side] | None = None,
        *,
        share: float = FLOW_AT,
        outer: bool = False,
        beside: bool = False,
        **how: Any,
    ) -> Link:
        """Connect two parts: on one track or straight between tracks, unless there are `sides`.

        In a single column, lines into gates and out of them, or `beside`, run beside it to a `share` of the gate.
        """
        a, b = self.items[source], self.items[target]
        if self.is_single and a.track == b.track and (beside or source in GATES or target in GATES):
            side: Side = "cross-start" if target in GATES else "cross-end"
            shares = (0.5, share) if target in GATES else (share, 0.5)
            along = ("outer-" if outer else "") + ("left" if target in GATES else "right")
            return self.flow.link(a, b, wire, sides=(side, side), shares=shares, around=True, along=along)
        if sides is None:
            tracks = [track.name for track in self.flow.tracks]
            is_up = tracks.index(a.track) < tracks.index(b.track)
            sides = ALONG if b.track in (a.track, *a.over) or a.track in b.over else UP if is_up else DOWN_OR_LEFT
            # A gate is taller on one side of its line than on the other.
            how["shares"] = None if source in GATES else 0.5, None if target in GATES else 0.5
        return self.flow.link(a, b, wire, sides=sides, **how)

    def tap(self, key: str, wire: Wire, bus: Link) -> None:
        """Add a link from a bus up to a part above it."""
        item = self.items[key]
        self.flow.link(item, item, wire, sides=("cross-start", "cross-start"), taps=bus, curved=True)


def _setting(printed: PrintedMoment) -> str:
    x, h, _ = symbols(printed.moment)
    return gettext("%(state)s and %(x)s set every gate", state=h, x=x)


def _lstm(cell: Cell) -> None:
    """Keep a part of the memory and add what is written to it; below it, what is written to it and read from it."""
    printed, layer = cell.printed, cell.printed.moment.layer
    assert isinstance(layer, LSTM)
    vector, gate, belt = printed.vector, printed.gate, cell.pick("belt", "belt", "in")
    blocks = {
        "forget-gate": (FORGET, 2),
        "candidate": (CANDIDATE, 3),
        "input-gate": (INPUT, 3),
        "output-gate": (OUTPUT, 5),
    }
    parts: dict[str, Draw | None] = {
        **cell.text(_setting(printed)),
        "memory-before": vector("memory-before", stands=belt),
        "state-before": vector("state-before", stands="wire"),
        "forget-gate": gate("forget-gate", FORGET, "memory", on_belt=not cell.is_single),
        "kept": vector("kept", stands=belt),
        "candidate": vector("candidate"),
        "input-gate": gate("input-gate", INPUT, "memory"),
        "written": vector("written", named="under"),
        "adding": printed.operator("adding", PLUS, 4),
        "equals": printed.operator("equals", EQUALS, 4),
        "memory-after": vector("memory-after", stands=belt),
        "squash": printed.block("squash", layer.activation, "", 5, "activation"),
        "squashed": vector("squashed", named="under"),
        "output-gate": gate("output-gate", OUTPUT, "state"),
        "state-after": vector("state-after", stands="wire", named=cell.pick("over", "over", "under")),
        "x-joins": _dot("x-joins"),
    }
    for key, (title, stage) in blocks.items():
        argument = "activation" if key == "candidate" else "recurrent_activation"
        parts[f"{key}-block"] = printed.block(key, title, getattr(layer, argument), stage, argument)
    cell.arrange(
        parts,
        across=(
            ("given", 0, {0.5: "x", 0.7: "formulas"}),
            ("bus", 10, {0: "state-before", 0.5: "x-joins", (0.5, 6): ""}),
            ("blocks", 16, dict(zip((1, 2, 3, 6), (f"{key}-block" for key in blocks), strict=True))),
            (
                "mixing",
                34,
                {2: "candidate", 3: "input-gate", 4: "written", 5: "squashed", 6: "output-gate", 7: "state-after"},
            ),
            ("function", 18, {5: "squash"}),
            ("memory", 10, {0: "memory-before", 1: "forget-gate", 2.5: "kept", 4: "adding", 7: "memory-after"}),
        ),
        columns=(
            (IN, 0, {0: "entering", 1: "memory-before", 2: "candidate", 4: "squashed", 5: "formulas"}),
            (GATE, 0, {1: "forget-gate", 2: "input-gate", 3: "squash", 4: "output-gate"}),
            (OUT, 0, {1: "kept", 1.5: "adding", 2: "written", 2.5: "equals", 3: "memory-after", 4: "state-after"}),
        ),
        # Both gates' inputs are above them, and their outputs below, next to the sum.
        single=(
            *("memory-before", "candidate", "input-gate", "forget-gate", "kept", "adding", "written", "equals"),
            *("memory-after", "squash", "squashed", "output-gate", "state-after"),
        ),
        over={"state-before": ("blocks",)},
    )
    cell.wire("candidate", "input-gate", Wire("candidate-arrow", step=3))
    cell.wire("input-gate", "written", Wire("input-gate-arrow", step=3), outer=True)
    wire = Wire("squashed-arrow", step=5)
    cell.wire("squash", "squashed", wire, cell.pick(None, ("cross-start", "main-start"), None))
    cell.wire("squashed", "output-gate", Wire("output-gate-arrow", step=5))
    cell.wire("output-gate", "state-after", Wire("state-after-arrow", step=5))
    if cell.is_single:
        cell.wire("memory-before", "forget-gate", Wire("memory-before-arrow", "memory", 2), outer=True)
        cell.wire("forget-gate", "kept", Wire("kept-arrow", "memory", 2))
    if not cell.is_across:
        cell.wire("memory-after", "squash", Wire("squash-arrow", step=5))
        return
    cell.wire("memory-before", "forget-gate", _belt("memory-before-arrow", 2))
    cell.wire("forget-gate", "adding", _belt("kept-arrow", 2), loads=(cell.items["kept"],))
    leaving = cell.wire("adding", "memory-after", _belt("memory-after-arrow", 4))
    cell.wire("written", "adding", Wire("written-arrow", step=4))
    cell.wire("squash", "squash", Wire("squash-arrow", step=5), ("cross-end", "cross-end"), taps=leaving)
    bus = cell.wire("state-before", "output-gate-block", Wire("bus", step=1), ("main-end", "cross-start"), branch=True)
    cell.wire("x", "x-joins", Wire("x-line", step=1, head=False))
    for key, (_, stage) in blocks.items():
        cell.wire(f"{key}-block", key, Wire(f"{key}-rise", step=stage))
        if key != "output-gate":
            cell.tap(f"{key}-block", Wire(f"{key}-tap", step=stage), bus)


def _gru(cell: Cell) -> None:
    """Compute the candidate from what the reset gate recalls of the state; then the board is between the two."""
    printed, layer = cell.printed, cell.printed.moment.layer
    assert isinstance(layer, GRU)
    is_after, vector, state = layer.reset_after, printed.vector, printed.vector("state-before", stands="wire")
    gate, second = layer.recurrent_activation, layer.activation
    if cell.is_across:
        if is_after:
            second = pgettext("what a block computes", "sum, %(activation)s", activation=second)
        function = printed.block("candidate", CANDIDATE, second, 3, "activation")
        recalling = vector("from-state") if is_after else None
    elif is_after:
        function = printed.block("squash", layer.activation, "", 3, "activation")
        recalling = vector("from-state")
    else:
        function = printed.block("candidate", layer.activation, CANDIDATE, 3, "activation", least=0)
        recalling = printed.again(state, "recalled")
    candidate = vector("candidate", named=cell.pick("over", "under", "under"))
    parts = {
        **cell.text(_setting(printed)),
        "state-before": state if cell.is_across else printed.again(state, "kept"),
        "recalling": recalling,
        "reset-gate": printed.gate("reset-gate", RESET, "state"),
        "recalled": vector("recalled"),
        "adding-up": printed.operator("adding-up", PLUS, 3) if is_after else None,
        "from-input": vector("from-input", named=cell.pick("over", "under", "over")) if is_after else None,
        "function": function,
        "function-chip": None if is_after else printed.chip("candidate-chip", "x", 3),
        "candidate": candidate,
        "candidate-again": printed.again(candidate, "written"),
        "update-gate": printed.board("update-gate", "rest", UPDATE),
        "kept": vector("kept", named=cell.pick("over", "over", "under")),
        "written": vector("written", named=cell.pick("under", "under", "over")),
        "adding": printed.operator("adding", PLUS, 5),
        "equals": printed.operator("equals", EQUALS, 5),
        "state-after": vector("state-after", stands="wire", named=cell.pick("over", "left", "under")),
        "reset-gate-block": printed.block("reset-gate", RESET, gate, 2, "recurrent_activation"),
        "update-gate-block": printed.block("update-gate", UPDATE, gate, 4, "recurrent_activation"),
        "reset-gate-chip": printed.chip("reset-gate-chip", "state-before", 2),
        "update-gate-chip": printed.chip("update-gate-chip", "state-before", 4),
    }
    room = ARROW_ROOM + printed.slack
    cell.arrange(
        parts,
        # The state is along the top, to the board, with the candidate below; what enters a gate is a chip at its block.
        across=(
            ("given", 0, {0.5: "x", 0.7: "formulas"}),
            ("bus", 8, {(0.5, 5): ""}),
            (
                "blocks",
                16,
                {1.5: "reset-gate-chip", 2: "reset-gate-block", 3: "from-input", 4: ""}
                | {4.5: "update-gate-chip", 5: "update-gate-block"},
            ),
            ("mixing", 24, {0.5: "branch", 1: "recalling", 2: "reset-gate", 3: "recalled", 4: "function"}),
            ("written", 18, {4: "candidate", 5: "update-gate", 6: "written"}),
            ("sum", 12, {6: "adding", 7: "state-after"}),
            ("state", 12, {0: "state-before", 6: "kept"}),
        ),
        columns=(
            (
                IN,
                0,
                {0: "entering", 1: "recalling", 2: "candidate", 4: "state-before", 5: "candidate-again", 7: "formulas"},
            ),
            (GATE, room, {1: "reset-gate", 2: "function", 3: "function-chip", (4, 5): "update-gate"}),
            (
                OUT,
                room,
                {1: "recalled", 1.5: "adding-up", 2: "from-input", 4: "kept", 4.5: "adding"}
                | {5: "written", 5.5: "equals", 6: "state-after"},
            ),
        ),
        single=(
            *("recalling", "reset-gate", "recalled", "adding-up", "from-input", "function", "candidate"),
            *("state-before", "update-gate", "written", "adding", "kept", "equals", "state-after"),
        ),
        over={"update-gate": ("sum", "state"), "state-after": ("state",)},
        left={"function-chip": "function"},
    )
    upper, lower = BOARD_ROWS
    along = cell.wire("state-before", "update-gate", Wire("state-before-arrow", step=4), share=upper)
    new = cell.pick("candidate", "candidate-again", "candidate")
    cell.wire(new, "update-gate", Wire("candidate-arrow", step=4), share=lower, outer=True)
    cell.wire("update-gate", "kept", Wire("kept-arrow", step=4), share=upper, outer=True)
    cell.wire("update-gate", "written", Wire("written-arrow", step=4), share=lower)
    cell.wire("reset-gate", "recalled", Wire("recalled-line", step=2))
    cell.wire("function", "candidate", Wire("candidate-rise", step=3))
    if not cell.is_across:
        cell.wire("recalling", "reset-gate", Wire("from-state-arrow", step=2))
        if is_after:
            cell.wire("from-input", "function", Wire("sum-arrow", step=3))
        else:
            wire = Wire("recalled-arrow", step=3)
            cell.wire("recalled", "function", wire, ALONG if cell.is_single else ("main-end", "cross-end"))
            wire = Wire("candidate-chip-arrow", step=3)
            cell.wire("function-chip", "function", wire, UP if cell.is_single else ("main-start", "main-end"))
        return
    into_gate = "recalling" if is_after else "reset-gate"
    cell.wire("branch", into_gate, Wire("from-state-arrow", step=2), ("cross-start", "main-start"), taps=along)
    if is_after:
        cell.wire("recalling", "reset-gate", Wire("reset-gate-in", step=2))
    cell.wire("recalled", "function", Wire("recalled-arrow", step=3))
    cell.wire("kept", "adding", Wire("kept-line", step=5))
    cell.wire("written", "adding", Wire("written-line", step=5))
    cell.wire("adding", "state-after", Wire("state-after-arrow", step=5))
    bus = cell.wire("x", "update-gate-block", Wire("bus", step=1), UP, along="bus", branch=True)
    for key, stage in (("reset-gate", 2), ("update-gate", 4)):
        cell.wire(f"{key}-block", key, Wire(f"{key}-rise", step=stage))
        cell.wire(f"{key}-chip", f"{key}-block", Wire(f"{key}-chip-arrow", step=stage))
    cell.tap("reset-gate-block", Wire("reset-gate-tap", step=2), bus)
    if is_after:
        cell.tap("from-input", Wire("from-input-tap", step=3), bus)
        wire = Wire("from-input-arrow", step=3)
        cell.wire("from-input", "function", wire, ("main-end", "cross-start"), shares=(0.5, 0.3))
    else:
        cell.tap("function", Wire("candidate-tap", step=3), bus)


def _simple_rnn(cell: Cell) -> None:
    """Multiply state and input by their kernels and add the bias; the activation of the sum is the new state."""
    printed, layer = cell.printed, cell.printed.moment.layer
    vector, has_bias, under = printed.vector, layer.use_bias, cell.pick("over", "under", "under")
    if cell.form == "columns":
        cell.room = KERNEL_WIDTH + KERNEL_ROOM + ROWS.track_gap + printed.strip
    x, h, _ = symbols(printed.moment)
    kernel, recurrent_kernel = layer.kernel_names
    blocks = {"from-state": (recurrent_kernel, h), "from-input": (kernel, x)}
    parts = {
        **cell.text(column=KERNEL_WIDTH),
        "state-before": vector("state-before", stands="wire"),
        "from-state": vector("from-state", named=""),
        "from-input": vector("from-input", named=""),
        "adding": printed.operator("adding", PLUS, 3),
        "adding-bias": printed.operator("adding-bias", PLUS, 3) if has_bias else None,
        "bias": vector("bias", named=cell.pick("under", "left", "under")) if has_bias else None,
        "equals": printed.operator("equals", EQUALS, 3),
        "sum": vector("sum", named=cell.pick("over", "under", "over")),
        "squash": printed.block("squash", layer.activation, "", 4, "activation"),
        "state-after": vector("state-after", stands="wire", named=under),
    }
    for key, (weights, symbol) in blocks.items():
        parts[f"{key}-block"] = printed.block(key, gettext("weigh %(symbol)s", symbol=symbol), weights, 2)
    cell.arrange(
        parts,
        across=(
            ("given", 0, {1: "x", 1.5: "formulas"}),
            ("bias", 8, {2: "bias"}),
            (
                "input",
                14,
                {1: "from-input-block", 2: "from-input", 3: "adding", 4: "sum", 5: "squash", 6: "state-after"},
            ),
            ("state", 26, {0: "state-before", 1: "from-state-block", 2: "from-state"}),
        ),
        columns=(
            (IN, 0, {0: "entering", 1: "from-state-block", 2: "from-input-block", 4: "squash", 6: "formulas"}),
            (
                OUT,
                KERNEL_ROOM,
                {1: "from-state", 1.5: "adding", 2: "from-input", 2.5: "adding-bias", 3: "bias"}
                | {3.5: "equals", 4: "sum", 5: "state-after"},
            ),
        ),
        single=(
            *("from-state-block", "from-input-block", "from-input", "adding", "from-state", "adding-bias", "bias"),
            *("equals", "sum", "squash", "state-after"),
        ),
    )
    for key in blocks:
        wire = Wire(f"{key}-rise", step=2)
        cell.wire(f"{key}-block", key, wire, share=0.5, beside=True, outer=key == "from-state")
    cell.wire("sum", "squash", Wire("sum-arrow", step=4))
    wire = Wire("state-after-arrow", step=4)
    cell.wire("squash", "state-after", wire, cell.pick(None, ("main-end", "cross-start"), None))
    if not cell.is_across:
        return
    cell.wire("state-before", "from-state-block", Wire("state-before-arrow", step=1))
    cell.wire("x", "from-input-block", Wire("x-arrow", step=1))
    cell.wire("from-state", "adding", Wire("from-state-arrow", step=3), ("main-end", "cross-end"))
    cell.wire("from-input", "adding", Wire("from-input-arrow", step=3))
    cell.wire("adding", "sum", Wire("sum-line", step=3))
    if has_bias:
        cell.wire("bias", "adding", Wire("bias-arrow", step=3), ("main-end", "cross-start"))


def _skipped(cell: Cell) -> None:
    """Lead the memory and the state straight through; the input is shown without a connection."""
    printed = cell.printed
    kinds = ["state"] if printed.moment.memories is None else ["memory", "state"]
    masked = gettext("masked: it passes through unchanged")
    if len(kinds) == 2:
        masked = gettext("masked: both pass through unchanged")
    parts = {"x": printed.given(), "note": printed.note("skipped", masked, 2)}
    for kind in kinds:
        stands = ("belt" if kind == "memory" else "wire") if cell.is_across else "in"
        under = cell.pick("over", "over", "under")
        parts[f"{kind}-before"] = printed.vector(f"{kind}-before", stands=stands)
        parts[f"{kind}-after"] = printed.vector(f"{kind}-after", stands=stands, named=under)
    room, rows = ARROW_ROOM + printed.slack, dict[Slot, str](enumerate(kinds, start=1))
    cell.arrange(
        parts,
        across=(
            ("given", 0, {1: "x"}),
            ("note", 8, {1: "note"}),
            *((kind, 18, {0: f"{kind}-before", 1: "", 2: f"{kind}-after"}) for kind in reversed(kinds)),
            ("above", 0, {1: ""}),
        ),
        columns=(
            (IN, 0, {row: f"{kind}-before" for row, kind in rows.items()}),
            (GATE, room, dict.fromkeys(rows, "") | {3: "note", 4: "x"}),
            (OUT, room, {row: f"{kind}-after" for row, kind in rows.items()}),
        ),
        single=(*(f"{kind}-{when}" for kind in kinds for when in ("before", "after")), "note"),
    )
    for kind in kinds:
        is_belt = kind == "memory" and cell.is_across
        wire = Wire(f"{kind}-arrow", "memory" if kind == "memory" else "flow", 2, belt=is_belt)
        cell.wire(f"{kind}-before", f"{kind}-after", wire)


CELLS: dict[str, Callable[[Cell], None]] = {"LSTM": _lstm, "GRU": _gru, "SimpleRNN": _simple_rnn, "skipped": _skipped}


def _dot(name: str) -> Draw:
    return lambda axis, at, length: [Disc(name=name, step=1, at=at)]


def _belt(name: str, stage: int) -> Wire:
    return Wire(name, "memory", stage, belt=True)
