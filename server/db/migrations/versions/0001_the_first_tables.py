"""The first tables.

Revision: 0001, the first one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_last_step", sa.Integer(), nullable=True),
        sa.Column("created_at_s", sa.BigInteger(), nullable=False),
        sa.Column("closed_at_s", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "role in ('administrator', 'steward', 'statistician', 'viewer')",
            name=op.f("ck_account_role"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column(
            "details",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("entry_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "count_cell",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("age_band", sa.String(length=10), nullable=False),
        sa.Column("child_labour", sa.String(length=40), nullable=False),
        sa.Column("forced_labour", sa.String(length=40), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "period",
            "area",
            "sex",
            "age_band",
            "child_labour",
            "forced_labour",
            name=op.f("pk_count_cell"),
        ),
    )
    op.create_table(
        "crowded_code",
        sa.Column("code_type", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("found_at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("code_type", "code", name=op.f("pk_crowded_code")),
    )
    op.create_table(
        "organisation",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source_list", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "person",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("case_count", sa.Integer(), nullable=False),
        sa.Column("organisation_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_person_organisation_count"), ["organisation_count"], unique=False
        )

    op.create_table(
        "person_period",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=40), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("age_band", sa.String(length=10), nullable=False),
        sa.Column("child_labour", sa.String(length=40), nullable=False),
        sa.Column("forced_labour", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "period", name=op.f("pk_person_period")),
    )
    with op.batch_alter_table("person_period", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_period_cell", ["period", "area", "sex", "age_band"], unique=False
        )

    op.create_table(
        "programme",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("data_origin", sa.String(length=10), nullable=False),
        sa.Column("created_at_s", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "data_origin in ('field', 'replayed', 'synthetic')",
            name=op.f("ck_programme_data_origin"),
        ),
        sa.CheckConstraint("number = 1", name=op.f("ck_programme_only_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_programme")),
    )
    op.create_table(
        "protected_table",
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("made_at_s", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("period", "name", name=op.f("pk_protected_table")),
    )
    op.create_table(
        "questionnaire_version",
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("first_seen_at_s", sa.BigInteger(), nullable=False),
        sa.Column(
            "languages",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_questionnaire_version")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_hash", sa.String(length=64), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("at_s", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sign_in_try")),
    )
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sign_in_try_address_hash"), ["address_hash"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_sign_in_try_name_hash"), ["name_hash"], unique=False)

    op.create_table(
        "officer",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "organisation_number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_number"],
            ["organisation.number"],
            name=op.f("fk_officer_organisation_number"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_officer")),
        sa.UniqueConstraint("code", name=op.f("uq_officer_code")),
    )
    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column(
            "account_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("started_at_s", sa.BigInteger(), nullable=False),
        sa.Column("last_seen_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_number"], ["account.number"], name=op.f("fk_staff_session_account_number")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_session_account_number"), ["account_number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_staff_session_last_seen_at_s"), ["last_seen_at_s"], unique=False
        )

    op.create_table(
        "record_head",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column(
            "officer_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["officer_number"], ["officer.number"], name=op.f("fk_record_head_officer_number")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_head")),
    )
    op.create_table(
        "tablet",
        sa.Column("tablet_id", sa.String(length=16), nullable=False),
        sa.Column(
            "officer_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("public_keys", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_at_s", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at_s", sa.BigInteger(), nullable=True),
        sa.Column("last_parcel_at_s", sa.BigInteger(), nullable=True),
        sa.Column("clock_ahead_s", sa.BigInteger(), nullable=True),
        sa.Column("total_count", sa.Integer(), nullable=False),
        sa.Column("total_digest", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_number"], ["officer.number"], name=op.f("fk_tablet_officer_number")
        ),
        sa.PrimaryKeyConstraint("tablet_id", name=op.f("pk_tablet")),
    )
    with op.batch_alter_table("tablet", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_tablet_officer_number"), ["officer_number"], unique=False
        )

    op.create_table(
        "case_record",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.String(length=32), nullable=True),
        sa.Column(
            "organisation_number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("age_years", sa.Integer(), nullable=True),
        sa.Column("age_band", sa.String(length=10), nullable=False),
        sa.Column("child_labour", sa.String(length=40), nullable=False),
        sa.Column("forced_labour", sa.String(length=40), nullable=False),
        sa.Column(
            "classes",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("classes_differ", sa.Boolean(), nullable=False),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_number"],
            ["organisation.number"],
            name=op.f("fk_case_record_organisation_number"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_case_record_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_case_record")),
    )
    with op.batch_alter_table("case_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_record_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_case_record_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "link_queue",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_link_queue_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_link_queue")),
    )
    op.create_table(
        "linkage_code",
        sa.Column("code_type", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_linkage_code_record_id")
        ),
        sa.PrimaryKeyConstraint("code_type", "code", "record_id", name=op.f("pk_linkage_code")),
    )
    with op.batch_alter_table("linkage_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_linkage_code_record_id"), ["record_id"], unique=False)

    op.create_table(
        "parcel",
        sa.Column("parcel_id", sa.String(length=32), nullable=False),
        sa.Column("tablet_id", sa.String(length=16), nullable=False),
        sa.Column("received_at_s", sa.BigInteger(), nullable=False),
        sa.Column("times_seen", sa.Integer(), nullable=False),
        sa.Column("record_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_parcel_tablet_id")
        ),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_parcel")),
    )
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_parcel_received_at_s"), ["received_at_s"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_parcel_tablet_id"), ["tablet_id"], unique=False)

    op.create_table(
        "person_link",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_id", sa.String(length=32), nullable=False),
        sa.Column("second_id", sa.String(length=32), nullable=False),
        sa.Column("code_types", sa.String(length=100), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("found_at_s", sa.BigInteger(), nullable=False),
        sa.Column("ended_at_s", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_person_link_ordered")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["record_head.record_id"], name=op.f("fk_person_link_first_id")
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["record_head.record_id"], name=op.f("fk_person_link_second_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_person_link")),
    )
    with op.batch_alter_table("person_link", schema=None) as batch_op:
        batch_op.create_index("ix_person_link_second_id", ["second_id"], unique=False)
        batch_op.create_index(
            "ix_person_link_standing",
            ["first_id", "second_id"],
            unique=True,
            sqlite_where=sa.text("ended_at_s is null"),
            postgresql_where=sa.text("ended_at_s is null"),
        )

    op.create_table(
        "set_aside_parcel",
        sa.Column("parcel_id", sa.String(length=32), nullable=False),
        sa.Column("tablet_id", sa.String(length=16), nullable=False),
        sa.Column("received_at_s", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("decided_at_s", sa.BigInteger(), nullable=True),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_set_aside_parcel_tablet_id")
        ),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_set_aside_parcel")),
    )
    op.create_table(
        "ticket",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column(
            "officer_number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("issued_at_s", sa.BigInteger(), nullable=False),
        sa.Column("expires_at_s", sa.BigInteger(), nullable=False),
        sa.Column("used_at_s", sa.BigInteger(), nullable=True),
        sa.Column("tablet_id", sa.String(length=16), nullable=True),
        sa.Column("request_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer_number"], ["officer.number"], name=op.f("fk_ticket_officer_number")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_ticket_tablet_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket")),
    )
    op.create_table(
        "visit_record",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column(
            "organisation_number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("area", sa.String(length=40), nullable=True),
        sa.Column("nobody_found", sa.Boolean(), nullable=False),
        sa.Column(
            "content",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_number"],
            ["organisation.number"],
            name=op.f("fk_visit_record_organisation_number"),
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_visit_record_record_id")
        ),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_visit_record")),
    )
    with op.batch_alter_table("visit_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_record_month"), ["month"], unique=False)

    op.create_table(
        "conflict",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("tablet_id", sa.String(length=16), nullable=False),
        sa.Column("parcel_id", sa.String(length=32), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=True),
        sa.Column("received_at_s", sa.BigInteger(), nullable=False),
        sa.Column("decided_at_s", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.parcel_id"], name=op.f("fk_conflict_parcel_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_conflict_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_conflict_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_conflict")),
        sa.UniqueConstraint(
            "record_id",
            "revision",
            "fingerprint",
            name=op.f("uq_conflict_record_id_revision_fingerprint"),
        ),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_conflict_received_at_s"), ["received_at_s"], unique=False
        )

    op.create_table(
        "record_revision",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("ancestors", sa.LargeBinary(), nullable=False),
        sa.Column("tablet_id", sa.String(length=16), nullable=False),
        sa.Column("parcel_id", sa.String(length=32), nullable=False),
        sa.Column("questionnaire", sa.String(length=32), nullable=False),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column(
            "findings",
            sa.JSON(none_as_null=True).with_variant(
                postgresql.JSONB(none_as_null=True), "postgresql"
            ),
            nullable=False,
        ),
        sa.Column("withdrawn", sa.String(length=40), nullable=True),
        sa.Column("danger", sa.Boolean(), nullable=False),
        sa.Column("canonical", sa.LargeBinary(), nullable=True),
        sa.Column("received_at_s", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'accepted') = (canonical is not null)",
            name=op.f("ck_record_revision_only_accepted_content"),
        ),
        sa.CheckConstraint(
            "outcome in ('accepted', 'rejected')", name=op.f("ck_record_revision_outcome")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_record_revision_revision")),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.parcel_id"], name=op.f("fk_record_revision_parcel_id")
        ),
        sa.ForeignKeyConstraint(
            ["record_id"], ["record_head.record_id"], name=op.f("fk_record_revision_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.tablet_id"], name=op.f("fk_record_revision_tablet_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_record_revision")),
        sa.UniqueConstraint(
            "record_id", "revision", name=op.f("uq_record_revision_record_id_revision")
        ),
    )
    with op.batch_alter_table("record_revision", schema=None) as batch_op:
        batch_op.create_index(
            "ix_record_revision_outcome_received", ["outcome", "received_at_s"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_record_revision_parcel_id"), ["parcel_id"], unique=False
        )

    op.create_table(
        "unreadable_record",
        sa.Column("fingerprint", sa.String(length=32), nullable=False),
        sa.Column("parcel_id", sa.String(length=32), nullable=False),
        sa.Column("received_at_s", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parcel_id"], ["parcel.parcel_id"], name=op.f("fk_unreadable_record_parcel_id")
        ),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_unreadable_record")),
    )


def downgrade() -> None:
    op.drop_table("unreadable_record")
    with op.batch_alter_table("record_revision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_revision_parcel_id"))
        batch_op.drop_index("ix_record_revision_outcome_received")

    op.drop_table("record_revision")
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_received_at_s"))

    op.drop_table("conflict")
    with op.batch_alter_table("visit_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_record_month"))

    op.drop_table("visit_record")
    op.drop_table("ticket")
    op.drop_table("set_aside_parcel")
    with op.batch_alter_table("person_link", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_person_link_standing",
            sqlite_where=sa.text("ended_at_s is null"),
            postgresql_where=sa.text("ended_at_s is null"),
        )
        batch_op.drop_index("ix_person_link_second_id")

    op.drop_table("person_link")
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parcel_tablet_id"))
        batch_op.drop_index(batch_op.f("ix_parcel_received_at_s"))

    op.drop_table("parcel")
    with op.batch_alter_table("linkage_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_linkage_code_record_id"))

    op.drop_table("linkage_code")
    op.drop_table("link_queue")
    with op.batch_alter_table("case_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_record_visit_id"))
        batch_op.drop_index(batch_op.f("ix_case_record_person_id"))

    op.drop_table("case_record")
    with op.batch_alter_table("tablet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tablet_officer_number"))

    op.drop_table("tablet")
    op.drop_table("record_head")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_last_seen_at_s"))
        batch_op.drop_index(batch_op.f("ix_staff_session_account_number"))

    op.drop_table("staff_session")
    op.drop_table("officer")
    with op.batch_alter_table("sign_in_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_try_name_hash"))
        batch_op.drop_index(batch_op.f("ix_sign_in_try_address_hash"))

    op.drop_table("sign_in_try")
    op.drop_table("questionnaire_version")
    op.drop_table("protected_table")
    op.drop_table("programme")
    with op.batch_alter_table("person_period", schema=None) as batch_op:
        batch_op.drop_index("ix_person_period_cell")

    op.drop_table("person_period")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_organisation_count"))

    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("crowded_code")
    op.drop_table("count_cell")
    op.drop_table("audit_entry")
    op.drop_table("account")
