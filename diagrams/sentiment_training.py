"""The small LSTM while it learns: where its words lie, and its forget gates at “not”, after each epoch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from _charts import VALUE, Plot, Scale, say
from _sentiment import DATA, indices, vocabulary
from unrolled import LSTM, Dense, Embedding, Picture, run_model, stack, weights_from
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, WORD
from unrolled.geometry import Frame, Point, rounded, straight
from unrolled.picture import in_two_forms
from unrolled.shapes.gates import HANDLE, Shutter
from unrolled.shapes.plots import CurveDot, Line, Polyline, Tile
from unrolled.shapes.shape import Area, Mark, Shape, Stroke, Text, centred

KIND = ["good", "great", "funny", "clever", "moving", "charming", "lovely", "fresh", "brilliant", "wonderful"]
UNKIND = ["bad", "dull", "boring", "slow", "weak", "silly", "flat", "poor", "awful", "terrible"]
TURNING = ["not", "never", "but"]
GROUPS = {"kind": KIND, "unkind": UNKIND, "turning": TURNING}
NAMED = {
    "not": ("not, never", 12, 2, "start"),
    "but": ("but", -12, 0, "end"),
    "good": ("good, great …", 0, -23, "middle"),
    "bad": ("bad, awful …", 4, 27, "middle"),
}
"""The words that are followed: what is written, and where it is, seen from the word."""
FROM_MIDDLE = 0.33
"""Nearer to the origin there are too many words for names."""
SENTENCE, TURN = "The movie was good not bad", "not"
HEAP, TO_HEAP = 8, (0.98, -0.95)
"""The radius of the ring around where all words begin, and where its name is."""
X, Y = Scale(-1.75, 1.85), Scale(-2.85, 3.0)
EPOCHS = 40


@cache
def epochs() -> tuple[list[Array], Array]:
    """Load the weights after each epoch, and the accuracy."""
    with np.load(DATA / "lstm_epochs.npz") as saved:
        return [saved[f"arr_{number}"].astype(np.float64) for number in range(6)], saved["right"]


@cache
def places(epoch: int) -> dict[str, Point]:
    """Return where each word lies, by its two numbers; in steps that a twentieth of a pixel can't show."""
    table = epochs()[0][0][epoch]
    return {word: Point(*table[at].round(3).tolist()) for at, word in enumerate(vocabulary()) if at > 1}


@cache
def gates(epoch: int) -> tuple[float, ...]:
    """Run the network on the sentence; return its forget gates at “not”."""
    words = SENTENCE.split()
    model = stack(Embedding(len(vocabulary()), 2, mask_zero=True), LSTM(4), Dense(1, "sigmoid"), shape=(len(words),))
    trace = run_model(model, indices(words), weights=weights_from(model, [each[epoch] for each in epochs()[0]]))
    return tuple(map(float, trace.trace_of(LSTM).gates["forget"][words.index(TURN)]))


def draw(epoch: int = EPOCHS) -> Picture:
    """Draw the network after so many epochs, in a frame that is the same for all."""
    right, found = epochs()[1][epoch], places(epoch)
    when = f"After {epoch} of {EPOCHS} epochs" if epoch else "Before the training"
    now, first = (", ".join(map(decimal, gates(each))) for each in (epoch, 0))
    description = Description.of(
        f"{when}, the network is right on {right:.0%} of 500 new sentences; its forget gates at “{TURN}” are {now}.",
        f"Before the training, they were {first}, and all words lay close to the origin.",
        table=[
            TextColumn("word", [*NAMED]),
            TextColumn("unit 1", [decimal(found[word].x) for word in NAMED]),
            TextColumn("unit 2", [decimal(found[word].y) for word in NAMED]),
        ],
    )
    wide = [*map_of(epoch, Frame(0, 20, 520, 430), 19), *beside(epoch, 556, 0, 270)]
    tablet = [*map_of(epoch, Frame(0, 20, 404, 404), 19), *beside(epoch, 436, 0, 270)]
    narrow = [*map_of(epoch, Frame(0, 20, NARROW, 300), 17), *beside(epoch, 0, 352, NARROW)]
    return in_two_forms([tuple(wide), tuple(tablet)], [tuple(narrow)], description)


NARROW = 279


