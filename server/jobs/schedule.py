"""What is asked for because time has passed or settings changed, not because something came in.

Also what an office of an earlier version, or one whose settings changed, has never worked out.
"""

from __future__ import annotations

from server import notes, queue
from server.db.engine import reading, transaction
from server.intake import quarantine
from server.office import Office
from server.operations import alerts
from server.queue import JobKind
from server.stewardship import figures, odd_found
from server.tables import generations, national
from server.tables.pace import stand_back

EVERY_S = 60
"""How often a worker looks whether something is due."""
AUDIT_EVERY_S = 3600
ODD_EVERY_S = 6 * 3600
"""It reads what came in a month, and apart what came in a year."""
TERMS_EVERY_S = 24 * 3600
FIGURES_EVERY_S = 24 * 3600
"""KeptTotals are asked for when records come; what depends on the day alone is right for a day."""


def wait_no_longer_than_told(office: Office) -> None:
    """What would wait for a clock that was set back since waits as long as it was to, however much
    of it there is."""
    moved = queue.MOST_AT_ONCE
    while moved == queue.MOST_AT_ONCE:
        with transaction(office.engine) as connection:
            moved = queue.wait_no_longer_than_told(connection, office.now_s())
        if moved == queue.MOST_AT_ONCE:
            stand_back(office.engine, 0.0)


def ask_for_what_is_due(office: Office) -> None:
    """Asks for tables that are missing, and for what is worked out every so often.

    What would wait for a clock that was set back since does not.
    """
    now_s = office.now_s()
    with reading(office.engine) as connection:
        waits = queue.waits_longer_than_told(connection, now_s)
    if waits:
        wait_no_longer_than_told(office)
    quarantine.note_danger(office)
    missing = national.not_worked_out(office)
    danger_waits = alerts.is_wanted(office)
    is_counted = generations.is_whole(office)
    with reading(office.engine) as connection:
        wanted = [
            *([(JobKind.ALERT, "")] if danger_waits else []),
            *([(JobKind.TIDY, "")] if notes.can_let_go(connection, now_s) else []),
            *((JobKind.PROTECT, period) for period in missing),
            *([] if is_counted else [(JobKind.RECOUNT, "")]),
            *(
                (kind, subject)
                for kind, subject, name, every_s in (
                    (JobKind.FIGURES, "", figures.TOTALS, FIGURES_EVERY_S),
                    (JobKind.AUDIT, "", figures.AUDIT, AUDIT_EVERY_S),
                    (JobKind.ODD, "", figures.ODD, ODD_EVERY_S),
                    (JobKind.ODD, queue.A_YEAR, odd_found.OF_A_YEAR, ODD_EVERY_S),
                    (JobKind.TERMS, "", figures.TERMS, TERMS_EVERY_S),
                )
                if not now_s - every_s < figures.made_at_s(connection, name) <= now_s
            ),
        ]
        new = [one for one in wanted if not queue.is_there(connection, *one)]
    if new:
        with transaction(office.engine) as connection:
            for kind, subject in new:
                queue.ask(connection, kind, [subject], now_s)
