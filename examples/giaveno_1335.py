"""The seven relational event models of the study of Giaveno 1335, each with the risk set as run and as meant.

Run ``python examples/giaveno_1335.py``, or with ``--json`` for one line per model and risk set.

The study (Estévez, Salihović, Sgourev 2024, doi:10.1093/pnasnexus/pgae340) fits a rate model (who denounces, and when) and a
choice model (whom) to 829 denunciations by 92 of 110 deponents against 239 persons, and again to the 80 denunciations of
kin and to the 537 of congregation fellows who are not kin. The network on which endogenous effects are computed is always
that of all 829. A seventh model adds to the choice model whether the candidate had been summoned or had absconded.

Two columns. The study states presence as a fixed attribute, which one engine of its software (goldfish 1.6.8) honours and the
other ignores in silence. Most of its choice models therefore ran with all 267 actors less the sender, where the 239 who
were ever denounced were meant, and two of its rate models with 267 senders, where the 110 deponents were meant. Neither set
is right for every question: the 239 are known only afterwards. What matters is that the set is known, so both are fitted.

The choice among kin is restricted to the kin of the sender. The choice among congregation fellows is, as in the study, not
restricted to fellows, so that its coefficients mix "choosing a fellow" with the rest.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from greatfear.datasets import GiavenoStudy, giaveno_1335_study
from greatfear.estimate import Changes, Events, Fit, NamingModel, RateModel, Ties

RATE = "1 + ego(woman) + indeg(transform=sqrt) + ego(summoned) + ego(redeposed) + ego(tortured)"
CHOICE = "alter(woman) + same(woman) + alter(dead) + recip + commonSender + indeg(transform=sqrt)"
EXTENDED = f"{CHOICE} + alter(summoned) + alter(absconded)"


@dataclass(frozen=True)
class Case:
    """One model with one risk set: its id, the column, the model, and which denunciations it explains."""

    name: str
    column: str
    model: NamingModel | RateModel
    subset: str


def events_of(study: GiavenoStudy) -> Events:
    """Return all denunciations with the attributes, flags and networks that the models read."""
    flags = {"summoned": study.summoned, "redeposed": study.redeposed, "tortured": study.tortured}
    return Events(
        len(study.actors),
        study.day.astype(float),
        study.sender,
        study.receiver,
        attributes={
            name: getattr(study, name).astype(float) for name in ("woman", "dead", "deponent", "denounced", "absconded")
        },
        changes={
            name: Changes(rows[:, 0].astype(float), rows[:, 1], np.ones(len(rows))) for name, rows in flags.items()
        },
        networks={"kin": Ties.from_matrix(study.kin), "congregation": Ties.from_matrix(study.congregation)},
        actors=study.actors,
    )


def cases() -> Iterator[Case]:
    """Yield every model with both risk sets."""
    for subset in ("all", "kin", "congregation"):
        for column, senders in (("all actors", None), ("deponents", "deponent")):
            yield Case(f"rate, {subset}", column, RateModel(RATE, senders=senders), subset)
    for subset in ("all", "kin", "congregation"):
        kin = "kin" if subset == "kin" else None
        for column, receivers in (("all actors", None), ("ever denounced", "denounced")):
            yield Case(f"choice, {subset}", column, NamingModel(CHOICE, receivers, kin), subset)
    for column, receivers in (("all actors", None), ("ever denounced", "denounced")):
        yield Case("choice, extended", column, NamingModel(EXTENDED, receivers), "all")


def fits() -> Iterator[tuple[Case, Fit, float]]:
    """Yield every fit with the CPU seconds it took."""
    study = giaveno_1335_study()
    events = events_of(study)
    chosen = {"all": np.ones(len(study.day), np.bool_), "kin": study.is_kin, "congregation": study.is_congregation}
    for case in cases():
        begin = time.process_time()
        fit = case.model.fit(events.of(chosen[case.subset]))
        yield case, fit, time.process_time() - begin


def main() -> None:
    """Print all fits, as text or as one line of JSON each."""
    for case, fit, seconds in fits():
        if "--json" in sys.argv[1:]:
            about = {"id": case.name, "column": case.column, **fit.to_dict(), "cpu_s": round(seconds, 4)}
            print(json.dumps(about, ensure_ascii=False))  # noqa: T201
        else:
            print(f"{case.name} ({case.column}), {seconds:.3f} s\n{fit.summary()}\n")  # noqa: T201
    if "--json" not in sys.argv[1:]:
        print(f"CPU time of everything, imports and data included: {time.process_time():.2f} s")  # noqa: T201


if __name__ == "__main__":
    main()
