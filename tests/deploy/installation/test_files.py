"""Templates and private files."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.installation.errors import ShopError
from deploy.installation.files import fill, read_json, write_private


def test_only_our_placeholders_are_filled() -> None:
    """Nginx's own variables stay, whichever way they are written."""
    text = fill("listen ${HTTP_PORT}; return $status ${uri};", {"HTTP_PORT": "8080"})
    assert text == "listen 8080; return $status ${uri};"


def test_an_unknown_placeholder_is_an_error() -> None:
    """A forgotten value is seen at once."""
    with pytest.raises(KeyError):
        fill("${NOBODY_KNOWS}", {})


def test_private_files_are_private_also_when_replaced(tmp_path: Path) -> None:
    """The mode does not depend on what was there before."""
    path = tmp_path / "conf" / "file"
    write_private(path, "one")
    path.chmod(0o644)
    write_private(path, "two")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("two", 0o600)


def test_many_may_write_one_file(tmp_path: Path) -> None:
    """Each writes a file of its own first: a reader sees one text whole, and nothing is left beside it."""
    path, texts = tmp_path / "file", [letter * 5_000 for letter in "abcd"]
    write_private(path, texts[0])

    def write(text: str) -> None:
        for _ in range(200):
            write_private(path, text)

    with ThreadPoolExecutor(len(texts)) as writers:
        at_work = [writers.submit(write, text) for text in texts]
        while not all(one.done() for one in at_work):
            assert path.read_text() in texts
        for one in at_work:
            one.result()
    assert list(tmp_path.iterdir()) == [path]


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    """A file that is not there is empty; one that a full disk has cut is no traceback."""
    path = tmp_path / "choices.json"
    assert read_json(path) == {}
    write_private(path, '{"a": 1}')
    assert read_json(path) == {"a": 1}
    for damaged in ('{"a": ', "[]", ""):
        path.write_text(damaged)
        with pytest.raises(ShopError, match=r"choices\.json is damaged"):
            read_json(path)
