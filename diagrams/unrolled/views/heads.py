"""Attention heads as arcs over a sentence, from each word to those it attends to, with their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from ..arrays import Weights
from ..description import Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.arcs import breadths, reach
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item
from ..flow.drawing import laid
from ..flow.group import grouped
from ..fonts import NAME, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import (
    Clauses,
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
from ..layout import LEAST_MARGIN, MARGIN, PAGE, PHONE, snug_box
from ..model import Model
from ..palette import WORD_FILLS, is_mark
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.arrows import ARC_NUMBER, Arc
from ..shapes.cells import LEFT_OUT
from ..shapes.shape import Shape
from ..shapes.text import Label, Word
from .attended import Attended, attended, choose_heads, looked
from .given import Inputs, Words, entries_of
from .refusals import refused
from .things import column_width, label, room

LEAST = 0.25
"""By default, smaller weights aren't drawn."""
SHOWN_HEADS = 4
"""How many heads are drawn if a layer has more."""
MOST_WORDS, SAMPLES = 40, (8, 6, 4, 2)
"""The most words that are all drawn, and how many of a longer sentence: as many as fit."""
SUMMED_UP = 8
"""How many words of a head the alt text mentions."""
DECIMALS = 2
HIGHEST = 250
"""The maximum distance of the longest arc's handles above words; next to words, it depends on the space."""
HEADS_APART, ROWS_OF_HEADS_APART = 40, 30
WORD_HIGH, ROW_HIGH, ROWS_APART, SAMPLED_ROWS_APART = 28, 32, 12, 1
LEAST_WIDTH = 26
"""The minimum width of a word's background, since a word may be a single character."""
WORD_PADDING = 6
TITLE = NAME.sized(15).bold()
TITLE_ROOM = 12
"""From the highest arc to the title."""
NO_ARCS = 14
"""The space reserved for arcs if none leads back."""
GAP_AFTER = 0.01
"""How far after a word the ellipsis for those left out comes, as a slot: before all additional space."""
WEIGHT_LEADING = 17
TO_WEIGHTS, TO_NAME = 14, 6
"""From the arcs to the column of weights, and from a weight to the word it refers to."""


@dataclass(frozen=True)
class Arcs:
    """The font size of the words, and the distance between them."""

    letters: float
    apart: float = 8

    @property
    def style(self) -> Style:
        """The font of words."""
        return WORD_NARROW.sized(self.letters)


OVER_WORDS = (
    *(
        Arcs(20),
        Arcs(20, 20),
        Arcs(18),
        Arcs(18, 14),
        Arcs(18, 32),
        Arcs(18, 48),
        Arcs(16, 6),
        Arcs(16, 24),
    ),
    *(Arcs(16, 40), Arcs(14, 4), Arcs(14, 20)),
)
BESIDE_WORDS = (Arcs(19), Arcs(17), Arcs(15), Arcs(13))
"""From the largest to the smallest; the first that fits is used."""


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
    for all of them, so that the others recede. `shown` selects the words to draw by their steps, from 1. By default,
    all are drawn if they fit; of a long sentence, the words with the largest weights, with ellipses between them.
    Layer, embeddings and weights are chosen as in `attention`, which can also draw attention from one sentence to
    another.

    >>> heads(MultiHeadAttention(2, 4), ["Groot", "smiles", "as", "he", "grows"])
    """
    found = attended(model, words, embeddings, weights, layer)
    _check_self(found)
    count = len(found.trace.shares)
    chosen = choose_heads(head, count) or tuple(range(min(count, SHOWN_HEADS)))
    if isinstance(least, bool) or not isinstance(least, int | float) or not 0 < least <= 1:
        raise PictureError(f"least, the smallest weight with an arc, must be above 0 and at most 1, not {least!r}")
    if titles is not None and (isinstance(titles, str) or len(titles) != len(chosen)):
        raise PictureError(f"{counted(len(chosen), 'head')} need as many titles, not {titles!r}")
    strangers = [word for word in alike or () if word not in found.queries]
    if strangers:
        raise PictureError(
            f"the sentence has no word {strangers[0]!r}; it has {', '.join(dict.fromkeys(found.queries))}"
        )
    left_out = count - len(chosen) if head is None else 0
    every = tuple(range(len(found.queries)))
    whole = Gaze(
        found, chosen, float(least), tuple(titles or ()), None if alike is None else frozenset(alike), left_out, every
    )
    if shown is not None:
        return _only(replace(whole, shown=_selected(shown, len(every)), is_selected=True))
    if len(every) <= MOST_WORDS and (picture := _picture(whole)):
        return picture
    for most in SAMPLES:
        if picture := _picture(replace(whole, shown=whole.largest(most))):
            return picture
    return _only(whole)


def _selected(shown: Sequence[int], count: int) -> tuple[int, ...]:
    """Return the indices of the selected words in order."""
    for each in shown:
        if isinstance(each, bool) or each not in range(1, count + 1):
            raise PictureError(f"there is no word {each!r}: the sentence has {counted(count, 'word')}, counted from 1")
    if not shown or len(set(shown)) < len(shown):
        raise PictureError(f"shown must select different words by their steps, such as [1, 2, 5], not {shown!r}")
    return tuple(sorted(each - 1 for each in shown))


def _only(gaze: Gaze) -> Picture:
    """Draw exactly these words. Raises PictureError if they don't fit."""
    picture = _picture(gaze)
    if picture is None:
        raise PictureError(
            f"{counted(len(gaze.words), 'word')} with arcs of {text_of(gaze.least, DECIMALS)} and more don't fit: "
            "raise least, or select fewer words with shown"
        )
    return picture


