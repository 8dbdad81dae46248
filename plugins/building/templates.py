"""Saves repeated work in templates: compiled ones are kept, and URLs are computed once."""

from __future__ import annotations

import pickle
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket, BytecodeCache, FileSystemBytecodeCache
from jinja2.ext import InternationalizationExtension
from pelican import signals

from ..html import OPTIONS, compiled
from .dependencies import compile_plainly
from .generators import articles_of

FOLDER = "templates"
"""In Pelican's CACHE_PATH."""


class Kept(BytecodeCache):
    """Compiled templates: in memory, for a preview, which builds again and again; and, with a folder, in files.

    Those in files are for one version of Jinja with one set of options.
    """

    def __init__(
        self, folder: Path | None = None, environment: jinja2.Environment | None = None, options: object = ""
    ) -> None:
        self._files = FileSystemBytecodeCache(str(folder)) if folder else None
        self._environment = environment
        self._options = repr(options)
        self._codes: dict[str, tuple[str, CodeType]] = {}

    def get_source_checksum(self, source: str) -> str:
        """Return a checksum of everything the compiled code depends on."""
        if (made_for := self._environment) is None:
            return super().get_source_checksum(source)
        # Only read now, because plugins.i18n may add its own extension after us.
        extensions = sorted(made_for.extensions)
        calls = getattr(made_for, "newstyle_gettext", None)
        asks = getattr(made_for.code_generator_class, "is_plain", 0)
        made_by = f"{jinja2.__version__} {self._options} {extensions} {calls} {asks}"
        return super().get_source_checksum(f"{made_by}\n{source}")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a compiled template, if its source hasn't changed; a damaged file counts as missing."""
        checksum, code = self._codes.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code
        elif self._files:
            try:
                self._files.load_bytecode(bucket)
            except (OSError, EOFError, ValueError, TypeError, pickle.UnpicklingError):
                bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Store a template; if it can't be written, the next build compiles it again."""
        if bucket.code is not None:
            self._codes[bucket.key] = bucket.checksum, bucket.code
        if self._files:
            with suppress(OSError):
                Path(self._files.directory).mkdir(parents=True, exist_ok=True)
                self._files.dump_bytecode(bucket)


def _keep(generator: Any) -> None:
    environment, settings = generator.env, generator.settings
    folder = Path(settings["CACHE_PATH"], FOLDER)
    compiled.cache_of = lambda own_environment: Kept(folder, own_environment, OPTIONS)
    # An extension may compile anything, so the source doesn't show whether the code is still valid.
    if environment.extensions.keys() - {InternationalizationExtension.identifier} or environment.bytecode_cache:
        return
    compile_plainly(environment)
    environment.bytecode_cache = Kept(folder, environment, settings["JINJA_ENVIRONMENT"])


def _compute_addresses(generator: Any) -> None:
    """Compute the URL of each article once: Pelican formats it on each access, for example for each link in each list.

    Pelican uses these overrides first; code that sets one later still has the last word.
    """
    for article in articles_of([generator]):
        article.override_url = article.url
        article.override_save_as = article.save_as


def register() -> None:
    """Process each environment when Pelican has created it, and the articles when they are read."""
    signals.generator_init.connect(_keep)
    signals.article_generator_finalized.connect(_compute_addresses)
