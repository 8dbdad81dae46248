"""The reviews: the shipped data, the guide's claims about it, and the way from texts to rows of numbers."""

import io
import json
import re
import tarfile

import numpy as np
import pytest

from _reviews import examples, read
from pelicanconf import MARKDOWN
from plugins.figures.markdown import read as read_markdown
from tests.conftest import REPOSITORY
from tools.reviews import dataset
from tools.reviews.dataset import (
    ARCHIVE,
    CLEAR,
    FOLDER,
    INNER,
    TEXTS,
    TIME_STEPS,
    Review,
    arrays,
    indices,
    read_vocabulary,
    split,
    used,
    vocabulary_of,
    words_of,
)
from tools.reviews.networks import FIT, LAYERS, code
from unrolled import read_keras, weights_from

GUIDE = REPOSITORY / "content/nlp/from-reviews-to-a-trained-network.md"
TEXT = GUIDE.read_text("utf-8")
README = (FOLDER / "README.md").read_text("utf-8")
RESULTS = json.loads((FOLDER / "results.json").read_text("utf-8"))
QUOTED = json.loads((FOLDER / "examples.json").read_text("utf-8"))
VOCABULARY = read_vocabulary()
MADE = [Review(number, 1.0 - number % 3, f"film {number} is word{number % 7} it's fine") for number in range(1, 61)]


def blocks() -> list[str]:
    """Read the code of the guide."""
    return [block.text for block in read_markdown(TEXT, **MARKDOWN)[1].all_blocks]


def test_the_guide_shows_the_code_that_was_run():
    """The network and its training, letter by letter: other code would have given other numbers."""
    texts = [text.strip() for text in blocks()]
    assert code("LSTM", len(VOCABULARY)).strip() in texts
    assert FIT.strip() in texts


def test_the_shipped_network_fits_the_code_and_the_vocabulary():
    """In half precision, and small."""
    model = read_keras(code("LSTM", len(VOCABULARY)))
    assert (
        sum(np.size(array) for weights in weights_from(model, FOLDER / "lstm.npz") for array in weights.values())
        == 183841
    )
    with np.load(FOLDER / "lstm.npz") as saved:
        assert {saved[name].dtype for name in saved.files} == {np.dtype(np.float16)}
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 600_000
    assert VOCABULARY[:2] == ("", "[unknown]")
    assert len(set(VOCABULARY)) == len(VOCABULARY)


def test_only_quoted_reviews_are_in_the_repository():
    """Nine, because the sentences belong to their reviewers; with the licence of the package that holds them."""
    quotes = re.findall(r"^> (.+) \((−?\d\.\d\d)\)$", TEXT, re.MULTILINE)
    listed = {each["text"]: each["rating"] for each in QUOTED}
    assert len(quotes) == 3
    assert all(listed[text] == float(rating.replace("−", "-")) for text, rating in quotes)
    assert len(listed) == len({each["number"] for each in QUOTED}) == len(QUOTED) == 9
    assert "it quotes nine, and ships" in TEXT
    assert README.count("nine sentences that the guide quotes") == 2
    assert sorted(file.name for file in FOLDER.iterdir()) == sorted(
        ["README.md", "LICENSE-vaderSentiment.txt", "examples.json", "lstm.npz", "results.json", "vocabulary.json"]
    )


def test_a_quoted_sentence_is_undecided_if_people_were():
    """The figures show the others, which the network can get right or wrong."""
    assert [each.get("undecided", False) for each in QUOTED] == [abs(each["rating"]) < CLEAR for each in QUOTED]
    assert examples() == [each for each in QUOTED if abs(each["rating"]) >= CLEAR]


def test_the_guide_and_the_readme_tell_what_was_counted():
    """Counts need the reviews, which aren't here; so they are recorded, and counted again where the reviews are."""
    counts, used, train = RESULTS["counts"], RESULTS["used"], RESULTS["sizes"][0][0]
    undecided, long = counts["undecided"], counts["longer than a row"]
    for told in (
        f"The data is {RESULTS['sentences']:,} sentences,",
        f"the {undecided} sentences between −0.5 and 0.5",
        f"leaves {used:,} sentences, {counts['positive']:,} of them positive",
        f"**training** part, {train:,} sentences,",
        f"has {counts['different words']:,} different words, and {len(VOCABULARY) - 2:,} of them",
    ):
        assert told in TEXT
    for told in (
        f"{RESULTS['sentences']:,} sentences of real film reviews",
        f"Left out are the {undecided} whose",
        f"leaves {used:,}.",
        f"{long} sentences are longer",
        f"{train:,} for training",
        f"{1e5 * counts['shared names of neighbours']:.0f} and {1e5 * counts['shared names far apart']:.0f} in 100,000",
    ):
        assert told in README
    assert "one in eight will be unknown" in TEXT
    assert round(1 / counts["unknown words"]) == 8
    assert "happens to one in ninety" in TEXT
    assert used / long == pytest.approx(90, abs=1)


def test_the_guide_tells_how_far_the_methods_are_apart():
    """On average, and within a seed."""
    points = {name: 100 * np.array(values) for name, values in RESULTS["accuracies"].items()}
    ahead = {name: values - points["words alone"] for name, values in points.items()}
    gru, both_ways = ahead["GRU"].mean(), ahead["Bidirectional"].mean()
    assert f"ahead by {gru:.1f} points, the LSTM that reads from both ends by {both_ways:.1f}," in TEXT
    assert "almost three points behind" in TEXT
    assert ahead["SimpleRNN"].mean() == pytest.approx(-2.9, abs=0.1)
    assert "by a quarter of a point to two points" in TEXT
    assert (ahead["GRU"].min(), ahead["GRU"].max()) == pytest.approx((0.25, 2), abs=0.1)
    assert "the LSTM with two of five" in README
    assert (ahead["LSTM"] > 0).sum() == 2
    runs = [run["kept_out_accuracy"] for run in RESULTS["curves"]["without dropout"]]
    falls = 100 * np.mean(runs, axis=0)
    assert "it slips by two points" in TEXT
    assert falls.max() - falls[-1] == pytest.approx(2, abs=0.25)


