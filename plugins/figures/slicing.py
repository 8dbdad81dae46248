"""The lines of the blocks above a figure's own that can matter to it: a static slice of the article's code.

Nothing is run. If it isn't clear what code does, it is kept: an extra line only draws an unchanged figure again, but a
missing line would leave a wrong figure in place.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MOST_LINES = 10_000
"""Per block; longer ones aren't analysed."""
FUNCTIONS_FOR_ANYTHING = {"exec", "eval", "compile", "globals", "locals", "vars", "setattr", "delattr", "get_ipython"}
ANYTHING = {"modules", "reload", "_getframe", "currentframe", "f_globals", "f_back", "import_module", "builtins", "gc"}
ANYTHING |= {"inspect", "ctypes", "importlib", "runpy", "atexit", "__main__"}
ANYTHING |= {"exit", "quit", "_exit", "abort", "SystemExit", "argparse", "unittest", "doctest"}
"""Code that uses one of these may change any name, or end a block early."""
HARMLESS = {"__init__", "__call__", "__name__", "__version__", "__doc__", "__len__", "__getitem__", "__file__"}
NAMING = {"name", "names", "get_layer", "get_config", "from_config", "clone_model", "to_json"}
"""Uses of the names of layers: Keras numbers them across everything that was built before."""
NOT_ONLY_PYTHON = re.compile(r"^[ \t\ufeff]*(?:>>>|[%!?\ufeff])|\?[ \t]*$", re.MULTILINE)
"""Lines of an interactive session or a notebook, which the reader of the block may remove."""
STATE = re.compile(
    r"(^|_)(set|seed|clear|reset|enable|disable|register|use|patch|policy|config|configure|global|session)(_|$)"
)
"""Words in the names of functions that change a library for all code that follows."""
PICTURES = {"matplotlib", "seaborn", "plt", "sns"}
"""Calls to these libraries change nothing that a model is built from."""
SHOWING = {"print", "display", "help"}
PLAIN = (ast.Constant, ast.Tuple, ast.UnaryOp, ast.BinOp, ast.Name, ast.operator, ast.unaryop, ast.expr_context)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, eq=False)
class Statement:
    """A statement at the top level of a block, and what it does with the article's names."""

    tree: ast.stmt
    uses: frozenset[str]
    """The names that it may look up in the article."""
    later: frozenset[str]
    """The ones that a function in it looks up only when it is called."""
    binds: frozenset[str]
    """The names of the article that it may set or delete."""
    stores: frozenset[str]
    """All names that it sets, including those in functions: they are unknown if the block fails earlier."""
    surely: frozenset[str]
    """The names that it certainly sets, if it finishes."""
    imports: frozenset[str]
    deletes: frozenset[str]
    begins: frozenset[str]
    """The names that a loop or a `with` in it sets before it uses them."""

    @property
    def end(self) -> int:
        """Its last line."""
        return self.tree.end_lineno or self.tree.lineno


def needed(above: Sequence[str], code: str, given: str = "", model: str = "") -> tuple[str, ...]:
    """Return the blocks above a figure's code, each up to the last line that can matter to the figure.

    Their number stays the same, so that they keep their indexes; a block that can't matter is empty.
    """
    blocks = [_statements(text) for text in (*above, code)]
    if any(block is None for block in blocks):
        return tuple(above)
    try:
        ends = _Slice([block for block in blocks if block is not None]).ends(given, model)
    except RecursionError:
        ends = None
    if ends is None:
        return tuple(above)
    return tuple(_up_to(text, end) for text, end in zip(above, ends, strict=True))


def _up_to(text: str, end: int | None) -> str:
    """Cut a block after a line; None keeps all of it."""
    return text if end is None else "".join(text.splitlines(keepends=True)[:end])


