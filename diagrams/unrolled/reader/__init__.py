"""Reading a model from an article's code: Python runs the code, and a stand-in for Keras records what it builds."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from types import ModuleType
from typing import Any, TypeGuard

from ..arrays import OpenShape, read_only
from ..errors import CodeError, KitError
from ..model import Argument, CodeArray, Model
from .article import Article, given_values, names_loaded, names_stored, shapes_given
from .cells import check_cells
from .graph import BatchError, Ends, GraphLayer, Placeholder, Value, kit_model
from .guard import Limits
from .keras import Keras
from .layers import check_unchanged, layers_inside, records_inside, stand_in_of
from .models import INERT, TRAINING, needed_inputs
from .options import OWN, SHAPES, RecordedLayer
from .places import Blocks, CodeBlock, Site, meant, parse
from .signatures import keras_names
from .tensors import KerasTensor
from .unknown import (
    NOT_SET,
    Origin,
    Stopped,
    Unknown,
    active,
    find_unknown,
    is_a,
    is_unknown,
    label,
    revealed,
    why_unknown,
)

OTHERS = {"plt": "matplotlib", "pd": "pandas", "sns": "seaborn", "jax": "JAX", "jnp": "JAX"}
OTHERS |= {"tfds": "TensorFlow Datasets", "sklearn": "scikit-learn"}
"""The usual meaning of names that an article doesn't import."""
OF_TORCH = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional"}
AXES: Sequence[int | None] = (0, 1, None)
"""Code of torch doesn't say which axis of its inputs is that of the samples: each is tried in turn."""
STANDARD = {"os", "sys", "math", "random", "json", "re", "time", "itertools", "functools", "collections", "datetime"}


CHANGING = ("add", "pop", "append", "insert", "extend", "layers")
"""Common methods and attributes that change a model or a list of layers."""
ARRAY = "array_of_the_figure"
"""The name given to the array that a figure asks for, while it is evaluated."""
NOT_GIVEN = "has no value on the image"
MADE = "made_for_the_figure"
"""The name given to what a figure builds from a definition, while that is called."""
Definition = ast.FunctionDef | ast.ClassDef
UNCHANGED = bool | int | float | str | bytes | ModuleType
"""Types of what keeps its value in a block that fails, unless its name is set there."""


def read_keras(code: object, model: str | None = None) -> Model:
    """Read the model that an article's code builds, or a `keras.Model` if Keras is installed.

    `code` is the text of a block. The blocks above it, `code.before`, run first. The model is the
    one called `model`, or else the one built or changed last. Values that depend on missing data are supplied by
    `code.given`: `"sequence_length=5, x=(3, 2)"`. Raises CodeError, with the block and the line, if the code fails, if
    the model depends on something unknown, or if the code builds something unsupported.

    >>> model_shapes(read_keras(code))
    """
    if not isinstance(code, str):
        from .live import read_live  # not needed by scripts that read text

        return read_live(code, read_keras)
    found = _read(code, model or getattr(code, "model", "") or None)
    if isinstance(found, CodeError):
        raise found
    return found


def _read(code: str, wanted: str | None, is_recording: bool = False) -> Model | CodeError:
    """Read a model. Code of torch doesn't say which axis is that of the samples: each is tried until one fits."""
    errors, has_batch, is_loose = list[CodeError](), False, False
    tries: list[tuple[int | None, frozenset[int]]] = [(axis, frozenset()) for axis in AXES]
    while tries:
        axis, states = tries.pop(0)
        of_batch = [each for each in errors if isinstance(each, BatchError)]
        if (axis == 1 and not of_batch) or (axis is None and any(each.is_of_module for each in of_batch)):
            continue
        if axis is None and of_batch and has_batch:
            continue
        reading = _Reading(
            getattr(code, "before", ()), code, getattr(code, "given", "") or "", axis, is_recording, states
        )
        try:
            reading.run()
            return reading.model(wanted)
        except CodeError as error:
            state = reading.torch and reading.torch.state_given
            if state is not None and state not in states:
                tries.insert(0, (axis, states | {state}))
                continue
            errors.append(error)
            is_loose = reading.torch is not None and not reading.torch.made and reading.torch.has_data
            has_batch = reading.torch is not None and reading.torch.has_batch
            if reading.torch is None:
                break
        finally:
            reading.close()
    if is_loose and not is_recording:  # the code has only functions of data
        found = _read(code, wanted, is_recording=True)
        return found if isinstance(found, Model) else errors[0]
    return next((each for each in errors[:2] if not is_a(each, BatchError)), errors[0])


