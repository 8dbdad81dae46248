"""Citations, `[@hochreiter1997]` or `[see @gers2000, p. 3; @cho2014]`, from BibTeX files, in any CSL style.

The entries are in CITATIONS_FILE, by default `references.bib` in the content folder, or in a subfolder for the articles
there, and in a file next to an article with the same name: `guide.bib` for `guide.md`. The cited works are listed below
the article's heading “References”, or at its end.
"""

from __future__ import annotations

import logging
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.inlinepatterns import InlineProcessor
from pelican import signals

from .building.incremental import WholeBuildError, on_edit
from .catalogues import ENGLISH, Language, language_of
from .content.findings import ERROR, WARNING, Finding, near, tell
from .content.site import Site, checks
from .content.sources import Read, read_again, read_of
from .figures.site import add_extensions
from .files import from_root, real_paths
from .html import TEXT, Node, Tag, children, drop, macros, parse, text_of, texts, write
from .messages import lacking
from .private import html_of, put_html

FILE = "references.bib"
ENDING = ".csl"
"""How the path of a style ends."""
STYLE = "harvard-cite-them-right"
"""Author and date; this style comes with citeproc-py."""
HEADING = "references"
"""The id or the text of the list's heading; the text may be in the article's language."""

KEY = r"(?<![\w.])@(?P<key>\w(?:[\w:.#$%&+?~/-]*\w)?)"
CITED = rf"\[(?P<said>[^\[\]]*?{KEY}[^\[\]]*)\](?![(\[{{])"
ONE = re.compile(rf"(?P<prefix>[^@]*?){KEY}(?P<rest>.*)", re.DOTALL)
LOCATOR = re.compile(r",?\s*(?:(?P<label>[A-Za-z§]+)\.?\s*)?(?P<place>\d+(?:[.–-]+\d+)*)(?P<suffix>.*)", re.DOTALL)
LABELS = {
    **dict.fromkeys(("", "p", "pp", "page", "pages"), "page"),
    **dict.fromkeys(("ch", "chap", "chapter"), "chapter"),
    **dict.fromkeys(("sec", "section", "§"), "section"),
    **dict.fromkeys(("fig", "figure"), "figure"),
    **dict.fromkeys(("vol", "volume"), "volume"),
}
"""The labels for page numbers and the like, with CSL's terms."""

TYPES = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "conference": "paper-conference",
    "dataset": "dataset",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "manual": "book",
    "mastersthesis": "thesis",
    "online": "webpage",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "software": "software",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
}
"""CSL's types for those of BibTeX and BibLaTeX; any other becomes an article without a journal."""
FIELDS = {
    "title": ("title",),
    "container-title": ("journaltitle", "journal", "booktitle"),
    "collection-title": ("series",),
    "publisher": ("publisher", "institution", "school", "organization"),
    "publisher-place": ("address", "location"),
    "volume": ("volume",),
    "issue": ("issue", "number"),
    "page": ("pages",),
    "edition": ("edition",),
    "note": ("note",),
    "DOI": ("doi",),
    "ISBN": ("isbn",),
    "ISSN": ("issn",),
    "URL": ("url",),
}
"""The BibTeX fields for each of CSL's; the first one that an entry has is used."""
NAMES = ("author", "editor")
ADDRESSES = ("url", "doi", "eprint", "urldate")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ADDRESS = re.compile(r"https?://[^\s<>]+[^\s<>.,;:)]|(?<=doi:)\s*(?P<doi>10\.\S+[^\s.,;])")

STASHED = "\x02"
"""Markdown's mark for stashed content that isn't plain text, such as code, which no citation contains."""
FIRST, LAST, CLOSE, LESS = "\ue100", "\ueffe", "\ue010", "\ue011"
"""Markers around a work while its style arranges it with others, in an order of its own: at the start a character for
its place in the article, at the end one for all; and `<` in a title, which isn't a tag.
"""
MARKER = re.compile(f"([{FIRST}-{LAST}{CLOSE}])")


@dataclass(frozen=True)
class Entry:
    """An entry of a BibTeX file, in CSL's form."""

    key: str
    data: Mapping[str, Any]
    file: str
    line: int


