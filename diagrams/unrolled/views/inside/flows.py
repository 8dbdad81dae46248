"""Layouts of the cells: the columns and rows of their parts and the links between them, across and down the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ...flow.axis import ACROSS, DOWN, Axis
from ...flow.description import Draw, Flow, Item, Link, Side, Track, Wire
from ...i18n import gettext, pgettext
from ...layers.recurrent import GRU, LSTM
from ...shapes.arrows import Disc
from ...shapes.blocks import EQUALS, PLUS, block_width
from .quantities import symbols
from .things import BOARD_ROWS, FLOW_AT, PrintedMoment

COLUMNS = replace(ACROSS, slot_gap=18, track_gap=8, least_wire=18)
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
ALL = (GATE, OUT)
RIGHT: tuple[Side, Side] = ("main-end", "main-start")
DOWNWARDS: tuple[Side, Side] = ("cross-start", "cross-end")
LEFT = DOWNWARDS
"""If time runs down, the direction from output to input is to the left."""


def flow_of(printed: PrintedMoment, axis: Axis, *, single: bool = False) -> Flow:
    """Build the flow of a step: across the page, or down it in columns, or in a `single` one."""
    name = "skipped" if printed.moment.is_skipped else printed.moment.layer.name_in_code
    return FLOWS[name][0 if axis.across else 2 if single else 1](printed)


def _setting(printed: PrintedMoment) -> str:
    x, h, _ = symbols(printed.moment)
    return gettext("%(state)s and %(x)s set every gate", state=h, x=x)


def _lstm_across(printed: PrintedMoment) -> Flow:
    """Put the memory's belt along the top; below it, what is written to it and read from it; then the blocks."""
    layer = printed.moment.layer
    assert isinstance(layer, LSTM)
    flow = _tracks(
        Track("given"),
        Track("bus", room=10),
        Track("blocks", room=16),
        Track("mixing", room=34),
        Track("function", room=18),
        Track("memory", room=10),
    )
    put, link = flow.put, flow.link
    before = put(0, "memory", printed.vector("memory-before", stands="belt"))
    state = put(0, "bus", printed.vector("state-before", stands="wire"), over=("blocks",))
    forget = put(1, "memory", printed.gate("forget-gate", FORGET, "memory", on_belt=True))
    candidate = put(2, "mixing", printed.vector("candidate"))
    kept = put(2.5, "memory", printed.vector("kept", stands="belt"))
    let_in = put(3, "mixing", printed.gate("input-gate", INPUT, "memory"))
    written = put(4, "mixing", printed.vector("written", named="under"))
    adding = put(4, "memory", printed.operator("adding", PLUS, 4))
    function = put(5, "function", printed.block("squash", layer.activation, "", 5, "activation"))
    squashed = put(5, "mixing", printed.vector("squashed", named="under"))
    let_out = put(6, "mixing", printed.gate("output-gate", OUTPUT, "state"))
    blocks = [
        (put(slot, "blocks", printed.block(key, title, name, stage, argument)), gate, key, stage)
        for slot, key, title, gate, stage in (
            (1, "forget-gate", FORGET, forget, 2),
            (2, "candidate", CANDIDATE, candidate, 3),
            (3, "input-gate", INPUT, let_in, 3),
            (6, "output-gate", OUTPUT, let_out, 5),
        )
        for name, argument in [
            (layer.activation, "activation")
            if key == "candidate"
            else (layer.recurrent_activation, "recurrent_activation")
        ]
    ]
    joins = put(0.5, "bus", _dot("x-joins"))
    put((0.5, 6), "bus", printed.nothing())
    flow.band("lane", [item for item in flow.items if item not in (before, state)])
    after = put(7, "memory", printed.vector("memory-after", stands="belt"))
    said = put(7, "mixing", printed.vector("state-after", stands="wire"))
    given = put(0.5, "given", printed.given())
    put(0.7, "given", printed.formulas())

    link(before, forget, _belt("memory-before-arrow", 2), sides=RIGHT)
    link(forget, adding, _belt("kept-arrow", 2), sides=RIGHT, loads=(kept,))
    leaving = link(adding, after, _belt("memory-after-arrow", 4), sides=RIGHT)
    link(candidate, let_in, Wire("candidate-arrow", step=3), sides=RIGHT)
    link(let_in, written, Wire("input-gate-arrow", step=3), sides=RIGHT)
    link(written, adding, Wire("written-arrow", step=4))
    link(function, function, Wire("squash-arrow", step=5), sides=("cross-end", "cross-end"), taps=leaving)
    link(function, squashed, Wire("squashed-arrow", step=5), sides=DOWNWARDS)
    link(squashed, let_out, Wire("output-gate-arrow", step=5), sides=RIGHT)
    link(let_out, said, Wire("state-after-arrow", step=5), sides=RIGHT)
    bus = link(state, blocks[-1][0], Wire("bus", step=1), sides=("main-end", "cross-start"), branch=True)
    link(given, joins, Wire("x-line", step=1, head=False))
    for block, gate, key, stage in blocks:
        link(block, gate, Wire(f"{key}-rise", step=stage))
        if block is not blocks[-1][0]:
            _tap(flow, block, f"{key}-tap", stage, bus)
    return flow


