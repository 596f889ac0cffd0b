"""What the law of a country still says in an area that makes its own law of labour."""

from __future__ import annotations

from dataclasses import replace

from shared.profiles.entries import Parameter
from shared.profiles.kinds import KINDS

OF_A_TREATY = frozenset({"declared_minimum_age"})
"""Values of law that hold in every part of the country, whoever makes its law of labour."""
STAND_IN = frozenset(
    {"night_window", "hazardous_industries", "hazardous_occupations", "rest_days_week"}
)
"""Values of the country that hold where an area has not told its own: what hazardous work is, and
for how many days of the week a limit of the day holds."""


def untold_in(area: str, parameter: Parameter) -> Parameter:
    """A value of the country in an area that makes its own law.

    A treaty binds the whole country. Windows, lists of hazardous work and days of rest stand in,
    so that hazardous work and long weeks are still seen as such, and are signed off by nobody
    there.
    """
    kind = KINDS[parameter.name]
    if not kind.law or parameter.name in OF_A_TREATY:
        return parameter
    if parameter.name in STAND_IN:
        return replace(parameter, confirmed=False, confirmation=None)
    source = f"The law of {area} itself has not been looked up"
    return replace(
        parameter, value=None, source=source, confirmed=False, confirmation=None, unknown=True
    )
