"""Values that code can't know without its data: they can be passed around, but nothing may depend on them."""

from __future__ import annotations

import dis
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, MutableSequence, MutableSet, Sequence
from ctypes import c_int, py_object, pythonapi
from dataclasses import dataclass
from types import BuiltinMethodType, CodeType, FrameType, FunctionType, MethodType, UnionType
from typing import Any, NoReturn, TypeGuard, TypeVar, overload

import numpy as np

from ..arrays import Shape
from ..errors import CodeError
from .places import Site, is_of_article

Kind = TypeVar("Kind")
UNNAMED = 'give it a name, n = …, and the value of that name on the image: {given="n=…"}'
"""The remedy for something unknown that has no name in the code."""
UNPACKING = dis.opmap["UNPACK_SEQUENCE"]
LOOKING_UP = {dis.opmap[name] for name in ("LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM") if name in dis.opmap}


class Stopped(BaseException):
    """Stops the reading. It isn't an Exception, so that no `except` in the article can affect the model.

    Only code that catches everything can intercept it, and the session remembers it for that case.
    """

    def __init__(self, error: CodeError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class Origin:
    """Where an unknown value comes from: its name there, and why it isn't known."""

    what: str
    why: str
    site: Site | None = None
    remedy: str = ""
    """What the author can do, if giving a value isn't the solution."""


class Session:
    """The context of one reading, used by unknown values: where the code is, and how to stop it."""

    def __init__(self, site: Callable[[], Site], site_of: Callable[[BaseException], Site]) -> None:
        self.site = site
        self.site_of = site_of
        self.keras: Any = None
        """The stand-in for Keras."""
        self.torch: Any = None
        """The stand-in for torch."""
        self.stopped: CodeError | None = None
        self.out_of_memory = ""
        """What to say where the code needs more memory than it may use."""
        self.uses: int = 0
        """The number of times an unknown value was created or used; each may fail when it is really run."""
        self.last_change: int = 0
        """The number of uses of unknown values when a model was last built or changed."""
        self.last_used: Unknown | None = None

    def stop(self, message: str, site: Site | None = None) -> NoReturn:
        """Stop the reading with an error at a site, by default the current one."""
        error = (site or self.site()).error(message)
        if self.stopped is None:
            self.stopped = error
        raise Stopped(self.stopped)


_sessions: list[Session] = []


def current_session() -> Session:
    """Return the session of the current reading."""
    return _sessions[-1]


def is_reading() -> bool:
    """Return whether code is being read."""
    return bool(_sessions)


class active:  # noqa: N801  (used as a function)
    """Activate a session. Readings can be nested, for example if a script reads two blocks."""

    def __init__(self, used: Session) -> None:
        self._used = used

    def __enter__(self) -> Session:
        _sessions.append(self._used)
        return self._used

    def __exit__(self, *_: object) -> None:
        _sessions.pop()


class Unknown:
    """An unknown value; anything computed from it is unknown too.

    `_shape` is the shape of an array, if at least that is known. `_name` is the value's name in the code, under which
    the author can supply it.
    """

    __slots__ = ("_name", "_origin", "_root", "_shape", "_what")

    _what: str
    _origin: Origin
    _shape: Shape | None
    _name: str
    _root: Unknown | None

    def __init__(self, what: str, origin: Origin, shape: Shape | None = None, root: Unknown | None = None) -> None:
        set_part = object.__setattr__
        set_part(self, "_what", what if len(what) <= 60 else f"{what[:57]}…")
        set_part(self, "_origin", origin)
        set_part(self, "_shape", shape)
        set_part(self, "_name", "")
        set_part(self, "_root", root)

    @property  # type: ignore[misc]  # nobody may set it either
    def __class__(self) -> Any:
        if _sessions:
            _decided(self, f"what kind of thing `{label(self)}` is")
        return Unknown  # no reading is active: a debugger, or code that searches for objects of some type

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__") and not _is_written(sys._getframe(1)):
            raise AttributeError(name)  # Python or a library asks whether it has a protocol
        if self._shape is not None:
            value = _of_array(self, name)
            if value is not None:
                return value
        return derived(self, f"{label(self)}.{name}")

    def __setattr__(self, name: str, value: object) -> None:
        """Allow it, since an unknown value stays unknown; but a part of a layer might affect the picture."""
        _check_change(self, f"{label(self)}.{name}")

    def __delattr__(self, name: str) -> None:
        """Allow it likewise."""
        _check_change(self, f"{label(self)}.{name}")

    def __setitem__(self, key: object, value: object) -> None:
        """Allow it likewise."""
        _check_change(self, f"{label(self)}[…]")

    def __delitem__(self, key: object) -> None:
        """Allow it likewise."""
        _check_change(self, f"{label(self)}[…]")

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Return an unknown value; the arguments may have been changed."""
        if self._origin.why == PART_OF_LAYER and self._what.rpartition(".")[2].startswith("assign"):
            current_session().stop(
                f"can't tell which weight `{label(self)}(…)` changes: use set_weights([…]) of its layer"
            )
        arguments = (*args, *kwargs.values())
        for argument in arguments:
            invalidate(argument, self)
        if "optimizer" in self._origin.what.lower() and self._what.rpartition(".")[2] in APPLYING:
            current_session().keras.forget_weights(*arguments)
        if self._origin.what.startswith("optim.") and self._what.endswith(".step"):
            current_session().torch.forget_weights()
        return derived(self, f"{label(self)}(…)")

    def __getitem__(self, key: object) -> Any:
        if self._shape is not None and not holds_unknown(key):
            try:
                shape = np.broadcast_to(np.False_, self._shape)[key].shape  # type: ignore[call-overload]
            except (IndexError, TypeError, ValueError):
                shape = None
            return derived(self, f"{label(self)}[…]", shape)
        return derived(self, f"{label(self)}[{text_of(key)}]")

    def __len__(self) -> int:
        if self._shape:
            return self._shape[0]
        return _decided(self, f"how long `{label(self)}` is")

    def __iter__(self) -> Iterator[Any]:
        if self._shape:
            return iter([self[number] for number in range(self._shape[0])])
        frame = sys._getframe(1)
        instruction, count = frame.f_code.co_code[frame.f_lasti : frame.f_lasti + 2]
        if instruction == UNPACKING:  # `x, y = load_data()`: the names give the number of items
            return iter([derived(self, f"{label(self)}[{number}]") for number in range(count)])
        return _decided(self, f"how many things `{label(self)}` holds")

    def __next__(self) -> Any:
        return derived(self, f"an item of {label(self)}")

    def __reversed__(self) -> Any:
        return derived(self, f"reversed({label(self)})")

    def __contains__(self, item: object) -> bool:
        _decided(self, f"what `{label(self)}` holds")

    def __bool__(self) -> bool:
        _decided(self, f"whether `{label(self)}` is true")

    def __hash__(self) -> int:
        _decided(self, f"the value of `{label(self)}`")

    def __index__(self) -> int:
        _decided(self, f"the value of `{label(self)}`")

    __int__ = __index__

    def __float__(self) -> float:
        _decided(self, f"the value of `{label(self)}`")

    def __complex__(self) -> complex:
        _decided(self, f"the value of `{label(self)}`")

    def __repr__(self) -> str:
        if _sessions:
            _decided(self, f"the text of `{label(self)}`")
        return f"<unknown {label(self)}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        _decided(self, f"the text of `{label(self)}`")

    def __enter__(self) -> Any:
        return self

    def __exit__(self, kind: object, problem: object, trace: object) -> None:
        if kind is not None and not isinstance(problem, Stopped):
            _decided(self, f"whether `with {label(self)}` passes over a {getattr(kind, '__name__', 'problem')}")

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: object) -> Any:
        return self

    def __reduce_ex__(self, protocol: object) -> Any:
        _decided(self, f"the value of `{label(self)}`")

    def __dir__(self) -> Any:
        _decided(self, f"what `{label(self)}` holds")

    def __mro_entries__(self, bases: object) -> tuple[type, ...]:
        return (_subclass_of(self),)

    def __round__(self, digits: object = None) -> Any:
        return derived(self, f"round({label(self)})")

    __trunc__ = __floor__ = __ceil__ = __round__

    def __array__(self, *_: object, **__: object) -> Any:
        _decided(self, f"the numbers of `{label(self)}`")

    def __array_function__(self, function: Any, types: object, args: Any, kwargs: Any) -> Any:
        return unknown_of(f"np.{function.__name__}(…)", args, kwargs)

    def __array_ufunc__(self, function: Any, method: str, *args: Any, **kwargs: Any) -> Any:
        return derived(self, f"np.{function.__name__}(…)", _broadcast(args) if method == "__call__" else None)


class MayBeUnknown:
    """Something with numbers, such as a weight, that aren't always known."""

    def known_or_not(self) -> Any:
        """Return the numbers as an array, or an unknown value."""
        raise NotImplementedError


def revealed(value: Any) -> Any:
    """Replace what may be unknown by its numbers or by an unknown value, also in lists, tuples and dicts."""
    if type(value) in (list, tuple):
        return type(value)(map(revealed, value))
    if type(value) is dict:
        return {key: revealed(item) for key, item in value.items()}
    return value.known_or_not() if issubclass(type(value), MayBeUnknown) else value


def _operation(sign: str, reflected: bool = False) -> Callable[[Unknown, Any], Unknown]:
    def operate(self: Unknown, other: Any = None) -> Unknown:
        pair = (text_of(other), label(self)) if reflected else (label(self), text_of(other))
        return derived(self, f"{pair[0]} {sign} {pair[1]}", _broadcast((self, other)) if sign != "@" else None)

    return operate


def _unary(sign: str) -> Callable[[Unknown], Unknown]:
    return lambda self: derived(self, f"{sign}{label(self)}", self._shape)


for _name, _sign in {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
    "and": "&",
    "or": "|",
    "xor": "^",
    "lshift": "<<",
    "rshift": ">>",
    "divmod": "divmod",
}.items():
    setattr(Unknown, f"__{_name}__", _operation(_sign))
    setattr(Unknown, f"__r{_name}__", _operation(_sign, reflected=True))
for _name, _sign in {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}.items():
    setattr(Unknown, f"__{_name}__", _operation(_sign))
for _name, _sign in {"neg": "-", "pos": "+", "invert": "~", "abs": "abs "}.items():
    setattr(Unknown, f"__{_name}__", _unary(_sign))


def _is_written(frame: FrameType) -> bool:
    """Return whether an article's code itself looks up an attribute now, as in `pd.__version__`."""
    in_article = is_of_article(frame.f_code)
    return in_article and frame.f_code.co_code[frame.f_lasti] in LOOKING_UP


def _decided(self: Unknown, question: str) -> NoReturn:
    why = "; a tensor has no numbers while the model is built" if self._origin.why == NOT_READ else ""
    current_session().stop(why_unknown(self, f"can't tell {question}") + why)


def why_unknown(self: Unknown, message: str, unnamed: str = UNNAMED) -> str:
    """Explain what can't be determined, where the value comes from, and what the author can do.

    That is `unnamed` for a value that has no name which could be given.
    """
    remedy = _remedy(self, unnamed)
    return f"{message}: {history(self)}{remedy and '; '}{remedy}"


def history(self: Unknown) -> str:
    """Explain where an unknown value comes from, using the names in the code."""
    origin, root = self._origin, self._root
    line = _place_of(origin)
    if origin.why == NOT_SET:
        return f"`{origin.what}` {origin.why}" if origin.what != label(self) else f"it {origin.why}"
    steps = []
    if self._name and self._what not in (self._name, origin.what):
        steps.append(f"it is `{self._what}`")
    if root is not None and label(root) != label(self):
        steps.append(f"it comes from `{label(root)}`")
    steps.append(f"`{origin.what}`{line} {origin.why}" if origin.what != label(self) else f"it {origin.why}{line}")
    return ", and ".join(steps)


def _place_of(origin: Origin) -> str:
    """Locate an unknown value by its block and the line in the block; line numbers of the file would be different."""
    if origin.site is None:
        return ""
    here = current_session().site().block is origin.site.block
    return f" (line {origin.site.lineno} of this block)" if here else f" (line {origin.site.lineno} of a block above)"


def _remedy(self: Unknown, unnamed: str) -> str:
    origin = self._origin
    if origin.remedy or origin.why == NOT_READ:
        return origin.remedy
    name = self._name or (origin.what if origin.what.isidentifier() and origin.why == NOT_SET else "")
    if name:
        return f'give its value on the image: {{given="{name}=…"}}'
    return unnamed


NOT_SET = "isn't set in any block above"
PART_OF_LAYER = "isn't known without running Keras"
CHANGING = {"add", "pop", "insert"}
"""Names of methods that change a model."""
APPLYING = ("apply", "apply_gradients", "minimize")
"""Methods of an optimizer that change weights."""
NOT_READ = "computes with tensors directly, which isn't supported: use Keras layers"


def label(self: Unknown) -> str:
    """Return a label for an unknown value: its name in the code, or how it was computed."""
    return self._name or self._what


def derived(self: Unknown, what: str, shape: Shape | None = None) -> Unknown:
    """Create a value that results from an unknown one."""
    session = current_session()
    session.uses, session.last_used = session.uses + 1, self
    # The alias of a module, such as `pd` for pandas, says less than what is computed with it.
    named = self if self._name and self._what != self._origin.what else None
    root = self._root if self._root is not None else named
    return Unknown(what, self._origin, shape, root)


def unknown(what: str, why: str, shape: Shape | None = None, remedy: str = "") -> Unknown:
    """Create the result of something that isn't run, which may fail, at the current line of the article."""
    session = current_session()
    value = Unknown(what, Origin(what, why, session.site(), remedy), shape)
    session.uses, session.last_used = session.uses + 1, value
    return value


def not_run(what: str) -> None:
    """Note that something isn't run, which returns nothing but may fail."""
    unknown(what, "isn't run here")


def not_read(what: str) -> Unknown:
    """Create the result of tensor arithmetic that isn't supported without a layer."""
    return unknown(what, NOT_READ)


def is_unknown(value: object) -> TypeGuard[Unknown]:
    """Return whether a value is unknown; `isinstance` would query the value itself."""
    return type(value) is Unknown


@overload
def is_a(value: object, kinds: type[Kind]) -> TypeGuard[Kind]: ...
@overload
def is_a(value: object, kinds: UnionType) -> bool: ...
def is_a(value: object, kinds: type | UnionType) -> bool:
    """Return whether a value has a type, as `isinstance` does; an unknown value has none."""
    return type(value) is not Unknown and isinstance(value, kinds)


def is_numpy_number(value: object) -> TypeGuard[np.generic[Any]]:
    """Return whether a value is a NumPy scalar, which Keras and Python treat as their own."""
    return type(value) is not Unknown and isinstance(value, np.generic)


def is_shape(value: Any) -> bool:
    """Return whether a value is the known shape of an array."""
    return is_a(value, list | tuple) and all(type(length) is int for length in value)


def find_unknown(value: object, depth: int = 3) -> Unknown | None:
    """Find an unknown value: the value itself, or one inside nested lists, tuples and dicts."""
    value = revealed(value) if issubclass(type(value), MayBeUnknown) else value
    if type(value) is Unknown:
        return value
    if depth:
        inside: Sequence[object] = ()
        if type(value) in (list, tuple):
            inside = value  # type: ignore[assignment]
        elif type(value) is dict:
            inside = [*value.values()]
        elif type(value) is slice:
            inside = (value.start, value.stop, value.step)
        for item in inside:
            inner = find_unknown(item, depth - 1)
            if inner is not None:
                return inner
    return None


def holds_unknown(*values: object) -> bool:
    """Return whether any of these values is unknown, or contains one that is."""
    return any(find_unknown(value) is not None for value in values)


def unknown_of(what: str, *values: object) -> Unknown:
    """Create a value that results from several, one of which is unknown."""
    source = next(inner for inner in (find_unknown(value) for value in values) if inner is not None)
    return derived(source, what)


def _check_change(self: Unknown, expression: str) -> None:
    if self._origin.why == PART_OF_LAYER:
        current_session().stop(f"can't tell what changing `{expression}` does to the layer: leave it out")


def invalidate(value: object, by: Unknown, what: str = "") -> None:
    """Record that a function that isn't run was given a value, and may have changed it; or that other code may have.

    Lists, dicts, sets, arrays and iterators become unknown wherever the article refers to them, and so do the
    attributes of the article's own objects. Models and layers may be trained, but are assumed to keep their layers,
    unless the article continues to build them afterwards (`Keras.handed`). The libraries in LOOKING don't change data.
    """
    check_function(value, by)
    call = what or f"{label(by)}(…)"
    changed = Origin(call, "isn't run here and may have changed it", current_session().site())
    objects: dict[int, object] = {}
    _collect(value, objects, by, by._origin.what.partition(".")[0] in LOOKING)
    replaced: dict[int, tuple[object, Unknown]] = {}
    for target in objects.values():
        shape = target.shape if isinstance(target, np.ndarray) else None
        replaced[id(target)] = target, Unknown(call, changed, shape)
        _forget_items(target, Unknown(f"an item that {label(by)} may have changed", changed))
    _replace(replaced)


def shuffled(value: object, by: Unknown) -> None:
    """Record that the items of a value are in an unknown order; their number is known."""
    if isinstance(value, np.ndarray):
        _replace({id(value): (value, Unknown(by._what, by._origin, value.shape))})
    else:
        _forget_items(value, by)


def check_function(value: object, by: Unknown) -> None:
    """Stop the reading if a function that changes a model is passed to code that isn't run: it may be called often."""
    if is_a(value, FunctionType | MethodType | BuiltinMethodType) and (changing := CHANGING & _names_in(value)):
        current_session().stop(
            f"`{label(by)}` isn't run here, so nobody knows how often it calls the function that it gets, which uses "
            f"`{min(changing)}`: call that function in the article's own code"
        )


DEPTH, MOST_ITEMS = 4, 1_000
"""The maximum nesting depth and length of containers searched for references."""
LOOKING = {
    *(
        "matplotlib",
        "plt",
        "seaborn",
        "sns",
        "plotly",
        "altair",
        "bokeh",
        "IPython",
        "graphviz",
        "pydot",
        "visualkeras",
    ),
    *("pandas", "pd", "polars", "sklearn", "scipy", "statsmodels", "xgboost", "torch", "nn", "F", "jax", "jnp"),
    *("keras", "tensorflow", "tf", "tfds", "tensorflow_datasets", "tensorflow_text", "keras_nlp", "keras_hub"),
    *("keras_tuner", "kerastuner", "optuna", "wandb", "mlflow", "tensorboard", "nltk", "spacy", "gensim", "datasets"),
    *("transformers", "tokenizers", "tqdm", "PIL", "cv2", "tabulate", "rich", "requests", "yfinance", "torchinfo"),
}
"""Libraries that plot, compute, track or report, and leave their arguments unchanged."""


def _collect(value: object, objects: dict[int, object], by: Unknown, only_looks: bool, depth: int = DEPTH) -> None:
    """Collect what a function may have changed: the value itself, and what it contains."""
    if type(value) is Unknown or id(value) in objects or depth == 0:
        return
    keras = current_session().keras
    if keras is not None and (keras.is_layer(value) or issubclass(type(value), MayBeUnknown)):
        if not only_looks:
            keras.forget_weights(value)
            if keras.is_model(value):
                keras.handed[id(value)] = by, current_session().site()
    elif isinstance(value, tuple | list | deque | Mapping):
        if not (only_looks or isinstance(value, tuple)):
            objects[id(value)] = value
        for item in [*value.values()] if isinstance(value, Mapping) else value:
            _collect(item, objects, by, only_looks, depth - 1)
    elif isinstance(value, np.ndarray | MutableSet | MutableSequence | Iterator):
        if not only_looks:
            objects[id(value)] = value
    elif type(value).__module__ == "__main__" and "_unrolled" not in getattr(value, "__dict__", {"_unrolled": 0}):
        for name, attribute in {**vars(type(value)), **vars(value)}.items():
            if not (callable(attribute) or name.startswith("__")):
                vars(value)[name] = derived(by, f"an attribute that {label(by)} may have changed")


def _forget_items(value: object, item: Unknown) -> None:
    """Make the items of a list or dict unknown in place, for other references to it."""
    if type(value) is list:
        value[:] = [item] * len(value)
    elif type(value) is dict:
        for key in value:
            value[key] = item


def _replace(replaced: Mapping[int, tuple[object, Unknown]]) -> None:
    """Replace values with unknown ones wherever the article refers to them: in names, and inside containers."""
    frame: FrameType | None = sys._getframe(1)
    met: set[int] = set()
    while frame and replaced:
        if is_of_article(frame.f_code):
            names = frame.f_locals  # read only once: before Python 3.13, each access creates a new copy
            _replace_in(names, replaced, met)
            if sys.version_info < (3, 13):
                pythonapi.PyFrame_LocalsToFast(py_object(frame), c_int(0))
            _replace_in(frame.f_globals, replaced, met)
        frame = frame.f_back


def _replace_in(
    holder: object, replaced: Mapping[int, tuple[object, Unknown]], met: set[int], depth: int = DEPTH
) -> None:
    if depth == 0 or id(holder) in met:
        return
    met.add(id(holder))
    pairs: list[tuple[Any, object]] = []
    if isinstance(holder, Mapping):
        pairs = list(holder.items())
    elif type(holder) is list:
        pairs = list(enumerate(holder))
    elif type(holder).__module__ == "__main__" and hasattr(holder, "__dict__"):
        holder = vars(holder)
        pairs = list(holder.items())
    if len(pairs) > MOST_ITEMS:
        return
    for key, value in pairs:
        if id(value) in replaced:
            instead = replaced[id(value)][1]
            if depth == DEPTH and not instead._name and str(key).isidentifier():
                object.__setattr__(instead, "_name", key)
            holder[key] = instead  # type: ignore[index]
        elif type(value) is not Unknown:
            _replace_in(value, replaced, met, depth - 1)


def _names_in(function: Any) -> set[str]:
    """List the names that a function uses, including those of nested functions."""
    code = getattr(function, "__code__", None)
    names = {getattr(function, "__name__", "")} if code is None or isinstance(function, MethodType) else set[str]()
    if "append" in names or "extend" in names:
        names.add("insert")
    waiting = [code] if code is not None else []
    while waiting:
        scanned = waiting.pop()
        names |= set(scanned.co_names)
        waiting += [inner for inner in scanned.co_consts if isinstance(inner, CodeType)]
    return names


def text_of(value: object) -> str:
    """Format a value as code, on one line and shortened; an unknown value by its label."""
    if type(value) is Unknown:
        return label(value)
    if type(value) in (list, tuple):
        inside = ", ".join(map(text_of, value))  # type: ignore[call-overload]
        text = f"[{inside}]" if type(value) is list else f"({inside}{',' * (len(value) == 1)})"  # type: ignore[arg-type]
    elif holds_unknown(value):
        text = "{…}"
    else:
        try:
            text = " ".join(repr(value).split())
        except Exception:  # the repr of an article's own class may fail
            text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}…"


