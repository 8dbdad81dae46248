"""Samples of code from the docstrings of the installed Keras, and what the reader makes of them: see `main`.

Keras's text is not kept here: a sample is the name of an object and the number of a block in its docstring. The blocks
above it in the same docstring are the article's blocks above the figure.
"""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from tests.against_keras.same import difference
from tests.diagrams.unrolled.reader.traps import Code, outcome

DRAWN = [
    "layers.Add[0]",
    "layers.Add[1]",
    "layers.Average[0]",
    "layers.Average[1]",
    "layers.AveragePooling1D[0]",
    "layers.AveragePooling1D[1]",
    "layers.AveragePooling1D[2]",
    "layers.Concatenate[0]",
    "layers.Concatenate[1]",
    "layers.Conv1D[0]",
    "layers.Conv1DTranspose[0]",
    "layers.Conv2D[0]",
    "layers.Conv2DTranspose[0]",
    "layers.Cropping1D[0]",
    "layers.Cropping2D[0]",
    "layers.AveragePooling2D[0]",
    "layers.AveragePooling2D[1]",
    "layers.AveragePooling2D[2]",
    "layers.DepthwiseConv2D[0]",
    "layers.Dot[0]",
    "layers.Dot[1]",
    "layers.EinsumDense[0]",
    "layers.EinsumDense[2]",
    "layers.Embedding[0]",
    "layers.Flatten[0]",
    "layers.GRU[0]",
    "layers.GRUCell[0]",
    "layers.GlobalAveragePooling1D[0]",
    "layers.GlobalAveragePooling2D[0]",
    "layers.GlobalMaxPooling1D[0]",
    "layers.GlobalMaxPooling2D[0]",
    "layers.Input[0]",
    "layers.LSTM[0]",
    "layers.Layer[0]",
    "layers.Masking[0]",
    "layers.MaxPooling1D[0]",
    "layers.MaxPooling1D[1]",
    "layers.MaxPooling1D[2]",
    "layers.MaxPooling2D[0]",
    "layers.MaxPooling2D[1]",
    "layers.MaxPooling2D[2]",
    "layers.Maximum[0]",
    "layers.Maximum[1]",
    "layers.Minimum[0]",
    "layers.Minimum[1]",
    "layers.Multiply[0]",
    "layers.Multiply[1]",
    "layers.Permute[0]",
    "layers.RepeatVector[0]",
    "layers.Reshape[0]",
    "layers.Reshape[1]",
    "layers.SimpleRNN[0]",
    "layers.SimpleRNNCell[0]",
    "layers.Subtract[0]",
    "layers.Subtract[1]",
    "layers.TimeDistributed[0]",
    "layers.UpSampling1D[0]",
    "layers.UpSampling2D[0]",
    "layers.ZeroPadding1D[0]",
    "layers.ZeroPadding2D[0]",
    "layers.add[0]",
    "layers.add[1]",
    "layers.average[0]",
    "layers.average[1]",
    "layers.maximum[0]",
    "layers.maximum[1]",
    "layers.minimum[0]",
    "layers.minimum[1]",
    "layers.multiply[0]",
    "layers.multiply[1]",
    "layers.subtract[0]",
    "layers.subtract[1]",
    "models.Model[0]",
    "models.Model.get_state_tree[0]",
    "models.clone_model[0]",
    "device[1]",
    "losses.Circle[0]",
    "callbacks.BackupAndRestore[0]",
    "callbacks.EarlyStopping[0]",
    "Metric[1]",
    "models.model_from_json[0]",
    "layers.Activation[0]",
    "layers.LeakyReLU[1]",
    "layers.ReLU[1]",
    "models.Model.save[0]",
    "models.load_model[0]",
]
REFUSED = {
    "layers.Bidirectional[0]": "is not Python: a bracket is missing",
    "layers.RNN[0]": "a cell of the author's own computes what no layer of Keras does",
    "layers.StackedRNNCells[0]": "several cells in one layer are not drawn",
    "layers.Softmax[1]": "reads a row of numbers that has no axis beside the batch",
    "layers.SeparableConv1D[0]": "gives a number as padding, which Keras cannot read either",
    "layers.SeparableConv2D[0]": "gives a number as padding, which Keras cannot read either",
    "layers.LSTMCell[0]": "unpacks three things into two names",
    "models.Sequential[0]": "the model gets its shape from data that the code does not have",
    "callbacks.Callback[0]": "asserts what only training makes true",
    "layers.Lambda[0]": "adds to a model that nobody makes",
    "layers.TextVectorization[0]": "turns texts into numbers, and is no layer that is drawn",
    "layers.SpectralNormalization[0]": "divides another layer's weights as it trains",
    "layers.FlaxLayer[0]": "wraps a module of Flax",
    "layers.TorchModuleWrapper[0]": "wraps modules of PyTorch",
    "models.clone_model[1]": "clones with functions of the author's own",
    "models.Model[4]": "leaves the height and the width of its pictures open",
    "models.Model[2]": "the model is never given a shape",
    "models.Model[3]": "the model is never given a shape",
    "models.Model.quantize[0]": "a quantized model computes with other numbers",
    "utils.plot_model[0]": "its inputs are three dots",
    "callbacks.TensorBoard[2]": "trains on data that the code does not have",
    "callbacks.LearningRateScheduler[0]": "the model is never given a shape",
}
DATA = {
    "": "from keras.optimizers import SGD",
    "callbacks.Callback[0]": "from keras.callbacks import Callback",
    "device[1]": "import contextlib; keras.device = lambda name: contextlib.nullcontext()",
}
"""What the code leaves unsaid, for the run under the real Keras."""


