"""Skips regular expressions that can't match, because no character is there that a match could begin with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor as InlinePattern
from markdown.treeprocessors import InlineProcessor

from ..private import apply_patterns, parsed_regex, put_rules, regex_of, rules_of

Rule = tuple[Callable[..., Any], Any, Any]
"""What Pygments has in each state of a lexer: a function that matches, and two things that follow from a match."""

ASCII = "".join(map(chr, range(128)))
OTHER = "other"
"""Stands for each character that isn't ASCII."""
FEW = 4
"""A pattern whose matches begin with more characters than that is searched for right away."""


@cache
def beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return all characters that a match can begin with, or more; None if it can be empty, or if that isn't known."""
    try:
        tree, kinds = parsed_regex(pattern)
        characters, can_be_empty = _Beginnings(tree, kinds).of(tree)
    except Exception:  # of any kind: another version of Python may parse it in another way
        return None
    return None if can_be_empty else characters


class _Beginnings:
    """Looks through a parsed regular expression; raises an exception for anything unknown."""

    def __init__(self, tree: Any, kinds: Any) -> None:
        self._tree = tree
        self._kinds = kinds

    def of(self, items: Iterable[tuple[Any, Any]]) -> tuple[frozenset[str], bool]:
        """Return the characters that a sequence can begin with, and whether it can be empty."""
        characters: frozenset[str] = frozenset()
        for kind, about in items:
            begun, can_be_empty = self._item(kind, about)
            characters |= begun
            if not can_be_empty:
                return characters, False
        return characters, True

    def _item(self, kind: Any, about: Any) -> tuple[frozenset[str], bool]:
        kinds = self._kinds
        if kind is kinds.LITERAL and not self._tree.state.flags & re.IGNORECASE:
            return frozenset(chr(about)), False
        if kind in (kinds.LITERAL, kinds.NOT_LITERAL, kinds.IN, kinds.ANY):
            return frozenset(match[0] for match in regex_of(self._tree, (kind, about)).finditer(ASCII)) | {OTHER}, False
        if kind is kinds.BRANCH:
            branches = [self.of(branch) for branch in about[1]]
            return frozenset().union(*(begun for begun, _ in branches)), any(
                can_be_empty for _, can_be_empty in branches
            )
        if kind is kinds.SUBPATTERN and not about[1] and not about[2]:  # without flags of its own
            return self.of(about[3])
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            begun, can_be_empty = self.of(about[2])
            return begun, can_be_empty or not about[0]
        if kind is kinds.ATOMIC_GROUP:
            return self.of(about)
        if kind in (kinds.AT, kinds.ASSERT, kinds.ASSERT_NOT):
            return frozenset(), True
        raise NotImplementedError


def quicken_lexer(lexer: Any) -> Any:
    """Have one of Pygments' lexers try only rules that may match; return it."""
    if rules := rules_of(lexer):
        put_rules(lexer, _quicker(type(lexer), rules))
    return lexer


_known: dict[type, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
"""The rules of classes, and what replaces them."""


def _quicker(kind: type, rules: Mapping[str, Any]) -> Mapping[str, Any]:
    if kind not in _known or _known[kind][0] is not rules:
        _known[kind] = rules, {state: Rules(state_rules) for state, state_rules in rules.items()}
    return _known[kind][1]


class Rules:
    """The rules of a state. The first one never matches; it notes the character, on which the following ones depend."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._by_character: dict[str, Sequence[Rule]] = {}

    def __iter__(self) -> Iterator[Rule]:
        place: list[str] = []
        yield (lambda text, at, *_: place.append(text[at : at + 1])), None, None
        character = place[0]
        yield from self._by_character.get(character) or self._that_may_match(character)

    def _that_may_match(self, character: str) -> Sequence[Rule]:
        sign = character if character.isascii() else OTHER
        if character and sign not in self._by_character:
            self._by_character[sign] = [rule for rule in self._rules if _can_begin(rule[0], sign)]
        return self._by_character[sign] if character else self._rules


def _can_begin(match: Any, sign: str) -> bool:
    pattern = getattr(match, "__self__", None)
    begun = beginnings(pattern) if isinstance(pattern, re.Pattern) else None
    if begun is None or sign in begun:
        return True
    return sign == OTHER and not all(map(str.isascii, begun))


def quicken_patterns(markdown: Markdown) -> Markdown:
    """Have Markdown apply only inline patterns that a text may contain; return it."""
    inline = next((processor for processor in markdown.treeprocessors if type(processor) is InlineProcessor), None)
    if inline is not None:
        apply_patterns(inline, lambda: [(pattern, _may_match(pattern)) for pattern in markdown.inlinePatterns])
    return markdown


def _may_match(pattern: Any) -> Callable[[str, int], bool]:
    """Return a function that says whether a pattern may match in a text, from a place on."""
    if not isinstance(pattern, InlinePattern):
        return lambda text, start: True
    search = pattern.getCompiledRegExp().search
    begun = beginnings(pattern.getCompiledRegExp())
    if begun is None or OTHER in begun or len(begun) > FEW:
        return lambda text, start: search(text, start) is not None

    signs = [*begun]

    def may_match(text: str, start: int) -> bool:
        for sign in signs:
            if sign in text:
                return search(text, start) is not None
        return False

    return may_match
