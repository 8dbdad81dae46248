"""Headers in YAML and TOML: their values, as written, and their lines."""

import pytest

from plugins.content.sources import header_in
from plugins.front_matter import end_of, read
from plugins.messages import ContentError
from tests.tables import table


@table(__file__, "Values stay as they are written")
def test_values_stay_as_they_are_written(text, entries):
    """A version isn't a number, and a value with a colon doesn't need quotes, as in any header of Pelican's."""
    found = read(text.splitlines())
    assert found == entries or [(it.key, it.value, it.line) for it in found] == entries
    assert bool(end_of(text.splitlines())) is (entries is not None)


@table(__file__, "An invalid header is an error at its line")
def test_an_invalid_header_is_an_error_at_its_line(text, line, says):
    """Then nothing is known about the article, not even whether it is a draft."""
    with pytest.raises(ContentError, match=says) as raised:
        read(text.splitlines())
    assert line is None or raised.value.line == line
    assert header_in(text.splitlines()).fields == ()
