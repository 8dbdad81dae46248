"""The stand-in for torch: its modules and functions, and what the code has built with them."""

from __future__ import annotations

import operator
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any, NamedTuple

import numpy as np

from ..arrays import OpenShape
from ..errors import NumbersError
from ..layers.core import Opaque
from ..layers.layer import Layer
from ..layers.merging import Add, Concatenate
from ..layers.torch import LAYERS, LayerNorm, Linear
from .functions import recorded
from .graph import BatchError, Ends, Placeholder, Value
from .places import Site, meant
from .recording import Recording
from .torch_attention import TRANSFORMERS, call_attention, scaled_attention, written_attention
from .torch_functions import (
    ALIASES,
    AS_OTHER,
    COMPARED,
    FUNCTIONS,
    MAKING,
    NO_FUNCTIONS,
    NOT_READ,
    OF_TENSORS,
    SAME,
    SIGNS,
    missing,
    softmax_axis,
    torch_names,
)
from .torch_modules import (
    CHANNELS,
    CONTAINERS,
    ELEMENTWISE,
    FUNCTIONAL,
    LAST,
    LAZY,
    FunctionLayer,
    Module,
    ModuleStandIn,
    TorchLayer,
    layers_inside,
    signature_of,
)
from .torch_packing import PACKING
from .torch_recurrent import StatesTensor, call_cell, call_recurrent, records_of, settled
from .torch_tensors import (
    BOTH,
    LONGER,
    ONE,
    WORLDS,
    PackedSequence,
    SampleAxis,
    Size,
    TorchSize,
    TorchTensor,
    World,
    apply,
    changed,
    index_text,
    joined,
    leaves,
    place_of,
    sample_shape,
)
from .torch_weights import WeightTensor, combined, initialized, parameter
from .unknown import (
    Session,
    Unknown,
    current_session,
    find_unknown,
    holds_unknown,
    is_a,
    is_unknown,
    unknown,
    unknown_of,
    why_unknown,
)

RANDOM = {
    "rand",
    "randn",
    "randint",
    "rand_like",
    "randn_like",
    "randperm",
    "normal",
    "bernoulli",
    "empty",
    "multinomial",
}


