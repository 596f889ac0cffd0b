"""The audit log's head is signed with each edition: who cuts or rewrites the log is found."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update

from server.db.engine import reading, transaction
from server.jobs import kinds
from server.office import Office
from server.programme.keys import keys_of
from server.releases import audit_anchors
from server.releases.model import TableEdition
from server.releases.published import MANIFEST, SIGNATURE
from server.releases.sealing import signature
from server.staff import audit
from server.staff.model import AuditEntry
from tests.server.field import make_office


def enter(office: Office, *actions: str) -> str:
    """The head after these acts."""
    with transaction(office.engine) as connection:
        for action in actions:
            audit.enter(connection, office.now_s(), "test", action, {})
        return audit.head(connection)


def signed(office: Office, head: str) -> audit_anchors.SignedManifest:
    manifest = f'{{"audit_log": "{head}"}}'.encode()
    return audit_anchors.SignedManifest(
        "edition 1", manifest, signature(keys_of(office).programme, manifest)
    )


@pytest.fixture
def anchored(lite: Office) -> audit_anchors.SignedManifest:
    """A signed head, and acts after it."""
    anchor = signed(lite, enter(lite, "first", "second"))
    enter(lite, "third")
    assert audit_anchors.remarks(lite, [anchor]) == []
    return anchor


def test_log_that_was_cut_below_a_signed_head_is_found(
    lite: Office, anchored: audit_anchors.SignedManifest
) -> None:
    with transaction(lite.engine) as connection:
        last = connection.scalar(select(func.max(AuditEntry.number))) or 0
        connection.execute(delete(AuditEntry).where(AuditEntry.number >= last - 1))

    (remark,) = audit_anchors.remarks(lite, [anchored])

    assert "cut or written anew" in remark


def test_log_that_was_written_anew_with_a_whole_chain_is_found(
    lite: Office, anchored: audit_anchors.SignedManifest
) -> None:
    with transaction(lite.engine) as connection:
        connection.execute(delete(AuditEntry))
    enter(lite, *["innocent"] * 9)
    with reading(lite.engine) as connection:
        assert audit.broken_at(connection) is None

    (remark,) = audit_anchors.remarks(lite, [anchored])

    assert "cut or written anew" in remark


def test_entry_that_was_changed_is_found_where_it_stands(
    lite: Office, anchored: audit_anchors.SignedManifest
) -> None:
    with transaction(lite.engine) as connection:
        connection.execute(update(AuditEntry).where(AuditEntry.number == 1).values(actor="nobody"))

    assert audit_anchors.remarks(lite, [anchored]) == ["The audit log was changed at entry 1."]


def test_head_that_this_programme_did_not_sign_is_no_anchor(lite: Office, tmp_path: Path) -> None:
    stranger = make_office(tmp_path / "stranger", seed=2)
    (remark,) = audit_anchors.remarks(lite, [signed(stranger, "0" * 64)])
    stranger.close()

    assert "not signed by this programme" in remark


def test_edition_saved_elsewhere_is_an_anchor_when_the_database_has_lost_it(
    lite: Office, anchored: audit_anchors.SignedManifest, tmp_path: Path
) -> None:
    with pytest.raises(audit_anchors.NoSavedEdition):
        audit_anchors.saved_edition(tmp_path)
    (tmp_path / MANIFEST).write_bytes(anchored.manifest)
    (tmp_path / SIGNATURE).write_bytes(anchored.signature)
    with transaction(lite.engine) as connection:
        connection.execute(delete(TableEdition))
        connection.execute(delete(AuditEntry))

    (remark,) = audit_anchors.remarks(lite, [audit_anchors.saved_edition(tmp_path)])

    assert str(tmp_path) in remark


def test_head_of_the_last_hour_stands_in_the_log_of_the_system(
    lite: Office, caplog: pytest.LogCaptureFixture
) -> None:
    head = enter(lite, "first")
    caplog.set_level(logging.INFO)
    kinds.look_through_audit_log(lite, "")
    (told,) = [record for record in caplog.records if record.msg == "audit_head"]
    assert vars(told)["head"] == head
    assert audit_anchors.remarks(lite, heads=[head]) == []
    with transaction(lite.engine) as connection:
        connection.execute(delete(AuditEntry))

    (remark,) = audit_anchors.remarks(lite, heads=[head])

    assert "cut or written anew" in remark
