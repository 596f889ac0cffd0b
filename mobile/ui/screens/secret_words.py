"""How long a PIN or passphrase holds, in words."""

from __future__ import annotations

from mobile.security.pins import LEAST_PASSPHRASE, PinStrength, Strength, is_passphrase
from mobile.ui.widgets.words import say

HOURS_A_YEAR = 365.25 * 24
DAYS_A_YEAR = 365.25
FEW_HOURS, FEW_DAYS = 48, 730


def how_long_it_holds(strength: PinStrength, needs_hardware: bool) -> str:
    """In how long somebody who copied the tablet's files finds a secret of this shape; that they
    cannot when the key is in hardware, too."""
    if needs_hardware:
        return say("secret.hardware")
    if strength.strength is Strength.STRONG:
        return say("secret.lifetime")
    hours = strength.years_to_guess * HOURS_A_YEAR
    days = strength.years_to_guess * DAYS_A_YEAR
    if hours < FEW_HOURS:
        return say("secret.hours", n=max(1, round(hours)))
    if days < FEW_DAYS:
        return say("secret.days", n=round(days))
    return say("secret.years", n=round(strength.years_to_guess))


def what_is_wrong(secret: str, strength: Strength, needs_passphrase: bool) -> str:
    """Why this cannot be chosen; "" when it can."""
    if needs_passphrase and not is_passphrase(secret):
        return say("new_secret.rule", least=LEAST_PASSPHRASE)
    return say("set_up.refused") if strength is Strength.REFUSED else ""
