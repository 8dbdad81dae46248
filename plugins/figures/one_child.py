"""One child in an interpreter of its own: `python -m plugins.figures.one_child [FONTS]` reads its job as JSON."""

from __future__ import annotations

import json
import os
import sys

from . import child, processes
from .server import load

if __name__ == "__main__":
    processes.die_with_parent(os.getppid())
    processes.adopt_orphans()  # so that they are seen while it runs
    job = json.load(sys.stdin)
    load(*sys.argv[1:])
    child.main(job)
