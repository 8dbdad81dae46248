"""Bring a blog from Hugo, Jekyll or Pelican, or a folder of notebooks, into this site, and report what needs a hand."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pelican.settings import read_settings

from ..content.findings import WARNING, Finding
from ..content.sources import header_in
from ..figures.articles import PICTURES
from ..figures.markdown import SUFFIXES
from ..figures.report import counted
from ..files import from_root
from ..front_matter import TOML, MetadataField, Value, end_of, one_line
from ..front_matter import read as front_matter
from ..messages import ContentError
from . import create, dialects
from .shortcodes import LIQUID, Translation

HUGO, JEKYLL, PELICAN, FOLDER = "Hugo", "Jekyll", "Pelican", "folder"
NOTEBOOK, RST = ".ipynb", ".rst"
DATED = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})-(?P<slug>.+)")
HEADING = re.compile(r"^# +(.+?)[ \t]*$\n?", re.MULTILINE)
LANGUAGE = re.compile(r"(?P<stem>.+)\.(?P<lang>[a-z]{2})")
CONFIGURED = {
    HUGO: ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json", "config.toml", "config.yaml", "config.yml"),
    JEKYLL: ("_config.yml", "_posts"),
    PELICAN: ("pelicanconf.py",),
}
ROOTS = {HUGO: ("static", "assets", "content", ""), JEKYLL: ("",), PELICAN: ("content", ""), FOLDER: ("",)}
"""The folders in which a path that begins with a slash may be."""
LISTS = ("tags", "categories")
OLD_URLS = ("url", "permalink", "redirect_from")
REPLACED = {name: {"aliases"} for name in OLD_URLS} | {"images": {"image", "cover"}}
"""Headers that are left out if one of these takes their place."""
OF_THEMES = ("layout", "math", "mathjax", "katex", "toc", "showtoc", "excerpt_separator")
"""Headers that only told the old theme what to do, and would each be a warning here."""
SWITCHES = ("comments",)
"""Headers that only told the old theme what to do, if they are true or false."""
ADVICE = "write here, in Markdown, what readers saw"


@dataclass
class Blog:
    """A blog in a folder, and where each of its files goes."""

    root: Path
    content: Path
    system: str
    targets: dict[Path, str] = field(default_factory=dict)
    """Articles and pages, with their paths below the content folder."""
    files: dict[Path, str] = field(default_factory=dict)
    """Other files that are copied, likewise."""
    left: list[Path] = field(default_factory=list)
    """Texts that aren't brought."""
    undated: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @classmethod
    def at(cls, root: Path, content: Path) -> Blog:
        """Look through a folder."""
        systems = (name for name, files in CONFIGURED.items() if any((root / file).exists() for file in files))
        blog = cls(root, content, next(systems, PELICAN if (root / "content").is_dir() else FOLDER))
        for path in sorted(root.rglob("*")):
            inside = path.relative_to(root)
            if (
                path.is_file()
                and not any(part.startswith(".") for part in inside.parts)
                and content not in path.parents
            ):
                blog._place(path, inside)
        return blog

    def _place(self, path: Path, inside: Path) -> None:
        if self.system == PELICAN and inside.parts[0] == "content":
            is_text = path.suffix in (*SUFFIXES, RST, NOTEBOOK)
            (self.targets if is_text else self.files)[path] = Path(*inside.parts[1:]).as_posix()
            return
        if path.suffix not in (SUFFIXES if self.system != FOLDER else (*SUFFIXES, NOTEBOOK)) or inside.parts[0] in (
            "archetypes",
            "themes",
            "node_modules",
        ):
            return
        if target := self._target(inside):
            self.targets[path] = target
        elif path.suffix in SUFFIXES and end_of(_lines(path)):
            self.left.append(path)

    def _target(self, inside: Path) -> str:
        folder, name = [*inside.parent.parts], inside.name
        if self.system == HUGO:
            if folder[:1] != ["content"] or name.startswith("_index."):
                return ""
            folder = folder[1:]
            if inside.stem == "index" and folder:  # a folder for one article and its pictures
                name = f"{folder.pop()}{inside.suffix}"
            return f"{folder[0] if folder else 'pages'}/{name}"
        if self.system == JEKYLL:
            for posts in ("_posts", "_drafts"):
                if posts in folder:
                    above = folder[: folder.index(posts)]
                    return f"{above[-1] if above else 'posts'}/{name}"
            is_page = not folder and end_of(_lines(self.root / inside)) and inside.stem != "index"
            return f"pages/{name}" if is_page else ""
        if self.system == FOLDER and (inside.suffix == NOTEBOOK or end_of(_lines(self.root / inside))):
            return f"{folder[-1] if folder else self.root.name}/{name}"
        return ""

    def bring(self) -> Counter[str]:
        """Write all articles, and copy what they show; count what was written, by kind."""
        done: Counter[str] = Counter()
        for source, target in self.targets.items():
            try:
                text = source.read_text("utf-8-sig").replace("\r\n", "\n")
                if source.suffix == NOTEBOOK:
                    text = self._notebook(source, text, target)
                elif source.suffix in SUFFIXES:
                    text = self._markdown(source, text, target)
                else:
                    text = self._rst(source, text, target)
                create(self.content / target, text)
                done["page" if target.startswith("pages/") else "article"] += 1
            except FileExistsError:
                self._find(target, 1, "is there already, so it wasn't brought again", "remove it to bring it again")
            except (ContentError, ValueError) as problem:
                line = getattr(problem, "line", 0) or 1
                message, advice = f"can't be read: {problem}", "correct it there, and run this again"
                self.findings.append(Finding(WARNING, os.path.relpath(source), line, message, advice))
        for source, target in self.files.items():
            place = self.content / target
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(source.read_bytes())
                done["file"] += 1
            elif place.read_bytes() != source.read_bytes():
                self._find(target, 1, f"isn't {os.path.relpath(source)}, which has the same name", "rename one of them")
        for source in self.left:
            self.findings.append(Finding(WARNING, os.path.relpath(source), 1, "isn't brought", "copy it by hand"))
        if self.undated:
            others = counted(len(self.undated) - 1, "other") if self.undated[1:] else ""
            message = f"has no date, so it has its file's{others and f', like {others}'}"
            self._find(self.undated[0], 1, message, "write when you published it")
        if folders := {target.partition("/")[0] for target in self.files.values() if "/" in target} - {
            "images",
            "files",
            "extra",
        }:
            message = f"STATIC_PATHS needs {', '.join(sorted(folders))}: your articles' files are there"
            self.findings.append(
                Finding(WARNING, "pelicanconf.py", 1, message, "add them, or move the files to images/")
            )
        return done

    def _find(self, target: str, line: int, message: str, advice: str = ADVICE) -> None:
        file = from_root((self.content / target).resolve(), self.content.resolve().parent)
        self.findings.append(Finding(WARNING, file, line, message, advice))

    def _find_lost(self, target: str, address: str, text: str, line: int = 1) -> None:
        """Report an address that leads nowhere, in a text that begins at a line."""
        line += text.count("\n", 0, max(text.find(address), 0))
        self._find(target, line, f"{address} leads to nothing in {self.root.name}", "correct or remove it")

    def _dated_by_file(self, source: Path, target: str) -> str:
        """Return the date of a file, for an article that has none of its own."""
        self.undated.append(target)
        return f"{datetime.fromtimestamp(source.stat().st_mtime):%Y-%m-%d}"

    def _markdown(self, source: Path, text: str, target: str) -> str:
        lines = text.split("\n")
        if self.system == HUGO and text.startswith("{"):
            raise ContentError("its header is JSON: run `hugo convert toYAML` first", line=1)
        entries = front_matter(lines)
        if entries is None and (header_in(lines).get("title") or self.system == PELICAN):
            self._leftovers(text, target)
            return text
        head = self._header(source, lines[: end_of(lines)], entries or [], target)
        body = "\n".join(lines[end_of(lines) :])
        return "\n".join(head) + "\n" + self._body(source, body, target, len(head) + 1, dialects.highest_level(body))

    def _leftovers(self, text: str, target: str) -> None:
        """Report the tags of plugins that Pelican's users may have had: nothing else is changed for them."""
        for token in dialects.prose(text):
            for number, line in enumerate(token.content.split("\n"), start=token.map[0] + 1):
                for tag in LIQUID.finditer(line):
                    if tag["tag"]:
                        self._find(target, number, f"{tag[0]} isn't translated")

    def _body(self, source: Path, body: str, target: str, line: int, highest: int) -> str:
        if self.system == JEKYLL:
            body = dialects.with_kramdown(body)
        if self.system in (HUGO, JEKYLL):
            body = dialects.with_details(dialects.with_whole_formulas(body))
        if self.system != PELICAN:
            body = dialects.below_the_title(dialects.with_lists(body), highest)
        if self.system in (HUGO, JEKYLL):
            tags = Translation(self.system == HUGO, self._named)
            body = tags.of(body, line)
            for number, message in tags.problems:
                self._find(target, number, message)
            body = dialects.with_formulas(body, is_kramdown=self.system == JEKYLL)
        missing: list[str] = []

        def link(address: str) -> str | None:
            new = self._link(source, address)
            if new == "":
                missing.append(address)
            return new or None

        def missed(number: int, reason: str) -> None:
            self._find(target, number + line - 1, reason)

        body = dialects.with_links(body, link, missed)
        for address in dict.fromkeys(missing):
            self._find_lost(target, address, body, line)
        if self.system == JEKYLL:
            for number, message in dialects.unread(body):
                self._find(target, number + line - 1, message)
        return body

    def _header(self, source: Path, lines: Sequence[str], entries: Sequence[MetadataField], target: str) -> list[str]:
        """Return the header as it is, but for what has another form here."""
        is_toml = lines[:1] == [TOML]
        by_name = {entry.key.lower(): entry for entry in entries}
        values = {name: entry.value for name, entry in by_name.items()}
        changes = self._changes(source, dict(values), target)
        replaced = {name for name, new in REPLACED.items() if changes.keys() & new}
        replaced |= {name for name in OLD_URLS if _listed(values.get(name, [])) == [_own_url(target)]}
        replaced |= {name for name in SWITCHES if str(values.get(name)).lower() in ("true", "false")}
        begins = [*sorted({entry.line for entry in entries}), len(lines)]
        gone = {
            number
            for name in {*changes, *OF_THEMES, *replaced} & by_name.keys()
            for number in range(by_name[name].line, begins[begins.index(by_name[name].line) + 1])
        }
        mark = " = " if is_toml else ": "
        added = [f"{name}{mark}{json.dumps(value, ensure_ascii=False)}" for name, value in changes.items()]
        kept = [line for number, line in enumerate(lines, start=1) if number not in gone]
        begin, end = (kept[:1], kept[1:]) if kept else (["---"], ["---"])
        return [*begin, *added, *end]

    def _changes(self, source: Path, values: dict[str, Value], target: str) -> dict[str, Value]:
        changes: dict[str, Value] = {}
        dated, foreign = DATED.fullmatch(source.stem), LANGUAGE.fullmatch(source.stem)
        stem = Path(target).stem if self.system == HUGO else source.stem
        stem = foreign["stem"] if foreign else stem
        is_page = target.startswith("pages/")
        if not values.get("title"):
            changes["title"] = _words(dated["slug"] if dated else stem).capitalize()
        if not values.get("date") and not is_page and not dated:
            changes["date"] = self._dated_by_file(source, target)
        if "_drafts" in source.parts:
            changes["draft"] = "true"
        if self.system == HUGO and "slug" not in values and not DATED.fullmatch(stem):
            changes["slug"] = stem
        if foreign and "lang" not in values:
            changes["lang"] = foreign["lang"]
        if self.system == JEKYLL:
            for name in LISTS:
                if isinstance(value := values.get(name), str) and " " in value.strip() and "," not in value:
                    changes[name] = list(value.split())
        if (pictures := _listed(values.get("images", []))) and not values.keys() & REPLACED["images"]:
            values["image"] = pictures[0]
        for name in ("image", "cover"):
            value = values.get(name)
            if isinstance(value, dict):
                value = next(
                    (address for key in ("image", "path", "url", "src", "feature") if (address := value.get(key))), None
                )
            if isinstance(value, str) and (new := self._link(source, value)):
                changes[name] = new
            elif value != values.get(name):
                changes[name] = value or ""
        olds = [
            address
            for name in OLD_URLS
            for address in _listed(values.get(name, []))
            if address.startswith("/") and ":" not in address
        ]
        if olds := [old for old in olds if old != _own_url(target)]:
            changes["aliases"] = [*_listed(values.get("aliases", [])), *olds]
        return changes

    def _named(self, name: str) -> str | None:
        """Return the link to an article by its path or its name, as tags have it."""
        path, mark, place = name.partition("#")
        if not path:
            return f"{mark}{place}" if place else None
        stem = Path(path.rstrip("/")).name.removesuffix(".md").removesuffix(".markdown")
        stem = Path(path).parent.name if stem in ("index", "_index") else stem
        target = self._stems.get(stem)
        return f"{{filename}}/{target}{mark}{place}" if target else self._link(self.root / "x", f"/{path.lstrip('/')}")

    @cached_property
    def _stems(self) -> dict[str, str]:
        stems = {Path(target).stem: target for target in self.targets.values()}
        return {dated["slug"]: target for stem, target in stems.items() if (dated := DATED.fullmatch(stem))} | stems

    def _link(self, source: Path, address: str) -> str | None:
        """Return a new address; None for one that stays as it is, and nothing for one that leads nowhere."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path.strip("/") or address.startswith(("{", "|", "[", "$")):
            return None
        path, after = unquote(parts.path), f"#{parts.fragment}" if parts.fragment else ""
        if path.startswith("/"):
            places = [self.root / root / path.lstrip("/") for root in ROOTS[self.system]]
        else:
            places = [source.parent / path, source.with_suffix("") / path, self.root / path]
        for place in map(Path.resolve, places):
            if place in self.targets:
                return f"{{filename}}/{self.targets[place]}{after}"
            if place.is_file() and self.root in place.parents:
                return self._file(place)
        first, last = (path.strip("/").split("/")[at].removesuffix(".html") for at in (0, -1))
        if target := self._stems.get(last) if first not in (*LISTS, "tag", "category") else None:
            return f"{{filename}}/{target}{after}"
        return ""

    def _file(self, place: Path) -> str:
        """Have a file copied; return the address that it will have."""
        inside = place.relative_to(self.root)
        if inside.parts[0] in ROOTS[self.system]:
            inside = Path(*inside.parts[1:])
        kind = "images" if place.suffix.lower() in PICTURES else "files"
        parts = inside.parts[1:] if inside.parts[0] == kind else inside.parts
        target = "/".join((kind, *parts))
        self.files[place] = target
        return quote(f"/{target}") if kind == "images" else f"{{static}}/{quote(target)}"

    def _notebook(self, source: Path, text: str, target: str) -> str:
        """Give a notebook a header, from its first heading and its file's date, if it has none."""
        notebook: Any = json.loads(text)
        cells = notebook["cells"] if isinstance(notebook, dict) and "cells" in notebook else None
        if cells is None:
            raise ContentError("it isn't a notebook of version 4")
        sources = ["".join(cell["source"]) for cell in cells]
        if not notebook["metadata"].get("article") and not header_in((sources or [""])[0].split("\n")).get("title"):
            title = _words(source.stem)
            for cell in cells[:2]:
                body = "".join(cell["source"])
                heading = HEADING.search(body.partition("```")[0]) if cell["cell_type"] == "markdown" else None
                if heading:
                    title, cell["source"] = heading[1], body[: heading.start()] + body[heading.end() :]
                    break
            notebook["metadata"]["article"] = {"title": title, "date": self._dated_by_file(source, target)}
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        highest = dialects.highest_level("\n\n".join(texts))
        for number, cell in enumerate(cells, start=1):
            if cell["cell_type"] == "markdown":
                first = len(self.findings)
                cell["source"] = self._body(source, "".join(cell["source"]), target, 1, highest)
                for at, finding in enumerate(self.findings[first:], start=first):
                    message = f"cell {number}, line {finding.line}: {finding.what}"
                    self.findings[at] = Finding(finding.level, finding.file, 1, message, finding.advice)
        return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"

    def _rst(self, source: Path, text: str, target: str) -> str:
        """Give pictures their new addresses, and report what docutils, with Pelican's own directives, doesn't know."""
        import docutils.core
        import pelican.rstdirectives  # noqa: F401 - it adds directives and roles
        from docutils.utils import Reporter

        settings = {"report_level": Reporter.WARNING_LEVEL, "halt_level": 5, "warning_stream": "", "raw_enabled": True}
        tree = docutils.core.publish_doctree(text, settings_overrides=settings)
        for message in tree.findall(docutils.nodes.system_message):
            if message["level"] >= Reporter.WARNING_LEVEL and message.get("line"):
                self._find(target, message["line"], message[0].astext())
        for image in tree.findall(docutils.nodes.image):
            new = self._link(source, image["uri"])
            if new == "":
                self._find_lost(target, image["uri"], text)
            elif new:
                text = text.replace(f":: {image['uri']}\n", f":: {new}\n")
        return text


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8-sig", errors="replace").split("\n")


