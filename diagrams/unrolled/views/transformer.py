"""A Transformer block: the residual stream that carries a word, and the branches that read it and add to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count, pairwise, product
from typing import NamedTuple

from ..arrays import Weights
from ..description import STAGE, Description, TableColumn, TableRow
from ..errors import PictureError
from ..flow.axis import ACROSS, DOWN, Axis
from ..flow.description import Caption, Draw, Flow, Item, Side, Wire
from ..flow.group import grouped, in_column
from ..fonts import BLOCK, BLOCK_SECOND, NAME, WORD, WORD_NARROW, Style, width
from ..geometry import Frame, Point
from ..i18n import (
    LEFT_OUT,
    Known,
    Listing,
    Paragraph,
    Series,
    gettext,
    known,
    ngettext,
    number_in,
    numbers,
    pgettext,
    quoted,
)
from ..layers.attention import Attending, AttentionTrace, MultiHeadAttention
from ..layers.core import TrainingOnly
from ..layers.layer import Layer
from ..layers.merging import Add
from ..layers.normalization import Normalizing
from ..model import Argument, Model, Node, Tensor
from ..numbers.run import ModelTrace
from ..palette import word_fills
from ..picture import Picture, in_two_forms, laid_anew
from ..shapes.blocks import BLOCK_INSET, PLUS, Block, Operator
from ..shapes.cells import cells
from ..shapes.gates import BELT_HEIGHT
from ..shapes.shape import Shape, Shapes, moved
from ..shapes.text import WORD_HEIGHT, Word, word_width
from .counts import size_argument
from .given import Inputs, Sentences, Words, fit_words, model_of, traced
from .pieces import LARGE_NUMBER, ROUNDED, text, vector, word
from .refusals import pick, refused

CELL_HEIGHT, CELL_PADDING = 28, 2.5
LARGE = 99.95
"""Numbers from here on leave no space for decimals."""
NORM_HEIGHT, BLOCK_HEIGHT, SECOND_INSET = 40, 56, 6
NORM_LEAST, BLOCK_LEAST, FOLDED_LEAST = 96, 116, 62
ROOT_ROOM = 52
"""The space beside a wire from the belt straight to a block."""
LONGEST_SECOND = 170
"""A longer list of layers is replaced by its length."""
WORDS_ROOM, WORDS_APART = 250, 8
"""The space for the words that attention reads, and the distance between them."""
NOTE_ROOM = -14
"""What a note below these words is nearer to them than another track."""
COLUMNS = replace(ACROSS, slot_gap=8, track_gap=8, band_padding=(8, 14), between_bands=2, least_wire=16)
ROWS = replace(DOWN, slot_gap=10, track_gap=16, band_padding=(12, 8), between_bands=6, least_wire=24)
RIGHT: tuple[Side, Side] = ("main-end", "main-start")
SAID, BELT, NORMS, VECTORS, BLOCKS, WORDS = "said", "belt", "norms", "vectors", "blocks", "words"
ROOMS = {SAID: 4, BELT: 24, NORMS: 16, VECTORS: 16, BLOCKS: 14, WORDS: 0}
"""The tracks from top to bottom, and the extra distance of each to the one below it."""


class Sublayer(NamedTuple):
    """A branch that reads from a stream and is added to it, and the layers that follow on the stream."""

    read: Tensor
    """The tensor on the stream that the branch reads, and that its result is added to."""
    branch: tuple[int, ...]
    """The nodes of the branch, in order."""
    written: Tensor
    """The result of the branch."""
    adding: int
    """The node that adds them."""
    after: tuple[int, ...] = ()
    """The nodes on the stream up to the next reader, such as Vaswani's normalization."""

    @property
    def handed_on(self) -> Tensor:
        """The tensor that continues along the stream."""
        return Tensor(self.after[-1] if self.after else self.adding)


Stream = tuple[Sublayer, ...]
"""The additions along one residual stream."""


@laid_anew
def transformer(
    model: Model | Layer,
    words: Words,
    embeddings: Inputs | None = None,
    weights: Weights | Sequence[Weights] | None = None,
    *,
    step: int | None = None,
    block: int | None = None,
) -> Picture:
    """Draw a Transformer block for one word: the belt that carries its vector, and what each branch adds to it.

    The belt is the residual stream: a chain of additions, `x + layer(x)`, where each branch reads the tensor it is
    added to. `step` selects the word, from 1; the default is the last one. `block` selects a block, from 1, starting
    with those of an encoder; the others are collapsed. Embeddings and weights are chosen as in `unroll`; a model with
    several inputs takes one sentence for each.

    The order of operations follows the model: normalization inside the branch, as in GPT-2, or on the belt, as in
    Attention Is All You Need (Vaswani et al., 2017).

    >>> attends = "x = Input((3, 4)); y = x + MultiHeadAttention(1, 4)(x, x)"
    >>> transformer(read_keras(f"{attends}; model = Model(x, y + Dense(4)(Dense(8)(y)))"), ["was", "not", "bad"])
    """
    fitted_model, sentences = fit_words(model_of(model, words, embeddings), words)
    streams = streams_of(fitted_model)
    if not streams:
        raise _no_stream(fitted_model)
    listed = [(stream, sublayers) for stream in streams for sublayers in blocks_of(fitted_model, stream)]
    stream, chosen = listed[0 if block is None else pick(block, "block", len(listed), "the model")]
    trace = traced(fitted_model, sentences, embeddings, weights)
    stream_words = _words_along(trace, stream, sentences)
    row = len(stream_words) - 1 if step is None else pick(step, "step", len(stream_words), "the sentence", "word")
    return _picture(Passage(trace, sentences, streams, stream, chosen, stream_words, row))


