"""Reads the platform's Python code: its calls, and the texts and keys that they are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.installation.services import SERVICES

ROOT = Path(__file__).parents[2]
# Part of the platform -> where its code lies.
PARTS = {
    "Every service": "observability",
    "Services, shared": "services/shared",
    **{service.name.replace("-", " ").capitalize(): f"services/{service.package}" for service in SERVICES},
    "Trace store (tracebox)": "jaeger/tracebox",
    "Console": "console",
    "Drills": "deploy/operations/drills",
}
# What `exception_attributes` gives to spans and to log lines.
EXCEPTION = {"exception.type", "exception.message", "exception.stacktrace"}


class UnreadableError(Exception):
    """The code computes what has to be literal, so that it can be found: a name or a set of keys."""


@dataclass(frozen=True)
class Call:
    """A call, with the function (or module) that it stands in."""

    part: str
    module: str  # its path below the part's folder
    node: ast.Call
    scope: ast.AST
    tree: ast.Module

    @property
    def name(self) -> str:
        """What is called, without what it belongs to."""
        return last(self.node.func)

    def argument(self, position: int, keyword: str) -> ast.expr | None:
        """An argument, however it is passed."""
        if position < len(self.node.args):
            return self.node.args[position]
        return next((k.value for k in self.node.keywords if k.arg == keyword), None)

    def text(self, position: int, keyword: str = "") -> str:
        """A literal argument; what an f-string puts in becomes `{its name}`. Raises UnreadableError."""
        node = self.argument(position, keyword)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        if isinstance(node, ast.JoinedStr):
            return "".join(
                f"{{{last(v.value)}}}" if isinstance(v, ast.FormattedValue) else str(ast.literal_eval(v))
                for v in node.values
            )
        raise UnreadableError(f"{self.part}, {self.module}:{self.node.lineno}: a name must be literal")

    def keys(self, node: ast.expr) -> set[str]:
        """Keys of a dictionary: written here, one of two, or assigned in the function. Raises UnreadableError."""
        if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
            return {str(ast.literal_eval(key)) for key in node.keys if key}
        if isinstance(node, ast.IfExp):
            return self.keys(node.body) | self.keys(node.orelse)
        if isinstance(node, ast.Name):
            for found in ast.walk(self.scope):
                if isinstance(found, ast.Assign) and any(last(target) == node.id for target in found.targets):
                    return self.keys(found.value)
        raise UnreadableError(f"{self.part}, {self.module}:{self.node.lineno}: keys must be literal")


def last(node: ast.AST) -> str:
    """The last name of a dotted one."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def calls() -> Iterator[Call]:
    """Every call in the code of every part."""
    for part, folder in PARTS.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            module = path.relative_to(ROOT / folder).as_posix()
            for node, scope in _within(tree, tree):
                yield Call(part, module, node, scope, tree)


def _within(node: ast.AST, scope: ast.AST) -> Iterator[tuple[ast.Call, ast.AST]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call):
            yield child, scope
        inner = child if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else scope
        yield from _within(child, inner)
