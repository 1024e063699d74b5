"""greatfear fit: a relational event model of an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from greatfear.cli.choosing import open_archive
from greatfear.cli.options import ArchiveArgument, JsonOption
from greatfear.cli.progress import stage
from greatfear.cli.show import answer, note
from greatfear.errors import Fault, FaultList
from greatfear.landing import land, landing, refuse_other

if TYPE_CHECKING:
    import datetime as dt

    from greatfear.estimate import DyadicModel, Events, Fit, NamingModel, RateModel

Choice = Annotated[str | None, typer.Option(metavar="FORMULA", help="Model: whom does a speaker name?")]
Rate = Annotated[str | None, typer.Option(metavar="FORMULA", help="Model: who speaks, and when? `1` is the intercept.")]
Dyadic = Annotated[str | None, typer.Option(metavar="FORMULA", help="Model: which pair is next, and when?")]
Senders = Annotated[str | None, typer.Option(metavar="ATTRIBUTE", help="Only persons with this attribute can speak.")]
Receivers = Annotated[
    str | None, typer.Option(metavar="ATTRIBUTE", help="Only persons with this attribute can be named.")
]
Opportunities = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NETWORK",
        help="Only persons tied to the speaker can be named. Repeat the option for more networks.",
    ),
]
Start = Annotated[str | None, typer.Option(metavar="DATE", help="First day of the events that the model explains.")]
End = Annotated[str | None, typer.Option(metavar="DATE", help="Last day of observation.")]
Fixed = Annotated[
    list[str] | None, typer.Option(metavar="TERM=VALUE", help="Fix this coefficient. Repeat the option for more.")
]
Ordinal = Annotated[bool, typer.Option("--ordinal", help="Use only the order of events, not the time between them.")]
Ties = Annotated[str, typer.Option(help="How to treat events at one time: breslow or plackett-luce.")]
Missing = Annotated[str, typer.Option(help="What to do with unknown attributes: refuse, drop, indicator or mean.")]
Cluster = Annotated[str, typer.Option(help="Cluster the standard errors: none, by sender or by sitting.")]
Varying = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TERM",
        help="Let the coefficient of this term vary from sender to sender. Repeat the option for a second term.",
    ),
]
Drawn = Annotated[
    int, typer.Option(min=0, metavar="N", help="Number of candidates drawn at random for each event; 0 takes all.")
]
Seed = Annotated[int, typer.Option(min=0, help="Random seed for --controls and --replay.")]
Replay = Annotated[
    int,
    typer.Option(
        min=0, metavar="N", help="Test the fit: compare with this number of archives simulated from the model."
    ),
]
Save = Annotated[Path | None, typer.Option(metavar="PATH", help="Save the result as .txt, .tex, .html, .csv or .json.")]
TableFile = Annotated[
    Path | None, typer.Option(metavar="PATH", help="Save the statistics of all candidates as .parquet.")
]
Figure = Annotated[
    Path | None, typer.Option(metavar="PATH", help="Draw the coefficients and save them as .png, .svg or .pdf.")
]


def fit(
    archive: ArchiveArgument, choice: Choice = None, rate: Rate = None, dyadic: Dyadic = None,
    senders: Senders = None, receivers: Receivers = None, opportunities: Opportunities = None, start: Start = None,
    end: End = None, fixed: Fixed = None, ordinal: Ordinal = False, ties: Ties = "breslow",
    missing: Missing = "refuse", cluster: Cluster = "none", varying: Varying = None, controls: Drawn = 0,
    seed: Seed = 0, replay: Replay = 0, save: Save = None, table: TableFile = None, figure: Figure = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Fit a relational event model to the dated statements of an archive.

    The documentation lists all effects (page Effects). The result states who could have been named (the risk set).

    For example:

      greatfear fit archives/giaveno --choice "kin + reciprocity + accused(transform=log1p)"
      greatfear fit archives/giaveno --rate "1 + ego(sex_f) + indeg(transform=sqrt)" --json
    """
    from greatfear.estimate import events_from_archive

    _refuse_places({"--save": save, "--figure": figure, "--table": table})
    found = open_archive(archive)
    settings = _Settings(found.epoch, locals())
    model = settings.model()
    with stage("fitting"):
        events = events_from_archive(found)
        result = model.fit(events)
        replayed = _replayed(model, events, result, (replay, seed)) if replay else None
    if not result.converged:
        note("the search for the maximum did not converge: do not use these numbers")
    _write(result, save, figure)
    if table is not None:
        _write_table(model, events, table)
    text = result.summary() if replayed is None else f"{result.summary()}\n\n{_lines(replayed)}"
    answer(text, result.to_dict() | ({} if replayed is None else {"replay": replayed}), as_json=json)