def streams_of(model: Model) -> list[Stream]:
    """Find a model's residual streams: chains of additions in which one summand is computed from the other.

    A chain inside a branch of another stream belongs to that branch. Raises PictureError, at its line, for an addition
    that can't be drawn with a single belt.
    """
    streams: list[Stream] = []
    taken: set[int] = set()
    starts = [*(Tensor(None, entry) for entry in range(len(model.entries))), *map(Tensor, range(len(model.nodes)))]
    for start in starts:
        stream = () if start.node in taken else _followed(model, start)
        if stream and not any(sublayer.adding in taken for sublayer in stream):
            streams.append(stream)
            taken |= {node for sublayer in stream for node in (*sublayer.branch, sublayer.adding)}
    return streams


def _followed(model: Model, start: Tensor) -> Stream:
    """Follow a stream from addition to addition, through layers that are only on the stream."""
    sublayers: list[Sublayer] = []
    stream, passed, before = start, list[int](), set[int]()
    while True:
        _check_one_branch(model, stream, before)
        readers = [at for at, node in enumerate(model.nodes) if stream in node.sources]
        dependents = _made_of(model, stream)
        adding = next((at for at in readers if _written(model.nodes[at], stream, dependents) is not None), None)
        if adding is not None:
            written = _written(model.nodes[adding], stream, dependents)
            assert written is not None
            sublayers = _passing(sublayers, passed)
            sublayers.append(Sublayer(stream, _branch(model, written, dependents), written, adding))
            stream, passed, before = Tensor(adding), [], before | dependents
        elif len(readers) == 1 and stream not in model.outputs and _stands_on(model.nodes[readers[0]], stream):
            passed.append(readers[0])
            stream = Tensor(readers[0])
        else:
            break
    if sublayers and not any(isinstance(model.nodes[at].layer, Normalizing) for at in sublayers[-1].branch):
        norms = [place for place, at in enumerate(passed) if isinstance(model.nodes[at].layer, Normalizing)]
        sublayers = _passing(sublayers, passed[: norms[0] + 1] if norms else [])
    return tuple(sublayers)


def _passing(sublayers: list[Sublayer], passed: Sequence[int]) -> list[Sublayer]:
    """Let the last sum pass through layers on the stream."""
    return [*sublayers[:-1], sublayers[-1]._replace(after=tuple(passed))] if sublayers else []


def _made_of(model: Model, tensor: Tensor) -> set[int]:
    """Find the nodes that depend on a tensor."""
    dependents: set[int] = set()
    for at, node in enumerate(model.nodes):
        if any(source == tensor or source.node in dependents for source in node.sources):
            dependents.add(at)
    return dependents


def _written(node: Node, stream: Tensor, dependents: set[int]) -> Tensor | None:
    """Return what a node adds to a stream it depends on; None if it isn't such an addition."""
    if not isinstance(node.layer, Add) or len(node.inputs) != 2 or node.inputs.count(stream) != 1:
        return None
    (summand,) = (tensor for tensor in node.inputs if tensor != stream)
    return summand if summand.node in dependents else None


def _stands_on(node: Node, stream: Tensor) -> bool:
    """Return whether a layer can be on a stream: it has no other input, and keeps the shape."""
    return node.sources == (stream,) and len(node.returned) == 1 and node.returned[0] == node.shapes[0]


def _branch(model: Model, written: Tensor, dependents: set[int]) -> tuple[int, ...]:
    """List the nodes between a stream and what is added to it."""
    nodes: set[int] = set()
    waiting = [written]
    while waiting:
        at = waiting.pop().node
        if at is not None and at in dependents and at not in nodes:
            nodes.add(at)
            waiting += model.nodes[at].sources
    return tuple(sorted(nodes))


def _check_one_branch(model: Model, stream: Tensor, before: set[int]) -> None:
    """Check that an addition has one branch, which reads the stream just before. Raises PictureError."""
    for node in model.nodes:
        if not isinstance(node.layer, Add) or stream not in node.inputs:
            continue
        dependents = _made_of(model, stream)
        summands = [tensor for tensor in node.inputs if tensor != stream]
        if len(summands) > 1 and any(tensor.node in dependents for tensor in summands):
            raise refused(
                model,
                node,
                f"{node.calls[0].text} adds {len(node.inputs)} things at once, but a stream is drawn with one branch "
                "at each addition: add them one after another, each computed from the sum before it",
            )
        if any(tensor.node in before and tensor.node not in dependents for tensor in summands):
            raise refused(
                model,
                node,
                f"{node.calls[0].text} adds a branch that read the stream before the last addition, but a stream is "
                "drawn with one branch after another: let the branch read the sum, as in x = x + layer(x)",
            )


def blocks_of(model: Model, stream: Stream) -> list[Stream]:
    """Split a stream into blocks: the shortest repeating pattern of branches, or else a block for each attention layer.

    Attention to something other than the stream, such as an encoder's output, belongs to the previous block.
    """
    kinds = [_kinds(model, sublayer) for sublayer in stream]
    for period in range(1, len(stream)):
        if len(stream) % period == 0 and all(kind == kinds[at % period] for at, kind in enumerate(kinds)):
            return [stream[at : at + period] for at in range(0, len(stream), period)]
    blocks: list[list[Sublayer]] = [[]]
    for sublayer in stream:
        asks = _attention(model, sublayer)
        attended = any(_attention(model, earlier) is not None for earlier in blocks[-1])
        if asks is not None and attended and not reads_elsewhere(model, sublayer):
            blocks.append([])
        blocks[-1].append(sublayer)
    return list(map(tuple, blocks))


def _kinds(model: Model, sublayer: Sublayer) -> tuple[object, ...]:
    """Return the types of layers in a branch, by which blocks are compared."""
    named = (model.nodes[at].layer.name_in_code for at in _at_work(model, sublayer.branch))
    return (reads_elsewhere(model, sublayer), *named)


