"""The gateway logs nothing that looks like a secret, and takes it for no id; ids of ours are none."""

import random
import uuid
from urllib.parse import quote

import psutil
import pytest

from observability.redaction import looks_secret
from tests.gateway.client import Client, Gateway
from tests.observability.secret_samples import SAMPLES

CARD = "4242424242424242"
JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
IN_PATHS = [
    CARD, "4242-4242-4242-4242", "4242%204242%204242%204242", "4242+4242+4242+4242", "3782.822463.10005",
    f"visa{CARD}", "%34%32424242424242424", JWT, f"{'f' * 22}.{'s' * 43}", "sk_" + "live_51HxYzAbCdEf",
    "ghp_abcdefghijklmnop1234", "$argon2id$v=19$m=65536$c2FsdA$aGFzaA", "Bearer%20opaque-1",
    "password=hunter2", "api-key:7f3a99",
    "token%3Dhunter2", "redis%3A%2F%2F:s3cret%40127.0.0.1", "-----BEGIN%20PRIVATE%20KEY-----MC4CAQAw",
]  # fmt: skip
IN_AGENTS = [
    f"curl/8 {CARD}", "shop (4242 4242 4242 4242)", f"Bearer {JWT}", "x api_key=7f3a99", "redis://:s3cret@127.0.0.1/0",
]  # fmt: skip
AS_IDS = [CARD, "4242-4242-4242-4242", "order.4242.4242.4242.4242", JWT[:40], "sk_" + "live_51HxYzAbCdEf"]


@pytest.mark.parametrize("secret", IN_PATHS)
@pytest.mark.parametrize("before", ["/api/payments/", "/api/", "/", "/products/", "/api/orders/1/"])
def test_no_path_with_a_secret_is_logged(gateway: Gateway, client: Client, secret: str, before: str) -> None:
    """What the path asks for stays, which says whose request it was; the services' redaction knows the same."""
    ident = uuid.uuid4().hex
    client("GET", f"{before}{secret}", x_request_id=ident)
    path = gateway.log(ident)["path"]
    assert secret not in path
    assert path.endswith("[redacted]")
    assert path.startswith(before.removesuffix("1/"))
    assert looks_secret(f"{before}{secret}")


# In JSON, in what PostgreSQL and what pydantic says: none of it comes in a path.
@pytest.mark.parametrize("sign", sorted(SAMPLES.keys() - {"number", "key (", "input_value="}))
def test_the_gateway_knows_each_sign_of_the_services(gateway: Gateway, client: Client, sign: str) -> None:
    """Its list is written a second time, so it gets the same samples."""
    text, secret = SAMPLES[sign]
    ident = uuid.uuid4().hex
    client("GET", f"/api/{quote(text, safe='$=:@')}", x_request_id=ident)
    assert secret not in gateway.log(ident)["path"]


@pytest.mark.parametrize("agent", IN_AGENTS)
def test_no_agent_with_a_secret_is_logged(gateway: Gateway, client: Client, agent: str) -> None:
    """The client's own name for itself is any text; the path of the same request stays."""
    ident = uuid.uuid4().hex
    client("GET", "/api/orders/1", x_request_id=ident, user_agent=agent)
    entry = gateway.log(ident)
    assert (entry["path"], entry["user_agent"]) == ("/api/orders/1", "[redacted]")
    assert looks_secret(agent)


@pytest.mark.parametrize("ident", AS_IDS)
def test_what_looks_like_a_secret_is_no_id(client: Client, ident: str) -> None:
    """It is replaced before a service or a log sees it."""
    answer = client("GET", "/api/orders", x_request_id=ident)
    assert answer.all("X-Request-ID") != [ident]
    assert answer.json()["headers"]["x-request-id"] == answer.header("X-Request-ID")
    assert looks_secret(ident)


def test_ids_that_we_make_are_taken_and_logged(gateway: Gateway, client: Client) -> None:
    """UUIDs and hexadecimal ids are by chance full of digits; the agents of browsers are full of numbers."""
    chance = random.Random(7)
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    for letters in ["23456789", "0123456789", "012345678a", "0123456789abcdef"] * 25:
        ident = "".join(chance.choices(letters, k=32))
        path = f"/api/orders/{uuid.UUID(''.join(chance.choices(letters, k=32)))}"
        answer = client("GET", path, x_request_id=ident, user_agent=agent)
        assert answer.header("X-Request-ID") == ident
        entry = gateway.log(ident)
        assert (entry["path"], entry["user_agent"]) == (path, agent)


@pytest.mark.parametrize(
    "part",
    ["4", "4-", "passw", "token", "://", "eyJ", "a.", "basic+", "%20", "://:", "://a%3a", "password%20"],
)
def test_a_hostile_text_costs_little(gateway: Gateway, client: Client, part: str) -> None:
    """The longest request line and agent that are taken, made of beginnings of secrets, cost Nginx little
    processor time until their line is in the log. A search that runs away takes half a second."""
    text, ident = part * (7_000 // len(part)), uuid.uuid4().hex
    before = processor_time(gateway)
    client("GET", f"/{text}", x_request_id=ident, user_agent=text)
    gateway.log(ident)
    assert processor_time(gateway) - before < 0.1


def processor_time(gateway: Gateway) -> float:
    """Of the gateway's processes so far, in seconds."""
    parent = psutil.Process(int((gateway.folder / "nginx.pid").read_text()))
    return sum(sum(process.cpu_times()[:2]) for process in (parent, *parent.children()))