def _check_self(found: Attended) -> None:
    """Check that a sentence attends to itself."""
    asked, looked_at = ({*entries_of(found.model, [found.node.inputs[at]])} for at in (0, -1))
    if asked != looked_at or found.queries != found.keys:
        raise refused(
            found.model,
            found.node,
            f"{found.node.calls[0].text} looks from one sentence at another, but arcs are drawn above a single one: "
            "use attention(…)",
        )


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Gaze:
    """The heads that are drawn, and the drawing options."""

    found: Attended
    heads: tuple[int, ...]
    least: float
    titles: tuple[str, ...]
    alike: frozenset[str] | None
    left_out: int
    """The number of heads that aren't drawn."""
    shown: tuple[int, ...]
    """The indices of the words that are drawn; everything else counts only these."""
    is_selected: bool = False
    """Whether the author selected these words."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that are drawn."""
        return tuple(self.found.queries[at] for at in self.shown)

    @cached_property
    def gaps(self) -> tuple[int, ...]:
        """How many words precede each gap: between two words, before the first or after the last."""
        ends = (-1, *self.shown, len(self.found.queries))
        return tuple(at for at, (one, other) in enumerate(pairwise(ends)) if other - one > 1)

    def largest(self, most: int) -> tuple[int, ...]:
        """Choose this many words: those with the largest weights, in the order of the sentence."""
        shares = np.where(self.found.trace.kept, self.found.trace.shares[list(self.heads)], 0)
        chosen: list[int] = []
        for flat in np.argsort(-shares, axis=None, kind="stable"):
            _, row, key = np.unravel_index(flat, shares.shape)
            new = [at for at in dict.fromkeys((int(row), int(key))) if at not in chosen]
            if len(chosen) + len(new) > most:
                break
            chosen += new
        return tuple(sorted(chosen))

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colours of words: neutral unless they are in `alike`, or if there are too few colours."""
        if self.alike is None and len({word for word in self.words if not is_mark(word)}) <= len(WORD_FILLS):
            return self.found.fills
        alike = self.alike or ()
        return {word: WORD_FILLS[2] if word in alike else "lane" for word in self.words}

    def looks(self, head: int, row: int) -> list[tuple[int, float]]:
        """List the indices a word attends to and the weights, as far as they are drawn."""
        at = self.shown[row]
        shares, kept = self.found.trace.shares[head][at], self.found.trace.kept[at]
        listed = [(place, float(shares[key]), kept[key]) for place, key in enumerate(self.shown)]
        return [(place, share) for place, share, is_kept in listed if is_kept and share >= self.least]

    @cached_property
    def spans(self) -> set[int]:
        """The length of each arc in words; negative for arcs back."""
        rows = range(len(self.words))
        return {place - row for head in self.heads for row in rows for place, _ in self.looks(head, row)}

    def back(self, head: int) -> set[int]:
        """The lengths of a head's arcs that lead back."""
        rows = range(len(self.words))
        return {row - place for row in rows for place, _ in self.looks(head, row) if place <= row}

    def looked_at(self, head: int, place: int) -> tuple[int, ...]:
        """List the steps of other words that attend to a word."""
        rows = [row for row in range(len(self.words)) if row != place]
        return tuple(row + 1 for row in rows if any(at == place for at, _ in self.looks(head, row)))

    def title(self, number: int) -> str:
        """Return the title of a head."""
        return self.titles[number] if self.titles else gettext("head %(number)s", number=self.heads[number] + 1)

    @property
    def notes(self) -> Paragraph:
        """List what isn't shown."""
        said = [gettext("Weights under %(least)s are not drawn.", least=text_of(self.least, DECIMALS))]
        if self.found.is_causal:
            said.append(gettext("A causal mask hides whatever follows."))
        elif not self.found.trace.kept.all():
            said.append(gettext("A mask hides some words: they get no share."))
        if len(self.shown) < len(self.found.queries):
            values = {"shown": len(self.shown), "count": len(self.found.queries)}
            said.append(
                gettext("%(shown)s of %(count)s words are drawn.", **values)
                if self.is_selected
                else gettext("%(shown)s of %(count)s words are drawn: those with the largest weights.", **values)
            )
        if self.left_out:
            said.append(
                ngettext("The layer has %(num)s more head.", "The layer has %(num)s more heads.", self.left_out)
            )
        return Paragraph(*said)