def _lstm_down(printed: PrintedMoment) -> Flow:
    """Give each row a vector, a gate and a vector; what is kept and written adds up down the last column."""
    flow = _tracks(Track(IN), Track(GATE), Track(OUT))
    put, link = flow.put, flow.link
    entering = put(0, IN, printed.entering(_room(printed), _setting(printed)), over=ALL)
    put(1, IN, printed.vector("memory-before", stands="belt"))
    put(1, GATE, printed.gate("forget-gate", FORGET, "memory", on_belt=True))
    put(1, OUT, printed.vector("kept", stands="belt"))
    put(1.5, OUT, printed.operator("adding", PLUS, 4))
    candidate = put(2, IN, printed.vector("candidate"))
    let_in = put(2, GATE, printed.gate("input-gate", INPUT, "memory"))
    written = put(2, OUT, printed.vector("written", named="under"))
    put(2.5, OUT, printed.operator("equals", EQUALS, 4))
    after = put(3, OUT, printed.vector("memory-after", stands="belt"))
    function = put(3, GATE, printed.block("squash", printed.moment.layer.activation, "", 5, "activation"))
    squashed = put(4, IN, printed.vector("squashed", named="under"))
    let_out = put(4, GATE, printed.gate("output-gate", OUTPUT, "state"))
    said = put(4, OUT, printed.vector("state-after"))
    flow.band("lane", [item for item in flow.items if item is not entering])
    put(5, IN, printed.formulas(_room(printed)), over=ALL)

    link(candidate, let_in, Wire("candidate-arrow", step=3), shares=(0.5, None))
    link(let_in, written, Wire("input-gate-arrow", step=3), shares=(None, 0.5))
    link(after, function, Wire("squash-arrow", step=5), sides=LEFT, shares=(0.5, None))
    link(function, squashed, Wire("squashed-arrow", step=5), sides=("cross-start", "main-start"))
    link(squashed, let_out, Wire("output-gate-arrow", step=5), shares=(0.5, None))
    link(let_out, said, Wire("state-after-arrow", step=5), shares=(None, 0.5))
    return flow


