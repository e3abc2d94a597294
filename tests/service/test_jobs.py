"""The queue as clients and administrators meet it: repeated requests, limits, cancelling, webhooks, both web servers,
maintenance."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import http.server
import json
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import threading
import unittest

from harness import ROOT, Service, aether, brief, free_port, wait_for

SECRET = "a-secret-of-the-tests-0123456789"
MODULES = "/usr/lib/apache2/modules"


class Receiver:
    """A server that is called. `answers`: the status for each call in turn, the last for all further ones."""

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.path, dict((k.lower(), v) for k, v in self.headers.items()), body))
                status = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path="/hook", host="127.0.0.1", scheme="http"):
        return "%s://%s:%d%s" % (scheme, host, self.port, path)

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Apache:
    """Apache in front of a running service, by conf/apache."""

    def __init__(self, service, without=()):
        self.folder, self.port = service.folder, free_port()
        with open(os.path.join(ROOT, "conf", "apache", "aether.conf.in")) as f:
            text = f.read()
        os.chmod(self.folder, 0o710)  # for the web server's group, as an installed service has it
        users = "User www-data\nGroup root" if os.getuid() == 0 else ""
        for name, value in (("PORT", self.port), ("RUN_DIR", self.folder), ("DATA_DIR", self.folder + "/data"),
                            ("MODULES", MODULES), ("USER_LINES", users)):
            text = text.replace("@%s@" % name, str(value))
        text = text.replace("apache.pid", "apache-%d.pid" % self.port)
        for module in without:
            text = text.replace("mod_%s.so" % module, "mod_none.so")
        path = os.path.join(self.folder, "apache.conf")
        with open(path, "w") as f:
            f.write(text)
        self.process = subprocess.Popen(["/usr/sbin/apache2", "-f", path, "-DFOREGROUND"], stderr=subprocess.PIPE, text=True)
        wait_for(self.answers, what="apache: %s" % path)

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(self.process.stderr.read())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/live")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stderr.close()


class Case(unittest.TestCase):
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.service = Service(**cls.settings)

    @classmethod
    def tearDownClass(cls):
        cls.service.stop()

    def rows(self, sql, *values):
        connection = sqlite3.connect(os.path.join(self.service.folder, "data", "aether.db"), timeout=10)
        try:
            with connection:
                return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def aether(self, *arguments, **settings):
        return aether(*arguments, AETHER_DATA_DIR=self.service.folder + "/data", AETHER_RUN_DIR=self.service.folder,
                      **settings)

    def order(self, body=None, path="/v1/tracks", wait="respond-async", **headers):
        sent = {"Prefer": wait}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.service.post(path, body or brief(), headers=sent)

    def key(self, name, organisation):
        made = self.aether("keys", "create", "--name", name, "--organisation", organisation, "--quiet")
        self.assertEqual(made.returncode, 0, made.stderr)
        return made.stdout.strip()

    def output(self):
        return os.listdir(os.path.join(self.service.folder, "data", "output"))


class Queue(Case):
    settings = {"AETHER_KEY_JOBS_MAX": 4, "AETHER_QUEUE_MAX": 6, "AETHER_WEBHOOK_SECRET": SECRET,
                "AETHER_WEBHOOK_NETWORKS": "127.0.0.1/32"}

    def cancel_all(self):
        open_ones = [row[0] for row in self.rows("SELECT id FROM job WHERE state IN ('queued', 'running')")]
        if open_ones:
            self.assertEqual(self.aether("jobs", "cancel", *open_ones).returncode, 0)

    def test_a_repeated_request_is_one_job(self):
        body = brief(title="Once")
        first = self.order(body, Idempotency_Key="desk-1")
        self.assertEqual(first.status, 202, first)
        again = self.order(body, Idempotency_Key="desk-1")
        self.assertEqual((again.status, again.json["job_id"]), (202, first.json["job_id"]))
        self.assertEqual(again.headers["location"], first.headers["location"])
        other = self.order(brief(title="Other"), Idempotency_Key="desk-1")
        self.assertEqual(other.status, 422, other)
        self.assertEqual(other.json["type"], "urn:aether:problem:idempotency-key-reused")
        elsewhere = self.service.post("/v1/tracks", body, key=self.key("elsewhere", "elsewhere"),
                                      headers={"Prefer": "respond-async", "Idempotency-Key": "desk-1"})
        self.assertNotEqual(elsewhere.json["job_id"], first.json["job_id"])
        waited = self.order(body, wait="wait=60", Idempotency_Key='"desk-1"')  # the same key, quoted
        self.assertEqual((waited.status, waited.json["job_id"]), (200, first.json["job_id"]))
        self.assertEqual(self.rows("SELECT count(*) FROM job WHERE json_extract(request, '$.title') = 'Once'"), [(2,)])
        self.assertEqual(self.order(Idempotency_Key="x" * 256).status, 400)
        self.cancel_all()

    def test_equal_requests_at_once_compose_once(self):
        body, answers = brief(output_formats=None, title="At once"), []
        threads = [threading.Thread(target=lambda: answers.append(
            self.order(body, "/v1/generate", Idempotency_Key="generate-1"))) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual({a.status for a in answers}, {202}, answers)
        self.assertEqual(len({a.body for a in answers}), 1)
        self.assertEqual(self.rows("SELECT count(*) FROM job WHERE kind = 'generate'"), [(1,)])

    def test_too_many_jobs(self):
        self.cancel_all()
        long = brief(duration_seconds=600)
        answers = [self.order(long) for _ in range(5)]
        self.assertEqual([a.status for a in answers], [202] * 4 + [429])
        refused = answers[-1]
        self.assertEqual(refused.json["type"], "urn:aether:problem:too-many-jobs")
        self.assertIn("4 jobs of this key", refused.json["detail"])
        self.assertGreater(int(refused.headers["retry-after"]), 0)
        for name in ("a", "b"):
            key = self.key("desk-" + name, name)
            last = [self.service.post("/v1/tracks", long, key=key, headers={"Prefer": "respond-async"}) for _ in range(3)]
        self.assertIn(503, [a.status for a in last])
        full = [a for a in last if a.status == 503][0]
        self.assertEqual(full.json["type"], "urn:aether:problem:queue-full")
        self.assertGreater(int(full.headers["retry-after"]), 0)
        self.cancel_all()

    def test_cancelling_leaves_nothing(self):
        self.cancel_all()
        job = self.order(brief(duration_seconds=600, render_stems=True)).json["job_id"]
        wait_for(lambda: [n for n in self.output() if job in n], what="the job's folder")
        self.assertEqual(self.service.call("DELETE", "/v1/jobs/" + job).json["status"], "cancelled")
        wait_for(lambda: not [n for n in self.output() if job in n], what="the folder to go")
        done = self.aether("jobs", "retry", job)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(self.service.get("/v1/jobs/" + job).json["status"], ("queued", "running"))
        self.assertEqual(self.aether("jobs", "retry", job).returncode, 1)
        self.assertEqual(self.aether("jobs", "cancel", job).returncode, 0)

    def test_the_command_line_lists_and_shows(self):
        job = self.order(brief(priority="high")).json["job_id"]
        listed = json.loads(self.aether("jobs", "list", "--organisation", "local", "--since", "1h", "--json").stdout)
        self.assertIn(job, [j["job_id"] for j in listed])
        shown = self.aether("jobs", "show", job)
        self.assertIn("high", shown.stdout)
        self.assertEqual(json.loads(self.aether("jobs", "show", job, "--json").stdout)["request"]["priority"], "high")
        self.assertEqual(json.loads(self.aether("jobs", "list", "--until", "2020-01-01", "--json").stdout), [])
        for arguments, status in ((("list", "--state", "done"), 2), (("list", "--since", "soon"), 2), (("show",), 2),
                                  (("show", "00000000-0000-7000-8000-000000000000"), 1), (("drop",), 2)):
            done = self.aether("jobs", *arguments)
            self.assertEqual(done.returncode, status, (arguments, done.stderr))
            self.assertEqual(done.stderr.count("\n"), 1)
        self.cancel_all()

    def test_lists_are_filtered(self):
        job = self.order().json["job_id"]
        for query, there in (("kind=tracks", True), ("kind=render", False), ("since=2020-01-01", True), ("since=7d", True),
                             ("until=2020-01-01T00:00:00Z", False), ("key_id=nobody", False)):
            found = [j["job_id"] for j in self.service.get("/v1/jobs?limit=100&" + query).json["jobs"]]
            self.assertEqual(job in found, there, query)
        for query, pointer in (("kind=song", "/kind"), ("since=soon", "/since"), ("cursor=1", "/cursor"),
                               ("status=done", "/status"), ("limit=0", "/limit")):
            answer = self.service.get("/v1/jobs?" + query)
            self.assertEqual(answer.status, 422, answer)
            self.assertEqual(answer.json["errors"][0]["pointer"], pointer)
        self.cancel_all()

    def check_signature(self, call, organisation="local"):
        _, headers, body = call
        secret = self.aether("webhooks", "secret", organisation, AETHER_WEBHOOK_SECRET=SECRET).stdout.strip()
        self.assertTrue(secret.startswith("whsec_"))
        signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
        mac = hmac.new(base64.b64decode(secret[6:]), signed, hashlib.sha256).digest()
        self.assertEqual(headers["webhook-signature"], "v1," + base64.b64encode(mac).decode())

    def test_a_webhook_is_signed_and_tried_again(self):
        receiver = Receiver(500, 204)
        self.addCleanup(receiver.close)
        job = self.order(brief(callback_url=receiver.url())).json["job_id"]
        wait_for(lambda: len(receiver.calls) == 2, what="the second call")
        self.assertEqual(receiver.calls[0][2], receiver.calls[1][2])
        self.assertEqual(receiver.calls[0][1]["webhook-id"], receiver.calls[1][1]["webhook-id"])
        for call in receiver.calls:
            self.check_signature(call)
        said = json.loads(receiver.calls[1][2])
        self.assertEqual((said["type"], said["data"]["job_id"]), ("job.completed", job))
        self.assertIn("master_wav", said["data"]["result"]["output_files"])
        wait_for(lambda: self.rows("SELECT state, attempts, http_status FROM webhook WHERE job_id = ?", job) ==
                 [("delivered", 2, 204)], what="the record of the delivery")

    def test_redirects_are_not_followed_and_names_do_not_help(self):
        receiver = Receiver(302)
        self.addCleanup(receiver.close)
        jobs = []
        for url in (receiver.url(), receiver.url(host="localhost", scheme="https")):
            jobs.append(self.order(brief(callback_url=url)).json["job_id"])
        self.assertEqual(self.aether("jobs", "cancel", *jobs).returncode, 0)
        wait_for(lambda: receiver.calls, what="the call")
        wait_for(lambda: self.rows("SELECT error FROM webhook WHERE job_id = ?", jobs[0])[0][0], what="its record")
        self.assertIn("302", self.rows("SELECT error FROM webhook WHERE job_id = ?", jobs[0])[0][0])
        self.assertNotIn("/elsewhere", [c[0] for c in receiver.calls])
        for url in ("http://127.0.0.2/", "https://10.0.0.1/", "http://[::1]/", "ftp://127.0.0.1/", "no-url-at-all"):
            answer = self.order(brief(callback_url=url))
            self.assertEqual(answer.status, 422, (url, answer))
            self.assertEqual(answer.json["errors"][0]["pointer"], "/callback_url")


class Servers(Case):
    """One finished track, fetched through each web server."""
    settings = {"AETHER_WEBHOOK_SECRET": SECRET}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.apache = Apache(cls.service)
        cls.job = cls.service.track(title="夜 50%", output_formats=["wav", "mp3"])
        cls.files = cls.job["result"]["output_files"]

    @classmethod
    def tearDownClass(cls):
        cls.apache.stop()
        super().tearDownClass()

    def through(self, port, method, path, headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        sent = dict(headers or {})
        sent.setdefault("X-API-Key", self.service.key)
        try:
            connection.request(method, path, body=body, headers=sent)
            response = connection.getresponse()
            return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
        finally:
            connection.close()

    def downloads(self, port):
        may_leave_out = port == self.apache.port  # Apache does not say the size with a 416
        url = self.files["master_wav"]
        with open(os.path.join(self.service.folder, "data", "output", self.job["job_id"], "master.wav"), "rb") as f:
            expected = f.read()
        status, headers, whole = self.through(port, "GET", url)
        self.assertEqual((status, whole == expected, int(headers["content-length"])), (200, True, len(expected)))
        self.assertEqual(headers["content-type"], "audio/wav")
        self.assertIn("filename*=UTF-8''%E5%A4%9C%2050%25_master.wav", headers["content-disposition"])
        self.assertNotIn("x-sendfile", headers)
        self.assertNotIn("x-accel-redirect", headers)
        etag = headers["etag"]
        self.assertFalse(etag.startswith("W/"))
        status, headers, nothing = self.through(port, "HEAD", url)
        self.assertEqual((status, nothing, int(headers["content-length"]), headers["etag"]), (200, b"", len(whole), etag))
        for asked, first, last in (("bytes=0-3", 0, 3), ("bytes=100-", 100, len(whole) - 1), ("bytes=-7", len(whole) - 7, len(whole) - 1),
                                   ("bytes=5-99999999999", 5, len(whole) - 1)):
            status, headers, part = self.through(port, "GET", url, {"Range": asked})
            self.assertEqual((status, part == whole[first:last + 1]), (206, True), asked)
            self.assertEqual(headers["content-range"], "bytes %d-%d/%d" % (first, last, len(whole)))
        self.assertEqual(self.through(port, "GET", url, {"Range": "bytes=0-3", "If-Range": etag})[0], 206)
        self.assertEqual(self.through(port, "GET", url, {"Range": "bytes=0-3", "If-Range": '"other"'})[0], 200)
        status, headers, _ = self.through(port, "GET", url, {"Range": "bytes=%d-" % len(whole)})
        self.assertEqual(status, 416)
        self.assertIn(headers.get("content-range"), ("bytes */%d" % len(whole), None if may_leave_out else ""))
        status, headers, nothing = self.through(port, "GET", url, {"If-None-Match": etag})
        self.assertEqual((status, nothing), (304, b""))
        self.assertEqual(self.through(port, "GET", url, {"X-API-Key": "none"})[0], 401)
        for path in ("/internal/output/%s/master.wav" % self.job["job_id"], "/v1/download/%s/..%%2f..%%2faether.db" % self.job["job_id"],
                     "/v1/download/%s/%%2e%%2e/%%2e%%2e/aether.db" % self.job["job_id"], "/output/", url + "%00"):
            self.assertIn(self.through(port, "GET", path)[0], (400, 404), path)
        status, _, body = self.through(port, "GET", url, {"X-Accel-Redirect": "/internal/output/", "AETHER-SENDFILE": "x-sendfile"})
        self.assertEqual((status, body == whole), (200, True))

    def test_nginx(self):
        self.downloads(self.service.port)

    def test_apache(self):
        self.downloads(self.apache.port)

    def test_apache_without_its_module(self):
        apache = Apache(self.service, without=("xsendfile",))
        try:
            self.downloads(apache.port)
            self.assertEqual(self.through(apache.port, "GET", self.files["master_wav"])[1]["etag"].strip('"'),
                             self.rows("SELECT sha256 FROM artifact WHERE name = 'master.wav'")[0][0])
        finally:
            apache.stop()

    def test_what_apache_refuses_itself(self):
        socket, aside = os.path.join(self.service.folder, "api.sock"), os.path.join(self.service.folder, "api.aside")

        def check(expected, path, has_id, **headers):
            status, sent, body = self.through(self.apache.port, "GET", path, headers)
            problem = json.loads(body)
            self.assertEqual((status, problem["status"], sent["content-type"]), (expected, expected, "application/problem+json"))
            if has_id:
                self.assertTrue(problem["request_id"])
                self.assertEqual(sent["x-request-id"], problem["request_id"])
            for name, value in (("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"), ("cache-control", "no-store")):
                self.assertEqual(sent[name], value)
            return sent

        check(400, "/v1/genres", False, **{"X-Long": "a" * 9000})
        os.rename(socket, aside)
        try:
            sent = check(503, "/v1/genres", True, **{"X-Request-ID": "a-clients-own-1"})
            self.assertEqual((sent["x-request-id"], sent["retry-after"]), ("a-clients-own-1", "5"))
        finally:
            os.rename(aside, socket)

    def test_the_api_through_apache(self):
        port = self.apache.port
        self.assertEqual(self.through(port, "GET", "/v1/jobs/" + self.job["job_id"])[0], 200)
        status, _, body = self.through(port, "POST", "/v1/tracks", {"Content-Type": "application/json"}, json.dumps({"title": 7}))
        self.assertEqual((status, json.loads(body)["type"]), (422, "urn:aether:problem:validation-failed"))
        status, _, _ = self.through(port, "GET", "/v1/jobs", {"X-API-Key": "", "Authorization": "Bearer " + self.service.key})
        self.assertEqual(status, 200)
        self.assertEqual(self.through(port, "POST", "/v1/tracks", {"Content-Type": "application/json"}, b"x" * 3000000)[0], 413)

    def raw(self, port, *lines, target=b"/v1/jobs"):
        """A request with headers as they are written; the answer, whatever of it came."""
        with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
            with contextlib.suppress(OSError):
                s.sendall(b"\r\n".join((b"GET %s HTTP/1.1" % target, b"Host: localhost", b"Connection: close", *lines)) + b"\r\n\r\n")
            response = http.client.HTTPResponse(s)
            response.begin()
            headers, body = {k.lower(): v for k, v in response.getheaders()}, response.read()
        if response.status >= 400:
            self.assertEqual(headers["content-type"], "application/problem+json", (lines, headers))
            self.assertEqual(json.loads(body)["request_id"], headers["x-request-id"])
            self.assertEqual(headers["x-content-type-options"], "nosniff")
        self.assertNotIn("x-injected", headers)
        self.assertNotIn(self.service.key.encode(), body)
        return response.status

    def test_hostile_headers(self):
        key, other = self.service.key.encode(), self.key("hostile", "elsewhere").encode()
        for port in (self.service.port, self.apache.port):
            self.assertEqual(self.raw(port, b"X-API-Key: " + key), 200)
            for lines in ([b"Authorization: Bearer " + key] * 2, [b"Authorization: Bearer " + key, b"Authorization: Bearer " + other],
                          [b"X-API-Key: " + key] * 2, [b"X-API-Key: " + key, b"X-API-Key: " + other],
                          [b"X-API-Key: " + key, b"Authorization: Bearer " + key], [b"Authorization: Basic " + key],
                          [b"Authorization: Bearer " + key + b", Bearer " + other], [b"X_API_Key: " + key], [b"X-API-Key: " + key + b"\0"],
                          [b"X-API-Key: " + b"a" * 65536], [b"X-API-Key: " + key, b"X-Other: " + b"a" * 65536],
                          [b"Authorization: Bearer " + b"a." * 32768], [b"X-API-Key : " + key], [b"X-API-Key: " + key[:20], b" " + key[20:]]):
                self.assertIn(self.raw(port, *lines), (400, 401, 431), lines)
            for line in (b"Prefer: wait=1\rX-Injected: 1", b"X-Request-ID: abcdefgh\rX-Injected: 1", b"X-Request-ID: abcdefgh\nX-Injected: 1",
                         b"X-Request-ID: abcdefgh%0d%0aX-Injected: 1", b"traceparent: 00-\r\n\tX-Injected: 1"):
                self.assertIn(self.raw(port, b"X-API-Key: " + key, line), (200, 400), line)
            self.assertIn(self.raw(port, b"X-API-Key: " + key, b"X_API_Key: " + other, b"X-Request-ID: whose-0001"), (200, 400))

    def test_no_header_says_where_a_client_is(self):
        spoofs = [name + b": 203.0.113.99" for name in (b"X-Forwarded-For", b"X-Real-IP", b"Client-IP", b"True-Client-IP", b"REMOTE_ADDR",
                                                         b"Remote-Addr", b"X-Cluster-Client-IP")] + [b"Forwarded: for=203.0.113.99"]
        for port in (self.service.port, self.apache.port):
            name = b"spoofed-%d" % port
            self.assertEqual(self.raw(port, b"X-API-Key: aek_wrong", b"X-Request-ID: " + name, *spoofs), 401)
            trail = sqlite3.connect(os.path.join(self.service.folder, "data", "audit.db"), timeout=10)
            self.assertEqual(trail.execute("SELECT address FROM audit WHERE request_id = ?", (name.decode(),)).fetchall(), [("127.0.0.1",)])
            trail.close()
            self.assertEqual(self.raw(port, target=b"/metrics"), 200)
            self.assertIn(self.raw(port, b"X-Forwarded-For: 127.0.0.1", target=b"/metrics"), (401, 403))

    def test_a_link_in_the_folder_is_no_way_out(self):
        folder = os.path.join(self.service.folder, "data", "output", self.job["job_id"])
        path, kept = os.path.join(folder, "master.mp3"), os.path.join(folder, "kept")
        os.rename(path, kept)
        os.symlink("/etc/passwd", path)
        try:
            for port in (self.service.port,):
                status, _, body = self.through(port, "GET", self.files["master_mp3"])
                self.assertNotEqual(status, 200)
                self.assertNotIn(b"root:", body)
        finally:
            os.remove(path)
            os.rename(kept, path)

    def test_maintenance(self):
        data = os.path.join(self.service.folder, "data")
        backups = os.path.join(data, "backups")
        os.makedirs(backups)
        for day in range(1, 10):
            open(os.path.join(backups, "aether-202001%02dT000000Z.db" % day), "w").close()
        open(os.path.join(backups, "aether-mine.db"), "w").close()
        old = self.service.track(title="Old")["job_id"]
        self.rows("UPDATE job SET finished_ms = 1 WHERE id = ?", old)
        done = self.aether("maintain", "--json", AETHER_BACKUPS_KEPT=3, AETHER_RETENTION_DAYS=1)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        self.assertTrue(report["ok"] and all(step["ok"] for step in report["steps"]), report)
        self.assertEqual(self.service.get("/v1/jobs/" + old).status, 404)
        self.assertEqual(self.output(), [self.job["job_id"]])
        kept = sorted(name for name in os.listdir(backups) if name.startswith("aether-"))
        self.assertEqual(kept[:2] + kept[3:], ["aether-20200108T000000Z.db", "aether-20200109T000000Z.db", "aether-mine.db"])
        copy = sqlite3.connect(os.path.join(backups, kept[2]))
        self.assertEqual(copy.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(copy.execute("SELECT id FROM job").fetchall(), [(self.job["job_id"],)])
        copy.close()
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(backups, kept[2])).st_mode), 0o640)
        shutil.rmtree(backups)

    def test_maintenance_twice_within_a_second(self):
        folder = os.path.join(self.service.folder, "twice")
        os.makedirs(folder)
        for _ in range(3):
            done = aether("maintain", "--json", AETHER_DATA_DIR=folder)
            self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual(len([name for name in os.listdir(os.path.join(folder, "backups")) if name.startswith("aether-")]), 3)

    def test_maintenance_says_what_is_damaged(self):
        folder = os.path.join(self.service.folder, "damaged")
        os.makedirs(folder)
        self.assertEqual(aether("maintain", AETHER_DATA_DIR=folder).returncode, 0)
        backups = [name for name in os.listdir(os.path.join(folder, "backups")) if name.startswith("aether-")]
        self.assertEqual(len(backups), 1)
        connection = sqlite3.connect(os.path.join(folder, "aether.db"))
        root = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'api_key_name'").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        with open(os.path.join(folder, "aether.db"), "r+b") as f:
            f.seek((root - 1) * 4096)
            f.write(b"\xff" * 4096)
        done = aether("maintain", "--json", AETHER_DATA_DIR=folder, AETHER_BACKUPS_KEPT=1)
        self.assertEqual(done.returncode, 1, done.stdout)
        failed = [step["step"] for step in json.loads(done.stdout)["steps"] if not step["ok"]]
        self.assertIn("aether.db check", failed)
        self.assertIn("aether.db backup", failed)
        self.assertEqual([name for name in os.listdir(os.path.join(folder, "backups")) if name.startswith("aether-")], backups)

    def test_no_room(self):
        full = Service(AETHER_DISK_RESERVE_MB=10000000)
        self.addCleanup(full.stop)
        answer = full.post("/v1/tracks", brief())
        self.assertEqual(answer.status, 507, answer)
        self.assertEqual(answer.json["type"], "urn:aether:problem:storage-full")
        self.assertEqual(full.post("/v1/generate", brief(output_formats=None)).status, 202)

        answer = full.post("/v1/tracks", brief(callback_url="https://example.org/"))
        self.assertEqual(answer.status, 422, "without AETHER_WEBHOOK_SECRET there are no webhooks")
        self.assertIn("AETHER_WEBHOOK_SECRET", answer.json["errors"][0]["detail"])

    def test_webhooks_go_by_https(self):
        answer = self.service.post("/v1/tracks", brief(callback_url="http://example.org/"))
        self.assertEqual(answer.status, 422)
        self.assertIn("https", answer.json["errors"][0]["detail"])


if __name__ == "__main__":
    unittest.main()
