"""One installation in a cluster: the namespace that kubectl and Helm are told, and ports that lead into it."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from deploy.containers.stack import INSIDE
from deploy.installation.errors import ShopError, UsageError
from deploy.installation.files import write_private
from deploy.installation.layout import PORTS, Layout, make_private
from deploy.installation.services import CONTAINER_PORT
from deploy.kubernetes.forwarding import Forward
from deploy.kubernetes.traces import BALANCER

__all__ = ["LABELS", "RELEASE", "Cluster", "need"]

RELEASE = "glasshouse"
LABELS = f"app.kubernetes.io/instance={RELEASE}"  # of everything that the release has made
_NO_RELEASE = "release: not found"  # Helm's words
_REMEDY = "What is not ready? ./shop status --kubernetes. Which cluster is it? kubectl config current-context"
_NAME = re.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_PLACES = {name: place for place, name in INSIDE.items()}
_OPERATED = "prometheus-operated"  # the Service that the Operator makes for every Prometheus of a namespace
_SECONDS = 900.0  # for one command, which waits for pods itself
_TO_END = 60.0  # seconds for a command that was interrupted: Helm notes that the release is no longer under way


def need(*programs: str) -> None:
    """Raise a ShopError when one of the programs is missing."""
    for program in programs:
        if shutil.which(program) is None:
            raise ShopError(f"There is no {program} on the PATH.", f"--kubernetes needs {' and '.join(programs)}.")


@dataclass(frozen=True)
class Cluster(Layout):
    """The release `glasshouse` in a namespace of the cluster that kubectl speaks to.

    run: what is kept here of it: passwords, log lines, results of loads.
    """

    namespace: str = ""
    _forwards: dict[tuple[str, str, int], Forward] = field(default_factory=dict)

    @classmethod
    def beside(cls, layout: Layout) -> Cluster:
        """The one that SHOP_NAMESPACE names, `shop` without it. Raises ShopError."""
        namespace = os.environ.get("SHOP_NAMESPACE") or "shop"
        if not _NAME.fullmatch(namespace):
            raise UsageError(f"SHOP_NAMESPACE is {namespace!r}.", "Give a name of Kubernetes, such as shop.")
        need("kubectl")
        make_private(layout.run, passable=True)
        run = layout.run / "clusters" / namespace
        for folder in (run.parent, run, run / "logs"):
            make_private(folder)
        return cls(layout.checkout, run, run / "data", layout.offset, namespace)

    @property
    def secrets(self) -> Path:
        """The passwords of the installation, read from the cluster when they are asked for first."""
        self._read_secrets  # noqa: B018 - once
        return self.run / "secrets"

    @cached_property
    def _read_secrets(self) -> None:
        name = self.values().get("secrets", {}).get("existing") or RELEASE
        found = self.objects(f"secret/{name}")
        make_private(self.run / "secrets")
        for key, value in found["data"].items():
            write_private(self.run / "secrets" / key, base64.b64decode(value).decode())

    def port(self, name: str) -> int:
        """A port of this machine that leads to it for as long as this process runs. Raises ShopError."""
        if name not in _PLACES:
            return super().port(name)
        service, inside = _PLACES[name]
        if name == "otlp" and self.has(BALANCER):
            service = BALANCER  # where services send spans: a trace is kept or dropped as a whole
        if name == "prometheus" and not self.has(service) and self._monitoring.get("operator"):
            return self.forward(_OPERATED, inside, self._monitoring.get("namespace", "monitoring"))
        return self.forward(service, inside)

    @cached_property
    def _monitoring(self) -> dict[str, Any]:
        return self.values().get("monitoring") or {}

    def forward(self, service: str, inside: int = CONTAINER_PORT, namespace: str = "") -> int:
        """A port of this machine that leads to a Service; namespace: its own, if not ours. Raises ShopError."""
        place = (namespace or self.namespace, service, inside)
        if place not in self._forwards:
            kubectl = ("kubectl", "--namespace", place[0])
            self._forwards[place] = Forward(kubectl, f"service/{service}", inside)
        return self._forwards[place].port

    def close(self) -> None:
        """End the ports that lead into the cluster; they end with the process, too."""
        for forward in self._forwards.values():
            forward.close()
        self._forwards.clear()

    def page(self, name: str) -> str:
        return f"http://localhost:{PORTS[name]}"

    def port_forwards(self) -> list[str]:
        """The commands that open the pages."""
        named = ("gateway", "jaeger", "prometheus", "alertmanager", "grafana", "rabbitmq-ui", "locust")
        places = (_PLACES[name] for name in named)
        return [
            " ".join((*self.kubectl_command, "port-forward", f"service/{service}", f"{port}:{port}"))
            for service, port in places
            if self.has(service)
        ]

    def has(self, service: str) -> bool:
        """Whether it is in the namespace: values may leave a part out, or bring one."""
        return service in self._services

    @cached_property
    def _services(self) -> set[str]:
        return {each["metadata"]["name"] for each in self.objects("services")["items"]}

    def gather_logs(self) -> None:
        """Write what every container has said so far to the folder of logs, as the native run has it there."""
        for old in self.logs.glob("*.log"):
            old.unlink()
        for (pod, container), program in self.programs(self.pods()).items():
            with (self.logs / f"{program}.log").open("wb") as output:
                subprocess.run(
                    [*self.kubectl_command, "logs", pod, f"--container={container}"],
                    stdout=output,
                    stderr=subprocess.DEVNULL,  # a container that has not begun has said nothing
                    check=False,
                )

    @staticmethod
    def programs(pods: Iterable[dict[str, Any]]) -> dict[tuple[str, str], str]:
        """The name of a program, with a number among those of its kind, by its pod and its container."""
        found: dict[tuple[str, str], str] = {}
        counts: dict[str, int] = {}
        for pod in pods:
            for container in pod["spec"]["containers"]:
                name = container["name"]
                counts[name] = counts.get(name, 0) + 1
                found[(pod["metadata"]["name"], name)] = f"{name}-{counts[name]}"
        return found

    def pods(self) -> list[dict[str, Any]]:
        """The pods of the platform that run or should, the oldest first."""
        items = self.objects("pods", f"--selector={LABELS}")["items"]
        meant = [pod for pod in items if pod["status"].get("phase") != "Succeeded"]
        return sorted(meant, key=lambda pod: (pod["metadata"]["creationTimestamp"], pod["metadata"]["name"]))

    def release(self) -> dict[str, Any] | None:
        """The newest revision of the release: its `revision`, `status` and others; None: not installed."""
        found: list[dict[str, Any]] = self._of_release("history", "--max=1") or []
        return found[-1] if found else None

    def installed(self) -> dict[str, Any]:
        """The newest revision of the release. Raises ShopError where there is none."""
        if (found := self.release()) is None:
            raise ShopError(
                f"There is no release {RELEASE} in the namespace {self.namespace}.",
                "./shop up --kubernetes installs it. Another namespace: SHOP_NAMESPACE=<name>",
            )
        return found

    def values(self) -> dict[str, Any]:
        """What the release was given as values; empty when nothing was, or nothing is installed."""
        if shutil.which("helm") is None:
            return {}
        return dict(self._of_release("get", "values") or {})

    def _of_release(self, *words: str) -> Any:
        """What Helm knows of the release; None where there is none. Raises ShopError for any other trouble."""
        try:
            return json.loads(self.helm(*words, RELEASE, "--output=json"))
        except ShopError as error:
            if _NO_RELEASE in error.message:
                return None
            raise

    def objects(self, *arguments: str) -> dict[str, Any]:
        """What `kubectl get` finds. Raises ShopError."""
        found: dict[str, Any] = json.loads(self.kubectl("get", *arguments, "--output=json"))
        return found

    def workloads(self, part: str = "") -> list[dict[str, Any]]:
        """What starts the pods of a part, or of all parts: an object for each, or one for each colour."""
        chosen = f"{LABELS},app.kubernetes.io/name={part}" if part else LABELS
        return list(self.objects("deployments,statefulsets", f"--selector={chosen}")["items"])

    def kubectl(self, *arguments: str, check: bool = True, given: str | None = None) -> str:
        """Run kubectl in the namespace; what it printed. given: its standard input. Raises ShopError."""
        return _run([*self.kubectl_command, *arguments], check=check, given=given)

    def helm(self, *arguments: str, seconds: float = _SECONDS) -> str:
        """Run Helm in the namespace, for no longer than `seconds`; what it printed. Raises ShopError."""
        need("kubectl", "helm")
        return _run(["helm", "--namespace", self.namespace, *arguments], check=True, seconds=seconds)

    @property
    def kubectl_command(self) -> tuple[str, ...]:
        """kubectl in the namespace, for what runs it by itself."""
        return ("kubectl", "--namespace", self.namespace)


def _run(command: list[str], *, check: bool, given: str | None = None, seconds: float = _SECONDS) -> str:
    program, _, namespace, *words = command
    name = f"{program} {' '.join(words[:2])}"
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl+C comes by way of us, who wait until it has ended
    ) as process:
        try:
            output, errors = process.communicate(given, timeout=seconds)
        except BaseException as error:
            _end(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise ShopError(f"{name} did not end within {seconds:.0f} s.", _REMEDY) from error
            raise
    if process.returncode == 0:
        return output
    if not check:
        return ""
    said = errors.strip().splitlines() or ["it says nothing"]
    raise ShopError(f"{name} failed in the namespace {namespace}: {said[-1][:400]}", _REMEDY)


def _end(process: subprocess.Popen[str]) -> None:
    """Let it end in good order; kill it after a time, or at a second Ctrl+C."""
    process.terminate()  # Helm takes it like Ctrl+C; and it is never ignored, as Ctrl+C is in the background
    try:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=_TO_END)
    finally:
        process.kill()
