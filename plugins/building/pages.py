"""Only changes are written: pages that would be the same are kept, and so are files that are only copied.

A page is kept if everything that its templates asked for has the same answers as when it was written, which
`dependencies` checks, if templates, code and settings are the same, and if its file is still the one that was written.

With DELETE_OUTPUT_DIRECTORY, a build starts with an empty output as usual, because plugins may rely on it. The previous
files are put aside, and kept ones are moved back. So files that are no longer written are gone at the end, and a failed
build leaves nothing old behind. They are moved back at the end, or as soon as someone may look for them, because then
whole folders can be moved.

If many pages have to be rendered, forked children render them in parallel. Each child continues where this process is,
renders a stripe of the pages, and writes nothing. This process continues, too, and takes each page from a child under
the same condition as a kept one: if asking again gives the same answers. So only this process writes pages, sends
signals and prints messages, in order, and any side effects of asking happen here, too. A page with messages is rendered
here, and so is one whose questions couldn't all be recorded.
"""

from __future__ import annotations

import io
import json
import locale
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, Template
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from pelican import signals
from pelican.generators import ArticlesGenerator, PagesGenerator
from pelican.log import console
from pelican.utils import sanitised_join
from pelican.writers import Writer

from ..files import real_paths
from ..messages import Hearing
from ..private import note_written, opening_of, put_opening
from . import memo
from .dependencies import (
    OURS,
    TRACED,
    About,
    Common,
    Names,
    Noted,
    Question,
    Record,
    Replay,
    Trace,
    Tracing,
    compile_to_ask,
    each,
    is_foreign,
)
from .forking import HERE, Branch, Branches, branch, sparing_collection, workers
from .incremental import on_edit
from .output import Before, Content, content_of, hash_of, is_young, stamp_of

log = logging.getLogger(__name__)

VERSION = 6
"""Incremented when the meaning of the stored data changes."""
ALONE = 16
"""How many pages of a generator are rendered before children are forked for the rest: a fork costs as much."""
TURNS: Mapping[int, Sequence[int]] = {2: (HERE, 0, 0), 3: (0, 1, 0, 1, 0, 1, HERE)}
"""Who renders which page, by the number of workers: this process is one of them, and with three others it has enough to
do.

For a page from a child, this process still asks its questions again and writes it, and it writes everything else.
"""
READS_OUTPUT = "reads_output"
"""The attribute of a generator's class that looks at the pages that others have written."""
BESIDE = (".css", ".html", ".js", ".json", ".po", ".svg", ".txt", ".xml")
"""The files that a plugin may have next to its modules."""

ONCE = "a function has to be called each time"
"""Why a page can't be kept although all its questions are known."""

OF_PAGES = (signals.article_generator_write_article, signals.page_generator_write_page, signals.content_written)
"""The signals that are sent for each page; a plugin may then change an article."""
WHILE_WRITING = (
    *OF_PAGES,
    signals.article_writer_finalized,
    signals.page_writer_finalized,
    signals.feed_generated,
    signals.feed_written,
)
"""All signals that are sent while pages are written; a plugin may then look at those that are there."""

Asked = list[Record]
"""The questions of a page."""


class WritingRecord(msgspec.Struct, forbid_unknown_fields=True):
    """What is stored of a build: each record once, with pages that have the numbers of theirs.

    Those of pairs, abouts and commons alternate; a common has the indexes of its pairs.
    """

    key: str = ""
    pairs: list[Any] = []
    abouts: list[About] = []
    commons: list[tuple[int, ...]] = []
    shared: list[int] = []
    pages: dict[str, tuple[Content, str, list[int]]] = {}
    copies: dict[str, tuple[str, tuple[int, ...], Content]] = {}
    files: dict[str, tuple[str, Content]] = {}


PAIR, ABOUT, COMMON = 0, 1, 2
"""The remainders of these numbers."""


