"""The runbooks as a page: docs/runbooks.html, made from docs/runbooks.md and what the rules say of each alert.

python -m docs.runbooks           writes the page

Grafana serves it in containers, the console natively, both at /public/docs/runbooks.html: beside the
dashboards and not behind the gateway, so that it can be read while the shop is down.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

__all__ = ["PAGE", "main", "page"]

_ROOT = Path(__file__).parents[1]
_SOURCE = _ROOT / "docs" / "runbooks.md"
PAGE = _ROOT / "docs" / "runbooks.html"
_DASHBOARD = re.compile(r"/d/glasshouse-(\w+)")
_FRAME = """<!doctype html>
<html lang="en">
<!-- Made from runbooks.md by `python -m docs.runbooks`: do not edit. -->
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Runbooks · Glasshouse</title>
  <link rel="icon" href="runbooks.svg">
  <link rel="stylesheet" href="runbooks.css">
</head>
<body>
<nav aria-label="Alerts">
<a class="home" href="/">Dashboards</a>
<ul>
{contents}
</ul>
</nav>
<main>
{body}</main>
</body>
</html>
"""


def page() -> str:
    """The page as HTML: a list of all alerts, and a section for each, whose anchor is the alert's name."""
    source = _SOURCE.read_text(encoding="utf-8")
    introduction, *sections = re.split(r"^## ", source, flags=re.MULTILINE)
    rules = dict(_alerts())
    names = [section.partition("\n")[0].strip() for section in sections]
    contents = "\n".join(f'<li><a href="#{name.lower()}">{_breakable(name)}</a></li>' for name in names)
    parts = [_html(introduction)]
    for name, section in zip(names, sections, strict=True):
        parts.append(_section(name, section.partition("\n")[2], rules.get(name, {})))
    return _FRAME.format(contents=contents, body="".join(parts))


def _alerts() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((_ROOT / "prometheus" / "rules").glob("*.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            yield from ((rule["alert"], rule) for rule in group["rules"] if "alert" in rule)


def _section(name: str, text: str, rule: dict[str, Any]) -> str:
    # Addresses in alerts are in small letters; an annotation on a dashboard knows the name only as it is written.
    heading = f'<h2 id="{name.lower()}"><a id="{name}" href="#{name.lower()}">{name}</a></h2>\n'
    return f"<section>\n{heading}{_facts(rule) if rule else ''}{_html(text)}</section>\n"


def _facts(rule: dict[str, Any]) -> str:
    severity = rule["labels"]["severity"]
    dashboard = _DASHBOARD.search(rule["annotations"]["dashboard"])
    link = f' <a href="{dashboard[0]}">Dashboard {_titles()[dashboard[0]]}</a>' if dashboard else ""
    waits = f" for {rule['for']}" if "for" in rule else ""
    condition = f"<pre><code>{html.escape(rule['expr'])}</code></pre>"
    return (
        f'<p class="facts"><span class="{severity}">{severity}</span>{link}</p>\n'
        f"<details><summary>It fires while this holds{waits}</summary>{condition}</details>\n"
    )


@cache
def _titles() -> dict[str, str]:
    """The name of each dashboard by its path."""
    found = (
        json.loads(path.read_text(encoding="utf-8")) for path in (_ROOT / "grafana" / "generated").glob("*.json")
    )
    return {f"/d/{board['uid']}": board["title"].removeprefix("Glasshouse / ") for board in found}


def _breakable(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "<wbr>", name)


def _html(text: str) -> str:
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(text))


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
