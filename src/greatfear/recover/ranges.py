"""A range of shares that a user gives: one rule for prevalence and for copies."""

from __future__ import annotations

from greatfear.errors import Fault, FaultList, found


def range_fault(place: str, pair: tuple[float, float], example: str, *, has_ends: bool = False) -> Fault | None:
    """Return what is wrong with a range of shares; None where it is in order.

    Parameters
    ----------
    place : str
        Name of the option or argument.
    pair : (float, float)
        Least and greatest share.
    example : str
        A range as it may be written.
    has_ends : bool
        Whether 0, 1 and a range of no width may be given.

    Examples
    --------
    >>> range_fault("share", (0.1, 0.5), "0.1:0.5") is None
    True
    >>> print(range_fault("share", (0.5, 0.1), "0.1:0.5"))
    share: found 0.5 to 0.1, but expected two shares between 0 and 1, the lower first, as in 0.1:0.5
    """
    example = f"two shares {'from 0 to 1' if has_ends else 'between 0 and 1'}, the lower first, as in {example}"
    if not (isinstance(pair, (tuple, list)) and len(pair) == 2 and all(isinstance(one, (int, float)) for one in pair)):
        return Fault(place, found(pair), example)
    low, high = pair
    if (0 <= low <= high <= 1) if has_ends else (0 < low < high < 1):
        return None
    return Fault(place, f"{low:g} to {high:g}", example)


def range_of(text: str | None, option: str, example: str, *, has_ends: bool = False) -> tuple[float, float] | None:
    """Return a range that was typed, ``LOW:HIGH``; None where nothing was typed.

    Raises
    ------
    greatfear.errors.FaultList
        It is no range of shares.

    Examples
    --------
    >>> range_of("0.005:0.04", "--prevalence", "0.005:0.04")
    (0.005, 0.04)
    """
    if text is None:
        return None
    low, _, high = text.partition(":")
    try:
        pair = (float(low), float(high))
    except ValueError:
        fault: Fault | None = Fault(option, repr(text), f"two shares joined by a colon, as in {example}")
    else:
        fault = range_fault(option, pair, example, has_ends=has_ends)
        if fault is None:
            return pair
    raise FaultList([fault] if fault else [], "command line")
