"""Scripts as shown on the Diagrams page, highlighted only once."""

from plugins.diagrams import pages
from plugins.diagrams.pages import Listings


def test_scripts_with_the_same_text_keep_their_own_titles(tmp_path):
    """Two scripts from `make diagram` start the same."""
    for _ in range(2):
        build = Listings(tmp_path / "listings.json")
        assert "one.py" in build.of("x = 1\n", "one.py")
        assert "two.py" in build.of("x = 1\n", "two.py")
        build.keep()


def test_highlighted_scripts_are_cached_for_the_next_build_only(tmp_path, monkeypatch):
    """Highlighting takes most of the page's time; scripts that the last build didn't show are forgotten."""
    file = tmp_path / "listings.json"
    first = Listings(file)
    wanted = first.of("x = 1\n", "one.py")
    first.of("y = 2\n", "two.py")
    first.keep()
    done: list[str] = []
    monkeypatch.setattr(pages.pygments, "highlight", lambda script, *_: done.append(script) or script)
    second = Listings(file)
    assert second.of("x = 1\n", "one.py") == wanted
    assert done == []
    second.keep()
    Listings(file).of("y = 2\n", "two.py")
    assert done == ["y = 2\n"]
