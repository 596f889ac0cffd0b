"""Country profiles: what national law and the programme set, each value with its source.

Owns reading and laying over of profile.toml files. The rules read parameters from here and
never keep a number of national law of their own.
"""

from shared.profiles.check import ProfileRemark, check_profile
from shared.profiles.country import CountryProfile
from shared.profiles.entries import Confirmation, Duty, Helpline, Parameter
from shared.profiles.files import (
    country_of,
    is_carried,
    load_profile,
    profile_not_here_yet,
    profiles_at_hand,
)

__all__ = [
    "Confirmation",
    "CountryProfile",
    "Duty",
    "Helpline",
    "Parameter",
    "ProfileRemark",
    "check_profile",
    "country_of",
    "is_carried",
    "load_profile",
    "profile_not_here_yet",
    "profiles_at_hand",
]
