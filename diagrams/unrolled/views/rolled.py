"""A recurrent layer as a loop, next to the loop unrolled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from ..description import Description, TableColumn, TableRow
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Wire
from ..flow.drawing import laid
from ..flow.group import grouped
from ..flow.panels import stacked
from ..flow.placing import wire_names
from ..fonts import NAME, WORD, WORD_NARROW, width
from ..geometry import Frame, Point
from ..i18n import LEFT_OUT, Listing, Paragraph, gettext, ngettext, pgettext, quoted, subscripted
from ..layers.recurrent import Recurrent
from ..layout import LAST_BEFORE_GAP, shown_steps, snug_box
from ..model import Argument, Model
from ..palette import word_fills
from ..picture import Picture, laid_anew
from ..shapes.blocks import BLOCK_HEIGHT, BLOCK_HEIGHT_NARROW, BLOCK_WIDTH, LANE_PADDING, Block
from ..shapes.shape import Shape
from ..shapes.text import WORD_HEIGHT, Label, Word, word_width
from .given import entry_of
from .pieces import CHIP, CHIP_GAP, chip_width, chips, text
from .refusals import check_list, check_no_merges, check_words, refused


@laid_anew
def rolled(model: Model, words: Sequence[str] | None = None) -> Picture:
    """Draw a model's recurrent layer as a loop; if words are given, next to its unrolling over them.

    >>> rolled(read_keras(code))
    >>> rolled(read_keras(code), ["I", "am", "groot"])
    """
    if model.recurrent.states is not None:
        reason = f"{model.recurrent.calls[0].text} starts with given states"
        raise refused(model, model.recurrent, f"{reason}, but rolled draws a layer that starts with zeros")
    check_no_merges(model, "rolled draws a layer that reads words")
    _check_given(model)
    if words is not None:
        check_list(words)
        model = model.sized(len(words))
    loop = Loop(model, tuple(words or ()))
    if words is not None:
        check_words(model, entry_of(model, model.recurrent), words)
    across = Flow()
    block = _roll(across, loop)
    if loop.words:
        across.follow(block, _equals(across, 1, "lane"))
        _unroll(across, loop, TO_RIGHT, 1)
    shapes, description = laid(across, TO_RIGHT).shapes, _description(loop)
    narrow_form = None
    if loop.words:
        down = _under_one_another(loop)
        narrow_form = Picture(down, snug_box(down), description, arguments=loop.arguments)
    return Picture(shapes, snug_box(shapes), description, narrow=narrow_form, arguments=loop.arguments)


def _under_one_another(loop: Loop) -> tuple[Shape, ...]:
    """Lay out the loop as usual, and below it the unrolled layer with time running down."""
    above, between, below = Flow(), Flow(), Flow()
    _roll(above, loop)
    _equals(between, 0, between.track("equals"))
    _unroll(below, loop, DOWNWARDS, 0)
    return stacked([(above, TO_RIGHT), (between, TO_RIGHT), (below, DOWNWARDS)], EQUALS_GAP)


STATE_ROLES = {"h": "state", "c": "memory"}


@dataclass(frozen=True)
class Loop:
    """A model's recurrent layer and the words in the order it reads them; without words, only the loop."""

    model: Model
    words: tuple[str, ...] = ()

    @cached_property
    def layer(self) -> Recurrent:
        """The recurrent layer."""
        return self.model.layer

    @property
    def last(self) -> int:
        """The last turn."""
        return len(self.words)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The words in reading order, reversed if the layer goes backwards."""
        return self.words[::-1] if self.layer.go_backwards else self.words

    @cached_property
    def shown(self) -> tuple[int, ...]:
        """The turns that are drawn."""
        return shown_steps(self.last)

    @cached_property
    def widest(self) -> float:
        """The width of the widest word that is drawn down the page."""
        return max(word_width(self.order[step - 1], WORD_NARROW, WORD_PADDING) for step in self.shown)

    @cached_property
    def chips(self) -> Sequence[int | None]:
        """The turns whose words are below the loop; None stands for those left out."""
        for ahead in range(min(self.last, MOST_CHIPS), 0, -1):
            chosen = [*range(1, ahead), *([None] if ahead < self.last else []), self.last]
            widths = [chip_width(self.order[step - 1]) if step else width(LEFT_OUT, CHIP) for step in chosen]
            if sum(widths) + CHIP_GAP * (len(chosen) - 1) <= WIDEST_CHIPS:
                return chosen
        return [self.last]

    @property
    def hidden(self) -> int:
        """The number of turns left out."""
        return self.last - len(self.shown)

    @property
    def more(self) -> str:
        """Say how many turns are left out."""
        return ngettext("%(num)s more step", "%(num)s more steps", self.hidden)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """The states that loop, with an LSTM's memory first because it runs along the top."""
        return tuple(reversed(self.layer.state_names))

    def fill(self, step: int) -> str:
        """Return the background colour of the word read at a turn."""
        return self.fills[self.order[step - 1]]

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colours of the words."""
        return word_fills(self.words)

    def names(self, step: int) -> dict[str, str]:
        """Return the names of the states after a turn."""
        return {state: subscripted(step, state) for state in self.states}

    def says(self, step: int) -> bool:
        """Return whether the layer has an output after a turn."""
        return self.layer.return_sequences or step == self.last

    def output_name(self, step: int) -> str:
        """Return the name of the output after a turn."""
        name = subscripted(step)
        return name if self.layer.return_sequences else gettext("output = %(state)s", state=name)

    @property
    def loop_output(self) -> str:
        """Return the label that says when the loop has an output."""
        if self.layer.return_sequences:
            return gettext("h after every step")
        return gettext("h after the last step")

    def wire_role(self, state: str) -> str:
        """Return the role of a state's wires; the memory has its own."""
        return "memory" if STATE_ROLES[state] == "memory" else "flow"

    @property
    def label(self) -> str:
        """The layer as written in the code."""
        return self.layer.in_code

    @property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of the arguments that govern the picture."""
        arguments = {name: self.model.argument(name) for name in ("units", "time_steps", "return_sequences")}
        return {name: argument for name, argument in arguments.items() if argument is not None}


STATES_APART = 26
"""The distance between the wires of two states that enter a block from the left."""
TO_RIGHT, DOWNWARDS = (replace(axis, wires_apart=STATES_APART) for axis in (ACROSS, DOWN))
MORE_OFF = 15
"""From a wire to the middle of text above it."""
BETWEEN_STEPS = 12
"""The extra distance between steps, for the names of states."""
INTO, OUT = 16, 6
"""The extra length of arrows into a lane (down the page) and out of one."""
EQUALS_GAP = 18
"""The space above and below the sign between the loop and its unrolling, down the page."""
EQUALS = NAME.bold().sized(22)
WORD_PADDING = 6


def _equals(flow: Flow, slot: float, track: str) -> Item:
    return flow.put(
        slot, track, lambda axis, at, length: [Label(name="equals", role="muted", text="=", at=at, style=EQUALS)]
    )


def _roll(flow: Flow, loop: Loop) -> Item:
    """Add the loop: one block, the states around it, the words going in, and the output; return the block."""
    for track, room in (("words", 0), ("loop", INTO / 2), ("lane", 0), ("loop-output", OUT)):
        flow.track(track, room)
    label = text(gettext("a word’s vector"), "embedding", name="loop-input")
    words = flow.put(0, "words", _chips_of(loop) if loop.words else label, whole=True)
    block = flow.put(0, "loop", _block(loop, "loop-block", argument="units"))
    output = flow.put(0, "loop-output", _said("loop-output", loop.loop_output))
    flow.loop(block, *(_looping(loop, state) for state in loop.states))
    flow.link(words, block, Wire("loop-input-arrow"))
    flow.link(block, output, Wire("loop-output-arrow", argument="return_sequences"))
    flow.band("loop-lane", [block])
    return block


def _unroll(flow: Flow, loop: Loop, axis: Axis, slot: int) -> None:
    """Add the unrolled loop from a slot on: a block for each step, the states between them, the words."""
    for track, room in (("words", 0), ("lane", INTO), ("output", OUT)):
        flow.track(track, 0 if axis.across else room)
    if axis.across:
        flow.slot_room = BETWEEN_STEPS
    slots = {step: float(slot + place) for place, step in enumerate(loop.shown, start=1)}
    blocks = {step: flow.put(at, "lane", _block(loop, f"block-{step}", step)) for step, at in slots.items()}
    words = {step: flow.put(at, "words", _word(loop, step)) for step, at in slots.items()}
    zeros = flow.put(slot + 0.5, "lane", _zeros(loop, axis), loose=True)
    items, source, cut = [zeros, *blocks.values()], zeros, None
    for before, step in pairwise((0, *loop.shown)):
        if step > before + 1:
            cut = slots[step] - 0.5
            flow.put(cut, "lane", _more(loop), loose=True)
        elif before:
            items.append(flow.put(slots[step] - 0.5, "lane", _names(loop, before, loop.names(before))))
        wires = [
            Wire(f"{name}-{step - 1}-arrow", loop.wire_role(name), None if step > before + 1 else before or None)
            for name in loop.states
        ]
        flow.link(source, blocks[step], *wires, sides=("main-end", "main-start"), dotted=step > before + 1)
        flow.link(words[step], blocks[step], Wire(f"word-{step}-arrow", step=step))
        source = blocks[step]
    flow.band("lane", items, Caption("layer-label", loop.label, argument="units"), cut=cut)
    flow.rail("steps", list(words.values()), LAST_BEFORE_GAP if loop.hidden else None)
    for step, block in blocks.items():
        if not loop.says(step):
            continue
        output = _said(f"output-{step}", loop.output_name(step), step, beside=loop.layer.return_sequences)
        wire = Wire(f"output-{step}-arrow", step=step, argument="return_sequences")
        if axis.across or loop.layer.return_sequences:
            flow.link(block, flow.put(slots[step], "output", output), wire)
        else:  # down the page, the only output leaves along time
            flow.link(block, flow.put(slots[step] + 0.5, "lane", output), wire, sides=("main-end", "main-start"))


def _looping(loop: Loop, state: str) -> Wire:
    """Lead a state from the block back into it."""
    name = Caption(f"loop-{state}", state, STATE_ROLES[state], "units", NAME)
    return Wire(f"loop-{state}-arrow", loop.wire_role(state), caption=name)


def _block(loop: Loop, name: str, step: int | None = None, argument: str | None = None) -> Draw:
    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        height = BLOCK_HEIGHT if axis.across else BLOCK_HEIGHT_NARROW
        frame = Frame.about(at.x, at.y, BLOCK_WIDTH, height)
        return [Block(name=name, step=step, argument=argument, frame=frame, text=loop.layer.block_name)]

    return draw


def _word(loop: Loop, step: int) -> Draw:
    """Draw a word; down the page, all are as wide as the widest."""
    text = loop.order[step - 1]

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        style, wide = (WORD, word_width(text)) if axis.across else (WORD_NARROW, loop.widest)
        frame = Frame.about(at.x, at.y, wide, WORD_HEIGHT)
        fill = loop.fill(step)
        return [
            Word(name=f"word-{step}", step=step, argument="time_steps", text=text, frame=frame, fill=fill, style=style)
        ]

    return draw


def _said(name: str, text: str, step: int | None = None, *, beside: bool = False) -> Draw:
    """Label the output; down the page, beside its lane or below it."""

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        argument, style, anchor = "return_sequences", NAME.bold(), "start" if beside and not axis.across else "middle"
        return [
            Label(name=name, role="state", step=step, argument=argument, text=text, at=at, style=style, anchor=anchor)
        ]

    return draw


def _names(loop: Loop, step: int, texts: Mapping[str, str]) -> Draw:
    """Name the states after a step next to their wires."""
    captions = [
        Caption(f"{state}-{step}", texts[state], STATE_ROLES[state], "units", NAME) if state in texts else None
        for state in loop.states
    ]
    return wire_names(captions, step or None)


def _zeros(loop: Loop, axis: Axis) -> Draw:
    """Label the initial state of the first block; if two wires lead there, at the second."""
    zero = gettext("zeros")
    if axis.across:
        zero = gettext("zero state") if len(loop.states) == 1 else gettext("zero states")
    return _names(loop, 0, {loop.states[-1]: zero})


def _more(loop: Loop) -> Draw:
    """Say how many steps are left out, above or before the dotted wires."""
    text = loop.more

    def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
        off = (len(loop.states) - 1) / 2 * axis.wire_pitch
        where, anchor = Point(at.x, at.y - off - MORE_OFF), "middle"
        if not axis.across:
            where, anchor = Point(at.x - BLOCK_WIDTH / 2 - LANE_PADDING, at.y), "end"
        return [Label(name="more", role="muted", text=text, at=where, style=NAME.bold(), anchor=anchor)]

    return draw


MOST_CHIPS, WIDEST_CHIPS = 5, 250
NOTE_CLOSER = -6
"""How much closer the note is to the words above it than steps are."""


def _chips_of(loop: Loop) -> Draw:
    """Draw the input words, small, one after the other."""
    flow, steps = Flow(slot_room=NOTE_CLOSER), loop.chips
    listed = [
        (f"loop-word-{step}", loop.order[step - 1], step) if step else (f"loop-more-{number}", LEFT_OUT, None)
        for number, step in enumerate(steps, start=1)
    ]
    words = flow.put(0, flow.track("words"), chips(listed, loop.fills), loose=True)
    if len(steps) > 1:
        flow.put(1, "words", text(gettext("one after the other"), name="loop-note"), loose=True)
    return grouped(flow, DOWN, [words])


def _description(loop: Loop) -> Description:
    """Describe the loop and its unrolling, with a table row for each step."""
    layer, steps = loop.layer, range(1, loop.last + 1)
    states = {"layer": layer.name_in_code, "states": Listing(*layer.state_names)}
    units = ngettext("%(num)s unit", "%(num)s units", layer.units)
    numbers = ngettext("%(num)s number", "%(num)s numbers", layer.units)
    goes_round = ngettext(
        "%(layer)s with %(units)s as a loop: its state %(states)s from one step goes back in at the next.",
        "%(layer)s with %(units)s as a loop: its states %(states)s from one step go back in at the next.",
        len(loop.states),
        **(states | {"units": units}),
    )
    one_layer = ngettext(
        "%(layer)s is one layer with one set of weights. At every step, it takes a word and the state %(states)s "
        "from the step before, and passes on a new one of %(numbers)s.",
        "%(layer)s is one layer with one set of weights. At every step, it takes a word and the states "
        "%(states)s from the step before, and passes on new ones of %(numbers)s each.",
        len(loop.states),
        **(states | {"layer": loop.label, "numbers": numbers}),
    )
    alt, texts = [goes_round], [one_layer]
    if loop.words:
        alt.append(
            ngettext(
                "Next to it is the same layer, unrolled over %(num)s step: %(sentence)s.",
                "Next to it is the same layer, unrolled over %(num)s steps: %(sentence)s.",
                loop.last,
                sentence=quoted(" ".join(loop.order)),
            )
        )
        if layer.return_sequences:
            alt.append(gettext("It returns h after every step."))
        else:
            alt.append(gettext("It returns only the last h."))
        if layer.go_backwards:
            texts.append(gettext("It reads from the end: its first word is %(word)s.", word=quoted(loop.order[0])))
        texts.append(gettext("Unrolled, it is drawn once per step; all blocks have the same weights."))
    heads = (
        pgettext("in a table", "step"),
        pgettext("in a table", "word"),
        pgettext("in a table", "takes"),
        pgettext("in a table", "passes on"),
        pgettext("in a table", "returned"),
    )
    return Description(
        alt=Paragraph(*alt),
        text=Paragraph(*texts),
        steps=tuple(_step(loop, step) for step in steps),
        columns=tuple(map(TableColumn, heads)),
        rows=tuple(
            TableRow.of(
                str(step),
                loop.order[step - 1],
                Listing(*_states(loop, step - 1)),
                Listing(*_states(loop, step)),
                subscripted(step) if loop.says(step) else "",
                step=step,
            )
            for step in steps
        ),
    )


def _step(loop: Loop, step: int) -> str:
    values = {
        "given": Listing(quoted(loop.order[step - 1]), *_states(loop, step - 1)),
        "state": Listing(*_states(loop, step)),
    }
    if loop.says(step) and not loop.layer.return_sequences:
        return gettext("%(given)s give %(state)s, the output.", **values)
    return gettext("%(given)s give %(state)s.", **values)


def _states(loop: Loop, step: int) -> list[str]:
    """Return the names of the states after a step."""
    if step == 0:
        return [gettext("zeros")]
    return [subscripted(step, name) for name in loop.layer.state_names]


def _check_given(model: Model) -> None:
    """Check that the layer's input isn't one repeated vector, since no words would go into it."""
    tensor = model.recurrent.given
    while tensor.node is not None:
        node = model.nodes[tensor.node]
        if node.layer.family == "RepeatVector":
            raise refused(
                model,
                node,
                f"{model.recurrent.calls[0].text} reads one vector again and again, but rolled draws a layer that "
                "reads words: draw it with formulation",
            )
        tensor = node.given
