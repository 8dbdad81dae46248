"""Attention heads as arcs over a sentence, from each word to those it attends to, with their weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice, product

import numpy as np

from ..arrays import Weights
from ..description import Description, TextColumn
from ..errors import PictureError
from ..flow.arcs import breadths, reach
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, width
from ..i18n import (
    LEFT_OUT,
    Clauses,
    Fields,
    Listing,
    Message,
    Paragraph,
    Translatable,
    WithNumbers,
    counted,
    gettext,
    known,
    ngettext,
    numbers,
    pgettext,
    quoted,
    text_of,
)
from ..layers.layer import Layer
from ..layout import LEAST_MARGIN, MARGIN, PHONE, page_width, snug_box
from ..measures import Measures, measures
from ..model import Model
from ..palette import WORD_FILLS, WordFill, is_mark
from ..picture import Picture, in_two_forms, laid_anew
from ..sample import Sample
from ..shapes.arrows import ARC_NUMBER, Arc
from ..shapes.shape import Shape, Shapes
from .attended import DECIMALS, Attended, attended, choose_heads, looked
from .given import Inputs, Words, entries_of
from .pieces import BOLD, column_width, spread, text, word
from .refusals import is_above_zero, pick, refused

LEAST = 0.25
"""By default, smaller weights aren't drawn."""
SHOWN_HEADS, MOST_WORDS, SAMPLES, SUMMED_UP = 4, 40, (8, 6, 4, 2), 8
"""How many heads are drawn if a layer has more, the most words that are all drawn, how many of a longer sentence, as
many as fit, and how many words of a head the alt text mentions.
"""
HEADS_APART, ROWS_OF_HEADS_APART, ROWS_APART, SAMPLED_ROWS_APART = 40, 30, 12, 1
WORD_HIGH, ROW_HIGH, LEAST_WIDTH, WORD_PADDING = 28, 32, 26, 6
"""The heights of words side by side and stacked, and the least width of a background, as for a single character."""
HIGHEST = 250
"""The maximum distance of the longest arc's handles above words; next to words, it depends on the space."""
TITLE, TITLE_ROOM, NO_ARCS = BOLD.sized(15), 12, 14
"""The style of titles, their distance to the highest arc, and the space for arcs if none leads back."""
GAP_AFTER = 0.01
"""The slot of an ellipsis, counted from the word before it."""
WEIGHT_LEADING, TO_WEIGHTS, TO_NAME = 17, 14, 6
"""From a weight to the next, from the arcs to their column, and from a weight to the word it refers to."""
OVER_WORDS = measures(
    letters=[20, 20, 18, 18, 18, 18, 16, 16, 16, 14, 14], apart=[8, 20, 8, 14, 32, 48, 6, 24, 40, 4, 20]
)
BESIDE_WORDS = measures(letters=[19, 17, 15, 13])


@laid_anew
def heads(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    head: int | Sequence[int] | None = None,
    least: float = LEAST,
    titles: Sequence[str] | None = None,
    alike: Sequence[str] | None = None,
    shown: Sequence[int] | None = None,
    layer: int | str | None = None,
) -> Picture:
    """Draw each attention head over one sentence as arcs from query to key, thicker for larger weights.

    Arcs above the words lead back, and arcs below lead ahead. In the narrow layout, they are to the right and left,
    with the weights in a column. Weights under `least` aren't drawn, which the picture says; masked words get no arc.
    `head` selects one or several heads by number, from 1. By default, up to four are drawn, and the picture says how
    many more there are. `titles` names the heads. Only the words in `alike`, if it is given, get a background, the same
    for all of them, so that these stand out. `shown` selects the words to draw by their steps, from 1. By default,
    all are drawn if they fit; of a long sentence, the words with the largest weights, with ellipses between them.
    Layer, embeddings and weights are chosen as in `attention`, which can also draw attention from one sentence to
    another.

    >>> heads(MultiHeadAttention(2, 4), ["Groot", "smiles", "as", "he", "grows"])
    """
    run = attended(model, words, embeddings, weights, layer)
    _check_self(run)
    count, length = len(run.trace.shares), len(run.queries)
    chosen = choose_heads(head, count) or tuple(range(min(count, SHOWN_HEADS)))
    if not is_above_zero(least) or least > 1:
        raise PictureError(f"least, the smallest weight with an arc, must be above 0 and at most 1, not {least!r}")
    if titles is not None and (isinstance(titles, str) or len(titles) != len(chosen)):
        raise PictureError(f"{counted(len(chosen), 'head')} need as many titles, not {titles!r}")
    if strangers := [word for word in alike or () if word not in run.queries]:
        raise PictureError(f"the sentence has no word {strangers[0]!r}; it has {', '.join(dict.fromkeys(run.queries))}")
    left_out = count - len(chosen) if head is None else 0
    basis = Gaze(run, chosen, float(least), tuple(titles or ()), alike, left_out, Sample.all(length))
    if shown is not None:
        basis = replace(basis, sample=_selected(shown, length), is_selected=True)
    tried = [basis] if shown is not None or length <= MOST_WORDS else []
    samples = (replace(basis, sample=basis.largest(most)) for most in SAMPLES if shown is None)
    for gaze in chain(tried, samples):
        if picture := gaze.picture():
            return picture
    raise PictureError(
        f"{counted(len(basis.words), 'word')} with arcs of {text_of(basis.least, DECIMALS)} and more don't fit: "
        "raise least, or select fewer words with shown"
    )


