"""The first start: of an empty database an office, with its programme, keys and administrator.

A link that is printed where the server was started leads to the page that asks for the names; it
works once and for an hour. Whatever is cut off on the way can be done again: keys that were made
are taken, an account without a password gets another link.
"""

from __future__ import annotations

from sqlalchemy import select

from server.db.copies import is_empty
from server.db.engine import reading, transaction
from server.db.shape import must_be_current
from server.office import Office
from server.office.key_files import passphrase_in
from server.programme.enrolment import LONGEST_NAME, NotPossible, create_programme
from server.programme.keys import PROGRAMME_FILE, keys_of, make_keys
from server.programme.model import Programme
from server.reference.publish import publish_first
from server.staff import invitations
from shared.profiles import country_of, load_profile, profiles_at_hand

ACTOR = "first start"


def prepare(office: Office) -> str | None:
    """The token of a link to set this office up; None when it has its programme.

    An empty database is brought to the shape it needs, but never beside keys: where they are, a
    database is missing that should be there. Raises DatabaseTooOld.
    """
    has_keys = (office.config.key_folder / PROGRAMME_FILE).exists()
    if is_empty(office.engine) and not has_keys:
        from server.db.migrate import migrate  # once in an office's life

        migrate(office.engine)
    must_be_current(office.engine)
    if has_programme(office):
        return None
    return invitations.set_up_link(office)


def has_programme(office: Office) -> bool:
    """Whether this office is set up."""
    with reading(office.engine) as connection:
        return connection.scalar(select(Programme.number)) is not None


def countries(office: Office) -> tuple[str, ...]:
    """The ISO 3166-1 alpha-3 codes of the countries an office can be set up for."""
    own = (country_of(folder) for folder in office.config.country_folders)
    return tuple(sorted({*profiles_at_hand(), *filter(None, own)}))


def set_up(office: Office, name: str, country: str, practice: bool, administrator: str) -> str:
    """Makes keys, programme, the first edition and the first account; the token of the link with
    which that person chooses a password.

    Raises NotPossible and NotAllowed, with the reason; nothing that was made is in the way then.
    """
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise NotPossible(f"A name has 1 to {LONGEST_NAME} printable characters.", "name")
    if country not in countries(office):
        raise NotPossible("There is no profile of this country.", "country")
    if has_programme(office):
        raise NotPossible("This office has its programme already.")
    load_profile(country, office.config.country_folders)
    if not (office.config.key_folder / PROGRAMME_FILE).exists():
        make_keys(
            office.config.key_folder,
            office.random_bytes,
            passphrase_in(office.config.key_passphrase_file),
        )
    keys = keys_of(office)
    with reading(office.engine) as connection:
        waiting = invitations.nobody_can_sign_in(connection)
    if waiting == administrator:
        token = invitations.invite_again(office, administrator, ACTOR)
    else:
        token = invitations.invite(office, administrator, "administrator", ACTOR)
    create_programme(office, keys, name, country, "field", practice, ACTOR)
    publish_first(office, ACTOR)
    with transaction(office.engine) as connection:
        invitations.use_set_up_link(connection)
    return token


def link_for_the_first(office: Office) -> str | None:
    """The token of another link for the first administrator, when the office was set up and nobody
    has chosen a password yet; else None."""
    with reading(office.engine) as connection:
        name = invitations.nobody_can_sign_in(connection)
    return None if name is None else invitations.invite_again(office, name, ACTOR)
