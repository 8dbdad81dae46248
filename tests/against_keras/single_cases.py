"""What each layer is compared with the real Keras in: recorded cases, from single_layers.md, and random options."""

import re
from functools import partial
from pathlib import Path

from hypothesis import strategies as st

from tests.against_keras.single_layers import Case
from unrolled.layers import known
from unrolled.layers.activations import ACTIVATIONS as EVERY_ACTIVATION

SEQUENCE = ((5, 3),)
WRITTEN = re.compile(r"^- (\w+)\((.*?)\)(?: over (.*?))?(?:, masked (.*))?$", re.M)
TEXT = Path(__file__).with_name("single_layers.md").read_text("utf-8")


def case(name, options, shapes, masked):
    """Read a case as it is written in the list."""
    inside = {name: partial(lambda name, **options: Case(name, options, SEQUENCE), name) for name in known()}
    over = tuple(map(eval, shapes.split(" and "))) if shapes else SEQUENCE
    return Case(name, eval(f"dict({options})", inside), over, eval(masked or "()"))


CASES = [case(*found) for found in WRITTEN.findall(TEXT)]

ACTIVATIONS = ("relu", "tanh", "softmax", None)
FORMATS = (None, "channels_last", "channels_first")
few = st.integers(1, 4)


def options(**choices):
    """Draw some of the options, each from its choices."""
    drawn = {
        name: each if isinstance(each, st.SearchStrategy) else st.sampled_from(each) for name, each in choices.items()
    }
    return st.fixed_dictionaries({}, optional=drawn)


def always(**choices):
    """Draw options that a layer needs."""
    return st.fixed_dictionaries(
        {name: each if isinstance(each, st.SearchStrategy) else st.sampled_from(each) for name, each in choices.items()}
    )


def shape(axes, least=1, most=6):
    """Draw the shape of a sample."""
    return st.tuples(*[st.integers(least, most)] * axes)


def pair(low, high):
    """Draw a number, or two."""
    return st.one_of(st.integers(low, high), st.tuples(st.integers(low, high), st.integers(low, high)))


def each_axis(axes, low=1, high=3):
    """Draw a number for all axes, or one for each."""
    return st.one_of(st.integers(low, high), st.tuples(*[st.integers(low, high)] * axes))


CONV = {
    "padding": ("valid", "same", "SAME"),
    "data_format": FORMATS,
    "activation": ACTIVATIONS,
    "use_bias": (True, False),
}


def convolution(axes, *paddings, **more):
    """Draw the options of a convolution."""
    own = {
        **CONV,
        "padding": (*CONV["padding"], *paddings),
        "strides": each_axis(axes, 1, 2),
        "dilation_rate": each_axis(axes, 1, 2),
        **more,
    }
    return st.tuples(always(filters=few, kernel_size=each_axis(axes)), options(**own))


SPATIAL = {1: "1D", 2: "2D", 3: "3D"}
LAYERS: dict[str, tuple[st.SearchStrategy, st.SearchStrategy]] = {}
"""The options of each layer, and the shapes that it takes."""
for axes, suffix in SPATIAL.items():
    one = st.tuples(shape(axes + 1, most=6 if axes < 3 else 4))
    LAYERS[f"Conv{suffix}"] = convolution(axes, *(["causal"] if axes == 1 else []), groups=(1, 2, 3)), one
    LAYERS[f"Conv{suffix}Transpose"] = (
        convolution(axes, output_padding=st.one_of(st.none(), each_axis(axes, 0, 1))),
        one,
    )
    for kind in ("MaxPooling", "AveragePooling"):
        LAYERS[f"{kind}{suffix}"] = (
            st.tuples(
                always(pool_size=each_axis(axes)),
                options(strides=st.one_of(st.none(), each_axis(axes)), padding=("valid", "same"), data_format=FORMATS),
            ),
            one,
        )
    for kind in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
        LAYERS[f"{kind}{suffix}"] = st.tuples(always(output_size=each_axis(axes)), options(data_format=FORMATS)), one
    for kind in ("GlobalMaxPooling", "GlobalAveragePooling"):
        LAYERS[f"{kind}{suffix}"] = options(keepdims=(True, False), data_format=FORMATS), one
    LAYERS[f"SpatialDropout{suffix}"] = always(rate=(0, 0.2, 1)), one
    ends = pair(0, 2) if axes == 1 else st.one_of(st.integers(0, 2), st.tuples(*[pair(0, 2)] * axes))
    LAYERS[f"ZeroPadding{suffix}"] = options(padding=ends, data_format=FORMATS), one
    more = {} if axes == 1 else {"data_format": FORMATS}
    LAYERS[f"Cropping{suffix}"] = options(cropping=ends, **more), one
    sizes = st.integers(0, 3) if axes == 1 else each_axis(axes)
    LAYERS[f"UpSampling{suffix}"] = options(size=sizes, **more), one
