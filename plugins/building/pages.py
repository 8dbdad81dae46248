"""Only changes are written: pages that would be the same are kept, and so are files that are only copied.

A page is kept if the names that its templates look up have the same values as when it was written, and the articles
that it says something about are the same, and so are files that functions of the site's own have looked at for it (see
`dependencies`); if templates, code and settings are the same; and if its file is still the one that was written.

The pages of a generator are collected, and rendered at its end: many of them by forked children, which also write them.
This process sends the signals, in order. If other people's generators or receivers take part in writing, pages are
written one by one, as by Pelican, and none is kept. So are the pages after the first whose functions count something.

With DELETE_OUTPUT_DIRECTORY, a build starts with an empty output as usual, because plugins may rely on it. The previous
files are put aside, and kept ones are moved back.
"""

from __future__ import annotations

import gc
import locale
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, Template
from jinja2.defaults import DEFAULT_NAMESPACE
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from jinja2.utils import missing
from pelican import signals
from pelican.contents import Content as Writable
from pelican.paginator import Paginator
from pelican.utils import get_relative_path, path_to_url, sanitised_join
from pelican.writers import FileOverwriteFailedError, Writer

from ..catalogues import FOLDER as TRANSLATIONS
from ..catalogues import OURS as OUR_TRANSLATIONS
from ..catalogues import own_folder
from ..private import is_written, note_written
from .dependencies import Trace, Tracing, is_foreign, prepare, remarks, watch_filters, watching_articles
from .forking import COLLECTED_AFTER, is_child, sparing_collection, striped, workers
from .generators import contents_of
from .observing import ENVIRONMENT, state_of
from .output import Content, PreviousOutput, content_of, hash_of, is_young, stamp_of
from .values import OURS, TEXT, WATCHED, Names, UncomparableError, is_outside

log = logging.getLogger(__name__)

VERSION = 7
"""Incremented when the meaning of the stored data changes."""
LEAST = ALONE = 16
"""How many pages are worth a process of their own."""
CONTENTS = ("generated_content", "static_content")
"""Where generators keep what they have read, besides their lists."""
READS_OUTPUT = "reads_output"
"""The attribute of a generator's class that looks at the pages that others have written."""
BESIDE = (".css", ".html", ".js", ".json", ".po", ".svg", ".txt", ".xml")
"""The files that a plugin may have next to its modules."""

OF_PAGES = (signals.article_generator_write_article, signals.page_generator_write_page, signals.content_written)
WHILE_WRITING = (
    *OF_PAGES,
    signals.article_writer_finalized,
    signals.page_writer_finalized,
    signals.feed_generated,
    signals.feed_written,
)
"""All signals that are sent while pages are written; a plugin may then look at those that are there."""


class Known(msgspec.Struct, array_like=True):
    """What is stored of a page: its file, its template, the digest of all that it was made from, and what that is.

    Names and articles are numbers in the lists of the `WritingRecord`; `names` is one in its list of lists. `looked_at`
    are the states of files, and `remarks` what is said of the page in each build.
    """

    stamp: Content
    template: str
    made_of: str
    names: int
    shows: dict[str, list[int]]
    looked_at: Mapping[str, str | None] = {}
    remarks: Sequence[tuple[str, Any]] = []


class WritingRecord(msgspec.Struct, forbid_unknown_fields=True):
    """What is stored of a build."""

    key: str = ""
    names: list[list[str]] = []
    articles: list[str] = []
    pages: dict[str, Known] = {}
    copies: dict[str, tuple[str, tuple[int, ...], Content]] = {}
    files: dict[str, tuple[str, Content]] = {}


