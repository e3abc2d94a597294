"""What `README.md` says about installing, done as it says; and what is on the machine afterwards. In order."""
import json

from machine import wait_for
from service import (KEY_FILE, UNITS, active, brief, call, completed, equal, expect, follow_readme, get, load, order, readme_commands, ready,
                     workers)

SCORE_MAX = 1.5  # systemd-analyze's exposure, of 10


def basis(function):
    function.is_basis = True
    return function


@basis
def packages_and_programs(m):
    """README, "Install it": packages, make all, make install, start"""
    m.admin("touch /tmp/before")  # for the check that the service does not see it
    follow_readme(m, "Install it")
    for unit in UNITS:
        equal(m.show(unit, "ActiveState", "SubState", "Result"), {"ActiveState": "active", "SubState": "running", "Result": "success"}, unit)
        equal(m.show(unit, "NRestarts"), "0", "restarts of " + unit)
    equal(m.show("aether-maintain.timer", "ActiveState"), "active", "the timer")


@basis
def nginx_site(m):
    """README, "nginx": the site with TLS answers through the socket"""
    follow_readme(m, "nginx")
    ready(m)
    status, text = call(m, "GET", "/v1/jobs", key=False)
    equal(status, 401, "without a key (%s)" % text)


@basis
def first_key(m):
    """README, "The first key": keys create, doctor and adduser by the administrator, with no setting in the environment"""
    commands = readme_commands("The first key, and what is still to do")
    create, doctor, adduser = commands
    shown = m.admin(create).stdout
    key = next(word for line in shown.splitlines() for word in line.split() if word.startswith("aek_"))
    m.sh("umask 077; cat > %s" % KEY_FILE, stdin=key)
    m.admin(adduser)
    done = m.admin(doctor + " --json", check=False)
    checks = {one["check"]: one for one in json.loads(done.stdout)["checks"]}
    bad = {name: one for name, one in checks.items() if one["status"] == "fail" and name != "clock"}  # this machine's clock is not its own
    equal(bad, {}, "failed checks of the doctor")
    for name in ("environment", "authentication", "tls", "audit", "permissions", "soundfont", "database"):
        equal(checks[name]["status"], "ok", "doctor's %s (%s)" % (name, checks[name]["detail"]))
    equal(done.returncode, 1 if checks["clock"]["status"] == "fail" else 0, "exit status of the doctor")
    # What comes now asks more often than a client may.
    m.sh("echo AETHER_RATE_LIMIT_RPS=0 >> /etc/aether/aether.conf; cp -p /etc/aether/aether.conf /root/kept.conf;"
         "systemctl reload aether-api")


def a_track(m):
    """A track ordered through nginx is rendered, and sent with its right checksum"""
    completed(m, order(m))
    status, text = call(m, "POST", "/v1/tracks", brief(duration_seconds=1))
    equal(status, 422, "a wrong request (%s)" % text)


def permissions(m):
    """Folders, databases, socket and settings have the owners and modes that they must have"""
    wanted = """/etc/aether/aether.conf root:aether 640
/run/aether aether:aether 750
/run/aether/web aether:www-data 2750
/run/aether/web/api.sock aether:www-data 660
/var/lib/aether aether:aether 750
/var/lib/aether/aether.db aether:aether 640
/var/lib/aether/audit.db aether:aether 640
/var/lib/aether/output aether:www-data 2750"""
    paths = [line.split()[0] for line in wanted.splitlines()]
    equal(m.sh("stat -c '%n %U:%G %a' " + " ".join(paths)).stdout.strip(), wanted, "owners and modes")
    equal(m.sh("find /var/lib/aether /run/aether ! -user aether").stdout, "", "what is there and not the service's")
    equal(m.sh("find /var/lib/aether /run/aether ! -type l -perm /007").stdout, "", "what is open to everybody")


