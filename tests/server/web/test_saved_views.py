"""A list as somebody wants it again: saved by name, theirs alone, leading to lists only."""

from __future__ import annotations

import re

import pytest

from tests.server.web.conftest import Workplace, token_of


def test_view_is_found_again_with_its_filters_and_without_its_place(workplace: Workplace) -> None:
    client = workplace.sign_in("steward")
    page = client.get("/today/conflicts?organisation=&decided=yes").text
    (address,) = re.findall(r'name="address" value="([^"]*)"', page)

    told = workplace.post(
        client,
        "/account/views",
        page="conflicts.listed",
        address=address.replace("&amp;", "&") + "&after=WzFd",
        name="Decided <b>ones</b>",
    )

    assert "The view is kept" in told
    assert "Decided &lt;b&gt;ones" in told
    (there,) = re.findall(r'<li><a href="([^"]+)">Decided', client.get("/today/conflicts").text)
    assert "decided=yes" in there
    assert "after" not in there
    assert client.get(there.replace("&amp;", "&")).status_code == 200
    assert "Decided &lt;b&gt;ones" not in workplace.sign_in("administrator").get("/programme").text


def test_view_of_the_same_name_is_replaced_and_one_can_be_forgotten_by_its_owner_only(
    workplace: Workplace,
) -> None:
    client, other = workplace.sign_in("steward"), workplace.sign_in("administrator")
    for address in ("decided=yes", ""):
        workplace.post(
            client, "/account/views", page="conflicts.listed", address=address, name="Mine"
        )
    page = client.get("/today/conflicts").text
    assert page.count(">Mine</a>") == 1
    (number,) = re.findall(r"/account/views/(\d+)/forget", page)
    forget = f"/account/views/{number}/forget"
    other.post(forget, data={"csrf_token": token_of(other), "page": "conflicts.listed"})
    assert ">Mine</a>" in client.get("/today/conflicts").text

    assert "The view is forgotten" in workplace.post(client, forget, page="conflicts.listed")
    assert ">Mine</a>" not in client.get("/today/conflicts").text


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\nb"])
def test_view_without_a_name_is_not_kept(workplace: Workplace, name: str) -> None:
    client = workplace.sign_in("steward")

    told = workplace.post(client, "/account/views", page="conflicts.listed", name=name)

    assert "Nothing was kept" in told


@pytest.mark.parametrize(
    "page", ["", "https://elsewhere.example/", "accounts.listed", "conflicts.one", "views.save"]
)
def test_view_leads_to_no_page_that_is_no_list_of_ones_own(workplace: Workplace, page: str) -> None:
    client = workplace.sign_in("steward")

    reply = client.post(
        "/account/views", data={"csrf_token": token_of(client), "page": page, "name": "A view"}
    )

    assert reply.status_code == 400
