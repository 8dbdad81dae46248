"""Running a single layer, since the kit only runs layers as parts of models."""

from unrolled.arrays import input_vectors, mask_of, read_only, states_of
from unrolled.layers.recurrent import Bidirectional, Recurrent
from unrolled.numbers.run import answered


def run(layer, weights, inputs, initial_state=None, mask=None):
    """Run a layer on the inputs of one sample; for a recurrent layer, these are (time_steps, features).

    It starts from zeros or from an initial state: (units,) for a layer with one state, otherwise a list of all states.
    Steps where the mask is False are skipped.
    """
    values = input_vectors(inputs) if isinstance(layer, Recurrent | Bidirectional) else read_only(inputs)
    layer.check_inputs(values.shape)
    layer.check_size(values.shape)
    return answered(layer, weights, [values], [mask_of(mask, values.shape)], states_of(initial_state))