def _gru_across(printed: PrintedMoment) -> Flow:
    """Lead the state along the top to the board, with the candidate below; gate inputs are chips at their blocks."""
    moment = printed.moment
    layer = moment.layer
    assert isinstance(layer, GRU)
    flow = _tracks(
        Track("given"),
        Track("bus", room=8),
        Track("blocks", room=16),
        Track("mixing", room=24),
        Track("written", room=18),
        Track("sum", room=12),
        Track("state", room=12),
    )
    put, link = flow.put, flow.link
    before = put(0, "state", printed.vector("state-before", stands="wire"))
    branch = put(0.5, "mixing", printed.nothing())
    put((0.5, 5), "bus", printed.nothing())
    if layer.reset_after:
        recalling = put(1, "mixing", printed.vector("from-state"))
    reset = put(2, "mixing", printed.gate("reset-gate", RESET, "state"))
    recalled = put(3, "mixing", printed.vector("recalled"))
    gate = layer.recurrent_activation
    reset_block = put(2, "blocks", printed.block("reset-gate", RESET, gate, 2, "recurrent_activation"))
    second = pgettext("what a block computes", "sum, %(activation)s", activation=layer.activation)
    function = put(
        4,
        "mixing",
        printed.block("candidate", CANDIDATE, second if layer.reset_after else layer.activation, 3, "activation"),
    )
    candidate = put(4, "written", printed.vector("candidate"))
    update = put(5, "written", printed.board("update-gate", "rest", UPDATE), over=("sum", "state"))
    update_block = put(5, "blocks", printed.block("update-gate", UPDATE, gate, 4, "recurrent_activation"))
    chips = [
        (put(1.5, "blocks", printed.chip("reset-gate-chip", "state-before", 2)), reset_block, "reset-gate", 2),
        (put(4.5, "blocks", printed.chip("update-gate-chip", "state-before", 4)), update_block, "update-gate", 4),
    ]
    kept = put(6, "state", printed.vector("kept"))
    adding = put(6, "sum", printed.operator("adding", PLUS, 5))
    written = put(6, "written", printed.vector("written", named="under"))
    from_input = put(3, "blocks", printed.vector("from-input")) if layer.reset_after else None
    put(4, "blocks", printed.nothing())
    flow.band("lane", [item for item in flow.items if item is not before])
    said = put(7, "sum", printed.vector("state-after", stands="wire"), over=("state",))
    given = put(0.5, "given", printed.given())
    put(0.7, "given", printed.formulas())

    along = link(before, update, Wire("state-before-arrow", step=4), sides=RIGHT, shares=(0.5, None))
    into = recalling if layer.reset_after else reset
    link(branch, into, Wire("from-state-arrow", step=2), sides=("cross-start", "main-start"), taps=along)
    if layer.reset_after:
        link(recalling, reset, Wire("reset-gate-in", step=2), sides=RIGHT)
    link(reset, recalled, Wire("recalled-line", step=2), sides=RIGHT)
    link(recalled, function, Wire("recalled-arrow", step=3), sides=RIGHT)
    link(function, candidate, Wire("candidate-rise", step=3))
    link(candidate, update, Wire("candidate-arrow", step=4), sides=RIGHT)
    link(update, kept, Wire("kept-arrow", step=4), sides=RIGHT, shares=(None, 0.5))
    link(update, written, Wire("written-arrow", step=4), sides=RIGHT)
    link(kept, adding, Wire("kept-line", step=5), sides=("cross-start", "cross-end"))
    link(written, adding, Wire("written-line", step=5), sides=("cross-end", "cross-start"))
    link(adding, said, Wire("state-after-arrow", step=5), sides=RIGHT)
    link(reset_block, reset, Wire("reset-gate-rise", step=2))
    link(update_block, update, Wire("update-gate-rise", step=4))
    bus = link(given, update_block, Wire("bus", step=1), along="bus", branch=True)
    _tap(flow, reset_block, "reset-gate-tap", 2, bus)
    if from_input is not None:
        _tap(flow, from_input, "from-input-tap", 3, bus)
        link(
            from_input, function, Wire("from-input-arrow", step=3), sides=("main-end", "cross-start"), shares=(0.5, 0.3)
        )
    else:
        _tap(flow, function, "candidate-tap", 3, bus)
    for chip, block, key, stage in chips:
        link(chip, block, Wire(f"{key}-chip-arrow", step=stage), sides=RIGHT)
    return flow


