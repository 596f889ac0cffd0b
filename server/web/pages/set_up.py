"""The page of the first start: an office gets its programme, its keys and its administrator."""

from __future__ import annotations

from functools import cache

from flask import Blueprint, Response, make_response, render_template, request, url_for

from server.operations import first_start
from server.programme.enrolment import NotPossible
from server.programme.keys import KeyFileRefused
from server.staff import invitations
from server.staff.passwords import NotAllowed
from server.web.access import is_of_this_machine, must_come_from_our_own_form
from server.web.application import Refusal, language, the_office
from shared.profiles import load_profile

pages = Blueprint("set_up", __name__)


@pages.route("/set-up/<token>", methods=["GET", "POST"])
def set_up(token: str) -> Response:
    """The form, and what comes of it. Looking at it uses nothing up."""
    office = the_office()
    if not office.config.setup_from_anywhere and not is_of_this_machine():
        raise Refusal("forbidden", 403)
    if not invitations.is_set_up_link(office, token) or first_start.has_programme(office):
        raise Refusal("link", 404)
    if request.method == "GET":
        return _form()
    must_come_from_our_own_form()
    form = request.form
    try:
        link = first_start.set_up(
            office,
            " ".join(form.get("name", "").split()),
            form.get("country", ""),
            form.get("practice") == "yes",
            " ".join(form.get("administrator", "").split()),
        )
    except (NotPossible, NotAllowed) as problem:
        return _form(problem.code)
    except KeyFileRefused:
        return _form("not_possible")
    return make_response(
        render_template(
            "set_up_done.html",
            folder=office.config.key_folder,
            link=url_for("joining.join", token=link),
        )
    )


def _form(problem: str = "") -> Response:
    office, lang = the_office(), language()
    folders = office.config.country_folders
    names = [(code, _name(code, lang, folders)) for code in first_start.countries(office)]
    page = render_template(
        "set_up.html",
        countries=sorted(names, key=lambda pair: pair[1]),
        typed=request.form,
        problem_told=f"problem.{problem}" if problem else None,
    )
    return make_response(page, 409 if problem else 200)


@cache
def _name(code: str, lang: str, folders: tuple[object, ...]) -> str:
    return load_profile(code, folders).name(lang)  # type: ignore[arg-type]
