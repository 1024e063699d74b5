"""greatfear new: a commented starter scenario that runs."""

from __future__ import annotations

from typing import Annotated

import typer

from greatfear.cli.options import JsonOption, scenario_ids
from greatfear.cli.show import answer


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the file, as in firm or classes/firm; .yaml is added.")
    ],
    like: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Copy this scenario of the catalogue instead.", autocompletion=scenario_ids),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write a first scenario with comments, ready to run: an invented firm of 500 persons, or a copy of a catalogue scenario.

    Two CSV files go with the firm: its persons (department, years) and their ties (who knows whom, who has lunch with whom).
    The scenario holds their coefficients in `naming.theta`. The command never overwrites a file.

    For example:

      greatfear new firm
      greatfear new village --like witch-hunt
      greatfear run firm.yaml --seed 1
    """
    from greatfear.catalogue.starting import start_scenario

    files = start_scenario(name, like=like)
    first = files[0]
    told = [f"written: {', '.join(map(str, files))}", "", "next:"]
    told += [f"  greatfear check {first}", f"  greatfear explain {first}", f"  greatfear run {first} --seed 1"]
    told += [f"  greatfear ensemble {first} --seed 1 --replicates 10 --sweep offices.pressure=0:1:5 --plot arrests"]
    answer("\n".join(told), {"files": [str(file) for file in files]}, as_json=json)
