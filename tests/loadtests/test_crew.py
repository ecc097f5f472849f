"""What a worker tells its master at its end."""

import os
import subprocess
import sys
from pathlib import Path

import zmq

from tests.free_ports import free_port

ROOT = Path(__file__).parents[2]


def test_a_workers_last_words_arrive() -> None:
    """What it has sent is on its way before its process ends, also when its master is slow to take it."""
    port = free_port()
    worker = (
        "from locust.rpc.protocol import Message; from locust.rpc.zmqrpc import Client\n"
        "from loadtests import crew\n"
        f"client = Client('127.0.0.1', {port}, 'worker'); client.send(Message('stats', None, 'worker'))\n"
        "print('sent', flush=True); crew.leave(client)"
    )
    environment = {
        **os.environ,
        "LOAD_SCENARIO": "calm",
        "LOAD_FOLDER": "/nowhere",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
    }
    command = [sys.executable, "-c", worker]
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process,
        zmq.Context() as context,
        context.socket(zmq.ROUTER) as master,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "sent\n"
        master.bind(f"tcp://127.0.0.1:{port}")
        assert master.poll(15_000), "nothing came"
        assert master.recv_multipart()[0] == b"worker"
