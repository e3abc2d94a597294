"""The audit trail of a running service: what is in it, who may change it, what happens when it cannot be written or when
the service is killed; with sqlite3 and Python as the other readers."""
import contextlib
import csv
import hashlib
import io
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import tempfile
import threading
import time
import unittest

from harness import ROOT, Service, aether, brief, wait_for

KILLS = 4


def setUpModule():
    global service
    service = Service(AETHER_TRUSTED_PROXIES="127.0.0.1", AETHER_CORS_ORIGINS="https://studio.example",
                      AETHER_API_WORKERS=2)


def tearDownModule():
    service.stop()


def path(name="audit.db"):
    return os.path.join(service.folder, "data", name)


def rows(sql, *values, name="audit.db"):
    with contextlib.closing(sqlite3.connect(path(name), timeout=10)) as db:
        return db.execute(sql, values).fetchall()


def command(*arguments, folder=None, **more):
    return aether("audit", *arguments, AETHER_DATA_DIR=folder or os.path.join(service.folder, "data"), **more)


def generate(**headers):
    fields = brief(output_formats=None)
    return service.post("/v1/generate", fields, headers={k.replace("_", "-"): v for k, v in headers.items()})


def chain_fault():
    """What is wrong with the chain by the words of sql/audit/001_audit.sql, computed by another program."""
    previous, last = "0" * 64, 0
    for row in rows("SELECT * FROM audit ORDER BY seq"):
        text = previous
        for value in row[:-1]:
            raw = None if value is None else str(value).encode()
            text += "-" if raw is None else "%d:%s" % (len(raw), raw.decode())
        if row[0] != last + 1 or hashlib.sha256(text.encode()).hexdigest() != row[-1]:
            return row
        previous, last = row[-1], row[0]
    return None if last > 0 else "no rows"