class Run:
    """One build, as far as it writes pages."""

    def __init__(self, settings: Mapping[str, Any], tracing: Tracing, said: Callable[[], int]) -> None:
        self._settings = settings
        self._tracing = tracing
        self._said = said
        self.before = Before(settings)
        self.kept: set[str] = set()
        """The unchanged pages, by their paths in the output."""
        self._pages: dict[str, tuple[Content, str, Asked]] = {}
        self._copies: dict[str, tuple[str, tuple[int, ...], Content]] = {}
        self._known_pages: dict[str, tuple[Content, str, Asked]] = {}
        self._known_copies: dict[str, tuple[str, tuple[int, ...], Content]] = {}
        self._files: dict[str, tuple[str, Content]] = {}
        self._known_files: dict[str, tuple[str, Content]] = {}
        self._once: dict[str, Asked] = {}
        """The questions of pages that can't be kept only because a function has to be called each time."""
        self._known_shared: list[Noted] = []
        self._changed = 0
        self._open: Callable[..., Any] | None = None
        self._writer: Any = None
        self._waiting: set[str] = set()
        """The kept files that aren't back in the output yet."""
        self._is_watched = False
        """Whether other plugins may look at pages while more are written."""
        self._next: tuple[str, bool, tuple[str, Asked] | None] | None = None
        """The page that is written next: its path, whether it is kept, and its template and questions, if known."""
        self._replays: dict[int, Replay] = {}
        self._sources: dict[str, str] = {}
        self._done: set[str] = set()
        self._others: set[str] = set()
        """The files that Pelican has written without rendering a template: feeds."""
        self._names = Names({})
        self._key = ""
        self._is_steady = True
        self._hashes = False
        self._why_alone = ""
        """Why this process renders everything itself, if it does."""
        self._number = 0
        """The number of the page that is being written: a list of articles is several pages."""
        self._is_list = False
        self._overrides = False
        """Whether the page may replace another with the same path."""
        self._rendered = 0
        self.written_as: dict[Any, set[str]] = {}
        """The paths of the pages by the name that they are written with: a list of articles is several pages."""
        self._name: Any = None
        self._branches: Branches | None = None
        self._branch: Branch | None = None
        self._exchange = Exchange(self._names)

    def attach(self, writer: Any, generators: Sequence[Any]) -> None:
        """Have a writer check first whether a page can be kept; no page is written yet."""
        known = WritingRecord()
        with suppress(ValueError, RecursionError):  # it is damaged, or there is none
            known = _decoded(self.before.read(), WritingRecord)
        self._names = Names({id(it): "settings" for it in (self._settings, *(one.settings for one in generators))})
        foreign = [cls for cls in type(writer).__mro__ if cls not in (Writer, object) and not is_ours(cls)]
        key = None if foreign else key_of(self._settings, [it.env for it in generators if hasattr(it, "env")])
        if key is None:
            what = f"{foreign[0].__module__} writes pages itself" if foreign else "its templates aren't in files"
            _say(f"every build writes all pages of this site: {what}")
            return
        self._key = key
        self._is_steady = not any(map(foreign_receivers, OF_PAGES))
        self._hashes = bool(foreign_receivers(signals.content_written))
        self._is_watched = any(map(foreign_receivers, WHILE_WRITING)) or any(map(is_foreign, callables_of(generators)))
        with suppress(TypeError, ValueError, IndexError):
            if known.key == key:
                pairs: list[Noted] = [(question, answer) for question, answer in known.pairs]
                records: list[list[Any]] = [
                    pairs,
                    [self._names.about(*it) for it in known.abouts],
                    [Common(map(pairs.__getitem__, it)) for it in known.commons],
                ]
                self._known_shared = [pairs[it] for it in known.shared]
                self._known_copies, self._known_files = known.copies, known.files
                self._known_pages = {
                    name: (stamp, template, [records[it % 3][it // 3] for it in numbers])
                    for name, (stamp, template, numbers) in known.pages.items()
                }
        self._writer, self._open = writer, opening_of(writer)
        put_opening(writer, self._opened)
        write_file = writer.write_file
        in_pages = writer.settings["PAGINATED_TEMPLATES"]

        def written(name: Any, template: Any, *more: Any, **named: Any) -> None:
            self._name = name
            self._is_list = named.get("template_name") in in_pages
            self._overrides = any((named.get("override_output"), *more[4:5]))
            if not self._is_list:
                self._number += 1
                if self._branch and not self._branch.has(self._number):
                    return
            keepable = Keepable(self, template) if isinstance(template, Template) else template
            with suppress(SentError):
                write_file(name, keepable, *more, **named)

        writer.write_file = written

    @contextmanager
    def pages_of(self, generator: Any) -> Iterator[None]:
        """Write the pages of a generator: if there are many, children render them in parallel."""
        if is_foreign(type(generator)) or getattr(generator, READS_OUTPUT, False):
            self.put_back()
        self._rendered = 0
        self._why_alone = self._why_not(generator)
        try:
            with sparing_collection():
                yield
        finally:
            if self._branch:
                self._branch.end()
            self._end_branches()

    def _why_not(self, generator: Any) -> str:
        """Return why a generator's work can't continue in children."""
        wrapped = [it for name, it in vars(generator).items() if hasattr(type(generator), name) and is_foreign(it)]
        if type(generator) not in (ArticlesGenerator, PagesGenerator) or wrapped:
            return f"nothing is known about {type(generator).__module__}.{type(generator).__qualname__}"
        if self._settings["RELATIVE_URLS"]:
            return "links are relative to the page written before"
        if any(map(is_foreign, generator.env.extensions.values())):
            return "the templates use a Jinja extension that isn't known here"
        return ""

    def _branch_off(self) -> None:
        """Have children render the remaining pages, if there seem to be many."""
        self._rendered += 1
        if self._branches or self._rendered != ALONE or (count := workers(self._settings)) < 2:
            return
        if self._why_alone or self._tracing.foreign:
            self._say_why()
            return
        commons = (it.common for it in self._names.lookups.values())
        turns = TURNS.get(count, range(count - 1))
        known: list[Record] = [*self._names.calls.values(), *commons]
        self._exchange = Exchange(self._names, known, max(turns) + 1)
        match branch(turns):
            case Branches() as branches:
                self._branches = branches
            case Branch() as own:
                self._branch = own
                memo.computed()  # the parent has these
                for signal in OF_PAGES:
                    signal.is_muted = True

    def _say_why(self) -> None:
        why = self._why_alone or f"nothing is known about {self._tracing.foreign}, which a template uses"
        log.info("pages are rendered one by one: %s", why)  # not for everyone: it only matters in a build of many pages

    def _end_branches(self) -> None:
        if self._branches:
            self._branches.end()
            self._branches = None

    def rendered(self, template: Template, context: dict[str, Any]) -> str:
        """Render a page, or return an empty string if it is kept."""
        self._number += self._is_list
        name, environment = context["output_file"], template.environment
        self.written_as.setdefault(self._name, set()).add(name)
        source = self._source(template)
        is_seen = source and self._tracing.sees(environment)
        if self._branch:
            if self._branch.has(self._number):
                self._branch.send(self._number, self._aside(template, context, source) if is_seen else None)
                memo.drop_computed()
            if not self._is_list:
                raise SentError
            return ""
        if not is_seen:
            self._next = name, False, None
            return template.render(context)
        self._tracing.watch(environment)
        if self._holds(template, context, source):
            if not self._is_list:
                self._announce(name, context)
                raise SentError
            self._next = name, True, None
            return ""
        have_begun = self._branches is not None
        self._branch_off()
        if self._branch:  # this process is a child now, and its parent renders this page
            return ""
        log.info("rendering %s", name)
        if have_begun and (taken := self._taken(template, context, source)):
            self._next = name, False, (source, taken[1])
            return taken[0]
        html, problem, noted = self._made(template, context)
        if problem:
            log.debug("%s is rendered each time: %s", name, problem)
        self._next = name, False, None if problem else (source, noted)
        if problem == ONCE:
            self._once[name] = noted
        return html

    def _holds(self, template: Template, context: dict[str, Any], source: str) -> bool:
        """Return whether a page would be the same again, and is still there."""
        name = context["output_file"]
        known = self._known_pages.get(name)
        return bool(
            known
            and known[1] == source
            and name not in self._done
            and name not in self._others
            and self.before.has(name, known[0])
            and self._replay(template).holds(known[2], context, are_steady=self._is_steady)
        )

    def _made(self, template: Template, context: dict[str, Any]) -> tuple[str, str, Asked]:
        """Render a page; return it, why it can't be kept, if that is the case, and its questions."""
        trace = Trace(self._names, context.get("localsiteurl") if self._is_steady else object())
        said, self._tracing.trace = self._said(), trace
        try:
            html = template.render(context)
            trace.end()
        finally:
            self._tracing.trace = None
        problem = trace.problem or ("rendering it gives a warning" if self._said() != said else "")
        return html, problem or (ONCE if trace.is_once else ""), trace.noted

    def _aside(self, template: Template, context: dict[str, Any], source: str) -> Any:
        """Render a page in a child; return the result for its parent, or why no page can be, or None for this one."""
        self._tracing.watch(template.environment)
        if self._tracing.foreign or self._holds(template, context, source):
            return self._tracing.foreign or None
        shared, hearing = len(self._tracing.shared), Hearing(to_prints=True)
        try:
            with hearing:
                html, problem, noted = self._made(template, context)
        except Exception:  # of any kind: the parent gets it, too
            return self._tracing.foreign or None
        if self._tracing.foreign:
            return self._tracing.foreign
        # The questions of a module that is imported once for all pages are only known where it is rendered.
        if problem or hearing.messages or self._tracing.problem or len(self._tracing.shared) != shared:
            return None
        return context["output_file"], source, html, memo.computed(), *self._exchange.sent(noted)

    def _taken(self, template: Template, context: dict[str, Any], source: str) -> tuple[str, Asked] | None:
        """Return a page that a child has rendered, with its questions, if the answers are the same here."""
        if not self._branches:
            return None
        sent = self._branches.take(self._number)
        if isinstance(sent, str):
            self._tracing.foreign = sent
        if self._tracing.foreign:
            self._end_branches()
            self._say_why()
        elif sent and sent[:2] == (context["output_file"], source):
            _, _, html, computed, *numbered = sent
            memo.put(computed)
            noted = self._exchange.received(self._branches.place(self._number), *numbered)
            if noted and self._replay(template).holds(noted, context, are_steady=self._is_steady):
                return html, noted
        return None

    @property
    def is_complete(self) -> bool:
        """Whether the questions of all pages are known, once they are written: asking them again tells what changes."""
        is_known = self._key and not self._tracing.problem and self._is_steady
        if not is_known or self._done != self._pages.keys() | self._once.keys():
            return False
        asked, unsteady = (*self._once.values(), *(it for _, _, it in self._pages.values())), self._names.unsteady
        return not (unsteady and any(map(unsteady.__contains__, map(id, chain(*asked)))))

    @property
    def foreign(self) -> str:
        """What a template uses that nothing is known about; empty if there is nothing."""
        return self._tracing.foreign

    def asked(self) -> dict[str, list[Noted]] | None:
        """Return the questions of all pages, by path, once they are written; None if they aren't known."""
        if not self.is_complete:
            return None
        pages = {**self._once, **{name: asked for name, (_, _, asked) in self._pages.items()}}
        records = {id(it): it for asked in pages.values() for it in asked}
        parts = {number: [*each([it])] for number, it in records.items()}
        every = {name: [noted for it in asked for noted in parts[id(it)]] for name, asked in pages.items()}
        return {**every, "": [*self._known_shared, *self._tracing.shared]}

    def forget_answers(self) -> None:
        """Forget the answers that all pages share, because an article or a figure has changed."""
        self._names.answers.clear()
        self._names.lookups.clear()
        self._names.calls.clear()

    def rendered_again(self, template: Template, context: dict[str, Any]) -> tuple[str, list[Noted] | None]:
        """Render a page again after the build; return it with its questions, None if not all can be asked again."""
        html, problem, noted = self._made(template, context)
        return html, [*each(noted)] if problem in ("", ONCE) else None

    def name_of(self, content: Any) -> str:
        """Return the name that pages' questions use for an article."""
        return self._names.key(content)

    def replay(self, environment: Environment) -> Replay:
        """Return an object that asks these questions again."""
        return Replay(self._names, environment, environment.globals)

    def knows(self, name: str, made_of: str) -> bool:
        """Return whether a plugin's file was made from the same data, and is unchanged."""
        known = self._known_files.get(name)
        return bool(known and known[0] == made_of and self.before.has(name, known[1]))

    def keep(self, name: str) -> None:
        """Keep such a file, for which `knows` returned True."""
        self._files[name] = self._known_files[name]
        self._keep(name)

    def wrote(self, name: str, made_of: str) -> None:
        """Record what a file that a plugin has just written was made from."""
        if stamp := content_of(self.before.output / name):
            self._files[name] = made_of, stamp

    def _replay(self, template: Template) -> Replay:
        environment = template.environment
        if id(environment) not in self._replays:
            self._replays[id(environment)] = Replay(self._names, environment, template.globals)
            if not self._replays[id(environment)].holds(self._known_shared, {}, are_steady=self._is_steady):
                self._known_pages = {}
        return self._replays[id(environment)]

    def _source(self, template: Template) -> str:
        """Return a template's name and digest, because it may be outside of the theme; empty if it has no file."""
        file = template.filename or ""
        if file not in self._sources:
            try:
                self._sources[file] = hash_of(Path(file).read_bytes())
            except OSError:
                self._sources[file] = ""
        return f"{template.name} {self._sources[file]}" if self._sources[file] else ""

    def _opened(self, path: str, encoding: str, override: bool = False) -> Any:
        """Replaces the method with which a writer opens files."""
        assert self._open
        if self._branch:
            return Path(os.devnull).open("w", encoding=encoding)
        page, self._next = self._next, None
        if page is None:
            self._others.add(os.path.relpath(path, self.before.output))
            return self._open(path, encoding, override)
        name, is_kept, about = page
        self._done.add(name)
        if is_kept:
            self._keep_page(name, path, override)
            return io.StringIO()  # Pelican writes an empty page into it
        return Opened(self._open(path, encoding, override), partial(self._closed, name, about))

    def _closed(self, name: str, about: tuple[str, Asked] | None, path: Path) -> None:
        self._pages.pop(name, None)
        self.kept.discard(name)
        self._changed += 1
        if about is not None and (stamp := content_of(path, hashed=self._hashes)):
            self._pages[name] = stamp, *about

    def _announce(self, name: str, context: dict[str, Any]) -> None:
        """Keep a page without the rest of what Pelican does to write one, except for telling plugins."""
        path = sanitised_join(self._writer.output_path, name)
        self._done.add(name)
        self._keep_page(name, path, self._overrides)
        signals.content_written.send(path, context=context)

    def _keep_page(self, name: str, path: str, override: bool) -> None:
        note_written(self._writer, path, override)
        self._pages[name] = self._known_pages[name]
        self.kept.add(name)
        self._keep(name)

    def _keep(self, name: str) -> None:
        self._waiting.add(name)
        if self._is_watched:
            self.put_back()

    def put_back(self) -> None:
        """Move the kept files back into the output."""
        self.before.put_back(self._waiting)
        self._waiting = set()

    def copy(self, generator: Any, write: Callable[[Any], None], writer: Any) -> None:
        """Have Pelican copy the static files that have changed, and finish, because nothing is written after them."""
        files, output = list(generator.context["staticfiles"]), self.before.output
        targets = [str(it.save_as) for it in files]
        kept = []
        for file, target in zip(files, targets, strict=True):
            known = self._known_copies.get(target)
            if known and targets.count(target) == 1 and not generator.settings["STATIC_CREATE_LINKS"]:
                source, stamp, copied = known
                is_same = source == file.source_path and stamp_of(Path(generator.path, source)) == stamp
                if is_same and self.before.has(target, copied):
                    kept.append(target)
        known_ones = {*kept}
        if not self._waiting.isdisjoint({*targets} - known_ones):
            self.put_back()  # a file may be copied over a page, but not the other way round
        generator.context["staticfiles"] = [
            it for it, target in zip(files, targets, strict=True) if target not in known_ones
        ]
        try:
            write(writer)
        finally:
            generator.context["staticfiles"] = files
        for target in kept:
            self._copies[target] = self._known_copies[target]
            self._keep(target)
        for file, target in zip(files, targets, strict=True):
            if target not in self._copies and targets.count(target) == 1:
                read, written = stamp_of(Path(generator.path, file.source_path)), content_of(output / target)
                if read and written and not is_young(read, int(written[1])):
                    self._copies[target] = file.source_path, read, written
        self._end()

    def _end(self) -> None:
        """Store what was written, and delete the rest."""
        self.put_back()
        if self._key:
            is_same = not self._changed and self._pages.keys() == self._known_pages.keys()
            is_same = is_same and self._copies == self._known_copies and self._files == self._known_files
            self.before.note(None if is_same else self._noted())
        self.before.forget()

    def _noted(self) -> bytes:
        """Encode what is known now: what several pages share is stored once, whoever has rendered them."""
        pairs: dict[bytes, int] = {}
        abouts: dict[About, int] = {}
        commons: dict[tuple[int, ...], int] = {}
        numbers: dict[int, int] = {}

        def number(record: Record) -> int:
            known = numbers.get(id(record))
            if known is None:
                if isinstance(record, About):
                    known = ABOUT + 3 * abouts.setdefault(record, len(abouts))
                elif isinstance(record, Common):
                    of_pairs = tuple(number(it) // 3 for it in record)
                    known = COMMON + 3 * commons.setdefault(of_pairs, len(commons))
                else:
                    known = PAIR + 3 * pairs.setdefault(_encoded(record), len(pairs))
                numbers[id(record)] = known
            return known

        are_known = not self._tracing.problem
        shared = [number(it) // 3 for it in (*self._known_shared, *self._tracing.shared)]
        unsteady = self._names.unsteady
        pages = {
            name: (stamp, template, [*map(number, asked)])
            for name, (stamp, template, asked) in self._pages.items()
            if are_known and not (unsteady and any(map(unsteady.__contains__, map(id, asked))))
        }
        texts = [*map(msgspec.Raw, pairs)]
        known = WritingRecord(self._key, texts, [*abouts], [*commons], shared, pages, self._copies, self._files)
        return _encoded(known)


class SentError(Exception):
    """A child has sent a page, or one is kept, so Pelican has nothing to write."""


class Exchange:
    """Records on their way from children to the parent: each is sent once by each child, and shared by all pages."""

    def __init__(self, names: Names, noted: Sequence[Record] = (), children: int = 0) -> None:
        self._names = names
        self._known = {_encoded(it): it for it in noted}
        self._numbers: dict[int, int] = {}
        self._sent: list[Record] = []
        self._received: list[dict[int, Record]] = [{} for _ in range(children)]
        self._parts: dict[Any, Any] = {}
        """The parts that many questions have in common, so that each is in memory once: there may be a million."""

    def sent(self, noted: Asked) -> tuple[list[int], dict[int, bytes]]:
        """Encode records in a child: the number of each, and the text of each new one."""
        texts = {}
        for it in noted:
            if id(it) not in self._numbers:
                number = self._numbers[id(it)] = len(self._sent)
                self._sent.append(it)
                texts[number] = _encoded(it)
        return [self._numbers[id(it)] for it in noted], texts

    def received(self, child: int, numbers: Sequence[int], texts: Mapping[int, bytes]) -> Asked | None:
        """Decode a child's records; None if some of them were sent with a page that wasn't read."""
        own = self._received[child]
        for number, text in texts.items():
            own[number] = self._record(text)
        try:
            return [own[number] for number in numbers]
        except KeyError:
            return None

    def _record(self, text: bytes) -> Record:
        known = self._known.get(text)
        if known is None:
            told = _decoded(text)
            if isinstance(told[0], str):
                key, asked, answers = told
                return self._names.about(self._part(key), asked, [*map(self._part, answers)])
            is_pair = isinstance(told[-1], str)
            known = self._pair(*told) if is_pair else Common(self._pair(*it) for it in told)
            if len(self._received) > 1:  # each child sends it once
                self._known[text] = known
        return known

    def _pair(self, question: Question, answer: str) -> Noted:
        return [*map(self._part, question)], self._part(answer)

    def _part(self, part: Any) -> Any:
        if isinstance(part, str):
            return self._parts.setdefault(part, part)
        if type(part) is list and len(part) == 2 and part[0] == "=":  # the name of an article
            return self._parts.setdefault(("=", part[1]), part)
        return part


def _encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:  # a file has a name that isn't Unicode
        return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> Any:
    return json.loads(bytes(value)) if isinstance(value, msgspec.Raw) else msgspec.structs.asdict(value)


def _decoded(text: bytes, kind: Any = Any) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(text), kind)


class Keepable:
    """Replaces a template, for a page that may be kept."""

    def __init__(self, run: Run, template: Template) -> None:
        self._run = run
        self._template = template

    def render(self, context: dict[str, Any]) -> str:
        """Render it if necessary."""
        return self._run.rendered(self._template, context)


class Opened:
    """A file that is written to; `closed` is called with its path afterwards."""

    def __init__(self, file: Any, closed: Callable[[Path], None]) -> None:
        self._file = file
        self._closed = closed

    def __enter__(self) -> Any:
        return self._file.__enter__()

    def __exit__(self, *problem: object) -> None:
        self._file.__exit__(*problem)
        if problem[0] is None and self._file.name != os.devnull:
            self._closed(Path(self._file.name))


class Emptying:
    """Is tested for whether to empty the output, exactly where Pelican would; commands that only read never do that.

    It then empties the output itself, and is False.
    """

    def __init__(self, empty: Callable[[], None]) -> None:
        self._empty: Callable[[], None] | None = empty

    def __bool__(self) -> bool:
        empty, self._empty = self._empty, None
        if empty:
            empty()
        return empty is None


class Warnings(logging.Handler):
    """Counts warnings: a page with warnings is rendered each time, so that they appear each time."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count one more."""
        self.count += 1


def key_of(settings: Mapping[str, Any], environments: Sequence[Environment]) -> str | None:
    """Return a digest of what all pages depend on; None if templates don't come from files."""
    digest = blake2b(digest_size=16)

    def add(*values: object) -> None:
        digest.update(repr(values).encode("utf-8", "surrogatepass"))

    add(VERSION, sys.version, locale.setlocale(locale.LC_ALL), os.environ.get("TZ"))
    for name in sorted(settings):
        value = settings[name]
        if name == "JINJA_ENVIRONMENT":
            value = {option: it for option, it in value.items() if option != "bytecode_cache"}
        try:
            add(name, Names({}).described(value))
        except Exception:  # whatever an unknown class raises
            add(name, type(value).__qualname__)
    for folder in sys.path:
        with suppress(OSError):
            add(sorted(it.name for it in Path(folder or ".").iterdir() if it.suffix in (".dist-info", ".egg-info")))
    for path in sorted(_code()):
        with suppress(OSError):
            add(path, hash_of(Path(path).read_bytes()))
    templates: set[Path] = set()
    for environment in environments:
        add(
            sorted(environment.filters),
            sorted(environment.tests),
            sorted(environment.globals),
            sorted(environment.extensions),
        )
        if not _find(environment.loader, templates):
            return None
    for template in sorted(templates):
        with suppress(OSError):
            add(str(template), hash_of(template.read_bytes()))
    return digest.hexdigest()


def _code() -> Iterator[str]:
    """Yield the files of imported modules that aren't installed, and the files next to them in a package."""
    installed = tuple(f"{os.path.realpath(it)}{os.sep}" for it in {sys.prefix, sys.base_prefix, sys.exec_prefix})
    folders: set[Path] = set()
    real = real_paths()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and not real(file).startswith(installed):
            yield file
            folders.add(Path(file).parent)
    for folder in folders:
        if (folder / "__init__.py").is_file():
            yield from (str(path) for path in folder.iterdir() if path.suffix in BESIDE)


def _find(loader: BaseLoader | None, templates: set[Path]) -> bool:
    """Add the files that a loader may take templates from; return whether it has no other sources."""
    if isinstance(loader, ChoiceLoader):
        return all(_find(it, templates) for it in loader.loaders)
    if isinstance(loader, PrefixLoader):
        return all(_find(it, templates) for it in loader.mapping.values())
    if type(loader) is not FileSystemLoader:
        return False
    for folder in loader.searchpath:
        templates.update(path for path in Path(folder).rglob("*") if path.is_file())
    return True


def callables_of(generators: Sequence[Any]) -> Iterator[Any]:
    """Yield the functions that templates may call, except Jinja's own."""
    own = {*map(id, chain(FILTERS.values(), TESTS.values(), DEFAULT_NAMESPACE.values()))}
    given = [generators[0].context] if generators else []
    for environment in (it.env for it in generators if hasattr(it, "env")):
        given += [environment.filters, environment.tests, environment.globals]
    functions = (getattr(it, TRACED, it) for names in given for it in names.values() if callable(it))
    yield from (it for it in functions if id(it) not in own)


def is_ours(value: Any) -> bool:
    """Return whether a function or class is in our package."""
    return str(getattr(value, "__module__", "")).startswith(OURS)


def foreign_receivers(signal: Any) -> list[Any]:
    """Return the receivers of a signal that belong to other plugins."""
    return [it for it in signal.receivers_for("") if not is_ours(it)]


def _say(text: str) -> None:
    console.print(text, highlight=False, markup=False, soft_wrap=True)


class Plugin:
    """Carries the run from signal to signal."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self._pelican: Any = None
        self._warnings = Warnings()
        self._tracing = Tracing()

    def meet(self, pelican: Any) -> None:
        """Note the Pelican object; commands that only read articles start this way, too."""
        self.run, self._pelican = None, pelican
        self._tracing = Tracing()

    def prepare(self, generator: Any) -> None:
        """Process an environment when Pelican has created it."""
        environment = generator.env
        self._tracing.prepare(environment)
        compile_to_ask(environment)

    def begin(self, generator: Any) -> None:
        """Start a build: all generators exist now, and no other build writes there."""
        pelican = self._pelican
        if pelican is None:
            return
        logging.getLogger().addHandler(self._warnings)
        self.run = Run(pelican.settings, self._tracing, lambda: self._warnings.count)
        output, content = (os.path.realpath(it) for it in (pelican.output_path, pelican.path))
        wanted = pelican.delete_outputdir
        if (isinstance(wanted, Emptying) or wanted) and os.path.commonpath([output, content]) != output:
            pelican.delete_outputdir = Emptying(partial(self.run.before.put_aside, pelican.output_retention))
        generator.generate_output = partial(self.run.copy, generator, generator.generate_output)

    @on_edit()
    def attach(self, generators: Sequence[Any]) -> None:
        """Attach to the writer before the first generator writes."""
        for generator in generators if self.run else ():
            generator.generate_output = partial(self._write, generators, generator, generator.generate_output)

    def _write(self, generators: Sequence[Any], generator: Any, write: Callable[[Any], None], writer: Any) -> None:
        assert self.run
        if generator is generators[0]:
            self.run.attach(writer, generators)
        try:
            with self.run.pages_of(generator):
                write(writer)
        except BaseException:
            self.run.put_back()  # a build that fails leaves the pages before the error, kept ones like others
            raise


plugin = Plugin()


def register() -> None:
    """Connect the plugin."""
    signals.get_generators.connect(plugin.meet)
    signals.generator_init.connect(plugin.prepare)
    signals.static_generator_init.connect(plugin.begin)
    signals.all_generators_finalized.connect(plugin.attach)
