#!/usr/bin/python3
# Kills processes of a running service and fills its disk, at random, under load; then looks whether anything was lost.
"""usage: faults.py [ROUNDS [SEED]]

Each round kills one process with SIGKILL (a worker of the API, a render worker, one of the two masters), or fills the disk
for a moment (as root, where the data lie in a small tmpfs). Masters are started again, as systemd would, on the socket that
stays open. In the end every accepted job must be completed, or failed with a reason; none may be lost or done twice; every
completed job must have its files with their checksums; the databases must be whole; and nothing temporary may be left."""
import contextlib
import glob
import hashlib
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BIN, ROOT, Service, aether, brief, environment, free_port, wait_for  # noqa: E402

TMPFS_MB = 96
FINAL = ("completed", "failed", "cancelled")


class Machine(Service):
    """nginx, the two programs, and somebody who starts them again: a service whose masters may die."""

    def __init__(self, **settings):
        self.folder = tempfile.mkdtemp(prefix="aether-faults-")
        self.port = free_port()
        self.data = os.path.join(self.folder, "data")
        self.run = os.path.join(self.folder, "run")
        os.makedirs(self.data)
        os.makedirs(os.path.join(self.run, "nginx"))
        self.is_small = os.geteuid() == 0 and subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=%dm,mode=0750" % TMPFS_MB, "none", self.data],
            capture_output=True).returncode == 0
        self.env = environment(AETHER_RUN_DIR=self.run, AETHER_DATA_DIR=self.data, AETHER_RATE_LIMIT_RPS=0,
                               AETHER_API_WORKERS=2, AETHER_RENDER_WORKERS=2, AETHER_RENDER_THREADS=1,
                               AETHER_DISK_RESERVE_MB=0, AETHER_KEY_JOBS_MAX=1000, AETHER_SHUTDOWN_TIMEOUT=5, **settings)
        self.key = subprocess.run([os.path.join(BIN, "aether"), "keys", "create", "--name", "faults", "--organisation",
                                   "local", "--scopes", "generate,render", "--quiet"], env=self.env, check=True,
                                  capture_output=True, text=True).stdout.strip()
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(os.path.join(self.run, "api.sock"))
        self.socket.listen(1024)
        self.is_open = True
        self.masters = {}
        self.restarts = 0
        self.lock = threading.Lock()
        for name in ("api", "render"):
            self.start(name)
        self.start_nginx()
        self.keeper = threading.Thread(target=self.keep)
        self.keeper.start()
        wait_for(lambda: self.try_get("/ready") == 200, what="the service")

    def start(self, name):
        with open(os.path.join(self.run, name + ".log"), "a") as log:
            self.masters[name] = subprocess.Popen([os.path.join(BIN, "aether-" + name)], env=self.env, stdin=self.socket,
                                                  stdout=log, stderr=log, start_new_session=True)

    def start_nginx(self):
        with open(os.path.join(ROOT, "conf", "nginx", "aether.conf.in")) as f:
            text = f.read()
        for name, value in (("PORT", str(self.port)), ("RUN_DIR", self.run), ("DATA_DIR", self.data),
                            ("USER_LINE", "user root;" if os.geteuid() == 0 else "")):
            text = text.replace("@%s@" % name, value)
        conf = os.path.join(self.run, "nginx.conf")
        with open(conf, "w") as f:
            f.write(text)
        self.nginx = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-e", os.path.join(self.run, "nginx.log"),
                                       "-p", self.run, "-c", conf, "-g", "daemon off;"], stderr=subprocess.DEVNULL)

    def keep(self):
        while self.is_open:
            for name in ("api", "render"):
                if self.masters[name].poll() is not None and self.is_open:
                    self.restarts += 1
                    self.start(name)
            time.sleep(0.05)

    def try_get(self, path, **more):
        with contextlib.suppress(OSError, ValueError):
            return self.get(path, timeout=20, **more).status
        return None

    def children(self, name):
        """The workers of the present master."""
        master = self.masters[name].pid
        with contextlib.suppress(OSError):
            with open("/proc/%d/task/%d/children" % (master, master)) as f:
                return [int(pid) for pid in f.read().split()]
        return []

    def end(self):
        """SIGTERM to both masters. Their exit statuses and how long it took."""
        self.is_open = False
        self.keeper.join()
        begun = time.monotonic()
        for process in self.masters.values():
            process.send_signal(signal.SIGTERM)
        return {name: process.wait(60) for name, process in self.masters.items()}, time.monotonic() - begun

    def remove(self):
        self.is_open = False
        self.keeper.join()
        for process in [*self.masters.values(), self.nginx]:
            if process.poll() is None:
                process.terminate()
                process.wait(60)
        self.socket.close()
        if self.is_small:
            subprocess.run(["umount", "-l", self.data], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)


