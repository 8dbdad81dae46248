"""Start a new article or page: complete headers, and a body to replace."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pelican.settings import read_settings
from pelican.utils import slugify

from ..content.sources import header_of
from ..figures.markdown import SUFFIXES
from ..files import from_root
from ..messages import ends_with_its_reader, typed_here
from . import CannotWriteError, create

LONGEST_SLUG = 60
FIRST_CATEGORY = "site"
BODY = """\
In the first sentence, say what readers will be able to do once they have read this.

## First step

Explain what this code does:

```python
from keras import Input, Sequential
from keras.layers import SimpleRNN

model = Sequential()
model.add(Input((3, 2)))
model.add(SimpleRNN(4))
```

<!-- To show a figure here, run `{command}` and replace this line with the one it prints. -->
"""


@dataclass(frozen=True)
class NewArticle:
    """The author's request, from the environment: make passes everything on as it was typed."""

    title: str
    kind: str
    category: str
    language: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> NewArticle:
        """Read it; raise CannotWriteError for an invalid request."""
        title = " ".join(_typed(environment, "TITLE").split())
        if not title:
            command = typed_here("new", make='make new TITLE="My title"', otherwise='unrolled article "My title"')
            raise CannotWriteError(f"the title is missing: {command}")
        kind = _typed(environment, "KIND") or "article"
        if kind not in ("article", "page"):
            raise CannotWriteError(f"KIND is {kind!r}: write KIND=page for a page, or leave it out for an article")
        return cls(title, kind, _typed(environment, "CATEGORY"), _typed(environment, "ARTICLE_LANG"))


def _typed(environment: Mapping[str, str], name: str) -> str:
    """Return what was typed, in any locale: terminals use UTF-8."""
    return os.fsencode(environment.get(name, "")).decode("utf-8", "replace").strip()


class Writing:
    """Writes into the content of a site."""

    def __init__(self, settings: Mapping[str, Any], now: datetime) -> None:
        self._settings = settings
        self._content = Path(settings["PATH"])
        self._now = now

    def write(self, new: NewArticle) -> tuple[Path, str]:
        """Write a file; return its path and URL. Raise CannotWriteError if its name or slug already exists."""
        slug = self.slug(new.title)
        is_foreign = bool(new.language) and new.language != self._settings["DEFAULT_LANG"]
        folder = self._folder(new)
        path = folder / f"{slug}{f'-{new.language}' if is_foreign else ''}.md"
        self._check(slug, new, path)
        command = typed_here("diagram", make=f"make diagram NAME={slug}", otherwise=f"unrolled diagram {slug}")
        text = self._header(new, slug, folder) + "\n" + BODY.replace("{command}", command)
        try:
            create(path, text)
        except FileExistsError:
            raise CannotWriteError(f"{self._shown(path)} already exists: choose another title") from None
        kind = "DRAFT_PAGE" if new.kind == "page" else "DRAFT"
        address = self._settings[f"{kind}_LANG_URL" if is_foreign else f"{kind}_URL"]
        return path, address.format(slug=slug, lang=new.language, date=self._now)

    def slug(self, title: str) -> str:
        """Make a slug from a title, in ASCII, cut at a word; a title without any letters gets a dated one."""
        spelt = self._spelt(title)
        words = "".join(char if char.isascii() and char.isalnum() else "-" for char in spelt).split("-")
        slug = "-".join(word for word in words if word)
        if len(slug) > LONGEST_SLUG:
            slug = slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
        return slug or f"{self._now:post-%Y-%m-%d-%H%M}"

    def _spelt(self, text: str) -> str:
        spelt: str = slugify(text, regex_subs=self._settings["SLUG_REGEX_SUBSTITUTIONS"])
        return spelt

    def _folder(self, new: NewArticle) -> Path:
        if new.kind == "page":
            return self._content / str(self._settings["PAGE_PATHS"][0])
        if not new.category:
            return next(self._categories(), self._content / FIRST_CATEGORY)
        name = self._spelt(new.category)
        if not name:
            raise CannotWriteError(
                f"the category is {new.category!r}, but needs at least one letter or digit to name its folder"
            )
        if name in self._not_categories():
            page = typed_here("new", make="KIND=page", otherwise="--page")
            raise CannotWriteError(
                f"content/{name} isn't for articles: choose another category, or add {page} for a page"
            )
        return self._content / name

    def _categories(self) -> Iterator[Path]:
        """Yield the folders of existing categories."""
        for folder in sorted(self._content.glob("[!._]*/")):
            if folder.name not in self._not_categories():
                yield folder

    def _not_categories(self) -> set[str]:
        return {str(path).partition("/")[0] for key in ("PAGE_PATHS", "STATIC_PATHS") for path in self._settings[key]}

    def _header(self, new: NewArticle, slug: str, folder: Path) -> str:
        fields = {"Title": new.title, "Date": f"{self._now:%Y-%m-%d %H:%M}"}
        if new.kind == "article" and new.category and new.category != folder.name:
            fields["Category"] = new.category
        fields |= {"Slug": slug} | ({"Tags": ""} if new.kind == "article" else {}) | {"Summary": ""}
        fields |= {"Lang": new.language} if new.language else {}
        return "".join(f"{key}: {value}".rstrip() + "\n" for key, value in {**fields, "Status": "draft"}.items())

    def _check(self, slug: str, new: NewArticle, path: Path) -> None:
        """Check that the slug is free: among all articles and pages, and the site's own URLs."""
        language = new.language or self._settings["DEFAULT_LANG"]
        for existing in sorted(file for ending in SUFFIXES for file in self._content.rglob(f"*{ending}")):
            header = header_of(existing)
            slug_field, named = header.get("slug"), header.get("title")
            taken = slug_field.value if slug_field else self._spelt(named.value) if named else existing.stem
            lang = header.get("lang")
            if taken == slug and (lang.value if lang else self._settings["DEFAULT_LANG"]) == language:
                raise CannotWriteError(f"{self._shown(existing)} already has the slug {slug}: choose another title")
        saved = (str(value) for key, value in self._settings.items() if key.endswith("_SAVE_AS") and value)
        own_urls = {path.partition("/")[0].removesuffix(".html") for path in saved if not path.startswith("{")}
        if new.kind == "page" and slug in own_urls | {str(path) for path in self._settings["STATIC_PATHS"]}:
            raise CannotWriteError(f"the site already uses the URL /{slug}/: choose another title")

    def _shown(self, path: Path) -> str:
        return from_root(path, self._content.parent)


def begin(configuration: str, content: str | None, values: Mapping[str, str]) -> str | None:
    """Write the requested file, using a site's settings and content folder; return an error message, if any."""
    if content:
        Path(content).mkdir(parents=True, exist_ok=True)  # Pelican can't read settings without it
    settings = read_settings(configuration, override={"PATH": content} if content else None)
    try:
        path, address = Writing(settings, datetime.now(ZoneInfo(settings["TIMEZONE"]))).write(NewArticle.of(values))
    except CannotWriteError as problem:
        return f"new: {problem}"
    print(os.path.relpath(path))
    command = typed_here("serve", make="make serve", otherwise="unrolled serve")
    print(f"    To see it, run `{command}` and open http://localhost:{values.get('PORT', '8000')}/{address}")
    return None


if __name__ == "__main__":  # make passes on what was typed through the environment, unchanged
    with ends_with_its_reader():
        sys.exit(begin(sys.argv[1], sys.argv[2], os.environ))
