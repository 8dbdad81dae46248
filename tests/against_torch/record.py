"""Ask the real torch for its answers to a tenth of the cases, and write them down.

make ready-verify-torch && PYTHONPATH=.:diagrams .venv-torch/bin/python -m tests.against_torch.record
"""

import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.against_torch.cases import case

RECORDED = Path(__file__).with_name("recorded.json")
CASES = 800
"""How many cases are compared at night."""
TENTH = range(0, CASES, 10)
COMMAND = "make ready-verify-torch && PYTHONPATH=.:diagrams .venv-torch/bin/python -m tests.against_torch.record"


def main() -> None:
    """Write the answers."""
    import torch

    from tests.against_torch.answers import answer_of_torch  # needs torch; who reads the records does not

    answers: dict[str, Any] = {}
    for number in TENTH:
        answer = answer_of_torch(case(number))
        answers[str(case(number))] = None if answer is None else {**asdict(answer), "outputs": answer.outputs[:1]}
    versions = {"torch": torch.__version__.partition("+")[0], "python": platform.python_version()}
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(_short(each))}" for key, each in answers.items())
    text = f'{{\n "versions": {json.dumps(versions)},\n "answers": {{\n{lines}\n }}\n}}\n'
    RECORDED.write_text(text, encoding="utf-8")


def _short(answer: Any) -> Any:
    """Round the numbers to what single precision holds."""
    if isinstance(answer, float):
        return float(f"{answer:.8g}")
    if isinstance(answer, list | tuple):
        return [_short(each) for each in answer]
    return {key: _short(each) for key, each in answer.items()} if isinstance(answer, dict) else answer


if __name__ == "__main__":
    main()