def _picture(gaze: Gaze) -> Picture | None:
    """Draw the arcs above the words if these and all weights fit, otherwise beside them; None if neither fits."""
    narrow = _beside(gaze, PHONE, 1, LEAST_MARGIN)
    if narrow is None:
        return None
    description = _description(gaze)
    wide = _over(gaze)
    if wide is None:
        columns = range(min(3, len(gaze.heads)), 0, -1)
        wide = next((shapes for each in columns if (shapes := _beside(gaze, PAGE, each, MARGIN)) is not None), narrow)
    found = gaze.found
    return in_two_forms([wide], [narrow], description, step_called=found.step_called, arguments=found.arguments)


def _over(gaze: Gaze) -> tuple[Shape, ...] | None:
    """Lay out the heads with arcs above their words, as many side by side as fit; None if there is no space.

    Heads side by side have the same font size. Stacked, each has the largest that fits.
    """
    count = len(gaze.heads)
    for columns in range(min(3, count), 1, -1):
        for form in OVER_WORDS:
            beside = [gaze.heads[start : start + columns] for start in range(0, count, columns) for _ in range(columns)]
            panels = [HeadPanel(gaze, number, form, ACROSS, beside=beside[number]) for number in range(count)]
            if (shapes := _fitting(panels, columns)) is not None:
                return shapes
    chosen = [_alone(gaze, number) for number in range(count)]
    return None if None in chosen else _laid([panel for panel in chosen if panel], 1)


def _alone(gaze: Gaze, number: int) -> HeadPanel | None:
    """Put the words of a head on one line: evenly spaced, or further apart where a number doesn't fit."""
    beside = (gaze.heads[number],)
    for form in OVER_WORDS:
        panel = HeadPanel(gaze, number, form, ACROSS, beside=beside)
        if _fitting([panel], 1) is not None:
            return panel
    for form in OVER_WORDS:
        panel = HeadPanel(gaze, number, form, ACROSS, beside=beside)
        while panel.length <= PAGE:
            crowded = [look for look in _laid([panel], 1) if isinstance(look, Arc) and not look.is_clear]
            if not crowded:
                break
            between = {_middle(look) for look in crowded}
            more = tuple(gap + (at in between) for at, gap in enumerate(panel.gaps or (0,) * len(gaze.words)))
            panel = replace(panel, gaps=more)
        if _fitting([panel], 1) is not None:
            return panel
    return None


def _middle(look: Arc) -> int:
    """Return the index of the word after which the middle of an arc lies."""
    one, other = map(int, look.name.split("-")[-2:])
    return (one + other - 1) // 2 - (one != other)


def _fitting(panels: Sequence[HeadPanel], columns: int) -> tuple[Shape, ...] | None:
    """Lay out panels if they fit the width and every number gets a place of its own."""
    if columns * max(panel.length for panel in panels) + (columns - 1) * HEADS_APART > PAGE:
        return None
    shapes = _laid(panels, columns)
    is_clear = all(shape.is_clear for shape in shapes if isinstance(shape, Arc))
    return shapes if is_clear and snug_box(shapes).width <= PAGE else None


