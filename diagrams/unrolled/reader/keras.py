"""The stand-in for Keras: its modules and functions."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from ..arrays import read_only
from ..layers import known
from . import functions
from .cells import RNNStandIn
from .graph import Placeholder, Value
from .layers import LayerStandIn, flat, policy_of, records_inside
from .models import ModelStandIn, SequentialStandIn
from .options import (
    ActivationStandIn,
    InitializerStandIn,
    RecordedWeight,
    snake_initializer,
)
from .places import Blocks, Site, meant
from .recording import Recording
from .signatures import DTYPES, INPUT, VARIABLE, BoundCall, keras_names, signature_of
from .tensors import BENT, OPS, SIGNS, KerasTensor, MaskStandIn, OwnWeightStandIn, WeightStandIn, computed, of_ops
from .unknown import (
    NOT_READ,
    Session,
    current_session,
    derived,
    holds_unknown,
    is_a,
    is_shape,
    is_unknown,
    not_run,
    revealed,
    text_of,
    unknown,
    unknown_of,
)

SUBMODULES = {"activations", "applications", "backend", "callbacks", "config", "constraints", "datasets", "engine"}
SUBMODULES |= {"distillation", "distribution", "dtype_policies", "export", "initializers", "layers", "legacy", "losses"}
SUBMODULES |= {"metrics", "mixed_precision", "models", "ops", "optimizers", "optimizer_v2", "preprocessing"}
SUBMODULES |= {"quantizers", "random", "regularizers", "saving", "src", "tree", "utils", "visualization", "wrappers"}
OLD_MODULES = {"core", "recurrent", "embeddings", "convolutional", "pooling", "merge", "normalization", "wrappers"}
OLD_MODULES |= {"advanced_activations", "noise", "experimental", "preprocessing", "recurrent_v2", "rnn"}
"""Modules of older Keras versions, whose layers now live in `keras.layers`."""


class Keras(Recording):
    """The Keras stand-in for one reading: its modules, and everything the code has built with them."""

    def __init__(self, session: Session, blocks: Blocks, namespace: Mapping[str, Any]) -> None:
        super().__init__(session, blocks, namespace, _classes())
        self._modules: dict[str, Any] = {}

    def module(self, name: str) -> Any:
        """Return a module by its full name; None if it isn't part of Keras."""
        top, _, rest = name.partition(".")
        if top == "tf_keras":
            name, top = f"keras{name[len(top) :]}", "keras"
        if top in ("tensorflow", "tf"):
            if not rest:
                return self._once("tensorflow", lambda: _TensorFlow(self))
            first, _, more = rest.partition(".")
            if first == "keras" or rest.startswith("python.keras"):
                tail = more if first == "keras" else rest.removeprefix("python.keras").lstrip(".")
                return self.module(f"keras.{tail}" if tail else "keras")
            value = self.module("tensorflow")
            for attribute in rest.split("."):
                value = getattr(value, attribute)
            return value
        if top != "keras":
            return None
        if name.startswith("keras.src."):
            name = f"keras.{name.removeprefix('keras.src.')}"
        parts = name.split(".")
        if len(parts) > 1 and parts[1] == "layers":
            name = "keras.layers"
        if len(parts) > 1 and parts[1] not in SUBMODULES and (near := meant(parts[1], SUBMODULES)):
            raise ModuleNotFoundError(f"`{parts[1]}` is not in keras{near}")
        if parts[1:2] == ["engine"]:
            name = "keras.models"
        return self._once(name, lambda: _KerasModule(self, name))

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self._modules:
            self._modules[name] = make()
        return self._modules[name]

    def applied(self, name: str, args: Sequence[Any], words: Mapping[str, Any], shown: str = "") -> Any:
        """Apply a function or operator to tensors; None if it isn't known what shape the result has."""
        return functions.applied(self, name, args, words, shown)

    def of_mask(self, mask: MaskStandIn) -> Any:
        """Return a mask as a tensor of the graph."""
        return functions.of_mask(self, mask)

    def indexed(self, name: str, tensor: KerasTensor, key: Any) -> Any:
        """Return a part of a tensor; None if it isn't known what shape it has."""
        return functions.indexed(self, name, tensor, key)

    def forget_weights(self, *given: Any) -> None:
        """Take weights for unknown: those given, or of layers given, at any depth; all, if it isn't known which."""
        given = tuple([*item] if is_a(item, zip) else item for item in given)  # gradients and weights, in pairs
        listed = [item for item in flat(given) if self.is_layer(item) or is_a(item, WeightStandIn)]
        for target in listed:
            for record in records_inside(target) if self.is_layer(target) else [target._unrolled]:
                record.forget_weights()
        if not listed:
            for record in self.recorded:
                record.forget_weights()

    def exported(self, name: str) -> Any:
        """Resolve an unbound name: Keras's exports, and the usual names of its modules."""
        if name in ("tf", "tensorflow"):
            return self.module("tensorflow")
        if name == "keras":
            return self.module("keras")
        if name == "K":
            return self.module("keras.backend")
        modules = keras_names()["modules"]
        for module in modules:
            if name in modules[module] or (module == "layers" and name in keras_names()["aliases"]):
                return getattr(self.module(f"keras.{module}".rstrip(".")), name)
        return self.layer_class(name) if name in known() else None


