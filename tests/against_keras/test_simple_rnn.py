"""What the kit says that Keras says, beside the words of the real one."""

import pytest

from tests.against_keras.live import real_model
from tests.tables import table
from unrolled import read_keras

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends


@table(__file__, "What the kit says that Keras says is what it says")
def test_what_the_kit_says_that_keras_says_is_what_it_says(code, quoted):
    """A reader who runs the code meets those words."""
    with pytest.raises((ValueError, TypeError), match=quoted.replace("(", r"\(")):
        real_model(code)
    with pytest.raises(ValueError, match=quoted) as caught:
        read_keras(code)
    assert "Keras" in str(caught.value)
