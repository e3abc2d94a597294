#!/usr/bin/python3
# Replaces the workers of a running service again and again under load; no request may fail.
"""usage: rolling.py [REQUESTS]

wrk sends GET requests through nginx while the master gets SIGHUP and SIGUSR2 in turn, until so many are answered."""
import os
import re
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Service, wait_for  # noqa: E402

SCRIPT = """
local paths = { "/live", "/v1/genres", "/v1/jobs", "/ready" }
local n = 0
request = function()
    n = n + 1
    return wrk.format("GET", paths[n % #paths + 1])
end
"""


def replace(service, number):
    """One replacement of all workers; waits until it is done."""
    pids = service.pids("aether-api")
    os.kill(pids[0], number)
    wait_for(lambda: set(service.pids("aether-api")) & set(pids) == {pids[0]} and
             len(service.pids("aether-api")) == len(pids), what="all workers to be new")


def rolling(requests):
    """(requests answered, requests failed, replacements)."""
    answered = failed = replaced = 0
    service = Service(AETHER_API_WORKERS=2)
    try:
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(SCRIPT)
            script.flush()
            while answered < requests:
                wrk = subprocess.Popen(["wrk", "-t1", "-c8", "-d%ds" % (2 if requests < 10000 else 10), "-s", script.name,
                                        "-H", "X-API-Key: " + service.key, "http://127.0.0.1:%d" % service.port],
                                       stdout=subprocess.PIPE, text=True)
                while wrk.poll() is None:
                    replace(service, (signal.SIGHUP, signal.SIGUSR2)[replaced % 2])
                    replaced += 1
                out = wrk.stdout.read()
                answered += int(re.search(r"(\d+) requests in", out)[1])
                for pattern in (r"Non-2xx or 3xx responses: (\d+)", r"connect (\d+), read (\d+), write (\d+), timeout (\d+)"):
                    found = re.search(pattern, out)
                    failed += sum(map(int, found.groups())) if found else 0
    finally:
        service.stop()
    return answered, failed, replaced


def main():
    answered, failed, replaced = rolling(int(sys.argv[1]) if len(sys.argv) > 1 else 50000)
    print("rolling: %d requests answered, %d failed, workers replaced %d times" % (answered, failed, replaced))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
