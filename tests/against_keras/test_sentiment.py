"""The networks of the short verdicts, live: saved weights in Keras and in the kit, and trained once more."""

import numpy as np
import pytest

from tests.against_keras.live import CLOSE
from tools.sentiment.baselines import majority
from tools.sentiment.dataset import FOLDER, arrays, read, read_vocabulary, read_written
from tools.sentiment.networks import NETWORKS
from tools.sentiment.scores import network
from tools.sentiment.train import trained

pytestmark = [pytest.mark.keras, pytest.mark.filterwarnings("ignore")]  # the warnings of Keras and its backends

DATASET = read()
VOCABULARY = read_vocabulary()


def right(model, sentences):
    """Tell how often a model of Keras judges rightly."""
    rows, kind = arrays(sentences, VOCABULARY)
    return float(np.mean((model.predict(rows, verbose=0)[:, 0] > 0.5) == kind))


@pytest.fixture(params=NETWORKS)
def name(request):
    """Each network in turn."""
    return request.param


def saved(name):
    """Make a network in Keras, with the weights that are in the repository."""
    names = {}
    exec(NETWORKS[name], names)
    with np.load(FOLDER / f"{name}.npz") as weights:
        names["model"].set_weights([weights[key] for key in weights.files])
    return names["model"]


def test_keras_and_the_kit_answer_alike(name):
    """Every sentence that was kept out, and every one that was written one by one."""
    sentences = [*DATASET.kept_out, *read_written()]
    theirs = saved(name).predict(arrays(sentences, VOCABULARY)[0], verbose=0)[:, 0]
    ours = list(map(network(name), sentences))
    np.testing.assert_allclose(ours, theirs, atol=CLOSE)


@pytest.mark.when_changed("tools/sentiment/", "diagrams/data/sentiment/", "requirements-verify.txt")
def test_who_trains_it_again_gets_as_far():
    """A few seconds: the weights come from this script, and from nowhere else."""
    model = trained(NETWORKS["lstm"])
    assert right(model, DATASET.kept_out) >= majority(DATASET.kept_out) + 0.2
    assert right(model, DATASET.train) >= majority(DATASET.train) + 0.2
