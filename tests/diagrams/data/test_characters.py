"""The character model of the novels: its data, the guide's claims about it, and the way from text to rows."""

import json
from math import log2

import numpy as np
import pytest

import half_way
import learning_to_write
from _characters import CHARACTERS, read, row, weights_of_model
from pelicanconf import MARKDOWN
from plugins.figures.markdown import read as read_markdown
from tests.conftest import REPOSITORY
from tools.characters import dataset
from tools.characters.dataset import FOLDER, TIME_STEPS, indices, plain, read_kept_out, split, windows
from tools.characters.networks import CODE, FIT, WAVES
from tools.characters.ngrams import Counts
from unrolled import MultiHeadAttention, read_keras, run_model

GUIDE = REPOSITORY / "content/nlp/inside-a-transformer-block.md"
README = (FOLDER / "README.md").read_text("utf-8")
RESULTS = json.loads((FOLDER / "results.json").read_text("utf-8"))
NOVEL = "PRIDE AND PREJUDICE\n\nBy Jane Austen\n\n" + "".join(
    f"\n\nChapter {number}\n\n\nThis is “chapter” {number}, the _{name}_.\n"
    for number, name in enumerate("abcdefgh", 1)
)


def model(places=TIME_STEPS):
    """Read the network from the code that trained it."""
    return read_keras(WAVES + CODE + f"model = writer({places})\n")


def test_the_guide_shows_the_code_that_was_run():
    """The network, its position waves and its training, letter by letter."""
    texts = [block.text.strip() for block in read_markdown(GUIDE.read_text("utf-8"), **MARKDOWN)[1].all_blocks]
    assert {WAVES.strip(), CODE.strip(), FIT.strip()} <= set(texts)


def test_the_shipped_network_fits_the_code():
    """In half precision, and small."""
    weights = weights_of_model(model())
    assert sum(np.size(array) for each in weights for array in each.values()) == 60132
    with np.load(FOLDER / "model.npz") as saved:
        assert {saved[name].dtype for name in saved.files} == {np.dtype(np.float16)}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 300_000


def test_the_test_text_has_the_size_stated_in_the_guide():
    """And no character the network doesn't know."""
    text = read_kept_out()
    assert text.startswith("it is a truth universally acknowledged,")
    assert set(text) <= set(dataset.CHARACTERS)
    assert len(text) == RESULTS["characters"]["kept out"]
    assert f"{len(text):,} characters" in README
    assert f"{RESULTS['characters']['train']:,} characters" in README
    assert dataset.CHARACTERS == CHARACTERS


def test_the_head_that_looks_back_does_so_in_the_kit_s_numbers_too():
    """Head 4 of the first block, as measured with Keras, over a window of the test text."""
    text = read_kept_out()[:TIME_STEPS]
    shares = read(model(), text).trace_of(MultiHeadAttention, 1).shares
    back = np.array([np.diagonal(head, -1)[TIME_STEPS // 2 :].mean() for head in shares])
    measured = RESULTS["seeds"]["1"]["looked"]["one back"][0]
    assert back.argmax() == np.argmax(measured) == 3
    assert back == pytest.approx(measured, abs=0.1)


def test_every_seed_has_all_measurements():
    """Each head has its shares and its contribution; the shares of a head add up to 1 at most."""
    for seed in RESULTS["seeds"].values():
        assert [len(row) for row in seed["lost"]] == [4, 4]
        for rows in seed["looked"].values():
            assert [len(row) for row in rows] == [4, 4, 1]
            assert all(0 <= share <= 1 for row in rows for share in row)
        assert seed["curve"][0] > seed["curve"][-1] > seed["bits"] - 0.2


def test_texts_have_36_different_characters():
    """Accents, curly quotes, dashes and emphasis are simplified."""
    assert plain("“Très _bien_,” said he—‘No’  (1813)\n") == "\"tres bien,\" said he--'no'"
    assert len(set(dataset.CHARACTERS)) == len(dataset.CHARACTERS) == 36


def test_test_chapters_are_in_no_other_part():
    """The first three, the next three, and the rest with the other novels."""
    parts = split(["Emma\n\nCHAPTER I\n\nAll of it.", NOVEL])
    assert parts.kept_out.count("this is") == parts.validation.count("this is") == 3
    assert "the a." in parts.kept_out
    assert parts.train == 'emma all of it. this is "chapter" , the g. this is "chapter" , the h.'


def test_rows_are_followed_by_themselves_shifted():
    """Each row again, one character later."""
    rows, following = windows("abcdefgh", 3, time_steps=3)
    assert rows.tolist() == [[1, 2, 3], [4, 5, 6]]
    assert (following == rows + 1).all()
    assert indices(" a-").tolist() == [0, 1, 35]


def test_the_cost_of_counting_follows_from_its_shares():
    """By hand: an a was followed twice by a b and once by an a, and shares are mixed with the shorter context's."""
    counts = Counts("aabab", 1)
    alone = (3 + 1 / 2) / (5 + 1), (2 + 1 / 2) / (5 + 1)
    after_a = (2 + alone[1]) / (3 + 1)
    assert counts.bits("ab", 1, 1.0) == pytest.approx(-log2(after_a))
    assert counts.bits("ab", 0, 1.0) == pytest.approx(-log2(alone[1]))


def test_the_last_letters_of_truth_attend_to_the_r():
    """The first head of the second block does, as the guide says, and the first block's last head looks one back."""
    text = "it is a truth"
    trace = run_model(model(len(text)), row(model(len(text)), text), weights=weights_of_model(model()))
    one, other = (trace.trace_of(MultiHeadAttention, number).shares for number in (1, 2))
    assert {int(place) for place in other[0, -3:].argmax(axis=-1)} == {text.index("r")}
    back = np.diagonal(one[3], -1)
    letters = [at for at, letter in enumerate(text[1:]) if letter != " "]
    assert (back[letters] > 0.5).all()


def test_the_last_reading_of_the_belt_is_the_network_s_answer():
    """The final norm and Dense layer, applied to what all layers have written."""
    text = "it is a truth universally acknowledged"
    picture = half_way.draw(WAVES + CODE, text, shown_last=2)
    scores = read(model(), text).output[len(text) - 3 : len(text) - 1]
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances = (powers / powers.sum(axis=-1, keepdims=True))[[0, 1], indices(text[-2:])]
    assert f"feed-forward 2: e {chances[0]:.2f}, d {chances[1]:.2f}." in str(picture.alt)


def test_the_slider_goes_through_all_that_was_written():
    """From the first text to the one after the last step, which is as long as those in the guide."""
    found, words = learning_to_write.written()
    said = ", ".join(map(str, found))
    assert f'vary="steps={said}"' in GUIDE.read_text("utf-8")
    assert [*found][-1] == learning_to_write.LAST
    assert all(len(it.text) == len("elizabeth ") + 230 for it in found.values())
    shares = [np.mean([it in words for it in learning_to_write.strings_of(found[at].text)]) for at in (0, 100, 5799)]
    assert shares[0] == 0 < shares[1] < 0.25
    assert shares[2] > 0.8