class TorchStandIn:
    """The torch stand-in for one reading."""

    def __init__(self, session: Session, keras: Recording, axis: int | None) -> None:
        self.session, self.keras = session, keras
        self.axis = axis
        """The axis of the inputs that is taken for that of the samples."""
        self.samples: int | None = None
        """How many samples there are, if the code says so."""
        self.made: list[Any] = []
        """All modules, in the order in which they are made."""
        self.is_recording = False
        """Whether functions of data are drawn, since the code has no modules."""
        self.has_data = False
        self.has_modules = False
        """Whether the code has modules of its own, so that what it computes outside of them isn't drawn."""
        self.entered: list[Value] = []
        """What goes into the outermost module that is computing."""
        self.inputs: list[TorchTensor] = []
        """The inputs of given shapes."""
        self.lacking: list[Unknown] = []
        """What else a module reads, which a picture may not depend on."""
        self.state_given: int | None = None
        """Which of them is a state whose samples are along another axis than assumed, if any."""
        self.has_batch = False
        """Whether data has so many axes that one of them must be that of the samples."""
        self.depth = 0
        """How many modules of the article's own are computing, one within the other."""
        self._modules: dict[str, Any] = {}
        self._classes: dict[str, type] = {}
        self._drawn = count()
        session.torch = self

    # Names.

    def module(self, name: str) -> Any:
        """Return a module by its full name; None if it isn't part of torch."""
        if name.partition(".")[0] != "torch":
            return None
        if name not in self._modules:
            self._modules[name] = _TorchModule(self, name)
        return self._modules[name]

    def module_class(self, kind: str) -> Any:
        """Return the class that stands in for a module of torch."""
        if kind in CONTAINERS or kind in TRANSFORMERS:
            return CONTAINERS.get(kind) or TRANSFORMERS[kind]
        if kind not in self._classes:
            own = {"from_pretrained": staticmethod(self._pretrained)} if kind == "Embedding" else {}
            self._classes[kind] = type(kind, (ModuleStandIn,), {"_kind": kind, "__module__": "torch.nn", **own})
        return self._classes[kind]

    def _pretrained(self, embeddings: Any, freeze: Any = True, padding_idx: Any = None, **_: Any) -> Any:
        """Return an Embedding with the rows of a table: `nn.Embedding.from_pretrained(table)`."""
        shape = embeddings._arrays[ONE].shape if is_a(embeddings, TorchTensor) else getattr(embeddings, "_shape", None)
        if shape is None and is_unknown(embeddings):
            self.session.stop(
                why_unknown(embeddings, "can't tell the shape of what Embedding.from_pretrained is given")
            )
        if shape is None or len(shape) != 2:
            self.session.stop(f"Embedding.from_pretrained is given `{embeddings!r}`, which isn't a table of two axes")
        made = self.module_class("Embedding")(*shape, padding_idx=padding_idx)
        made.weight._assign(embeddings)
        return made

    # Tensors.

    def random(self, shape: Sequence[int]) -> Any:
        """Draw numbers on which functions are tried."""
        return np.random.default_rng(next(self._drawn)).normal(size=tuple(shape))

    def fresh(self, arrays: Sequence[Any], error: BatchError | None = None) -> TorchTensor:
        """Return data of the shape of a tensor."""
        made = TorchTensor((self.random(arrays[BOTH].shape),) * len(WORLDS), is_data=True)
        made._is_mixed = error
        return made

    def data(self, shape: Sequence[Any]) -> TorchTensor:
        """Return data of a shape."""
        self.has_data = True
        return TorchTensor((self.random([operator.index(each) for each in shape]),) * len(WORLDS), is_data=True)

    def enter(self, tensor: TorchTensor, site: Site) -> None:
        """Let data enter the graph, as an input."""
        if not tensor._is_data:
            return
        array = tensor._arrays[ONE]
        axis = None if self.axis is None or not array.ndim else min(self.axis, array.ndim - 1)
        shape = [*array.shape]
        self.has_batch |= array.ndim > 2
        if axis is not None:
            samples = shape.pop(axis)
            if self.samples not in (None, samples):
                raise BatchError(
                    f"the code gives {self.samples} samples in one place and {samples} in another",
                    block=site.block.code,
                    lineno=site.lineno,
                )
            self.samples = samples
        self._place_input(tensor, tuple(shape), axis, site)

    def input(self, shape: OpenShape, site: Site, is_state: bool = False) -> TorchTensor:
        """Return an input of a shape of one sample; the samples of states are along the second axis."""
        tensor = TorchTensor((np.zeros(()),) * len(WORLDS), is_data=True)
        axis = 1 if is_state and self.axis is not None else self.axis
        self._place_input(tensor, shape, None if axis is None else min(axis, len(shape)), site)
        return tensor

    def take_for_data(self, tensor: TorchTensor, first: Any = None) -> None:
        """Take a known tensor for data if it is passed to a model: as the first one, as words, or with as many axes."""
        array = tensor._arrays[ONE]
        if self.depth or not tensor._is_known or not array.ndim:
            return
        is_mask = array.dtype.kind == "b" or (array.ndim == 2 and array.shape[0] == array.shape[1])
        is_alike = is_a(first, TorchTensor) and array.ndim == first.ndim < 3 and not is_mask
        if first is None or array.dtype.kind == "i" or is_alike:
            tensor._arrays, tensor._is_data = (self.random(array.shape),) * len(WORLDS), True

    def _place_input(self, tensor: TorchTensor, shape: OpenShape, axis: int | None, site: Site) -> None:
        place = None if axis is None else SampleAxis(axis, True)
        tensor._arrays, tensor._place = tuple(self._arrays_of(shape, place)), place
        tensor._unrolled = Value(Placeholder(shape, None, site))
        tensor._is_data = False

    def _arrays_of(self, shape: OpenShape, place: SampleAxis | None) -> list[Any]:
        """Draw numbers for a tensor in all worlds, given the shape of one sample."""

        def drawn(length: int) -> Any:
            sizes = [length if each is None else each for each in shape]
            if place is not None and place.is_whole:
                sizes.insert(place.axis, 1)
            return self.random(sizes)

        one = drawn(WORLDS[ONE].length)
        longer = drawn(WORLDS[LONGER].length) if None in shape else one
        other = one if place is None else drawn(WORLDS[ONE].length)
        return [one if place is None else joined(one, other, place), one, other, longer]

    def method(self, tensor: TorchTensor, name: str) -> Any:
        """Return a method of a tensor."""
        name = ALIASES.get(name, name) if name not in AS_OTHER else name
        if name in ("T", "mT", "H", "mH"):
            if name in ("T", "H") and tensor.ndim > 2:
                self.session.stop(
                    f"`.{name}` of a tensor with {tensor.ndim} axes turns all of them around: write .transpose(…)"
                )
            return self.applied("mT", (tensor,), {}) if tensor.ndim > 1 else tensor
        if name == "data":
            return tensor
        if name == "dtype":
            return _TYPES[tensor._arrays[ONE].dtype.kind]
        if name == "device":
            return _Device("cpu")
        if name in ("is_cuda", "is_xpu", "is_mps", "is_cpu"):
            return name == "is_cpu"
        if name in ("requires_grad", "is_leaf"):
            return unknown(f"tensor.{name}", NOT_READ)
        if name in AS_OTHER:
            return lambda other: self.method(tensor, ALIASES[name])(*other.shape)
        if name in SAME:
            return lambda *args, **words: self._as_other_type(tensor, name, args, words)
        if name in ("backward", "retain_grad", "register_hook"):
            return lambda *_, **__: unknown(f"tensor.{name}(…)", NOT_READ)
        if name in ("new_zeros", "new_ones"):
            return lambda *sizes, **_: apply(self, name, MAKING[name.removeprefix("new_")], sizes, {})
        if name.endswith("_") and not name.startswith("_"):
            return lambda *args, **words: self._in_place(tensor, name, args, words)
        if name in FUNCTIONS and name not in OF_TENSORS:
            return lambda *args, **words: self.applied(name, (tensor, *args), words)
        found = missing("torch.Tensor", name)
        if found is None:
            raise AttributeError(
                f"'TorchTensor' object has no attribute {name!r}{meant(name, torch_names()['names']['torch.Tensor'])}"
            )
        return found

    def _as_other_type(self, tensor: TorchTensor, name: str, args: Any, words: Any) -> Any:
        """Return the same numbers, in the order of the axes, or of another type."""
        if name == "contiguous":
            arrays = [np.ascontiguousarray(each) for each in tensor._arrays]
            same = {id(each): array for each, array in zip(tensor._arrays, arrays, strict=True)}
            made = TorchTensor(
                [same[id(each)] for each in tensor._arrays],
                tensor._unrolled,
                tensor._place,
                tensor._make,
                tensor._is_data,
            )
            return made if not tensor._is_data else tensor
        kinds = [each for each in (*args, *words.values()) if is_a(each, _Type)]
        if kinds and kinds[0].kind == "h":
            self.session.stop(f"{kinds[0]!r} has less precision, but a figure's numbers are float32: leave it out")
        if kinds and kinds[0].kind != tensor._arrays[ONE].dtype.kind:
            return self.applied({"f": "float", "i": "long", "b": "bool"}[kinds[0].kind], (tensor,), {})
        return tensor

    def _in_place(self, tensor: TorchTensor, name: str, args: Any, words: Any) -> Any:
        """Change a tensor: one that the code knows, or a new one that nothing else refers to."""
        plain = ALIASES.get(name[:-1], name[:-1])
        if tensor._is_known and tensor._make is None and not holds_unknown(args, words):
            found = args[0] if args else 0
            if plain in FUNCTIONS:
                found = self.applied(plain, (tensor, *args), words)
            if plain in FUNCTIONS or plain in ("fill", "zero", "copy"):
                tensor._arrays[ONE][...] = found._arrays[ONE] if is_a(found, TorchTensor) else found
                return tensor
        if plain in FUNCTIONS and tensor._unrolled is not None:
            self.overwrite(tensor, self.applied(plain, (tensor, *args), words), name)
        elif not tensor._is_data:
            self.session.stop(f"`{name}` changes a tensor in place, which isn't read from code: write x = x.{plain}(…)")
        return tensor

    def item(self, tensor: TorchTensor, key: Any) -> Any:
        """Return a part of a tensor."""
        part = tensor._part(key)
        return (
            part
            if part is not None
            else apply(self, f"[{index_text(key)}]", FUNCTIONS["[]"], (tensor, key), {}, KITS.get("[]"))
        )

    def set_item(self, tensor: TorchTensor, key: Any, value: Any) -> None:
        """Change a part of a tensor, if the code knows all of it."""
        if (
            holds_unknown(key, value)
            or not tensor._is_known
            or tensor._make
            or (is_a(value, TorchTensor) and not value._is_known)
        ):
            if not tensor._is_data:
                self.session.stop(
                    "a part of a tensor is changed in place here, which isn't read from code: build the tensor with "
                    "torch.cat or torch.stack"
                )
            return
        there = changed(key, lambda each: each._arrays[ONE] if is_a(each, TorchTensor) else each)
        tensor._arrays[ONE][there] = value._arrays[ONE] if is_a(value, TorchTensor) else value

    # Functions.

    def applied(
        self, name: str, args: Sequence[Any], words: Mapping[str, Any], record: TorchLayer | None = None
    ) -> Any:
        """Apply a function of torch by its name, for a module if that only calls it."""
        words = {
            key: each for key, each in words.items() if key not in ("dtype", "device", "layout") or is_unknown(each)
        }
        if words.get("out") is not None:
            self.session.stop(
                f"`out=` of {name} changes a tensor in place, which isn't read from code: use what {name} returns"
            )
        first = args[0] if args else words.get("input", words.get("tensors"))
        if name == "squeeze" and is_a(first, StatesTensor) and (part := first.squeezed(*args[1:], **words)) is not None:
            return part
        is_in_place = words.pop("inplace", False)
        found = apply(self, record.kind if record else name, FUNCTIONS[name], args, words, KITS.get(name), record)
        if is_in_place and is_a(first, TorchTensor) and is_a(found, TorchTensor):
            self.overwrite(first, found, name)
        return Extremes(*found) if name in ("max", "min") and is_a(found, list) else found

    def overwrite(self, tensor: TorchTensor, by: TorchTensor, name: str) -> None:
        """Let a tensor be another one from here on, since a function changes it in place."""
        if tensor._is_shared or tensor._is_known:
            self.session.stop(
                f"`{name}` changes its input in place, and other tensors share its numbers, which isn't read from "
                "code: leave inplace=True out"
            )
        tensor.__dict__.update(by.__dict__)

    def function(self, holder: str, name: str) -> Callable[..., Any] | None:
        """Return a function of torch, or of torch.nn.functional; None if it isn't read."""
        name = ALIASES.get(name, name)
        if name in MAKING and holder == "torch" and name != "empty":

            def make(*args: Any, **words: Any) -> Any:
                kind = words.pop("dtype", None)
                words = {
                    key: each
                    for key, each in words.items()
                    if key not in ("device", "requires_grad", "layout", "pin_memory")
                }
                found = apply(self, name, MAKING[name], args, words)
                return found if not is_a(kind, _Type) else self._as_other_type(found, "to", (kind,), {})

            return make
        if name in RANDOM and holder == "torch":
            return lambda *args, **words: self._drawn_data(name, args, words)
        if name in ("tensor", "as_tensor", "from_numpy", "Tensor", "FloatTensor", "LongTensor") and holder == "torch":
            return lambda data=None, *more, **words: self.known(data if not more else [data, *more], words)
        if name in ("dropout", "dropout1d", "dropout2d", "alpha_dropout", "feature_dropout"):
            return lambda *args, **words: self._dropout(name, *args, **words)
        if name in POOLS:
            return lambda *args, **words: self.pool(name, POOLS[name], args, words)
        if name == "linear":
            return self.linear
        if name == "layer_norm":
            return self.layer_norm
        if name == "scaled_dot_product_attention":
            return partial(scaled_attention, self)
        if name in FUNCTIONS and name not in NO_FUNCTIONS:
            return lambda *args, **words: self.applied(name, args, words)
        return None

    def _dropout(self, name: str, given: Any, p: Any = 0.5, training: Any = True, inplace: Any = False) -> Any:
        if (is_unknown(training) or training) and (is_unknown(p) or p):
            self.session.stop(
                f"F.{name} drops numbers at random, also in a trained model, unless it gets training=self.training: "
                "add that, since a figure shows the trained model"
            )
        return given

    def _drawn_data(self, name: str, args: Any, words: Any) -> Any:
        if name.endswith("_like"):
            return args[0] if is_a(args[0], TorchTensor) else unknown(f"torch.{name}(…)", NOT_READ)
        if name == "randint":
            args = args[-1:]
        if self.depth:
            return unknown(f"torch.{name}(…)", "differs each time")
        given = words.get("size", args)
        sizes = given[0] if len(given) == 1 and is_a(given[0], list | tuple) else given
        if holds_unknown(sizes) or name in ("normal", "bernoulli", "multinomial"):
            return unknown(f"torch.{name}(…)", "differs each time")
        return self.data([sizes] if is_a(sizes, int) else sizes)

    def known(self, data: Any, words: Mapping[str, Any]) -> Any:
        """Return a tensor of known numbers."""
        if is_a(data, TorchTensor):
            return data
        if is_unknown(data) and data._shape is not None:
            return self.data(data._shape)
        if holds_unknown(data):
            return unknown_of("torch.tensor(…)", data)
        array = np.array(changed(data, lambda each: each._arrays[ONE] if is_a(each, TorchTensor) else each))
        kind = words.get("dtype")
        if is_a(kind, _Type):
            array = array.astype({"f": float, "i": int, "b": bool}[kind.kind])
        return TorchTensor((array,) * len(WORLDS))

    def linear(self, input: Any, weight: Any, bias: Any = None, shown: str = "linear") -> Any:  # noqa: A002  (torch's)
        """Multiply a tensor by a weight, as a Linear does, and add a bias."""
        problem = find_unknown([input, weight, bias])
        if problem is not None:
            return unknown_of(f"{shown}(…)", problem)
        site = self.session.site()
        if not _is_of(weight, "Linear", "Embedding"):
            product = input @ weight.t()
            return product if bias is None else product + bias
        self.enter(input, site)
        record, tied = weight._record, {"weight": (weight._record, weight._name)}
        is_own = is_a(bias, WeightTensor) and bias._record is record
        if record.kind == "Linear" and (is_own or (bias is None and not record.kit().bias)):
            return self.through(record, record.kit(), input, 1, site)
        width, size = weight._places.shape
        kit = Linear(in_features=size, out_features=width, bias=False)
        found = FunctionLayer(kit, shown, site)
        found.ties.update(tied)
        product = self.through(found, kit, input, 1, site)
        return product if bias is None else product + bias

    def layer_norm(
        self,
        input: Any,  # noqa: A002  (torch's own name)
        normalized_shape: Any,
        weight: Any = None,
        bias: Any = None,
        eps: Any = 1e-5,
    ) -> Any:
        """Normalize the last axes of a tensor, as a LayerNorm does, then multiply by a weight and add a bias."""
        problem = find_unknown([input, normalized_shape, weight, bias, eps])
        if problem is not None:
            return unknown_of("layer_norm(…)", problem)
        site = self.session.site()
        lengths = tuple(operator.index(each) for each in _listed(normalized_shape))
        given = {name: each for name, each in (("weight", weight), ("bias", bias)) if each is not None}
        is_tied = "weight" in given and all(_is_of(each, "LayerNorm") for each in given.values())
        has_bias = bias is not None or not is_tied
        try:
            kit = LayerNorm(normalized_shape=lengths, eps=eps, elementwise_affine=is_tied, bias=has_bias)
        except NumbersError as error:
            raise site.error(str(error)) from error
        self.enter(input, site)
        record: TorchLayer = FunctionLayer(kit, "layer_norm", site)
        if is_tied:
            module = weight._record
            if kit == module.kit() and all(
                each._record is module and each._name == name for name, each in given.items()
            ):
                record, kit = module, module.kit()
            else:
                record.ties.update({name: (each._record, each._name) for name, each in given.items()})
            return self.through(record, kit, input, len(lengths), site)
        normalized = self.through(record, kit, input, len(lengths), site)
        scaled = normalized if weight is None else normalized * weight
        return scaled if bias is None else scaled + bias

    def recorded_as(
        self, kit: Layer, shown: str, inputs: Sequence[Value], site: Site, record: TorchLayer | None
    ) -> tuple[Value, ...]:
        """Record a function as a layer that does the same, under the name of the function."""
        if record is None:
            record = FunctionLayer(kit, shown, site)
        values = self.keras.graph.apply(record, kit, inputs, None, site)
        record.operations.append(values[0].source)  # type: ignore[arg-type]
        return values

    def with_weights(self, shown: str, function: Any, args: Any, words: Any) -> Any:
        """Apply a function to weights, or to one and a tensor; NotImplemented if there are none."""
        has_weights = any(is_a(each, WeightTensor) for each in leaves([args, words]))
        return combined(self, shown, function, args, words) if has_weights else NotImplemented

    def frame(self) -> Any:
        """Return the frame of the article's code."""
        return self.keras.blocks.frame(sys._getframe(1))

    def forget_weights(self) -> None:
        """Take all weights for unknown, since an optimizer changes them."""
        for layer in {id(each): each for module in self.made for each in module._layers()}.values():
            for each in (layer, *(other for other, _ in layer.ties.values())):
                each.forget_weights()

    # Modules.

    def call(self, module: Any, args: Any, kwargs: Any, frame: Any) -> Any:
        """Run a module; note what the outermost ones read and return."""
        site = self.keras.site(frame)
        if "_modules" not in module.__dict__:
            raise site.error(
                f"{type(module).__name__} must call super().__init__() before it is used, as torch requires"
            )
        if is_a(module, ModuleStandIn) and type(module).forward is ModuleStandIn.forward:
            found = module.forward(*args, **kwargs)
            if not self.depth and not holds_unknown(args, kwargs):
                inputs = [each._unrolled for each in leaves([args, kwargs]) if is_a(each, TorchTensor)]
                module._calls.append((inputs, found[0] if is_a(found, tuple) else found, site))
            return found
        given = leaves([args, kwargs])
        problems = [each for each in given if is_unknown(each) and not any(each is one for one in self.lacking)]
        if not self.depth and problems:
            return unknown_of(f"{type(module).__name__}(…)", problems[0])
        for at, each in enumerate(given):
            if is_a(each, TorchTensor):
                self.take_for_data(each, given[0] if at else None)
                self.enter(each, site)
        tensors = [each for each in given if is_a(each, TorchTensor)]
        entered = [each._unrolled for each in tensors]  # what a module changes in place is another tensor afterwards
        state = _state_of(module, given)
        if not self.depth and module._calls and module.__dict__.get("_state") == state:
            return module._calls[-1][1]  # as in a loop over epochs
        if not self.depth:
            module.__dict__["_state"] = state
            self.entered = [each for each in entered if each is not None]
        self.depth += 1
        self.keras.graph.depth += 1
        try:
            found = module.forward(*args, **kwargs)
        finally:
            self.depth -= 1
            self.keras.graph.depth -= 1
        if not self.depth:
            inputs = [was or each._unrolled for each, was in zip(tensors, entered, strict=True)]
            module._calls.append((inputs, found, site))
        return found

    def call_leaf(self, leaf: Any, args: Any, kwargs: Any, site: Site) -> Any:
        """Run one of torch's own modules."""
        if leaf._kind in LAZY and args and is_a(args[0], TorchTensor):
            self.take_for_data(args[0])
            self.enter(args[0], site)
            leaf.settle(args[0]._sample)
        kind, record = leaf._kind, leaf._record
        values = {**signature_of(kind).defaults, **record.bound.values}
        if kind in FUNCTIONAL:
            name, taken = FUNCTIONAL[kind]
            given = record.bound.values
            words = {"sizes" if each == "unflattened_size" else each: values[each] for each in taken if each in given}
            if kind == "Flatten":
                words = {"start_dim": 1, **words}
            if kind == "Identity":
                return args[0]
            if values.get("inplace"):
                words["inplace"] = True
            return self.applied(name, args, {**words, **kwargs}, record)
        tensor = args[0] if args else kwargs.get("input")
        if is_a(tensor, PackedSequence) and CALLS.get(kind) is call_recurrent:
            tensor = tensor.padded
        if not is_a(tensor, TorchTensor):
            raise site.error(f"{kind} is given `{tensor!r}`, which isn't a tensor")
        self.take_for_data(tensor)
        self.enter(tensor, site)
        if leaf.__dict__["_is_late"]:
            kit = record.kit()
            if kit.weight_shapes(*([tensor._sample] * kit.fewest_inputs)):
                self.session.stop(
                    f"{record.bound.text} is created each time the model runs, with new weights each time: create it "
                    "in __init__",
                    record.bound.site,
                )
        if kind in CALLS:
            return CALLS[kind](self, leaf, args, kwargs, site)
        if kind in CHANNELS and len(args) == 1 and not kwargs:
            return self.slide(record, record.kit(), tensor, CHANNELS[kind], site)
        if kind not in ELEMENTWISE and kind not in LAST:
            raise record.unsupported()
        if len(args) > 1 or kwargs.keys() - {"input"}:
            raise site.error(f"{kind} takes one tensor when it is called")
        reads = 0 if kind in ELEMENTWISE else len(_listed(values["normalized_shape"])) if kind == "LayerNorm" else 1
        output = self.through(record, record.kit(), tensor, reads, site)
        if kind in ELEMENTWISE and output.ndim == tensor.ndim:
            output._lie_like(tensor)
        return output

    def through(self, record: TorchLayer, kit: Layer, tensor: TorchTensor, reads: int, site: Site) -> TorchTensor:
        """Pass a tensor through a layer that reads its last axes, each sample by itself."""
        if tensor._unrolled is None:
            tensor = self.constant(tensor, site)
        place = tensor._place
        if place is not None and place.axis >= tensor.ndim - reads:
            raise self.misplaced(record.bound.text, site)
        (returned,) = self.record(record, kit, [tensor], site)
        output = self.output(returned, place)
        output._by = tensor._by if kit.returns_its_input else None  # attention may drop some of its weights in training
        return output

    def slide(
        self, record: TorchLayer, kit: Layer, tensor: TorchTensor, axes: tuple[int, ...], site: Site
    ) -> TorchTensor:
        """Pass a tensor through a layer that reads channels, and the axes along which they lie."""
        if tensor._place is not None and (tensor._place.axis or not tensor._place.is_whole):
            raise self.misplaced(record.bound.text, site)
        if len(tensor._sample) not in axes:
            many = " or ".join(str(each + 1) for each in axes)
            raise site.error(
                f"{record.bound.text} reads tensors of {many} axes, (batch, channels, …), but this one has the shape "
                f"{tuple(tensor.shape)}: move or add an axis"
            )
        return self.through(record, kit, tensor, len(tensor._sample), site)

    def pool(self, name: str, kind: str, args: Any, words: Any) -> Any:
        """Apply a function that does what a module of pooling does."""
        problem = find_unknown([args, words])
        if problem is not None:
            return unknown_of(f"{name}(…)", problem)
        site, order = self.session.site(), ("input", *signature_of(kind).by_place)
        given = dict(zip(order, args, strict=False)) | dict(words)
        tensor = given.pop("input")
        options = {key: each for key, each in given.items() if key != "return_indices"}
        try:
            kit = LAYERS[kind](**options)
        except NumbersError as error:
            raise site.error(str(error)) from error
        self.enter(tensor, site)
        return self.slide(FunctionLayer(kit, name, site), kit, tensor, CHANNELS[kind], site)

    def constant(self, tensor: TorchTensor, site: Site) -> TorchTensor:
        """Let a tensor that the code knows enter the graph, as a function that returns the same for every input."""
        if not self.entered or is_a(tensor, WeightTensor):
            self.session.stop(f"a layer reads {tensor!r}, which follows from no input: pass it to the model", site)
        place = place_of(tensor._arrays, [])
        shape = sample_shape(tensor._arrays, place)
        source = self.entered[0]

        def numbers(sample: Any) -> list[Any]:
            there = [each for each, known in zip(np.shape(sample), source.shape, strict=True) if known is None]
            array = np.asarray(tensor._at(World(1, there[0] if there else WORLDS[ONE].length)), float)
            return [array[(slice(None),) * place.axis + (0,)] if place and place.is_whole else array]

        is_zero = not any(each.any() for each in tensor._arrays)
        kit = Opaque("zeros" if is_zero else "tensor", lambda _: [shape], numbers)
        (value,) = recorded(self.keras, kit, [source])
        return TorchTensor(tensor._arrays, value, place)

    def record(
        self,
        record: TorchLayer,
        kit: Layer,
        tensors: Sequence[TorchTensor],
        site: Site,
        states: Any = None,
        masks: Any = None,
    ) -> tuple[Value, ...]:
        """Record a call of a layer. Raises CodeError if it doesn't fit."""
        values = [each._unrolled for each in tensors]
        try:
            kit.check_inputs(*(each.shape for each in values))  # type: ignore[union-attr]
            kit.output_shapes(*(each.shape for each in values))  # type: ignore[union-attr]
            kit.weight_shapes(*(each.shape for each in values))  # type: ignore[union-attr]
        except NumbersError as error:
            raise site.error(f"{record.bound.text}: {error}") from error
        record.__dict__.setdefault("given", tuple(each.shape for each in values))  # type: ignore[union-attr]
        found = self.keras.graph.apply(record, kit, values, states, site, masks)  # type: ignore[arg-type]
        record.operations.append(found[0].source)  # type: ignore[arg-type]
        return found

    def attended(self, weights: Any, value: Any, site: Site) -> Any:
        """Return what attention that code writes by hand returns; None if it isn't any."""
        return written_attention(self, weights, value, site) if is_a(weights, TorchTensor) else None

    def records_of(self, record: TorchLayer) -> list[TorchLayer]:
        """List the records of the layers of a module."""
        return records_of(record) if record.kind in CALLS else [record]

    def misplaced(self, text: str, site: Site, reads: str = "would read along the axis of the samples") -> Any:
        """Return the error for a layer or a function that would read along the axis of the samples."""
        where = "but the samples are along another axis here" if reads.startswith("reads") else "here"
        remedy = "set batch_first=True, or move their axis" if "since" in reads else "move their axis"
        said = f"{text} {reads} {where}: {remedy}"
        error = BatchError(said, block=site.block.code, lineno=site.lineno)
        error.is_of_module = True
        return error

    def enter_states(self, tensor: TorchTensor, site: Site) -> None:
        """Let states enter the graph, whose samples are always along the second axis."""
        axis, self.axis = self.axis, None if self.axis is None else 1
        try:
            self.enter(tensor, site)
        finally:
            self.axis = axis
        if tensor._place is not None and tensor._place.axis != 1:
            self.state_given = next((at for at, each in enumerate(self.inputs) if each is tensor), None)

    def output(self, value: Value, place: SampleAxis | None) -> TorchTensor:
        """Return what a layer returns as a tensor."""
        return TorchTensor(self._arrays_of(value.shape, place), value, place)

    # What is drawn.

    def is_module(self, value: object) -> bool:
        """Return whether something is a module of torch, or of the article's own."""
        return is_a(value, Module)

    def is_module_class(self, value: object) -> bool:
        """Return whether something is a class of modules."""
        return isinstance(value, type) and issubclass(value, Module)

    def reads(self, module: Any) -> OpenShape | None:
        """Return the shape of a sample that a module reads, if its first layer tells it."""
        for each in module.modules():
            if is_a(each, ModuleStandIn) and (each._kind in CHANNELS or each._kind in LAZY):
                return None
            if is_a(each, ModuleStandIn) and each._kind in READS:
                option, axes = READS[each._kind]
                length = None if option is None else each._record.bound.values.get(option)
                return (None,) * axes if option is None else (*(None,) * axes, length) if is_a(length, int) else None
        return None

    def roots(self) -> list[Any]:
        """List the modules that are in no other one, in the order in which they are made."""
        inside = {id(each) for one in self.made for each in one.__dict__.get("_modules", {}).values()}
        return [each for each in self.made if id(each) not in inside and "_modules" in each.__dict__]

    def ends(self, module: Any) -> Ends | None:
        """Return the ends of a module's last call; None if it was never called on a tensor of known shape."""
        if not module._calls:
            return None
        inputs, found, site = module._calls[-1]
        problem = find_unknown(found)
        if problem is not None:
            said = f"can't read what `{type(module).__name__}` returns"
            self.session.stop(why_unknown(problem, said, ""), problem._origin.site or site)
        outputs = [part for each in leaves(found) if is_a(each, TorchTensor) for part in each._outputs]
        outputs = [each for each in outputs if each._unrolled is not None]
        if not outputs:
            raise site.error(f"`{type(module).__name__}` returns no tensor that follows from its input")
        values = [each._unrolled for each in outputs if each._unrolled]
        operations, _ = self.keras.graph.dependencies(values)
        read = {each.key for each in (*values, *(source for one in operations for source in one.sources))}
        entries = {each.key: each for each in inputs if each is not None}
        entries = {key: each for key, each in entries.items() if key in read} or entries  # without lengths of a batch
        return Ends([*entries.values()], values, layers_inside(module))

    def settled(self, ends: Ends) -> Ends:
        """Return the ends of a model in which recurrent layers return what is used of them."""
        self._check_registered(ends)
        return settled(self.keras.graph, ends)

    def _check_registered(self, ends: Ends) -> None:
        """Check that torch knows every layer with weights. Raises CodeError, at the layer's line, if it doesn't."""
        operations, _ = self.keras.graph.dependencies(ends.outputs, ends.inputs)
        for each in operations:
            layer = each.layer
            if any(layer is one for one in ends.listed) or not is_a(layer, TorchLayer) or is_a(layer, FunctionLayer):
                continue
            if each.kit.weight_shapes(*(one.shape for one in each.inputs)):
                raise layer.bound.site.error(
                    f"{layer.bound.text} isn't registered in the module that uses it, so torch neither trains nor "
                    "saves its weights: set it as an attribute in __init__, or keep modules in nn.ModuleList"
                )