@lru_cache(1024)
def _statements(text: str) -> tuple[Statement, ...] | None:
    """Split a block into statements; None if it may do anything. A block that isn't Python does nothing."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES or len(lines) != text.count("\n") + (bool(text) and not text.endswith("\n")):
        return None  # Python counts its lines by \n, and a form feed doesn't start one
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                tree = ast.parse(text)
            except SyntaxError:
                return None if NOT_ONLY_PYTHON.search(text) else ()
            compile(tree, "<block>", "exec", dont_inherit=True)
            if any(_may_do_anything(node) for node in ast.walk(tree)):
                return None
            return tuple(_statement(each) for each in tree.body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _may_do_anything(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in FUNCTIONS_FOR_ANYTHING or _is_for_anything(node.id)
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and node.value != "__main__" and _is_for_anything(node.value)
    if isinstance(node, ast.ImportFrom):
        return node.module != "__future__" and any(map(_is_for_anything, (node.module or "").split(".")))
    if isinstance(node, ast.alias):
        return any(map(_is_for_anything, node.name.split(".")))
    return isinstance(node, ast.Attribute) and _is_for_anything(node.attr)


def _is_for_anything(name: str) -> bool:
    is_inner = name.startswith("__") and name.endswith("__") and len(name) > 4
    return name in ANYTHING or (is_inner and name not in HARMLESS)


def _statement(tree: ast.stmt) -> Statement:
    uses, later, binds = set[str](), set[str](), set[str]()
    tables = [symtable.symtable(ast.unparse(tree), "<block>", "exec")]
    while tables:
        table = tables.pop()
        kind = table.get_type()
        for symbol in table.get_symbols():
            is_outer = kind == "module" or symbol.is_global()
            if symbol.is_referenced() and (is_outer or kind == "class"):
                uses.add(symbol.get_name())
                if kind == "function":
                    later.add(symbol.get_name())
            if is_outer and (symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()):
                binds.add(symbol.get_name())
        tables += table.get_children()
    stores, imports, deletes = set[str](), set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            stores.add(node.id)
            if isinstance(node.ctx, ast.Del):
                deletes.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            uses.add(node.target.id)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            stores.add(node.name)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            stores.add(node.name)
            if isinstance(node, ast.ExceptHandler):
                deletes.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            stores.add(node.rest)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imports |= {(each.asname or each.name).partition(".")[0] for each in node.names}
    stores |= imports
    return Statement(
        tree,
        frozenset(uses | deletes),
        frozenset(later),
        frozenset(binds),
        frozenset(stores),
        frozenset(_surely_set(tree)),
        frozenset(imports),
        frozenset(deletes),
        frozenset(_begun(tree)),
    )


def _begun(tree: ast.AST) -> Iterator[str]:
    pairs = [(tree.target, tree.iter)] if isinstance(tree, ast.For) else []
    if isinstance(tree, ast.With):
        pairs = [(item.optional_vars, item.context_expr) for item in tree.items if item.optional_vars]
    for target, value in pairs:
        yield from _names_of(target) - _names_of(value)


def _surely_set(tree: ast.stmt) -> Iterator[str]:
    if isinstance(tree, (*FUNCTIONS, ast.ClassDef)):
        yield tree.name
    elif isinstance(tree, ast.Import | ast.ImportFrom):
        yield from ((each.asname or each.name).partition(".")[0] for each in tree.names)
    elif isinstance(tree, ast.Assign | ast.AnnAssign) and tree.value:
        for target in tree.targets if isinstance(tree, ast.Assign) else [tree.target]:
            parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            yield from (each.id for each in parts if isinstance(each, ast.Name))


class _Slice:
    """The blocks of an article up to a figure's own, which is the last."""

    def __init__(self, blocks: Sequence[Sequence[Statement]]) -> None:
        self._blocks = blocks
        self._all = [each for block in blocks for each in block]
        self._imported = {name for each in self._all for name in each.imports}
        self._modules = _modules(self._all)
        self._variables = {name for each in self._all for name in each.binds - each.imports}
        self._named = self._variables | {name for each in self._all for name in each.stores} | _parameters(self._all)
        self._own_names = self._named - self._imported
        self._objects = self._variables - self._plain()
        self._groups = self._linked()
        self._places = {each: at for at, each in enumerate(self._all)}
        self._later: dict[str, list[tuple[int, frozenset[str]]]] = {}
        """For each group of names: those that its functions look up when called, with the place of the definition."""
        for at, each in enumerate(self._all):
            for group in self._groups_of(each.uses | each.binds) if each.later else ():
                self._later.setdefault(group, []).append((at, each.later))
        self._set_first: dict[str, int] = {}
        """The statement that first sets each name; before that, it can only be a library's."""
        for at, each in enumerate(self._all):
            self._set_first |= dict.fromkeys(each.binds - self._set_first.keys(), at)
        self._here = 0
        """The current statement."""
        self._library: set[str] = set()
        """Names that may refer to a library, or to something in it, even though the article sets them."""
        self._from_library: set[str] = set()
        """Names that may refer to the result of a library's function, which the library may also hold."""
        self._taint()
        self._effects = self._with_effects()
        objects = ((each, name) for each in self._effects for name in each.uses & self._objects)
        self._held = {name for each, name in objects if self._set_first[name] < self._places[each]}
        """Objects that a library may hold from then on."""

    def ends(self, given: str, model: str) -> list[int | None] | None:
        """Return the last line of each block above that can matter; None if everything does."""
        free = self._free()
        called = set[str]()
        for block in self._blocks:
            called |= {name for each in block for name in each.later & free[each]}
            added = {name for each in block for name in _added_to(each.tree)}
            if added & called.union(*(free[each] for each in block)):
                return None  # a model that is never created may have been created in any other block
        own = self._blocks[-1]
        live = set(re.findall(r"\w+", model)) | (set(re.findall(r"\w+", given)) & _parameters(own))
        live = _looked_up(own, live)
        ends: list[int | None] = []
        kept = list(own)
        for block in reversed(self._blocks[:-1]):
            found, after = self._kept(block, live)
            if 0 < found < len(block) and any(free[each] for each in block[:found]):
                # The meaning of a name that is set nowhere depends on all of the block that uses it.
                found, after = len(block), _looked_up(block, live)
            kept += block[:found]
            ends.append(block[found - 1].end if 0 < found < len(block) else None if found else 0)
            live = after
        if any(name in NAMING for each in kept for node in ast.walk(each.tree) for name in _said(node)):
            return None
        return ends[::-1]

    def _kept(self, block: Sequence[Statement], live: set[str]) -> tuple[int, set[str]]:
        """Return how many of a block's statements can matter, and the names that are looked up before them."""
        for count in range(len(block), 0, -1):
            if self._matters(block[count - 1], live):
                return count, _looked_up(block[:count], live)
        return 0, live

    def _closed(self, live: set[str], place: int) -> set[str]:
        """Add the names looked up by the functions that exist before a place and can be reached from the names."""
        while True:
            found = (later for group in self._groups_of(live) for later in self._later.get(group, ()))
            more = {name for at, names in found if at < place for name in names} - live
            if not more:
                return live
            live = live | more

    def _matters(self, each: Statement, live: set[str]) -> bool:
        live = self._closed(live | self._held, self._places[each])
        if each in self._effects or each.stores & live:
            return True
        is_definition = isinstance(each.tree, FUNCTIONS) and not each.tree.decorator_list
        return not is_definition and not self._groups_of(each.uses).isdisjoint(self._groups_of(live))

    # Names that may refer to one object.

    def _plain(self) -> set[str]:
        """Find the names of numbers, strings and tuples of them, which nothing can change."""
        plain, values = set(self._variables), list[tuple[frozenset[str], ast.AST | None]]()
        for each in self._all:
            tree = each.tree
            names = each.binds - each.imports
            if not isinstance(tree, ast.Assign | ast.AnnAssign | ast.AugAssign):
                plain -= names
            elif names and tree.value:
                values.append((names, tree.value))
        while True:
            fewer = set(plain)
            for names, value in values:
                parts = list(ast.walk(value)) if value else []
                if any(not isinstance(it, PLAIN) or (isinstance(it, ast.Name) and it.id not in plain) for it in parts):
                    fewer -= names
            if fewer == plain:
                return plain
            plain = fewer

    def _linked(self) -> dict[str, str]:
        """Put names that a statement mentions together into one group, because one may hold the other."""
        leader = {name: name for name in self._objects}

        def first(name: str) -> str:
            while leader[name] != name:
                leader[name] = name = leader[leader[name]]
            return name

        for each in self._all:
            together = [name for name in sorted(each.uses | each.binds) if name in leader]
            for name in together[1:]:
                leader[first(name)] = first(together[0])
        return {name: first(name) for name in leader}

    def _groups_of(self, names: Iterable[str]) -> set[str]:
        return {self._groups[name] for name in names if name in self._groups}

    # Statements that change a library, and so everything that follows.

    def _is_library(self, name: str) -> bool:
        if name in self._imported or name in self._library or name == "type":  # it returns a library's class
            return True
        if name in self._set_first and name not in dir(builtins):
            here = self._all[self._here]
            return self._here < self._set_first[name] and name in here.uses - here.later
        return name not in self._named and not hasattr(builtins, name)

    def _roots(self, node: ast.AST) -> set[str]:
        """Return the names that something is taken from: `keras` for `keras.utils.set_random_seed`.

        The object that a library's class creates is new, and has none.
        """
        while not isinstance(node, ast.Name):
            if isinstance(node, ast.Call):
                if _last(node)[:1].isupper():
                    return set()
                node = node.func
            elif isinstance(node, ast.Attribute | ast.Subscript | ast.Starred | ast.Await):
                node = node.value
            else:
                return {it.id for it in ast.walk(node) if isinstance(it, ast.Name)}
        return {node.id}

    def _of_library(self, node: ast.AST, *, results: bool = False) -> bool:
        """Return whether something may belong to a library; with `results`, or may be the result of its functions."""
        return any(self._is_library(it) or (results and it in self._from_library) for it in self._roots(node))

    def _loose(self, node: ast.AST) -> Iterator[bool]:
        """For each thing of a library in an expression, yield whether it is only the result of a function."""
        if isinstance(node, ast.Name):
            if self._is_library(node.id) or node.id in self._from_library:
                yield not self._is_library(node.id)
        elif isinstance(node, ast.Call):
            is_of_library = self._of_library(node.func, results=True)
            if is_of_library and not _last(node)[:1].isupper():
                yield True
            if not (is_of_library and _last(node)[:1].isupper()):
                for each in (*node.args, *node.keywords):
                    yield from self._loose(each)
            if not isinstance(node.func, ast.Name | ast.Attribute):
                yield from self._loose(node.func)
        else:
            for inner in [node.value] if isinstance(node, ast.Subscript) else ast.iter_child_nodes(node):
                yield from self._loose(inner)

    def _taint(self) -> None:
        pairs = [(at, *pair) for at, each in enumerate(self._all) for pair in _assignments(each.tree)]
        while True:
            before = len(self._library), len(self._from_library)
            for at, names, value in pairs:
                self._here = at
                for is_result in self._loose(value):
                    (self._from_library if is_result else self._library).update(names)
            if before == (len(self._library), len(self._from_library)):
                return

    def _with_effects(self) -> set[Statement]:
        found = set[Statement]()
        for at, each in enumerate(self._all):
            self._here = at
            if any(self._has_effect(node) for node in ast.walk(each.tree)):
                found.add(each)
        while True:
            names = {name for each in found for name in each.binds}
            more = {each for each in self._all if each not in found and each.uses & names}
            if not more:
                return found
            found |= more

    def _has_effect(self, node: ast.AST) -> bool:
        """Return whether a node may change a library, or the meaning of code that doesn't name what it changes."""
        if isinstance(node, ast.alias):
            return node.name == "*" or bool(STATE.search(node.name.rpartition(".")[2]))
        if isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            return self._of_library(node, results=True)
        if isinstance(node, ast.Attribute | ast.Name) and STATE.search(_last(node)):
            return self._of_library(node)
        if isinstance(node, ast.Expr):
            if isinstance(node.value, ast.Call):
                return self._is_command(node.value)
            return any(self._is_command(it) for it in ast.walk(node) if isinstance(it, ast.Call))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._own_names:
            return not all(it for argument in (*node.args, *node.keywords) for it in self._loose(argument))
        return False

    def _is_command(self, call: ast.Call) -> bool:
        """Return whether a call with an unused result is to a library, so that it is made for its effect."""
        roots = self._roots(call)
        if any(self._modules.get(name, name) in PICTURES for name in roots):
            return False
        if isinstance(call.func, ast.Name) and call.func.id in SHOWING and call.func.id not in self._named:
            return False
        if self._of_library(call, results=True):
            return True
        return roots <= set(dir(builtins)) and not all(it for argument in call.args for it in self._loose(argument))

    def _free(self) -> dict[Statement, set[str]]:
        """Find the names that each statement may look up before a block has set them."""
        found: dict[Statement, set[str]] = {}
        known = set(dir(builtins))
        for block in self._blocks:
            for each in block:
                found[each] = set(each.uses - each.later - each.begins - known)
                known = (known | each.surely) - each.deletes
            for each in block:
                found[each] |= each.later - known
        return found


