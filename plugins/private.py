"""The private names of other packages that ours depend on: all of them are here, each with its reason.

A test (tests/plugins/test_private.py) fails for each that a new version no longer has, and for any that is used
elsewhere. `sys._getframe` and `os._exit` are documented, so they don't count. Python's own `_posixsubprocess`, with
which multiprocessing starts processes, has neither a public name nor an audit event: `figures/child/tracing.py` wraps
it where it wraps the functions of `os`. The objects that names belong to are passed as arguments, because the process
that serves the preview uses this module too, and must not depend on Pelican.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any


def html_of(content: Any) -> str:
    """Return the HTML that a reader has made of an article or page; empty if there is none.

    Pelican's `content` resolves the links for one page, and caches the result forever.
    """
    html = content._content
    return html if isinstance(html, str) else ""


def put_html(content: Any, html: str) -> None:
    """Replace the HTML from a reader: Pelican has no other way to change it."""
    content._content = html


def put_summary(content: Any, html: str) -> None:
    """Replace the HTML of an author's summary: Pelican keeps it here and in the metadata."""
    content._summary = html


def with_links(content: Any, html: str, siteurl: str) -> str:
    """Resolve the links in a piece of HTML as Pelican does in an article: it only offers this for whole articles."""
    return str(content._update_content(html, siteurl))


def look_for_links(contents: type[Any], form: str) -> None:
    """Have Pelican look for internal links only in texts that may have one, if links have this form, the usual one.

    Its regular expression tries every attribute of every tag, several times for each article.
    """
    usual = contents._get_intrasite_link_regex
    if usual.__module__ == __name__:  # it is replaced already: a preview registers plugins in each build
        return

    def regex(content: Any) -> Any:
        pattern = usual(content)
        return LinkPattern(pattern) if content.settings["INTRASITE_LINK_REGEX"] == form else pattern

    contents._get_intrasite_link_regex = regex


class LinkPattern:
    """Stands in for that regular expression: a link starts with a quotation mark, and a brace or a bar."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find all links."""
        return self._pattern.finditer(text) if self._may_match(text) else iter(())

    def sub(self, replaced: Callable[[re.Match[str]], str], text: str) -> str:
        """Replace all links."""
        return self._pattern.sub(replaced, text) if self._may_match(text) else text

    @staticmethod
    def _may_match(text: str) -> bool:
        if type(text) is not str:
            return True
        for sign in "{|":
            place = text.find(sign)
            while place >= 0:
                if place and text[place - 1] in "\"'":
                    return True
                place = text.find(sign, place + 1)
        return False


def generator_classes(pelican: Any) -> list[Any]:
    """Return a site's generator classes, including those of plugins: Pelican only gives them to a build."""
    return list(pelican._get_generator_classes())


def say_again(limit: Any) -> None:
    """Reset Pelican's LimitFilter: otherwise, a warning is shown once per process, not once per build."""
    limit._raised_messages.clear()
    limit._group_count.clear()


def cache_place(readers: Any) -> str:
    """Return the path of Pelican's own cache for some readers: nothing else shows which generator they belong to."""
    return str(readers._cache_path)


def read_markdown(
    reader: Any, markdown: Any, text: str, path: str, header: Mapping[str, Sequence[Any]] | None = None
) -> tuple[str, dict[str, Any]]:
    """Have Pelican's Markdown reader convert a text that isn't in a file of its own: its `read` opens one.

    The header, by name, is the one that Markdown finds in the text, unless it was read before.
    """
    reader._source_path, reader._md = path, markdown
    html = str(markdown.convert(text))
    return html, dict(reader._parse_metadata(getattr(markdown, "Meta", {}) if header is None else header))


def console_lock(console: Any) -> AbstractContextManager[Any]:
    """Return the lock of a rich console: a process that is forked while another thread holds it would hang.

    The thread that holds it may take it again, and the only thread of a fork is the one that forked.
    """
    lock: AbstractContextManager[Any] = console._lock
    return lock


def without_discarded(readers: Any, metadata: dict[str, Any]) -> dict[str, Any]:
    """Remove discarded values from metadata, as Pelican does before it caches them."""
    return dict(readers._filter_discardable_metadata(metadata))