class Load(threading.Thread):
    """A client that orders tracks, one job under one Idempotency-Key each, and asks again until it has an answer."""

    def __init__(self, machine, number):
        super().__init__()
        self.machine, self.number, self.goes_on = machine, number, True
        self.accepted, self.odd, self.answered, self.sent = {}, [], 0, 0

    def order(self, title):
        """The job's id, or None when it was refused for good."""
        while True:
            self.sent += 1
            try:
                answer = self.machine.post("/v1/tracks", brief(title=title, genre="classical-piano", output_formats=["ogg"]),
                                           headers={"Prefer": "respond-async", "Idempotency-Key": title.replace(" ", "-")}, timeout=30)
            except (OSError, ValueError):
                answer = None
            if answer is not None and answer.headers.get("content-type") == "application/json":
                self.answered += 1
            if answer is not None and answer.status in (200, 202):
                return answer.json["job_id"]
            if answer is not None and answer.status not in (409, 429, 500, 502, 503, 504, 507):
                self.odd.append((title, answer))
                return None
            if not self.goes_on and (answer is None or answer.status in (502, 504)):
                self.odd.append((title, "was never answered"))
                return None
            if not self.goes_on:
                return None
            time.sleep(0.1)

    def run(self):
        for n in range(100000):
            if not self.goes_on:
                return
            title = "fault %d-%d" % (self.number, n)
            job = self.order(title)
            if job is None:
                return
            self.accepted[title] = job
            while self.goes_on:
                status = self.machine.try_get("/v1/genres")
                with contextlib.suppress(OSError, ValueError, AssertionError):
                    status = self.machine.get("/v1/jobs/" + job, timeout=20)
                    if status.status == 200 and status.json["status"] in FINAL:
                        break
                time.sleep(0.1)


