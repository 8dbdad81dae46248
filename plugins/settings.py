"""The default settings of a site, for its pelicanconf.py: `from pelican.plugins.unrolled.settings import *`.

You can override every setting below that line. Plugins are named relative to their package, so that the same settings
work when installed and in the repository.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .files import theme_folder

_theme = theme_folder()

THEME = str(_theme)
PATH = "content"
OUTPUT_PATH = "output"
CACHE_PATH = ".cache"
STATIC_PATHS = ["images", "extra"]
IGNORE_FILES = ["**/.*", ".*"]  # Pelican's default pattern doesn't exclude .DS_Store and .gitkeep
FILENAME_METADATA = r"(?P<date>\d{4}-\d{2}-\d{2})(?:-(?P<slug>[^.]+))?"  # Jekyll's names
DELETE_OUTPUT_DIRECTORY = True  # otherwise deleted articles would stay
DEFAULT_DATE_FORMAT = "%-d %B %Y"

PLUGINS = [
    f"{__package__}.{name}"
    for name in (
        "strict",
        "reading",
        "typography",
        "figures",
        "notebooks.ipynb",
        "diagrams",
        "documents",
        "content",
        "citations",
        "embeds",
        "accessibility",
        "articles",
        "covers",
        "branding",
        "photographs",
        "feeds",
        "llms",
        "notebooks",
        "repository",
        "i18n",
        "search",
        "aliases",
        "assets",
        "hosting",
        "building",  # last, because it lets the next build in
    )
]
STRICT = "error"
FIGURES_STYLE = str(_theme / "figures.mplstyle")
FIGURES_TOKENS = str(_theme / "tokens.json")
# Pelican warns of empty alt text while reading, before a figure can fill it. The figure plugin checks it afterwards.
LOG_FILTER = [(30, "Empty alt attribute for image %s in %s")]

MARKDOWN = {
    "extensions": [
        "markdown.extensions.extra",
        "markdown.extensions.admonition",
        "markdown.extensions.meta",
        "markdown.extensions.toc",
        "pymdownx.highlight",
        "pymdownx.superfences",
        "pymdownx.quotes",
        "pymdownx.blocks.caption",
        "pymdownx.blocks.details",
        "pymdownx.blocks.tab",
        "pymdownx.caret",
        "pymdownx.mark",
        "pymdownx.tasklist",
        "pymdownx.tilde",
        f"{__package__}.markup",
        f"{__package__}.mathematics",
    ],
    "extension_configs": {
        "pymdownx.highlight": {
            "css_class": "highlight",
            "guess_lang": False,
            "linenums_style": "pymdownx-inline",
            "pygments_lang_class": True,
        },
        # Without prefixes, because the plugin numbers figures, and knows which images are figures.
        "pymdownx.blocks.caption": {"types": ["caption", "figure-caption", "table-caption"]},
        "pymdownx.quotes": {"callouts": True},
    },
    "output_format": "html5",
}

DEFAULT_PAGINATION = 7  # a lead article, and two rows of three
DIRECT_TEMPLATES = ["index", "categories", "tags", "authors", "series", "archives", "search", "404"]
PAGINATION_PATTERNS = [  # with the default ones, page 2 of the tag t1 and page 1 of the tag t12 would be the same file
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]

ARTICLE_URL = "{date:%Y}/{date:%m}/{slug}/"
ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/index.html"
ARTICLE_LANG_URL = "{date:%Y}/{date:%m}/{slug}/{lang}/"
ARTICLE_LANG_SAVE_AS = "{date:%Y}/{date:%m}/{slug}/{lang}/index.html"
DRAFT_URL = "drafts/{slug}/"
DRAFT_SAVE_AS = "drafts/{slug}/index.html"
DRAFT_LANG_URL = "drafts/{slug}/{lang}/"
DRAFT_LANG_SAVE_AS = "drafts/{slug}/{lang}/index.html"
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
PAGE_LANG_URL = "{slug}/{lang}/"
PAGE_LANG_SAVE_AS = "{slug}/{lang}/index.html"
DRAFT_PAGE_URL = "drafts/pages/{slug}/"
DRAFT_PAGE_SAVE_AS = "drafts/pages/{slug}/index.html"
CATEGORY_URL = "topics/{slug}/"
CATEGORY_SAVE_AS = "topics/{slug}/index.html"
CATEGORIES_URL = "topics/"
CATEGORIES_SAVE_AS = "topics/index.html"
TAG_URL = "tags/{slug}/"
TAG_SAVE_AS = "tags/{slug}/index.html"
TAGS_URL = "tags/"
TAGS_SAVE_AS = "tags/index.html"
AUTHOR_URL = "authors/{slug}/"
AUTHOR_SAVE_AS = "authors/{slug}/index.html"
AUTHORS_URL = "authors/"
AUTHORS_SAVE_AS = "authors/index.html"
ARCHIVES_URL = "archive/"
ARCHIVES_SAVE_AS = "archive/index.html"
SEARCH_SAVE_AS = "search/index.html"
SEARCH_LANG_SAVE_AS = "search/{lang}/index.html"
SERIES_URL = "topics/"  # the page of all topics, which has the series, too
SERIES_SAVE_AS = "series/index.html"
YEAR_ARCHIVE_URL = "{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"

# Feeds need SITEURL: those of a published site are in `publishing`.
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None


def home(settings: Mapping[str, Any]) -> str:
    """Return the absolute URL of the site."""
    return str(settings["SITEURL"] or settings.get("FEED_DOMAIN") or "").rstrip("/")
