"""`make soak`: 200 random histories, after each of which the kept tables are those counted from
nothing, add up along their trees, and hold no impossible cell."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from server.tables import recount
from tests.server.field import make_office
from tests.server.tables.histories import History
from tests.server.tables.test_declared_tables import assert_whole, kept_and_afresh, whole

HISTORIES = 200


def main(histories: int = HISTORIES) -> int:
    """How many histories ended in other tables."""
    wrong = 0
    for seed in range(histories):
        with tempfile.TemporaryDirectory() as folder:
            office = make_office(Path(folder))
            try:
                history = History(office, 1000 + seed)
                whole(office)
                for _ in range(4):
                    for _ in range(6):
                        history.step()
                    recount.link_what_waits(office, history.chance.choice((1, 3, 100)))
                    kept, made = kept_and_afresh(office)
                    wrong += kept != made
                assert_whole(office)
            finally:
                office.close()
    print(f"{histories} histories, {wrong} times other tables than a count from nothing.")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main()))
