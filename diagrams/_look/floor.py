"""Building blocks: each kind, every arrangement, arrows around corners and across each other."""

from itertools import pairwise

import numpy as np

from unrolled import (
    Picture,
    above,
    arrow,
    beside,
    block,
    cells,
    chain,
    embed,
    illustrative,
    label,
    link,
    operator,
    row,
    table,
    word,
)

WORDS = ["I", "am", "groot"]


def things() -> Picture:
    """Draw each kind of thing, and cells of every role."""
    roles = ["state", "embedding", "output", "memory", "steps", "flow"]
    vectors = row(*(above(label(role, role), cells([0.4, -0.2], role)) for role in roles))
    kinds = beside(block("RNN"), block("forget", "sigmoid"), word("groot"), operator("×"), arrow("to"), block("Dense"))
    marked = [cells(np.arange(9).reshape(3, 3), role, marked=np.s_[1:, 1:]) for role in ("state", "embedding", "flow")]
    shares = cells(illustrative([0.7, 0.2, 0.1]), "output", levels=True, marked=0)
    grids = beside(*marked, shares, cells(np.linspace(-1, 1, 40), "state", decimals=2))
    warm = cells(np.linspace(-1, 1, 8).reshape(2, 4), "memory", heat=True, large=True)
    return above(kinds, vectors, grids, warm).picture("Things of the floor.")


def ways() -> Picture:
    """Connect many things with arrows."""
    query, key, value = block("query"), block("key"), block("value")
    scores, mean, vectors = cells([0.3, 0.7]), cells([0.1, -0.2], "state"), row(*map(word, WORDS))
    links = [link(query, scores), link(key, scores), link(scores, mean, "softmax"), link(value, mean)]
    return above(
        row(query, key, value), scores, mean, vectors, *links, link(vectors, mean, "sum"), link(vectors, query)
    ).picture("Arrows between things.")


def attention() -> Picture:
    """Let every word attend to every other, with each row of weights as a strip."""
    vectors = embed(WORDS)
    answers = [
        chain(cells(vector, "embedding", of=one), block("attend"), word(one))
        for one, vector in zip(WORDS, vectors, strict=True)
    ]
    return above(*answers, align="left").picture("Three chains.")


def translation() -> Picture:
    """Read one sentence and write another, with stacked rows aligned in columns."""
    encoders, decoders = [[block(name) for _ in WORDS] for name in ("encoder", "decoder")]
    read, written = [[word(text) for text in texts] for texts in (["je", "suis", "groot"], WORDS)]
    across = [[link(one, other) for one, other in pairwise(blocks)] for blocks in (encoders, decoders)]
    up = [[link(*ends) for ends in zip(*rows, strict=True)] for rows in ((read, encoders), (decoders, written))]
    left = above(row(*encoders, *across[0]), row(*read), *up[0])
    right = above(row(*written), row(*decoders, *across[1]), *up[1])
    return beside(left, right, link(encoders[-1], decoders[0], "state")).picture("An encoder and a decoder.")


def draw() -> list[Picture]:
    """Draw all of them."""
    encoder = chain(*map(word, WORDS), block("encoder"), towards="up")
    return [
        things(),
        ways(),
        attention(),
        translation(),
        beside(encoder, chain(table(WORDS), block("look up")), align="bottom").picture("A chain up, and a table."),
    ]
