"""How far an account reaches: the whole country, an area with all below it, or one organisation.

Owns what a scope is, and which role may have which. Who may do least may reach least: everything a
scoped account asks for is refused unless it is named (server.web.access) and narrowed there.
"""

from __future__ import annotations

from dataclasses import dataclass

from server.staff.passwords import NotAllowed

CONTRIBUTOR = "contributor"
"""An organisation's person, who enters what it commits to and measures and sees nothing else."""
SCOPED_ROLES = frozenset({"steward", CONTRIBUTOR})
"""Roles that may be narrowed. Administrators and statisticians decide about the whole office, and
what a viewer sees is published: a scope of theirs would promise what it does not hold."""


@dataclass(frozen=True)
class AccountScope:
    """area, organisation: codes, one of them at most; "" for everywhere and everybody."""

    area: str = ""
    organisation: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether the account reaches everything its role does."""
        return not self.area and not self.organisation

    def columns(self) -> dict[str, str | None]:
        """As an account keeps it."""
        return {"area": self.area or None, "organisation": self.organisation or None}

    def said(self) -> dict[str, str]:
        """As the audit log says it: nothing for the whole country."""
        return {name: code for name, code in self.columns().items() if code}


WHOLE = AccountScope()


def check_scope(role: str, scope: AccountScope) -> None:
    """Raises NotAllowed for a scope this role cannot have."""
    if scope.area and scope.organisation:
        raise NotAllowed("A scope is an area or an organisation, not both.", "scope_both")
    if role == CONTRIBUTOR and not scope.organisation:
        raise NotAllowed("A contributor belongs to one organisation: name it.", "scope_needed")
    if not scope.is_whole and role not in SCOPED_ROLES:
        raise NotAllowed(
            "Administrators, statisticians and viewers have no scope: choose the whole country.",
            "scope_role",
        )
