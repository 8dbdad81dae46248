"""Formulas as MathML."""

from __future__ import annotations

import pytest

from plugins.mathematics import FormulaError
from tests.plugins.test_markup import html


def test_a_formula_in_a_line_and_one_by_itself():
    """Neither needs a script, a style or a font of its own."""
    line = html("So $x^2$.")
    assert line.startswith('<p>So <math display="inline">')
    assert "<msup><mi>x</mi><mn>2</mn></msup>" in line
    alone = html("$$\nx = 1\n$$")
    assert alone.startswith('<div class="formula">\n<math display="block">')
    for page in (line, alone):
        assert "style" not in page
        assert "arithmatex" not in page
        assert "xmlns" not in page


def test_prices_and_code_are_no_formulas():
    """A dollar sign is a formula's only where one follows it at once, and one ends it at once."""
    assert html("It costs $5 and $6.") == "<p>It costs $5 and $6.</p>"
    assert "math" not in html("`$x$`") + html("```text\n$x$\n```")


def test_the_same_formula_may_stand_twice():
    """One in a note is no other than one in the text."""
    assert html("$h_t$ and $h_t$").count("<msub>") == 2


def test_brackets_grow_only_where_they_are_told_to():
    """Around one line they would stand out of it."""
    assert '<mo stretchy="false">(</mo>' in html("$f(x)$")
    assert 'stretchy="true"' in html(r"$\left( \frac{a}{b} \right)$")


@pytest.mark.parametrize(
    ("latex", "why"),
    [
        (r"\frac{a}", "a command lacks its argument"),
        (r"\sofmax(x)", r"\\sofmax is not known"),
        (r"\left( x", "ExtraLeftOrMissingRight"),
        (r"a & b", "& stands outside of a table"),
        (r"a}", "} has no partner"),
    ],
)
def test_what_is_no_latex_is_an_error_that_shows_it(latex: str, why: str):
    """Pelican names the article."""
    with pytest.raises(FormulaError, match=f"cannot be read: {why}"):
        html(f"So ${latex}$.")


def test_equations_are_aligned_by_either_name():
    """The columns are those of the ampersands."""
    rows = r"a &= b \\ c &< d"
    pages = [html(f"$$\n\\begin{{{name}}} {rows} \\end{{{name}}}\n$$") for name in ("split", "aligned")]
    assert pages[0] == pages[1]
    assert pages[0].count("<mtr>") == 2
    assert "<mo>&lt;</mo>" in pages[0]
