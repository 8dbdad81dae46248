"""Invalid options of layers, and inputs whose shape doesn't fit them."""

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from tests.against_keras.single_cases import CASES
from tests.diagrams.cases import cases, check_error
from unrolled.errors import NumbersError
from unrolled.layers import known
from unrolled.layers.recurrent import GRU

POSSIBLE = {
    **{option: value for case in reversed(CASES) for option, value in case.options.items()},
    "input_dim": 3,
    "layer": GRU(2),
    "n": 2,
    "output_dim": 2,
    "units": 2,
}
"""A value for each required option: from the cases that are compared with Keras, and for layers compared elsewhere."""


def needed_by(layer: str) -> dict[str, object]:
    """Return a layer's required options, as in a case of its own if it has one."""
    own = next((case.options for case in CASES if case.name == layer and "layer" not in case.options), {})
    possible = {**POSSIBLE, **own}
    needed = [each.name for each in fields(known()[layer]) if each.init and each.default is MISSING]
    for name in needed:
        assert name in possible, (
            f"{layer} needs the option {name}: add a case for it to tests/against_keras/single_layers.md"
        )
    return {name: possible[name] for name in needed}


def options() -> list[tuple[str, str]]:
    """Pair each layer with each option it validates. Names are unrestricted, and initializers are looked up on use."""
    return [
        (layer, option.name)
        for layer, kind in sorted(known().items())
        for option in fields(kind)
        if option.init and option.name != "name" and not option.name.endswith("_initializer")
    ]


@pytest.mark.parametrize(("layer", "option"), options())
def test_an_invalid_option_is_an_error_when_the_layer_is_created(layer: str, option: str) -> None:
    """The message names the option, or lists the choices."""
    kind = known()[layer]
    needed = needed_by(layer)
    kind(**needed)
    with pytest.raises(NumbersError, match=f"{option}|nonsense"):
        kind(**{**needed, option: "nonsense"})


def test_an_empty_axis_option_is_valid_where_it_has_a_meaning() -> None:
    """As in Keras: slopes that share no axis, an equation with a scalar output."""
    assert known()["PReLU"](shared_axes=()).weight_shapes((3, 2)) == {"alpha": (3, 2)}
    assert known()["EinsumDense"]("ab,b->a", ()).output_shapes((3,)) == ((),)


@pytest.mark.parametrize("case", cases(Path(__file__).with_name("errors.md")))
def test_what_keras_rejects_is_an_error_that_says_what_to_do(case):
    """Options when the layer is created, shapes when it is called, numbers when it runs."""
    check_error(case, case.draw, [])