def test_the_network_is_right_and_wrong_where_the_guide_says_so():
    """Five times and three times, by the kit's own forward pass."""
    model = read_keras(code("LSTM", len(VOCABULARY)))
    judged = [(read(model, each["text"])[1][-1] > 0.5) == (each["rating"] > 0) for each in examples()]
    assert judged == [True] * 5 + [False] * 3


def test_the_memory_only_fills_up():
    """In the sentence the guide analyses, hardly any sign changes after the third word, and all values grow."""
    (text,) = [each["text"] for each in examples() if each["number"] == 1746]
    words, answers, memory = read(read_keras(code("LSTM", len(VOCABULARY))), text)
    assert words[:5] == ["There’s", "no", "reason", "to", "miss"]
    changed = (np.sign(memory[2:-1]) != np.sign(memory[3:])).sum(axis=1)
    assert changed.tolist() == [1, 0, 0, 0, 0, 0]
    assert (np.diff(np.abs(memory).max(axis=1)) > 0).all()
    assert (np.diff(answers) < 0).all()


def test_every_seed_has_results_for_every_network():
    """Shares of sentences, and complete learning curves."""
    seeds = len(RESULTS["seeds"])
    assert seeds >= 5
    assert set(RESULTS["accuracies"]) == {"words alone", *LAYERS}
    for values in RESULTS["accuracies"].values():
        assert len(values) == seeds
        assert all(0.5 < value < 1 for value in values)
    for runs in RESULTS["curves"].values():
        assert [len(row) for run in runs for row in run.values()] == [10] * 5 * seeds


def test_the_readme_s_table_matches_the_measurements():
    """Every cell."""
    for name, values in RESULTS["accuracies"].items():
        shares = 100 * np.array(values)
        assert f"| {name} | {shares.mean():.1f} | {shares.min():.1f} | {shares.max():.1f} |" in README
    assert f"the {len(VOCABULARY):,} words" in README


def test_words_are_split_as_in_the_guide_s_function():
    """Both kinds of apostrophes, digits, and the source's quotation marks."""
    names = {}
    exec(next(text for text in blocks() if "def words" in text).partition("print")[0], names)
    for text in ("It’s a ''Friday'' in 1999!", "co writer/director -- don't", "", "Touché!"):
        assert names["words"](text) == words_of(text)
    assert words_of("It’s a ''Friday'' in 1999!") == ("it's", "a", "friday", "in", "1999")


def test_undecided_sentences_are_dropped_and_duplicates_count_once():
    """At their last occurrence, with their first rating."""
    reviews = [Review(1, 2.0, "So good."), Review(2, 0.4, "Well."), Review(3, -1.0, "Bad"), Review(4, 1.0, "so good")]
    assert [review.number for review in used(reviews)] == [3, 1]


def test_splits_are_disjoint_and_depend_only_on_the_seed():
    """No sentence is used for both training and testing."""
    parts = split(MADE, 1, validation=10, kept_out=10)
    numbers = [{review.number for review in part} for part in (parts.train, parts.validation, parts.kept_out)]
    assert set.union(*numbers) == {review.number for review in used(MADE)}
    assert sum(map(len, numbers)) == len(set.union(*numbers))
    assert split(MADE, 1, validation=10, kept_out=10) == parts != split(MADE, 2, validation=10, kept_out=10)


def test_rows_have_equal_length_and_unknown_words_an_index():
    """Rare words of the training part are unknown as well."""
    vocabulary = vocabulary_of(MADE)
    assert vocabulary[2:6] == ("film", "fine", "is", "it's")
    assert "60" not in vocabulary
    rows, kind = arrays(MADE, vocabulary)
    assert rows.shape == (60, TIME_STEPS)
    assert kind.tolist() == [float(review.rating > 0) for review in MADE]
    assert indices(["film Zorgl is"], vocabulary)[0, :4].tolist() == [2, 1, 4, 0]
    assert indices(["film " * 50], vocabulary).tolist() == [[2] * TIME_STEPS]


@pytest.fixture
def archive(tmp_path):
    """Create an archive within an archive, as in the package."""
    content = "1\t2.5\tSo good.\r\n2\t-1.0\tIt’s bad.".encode()
    inner = io.BytesIO()
    for target, name, data in ((inner, TEXTS, content), (tmp_path / ARCHIVE, INNER, None)):
        data = inner.getvalue() if data is None else data
        opened = {"fileobj": target} if isinstance(target, io.BytesIO) else {"name": target}
        with tarfile.open(mode="w:gz", **opened) as file:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return tmp_path / ARCHIVE


def test_reviews_are_read_from_a_nested_archive(archive):
    """Nothing is unpacked in between."""
    assert dataset.read(archive) == (Review(1, 2.5, "So good."), Review(2, -1.0, "It’s bad."))
    assert [path.name for path in archive.parent.iterdir()] == [ARCHIVE]


def test_a_file_other_than_the_expected_one_is_an_error(archive):
    """It says what to do; the file isn't overwritten."""
    with pytest.raises(ValueError, match="delete it and download it again"):
        dataset.fetch(archive.parent)
