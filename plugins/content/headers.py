"""An article's header: what other site generators call its keys, and errors such as typos or two equal URLs."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pelican.contents import Article
from pelican.generators import PelicanTemplateNotFound
from pelican.readers import METADATA_PROCESSORS

from ..messages import ContentError
from .findings import ERROR, WARNING, Finding, near, tell, typo_of
from .sources import Header, Read

SYNONYMS = {
    "description": "summary",
    "excerpt": "summary",
    "image": "cover",
    "lastmod": "modified",
    "last_modified_at": "modified",
    "categories": "category",
}
"""What Hugo and Jekyll call keys of Pelican or of ours. They have this meaning if the header lacks the other key."""

VISIBILITY = ("draft", "published")

KNOWN = (
    *("title", "date", "modified", "category", "tags", "slug", "author", "authors", "summary", "lang", "status"),
    *("template", "translation", "keywords", "save_as", "url", "cover", "featured", "given", "notebook", "aliases"),
    *("share", "series", "part", "short", "teaser", "comments"),
    *(*VISIBILITY, *SYNONYMS),
)
"""The keys that Pelican, our plugins or our theme read. All others are the author's own."""

YES, NO = ("true", "yes", "on"), ("false", "no", "off")


def settle(generator: Any, metadata: dict[str, Any]) -> None:
    """Receive Pelican's signal after any reader has read a header: give it Pelican's own keys.

    Raises ContentError if it isn't known whether the article is a draft: that one must never be published.
    """
    settings = generator.settings
    for key, pelican_key in SYNONYMS.items():
        value = metadata.get(key)
        values = [
            entry
            for entry in (value if isinstance(value, list) else [value])
            if isinstance(entry, str) and entry.strip()
        ]
        if values and (pelican_key not in metadata or pelican_key == "category"):  # there is always a category
            metadata[pelican_key] = _own(pelican_key, values, settings)
    if isinstance(status := metadata.get("status"), str):
        metadata["status"] = status.lower()
    if (is_draft := _is_draft(metadata)) and metadata.get("status") != "skip":
        metadata["status"] = "draft"
    elif is_draft is False and metadata.get("status") in (None, dict(settings["DEFAULT_METADATA"]).get("status")):
        metadata["status"] = "published"


def _own(key: str, values: list[str], settings: Any) -> Any:
    if key == "summary":
        return html.escape(" ".join(" ".join(values).split()), quote=False)
    value = values[0].partition(",")[0].strip() if key == "category" else values[0]
    return METADATA_PROCESSORS[key](value, settings) if key in METADATA_PROCESSORS else value


def _is_draft(metadata: Mapping[str, Any]) -> bool | None:
    """Return what `Draft: true` or `Published: false` says; None if neither is there."""
    draft, published = (str(metadata[key]).strip().lower() if key in metadata else None for key in VISIBILITY)
    if draft is not None and draft not in (*YES, *NO):
        message = f"Draft: is {metadata['draft']!r}, so this isn't published: write true or false"
        raise ContentError(message, header="draft")
    if draft in YES or published in NO:  # with any other value, such as a date, Published: is the author's own
        return True
    return False if draft in NO or published in YES else None


def typos(file: str, header: Header) -> Iterator[Finding]:
    """Report keys that are one typo away from a known key that the header lacks, and fields that are already text."""
    for field in header.fields:
        meant = typo_of(field.name, KNOWN) if field.name not in KNOWN else None
        if meant and not header.get(meant):
            message = f"unknown header {field.key}:, so this line has no effect"
            yield Finding(WARNING, file, field.line, message, f"did you mean {meant.capitalize()}?")
    lost = next((field for field in header.late if field.name in KNOWN and not header.get(field.name)), None)
    if lost:
        message = f"{lost.key}: comes after the end of the header, so it is shown as text"
        advice = "each line of the header is “Key: value”; indent a continued value by four spaces"
        yield Finding(ERROR, file, lost.line, message, advice)


def empty(article: Read) -> Iterator[Finding]:
    """Report what must not be empty: a title never, body and summary not in published articles."""
    title, summary = article.header.get("title"), article.header.get("summary")
    if title and not title.value:
        message = "the title is empty, so this page is not written"
        yield Finding(ERROR, article.file, title.line, message, "write one, for example Title: My title")
    if isinstance(article.content, Article) and article.content.status == "published" and not article.html.strip():
        message = "this article has no body, so its page shows only the title"
        yield Finding(
            WARNING,
            article.file,
            1,
            message,
            f"write it below the header{', after a blank line' if article.is_markdown else ''}"
            ", or make it a draft: Status: draft",
        )
    if summary and not summary.value and article.content.status == "published":
        message = "the summary is empty, so lists show the article without one"
        yield Finding(WARNING, article.file, summary.line, message, "write it, or remove the line")