def _gru_down(printed: PrintedMoment) -> Flow:
    """Start with the candidate, computed from what the reset gate recalls; then the board between it and the state."""
    layer = printed.moment.layer
    assert isinstance(layer, GRU)
    flow = _columns(printed)
    put, link = flow.put, flow.link
    entering = put(0, IN, printed.entering(_room(printed), _setting(printed)), over=ALL)
    if layer.reset_after:
        recalling = put(1, IN, printed.vector("from-state"))
    else:
        recalling = put(1, IN, printed.again(printed.vector("state-before"), "recalled"))
    reset = put(1, GATE, printed.gate("reset-gate", RESET, "state"))
    recalled = put(1, OUT, printed.vector("recalled"))
    candidate = put(2, IN, printed.vector("candidate", named="under"))
    if layer.reset_after:
        put(1.5, OUT, printed.operator("adding-up", PLUS, 3))
        function = put(2, GATE, printed.block("squash", layer.activation, "", 3, "activation"))
        weighed = put(2, OUT, printed.vector("from-input", named="under"))
        link(weighed, function, Wire("sum-arrow", step=3), sides=LEFT)
    else:
        function = put(2, GATE, printed.block("candidate", layer.activation, CANDIDATE, 3, "activation", least=0))
        chip = put(3, GATE, printed.chip("candidate-chip", "x", 3))
        link(recalled, function, Wire("recalled-arrow", step=3), sides=("main-end", "cross-end"))
        link(chip, function, Wire("candidate-chip-arrow", step=3), sides=("main-start", "main-end"))
    link(recalling, reset, Wire("from-state-arrow", step=2), shares=(0.5, None))
    link(reset, recalled, Wire("recalled-line", step=2), shares=(None, 0.5))
    link(function, candidate, Wire("candidate-rise", step=3), sides=LEFT)
    old = put(4, IN, printed.again(printed.vector("state-before"), "kept"))
    new = put(5, IN, printed.again(printed.vector("candidate", named="under"), "written"))
    update = put((4, 5), GATE, printed.board("update-gate", "rest", UPDATE))
    kept = put(4, OUT, printed.vector("kept"))
    put(4.5, OUT, printed.operator("adding", PLUS, 5))
    written = put(5, OUT, printed.vector("written", named="under"))
    put(5.5, OUT, printed.operator("equals", EQUALS, 5))
    put(6, OUT, printed.vector("state-after", named="left"))
    flow.band("lane", [item for item in flow.items if item is not entering])
    put(7, IN, printed.formulas(_room(printed)), over=ALL)

    link(old, update, Wire("state-before-arrow", step=4), shares=(0.5, None))
    link(new, update, Wire("candidate-arrow", step=4), shares=(0.5, None))
    link(update, kept, Wire("kept-arrow", step=4), shares=(None, 0.5))
    link(update, written, Wire("written-arrow", step=4), shares=(None, 0.5))
    return flow


