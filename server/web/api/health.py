"""Whether this server can work: for load balancers and the person on duty."""

from __future__ import annotations

from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import text

from server.db.engine import reading
from server.web.api.schemas import HealthSchema
from server.web.application import the_office

health = Blueprint("health", __name__, description="Whether this server can work.")


@health.route("/healthz")
class Health(MethodView):
    """Health of this server."""

    @health.response(200, HealthSchema)  # type: ignore[untyped-decorator]
    def get(self) -> dict[str, str]:
        """Ok when the database answers; 503 otherwise."""
        office = the_office()
        with reading(office.engine) as connection:
            connection.execute(text("select count(*) from programme"))
        return {"status": "ok", "database": office.engine.dialect.name}