@dataclass(frozen=True)
class Source:
    """The contents of a BibTeX file: its entries by key, and its errors."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    problems: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Cite:
    """One of the works between the brackets of a citation."""

    key: str
    prefix: str = ""
    label: str = ""
    place: str = ""
    suffix: str = ""
    is_short: bool = False
    """Whether the text around it already names the author: `-@key`."""


def cites_in(text: str) -> list[Cite]:
    """Parse the text between the brackets of a citation: works separated by semicolons."""
    cites: list[Cite] = []
    for work in text.split(";"):
        match = ONE.fullmatch(work.strip())
        if match is None:
            if cites and work.strip():  # as in: @a; but see the note
                cites[-1] = replace(cites[-1], suffix=f"{cites[-1].suffix}; {work.strip()}")
            continue
        cite = Cite(match["key"], match["prefix"].removesuffix("-"), is_short=match["prefix"].endswith("-"))
        place = LOCATOR.fullmatch(match["rest"])
        label = LABELS.get((place["label"] or "").lower()) if place else None
        if place and label:
            cites.append(replace(cite, label=label, place=place["place"].replace("-", "–"), suffix=place["suffix"]))
        else:
            cites.append(replace(cite, suffix=match["rest"].rstrip()))
    return cites


def source_of(path: Path, file: str) -> Source:
    """Read a BibTeX file, again only if it has changed, with its name for messages; a missing file is empty."""
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        return Source()
    except (OSError, UnicodeDecodeError) as problem:
        return Source(problems=(Finding(ERROR, file, 1, f"can't read this file: {problem}", "save it as UTF-8"),))
    return _source(text, file)


@lru_cache(maxsize=64)
def _source(text: str, file: str) -> Source:
    from bibtexparser import middlewares  # only sites with citations need it
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # it is reported below, with what to do
    library = middlewares.NormalizeFieldKeys().transform(parse_string(text))
    # They aren't LaTeX, except for escaped characters.
    addresses = {
        entry.key: {name.key: str(name.value) for name in entry.fields if name.key in ADDRESSES}
        for entry in library.entries
    }
    for step in (middlewares.SeparateCoAuthors, middlewares.SplitNameParts, middlewares.LatexDecodingMiddleware):
        library = step().transform(library)
    entries: dict[str, Entry] = {}
    problems = []
    for block in library.failed_blocks:
        line = (block.start_line or 0) + 1
        reason = str(block.error).partition("\n")[0] or "a brace or a quotation mark is never closed"
        problems.append(Finding(WARNING, file, line, f"can't read this entry: {reason}", "fix it, or remove it"))
    for entry in library.entries:
        line = (entry.start_line or 0) + 1
        values = {name.key: name.value for name in entry.fields}
        for name, address in addresses[entry.key].items():
            values[name] = re.sub(r"\\([_&%#~$])", r"\1", address).strip("{}")
        if "title" not in values:
            message = f"the entry {entry.key} has no title"
            problems.append(
                Finding(WARNING, file, line, message, "add one, for example title = {Long Short-Term Memory}")
            )
        entries[entry.key] = Entry(entry.key, _csl(entry.key, entry.entry_type.lower(), values), file, line)
    return Source(entries, tuple(problems))


def _csl(key: str, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry in CSL's form."""
    data: dict[str, Any] = {"id": key, "type": TYPES.get(kind, "article")}
    for name, ours in FIELDS.items():
        value = next((values[field] for field in ours if values.get(field)), None)
        if value is not None:
            data[name] = str(value).strip() if name in ("URL", "DOI") else _plain(str(value))
    if values.get("subtitle"):
        data["title"] = f"{data.get('title', '')}: {_plain(str(values['subtitle']))}"
    if "DOI" in data:
        data["DOI"] = re.sub(r"^(https?://(dx\.)?doi\.org/|doi:)", "", data["DOI"])
    if values.get("eprint") and str(values.get("archiveprefix") or values.get("eprinttype") or "").lower() == "arxiv":
        data.setdefault("URL", f"https://arxiv.org/abs/{values['eprint']}")
        data.setdefault("publisher", "arXiv")
    for name in NAMES:
        if values.get(name):
            data[name] = [_name(parts) for parts in values[name]]
    written = str(
        values.get("date") or "-".join(str(values[field]) for field in ("year", "month") if values.get(field))
    )
    for name, text in (("issued", written), ("accessed", str(values.get("urldate") or ""))):
        if parts := _date(text):
            data[name] = {"date-parts": [parts]}
        elif text:
            data[name] = {"literal": _plain(text)}
    return data


def _plain(text: str) -> str:
    return " ".join(text.replace("{", "").replace("}", "").replace("--", "–").replace("<", LESS).split())


