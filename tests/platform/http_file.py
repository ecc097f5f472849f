"""Files of requests as editors run them (.http), as far as docs/shop.http uses what editors understand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

_VARIABLE = re.compile(r"^@(\w+) = (.*)$", re.MULTILINE)
_USE = re.compile(r"\{\{([^{}]+)\}\}")
_SCRIPT = re.compile(r'^> \{% client\.global\.set\("(\w+)", response\.body\.(\w+)\) %\}$')


@dataclass
class Request:
    """One block between lines of ###."""

    title: str
    comments: str
    method: str
    url: str
    headers: dict[str, str]
    body: str
    kept: dict[str, str] = field(default_factory=dict)  # by a JetBrains script: variable, member of the answer

    @property
    def name(self) -> str | None:
        """What other requests call its answer."""
        found = re.search(r"^# @name (\w+)$", self.comments, re.MULTILINE)
        return found[1] if found else None

    @property
    def statuses(self) -> set[int]:
        """What the comment promises."""
        promise = re.search(r"Answers (\d{3})(?:, or (\d{3}))?", self.comments)
        assert promise, f"{self.title}: a comment says what it answers"
        return {int(status) for status in promise.groups() if status}


@dataclass
class File:
    """Its variables and its requests."""

    variables: dict[str, str]
    requests: list[Request]


def read(path: Path) -> File:
    """Parse a file; what is not of the subset is an error."""
    head, *blocks = re.split(r"^### ", path.read_text("utf-8"), flags=re.MULTILINE)
    return File(dict(_VARIABLE.findall(head)), [_request(block) for block in blocks])


def _request(block: str) -> Request:
    title, *lines = block.strip().splitlines()
    comments = [line for line in lines if line.startswith("#")]
    scripts = [_SCRIPT.match(line) for line in lines if line.startswith(">")]
    rest = "\n".join(line for line in lines if not line.startswith(("#", ">")))
    head, _, body = rest.strip().partition("\n\n")
    first, *headers = head.splitlines()
    method, url = first.split(" ")
    fields = dict(header.split(": ", 1) for header in headers)
    assert all(scripts), f"{title}: a script does something else than to keep a member of the answer"
    return Request(
        title, "\n".join(comments), method, url, fields, body.strip(), {s[1]: s[2] for s in scripts if s}
    )


class Session:
    """Sends requests as an editor does: variables may name members of the answers so far."""

    def __init__(self, client: httpx.Client, variables: Mapping[str, str]) -> None:
        self._client = client
        self._variables = dict(variables)
        self._answers: dict[str, Any] = {}

    def fill(self, text: str) -> str:
        """Replace each {{variable}} and {{name.response.body.$.member}}."""
        return _USE.sub(lambda found: self.fill(self._value(found[1].strip())), text)

    def _value(self, name: str) -> str:
        if member := re.fullmatch(r"(\w+)\.response\.body\.\$\.(\w+)", name):
            return str(self._answers[member[1]][member[2]])
        return self._variables[name]

    def send(self, request: Request) -> httpx.Response:
        """Send it once."""
        headers = {name: self.fill(value) for name, value in request.headers.items()}
        content = self.fill(request.body) or None
        answer = self._client.request(request.method, self.fill(request.url), headers=headers, content=content)
        if request.name and answer.is_success:
            self._answers[request.name] = answer.json()
        if answer.is_success:
            self._variables |= {name: str(answer.json()[member]) for name, member in request.kept.items()}
        return answer
