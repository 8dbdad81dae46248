"""The texts that vectors and characters are trained on: two Debian packages with books in the public domain."""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BIBLE_PACKAGE, NOVELS_PACKAGE = "sword-text-web=522.0-1", "r-cran-janeaustenr=1.0.0-1"
BIBLE = Path("usr/share/sword/modules/texts/ztext/engWEB2015eb")
NOVELS = Path("usr/lib/R/site-library/janeaustenr/data/Rdata.rdb")

NOT_TEXT = re.compile(r"<note\b.*?</note>|<title\b.*?</title>", re.DOTALL)
INSIDE_WORDS = re.compile(r"</?(?:w|seg|divineName|transChange|q)\b[^>]*>")
TAG = re.compile(r"<[^>]*>")
SENTENCE_END = re.compile(r"[.;:?!]|\n\n")
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def sentences() -> dict[str, list[list[str]]]:
    """Download both texts; return the words of each sentence, by the name of the text."""
    with _unpacked(BIBLE_PACKAGE) as folder:
        bible = [sentence for book in _bible(folder / BIBLE) for sentence in _sentences(book)]
    return {"bible": bible, "novels": [sentence for novel in novels() for sentence in _sentences(novel)]}


def novels() -> list[str]:
    """Download the six novels by Jane Austen, each as one text, with its title and the headings of its chapters."""
    with _unpacked(NOVELS_PACKAGE) as folder:
        return list(_novels((folder / NOVELS).read_bytes()))


@contextmanager
def _unpacked(package: str) -> Iterator[Path]:
    """Download a Debian package and unpack it into a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["apt-get", "-q", "download", package], cwd=folder, check=True)
        for archive in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
        yield folder


def _bible(folder: Path) -> Iterator[str]:
    """Read a module of the SWORD project: blocks of OSIS markup, and an index of where each begins and ends."""
    for testament in ("ot", "nt"):
        blocks = (folder / f"{testament}.bzz").read_bytes()
        for start, size, _ in struct.iter_unpack("<III", (folder / f"{testament}.bzs").read_bytes()):
            marked = zlib.decompress(blocks[start : start + size]).decode("utf-8") if size else ""
            yield TAG.sub(" ", INSIDE_WORDS.sub("", NOT_TEXT.sub(" ", marked)))


def _novels(database: bytes) -> Iterator[str]:
    """Read a lazy-load database of R with character vectors: each a length, then a compressed serialization."""
    while database:
        unpacked = zlib.decompressobj()
        serialised = unpacked.decompress(database[4:])
        database = unpacked.unused_data
        yield "\n".join(_strings(serialised))


def _strings(serialised: bytes) -> Iterator[str]:
    """Read a character vector as R serializes it (R Internals, "Serialization Formats", XDR)."""
    (encoding,) = struct.unpack_from(">I", serialised, 14)
    at = 18 + encoding
    _, count = struct.unpack_from(">II", serialised, at)
    at += 8
    for _ in range(count):
        _, length = struct.unpack_from(">II", serialised, at)
        at += 8 + length
        yield serialised[at - length : at].decode("utf-8")


def _sentences(text: str) -> Iterator[list[str]]:
    """Split a text into sentences and clauses, and each into words in lower case."""
    plain = text.lower().replace("’", "'").replace("_", "")  # an underscore marks emphasis in the novels
    for sentence in SENTENCE_END.split(plain):
        words = WORD.findall(sentence)
        if len(words) > 1:
            yield words
