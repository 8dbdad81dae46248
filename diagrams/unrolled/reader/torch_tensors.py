"""The tensors of torch, and the functions that are applied to them.

A tensor is known in three worlds: of two samples, of each of them alone, and of a longer sequence where a length is
open. Functions are run by NumPy in all of them. What two samples together give must be what each gives by itself, along
one axis, which is that of the batch from there on: whatever mixes samples is found, wherever code puts their axis, and
so are lengths that follow from an open one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import prod
from typing import Any, NamedTuple

import numpy as np

from ..arrays import OpenShape
from ..errors import CodeError
from ..layers.core import Opaque
from ..layers.layer import Layer, ShapeError
from .functions import recorded
from .graph import BatchError, Placeholder, Value
from .torch_functions import FUNCTIONS, NOT_READ
from .unknown import current_session, is_a, is_unknown, unknown, unknown_of


class World(NamedTuple):
    """How many samples there are, and how long a sequence is where its length is open."""

    samples: int
    length: int


WORLDS = (World(2, 5), World(1, 5), World(1, 5), World(1, 8))
PRODUCTS = (np.matmul, FUNCTIONS["matmul"], FUNCTIONS["bmm"], FUNCTIONS["mm"])
BOTH, ONE, OTHER, LONGER = range(4)
MOST = 20_000_000
"""The most numbers on which a function is tried."""


class SampleAxis(NamedTuple):
    """Where a tensor has its samples: the axis, whose length may be a multiple of their number."""

    axis: int
    is_whole: bool
    """Whether the axis has nothing but the samples, so that the shape of one sample lacks it."""
    is_inner: bool = False
    """Whether the samples change fastest along the axis."""


class Size:
    """A length that differs between the worlds; `declared` is what the code takes it for, if the code says so."""

    def __init__(self, lengths: Sequence[int], declared: int | None) -> None:
        self._lengths = tuple(lengths)
        self._declared = declared

    def at(self, world: World) -> int:
        """Return the length in a world."""
        each, longer = self._lengths[ONE], self._lengths[LONGER]
        grown = each + (longer - each) * (world.length - WORLDS[ONE].length) // (
            WORLDS[LONGER].length - WORLDS[ONE].length
        )
        return grown * self._lengths[BOTH] // each if world.samples > 1 and each else grown

    def _known(self) -> int:
        if self._declared is None:
            what = "samples there are" if self._lengths[BOTH] != self._lengths[ONE] else "steps there are"
            current_session().stop(
                f"can't tell how many {what}, which the code depends on here: write the number into the code"
                + (
                    ""
                    if what.startswith("samples")
                    else ', or give the shape of one sample on the image: {input="(3, 2)"}'
                )
            )
        return self._declared

    def _with(self, sign: Callable[[Any, Any], Any], other: Any, is_reflected: bool = False) -> Any:
        if not is_a(other, Size | int) or is_a(other, bool):
            return NotImplemented
        others = other._lengths if is_a(other, Size) else (other,) * len(WORLDS)
        pairs = [*zip(self._lengths, others, strict=True)]
        declared: Any = [self._declared, other._declared if is_a(other, Size) else other]
        if is_reflected:
            pairs, declared = [(b, a) for a, b in pairs], declared[::-1]
        lengths = [sign(*each) for each in pairs]
        known = None if None in declared else sign(*declared)
        return Size(lengths, known) if len({*lengths}) > 1 else lengths[0]

    def __eq__(self, other: object) -> bool:
        if is_a(other, Size) and self._lengths == other._lengths:
            return True
        return bool(self._known() == (other._known() if is_a(other, Size) else other))

    def __hash__(self) -> int:
        return hash(self._lengths)

    def __bool__(self) -> bool:
        return True

    def __index__(self) -> int:
        return self._known()

    __int__ = __index__

    def __float__(self) -> float:
        return float(self._known())

    def __repr__(self) -> str:
        return str(self._declared) if self._declared is not None else "…"

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec if self._declared is None else "")

    def __truediv__(self, other: Any) -> Any:
        return self._known() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._known()

    def __pow__(self, other: Any) -> Any:
        return self._known() ** other

    def __mod__(self, other: Any) -> Any:
        return self._known() % other


for _name, _sign in {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "floordiv": operator.floordiv,
}.items():
    setattr(Size, f"__{_name}__", lambda self, other, sign=_sign: self._with(sign, other))
    setattr(Size, f"__r{_name}__", lambda self, other, sign=_sign: self._with(sign, other, is_reflected=True))
for _name in ("lt", "le", "gt", "ge"):
    _sign = getattr(operator, _name)
    setattr(Size, f"__{_name}__", lambda self, other, sign=_sign: sign(self._known(), int(other)))


class TorchSize(tuple[Any, ...]):
    """The shape of a tensor, as `torch.Size`."""

    def numel(self) -> Any:
        """Return how many numbers the tensor has."""
        return prod(self)

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        return TorchSize(found) if is_a(key, slice) else found

    def __repr__(self) -> str:
        return f"torch.Size([{', '.join(map(str, self))}])"


class TorchTensor:
    """A tensor: one that the code knows, data whose shape it knows, or one that a picture shows."""

    __array_ufunc__ = None

    def __init__(
        self,
        arrays: Sequence[Any],
        value: Value | None = None,
        place: SampleAxis | None = None,
        make: Callable[[World], Any] | None = None,
        is_data: bool = False,
    ) -> None:
        self._arrays = tuple(arrays)
        self._unrolled = value
        """Its place in the graph, if a picture shows it."""
        self._place = place
        self._make = make
        """Makes a known tensor for a number of samples and a length that it depends on."""
        self._is_data = is_data
        """Whether its numbers are not known, and nobody has asked for its place in the graph yet."""
        self._is_mixed: BatchError | None = None
        """Why it isn't known how its samples follow from those of others."""
        self._by: tuple[Any, Any, Mapping[str, Any]] | None = None
        """The function that made it, with its arguments."""
        self._sharing = [1]
        """Counts the tensors that share its numbers."""

    @property
    def _outputs(self) -> Sequence[TorchTensor]:
        """What is drawn if a model returns it."""
        return [self]

    def _part(self, key: Any) -> Any:
        """Return a part that is a tensor already; None otherwise."""
        return None

    def _share(self, other: TorchTensor) -> None:
        """Note that another tensor has the same numbers in memory."""
        other._sharing = self._sharing
        self._sharing[0] += 1

    def _lie_like(self, other: TorchTensor) -> None:
        """Put the numbers in memory in the order of another tensor's, as element-wise functions do."""
        lying = [np.empty_like(each) for each in other._arrays]
        for there, each in zip(lying, self._arrays, strict=True):
            there[...] = each
        self._arrays = tuple(lying)

    @property
    def _is_shared(self) -> bool:
        """Whether another tensor has the same numbers in memory, as after a view."""
        return self._sharing[0] > 1

    @property
    def _is_known(self) -> bool:
        return self._unrolled is None and not self._is_data

    @property
    def _sample(self) -> OpenShape:
        """The shape of one sample, with open lengths."""
        return sample_shape(self._arrays, self._place)

    def _at(self, world: World) -> Any:
        """Return a known tensor in a world."""
        return self._arrays[ONE] if self._make is None else self._make(world)

    @property
    def shape(self) -> TorchSize:
        """The shape, with the batch axis where it is."""
        torch: Any = current_session().torch
        found = list[Any]()
        for lengths in zip(*(each.shape for each in self._arrays), strict=True):
            declared = None
            if lengths[ONE] == lengths[LONGER] and torch.samples is not None and lengths[ONE]:
                declared = torch.samples * lengths[ONE]
            found.append(lengths[ONE] if len({*lengths}) == 1 else Size(lengths, declared))
        return TorchSize(found)

    def size(self, dim: Any = None) -> Any:
        """Return the shape, or one length."""
        return self.shape if dim is None else self.shape[dim]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return int(self._arrays[ONE].ndim)

    def dim(self) -> int:
        """Return the number of axes."""
        return self.ndim

    def numel(self) -> Any:
        """Return how many numbers it has."""
        return self.shape.numel()

    nelement = numel

    def __len__(self) -> int:
        return int(self.shape[0])

    def _numbers(self, what: str) -> Any:
        if not self._is_known or self._make is not None:
            current_session().stop(
                f"{what} of a tensor isn't known while the model is read, but the code depends on it"
            )
        return self._arrays[ONE]

    def __bool__(self) -> bool:
        return bool(self._numbers("the value"))

    def __index__(self) -> int:
        return operator.index(self._numbers("the value").item())

    def __int__(self) -> int:
        return int(self._numbers("the value"))

    def __float__(self) -> float:
        return float(self._numbers("the value"))

    def __format__(self, spec: str) -> str:
        return "" if not self._is_known else format(self._arrays[ONE].item() if spec else self._arrays[ONE], spec)

    def __repr__(self) -> str:
        return f"a tensor of the shape {tuple(self.shape)}"

    def __contains__(self, item: Any) -> bool:
        return bool((self._numbers("the contents") == item).any())

    def item(self) -> Any:
        """Return its only number."""
        return (
            self._arrays[ONE].item()
            if self._is_known
            else unknown("tensor.item()", "isn't known while the model is read")
        )

    def tolist(self) -> Any:
        """Return its numbers."""
        return (
            self._arrays[ONE].tolist()
            if self._is_known
            else unknown("tensor.tolist()", "isn't known while the model is read")
        )

    def numpy(self, *_: Any, **__: Any) -> Any:
        """Return its numbers as an array."""
        return (
            self._arrays[ONE]
            if self._is_known
            else unknown("tensor.numpy()", "isn't known while the model is read", self._arrays[ONE].shape)
        )

    def __array__(self, *_: Any, **__: Any) -> Any:
        return self._numbers("the numbers")

    __hash__ = object.__hash__

    def __iter__(self) -> Any:
        return iter([self[at] for at in range(len(self))])

    def __getitem__(self, key: Any) -> Any:
        return current_session().torch.item(self, key)

    def __neg__(self) -> Any:
        return current_session().torch.applied("neg", (self,), {})

    def __invert__(self) -> Any:
        return current_session().torch.applied("logical_not", (self,), {})

    def __setitem__(self, key: Any, value: Any) -> None:
        current_session().torch.set_item(self, key, value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return current_session().torch.method(self, name)


class PackedSequence:
    """A tensor that code has packed, with all of its steps: a figure shows a sample without padding."""

    def __init__(self, padded: TorchTensor, axis: int, lengths: Any) -> None:
        self.padded, self.axis, self.lengths = padded, axis, lengths
        """The tensor, its axis of the samples, and how long they are, as far as the code knows."""

    def over(self, padded: TorchTensor) -> PackedSequence:
        """Return another tensor, packed in the same way."""
        return PackedSequence(padded, self.axis, self.lengths)

    def __array__(self, *_: Any, **__: Any) -> Any:
        current_session().stop(f"a function is given `{self!r}`, which isn't a tensor")

    def __getitem__(self, key: Any) -> Any:
        return unknown(f"PackedSequence[{key!r}]", NOT_READ)

    def __repr__(self) -> str:
        return "a PackedSequence: pass it to pad_packed_sequence before"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in ("to", "cpu", "cuda", "float", "pin_memory"):
            return lambda *_, **__: self
        return unknown(f"PackedSequence.{name}", NOT_READ)


def sample_shape(arrays: Sequence[Any], place: SampleAxis | None) -> OpenShape:
    """Return the shape of one sample of a tensor, where lengths that differ between worlds are open."""
    pairs = zip(arrays[ONE].shape, arrays[LONGER].shape, strict=True)
    shape = [a if a == b else None for a, b in pairs]
    if place is not None and place.is_whole:
        del shape[place.axis]
    return tuple(shape)


def joined(one: Any, other: Any, place: SampleAxis) -> Any:
    """Put two samples side by side, along their axis."""
    if not place.is_inner:
        return np.concatenate([one, other], place.axis)
    paired = np.stack([one, other], place.axis + 1)
    shape = [*one.shape]
    shape[place.axis] *= 2
    return paired.reshape(shape)


def place_of(arrays: Sequence[Any], near: Sequence[SampleAxis]) -> SampleAxis | None:
    """Find the axis of the samples; None if there is none. Raises ValueError if they are mixed."""
    both, one, other = arrays[:LONGER]
    if both.shape == one.shape:
        if both is one or (_same(both, one) and _same(both, other)):
            return None
        raise ValueError
    axes = [at for at, pair in enumerate(zip(both.shape, one.shape, strict=True)) if pair[0] != pair[1]]
    if len(axes) == 1 and both.shape[axes[0]] == 2 * one.shape[axes[0]]:
        is_whole = one.shape[axes[0]] == 1
        orders = sorted((False, True), key=lambda inner: not any(inner == each.is_inner for each in near))
        for is_inner in orders[: 1 if is_whole else 2]:
            place = SampleAxis(axes[0], is_whole, is_inner and not is_whole)
            if _same(both, joined(one, other, place)):
                return place
    raise ValueError


def _same(one: Any, other: Any) -> bool:
    if one.shape != other.shape:
        return False
    return (
        bool(np.allclose(one, other, 1e-6, 1e-9, equal_nan=True))
        if one.dtype.kind == "f"
        else bool((one == other).all())
    )


def leaves(value: Any) -> list[Any]:
    """List what is in lists, tuples, dicts and slices, at any depth."""
    if is_unknown(value) or is_a(value, TorchTensor):
        return [value]
    if is_a(value, PackedSequence):
        return [value.padded]
    if is_a(value, list | tuple):
        return [leaf for each in value for leaf in leaves(each)]
    if is_a(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    return leaves([value.start, value.stop, value.step]) if is_a(value, slice) else [value]


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """Replace each leaf, at any depth."""
    if is_a(value, TorchTensor | Size):
        return change(value)
    if type(value) is list:
        return [changed(each, change) for each in value]
    if is_a(value, tuple):
        return tuple(changed(each, change) for each in value)
    if type(value) is dict:
        return {key: changed(each, change) for key, each in value.items()}
    if is_a(value, slice):
        return slice(*(changed(each, change) for each in (value.start, value.stop, value.step)))
    return change(value)


def apply(
    torch: Any,
    shown: str,
    function: Callable[..., Any],
    args: Any,
    words: Mapping[str, Any],
    kit: Any = None,
    record: Any = None,
) -> Any:
    """Apply a function to tensors. `kit` may find the layer that does the same, given the arguments and the results."""
    given = leaves([args, words])
    problem = next((each for each in given if is_unknown(each)), None)
    if problem is not None:
        return unknown_of(f"{shown}(…)", problem)
    if (found := torch.with_weights(shown, function, args, words)) is not NotImplemented:
        return found
    tensors = [each for each in given if is_a(each, TorchTensor)]
    site = torch.session.site()
    if torch.is_recording or any(each._unrolled is not None for each in tensors):
        for each in tensors:
            torch.enter(each, site)
    try:
        results, is_several = _in_worlds(torch, shown, function, args, words, site)
    except CodeError:
        args = _with_samples(torch, function, args)  # code may write how many samples there are
        results, is_several = _in_worlds(torch, shown, function, args, words, site)
    shown_ones = [each for each in tensors if each._unrolled is not None]
    if not shown_ones:
        is_data = any(each._is_data for each in tensors)
        depends = not is_data and any(is_a(each, Size) or (is_a(each, TorchTensor) and each._make) for each in given)

        def make(at: int, world: World) -> Any:
            there = partial(_there, world=world)
            found = function(*changed(args, there), **changed({**words}, there))
            return found[at] if is_several else found

        made = [
            TorchTensor(arrays, make=partial(make, at) if depends else None, is_data=is_data)
            for at, arrays in enumerate(results)
        ]
        return made if is_several else made[0]
    if function in PRODUCTS and len(args) == 2 and (attended := torch.attended(*args, site)) is not None:
        return attended
    near = [each._place for each in shown_ones if each._place is not None]
    try:
        places = [place_of(arrays, near) for arrays in results]
    except ValueError:
        error = _mixing(shown, site)
        if torch.depth or torch.is_recording:
            raise error from None
        mixed = [torch.fresh(arrays, error) for arrays in results]
        return mixed if is_several else mixed[0]
    if torch.has_modules and not torch.depth:
        shapes = [sample_shape(*each) for each in zip(results, places, strict=True)]
        inputs = [Value(Placeholder(each, None, site)) for each in shapes]
        outside = [TorchTensor(*each) for each in zip(results, inputs, places, strict=True)]
        return outside if is_several else outside[0]
    layer = (
        kit(args, words, [TorchTensor(each, place=place) for each, place in zip(results, places, strict=True)])
        if kit
        else None
    )
    if layer is None:
        layer = _opaque(shown, function, args, words, results, places, is_several)
    values: list[Any] = [each._unrolled for each in {id(it): it for it in shown_ones}.values()]
    if isinstance(layer, Opaque):
        found = recorded(torch.keras, layer, values)
    else:
        found = torch.recorded_as(layer, shown, [each._unrolled for each in shown_ones if each._unrolled], site, record)
    outputs = [TorchTensor(*each) for each in zip(results, found, places, strict=True)]
    for output in outputs:
        output._by = function, args, words
        for each in shown_ones:
            if np.may_share_memory(each._arrays[ONE], output._arrays[ONE]):
                each._share(output)
    return outputs if is_several else outputs[0]


def _with_samples(torch: Any, function: Callable[..., Any], args: Any) -> Any:
    """Take numbers in a shape for the number of samples, where they are equal to it."""
    if function not in (FUNCTIONS["view"], FUNCTIONS["reshape"], FUNCTIONS["expand"]) or torch.samples in (None, 1):
        return args
    samples = Size([each.samples for each in WORLDS], torch.samples)
    return changed(args, lambda each: samples if is_a(each, int) and each == torch.samples else each)


def _there(each: Any, world: World) -> Any:
    return each._at(world) if is_a(each, TorchTensor) else each.at(world) if is_a(each, Size) else each


def _mixing(shown: str, site: Any) -> BatchError:
    error = site.error(
        f"`{shown}` mixes the samples of a batch here, or takes one of them, but a figure shows a single sample: keep "
        "the axis of the batch as it is"
    )
    return BatchError(error.args[0], block=error.block, lineno=error.lineno)


def _in_worlds(
    torch: Any, shown: str, function: Callable[..., Any], args: Any, words: Any, site: Any
) -> tuple[list[list[Any]], bool]:
    """Compute a function in all worlds; where nothing differs, the results are the same objects."""
    met = dict[tuple[Any, ...], Any]()
    found = list[Any]()
    for number, world in enumerate(WORLDS):

        def there(each: Any, number: int = number, world: World = world) -> Any:
            return each._arrays[number] if is_a(each, TorchTensor) else each.at(world) if is_a(each, Size) else each

        own_args, own_words = changed(args, there), changed({**words}, there)
        arrays = [each for each in leaves([own_args, own_words]) if is_a(each, np.ndarray)]
        key = (*(id(each) for each in arrays), *(world if is_a(each, Size) else 0 for each in leaves([args, words])))
        if key not in met:
            if sum(each.size for each in arrays) > MOST:
                raise site.error(f"`{shown}` has too many numbers here to find out the shape of what it returns")
            try:
                with np.errstate(all="ignore"):
                    met[key] = function(*own_args, **own_words)
            except CodeError:
                raise
            except Exception as error:
                raise _failing(torch, shown, args, words, error, site) from None
        found.append(met[key])
    is_several = is_a(found[ONE], list | tuple)
    if is_several and len({len(each) for each in found}) > 1:
        raise _mixing(shown, site)
    return [[np.asarray(each[at]) for each in found] for at in range(len(found[ONE]))] if is_several else [
        [each if is_a(each, np.ndarray) else np.asarray(each) for each in found]
    ], is_several


def _failing(torch: Any, shown: str, args: Any, words: Any, error: Exception, site: Any) -> CodeError:
    shapes = [str(tuple(each.shape)) for each in leaves([args, words]) if is_a(each, TorchTensor)]
    over = f" to {' and '.join(shapes)}" if shapes else ""
    return site.error(f"`{shown}` can't be applied{over}: {error}")  # type: ignore[no-any-return]


def _opaque(
    shown: str,
    function: Any,
    args: Any,
    words: Any,
    results: list[list[Any]],
    places: Sequence[SampleAxis | None],
    several: bool,
) -> Layer:
    """Return a box for a function of which nothing but its numbers is known."""
    shown_ones = [
        *{
            id(each): each for each in leaves([args, words]) if is_a(each, TorchTensor) and each._unrolled is not None
        }.values()
    ]
    if function is FUNCTIONS["view"]:  # in the tensors of the code, the numbers were in order
        function = FUNCTIONS["reshape"]
    order = {id(each): at for at, each in enumerate(shown_ones)}
    before = [each._sample for each in shown_ones]
    after = [sample_shape(*each) for each in zip(results, places, strict=True)]

    def computed(samples: Sequence[Any]) -> list[Any]:
        world = World(1, _length(shown_ones, [np.shape(each) for each in samples]))

        def there(each: Any) -> Any:
            if is_a(each, TorchTensor) and id(each) in order:
                return whole(samples[order[id(each)]], each._place)
            return _there(each, world)

        found = function(*changed(args, there), **changed({**words}, there))
        pairs = zip(found if several else [found], places, strict=True)
        return [each[(slice(None),) * place.axis + (0,)] if place and place.is_whole else each for each, place in pairs]

    def shapes_after(*shapes: OpenShape) -> list[OpenShape]:
        if [*shapes] == before or any(None in each for each in shapes):
            return after
        try:
            return [np.shape(each) for each in computed([np.zeros([n or 0 for n in each]) for each in shapes])]
        except Exception as error:
            raise ShapeError(f"{shown} can't be applied to {' and '.join(map(str, shapes))}: {error}") from error

    return Opaque(shown, shapes_after, lambda *samples: computed(samples))


def whole(sample: Any, place: SampleAxis | None) -> Any:
    """Return a sample as a tensor with its batch axis."""
    if place is None or not place.is_whole:
        return sample
    return sample[(slice(None),) * place.axis + (None,)]


def _length(tensors: Sequence[TorchTensor], shapes: Sequence[Sequence[int]]) -> int:
    """Return how long an open length is, given the shapes of samples."""
    for each, shape in zip(tensors, shapes, strict=True):
        lengths: list[Any] = [sample.shape for sample in (each._arrays[ONE], each._arrays[LONGER])]
        if each._place is not None and each._place.is_whole:
            lengths = [(*it[: each._place.axis], *it[each._place.axis + 1 :]) for it in lengths]
        for short, longer, length in zip(*lengths, shape, strict=True):
            if short != longer:
                grown = (length - short) * (WORLDS[LONGER].length - WORLDS[ONE].length)
                return int(WORLDS[ONE].length + grown // (longer - short))
    return WORLDS[ONE].length


def index_text(key: Any) -> str:
    """Format an index as code: `:, 0`."""
    if is_a(key, tuple):
        return ", ".join(map(index_text, key))
    if is_a(key, slice):
        ends = ("" if each is None else str(each) for each in (key.start, key.stop))
        return ":".join((*ends, *([] if key.step is None else [str(key.step)])))
    return "..." if key is ... else "…" if is_a(key, TorchTensor | list) else str(key)
