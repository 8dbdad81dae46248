"""Transformer blocks: the residual stream, what is read from it and added to it, and models without one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diagrams.pictures import check_picture, check_rules
from tests.sampling import sampled
from unrolled import read_keras, run_model, transformer
from unrolled.i18n import text_of
from unrolled.model import Tensor
from unrolled.shapes.blocks import Block
from unrolled.shapes.cells import Vector
from unrolled.views.transformer import blocks_of, streams_of

WORDS = ["I", "am", "groot", "transformers", "a", "understanding", "Tree", "not", "movie", "w", "x", "y"]
DROPPED = "Dropout(0.1)({})"
PRE = """
x = words = Input(({steps}, {units}))
for _ in range({blocks}):
    normed = LayerNormalization()(x)
    x = x + {attention}
    inner = Dense({inner}, activation="relu")(LayerNormalization()(x))
    x = Add()([{dense}, x])
model = Model(words, Dense(2)({end}))
"""
POST = """
x = words = Input(({steps}, {units}))
for _ in range({blocks}):
    normed = x
    x = LayerNormalization()(x + {attention})
    inner = Dense({inner}, activation="relu")(x)
    x = LayerNormalization()({dense} + x)
model = Model(words, {end})
"""
BOTH = """
heard, said = Input((3, 4)), Input((2, 4))
x, y = heard, said
for _ in range(2):
    x = LayerNormalization()(x + MultiHeadAttention(2, 2)(x, x))
    x = LayerNormalization()(x + Dense(4)(Dense(8)(x)))
for _ in range(2):
    y = LayerNormalization()(y + MultiHeadAttention(2, 2)(y, y, use_causal_mask=True))
    y = LayerNormalization()(y + MultiHeadAttention(2, 2)(y, x))
    y = LayerNormalization()(y + Dense(4)(Dense(8)(y)))
model = Model([heard, said], y)
"""
OWN = """
class Block(Layer):
    def __init__(self, units):
        super().__init__()
        self.norm, self.other = LayerNormalization(), LayerNormalization()
        self.attention = MultiHeadAttention(2, 2)
        self.inner = Sequential([Dense(8, activation="gelu"), Dense(units)])

    def call(self, x):
        normed = self.norm(x)
        x = x + self.attention(normed, normed, use_causal_mask=True)
        return x + self.inner(self.other(x))

x = words = Input((3,))
x = Embedding(9, 4)(x) + Embedding(9, 4)(x)
model = Model(words, LayerNormalization()(Block(4)(Block(4)(x))))
"""


@st.composite
def models(draw):
    """Generate blocks with pre- or post-norm, a sentence, one of its words and one of the blocks."""
    said = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    units, blocks = draw(st.integers(1, 9)), draw(st.integers(1, 3))
    heads, causal = draw(st.integers(1, 3)), draw(st.booleans())
    attention = f"MultiHeadAttention({heads}, {draw(st.integers(1, 3))})(normed, normed, use_causal_mask={causal})"
    parts = {"attention": attention, "dense": f"Dense({units})(inner)", "end": "x"}
    drops = {name: DROPPED.format(part) if draw(st.booleans()) else part for name, part in parts.items()}
    is_post = draw(st.booleans())
    code = (POST if is_post else PRE).format(
        steps=len(said), units=units, blocks=blocks, inner=draw(st.integers(1, 12)), **drops
    )
    return read_keras(code), said, draw(st.integers(1, len(said))), draw(st.integers(1, blocks)), is_post


def printed(shape):
    """Return the numbers a vector shows, without those left out."""
    return [text for text in shape.cells if text != "…"]


def check_vector(shape, values, decimals=1):
    """Return whether a vector shows the first numbers of an array, and the last."""
    texts = [text_of(float(value), decimals) for value in values]
    shown = printed(shape)
    assert shown == (texts if "…" not in shape.cells else [*texts[: len(shown) - 1], texts[-1]]), shape.name


@sampled(100)
@given(models(), st.integers(0, 99), st.sampled_from([1, 10, 1000]))
def test_every_vector_on_the_belt_is_that_of_the_word(drawn, seed, size):
    """Before the branch, normalized, written and added, in both layouts, which describe what they show."""
    model, said, step, block, is_post = drawn
    vectors = np.random.default_rng(seed).uniform(-size, size, (len(said), model.entries[0].shape[1]))
    picture = transformer(model, said, vectors, step=step, block=block)
    trace = run_model(model, vectors)
    adds = [at for at, node in enumerate(model.nodes) if node.layer.name_in_code == "Add"]
    first, second = adds[2 * block - 2 : 2 * block]
    (stream,) = streams_of(model)
    assert [each.adding for each in stream] == adds
    assert [len(each) for each in blocks_of(model, stream)] == [2] * (len(adds) // 2)
    parts = [stream[adds.index(at)] for at in (first, second)]
    drawn = [stream[0].read, stream[-1].handed_on]
    for part in parts:
        normed = [Tensor(at) for at in part.branch if model.nodes[at].layer.name_in_code == "LayerNormalization"]
        drawn += [part.read, *normed, part.written, Tensor(part.adding), part.handed_on]
    decimals = 1 if max(np.abs(trace.value(each)[step - 1]).max() for each in drawn) < 99.95 else 0
    for form in check_rules(picture):
        shapes = {shape.name: shape for shape in form.shapes if isinstance(shape, Vector)}
        check_vector(shapes["start"], vectors[step - 1], decimals)
        for number, (part, at) in enumerate(zip(parts, (first, second), strict=True), start=1):
            added, written = trace.value(Tensor(at))[step - 1], trace.value(part.written)[step - 1]
            np.testing.assert_allclose(added, trace.value(part.read)[step - 1] + written)
            check_vector(shapes[f"written-{number}"], written, decimals)
            after = trace.value(part.handed_on)[step - 1]
            check_vector(shapes[f"stream-{number}"], after, decimals)
            norm = [node for node in part.branch if model.nodes[node].layer.name_in_code == "LayerNormalization"]
            assert len(norm) == (not is_post)
            for node in norm:
                check_vector(shapes[f"normed-{number}"], trace.value(Tensor(node))[step - 1], decimals)
            assert is_post == (part.handed_on != Tensor(at))
            if is_post:  # what the normalization reads
                check_vector(shapes[f"sum-{number}"], added, decimals)


def test_encoder_and_decoder_each_have_a_stream():
    """The decoder's blocks have three branches, the second of which reads the encoder's output."""
    model = read_keras(BOTH)
    assert [[len(each) for each in blocks_of(model, stream)] for stream in streams_of(model)] == [[2, 2], [3, 3]]
    sentences = [["I", "am", "groot"], ["je", "suis"]]
    pictures = [transformer(model, sentences, block=block) for block in (2, 3)]
    for picture in pictures:
        check_rules(picture)
    texts = [{text.text for shape in picture.shapes for text in shape.texts} for picture in pictures]
    assert "continues below" in texts[1]
    assert {"to the decoder", "block 1"} <= texts[0]
    assert "From “I”, “am” and “groot”, cross-attention writes" in " ".join(pictures[1].steps)
    titles = [[shape.text for shape in picture.narrow.shapes if isinstance(shape, Block)] for picture in pictures]
    assert titles[1] == [
        *("attention", "LayerNorm", "cross-attention", "LayerNorm", "feed-forward", "LayerNorm", "block 4")
    ]


def test_the_article_s_own_layers_are_opened():
    """Positions are added before the stream starts; the final normalization reads it but isn't part of it."""
    model = read_keras(OWN)
    (stream,) = streams_of(model)
    assert model.nodes[stream[0].read.node].layer.name_in_code == "Add"
    assert [len(each) for each in blocks_of(model, stream)] == [2, 2]
    assert not stream[-1].after
    picture = transformer(model, ["was", "not", "bad"], step=2, block=2)
    check_picture(picture)
    texts = {text.text for shape in picture.shapes for text in shape.texts}
    assert {"to LayerNorm", "2 heads, causal", "was", "Dense(8), Dense(4)"} <= texts
    assert "bad" not in texts


