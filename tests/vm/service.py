"""The installed service as its users and its administrator see it: requests through the web server, the README's commands."""
import contextlib
import json
import os
import re
import subprocess
import sys

from machine import Failed, ROOT, wait_for

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = ("aether-api", "aether-render")
KEY_FILE = "/root/office.key"
FINISHED = ("completed", "failed", "cancelled")


def expect(condition, text, *values):
    if not condition:
        raise Failed(text % values if values else text)


def equal(found, wanted, what):
    expect(found == wanted, "%s: %r, expected %r", what, found, wanted)


def readme_commands(heading):
    """The indented commands below a heading, up to the next one, continuation lines joined and comments cut."""
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
        text = f.read()
    part = re.search(r"^#+ %s\n(.*?)(?=^#)" % re.escape(heading), text, re.M | re.S)[1]
    lines = re.findall(r"^    +(\S.*)$", part.replace("\\\n", " "), re.M)
    return [re.sub(r"\s+# .*$", "", line) for line in lines]


def follow_readme(m, heading):
    """Runs them as the administrator. Returns what they printed, by command."""
    commands = readme_commands(heading)
    expect(commands, "README has no commands below '%s'", heading)
    return {command: m.admin(command, timeout=1200).stdout for command in commands}


def call(m, method, path, body=None, headers=(), key=True):
    """One request over TLS. Returns status and body."""
    more = "".join(" -H '%s'" % header for header in headers)
    if key:
        more += " -H \"X-API-Key: $(cat %s)\"" % KEY_FILE
    if body is not None:
        more += " -H 'Content-Type: application/json' --data-binary @-"
    done = m.sh("curl -sSk -m 100 -X %s -w '\\n%%{http_code}'%s https://127.0.0.1%s" % (method, more, path),
                stdin=json.dumps(body) if body is not None else None, check=False)
    if done.returncode != 0:
        return 0, done.stderr
    text, _, status = done.stdout.rpartition("\n")
    return int(status), text


def get(m, path):
    status, text = call(m, "GET", path)
    equal(status, 200, "GET %s (%s)" % (path, text[:300]))
    return json.loads(text)


def brief(**fields):
    return dict({"title": "Test", "genre": "synthwave", "brief": "a short calm piece", "duration_seconds": 30, "seed": 7,
                 "output_formats": ["wav"]}, **fields)


def order(m, **fields):
    """Orders a track and returns its job's id."""
    status, text = call(m, "POST", "/v1/tracks", brief(**fields), ["Prefer: respond-async"])
    equal(status, 202, "an order (%s)" % text[:300])
    return json.loads(text)["job_id"]


def job(m, job_id):
    return get(m, "/v1/jobs/" + job_id)


def running(m, job_id):
    wait_for(lambda: job(m, job_id)["status"] == "running", 60, "job %s to run" % job_id)


def completed(m, job_id, seconds=240):
    """Waits for the job; checks that its files are what it says they are."""
    found = wait_for(lambda: (lambda one: one if one["status"] in FINISHED else None)(job(m, job_id)), seconds, "job " + job_id)
    equal(found["status"], "completed", "job %s (%s)" % (job_id, found))
    files = found["result"]["output_files"]
    release = get(m, files["release"])
    wanted = next(one["sha256"] for one in release["files"] if one["name"] == "master.wav")
    done = m.sh("curl -sSk -m 100 -H \"X-API-Key: $(cat %s)\" https://127.0.0.1%s | sha256sum" % (KEY_FILE, files["master_wav"]))
    equal(done.stdout.split()[0], wanted, "the checksum of master.wav as it is downloaded")
    return found


def ready(m, seconds=60):
    wait_for(lambda: call(m, "GET", "/ready", key=False)[0] == 200, seconds, "/ready")


def active(m, unit, old_pid=None, seconds=60):
    """Waits until the unit is active, with another main process than `old_pid`. Returns its main process."""
    def is_new():
        found = m.show(unit, "ActiveState", "MainPID")
        pid = int(found["MainPID"])
        return pid if found["ActiveState"] == "active" and pid not in (0, old_pid) else None
    return wait_for(is_new, seconds, "%s to be active%s" % (unit, " again" if old_pid else ""))


def recover(m):
    """After a check that failed half way: the service as the others want to find it."""
    m.sh("[ ! -e /root/kept.conf ] || cp -p /root/kept.conf /etc/aether/aether.conf; systemctl reset-failed aether-api aether-render;"
         "systemctl start aether-api aether-render; systemctl reload aether-api aether-render", check=False)


def workers(m, unit):
    """The processes below the main one, as they are numbered inside."""
    return set(m.sh("pgrep -P %d || true" % m.main_pid(unit)).stdout.split())


@contextlib.contextmanager
def load(m, path="/v1/genres"):
    """Requests in a row while the block runs; afterwards the yielded dict says how they were answered."""
    out = {}
    key = m.sh("cat " + KEY_FILE).stdout.strip()
    process = subprocess.Popen(["nsenter", "-t", str(m.leader), "-n", sys.executable, os.path.join(HERE, "load.py"), path, key],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield out
    finally:
        text, _ = process.communicate()
        out.update(json.loads(text))