def _looked_up(statements: Sequence[Statement], live: set[str]) -> set[str]:
    """Return the names that count before some statements, from those that count after them."""
    for each in reversed(statements):
        live = (live - each.surely) | each.uses
    return live


def _last(node: ast.AST) -> str:
    """Return the last name of a call: `set_random_seed` for `keras.utils.set_random_seed(1)`."""
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _said(node: ast.AST) -> Iterator[str]:
    """Yield the attributes that a node names, directly or as a string."""
    if isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.alias):
        yield node.name


def _parameters(statements: Iterable[Statement]) -> set[str]:
    return {node.arg for each in statements for node in ast.walk(each.tree) if isinstance(node, ast.arg)}


def _modules(statements: Iterable[Statement]) -> dict[str, str]:
    """Return the library that each imported name comes from."""
    found: dict[str, str] = {}
    for node in (node for each in statements for node in ast.walk(each.tree)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for each in node.names:
                name = (each.asname or each.name).partition(".")[0]
                library = (getattr(node, "module", None) or each.name).partition(".")[0]
                found[name] = library if found.get(name, library) == library else name
    return found


def _added_to(tree: ast.AST) -> Iterator[str]:
    """Yield the names that code adds layers to: `model.add(…)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "add" and isinstance(node.value, ast.Name):
            yield node.value.id


def _assignments(tree: ast.AST) -> Iterator[tuple[set[str], ast.AST]]:
    """Yield the values that code sets names to, at any depth."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr) and node.value:
            targets: Sequence[ast.AST] = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield {name for target in targets for name in _names_of(target)}, node.value
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            yield _names_of(node.target), node.iter
        elif isinstance(node, ast.withitem) and node.optional_vars:
            yield _names_of(node.optional_vars), node.context_expr
        elif isinstance(node, (*FUNCTIONS, ast.Lambda)):
            defaults = [it for it in (*node.args.defaults, *node.args.kw_defaults) if it]
            names = {it.arg for it in ast.walk(node.args) if isinstance(it, ast.arg)}
            yield from ((names, it) for it in defaults)
            returned = [it.value for it in ast.walk(node) if isinstance(it, ast.Return | ast.Yield) and it.value]
            if not isinstance(node, ast.Lambda):
                yield from (({node.name}, it) for it in returned)
        elif isinstance(node, ast.Match):
            names = {it.name for it in ast.walk(node) if isinstance(it, ast.MatchAs | ast.MatchStar) and it.name}
            yield names, node.subject


def _names_of(target: ast.AST) -> set[str]:
    """Return the names that a target sets or changes: `libraries[0] = keras` makes `libraries` hold one."""
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
