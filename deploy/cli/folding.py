"""Folds what repeats in a trace: siblings that are alike, with all below them, are shown once and counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from jaeger.spans import Node

__all__ = ["Fold", "fold"]

_FEWEST = 4  # siblings alike that are worth a fold
_DEEPEST = 100  # levels; what lies deeper is shown as it is


@dataclass(frozen=True)
class Fold:
    """Siblings that are not shown: they are like the one above them. Durations in nanoseconds."""

    like: Node
    count: int
    shortest: int
    longest: int


def fold(nodes: Sequence[Node]) -> Iterator[Node | Fold]:
    """The nodes of one trace, in the order of `walk`, with folds in place of repeats."""
    for _, alike in groupby(_subtrees(nodes), key=_shape):
        trees = list(alike)
        folded = len(trees) >= _FEWEST
        for tree in trees[:1] if folded else trees:
            yield tree[0]
            yield from fold(tree[1:]) if tree[0].depth < _DEEPEST else tree[1:]
        if folded:
            durations = [tree[0].span.duration for tree in trees[1:]]
            yield Fold(trees[-1][0], len(durations), min(durations), max(durations))


def _subtrees(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    """Each sibling with all that is below it."""
    start = 0
    for position in range(1, len(nodes) + 1):
        if position == len(nodes) or nodes[position].depth <= nodes[start].depth:
            yield nodes[start:position]
            start = position


def _shape(tree: Sequence[Node]) -> object:
    """Equal for subtrees that are alike; a failure is like nothing else."""
    if any(node.span.error for node in tree):
        return id(tree)
    return tuple((node.depth, node.span.service, node.span.kind, node.span.name) for node in tree)
