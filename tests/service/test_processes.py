"""Life and death of the processes."""
import os
import signal
import sqlite3
import threading
import unittest

from harness import Service, brief, wait_for


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
        answer = self.service.post("/v1/tracks", brief(duration_seconds=300), headers={"Prefer": "respond-async"})
        job = answer.json["job_id"]
        wait_for(lambda: self.service.get("/v1/jobs/" + job).json["status"] == "running", what="the job to begin")
        os.kill(self.service.pids("aether-render")[-1], signal.SIGKILL)
        self.assertEqual(self.service.finished(job, 240)["status"], "completed")
        output = os.path.join(self.service.folder, "data", "output")
        self.assertEqual(sorted(os.listdir(output)), [job])
        self.assertEqual(self.rows("PRAGMA integrity_check"), [("ok",)])

    def test_reload_drops_no_request(self):
        statuses, stop = [], threading.Event()

        def ask():
            while not stop.is_set():
                statuses.append(self.service.get("/live", key=None).status)
        threads = [threading.Thread(target=ask) for _ in range(4)]
        for t in threads:
            t.start()
        master = self.service.pids("aether-api")[0]
        for _ in range(3):
            before = set(self.service.pids("aether-api"))
            os.kill(master, signal.SIGHUP)
            wait_for(lambda: set(self.service.pids("aether-api")) & before == {master} and
                     len(self.service.pids("aether-api")) == 3, what="all workers to be new")
        stop.set()
        for t in threads:
            t.join()
        self.assertGreater(len(statuses), 50)
        self.assertEqual(set(statuses), {200})

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

    def test_databases_are_not_for_everyone(self):
        mode = os.stat(os.path.join(self.service.folder, "data", "aether.db")).st_mode & 0o777
        self.assertEqual(mode, 0o640)

    def test_logs_name_the_request(self):
        self.service.get("/v1/genres", headers={"X-Request-ID": "desk-4711-xyz"})
        wait_for(lambda: "desk-4711-xyz" in self.service.log("api"), what="the log line")


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