def _subclass_of(base: Unknown) -> type:
    """Create the base class used when the article inherits from an unknown one; its objects are unknown."""

    class Inherits:
        def __new__(cls, *args: object, **kwargs: object) -> Any:
            return derived(base, f"{cls.__name__}(…)")

        def __init_subclass__(cls, **kwargs: object) -> None:
            """Accept any class arguments, as the unknown class might."""

    return Inherits


def _broadcast(values: Sequence[object]) -> Shape | None:
    shapes: list[Shape] = []
    for value in values:
        if type(value) is Unknown:
            if value._shape is None:
                return None
            shapes.append(value._shape)
        elif isinstance(value, int | float | np.ndarray | np.generic):
            shapes.append(np.shape(value))
        else:
            return None
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def _of_array(self: Unknown, name: str) -> Any:
    """Answer questions about an array that its shape determines."""
    shape = self._shape
    assert shape is not None
    dummy = np.broadcast_to(np.False_, shape)
    match name:
        case "shape":
            return shape
        case "ndim":
            return len(shape)
        case "size":
            return int(np.prod(shape))
        case "T":
            return derived(self, f"{label(self)}.T", shape[::-1])
        case "astype" | "copy" | "numpy" | "clip" | "round":
            return lambda *_, **__: derived(self, label(self), shape)
        case "reshape" | "transpose" | "squeeze" | "ravel" | "flatten" | "repeat" | "swapaxes":
            shaped = dummy.reshape if name == "flatten" else getattr(dummy, name)

            def change(*args: Any, **kwargs: Any) -> Any:
                if holds_unknown(args, kwargs):
                    return derived(self, f"{label(self)}.{name}(…)")
                return derived(
                    self, f"{label(self)}.{name}(…)", shaped(*((-1,) if name == "flatten" else args), **kwargs).shape
                )

            return change
    return None