def who_may_read(m):
    """A member of the group reads the databases and changes nothing; the web server sees finished files only; others nothing"""
    found = m.admin("id -nG; sqlite3 /var/lib/aether/audit.db \"SELECT count(*) FROM rendered\"").stdout.split()
    expect("aether" in found and int(found[-1]) >= 1, "the administrator reads %s", found)
    done = m.admin("sqlite3 /var/lib/aether/aether.db 'DELETE FROM job'", check=False)
    expect(done.returncode != 0 and "readonly" in done.stderr.replace(" ", ""), "a member of the group could write: %s", done.stderr)
    def can(user, command):
        return m.sh("runuser -u %s -- %s" % (user, command), check=False).returncode == 0
    expect(can("www-data", "sh -c 'cat /var/lib/aether/output/*/master.wav >/dev/null'"), "www-data reads no files")
    for path in ("/var/lib/aether/aether.db", "/var/lib/aether/audit.db", "/etc/aether/aether.conf"):
        expect(not can("www-data", "cat " + path), "www-data can read %s", path)
        expect(not can("nobody", "cat " + path), "nobody can read %s", path)
    for path in ("/var/lib/aether", "/run/aether"):
        expect(not can("www-data", "ls " + path), "www-data can list %s", path)
        expect(not can("nobody", "ls " + path + "/"), "nobody can list %s", path)
    expect(not can("nobody", "ls /var/lib/aether/output"), "nobody can list the finished files")


def others_may_compose(m):
    """Somebody who may not read the settings uses the engine all the same, and is told"""
    m.sh("id guest >/dev/null 2>&1 || adduser --disabled-password --gecos '' guest >/dev/null")
    done = m.sh("aether create 'a calm piece' --genre jazz --no-audio --quiet --out sketch && ls sketch/song.json", user="guest")
    expect("not for this user to read" in done.stderr, "guest is told nothing: %s", done.stderr)


def root_leaves_nothing_behind(m):
    """What root does by hand leaves nothing that keeps the service's user out"""
    m.admin("sudo aether maintain && sudo aether soundfonts && sudo aether keys create --name other --organisation other --quiet")
    m.admin("sudo aether create 'calm' --genre jazz --quiet --duration-seconds 30 --out /tmp/by-root")
    equal(m.sh("find /var/lib/aether /run/aether \\( ! -user aether -o ! -group aether ! -group www-data \\) -printf '%p %u:%g\\n'").stdout, "",
          "what is not the service's")
    names = m.sh("ls /var/lib/aether/backups").stdout.split()
    expect([n for n in names if n.startswith("aether-")] and [n for n in names if n.startswith("audit-")], "backups: %s", names)
    equal(set(m.sh("stat -c '%U:%G %a' /var/lib/aether/backups/*.db").stdout.splitlines()), {"aether:aether 640"}, "backups")


def sandbox(m):
    """The service's processes hold no rights, write nowhere else, leave no core, and systemd-analyze says so"""
    for unit in UNITS:
        pid = m.main_pid(unit)
        status = dict(line.split(":", 1) for line in m.sh("cat /proc/%d/status" % pid).stdout.splitlines())
        equal([status[name].strip() for name in ("NoNewPrivs", "Seccomp", "CapEff", "CapBnd")], ["1", "2", "0" * 16, "0" * 16], "rights of " + unit)
        limits = m.sh("cat /proc/%d/limits" % pid).stdout
        equal(next(line for line in limits.splitlines() if line.startswith("Max core")).split()[4], "0", "core limit of " + unit)
        for path in ("/usr/written", "/etc/aether/written", "/etc/written", "/var/lib/written", "/home/written", "/root/written"):
            done = m.sh("nsenter -t %d -m sh -c 'echo >%s' 2>&1" % (pid, path), check=False)
            expect(done.returncode != 0, "%s can write %s", unit, path)
        m.sh("nsenter -t %d -m sh -c 'echo >/var/lib/aether/written && rm /var/lib/aether/written'" % pid)
        equal(m.sh("nsenter -t %d -m sh -c 'ls /home /root /tmp | grep -E \"admin|before\"'" % pid, check=False).stdout, "", "homes and /tmp of others")
    for unit in (*UNITS, "aether-maintain", "aether-api-activated"):
        line = m.sh("systemd-analyze security --no-pager %s.service | tail -n 1" % unit).stdout.strip()
        score = float(line.split(":")[1].split()[0])
        print("       %s" % line.encode("ascii", "ignore").decode().strip())
        expect(score <= SCORE_MAX, "%s is exposed: %s", unit, line)


def anchor(m):
    """The journal holds the day's anchor of the audit trail, and the trail agrees with it"""
    found = m.sh("journalctl -u aether-api -o cat | grep -o 'audit anchor [0-9]*:[0-9a-f]*' | tail -n 1").stdout.split()
    expect(len(found) == 3, "no anchor: %s", found)
    m.admin("sudo aether audit verify --anchor " + found[2])


