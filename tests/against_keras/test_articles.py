"""Every Python block of every article, run in order under the real Keras, with what the article says of it."""

import re
from pathlib import Path

import pytest

from tests.against_keras.articles import Reader, needs_torch, pieces, reading_of
from tests.conftest import REPOSITORY
from tests.tables import blocks, table

CONTENT = REPOSITORY / "content"
CODE = re.compile(r"^ *`{3,} *\{? *\.?python", re.MULTILINE)
"""The beginning of a block, as far as is needed to name the articles that are worth reading."""
ARTICLES = sorted(path for path in CONTENT.rglob("*.md") if CODE.search(path.read_text("utf-8")))
MARKED = [
    pytest.param(path, id=path.stem, marks=pytest.mark.torch if needs_torch(path) else pytest.mark.keras)
    for path in ARTICLES
]
"""Articles with code of PyTorch run where that is installed, with Keras beside it."""


@pytest.mark.parametrize("article", MARKED)
def test_an_article_says_what_keras_does(article, monkeypatch, say):
    """Its blocks run, print and raise what it shows, and what it asserts holds."""
    keras = pytest.importorskip("keras", reason="run only where Keras is installed", exc_type=ImportError)
    keras.utils.set_random_seed(0)
    monkeypatch.chdir(REPOSITORY)
    held = list(Reader(article).read())
    say(f"{article.name}: {len(held)} blocks and claims hold")


def checked(tmp_path: Path, text: str) -> list[str]:
    """Read an article of one's own."""
    article = tmp_path / "article.md"
    article.write_text(text, "utf-8")
    return list(Reader(article).read())


def test_what_an_article_claims_is_held(tmp_path):
    """In its order: a name that is set later is other then."""
    text = "```python\nx = 1\nprint(x)\n```\n\n```text\n1\n```\n\n<!-- assert x == 1 -->\n\n```python\nx = 2\n```\n"
    assert checked(tmp_path, text) == ["2: says what the article says", "10: x == 1", "13: runs"]


@table(__file__, "What does not hold is told at its line")
def test_what_does_not_hold_is_told_at_its_line(tmp_path, text, says):
    """So that an author finds it."""
    with pytest.raises(AssertionError, match=rf"article\.md:.*{says}"):
        checked(tmp_path, text)


def test_an_error_that_is_shown_may_be_broken_and_cut(tmp_path):
    """As a page has room for."""
    raises = "```{.python .raises}\nraise ValueError('a long story of what is wrong')\n```\n"
    text = raises + "\n```text\nValueError: a long\n… of what…\n```"
    assert checked(tmp_path, text) == ["2: says what the article says"]


(EXERCISE,) = blocks(__file__).values()


@pytest.mark.parametrize("indent", ["", "    "], ids=["below the question", "in its item"])
def test_a_folded_answer_is_read_like_all_code(tmp_path, indent):
    """In its place, with what it prints and asserts at their own lines."""
    answer = EXERCISE.replace("\n", f"\n{indent}")
    text = f"```python\nx = 1\n```\n\n{answer}\n\n```python\nprint(twice)\n```\n\n```text\n2\n```\n"
    says = "says what the article says"
    assert checked(tmp_path, text) == ["2: runs", f"11: {says}", "19: twice == 2", f"24: {says}"]
    with pytest.raises(AssertionError, match=r"article\.md:11: .*'2\\n', but the code prints '3"):
        checked(tmp_path, text.replace("2 * x", "3 * x"))


def test_a_text_further_down_is_not_what_a_block_prints(tmp_path):
    """Only what stands directly below it."""
    (piece,) = pieces(reading_of("```python\nx = 1\n```\n\nwords\n\n```text\n1\n```\n"))
    assert piece.says == ""
