"""The examples under deploy/ work as written: settings and verbs are there, nginx takes it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.cli import main
from server.office.config import config_from_environment, must_be_fit_to_serve
from shared.wire.limits import MAX_PARCEL_BYTES
from tests.server.field import NOW

DEPLOY = Path(__file__).parent.parent / "deploy"
NGINX = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
TALLY = "/opt/tally87/bin/tally87 "


def lines(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def test_environment_holds_settings_the_office_takes() -> None:
    given = dict(line.split("=", 1) for line in lines(DEPLOY / "environment"))

    config = config_from_environment(given)

    assert config.secure_cookies
    assert config.behind_proxies == 1
    assert f"server_name {config.public_url.removeprefix('https://')};" in NGINX


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda unit: unit.name)
def test_units_run_verbs_with_options_there_are(unit: Path) -> None:
    commands = [line.partition("=")[2] for line in lines(unit) if line.startswith("Exec")]
    assert commands
    for command in commands:
        assert command.startswith(TALLY)
        verb, *options = shlex.split(command.removeprefix(TALLY))
        found = main.get_command(click.Context(main), verb)
        assert found is not None
        found.make_context(verb, options)


def test_proxy_leads_to_the_server_and_lets_every_parcel_through() -> None:
    served = "\n".join(lines(DEPLOY / "tally87.service"))
    port = re.search(r"--port (\d+)", served)
    most = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert port is not None
    assert most is not None

    assert f"proxy_pass http://127.0.0.1:{port[1]};" in NGINX
    assert int(most[1]) << 20 > MAX_PARCEL_BYTES
    assert NGINX.count("{") == NGINX.count("}")
    told = [line.split("#")[0].strip() for line in NGINX.splitlines()]
    assert [line for line in told if line and line[-1] not in ";{}"] == []


def test_nginx_takes_the_example(tmp_path: Path) -> None:
    """By its own word where it is installed; elsewhere only what the test above reads."""
    nginx = shutil.which("nginx")
    if nginx is None:
        return
    _write_certificate(tmp_path)
    example = NGINX.replace("/etc/ssl/tally87", str(tmp_path)).replace("listen [::]", "# listen ")
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;\n{example}\n}}"
    )
    run = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
    )

    assert run.returncode == 0, run.stderr


def test_version_is_told() -> None:
    told = CliRunner().invoke(main, ["--version"]).output

    assert told == f"Tally87 {version('tally87')}\n"


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "tally.example.org")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW.replace(year=2126))
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def test_containers_are_given_settings_and_verbs_there_are() -> None:
    """Whether Docker builds and starts them is not shown."""
    compose = (DEPLOY.parent / "docker-compose.yml").read_text(encoding="utf-8")
    office, services = compose.split("\nservices:\n")
    settings = dict(re.findall(r"^ +(TALLY87_\w+): \"?([^\"\n]+)", office, re.MULTILINE))
    settings["TALLY87_PUBLIC_URL"] = "https://tally.example.org"
    must_be_fit_to_serve(config_from_environment(settings))
    for name in ("migrate", "serve", "work"):
        service = services.split(f"\n  {name}:\n")[1].split("\n\n")[0]
        command = re.search(r"command: \[(.*)\]", service)
        assert command is not None
        verb, *options = (word.strip(' "') for word in command[1].split(","))
        found = main.get_command(click.Context(main), verb)
        assert found is not None
        found.make_context(verb, options)
    ours = (DEPLOY / "nginx-compose.conf").read_text(encoding="utf-8")
    # But for their first words the two are one, in front of another host.
    same = ours.replace("http://serve:", "http://127.0.0.1:").partition("server {")[2]
    assert same == NGINX.partition("server {")[2]