def read_array(code: str, expression: str) -> CodeArray:
    """Run an article's code, then evaluate an expression, such as `"waves(8, 6)"` or the name of an array.

    Raises CodeError if the code fails, or if the result isn't an array of known numbers.

    >>> positions(read_array("rows = np.eye(3)", "rows"))
    """
    reading = _Reading(getattr(code, "before", ()), code, getattr(code, "given", "") or "")
    try:
        reading.run()
        return reading.array(expression)
    finally:
        reading.close()


class _Reading:
    """One run of an article's code."""

    def __init__(
        self,
        before: Sequence[str],
        code: str,
        given: str,
        axis: int | None = 0,
        is_recording: bool = False,
        states: frozenset[int] = frozenset(),
    ) -> None:
        self._code = str(code)
        self._own = parse(self._code, len(before))
        values = given_values(given)
        shapes = shapes_given(values.get("input"))
        self._article = Article(self._module, self._free, values)
        self._blocks: Blocks = self._article.blocks
        self._keras = Keras(self._article.session, self._blocks, self._article.namespace)
        self._keras.inputs_given = shapes
        self.torch: Any = None
        """The stand-in for torch, if the code uses it."""
        self._axis, self._is_recording, self._states = axis, is_recording, states
        self._failed: dict[int, CodeError] = {}
        self._implied: set[str] = set()
        """Models that the article adds layers to without showing where they are created."""
        self._before = before
        self._calls = 0
        """How many calls were made that the article leaves out."""

    def run(self) -> None:
        """Run the blocks. Raises CodeError if the figure's own block fails."""
        with active(self._article.session):
            for number, text in enumerate(self._before):
                self._run_before(number, text)
            self._begin(self._own)
            error = self._article.run(self._own, Limits())
            if error is not None:
                raise error

    def _begin(self, block: CodeBlock) -> None:
        """Start a block. A model that the article never creates starts over if its first layer gives an input shape."""
        self._running = block
        self._keras.graph.running = block.number
        for name in self._implied:
            added = _layers_added_to(block.tree, name)
            if added and _says_what_goes_in(added[0]):
                dict.pop(self._article.namespace, name, None)

    def close(self) -> None:
        """Release everything the code has created."""
        del self._keras, self.torch
        with active(self._article.session), suppress(Stopped):
            self._article.close()

    def _module(self, name: str) -> Any:
        found = self._keras.module(name)
        return self._of_torch().module(name) if found is None and name.partition(".")[0] == "torch" else found

    def _of_torch(self) -> Any:
        if self.torch is None:
            from .torch import TorchStandIn  # most articles don't use it

            self.torch = TorchStandIn(self._article.session, self._keras, self._axis)
            self.torch.is_recording = self._is_recording
        return self.torch

    def _free(self, name: str) -> Any:
        found = self._of_torch().module(OF_TORCH[name]) if name in OF_TORCH else self._keras.exported(name)
        if found is not None:
            return found
        if name == "np":
            return self._article.builtins["__import__"]("numpy")
        if name in STANDARD:
            return self._article.builtins["__import__"](name)
        if name in OTHERS:
            return Unknown(name, Origin(name, f"is {OTHERS[name]}, which isn't run here", self._article.session.site()))
        if self.torch is not None and _is_looped_over(self._running.tree, name):
            return self.torch.module("torch.utils.data").DataLoader()
        if _decides_nothing(self._running.tree, name, self._article.given):
            return Unknown(name, Origin(name, NOT_SET, self._article.session.site()))
        if (name in self._implied or not self._keras.touched) and _layers_added_to(self._running.tree, name):
            self._implied.add(name)
            model = self._keras.module("keras").Sequential()
            self._article.namespace[name] = model
            return model
        if _is_called(self._running.tree, name):
            near = meant(name, (*keras_names()["layers"], "Sequential", "Input", "Model"))
            near = near or self._article.meant(name) or ": define or import it in this block or above"
            raise self._article.session.site().error(f"`{name}` isn't a Keras layer, and no block above sets it{near}")
        return None

    def _run_before(self, number: int, text: str) -> None:
        """Run a block above the figure's own. If it fails, the names it would have set are unknown."""
        try:
            block = parse(text, number)
            self._begin(block)
        except CodeError as error:
            self._failed[number] = error
            return
        problem = self._article.run(block, Limits())
        if problem is None:
            return
        self._failed[number] = problem
        reached = self._article.reached
        rest = [each for each in block.tree.body if (each.end_lineno or each.lineno) >= reached]
        site = Site(block, problem.lineno if problem.block == text and problem.lineno else reached)
        changed = {name for each in rest for name in _changed(each)}
        values = self._article.namespace
        changed = {name for name in changed if not is_a(values.get(name), UNCHANGED)}
        for name in sorted(changed.union(*(names_stored(each) for each in rest))):
            said = f"is set by a block that fails there: {str(problem).partition('; ')[0]}"
            self._article.namespace[name] = Unknown(name, Origin(name, said, site))

    def array(self, expression: str) -> CodeArray:
        """Evaluate an array. Raises CodeError if the result isn't an array of known numbers."""
        try:
            tree = ast.parse(expression.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            raise self._own.error(f"`{expression}` can't be read: write the name of an array, or a call", 1) from None
        asked = parse(f"{ARRAY} = ({expression.strip()})", self._own.number + 1)
        with active(self._article.session):
            error = self._article.run(asked, Limits())
            if error is not None:
                raise self._own.error(f"`{expression}` can't be computed: {error}", 1)
            found = self._article.namespace[ARRAY]
            unknown = find_unknown(found)
            if unknown is not None:
                said = why_unknown(unknown, f"the numbers of `{expression}` aren't known here").partition("; give")[0]
                raise self._own.error(said, 1)
            try:
                values = read_only(revealed(found))
            except Stopped as stopped:
                raise stopped.error from None
            except (TypeError, ValueError):
                raise self._own.error(
                    f"`{expression}` is a {type(found).__name__}, not an array of numbers", 1
                ) from None
        call = tree if isinstance(tree, ast.Name) else None
        return CodeArray(values, tuple(self._sizes(call.id) if call else ()), tuple(self._numbers()))

    def _sizes(self, name: str) -> Iterator[Argument]:
        """Find the literal numbers in the call that creates an array, by the name of the array."""
        for node in self._own.tree.body:
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                continue
            if any(isinstance(each, ast.Name) and each.id == name for each in node.targets):
                given = [*node.value.args, *(each.value for each in node.value.keywords)]
                yield from (self._number(each) for each in given if _is_number(each))

    def _numbers(self) -> Iterator[Argument]:
        """Find the literal numbers that occur only once in the block."""
        found = [node for node in ast.walk(self._own.tree) if _is_number(node)]
        counts = Counter(node.value for node in found)
        return (self._number(node) for node in found if counts[node.value] == 1)

    def _number(self, node: ast.Constant) -> Argument:
        text = self._own.written(node)
        column = len(self._own.lines[node.lineno - 1].encode()[: node.col_offset].decode()) + self._own.indent
        return Argument("", node.value, text, node.lineno, column, 0, len(text))

    # Choosing the model.

    def model(self, wanted: str | None) -> Model:
        """Return the requested model. Raises CodeError if there is none."""
        with active(self._article.session):
            try:
                ends = self._wanted(wanted) if wanted else self._last()
                if self.torch is not None:
                    ends = self.torch.settled(ends)
                self._article.guarded(lambda: check_cells(self._keras), Limits())
                check_unchanged(self._keras, self._keras.graph.dependencies(ends.outputs, ends.inputs)[0])
                model = kit_model(self._keras.graph, ends, self._code)
                return model if self.torch is None else replace(model, batch_axis=self._axis, batch_name="N")
            except Stopped as stopped:
                raise stopped.error from None
            except KitError as error:
                if error.block is None:
                    error.block = self._code
                raise

    def _wanted(self, name: str) -> Ends:
        found = self._article.namespace.get(name)
        if is_unknown(found):
            raise self._own.error(why_unknown(found, f"can't read `{name}` as a model"), 1)
        if self._keras.is_model(found):
            return self._ends(found)
        if self._keras.is_layer(found):
            return self._stack([found._unrolled])  # type: ignore[union-attr]
        if self._is_module(found):
            return self._module_ends(found)
        definition = next((it for it in self._definitions() if it.name == name), None)
        if definition is not None and (ends := self._built_from(definition)):
            return ends
        values = self._article.namespace.items()
        names = [key for key, value in values if self._keras.is_model(value) or self._is_module(value)]
        names += [it.name for it in self._definitions() if self._is_layer_class(it)]
        first = self._own.tree.body[0].lineno if self._own.tree.body else 1
        near = meant(name, names) or f"; it makes {', '.join(names) or 'none with a name'}"
        raise self._own.error(f"the code makes no model called `{name}`{near}", first)

    def _last(self) -> Ends:
        """Find the model that the nearest block builds or changes last, or the layers it connects without a model."""
        found = self._built_in(self._own.number)
        if found is None:
            found = self._built_on_demand()
        if found is None:
            found = self._used_from_above()
        if found is None:
            raise self._nothing()
        return found

    def _built_in(self, number: int) -> Ends | None:
        roots = [each for each in self._roots() if each._block == number]
        if own := [each for each in roots if not each._kind]:
            return self._module_ends(own[-1])
        models = [model for block, model in self._keras.touched if block == number]
        own = [model for model in models if not model._unrolled_is_functional]
        inside: set[int] = set()
        waiting = [each for model in own for each in layers_inside(model)]
        while waiting:
            each = waiting.pop()
            if id(each) not in inside:
                inside.add(id(each))
                waiting += layers_inside(each) if each._unrolled.kind in OWN else []
        whole = [model for model in models if id(model) not in inside] or models
        if whole:
            return self._ends(whole[-1])
        loose = [each for each in self._keras.graph.operations if each.block == number and not each.in_model]
        if loose:
            ends = self._keras.graph.ends(loose)
            _, placeholders = self._keras.graph.dependencies(ends)
            inputs = [Value(each) for each in placeholders]
            listed: dict[GraphLayer, None] = {}
            for each in self._keras.graph.layers_between(inputs, ends):
                if not isinstance(each, Value):
                    listed |= dict.fromkeys([each] if isinstance(each, GraphLayer) else records_inside(each))
            return Ends(inputs, ends, list(listed))
        if len(roots) > 1:
            raise roots[1]._site.error(
                f"the code makes {len(roots)} modules but doesn't connect them: write nn.Sequential(…), or a module of "
                "your own with a forward method"
            )
        return self._module_ends(roots[0]) if roots else self._alone(number)

    def _is_module(self, value: object) -> bool:
        return self.torch is not None and self.torch.is_module(value)

    def _roots(self) -> list[Any]:
        return [] if self.torch is None else self.torch.roots()

    def _module_ends(self, module: Any, lineno: int = 0) -> Ends:
        """Return the ends of a module of torch; if it is never called, call it on inputs of the given shapes."""
        ends: Ends | None = self.torch.ends(module)
        if ends is None:
            reads = self.torch.reads(module)
            shapes = self._keras.inputs_given or [*self._shapes_given(module).values()]
            shapes = shapes or ([] if reads is None else [reads])
            if not shapes:
                raise module._site.error(
                    f"the code doesn't say what goes into {type(module).__name__}: give the shape of one sample on the "
                    'image, without the batch: {input="(3, 2)"}'
                )
            self._call_on_inputs(module, shapes, lineno or module._site.lineno)
            ends = self.torch.ends(module)
        assert ends is not None
        return ends

    def _alone(self, number: int) -> Ends | None:
        """Read a layer that is created but never called, as a stack of one."""
        records = [each for each in self._keras.recorded if each.block == number and each.kind not in OWN]
        wrapped = {id(one) for each in records for inner in each.inside for one in inner.tracked}
        alone = [each for each in records if id(each) not in wrapped]
        if not alone:
            return None
        if len(alone) > 1:
            raise alone[1].bound.site.error(
                f"the code makes {len(alone)} layers but doesn't connect them: write Sequential([…]) or layer(x)"
            )
        return self._stack(alone)

    def _stack(self, layers: Sequence[RecordedLayer]) -> Ends:
        model = self._keras.module("keras").Sequential()
        inputs_made = self._placeholders()
        for each in inputs_made[:1]:
            model.add(each)
        if len(inputs_made) > 1:
            raise inputs_made[1]._unrolled.source.site.error("a Sequential has one input, but the code has 2")
        for record in layers:
            model.add(stand_in_of(self._keras, record))
        return self._ends(model)

    def _placeholders(self) -> list[KerasTensor]:
        return [each for each in self._keras.inputs_made if each._unrolled.source.site.block.number == self._own.number]

    def _built_on_demand(self) -> Ends | None:
        """Build what the block defines and never uses: its functions that build a model, or else its only layer."""
        body = self._own.tree.body
        used = {id(it): set[str]().union(*(names_loaded(each) for each in body if each is not it)) for it in body}
        unused = [it for it in body if isinstance(it, ast.FunctionDef | ast.ClassDef) and it.name not in used[id(it)]]
        functions = [it for it in unused if isinstance(it, ast.FunctionDef)]
        built = {it.name: ends for it in functions if not self._lacking(it) and (ends := self._built_from(it))}
        layers = [it for it in unused if self._is_layer_class(it)]
        if not built and not layers and (lacking := [it for it in functions if self._lacking(it)]):
            raise self._never_called(lacking[0])
        if not built and len(layers) == 1:
            return self._built_from(layers[0])
        if len(names := [*built] or [it.name for it in layers]) > 1:
            raise self._own.error(
                f"the code defines {' and '.join(names)} without using any: choose one on the image, such as "
                f"{{model={names[-1]}}}",
                layers[-1].lineno if not built else functions[-1].lineno,
            )
        return next(iter(built.values()), None)

    def _definitions(self) -> list[Definition]:
        """List what the article defines, the last of each name first."""
        trees = [block.tree for block in self._blocks]
        return [it for tree in reversed(trees) for it in reversed(tree.body) if isinstance(it, Definition)]

    def _is_layer_class(self, definition: ast.stmt) -> bool:
        made = self._article.namespace.get(definition.name) if isinstance(definition, ast.ClassDef) else None
        is_of_torch = self.torch is not None and self.torch.is_module_class(made)
        return is_of_torch or (isinstance(made, type) and issubclass(made, self._keras.classes["Layer"]))

    def _lacking(self, definition: Definition) -> list[str]:
        """List the arguments that a definition needs, and that neither the author nor the given inputs supply."""
        lacking = self._not_given(definition)
        is_of_inputs = isinstance(definition, ast.FunctionDef) and len(lacking) == len(self._keras.inputs_given)
        return [] if is_of_inputs else lacking

    def _not_given(self, definition: Definition) -> list[str]:
        return [name for name in _needed(definition) if name not in self._article.given]

    def _built_from(self, definition: Definition) -> Ends | None:
        """Call a definition on the given values and inputs. Raises CodeError if some are lacking, or if that fails."""
        if self._lacking(definition):
            raise self._never_called(definition)
        shapes, lineno = self._keras.inputs_given, definition.lineno
        inputs = dict(zip(self._not_given(definition), self._inputs(shapes, lineno), strict=False))
        said = ", ".join(f"{name}={inputs.get(name, name)}" for name in _needed(definition))
        number = self._call(f"{MADE} = {definition.name}({said})", lineno)
        if isinstance(definition, ast.FunctionDef):
            return self._built_in(number)
        made = self._article.namespace[MADE]
        if self._is_module(made):
            return self._module_ends(made, lineno)
        is_model = self._keras.is_model(made)
        if not shapes and not (is_model and not made._unrolled_is_uncalled()):
            raise self._never_called(definition)
        return self._ends(made) if is_model else self._built_in(self._call_on_inputs(made, shapes, lineno))

    def _never_called(self, definition: Definition) -> CodeError:
        said = ", ".join(f"{name}=…" for name in self._not_given(definition))
        if isinstance(definition, ast.FunctionDef):
            return self._own.error(
                f"`{definition.name}` is never called, so nothing is built: call it, or give its arguments on the "
                f'image: {{given="{said}"}}',
                definition.lineno,
            )
        given = f' given="{said}"' if said else ""
        if self.torch is not None:
            return self._own.error(
                f"`{definition.name}` is defined but never used, so nothing is built: add model = {definition.name}(…) "
                f'or give its arguments on the image: {{given="{said}"}}',
                definition.lineno,
            )
        return self._own.error(
            f"`{definition.name}` is defined but never used, so nothing is built: add model = {definition.name}() and "
            f'call it on an Input, or give the shape of one sample on the image: {{input="(3, 2)"{given}}}',
            definition.lineno,
        )

    def _ends(self, model: Any) -> Ends:
        """Return a model's ends. If the code never says what goes in, that is given, or follows from its layers."""
        if model._unrolled_is_uncalled():
            reads = model._unrolled_reads()
            shapes = self._keras.inputs_given or ([] if reads is None else [reads])
            if shapes:
                self._call_on_inputs(model, shapes, self._own.tree.body[0].lineno)
        return _ends_of(self._keras, model)

    def _call_on_inputs(self, made: Any, shapes: Sequence[OpenShape], lineno: int) -> int:
        """Call a layer on inputs of some shapes, and given values; return the number of the block that does it."""
        needed, shaped = needed_inputs(made), self._shapes_given(made)
        named_values = [name for name in needed if name != "input" and name in self._article.given]
        given = {name: f"{MADE}_given_{name}" for name in named_values if name not in shaped}
        rest = sorted((name for name in needed if name not in given), key=lambda name: name not in shaped)
        shapes = shapes if rest or not given else []
        values = {given[name]: self._article.given[name] for name in given}
        error = None
        if len(rest) > 1 and len(rest) != len(shapes):
            places = ", ".join(["(…)"] * len(rest))
            error = Site(self._own, lineno).error(
                f"{type(made).__name__} reads {len(rest)} inputs, {', '.join(rest)}, but there are shapes for "
                f'{len(shapes)}: list all of them on the image, {{input="[{places}]"}}, or give a value, such as '
                f'{{given="{rest[-1]}=None"}}'
            )
            if not self._is_module(made) or len(rest) < len(shapes):
                raise error
            for name in rest[len(shapes) :]:  # such as the lengths of a batch, on which no number of a sample depends
                given[name] = f"{MADE}_given_{name}"
                values[given[name]] = Unknown(name, Origin(name, NOT_GIVEN, Site(self._own, lineno)))
            self.torch.lacking = [*values.values()]
            rest = rest[: len(shapes)]
        dict.__setitem__(self._article.namespace, MADE, made)
        dict.update(self._article.namespace, values)
        inputs = self._inputs(shapes, lineno)
        arguments = inputs if len(inputs) == max(len(rest), not given) else [f"[{', '.join(inputs)}]"]
        named = [f"{name}={each}" for name, each in zip(rest, arguments, strict=True)] if given or shaped else arguments
        said = [*named, *(f"{name}={each}" for name, each in given.items())]
        try:
            number = self._call(f"{MADE}({', '.join(said)})", lineno)
        except CodeError as raised:
            if error is not None and self._lacks(raised):
                raise error from None
            raise
        if error is not None and find_unknown(made._calls[-1][1]) is not None:
            raise error
        return number

    def _shapes_given(self, made: Any) -> dict[str, OpenShape]:
        """Return the shapes of what goes into a module that are given by name: `{given="x=(3, 2)"}`."""
        if self._keras.inputs_given or not self._is_module(made):
            return {}
        values = {name: self._article.given.get(name) for name in needed_inputs(made)}
        return {
            name: value
            for name, value in values.items()
            if isinstance(value, tuple) and all(isinstance(length, int) for length in value)
        }

    def _lacks(self, error: CodeError) -> bool:
        """Return whether an error is that something depends on an input that the image doesn't give."""
        last = self._article.session.last_used
        return self._article.session.stopped is error and last is not None and last._origin.why == NOT_GIVEN

    def _inputs(self, shapes: Sequence[OpenShape], lineno: int) -> list[str]:
        """Create an input for each shape; return their names."""
        site = Site(self._own, lineno)
        names = [f"{MADE}_from_{at}" for at in range(len(shapes))]
        if self.torch is not None:
            tensors: list[Any] = [self.torch.input(shape, site, at in self._states) for at, shape in enumerate(shapes)]
            self.torch.inputs = tensors
        else:
            tensors = [KerasTensor(Value(Placeholder(shape, None, site)), None) for shape in shapes]
        dict.update(self._article.namespace, zip(names, tensors, strict=True))
        return names

    def _call(self, text: str, lineno: int) -> int:
        """Run a call that the article leaves out; return the number of its block. Errors of its own are at a line."""
        self._calls += 1
        call = parse(text, self._own.number + self._calls)
        self._keras.graph.running = call.number
        error = self._article.run(call, Limits())
        if error is not None:
            if error.block == text:
                error.block, error.lineno = self._own.code, lineno
            raise error
        return call.number

    def _used_names(self) -> set[str]:
        return names_loaded(self._own.tree)

    def _used_from_above(self) -> Ends | None:
        """Return a model built by an earlier block, if this block refers to it by name."""
        used = self._used_names()
        for module in reversed(self._roots()):
            if used & {key for key, value in self._article.namespace.items() if value is module}:
                return self._module_ends(module)
        for _, model in reversed(self._keras.touched):
            names = [key for key, value in self._article.namespace.items() if value is model]
            if used & set(names):
                return self._ends(model)
        return None

    def _nothing(self) -> CodeError:
        line = self._own.tree.body[0].lineno if self._own.tree.body else 1
        unknown = [
            name for name in sorted(names_stored(self._own.tree)) if is_unknown(self._article.namespace.get(name))
        ]
        if self._article.exit is not None:
            return self._article.exit.error(
                "the code exits here, before it builds a model: remove this line, or skip the whole block with "
                "```{.python .skip}"
            )
        if self._failed and any(is_unknown(self._article.namespace.get(name)) for name in self._used_names()):
            return next(iter(self._failed.values()))
        if unknown:
            value = self._article.namespace[unknown[-1]]
            site = value._origin.site
            here = site.lineno if site is not None and site.block is self._own else line
            return self._own.error(
                why_unknown(value, f"no model is built here, and `{label(value)}` isn't known"), here
            )
        return self._own.error(
            "the code builds no model and makes no layer that can be read: build one, such as "
            "Sequential([Input((3, 2)), LSTM(4)])",
            line,
        )


def _needed(definition: Definition) -> list[str]:
    """List the arguments without a default that a function needs, or a class to make an instance."""
    if isinstance(definition, ast.ClassDef):
        made = [it for it in definition.body if isinstance(it, ast.FunctionDef) and it.name == "__init__"]
        return _needed(made[-1])[1:] if made else []
    arguments = definition.args
    by_place = [it.arg for it in (*arguments.posonlyargs, *arguments.args)]
    by_name = [
        it.arg for it, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if default is None
    ]
    return [*by_place[: len(by_place) - len(arguments.defaults)], *by_name]


def _is_number(node: ast.AST) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _layers_added_to(tree: ast.Module, name: str) -> list[ast.expr]:
    """List what the code adds to a model with this name, in order: `model.add(LSTM(4))`."""
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "add"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        and node.args
    ]
    return [call.args[0] for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset))]


