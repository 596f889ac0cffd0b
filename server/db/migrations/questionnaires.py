"""The questionnaires that kept records may have been made with, for steps that read records."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import context

from server.db.schema import Json
from shared.parts import questionnaire_in
from shared.questionnaire.model import Questionnaire
from shared.reference import load_reference, reference_that_came
from shared.wire.bundles import unsqueezed


class Questionnaires:
    """Those that were published here, that came with this program, and of the country folders; None
    for a digest that none of them has."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._found: dict[str, Questionnaire | None] = {}
        self._files: dict[str, Questionnaire] | None = None

    def __call__(self, digest: str) -> Questionnaire | None:
        if digest not in self._found:
            self._found[digest] = self._published(digest) or self._of_files().get(digest)
        return self._found[digest]

    def _published(self, digest: str) -> Questionnaire | None:
        published = sa.table(
            "published_questionnaire", sa.column("digest"), sa.column("parts", Json)
        )
        parts = self._connection.scalar(
            sa.select(published.c.parts).where(published.c.digest == digest)
        )
        if parts is None:
            return None
        kept = sa.table(
            "reference_part", sa.column("digest"), sa.column("size"), sa.column("squeezed")
        )
        rows = self._connection.execute(
            sa.select(kept).where(kept.c.digest.in_(sorted(parts.values())))
        )
        found = {row.digest: unsqueezed(bytes(row.squeezed), row.digest, row.size) for row in rows}
        if set(parts.values()) - found.keys():
            return None
        return questionnaire_in({name: found[one] for name, one in parts.items()})

    def _of_files(self) -> dict[str, Questionnaire]:
        if self._files is None:
            self._files = {}
            programme = sa.table("programme", sa.column("country"))
            country = self._connection.scalar(sa.select(programme.c.country))
            folders: tuple[Path, ...] = context.config.attributes.get("country_folders", ())
            if country is not None:
                found = [reference_that_came(country)]
                found += [load_reference(country, folders)] if folders else []
                for one in found:
                    self._files |= dict(one.earlier)
                    self._files[one.questionnaire.digest] = one.questionnaire
        return self._files
