"""The server's tables, typed. Owns their shape; knows no rule about cases and no request."""

from server.models.counts import CountCell, PersonPeriod, ProtectedTable
from server.models.persons import CrowdedCode, LinkageCode, LinkQueue, Person, PersonLink
from server.models.programme import (
    Officer,
    Organisation,
    Programme,
    QuestionnaireVersion,
    Tablet,
    Ticket,
)
from server.models.records import (
    CaseRecord,
    Conflict,
    Parcel,
    RecordHead,
    RecordRevision,
    SetAsideParcel,
    UnreadableRecord,
    VisitRecord,
)
from server.models.reference import (
    OfficeMessage,
    PublishedQuestionnaire,
    ReferenceEdition,
    ReferencePart,
)
from server.models.schema import Model
from server.models.staff import Account, AuditEntry, SignInTry, StaffSession

__all__ = [
    "Account",
    "AuditEntry",
    "CaseRecord",
    "Conflict",
    "CountCell",
    "CrowdedCode",
    "LinkQueue",
    "LinkageCode",
    "Model",
    "OfficeMessage",
    "Officer",
    "Organisation",
    "Parcel",
    "Person",
    "PersonLink",
    "PersonPeriod",
    "Programme",
    "ProtectedTable",
    "PublishedQuestionnaire",
    "QuestionnaireVersion",
    "RecordHead",
    "RecordRevision",
    "ReferenceEdition",
    "ReferencePart",
    "SetAsideParcel",
    "SignInTry",
    "StaffSession",
    "Tablet",
    "Ticket",
    "UnreadableRecord",
    "VisitRecord",
]
