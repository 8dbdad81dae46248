"""Which words of an English sentence become which French ones: some fork, some meet, and some cross."""

from typing import NamedTuple

from unrolled import Picture
from unrolled.description import Description, TextColumn
from unrolled.flow.axis import ACROSS, DOWN
from unrolled.flow.description import Draw, Edge, Flow
from unrolled.flow.group import grouped, in_column
from unrolled.fonts import WORD, Style
from unrolled.geometry import Point
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.shapes.plots import Line
from unrolled.shapes.shape import Shape, Shapes
from unrolled.shapes.text import word_width
from unrolled.views.pieces import BOLD, text, word


class Pair(NamedTuple):
    """A sentence in both languages, in words or groups of them, and for each French one its English ones, from 0."""

    what: str
    """What becomes of its words."""
    english: tuple[str, ...]
    french: tuple[str, ...]
    says: tuple[tuple[int, ...], ...]

    @property
    def links(self) -> list[tuple[int, int]]:
        """What belongs together: English, French."""
        return [(one, other) for other, those in enumerate(self.says) for one in those]

    def is_plain(self, link: tuple[int, int]) -> bool:
        """Whether neither has another partner, and no other pair without one crosses them."""
        single = [each for each in self.links if self._is_single(each)]
        first, second = link
        return link in single and all((one < first) == (other < second) for one, other in single if one != first)

    def _is_single(self, link: tuple[int, int]) -> bool:
        """Whether neither has another partner."""
        return all(link == each or (link[0] != each[0] and link[1] != each[1]) for each in self.links)


PAIRS = (
    Pair("word for word", ("I", "am", "groot"), ("je", "suis", "groot"), ((0,), (1,), (2,))),
    Pair(
        "two words become one",
        ("she", "looks", "for", "the", "car"),
        ("elle", "cherche", "la", "voiture"),
        ((0,), (1, 2), (3,), (4,)),
    ),
    Pair(
        "one splits, and two change places",
        ("we", "do not", "want", "the", "black", "table"),
        ("nous", "ne", "voulons", "pas", "la", "table", "noire"),
        ((0,), (1,), (2,), (1,), (3,), (5,), (4,)),
    ),
)
FILLS = word_fills([*PAIRS[0].english, *PAIRS[0].french])
"""The grounds of the words that recur in the guide."""
ALT = "Three sentences and their translations, with lines between words that belong together. {}."
COUNT = "“{english}” has {one} words, “{french}” {other}, and {many} of the lines fork, meet or cross"
LEVELS = 34
"""The room for the lines between the two sentences."""


def draw() -> Picture:
    """Draw the pairs below one another."""
    said = [
        COUNT.format(
            english=" ".join(each.english),
            french=" ".join(each.french),
            one=len(" ".join(each.english).split()),
            other=len(each.french),
            many=sum(not each.is_plain(link) for link in each.links) or "none",
        )
        for each in PAIRS
    ]
    table = [
        TextColumn("English", [each.english[one] for each in PAIRS for one, _ in each.links]),
        TextColumn("French", [each.french[other] for each in PAIRS for _, other in each.links]),
    ]
    wide, narrow = (_laid(style, gap) for style, gap in ((WORD.sized(20), 16), (WORD.sized(13), 3)))
    return in_two_forms([wide], [narrow], Description.of(ALT.format("; ".join(said)), table=table))


def _laid(style: Style, gap: float) -> tuple[Shape, ...]:
    """Put each pair below what becomes of its words, and the key to the lines last."""
    parts: list[Draw | Shapes] = []
    for number, each in enumerate(PAIRS, start=1):
        column = Flow(slot_room=4 - DOWN.slot_gap)
        title = text(each.what, "ink", BOLD, name=f"what-{number}", anchor="start")
        column.put(0, column.track("parts"), title, loose=True)
        column.put(1, column.track("parts"), grouped(_flow(each, number, style, gap), ACROSS, end="left"), loose=True)
        parts.append(grouped(column, DOWN, end="left"))
    key = Line(name="key", role="state", start=Point(0, 0), to=Point(26, 0), width=2.5)
    return in_column([*parts, [key, *text("not word for word", name="key-said", x=36, anchor="start")]], DOWN, 24)


def _flow(pair: Pair, number: int, style: Style, gap: float) -> Flow:
    """Put the English words above the French ones; what isn't word for word has a heavier line."""
    flow = Flow(even_slots=False, slot_room=gap - ACROSS.slot_gap)
    flow.track("french")
    flow.track("english", LEVELS - ACROSS.track_gap)
    items = {}
    for track, said in (("english", pair.english), ("french", pair.french)):
        for place, each in enumerate(said):
            wide = word_width(each, style, 6 if gap > 4 else 1, 16)
            drawn = word(
                each, wide, FILLS.get(each, "lane"), style, name=f"{track}-{number}-{place + 1}", high=style.size + 10
            )
            items[track, place] = flow.put(place + 1, track, drawn, loose=True)
    for one, other in pair.links:
        is_plain = pair.is_plain((one, other))
        role, thick = ("rule", 1.5) if is_plain else ("state", 2.5)
        name = f"pair-{number}-{one + 1}-{other + 1}"
        flow.edge(Edge(items["english", one], items["french", other], name, role, width=thick, fan=(10, 10)))
    return flow
