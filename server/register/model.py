"""Who is believed to be one human being: links with their evidence, and persons."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.db.schema import Id, Model, RowNumber, Seconds


class PersonLink(Model):
    """Two cases that agree so well that they are one person unless others of theirs speak
    against it (server.register.cluster), with the evidence; ended ones are kept."""

    __tablename__ = "person_link"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index(
            "ix_person_link_standing",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("ended_at_s is null"),
            postgresql_where=text("ended_at_s is null"),
        ),
        Index("ix_person_link_second_id", "second_id"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    first_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    second_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    code_types: Mapped[str] = mapped_column(String(200))
    """The code types that agree, ascending, with commas between."""
    rule: Mapped[str] = mapped_column(String(20))
    """The name of the weights."""
    score: Mapped[int]
    """Log-odds in thousandths, of the edition in force when it was found."""
    found_at_s: Mapped[int] = mapped_column(Seconds)
    ended_at_s: Mapped[int | None] = mapped_column(Seconds)


class LinkageEdition(Model):
    """Weights and size of the register that links are judged by; the highest number is in force."""

    __tablename__ = "linkage_edition"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    weights: Mapped[str] = mapped_column(String(20))
    records: Mapped[int]
    """The size the prior is frozen for; more cases than that make another edition."""
    arrived: Mapped[int]
    """Cases that came so far, as an upper bound."""
    made_at_s: Mapped[int] = mapped_column(Seconds)
    asked_to: Mapped[str | None] = mapped_column(String(32))
    """The case up to which all were asked for again, in the order of their ids; None when all
    were."""


class KeptApart(Model):
    """Two cases that somebody decided are different persons, until the decision is taken back."""

    __tablename__ = "kept_apart"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index("ix_kept_apart_pair", "first_id", "second_id"),
        Index("ix_kept_apart_second_id", "second_id"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    first_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    second_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    decided_by: Mapped[str] = mapped_column(String(80))
    decided_at_s: Mapped[int] = mapped_column(Seconds)
    taken_back_at_s: Mapped[int | None] = mapped_column(Seconds)


class PossiblePair(Model):
    """Two cases that may be one person and are not linked: somebody at the office decides. The
    number is all that is said of it before somebody looks; ended ones are kept."""

    __tablename__ = "possible_pair"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index(
            "ix_possible_pair_standing",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("ended_at_s is null"),
            postgresql_where=text("ended_at_s is null"),
        ),
        Index("ix_possible_pair_second_id", "second_id"),
        Index("ix_possible_pair_score", "score", "number"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    first_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    second_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    code_types: Mapped[str] = mapped_column(String(200))
    rule: Mapped[str] = mapped_column(String(20))
    score: Mapped[int]
    found_at_s: Mapped[int] = mapped_column(Seconds)
    ended_at_s: Mapped[int | None] = mapped_column(Seconds)


class DecidedSame(Model):
    """Two cases that two people decided are one person: the second confirms what the first said."""

    __tablename__ = "decided_same"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        Index("ix_decided_same_pair", "first_id", "second_id"),
        Index("ix_decided_same_second_id", "second_id"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    first_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    second_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at_s: Mapped[int] = mapped_column(Seconds)
    confirmed_by: Mapped[str | None] = mapped_column(String(80))
    confirmed_at_s: Mapped[int | None] = mapped_column(Seconds)
    taken_back_at_s: Mapped[int | None] = mapped_column(Seconds)


class SettledPair(Model):
    """Two cases that were one person when the codes of one of them were destroyed: they stay so,
    and what was counted stands (server.register.terms)."""

    __tablename__ = "settled_pair"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index("ix_settled_pair_second_id", "second_id"),
    )

    first_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"), primary_key=True)
    second_id: Mapped[str] = mapped_column(
        Id, ForeignKey("record_head.record_id"), primary_key=True
    )
    settled_at_s: Mapped[int] = mapped_column(Seconds)


class Person(Model):
    """A group of cases believed to be one human being."""

    __tablename__ = "person"

    person_id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_count: Mapped[int]
    organisation_count: Mapped[int] = mapped_column(index=True)


class SeededCase(Model):
    """A case of an invented person that a seeding tablet brought, and which one."""

    __tablename__ = "seeded_case"

    record_id: Mapped[str] = mapped_column(
        Id, ForeignKey("record_head.record_id"), primary_key=True
    )
    invented: Mapped[str] = mapped_column(String(40))
    noted_at_s: Mapped[int] = mapped_column(Seconds)


class ClericalSample(Model):
    """Pairs of cases of one person, drawn at random for people to judge. links: how many such pairs
    there were."""

    __tablename__ = "clerical_sample"

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    links: Mapped[int]
    drawn_by: Mapped[str] = mapped_column(String(80))
    drawn_at_s: Mapped[int] = mapped_column(Seconds)


class ClericalPair(Model):
    """One pair of a sample. person_id: whose cases they were when it was drawn."""

    __tablename__ = "clerical_pair"
    __table_args__ = (
        CheckConstraint("first_id < second_id", name="ordered"),
        Index("ix_clerical_pair_sample_number", "sample_number"),
    )

    number: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    sample_number: Mapped[int] = mapped_column(ForeignKey("clerical_sample.number"))
    first_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    second_id: Mapped[str] = mapped_column(Id, ForeignKey("record_head.record_id"))
    person_id: Mapped[str] = mapped_column(Id)


class ClericalJudgement(Model):
    """What one person of the office said of a pair, without knowing what others did."""

    __tablename__ = "clerical_judgement"

    pair_number: Mapped[int] = mapped_column(ForeignKey("clerical_pair.number"), primary_key=True)
    judged_by: Mapped[str] = mapped_column(String(80), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(10))
    judged_at_s: Mapped[int] = mapped_column(Seconds)