for axes in (1, 2):
    one = st.tuples(shape(axes + 1))
    depth = {"depth_multiplier": few}
    LAYERS[f"SeparableConv{SPATIAL[axes]}"] = convolution(axes, **depth), one
    own = {**CONV, **depth, "strides": each_axis(1, 1, 2), "dilation_rate": each_axis(1, 1, 2)}
    LAYERS[f"DepthwiseConv{SPATIAL[axes]}"] = st.tuples(always(kernel_size=each_axis(axes)), options(**own)), one
    flags = ("return_sequences", "return_state", "go_backwards", "use_bias")
    own = {**dict.fromkeys(flags, (True, False)), "padding": ("valid", "same"), "data_format": FORMATS}
    LAYERS[f"ConvLSTM{SPATIAL[axes]}"] = (
        st.tuples(always(filters=few, kernel_size=each_axis(axes)), options(strides=each_axis(axes, 1, 2), **own)),
        st.tuples(shape(axes + 2, most=4)),
    )

any_axes = st.integers(1, 3).flatmap(shape)
alone = st.tuples(any_axes)
axis = st.integers(-3, 3)
axes_or_one = st.one_of(axis, st.lists(axis, min_size=1, max_size=2, unique=True))
norm = {"epsilon": (1e-3, 1e-5, 0.1), "center": (True, False), "scale": (True, False)}
LAYERS |= {
    "Activation": (always(activation=("relu", "tanh", "softmax")), alone),
    "ReLU": (options(max_value=(None, 0.5, 6), negative_slope=(0.0, 0.5), threshold=(0.0, 0.3)), alone),
    "LeakyReLU": (options(negative_slope=(0, 0.1, 2, -1)), alone),
    "ELU": (options(alpha=(0.5, 1.0, 2)), alone),
    "PReLU": (options(shared_axes=st.one_of(st.none(), st.lists(st.integers(1, 3), min_size=1, max_size=2))), alone),
    "Softmax": (options(axis=axes_or_one), alone),
    "LayerNormalization": (options(axis=axes_or_one, **norm), alone),
    "BatchNormalization": (options(axis=axis, momentum=(0.9, 0.99), **norm), alone),
    "GroupNormalization": (options(groups=(1, 2, 3, -1), axis=axis, **norm), alone),
    "RMSNormalization": (options(axis=axes_or_one, epsilon=(1e-6, 0.1)), alone),
    "UnitNormalization": (options(axis=axes_or_one), alone),
    "Normalization": (options(axis=st.one_of(st.none(), axis), invert=(True, False)), alone),
    "Rescaling": (st.tuples(always(scale=(0.5, 2)), options(offset=(0.0, -1.0))), alone),
    "Dropout": (always(rate=(0, 0.5, 1, 2)), alone),
    "AlphaDropout": (always(rate=(0, 0.5)), alone),
    "GaussianDropout": (always(rate=(0, 0.5)), alone),
    "GaussianNoise": (always(stddev=(0, 0.5, 3)), alone),
    "ActivityRegularization": (options(l1=(0.0, 0.1), l2=(0.0, 0.1)), alone),
    "Flatten": (options(data_format=FORMATS), alone),
    "RepeatVector": (always(n=few), st.tuples(st.integers(1, 2).flatmap(shape))),
    "Reshape": (
        always(target_shape=st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6]), min_size=1, max_size=3).map(tuple)),
        st.tuples(st.sampled_from([(6, 2), (4, 3), (12,), (2, 2, 3)])),
    ),
    "Permute": (always(dims=st.sampled_from([(1,), (1, 2), (2, 1), (3, 1, 2), (1, 3), (2, 1, 3)])), alone),
    "Dense": (
        st.tuples(always(units=few), options(activation=(None, *EVERY_ACTIVATION), use_bias=(True, False))),
        alone,
    ),
    "Embedding": (
        st.tuples(always(input_dim=st.integers(1, 6), output_dim=few), options(mask_zero=(True, False))),
        st.tuples(shape(1)),
    ),
    "EinsumDense": (
        st.one_of(
            always(equation=["abc,cd->abd"], output_shape=[(None, 4), (3, 4)], bias_axes=[None, "d", "bd"]),
            always(equation=["...x,xy->...y"], output_shape=[4, (4,)], bias_axes=[None, "y"]),
            always(equation=["ab,bc->ac"], output_shape=[4], bias_axes=[None, "c"]),
            always(equation=["abc,cde->abde"], output_shape=[(None, 2, 3)], bias_axes=[None, "de"]),
            always(equation=["ab...,bc->ac..."], output_shape=[4], bias_axes=[None, "c"]),
        ),
        st.tuples(st.one_of(shape(1), shape(2), st.just((3, 2)), st.just((3, 5)))),
    ),
}