class Records(unittest.TestCase):
    def test_an_act_has_its_rows_before_it_is_answered(self):
        answer = generate(X_Request_ID="audit-test-1", X_Forwarded_For="198.51.100.1, 203.0.113.7")
        found = rows("SELECT outcome, status, actor_kind, actor_name, organisation, address, action, target, body_sha256,"
                     " begun_seq FROM audit WHERE request_id = 'audit-test-1' ORDER BY seq")
        self.assertEqual(answer.status, 202, answer)
        body = hashlib.sha256(json.dumps(brief(output_formats=None), ensure_ascii=False).encode()).hexdigest()
        same = ("key", "development", "local", "203.0.113.7", "generate.create")
        self.assertEqual(found[0], ("begun", None, *same, "/v1/generate", body, None))
        self.assertEqual(found[1][:-1], ("done", 202, *same, answer.json["job_id"], body))
        self.assertEqual(len(found), 2)

    def test_what_is_refused_has_a_row(self):
        for number, call in enumerate((
                lambda h: service.get("/v1/jobs", key="aek_wrong", headers=h),
                lambda h: service.get("/v1/jobs", key=None, headers=h),
                lambda h: service.call("DELETE", "/v1/jobs/00000000-0000-7000-8000-000000000000", headers=h),
                lambda h: service.post("/v1/tracks", {"title": ""}, headers=h),
                lambda h: service.get("/v1/nothing", headers=h))):
            answer = call({"X-Request-ID": "refused-%d" % number})
            found = rows("SELECT outcome, status, reason FROM act WHERE request_id = ?", "refused-%d" % number)
            self.assertEqual(found, [("refused", answer.status, answer.json["type"].split(":")[-1])])
        before = rows("SELECT count(*) FROM audit")
        self.assertEqual(service.get("/v1/jobs").status, 200)
        self.assertEqual(service.get("/health").status, 200)
        self.assertEqual(rows("SELECT count(*) FROM audit"), before)

    def test_keys_are_never_stored(self):
        generate()
        secret = service.key.split("_")[2][:40]
        for name in ("audit.db", "audit.db-wal"):
            with open(path(name), "rb") as f:
                self.assertNotIn(secret.encode(), f.read())
        self.assertNotIn(secret, service.log("api"))

    def test_hostile_headers(self):
        def send(*lines):
            with socket.create_connection(("127.0.0.1", service.port), timeout=10) as s:
                s.sendall(b"\r\n".join((b"GET /v1/jobs HTTP/1.1", b"Host: localhost", b"Connection: close",
                                        *lines)) + b"\r\n\r\n")
                return int(s.makefile("rb").readline().split()[1])
        key = service.key.encode()
        self.assertEqual(send(b"X-API-Key: " + key), 200)
        self.assertEqual(send(b"Authorization: Bearer " + key, b"Authorization: Bearer " + key), 400)
        self.assertEqual(send(b"X-API-Key: " + key, b"X-API-Key: " + key), 400)
        self.assertIn(send(b"X-API-Key: " + key, b"X-Other: " + b"x" * 65536), (400, 431))
        self.assertIn(send(b"X-API-Key: " + key, b"Prefer: wait=1\rX-Injected: 1"), (200, 400))
        self.assertEqual(send(b"X-API-Key: " + key[:20] + b"\r\n " + key[20:]), 400)

    def test_pages_of_the_listed_origin(self):
        asks = {"Origin": "https://studio.example", "Access-Control-Request-Method": "POST"}
        answer = service.call("OPTIONS", "/v1/tracks", key=None, headers=asks)
        self.assertEqual(answer.status, 204)
        self.assertEqual(answer.headers["access-control-allow-origin"], "https://studio.example")
        self.assertIn("POST", answer.headers["access-control-allow-methods"])
        answer = service.get("/v1/genres", headers={"Origin": "https://evil.example"})
        self.assertNotIn("access-control-allow-origin", answer.headers)

    def test_no_key_stays_in_memory(self):
        for path_ in ("/v1/jobs", "/health", "/v1/genres"):
            for headers in ({}, {"Authorization": "Bearer " + service.key}):
                self.assertEqual(service.get(path_, key=None if headers else "", headers=headers).status, 200)
        secret = service.key.split("_")[2][:40].encode()
        for pid in service.pids("aether-api"):
            try:
                memory = open("/proc/%d/mem" % pid, "rb")
            except PermissionError:
                self.skipTest("may not look into processes")
            with memory, open("/proc/%d/maps" % pid) as maps:
                for line in maps:
                    begin, end = (int(x, 16) for x in line.split()[0].split("-"))
                    if "r" not in line.split()[1] or "[v" in line:
                        continue
                    memory.seek(begin)
                    with contextlib.suppress(OSError):
                        self.assertNotIn(secret, memory.read(end - begin), line)

    def test_files_are_not_for_everyone(self):
        for name, mode in (("", 0o750), ("audit.db", 0o640), ("aether.db", 0o640)):
            self.assertEqual(os.stat(path(name)).st_mode & 0o777, mode, name)
        for pid in service.pids("aether-api") + service.pids("aether-render"):
            with open("/proc/%d/limits" % pid) as f:
                self.assertRegex(f.read(), r"Max core file size +0 +0 ")
            with open("/proc/%d/status" % pid) as f:
                self.assertRegex(f.read(), r"Umask:\s0027")


