"""Record the signatures of torch's modules and the names in torch for the kit's reader; run this where torch is.

.venv-torch/bin/python -m tools.torch_names
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.keras_names import arguments_of

FILE = Path(__file__).parent.parent / "diagrams/unrolled/reader/torch.json"


def names() -> dict[str, Any]:
    """Get the modules of the installed torch, their arguments, and the names in its modules."""
    import torch

    modules: dict[str, Any] = {}
    for name in sorted(dir(torch.nn)):
        kind = getattr(torch.nn, name)
        if isinstance(kind, type) and issubclass(kind, torch.nn.Module) and name not in ("Module", "Container"):
            modules[name] = arguments_of(kind, _plain)
    recurrent, cell = modules.pop("RNNBase"), modules.pop("RNNCellBase")
    recurrent[0].pop("mode")
    cell[0].pop("num_chunks")
    for name in ("RNN", "LSTM", "GRU"):  # their own signatures take anything
        modules[name] = [dict(recurrent[0]), recurrent[1]]
        modules[f"{name}Cell"] = [{**cell[0], "bias": True}, cell[1]]
    for name, before in (("RNN", "bias"), ("RNNCell", "device")):
        items = [*modules[name][0].items()]
        at = [key for key, _ in items].index(before)
        modules[name][0] = dict([*items[:at], ("nonlinearity", "tanh"), *items[at:]])
    exported = {
        "torch": _public(torch),
        "torch.nn": _public(torch.nn),
        "torch.nn.functional": _public(torch.nn.functional),
        "torch.nn.init": _public(torch.nn.init),
        "torch.nn.utils.rnn": _public(torch.nn.utils.rnn),
        "torch.Tensor": _public(torch.Tensor),
        "torch.nn.Module": _public(torch.nn.Module()),
    }
    return {"version": torch.__version__.partition("+")[0], "modules": modules, "names": exported}


def _public(holder: Any) -> list[str]:
    return sorted(name for name in dir(holder) if not name.startswith("_"))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else getattr(value, "__name__", "")


if __name__ == "__main__":
    FILE.write_text(json.dumps(names(), indent=1) + "\n", "utf-8")
