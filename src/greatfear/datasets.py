"""Data sets as archives: ``gf.datasets.giaveno_1335()``, ``bologna_1291()``, ``salem_1692()`` and others.

Files are fetched from their authors' repositories on first use, or read from GREATFEAR_DATA; see docs/datasets.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.catalogue.datasets import DataSet, DataSetError, archive, dataset, dataset_names, fetch, tables, take_in
from greatfear.catalogue.datasets_giaveno import GiavenoStudy, giaveno_1335_study

if TYPE_CHECKING:
    from greatfear.archive import Archive

__all__ = [
    "DataSet",
    "DataSetError",
    "GiavenoStudy",
    "bologna_1291",
    "dataset",
    "dataset_names",
    "fetch",
    "giaveno_1335",
    "giaveno_1335_study",
    "salem_1692",
    "tables",
    "take_in",
    "village_1690",
    "witch_trials",
]


def giaveno_1335() -> Archive:
    """Return the trial at Giaveno, 1335: the full record, nothing of it selected.

    Returns
    -------
    Archive
        351 persons; 967 statements about a person and those that a group named expands to (column `collective`);
        depositions, public summonses and tortures as acts; kin and congregation ties.

    Raises
    ------
    DataSetError
        Where the files cannot be had; the message says how to set GREATFEAR_DATA.

    References
    ----------
    Estévez, Salihović, Sgourev (2024), doi:10.1093/pnasnexus/pgae340.
    """
    return archive("giaveno-1335")


def bologna_1291() -> Archive:
    """Return the inquisition register of Bologna, 1291 to 1310: who incriminated whom.

    Returns
    -------
    Archive
        663 persons with their traits, 1,074 statements without dates: models of who speaks when cannot be fitted.

    Raises
    ------
    DataSetError
        Where the files cannot be had; the message says how to set GREATFEAR_DATA.

    References
    ----------
    DISSINET, https://github.com/DISSINET/bologna.incr.social (CC BY-SA 4.0).
    """
    return archive("bologna-1291")


def village_1690() -> Archive:
    """Return the invented village of the tutorial; it is part of the package and needs no connection.

    Returns
    -------
    Archive
        160 persons, 587 statements, 1,196 ties, made with known coefficients: -0.7 for kin, 0.9 for reciprocity, 0.6 for
        accused(window=30, transform=log1p), -0.8 for inertia.

    Examples
    --------
    >>> village_1690().n_rows("persons")
    160
    """
    return archive("village-1690")


def salem_1692() -> Archive:
    """Return the 152 persons accused at Salem in 1692, with the months of accusation and execution.

    Returns
    -------
    Archive
        One statement per accused, without a speaker: who accused whom is not in the tables.

    Raises
    ------
    DataSetError
        Where the files cannot be had; the message says how to set GREATFEAR_DATA.
    """
    return archive("salem-1692")


def witch_trials() -> Archive:
    """Return the European witch trials of 1300 to 1850: 43,240 persons, most of them without a name.

    Returns
    -------
    Archive
        One person and one act per person tried; the outcome is "none" where the number of deaths is not known.

    Raises
    ------
    DataSetError
        Where the files cannot be had; the message says how to set GREATFEAR_DATA.

    References
    ----------
    Leeson, Russ (2018), doi:10.1111/ecoj.12498.
    """
    return archive("witch-trials")
