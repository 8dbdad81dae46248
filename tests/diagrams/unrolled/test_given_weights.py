"""Weights from arrays and files."""

import numpy as np
import pytest

from unrolled import CodeError, NumbersError, read_keras, run_model, weights_from, weights_of

CODE = "m = Sequential([\n  Input((3, 2)),\n  LSTM(4, return_sequences=True),\n  Dense(1),\n])"
MODEL = read_keras(CODE)


def arrays(units=4):
    """Draw weights for the model above."""
    shapes = [(2, 4 * units), (units, 4 * units), (4 * units,), (units, 1), (1,)]
    random = np.random.default_rng(1)
    return [random.uniform(-1, 1, shape) for shape in shapes]


def test_a_file_a_list_and_a_mapping_say_the_same(tmp_path):
    """As `np.savez` writes what `get_weights()` answers."""
    np.savez(tmp_path / "weights.npz", *arrays())
    named = {f"array {number}": values for number, values in enumerate(arrays())}
    found = [weights_from(MODEL, source) for source in (tmp_path / "weights.npz", arrays(), named)]
    for lstm, dense in found:
        assert np.array_equal(lstm.kernel, arrays()[0])
        assert np.array_equal(dense.bias, arrays()[4])


def test_a_real_model_s_weights_are_its_own():
    """Whatever has `get_weights()`."""

    class Real:
        def get_weights(self):
            return arrays()

    assert np.array_equal(weights_of(MODEL, Real())[1].kernel, arrays()[3])
    with pytest.raises(NumbersError, match="str has no weights"):
        weights_of(MODEL, "m")


def test_arrays_that_no_longer_fit_the_code_are_an_error_at_the_layer_with_the_remedy():
    """The code was changed, and the file was not."""
    with pytest.raises(
        CodeError, match=r"do not fit LSTM\(4, .*needs kernel \(2, 16\).*given are kernel \(2, 20\).*Save them"
    ) as caught:
        weights_from(MODEL, arrays(units=5))
    assert (caught.value.block, caught.value.lineno) == (CODE, 3)
    with pytest.raises(CodeError, match=r"do not fit Dense\(1\).*given are none") as caught:
        weights_from(MODEL, arrays()[:3])
    assert caught.value.lineno == 4
    with pytest.raises(CodeError, match="1 array more than the code's layers have weights"):
        weights_from(MODEL, [*arrays(), np.ones(3)])


def test_a_file_that_is_none_is_refused(tmp_path):
    """With its name."""
    for name, text in (("missing.npz", None), ("text.npz", "no archive")):
        if text:
            (tmp_path / name).write_text(text)
        with pytest.raises(NumbersError, match=f"{name} cannot be read"):
            weights_from(MODEL, tmp_path / name)
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(NumbersError, match="holds one array"):
        weights_from(MODEL, tmp_path / "one.npy")


def test_the_model_s_inputs_and_weights_are_counted():
    """One array for each."""
    with pytest.raises(NumbersError, match="the model has 1 input, and 2 are given"):
        run_model(MODEL, np.ones((3, 2)), np.ones((3, 2)))
    with pytest.raises(NumbersError, match=r"input 1 of the model has the shape \(3, 2\), and \(2, 2\) is given"):
        run_model(MODEL, np.ones((2, 2)))
    with pytest.raises(NumbersError, match="the model has 2 layers, and weights are given for 1"):
        run_model(MODEL, np.ones((3, 2)), weights=weights_from(MODEL, arrays())[:1])