def _state_of(module: Any, given: Sequence[Any]) -> list[Any]:
    """Return what a call of a module depends on: what goes in, and the plain attributes of all modules inside."""
    attributes = [one for each in module.modules() for one in vars(each).items() if not one[0].startswith("_")]
    plain = [each for each in attributes if isinstance(each[1], bool | int | float | str | None)]
    return [*((id(each), id(each._unrolled)) if is_a(each, TorchTensor) else id(each) for each in given), *plain]


def _is_of(weight: Any, *kinds: str) -> bool:
    """Whether something is a whole weight of one of torch's modules."""
    if not is_a(weight, WeightTensor) or not weight.is_all or not is_a(weight._record, TorchLayer):
        return False
    return weight._record.kind in kinds


def _listed(value: Any) -> Sequence[Any]:
    return value if is_a(value, list | tuple) else (value,)


def _activation(kind: str) -> Callable[..., Layer | None]:
    def kit(args: Sequence[Any], words: Mapping[str, Any], results: Sequence[TorchTensor]) -> Layer | None:
        (result,) = results
        if kind not in ("Softmax", "LogSoftmax"):
            return None if len(args) > 1 or words else LAYERS[kind]()
        dim = softmax_axis(words.get("dim", args[1] if len(args) > 1 else None), result.ndim)
        of_batch = result._place is not None and result._place.axis == result.ndim - 1
        return LAYERS[kind]() if dim % result.ndim == result.ndim - 1 and not of_batch and result._sample else None

    return kit


