"""What nginx and Apache refuse by themselves, each provoked for real: problems as the API's own, with request id and the
headers that keep browsers safe. Behind them is a backend that fails in the way that is wanted."""
import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import unittest

from harness import ROOT, Answer, free_port, wait_for

APACHE = shutil.which("apache2") or "/usr/sbin/apache2"
SECURITY = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'", "cache-control": "no-store"}
ID = "desk-0007-abcdef"


class Backend:
    """A FastCGI socket: `silent` takes connections and never answers, `rude` closes them, `broken` dies within its answer, `foreign`
    answers without headers."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        os.chmod(path, 0o777)
        self.socket.listen(64)
        self.manner, self.kept = "rude", []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                if self.manner == "silent":
                    self.kept.append(connection)
                    continue
                if self.manner == "broken":
                    connection.recv(65536)
                    connection.sendall(b"\x01\x06\x00\x01\x00\x64\x00\x00Content-Ty")
                if self.manner == "foreign":
                    connection.recv(65536)
                    connection.sendall(b"\x01\x06\x00\x01\x00\x19\x00\x00no header of any kind\r\n\r\n\x01\x03\x00\x01\x00\x08\x00\x00" + bytes(8))
                connection.close()

    def close(self):
        self.socket.close()
        for connection in self.kept:
            connection.close()


class Gateway:
    """conf/nginx or conf/apache with some settings changed, so that its limits are reached soon."""

    def __init__(self, server, changes=()):
        self.folder, self.port = tempfile.mkdtemp(prefix="aether-gateway-"), free_port()
        os.chmod(self.folder, 0o755)
        os.makedirs(os.path.join(self.folder, "nginx"))
        self.backend = Backend(os.path.join(self.folder, "api.sock"))
        with open(os.path.join(ROOT, "conf", server, "aether.conf.in"), encoding="utf-8") as f:
            text = f.read()
        root = os.getuid() == 0
        for name, value in (("PORT", self.port), ("RUN_DIR", self.folder), ("DATA_DIR", self.folder), ("MODULES", "/usr/lib/apache2/modules"),
                            ("USER_LINE", "user root;" if root else ""), ("USER_LINES", "User www-data\nGroup www-data" if root else "")):
            text = text.replace("@%s@" % name, str(value))
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        path = os.path.join(self.folder, "conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        command = [APACHE, "-f", path, "-DFOREGROUND"] if server == "apache" else \
            [shutil.which("nginx") or "/usr/sbin/nginx", "-e", self.folder + "/nginx.log", "-p", self.folder, "-c", path, "-g", "daemon off;"]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        wait_for(self.listens, 30, server)

    def listens(self):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
            return True
        return False

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.backend.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def raw(self, text):
        """A request as it is written. The answer to its end."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as s:
            with contextlib.suppress(OSError):  # it may refuse before it has read all
                s.sendall(text)
            response = http.client.HTTPResponse(s)
            response.begin()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())

    def ask(self, manner, path="/v1/genres", more=b"", body=b"", method=b"GET"):
        self.backend.manner = manner
        return self.raw(b"%s %s HTTP/1.1\r\nHost: x\r\nX-Request-ID: %s\r\nConnection: close\r\n%s\r\n%s" % (
            method, path.encode(), ID.encode(), more, body))


