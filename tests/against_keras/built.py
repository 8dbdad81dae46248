"""What the real Keras builds when an article's code runs: plain data, which a record can hold.

The model that counts is the one that the code builds or changes last. A model is built when its `__init__` ends, and
changed by `add` and `pop`. Code that builds no model counts by the layers that it calls, and code that calls none by
the layer that it makes last.
"""

import contextlib
import io
import os
import random
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.against_keras.same import inputs_for, weight_for

keras = pytest.importorskip("keras", reason="compared only where Keras is installed", exc_type=ImportError)
from keras.src.backend.common.variables import Variable  # noqa: E402 - only where Keras is installed
from keras.src.layers.layer import Layer  # noqa: E402
from keras.src.ops.operation import Operation  # noqa: E402

MOST_NUMBERS = 3000
"""Of a model with more weights than this, no numbers are compared."""
ABOVE, FIGURE = ARTICLE = ("<above>", "<figure>")
NOISE = {
    *("trainable", "seed", "implementation", "use_cudnn", "batch_input_shape", "input_shape", "sparse"),
    *("ragged", "optional", "lora_rank", "lora_alpha", "quantization_config", "weights", "zero_output_for_mask"),
}
"""Options that change neither a number nor a shape, or that a configuration says in a form of its own."""
NOISE_INSIDE = ("seed", "code")
"""Those of an initializer; and of a Lambda, whose bytecode differs between versions of Python."""
TRAINING = ("regularizer", "constraint")
MASKS = ("mask", "query_mask", "value_mask", "key_mask", "attention_mask")