def _beside(gaze: Gaze, box: float, columns: int, margin: float) -> tuple[Shape, ...] | None:
    """Lay out the heads with arcs beside their words, and the weights in a column; None if there is no space."""
    most = (box - 2 * margin - (columns - 1) * HEADS_APART) / columns
    for is_named in (True, False):
        for form in BESIDE_WORDS:
            room = min(most, 320)
            for _ in range(2):  # arcs may extend slightly beyond their space; they then get less
                panels = [
                    HeadPanel(gaze, number, form, DOWN, room, is_named=is_named) for number in range(len(gaze.heads))
                ]
                if any(panel.for_arcs < panel.least_for_arcs for panel in panels):
                    break
                shapes = _laid(panels, columns)
                over = snug_box(shapes, margin).width - box
                if over <= 0:
                    return shapes
                room -= over / columns
    return None


def _laid(panels: Sequence[HeadPanel], columns: int) -> tuple[Shape, ...]:
    """Lay out panels in rows, with the notes below all of them."""
    flow = Flow(slot_room=ROWS_OF_HEADS_APART)
    track = flow.track("rows")
    for row, start in enumerate(range(0, len(panels), columns)):
        if columns == 1:
            flow.put(row, track, panels[start].drawn, loose=True)
            continue
        line = Flow(slot_room=HEADS_APART - ACROSS.slot_gap, even_slots=True)
        heads_track = line.track("heads")
        for number, panel in enumerate(panels[start : start + columns]):
            line.put(number, heads_track, panel.drawn, loose=True)
        flow.put(row, track, grouped(line, ACROSS, end="left"), loose=True)
    flow.note(Caption("note", panels[0].gaze.notes, "muted", style=NAME))
    return laid(flow, DOWN).shapes


