"""What clients read of the API is made from the services, and is right."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from docs.api import build, nginx, pages
from frontend.api.describe import SERVICES
from services.shared.problems import KINDS, general

ROOT = build.ROOT
DOCUMENT: dict[str, Any] = json.loads((ROOT / "frontend" / "public" / "api" / "openapi.json").read_text("utf-8"))
OPERATIONS = [(path, method, op) for path, ops in DOCUMENT["paths"].items() for method, op in ops.items()]


def test_made_files_are_current() -> None:
    """openapi.json, the pages of problems and the gateway's maps: after a change, python -m docs.api.build."""
    assert build.stale() == []


def test_document_is_whole() -> None:
    """Every operation of every service, tagged by it, with a unique id; every reference leads somewhere."""
    assert DOCUMENT["servers"] == [{"url": "/"}]
    assert len({operation["operationId"] for _, _, operation in OPERATIONS}) == len(OPERATIONS)
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    assert {tag for _, _, operation in OPERATIONS for tag in operation["tags"]} == tags
    for service in SERVICES:
        kept = json.loads((ROOT / "frontend" / "api" / f"{service}.json").read_text("utf-8"))
        for path, operations in kept["paths"].items():
            assert DOCUMENT["paths"][path].keys() == operations.keys()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT)):
        found: Any = DOCUMENT
        for part in reference.split("/"):
            found = found[part]


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [(m, p, o) for p, m, o in OPERATIONS],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_examples_are_valid(method: str, path: str, operation: dict[str, Any]) -> None:
    """What is sent has an example, and each example fits its schema."""
    contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
    contents += [response["content"] for response in operation["responses"].values() if "content" in response]
    media = [one for each in contents for one in each.values()]
    assert not [one for one in media if "example" in one and "examples" in one]
    examples = [(one["schema"], one["example"]) for one in media if "example" in one]
    examples += [(one["schema"], each["value"]) for one in media for each in one.get("examples", {}).values()]
    assert examples or "requestBody" not in operation
    for schema, example in examples:
        jsonschema.validate(example, {**schema, "components": DOCUMENT["components"]})


def test_every_kind_of_problem_is_shown() -> None:
    """Under its status, or under `default` where no service answers with it; with its members."""
    shown = {
        name: example["value"]
        for response in DOCUMENT["components"]["responses"].values()
        for name, example in response["content"]["application/problem+json"]["examples"].items()
    }
    assert shown.keys() == KINDS.keys()
    assert all(KINDS[name].status == example["status"] for name, example in shown.items())
    assert all(KINDS[name].type == example["type"] for name, example in shown.items())
    plain = shown["forbidden"].keys()
    for name, kind in KINDS.items():
        assert shown[name].keys() > plain or not re.search("The document (has|says)", kind.means), name


def test_what_the_gateway_answers_is_told_of() -> None:
    """An operation may end in 502 or 504: `default` says so. Each may meet the limits, none gets 408."""
    default = DOCUMENT["components"]["responses"]["AnyOther"]
    assert {"X-Request-ID", "Retry-After"} == default["headers"].keys()
    assert {"bad-gateway", "gateway-timeout"} <= default["content"]["application/problem+json"]["examples"].keys()
    for path, method, operation in OPERATIONS:
        answers = operation["responses"]
        assert answers["default"] == {"$ref": "#/components/responses/AnyOther"}, (path, method)
        assert "429" in answers
        assert "408" not in answers


def test_every_kind_has_a_page() -> None:
    """A page names the kind, what it means and what to do; the list has all of them."""
    made = pages.files()
    for kind in KINDS.values():
        page = made[f"problems/{kind.name}.html"]
        assert f"<h1>{kind.title}</h1>" in page
        assert kind.type in page
        assert f'href="{kind.type}"' in made["problems.html"]
        assert re.fullmatch("[a-z-]+", kind.name)  # what the gateway lets through


def test_one_general_kind_for_each_status() -> None:
    """Each status has exactly one kind that stands for it; an unusual status falls back to 400 or 500."""
    statuses = [kind.status for kind in KINDS.values() if kind.general]
    assert len(statuses) == len(set(statuses))
    assert {kind.status for kind in KINDS.values()} == set(statuses)
    assert [general(418).name, general(599).name] == ["bad-request", "internal-server-error"]


def _named_kinds() -> list[tuple[str, str, str]]:
    """The error and the kind of each `Error(..., kind="...")` in the services."""
    found = []
    for file in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                for keyword in node.keywords:
                    if keyword.arg == "kind" and isinstance(keyword.value, ast.Constant):
                        found.append((str(file.relative_to(ROOT)), node.func.id, str(keyword.value.value)))
    return found


def test_services_name_kinds_of_their_status() -> None:
    """A named kind exists and comes with the status of its error; no kind is there for nobody."""
    from services.shared import errors

    named = _named_kinds()
    wrong = [one for one in named if getattr(errors, one[1]).status != KINDS[one[2]].status]
    assert wrong == []
    by_shared_code = {"invalid-request", "overloaded"}
    by_gateway = {"writes-paused"}
    special = {kind.name for kind in KINDS.values() if not kind.general}
    assert special == {kind for _, _, kind in named} | by_shared_code | by_gateway


def test_policies_follow_the_limits() -> None:
    """A policy has the burst as quota, and as window the time in which the rate makes it free again."""
    text = Path(ROOT / "gateway" / "limits.conf.template").read_text("utf-8")
    for limit in nginx.limits().values():
        assert re.search(rf"zone={limit.zone}:\w+ +rate={limit.rate}r/s;", text)
        assert re.search(rf"zone={limit.zone} +burst={limit.burst} ", text)
    assert nginx.limits()["write_token"].policy == '"write-token";q=200;w=10'
