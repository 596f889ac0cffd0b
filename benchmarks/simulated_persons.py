"""Simulated records of simulated children, with the errors that field offices make.

Nobody in them exists. Names come from Faker's lists (Kenya with the real shares of each name,
India, Pakistan, Yoruba, Zulu, Twi and Swahili without), everything else from a seeded generator.
The error rates are those of the linkage prototypes: each name of a record spelt by another
transliteration in 9 % of records, mistyped in 5 %, cut short in 2 %; no family name in 3 %, names
swapped in 3 %; birth year off by one in 16 %, by two or three in 4 %, missing in 3 %; another
district in 10 %.
"""

from __future__ import annotations

import csv
import importlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

COLUMNS = (
    "record_id",
    "given",
    "family",
    "parent",
    "sex",
    "birth_date",
    "birth_year",
    "district",
    "postcode",
    "organisation",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SPELLINGS = (
    ("ph", "f"), ("kh", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "w"), ("y", "i"),
    ("j", "y"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("sh", "s"), ("th", "t"), ("dh", "d"),
    ("e", "i"), ("o", "u"),
)  # fmt: skip


@dataclass(frozen=True)
class Errors:
    """Shares of records (0 to 1) with each error or with a field known."""

    variant: float = 0.09
    typo: float = 0.05
    cut: float = 0.02
    no_given: float = 0.0
    renamed: float = 0.0
    no_family: float = 0.03
    swapped: float = 0.03
    year_by_one: float = 0.16
    year_by_more: float = 0.04
    no_year: float = 0.03
    moved: float = 0.10
    parent_known: float = 0.60
    birth_date_known: float = 0.20
    birth_date_wrong: float = 0.03
    sex_known: float = 1.0
    sex_wrong: float = 0.0
    years_follow_dates: bool = False

    def times(self, factor: float) -> Errors:
        """All error rates times this; what is known stays."""
        names = (
            *("variant", "typo", "cut", "no_family", "swapped", "year_by_one", "year_by_more"),
            *("no_year", "moved", "birth_date_wrong"),
        )
        return replace(self, **{name: getattr(self, name) * factor for name in names})


MODERATE = Errors()
LIGHT, HEAVY = MODERATE.times(0.5), MODERATE.times(2)
NO_PARENT = replace(MODERATE, parent_known=0.0)
DATES_KNOWN = replace(MODERATE, birth_date_known=0.8)
REGISTRATION = replace(
    MODERATE.times(1.2),
    parent_known=0.0,
    birth_date_known=0.96,
    birth_date_wrong=0.15,
    years_follow_dates=True,
    sex_known=0.0,
    moved=0.15,
    no_given=0.02,
    renamed=0.03,
)
"""Both names, a birth date and a postcode, as in the public benchmarks."""


@dataclass(frozen=True)
class SimulatedPerson:
    """The truth about somebody who does not exist."""

    given: str
    family: str
    parent: str
    sex: str
    born: date
    district: str


def simulated_records(
    persons: int,
    seed: int,
    errors: Errors = MODERATE,
    locale: str = "en_KE",
    districts: int = 60,
    ages: tuple[int, int] = (5, 17),
    twins: float = 0.125,
    namesakes: float = 0.0,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Records in random order, each with the number of its person."""
    chance = random.Random(seed)
    records = []
    for number, person in enumerate(
        simulated_persons(persons, chance, locale, districts, ages, twins, namesakes)
    ):
        for organisation in chance.sample(
            ("INSPECTORATE", "NGO-A", "NGO-B", "POLICE"),
            chance.choices((1, 2, 3, 4), (0.7, 0.2, 0.07, 0.03))[0],
        ):
            records.append((number, recorded(person, errors, chance, districts, organisation)))
    chance.shuffle(records)
    for place, (number, record) in enumerate(records):
        record["record_id"] = f"r{place:07}"
        yield number, record


def simulated_persons(
    count: int,
    chance: random.Random,
    locale: str,
    districts: int,
    ages: tuple[int, int],
    twins: float,
    namesakes: float = 0.0,
) -> Iterator[SimulatedPerson]:
    """Persons; 8 % are brothers or sisters of the one before, of them that share twins.

    namesakes: the share who live with somebody of both their names, as sons do with fathers.
    """
    names = {sex: _picker(_names(locale, f"first_names_{sex}")) for sex in ("female", "male")}
    family_name = _picker(_names(locale, "last_names"))
    shares = [1 / rank for rank in range(1, districts + 1)]
    places = [f"D{number:02}" for number in range(districts)]
    before: SimulatedPerson | None = None
    for _ in range(count):
        if before is not None and namesakes and chance.random() < namesakes:
            year = 2026 - chance.randint(*ages)
            before = replace(before, born=date(year, 1, 1) + timedelta(chance.randrange(365)))
            yield before
            continue
        sex = chance.choice(("female", "male"))
        born = date(2026 - chance.randint(*ages), 1, 1) + timedelta(chance.randrange(365))
        if before is not None and chance.random() < 0.08:
            family, parent, district = before.family, before.parent, before.district
            if chance.random() < twins:
                born = before.born
        else:
            family, parent = family_name(chance), names["male"](chance)
            district = chance.choices(places, shares)[0]
        before = SimulatedPerson(names[sex](chance), family, parent, sex, born, district)
        yield before


def recorded(
    person: SimulatedPerson,
    errors: Errors,
    chance: random.Random,
    districts: int,
    organisation: str,
) -> dict[str, str]:
    """What one officer wrote down about this person."""

    def happens(share: float) -> bool:
        return chance.random() < share

    def name(whole: str) -> str:
        if happens(errors.variant):
            whole = spelt_otherwise(whole, chance)
        if happens(errors.typo):
            whole = mistyped(whole, chance)
        if happens(errors.cut) and len(whole) > 4:
            whole = whole[: chance.randint(3, len(whole) - 1)]
        return whole

    given, family = name(person.given), name(person.family)
    if happens(errors.renamed):
        given = mistyped(spelt_otherwise(person.parent, chance), chance)
    if happens(errors.swapped):
        given, family = family, given
    if happens(errors.no_family):
        family = ""
    elif happens(errors.no_given):
        given = ""
    born = person.born
    year = born.year
    if happens(errors.year_by_one):
        year += chance.choice((-1, 1))
    elif happens(errors.year_by_more):
        year += chance.choice((-3, -2, 2, 3))
    written = ""
    if happens(errors.birth_date_known):
        written = born.isoformat()
        if happens(errors.birth_date_wrong):
            written = date_mistyped(written, chance)
    missing = errors.years_follow_dates or happens(errors.no_year)
    district = person.district
    if happens(errors.moved):
        district = f"D{chance.randrange(districts):02}"
    sex = person.sex
    if happens(errors.sex_wrong):
        sex = "male" if sex == "female" else "female"
    return {
        "record_id": "",
        "given": given,
        "family": family,
        "parent": name(person.parent) if happens(errors.parent_known) else "",
        "sex": sex if happens(errors.sex_known) else "",
        "birth_date": written,
        "birth_year": "" if missing else str(year),
        "district": district,
        "postcode": "",
        "organisation": organisation,
    }


def spelt_otherwise(name: str, chance: random.Random) -> str:
    """The name as somebody else writes its sounds."""
    lower = name.lower()
    changes: list[Callable[[], str]] = []
    for one, other in _SPELLINGS:
        for before, after in ((one, other), (other, one)):
            if before in lower:
                changes.append(
                    lambda before=before, after=after: lower.replace(before, after, 1)  # type: ignore[misc]
                )
    doubled = [at for at in range(1, len(lower)) if lower[at] not in "aeiouhwy"]
    if doubled:
        at = chance.choice(doubled)
        changes.append(lambda: lower[:at] + lower[at] + lower[at:])
    if "h" in lower[1:]:
        changes.append(lambda: lower[0] + lower[1:].replace("h", "", 1))
    return chance.choice(changes)().capitalize() if changes else name


def mistyped(name: str, chance: random.Random) -> str:
    """The name with one letter wrong, missing, too many, or two swapped."""
    if not name:
        return name
    at, kind = chance.randrange(len(name)), chance.randrange(4)
    letter = chance.choice(_LETTERS)
    if kind == 0:
        return name[:at] + letter + name[at + 1 :]
    if kind == 1 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    if kind == 2:
        return name[:at] + letter + name[at:]
    at = min(at, len(name) - 2)
    return name[:at] + name[at + 1 : at + 2] + name[at : at + 1] + name[at + 2 :]


def date_mistyped(written: str, chance: random.Random) -> str:
    """The date with parts swapped, a digit wrong, two digits swapped, or another one altogether.

    Not every such date exists.
    """
    year, month, day = written.split("-")
    digits = list(year + month + day)
    kind = chance.random()
    if kind < 0.2:
        digits = list(year + day + month)
    elif kind < 0.55:
        digits[chance.randrange(2, 8)] = chance.choice("0123456789")
    elif kind < 0.8:
        at = chance.choice((2, 4, 6))
        digits[at], digits[at + 1] = digits[at + 1], digits[at]
    else:
        digits = list(f"{int(year) + chance.randint(-30, 30):04}")
        digits += f"{chance.randint(1, 12):02}{chance.randint(1, 28):02}"
    text = "".join(digits)
    return f"{text[:4]}-{text[4:6]}-{text[6:]}"


def write_csv(path: Path, records: Sequence[tuple[int, dict[str, str]]]) -> None:
    """The records as a file for ``tally87 link``."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(record for _, record in records)


def _names(locale: str, kind: str) -> dict[str, float]:
    """Shares by name; several locales with + between them give all their names alike."""
    if "+" in locale:
        return dict.fromkeys((n for one in locale.split("+") for n in _names(one, kind)), 1.0)
    provider: Any = importlib.import_module(f"faker.providers.person.{locale}").Provider
    found = getattr(provider, kind, None) or getattr(provider, kind.rsplit("_", 1)[0])
    return dict(found) if isinstance(found, dict) else dict.fromkeys(found, 1.0)


def _picker(shares: dict[str, float]) -> Callable[[random.Random], str]:
    names, weights = list(shares), list(shares.values())
    total, ends = 0.0, []
    for weight in weights:
        total += weight
        ends.append(total)
    return lambda chance: chance.choices(names, cum_weights=ends)[0]