def _at_work(model: Model, nodes: Sequence[int]) -> list[int]:
    """Leave out layers that only act during training."""
    return [at for at in nodes if not isinstance(model.nodes[at].layer, TrainingOnly)]


def _attention(model: Model, sublayer: Sublayer) -> int | None:
    """Return the first attention layer of a branch."""
    return next((at for at in sublayer.branch if isinstance(model.nodes[at].layer, Attending)), None)


def reads_elsewhere(model: Model, sublayer: Sublayer) -> bool:
    """Return whether the attention of a branch reads something that doesn't depend on the stream."""
    at = _attention(model, sublayer)
    if at is None:
        return False
    looked_at = model.nodes[at].inputs[-1]
    return looked_at != sublayer.read and looked_at.node not in _made_of(model, sublayer.read)


def _no_stream(model: Model) -> PictureError:
    """Explain what was found instead of a residual stream, and what to write."""
    adding = next((node for node in model.nodes if isinstance(node.layer, Add)), None)
    if adding is not None:
        return refused(
            model,
            adding,
            "neither term of this sum is computed from the other, so there is no residual stream to draw: write "
            "x = x + layer(x)",
        )
    node = next((node for node in model.nodes if isinstance(node.layer, Attending)), None)
    node = node or (model.nodes[-1] if model.nodes else None)
    if node is None:
        return refused(model, None, "the model has no layers, so there is no residual stream to draw")
    return refused(
        model,
        node,
        f"nothing adds what {node.calls[0].text} returns to what it read, so there is no residual stream to draw: "
        "write x = x + layer(x)",
    )


def _words_along(trace: ModelTrace, stream: Stream, sentences: Sentences) -> tuple[str, ...]:
    """Find the words whose vectors a stream carries. Raises PictureError if it doesn't carry one for each word."""
    model, words = trace.model, None
    for sublayer in stream:
        shapes = [trace.value(tensor).shape for tensor in (sublayer.read, sublayer.written)]
        steps, *rest = shapes[0]
        words = _words_of(model, stream[0].read, steps, sentences)
        if words is None or len(rest) != 1 or shapes[0] != shapes[1]:
            node = model.nodes[sublayer.adding]
            raise refused(
                model,
                node,
                f"{node.calls[0].text} adds arrays of the shapes {shapes[0]} and {shapes[1]}, which don't both hold a "
                "vector for each word: draw a model whose residual stream is (time_steps, features)",
            )
    assert words is not None
    return words


def _words_of(model: Model, tensor: Tensor, steps: int, sentences: Sentences) -> tuple[str, ...] | None:
    """Find the words that the rows of an array belong to; for attention, those of the queries."""
    waiting, met = [tensor], set[Tensor]()
    while waiting:
        source = waiting.pop(0)
        if source in met:
            continue
        met.add(source)
        if source.node is None:
            if len(sentences[source.output]) == steps:
                return sentences[source.output]
            continue
        node = model.nodes[source.node]
        waiting += node.inputs[:1] if isinstance(node.layer, Attending) else node.inputs
    return None


class BeltSizes(NamedTuple):
    """The sizes of one layout: the minimum width of a cell, the most numbers shown, and the word."""

    cell: float
    most: int
    letters: Style = WORD
    """The font of the word."""
    axis: Axis = COLUMNS


WIDE = (BeltSizes(34, 4), BeltSizes(30, 4), BeltSizes(27, 4), BeltSizes(27, 3))
ROWS_APART = 48
"""The distance between the rows of a belt that is too long for one."""
CLOSE_ROWS = replace(ROWS, track_gap=8)
NARROW = (
    *(BeltSizes(cell, most, WORD_NARROW, ROWS) for cell, most in ((30, 4), (29, 4), (27, 4), (27, 3))),
    *(BeltSizes(27, 3, WORD.sized(size), CLOSE_ROWS) for size in (WORD_NARROW.size, 17, 15, 13)),
    BeltSizes(27, 3, WORD.sized(13), replace(ROWS, track_gap=2)),
)


@laid_anew
def _picture(passage: Passage) -> Picture:
    """Draw the belt along the top with the branches below it or, in the narrow layout, down the left side."""
    description, several = _description(passage), range(1, len(passage.parts) + 1)
    across = (_in_rows(replace(passage, sizes=sizes), rows) for rows in several for sizes in WIDE)
    down = (_in_rows(replace(passage, sizes=sizes)) for sizes in NARROW)
    return in_two_forms(across, down, description, step_called=STAGE, arguments=passage.arguments)


