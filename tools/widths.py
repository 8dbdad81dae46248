"""Read the widths of the characters and the kerning pairs from a font."""

from collections.abc import Iterator
from typing import Any

from fontTools.ttLib import TTFont


def widths_of(font: TTFont) -> dict[str, object]:
    """Return the advance of each character, and its kerning as {left: {amount: rights}}, in thousandths of an em."""
    cmap = font.getBestCmap()
    scale = 1000 / font["head"].unitsPerEm
    advances = {chr(code): round(font["hmtx"][glyph][0] * scale, 1) for code, glyph in sorted(cmap.items())}
    kern: dict[str, dict[str, str]] = {}
    for left_code, left in sorted(cmap.items()):
        for right_code, right in sorted(cmap.items()):
            amount = kerning(font, left, right) * scale
            if amount:
                row = kern.setdefault(chr(left_code), {})
                key = f"{amount:g}"
                row[key] = row.get(key, "") + chr(right_code)
    return {"advances": advances, "kern": kern}


def kerning(font: TTFont, left: str, right: str) -> int:
    """Return the kerning of a pair: the first subtable that has the left glyph decides, as in GPOS."""
    total = 0
    for lookup in pair_lookups(font):
        for table in lookup:
            amount = pair_amount(table, left, right)
            if amount is not None:
                total += amount
                break
    return total


def pair_lookups(font: TTFont) -> Iterator[list[Any]]:
    """Yield the pair subtables of each lookup."""
    if "GPOS" not in font:
        return
    for lookup in font["GPOS"].table.LookupList.Lookup:
        tables = [getattr(table, "ExtSubTable", table) for table in lookup.SubTable]
        yield [table for table in tables if table.LookupType == 2]


def pair_amount(table: Any, left: str, right: str) -> int | None:
    """Read one subtable; return None if it doesn't have the left glyph or the pair."""
    if left not in table.Coverage.glyphs:
        return None
    if table.Format == 1:
        pairs = table.PairSet[table.Coverage.glyphs.index(left)].PairValueRecord
        record = next((pair for pair in pairs if pair.SecondGlyph == right), None)
        return None if record is None else getattr(record.Value1, "XAdvance", 0)
    row = table.Class1Record[table.ClassDef1.classDefs.get(left, 0)]
    cell = row.Class2Record[table.ClassDef2.classDefs.get(right, 0)]
    return getattr(cell.Value1, "XAdvance", 0)
