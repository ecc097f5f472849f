"""What GitHub runs for us, as far as it can be known without GitHub."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def load(path: Path) -> dict[str, Any]:
    """The workflow; its key `on` is YAML 1.1's word for true."""
    found: dict[Any, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in found.items()}


def jobs() -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """(name, job, workflow) of every job."""
    for path in FILES:
        workflow = load(path)
        for name, job in workflow["jobs"].items():
            yield f"{path.stem}: {name}", job, workflow


def release() -> list[dict[str, str]]:
    """The images that a tag publishes."""
    found: list[dict[str, str]] = load(ROOT / ".github/workflows/release.yml")["jobs"]["publish"]["strategy"][
        "matrix"
    ]["include"]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_rights_are_named_and_small(path: Path) -> None:
    """A workflow begins with reading at most; a job that writes says what, and only the release has one."""
    workflow = load(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    writing = {
        right: name
        for name, job in workflow["jobs"].items()
        for right, level in job.get("permissions", {}).items()
        if level != "read"
    }
    wanted = {"packages", "id-token", "attestations"} if path.stem == "release" else set()
    assert writing == dict.fromkeys(wanted, "publish")


def test_no_job_runs_for_ever() -> None:
    """Each has a limit; a called workflow has those of its jobs."""
    assert [name for name, job, _ in jobs() if "uses" not in job and "timeout-minutes" not in job] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(path: Path) -> None:
    """A tag can be moved to other code; the version stands beside it for people and Dependabot."""
    used = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    for action, comment in used:
        local = action.startswith("./") and (ROOT / action).is_file()
        assert local or (re.search("@[0-9a-f]{40}$", action) and re.fullmatch(r"  # v\d+\.\d+\.\d+", comment)), (
            action
        )


def test_nothing_from_outside_is_put_into_a_script() -> None:
    """Names of branches and the like reach a shell as variables, not as code."""
    for name, job, _ in jobs():
        for step in job.get("steps", []):
            for expression in re.findall(r"\$\{\{(.*?)\}\}", step.get("run", "")):
                assert expression.strip().startswith("github.event_name == "), f"{name}: {expression}"


def test_commands_and_files_are_there() -> None:
    """What a step runs from this repository, and what it reads."""
    named = {
        word
        for _, job, _ in jobs()
        for step in job.get("steps", [])
        for word in re.findall(r"(?:^|\s)((?:\./|\.ci/|requirements/)\S*)", step.get("run", ""))
    }
    assert named >= {".ci/run", "./shop", "requirements/dev.txt"}
    assert [word for word in named if not (ROOT / word).is_file()] == []


def test_a_tag_publishes_every_image_that_compose_builds() -> None:
    """The same Dockerfile, the same service; and the one that only a cluster has."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    built = {
        (service["build"]["dockerfile"], service["build"].get("args", {}).get("SERVICE", ""))
        for service in compose["services"].values()
        if "build" in service
    }
    built.add(("deploy/kubernetes/backup.Dockerfile", ""))
    assert {(image["file"], image.get("service", "")) for image in release()} == built
    assert [image["file"] for image in release() if not (ROOT / image["file"]).is_file()] == []


def test_the_images_that_are_scanned_are_all_of_ours() -> None:
    """The pattern of the scan finds each image that compose builds, in each of its profiles, and no other."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"].values()
    ((options, pattern),) = re.findall(
        r"docker compose (.*)config --images \| grep '([^']*)'",
        (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"),
    )
    profiles = {profile for service in compose for profile in service.get("profiles", [])}
    assert set(re.findall(r"--profile (\S+)", options)) == profiles
    built = {service["image"] for service in compose if "build" in service}
    assert {service["image"] for service in compose if re.search(pattern, service["image"])} == built


def test_dependabot_looks_where_something_is() -> None:
    """Each folder that it is sent to has a file of that kind."""
    wanted = {"docker": "Dockerfile", "docker-compose": "docker-compose.yml", "npm": "package-lock.json"}
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text(encoding="utf-8"))["updates"]
    for update in updates:
        for folder in update.get("directories", [update.get("directory")]):
            file = wanted.get(update["package-ecosystem"])
            assert file is None or (ROOT / folder.strip("/") / file).is_file(), folder