def _in_rows(passage: Passage, rows: int = 1) -> tuple[Shape, ...]:
    """Let the belt run in one or several rows."""
    most, axis = -(-len(passage.parts) // rows), replace(passage.sizes.axis, cell=passage.cell)
    parts = [_flow(passage, passage.parts[at : at + most], axis) for at in range(0, len(passage.parts), most)]
    return in_column(parts, axis, ROWS_APART)


@dataclass(frozen=True, eq=False)
class Branch:
    """A branch of the selected block: what it reads, its layers, and the words its attention sees."""

    number: int
    """Counted from 1."""
    sublayer: Sublayer
    norm: int | None
    """The normalization at the start of the branch."""
    core: tuple[int, ...]
    """The other layers, without those that only act during training."""
    attention: int | None
    elsewhere: bool
    """Whether the attention reads something other than the stream."""
    looked_at: tuple[str, ...] = ()
    """The words the attention sees, including the current one."""
    others: tuple[str, ...] = ()
    """The same without the current one."""
    note: str = ""
    """How the other words are made available."""

    @property
    def computing(self) -> int:
        """The stage at which the branch computes its result; it is added in the next one."""
        return 2 * self.number

    @property
    def adding(self) -> int:
        """The stage at which the result is added."""
        return 2 * self.number + 1


@dataclass(frozen=True, eq=False)  # arrays can't be compared with ==
class Passage:
    """The path of a word through a block, with all its numbers."""

    trace: ModelTrace
    sentences: Sentences
    streams: Sequence[Stream]
    stream: Stream
    block: Stream
    words: tuple[str, ...]
    row: int
    sizes: BeltSizes = WIDE[0]

    @property
    def model(self) -> Model:
        """The model."""
        return self.trace.model

    @property
    def word(self) -> str:
        """The word that is followed."""
        return self.words[self.row]

    @cached_property
    def fills(self) -> dict[str, str]:
        """The background colour of each word."""
        other_words = [each_word for sentence in self.sentences if sentence != self.words for each_word in sentence]
        return word_fills((*self.words, *other_words))

    @cached_property
    def places(self) -> tuple[int, int, int]:
        """The number of blocks before this one in the stream, its own number among all, and the number after it."""
        blocks = blocks_of(self.model, self.stream)
        earlier = sum(len(blocks_of(self.model, stream)) for stream in self.streams[: self.streams.index(self.stream)])
        place = blocks.index(self.block)
        return place, earlier + place + 1, len(blocks) - place - 1

    @cached_property
    def parts(self) -> tuple[Branch, ...]:
        """The branches of the block."""
        return tuple(self._part(number, sublayer) for number, sublayer in enumerate(self.block, start=1))

    def _part(self, number: int, sublayer: Sublayer) -> Branch:
        model, nodes = self.model, self.model.nodes
        at_work, way = _at_work(model, sublayer.branch) or list(sublayer.branch), list[int]()
        flowing = sublayer.written
        while flowing.node is not None and flowing.node in sublayer.branch:
            way.insert(0, flowing.node)
            flowing = nodes[flowing.node].inputs[0]
        first = next((at for at in way if at in at_work), None)
        norm = first if first is not None and isinstance(nodes[first].layer, Normalizing) else None
        norm = norm if len(at_work) > 1 else None
        core = tuple(at for at in at_work if at != norm)
        attention, elsewhere = _attention(model, sublayer), reads_elsewhere(model, sublayer)
        branch = Branch(number, sublayer, norm, core, attention, elsewhere)
        return branch if attention is None else self._looking(branch, attention)

    def _looking(self, branch: Branch, attention: int) -> Branch:
        """Find the words that an attention layer sees, and how they are made available."""
        computed, looked_at = self.trace.traces[attention], self.model.nodes[attention].inputs[-1]
        assert isinstance(computed, AttentionTrace)
        kept = computed.kept[self.row]
        words = _words_of(self.model, looked_at, len(kept), self.sentences) or ()
        seen = [at for at, is_kept in enumerate(kept) if is_kept and at < len(words)]
        other_places = [at for at in seen if branch.elsewhere or at != self.row]
        note = ""
        if branch.elsewhere:
            ends = [stream for stream in self.streams if stream is not self.stream]
            encoded = any(looked_at.node in {*_made_of(self.model, stream[0].read)} for stream in ends)
            note = gettext("from the encoder") if encoded else gettext("from another input")
        elif branch.norm is not None and looked_at == Tensor(branch.norm):
            note = gettext("normalized in the same way")
        return replace(
            branch, looked_at=tuple(words[at] for at in seen), others=tuple(words[at] for at in other_places), note=note
        )

    def values(self, tensor: Tensor) -> list[float]:
        """Return the word's vector in a tensor."""
        return self.trace.value(tensor)[self.row].tolist()  # type: ignore[no-any-return]

    def printed(self, tensor: Tensor) -> tuple[str, ...]:
        """Format the word's vector; if it is long, the first numbers and the last."""
        return cells(self.values(tensor), self.sizes.most, ahead=self.sizes.most - 2, decimals=self.decimals)

    @cached_property
    def size(self) -> str:
        """Return the length of a vector, if numbers are left out."""
        length = len(self.values(self.stream[0].read))
        return gettext("Every vector has %(count)s numbers.", count=length) if length > self.sizes.most else ""

    @cached_property
    def rounding(self) -> str:
        """Say that numbers are rounded, if a printed sum doesn't add up."""
        for branch in self.parts:
            summands = (branch.sublayer.read, branch.sublayer.written, Tensor(branch.sublayer.adding))
            for texts in zip(*map(self.printed, summands), strict=True):
                if LEFT_OUT not in texts:
                    read, written, total = map(number_in, texts)
                    if round(read + written, self.decimals) != total:
                        return ROUNDED
        return ""

    @cached_property
    def arguments(self) -> dict[str, Argument]:
        """The positions in the code of the number of heads, the feed-forward width, and the size of vectors."""
        arguments: dict[str, Argument | None] = {}
        for branch in self.parts:
            at = branch.core[0] if branch.attention is None else branch.attention
            node = self.model.nodes[at]
            arguments[f"branch-{branch.number}"] = node.calls[0].argument("num_heads") or size_argument(node)
        begins = self.stream[0].read
        if begins.node is not None:
            arguments["size"] = size_argument(self.model.nodes[begins.node])
        elif call := self.model.entries[begins.output].call:
            arguments["size"] = call.argument("features")
        return {name: argument for name, argument in arguments.items() if argument is not None}

    def numbers(self, tensor: Tensor, stage: int, role: str = "memory") -> Known:
        """Format the word's vector for the description; it is drawn in a stage, with a role."""
        return known(numbers(self.values(tensor), self.decimals), stage, role)

    @cached_property
    def tensors(self) -> list[Tensor]:
        """All tensors whose numbers are drawn."""
        tensors = [self.stream[0].read, self.stream[-1].handed_on]
        for branch in self.parts:
            of_branch = (
                branch.sublayer.read,
                branch.sublayer.written,
                Tensor(branch.sublayer.adding),
                branch.sublayer.handed_on,
            )
            tensors += [*of_branch, *([] if branch.norm is None else [Tensor(branch.norm)])]
        return list(dict.fromkeys(tensors))

    @cached_property
    def decimals(self) -> int:
        """The number of decimals: one, or none if numbers are too large for it."""
        return 1 if max(abs(value) for tensor in self.tensors for value in self.values(tensor)) < LARGE else 0

    @cached_property
    def cell(self) -> tuple[float, float]:
        """The size of a cell, widened for the longest number if necessary."""
        widest = max(width(text, LARGE_NUMBER) for tensor in self.tensors for text in self.printed(tensor))
        return max(self.sizes.cell, widest + 2 * CELL_PADDING), CELL_HEIGHT

    @cached_property
    def is_embedded(self) -> bool:
        """Whether the stream starts with just the word and its position."""
        waiting, plain = [self.stream[0].read], ("Embedding", "+ Embedding", "Add", "Rescaling")
        while waiting:
            at = waiting.pop().node
            if at is None:
                continue
            node = self.model.nodes[at]
            if node.layer.family not in plain and not isinstance(node.layer, TrainingOnly | Normalizing):
                return False
            waiting += node.sources
        return True

    def layer(self, at: int) -> str:
        """Name a layer with its size, as in Dense(8)."""
        layer = self.model.nodes[at].layer
        inner = getattr(layer, "layer", layer)
        size = next((getattr(inner, name) for name in ("units", "filters") if hasattr(inner, name)), None)
        name = _short(inner)
        return name if size is None else f"{name}({size})"

    def title(self, branch: Branch) -> str:
        """Return a title for the layers of a branch."""
        if branch.attention is not None:
            return gettext("cross-attention") if branch.elsewhere else gettext("attention")
        kinds = {self.model.nodes[at].layer.family for at in branch.core}
        if kinds & {"Dense", "EinsumDense", "TimeDistributed"}:
            return gettext("feed-forward")
        if len(branch.core) == 1:
            return self.model.nodes[branch.core[0]].layer.name_in_code
        return gettext("%(count)s layers", count=len(branch.core))

    def second(self, branch: Branch) -> str:
        """List these layers."""
        if branch.attention is None:
            layers = Series(*(self.layer(at) for at in branch.core))
        else:
            layer = self.model.nodes[branch.attention].layer
            first: list[str] = []
            if isinstance(layer, MultiHeadAttention):
                first.append(ngettext("%(num)s head", "%(num)s heads", layer.num_heads))
            if getattr(layer, "is_causal", False):
                first.append(pgettext("a mask of attention", "causal"))
            layers = Series(
                *(first or [layer.name_in_code]), *(self.layer(at) for at in branch.core if at != branch.attention)
            )
        if width(layers, BLOCK_SECOND) > LONGEST_SECOND:
            return gettext("%(count)s layers", count=len(branch.core))
        return layers

    def goes_to(self) -> str:
        """Say where the stream leads in the end."""
        end = self.stream[-1].handed_on
        while True:
            readers = [at for at, node in enumerate(self.model.nodes) if end in node.sources]
            if end in self.model.outputs and not readers:
                return gettext("output")
            if len(readers) != 1 or _at_work(self.model, readers):
                break
            end = Tensor(readers[0])
        inside = {
            at for stream in self.streams if stream is not self.stream for sublayer in stream for at in sublayer.branch
        }
        if inside & {*readers}:
            return gettext("to the decoder")
        if len(readers) == 1:
            return gettext("to %(layer)s", layer=_short(self.model.nodes[readers[0]].layer))
        return gettext("to %(count)s layers", count=len(readers))

    # Items: each method returns a function that draws the item about a point.

    def vector(self, name: str, tensor: Tensor, stage: int, role: str = "memory", fill: str | None = None) -> Shapes:
        """Draw the word's vector, centred on its line."""
        argument = "size" if name == "start" and "size" in self.arguments else None
        return vector(self.printed(tensor), self.cell, fill, role, name=name, step=stage, argument=argument)

    def riding(self, name: str, tensor: Tensor, stage: int, role: str = "memory", fill: str | None = None) -> Draw:
        """Draw the vector on top of the belt or, down the page, inside it."""
        shapes = self.vector(name, tensor, stage, role, fill)

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            rise = (BELT_HEIGHT + CELL_HEIGHT) / 2 if axis.across else 0
            return [moved(shape, Point(at.x, at.y - rise)) for shape in shapes]

        return draw

    def said(self, style: Style) -> Draw:
        """Draw the word."""
        again = tuple(
            branch.computing for branch in self.parts if self.word in branch.looked_at and not branch.elsewhere
        )

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, word_width(self.word, style), WORD_HEIGHT)
            fill = self.fills[self.word]
            return [Word(name="word", step=1, text=self.word, frame=frame, fill=fill, style=style, again=again)]

        return draw

    def box(
        self, name: str, text: str, second: str, stage: int, least: float | None = None, argument: str | None = None
    ) -> Draw:
        """Draw one or several layers as a block."""
        least = least or (BLOCK_LEAST if second else NORM_LEAST)
        across = max(least, width(text, BLOCK) + 2 * BLOCK_INSET, width(second, BLOCK_SECOND) + 2 * SECOND_INSET)
        height = BLOCK_HEIGHT if second else NORM_HEIGHT

        def draw(axis: Axis, at: Point, length: float) -> Sequence[Shape]:
            frame = Frame.about(at.x, at.y, across, height)
            return [Block(name=name, step=stage, argument=argument, text=text, second=second, frame=frame)]

        return draw

    def core(self, branch: Branch, second: str) -> Draw:
        """Draw a branch, apart from its first normalization, as one block."""
        argument = f"branch-{branch.number}" if f"branch-{branch.number}" in self.arguments else None
        return self.box(f"block-{branch.number}", self.title(branch), second, branch.computing, argument=argument)

    def folded(self, number: int, text: str, stage: int) -> Draw:
        """Draw several blocks of the stream as one, with the shape they pass on."""
        shape = self.trace.value(Tensor(self.stream[0].adding)).shape
        return self.box(f"folded-{number}", text, f"({', '.join(map(str, shape))})", stage, FOLDED_LEAST)

    def plus(self, branch: Branch) -> Draw:
        """Draw the addition."""
        name = f"adding-{branch.number}"
        return lambda axis, at, length: [Operator(name=name, step=branch.adding, sign=PLUS, at=at)]

    def shown_others(self, branch: Branch) -> list[str | None]:
        """Choose the other words to draw: as many as fit, with None for those left out."""
        listed: list[str | None] = list(branch.others)
        for kept in range(len(branch.others) - 1, 1, -1):
            if sum(self._room(each_word) + WORDS_APART for each_word in listed) <= WORDS_ROOM:
                break
            listed = [*branch.others[: kept - 1], None, branch.others[-1]]
        return listed

    def _room(self, text: str | None) -> float:
        return width(LEFT_OUT, NAME) if text is None else word_width(text, WORD, least=30)

    def row_of_others(self, branch: Branch) -> Draw:
        """Draw the other words that attention sees, and how they are made available."""
        line, items = Flow(even_slots=False), list[Item]()
        below, track, stage = line.track("note"), line.track("words", NOTE_ROOM), branch.computing
        for place, other_word in enumerate(self.shown_others(branch), start=1):
            name = f"looked-{branch.number}-{place}"
            if other_word is None:
                line.put(place, track, text(LEFT_OUT, "muted", name=name, step=stage))
            else:
                fill, wide = self.fills[other_word], self._room(other_word)
                shapes = word(other_word, wide, fill, WORD, name=name, high=WORD_HEIGHT, step=stage)
                items.append(line.put(place, track, shapes))
        if branch.note:
            note = text(branch.note, "muted", name=f"note-{branch.number}", step=stage)
            line.put((len(self.shown_others(branch)) + 1) / 2, below, note, loose=True)
        return grouped(line, ACROSS, items)

    def looked_at(self, branch: Branch) -> str:
        """List the words that attention sees if they fit in the block, otherwise count them."""
        if branch.attention is None or not branch.looked_at:
            return ""
        listed = Series(*branch.looked_at)
        if width(listed, BLOCK_SECOND) <= BLOCK_LEAST - 2 * SECOND_INSET:
            return listed
        return ngettext("over %(num)s word", "over %(num)s words", len(branch.looked_at))

    def knows(self, branch: Branch) -> str:
        """Describe what a word has learned through attention."""
        if branch.attention is None or not branch.others:
            return ""
        return gettext("knows the other sentence") if branch.elsewhere else gettext("knows its neighbours")


