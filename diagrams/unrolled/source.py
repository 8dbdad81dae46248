"""The text of a code block: its tree, what its names stand for, and errors that point into it."""

import ast
import io
import re
import tokenize
import warnings
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

from .bindings import Binding, bindings_of, imports_of
from .errors import CodeError


@dataclass(frozen=True)
class Source:
    """A code block that is Python; nothing of it is ever executed."""

    code: str
    tree: ast.Module

    @cached_property
    def lines(self) -> list[str]:
        """Split the block as Python counts its lines."""
        return re.split(r"\r\n|\r|\n", self.code)

    @cached_property
    def tokens(self) -> list[tokenize.TokenInfo]:
        """List the tokens of the block."""
        return list(tokenize.generate_tokens(io.StringIO("\n".join(self.lines)).readline))

    @cached_property
    def bindings(self) -> list[Binding]:
        """List every name that the block sets, in the order of the text."""
        return bindings_of(self.tree)

    @cached_property
    def _imports(self) -> dict[str, str]:
        return imports_of(self.tree)

    def error(self, message: str, node: ast.expr) -> CodeError:
        """Build an error that points at a node's line."""
        return CodeError(message, block=self.code, lineno=node.lineno)

    def written(self, node: ast.expr) -> str:
        """Give the text of a node, on one line."""
        return " ".join((ast.get_source_segment("\n".join(self.lines), node) or ast.unparse(node)).split())

    def start(self, node: ast.expr) -> tuple[int, int]:
        """Give the line (from 1) and character (from 0) at which a node begins."""
        return node.lineno, self._character(node.lineno, node.col_offset)

    def end(self, node: ast.expr) -> tuple[int, int]:
        """Give the line and character at which a node has ended."""
        lineno, byte = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return lineno, self._character(lineno, byte)

    def start_of_name(self, function: ast.expr) -> tuple[int, int]:
        """Give the line and character at which the last name of what is called begins, after its modules."""
        if not isinstance(function, ast.Attribute):
            return self.start(function)
        line, column = self.end(function)
        return line, column - len(function.attr)

    def name_of(self, value: ast.expr) -> str | None:
        """Tell the name that the block gives a value."""
        return next((each.name for each in self.bindings if each.value is value), None)

    def _character(self, lineno: int, byte: int) -> int:
        return len(self.lines[lineno - 1].encode()[:byte].decode())  # the tree counts bytes of UTF-8

    def full_name(self, function: ast.expr) -> str | None:
        """Spell out `layers.SimpleRNN`, by the block's imports: `keras.layers.SimpleRNN`; None for other things."""
        match function:
            case ast.Name(id=name):
                return self._imports.get(name, name)
            case ast.Attribute(value=owner, attr=name) if prefix := self.full_name(owner):
                return f"{prefix}.{name}"
        return None

    def binding(self, name: ast.Name, before: tuple[int, int]) -> Binding | None:
        """Find where a name was last set before a position."""
        named = self._named.get(name.id, [])
        earlier = bisect_left(named, before, key=lambda each: each.position)
        return next((named[at] for at in reversed(range(earlier)) if named[at].reaches(name, before)), None)

    @cached_property
    def _named(self) -> dict[str, list[Binding]]:
        """Map each name to where it is set, in the order of the text."""
        found: dict[str, list[Binding]] = {}
        for each in self.bindings:
            found.setdefault(each.name, []).append(each)
        return found

    @cached_property
    def _statements(self) -> dict[int, tuple[int, int]]:
        """Map each node of a simple statement to where that begins."""
        simple = [node for node in ast.walk(self.tree) if isinstance(node, ast.stmt) and not hasattr(node, "body")]
        return {id(node): (each.lineno, each.col_offset) for each in simple for node in ast.walk(each)}

    def before(self, node: ast.expr) -> tuple[int, int]:
        """Give the position before which a name in a node must have been set: `x = f(x)` means the `x` above."""
        return self._statements.get(id(node), (node.lineno, node.col_offset))

    def value(self, node: ast.expr) -> object:
        """Read a literal, or a name that the block sets to one."""
        return self._value(node, self.before(node))

    def _value(self, node: ast.expr, before: tuple[int, int]) -> object:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
                return -value
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return tuple(self._value(each, before) for each in elements)
            case ast.Name(id=name):
                binding = self.binding(node, before)
                if binding is None:
                    raise self.error(f"`{name}` is not set above in this block: write the value itself", node)
                if binding.value is not None:
                    whole = self._value(binding.value, before=binding.position)
                    if binding.part is None:
                        return whole
                    if isinstance(whole, tuple) and isinstance(binding.part, int) and len(whole) == binding.parts:
                        return whole[binding.part]
        raise self.error(
            f"`{self.written(node)}` cannot be read without running the code: write the value itself, "
            "or a name that is set to it once, above",
            node,
        )


def parse(code: str) -> Source:
    """Parse a code block."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in a string is the article's business
            tree = ast.parse(code)
    except SyntaxError as error:
        raise CodeError(f"the code is not Python: {error.msg}", block=code, lineno=error.lineno or 1) from error
    except (ValueError, RecursionError, MemoryError) as error:  # a null character; brackets nested too deep
        raise CodeError(f"the code is not Python: {error}", block=code, lineno=1) from error
    return Source(code, tree)