def _words(name: str) -> str:
    return name.replace("-", " ").replace("_", " ")


def _listed(value: Value) -> list[str]:
    return [one_line(item) for item in (value if isinstance(value, list) else [value])]


def _own_url(target: str) -> str:
    """Return the path of a page's URL; of an article, which has its date in it, nothing."""
    return f"/{Path(target).name.partition('.')[0]}/" if target.startswith("pages/") else ""


def begin(configuration: str, folder: str) -> str | None:
    """Bring the blog in a folder into the site with these settings; return an error message, if any."""
    root, content = Path(folder).resolve(), Path(read_settings(configuration)["PATH"])
    if not root.is_dir():
        return f"import: {folder} isn't a folder. Name the one with your blog's sources"
    blog = Blog.at(root, content)
    if not blog.targets:
        return f"import: no articles in {folder}: they would be Markdown, reStructuredText (of Pelican) or notebooks"
    done = blog.bring()
    for finding in sorted(blog.findings, key=lambda finding: (finding.file, finding.line)):
        print(finding)
    kind = f"from {blog.system}" if blog.system != FOLDER else f"from {folder}"
    brought = ", ".join(counted(done[noun], noun) for noun in ("article", "page", "file"))
    print(f"{brought} {kind}; {counted(len(blog.findings), 'place')} above for you to look at")
    return None
