"""A server that speaks AWS's protocols, in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

START_SECONDS = 30.0


@contextmanager
def aws(log: Path) -> Iterator[str]:
    """The endpoint of a ministack on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "HOME": str(log.parent),
    }
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "ministack"],
            cwd=log.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port, process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        with suppress(OSError, http.client.HTTPException):
            ask(f"http://127.0.0.1:{port}", "/_ministack/health")
            return
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
        assert time.monotonic() < end, log.read_text(errors="replace")[-2000:]
        time.sleep(0.1)


def ask(endpoint: str, path: str) -> Any:
    """What it answers to a question of its own, outside of AWS's protocols."""
    with closing(http.client.HTTPConnection(endpoint.removeprefix("http://"), timeout=5)) as connection:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())
