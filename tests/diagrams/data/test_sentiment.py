"""The short verdicts: valid data, networks that have learned, and a README that matches them."""

import json
from collections import Counter

import numpy as np
import pytest

import sentiment_training
from tools.sentiment.baselines import accuracy, searched_weights
from tools.sentiment.dataset import (
    EXAMPLES,
    FOLDER,
    PAIRS,
    TIME_STEPS,
    UNKNOWN,
    generated,
    indices,
    read,
    read_vocabulary,
    read_written,
    write,
)
from tools.sentiment.grammar import Sentence, words_of
from tools.sentiment.networks import NETWORKS, WINDOWS
from tools.sentiment.scores import network, scores, table, windows
from unrolled import read_keras, run_model, weights_from

DATASET = read()
VOCABULARY = read_vocabulary()
README = (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def found():
    """Measure how many sentences each network gets right, once."""
    return scores()


def test_the_grammar_generates_exactly_these_sentences(tmp_path):
    """Running it gives the same files on every machine."""
    write(generated(), tmp_path)
    assert generated() == DATASET
    for name in ("sentences.csv", "vocabulary.json"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def test_no_test_sentence_was_trained_with():
    """Otherwise accuracy would measure memory of sentences, not words; case and commas are ignored."""
    trained, kept_out, written = (
        {each.words for each in split} for split in (DATASET.train, DATASET.kept_out, read_written())
    )
    assert trained.isdisjoint(kept_out)
    assert written.isdisjoint(trained | kept_out)
    assert [len(trained), len(kept_out), len(written)] == [1500, 500, 60]
    assert {each.words for pair in EXAMPLES for each in pair} < kept_out


def test_half_of_the_sentences_are_kind_in_every_form_and_split():
    """So that always giving the same verdict is right half of the time."""
    for split, place in ((DATASET.train, 0), (DATASET.kept_out, 1)):
        assert Counter((each.form, each.kind) for each in split) == {
            (form, kind): pairs[place] for form, pairs in PAIRS.items() for kind in (True, False)
        }


def test_twins_are_together_and_have_opposite_verdicts():
    """In a correction, they consist of the same words."""
    for split in (DATASET.train, DATASET.kept_out, read_written()):
        for first, second in zip(split[::2], split[1::2], strict=True):
            assert (first.kind, second.kind, first.form) == (True, False, second.form)
            assert len(first.words) == len(second.words) or first.form == "written"
            assert first.words != second.words
            assert first.form != "correction" or sorted(first.words) == sorted(second.words)


def test_every_sentence_fits_the_networks():
    """All words are known, and none is lost in converting to indices and back."""
    for each in (*DATASET.train, *DATASET.kept_out, *read_written()):
        row = indices(each.text, VOCABULARY)
        assert row.shape == (TIME_STEPS,)
        assert tuple(VOCABULARY[index] for index in row[row > 0]) == each.words
        assert (row[len(each.words) :] == 0).all()
        assert UNKNOWN not in row
    assert DATASET.vocabulary == VOCABULARY
    assert indices("The soup was not good", VOCABULARY, 5)[1] == UNKNOWN
    with pytest.raises(ValueError, match="13 words, and the network takes 12"):
        indices("so " * 13, VOCABULARY)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_the_saved_networks_are_at_least_twenty_points_above_chance(found, name):
    """By the kit's own forward pass; and each beats models that ignore the order."""
    assert found[name][0] >= found["always the same verdict"][0] + 0.2
    weights = max(found["bag of words"][0], found["the best weights found"][0])
    assert found[name][0] > found["the best without order"][0] > weights


@pytest.mark.slow
def test_a_bag_of_words_fails_where_the_order_matters(found):
    """That's the reason for a memory: it knows the words, but not how they affect each other."""
    by_form = dict(zip(PAIRS, found["bag of words"][1:-1], strict=True))
    assert by_form["plain"] > 0.9
    assert max(by_form["negated"], by_form["distant"], by_form["correction"]) <= 0.5
    with_order = dict(zip(PAIRS, found["lstm"][1:-1], strict=True))
    assert all(with_order[form] >= by_form[form] + 0.2 for form in PAIRS if form != "plain")


@pytest.mark.slow
def test_the_guide_and_the_readme_tell_what_was_measured_without_the_order(found):
    """The shares that are written out in the text, and how far ahead of them the smallest LSTM is."""
    guide = (FOLDER.parents[2] / "content/nlp/from-reviews-to-a-trained-network.md").read_text("utf-8")
    blind, bag, weights, lstm = (
        100 * found[name][0]
        for name in ("the best without order", "bag of words", "the best weights found", "lstm_2_units")
    )
    assert f"would reach {blind:.0f} percent" in guide
    assert f"logistic regression reaches {bag:.0f} percent" in guide
    assert f"came out right, and reached {weights:.0f}." in guide
    for text in (guide, README):
        assert f"at most {np.ceil(lstm - weights):.0f} points ahead" in text
    search = searched_weights(DATASET.train, VOCABULARY)
    assert f"more of them right: {100 * accuracy(DATASET.train, search):.1f} percent" in README


@pytest.mark.slow
def test_the_readme_s_table_matches_the_weights(found):
    """Every cell, recomputed."""
    assert "\n".join(table(found)) in README
    assert "\n".join(windows()) in README


def test_the_readme_s_counts_match_the_files():
    """For each form, with an example of it."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in README.splitlines() if line[:1] == "|"]
    told = {row[0]: row[1:] for row in rows if len(row) == 4}
    everything = {(each.form, each.text) for each in (*DATASET.train, *DATASET.kept_out)}
    for form in PAIRS:
        example, *counts = told[form]
        assert [int(count) for count in counts] == [
            sum(each.form == form for each in split) for split in (DATASET.train, DATASET.kept_out)
        ]
        assert (form, example) in everything
    assert told["all"][1:] == ["1500", "500"]
    assert f"the {len(VOCABULARY)} words" in README


@pytest.mark.parametrize("name", NETWORKS)
def test_padding_does_not_change_the_meaning_of_a_sentence(name):
    """A figure shows five steps where the network was trained with twelve; the mask skips the others."""
    for text in ("The movie was not good", "Nobody found the acting very dull"):
        short = len(words_of(text))
        model = read_keras(NETWORKS[name].replace("Input((12,))", f"Input(({short},))"))
        weights = weights_from(model, FOLDER / f"{name}.npz")
        alone = run_model(model, indices(text, VOCABULARY, short), weights=weights).output[0]
        np.testing.assert_allclose(alone, network(name)(Sentence(text, True, "")), atol=1e-12)


def test_the_lstm_understands_not_before_good():
    """The sentence of the guide, and similar ones."""
    tell = network("lstm")
    verdicts = {
        "The movie was good": True,
        "The movie was not good": False,
        "The movie was good, not bad": True,
        "The movie was bad, not good": False,
        "Nobody found the movie good": False,
        "The plot was dull, but the acting was good": True,
    }
    assert {text: tell(Sentence(text, True, "")) > 0.5 for text in verdicts} == verdicts


def test_the_lstm_s_embedding_shows_what_the_readme_says():
    """The first number separates kind from unkind (including `love`), the second words that reverse others."""
    with np.load(FOLDER / "lstm.npz") as saved:
        vectors = dict(zip(VOCABULARY, saved["arr_0"], strict=True))
    kind, unkind = ["good", "funny", "lovely", "loved"], ["bad", "dull", "boring", "hated"]
    middle = (min(vectors[word][0] for word in kind) + max(vectors[word][0] for word in unkind)) / 2
    assert all(vectors[word][0] > middle for word in kind)
    assert all(vectors[word][0] < middle for word in (*unkind, "like", "love", "enjoy"))
    strongest = sorted(VOCABULARY, key=lambda word: -abs(vectors[word][1]))[:3]
    assert set(strongest) == {"but", "not", "never"}
    before = {
        words[at - 1]
        for words in (each.words for each in DATASET.train)
        for at, word in enumerate(words)
        if word in ("like", "love", "enjoy")
    }
    assert before == {"not"}


def test_the_weights_are_small_files():
    """They are part of the project."""
    for name in NETWORKS:
        assert (FOLDER / f"{name}.npz").stat().st_size < 5_000


def test_the_convolution_is_right_as_often_as_measured():
    """By the kit's own forward pass, for each form; and its code is the guide's."""
    model = read_keras(WINDOWS["3 words"])
    weights = weights_from(model, FOLDER / "windows.npz")
    measured = json.loads((FOLDER / "windows.json").read_text("utf-8"))["right"]["3 words"]
    groups = {form: [each for each in DATASET.kept_out if each.form == form] for form in PAIRS}
    for form, group in {**groups, "written": read_written()}.items():
        kind = [run_model(model, indices(each.text, VOCABULARY), weights=weights).output[0] > 0.5 for each in group]
        right = np.mean([found == each.kind for found, each in zip(kind, group, strict=True)])
        assert right == pytest.approx(measured[form][0])
    guide = (FOLDER.parents[2] / "content/nlp/convolutions-over-words-and-images.md").read_text("utf-8")
    assert WINDOWS["3 words"].partition("\n\n")[2].replace("model", "toy").rstrip("\n") in guide


def test_the_last_epoch_is_the_network_of_the_guides():
    """To the bit; before the training, it guesses, and its figure has an epoch for each of the script's."""
    lstm = network("lstm")
    with np.load(FOLDER / "lstm_epochs.npz") as epochs, np.load(FOLDER / "lstm.npz") as last:
        for name in last.files:
            np.testing.assert_array_equal(epochs[name][-1], last[name])
        right = epochs["right"]
    assert len(right) == sentiment_training.EPOCHS + 1
    assert right[-1] == accuracy(DATASET.kept_out, lambda it: lstm(it) > 0.5)
    assert abs(right[0] - 0.5) < 0.05
    gates = sentiment_training.gates(sentiment_training.EPOCHS)
    assert sum(gate < 0.1 for gate in gates) == 3
    assert max(gates) > 0.99
