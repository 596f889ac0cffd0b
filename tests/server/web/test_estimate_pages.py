"""The estimate workshop: what is certain first, every method beside, refusals in words."""

from __future__ import annotations

import re

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from server.db.engine import reading
from server.estimates import refusal
from server.estimates.histories import Histories
from server.estimates.linked import from_register
from server.estimates.refusal import Reason
from server.jobs.worker import work_off
from server.staff.model import AuditEntry
from server.workshop import trials
from server.workshop.estimate_runs import _told
from shared.texts import has_text, text
from tests.server.field import FieldTablet, somebody
from tests.server.web.conftest import Workplace

WEEK_S = 7 * 86_400
"""The clock of the pages is some days ahead."""
LISTS = ("inspectorate", "ngo", "police", "school")
LANGUAGES = ("am", "ar", "bn", "en", "es", "fr", "hi", "ne", "pt", "sw", "ur")


def asked(workplace: Workplace, client: FlaskClient, **fields: str) -> str:
    said = {"period": "2026", "of": "child_labour", "strata": "none", **fields}
    return workplace.post(client, "/estimates", **said)


def test_refused_estimate_says_at_least_and_every_reason_in_words(workplace: Workplace) -> None:
    for number in range(2):
        tablet = FieldTablet.enrol(workplace.office, number, 40 + number)
        visit = tablet.visit()
        children = (
            tablet.case(
                visit,
                somebody(one, sex="female", birth_year=2017, birth_date=None),
                sex="female",
                birth_date=9,
                worked_family_business="yes",
                work_hours=40.0,
            )
            for one in range(3 + number)
        )
        tablet.send(visit, *children)
    work_off(workplace.office, WEEK_S)
    client = workplace.sign_in("statistician")
    page = asked(workplace, client, strata="sex")
    assert "<progress" in page
    work_off(workplace.office, WEEK_S)
    here = re.search(r"/estimates/\d+", page)
    assert here is not None

    page = client.get(here[0]).text

    assert "At least 4 persons: those who are recorded." in page
    assert "No estimate may be published, because:" in page
    assert "There are too few lists (2)." in page
    assert "Persons on two or more lists: 3. At least 50 are needed." in page
    assert "How many true links were missed is not known" in page
    assert "Girls and women" in page
    assert "Nobody of this period is in that class." in page  # no boy was recorded
    assert "download" not in page
    french = client.get(here[0], headers={"Accept-Language": "fr"}).text
    assert "Il y a trop peu de listes (2)." in french
    with reading(workplace.office.engine) as connection:
        looks = connection.scalars(
            select(AuditEntry.details).where(AuditEntry.action == "looked_at")
        ).all()
    assert {"page": "estimate", "trial": "1"} in looks
    assert workplace.sign_in("administrator").get(here[0]).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"period": "1999"},
        {"of": "anything"},
        {"recall": "90"},
        {"recall": "101", "recall_source": "A clerk, in May"},
        {"recall": "0", "recall_source": "A clerk, in May"},
        {"recall": "many", "recall_source": "A clerk, in May"},
    ],
)
def test_form_that_cannot_be_worked_with_asks_for_nothing(
    workplace: Workplace, wrong: dict[str, str]
) -> None:
    tablet = FieldTablet.enrol(workplace.office, 0, 40)
    tablet.send(tablet.visit())
    work_off(workplace.office, WEEK_S)

    assert "Nothing was asked." in asked(workplace, workplace.sign_in("statistician"), **wrong)

    with reading(workplace.office.engine) as connection:
        assert trials.newest(connection, trials.TrialKind.ESTIMATE, 1) == ()


def test_estimate_that_may_be_published_is_told_with_its_limits() -> None:
    random = np.random.default_rng(7)
    found = random.random((6_000, len(LISTS))) < (0.28, 0.24, 0.2, 0.22)
    lists = [tuple(np.flatnonzero(row).tolist()) for row in found if row.any()]
    cases = [(one, tuple((at, at + 1, 1.0) for at in range(len(one) - 1))) for one in lists]

    told = _told(from_register(LISTS, cases, 1.0, np.random.default_rng(1), replicates=200))

    assert told["reasons"] == []
    middle, low, high = told["published"]
    assert low < middle < high
    assert low < 6_000 < high
    assert told["persons"] == len(cases)
    assert set(told["methods"]) == {"main", "stepwise", "bic", "aic", "dga", "chao"}
    assert set(told["without"]) == set(LISTS)


def reasons() -> list[str]:
    """Every reason there is, from lists that give it."""
    names = LISTS[:3]
    few = Histories(LISTS[:2], np.array([0, 90, 5, 1]))
    many = Histories(tuple("abcdefg"), np.arange(128))
    nothing = Histories(names, np.array([0, 5, 5, 0, 5, 0, 0, 0]))
    found = [*refusal.of_lists(few), *refusal.of_lists(many)]
    found += refusal.of_estimates(10, {"main": 1.0}, None, {})
    wide = refusal.ConfidenceInterval(500.0, 10.0, 5_000.0)
    found += refusal.of_estimates(10, {"main": 1.0, "bic": 9.0}, wide, {"a": 1.0, "b": 9.0})
    found += refusal.of_register(None, [1], 10)
    found += refusal.of_register(0.5, [], 10)
    found += from_register(
        names, [((0,), ()), ((1,), ()), ((2,), ())], 0.9, np.random.default_rng(1), replicates=5
    ).corrected.refusals
    assert nothing.persons == 15
    return found


def test_every_reason_has_words_in_every_language_with_its_numbers() -> None:
    found = reasons()
    codes = {one.code for one in found if isinstance(one, Reason)}
    assert len([one for one in found if not isinstance(one, Reason)]) == 0
    assert codes >= {
        *("few_lists", "many_lists", "few_shared", "low_overlap", "one_list", "no_maximum"),
        *("wide", "disagree", "guess", "one_decides", "no_recall", "low_recall", "small_cells"),
        *("small_list", "no_draws"),
    }
    for one in found:
        assert isinstance(one, Reason)
        for language in LANGUAGES:
            message = f"server.estimate.reason.{one.code}"
            assert has_text(message, language), message
            said = text(message, language, **one.values)
            assert "{" not in said
            for value in one.values.values():
                assert f"{value}" in said
