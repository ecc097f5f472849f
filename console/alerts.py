"""What fires, is about to, is silenced or is well: `/api/alerts`, from Prometheus and Alertmanager."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs

from console import upstream
from console.answers import Answer, as_json
from console.settings import Settings
from jaeger.loose import mapping, mappings

Json = Mapping[str, Any]
RULES = "/api/v1/rules?type=alert"
_STATES = ("firing", "pending", "silent", "well")
_SEVERITIES = ("page", "ticket", "info")
_MATCHER = re.compile(r'\b(\w++)(=~|=)("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt])*+")')
_CHOICE = re.compile(r"((?:[\w :/-]|\\[^\w\s])*+)(\.[*+])?")
_LIMIT = re.compile(r"(?:^|\s)([<>]=?|[=!]=)\s*(?:bool\s+)?(-?[\d.]+(?:e-?\d+)?)\s*\)?\s*$")
_SELF = "{{ $externalLabels.grafana }}"  # in links of rules: where the console is, or Grafana
_LINKS = ("runbook_url", "dashboard")
_EITHER, _FURTHER = re.compile(r"\sor\s"), re.compile(r"\s(?:and|unless)\s")


def answer(settings: Settings, query: str = "") -> Answer:
    """Status, type and content: a line for each alert, then one for each rule that has none.

    With `filter=`, which is what a list on a dashboard shows: only alerts with these labels, silenced or not.
    """
    given = parse_qs(query, keep_blank_values=True).get("filter")
    answers = []
    for target in ("/api/v1/alerts",) if given else (RULES, "/api/v2/silences", "/api/v2/alerts"):
        status, kind, body = upstream.get(settings, target)
        if status != 200:
            return status, kind, body
        answers.append(json.loads(body))
    if given:
        wanted = matchers(given[-1])
        shown = [line for line in lines(_alone(answers[0])) if match(wanted, line["labels"])]
    else:
        shown = lines(rules_of(answers[0]), mappings(answers[1]), mappings(answers[2]))
    return as_json({"lines": shown})


def matchers(text: str) -> list[Json]:
    """What `{a="b", c=~"d|e"}` asks of labels, as Alertmanager writes matchers."""
    return [
        {"name": name, "value": json.loads(quoted), "isRegex": sign == "=~"}
        for name, sign, quoted in _MATCHER.findall(text)
    ]


def rules_of(answered: object) -> list[Json]:
    """The rules of all groups in an answer of Prometheus."""
    groups = mappings(mapping(mapping(answered).get("data")).get("groups"))
    return [rule for group in groups for rule in mappings(group.get("rules"))]


def _alone(answered: object) -> Iterator[Json]:
    """Alerts as if each had a rule of its own: the rules themselves are a hundred times as much to ask for."""
    for alert in mappings(mapping(mapping(answered).get("data")).get("alerts")):
        labels = mapping(alert.get("labels"))
        yield {"name": labels.get("alertname", ""), "query": "", "labels": labels, "alerts": [alert]}


def lines(rules: Iterable[Json], silences: Iterable[Json] = (), told: Iterable[Json] = ()) -> list[dict[str, Any]]:
    """The most important first: by state, severity, since when, and name.

    told: the alerts that Alertmanager has. Silences with a regular expression hold those that it says.
    """
    active = [one for one in silences if mapping(one.get("status")).get("state") == "active"]
    held = {_key(mapping(one.get("labels"))): mapping(one.get("status")).get("silencedBy") or () for one in told}

    def silence_of(alert: Json | None) -> Json | None:
        labels = mapping(alert.get("labels")) if alert else {}
        by = held.get(_key(labels), ())
        return next((one for one in active if alert and (one.get("id") in by or _holds(one, labels))), None)

    found = [
        _line(rule, alert, silence_of(alert))
        for rule in rules
        for alert in (tuple(mappings(rule.get("alerts"))) or (None,))
    ]
    return sorted(found, key=_rank)


def threshold(query: str) -> str:
    """What the alert's value is compared with: `> 0.2`. Not every expression has one such limit.

    `and` and `unless` keep the value of what is before them. With `or` it may be that
    of any part, so all must agree.
    """
    compared = [_LIMIT.search(_FURTHER.split(part)[0]) for part in _EITHER.split(query)]
    limits = {f"{match[1]} {match[2]}" if match else "" for match in compared}
    return limits.pop() if len(limits) == 1 else ""


def _line(rule: Json, alert: Json | None, silence: Json | None) -> dict[str, Any]:
    shown = alert or rule
    return {
        "state": "silent" if silence else alert["state"] if alert else "well",
        "name": rule["name"],
        "query": rule["query"],
        "duration": rule.get("duration", 0),
        "limit": threshold(rule["query"]),
        "severity": mapping(rule.get("labels")).get("severity", ""),
        "error": rule.get("lastError", "") if rule.get("health") == "err" else "",
        "labels": mapping(shown.get("labels")),
        "annotations": mapping(alert.get("annotations")) if alert else _of_rule(mapping(rule.get("annotations"))),
        "since": alert and alert["activeAt"],
        "value": alert and alert["value"],
        "silence": silence,
    }


def _of_rule(annotations: Json) -> Json:
    """Those of a rule without an alert are templates. Its links lead to pages on which nothing is chosen."""
    links = {name: annotations[name].replace(_SELF, "") for name in _LINKS if name in annotations}
    return {**annotations, **{name: _without_labels(link) for name, link in links.items()}}


def _without_labels(link: str) -> str:
    return link.partition("?")[0] if "{{" in link else link


def _rank(line: Json) -> tuple[int, int, str, str]:
    severity = line["severity"]
    rank = _SEVERITIES.index(severity) if severity in _SEVERITIES else -1
    return _STATES.index(line["state"]), rank, line["since"] or "", line["name"]


def _key(labels: Json) -> frozenset[tuple[str, str]]:
    return frozenset((name, str(value)) for name, value in labels.items())


def _holds(silence: Json, labels: Json) -> bool:
    """Whether a silence of exact values, such as our pages make, holds an alert with these labels back."""
    asked = list(mappings(silence.get("matchers")))
    return bool(asked) and not any(one.get("isRegex") for one in asked) and match(asked, labels)


def match(asked: object, labels: Json) -> bool:
    """Whether labels have all that a list of matchers asks; a label that is missing is empty."""
    return all(_matches(one, str(labels.get(one["name"], ""))) for one in mappings(asked))


def _matches(matcher: Json, value: str) -> bool:
    if matcher.get("isRegex"):
        return any(_is(choice, value) for choice in matcher["value"].strip("()").split("|"))
    return (matcher["value"] == value) is matcher.get("isEqual", True)


def _is(choice: str, value: str) -> bool:
    """Whether a value is this one of `a|b.+`, which is all that dashboards write.

    Any other regular expression matches nothing: somebody's may keep Python busy for ever.
    """
    if not (found := _CHOICE.fullmatch(choice)):
        return False
    text, more = found[1].replace("\\", ""), found[2]
    return value.startswith(text) and len(value) >= len(text) + (more == ".+") if more else value == text