@dataclass(frozen=True, eq=False)
class HeadPanel:
    """One head: its title, the words, and the arcs above or beside them."""

    gaze: Gaze
    number: int
    form: Arcs
    axis: Axis
    room: float = PAGE
    """Its maximum width, if the arcs are beside the words."""
    beside: tuple[int, ...] = ()
    """The heads in the same row, including this one."""
    gaps: tuple[int, ...] = ()
    """The factor by which the gap after each word is enlarged."""
    is_named: bool = True
    """Whether the column of weights names the words they refer to, because a word attends to several."""

    @property
    def head(self) -> int:
        """The index of the head."""
        return self.gaze.heads[self.number]

    @property
    def prefix(self) -> str:
        """The prefix of shape names."""
        return f"head-{self.head + 1}-"

    @cached_property
    def word_width(self) -> float:
        """The common width of stacked words."""
        return column_width(self.gaze.words, self.form.style, WORD_PADDING, least=LEAST_WIDTH)

    @cached_property
    def sizes(self) -> list[tuple[float, float]]:
        """The size of each word's background, which must fit the ends of its arcs."""
        flow = Flow()
        items = self._words(flow, [(0, 0)] * len(self.gaze.words))
        self._arcs(flow, items)
        needed = breadths(flow.looks, self.axis)
        if self.axis.across:
            texts = [column_width([word], self.form.style, WORD_PADDING, least=LEAST_WIDTH) for word in self.gaze.words]
            return [(max(text, needed[item]), WORD_HIGH) for text, item in zip(texts, items, strict=True)]
        return [
            (self.word_width, max(ROW_HIGH, needed[item], WEIGHT_LEADING * len(self.weights[row]) + 4))
            for row, item in enumerate(items)
        ]

    @property
    def length(self) -> float:
        """The total length of all words side by side."""
        left_out = len(self.gaze.gaps) * (width(LEFT_OUT, NAME) + self.form.apart)
        apart = self.form.apart * (len(self.sizes) - 1 + sum(self.gaps))
        return sum(wide for wide, _ in self.sizes) + apart + left_out

    @cached_property
    def weights(self) -> list[list[tuple[str, str]]]:
        """The weights of each word, and the words they refer to, if these are named."""
        words = self.gaze.words
        found = [self.gaze.looks(self.head, row) for row in range(len(words))]
        is_named = self.is_named and any(len(looks) > 1 for looks in found)
        return [
            [(text_of(share, DECIMALS), words[place] if is_named else "") for place, share in looks] for looks in found
        ]

    @cached_property
    def weight_width(self) -> float:
        """The width of the column of weights."""
        listed = [each for weights in self.weights for each in weights]
        texts = [width(text, ARC_NUMBER) for text, _ in listed]
        names = [width(name, NAME) + TO_NAME for _, name in listed if name]
        return max(max(texts, default=0) + max(names, default=0), width(gettext("weight"), NAME))

    @property
    def _over(self) -> float:
        """How far the arcs rise above words, which is the same in all panels of a row."""
        return max(reach(self.gaze.back(head), self.rise, numbered=True) for head in self.beside)

    @property
    def for_arcs(self) -> float:
        """The space left for arcs beside the words."""
        return self.room - self.word_width - self.weight_width - TO_WEIGHTS

    @property
    def least_for_arcs(self) -> float:
        """The minimum space for arcs, so that they can be told apart."""
        return sum(20 + 2.5 * max(sides) for sides in self._sides if sides)

    @property
    def _sides(self) -> tuple[list[int], list[int]]:
        """The lengths of the arcs back, and of those ahead."""
        return [-span for span in self.gaze.spans if span <= 0], [span for span in self.gaze.spans if span > 0]

    @cached_property
    def rise(self) -> tuple[float, float]:
        """The height of arcs, and its increment with their length, so that the longest fits."""
        sides = [max(sides) for sides in self._sides if sides]
        if self.axis.across:
            most = max(sides, default=1) or 1
            return 34, min(36, (HIGHEST - 34) / most)
        # Every curve extends three quarters as far as its handles.
        free = (self.for_arcs - 7 * len(sides)) / 0.75
        base = min(31, free / max(len(sides), 1) * 0.45)
        more = (free - base * len(sides)) / max(sum(sides), 1)
        return base, min(30, more)

    def flow(self) -> Flow:
        """Put the words on a track, with the title above them and the weights beside the arcs."""
        across = self.axis.across
        rows_apart = SAMPLED_ROWS_APART if self.gaze.gaps else ROWS_APART
        apart = self.form.apart if across else rows_apart
        flow = Flow(slot_room=apart - self.axis.slot_gap, even_slots=False, arc_rise=self.rise)
        items = self._words(flow, self.sizes)
        self._arcs(flow, items)
        for place, gap in enumerate(self.gaps, start=1):
            for number in range(1, gap + 1):
                flow.put(place + number / (gap + 1), "words", room, loose=True)
        for number, place in enumerate(self.gaze.gaps, start=1):
            after = place + GAP_AFTER if place else 1 - GAP_AFTER
            flow.put(after, "words", label(f"{self.prefix}more-{number}", LEFT_OUT), loose=True)
        back, ahead = (reach(side, self.rise, numbered=across) for side in self._sides)
        title = self.gaze.title(self.number)
        wide = self.sizes[0][0]
        if across:
            track = flow.track("title", max(self._over, NO_ARCS) + TITLE_ROOM - self.axis.track_gap)
            flow.put(1, track, self._title(title, -wide / 2), loose=True)
            return flow
        begin = -wide / 2 - ahead
        titled = flow.put(-1, "words", self._title(title, begin), loose=True)
        track = flow.track("weights", back + TO_WEIGHTS - self.axis.track_gap)
        flow.follow(titled, flow.put(0, track, self._weight_head(), loose=True))
        for row in range(len(self.gaze.words)):
            flow.put(row + 1, track, self._weights(row))
        return flow

    def _title(self, title: str, begin: float) -> Draw:
        argument = self.gaze.found.argument("num_heads")
        return label(f"{self.prefix}title", title, "ink", TITLE, begin=begin, argument=argument)

    def _words(self, flow: Flow, sizes: Sequence[tuple[float, float]]) -> list[Item]:
        track = flow.track("words")
        return [flow.put(place + 1, track, self._word(place, size)) for place, size in enumerate(sizes)]

    def _word(self, place: int, size: tuple[float, float]) -> Draw:
        text = self.gaze.words[place]
        step = place + 1
        again = self.gaze.looked_at(self.head, place)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame, fill = Frame.about(at.x, at.y, *size), self.gaze.fills[text]
            name, style = f"{self.prefix}word-{place + 1}", self.form.style
            return [Word(name=name, step=step, again=again, text=text, frame=frame, fill=fill, style=style)]

        return draw

    def _arcs(self, flow: Flow, items: Sequence[Item]) -> None:
        for row, item in enumerate(items):
            for place, share in self.gaze.looks(self.head, row):
                name = f"{self.prefix}look-{row + 1}-{place + 1}"
                text = text_of(share, DECIMALS) if self.axis.across else ""
                flow.look(name, item, items[place], share, text, step=row + 1)

    def _weight_head(self) -> Draw:
        """Label the column, left-aligned with the numbers if names follow them, otherwise right-aligned."""
        half, is_named = self.weight_width / 2, any(name for weights in self.weights for _, name in weights)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            place, anchor = Point(at.x - half if is_named else at.x + half, at.y), "start" if is_named else "end"
            name = f"{self.prefix}weight"
            return [Label(name=name, role="muted", text=gettext("weight"), at=place, anchor=anchor)]

        return draw

    def _weights(self, row: int) -> Draw:
        """Draw the weights of a word one below the other, each with the word it refers to."""
        listed = self.weights[row]
        names = any(name for each in self.weights for _, name in each)
        numbers_width = max((width(text, ARC_NUMBER) for each in self.weights for text, _ in each), default=0)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            right = at.x + self.weight_width / 2
            if names:
                right = at.x - self.weight_width / 2 + numbers_width
            shapes: list[Shape] = []
            for number, (text, name) in enumerate(listed):
                y = at.y + (number - (len(listed) - 1) / 2) * WEIGHT_LEADING
                key = f"{self.prefix}weight-{row + 1}-{number + 1}"
                shapes.append(
                    Label(
                        name=key,
                        role="ink",
                        step=row + 1,
                        text=text,
                        at=Point(right, y),
                        style=ARC_NUMBER,
                        anchor="end",
                    )
                )
                if name:
                    shapes.append(
                        Label(
                            name=f"{key}-word",
                            role="muted",
                            step=row + 1,
                            text=name,
                            at=Point(right + TO_NAME, y),
                            anchor="start",
                        )
                    )
            return shapes

        return draw

    @property
    def drawn(self) -> Draw:
        """The panel as one item, with its words aligned with those of its neighbours."""
        flow = self.flow()
        first = [item for item in flow.items if item.track == "words" and item.slot == 1]
        return grouped(flow, self.axis, first, "left")


