"""Values that an article's code can't know without its data: they may be passed about, but decide nothing."""

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
from .places import FILENAME, Site

Kind = TypeVar("Kind")
UNPACKING = dis.opmap["UNPACK_SEQUENCE"]


class Stopped(BaseException):
    """The reading ends here: not an Exception, so that no `except` of the article decides what the model is.

    Only code that catches everything can hold it up, and then the reading remembers it.
    """

    def __init__(self, error: CodeError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class Origin:
    """Where an unknown value comes from: what it is called there, and why it is not known."""

    what: str
    why: str
    site: Site | None = None
    remedy: str = ""
    """What the author can do, if it is something else than to give a value."""


class Session:
    """What unknown values ask while an article is read: where the code is, and how to stop."""

    def __init__(self, site: Callable[[], Site]) -> None:
        self.site = site
        self.keras: Any = None
        """The stand-in for Keras."""
        self.stopped: CodeError | None = None
        self.uses: int = 0
        self.last_change: int = 0
        """How often something unknown had been used when a model was built or changed last."""
        """How often something was made of an unknown value, which may fail where the real value is there."""
        self.last_used: Unknown | None = None

    def stop(self, message: str, site: Site | None = None) -> NoReturn:
        """End the reading with an error at a site, or where the code is."""
        error = (site or self.site()).error(message)
        if self.stopped is None:
            self.stopped = error
        raise Stopped(self.stopped)


_sessions: list[Session] = []


def current_session() -> Session:
    """Return the session of the reading under way."""
    return _sessions[-1]


class active:  # noqa: N801  (used as a function)
    """Read in a session; readings may be nested, as when a script reads two blocks."""

    def __init__(self, used: Session) -> None:
        self._used = used

    def __enter__(self) -> Session:
        _sessions.append(self._used)
        return self._used

    def __exit__(self, *_: object) -> None:
        _sessions.pop()


class Unknown:
    """A value that is not known here; whatever is made of it is not known either.

    `_shape` is the shape of an array whose numbers are unknown, if that is known. `_name` is the name that the code
    gives it, by which the author may say what it is.
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
        return Unknown  # nothing is read now: a debugger asks, or who looks for objects of some kind

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        if self._shape is not None:
            found = _of_array(self, name)
            if found is not None:
                return found
        return derived(self, f"{label(self)}.{name}")

    def __setattr__(self, name: str, value: object) -> None:
        """Take it, as what is not known stays so; but what is a part of a layer may change the picture."""
        _check_change(self, f"{label(self)}.{name}")

    def __delattr__(self, name: str) -> None:
        """Take it likewise."""
        _check_change(self, f"{label(self)}.{name}")

    def __setitem__(self, key: object, value: object) -> None:
        """Take it likewise."""
        _check_change(self, f"{label(self)}[…]")

    def __delitem__(self, key: object) -> None:
        """Take it likewise."""
        _check_change(self, f"{label(self)}[…]")

    def __call__(self, *args: object, **kwargs: object) -> Any:
        """Return what nobody knows either; what is passed in may have been changed."""
        for each in (*args, *kwargs.values()):
            invalidate(each, self)
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
        if instruction == UNPACKING:  # `x, y = load_data()`: the names tell how many there are
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


def _decided(self: Unknown, what: str) -> NoReturn:
    why = "; a tensor has no numbers while the model is built" if self._origin.why == NOT_READ else ""
    current_session().stop(why_unknown(self, f"can't tell {what}") + why)


def why_unknown(self: Unknown, what: str) -> str:
    """Say what cannot be told, where it comes from, and what the author can do."""
    remedy = _remedy(self)
    return f"{what}: {history(self)}{remedy and '; '}{remedy}"


def history(self: Unknown) -> str:
    """Say what an unknown comes from, by the names that the code gives."""
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
    """Say where an unknown comes from: which block, and its line there, as the file has other numbers."""
    if origin.site is None:
        return ""
    here = current_session().site().block is origin.site.block
    return f" (line {origin.site.lineno} of this block)" if here else f" (line {origin.site.lineno} of a block above)"


def _remedy(self: Unknown) -> str:
    origin = self._origin
    if origin.remedy or origin.why == NOT_READ:
        return origin.remedy
    name = self._name or (origin.what if origin.what.isidentifier() and origin.why == NOT_SET else "")
    if name:
        return f'give its value on the image: {{given="{name}=…"}}'
    return 'give it a name, n = …, and the value of that name on the image: {given="n=…"}'


NOT_SET = "isn't set in any block above"
PART_OF_LAYER = "isn't known without running Keras"
CHANGING = {"add", "pop", "insert"}
"""What changes a model, by the names of methods."""
NOT_READ = "computes with tensors directly, which isn't supported: use Keras layers"


def label(self: Unknown) -> str:
    """Tell what an unknown is called: by its name in the code, else by how it came about."""
    return self._name or self._what


def derived(self: Unknown, what: str, shape: Shape | None = None) -> Unknown:
    """Make what comes of an unknown."""
    session = current_session()
    session.uses, session.last_used = session.uses + 1, self
    # A module that is imported by another name, as pandas is by `pd`, says less than what is made with it.
    named = self if self._name and self._what != self._origin.what else None
    root = self._root if self._root is not None else named
    return Unknown(what, self._origin, shape, root)


def unknown(what: str, why: str, shape: Shape | None = None, remedy: str = "") -> Unknown:
    """Make a value that nobody can tell here, at the line of the article under way."""
    return Unknown(what, Origin(what, why, current_session().site(), remedy), shape)


def not_read(what: str) -> Unknown:
    """Make what the article computes with tensors itself, rather than by a layer."""
    return unknown(what, NOT_READ)


def is_unknown(value: object) -> TypeGuard[Unknown]:
    """Say whether a value is unknown; `isinstance` would ask it."""
    return type(value) is Unknown


@overload
def is_a(value: object, kinds: type[Kind]) -> TypeGuard[Kind]: ...
@overload
def is_a(value: object, kinds: UnionType) -> bool: ...
def is_a(value: object, kinds: type | UnionType) -> bool:
    """Say whether a value is of a kind, as `isinstance` does; something unknown is of none."""
    return type(value) is not Unknown and isinstance(value, kinds)


def is_numpy_number(value: object) -> TypeGuard[np.generic[Any]]:
    """Say whether a value is a number of NumPy's, which Keras and Python take for their own."""
    return type(value) is not Unknown and isinstance(value, np.generic)


def is_shape(value: Any) -> bool:
    """Say whether a value is the known shape of an array."""
    return is_a(value, list | tuple) and all(type(each) is int for each in value)


def find_unknown(value: object, depth: int = 3) -> Unknown | None:
    """Find an unknown in a value: itself, or in the lists, tuples and dicts that it is made of."""
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
        for each in inside:
            found = find_unknown(each, depth - 1)
            if found is not None:
                return found
    return None


def holds_unknown(*values: object) -> bool:
    """Say whether one of some values is unknown, or made of what is."""
    return any(find_unknown(each) is not None for each in values)


def unknown_of(what: str, *values: object) -> Unknown:
    """Make what comes of several values, of which one is unknown."""
    found = next(it for it in (find_unknown(each) for each in values) if it is not None)
    return derived(found, what)


def _check_change(self: Unknown, what: str) -> None:
    if self._origin.why == PART_OF_LAYER:
        current_session().stop(f"can't tell what changing `{what}` does to the layer: leave it out")


def invalidate(value: object, by: Unknown) -> None:
    """Note that a function which isn't run was given a value of the article's, and may have changed it.

    A list, a dict, a set, an array or an iterator is unknown from here on wherever the article refers to it, and so are
    the attributes of an object of the article's own class. A model or a layer is believed unchanged; but one that the
    article goes on building afterwards is not (`Keras.handed`). The libraries in LOOKING change no data.
    """
    check_function(value, by)
    call = f"{label(by)}(…)"
    changed = Origin(call, "isn't run here and may have changed it", current_session().site())
    found: dict[int, object] = {}
    _collect(value, found, by, by._origin.what.partition(".")[0] in LOOKING)
    replaced: dict[int, tuple[object, Unknown]] = {}
    for each in found.values():
        shape = each.shape if isinstance(each, np.ndarray) else None
        replaced[id(each)] = each, Unknown(call, changed, shape)
        _forget_items(each, Unknown(f"an item that {label(by)} may have changed", changed))
    _replace(replaced)


def shuffled(value: object, by: Unknown) -> None:
    """Note that the items of a value are in an unknown order; how many there are is known."""
    if isinstance(value, np.ndarray):
        _replace({id(value): (value, Unknown(by._what, by._origin, value.shape))})
    else:
        _forget_items(value, by)


def check_function(value: object, by: Unknown) -> None:
    """Stop the reading where code that isn't run is given a function that changes a model: nobody knows how often."""
    if is_a(value, FunctionType | MethodType | BuiltinMethodType) and (changing := CHANGING & _names_in(value)):
        current_session().stop(
            f"`{label(by)}` isn't run here, so nobody knows how often it calls the function that it gets, which uses "
            f"`{min(changing)}`: call that function in the article's own code"
        )


DEPTH, MOST_ITEMS = 4, 1_000
"""How deep in lists, dicts and objects a reference is looked for, and in how long ones."""
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
"""Libraries that draw, compute, track or report, and leave what they are given as it is."""


def _collect(value: object, found: dict[int, object], by: Unknown, only_looks: bool, depth: int = DEPTH) -> None:
    """Collect what a function may have changed in a value: itself, and what it holds."""
    if type(value) is Unknown or id(value) in found or depth == 0:
        return
    keras = current_session().keras
    if keras is not None and keras.is_model(value):
        if not only_looks:
            keras.handed[id(value)] = by, current_session().site()
    elif isinstance(value, tuple | list | deque | Mapping):
        if not (only_looks or isinstance(value, tuple)):
            found[id(value)] = value
        for each in [*value.values()] if isinstance(value, Mapping) else value:
            _collect(each, found, by, only_looks, depth - 1)
    elif isinstance(value, np.ndarray | MutableSet | MutableSequence | Iterator):
        if not only_looks:
            found[id(value)] = value
    elif type(value).__module__ == "__main__" and "_unrolled" not in getattr(value, "__dict__", {"_unrolled": 0}):
        for name, each in {**vars(type(value)), **vars(value)}.items():
            if not (callable(each) or name.startswith("__")):
                vars(value)[name] = derived(by, f"an attribute that {label(by)} may have changed")


def _forget_items(value: object, item: Unknown) -> None:
    """Make the items of a list or a dict unknown where they are, for who refers to it from elsewhere."""
    if type(value) is list:
        value[:] = [item] * len(value)
    elif type(value) is dict:
        for key in value:
            value[key] = item


def _replace(replaced: Mapping[int, tuple[object, Unknown]]) -> None:
    """Have the article refer to unknown values instead of others: in its names, and in what they hold."""
    frame: FrameType | None = sys._getframe(1)
    met: set[int] = set()
    while frame and replaced:
        if frame.f_code.co_filename.startswith(FILENAME.partition("{")[0]):
            names = frame.f_locals  # asked for once: until Python 3.13 this is a copy, made anew each time
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
            if depth == DEPTH and not instead._name:
                object.__setattr__(instead, "_name", key)
            holder[key] = instead  # type: ignore[index]
        elif type(value) is not Unknown:
            _replace_in(value, replaced, met, depth - 1)


def _names_in(function: Any) -> set[str]:
    """Tell the names that a function uses, with those of functions inside it."""
    code = getattr(function, "__code__", None)
    found = {getattr(function, "__name__", "")} if code is None or isinstance(function, MethodType) else set[str]()
    if "append" in found or "extend" in found:
        found.add("insert")
    waiting = [code] if code is not None else []
    while waiting:
        each = waiting.pop()
        found |= set(each.co_names)
        waiting += [inner for inner in each.co_consts if isinstance(inner, CodeType)]
    return found


def text_of(value: object) -> str:
    """Write a value as code does, on one line and not too long; an unknown by what it is called."""
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
        except Exception:  # a class of the article's own may not know how
            text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}…"


def _subclass_of(base: Unknown) -> type:
    """Make the class from which a class of the article inherits in place of an unknown one: its objects are unknown."""

    class Inherits:
        def __new__(cls, *args: object, **kwargs: object) -> Any:
            return derived(base, f"{cls.__name__}(…)")

        def __init_subclass__(cls, **kwargs: object) -> None:
            """Take what the unknown class may."""

    return Inherits


def _broadcast(values: Sequence[object]) -> Shape | None:
    shapes: list[Shape] = []
    for each in values:
        if type(each) is Unknown:
            if each._shape is None:
                return None
            shapes.append(each._shape)
        elif isinstance(each, int | float | np.ndarray | np.generic):
            shapes.append(np.shape(each))
        else:
            return None
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError:
        return None


def _of_array(self: Unknown, name: str) -> Any:
    """Answer what the shape of an array tells."""
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
