"""Weights: readable ones, initial ones, weights that produce chosen states, and given ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from hashlib import shake_256
from itertools import count
from math import prod, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..arrays import Array, GivenStates, OpenShape, Shape, Weights, input_vectors, listed, mask_of, read_only, states_of
from ..errors import CodeError, NumbersError
from ..i18n import counted, text_of
from ..layers.core import RowsAdded, TimeDistributed, WithWeight
from ..layers.initializers import initializer_of
from ..layers.own_cell import OwnCell
from ..layers.recurrent import Bidirectional, Recurrent, SimpleRNN
from .embedding import embed

if TYPE_CHECKING:
    from ..layers.layer import Layer, Mask
    from ..model import Model


ROUNDS = 32
NUMBERS_A_ROUND = 200_000  # limits the candidates of each round, counting weights and states together

MOST_WORK = 1_000_000_000  # ends the search: about two seconds, counted in multiplications, alike on all machines
OWN_A_ROUND = 24  # candidates of a cell of the article's own, which are run one after the other
STATE_WORK = 8  # what comparing a state with those of another step takes, in multiplications

# How strongly a layer reacts to its inputs and to its previous state, from lively to quiet. Wide layers and long
# sequences need quiet settings to stay within the limits; a repeated word needs lively ones to keep the state moving.
LOUDNESS = [(1.0, 1.0), (0.8, 1.4), (0.6, 0.8), (0.4, 1.2), (0.4, 0.5), (0.2, 0.9), (0.2, 0.2), (0.1, 1.1)]
STEEPNESS = {"sigmoid": 4.0}  # at zero, a sigmoid is four times flatter than the others
GAINS = (2.5, 1.0, 4.0, 1.5)  # gates attenuate what passes through them, and a half-open gate teaches nothing
LIMIT = 0.95  # above this, a state would be printed as 1.0, which tanh and sigmoid never reach
CLEAR = 1e-5  # the distance to keep from rounding boundaries, so that Keras prints the same in float32
EXACT = 1e-9  # the tolerance for chosen states; double precision reaches 1e-15
SHOWN = 2000  # the most numbers to check besides the states; no figure shows more
INITIALIZERS = {
    "kernel": ("kernel_initializer", "glorot_uniform"),
    "recurrent_kernel": ("recurrent_initializer", "orthogonal"),
    "bias": ("bias_initializer", "zeros"),
}
"""The option that initializes each weight, and Keras's default for it."""