@dataclass
class Stretch:
    """The segment of a belt being built: what is on it, and what branches off, up to its end.

    Across, what belongs to one moment shares a slot, on tracks of its own. Down the page, branches run beside the belt:
    whatever shares a track takes a slot of its own, one after another.
    """

    flow: Flow
    axis: Axis
    number: Iterator[int] = field(default_factory=lambda: count(1))
    slots: Iterator[int] = field(default_factory=count)
    at: int = 0
    begins: Item | None = None
    loads: list[Item] = field(default_factory=list)
    taps: list[tuple[Item, Item, Wire, tuple[Side, Side]]] = field(default_factory=list)

    def track(self, name: str) -> str:
        """Return the track for these items."""
        return name if self.axis.across else {SAID: BELT, NORMS: BLOCKS, VECTORS: BLOCKS}.get(name, name)

    def advance(self) -> None:
        """Go on to the next moment."""
        self.at = next(self.slots) if self.axis.across else self.at

    def put(self, track: str, draw: Draw | Shapes, *, solid: bool = False) -> Item:
        """Put an item at this moment."""
        self.at = self.at if self.axis.across else next(self.slots)
        return self.flow.put(self.at, self.track(track), draw, solid=solid)

    def say(self, draw: Draw | Shapes, stage: int) -> None:
        """Write a text beside the belt or, down the page, at its end."""
        text = self.put(SAID, draw, solid=not self.axis.across)
        if self.begins is not None and not self.axis.across:
            self.to(text, stage)

    def carry(self, draw: Draw, stage: int) -> None:
        """Let the belt carry a vector: on top of it or, down the page, between two segments."""
        self.advance()
        item = self.put(BELT, draw)
        if self.axis.across:
            self.loads.append(item)
        else:
            self.to(item, stage)

    def stop(self, draw: Draw, stage: int) -> None:
        """End the segment at a new item, where the next one starts."""
        self.advance()
        self.to(self.put(BELT, draw), stage)

    def to(self, stop: Item, stage: int) -> None:
        """End the segment at an item, where the next one starts."""
        assert self.begins is not None
        wire = Wire(f"belt-{next(self.number)}", "memory", stage, belt=True)
        link = self.flow.link(self.begins, stop, wire, sides=RIGHT, loads=self.loads)
        for start, end, tap, sides in self.taps:
            self.flow.link(start, end, tap, sides=sides, taps=link)
        self.begins, self.loads, self.taps = stop, [], []


