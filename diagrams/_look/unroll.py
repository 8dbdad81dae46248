"""`unroll`: steps, units, features, long words, with and without ties; layers of every kind, and stacks of them."""

from unrolled import Picture, SimpleRNN, read_keras, stack, unroll

WORDS = ["the", "cat", "sat", "on", "the", "mat", "and", "then", "it", "slept", "so", "well"]
PADDED = [[0.5, 0.4], [0.2, -0.6], [0.0, 0.0], [-0.7, 0.3]]
MODELS = [
    "Input((3, 2)), LSTM(3, return_sequences=True, return_state=True)",
    "Input((3, 2)), GRU(3, go_backwards=True, return_state=True)",
    "Input((12, 9)), LSTM(16, return_sequences=True), LSTM(8), Dense(3, activation='softmax')",
    "Input((3, 2)), SimpleRNN(3), RepeatVector(3), SimpleRNN(2, return_sequences=True), TimeDistributed(Dense(2))",
    "Input((3, 2)), SimpleRNN(3, return_sequences=True), Dropout(0.5), Flatten(), Dense(2, activation='softmax')",
    "Input((3, 2)), GRU(3, go_backwards=True, return_sequences=True), SimpleRNN(2, activation='relu')",
    "Input((3, 2)), Bidirectional(LSTM(2, return_sequences=True), merge_mode='sum'), Bidirectional(GRU(2))",
    "Input((3, 2)), Bidirectional(GRU(3, return_sequences=True), merge_mode=None)",
    "Input((12, 9)), Bidirectional(SimpleRNN(8, return_state=True), merge_mode='ave')",
]
MASKED = ["LSTM(3, return_sequences=True)", "Bidirectional(SimpleRNN(2, return_sequences=True))"]
TRANSLATOR = """a, b = Input((3, 2)), Input((2, 2))
x, h = SimpleRNN(3, return_sequences=True, return_state=True)(a)
_, g = SimpleRNN(3, return_state=True)(x)
y = SimpleRNN(3, return_sequences=True)(b, initial_state=h)
m = Model([a, b], SimpleRNN(3, return_sequences=True)(y, initial_state=g))
"""


def draw() -> list[Picture]:
    """Range from one step to many, from one unit to many, from one layer to four."""
    code = "model.add(SimpleRNN({units}, input_shape=({steps}, {features})))"
    sizes = [(1, 1, 1), (2, 4, 2), (3, 4, 2), (3, 6, 3), (4, 3, 2), (12, 4, 2), (3, 16, 8)]
    tied = [
        unroll(read_keras(code.format(units=units, steps=steps, features=features)), WORDS[:steps]).tied(
            "units", "time_steps", "features"
        )
        for steps, units, features in sizes
    ]
    long = unroll(stack(SimpleRNN(4), shape=(3, 2)), ["I", "internationalisation", "W"])
    models = [read_keras(f"m = Sequential([{layers}])") for layers in MODELS]
    masked = [read_keras(f"m = Sequential([Input((4, 2)), Masking(), {layer}])") for layer in MASKED]
    return [
        *tied,
        long,
        *(unroll(model, WORDS[: model.entries[0].shape[0]]) for model in models),
        *(unroll(model, ["I", "am", "[PAD]", "groot"], PADDED) for model in masked),
        unroll(read_keras(TRANSLATOR), [["I", "am", "groot"], ["je", "suis"]]),
    ]