class _KerasModule(types.ModuleType):
    """A Keras module. Missing attributes raise an error as in Python, or are unknown if they don't affect the model."""

    def __init__(self, keras: Keras, name: str) -> None:
        super().__init__(name)
        self.__dict__["_keras"] = keras
        submodule = name.partition(".")[2]
        self.__dict__["_exports"] = keras_names()["modules"].get(submodule)
        if self._exports is not None:
            self.__dict__["__all__"] = list(self._exports)
        self.__dict__["__path__"] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and name not in ("__version__", "__file__"):
            raise AttributeError(name)
        value = self._find(name)
        self.__dict__[name] = value
        return value

    def _find(self, name: str) -> Any:
        keras: Keras = self._keras
        submodule = self.__name__.partition(".")[2]
        names = keras_names()
        classes = keras.classes
        if name in ("Sequential", "Model", "Layer") and submodule in ("", "models", "layers"):
            return classes[name]
        if name == "Functional":
            return classes["Model"]
        if name in ("Input", "InputLayer") and submodule in ("", "layers"):
            return _input_function(keras, name)
        if submodule == "layers":
            if name in OLD_MODULES:
                return self
            kind = names["aliases"].get(name, name)
            if kind in names["layers"] or kind in known():
                return keras.layer_class(kind)
            if name in ("add", "average", "concatenate", "dot", "maximum", "minimum", "multiply", "subtract"):
                return _merging(keras, name)
        if submodule == "models":
            if name == "clone_model":
                return _clone_model
            if name in ("load_model", "model_from_json"):
                return lambda *_, **__: unknown(
                    f"{name}(…)", "reads a model from a file, which isn't done here", remedy="build it in the code"
                )
        if submodule == "initializers" and (name in names["modules"]["initializers"]):
            if name in ("get", "serialize", "deserialize"):
                return lambda value=None, *_: value
            return type(
                name, (InitializerStandIn,), {"kind": snake_initializer(name), "__module__": "keras.initializers"}
            )
        if submodule == "activations":
            if name == "get":
                return lambda value=None: ActivationStandIn(value or "linear") if is_a(value, str | None) else value
            if name in names["modules"]["activations"]:
                return ActivationStandIn(name)
        if submodule == "" and name == "KerasTensor":
            return KerasTensor
        if submodule in ("", "backend") and name == "Variable":
            return _variable_function(keras)
        if submodule == "" and name in SUBMODULES:
            return keras.module(f"keras.{name}")
        if submodule in ("utils", "backend", "config", "mixed_precision", "saving", "random", "ops"):
            function = _function(keras, submodule, name)
            if function is not None:
                return function
        if submodule in ("", "layers", "models", "activations", "initializers"):
            exported = self._exports or []
            if name == "__version__":
                return names["version"]
            if name == "__file__":
                return unknown("keras.__file__", "isn't run here")
            if name in exported:
                return unknown(f"{self.__name__}.{name}", "isn't run here")
            raise AttributeError(f"`{name}` is not in {self.__name__}{meant(name, exported)}")
        return unknown(f"{self.__name__}.{name}", "isn't run here")


def _clone_model(model: Any, *args: Any, **kwargs: Any) -> Any:
    """Clone a model; a clone function that changes its layers isn't supported."""
    if any(argument is not None for argument in (*args, *kwargs.values())):
        current_session().stop(
            "clone_model is supported with a model alone: build the other model from its layers instead"
        )
    if is_unknown(model):
        return unknown_of("clone_model(…)", model)
    return model._unrolled_clone()