def decimal(value: float) -> str:
    """Write a number with two decimals, a whole one too, since it is one of many that move."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


SIGNS = {
    "kind": ("plus", "up"),
    "unkind": ("minus", "down"),
    "turning": ("ink", "square"),
    "": ("rule", "disc"),
}


@dataclass(frozen=True, kw_only=True)
class Sign(Shape):
    """The point of a word: its shape says its group, and its fill does."""

    at: Point
    group: str

    def marks(self) -> Sequence[Mark]:
        """Draw a triangle, a square, or a dot."""
        fill, kind = SIGNS[self.group]
        x, y = self.at.x, self.at.y
        if kind == "disc":
            return [Area(rounded(Frame.about(x, y, 4.8, 4.8), 2.4), fill)]
        if kind == "square":
            return [Area(rounded(Frame.about(x, y, 10, 10), 1), fill)]
        way = 1 if kind == "up" else -1
        path = straight(*(Point(x + a, y + way * b) for a, b in ((0, -6.6), (6, 4.4), (-6, 4.4))), closed=True)
        return [Area(path, fill), Stroke(path, "ink", 1)]


@dataclass(frozen=True, kw_only=True)
class Name(Shape):
    """The name of a word beside its point, once there is room for it."""

    text: str
    at: Point
    anchor: str
    size: float
    is_shown: bool = True

    @property
    def bounds(self) -> Frame:  # it is inside the map
        """Take no room."""
        return Frame.about(self.at.x, self.at.y, 1, 1)

    @property
    def written(self) -> Text:
        """The name in its place."""
        return centred(self.text, self.at.x, self.at.y, WORD.sized(self.size), anchor=self.anchor)

    def marks(self) -> Sequence[Mark]:
        """Write it."""
        return [self.written] if self.is_shown else []


@dataclass(frozen=True, kw_only=True)
class Clearing(Shape):
    """The ground of a name, so that no way of a word runs through it."""

    under: Name

    @property
    def bounds(self) -> Frame:
        """Take no room."""
        return self.under.bounds

    def marks(self) -> Sequence[Mark]:
        """Cover what is behind the name."""
        return [Area(rounded(self.under.written.frame.grown(2), 3), "lane")] if self.under.is_shown else []


def map_of(epoch: int, frame: Frame, letters: float) -> Iterator[Shape]:
    """Draw where all words lie, and the ways of some from the heap in which they began."""
    plot = Plot(frame, X, Y)

    def at(place: Point) -> Point:
        # In whole pixels: a page loads the pictures of all epochs, in three forms.
        return Point(round(plot.x(place.x)), round(plot.y(place.y)))

    yield say("map-title", "where the words lie", frame.left, 0, "start", BLOCK)
    yield Tile(name="map", frame=frame, role="hair", fill="lane", rim=0, radius=8)
    groups = {word: group for group, words in GROUPS.items() for word in words}
    before = [places(each) for each in range(epoch + 1)]
    for word in NAMED:
        way = [at(then[word]) for then in before]
        yield Polyline(name=f"way-{word}", role="flow", points=(way[0], *way), width=2)
    heap, named = at(Point(0, 0)), at(Point(*TO_HEAP))
    yield Line(name="to-heap", role="ink", start=heap.moved(Point(HEAP * 0.8, HEAP * 0.6)), to=named)
    yield CurveDot(name="heap", role="ink", at=heap, radius=HEAP)
    for number, said in enumerate(("at first, all words", "lie in this heap")):
        yield say(f"heap-{number}", said, named.x, named.y + 12 + 17 * number)
    yield say("others", "dots: all other words", frame.left + 10, frame.bottom - 16, "start", role="muted")
    names = list[Name]()
    for word, (said, dx, dy, anchor) in NAMED.items():
        place = before[-1][word]
        by = at(place).moved(Point(dx, dy))
        is_shown = float(np.hypot(place.x, place.y)) > FROM_MIDDLE
        names.append(Name(name=f"name-{word}", text=said, at=by, anchor=anchor, size=letters, is_shown=is_shown))
    for name in names:
        yield Clearing(name=f"clearing-{name.text}", under=name)
    order = ["", *SIGNS]
    for word in sorted(before[-1], key=lambda it: (order.index(groups.get(it, "")), it)):
        yield Sign(name=f"word-{word}", at=at(before[-1][word]), group=groups.get(word, ""))
    yield from names


def beside(epoch: int, x: float, y: float, wide: float) -> Iterator[Shape]:
    """Draw the gates before the training and now, and how often the network is right."""
    yield say("gate-title", f"the four forget gates at “{TURN}”", x, y, "start", BLOCK)
    when = f"after {epoch} epochs" if epoch != 1 else "after 1 epoch"
    for name, said, then in (("first", "before the training", 0), ("now", when, epoch)):
        y += 28
        yield say(f"gate-{name}-said", said, x, y, "start", role="muted")
        frame, shares = Frame(x + 1, y + 16 + HANDLE, 4 * 50, 72), gates(then)
        printed = tuple(map(decimal, shares))
        yield Shutter(name=f"gate-{name}", frame=frame, cells=printed, passing="memory", shares=shares, style=VALUE)
        y = frame.bottom
    y += 40
    yield say("right-title", "right on 500 new sentences", x, y, "start", BLOCK)
    plot = Plot(Frame(x + 6, y + 22, wide - 54, 56), Scale(0, EPOCHS), Scale(0.5, 1))
    yield plot.level("right-all", 1)
    yield plot.level("right-half", 0.5, "rule")
    right = epochs()[1]
    yield plot.line("right", [(each, max(0.5, float(share))) for each, share in enumerate(right)], "ink", width=2)
    now = plot.at(epoch, max(0.5, right[epoch]))
    now = Point(round(now.x, 1), round(now.y, 1))
    ends = Point(now.x, plot.frame.top), Point(now.x, plot.frame.bottom)
    yield Line(name="now-line", role="ink", start=ends[0], to=ends[1], dashes=(3, 3), round_ends=False)
    yield CurveDot(name="now", role="ink", at=now, is_solid=True)
    y = plot.frame.bottom + 16
    yield say("first", "0", plot.frame.left, y, "start", VALUE, "muted")
    yield say("last", f"{EPOCHS} epochs", plot.frame.right, y, "end", VALUE, "muted")
    yield say("right-said", f"{right[epoch]:.0%}".replace("%", " %"), x + wide, plot.frame.centre, "end", NAME.bold())
