"""The wide layout of an unrolled model: words at the bottom, layers above them, time to the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ...flow.axis import ACROSS, Axis
from ...flow.description import Caption, Item, Link, Wire
from ...i18n import gettext, ngettext
from ...layout import LAST_BEFORE_GAP
from ...numbers import subscripted
from . import pieces
from .describing import Describing, Way, captions, looks_up, row_captions
from .plan import Group, Plan, Reading, Row, Shown, ShownBlock, Stage

LATE = 0.85
"""The time within a step at which words are left out, if there are outputs between the words."""
APART = 1000
"""The extra distance between the slots of stacked sentences, which are unrelated."""
TIGHT_WIDTH, TIGHT_INSET = 42, 3
"""The minimum width of blocks, and the padding around their names, if two sentences are side by side."""


def _slot(item: Item) -> float:
    return item.slot[0] if isinstance(item.slot, tuple) else item.slot


class Wide(Describing):
    """The wide layout: words at the bottom, layers above them, time to the right.

    With `beside`, a sentence follows the one that passes its states on; otherwise it is above it. `raised` leaves space
    for a bracket below the names of outputs.
    """

    def __init__(self, plan: Plan, axis: Axis, most_steps: int, *, beside: bool = False, raised: float = 0) -> None:
        super().__init__(plan, axis, most_steps)
        self.beside, self.raised = beside, raised
        if beside and axis.cell < ACROSS.cell:
            self.block_least, self.block_inset = TIGHT_WIDTH, TIGHT_INSET
        self.below: dict[int, Item] = {}
        self.branch = False
        self.waiting: list[Caption] = []
        """The text to show above the next lane."""
        start = 0
        for number, group in enumerate(plan.groups):
            is_beside = beside and number > 0
            if number:
                start += len(self.shown(plan.groups[number - 1])) if is_beside else APART
            self._group(group, "" if beside else f"{number}-", start)

    def _group(self, group: Group, prefix: str, start: int) -> None:
        shown = self.shown(group)
        slots = {position: float(start + number) for number, position in enumerate(shown, start=1)}
        stages = list(group.stages)
        between = self._between(group)
        if self.beside:
            for track in ("words", *(f"{level}-{kind}" for level in range(len(stages)) for kind in ("lane", "said"))):
                self.flow.track(track)
        if between is not None:
            self.flow.track(f"{prefix}{stages.index(between)}-back")
        if group.words:
            self._words(group, self.flow.track(f"{prefix}words"), slots, between)
            self.branch = False
        for level, stage in enumerate(stages):
            if stage.kind == "repeat":
                (item,) = self.below.values()
                self.waiting += captions(f"{stage.layer}layer", stage.label)
                self.below, self.branch = dict.fromkeys(shown, item), True
            elif not (between is not None and stage is not between and looks_up(group) and level == 0):
                handle = {"reading": self._reading, "both": self._both, "flatten": self._flatten}.get(
                    stage.kind, self._blocks
                )
                handle(group, stage, f"{prefix}{level}-", slots)
                self.branch = False
                if stage.said is not None and not stage.said.whole:
                    slots = {position: _slot(item) for position, item in self.below.items()}

    def first(self, reading: Reading, before: Way | None) -> Sequence[Shown]:
        """Use short names for initial states if two sentences share the width, since their origin is visible."""
        if not self.beside:
            return reading.states[0]
        if before is None:
            return [replace(each, says=gettext("zero")) if each.dashed else each for each in reading.states[0]]
        last = len(before.reading.order)
        return [
            replace(each, says=subscripted(last, "c" if each.role == "memory" else "h")) for each in reading.states[0]
        ]

    def _over_lanes(self, group: Group, stage: Stage, key: str) -> None:
        """Repeat the items between both lanes above these, for a layer that reads them there."""
        track = self.flow.track(f"{key}over")
        after = group.stages[group.stages.index(stage) + 1]
        self.below = {
            position: self.flow.put(int(_slot(item)), track, pieces.vector(self.again(group, after, position)))
            for position, item in self.below.items()
        }

    def _between(self, group: Group) -> Stage | None:
        """Return the layer with the words between its directions, if it is the first to read them."""
        if not group.words:
            return None
        first = group.stages[1 if looks_up(group) and len(group.stages) > 1 else 0]
        return first if first.kind == "both" else None

    def _words(self, group: Group, track: str, slots: Mapping[int, float], between: Stage | None) -> None:
        row, rows = group.given, dict[int, ShownBlock]()
        if row is None and between is not None:
            row, rows = group.stages[0].said, dict(enumerate(group.stages[0].blocks))
        items = {}
        for at, slot in slots.items():
            shown = None if row is None else row.vector(at)
            token = pieces.token(group, at, shown, 0, row=rows.get(at), tight=between is not None)
            items[at] = self.flow.put(slot, track, token)
        lines: list[Caption] = []
        if row is not None and not self.beside:
            lines += row_captions(f"{group.name}embedding", row, self.axis.most_cells)
            if rows:
                lines = list(captions(f"{group.stages[0].layer}layer", group.stages[0].label))
        cut = len(slots) < group.steps
        if cut:
            ends = list(slots.values())[LAST_BEFORE_GAP - 1 :]
            between_steps = sum(ends) / 2 if between is None else ends[0] + LATE
            self.flow.put(between_steps, track, pieces.more_words(f"{group.name}more-words"), loose=True)
        # Between two lanes, no line connects the steps: wires would cross it.
        joined = between is None
        self.flow.rail(f"{group.name}steps", list(items.values()), LAST_BEFORE_GAP if cut else None, joined=joined)
        if cut:
            count = ngettext("%(num)s word", "%(num)s words", group.steps)
            lines.append(Caption(f"{group.name}words-label", count, "steps", "time_steps"))
        self.flow.label(list(items.values()), *lines)
        self.below = items

    def _reading(self, group: Group, stage: Stage, key: str, slots: Mapping[int, float]) -> None:
        (reading,) = stage.readings
        track = self.flow.track(f"{key}lane")
        before = self.handing.pop(0) if reading.handed and self.beside else None
        way = self.way(stage, reading, track, slots, -1 if reading.backwards else 1, before=before)
        self.read(group, stage, self.below, way.blocks, self.branch)
        title = self._title(stage)
        self.leave(way, reading.leaves)
        if reading.hands and self.beside:
            self.handing.append(way)
        elif reading.hands and not reading.leaves:
            last = len(reading.order)
            self.leave(
                way,
                [
                    replace(each, says=subscripted(last, "c" if each.role == "memory" else "h"))
                    for each in reading.states[-1]
                ],
            )
        answers: Iterable[Item] = ()
        if stage.said is not None:
            self._answers(stage, stage.said, self.flow.track(f"{key}said"), way.blocks, slots, way.passing)
            if not (reading.leaves or reading.hands):  # its output is at its end
                answers = self.below.values()
        self.flow.band(f"{stage.layer}lane", way.items, *title, cut=way.cut, flush=answers)

    def _title(self, stage: Stage) -> list[Caption]:
        lines, self.waiting = [*self.waiting, *captions(f"{stage.layer}layer", stage.label)], []
        return lines

    def _answers(
        self,
        stage: Stage,
        row: Row,
        track: str,
        blocks: Mapping[int, Item],
        slots: Mapping[int, float],
        passing: Mapping[int, Link],
    ) -> None:
        """Put a layer's outputs above its blocks."""
        self.below = {}
        for position, shown in zip(row.at, row.vectors, strict=True):
            if position in slots:
                item = self.flow.put(slots[position], track, pieces.vector(shown, raised=self.raised))
                self.below[position] = item
                if position not in stage.silent:
                    wire = Wire(f"{shown.name}-arrow", step=shown.step)
                    self.flow.link(blocks[position], item, wire, shares=(None, 0.5), taps=passing.get(position))
        lines = row_captions(f"{stage.layer}output", row, self.axis.most_cells)
        if lines:
            self.flow.label(list(self.below.values()), *lines)

    def _blocks(self, group: Group, stage: Stage, key: str, slots: Mapping[int, float]) -> None:
        track = self.flow.track(f"{key}lane")
        if stage.spoken:
            assert stage.said is not None
            self._answers(stage, stage.said, self.flow.track(f"{key}said"), self.below, slots, {})
            return
        width = self.width(stage)
        blocks = {
            at: self.flow.put(slots[at], track, pieces.block(each, wide=width))
            for at, each in zip(stage.at, stage.blocks, strict=True)
            if at in slots
        }
        self.read(group, stage, self.below, blocks, self.branch)
        cut = None
        if len(blocks) < len(stage.at):
            cut = sum(list(slots.values())[LAST_BEFORE_GAP - 1 :]) / 2
            more = pieces.more(f"{stage.layer}more", len(stage.at) - len(blocks))
            self.flow.put(cut, track, more, loose=True)
        title = self._title(stage)
        assert stage.said is not None
        self._answers(stage, stage.said, self.flow.track(f"{key}said"), blocks, slots, {})
        self.flow.band(f"{stage.layer}lane", list(blocks.values()), *title, cut=cut, flush=self.below.values())

    def _flatten(self, group: Group, stage: Stage, key: str, slots: Mapping[int, float]) -> None:
        """Lead all vectors into one wide block, with one vector as its output."""
        (each,), (at,) = stage.blocks, stage.at
        read = [position for position in slots if position in self.below]
        span = slots[read[0]], slots[read[-1]]
        draw = pieces.block(each, wide=self.width(stage))
        block = self.flow.put(span if span[0] < span[1] else span[0], self.flow.track(f"{key}lane"), draw)
        for position in read:
            wire = Wire(self.input_name(group, stage, position), step=stage.entered(position))
            self.flow.link(self.below[position], block, wire, shares=(0.5, None), branch=self.branch)
        self.flow.label([block], *captions(f"{stage.layer}layer", stage.label))
        assert stage.said is not None
        self._answers(stage, stage.said, self.flow.track(f"{key}said"), {at: block}, slots, {})

    def _both(self, group: Group, stage: Stage, key: str, slots: Mapping[int, float]) -> None:
        back = self.flow.track(f"{key}back")
        if self._between(group) is stage:
            track = next(iter(self.below.values())).track
        else:
            track = self.flow.track(f"{key}again")
            self.below = {
                position: self.flow.put(slot, track, pieces.vector(self.again(group, stage, position)))
                for position, slot in slots.items()
            }
        tracks = (self.flow.track(f"{key}forth"), track, back)
        middle = {position: self.below[position] for position in slots}
        self.below = self.both(group, stage, tracks, middle, slots)
        assert stage.said is not None
        lines = row_captions(f"{stage.layer}output", stage.said, self.axis.most_cells)
        self.flow.label(list(self.below.values())[-1:], *lines, after=True)
        if (
            stage.said.whole
            and stage is not group.stages[-1]
            and group.stages[group.stages.index(stage) + 1].kind != "both"
        ):
            self._over_lanes(group, stage, key)
