"""The network of the reviews, live: its saved weights in Keras and in the kit, its training, and its scores."""

import json
import tarfile

import numpy as np
import pytest

from _reviews import examples
from _reviews import read as read_by_kit
from pelicanconf import MARKDOWN
from plugins.figures.markdown import read as read_markdown
from tests.against_keras.live import CLOSE
from tests.conftest import REPOSITORY
from tools.reviews.dataset import (
    ARCHIVE,
    DOWNLOADS,
    FOLDER,
    Review,
    arrays,
    counted,
    fetch,
    indices,
    read,
    read_vocabulary,
    split,
    used,
    vocabulary_of,
)
from tools.reviews.networks import code
from unrolled import read_keras

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

VOCABULARY = read_vocabulary()
RESULTS = json.loads((FOLDER / "results.json").read_text("utf-8"))
MOST_OF_A_SCORE = 0.0011
"""Two sentences of 2,000: another machine adds in another order, and may find the other side of 0.5."""
with_reviews = pytest.mark.skipif(not (DOWNLOADS / ARCHIVE).is_file(), reason="the reviews are not downloaded")


def saved():
    """Make the network in Keras, with the weights that are in the repository."""
    names = {}
    exec(code("LSTM", len(VOCABULARY)), names)
    with np.load(FOLDER / "lstm.npz") as weights:
        names["model"].set_weights([weights[key].astype(np.float32) for key in weights.files])
    return names["model"]


def test_keras_and_the_kit_answer_alike():
    """After every word of the sentences that the guide quotes."""
    network, model = saved(), read_keras(code("LSTM", len(VOCABULARY)))
    for each in examples():
        words, answers, _ = read_by_kit(model, each["text"])
        starts = [" ".join(words[: count + 1]) for count in range(len(words))]
        theirs = network.predict(indices(starts, VOCABULARY), verbose=0)[:, 0]
        np.testing.assert_allclose(answers, theirs, atol=10 * CLOSE)


@pytest.mark.when_changed("tools/reviews/", "diagrams/data/reviews/", "requirements-verify.txt")
def test_who_trains_twice_gets_the_same_weights():
    """On sentences of our own: the seed decides all that is random."""
    from tools.reviews.train import Data, curves, trained

    made = [
        Review(number, 1.0 if number % 2 else -1.0, f"it is {'good' if number % 2 else 'bad'} w{number % 9} x{number}")
        for number in range(90)
    ]
    parts = split(made, 1, validation=20, kept_out=20)
    first, second = (trained(Data(parts), "LSTM", 1).get_weights() for _ in range(2))
    assert all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
    assert curves(Data(parts), 1, dropout=False, epochs=2) == curves(Data(parts), 1, dropout=False, epochs=2)


@with_reviews
def test_the_saved_weights_have_the_score_that_is_told():
    """Of the first seed, in half precision, on what was kept out from it."""
    parts = split(read(fetch()), RESULTS["seeds"][0])
    assert vocabulary_of(parts.train) == VOCABULARY
    rows, kind = arrays(parts.kept_out, VOCABULARY)
    right = np.mean((saved().predict(rows, batch_size=500, verbose=0)[:, 0] > 0.5) == kind)
    assert right == pytest.approx(RESULTS["accuracies"]["LSTM"][0], abs=MOST_OF_A_SCORE)
    assert {each["number"] for each in examples()} <= {review.number for review in parts.kept_out}


@with_reviews
def test_quoted_sentences_and_the_licence_are_as_in_the_source():
    """Letter by letter, the undecided sentence too."""
    numbers = {review.number: review for review in read(fetch())}
    for each in json.loads((FOLDER / "examples.json").read_text("utf-8")):
        review = numbers[each["number"]]
        assert (review.text, round(review.rating, 2)) == (each["text"], each["rating"])
    with tarfile.open(fetch()) as package:
        licence = package.extractfile(f"{ARCHIVE.removesuffix('.tar.gz')}/LICENSE.txt").read()
    assert (FOLDER / "LICENSE-vaderSentiment.txt").read_bytes() == licence


@with_reviews
def test_the_baseline_has_the_score_that_is_told():
    """For every seed: nothing in it is random."""
    from tools.reviews.baseline import tuned

    for seed, told in zip(RESULTS["seeds"], RESULTS["accuracies"]["words alone"], strict=True):
        parts = split(read(fetch()), seed)
        vocabulary = vocabulary_of(parts.train)
        assert tuned(parts, vocabulary).accuracy(parts.kept_out, vocabulary) == pytest.approx(told, abs=MOST_OF_A_SCORE)


@with_reviews
def test_the_guide_s_own_code_makes_the_same_data(tmp_path, monkeypatch):
    """The blocks that need the reviews, and those between, in the order of the page, up to the training."""
    guide = (REPOSITORY / "content/nlp/from-reviews-to-a-trained-network.md").read_text("utf-8")
    (tmp_path / ARCHIVE).symlink_to(fetch())
    (tmp_path / "diagrams").symlink_to(REPOSITORY / "diagrams")
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in read_markdown(guide, **MARKDOWN)[1].all_blocks:
        if block.language == "python" and "x_train" not in names:
            exec(block.text, names)
    reviews = read(fetch())
    parts = split(reviews, 1)
    assert (len(names["lines"]), len(names["reviews"])) == (len(reviews), len(used(reviews)))
    for name in ("train", "validation", "kept_out"):
        assert names[name] == [(review.words, review.kind) for review in getattr(parts, name)]
    assert ("", "[unknown]", *names["known"]) == VOCABULARY
    for name in ("train", "validation"):
        rows, kind = arrays(getattr(parts, name), VOCABULARY)
        assert np.array_equal(names[f"x_{name}"], rows)
        assert np.array_equal(names[f"y_{name}"], kind)


@with_reviews
def test_what_was_recorded_is_in_the_reviews():
    """Numbers of sentences and words, from which those in the texts are checked where the reviews aren't present."""
    reviews = read(fetch())
    assert (len(reviews), len(used(reviews))) == (RESULTS["sentences"], RESULTS["used"])
    assert counted(reviews, RESULTS["seeds"][0]) == RESULTS["counts"]
    assert RESULTS["counts"]["shared names of neighbours"] < 1.2 * RESULTS["counts"]["shared names far apart"]
    for seed, (train, words, positive) in zip(RESULTS["seeds"], RESULTS["sizes"], strict=True):
        parts = split(reviews, seed)
        assert (len(parts.train), len(vocabulary_of(parts.train))) == (train, words)
        assert np.mean([review.kind for review in parts.kept_out]) == pytest.approx(positive, abs=1e-4)