def _description(gaze: Gaze) -> Description:
    """Describe which words each word attends to, head by head, with all weights in a table."""
    found, words = gaze.found, gaze.words
    every = range(len(found.trace.shares))
    columns = list(gaze.shown)
    alt = Clauses(*filter(None, (_summary(gaze, head) for head in gaze.heads)))
    sentence = quoted(" ".join(words))
    steps = tuple(Paragraph(*(_looking(gaze, head, row) for head in gaze.heads)) for row in range(len(words)))
    rows = [
        TableRow.of(
            str(head + 1),
            words[row],
            *(
                numbers([share], DECIMALS) if kept else ""
                for share, kept in zip(
                    found.trace.shares[head][at][columns], found.trace.kept[at][columns], strict=True
                )
            ),
            step=row + 1,
        )
        for head in every
        for row, at in enumerate(gaze.shown)
    ]
    text = [
        gettext("An arc leads from a word to a word it looks at: the larger the weight, the thicker the arc."),
        gettext("In each head, the weights of a word add up to 1."),
        *gaze.notes.content,
    ]
    heads_of = map(TableColumn, (pgettext("in a table", "head"), pgettext("in a table", "word")))
    return Description(
        alt=(
            gettext("Attention over the sentence %(sentence)s: %(looks)s.", sentence=sentence, looks=alt)
            if alt.content
            else gettext(
                "Attention over the sentence %(sentence)s: no weight is large enough to be drawn.", sentence=sentence
            )
        ),
        text=Paragraph(*text),
        steps=steps,
        columns=(*heads_of, *(TableColumn(word, "flow") for word in words)),
        rows=tuple(rows),
    )


def _summary(gaze: Gaze, head: int) -> Translatable:
    """Describe which words the first words attend to most, skipping words without a drawn weight."""
    rows = [row for row in range(len(gaze.words)) if gaze.looks(head, row)][:SUMMED_UP]
    return looked(gaze.found, head, {gaze.shown[row]: row + 1 for row in rows}, len(gaze.found.trace.shares) > 1)


def _looking(gaze: Gaze, head: int, row: int) -> Message:
    """Describe which words a word attends to in a head, and how much."""
    at = [
        WithNumbers(
            gettext("itself") if place == row else quoted(gaze.words[place]),
            known(text_of(share, DECIMALS), row + 1, "flow"),
        )
        for place, share in gaze.looks(head, row)
    ]
    word = quoted(gaze.words[row])
    looks = gettext("%(word)s looks at %(looks)s", word=word, looks=Listing(*at)) if at else None
    if len(gaze.found.trace.shares) > 1:
        looks = looks or gettext("no weight of %(word)s is drawn", word=word)
        return gettext("In head %(number)s, %(looks)s.", number=head + 1, looks=looks)
    return gettext("%(looks)s.", looks=looks) if looks else gettext("No weight of %(word)s is drawn.", word=word)