def _sum(args: Sequence[Any], words: Mapping[str, Any], results: Sequence[TorchTensor]) -> Layer | None:
    (result,) = results
    alike = (
        len(args) == 2 and not words and all(is_a(each, TorchTensor) and each._unrolled is not None for each in args)
    )
    return (
        Add()
        if alike and all(each._place == result._place and each._sample == result._sample for each in args)
        else None
    )


def _concatenated(args: Sequence[Any], words: Mapping[str, Any], results: Sequence[TorchTensor]) -> Layer | None:
    (result,) = results
    tensors, place = args[0] if args else words["tensors"], result._place
    dim = words.get("dim", args[1] if len(args) > 1 else 0) % result.ndim
    if any(not is_a(each, TorchTensor) or each._unrolled is None or each._place != place for each in tensors):
        return None
    if place is None:
        return Concatenate(axis=dim + 1)
    if not place.is_whole or dim == place.axis or len(tensors) < 2:
        return None
    return Concatenate(axis=dim + 1 - (dim > place.axis))


def _flattened(args: Sequence[Any], words: Mapping[str, Any], results: Sequence[TorchTensor]) -> Layer | None:
    tensor, (result,) = args[0], results
    is_first = tensor._place is not None and tensor._place.axis == 0 and tensor._place.is_whole
    return (
        LAYERS["Flatten"]()
        if is_first and result._place == tensor._place and result.ndim == 2 and tensor.ndim > 2
        else None
    )


