"""The event stream of a job, through nginx and Apache."""
import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from harness import Service, aether, brief, free_port, shared, wait_for


_open = []


def tearDownModule():
    for stream in _open:
        stream.close()


class Stream:
    """An event stream that is read event by event."""

    def __init__(self, service, job, key="", last_id=None, port=None):
        self.connection = http.client.HTTPConnection("127.0.0.1", port or service.port, timeout=60)
        headers = {"X-API-Key": key or service.key}
        if last_id is not None:
            headers["Last-Event-ID"] = last_id
        self.connection.request("GET", "/v1/jobs/%s/events" % job, headers=headers)
        self.response = self.connection.getresponse()
        self.status = self.response.status
        _open.append(self)

    def next(self):
        """The next event as a dict of its fields, with the data read; None at the end."""
        event = {}
        while True:
            line = self.response.readline().decode()
            if line == "":
                return None
            line = line.rstrip("\n")
            if line == "" and "data" in event:
                event["data"] = json.loads(event["data"])
                return event
            if line and not line.startswith(":"):
                name, value = line.split(": ", 1)
                event[name] = value

    def all(self):
        return list(iter(self.next, None))

    def close(self):
        self.response.close()
        self.connection.close()


def order(service, **fields):
    answer = service.post("/v1/tracks", brief(**fields), headers={"Prefer": "respond-async"})
    assert answer.status == 202, answer
    return answer.json["job_id"]