def _name(parts: Any) -> dict[str, str]:
    """Return the parts of a name; one in braces is not split, for example an organization's."""
    first, von, last, junior = (_plain(" ".join(words)) for words in (parts.first, parts.von, parts.last, parts.jr))
    if not first and " ".join(parts.last).startswith("{"):
        return {"literal": last}
    named = {"family": last, "given": first, "non-dropping-particle": von, "suffix": junior}
    return {name: value for name, value in named.items() if value}


def _date(text: str) -> list[int]:
    """Return year, month and day, as far as a date has them; empty if it isn't a date."""
    date: list[int] = []
    for part in text.strip().split("-")[:3]:
        month = MONTHS.index(part[:3].lower()) + 1 if part[:3].lower() in MONTHS else None
        if not part.isdecimal() and month is None:
            break
        date.append(month or int(part))
    return date


class Citing(InlineProcessor):
    """Marks citations; their text is made when all files are read, because a style may number or sort them."""

    def handleMatch(  # type: ignore[override]  # python-markdown's types are of another time
        self, m: re.Match[str], data: str
    ) -> tuple[Element, int, int] | tuple[None, None, None]:
        """Return the citation in an element; python-markdown prescribes the method's name."""
        text = " ".join(m["said"].split())
        if not cites_in(text) or STASHED in text:
            return None, None, None
        cited = Element("span", {"class": "cite", "data-cite": text})
        cited.text = f"[{text}]"
        return cited, m.start(0), m.end(0)


class Citations(Extension):
    """Parses citations before links."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor; python-markdown prescribes the method's name."""
        md.inlinePatterns.register(Citing(CITED, md), "citations", 175)


def makeExtension(**options: object) -> Citations:
    """Return the extension; python-markdown looks for this name."""
    return Citations(**options)


@dataclass
class Bibliography:
    """The works that one article cites, in the order of its text, formatted in its style."""

    entries: Mapping[str, Entry]
    style: str
    language: Language
    texts: dict[str, str] = field(default_factory=dict)
    """The entries of the list as HTML, by key, in the style's order."""
    citations: list[str] = field(default_factory=list)

    def make(self, cited: Sequence[Sequence[Cite]]) -> None:
        """Have the style format all citations of an article, and their list. Raises ValueError for an unknown style."""
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, Locator
        from citeproc.source.json import CiteProcJSON

        # A file is opened here, because nobody would see that the parser opens it.
        source = BytesIO(Path(self.style).read_bytes()) if self.style.endswith(ENDING) else self.style
        style = CitationStylesStyle(source, locale=locale_of(self.language.tag), validate=False)
        cited_entries = {cite.key: self.entries[cite.key] for cites in cited for cite in cites}
        # The library treats keys that differ only by case as the same.
        ids = {key: f"w{number}" for number, key in enumerate(cited_entries)}
        keys = {work_id: key for key, work_id in ids.items()}
        data = [{**entry.data, "id": ids[key]} for key, entry in cited_entries.items()]
        bibliography = CitationStylesBibliography(style, CiteProcJSON(data))
        citations = []
        place = ord(FIRST)
        for cites in cited:
            items = []
            for cite in cites:
                before = f"{_plain(cite.prefix)} " if cite.prefix.strip() else ""
                after = f"{CLOSE}{cite.suffix.replace('<', LESS)}"
                more: dict[str, Any] = {"prefix": f"{before}{chr(place)}", "suffix": after}
                place += 1
                if cite.place:
                    more["locator"] = Locator(cite.label, cite.place)
                items.append(CitationItem(ids[cite.key], **more))
            citations.append(Citation(items))
        for citation in citations:
            bibliography.register(citation)
        bibliography.sort()
        self.citations = [_html(bibliography.cite(cite, lambda _item: "")) for cite in citations]
        listed = zip(bibliography.keys, bibliography.bibliography(), strict=True)
        self.texts = {keys[key]: _html(text) for key, text in listed}


def locale_of(tag: str) -> str:
    """Return the CSL locale nearest to a language; English if it doesn't have one."""
    from citeproc import LOCALES_PATH

    names = sorted(path.stem.removeprefix("locales-") for path in Path(LOCALES_PATH).glob("locales-*.xml"))
    language = tag.partition("-")[0]
    usual = {"en": "en-GB", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "pt": "pt-PT", "zh": "zh-CN"}
    wanted = (tag, usual.get(language, ""), *(name for name in names if name.partition("-")[0] == language))
    return next((name for name in wanted if name in names), "en-GB")