def readable_weights(
    layer: Recurrent,
    inputs: ArrayLike,
    *,
    initial_state: GivenStates | None = None,
    mask: Sequence[bool] | None = None,
    seed: str = "",
    known: Weights | None = None,
) -> Weights:
    """Choose weights that give a readable trace at one decimal for inputs (time_steps, features).

    No state exceeds ±0.95, and no two state vectors, including the initial state, print the same. Among such weights,
    the search prefers few zeros, values that are spread out, and both signs. The weights are short decimals, never 0,
    and depend only on the layer and the inputs; they don't come from a random generator that could change between
    versions. If the layer sets an initializer, the weights are drawn from it instead. `known` are weights that are
    settled. If none of those that are tried gives such a trace, the weights are plain (`Weights.are_plain`): the best
    of them that keep the states finite.

    >>> cells(readable_weights(SimpleRNN(2), embed(WORDS)).kernel)
    """
    vectors = input_vectors(inputs)
    kept = mask_of(mask, vectors.shape)
    if kept is not None:
        vectors = vectors[kept]
    if not len(vectors):
        raise NumbersError("the mask skips every step, so the layer would have nothing to read: keep at least one")
    vectors = vectors[::-1] if layer.go_backwards else vectors
    layer.check_size(vectors.shape)
    first = states_of(initial_state)
    work, plain = 0, None
    for number in range(ROUNDS):
        candidates = _candidates(layer, vectors, number, seed, Weights() if known is None else known)
        states, other_values = _states(layer, candidates, vectors, first)
        fits = fitting(states, other_values if states[0].size * len(other_values) // len(vectors) <= SHOWN else ())
        if fits.any():
            return _best(candidates, states, fits)
        within = np.abs(states).max(axis=(1, 2))
        if plain is None and np.isfinite(within).any():
            closest = within <= max(LIMIT, within[np.isfinite(within)].min())
            plain = _best(candidates, states, closest).plain()
        work += len(states) * len(vectors) * (sum(v[0].size for v in candidates.values()) + STATE_WORK * states[0].size)
        if work > MOST_WORK:
            break
    if plain is not None:
        return plain
    options = [option for option, usual in INITIALIZERS.values() if getattr(layer, option) != usual]
    settings = ", ".join(f"{option}={getattr(layer, option)!r}" for option in options)
    raise NumbersError(
        f"found no weights that keep the states of {counted(layer.units, 'unit')} over "
        f"{counted(len(vectors), 'time step')} finite: use a bounded activation such as tanh, or fewer time steps"
        + (f", or leave {settings} out of the code" if settings else "")
    )


def _best(candidates: Mapping[str, Array], states: Array, fits: NDArray[np.bool_]) -> Weights:
    best = int(np.where(fits, readability(states), -np.inf).argmax())
    return Weights(**{name: values[best] for name, values in candidates.items()})


def _candidates(layer: Recurrent, vectors: Array, number: int, seed: str, known: Weights) -> dict[str, Array]:
    """Draw many sets of weights for a layer at once, stacked along a first axis.

    Each kind of weight is bounded so that sums over many terms stay as large as sums over few.
    """
    time_steps, _ = vectors.shape
    shapes = layer.weight_shapes(vectors.shape)
    is_own = isinstance(layer, OwnCell)
    size = sum(map(prod, shapes.values())) + time_steps * layer.units
    many = max(8, min(OWN_A_ROUND if is_own else 2000, NUMBERS_A_ROUND // size))
    gain = GAINS[number // len(LOUDNESS) % len(GAINS)] if layer.gates or is_own else 1.0
    of_inputs, of_state = LOUDNESS[number % len(LOUDNESS)]
    steepness = STEEPNESS.get(layer.activation, 1.0) * gain
    # Rounded, because the last bit of a sum differs between machines, and that mustn't change the first digit of a
    # weight.
    length = max(0.1, round(float(np.sqrt((vectors**2).sum(axis=1).mean())), 6))
    widths = {
        "kernel": steepness * of_inputs / length,
        "recurrent_kernel": steepness * of_state * sqrt(3 / layer.units),
        "bias": steepness * 0.3 * of_inputs,
    }
    values = max(3, layer.units // 2)
    candidates: dict[str, Array] = {}
    for name, shape in shapes.items():
        part, own_seed = layer.part_of(name), f"{seed}{number} {name}"
        option, usual = INITIALIZERS[part]
        own = layer if isinstance(layer, OwnCell) else None
        kind = getattr(layer, option) if own is None else own.initializer(name)
        if name in known:
            candidates[name] = np.broadcast_to(known[name], (many, *shape))
        elif kind == usual if own is None else own.is_free(name):
            candidates[name] = decimals(own_seed, (many, *shape), widths[part], values)
        elif not initializer_of(kind).is_random:
            candidates[name] = np.broadcast_to(initializer_of(kind).values(shape, own_seed), (many, *shape))
        else:
            draws = np.stack([initializer_of(kind).values(shape, f"{own_seed} {at}") for at in range(min(many, 200))])
            candidates[name] = draws.take(np.arange(many) % len(draws), axis=0)
    if (
        getattr(layer, "unit_forget_bias", False) and "bias" in candidates.keys() - known.keys()
    ):  # forget gates keep most of the memory at first
        bias = candidates["bias"].copy()
        bias[:, layer.units : 2 * layer.units] += 1
        candidates["bias"] = bias
    return candidates


def decimals(seed: str, shape: Shape, width: float, values: int) -> Array:
    """Draw decimals between -width and width, never 0, as short as this many values of each sign allow."""
    digest = shake_256(seed.encode()).digest(2 * prod(shape))
    draws = np.frombuffer(digest, dtype=">u2").reshape(shape).astype(np.int64)
    places = next(places for places in count(1) if width * 10**places >= values)
    sizes = draws // 2 % round(width * 10**places) + 1
    numbers: Array = np.where(draws % 2 == 1, sizes, -sizes) / 10.0**places
    return numbers


def _states(
    layer: Recurrent, candidates: dict[str, Array], vectors: Array, first: Sequence[ArrayLike] | None
) -> tuple[Array, list[Array]]:
    """Run all candidates; return the states h (candidates, time_steps + 1, units), and all else a step computes."""
    if isinstance(layer, OwnCell):
        return _own_states(layer, candidates, vectors, first)
    # A stacked bias has one axis more than a vector, so it needs an axis for the single sample as well.
    stacked = Weights(**{name: values if values.ndim == 3 else values[:, None] for name, values in candidates.items()})
    many = len(next(iter(stacked.values())))
    begin = [np.zeros(layer.units)] * len(layer.state_names) if first is None else first
    now = tuple(np.broadcast_to(np.asarray(state, dtype=np.float64), (many, 1, layer.units)) for state in begin)
    states, other_values = [now[0]], []
    with np.errstate(over="ignore", invalid="ignore"):  # a linear candidate may diverge, and is then discarded
        for vector in vectors:
            now, gates = layer.step(stacked, vector[None], now)
            states.append(now[0])
            other_values += [*now[1:], *gates.values()]
    return np.concatenate(states, axis=1), other_values


def _own_states(
    layer: OwnCell, candidates: dict[str, Array], vectors: Array, first: Sequence[ArrayLike] | None
) -> tuple[Array, list[Array]]:
    """Run candidates one after the other, since an article's code computes with one sample."""
    begin = [np.zeros(layer.units)] * len(layer.state_names) if first is None else first
    runs: list[list[Array]] = []
    for at in range(len(next(iter(candidates.values()), ()))):
        weights = Weights(**{name: values[at] for name, values in candidates.items()})
        now = [tuple(np.asarray(state, dtype=np.float64) for state in begin)]
        with np.errstate(all="ignore"):
            for vector in vectors:
                now.append(layer.step(weights, vector, now[-1])[0])
        runs.append([np.stack([turn[number] for turn in now]) for number in range(len(begin))])
    states, *other_values = (np.stack(arrays) for arrays in zip(*runs, strict=True))
    return states, other_values


def fitting(states: Array, other_values: Sequence[Array] = ()) -> NDArray[np.bool_]:
    """Return which traces (candidates, time_steps + 1, units) are within the limit, with all vectors distinct.

    Other printed values, such as gates, only have to keep away from rounding boundaries.
    """
    within = np.abs(states) <= LIMIT
    fits = np.array((within & _clear(states)).all(axis=(1, 2)), dtype=np.bool_)
    for values in other_values:
        fits &= _clear(values).all(axis=(1, 2))
    tenths = np.rint(states[fits] * 10)
    different = np.ones(len(tenths), dtype=np.bool_)
    for gap in range(1, tenths.shape[1]):
        different &= (tenths[:, gap:] != tenths[:, :-gap]).any(axis=2).all(axis=1)
    fits[fits] = different
    return fits


def _clear(values: Array) -> NDArray[np.bool_]:
    with np.errstate(over="ignore", invalid="ignore"):  # values that diverged exceed the limit
        clear: NDArray[np.bool_] = np.abs(np.abs(values * 10) % 1 - 0.5) >= 10 * CLEAR
    return clear


def readability(states: Array) -> Array:
    """Rate traces (candidates, time_steps + 1, units) by what makes them harder to read; 0 is best.

    The costs count printed values, so that a difference in the last digit on another machine can't change the choice.
    """
    tenths = np.rint(states * 10)
    printed = tenths[:, 1:]
    vectors = np.sort(printed, axis=2)
    costs = {
        "printed 0.0": (6, printed == 0),
        "close to the limit": (2, np.abs(printed) == 9),
        "close to zero": (1, np.abs(printed) == 1),
        "unchanged by its step": (3, printed == tenths[:, :-1]),
        "twice in its vector": (3, vectors[:, :, 1:] == vectors[:, :, :-1]),
        "of one sign": (4, (vectors[:, :, :1] > 0) | (vectors[:, :, -1:] < 0)),
    }
    total: Array = -sum(cost * hits.sum(axis=(1, 2)) for cost, hits in costs.values()).astype(np.float64)
    return total


def weights_of_layer(
    layer: Layer,
    *inputs: ArrayLike,
    mask: Mask = None,
    initial_state: Sequence[ArrayLike] | None = None,
    seed: str = "",
    known: Weights | None = None,
) -> Weights:
    """Choose readable weights for a layer, given the inputs it will read; `known` are those that are settled.

    Layers without states get short decimals; the rows of an embedding are those that `embed` gives the words.
    """
    known = Weights() if known is None else known
    if known.keys() >= layer.weight_shapes(*(np.shape(array) for array in inputs)).keys():
        return known
    kept = None if mask is None else mask.tolist()
    arrays: dict[str, Array] = {}
    if isinstance(layer, Recurrent):
        return readable_weights(layer, inputs[0], initial_state=initial_state, mask=kept, seed=seed, known=known)
    if isinstance(layer, Bidirectional):
        firsts: list[Sequence[ArrayLike] | None] = [None, None]
        is_plain = False
        if initial_state is not None:
            half = len(initial_state) // 2
            firsts = [initial_state[:half], initial_state[half:]]
        for way, direction, first in zip(("forward", "backward"), (layer.forward, layer.backward), firsts, strict=True):
            settled = layer.weights_of(way, known)
            weights = readable_weights(
                direction, inputs[0], initial_state=first, mask=kept, seed=f"{seed}{way} ", known=settled
            )
            arrays |= {layer.name_of(way, name): values for name, values in weights.items()}
            is_plain = is_plain or weights.are_plain
        return Weights(**arrays).plain() if is_plain else Weights(**arrays)
    inner = _filled_as(layer)
    usual = {layer_field.name: layer_field.default for layer_field in fields(inner)}
    for name, weight_shape in layer.weight_shapes(*(np.shape(array) for array in inputs)).items():
        part, option, kind = inner.part_of(name), inner.initializer_option(name), inner.initializer(name)
        if isinstance(layer, WithWeight) and initializer_of(kind).is_random:
            option = None  # every weight of one's own needs an initializer, so a random one says nothing in particular
        if name in known:
            arrays[name] = known[name]
        elif (option is not None and kind != usual[option]) or (part != "bias" and kind in ("zeros", "ones")):
            arrays[name] = cast("Array", inner.initial_values(name, weight_shape, f"{seed}{name}"))
        elif part == "embeddings":
            row_name = "place" if isinstance(layer, RowsAdded) else "row"
            is_padding = np.arange(weight_shape[0])[:, None] == getattr(inner, "padding_idx", None)
            arrays[name] = np.where(
                is_padding, 0.0, embed([f"{row_name} {row}" for row in range(weight_shape[0])], weight_shape[1])
            )
        else:
            wide = 1.5 / sqrt(inner.fan_in(name, weight_shape)) if len(weight_shape) > 1 else 0.3
            arrays[name] = decimals(f"{seed}{name}", weight_shape, wide, 3)
    return Weights(**arrays)


def initial_weights(layer: Layer, *shapes: OpenShape, seed: int = 0) -> Weights:
    """Initialize weights as Keras would for a new layer, with the same initializers but our own random generator.

    Deterministic initializers (zeros, ones, constant, identity) give the same values as in Keras. Pass the shape of one
    sample for each input, such as (3, 2).

    >>> cells(initial_weights(LSTM(2), (3, 2)).bias)
    """
    layer.check_inputs(*shapes)
    layer.check_size(*shapes)
    if isinstance(layer, Bidirectional):
        ways = {"forward": layer.forward, "backward": layer.backward}
        return Weights(
            **{
                layer.name_of(way, name): values
                for number, (way, direction) in enumerate(ways.items())
                for name, values in initial_weights(direction, *shapes, seed=2 * seed + number).items()
            }
        )
    inner = _filled_as(layer)
    wanted = layer.weight_shapes(*shapes)
    return Weights(
        **{name: inner.initial_values(name, shape, f"initial {seed} {name}") for name, shape in wanted.items()}
    )


def _filled_as(layer: Layer) -> Layer:
    """Return the layer that has the initializers: the wrapped one, if there is one."""
    if isinstance(layer, WithWeight):
        return layer.weight
    return layer.layer if isinstance(layer, TimeDistributed | RowsAdded) else layer


def weights_for(
    layer: SimpleRNN,
    inputs: ArrayLike,
    *,
    states: ArrayLike,
    initial_state: GivenStates | None = None,
) -> Weights:
    """Find weights that make a SimpleRNN produce states (time_steps, units) for inputs (time_steps, features).

    Every step gives one equation for each unit: atanh of the state is a weighted sum of the input, the previous state
    and 1. Of all solutions, the one with the smallest norm is chosen. If there is none, the error says why, and how
    close the best weights come.

    >>> unroll(read_keras(code), WORDS, weights=weights_for(SimpleRNN(4), embed(WORDS), states=np.full((3, 4), 0.5)))
    """
    if not isinstance(layer, SimpleRNN):
        raise NumbersError(
            f"states can be chosen only for a SimpleRNN; those of {getattr(layer, 'name_in_code', layer)} depend on "
            "gates, "
            "for which no equation can be solved: choose its weights, or let the kit find readable ones"
        )
    if layer.go_backwards:
        raise NumbersError("states are chosen in the order of the words: remove go_backwards")
    vectors = input_vectors(inputs)
    layer.check_size(vectors.shape)
    wanted = _wanted(layer, states, steps=len(vectors))
    firsts = states_of(initial_state)
    first = np.zeros(layer.units) if firsts is None else np.asarray(firsts[0], dtype=np.float64)
    sums: Array = wanted  # the input of the activation
    if layer.activation == "tanh":
        sums = np.arctanh(wanted)
    elif layer.activation == "sigmoid":
        sums = np.log(wanted / (1 - wanted))
    before = np.vstack([first, wanted[:-1]])
    terms = [vectors, before, *([np.ones((len(vectors), 1))] if layer.use_bias else [])]
    solution = np.linalg.lstsq(np.hstack(terms), sums, rcond=None)[0]
    features, steps = vectors.shape[1], len(vectors)
    weights = Weights(
        kernel=solution[:features],
        recurrent_kernel=solution[features : features + layer.units],
        bias=solution[-1] if layer.use_bias else None,
    )
    with np.errstate(all="ignore"):  # unreachable states may diverge
        reached = layer.run(weights, vectors, initial_state=[first]).states[1:]
    off = np.abs(reached - wanted)
    if off.max() <= EXACT:
        return weights
    step, unit = np.unravel_index(int(off.argmax()), off.shape)
    unknowns = f"{counted(features, 'feature')}, {counted(layer.units, 'unit')}" + (
        " and a bias" if layer.use_bias else ""
    )
    raise NumbersError(
        f"no weights give these states: each unit must satisfy {counted(steps, 'equation')}, one per step, but with "
        f"{unknowns} their left sides aren't all independent. The closest weights give "
        f"{text_of(reached[step, unit], 2)} instead of {text_of(wanted[step, unit], 2)} in step {step + 1}, unit "
        f"{unit + 1}. "
        "Take more features, more units or fewer steps, or choose other states"
    )


def _wanted(layer: SimpleRNN, states: ArrayLike, steps: int) -> Array:
    """Check that a layer can reach these states (time_steps, units)."""
    wanted = read_only(states)
    if wanted.shape != (steps, layer.units):
        raise NumbersError(
            f"states must be {(steps, layer.units)}, {counted(layer.units, 'number')} for each of "
            f"{counted(steps, 'step')}, but their shape is {wanted.shape}"
        )
    for step, state in enumerate(wanted, start=1):
        if not np.isfinite(state).all():
            raise NumbersError(f"states must be finite numbers, but those of step {step} aren't: {state.tolist()}")
    limits = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
    if layer.activation in limits:
        low, high = limits[layer.activation]
        for step, state in enumerate(wanted, start=1):
            for value in state[(state <= low) | (state >= high)]:
                raise NumbersError(
                    f"{layer.activation} stays between {text_of(low)} and {text_of(high)} and reaches neither: "
                    f"the state of step {step} can't be {text_of(value, 2)}"
                )
    elif layer.activation != "linear":
        raise NumbersError(
            f"states can be chosen only if the activation is tanh, sigmoid or linear, not {layer.activation}, "
            "which has no inverse here"
        )
    return wanted


def weights_from(
    model: Model, source: str | Path | Mapping[str, ArrayLike] | Sequence[ArrayLike]
) -> tuple[Weights, ...]:
    """Give a model's layers their weights, in the order of Keras's `get_weights()`.

    Accepts a list of arrays, a mapping, or an npz file as written by `np.savez(path, *model.get_weights())`. The names
    in a mapping are ignored; only the order matters. Keras lists the layers of your own classes in the order in which
    they became attributes, not in the order in which they are used. Weights that don't reach an output are left out of
    the answer. If arrays don't fit the code, the error names the layer's line and the shapes that would fit.

    >>> arrays = [image[:2, :4], image[:4, :4], image[4, :4]]
    >>> unroll(read_keras(code), WORDS, weights=weights_from(read_keras(code), arrays))
    """
    arrays = [read_only(array) for array in _listed(source)]
    again, weights = "from the model as the code defines it now, with np.savez(path, *model.get_weights())", []
    layers = [(place, True, node.layer, node.shapes, node.calls[0]) for place, node in enumerate(model.first_uses)]
    layers += [(idle.place, False, idle.layer, idle.shapes, idle.call) for idle in model.idle]
    for _, is_used, layer, shapes, call in sorted(layers, key=lambda entry: entry[:2]):
        wanted = layer.weight_shapes(*shapes)
        layer_arrays, arrays = arrays[: len(wanted)], arrays[len(wanted) :]
        saved_shapes = dict(zip(wanted, (array.shape for array in layer_arrays), strict=False))
        if saved_shapes != wanted:
            raise CodeError(
                f"the weights don't fit {call.text}: it needs {listed(wanted)}, but got {listed(saved_shapes)}. "
                f"Save them again {again}, or change the code back",
                block=model.code or None,
                lineno=call.lineno,
            )
        if is_used:
            weights.append(Weights(**dict(zip(wanted, layer_arrays, strict=True))))
    if arrays:
        raise CodeError(
            f"{counted(len(arrays), 'array')} too many for the layers in the code: save the weights again {again}",
            block=model.code or None,
            lineno=model.nodes[-1].calls[0].lineno,
        )
    return tuple(weights)


def weights_of(model: Model, real: object) -> tuple[Weights, ...]:
    """Copy the weights of a built Keras model to a model read from its code, or read from the Keras model itself.

    >>> unroll(read_keras(code), WORDS, weights=weights_of(read_keras(code), keras_model))
    """
    get_weights = getattr(real, "get_weights", None)
    if get_weights is None:
        raise NumbersError(f"{type(real).__name__} has no weights: pass a Keras model that has been built")
    return weights_from(model, get_weights())


def _listed(source: str | Path | Mapping[str, ArrayLike] | Sequence[ArrayLike]) -> list[ArrayLike]:
    if isinstance(source, Mapping):
        return list(source.values())
    if not isinstance(source, str | Path):
        return list(source)
    try:
        loaded = np.load(source, allow_pickle=False)
        if not isinstance(loaded, np.lib.npyio.NpzFile):
            raise NumbersError(f"{source} holds a single array, but each weight needs its own: write it with np.savez")
        with loaded as archive:
            return [archive[name] for name in archive.files]
    except NumbersError:
        raise
    except (OSError, ValueError) as error:
        raise NumbersError(f"can't read the weights in {source}: {error}") from error
