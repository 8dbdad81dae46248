"""The parameters of a script's `draw`, read without running it; an image's attributes -> its arguments."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby
from typing import Any

from .report import ArgumentError

_DRAW = re.compile(rb"\bdef[\s\\]+draw\b")
"""A hint that a script may define `draw`; others don't have to be parsed."""

LANGUAGE = "language"
"""The parameter of `draw` that is given the language of the figure."""

_SAID = {
    "str": ("text", "words"),
    "int": ("a whole number", "whole numbers"),
    "float": ("a number", "numbers"),
    "bool": ("yes or no", "a list of yes and no"),
    "None": ("none", "values"),
}
"""The kinds of single values, and what a message calls one, and several of them."""

_NAMES = {
    **{name: name for name in (*_SAID, "Any", "tuple")},
    **dict.fromkeys(("list", "List", "Sequence", "Iterable", "Collection", "MutableSequence"), "list"),
    "Tuple": "tuple",
    "object": "Any",
}
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_ENTRY = re.compile(r"""(?P<quoted>"[^"]*"|'[^']*')(?=[\s,]|\Z)|,|[^\s,]+""")
_MISSING: Any = object()


@dataclass(frozen=True)
class Kind:
    """What a parameter takes: one of `_SAID`, `Any`, or something with parts; any other can't be written as text.

    The parts of a `list` or a `tuple` are the kind of its entries, of `fixed` those of a tuple's, of a `union` the
    alternatives, and of `Literal` the values.
    """

    name: str
    parts: tuple[Any, ...] = ()

    @classmethod
    def of(cls, annotation: ast.expr | None, aliases: Mapping[str, ast.expr]) -> Kind:
        """Read an annotation; it may be a string, and refer to aliases."""
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                return cls.of(ast.parse(annotation.value.strip(), mode="eval").body, aliases)
            except SyntaxError:
                return cls(f"a {ast.unparse(annotation)}")
        if isinstance(annotation, ast.Name) and annotation.id in aliases:  # which may refer to itself
            alias_name = annotation.id
            return cls.of(aliases[alias_name], {name: alias for name, alias in aliases.items() if name != alias_name})
        if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
            return cls("union", tuple(cls.of(side, aliases) for side in (annotation.left, annotation.right)))
        if isinstance(annotation, ast.Subscript):
            return cls._with_parts(annotation, aliases)
        name = "Any" if annotation is None else _name_of(annotation)
        if name in ("list", "tuple"):
            return cls(name, (cls("str"),))
        return cls(name) if name else cls(f"a {ast.unparse(annotation or ast.Constant(None))}")

    @classmethod
    def _with_parts(cls, annotation: ast.Subscript, aliases: Mapping[str, ast.expr]) -> Kind:
        inside = annotation.slice
        parts = list(inside.elts) if isinstance(inside, ast.Tuple) else [inside]
        name = _name_of(annotation.value)
        if name == "Literal":
            return cls(name, tuple(node.value for node in parts if isinstance(node, ast.Constant)))
        is_any_length = isinstance(parts[-1], ast.Constant) and parts[-1].value is ...
        kinds = tuple(cls.of(node, aliases) for node in parts[: len(parts) - is_any_length])
        if name == "Annotated":
            return kinds[0]
        if name in ("Union", "Optional"):
            return cls("union", (*kinds, *([cls("None")] if name == "Optional" else [])))
        if name == "list" or (name == "tuple" and is_any_length):
            return cls(name, kinds[:1])
        return cls("fixed", kinds) if name == "tuple" else cls(f"a {ast.unparse(annotation)}")

    @classmethod
    def like(cls, default: Any) -> Kind:
        """Return the kind of a default; text, if that isn't one that can be written."""
        if isinstance(default, list | tuple):
            kinds = {cls.like(entry).name for entry in default}
            name = "float" if kinds == {"int", "float"} else kinds.pop() if len(kinds) == 1 else "str"
            return cls(type(default).__name__, (cls(name if name in _SAID else "str"),))
        name = type(default).__name__
        return cls(name if name in _SAID else "str")

    @property
    def is_known(self) -> bool:
        """Return whether some text can be converted to it."""
        if self.name == "union":
            return any(kind.is_known for kind in self.parts)
        if self.name in ("list", "tuple", "fixed"):
            return all(kind.is_known for kind in self.parts)
        return self.name in (*_SAID, "Literal")

    def value(self, text: str) -> Any:
        """Convert a text; raise _NotAllowedError for the wrong kind of value."""
        plain, name = text.strip(), self.name
        if name == "str":
            return text
        if name == "None" and plain.lower() == "none":
            return None
        if name == "bool" and plain.lower() in _TRUTH:
            return _TRUTH[plain.lower()]
        if name == "Literal":
            named = {str(value): value for value in self.parts} | {
                _yes(value): value for value in self.parts if isinstance(value, bool)
            }
            if plain in named:
                return named[plain]
            raise _NotAllowedError(self, *(f"did you mean {near}?" for near in get_close_matches(plain, named, n=1)))
        try:
            if name == "int":
                return int(plain)
            if name == "float" and math.isfinite(number := float(plain)):
                return number
            if name in ("list", "tuple", "fixed"):
                return self._entries(text)
        except (ValueError, _NotAllowedError):
            raise _NotAllowedError(self) from None
        for kind in sorted(self.parts, key=lambda candidate: bool(candidate.name == "str")) if name == "union" else ():
            try:
                return kind.value(text)
            except _NotAllowedError:
                continue
        raise _NotAllowedError(self)

    def _entries(self, text: str) -> Any:
        entries = _entries(text, has_brackets=self.parts[0].name != "str")
        kinds = self.parts if self.name == "fixed" else self.parts * len(entries)
        values = [kind.value(entry) for kind, entry in zip(kinds, entries, strict=True)]
        return values if self.name == "list" else tuple(values)

    def __str__(self) -> str:
        """Say what is allowed."""
        if self.name == "union":
            return " or ".join(dict.fromkeys(map(str, self.parts)))
        if self.name == "Literal":
            values = [_yes(value) if isinstance(value, bool) else str(value) for value in self.parts]
            return " or ".join(filter(None, (", ".join(values[:-1]), values[-1])))
        if self.name in ("list", "tuple", "fixed"):
            many = {_SAID.get(kind.name, ("", "values"))[1] for kind in self.parts}
            several = many.pop() if len(many) == 1 else "values"
            return f"{len(self.parts)} {several}" if self.name == "fixed" else several
        return _SAID.get(self.name, (self.name, ""))[0]