class Readers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        for _ in range(2):
            generate()
        service.get("/v1/jobs", key="aek_wrong", headers={"X-Forwarded-For": "203.0.113.66"})

    def test_every_example_of_sql_works_in_sqlite3(self):
        examples = []
        for name in ("001_audit.sql", "002_views.sql"):
            with open(os.path.join(ROOT, "sql", "audit", name)) as f:
                examples += re.findall(r"(?m)^--   ((?:SELECT|ATTACH)(?:.|\n--   )*?;(?: SELECT(?:.|\n--   )*?;)?)$", f.read())
        self.assertEqual(len(examples), 7)
        views = {name for (name,) in rows("SELECT name FROM sqlite_schema WHERE type = 'view'")}
        self.assertEqual({v for v in views for e in examples if v in e}, views)
        for example in examples:
            done = subprocess.run(["sqlite3", "-bail", "audit.db", example.replace("\n--   ", " ")], text=True,
                                  capture_output=True, cwd=os.path.join(service.folder, "data"), timeout=60)
            self.assertEqual((done.returncode, done.stderr), (0, ""), example)
            self.assertNotEqual(done.stdout, "", example)

    def test_views_say_what_happened(self):
        generate(X_Request_ID="view-test")
        self.assertEqual(rows("SELECT kind, outcome, actor_name, organisation FROM rendered WHERE request_id = 'view-test'"),
                         [("generate", "done", "development", "local")])
        (attempts, wrong), = rows("SELECT attempts, wrong_keys FROM failures_by_address WHERE address = '203.0.113.66'")
        self.assertEqual((attempts, wrong), (1, 1))
        self.assertEqual(rows("SELECT sum(compositions) FROM usage_by_key WHERE actor_name = 'development'"),
                         rows("SELECT count(*) FROM audit WHERE action = 'generate.create' AND outcome = 'done'"
                              " AND actor_name = 'development'"))

    def test_the_life_of_a_key(self):
        data = os.path.join(service.folder, "data")
        made = aether("keys", "create", "--name", "short-lived", "--quiet", AETHER_DATA_DIR=data)
        key_id = made.stdout.split("_")[1]
        self.assertEqual(aether("keys", "revoke", key_id, AETHER_DATA_DIR=data).returncode, 0)
        life = rows("SELECT event, by_kind, by, address FROM key_life WHERE key_id = ? ORDER BY seq", key_id)
        self.assertEqual(life, [("create", "user", str(os.getuid()), None), ("revoke", "user", str(os.getuid()), None)])
        self.assertEqual(aether("keys", "revoke", "nosuchkey", AETHER_DATA_DIR=data).returncode, 1)
        self.assertEqual(rows("SELECT outcome, reason FROM act WHERE target = 'nosuchkey'"), [("refused", "not-found")])

    def test_commands_on_jobs_and_webhooks(self):
        data = os.path.join(service.folder, "data")
        job, none = generate().json["job_id"], "00000000-0000-7000-8000-00000000000%d"
        done = aether("jobs", "cancel", job, none % 1, none % 2, AETHER_DATA_DIR=data)
        self.assertEqual((done.returncode, len(done.stderr.splitlines())), (1, 3), done.stderr)
        self.assertEqual(aether("jobs", "retry", job, AETHER_DATA_DIR=data).returncode, 1)
        self.assertEqual(aether("webhooks", "retry", none % 1, AETHER_DATA_DIR=data).returncode, 1)
        self.assertEqual(rows("SELECT action, target, organisation, outcome, reason FROM act WHERE actor_kind = 'user' AND"
                              " action IN ('jobs.cancel', 'jobs.retry', 'webhooks.retry') ORDER BY seq"),
                         [("jobs.cancel", job, "local", "refused", "conflict"),
                          ("jobs.cancel", none % 1, None, "refused", "not-found"),
                          ("jobs.cancel", none % 2, None, "refused", "not-found"),
                          ("jobs.retry", job, "local", "refused", "conflict"),
                          ("webhooks.retry", none % 1, None, "refused", "not-found")])

    def test_search_and_export(self):
        found = json.loads(command("search", "--json", "--address", "203.0.113.66", "--since", "1h").stdout)
        self.assertEqual([(r["outcome"], r["status"]) for r in found], [("refused", 401)])
        text = command("search", "--actor", "development", "--outcome", "done", "--limit", "2").stdout.splitlines()
        self.assertEqual(len(text), 3)
        self.assertEqual(command("search", "--until", "2020-01-01", "--json").stdout.strip(), "[]")
        table = list(csv.DictReader(io.StringIO(command("export").stdout)))
        lines = [json.loads(line) for line in command("export", "--format", "jsonl").stdout.splitlines()]
        stored = rows("SELECT seq, action, coalesce(target, ''), hash FROM audit ORDER BY seq")
        self.assertEqual([(int(r["seq"]), r["action"], r["target"], r["hash"]) for r in table], stored[:len(table)])
        self.assertEqual([(r["seq"], r["action"], r["target"] or "", r["hash"]) for r in lines], stored[:len(lines)])
        last = command("tail", "--limit", "1", "--json").stdout
        self.assertEqual(json.loads(last)["seq"], rows("SELECT max(seq) FROM act")[0][0])
        for wrong in (["search", "--since", "soon"], ["search", "--outcome", "good"], ["export", "--format", "xml"], ["burn"],
                      ["verify", "--anchor", "7"], ["search", "--limit", "0"]):
            self.assertEqual(command(*wrong).returncode, 2, wrong)

    def test_verify_names_the_first_broken_row(self):
        anchor = re.search(r"audit anchor (\d+:[0-9a-f]{64})$", service.log("api"), re.M)[1]
        self.assertEqual(command("verify", "--anchor", anchor).returncode, 0)
        self.assertIsNone(chain_fault())
        with tempfile.TemporaryDirectory() as folder:
            def broken(sql, *arguments):
                with contextlib.closing(sqlite3.connect(path())) as db, \
                        contextlib.closing(sqlite3.connect(os.path.join(folder, "audit.db"))) as copy:
                    db.backup(copy)
                    copy.executescript(sql)
                done = command("verify", "--json", *arguments, folder=folder)
                for name in os.listdir(folder):
                    os.unlink(os.path.join(folder, name))
                self.assertEqual(done.returncode, 1, sql)
                verdict = json.loads(done.stdout)
                self.assertIn(verdict["fault"], done.stderr)
                return verdict["broken_seq"]
            self.assertEqual(command("verify", folder=folder).returncode, 1)
            self.assertEqual(os.listdir(folder), [])
            last, = rows("SELECT seq || ':' || hash FROM audit ORDER BY seq DESC LIMIT 1")[0]
            off = "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;"
            self.assertEqual(broken(off + "UPDATE audit SET actor = 'x' WHERE seq = 2"), 2)
            self.assertEqual(broken(off + "DELETE FROM audit WHERE seq = 2"), 2)
            self.assertEqual(broken(off + "DELETE FROM audit WHERE seq > 3", "--anchor", last), 4)
            self.assertIsNone(broken(off))
            self.assertIsNone(broken("DROP VIEW act; CREATE VIEW act AS SELECT * FROM audit WHERE seq > 5"))


