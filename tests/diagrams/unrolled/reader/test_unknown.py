"""Unknown values: they can be passed around, but nothing may depend on them."""

import copy
import math
import operator
import pickle
import random
import statistics
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unrolled import LSTM, read_keras
from unrolled.errors import CodeError
from unrolled.reader.places import Site, parse
from unrolled.reader.unknown import (
    Origin,
    Session,
    Stopped,
    Unknown,
    active,
    find_unknown,
    holds_unknown,
    invalidate,
    is_a,
    is_unknown,
    text_of,
)


@pytest.fixture(autouse=True)
def session():
    """Simulate being in the middle of reading a block."""
    block = parse("from mine import x\n")
    with active(Session(lambda: Site(block, 1), lambda _: Site(block, 1))) as found:
        yield found


def x(shape=None):
    """Create an unknown value as an import does."""
    return Unknown("x", Origin("mine", "isn't run here", Site(parse("from mine import x"), 1)), shape)


PASSED_ON = {
    "an attribute": lambda v: v.units,
    "a call": lambda v: v(1, n=2),
    "an item": lambda v: v["units"],
    "a slice": lambda v: v[1:3],
    "an item at an unknown place": lambda v: v[x()],
    "a sum": lambda v: v + 1,
    "a reflected sum": lambda v: 1 + v,
    "a power": lambda v: 2**v,
    "a product of matrices": lambda v: v @ v,
    "a remainder": lambda v: v % 3,
    "a shift": lambda v: 1 << v,
    "a comparison": lambda v: v < 3,
    "equality": lambda v: v == 3,
    "its negative": lambda v: -v,
    "its amount": abs,
    "a rounding": round,
    "the next": next,
    "its reverse": reversed,
    "a copy": copy.copy,
    "a deep copy": copy.deepcopy,
    "a function of NumPy": np.tanh,
    "another function of NumPy": lambda v: np.concatenate([v, v]),
    "a floor": math.floor,
    "a context": lambda v: v.__enter__(),
    "several steps": lambda v: (v.a.b(3)[0] + 1) // 2,
}


@pytest.mark.parametrize("use", PASSED_ON.values(), ids=PASSED_ON)
def test_anything_computed_from_an_unknown_is_unknown(use):
    """Whatever the operation."""
    assert is_unknown(use(x()))


DECIDING = {
    "its truth": bool,
    "not": operator.not_,
    "its length": len,
    "going through it": list,
    "a loop": lambda v: [each for each in v],  # noqa: C416  (a loop is meant)
    "what it holds": lambda v: 3 in v,
    "its hash": hash,
    "a key": lambda v: {v: 1},
    "a set": lambda v: {v},
    "looking it up": lambda v: {1: 2}[v],
    "its text": str,
    "its representation": repr,
    "a format": lambda v: f"{v:>3}",
    "a whole number": int,
    "a number": float,
    "a complex number": complex,
    "an index": lambda v: [1, 2][v],
    "a range": range,
    "its kind": lambda v: isinstance(v, int),
    "its class": lambda v: v.__class__,
    "its numbers": np.asarray,
    "its names": dir,
    "the largest": lambda v: max(v, 3),
    "an order": lambda v: sorted([v, 3, v]),
    "any": lambda v: any([v]),
    "pickling": lambda v: pickle.dumps(v),
}


@pytest.mark.parametrize("use", DECIDING.values(), ids=DECIDING)
def test_a_decision_on_an_unknown_stops_the_reading(use, session):
    """With an error that names it, its origin, and what to do; no `except` in the article can catch it."""
    with pytest.raises(Stopped) as caught:
        use(x())
    assert session.stopped is caught.value.error
    message = str(caught.value.error)
    assert "mine" in message
    assert "isn't run here" in message
    assert "{given=" in message
    assert not isinstance(caught.value, Exception)


def test_setting_part_of_an_unknown_is_allowed():
    """It stays unknown."""
    value = x()
    value.units = 3
    value["units"] = 3
    del value["units"]
    del value.units
    assert is_unknown(value.units)
    assert is_unknown(value["units"])


def test_an_unknown_has_no_type():
    """`is_a` checks without querying it."""
    assert not is_a(x(), int)
    assert not is_a(x(), int | str)
    assert is_a(3, int)


