"""Check what no other linter knows: the names of classes, private names, messages, and their translations.

`make check` runs it. What it finds is printed with file, line, and what to do.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

import pelicanconf
from plugins.catalogues import FILE, SOURCE
from tools.messages import sentences

ROOT = Path(__file__).resolve().parents[1]
PLUGINS = ROOT / "plugins"
KIT = ROOT / "diagrams/unrolled"

OF_PYTHON = {"os._exit", "sys._getframe", "_posixsubprocess"}
"""Python's own names: two are public in spite of their underscores, and tracing has to see the third."""
MESSAGE_AT = {"gettext": (0,), "ngettext": (0, 1), "pgettext": (1,)}
"""Where the message is in the arguments of each function that translates."""
TRANSLATING = {PLUGINS / "catalogues.py", PLUGINS / "i18n.py", KIT / "i18n.py", KIT / "description.py"}
"""The modules that define these functions, or translate what an author's script says."""
PLACE = re.compile(r"%\((\w+)\)s|%%")
ODD = re.compile(
    r"\b(?:mend(?:s|ed)?|anew|in vain|by and by|whoever|reckon(?:s|ed)?|is (?:told|refused|wanted)|given are"
    r"|stands? (?:above|below|in|at)|take (?:it|that|this) out|need not|shall)\b"
)
"""Words that no native speaker would write in an error message."""

Key = tuple[tuple[str, ...], str | None]
"""A message, or its two forms, and its context."""


@cache
def nodes(path: Path) -> Sequence[ast.AST]:
    """Parse a module, and list all nodes of its tree."""
    return [*ast.walk(ast.parse(path.read_text("utf-8")))]


def same_names(paths: Iterable[Path]) -> Iterator[str]:
    """Find the classes of a package that have the same name: searching for one should find exactly one."""
    places = defaultdict(list)
    for path in sorted(paths):
        for node in nodes(path):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{_from_root(path)}:{node.lineno}")
    for name, (first, *others) in places.items():
        for place in others:
            yield f"{place}: {first} has a class {name}, too: give one of them another name"


def private_names(path: Path) -> Iterator[str]:
    """Find private names that a module doesn't define itself, and so are those of another package."""
    defined = set(_defined(nodes(path)))
    for line, name in _private(nodes(path)):
        if name.rpartition(".")[2] not in defined and name not in OF_PYTHON:
            yield (
                f"{_from_root(path)}:{line}: {name} is private to another package: use it in plugins/private.py, and "
                "test there what it means"
            )


def _private(tree: Iterable[ast.AST]) -> Iterator[tuple[int, str]]:
    for node in tree:
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
            yield node.lineno, ast.unparse(node)
        elif isinstance(node, ast.ImportFrom) and node.module and "._" in node.module:
            yield node.lineno, node.module
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names if name.name.startswith("_"))


def _defined(tree: Iterable[ast.AST]) -> Iterator[str]:
    for node in tree:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target).rpartition(".")[2]
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from [node.attr] if ast.unparse(node.value) in ("self", "code") else []


def hidden_messages(path: Path) -> Iterator[str]:
    """Find messages that aren't written out in the call: Babel doesn't see them, so no catalogue would have them."""
    for node in nodes(path):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for at in MESSAGE_AT.get(name, ()):
                if not (at < len(node.args) and isinstance(node.args[at], ast.Constant)):
                    yield f"{_from_root(path)}:{node.lineno}: write the message out in the call, where Babel finds it"


def odd_words() -> Iterator[str]:
    """Find messages that sound translated."""
    for path, sentence in sentences():
        if odd := ODD.search(sentence):
            yield f"{path}: no native speaker would write “{odd[0]}” in “{sentence}”"


@dataclass(frozen=True)
class Translations:
    """A folder of catalogues, and the folder that the patterns in its babel.cfg start from."""

    folder: Path
    root: Path

    @cached_property
    def extracted(self) -> Sequence[tuple[str, Key]]:
        """The messages in the code, as translators extract them, each with its file."""
        config = self.folder / "babel.cfg"
        with config.open(encoding="utf-8") as file:
            methods, options = parse_mapping_cfg(file, str(config))  # type: ignore[no-untyped-call]
        rows = extract_from_dir(str(self.root), methods, options, keywords=DEFAULT_KEYWORDS, strip_comment_tags=True)
        return [(path, (_forms(message), context)) for path, _, message, _, context in rows]

    def problems(self) -> Iterator[str]:
        """Compare each catalogue with the code, and its translations with their messages."""
        used = {key for _, key in self.extracted}
        for file in sorted(self.folder.glob(f"*/{FILE}")):
            entries = keys(file)
            if missing := used - entries.keys():
                yield f"{_from_root(file)}: translate these messages:\n{_as_entries(missing)}"
            for key, entry in entries.items():
                for problem in _problems_of(entry) if key in used else ["nothing says this any more: remove it"]:
                    yield f"{_from_root(file)}:{entry.lineno}: {entry.id}: {problem}"


