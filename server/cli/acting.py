"""Who does something by a command: an account that gave its password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from server.cli.opening import the_office
from server.office import Office
from server.staff import accounts
from shared.errors import ServiceError

ADDRESS = "command line"
"""Tries to sign in from here count together."""


class NotSignedIn(ServiceError):
    """A name and password that do not fit, or a role that may not do this."""


as_account = click.option(
    "--as", "name", required=True, help="Your account; the password is asked for."
)


@contextmanager
def signed_in(name: str, roles: frozenset[str]) -> Iterator[tuple[Office, str]]:
    """The office, and who works in it: an account whose password was given."""
    with the_office() as office:
        password = click.prompt(f"Password of {name}", hide_input=True, err=True)
        code = ""
        token = _try(office, name, password, code)
        if token is None:
            code = click.prompt("One-time code, when you have one", default="", err=True)
            token = _try(office, name, password, code) if code else None
        who = accounts.who(office, token) if token else None
        if who is None or who.role not in roles or not who.scope.is_whole:
            raise NotSignedIn(
                "Name, password or code do not fit, or your role may not do this. Nothing was "
                "changed."
            )
        try:
            yield office, who.name
        finally:
            accounts.sign_out(office, token or "")


def _try(office: Office, name: str, password: str, code: str) -> str | None:
    try:
        return accounts.sign_in(office, name, password, code, ADDRESS)
    except accounts.MustWait:
        raise NotSignedIn("Too many tries: wait a quarter of an hour.") from None
