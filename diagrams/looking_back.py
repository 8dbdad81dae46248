"""One step of a decoder with attention: how much of each word's vector it reads to say its next word."""

from collections.abc import Iterator, Sequence

from _charts import say
from attention_weights import ENGLISH, attended
from unrolled import Picture
from unrolled.arrays import Array
from unrolled.description import Description, TextColumn
from unrolled.fonts import BLOCK, NAME, WORD_NARROW
from unrolled.geometry import Frame, Point
from unrolled.i18n import text_of
from unrolled.palette import word_fills
from unrolled.picture import in_two_forms
from unrolled.shapes.arrows import Arrow, Disc, Ribbon
from unrolled.shapes.blocks import Block, Lane
from unrolled.shapes.shape import Shape
from unrolled.shapes.text import Word, word_width

STEP = 2
"""The French word that is about to be said, from 0."""
ALT = (
    "A decoder has said “{said}”. Its state, the query, asks the encoder’s states, the keys; the context is made of "
    "the words’ vectors in the shares {shares}; from the context and the state, a Dense layer picks “{word}”."
)
PRINTED = {True: 0.05, False: 0.2}
"""The smallest share that is printed, beside an upright ribbon or in a level one."""


def draw(code: str) -> Picture:
    """Draw the step at which the trained network says its third word."""
    shares, words = attended(code, ENGLISH)
    row, said, word = shares[STEP], words[:STEP], words[STEP]
    listed = ", ".join(f"{heard} {share:.2f}" for heard, share in zip(ENGLISH, row, strict=True))
    table = [TextColumn("word", ENGLISH), TextColumn("share", [f"{each:.2f}" for each in row])]
    description = Description.of(ALT.format(said=" ".join(said), shares=listed, word=word), table=table)
    wide = [tuple(_across(row, said, word, *sizes)) for sizes in ((92, 150), (76, 112))]
    return in_two_forms(wide, [tuple(_down(row, said, word))], description)


def _word(name: str, said: str, at: Point, fill: str | None = "lane") -> Word:
    wide = word_width(said, WORD_NARROW, 8, 52)
    return Word(name=name, text=said, frame=Frame.about(at.x, at.y, wide, 30), fill=fill, style=WORD_NARROW)


def _block(name: str, said: str, at: Point, size: tuple[float, float], second: str = "") -> Block:
    return Block(name=name, text=said, second=second, frame=Frame.about(at.x, at.y, *size), style=BLOCK.sized(14))


def _shares(row: Array, places: Sequence[Point], corner: Point, band: float, *, upright: bool) -> Iterator[Shape]:
    """Lead a ribbon from each word to its place in the band that begins at a corner, with its number beside it."""
    fills, along = word_fills(ENGLISH), 0.0
    for number, (heard, share, at) in enumerate(zip(ENGLISH, row, places, strict=True), start=1):
        wide = band * float(share)
        if upright:
            start = Point(at.x - wide / 2, at.y), Point(at.x + wide / 2, at.y)
            end = Point(corner.x + along, corner.y), Point(corner.x + along + wide, corner.y)
            beside = Point(at.x + wide / 2 + 6, at.y - 14)
        else:
            start = Point(at.x, at.y - wide / 2), Point(at.x, at.y + wide / 2)
            end = Point(corner.x, corner.y + along), Point(corner.x, corner.y + along + wide)
            beside = Point(at.x + 8, at.y)
        yield Ribbon(name=f"share-{number}", start=start, end=end, fill=fills[heard], upright=upright)
        if share >= PRINTED[upright]:
            style = NAME.bold() if share == row.max() else NAME
            yield say(f"share-{number}-text", text_of(share, 2), beside.x, beside.y, "start", style)
        along += wide


