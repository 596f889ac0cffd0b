"""The server's settings, read once from the environment and checked once.

Owns names, defaults and refusals. Knows no Flask and opens nothing. docs/deployment.md lists every
variable; a test compares the two.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from shared.errors import TallyError

LEAST_THRESHOLD = 5
"""No deployment publishes cells of fewer persons: the lowest of the usual 5, 10 and 11."""

PERIODS = ("year", "quarter", "month")

NEW_PASSWORD = "TALLY87_NEW_PASSWORD"  # noqa: S105 - the name of a variable
"""Read by `tally87 account add` only; never part of the settings."""


class SettingRefused(TallyError):
    """A setting that is missing, misspelt or unsafe; the message names the variable."""


@dataclass(frozen=True)
class Config:
    """How one server runs.

    folder: where the embedded database and, unless named otherwise, the keys live.
    key_folder: programme keys, linkage key and pepper; outside the database on purpose, so that
    who steals one has not the other. key_passphrase_file: what they are sealed with. licence: under
    which what is published may be used again, as an address or in words; "" where the office says
    none. public_url:
    the address staff type; its scheme decides whether cookies are Secure. threshold: cells of 1 to
    threshold-1 persons are not shown; None takes the country profile's. period: of which length
    tables are shown, one of PERIODS; never of
    two, because the year less three of its quarters is the fourth. session_minutes: of inactivity
    until staff must sign in again. alert_mail, alert_escalate_mail: whom a mail tells that danger
    waits, at once and after alert_minutes without anybody looking; smtp: by which server;
    alert_command: a program that tells them otherwise (server.operations.alerts).
    setup_from_anywhere: the link of a first start works beyond this machine. read_database_url: a
    replica of the database, for what may be some seconds old; "" for none.
    """

    folder: Path
    database_url: str
    key_folder: Path
    public_url: str = "http://127.0.0.1:8087"
    licence: str = ""
    production: bool = True
    country_folders: tuple[Path, ...] = ()
    threshold: int | None = None
    session_minutes: int = 30
    behind_proxies: int = 0
    log_level: str = "INFO"
    parcels_per_minute: int = 600
    period: str = "year"
    alert_mail: tuple[str, ...] = ()
    alert_escalate_mail: tuple[str, ...] = ()
    alert_minutes: int = 15
    alert_command: Path | None = None
    alert_from: str = "tally87@localhost"
    alert_language: str = "en"
    smtp: str = "smtp://localhost:25"
    setup_from_anywhere: bool = False
    key_passphrase_file: Path | None = None
    read_database_url: str = ""
    authority_file: Path | None = None

    @property
    def secure_cookies(self) -> bool:
        """Whether the browser may send the session cookie over HTTPS only."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def database(self) -> URL:
        """The database's address, parsed."""
        return make_url(self.database_url)

    @property
    def read_database(self) -> URL | None:
        """The replica's address, parsed, or None when there is none."""
        return make_url(self.read_database_url) if self.read_database_url else None


def config_for(folder: Path, **changes: object) -> Config:
    """The embedded default: SQLite and keys in one folder, checked like any other."""
    folder = Path(folder)
    settings: dict[str, object] = {
        "folder": folder,
        "database_url": f"sqlite:///{folder.resolve() / 'tally87.sqlite'}",
        "key_folder": folder / "keys",
    }
    return checked(Config(**(settings | changes)))  # type: ignore[arg-type]


def config_from_environment(environment: Mapping[str, str] | None = None) -> Config:
    """The settings in TALLY87_* variables.

    Raises SettingRefused for a misspelt variable and for every unsafe value; see ``checked``.
    """
    given = {
        name.removeprefix("TALLY87_"): value
        for name, value in (os.environ if environment is None else environment).items()
        if name.startswith("TALLY87_") and value != "" and name != NEW_PASSWORD
    }
    readers = {
        "DATABASE_URL": ("database_url", str),
        "KEYS": ("key_folder", Path),
        "READ_DATABASE_URL": ("read_database_url", str),
        "KEY_PASSPHRASE_FILE": ("key_passphrase_file", Path),
        "AUTHORITY": ("authority_file", Path),
        "PUBLIC_URL": ("public_url", lambda text: text.rstrip("/")),
        "PRODUCTION": ("production", _yes_or_no),
        "COUNTRY_FOLDERS": ("country_folders", _folders),
        "THRESHOLD": ("threshold", int),
        "SESSION_MINUTES": ("session_minutes", int),
        "BEHIND_PROXIES": ("behind_proxies", int),
        "LOG_LEVEL": ("log_level", str.upper),
        "PERIOD": ("period", str.lower),
        "LICENCE": ("licence", lambda text: text.strip()[:200]),
        "PARCELS_PER_MINUTE": ("parcels_per_minute", int),
        "SETUP_FROM_ANYWHERE": ("setup_from_anywhere", _yes_or_no),
        "ALERT_MAIL": ("alert_mail", _addresses),
        "ALERT_ESCALATE_MAIL": ("alert_escalate_mail", _addresses),
        "ALERT_MINUTES": ("alert_minutes", int),
        "ALERT_COMMAND": ("alert_command", Path),
        "ALERT_FROM": ("alert_from", str),
        "ALERT_LANGUAGE": ("alert_language", str.lower),
        "SMTP": ("smtp", str),
    }
    changes: dict[str, object] = {}
    folder = Path(given.pop("FOLDER", "tally87-data"))
    for name, text in given.items():
        if name not in readers:
            # Names only: a misspelt TALLY87_DATABASE_URl must not silently give the default.
            raise SettingRefused(f"TALLY87_{name} is not a setting of this server.")
        attribute, read = readers[name]
        try:
            changes[attribute] = read(text)  # type: ignore[operator]
        except ValueError:
            raise SettingRefused(f"TALLY87_{name} cannot be read.") from None
    return config_for(folder, **changes)


