"""The registry: it extends the conventions of the locked version, and defines nothing that they define."""

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from opentelemetry.semconv import attributes as stable
from opentelemetry.semconv._incubating import attributes as incubating
from opentelemetry.semconv.schemas import Schemas

from docs.telemetry.conventions import _attribute, published
from docs.telemetry.registry import FOLDER, Registry, RegistryError, registry


def _constants(package: ModuleType) -> set[str]:
    """Names that the locked package has."""
    modules = (
        importlib.import_module(f"{package.__name__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    )
    return {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    }


def _write(folder: Path, *groups: Mapping[str, object]) -> Path:
    (folder / "own.yaml").write_text(yaml.safe_dump({"groups": list(groups)}), encoding="utf-8")
    return folder


def test_conventions_are_those_of_the_locked_package() -> None:
    """The same version: what the instrumentations write, is what the file lists."""
    versions = [tuple(map(int, schema.value.rsplit("/", 1)[1].split("."))) for schema in Schemas]
    assert published()["version"] == ".".join(map(str, max(versions)))
    manifest = yaml.safe_load((FOLDER / "manifest.yaml").read_text(encoding="utf-8"))
    assert manifest["dependencies"][0]["schema_url"].endswith(f"/{published()['version']}")
    assert f"@v{published()['version']}[model]" in manifest["dependencies"][0]["registry_path"]


def test_published_names_in_use_are_constants_of_the_package() -> None:
    """With the same stability: the package keeps what is stable in modules of their own."""
    used = {a.name: a for group in registry().groups for a in group.attributes.values() if not a.ours}
    assert len(used) > 40
    assert used.keys() <= _constants(incubating) | _constants(stable)
    assert {name for name, attribute in used.items() if attribute.stability == "stable"} == (
        used.keys() & _constants(stable)
    )


def test_we_define_nothing_in_a_namespace_of_the_conventions() -> None:
    """`http.anything` is published or wrong; names of ours with dots begin with our prefix."""
    assert [name for name in registry().attributes if "." in name and not name.startswith("shop.")] == []
    libraries = {
        group.name for group in registry().of_type("metric") if group.name.startswith(("process.", "python."))
    }
    names = {group.name for group in registry().of_type("metric") if ":" not in group.name} - libraries
    assert {name for name in names if not name.startswith("shop.")} <= published()["metrics"].keys()


def test_metrics_of_the_conventions_are_as_published() -> None:
    """Instrument, unit and stability."""
    ours = [group for group in registry().of_type("metric") if group.published]
    assert len(ours) == 11
    for metric in ours:
        assert {key: metric.raw[key] for key in ("instrument", "unit", "stability")} == published()["metrics"][
            metric.name
        ]


def test_every_name_is_defined_once_and_every_one_is_used() -> None:
    """No meaning is kept twice, and none of what is gone."""
    defined = [
        entry["id"] for group in registry().groups for entry in group.raw.get("attributes", ()) if "id" in entry
    ]
    assert len(defined) == len(set(defined))
    ids = [group.id for group in registry().groups]
    assert len(ids) == len(set(ids))
    refs = {e["ref"] for group in registry().groups for e in group.raw.get("attributes", ()) if "ref" in e}
    assert set(defined) - refs == set()
    assert all(group.brief for group in registry().groups)


def test_a_name_that_nobody_defines_is_refused(tmp_path: Path) -> None:
    """Also one that the conventions have deprecated."""
    group = {"id": "a", "type": "attribute_group", "brief": "a", "attributes": [{"ref": "http.method"}]}
    with pytest.raises(RegistryError, match=r"a: neither we nor the conventions define http\.method"):
        Registry(_write(tmp_path, group))
    lost = {"id": "a", "type": "attribute_group", "brief": "a", "extends": "b"}
    with pytest.raises(RegistryError, match="a: no group b"):
        Registry(_write(tmp_path, lost))


@pytest.mark.parametrize(
    ("name", "instrument", "unit", "exposed"),
    [
        ("shop.a", "counter", "{thing}", "shop_a_total"),
        ("shop.a", "histogram", "s", "shop_a_seconds"),
        ("shop.a_bytes", "counter", "By", "shop_a_bytes_total"),
        ("shop.a", "updowncounter", "{thing}", "shop_a"),
    ],
)
def test_names_in_prometheus(tmp_path: Path, name: str, instrument: str, unit: str, exposed: str) -> None:
    """Dots become underscores, and unit and `_total` are added, as OpenTelemetry's exporter does it."""
    metric = {
        "id": "m",
        "type": "metric",
        "metric_name": name,
        "instrument": instrument,
        "unit": unit,
        "brief": "b",
    }
    assert list(Registry(_write(tmp_path, metric)).metrics) == [exposed]


def test_what_is_kept_of_a_published_attribute() -> None:
    """Type, stability and the first sentence, without links; members of an enumeration have one type."""
    raw = {
        "type": {"members": [{"id": "a", "value": 1}]},
        "stability": "stable",
        "brief": "The [status](https://a.example/b). More.",
    }
    assert _attribute(raw) == {"type": "int", "stability": "stable", "brief": "The status."}
