"""Who was at risk: always stated, always honoured, and its size given with every fit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RiskSet:
    """Rules of inclusion; without any, every actor may send to, or be chosen by, every other.

    Parameters
    ----------
    senders, receivers : str or None
        Attribute that must be more than 0 at the moment.
    opportunities : str, tuple of str or None
        Network, or several of them joined: only those tied to the sender may be chosen.

    Examples
    --------
    >>> print(RiskSet(receivers="denounced", opportunities="kin"))
    receivers: denounced > 0; tied by kin; never the sender
    """

    senders: str | None = None
    receivers: str | None = None
    opportunities: str | tuple[str, ...] | None = None

    @property
    def networks(self) -> tuple[str, ...]:
        """Return the networks of the opportunities."""
        if self.opportunities is None:
            return ()
        return (self.opportunities,) if isinstance(self.opportunities, str) else tuple(self.opportunities)

    def __str__(self) -> str:
        """Return the rules in words."""
        rules = [f"senders: {self.senders} > 0"] if self.senders is not None else []
        rules += [f"receivers: {self.receivers} > 0"] if self.receivers is not None else []
        rules += [f"tied by {' or '.join(n or 'an earlier event' for n in self.networks)}"] if self.networks else []
        return "; ".join([*(rules or ["all actors"]), "never the sender"])