READS: Mapping[str, tuple[str | None, int]] = {
    "Embedding": (None, 1),
    "Linear": ("in_features", 0),
    **dict.fromkeys(("RNN", "LSTM", "GRU"), ("input_size", 1)),
    "MultiheadAttention": ("embed_dim", 1),
    "TransformerEncoderLayer": ("d_model", 1),
}
"""The argument of a module that is the last length of its input, and how many axes come before it."""
ACTIVATIONS: Mapping[str, str] = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "silu": "SiLU",
    "selu": "SELU",
    "gelu": "GELU",
    "softplus": "Softplus",
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
}
"""Functions that are modules as well."""
POOLS = {"max_pool1d": "MaxPool1d", "max_pool2d": "MaxPool2d", "avg_pool1d": "AvgPool1d", "avg_pool2d": "AvgPool2d"}
"""Functions that pool, and the modules that do the same."""
KITS: Mapping[str, Callable[..., Layer | None]] = {
    **{name: _activation(kind) for name, kind in ACTIVATIONS.items()},
    "add": _sum,
    "cat": _concatenated,
    "flatten": _flattened,
}
"""Functions that do what a layer of the kit does."""
CALLS: Mapping[str, Callable[..., Any]] = {
    **dict.fromkeys(("RNN", "LSTM", "GRU"), call_recurrent),
    **dict.fromkeys(("RNNCell", "LSTMCell", "GRUCell"), call_cell),
    "MultiheadAttention": call_attention,
}
"""Modules that read more than one tensor, or return more than one."""