class Recorder:
    """Keeps, while an article's code runs, what it builds, changes and calls."""

    def __init__(self) -> None:
        self.models: list[Any] = []
        self.layers: list[Any] = []
        self.calls: list[tuple[Any, tuple[Any, ...], dict[str, Any], Any, int]] = []
        self.assigned: dict[int, Any] = {}
        """The variables to which the article's code itself assigns numbers, by their ids."""
        self.block = 0
        self._depth = 0

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch until the block ends."""
        from keras.src.models.functional import Functional

        with contextlib.ExitStack() as stack:
            for kind in (keras.Model, Functional, keras.Sequential):
                stack.enter_context(_patched(kind, "__init__", self._building))
            stack.enter_context(_patched(keras.Sequential, "add", self._building))
            stack.enter_context(_patched(keras.Sequential, "pop", self._building))
            stack.enter_context(_patched(Layer, "__init__", self._making))
            stack.enter_context(_patched(Layer, "__call__", self._calling))
            stack.enter_context(_patched(Variable, "assign", self._assigning))
            yield

    def _assigning(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def assign(variable: Any, value: Any) -> Any:
            frame, files = sys._getframe(), list[str]()
            while frame := frame.f_back:
                files.append(frame.f_code.co_filename)
            if any(each in file for file in files for each in ("trainer", "optimizer", "saving")):
                self.assigned.pop(id(variable), None)
            elif not self._depth:
                self.assigned[id(variable)] = variable
            return original(variable, value)

        return assign

    def _building(self, original: Callable[..., Any]) -> Callable[..., Any]:
        # Without functools.wraps: Keras looks at the names of an `__init__`, and must see one set of them.
        def build(model: Any, *args: Any, **options: Any) -> Any:
            self._depth += 1
            try:
                result = original(model, *args, **options)
            finally:
                self._depth -= 1
            # A model that Keras makes within another, or while cloning, is not the article's.
            if self._depth == 0:
                self._put(model)
            return result

        return build

    def _put(self, model: Any) -> None:
        """Note a model as the last; one that an author's model makes for itself comes before that one."""
        self.models = [each for each in self.models if each is not model]
        holders, frame = [], sys._getframe()
        while frame := frame.f_back:
            if frame.f_code.co_name == "__init__" and frame.f_code.co_filename in ARTICLE:
                own = frame.f_locals.get(frame.f_code.co_varnames[0])
                holders += [at for at, each in enumerate(self.models) if each is own]
        self.models.insert(min(holders, default=len(self.models)), model)

    def _making(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def make(layer: Any, *args: Any, **options: Any) -> Any:
            result = original(layer, *args, **options)
            if self._depth == 0 and not isinstance(layer, keras.Model | keras.layers.InputLayer):
                self.layers.append(layer)
            return result

        return make

    def _calling(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(layer: Any, *args: Any, **options: Any) -> Any:
            self._depth += 1
            try:
                result = original(layer, *args, **options)
            finally:
                self._depth -= 1
            if self._depth == 0 and not isinstance(layer, keras.layers.InputLayer):
                self.calls.append((layer, args, options, result, self.block))
            return result

        return call

    def last(self, given: Any = None) -> tuple[Any, Any]:
        """Find the model that counts, and the symbolic inputs that it is to be called with."""
        model = given if given is not None else self.models[-1] if self.models else None
        if model is None:
            model = self._loose()
        if model is None:
            return None, None
        if getattr(model, "_inputs_struct", None) is not None:
            return model, keras.tree.map_structure(_input_like, model._inputs_struct)
        if isinstance(model, keras.Sequential) and model.built and getattr(model, "inputs", None):
            return model, _input_like(model.inputs[0])
        for layer, args, *_ in reversed(self.calls):
            if layer is model:
                return model, keras.tree.map_structure(_input_like, args[0])
        shapes = getattr(model, "_build_shapes_dict", None)
        if shapes and len(shapes) == 1 and _is_shape(next(iter(shapes.values()))):
            return model, keras.Input(batch_shape=next(iter(shapes.values())))
        return model, None

    def _loose(self) -> Any:
        """Make a model of the layers that the figure's block calls, or of the one that it only makes.

        Its outputs are the first of what each call returns of which nothing is used, and its inputs what they depend
        on, in the order in which they are used.
        """
        if not self.calls:
            made = [each for each in self.layers if getattr(each, "_input_shape_arg", None) is not None]
            return keras.Sequential([made[-1]]) if made else None
        symbolic: dict[int, Any] = {}
        inputs, used, ends = [], set(), []

        def stand_for(value: Any) -> Any:
            if not hasattr(value, "shape") or not hasattr(value, "dtype"):
                return value
            used.add(id(value))
            if id(value) not in symbolic:
                symbolic[id(value)] = keras.Input(shape=tuple(value.shape[1:]), dtype=_dtype(value))
                inputs.append(symbolic[id(value)])
            return symbolic[id(value)]

        own = [block for *_, block in self.calls][-1]
        for layer, args, options, result, block in self.calls:
            again = layer(*keras.tree.map_structure(stand_for, args), **keras.tree.map_structure(stand_for, options))
            old, new = keras.tree.flatten(result), keras.tree.flatten(again)
            symbolic |= {id(one): other for one, other in zip(old, new, strict=True)}
            if block == own:
                ends.append(([id(each) for each in old], new[0]))
        outputs = [first for returned, first in ends if not used & set(returned)]
        sources = {id(each) for one in outputs for each in keras.utils.get_source_inputs(one)}
        return keras.Model([each for each in inputs if id(each) in sources], outputs)


def _is_shape(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(each is None or isinstance(each, int) for each in value)


def _input_like(tensor: Any) -> Any:
    return keras.Input(batch_shape=(None, *tensor.shape[1:]), dtype=_dtype(tensor))


def _dtype(tensor: Any) -> str:
    """Name the kind of its numbers; whole numbers are computed with as others are."""
    kind = str(keras.backend.standardize_dtype(tensor.dtype))
    return "float32" if kind.startswith(("int", "float")) else kind


@contextlib.contextmanager
def _patched(kind: type, name: str, wrapped: Callable[[Any], Any]) -> Iterator[None]:
    original = kind.__dict__[name]
    setattr(kind, name, wrapped(original))
    try:
        yield
    finally:
        setattr(kind, name, original)


@contextlib.contextmanager
def tensorflow() -> Iterator[types.ModuleType]:
    """Let `import tensorflow` give a module whose `keras` is the real one, and take all back that code imports."""
    before = dict(sys.modules)
    tf = types.ModuleType("tensorflow")
    tf.__path__ = []  # type: ignore[attr-defined]
    tf.__version__ = "2.19.0"  # type: ignore[attr-defined]
    tf.keras = keras  # type: ignore[attr-defined]
    for name in ("zeros", "ones", "concat", "reshape", "transpose", "shape", "cast", "reduce_mean", "matmul", "stack"):
        setattr(tf, name, getattr(keras.ops, {"concat": "concatenate", "reduce_mean": "mean"}.get(name, name)))
    tf.newaxis = None  # type: ignore[attr-defined]
    tf.float32, tf.int32, tf.constant = "float32", "int32", keras.ops.convert_to_tensor  # type: ignore[attr-defined]
    tf.random = types.SimpleNamespace(  # type: ignore[attr-defined]
        normal=keras.random.normal, uniform=keras.random.uniform, set_seed=keras.utils.set_random_seed
    )
    tf.nn = keras.ops.nn if hasattr(keras.ops, "nn") else keras.activations  # type: ignore[attr-defined]
    sys.modules["tensorflow"] = tf
    for name, module in before.items():
        if name == "keras" or (name.startswith("keras.") and not name.startswith("keras.src")):
            sys.modules[f"tensorflow.{name}"] = module
    try:
        yield tf
    finally:
        for name in set(sys.modules) - set(before):
            if not name.startswith(("keras", "jax", "numpy", "scipy", "ml_dtypes", "h5py", "absl", "optree")):
                del sys.modules[name]
        sys.modules.update({name: module for name, module in before.items() if sys.modules.get(name) is not module})


def namespace(tf: types.ModuleType) -> dict[str, Any]:
    """Name what everybody means by a name that an article leaves unimported."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for module in (keras.ops, keras.utils, keras.layers, keras.models, keras):
        names |= {name: each for name, each in vars(module).items() if not name.startswith("_")}
    for hidden in ("ops", "abs", "all", "any", "max", "min", "sum", "round", "range", "slice", "map", "pow", "divmod"):
        if hidden != "ops":
            names.pop(hidden, None)  # Python's own words stay Python's
    return names | {"keras": keras, "layers": keras.layers, "tf": tf, "np": np, "K": keras.backend}


def run(blocks: Sequence[str], data: str = "", model: str = "", folder: Path | None = None) -> dict[str, Any]:
    """Run an article's blocks under the real Keras; describe the model that counts, or say how the code fails."""
    keras.backend.clear_session()
    policy, state, numpy_state = keras.config.dtype_policy(), random.getstate(), np.random.get_state()
    where, recorder = Path.cwd(), Recorder()
    scratch = tempfile.TemporaryDirectory()  # what the code saves goes there
    keras.utils.set_random_seed(0)
    try:
        with tensorflow() as tf, warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            os.chdir(folder or scratch.name)
            names = namespace(tf)
            main, sys.modules["__main__"] = sys.modules["__main__"], _main(names)
            try:
                exec(compile(data, "<data>", "exec"), names)
                with recorder.watching():
                    for recorder.block, block in enumerate(blocks[:-1]):
                        with contextlib.suppress(Exception):  # it matters only if the last block needs what it sets
                            exec(compile(block, ABOVE, "exec"), names)
                    recorder.block = len(blocks)
                    exec(compile(blocks[-1], FIGURE, "exec"), names)
                if model and not isinstance(names[model], Layer):
                    return {"fails": f"{model} is no model"}
                return described(*recorder.last(names[model] if model else None), recorder.assigned)
            except Exception as error:
                return {"fails": f"{type(error).__name__}: {str(error).strip()[:200]}"}
            finally:
                sys.modules["__main__"] = main
    finally:
        os.chdir(where)
        scratch.cleanup()
        keras.config.set_dtype_policy(policy)
        keras.config.set_floatx("float32")
        random.setstate(state)
        np.random.set_state(numpy_state)


def _main(names: dict[str, Any]) -> types.ModuleType:
    """Make the module that dataclasses and pickles look into."""
    module = types.ModuleType("__main__")
    module.__dict__.update(names)
    return module


def described(model: Any, inputs: Any, assigned: Mapping[int, Any]) -> dict[str, Any]:
    """Describe a model: what goes in, its layers at work, what comes out, how many weights, and what it answers.

    Weights are described by their numbers if they, or others of their layer, are among those `assigned`.
    """
    if model is None:
        return {"fails": "nothing is built"}
    if inputs is None:
        return {"fails": "the model is never given a shape"}
    nodes, outputs = _traced(model, inputs)
    entries = keras.tree.flatten(inputs)
    found = {
        "entries": [list(each.shape[1:]) for each in entries],
        "nodes": [node for node, _ in nodes],
        "outputs": outputs,
        "parameters": model.count_params() if model.built else sum(_sizes(nodes)),
    }
    for node, layer in nodes:
        if any(id(each) in assigned for each in getattr(layer, "weights", ())):
            node["values"] = [_values(each) for each in layer.weights]
            node["assigned"] = [at for at, each in enumerate(layer.weights) if id(each) in assigned]
    answers = _answers(model, inputs, nodes, found)
    return found if answers is None else found | {"answers": answers}


def _values(variable: Any) -> Any:
    return np.round(np.asarray(keras.ops.convert_to_numpy(variable)).astype(float), 5).tolist()


def _sizes(nodes: list[tuple[dict[str, Any], Any]]) -> list[int]:
    layers = {id(layer): layer for _, layer in nodes if isinstance(layer, Layer)}
    return [layer.count_params() for layer in layers.values()]


def _is_composite(layer: Any) -> bool:
    """Tell whether a layer is made of others: a model, or one that the article writes."""
    return isinstance(layer, keras.Model) or not type(layer).call.__module__.startswith("keras.")


def _traced(model: Any, inputs: Any) -> tuple[list[tuple[dict[str, Any], Any]], list[list[Any]]]:
    """Follow symbolic inputs through a model and all that is inside it."""
    nodes: list[tuple[dict[str, Any], Any]] = []
    sources: dict[int, list[Any]] = {id(each): [None, at] for at, each in enumerate(keras.tree.flatten(inputs))}
    kept = [inputs]  # an address is that of one tensor only as long as the tensor lives
    places: dict[int, int] = {}
    inside = [0]

    def source(value: Any) -> list[Any] | None:
        return sources.get(id(value))

    def record(operation: Any, args: Any, options: dict[str, Any], result: Any) -> None:
        if type(operation).__name__ == "ConvertToTensor":  # what it returns is what it is given
            sources[id(result)] = source(args[0])
            kept.append(result)
            return
        named = options
        if isinstance(operation, Layer):  # initial states may be given by their place
            named = dict(operation._call_signature.bind(*args, **options).arguments)
            args, named = (), named | named.pop("kwargs", {})
        tensors = {name: value for name, value in named.items() if name not in MASKS}
        states = tensors.pop("initial_state", None)
        given = keras.tree.flatten((args, [*tensors.values()]))  # of a dict, it would sort the names
        flat = [each for each in given if hasattr(each, "_keras_history")]
        node: dict[str, Any] = {"layer": _kind(operation), "inputs": [source(each) for each in flat]}
        if states is not None:
            node["states"] = [source(each) for each in keras.tree.flatten(states) if each is not None]
        if named.get("training") is not None:
            node["training"] = bool(named["training"])
        returned = keras.tree.flatten(result)
        node["returned"] = [list(each.shape[1:]) for each in returned]
        if isinstance(operation, Layer):
            node["place"] = places.setdefault(id(operation), len(places))
            node["options"] = _options(operation)
            node["weights"] = [list(each.shape) for each in operation.weights]
        for at, each in enumerate(returned):
            sources[id(each)] = [len(nodes), at]
        kept.append(result)
        nodes.append((node, operation))

    def calling(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(layer: Any, *args: Any, **options: Any) -> Any:
            if inside[0] or isinstance(layer, keras.layers.InputLayer):
                return original(layer, *args, **options)
            if _is_composite(layer):
                before = len(nodes)
                if not layer.built:
                    inside[0] += 1
                    original(layer, *args, **options)
                    inside[0] -= 1
                try:
                    return layer.call(*args, **_call_options(layer, args, options))
                except Exception:  # it computes something that only works with numbers: it is seen from outside
                    del nodes[before:]
            inside[0] += 1
            try:
                result = original(layer, *args, **options)
            finally:
                inside[0] -= 1
            record(layer, args, options, result)
            return result

        return call

    def computing(original: Callable[..., Any]) -> Callable[..., Any]:
        def compute(operation: Any, *args: Any, **options: Any) -> Any:
            if inside[0] or isinstance(operation, Layer):
                return original(operation, *args, **options)
            inside[0] += 1
            try:
                result = original(operation, *args, **options)
            finally:
                inside[0] -= 1
            record(operation, args, options, result)
            return result

        return compute

    with _patched(Layer, "__call__", calling), _patched(Operation, "symbolic_call", computing):
        result = model(inputs)
    outputs = [source(each) for each in keras.tree.flatten(result)]
    return _reached(nodes, outputs)


def _call_options(layer: Any, args: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Give a layer's own `call` the mask that Keras would give it."""
    words = layer._call_signature.parameters
    given = layer._call_signature.bind(*args, **options).arguments
    flat = {name: keras.tree.flatten(value) for name, value in given.items()}
    tensors = {name: given[name] for name, each in flat.items() if any(hasattr(one, "_keras_history") for one in each)}
    names = {name: "mask" if len(tensors) == 1 else f"{name}_mask" for name in tensors}
    return options | {
        names[name]: keras.tree.map_structure(keras.src.backend.get_keras_mask, value)
        for name, value in tensors.items()
        if names[name] in words and given.get(names[name]) is None
    }


def _reached(
    nodes: list[tuple[dict[str, Any], Any]], outputs: list[Any]
) -> tuple[list[tuple[dict[str, Any], Any]], list[Any]]:
    """Leave out what does not lead to an output: the operations by which a layer makes its mask."""
    used: set[int] = set()
    open_ends = [each[0] for each in outputs if each and each[0] is not None]
    while open_ends:
        at = open_ends.pop()
        if at not in used:
            used.add(at)
            node = nodes[at][0]
            open_ends += [
                each[0] for each in (*node["inputs"], *node.get("states", ())) if each and each[0] is not None
            ]
    numbers = {old: new for new, old in enumerate(sorted(used))}
    places: dict[int, int] = {}

    def moved(each: list[Any] | None) -> list[Any] | None:
        return each if each is None or each[0] is None else [numbers[each[0]], each[1]]

    found = []
    for at in sorted(used):
        node, operation = nodes[at]
        changed = node | {"inputs": [moved(each) for each in node["inputs"]]}
        if "states" in node:
            changed["states"] = [moved(each) for each in node["states"]]
        if "place" in node:
            changed["place"] = places.setdefault(node["place"], len(places))
        found.append((changed, operation))
    return found, [moved(each) for each in outputs]


def _kind(operation: Any) -> str:
    """Name a layer by the class of Keras's that it is, and an operation as such."""
    if not isinstance(operation, Layer):
        return f"ops.{type(operation).__name__}"
    if _cell(operation):
        kinds = [each.__name__ for each in type(operation.cell).__mro__ if each.__module__.startswith("keras.")]
        return kinds[0].removesuffix("Cell")
    if _is_composite(operation):
        return f"an own {type(operation).__name__}"
    return next(kind.__name__ for kind in type(operation).__mro__ if kind.__module__.startswith("keras."))


def _cell(layer: Any) -> bool:
    """Tell whether a layer is an RNN around one of Keras's cells, which is the layer of that cell's name."""
    cells = (keras.layers.SimpleRNNCell, keras.layers.GRUCell, keras.layers.LSTMCell)
    return type(layer) is keras.layers.RNN and type(layer.cell).call in [each.call for each in cells]


def _options(layer: Any) -> dict[str, Any]:
    """List the options that matter to numbers and shapes, in a plain form."""
    try:
        config = layer.get_config()
    except Exception:  # an author's layer need not know how to say its own
        return {}
    return _plain(config | config["cell"]["config"] | {"name": layer.name} if _cell(layer) else config)


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in config.items():
        if name in NOISE or name.endswith(TRAINING):
            continue
        if name == "dtype":
            policy = value["config"].get("name") if isinstance(value, dict) else value
            if policy not in (None, "float32"):
                found[name] = policy
        elif name in ("layer", "backward_layer", "forward_layer", "cell"):
            found[name] = _wrapped(value)
        elif isinstance(value, dict) and "class_name" in value:
            inner = value["config"] if isinstance(value["config"], dict) else {"name": value["config"]}
            found[name] = {
                "is": value["class_name"],
                **{key: _own(each) for key, each in inner.items() if key not in NOISE_INSIDE and _is_simple(each)},
            }
        elif _is_simple(value):
            found[name] = _own(value)
        else:
            found[name] = repr(type(value))
    return found


def _wrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_wrapped(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {"is": value["class_name"], **_plain(value["config"])}


def _is_simple(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_simple, value))
    return value is None or isinstance(value, bool | int | float | str | np.generic)


def _own(value: Any) -> Any:
    """Return lists and Python's own numbers instead of tuples and those of NumPy."""
    if isinstance(value, list | tuple):
        return [_own(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def _answers(model: Any, inputs: Any, nodes: list[tuple[dict[str, Any], Any]], found: dict[str, Any]) -> Any:
    """Let the real model answer one sample, with weights that follow from their places."""
    layers = {node["place"]: layer for node, layer in nodes if "place" in node}
    size = found["parameters"]
    if size > MOST_NUMBERS or any(node.get("training") for node, _ in nodes):
        return None
    if any("dtype" in node.get("options", ()) for node, _ in nodes):
        return None
    if size != sum(layer.count_params() for layer in layers.values()):
        return None  # a weight that no layer of the model's own has
    for place, layer in layers.items():
        layer.set_weights([weight_for(each.name, each.shape, f"{place}.{at}") for at, each in enumerate(layer.weights)])
    if any(None in shape[1:] or not shape for shape in found["entries"]):
        return None
    given = [each[None] for each in inputs_for(found)]
    answer = model(keras.tree.pack_sequence_as(inputs, [keras.ops.convert_to_tensor(each) for each in given]))
    listed = [np.asarray(keras.ops.convert_to_numpy(each))[0] for each in keras.tree.flatten(answer)]
    if sum(each.size for each in listed) > MOST_NUMBERS:
        return None
    return [np.round(each.astype(float), 6).tolist() for each in listed]