def _says_what_goes_in(layer: ast.expr) -> bool:
    """Return whether an added layer starts a new model: an Input, or a layer with an input shape."""
    if not isinstance(layer, ast.Call):
        return False
    function = layer.func.attr if isinstance(layer.func, ast.Attribute) else getattr(layer.func, "id", "")
    return function in ("Input", "InputLayer") or any(word.arg in SHAPES for word in layer.keywords)


def _decides_nothing(tree: ast.Module, name: str, given: Collection[str]) -> bool:
    """Return whether code uses a name only for training, or to compute a name whose value the author gives."""
    for_given = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and all(isinstance(each, ast.Name) and each.id in given for each in node.targets)
    ]
    training = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in (*TRAINING, *INERT)
    ]
    parts = [*for_given, *(each for call in training for each in (*call.args, *call.keywords))]
    inside = {id(one) for each in parts for one in ast.walk(each)}
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return all(id(node) in inside for node in used)


def _is_looped_over(tree: ast.Module, name: str) -> bool:
    """Return whether code does nothing with a name but loop over it, or over a DataLoader of it."""
    parts = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For)]
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    parts += [each for call in calls if ast.unparse(call.func).endswith("DataLoader") for each in call.args]
    inside = {id(one) for each in parts for one in ast.walk(each)}
    used = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == name]
    return all(id(node) in inside for node in used)