def test_an_unknown_is_found_inside_containers():
    """In lists, tuples, dicts and slices."""
    value = x()
    for holder in ([value], (1, (value,)), {"a": [value]}, slice(None, value)):
        assert find_unknown(holder) is value
    assert not holds_unknown([1, (2,)], {"a": 3})


def test_an_array_of_unknown_numbers_has_its_shape():
    """That's enough for a model."""
    array = x((8, 3, 2))
    assert (array.shape, array.ndim, array.size, len(array)) == ((8, 3, 2), 3, 48, 8)
    assert [each.shape for each in (array.T, array[0], array[:, -1], array + np.ones(2), -array, np.tanh(array))] == [
        (2, 3, 8),
        (3, 2),
        (8, 2),
        (8, 3, 2),
        (8, 3, 2),
        (8, 3, 2),
    ]
    assert array.reshape(8, 6).shape == (8, 6)
    assert len(list(array)) == 8
    with pytest.raises(Stopped):
        bool(array[0, 0, 0] > 1)


def test_arguments_of_an_unknown_function_become_unknown():
    """Other references to the same list or dict see unknown items."""
    numbers, names = [1, 2], {"a": 1}
    invalidate(numbers, x())
    invalidate(names, x())
    assert is_unknown(numbers[0])
    assert is_unknown(names["a"])


MODEL = "m = Sequential([Input((3, 2)), LSTM(units)])\n"
CHANGEABLE = {
    "a list": "w = [1, 2]\nf(w)\nunits = len(w)\n",
    "a set": "w = {1, 2}\nf(w)\nunits = len(w)\n",
    "a set in a condition": "w = {1, 2}\nf(w)\nunits = 4 if 2 in w else 3\n",
    "a dict": "w = {1: 2}\nf(w)\nunits = len(w)\n",
    "a counter": "from collections import Counter\nw = Counter('ab')\nf(w)\nunits = len(w)\n",
    "an array": "w = np.ones(4)\nf(w)\nunits = int(w.sum())\n",
    "an iterator": "w = iter([1, 2])\nf(w)\nunits = next(w)\n",
    "by its name": "w = {1, 2}\nf(data=w)\nunits = len(w)\n",
    "by another name": "w = v = {1, 2}\nf(w)\nunits = len(v)\n",
    "a method": "w = {1, 2}\nf.load().update(w)\nunits = len(w)\n",
    "in a tuple": "w = {1, 2}\nf((3, w))\nunits = len(w)\n",
    "in a dict": "d = {'w': {1, 2}}\nf(d['w'])\nunits = len(d['w'])\n",
    "in an object": "class C: pass\nc = C()\nc.w = {1}\nf(c.w)\nunits = len(c.w)\n",
    "of a function": "def g():\n  w = {1, 2}\n  f(w)\n  return len(w)\nunits = g()\n",
    "of a closure": "def g():\n  w = {1, 2}\n  h = lambda: len(w)\n  f(w)\n  return h()\nunits = g()\n",
    "of the caller": "def g(v):\n  f(v)\ndef h():\n  w = {1}\n  g(w)\n  return len(w)\nunits = h()\n",
}


@pytest.mark.parametrize("code", CHANGEABLE.values(), ids=CHANGEABLE)
def test_nothing_depends_on_what_an_unknown_function_may_have_changed(code):
    """The error names the function, and the line of the call."""
    with pytest.raises(
        CodeError, match=r"`f[^`]*\(…\)` \(line \d+ of this block\) isn't run here and may have changed it"
    ):
        read_keras("from mine import f\n" + code + MODEL)


@pytest.mark.parametrize(
    "code",
    [
        "from mine import f\nw = np.ones((4, 3))\nf(w)\nunits = w.shape[0]\n",
        "from mine import f\nw = (1, 2, 3, 4)\nf(w, 'a', 3)\nunits = len(w)\n",
        "from mine import labels\nw = [1, 2, 3, 4]\nz = zip(w, labels)\nunits = len(w)\n",
        "import matplotlib.pyplot as plt\nw = [1, 2, 3, 4]\nplt.plot(w)\nunits = len(w)\n",
        "import pandas as pd\nw = {'a': 4}\nframe = pd.DataFrame(w)\nunits = w['a']\n",
        "t = keras.preprocessing.text.Tokenizer()\nw = ['a b c d']\nt.fit_on_texts(w)\nunits = len(w[0].split())\n",
    ],
)
def test_what_no_function_can_have_changed_stays_known(code):
    """An array keeps its shape, and the most common libraries leave their arguments unchanged."""
    assert read_keras(code + MODEL).layers == (LSTM(4),)


