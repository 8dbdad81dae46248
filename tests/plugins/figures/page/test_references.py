"""References in an article's text to its figures, formulas and sections."""

import pytest

from plugins.catalogues import ENGLISH, OURS, Language, language_of
from plugins.figures.page.references import References
from plugins.figures.report import AddressError
from plugins.html import parse, write

ARTICLE = """
<h2 id="one-cell">One <code class="x">cell</code><sup id="fnref:1"><a href="#fn:1">1</a></sup></h2>
<div class="equation" id="eq-cell"><div class="formula"><math></math></div><span class="number">(1)</span></div>
<div class="equation" id="eq-tagged"><div class="formula"><math></math></div><span class="number">(A&lt;)</span></div>
"""
FIGURES = {"fig-rnn-default": "Figure 1", "fig-whole": "Figure 2", "fig-b_c": "Figure 3"}


def referred(html: str, is_linked: bool = True, language: Language = ENGLISH) -> tuple[str, list[tuple[str, str]]]:
    """Write the references of a piece of an article; return it with the problems."""
    problems: list[tuple[str, str]] = []

    def wrong(written: str, problem: AddressError) -> None:
        problems.append((written, str(problem)))

    root = parse(html)
    References(parse(ARTICLE), FIGURES, {"fig-rnn-default.de": "fig-rnn-default"}, language).write(
        root, is_linked, wrong
    )
    return write(root), problems


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ('<a href="#fig-whole"></a>', "Figure 2"),
        ('<a href="#fig-b_c"></a>', "Figure 3"),
        ('<a href="#eq-cell" data-mention="{equation:cell}"></a>', "Equation 1"),
        ('<a href="#eq-cell"></a>', "Equation 1"),
        ('<a href="#eq-cell" data-mention="\\eqref{eq:cell}"></a>', "(1)"),
        ('<a href="#eq-cell" data-mention="\\ref{eq:cell}"></a>', "1"),
        ('<a href="#eq-tagged"></a>', "Equation A&lt;"),
        ('<a href="#one-cell"></a>', "Section “One <code>cell</code>”"),
    ],
)
def test_a_reference_says_what_is_at_its_place(link: str, words: str) -> None:
    """In a summary, which other pages show too, it isn't a link."""
    page, problems = referred(f"<p>By {link}.</p>")
    assert f">{words}</a>." in page
    assert 'class="mention' in page
    assert "data-mention" not in page
    assert not problems
    assert referred(f"<p>By {link}.</p>", is_linked=False)[0] == f"<p>By {words}.</p>"


def test_a_figure_in_another_language_is_at_the_place_of_its_name() -> None:
    """The whole name is for its files."""
    assert 'href="#fig-rnn-default">Figure 1<' in referred('<a href="#fig-rnn-default.de"></a>')[0]


@pytest.mark.parametrize(
    "link", ['<a href="#x">words</a>', '<a href="#x" class="icon"></a>', '<a href="/x/"></a>', '<a id="x"></a>']
)
def test_other_links_are_unchanged(link: str) -> None:
    """Words of the author's own, a link that is an icon, one to another page, and an anchor."""
    assert referred(link) == (link, [])


def test_references_are_in_the_language_of_the_article() -> None:
    """As figures are."""
    german = language_of("de", {"THEME": str(OURS.parent)})
    page, _ = referred('<a href="#eq-cell"></a>, <a href="#one-cell"></a>', is_linked=False, language=german)
    assert page == "Gleichung 1, Abschnitt „One <code>cell</code>“"


@pytest.mark.parametrize(
    ("link", "written", "what", "advice"),
    [
        ('<a href="#fig-rnn-defualt"></a>', "[](#fig-rnn-defualt)", "figure 'rnn-defualt'", "mean rnn-default?"),
        ('<a href="#fig-hole" data-mention="{figure:hole}"></a>', "{figure:hole}", "figure 'hole'", "mean whole?"),
        ('<a href="#fig-xyz"></a>', "[](#fig-xyz)", "figure 'xyz'", "its figures are rnn-default, whole, b c"),
        ('<a href="#eq-cel" data-mention="\\eqref{cel}"></a>', "\\eqref{cel}", "formula 'cel'", "mean cell?"),
        ('<a href="#cell" data-mention="{section:cell}"></a>', "{section:cell}", "section 'cell'", "mean one-cell?"),
    ],
)
def test_a_reference_to_nothing_is_reported_with_similar_names(link: str, written: str, what: str, advice: str) -> None:
    """As the author wrote it, and the text then contains the name."""
    page, ((said, problem),) = referred(f"<p>{link}</p>")
    assert said == written
    assert what in problem
    assert problem.endswith(advice)
    assert "<a" not in page