def _simple_rnn_across(printed: PrintedMoment) -> Flow:
    """Multiply state and input by their kernels and add the bias; the activation of the sum is the new state."""
    layer = printed.moment.layer
    flow = _tracks(Track("given"), Track("bias", room=8), Track("input", room=14), Track("state", room=26))
    put, link = flow.put, flow.link
    before = put(0, "state", printed.vector("state-before", stands="wire"))
    state_block = put(1, "state", _kernel(printed, "from-state", "recurrent_kernel", 1))
    input_block = put(1, "input", _kernel(printed, "from-input", "kernel", 0))
    from_state = put(2, "state", printed.vector("from-state", named=""))
    from_input = put(2, "input", printed.vector("from-input", named=""))
    adding = put(3, "input", printed.operator("adding", PLUS, 3))
    total = put(4, "input", printed.vector("sum"))
    function = put(5, "input", printed.block("squash", layer.activation, "", 4, "activation"))
    if layer.use_bias:
        bias = put(2, "bias", printed.vector("bias", named="under"))
        link(bias, adding, Wire("bias-arrow", step=3), sides=("main-end", "cross-start"))
    flow.band("lane", [item for item in flow.items if item is not before])
    said = put(6, "input", printed.vector("state-after", stands="wire"))
    given = put(1, "given", printed.given())
    put(1.5, "given", printed.formulas())

    link(before, state_block, Wire("state-before-arrow", step=1), sides=RIGHT)
    link(given, input_block, Wire("x-arrow", step=1))
    link(state_block, from_state, Wire("from-state-rise", step=2), sides=RIGHT)
    link(input_block, from_input, Wire("from-input-rise", step=2), sides=RIGHT)
    link(from_state, adding, Wire("from-state-arrow", step=3), sides=("main-end", "cross-end"))
    link(from_input, adding, Wire("from-input-arrow", step=3), sides=RIGHT)
    link(adding, total, Wire("sum-line", step=3), sides=RIGHT)
    link(total, function, Wire("sum-arrow", step=4), sides=RIGHT)
    link(function, said, Wire("state-after-arrow", step=4), sides=RIGHT)
    return flow


def _simple_rnn_down(printed: PrintedMoment) -> Flow:
    """Sum the products of state and input with their kernels, and the bias, on the right; the activation is below."""
    layer = printed.moment.layer
    flow = _tracks(Track(IN), Track(OUT, room=KERNEL_ROOM))
    room = KERNEL_WIDTH + KERNEL_ROOM + ROWS.track_gap + printed.strip
    put, link = flow.put, flow.link
    entering = put(0, IN, printed.entering(room, column=KERNEL_WIDTH), over=(OUT,))
    state_block = put(1, IN, _kernel(printed, "from-state", "recurrent_kernel", 1))
    from_state = put(1, OUT, printed.vector("from-state", named=""))
    put(1.5, OUT, printed.operator("adding", PLUS, 3))
    input_block = put(2, IN, _kernel(printed, "from-input", "kernel", 0))
    from_input = put(2, OUT, printed.vector("from-input", named=""))
    if layer.use_bias:
        put(2.5, OUT, printed.operator("adding-bias", PLUS, 3))
        put(3, OUT, printed.vector("bias", named="left"))
    put(3.5, OUT, printed.operator("equals", EQUALS, 3))
    total = put(4, OUT, printed.vector("sum", named="under"))
    function = put(4, IN, printed.block("squash", layer.activation, "", 4, "activation"))
    said = put(5, OUT, printed.vector("state-after", named="under"))
    flow.band("lane", [item for item in flow.items if item is not entering])
    put(6, IN, printed.formulas(room, column=KERNEL_WIDTH), over=(OUT,))

    link(state_block, from_state, Wire("from-state-rise", step=2))
    link(input_block, from_input, Wire("from-input-rise", step=2))
    link(total, function, Wire("sum-arrow", step=4), sides=LEFT)
    link(function, said, Wire("state-after-arrow", step=4), sides=("main-end", "cross-start"))
    return flow


def _skipped_across(printed: PrintedMoment) -> Flow:
    """Lead the memory and the state straight through; the input is shown without a connection."""
    kinds = _passing(printed)
    flow = _tracks(
        Track("given"),
        Track("note", room=8),
        *(Track(kind, room=18) for kind in reversed(kinds)),
        Track("above"),
    )
    inner = [flow.put(1, "note", printed.note("skipped", _masked(kinds), 2)), flow.put(1, "above", printed.nothing())]
    for kind in kinds:
        inner.append(flow.put(1, kind, printed.nothing()))
        stands = "belt" if kind == "memory" else "wire"
        one, other = (
            flow.put(slot, kind, printed.vector(f"{kind}-{when}", stands=stands))
            for slot, when in ((0, "before"), (2, "after"))
        )
        flow.link(one, other, _past(kind), sides=RIGHT)
    flow.band("lane", inner)
    flow.put(1, "given", printed.given())
    return flow