def wrapped(draw):
    """Draw what TimeDistributed wraps."""
    name = draw(
        st.sampled_from(["Dense", "Conv1D", "Flatten", "LayerNormalization", "MaxPooling1D", "LSTM", "Reshape"])
    )
    given = {"LSTM": {"units": 2}, "Reshape": {"target_shape": (2, 3)}}.get(name)
    return Case(name, draw(LAYERS[name][0].map(merged)) if given is None else given, ())


def merged(drawn):
    """Put options together that were drawn in parts."""
    return {name: value for part in drawn for name, value in part.items()} if isinstance(drawn, tuple) else drawn


@st.composite
def inputs_alike(draw):
    """Draw shapes for a layer that merges: mostly alike, some to be stretched, some that do not fit."""
    first = draw(any_axes)
    shapes = [first]
    for _ in range(draw(st.integers(1, 2))):
        other = tuple(draw(st.sampled_from([length, length, length, 1, length + 1])) for length in first)
        shapes.append(draw(st.sampled_from([first, first, other, first[1:] or first])))
    return tuple(shapes)


for merging in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
    LAYERS[merging] = st.just({}), inputs_alike()
LAYERS["Concatenate"] = options(axis=st.integers(-2, 3)), inputs_alike()
LAYERS["Dot"] = (
    st.tuples(always(axes=st.one_of(st.integers(-2, 2), st.tuples(axis, axis))), options(normalize=(True, False))),
    st.one_of(inputs_alike(), st.just(((3, 4), (2, 4))), st.just(((4,), (4,)))),
)


@st.composite
def attended(draw):
    """Draw the shapes of query, value and perhaps key."""
    queries, keys, wide, deep = (draw(few) for _ in range(4))
    value = (keys, draw(st.sampled_from([wide, deep])))
    return ((queries, wide), value, *([(keys, wide)] if draw(st.booleans()) else []))


call = {"return_attention_scores": (True, False), "use_causal_mask": (True, False)}
LAYERS["Attention"] = options(use_scale=(True, False), score_mode=("dot", "concat"), **call), attended()
LAYERS["AdditiveAttention"] = options(use_scale=(True, False), **call), attended()
LAYERS["MultiHeadAttention"] = (
    st.tuples(
        always(num_heads=few, key_dim=few),
        options(
            value_dim=few,
            use_bias=(True, False),
            use_gate=(True, False),
            output_shape=st.one_of(few, st.none()),
            dropout=(0.0, 0.5),
            sliding_window=st.one_of(few, st.none()),
            **call,
        ),
    ),
    attended(),
)


@st.composite
def cases(draw, name):
    """Draw a layer's options, shapes and masks."""
    drawn, shapes = LAYERS[name]
    given = merged(draw(drawn))
    sizes = draw(shapes)
    if given.get("value_dim", given.get("key_dim")) != given.get("key_dim"):
        given |= {"dropout": 0.5}  # else Keras asks JAX for attention at one go, which takes no such values
    masked = [len(each) == 2 and draw(st.integers(0, 3)) == 0 for each in sizes]
    return Case(name, given, sizes, tuple(masked) if any(masked) else ())
