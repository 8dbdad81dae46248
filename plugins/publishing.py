"""The settings of a published site, for its publishconf.py: `from pelican.plugins.unrolled.publishing import *`.

Put it below `from pelicanconf import *`, because it replaces some of those settings.
"""

from __future__ import annotations

import os

from .messages import typed_here


def address() -> str:
    """Return the site's URL from the environment variable SITEURL; raise SystemExit if it isn't a URL."""
    url = os.environ.get("SITEURL", "").rstrip("/")
    if not url.startswith(("http://", "https://")):
        command = typed_here("publish", make="make publish", otherwise="pelican content -s publishconf.py")
        raise SystemExit(
            f"SITEURL is {url!r}, but a published site needs its own URL, "
            f"for example: SITEURL=https://example.org/blog {command}"
        )
    return url


STRICT = "warning"
FIGURES_KEEP_GOING = False  # a preview may show older versions of figures, a published page never does
RELATIVE_URLS = False
WITH_FUTURE_DATES = False  # articles with a future date are drafts: publish again on that day
DRAFT_SAVE_AS = ""
DRAFT_LANG_SAVE_AS = ""
DRAFT_PAGE_SAVE_AS = ""
FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_ATOM_URL = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
FEED_ALL_RSS_URL = "feeds/all.rss.xml"
CATEGORY_FEED_ATOM = "feeds/topics/{slug}.atom.xml"
CATEGORY_FEED_RSS = "feeds/topics/{slug}.rss.xml"
CATEGORY_FEED_JSON = "feeds/topics/{slug}.json"
TAG_FEED_ATOM = "feeds/tags/{slug}.atom.xml"
TAG_FEED_RSS = "feeds/tags/{slug}.rss.xml"
TAG_FEED_JSON = "feeds/tags/{slug}.json"
TRANSLATION_FEED_ATOM = "feeds/languages/{lang}.atom.xml"
TRANSLATION_FEED_RSS = "feeds/languages/{lang}.rss.xml"
TRANSLATION_FEED_JSON = "feeds/languages/{lang}.json"
PUBLISHED_TEMPLATES = ["subscribe", "sitemap", "robots", "json_feed", "manifest"]
"""Additional DIRECT_TEMPLATES for a published site."""
SUBSCRIBE_SAVE_AS = "subscribe/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
MANIFEST_SAVE_AS = "manifest.json"
ROBOTS_SAVE_AS = "robots.txt"
JSON_FEED_SAVE_AS = "feeds/all.json"
LLMS_SAVE_AS = "llms.txt"
HEADERS_SAVE_AS = "_headers"  # the headers for the host to send with the files
HASHED_NAMES = True  # style sheets, scripts and fonts are named by their contents, so that browsers can keep them
