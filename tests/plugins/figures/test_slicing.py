"""The parts of the blocks above a figure's own that can matter to it."""

from __future__ import annotations

import pytest

from plugins.figures.slicing import needed

OWN = "model = Sequential([Input((3, 2)), LSTM(4)])\n"
USES = "model.summary()\n"


def kept(*blocks: str, given: str = "", model: str = "") -> list[int]:
    """Return how many lines of each block are kept for the last one."""
    *above, own = blocks
    texts = needed(above, own, given, model)
    assert all(text.startswith(part) for text, part in zip(above, texts, strict=True))
    return [len(part.splitlines()) for part in texts]


def test_blocks_without_shared_names_are_left_out():
    """Also if the only shared name is set by the figure's block before it is used."""
    assert kept("a = 1\n", "b = []\nb.append(2)\n", "c = 3\n") == [0, 0]
    assert kept(OWN, "model.compile('adam')\nmodel.fit(x, y)\n", OWN) == [0, 0]
    assert kept(OWN, "for each in model.layers:\n    print(each)\n", OWN) == [0, 0]


def test_a_block_is_kept_up_to_the_last_relevant_line():
    """The lines above may fail, and then it isn't reached."""
    assert kept("from keras.layers import LSTM\nmodel = LSTM(3)\nmodel.build()\n", OWN) == [1]
    assert kept("a = 1\nunits = 4\nb = 2\n", "LSTM(units)\n") == [2]
    assert kept("a = 1\n", "b = a\nunits = 4\n", "LSTM(units)\n") == [1, 2]


def test_code_with_python_warnings_is_analysed_like_any_other():
    """An invalid escape, a comparison with `is`: even if warnings are errors, as in these tests."""
    assert kept("path = 'C:\\data'\nunits = 4\n", "LSTM(units)\n") == [2]
    assert kept("units = 4 if mode is 'small' else 8\n", "LSTM(units)\n") == [1]


def test_a_name_in_a_pattern_is_set():
    """By itself, as the rest of a list, and as the rest of a mapping."""
    for pattern in ("units", "[1, *units]", "{'a': 1, **units}", "[1] as units"):
        assert kept(f"match settings:\n    case {pattern}:\n        pass\n", "LSTM(units)\n") == [3]


def test_the_nearest_block_that_certainly_sets_a_name_hides_those_above():
    """One that sets it conditionally doesn't."""
    assert kept("units = 4\n", "units = 5\n", "LSTM(units)\n") == [0, 1]
    assert kept("from keras import LSTM\n", "from keras.layers import LSTM\n", OWN) == [0, 1]
    assert kept("units = 4\n", "units += 5\n", "LSTM(units)\n") == [1, 1]
    assert kept("units = 4\n", "if wide:\n    units = 8\n", "LSTM(units)\n") == [1, 2]
    assert kept("units = 4\n", "try:\n    units = 8\nfinally:\n    pass\n", "LSTM(units)\n") == [1, 4]
    assert kept("units = 4\n", "def units(): ...\n", "LSTM(units)\n") == [0, 1]
    assert kept("units = 4\n", "del units\n", "LSTM(units)\n") == [1, 1]


@pytest.mark.parametrize(
    "changes",
    [
        "model.pop()\n",
        "model.layers[0].units = 3\n",
        "model.layers.append(1)\n",
        "change(model)\n",
        "m = model\nm.pop()\n",
        "boxes = {'it': [model]}\n",
        "add = model.add\nadd(1)\n",
        "for m in [model]:\n    m.pop()\n",
        "with model as m:\n    m.pop()\n",
        "def grow():\n    model.pop()\ngrow()\n",
        "(lambda: model.pop())()\n",
        "class A:\n    model.pop()\n",
        "@model.wraps\ndef f(): ...\n",
        "x = [m.pop() for m in [model]]\n",
        "del model.layers[0]\n",
        "match model:\n    case m:\n        m.pop()\n",
        "print(f'{model.pop()}')\n",
        "_ = model @ 2\n",
    ],
)
def test_code_that_may_change_a_relevant_object_is_kept(changes):
    """Under any name."""
    assert kept(OWN, changes, USES) == [1, len(changes.splitlines())]


def test_a_change_through_another_name_or_a_function_from_another_block_is_kept():
    """Those blocks don't name the model."""
    assert kept(OWN, "m = model\n", "m.pop()\n", USES) == [1, 1, 1]
    assert kept(OWN, "box = []\n", "box.append(model)\n", "box[0].pop()\n", USES) == [1, 1, 1, 1]
    assert kept(OWN, "def grow():\n    model.pop()\n", "grow()\n", USES) == [1, 2, 1]
    assert kept("def build():\n    return LSTM(units)\n", "units = 5\n", "b = build\n", "b()\n") == [2, 1, 1]
    assert kept("units = 3\n", "def build():\n    return LSTM(units)\n", "units = 5\n", "model = build()\n") == [
        1,
        2,
        1,
    ]


def test_numbers_and_strings_are_not_shared():
    """Code that uses one can't change it."""
    assert kept("units, kind = 4, 'a'\n", "m = Sequential([LSTM(units)])\nm.pop()\n", "LSTM(units)\n") == [1, 0]
    assert kept("sizes = [4]\n", "m = Sequential([LSTM(sizes)])\nm.pop()\n", "LSTM(sizes)\n") == [1, 2]


