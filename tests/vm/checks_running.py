"""The service under systemd's hands: reload, kill, stop, watchdog, timer, reboot. In order, on the installed machine."""

from machine import wait_for
from service import (UNITS, active, completed, equal, expect, get, job, load, order, ready, running, workers)

LONG_S = 300  # of music: long enough to be met at work


def reload_workers(m):
    """systemctl reload replaces the workers; no request fails, and a render in flight is finished"""
    job_id = order(m, duration_seconds=LONG_S)
    running(m, job_id)
    masters = {unit: m.main_pid(unit) for unit in UNITS}
    old = {unit: workers(m, unit) for unit in UNITS}
    with load(m) as answers:
        m.admin("sudo systemctl reload aether-api aether-render")
        wait_for(lambda: workers(m, "aether-api") and not old["aether-api"] & workers(m, "aether-api"), 60, "new API workers")
        ready(m)
    equal(set(answers["counts"]), {"200"}, "answers (%s)" % answers)
    completed(m, job_id)
    wait_for(lambda: workers(m, "aether-render") and not old["aether-render"] & workers(m, "aether-render"), 60, "new render workers")
    equal({unit: m.main_pid(unit) for unit in UNITS}, masters, "the masters")
    equal(job(m, job_id)["attempts"], 1, "attempts")


def a_wrong_setting(m):
    """A reload with a wrong setting changes nothing and is told in the journal"""
    m.sh("echo AETHER_QUEUE_MAX=many >> /etc/aether/aether.conf")
    pid = m.main_pid("aether-api")
    m.sh("systemctl reload aether-api")
    wait_for(lambda: "AETHER_QUEUE_MAX" in m.sh("journalctl -u aether-api -o cat -n 50").stdout, 30, "the journal to name it")
    ready(m)
    equal(m.main_pid("aether-api"), pid, "the master")
    m.sh("cp -p /root/kept.conf /etc/aether/aether.conf; systemctl reload aether-api")


def a_start_that_cannot_be(m):
    """A start with a wrong setting fails at once with its reason and is not tried again and again"""
    m.sh("systemctl stop aether-render; echo AETHER_QUEUE_MAX=many >> /etc/aether/aether.conf")
    done = m.sh("systemctl start aether-render", check=False)
    expect(done.returncode != 0, "it started")
    equal(m.show("aether-render", "ActiveState", "ExecMainStatus", "NRestarts"),
          {"ActiveState": "failed", "ExecMainStatus": "78", "NRestarts": "0"}, "the unit")
    m.sh("cp -p /root/kept.conf /etc/aether/aether.conf; systemctl reset-failed aether-render; systemctl start aether-render")
    active(m, "aether-render")


def killed_masters(m):
    """kill -9 of either master: systemd starts it again, and the work goes on"""
    job_id = order(m, duration_seconds=LONG_S)
    running(m, job_id)
    for unit in UNITS:
        pid, old = m.main_pid(unit), workers(m, unit)
        m.sh("kill -9 %d" % pid)
        active(m, unit, pid)
        wait_for(lambda: not [one for one in old if m.sh("test -d /proc/%s" % one, check=False).returncode == 0], 30, "its workers to end")
    ready(m)
    found = completed(m, job_id)
    equal(found["attempts"], 2, "attempts")


def stopped(m):
    """systemctl stop with a render in flight ends with status 0 in time; after the start the job is finished"""
    m.sh("echo AETHER_SHUTDOWN_TIMEOUT=3 >> /etc/aether/aether.conf; systemctl reload aether-render aether-api")
    job_id = order(m, duration_seconds=600, output_formats=["wav", "flac", "mp3"])
    running(m, job_id)
    m.sh("systemctl stop aether-api aether-render")
    for unit in UNITS:
        equal(m.show(unit, "ActiveState", "Result", "ExecMainStatus"), {"ActiveState": "inactive", "Result": "success", "ExecMainStatus": "0"}, unit)
    equal(m.sh("sqlite3 -readonly /var/lib/aether/aether.db \"SELECT state FROM job WHERE id = '%s'\"" % job_id).stdout.strip(), "queued", "the job meanwhile")
    equal(m.sh("pgrep -u aether", check=False).stdout, "", "processes")
    m.sh("cp -p /root/kept.conf /etc/aether/aether.conf; systemctl start aether-api aether-render")
    ready(m)
    completed(m, job_id, 400)


