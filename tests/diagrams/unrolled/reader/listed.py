"""Models whose layers Keras lists in another order than it uses them, and what it was seen to list."""

from __future__ import annotations

from typing import NamedTuple

OWN = """
class Own(layers.Layer):
    def __init__(self):
        super().__init__(name="own")
        self.second = Dense(3, name="second")
        self.first = Dense(2, name="first")

    def call(self, x):
        return self.second(self.first(x))

"""
SUB = f"""{OWN}
class Sub(keras.Model):
    def __init__(self):
        super().__init__(name="sub")
        self.last = Dense(2, name="last")
        self.inner = Own()
        self.blocks = [Dense(3, name="block-0"), Dense(3, name="block-1")]
        self.by_name = {{"q": Dense(4, name="q"), "p": (Dense(5, name="p"),)}}
        self.unused = Dense(3, name="unused")
        self.begin = Dense(4, name="begin")

    def call(self, x):
        x = self.inner(self.begin(x))
        for block in reversed(self.blocks):
            x = block(x)
        return self.last(self.by_name["p"][0](self.by_name["q"](x)))

"""
LATER = """
class Later(keras.Model):
    def __init__(self):
        self.early = Dense(3, name="early")
        super().__init__(name="later")
        self.one, self.other = [], []
        self.end = Dense(1, name="end")
        for at in range(2):
            self.one.append(Dense(2, name=f"one-{at}"))
            self.other.append(Dense(3, name=f"other-{at}"))
        self.again = Dense(3, name="replaced")
        self.again = Dense(3, name="again")

    def call(self, x):
        for one, other in zip(self.one, self.other):
            x = other(one(x))
        return self.end(self.again(self.early(x)))

m = Later()
m(Input((3,)))
"""
WEIGHTED = """
class Scaled(layers.Layer):
    def __init__(self):
        super().__init__(name="scaled")
        self.dense = Dense(3, name="dense")
        self.seen = self.add_weight((), "zeros", trainable=False, name="seen")

    def build(self, input_shape):
        self.scale = self.add_weight(shape=(input_shape[-1], 4), initializer=keras.initializers.Orthogonal())
        self.shift = self.add_weight(name="shift", shape=[5], initializer="variance_scaling")

    def call(self, x):
        return self.dense(x)

class Weighted(keras.Model):
    def __init__(self):
        super().__init__(name="weighted")
        self.scaled, self.top = Scaled(), Dense(1, name="top")
        self.temperature = self.add_weight(initializer="ones")

    def call(self, x):
        return self.top(self.scaled(x))

"""
TABLE = """
class Words(layers.Layer):
    def __init__(self):
        super().__init__(name="words")
        self.places = Embedding(5, 2, name="places")
        self.table = Embedding(7, 2, name="table")
        self.score = Dense(3, name="score")
        self.never = Dense(3, name="never")

    def call(self, x):
        rows = self.places(keras.ops.arange(3))
        found = self.table(x)
        self.score(found)
        return found

i = Input((3,))
"""
TWO = """
class Two(layers.Layer):
    def __init__(self):
        super().__init__(name="two")
        self.b = Dense(3, name="b")
        self.a = Dense(2, name="a")

    def call(self, x, more=None):
        return self.a(x), self.b(x)

"""


class Listed(NamedTuple):
    """A model `m`, and what Keras lists of it."""

    code: str
    weights: str
    """The names of the layers that have weights, in the order of `get_weights()`."""
    layers: str
    """The names of `model.layers`."""


