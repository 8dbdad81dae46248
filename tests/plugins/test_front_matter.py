"""Headers in YAML: their values, as written, and their lines."""

from __future__ import annotations

import pytest

from plugins.content.sources import header_in
from plugins.front_matter import end_of, read
from plugins.messages import ContentError

HEADERS = [
    ("Title: A\n\ntext", None),
    ("----\nTitle: A\n---\n", None),
    ("---\n---\n", []),
    ("---\ntitle: 'A: b'\n...\n", [("title", "A: b", 2)]),
    ("---\ntitle: A: b\ndate: 2026-11-01\n---\n", [("title", "A: b", 2), ("date", "2026-11-01", 3)]),
    ("---\ntags: [a, 'b, c']\n\ndraft: true  # not yet\n---\n", [("tags", ["a", "b, c"], 2), ("draft", "true", 4)]),
    ("---\nversion: 1.10\nparams: {a: ~, b: '~'}\n---\n", [("version", "1.10", 2), ("params", {"a": "", "b": "~"}, 3)]),
    (
        "---\nsummary: >\n  two\n  lines\naliases:\n- /a/\n---\n",
        [("summary", "two lines\n", 2), ("aliases", ["/a/"], 5)],
    ),
]
"""Texts, and the entries of their headers: keys, values and lines."""


@pytest.mark.parametrize(("text", "entries"), HEADERS)
def test_values_stay_as_they_are_written(text, entries):
    """A version isn't a number, and a value with a colon doesn't need quotes, as in any header of Pelican's."""
    found = read(text.splitlines())
    assert found == entries or [(it.key, it.value, it.line) for it in found] == entries
    assert bool(end_of(text.splitlines())) is (entries is not None)


ERRORS = [
    ("---\ntitle: A\n\ntext\n", 1, "doesn't end"),
    ("---\ntitle: 'A\ndate: 2026-11-01\n---\n", 3, "isn't valid YAML"),
    ("---\ntags: [a, b: c\n---\n", 3, "isn't valid YAML"),
    ("---\ntitle: A\nsummary: *b: c\n---\n", 3, "isn't valid YAML"),
    ("---\n- title\n---\n", 2, "must consist of lines"),
    ("---\ntitle: A\n[a]: b\n---\n", 3, "must be plain text"),
    ("---\ntitle: A\ntags: &all [*all]\n---\n", 3, "contains itself"),
    ("---\n" + "[" * 5000 + "\n---\n", None, "isn't valid YAML"),
]
"""Texts with invalid headers, each with its line, and what is wrong; it needs no line if it can't be known."""


@pytest.mark.parametrize(("text", "line", "says"), ERRORS)
def test_an_invalid_header_is_an_error_at_its_line(text, line, says):
    """Then nothing is known about the article, not even whether it is a draft."""
    with pytest.raises(ContentError, match=says) as raised:
        read(text.splitlines())
    assert line is None or raised.value.line == line
    assert header_in(text.splitlines()).fields == ()