class Job(NamedTuple):
    """A page to write: as Pelican's writer is asked to, or one page of a list; `base` is where its links start."""

    name: str
    path: str
    template: Any
    context: Any
    named: Mapping[str, Any]
    base: str | None

    @property
    def own(self) -> dict[str, Any]:
        """The variables of this page alone."""
        base = {} if self.base is None else {"SITEURL": self.base, "localsiteurl": self.base}
        return {**base, "output_file": self.name, **self.named}

    @property
    def waiting(self) -> Path:
        """The file until it is the page's turn: if one before it fails, it isn't written."""
        path = Path(self.path)
        return path.with_name(f".{path.name}.new")

    def variables(self) -> dict[str, Any]:
        """Return the page's context, as Pelican makes it, and have articles resolve their links for it."""
        variables = {**self.context, "localsiteurl": self.context.get("localsiteurl"), **self.own}
        if variables["localsiteurl"]:
            self.context["localsiteurl"] = variables["localsiteurl"]
        return variables


class Depends(NamedTuple):
    """What a page was made from, and why it can't be kept, if that is the case."""

    names: Sequence[str] = ()
    shows: Mapping[str, Sequence[str]] = MappingProxyType({})
    looked_at: Mapping[str, str | None] = MappingProxyType({})
    remarks: Sequence[tuple[str, Any]] = ()
    problem: str = ""


class CountingError(Exception):
    """A page depends on those written before it, so that a child can't render it."""


