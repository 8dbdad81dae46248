"""The word vectors: sound files, a method that does what it says, and a README whose every answer is theirs."""

import struct
import zlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.word_vectors.report import KNOWN, RELATIONS, report
from tools.word_vectors.texts import NOVELS, _bible, _novels, _sentences
from tools.word_vectors.train import FEATURES, RAREST, WINDOW, WORDS, near, pressed, shipped, surprise
from tools.word_vectors.vectors import FILE, FOLDER, read, topics

VECTORS = read()
README = (FOLDER / "README.md").read_text(encoding="utf-8")


def test_the_file_holds_what_it_says():
    """A vector of length 1 for each word, no word twice, none too rare, and all of it small."""
    assert VECTORS.vectors.shape == (len(VECTORS.words), FEATURES) == (WORDS, FEATURES)
    assert len(set(VECTORS.words)) == WORDS
    np.testing.assert_allclose(np.linalg.norm(VECTORS.vectors, axis=1), 1, atol=3e-4)
    assert VECTORS.counts.min() >= RAREST
    assert sum(each.stat().st_size for each in FOLDER.iterdir()) < 100_000
    assert FILE.stat().st_size < 50_000


def test_every_word_of_a_topic_has_a_vector_and_one_topic():
    """A figure that colours by topic finds all of them."""
    sorted_words = [word for words in topics().values() for word in words]
    assert set(sorted_words) <= set(VECTORS.words)
    assert len(set(sorted_words)) == len(sorted_words) == 290
    assert len(topics()) == 19
    assert {word for pairs in RELATIONS.values() for pair in pairs for word in pair} <= set(VECTORS.words)
    assert {word for known in KNOWN for word in known} <= set(VECTORS.words)


def test_the_readme_s_tables_are_what_the_vectors_answer():
    """Each neighbour, each share and each analogy, those that fail too."""
    for each in report().split("\n\n"):
        assert each in README


def test_the_readme_s_python_runs():
    """As a reader would type it, in the project's folder."""
    block = README.split("```python\n")[1].split("```")[0]
    exec(block.replace("diagrams/data/words", str(FOLDER)), {})


def test_the_neighbours_that_a_guide_can_show_are_there():
    """Said once more by hand: the table above is written by the code that it tests."""
    assert VECTORS.neighbours("bread", 1) == ["wine"]
    assert VECTORS.neighbours("gold", 2) == ["silver", "bronze"]
    assert set(VECTORS.neighbours("wednesday", 3)) == {"monday", "tuesday", "saturday"}
    assert set(VECTORS.neighbours("seven", 5)) <= set(topics()["numbers"])
    assert VECTORS.analogy("go", "went", "come", 1) == ["came"]
    assert VECTORS.analogy("uncle", "aunt", "brother", 1) == ["sister"]
    assert "queen" not in VECTORS.analogy("man", "king", "woman", 5)


def test_nearest_leaves_out_what_it_is_asked_to():
    """A word is nearest to itself, and an answer is never one of the three words of the question."""
    for word in VECTORS.words[:50]:
        assert VECTORS.nearest(VECTORS[word], 1) == [word]
        assert word not in VECTORS.neighbours(word, 20)
    assert not {"man", "king", "woman"} & set(VECTORS.analogy("man", "king", "woman", 50))
    with pytest.raises(KeyError, match="'soup' is not among the 512 words"):
        VECTORS["soup"]
    assert "bread" in VECTORS
    assert "soup" not in VECTORS


@given(st.lists(st.lists(st.sampled_from("abcdx"), min_size=1, max_size=8), max_size=6))
def test_near_counts_as_somebody_would_with_a_finger(texts):
    """Each word looks at its neighbours to both sides; x is not known, but keeps its place."""
    words = list("abcd")
    counted = np.zeros((4, 4))
    for text in texts:
        for here, word in enumerate(text):
            for there, other in enumerate(text):
                if 0 < abs(here - there) <= WINDOW and word in words and other in words:
                    counted[words.index(word), words.index(other)] += (WINDOW + 1 - abs(here - there)) / WINDOW
    np.testing.assert_allclose(near(texts, words), counted)


def test_surprise_is_the_logarithm_of_how_much_oftener_than_chance():
    """Two words that stand together only: each word's share of the smoothed contexts is a half."""
    np.testing.assert_allclose(surprise(np.array([[0.0, 4.0], [4.0, 0.0]])), [[0, np.log(2)], [np.log(2), 0]])
    assert (surprise(np.ones((3, 3))) == 0).all()


@given(st.integers(0, 2**32 - 1))
def test_pressed_keeps_all_there_is_if_it_may(seed):
    """With as many directions as words, all products of two words stay; with fewer, the strongest come first."""
    weighed = np.random.default_rng(seed).uniform(0, 1, (6, 6))
    found = pressed(weighed, 6)
    np.testing.assert_allclose(found @ found.T, weighed @ weighed.T, atol=1e-9)
    np.testing.assert_allclose(pressed(weighed, 2), found[:, :2])
    assert (np.diff(np.linalg.norm(found, axis=0)) <= 1e-9).all()
    assert (np.take_along_axis(found, np.abs(found).argmax(axis=0)[None], axis=0) > 0).all()


def test_the_words_that_ship_are_the_topics_and_what_both_texts_share():
    """By how often the text uses a word that uses it less."""
    chosen = shipped(
        Counter({"yahweh": 900, "tree": 9, "the": 50, "and": 40}), Counter({"the": 30, "and": 60, "emma": 70})
    )
    assert chosen[:290] == [word for words in topics().values() for word in words]
    assert chosen[290:] == ["and", "the"]


def test_the_text_of_a_bible_is_read_without_its_markup(tmp_path):
    """Notes and titles are no text; marks inside a word do not cut it."""
    marked = '<title>Genesis</title> In the <w lemma="x">begin</w>ning,<note>Or, first</note> God created.'
    block = zlib.compress(marked.encode())
    for testament in ("ot", "nt"):
        (tmp_path / f"{testament}.bzz").write_bytes(b"...." + block)
        (tmp_path / f"{testament}.bzs").write_bytes(struct.pack("<6I", 0, 0, 0, 4, len(block), len(marked)))
    words = [word for book in _bible(tmp_path) for each in _sentences(book) for word in each]
    assert words == ["in", "the", "beginning", "god", "created"] * 2


def test_the_text_of_the_novels_is_read_from_the_database_of_r():
    """Several vectors of strings, one after the other."""

    def stored(*lines):
        strings = b"".join(struct.pack(">II", 0x40009, len(line.encode())) + line.encode() for line in lines)
        serialised = b"X\n" + struct.pack(">4I", 3, 0x40201, 0x30500, 5) + b"UTF-8"
        serialised += struct.pack(">II", 16, len(lines)) + strings
        return struct.pack(">I", len(serialised)) + zlib.compress(serialised)

    assert list(_novels(stored("It is a", "truth.", "") + stored("Café"))) == ["It is a\ntruth.\n", "Café"]
    assert NOVELS.name == "Rdata.rdb"


def test_a_text_is_cut_into_the_words_of_its_sentences():
    """Where a sentence or a clause ends; one word alone has no neighbours."""
    found = list(_sentences("“I don’t _know_,” said she; he did. Oh!\n\nChapter two"))
    assert found == [["i", "don't", "know", "said", "she"], ["he", "did"], ["chapter", "two"]]
