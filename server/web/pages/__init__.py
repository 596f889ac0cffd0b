"""The pages of the office and of its readers: server-rendered, no script needed, one shape."""

from __future__ import annotations

from flask import Flask

from server.web.access import guard
from server.web.pages import (
    account_pages,
    api_page,
    assignments,
    audit_log,
    bench,
    conflicts,
    countries,
    editions,
    estimate_pages,
    explore,
    feed,
    glances,
    joining,
    knowledge,
    languages,
    map_shapes,
    maps,
    messages,
    odd_tablets,
    organisations,
    own_account,
    pairs,
    progress,
    progress_reports,
    queries,
    quotas,
    records,
    release_levels,
    releases,
    rollup_pages,
    set_up,
    sitemap,
    tablet_data,
    tablet_pages,
    targets,
    today,
    trends,
    unlocking,
    views,
)
from server.web.pages.staff import staff
from server.web.pages.telling import forget_what_was_told
from server.web.pages.words import add_words


def add_pages(app: Flask) -> None:
    """Adds the pages, the words templates use, and the guard before every route."""
    add_words(app)
    app.register_blueprint(staff)
    for module in (
        today,
        conflicts,
        assignments,
        queries,
        records,
        pairs,
        odd_tablets,
        releases,
        release_levels,
        bench,
        progress_reports,
        progress,
        estimate_pages,
        organisations,
        tablet_data,
        tablet_pages,
        quotas,
        messages,
        account_pages,
        audit_log,
        own_account,
        joining,
        set_up,
        sitemap,
        editions,
        explore,
        glances,
        knowledge,
        feed,
        maps,
        trends,
        unlocking,
        targets,
        views,
        api_page,
        map_shapes,
        countries,
        rollup_pages,
        languages,
    ):
        app.register_blueprint(module.pages)
    app.after_request(forget_what_was_told)
    guard(app)