def _operator(sign: str, function: Callable[..., Any], is_reflected: bool = False) -> Callable[..., Any]:
    def operate(self: TorchTensor, other: Any) -> Any:
        if not is_a(other, TorchTensor | Size | int | float | np.ndarray | np.generic) and not is_unknown(other):
            return NotImplemented
        torch: TorchStandIn = current_session().torch
        args = (other, self) if is_reflected else (self, other)
        return apply(torch, sign, function, args, {}, KITS.get("add") if sign == "+" else None)

    return operate


for _name, (_sign, _function) in SIGNS.items():
    setattr(TorchTensor, f"__{_name}__", _operator(_sign, _function))
    setattr(TorchTensor, f"__r{_name}__", _operator(_sign, _function, is_reflected=True))
for _name, (_sign, _function) in COMPARED.items():
    setattr(TorchTensor, f"__{_name}__", _operator(_sign, _function))


def _changing(sign: str) -> Callable[..., Any]:
    def change(self: TorchTensor, other: Any) -> Any:
        torch: TorchStandIn = current_session().torch
        if self._is_known:
            return torch._in_place(self, {"truediv": "div"}.get(sign, sign) + "_", (other,), {})
        found = getattr(operator, sign)(self, other)
        if is_a(found, TorchTensor):
            torch.overwrite(self, found, f"{sign}_")
        return self

    return change


