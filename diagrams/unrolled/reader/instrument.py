"""Rewriting code so that operations Python performs without consulting an object also handle unknown values."""

from __future__ import annotations

import ast
import math
import sys
import types
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from .skipping import names_in, set_by_skipped, skipped
from .unknown import (
    Stopped,
    Unknown,
    check_function,
    current_session,
    derived,
    find_unknown,
    history,
    holds_unknown,
    is_unknown,
    label,
    text_of,
    unknown,
    unknown_of,
    why_unknown,
)

# The functions called by instrumented code; the name isn't a valid identifier, so no code can set or read it.
TEXT, MODULO, CALL, COMPARE, CAUGHT, RAISED, MATCHED, ASSUMED, GO_ON, COUNT, PASSED, RETURNED, DOUBTED, UNCHANGED = (
    f"unrolled {name}"
    for name in (
        *("text", "modulo", "call", "compare", "caught", "raised", "matched"),
        *("assumed", "go on", "count", "passed", "returned", "doubted", "unchanged"),
    )
)
SKIPPED, SET_BY_SKIPPED, NOT = "unrolled skipped", "unrolled set by skipped", "unrolled not"
Node = TypeVar("Node", bound=ast.AST)
FRAME_SENSITIVE = {"super", "locals", "globals", "vars", "dir", "eval", "exec", "__import__", "breakpoint"}
"""Functions that inspect the calling frame, and so are called directly."""
PROPAGATING: tuple[Any, ...] = (
    str,
    int,
    float,
    complex,
    abs,
    round,
    divmod,
    pow,
    len,
    repr,
    ascii,
    format,
    ord,
    chr,
)
PROPAGATING += (any, all, next, min, max, sum, sorted, reversed, bool, type, callable, iter, range, bytes)
"""What to call instead of functions that would be given an unknown value."""
GATHERING: tuple[Any, ...] = (list, tuple, set, frozenset, dict, enumerate, zip, map, filter)
"""Functions that gather the items of their argument."""


