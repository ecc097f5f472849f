"""Secrets are made once and are for their owner only."""

from pathlib import Path

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.installation import secrets


def test_only_the_owner_may_read(tmp_path: Path) -> None:
    """The directory is 700 and each file in it 600."""
    secrets.ensure(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_a_second_time_gives_the_same(tmp_path: Path) -> None:
    """A restart must not change a password that a database already knows."""
    first = secrets.ensure(tmp_path)
    files = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert secrets.ensure(tmp_path) == first
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == files


def test_two_installations_share_nothing(tmp_path: Path) -> None:
    """Each installation has its own values."""
    one, two = secrets.ensure(tmp_path / "one"), secrets.ensure(tmp_path / "two")
    assert one.given["admin_password"] != two.given["admin_password"]
    assert one.token_key_file.read_text() != two.token_key_file.read_text()


def test_keys_are_what_their_users_expect(tmp_path: Path) -> None:
    """A Fernet key for cards, an Ed25519 key for tokens, a certificate for localhost."""
    kept = secrets.ensure(tmp_path)
    assert Fernet(kept.given["card_key"])
    assert isinstance(load_pem_private_key(kept.token_key_file.read_bytes(), None), Ed25519PrivateKey)
    certificate = x509.load_pem_x509_certificate(kept.tls_certificate_file.read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]