CASES = {
    "a stack with an own layer": Listed(
        f"{OWN}m = Sequential([Input((4,)), Dense(5, name='below'), Own(), Dense(2, name='above')])",
        "below second first above",
        "below own above",
    ),
    "own layer in a functional model": Listed(
        f"{OWN}i = Input((4,), name='i')\nm = Model(i, Dense(1, name='top')(Own()(i)))",
        "second first top",
        "i own top",
    ),
    "a class of its own": Listed(
        f"{SUB}m = Sub()\nm(Input((3,)))",
        "last second first block-0 block-1 q p begin",
        "last own block-0 block-1 q p unused begin",
    ),
    "a class of its own within a model": Listed(
        f"{SUB}i = Input((3,), name='i')\nm = Model(i, Dense(1, name='top')(Sub()(i)))",
        "last second first block-0 block-1 q p begin top",
        "i sub top",
    ),
    "lists that grow, and what is replaced": Listed(
        LATER,
        "early end one-0 other-0 one-1 other-1 again",
        "early end one-0 other-0 one-1 other-1 replaced again",
    ),
    "two ways, one longer": Listed(
        "i, j = Input((4,), name='i'), Input((4,), name='j')\n"
        "stack = Sequential([Dense(2, name='s1'), Dense(2, name='s2')], name='stack')\n"
        "b = stack(j)\nc = Dense(2, name='c')(Dense(2, name='a')(Dense(2, name='first')(i)))\n"
        "m = Model([i, j], layers.Add(name='add')([c, b]))",
        "first a c s1 s2",
        "i first a j c stack add",
    ),
    "two ways, through an own layer": Listed(
        f"{OWN}i = Input((4,), name='i')\n"
        "one = Dense(3, name='short')(i)\nother = Own()(Dense(4, name='under')(i))\n"
        "m = Model(i, layers.Add(name='add')([one, other]))",
        "under short second first",
        "i under short own add",
    ),
    "arithmetic is no layer": Listed(
        "i = Input((4,), name='i')\na = Dense(4, name='a')(i)\nm = Model(i, Dense(2, name='b')(a + i) * 2.0)",
        "a b",
        "i a b",
    ),
    "two outputs": Listed(
        "i, j = Input((4,), name='i'), Input((3,), name='j')\na = Dense(2, name='a')(i)\n"
        "m = Model([i, j], [Dense(2, name='b')(a), Dense(5, name='c')(j)])",
        "a b c",
        "i a j b c",
    ),
    "a model called on its own input": Listed(
        "i = Input((4,), name='i')\ninner = Model(i, Dense(2, name='a')(i), name='inner')\n"
        "m = Model(i, Dense(1, name='b')(inner(i)))",
        "a b",
        "i inner b",
    ),
    "a part of a stack": Listed(
        "stack = Sequential([Input((4,), name='i'), Dense(2, name='a'), Dense(3, name='b'), Dense(1, name='c')])\n"
        "m = Model(stack.inputs, stack.layers[1].output)",
        "a b",
        "i a b",
    ),
    "a stack that learns its input when it is called": Listed(
        "stack = Sequential([Dense(2, name='a'), Dense(3, name='b')], name='stack')\n"
        "i = Input((4,), name='i')\nm = Model(i, Dense(1, name='c')(stack(i)))",
        "a b c",
        "i stack c",
    ),
    "a stack in a class": Listed(
        "class Two(keras.Model):\n    def __init__(self):\n        super().__init__()\n"
        "        self.stack = Sequential([Dense(3, name='b'), Dense(2, name='c')], name='stack')\n"
        "        self.d = Dense(2, name='a')\n    def call(self, x):\n        return self.stack(self.d(x))\n"
        "m = Two()\nm(Input((4,)))",
        "b c a",
        "stack a",
    ),
    "a functional model that is a class": Listed(
        "class Named(keras.Model):\n    def __init__(self):\n        self.b = Dense(2, name='b')\n"
        "        i = Input((4,), name='i')\n        super().__init__(i, self.b(Dense(3, name='a')(i)))\n"
        "        self.extra = Dense(2, name='extra')\nm = Named()",
        "b a",
        "i a b",
    ),
    "a layer that is shared with a layer": Listed(
        "class Own(layers.Layer):\n    def __init__(self, shared):\n        super().__init__(name='own')\n"
        "        self.x = Dense(4, name='x')\n        self.shared = shared\n"
        "    def call(self, x):\n        return self.shared(self.x(x))\n"
        "shared = Dense(4, name='shared')\ni = Input((4,), name='i')\nm = Model(i, shared(Own(shared)(i)))",
        "x shared",
        "i own shared",
    ),
    "one of what an own layer returns": Listed(
        f"{TWO}i = Input((4,), name='i')\nm = Model(i, Dense(1, name='top')(Two()(i)[0]))",
        "b a top",
        "i two top",
    ),
    "what an own layer does not use": Listed(
        f"{TWO}i = Input((4,), name='i')\nm = Model(i, Two()(i, more=Dense(5, name='more')(i))[0])",
        "more b a",
        "i more two",
    ),
    "a table of which nothing is used": Listed(
        f"{TABLE}m = Model(i, Dense(1, name='top')(Words()(i)))",
        "places table score top",
        "input_layer words top",
    ),
    "weights of an own layer and an own model": Listed(
        f"{WEIGHTED}m = Weighted()\nm(Input((3,)))",
        "weighted scaled dense top",
        "scaled top",
    ),
    "a copy": Listed(
        "i, j = Input((4,), name='i'), Input((4,), name='j')\na = Dense(2, name='a')(i)\n"
        "inner = Sequential([Input((4,)), Dense(3, name='c'), Dense(2, name='d')], name='inner')\n"
        "m = keras.models.clone_model(Model([i, j], a + Dense(2, name='b')(inner(j))))",
        "c d a b",
        "j i inner a b",
    ),
}