def contradictions(article: Read) -> Iterator[Finding]:
    """Report an article that is a draft by one line of its header, and published by another."""
    status = article.header.get("status")
    for key in VISIBILITY:
        field = article.header.get(key)
        is_draft = _is_draft({key: field.value}) if field else None
        if field and status and status.value and is_draft is not None and is_draft != _is_unpublished(status.value):
            message = f"{field.key}: {field.value} contradicts {status.key}: {status.value}, so this is a draft"
            yield Finding(ERROR, article.file, field.line, message, "remove one of the two lines")


def _is_unpublished(status: str) -> bool:
    return status.lower() in ("draft", "skip")


def _lists(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the site's own pages, such as that of all tags, by their files."""
    return {settings.get(f"{name.upper()}_SAVE_AS", f"{name}.html"): name for name in settings["DIRECT_TEMPLATES"]}


def duplicates(articles: Sequence[Read]) -> Iterator[tuple[Read, Finding]]:
    """Yield each article with the URL of another page, or with an earlier one's slug and language, with its finding."""
    lists = _lists(articles[0].content.settings) if articles else {}
    by_address: dict[object, Read] = {}
    by_slug: dict[object, Read] = {}
    for article in articles:
        content = article.content
        if not article.save_as:
            continue
        first = by_address.setdefault(article.save_as, article)
        alike = by_slug.setdefault((type(content), content.status, content.slug, content.lang), article)
        if (name := lists.get(article.save_as)) and not hasattr(content, "override_save_as"):
            message = f"the theme's page {name} has the same URL, /{content.url}, so this page is not written"
            advice = f"give it another Slug:, or that page another {name.upper()}_URL and {name.upper()}_SAVE_AS"
            yield article, Finding(ERROR, article.file, _named(article), message, advice)
        elif first is not article:
            message = f"{first.file} has the same URL, /{content.url}, so this page is not written"
            yield article, Finding(ERROR, article.file, _named(article), message, "give one of them another Slug:")
        elif alike is not article:
            message = f"{alike.file} has the same slug, {content.slug}, in the same language, {content.lang}"
            advice = "give one of them another Slug:, or its Lang: if it's a translation"
            yield article, Finding(ERROR, article.file, _named(article), message, advice)


def _named(article: Read) -> int:
    """Return the line that determines the URL."""
    return article.header.line("slug" if article.header.get("slug") else "title")


def use_known_templates(articles: Sequence[Read], generator: Any) -> None:
    """Report headers that name a template the theme doesn't have, and use the default one: Pelican would crash."""
    for article in articles:
        template, usual = article.content.template, article.content.default_template
        if template == usual:
            continue
        try:
            generator.get_template(template)
        except PelicanTemplateNotFound:
            endings = tuple(generator.settings["TEMPLATE_EXTENSIONS"])
            files = {name for name in generator.env.list_templates() if name.endswith(endings) and "/" not in name}
            names = sorted(Path(name).stem for name in files)
            message = f"the theme has no template {template!r}, so this page uses {usual!r}"
            advice = near(template, names, f"remove the line, or name one of these: {', '.join(names)}")
            tell([Finding(ERROR, article.file, article.header.line("template"), message, advice)])
            article.content.template = usual


def unwritten(articles: Sequence[Read]) -> Iterator[Read]:
    """Yield the articles that Pelican can't write, or that would overwrite another."""
    yield from (article for article in articles if (title := article.header.get("title")) and not title.value)
    yield from (article for article, finding in duplicates(articles) if "not written" in finding.what)


def findings(articles: Sequence[Read], skipped: Sequence[tuple[str, Header]]) -> Iterator[Finding]:
    """Check all headers, including those of files that Pelican couldn't use: a typo may be the reason."""
    for file, header in skipped:
        yield from typos(file, header)
    for article in articles:
        yield from typos(article.file, article.header)
        yield from empty(article)
        yield from contradictions(article)
    yield from (finding for _, finding in duplicates(articles))