def _skipped_down(printed: PrintedMoment) -> Flow:
    """Put the same in rows: the old values, and the identical new ones."""
    kinds = _passing(printed)
    flow = _columns(printed)
    for row, kind in enumerate(kinds, start=1):
        one, other = (
            flow.put(row, track, printed.vector(f"{kind}-{when}")) for track, when in ((IN, "before"), (OUT, "after"))
        )
        flow.put(row, GATE, printed.nothing())
        flow.link(one, other, Wire(f"{kind}-arrow", "memory" if kind == "memory" else "flow", 2))
    flow.put(3, GATE, printed.note("skipped", _masked(kinds), 2), over=(IN, OUT))
    flow.band("lane", list(flow.items))
    flow.put(4, GATE, printed.given(), over=(IN, OUT))
    return flow


class Single:
    """A flow down the page in a single column.

    What leads past other items runs beside them: on the left into gates, and on the right out of them. Of two lines on
    a side, the one that begins first ends last, so that they don't cross.
    """

    def __init__(self, printed: PrintedMoment) -> None:
        self.printed = printed
        self.flow = _tracks(
            Track("outer-left"),
            Track("left", room=LINES_APART - ROWS.track_gap),
            Track(IN, room=LINE_ROOM - ROWS.track_gap),
            Track("right", room=LINE_ROOM - ROWS.track_gap),
            Track("outer-right", room=LINES_APART - ROWS.track_gap),
        )
        self.room = printed.strip + 2 * (LINE_ROOM + LINES_APART)
        self.items: list[Item] = []
        self.last = 0.0
        if not printed.moment.is_skipped:
            setting = "" if printed.moment.layer.name_in_code == "SimpleRNN" else _setting(printed)
            self.flow.put(0, IN, printed.entering(self.room, setting, self.room))
            self.flow.sections.append(0.5)

    def put(self, draw: Draw, after: float = 1) -> Item:
        """Add an item at the end; an operator comes half a step after a vector."""
        self.last += after
        self.items.append(self.flow.put(self.last, IN, draw))
        return self.items[-1]

    def operator(self, name: str, sign: str, stage: int) -> Item:
        """Add an operator between two vectors."""
        return self.put(self.printed.operator(name, sign, stage), 0.5)

    def down(self, one: Item, other: Item, wire: Wire) -> None:
        """Lead from one item straight to the next."""
        self.flow.link(one, other, wire, sides=("main-end", "main-start"))

    def into(self, one: Item, gate: Item, wire: Wire, share: float = FLOW_AT, *, outer: bool = False) -> None:
        """Lead from an item to a gate, on the left."""
        self._beside(one, gate, wire, "cross-start", (0.5, share), "outer-left" if outer else "left")

    def out_of(self, gate: Item, other: Item, wire: Wire, share: float = FLOW_AT, *, outer: bool = False) -> None:
        """Lead from a gate to an item, on the right."""
        self._beside(gate, other, wire, "cross-end", (share, 0.5), "outer-right" if outer else "right")

    def _beside(self, one: Item, other: Item, wire: Wire, side: Side, shares: tuple[float, float], along: str) -> None:
        self.flow.link(one, other, wire, sides=(side, side), shares=shares, around=True, along=along)

    def finished(self) -> Flow:
        """Add the lane, and what is below it: the formulas, or the input that was skipped."""
        printed = self.printed
        for track in ("outer-left", "left", "right", "outer-right"):
            self.items.append(self.flow.put((1, self.last), track, printed.nothing()))
        self.flow.band("lane", self.items)
        self.flow.sections.append(self.last + 0.5)
        under = printed.given() if printed.moment.is_skipped else printed.formulas(self.room, self.room)
        self.flow.put(self.last + 1, IN, under)
        return self.flow


