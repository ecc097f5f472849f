"""The documents of the repository: their links, the commands in them, and the paths that they name."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.checkout import ours

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"(?<!!)\[(?:[^\]\[]|\[[^\]]*\])*\]\(<?([^)>\s]+)>?(?: \"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
_TAG = re.compile(r"""(?:src|href|srcset)="([^"]+)\"""")
# A word of a command for each placeholder: <queue>, $ORDER.
_WORDS = {
    "scenario": "mixed",
    "service": "order-service",
    "program": "order-service",
    "queue": "order.stock",
    "lesson": "one-click",
    "file": "README.md",  # one that exists
    "trace id": "0a" * 16,
    "path": "folder",
}


@dataclass(frozen=True)
class Piece:
    """Code in a document: a span in a sentence, or a line of a block."""

    place: str
    text: str
    in_block: bool


def documents() -> list[Path]:
    """Every Markdown file of ours."""
    return ours(".md")


def code(path: Path) -> Iterator[Piece]:
    """All code in the document; a line that ends with a backslash goes on."""
    in_block, begun = False, ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        place = f"{path.relative_to(ROOT)}:{number}"
        if line.lstrip().startswith("```"):
            in_block = not in_block
        elif in_block and line.endswith("\\"):
            begun += line[:-1]
        elif in_block:
            yield Piece(place, begun + line.strip(), True)
            begun = ""
        else:
            yield from (Piece(place, text, False) for text in re.findall(r"`([^`]+)`", line))


def links(path: Path) -> Iterator[tuple[str, str]]:
    """(place, target) of every link and picture."""
    in_block = False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        in_block ^= line.lstrip().startswith("```")
        if not in_block:
            plain = re.sub(r"`[^`]*`", "", line) if "](" not in line else line
            for found in (*_LINK.finditer(plain), *_TAG.finditer(plain)):
                yield f"{path.relative_to(ROOT)}:{number}", next(filter(None, found.groups()))


def anchors(path: Path) -> set[str]:
    """What may follow `#`: the headings, as GitHub makes anchors of them, and explicit ones."""
    found: dict[str, int] = {}
    names = set(re.findall(r"""<a (?:id|name)="([^"]+)\"""", path.read_text()))
    in_block = False
    for line in path.read_text().splitlines():
        in_block ^= line.lstrip().startswith("```")
        if not in_block and (heading := re.match(r"#{1,6} (.+)", line)):
            text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading[1].strip()).lower()
            kept = "".join(c for c in text if c in "-_ " or unicodedata.category(c)[0] in "LNM")
            slug = kept.replace(" ", "-")
            seen = found[slug] = found.get(slug, -1) + 1
            names.add(f"{slug}-{seen}" if seen else slug)
    return names


def commands(piece: Piece) -> list[str]:
    """The single commands of a line of shell, with a word for each placeholder; comments are gone."""
    text = re.sub(r"(^|\s)#( .*|$)", "", piece.text)
    text = re.sub(r"\[(-*[\w <>-]+)\]", r"\1", text)  # what may be left out is there
    text = re.sub(r"<([a-z ,]+)>", lambda found: _WORDS.get(found[1], "b7e2"), text)
    text = re.sub(r"\$[A-Z]+\b|\$\([^)]*\)", "b7e2", text)
    return [part.strip() for part in re.split(r"\s*(?:&&|\|\||;|\|)\s+", text) if part.strip()]
