"""When lists cannot say how many are missing, whatever the model."""

from __future__ import annotations

from greatfear.recover.coverage_models.lists import ListCounts


def _everybody(n: int, is_same: bool) -> str:
    """Return that all persons of a list stand on the other one, too."""
    where = "both" if is_same else "the other, too"
    return f"its only person stands on {where}" if n == 1 else f"each of its {n:,} persons stands on {where}"


def reasons_to_refuse(lists: ListCounts) -> list[str]:
    """Return a sentence for each reason why no model can be trusted with these lists; empty where there is none."""
    if lists.n_lists == 0:
        why = (
            "The archive holds no mentions of known persons on lists. Take in the lists as mentions (docs/intake.md), or give a "
            "CSV file of lists."
        )
        return [why]
    if lists.n_observed == 0:
        return ["No person stands on any list."]
    names, K = lists.names, lists.n_lists
    if K == 1:
        return [f"There is one list ({names[0]}). One list says nothing about who is missing from it."]
    sizes = [lists.on(1 << k) for k in range(K)]
    found = [f"List {name} is empty. Take it out." for name, n in zip(names, sizes, strict=True) if n == 0]
    found += _contained(lists, sizes)
    pairs = [(a, b) for a in range(K) for b in range(a)]
    if not any(lists.on(1 << a | 1 << b) for a, b in pairs):
        found.append(
            "No person stands on two lists, so the lists say nothing about how much of the whole each one holds."
        )
    elif not found:
        found += [
            f"List {names[k]} shares no person with any other list. Nothing ties it to the rest: take it out, or check the names."
            for k in range(K)
            if not any(lists.on(1 << k | 1 << b) for b in range(K) if b != k)
        ]
    if K == 2:
        found.append(
            "There are two lists. Two lists allow one model only, that they were made independently, and cannot test it; "
            "a third list is needed."
        )
    return found


def _contained(lists: ListCounts, sizes: list[int]) -> list[str]:
    """Return the sentences about lists that hold another one whole."""
    names, K = lists.names, lists.n_lists
    found = []
    for a in range(K):
        for b in range(K):
            if a == b or sizes[b] == 0 or lists.on(1 << a | 1 << b) < sizes[b]:
                continue
            if sizes[a] == sizes[b] and a > b:
                continue  # the same list twice is said once
            same = sizes[a] == sizes[b]
            what = "are the same list" if same else f"is contained in list {names[a]}"
            subject = f"Lists {names[b]} and {names[a]} {what}" if same else f"List {names[b]} {what}"
            found.append(
                f"{subject}: {_everybody(int(sizes[b]), same)}. One was made from the other, so their overlap "
                f"says nothing about the missing; take {names[b]} out."
            )
    if K > 2:
        found += [
            f"List {names[a]} holds everybody who is on any list, so the other lists cannot show who it missed."
            for a in range(K)
            if sizes[a] == lists.n_observed
        ]
    return found
