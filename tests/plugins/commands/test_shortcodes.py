"""The tags of Hugo and Jekyll."""

from plugins.commands.shortcodes import Translation
from tests.tables import table


def link(name: str) -> str | None:
    """Return the link to the only article, b."""
    path, mark, place = name.partition("#")
    is_known = path.rpartition("/")[2] in ("b", "b.md", "2021-03-04-b")
    return f"{{filename}}/posts/b.md{mark}{place}" if is_known else None


@table(__file__, "Hugo's tags become Markdown")
def test_hugo_s_tags_become_markdown(text, result):
    """With their content."""
    tags = Translation(True, link)
    assert (tags.of(text), tags.problems) == (result, [])


@table(__file__, "Liquid's tags become Markdown")
def test_liquid_s_tags_become_markdown(text, result):
    """And so do the templates that themes have for pictures."""
    tags = Translation(False, link)
    assert (tags.of(text), tags.problems) == (result, [])


@table(__file__, "What isn't understood stays")
def test_what_is_not_understood_stays_and_is_reported(text, line, says):
    """At its line in the new text."""
    tags = Translation(True, link)
    made = tags.of(text)
    assert tags.problems == [(line, says)]
    assert says.endswith("kept") or says.removesuffix(" isn't translated") in made
