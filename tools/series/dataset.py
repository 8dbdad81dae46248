"""Monthly CO₂ concentrations at Mauna Loa, computed from the weekly measurements that come with statsmodels.

python -m tools.series.dataset
"""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "diagrams" / "data" / "series"
DOWNLOADS = REPOSITORY / ".cache" / "series"
"""Ignored by git."""
PACKAGE = "statsmodels==0.15.0"
WEEKS = "statsmodels/datasets/co2/co2.csv"
SHA256 = "16695fa2786e53414e5a6b54767a3fdf5de99cfbc68617f69d1362d92776a92f"
"""Of the weekly data only: wheels differ between platforms."""
FIRST = "1965-01"
"""Before that, months are missing."""


def fetch(folder: Path = DOWNLOADS) -> bytes:
    """Download the package with pip, once, and extract the weekly data; verify its checksum."""
    if not list(folder.glob("statsmodels-*.whl")):
        options = ["--no-deps", "--only-binary", ":all:", "--dest", str(folder)]
        subprocess.run([sys.executable, "-m", "pip", "download", PACKAGE, *options], check=True)
    (wheel,) = folder.glob("statsmodels-*.whl")
    with zipfile.ZipFile(wheel) as files:
        content = files.read(WEEKS)
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        raise ValueError(f"{WEEKS} in {wheel} has the SHA-256 {digest}, not {SHA256}")
    return content


def monthly(weeks: Iterable[Mapping[str, str]], first: str = FIRST) -> dict[str, float]:
    """Return the mean of the weeks that start in each month, in ppm; weeks without a value don't count."""
    by_month: dict[str, list[float]] = defaultdict(list)
    for week in weeks:
        if week["co2"]:
            by_month[f"{week['date'][:4]}-{week['date'][4:6]}"].append(float(week["co2"]))
    return {month: round(fmean(values), 2) for month, values in sorted(by_month.items()) if month >= first}


def main() -> None:
    """Write the months as the guide reads them."""
    weeks = csv.DictReader(io.StringIO(fetch().decode("utf-8")))
    lines = [f"{month},{ppm:.2f}\n" for month, ppm in monthly(weeks).items()]
    (FOLDER / "co2.csv").write_text("month,ppm\n" + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
