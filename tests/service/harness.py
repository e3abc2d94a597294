"""A real service for the tests: deploy/dev/serve (nginx, spawn-fcgi with aether-api, aether-render) on a free port in a
temporary folder, and a small client that speaks HTTP to it."""
import atexit
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BIN = os.path.join(ROOT, os.environ.get("BUILD", "build"), "bin")
SERVE = os.path.join(ROOT, "deploy", "dev", "serve")
SLOWNESS = float(os.environ.get("TEST_SLOWNESS", "1"))  # of programs that are built to be looked at rather than used
GENRES = ("synthwave", "jazz", "rock", "lo-fi-hip-hop")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment(**settings):
    """The environment without any setting of ours, plus `settings`."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("AETHER_") and not k.endswith("_API_KEY")}
    if "AETHER_SOUNDFONT" in os.environ:
        env["AETHER_SOUNDFONT"] = os.environ["AETHER_SOUNDFONT"]
    env.update({k: str(v) for k, v in settings.items()})
    return env


def aether(*arguments, **settings):
    """Runs the command line; returns the finished process with its output as text."""
    stdin = settings.pop("stdin", None)
    return subprocess.run([os.path.join(BIN, "aether"), *arguments], env=environment(**settings), input=stdin,
                          capture_output=True, text=True, timeout=300)


def wait_for(condition, seconds=60, what="a condition"):
    """Polls until condition() is true; fails after `seconds`."""
    seconds *= SLOWNESS
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %d s in vain for %s" % (seconds, what))
        time.sleep(0.02)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body.decode("utf-8"))

    def __repr__(self):
        return "%d %r" % (self.status, self.body[:300])


class Service:
    def __init__(self, **settings):
        self.folder = tempfile.mkdtemp(prefix="aether-test-")
        self.port = free_port()
        self.settings = settings
        settings.setdefault("AETHER_RATE_LIMIT_RPS", 0)
        self.start()
        atexit.register(self.stop)

    def start(self):
        self.process = subprocess.Popen(
            [SERVE], env=environment(AETHER_RUN_DIR=self.folder, AETHER_API_PORT=self.port,
                                     AETHER_BIN_DIR=BIN, **self.settings),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        line = self.process.stdout.readline()
        if "listens on" not in line:
            error = self.process.stderr.read()
            self.stop()
            raise AssertionError("the service did not start: %s" % error)
        with open(os.path.join(self.folder, "dev.key")) as f:
            self.key = f.read().strip()

    def stop(self, keep=False):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def log(self, name):
        with open(os.path.join(self.folder, name + ".log"), errors="replace") as f:
            return f.read()

    def pids(self, program):
        """Processes of this service that run `program`, the master first."""
        out = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                with open("/proc/%s/cmdline" % pid, "rb") as f:
                    name = f.read().split(b"\0")[0].decode(errors="replace")
                with open("/proc/%s/environ" % pid, "rb") as f:
                    mine = ("AETHER_RUN_DIR=%s" % self.folder).encode() in f.read().split(b"\0")
                if mine and os.path.basename(name) == program:
                    out.append(int(pid))
        return sorted(out)

    def steady_pids(self, program, count=2):
        """As pids, when there are so many and have been for a while: a master's child that writes an audit row is gone by then."""
        seen = []

        def steady():
            seen.append(self.pids(program))
            return len(seen) > 10 and all(pids == seen[-1] and len(pids) == count for pids in seen[-10:])
        wait_for(steady, what="%d processes of %s" % (count, program))
        return seen[-1]

    def call(self, method, path, body=None, key="", headers=None, timeout=90):
        """One request. key "" sends the development key, None sends none. A dict or list goes as JSON."""
        sent = dict(headers or {})
        if key is not None:
            sent.setdefault("X-API-Key", key or self.key)
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode("utf-8")
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body, **more):
        return self.call("POST", path, body=body, **more)

    def finished(self, job_id, seconds=120):
        """The job once it is completed, failed or cancelled."""
        def done():
            answer = self.get("/v1/jobs/" + job_id)
            assert answer.status == 200, answer
            return answer.json if answer.json["status"] in ("completed", "failed", "cancelled") else None
        return wait_for(done, seconds, "job " + job_id)

    def track(self, **fields):
        """Makes a track and returns its finished job."""
        answer = self.post("/v1/tracks", brief(**fields), headers={"Prefer": "respond-async"})
        assert answer.status == 202, answer
        job = self.finished(answer.json["job_id"])
        assert job["status"] == "completed", job
        return job

    def download(self, url, **more):
        answer = self.get(url, **more)
        assert answer.status == 200, answer
        return answer


def brief(**fields):
    """A small valid request for a track."""
    out = {"title": "Test", "genre": "synthwave", "brief": "a short calm piece", "duration_seconds": 30, "seed": 7,
           "output_formats": ["wav"]}
    out.update(fields)
    return {k: v for k, v in out.items() if v is not None}


_shared = None


def shared():
    """One service for all tests that do not disturb it."""
    global _shared
    if _shared is None:
        _shared = Service()
    return _shared