def _lstm_single(printed: PrintedMoment) -> Flow:
    """Put what flows through two gates above these, and what comes out of them below, where it adds up."""
    single = Single(printed)
    put = single.put
    before, candidate = put(printed.vector("memory-before")), put(printed.vector("candidate"))
    let_in = put(printed.gate("input-gate", INPUT, "memory"))
    forget = put(printed.gate("forget-gate", FORGET, "memory"))
    kept = put(printed.vector("kept"))
    single.operator("adding", PLUS, 4)
    written = put(printed.vector("written", named="under"), 0.5)
    single.operator("equals", EQUALS, 4)
    after = put(printed.vector("memory-after"), 0.5)
    function = put(printed.block("squash", printed.moment.layer.activation, "", 5, "activation"))
    squashed = put(printed.vector("squashed", named="under"))
    let_out = put(printed.gate("output-gate", OUTPUT, "state"))
    said = put(printed.vector("state-after", named="under"))

    single.into(before, forget, Wire("memory-before-arrow", "memory", 2), outer=True)
    single.into(candidate, let_in, Wire("candidate-arrow", step=3))
    single.out_of(forget, kept, Wire("kept-arrow", "memory", 2))
    single.out_of(let_in, written, Wire("input-gate-arrow", step=3), outer=True)
    single.down(after, function, Wire("squash-arrow", step=5))
    single.down(function, squashed, Wire("squashed-arrow", step=5))
    single.into(squashed, let_out, Wire("output-gate-arrow", step=5))
    single.out_of(let_out, said, Wire("state-after-arrow", step=5))
    return single.finished()


def _gru_single(printed: PrintedMoment) -> Flow:
    """Compute the candidate from what the reset gate recalls; then the board is between it and the state."""
    layer = printed.moment.layer
    assert isinstance(layer, GRU)
    single = Single(printed)
    put, state = single.put, printed.vector("state-before")
    recalling = put(printed.vector("from-state") if layer.reset_after else printed.again(state, "recalled"))
    reset = put(printed.gate("reset-gate", RESET, "state"))
    recalled = put(printed.vector("recalled"))
    if layer.reset_after:
        single.operator("adding-up", PLUS, 3)
        weighed = put(printed.vector("from-input"), 0.5)
        function = put(printed.block("squash", layer.activation, "", 3, "activation"))
        single.down(weighed, function, Wire("sum-arrow", step=3))
    else:
        function = put(printed.block("candidate", layer.activation, CANDIDATE, 3, "activation", least=0))
        chip = single.flow.put(single.last, "left", printed.chip("candidate-chip", "x", 3))
        single.items.append(chip)
        single.down(recalled, function, Wire("recalled-arrow", step=3))
        single.flow.link(chip, function, Wire("candidate-chip-arrow", step=3))
    candidate = put(printed.vector("candidate", named="under"))
    old = put(printed.again(state, "kept"))
    update = put(printed.board("update-gate", "rest", UPDATE))
    written = put(printed.vector("written"))
    single.operator("adding", PLUS, 5)
    kept = put(printed.vector("kept", named="under"), 0.5)
    single.operator("equals", EQUALS, 5)
    put(printed.vector("state-after", named="under"), 0.5)

    upper, lower = BOARD_ROWS
    single.into(recalling, reset, Wire("from-state-arrow", step=2))
    single.out_of(reset, recalled, Wire("recalled-line", step=2))
    single.down(function, candidate, Wire("candidate-rise", step=3))
    single.into(candidate, update, Wire("candidate-arrow", step=4), lower, outer=True)
    single.into(old, update, Wire("state-before-arrow", step=4), upper)
    single.out_of(update, written, Wire("written-arrow", step=4), lower)
    single.out_of(update, kept, Wire("kept-arrow", step=4), upper, outer=True)
    return single.finished()


