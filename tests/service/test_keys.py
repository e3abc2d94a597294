"""Who may do what: keys, tokens, limits and quotas over HTTP and by the command line, on a service of four workers."""
import base64
import concurrent.futures
import hashlib
import hmac
import http.client
import json
import os
import re
import signal
import socket
import stat
import subprocess
import tempfile
import time
import unittest

from harness import BIN, ROOT, Answer, Service, aether, brief, environment, free_port, wait_for

SECRET = "a-secret-of-more-than-thirty-two-bytes-0123456789"
SECURITY_HEADERS = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
                    "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "cache-control": "no-store"}
service = None


def setUpModule():
    global service
    service = Service(AETHER_API_WORKERS=4, AETHER_JWT_SECRET=SECRET, AETHER_JWT_ISSUER="https://id.example",
                      AETHER_RATE_LIMIT_RPS=0)


def tearDownModule():
    service.stop()


def command(*arguments):
    return aether(*arguments, AETHER_DATA_DIR=os.path.join(service.folder, "data"), AETHER_RUN_DIR=service.folder)


def new_key(name, *options):
    done = command("keys", "create", "--name", name, "--json", *options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def part(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(secret=SECRET, header=None, **claims):
    """Signed by Python's own hmac; a claim that is None is left out."""
    body = {"sub": "alice", "org": "museum", "iss": "https://id.example", "aud": "aether", "exp": int(time.time()) + 300}
    body.update(claims)
    body = {k: v for k, v in body.items() if v is not None}
    text = ".".join(part(json.dumps(x).encode()) for x in (header or {"alg": "HS256", "typ": "JWT"}, body))
    return text + "." + part(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


def bearer(text):
    return {"Authorization": "Bearer " + text}


def raw(port, text):
    """A request as it is written, for what no client would send. The answer to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as s:
        s.sendall(text)
        response = http.client.HTTPResponse(s)
        response.begin()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())


class Problems(unittest.TestCase):
    def check(self, answer, status, slug):
        """The form that every refusal has, from every layer."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["content-type"].split(";")[0], "application/problem+json")
        self.assertEqual(answer.json["type"], "urn:aether:problem:" + slug)
        self.assertEqual(answer.json["status"], status)
        self.assertEqual(answer.json["request_id"], answer.headers["x-request-id"])
        for name, value in SECURITY_HEADERS.items():
            self.assertEqual(answer.headers.get(name), value, (name, answer))
        return answer


class Keys(Problems):
    def test_the_life_of_a_key(self):
        made = new_key("life", "--organisation", "radio")
        show = json.loads(command("keys", "show", made["id"], "--json").stdout)
        self.assertNotIn("key", show)
        self.assertEqual((show["state"], show["scopes"], show["last_used_at"]), ("active", ["generate", "render"], None))
        self.assertEqual(service.get("/v1/jobs", key=made["key"]).status, 200)
        self.assertTrue(json.loads(command("keys", "show", made["id"], "--json").stdout)["last_used_at"])
        rotated = json.loads(command("keys", "rotate", made["id"], "--grace-hours", "1", "--json").stdout)
        self.assertEqual(rotated["id"], made["id"])
        for key in (made["key"], rotated["key"]):
            self.assertEqual(service.get("/v1/jobs", key=key).status, 200)
        again = json.loads(command("keys", "rotate", made["id"], "--grace-hours", "0", "--json").stdout)
        for key, status in ((made["key"], 401), (rotated["key"], 401), (again["key"], 200)):
            self.assertEqual(service.get("/v1/jobs", key=key).status, status)
        self.assertEqual(command("keys", "revoke", made["id"]).returncode, 0)
        # At once, in each of the four workers.
        for _ in range(40):
            self.check(service.get("/v1/jobs", key=again["key"]), 401, "authentication-needed")
        self.assertEqual(command("keys", "rotate", made["id"]).returncode, 1)
        self.assertEqual(command("keys", "show", "000000000000").returncode, 1)
        listed = json.loads(command("keys", "list", "--organisation", "radio", "--json").stdout)
        self.assertIn((made["id"], "revoked"), [(k["id"], k["state"]) for k in listed])

    def test_no_administrator_is_there_by_default(self):
        listed = json.loads(command("keys", "list", "--organisation", "local", "--json").stdout)
        self.assertFalse([k for k in listed if "admin" in k["scopes"]])

    def test_wrong_use_is_told(self):
        for arguments, says in ((("create",), "--name"), (("create", "--name", "x", "--scopes", "root"), "generate"),
                                (("create", "--name", "x", "--admin", "--scopes", "render"), "--admin"),
                                (("create", "--name", "x", "--rate-rps", "fast"), "--rate-rps"),
                                (("create", "--name", "x", "--expires-days", "1.5"), "--expires-days"),
                                (("create", "--name", "x", "--tracks-per-day", "-1"), "--tracks-per-day"),
                                (("rotate", "x", "--grace-hours", "800"), "720"), (("revoke",), "revoke ID")):
            done = command("keys", *arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertIn(says, done.stderr)

    def test_expired_keys_and_wrong_ones(self):
        good = new_key("whole", "--organisation", "radio")["key"]
        cut, typo = good[:-1], good[:-1] + ("0" if good[-1] != "0" else "1")
        for key in (cut, typo, good + "0", good.upper(), "", " ", "aek_", "x" * 9000, "a.b.c", "ä"):
            answer = raw(service.port, b"GET /v1/jobs HTTP/1.0\r\nHost: x\r\nX-API-Key: " + key.encode() + b"\r\n\r\n")
            self.check(answer, 401, "authentication-needed")

    def test_two_credentials_are_none(self):
        good, other = new_key("one", "--organisation", "radio")["key"], new_key("two", "--organisation", "museum")["key"]
        for lines in (["X-API-Key: " + good, "X-API-Key: " + other], ["X-API-Key: " + good, "Authorization: Bearer " + other],
                      ["Authorization: Bearer " + good, "Authorization: Bearer " + other]):
            answer = raw(service.port, ("GET /v1/jobs HTTP/1.0\r\nHost: x\r\n%s\r\n\r\n" % "\r\n".join(lines)).encode())
            if answer.status == 400:  # nginx itself refuses two Authorization headers
                self.check(answer, 400, "invalid-request")
            else:
                self.check(answer, 401, "authentication-needed")
        answer = service.get("/v1/jobs", key=None, headers={"Authorization": "Basic " + good})
        self.check(answer, 401, "authentication-needed")
        self.assertEqual(answer.headers["www-authenticate"], 'Bearer realm="aether"')

    def test_refusals_say_what_is_missing(self):
        answer = self.check(service.get("/v1/jobs", key="aek_wrong"), 401, "authentication-needed")
        self.assertIn('error="invalid_token"', answer.headers["www-authenticate"])
        key = new_key("writer", "--scopes", "generate")["key"]
        answer = self.check(service.post("/v1/tracks", brief(), key=key), 403, "scope-missing")
        self.assertIn("'render'", answer.json["detail"])
        self.assertIn('scope="generate render"', answer.headers["www-authenticate"])


class Administration(Problems):
    @classmethod
    def setUpClass(cls):
        cls.admin = new_key("administrator", "--admin", "--organisation", "office")["key"]
        cls.manager = new_key("manager", "--organisation", "school", "--scopes", "keys,generate")["key"]

    def create(self, key, **fields):
        return service.post("/v1/keys", dict({"name": "k", "scopes": ["generate"]}, **fields), key=key)

    def test_an_administrator_manages_all(self):
        made = self.create(self.admin, name="desk", organisation="theatre", scopes=["render"], quota={"tracks_per_day": 2})
        self.assertEqual(made.status, 201, made)
        self.assertEqual(made.json["quota"]["tracks_per_day"], 2)
        self.assertEqual(made.headers["location"], "/v1/keys/" + made.json["id"])
        path = made.headers["location"]
        self.assertEqual(service.get("/v1/jobs", key=made.json["key"]).status, 200)
        shown = service.get(path, key=self.admin).json
        self.assertEqual((shown["organisation"], shown["scopes"]), ("theatre", ["render"]))
        self.assertNotIn(made.json["key"], service.get("/v1/keys", key=self.admin).body.decode())
        rotated = service.post(path + "/rotate", {"grace_seconds": 0}, key=self.admin)
        self.assertEqual(rotated.status, 200, rotated)
        self.check(service.get("/v1/jobs", key=made.json["key"]), 401, "authentication-needed")
        self.assertEqual(service.call("PUT", path + "/quota", {"minutes_per_month": 5}, key=self.admin).json["quota"],
                         {"tracks_per_day": None, "tracks_per_month": None, "minutes_per_day": None, "minutes_per_month": 5})
        self.assertEqual(service.call("DELETE", path, key=self.admin).json["state"], "revoked")
        for _ in range(20):
            self.check(service.get("/v1/jobs", key=rotated.json["key"]), 401, "authentication-needed")

    def test_a_manager_stays_below(self):
        own = self.create(self.manager)
        self.assertEqual((own.status, own.json["organisation"]), (201, "school"))
        for fields, pointer in ((dict(scopes=["admin"]), "/scopes"), (dict(scopes=["render"]), "/scopes"),
                                (dict(organisation="theatre"), "/organisation"), (dict(scopes=["root"]), "/scopes/0"),
                                (dict(scopes=[]), "/scopes"), (dict(name=""), "/name"), (dict(scope="x"), "/scope")):
            answer = self.check(self.create(self.manager, **fields), 422, "validation-failed")
            self.assertIn(pointer, [e["pointer"] for e in answer.json["errors"]], answer)
        self.check(self.create(self.manager), 409, "conflict")  # the name is taken
        other = self.create(self.admin, name="foreign", organisation="theatre", scopes=["generate"]).json["id"]
        for method, path, body in (("GET", "", None), ("DELETE", "", None), ("POST", "/rotate", {}), ("PUT", "/quota", {})):
            self.check(service.call(method, "/v1/keys/" + other + path, body, key=self.manager), 404, "not-found")
        stronger = self.create(self.admin, name="strong", organisation="school", scopes=["render"]).json["id"]
        for method, path, body in (("DELETE", "", None), ("POST", "/rotate", {})):
            self.check(service.call(method, "/v1/keys/" + stronger + path, body, key=self.manager), 403, "scope-missing")
        seen = service.get("/v1/keys", key=self.manager).json["keys"]
        self.assertEqual({k["organisation"] for k in seen}, {"school"})
        self.check(service.get("/v1/keys?organisation=theatre", key=self.manager), 404, "not-found")
        self.check(service.call("PUT", "/v1/organisations/school/quota", {}, key=self.manager), 403, "scope-missing")

    def test_a_manager_with_limits_gives_and_gets_no_more(self):
        own = new_key("limited", "--organisation", "club", "--scopes", "keys,generate", "--tracks-per-day", "2", "--rate-rps", "50")
        limits = {"tracks_per_day": 2, "tracks_per_month": None, "minutes_per_day": None, "minutes_per_month": None}
        self.check(service.call("PUT", "/v1/keys/%s/quota" % own["id"], {}, key=own["key"]), 403, "scope-missing")
        for number, quota in enumerate(({}, {"quota": {}}, {"quota": {"tracks_per_day": 2}})):
            made = self.create(own["key"], name="k%d" % number, **quota)
            self.assertEqual((made.status, made.json["quota"], made.json["rate_rps"]), (201, limits, 50), made)
        for fields, pointer in ((dict(quota={"tracks_per_day": 3}), "/quota/tracks_per_day"), (dict(rate_rps=51), "/rate_rps")):
            answer = self.check(self.create(own["key"], name="more", **fields), 422, "validation-failed")
            self.assertEqual([e["pointer"] for e in answer.json["errors"]], [pointer])
        path = "/v1/keys/%s/quota" % made.json["id"]
        answer = self.check(service.call("PUT", path, {"tracks_per_day": 3}, key=own["key"]), 422, "validation-failed")
        self.assertEqual([e["pointer"] for e in answer.json["errors"]], ["/tracks_per_day"])
        self.assertEqual(service.call("PUT", path, {}, key=own["key"]).json["quota"], limits)
        free = self.create(self.admin, name="free", organisation="club", scopes=["generate"]).json["id"]
        self.check(service.post("/v1/keys/%s/rotate" % free, {}, key=own["key"]), 403, "scope-missing")
        self.assertEqual(service.post("/v1/keys/%s/rotate" % made.json["id"], {}, key=own["key"]).status, 200)

    def order(self, key):
        return service.post("/v1/tracks", brief(), key=key, headers={"Prefer": "respond-async"})

    def test_keys_made_by_a_limited_key_share_its_limits(self):
        own = new_key("head", "--organisation", "band", "--scopes", "keys,generate,render", "--tracks-per-day", "2", "--rate-rps", "0.01",
                      "--rate-burst", "60")
        scopes = ["keys", "generate", "render"]
        child = self.create(own["key"], name="child", scopes=scopes).json
        grandchild = self.create(child["key"], name="grandchild", scopes=scopes, quota={"tracks_per_day": 1}).json
        self.assertEqual((child["made_by"], grandchild["made_by"]), (own["id"], child["id"]))
        answers = [self.order(grandchild["key"]), self.order(child["key"])]
        self.assertEqual([a.status for a in answers], [202, 202], answers)
        for key, whose in ((own["key"], own["id"]), (child["key"], child["id"]), (grandchild["key"], grandchild["id"])):
            refused = self.check(self.order(key), 429, "quota-exceeded")
            self.assertIn("key '%s' may order" % whose, refused.json["detail"])
        self.assertEqual(service.call("DELETE", "/v1/keys/" + child["id"], key=own["key"]).status, 200)  # that frees nothing
        self.check(self.order(own["key"]), 429, "quota-exceeded")
        fresh = self.create(own["key"], name="fresh").json
        self.check(self.order(self.create(own["key"], name="fresher", scopes=scopes).json["key"]), 429, "quota-exceeded")
        for answer in answers:
            service.call("DELETE", "/v1/jobs/" + answer.json["job_id"])
        statuses = [service.get("/v1/usage", key=(own, grandchild, fresh)[n % 3]["key"]).status for n in range(90)]
        self.assertIn(429, statuses)
        self.assertLessEqual(statuses.count(200), 60)
        for key in (own, grandchild, fresh):
            self.check(service.get("/v1/usage", key=key["key"]), 429, "rate-limited")

    def test_a_limited_key_gets_no_secret_of_a_strangers_key(self):
        own = new_key("bounded", "--organisation", "choirs", "--scopes", "keys,generate", "--tracks-per-day", "2")
        other = new_key("beside", "--organisation", "choirs", "--scopes", "generate", "--tracks-per-day", "1")
        self.check(service.post("/v1/keys/%s/rotate" % other["id"], {}, key=own["key"]), 403, "scope-missing")
        self.check(service.call("PUT", "/v1/keys/%s/quota" % other["id"], {"tracks_per_day": 2}, key=own["key"]), 403, "scope-missing")

    def test_a_key_that_ends_makes_none_that_lasts_longer(self):
        own = new_key("short", "--organisation", "season", "--scopes", "keys,generate", "--expires-days", "3")
        self.assertEqual(self.create(own["key"], name="same").json["expires_at"], own["expires_at"])
        self.assertLess(self.create(own["key"], name="less", expires_days=1).json["expires_at"], own["expires_at"])
        answer = self.check(self.create(own["key"], name="more", expires_days=4), 422, "validation-failed")
        self.assertEqual([e["pointer"] for e in answer.json["errors"]], ["/expires_days"])

    def test_makers_end(self):
        key = new_key("generation-0", "--organisation", "dynasty", "--scopes", "keys,generate")["key"]
        for number in range(1, 5):
            key = self.create(key, name="generation-%d" % number, scopes=["keys", "generate"]).json["key"]
        self.check(self.create(key, name="generation-5"), 403, "scope-missing")

    def test_others_need_the_scope(self):
        for method, path in (("GET", "/v1/keys"), ("POST", "/v1/keys"), ("DELETE", "/v1/keys/000000000000")):
            answer = self.check(service.call(method, path), 403, "scope-missing")
            self.assertIn("'keys'", answer.json["detail"])


class Tokens(Problems):
    def status(self, text):
        return service.get("/v1/jobs", key=None, headers=bearer(text)).status

    def test_a_token_is_as_good_as_a_key(self):
        self.assertEqual(self.status(token()), 200)
        self.assertEqual(service.get("/v1/jobs", key=token()).status, 200)
        made = service.post("/v1/generate", brief(output_formats=None), key=token(scope="openid generate"))
        self.assertEqual(made.status, 202, made)
        path = "/v1/jobs/" + made.json["job_id"]
        self.assertEqual(service.get(path, key=token(sub="bob")).status, 200)
        self.check(service.get(path, key=token(org="theatre")), 404, "not-found")
        answer = self.check(service.post("/v1/generate", brief(output_formats=None), key=token()), 403, "scope-missing")
        self.assertIn("'generate'", answer.json["detail"])

    def test_hostile_ones(self):
        now = int(time.time())
        right = token()
        for text in (token(secret="x" * 40), token(header={"alg": "none"}), token(header={"alg": "HS384"}),
                     token(exp=None), token(exp=now - 61), token(nbf=now + 120), token(iat=now + 120), token(aud="other"),
                     token(aud=None), token(iss="https://evil.example"), token(org=None), token(sub=None),
                     right[:-2], right.rsplit(".", 1)[0] + ".", token(pad="x" * 7000), right + "=", right + "." + right):
            self.assertEqual(self.status(text), 401, text)
        self.assertEqual(self.status(token(exp=now - 30, nbf=now + 30)), 200)  # clocks differ
        self.check(service.get("/v1/jobs", key=token(exp=now - 90)), 401, "authentication-needed")

    def test_the_secret_is_nowhere(self):
        shown = aether("config", "show", AETHER_JWT_SECRET=SECRET)
        self.assertEqual(shown.returncode, 0, shown.stderr)
        right = token()
        self.status(right)
        for text in (shown.stdout, service.log("api"), service.log("nginx")):
            for secret in (SECRET, right, service.key, service.key[17:57]):
                self.assertNotIn(secret, text)


class Limits(Problems):
    def test_a_rate_is_exact_over_four_workers(self):
        """Of 1,000 requests at once as many pass as the burst, and what the rate gives meanwhile."""
        key = new_key("bursting", "--rate-rps", "0.01", "--rate-burst", "200")["key"]
        started = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda _: service.get("/v1/usage", key=key), range(1000)))
        most = 200 + 1 + int((time.monotonic() - started) * 0.01)
        passed = sum(a.status == 200 for a in answers)
        self.assertGreaterEqual(passed, 200)
        self.assertLessEqual(passed, most)
        refused = self.check(next(a for a in answers if a.status == 429), 429, "rate-limited")
        self.assertEqual(refused.headers["ratelimit-policy"], '"default";q=200;w=20000')
        self.assertLessEqual(int(refused.headers["retry-after"]), 100)
        self.assertEqual(refused.headers["x-ratelimit-remaining"], "0")
        self.assertEqual(service.get("/v1/usage").status, 200)  # others go on

    def test_quotas(self):
        made = new_key("quota", "--organisation", "choir", "--tracks-per-day", "2")
        self.assertEqual(command("usage", "limit", "--organisation", "choir", "--minutes-per-month", "1.2").returncode, 0)
        answers = [service.post("/v1/tracks", brief(), key=made["key"], headers={"Prefer": "respond-async"}) for _ in range(3)]
        self.assertEqual([a.status for a in answers[:2]], [202, 202], answers)
        refused = self.check(answers[2], 429, "quota-exceeded")
        self.assertIn("1.2 minutes a month", refused.json["detail"])
        self.assertGreater(int(refused.headers["retry-after"]), 0)
        usage = {u["holder"]: u for u in service.get("/v1/usage", key=made["key"]).json["usage"]}
        self.assertEqual(usage["key"]["id"], made["id"])
        day, month = usage["key"]["periods"]
        self.assertEqual((day["tracks"], day["tracks_limit"], month["tracks_limit"]), (2, 2, None))
        month = usage["organisation"]["periods"][1]
        self.assertEqual((month["tracks"], month["minutes"], month["minutes_limit"]), (2, 1, 1.2))
        self.assertEqual(command("usage", "limit", "--organisation", "choir", "--minutes-per-month", "none").returncode, 0)
        refused = service.post("/v1/tracks", brief(), key=made["key"], headers={"Prefer": "respond-async"})
        self.assertIn("2 tracks a day", self.check(refused, 429, "quota-exceeded").json["detail"])
        for answer in answers[:2]:  # cancelled ones are given back
            service.call("DELETE", "/v1/jobs/" + answer.json["job_id"], key=made["key"])
        listed = json.loads(command("usage", "--organisation", "choir", "--json").stdout)
        self.assertEqual([u["periods"][0]["tracks"] for u in listed], [0, 0])
        self.assertIn("0 of 2", command("usage").stdout)
        self.check(service.get("/v1/usage?organisation=local", key=made["key"]), 404, "not-found")


class WebServer(Problems):
    def test_its_own_refusals_look_the_same(self):
        given = {"X-Request-ID": "desk-0001-abcdef"}
        answer = service.post("/v1/tracks", b"x" * 2200000, headers=given)
        self.assertEqual(self.check(answer, 413, "too-large").json["request_id"], "desk-0001-abcdef")
        self.check(raw(service.port, b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 65536 + b"\r\n\r\n"), 431, "too-large")
        self.check(raw(service.port, b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"), 414, "too-large")
        self.check(raw(service.port, b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, "invalid-request")
        for line in (b"X-Request-ID: a\nSet-Cookie: x=1", b"X-Request-ID: evil\r\n X-Other: 1", b"X-Request-ID: \x01\x02345678"):
            answer = raw(service.port, b"GET /nowhere HTTP/1.1\r\nHost: x\r\n" + line + b"\r\n\r\n")
            self.assertIn(answer.status, (400, 404))
            self.assertNotIn("set-cookie", answer.headers)
            self.assertRegex(answer.headers["x-request-id"], r"^[A-Za-z0-9._-]{8,64}$")

    def test_a_service_that_is_away_is_a_problem_too(self):
        with tempfile.TemporaryDirectory(prefix="aether-nginx-") as folder:
            port = free_port()
            with open(os.path.join(ROOT, "conf", "nginx", "aether.conf.in"), encoding="utf-8") as f:
                text = f.read()
            for name, value in (("PORT", port), ("RUN_DIR", folder), ("DATA_DIR", folder),
                                ("USER_LINE", "user root;" if os.getuid() == 0 else "")):
                text = text.replace("@%s@" % name, str(value))
            with open(os.path.join(folder, "nginx.conf"), "w", encoding="utf-8") as f:
                f.write(text)
            os.mkdir(os.path.join(folder, "nginx"))
            nginx = subprocess.Popen(["/usr/sbin/nginx", "-e", folder + "/nginx.log", "-p", folder, "-c", folder + "/nginx.conf",
                                      "-g", "daemon off;"])
            try:
                def ask():
                    try:
                        return raw(port, b"GET /live HTTP/1.1\r\nHost: x\r\nX-Request-ID: desk-0002-abcdef\r\n\r\n")
                    except OSError:
                        return None
                answer = self.check(wait_for(ask, 20, "nginx"), 502, "unavailable")
                self.assertEqual(answer.headers["retry-after"], "5")
                self.assertEqual(answer.json["request_id"], "desk-0002-abcdef")
            finally:
                nginx.send_signal(signal.SIGQUIT)
                nginx.wait(20)


class Production(unittest.TestCase):
    def start(self, **settings):
        """aether-api on a socket of its own; its exit status and what it said."""
        with tempfile.TemporaryDirectory(prefix="aether-api-") as folder, socket.socket(socket.AF_UNIX) as s:
            s.bind(os.path.join(folder, "s"))
            s.listen(1)
            done = subprocess.run([os.path.join(BIN, "aether-api")], stdin=s, capture_output=True, text=True, timeout=30,
                                  env=environment(AETHER_DATA_DIR=folder + "/data", AETHER_RUN_DIR=folder,
                                                  AETHER_ENVIRONMENT="production", **settings))
            return done.returncode, done.stderr

    def test_it_refuses_what_is_dangerous(self):
        for settings, name in ((dict(AETHER_AUTH_ENABLED="false"), "AETHER_AUTH_ENABLED"),
                               (dict(AETHER_JWT_SECRET="short"), "AETHER_JWT_SECRET"),
                               (dict(AETHER_JWT_SECRET="x" * 40), "AETHER_JWT_SECRET")):
            status, said = self.start(**settings)
            self.assertEqual(status, 78, said)
            self.assertIn(name, said)
            self.assertNotIn("short\n", said)

    def test_no_open_door_to_the_network(self):
        """Without authentication not even development listens where other machines can come in."""
        with socket.socket() as s, tempfile.TemporaryDirectory(prefix="aether-api-") as folder:
            s.bind(("0.0.0.0", 0))
            s.listen(1)
            done = subprocess.run([os.path.join(BIN, "aether-api")], stdin=s, capture_output=True, text=True, timeout=30,
                                  env=environment(AETHER_DATA_DIR=folder + "/data", AETHER_RUN_DIR=folder,
                                                  AETHER_AUTH_ENABLED="false"))
            self.assertEqual(done.returncode, 78, done.stderr)
            self.assertIn("AETHER_ALLOW_UNAUTHENTICATED", done.stderr)


class Doctor(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="aether-doctor-")
        self.data = os.path.join(self.folder.name, "data")
        self.settings = dict(AETHER_ENVIRONMENT="production", AETHER_DATA_DIR=self.data, AETHER_RUN_DIR=self.folder.name)
        made = aether("keys", "create", "--admin", "--name", "first", "--quiet", **self.settings)
        self.assertRegex(made.stdout, r"^aek_\w{59}\n$")
        self.addCleanup(self.folder.cleanup)

    def examine(self, *options, **settings):
        done = aether("doctor", "--json", *options, **dict(self.settings, **settings))
        found = json.loads(done.stdout)
        self.assertEqual(found["healthy"], not [c for c in found["checks"] if c["status"] == "fail"])
        self.assertEqual(done.returncode, 0 if found["healthy"] else 1, done.stderr)
        return {c["check"]: c["status"] for c in found["checks"]}

    def site(self, text):
        path = os.path.join(self.folder.name, "site")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def test_each_item_of_the_checklist(self):
        tls = self.site("# listen 80;\nserver { listen 443 ssl; server_name aether; ssl_certificate a; }\n")
        found = self.examine("--site", tls)
        for item in ("environment", "settings", "language_model", "cors_origins", "authentication", "tls", "rate_limits", "secret_age", "permissions",
                     "soundfont", "database"):
            self.assertEqual(found[item], "ok", (item, found))
        self.assertTrue({"audit", "clock", "disk_space"} <= set(found))

    def test_what_is_wrong_is_found(self):
        secret = os.path.join(self.folder.name, "secret")
        with open(secret, "w", encoding="utf-8") as f:
            f.write(SECRET)
        os.chmod(secret, 0o644)
        long_ago = time.time() - 400 * 86400
        os.utime(secret, (long_ago, long_ago))
        os.chmod(self.data, 0o755)
        found = self.examine("--site", self.site("server { listen 80; server_name aether; }"), AETHER_ENVIRONMENT="development",
                             AETHER_AUTH_ENABLED="false", AETHER_RATE_LIMIT_RPS=0, AETHER_JWT_SECRET_FILE=secret,
                             AETHER_SOUNDFONT="/nowhere.sf2")
        for item in ("environment", "settings", "authentication", "tls", "rate_limits", "permissions", "soundfont"):
            self.assertEqual(found[item], "fail", (item, found))
        self.assertEqual(found["secret_age"], "warn")

    def test_sites(self):
        for text, status in (("<VirtualHost *:443>\nSSLEngine on\n</VirtualHost>", "ok"),
                             ("<VirtualHost *:80>\n#SSLEngine on\n</VirtualHost>", "fail"),
                             ("server { listen 127.0.0.1:8000; }", "warn"), ("server { listen [::]:80; }", "fail"),
                             ("server { listen 80; }\nserver { listen 443 ssl; }", "ok")):
            self.assertEqual(self.examine("--site", self.site(text))["tls"], status, text)
        self.assertEqual(self.examine("--site", "/nowhere")["tls"], "fail")

    def test_it_changes_nothing(self):
        empty = os.path.join(self.folder.name, "none")
        found = self.examine(AETHER_DATA_DIR=empty)
        self.assertEqual(found["database"], "warn")
        self.assertFalse(os.path.exists(empty))
        self.assertEqual(stat.S_IMODE(os.stat(self.data).st_mode), 0o750)

    def test_people_can_read_it(self):
        done = aether("doctor", **self.settings)
        lines = done.stdout.splitlines()
        self.assertTrue(all(re.match(r"^(ok|warn|fail) +[a-z]", line, re.I) for line in lines), lines)


if __name__ == "__main__":
    unittest.main()