def _is_called(tree: ast.Module, name: str) -> bool:
    """Return whether code calls a name."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        for node in ast.walk(tree)
    )


def _changed(tree: ast.stmt) -> set[str]:
    """List the names of objects that code may change: by a method, an attribute, or as a function argument."""
    found: set[str] = set()
    reached: list[ast.AST] = [tree]
    while reached:
        node = reached.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue  # a definition has no effect until it's called
        reached += ast.iter_child_nodes(node)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and (isinstance(node.ctx, ast.Store) or node.attr in CHANGING)
        ):
            found.add(node.value.id)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not hasattr(builtins, node.func.id):
            found |= {each.id for each in node.args if isinstance(each, ast.Name)}
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.value.id)
    return found


def _ends_of(keras: Keras, model: Any) -> Ends:
    """Return a model's inputs and outputs, and its layers in the order of their weights.

    Raises CodeError if a model in it has got or lost a layer since: Keras keeps the shapes, but computes otherwise.
    """
    inputs, outputs = model._unrolled_ends()
    operations, _ = keras.graph.dependencies(outputs, inputs)
    for operation, application in ((each, inner) for each in operations for inner in each.within):
        changed = application.layer.__dict__.get("_unrolled_changed")
        if changed is not None and operation.number < changed[0]:
            raise changed[1].error(
                f"`{application.layer.name}` changes here, after it was used in `{model.name}`, which keeps its shapes "
                "from before but computes with other layers from then on: change it before it is used"
            )
    return Ends(inputs, outputs, records_inside(model))
