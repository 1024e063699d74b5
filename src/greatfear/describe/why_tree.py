"""Persons and namings as a tree for a figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from greatfear.describe.columns import Readable
from greatfear.describe.why_forest import ROOTS, Forest

if TYPE_CHECKING:
    from greatfear.describe.why import Why


@dataclass(frozen=True, slots=True)
class Node:
    """A person or a root in a tree; `level` counts from the left, 0 first; `name` is empty where none is on record."""

    key: str
    label: str
    kind: str
    level: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """From the one who spoke (or the root) to the one who was named."""

    start: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes and edges; every node but those on the left has at least one edge that ends in it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    note: str = ""

    def called(self, node: Node) -> str:
        """Return how a node is called in a figure: by its name, with the id where two persons have one name."""
        bearers = {other.label for other in self.nodes if other.name == node.name}
        return f"{node.name} ({node.label})" if node.name and len(bearers) > 1 else node.name or node.label

    def to_dict(self) -> dict[str, Any]:
        """Return nodes and edges as plain dictionaries."""
        nodes = [{"key": n.key, "label": n.label, "kind": n.kind, "level": n.level, "name": n.name} for n in self.nodes]
        edges = [{"start": e.start, "end": e.end, "label": e.label} for e in self.edges]
        return {"nodes": nodes, "edges": edges, "note": self.note}


def tree_of(answer: Why) -> Tree:
    """Return the namings that lead to the person, each from its root: roots on the left, the person on the right."""
    deepest = max((len(said.chain) for said in answer.statements), default=0)
    called = answer.names
    nodes = {answer.person: Node(answer.person, answer.person, "subject", deepest + 1, called.get(answer.person, ""))}
    edges: dict[tuple[str, str], Edge] = {}
    for said in answer.statements:
        line = [answer.person, *said.chain]
        for place, name in enumerate(said.chain):
            level = deepest - place
            old = nodes.get(name)
            if old is None or (old.kind == "person" and old.level > level):
                nodes[name] = Node(name, name, "person", level, called.get(name, ""))
        for named, speaker in zip(line, said.chain, strict=False):
            label = said.date if named == answer.person else ""
            edges.setdefault((speaker, named), Edge(speaker, named, label))
        last = line[-1]
        root = f"{said.root} {said.origin}"
        nodes.setdefault(root, Node(root, said.root, "root", max(deepest - len(said.chain), 0)))
        edges.setdefault((root, last), Edge(root, last, ""))
    return Tree(tuple(nodes.values()), tuple(edges.values()))


def chain_tree(archive: Readable, chains: Forest, *, most: int = 30, least: int = 8) -> Tree | None:
    """Return one chain of accusations from its root onwards, chosen to be long and still legible.

    The chain with the most generations among those of `least` to `most` cases; failing that, the largest smaller one; if
    all are larger, the first `most` cases of the smallest. None where no case led to another.

    Parameters
    ----------
    most, least : int
        Cases wanted in the figure.
    """
    sizes = np.bincount(chains.root, minlength=len(chains))
    if not len(chains) or sizes.max() < 2:
        return None
    root = _choose(chains, sizes, most, least)
    cases = np.flatnonzero(chains.root == root)
    cases = cases[np.argsort(chains.depth[cases], kind="stable")][:most]
    persons = ", ".join(str(number) for number in sorted(set(chains.person[cases].tolist())))
    found = archive.sql(f"select person, id, name from persons where person in ({persons})").to_pylist()
    ids = {row["person"]: (row["id"], row["name"] or "") for row in found}
    start = ROOTS[int(chains.direct[root])]
    nodes = [Node("root", start, "root", 0)]
    edges = [Edge("root", str(root), "")]
    for case in cases.tolist():
        label, name = ids.get(int(chains.person[case]), ("", ""))
        nodes.append(Node(str(case), label, "person", int(chains.depth[case]) + 1, name))
        if case != root:
            edges.append(Edge(str(int(chains.parent[case])), str(case), ""))
    left = int(sizes[root]) - len(cases)
    return Tree(tuple(nodes), tuple(edges), f"{left:,} further cases of this chain are not drawn" if left else "")


def _choose(chains: Forest, sizes: np.ndarray[Any, Any], most: int, least: int) -> int:
    """Return the root of the chain to draw."""
    longest = np.zeros(len(chains), np.int32)
    np.maximum.at(longest, chains.root, chains.depth)
    fitting = np.flatnonzero((sizes >= least) & (sizes <= most))
    if len(fitting):
        return int(fitting[np.lexsort((-sizes[fitting], -longest[fitting]))[0]])
    smaller = np.flatnonzero((sizes > 1) & (sizes < least))
    if len(smaller):
        return int(smaller[np.argmax(sizes[smaller])])
    larger = np.flatnonzero(sizes > most)
    return int(larger[np.argmin(sizes[larger])])
