"""What clients send and get has one way to be named, in every service."""

from collections.abc import Iterator
from typing import Any

import pytest

from frontend.api.describe import make_app


def _names(contents: Any) -> Iterator[str]:
    """The schemas of bodies that are JSON, by their names."""
    for media_type, media in contents.get("content", {}).items():
        if media_type == "application/json" and "$ref" in media.get("schema", {}):
            yield media["schema"]["$ref"].rpartition("/")[2]


@pytest.mark.parametrize("service", ["user", "product", "order", "payment", "provider"])
def test_schemas_are_named_by_their_direction(service: str) -> None:
    """A body that is sent is a Request, one that comes back is a Response."""
    paths: dict[str, Any] = make_app(service).openapi()["paths"]
    operations = [operation for path in paths.values() for operation in path.values()]
    sent = [name for one in operations for name in _names(one.get("requestBody", {}))]
    answered = [name for one in operations for answer in one["responses"].values() for name in _names(answer)]
    assert sent
    assert answered
    assert [name for name in sent if not name.endswith("Request")] == []
    assert [name for name in answered if not name.endswith("Response")] == []
