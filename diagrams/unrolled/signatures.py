"""The arguments that a callable takes, and how each of them is treated."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from .errors import CodeError
from .source import Source


@dataclass(frozen=True)
class Signature:
    """A callable: its arguments in order with their defaults, and what a reader does with each."""

    name: str
    defaults: Mapping[str, object]
    by_name_only: Mapping[str, object]
    read: frozenset[str]
    """Those that a model keeps."""
    ignored: frozenset[str]
    """Those that change no number; any other must keep its default."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """What to do about some of those that must keep their default."""
    same: Mapping[str, object] = field(default_factory=dict)
    """What some of them may be said as and mean their default."""

    def bind(self, source: Source, call: ast.Call) -> dict[str, ast.expr]:
        """Pair the arguments that a call says with their names."""
        bound: dict[str, ast.expr] = {}
        for name, value in self._named(source, call):
            if name in bound:
                raise source.error(f"{self.name} is given `{name}` twice: leave one out", value)
            self._check(source, name, value)
            bound[name] = value
        return bound

    def _named(self, source: Source, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
        if len(call.args) > len(self.defaults):
            raise source.error(f"{self.name} takes {len(self.defaults)} arguments, not {len(call.args)}", call)
        pairs = [*zip(self.defaults, call.args, strict=False), *((word.arg, word.value) for word in call.keywords)]
        for name, value in pairs:
            if name is None or isinstance(value, ast.Starred):
                raise source.error(f"{self.name}'s arguments must be written out, not passed with *", value)
            yield name, value

    def _check(self, source: Source, name: str, value: ast.expr) -> None:
        known = {**self.defaults, **self.by_name_only}
        if name not in known:
            near = get_close_matches(name, known, n=1)
            meant = f": did you mean `{near[0]}`?" if near else f"; it takes {', '.join(known)}"
            raise source.error(f"{self.name} has no argument `{name}`{meant}", value)
        if name not in self.read | self.ignored and not self._keeps_default(source, name, value, known[name]):
            instead = self.instead.get(name, "leave it out of the code for this figure")
            raise source.error(f"`{name}={source.written(value)}` is not computed: {instead}", value)

    def _keeps_default(self, source: Source, name: str, value: ast.expr, default: object) -> bool:
        try:
            return source.value(value) in (default, self.same.get(name, default))
        except CodeError:
            return False
