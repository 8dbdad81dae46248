"""Drafts that can be read before they are published: `Share: k3f9x2m7q1` in the header gives one a secret URL.

The page is at `/drafts/k3f9x2m7q1/`, even on a published site, and nothing links to it: no list, no feed, no site map.
Anyone who knows the URL can read it, as with any shared link.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Article, Page

from .content.findings import ERROR, Finding, tell
from .content.sources import header_of
from .edits import on_edit
from .files import from_root

FIELD = "share"
SECRET = re.compile(r"[a-zA-Z0-9_-]{10,100}")
"""Nobody can guess ten letters."""
MAKING = "python -c 'import secrets; print(secrets.token_hex(6))'"
SAVE_AS = "drafts/{secret}/index.html"
"""The default for DRAFT_SHARED_SAVE_AS; its URL is DRAFT_SHARED_URL."""
URL = "drafts/{secret}/"


@on_edit()
def share(content: Any) -> None:
    """Give a shared draft its URL, before anything uses it; report a secret that can be guessed."""
    secret = str(content.metadata.get(FIELD, "")).strip()
    if not secret or not isinstance(content, Article | Page) or content.status != "draft":
        return
    if not SECRET.fullmatch(secret):
        path = Path(content.source_path)
        file = from_root(path, Path(content.settings["PATH"]).resolve().parent)
        what = f"Share: {secret} is too easy to guess, so the draft is not shared"
        advice = f"use at least ten random letters or digits; this prints some: {MAKING}"
        tell([Finding(ERROR, file, header_of(path).line(FIELD), what, advice)])
        return
    content.override_save_as = content.settings.get("DRAFT_SHARED_SAVE_AS", SAVE_AS).replace("{secret}", secret)
    content.override_url = content.settings.get("DRAFT_SHARED_URL", URL).replace("{secret}", secret)


@on_edit()
def _share_again(generator: Any) -> None:
    """Look at the articles again: one with a future date has become a draft since it was read."""
    for content in generator.drafts:
        if not hasattr(content, "override_save_as"):
            share(content)


def register() -> None:
    """Look at each article and page as soon as it is read, and at articles when their lists are made."""
    signals.content_object_init.connect(share)
    signals.article_generator_pretaxonomy.connect(_share_again)
