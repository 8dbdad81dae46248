"""Train both networks of the guide with several seeds, and save how many translations are right.

KERAS_BACKEND=jax .venv-verify/bin/python -m tools.translation.compare
"""

from __future__ import annotations

import json
from typing import Any

from .dataset import FOLDER
from .train import TRAININGS, blocks, run

SEEDS = (1, 2, 3, 4, 5)
NETWORKS = {"translator": "fit", "attentive": "fit-attention"}
"""The blocks that build and train each network."""


def main() -> None:
    """Run the guide once, for its data and functions, then train its two networks repeatedly."""
    by_id = {block.id: block.text for block in blocks() if block.id}
    names: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks():
        if block.id not in TRAININGS:
            run(block.text, names)
    english = [pair["english"] for pair in names["kept_out"]]
    right = [pair["french"] for pair in names["kept_out"]]
    scores: dict[str, list[float]] = {network: [] for network in NETWORKS}
    for network, fit in NETWORKS.items():
        for seed in SEEDS:
            run(by_id[network].replace("set_random_seed(1)", f"set_random_seed({seed})"), names)
            run(f"{network}.compile(Adam(0.01), SparseCategoricalCrossentropy(ignore_class=0))", names)
            run(by_id[fit], names)
            translations = names["translate"](english, names[network])
            scores[network].append(round(sum(map(str.__eq__, translations, right)) / len(right), 3))
            print(network, seed, scores[network][-1], flush=True)
    (FOLDER / "scores.json").write_text(json.dumps(scores, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