class Run:
    """The page-writing part of one build."""

    def __init__(self, settings: Mapping[str, Any], remark_count: Callable[[], int]) -> None:
        self._settings = settings
        self._remark_count = remark_count
        self.before = PreviousOutput(settings)
        self.kept: set[str] = set()
        """The unchanged pages, by their paths in the output."""
        self.pages: dict[str, Known] = {}
        self.depends: dict[str, Depends] = {}
        self._known = WritingRecord()
        self._copies: dict[str, tuple[str, tuple[int, ...], Content]] = {}
        self._files: dict[str, tuple[str, Content]] = {}
        self._waiting: set[str] = set()
        self._jobs: list[Job] = []
        self._sources: dict[str, str] = {}
        self._names = Names()
        self._tracing = Tracing(self._names)
        self._values: dict[str, tuple[Any, str]] = {}
        self._rows: dict[tuple[str, ...], int] = {}
        self._numbers: dict[str, int] = {}
        self._key = ""
        self._writer: Any = None
        self._collects = False
        self._changed = 0
        self._unkept: set[str] = set()
        self.written_as: dict[Any, set[str]] = {}
        self.foreign = ""
        """Why pages are written one by one, and none is kept, if that is the case."""

    def attach(self, writer: Any, generators: Sequence[Any]) -> None:
        """Have a writer check first whether a page can be kept; no page is written yet."""
        with suppress(ValueError, RecursionError):  # it is damaged, or there is none
            self._known = msgspec.json.decode(self.before.read(), type=WritingRecord)
        self._writer = writer
        self._names = Names(
            {id(holder): "settings" for holder in (self._settings, *(generator.settings for generator in generators))}
        )
        self._tracing = Tracing(self._names)
        environments = [generator.env for generator in generators if hasattr(generator, "env")]
        for environment in environments:
            watch_filters(environment)
        self.foreign = self._why_not(writer, generators, environments)
        if not self.foreign:
            try:
                self._key = key_of(self._settings, environments, self._names)
            except UncomparableError as problem:
                self.foreign = str(problem)
        if self._known.key != self._key:
            self._known = WritingRecord()
        if self.foreign:
            self._say_why()
            return
        contents = [
            content for generator in generators for kind in CONTENTS for content in generator.context[kind].values()
        ]
        for content in [*contents, *contents_of(generators)]:
            if isinstance(content, Writable):
                self._names.key(content)  # before any copy of it
        self._collects = True

    @contextmanager
    def _collecting(self) -> Iterator[None]:
        """Have Pelican's writer only note the pages; a class that extends it may add to what it is given."""
        usual = Writer.write_file

        def collect(
            writer: Any,
            name: Any,
            template: Any,
            context: Any,
            relative_urls: bool = False,
            paginated: Any = None,
            template_name: Any = None,
            override_output: bool = False,
            url: Any = None,
            **named: Any,
        ) -> None:
            arguments = template, context, relative_urls, override_output
            if writer is not self._writer:
                usual(writer, name, *arguments[:3], paginated, template_name, override_output, url, **named)
            elif name:
                self._collect(name, arguments, paginated, template_name, url, named)

        Writer.write_file = collect if self._collects else usual
        try:
            yield
        finally:
            Writer.write_file = usual

    def _why_not(self, writer: Any, generators: Sequence[Any], environments: Sequence[Environment]) -> str:
        """Return who else takes part, if pages have to be written one by one."""
        extensions = [extension for environment in environments for extension in environment.extensions.values()]
        kinds = [*map(type, generators), *(kind for kind in type(writer).__mro__ if kind not in (Writer, object))]
        # A plugin may have replaced a method of a generator.
        kinds += [
            value
            for generator in generators
            for name, value in vars(generator).items()
            if callable(getattr(type(generator), name, None))
        ]
        receivers = [receiver for signal in WHILE_WRITING for receiver in foreign_receivers(signal)]
        strange = next(filter(is_foreign, [*kinds, *extensions, *receivers]), None)
        return f"nothing is known about {getattr(strange, '__module__', strange)}" if strange else ""

    def _say_why(self) -> None:
        # Not for everyone: it only costs time.
        log.info("every build writes all pages of this site, one by one: %s", self.foreign)

    def _collect(
        self,
        name: Any,
        arguments: tuple[Any, Any, bool, bool],
        paginated: Any,
        template_name: Any,
        url: Any,
        named: Mapping[str, Any],
    ) -> None:
        """Note the pages that Pelican's writer would write, in its order."""
        lists = (
            {key: value for key, value in named.items() if key in ("articles", "dates")}
            if paginated is None
            else paginated
        )
        if not (lists and template_name in (sizes := self._settings["PAGINATED_TEMPLATES"])):
            self._add(name, name, arguments, named)
            return
        size = sizes[template_name] or self._settings["DEFAULT_PAGINATION"]
        paginators = {key: Paginator(name, url, listed, self._settings, size) for key, listed in lists.items()}
        for number in range(next(iter(paginators.values())).num_pages):
            more: dict[str, Any] = {}
            for key, paginator in paginators.items():
                page = paginator.page(number + 1)
                more |= {
                    f"{key}_paginator": paginator,
                    f"{key}_page": page,
                    f"{key}_previous_page": paginator.page(number) if number else None,
                    f"{key}_next_page": paginator.page(number + 2) if number + 1 < paginator.num_pages else None,
                }
            self._add(name, page.save_as, arguments, {**named, **more})

    def _add(self, original: Any, name: str, arguments: tuple[Any, Any, bool, bool], named: Mapping[str, Any]) -> None:
        """Note a page; raise FileOverwriteFailedError if two pages have its place, as Pelican's writer does."""
        template, context, relative, override = arguments
        path = sanitised_join(self._writer.output_path, name)
        is_there, is_last = is_written(self._writer, path)
        if is_last:
            if override:
                raise FileOverwriteFailedError(
                    f'Failed to overwrite "{path}" a second time (was previously overwritten)'
                )
            return
        if is_there and not override:
            raise FileOverwriteFailedError(
                f'Failed to overwrite "{path}" as Pelican has already written to it previously (set `override=True` if'
                " intended)"
            )
        if is_there:
            self._jobs = [job for job in self._jobs if job.path != path]
            self.pages.pop(name, None)
        note_written(self._writer, path, override)
        self.written_as.setdefault(original, set()).add(name)
        base = path_to_url(get_relative_path(name)) if relative else None
        self._jobs.append(Job(name, path, template, context, named, base))
        if base is not None:
            context["localsiteurl"] = base  # as after each page that Pelican's writer writes

    @contextmanager
    def pages_of(self, generator: Any) -> Iterator[None]:
        """Write the pages of a generator: if there are many, children render them in parallel."""
        if is_foreign(type(generator)) or getattr(generator, READS_OUTPUT, False):
            self.put_back()
        with sparing_collection(), self._collecting():
            try:
                yield
            finally:  # if the generator fails, the pages before that are written
                jobs, self._jobs = self._jobs, []
                try:
                    self._write(jobs)
                finally:
                    for job in jobs:
                        job.waiting.unlink(missing_ok=True)

    def _write(self, jobs: Sequence[Job]) -> None:
        """Write what was collected."""
        are_kept = [self._is_kept(job) for job in jobs]
        stale = [job for job, is_kept in zip(jobs, are_kept, strict=True) if not is_kept]
        with watching_articles(), closing(striped(stale, self._made, workers(self._settings), LEAST)) as results:
            for job, is_kept in zip(jobs, are_kept, strict=True):
                if is_kept and not self.foreign:
                    page = self.pages[job.name] = self._known.pages[job.name]
                    self.kept.add(job.name)
                    self._waiting.add(job.name)
                    page_remarks = page.remarks
                else:
                    log.info("rendering %s", job.name)
                    remark_count = self._remark_count()
                    depends = self._made(job) if self.foreign else next(results).result()
                    job.waiting.replace(job.path)
                    self._note(job, depends, self._remark_count() != remark_count)
                    page_remarks = depends.remarks
                log.info('Writing "%s"', job.path)
                for subject, text in page_remarks:
                    remarks[subject](text)
                signals.content_written.send(job.path, context=job.variables())

    def _is_kept(self, job: Job) -> bool:
        """Return whether a page would be the same again, and is still there."""
        page = self._known.pages.get(job.name)
        if page is None or not isinstance(job.template, Template) or page.template != self._source(job.template):
            return False
        try:
            depends = self._remembered(page)
            is_same = self._digest(job, depends) == page.made_of
        except (UncomparableError, LookupError):
            return False
        is_same = is_same and all(state_of(path, state) == state for path, state in page.looked_at.items())
        if not is_same or not self.before.has(job.name, page.stamp):
            return False
        self.depends[job.name] = depends
        return True

    def _remembered(self, page: Known) -> Depends:
        articles = self._known.articles
        shows = {aspect: [articles[key] for key in them] for aspect, them in page.shows.items()}
        return Depends(self._known.names[page.names], shows, page.looked_at, page.remarks)

    def _made(self, job: Job) -> Depends:
        """Render a page and write it; return what it depends on."""
        gc.enable()
        gc.set_threshold(COLLECTED_AFTER)
        variables = job.variables()
        with self._tracing.page() as trace:
            html = job.template.render(variables)
        if trace.counts and not self.foreign:
            if is_child():
                raise CountingError(trace.counts)
            self.foreign, self._key = trace.counts, ""
            self._say_why()
        job.waiting.parent.mkdir(parents=True, exist_ok=True)
        job.waiting.write_text(html, "utf-8")
        if isinstance(job.template, Template):
            return self._depends(trace)
        return Depends(problem="it isn't a template" if is_foreign(type(job.template)) else "")

    def _depends(self, trace: Trace) -> Depends:
        shows = {aspect: sorted({*map(self._names.key, them)}) for aspect, them in sorted(trace.shows.items())}
        return Depends(sorted(trace.names), shows, trace.files, trace.remarks, trace.problem)

    def _note(self, job: Job, depends: Depends, has_said: bool) -> None:
        """Record a page that was written."""
        self._changed += 1
        self.pages.pop(job.name, None)
        self.depends[job.name] = depends
        try:
            made_of = self._digest(job, depends)
            problem = depends.problem or ("rendering it gives a warning" if has_said else "")
        except UncomparableError as uncomparable:
            made_of, problem = "", str(uncomparable)
        source, stamp = self._source(job.template), content_of(job.path)
        if problem or not (source and stamp):
            log.debug("%s is rendered each time: %s", job.name, problem)
            if problem or isinstance(job.template, Template):  # our own code is known, for example that of feeds
                self._unkept.add(job.name)
            return
        self.pages[job.name] = self._numbered(stamp, source, made_of, depends)

    def _numbered(self, stamp: Content, source: str, made_of: str, depends: Depends) -> Known:
        row = self._rows.setdefault(tuple(depends.names), len(self._rows))
        shows = {aspect: [*map(self._number, them)] for aspect, them in depends.shows.items()}
        return Known(stamp, source, made_of, row, shows, depends.looked_at, depends.remarks)

    def _number(self, key: str) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _digest(self, job: Job, depends: Depends) -> str:
        """Return a digest of everything that a page depends on, as it is now."""
        context, own, globals_ = job.context, job.own, getattr(job.template, "globals", {})
        digests: list[str] = []
        for name in depends.names:
            if name in own:
                digests.append(self._names.described(own[name]))
                continue
            value = context[name] if name in context else globals_.get(name, missing)
            cached = self._values.get(name)
            if cached is None or cached[0] is not value:
                cached = self._values[name] = value, self._names.described(value)
            digests.append(cached[1])
        with _links_from_the_root(context):
            for aspect, them in depends.shows.items():
                digests += map(partial(self._names.shown, aspect), them)
        return blake2b("\0".join(digests).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    def rendered_again(self, template: Template, variables: dict[str, Any]) -> tuple[str, Depends]:
        """Render a page again after the build; return it with what it depends on."""
        with watching_articles(), self._tracing.page() as trace:
            html = template.render(variables)
        for subject, text in trace.remarks:
            remarks[subject](text)
        trace.problem = trace.problem or trace.counts
        return html, self._depends(trace)

    def text_of(self, content: Any) -> str:
        """Return a digest of an article's text."""
        try:
            return self._names.shown(TEXT, self._names.key(content))
        except UncomparableError:
            return str(content.get_content(content.settings["SITEURL"]))

    def showing(self, contents: Iterable[Any], depends: Mapping[str, Depends]) -> set[str]:
        """Return which pages show something of these articles and pages that has changed, such as their text."""
        changed = self._names.renew(contents)
        return {
            name
            for name, dependencies in depends.items()
            if any((key, aspect) in changed for aspect, them in dependencies.shows.items() for key in them)
        }

    @property
    def is_complete(self) -> bool:
        """Whether it is known what all pages depend on, once they are written."""
        return bool(self._key) and not self._unkept

    def files(self) -> set[str]:
        """Return the files that functions of the site's own have looked at."""
        return {path for depends in self.depends.values() for path in depends.looked_at} - {ENVIRONMENT}

    def knows(self, name: str, made_of: str) -> bool:
        """Return whether a plugin's file was made from the same data, and is unchanged."""
        file = self._known.files.get(name)
        return bool(file and file[0] == made_of and self.before.has(name, file[1]))

    def keep(self, name: str) -> None:
        """Keep such a file, for which `knows` returned True."""
        self._files[name] = self._known.files[name]
        self._waiting.add(name)

    def wrote(self, name: str, made_of: str) -> None:
        """Record what a file that a plugin has just written was made from."""
        if stamp := content_of(self.before.output / name):
            self._files[name] = made_of, stamp

    def _source(self, template: Any) -> str:
        """Return a template's name and digest, because it may be outside of the theme; empty if it has no file."""
        file = getattr(template, "filename", None) or ""
        if file not in self._sources:
            try:
                self._sources[file] = hash_of(Path(file).read_bytes())
            except OSError:
                self._sources[file] = ""
        return f"{template.name} {self._sources[file]}" if self._sources[file] else ""

    def put_back(self) -> None:
        """Move the kept files back into the output."""
        self.before.put_back(self._waiting)
        self._waiting = set()

    def copy(self, generator: Any, write: Callable[[Any], None], writer: Any) -> None:
        """Have Pelican copy the static files that have changed, and finish, because nothing is written after them."""
        files, output = list(generator.context["staticfiles"]), self.before.output
        targets = [str(file.save_as) for file in files]
        kept = []
        for file, target in zip(files, targets, strict=True):
            record = self._known.copies.get(target)
            if record and targets.count(target) == 1 and not generator.settings["STATIC_CREATE_LINKS"]:
                source, stamp, copied = record
                is_same = source == file.source_path and stamp_of(Path(generator.path, source)) == stamp
                if is_same and self.before.has(target, copied):
                    kept.append(target)
        known_ones = {*kept}
        if not self._waiting.isdisjoint({*targets} - known_ones):
            self.put_back()  # a file may be copied over a page, but not the other way round
        generator.context["staticfiles"] = [
            file for file, target in zip(files, targets, strict=True) if target not in known_ones
        ]
        try:
            write(writer)
        finally:
            generator.context["staticfiles"] = files
        for target in kept:
            self._copies[target] = self._known.copies[target]
            self._waiting.add(target)
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
            previous, now = self._known, self._now()
            is_same = not self._changed and now.pages.keys() == previous.pages.keys()
            is_same = is_same and (now.copies, now.files) == (previous.copies, previous.files)
            is_same = is_same and all(page.stamp == previous.pages[name].stamp for name, page in now.pages.items())
            self.before.note(None if is_same else msgspec.json.encode(now))
        self.before.forget()

    def _now(self) -> WritingRecord:
        """Return what is known now. Moving a file aside and back has changed its stamp."""
        stamps = self.before.stamps
        for name in self.kept & self.pages.keys():
            page = self.pages[name]
            stamp = stamps(name) or page.stamp
            self.pages[name] = self._numbered(stamp, page.template, page.made_of, self._remembered(page))
        self.kept = set()
        copies = {name: (source, read, stamps(name) or stamp) for name, (source, read, stamp) in self._copies.items()}
        files = {name: (made_of, stamps(name) or stamp) for name, (made_of, stamp) in self._files.items()}
        return WritingRecord(self._key, [[*row] for row in self._rows], [*self._numbers], self.pages, copies, files)


@contextmanager
def _links_from_the_root(context: dict[str, Any]) -> Iterator[None]:
    """Have articles compute links from the site's URL, not from the last page, as with RELATIVE_URLS."""
    before = context.get("localsiteurl", "")
    context["localsiteurl"] = context["SITEURL"]
    try:
        yield
    finally:
        context["localsiteurl"] = before


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


def described_settings(settings: Mapping[str, Any], names: Names) -> list[tuple[str, str]]:
    """Return all settings as text; raise UncomparableError, which names the setting, for one that has none."""
    described = []
    for name, value in sorted(settings.items()):
        if name == "JINJA_ENVIRONMENT":
            value = {option: setting for option, setting in value.items() if option != "bytecode_cache"}
        try:
            described.append((name, names.described(value)))
        except UncomparableError as problem:
            raise UncomparableError(f"the setting {name}: {problem}") from problem
    return described


def key_of(settings: Mapping[str, Any], environments: Sequence[Environment], names: Names) -> str:
    """Return a digest of what all pages depend on; raise UncomparableError, with the reason, if there is none."""
    digest = blake2b(digest_size=16)

    def add(*values: object) -> None:
        digest.update(repr(values).encode("utf-8", "surrogatepass"))

    add(VERSION, sys.version, locale.setlocale(locale.LC_ALL), os.environ.get("TZ"))
    add(described_settings(settings, names))
    for folder in sys.path:
        with suppress(OSError):
            add(
                sorted(
                    entry.name
                    for entry in os.scandir(folder or ".")
                    if entry.name.endswith((".dist-info", ".egg-info"))
                )
            )
    for path in sorted(_code()):
        with suppress(OSError):
            add(path, hash_of(Path(path).read_bytes()))
    folders: set[str] = set()
    described: dict[int, str] = {}  # most are in all environments
    for environment in environments:
        add(sorted(environment.extensions))
        for namespace in (environment.filters, environment.tests, environment.globals):
            for name, value in sorted(namespace.items()):
                try:
                    if id(value) not in described:
                        described[id(value)] = names.described(value)
                    add(name, described[id(value)])
                except UncomparableError as problem:
                    raise UncomparableError(f"{name} in templates: {problem}") from problem
        if not _find(environment.loader, folders):
            raise UncomparableError("its templates aren't in files")
    theme = Path(settings["THEME"])
    besides = [theme / TRANSLATIONS, OUR_TRANSLATIONS, *map(Path, filter(None, [own_folder(settings)]))]
    besides += [theme / folder for folder in settings["THEME_STATIC_PATHS"]] if settings.get("HASHED_NAMES") else []
    for path in sorted({*chain(*map(_below, folders), *map(_below, besides))}):
        with suppress(OSError):
            add(path, hash_of(Path(path).read_bytes()))
    return digest.hexdigest()


def _below(folder: str | Path) -> Iterator[str]:
    """Yield all files in a folder, also behind links, but each folder only once."""
    seen: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        folders[:] = [folder for folder in folders if os.path.realpath(f"{place}{os.sep}{folder}") not in seen]
        seen.update(os.path.realpath(f"{place}{os.sep}{folder}") for folder in folders)
        yield from (f"{place}{os.sep}{name}" for name in names)


def _code() -> Iterator[str]:
    """Yield the files of imported modules that aren't installed, and the files next to them in a package."""
    folders: set[Path] = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(".py") and is_outside(file):
            yield file
            folders.add(Path(file).parent)
    for folder in folders:
        if (folder / "__init__.py").is_file():
            yield from (str(path) for path in folder.iterdir() if path.suffix in BESIDE)


def _find(loader: BaseLoader | None, folders: set[str]) -> bool:
    """Add the folders that a loader may take templates from; return whether it has no other sources."""
    if isinstance(loader, ChoiceLoader):
        return all(_find(inner, folders) for inner in loader.loaders)
    if isinstance(loader, PrefixLoader):
        return all(_find(inner, folders) for inner in loader.mapping.values())
    if type(loader) is not FileSystemLoader:
        return False
    folders.update(loader.searchpath)
    return True


def callables_of(generators: Sequence[Any]) -> Iterator[Any]:
    """Yield the functions that templates may call, except Jinja's own."""
    jinja_ids = {*map(id, chain(FILTERS.values(), TESTS.values(), DEFAULT_NAMESPACE.values()))}
    namespaces = [generators[0].context] if generators else []
    for environment in (generator.env for generator in generators if hasattr(generator, "env")):
        namespaces += [environment.filters, environment.tests, environment.globals]
    functions = (
        getattr(function, WATCHED, function)
        for names in namespaces
        for function in names.values()
        if callable(function)
    )
    yield from (function for function in functions if id(function) not in jinja_ids)


def foreign_receivers(signal: Any) -> list[Any]:
    """Return the receivers of a signal that belong to other plugins."""
    return [
        receiver
        for receiver in signal.receivers_for("")
        if not f"{getattr(receiver, '__module__', '')}.".startswith(OURS)
    ]


class Plugin:
    """Carries the run from signal to signal."""

    def __init__(self) -> None:
        self.run: Run | None = None
        self._pelican: Any = None
        self._warnings = Warnings()

    def meet(self, pelican: Any) -> None:
        """Note the Pelican object; commands that only read articles start this way, too."""
        self.run, self._pelican = None, pelican

    def prepare(self, generator: Any) -> None:
        """Process an environment when Pelican has created it."""
        prepare(generator.env)

    def begin(self, generator: Any) -> None:
        """Start a build: all generators exist now, and no other build writes there."""
        pelican = self._pelican
        if pelican is None:
            return
        logging.getLogger().addHandler(self._warnings)
        self.run = Run(pelican.settings, lambda: self._warnings.count)
        output, content = (os.path.realpath(folder) for folder in (pelican.output_path, pelican.path))
        wanted = pelican.delete_outputdir
        if (isinstance(wanted, Emptying) or wanted) and os.path.commonpath([output, content]) != output:
            pelican.delete_outputdir = Emptying(partial(self.run.before.put_aside, pelican.output_retention))
        generator.generate_output = partial(self.run.copy, generator, generator.generate_output)

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
