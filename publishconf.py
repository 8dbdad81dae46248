"""What differs from pelicanconf.py when the site is published."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pelicanconf import *  # noqa: F403  (Pelican's own convention: the published settings are the others, and these)
from plugins.publishing import *  # noqa: F403

SITEURL = address()  # from the environment; or write it here: "https://example.org/blog"
DIRECT_TEMPLATES = [*DIRECT_TEMPLATES, *PUBLISHED_TEMPLATES]