class _Instrument(ast.NodeTransformer):
    """Rewrites code so that operations Python performs without consulting an object also handle unknown values.

    For any other value the behaviour is the same, and source positions are preserved.
    """

    def __init__(self, suppressing: Collection[str]) -> None:
        self._suppressing = suppressing

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        return self._skipping(node, "iter", names_in([node.target, *node.body], node.orelse))

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        return self._skipping(node, "test", names_in([], [*node.body, *node.orelse]))

    def _skipping(
        self, node: ast.For | ast.If, field: str, named: tuple[set[str], set[str]] | None
    ) -> ast.AST | list[ast.stmt]:
        """Skip code that depends on something unknown, if it can't affect the model; what it sets is unknown then."""
        self.generic_visit(node)
        if named is None:
            return node
        read, stored = named
        value = getattr(node, field)
        held = f"unrolled {field} {node.lineno}:{node.col_offset}"
        sets: list[ast.stmt] = [
            ast.Assign([ast.Name(it, ast.Store())], _call(SET_BY_SKIPPED, ast.Name(held, ast.Load()), ast.Constant(it)))
            for it in sorted(stored)
        ]
        names = ast.Tuple([ast.Constant(it) for it in sorted(read)], ast.Load())
        asked = _call(SKIPPED, ast.Name(held, ast.Load()), names)
        assigned = _placed(ast.Assign([ast.Name(held, ast.Store())], ast.Constant(None)), value)
        skipping = _placed(ast.If(asked, sets or [ast.Pass()], []), node)
        setattr(node, field, _placed(ast.Name(held, ast.Load()), value))
        assigned.value, skipping.orelse = value, [node]
        return [assigned, skipping]

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        self.generic_visit(node)
        return _placed(_call(NOT, node.operand), node) if isinstance(node.op, ast.Not) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        self.generic_visit(node)
        parts: list[ast.expr] = []
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                spec = each.format_spec or ast.Constant("")
                parts.append(ast.Tuple([each.value, ast.Constant(each.conversion), spec], ast.Load()))
            else:
                parts.append(each)
        return _placed(_call(TEXT, *parts), node)

    def visit_FormattedValue(self, node: ast.FormattedValue) -> ast.AST:
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        return _placed(_call(MODULO, node.left, node.right), node) if isinstance(node.op, ast.Mod) else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Name) and node.func.id in FRAME_SENSITIVE):
            node.func = _placed(_call(CALL, node.func), node.func)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        asking = (ast.Is, ast.IsNot, ast.In, ast.NotIn)
        if not any(isinstance(op, asking) for op in node.ops):
            return node
        terms = [node.left, *node.comparators]
        signs = [ast.Constant(type(op).__name__) for op in node.ops]
        # In a chained comparison, each term is evaluated once, and only while the chain holds: `0 < x is not None`.
        later = [_lambda(term) for term in terms[2:]]
        return _placed(_call(COMPARE, ast.Tuple(list(signs), ast.Load()), *terms[:2], *later), node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        if node.type:
            node.type = _placed(_call(CAUGHT, node.type), node.type)
        node.body.insert(0, _placed(ast.Expr(_call(GO_ON)), node.body[0]))
        return node

    def visit_Try(self, node: ast.Try) -> list[ast.stmt]:
        return self._tried(node)

    def visit_TryStar(self, node: ast.TryStar) -> list[ast.stmt]:
        return self._tried(node)

    def _tried(self, node: ast.Try | ast.TryStar) -> list[ast.stmt]:
        """Make the effects of a `try` uncertain if it uses something unknown, since that might have failed.

        `try: n = cfg.n` with `except AttributeError: n = 8` depends on `cfg`, as `hasattr` does. In `try: cfg.check();
        n = 8` with `except: pass`, whatever is set or built after the use may or may not happen.
        """
        handlers = [each for each in node.handlers if _goes_on(each)]
        stored = {name for each in handlers for name in _stored(each.body)}
        does_more = any(map(_does_more, handlers))
        mark = f"unrolled mark {node.lineno}:{node.col_offset}"
        later: list[ast.stmt] = []
        if handlers:
            body: list[ast.stmt] = []
            for at, each in enumerate(node.body):
                count, names = f"{mark} {at}", sorted(_stored([each]))
                body += [_placed(_counted(count), each)] if names else []
                body.append(_Returns(mark).visit(each))
                later += [_if_used_since(mark, ast.Name(count, ast.Load()), names, node)] if names else []
            node.body = body
        self.generic_visit(node)
        if node.finalbody:
            node.finalbody.insert(0, _placed(ast.Expr(_call(GO_ON)), node.finalbody[0]))
        if not handlers:
            return [node]
        asked = PASSED if does_more else UNCHANGED
        node.orelse = [_placed(ast.Expr(_call(asked, ast.Name(mark, ast.Load()))), node), *later, *node.orelse]
        if stored:
            node.orelse.append(_if_used_since(mark, _call(COUNT), sorted(stored), node))
        return [_placed(_counted(mark), node), node]

    def visit_With(self, node: ast.With) -> ast.AST | list[ast.stmt]:
        """Treat `with suppress(KeyError)` as a `try`."""
        at = _suppressed_at(node, self._suppressing)
        if at is None:
            return self.generic_visit(node)
        before, call, after = node.items[:at], node.items[at].context_expr, node.items[at + 1 :]
        assert isinstance(call, ast.Call)
        body: list[ast.stmt] = [_placed(ast.With(after, node.body), node)] if after else node.body
        handler = ast.ExceptHandler(ast.Tuple(call.args, ast.Load()), None, [ast.Pass()])
        tried = _placed(ast.Try(body, [handler], [], []), node)
        return self.visit_With(_placed(ast.With(before, [tried]), node)) if before else self._tried(tried)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        self.generic_visit(node)
        if node.exc:
            node.exc = _placed(_call(RAISED, node.exc), node.exc)
        return node

    def visit_Match(self, node: ast.Match) -> ast.AST:
        self.generic_visit(node)
        node.subject = _placed(_call(MATCHED, node.subject), node.subject)
        return node

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        self.generic_visit(node)
        node.test = _placed(_call(ASSUMED, node.test), node.test)
        return node


class _Returns(ast.NodeTransformer):
    """Instruments `return` inside a `try` to check whether something unknown was used before it."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def visit_Return(self, node: ast.Return) -> ast.AST:
        value = node.value or _placed(ast.Constant(None), node)
        node.value = _placed(_call(RETURNED, ast.Name(self._mark, ast.Load()), value), node)
        return node

    def _stay_outside(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = _stay_outside  # noqa: N815  (ast's own name, as are those below)
    visit_AsyncFunctionDef = _stay_outside  # noqa: N815
    visit_ClassDef = _stay_outside  # noqa: N815
    visit_Lambda = _stay_outside  # noqa: N815


QUIET = {"print", "logging", "logger", "log", "warnings", "traceback", "display"}
"""Calls in an exception handler that affect nothing else."""


def _within(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """Walk code without entering the functions and classes it defines."""
    for node in nodes:
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            for child in ast.walk(node):
                if child is not node:
                    yield child


def _goes_on(handler: ast.ExceptHandler) -> bool:
    """Return whether execution continues after a handler that catches errors, not just KeyboardInterrupt."""
    kinds = {each.id for each in ast.walk(handler.type) if isinstance(each, ast.Name)} if handler.type else set()
    ends = handler.body[-1]
    leaves = isinstance(ends, ast.Expr) and isinstance(ends.value, ast.Call) and "exit" in ast.dump(ends.value.func)
    return not (isinstance(ends, ast.Raise) or leaves or (kinds and kinds <= {"KeyboardInterrupt", "SystemExit"}))


def _does_more(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler does more than set names: it leaves the block, or changes something."""
    for node in _within(handler.body):
        if isinstance(node, ast.Return | ast.Break | ast.Continue | ast.Delete):
            return True
        if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            names = [each.id for each in ast.walk(node.value.func) if isinstance(each, ast.Name)]
            if not names or names[0] not in QUIET:
                return True
    return False


def _counted(name: str) -> ast.stmt:
    """Store under a name how many times something unknown has been used so far."""
    return ast.Assign([ast.Name(name, ast.Store())], _call(COUNT))


def _if_used_since(mark: str, count: ast.expr, names: Sequence[str], place: ast.stmt) -> ast.stmt:
    """Make names uncertain if something unknown was used between a mark and a later count."""
    doubts: list[ast.stmt] = [
        ast.Assign(
            [ast.Name(each, ast.Store())], _call(DOUBTED, ast.Constant(each), _lambda(ast.Name(each, ast.Load())))
        )
        for each in names
    ]
    test = ast.Compare(count, [ast.NotEq()], [ast.Name(mark, ast.Load())])
    return _placed(ast.If(test, doubts, []), place)


def lines_that_decide(tree: ast.AST, suppressing: Collection[str]) -> set[int]:
    """List the lines inside a `try` whose failure is survived, or inside `with suppress(…)`."""
    inside: list[ast.stmt] = []
    for node in ast.walk(tree):
        match node:
            case ast.Try() | ast.TryStar() if any(map(_goes_on, node.handlers)):
                inside += node.body
            case ast.With() if _suppressed_at(node, suppressing) is not None:
                inside += node.body
    return {line for each in inside for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)}