@dataclass(frozen=True)
class Parameter:
    """A parameter of `draw`: what it takes, whether it has a default, and its value, if known."""

    name: str
    kind: Kind
    is_required: bool = True
    default: Any = _MISSING

    @classmethod
    def of(cls, taken: ast.arg, default: ast.expr | None, constants: Mapping[str, ast.expr]) -> Parameter:
        """Read a parameter; without an annotation that can be written as text, it takes what its default is."""
        value, kind = _value(default, constants), Kind.of(taken.annotation, constants)
        if kind.name == "Any" or not (kind.is_known or value in (_MISSING, None)):
            kind = Kind.like(value)
        elif not kind.is_known and taken.annotation:
            kind = Kind(f"a {ast.unparse(taken.annotation)}")
        return cls(taken.arg, kind, default is None, value)

    @property
    def has_known_default(self) -> bool:
        """Return whether the default is written out in the script."""
        return self.default is not _MISSING

    @property
    def may_name_a_block(self) -> bool:
        """Return whether it can be given code: its annotation is a text type, or missing."""
        return self.kind.name == "str"


@dataclass(frozen=True)
class Signature:
    """The parameters of a script's `draw`."""

    parameters: tuple[Parameter, ...] = ()
    takes_any: bool = False

    @classmethod
    def of(cls, text: bytes) -> Signature:
        """Read the signature of a script; empty if it defines no `draw`, or isn't Python, which the render reports."""
        if b"draw" not in text or not _DRAW.search(text):
            return cls()
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            return cls()
        draw = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "draw"), None)
        if draw is None:
            return cls()
        constants = {
            target.id: value
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and (value := node.value) is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        taken = draw.args
        by_place = [*taken.posonlyargs, *taken.args]
        defaults = [None] * (len(by_place) - len(taken.defaults)) + [*taken.defaults]
        pairs = [*zip(by_place, defaults, strict=True), *zip(taken.kwonlyargs, taken.kw_defaults, strict=True)]
        return cls(tuple(Parameter.of(*pair, constants) for pair in pairs), taken.kwarg is not None)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the parameters without a default."""
        return tuple(parameter.name for parameter in self.parameters if parameter.is_required)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by its name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    @property
    def of_blocks(self) -> tuple[str, ...]:
        """The required parameters that can be given code blocks."""
        return tuple(
            parameter.name for parameter in self.parameters if parameter.is_required and parameter.may_name_a_block
        )

    @property
    def braces(self) -> str:
        """The attributes that an image needs for the other ones, as an author writes them; empty if there are none."""
        attributes = [f'{name}="…"' for name in self.required if name not in self.of_blocks]
        return f"{{{' '.join(attributes)}}}" if attributes else ""

    def blocks(self, given: Collection[str] = ()) -> list[str]:
        """Return the parameters that get a code block; `given` are the ones that attributes set."""
        meant = self._meant(given).values()
        wanted = [parameter for parameter in self.parameters if parameter.is_required and parameter.name not in meant]
        if missing := next((parameter for parameter in wanted if not parameter.may_name_a_block), None):
            needed = f"draw() needs `{missing.name}`: {missing.kind}"
            raise ArgumentError(needed, f'write it after the image: {{{missing.name}="…"}}')
        return [parameter.name for parameter in wanted]

    def arguments(self, attributes: Mapping[str, str], script: str) -> dict[str, Any]:
        """Convert attributes to arguments; raise ArgumentError for one that `draw` doesn't accept."""
        meant = self._meant(attributes)
        arguments: dict[str, Any] = {}
        for name, text in attributes.items():
            parameter = self.parameter(meant.get(name, ""))
            if parameter is None and not self.takes_any:
                raise self._unknown(name, script)
            kind = parameter.kind if parameter else Kind("str")
            takes = f'{name}="{text}": draw() in {script} takes {kind}'
            if not kind.is_known:
                raise ArgumentError(
                    f"{takes} for {meant[name]}, which can't be written as an attribute",
                    "annotate it as str, int, float, bool, or a list of them",
                )
            try:
                arguments[meant.get(name, name)] = kind.value(text)
            except _NotAllowedError as problem:
                raise ArgumentError(takes, *problem.advice) from None
        return arguments

    def in_language(self, language: str, is_chosen: bool, script: str) -> dict[str, Any]:
        """Return the argument `language`, if `draw` has it.

        If it lists its languages, another one is left out, unless an author has chosen it: then raise ArgumentError.
        """
        if self.parameter(LANGUAGE) is None:
            return {}
        try:
            return self.arguments({LANGUAGE: language}, script)
        except ArgumentError:
            if is_chosen or LANGUAGE in self.required:
                raise
            return {}

    def _meant(self, attributes: Collection[str]) -> dict[str, str]:
        """Return the parameter for each attribute: HTML ignores case."""
        names = {parameter.name for parameter in self.parameters}
        small = {name.lower(): name for name in sorted(names, reverse=True)}
        return {name: name if name in names else small[name] for name in attributes if name in names or name in small}

    def _unknown(self, name: str, script: str) -> ArgumentError:
        names = [parameter.name for parameter in self.parameters if parameter.name != "code"]
        if not names:
            reason = f"draw() in {script} takes only code" if self.parameters else f"{script} doesn't define draw()"
            return ArgumentError(
                f"{reason}, so {name}= has no effect", f"remove {name}=, or add it to the parameters of draw()"
            )
        near = get_close_matches(name, names, n=1)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        message = f"draw() in {script} has no argument `{name}`.{hint}"
        return ArgumentError(message, f"it takes {', '.join(names)}")


class _NotAllowedError(Exception):
    """A text isn't of a kind; `advice` may say which one is."""

    def __init__(self, kind: Kind, *advice: str) -> None:
        super().__init__(str(kind))
        self.advice = advice


def _name_of(annotation: ast.expr) -> str:
    """Return the kind that a name means: `list` for `collections.abc.Sequence`; empty for anything else."""
    if isinstance(annotation, ast.Constant):
        return "None" if annotation.value is None else ""
    name = getattr(annotation, "attr", getattr(annotation, "id", ""))
    return _NAMES.get(name, name if name in ("Literal", "Annotated", "Union", "Optional") else "")


def _value(default: ast.expr | None, constants: Mapping[str, ast.expr]) -> Any:
    """Read a default that is written out, or that is a name with such a value at the top of the script."""
    if isinstance(default, ast.Name):
        default = constants.get(default.id)
    try:
        return _MISSING if default is None else ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _MISSING


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _entries(text: str, has_brackets: bool) -> list[str]:
    """Split a list at commas, if there are any outside of quotes, otherwise at spaces."""
    text = text.strip()
    if has_brackets and text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1]
    pieces = [(match[0] == ",", match[0][1:-1] if match["quoted"] else match[0]) for match in _ENTRY.finditer(text)]
    if not any(is_comma for is_comma, _ in pieces):
        return [piece for _, piece in pieces]
    groups = groupby(pieces, lambda piece: piece[0])
    return [" ".join(piece for _, piece in group) for is_comma, group in groups if not is_comma]
