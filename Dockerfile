# The office: `docker compose build`. The tablet has an installer of its own (docs/android.md).
FROM python:3.13-slim AS made
COPY . /src
RUN python -m venv /opt/tally87 && /opt/tally87/bin/pip install --no-cache-dir '/src[server]'

FROM python:3.13-slim
# pg_dump of the database's own version, for `tally87 backup`.
RUN apt-get update \
    && apt-get install --no-install-recommends --yes postgresql-client \
    && rm -rf /var/lib/apt/lists/*
COPY --from=made /opt/tally87 /opt/tally87
RUN useradd --uid 10001 --no-create-home tally87 \
    && install -d -o tally87 -m 700 /var/lib/tally87 /keys
USER tally87
VOLUME ["/var/lib/tally87", "/keys"]
ENTRYPOINT ["/opt/tally87/bin/tally87"]