@pytest.mark.parametrize(
    ("code", "sizes"),
    [
        ("for _ in range(3):\n    x = x + MultiHeadAttention(1, 2)(x, x)\n", [1, 1, 1]),
        ("x = x + Dense(4)(x)\nx = x + Attention()([x, x])\nx = x + Dense(4)(x)\n", [3]),
        (2 * "x = x + Dense(4)(x)\nx = x + Attention()([x, x])\nx = x + Dense(4)(x)\n", [3, 3]),
        ("x = x + Attention()([x, x])\nx = x + Dense(4)(x)\nx = x + Attention()([x, x])\n", [2, 1]),
        ("x = x + Dense(4)(Dense(2)(x) + Dense(2)(Dense(2)(x)))\n", [1]),
        ("h = Dense(4)(x)\nx = x + Add()([h, Dense(4)(h), Dense(4)(h)])\n", [1]),
        ("x = x + Dropout(0.5)(x)\n", [1]),
        ("x = Dense(4)(x)\nx = x + Conv1D(4, 3, padding='same')(x)\n", [1]),
    ],
)
def test_blocks_are_found_by_repetition(code, sizes):
    """Otherwise by their attention layers; an addition within a branch isn't a stream of its own."""
    model = read_keras(f"x = words = Input((3, 4))\n{code}model = Model(words, x)\n")
    (stream,) = streams_of(model)
    assert list(map(len, blocks_of(model, stream))) == sizes
    picture = transformer(model, ["was", "not", "bad"])
    check_rules(picture, page=None, phone=None)


@pytest.mark.parametrize(
    ("begins", "role"),
    [("x = Embedding(9, 4)(x) * 2 + np.eye(3, 4)\n", "embedding"), ("x = Dense(4)(Embedding(9, 4)(x))\n", "memory")],
)
def test_a_word_with_its_position_is_an_embedding(begins, role):
    """On the background of its word, unlike later vectors."""
    code = f"import numpy as np\nx = words = Input((3,))\n{begins}model = Model(words, x + Dense(4)(x))\n"
    picture = transformer(read_keras(code), ["was", "not", "bad"])
    (start,) = [shape for shape in picture.shapes if shape.name == "start"]
    (word,) = [shape for shape in picture.shapes if shape.name == "word"]
    assert (start.role, start.fill) == (role, word.fill if role == "embedding" else None)


@pytest.mark.slow
def test_a_large_stack_fits_a_phone():
    """With its real sizes in the blocks: 12 blocks, 12 heads, 768 numbers a word."""
    code = "x = words = Input((None, 768))\nfor _ in range(12):\n"
    code += "    normed = LayerNormalization()(x)\n    x = x + MultiHeadAttention(12, 64)(normed, normed)\n"
    code += "    x = x + Dense(768)(Dense(3072, activation='gelu')(LayerNormalization()(x)))\n"
    picture = transformer(read_keras(f"{code}model = Model(words, x)\n"), ["I", "am", "groot"])
    for form, most in ((picture, 848), (picture.narrow, 288)):
        check_picture(form)
        assert form.size_px[0] <= most
        assert {"Dense(3072), Dense(768)", "blocks 2 to 12"} <= {text.text for it in form.shapes for text in it.texts}
