"""Errors in an article's header: typos in keys, empty titles, two articles with one URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pelican.contents import Article
from pelican.generators import PelicanTemplateNotFound

from .findings import ERROR, WARNING, Finding, near, tell, typo_of
from .sources import Header, Read

KNOWN = (
    *("title", "date", "modified", "category", "tags", "slug", "author", "authors", "summary", "lang", "status"),
    *("template", "translation", "keywords", "save_as", "url", "cover", "featured", "given", "notebook", "aliases"),
    *("share", "series", "part", "comments"),
)
"""The keys that Pelican or a theme reads. All others are the author's own."""


def typos(file: str, header: Header) -> Iterator[Finding]:
    """Report keys that are one typo away from a known key that the header lacks, and fields that are already text."""
    for field in header.fields:
        meant = typo_of(field.name, KNOWN) if field.name not in KNOWN else None
        if meant and not header.get(meant):
            what = f"unknown header {field.key}:, so this line has no effect"
            yield Finding(WARNING, file, field.line, what, f"did you mean {meant.capitalize()}?")
    lost = next((field for field in header.late if field.name in KNOWN and not header.get(field.name)), None)
    if lost:
        what = f"{lost.key}: comes after the end of the header, so it is shown as text"
        advice = "each line of the header is “Key: value”; indent a continued value by four spaces"
        yield Finding(ERROR, file, lost.line, what, advice)


def empty(article: Read) -> Iterator[Finding]:
    """Report what must not be empty: a title never, body and summary not in published articles."""
    title, summary = article.header.get("title"), article.header.get("summary")
    if title and not title.value:
        what = "the title is empty, so this page is not written"
        yield Finding(ERROR, article.file, title.line, what, "write one, for example Title: My title")
    if isinstance(article.content, Article) and article.content.status == "published" and not article.html.strip():
        what = "this article has no body, so its page shows only the title"
        yield Finding(
            WARNING,
            article.file,
            1,
            what,
            "write it below the header, after a blank line, or make it a draft: Status: draft",
        )
    if summary and not summary.value and article.content.status == "published":
        what = "the summary is empty, so lists show the article without one"
        yield Finding(WARNING, article.file, summary.line, what, "write it, or remove the line")


def duplicates(articles: Sequence[Read]) -> Iterator[tuple[Read, Finding]]:
    """Yield each article with the URL of an earlier one, or the same slug in the same language, with its finding."""
    by_address: dict[object, Read] = {}
    by_slug: dict[object, Read] = {}
    for article in articles:
        content = article.content
        if not article.save_as:
            continue
        first = by_address.setdefault(article.save_as, article)
        alike = by_slug.setdefault((type(content), content.status, content.slug, content.lang), article)
        if first is not article:
            what = f"{first.file} has the same URL, /{content.url}, so this page is not written"
            yield article, Finding(ERROR, article.file, _named(article), what, "give one of them another Slug:")
        elif alike is not article:
            what = f"{alike.file} has the same slug, {content.slug}, in the same language, {content.lang}"
            advice = "give one of them another Slug:, or its Lang: if it's a translation"
            yield article, Finding(ERROR, article.file, _named(article), what, advice)


def _named(article: Read) -> int:
    """Return the line that determines the URL."""
    return article.header.line("slug" if article.header.get("slug") else "title")


def use_known_templates(articles: Sequence[Read], generator: Any) -> None:
    """Report headers that name a template the theme doesn't have, and use the default one: Pelican would crash."""
    for article in articles:
        asked, usual = article.content.template, article.content.default_template
        if asked == usual:
            continue
        try:
            generator.get_template(asked)
        except PelicanTemplateNotFound:
            endings = tuple(generator.settings["TEMPLATE_EXTENSIONS"])
            files = {name for name in generator.env.list_templates() if name.endswith(endings) and "/" not in name}
            names = sorted(Path(name).stem for name in files)
            what = f"the theme has no template {asked!r}, so this page uses {usual!r}"
            advice = near(asked, names, f"remove the line, or name one of these: {', '.join(names)}")
            tell([Finding(ERROR, article.file, article.header.line("template"), what, advice)])
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
    yield from (finding for _, finding in duplicates(articles))
