"""The hours of the week that the classes of child labour are decided by.

Economic activity of every job, chores for another household among it, apart from the household
services of the own household. The rules and the tables that show hours read the same ones, so that
no class stands beside hours that would have made it another.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.answers import Trilean, any_of
from shared.classification.reading import Reading
from shared.classification.work import HazardLaw, Household, Work, household_of, work_of

N, U = Trilean.NO, Trilean.UNKNOWN


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Hours of one person's week.

    activity: any economic activity. economic: its hours; None where they are not known.
    economic_at_least, economic_at_most: what is known of them; None sets no end. work, house: of
    what they are made.
    """

    activity: Trilean
    economic: float | None
    economic_at_least: float
    economic_at_most: float | None
    work: Work
    house: Household

    @property
    def household(self) -> float | None:
        """Hours of services for the own household; None where they are not known."""
        return self.house.hours if self.house.known else None

    @property
    def economic_shown(self) -> float | None:
        """Hours of economic activity to show beside a class; None where they are not known.

        Without activity none, whatever a slip says. Where every job's hours are known and nobody
        said whose household the chores are for, those of the jobs: silence is no yes, and a class
        of child labour was decided by them.
        """
        if self.activity is N:
            return 0.0
        if self.economic is None and self.work.known and self.house.economic is U:
            return self.economic_at_least if self.work.any is not U else None
        return self.economic

    @property
    def household_shown(self) -> float | None:
        """Hours of household services to show beside a class; None where a share of them that
        nobody knows is economic activity."""
        return None if self.house.shared else self.household


def week_hours(reading: Reading, law: HazardLaw) -> WeekHours:
    """The hours of the reference week, as this country counts them."""
    work, house = work_of(reading), household_of(reading, law)
    activity = any_of((work.any, house.economic))
    most = None
    if work.known and house.hours_economic_most is not None:
        most = work.hours + house.hours_economic_most
    known = work.known and house.economic_known
    economic = work.hours + house.hours_economic
    if activity is not N and known and economic == 0:
        # A yes, or a perhaps, beside no hours at all is a slip as in work_of: not known.
        known, most = False, None
    return WeekHours(activity, economic if known else None, economic, most, work, house)
