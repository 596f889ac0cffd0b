"""Verb `serve`: the web application under gunicorn."""

from __future__ import annotations

import gc
import socket
from contextlib import nullcontext
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from server.cli.keeper import worker_beside
from server.cli.opening import the_office
from server.db.copies import is_empty
from server.db.shape import must_be_current
from server.office import Office
from server.office.config import Config, must_be_fit_to_serve
from server.operations import first_start
from server.programme.authority import authority_message
from server.programme.keys import keys_of
from server.programme.programme import programme_of
from server.reference import publish
from server.reference.in_force import reference_of
from server.rollup import learning
from server.web import create_app, import_modules
from server.web.warming import warm_up
from server.web.worker import RequestWorker
from shared.errors import ServiceError


class CannotListen(ServiceError):
    """The address cannot be had; nothing was started."""


class _Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn, told its options by us. The application is made in each worker, after the fork,
    so that no database connection is shared between processes; its modules are read before it, so
    that the workers share them."""

    def __init__(self, config: Config, options: dict[str, Any]) -> None:
        self._config, self._options = config, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def run(self) -> None:
        """Serves until interrupted."""
        import_modules()
        gc.freeze()  # what is shared stays shared: nobody looks through it for garbage
        super().run()

    def load(self) -> Flask:
        app = create_app(self._config, kept_open=True)
        warm_up(app)
        return app


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", default=8087, show_default=True, envvar="PORT", type=click.IntRange(1, 65_535)
)
@click.option("--workers", default=2, show_default=True, help="Processes; about one a core.")
@click.option(
    "--threads",
    default=16,
    show_default=True,
    help="Threads in each: so many requests can be on their way in over slow links.",
)
@click.option(
    "--worker/--no-worker",
    default=None,
    help="Do the jobs beside it, too. By itself on SQLite; with PostgreSQL, `tally87 work` does.",
)
def serve(host: str, port: int, workers: int, threads: int, worker: bool | None) -> None:
    """Serve tablets and pages until interrupted; requests under way are finished first."""
    here = f"http://{host}:{port}"
    _must_be_free(host, port)
    with the_office(migrated=False) as office:
        config = office.config
        must_be_fit_to_serve(config)
        is_rollup = _is_rollup(office)
        token = None if is_rollup else first_start.prepare(office)
        if is_rollup:
            click.echo(
                "This is a roll-up of countries: readers find them on /countries, people who sign "
                "in (`tally87 account add NAME --role administrator`) work on /rollup."
            )
        elif token is not None:
            address = config.public_url if config.setup_from_anywhere else here
            click.echo(
                f"There is no programme in {config.folder}. If there should be one, look at "
                "TALLY87_FOLDER and TALLY87_DATABASE_URL. To set up a new office open this link"
                f"{'' if config.setup_from_anywhere else ' on this machine'}, once and within an "
                f"hour:\n{address}/set-up/{token}"
            )
        else:
            authority_message(office)
            _get_ready(office, here)
    beside = worker if worker is not None else config.database.get_backend_name() == "sqlite"
    beside = beside and not is_rollup  # Nobody sends it records: there is no work.
    server = _Server(
        config,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": RequestWorker,
            "threads": threads,
            "timeout": 120,
            "graceful_timeout": 30,
            "keepalive": 5,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "tally87",
            "limit_request_line": 2048,
            "limit_request_fields": 50,
            "when_ready": lambda _: click.echo(f"Tally87 listens on {here}/ (Ctrl-C ends it)."),
        },
    )
    with worker_beside() if beside else nullcontext():
        server.run()


def _must_be_free(host: str, port: int) -> None:
    """Raises CannotListen where gunicorn would try for five seconds and then say it in a log."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
            tried.listen()
    except socket.gaierror:
        raise CannotListen(
            f"This machine has no address {host}. Nothing was started: give another with --host."
        ) from None
    except PermissionError:
        raise CannotListen(
            f"The system gives port {port} to its administrator only. Nothing was started: take "
            "one above 1023 with --port, behind a web server (docs/deployment.md)."
        ) from None
    except OSError:
        raise CannotListen(
            f"Another program listens on port {port} of {host} already, or this machine has no "
            "such address. Nothing was started: end that program, or give another --port or --host."
        ) from None


def _is_rollup(office: Office) -> bool:
    """Whether the folder is one of `tally87 rollup begin`, without a programme."""
    if is_empty(office.engine):
        return False
    must_be_current(office.engine)
    return not first_start.has_programme(office) and learning.is_begun(office)


def _get_ready(office: Office, here: str) -> None:
    """What is missing is refused here, in one sentence, rather than in every worker."""
    keys_of(office)
    programme_of(office)
    first = publish.publish_first(office, "server start")
    reference_of(office)
    differing = () if first else publish.not_yet_published(office)
    if differing:
        click.echo(
            f"The country folders differ from the newest edition in: {', '.join(differing)}. "
            "`tally87 reference publish` gives them to office and tablets."
        )
    token = first_start.link_for_the_first(office)
    if token is not None:
        click.echo(f"Nobody can sign in yet. The first administrator opens:\n{here}/join/{token}")
