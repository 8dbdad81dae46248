"""Settings while writing; publishconf.py holds what differs when the site is published."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:  # `pelican -s` from another folder must find the plugins too
    sys.path.insert(0, str(ROOT))

SITENAME = "Unrolled"
SITESUBTITLE = "Machine learning, drawn from the code that runs it"
SITEURL = ""
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%-d %B %Y"

PATH = str(ROOT / "content")
OUTPUT_PATH = str(ROOT / "output")
CACHE_PATH = str(ROOT / ".cache")
THEME = str(ROOT / "theme")
LANGUAGES = str(ROOT / "translations")  # what this site says in other languages, beyond what the theme does
TOPIC_NAMES = {  # how a category is called, where its folder says less
    "nlp": "Language",
    "series": "Forecasting",
    "site": "About this site",
}
STATIC_PATHS = ["images", "extra"]
IGNORE_FILES = ["**/.*", ".*"]  # Pelican's own pattern lets .DS_Store and .gitkeep through
DELETE_OUTPUT_DIRECTORY = True  # or deleted articles would stay

PLUGINS = [
    "plugins.strict",
    "plugins.reading",
    "plugins.figures",
    "plugins.ipynb",
    "plugins.diagrams",
    "plugins.content",
    "plugins.citations",
    "plugins.embeds",
    "plugins.accessibility",
    "plugins.articles",
    "plugins.covers",
    "plugins.drafts",
    "plugins.feeds",
    "plugins.notebooks",
    "plugins.repository",
    "plugins.i18n",
    "plugins.search",
    "plugins.aliases",
    "plugins.templates",
    "plugins.assets",
    "plugins.hosting",
    "plugins.writing",
    "plugins.output_lock",  # last, as it lets the next build in
]
STRICT = "error"
DIAGRAMS_WORDS = "diagrams/unrolled"  # whose words the Diagrams page lists
DIAGRAMS_WORDS_SCRIPT = "diagrams/_words"  # whose scripts draw their examples
UPDATED_FROM_GIT = True
NOTEBOOKS_LICENCE = "[AGPL-3.0-or-later](https://www.gnu.org/licenses/agpl-3.0.html)"
# Pelican warns of empty alt text while reading, before a figure can fill it. plugins.figures checks it afterwards.
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
        "plugins.markup",
        "plugins.sidenotes",
        "plugins.mathematics",
    ],
    "extension_configs": {
        "pymdownx.highlight": {"css_class": "highlight", "guess_lang": False, "linenums_style": "pymdownx-inline"},
        # Without prefixes: figures are numbered by the plugin, which knows which images are figures.
        "pymdownx.blocks.caption": {"types": ["caption", "figure-caption", "table-caption"]},
        "pymdownx.quotes": {"callouts": True},
    },
    "output_format": "html5",
}

# The default patterns let page 2 of the tag t1 and page 1 of the tag t12 collide.
DEFAULT_PAGINATION = 7  # one that leads, and two rows of three
DIRECT_TEMPLATES = ["index", "categories", "tags", "authors", "series", "archives", "search", "404"]
PAGINATION_PATTERNS = [
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
SERIES_URL = "series/"
SERIES_SAVE_AS = "series/index.html"
YEAR_ARCHIVE_URL = "{date:%Y}/"
YEAR_ARCHIVE_SAVE_AS = "{date:%Y}/index.html"

# Feeds need SITEURL: publishconf.py switches them on.
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