def watchdog(m):
    """A master that hangs (SIGSTOP) is killed by systemd's watchdog and started anew"""
    for unit in UNITS:
        pid = m.main_pid(unit)
        m.sh("kill -STOP %d" % pid)
        active(m, unit, pid, 150)
        log = m.sh("journalctl -u %s -o cat | grep -i watchdog" % unit, check=False).stdout
        expect("timeout" in log.lower(), "the journal does not speak of the watchdog: %s", log)
    ready(m)
    equal(m.sh("find / -xdev \\( -name core -o -name 'core.*' \\) -type f -newer /etc/aether/aether.conf -path '*aether*' 2>/dev/null", check=False).stdout, "", "core dumps")
    completed(m, order(m, seed=10))


def maintained(m):
    """The timer runs the maintenance: checked backups that are the service's, and no more of them than are kept"""
    m.sh("echo AETHER_BACKUPS_KEPT=2 >> /etc/aether/aether.conf; mkdir -p /etc/systemd/system/aether-maintain.timer.d;"
         "printf '[Timer]\\nOnCalendar=\\nOnCalendar=*-*-* *:*:0/5\\nRandomizedDelaySec=0\\nAccuracySec=1s\\n'"
         " > /etc/systemd/system/aether-maintain.timer.d/often.conf; systemctl daemon-reload; systemctl restart aether-maintain.timer")
    def runs():
        return int(m.sh("journalctl -u aether-maintain -o cat | grep -c 'Finished aether-maintain' || true").stdout)
    before = runs()
    wait_for(lambda: runs() >= before + 4, 90, "four runs")
    m.sh("rm -r /etc/systemd/system/aether-maintain.timer.d; systemctl daemon-reload; systemctl restart aether-maintain.timer;"
         "cp -p /root/kept.conf /etc/aether/aether.conf")
    wait_for(lambda: m.show("aether-maintain", "ActiveState") == "inactive", 60, "the last run")
    equal(m.show("aether-maintain", "Result", "ExecMainStatus"), {"Result": "success", "ExecMainStatus": "0"}, "the last run")
    names = m.sh("ls /var/lib/aether/backups").stdout.split()
    equal((len([n for n in names if n.startswith("aether-")]), len([n for n in names if n.startswith("audit-")])), (2, 2), "backups (%s)" % names)
    equal(set(m.sh("stat -c '%U:%G %a' /var/lib/aether/backups/*.db").stdout.splitlines()), {"aether:aether 640"}, "backups")
    for name in names:
        equal(m.sh("sqlite3 -readonly /var/lib/aether/backups/%s 'PRAGMA integrity_check'" % name).stdout.strip(), "ok", name)
    found = m.sh("systemctl list-timers aether-maintain.timer --no-legend").stdout
    expect("aether-maintain" in found, "the timer has no next time: %s", found)
    done = m.sh("sqlite3 -readonly /var/lib/aether/audit.db \"SELECT count(*) FROM act WHERE action = 'maintain.retention' AND outcome = 'done'\"")
    expect(int(done.stdout) >= 4, "the audit trail has %s of four runs", done.stdout.strip())


def rebooted(m):
    """After a reboot with a render in flight everything comes back by itself, and the job is finished"""
    job_id = order(m, duration_seconds=LONG_S, seed=11)
    running(m, job_id)
    m.reboot()
    ready(m, 120)
    for unit in (*UNITS, "nginx", "aether-maintain.timer"):
        equal(m.show(unit, "ActiveState"), "active", unit)
    completed(m, job_id)
    m.admin("sudo aether audit verify")


def healthy(m):
    """And at the end no unit has failed, and /health says that all is well"""
    failed = m.sh("systemctl --failed --no-legend --plain | grep aether", check=False).stdout
    equal(failed, "", "failed units")
    equal(get(m, "/health")["status"], "healthy", "/health")


CHECKS = [reload_workers, a_wrong_setting, a_start_that_cannot_be, killed_masters, stopped, watchdog, maintained, rebooted, healthy]
