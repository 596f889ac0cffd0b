"""What a profile leaves open: unconfirmed values, missing ones, contradictions.

Owns the remarks of ``tally87 profile check``. Says, never changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.codelists import load_codelist
from shared.errors import QuestionnaireError
from shared.profiles.country import CountryProfile
from shared.profiles.kinds import KINDS
from shared.profiles.own_law import STAND_IN
from shared.profiles.untold import untold_values
from shared.profiles.words import unread_words


@dataclass(frozen=True, slots=True)
class ProfileRemark:
    """One thing about a profile that somebody should see.

    kind: 'missing', 'unread', 'untold', 'unconfirmed', 'unsigned', 'contradiction' or
        'below_standard'.
    subject: the parameter or table it is about, with the area when it is about one.
    """

    kind: str
    subject: str
    sentence: str


def check_profile(profile: CountryProfile) -> list[ProfileRemark]:
    """Everything about a profile that is not settled, most serious first."""
    remarks = [*_contradictions(profile), *_below_standard(profile), *_missing(profile)]
    names = _area_names(profile)
    for where, what in unread_words(profile, names):
        remarks.append(
            ProfileRemark(
                "unread", where, f"The words speak of {what}, and no value says it: no rule."
            )
        )
    for where, what in untold_values(profile, names):
        remarks.append(
            ProfileRemark(
                "untold",
                where,
                f"No words of the profile tell {what}, and the value says it: write down the "
                "sentence of the law in a note, or mend the value.",
            )
        )
    remarks += _unconfirmed(profile)
    return remarks


def _contradictions(profile: CountryProfile) -> Iterator[ProfileRemark]:
    minimum, light = profile.minimum_age, profile.light_age_from
    if minimum is not None and light is not None and light >= minimum:
        yield ProfileRemark(
            "contradiction",
            "light_age_from",
            f"Light work is allowed from {light}, which is not below the minimum age {minimum}.",
        )
    days, most = profile.identity_days, profile.identity_days_most
    if most < days:
        yield ProfileRemark(
            "contradiction",
            "identity_days_most",
            f"An open follow-up keeps an identity for at most {most} days, but every identity "
            f"stays for {days}.",
        )


def _below_standard(profile: CountryProfile) -> Iterator[ProfileRemark]:
    minimum, hazardous, school = (
        profile.minimum_age,
        profile.hazardous_age,
        profile.compulsory_school_age,
    )
    if minimum is not None and minimum < 14:
        yield ProfileRemark(
            "below_standard",
            "minimum_age",
            f"The minimum age {minimum} is below 14, the lowest C138 art. 2(4) allows.",
        )
    if hazardous is not None and hazardous < 18:
        yield ProfileRemark(
            "below_standard",
            "hazardous_age",
            f"Hazardous work is allowed from {hazardous}; C138 art. 3 asks for 18 "
            "(16 under strict conditions).",
        )
    if minimum is not None and hazardous is not None and hazardous < minimum:
        yield ProfileRemark(
            "below_standard",
            "hazardous_age",
            f"Hazardous work is allowed from {hazardous}, below the minimum age {minimum}.",
        )
    if minimum is not None and school is not None and minimum < school:
        yield ProfileRemark(
            "below_standard",
            "minimum_age",
            f"The minimum age {minimum} is below the end of compulsory schooling at {school} "
            "(C138 art. 2(3)).",
        )


def _missing(profile: CountryProfile) -> Iterator[ProfileRemark]:
    for name, kind in KINDS.items():
        if kind.essential and not profile.sets(name):
            yield ProfileRemark("missing", name, f"{kind.meaning}: not given.")
    for where, parameters in (*profile.areas.items(), *profile.industries.items()):
        for parameter in parameters.values():
            if parameter.unknown:
                yield ProfileRemark(
                    "missing",
                    f"{where}: {parameter.name}",
                    f"{KINDS[parameter.name].meaning}: not known ({parameter.source}).",
                )
    yield from _silent(profile)
    yield from _areas(profile)
    if not any(line.kind == "child_helpline" for line in profile.helplines):
        yield ProfileRemark("missing", "helplines", "No children's helpline is given.")
    if profile.mandate is None:
        yield ProfileRemark(
            "missing",
            "mandate",
            "By which law the office makes statistics is not given; every edition says so.",
        )
    if not profile.duties:
        yield ProfileRemark(
            "missing", "mandatory_reporting", "No duty to report is given, nor that there is none."
        )


def _silent(profile: CountryProfile) -> Iterator[ProfileRemark]:
    """Limits and conditions of which the profile says neither what they are nor that there are
    none; of an area that makes its own law, every value of law it has not told."""
    for name in _limits_of(profile):
        if not profile.sets(name):
            yield ProfileRemark(
                "missing",
                name,
                f"{KINDS[name].meaning}: not given, nor that the law sets none. Without it the "
                "class is an indication at most.",
            )
    for code in filter(profile.makes_its_own_law, profile.areas):
        law = profile.in_area(code)
        ages = ("light_age_from", *(name for name, kind in KINDS.items() if kind.essential))
        names = [*ages, *_limits_of(law)]
        untold = [one for one in names if not law.sets(one) and one not in profile.areas[code]]
        if untold:
            yield ProfileRemark(
                "missing",
                code,
                "The area makes its own law, and of this nothing is told, so that the country's "
                f"is not taken for it: {', '.join(untold)}.",
            )
        stand_in = [one for one in sorted(STAND_IN) if one not in profile.areas[code]]
        if stand_in:
            yield ProfileRemark(
                "missing",
                code,
                "The area makes its own law, and of this the country's stands in, signed off by "
                f"nobody there: {', '.join(stand_in)}.",
            )


def _limits_of(law: CountryProfile) -> Iterator[str]:
    if law.light_age_from is not None:
        yield from ("light_hours_day", "light_hours_week", "light_conditions")
    yield from ("young_hours_day", "young_hours_week", "young_conditions")


def _area_names(profile: CountryProfile) -> dict[str, str]:
    try:
        areas = load_codelist("areas", profile.folders)
    except QuestionnaireError:
        return {}  # said by _areas
    return {area.code: area.label("en") for area in areas.of_level("admin1")}


def _areas(profile: CountryProfile) -> Iterator[ProfileRemark]:
    """A visit is placed in an area of the second level: a country needs its own list of them."""
    try:
        areas = load_codelist("areas", profile.folders)
    except QuestionnaireError as error:
        yield ProfileRemark("missing", "areas", f"No list of areas can be used. {error}")
        return
    without = [area for area in areas.of_level("admin1") if not areas.children(area.code)]
    if without:
        yield ProfileRemark(
            "missing",
            "areas",
            f"{len(without)} of {len(areas.of_level('admin1'))} areas of the first level have no "
            "areas of the second level; visits there are placed in the first.",
        )


def _unconfirmed(profile: CountryProfile) -> Iterator[ProfileRemark]:
    layers = [
        ("", profile.parameters),
        *((f"{area}: ", own) for area, own in profile.areas.items()),
        *((f"{kind}: ", own) for kind, own in profile.industries.items()),
    ]
    for where, parameters in layers:
        for parameter in parameters.values():
            if parameter.unknown:
                continue
            if parameter.confirmed and KINDS[parameter.name].law and not parameter.confirmation:
                yield from _unsigned(f"{where}{parameter.name}", parameter.source)
            if not parameter.confirmed:
                since = f", as of {parameter.as_of}" if parameter.as_of else ""
                yield ProfileRemark(
                    "unconfirmed",
                    f"{where}{parameter.name}",
                    f"{KINDS[parameter.name].meaning}: {_shown(parameter.value)} "
                    f"(source: {parameter.source}{since}).",
                )
    for helpline in profile.helplines:
        if not helpline.confirmed:
            yield ProfileRemark(
                "unconfirmed",
                f"helpline {helpline.number}",
                f"{helpline.name}, {helpline.number} (source: {helpline.source}).",
            )
    for duty in profile.duties:
        if not duty.confirmed:
            yield ProfileRemark(
                "unconfirmed",
                "mandatory_reporting",
                f"{duty.who} must report {duty.what} to {duty.to_whom} (source: {duty.source}).",
            )


def _unsigned(subject: str, source: str) -> Iterator[ProfileRemark]:
    # International standards are nobody's to sign.
    if not source.startswith("C14 "):
        yield ProfileRemark(
            "unsigned",
            subject,
            "Confirmed, but not by whom: tally87 profile confirm writes down the person, the "
            "office, the document and the day.",
        )


def _shown(value: object) -> str:
    if value is None:
        return "the law sets none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        parts = [part if isinstance(part, str) else f"{part[1]:g} from {part[0]}" for part in value]
        return ", ".join(parts) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
