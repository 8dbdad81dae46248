"""The narrow layout of an unrolled model: layers stacked, with time running down in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ...flow.axis import Axis
from ...flow.description import Draw, Item, Wire
from ...fonts import WORD_NARROW
from ...i18n import gettext
from ...layout import LAST_BEFORE_GAP
from ...shapes.blocks import SKIPPED
from ...shapes.text import word_width
from . import pieces
from .describing import ALONG, NAME_BEFORE_LANE, Describing, Way, captions, looks_up
from .plan import Group, LabelLine, Plan, Reading, Row, Shown, ShownBlock, Stage

ROOM = 249.5
"""The total width of words, vectors and lane on a phone, besides the timeline."""
ROOM_OF_TIE = 8
"""The part of that width that a tie to the code takes on its way down."""
WORD_PADDING = 5
STACKED_ROOM = 5
"""The extra distance between steps if words are above their vectors, next to the names of states."""
BOTH_WIDTH, BOTH_INSET = 54, 7
"""The minimum width of blocks with both directions, and the padding around their names."""
BETWEEN_BOTH = 4
"""The extra space for arrows between the lanes of both directions and the items in between."""
AROUND_WIRES = 44
"""How much wider a block is than the distance of its wires, if vectors are side by side on these."""
LEAST_BETWEEN, SHORTEST_ARROW = 4, 19
"""The least space there, and from such an item to a block, if the outputs are listed apart."""
NOUGHT = gettext("answer: 0")


class Narrow(Describing):
    """Sections that each have a lane and, to the left of it, the layer's input.

    With `apart`, the outputs of two directions follow in a section of their own, instead of between the two lanes.
    """

    def __init__(self, plan: Plan, axis: Axis, most_steps: int, ties: int = 0, *, apart: bool = False) -> None:
        super().__init__(plan, axis, most_steps)
        self.apart = apart
        if plan.both:
            self.block_least, self.block_inset = BOTH_WIDTH, BOTH_INSET
        if axis.wires_apart is not None:
            self.block_least = max(self.block_least, axis.wires_apart + AROUND_WIRES)
        self.slot = 0.0
        self.track = "lane"
        self.above: Item | None = None
        """The single vector that comes from above."""
        self.header: list[LabelLine] = []
        """The names of layers shown above the next lane."""
        self.lane = self._lane()
        self.beside = self.lane / 2 + NAME_BEFORE_LANE
        self.word_width, self.words_before = self._words(ROOM - ROOM_OF_TIE * ties)
        self.flow.slot_room = 0 if self.words_before else STACKED_ROOM
        between = self._between() if apart else BETWEEN_BOTH
        for track in ("given", "lane", "forth", "middle", "back"):
            self.flow.track(track, between if track in ("middle", "back") else 0)
        for group in plan.groups:
            self._group(group)

    def _lane(self) -> float:
        """Return the width of lanes, which fits their widest item."""
        wide = [0.0]
        for stage in self.plan.stages:
            if stage.readings or len(stage.at) > 1:
                wide.append(self.width(stage))
            vectors = [each for reading in stage.readings for some in reading.states for each in some]
            vectors += stage.said.vectors if stage.said and stage.kind != "both" and stage.said.whole else ()
            wide += [pieces.strip_width(each, self.axis) for each in vectors]
            if self.axis.wires_apart is not None:
                wide += [self.axis.wires_apart + wide[-1] for reading in stage.readings if len(reading.states[0]) > 1]
            wide += map(pieces.skipped_width, stage.readings) if stage.kind == "reading" else ()
        return max(wide) + 2 * self.axis.band_padding[1]

    def _between(self) -> float:
        """Return the extra space between the lanes and the items in between: only as much as arrows need."""
        stages = [stage for stage in self.plan.stages if stage.kind == "both"]
        beyond = min((self._states_width(stage) - self.width(stage)) / 2 for stage in stages)
        needed = SHORTEST_ARROW - max(beyond, 0) - self.axis.band_padding[1]
        return max(needed, LEAST_BETWEEN) - self.axis.track_gap

    def _states_width(self, stage: Stage) -> float:
        return max(
            pieces.strip_width(state, self.axis) for each in stage.readings for some in each.states for state in some
        )

    def _words(self, room: float) -> tuple[float, bool]:
        """Return the width of words, and whether they fit before their vectors."""
        texts = [
            group.words[at]
            for group in self.plan.groups
            if group.words
            for at in self._order(group, group.stages[1 if looks_up(group) else 0])
        ]
        widest = max((word_width(text, WORD_NARROW, WORD_PADDING) for text in texts), default=0)
        rows = [group.stages[0].said if looks_up(group) else group.given for group in self.plan.groups if group.words]
        vector = max((pieces.strip_width(each, self.axis) for row in rows if row for each in row.vectors), default=0)
        self.vector_width = vector
        before = widest + pieces.VECTOR_TO_WORD_NARROW + vector + self.lane <= room and not self.plan.both
        return (widest if before else max(widest, vector)), before

    def _group(self, group: Group) -> None:
        words: list[Item] = []
        for stage in group.stages:
            if stage.kind == "repeat" or (looks_up(group) and stage is group.stages[0]):
                self.header += stage.label
                continue
            under = group.under(stage)
            is_one = not stage.readings and under is not None and not under.whole
            if self.slot and not is_one:
                self.flow.sections.append(self.slot + 0.5)
            if is_one:
                self._one(stage)
            elif stage.kind == "reading":
                words += self._reading(group, stage)
            elif stage.kind == "both":
                words += self._both(group, stage)
            else:
                words += self._flatten(group, stage) if stage.kind == "flatten" else self._blocks(group, stage)
            self.header = [line for line in (stage.said.label if stage.said else ()) if line.text.endswith(")")]
        if words:
            gap = LAST_BEFORE_GAP if len(self.shown(group)) < group.steps else None
            joined = words[0].track == "given"
            self.flow.rail(f"{group.name}steps", words, gap, joined=joined)

    def _title(self, stage: Stage) -> list[LabelLine]:
        lines, self.header = [*self.header, *stage.label], []
        return [] if self.plan.single else lines

    def _given(
        self, group: Group, stage: Stage, slots: Mapping[int, float], track: str = "given"
    ) -> tuple[dict[int, Item], list[Item]]:
        """Add a layer's inputs; return them by position, along with the words among them."""
        number = 1 if looks_up(group) else 0
        is_first = bool(group.words) and group.stages.index(stage) == number
        row = group.stages[0].said if looks_up(group) else group.given
        if not is_first or row is None:
            again = {at: self.again(group, stage, at) for at in slots}
            return {at: self.flow.put(slot, track, self._flush(again[at], track)) for at, slot in slots.items()}, []
        rows = dict(enumerate(group.stages[0].blocks)) if looks_up(group) else {}
        items = {
            at: self.flow.put(
                slot,
                track,
                pieces.token(
                    group,
                    at,
                    row.vector(at),
                    self.word_width,
                    self.words_before,
                    rows.get(at),
                    note=SKIPPED if track == "middle" and stage.readings[0].blocks[at].skipped else "",
                ),
            )
            for at, slot in slots.items()
        }
        return items, list(items.values())

    def _flush(self, shown: Shown, track: str) -> Draw:
        """Draw a layer's inputs right-aligned."""
        by = (self.vector_width - pieces.strip_width(shown, self.axis)) / 2 if self.vector_width else 0
        return pieces.shifted(pieces.vector(shown), by if track == "given" else 0)

    def _slots(self, group: Group, stage: Stage) -> dict[int, float]:
        """Return the slots of the positions that are drawn."""
        return {position: self.slot + number for number, position in enumerate(self._order(group, stage), start=1)}

    def _order(self, group: Group, stage: Stage) -> list[int]:
        """Return the positions that are drawn, in the reading order of a layer, by default the first recurrent one."""
        reading = next(iter((*stage.readings, *group.readings)), None)
        order = reading.order if reading and stage.kind != "both" else tuple(range(group.steps))
        return [order[number] for number in self.shown(group)]

    def _reading(self, group: Group, stage: Stage) -> list[Item]:
        (reading,) = stage.readings
        self.track = "lane"
        slots = self._slots(group, stage)
        before = self.handing.pop(0) if reading.handed and self.handing else None
        way = self.way(stage, reading, "lane", slots, lane=self.lane, beside=self.beside, before=before)
        below, words = self._given(group, stage, slots)
        self.read(group, stage, below, way.blocks)
        last = self.slot + len(slots) + 0.5
        self.slot += len(slots) + 1
        kept = self._ends(group, stage, way, last)
        items = [*way.items, *([kept] if kept else [])]
        self.flow.band(f"{stage.layer}lane", items, *captions(f"{stage.layer}layer", self._title(stage)), cut=way.cut)
        return words

    def _ends(self, group: Group, stage: Stage, way: Way, slot: float) -> Item | None:
        """End a lane with the final states inside, if they are output and one of many or passed on.

        Otherwise they leave it along time, or continue into the next lane if it takes them.
        """
        reading, said = way.reading, stage.said
        flows_on = reading.hands and stage is group.stages[-1] and self._takes_next(stage)
        if reading.hands and flows_on and not (said and said.whole):
            self.handing.append(way)
            return None
        if reading.hands or (said and said.whole):
            shown: Sequence[Shown | None] = self._kept(stage, reading)
            wires = {each.role: each for each in shown if each is not None}
            places = [wires.get(each.role) for each in reading.states[0]]
            if self.axis.wires_apart is not None:
                shown = places
            draw = pieces.carried(shown, self.beside, note=self.note(stage, reading.last))
            kept = self.flow.put(slot, "lane", draw)
            if flows_on:
                self.handing.append(replace(way, loads=(*way.loads, kept)))
            else:
                self.lead(way, kept, places, way.sides, "line")
            return kept
        answer = said.vectors[0] if said else None
        memory = next((each for each in reading.leaves if each.role == "memory"), None)
        state = next((each for each in reading.leaves if each.role == "state"), None)
        leaving = [each for each in (memory, state, answer) if each is not None]
        self.above = self.flow.put(slot, "lane", pieces.carried(leaving, self.beside))
        led = answer or state
        ends = {"memory": memory, "state": None if led and led.dashed else led}
        places = [ends[each.role] for each in reading.states[0]]
        if any(places):
            self.lead(way, self.above, places, way.sides)
        return None

    def block_width(self, block: ShownBlock) -> float:
        """Return the width of a block that fits its text."""
        return super().block_width(self.said(block))

    def said(self, block: ShownBlock) -> ShownBlock:
        """Draw a block with its text; the lane shows which of two directions it belongs to."""
        return replace(block, second="") if self.plan.both else block

    def _takes_next(self, stage: Stage) -> bool:
        """Return whether the next recurrent layer takes the states of this one rather than another."""
        takers = [each for each in self.plan.readings if each.handed]
        givers = [each for each in self.plan.readings if each.hands]
        number = self.plan.readings.index(stage.readings[0])
        after = self.plan.readings[number + 1 : number + 2]
        return len(givers) == len(takers) and bool(after) and after[0].handed and len(givers) == 1

    def _kept(self, stage: Stage, reading: Reading) -> list[Shown]:
        """Draw the final states inside their lane, with the names under which they are returned."""
        *memory, state = self.states(stage, reading, reading.last)
        if any(each.role == "state" for each in reading.leaves):
            state = replace(state, returned=True)
        if stage.said is not None and reading.last not in stage.silent:
            state = replace(state, name=stage.said.vector(reading.last).name)
        return [*(memory if reading.hands else [each for each in reading.leaves if each.role == "memory"]), state]

    def states(self, stage: Stage, reading: Reading, position: int) -> list[Shown]:
        """Draw the states after a position, with a second rim if the state is the model's output there."""
        *memory, state = reading.states[reading.turn(position)]
        said = stage.said if stage.kind == "reading" else None
        if said is None or not said.whole or position in stage.silent or not said.vector(position).returned:
            return [*memory, state]
        return [*memory, replace(state, returned=True)]

    def note(self, stage: Stage, position: int) -> str:
        """Add a note where the output at a skipped step is zero although the state isn't."""
        silent = stage.kind == "reading" and stage.said is not None and stage.said.whole and position in stage.silent
        return NOUGHT if silent else ""

    def _one(self, stage: Stage) -> None:
        """Add a layer that continues from the single vector above."""
        assert stage.said is not None
        assert self.above is not None
        (of,), (answer,) = stage.blocks, stage.said.vectors
        block = self.flow.put(self.slot + 1, self.track, pieces.block(of, wide=self.width(stage)), loose=True)
        self.flow.link(self.above, block, Wire(f"{stage.layer}input-arrow", step=of.step), sides=ALONG)
        beside = self.beside if self.track == "lane" else self._beside_answer(answer)
        self.above = self.flow.put(self.slot + 1.5, self.track, pieces.vector(answer, beside))
        self.flow.link(block, self.above, Wire(f"{answer.name}-arrow", step=answer.step), sides=ALONG)
        self.flow.band(f"{stage.layer}lane", [block], *captions(f"{stage.layer}layer", self._title(stage)))
        self.slot += 2

    def _beside_answer(self, answer: Shown) -> float:
        return pieces.strip_width(answer, self.axis) / 2 + NAME_BEFORE_LANE

    def _blocks(self, group: Group, stage: Stage) -> list[Item]:
        """Add a layer applied to each step separately, as a block and its output for each."""
        assert stage.said is not None
        self.track = "lane"
        slots = {at: slot for at, slot in self._slots(group, stage).items() if at in stage.at}
        if stage.spoken:
            return self._spoken(group, stage, stage.said, slots)
        blocks, items = dict[int, Item](), list[Item]()
        for at, slot in slots.items():
            of, answer = stage.blocks[stage.at.index(at)], stage.said.vector(at)
            block = pieces.block(self.said(of), wide=self.width(stage))
            blocks[at] = self.flow.put(slot, "lane", block, loose=not items)
            strip = self.flow.put(slot + 0.5, "lane", pieces.vector(answer, self.beside))
            self.flow.link(blocks[at], strip, Wire(f"{answer.name}-arrow", step=answer.step), sides=ALONG)
            items += [blocks[at], strip]
        below, words = self._given(group, stage, slots)
        self.read(group, stage, below, blocks)
        cut = None
        if len(slots) < len(stage.at):
            cut = list(slots.values())[LAST_BEFORE_GAP] - 0.25
            hidden = len(stage.at) - len(slots)
            self.flow.put(cut, "lane", pieces.more(f"{stage.layer}more", hidden, self.beside), loose=True)
        title = captions(f"{stage.layer}layer", self._title(stage))
        self.flow.band(f"{stage.layer}lane", items, *title, cut=cut)
        self.slot += len(slots) + 1
        return words

    def _spoken(self, group: Group, stage: Stage, said: Row, slots: Mapping[int, float]) -> list[Item]:
        """Add the words a layer picks, each next to the state it was picked from; they replace its blocks."""
        spoken = {at: self.flow.put(slot, "lane", pieces.vector(said.vector(at))) for at, slot in slots.items()}
        below, words = self._given(group, stage, slots)
        for at, item in spoken.items():
            wire = Wire(f"{said.vector(at).name}-arrow", step=said.vector(at).step)
            self.flow.link(below[at], item, wire)
        title = captions(f"{stage.layer}layer", said.label)
        self.flow.band(f"{stage.layer}lane", list(spoken.values()), *title, has_ground=False)
        self.slot += len(slots) + 1
        return words

    def _flatten(self, group: Group, stage: Stage) -> list[Item]:
        """Lead all vectors into one long block, with one vector as its output."""
        assert stage.said is not None
        self.track = "lane"
        (of,), (answer,) = stage.blocks, stage.said.vectors
        slots = dict(zip(sorted(found := self._slots(group, stage)), sorted(found.values()), strict=True))
        ends = min(slots.values()), max(slots.values())
        draw = pieces.block(of, wide=self.width(stage))
        block = self.flow.put(ends if ends[0] < ends[1] else ends[0], "lane", draw)
        below, words = self._given(group, stage, slots)
        for position, item in below.items():
            wire = Wire(self.input_name(group, stage, position), step=stage.entered(position))
            self.flow.link(item, block, wire, shares=(0.5, None))
        if hidden := group.steps - len(slots):
            cut = sum(list(slots.values())[LAST_BEFORE_GAP - 1 :]) / 2
            self.flow.put(cut, "given", pieces.more(f"{stage.layer}more", hidden), loose=True)
        self.above = self.flow.put(ends[1] + 0.5, "lane", pieces.vector(answer, self.beside))
        self.flow.link(block, self.above, Wire(f"{answer.name}-arrow", step=answer.step), sides=ALONG)
        title = captions(f"{stage.layer}layer", self._title(stage))
        self.flow.band(f"{stage.layer}lane", [block], *title, has_ground=False)
        self.slot += len(slots) + 1
        return words

    def _both(self, group: Group, stage: Stage) -> list[Item]:
        self.track = "middle"
        slots = self._slots(group, stage)
        below, words = self._given(group, stage, slots, "middle")
        lane = max(self._states_width(stage), self.width(stage)) + 2 * self.axis.band_padding[1]
        answers = self.both(group, stage, ("forth", "middle", "back"), below, slots, lane, apart=self.apart)
        self.slot = max(slots.values()) + 2
        if self.apart:
            answers = self._outputs(group, stage)
        self.above = list(answers.values())[-1]
        return words

    def _outputs(self, group: Group, stage: Stage) -> dict[int, Item]:
        """List the outputs of both directions below them, with their words if there is one at each step."""
        said, also = stage.said, stage.also
        assert said is not None
        self.flow.sections.append(self.slot - 0.5)
        items = dict[int, Item]()
        hidden = said.whole and group.steps - len(self.shown(group))
        for position in self._order(group, stage) if said.whole else said.at:
            vectors = [row.vector(position) for row in (said, also) if row is not None]
            word = self.word_width if said.whole and group.words else 0
            items[position] = self.flow.put(self.slot, "middle", pieces.output(group, stage, position, vectors, word))
            self.slot += 1
            if hidden and len(items) == LAST_BEFORE_GAP:
                draw = pieces.more(f"{stage.layer}output-more", hidden)
                self.flow.put(self.slot - 0.5, "middle", draw, loose=True)
        title = captions(f"{stage.layer}output", said.label)
        self.flow.band(f"{stage.layer}outputs", list(items.values()), *title, has_ground=False)
        return items