def _html(text: Any) -> str:
    """Return citeproc's output as HTML: it escapes only some texts."""
    return str(text).replace(LESS, "&lt;")


def _link_addresses(root: Node) -> None:
    """Turn the URLs and the DOIs in entries into links."""
    for node in texts(root):
        text, end = node.text_content or "", 0
        for match in ADDRESS.finditer(text):
            start = match.start("doi") if match["doi"] else match.start()
            address = f"https://doi.org/{match['doi']}" if match["doi"] else match[0]
            node.insert_before(text[end:start])
            link = Tag("a", (("href", address),)).element(node)
            link.insert_child(text[start : match.end()])
            node.insert_before(link, move=True)
            end = match.end()
        if end:
            node.insert_before(text[end:])
            node.decompose()


def _link_works(citation: Node, links: Sequence[Tag]) -> list[Node]:
    """Turn the markers around works in a citation into links, given by the works' places in the article."""
    link_nodes = []
    for parent in [citation, *citation.css("*")]:
        link: Node | None = None
        for node in children(parent):
            if node.tag != TEXT:
                if link is not None:
                    link.insert_child(node, move=True)
                continue
            for piece in filter(None, MARKER.split(node.text_content or "")):
                if piece == CLOSE:
                    link = None
                elif FIRST <= piece[0] <= LAST:
                    link = links[ord(piece) - ord(FIRST)].element(node)
                    node.insert_before(link, move=True)
                    link_nodes.append(link)
                elif link is not None:
                    link.insert_child(piece)
                else:
                    node.insert_before(piece)
            node.decompose()
    return link_nodes


def _begin_at(year: object, link: Node) -> None:
    """Remove what is before the year in a link to a work, if it has the year."""
    pieces = texts(link)
    for number, node in enumerate(pieces):
        text = node.text_content or ""
        if match := re.search(rf"\b{year}\b", text):
            node.insert_before(text[match.start() :])
            for before in pieces[: number + 1]:
                before.decompose()
            for emptied in reversed([element for element in link.css("*") if not element.text()]):
                emptied.decompose()
            return


def id_of(key: str, kind: str = "ref") -> str:
    """Return the id of an entry in the list, or, followed by a number, that of a citation."""
    return f"{kind}-{re.sub(r'[^a-zA-Z0-9_-]+', '-', key)}"


@dataclass
class Citer:
    """Writes the citations of one article into it, and finds errors in them."""

    article: Read
    sources: Sequence[Source]
    style: str
    problems: list[Finding] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    _counts: Counter[str] = field(default_factory=Counter)

    def write(self) -> None:
        """Replace each citation by the style's text, and put the list below its heading."""
        content = self.article.content
        if 'class="cite"' not in html_of(content):
            return
        root = parse(html_of(content))
        places = root.css("span.cite[data-cite]")
        if not places:
            return
        language = language_of(content.lang, content.settings)
        entries = {key: entry for source in self.sources for key, entry in source.entries.items()}
        cited = [self._known(place, entries) for place in places]
        bibliography = Bibliography(entries, self.style, language)
        known_works = [cites for cites in cited if cites]
        if known_works:
            bibliography.make(known_works)
            self._fill([place for place, cites in zip(places, cited, strict=True) if cites], known_works, bibliography)
            self._list(root, bibliography)
        put_html(content, write(root))

    def _known(self, place: Node, entries: Mapping[str, Entry]) -> list[Cite]:
        """Return the known works of a citation; a citation without any stays as written."""
        cites = cites_in(place.attributes["data-cite"] or "")
        for cite in cites:
            if cite.key not in entries:
                message = f"no BibTeX entry has the key {cite.key}"
                files = "there are no BibTeX entries: create references.bib in the content folder"
                advice = near(cite.key, entries, f"add it to {next(iter(entries.values())).file}" if entries else files)
                self.problems.append(Finding(ERROR, self.article.file, self._line(f"@{cite.key}"), message, advice))
        works = [cite for cite in cites if cite.key in entries]
        self.used.update(cite.key for cite in works)
        return works

    def _line(self, sign: str) -> int:
        lines = (line for line, text in self.article.source.prose if re.search(rf"{re.escape(sign)}(?!\w)", text))
        return next(lines, 1)

    def _fill(self, places: Sequence[Node], cited: Sequence[Sequence[Cite]], bibliography: Bibliography) -> None:
        works = [cite for cites in cited for cite in cites]
        every = [cite.key for cite in works]
        names = [f"{id_of(key, 'cite')}-{every[: at + 1].count(key)}" for at, key in enumerate(every)]
        links = [Tag("a", (("href", f"#{id_of(key)}"), ("id", name))) for key, name in zip(every, names, strict=True)]
        for place, citation in zip(places, bibliography.citations, strict=True):
            del place.attrs["data-cite"]
            place.inner_html = citation
            for link in _link_works(place, links):
                work = works[names.index(link.id or "")]
                if work.is_short:
                    issued = bibliography.entries[work.key].data.get("issued", {}).get("date-parts", [[0]])
                    _begin_at(issued[0][0], link)
        self._counts = Counter(every)

    def _list(self, root: Node, bibliography: Bibliography) -> None:
        """Put the list directly below its heading, or at the end with a new heading."""
        language = bibliography.language
        name = language.gettext("References")
        entries = [
            {
                "id": id_of(key),
                "html": text,
                "citations": [f"{id_of(key, 'cite')}-{number}" for number in range(1, self._counts[key] + 1)],
            }
            for key, text in bibliography.texts.items()
        ]
        named = (name.casefold(), HEADING)
        headings = [
            heading for heading in root.css("h2, h3") if heading.id == HEADING or text_of(heading).casefold() in named
        ]
        html = macros("citations.html", language).references(HEADING, "" if headings else name, entries)
        listed = parse(f"\n{html}\n")
        _link_addresses(listed)
        following = headings[-1].next if headings else None
        for node in children(listed):
            if following is not None:
                following.insert_before(node)
            else:
                root.insert_child(node)


