"""What a page says about its article."""

from tests.theme.reading import Site


def test_an_article_has_its_language_and_direction(site: Site) -> None:
    """Arabic is written from right to left, and a list in English marks a title as Arabic."""
    html = site.page("2025/arabic/index.html").all("html")[0]
    assert html.attributes == {"lang": "ar", "dir": "rtl"}
    assert site.page("2026/gates/index.html").all("html")[0].attributes == {"lang": "en"}
    row = site.page("archives.html").all("a", lang="ar")
    assert [link.text for link in row] == ["الحالة"]


def test_a_draft_is_marked_and_hidden_from_search_engines(site: Site) -> None:
    """Anyone who receives the link can see that it is a draft."""
    draft = site.page("drafts/half-a-thought.html")
    assert [mark.text for mark in draft.all("span", class_="draft")] == ["Draft"]
    assert draft.all("meta", name="robots")[0].attributes["content"] == "noindex"
    assert not site.page("2026/gates/index.html").all("meta", name="robots")


def test_dates_are_machine_readable_and_updates_are_shown(site: Site) -> None:
    """Both dates of an article are in its byline."""
    times = site.page("2026/gates/index.html").all("time")
    assert [time.attributes["datetime"][:10] for time in times] == ["2026-11-03", "2026-11-20"]


def test_neighbours_are_linked_at_the_end_of_an_article(site: Site) -> None:
    """Older ones are previous, newer ones are next; a draft has no neighbours."""
    page = site.page("2026/short-2/index.html")
    assert [link.text for link in page.all("a", rel="prev")] == ["Short 1"]
    assert [link.text for link in page.all("a", rel="next")] == ["Short 3"]
    newest = site.page("2026/gates/index.html")
    assert [link.text for link in newest.all("a", rel="prev")] == ["Short 3"]
    assert not newest.all("a", rel="next")
    assert not site.page("drafts/half-a-thought.html").all("section", class_="next")
