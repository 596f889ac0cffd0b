"""Shows that the state machine notices broken programs: ``python -m tests.reliability mutations``.

Each mutation is one line of the product, changed as somebody might by mistake, in a copy of the
source; the state machine must report a violation there within its limit, and none in a copy that
was not changed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

TREE = Path(__file__).parents[2]
PACKAGES = ("demo", "mobile", "server", "shared", "tests")
LIMIT_STEPS = 4000
"""Steps within which a broken program must have been noticed."""
SHORT_ROAD, OVER_HTTP = 0, 1
"""Numbers of tests.reliability.soaking.SURROUNDINGS, both on SQLite."""


@dataclass(frozen=True)
class Mutation:
    """One mistake. old stands exactly once in the file, and becomes new."""

    name: str
    file: str
    old: str
    new: str
    surroundings: int = SHORT_ROAD


CATALOGUE = (
    Mutation(
        "server_forgets_what_it_decided",
        "server/intake/decide.py",
        "    held = history.revisions.get(arrival.revision)\n",
        "    held = None\n",
    ),
    Mutation(
        "server_overwrites_on_conflict",
        "server/intake/decide.py",
        "        return _conflict(ConflictReason.NOT_A_SUCCESSOR)\n",
        "        return Decision(Outcome.ACCEPTED, Effect.STORE_ACCEPTED)\n",
    ),
    Mutation(
        "server_takes_a_reused_revision_for_the_same",
        "server/intake/decide.py",
        "        if held.fingerprint == arrival.fingerprint:\n",
        "        if True:\n",
    ),
    Mutation(
        "server_lets_a_late_revision_vanish",
        "server/intake/decide.py",
        "        return Decision(Outcome.SUPERSEDED, Effect.FILE_CONFLICT, "
        "ConflictReason.OLDER_NOT_NAMED)\n",
        "        return Decision(Outcome.SUPERSEDED, Effect.NOTHING)\n",
    ),
    Mutation(
        "server_answers_though_its_commit_failed",
        "server/db/engine.py",
        "    with engine.begin() as connection:\n        yield connection\n",
        "    try:\n        with engine.begin() as connection:\n            yield connection\n"
        "    except Exception:\n        pass\n",
        OVER_HTTP,
    ),
    Mutation(
        "totals_ignore_a_withdrawn_record",
        "server/intake/write.py",
        "        self._totals = self._totals.plus(record.record_id, record.revision, "
        "verdict.fingerprint)\n",
        "        if record.withdrawn is None:\n            self._totals = self._totals.plus("
        "record.record_id, record.revision, verdict.fingerprint)\n",
    ),
    Mutation(
        "withdrawn_cases_are_counted",
        "server/intake/write.py",
        "        withdrawn = record.withdrawn is not None or self._in_quarantine\n",
        "        withdrawn = self._in_quarantine\n",
    ),
    Mutation(
        "tablet_put_aside_is_counted",
        "server/intake/write.py",
        "        withdrawn = record.withdrawn is not None or self._in_quarantine\n",
        "        withdrawn = record.withdrawn is not None\n",
    ),
    Mutation(
        "server_takes_more_of_who_withdrew_consent",
        "server/intake/decide.py",
        "    if arrival.withdrawn is None and history.is_unwanted:\n",
        "    if False:\n",
    ),
    Mutation(
        "server_keeps_a_conflict_of_who_withdrew_consent",
        "server/intake/consent.py",
        "            .values(canonical=None, codes=None)\n",
        "            .values(codes=None)\n",
    ),
    Mutation(
        "tablet_put_aside_empties_what_others_rely_on",
        "server/intake/consent.py",
        "            or_(~is_aside, RecordRevision.canonical == EMPTY),\n",
        "",
    ),
    Mutation(
        "tablet_brought_back_is_not_heard",
        "server/intake/tablet_quarantine.py",
        "        consent.empty_withdrawn(connection, before)  # what it asked for meanwhile\n",
        "",
    ),
    Mutation(
        "tablet_keeps_names_without_consent",
        "mobile/casework/withdrawal.py",
        "        card, body = erase(card, body)\n",
        "        pass\n",
    ),
    Mutation(
        "persons_are_counted_for_each_case",
        "server/register/cluster.py",
        "    if mean < rules.least_mean:\n",
        "    if mean > rules.least_mean:\n",
    ),
    Mutation(
        "counts_forget_who_moved",
        "server/tables/declared_counts.py",
        "    changes.subtract(before.cells())\n",
        "",
    ),
    Mutation(
        "tablet_lets_go_before_the_receipt",
        "mobile/sending/send.py",
        "                        change.put_entry(tried, canonical)\n",
        "                        change.drop_entry(tried.record_id)\n",
    ),
    Mutation(
        "tablet_trusts_the_receipt_of_another_parcel",
        "mobile/sending/send.py",
        "            if receipt.parcel_id != parcel.parcel_id:\n",
        "            if False:\n",
        OVER_HTTP,
    ),
    Mutation(
        "tablet_applies_an_outcome_to_a_newer_revision",
        "mobile/sending/receipts.py",
        "    if entry is not None and (entry.revision, entry.fingerprint) == "
        "(revision, fingerprint):\n",
        "    if entry is not None:\n",
    ),
    Mutation(
        "tablet_marks_a_newer_revision_as_answered",
        "mobile/sending/receipts.py",
        "    if card.revision == revision and card.fingerprint == fingerprint:\n",
        "    if True:\n",
    ),
    Mutation(
        "tablet_throws_the_sealed_copy_away_too_early",
        "mobile/casework/finalising.py",
        "        change.put_escrow(card.record_id, self._escrow(finalised.canonical, now_s))\n",
        "        self._escrow(finalised.canonical, now_s)\n",
    ),
    Mutation(
        "tablet_finalises_without_an_outbox",
        "mobile/casework/repository.py",
        "                    self._entries.pop(record_id, None)\n",
        "                    self._entries.clear()\n",
    ),
    Mutation(
        "tablet_forgets_its_earlier_revisions",
        "mobile/casework/finalising.py",
        "        revision=card.revision + 1,\n"
        "        ancestors=(*card.ancestors, card.fingerprint),\n",
        "        revision=card.revision + 1,\n        ancestors=(),\n",
    ),
    Mutation(
        "officer_reads_that_all_was_sent",
        "mobile/transport/link.py",
        '    text_id = "tablet.timed_out"\n',
        '    text_id = "tablet.nothing_new"\n',
    ),
    Mutation(
        "half_a_reply_is_taken_for_a_portal",
        "mobile/transport/link.py",
        '    text_id = "tablet.no_connection"\n',
        '    text_id = "tablet.not_our_server"\n',
        OVER_HTTP,
    ),
)


def changed_source(mutation: Mutation) -> str:
    """The file with its one line changed.

    Raises LookupError when the line to change does not stand there exactly once.
    """
    source = (TREE / mutation.file).read_text("utf-8")
    if source.count(mutation.old) != 1:
        raise LookupError(f"{mutation.name}: its line is not in {mutation.file} once")
    return source.replace(mutation.old, mutation.new)


@contextmanager
def copy_of_the_source(mutation: Mutation | None) -> Iterator[Path]:
    """A folder with the packages, one file changed; all others are links to ours."""
    with tempfile.TemporaryDirectory(prefix="tally87-mutation-") as name:
        root = Path(name)
        for package in PACKAGES:
            copytree(TREE / package, root / package, copy_function=os.symlink)
        if mutation is not None:
            source = changed_source(mutation)
            (root / mutation.file).unlink()
            (root / mutation.file).write_text(source, "utf-8")
        yield root


@dataclass(frozen=True)
class Seen:
    """What a run in a copy came to. violation: what it reported, "" for nothing."""

    violation: str
    seconds: float


def play_in_a_copy(
    mutation: Mutation | None, seed: int, steps: int = LIMIT_STEPS, surroundings: int = SHORT_ROAD
) -> Seen:
    """Plays days in the field with the changed program. Raises RuntimeError when it does not
    run at all, or another tree's program ran."""
    began = time.monotonic()
    with copy_of_the_source(mutation) as root:
        at = surroundings if mutation is None else mutation.surroundings
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.reliability", "steps", "--processes", "1"),
                *("--steps", str(steps), "--seed", str(seed), "--only", str(at)),
            ],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if not lines or lines[0]["tree"] != str(root) or done.returncode not in (0, 1):
            raise RuntimeError(f"The copy did not run: {done.stderr[-2000:]}")
    violation = lines[-1].get("violation", "")
    if bool(violation) is not bool(done.returncode):
        raise RuntimeError(f"The copy broke down: {done.stderr[-2000:]}")
    return Seen(violation, time.monotonic() - began)


def main(names: Sequence[str], seed: int) -> int:
    """Tries the whole catalogue, or those named; the exit status."""
    unnoticed = []
    for surroundings in () if names else (SHORT_ROAD, OVER_HTTP):
        seen = play_in_a_copy(None, seed, LIMIT_STEPS // 4, surroundings)
        print(f"unchanged: {seen.violation or 'nothing to report'}, {seen.seconds:.0f} s")
        if seen.violation:
            unnoticed.append("unchanged")
    wanted = [one for one in CATALOGUE if not names or one.name in names]
    for mutation in wanted:
        seen = play_in_a_copy(mutation, seed)
        print(
            f"{mutation.name}: {seen.violation or 'NOT NOTICED'}, {seen.seconds:.0f} s", flush=True
        )
        if not seen.violation:
            unnoticed.append(mutation.name)
    print(json.dumps({"mutations": len(wanted), "seed": seed, "not_noticed": unnoticed}))
    return 1 if unnoticed else 0