def checked(config: Config) -> Config:
    """The same settings, if they are safe.

    Refused always: a threshold under LEAST_THRESHOLD, a session of no or more than 720 minutes,
    an address that is no web address. Refused in production: a database in memory, a plain-http
    address other than this machine's own (staff passwords would travel in clear).
    """
    try:
        database = config.database
    except ArgumentError:
        raise SettingRefused("TALLY87_DATABASE_URL cannot be read.") from None
    if database.get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingRefused("TALLY87_DATABASE_URL must name SQLite or PostgreSQL.")
    try:
        replica = config.read_database
    except ArgumentError:
        raise SettingRefused("TALLY87_READ_DATABASE_URL cannot be read.") from None
    if replica is not None and {replica.get_backend_name(), database.get_backend_name()} != {
        "postgresql"
    }:
        raise SettingRefused("TALLY87_READ_DATABASE_URL names a replica of a PostgreSQL database.")
    if config.threshold is not None and config.threshold < LEAST_THRESHOLD:
        raise SettingRefused(f"TALLY87_THRESHOLD must be at least {LEAST_THRESHOLD}.")
    if config.period not in PERIODS:
        raise SettingRefused("TALLY87_PERIOD must be year, quarter or month.")
    if not 0 < config.session_minutes <= 720:
        raise SettingRefused("TALLY87_SESSION_MINUTES must be 1 to 720.")
    if not 0 <= config.behind_proxies <= 5:
        raise SettingRefused("TALLY87_BEHIND_PROXIES must be 0 to 5.")
    if not 1 <= config.alert_minutes <= 24 * 60:
        raise SettingRefused("TALLY87_ALERT_MINUTES must be 1 to 1440.")
    if urlsplit(config.smtp).scheme not in ("smtp", "smtps") or urlsplit(config.smtp).password:
        raise SettingRefused(
            "TALLY87_SMTP is smtp://host:port or smtps://user@host:port; the password is in the "
            "file smtp.password beside the keys."
        )
    if any("@" not in one for one in (*config.alert_mail, *config.alert_escalate_mail)):
        raise SettingRefused("TALLY87_ALERT_MAIL holds mail addresses with commas between.")
    address = urlsplit(config.public_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise SettingRefused("TALLY87_PUBLIC_URL must start with https:// or http://.")
    if config.production:
        if database.get_backend_name() == "sqlite" and database.database in (None, "", ":memory:"):
            raise SettingRefused("A database in memory forgets every case; name a file.")
        if address.scheme == "http" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingRefused("TALLY87_PUBLIC_URL must be https:// beyond this machine.")
    return config


def must_be_fit_to_serve(config: Config) -> None:
    """Raises SettingRefused when the keys of a server in production stand in the data folder: a
    copy of that folder, such as a backup of it, would open what it holds."""
    if not config.production:
        return
    keys, data = config.key_folder.resolve(), config.folder.resolve()
    if keys == data or data in keys.parents:
        raise SettingRefused(
            f"The keys stand in the data folder ({config.key_folder}): whoever copies it has both. "
            "Nothing was started. Move the key files to a folder outside TALLY87_FOLDER and name "
            "it in TALLY87_KEYS; to try Tally87 out, set TALLY87_PRODUCTION=no."
        )


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no", "1", "0", "true", "false"):
        raise ValueError
    return text.lower() in ("yes", "1", "true")


def _addresses(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _folders(text: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in text.split(os.pathsep) if part)