def _simple_rnn_single(printed: PrintedMoment) -> Flow:
    """Put both kernels above what comes out of them, which adds up with the bias; the activation is below."""
    layer = printed.moment.layer
    single = Single(printed)
    put = single.put
    state_block = put(_kernel(printed, "from-state", "recurrent_kernel", 1))
    input_block = put(_kernel(printed, "from-input", "kernel", 0))
    from_input = put(printed.vector("from-input", named=""))
    single.operator("adding", PLUS, 3)
    from_state = put(printed.vector("from-state", named=""), 0.5)
    if layer.use_bias:
        single.operator("adding-bias", PLUS, 3)
        put(printed.vector("bias", named="under"), 0.5)
    single.operator("equals", EQUALS, 3)
    total = put(printed.vector("sum"), 0.5)
    function = put(printed.block("squash", layer.activation, "", 4, "activation"))
    said = put(printed.vector("state-after", named="under"))

    single.out_of(input_block, from_input, Wire("from-input-rise", step=2), 0.5)
    single.out_of(state_block, from_state, Wire("from-state-rise", step=2), 0.5, outer=True)
    single.down(total, function, Wire("sum-arrow", step=4))
    single.down(function, said, Wire("state-after-arrow", step=4))
    return single.finished()


def _skipped_single(printed: PrintedMoment) -> Flow:
    """Lead each old value straight down to the identical new one."""
    kinds = _passing(printed)
    single = Single(printed)
    for kind in kinds:
        one = single.put(printed.vector(f"{kind}-before"))
        other = single.put(printed.vector(f"{kind}-after", named="under"))
        single.down(one, other, Wire(f"{kind}-arrow", "memory" if kind == "memory" else "flow", 2))
    single.put(printed.note("skipped", _masked(kinds), 2))
    return single.finished()


FLOWS: dict[str, tuple[Callable[[PrintedMoment], Flow], ...]] = {
    "LSTM": (_lstm_across, _lstm_down, _lstm_single),
    "GRU": (_gru_across, _gru_down, _gru_single),
    "SimpleRNN": (_simple_rnn_across, _simple_rnn_down, _simple_rnn_single),
    "skipped": (_skipped_across, _skipped_down, _skipped_single),
}
"""The flow of each layer across the page, down it in columns, and in a single column."""


def _tracks(*tracks: Track) -> Flow:
    """Start a flow with columns or rows at the required distances."""
    return Flow(list(tracks), even_slots=False)


def _columns(printed: PrintedMoment) -> Flow:
    """Start a flow with three columns and no belt."""
    room = ARROW_ROOM + printed.slack
    return _tracks(Track(IN), Track(GATE, room=room), Track(OUT, room=room))


def _passing(printed: PrintedMoment) -> list[str]:
    return ["state"] if printed.moment.memories is None else ["memory", "state"]


def _masked(kinds: Sequence[str]) -> str:
    if len(kinds) == 2:
        return gettext("masked: both pass through unchanged")
    return gettext("masked: it passes through unchanged")


def _past(kind: str) -> Wire:
    return _belt(f"{kind}-arrow", 2) if kind == "memory" else Wire(f"{kind}-arrow", step=2)


def _kernel(printed: PrintedMoment, key: str, text: str, place: int) -> Draw:
    """Add the block that multiplies the input or the state, with the name of its weights."""
    weigh = gettext("weigh %(symbol)s", symbol=symbols(printed.moment)[place])
    return printed.block(key, weigh, text, 2)


def _room(printed: PrintedMoment) -> float:
    """Return the maximum width of text below three columns."""
    return 3 * printed.strip + 2 * (ROWS.track_gap + ARROW_ROOM + printed.slack)


def _dot(name: str) -> Draw:
    return lambda axis, at, length: [Disc(name=name, step=1, at=at)]


def _belt(name: str, stage: int) -> Wire:
    return Wire(name, "memory", stage, belt=True)


def _tap(flow: Flow, item: Item, name: str, stage: int, bus: Link) -> None:
    """Add a link from a bus up to an item above it."""
    flow.link(item, item, Wire(name, step=stage), sides=("cross-start", "cross-start"), taps=bus, curved=True)
