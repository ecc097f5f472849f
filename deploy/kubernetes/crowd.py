"""Customers inside of a cluster: Locust runs in the gateway's pod, where each has an address of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploy.installation.errors import ShopError
from deploy.kubernetes.cluster import Cluster

__all__ = ["ClusterCrowd"]

_CONTAINER = "locust-worker"
_FOLDER = "/tmp/shop-load"  # noqa: S108 - of a container that nobody else is in
_BEGIN = f'mkdir -p {_FOLDER} && rm -f {_FOLDER}/results.json && echo $$ >{_FOLDER}/pid && exec locust "$@"'
_END = f"pid=$(cat {_FOLDER}/pid) && kill -TERM $pid && while kill -0 $pid 2>/dev/null; do sleep 1; done"
_ARGUMENTS = (
    *("-f", "/app/loadtests/locustfile.py", "--host", "http://127.0.0.1:8080", "--stop-timeout", "40"),
    *("--loglevel", "WARNING", "--json-file", f"{_FOLDER}/locust", "--only-summary", "--headless"),
)


class ClusterCrowd:
    """One load. The gateway limits each address, and a forwarded port has only one."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._pod = ""  # the one of its load: there may be several, and the order of their readiness changes

    def command(self, settings: Mapping[str, str], arguments: Sequence[str] = ()) -> Sequence[str]:
        running = (
            pod
            for pod in self._cluster.pods()
            if pod["status"].get("phase") == "Running" and "deletionTimestamp" not in pod["metadata"]
        )
        programs = self._cluster.programs(running)
        self._pod = next((pod for pod, container in programs if container == _CONTAINER), "")
        if not self._pod:
            raise ShopError(
                "There is no Locust in the gateway's pod.",
                "A file with `load: {enabled: true}` brings it: ./shop up --kubernetes --values FILE",
            )
        told = {**settings, "LOAD_FOLDER": _FOLDER}
        variables = (f"{name}={text}" for name, text in told.items())
        inside = self._inside("env", *variables, "sh", "-c", _BEGIN, "locust", *_ARGUMENTS, *arguments)
        return (*self._cluster.kubectl_command, *inside)

    def end(self) -> None:
        self._cluster.kubectl(*self._inside("sh", "-c", _END), check=False)

    def results(self) -> str:
        return self._cluster.kubectl(*self._inside("cat", f"{_FOLDER}/results.json"), check=False)

    def _inside(self, *command: str) -> tuple[str, ...]:
        return ("exec", self._pod, f"--container={_CONTAINER}", "--", *command)