@dataclass(frozen=True)
class Sample:
    """A block of a docstring, with those above it."""

    name: str
    blocks: tuple[str, ...]
    why: str = ""
    """Why it is refused; nothing where it is to be drawn."""

    @property
    def expected(self) -> str:
        """What must come of it."""
        return "refused" if self.why else "drawn"


def sample_of(name: str) -> Sample:
    """Take a listed block out of its docstring."""
    return Sample(name, _blocks(name), REFUSED.get(name, ""))


def _blocks(name: str) -> tuple[str, ...]:
    from tests.against_keras.built import keras

    path, _, number = name.removesuffix("]").partition("[")
    found: Any = keras
    for part in path.split("."):
        found = getattr(found, part)
    blocks = tuple(_code_of(inspect.cleandoc(found.__doc__)))
    return blocks[: int(number) + 1]


def _code_of(text: str) -> Iterator[str]:
    """List what stands in fences, and what is typed at a prompt without what it answers."""
    lines = iter(text.splitlines())
    for line in lines:
        bare = line.strip()
        if bare.startswith("```"):
            yield textwrap.dedent("".join(f"{each}\n" for each in takewhile(_is_inside, lines)))
        elif bare.startswith(">>>"):
            typed = []
            while bare:
                if bare.startswith((">>>", "...")):
                    typed.append(bare[4:])
                bare = next(lines, "").strip()
            yield "\n".join(typed) + "\n"


def _is_inside(line: str) -> bool:
    return not line.strip().startswith("```")


def judged(sample: Sample) -> tuple[str, str]:
    """Hold what the reader makes of a sample against what Keras builds: in two words, and in a sentence."""
    from tests.against_keras.built import run

    found = outcome(Code(sample.blocks[-1], sample.blocks[:-1]))
    if found.model is None:
        return "refused", found.message
    other = difference(found.model, run(sample.blocks, DATA.get(sample.name, "")))
    return ("WRONG", other) if other else ("drawn", "")


def listed(message: str) -> str:
    """Write a message as a cell of a table in Markdown."""
    return " ".join(message.split()).replace("|", "¦")


def main(arguments: list[str]) -> None:
    """Print the table of the samples and their outcomes, in Markdown.

    KERAS_BACKEND=jax PYTHONPATH=.:diagrams .venv-verify/bin/python -m tests.against_keras.docstrings [part of a name]
    """
    counts = Counter[str]()
    print("| sample | outcome | reason |\n|---|---|---|")
    for name in (*DRAWN, *REFUSED):
        if arguments and not any(each in name for each in arguments):
            continue
        sample = sample_of(name)
        try:
            kind, why = judged(sample)
        except Exception as error:
            kind, why = "CRASH", f"{type(error).__name__}: {error}"
        counts[kind] += 1
        print(f"| `{sample.name}` | {kind} | {listed(why)} |", flush=True)
    print("\n" + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))


if __name__ == "__main__":
    main(sys.argv[1:])
