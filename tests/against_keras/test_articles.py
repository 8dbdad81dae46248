"""Every Python block of every article, run in order under the real Keras, with what the article says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.against_keras.articles import Reader, pieces, reading_of
from tests.conftest import REPOSITORY

CONTENT = REPOSITORY / "content"
CODE = re.compile(r"^ *`{3,} *\{? *\.?python", re.MULTILINE)
"""The beginning of a block, as far as is needed to name the articles that are worth reading."""
ARTICLES = sorted(path for path in CONTENT.rglob("*.md") if CODE.search(path.read_text("utf-8")))


@pytest.mark.keras
@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.stem)
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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "```python\nprint(2)\n```\n\n```text\n1\n```",
            "2: AssertionError: the article shows '1\\\\n', but the code prints",
        ),
        ("```python\nprint(2)\n```", "2: AssertionError: the article shows ''"),
        ("```python\nx = 2\n```\n<!-- assert x == 1 -->", "4: AssertionError"),
        ("```python\nx = 2\n```\n<!-- assert __block__ == 'x = 1' -->", "4: AssertionError"),
        ("```python\n1 / 0\n```", "2: ZeroDivisionError: division by zero"),
        ("```{.python .raises}\n1\n```", "raises nothing"),
        ("```{.python .raises}\n1 / 0\n```\n\n```text\nZeroDivisionError: no\n```", "the error is 'ZeroDivisionError"),
        ("```{.python .raises}\n1 / 0\n```", "the error is 'ZeroDivisionError"),
        ("```python\nimport warnings\nwarnings.warn('old')\n```", r"the code warns \(old\), but has no class .warns"),
        ("```{.python .warns}\n1\n```", "has the class .warns, but the code doesn't warn"),
    ],
)
def test_what_does_not_hold_is_told_at_its_line(tmp_path, text, says):
    """So that an author finds it."""
    with pytest.raises(AssertionError, match=rf"article\.md:.*{says}"):
        checked(tmp_path, text)


def test_an_error_that_is_shown_may_be_broken_and_cut(tmp_path):
    """As a page has room for."""
    raises = "```{.python .raises}\nraise ValueError('a long story of what is wrong')\n```\n"
    text = raises + "\n```text\nValueError: a long\n… of what…\n```"
    assert checked(tmp_path, text) == ["2: says what the article says"]


EXERCISE = """1. What is twice `x`?

/// details | Answer
Two.

```python
twice = 2 * x
print(twice)
```

```text
2
```

<!-- assert twice == 2 -->
///
"""


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
