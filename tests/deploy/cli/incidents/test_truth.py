"""The truth beside a data set: in the schema of ITBench, and as OpenRCA's record and query."""

import csv
import re
from pathlib import Path

import pytest
import yaml

from deploy.cli.incidents import topology, truth
from deploy.operations.drills.fault import Fault, faults, one
from tests.deploy.cli.incidents.made_up import BEGIN, BREAKS, END

EACH = pytest.mark.parametrize("fault", faults(), ids=lambda fault: fault.name)


@EACH
def test_the_ground_truth_has_the_keys_of_itbench(fault: Fault) -> None:
    """And each id that it uses is one of its groups; exactly one of them is the cause."""
    found = truth.ground_truth(fault)
    assert (found["apiVersion"], found["kind"]) == ("itbench.io/v1", "GroundTruth")
    spec = found["spec"]
    assert list(spec) == ["alerts", "aliases", "fault", "groups", "propagations", "recommendedActions"]
    groups = {group["id"]: group for group in spec["groups"]}
    assert [name for name, group in groups.items() if group.get("root_cause")] == [fault.part]
    used = {alert["group_id"] for alert in spec["alerts"]} | {name for pair in spec["aliases"] for name in pair}
    used |= {end for way in spec["propagations"] for end in (way["source"], way["target"])}
    assert used <= groups.keys()
    assert [alert["id"] for alert in spec["alerts"]] == [must.alert for must in fault.must]
    assert all(way.keys() == {"condition", "effect", "source", "target"} for way in spec["propagations"])
    [cause] = spec["fault"]
    assert cause.keys() == {"category", "condition", "entity", "fault_mechanism"}
    assert cause["entity"]["group_id"] == fault.part


def test_a_group_of_a_service_has_its_replicas_and_nobody_else() -> None:
    """Its filter is a regular expression."""
    groups = {group["id"]: group for group in truth.ground_truth(one("replica-down"))["spec"]["groups"]}
    [service], [replica] = (groups[name]["filter"] for name in ("order-service", "order-service-2"))
    assert re.fullmatch(service, "order-service-1")
    assert re.fullmatch(replica, "order-service-2")
    assert not re.fullmatch(replica, "order-service-1")
    assert (groups["order-service"]["kind"], groups["order-service-2"]["kind"]) == ("Service", "Pod")


def test_a_fault_spreads_step_by_step() -> None:
    """What one part suffers is the condition of what the next one does."""
    [*_, last] = truth.ground_truth(one("redis-down"))["spec"]["propagations"]
    assert last["condition"] == "product-service notices it"
    assert (last["source"], last["target"]) == ("product-service", "mongo")


def test_a_part_to_which_no_edge_leads_is_refused() -> None:
    """The pages do not need Redis."""
    with pytest.raises(ValueError, match="No edge leads from redis to frontend"):
        topology.spread("redis", ["product-service", "frontend"])


def test_openrca_can_read_and_score_it(tmp_path: Path) -> None:
    """The columns of a record, and scoring points in the words that its main/evaluate.py looks for."""
    truth.write(tmp_path, one("memory-leak"), BREAKS, (BEGIN, END))
    with (tmp_path / "record.csv").open(newline="") as file:
        [record] = csv.DictReader(file)
    assert record == {
        "level": "pod",
        "component": "user-service-1",
        "timestamp": str(BREAKS),
        "datetime": "2027-01-15 08:01:00",
        "reason": "memory leak",
    }
    with (tmp_path / "query.csv").open(newline="") as file:
        [query] = csv.DictReader(file)
    points = query["scoring_points"]
    assert re.findall(r"The only predicted root cause component is ([^\n]+)", points) == ["user-service-1"]
    assert re.findall(r"The only predicted root cause reason is ([^\n]+)", points) == ["memory leak"]
    assert re.findall(r"within 1 minutes \(i.e., <=1min\) of ([^\n]+)", points) == ["2027-01-15 08:01:00"]
    assert "user-service-1" not in query["instruction"]
    assert yaml.safe_load((tmp_path / "ground_truth.yaml").read_text()) == truth.ground_truth(one("memory-leak"))
