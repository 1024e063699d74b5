"""What a user must say before membership can be asked, and why some archives cannot answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from greatfear.archive import Archive
from greatfear.describe.columns import coded, numbers
from greatfear.errors import Fault, FaultList
from greatfear.recover.ledger_rows import read_namings
from greatfear.recover.ranges import range_fault
from greatfear.recover.shares_fit import why_no_shares

LEAST_SPEAKERS = 20
_FREE = re.compile(r"(?:(pressure)\s*=\s*([0-9]*\.?[0-9]+)|(channel|circumstance)\s*=\s*([\w. -]+))\s*$")


def asked_faults(prevalence: tuple[float, float] | None, evidence: str, free: str) -> list[Fault]:
    """Return what is wrong with what a user said."""
    faults = []
    wrong = None if prevalence is None else range_fault("prevalence", prevalence, "0.005:0.04")
    if wrong is not None:
        faults.append(wrong)
    if evidence not in ("mutual", "all"):
        faults.append(Fault("evidence", repr(evidence), "'mutual' or 'all'"))
    faults += [
        Fault("free", repr(part), "pressure=0, channel=denunciation, circumstance=voluntary, some of these joined by |, or none")
        for part in _conditions(free)
        if not _FREE.match(part)
    ]  # fmt: skip
    return faults


def _conditions(free: str) -> list[str]:
    return [part.strip() for part in free.split("|") if part.strip() and part.strip() != "none"]


def free_classes(classes: Sequence[str], free: str, evidence: str) -> npt.NDArray[np.bool_]:
    """Return in which classes of circumstance being named by itself may speak for membership."""
    if evidence == "all":
        return np.ones(len(classes), bool)
    found = np.zeros(len(classes), bool)
    for part in _conditions(free):
        match = _FREE.match(part)
        if match is None:
            raise FaultList(asked_faults(None, "mutual", free), "veracity")
        kind, value = (text for text in match.groups() if text is not None)
        for place, name in enumerate(classes):
            words = name.split(", ")
            found[place] |= _is_low(words[1], value) if kind == "pressure" else value.strip() in words
    return found


def _is_low(band: str, value: str) -> bool:
    """Whether a band of pressure is the one that holds the value."""
    number = float(value)
    words = ("below 0.25", "0.25 to 0.6", "0.6 to 0.9", "0.9 and more")
    return words[int(np.searchsorted((0.25, 0.6, 0.9), number, side="right"))] in band


def why_no_membership(archive: Archive, question: str, prevalence: tuple[float, float] | None) -> list[str]:
    """Return the sentences that say why membership cannot be asked; empty where it can."""
    reasons = []
    if not question.strip():
        reasons.append(
            'No question was asked: say of what a person would have been a member, as in --question "the circle of X".'
        )
    if prevalence is None:
        reasons.append(
            "No range of prevalence was given: say which share of the persons can have been members, with a reason, as in "
            "--prevalence 0.005:0.04. The archive cannot supply it, and no default is made up."
        )
    lack = why_no_shares(archive)
    if lack:
        return [lack, *reasons]
    namings = read_namings(archive)
    speakers = len(np.unique(namings.speaker[~np.isnan(namings.day)]))
    if speakers < LEAST_SPEAKERS:
        reasons.insert(
            0,
            f"Only {speakers} persons spoke on a known day; at least {LEAST_SPEAKERS} are needed for this question.",
        )
    return reasons


def labels_of(archive: Archive, question: str) -> tuple[tuple[npt.NDArray[Any], npt.NDArray[Any]] | None, str]:
    """Return persons whose membership is known (row numbers, 0 or 1), and a sentence about them.

    Labels that rest on the same archive are refused, and so are those that do not say how they were chosen.
    """
    table = archive.table("labels", ["person", "question", "answer", "chosen"])
    if not table.num_rows:
        return None, ""
    asked, answer = coded(table, "question").equals(question), coded(table, "answer")
    chosen = [str(text or "") for text in table.column("chosen").to_pylist()]
    bad = np.array([not text or "this archive" in text.lower() or "same archive" in text.lower() for text in chosen])
    usable = asked & ~bad & (answer.equals("yes") | answer.equals("no"))
    refused = int((asked & bad).sum())
    text = f"{int(usable.sum()):,} persons have a label for this question." if asked.any() else ""
    if refused:
        text += f" {refused:,} labels were refused: they rest on this archive, or do not say how they were chosen."
    if not usable.any():
        return None, text
    return (numbers(table, "person")[usable], answer.equals("yes")[usable].astype(float)), text