class Case(unittest.TestCase):
    def check(self, answer, status, slug, own_id=False):
        """own_id: the id that the client sent is taken over; else there is one all the same."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["content-type"].split(";")[0], "application/problem+json", answer)
        self.assertEqual(answer.json["type"], "urn:aether:problem:" + slug)
        self.assertEqual(answer.json["status"], status)
        self.assertTrue(answer.json["title"])
        self.assertRegex(answer.json["request_id"], r"^[A-Za-z0-9._-]{8,64}$")
        self.assertEqual(answer.json["request_id"], answer.headers["x-request-id"])
        if own_id:
            self.assertEqual(answer.json["request_id"], ID)
        for name, value in SECURITY.items():
            self.assertEqual(answer.headers.get(name), value, (name, answer.headers))
        self.assertEqual(answer.headers.get("retry-after"), "5" if status in (502, 503, 504) else None)
        self.assertNotIn(b"nginx", answer.body)
        self.assertNotIn(b"Apache", answer.body)

    def upload(self, gateway, size):
        return gateway.ask("silent", "/v1/tracks", b"Content-Type: application/json\r\nContent-Length: %d\r\n" % size, b"x" * size, b"POST")


class Nginx(Case):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway("nginx", [("fastcgi_read_timeout 120s", "fastcgi_read_timeout 1s"),
                                        ("    server {\n        listen", "    limit_req_zone $http_x_flood zone=flood:1m rate=1r/m;\n"
                                         "    server {\n        limit_req zone=flood;\n        listen")])

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def test_nobody_who_answers(self):
        self.check(self.gateway.ask("rude"), 502, "unavailable", True)
        self.check(self.gateway.ask("broken"), 502, "unavailable", True)
        self.check(self.gateway.ask("foreign"), 502, "unavailable", True)
        self.check(self.gateway.ask("rude", method=b"POST"), 502, "unavailable", True)

    def test_an_answer_that_takes_too_long(self):
        self.check(self.gateway.ask("silent"), 504, "unavailable", True)

    def test_a_limit_of_its_own(self):
        answers = [self.gateway.ask("rude", more=b"X-Flood: me\r\n") for _ in range(2)]
        self.check(answers[0], 502, "unavailable", True)
        self.check(answers[1], 503, "unavailable", True)

    def test_too_much(self):
        self.check(self.upload(self.gateway, 2097153), 413, "too-large", True)
        self.check(self.gateway.raw(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 65536 + b"\r\n\r\n"), 431, "too-large")
        self.check(self.gateway.raw(b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"), 414, "too-large")

    def test_what_is_no_request(self):
        for text in (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"G\x01T / HTTP/1.1\r\nHost: x\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
                     b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
                     b"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n"):
            answer = self.gateway.raw(text)
            self.assertEqual(answer.status, 400, (text, answer))
            self.check(answer, 400, "invalid-request")


@unittest.skipUnless(os.path.exists(APACHE), "there is no Apache")
class Apache(Case):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway("apache", [("flushpackets=on timeout=120", "flushpackets=on timeout=1")])

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def test_nobody_who_answers(self):
        answer = self.gateway.ask("rude")
        self.check(answer, 503, "unavailable", True)
        self.check(self.gateway.ask("broken"), 503, "unavailable", True)

    def test_no_socket(self):
        path = os.path.join(self.gateway.folder, "api.sock")
        os.rename(path, path + ".aside")
        try:
            self.check(self.gateway.ask("rude"), 503, "unavailable", True)
        finally:
            os.rename(path + ".aside", path)

    def test_an_answer_that_takes_too_long(self):
        self.check(self.gateway.ask("silent"), 504, "unavailable", True)

    def test_too_much(self):
        self.check(self.upload(self.gateway, 2097153), 413, "too-large", True)

    def test_what_is_no_request(self):
        for text, status in ((b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n\r\n", 400), (b"G\x01T / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
                     (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
                     (b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 65536 + b"\r\n\r\n", 400),
                     (b"GET /" + b"x" * 20000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
                     (b"GET / HTTP/1.1\r\nHost: x\r\nX-One: a\rX-Two: b\r\n\r\n", 400)):
            answer = self.gateway.raw(text)
            self.check(answer, status, "too-large" if status == 414 else "invalid-request")

    def test_no_id_is_taken_over_unseen(self):
        """Whatever refuses it, and however early."""
        for line, host in ((b"GET / HTTP/1.1", b"a b"), (b"GET /%%zz HTTP/1.1", b"x"), (b"GET /a%%2Fb%%00 HTTP/1.1", b"x"),
                                 (b"GET /" + b"x" * 300 + b" HTTP/1.1", b"x"), (b"GET nowhere HTTP/1.1", b"x"), (b"GET / HTTP/1.1", b"x"),
                                 (b"TRACE / HTTP/1.1", b"x"), (b"POST / HTTP/1.1\r\nContent-Length: 2097153", b"x")):
            self.gateway.backend.manner = "rude"
            answer = self.gateway.raw(line.replace(b"%%", b"%") + b'\r\nHost: ' + host + b'\r\nX-Request-ID: a","status":200,"b":"\r\nConnection: close\r\n\r\n')
            self.assertGreaterEqual(answer.status, 400)
            self.assertRegex(answer.json["request_id"], r"^[A-Za-z0-9._-]{8,64}$", line)
            self.assertEqual(answer.json["request_id"], answer.headers["x-request-id"], line)


if __name__ == "__main__":
    unittest.main()