def apache_site(m):
    """README, "Apache in its place": a track through Apache"""
    follow_readme(m, "Apache in its place")
    ready(m)
    completed(m, order(m, seed=8))
    status, text = call(m, "GET", "/nowhere")
    equal((status, json.loads(text)["status"]), (404, 404), "what is not there")


def back_to_nginx(m):
    """And back to nginx"""
    m.sh("systemctl disable --now apache2; systemctl enable --now nginx")
    ready(m)


def installed_again(m):
    """make install over a running service keeps what was edited; USR2 brings the new programs without a lost request"""
    m.sh("echo AETHER_QUEUE_MAX=900 >> /etc/aether/aether.conf; cp -p /etc/aether/aether.conf /root/kept.conf; sed -i 's/\"tempo\"/ \"tempo\"/' /etc/aether/genres/jazz.json")
    before = m.sh("sha256sum /etc/aether/aether.conf /etc/aether/genres/jazz.json").stdout
    pids = {unit: m.main_pid(unit) for unit in UNITS}
    old = {unit: workers(m, unit) for unit in UNITS}
    with load(m) as answers:
        m.admin("sudo make install")
        m.admin("sudo systemctl kill --kill-whom=main -s USR2 aether-api aether-render")
        wait_for(lambda: all(not old[unit] & workers(m, unit) and workers(m, unit) for unit in UNITS), 60, "new workers")
    equal(set(answers["counts"]), {"200"}, "answers (%s)" % answers)
    equal({unit: m.main_pid(unit) for unit in UNITS}, pids, "the masters")
    for unit in UNITS:
        equal(m.sh("readlink /proc/%d/exe" % m.main_pid(unit)).stdout.strip(), "/usr/bin/" + unit, "its program")
        equal(m.show(unit, "ActiveState"), "active", unit)
    equal(m.sh("sha256sum /etc/aether/aether.conf /etc/aether/genres/jazz.json").stdout, before, "what was edited")
    completed(m, order(m, seed=9))


def activated(m):
    """The socket unit in place of the service: what comes while it is restarted waits"""
    m.sh("systemctl disable --now aether-api; systemctl enable --now aether-api.socket")
    ready(m)
    active(m, "aether-api-activated")
    equal(m.sh("stat -c '%U:%G %a' /run/aether/web/api.sock").stdout.strip(), "aether:www-data 660", "the socket")
    with load(m) as answers:
        m.sh("systemctl restart aether-api-activated")
        ready(m)
    equal(set(answers["counts"]), {"200"}, "answers over the restart (%s)" % answers)
    m.sh("systemctl disable --now aether-api.socket aether-api-activated; systemctl enable --now aether-api")
    ready(m)


def removed(m):
    """make uninstall takes programs and units away and leaves settings, databases and tracks"""
    before = m.sh("find /etc/aether /var/lib/aether -type f ! -name '*-wal' ! -name '*-shm' | sort").stdout
    m.admin("sudo make uninstall")
    equal(m.sh("ls -d /usr/bin/aether* /usr/lib/systemd/system/aether* /usr/share/aether /usr/lib/*.d/aether* 2>/dev/null", check=False).stdout, "", "left behind")
    equal(m.sh("find /etc/aether /var/lib/aether -type f ! -name '*-wal' ! -name '*-shm' | sort").stdout, before, "settings and data")
    equal(m.sh("pgrep -u aether", check=False).stdout, "", "processes")
    equal(m.sh("sqlite3 /var/lib/aether/aether.db 'PRAGMA integrity_check'").stdout.strip(), "ok", "the database")


def installed_anew(m):
    """And installed again the service goes on with it"""
    m.admin("sudo make install && sudo systemctl enable --now aether-api aether-render")
    ready(m)
    expect(get(m, "/v1/jobs?status=completed")["jobs"], "the jobs are gone")


CHECKS = [packages_and_programs, nginx_site, first_key, a_track, permissions, who_may_read, others_may_compose,
          root_leaves_nothing_behind, sandbox, anchor]
LAST_CHECKS = [apache_site, back_to_nginx, installed_again, activated, removed, installed_anew]
