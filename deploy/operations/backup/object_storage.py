"""Backups away from the machine: in object storage, and encrypted before they go.

A place is a URL: `s3://bucket/folder`, `gs://`, `az://` or `file:///folder`. Who may write there is said by the
variables of the environment that the store's own tools read, such as AWS_ACCESS_KEY_ID. Encryption is age's
(https://age-encryption.org/v1): a public key, the recipient, makes backups, and only the identity opens them. That
need not be where they are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import obstore
import pyrage
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from deploy.installation.errors import ShopError, UsageError, reason

ENDING = ".backup.age"
_SCHEMES = ("s3", "gs", "az", "file")
_TROUBLE = (BaseError, OSError, ValueError, pyrage.EncryptError)
_AT_ONCE = 4  # parts of 5 MiB, for each of which the library waits 30 s: more than a slow line takes
_NAME = re.compile(rf"glasshouse-\d{{8}}T\d{{6}}Z{re.escape(ENDING)}")  # in the order of their times
_REMEDY = "Is the address right, and do the variables of its credentials have values?"


def name(now: datetime | None = None) -> str:
    """What a backup of this moment is called."""
    return f"glasshouse-{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


def check(place: str, recipient: str) -> None:
    """Raise UsageError for what can be no place or no public key, before a backup is made for them."""
    _store(place)
    _recipient(recipient)


def put(file: Path, place: str, recipient: str, *, keep: int, tell: Callable[[str], None]) -> str:
    """Encrypt a backup and put it there; its address. Raises ShopError.

    It is there as a whole or not at all. Then all but the newest `keep` (1 or more) are deleted; `tell` is told
    when that is not possible.
    """
    store, sealed = _store(place), file.with_name(name())
    try:
        pyrage.encrypt_file(str(file), str(sealed), [_recipient(recipient)])
        obstore.put(store, sealed.name, sealed, max_concurrency=_AT_ONCE)
    except _TROUBLE as error:
        raise ShopError(f"The backup could not be put there: {reason(error)}", _REMEDY) from error
    finally:
        sealed.unlink(missing_ok=True)
    try:
        for old in _names(store)[:-keep]:
            obstore.delete(store, old)
    except _TROUBLE as error:
        tell(f"Older ones could not be deleted: {reason(error)}")
    return f"{place.rstrip('/')}/{sealed.name}"


def fetch(address: str, identity: Path, target: Path) -> str:
    """Write a backup to `target` as it was before it was encrypted; its address. Raises ShopError.

    address: of a backup, or of a place, which means its newest. identity: a file of age-keygen's.
    """
    place, _, wanted = address.rpartition("/") if address.endswith(ENDING) else (address, "", "")
    store, sealed = _store(place), target.with_name(f"{target.name}.age")
    opener = _identity(identity)
    try:
        wanted = wanted or next(reversed(_names(store)), "")
        if not wanted:
            raise ShopError(f"There is no backup in {place}.", _REMEDY)
        with sealed.open("wb") as file:
            for block in obstore.get(store, wanted):
                file.write(block)
    except _TROUBLE as error:
        sealed.unlink(missing_ok=True)
        raise ShopError(f"The backup could not be read: {reason(error)}", _REMEDY) from error
    try:
        pyrage.decrypt_file(str(sealed), str(target), [opener])
    except (pyrage.DecryptError, OSError) as error:  # the second for a file that was cut
        target.unlink(missing_ok=True)
        raise ShopError(
            f"{wanted} cannot be opened: {error}", "Is this its identity, and is it whole? Nothing was changed."
        ) from error
    finally:
        sealed.unlink(missing_ok=True)
    return f"{place.rstrip('/')}/{wanted}"


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise UsageError(f"{text} is no public key of age: {error}", "age-keygen makes a pair.") from error


def _identity(file: Path) -> pyrage.x25519.Identity:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        key = next((line for line in lines if line and not line.startswith("#")), "")
        return pyrage.x25519.Identity.from_str(key)
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise UsageError(f"{file} is no identity of age: {reason(error)}", "age-keygen makes one.") from error


def _store(place: str) -> ObjectStore:
    if place.partition("://")[0] not in _SCHEMES:
        known = ", ".join(f"{scheme}://" for scheme in _SCHEMES)
        raise UsageError(f"{place} is no place for backups.", f"It begins with one of {known}.")
    try:
        return from_url(place)
    except _TROUBLE as error:
        raise UsageError(f"{place} is no place for backups: {reason(error)}", _REMEDY) from error


def _names(store: ObjectStore) -> list[str]:
    """The backups that are there, the newest last."""
    found = (entry["path"] for entry in obstore.list_with_delimiter(store)["objects"])
    return sorted(name for name in found if _NAME.fullmatch(name))
