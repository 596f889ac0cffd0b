"""Reference metadata of a table by the heads of SIMS 2.0 (Single Integrated Metadata Structure).

Told is what the edition itself knows. Its mandate by law is what the country wrote into its
profile before the edition was made; that nothing was written is said too. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from server.exports.codes import frequency, period_code
from server.exports.edition import ExportedEdition, ExportedTable
from server.exports.periods import last_day
from server.exports.words import notes_of, published_at, state_explained, title_of, unit_name
from server.releases.files import NumberState
from server.releases.labels import languages
from shared.texts import text

Names = Mapping[str, str]
NOT_SAID = "–"


def metadata_of(edition: ExportedEdition, table: ExportedTable) -> dict[str, Names]:
    """Texts by head, each in every language."""
    published = published_at(edition).date()
    days = (published - date.fromisoformat(max(map(last_day, table.periods)))).days
    return {
        "CONTACT": _as_it_is(edition.programme),
        "INST_MANDATE": _mandate(edition),
        "META_UPDATE": _as_it_is(published.isoformat()),
        "STAT_PRES": {one: title_of(edition, one) for one in languages()},
        "UNIT_MEASURE": {one: unit_name(table, one) for one in languages()},
        "REF_PERIOD": _as_it_is(", ".join(map(period_code, table.periods))),
        "CONF": {one: state_explained(NumberState.WITHHELD, edition, one) for one in languages()},
        "REL_POLICY": said_in_all("metadata.release", due=edition.next_due or NOT_SAID),
        "FREQ_DISS": _as_it_is(", ".join(sorted({frequency(one) for one in table.periods}))),
        "ACCESSIBILITY_CLARITY": said_in_all("metadata.access"),
        "QUALITY_MGMNT": {one: " ".join(notes_of(edition, one)) for one in languages()},
        "RELEVANCE": said_in_all("metadata.relevance"),
        "ACCURACY": said_in_all("server.counts.not_sdg"),
        "TIMELINESS_PUNCT": said_in_all("metadata.timeliness", days=days),
        "COHER_COMPAR": said_in_all("metadata.coherence"),
        "COST_BURDEN": said_in_all("metadata.cost"),
        "DATA_REV": said_in_all("metadata.revision"),
        "STAT_PROCESS": said_in_all("metadata.process"),
        "COMMENT_DSET": said_in_all("exports.do_not_add"),
    }


def _mandate(edition: ExportedEdition) -> Names:
    if not edition.mandate:
        return said_in_all("metadata.no_mandate")
    return {one: edition.mandate.get(one) or edition.mandate["en"] for one in languages()}


def said_in_all(message: str, **values: object) -> Names:
    """A sentence in every language."""
    return {one: text(message, one, **values) for one in languages()}


def _as_it_is(said: str) -> Names:
    """The same in every language."""
    return dict.fromkeys(languages(), said)
