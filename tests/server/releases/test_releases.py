"""A release from its declaration to its withdrawal, on a real register with two organisations."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from server.db.engine import reading, transaction
from server.office import Office
from server.releases import approval, audit_anchors, build, published, store
from server.releases.checklist import NotApproved, ReleaseError, ReleaseWarning
from server.releases.declaration import DeclarationRefused, checked
from server.releases.files import NumberState, digest_of, read_states
from server.releases.model import ReleaseFile, TableEdition
from server.releases.states import NotNow, ReleaseState, SecondPersonNeeded
from server.releases.trace import NoSuchNumber, trace
from server.releases.verify import verify
from server.staff import audit
from server.staff.model import AuditEntry
from tests.server.field import AREAS
from tests.server.releases.register import (
    APPROVER,
    DECLARER,
    WARNINGS,
    Field,
    declaration,
    released,
    work,
)

BY_AREA = "CL-CLASS-by-area-child_labour_2026"


@pytest.fixture
def office(kept_office: Office) -> Office:
    """An office with 240 children, on SQLite unless a test asks for both."""
    return kept_office


ON_BOTH = pytest.mark.parametrize("kept_office", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def field(office: Office) -> Field:
    """More tablets for more children, who are none of those already there."""
    return Field.begin(office, 300)


def state(office: Office, number: int) -> ReleaseState:
    with reading(office.engine) as connection:
        return store.release_of(connection, number).state


def test_release_goes_from_declared_to_published_by_two_people(office: Office) -> None:
    number = build.declare(office, DECLARER, declaration())
    assert state(office, number) is ReleaseState.DECLARED

    work(office)

    assert state(office, number) is ReleaseState.AUDITED
    with pytest.raises(SecondPersonNeeded):
        approval.approve(office, DECLARER, number)
    with pytest.raises(SecondPersonNeeded):
        approval.approve(office, DECLARER.upper(), number)
    with pytest.raises(NotApproved, match="not_from_the_field"):
        approval.approve(office, APPROVER, number)
    approval.approve(office, APPROVER, number, read=WARNINGS)
    work(office)
    assert state(office, number) is ReleaseState.PUBLISHED
    assert approval.publish(office, number) == 1, "the worker was faster than who asks for it"
    (edition,) = published.published(office)
    assert (edition.number, edition.version) == (1, "1.0.0")
    assert edition.manifest["marks"] == ["unconfirmed_law"]
    assert audit_anchors.remarks(office) == []
    with transaction(office.engine) as connection:
        assert audit.has_been_head(connection, edition.manifest["audit_log"])
        connection.execute(delete(AuditEntry))
    assert "edition 1" in audit_anchors.remarks(office)[-1]
    with reading(office.engine) as connection:
        steps = [step for _, _, step, _ in store.steps(connection, number)]
    assert steps == ["declare", "protect", "audit", "approve", "publish"]


@ON_BOTH
def test_edition_is_made_again_bit_for_bit_after_people_left_and_others_came(
    office: Office, field: Field
) -> None:
    edition = released(office)
    before = published.file_of_edition(office, edition, f"{BY_AREA}.csv")
    sent = field.meet(80)
    cases = [one for one in sent if one.visit_id is not None][:30]
    field.tablets[0].send(
        *(
            replace(one, revision=2, withdrawn="consent", content={}, classes={}, linkage=())
            for one in cases
        )
    )
    work(office)

    assert verify(office, edition) == []
    assert published.file_of_edition(office, edition, f"{BY_AREA}.csv") == before


@ON_BOTH
@pytest.mark.parametrize("column", ["content", "manifest", "signature"])
def test_edition_that_somebody_changed_in_the_database_is_found(
    office: Office, column: str
) -> None:
    edition = released(office)
    with transaction(office.engine) as connection:
        if column == "content":
            content = store.file_of(connection, 1, f"{BY_AREA}.csv") or b""
            connection.execute(
                update(ReleaseFile)
                .where(ReleaseFile.name == f"{BY_AREA}.csv")
                .values(content=content.replace(b"240", b"241", 1))
            )
        else:
            kept = store.edition_of(connection, edition)
            changed = {
                "manifest": kept.manifest.replace(b'"edition": 1', b'"edition":  1'),
                "signature": bytes(64),
            }[column]
            connection.execute(update(TableEdition).values({column: changed}))

    assert verify(office, edition) != []


def test_files_that_are_not_those_audited_are_not_approved(office: Office) -> None:
    number = build.declare(office, DECLARER, declaration())
    work(office)
    with transaction(office.engine) as connection:
        connection.execute(update(ReleaseFile).values(content=ReleaseFile.content + b"\n"))

    found = approval.checklist_of(office, number)

    assert ReleaseError.AUDIT_NOT_OF_THESE_BYTES in found.errors
    with pytest.raises(NotApproved, match="audit_not_of_these_bytes"):
        approval.approve(office, APPROVER, number, read=WARNINGS)
    assert state(office, number) is ReleaseState.AUDITED


@ON_BOTH
def test_files_changed_after_approval_are_not_published(office: Office) -> None:
    number = build.declare(office, DECLARER, declaration())
    work(office)
    later = office.now_s() + 3600
    approval.approve(office, APPROVER, number, read=WARNINGS, embargo_until_s=later)
    with transaction(office.engine) as connection:
        connection.execute(update(ReleaseFile).values(content=b"12345\n"))
    office.clock.now += timedelta(hours=2)  # type: ignore[attr-defined]

    with pytest.raises(NotNow, match="not those that were audited"):
        approval.publish(office, number)
    assert published.published(office) == []


@ON_BOTH
def test_nothing_is_out_before_the_embargo_ends_and_the_list_of_who_saw_it_is_public(
    office: Office,
) -> None:
    number = build.declare(office, DECLARER, declaration(due="2026-12-01"))
    work(office)
    later = office.now_s() + 24 * 3600
    approval.approve(
        office,
        APPROVER,
        number,
        read=WARNINGS,
        embargo_until_s=later,
        pre_release=[{"name": "Nadia", "of": "Ministry of Labour", "from_s": later - 3600}],
    )
    work(office)
    assert state(office, number) is ReleaseState.APPROVED
    with pytest.raises(NotNow):
        approval.publish(office, number)
    (announced,) = published.announced(office)
    assert (announced.due, announced.is_late) == ("2026-12-01", False)
    assert [one["name"] for one in announced.pre_release] == ["Nadia"]

    office.clock.now += timedelta(days=2)  # type: ignore[attr-defined]
    work(office)

    assert state(office, number) is ReleaseState.PUBLISHED
    (edition,) = published.published(office)
    assert edition.manifest["pre_release"][0]["of"] == "Ministry of Labour"
    (next_one,) = published.announced(office)
    assert next_one.due == "2027-12-31"


@ON_BOTH
def test_edition_that_differs_by_too_few_persons_waits(office: Office, field: Field) -> None:
    released(office)
    field.meet(20)

    number = build.declare(office, DECLARER, declaration())
    work(office)

    assert state(office, number) is ReleaseState.REFUSED
    with reading(office.engine) as connection:
        kept = store.release_of(connection, number)
        assert store.files_of(connection, number) == {}
    assert "fewer than 50" in kept.proposal["reason"]  # type: ignore[index]
    # By no person at all is no difference: the same tables may be published again.
    field.meet(60)
    build.ask_again(office, DECLARER, number)
    work(office)
    assert state(office, number) is ReleaseState.AUDITED


@ON_BOTH
def test_correction_says_what_it_changes_cell_by_cell_and_why(office: Office, field: Field) -> None:
    first = released(office)
    field.meet(90)
    with pytest.raises(DeclarationRefused, match="needs a reason"):
        build.declare(office, DECLARER, declaration(corrects=first))
    number = build.declare(office, DECLARER, declaration(corrects=first, reason="late_records"))
    work(office)
    assert approval.checklist_of(office, number).errors == (ReleaseError.CORRECTION_WITHOUT_NOTE,)
    build.drop(office, DECLARER, number)

    second = released(
        office,
        corrects=first,
        reason="late_records",
        note={"en": "Late records of November."},
    )

    assert verify(office, second) == []
    assert build.levels_of_edition(office, second) == build.levels_of_edition(office, first)
    old, new = published.edition(office, first), published.edition(office, second)
    assert (old.corrected_by, new.version) == (second, "1.0.1")
    assert (new.manifest["reason"], new.manifest["note"]["en"]) == (
        "late_records",
        "Late records of November.",
    )
    changes = (published.file_of_edition(office, second, "changes.csv") or b"").decode()
    assert changes.splitlines()[0].startswith("table,cell,status_before,before")
    assert any("Total / Total,published,240,published,330" in row for row in changes.splitlines())
    with pytest.raises(DeclarationRefused, match="corrected already"):
        build.declare(office, DECLARER, declaration(corrects=first, reason="words"))


@ON_BOTH
def test_edition_is_withdrawn_by_two_people_and_its_link_says_why(office: Office) -> None:
    edition = released(office)
    with pytest.raises(DeclarationRefused):
        approval.ask_withdrawal(office, DECLARER, edition, "linkage", {})
    approval.ask_withdrawal(office, DECLARER, edition, "linkage", {"en": "Persons were merged."})
    assert not published.edition(office, edition).is_withdrawn
    with pytest.raises(SecondPersonNeeded):
        approval.withdraw(office, DECLARER, edition)

    approval.withdraw(office, APPROVER, edition)

    gone = published.edition(office, edition)
    assert gone.is_withdrawn
    assert gone.withdrawal["note"]["en"] == "Persons were merged."  # type: ignore[index]
    assert published.file_of_edition(office, edition, f"{BY_AREA}.csv") is None
    assert published.state_of_number(office, "x", "2026", ())[0] is NumberState.NOT_YET_PUBLISHED
    with pytest.raises(NotNow):
        approval.withdraw(office, APPROVER, edition)


def test_new_period_is_a_minor_version_and_other_tables_a_major_one(office: Office) -> None:
    released(office)
    second = released(office, periods=("2026", "2026-11"))
    third = released(office, tables=("CL-CLASS:area,child_labour",))

    versions = [published.edition(office, one).version for one in (1, second, third)]

    assert versions == ["1.0.0", "1.1.0", "2.0.0"]
    assert [verify(office, one) for one in (second, third)] == [[], []]


def test_five_states_of_a_number_stay_apart(office: Office) -> None:
    edition = released(office, tables=("CL-CLASS",), levels={}, steps=500)
    structure, tables = published.tables_of(office, edition)
    (table,) = tables
    found = {state for state, _ in table.rows.values()}

    assert {NumberState.PUBLISHED, NumberState.NOT_COLLECTED} <= found
    assert structure.not_collected["area"]
    for codes, (each, count) in table.rows.items():
        assert (count is None) == (each not in (NumberState.PUBLISHED, NumberState.ZERO))
        if each is NumberState.WITHHELD:
            wider = table.nearest[codes].codes
            assert table.rows[wider][0] in (NumberState.PUBLISHED, NumberState.ZERO)
    known = published.state_of_number(office, table.code, "2026", ("Total",) * 4)
    assert known[:2] == (NumberState.PUBLISHED, 240)
    later = published.state_of_number(office, table.code, "2027", ("Total",) * 4)
    assert later[0] is NumberState.NOT_YET_PUBLISHED


@ON_BOTH
def test_number_is_traced_to_its_records_inside_the_office_only(office: Office) -> None:
    released(office)

    (found,) = trace(office, DECLARER, f"{BY_AREA} / Total / Total")

    assert (found.persons, found.records, found.merged) == (240, 240, 0)
    assert sum(found.by_organisation.values()) == 240
    assert found.provenance["linkage"]["edition"] == 1
    assert found.provenance["revisions"]["rejected"] == 0
    assert {one.table for one in trace(office, DECLARER, "240")} == {
        BY_AREA,
        "CL-CLASS-by-sex-age_band-child_labour_2026",
    }
    with pytest.raises(NoSuchNumber):
        trace(office, DECLARER, "987654")


def test_withheld_number_cannot_be_traced(office: Office) -> None:
    released(office, tables=("CL-CLASS",), steps=500)
    _, (table,) = published.tables_of(office, 1)
    hidden = [codes for codes, (each, _) in table.rows.items() if each is NumberState.WITHHELD]
    assert len(hidden) >= 3
    for codes in hidden[:3]:
        with pytest.raises(NoSuchNumber):
            trace(office, DECLARER, " / ".join((table.name, *codes)))


def test_no_true_count_leaves_the_sealed_counts(office: Office) -> None:
    """What is kept of a release beside the sealed counts says no more than its files."""
    number = build.declare(office, DECLARER, declaration(tables=("CL-CLASS",), steps=500))
    work(office)
    with reading(office.engine) as connection:
        sealed = store.sealed_of(connection, number)
        files = store.files_of(connection, number)
    assert b"counts" not in sealed
    _, rows = read_states(files["CL-CLASS_2026.csv"].decode(), "CL-CLASS")
    assert all(count is None for state, count in rows.values() if state is NumberState.WITHHELD)


def test_office_that_ran_out_of_time_proposes_something_coarser_and_publishes_nothing(
    office: Office,
) -> None:
    number = build.declare(office, DECLARER, declaration(limit_s=0))

    work(office)

    with reading(office.engine) as connection:
        kept = store.release_of(connection, number)
        assert store.files_of(connection, number) == {}
    assert kept.state is ReleaseState.REFUSED
    assert "time limit" in kept.proposal["reason"]  # type: ignore[index]
    assert kept.proposal["codes"]  # type: ignore[index]
    with pytest.raises(NotNow):
        approval.approve(office, APPROVER, number)


def test_release_that_cannot_be_made_is_refused_when_it_is_declared(office: Office) -> None:
    with pytest.raises(DeclarationRefused, match="no table CL-NOTHING"):
        build.declare(office, DECLARER, declaration(tables=("CL-NOTHING",)))
    with pytest.raises(DeclarationRefused, match="fewer than 5"):
        build.declare(office, DECLARER, declaration(threshold=3))


@pytest.mark.parametrize("levels", [[1], {"area": "PK-PB"}, {"area": {"PK-PB-01": 1}}])
def test_levels_that_are_none_are_refused_when_they_are_declared(levels: Any) -> None:
    with pytest.raises(DeclarationRefused, match="Levels say for each dimension"):
        checked(declaration(levels=levels), 5)


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "26", "2026-1", ""])
def test_period_that_is_none_is_refused_when_it_is_declared(period: str) -> None:
    with pytest.raises(DeclarationRefused, match="is no period: write 2026"):
        checked(declaration(periods=(period,)), 5)


def test_period_in_which_nobody_looked_is_refused_with_a_sentence(office: Office) -> None:
    number = build.declare(office, DECLARER, declaration(periods=("1999",)))
    work(office)
    with reading(office.engine) as connection:
        assert "No visit of 1999" in store.release_of(connection, number).proposal["reason"]  # type: ignore[index]


def test_records_that_came_since_are_a_warning(office: Office, field: Field) -> None:
    number = build.declare(office, DECLARER, declaration())
    work(office)
    office.clock.now += timedelta(hours=1)  # type: ignore[attr-defined]
    field.meet(10)

    assert ReleaseWarning.RECORDS_CAME_SINCE in approval.checklist_of(office, number).warnings


def test_manifest_names_the_digest_of_every_file(office: Office) -> None:
    edition = released(office)
    manifest = json.loads(published.file_of_edition(office, edition, "edition.json") or b"")
    for name, digest in manifest["files"].items():
        assert digest_of(published.file_of_edition(office, edition, name) or b"") == digest
    assert AREAS[0] in manifest["files"] or f"{BY_AREA}.csv" in manifest["files"]