def _short(layer: Layer) -> str:
    """Name a layer by its type, abbreviated as is customary."""
    return layer.name_in_code.replace("Normalization", "Norm")


def _begin(passage: Passage) -> tuple[Tensor, str, str | None]:
    """Return the vector at the start of the picture, its role and its background colour."""
    tensor = passage.stream[0].read
    return (tensor, "embedding", passage.fills[passage.word]) if passage.is_embedded else (tensor, "memory", None)


def _before(passage: Passage) -> str:
    """Name the blocks before the selected one."""
    before, number, _ = passage.places
    return _numbered(number - before, number - 1)


def _after(passage: Passage) -> str:
    """Name the blocks after it."""
    _, number, after = passage.places
    return _numbered(number + 1, number + after)


def _numbered(first: int, last: int) -> str:
    """Name some blocks by number."""
    if first == last:
        return gettext("block %(number)s", number=first)
    return gettext("blocks %(first)s to %(last)s", first=first, last=last)


def _flow(passage: Passage, parts: Sequence[Branch], axis: Axis) -> Flow:
    """Build the belt: across, each branch leaves it downwards and comes back up into the addition.

    Down the page, branches leave it to the right and come back. If a block is too long for one row, these are some of
    its branches.
    """
    flow = Flow(even_slots=False)
    first, last, is_whole = parts[0], parts[-1], parts[-1] is passage.parts[-1]
    belt = Stretch(flow, axis, count(1 if first is passage.parts[0] else first.number * 100))
    for name in axis.reading_order([*ROOMS]):
        flow.track(belt.track(name), ROOMS[name] if axis.across else 0)
    belt.advance()
    if first is passage.parts[0]:
        belt.say(passage.said(passage.sizes.letters), 1)
        tensor, role, fill = _begin(passage)
        belt.begins = belt.put(BELT, passage.riding("start", tensor, 1, role, fill))
        if passage.places[0]:
            belt.stop(passage.folded(1, _before(passage), 1), 1)
            belt.carry(passage.riding("stream-0", first.sublayer.read, 1), 1)
    else:
        again = passage.riding(f"stream-{first.number - 1}-again", first.sublayer.read, first.adding - 2)
        belt.begins = belt.put(BELT, again)
    before: Sequence[Item] = ()
    goes_on = is_whole and passage.places[2] > 0
    for branch in parts:
        if axis.across and branch.number > 1 and (learned := passage.knows(passage.parts[branch.number - 2])):
            belt.put(SAID, text(learned, "memory", name=f"knows-{branch.number - 1}", step=branch.adding - 2))
        before = _put_branch(passage, branch, belt, before)
        for place, node in enumerate(branch.sublayer.after, start=1):
            if place == 1:
                total = passage.riding(f"sum-{branch.number}", Tensor(branch.sublayer.adding), branch.adding)
                belt.carry(total, branch.adding)
            belt.stop(
                passage.box(f"after-{branch.number}-{place}", passage.layer(node), "", branch.adding), branch.adding
            )
        result = passage.riding(f"stream-{branch.number}", branch.sublayer.handed_on, branch.adding)
        (belt.carry if branch is not last or goes_on else belt.stop)(result, branch.adding)
    stage = last.adding
    if goes_on:
        belt.stop(passage.folded(2, _after(passage), stage), stage)
        belt.stop(passage.riding("end", passage.stream[-1].handed_on, stage), stage)
    if is_whole:
        belt.say(text(passage.goes_to(), "memory", NAME.bold(), name="goes-to", step=stage), stage)
        for number, note in enumerate(filter(None, (passage.size, passage.rounding))):
            flow.aside(Caption(f"note-{number + 1}", note, "muted", style=NAME))
    else:
        belt.say(text(gettext("continues below"), "muted", name=f"goes-on-{last.number}", step=stage), stage)
    return flow


