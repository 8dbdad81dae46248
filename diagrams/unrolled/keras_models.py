"""The models that a code block makes, and the one that is asked for."""

import ast

from .bindings import walk
from .errors import CodeError
from .keras_calls import READ, keras_calls, keras_name, model_arguments
from .keras_graph import Graph, Meaning
from .keras_stacks import stacked, stacks_of
from .model import MOST_LAYERS, Model, Tensor, too_many
from .source import Source


def read_models(source: Source, wanted: str | None) -> Model:
    """Read the model of a block, by its name where the block makes several."""
    graph = Graph(source)
    found = list(keras_calls(source))
    layers = [call for name, call in found if name in READ]
    if len(layers) > 3 * MOST_LAYERS:  # a Bidirectional is up to three calls; Model counts exactly
        raise source.error(too_many(len(layers)), layers[MOST_LAYERS])
    if not layers:
        raise CodeError(
            f"the code holds no layer that can be read; read are: {', '.join(READ)}", block=source.code, lineno=1
        )
    chosen = _chosen(source, graph, layers, wanted)
    if isinstance(chosen, list):
        return stacked(source, graph, chosen)
    for node, around in walk(source.tree):
        if isinstance(node, ast.Call):
            before = len(graph.nodes)
            graph.meaning(node)
            if around.branch and len(graph.nodes) > before:
                raise source.error(
                    f"a layer is put to work inside `{around.branch}`, and how often that runs cannot be read: "
                    "write it out",
                    node,
                )
    if chosen is not None:
        return _between(source, graph, chosen)
    if graph.nodes:
        used = {tensor for node in graph.nodes for tensor in node.sources}
        sources = {tensor.node for tensor in used}
        ends = [Tensor(at) for at in range(len(graph.nodes)) if at not in sources]
        return graph.model(sorted(tensor.output for tensor in used if tensor.node is None), ends)
    wrapped = {id(node) for call in layers for node in ast.walk(call) if node is not call}
    alone = [call for call in layers if id(call) not in wrapped]
    if len(alone) > 1:
        raise source.error(
            f"the code names {len(alone)} layers and does not put them together where it can be read: write "
            "Sequential([…]) or layer(x), outside a class",
            alone[1],
        )
    return stacked(source, graph, [*(call for name, call in found if name not in READ), *alone])


def _chosen(
    source: Source, graph: Graph, layers: list[ast.Call], wanted: str | None
) -> list[ast.expr] | ast.Call | None:
    """Find the model that is asked for; None where the code only puts layers to work, or only names them."""
    named: list[tuple[str | None, list[ast.expr] | ast.Call]] = [*stacks_of(source, graph)]
    named += [(source.name_of(call), call) for call in _functional(source)]
    names = ", ".join(name or "one without a name" for name, _ in named) or "none that has a name"
    if wanted is not None:
        if wanted not in dict(named):
            raise source.error(f"the code makes no model `{wanted}`; it makes {names}", layers[0])
        return dict(named)[wanted]
    if len(named) > 1:
        example = next((name for name, _ in named if name), "model")
        raise source.error(
            f"the code makes {len(named)} models ({names}): say which one is meant, "
            f"read_keras(code, model={example!r})",
            layers[-1],
        )
    return named[0][1] if named else None


def _functional(source: Source) -> list[ast.Call]:
    calls = [node for node, _ in walk(source.tree) if isinstance(node, ast.Call) and (node.args or node.keywords)]
    return [call for call in calls if keras_name(source, call) == "Model"]


def _between(source: Source, graph: Graph, call: ast.Call) -> Model:
    """Read `Model(inputs, outputs)`."""
    said = model_arguments(source, call)
    ends = []
    for name in ("inputs", "outputs"):
        if name not in said:
            raise source.error(f"Model needs its {name}: Model(inputs, outputs)", call)
        tensors = list(_flat(graph.meaning(said[name])))
        if not tensors or not all(isinstance(each, Tensor) for each in tensors):
            raise source.error(
                f"the {name} `{source.written(said[name])}` of the model cannot be read here: name what an Input or a "
                "layer returns",
                said[name],
            )
        ends.append([each for each in tensors if isinstance(each, Tensor)])
    inputs, outputs = ends
    if any(each.node is not None for each in inputs):
        raise source.error("a model begins with Input: what a layer returns cannot be its input here", said["inputs"])
    numbers = [each.output for each in inputs]
    missing = graph.entries_behind(outputs) - set(numbers)
    if missing:
        where = source.written(graph.openings[min(missing)].node)
        raise source.error(
            f"the outputs hang on `{where}` as well, and the model's inputs do not name it (Keras: is not connected to "
            "`inputs`): add it to them",
            said["inputs"],
        )
    return graph.model(numbers, outputs)


def _flat(found: Meaning) -> list[Meaning]:
    return [one for each in found for one in _flat(each)] if isinstance(found, tuple) else [found]
