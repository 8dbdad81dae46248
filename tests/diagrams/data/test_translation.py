"""The guide's sentence pairs: valid data, and networks that do what the guide says."""

import csv
import json

import pytest

from tools.translation.dataset import EXAMPLES, FOLDER, KEPT_OUT, TRAINED, generated, main
from tools.translation.grammar import sentences
from tools.translation.parts import counted

with (FOLDER / "pairs.csv").open(encoding="utf-8") as file:
    PAIRS = list(csv.DictReader(file))
TRAIN = [pair for pair in PAIRS if pair["split"] == "train"]
KEPT = [pair for pair in PAIRS if pair["split"] == "kept_out"]
FRENCH = {pair.english: pair.french for pair in sentences()}


def test_the_grammar_generates_exactly_these_pairs(tmp_path, monkeypatch):
    """Running it gives the same file on every machine."""
    monkeypatch.setattr("tools.translation.dataset.FOLDER", tmp_path)
    main()
    assert (tmp_path / "pairs.csv").read_bytes() == (FOLDER / "pairs.csv").read_bytes()


def test_no_test_sentence_was_trained_with():
    """Nor was any sentence shown in the guide; but all their words were, so that the network can read and say them."""
    assert (len(TRAIN), len(KEPT)) == (TRAINED, KEPT_OUT)
    trained = {pair["english"] for pair in TRAIN}
    assert trained.isdisjoint(pair["english"] for pair in KEPT)
    assert trained.isdisjoint([*EXAMPLES, "she sees the black car"])
    for language in ("english", "french"):
        known, new = ({word for pair in split for word in pair[language].split()} for split in (TRAIN, KEPT))
        assert new <= known
    assert {split: len(pairs) for split, pairs in generated().items()} == {"train": TRAINED, "kept_out": KEPT_OUT}


def test_groot_is_as_rare_as_the_guide_and_the_readme_say():
    """Nearly all sentences about him are for training; they are few all the same."""
    told = sum("groot" in pair["english"].split() for pair in TRAIN)
    every = sum("groot" in english.split() for english in FRENCH)
    guide = (FOLDER.parents[2] / "content/nlp/one-sentence-into-another.md").read_text("utf-8")
    assert f"occurs in only {told} of the training sentences" in guide
    assert f"All but one of the {every} sentences about Groot" in (FOLDER / "README.md").read_text("utf-8")
    assert every - told == sum("groot" in pair["english"].split() for pair in KEPT) == 1


def test_the_parts_of_a_sentence_are_told_whatever_their_form():
    """A wrong answer is compared with the right one part by part: here, all but the adjective and the verb."""
    right, said = "elle ne cherche pas la voiture noire", "elle ne voit pas la voiture blanche"
    found = counted([right], [said])
    assert found["right"] == {"person": 1, "verb": 0, "negation": 1, "article": 1, "noun": 1, "adjective": 0}
    assert (found["correct French"], found["all right"]) == (1, 0)


def test_each_english_sentence_has_one_translation():
    """Otherwise some of the target words would be a matter of luck."""
    every = list(sentences())
    assert len(every) == len({pair.english for pair in every}) == len({pair.french for pair in every})


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("I am groot", "je suis groot"),
        ("you are not groot", "tu n’ es pas groot"),
        ("she looks for the black car", "elle cherche la voiture noire"),
        ("we do not see the tree", "nous ne voyons pas l’ arbre"),
        ("they want the small tree", "ils veulent le petit arbre"),
        ("he draws a white house", "il dessine une maison blanche"),
        ("I find an apple", "je trouve une pomme"),
    ],
)
def test_its_french_is_correct(english, french):
    """Persons, genders, the position of adjectives, negation, elision."""
    assert FRENCH[english] == french


def test_attention_is_better_with_every_seed():
    """As the guide says, based on these measurements."""
    scores = json.loads((FOLDER / "scores.json").read_text("utf-8"))
    assert {len(shares) for shares in scores.values()} == {5}
    assert min(scores["attentive"]) > max(scores["translator"]) + 0.2
