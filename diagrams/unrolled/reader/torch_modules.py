"""Stand-ins for torch's modules: those of the article's own, those with weights and functions, and containers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import Any

from ..arrays import OpenShape
from ..errors import CodeError, NumbersError
from ..layers.layer import Layer, OptionError, SeveralInputs
from ..layers.torch import LAYERS, BatchNorm1d
from ..model import Argument, Call
from .graph import GraphLayer
from .places import Site, meant
from .signatures import BoundCall, Signature
from .torch_functions import missing, torch_names
from .torch_weights import ParameterLayer, WeightTensor
from .unknown import current_session, find_unknown, is_a, is_unknown, text_of, unknown_of, why_unknown

TRAINING_ONLY = {
    "device",
    "dtype",
    "dropout",
    "inplace",
    "sparse",
    "scale_grad_by_freq",
    "max_norm",
    "norm_type",
    "momentum",
}
TRAINING_ONLY |= {"padding_idx", "_freeze", "_weight", "track_running_stats"}
"""Arguments that affect none of the numbers of a trained module."""
DTYPES = ("torch.float32", "torch.float", "torch.float64", "torch.double")
FUNCTIONAL: Mapping[str, tuple[str, Sequence[str]]] = {
    "Flatten": ("flatten", ("start_dim", "end_dim")),
    "GELU": ("gelu", ("approximate",)),
    "Hardtanh": ("hardtanh", ("min_val", "max_val")),
    "Identity": ("identity", ()),
    "LeakyReLU": ("leaky_relu", ("negative_slope",)),
    "LogSoftmax": ("log_softmax", ("dim",)),
    "ReLU": ("relu", ()),
    "ReLU6": ("relu6", ()),
    "SELU": ("selu", ()),
    "SiLU": ("silu", ()),
    "Sigmoid": ("sigmoid", ()),
    "Softmax": ("softmax", ("dim",)),
    "Softplus": ("softplus", ()),
    "Tanh": ("tanh", ()),
    "Unflatten": ("unflatten", ("dim", "unflattened_size")),
}
"""Modules that do what a function does: the name of the function, and their arguments that it takes."""
ELEMENTWISE = {"AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "ELU", "Embedding", "FeatureAlphaDropout"}
ELEMENTWISE |= {"Hardsigmoid", "Hardswish", "LogSigmoid", "Mish", "Softsign", "Tanhshrink"}
"""Modules that read each number by itself."""
CHANNELS: Mapping[str, tuple[int, ...]] = {
    **dict.fromkeys(("Conv1d", "MaxPool1d", "AvgPool1d"), (2,)),
    **dict.fromkeys(("Conv2d", "MaxPool2d", "AvgPool2d", "BatchNorm2d"), (3,)),
    "BatchNorm1d": (1, 2),
    "GroupNorm": (1, 2, 3),
}
"""Modules that read channels, then the axes along which they lie: how many axes a sample can have."""
LAZY: Mapping[str, tuple[str, int]] = {
    "LazyLinear": ("in_features", -1),
    **dict.fromkeys(("LazyConv1d", "LazyConv2d"), ("in_channels", 0)),
    **dict.fromkeys(("LazyBatchNorm1d", "LazyBatchNorm2d"), ("num_features", 0)),
}
"""Modules that take an argument from what they read first: which, and the axis of a sample that it counts."""
LAST = ("Linear", "LayerNorm")
"""Modules that read the last axes."""
TIED = {"Linear", "Embedding", "Parameter"}
"""Modules whose weights can be those of others."""
HARMLESS = {
    "train",
    "eval",
    "to",
    "cpu",
    "cuda",
    "float",
    "double",
    "requires_grad_",
    "share_memory",
    "compile",
    "zero_grad",
}
REFUSED = {
    "half": "computes in another precision",
    "bfloat16": "computes in another precision",
    "register_forward_hook": "can change what a module returns",
    "register_forward_pre_hook": "can change what a module reads",
    "register_full_backward_hook": "",
}


class TorchLayer(GraphLayer):
    """A module that code creates, with torch's own arguments."""

    def kit(self) -> Layer:
        """Return the kit's layer. Stops the reading if an option is unknown or isn't supported."""
        if not hasattr(self, "_kit"):
            self._kit = self._read()
        return self._kit

    def _read(self) -> Layer:
        session, bound = current_session(), self.bound
        kind, options = LAYERS.get(self.kind), dict[str, Any]()
        if kind is None:
            raise self.unsupported()
        named = {field.name for field in fields(kind)}
        for name, value in bound.values.items():
            if find_unknown(value) is not None and name not in TRAINING_ONLY:
                message = f"{bound.name} is given {name}={bound.shown(name)}, which isn't known here"
                session.stop(why_unknown(find_unknown(value), message), bound.at(name))  # type: ignore[arg-type]
            if name == "dtype" and value is not None and str(value) not in DTYPES:
                session.stop(
                    f"{bound.name} computes in {value}, but a figure's numbers are float32: leave dtype out",
                    bound.at(name),
                )
            if name in named:
                options[name] = tuple(value) if is_a(value, list) else value
            elif name not in TRAINING_ONLY and value != signature_of(self.kind).defaults[name]:
                session.stop(
                    f"`{name}={bound.shown(name)}` of nn.{self.kind} isn't supported: leave it out of the code",
                    bound.at(name),
                )
        try:
            return kind(**options)
        except OptionError as error:
            if error.option not in bound.values:
                raise bound.site.error(str(error)) from error
            text = bound.shown(error.option)
            raise bound.error(
                error.option, f"{error.option} must be {error.wanted}, not {text}{error.remedy}"
            ) from error
        except (NumbersError, TypeError) as error:
            raise bound.site.error(f"{bound.name}: {error}" if is_a(error, TypeError) else str(error)) from error

    def shapes_given(self) -> tuple[OpenShape, ...]:
        """Return the shapes of its inputs when it was first used, or else those that its arguments tell."""
        shapes: tuple[OpenShape, ...] = self.__dict__.get("given") or shapes_read(self.kit())
        return shapes

    def unsupported(self) -> CodeError:
        """Return the error for a module that isn't read."""
        return self.bound.site.error(
            f"`nn.{self.kind}` isn't supported yet; docs/reading.md lists the modules that are"
        )

    def calls(self) -> tuple[Call, ...]:
        """Return the call that creates the module. Its arguments have their own names, and those that views ask for."""
        bound, kind = self.bound, LAYERS.get(self.kind)
        arguments = list[Argument]()
        for name, value in bound.values.items():
            if is_a(value, str | int | float | tuple | None):
                arguments += bound.argument(name, value)
                alias = kind.argument_names.get(name) if kind else None
                arguments += [replace(argument, name=alias) for argument in bound.argument(name, value) if alias]
        return (bound.call(arguments),)

    def weight_shapes(self) -> dict[str, Any]:
        """Return the names and shapes of its weights; torch creates them with the module."""
        shapes = self.shapes_given()
        return self.kit().weight_shapes(*shapes) if shapes else {}


