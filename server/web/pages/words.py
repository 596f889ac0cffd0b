"""What templates may say: translated sentences, numbers and moments as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from flask import Flask, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from server.programme.model import Programme
from server.programme.programme import NoProgramme, programme_of
from server.reference.in_force import reference_of
from server.rollup.comparing import because_in
from server.web.application import language, languages, the_office
from server.web.pages.edition_words import list_word
from server.web.pages.navigation import (
    front_door,
    is_public_site,
    places,
    places_beside,
    public_places,
)
from server.web.pages.reaching import scope_name
from server.web.pages.telling import told
from server.web.pages.views import own_views, this_view
from shared.calendars import GREGORIAN, NotInCalendar, day_in, month_name
from shared.texts import ENGLISH, LANGUAGE_NAMES, is_right_to_left, plural, text

LAST_MOMENT_S = 253_402_300_800
"""The year 10000: no moment from there on can be written."""


def add_words(app: Flask) -> None:
    """Gives templates ``t``, ``n``, ``number``, ``moment``, ``day``, ``lang`` and ``who``."""

    app.add_template_filter(lambda values: [(one, one) for one in values], "pairs")
    app.add_template_filter(_left_to_right, "ltr")
    app.add_template_filter(list_word, "list_word")
    app.add_template_filter(lambda said: because_in(said, language()), "because_word")
    app.add_template_filter(lambda found: [(one, _left_to_right(one)) for one in found], "periods")

    @app.context_processor
    def _words() -> dict[str, Any]:
        lang = language()
        return {
            "t": lambda message, **values: text(f"server.{message}", lang, **values),
            "n": lambda message, count, **values: plural(
                f"server.{message}", lang, count, **values
            ),
            "finding": lambda code: _finding(code, lang),
            "act_word": lambda action: act_word(action, lang),
            "actor_word": lambda actor: actor_word(actor, lang),
            "number": number,
            "moment": moment,
            "day": day,
            "amount": amount,
            "lang": lang,
            "direction": "rtl" if is_right_to_left(lang) else "ltr",
            "who": g.get("signed_in"),
            "banner": _banner_if_known(),
            "waited": lambda seconds: waited(seconds, lang),
            "scope_name": scope_name,
            "places": places,
            "is_public_site": is_public_site,
            "public_places": public_places,
            "front_door": front_door,
            "places_beside": places_beside,
            "told": told,
            "own_views": own_views,
            "this_view": this_view,
            "address": address,
            "other_languages": other_languages,
            "language_in_english": lambda code: Locale.parse(code).english_name or code,
            "language_name": lambda code: LANGUAGE_NAMES.get(code, code),
        }


def _left_to_right(said: str) -> str:
    """A period, a version: what keeps its order among words that run the other way, where markup
    cannot stand (Unicode UAX 9, LRI and PDI). As it is where all words run so."""
    return f"\u2066{said}\u2069" if is_right_to_left(language()) else said


def _finding(code: str, lang: str) -> str:
    """What a finding means: the findings' own sentence, else the server's."""
    said = text(f"findings.{code}", lang)
    return said if said != f"findings.{code}" else text(f"server.finding.{code}", lang)


def act_word(action: str, lang: str) -> str:
    """An act of the audit log in words; its code when it is one of an earlier version."""
    said = text(f"server.act.{action}", lang)
    return action if said == f"server.act.{action}" else said


_ACTORS = ("account", "tablet")
"""What an actor of the log may be, before its name."""


def actor_word(actor: str, lang: str) -> str:
    """Who acted, as the audit log names them, in words; as they are of an earlier version."""
    kind, _, name = actor.partition(" ")
    if name and kind in _ACTORS:
        return text(f"server.actor.{kind}", lang, name=name)
    message = f"server.actor.{actor.replace(' ', '_')}"
    said = text(message, lang)
    return actor if said == message else said


def number(count: int) -> str:
    """A count with narrow no-break spaces between thousands (ISO 80000-1)."""
    return f"{count:,}".replace(",", "\u202f")


def address(**changes: str | None) -> str:
    """The address of the open page with other values after its ``?``; None takes one out."""
    wanted = {**request.args.to_dict(), **changes}
    # Not by url_for: a name like ``_external`` or ``endpoint`` would mean something to it.
    given = urlencode({name: value for name, value in wanted.items() if value is not None})
    here = url_for(str(request.endpoint), **(request.view_args or {}))
    return f"{here}?{given}" if given else here


def other_languages() -> list[tuple[str, str]]:
    """The languages beside the one the page is in, each with the address that leads back here.

    None where the address itself is a secret that works once, and must stand in no second one.
    """
    if request.blueprint in ("joining", "set_up"):
        return []
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return [
        (code, url_for("languages.choose", code=code, back=back or None))
        for code in sorted(languages(), key=lambda code: LANGUAGE_NAMES.get(code, code))
        if code != language()
    ]


def waited(seconds: int, lang: str) -> str:
    """For how long something has waited: whole minutes under an hour, hours under two days, days.
    A clock that went back makes it nothing."""
    minutes = max(0, seconds) // 60
    if minutes < 60:
        return plural("server.wait.minutes", lang, minutes)
    if minutes < 48 * 60:
        return plural("server.wait.hours", lang, minutes // 60)
    return plural("server.wait.days", lang, minutes // (24 * 60))


def moment(seconds: int | None) -> str:
    """A moment as the reader writes dates, with the time (UTC); a dash for none."""
    if seconds is None:
        return "–"
    if not 0 <= seconds < LAST_MOMENT_S:
        return "?"  # a tablet's clock may say anything
    said = datetime.fromtimestamp(seconds, UTC)
    return _in_its_direction(f"{_day(said.date())}, {said:%H:%M}")


def day(said: str) -> str:
    """A Gregorian day (``2026-11-29``) as the reader writes it; anything else as it stands."""
    try:
        return _in_its_direction(_day(date.fromisoformat(said)))
    except ValueError:
        return said


def _day(said: date) -> str:
    """In words, so that nobody takes the month for the day; in the calendar the country lives by as
    well, where that is another one."""
    lang = language()
    plain = format_skeleton("yMMMd", said, locale=_known_to_babel(lang))
    try:
        calendar = reference_of(the_office()).profile.calendar
    except NoProgramme:
        return plain
    if calendar == GREGORIAN:
        return plain
    try:
        there = day_in(calendar, said)
    except NotInCalendar:
        return plain
    return f"{plain} ({there.day} {month_name(calendar, there.month, lang)} {there.year})"


@cache
def _known_to_babel(lang: str) -> str:
    try:
        return str(Locale.parse(lang))
    except (UnknownLocaleError, ValueError):
        return ENGLISH


def _in_its_direction(said: str) -> str:
    """Kept together among words from right to left (UAX 9: FSI, PDI)."""
    return f"\u2068{said}\u2069" if is_right_to_left(language()) else said


def amount(said: str) -> str:
    """Decimal text as it was entered, with spaces between thousands; no digit is lost."""
    whole, dot, rest = said.partition(".")
    sign = "−" if whole.startswith("-") else ""
    return sign + number(int(whole.lstrip("-"))) + dot + rest


def data_warning(programme: Programme) -> str | None:
    """Which warning every page and file carries about where its records come from."""
    if programme.data_origin != "field":
        return programme.data_origin
    return "practice" if programme.practice else None


def banner() -> str | None:
    """The warning of this office's programme; none where there is no programme, as in a roll-up,
    whose pages say it themselves."""
    try:
        return data_warning(programme_of(the_office()))
    except NoProgramme:
        return None


def _banner_if_known() -> str | None:
    """The same on every page, also one that says why another cannot be shown: none while nobody can
    ask the database."""
    try:
        return banner()
    except SQLAlchemyError:
        return None
