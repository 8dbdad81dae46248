"""The single layers whose answers by the real Keras are recorded: each that is computed, with its options.

A new case may go anywhere: its weights and inputs follow from the case itself. Then record what Keras answers:

    make ready-verify
    KERAS_BACKEND=jax PYTHONPATH=.:diagrams .venv-verify/bin/python -m tests.against_keras.record single_layers
"""

from tests.against_keras.single_layers import Case

SEQUENCE, VECTOR, IMAGE = (5, 3), (4,), (4, 5, 2)
TWO, MASKED = (SEQUENCE, SEQUENCE), (True, True)


def case(name, *shapes, masked=(), **options):
    """Write a case as code writes a layer."""
    return Case(name, options, shapes or (SEQUENCE,), masked)


CASES = (
    case("Conv1D", filters=2, kernel_size=3),
    case("Conv1D", filters=4, kernel_size=2, strides=2, padding="same", activation="relu", use_bias=False),
    case("Conv1D", filters=3, kernel_size=2, padding="causal", dilation_rate=2, groups=3),
    case("Conv1D", filters=2, kernel_size=2, data_format="channels_first"),
    case("Conv2D", IMAGE, filters=2, kernel_size=(3, 2), padding="same", activation="tanh"),
    case("DepthwiseConv1D", kernel_size=2, depth_multiplier=2),
    case("DepthwiseConv2D", IMAGE, kernel_size=2),
    case("SeparableConv1D", filters=2, kernel_size=3, depth_multiplier=2),
    case("SeparableConv2D", IMAGE, filters=2, kernel_size=2, strides=2),
    case("Conv1DTranspose", filters=2, kernel_size=3, strides=2),
    case("Conv2DTranspose", IMAGE, filters=2, kernel_size=3, padding="same"),
    case("ConvLSTM1D", IMAGE, filters=2, kernel_size=3, return_state=True),
    *(
        case(f"{kind}Pooling1D", pool_size=2, strides=s, padding=p)
        for kind in ("Max", "Average")
        for s, p in ((None, "valid"), (1, "same"))
    ),
    case("MaxPooling2D", IMAGE, pool_size=2),
    case("AveragePooling2D", IMAGE, pool_size=2, padding="same"),
    case("GlobalMaxPooling1D", masked=(True,)),
    case("GlobalAveragePooling1D", masked=(True,)),
    case("GlobalAveragePooling1D", keepdims=True),
    case("GlobalAveragePooling2D", IMAGE),
    case("LayerNormalization"),
    case("LayerNormalization", axis=[1, 2], epsilon=0.1, center=False),
    case("BatchNormalization"),
    case("GroupNormalization", IMAGE, groups=2),
    case("RMSNormalization"),
    case("UnitNormalization"),
    case("Normalization"),
    case("Rescaling", scale=0.5, offset=1.0),
    case("Reshape", target_shape=(3, -1)),
    case("Permute", dims=(2, 1)),
    case("ZeroPadding1D", padding=(2, 1)),
    case("Cropping1D", cropping=(1, 2)),
    case("UpSampling1D", size=2),
    case("ZeroPadding2D", IMAGE, padding=((1, 0), (0, 2))),
    case("Cropping2D", IMAGE, cropping=1),
    case("UpSampling2D", IMAGE, size=(2, 1)),
    case("Flatten", data_format="channels_first"),
    case("ReLU", max_value=0.5, negative_slope=0.25, threshold=0.125),
    case("LeakyReLU"),
    case("PReLU", shared_axes=[1]),
    case("ELU", alpha=2.0),
    case("Softmax", axis=1),
    case("SpatialDropout1D", rate=0.5),
    case("GaussianNoise", stddev=0.5),
    case("EinsumDense", equation="abc,cd->abd", output_shape=(None, 4), bias_axes="d"),
    *(case(name, *TWO, SEQUENCE) for name in ("Add", "Average")),
    *(case(name, *TWO, masked=MASKED) for name in ("Multiply", "Maximum", "Minimum", "Subtract")),
    case("Multiply", *TWO, masked=(True, False)),
    case("Concatenate", *TWO, masked=(True, False)),
    case("Concatenate", *TWO, masked=MASKED, axis=1),
    case("Dot", *TWO, axes=2, normalize=True),
    case("Attention", *TWO, masked=MASKED, use_scale=True, return_attention_scores=True),
    case("Attention", *TWO, score_mode="concat", use_causal_mask=True),
    case("AdditiveAttention", (2, 3), SEQUENCE, SEQUENCE),
    case("MultiHeadAttention", *TWO, num_heads=2, key_dim=3),
    case("MultiHeadAttention", *TWO, masked=MASKED, num_heads=2, key_dim=2, value_dim=3, return_attention_scores=True),
    case("MultiHeadAttention", (2, 4), SEQUENCE, (5, 2), num_heads=3, key_dim=1, output_shape=2, use_gate=True),
    case("MultiHeadAttention", *TWO, num_heads=1, key_dim=2, use_bias=False, use_causal_mask=True, sliding_window=2),
    case("TimeDistributed", IMAGE, layer=case("Conv1D", filters=2, kernel_size=2)),
    case("TimeDistributed", layer=case("LayerNormalization")),
)