def _function(keras: Keras, submodule: str, name: str) -> Any:
    """Find a Keras function that matters here."""
    if name == "clear_session":
        return lambda *_, **__: keras.clear_session()
    if name in ("set_random_seed", "enable_unsafe_deserialization", "disable_interactive_logging"):
        return lambda *_, **__: None
    if name in ("set_dtype_policy", "set_global_policy", "set_policy", "set_floatx", "set_global_dtype_policy"):

        def set_policy(policy: Any) -> None:
            keras.policy = policy_of(policy)
            keras.floatx = keras.policy if name == "set_floatx" else keras.floatx

        return set_policy
    if submodule in ("backend", "config") and name in SETTINGS:
        return lambda: SETTINGS[name](keras)
    if name == "set_epsilon":
        return lambda value: setattr(keras, "epsilon", value)
    if name == "register_keras_serializable":
        return lambda *_, **__: lambda kind: kind
    if name == "set_image_data_format":
        return _set_image_data_format
    if name in ("plot_model", "model_to_dot"):
        return lambda *_, **__: not_run(f"keras.utils.{name}(…)")
    if (
        submodule in ("random", "ops")
        and name
        in (
            "normal",
            "uniform",
            "truncated_normal",
            "zeros",
            "ones",
            "randint",
            "randn",
        )
        and (submodule == "random" or name not in OPS)
    ):
        return _shaped(f"keras.{submodule}.{name}")
    if submodule == "ops" and (name in OPS or name in SIGNS or name in BENT or name == "shape"):
        return of_ops(name, _of_tensors(keras, f"keras.ops.{name}"))
    if submodule == "ops" and name == "convert_to_numpy":
        return lambda x: x if is_a(x, KerasTensor) else revealed(x) if holds_unknown(x) else np.array(x)
    if submodule == "backend" and name in VALUES:
        return VALUES[name]
    if submodule in ("ops", "random", "backend"):
        return _of_tensors(keras, f"keras.{submodule}.{name}")
    return None


SETTINGS: Mapping[str, Callable[[Recording], Any]] = {
    "backend": lambda _: unknown("keras.backend.backend()", "isn't known, because Keras isn't run here"),
    "epsilon": lambda keras: keras.epsilon,
    "floatx": lambda keras: keras.floatx,
    "image_data_format": lambda _: "channels_last",
}
VALUES: Mapping[str, Callable[..., Any]] = {
    "int_shape": lambda x: x.shape,
    "get_value": revealed,
    "batch_get_value": revealed,
    "set_value": lambda x, value: _set_values([(x, value)]),
    "batch_set_value": lambda tuples: _set_values(tuples),
}
"""Functions of older backends, and of TensorFlow's, for shapes and for the numbers of weights."""


def _set_values(pairs: Any) -> None:
    for weight, value in pairs:
        weight.assign(value)


def _set_image_data_format(data_format: Any) -> None:
    if is_unknown(data_format) or data_format != "channels_last":
        text = text_of(data_format)
        current_session().stop(f"the kit computes with the channels last, but {text} is set here: leave it out")


def _shaped(name: str) -> Callable[..., Any]:
    """Create a function that returns an array of known shape."""

    def answer(*args: Any, **kwargs: Any) -> Any:
        shape = kwargs.get("shape", args[0] if args else ())
        if holds_unknown(shape) or not is_shape(shape):
            return unknown(f"{name}(…)", "isn't run here")
        return unknown(f"{name}(…)", "isn't run here", tuple(shape))

    return answer


def _of_tensors(keras: Keras, name: str) -> Callable[..., Any]:
    """Create a function that is drawn as a box if the shape of its result is known."""
    module, _, short = name.rpartition(".")

    def answer(*args: Any, **words: Any) -> Any:
        result = keras.applied(short, args, words) if module == "keras.ops" else None
        if result is not None:
            return result
        return unknown(f"{name}(…)", NOT_READ if "random" not in name else "differs each time")

    return answer


def _of_tensorflow(keras: Keras, module: str, name: str) -> Any:
    """Find a function of TensorFlow that `keras.ops` has as well; anything else is unknown."""
    fallback = unknown(f"{module}.{name}", "isn't run here")
    in_keras = functions.IN_TENSORFLOW.get(name, name if name in functions.SAME_IN_TENSORFLOW else "")
    if not in_keras:
        return fallback
    function, fills = getattr(keras.module("keras.ops"), in_keras), in_keras in ("ones", "zeros")

    def answer(*args: Any, **words: Any) -> Any:
        if holds_unknown(args, words) or (fills and _is_large(args)):
            return _shaped(f"tf.{name}")(*args, **words) if fills else fallback(*args, **words)
        first, words = functions.of_tensorflow(words)
        return function(*first, *args, **words)

    return answer


