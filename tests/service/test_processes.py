"""Life and death of the processes."""
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import unittest

from harness import BIN, ROOT, Service, brief, environment, wait_for
from rolling import rolling


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


class Processes(unittest.TestCase):
    def setUp(self):
        self.service = Service(AETHER_API_WORKERS=2)
        self.addCleanup(self.service.stop)

    def rows(self, sql):
        connection = sqlite3.connect(os.path.join(self.service.folder, "data", "aether.db"))
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def test_a_killed_api_worker_is_replaced(self):
        before = self.service.pids("aether-api")
        self.assertEqual(len(before), 3)
        os.kill(before[-1], signal.SIGKILL)
        wait_for(lambda: len(self.service.pids("aether-api")) == 3 and self.service.pids("aether-api") != before,
                 what="a new worker")
        self.assertEqual(self.service.get("/live", key=None).status, 200)

    def test_a_killed_render_worker_loses_no_job(self):
        answer = self.service.post("/v1/tracks", brief(duration_seconds=60), headers={"Prefer": "respond-async"})
        job = answer.json["job_id"]
        wait_for(lambda: self.service.get("/v1/jobs/" + job).json["progress"] > 0, what="the job to get on")
        os.kill(self.service.pids("aether-render")[-1], signal.SIGKILL)
        # Its lease still runs for half a minute; but its holder is known to be gone.
        wait_for(lambda: self.service.get("/v1/jobs/" + job).json["attempts"] == 2, what="the second attempt")
        self.assertIn("is gone: its job is tried again", self.service.log("render"))
        self.assertEqual(self.service.finished(job, 240)["status"], "completed")
        output = os.path.join(self.service.folder, "data", "output")
        self.assertEqual(sorted(os.listdir(output)), [job])
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])

    def test_a_hung_worker_is_replaced(self):
        service = Service(AETHER_WATCHDOG_TIMEOUT=2)
        self.addCleanup(service.stop)
        for program in ("aether-api", "aether-render"):
            before = service.pids(program)
            os.kill(before[-1], signal.SIGSTOP)
            wait_for(lambda: len(service.pids(program)) == 2 and service.pids(program) != before, what="a new worker")
        self.assertEqual(service.get("/live", key=None).status, 200)
        page = service.get("/metrics", key=None).body.decode()
        for program in ("aether-api", "aether-render"):
            self.assertIn('aether_workers_lost_total{program="%s",reason="hung"} 1\n' % program, page)

    def test_a_worker_that_hangs_through_an_upgrade_is_killed(self):
        service = Service(AETHER_WATCHDOG_TIMEOUT=2)
        self.addCleanup(service.stop)
        master, hung = service.steady_pids("aether-render")
        os.kill(hung, signal.SIGSTOP)
        os.kill(master, signal.SIGUSR2)
        wait_for(lambda: hung not in service.pids("aether-render"), what="the hung worker to go")
        wait_for(lambda: len(service.pids("aether-render")) == 2, what="its successor")

    def test_stopping_lets_a_running_request_finish(self):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(
            self.service.post("/v1/tracks", brief(), headers={"Prefer": "wait=60"})))
        thread.start()
        wait_for(lambda: self.rows("SELECT count(*) FROM job WHERE state = 'running'") == [(1,)], what="the job to run")
        self.service.stop(keep=True)
        thread.join(90)
        self.assertIn(answers[0].status, (200, 202), answers[0])
        self.assertEqual(self.service.pids("aether-api") + self.service.pids("aether-render"), [])
        self.assertEqual(self.rows("SELECT state FROM job"), [("completed",)])

    def test_what_is_not_finished_is_queued_again(self):
        settings = dict(AETHER_SHUTDOWN_TIMEOUT=2)
        service = Service(**settings)
        self.addCleanup(service.stop)
        job = service.post("/v1/tracks", brief(duration_seconds=300), headers={"Prefer": "respond-async"}).json["job_id"]
        wait_for(lambda: service.get("/v1/jobs/" + job).json["progress"] > 0, what="the job to get on")
        service.stop(keep=True)
        self.assertEqual(service.process.stderr.read(), "")  # which names who does not stop with 0
        path = os.path.join(service.folder, "data", "aether.db")
        connection = sqlite3.connect(path)
        self.assertEqual(connection.execute("SELECT state, attempts, lease_owner FROM job").fetchall(), [("queued", 0, None)])
        connection.execute("UPDATE job SET request = json_set(request, '$.duration_seconds', 30)")  # or it takes long
        connection.commit()
        connection.close()
        self.assertEqual(os.listdir(os.path.join(service.folder, "data", "output")), [])
        service.start()
        self.assertEqual(service.finished(job)["attempts"], 1)

    def test_databases_are_not_for_everyone(self):
        mode = os.stat(os.path.join(self.service.folder, "data", "aether.db")).st_mode & 0o777
        self.assertEqual(mode, 0o640)

    def test_logs_name_the_request(self):
        self.service.get("/v1/genres", headers={"X-Request-ID": "desk-4711-xyz"})
        wait_for(lambda: "desk-4711-xyz" in self.service.log("api"), what="the log line")