def _selected(chosen: Sequence[int], count: int) -> Sample:
    """Select words by their steps."""
    steps = [pick(step, "word", count, "the sentence") for step in chosen]
    if not chosen or len(set(chosen)) < len(chosen):
        raise PictureError(f"shown must select different words by their steps, such as [1, 2, 5], not {chosen!r}")
    return Sample.around(count, steps)


def _check_self(run: Attended) -> None:
    """Check that a sentence attends to itself."""
    query_entries, looked_at = ({*entries_of(run.model, [run.node.inputs[at]])} for at in (0, -1))
    if query_entries != looked_at or run.queries != run.keys:
        raise refused(
            run.model,
            run.node,
            f"{run.node.calls[0].text} looks from one sentence at another, but arcs are drawn above a single one: "
            "use attention(…)",
        )


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Gaze:
    """The heads that are drawn, and the drawing options."""

    found: Attended
    heads: tuple[int, ...]
    least: float
    titles: tuple[str, ...]
    alike: Sequence[str] | None
    left_out: int
    """The number of heads that aren't drawn."""
    sample: Sample
    """The words that are drawn; everything else counts only these."""
    is_selected: bool = False
    """Whether the author selected these words."""

    @cached_property
    def words(self) -> list[str]:
        """The words that are drawn."""
        return self.sample.of(self.found.queries)

    @cached_property
    def gaps(self) -> list[float]:
        """The slots of the ellipses: just after a word, or before the first."""
        gaps, slot = [], 0
        for place in self.sample.shown:
            slot += place is not None
            gaps += [slot + GAP_AFTER if slot else 1 - GAP_AFTER] if place is None else []
        return gaps

    @property
    def are_several(self) -> bool:
        """Whether the layer has several heads, so that they are named."""
        return len(self.found.trace.shares) > 1

    def largest(self, most: int) -> Sample:
        """Choose this many words: those with the largest weights, in the order of the sentence."""
        shares = np.where(self.found.trace.kept, self.found.trace.shares[list(self.heads)], 0)
        chosen: set[int] = set()
        for flat in np.argsort(-shares, axis=None, kind="stable"):
            _, row, key = map(int, np.unravel_index(flat, shares.shape))
            if len(chosen | {row, key}) > most:
                break
            chosen |= {row, key}
        return Sample.around(self.sample.count, chosen)

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colours of words: neutral unless they are in `alike`, or if there are too few colours."""
        if self.alike is None and len({word for word in self.words if not is_mark(word)}) <= len(WORD_FILLS):
            return self.found.fills
        alike = list(self.alike or ())
        return {word: WordFill(alike[0], 2) if word in alike else "lane" for word in self.words}

    @cached_property
    def looks(self) -> dict[int, list[list[tuple[int, float]]]]:
        """The indices that each word attends to in a head, and the weights, as far as they are drawn."""
        trace, places = self.found.trace, self.sample.places
        return {
            head: [
                [
                    (to, trace.shares[head][row][key].tolist())
                    for to, key in enumerate(places)
                    if trace.kept[row][key] and trace.shares[head][row][key] >= self.least
                ]
                for row in places
            ]
            for head in self.heads
        }

    def spans(self, heads: Sequence[int] | None = None) -> tuple[list[int], list[int]]:
        """The lengths in words of the arcs back, and of those ahead, in some heads or all."""
        every = {
            to - at for head in heads or self.heads for at, looks in enumerate(self.looks[head]) for to, _ in looks
        }
        return [-span for span in every if span <= 0], [span for span in every if span > 0]

    @property
    def notes(self) -> Paragraph:
        """List what isn't shown."""
        lines: list[Message | None] = [
            gettext("Weights under %(least)s are not drawn.", least=text_of(self.least, DECIMALS)),
            self.found.mask_note,
        ]
        fields = Fields(shown=len(self.words), count=self.sample.count)
        if self.sample.left_out:
            lines.append(
                fields.gettext("%(shown)s of %(count)s words are drawn.")
                if self.is_selected
                else fields.gettext("%(shown)s of %(count)s words are drawn: those with the largest weights.")
            )
        if self.left_out:
            more = ngettext("The layer has %(num)s more head.", "The layer has %(num)s more heads.", self.left_out)
            lines.append(more)
        return Paragraph(*filter(None, lines))

    def picture(self) -> Picture | None:
        """Draw the arcs above the words if these and all weights fit, otherwise beside them; None if neither fits."""
        narrow = self._beside(PHONE, 1, LEAST_MARGIN)
        if narrow is None:
            return None
        beside = (self._beside(page_width(), columns, MARGIN) for columns in range(min(3, len(self.heads)), 0, -1))
        wide = self._over() or next(filter(None, beside), narrow)
        arguments, called = self.found.arguments, self.found.step_called
        return in_two_forms([wide], [narrow], self.description, step_called=called, arguments=arguments)

    def _over(self) -> tuple[Shape, ...] | None:
        """Lay out the heads with arcs above their words, as many side by side as fit; None if there is no space.

        Heads side by side have the same font size. Stacked, each has the largest that fits.
        """
        count = len(self.heads)
        for columns, sizes in product(range(min(3, count), 1, -1), OVER_WORDS):
            rows = [self.heads[at - at % columns :][:columns] for at in range(count)]
            panels = [OverWords(self, number, sizes, ACROSS, beside=row) for number, row in enumerate(rows)]
            if shapes := _fitting(panels, columns):
                return shapes
        alone = [self._alone(number) for number in range(count)]
        return None if None in alone else _laid([panel for panel in alone if panel], 1)

    def _alone(self, number: int) -> OverWords | None:
        """Put the words of a head on one line: evenly spaced, or further apart where a number doesn't fit."""
        panels = [OverWords(self, number, sizes, ACROSS, beside=(self.heads[number],)) for sizes in OVER_WORDS]
        widened = (panel.widened() for panel in panels)
        return next((panel for panel in chain(panels, widened) if _fitting([panel], 1)), None)

    def _beside(self, box: float, columns: int, margin: float) -> tuple[Shape, ...] | None:
        """Lay out the heads with arcs beside their words, and the weights in a column; None if there is no space."""
        most = (box - 2 * margin - (columns - 1) * HEADS_APART) / columns
        for is_named, sizes in product((True, False), BESIDE_WORDS):
            room = min(most, 320)
            for _ in range(2):  # arcs may extend slightly beyond their space; they then get less
                panels = [BesideWords(self, at, sizes, DOWN, room, is_named=is_named) for at in range(len(self.heads))]
                if any(panel.for_arcs < panel.least_for_arcs for panel in panels):
                    break
                shapes = _laid(panels, columns)
                over = snug_box(shapes, margin).width - box
                if over <= 0:
                    return shapes
                room -= over / columns
        return None

    @property
    def description(self) -> Description:
        """Describe which words each word attends to, head by head, with all weights in a table."""
        trace, words, places = self.found.trace, self.words, self.sample.places
        listed = [(head, row) for head in range(len(trace.shares)) for row in range(len(words))]
        steps = [row + 1 for _, row in listed]

        def weights(key: int) -> Iterator[str]:
            for head, row in listed:
                at = places[row]
                yield numbers([trace.shares[head][at][key]], DECIMALS) if trace.kept[at][key] else ""

        looks = Clauses(*filter(None, map(self._summary, self.heads)))
        over = Fields(sentence=quoted(" ".join(words)), looks=looks)
        return Description.of(
            over.gettext("Attention over the sentence %(sentence)s: %(looks)s.")
            if looks.content
            else over.gettext("Attention over the sentence %(sentence)s: no weight is large enough to be drawn."),
            gettext("An arc leads from a word to a word it looks at: the larger the weight, the thicker the arc."),
            gettext("In each head, the weights of a word add up to 1."),
            self.notes,
            steps=[Paragraph(*(self._looking(head, row) for head in self.heads)) for row in range(len(words))],
            table=[
                TextColumn(pgettext("in a table", "head"), [str(head + 1) for head, _ in listed], steps),
                TextColumn(pgettext("in a table", "word"), [words[row] for _, row in listed], steps),
                *(TextColumn(word, weights(key), steps, "heat") for word, key in zip(words, places, strict=True)),
            ],
        )

    def _summary(self, head: int) -> Translatable:
        """Describe which words the first words attend to most, skipping words without a drawn weight."""
        places = enumerate(zip(self.sample.places, self.looks[head], strict=True), start=1)
        steps = islice(((place, step) for step, (place, looks) in places if looks), SUMMED_UP)
        return looked(self.found, head, dict(steps), self.are_several)

    def _looking(self, head: int, row: int) -> Message:
        """Describe which words a word attends to in a head, and how much."""
        at = [
            WithNumbers(
                gettext("itself") if to == row else quoted(self.words[to]),
                known(text_of(share, DECIMALS), row + 1, "heat"),
            )
            for to, share in self.looks[head][row]
        ]
        look = Fields(number=head + 1, word=quoted(self.words[row]))
        if at:
            look.values["looks"] = gettext("%(word)s looks at %(looks)s", word=look.values["word"], looks=Listing(*at))
        elif not self.are_several:
            return look.gettext("No weight of %(word)s is drawn.")
        else:
            look.values["looks"] = look.gettext("no weight of %(word)s is drawn")
        return look.gettext("In head %(number)s, %(looks)s.") if self.are_several else look.gettext("%(looks)s.")


