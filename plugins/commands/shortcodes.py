"""The tags of Hugo and of Jekyll's Liquid in an article, written as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

HUGO = re.compile(r"\{\{(?P<sign>[<%])\s*(?P<tag>.*?)\s*[>%]\}\}", re.DOTALL)
LIQUID = re.compile(r"\{%-?\s*(?P<tag>.*?)\s*-?%\}|\{\{-?\s*(?P<value>.*?)\s*-?\}\}", re.DOTALL)
ARGUMENT = re.compile(r"""(?:([\w-]+)\s*=\s*)?(?:"((?:\\.|[^"\\])*)"|'([^']*)'|`([^`]*)`|([^\s"'`]+))""")
BASE = r"site\.(?:baseurl|url)"
VALUE = re.compile(
    rf"""(?:{BASE}|(["'])(?P<said>.*?)\1)(?:\s*\|\s*(?:relative_url|absolute_url|prepend:\s*{BASE}))*\s*"""
)
"""A URL of the site itself in Liquid."""

SOURCES = ("src", "image_path", "path", "url", "file", "image")
"""What themes call the file of a picture."""
LINKS = {
    "youtube": "https://www.youtube.com/watch?v={}",
    "youtubelite": "https://www.youtube.com/watch?v={}",
    "vimeo": "https://vimeo.com/{}",
    "gist": "https://gist.github.com/{}",
    "tweet": "https://x.com/{}",
    "twitter": "https://x.com/{}",
    "x": "https://x.com/{}",
    "instagram": "https://www.instagram.com/p/{}/",
}
"""What is shown from other hosts, with its page there."""
CALLOUTS = ("alert", "admonition", "callout", "hint", "notice")
KINDS = ("note", "tip", "important", "warning", "caution", "danger")


@dataclass(frozen=True)
class Tag:
    """A tag, as written, with its arguments; and what is between it and its end, if it has one."""

    written: str
    name: str
    words: Sequence[str]
    options: Mapping[str, str]
    inner: str | None = None

    @classmethod
    def of(cls, written: str, content: str) -> Tag:
        """Read a tag; a template that Jekyll includes counts as a tag with its name."""
        words: list[str] = []
        options: dict[str, str] = {}
        for key, *values in ARGUMENT.findall(content):
            value = next(filter(None, values), "")
            if key:
                options[key] = value.replace('\\"', '"')
            else:
                words.append(value.replace('\\"', '"'))
        if words[:1] in (["include"], ["include_relative"]):
            words = [(words[1:] or [""])[0].rpartition("/")[2].partition(".")[0], *words[2:]]
        return cls(written, words[0] if words else "", words[1:], options)


@dataclass
class Translation:
    """Translates the tags of a text; what isn't understood stays, and is in `problems`, with its line in the result."""

    is_hugo: bool
    link: Callable[[str], str | None]
    """Returns the link to another article, by its name in a tag."""
    problems: list[tuple[int, str]] = field(default_factory=list)

    def of(self, text: str, line: int = 1) -> str:
        """Return the text, which begins at a line."""
        done, at = "", 0
        pattern = HUGO if self.is_hugo else LIQUID
        while match := pattern.search(text, at):
            done += text[at : match.start()]
            at = match.end()
            here = line + done.count("\n")
            if not self.is_hugo and match["value"] is not None:
                done += self._value(match, here)
                continue
            content = match["tag"]
            if content.startswith("/*"):  # how Hugo writes a tag that it should show
                done += match[0].replace("/*", "", 1).replace("*/", "", 1)
                continue
            tag = Tag.of(match[0], content.removesuffix("/").rstrip())
            if end := self._end(tag, text, at):
                tag = Tag(tag.written, tag.name, tag.words, tag.options, text[at : end.start()])
            translated = self._one(tag, here)
            if translated is None:
                if not content.startswith("/" if self.is_hugo else "end"):  # its beginning is in the report
                    self.problems.append((here, f"{' '.join(match[0].split())} isn't translated"))
                done += match[0]
            else:
                done += translated
                at = end.end() if end else at
        return done + text[at:]

    def _end(self, tag: Tag, text: str, at: int) -> re.Match[str] | None:
        name = re.escape(tag.name)
        end = rf"\{{\{{[<%]\s*/\s*{name}\s*[>%]\}}\}}" if self.is_hugo else rf"\{{%-?\s*end{name}\s*-?%\}}"
        return re.compile(end).search(text, at) if name else None

    def _value(self, match: re.Match[str], line: int) -> str:
        if value := VALUE.fullmatch(match["value"]):
            return value["said"] or ""
        self.problems.append((line, f"{match[0]} isn't translated"))
        return match[0]

    def _one(self, tag: Tag, line: int) -> str | None:
        name, inner = tag.name, tag.inner
        if name in ("figure", "image", "img", "picture"):
            return self._figure(tag, line)
        if name in ("ref", "relref", "post_url", "link"):
            return self.link(tag.words[0] if tag.words else tag.options.get("path", ""))
        if name in LINKS and inner is None:
            return _elsewhere(tag)
        if inner is None:
            return None
        if name == "raw":
            return inner
        if name == "comment":
            return f"<!--{inner}-->"
        if name == "highlight":
            dropped = [*tag.options, *tag.words[1:]]
            self._drop(dropped, "of this code", line)
            return f"```{tag.words[0] if tag.words else 'text'}\n{inner.strip(chr(10))}\n```"
        if name in ("katex", "math"):
            return f"$${inner}$$" if "display" in (*tag.words, *tag.options) else f"${inner.strip()}$"
        if name != "details" and name not in CALLOUTS:
            return None
        inner = self.of(inner.strip("\n"), line + 1)
        if name == "details":
            title = tag.options.get("summary") or " ".join(tag.words) or "Details"
            return f"/// details | {title}\n{inner}\n///"
        word = tag.options.get("type", "") or (tag.words[0] if tag.words else "")
        kind = word if word in KINDS else "note"
        title = tag.options.get("title", "")
        return "\n".join(f"> {row}".rstrip() for row in (f"[!{kind}] {title}", *inner.strip("\n").split("\n")))

    def _figure(self, tag: Tag, line: int) -> str | None:
        options = dict(tag.options)
        source = next((options.pop(key) for key in SOURCES if key in options), "") or next(iter(tag.words), "")
        if not source:
            return None
        title, caption, alt = (" ".join(options.pop(key, "").split()) for key in ("title", "caption", "alt"))
        caption = ". ".join(filter(None, (title.rstrip("."), caption)))
        self._drop(options, "of this picture", line)
        quoted = f' "{caption}"' if caption and '"' not in caption else f" '{caption}'" if caption else ""
        return f"![{alt or caption}]({self.of(source, line)}{quoted})"

    def _drop(self, options: Sequence[str] | Mapping[str, str], place: str, line: int) -> None:
        if options:
            self.problems.append((line, f"{', '.join(options)} {place} isn't kept"))


def _elsewhere(tag: Tag) -> str | None:
    options, words = tag.options, tag.words
    place = options.get("id") or "/".join(words)
    if user := options.get("user"):
        place = f"{user}/status/{place}"
    return f"[{tag.name}: {place}]({LINKS[tag.name].format(place)})" if place else None
