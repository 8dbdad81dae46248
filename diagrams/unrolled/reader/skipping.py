"""Loops and conditions over something unknown: code that can't be run, if it has nothing to do with the model.

`for row in data: counts[row] += 1` only sets names and changes values, which are unknown afterwards, and the block goes
on. What could change the model, or might end the block early, has to be run: then the loop itself is an error.
"""

from __future__ import annotations

import ast
import dis
import random
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .places import Site, is_of_article
from .unknown import (
    DEPTH,
    MOST_ITEMS,
    PART_OF_LAYER,
    Origin,
    Unknown,
    current_session,
    history,
    invalidate,
    is_unknown,
)

ENDING = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)
"""What leaves the code around it, unless it is in a function that is only defined."""
HIDING = (ast.Global, ast.Nonlocal, ast.Delete, ast.Match)
"""What sets names without saying so in one place."""
SETTING = {dis.opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL", "STORE_DEREF", "DELETE_DEREF")}
FUNCTIONS, LOOPS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda), (ast.For, ast.While)
REACHING = {"exec", "eval", "globals", "locals", "vars", "setattr", "delattr", "super", "__import__", "breakpoint"}
"""Built-in functions that set names or attributes which the code doesn't show."""
STATE = {"environ", "putenv", "unsetenv"}
"""Attributes of modules that code can change for what comes after it."""
PLAIN = (bool, int, float, complex, str, bytes, range, slice, type(None), type(...))
UNCHANGEABLE = {"datetime", "decimal", "fractions", "pathlib", "re"}
"""Modules of the standard library whose objects can't be changed."""


def names_in(code: Sequence[ast.AST], after: Sequence[ast.AST] = ()) -> tuple[set[str], set[str]] | None:
    """Return the names that code refers to, and those that it sets; None if it may do more, such as end what is around.

    `code` is a loop's own, which it may end; `after` follows it.
    """
    read, stored = set[str](), set[str]()
    waiting = [*((node, False, True) for node in code), *((node, False, False) for node in after)]
    while waiting:
        node, in_function, in_loop = waiting.pop()
        match node:
            case ast.Name(id=name):
                if isinstance(node.ctx, ast.Load):
                    read.add(name)
                elif not in_function:
                    stored.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                read.add(name)  # `found += [row]` changes a list
            case ast.Break() | ast.Continue() if not in_loop:
                return None
            case ast.ImportFrom(names=[ast.alias(name="*")]):
                return None
            case ast.Attribute(attr=name) if name in STATE:
                return None
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if not in_function:
                stored.add(node.name)
            case ast.Import() | ast.ImportFrom() if not in_function:
                stored |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        if isinstance(node, HIDING) or (isinstance(node, ENDING) and not in_function):
            return None
        ends = node.orelse if isinstance(node, LOOPS) else []
        in_function = in_function or isinstance(node, FUNCTIONS)
        in_loop = in_loop or isinstance(node, LOOPS)
        for field in node._fields:
            value = getattr(node, field, None)
            for child in value if type(value) is list else (value,):
                if isinstance(child, ast.AST) and not isinstance(child, ast.expr_context | ast.operator):
                    waiting.append((child, in_function, in_loop and child not in ends))
    return read, stored


def skipped(value: Any, names: Sequence[str]) -> bool:
    """Return whether code that depends on a value is skipped: if that is unknown, and the code can't affect a model.

    `names` are those in the code, which is in the calling frame. What they refer to may then have changed.
    """
    if not is_unknown(value) or value._shape is not None:
        return False
    session, frame = current_session(), sys._getframe(1)
    scope = {**frame.f_globals, **frame.f_locals}
    reached: dict[int, object] = {}
    for name in names:
        if name in scope:
            if not _is_harmless(scope[name], reached):
                return False
        elif name in REACHING or session.keras.exported(name) is not None:
            return False
    session.uses, session.last_used = session.uses + 1, value  # such code may fail
    code = _skipped_at(session.site())
    for target in reached.values():
        if not callable(target) and not isinstance(target, ModuleType):
            invalidate(target, value, code)
    return True


def set_by_skipped(value: Unknown, name: str) -> Unknown:
    """Return what a name refers to after code was skipped that sets it."""
    site = current_session().site()
    code = _skipped_at(site)
    kind = "run" if code.startswith("for ") else "decided"
    return Unknown(name, Origin(code, f"can't be {kind} here: {history(value)}", site))


def _skipped_at(site: Site) -> str:
    """Return the beginning of a loop or a condition as it is written: `for row in rows`."""
    for node in ast.walk(site.block.tree):
        if isinstance(node, ast.For) and node.lineno == site.lineno:
            return f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        if isinstance(node, ast.If) and node.lineno == site.lineno:
            return f"if {ast.unparse(node.test)}"
    return site.block.lines[site.lineno - 1].strip()


def _is_harmless(value: Any, reached: dict[int, object], depth: int = DEPTH) -> bool:
    """Return whether code that uses a value can change nothing but data: no model, layer or state of a library.

    `reached` collects what it can change.
    """
    if is_unknown(value):
        return value._origin.why != PART_OF_LAYER
    if isinstance(value, PLAIN) or id(value) in reached:
        return True
    reached[id(value)] = value
    if isinstance(value, FunctionType) and is_of_article(value.__code__):
        return _is_harmless_function(value, reached)
    if isinstance(value, type | FunctionType | BuiltinFunctionType | MethodType | ModuleType):
        return _is_of_library(value) and value.__name__ not in REACHING
    module = type(value).__module__.partition(".")[0]
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype != object
    if isinstance(value, list | tuple | deque | Mapping | set | frozenset):
        items = [*value.values()] if isinstance(value, Mapping) else [*value]
        is_known = module in ("builtins", "collections") and depth > 0 and len(items) <= MOST_ITEMS
        return is_known and all(_is_harmless(item, reached, depth - 1) for item in items)
    return module in UNCHANGEABLE


def _is_of_library(value: Any) -> bool:
    """Return whether a function, class or module is of NumPy or the standard library, and has no state that counts."""
    module = value.__name__ if isinstance(value, ModuleType) else value.__module__ or ""
    top = module.partition(".")[0]
    return not isinstance(value, MethodType) and (
        top in sys.stdlib_module_names - {random.__name__, sys.__name__} or top == np.__name__
    )


def _is_harmless_function(function: FunctionType, reached: dict[int, object]) -> bool:
    """Return whether calling a function of the article is harmless: so are all names that it uses."""
    waiting, used, mentioned = [function.__code__], set[str](), set[str]()
    while waiting:
        code = waiting.pop()
        if SETTING & set(code.co_code[::2]):
            return False
        mentioned |= set(code.co_names)
        used |= {
            instruction.argval
            for instruction in dis.get_instructions(code)
            if instruction.opname in ("LOAD_GLOBAL", "LOAD_NAME")
        }
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    held = [cell.cell_contents for cell in function.__closure__ or () if cell != CellType()]
    held += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values(), *vars(function).values()]
    held += [function.__globals__[name] for name in used if name in function.__globals__]
    if (REACHING | STATE) & mentioned or any(map(current_session().keras.exported, used - function.__globals__.keys())):
        return False
    return all(_is_harmless(item, reached) for item in held)