def _fitting(panels: Sequence[OverWords], columns: int) -> tuple[Shape, ...] | None:
    """Lay out panels if they fit the width and every number gets a place of its own."""
    if columns * max(panel.length for panel in panels) + (columns - 1) * HEADS_APART > page_width():
        return None
    shapes = _laid(panels, columns)
    is_clear = all(shape.is_clear for shape in shapes if isinstance(shape, Arc))
    return shapes if is_clear and snug_box(shapes).width <= page_width() else None


def _laid(panels: Sequence[HeadPanel], columns: int) -> tuple[Shape, ...]:
    """Lay out panels in rows, with the notes below all of them."""
    flow = Flow(slot_room=ROWS_OF_HEADS_APART)
    track = flow.track("rows")
    for row, start in enumerate(range(0, len(panels), columns)):
        line = Flow(slot_room=HEADS_APART - ACROSS.slot_gap)
        for number, panel in enumerate(panels[start : start + columns]):
            line.put(number, line.track("heads"), panel.drawn, loose=True)
        draw = panels[start].drawn if columns == 1 else grouped(line, ACROSS, end="left")
        flow.put(row, track, draw, loose=True)
    flow.note(Caption("note", panels[0].gaze.notes, "muted", style=NAME))
    return laid(flow, DOWN).shapes


