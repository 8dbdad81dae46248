"""Weights of torch's modules and of the article's own, which code can set, initialize and combine with tensors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..arrays import read_only
from ..errors import NumbersError
from ..layers.core import OwnWeight, WithWeight
from ..layers.layer import Layer
from ..model import Call
from .graph import GraphLayer
from .signatures import BoundCall
from .torch_functions import FUNCTIONS, SIGNS
from .torch_tensors import ONE, WORLDS, Size, TorchTensor, changed, leaves
from .unknown import current_session, is_a, is_unknown, unknown

STRUCTURAL = {FUNCTIONS[name] for name in ("[]", "view", "reshape", "transpose", "permute", "t", "mT", "squeeze")}
STRUCTURAL |= {FUNCTIONS[name] for name in ("unsqueeze", "expand", "flatten", "repeat", "movedim", "clone")}
"""Functions that only move numbers."""
COMBINING: Mapping[Callable[..., Any], str] = {
    **{SIGNS[name][1]: SIGNS[name][0] for name in ("add", "sub", "mul", "truediv", "matmul")},
    FUNCTIONS["add"]: "+",
    FUNCTIONS["sub"]: "-",
    FUNCTIONS["mul"]: "*",
    FUNCTIONS["div"]: "/",
    **{FUNCTIONS[name]: "@" for name in ("matmul", "mm")},
}
"""Functions that combine a weight with a tensor, and their signs."""
FILLS: Mapping[str, float] = {"zeros_": 0.0, "ones_": 1.0, "zero_": 0.0}
"""Functions that set all numbers of a weight to this one."""
DRAWING = {"normal_", "uniform_", "random_", "bernoulli_", "exponential_"}
"""Methods after which the numbers of a weight are random."""


class ParameterLayer(GraphLayer):
    """A weight of an article's own module, as a layer that has nothing else."""

    def kit(self) -> Layer:
        """Return the kit's layer."""
        kit: Layer = self.__dict__["_kit"]
        return kit

    def calls(self) -> tuple[Call, ...]:
        """Return the call that creates it."""
        return (self.bound.call([]),)

    def shapes_given(self) -> tuple[tuple[int, ...], ...]:
        """Return the shape of a single number: it exists without an input."""
        return ((),)


class WeightTensor(TorchTensor):
    """A weight, or a part of it in another shape."""

    requires_grad = True

    def __init__(self, record: GraphLayer, name: str, places: Any = None) -> None:
        self._record, self._name = record, name
        shape = record.weight_shapes()[name]
        self._is_whole = places is None
        self._places = np.arange(int(np.prod(shape))).reshape(shape) if places is None else places
        super().__init__((np.random.default_rng(7).normal(size=self._places.shape),) * len(WORLDS))

    @property
    def _is_known(self) -> bool:
        return False

    @property
    def is_all(self) -> bool:
        """Whether it is the whole weight, as it lies in the module."""
        shape = self._record.weight_shapes()[self._name]
        return self._places.shape == shape and bool((self._places.ravel() == np.arange(self._places.size)).all())

    def _assign(self, value: Any) -> None:
        """Change its numbers, or take them for unknown."""
        session = current_session()
        site, record = session.site(), self._record
        at = [*record.weight_shapes()].index(self._name)
        before = record.weight_values()[at]
        numbers = value._arrays[ONE] if is_a(value, TorchTensor) and value._is_known and value._make is None else value
        if is_a(value, WeightTensor):
            numbers = value._numbers_known()
        if numbers is None or is_unknown(numbers) or is_a(numbers, TorchTensor):
            record.assign(at, None, site)
            return
        shape = self._places.shape
        wide = (1,) * (len(shape) - np.ndim(numbers)) + np.shape(numbers)
        if len(wide) != len(shape) or any(size not in (1, length) for size, length in zip(wide, shape, strict=True)):
            raise site.error(f"{self!r} has the shape {shape}, but gets numbers of the shape {np.shape(numbers)}")
        if not self._is_whole and before is None:
            return
        whole = np.zeros(record.weight_shapes()[self._name]) if before is None else np.array(before)
        whole.reshape(-1)[self._places] = np.broadcast_to(numbers, shape)
        record.assign(at, read_only(whole), site)

    def _numbers_known(self) -> Any:
        at = [*self._record.weight_shapes()].index(self._name)
        values = self._record.weight_values()[at]
        return None if values is None else np.asarray(values).reshape(-1)[self._places]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "data":
            self._assign(value)
        else:
            object.__setattr__(self, name, value)

    def __setitem__(self, key: Any, value: Any) -> None:
        part = self[key]
        if is_a(part, WeightTensor):
            part._assign(value)

    def __getattr__(self, name: str) -> Any:
        if name in ("grad", "is_leaf", "grad_fn"):
            return unknown(f"{self!r}.{name}", "isn't known without training")
        if name == "data":
            return self
        if name in FILLS:
            return lambda: self._changed(FILLS[name])
        if name in ("fill_", "copy_"):
            return lambda value, *_: self._changed(value)
        if name in DRAWING:
            return lambda *_, **__: self._changed(None)
        return super().__getattr__(name)

    def _changed(self, value: Any) -> WeightTensor:
        self._assign(value)
        return self

    def item(self) -> Any:
        """Return its only number."""
        return unknown(f"{self!r}.item()", "isn't known without training")

    def tolist(self) -> Any:
        """Return its numbers."""
        return unknown(f"{self!r}.tolist()", "isn't known without training")

    def numpy(self, *_: Any, **__: Any) -> Any:
        """Return its numbers, as far as they are known."""
        values = self._numbers_known()
        return (
            unknown(f"{self!r}.numpy()", "isn't known without training", self._places.shape)
            if values is None
            else values
        )

    def __repr__(self) -> str:
        return f"{self._record.bound.name}.{self._name}" if self._record.bound.name != "Parameter" else "the Parameter"

    def copied(self) -> WeightTensor:
        """Return a copy that is a weight of its own."""
        record = self._record
        twin = ParameterLayer(record.kind, record.bound, record.name)
        twin.__dict__["_kit"], twin.weights, twin.weights_site = record.kit(), record.weights, record.weights_site
        return WeightTensor(twin, self._name)


