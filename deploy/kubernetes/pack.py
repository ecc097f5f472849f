"""Packs the chart: `python -m deploy.kubernetes.pack [folder]`. Without a folder it is .run/kubernetes/glasshouse.

The checkout has the templates (chart/). What else a chart must hold is copied or computed now from the files that
the other two ways of running read, so nothing of it can be stale.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy.installation.layout import CHECKOUT
from deploy.kubernetes import compose, credentials, lines, monitors, traces, watching
from deploy.kubernetes.edges import edges

CHART = Path(__file__).parent / "chart"
DEFAULT = CHECKOUT / ".run" / "kubernetes" / "glasshouse"
# What the values may say by name, and the definition in the schema.
_NAMED: Mapping[str, str] = {"parts": "part", "settings": "setting", "urls": "url"}
# Of the folders that Compose mounts, what a part reads: patterns by its name.
_READ: Mapping[str, tuple[str, ...]] = {
    "prometheus": ("rules/*.yml",),
    "blackbox-exporter": ("blackbox.yml",),
    "jaeger": ("*.yaml",),
    "loki": ("config.yaml",),
    "collector": ("collector.yaml",),
    traces.BALANCER: (),
    traces.SAMPLER: (),
    "grafana": ("*/*.yml", "*.json", "runbooks.html", "runbooks.css", "runbooks.svg"),
    "mongo-users": (
        *("__init__.py", "containers/__init__.py", "containers/mongo_user.py", "installation/__init__.py"),
        *("installation/mongo_grant.py", "installation/services.py"),
    ),
}


def version() -> str:
    """The version that the chart installs, if the values say no other."""
    return str(yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"])


def pack(target: Path) -> Path:
    """Write the whole chart to the folder `target`, which is replaced, and return it."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(CHART, target)
    found = compose.load()
    parts, steps, agents = compose.parts(found), compose.steps(found), compose.agents(found)
    for name, part in (*parts.items(), *agents.items(), *((step["name"], step) for step in steps)):
        part["files"] = [_mount(target, name, volume) for volume in _folders(found["services"][name])]
    table: dict[str, Any] = {
        "parts": parts,
        "steps": steps,
        "agents": agents,
        "backup": compose.backup(found),
        "settings": compose.settings(found),
        "urls": compose.urls(found),
        "monitors": monitors.monitors(),
        "edges": [edge._asdict() for edge in edges()],
        "values": credentials.values(),
        "secrets": credentials.sources(),
    }
    _write(target / "files" / "table.yaml", yaml.safe_dump(table, sort_keys=False, width=1000))
    _enter_names(target / "values.schema.json", table)
    for name, each in credentials.files().items():
        for file, text in each.items():
            if table["secrets"][name][file]["kind"] != "value":
                _write(target / "files" / "secrets" / name / file, text)
    return target


def _enter_names(path: Path, table: Mapping[str, Any]) -> None:
    """The schema of the values knows which parts, settings and pages there are."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    for kind, definition in _NAMED.items():
        names = {name: {"$ref": f"#/definitions/{definition}"} for name in table[kind]}
        schema["properties"][kind]["properties"] = names
    _write(path, json.dumps(schema, indent=2) + "\n")


def _folders(service: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What Compose mounts from the checkout, and where."""
    for volume in service.get("volumes", ()):
        source, path = volume.split(":")[:2]
        if source.startswith("./"):
            yield source.removeprefix("./"), path


def _mount(target: Path, name: str, volume: tuple[str, str]) -> dict[str, Any]:
    """A ConfigMap: its files are written for it, their keys say where each lies below the mount."""
    source, path = volume
    config = f"{name}-{re.sub('[^a-z0-9]+', '-', Path(source).name)}"
    items: dict[str, str] = {}
    for inside, text in _contents(name, source):
        items[(key := inside.replace("/", ".."))] = inside
        _write(target / "files" / "config" / config / key, text)
    for value, changed, key, text in (
        ("logs", "grafana-provisioning", "datasources..datasources.yml", watching.datasources(has_logs=True)),
        (traces.VALUE, "jaeger-jaeger", "config.yaml", traces.store()),
    ):
        if changed == config:
            _write(target / "files" / "with" / value / config / key, text)
    return {"name": config, "path": path, "single": (CHECKOUT / source).is_file(), "items": items}


def _contents(name: str, source: str) -> Iterator[tuple[str, str]]:
    """Each file of a mount by its path, as the part reads it."""
    root = CHECKOUT / source
    if root.is_file():
        yield root.name, root.read_text(encoding="utf-8")
        return
    files = [file for pattern in _READ[name] for file in sorted(root.glob(pattern))]
    texts = {file.relative_to(root).as_posix(): file.read_text(encoding="utf-8") for file in files}
    if name == "prometheus":
        texts["kubernetes.yml"] = watching.prometheus()
    if name in (traces.BALANCER, traces.SAMPLER):
        texts[f"{name}.yaml"] = traces.config(name)
    if name == "collector":
        texts["collector.yaml"] = lines.collector()
    if source == "grafana/provisioning":
        texts["datasources/datasources.yml"] = watching.datasources()
    for inside, text in texts.items():
        yield inside, _small(text) if inside.endswith(".json") else text


def _small(text: str) -> str:
    """Without indentation: a ConfigMap holds 1 MiB."""
    return json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Pack it and say where it is."""
    print(pack(Path(arguments[0]) if arguments else DEFAULT))


if __name__ == "__main__":
    main(sys.argv[1:])