@dataclass(frozen=True, eq=False)
class HeadPanel:
    """One head: the words with their arcs, and its title."""

    gaze: Gaze
    number: int
    sizes: Measures
    axis: Axis

    @property
    def head(self) -> int:
        """The index of the head."""
        return self.gaze.heads[self.number]

    @property
    def prefix(self) -> str:
        """The prefix of shape names."""
        return f"head-{self.head + 1}-"

    @cached_property
    def needed(self) -> list[float]:
        """How long each word must be for the ends of its arcs."""
        flow = self._line([(0, 0)] * len(self.gaze.words), 0, (0, 0))
        lengths = breadths(flow.looks, self.axis)
        return [lengths[item] for item in flow.items[: len(self.gaze.words)]]

    def flow(self) -> Flow:
        """Put everything in slots along the words, and these first."""
        raise NotImplementedError

    @property
    def drawn(self) -> Draw:
        """The panel as one item, with its words aligned with those of its neighbours."""
        flow = self.flow()
        return grouped(flow, self.axis, flow.items[:1], "left")

    def _line(self, sizes: Sequence[tuple[float, float]], apart: float, rise: tuple[float, float]) -> Flow:
        """Put the words on a track, with their arcs, and an ellipsis wherever others are left out."""
        gaze, looks = self.gaze, self.gaze.looks[self.head]
        flow = Flow(slot_room=apart - self.axis.slot_gap, even_slots=False, arc_rise=rise)
        track, style = flow.track("words"), self.sizes.style
        for at, (letters, (wide, high)) in enumerate(zip(gaze.words, sizes, strict=True)):
            again = tuple(
                row + 1 for row, row_looks in enumerate(looks) if row != at and any(to == at for to, _ in row_looks)
            )
            name = f"{self.prefix}word-{at + 1}"
            word_shapes = word(
                letters, wide, gaze.fills[letters], style, high=high, name=name, step=at + 1, again=again
            )
            flow.put(at + 1, track, word_shapes)
        items = list(flow.items)
        for row, to, share in ((row, *look) for row, row_looks in enumerate(looks) for look in row_looks):
            printed = text_of(share, DECIMALS) if self.axis.across else ""
            flow.look(f"{self.prefix}look-{row + 1}-{to + 1}", items[row], items[to], share, printed, step=row + 1)
        for number, slot in enumerate(gaze.gaps, start=1):
            flow.put(slot, track, text(LEFT_OUT, name=f"{self.prefix}more-{number}"), loose=True)
        return flow

    def _title(self, x: float) -> Shapes:
        """Name the head, from there."""
        gaze = self.gaze
        title = gaze.titles[self.number] if gaze.titles else gettext("head %(number)s", number=self.head + 1)
        argument = gaze.found.argument("num_heads")
        return text(title, "ink", TITLE, name=f"{self.prefix}title", x=x, anchor="start", argument=argument)


