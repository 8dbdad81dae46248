"""Building the flow of an unrolled model: slots in time, and tracks from words to output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ...flow.axis import WIRES_APART, Axis
from ...flow.description import Caption, Flow, Item, Link, Side, Wire
from ...fonts import BLOCK, BLOCK_SECOND, width
from ...i18n import Series
from ...layout import LAST_BEFORE_GAP, shown_steps
from ...shapes.blocks import BLOCK_INSET, BLOCK_WIDTH
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
        return ("main-end", "main-start") if self.turn > 0 else ("main-start", "main-end")

    @property
    def last(self) -> Item:
        """The block of the position read last."""
        return self.blocks[self.reading.last]


class Describing:
    """What the two layouts of an unrolled model have in common."""

    def __init__(self, plan: Plan, axis: Axis, most_steps: int) -> None:
        self.plan, self.axis, self.most_steps = plan, axis, most_steps
        self.flow = Flow()
        self.block_least: float = BLOCK_WIDTH
        self.block_inset: float = BLOCK_INSET
        """The minimum width of blocks, and the padding around their names."""
        self.handing: list[Way] = []
        """Layers whose final states are passed on, first come, first served."""

    def shown(self, group: Group) -> tuple[int, ...]:
        """Return the positions of a group that are drawn."""
        return tuple(step - 1 for step in shown_steps(group.steps, self.most_steps))

    def width(self, stage: Stage) -> float:
        """Return the minimum width of a layer's blocks."""
        blocks = [*stage.blocks, *(each for reading in stage.readings for each in reading.blocks)]
        return max((self.block_width(each) for each in blocks), default=0)

    def block_width(self, block: ShownBlock) -> float:
        """Return the width of a block that fits its name and second line."""
        texts = width(block.text, BLOCK), width(block.second, BLOCK_SECOND)
        return max(self.block_least, *(text + 2 * self.block_inset for text in texts if text))

    def said(self, block: ShownBlock) -> ShownBlock:
        """Draw a block with its text."""
        return block

    def first(self, reading: Reading, before: Way | None) -> Sequence[Shown]:
        """Return the initial states, which another layer may pass on."""
        return reading.states[0]

    def states(self, stage: Stage, reading: Reading, position: int) -> list[Shown]:
        """Draw the states after a position."""
        return list(reading.states[reading.turn(position)])

    def note(self, stage: Stage, position: int) -> str:
        """Return the note beside the states after a position."""
        return ""

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
        lane: float = 0,
        beside: float = 0,
        before: Way | None = None,
        is_alone: bool = True,
    ) -> Way:
        """Put a layer's blocks and states on a track, and connect each block to the next.

        `slots` maps positions to slots, in which blocks have the length `span`; `before` is the layer that passes its
        final states on. Down the page, `beside` gives the width of the lane and the distance of names from its centre.
        If the layer isn't alone, the steps that are skipped or left out are named elsewhere.
        """
        flow, order = self.flow, [position for position in reading.order if position in slots]
        count = len(reading.states[0])
        wide, aside = self.width(stage), (count - 1) / 2 * WIRES_APART
        blocks = {
            at: flow.put(
                (slots[at], slots[at] + span) if span else slots[at],
                track,
                pieces.block(self.said(reading.blocks[at]), count, wide, lane, aside, over, is_named=is_alone),
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
            pieces.carried(self.first(reading, before), beside),
            loose=reading.handed or not self.axis.across,
        )
        items, loads, source, passing = [begin, *blocks.values()], [begin], begin, dict[int, Link]()
        if before is not None:
            source, loads = before.source, [*before.loads, begin]
        shown, passed, cut, dotted = reading.states[0], list[int](), None, False
        result = Way(reading, blocks, source, (), passing, (), (), turn)
        for last, position in zip([None, *order], order, strict=False):
            if last is not None:
                middle = (ends(last) + starts(position)) / 2
                hidden = reading.turn(position) - reading.turn(last) - 1
                if hidden:
                    cut, dotted = middle, True
                    if is_alone:
                        flow.put(middle, track, pieces.more(f"{reading.layer}more", hidden, beside), loose=True)
                else:
                    states, note = self.states(stage, reading, last), self.note(stage, last)
                    loads.append(flow.put(middle, track, pieces.carried(states, beside, note=note)))
                    items.append(loads[-1])
            block, is_last = reading.blocks[position], position == order[-1]
            if block.skipped and (not is_last or self.goes_on(stage, reading)):
                passed.append(position)
                continue
            taps = block.skipped and self.taps(stage, position)
            wires = [
                Wire(
                    f"{reading.layer}more-{each.role}-arrow" if dotted else f"{each.name}-arrow",
                    flow_role(each),
                    None if dotted else each.step,
                    head=not (taps and each is shown[-1]),
                    inside=taps and each is shown[-1],
                )
                for each in shown
            ]
            link = flow.link(source, blocks[position], *wires, sides=result.sides, loads=loads, dotted=dotted)
            passing |= dict.fromkeys([*passed, *([position] if taps else [])], link)
            source, loads, dotted, passed = blocks[position], [], False, []
            shown = reading.states[reading.turn(position)]
        return replace(result, source=source, loads=tuple(loads), passed=tuple(passed), items=tuple(items), cut=cut)

    def goes_on(self, stage: Stage, reading: Reading) -> bool:
        """Return whether a layer's final states lead on from its last block."""
        return bool(reading.leaves) or reading.hands

    def taps(self, stage: Stage, position: int) -> bool:
        """Return whether the output of a skipped position is the state that passes it."""
        return stage.said is not None and position in stage.said.at and position not in stage.silent

    def lead(
        self, way: Way, other: Item, states: Sequence[Shown | None], sides: tuple[Side, Side], kind: str = "arrow"
    ) -> Link:
        """Connect a layer's final states to an item."""
        wires = [
            None if each is None else Wire(f"{each.name}-{kind}", flow_role(each), each.step, head=kind == "arrow")
            for each in states
        ]
        link = self.flow.link(way.source, other, *wires, sides=sides, loads=way.loads)
        way.passing.update(dict.fromkeys(way.passed, link))
        return link

    def read(
        self, group: Group, stage: Stage, below: Mapping[int, Item], blocks: Mapping[int, Item], branch: bool = False
    ) -> None:
        """Connect the items below to the blocks, except skipped ones."""
        skipped = {at for reading in stage.readings for at, each in enumerate(reading.blocks) if each.skipped}
        for position, block in blocks.items():
            if position in below and position not in skipped:
                wire = Wire(self.input_name(group, stage, position), step=stage.entered(position))
                self.flow.link(below[position], block, wire, branch=branch)

    def input_name(self, group: Group, stage: Stage, position: int) -> str:
        """Name the arrow into a layer."""
        if stage is group.stages[0] and group.given is not None:
            return f"{group.given.vector(position).name}-arrow"
        return f"{stage.layer}input-{position + 1}-arrow"

    def both(
        self,
        group: Group,
        stage: Stage,
        tracks: tuple[str, str, str],
        middle: Mapping[int, Item],
        slots: Mapping[int, float],
        lane: float = 0,
        *,
        apart: bool = False,
    ) -> dict[int, Item]:
        """Put the two directions on the outer two of three tracks, and connect the input in between to both.

        Their outputs are also in between, after the inputs. Returns the outputs by position: none if they are drawn
        `apart`, in which case each lane ends with its last state.
        """
        flow, said = self.flow, stage.said
        assert said is not None
        whole = said.whole
        span = (SIGN_AT if stage.merge in SIGNS else 2 / 3 if stage.also else 1 / 2) if whole and not apart else 0.0
        beside = -(lane / 2 + NAME_BEFORE_LANE)
        over = self._over(stage)
        is_alone = self.axis.across  # down the page, both directions share the space between their lanes
        there, back = (
            self.way(
                stage, each, on, slots, turn, span=span, over=over, lane=lane, beside=turn * beside, is_alone=is_alone
            )
            for each, on, turn in zip(stage.readings, (tracks[0], tracks[2]), (1, -1), strict=True)
        )
        if (hidden := group.steps - len(slots)) and not is_alone:
            ends = list(slots.values())[LAST_BEFORE_GAP - 1 :]
            draw = pieces.more(f"{there.reading.layer}more", hidden)
            last = ends[0] + (2 if stage.merge in SIGNS else 1) * span
            flow.put((last + ends[1]) / 2, tracks[1], draw, loose=True)
        near: tuple[Side, Side] = ("cross-start", "cross-end") if self.axis.across else ("cross-end", "cross-start")
        """Return the sides of both directions' tracks that face the middle."""
        for way, side, step, label in zip((there, back), near, range(2), stage.labels, strict=True):
            far: Side = near[1 - step]
            for position, block in way.blocks.items():
                if not way.reading.blocks[position].skipped:
                    kind = ("", "by-")[step]
                    name = f"{stage.layer}input-{position + 1}-{kind}arrow"
                    flow.link(
                        middle[position],
                        block,
                        Wire(name, step=way.reading.step(position)),
                        sides=(far, side),
                        shares=(0.5, None),
                    )
            other = back if way is there else there
            ghost = self.ghost(other.items[0], way.last.track)
            leaves = way.reading.leaves or (way.reading.states[-1][-1:] if apart else ())
            leaving = self.leave(
                way, leaves, beside if way is there else -beside, OUTSIDE if way.reading.leaves else 0.5
            )
            kept = [] if self.axis.across else leaving  # down the page, it would leave through the other one's title
            title = captions(f"{way.reading.layer}layer", label)
            flow.band(f"{way.reading.layer}lane", [*way.items, ghost, *kept], *title, cut=way.cut)
        if apart:
            return {}
        if whole:
            answers = {}
            for position in slots:
                if position in said.at:
                    places = slots[position] + span / 2, slots[position] + span, slots[position] + 2 * span
                    answers[position] = self._merged(stage, position, tracks[1], places, there, back, near)
            return answers
        return self._in_the_end(stage, tracks, max(slots.values()) + 1, there, back, near)

    def _over(self, stage: Stage) -> float:
        """Return how far blocks extend beyond the items in between, so that wires to both halves are straight."""
        if stage.merge != "concat" or not self.axis.across:
            return pieces.OVER
        assert stage.said is not None
        widest = max(pieces.strip_width(each, self.axis) for each in stage.said.vectors)
        return max(pieces.OVER, 2 * (OFF_HALF * widest / 2 + TO_CORNER))

    def _merged(
        self,
        stage: Stage,
        position: int,
        track: str,
        places: tuple[float, float, float],
        there: Way,
        back: Way,
        near: tuple[Side, Side],
    ) -> Item:
        """Add the outputs of both directions at a position: between their blocks, at their ends, or after these."""
        said, also = self._vectors(stage, position)
        ends, last = self._answers_of_both(stage, said, also, track, places, is_said=position not in stage.silent)
        if position not in stage.silent:
            for way, end, side, far, kind, share in self._meetings(stage, said, ends, there, back, near):
                step = said.step if also is None or kind == "forward" else also.step
                wire = Wire(f"{said.name}-{kind}-arrow", step=step)
                taps, shares = way.passing.get(position), (None, share)
                self.flow.link(way.blocks[position], end, wire, sides=(side, far), shares=shares, taps=taps)
        return last

    def _in_the_end(
        self, stage: Stage, tracks: tuple[str, str, str], slot: float, there: Way, back: Way, near: tuple[Side, Side]
    ) -> dict[int, Item]:
        """Add the final outputs of both directions; the backward one's wire makes a detour from the other end."""
        assert stage.said is not None
        (position,) = stage.said.at
        said, also = self._vectors(stage, position)
        places = slot, slot if also is None else slot + 1, slot + 1
        ends, last = self._answers_of_both(stage, said, also, tracks[1], places, loose=True)
        for way, end, _, far, kind, share in self._meetings(stage, said, ends, there, back, near):
            wire, shares = Wire(f"{said.name}-{kind}-arrow", step=way.reading.steps[-1]), (0.5, share)
            if kind == "forward" and not way.reading.leaves:
                self.flow.link(way.source, end, wire, sides=("main-end", far), shares=shares, loads=way.loads)
            else:
                self.flow.link(way.last, end, wire, sides=(far, far), shares=shares, around=True)
        if not self.axis.across:
            self.flow.sections.append(slot - BEFORE_OUTPUT)
        for each in dict.fromkeys((*ends, last)) if self.axis.across else ():
            for track in (tracks[0], tracks[2]):
                self.ghost(each, track)
        return {position: last}

    def _vectors(self, stage: Stage, position: int) -> tuple[Shown, Shown | None]:
        """Draw the outputs of both directions at a position, and the backward one's own output."""
        assert stage.said is not None
        return stage.said.vector(position), None if stage.also is None else stage.also.vector(position)

    def _answers_of_both(
        self,
        stage: Stage,
        said: Shown,
        also: Shown | None,
        track: str,
        places: tuple[float, float, float],
        *,
        is_said: bool = True,
        loose: bool = False,
    ) -> tuple[tuple[Item, Item], Item]:
        """Place the outputs of both directions; return the ends of their wires, and the last item.

        Of two outputs, the first goes to the first slot and the second to the second. An operator and its result go to
        the last two slots, and a single output to the second.
        """
        first, second, last = places
        if also is not None:
            apart = (
                self.flow.put(first, track, pieces.vector(said), loose=loose),
                self.flow.put(second, track, pieces.vector(also), loose=loose),
            )
            return apart, apart[1]
        if stage.merge not in SIGNS:
            answer = self.flow.put(second, track, pieces.vector(said), loose=loose)
            return (answer, answer), answer
        answer = self.flow.put(last, track, pieces.vector(said), loose=loose)
        sign = self.flow.put(
            second, track, pieces.sign(f"{said.name}-sign", SIGNS[stage.merge or ""], said.step), loose=loose
        )
        if is_said:
            self.flow.link(sign, answer, Wire(f"{said.name}-arrow", step=said.step), sides=ALONG)
        return (sign, sign), answer

    def _meetings(
        self, stage: Stage, said: Shown, ends: tuple[Item, Item], there: Way, back: Way, near: tuple[Side, Side]
    ) -> Iterator[tuple[Way, Item, Side, Side, str, float]]:
        """Return the end of each direction's wire; two halves of one output are met from both sides."""
        halved = stage.merge == "concat" and self.axis.across
        shares = _halves(said, self.axis) if halved else (0.5, 0.5)
        yield from zip((there, back), ends, near, near[::-1], KINDS, shares, strict=True)

    def ghost(self, item: Item, track: str) -> Item:
        """Reserve space for an item on another track as well."""
        return self.flow.put(item.slot, track, item.draw, loose=item.loose, ghost=True)

    def again(self, group: Group, stage: Stage, position: int) -> Shown:
        """Draw a layer's input at a position again."""
        row = group.under(stage)
        if row is None:  # the repeated vector comes from the previous sentence
            row = self.plan.groups[self.plan.groups.index(group) - 1].stages[-1].said
        assert row is not None
        shown, number = (row.vector(position), "") if row.whole else (row.vectors[0], f"-{position + 1}")
        return replace(shown, name=f"{shown.name}-again{number}", says="", returned=False, chosen="")

    def leave(self, way: Way, leaves: Sequence[Shown], beside: float = 0, late: float = 0.5) -> list[Item]:
        """Put a layer's returned states beside its lane, at the ends of their wires."""
        if not leaves:
            return []
        slot = way.last.slot
        edge = slot if not isinstance(slot, tuple) else slot[way.turn > 0]
        places = [next((each for each in leaves if each.role == one.role), None) for one in way.reading.states[0]]
        track = way.last.track
        leaving = self.flow.put(edge + way.turn * late, track, pieces.carried(places, beside, on_wire=True))
        self.lead(way, leaving, places, way.sides)
        return [leaving]


ALONG: tuple[Side, Side] = ("main-end", "main-start")
"""From an item to the next in time."""
OUTSIDE = 0.75
"""How long after the last step the output of one of two directions is: beyond the start of the other."""
BEFORE_OUTPUT = 0.1
"""How long before the output of both directions everything else ends."""
KINDS = ("forward", "backward")


def _halves(shown: Shown, axis: Axis) -> tuple[float, float]:
    """Return the ends of wires to two halves of a vector: near its middle, so that blocks needn't be long."""
    places = shown.places(axis.most_cells)
    first = next(at for at, place in enumerate(places) if place is not None and place >= (shown.half or 0))
    count = len(places)
    return (1 - OFF_HALF) * first / count, (first + OFF_HALF * (count - first)) / count


def flow_role(shown: Shown) -> str:
    """Return the role of a wire; the memory has its own."""
    return "memory" if shown.role == "memory" else "flow"


def captions(name: str, lines: Sequence[LabelLine]) -> Iterator[Caption]:
    """Name the lines of a label."""
    for number, line in enumerate(line for line in lines if line.text):
        yield Caption(
            f"{name}-label" if number == 0 else f"{name}-label-{number + 1}", line.text, line.role, line.argument
        )


def row_captions(name: str, row: Row, most_cells: int) -> list[Caption]:
    """Return the captions of a row of vectors, with their size if they aren't shown in full and it isn't elsewhere."""
    lines, shown = list(row.label), row.vectors[0]
    if lines and not shown.says and shown.is_cut(most_cells) and "=" not in lines[-1].text.replace("=True", ""):
        lines[0] = LabelLine(Series(lines[0].text, len(shown.values)), lines[0].role, lines[0].argument)
    return list(captions(name, lines))


def looks_up(group: Group) -> bool:
    """Return whether the words of a group are looked up by its first layer."""
    return bool(group.words) and group.given is None and group.stages[0].kind == "blocks"
