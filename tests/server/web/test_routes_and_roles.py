"""Every route for every role: what is named is seen, everything else is refused."""

from __future__ import annotations

import re

import pytest
from werkzeug.routing import IntegerConverter, Rule

from server.staff import accounts
from server.web.access import ACCESS, ANYBODY
from tests.server.web.conftest import Workplace


def path_of(rule: Rule) -> str:
    """An address of this route; nothing it could name is there."""
    path: str = rule.rule
    for name, converter in rule._converters.items():
        value = "987" if isinstance(converter, IntegerConverter) else "x"
        path = re.sub(rf"<[^<>]*\b{name}>", value, path)
    return path


def test_every_route_is_named_in_the_table_of_access(workplace: Workplace) -> None:
    endpoints = {rule.endpoint for rule in workplace.app.url_map.iter_rules()}

    assert endpoints == set(ACCESS)


def test_nothing_but_what_is_named_is_seen_without_signing_in(workplace: Workplace) -> None:
    client = workplace.app.test_client()
    for rule in workplace.app.url_map.iter_rules():
        if ACCESS[rule.endpoint] is ANYBODY:
            continue
        for method in rule.methods or ():
            if method in ("GET", "POST"):
                reply = client.open(path_of(rule), method=method)
                assert reply.status_code in (302, 401), (rule, method)


@pytest.mark.parametrize("role", accounts.ROLES)
def test_every_role_sees_its_pages_and_no_others(workplace: Workplace, role: str) -> None:
    client = workplace.sign_in(role)
    for rule in workplace.app.url_map.iter_rules():
        roles = ACCESS[rule.endpoint]
        if roles is ANYBODY or "GET" not in (rule.methods or ()):
            continue
        reply = client.get(path_of(rule))
        assert (reply.status_code != 403) == (role in roles), rule


@pytest.mark.parametrize("role", accounts.ROLES)
def test_every_role_may_send_its_forms_and_no_others(workplace: Workplace, role: str) -> None:
    client = workplace.sign_in(role)
    forms = 0
    for rule in workplace.app.url_map.iter_rules():
        roles = ACCESS[rule.endpoint]
        if roles is ANYBODY or "POST" not in (rule.methods or ()):
            continue
        # Without the token of a form nothing is done, so that one can be sent after the other.
        reply = client.post(path_of(rule))
        assert reply.status_code == (400 if role in roles else 403), rule
        forms += role in roles
    assert forms >= 3
    assert client.get("/account").status_code == 200
