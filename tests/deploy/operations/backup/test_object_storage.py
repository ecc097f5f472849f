"""Backups in object storage: encrypted there and back, refused when they are cut, and the oldest deleted."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest

from deploy.installation.errors import ShopError, UsageError
from deploy.operations.backup import object_storage
from tests.deploy.operations.backup.bucket import Bucket, opened

CONTENT = b"secrets and people's data" * 10_000


class Place:
    """A folder as a place, and a pair of keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "place"
        self.folder.mkdir()
        self.url = self.folder.as_uri()
        identity = pyrage.x25519.Identity.generate()
        self.recipient = str(identity.to_public())
        self.identity = folder / "identity"
        self.identity.write_text(f"# created: today\n# public key: {self.recipient}\n{identity}\n")
        self.plain = folder / "backup"
        self.plain.write_bytes(CONTENT)
        self.back = folder / "back"

    def put(self, keep: int = 9) -> Path:
        """Put the backup there; its file."""
        return (
            self.folder
            / Path(object_storage.put(self.plain, self.url, self.recipient, keep=keep, tell=print)).name
        )

    def older(self, hours: int) -> Path:
        """Something that was put there hours ago."""
        (file := self.folder / object_storage.name(datetime.now(UTC) - timedelta(hours=hours))).touch()
        return file


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def bucket(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """Object storage as the place."""
    with opened() as found:
        for name, value in found.variables.items():
            monkeypatch.setenv(name, value)
        place.url = "s3://bucket/shop"
        yield found


def test_there_and_back(place: Place) -> None:
    """What lies there shows nothing, the newest is found by its place, and nothing else is left of it."""
    place.older(1)
    file = place.put()
    assert CONTENT[:20] not in file.read_bytes()
    assert file.read_bytes().startswith(b"age-encryption.org/v1")
    assert object_storage.fetch(place.url, place.identity, place.back) == f"{place.url}/{file.name}"
    assert place.back.read_bytes() == CONTENT
    place.back.unlink()
    object_storage.fetch(f"{place.url}/{file.name}", place.identity, place.back)
    assert place.back.read_bytes() == CONTENT
    assert sorted(os.listdir(place.back.parent)) == ["back", "backup", "identity", "place"]


@pytest.mark.parametrize("keep", [1, 3])
def test_the_newest_are_kept(place: Place, keep: int) -> None:
    """And whatever is no backup of ours."""
    old = [place.older(hours) for hours in (1, 2, 3)]
    (other := place.folder / "glasshouse.backup.age").touch()
    file = place.put(keep)
    assert set(place.folder.iterdir()) == {file, other, *old[: keep - 1]}


@pytest.mark.parametrize("left", [0, 10, 100, 65_000, -17, -1])
def test_a_cut_file_is_refused(place: Place, left: int) -> None:
    """Wherever it is cut: an upload that broke, or somebody who wants less of it to be restored."""
    file = place.put()
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises(ShopError, match="cannot be opened"):
        object_storage.fetch(place.url, place.identity, place.back)
    assert not place.back.exists()


def test_another_identity_opens_nothing(place: Place) -> None:
    """Not even that of who made it, who has none."""
    place.put()
    place.identity.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(ShopError, match="cannot be opened"):
        object_storage.fetch(place.url, place.identity, place.back)


def test_what_is_wrong_is_said(place: Place, tmp_path: Path) -> None:
    """And nothing is left of a try."""
    with pytest.raises(UsageError, match="no public key"):
        object_storage.put(place.plain, place.url, "age1nonsense", keep=1, tell=print)
    with pytest.raises(UsageError, match="no place for backups"):
        object_storage.put(place.plain, (tmp_path / "nowhere").as_uri(), place.recipient, keep=1, tell=print)
    with pytest.raises(ShopError, match="no backup in"):
        object_storage.fetch(place.url, place.identity, place.back)
    place.put()
    for wrong in (b"\xff\xfe", b"# only a comment\n", b"AGE-SECRET-KEY-1NONSENSE"):
        place.identity.write_bytes(wrong)
        with pytest.raises(UsageError, match="no identity"):
            object_storage.fetch(place.url, place.identity, place.back)
    assert sorted(os.listdir(tmp_path)) == ["backup", "identity", "place"]


def test_by_s3_in_parts(place: Place, bucket: Bucket) -> None:
    """A file that is larger than a part goes in several, and is found as the newest."""
    place.plain.write_bytes(content := os.urandom(6 << 20))
    bucket.objects["shop/" + object_storage.name(datetime.now(UTC) - timedelta(hours=1))] = b"older"
    key = f"shop/{place.put(keep=1).name}"
    assert bucket.asked.count("PUT partNumber") == 2
    assert list(bucket.objects) == [key]
    assert object_storage.fetch(place.url, place.identity, place.back) == f"s3://bucket/{key}"
    assert place.back.read_bytes() == content


@pytest.mark.parametrize("refused", ["PUT object", "PUT partNumber", "POST uploadId"])
def test_an_upload_that_breaks_leaves_what_was_there(place: Place, bucket: Bucket, refused: str) -> None:
    """There is no half backup, and the older one is not deleted for it."""
    if refused != "PUT object":
        place.plain.write_bytes(os.urandom(6 << 20))
    bucket.objects[older := "shop/" + object_storage.name(datetime.now(UTC) - timedelta(hours=1))] = b"older"
    bucket.refuses.add(refused)
    with pytest.raises(ShopError, match="could not be put there"):
        place.put(keep=1)
    assert list(bucket.objects) == [older]


def test_credentials_that_may_not_delete(place: Place, bucket: Bucket) -> None:
    """The backup is there, and it is said that older ones stay."""
    bucket.objects[older := "shop/" + object_storage.name(datetime.now(UTC) - timedelta(hours=1))] = b"older"
    bucket.refuses |= {"DELETE object", "POST delete"}
    told: list[str] = []
    address = object_storage.put(place.plain, place.url, place.recipient, keep=1, tell=told.append)
    assert set(bucket.objects) == {older, address.removeprefix("s3://bucket/")}
    assert told[0].startswith("Older ones could not be deleted: ")


def test_a_download_that_is_refused(place: Place, bucket: Bucket) -> None:
    """Is said, and nothing is left of it."""
    place.put()
    bucket.refuses.add("GET object")
    with pytest.raises(ShopError, match="could not be read"):
        object_storage.fetch(place.url, place.identity, place.back)
    assert sorted(os.listdir(place.back.parent)) == ["backup", "identity", "place"]
