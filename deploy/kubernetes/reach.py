"""How a backup and a restore reach the stores of a cluster from outside, with the rights of whoever runs kubectl.

A backup by schedule has fewer rights, and goes another way: in_pod.py. A restore is a person's work. So no pod has
the right to make one, and what opens backups never enters the cluster.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from deploy.installation.errors import ShopError
from deploy.installation.services import CONTAINER_PORT, DATABASES, PROVIDER, SERVICES, Service
from deploy.kubernetes.cluster import LABELS, RELEASE, Cluster
from deploy.kubernetes.install import upgrade
from deploy.kubernetes.pack import version
from deploy.operations.backup.pause import compare_clocks, taken
from deploy.operations.backup.reach import ClientCommand, Reach

_NAMES = ("gateway", *(service.name for service in SERVICES if service != PROVIDER))
_WRITERS = f"{LABELS},app.kubernetes.io/name in ({','.join(_NAMES)})"
_NO_SCHEMA = "does not exist"  # a table, a role or a database, in PostgreSQL's words
_REPLICAS = "glasshouse/replicas"  # an annotation: how many there were before they were stopped
_PATIENCE = 600  # seconds until everything must be ready
# In a pod of the gateway. $1: the spans to hold, which nobody may hold yet; $2: those that we hold. Says the time.
_HOLD = """
set -C
mkdir -p $RUN_DIR/held && cd $RUN_DIR/held || exit
for span in $1; do (: >$span) 2>/dev/null || { echo taken; exit; }; done
for span in $2; do test -e $span || { echo gone; exit; }; done
date +%s
"""
# In the provider's pod. SQLite replaces all pages in one transaction, so the provider may run; nobody charges.
_REPLACE_LEDGER = """
import pathlib, shutil, sqlite3, sys
copy = pathlib.Path("/data/ledger.restored")
try:
    with copy.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    sqlite3.connect(copy).backup(sqlite3.connect("/data/ledger.sqlite", timeout=10))
finally:
    copy.unlink()
