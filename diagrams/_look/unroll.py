"""`unroll`: steps, units, features, long words, with and without ties."""

from unrolled import Picture, SimpleRNN, read_keras, stack, unroll

WORDS = ["the", "cat", "sat", "on", "the", "mat", "and", "then", "it", "slept", "so", "well"]


def draw() -> list[Picture]:
    """Go from one step to many, and from one unit to many."""
    code = "model.add(SimpleRNN({units}, input_shape=({steps}, {features})))"
    sizes = [(1, 1, 1), (2, 4, 2), (3, 4, 2), (3, 6, 3), (4, 3, 2), (12, 4, 2), (3, 16, 8)]
    tied = [
        unroll(read_keras(code.format(units=units, steps=steps, features=features)), WORDS[:steps]).tied(
            "units", "time_steps", "features"
        )
        for steps, units, features in sizes
    ]
    long = unroll(stack(SimpleRNN(4), shape=(3, 2)), ["I", "internationalisation", "W"])
    return [*tied, long]
