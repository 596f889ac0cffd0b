"""What goes wrong on a tablet is said in the officer's language, not in English."""

from __future__ import annotations

import pytest

import mobile.cli  # noqa: F401 - brings every exception of the tablet with it
from mobile.sentences import Told, sentence_of
from mobile.tablet import Session
from shared.errors import MoveNotAllowed, ParcelUnreadable, QuestionnaireError, TallyError
from shared.lifecycle import CaseState, move
from shared.texts import LANGUAGES, has_text
from tests.mobile.interviews import finalised_case

SPOKEN = sorted(folder.name for folder in LANGUAGES.iterdir())


def kinds(root: type) -> set[type]:
    """A class and all that come from it, of the product."""
    found = {root} if root.__module__.split(".")[0] in ("mobile", "shared") else set()
    return found.union(*(kinds(kind) for kind in root.__subclasses__()))


@pytest.mark.parametrize("language", SPOKEN)
def test_every_fault_an_officer_meets_has_its_sentence(language: str) -> None:
    told = {kind.text_id for kind in kinds(TallyError) | kinds(Told) if kind.text_id}

    assert len(told) > 30
    assert {text_id for text_id in told if not has_text(text_id, language)} == set()


def test_move_that_is_not_allowed_is_said_in_french(session: Session) -> None:
    case_id = finalised_case(session.casework)

    with pytest.raises(MoveNotAllowed) as fault:
        session.casework.answer(case_id, "sex", "female")
    assert sentence_of(fault.value, "fr").startswith("Seul un brouillon peut être modifié.")
    with pytest.raises(MoveNotAllowed) as fault:
        session.casework.delete_draft(case_id)
    assert sentence_of(fault.value, "fr").startswith("Seul un brouillon jamais finalisé")
    visit_id = session.casework.row(case_id).visit_id
    session.casework.withdraw(visit_id, "recorded_by_mistake")
    with pytest.raises(MoveNotAllowed) as fault:
        session.casework.start_case(visit_id)
    assert "Commencez une nouvelle visite" in sentence_of(fault.value, "fr")
    with pytest.raises(MoveNotAllowed) as fault:
        move(CaseState.WITHDRAWN, CaseState.FINALISED)
    assert "Rien n'a été changé" in sentence_of(fault.value, "fr")


def test_what_only_designers_meet_stays_in_english() -> None:
    assert sentence_of(QuestionnaireError("No such list.", sheet="survey"), "fr") == (
        "sheet survey: No such list."
    )
    assert sentence_of(ParcelUnreadable("It is cut short."), "fr").startswith("Ceci ne peut pas")