"""


class ClusterReach(Reach):
    """Ports that kubectl forwards, and programs that it runs in pods."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(cluster)
        self._cluster = cluster
        self._held: dict[str, set[int]] = {}  # the spans that we hold, by the pod of the gateway

    def _base_url(self, service: Service) -> str:
        return f"http://{service.name}:{CONTAINER_PORT}"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        gateways = self._gateways()
        yield
        if self._gateways() != gateways:
            raise ShopError("Pods of the gateway came or went during the backup.", "Try again.")

    def client(self, program: str, database: str) -> ClientCommand:
        # By the socket in the pod, where the database's owner needs no password.
        named = () if program == "pg_restore" else (f"--dbname={database}",)
        inside = ("exec", "--stdin", "postgres-0", "--", program, f"--username={database}", *named)
        return ClientCommand((*self._cluster.kubectl_command, *inside), os.environ)

    def hold_writes(self, spans: Iterable[int]) -> None:
        wanted = set(spans)
        for pod in sorted(self._gateways()):
            held = self._held.setdefault(pod, set())
            names, asked = (_words(wanted - held), _words(wanted & held)), time.time()
            said = self._in_gateway(pod, _HOLD, *names)
            if not said.isdecimal():
                raise taken(pod)
            held |= wanted
            compare_clocks(pod, int(said), asked)

    def admit_writes(self) -> None:
        """Only where we hold them, and everywhere, also when one does not answer. Then it raises ShopError."""
        with ExitStack() as each:
            each.callback(self._held.clear)
            for pod, spans in self._held.items():
                each.callback(self._in_gateway, pod, "cd $RUN_DIR/held && rm -f $1", _words(spans))

    def replace_ledger(self, source: Path) -> None:
        command = ("exec", "--stdin", f"{PROVIDER.name}-0", "--", "python", "-c", _REPLACE_LEDGER)
        with source.open("rb") as file:
            done = subprocess.run([*self._cluster.kubectl_command, *command], stdin=file, stderr=subprocess.PIPE)
        if done.returncode != 0:
            raise ShopError(f"The ledger was not replaced: {done.stderr.decode(errors='replace').strip()[-400:]}")

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        super().replace_secrets(values)
        name = self._cluster.values().get("secrets", {}).get("existing") or RELEASE
        data = {key: base64.b64encode(value).decode() for key, value in values.items()}
        patch = json.dumps({"data": data})  # as standard input: others see the arguments of a process
        self._cluster.kubectl("patch", f"secret/{name}", "--patch-file=/dev/stdin", given=patch)

    def start_stores(self) -> None:
        self._cluster.installed()
        if self._cluster.values().get("rollout", {}).get("kind") == "argo":
            raise ShopError(
                "Services that are Rollouts of Argo are not stopped by this command.",
                "Nothing was changed. Restore into a release with rollout.kind deployment.",
            )
        self._cluster.kubectl(
            *("wait", "--for=condition=Ready", "pod", f"--selector={LABELS},app.kubernetes.io/component=store"),
            f"--timeout={_PATIENCE}s",
        )
        if not all(self._has_schema(name) for name in DATABASES):
            self.stop_services()  # else the shop opens with nothing in it as soon as there are tables
            self._prepare(self._manifest())

    def stop_services(self) -> None:
        for one in self._writers():
            if replicas := one["spec"]["replicas"]:  # kept in the cluster, as this may be interrupted
                name = f"deployment/{one['metadata']['name']}"
                self._cluster.kubectl("annotate", name, f"{_REPLICAS}={replicas}", "--overwrite")
                self._cluster.kubectl("scale", name, "--replicas=0")
        self._cluster.kubectl("wait", "--for=delete", "pod", f"--selector={_WRITERS}", f"--timeout={_PATIENCE}s")

    def start(self) -> None:
        manifest = self._manifest()
        self._prepare(manifest)
        # It has read its secrets before.
        self._cluster.kubectl("rollout", "restart", f"statefulset/{PROVIDER.name}")
        meant = {each["metadata"]["name"]: each["spec"] for each in manifest if each["kind"] == "Deployment"}
        for one in self._writers():
            name = f"deployment/{one['metadata']['name']}"
            # One that somebody has closed before has no note. With autoscaling the release does not say how many.
            fallback = meant.get(one["metadata"]["name"], {}).get("replicas", 1)
            replicas = one["metadata"].get("annotations", {}).get(_REPLICAS, fallback)
            self._cluster.kubectl("scale", name, f"--replicas={replicas}")
            self._cluster.kubectl("annotate", name, f"{_REPLICAS}-")  # another time there may be others
        for name in (
            f"statefulset/{PROVIDER.name}",
            *(f"deployment/{one['metadata']['name']}" for one in self._writers()),
        ):
            self._cluster.kubectl("rollout", "status", name, f"--timeout={_PATIENCE}s")
        if self._cluster.installed().get("app_version") == version():
            # A rollout goes back to the newest revision, which has the secrets of before: now it has ours.
            upgrade(self._cluster, "--no-hooks", seconds=_PATIENCE)
        self._cluster.close()  # ports that lead to pods of before: the next question opens new ones

    def _writers(self) -> list[dict[str, Any]]:
        return list(self._cluster.objects("deployments", f"--selector={_WRITERS}")["items"])

    def _has_schema(self, database: str) -> bool:
        command = [*self.client("psql", database).arguments, "--command=SELECT 1 FROM alembic_version"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
        if done.returncode != 0 and _NO_SCHEMA not in done.stderr:
            said = done.stderr.strip()[-400:]
            raise ShopError(f"PostgreSQL's pod does not answer: {said}", "Nothing was changed.")
        return done.returncode == 0

    def _prepare(self, manifest: list[dict[str, Any]]) -> None:
        """Roles, migrations and the first data, by the chart's Job, without the services."""
        for each in manifest:  # what the Job reads may be hooks, which an upgrade without hooks does not make
            is_hook = "helm.sh/hook" in each["metadata"].get("annotations", {})
            if is_hook and each["kind"] in ("Secret", "ConfigMap"):
                self._cluster.kubectl("apply", "--filename=-", given=json.dumps(each))
        named = (each for each in manifest if each["metadata"]["name"].startswith("prepare-"))
        (job,) = (each for each in named if each["kind"] == "Job")
        job["metadata"] = {"name": "prepare-restore", "labels": job["metadata"]["labels"]}
        self._cluster.kubectl("delete", "job/prepare-restore", "--ignore-not-found")
        self._cluster.kubectl("create", "--filename=-", given=json.dumps(job))
        self._cluster.kubectl("wait", "--for=condition=Complete", "job/prepare-restore", f"--timeout={_PATIENCE}s")
        self._cluster.kubectl("delete", "job/prepare-restore")

    def _manifest(self) -> list[dict[str, Any]]:
        """What the newest revision is made of, hooks included."""
        texts = self._cluster.helm("get", "manifest", RELEASE), self._cluster.helm("get", "hooks", RELEASE)
        return [each for each in yaml.safe_load_all("\n---\n".join(texts)) if each]

    def _gateways(self) -> set[str]:
        return {
            pod["metadata"]["name"]
            for pod in self._cluster.pods()
            if pod["metadata"]["labels"]["app.kubernetes.io/name"] == "gateway"
            and pod["status"].get("phase") != "Failed"  # evicted, and replaced by another one
        }

    def _in_gateway(self, pod: str, script: str, *arguments: str) -> str:
        shell = ("sh", "-c", script, "sh", *arguments)
        return self._cluster.kubectl("exec", pod, "--container=gateway", "--", *shell).strip()


def _words(spans: Iterable[int]) -> str:
    return " ".join(map(str, sorted(spans)))
