"""The parameters of a script's `draw`, read without running it; an image's attributes -> its arguments."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from .report import ArgumentError

_DRAW = re.compile(rb"\bdef[\s\\]+draw\b")
"""A hint that a script may define `draw`; others don't have to be parsed."""

LANGUAGE = "language"
"""The parameter of `draw` that is given the language of the figure."""

_LISTS = ("list", "List", "Sequence", "Iterable", "Collection", "MutableSequence")
_TUPLES = ("tuple", "Tuple")
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}
_ENTRY = re.compile(r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')(?=[\s,]|\Z)""")
_WORD = re.compile(r"[^\s,]+")
_MISSING: Any = object()


@dataclass(frozen=True)
class Parameter:
    """A parameter of `draw`: its annotation, if any, whether it has a default, and its value, if known."""

    name: str
    annotation: ast.expr | None = None
    is_required: bool = True
    default: Any = _MISSING

    @property
    def has_known_default(self) -> bool:
        """Return whether the default is written out in the script."""
        return self.default is not _MISSING

    @property
    def may_name_a_block(self) -> bool:
        """Return whether it can be given code: its annotation is a text type, or missing."""
        return self.annotation is None or _name_of(_parsed(self.annotation)) in ("str", "Any", "object")


@dataclass(frozen=True)
class Signature:
    """The parameters of a script's `draw`, and the names that its annotations may use."""

    parameters: tuple[Parameter, ...] = ()
    takes_any: bool = False
    aliases: Mapping[str, ast.expr] = field(default_factory=dict)

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
        known = {
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
        parameters = tuple(
            Parameter(one.arg, one.annotation, default is None, _value(default, known)) for one, default in pairs
        )
        return cls(parameters, taken.kwarg is not None, known)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the parameters without a default."""
        return tuple(it.name for it in self.parameters if it.is_required)

    def parameter(self, name: str) -> Parameter | None:
        """Return a parameter by its name."""
        return next((it for it in self.parameters if it.name == name), None)

    @property
    def of_blocks(self) -> tuple[str, ...]:
        """The required parameters that can be given code blocks."""
        return tuple(it.name for it in self.parameters if it.is_required and it.may_name_a_block)

    @property
    def braces(self) -> str:
        """The attributes that an image needs for the other ones, as an author writes them; empty if there are none."""
        said = [f'{name}="…"' for name in self.required if name not in self.of_blocks]
        return f"{{{' '.join(said)}}}" if said else ""

    def blocks(self, given: Collection[str] = ()) -> list[str]:
        """Return the parameters that get a code block; `given` are the ones that attributes set."""
        wanted = [it for it in self.parameters if it.is_required and it.name not in self._meant(given).values()]
        for one in wanted:
            if not one.may_name_a_block:
                raise ArgumentError(
                    f"draw() needs `{one.name}`: {_allowed(one.annotation, self.aliases)}",
                    f'write it after the image: {{{one.name}="…"}}',
                )
        return [it.name for it in wanted]

    def arguments(self, attributes: Mapping[str, str], script: str) -> dict[str, Any]:
        """Convert attributes to arguments; raise ArgumentError for one that `draw` doesn't accept."""
        meant = self._meant(attributes)
        found: dict[str, Any] = {}
        for name, text in attributes.items():
            parameter = next((it for it in self.parameters if it.name == meant.get(name)), None)
            if parameter is None and not self.takes_any:
                raise self._unknown(name, script)
            try:
                found[meant.get(name, name)] = self._converted(parameter, text) if parameter else text
            except _NotAllowedError as problem:
                raise ArgumentError(f'{name}="{text}": draw() in {script} takes {problem}', *problem.advice) from None
        return found

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
        names = {it.name for it in self.parameters}
        small = {name.lower(): name for name in sorted(names, reverse=True)}
        return {name: name if name in names else small[name] for name in attributes if name in names or name in small}

    def _unknown(self, name: str, script: str) -> ArgumentError:
        names = [it.name for it in self.parameters if it.name != "code"]
        if not names:
            what = f"draw() in {script} takes only code" if self.parameters else f"{script} doesn't define draw()"
            return ArgumentError(
                f"{what}, so {name}= has no effect", f"remove {name}=, or add it to the parameters of draw()"
            )
        near = get_close_matches(name, names, n=1)
        asked = f" Did you mean `{near[0]}`?" if near else ""
        said = f"draw() in {script} has no argument `{name}`.{asked}"
        return ArgumentError(said, f"it takes {', '.join(names)}")

    def _converted(self, parameter: Parameter, text: str) -> Any:
        annotation = parameter.annotation and _parsed(parameter.annotation, self.aliases)
        if annotation is None or _name_of(annotation) in ("Any", "object"):
            return _like(parameter.default, text)
        try:
            return _value_of(annotation, text, self.aliases)
        except _UnknownError:
            if parameter.default in (_MISSING, None):
                said = f"a {ast.unparse(annotation)} for {parameter.name}, which can't be written as an attribute"
                raise _NotAllowedError(said, "annotate it as str, int, float, bool, or a list of them") from None
            return _like(parameter.default, text)


class _NotAllowedError(Exception):
    """Describes what is allowed instead of the written value."""

    def __init__(self, allowed: str, *advice: str) -> None:
        super().__init__(allowed)
        self.advice = advice


class _UnknownError(Exception):
    """An annotation that gives no conversion from text."""


def _value(default: ast.expr | None, known: Mapping[str, ast.expr]) -> Any:
    """Read a default that is written out, or that is a name with such a value at the top of the script."""
    if isinstance(default, ast.Name):
        default = known.get(default.id)
    try:
        return _MISSING if default is None else ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _MISSING


def _parsed(annotation: ast.expr, aliases: Mapping[str, ast.expr] | None = None) -> ast.expr:
    """Return an annotation as an expression: it may be a string, or an alias of another one."""
    for _ in range(10):  # an alias may refer to itself
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            try:
                annotation = ast.parse(annotation.value.strip(), mode="eval").body
            except SyntaxError:
                return annotation
        elif isinstance(annotation, ast.Name) and aliases and annotation.id in aliases:
            annotation = aliases[annotation.id]
        else:
            break
    return annotation


def _name_of(annotation: ast.expr | None) -> str:
    """Return the last part of a name: `Sequence` of `collections.abc.Sequence`; empty for anything else."""
    if isinstance(annotation, ast.Name):
        return annotation.id
    return annotation.attr if isinstance(annotation, ast.Attribute) else ""


def _parts(annotation: ast.Subscript) -> list[ast.expr]:
    inside = annotation.slice
    return list(inside.elts) if isinstance(inside, ast.Tuple) else [inside]


def _choices(annotation: ast.expr) -> list[ast.expr] | None:
    """Return the members of a union; None if it isn't one."""
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        return [annotation.left, annotation.right]
    if isinstance(annotation, ast.Subscript) and _name_of(annotation.value) == "Union":
        return _parts(annotation)
    if isinstance(annotation, ast.Subscript) and _name_of(annotation.value) == "Optional":
        return [annotation.slice, ast.Constant(None)]
    return None


def _value_of(annotation: ast.expr, text: str, aliases: Mapping[str, ast.expr]) -> Any:
    """Convert a text; raise _NotAllowedError for the wrong kind of value, _UnknownError for an unknown annotation."""
    annotation = _parsed(annotation, aliases)
    if choices := _choices(annotation):
        return _first(choices, annotation, text, aliases)
    if isinstance(annotation, ast.Constant) and annotation.value is None:
        if text.strip().lower() == "none":
            return None
        raise _NotAllowedError("none")
    if isinstance(annotation, ast.Subscript):
        return _value_of_parts(annotation, text, aliases)
    name = _name_of(annotation)
    if name in _LISTS or name in _TUPLES:
        entries = _entries(text)
        return tuple(entries) if name in _TUPLES else entries
    return _scalar(name, text)


def _scalar(name: str, text: str) -> Any:
    if name == "str":
        return text
    plain = text.strip()
    if name == "bool" and plain.lower() in _TRUTH:
        return _TRUTH[plain.lower()]
    try:
        if name == "int":
            return int(plain)
        if name == "float" and math.isfinite(number := float(plain)):
            return number
    except ValueError:
        pass
    if name not in _SCALARS:
        raise _UnknownError
    raise _NotAllowedError(_SCALARS[name])


_SCALARS = {"str": "text", "int": "a whole number", "float": "a number", "bool": "yes or no"}


def _first(choices: Sequence[ast.expr], whole: ast.expr, text: str, aliases: Mapping[str, ast.expr]) -> Any:
    """Convert to the first of several kinds that accepts the text, trying str last."""
    is_known = False
    for choice in sorted(choices, key=lambda it: _name_of(_parsed(it, aliases)) == "str"):
        try:
            return _value_of(choice, text, aliases)
        except _NotAllowedError:
            is_known = True
        except _UnknownError:
            continue
    if not is_known:
        raise _UnknownError
    raise _NotAllowedError(_allowed(whole, aliases))


def _value_of_parts(annotation: ast.Subscript, text: str, aliases: Mapping[str, ast.expr]) -> Any:
    name, parts = _name_of(annotation.value), _parts(annotation)
    if name == "Annotated":
        return _value_of(parts[0], text, aliases)
    if name == "Literal":
        values = [value.value for value in parts if isinstance(value, ast.Constant)]
        named = {str(value): value for value in values} | {_yes(it): it for it in values if isinstance(it, bool)}
        if text.strip() in named:
            return named[text.strip()]
        near = get_close_matches(text.strip(), named, n=1)
        raise _NotAllowedError(_allowed(annotation, aliases), *([f"did you mean {near[0]}?"] if near else []))
    if name not in (*_LISTS, *_TUPLES):
        raise _UnknownError
    entries = _entries(text, has_brackets=_name_of(_parsed(parts[0], aliases)) != "str")
    is_fixed = _is_fixed(name, parts)
    try:
        if is_fixed and len(entries) != len(parts):
            raise _NotAllowedError(_allowed(annotation, aliases))
        kinds = parts if is_fixed else [parts[0]] * len(entries)
        values = [_value_of(kind, entry, aliases) for kind, entry in zip(kinds, entries, strict=True)]
    except _NotAllowedError:
        raise _NotAllowedError(_allowed(annotation, aliases)) from None
    return tuple(values) if name in _TUPLES else values


def _is_fixed(name: str, parts: Sequence[ast.expr]) -> bool:
    """Return whether a tuple has a fixed length: `tuple[int, int]`, but not `tuple[int, ...]`."""
    return name in _TUPLES and not (isinstance(parts[-1], ast.Constant) and parts[-1].value is ...)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _like(default: Any, text: str) -> Any:
    """Convert a text to the type of a default; if that is unknown, it stays text."""
    if isinstance(default, list | tuple):
        kinds = {type(entry) for entry in default}
        name = "float" if kinds == {int, float} else kinds.pop().__name__ if len(kinds) == 1 else "str"
        entries = _entries(text, name != "str")
        try:
            values = [_scalar(name, entry) for entry in entries]
        except _UnknownError:
            values = entries
        return tuple(values) if isinstance(default, tuple) else values
    name = type(default).__name__
    return _scalar(name, text) if name in _SCALARS else text


def _entries(text: str, has_brackets: bool = False) -> list[str]:
    """Split a list at commas, if there are any outside of quotes, otherwise at spaces."""
    text = text.strip()
    if has_brackets and text[:1] + text[-1:] in ("()", "[]"):
        text = text[1:-1].strip()
    pieces: list[tuple[str, bool]] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
        elif quoted := _ENTRY.match(text, place):
            pieces.append((quoted["double"] if quoted["double"] is not None else quoted["single"], True))
            place = quoted.end()
        elif text[place] == ",":
            pieces.append((",", False))
            place += 1
        else:
            word = _WORD.match(text, place)
            assert word
            pieces.append((word[0], False))
            place = word.end()
    if (",", False) not in pieces:
        return [piece for piece, _ in pieces]
    entries: list[list[str]] = [[]]
    for piece in pieces:
        if piece == (",", False):
            entries.append([])
        else:
            entries[-1].append(piece[0])
    return [" ".join(entry) for entry in entries if entry]


def _allowed(annotation: ast.expr | None, aliases: Mapping[str, ast.expr]) -> str:
    """Describe in words what a parameter accepts."""
    if annotation is None:
        return "text"
    annotation = _parsed(annotation, aliases)
    if choices := _choices(annotation):
        return " or ".join(dict.fromkeys(_allowed(choice, aliases) for choice in choices))
    if isinstance(annotation, ast.Constant) and annotation.value is None:
        return "none"
    if isinstance(annotation, ast.Subscript):
        name, parts = _name_of(annotation.value), _parts(annotation)
        if name == "Literal":
            values = [it.value for it in parts if isinstance(it, ast.Constant)]
            said = [_yes(it) if isinstance(it, bool) else str(it) for it in values]
            return " or ".join(filter(None, (", ".join(said[:-1]), said[-1])))
        if name in (*_LISTS, *_TUPLES):
            kinds = [_name_of(_parsed(part, aliases)) for part in parts] if _is_fixed(name, parts) else None
            kind = _name_of(_parsed(parts[0], aliases)) if not kinds or len(set(kinds)) == 1 else ""
            return f"{len(kinds)} {_MANY.get(kind, 'values')}" if kinds else _MANY.get(kind, "values")
        return _allowed(parts[0], aliases) if name == "Annotated" else f"a {ast.unparse(annotation)}"
    name = _name_of(annotation)
    if name in _LISTS or name in _TUPLES:
        return "words"
    return _SCALARS.get(name, f"a {ast.unparse(annotation)}")


_MANY = {"str": "words", "int": "whole numbers", "float": "numbers", "bool": "a list of yes and no"}
