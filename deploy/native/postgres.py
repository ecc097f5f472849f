"""PostgreSQL: one instance, a database and a role for each service that needs one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from deploy.installation import configuration, readiness
from deploy.installation.errors import ShopError
from deploy.installation.layout import Layout
from deploy.installation.secrets import Secrets
from deploy.native.programs import Program

_SUPERUSER = "postgres"

# Small and safe: fsync stays on, since no acknowledged order may be lost.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] %u@%d ",
    # A failed statement is logged by its message alone: DETAIL repeats the row, STATEMENT what was to be stored.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


def program(layout: Layout) -> Program:
    settings = {**SETTINGS, "port": str(layout.port("postgres"))}
    options = [item for name, value in settings.items() for item in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        command=(str(_binary(layout, "postgres")), "-D", str(layout.postgres), *options),
        ports=(layout.port("postgres"),),
        ready=lambda: _is_ready(layout),
        user=_user(),
        stop_signal="INT",  # the fast shutdown: clients are sent away, nothing is lost
    )


def prepare(layout: Layout, secrets: Secrets) -> None:
    """Make the data directory when there is none."""
    data = layout.postgres
    if (data / "PG_VERSION").exists():
        return
    shutil.rmtree(data, ignore_errors=True)  # what an interrupted attempt left
    data.mkdir(mode=0o700, parents=True)
    password_file = data.with_name(f"{data.name}-password")
    password_file.touch(mode=0o600)
    password_file.write_text(secrets.postgres_password)
    if user := _user():
        for path in (data, password_file):
            shutil.chown(path, user)
    command = [
        *(("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups") if (user := _user()) else ()),
        *(str(_binary(layout, "initdb")), "-D", str(data), "-U", _SUPERUSER, "--auth=scram-sha-256"),
        *(f"--pwfile={password_file}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
    ]
    try:
        done = subprocess.run(command, cwd="/", capture_output=True, text=True)
    finally:
        password_file.unlink()
    if done.returncode != 0:
        shutil.rmtree(data, ignore_errors=True)
        raise ShopError(f"initdb failed:\n{done.stderr.strip()}", f"Its data directory would be {data}.")


def has_data(layout: Layout) -> bool:
    """Whether there are databases of the native run."""
    return layout.postgres.is_dir() or (layout.data / "postgres").is_dir()  # there in older versions


def remove_stale_pid_file(layout: Layout) -> None:
    """Forget a postmaster that the machine or a kill ended, so that its recycled pid stops nothing."""
    pid_file = layout.postgres / "postmaster.pid"
    try:
        pid = pid_file.read_text().split()[0]
    except (OSError, IndexError):
        return
    try:
        alive = Path("/proc", pid, "comm").read_text().strip() == "postgres"
    except OSError:
        alive = False
    if not alive:
        pid_file.unlink(missing_ok=True)


def make_databases(layout: Layout, secrets: Secrets) -> None:
    """Make what `configuration.postgres` says. Raises `ShopError`."""
    done = _psql(layout, secrets, configuration.postgres(secrets))
    if done.returncode != 0:
        raise ShopError(
            f"The databases could not be made:\n{done.stderr.strip()}",
            f"PostgreSQL's log: {layout.logs / 'postgres.err.log'}",
        )


def client(layout: Layout, program: str, *, user: str, password: str) -> tuple[list[str], dict[str, str]]:
    """A client program for this instance, and what its environment must have."""
    where = ["--host=127.0.0.1", f"--port={layout.port('postgres')}", f"--username={user}"]
    return [str(_binary(layout, program)), *where], {"PGPASSWORD": password}


def _psql(layout: Layout, secrets: Secrets, statements: str) -> subprocess.CompletedProcess[str]:
    command, environment = client(layout, "psql", user=_SUPERUSER, password=secrets.postgres_password)
    return subprocess.run(
        [*command, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
        input=statements,
        env={**environment, "PATH": os.defpath},
        cwd="/",
        capture_output=True,
        text=True,
    )


def _is_ready(layout: Layout) -> str | None:
    if refused := readiness.tcp(layout.port("postgres"))():
        return refused
    done = subprocess.run(
        [str(_binary(layout, "pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(layout.port("postgres"))]
    )
    return None if done.returncode == 0 else "it does not accept connections yet"


def _user() -> str | None:
    """PostgreSQL refuses to run as root: then it runs as the package's own user."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise ShopError("There is no user `postgres`.", "Install the package postgresql.") from None


def _binary(layout: Layout, name: str) -> Path:
    """The program of the version that made the data; for new data, the newest one installed."""
    try:
        version = (layout.postgres / "PG_VERSION").read_text().strip()
    except OSError:
        version = "*"
    found = sorted(Path("/usr/lib/postgresql").glob(f"{version}/bin/{name}"), key=lambda p: int(p.parents[1].name))
    if not found:
        raise ShopError(
            f"PostgreSQL {version}, which made the data in {layout.postgres}, is not installed.",
            f"Install postgresql-{version}, or delete the data: ./shop down --wipe",
        )
    return found[-1]
