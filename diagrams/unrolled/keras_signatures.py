"""The arguments of Keras's layers: in their order, with their defaults, and how each is treated."""

from collections.abc import Mapping
from types import MappingProxyType

from .signatures import Signature

# What these say is over when a trained layer answers: they change no number in a figure.
TRAINING_ONLY = frozenset(
    {"dropout", "recurrent_dropout", "seed", "trainable", "kernel_regularizer", "recurrent_regularizer"}
    | {"bias_regularizer", "activity_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint"}
    | {"embeddings_regularizer", "embeddings_constraint", "noise_shape"}
)
# How the machine computes; the numbers are the same.
MACHINERY = frozenset({"use_cudnn", "implementation", "autocast"})

# What Keras takes for an argument that changes no number here, where the code writes a plain value.
REGULARIZERS = ("L1", "L1L2", "L2", "OrthogonalRegularizer", "l1", "l1l2", "l2", "orthogonal_regularizer")
CONSTRAINTS = ("MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm", "max_norm", "min_max_norm", "non_neg", "unit_norm")
INTEGERS = tuple(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64))
DTYPES = ("bool", "bfloat16", "float16", "float32", "float64", "string", *INTEGERS)


def wanted_instead(name: str, value: object) -> str | None:
    """Tell what Keras wants for an argument that it refuses a value for; None where it takes the value."""
    if name.endswith(("regularizer", "constraint")):
        known = REGULARIZERS if name.endswith("regularizer") else CONSTRAINTS
        return None if value is None or value in known else f"one of {', '.join(known)}"
    match name:
        case "seed" if value is not None and not (isinstance(value, int) and 0 <= value < 2**32):
            return "a whole number from 0"
        case "dropout" | "recurrent_dropout" if not isinstance(value, int | float):
            return "a number"
        case "trainable" if not isinstance(value, bool):
            return "True or False"
        case "use_cudnn" if not (isinstance(value, bool) or value == "auto"):
            return "'auto', True or False"
        case "noise_shape" if not isinstance(value, tuple | None):
            return "a shape, such as (None, 1, 2)"
        case "dtype" if value is not None and value not in DTYPES:
            return f"one of {', '.join(DTYPES)}"
    return None


INPUT_FIRST = "write Input({}) before the layer: Keras 3 does not take it here"
INSTEAD = MappingProxyType(
    {
        "dtype": "the numbers are those of Keras's own float32: leave it out of the code for this figure",
        "weights": "leave it out of the code, and give the weights in the script",
        "batch_input_shape": INPUT_FIRST.format("batch_shape=…"),
        "batch_shape": INPUT_FIRST.format("batch_shape=…"),
        "input_dim": "write Input((time_steps, features)) before the layer",
        "lora_rank": "it adds weights that stand in no figure: leave it out of the code",
        "lora_alpha": "it scales weights that stand in no figure: leave it out of the code",
        "quantization_config": "it rounds the weights: leave it out of the code",
        "data_format": "what flows here has no channels to turn round: leave it out of the code",
        "ragged": "sentences of different lengths are masked: leave it out of the code",
        "sparse": "the numbers are the same without it: leave it out of the code",
        "tensor": "write the shape: Input((time_steps, features))",
        "input_tensor": "write the shape: Input((time_steps, features))",
        "optional": "a figure needs what goes in: leave it out of the code",
    }
)

# What any layer takes by name, after its own arguments.
EVERY_LAYER: Mapping[str, object] = MappingProxyType(
    {"name": None, "dtype": None, "trainable": True, "input_shape": None, "autocast": True}
    | {"activity_regularizer": None, "batch_shape": None, "batch_input_shape": None, "input_dim": None}
)
EVERY_RECURRENT = MappingProxyType({"zero_output_for_mask": False, "input_length": None})

_FILLED = {
    "use_bias": True,
    "kernel_initializer": "glorot_uniform",
    "recurrent_initializer": "orthogonal",
    "bias_initializer": "zeros",
}
_TRAINED: dict[str, object] = {
    "kernel_regularizer": None,
    "recurrent_regularizer": None,
    "bias_regularizer": None,
    "activity_regularizer": None,
    "kernel_constraint": None,
    "recurrent_constraint": None,
    "bias_constraint": None,
    "dropout": 0.0,
    "recurrent_dropout": 0.0,
}
_READING = {
    "return_sequences": False,
    "return_state": False,
    "go_backwards": False,
    "stateful": False,
    "unroll": False,
}
_GATED = {"units": ..., "activation": "tanh", "recurrent_activation": "sigmoid", **_FILLED}

