"""How a backup and a restore reach the stores of a cluster from outside, with the rights of whoever runs kubectl.

A backup by schedule has fewer rights, and goes another way: in_pod.py. A restore is a person's work. So no pod has
the right to make one, and what opens backups never enters the cluster.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from deploy.installation.errors import ShopError
from deploy.installation.services import CONTAINER_PORT, DATABASES, PROVIDER, SERVICES, Service
from deploy.kubernetes.cluster import RELEASE, Cluster
from deploy.operations.backup.reach import ClientCommand, Reach

_ALL = f"app.kubernetes.io/instance={RELEASE}"
_NAMES = ("gateway", *(service.name for service in SERVICES if service != PROVIDER))
_WRITERS = f"{_ALL},app.kubernetes.io/name in ({','.join(_NAMES)})"
_REPLICAS = "glasshouse/replicas"  # an annotation: how many there were before they were stopped
_PATIENCE = 600  # seconds until everything must be ready
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

    def _base_url(self, service: Service) -> str:
        return f"http://{service.name}:{CONTAINER_PORT}"

    @contextmanager
    def alone(self) -> Iterator[None]:
        gateways = self._gateways()
        yield
        if self._gateways() != gateways:
            raise ShopError("Pods of the gateway came or went during the backup.", "Try again.")

    def client(self, program: str, database: str) -> ClientCommand:
        # By the socket in the pod, where the database's owner needs no password.
        named = () if program == "pg_restore" else (f"--dbname={database}",)
        inside = ("exec", "--stdin", "postgres-0", "--", program, f"--username={database}", *named)
        return ClientCommand(("kubectl", "--namespace", self._cluster.namespace, *inside), os.environ)

    def hold_writes(self, slots: Iterable[int]) -> None:
        files = " ".join(map(str, slots))
        self._in_gateways(f"mkdir -p $RUN_DIR/held && cd $RUN_DIR/held && touch {files}")

    def admit_writes(self) -> None:
        self._in_gateways("rm -rf $RUN_DIR/held")

    def replace_ledger(self, source: Path) -> None:
        command = ("exec", "--stdin", f"{PROVIDER.name}-0", "--", "python", "-c", _REPLACE_LEDGER)
        with source.open("rb") as file:
            done = subprocess.run(
                ["kubectl", "--namespace", self._cluster.namespace, *command], stdin=file, stderr=subprocess.PIPE
            )
        if done.returncode != 0:
            raise ShopError(f"The ledger was not replaced: {done.stderr.decode(errors='replace').strip()[-400:]}")

    def replace_secrets(self, values: Mapping[str, bytes]) -> None:
        super().replace_secrets(values)
        name = self._cluster.values().get("secrets", {}).get("existing") or RELEASE
        data = {key: base64.b64encode(value).decode() for key, value in values.items()}
        patch = json.dumps({"data": data})  # as standard input: others see the arguments of a process
        self._cluster.kubectl("patch", f"secret/{name}", "--patch-file=/dev/stdin", given=patch)

    def start_stores(self) -> None:
        self._cluster.kubectl(
            *("wait", "--for=condition=Ready", "pod", f"--selector={_ALL},app.kubernetes.io/component=store"),
            f"--timeout={_PATIENCE}s",
        )
        if not all(self._has_schema(name) for name in DATABASES):
            self.stop_services()  # else the shop opens with nothing in it as soon as there are tables
            self._prepare()

    def stop_services(self) -> None:
        for one in self._writers():
            if replicas := one["spec"]["replicas"]:  # kept in the cluster, as this may be interrupted
                name = f"deployment/{one['metadata']['name']}"
                self._cluster.kubectl("annotate", name, f"{_REPLICAS}={replicas}", "--overwrite")
                self._cluster.kubectl("scale", name, "--replicas=0")
        self._cluster.kubectl("wait", "--for=delete", "pod", f"--selector={_WRITERS}", f"--timeout={_PATIENCE}s")

    def start(self) -> None:
        self._prepare()
        # It has read its secrets before.
        self._cluster.kubectl("rollout", "restart", f"statefulset/{PROVIDER.name}")
        for one in self._writers():
            replicas = one["metadata"].get("annotations", {}).get(_REPLICAS, "1")
            self._cluster.kubectl("scale", f"deployment/{one['metadata']['name']}", f"--replicas={replicas}")
        for name in (
            f"statefulset/{PROVIDER.name}",
            *(f"deployment/{one['metadata']['name']}" for one in self._writers()),
        ):
            self._cluster.kubectl("rollout", "status", name, f"--timeout={_PATIENCE}s")
        self._cluster.close()  # ports that lead to pods of before: the next question opens new ones

    def _writers(self) -> list[dict[str, Any]]:
        return list(self._cluster.objects("deployments", f"--selector={_WRITERS}")["items"])

    def _has_schema(self, database: str) -> bool:
        command = self.client("psql", database).arguments
        done = subprocess.run([*command, "--command=SELECT 1 FROM alembic_version"], capture_output=True)
        return done.returncode == 0

    def _prepare(self) -> None:
        """Roles, migrations and the first data, by the chart's Job, without the services."""
        texts = self._cluster.helm("get", "manifest", RELEASE), self._cluster.helm("get", "hooks", RELEASE)
        (job,) = (
            each
            for each in yaml.safe_load_all("\n---\n".join(texts))
            if each and each["metadata"]["name"].startswith("prepare-")
        )
        job["metadata"] = {"name": "prepare-restore", "labels": job["metadata"]["labels"]}
        self._cluster.kubectl("delete", "job/prepare-restore", "--ignore-not-found")
        self._cluster.kubectl("create", "--filename=-", given=json.dumps(job))
        self._cluster.kubectl("wait", "--for=condition=Complete", "job/prepare-restore", f"--timeout={_PATIENCE}s")
        self._cluster.kubectl("delete", "job/prepare-restore")

    def _gateways(self) -> set[str]:
        return {
            pod["metadata"]["name"]
            for pod in self._cluster.pods()
            if pod["metadata"]["labels"]["app.kubernetes.io/name"] == "gateway"
        }

    def _in_gateways(self, script: str) -> None:
        for name in sorted(self._gateways()):
            self._cluster.kubectl("exec", name, "--container=gateway", "--", "sh", "-c", script)