def cards(html_of_page: str) -> str:
    """Put each work's entry beside the block that cites it first; for pages, whose style sheet has a column for it."""
    if 'class="references"' not in html_of_page:
        return html_of_page
    root, write_works = parse(html_of_page), macros("citations.html", ENGLISH).beside
    entries = {item.id: _without_address(item) for item in root.css("ul.references > li[id]")}
    blocks = [block for block in children(root) if not block.is_text_node]
    for block, following in zip_longest(blocks, blocks[1:]):
        cited = [(link.attributes.get("href") or "").removeprefix("#") for link in block.css("span.cite a")]
        works = [entry for key in cited if (entry := entries.pop(key, ""))]
        has_note = following is not None and "sidenote" in Tag.of(following).classes
        if works and block.tag != "figure" and (beside := parse(write_works(works, has_note)).first_child) is not None:
            (following.insert_child if has_note else block.insert_after)(beside, move=True)
    return write(root)


def _without_address(item: Node) -> str:
    """Return an entry without its links, and without the words that lead to its address: its place is narrow."""
    entry = parse(item.inner_html or "")
    drop(entry, "a.back")
    for link in entry.css("a"):
        if link.prev is not None and link.prev.is_text_node and text_of(link).startswith("http"):
            text = link.prev.text_content or ""
            link.prev.replace_with(text[: text.rindex(".") + 1] if "." in text else text)
            if link.next is not None and link.next.is_text_node:
                link.next.replace_with((link.next.text_content or "").lstrip("."))
            link.decompose()
    entry.unwrap_tags(["a"])
    return write(entry).strip()


def _cite_again(content: Any, _generators: object) -> None:
    plugin.cite_again(content)


class CitationsPlugin:
    """Reads the BibTeX files of a run, and writes its articles' citations."""

    def __init__(self) -> None:
        self._used: dict[Any, set[str]] = {}

    def read(self, readers: Any) -> None:
        """Have Markdown mark citations."""
        add_extensions(readers, __name__)

    @on_edit(does=_cite_again)
    def cite(self, generators: Sequence[Any]) -> None:
        """Write all citations, and report errors."""
        if generators:
            self._used = {}
            tell(cited(read_of(generators[0].context), generators[0].settings, self._used))

    def cite_again(self, content: Any) -> None:
        """Write the citations of an edited article."""
        article, used = read_again(content), dict[Any, set[str]]()
        problems = cited([article], content.settings, used)
        if any(problem.file == article.file for problem in problems) or used[content] != self._used.get(content, set()):
            raise WholeBuildError("it cites other works")