@dataclass(frozen=True, eq=False)
class OverWords(HeadPanel):
    """A head with arcs above and below its words."""

    beside: tuple[int, ...]
    """The heads in the same row, including this one."""
    more: tuple[int, ...] = ()
    """How many times the gap after each word is added to it."""

    @cached_property
    def widths(self) -> list[float]:
        """The width of each word's background."""
        words, style = self.gaze.words, self.sizes.style
        return list(
            map(max, (column_width([letters], style, WORD_PADDING, LEAST_WIDTH) for letters in words), self.needed)
        )

    @property
    def length(self) -> float:
        """The total length of all words side by side."""
        apart, left_out = self.sizes.apart, len(self.gaze.gaps) * (width(LEFT_OUT, NAME) + self.sizes.apart)
        return sum(self.widths) + apart * (len(self.widths) - 1 + sum(self.more)) + left_out

    def widened(self) -> OverWords:
        """Move words apart below the arcs whose numbers have no place of their own, as long as there is space."""
        panel = self
        while panel.length <= page_width():
            arcs = [shape for shape in _laid([panel], 1) if isinstance(shape, Arc) and not shape.is_clear]
            if not arcs:
                break
            ends = [tuple(map(int, arc.name.split("-")[-2:])) for arc in arcs]
            middles = {(start + end - 1) // 2 - (start != end) for start, end in ends}
            more = panel.more or (0,) * len(panel.widths)
            panel = replace(panel, more=tuple(gap + (at in middles) for at, gap in enumerate(more)))
        return panel

    def flow(self) -> Flow:
        """Put the title above the highest arc of all heads in the row."""
        longest = max(map(max, filter(None, self.gaze.spans())), default=1) or 1
        rise = 34, min(36, (HIGHEST - 34) / longest)
        flow = self._line([(wide, WORD_HIGH) for wide in self.widths], self.sizes.apart, rise)
        for place, gap in enumerate(self.more, start=1):
            for number in range(1, gap + 1):
                flow.put(place + number / (gap + 1), "words", (), loose=True)
        over = max(reach(self.gaze.spans([head])[0], rise, numbered=True) for head in self.beside)
        track = flow.track("title", max(over, NO_ARCS) + TITLE_ROOM - self.axis.track_gap)
        flow.put(1, track, self._title(-self.widths[0] / 2), loose=True)
        return flow


@dataclass(frozen=True, eq=False)
class BesideWords(HeadPanel):
    """A head with arcs on both sides of its words, and the weights in a column."""

    room: float
    """Its maximum width."""
    is_named: bool
    """Whether the weights name the words they refer to, if a word attends to several."""

    @cached_property
    def weights(self) -> list[list[tuple[str, str]]]:
        """The weights of each word, and the words they refer to, if these are named."""
        looks = self.gaze.looks[self.head]
        is_named = self.is_named and any(len(row_looks) > 1 for row_looks in looks)
        return [
            [(text_of(share, DECIMALS), self.gaze.words[to] if is_named else "") for to, share in row_looks]
            for row_looks in looks
        ]

    @cached_property
    def numbers_width(self) -> float:
        """The width of the widest weight."""
        return max(
            (width(number, ARC_NUMBER) for word_weights in self.weights for number, _ in word_weights), default=0
        )

    @cached_property
    def names_width(self) -> float:
        """The width of the widest word next to a weight, with its distance; 0 without them."""
        return max(
            (width(name, NAME) + TO_NAME for word_weights in self.weights for _, name in word_weights if name),
            default=0,
        )

    @cached_property
    def weights_width(self) -> float:
        """The width of the column of weights."""
        return max(self.numbers_width + self.names_width, width(gettext("weight"), NAME))

    @cached_property
    def word_width(self) -> float:
        """The common width of the words."""
        return column_width(self.gaze.words, self.sizes.style, WORD_PADDING, LEAST_WIDTH)

    @property
    def for_arcs(self) -> float:
        """The space left for arcs beside the words."""
        return self.room - self.word_width - self.weights_width - TO_WEIGHTS

    @property
    def least_for_arcs(self) -> float:
        """The minimum space for arcs, so that they can be told apart."""
        return sum(20 + 2.5 * max(side) for side in self.gaze.spans() if side)

    @cached_property
    def rise(self) -> tuple[float, float]:
        """The height of arcs, and its increment with their length, so that the longest fits."""
        sides = [max(side) for side in self.gaze.spans() if side]
        free = (self.for_arcs - 7 * len(sides)) / 0.75  # every curve extends three quarters as far as its handles
        base = min(31, free / max(len(sides), 1) * 0.45)
        more = (free - base * len(sides)) / max(sum(sides), 1)
        return base, min(30, more)

    def flow(self) -> Flow:
        """Put the title above the words, and the weights beside the arcs."""
        apart = SAMPLED_ROWS_APART if self.gaze.gaps else ROWS_APART
        listed = zip(self.needed, self.weights, strict=True)
        highs = [max(ROW_HIGH, needed, WEIGHT_LEADING * len(weights) + 4) for needed, weights in listed]
        flow = self._line([(self.word_width, high) for high in highs], apart, self.rise)
        back, ahead = (reach(side, self.rise, numbered=False) for side in self.gaze.spans())
        titled = flow.put(-1, "words", self._title(-self.word_width / 2 - ahead), loose=True)
        track = flow.track("weights", back + TO_WEIGHTS - self.axis.track_gap)
        x, anchor = (-self.weights_width / 2, "start") if self.names_width else (self.weights_width / 2, "end")
        head = text(gettext("weight"), name=f"{self.prefix}weight", x=x, anchor=anchor)
        flow.follow(titled, flow.put(0, track, head, loose=True))
        for row in range(len(highs)):
            flow.put(row + 1, track, self._weights(row))
        return flow

    def _weights(self, row: int) -> Shapes:
        """Write the weights of a word one below the other, each with the word it refers to."""
        right, step, lines = self.weights_width / 2, row + 1, []
        if self.names_width:
            right = self.numbers_width - right
        for at, (number, name) in enumerate(self.weights[row], start=1):
            key = f"{self.prefix}weight-{step}-{at}"
            line = text(number, "ink", ARC_NUMBER, name=key, x=right, anchor="end", step=step)
            named = text(name, name=f"{key}-word", x=right + TO_NAME, anchor="start", step=step)
            lines.append([*line, *named] if name else line)
        return spread(lines, WEIGHT_LEADING, down=True)
