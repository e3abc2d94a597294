"""The audit trail of a running service: what is in it, who may change it, what happens when it cannot be written or when
the service is killed; with sqlite3 and Python as the other readers."""
import contextlib
import csv
import hashlib
import http.client
import io
import json
import os
import pwd
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


def row_hash(previous, row):
    """Of a row without its hash, by the words of sql/audit/001_audit.sql."""
    text = previous
    for value in row:
        raw = None if value is None else str(value).encode()
        text += "-" if raw is None else "%d:%s" % (len(raw), raw.decode())
    return hashlib.sha256(text.encode()).hexdigest()


def chain_fault(found=None, last=0, previous="0" * 64):
    """What is wrong with the chain of rows behind row `last` and its hash, computed by another program."""
    for row in rows("SELECT * FROM audit ORDER BY seq") if found is None else found:
        if row[0] != last + 1 or row_hash(previous, row[:-1]) != row[-1]:
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


class Retention(unittest.TestCase):
    """AETHER_AUDIT_RETENTION_DAYS, on a trail whose first rows are two months old; they are added by another program."""
    OLD, NEW = 50, 5

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="aether-cut-")
        self.addCleanup(folder.cleanup)
        self.settings = dict(AETHER_DATA_DIR=os.path.join(folder.name, "data"), AETHER_RUN_DIR=folder.name)
        self.assertEqual(aether("keys", "create", "--name", "first", "--quiet", **self.settings).returncode, 0)
        now = int(time.time() * 1000)
        with contextlib.closing(self.open()) as db, db:
            db.execute("DROP TRIGGER audit_no_delete")  # for a moment: the rows of the key make place for older ones
            trigger, = self.trigger
            db.execute("DELETE FROM audit")
            db.execute(trigger)
            previous = "0" * 64
            for seq in range(1, self.OLD + self.NEW + 1):
                row = (seq, now - (60 if seq <= self.OLD else 1) * 86400000 + seq, "key", "k%d" % (seq % 3), "desk", "local", "192.0.2.1",
                       "tracks.create", "job-%d" % seq, "done", 202, 3, "request-%d" % seq, None, None, None, 1)
                previous = row_hash(previous, row)
                db.execute("INSERT INTO audit VALUES (%s)" % ", ".join("?" * 18), (*row, previous))
                self.hashes = getattr(self, "hashes", [None]) + [previous]

    def open(self):
        db = sqlite3.connect(os.path.join(self.settings["AETHER_DATA_DIR"], "audit.db"), timeout=10)
        self.trigger = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'audit_no_delete'").fetchone()
        return db

    def all(self):
        with contextlib.closing(self.open()) as db:
            return db.execute("SELECT * FROM audit ORDER BY seq").fetchall()

    def maintain(self, **settings):
        done = aether("maintain", "--no-backup", "--json", **self.settings, **settings)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done

    def verify(self, *arguments):
        done = aether("audit", "verify", "--json", *arguments, **self.settings)
        verdict = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if verdict["whole"] else 1)
        return verdict

    def test_nothing_is_cut_unless_told(self):
        self.maintain()
        self.maintain(AETHER_AUDIT_RETENTION_DAYS=61)
        found = self.all()
        self.assertEqual(found[0][0], 1)
        self.assertNotIn("audit.cut", [row[7] for row in found])
        self.assertIsNone(chain_fault(found))

    def test_a_cut_keeps_the_chain(self):
        done = self.maintain(AETHER_AUDIT_RETENTION_DAYS=30)
        found = self.all()
        self.assertEqual(found[0][0], self.OLD + 1)
        self.assertIsNone(chain_fault(found, self.OLD, self.hashes[self.OLD]))
        anchor = "%d:%s" % (self.OLD, self.hashes[self.OLD])
        self.assertEqual([row[8] for row in found if row[7] == "audit.cut"], [anchor])
        self.assertIn("audit cut " + anchor, done.stderr)
        verdict = self.verify("--anchor", anchor)
        self.assertEqual((verdict["whole"], verdict["cut_seq"], verdict["rows"]), (True, self.OLD, len(found)))
        acts = [(row[7], row[9], row[8]) for row in found if row[7].startswith("maintain.")]
        self.assertEqual([a[:2] for a in acts], [("maintain.run", "begun"), ("maintain.retention", "begun"), ("maintain.retention", "done"),
                                                 ("maintain.audit", "begun"), ("maintain.audit", "done"), ("maintain.run", "done")])
        self.assertEqual(acts[4][2], "%d rows older than 30 days" % self.OLD)
        self.maintain(AETHER_AUDIT_RETENTION_DAYS=30)  # there is nothing to cut any more
        self.assertEqual(len([row for row in self.all() if row[7] == "audit.cut"]), 1)
        self.assertEqual(self.all()[0][0], self.OLD + 1)

    def test_whoever_cuts_by_hand_is_found(self):
        self.maintain(AETHER_AUDIT_RETENTION_DAYS=30)
        anchor = self.verify()["anchor"]
        with contextlib.closing(self.open()) as db, db:
            with self.assertRaises(sqlite3.IntegrityError):
                db.execute("DELETE FROM audit WHERE seq = ?", (self.OLD + 1,))
        with contextlib.closing(self.open()) as db, db:
            db.execute("DROP TRIGGER audit_no_delete")
            db.execute("DELETE FROM audit WHERE seq = ?", (self.OLD + 1,))
            db.execute(self.trigger[0])
        verdict = self.verify("--anchor", anchor)
        self.assertEqual((verdict["whole"], verdict["broken_seq"]), (False, self.OLD + 1))
        self.assertEqual(self.verify("--anchor", "%d:%s" % (self.OLD - 1, self.hashes[self.OLD - 1]))["whole"], False)


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