def shapes_read(kit: Layer) -> tuple[OpenShape, ...]:
    """Return shapes that a layer can read, from which those of its weights follow; none if its arguments don't tell."""
    options: dict[str, Any] = {field.name: getattr(kit, field.name) for field in fields(kit)}
    if "in_features" in options:
        return ((options["in_features"],),)
    if isinstance(kit, BatchNorm1d):
        return ((kit.num_features, *(1,) * (kit.ranks[0] - 1)),)
    if kit.family == "Embedding":
        return ((1,),)
    if "num_channels" in options:
        return ((options["num_channels"],),)
    if "normalized_shape" in options:
        return (tuple(options["normalized_shape"]),)
    if "input_size" in options:
        return ((options["input_size"],) if isinstance(kit, SeveralInputs) else (1, options["input_size"]),)
    if "in_channels" in options:
        return ((options["in_channels"], *(1000,) * len(kit.window()[0])),)  # type: ignore[attr-defined]
    if "embed_dim" in options:
        widths = (
            options["embed_dim"],
            options["vdim"] or options["embed_dim"],
            options["kdim"] or options["embed_dim"],
        )
        return tuple((1, width) for width in widths)
    return shapes_read(options["layer"]) if "layer" in options else ()


class FunctionLayer(TorchLayer):
    """A layer without weights that stands for a function, an operator or a module that only calls one."""

    def __init__(self, kit: Layer, name: str, site: Site) -> None:
        object.__setattr__(kit, "name_in_code", name)
        super().__init__(name, BoundCall(site, name, {}), name)
        self._kit, self.is_arithmetic = kit, True


@cache
def signature_of(kind: str) -> Signature:
    """Return the signature of a module of torch."""
    return Signature(kind, *torch_names()["modules"][kind])


