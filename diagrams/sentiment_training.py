"""The small LSTM while it learns: where its words lie, its forget gate at “not”, and two verdicts, after each epoch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from _charts import VALUE, Plot, Scale, say
from _sentiment import DATA, indices, vocabulary
from unrolled import LSTM, Dense, Embedding, Picture, run_model, stack, weights_from
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, NUMBER, WORD, width
from unrolled.geometry import Frame, Point, rounded, straight
from unrolled.picture import in_two_forms
from unrolled.shapes.gates import HANDLE, Shutter
from unrolled.shapes.plots import CurveDot, Line, Polyline, Tile
from unrolled.shapes.shape import Area, Mark, Shape, Stroke, Text, centred

KIND = ["good", "great", "funny", "clever", "moving", "charming", "lovely", "fresh", "brilliant", "wonderful"]
UNKIND = ["bad", "dull", "boring", "slow", "weak", "silly", "flat", "poor", "awful", "terrible"]
AFTER_NOT, ALSO_AFTER_NOT = ["like", "love", "enjoy"], ["hate", "dislike", "regret"]
TURNING = ["not", "never", "nobody", "but", "although"]
GROUPS = {"kind": KIND, "unkind": UNKIND, "liked": AFTER_NOT, "hated": ALSO_AFTER_NOT, "turning": TURNING}
NAMED = {
    "not": (9, 5, "start"),
    "but": (-9, 0, "end"),
    "good": (10, 9, "start"),
    "bad": (-10, 8, "end"),
    "love": (-12, 0, "end"),
    "hate": (0, -18, "middle"),
    "awful": (-10, -7, "end"),
    "never": (-9, 5, "end"),
    "nobody": (9, -2, "start"),
    "although": (-9, 6, "end"),
}
"""The words with names, the most important first, and where each name is, seen from its point."""
FROM_MIDDLE = 0.33
"""Nearer to the origin there are too many words for names."""
VERDICTS = ["The movie was good not bad", "The movie was bad not good"]
SAID = ["good, not bad", "bad, not good"]
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


def read(epoch: int, sentence: str) -> tuple[Array, float]:
    """Run the network on a verdict; return its forget gate at “not”, and its answer."""
    words = sentence.split()
    model = stack(Embedding(len(vocabulary()), 2, mask_zero=True), LSTM(4), Dense(1, "sigmoid"), shape=(len(words),))
    trace = run_model(model, indices(words), weights=weights_from(model, [each[epoch] for each in epochs()[0]]))
    return trace.trace_of(LSTM).gates["forget"][words.index("not")], float(trace.output[0])


@dataclass(frozen=True)
class State:
    """What the network is after an epoch."""

    epoch: int
    places: dict[str, Point]
    gate: Array
    answers: tuple[float, ...]
    right: float

    @classmethod
    def after(cls, epoch: int) -> "State":
        """Compute all that is drawn of it."""
        found = [read(epoch, sentence) for sentence in VERDICTS]
        return cls(epoch, places(epoch), found[0][0], tuple(answer for _, answer in found), epochs()[1][epoch])


def draw(epoch: int = EPOCHS) -> Picture:
    """Draw the network after so many epochs, in a frame that is the same for all."""
    state = State.after(epoch)
    gate = ", ".join(map(decimal, state.gate))
    verdicts = " and ".join(f"{decimal(answer)} for “{said}”" for said, answer in zip(SAID, state.answers, strict=True))
    when = f"After {epoch} of {EPOCHS} epochs" if epoch else "Before the training"
    description = Description.of(
        f"{when}, the network is right on {state.right:.0%} of 500 new sentences; its forget gate at “not” is {gate}.",
        f"Its answers are {verdicts}, from 0 for unkind to 1 for kind.",
        table=[
            TextColumn("word", [*NAMED]),
            TextColumn("unit 1", [decimal(state.places[word].x) for word in NAMED]),
            TextColumn("unit 2", [decimal(state.places[word].y) for word in NAMED]),
        ],
    )
    wide = [*map_of(state, Frame(0, 20, 520, 430), 17), *beside(state, 550, 0, 276)]
    tablet = [*map_of(state, Frame(0, 20, 404, 404), 17), *beside(state, 432, 0, 276)]
    narrow = [*map_of(state, Frame(0, 20, NARROW, 300), 15), *beside(state, 0, 424, NARROW)]
    return in_two_forms([tuple(wide), tuple(tablet)], [tuple(narrow)], description)


NARROW = 279


def decimal(value: float) -> str:
    """Write a number with two decimals, a whole one too, since it is one of many that move."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−")