UNSEEDED = {
    "the system's numbers": "import random\nrandom.seed(1)\nunits = random.SystemRandom().randint(1, 99)\n",
    "a generator without a seed": "import random\nrandom.seed(1)\nunits = random.Random().randint(1, 99)\n",
    "the clock as a seed": "import random, time\nrandom.seed(time.time())\nunits = random.randint(1, 99)\n",
    "None as a seed": "import random\nrandom.seed(None)\nunits = random.randint(1, 99)\n",
    "a seed that is taken back": "import random\nrandom.seed(1)\nrandom.seed()\nunits = random.randint(1, 99)\n",
    "numbers drawn in between": "import random\nfrom mine import n\nrandom.seed(1)\nrandom.choices('ab', k=n)\n"
    "units = random.randint(1, 99)\n",
    "a shuffled list": "import random\nw = [1, 2]\nrandom.shuffle(w)\nunits = w[0]\n",
    "secrets": "import random, secrets\nrandom.seed(1)\nunits = secrets.randbelow(9)\n",
    "urandom": "import random, os\nrandom.seed(1)\nunits = os.urandom(1)[0]\n",
    "a uuid": "import random, uuid\nrandom.seed(1)\nunits = uuid.uuid4().int % 9\n",
    "NumPy's": "import random\nrandom.seed(1)\nunits = np.random.default_rng().integers(1, 9)\n",
    "the standard library's": "from statistics import NormalDist\nunits = int(NormalDist(9, 1).samples(1)[0])\n",
    "the standard library's, after a drawn one": "import random\nfrom statistics import NormalDist\nrandom.seed(1)\n"
    "random.seed()\nunits = round(NormalDist(9, 1).samples(1)[0])\n",
    "the date": "import random, time\nrandom.seed(1)\nunits = time.gmtime().tm_mday\n",
}


@pytest.mark.parametrize("code", UNSEEDED.values(), ids=UNSEEDED)
def test_what_no_seed_controls_is_unknown(code):
    """Whatever else was seeded."""
    with pytest.raises(CodeError, match="differs each time"):
        read_keras(code + MODEL)


SEEDED = {
    "the module": "import random\nrandom.seed(1)\nunits = random.randint(1, 99)\n",
    "names of it": "from random import seed, randint\nseed(1)\nunits = randint(1, 99)\n",
    "imported twice": "import random\nrandom.seed(1)\nimport random\nunits = random.randint(1, 99)\n",
    "a generator": "import random\nunits = random.Random(1).randint(1, 99)\n",
    "words as a seed": "import random\nrandom.seed('lstm')\nunits = random.randint(1, 99)\n",
    "the standard library's": "import random\nfrom statistics import NormalDist\nrandom.seed(1)\nrandom.random()\n"
    "units = round(NormalDist(9, 1).samples(2)[1])\n",
    "the standard library's, with a seed of its own": "from statistics import NormalDist\n"
    "units = round(NormalDist(9, 1).samples(1, seed=3)[0])\n",
    "a shuffled list": "import random\nrandom.seed(1)\nw = list(range(1, 99))\nrandom.shuffle(w)\nunits = w[0]\n",
}


@pytest.mark.parametrize("code", SEEDED.values(), ids=SEEDED)
def test_what_a_seed_controls_is_known(code):
    """And the same number as Python's own."""
    names = {}
    exec(code, names)
    assert read_keras(code + MODEL).layers == (LSTM(names["units"]),)


def test_an_unknown_seed_is_an_error_only_if_its_numbers_matter():
    """Many articles set one out of habit."""
    code = "import random, time\nrandom.seed(time.time())\nnoise = random.random()\nunits = 4\n"
    assert read_keras(code + MODEL).layers == (LSTM(4),)