for _name in ("add", "sub", "mul", "truediv"):
    setattr(TorchTensor, f"__i{_name}__", _changing(_name))


# Modules of torch.


class Extremes(NamedTuple):
    """What `max` and `min` return along an axis."""

    values: Any
    indices: Any


class _Type:
    """A type of numbers, such as `torch.float32`."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __eq__(self, other: object) -> bool:
        return is_a(other, _Type) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


class _Device(str):
    """A device."""

    type = property(lambda self: str(self).partition(":")[0])


class _Nothing:
    """A context or a decorator that changes none of a picture's numbers, such as `torch.no_grad()`."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __enter__(self) -> _Nothing:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __call__(self, function: Any) -> Any:
        return function


class Loader:
    """A `DataLoader`, whose batches aren't known: a loop over it runs once."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.batch = unknown("a batch", "is read from data, which isn't done here")

    def __iter__(self) -> Any:
        return iter([self.batch])

    def length_unknown(self) -> Any:
        """Return how many batches there are, which isn't known."""
        return unknown("len(loader)", "depends on data, which isn't read here")

    def __getattr__(self, name: str) -> Any:
        return unknown(f"DataLoader.{name}", NOT_READ)


TYPES = {name: _Type("float32", "f") for name in ("float32", "float", "float64", "double")}
TYPES |= {name: _Type("int64", "i") for name in ("int64", "long", "int32", "int", "int16", "int8", "uint8")}
TYPES |= {name: _Type(name, "h") for name in ("float16", "half", "bfloat16")} | {"bool": _Type("bool", "b")}
_TYPES = {"f": TYPES["float"], "i": TYPES["long"], "b": TYPES["bool"], "u": TYPES["long"]}
CONTEXTS = {"no_grad", "enable_grad", "inference_mode", "set_grad_enabled", "autocast"}
NOTHING = {
    "manual_seed",
    "set_default_dtype",
    "set_num_threads",
    "set_printoptions",
    "use_deterministic_algorithms",
    "seed",
}
NOTHING |= {
    "manual_seed_all",
    "empty_cache",
    "set_float32_matmul_precision",
    "set_default_device",
    "set_device",
    "synchronize",
}
REFUSED = {
    "jit": "compiles a module to another program",
    "ao": "rounds the weights",
    "quantization": "rounds the weights",
    "fx": "rewrites modules",
    "vmap": "adds an axis that isn't written",
    "func": "computes with a module's function",
}
PARTS = {"nn", "optim", "utils", "cuda", "backends", "autograd", "distributions", "mps", "nn.functional", "nn.init"}
PARTS |= {"nn.utils", "nn.utils.rnn", "nn.parameter", "nn.modules", "utils.data", "optim.lr_scheduler", "amp", "linalg"}
PARTS |= {"backends.cudnn", "backends.mps", "cuda.amp", "version"}