class Events(unittest.TestCase):
    def follow(self, stream, job):
        """The events of a whole job; that they came while it ran, and what they must be."""
        first = stream.next()
        self.assertEqual(first["event"], "stage")
        self.assertNotIn(shared().get("/v1/jobs/" + job).json["status"], ("completed", "failed"))
        events = [first] + stream.all()
        last = events.pop()
        self.assertEqual(last["event"], "done")
        self.assertEqual(last["data"], shared().get("/v1/jobs/" + job).json)
        self.assertEqual(last["data"]["status"], "completed")
        progress = [event["data"]["progress"] for event in events]
        self.assertEqual(progress, sorted(progress))
        self.assertGreaterEqual(len(set(progress)), 4)
        self.assertLessEqual(progress[-1], 1)
        stages = [event["data"]["stage"] for event in events if event["event"] == "stage"]
        self.assertGreaterEqual(len(set(stages)), 3)
        self.assertEqual(len({event["id"] for event in events}), len(events))
        for before, event in zip(events, events[1:]):
            same = [before["data"][k] == event["data"][k] for k in ("stage", "status", "attempts")]
            self.assertEqual(event["event"], "progress" if all(same) else "stage")
        return events + [last]

    def test_a_job_from_order_to_end(self):
        job = order(shared())
        stream = Stream(shared(), job)
        self.assertEqual(stream.status, 200)
        self.assertEqual(stream.response.getheader("Content-Type"), "text/event-stream")
        self.assertEqual(stream.response.getheader("Cache-Control"), "no-store")
        events = self.follow(stream, job)
        # Who has seen the end is told to stay away; who has seen less gets how it stands now, once.
        self.assertEqual(Stream(shared(), job, last_id=events[-1]["id"]).status, 204)
        again = Stream(shared(), job, last_id=events[1]["id"]).all()
        self.assertEqual([(e["event"], e["id"]) for e in again], [("done", events[-1]["id"])])

    def test_through_apache(self):
        apache = shutil.which("apache2") or "/usr/sbin/apache2"
        if not os.path.exists(apache):
            self.skipTest("there is no Apache")
        folder, port = tempfile.mkdtemp(prefix="aether-apache-"), free_port()
        self.addCleanup(shutil.rmtree, folder)
        modules = "".join("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (m, m)
                          for m in ("mpm_event", "authz_core", "proxy", "proxy_fcgi"))
        with open(os.path.join(folder, "apache.conf"), "w") as f:
            f.write(modules + 'ServerRoot "%s"\nPidFile %s/pid\nErrorLog %s/log\nServerName localhost\n'
                    'Listen 127.0.0.1:%d\nProxyPass "/" "unix:%s/api.sock|fcgi://localhost/" flushpackets=on\n' % (
                        folder, folder, folder, port, shared().folder))
            if os.geteuid() == 0:
                f.write("User www-data\nGroup www-data\n")
        os.chmod(folder, 0o755)
        process = subprocess.Popen([apache, "-f", os.path.join(folder, "apache.conf"), "-DFOREGROUND"],
                                   stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        socket = os.path.join(shared().folder, "api.sock")
        if os.geteuid() == 0:  # Apache's children are www-data; an installed service gives it the group of the socket
            mode = os.stat(shared().folder).st_mode
            os.chmod(shared().folder, mode | 0o011)
            os.chmod(socket, 0o666)

        def answers():
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/live")
                return connection.getresponse().status == 200
        wait_for(answers, what="Apache")
        job = order(shared())
        self.follow(Stream(shared(), job, port=port), job)

    def test_only_ones_own(self):
        job = order(shared())
        other = aether("keys", "create", "--name", "listener", "--organisation", "other", "--scopes", "render", "--quiet",
                       AETHER_DATA_DIR=os.path.join(shared().folder, "data")).stdout.strip()
        self.assertEqual(Stream(shared(), job, key=other).status, 404)
        self.assertEqual(Stream(shared(), job, key="nobody").status, 401)
        self.assertEqual(shared().call("HEAD", "/v1/jobs/%s/events" % job).status, 200)
        self.assertEqual(shared().call("DELETE", "/v1/jobs/" + job).status, 200)
        self.assertEqual(Stream(shared(), job).all()[-1]["data"]["status"], "cancelled")


class Listeners(unittest.TestCase):
    """A hundred clients that listen to a job that does not move, on a server with two threads."""

    COUNT = 100

    def setUp(self):
        self.service = Service(AETHER_API_THREADS=2, AETHER_WATCHDOG_TIMEOUT=0, AETHER_SHUTDOWN_TIMEOUT=300)
        self.addCleanup(self.service.stop)
        self.renderers = self.service.steady_pids("aether-render")
        self.signal(signal.SIGSTOP)
        self.addCleanup(self.signal, signal.SIGCONT)

    def signal(self, number):
        for pid in self.renderers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def streams_open(self):
        page = self.service.get("/metrics", key=None).body.decode()
        return int(page.split("\naether_event_streams ")[1].split("\n")[0])

    def test_a_quiet_stream_has_heartbeats(self):
        stream = Stream(self.service, order(self.service))
        self.assertEqual(stream.next()["data"]["status"], "queued")
        self.assertEqual(stream.response.readline(), b": \n")

    def test_listeners_hold_up_nobody(self):
        service, job = self.service, order(self.service)
        streams = [Stream(service, job) for _ in range(self.COUNT)]
        for stream in streams:
            self.assertEqual(stream.next()["data"]["status"], "queued")
        wait_for(lambda: self.streams_open() == self.COUNT, what="all streams to be counted")
        for _ in range(20):
            self.assertEqual(service.get("/v1/genres").status, 200)
        for stream in streams[:self.COUNT // 2]:
            stream.close()
        wait_for(lambda: self.streams_open() == self.COUNT - self.COUNT // 2, what="closed streams to be seen")
        # A reload does not wait for them: they end, and their clients come back to the new worker.
        before = set(service.pids("aether-api"))
        os.kill(min(before), signal.SIGHUP)
        for stream in streams[self.COUNT // 2:]:
            self.assertIsNone(stream.next())
        wait_for(lambda: len(set(service.pids("aether-api")) & before) == 1, what="the old worker to go")
        self.assertEqual(service.call("DELETE", "/v1/jobs/" + job).status, 200)
        self.assertEqual(Stream(service, job).all()[-1]["data"]["status"], "cancelled")


if __name__ == "__main__":
    unittest.main()