@pytest.mark.skipif(not hasattr(statistics, "kde_random"), reason="new in Python 3.13")
@pytest.mark.parametrize("given", [{}, {"seed": None}])
def test_a_generator_created_by_the_standard_library_needs_a_seed_too(given):
    """It is independent of `random.seed`."""
    said = ", ".join(f"{name}={value}" for name, value in given.items())
    code = f"import random, statistics\nrandom.seed(1)\nunits = round(statistics.kde_random([5.0], 1, {said})())\n"
    with pytest.raises(CodeError, match="differs each time"):
        read_keras(code + MODEL)


def test_reading_leaves_python_s_own_random_numbers_alone():
    """Code that draws some afterwards gets them from the usual generator."""
    before = dict(vars(random))
    read_keras("import random, statistics, tempfile\nx = random.gauss(statistics.mean([1, 2]), 1)\nunits = 4\n" + MODEL)
    assert dict(vars(random)) == before


def test_random_numbers_continue_from_block_to_block():
    """Even if other code has drawn numbers in between."""

    class Code(str):
        before = ("import random\nrandom.seed(1)\nrandom.random()\n",)

    generator = random.Random(1)
    generator.random()
    random.random()
    assert read_keras(Code("units = random.randint(1, 99)\n" + MODEL)).layers == (LSTM(generator.randint(1, 99)),)


def test_the_author_can_supply_what_may_have_been_changed():
    """Like any name the code leaves unknown."""

    class Code(str):
        given = "words=['a', 'b', 'c', 'd']"

    code = "from mine import clean\nwords = ['a', 'b']\nclean(words)\nunits = len(words)\n"
    assert read_keras(Code(code + MODEL)).layers == (LSTM(4),)


@pytest.mark.parametrize("call", ["f(m)", "f([m], m.layers)", "f.watch(m)", "f(model=m)", "f(m.layers[0])"])
def test_a_finished_model_passed_to_an_unknown_function_is_drawn(call):
    """Functions that train, show or save a model are common, and don't change its layers."""
    code = "from mine import f\nunits = 4\n" + MODEL + call + "\nm.compile()\nm.fit(x, y)\n"
    assert read_keras(code).layers == (LSTM(4),)


@pytest.mark.parametrize("after", ["m.add(Dense(1))", "m.pop()"])
def test_a_model_passed_on_before_it_is_finished_is_not_drawn(after):
    """The function may have added or removed layers."""
    code = "from mine import f\nunits = 4\n" + MODEL + "f(m)\n" + after + "\n"
    with pytest.raises(
        CodeError, match=r"can't tell which layers the model has here: `f\(…\)` \(line 4 of this block\)"
    ) as caught:
        read_keras(code)
    assert caught.value.lineno == 5


def test_an_empty_model_passed_to_an_unknown_function_is_not_drawn():
    """That function adds the layers."""
    with pytest.raises(CodeError, match=r"`add_layers\(…\)` \(line 3 of this block\) isn't run here"):
        read_keras("from mine import add_layers\nm = Sequential()\nadd_layers(m)\n")


def test_a_model_passed_to_a_known_library_may_grow():
    """The library only inspects it."""
    code = "import wandb\nunits = 4\n" + MODEL + "wandb.watch(m)\nm.add(Dense(1))\n"
    assert len(read_keras(code).layers) == 2


def test_an_unknown_is_named_in_messages_without_being_queried():
    """Even inside other values."""
    assert text_of([1, x(), "a"]) == "[1, x, 'a']"
    assert text_of({"a": x()}) == "{…}"


leaves = st.sampled_from(["u", "u.size", "u[0]", "f(u)", "1", "2", "n", "[n, u]", "np.tanh(u)", "len(w)"])
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "//", "%", "**", "==", "<", "is", "in"]), inner).map(
            lambda each: f"({each[0]} {each[1]} {each[2]})"
        ),
        inner.map(lambda each: f"f({each})"),
        inner.map(lambda each: f"str({each})"),
        inner.map(lambda each: f"int({each})"),
        inner.map(lambda each: f"(lambda v: v)({each})"),
        st.tuples(inner, inner).map(lambda each: f"[{each[0]}, {each[1]}][0]"),
        inner.map(lambda each: f"dict(a={each})['a']"),
        inner.map(lambda each: f"getattr({each}, 'real', {each})"),
        inner.map(lambda each: f"({each} or 3)"),
        inner.map(lambda each: f"(4 if {each} else 5)"),
        inner.map(lambda each: f"isinstance({each}, int)"),
        inner.map(lambda each: f"f'{{{each}!r:>3}}'" if "'" not in each else each),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(expressions)
