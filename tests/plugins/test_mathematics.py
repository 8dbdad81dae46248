"""Formulas as MathML."""

import re

import markdown
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pelicanconf import MARKDOWN
from plugins.html import parse
from plugins.mathematics import FormulaError, formulas, unclosed
from tests.plugins.test_markup import html
from tests.tables import Case, table, texts

DELIMITERS = {"$": "$", "$$": "$$", r"\(": r"\)", r"\[": r"\]"}


def said(latex: str) -> str:
    """Return the text of a formula, without spaces."""
    return "".join(parse(html(f"${latex}$")).text().split())


@texts(__file__, "Formulas")
def test_a_formula_is_converted(case: Case) -> None:
    """It needs neither a script, a style nor a font of its own."""
    case.check(html)


@texts(__file__, "No formulas")
def test_prices_code_and_escaped_dollars_are_not_formulas(case: Case) -> None:
    """A dollar sign starts a formula only if it is directly followed by one, and one directly ends it."""
    case.check(html)


@table(__file__, "Every delimiter works everywhere")
@pytest.mark.parametrize("sign", DELIMITERS)
def test_every_delimiter_works_everywhere(sign: str, text: str, selector: str) -> None:
    """Whatever an author is used to; a bar or a star in it belongs to the formula, not to the table or the emphasis."""
    page = html(text.format(rf"{sign}|x_1| * y_2 * z{DELIMITERS[sign]}"))
    (formula,) = parse(f'<div class="prose">{page}</div>').css(f"{selector} math")
    assert "".join(formula.text().split()) == "|x1|*y2*z"
    assert formula.attributes["display"] == ("block" if sign in ("$$", r"\[") else "inline")
    assert not re.search(r"\$|\\|\[(?!note)|<em>|\ue001", page)


@pytest.mark.parametrize(("begin", "end"), [("$$", "$$"), (r"\[", r"\]"), (r"\begin{align*}", r"\end{align*}")])
@pytest.mark.parametrize("before", ["", "> "])
def test_lines_of_a_formula_are_not_parsed_as_markdown(begin: str, end: str, before: str) -> None:
    """Not as a list, a quotation, a heading or a rule, which they look like; the text around them is unchanged."""
    lines = ["What follows", begin, "a", "+ b", "> c", "# d", "===", "- e", end, "ends here."]
    page = html("\n".join(before + line for line in lines if line != "# d"))
    assert len(parse(page).css("math[display=block]")) == 1
    assert "".join(parse(page).css_first("math").text().split()).startswith("a+b>c===")
    assert "What follows" in page
    assert "ends here." in page
    assert not parse(page).css("li, h1, h2, hr, blockquote blockquote")


WORD = st.text("abxyz", min_size=1, max_size=4)
PRICE = st.builds("${}{}".format, st.integers(0, 10**6), st.sampled_from(["", ".50", "k", ",-"]))
CODE = st.builds("`{}`".format, st.text("ab$\\()[]", min_size=1).filter(lambda it: it[-1] != "\\" and it.strip()))
ESCAPED = st.sampled_from([r"\$", r"\\", r"\*"])
LATEX = st.recursive(
    st.sampled_from(["x", "2", r"\alpha", "h_t", r"\text{of}", "|y|", "a<b", "p > q", "f * g", "[0]"]),
    lambda inner: st.one_of(
        st.builds(r"\frac{{{}}}{{{}}}".format, inner, inner),
        st.builds("{} + {}".format, inner, inner),
        st.builds("{{{}}}^2".format, inner),
    ),
    max_leaves=5,
)
FORMULA = st.builds(lambda sign, latex: f"{sign}{latex}{DELIMITERS[sign]}", st.sampled_from(list(DELIMITERS)), LATEX)


@given(st.lists(st.one_of(WORD, PRICE, CODE, ESCAPED, FORMULA), min_size=1, max_size=8))
@example(["$5", "$x$", "$6"])
@example(["`$`", "$a<b$", "`$`"])
def test_text_is_split_into_words_prices_code_and_formulas(pieces: list[str]) -> None:
    """In any order, each is kept as it is, and there are no warnings."""
    text = " ".join(pieces)
    written = [piece for piece in pieces if piece[0] in "$\\" and piece[-1] in "$)]" and len(piece) > 2]
    assert [text[it.start : it.end] for it in formulas(text)] == written
    assert unclosed(text) == []
    page = parse(html(text))
    assert ["".join(it.text().split()) for it in page.css("math")] == [said(it.latex) for it in formulas(text)]
    assert [it.text().strip() for it in page.css("code")] == [it[1:-1].strip() for it in pieces if it[0] == "`"]
    for node in page.css("math, code"):
        node.decompose()
    plain = [piece.removeprefix("\\") if piece[0] == "\\" else piece for piece in pieces if piece not in written]
    assert page.text().split() == [piece for piece in plain if piece[0] != "`"]


@given(st.text("ab1 $\\()[]|`*_\n>-{}", max_size=40))
def test_any_text_can_be_parsed(text: str) -> None:
    """No placeholder of a formula is left, and text without formulas raises nothing."""
    try:
        page = html(text)
    except FormulaError:
        return
    assert "\ue001" not in page
    assert "<formula" not in page


@given(FORMULA, st.sampled_from(["", "Before ", "- ", "> ", "| a |\n|---|\n| "]))
def test_an_unclosed_formula_is_found(formula: str, before: str) -> None:
    """Where it starts; a formula without its last delimiter is unclosed."""
    (found,) = formulas(formula)
    sign = next(sign for sign in ("$$", "$", r"\(", r"\[") if formula.startswith(sign))
    assume(re.search(r"[\\_^]", found.latex))
    text = before + formula.removesuffix(DELIMITERS[sign])
    assert [(it.start, it.sign) for it in unclosed(text)] == [(len(before), sign)]


@table(__file__, "A single dollar or bracket is not a mistake")
def test_a_single_dollar_or_bracket_is_not_a_mistake(text: str) -> None:
    """A false alarm is worse than a miss."""
    assert unclosed(text) == []


@pytest.mark.parametrize("is_first", [True, False])
def test_settings_that_still_list_arithmatex_give_the_same_page(is_first: bool) -> None:
    """It used to be required, and its own patterns would match some of the formulas."""
    text = "So $x$ and \\(y\\), $$z$$ too.\n\n$$\na\n$$\n\n\\[b\\]"
    names = [it for it in MARKDOWN["extensions"] if it != "plugins.mathematics"]
    both = ["pymdownx.arithmatex", "plugins.mathematics"]
    more = MARKDOWN["extension_configs"] | {"pymdownx.arithmatex": {"generic": True}}
    extensions = [*names, *(both if is_first else reversed(both))]
    assert markdown.markdown(text, extensions=extensions, extension_configs=more) == html(text)


@table(__file__, "Invalid latex is an error that shows it")
def test_invalid_latex_is_an_error_that_shows_it(latex: str, why: str):
    """Pelican names the article."""
    with pytest.raises(FormulaError, match=why):
        html(f"So ${latex}$.")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("$$x$$ {#eq:a}\n\n$$y \\label{a}$$", "two formulas have the label a"),
        ("$$x \\label{a} \\\\ y \\label{b}$$", "a formula has one number"),
    ],
)
def test_a_label_names_one_formula_which_has_one_number(text: str, why: str) -> None:
    """Otherwise a reference might mean the other one."""
    with pytest.raises(FormulaError, match=why):
        html(text)
