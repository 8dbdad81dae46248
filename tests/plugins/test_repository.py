"""The URLs of a repository's files on the hosts that are known."""

from plugins.repository import shown_below
from tests.tables import table


@table(__file__, "Files are shown where their host shows them")
def test_files_are_shown_where_their_host_shows_them(settings, url):
    """Each host has its own form; a host that isn't known has none."""
    assert shown_below(settings) == url
