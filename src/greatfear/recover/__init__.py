"""What an archive supports, and what it cannot tell.

Every function takes an archive and returns a frozen result: ``.table``, ``.summary()``, ``.checks``, ``.verdict``,
``.why(person)``, ``.plot()``, ``.write(folder)`` (`greatfear.recover.result.Result`). No function here can open the truth
of a simulated run. A refusal is a normal result.

Examples
--------
>>> from greatfear.recover import Check
>>> print(Check("speakers", 3, 20, passed=False, means="Too few persons spoke to tell them apart."))
failed  speakers 3 (limit 20): Too few persons spoke to tell them apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from greatfear.facade import lazily

if TYPE_CHECKING:
    from greatfear.recover.aliases_result import aliases as aliases
    from greatfear.recover.copies_result import copies as copies
    from greatfear.recover.coverage_result import coverage as coverage
    from greatfear.recover.ledger_result import ledger as ledger
    from greatfear.recover.origins_recorded import origins as origins
    from greatfear.recover.result import Check as Check
    from greatfear.recover.result import Result as Result
    from greatfear.recover.shares_result import shares as shares
    from greatfear.recover.survey_result import survey as survey
    from greatfear.recover.veracity_result import veracity as veracity

_HOMES = {
    "Check": "result",
    "Result": "result",
    "aliases": "aliases_result",
    "copies": "copies_result",
    "coverage": "coverage_result",
    "ledger": "ledger_result",
    "origins": "origins_recorded",
    "shares": "shares_result",
    "survey": "survey_result",
    "veracity": "veracity_result",
}
"""The public names and the modules they come from. No module has the name of a function."""

__all__ = sorted(_HOMES)  # noqa: PLE0605  the names stand once, beside their homes
__getattr__, __dir__ = lazily(__name__, _HOMES)
