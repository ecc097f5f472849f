"""What may get into an image: read from the recipes, so that no Docker is needed."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RECIPES = [
    ROOT / folder / name
    for folder, name in (
        ("services", "Dockerfile"),
        ("frontend", "Dockerfile"),
        ("gateway", "Dockerfile"),
        ("gateway", "metrics.Dockerfile"),
        ("loadtests", "Dockerfile"),
        ("deploy/kubernetes", "backup.Dockerfile"),
    )
]
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/main.py"))
EACH = pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: str(path.relative_to(ROOT)))


@EACH
def test_every_recipe_ends_as_somebody_who_is_not_root(recipe: Path) -> None:
    """With a health check, labels, no tag `latest`, and nothing that an old engine does not know."""
    text = recipe.read_text()
    last = text[text.rindex("\nFROM ") :]
    users = re.findall(r"^USER (\S+)", text, re.M)
    assert users
    assert not users[-1].startswith(("0", "root"))
    assert "org.opencontainers.image.title" in last
    assert "latest" not in text
    assert "# syntax=" not in text  # would be fetched from a registry
    assert "<<EOF" not in text


def test_the_context_holds_only_what_is_named() -> None:
    """Everything is left out but for a list; data, secrets, tests and git are not on it."""
    lines = [
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")
    ]
    assert lines[0] == "*"
    named = {line[1:].split("/")[0] for line in lines if line.startswith("!")}
    code = {"observability", "services", "deploy", "gateway", "prometheus", "frontend", "loadtests"}
    assert named == {"requirements", *code}


def _copy(recipe: str, folder: Path) -> None:
    """Make the folder /app that the recipe copies together."""
    for source, target in re.findall(r"^COPY (\S+) /app/(\S+)$", recipe, re.M):
        place = folder / target
        place.parent.mkdir(parents=True, exist_ok=True)
        if target.endswith("/"):
            place.mkdir(exist_ok=True)
            place = place / Path(source).name
        place.symlink_to(ROOT / source)


def test_a_backup_has_the_code_that_it_runs(tmp_path: Path) -> None:
    """With what its recipe copies it begins, and ends at a place that is none."""
    _copy((ROOT / "deploy/kubernetes/backup.Dockerfile").read_text(), tmp_path)
    command = [sys.executable, "-P", "-m", "deploy.kubernetes.in_pod", "nowhere", "nobody", "1"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[:1]) == (
        1,
        ["No backup was made: nowhere is no place for backups."],
    )


def test_a_backup_needs_no_package_that_its_image_has_not() -> None:
    """Its lock is shorter than ours: it has none of the telemetry, for example."""
    lock = (ROOT / "requirements/backup.txt").read_text()
    has = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    missing = [
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if not has.intersection(owner.lower().replace("_", "-") for owner in owners)
    ]
    code = f"import sys; sys.modules |= dict.fromkeys({missing!r}); import deploy.kubernetes.in_pod"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_without_the_others(service: str, tmp_path: Path) -> None:
    """With what services/Dockerfile copies, its modules can be imported, and no other service can."""
    _copy((ROOT / "services/Dockerfile").read_text().replace("${SERVICE}", service), tmp_path)
    others = [other for other in SERVICES if other != service]
    code = (
        "import importlib, importlib.util\n"
        f"importlib.import_module('services.{service}.main')\n"
        f"print([o for o in {others!r} if importlib.util.find_spec('services.' + o)])\n"
    )
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
