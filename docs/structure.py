"""How large the code is and how its files depend on each other: figures to compare two states of the repository.

python -m docs.structure            of this checkout
python -m docs.structure <folder>   of another one, such as that of `git worktree add <folder> <commit>`
"""

import ast
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Folder", "Structure", "look", "main", "table"]

_ROOT = Path(__file__).parents[1]
_ELSEWHERE = {"node_modules", "dist"}
_SAME_LINES = 6  # that many lines in a row, twice, count as a repetition


@dataclass(frozen=True)
class Folder:
    """A folder with all that is below it."""

    name: str
    files: int
    lines: int
    inside: int  # arrows between its own files
    out: int  # arrows from its files to others
    circles: int  # groups of its files that import each other in a round


@dataclass(frozen=True)
class Structure:
    """Figures of all Python that is not a test. Lines count as they are in the file."""

    folders: list[Folder]
    files: int
    lines: int
    test_lines: int
    arrows: int
    folder_arrows: int  # between folders of the second level: deploy/native, services/order
    circles: int  # of files
    folder_circles: list[list[str]]  # folders of the second level that import each other
    longest_function: tuple[str, int]
    median_function: int
    repeated_lines: int  # lines that stand in a run of six or more which stands elsewhere, too


def look(root: Path) -> Structure:
    """Read every Python file below `root` that is no test."""
    paths = sorted(_files(root))
    ours = [path for path in paths if path.parts[0] != "tests"]
    texts = {path: (root / path).read_text(encoding="utf-8") for path in paths}
    trees = {path: ast.parse(texts[path]) for path in ours}
    modules = {_module(path): path for path in ours}
    arrows = {path: set(_imported(path, trees[path], modules)) - {path} for path in ours}
    groups = _second_level(arrows)
    functions = sorted(_functions(trees), key=lambda item: item[1])
    return Structure(
        folders=[_folder(name, arrows, texts) for name in _names(ours)],
        files=len(ours),
        lines=sum(texts[path].count("\n") for path in ours),
        test_lines=sum(texts[path].count("\n") for path in paths if path.parts[0] == "tests"),
        arrows=sum(map(len, arrows.values())),
        folder_arrows=sum(map(len, groups.values())),
        circles=len(_circles(arrows)),
        folder_circles=[sorted(map(str, circle)) for circle in _circles(groups)],
        longest_function=functions[-1] if functions else ("", 0),
        median_function=functions[len(functions) // 2][1] if functions else 0,
        repeated_lines=_repeated([texts[path] for path in ours]),
    )


def table(found: Structure) -> str:
    """The figures as Markdown."""
    rows = [
        "| folder | files | lines | arrows inside | arrows out | circles |",
        "|---|---|---|---|---|---|",
        *(
            f"| {one.name} | {one.files} | {one.lines} | {one.inside} | {one.out} | {one.circles} |"
            for one in found.folders
        ),
        f"| all | {found.files} | {found.lines} | {found.arrows} | | {found.circles} |",
        "",
        f"- arrows between folders: {found.folder_arrows}",
        f"- folders in a circle: {'; '.join(' <-> '.join(circle) for circle in found.folder_circles) or 'none'}",
        f"- longest function: {found.longest_function[0]}, {found.longest_function[1]} lines",
        f"- median function: {found.median_function} lines",
        f"- repeated lines: {found.repeated_lines}",
        f"- lines of tests: {found.test_lines}",
    ]
    return "\n".join(rows) + "\n"


def _files(root: Path) -> Iterator[Path]:
    for path in root.rglob("*.py"):
        name = path.relative_to(root)
        if not any(part.startswith(".") or part in _ELSEWHERE for part in name.parts):
            yield name


def _names(paths: Iterable[Path]) -> list[str]:
    """Folders of the first and the second level that hold files, the first level before its own folders."""
    return sorted({"/".join(path.parts[:depth]) for path in paths for depth in (1, 2) if len(path.parts) > depth})


def _module(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, tree: ast.Module, modules: Mapping[str, Path]) -> Iterator[Path]:
    """The files of ours that this one imports, wherever in it."""
    package = path.parts[:-1]
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(
                [*package[: len(package) + 1 - node.level], node.module or ""]
                if node.level
                else [node.module or ""]
            )
            names = [f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules else base for alias in node.names]
        yield from (modules[name] for name in names if name in modules)


def _folder(name: str, arrows: Mapping[Path, set[Path]], texts: Mapping[Path, str]) -> Folder:
    inside = {path for path in arrows if Path(name) in path.parents}
    own = {path: arrows[path] & inside for path in inside}
    return Folder(
        name=name,
        files=len(inside),
        lines=sum(texts[path].count("\n") for path in inside),
        inside=sum(map(len, own.values())),
        out=sum(len(arrows[path] - inside) for path in inside),
        circles=len(_circles(own)),
    )


def _second_level(arrows: Mapping[Path, set[Path]]) -> dict[Path, set[Path]]:
    """The arrows between folders. A file of the first level counts for its folder."""
    groups: defaultdict[Path, set[Path]] = defaultdict(set)
    for path, others in arrows.items():
        here = Path(*path.parts[:-1][:2])
        groups[here] |= {Path(*other.parts[:-1][:2]) for other in others} - {here}
    return groups


def _circles(arrows: Mapping[Path, set[Path]]) -> list[set[Path]]:
    """The groups in which each reaches each other (strongly connected components with more than one member)."""
    reached = {path: _reach(path, arrows) for path in arrows}
    found: list[set[Path]] = []
    for path in arrows:
        group = {other for other in reached[path] if path in reached.get(other, ())}
        if len(group) > 1 and group not in found:
            found.append(group)
    return found


def _reach(start: Path, arrows: Mapping[Path, set[Path]]) -> set[Path]:
    seen: set[Path] = set()
    waiting = list(arrows[start])
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(arrows.get(path, ()))
    return seen


def _functions(trees: Mapping[Path, ast.Module]) -> Iterator[tuple[str, int]]:
    """Name and lines of each function, from `def` to its end."""
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield f"{path}: {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def _repeated(texts: Iterable[str]) -> int:
    """Lines that stand in a run of `_SAME_LINES` lines which stands elsewhere, too; imports and blanks aside."""
    files = [[line.strip() for line in text.splitlines() if _counts(line.strip())] for text in texts]
    runs = Counter(
        tuple(lines[at : at + _SAME_LINES]) for lines in files for at in range(len(lines) - _SAME_LINES + 1)
    )
    total = 0
    for lines in files:
        repeated: set[int] = set()
        for at in range(len(lines) - _SAME_LINES + 1):
            if runs[tuple(lines[at : at + _SAME_LINES])] > 1:
                repeated |= set(range(at, at + _SAME_LINES))
        total += len(repeated)
    return total


def _counts(line: str) -> bool:
    return any(character.isalnum() for character in line) and not line.startswith(("#", "import ", "from "))


def main(arguments: list[str]) -> None:
    """Print the figures."""
    sys.stdout.write(table(look(Path(arguments[0]) if arguments else _ROOT)))


if __name__ == "__main__":
    main(sys.argv[1:])