def cited(
    articles: Sequence[Read], settings: Mapping[str, Any], by_content: dict[Any, set[str]] | None = None
) -> list[Finding]:
    """Write the citations of articles and pages into them; return their errors, and those in BibTeX files.

    The works that each one cites are added to `by_content`.
    """
    if missing := lacking("citations"):
        return [*_uncited(articles, *missing)]
    content = Path(settings["PATH"]).resolve()
    name, style = str(settings.get("CITATIONS_FILE") or FILE), str(settings.get("CITATIONS_STYLE") or STYLE)
    style = str(content.parent / style) if style.endswith(ENDING) else style
    sources: dict[Path, Source] = {}
    problems: list[Finding] = []
    used: dict[Path, set[str]] = defaultdict(set)
    places_of = _places(content, name)
    places = {article: [content / name, *places_of(article)] for article in articles}
    for path in sorted({content / name}.union(*places.values())):
        sources[path] = _read_source(path, from_root(path, content.parent))
        problems += sources[path].problems
    for article in articles:
        paths = places[article]
        citer = Citer(article, [sources[path] for path in paths], style)
        try:
            citer.write()
        except Exception as problem:  # of any kind: the page matters more, and shows the citations as written
            message = f"can't format this article's citations: {problem}"
            advice = (
                "set CITATIONS_STYLE to the path of a .csl file, or to the name of a style that ships with citeproc-py"
            )
            advice = advice if isinstance(problem, ValueError | OSError) else f"this is a bug in {__name__}"
            problems.append(Finding(ERROR, article.file, 1, message, advice))
        problems += citer.problems
        if by_content is not None:
            by_content[article.content] = citer.used
        for path in paths:
            used[path] |= citer.used
    return [*problems, *(finding for path, source in sources.items() for finding in _unused(source, used[path]))]


def _uncited(articles: Iterable[Read], module: str, advice: str) -> Iterator[Finding]:
    """Yield an error for each article with a citation, at its first one."""
    for article in articles:
        lines = (line for line, text in article.source.prose if re.search(CITED, text))
        if (line := next(lines, 0)) and 'class="cite"' in html_of(article.content):
            yield Finding(ERROR, article.file, line, f"citations need {module}, which is not installed", advice)


def _places(content: Path, name: str) -> Callable[[Read], list[Path]]:
    """Return a function for the BibTeX files of an article: those in its folders, and the one next to it."""
    real = real_paths()

    @cache
    def may_have(folder: Path, ending: str) -> bool:
        """Return whether a folder has files with an ending, in any spelling: most sites have none for any article."""
        try:
            return any(name.lower().endswith(ending.lower()) for name in os.listdir(folder))  # noqa: PTH208
        except OSError:
            return True

    @cache
    def in_folders(folder: Path) -> list[Path]:
        """Return those in a folder and its parents up to the content folder, the outermost first."""
        above = [
            parent
            for parent in reversed([folder, *folder.parents])
            if parent.is_relative_to(content) and parent != content
        ]
        return [parent / name for parent in above if may_have((parent / name).parent, Path(name).suffix)]

    def places(article: Read) -> list[Path]:
        path = real(article.path)
        folder = Path(os.path.dirname(path))  # noqa: PTH120
        if not folder.is_relative_to(content):
            return []
        beside = [Path(path).with_suffix(".bib")] if may_have(folder, ".bib") else []
        return [*in_folders(folder), *(path for path in beside if path != content / name)]

    return places


def _read_source(path: Path, file: str) -> Source:
    """Read a BibTeX file; an error in the library is reported, and doesn't cost a page."""
    try:
        return source_of(path, file)
    except Exception as problem:  # of any kind
        return Source(
            problems=(
                Finding(ERROR, file, 1, f"can't read this file: {problem!r}", "undo or fix the last change to it"),
            )
        )


def _unused(source: Source, used: set[str]) -> Iterator[Finding]:
    for entry in source.entries.values():
        if entry.key not in used:
            yield Finding(WARNING, entry.file, entry.line, f"nothing cites {entry.key}", "cite it, or remove the entry")


plugin = CitationsPlugin()


def _add_filter(generator: Any) -> None:
    generator.env.filters["cards"] = cards


def check(site: Site) -> list[Finding]:
    """Check the citations of a site that isn't written."""
    return cited(site.articles, site.settings)


def register() -> None:
    """Connect the plugin. List it after plugins.figures."""
    signals.readers_init.connect(plugin.read)
    signals.generator_init.connect(_add_filter)
    signals.all_generators_finalized.connect(plugin.cite)
    checks.add(check)