# In the order in which they may be given without a name; `...` stands where there is no default.
DEFAULTS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "SimpleRNN": {"units": ..., "activation": "tanh", **_FILLED, **_TRAINED, **_READING, "seed": None},
        "GRU": {**_GATED, **_TRAINED, "seed": None, **_READING, "reset_after": True, "use_cudnn": "auto"},
        "LSTM": {
            **_GATED,
            "unit_forget_bias": True,
            **_TRAINED,
            "seed": None,
            **_READING,
            "use_cudnn": "auto",
        },
        "Bidirectional": {"layer": ..., "merge_mode": "concat", "weights": None, "backward_layer": None},
        "TimeDistributed": {"layer": ...},
        "Masking": {"mask_value": 0.0},
        "Embedding": {
            "input_dim": ...,
            "output_dim": ...,
            "embeddings_initializer": "uniform",
            "embeddings_regularizer": None,
            "embeddings_constraint": None,
            "mask_zero": False,
            "weights": None,
            "lora_rank": None,
            "lora_alpha": None,
            "quantization_config": None,
        },
        "Dense": {
            "units": ...,
            "activation": None,
            "use_bias": True,
            "kernel_initializer": "glorot_uniform",
            "bias_initializer": "zeros",
            "kernel_regularizer": None,
            "bias_regularizer": None,
            "activity_regularizer": None,
            "kernel_constraint": None,
            "bias_constraint": None,
            "lora_rank": None,
            "lora_alpha": None,
            "quantization_config": None,
        },
        "Activation": {"activation": ...},
        "RepeatVector": {"n": ...},
        "Dropout": {"rate": ..., "noise_shape": None, "seed": None},
        "Flatten": {"data_format": None},
    }
)
RECURRENT = ("SimpleRNN", "GRU", "LSTM")
REFUSED = frozenset({"weights", "lora_rank", "lora_alpha", "quantization_config", "data_format"})


def signature_of(name: str) -> Signature:
    """Describe the call that makes a layer."""
    defaults = DEFAULTS[name]
    by_name = {**EVERY_LAYER, **(EVERY_RECURRENT if name in RECURRENT else {})}
    if name == "Embedding":
        by_name["input_length"] = None
    if name in ("GRU", "LSTM"):
        by_name["implementation"] = 2
    read = {"name", "input_shape", *defaults} - TRAINING_ONLY - MACHINERY - REFUSED
    if name in RECURRENT:
        read.add("zero_output_for_mask")
    if name == "Embedding":
        read.add("input_length")
    return Signature(
        name=name,
        defaults=defaults,
        by_name_only={each: value for each, value in by_name.items() if each not in defaults},
        read=frozenset(read),
        ignored=TRAINING_ONLY | MACHINERY,
        same={"dtype": "float32", "data_format": "channels_last"},
        instead=INSTEAD if name == "Embedding" else {**INSTEAD, "input_length": INPUT_FIRST.format("(3, 2)")},
    )


# What makes a model, by what it is given: layers in a list, or the ends of what flows.
MODELS = {
    "Sequential": Signature(
        name="Sequential",
        defaults={"layers": None, "trainable": True, "name": None},
        by_name_only={},
        read=frozenset({"layers", "trainable", "name"}),
        ignored=frozenset(),
    ),
    "Model": Signature(
        name="Model",
        defaults={"inputs": ..., "outputs": ...},
        by_name_only={"name": None, "trainable": True},
        read=frozenset({"inputs", "outputs", "trainable", "name"}),
        ignored=frozenset(),
    ),
}


# What Input and InputLayer both take first; their last arguments differ.
INPUT_ARGUMENTS = ("shape", "batch_size", "dtype", "sparse", "ragged", "batch_shape")


def _input(name: str, *last: str, by_name_only: Mapping[str, object] = MappingProxyType({})) -> Signature:
    """Describe a call that makes an input, by its last arguments; Keras tells by None that one is not given."""
    return Signature(
        name=name,
        defaults=dict.fromkeys((*INPUT_ARGUMENTS, *last)) | {"optional": False},
        by_name_only=by_name_only,
        read=frozenset({"shape", "input_shape", "batch_size", "batch_shape"}),
        ignored=frozenset({"name", "dtype"}),
        instead=INSTEAD,
    )


INPUTS = {
    "Input": _input("Input", "name", "tensor", "optional"),
    "InputLayer": _input("InputLayer", "input_tensor", "optional", "name", by_name_only={"input_shape": None}),
}