def parameter(torch: Any, data: Any = None, requires_grad: bool = True) -> Any:
    """Create an `nn.Parameter`."""
    site = torch.keras.site(torch.frame())
    if is_unknown(data):
        return data
    if not is_a(data, TorchTensor):
        raise site.error(f"a Parameter is made of a tensor, not of `{data!r}`")
    if any(len({*lengths}) > 1 for lengths in zip(*(array.shape for array in data._arrays), strict=True)):
        torch.session.stop("the size of a Parameter doesn't depend on what goes in: write it into __init__", site)
    record = ParameterLayer("Parameter", BoundCall(site, "Parameter", {}), torch.keras.name("Parameter"))
    record.__dict__["_kit"] = OwnWeight(data._arrays[ONE].shape, "Parameter")
    weight = WeightTensor(record, "weight")
    if data._is_known or is_a(data, WeightTensor):
        weight._assign(data)
    return weight


def combined(torch: Any, shown: str, function: Any, args: Sequence[Any], words: Mapping[str, Any]) -> Any:
    """Apply a function to weights: move their numbers, or combine one with a tensor."""
    weights = [leaf for leaf in leaves([args, words]) if is_a(leaf, WeightTensor)]
    tensors = [leaf for leaf in leaves([args, words]) if is_a(leaf, TorchTensor) and not is_a(leaf, WeightTensor)]
    site = torch.session.site()
    alone = unknown(f"{shown}(…)", f"computes with {weights[0]!r} in a way that isn't read from code yet")
    if function in STRUCTURAL and len(weights) == 1 and not tensors and is_a(args[0], WeightTensor):
        sizes = [leaf for leaf in leaves([args[1:], words]) if is_a(leaf, Size)]
        worlds = WORLDS if sizes else WORLDS[:1]
        results = []
        for world in worlds:

            def sized(value: Any, world: Any = world) -> Any:
                return value.at(world) if is_a(value, Size) else value

            try:
                results.append(function(args[0]._places, *changed(tuple(args[1:]), sized), **changed({**words}, sized)))
            except (ValueError, IndexError, TypeError) as error:
                raise site.error(f"`{shown}` can't be applied to {weights[0]!r}: {error}") from None
        if any(result.shape != results[0].shape for result in results):
            torch.session.stop(
                f"the part of {weights[0]!r} depends on how long the input is: give its shape on the image: "
                '{input="(3, 2)"}',
                site,
            )
        return WeightTensor(args[0]._record, args[0]._name, np.asarray(results[0]))
    if function not in COMBINING or len(weights) != 1 or len(args) != 2 or words or len(tensors) != 1:
        return alone
    weight, tensor, sign = weights[0], tensors[0], COMBINING[function]
    is_reflected = is_a(args[0], WeightTensor)
    if not is_a(weight._record, ParameterLayer):
        turned = WeightTensor(weight._record, weight._name, weight._places.T)
        is_linear = sign == "@" and not is_reflected and turned.is_all
        return torch.linear(tensor, turned, shown=shown) if is_linear else alone
    torch.enter(tensor, site)
    place, places = tensor._place, weight._places
    if tensor._unrolled is None or (place is not None and not place.is_whole):
        return alone
    if place is not None and sign != "@":
        axis = place.axis - (tensor.ndim - places.ndim)
        if axis >= 0:
            if places.shape[axis] != 1:
                return alone
            places = np.squeeze(places, axis)
    if (
        place is not None
        and sign == "@"
        and (place.axis >= tensor.ndim - (2 if is_reflected else 1) or places.ndim > 2)
    ):
        return alone
    own_weight = weight._record.kit()
    is_all = places.shape == own_weight.size and (places.ravel() == np.arange(places.size)).all()  # type: ignore[attr-defined]
    kit = WithWeight(own_weight, sign, is_reflected, None if is_all else _tuples(places.tolist()))  # type: ignore[arg-type]
    try:
        (shape,) = kit.output_shapes(tensor._sample)
    except NumbersError as error:
        raise site.error(str(error)) from error
    if len(shape) != len(tensor._sample):
        return alone
    (returned,) = torch.keras.graph.apply(weight._record, kit, [tensor._unrolled], None, site)
    weight._record.operations.append(returned.source)
    return torch.output(returned, place)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def initialized(name: str) -> Callable[..., Any]:
    """Return a function of `torch.nn.init`."""

    def apply(tensor: Any, *args: Any, **words: Any) -> Any:
        if not is_a(tensor, WeightTensor):
            return tensor
        if name in FILLS:
            return tensor._changed(FILLS[name])
        if name == "constant_":
            return tensor._changed(args[0] if args else words["val"])
        return tensor._changed(np.eye(*tensor._places.shape) if name == "eye_" else None)

    return apply