def _suppressed_at(node: ast.With, suppressing: Collection[str]) -> int | None:
    """Find the item of a `with` that suppresses exceptions."""
    calls = [each.context_expr for each in node.items]
    found = (at for at, it in enumerate(calls) if isinstance(it, ast.Call) and ast.unparse(it.func) in suppressing)
    return next(found, None)


def names_of_suppress(tree: ast.AST) -> set[str]:
    """List the names under which code imports `contextlib.suppress`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "contextlib":
            found |= {each.asname or each.name for each in node.names if each.name == "suppress"}
        elif isinstance(node, ast.Import):
            found |= {f"{each.asname or each.name}.suppress" for each in node.names if each.name == "contextlib"}
    return found


def _stored(body: Sequence[ast.AST]) -> set[str]:
    """List the names that code sets."""
    found: set[str] = set()
    for node in _within(body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _lambda(body: ast.expr) -> ast.Lambda:
    return ast.Lambda(ast.arguments([], [], None, [], [], None, []), body)


def _placed(new: Node, old: ast.AST) -> Node:
    """Copy the source position of the original node to new nodes."""
    for node in ast.walk(new):
        if isinstance(node, ast.expr | ast.stmt) and not hasattr(node, "lineno"):
            ast.copy_location(node, old)
    return new


def instrumented(
    tree: ast.Module, filename: str, mode: str = "exec", flags: int = 0, suppressing: Collection[str] = ()
) -> types.CodeType:
    """Compile a tree with checks for unknown values; `suppressing` are its names for `contextlib.suppress`."""
    changed = ast.fix_missing_locations(_Instrument(suppressing).visit(tree))
    return compile(changed, filename, mode, flags=flags, dont_inherit=True)  # type: ignore[no-any-return]


def _propagating(function: Any) -> Any:
    name = getattr(function, "__name__", "call")

    def call(*args: Any, **kwargs: Any) -> Any:
        if function is len and args and hasattr(type(args[0]), "length_unknown"):
            return args[0].length_unknown()
        if holds_unknown(args, kwargs):
            if function is len and type(args[0]) is not Unknown:
                return function(*args, **kwargs)
            if function is len and args[0]._shape:
                return args[0]._shape[0]
            if function in (sorted, reversed, min, max, sum, type, bool, iter, range) or not _is_container(args):
                shown = ", ".join(map(text_of, args))
                return unknown_of(f"{name}({shown})", args, kwargs)
            return unknown_of(f"{name}(…)", args, kwargs)
        return function(*args, **kwargs)

    return call


def _is_container(args: Sequence[object]) -> bool:
    return bool(args) and type(args[0]) in (list, tuple, dict)


def _asks(function: Any) -> Any:
    name = function.__name__

    def ask(value: Any, kinds: Any, /) -> Any:
        if is_unknown(value) or holds_unknown(kinds):
            return unknown_of(f"{name}({text_of(value)}, …)", value, kinds)
        return function(value, kinds)

    return ask


def _hasattr(value: Any, name: Any, /) -> Any:
    if is_unknown(value) or is_unknown(name):
        return unknown_of(f"hasattr({text_of(value)}, {text_of(name)})", value, name)
    try:
        found = getattr(value, name)
    except AttributeError:
        return False
    return derived(found, f"hasattr({text_of(value)}, {name!r})") if is_unknown(found) and _is_stand_in(value) else True


def _id(value: object, /) -> Any:
    return unknown(f"id({text_of(value)})", "differs each time")


def _hash(value: object, /) -> Any:
    if is_unknown(value):
        return derived(value, f"hash({label(value)})")
    if isinstance(value, int | float | complex):
        return hash(value)
    return unknown(f"hash({text_of(value)})", "differs each time, except for numbers")


def _is_stand_in(value: object) -> bool:
    return (type(value).__module__ or "").startswith(__package__ or "")


def _getattr(value: Any, name: Any, /, *default: Any) -> Any:
    if is_unknown(name):
        return derived(name, f"getattr(…, {label(name)})")
    if is_unknown(value) and name.startswith("__"):
        return derived(value, f"{label(value)}.{name}")
    return getattr(value, name, *default)


_CONVERSIONS: Mapping[str, Callable[[object], str]] = {"r": repr, "s": str, "a": ascii}


def _text(*parts: Any) -> Any:
    """Build an f-string; it is unknown if any of its values is."""
    if holds_unknown(*parts):
        return unknown_of("a text", *parts)
    said = []
    for part in parts:
        if isinstance(part, tuple):
            value, conversion, spec = part
            if conversion != -1:
                value = _CONVERSIONS[chr(conversion)](value)
            part = format(value, spec)
        said.append(part)
    return "".join(said)


def _modulo(left: Any, right: Any) -> Any:
    if isinstance(left, str | bytes) and holds_unknown(right) if not is_unknown(left) else False:
        return unknown_of("a text", right)
    return left % right


_COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "Is": lambda a, b: a is b,
    "IsNot": lambda a, b: a is not b,
    "In": lambda a, b: a in b,
    "NotIn": lambda a, b: a not in b,
    "Eq": lambda a, b: a == b,
    "NotEq": lambda a, b: a != b,
    "Lt": lambda a, b: a < b,
    "LtE": lambda a, b: a <= b,
    "Gt": lambda a, b: a > b,
    "GtE": lambda a, b: a >= b,
}
_SIGNS = {"Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in"}


def _compare(signs: Sequence[str], left: Any, right: Any, *later: Callable[[], Any]) -> Any:
    rest: Iterator[Callable[[], Any]] = iter(later)
    for number, sign in enumerate(signs):
        if number:
            left, right = right, next(rest)()
        if sign in _SIGNS and (is_unknown(left) or is_unknown(right)):
            answer = unknown_of(f"{text_of(left)} {_SIGNS[sign]} {text_of(right)}", left, right)
        elif sign in ("In", "NotIn") and type(right) in (list, tuple) and holds_unknown(*right):
            answer = unknown_of(f"{text_of(left)} {_SIGNS[sign]} {text_of(right)}", right)
        else:
            answer = _COMPARISONS[sign](left, right)
        if number < len(signs) - 1 and not answer:
            break
    return answer


def _callable(function: Any) -> Any:
    """Return the function to call, or a replacement if it would depend on something unknown."""
    kind = type(function)
    if kind is types.BuiltinFunctionType:
        owner = function.__self__
        if function in PROPAGATING or owner is math or type(owner) in (str, bytes):
            return _propagating(function)
    elif kind is type and function in PROPAGATING:
        return _propagating(function)
    elif kind is type and function in GATHERING:
        return _gathering(function)
    return function


def _gathering(kind: Any) -> Any:
    """Handle functions that gather items: the result is unknown if the items are, or if their order is undefined."""

    def call(*args: Any, **kwargs: Any) -> Any:
        gathered = next((each for each in args if is_unknown(each)), None)
        if gathered is not None:
            for each in args:
                if each is not gathered:
                    check_function(each, gathered)  # a function passed to `map` isn't called yet
            return unknown_of(f"{kind.__name__}({', '.join(map(text_of, args))})", gathered)
        found = kind(*args, **kwargs)
        if (
            kind in (list, tuple)
            and args
            and type(args[0]) in (set, frozenset)
            and len(found) > 1
            and any(isinstance(it, str) for it in found)
        ):
            item = unknown(
                f"an item of {kind.__name__}({text_of(args[0])})", "has a different order each time; sort it"
            )
            return kind([item] * len(found))
        return found

    return call


def _caught(kind: Any) -> Any:
    found = find_unknown(kind)
    if found is not None:
        current_session().stop(why_unknown(found, f"can't tell whether `except {label(found)}` catches this"))
    return kind


def _raised(problem: Any) -> Any:
    if is_unknown(problem):
        current_session().stop(why_unknown(problem, f"can't tell what `raise {label(problem)}` leads to"))
    return problem


def _matched(subject: Any) -> Any:
    found = find_unknown(subject)
    if found is not None:
        current_session().stop(why_unknown(found, f"can't tell which case matches `{label(found)}`"))
    return subject


def _go_on() -> None:
    """Continue after an exception, unless it ends the reading."""
    session = current_session()
    if session.stopped is not None:
        raise Stopped(session.stopped)
    problem = sys.exception()
    if isinstance(problem, MemoryError):
        session.stop(session.out_of_memory, session.site_of(problem))


def _doubt(name: str, current: Callable[[], Any]) -> Any:
    """Make a name unknown because something used before it was set may have failed. Stops for a model or a layer."""
    session = current_session()
    used = session.last_used
    assert used is not None
    try:
        value = current()
    except NameError:
        value = None
    if is_unknown(value):
        return value
    if _is_stand_in(value):
        _stop_at_try(used)
    return derived(used, name)


def _stop_at_try(used: Unknown) -> NoReturn:
    said = f"can't tell whether this `try` fails, since it uses `{label(used)}`"
    can_be_given = used._name or used._root is not None
    why = why_unknown(used, said) if can_be_given else f"{said}: {history(used)}; move it out of the `try`"
    current_session().stop(why)


def _unchanged(count: int) -> None:
    """Stop the reading if a model was changed after something unknown was used, which may have failed first."""
    session = current_session()
    if session.last_change > count and session.last_used is not None:
        _stop_at_try(session.last_used)


def _passed(count: int) -> None:
    session = current_session()
    if session.uses != count and session.last_used is not None:
        _stop_at_try(session.last_used)


def _returned(count: int, value: Any) -> Any:
    if not is_unknown(value):
        _passed(count)
    return value


ASKING: Mapping[str, Any] = {
    "isinstance": _asks(isinstance),
    "issubclass": _asks(issubclass),
    "hasattr": _hasattr,
    "getattr": _getattr,
    "id": _id,
    "hash": _hash,
    TEXT: _text,
    MODULO: _modulo,
    CALL: _callable,
    COMPARE: _compare,
    CAUGHT: _caught,
    RAISED: _raised,
    MATCHED: _matched,
    ASSUMED: lambda test: True if is_unknown(test) else test,
    GO_ON: _go_on,
    COUNT: lambda: current_session().uses,
    PASSED: _passed,
    UNCHANGED: _unchanged,
    RETURNED: _returned,
    DOUBTED: _doubt,
    SKIPPED: skipped,
    SET_BY_SKIPPED: set_by_skipped,
    NOT: lambda value: derived(value, f"not {label(value)}") if is_unknown(value) else not value,
}
"""What these names refer to while rewritten code runs."""
