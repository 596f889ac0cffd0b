"""`tally87 account`: who may sign in to the pages, and no longer."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from server.cli import main
from server.office.config import config_for
from server.web import create_app

PASSWORD = "a long enough password"


def test_closed_account_signs_in_no_more_and_is_closed_once(tmp_path: Path) -> None:
    settings = {"TALLY87_FOLDER": str(tmp_path), "TALLY87_PUBLIC_URL": "http://127.0.0.1:8087"}

    def run(*arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, list(arguments), env=settings)
        return result.exit_code, result.output

    for arguments in (
        ("programme", "create", "--name", "Trial", "--country", "PAK", "--data", "synthetic"),
        ("account", "add", "Amina", "--role", "steward", "--no-totp", "--password", PASSWORD),
    ):
        assert run(*arguments)[0] == 0
    app = create_app(config_for(tmp_path, public_url=settings["TALLY87_PUBLIC_URL"]))
    form = {"name": "Amina", "password": PASSWORD}
    browser = app.test_client()
    assert browser.post("/sign-in", data=form).status_code in (302, 303)
    assert browser.get("/intake").status_code == 200

    assert run("account", "close", "Amina") == (0, "Account Amina is closed.\n")

    assert browser.get("/intake").status_code in (302, 303)
    assert app.test_client().post("/sign-in", data=form).status_code not in (302, 303)
    code, told = run("account", "close", "Amina")
    assert (code, told) == (1, "Error: There is no open account Amina.\n")