def test_no_expression_makes_an_unknown_known(expression):
    """With other values, the units would differ; so it must raise an error, or not depend on the value."""
    code = (
        "from mine import u, f\nw, n = 'abc', 2\n"
        + f"units = {expression}\n"
        + "m = Sequential([Input((3, 2)), LSTM(units)])\n"
    )
    try:
        found = read_keras(code).layers
    except CodeError:
        return
    answers = set()
    for u in (7, 8.5, "x", [5, 6], None, np.ones(2)):
        for f in (lambda v: v, lambda v: 9, lambda v: [v]):
            with suppress(Exception):  # a run that fails has no model
                answers.add(repr(eval(expression, {"u": u, "f": f, "w": "abc", "n": 2, "np": np})))
    assert answers <= {repr(found[0].units)}


CAUGHT = {
    "except": "try:\n  units = 4 if u else 5\nexcept Exception:\n  units = 3\n",
    "except everything": "try:\n  units = 4 if u else 5\nexcept:\n  units = 3\n",
    "except BaseException": "try:\n  units = 4 if u else 5\nexcept BaseException:\n  units = 3\n",
    "finally": "def f():\n  try:\n    return 4 if u else 5\n  finally:\n    return 3\nunits = f()\n",
    "suppress": "import contextlib\nunits = 3\nwith contextlib.suppress(BaseException):\n  units = 4 if u else 5\n",
    "a context of its own": "class C:\n  def __enter__(self): pass\n  def __exit__(self, *_): return True\n"
    "units = 3\nwith C():\n  units = 4 if u else 5\n",
    "a loop": "units = 3\nfor i in 'ab':\n  try:\n    units = 4 if u else 5\n"
    "    break\n  except BaseException:\n    continue\n",
    "a generator": "def g():\n  try:\n    yield 4 if u else 5\n"
    "  except BaseException:\n    yield 3\nunits = next(g())\n",
    "all around": "try:\n  units = 4 if u else 5\nexcept BaseException as e:\n  units = 3\nfinally:\n  pass\n",
}


@pytest.mark.parametrize("caught", CAUGHT.values(), ids=CAUGHT)
def test_code_that_catches_everything_does_not_affect_the_model(caught):
    """The end of the reading is remembered."""
    code = "from mine import u\n" + caught + "m = Sequential([Input((3, 2)), LSTM(units)])\n"
    with pytest.raises(CodeError, match="whether `u` is true"):
        read_keras(code)


MAY_FAIL = {
    "a name in the handler": "try:\n  u.check()\n  units = 4\nexcept Exception:\n  units = 3\n",
    "a name in else": "try:\n  len(u)\nexcept TypeError:\n  units = 3\nelse:\n  units = 4\n",
    "a name before": "units = 4\ntry:\n  u.check()\nexcept Exception:\n  units = 3\n",
    "a return": "def f():\n  try:\n    u.check()\n  except Exception:\n    return 3\n  return 4\nunits = f()\n",
    "two returns": "def f():\n  try:\n    u.check()\n    return 4\n  except Exception:\n    return 3\nunits = f()\n",
    "a return of what is known": "def f():\n  try:\n    u.check()\n    return 4\n  except Exception:\n    pass\n"
    "  return 3\nunits = f()\n",
    "a break": "units = 0\nfor i in range(4):\n  try:\n    u.check()\n  except Exception:\n    break\n  units += 1\n",
    "an item": "d = {'n': 4}\ntry:\n  u.check()\nexcept Exception:\n  d['n'] = 3\nunits = d['n']\n",
    "what is passed over": "units = 4\ntry:\n  u.check()\n  units = 3\nexcept Exception:\n  pass\n",
    "what is suppressed": "import contextlib\nunits = 4\nwith contextlib.suppress(Exception):\n"
    "  u.check()\n  units = 3\n",
    "a method": "d = [4]\ntry:\n  u.check()\nexcept Exception:\n  d.insert(0, 3)\nunits = d[0]\n",
}


