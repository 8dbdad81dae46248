"""Pelican's Markdown reader, but faster: it keeps what would be created again for each article and code block."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from markdown import Markdown
from pelican import readers
from pelican.log import console
from pelican.readers import DUPLICATES_DEFINITIONS_ALLOWED
from pelican.utils import pelican_open

from ..front_matter import BEGIN, MetadataField, end_of, one_line
from ..front_matter import read as front_matter
from ..messages import ContentError
from ..private import read_markdown
from .beginnings import quicken_lexer, quicken_patterns
from .renewal import Renewable, UnrenewableError

LISTS = ("tags", "authors")
SINGLE = ("title", *(name for name, is_repeatable in DUPLICATES_DEFINITIONS_ALLOWED.items() if not is_repeatable))
"""The headers that have one value; the lists have one, too, which Pelican takes apart."""

MOST_KEPT = 200
"""Of Pygments' lexers and formatters: more are only requested if each code block has a title of its own."""
MANY_BLOCKS = 20
"""After so many code blocks in a language, it pays to find out with which characters its tokens begin."""


class MarkdownReader(readers.MarkdownReader):  # type: ignore[misc]  # Pelican has no types
    """Reads an article as Pelican's own reader does. Its class name is in the metadata, so it is the same."""

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self._kept: Renewable[Markdown] | None = None
        self._kept_for: object = None
        self._is_kept = False

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the article's HTML and its header."""
        with pelican_open(source_path) as text:
            return self.convert(text, source_path)

    def convert(self, text: str, source_path: str) -> tuple[str, dict[str, Any]]:
        """Convert an article's Markdown, which may come from a reader of other files."""
        header = None
        if text.startswith(BEGIN) and (entries := front_matter(lines := text.split("\n"))) is not None:
            header = _header(entries, self.settings["FORMATTED_FIELDS"])
            text = "\n".join(["", *lines[end_of(lines) :]])
        with quickly():
            return read_markdown(self, self._markdown(), text, source_path, header)

    def _markdown(self) -> Markdown:
        options = self.settings["MARKDOWN"]
        wanted = {**options, "extensions": [*options["extensions"]]}
        if self._kept_for != wanted:
            # Often, only one article has been edited, and keeping Markdown means setting it up twice.
            self._kept_for, self._kept, self._is_kept = wanted, None, False
        elif not self._is_kept:
            self._kept, self._is_kept = _renewable(options), True
        return self._kept.renewed() if self._kept else Markdown(**options)


def _header(entries: Sequence[MetadataField], formatted: Collection[str]) -> dict[str, list[Any]]:
    """Return front matter as Markdown's own kind of header: a list of values by name.

    Pelican splits tags and authors itself, unless they are a list already. Raises ContentError for several values of
    something that has one.
    """
    header: dict[str, list[Any]] = {}
    for entry in entries:
        name = entry.key.strip().lower()
        name = "authors" if name == "author" and isinstance(entry.value, list) else name
        values: list[Any] = entry.value if isinstance(entry.value, list) else [entry.value]
        if name in LISTS and isinstance(entry.value, list):
            values = [[*map(one_line, values)]]
        elif name in formatted or name in SINGLE:
            if not all(isinstance(value, str) for value in values) or (name in SINGLE and len(values) > 1):
                raise ContentError(f"{entry.key}: must be a single value, such as a word or a date", line=entry.line)
            values = values or [""]
        header.setdefault(name, []).extend(values)
    return header


def _renewable(options: Mapping[str, Any]) -> Renewable[Markdown] | None:
    extension = next((candidate for candidate in options["extensions"] if not isinstance(candidate, str)), None)
    if extension is not None:
        # It is registered again for each Markdown object, and only then may it forget the previous one.
        reason = f"an extension is an object, {type(extension).__name__}(), instead of a name"
    else:
        try:
            return Renewable(lambda: quicken_patterns(Markdown(**options)))
        except UnrenewableError as problem:
            reason = f"an extension has {problem}, which can't be reset"
    if reason not in _told:
        _told.add(reason)
        text = f"Markdown is set up again for each article, which is slower, because {reason}"
        console.print(text, highlight=False, markup=False, soft_wrap=True)
    return None


_told: set[str] = set()


def _kept_lexer(by_name: Callable[..., Any]) -> Callable[..., Any]:
    kept: dict[Any, Renewable[Any] | None] = {}
    blocks: Counter[Any] = Counter()

    def get_lexer_by_name(alias: str, **options: Any) -> Any:
        key = alias, _key(options)
        try:
            blocks[key] += 1
        except TypeError:  # an option that isn't hashable
            return by_name(alias, **options)
        are_many = blocks[key] > MANY_BLOCKS
        usual = partial(by_name, alias, **options)
        return _kept(kept, (key, are_many), (lambda: quicken_lexer(usual())) if are_many else usual)

    return get_lexer_by_name


def _kept_formatter(kind: Any) -> Any:
    kept: dict[Any, Renewable[Any] | None] = {}

    class Formatter(kind):  # type: ignore[misc]  # a class, as another may be derived from it
        def __new__(cls, **options: Any) -> Any:
            if cls is not Formatter:
                return super().__new__(cls)
            return _kept(kept, _key(options), lambda: kind(**options))

    return Formatter


def _kept(kept: dict[Any, Renewable[Any] | None], key: Any, make: Callable[[], Any]) -> Any:
    """Return the object for a key, as good as new; create it if there is none."""
    try:
        renewable = kept.get(key)
    except TypeError:  # an option that isn't hashable
        return make()
    if renewable is None and key not in kept and len(kept) < MOST_KEPT:
        try:
            renewable = Renewable(make)
        except UnrenewableError:
            renewable = None
        kept[key] = renewable
    return renewable.renewed() if renewable else make()


def _key(options: Mapping[str, Any]) -> tuple[Any, ...]:
    # 1 and True are equal, but not the same everywhere.
    return tuple(
        (name, type(value), tuple(value) if isinstance(value, list) else value)
        for name, value in sorted(options.items())
    )


REPLACED: dict[str, Callable[[Any], Any]] = {
    "pymdownx.highlight.get_lexer_by_name": _kept_lexer,
    "pymdownx.highlight.BlockHtmlFormatter": _kept_formatter,
    "pymdownx.highlight.InlineHtmlFormatter": _kept_formatter,
    "markdown.extensions.codehilite.get_lexer_by_name": _kept_lexer,
    "markdown.extensions.codehilite.get_formatter_by_name": _kept_lexer,
}
"""Functions that create a lexer or formatter per code block, with their replacements while an article is read."""

_replacements: dict[str, Any] = {}


@contextmanager
def quickly() -> Iterator[None]:
    """Keep the lexers and formatters of code blocks, and collect no garbage: hardly any of it is in cycles."""
    collects = gc.isenabled()
    gc.disable()
    replaced: list[tuple[Any, str, Any]] = []
    try:
        for name, replacing in REPLACED.items():
            module, _, attribute = name.rpartition(".")
            if module in sys.modules:
                usual = getattr(sys.modules[module], attribute)
                if name not in _replacements:
                    _replacements[name] = replacing(usual)
                setattr(sys.modules[module], attribute, _replacements[name])
                replaced.append((sys.modules[module], attribute, usual))
        yield
    finally:
        for holder, attribute, usual in replaced:
            setattr(holder, attribute, usual)
        if collects:
            gc.enable()