def _put_branch(passage: Passage, branch: Branch, belt: Stretch, before: Sequence[Item]) -> Sequence[Item]:
    """Put a branch beside the belt, after the items of the previous one; return its last items."""
    flow, across, number, stage = belt.flow, belt.axis.across, branch.number, branch.computing
    facing: Side = "cross-end" if across else "cross-start"
    things, root = list[Item](), None
    if branch.norm is not None:
        things.append(belt.put(NORMS, passage.box(f"norm-{number}", passage.layer(branch.norm), "", stage)))
        normed = passage.vector(f"normed-{number}", Tensor(branch.norm), stage, "flow", "block")
        things.append(belt.put(VECTORS, normed))
    elif across:
        root = flow.put(belt.at, BLOCKS, passage.box("", "", "", stage, ROOT_ROOM), ghost=True)
    belt.advance()
    second = passage.second(branch)
    core = belt.put(BLOCKS, passage.core(branch, second if across else passage.looked_at(branch) or second))
    written = belt.put(VECTORS, passage.vector(f"written-{number}", branch.sublayer.written, stage))
    things += [core, written]
    adding = flow.put(belt.at, BELT, passage.plus(branch))
    previous = before if across else (belt.begins,)
    for earlier, later in product(filter(None, previous), filter(None, (root, *things))):  # whatever their tracks
        flow.follow(earlier, later)
    read = Wire(f"read-{number}-arrow", step=stage)
    sides: tuple[Side, Side] = (facing, facing) if root is None else ("cross-start", "main-start")
    belt.taps.append((root or things[0], things[0], read, sides))
    for (start, end), name in zip(pairwise(things), ("normed", "block", "written")[1 - len(things) :], strict=True):
        flow.link(start, end, Wire(f"{name}-{number}-arrow", step=stage), sides=flow.way(start, end))
    caption = Caption(f"written-{number}-name", pgettext("what a branch adds", "written"), "memory", style=NAME)
    flow.link(
        written,
        adding,
        Wire(f"adding-{number}-arrow", step=branch.adding, caption=caption if across else None),
        sides=flow.way(written, adding),
    )
    if not across:  # beside the belt, there is no space above the arrow
        things.append(belt.put(VECTORS, text(caption.text, caption.role, name=caption.name, step=stage)))
    elif branch.others:
        looked = flow.put(belt.at, WORDS, passage.row_of_others(branch), whole=True)
        flow.link(looked, core, Wire(f"looked-{number}-arrow", step=stage))
    flow.band(f"branch-{number}", [*([root] if root else []), *things])
    belt.to(adding, branch.adding)
    return core, written


