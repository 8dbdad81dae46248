"""The flow of an unrolled model: words, layers and outputs in slots and on tracks, whichever way time runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from ...flow.axis import ACROSS, WIRES_APART, Axis
from ...flow.description import Caption, Draw, Flow, Item, Link, Side, Wire
from ...fonts import BLOCK, BLOCK_SECOND, WORD_NARROW, width
from ...i18n import Series, gettext, ngettext, subscripted
from ...layout import LAST_BEFORE_GAP, shown_steps
from ...shapes.blocks import BLOCK_INSET, BLOCK_WIDTH, SKIPPED
from ...shapes.text import word_width
from . import pieces
from .plan import Group, LabelLine, Plan, Reading, Row, Shown, ShownBlock, Stage

NAME_BEFORE_LANE = 8
OFF_HALF = 0.3
"""The distance between the boundary of two halves and the end of a wire to one of them, as a fraction of its length."""
TO_CORNER = 10
"""The minimum distance between a wire and the corner of a block."""
SIGN_AT = 0.35
"""The time within a step at which two outputs meet in an operator; their result follows after the same delay."""
SIGNS = {"sum": "+", "ave": "+", "mul": "×"}
LATE = 0.85
"""The time within a step at which words are left out, if there are outputs between the words."""
APART = 1000
"""The extra distance between the slots of stacked sentences, which are unrelated."""
TIGHT_WIDTH, TIGHT_INSET = 42, 3
"""The minimum width of blocks, and the padding around their names, if two sentences are side by side."""
BOTH_WIDTH, BOTH_INSET = 54, 7
"""The same if both directions share the width of a phone."""
COLUMNS = ("given", "lane", "forth", "middle", "back")
"""The tracks down the page, from the left: what a layer reads, its lane, and those of two directions."""
ROOM = 249.5
"""The total width of words, vectors and lane on a phone, besides the timeline."""
ROOM_OF_TIE = 8
"""The part of that width that a tie to the code takes on its way down."""
WORD_PADDING = 5
STACKED_ROOM = 5
"""The extra distance between steps if words are above their vectors, next to the names of states."""
BETWEEN_BOTH = 4
"""The extra space for arrows between the lanes of both directions and the items in between."""
AROUND_WIRES = 44
"""How much wider a block is than the distance of its wires, if vectors are side by side on these."""
LEAST_BETWEEN, SHORTEST_ARROW = 4, 19
"""The least space there, and from such an item to a block, if the outputs are listed apart."""
NOUGHT = gettext("answer: 0")
ALONG: tuple[Side, Side] = ("main-end", "main-start")
"""From an item to the next in time."""
UP: tuple[Side, Side] = ("cross-end", "cross-start")
"""From an item to one above it or, down the page, beside it."""
OUTSIDE = 0.75
"""How long after the last step the output of one of two directions is: beyond the start of the other."""
BEFORE_OUTPUT = 0.1
"""How long before the output of both directions everything else ends."""
OPPOSITE: dict[Side, Side] = {"cross-start": "cross-end", "cross-end": "cross-start"}


@dataclass(frozen=True)
class Way:
    """A recurrent layer in progress, with the items placed so far."""

    reading: Reading
    blocks: dict[int, Item]
    source: Item
    """The item its last wires start from."""
    loads: tuple[Item, ...]
    """The vectors on them."""
    passing: dict[int, Link]
    """The links that pass skipped positions."""
    passed: tuple[int, ...]
    """The skipped positions still to be passed."""
    items: tuple[Item, ...]
    """The items on its band."""
    turn: int
    cut: float | None = None

    @property
    def sides(self) -> tuple[Side, Side]:
        """The sides at which its wires leave an item and enter the next."""
        return ALONG if self.turn > 0 else ALONG[::-1]

    @property
    def last(self) -> Item:
        """The block of the position read last."""
        return self.blocks[self.reading.last]


class Unrolling:
    """A model's flow along an axis.

    Across the page, a layer is above what it reads, at the same steps, and its outputs are above its lane. Down the
    page, there is space for one lane only: layers follow one another in time, each beside what it reads, drawn again.
    Their outputs are in the lane, with their names before it, and a single one leaves along time to the next layer.

    Across the page, with `beside`, a sentence follows the one that passes its states on; otherwise it is above it.
    `raised` leaves space for a bracket below the names of outputs. Down the page, with `apart`, the outputs of two
    directions follow in a section of their own, instead of between the two lanes; `ties` to the code pass the words.
    """

    def __init__(
        self,
        plan: Plan,
        axis: Axis,
        most_steps: int,
        *,
        beside: bool = False,
        raised: float = 0,
        apart: bool = False,
        ties: int = 0,
    ) -> None:
        self.plan, self.axis, self.most_steps = plan, axis, most_steps
        self.beside, self.raised, self.apart = beside, raised, apart
        self.flow = Flow()
        self.block_least: float = BLOCK_WIDTH
        self.block_inset: float = BLOCK_INSET
        """The minimum width of blocks, and the padding around their names."""
        if beside and axis.cell < ACROSS.cell:
            self.block_least, self.block_inset = TIGHT_WIDTH, TIGHT_INSET
        if plan.both and not axis.across:
            self.block_least, self.block_inset = BOTH_WIDTH, BOTH_INSET
        if axis.wires_apart is not None:
            self.block_least = max(self.block_least, axis.wires_apart + AROUND_WIRES)
        self.slot = 0.0
        """The slot before the next sentence or, down the page, before the next layer."""
        self.slots: dict[int, float] = {}
        """The slots of the positions of a sentence, across the page."""
        self.key = ""
        """The prefix of a layer's tracks, across the page."""
        self.track = "lane"
        """The track of a layer's lane, down the page."""
        self.below: dict[int, Item] = {}
        """The outputs of the layer before, by position."""
        self.branch = False
        """Whether a single output goes to each step."""
        self.header: list[LabelLine] = []
        """The names of layers shown above the next lane."""
        self.handing: list[Way] = []
        """Layers whose final states are passed on, first come, first served."""
        self.lane = self.name_at = self.word_width = self.vector_width = 0.0
        """Down the page: the width of lanes, where names end before their centre, the width of words and vectors."""
        self.words_before = False
        """Whether words are before their vectors instead of above, down the page."""
        if not axis.across:
            self._columns(ROOM - ROOM_OF_TIE * ties)
        for number, group in enumerate(plan.groups):
            self._group(group, "" if beside else f"{number}-")

    def _columns(self, room: float) -> None:
        """Choose the widths of the columns down the page, and the space between them."""
        self.lane = self._lane()
        self.name_at = self.lane / 2 + NAME_BEFORE_LANE
        self.word_width, self.words_before = self._width_of_words(room)
        self.flow.slot_room = 0 if self.words_before else STACKED_ROOM
        between = self._between() if self.apart else BETWEEN_BOTH
        for track in COLUMNS:
            self.flow.track(track, between if track in ("middle", "back") else 0)

    def _lane(self) -> float:
        """Return the width of lanes, which fits their widest item."""
        wide = [0.0]
        for stage in self.plan.stages:
            if stage.readings or len(stage.at) > 1:
                wide.append(self.width(stage))
            vectors = [vector for reading in stage.readings for some in reading.states for vector in some]
            vectors += stage.said.vectors if stage.said and stage.kind != "both" and stage.said.whole else ()
            wide += [pieces.strip_width(vector, self.axis) for vector in vectors]
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
            pieces.strip_width(state, self.axis)
            for reading in stage.readings
            for some in reading.states
            for state in some
        )

    def _width_of_words(self, room: float) -> tuple[float, bool]:
        """Return the width of words, and whether they fit before their vectors."""
        groups = [group for group in self.plan.groups if group.words]
        order = [(group, self._order(group, group.stages[self._first(group)])) for group in groups]
        texts = [group.words[at] for group, positions in order for at in positions]
        widest = max((word_width(text, WORD_NARROW, WORD_PADDING) for text in texts), default=0)
        rows = [group.stages[0].said if looks_up(group) else group.given for group in groups]
        vector = max(
            (pieces.strip_width(input_vector, self.axis) for row in rows if row for input_vector in row.vectors),
            default=0,
        )
        self.vector_width = vector
        before = widest + pieces.VECTOR_TO_WORD_NARROW + vector + self.lane <= room and not self.plan.both
        return (widest if before else max(widest, vector)), before

    def shown(self, group: Group) -> tuple[int, ...]:
        """Return the positions of a group that are drawn."""
        return tuple(step - 1 for step in shown_steps(group.steps, self.most_steps))

    def width(self, stage: Stage) -> float:
        """Return the minimum width of a layer's blocks."""
        blocks = [*stage.blocks, *(block for reading in stage.readings for block in reading.blocks)]
        return max((self._block_width(block) for block in blocks), default=0)

    def _block_width(self, block: ShownBlock) -> float:
        """Return the width of a block that fits its name and second line."""
        texts = width(block.text, BLOCK), width(self._seconds(block), BLOCK_SECOND)
        return max(self.block_least, *(text + 2 * self.block_inset for text in texts if text))

    def _seconds(self, block: ShownBlock) -> str:
        """Return the second line of a block; down the page, the lane shows which of two directions it belongs to."""
        return "" if self.plan.both and not self.axis.across else block.second

    def _block(self, block: ShownBlock) -> ShownBlock:
        return replace(block, second=self._seconds(block))

    def _group(self, group: Group, prefix: str) -> None:
        """Add the layers of a sentence, or of a repeated vector."""
        positions, across = self.shown(group), self.axis.across
        first = self._first(group)
        if across:
            self.slots = {position: self.slot + number for number, position in enumerate(positions, start=1)}
            if self.beside:  # the tracks of both sentences are the same ones
                self.flow.track("words")
                for level, kind in product(range(len(group.stages)), ("lane", "said")):
                    self.flow.track(f"{level}-{kind}")
        else:
            self.header += [line for stage in group.stages[:first] for line in stage.label]
        for level, stage in enumerate(group.stages[first:], start=first):
            self.key = f"{prefix}{level}-"
            if across and level == first and group.words and stage.kind != "both":
                self.below = self._words(group, stage, self.slots, self.flow.track(f"{prefix}words"))
            if stage.kind != "repeat":
                self._stage(group, stage)
                continue
            self.header += stage.label
            if across:
                (item,) = self.below.values()
                self.below, self.branch = dict.fromkeys(positions, item), True
        if across:
            self.slot += len(positions) if self.beside else APART

    def _stage(self, group: Group, stage: Stage) -> None:
        """Add a layer: above the one before or, down the page, after it."""
        make = {"reading": self._reading, "both": self._both, "flatten": self._flatten}.get(stage.kind, self._blocks)
        if self.axis.across:
            make(group, stage, self.slots)
            self.branch = False
            if stage.said is not None and not stage.said.whole:
                self.slots = {position: _slot(item) for position, item in self.below.items()}
            return
        if self._continues(group, stage):
            assert stage.said is not None
            slots, make = {stage.said.at[0]: self.slot + 1}, self._blocks
        else:
            self.track = "middle" if stage.kind == "both" else "lane"
            if self.slot:
                self.flow.sections.append(self.slot + 0.5)
            slots = {at: self.slot + number for number, at in enumerate(self._order(group, stage), start=1)}
        self.slot += len(slots) + (2 if stage.kind == "both" else 1)
        make(group, stage, slots)
        self.header = [line for line in (stage.said.label if stage.said else ()) if line.text.endswith(")")]

    def _first(self, group: Group) -> int:
        """Return the first layer with a lane. An Embedding without one is drawn with the words."""
        has_no_lane = not self.axis.across or [stage.kind for stage in group.stages[1:2]] == ["both"]
        return 1 if looks_up(group) and has_no_lane else 0

    def _continues(self, group: Group, stage: Stage) -> bool:
        """Return whether a layer goes on from a single vector, in the same lane, down the page."""
        under = group.under(stage)
        return not self.axis.across and not stage.readings and under is not None and not under.whole

    def _order(self, group: Group, stage: Stage) -> list[int]:
        """Return the positions drawn down the page, in a layer's order, by default that of the first recurrent one."""
        reading = next(iter((*stage.readings, *group.readings)), None)
        order = reading.order if reading and stage.kind != "both" else tuple(range(group.steps))
        positions = [order[number] for number in self.shown(group)]
        return sorted(positions) if stage.kind == "flatten" else positions

    def _track(self, kind: str) -> str:
        """Return a track of the current layer; down the page, all layers have the same ones."""
        return self.flow.track(f"{self.key}{kind}") if self.axis.across else kind

    @property
    def _lane_track(self) -> str:
        return self._track("lane") if self.axis.across else self.track

    def _title(self, stage: Stage) -> list[Caption]:
        """Return a lane's title; down the page, a single layer needs none."""
        lines, self.header = [*self.header, *stage.label], []
        return [] if self.plan.single and not self.axis.across else list(captions(f"{stage.layer}layer", lines))

    def _name(self, name: str, items: Sequence[Item], lines: Iterable[Caption]) -> None:
        """Name items without a lane: beside them or, down the page, above them."""
        if self.axis.across:
            self.flow.label(items, *lines)
        else:
            self.flow.band(name, items, *lines, has_ground=False)

    def _given(self, group: Group, stage: Stage, slots: Mapping[int, float]) -> Mapping[int, Item]:
        """Return what a layer reads: what is below it, if there is something, or the words or vectors beside it."""
        if self.axis.across and stage.kind != "both":
            return {position: item for position, item in self.below.items() if position in slots}
        track = self._track("middle" if stage.kind == "both" else "given")
        if group.words and stage is group.stages[self._first(group)]:
            return self._words(group, stage, slots, track)
        again = {at: self.again(group, stage, at) for at in slots}
        return {at: self.flow.put(slots[at], track, self._flush(vector, track)) for at, vector in again.items()}

    def _words(self, group: Group, stage: Stage, slots: Mapping[int, float], track: str) -> dict[int, Item]:
        """Add the words with their vectors and the timeline; down the page, they name themselves."""
        looked_up = group.stages[0] if looks_up(group) and stage is not group.stages[0] else None
        row = looked_up.said if looked_up else group.given
        rows = dict(enumerate(looked_up.blocks)) if looked_up else {}
        is_between, is_cut, items = stage.kind == "both", len(slots) < group.steps, dict[int, Item]()
        for at, slot in slots.items():
            token = pieces.token(
                group,
                at,
                None if row is None else row.vector(at),
                self.word_width,
                self.words_before,
                rows.get(at),
                tight=is_between,
                note=SKIPPED if is_between and not self.axis.across and stage.readings[0].blocks[at].skipped else "",
            )
            items[at] = self.flow.put(slot, track, token)
        words, gap = list(items.values()), LAST_BEFORE_GAP if is_cut else None
        # Between two lanes, no line connects the steps: wires would cross it.
        self.flow.rail(f"{group.name}steps", words, gap, joined=not is_between)
        if not self.axis.across:
            return items
        lines: list[Caption] = []
        if row is not None and not self.beside:
            lines = row_captions(f"{group.name}embedding", row, self.axis.most_cells)
            if looked_up:
                lines = list(captions(f"{looked_up.layer}layer", looked_up.label))
        if is_cut:
            ends = list(slots.values())[LAST_BEFORE_GAP - 1 :]
            left_out = ends[0] + LATE if is_between else sum(ends) / 2
            self.flow.put(left_out, track, pieces.more_words(f"{group.name}more-words"), loose=True)
        if is_cut or not self.beside:
            count = ngettext("%(num)s time step", "%(num)s time steps", group.steps)
            lines.append(Caption(f"{group.name}words-label", count, "steps", "time_steps"))
        self.flow.label(words, *lines)
        return items

    def again(self, group: Group, stage: Stage, position: int) -> Shown:
        """Draw a layer's input at a position again."""
        row = group.under(stage)
        if row is None:  # the repeated vector comes from the previous sentence
            row = self.plan.groups[self.plan.groups.index(group) - 1].stages[-1].said
        assert row is not None
        vector, number = (row.vector(position), "") if row.whole else (row.vectors[0], f"-{position + 1}")
        return replace(vector, name=f"{vector.name}-again{number}", says="", returned=False, chosen="")

    def _flush(self, vector: Shown, track: str) -> Draw:
        """Draw a layer's inputs right-aligned, if they are beside its lane."""
        by = (self.vector_width - pieces.strip_width(vector, self.axis)) / 2 if self.vector_width else 0
        return pieces.shifted(pieces.vector(vector), by if track == "given" else 0)

    def read(
        self,
        group: Group,
        stage: Stage,
        sources: Mapping[int, Item],
        blocks: Mapping[int, Item],
        sides: tuple[Side, Side] = UP,
        shares: tuple[float | None, float | None] = (0.5, 0.5),
    ) -> None:
        """Connect what a layer reads to its blocks, except skipped ones."""
        skipped = {at for reading in stage.readings for at, block in enumerate(reading.blocks) if block.skipped}
        for position, block in blocks.items():
            if position in sources and position not in skipped:
                wire = Wire(self.input_name(group, stage, position), step=stage.entered(position))
                self.flow.link(sources[position], block, wire, sides=sides, shares=shares, branch=self.branch)

    def input_name(self, group: Group, stage: Stage, position: int) -> str:
        """Name the arrow into a layer."""
        if stage is group.stages[0] and group.given is not None:
            return f"{group.given.vector(position).name}-arrow"
        return f"{stage.layer}input-{position + 1}-arrow"

    def _blocks(self, group: Group, stage: Stage, slots: Mapping[int, float]) -> None:
        """Add a layer applied to each step separately, as a block and its output for each; or to a single vector."""
        track, across, is_one = self._lane_track, self.axis.across, self._continues(group, stage)
        sources = dict.fromkeys(slots, list(self.below.values())[-1]) if is_one else self._given(group, stage, slots)
        slots = {at: slot for at, slot in slots.items() if at in stage.at}
        if stage.spoken:  # the words it picks replace its blocks
            self.below = self._answers(stage, sources, slots)
            return
        wide, blocks = self.width(stage), dict[int, Item]()
        for at, slot in slots.items():
            draw = pieces.block(self._block(stage.blocks[stage.at.index(at)]), wide=wide)
            blocks[at] = self.flow.put(slot, track, draw, loose=not across and not blocks)
        self.read(group, stage, sources, blocks, ALONG if is_one else UP)
        self.below = self._answers(stage, blocks, slots)
        cut = None
        if len(slots) < len(stage.at):
            before, after = list(slots.values())[LAST_BEFORE_GAP - 1 :]
            cut = (before + (0 if across else 0.5) + after) / 2
            more = pieces.more(f"{stage.layer}more", len(stage.at) - len(slots), self.name_at)
            self.flow.put(cut, track, more, loose=True)
        items = [*blocks.values(), *(() if across or is_one else self.below.values())]
        flush = self.below.values() if across else ()
        self.flow.band(f"{stage.layer}lane", items, *self._title(stage), cut=cut, flush=flush)

    def _flatten(self, group: Group, stage: Stage, slots: Mapping[int, float]) -> None:
        """Lead all vectors into one wide block, with one vector as its output."""
        (of,), (at,) = stage.blocks, stage.at
        sources = self._given(group, stage, slots)
        span = min(slots[position] for position in sources), max(slots[position] for position in sources)
        draw = pieces.block(of, wide=self.width(stage))
        block = self.flow.put(span if span[0] < span[1] else span[0], self._lane_track, draw)
        self.read(group, stage, sources, dict.fromkeys(sources, block), shares=(0.5, None))
        if (hidden := group.steps - len(slots)) and not self.axis.across:
            cut = sum(list(slots.values())[LAST_BEFORE_GAP - 1 :]) / 2
            self.flow.put(cut, "given", pieces.more(f"{stage.layer}more", hidden), loose=True)
        self._name(f"{stage.layer}lane", [block], self._title(stage))
        self.below = self._answers(stage, {at: block}, slots)

    def _answers(
        self,
        stage: Stage,
        sources: Mapping[int, Item],
        slots: Mapping[int, float],
        passing: Mapping[int, Link] | None = None,
    ) -> dict[int, Item]:
        """Put a layer's outputs above its blocks, with a label; down the page, each after its block, in the lane."""
        row, across, answers = stage.said, self.axis.across, dict[int, Item]()
        assert row is not None
        follows = not across and not stage.spoken
        track = self._track("said") if across else self.track
        for position, vector in zip(row.at, row.vectors, strict=True):
            if position not in slots:
                continue
            name_at = (
                pieces.strip_width(vector, self.axis) / 2 + NAME_BEFORE_LANE if track == "middle" else self.name_at
            )
            draw = pieces.vector(vector, name_at, self.raised)
            answers[position] = item = self.flow.put(slots[position] + (0.5 if follows else 0), track, draw)
            if position not in stage.silent:
                wire, taps = Wire(f"{vector.name}-arrow", step=vector.step), (passing or {}).get(position)
                sides = ALONG if follows else UP
                self.flow.link(sources[position], item, wire, sides=sides, shares=(None, 0.5), taps=taps)
        if across or stage.spoken:
            lines = row_captions(f"{stage.layer}output", row, self.axis.most_cells)
            self._name(f"{stage.layer}lane", list(answers.values()), lines)
        return answers

    def _reading(self, group: Group, stage: Stage, slots: Mapping[int, float]) -> None:
        (reading,) = stage.readings
        before = self.handing.pop(0) if reading.handed and self.handing else None
        turn = -1 if reading.backwards and self.axis.across else 1
        way = self.way(stage, reading, self._lane_track, slots, turn, before=before)
        self.read(group, stage, self._given(group, stage, slots), way.blocks)
        title, items = self._title(stage), list(way.items)
        if self.axis.across:
            self._outwards(stage, way, slots)
        else:
            items += self._onwards(group, stage, way, self.slot - 0.5)
        # A lane is as wide as its outputs, unless one is at its end.
        is_flush = self.axis.across and stage.said is not None and not (reading.leaves or reading.hands)
        flush = self.below.values() if is_flush else ()
        self.flow.band(f"{stage.layer}lane", items, *title, cut=way.cut, flush=flush)

    def _outwards(self, stage: Stage, way: Way, slots: Mapping[int, float]) -> None:
        """Put a layer's outputs above its lane and its final states beside it, across the page."""
        reading = way.reading
        self.leave(way, reading.leaves)
        if reading.hands and self.beside:
            self.handing.append(way)
        elif reading.hands and not reading.leaves:
            self.leave(way, _named(reading.states[-1], len(reading.order)))
        if stage.said is not None:
            self.below = self._answers(stage, way.blocks, slots, way.passing)

    def _onwards(self, group: Group, stage: Stage, way: Way, slot: float) -> list[Item]:
        """End a lane down the page with the final states inside, if they are output and one of many or passed on.

        Otherwise they leave it along time, or continue into the next lane if it takes them. Returns what is inside.
        """
        reading, row = way.reading, stage.said
        flows_on = reading.hands and stage is group.stages[-1] and self._takes_next(stage)
        if flows_on and not (row and row.whole):
            self.handing.append(way)
            return []
        if reading.hands or (row and row.whole):
            vectors: Sequence[Shown | None] = self._kept(stage, reading)
            wires = {vector.role: vector for vector in vectors if vector is not None}
            places = [wires.get(vector.role) for vector in reading.states[0]]
            if self.axis.wires_apart is not None:
                vectors = places
            draw = pieces.carried(vectors, self.name_at, note=self._note(stage, reading.last))
            kept = self.flow.put(slot, "lane", draw)
            if flows_on:
                self.handing.append(replace(way, loads=(*way.loads, kept)))
            else:
                self.lead(way, kept, places, way.sides, "line")
            self.below = {reading.last: kept}
            return [kept]
        answer = row.vectors[0] if row else None
        memory = next((vector for vector in reading.leaves if vector.role == "memory"), None)
        state = next((vector for vector in reading.leaves if vector.role == "state"), None)
        leaving = [vector for vector in (memory, state, answer) if vector is not None]
        above = self.flow.put(slot, "lane", pieces.carried(leaving, self.name_at))
        led = answer or state
        ends = {"memory": memory, "state": None if led and led.dashed else led}
        places = [ends[vector.role] for vector in reading.states[0]]
        if any(places):
            self.lead(way, above, places, way.sides)
        self.below = {reading.last: above}
        return []

    def _takes_next(self, stage: Stage) -> bool:
        """Return whether the next recurrent layer takes the states of this one rather than another."""
        takers = [reading for reading in self.plan.readings if reading.handed]
        givers = [reading for reading in self.plan.readings if reading.hands]
        number = self.plan.readings.index(stage.readings[0])
        after = self.plan.readings[number + 1 : number + 2]
        return len(givers) == len(takers) and bool(after) and after[0].handed and len(givers) == 1

    def _kept(self, stage: Stage, reading: Reading) -> list[Shown]:
        """Draw the final states inside their lane, with the names under which they are returned."""
        *memory, state = self._states(stage, reading, reading.last)
        if any(leaf.role == "state" for leaf in reading.leaves):
            state = replace(state, returned=True)
        if stage.said is not None and reading.last not in stage.silent:
            state = replace(state, name=stage.said.vector(reading.last).name)
        return [*(memory if reading.hands else [leaf for leaf in reading.leaves if leaf.role == "memory"]), state]

    def _states(self, stage: Stage, reading: Reading, position: int) -> list[Shown]:
        """Draw the states after a position; down the page, with a second rim if the state is the output there."""
        *memory, state = reading.states[reading.turn(position)]
        row = stage.said if stage.kind == "reading" and not self.axis.across else None
        if row is None or not row.whole or position in stage.silent or not row.vector(position).returned:
            return [*memory, state]
        return [*memory, replace(state, returned=True)]

    def _note(self, stage: Stage, position: int) -> str:
        """Add a note, down the page, where the output at a skipped step is zero although the state isn't."""
        is_shown = stage.kind == "reading" and stage.said is not None and stage.said.whole and not self.axis.across
        return NOUGHT if is_shown and position in stage.silent else ""

    def _begins(self, reading: Reading, before: Way | None) -> Sequence[Shown]:
        """Return the initial states, with short names if two sentences share the width: their origin is visible."""
        if not self.beside:
            return reading.states[0]
        if before is None:
            return [replace(state, says=gettext("zero")) if state.dashed else state for state in reading.states[0]]
        return _named(reading.states[0], len(before.reading.order))

    def way(
        self,
        stage: Stage,
        reading: Reading,
        track: str,
        slots: Mapping[int, float],
        turn: int = 1,
        *,
        span: float = 0,
        over: float = pieces.OVER,
        name_at: float | None = None,
        lane: float | None = None,
        before: Way | None = None,
    ) -> Way:
        """Put a layer's blocks and states on a track, and connect each block to the next.

        `slots` maps positions to slots, in which blocks have the length `span`; `before` is the layer that passes its
        final states on. `lane` and `name_at` are the width of its lane and where names end, if there are two of them
        down the page; then the steps that are skipped or left out are named between these.
        """
        is_alone = lane is None or self.axis.across
        lane, name_at = self.lane if lane is None else lane, self.name_at if name_at is None else name_at
        flow, order = self.flow, [position for position in reading.order if position in slots]
        count = len(reading.states[0])
        wide, aside = self.width(stage), (count - 1) / 2 * WIRES_APART
        blocks = {
            at: flow.put(
                (slots[at], slots[at] + span) if span else slots[at],
                track,
                pieces.block(self._block(reading.blocks[at]), count, wide, lane, aside, over, is_named=is_alone),
            )
            for at in order
        }

        def starts(position: int) -> float:
            return slots[position] + (0 if turn > 0 else span)

        def ends(position: int) -> float:
            return slots[position] + (span if turn > 0 else 0)

        first = starts(order[0]) - turn * (1 - span) / 2
        begin = flow.put(
            first,
            track,
            pieces.carried(self._begins(reading, before), name_at),
            loose=reading.handed or not self.axis.across,
        )
        items, loads, source, passing = [begin, *blocks.values()], [begin], begin, dict[int, Link]()
        if before is not None:
            source, loads = before.source, [*before.loads, begin]
        vectors, passed, cut, dotted = reading.states[0], list[int](), None, False
        result = Way(reading, blocks, source, (), passing, (), (), turn)
        for last, position in zip([None, *order], order, strict=False):
            if last is not None:
                middle = (ends(last) + starts(position)) / 2
                hidden = reading.turn(position) - reading.turn(last) - 1
                if hidden:
                    cut, dotted = middle, True
                    if is_alone:
                        flow.put(middle, track, pieces.more(f"{reading.layer}more", hidden, name_at), loose=True)
                else:
                    states, note = self._states(stage, reading, last), self._note(stage, last)
                    loads.append(flow.put(middle, track, pieces.carried(states, name_at, note=note)))
                    items.append(loads[-1])
            block, is_last = reading.blocks[position], position == order[-1]
            if block.skipped and (not is_last or reading.leaves or reading.hands):
                passed.append(position)
                continue
            taps = block.skipped and self.taps(stage, position)
            wires = [
                Wire(
                    f"{reading.layer}more-{vector.role}-arrow" if dotted else f"{vector.name}-arrow",
                    flow_role(vector),
                    None if dotted else vector.step,
                    head=not (taps and vector is vectors[-1]),
                    inside=taps and vector is vectors[-1],
                )
                for vector in vectors
            ]
            link = flow.link(source, blocks[position], *wires, sides=result.sides, loads=loads, dotted=dotted)
            passing |= dict.fromkeys([*passed, *([position] if taps else [])], link)
            source, loads, dotted, passed = blocks[position], [], False, []
            vectors = reading.states[reading.turn(position)]
        return replace(result, source=source, loads=tuple(loads), passed=tuple(passed), items=tuple(items), cut=cut)

    def taps(self, stage: Stage, position: int) -> bool:
        """Return whether the output of a skipped position is the state that passes it."""
        return stage.said is not None and position in stage.said.at and position not in stage.silent

    def lead(
        self, way: Way, target: Item, states: Sequence[Shown | None], sides: tuple[Side, Side], kind: str = "arrow"
    ) -> Link:
        """Connect a layer's final states to an item."""
        wires = [
            None if state is None else Wire(f"{state.name}-{kind}", flow_role(state), state.step, head=kind == "arrow")
            for state in states
        ]
        link = self.flow.link(way.source, target, *wires, sides=sides, loads=way.loads)
        way.passing.update(dict.fromkeys(way.passed, link))
        return link

    def _both(self, group: Group, stage: Stage, slots: Mapping[int, float]) -> None:
        """Add two directions, with what they read in between, and their outputs after it."""
        row, across = stage.said, self.axis.across
        assert row is not None
        back, middle, forth = (self._track(kind) for kind in ("back", "middle", "forth"))
        sources = self._given(group, stage, slots)
        span = 0.0  # of blocks, which are as long as what is between them
        if row.whole and not self.apart:
            span = SIGN_AT if stage.merge in SIGNS else 2 / 3 if stage.also else 1 / 2
        ways = self._directions(stage, (forth, back), sources, slots, span)
        if (hidden := group.steps - len(slots)) and not across:  # both lanes share the space between them
            ends = list(slots.values())[LAST_BEFORE_GAP - 1 :]
            last = ends[0] + (2 if stage.merge in SIGNS else 1) * span
            draw = pieces.more(f"{ways[0].reading.layer}more", hidden)
            self.flow.put((last + ends[1]) / 2, middle, draw, loose=True)
        if self.apart:
            self.below = self._outputs(group, stage)
        elif row.whole:
            self.below = {
                at: self._merged(stage, at, middle, (slot + span / 2, slot + span, slot + 2 * span), ways)[-1]
                for at, slot in slots.items()
                if at in row.at
            }
        else:
            self.below = self._in_the_end(stage, middle, max(slots.values()) + 1, ways)
        if not across:
            return
        lines = row_captions(f"{stage.layer}output", row, self.axis.most_cells)
        self.flow.label(list(self.below.values())[-1:], *lines, after=True)
        after = group.stages[group.stages.index(stage) + 1 :]
        if row.whole and after and after[0].kind != "both":  # they are repeated above both lanes, to be read there
            over = self._track("over")
            self.below = {
                at: self.flow.put(int(_slot(item)), over, pieces.vector(self.again(group, after[0], at)))
                for at, item in self.below.items()
            }

    def _directions(
        self,
        stage: Stage,
        tracks: tuple[str, str],
        sources: Mapping[int, Item],
        slots: Mapping[int, float],
        span: float,
    ) -> tuple[Way, Way]:
        """Put the two directions on tracks with the input in between, and connect it to both."""
        lane = max(self._states_width(stage), self.width(stage)) + 2 * self.axis.band_padding[1]
        beside, over = lane / 2 + NAME_BEFORE_LANE, self._over(stage)
        forth, back = (
            self.way(stage, reading, on, slots, turn, span=span, over=over, lane=lane, name_at=-turn * beside)
            for reading, on, turn in zip(stage.readings, tracks, (1, -1), strict=True)
        )
        for way, opposite, near, kind, label in zip(
            (forth, back), (back, forth), self._near, ("", "by-"), stage.labels, strict=True
        ):
            for at, block in way.blocks.items():
                if not way.reading.blocks[at].skipped:
                    wire = Wire(f"{stage.layer}input-{at + 1}-{kind}arrow", step=way.reading.step(at))
                    self.flow.link(sources[at], block, wire, sides=(OPPOSITE[near], near), shares=(0.5, None))
            ghost = self._ghost(opposite.items[0], way.last.track)
            shows_last = self.apart and stage.shows(way.reading, way.reading.last)
            leaves = way.reading.leaves or (way.reading.states[-1][-1:] if shows_last else ())
            leaving = self.leave(way, leaves, -way.turn * beside, OUTSIDE if way.reading.leaves else 0.5)
            kept = [] if self.axis.across else leaving  # down the page, it would leave through the other one's title
            title = captions(f"{way.reading.layer}layer", label)
            self.flow.band(f"{way.reading.layer}lane", [*way.items, ghost, *kept], *title, cut=way.cut)
        return forth, back

    @property
    def _near(self) -> tuple[Side, Side]:
        """The inner side of each direction's track."""
        return ("cross-start", "cross-end") if self.axis.across else ("cross-end", "cross-start")

    def _over(self, stage: Stage) -> float:
        """Return how far blocks extend beyond the items in between, so that wires to both halves are straight."""
        if stage.merge != "concat" or not self.axis.across:
            return pieces.OVER
        assert stage.said is not None
        widest = max(pieces.strip_width(vector, self.axis) for vector in stage.said.vectors)
        return max(pieces.OVER, 2 * (OFF_HALF * widest / 2 + TO_CORNER))

    def _merged(
        self,
        stage: Stage,
        position: int,
        track: str,
        places: tuple[float, float, float],
        ways: tuple[Way, Way],
        *,
        is_final: bool = False,
    ) -> list[Item]:
        """Add the outputs of both directions at a position, or after them; return the items, in order.

        Of two outputs, the first goes to the first slot and the second to the second. An operator and its result go to
        the last two slots, and a single output to the second. Two halves of one output are met from both sides.
        """
        assert stage.said is not None
        output, also = stage.said.vector(position), None if stage.also is None else stage.also.vector(position)
        draws = {1: pieces.vector(output)}
        if also is not None:
            draws = {0: pieces.vector(output), 1: pieces.vector(also)}
        elif stage.merge in SIGNS:
            draws = {1: pieces.sign(f"{output.name}-sign", SIGNS[stage.merge], output.step), 2: pieces.vector(output)}
        items = [self.flow.put(places[number], track, draw, loose=is_final) for number, draw in draws.items()]
        if position in stage.silent:
            return items
        if stage.merge in SIGNS:
            self.flow.link(items[0], items[1], Wire(f"{output.name}-arrow", step=output.step), sides=ALONG)
        ends = items if also is not None else [items[0], items[0]]
        halves = _halves(output, self.axis) if stage.merge == "concat" and self.axis.across else (0.5, 0.5)
        for way, end, side, kind, half in zip(ways, ends, self._near, ("forward", "backward"), halves, strict=True):
            name, far = f"{output.name}-{kind}-arrow", OPPOSITE[side]
            if not is_final:
                wire = Wire(name, step=output.step if also is None or kind == "forward" else also.step)
                taps = way.passing.get(position)
                self.flow.link(way.blocks[position], end, wire, sides=(side, far), shares=(None, half), taps=taps)
                continue
            wire, shares = Wire(name, step=way.reading.steps[-1]), (0.5, half)
            if kind == "forward" and not way.reading.leaves:
                self.flow.link(way.source, end, wire, sides=("main-end", far), shares=shares, loads=way.loads)
            else:  # from the other end
                self.flow.link(way.last, end, wire, sides=(far, far), shares=shares, around=True)
        return items

    def _in_the_end(self, stage: Stage, track: str, slot: float, ways: tuple[Way, Way]) -> dict[int, Item]:
        """Add the final outputs of both directions, with nothing beside them."""
        assert stage.said is not None
        (position,) = stage.said.at
        places = slot, slot if stage.also is None else slot + 1, slot + 1
        items = self._merged(stage, position, track, places, ways, is_final=True)
        if not self.axis.across:
            self.flow.sections.append(slot - BEFORE_OUTPUT)
        for item in items if self.axis.across else ():
            for way in ways:
                self._ghost(item, way.last.track)
        return {position: items[-1]}

    def _ghost(self, item: Item, track: str) -> Item:
        """Reserve space for an item on another track as well."""
        return self.flow.put(item.slot, track, item.draw, loose=item.loose, ghost=True)

    def leave(self, way: Way, leaves: Sequence[Shown], beside: float = 0, late: float = 0.5) -> list[Item]:
        """Put a layer's returned states beside its lane, at the ends of their wires."""
        if not leaves:
            return []
        slot = way.last.slot
        edge = slot if not isinstance(slot, tuple) else slot[way.turn > 0]
        places = [next((leaf for leaf in leaves if leaf.role == state.role), None) for state in way.reading.states[0]]
        track = way.last.track
        leaving = self.flow.put(edge + way.turn * late, track, pieces.carried(places, beside, on_wire=True))
        self.lead(way, leaving, places, way.sides)
        return [leaving]

    def _outputs(self, group: Group, stage: Stage) -> dict[int, Item]:
        """List the outputs of both directions below them, with their words if there is one at each step."""
        outputs, also = stage.said, stage.also
        assert outputs is not None
        self.flow.sections.append(self.slot - 0.5)
        items = dict[int, Item]()
        hidden = outputs.whole and group.steps - len(self.shown(group))
        for position in self._order(group, stage) if outputs.whole else outputs.at:
            vectors = [row.vector(position) for row in (outputs, also) if row is not None]
            word = self.word_width if outputs.whole and group.words else 0
            items[position] = self.flow.put(self.slot, "middle", pieces.output(group, stage, position, vectors, word))
            self.slot += 1
            if hidden and len(items) == LAST_BEFORE_GAP:
                draw = pieces.more(f"{stage.layer}output-more", hidden)
                self.flow.put(self.slot - 0.5, "middle", draw, loose=True)
        title = captions(f"{stage.layer}output", outputs.label)
        self.flow.band(f"{stage.layer}outputs", list(items.values()), *title, has_ground=False)
        return items


