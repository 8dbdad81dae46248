"""The models whose answers by the real Keras are recorded: each layer, and the ways to put layers together."""

OPTIONS = (
    "",
    ", return_sequences=True",
    ", return_sequences=True, return_state=True, go_backwards=True",
    ", activation='relu', use_bias=False",
)
RECURRENT = (
    *(f"SimpleRNN(2{options})" for options in OPTIONS),
    *(f"GRU(2{options})" for options in OPTIONS),
    "GRU(2, reset_after=False)",
    "GRU(2, reset_after=False, recurrent_activation='hard_sigmoid', return_state=True)",
    *(f"LSTM(2{options})" for options in OPTIONS),
    "LSTM(2, recurrent_activation='hard_sigmoid', activation='elu')",
    *(
        f"Bidirectional(LSTM(2, return_sequences=True), merge_mode={mode})"
        for mode in ("'sum'", "'mul'", "'ave'", "None")
    ),
    "Bidirectional(GRU(2))",
    "Bidirectional(SimpleRNN(2, return_state=True), backward_layer=SimpleRNN(1, go_backwards=True, return_state=True))",
)
STACKS = (
    "Masking(), GRU(2, return_sequences=True), Dropout(0.5), LSTM(2)",
    "Masking(), SimpleRNN(2, return_sequences=True, zero_output_for_mask=True), TimeDistributed(Dense(1, 'tanh'))",
    "Masking(), LSTM(2, return_sequences=True, unroll=True), Flatten(), Dense(2, 'softmax')",
    "Masking(), Bidirectional(LSTM(2, return_sequences=True)), GRU(1)",
    "Masking(), Bidirectional(GRU(2, return_sequences=True), merge_mode='sum')",
    "Masking(), SimpleRNN(2, return_sequences=True, unroll=True, zero_output_for_mask=True)",
    "LSTM(2), RepeatVector(3), LSTM(2, return_sequences=True), TimeDistributed(Dense(2))",
    "SimpleRNN(2, return_sequences=True), Activation('gelu'), Dense(1)",
)
INPUT = "Input(batch_shape=(1, 4, 2))"
WORDS = "m = Sequential([Input((4,)), Embedding(5, 2, mask_zero=True), GRU(2, return_sequences=True), LSTM(2)])"
TRANSLATOR = """a = Input((4, 2))
b = Input((3, 2))
_, h, c = LSTM(2, return_state=True)(a)
y = LSTM(2, return_sequences=True)(b, initial_state=[h, c])
m = Model([a, b], Dense(3, activation="softmax")(y))
"""
MASKED_TRANSLATOR = TRANSLATOR.replace("(b, initial", "(Masking()(b), initial").replace("(a)", "(Masking()(a))")
CODES = (
    *(f"m = Sequential([{INPUT}, {call}])" for call in RECURRENT),
    *(f"m = Sequential([{INPUT}, Masking(), {call}])" for call in RECURRENT[:14]),
    *(f"m = Sequential([{INPUT}, {call}])" for call in STACKS),
    WORDS,
    TRANSLATOR,
    MASKED_TRANSLATOR,
)
LAYERS = ("SimpleRNN", "GRU", "LSTM", "Bidirectional", "TimeDistributed", "Masking", "Embedding", "Dense")
LAYERS += ("Activation", "RepeatVector", "Dropout", "Flatten")