PAGES = Translations(ROOT / "theme/translations", ROOT)
PICTURES = Translations(KIT / "translations", KIT)


def keys(file: Path) -> dict[Key, Entry]:
    """Read the entries of a catalogue by their English text."""
    with file.open("rb") as text:
        catalogue = read_po(text, abort_invalid=True)
    return {(_forms(entry.id), entry.context): entry for entry in catalogue if entry.id}


def _forms(text: str | Iterable[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _as_entries(messages: Iterable[Key]) -> str:
    missing, text = Catalog(), BytesIO()
    for forms, context in sorted(messages, key=str):
        missing.add(forms if forms[1:] else forms[0], context=context)
    write_po(text, missing, omit_header=True)
    return text.getvalue().decode().strip()


def _problems_of(entry: Entry) -> Iterator[str]:
    forms = _forms(entry.string or "")
    if entry.fuzzy or not all(forms):
        yield "translate it"
    yield from map(str, entry.check())
    places = [set(PLACE.findall(text)) for text in _forms(entry.id)]
    if not all(set(PLACE.findall(form)) in places for form in forms):
        yield "keep its placeholders"


def own_names() -> Iterator[str]:
    """Find names in this site's catalogues that nothing has, and topics or a subtitle without one in a language."""
    files = [*(ROOT / "content/pages").glob("*.md"), ROOT / "docs/README.md"]
    titles = {re.sub("^(Title: |# )", "", path.read_text("utf-8").partition("\n")[0]) for path in files}
    wanted: set[Key] = {((name,), "topic") for name in pelicanconf.TOPIC_NAMES.values()}
    wanted.add(((pelicanconf.SITESUBTITLE,), "site"))
    present: set[Key] = wanted | {((title,), "page") for title in titles}
    for file in sorted(Path(pelicanconf.LANGUAGES).glob(f"*/{FILE}")):
        entries = keys(file)
        for (name,), kind in entries.keys() - present:
            yield f"{_from_root(file)}: there is no {kind} called {name}: remove it"
        for (name,), kind in wanted - entries.keys() if file.parts[-3] != SOURCE else ():
            yield f"{_from_root(file)}: translate the name of the {kind} {name}"


def words_of_scripts(template: Path) -> Iterator[str]:
    """Compare what the theme's scripts say with the list in the template, which passes it to them."""
    used = {forms for path, (forms, _) in PAGES.extracted if path.endswith(".js")}
    (listed,) = re.findall(r"set words = (\[.*?\])\|for_scripts", template.read_text("utf-8"), re.DOTALL)
    passed = {_forms(text) for text in ast.literal_eval(listed)}
    for forms in used ^ passed:
        remedy = "add" if forms in used else "no script says this: remove"
        yield f"{_from_root(template)}: words for scripts: {remedy} {' / '.join(forms)}"


def _from_root(path: Path) -> Path:
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


def problems() -> Iterator[str]:
    """Check everything."""
    plugins, kit = sorted(PLUGINS.rglob("*.py")), sorted(KIT.rglob("*.py"))
    packages = [at.parent for at in sorted(PLUGINS.glob("*/__init__.py"))]
    for paths in (kit, PLUGINS.glob("*.py"), *(package.rglob("*.py") for package in packages)):
        yield from same_names(paths)
    for path in plugins:
        yield from private_names(path) if path != PLUGINS / "private.py" else ()
    for path in (*plugins, *kit):
        yield from hidden_messages(path) if path not in TRANSLATING else ()
    yield from odd_words()
    yield from PAGES.problems()
    yield from PICTURES.problems()
    yield from own_names()
    yield from words_of_scripts(ROOT / "theme/templates/base.html")


def main() -> int:
    """Print what is wrong."""
    remarks = [*problems()]
    print(*remarks, sep="\n", end="\n" * bool(remarks))
    return int(bool(remarks))


if __name__ == "__main__":
    sys.exit(main())
