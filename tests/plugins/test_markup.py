"""The output of our Markdown extensions; `markup.md` has the cases."""

from typing import Any

import markdown

from pelicanconf import MARKDOWN
from tests.tables import Case, texts


def html(text: str) -> str:
    """Convert as the site does; the figure plugin adds the second extension itself."""
    extensions = [*MARKDOWN["extensions"], "plugins.figures.page.mentions"]
    return markdown.markdown(text, extensions=extensions, extension_configs=MARKDOWN["extension_configs"])


def at_the_end(text: str) -> str:
    """Convert as a site that keeps its notes at the end of an article."""
    options: Any = {"plugins.markup": {"sidenotes": False}}
    return markdown.markdown(text, extensions=["footnotes", "plugins.markup"], extension_configs=options)


@texts(__file__, "Articles")
def test_an_article_is_converted(case: Case) -> None:
    """Each case says why."""
    case.check(html)


@texts(__file__, "A site with its notes at the end")
def test_notes_stay_at_the_end_if_the_site_says_so(case: Case) -> None:
    """As in Markdown."""
    case.check(at_the_end)
