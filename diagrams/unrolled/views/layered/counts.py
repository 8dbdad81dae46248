"""How many parameters a layer has, worked out: `4 · (2 + 4 + 1) = 28`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple

from ...arrays import OpenShape, Shape
from ...i18n import Grouped, Together, gettext, pgettext
from ...layers.bidirectional import Bidirectional
from ...layers.convolution import Conv1D
from ...layers.core import Dense, Embedding, TimeDistributed
from ...layers.layer import Layer
from ...layers.normalization import BatchNormalization, GroupNormalization, LayerNormalization
from ...layers.recurrent import GRU, Recurrent
from ...shapes.text import Run


class Term(NamedTuple):
    """A number in a count, what it counts, and the token of its colour."""

    number: int
    name: str
    token: str = "ink"


UNITS, INPUTS = pgettext("counted", "units"), pgettext("counted", "inputs")
FEATURES, BIAS = pgettext("counted", "features"), pgettext("counted", "bias")

Sum = tuple[Term, ...]
Product = tuple[Sum, ...]


@dataclass(frozen=True)
class Count:
    """A sum of products of sums; `parts` says what the products are, where there are several."""

    products: tuple[Product, ...]
    parts: tuple[str, ...] = ()
    is_named: bool = True
    """Whether the numbers of a product have names; else its part's name is all that is said."""

    @property
    def total(self) -> int:
        """The number of parameters."""
        return sum(prod(sum(term.number for term in each) for each in product) for product in self.products)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The calculation, each number in the colour of what it counts; the blanks stand at the signs."""
        products = [_signed(" · ", (_summed(each) for each in product)) for product in self.products]
        return (*_signed(" + ", products), Run(Together(" = ", Grouped(self.total))))

    @property
    def text(self) -> str:
        """The calculation as one text."""
        return Together(*(run.text for run in self.runs))

    @property
    def legend(self) -> str:
        """What the numbers count, in their order: `units · (inputs + state + bias)`."""
        if not self.is_named:
            return _added(self.parts)
        if not self.parts:
            return _named(self.products[0])
        said = list(map(_named, self.products))
        if len(set(said)) == 1:
            return Together(_added(self.parts), ": ", said[0])
        return _added([Together(part, ": ", each) for part, each in zip(self.parts, said, strict=True)])


def counted_out(layer: Layer, shapes: Sequence[OpenShape], given_token: str = "embedding") -> Count | None:
    """Work out the parameters of a layer for inputs of these shapes; None where it has none."""
    weights = layer.weight_shapes(*shapes)
    return _count(layer, shapes[0], given_token, weights) if weights else None


def _count(layer: Layer, given_shape: OpenShape, given: str, weights: Mapping[str, Shape]) -> Count:
    shape = tuple(length or 0 for length in given_shape)  # an open length counts no weights
    match layer:
        case TimeDistributed():
            return _count(layer.layer, shape[1:], given, weights)
        case Bidirectional():
            return _both_ways(_recurrent(layer.forward, shape, given), _recurrent(layer.backward, shape, given))
        case Recurrent():
            return Count((_recurrent(layer, shape, given),))
        case Dense():
            bias = (Term(1, BIAS),) if layer.use_bias else ()
            return Count((((Term(layer.units, UNITS, "output"),), (Term(shape[-1], INPUTS, given), *bias)),))
        case Embedding():
            rows, numbers = (
                Term(layer.input_dim, pgettext("counted", "rows")),
                Term(layer.output_dim, gettext("numbers in a row"), "embedding"),
            )
            return Count((((rows,), (numbers,)),))
        case LayerNormalization() | BatchNormalization() | GroupNormalization() if len(set(weights.values())) == 1:
            each = Term(len(weights), ", ".join(name.removeprefix("moving_") for name in weights))
            return Count(
                (
                    (
                        (each,),
                        *((Term(length, FEATURES, given),) for length in next(iter(weights.values()))),
                    ),
                )
            )
        case Conv1D():
            return Count((_convolved(layer, weights, given),))
    products = tuple(tuple((Term(length, ""),) for length in each) or ((Term(1, ""),),) for each in weights.values())
    return Count(products, parts=tuple(weights), is_named=False)


def _convolved(layer: Conv1D, weights: Mapping[str, Shape], given: str) -> Product:
    """Every filter has a weight for each number that its window sees, and its bias."""
    size, channels, filters = weights["kernel"]
    seen = (Term(size * channels, gettext("%(size)s · %(channels)s inputs", size=size, channels=channels), given),)
    bias = (Term(1, BIAS),) if layer.use_bias else ()
    return ((Term(filters, pgettext("counted", "filters"), "output"),), (*seen, *bias))


def _recurrent(layer: Recurrent, shape: Shape, given: str) -> Product:
    """Every gate has for each unit a weight for each input and for each number of the state, and its bias."""
    gates: tuple[Sum, ...] = ((Term(len(layer.gates), pgettext("counted", "gates")),),) if layer.gates else ()
    weights = (Term(shape[-1], INPUTS, given), Term(layer.units, pgettext("counted", "state"), "state"))
    return (*gates, (Term(layer.units, UNITS, "state"),), (*weights, *_bias(layer)))


def _bias(layer: Recurrent) -> Sum:
    if not layer.use_bias:
        return ()
    return (
        (Term(2, pgettext("counted", "biases")),) if isinstance(layer, GRU) and layer.reset_after else (Term(1, BIAS),)
    )


def _both_ways(forward: Product, backward: Product) -> Count:
    if forward == backward:
        return Count((((Term(2, pgettext("counted", "directions")),), *forward),))
    return Count((forward, backward), parts=(gettext("forward"), gettext("backward")))


def _named(product: Product) -> str:
    factors = [_added([term.name for term in each]) for each in product]
    return _between(
        " · ",
        [Together("(", named, ")") if len(terms) > 1 else named for terms, named in zip(product, factors, strict=True)],
    )


def _added(terms: Sequence[str]) -> str:
    return _between(" + ", terms)


def _between(sign: str, parts: Sequence[str]) -> str:
    """Put a sign between words; a single one stays as it is."""
    first, *others = parts
    return Together(first, *(piece for part in others for piece in (sign, part))) if others else first


def _summed(terms: Sum) -> tuple[Run, ...]:
    inside = _signed(" + ", ((Run(Grouped(term.number), term.token),) for term in terms))
    return (Run("("), *inside, Run(")")) if len(terms) > 1 else inside


def _signed(sign: str, parts: Iterable[Sequence[Run]]) -> tuple[Run, ...]:
    """Put a sign between parts."""
    first, *others = parts
    return (*first, *(run for part in others for run in (Run(sign), *part)))