def _is_large(args: Sequence[Any]) -> bool:
    return bool(args) and is_shape(args[0]) and prod(args[0]) > functions.MOST


class _OfTensorFlow(types.ModuleType):
    """A module of TensorFlow with functions of tensors."""

    def __init__(self, keras: Keras, name: str) -> None:
        super().__init__(name)
        self.__dict__["_keras"] = keras

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name == "band_part":
            return _band_part
        return _of_tensorflow(self._keras, self.__name__.replace("tensorflow", "tf"), name)


def _band_part(input: Any, num_lower: Any, num_upper: Any, **_: Any) -> Any:  # noqa: A002  (TensorFlow's name)
    """Keep the diagonals of a known matrix around the main one."""
    if holds_unknown(input, num_lower, num_upper) or is_a(input, KerasTensor):
        return unknown("tf.linalg.band_part(…)", "isn't run here")
    matrix = np.asarray(input)
    matrix = matrix if num_lower < 0 else np.triu(matrix, -num_lower)
    return computed(matrix if num_upper < 0 else np.tril(matrix, num_upper))


class _TensorFlow(types.ModuleType):
    """TensorFlow: its Keras, its arrays with their shapes, and everything else unknown."""

    def __init__(self, keras: Keras) -> None:
        super().__init__("tensorflow")
        self.__dict__["_keras"] = keras
        self.__dict__["__path__"] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name not in ("__version__", "__file__"):
            raise AttributeError(name)
        keras: Keras = self._keras
        if name == "keras":
            return keras.module("keras")
        if name == "newaxis":
            return None
        if name == "nn":
            return _Activations()
        if name in ("math", "linalg"):
            return _OfTensorFlow(keras, f"tensorflow.{name}")
        if name == "random":
            return types.SimpleNamespace(
                normal=_shaped("tf.random.normal"),
                uniform=_shaped("tf.random.uniform"),
                truncated_normal=_shaped("tf.random.truncated_normal"),
                set_seed=lambda *_: None,
                Generator=unknown("tf.random.Generator", "isn't run here"),
            )
        if name in ("constant", "convert_to_tensor", "Variable", "identity"):
            return lambda value=None, *_, **__: _as_array(f"tf.{name}(…)", value)
        if name == "function":
            return lambda function=None, **_: (lambda inner: inner) if function is None else function
        if name in DTYPES:
            return name
        if name == "cast":
            cast = _of_tensorflow(keras, "tf", name)
            return lambda x, dtype, **_: _as_array("tf.cast(…)", x) if is_unknown(x) else cast(x, dtype)
        return _of_tensorflow(keras, "tf", name)


ACTIVATIONS_IN_TENSORFLOW = (
    *("elu", "gelu", "leaky_relu", "log_softmax", "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus"),
    *("softsign", "swish", "tanh"),
)
"""Activations that TensorFlow has under the same names and with the same defaults."""


class _Activations(types.ModuleType):
    """`tf.nn`, whose activations are Keras's."""

    def __init__(self) -> None:
        super().__init__("tensorflow.nn")

    def __getattr__(self, name: str) -> Any:
        if name in ACTIVATIONS_IN_TENSORFLOW:
            return ActivationStandIn(name)
        return unknown(f"tf.nn.{name}", "isn't run here")


def _as_array(text: str, value: Any) -> Any:
    if is_a(value, KerasTensor):
        return value
    if is_unknown(value):
        return derived(value, text, value._shape)
    if holds_unknown(value):
        return unknown_of(text, value)
    try:
        return np.asarray(value)
    except ValueError:
        return unknown(text, "isn't run here")


def _variable_function(keras: Keras) -> Callable[..., Any]:
    """Create `keras.Variable`, whose numbers are known if they are given as an array."""

    def variable(*args: Any, **kwargs: Any) -> Any:
        site = keras.site(sys._getframe(1))
        bound = VARIABLE.bind(site, args, kwargs)
        initializer, shape = bound.values.get("initializer"), bound.values.get("shape")
        numbers = None
        if is_a(initializer, np.ndarray | np.number | int | float | list | tuple) and not holds_unknown(initializer):
            try:
                numbers = read_only(np.asarray(initializer))
            except (TypeError, ValueError):
                raise bound.error("initializer", f"a Variable needs numbers, not {text_of(initializer)}") from None
            bound.values["shape"] = numbers.shape
        elif is_unknown(initializer) and initializer._shape is not None:
            bound.values["shape"] = initializer._shape
        elif shape is None:
            raise bound.site.error(
                "a Variable needs its numbers, or an initializer and a shape: Variable('zeros', (3,))"
            )
        record = RecordedWeight("Variable", bound, keras.name("Variable"))
        record.check()
        if record.size() is None:
            return unknown("keras.Variable(…)", "has a shape that isn't known")
        record.weights, record.weights_site = None if numbers is None else (numbers,), site
        return OwnWeightStandIn(record)

    return variable


