"""Ask the real torch for its answers to a tenth of the cases, and write them down.

make ready-verify-torch && PYTHONPATH=.:diagrams .venv-torch/bin/python -m tests.against_torch.record
"""

import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.against_torch.cases import case
from tests.against_torch.modules import written

RECORDED = Path(__file__).with_name("recorded.json")
CASES = 800
"""How many cases are compared at night."""
TENTH = range(0, CASES, 10)
MODULES = 700
"""How many modules are read and compared at night."""
TENTH_OF_MODULES = range(0, MODULES, 10)
COMMAND = "make ready-verify-torch && PYTHONPATH=.:diagrams .venv-torch/bin/python -m tests.against_torch.record"


def main() -> None:
    """Write the answers."""
    import torch

    from tests.against_torch.answers import (
        answer_of_torch,  # needs torch; who reads the records does not
        reply_of_torch,
    )

    answers: dict[str, Any] = {}
    for number in TENTH:
        answer = answer_of_torch(case(number))
        answers[str(case(number))] = None if answer is None else {**asdict(answer), "outputs": answer.outputs[:1]}
    replies: dict[str, Any] = {}
    for number in TENTH_OF_MODULES:
        reply = reply_of_torch(written(number))
        replies[written(number).code] = (
            None if isinstance(reply, str) else {**asdict(reply), "outputs": reply.outputs[:1]}
        )
    versions = {"torch": torch.__version__.partition("+")[0], "python": platform.python_version()}
    found = {"layers": answers, "modules": replies}
    lines = {
        name: ",\n".join(f"  {json.dumps(key)}: {json.dumps(_short(each))}" for key, each in part.items())
        for name, part in found.items()
    }
    parts = ",\n".join(f' "{name}": {{\n{each}\n }}' for name, each in lines.items())
    RECORDED.write_text(f'{{\n "versions": {json.dumps(versions)},\n{parts}\n}}\n', encoding="utf-8")


def _short(answer: Any) -> Any:
    """Round the numbers to what single precision holds."""
    if isinstance(answer, float):
        return float(f"{answer:.8g}")
    if isinstance(answer, list | tuple):
        return [_short(each) for each in answer]
    return {key: _short(each) for key, each in answer.items()} if isinstance(answer, dict) else answer


if __name__ == "__main__":
    main()
