"""Quotation marks and dashes of an article's language."""

import pytest

from plugins.typography import educated, punctuated
from tests.tables import table


@table(__file__, "Texts")
def test_what_is_typed_becomes_what_the_language_writes(language: str, typed: str, shown: str) -> None:
    """A language whose marks aren't known has those of English."""
    assert punctuated(typed, language) == shown


@table(__file__, "HTML")
def test_a_quotation_goes_on_in_other_elements(html: str, shown: str) -> None:
    """Code in it is a word; a paragraph begins anew."""
    assert educated(html, "en") == shown


@pytest.mark.parametrize(
    "html",
    [
        "<p><code>\"a\" -- 'b'...</code></p>",
        '<pre>"a" -- b...</pre>',
        '<p><a href="#" title="a \'b\'">c</a></p>',
        '<p><img alt="a \'b\' -- c" src="x.png"></p>',
        "<math alttext=\"a'\"><mi>f'</mi></math>",
        '<p><span class="cite" data-cite="@a">[@a, "p"]</span></p>',
        '<template data-code-block="a--b"></template>',
    ],
)
def test_code_formulas_and_attributes_are_untouched(html: str) -> None:
    """So is a citation, whose words come from elsewhere."""
    assert educated(html, "en") == html


def test_a_caption_is_text() -> None:
    """Its attribute is only where Markdown keeps it."""
    assert educated('<img alt="It\'s" title="It\'s">', "en") == '<img alt="It\'s" title="It’s">'