def _across(row: Array, said: Sequence[str], word: str, pitch: float, band: float) -> Iterator[Shape]:
    """Put the encoder at the left and the decoder at the right, with attention between and above them."""
    fills, level, end = word_fills(ENGLISH), 236.0, pitch * len(ENGLISH)
    places = [Point(40 + pitch * at, level) for at in range(len(ENGLISH))]
    keys = [Point(at.x, level + 76) for at in places]
    yield Lane(name="encoder", frames=(Frame(0, level + 46, end - 8, 60),))
    yield say("encoder-name", "encoder LSTM: the state at each word is its key", 4, level + 122, "start")
    for number, (heard, at, key) in enumerate(zip(ENGLISH, places, keys, strict=True), start=1):
        yield _word(f"heard-{number}", heard, at, fills[heard])
        yield Arrow(name=f"heard-{number}-arrow", points=(Point(at.x, at.y + 19), Point(at.x, key.y - 22)))
        yield _block(f"key-{number}", "LSTM", key, (52, 36))
        if number > 1:
            yield Arrow(
                name=f"state-{number}-arrow", points=(Point(key.x - pitch + 30, key.y), Point(key.x - 30, key.y))
            )
    mixer, picks, asks = Point(end - 60, 58), Point(end + 216, 58), Point(end + 216, level + 76)
    corner = Point(mixer.x - band / 2, mixer.y + 28)
    yield from _shares(row, [Point(at.x, at.y - 19) for at in places], corner, band, upright=True)
    yield say("values", "how much of each word’s vector", 0, 96, "start", NAME.bold())
    yield _block("attention", "attention", mixer, (band, 52))
    yield _block("dense", "Dense", picks, (84, 52))
    context = Point(mixer.x + band / 2 + 4, picks.y - 14), Point(picks.x - 46, picks.y - 14)
    yield Arrow(name="context-arrow", role="embedding", points=context)
    yield say("context", "context", (context[0].x + context[1].x) / 2, picks.y - 26, role="embedding")
    yield Lane(name="decoder", frames=(Frame(end + 60, level + 46, 204, 60),))
    yield say("decoder-name", "decoder LSTM", end + 60, level + 34, "start")
    for number, (each, x) in enumerate(zip(said[-2:], (end + 100, asks.x), strict=True), start=1):
        yield _block(f"decoder-{number}", "LSTM", Point(x, asks.y), (52, 36))
        yield _word(f"said-{number}", each, Point(x, level + 160))
        yield Arrow(name=f"said-{number}-arrow", points=(Point(x, level + 141), Point(x, asks.y + 22)))
        if number == 2:
            yield Arrow(name="decoder-arrow", points=(Point(end + 130, asks.y), Point(x - 30, asks.y)))
    fork = Point(asks.x, 150)
    yield Arrow(name="state-arrow", role="state", points=(Point(asks.x, asks.y - 22), Point(asks.x, picks.y + 30)))
    yield Disc(name="fork", role="state", at=fork)
    way = fork, Point(end + 80, fork.y), Point(end + 80, mixer.y + 2), Point(mixer.x + band / 2 + 4, mixer.y + 2)
    yield Arrow(name="query-arrow", role="state", points=way)
    keys_end, high = Point(end - 4, asks.y), mixer.y + 18
    way = keys_end, Point(end + 40, asks.y), Point(end + 40, high), Point(mixer.x + band / 2 + 4, high)
    yield Arrow(name="keys-arrow", points=way)
    yield say("keys", "keys", end + 48, 210, "start", role="flow")
    yield say("query", "query", end + 148, fork.y - 12, role="state")
    yield say("state", "state", asks.x + 10, 190, "start", role="state")
    yield Arrow(name="word-arrow", points=(Point(picks.x + 46, picks.y), Point(picks.x + 74, picks.y)))
    yield _word("word", word, Point(picks.x + 106, picks.y))


def _down(row: Array, said: Sequence[str], word: str) -> Iterator[Shape]:
    """Put the words at the left, attention at the right, and below it what asks and what is said."""
    fills, pitch, left, band = word_fills(ENGLISH), 46, 160, 150
    places = [Point(74, 40 + pitch * at) for at in range(len(ENGLISH))]
    yield say("values", "how much of each word’s vector", 0, 0, "start", NAME.bold())
    for number, (heard, at) in enumerate(zip(ENGLISH, places, strict=True), start=1):
        wide = word_width(heard, WORD_NARROW, 8, 52)
        yield _word(f"heard-{number}", heard, Point(at.x - 5 - wide / 2, at.y), fills[heard])
    corner = Point(left, 40 + pitch * 2 - band / 2)
    yield from _shares(row, places, corner, band, upright=False)
    mixer, picks = Point(left + 42, corner.y + band / 2), Point(left + 42, corner.y + band + 124)
    yield _block("attention", "attention", mixer, (76, band))
    bottom = corner.y + band
    yield Arrow(
        name="context-arrow",
        role="embedding",
        points=(Point(mixer.x + 20, bottom + 4), Point(mixer.x + 20, picks.y - 26)),
    )
    yield say("context", "context", mixer.x + 26, bottom + 34, "start", role="embedding")
    yield _block("dense", "Dense", picks, (76, 44))
    asks = Point(60, picks.y)
    yield _block("decoder", "decoder", asks, (76, 44))
    yield _word("said", said[-1], Point(asks.x, picks.y + 66))
    yield Arrow(name="said-arrow", points=(Point(asks.x, picks.y + 47), Point(asks.x, picks.y + 26)))
    yield Arrow(name="state-arrow", role="state", points=(Point(asks.x + 42, asks.y), Point(picks.x - 42, asks.y)))
    fork = Point(asks.x + 62, asks.y)
    yield Disc(name="fork", role="state", at=fork)
    way = fork, Point(fork.x, bottom + 58), Point(mixer.x - 20, bottom + 58), Point(mixer.x - 20, bottom + 4)
    yield Arrow(name="query-arrow", role="state", points=way)
    yield say("query", "query", fork.x - 8, bottom + 74, "end", role="state")
    yield _word("word", word, Point(picks.x, picks.y + 66))
    yield Arrow(name="word-arrow", points=(Point(picks.x, picks.y + 26), Point(picks.x, picks.y + 47)))
