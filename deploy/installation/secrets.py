"""Passwords, keys and the certificate of one installation: made once, readable by their owner only."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from deploy.installation.files import write_private
from deploy.installation.services import BROKER_USERS, SECRETS, SERVICES

# SQLite has no passwords.
_WITH_PASSWORD = tuple(service.database for service in SERVICES if service.store in ("postgresql", "mongodb"))


@dataclass(frozen=True)
class Secrets:
    """The values, and the paths of those that a process reads from a file."""

    directory: Path
    postgres_password: str
    monitoring_password: str
    mongo_password: str
    redis_password: str
    redis_monitoring_password: str
    rabbitmq_password: str
    rabbitmq_monitoring_password: str
    databases: Mapping[str, str]  # the password of each service's own role or user, by the database
    broker: Mapping[str, str]  # the password of each service's own user, by its package
    given: Mapping[str, str]  # the values that services are given, by the names in services.py

    @property
    def token_key_file(self) -> Path:
        return self.directory / "token_key.pem"

    @property
    def tls_key_file(self) -> Path:
        return self.directory / "gateway.key"

    @property
    def tls_certificate_file(self) -> Path:
        return self.directory / "gateway.crt"


# What can be given from outside instead of being made: the names of all of them.
NAMES = (
    *(field.name for field in fields(Secrets) if field.name.endswith("_password")),
    *(f"{name}_password" for name in _WITH_PASSWORD),
    *(f"rabbitmq_{user}_password" for user in BROKER_USERS),
    *SECRETS,
)


def ensure(directory: Path) -> Secrets:
    """Read the secrets in `directory`, making those that do not exist yet."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)

    def password(name: str) -> str:
        return read_or_make(directory / name, make_password)

    found = Secrets(
        directory=directory,
        postgres_password=password("postgres_password"),
        monitoring_password=password("monitoring_password"),
        mongo_password=password("mongo_password"),
        redis_password=password("redis_password"),
        redis_monitoring_password=password("redis_monitoring_password"),
        rabbitmq_password=password("rabbitmq_password"),
        rabbitmq_monitoring_password=password("rabbitmq_monitoring_password"),
        databases=_each(directory, {name: f"{name}_password" for name in _WITH_PASSWORD}),
        broker=_each(directory, {user: f"rabbitmq_{user}_password" for user in BROKER_USERS}),
        given=_each(directory, {name: name for name in SECRETS}),
    )
    read_or_make(found.token_key_file, _ed25519_key)
    key = read_or_make(found.tls_key_file, _ec_key)
    read_or_make(found.tls_certificate_file, lambda: certificate(key))
    return found


def _each(directory: Path, names: Mapping[str, str]) -> dict[str, str]:
    """The secret of each key, in the file of the name that stands beside it."""
    return {
        key: read_or_make(directory / name, _OTHERWISE.get(name, make_password)) for key, name in names.items()
    }


def read_or_make(path: Path, make: Callable[[], str]) -> str:
    """The secret in this file, made when there is none."""
    if not path.exists():
        write_private(path, make() + "\n")
    return path.read_text().strip()


def make_password() -> str:
    """160 random bits."""
    return secrets.token_hex(20)  # letters and digits: safe in URLs and in every configuration file


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


# Values that are not made like passwords: a key of Fernet's, and what a person types in.
_OTHERWISE: Mapping[str, Callable[[], str]] = {
    "card_key": _fernet_key,
    "admin_password": lambda: secrets.token_urlsafe(12),
}


def _pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()


def _ed25519_key() -> str:
    return _pem(ed25519.Ed25519PrivateKey.generate())


def _ec_key() -> str:
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def certificate(key_pem: str, *, days: int = 825) -> str:
    """A self-signed certificate for this machine's own names, valid for so many days."""
    key = load_pem_private_key(key_pem.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode().strip()
