"""All messages of the code, one after the other."""

import pytest

from tools.messages import ROOT, sentences_of


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("Makefile", "  make prune     delete stored figures that no article shows"),
        ("plugins/content/figures.py", "this image has no alt text"),
        ("plugins/strict.py", "use this format: Date: 2026-11-25 08:30"),
        ("theme/templates/404.html", "It may have moved. Search for it here, or browse the %(archive)s."),
    ],
)
def test_a_message_is_found_wherever_it_is_written(place: str, message: str) -> None:
    """In the Makefile, in a raise, in a table, in a template."""
    assert any(message in text for text in sentences_of(ROOT / place))
