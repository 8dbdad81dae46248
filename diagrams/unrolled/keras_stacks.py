"""`Sequential` models: what a code block puts upon what."""

import ast
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from .bindings import walk
from .errors import CodeError
from .keras_calls import keras_name, model_arguments
from .keras_graph import Graph
from .keras_inputs import Opening, entry_of, shape_said, single_of
from .keras_layers import Made
from .model import Entry, Model, Node, Tensor
from .source import Source

Stack: TypeAlias = tuple[str | None, list[ast.expr]]
"""A `Sequential` model: its name, and what was put upon what."""


def stacks_of(source: Source, graph: Graph) -> list[Stack]:
    """Collect what each `Sequential` was given, in its list and by `add`."""
    stacks: dict[int | str, Stack] = {}
    for node, around in walk(source.tree):
        match node:
            case ast.Call() if keras_name(source, node) == "Sequential":
                stacks[id(node)] = source.name_of(node), list(_listed(source, node))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as owner, attr="add"), args=[layer]):
                binding = source.binding(owner, source.before(node))
                key: int | str = name if binding is None else id(binding.value)
                if binding is None and isinstance(graph.meaning(layer), Made | Tensor):
                    stacks.setdefault(name, (name, []))
                if key in stacks:
                    _check_once(source, name, node, around.branch)
                    stacks[key][1].append(layer)
    return [stack for stack in stacks.values() if stack[1]]


def _check_once(source: Source, name: str, node: ast.Call, branch: str | None) -> None:
    if branch:
        raise source.error(
            f"`{name}.add` stands inside `{branch}`, and how often that runs cannot be read: write it out", node
        )


def _listed(source: Source, call: ast.Call) -> Iterator[ast.expr]:
    bound = model_arguments(source, call)
    for layers in [bound["layers"]] if "layers" in bound else []:
        if isinstance(layers, ast.Name) and (binding := source.binding(layers, source.before(call))) and binding.value:
            layers = binding.value
        match layers:
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                yield from elements
            case ast.Constant(value=None):
                pass
            case _:
                raise source.error(
                    f"the layers `{source.written(layers)}` cannot be read without running the code: "
                    "write them out, Sequential([…])",
                    layers,
                )


def stacked(source: Source, graph: Graph, elements: Iterable[ast.expr]) -> Model:
    """Put layers upon one another, each on what the one below it returns."""
    entries: list[tuple[int, ast.expr]] = []
    layers: list[tuple[Made, ast.expr]] = []
    for each in elements:
        match graph.meaning(each):
            case Made() as made:
                layers.append((made, each))
            case Tensor(node=None, output=number):
                entries.append((number, each))
            case _:
                raise source.error(
                    f"`{source.written(each)}` stands among the layers, and is none that is read here", each
                )
    if len(entries) > 1:
        raise source.error(f"a stack has one input, and the code has {len(entries)}", entries[1][1])
    if not layers:
        raise source.error("the model holds no layer", entries[0][1])
    number = _enter(source, graph, entries[0][0] if entries else None, *layers[0])
    flowing = Tensor(None, number)
    for made, _ in layers:
        if flowing.node is not None and len(graph.nodes[flowing.node].returned) > 1:
            raise _several(source, graph.nodes[flowing.node], made)
        graph.work(made, flowing)
        flowing = Tensor(len(graph.nodes) - 1)
    outputs = [Tensor(flowing.node, each) for each in range(len(graph.nodes[-1].returned))]
    return graph.model([number], outputs)


def _enter(source: Source, graph: Graph, number: int | None, first: Made, at: ast.expr) -> int:
    """Read what goes into a stack, from its Input or from the first layer, where both agree; answer its number."""
    name, said = first.layer.name_in_code, shape_said(first.shape)
    opening = None if number is None else graph.openings[number]
    entry = Entry(()) if opening is None else entry_of(source, opening, single_of(first))
    if not (said or entry.shape):
        what = "(time_steps,)" if name == "Embedding" else "(time_steps, features)"
        raise source.error(
            f"the code does not say what goes in: put Input({what}) before {name}, or input_shape={what} into it", at
        )
    if said and entry.shape and said != entry.shape:
        raise source.error(f"the input is {said} here and {entry.shape} in Input: leave one out", at)
    if number is None:
        graph.openings.append(Opening(first.node, ""))
        number = len(graph.openings) - 1
    graph.entered[number] = entry._replace(shape=said or entry.shape)
    return number


def _several(source: Source, before: Node, made: Made) -> CodeError:
    count, inner = len(before.returned), getattr(before.layer, "layer", before.layer)
    what = "return_state=True" if getattr(inner, "return_state", False) else "merge_mode=None"
    return CodeError(
        f"{before.calls[0].text} returns {count} things, and {made.layer.name_in_code} after it takes one (Keras: "
        f"expects 1 input(s), but it received {count} input tensors): leave {what} out, or name what is used as in "
        "x, *states = layer(x)",
        block=source.code,
        lineno=before.calls[0].lineno,
    )
