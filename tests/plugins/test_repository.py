"""The URLs of a repository's files on the hosts that are known."""

from __future__ import annotations

import pytest

from plugins.repository import shown_below


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({"REPOSITORY": "https://github.com/me/blog"}, "https://github.com/me/blog/blob/main/"),
        ({"REPOSITORY": "https://github.com/me/blog.git"}, "https://github.com/me/blog/blob/main/"),
        (
            {"REPOSITORY": "https://gitlab.com/me/blog/", "REPOSITORY_BRANCH": "trunk"},
            "https://gitlab.com/me/blog/-/blob/trunk/",
        ),
        ({"REPOSITORY": "https://codeberg.org/me/blog"}, "https://codeberg.org/me/blog/src/branch/main/"),
        ({"REPOSITORY": "https://git.example.org/me/blog"}, ""),
        ({}, ""),
    ],
)
def test_files_are_shown_where_their_host_shows_them(settings, url):
    """Each host has its own form; a host that isn't known has none."""
    assert shown_below(settings) == url
