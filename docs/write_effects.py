"""Write the page of effects from the registry: ``python docs/write_effects.py``."""

from __future__ import annotations

from pathlib import Path

from greatfear.estimate.effects import EFFECTS, EffectKind
from greatfear.estimate.kernels.statistics import MECHANISM

HEAD = """# Effects

One definition serves the choice, the rate, the dyadic model, choice-coordination and tests of fit. `i` sends
(speaks), `j` receives (is named), `k` and `l` are third persons; `x_ij` is 1 where i is tied to j, `y` a second
network, `z` and `w` attributes. Every effect has a plain twin in `reference/rem.py` and an answer for five persons
worked out by hand; a test walks this list and refuses an effect without both.

Formulas are text, or objects that say the same:

```python
"recip + indeg(window=30, transform='sqrt') + same(sex) + recip:alter(woman)"
effect("recip") + effect("indeg", window=30, transform="sqrt") + effect("same", "sex") \\
    + effect("recip") * effect("alter", "woman")
```

`a:b` (or `a * b`) is the product of any two effects. An argument that names a network may be left out and then means
the network of the events; the other networks and the attributes are those of `Events`, or of the archive (kinds of
ties; columns of persons, where `sex_f` is 1 for the value f; kinds of acts as flags that rise; `doomed`).

| option | meaning |
| --- | --- |
| `transform` | of the aggregated statistic: `identity`, `sqrt`, `log1p`, `binary`; for every effect |
| `weighted` | sums of weights (repeated events) rather than presence; a closure counts the smaller weight of its two legs |
| `window` | days after which a tie is undone; an event exactly that much later still sees it |
| `halflife` | days in which a weight is halved; implies `weighted`, and excludes `window` |
| `ignoreRep` | 0 where i is tied to j already |
| `type` | `alter`: of the receiver; `ego`: of the sender (the default, and only choice, in rate models) |

Statistics that change as time passes (a half-life, recency, time since) hold over an interval, in models in which
time counts, the value that they have at its end; `step` cuts long intervals. What happens at a time is seen after it:
all events of one day see the evening before.
"""
GROUPS = {
    "Attributes": ("intercept", "ego", "alter", "same", "diff", "sim", "egoAlterInt"),
    "Pairs and degrees": ("tie", "inertia", "recip", "indeg", "outdeg"),
    "Closure": (
        *("trans", "cycle", "commonSender", "commonReceiver", "mixedTrans", "mixedCycle", "mixedCommonSender"),
        *("mixedCommonReceiver", "four", "nodeTrans", "tertius", "tertiusDiff"),
    ),
    "Memory": tuple(name for name in EFFECTS if name.startswith(("recency", "timeSince"))),
    "Participation shifts": tuple(name for name in EFFECTS if name.startswith("ps")),
    "The mechanism": tuple(name for name, kind in EFFECTS.items() if kind.code >= MECHANISM),
}
NOTES = {
    "Participation shifts": "The latest tie of a network is the one of its latest time; of several, any of them counts.",
    "The mechanism": "These are computed by the text that the simulator runs (`greatfear.naming`). A network or attribute of\n"
    "the same name is read unless another one is given. Statements of unknown speakers count for `accused`.",
}


def row(kind: EffectKind) -> str:
    """Return one row of a table."""
    arguments = ", ".join(kind.reads)
    options = ", ".join(f"`{'ignoreRep' if option == 'ignore_rep' else option}`" for option in kind.options)
    rate = "yes" if kind.is_of_one else ""
    definition = kind.definition.replace("|", "\\|")
    return f"| `{kind.name}` | {arguments} | {definition} | {options} | {rate} | {kind.reference} |"


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for title, names in GROUPS.items():
        note = f"{NOTES[title]}\n\n" if title in NOTES else ""
        head = "| effect | reads | definition | options | in rates | reference |\n| --- | --- | --- | --- | --- | --- |"
        parts.append("\n".join([f"## {title}\n\n{note}{head}", *(row(EFFECTS[name]) for name in names)]) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    (Path(__file__).resolve().parent / "effects.md").write_text(page(), encoding="utf-8")
