"""gateway/rotate.sh: what happens to files while the gateway runs in its container."""

import os
import shutil
import ssl
import subprocess
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificate

from tests.deploy.programs import put
from tests.free_ports import free_ports
from tests.gateway.certificate import write_certificate
from tests.gateway.client import ROOT, until
from tests.gateway.conftest import USER_LINE, wait_for_port

_CONF = """
{user} daemon off; pid nginx.pid; events {{}}
http {{ access_log off; server {{
    listen 127.0.0.1:{port} ssl; ssl_certificate "{certificate}"; ssl_certificate_key "{key}";
}} }}
"""


def test_a_renewed_certificate_is_served(tmp_path: Path) -> None:
    """Without a restart, as soon as it and its key are there."""
    port = free_ports("HTTPS_PORT")["HTTPS_PORT"]
    certificate, key = write_certificate(tmp_path)
    (tmp_path / "nginx.conf").write_text(
        _CONF.format(user=USER_LINE, port=port, certificate=certificate, key=key), encoding="utf-8"
    )
    put(tmp_path / "bin" / "sleep", f"exec {shutil.which('sleep')} 0.1")
    environment = {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}:/usr/sbin",
        **{"TLS_CERT": str(certificate), "TLS_KEY": str(key), "LOG_DIR": str(tmp_path)},
    }
    # As in entrypoint.sh.
    script = (
        f"sh {ROOT}/gateway/rotate.sh & exec nginx -p {tmp_path} -c {tmp_path}/nginx.conf -e {tmp_path}/error.log"
    )
    gateway = subprocess.Popen(["sh", "-c", script], env=environment, start_new_session=True)
    try:
        wait_for_port(port, gateway)
        before = _serial(port)
        certificate, _ = write_certificate(tmp_path)
        renewed = load_pem_x509_certificate(certificate.read_bytes()).serial_number
        assert renewed != before
        assert any(_serial(port) == renewed for _ in until(10))
    finally:
        os.killpg(gateway.pid, 15)
        gateway.wait(10)


def _serial(port: int) -> int:
    """Of the certificate that is served."""
    return load_pem_x509_certificate(ssl.get_server_certificate(("127.0.0.1", port)).encode()).serial_number
