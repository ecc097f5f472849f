"""Passwords, keys and the certificate of one installation: made once, readable by their owner only."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Secrets:
    """The values, and the paths of those that a process reads from a file."""

    directory: Path
    postgres_password: str
    users_password: str
    orders_password: str
    payments_password: str
    monitoring_password: str
    mongo_password: str
    products_password: str
    redis_password: str
    rabbitmq_password: str
    rabbitmq_monitoring_password: str
    rabbitmq_order_password: str
    rabbitmq_product_password: str
    rabbitmq_payment_password: str
    webhook_secret: str
    provider_key: str
    card_key: str
    admin_password: str

    @property
    def token_key_file(self) -> Path:
        return self.directory / "token_key.pem"

    @property
    def tls_key_file(self) -> Path:
        return self.directory / "gateway.key"

    @property
    def tls_certificate_file(self) -> Path:
        return self.directory / "gateway.crt"

    @property
    def admin_password_file(self) -> Path:
        return self.directory / "admin_password"


def ensure(directory: Path) -> Secrets:
    """Read the secrets in `directory`, making those that do not exist yet."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)

    def value(name: str, make: Callable[[], str] = make_password) -> str:
        return read_or_make(directory / name, make)

    found = Secrets(
        directory=directory,
        postgres_password=value("postgres_password"),
        users_password=value("users_password"),
        orders_password=value("orders_password"),
        payments_password=value("payments_password"),
        monitoring_password=value("monitoring_password"),
        mongo_password=value("mongo_password"),
        products_password=value("products_password"),
        redis_password=value("redis_password"),
        rabbitmq_password=value("rabbitmq_password"),
        rabbitmq_monitoring_password=value("rabbitmq_monitoring_password"),
        rabbitmq_order_password=value("rabbitmq_order_password"),
        rabbitmq_product_password=value("rabbitmq_product_password"),
        rabbitmq_payment_password=value("rabbitmq_payment_password"),
        webhook_secret=value("webhook_secret"),
        provider_key=value("provider_key"),
        card_key=value("card_key", _fernet_key),
        admin_password=value("admin_password", lambda: secrets.token_urlsafe(12)),
    )
    read_or_make(found.token_key_file, _ed25519_key)
    key = read_or_make(found.tls_key_file, _ec_key)
    read_or_make(found.tls_certificate_file, lambda: _certificate(key))
    return found


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


def _pem(key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()


def _ed25519_key() -> str:
    return _pem(ed25519.Ed25519PrivateKey.generate())


def _ec_key() -> str:
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def _certificate(key_pem: str) -> str:
    """A self-signed certificate for this machine's own names."""
    key = load_pem_private_key(key_pem.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=825))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM).decode().strip()