class Module:
    """`torch.nn.Module`, the base class of the article's own modules."""

    _kind = ""
    training = False
    """A picture shows the trained model."""
    _site: Any
    _block: int

    def __new__(cls, *_: Any, **__: Any) -> Any:  # noqa: D102  (notes where the module is made)
        module = object.__new__(cls)
        torch: Any = current_session().torch
        module.__dict__.update(_site=torch.keras.site(sys._getframe(1)), _block=torch.keras.graph.running, _calls=[])
        torch.made.append(module)
        torch.has_modules |= not cls._kind
        return module

    def __init__(self, *_: Any, **__: Any) -> None:
        self.__dict__.update(_modules={}, _parameters={}, _buffers={})

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the module."""
        return current_session().torch.call(self, args, kwargs, sys._getframe(1))

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output."""
        raise self._site.error(f"{type(self).__name__} has no `forward` method, so nobody knows what it computes")

    def __setattr__(self, name: str, value: Any) -> None:
        torch: Any = current_session().torch
        if is_a(value, Module | WeightTensor):
            if "_modules" not in self.__dict__:
                kind = "module" if is_a(value, Module) else "parameter"
                raise torch.session.site().error(
                    f"{type(self).__name__} must call super().__init__() before `self.{name}` is set (PyTorch: cannot "
                    f"assign {kind} before Module.__init__() call)"
                )
            self._register(name, value)
            return
        if name == "forward":
            torch.session.stop("a `forward` that is replaced later isn't supported: define it in the class")
        if "_modules" in self.__dict__:
            self._modules.pop(name, None)
            self._parameters.pop(name, None)
        object.__setattr__(self, name, value)

    def _register(self, name: str, value: Any) -> None:
        if name in torch_names()["names"]["torch.nn.Module"]:
            raise (
                current_session()
                .site()
                .error(f"`{name}` is a method of nn.Module, which hides what is set here: choose another name")
            )
        holder = self._modules if is_a(value, Module) else self._parameters
        self.__dict__.pop(name, None)
        holder[name] = value

    def __delattr__(self, name: str) -> None:
        for holder in (self.__dict__, self._modules, self._parameters, self._buffers):
            if name in holder:
                del holder[name]
                return
        raise AttributeError(name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        for holder in ("_modules", "_parameters", "_buffers"):
            if name in self.__dict__.get(holder, ()):
                return self.__dict__[holder][name]
        if name in HARMLESS:
            return lambda *_, **__: self
        if name in REFUSED:
            why = REFUSED[name]
            return lambda *_, **__: current_session().stop(
                f"`{name}` {why}, which isn't read from code: leave it out" if why else f"`{name}` isn't read from code"
            )
        value = missing("torch.nn.Module", name)
        if value is None:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return value

    def add_module(self, name: str, module: Any) -> None:
        """Register a module under a name."""
        self._register(name, module)

    register_module = add_module

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Keep a tensor that isn't trained."""
        self.__dict__.pop(name, None)
        self._buffers[name] = tensor

    def register_parameter(self, name: str, param: Any) -> None:
        """Keep a weight."""
        if param is None:
            object.__setattr__(self, name, None)
        else:
            self._register(name, param)

    def children(self) -> Iterator[Any]:
        """Yield the modules directly inside."""
        return iter([*dict.fromkeys(self._modules.values())])

    def named_children(self) -> Iterator[Any]:
        """Yield them with their names."""
        return iter([*self._modules.items()])

    def modules(self) -> Iterator[Any]:
        """Yield the module, and those inside at any depth."""
        return iter([module for _, module in self.named_modules()])

    def named_modules(self, *_: Any, prefix: str = "", **__: Any) -> Any:
        """Yield them with their names."""
        named = {id(self): (prefix, self)}
        for name, child in self._modules.items():
            for inner in child.named_modules(prefix=f"{prefix}.{name}".lstrip(".")):
                named.setdefault(id(inner[1]), inner)
        return iter([*named.values()])

    def parameters(self, *_: Any, **__: Any) -> Any:
        """Yield the weights, whose numbers nothing in a picture depends on."""
        return iter([weight for _, weight in self.named_parameters()])

    def named_parameters(self, *_: Any, **__: Any) -> Any:
        """Yield them with their names."""
        named = dict[int, Any]()
        for prefix, module in self.named_modules():
            for name, weight in module._weights().items():
                named.setdefault(id(weight), (f"{prefix}.{name}".lstrip("."), weight))
        return iter([*named.values()])

    def _weights(self) -> Mapping[str, Any]:
        weights: Mapping[str, Any] = self._parameters
        return weights

    def _layers(self) -> list[GraphLayer]:
        """List the layers of its own weights, as torch orders them."""
        return [parameter._record for parameter in self._parameters.values()]

    def state_dict(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Return the weights by name."""
        return dict(self.named_parameters())

    def load_state_dict(self, state_dict: Any, strict: bool = True, **_: Any) -> Any:
        """Set the weights, or take them for unknown."""
        weights = dict(self.named_parameters())
        state = state_dict if is_a(state_dict, dict) else {}
        wrong = [name for name in state if name not in weights and not name.endswith("num_batches_tracked")]
        if strict and wrong:
            message = f"{type(self).__name__} has no weight {wrong[0]!r}{meant(wrong[0], weights)}"
            raise current_session().site().error(f"{message} (PyTorch: Unexpected key)")
        for name, weight in weights.items():
            weight._assign(state.get(name))
        return None

    def apply(self, fn: Any) -> Any:
        """Call a function with each module, innermost first."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def copied(self) -> Any:
        """Return a copy with weights of its own."""
        twin = type(self).__new__(type(self))
        twin.__dict__.update({key: value for key, value in self.__dict__.items() if key not in ("_calls", "_block")})
        twin.__dict__["_modules"] = {name: module.copied() for name, module in self._modules.items()}
        twin.__dict__["_parameters"] = {name: parameter.copied() for name, parameter in self._parameters.items()}
        twin.__dict__["_buffers"] = dict(self._buffers)
        return twin

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copied()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def layers_inside(module: Any) -> list[GraphLayer]:
    """List the layers with weights within a module, each once, as torch orders them."""
    layers = [layer for inner in module.modules() for layer in inner._layers()]
    return [*{id(layer): layer for layer in layers}.values()]


class ModuleStandIn(Module):
    """A module of torch."""

    _kind = ""
    _record: TorchLayer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        torch: Any = current_session().torch
        site = torch.keras.site(sys._getframe(1))
        bound = signature_of(self._kind).bind(site, args, kwargs, self._kind)
        self.__dict__["_record"] = TorchLayer(self._kind, bound, torch.keras.name(self._kind))
        self.__dict__["_is_late"] = torch.depth > 0
        if self._kind in LAYERS and not any(find_unknown(value) is not None for value in bound.values.values()):
            self._record.kit()

    def __getattr__(self, name: str) -> Any:
        record = self.__dict__.get("_record")
        if record is not None:
            defaults = signature_of(self._kind).defaults
            if name in ("weight", "bias") and self._kind in LAYERS:
                return self._weights().get(name)
            if name in defaults:
                return record.bound.values.get(name, defaults[name])
            if name in self._weights():
                return self._weights()[name]
        return super().__getattr__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        record = self.__dict__.get("_record")
        if record is not None and name in self._weights() and is_a(value, WeightTensor):
            self._set_weight(name, value)
            return
        if record is not None and name in (*signature_of(self._kind).defaults, *self._weights()):
            current_session().stop(
                f"changing `{name}` of nn.{self._kind} isn't supported: set it where the module is made"
            )
        super().__setattr__(name, value)

    def _set_weight(self, name: str, value: WeightTensor) -> None:
        """Replace a weight by that of another module, or by a Parameter."""
        torch: Any = current_session().torch
        weight, record, source = self._weights()[name], self._record, value._record
        if value is weight:
            return
        layers = [layer for module in torch.made if "_modules" in module.__dict__ for layer in module._layers()]
        is_tied_to = any(tie[0] is record for layer in layers for tie in layer.ties.values())
        if is_a(source, ParameterLayer) and record.kind not in TIED:
            weight._assign(value)
            return
        if not {record.kind, source.kind} <= TIED or not value.is_all or is_tied_to:
            torch.session.stop(f"modules share the weight {value!r} in a way that isn't read from code yet")
        if value._places.shape != weight._places.shape:
            raise torch.session.site().error(
                f"{weight!r} has the shape {weight._places.shape}, but {value!r}, which it becomes here, has "
                f"{value._places.shape}: give both the same"
            )
        record.ties[name] = source, value._name
        self.__dict__["_stand_ins"][name] = value

    def settle(self, sample: OpenShape) -> None:
        """Let a lazy module become what torch makes of it when it first reads a sample."""
        kind, (argument, axis) = self._kind.removeprefix("Lazy"), LAZY[self._kind]
        if len(sample) < max(1, -axis) or sample[axis] is None:
            current_session().stop(f"can't tell {argument} of nn.{self._kind}: write nn.{kind}({argument}, …)")
        self._record.bound.values[argument] = sample[axis]
        self.__dict__["_kind"] = self._record.kind = kind
        self.__dict__.pop("_stand_ins", None)

    def _weights(self) -> Mapping[str, Any]:
        if "_stand_ins" not in self.__dict__:
            self.__dict__["_stand_ins"] = {
                name: WeightTensor(layer, name)
                for layer in self._layers()
                if self._kind in LAYERS and layer.shapes_given()
                for name in layer.kit().parameter_shapes(*layer.shapes_given())
            }
        weights: Mapping[str, Any] = self.__dict__["_stand_ins"]
        return weights

    def _layers(self) -> list[GraphLayer]:
        return [] if self._kind in LAZY else [*current_session().torch.records_of(self._record)]

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output, as torch's module does."""
        torch: Any = current_session().torch
        site = torch.session.site()
        problem = find_unknown([*args, *kwargs.values()])
        if problem is not None:
            return unknown_of(f"{self._kind}(…)", problem)
        return torch.call_leaf(self, args, kwargs, site)

    def copied(self) -> Any:
        """Return a copy with weights of its own."""
        twin, record = super().copied(), self._record
        name = current_session().torch.keras.name(record.kind)
        twin.__dict__["_record"] = TorchLayer(record.kind, record.bound, name)
        return twin

    def __repr__(self) -> str:
        return self._record.bound.text


class Sequential(Module):
    """`nn.Sequential`: modules, one after the other."""

    def __init__(self, *modules: Any) -> None:
        super().__init__()
        named = modules[0] if len(modules) == 1 and is_a(modules[0], dict) else dict(enumerate(modules))
        for name, module in named.items():
            _check_module(module, "nn.Sequential")
            self._register(str(name), module)

    def append(self, module: Any) -> Any:
        """Add a module at the end."""
        _check_module(module, "nn.Sequential")
        self._register(str(len(self._modules)), module)
        return self

    def __getitem__(self, key: Any) -> Any:
        selected = [*self._modules.values()][key]
        return type(self)(*selected) if is_a(key, slice) else selected

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Any:
        return iter([*self._modules.values()])

    def forward(self, input: Any) -> Any:  # noqa: A002  (torch's own name)
        """Pass the input through all modules."""
        for module in self._modules.values():
            input = module(input)  # noqa: A001
        return input


def _check_module(value: Any, holder: str) -> None:
    session = current_session()
    if is_unknown(value):
        session.stop(why_unknown(value, f"can't tell which module `{text_of(value)}` is"))
    if not is_a(value, Module):
        text = f"{value.__name__}, a class: write {value.__name__}(…)" if is_a(value, type) else text_of(value)
        raise session.site().error(f"{holder} holds modules, not {text} (PyTorch: is not a Module subclass)")


class ModuleList(Module):
    """`nn.ModuleList`: a list of modules."""

    def __init__(self, modules: Any = ()) -> None:
        super().__init__()
        self.extend(modules)

    def append(self, module: Any) -> Any:
        """Add a module at the end."""
        _check_module(module, "nn.ModuleList")
        self._register(str(len(self._modules)), module)
        return self

    def extend(self, modules: Any) -> Any:
        """Add modules at the end."""
        for module in modules or ():
            self.append(module)
        return self

    def insert(self, index: int, module: Any) -> None:
        """Add a module at a place."""
        _check_module(module, "nn.ModuleList")
        modules = [*self._modules.values()]
        modules.insert(index, module)
        self.__dict__["_modules"] = {str(at): member for at, member in enumerate(modules)}

    def __getitem__(self, key: Any) -> Any:
        selected = [*self._modules.values()][key]
        return type(self)(selected) if is_a(key, slice) else selected

    def __setitem__(self, key: int, module: Any) -> None:
        _check_module(module, "nn.ModuleList")
        self._modules[[*self._modules][key]] = module

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Any:
        return iter([*self._modules.values()])

    def __add__(self, other: Any) -> Any:
        return ModuleList([*self, *other])


class ModuleDict(Module):
    """`nn.ModuleDict`: modules by name."""

    def __init__(self, modules: Any = None) -> None:
        super().__init__()
        self.update(modules or {})

    def update(self, modules: Any) -> None:
        """Add modules."""
        for name, module in dict(modules).items():
            self[name] = module

    def __setitem__(self, name: str, module: Any) -> None:
        _check_module(module, "nn.ModuleDict")
        self._register(name, module)

    def __getitem__(self, name: str) -> Any:
        return self._modules[name]

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def __len__(self) -> int:
        return len(self._modules)

    def __iter__(self) -> Any:
        return iter([*self._modules])

    def keys(self) -> Any:
        """Return the names."""
        return self._modules.keys()

    def values(self) -> Any:
        """Return the modules."""
        return self._modules.values()

    def items(self) -> Any:
        """Return both."""
        return self._modules.items()


CONTAINERS: Mapping[str, type[Module]] = {
    "Module": Module,
    "Sequential": Sequential,
    "ModuleList": ModuleList,
    "ModuleDict": ModuleDict,
}