def superfences_store(fences: Any) -> Callable[..., None]:
    """Return the method that pymdownx's superfences calls with each block, for wrapping: it has no hook there."""
    store: Callable[..., None] = fences._store
    return store


def put_superfences_store(fences: Any, store: Callable[..., None]) -> None:
    """Replace that method."""
    fences._store = store


def without_constants(generator: type[Any], data: type[Any], impossible: type[Exception]) -> type[Any]:
    """Return a subclass of Jinja's CodeGenerator that evaluates nothing but template data during compilation.

    An edited filter is then applied again, even though the compiled template is kept. The public alternative, a
    `finalize` that takes the context, would be called for every value that a template writes.
    """

    class WithoutConstants(generator):  # type: ignore[misc]  # it is handed over, so that nothing is imported here
        def _output_child_to_const(self, node: Any, frame: Any, finalize: Any) -> str:
            if not isinstance(node, data):
                raise impossible
            return str(super()._output_child_to_const(node, frame, finalize))

    return WithoutConstants


def rust_notify() -> tuple[Callable[..., Any], type[Exception]]:
    """Return the watcher class of watchfiles, and its error: `watchfiles.watch` doesn't report when it has started."""
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    return RustNotify, WatchfilesRustInternalError


def opening_of(writer: Any) -> Callable[..., Any]:
    """Return the method with which Pelican's writer opens a file, where it also tracks files that are written twice."""
    opening: Callable[..., Any] = writer._open_w
    return opening


def put_opening(writer: Any, opening: Callable[..., Any]) -> None:
    """Replace that method: a writer has no other hook between rendering a page and announcing it."""
    writer._open_w = opening


def is_written(writer: Any, path: str) -> tuple[bool, bool]:
    """Return whether a writer has written a file, and whether it was meant to be the last to do so."""
    return path in writer._written_files, path in writer._overridden_files


def note_written(writer: Any, path: str, override: bool) -> None:
    """Have a writer track a file as written, like one that it opens: it reports if it is written again."""
    writer._written_files.add(path)
    if override:
        writer._overridden_files.add(path)


def parsed_regex(pattern: re.Pattern[str]) -> tuple[Any, Any]:
    """Return a regular expression as Python's own parser reads it, and the names of its kinds of items.

    Nothing public tells which characters a match can begin with.
    """
    from re import _constants, _parser  # type: ignore[attr-defined]

    return _parser.parse(pattern.pattern, pattern.flags), _constants


def regex_of(tree: Any, item: tuple[Any, Any]) -> re.Pattern[str]:
    """Compile a single item of such a regular expression, with the same flags."""
    from re import _compiler  # type: ignore[attr-defined]

    compiled: re.Pattern[str] = _compiler.compile(type(tree)(tree.state, [item]), 0)
    return compiled


def rules_of(lexer: Any) -> dict[str, Any]:
    """Return the rules of a lexer of Pygments by state, each with a function that matches; empty if it has none."""
    return getattr(lexer, "_tokens", {})


def put_rules(lexer: Any, rules: Mapping[str, Any]) -> None:
    """Replace the rules of a lexer: Pygments goes through those of a state, for each token from the first one."""
    lexer._tokens = rules


def apply_patterns(inline: Any, listed: Callable[[], Sequence[tuple[Any, Callable[[str, int], bool]]]]) -> None:
    """Have Markdown's inline processor apply a pattern only where its function says that the text may match.

    `listed` is called whenever a tree is processed, and returns all patterns in order. The public alternative would be
    to replace the patterns, which other extensions look up.
    """
    usual, apply = inline.run, inline._InlineProcessor__applyPattern
    usual_handle: Callable[[str, int], str] = inline._InlineProcessor__handleInline
    patterns = listed()

    def run(*tree: Any, **named: Any) -> Any:
        nonlocal patterns
        patterns = listed()
        return usual(*tree, **named)

    def handle(text: str, number: int = 0) -> str:
        if type(text) is not str:  # for example Markdown's AtomicString, which has no patterns
            return usual_handle(text, number)
        start = 0
        while number < len(patterns):
            pattern, may_match = patterns[number]
            is_found = False
            if may_match(text, start):
                text, is_found, start = apply(pattern, text, number, start)
            if not is_found:
                number, start = number + 1, 0
        return text

    inline.run, inline._InlineProcessor__handleInline = run, handle