class OverHttp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        data = os.path.join(service.folder, "data")
        cls.keys = {}
        for name, options in (("auditor", ["--scopes", "audit"]), ("boss", ["--admin"]),
                              ("stranger", ["--scopes", "audit,generate", "--organisation", "elsewhere"])):
            made = aether("keys", "create", "--name", name, "--quiet", *options, AETHER_DATA_DIR=data)
            cls.keys[name] = made.stdout.strip()
        generate(X_Request_ID="http-audit-1")
        generate(X_Request_ID="http-audit-2")

    def pages(self, key, query):
        found, cursor = [], ""
        while cursor is not None:
            answer = service.get("/v1/audit?" + query + (cursor and "&cursor=" + cursor), key=self.keys[key])
            self.assertEqual(answer.status, 200, answer)
            found += answer.json["rows"]
            cursor = answer.json["next_cursor"]
        return found

    def test_pages_are_all_rows_newest_first(self):
        found = self.pages("boss", "limit=7&until=" + time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600)))
        seqs = [row["seq"] for row in found]
        self.assertEqual(seqs, sorted(seqs, reverse=True))
        self.assertEqual([s for (s,) in rows("SELECT seq FROM act WHERE seq <= ? ORDER BY seq DESC", seqs[0])], seqs)

    def test_an_organisation_sees_its_own(self):
        self.assertEqual([r["request_id"] for r in self.pages("auditor", "action=generate&limit=2&request_id=http-audit-1")],
                         ["http-audit-1"])
        self.assertEqual(self.pages("stranger", "request_id=http-audit-1"), [])
        self.assertEqual({r["organisation"] for r in self.pages("stranger", "organisation=local")}, {"elsewhere"})
        self.assertEqual({r["organisation"] for r in self.pages("boss", "organisation=local&since=1h&limit=500")}, {"local"})

    def test_verify(self):
        answer = service.get("/v1/audit/verify", key=self.keys["auditor"])
        self.assertTrue(answer.json["whole"], answer)
        again = service.get("/v1/audit/verify?anchor=" + answer.json["anchor"], key=self.keys["auditor"])
        self.assertTrue(again.json["whole"], again)

    def test_what_is_refused(self):
        self.assertEqual(service.get("/v1/audit").status, 403)
        self.assertEqual(service.get("/v1/audit", key=None).status, 401)
        for query in ("since=soon", "outcome=good", "cursor=x", "limit=0"):
            self.assertEqual(service.get("/v1/audit?" + query, key=self.keys["auditor"]).status, 422, query)
        self.assertEqual(service.get("/v1/audit/verify?anchor=7", key=self.keys["auditor"]).status, 400)