SIGNS = {
    "kind": ("plus", "up"),
    "unkind": ("minus", "down"),
    "turning": ("ink", "square"),
    "liked": ("paper", "up"),
    "hated": ("paper", "down"),
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
        return [Area(path, fill), Stroke(path, "ink", 1.5 if fill == "paper" else 1)]


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


def map_of(state: State, frame: Frame, letters: float) -> Iterator[Shape]:
    """Draw where all words lie, the ways of some from where they began, and what the signs mean."""
    plot = Plot(frame, X, Y)

    def at(place: Point) -> Point:
        # In whole pixels: a page loads the pictures of all epochs, in three forms.
        return Point(round(plot.x(place.x)), round(plot.y(place.y)))

    yield say("map-title", "where the words lie", frame.left, 0, "start", BLOCK)
    yield Tile(name="map", frame=frame, role="hair", fill="lane", rim=0, radius=8)
    middle = at(Point(0, 0))
    ends = frame.grown(-8)
    yield Line(name="level", role="hair", start=Point(ends.left, middle.y), to=Point(ends.right, middle.y))
    yield Line(name="upright", role="hair", start=Point(middle.x, ends.top), to=Point(middle.x, ends.bottom))
    axes = [
        say("unit-1", "unit 1", ends.left, middle.y + 11, "start", NAME, "muted"),
        say("unit-2", "unit 2", middle.x + 8, ends.top + 6, "start", NAME, "muted"),
    ]
    yield from axes
    before = [places(epoch) for epoch in range(state.epoch + 1)]
    for word in NAMED:
        way = [at(then[word]) for then in before]
        yield Polyline(name=f"way-{word}", role="rule", points=(way[0], *way), width=1)
    names, taken = list[Name](), [axis.bounds for axis in axes]
    for word, (dx, dy, anchor) in NAMED.items():
        place = state.places[word]
        by = at(place).moved(Point(dx, dy))
        name = Name(name=f"name-{word}", text=word, at=by, anchor=anchor, size=letters)
        own = name.written.frame
        is_shown = float(np.hypot(place.x, place.y)) > FROM_MIDDLE and not any(own.meets(it) for it in taken)
        taken += [own] if is_shown else []
        names.append(replace(name, is_shown=is_shown))
    for name in names:
        yield Clearing(name=f"clearing-{name.text}", under=name)
    groups = {word: group for group, words in GROUPS.items() for word in words}
    order = ["", *SIGNS]
    for word in sorted(state.places, key=lambda it: (order.index(groups.get(it, "")), it)):
        yield Sign(name=f"word-{word}", at=at(state.places[word]), group=groups.get(word, ""))
    yield from names
    x, y = frame.left + 6, frame.bottom + 20
    for group, said in KEY.items():
        wide = 16 + width(said, VALUE)
        if x + wide > frame.right and x > frame.left + 6:
            x, y = frame.left + 6, y + 22
        yield Sign(name=f"key-{group or 'other'}", at=Point(x, y), group=group)
        yield say(f"key-{group or 'other'}-said", said, x + 12, y, "start", VALUE, "muted")
        x += wide + 16


KEY = {
    "kind": "kind",
    "unkind": "unkind",
    "turning": "turning",
    "liked": "kind after “not”",
    "hated": "unkind after “not”",
    "": "other",
}


def beside(state: State, x: float, y: float, wide: float) -> Iterator[Shape]:
    """Draw the gate, the two answers, and how often the network is right."""
    yield say("gate-title", "the forget gate at “not”", x, y, "start", BLOCK)
    top = y + 20 + HANDLE
    gate = Frame(x + 1, top, 4 * 42, 65)
    shares = tuple(float(share) for share in state.gate)
    yield Shutter(name="gate", frame=gate, cells=tuple(map(decimal, shares)), passing="memory", shares=shares)
    y = gate.bottom + 46
    yield say("answers-title", "the verdict, from 0 to 1", x, y, "start", BLOCK)
    left, room = x + 124, wide - 124 - 42
    for number, (said, answer) in enumerate(zip(SAID, state.answers, strict=True)):
        row = Frame(left, y + 18 + 32 * number, room, 22)
        yield say(f"said-{number}", said, x, row.centre, "start", WORD.sized(17))
        yield Tile(name=f"whole-{number}", frame=row, role="rule", fill="paper", rim=1, radius=3)
        half = Point(row.middle, row.top), Point(row.middle, row.bottom)
        yield Line(name=f"half-{number}", start=half[0], to=half[1], dashes=(3, 3), round_ends=False)
        bar = Frame(left, row.top, max(3, round(answer * room, 1)), 22)
        yield Tile(name=f"answer-{number}", frame=bar, role="output", radius=1.5)
        yield say(f"answer-{number}-said", decimal(answer), row.right + 8, row.centre, "start", NUMBER.bold())
    y += 18 + 64 + 36
    yield say("right-title", "right on 500 new sentences", x, y, "start", BLOCK)
    plot = Plot(Frame(x + 6, y + 20, wide - 54, 66), Scale(0, EPOCHS), Scale(0.5, 1))
    yield plot.level("right-all", 1)
    yield plot.level("right-half", 0.5, "rule")
    right = epochs()[1]
    yield plot.line("right", [(epoch, max(0.5, float(share))) for epoch, share in enumerate(right)], "ink", width=2)
    now = plot.at(state.epoch, max(0.5, state.right))
    now = Point(round(now.x, 1), round(now.y, 1))
    ends = Point(now.x, plot.frame.top), Point(now.x, plot.frame.bottom)
    yield Line(name="now-line", role="ink", start=ends[0], to=ends[1], dashes=(3, 3), round_ends=False)
    yield CurveDot(name="now", role="ink", at=now, is_solid=True)
    y = plot.frame.bottom + 16
    yield say("first", "0", plot.frame.left, y, "start", VALUE, "muted")
    yield say("last", f"{EPOCHS} epochs", plot.frame.right, y, "end", VALUE, "muted")
    yield say("right-said", f"{state.right:.0%}".replace("%", " %"), x + wide, plot.frame.centre, "end", NAME.bold())
