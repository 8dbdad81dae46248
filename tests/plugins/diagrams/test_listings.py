"""Scripts as the Diagrams page shows them, highlighted once."""

from __future__ import annotations

from plugins.diagrams import listings
from plugins.diagrams.listings import Listings


def test_scripts_of_one_text_keep_their_own_titles(tmp_path):
    """Two may begin alike, as `make diagram` writes them."""
    for _ in range(2):
        build = Listings(tmp_path / "listings.json")
        assert "one.py" in build.of("x = 1\n", "one.py")
        assert "two.py" in build.of("x = 1\n", "two.py")
        build.keep()


def test_what_was_highlighted_is_kept_for_the_next_build_and_no_longer(tmp_path, monkeypatch):
    """Highlighting takes most of the page's time; what the last build did not show is forgotten."""
    file = tmp_path / "listings.json"
    first = Listings(file)
    wanted = first.of("x = 1\n", "one.py")
    first.of("y = 2\n", "two.py")
    first.keep()
    done: list[str] = []
    monkeypatch.setattr(listings.pygments, "highlight", lambda script, *_: done.append(script) or script)
    second = Listings(file)
    assert second.of("x = 1\n", "one.py") == wanted
    assert done == []
    second.keep()
    Listings(file).of("y = 2\n", "two.py")
    assert done == ["y = 2\n"]
