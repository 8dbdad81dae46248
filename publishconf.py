"""What differs from pelicanconf.py when the site is published."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pelicanconf import *  # noqa: F403  (Pelican's own convention: the published settings are the others, and these)

SITEURL = os.environ.get("SITEURL", "").rstrip("/")  # or write it here: "https://example.org/blog"
if not SITEURL.startswith(("http://", "https://")):
    raise SystemExit(
        f"SITEURL is {SITEURL!r}, but a published site needs its address. "
        "Say it as in: SITEURL=https://example.org/blog make publish"
    )

STRICT = "warning"
FIGURES_KEEP_GOING = False  # a preview may show older figures, a published page never
RELATIVE_URLS = False
WITH_FUTURE_DATES = False  # what is dated ahead waits, as a draft: publish again on that day
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
DIRECT_TEMPLATES = [*DIRECT_TEMPLATES, "subscribe", "sitemap", "robots", "json_feed", "manifest"]
SUBSCRIBE_SAVE_AS = "subscribe/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
MANIFEST_SAVE_AS = "manifest.json"
ROBOTS_SAVE_AS = "robots.txt"
JSON_FEED_SAVE_AS = "feeds/all.json"
HEADERS_SAVE_AS = "_headers"  # what the host is to send with the files: see docs/hosting.md
HASHED_NAMES = True  # style sheets, scripts and fonts are named by their contents, for browsers to keep
