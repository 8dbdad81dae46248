"""Settings while writing; publishconf.py holds what differs when the site is published.

plugins/settings.py has what any site of this kind is built with; here is what this one says for itself.
"""

import sys
from pathlib import Path

root = Path(__file__).resolve().parent  # not a setting: a build would depend on all files in it
if str(root) not in sys.path:  # `pelican -s` from another folder must find the plugins too
    sys.path.insert(0, str(root))

from plugins.settings import *  # noqa: F403  (Pelican's own convention: a site's settings are the defaults, and these)

SITENAME = "Unrolled"
SITESUBTITLE = "Machine learning, drawn from the code that runs it"
SITEURL = ""
TIMEZONE = "UTC"
DEFAULT_LANG = "en"

PATH = str(root / "content")
OUTPUT_PATH = str(root / "output")
CACHE_PATH = str(root / ".cache")
LANGUAGES = str(root / "translations")  # what this site says in other languages, beyond what the theme does
SITE_LOGO = "images/mark.svg"
SITE_ICON = "images/icon.png"
DEFAULT_PAGINATION = 9  # three rows of three
TOPIC_NAMES = {  # how a category is called, where its folder says less
    "nlp": "Language",
    "series": "Forecasting",
    "site": "About this site",
}
HOME = {
    "title": "How neural networks read, drawn number by number",
    "summary": "Illustrated guides for people who program. Every figure is computed by the code beside it, so you can "
    "check each number.",
    "series": "Networks that read",
    "start": "Start with “I am groot”",
    "figure": "how-the-figures-are-made#fig-hello-world",
}
SERIES_MARKS = "plants"
DIAGRAMS_WORDS = "diagrams/unrolled"  # whose words the Diagrams page lists
DIAGRAMS_WORDS_SCRIPT = "diagrams/_words"  # whose scripts draw their examples
DOCUMENTS = "docs"
DOCUMENTS_ELSEWHERE = {  # what the documents link to, and this site shows in its own way
    "diagrams/unrolled/README.md": "diagrams/words/",
}
FIGURES_WORDS = {  # a word that recurs has one colour on every page
    "word-2": "I",
    "word-6": "am cat chat",
    "word-3": "groot",
    "word-5": "je",
    "word-8": "suis",
    "word-1": "good great like funny gut",  # kind
    "word-4": "bad awful boring schlecht",  # unkind
    "word-7": "black noir",
    "ink": "not never nobody nicht",  # what turns a sentence around
    "lane": "was is the le movie film we did who saw found it",
}
UPDATED_FROM_GIT = True
NOTEBOOKS_LICENCE = "[AGPL-3.0-or-later](https://www.gnu.org/licenses/agpl-3.0.html)"
