"""Running an article's blocks in one namespace, as a notebook runs its cells."""

from __future__ import annotations
import __future__

import ast
import builtins
import gc
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, TypeGuard

from ..arrays import OpenShape
from ..errors import CodeError, KitError
from .guard import Limits, RefusedError, guarded_run
from .instrument import ASKING, instrumented, lines_that_decide, names_of_suppress
from .libraries import Libraries, do_nothing
from .places import Blocks, CodeBlock, Site, meant
from .unknown import NOT_SET, Session, Stopped, is_a, is_unknown, label, unknown, why_unknown

NUMBERS = ("len", "int", "float", "max", "min", "sum", "round", "abs")
"""Built-in numeric functions."""


class Builtins(dict[str, Any]):
    """The built-in names. Any other unbound name belongs to Keras, is given by the author, or is an error."""

    def __init__(self, article: Article, names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self._article = article

    def __missing__(self, name: str) -> Any:
        return self._article.free(name)


class Namespace(dict[str, Any]):
    """The names set by an article's blocks."""

    def __init__(self, article: Article) -> None:
        super().__init__()
        self._article = article

    def __delitem__(self, name: str) -> None:
        self._article.deleted.add(name)
        super().__delitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        if is_unknown(value):
            if name in self._article.given:
                value = self._article.given[name]
            elif not value._name and name.isidentifier():  # others belong to the instrumented code
                object.__setattr__(value, "_name", name)
        super().__setitem__(name, value)


class Article:
    """The code of an article, run block by block.

    `modules` maps full names to stand-ins for libraries; `exported` resolves unbound names; `given` has the values
    supplied by the author for names the code can't determine.
    """

    def __init__(
        self,
        modules: Callable[[str], Any],
        exported: Callable[[str], Any],
        given: Mapping[str, object],
    ) -> None:
        self._has_frozen = not gc.get_freeze_count()
        """Whether older objects are excluded from garbage collection until `close`."""
        if self._has_frozen:
            gc.freeze()
        self.given = given
        self.blocks = Blocks()
        self.session = Session(lambda: self.blocks.site(sys._getframe(1)), self._where)
        self._exported = exported
        self._suppressing: set[str] = set()
        """The names under which earlier blocks import `contextlib.suppress`."""
        self.deleted: set[str] = set()
        self.reached = 1
        """The line at which the last block stopped early, if it did; the call stack may go deeper."""
        self.exit: Site | None = None
        """Where the code called `sys.exit()`, if it did."""
        self.builtins = Builtins(self, vars(builtins))
        self._libraries = Libraries(modules, self.session, self.builtins)
        self.builtins |= self._stand_ins()
        self.namespace = Namespace(self)
        dict.update(self.namespace, __name__="__main__", __builtins__=self.builtins, __doc__=None)

    def free(self, name: str) -> Any:
        """Resolve a name that no block has set."""
        if name in self.given:
            return self.given[name]
        if name in self.deleted:
            raise KeyError(name)
        exported = self._exported(name)
        if exported is not None:
            return exported
        if self._libraries.star:
            return unknown(name, f"may be one of {self._libraries.star}'s, which isn't run here")
        if name.startswith("__") and name.endswith("__"):
            raise KeyError(name)
        site = self.session.site()
        named, near = _computed_from(name, site) or name, self.meant(name)
        why = f"{near} If not" if near else f": it {NOT_SET}"
        value = "its value" if named == name else f"the value of `{named}`"
        remedy = f'give {value} on the image: {{given="{named}=…"}}'
        return self.session.stop(f"`{name}` has no value here{why}{',' if near else ';'} {remedy}", site)

    def meant(self, name: str) -> str:
        """Suggest a similar name that has a value at this point: `: did you mean `units`?`."""
        frame = self.blocks.frame(sys._getframe(1))
        here = {} if frame is None else frame.f_locals
        names = {*here, *self.namespace, *self.given, *self.builtins}
        return meant(name, sorted(candidate for candidate in names if not candidate.startswith("_")))

    def run(self, block: CodeBlock, limits: Limits) -> CodeError | None:
        """Run a block; return whatever stopped it early, if anything did."""
        self.blocks.add(block)
        self._suppressing |= names_of_suppress(block.tree)
        self._libraries.watch(block, lines_that_decide(block.tree, self._suppressing))
        try:
            tree = ast.parse(block.python)
            code = instrumented(tree, block.filename, flags=_flags(tree), suppressing=self._suppressing)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return block.error(f"the code is not Python: {error}", getattr(error, "lineno", 1) or 1)
        self.session.stopped, self.reached = None, 1
        try:
            self.guarded(lambda: exec(code, self.namespace), limits)
        except Stopped as stopped:
            self.reached = self._line_in(block, stopped)
            return stopped.error
        except SystemExit as problem:
            self.exit = self._where(problem)  # whatever was built before still counts
        except BaseException as problem:
            self.reached = self._line_in(block, problem)
            return self.session.stopped or self._problem(problem)
        return self.session.stopped  # the code caught it and went on

    def guarded(self, run: Callable[[], object], limits: Limits) -> None:
        """Run something that may run code of the article."""

        def run_drawing() -> None:
            with self._libraries.drawing():
                run()

        guarded_run(run_drawing, limits, self.session)

    def _problem(self, problem: BaseException) -> CodeError:
        """Convert an exception raised by the article's code to an error at the author's own line."""
        if isinstance(problem, CodeError) and problem.block is not None:
            return problem
        site = self._where(problem)
        if isinstance(problem, SyntaxError) and self.blocks.named(problem.filename or ""):
            site = Site(site.block, problem.lineno or site.lineno)
        return site.error(str(problem) if isinstance(problem, KitError | RefusedError) else _text_of(problem, site))

    def _line_in(self, block: CodeBlock, problem: BaseException) -> int:
        """Find the line of a block that an exception passed through."""
        trace = problem.__traceback__
        while trace and trace.tb_frame.f_code.co_filename != block.filename:
            trace = trace.tb_next
        return trace.tb_lineno if trace else 1

    def _where(self, problem: BaseException) -> Site:
        """Find the innermost line of the article that an exception passed through."""
        block = [*self.blocks][-1]
        site = Site(block, block.tree.body[0].lineno if block.tree.body else 1)
        trace = problem.__traceback__
        while trace:
            inner_block = self.blocks.named(trace.tb_frame.f_code.co_filename)
            if inner_block is not None:
                site = Site(inner_block, trace.tb_lineno)
            trace = trace.tb_next
        return site

    def close(self) -> None:
        """Release everything the code has created, while the guard is still active.

        `finally` blocks of generators and `__del__` methods run only now, and for reference cycles only when these are
        collected. Only objects created during the reading are scanned, which is fast.
        """
        try:
            self.guarded(self._forget, Limits())
        finally:
            if self._has_frozen:
                gc.unfreeze()
            self._libraries.restore()

    def _forget(self) -> None:
        self.session.keras = None
        self.namespace.clear()
        gc.collect()

    # Replacements for built-in functions.

    def _stand_ins(self) -> dict[str, Any]:
        return {
            **ASKING,
            "__import__": self._libraries.load,
            "open": self._libraries.open,
            "exec": self._exec,
            "eval": self._eval,
            "print": do_nothing,
            "help": do_nothing,
            "breakpoint": do_nothing,
            "display": do_nothing,
            "input": lambda *_: unknown("input()", "waits for input from the keyboard"),
            "get_ipython": lambda: unknown("get_ipython()", "exists only in a notebook"),
        }

    def _exec(self, source: Any, globals_: Any = None, locals_: Any = None, /, **_: Any) -> None:
        exec(*self._compiled(source, "exec", globals_, locals_))

    def _eval(self, source: Any, globals_: Any = None, locals_: Any = None, /) -> Any:
        return eval(*self._compiled(source, "eval", globals_, locals_))

    def _compiled(self, source: Any, mode: str, globals_: Any, locals_: Any) -> tuple[Any, Any, Any]:
        if is_unknown(source):
            self.session.stop(why_unknown(source, f"can't tell what `{label(source)}` does when it is run"))
        frame = sys._getframe(2)
        namespace = frame.f_globals if globals_ is None else globals_
        namespace.setdefault("__builtins__", self.builtins)
        inner = locals_ if locals_ is not None else frame.f_locals if globals_ is None else namespace
        if isinstance(source, str):
            tree = ast.parse(source, mode=mode)
            source = instrumented(tree, "<text>", mode, suppressing=self._suppressing)  # type: ignore[arg-type]
        return source, namespace, inner


def _computed_from(name: str, site: Site) -> str | None:
    """Find a number computed from something the author can't supply: `size = len(tokenizer.index)`."""
    for node in ast.walk(site.block.tree):
        if not (isinstance(node, ast.Assign) and node.lineno <= site.lineno <= (node.end_lineno or 0)):
            continue
        target, parts = node.targets[0], list(ast.walk(node.value))
        parts_of = [inner.value for inner in parts if isinstance(inner, ast.Attribute | ast.Subscript)]
        called = [inner.func for inner in parts if isinstance(inner, ast.Call)]
        if (
            isinstance(target, ast.Name)
            and any(isinstance(inner, ast.Name) and inner.id == name for inner in parts_of)
            and all(isinstance(inner, ast.Name) and inner.id in NUMBERS for inner in called)
        ):
            return target.id
    return None


def _flags(tree: ast.Module) -> int:
    """Return the compiler flags for a block's imports from `__future__`."""
    names = [
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for alias in node.names
    ]
    return sum(getattr(__future__, name).compiler_flag for name in names if hasattr(__future__, name))


def _text_of(problem: BaseException, site: Site) -> str:
    """Return the message of an exception raised by the article, or if it has none, the code that raised it."""
    try:
        message = str(problem)
    except BaseException:  # str() may fail for the article's own exceptions
        message = ""
    failed = site.block.assertion_at(site.lineno) if isinstance(problem, AssertionError) else None
    if failed is not None:
        why = f": {message}" if message else ""
        return f"this `assert` fails because `{site.block.written(failed.test)}` isn't true{why}"
    name = type(problem).__name__
    if isinstance(problem, AttributeError) and is_a(problem.obj, ModuleType):
        message += meant(problem.name or "", vars(problem.obj))
    return f"{name}: {message}" if message else f"`{site.block.lines[site.lineno - 1].strip()}` raises {name}"


def given_values(text: str) -> dict[str, object]:
    """Parse the values given by the author: `sequence_length=5, x=(3, 2)`. Raises CodeError without a line number.

    The last of several with one name counts: the image's come after those of the article's header.
    """
    if not text.strip():
        return {}
    try:
        call = ast.parse(f"given({text})", mode="eval").body
        if not isinstance(call, ast.Call) or call.args:
            raise ValueError
        if any(word.arg is None for word in call.keywords):
            raise ValueError
        values = {str(word.arg): ast.literal_eval(word.value) for word in call.keywords}
    except (SyntaxError, ValueError):
        raise CodeError(
            f'given="{text}" can\'t be read: write names and plain values, such as given="sequence_length=5, x=(3, 2)"'
        ) from None
    return {name: GivenShape(value) if _is_shape(value) else value for name, value in values.items()}


def shapes_given(value: object) -> list[OpenShape]:
    """Return the shapes in `input=(3, 2)`, or in `input=[(3, 2), (4,)]`. Raises CodeError without a line number."""
    shapes = value if isinstance(value, list) else [] if value is None else [value]
    valid = [
        tuple(shape)
        for shape in shapes
        if shape == () or (_is_shape(shape) and all(size is None or size > 0 for size in shape))
    ]
    if len(valid) < len(shapes):
        raise CodeError(
            f"input={value!r} can't be read: write the shape of one sample without the batch, such as (3, 2) for "
            "(time_steps, features), or a list of them if the model has several inputs"
        )
    return valid


class GivenShape(tuple[Any, ...]):
    """Numbers that the author gives for a name; if the name is the input of a layer, they are a sample's shape."""


def _is_shape(value: object) -> TypeGuard[OpenShape]:
    return isinstance(value, tuple) and bool(value) and all(size is None or type(size) is int for size in value)


def names_stored(tree: ast.AST) -> set[str]:
    """List the names that code sets, at any depth."""
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return names


def names_loaded(tree: ast.AST) -> set[str]:
    """List the names that code uses."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