@pytest.mark.parametrize(
    "changes",
    [
        "from keras.layers import *\n",
        "import keras\nkeras.mixed_precision.set_global_policy('float16')\n",
        "import keras\nkeras.utils.set_random_seed(1)\n",
        "import numpy as np\nnp.random.seed(1)\n",
        "import random\nrandom.seed(1)\n",
        "from keras.utils import set_random_seed as start\nx = start(1)\n",
        "from keras import layers\nlayers.Dense = LSTM\n",
        "import keras\nk = keras\nk.anything()\n",
        "import keras\nx = [keras]\nx[0].anything()\n",
        "import keras\nx = [f(1) for f in [keras.utils.set_random_seed]]\n",
        "import keras\ndef start(m): m.anything()\nstart(keras)\n",
        "from decimal import getcontext\ncontext = getcontext()\ncontext.prec = 3\n",
        "import keras\nkeras.utils.get_custom_objects()['a'] = 1\n",
        "import keras\nlist(map(keras.anything, [1]))\n",
        "from keras.saving import register_keras_serializable as known\n@known()\nclass A: ...\n",
        "layers.Dense = 1\nlayers = 2\n",
        "k = layers\nk.Dense = 1\nlayers = 2\n",
        "layer = LSTM(4)\ntype(layer).call = 1\n",
        "layer = LSTM(4)\nkind = type(layer)\nkind.call = 1\n",
        "anything()\n",
    ],
)
def test_code_that_may_change_a_library_is_kept(changes):
    """It matters to everything that follows, even without naming it."""
    assert kept("a = 1\n", changes, OWN) == [0, len(changes.splitlines())]


@pytest.mark.parametrize("start", ["    import keras\n    keras.backend.set_floatx('float16')\n", "    anything()\n"])
def test_a_function_that_may_change_a_library_counts_where_it_is_called(start):
    """Even from a method, or under another name."""
    assert kept(f"def start():\n{start}", "start()\n", OWN) == [start.count("\n") + 1, 1]
    assert kept(f"def start():\n{start}", "s = start\n", "s()\n", OWN)[1:] == [1, 1]
    assert kept(f"class A:\n  def start(self):\n{start}", "a = A()\n", "a.start()\n", OWN)[1:] == [1, 1]


@pytest.mark.parametrize(
    "anything",
    [
        "exec('model = 1')\n",
        "globals()['model'] = 1\n",
        "import sys\nsys.modules['__main__'].model = 1\n",
        "f.__globals__['model'] = 1\n",
        "import builtins\nbuiltins.LSTM = 1\n",
        "setattr(keras, 'LSTM', 1)\n",
        "import sys\nsys.exit()\n",
        "exit()\n",
        "return 1\n",
        "%matplotlib inline\n",
        "if a:\n    !pip install keras\n",
        "LSTM?\n",
        ">>> model = 1\n",
        "x = 1\x0c\n",
        "x = 1\n" * 10_001,
    ],
)
def test_everything_is_kept_if_code_may_do_anything(anything):
    """Or if it isn't understood here."""
    blocks = ("a = 1\n", anything, "b = 2\n")
    assert needed(blocks, OWN) == blocks
    assert needed(("a = 1\n",), anything) == ("a = 1\n",)


def test_a_block_that_is_not_python_does_nothing():
    """It fails before its first line, so nothing in it counts until it is corrected."""
    assert kept("model = LSTM(4\n", OWN) == [0]
    assert kept("units = 4\n", "units = (5\n", "LSTM(units)\n") == [1, 0]


def test_the_image_s_attributes_count_as_uses():
    """The model that it names, and the values that it gives, if the block's own function takes them."""
    assert kept("encoder = Sequential()\n", OWN, model="encoder") == [1]
    assert kept("n = 3\n", "def build(n): ...\n", given="n=4") == [1]
    assert kept("n = 3\n", OWN, given="n=4") == [0]


def test_a_model_from_above_that_the_block_only_mentions_counts_as_used():
    """The figure may show it, even if only a function that nobody calls mentions it."""
    assert kept("a = Sequential()\n", "b = Sequential()\n", "b.summary()\ndef show():\n    print(a)\n") == [1, 1]
    assert kept("a = Sequential()\n", "b = Sequential()\n", "b.summary()\ndef show(a):\n    print(a)\n") == [0, 1]


def test_a_model_that_is_never_created_keeps_everything():
    """It may be created in each of the other blocks."""
    assert kept(OWN.replace("model", "m"), "model.add(Input((3, 2)))\nmodel.add(LSTM(4))\n") == [1]
    assert kept("def build():\n    model = Sequential()\n    model.add(LSTM(4))\n", OWN) == [0]
    assert kept("def grow():\n    model.add(LSTM(4))\n", OWN, "model = 1\n") == [2, 1]
    assert kept("model.summary()\n", OWN + "model.add(LSTM(4))\n", OWN) == [1, 0]


def test_everything_is_kept_if_code_asks_for_the_names_of_layers():
    """Keras numbers them across all blocks."""
    assert kept("a = LSTM(4)\n", "b = LSTM(4)\n", "c = LSTM(4)\nprint(c.name)\n") == [1, 1]
    assert kept("a = LSTM(4)\n", "b = LSTM(4)\nprint(b.name)\n", "c = LSTM(4)\n") == [0, 0]
