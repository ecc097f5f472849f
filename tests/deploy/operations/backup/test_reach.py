"""Where a restored ledger calls back: each way of running has its own address."""

from pathlib import Path

import yaml

from deploy.containers.reach import ContainerReach
from deploy.containers.stack import Containers
from deploy.installation.layout import CHECKOUT, Layout
from deploy.installation.services import CALLED_BACK
from deploy.native import services
from deploy.native.reach import NativeReach


def test_natively_it_is_the_address_of_a_replica(tmp_path: Path) -> None:
    """The one that the first replica itself is told."""
    layout = Layout.at(tmp_path)
    layout.make_directories()
    reach = NativeReach(layout)
    first = next(iter(CALLED_BACK.replicas))
    told = services.environment(layout, reach._secrets, CALLED_BACK, first)
    assert reach.callback_url == told["PAYMENT_WEBHOOK_URL"]


def test_in_containers_it_is_the_name_of_the_service(tmp_path: Path) -> None:
    """As docker-compose.yml has it."""
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8"))
    told = compose["services"][CALLED_BACK.name]["environment"]["PAYMENT_WEBHOOK_URL"]
    assert ContainerReach(Containers.planned(Layout.at(tmp_path))).callback_url == told