class _Settings:
    """What was typed, as settings of a model."""

    def __init__(self, epoch: dt.date, given: dict[str, Any]) -> None:
        self.epoch, self.given = epoch, given
        self.faults: list[Fault] = []

    def model(self) -> NamingModel | RateModel | DyadicModel:
        """Return the model, or raise all faults of the command line."""
        from greatfear.estimate import Controls, DyadicModel, NamingModel, RateModel

        given = self.given
        kinds: dict[str, Any] = {"choice": NamingModel, "rate": RateModel, "dyadic": DyadicModel}
        chosen = [kind for kind in kinds if given[kind] is not None]
        if len(chosen) != 1:
            got = " and ".join(f"--{kind}" for kind in chosen) or "none"
            self.faults.append(Fault("model", got, "one of --choice, --rate and --dyadic"))
        kind = chosen[0] if chosen else "choice"
        settings: dict[str, Any] = {"start": self._day("start"), "end": self._day("end"), "fixed": self._fixed()}
        settings |= {"missing": given["missing"], "cluster": given["cluster"]}
        settings |= {"controls": Controls(given["controls"], given["seed"])} if given["controls"] else {}
        asked = {"senders": given["senders"], "receivers": given["receivers"]}
        asked |= {"opportunities": tuple(given["opportunities"] or ()) or None}
        asked |= {"ties": None if given["ties"] == "breslow" else given["ties"]}
        asked |= {"varying": tuple(given["varying"] or ()) or None}
        asked |= {"timing": "ordinal" if given["ordinal"] else None}
        for name, value in asked.items():
            if value is not None and name not in kinds[kind].__dataclass_fields__:
                option = "--ordinal" if name == "timing" else f"--{name}"
                # a rule that cannot be applied is refused, never left unread
                why = ": a choice model is always ordinal" if option == "--ordinal" else ""
                self.faults.append(Fault(option, f"does not apply to --{kind}{why}", "", "leave it out"))
            elif value is not None:
                settings[name] = value
        if self.faults:
            raise FaultList(self.faults, "command line")
        return kinds[kind](given[kind], **settings)  # type: ignore[no-any-return]

    def _day(self, name: str) -> float | None:
        """Return a date as days since the epoch."""
        text = self.given[name]
        if text is None:
            return None
        from greatfear.intake_tables.date_style import DateStyle
        from greatfear.intake_tables.dates import moment

        try:
            return moment(text, DateStyle(self.epoch)).time
        except (ValueError, OverflowError):
            self.faults.append(Fault(f"--{name}", repr(text), "a date such as 1335-01-20"))
            return None

    def _fixed(self) -> dict[str, float]:
        """Return coefficients that are given, by term; the last sign of equality parts term and value."""
        found = {}
        for item in self.given["fixed"] or []:
            term, sign, value = item.rpartition("=")
            try:
                found[term.strip()] = float(value)
            except ValueError:
                sign = ""
            if not (sign and term.strip()):
                self.faults.append(Fault("--fixed", repr(item), "TERM=VALUE, as in recip=0.5"))
        return found


def _replayed(model: Any, events: Events, result: Fit, size: tuple[int, int]) -> list[dict[str, Any]]:
    """Return observed statistics beside those of drawn archives."""
    from greatfear.estimate import replay_fit

    return replay_fit(model, events, result, draws=size[0], seed=size[1]).to_rows()


def _lines(rows: list[dict[str, Any]]) -> str:
    """Return replayed statistics as text."""
    width = max(len(row["statistic"]) for row in rows)
    head = f"{'drawn from the fitted model':{width}}  observed     5 %  median    95 %     p"
    numbers = ("observed", "low", "median", "high", "p")
    lines = [f"{row['statistic']:{width}}  " + " ".join(f"{row[key]:7.3f}" for key in numbers) for row in rows]
    return "\n".join([head, *lines])


_FORMS = {".txt": "summary", ".tex": "to_latex", ".html": "to_html", ".csv": "to_csv", ".json": "to_json"}
_ENDINGS = {"--save": tuple(_FORMS), "--figure": (".png", ".svg", ".pdf"), "--table": (".parquet",)}


def _refuse_places(places: dict[str, Path | None]) -> None:
    """Refuse, before anything is fitted, endings that are not known and files of another kind."""
    for option, path in places.items():
        if path is not None and path.suffix not in _ENDINGS[option]:
            ends = f"a name that ends in {', '.join(_ENDINGS[option])}"
            raise FaultList([Fault(option, repr(str(path)), ends)], "command line")
        if path is not None:
            refuse_other(path)


def _write(result: Fit, save: Path | None, figure: Path | None) -> None:
    """Write the result and its figure where they were asked for."""
    if save is not None:
        text = getattr(result, _FORMS[save.suffix])() + "\n"
        begins = [f"{kind} model, ".encode() for kind in ("choice", "rate", "dyadic", "coordination")]
        refuse_other(save, *(begins if save.suffix == ".txt" else ()), text=text)
        land(save, text)
        note(f"written: {save}")
    if figure is not None:
        from greatfear.canvas import save as save_figure
        from greatfear.plots import draw_coefficients

        save_figure(draw_coefficients({result.model: result}), figure)
        note(f"written: {figure}")


def _write_table(model: Any, events: Events, path: Path) -> None:
    """Write the statistics of all alternatives as Parquet."""
    import pyarrow.parquet as pq

    with landing(path) as temporary:
        pq.write_table(model.table(events).to_arrow(), temporary)
    note(f"written: {path}")
