"""The privacy mark proposed for a question somebody else wrote, with the reason.

A proposal only: until a person confirms it the answer stays on the tablet. Words are looked for in
the name and in the wording, in the languages forms are commonly written in; when in doubt the
proposal is to stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

MOST_CHOICES = 300
"""A closed list this long tells nearly as much as a name (a village, a school, an employer)."""
_POINTS_TO_A_PERSON = re.compile(
    r"(?<![a-z])(?:phone|mobile|telephone|tel|cell|passport|national_?id|id_?(?:no|number|card)|"
    r"card_?n|number_of_(?:card|id)|aadhaar|cnic|nid|e?mail|address|house|street|gps|latitude|"
    r"longitude|coordinates?|telefono|teléfono|téléphone|telefone|direccion|dirección|adresse|"
    r"endereço|cédula|cedula|dni|cpf|simu|namba_ya_simu)",
    re.IGNORECASE,
)
_WHO_OR_WHERE = re.compile(
    r"(?<![a-z])(?:names?|enumerators?|interviewers?|officers?|respondents?|villages?|schools?|"
    r"employers?|compan(?:y|ies)|factor(?:y|ies)|clinics?|facilit(?:y|ies)|wards?|households?|"
    r"religions?|ethnic\w*|castes?|tribes?|nom|prénom|nombre|apellido|nome|jina|aldea|village|école|"
    r"escuela|escola|plots?)(?![a-z])",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?<![a-z])(?:birth\w*|born|dob|bday|naissance|nacimiento|nascimento|kuzaliwa)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mark as the column ``bind::tally:privacy`` takes it, and why."""

    mark: str
    why: str


def proposed(
    kind: str, name: str, words: Iterable[str], choices: int = 0, unbounded: bool = False
) -> Proposal:
    """The mark for a question of that kind of the new sheets.

    words: its wording in every language. choices: how many its list has. unbounded: in a repeat
    that says no number.
    """
    said = " ".join((name.replace("_", " "), *words))
    if unbounded:
        return Proposal("identity", "answers of a repeat without a count stay on the tablet")
    if kind == "text":
        return Proposal("identity", "free text can point to a person")
    if kind == "calculate":
        return Proposal("identity", "what is calculated never leaves")
    if kind == "date":
        if _BIRTH.search(said):
            return Proposal("coarsen:completed_years", "of a birth date the years leave, no day")
        return Proposal("coarsen:month", "a day can point to a person; its month seldom does")
    if _POINTS_TO_A_PERSON.search(said):
        return Proposal("identity", "it reads like a number or place of one person")
    if kind in {"integer", "decimal"}:
        return Proposal("keep", "a number of the person; look whether it is rare")
    if choices > MOST_CHOICES:
        return Proposal(
            "identity", f"more than {MOST_CHOICES} choices tell almost as much as a name"
        )
    if _WHO_OR_WHERE.search(said) and choices > 2:
        return Proposal("identity", "it reads like who somebody is or where to find them")
    return Proposal("keep", "a closed list; look whether a choice fits one person only")


AREA = Proposal("keep", "the exact place became the area of the country's list")