class Faults:
    def __init__(self, rounds, seed, pause_s=(0.05, 0.9)):
        self.rounds, self.random, self.pause_s = rounds, random.Random(seed), pause_s
        self.done = {}
        self.problems = []

    def complain(self, text, *values):
        self.problems.append(text % values)

    def kill(self, kind):
        if kind.endswith("master"):
            target = self.machine.masters[kind.split()[0]].pid
        else:
            workers = self.machine.children(kind.split()[0])
            if not workers:
                return
            target = self.random.choice(workers)
        with contextlib.suppress(ProcessLookupError):
            os.kill(target, signal.SIGKILL)
            self.done[kind] = self.done.get(kind, 0) + 1

    def fill_disk(self):
        filler = os.path.join(self.machine.data, "filler")
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as f:
            while f.write(b"\0" * 65536) > 0:
                pass
        self.done["full disk"] = self.done.get("full disk", 0) + 1
        time.sleep(self.random.uniform(0.1, 1))
        if self.random.random() < 0.5:
            self.kill(self.random.choice(("api worker", "render worker", "api master", "render master")))
            time.sleep(self.random.uniform(0, 0.3))
        os.unlink(filler)

    def torment(self):
        kinds = ["api worker"] * 4 + ["render worker"] * 2 + ["api master", "render master"]
        if self.machine.is_small:
            kinds.append("full disk")
        for n in range(self.rounds):
            time.sleep(self.random.uniform(*self.pause_s))
            kind = kinds[n] if n < len(kinds) else self.random.choice(kinds)
            if kind == "full disk":
                self.fill_disk()
            else:
                self.kill(kind)

    def rows(self, sql, *values, name="aether.db"):
        connection = sqlite3.connect(os.path.join(self.machine.data, name), timeout=20)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def settle(self):
        open_jobs = "SELECT count(*) FROM job WHERE state IN ('queued', 'running')"
        wait_for(lambda: self.rows(open_jobs) == [(0,)], 300, "all jobs to end")
        with contextlib.suppress(AssertionError):
            wait_for(lambda: not self.leftovers(), 30, "what is temporary to go")

    def leftovers(self):
        """What should not be there: temporary things, and folders of jobs that are not completed."""
        output = os.path.join(self.machine.data, "output")
        done = {row[0] for row in self.rows("SELECT id FROM job WHERE state = 'completed'")}
        return [name for name in os.listdir(output) if name not in done] + \
            glob.glob(os.path.join(self.machine.folder, "**", "*.part"), recursive=True) + \
            glob.glob(os.path.join(output, "*", ".*"))

    def check_jobs(self, loads):
        jobs = {row[0]: row[1:] for row in self.rows("SELECT id, state, error, error_detail, request FROM job")}
        for load in loads:
            for title, answer in load.odd:
                self.complain("%s: %r", title, answer)
            for title, job in load.accepted.items():
                if job not in jobs:
                    self.complain("job %s (%s) was accepted and is lost", job, title)
                elif jobs[job][0] == "failed" and not (jobs[job][1] and jobs[job][2]):
                    self.complain("job %s failed without a reason", job)
                elif jobs[job][0] not in ("completed", "failed"):
                    self.complain("job %s is %s", job, jobs[job][0])
        titles = [row[0] for row in self.rows("SELECT json_extract(request, '$.title') FROM job")]
        for title in set(titles):
            if titles.count(title) > 1:
                self.complain("'%s' was ordered once and is there %d times", title, titles.count(title))
        log = self.machine_log("render")
        for job, values in jobs.items():
            finished = log.count("job_id=%s: job completed" % job)
            if finished > 1 or (finished == 1 and values[0] != "completed"):
                self.complain("job %s is %s and was completed %d times", job, values[0], finished)
        return jobs

    def machine_log(self, name):
        with open(os.path.join(self.machine.run, name + ".log"), errors="replace") as f:
            return f.read()

    def check_files(self):
        files = {}
        for job, name, size, digest in self.rows("SELECT job_id, name, bytes, sha256 FROM artifact"):
            files.setdefault(job, {})[name] = (size, digest)
        for job, in self.rows("SELECT id FROM job WHERE state = 'completed'"):
            folder = os.path.join(self.machine.data, "output", job)
            there = set(os.listdir(folder)) if os.path.isdir(folder) else set()
            if not files.get(job) or there != set(files[job]):
                self.complain("job %s should have %s and has %s", job, sorted(files.get(job, {})), sorted(there))
                continue
            for name, (size, digest) in files[job].items():
                with open(os.path.join(folder, name), "rb") as f:
                    data = f.read()
                if len(data) != size or hashlib.sha256(data).hexdigest() != digest:
                    self.complain("job %s: %s is not what it was", job, name)
        for name in self.leftovers():
            self.complain("left behind: %s", name)

    def check_databases(self):
        for path in glob.glob(os.path.join(self.machine.data, "*.db")):
            name = os.path.basename(path)
            for pragma in ("integrity_check", "foreign_key_check"):
                found = self.rows("PRAGMA " + pragma, name=name)
                if found not in ([("ok",)], []):
                    self.complain("%s: %s: %r", name, pragma, found[:3])

    def check_trail(self):
        done = aether("audit", "verify", AETHER_DATA_DIR=self.machine.data)
        if done.returncode != 0:
            self.complain("audit verify: %s", done.stdout + done.stderr)

    def check_counts(self, loads):
        """Every answer was counted before it was given, whoever died afterwards; and nothing else was."""
        page = self.machine.get("/metrics", key=None).body.decode()
        counted = sum(int(line.split()[-1]) for line in page.splitlines()
                      if line.startswith('http_requests_total{method="POST",path="/v1/tracks"'))
        answered, sent = sum(load.answered for load in loads), sum(load.sent for load in loads)
        if not answered <= counted <= sent:
            self.complain("%d requests were answered, %d counted, %d sent", answered, counted, sent)

    def check_end(self):
        """SIGTERM with work in flight."""
        answer = self.machine.post("/v1/tracks", brief(title="last", duration_seconds=300),
                                   headers={"Prefer": "respond-async"})
        wait_for(lambda: self.machine.get("/v1/jobs/" + answer.json["job_id"]).json["status"] == "running", what="the job")
        statuses, took = self.machine.end()
        if statuses != {"api": 0, "render": 0} or took > 5:
            self.complain("SIGTERM: exit statuses %r after %.1f s", statuses, took)
        state = self.rows("SELECT state, lease_owner FROM job WHERE id = ?", answer.json["job_id"])
        if state != [("queued", None)]:
            self.complain("the job that was cut off is %r", state)
        self.check_databases()

    def run(self):
        self.machine = Machine()
        loads = [Load(self.machine, n) for n in range(3)]
        try:
            for load in loads:
                load.start()
            self.torment()
            for load in loads:
                load.goes_on = False
            for load in loads:
                load.join()
            self.settle()
            jobs = self.check_jobs(loads)
            self.check_files()
            self.check_databases()
            self.check_trail()
            self.check_counts(loads)
            self.check_end()
            states = [row[0] for row in jobs.values()]
            if states.count("completed") * 2 < len(states):
                self.complain("only %d of %d jobs were completed", states.count("completed"), len(states))
            self.summary = "%d rounds (%s; masters started again %d times), %d jobs: %d completed, %d failed" % (
                self.rounds, ", ".join("%s %d" % one for one in sorted(self.done.items())), self.machine.restarts,
                len(jobs), states.count("completed"), states.count("failed"))
            if self.problems:
                self.problems.append("logs: " + self.machine_log("api")[-2000:] + self.machine_log("render")[-4000:])
        finally:
            for load in loads:
                load.goes_on = False
            self.machine.remove()
        return self


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    print("faults: %d rounds, seed %d" % (rounds, seed), flush=True)
    faults = Faults(rounds, seed).run()
    print("faults: " + faults.summary)
    for problem in faults.problems:
        print("faults: " + problem)
    print("faults: %d problems" % len(faults.problems))
    return 1 if faults.problems else 0


if __name__ == "__main__":
    sys.exit(main())