def _named(states: Sequence[Shown], turn: int) -> list[Shown]:
    """Name states by the turn after which they are passed on."""
    return [replace(state, says=subscripted(turn, "c" if state.role == "memory" else "h")) for state in states]


def _slot(item: Item) -> float:
    return item.slot[0] if isinstance(item.slot, tuple) else item.slot


def _halves(vector: Shown, axis: Axis) -> tuple[float, float]:
    """Return the ends of wires to two halves of a vector: near its middle, so that blocks needn't be long."""
    places = vector.places(axis.most_cells)
    first = next(at for at, place in enumerate(places) if place is not None and place >= (vector.half or 0))
    count = len(places)
    return (1 - OFF_HALF) * first / count, (first + OFF_HALF * (count - first)) / count


def flow_role(vector: Shown) -> str:
    """Return the role of a wire; the memory has its own."""
    return "memory" if vector.role == "memory" else "flow"


def captions(name: str, lines: Sequence[LabelLine]) -> Iterator[Caption]:
    """Name the lines of a label."""
    for number, line in enumerate(line for line in lines if line.text):
        yield Caption(
            f"{name}-label" if number == 0 else f"{name}-label-{number + 1}", line.text, line.role, line.argument
        )


def row_captions(name: str, row: Row, most_cells: int) -> list[Caption]:
    """Return the captions of a row of vectors, with their size if they aren't shown in full and it isn't elsewhere."""
    lines, vector = list(row.label), row.vectors[0]
    if lines and not vector.says and vector.is_cut(most_cells) and "=" not in lines[-1].text.replace("=True", ""):
        lines[0] = LabelLine(Series(lines[0].text, len(vector.values)), lines[0].role, lines[0].argument)
    return list(captions(name, lines))


def looks_up(group: Group) -> bool:
    """Return whether the words of a group are looked up by its first layer."""
    return bool(group.words) and group.given is None and group.stages[0].kind == "blocks"
