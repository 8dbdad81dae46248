"""Checks the content of a site, without building it: python -m plugins.content."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence

from pelican.contents import Page

from .. import strict
from ..figures.build import Rendering
from ..figures.report import FigureError, counted, readable
from ..messages import ends_with_its_reader, typed_here
from . import figures, headers
from .code import check_characters, check_tied_words
from .findings import NOTE, Finding, tell
from .links import Links, check_web
from .site import Site, checks, read_site
from .syntax import check_braces, check_fences, check_formulas, check_headings
from .unread import unread


def findings(site: Site) -> Iterator[Finding]:
    """Check everything. The messages of Pelican and the figure plugin while reading are already in the report."""
    for check in sorted(checks, key=lambda check: check.__module__):
        yield from check(site)
    yield from headers.findings(site.articles, site.skipped)
    yield from unread(site.articles, site.environment, site.settings)
    yield from Links(site).findings()
    rendering = Rendering(site.figures, trusts_published=False)
    asked = rendering.requests(site.references)
    images = list(figures.shown_figures(site, asked, rendering))
    for article in site.shown:
        yield from check_headings(article)
        if article.is_markdown:
            yield from check_fences(article)
            yield from check_formulas(article)
            yield from check_braces(article)
            yield from check_tied_words(article)
            yield from check_characters(article)
            yield from figures.check_quoted_numbers(article, images, site.figures)
    yield from figures.refused(asked, site)
    yield from figures.damaged(asked, rendering, site)
    yield from figures.undescribed(site, images)
    yield from figures.check_layers(images)
    yield from figures.check_alt_texts(images)
    yield from figures.unasked(site)
    undrawn = {image.reference.route.name: image for image in images if not (image.figure or image.refused)}
    for first in list(undrawn.values())[:1]:
        message = f"not compared with the text, because these figures aren't up to date: {', '.join(undrawn)}"
        command = typed_here("figures", make="make figures", otherwise="unrolled figures draw")
        yield Finding(NOTE, first.article.file, first.reference.line, message, f"run `{command}`, then this again")


@ends_with_its_reader()
def main(arguments: Sequence[str] | None = None, prog: str = f"python -m {__package__}") -> int:
    """Check a site; return the exit code."""
    parser = argparse.ArgumentParser(prog=prog, description="Check the content of a site, without building it.")
    parser.add_argument(
        "-s", "--settings", default="pelicanconf.py", help="the site's settings file (default: pelicanconf.py)"
    )
    parser.add_argument("-w", "--web", action="store_true", help="check links to other sites, too")
    parser.add_argument(
        "--format",
        choices=("text", "github"),
        default="github" if "GITHUB_ACTIONS" in os.environ else "text",
        help="github adds annotations, which GitHub shows at their lines; it is the default there",
    )
    chosen = parser.parse_args(arguments)
    strict.report.annotates = chosen.format == "github"
    try:
        pelican, site = read_site(chosen.settings)
        notes = tell(findings(site))
        if chosen.web:
            notes += tell(check_web(site))
        for note in sorted(notes, key=lambda note: (note.file, note.line)):
            print(readable(f"note: {note}"))
            if strict.report.annotates:
                print(readable(strict.annotation("notice", str(note))))
        pages = sum(isinstance(article.content, Page) for article in site.shown)
        articles = counted(len(site.shown) - pages, "article")
        print(f"content: {articles} and {counted(pages, 'page')} checked")
        strict.report.close_build(pelican)
    except FigureError as problem:
        print(problem, file=sys.stderr)
        return 1
    except strict.BuildFailedError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