class Life(unittest.TestCase):
    def test_starts_reloads_and_stops_are_rows(self):
        own = Service()
        self.addCleanup(own.stop)

        def events(program):
            with contextlib.closing(sqlite3.connect(os.path.join(own.folder, "data", "audit.db"), timeout=10)) as db:
                return db.execute("SELECT action, outcome, actor_kind, actor_name FROM audit WHERE actor = ? ORDER BY seq", (program,)).fetchall()
        user = pwd.getpwuid(os.getuid()).pw_name
        expected = [("service.start", "done", "service", None)]
        for program in ("aether-api", "aether-render"):
            wait_for(lambda: events(program) == expected, what="the start of %s" % program)
        for number, action in ((signal.SIGHUP, "service.reload"), (signal.SIGUSR2, "service.upgrade")):
            for program in ("aether-api", "aether-render"):
                os.kill(own.pids(program)[0], number)
                wait_for(lambda: events(program)[-1] == (action, "done", "service", user), what="%s of %s" % (action, program))
        own.stop(keep=True)
        for program in ("aether-api", "aether-render"):
            self.assertEqual([e[:2] for e in events(program)], [("service." + name, "done") for name in ("start", "reload", "upgrade", "stop")])
            self.assertEqual(events(program)[-1], ("service.stop", "done", "service", user))
        done = aether("audit", "verify", AETHER_DATA_DIR=os.path.join(own.folder, "data"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_is_recorded_is_counted(self):
        def figure(name):
            found = re.search(r"(?m)^%s (\S+)$" % name, service.get("/metrics", key=None).body.decode())
            return float(found[1]) if found else 0
        before = figure("aether_audit_rows_total")
        generate()
        self.assertEqual(figure("aether_audit_rows_total"), before + 2)
        self.assertLess(figure("aether_audit_anchor_age_seconds"), 86400)


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
            wait_for(lambda: service.get("/health").json["components"]["audit"]["status"] == "failing", what="/health of that worker")
            self.assertGreaterEqual(int(service.get("/metrics", key=None).body.decode().split("\naether_audit_failures_total ")[1].split("\n")[0]), 2)
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
                except (OSError, http.client.HTTPException):  # cut off within the answer
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
        self.assertGreaterEqual(len(answered), KILLS * 10)
        self.assertEqual([r for r in answered if r not in begun or r not in done], [])
        made = {r for (r,) in rows("SELECT request_id FROM job WHERE request_id LIKE 'kill-%'", name="aether.db")}
        self.assertEqual(made - begun, set())
        self.assertEqual(command("verify").returncode, 0)


if __name__ == "__main__":
    unittest.main()