class _TorchModule(types.ModuleType):
    """A module of torch. Names that it lacks raise an error as in Python, or are unknown if no picture needs them."""

    def __init__(self, torch: TorchStandIn, name: str) -> None:
        super().__init__(name)
        self.__dict__.update(_torch=torch, __path__=[], __version__=torch_names()["version"])
        exported = torch_names()["names"].get(name)
        if exported is not None:
            self.__dict__["__all__"] = exported

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self._find(name)
        self.__dict__[name] = found
        return found

    def _find(self, name: str) -> Any:
        torch: TorchStandIn = self._torch
        holder = self.__name__
        part = holder.partition(".")[2]
        if holder.startswith("torch.nn.modules"):
            holder, part = "torch.nn", "nn"
        inner = f"{part}.{name}".lstrip(".")
        if name in REFUSED and not part:
            return _Refused(f"torch.{name}", REFUSED[name])
        if inner in PARTS:
            return torch.module(f"torch.{inner}")
        if holder in ("torch.nn", "torch.nn.parameter") and name == "Parameter":
            return partial(parameter, torch)
        is_module = name in CONTAINERS or (name in torch_names()["modules"] and not name.endswith("Loss"))
        if holder == "torch.nn" and is_module:
            return torch.module_class(name)
        if holder == "torch.utils.data" and name == "DataLoader":
            return Loader
        if holder == "torch.nn.init":
            return initialized(name)
        if holder == "torch.nn.utils.rnn" and name in PACKING:
            return PACKING[name] if name == "PackedSequence" else partial(PACKING[name], torch)
        if name == "is_available":
            return lambda: False
        if name in CONTEXTS:
            return _Nothing
        if name in NOTHING:
            return lambda *_, **__: None
        if holder == "torch":
            if name in TYPES:
                return TYPES[name]
            if name == "Tensor":
                return TorchTensor
            if name == "Size":
                return TorchSize
            if name == "device":
                return lambda kind="cpu", *_: _Device(kind)
            if name == "compile":
                return lambda model=None, **_: model if model is not None else (lambda function: function)
            if name in ("pi", "e", "inf", "nan"):
                return getattr(np, name)
            if name in ("is_tensor", "numel"):
                return (lambda x: is_a(x, TorchTensor)) if name == "is_tensor" else TorchTensor.numel
        found = torch.function(holder, name) if holder in ("torch", "torch.nn.functional") else None
        if found is not None:
            return found
        names = torch_names()["names"].get(holder)
        if names is not None and name not in names:
            raise AttributeError(f"`{name}` is not in {holder}{meant(name, names)}")
        return unknown(f"{holder.removeprefix('torch.')}.{name}", NOT_READ)


class _Refused:
    """A part of torch that changes what modules compute."""

    def __init__(self, name: str, why: str) -> None:
        self._said = f"`{name}` {why}, which isn't read from code: leave it out"

    def __getattr__(self, name: str) -> Any:
        current_session().stop(self._said)

    def __call__(self, *_: Any, **__: Any) -> Any:
        current_session().stop(self._said)