DECIDING_IMPORTS = {
    "except": "try:\n  import fancy\n  units = 4\nexcept ImportError:\n  units = 3\n",
    "suppress": "import contextlib\nunits = 4\nwith contextlib.suppress(ImportError):\n  import fancy\n  units = 3\n",
    "by another name": "from contextlib import suppress as ignoring\nunits = 4\nwith ignoring(ImportError):\n"
    "  import fancy\n  units = 3\n",
    "beside another": "from contextlib import suppress, nullcontext\nunits = 4\n"
    "with nullcontext(), suppress(ImportError), nullcontext():\n  import fancy\n  units = 3\n",
    "a file": "from contextlib import suppress as ignoring\nunits = 4\nwith ignoring(OSError):\n"
    "  open('nowhere.txt')\n  units = 3\n",
}


@pytest.mark.parametrize("code", DECIDING_IMPORTS.values(), ids=DECIDING_IMPORTS)
def test_nothing_depends_on_whether_an_import_works(code):
    """Neither in a `try` nor with `contextlib.suppress`, whatever its name."""
    with pytest.raises(CodeError, match=r"decides what is built"):
        read_keras(code + MODEL)


def test_the_name_of_suppress_may_come_from_a_block_above():
    """Like any name."""

    class Code(str):
        before = ("from contextlib import suppress as ignoring",)

    with pytest.raises(CodeError, match=r"`import fancy` isn't run here, but whether it works decides"):
        read_keras(Code("units = 4\nwith ignoring(ImportError):\n  import fancy\n  units = 3\n" + MODEL))


@pytest.mark.parametrize(
    "code",
    [
        "from mine import suppress_output\nwith suppress_output():\n  import fancy\n",
        "try:\n  import fancy\nexcept ImportError:\n  raise SystemExit('install fancy')\n",
        "from contextlib import nullcontext, suppress\nwith nullcontext(), suppress(KeyError):\n  {}[1]\n",
    ],
)
def test_an_import_without_consequences_is_no_obstacle(code):
    """The figure shows the run in which it works."""
    assert read_keras("units = 4\n" + code + MODEL).layers == (LSTM(4),)


@pytest.mark.parametrize("ending", ["try:\n  u.check()\n  m.add(Dense(1))\nexcept Exception:\n  pass\n"])
def test_a_model_that_may_have_been_changed_is_not_drawn(ending):
    """Otherwise the picture could have a layer that the model lacks."""
    with pytest.raises(CodeError, match="can't tell whether this `try` fails"):
        read_keras("from mine import u\nm = Sequential([Input((3, 2)), LSTM(4)])\n" + ending)


def test_a_model_built_before_anything_may_fail_is_drawn():
    """Whether training works doesn't change any layer."""
    code = "try:\n  m = Sequential([Input((3, 2)), LSTM(4)])\n  m.fit(x, y)\nexcept Exception as e:\n  print(e)\n"
    assert read_keras(code).layers == (LSTM(4),)


@pytest.mark.parametrize("code", MAY_FAIL.values(), ids=MAY_FAIL)
def test_nothing_depends_on_whether_something_unknown_fails(code):
    """An `except` is equivalent to `hasattr`."""
    with pytest.raises(CodeError, match=r"mine.*isn't run here"):
        read_keras("from mine import u\n" + code + "m = Sequential([Input((3, 2)), LSTM(units)])\n")


@pytest.mark.parametrize(
    "code",
    [
        "try:\n  u.check()\nexcept Exception as e:\n  print(e)\n",
        "try:\n  u.check()\nexcept KeyboardInterrupt:\n  units = 3\n",
        "try:\n  u.check()\nexcept Exception:\n  raise\n",
        "try:\n  x = u.load()\nexcept Exception:\n  x = None\n",
        "try:\n  units = 4\nexcept Exception:\n  units = 3\n",
    ],
)
def test_a_handler_without_consequences_is_no_obstacle(code):
    """Most of them only print."""
    code = "from mine import u\nunits = 4\n" + code + "m = Sequential([Input((3, 2)), LSTM(units)])\n"
    assert read_keras(code).layers == (LSTM(4),)
