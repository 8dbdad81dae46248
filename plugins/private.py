"""The private names of other packages that ours depends on: all of them are here, each with its reason.

A test (tests/plugins/test_private.py) fails for each that a new version no longer has, and for any that is used
elsewhere. `sys._getframe` and `os._exit` are documented, so they are none. What the names belong to is handed over: the
process that serves the preview uses this module too, and must not depend on Pelican.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any


def html_of(content: Any) -> str:
    """Return the HTML that a reader has made of an article or page; empty where it has made none.

    Pelican's `content` gives it with the links of one page resolved, and keeps that for ever.
    """
    html = content._content
    return html if isinstance(html, str) else ""


def put_html(content: Any, html: str) -> None:
    """Put HTML in the place of what a reader has made: Pelican has no other way to change it."""
    content._content = html


def put_summary(content: Any, html: str) -> None:
    """Put HTML in the place of a summary that its author wrote: Pelican keeps it here and in the metadata."""
    content._summary = html


def with_links(content: Any, html: str, siteurl: str) -> str:
    """Resolve the links in a piece of HTML as Pelican does those of an article: it does so for whole articles only."""
    return str(content._update_content(html, siteurl))


def generator_classes(pelican: Any) -> list[Any]:
    """Return the classes of the generators of a site, plugins' own among them: Pelican gives them to a build only."""
    return list(pelican._get_generator_classes())


def say_again(limit: Any) -> None:
    """Have Pelican's LimitFilter forget what it let through: else a warning is told once a process, not a build."""
    limit._raised_messages.clear()
    limit._group_count.clear()


def cache_place(readers: Any) -> str:
    """Return where Pelican's own cache of some readers is: nothing else says which generator they read for."""
    return str(readers._cache_path)


def read_markdown(reader: Any, markdown: Any, text: str, path: str) -> tuple[str, dict[str, Any]]:
    """Have Pelican's reader of Markdown read a text that is not in a file as it is: its `read` opens one."""
    reader._source_path, reader._md = path, markdown
    html = str(markdown.convert(text))
    return html, dict(reader._parse_metadata(getattr(markdown, "Meta", {})))


def console_lock(console: Any) -> AbstractContextManager[Any]:
    """Return the lock under which a console of rich's writes: a process that is forked while it is held would hang.

    It may be taken again by the thread that has it, and the only thread of a fork is the one that forked.
    """
    lock: AbstractContextManager[Any] = console._lock
    return lock


def without_discarded(readers: Any, metadata: dict[str, Any]) -> dict[str, Any]:
    """Leave out what a reader has discarded, as Pelican does before it keeps what was read."""
    return dict(readers._filter_discardable_metadata(metadata))


def superfences_store(fences: Any) -> Callable[..., None]:
    """Return what pymdownx's superfences calls with each block that it keeps, to be wrapped: it has no hook there."""
    store: Callable[..., None] = fences._store
    return store


def put_superfences_store(fences: Any, store: Callable[..., None]) -> None:
    """Put something else in its place."""
    fences._store = store


def without_constants(generator: type[Any], data: type[Any], impossible: type[Exception]) -> type[Any]:
    """Return Jinja's CodeGenerator as one that computes nothing but template data while it compiles.

    A filter that was edited is then applied again, though the compiled template is kept. The public way to the same, a
    `finalize` that takes the context, would be called for every value that a template writes.
    """

    class WithoutConstants(generator):  # type: ignore[misc]  # it is handed over, so that nothing is imported here
        def _output_child_to_const(self, node: Any, frame: Any, finalize: Any) -> str:
            if not isinstance(node, data):
                raise impossible
            return str(super()._output_child_to_const(node, frame, finalize))

    return WithoutConstants


def rust_notify() -> tuple[Callable[..., Any], type[Exception]]:
    """Return what watchfiles watches by, and its error: `watchfiles.watch` does not say when it has begun."""
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    return RustNotify, WatchfilesRustInternalError


def opening_of(writer: Any) -> Callable[..., Any]:
    """Return what Pelican's writer opens a file by: it keeps account there of what is written twice."""
    opening: Callable[..., Any] = writer._open_w
    return opening


def put_opening(writer: Any, opening: Callable[..., Any]) -> None:
    """Put something else in its place: a writer has no other hook between rendering a page and telling of it."""
    writer._open_w = opening