class Failures(unittest.TestCase):
    def test_what_cannot_be_recorded_is_not_done(self):
        jobs = rows("SELECT count(*) FROM job", name="aether.db")
        rows("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
        try:
            answer = generate()
            self.assertEqual(answer.status, 503, answer)
            self.assertIn("retry-after", answer.headers)
            self.assertEqual(service.get("/v1/jobs", key="aek_wrong").status, 503)
            self.assertEqual(service.get("/v1/jobs").status, 200)
        finally:
            rows("DROP TRIGGER full")
        self.assertEqual(rows("SELECT count(*) FROM job", name="aether.db"), jobs)
        self.assertEqual(generate().status, 202)

    def test_no_change_without_its_row_when_workers_are_killed(self):
        answered, stop, lock = [], threading.Event(), threading.Lock()

        def order(name):
            number = 0
            while not stop.is_set():
                number += 1
                request_id = "kill-%s-%d" % (name, number)
                try:
                    answer = service.call("DELETE", "/v1/jobs/%s" % job, headers={"X-Request-ID": request_id}) \
                        if number % 2 else generate(X_Request_ID=request_id)
                except OSError:
                    continue
                if answer.status < 300:
                    with lock:
                        answered.append(request_id)
        job = generate().json["job_id"]
        threads = [threading.Thread(target=order, args=(str(i),)) for i in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            goal = len(answered) + 10
            wait_for(lambda: len(answered) >= goal, what="answers")
            master, *workers = service.pids("aether-api")
            os.kill(workers[0], signal.SIGKILL)
            wait_for(lambda: workers[0] not in service.pids("aether-api")[1:], what="a new worker")
        stop.set()
        for thread in threads:
            thread.join()
        begun = {r for (r,) in rows("SELECT request_id FROM audit WHERE outcome = 'begun'")}
        done = {r for (r,) in rows("SELECT request_id FROM audit WHERE outcome = 'done'")}
        self.assertGreater(len(answered), KILLS * 10)
        self.assertEqual([r for r in answered if r not in begun or r not in done], [])
        made = {r for (r,) in rows("SELECT request_id FROM job WHERE request_id LIKE 'kill-%'", name="aether.db")}
        self.assertEqual(made - begun, set())
        self.assertEqual(command("verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
