"""Item 12, two layers of naming: cases by type, the matrix of cases, and R as the spectral radius of what theory gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from greatfear.simulation.run import Run, simulate
from verification import oracles
from verification.findings import Draw, Finding
from verification.worlds import EPOCH, arrests, codes, scenario

_HARRIS = "MODEL.md section 14, 12; Harris (1963), The Theory of Branching Processes, II: several types"
_DIEKMANN = "Diekmann, Heesterbeek, Metz (1990), 10.1007/BF00178324: the next-generation matrix"
STRATA = ("people", "state")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Layers:
    """What theory says of trees that start with a case of the state.

    Three types: of the state and reached by a tie of the state, of the state and reached by another tie, not of the state.
    Who was reached by a tie has one less of that kind to follow.

    Parameters
    ----------
    p : float
        Probability with which each tie is named.
    share : float
        Share of the state among those whom other ties reach.
    patronage : int
        Ties of patronage of a person of the state; four in the world, other numbers are planted.
    """

    p: float
    share: float
    patronage: int = 4

    @property
    def ties(self) -> Floats:
        """Ties of the state and other ties that a case of each type has left to name."""
        of_state = 4 + self.patronage
        return np.array([[of_state - 1, 4], [of_state, 3], [0, 3]], float)

    @property
    def leads_to(self) -> Floats:
        """Types of whom a tie of each kind reaches."""
        return np.array([[1, 0, 0], [0, self.share, 1 - self.share]])

    @property
    def generation(self) -> Floats:
        """Next-generation matrix of the three types."""
        return self.p * self.ties @ self.leads_to

    @property
    def first(self) -> Floats:
        """Cases of each type that the first case leads to."""
        return self.p * np.array([4.0 + self.patronage, 4.0]) @ self.leads_to

    @property
    def total(self) -> Floats:
        """Cases of each type of a whole tree, without the first one."""
        return self.first @ np.linalg.inv(np.eye(3) - self.generation)

    @property
    def radius(self) -> float:
        """Largest eigenvalue of the next-generation matrix: R."""
        return float(np.abs(np.linalg.eigvals(self.generation)).max())

    def sizes(self, stratum: str, most: int = 250, generations: int = 120) -> Floats:
        """Return the probabilities of 0, 1, ..., `most` cases of a stratum in a tree, by generating functions cut off there."""
        marked = np.array([stratum == "state", stratum == "state", stratum == "people"])
        series = np.zeros((3, most + 1))
        for _ in range(generations):
            series = np.array(
                [self._case(series, *ties, bool(mark)) for ties, mark in zip(self.ties, marked, strict=True)]
            )
        return self._case(series, 4.0 + self.patronage, 4.0, stratum == "state")

    def _case(self, series: Floats, of_state: float, other: float, is_marked: bool) -> Floats:
        """Return the series of one case, given the ties that it has left and the series of those whom it reaches."""
        none = np.zeros(series.shape[1])
        none[0] = 1.0
        law = none
        for ties, reached in zip((of_state, other), self.leads_to @ series, strict=True):
            for _ in range(int(ties)):
                law = np.convolve(law, (1 - self.p) * none + self.p * reached)[: len(none)]
        return np.concatenate(([0.0], law[:-1])) if is_marked else law

    def matrix(self) -> Floats:
        """Return cases of each stratum that a case of each stratum leads to, over whole trees; rows and columns as `STRATA`."""
        weight = np.concatenate((self.total, [1.0]))
        ties = np.vstack((self.ties, [4.0 + self.patronage, 4.0]))
        led = self.p * (weight[:, None] * ties) @ self.leads_to  # by type of the earlier case, the first one last
        to = np.column_stack((led[:, 2], led[:, 0] + led[:, 1]))
        of_state = [0, 1, 3]
        return np.array([to[2] / weight[2], to[of_state].sum(axis=0) / weight[of_state].sum()])


def findings(draw: Draw) -> Iterator[Finding]:
    """Yield the findings on two layers of naming."""
    theory = Layers(0.1, 0.05)
    # more trees in one world would meet one another
    runs = [simulate(_world(4000, theory), seed=seed) for seed in draw.seeds(21, draw.size)]
    parts = [_Trees.of(run) for run in runs]
    trees = _Trees.joined(parts)
    yield from _final_sizes(trees, theory, draw.rng(21))
    yield _matrix(runs[0], parts[0], trees, theory)
    yield _radius(trees, theory)


def _world(roots: int, theory: Layers) -> object:
    """Heads of the state know eight of their own and four of everybody; others know four."""
    return scenario(
        150,
        {"all": 200_000_000},
        population={
            "strata": {"people": {"share": 1 - theory.share}, "state": {"share": theory.share}},
            "contacts": {"unit": 0, "region": 4, "country": 0},
            "state": {"strata": ["state"], "apparatus": 100_000, "workplace": 4, "patronage": 4},
        },
        naming={"count": {"rule": "each", "at_rest": theory.p, "under_pressure": theory.p}},
        orders={"first-accused": {"start": str(EPOCH), "persons": roots, "strata": ["state"]}},
    )


@dataclass(frozen=True)
class _Trees:
    """Arrests with the tree, the stratum (place in `STRATA`), the generation and the earlier case of each."""

    tree: NDArray[np.int64]
    stratum: NDArray[np.int64]
    generation: NDArray[np.int64]
    parent: NDArray[np.int64]
    count: int

    @classmethod
    def of(cls, run: Run) -> _Trees:
        found = arrests(run)
        stratum = codes(run, "persons", "stratum", list(STRATA))[found.person]
        roots, tree = np.unique(found.root, return_inverse=True)
        acts, speaker = run.archive.table("acts"), run.archive.table("statements").column("speaker").to_numpy()
        rests_on = acts.column("statement").to_numpy()[codes(run, "acts", "kind", ["arrest"]) == 0]
        row = np.full(run.archive.n_rows("persons"), -1)
        row[found.person] = np.arange(found.person.size)
        parent = np.where(found.by_order, -1, row[speaker[np.maximum(rests_on, 0)]])
        return cls(tree, stratum, found.generation, parent, roots.size)

    @classmethod
    def joined(cls, parts: Sequence[_Trees]) -> _Trees:
        """Return the trees of several runs as one."""
        before = np.cumsum([0, *(part.tree.size for part in parts)])
        trees = np.cumsum([0, *(part.count for part in parts)])
        return cls(
            np.concatenate([part.tree + first for part, first in zip(parts, trees, strict=False)]),
            np.concatenate([part.stratum for part in parts]),
            np.concatenate([part.generation for part in parts]),
            np.concatenate(
                [np.where(part.parent < 0, -1, part.parent + first) for part, first in zip(parts, before, strict=False)]
            ),
            int(trees[-1]),
        )

    def by_tree(self, kept: NDArray[np.bool_]) -> Floats:
        """Return how many of these cases each tree has."""
        return np.bincount(self.tree[kept], minlength=self.count).astype(float)

    def led(self, of: int, to: int) -> Floats:
        """Return by tree the cases of a stratum that rest on a case of a stratum."""
        rests = self.parent >= 0
        return self.by_tree(rests & (self.stratum == to) & (self.stratum[np.maximum(self.parent, 0)] == of))


def _final_sizes(trees: _Trees, theory: Layers, rng: np.random.Generator) -> Iterator[Finding]:
    """Compare the whole law of the cases of each stratum in a tree."""
    wrong = {
        "patronage forgotten": Layers(theory.p, theory.share, 0),
        "each tie a fifth more": Layers(1.2 * theory.p, theory.share),
    }
    for k, name in enumerate(STRATA):
        found = trees.by_tree(trees.stratum == k).astype(np.int64)
        law = theory.sizes(name)
        yield Finding(
            "M12",
            f"two layers, each tie named with {theory.p:g}: cases of stratum {name} in the tree of a first case of the state",
            _HARRIS,
            f"KS on {trees.count} trees; means shown",
            float(theory.total[2] if name == "people" else 1 + theory.total[:2].sum()),
            float(found.mean()),
            oracles.uniformity(oracles.spread(found, law, rng)),
            {error: oracles.uniformity(oracles.spread(found, one.sizes(name), rng)) for error, one in wrong.items()},
        )


def _matrix(run: Run, first: _Trees, trees: _Trees, theory: Layers) -> Finding:
    """Compare the printed matrix of the first run with a count of its own, and the entries over all trees with theory."""
    described = run.archive.describe()
    rows = {row["of"]: row for row in described["case_matrix"].rows()}
    printed = np.array([[rows[of][f"to {to}"] for to in STRATA] for of in STRATA])
    own = np.array([[first.led(of, to).sum() / (first.stratum == of).sum() for to in (0, 1)] for of in (0, 1)])
    same = oracles.identity(printed, own, 1e-9)
    told = described.totals["arrests_per_case_by_stratum"]
    same *= oracles.identity(told, np.abs(np.linalg.eigvals(own)).max(), 1e-9)

    cases = [trees.by_tree(trees.stratum == k) for k in (0, 1)]

    def worst(matrix: Floats) -> float:
        """Return the smallest p of the four entries; the smallest of four is judged as one."""
        # some thousandths of a case come from chains that meet
        p = [
            oracles.mean(trees.led(of, to) - matrix[of, to] * cases[of], 0.0, 0.01 * matrix[of, to] * cases[of].mean())
            for of in (0, 1)
            for to in (0, 1)
        ]
        return min(1.0, 4 * min(p))

    expected = theory.matrix()
    return Finding(
        "M12",
        "the matrix of cases by stratum is that of the process, and R its largest eigenvalue",
        _DIEKMANN,
        f"identity to 1e-9, and t on {trees.count} trees for four entries; allowance a hundredth; largest eigenvalues shown",
        float(np.abs(np.linalg.eigvals(expected)).max()),
        float(told),
        same * worst(expected),
        {"rows and columns exchanged": worst(expected.T), "each tie a fifth more": worst(Layers(0.12, 0.05).matrix())},
    )


def _radius(trees: _Trees, theory: Layers, since: int = 3) -> Finding:
    """Compare each generation of the state with the one before, from where theory has come near its limit."""
    each = np.array(
        [trees.by_tree((trees.stratum == 1) & (trees.generation == k)) for k in range(1, trees.generation.max() + 2)]
    )
    means, still = theory.first, 0.0
    for k in range(1, 60):  # how far theory itself is from its limit in these generations
        still += abs((means @ theory.generation)[:2].sum() - theory.radius * means[:2].sum()) if k >= since else 0.0
        means = means @ theory.generation
    before, after = each[since - 1 : -1].sum(axis=0), each[since:].sum(axis=0)

    def test(radius: float) -> float:
        return oracles.mean(after - radius * before, 0.0, still + 0.005 * before.mean())

    return Finding(
        "M12",
        "R is the spectral radius of the next-generation matrix: cases of a generation over those of the one before",
        _DIEKMANN,
        f"t on {trees.count} trees from generation {since} on, allowance {still + 0.005 * before.mean():.3f}",
        theory.radius,
        float(after.sum() / before.sum()),
        test(theory.radius),
        {
            "the tie that led to a case counted again": test(Layers(theory.p, theory.share, 5).radius),
            "each tie a fifth more": test(Layers(1.2 * theory.p, theory.share).radius),
        },
    )
