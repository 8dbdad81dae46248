"""Drafts that somebody may read before they are published: `Share: k3f9x2m7q1` in the header makes a secret address.

The page is at `/drafts/k3f9x2m7q1/`, also on a published site, and nothing leads to it: no list, no feed, no site map.
Whoever knows the address can read it, as with any link that is shared.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.contents import Article, Page

from .content.findings import ERROR, Finding, tell
from .content.headers import header_of
from .edits import on_edit

FIELD = "share"
SECRET = re.compile(r"[a-zA-Z0-9_-]{10,100}")
"""Nobody guesses ten letters."""
MAKING = "python -c 'import secrets; print(secrets.token_hex(6))'"
SAVE_AS = "drafts/{secret}/index.html"
"""Where a shared draft is, unless DRAFT_SHARED_SAVE_AS says otherwise; its address is DRAFT_SHARED_URL."""
URL = "drafts/{secret}/"


@on_edit()
def share(content: Any) -> None:
    """Give a draft that is shared its address, before anything asks where it is; told is what is no secret."""
    secret = str(content.metadata.get(FIELD, "")).strip()
    if not secret or not isinstance(content, Article | Page) or content.status != "draft":
        return
    if not SECRET.fullmatch(secret):
        path, root = Path(content.source_path), Path(content.settings["PATH"]).resolve().parent
        shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        what = f"Share: {secret} is too easy to guess, so the draft is not shared"
        advice = f"use at least ten random letters or digits; this prints some: {MAKING}"
        tell([Finding(ERROR, shown, header_of(path).line(FIELD), what, advice)])
        return
    content.override_save_as = content.settings.get("DRAFT_SHARED_SAVE_AS", SAVE_AS).replace("{secret}", secret)
    content.override_url = content.settings.get("DRAFT_SHARED_URL", URL).replace("{secret}", secret)


@on_edit()
def _share_again(generator: Any) -> None:
    """Look at the articles once more: one dated ahead has become a draft since it was read."""
    for content in generator.drafts:
        if not hasattr(content, "override_save_as"):
            share(content)


def register() -> None:
    """Look at each article and page as soon as it is read, and at articles when their lists are made."""
    signals.content_object_init.connect(share)
    signals.article_generator_pretaxonomy.connect(_share_again)
