"""Whether this server can work: for load balancers, for Prometheus and for the person on duty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy import text

from server import queue
from server.db.engine import reading
from server.office import Office
from server.web.access import is_of_this_machine
from server.web.api.schemas import HealthSchema, RefusalSchema
from server.web.application import Refusal, the_office

LATE_S = 15 * 60
"""A job that has been due for longer is late: longer than every pause after a failure."""
health = Blueprint("health", __name__, description="Whether this server can work.")


@health.route("/healthz")
class Health(MethodView):
    """Health of this server."""

    @health.response(200, HealthSchema)  # type: ignore[untyped-decorator]
    def get(self) -> dict[str, Any]:
        """Ok when the database answers; 503 otherwise. Says whether the jobs are late.

        In words, to anybody: seconds and numbers would tell a stranger when records came.
        """
        office = the_office()
        with reading(office.engine) as connection:
            connection.execute(text("select count(*) from programme"))
            kinds = queue.words(connection, office.now_s())
        is_late = any(one.oldest_s > LATE_S or one.put_aside for one in kinds)
        return {"status": "ok", "jobs": "late" if is_late else "in_time"}


@health.route("/metrics")
class Metrics(MethodView):
    """Figures for Prometheus."""

    @health.doc(responses={"200": {"content": {"text/plain": {}}}})  # type: ignore[untyped-decorator]
    @health.alt_response(403, schema=RefusalSchema)  # type: ignore[untyped-decorator]
    def get(self) -> Response:
        """The jobs, in Prometheus' text format; to this machine only.

        How many records just came is nobody else's business: an agent on this machine passes them
        on. A proxy here makes everybody look local: what one brings is refused.
        """
        if not is_of_this_machine():
            raise Refusal("forbidden", 403)
        registry = CollectorRegistry()
        registry.register(_Jobs(the_office()))
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Jobs(Collector):
    """Read from the database at each scrape: right whichever process is asked."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def describe(self) -> list[Metric]:
        """Nothing is read when it is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """A gauge for jobs by kind and state, and one for how long the oldest has been due."""
        with reading(self._office.engine) as connection:
            kinds = queue.words(connection, self._office.now_s())
        jobs = GaugeMetricFamily(
            "tally87_jobs",
            f"Jobs by kind and state; {queue.MOST_COUNTED} stands for so many or more.",
            labels=["kind", "state"],
        )
        oldest = GaugeMetricFamily(
            "tally87_oldest_job_seconds",
            "Seconds the oldest job of the kind has been due.",
            labels=["kind"],
        )
        for one in kinds:
            for word in queue.Word:
                jobs.add_metric([one.kind.value, word.value], getattr(one, word.value))
            oldest.add_metric([one.kind.value], one.oldest_s)
        yield jobs
        yield oldest
