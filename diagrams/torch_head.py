"""What each word looks at in PyTorch's attention, with the weights of a head of Keras, copied."""

import numpy as np

from unrolled import Model, MultiHeadAttention, Picture, Weights, attention, embed, read_keras, run_model
from unrolled.layers.torch import MultiheadAttention
from unrolled.model import Entry, Node, Tensor

WORDS = ["I", "am", "groot"]


def draw(code: str) -> Picture:
    """Draw the shares with the numbers that Keras's layer has."""
    model = read_keras(code)
    return attention(model, WORDS, weights=[copied(model)])


def copied(model: Model) -> Weights:
    """Return the weights of Keras's layer: the kernels of query, key and value turned round and stacked."""
    (layer,) = model.layers
    assert isinstance(layer, MultiheadAttention)
    size, shape = layer.embed_dim, (len(WORDS), layer.embed_dim)
    keras = MultiHeadAttention(layer.num_heads, layer.key_dim)
    given, returned = (Tensor(None), Tensor(None)), keras.output_shapes(shape, shape)
    node = Node(keras, 0, given, None, (shape, shape), returned, model.nodes[0].calls)
    weights = run_model(Model((Entry(shape),), (node,), (Tensor(0),)), embed(WORDS, size)).weights[0]
    parts = ("query", "key", "value")
    found = {
        "in_proj_weight": np.concatenate([weights[f"{part}_kernel"].reshape(size, size).T for part in parts]),
        "in_proj_bias": np.concatenate([weights[f"{part}_bias"].reshape(size) for part in parts]),
        "out_proj.weight": weights.attention_output_kernel.reshape(size, size).T,
        "out_proj.bias": weights.attention_output_bias,
    }
    return Weights(**found)