def _description(passage: Passage) -> Description:
    """Describe what the belt carries and what each branch adds, with every vector in a table."""
    first, last = passage.parts[0], passage.parts[-1]
    asks, (before, number, after) = quoted(passage.word), passage.places
    arriving, role, _ = _begin(passage)
    rows = [_row(gettext("%(word)s on arrival", word=asks), passage, arriving, 1, role)]
    begins = passage.numbers(arriving, 1, role)
    steps: list[list[str]] = [[gettext("%(word)s comes along the belt as %(numbers)s.", word=asks, numbers=begins)]]
    if before:
        tensor, blocks = first.sublayer.read, _before(passage)
        values = passage.numbers(tensor, 1)
        steps[0].append(gettext("After %(blocks)s it is %(numbers)s.", blocks=blocks, numbers=values))
        rows.append(_row(gettext("after %(blocks)s", blocks=blocks), passage, tensor, 1))
    for branch in passage.parts:
        title = passage.title(branch)
        steps += [list(_computed(passage, branch)), list(_summed(passage, branch))]
        if branch.norm is not None:
            rows.append(_row(passage.layer(branch.norm), passage, Tensor(branch.norm), branch.computing, "flow"))
        rows.append(
            _row(gettext("written by %(layers)s", layers=title), passage, branch.sublayer.written, branch.computing)
        )
        rows.append(_row(pgettext("in a table", "sum"), passage, Tensor(branch.sublayer.adding), branch.adding))
        rows += [_row(passage.layer(at), passage, Tensor(at), branch.adding) for at in branch.sublayer.after]
    if after:
        tensor, blocks = passage.stream[-1].handed_on, _after(passage)
        values = passage.numbers(tensor, last.adding)
        steps[-1].append(gettext("After %(blocks)s it is %(numbers)s.", blocks=blocks, numbers=values))
        rows.append(_row(gettext("after %(blocks)s", blocks=blocks), passage, tensor, last.adding))
    fields = {"word": asks, "layers": Listing(*map(passage.title, passage.parts)), "number": number}
    fields["numbers"] = passage.numbers(first.sublayer.read, 1, role if not before else "memory")
    alt = gettext(
        "A Transformer block: %(word)s comes along the belt as %(numbers)s; added to it: %(layers)s.", **fields
    )
    if number > 1 or before + after > 0:
        alt = gettext(
            "Block %(number)s of a model: %(word)s comes along the belt as %(numbers)s; added to it: %(layers)s.",
            **fields,
        )
    text: list[str] = [
        gettext("The belt is the residual stream: it carries the vector of a word through the block."),
        gettext("Each branch reads what is on the belt, and what it writes is added to it, number by number."),
    ]
    if any(branch.norm is not None for branch in passage.parts):
        text.append(gettext("A branch normalizes what it reads; the belt itself stays as it is."))
    if any(branch.sublayer.after for branch in passage.parts):
        text.append(gettext("The belt itself is normalized after each addition."))
    if passage.size:
        text.append(passage.size)
    text.append(ROUNDED)
    return Description(
        alt=alt,
        text=Paragraph(*text),
        steps=tuple(Paragraph(*sentences) for sentences in steps),
        columns=(TableColumn(pgettext("in a table", "vector")), TableColumn(pgettext("in a table", "numbers"))),
        rows=tuple(rows),
    )


def _row(name: str, passage: Passage, tensor: Tensor, stage: int, role: str = "memory") -> TableRow:
    return TableRow.of(name, passage.numbers(tensor, stage, role), step=stage, role=role)


def _computed(passage: Passage, branch: Branch) -> Iterator[str]:
    """Describe what a branch reads and writes."""
    if branch.norm is not None:
        normed = passage.numbers(Tensor(branch.norm), branch.computing, "flow")
        yield gettext("%(layer)s turns it into %(numbers)s.", layer=passage.layer(branch.norm), numbers=normed)
    values = {"layers": passage.title(branch), "numbers": passage.numbers(branch.sublayer.written, branch.computing)}
    if branch.attention is None:
        yield gettext("What %(layers)s writes is %(numbers)s.", **values)
        return
    shown_words = [other_word for other_word in passage.shown_others(branch) if other_word is not None]
    seen: list[str] = [quoted(other_word) for other_word in shown_words]
    if len(branch.others) > len(shown_words):
        seen.insert(-1, gettext("%(count)s more", count=len(branch.others) - len(shown_words)))
    if not branch.elsewhere and passage.word in branch.looked_at:
        seen.append(quoted(passage.word))
    yield gettext("From %(words)s, %(layers)s writes %(numbers)s.", words=Listing(*seen), **values)


def _summed(passage: Passage, branch: Branch) -> Iterator[str]:
    """Describe what is on the belt after the addition."""
    total = passage.numbers(Tensor(branch.sublayer.adding), branch.adding)
    yield gettext("Added to the belt, that makes %(numbers)s.", numbers=total)
    for at in branch.sublayer.after:
        normed = passage.numbers(Tensor(at), branch.adding)
        yield gettext("%(layer)s turns it into %(numbers)s.", layer=passage.layer(at), numbers=normed)
