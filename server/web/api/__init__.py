"""The routes tablets and machines use: parse, call one service, answer."""

from __future__ import annotations

from flask import Flask
from flask_smorest import Api

from server.web.api.editions import editions_api
from server.web.api.health import health
from server.web.api.schemas import RefusalSchema
from server.web.api.sdmx import sdmx_service
from server.web.api.tablets import tablets


class _Described(Api):  # type: ignore[misc]
    """Refusals are described in the one shape they have."""

    ERROR_SCHEMA = RefusalSchema


def add_api(app: Flask) -> None:
    """Adds the routes under /api/v1, their OpenAPI description and /healthz."""
    app.config.update(
        API_TITLE="Tally87",
        API_VERSION="1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    handlers = dict(app.error_handler_spec[None][None])
    api = _Described(app)
    # flask-smorest brings an error shape of its own; ours is the one documented.
    app.error_handler_spec[None][None].update(handlers)
    api.register_blueprint(tablets)
    api.register_blueprint(health)
    api.register_blueprint(editions_api)
    app.register_blueprint(sdmx_service)
