"""Backups in a cluster: who may do what, and how the pod holds writes and reads its addresses."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from deploy.installation.errors import ShopError
from deploy.installation.services import DATABASES
from deploy.kubernetes import in_pod
from deploy.kubernetes.in_pod import PodReach
from deploy.operations.backup.reach import SECRETS
from tests.deploy.kubernetes import helm
from tests.deploy.kubernetes.chart import BACKUP, RECIPIENT, WAYS, objects, of_kind


def test_the_pod_may_do_nothing_in_the_cluster(packed: Path) -> None:
    """No token, no role, and no key that opens what it has made."""
    found = objects(packed, "backup")
    job = of_kind(found, "CronJob")["backup"]["spec"]
    assert job["concurrencyPolicy"] == "Forbid"
    pod = job["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert all(binding["subjects"][0]["name"] != "backup" for binding in of_kind(found, "RoleBinding").values())
    (container,) = pod["containers"]
    assert container["args"][:1] == ["s3://bucket/shop"]
    assert container["envFrom"] == [{"secretRef": {"name": "s3"}}]


def test_the_pod_is_given_what_it_reads(packed: Path) -> None:
    """Every file of PodReach, and nothing else."""
    pod = of_kind(objects(packed, "backup"), "CronJob")["backup"]["spec"]["jobTemplate"]["spec"]["template"][
        "spec"
    ]
    (volume,) = (each for each in pod["volumes"] if "projected" in each)
    given = {item["path"] for source in volume["projected"]["sources"] for item in source["secret"]["items"]}
    assert given == {*DATABASES, "mongo", "amqp", "provider_key", *SECRETS}


def test_the_gateways_door_is_for_the_backup_alone(packed: Path) -> None:
    """Only the Service that knows each pod leads to it, one policy opens it; without the value it is not there."""
    found = objects(packed, "backup")
    services = of_kind(found, "Service")
    ports = {name: {port["name"] for port in each["spec"]["ports"]} for name, each in services.items()}
    assert [name for name, names in ports.items() if "pause" in names] == ["gateway-pods"]
    (rule,) = (
        rule
        for rule in of_kind(found, "NetworkPolicy")["gateway"]["spec"]["ingress"]
        if rule["ports"] == [{"protocol": "TCP", "port": 8082}]
    )
    (peer,) = rule["from"]
    assert peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"] == "backup"
    small = of_kind(objects(packed, "small"), "Deployment", "CronJob")
    assert "backup" not in small
    assert "pause" not in str(small["gateway"])
    assert "PAUSE_PORT" not in str(small["gateway"])


def test_away_from_the_pods_only_the_place_is_reached(packed: Path) -> None:
    """By its network and port."""
    egress = of_kind(objects(packed, "backup"), "NetworkPolicy")["backup"]["spec"]["egress"]
    blocks = [rule for rule in egress if "ipBlock" in rule["to"][0]]
    assert blocks == [{"to": [{"ipBlock": {"cidr": "10.9.0.0/16"}}], "ports": [{"protocol": "TCP", "port": 443}]}]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("backup.target=", "backup.target says where backups are kept"),
        ("backup.recipient=", "backup.recipient is the public key"),
        ("network.policies=false", "backup.enabled needs network.policies"),
    ],
)
def test_what_is_missing_is_said(packed: Path, value: str, said: str) -> None:
    """Before anything is installed."""
    done = helm.run("template", "x", str(packed), *WAYS["small"], *BACKUP, "--set", value)
    assert done.returncode != 0
    assert said in done.stderr


class Gateways:
    """Doors of pods on addresses of loopback, and what each was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, list[str]] = {}
        self.known: list[str] = []  # what the cluster's DNS says
        self.port = 0
        self.held: set[str] = set()  # the paths of files, by address and span
        self.late = 0.0  # seconds that their clocks are behind ours

    @contextmanager
    def pod(self, address: str, *, status: int = 201) -> Iterator[None]:
        """One more pod, which DNS knows."""
        asked, gateways = self.asked.setdefault(address, []), self

        class Door(BaseHTTPRequestHandler):
            def answer(self, code: int) -> None:
                asked.append(f"{self.command} {self.path}")
                self.send_response(code)
                self.end_headers()

            def do_PUT(self) -> None:
                file = f"{address}{self.path}"
                code = 204 if file in gateways.held else status
                gateways.held.add(file)
                self.answer(code)

            def do_DELETE(self) -> None:
                gateways.held.discard(f"{address}{self.path}")
                self.answer(204)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return super().date_time_string(time.time() - gateways.late)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer((address, self.port), Door)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.known.append(address)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture
def gateways(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Gateways:
    """None yet. What is looked up is answered from them."""
    found, real = Gateways(), socket.getaddrinfo

    def resolve(name: str, port: int, *others: Any, **named: Any) -> Any:
        if name != "gateway-pods":
            return real(name, port, *others, **named)
        if not found.known:
            raise socket.gaierror(-2, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found.known]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(in_pod, "_KNOWN_AFTER", 0)
    monkeypatch.setattr(in_pod, "_ADMITTED_WITHIN", 0)
    (tmp_path / "amqp").write_text("amqp://rabbitmq/shop")
    return found


def test_a_new_pod_waits_until_policies_know_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Until then the broker refuses it: giving up at once used up the tries of its Job within seconds."""
    with socket.socket() as broker:
        broker.bind(("127.0.0.1", 0))  # refuses until it listens
        host, port = broker.getsockname()
        (tmp_path / "amqp").write_text(f"amqp://backup:secret@{host}:{port}/shop")
        refused = []

        def admit(seconds: float) -> None:
            refused.append(seconds)
            broker.listen()

        monkeypatch.setattr(time, "sleep", admit)
        monkeypatch.setattr(PodReach, "_resolved", Mock(return_value=frozenset()))
        with PodReach(tmp_path).exclusive():
            assert len(refused) == 1


def test_every_pod_holds_writes_and_admits_them_again(gateways: Gateways, tmp_path: Path) -> None:
    """Each by its own address."""
    with gateways.pod("127.0.0.2"), gateways.pod("127.0.0.3"):
        reach = PodReach(tmp_path, pause_port=gateways.port)
        with reach.exclusive():
            reach.hold_writes([7, 8])
            reach.admit_writes()
    for asked in gateways.asked.values():
        assert sorted(asked) == ["DELETE /held/7", "DELETE /held/8", "PUT /held/7", "PUT /held/8"]


def test_a_pod_that_came_meanwhile_makes_the_backup_worthless(gateways: Gateways, tmp_path: Path) -> None:
    """It let writes in: noticed when the pause is renewed, or at the end."""
    with gateways.pod("127.0.0.2"):
        reach = PodReach(tmp_path, pause_port=gateways.port)
        held = reach.exclusive()
        held.__enter__()
        reach.hold_writes([7])
        gateways.known.append("127.0.0.3")
        with pytest.raises(ShopError, match="came or went"):
            reach.hold_writes([8])
        with pytest.raises(ShopError, match="came or went"):
            held.__exit__(None, None, None)


def test_two_backups_at_once(gateways: Gateways, tmp_path: Path) -> None:
    """The second one gives up, and leaves the pause of the first as it is; one whose pause was ended is told."""
    with gateways.pod("127.0.0.2"):
        first, second = (PodReach(tmp_path, pause_port=gateways.port) for _ in range(2))
        with first.exclusive(), second.exclusive():
            first.hold_writes([7, 8])
            first.hold_writes([8, 9])
            with pytest.raises(ShopError, match="by another backup"):
                second.hold_writes([9, 10])
            second.admit_writes()
            assert gateways.held == {f"127.0.0.2/held/{span}" for span in (7, 8, 9)}
            gateways.held.remove("127.0.0.2/held/9")
            with pytest.raises(ShopError, match="or one has ended this pause"):
                first.hold_writes([9])


def test_a_pod_whose_clock_is_wrong(gateways: Gateways, tmp_path: Path) -> None:
    """It would hold writes at another time."""
    gateways.late = 60
    with gateways.pod("127.0.0.2"):
        reach = PodReach(tmp_path, pause_port=gateways.port)
        with (
            reach.exclusive(),
            pytest.raises(ShopError, match=r"The clock of the gateway at 127\.0\.0\.2 differs"),
        ):
            reach.hold_writes([7])


@pytest.mark.parametrize("number", [1, 2])
def test_writes_are_admitted_also_where_another_pod_is_gone(
    gateways: Gateways, tmp_path: Path, number: int
) -> None:
    """Whichever it is."""
    with ExitStack() as pods:
        gone = pods.enter_context(ExitStack())
        for each in (1, 2):
            (gone if each == number else pods).enter_context(gateways.pod(f"127.0.0.{each + 1}"))
        reach = PodReach(tmp_path, pause_port=gateways.port)
        with reach.exclusive():
            reach.hold_writes([7])
            gone.close()
            with pytest.raises(ShopError, match="does not answer"):
                reach.admit_writes()
    assert gateways.held == {f"127.0.0.{number + 1}/held/7"}


@pytest.mark.parametrize(
    ("place", "recipient", "said"),
    [("s3://bucket", "age1nonsense", "no public key"), ("nowhere", RECIPIENT, "no place for backups")],
)
def test_what_can_be_no_place_is_said_before_writes_are_held(
    monkeypatch: pytest.MonkeyPatch, place: str, recipient: str, said: str
) -> None:
    """Nobody waits for a backup that comes to nothing."""
    monkeypatch.setattr("signal.signal", Mock())
    with pytest.raises(SystemExit, match=f"No backup was made: .*{said}"):
        in_pod.main(place, recipient, "1")


def test_a_full_volume_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line, as whatever else fails."""
    monkeypatch.setattr(in_pod, "take", Mock(side_effect=OSError(28, "No space left on device")))
    monkeypatch.setattr("signal.signal", Mock())
    with pytest.raises(SystemExit, match="No backup was made: no space left on device"):
        in_pod.main("file:///tmp", RECIPIENT, "1")


@pytest.mark.parametrize("status", [404, 500])
def test_a_pod_that_does_not_hold_ends_the_backup(gateways: Gateways, tmp_path: Path, status: int) -> None:
    """One of an older version has no such door."""
    with gateways.pod("127.0.0.2"), gateways.pod("127.0.0.3", status=status):
        reach = PodReach(tmp_path, pause_port=gateways.port)
        with reach.exclusive(), pytest.raises(ShopError, match=rf"127\.0\.0\.3 answered {status}"):
            reach.hold_writes([7])


def test_a_pod_that_is_gone_ends_the_backup(gateways: Gateways, tmp_path: Path) -> None:
    """Nobody listens there; and without any pod there is nothing to hold."""
    with gateways.pod("127.0.0.2"):
        reach = PodReach(tmp_path, pause_port=gateways.port)
    with reach.exclusive(), pytest.raises(ShopError, match=r"127\.0\.0\.2 does not answer"):
        reach.hold_writes([7])
    gateways.known.clear()
    with pytest.raises(ShopError, match="No pod"), reach.exclusive():
        pass


def test_pg_dump_is_told_where_without_the_password_in_its_arguments(tmp_path: Path) -> None:
    """As others see those; the password may be any."""
    (tmp_path / "orders").write_text("postgresql+asyncpg://own%20er:p%40ss@db.example:6432/shop_orders")
    command = PodReach(tmp_path).client("pg_dump", "orders")
    assert command.arguments == (
        "pg_dump",
        "--host=db.example",
        "--port=6432",
        "--username=own er",
        "--dbname=shop_orders",
    )
    assert command.environment == {"PGPASSWORD": "p@ss"}