class Settings(unittest.TestCase):
    def test_a_reload_reads_settings_and_genres_anew(self):
        with tempfile.TemporaryDirectory(prefix="aether-settings-") as folder:
            path, genres = os.path.join(folder, "aether.conf"), os.path.join(folder, "genres")
            shutil.copytree(os.path.join(ROOT, "conf", "genres"), genres)
            write(path, "AETHER_API_WORKERS=1\nAETHER_GENRES_DIR=%s\n" % genres)
            service = Service(AETHER_CONFIG_FILE=path)
            try:
                self.check(service, path, genres)
            finally:
                service.stop()

    def check(self, service, path, genres):
        masters = [service.pids(program)[0] for program in ("aether-api", "aether-render")]
        self.assertEqual(len(service.pids("aether-api")), 2)
        wait_for(lambda: "]: ready" in service.log("render"), what="the render pool")
        os.unlink(os.path.join(genres, "jazz.json"))
        write(path, "AETHER_API_WORKERS=3\nAETHER_RENDER_WORKERS=2\nAETHER_GENRES_DIR=%s\n" % genres)
        for master in masters:
            os.kill(master, signal.SIGHUP)
        wait_for(lambda: len(service.pids("aether-api")) == 4 and len(service.pids("aether-render")) == 3 and
                 service.get("/v1/genres/jazz").status == 404, what="the new settings")
        # What cannot be used changes nothing.
        write(path, "AETHER_API_WORKERS=no\n")
        before = service.pids("aether-api")
        os.kill(masters[0], signal.SIGHUP)
        wait_for(lambda: "the new configuration is not used" in service.log("api"), what="the refusal")
        self.assertEqual(service.pids("aether-api"), before)
        self.assertIn('aether_reloads_total{program="aether-api",outcome="refused"} 1',
                      service.get("/metrics", key=None).body.decode())


class Notices(unittest.TestCase):
    """What systemd hears (sd_notify(3))."""

    def test_of_a_life(self):
        with tempfile.TemporaryDirectory(prefix="aether-notify-") as folder:
            heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            heard.bind(os.path.join(folder, "notify"))
            heard.settimeout(60)
            env = environment(AETHER_DATA_DIR=os.path.join(folder, "data"), AETHER_RUN_DIR=folder,
                              NOTIFY_SOCKET=os.path.join(folder, "notify"), WATCHDOG_USEC="200000")
            process = subprocess.Popen([os.path.join(BIN, "aether-render")], env=env, stderr=subprocess.DEVNULL)
            self.addCleanup(process.wait)
            self.addCleanup(process.kill)
            self.hear(heard, "READY=1")
            self.hear(heard, "WATCHDOG=1")
            for number in (signal.SIGHUP, signal.SIGUSR2):
                process.send_signal(number)
                self.hear(heard, "RELOADING=1")
                self.hear(heard, "READY=1")
            second = subprocess.run([os.path.join(BIN, "aether-render")], env=env, capture_output=True, text=True, timeout=60)
            self.assertEqual(second.returncode, 1)
            self.assertIn("another aether-render", second.stderr)
            process.send_signal(signal.SIGTERM)
            self.hear(heard, "STOPPING=1")
            self.assertEqual(process.wait(60), 0)
            heard.close()

    def hear(self, heard, expected):
        while True:
            word = heard.recv(4096).decode()
            if word == expected:
                return
            self.assertIn(word, ("WATCHDOG=1", "READY=1"))


class Rolling(unittest.TestCase):
    def test_replacing_workers_drops_no_request(self):
        answered, failed, replaced = rolling(3000)
        self.assertEqual(failed, 0, "of %d" % answered)
        self.assertGreaterEqual(replaced, 2)


class Metrics(unittest.TestCase):
    def test_every_request_is_counted_once(self):
        service = Service(AETHER_API_WORKERS=2)
        self.addCleanup(service.stop)
        for n in range(50):
            self.assertEqual(service.get("/live", key=None).status, 200)
            if n in (10, 30):  # what a worker has counted does not go with it
                before = service.pids("aether-api")
                os.kill(before[-1], signal.SIGKILL)
                wait_for(lambda: len(service.pids("aether-api")) == 3 and service.pids("aether-api") != before,
                         what="a new worker")
        self.assertEqual(service.get("/v1/jobs", key=None).status, 401)
        self.assertEqual(service.get("/nowhere").status, 404)
        self.assertEqual(service.post("/v1/generate", brief(genre="jazz", output_formats=None)).status, 202)
        wait_for(lambda: b'state="serving"} 2\n' in service.get("/metrics", key=None).body, what="the last new worker to serve")
        page = service.get("/metrics", key=None)
        self.assertEqual(page.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
        for line in ('http_requests_total{method="GET",path="/live",status="200"} 50',
                     'http_requests_total{method="GET",path="/v1/jobs",status="401"} 1',
                     'http_requests_total{method="GET",path="-",status="404"} 1',
                     'http_request_duration_seconds_count{method="GET",path="/live"} 50',
                     'aether_requests_refused_total{reason="authentication-needed"} 1',
                     'aether_generation_duration_seconds_count{genre="jazz"} 1',
                     'aether_jobs{state="completed"} 1',
                     'aether_workers{program="aether-api",state="serving"} 2',
                     'aether_workers_lost_total{program="aether-api",reason="died"} 2'):
            self.assertIn("\n" + line + "\n", page.body.decode())
        checked = subprocess.run(["promtool", "check", "metrics"], input=page.body, capture_output=True)
        self.assertEqual((checked.returncode, checked.stderr, checked.stdout), (0, b"", b""))


class JsonLogs(unittest.TestCase):
    def test_every_line_is_json(self):
        import json
        service = Service(AETHER_LOG_FORMAT="json")
        self.addCleanup(service.stop)
        service.track()
        for name in ("api", "render"):
            lines = service.log(name).strip().splitlines()
            self.assertTrue(lines, name)
            for line in lines:
                self.assertIn("message", json.loads(line), line)
        self.assertTrue(any("job_id" in json.loads(line) for line in service.log("render").strip().splitlines()))