def _input_function(keras: Keras, name: str) -> Callable[..., Any]:
    def make(*args: Any, **kwargs: Any) -> KerasTensor:
        site = keras.site(sys._getframe(1))
        for old, new in (("batch_input_shape", "batch_shape"), ("input_shape", "shape")):
            if old in kwargs and name == "InputLayer":
                kwargs[new] = kwargs.pop(old)
                if site.call is not None:
                    for word in site.call.keywords:
                        word.arg = new if word.arg == old else word.arg
        if name == "InputLayer":
            bound = signature_of("InputLayer").bind(site, args, kwargs)
        else:
            bound = INPUT.bind(site, args, kwargs)
        return _placeholder_made(keras, bound)

    make.__name__ = name
    return make


def _placeholder_made(keras: Keras, bound: BoundCall) -> KerasTensor:
    values = bound.values
    for option in ("tensor", "input_tensor", "sparse", "ragged", "optional"):
        if values.get(option):
            keras.session.stop(
                f"`{option}={bound.shown(option)}` isn't supported: write the shape, Input((time_steps, features))",
                bound.at(option),
            )
    argument = "batch_shape" if values.get("batch_shape") is not None else "shape"
    shape = values.get(argument)
    if shape is None:
        raise bound.site.error("the code doesn't say what goes in: write Input((time_steps, features))")
    numbers = keras.shape_of_input(bound, argument, shape, with_batch=argument == "batch_shape")
    batch = values.get("batch_size")
    if argument == "batch_shape":
        if len(numbers) < 2:
            raise bound.error(
                argument,
                f"batch_shape must be (batch, time_steps, features), such as (1, 3, 2), not {bound.shown(argument)}",
            )
        batch, numbers = numbers[0], numbers[1:]
    if is_a(values.get("dtype"), str) and values["dtype"] not in DTYPES:
        raise bound.error("dtype", f"dtype must be one of {', '.join(DTYPES)}, not {bound.shown('dtype')}")
    name = values.get("name")
    if not is_a(name, str | None) and not is_unknown(name):
        raise bound.error("name", f"name must be a string, not {bound.shown('name')}")
    placeholder = Placeholder(
        tuple(numbers),
        batch if is_a(batch, int) else None,
        bound.site,
        bound,
        argument,
        name if is_a(name, str) else None,
    )
    dtype = values.get("dtype")
    tensor = KerasTensor(Value(placeholder), placeholder.batch, dtype if is_a(dtype, str) else "float32")
    keras.inputs_made.append(tensor)
    return tensor


def _classes() -> dict[str, Any]:
    """Create new classes for layers and models for each reading, because code may change them."""
    layer = type("Layer", (LayerStandIn,), {"__module__": "keras.layers"})
    model = type("Model", (ModelStandIn, layer), {"__module__": "keras"})
    return {
        "Layer": layer,
        "Model": model,
        "RNN": type("RNN", (RNNStandIn, layer), {"__module__": "keras.layers"}),
        "Sequential": type("Sequential", (SequentialStandIn, model), {"__module__": "keras"}),
    }


def _merging(keras: Keras, name: str) -> Callable[..., Any]:
    """Create the functional form of a merging layer: `concatenate([a, b])` is `Concatenate()([a, b])`."""
    kind = {"add": "Add", "average": "Average", "concatenate": "Concatenate", "dot": "Dot", "maximum": "Maximum"}
    kind |= {"minimum": "Minimum", "multiply": "Multiply", "subtract": "Subtract"}

    def merge(inputs: Any, *args: Any, **kwargs: Any) -> Any:
        site = keras.site(sys._getframe(1))
        layer = keras.layer_class(kind[name]).__new__(keras.layer_class(kind[name]))
        layer._unrolled_make(Site(site.block, site.lineno), args, kwargs)
        return layer._unrolled_apply(site, (inputs,), {})

    merge.__name__ = name
    return merge
