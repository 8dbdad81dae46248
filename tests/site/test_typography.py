"""Quotation marks of an article's language, in whole builds."""

import json
from html import unescape

from tests.conftest import Site

TEXT = """
She said "it's".

![](/images/line.png "Its 'slope'.")
"""


def test_an_article_has_the_marks_of_its_language_unless_the_site_says_no(site: Site) -> None:
    """Its text, its captions, its title and its summary, in the page and in the feed."""
    header = {"Title": 'The "gate"', "Summary": 'Of "gates".'}
    site.article("guide", TEXT, **header)
    site.article("tor", TEXT, Lang="de", **header)
    site.publish("-e", 'JSON_FEED_SAVE_AS="feed.json"')
    page, german = (unescape(site.page(name)) for name in ("guide", "tor/de"))
    for words in ("She said “it’s”.", "</b> Its ‘slope’.", "<h1>The “gate”</h1>", "Of “gates”."):
        assert words in page, words
    for words in ("She said „it’s“.", "</b> Its ‚slope‘.", "<h1>The „gate“</h1>", "Of „gates“."):
        assert words in german, words
    assert "The “gate”" in [item["title"] for item in json.loads(site.output()["feed.json"])["items"]]
    site.publish("-e", "SMART_QUOTES=false")
    for words in ('She said "it\'s".', "</b> Its 'slope'.", '<h1>The "gate"</h1>', 'Of "gates".'):
        assert words in unescape(site.page("guide")), words


def test_a_kept_article_has_the_marks_that_its_path_and_the_plugins_ask_for(site: Site) -> None:
    """Pelican may know an article's language by its path; and the plugin may be gone in the next build."""
    site.article("tor.de", TEXT)
    site.add("PATH_METADATA = r'(?:.*\\.)?(?P<lang>de)\\.md'\n")
    site.build()
    site.article("gate.de", TEXT)
    site.build()
    assert all("She said „it’s“." in unescape(site.page(name)) for name in ("tor.de/de", "gate.de/de"))
    site.add("PLUGINS.remove('plugins.typography')\n")
    site.build()
    assert all('She said "it\'s".' in unescape(site.page(name)) for name in ("tor.de/de", "gate.de/de"))
