"""What `make install` puts below a folder, and the programs there; `make vm` does it on a machine and runs it under systemd."""
import json
import os
import pwd
import re
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import unittest

from harness import ROOT, environment, free_port

PROGRAMS = ("aether", "aether-api", "aether-render")


def install(folder, *options):
    done = subprocess.run([os.path.join(ROOT, "deploy", "install"), *options], env=environment(DESTDIR=folder), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_below(folder):
    return sorted(os.path.relpath(os.path.join(at, name), folder) for at, _, names in os.walk(folder) for name in names)


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as f:
        return f.read()


class Tree(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="aether-install-")
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        install(self.folder)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def run_program(self, name, *arguments, **settings):
        return subprocess.run([self.path("usr/bin", name), *arguments], env=environment(**settings), capture_output=True, text=True)

    def test_everything_that_the_units_and_the_readme_name_is_there(self):
        found = files_below(self.folder)
        for name in PROGRAMS:
            self.assertIn("usr/bin/" + name, found)
        for name in os.listdir(os.path.join(ROOT, "systemd")):
            if name.rsplit(".")[-1] in ("service", "socket", "timer", "target"):
                text = read(self.folder, "usr/lib/systemd/system", name)
                for named in re.findall(r"(/(?:usr/(?:bin|share)|etc)/aether[\w./-]*)", text):
                    self.assertTrue(os.path.exists(self.folder + named), (name, named))
        readme = read(ROOT, "README.md")
        for named in re.findall(r"(/usr/share/aether/[\w.-]+|/etc/aether/[\w.-]+)", readme):
            self.assertTrue(os.path.exists(self.folder + named), named)
        self.assertEqual(sorted(os.listdir(self.path("etc/aether/genres"))), sorted(os.listdir(os.path.join(ROOT, "conf/genres"))))

    def test_modes(self):
        for at, folders, names in os.walk(self.folder):
            for name in folders + names:
                mode = stat.S_IMODE(os.stat(os.path.join(at, name)).st_mode)
                self.assertEqual(mode & 0o022, 0, (at, name, oct(mode)))
        self.assertEqual(stat.S_IMODE(os.stat(self.path("etc/aether/aether.conf")).st_mode), 0o640)

    def test_its_programs_find_its_own_settings_genres_and_migrations(self):
        shown = json.loads(self.run_program("aether", "config", "show", "--json").stdout)
        self.assertEqual(shown["AETHER_CONFIG_FILE"], self.path("etc/aether/aether.conf"))
        self.assertEqual(shown["AETHER_ENVIRONMENT"], "production")
        with open(self.path("etc/aether/aether.conf"), "a", encoding="utf-8") as f:
            f.write("AETHER_QUEUE_MAX=17\nAETHER_DATA_DIR=%s\n" % self.path("data"))
        shown = json.loads(self.run_program("aether", "config", "show", "--json").stdout)
        self.assertEqual(shown["AETHER_QUEUE_MAX"], 17)
        shown = json.loads(self.run_program("aether", "config", "show", "--json", AETHER_QUEUE_MAX=18).stdout)
        self.assertEqual(shown["AETHER_QUEUE_MAX"], 18)
        shown = json.loads(self.run_program("aether", "config", "show", "--json", AETHER_CONFIG_FILE="/dev/null").stdout)
        self.assertEqual((shown["AETHER_QUEUE_MAX"], shown["AETHER_ENVIRONMENT"]), (1000, "development"))
        os.remove(self.path("etc/aether/genres/jazz.json"))
        self.assertNotIn("\njazz ", self.run_program("aether", "genres").stdout)
        self.assertEqual(self.run_program("aether", "keys", "list").returncode, 0)
        shutil.rmtree(self.path("usr/share/aether/sql"))
        shutil.rmtree(self.path("data"))
        done = self.run_program("aether", "keys", "list")
        self.assertEqual(done.returncode, 78, done)
        self.assertIn(self.path("usr/share/aether/sql"), done.stderr)

    def test_a_wrong_line_in_the_settings_is_named(self):
        with open(self.path("etc/aether/aether.conf"), "a", encoding="utf-8") as f:
            f.write("AETHER_QUEU_MAX=17\n")
        done = self.run_program("aether", "keys", "list")
        self.assertEqual(done.returncode, 78)
        self.assertRegex(done.stderr, r"aether\.conf:\d+: there is no setting 'AETHER_QUEU_MAX'")

    def test_without_the_file_the_defaults_count(self):
        os.remove(self.path("etc/aether/aether.conf"))
        shown = json.loads(self.run_program("aether", "config", "show", "--json").stdout)
        self.assertEqual(shown["AETHER_ENVIRONMENT"], "development")
        self.assertNotIn("AETHER_CONFIG_FILE", {name for name, value in shown.items() if value is not None})

    @unittest.skipUnless(os.getuid() == 0, "root only may become others")
    def test_who_may_not_read_the_settings_may_use_the_engine(self):
        nobody = pwd.getpwnam("nobody")
        done = subprocess.run([self.path("usr/bin/aether"), "genres"], env=environment(), capture_output=True, text=True, cwd="/",
                              user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("not for this user to read", done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1)

    def test_what_was_edited_stays(self):
        jazz, settings = self.path("etc/aether/genres/jazz.json"), self.path("etc/aether/aether.conf")
        for path in (jazz, settings):
            with open(path, "a", encoding="utf-8") as f:
                f.write("\n")
        os.remove(self.path("etc/aether/genres/rock.json"))
        edited = read(jazz), read(settings)
        said = install(self.folder)
        self.assertEqual((read(jazz), read(settings)), edited)
        self.assertFalse(os.path.exists(jazz + ".new"), "the delivered one has not changed")
        self.assertFalse(os.path.exists(self.path("etc/aether/genres/rock.json")), "what was removed stays away")
        # A newer version: one genre that nobody edited, one that somebody did.
        for name in ("jazz", "blues"):
            with open(self.path("usr/share/aether/genres", name + ".json"), "a", encoding="utf-8") as f:
                f.write(" ")
        with open(self.path("etc/aether/genres/blues.json"), "a", encoding="utf-8") as f:
            f.write(" ")
        said = install(self.folder)
        self.assertIn("jazz.json.new", said)
        self.assertEqual((read(jazz), read(jazz + ".new")), (edited[0], read(ROOT, "conf/genres/jazz.json")))
        self.assertEqual(read(self.path("etc/aether/genres/blues.json")), read(ROOT, "conf/genres/blues.json"))
        done = self.run_program("aether", "genres")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_uninstall_leaves_settings_and_data(self):
        os.makedirs(self.path("var/lib/aether"))
        open(self.path("var/lib/aether/aether.db"), "w").close()
        install(self.folder, "--remove")
        left = [name for name in files_below(self.folder) if not name.startswith("etc/aether/genres/")]
        self.assertEqual(left, ["etc/aether/aether.conf", "var/lib/aether/aether.db"])

    def test_the_sites_are_what_the_web_servers_take(self):
        """Each in a server of its own, with a certificate made for it."""
        tls = self.path("etc/aether/tls")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=test",
                        "-keyout", tls + "/key.pem", "-out", tls + "/certificate.pem"], check=True, capture_output=True)
        port, share = str(free_port()), self.path("usr/share/aether")

        def site(name):
            text = read(share, name + "-site.conf").replace("/etc/aether/tls", tls).replace("443", port).replace("[::]:", "127.0.0.2:")
            with open(self.path(name + ".conf"), "w", encoding="utf-8") as f:
                f.write(text)
            return self.path(name + ".conf")
        with open(self.path("main.conf"), "w", encoding="utf-8") as f:
            f.write("pid %s;\nevents { }\nhttp { include %s; }\n" % (self.path("nginx.pid"), site("nginx")))
        done = subprocess.run([shutil.which("nginx") or "/usr/sbin/nginx", "-t", "-e", self.path("nginx.log"), "-p", self.folder,
                               "-c", self.path("main.conf")], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        modules = "mpm_event authz_core proxy proxy_fcgi headers env alias unique_id reqtimeout ssl socache_shmcb".split()
        with open(self.path("httpd.conf"), "w", encoding="utf-8") as f:
            f.write("ServerRoot %s\nServerName localhost\nListen 127.0.0.1:%s\nPidFile %s/pid\nErrorLog %s/log\nDefaultRuntimeDir %s\n" %
                    (self.folder, port, self.folder, self.folder, self.folder))
            f.writelines("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n" % (name, name) for name in modules)
            f.write("Include %s\n" % site("apache"))
        done = subprocess.run(["/usr/sbin/apache2", "-t", "-f", self.path("httpd.conf")], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)


@unittest.skipUnless(os.getuid() == 0, "root only gives files away")
class ByRoot(unittest.TestCase):
    """What an administrator does with sudo in the folder of a service that another user runs."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="aether-by-root-")
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        self.data, self.cache = os.path.join(self.folder, "data"), os.path.join(self.folder, "cache")
        self.user = pwd.getpwnam("nobody")
        for folder, mode in ((self.data, 0o750), (self.data + "/output", 0o2750)):
            os.mkdir(folder)
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            os.chmod(folder, mode)
        install(self.folder + "/root")

    def aether(self, *arguments, user=None, **settings):
        done = subprocess.run([self.folder + "/root/usr/bin/aether", *arguments], capture_output=True, text=True, cwd="/", user=user,
                              env=environment(AETHER_DATA_DIR=self.data, XDG_CACHE_HOME=self.cache, AETHER_CONFIG_FILE="/dev/null", **settings))
        self.assertEqual(done.returncode, 0, (arguments, done.stdout, done.stderr))
        return done.stdout

    def test_files_belong_to_the_service(self):
        self.aether("keys", "create", "--name", "first", "--admin", "--quiet")
        self.aether("maintain")
        self.aether("maintain", AETHER_BACKUP_DIR=self.data + "/elsewhere")
        self.aether("create", "calm", "--genre", "jazz", "--duration-seconds", "30", "--quiet", "--out", self.folder + "/by-root")
        found = {name: os.stat(os.path.join(self.data, name)) for name in files_below(self.data)}
        self.assertTrue([name for name in found if re.fullmatch(r"backups/audit-\d{8}T\d{6}Z\.db", name)], found)
        self.assertTrue([name for name in found if re.fullmatch(r"elsewhere/aether-\d{8}T\d{6}Z\.db", name)], found)
        for name, info in found.items():
            self.assertEqual((info.st_uid, info.st_gid), (self.user.pw_uid, self.user.pw_gid), name)
            self.assertEqual(stat.S_IMODE(info.st_mode) & 0o027, 0, name)
        # The levels of the SoundFont, which root has heard, are in root's own cache.
        self.assertFalse([name for name in found if name.startswith("soundfonts")], found)
        self.assertTrue(files_below(self.cache))
        # And the service's user goes on with all of it.
        for arguments in (("keys", "create", "--name", "second", "--quiet"), ("maintain", "--no-backup"), ("audit", "verify")):
            self.aether(*arguments, user=self.user.pw_uid)

    def test_what_maintenance_removes_is_in_the_audit_trail(self):
        self.aether("maintain", AETHER_RETENTION_DAYS=3)
        self.aether("maintain", "--no-backup", AETHER_RETENTION_DAYS=0)  # for ever: nothing is removed, nothing is told
        trail = sqlite3.connect(os.path.join(self.data, "audit.db"))
        self.addCleanup(trail.close)
        rows = trail.execute("SELECT actor_kind, actor, action, target, outcome FROM audit WHERE action = 'maintain.retention' ORDER BY seq").fetchall()
        self.assertEqual([row[1:3] + row[4:] for row in rows], [("0", "maintain.retention", "begun"), ("0", "maintain.retention", "done")])
        self.assertEqual([row[3] for row in rows], ["jobs older than 3 days", "0 jobs older than 3 days"])
        self.assertEqual({row[0] for row in rows}, {"user"})


@unittest.skipUnless(os.getuid() == 0 and shutil.which("systemd-tmpfiles"), "needs root and systemd-tmpfiles")
class Folders(unittest.TestCase):
    """The folders as aether.tmpfiles makes them, with users of this machine in place of the service's, and the doctor's word."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="aether-folders-")
        self.addCleanup(shutil.rmtree, self.folder)
        os.chmod(self.folder, 0o755)
        with open(os.path.join(self.folder, "tmpfiles.conf"), "w", encoding="utf-8") as f:
            for line in read(ROOT, "systemd/aether.tmpfiles").splitlines():
                kind, path, *rest = line.split()
                if kind != "#":
                    f.write(" ".join([kind, self.folder + path, *("daemon" if word == "aether" else word for word in rest)]) + "\n")
        for name in ("run", "var/lib"):
            os.makedirs(os.path.join(self.folder, name))
        done = subprocess.run(["systemd-tmpfiles", "--create", os.path.join(self.folder, "tmpfiles.conf")], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.data, self.run_dir = self.folder + "/var/lib/aether", self.folder + "/run/aether"

    def can(self, user, *command):
        entry = pwd.getpwnam(user)
        return subprocess.run(command, user=entry.pw_uid, group=entry.pw_gid, extra_groups=[], capture_output=True, cwd="/").returncode == 0

    def test_who_gets_in(self):
        made = self.data + "/output/job"
        os.mkdir(made)
        os.chmod(made, 0o2750)
        for path in (made + "/master.wav", self.data + "/aether.db"):
            with open(path, "w") as f:
                f.write("x")
            os.chmod(path, 0o640)
        self.assertTrue(self.can("www-data", "cat", made + "/master.wav"))
        self.assertTrue(self.can("daemon", "ls", self.data))
        for user in ("www-data", "nobody"):
            self.assertFalse(self.can(user, "ls", self.data), user)
            self.assertFalse(self.can(user, "cat", self.data + "/aether.db"), user)
        self.assertFalse(self.can("nobody", "cat", made + "/master.wav"))

    def test_the_doctor_finds_nothing_wrong_with_them(self):
        settings = environment(AETHER_DATA_DIR=self.data, AETHER_RUN_DIR=self.run_dir, AETHER_ENVIRONMENT="production")
        program = os.path.join(ROOT, "build/bin/aether")
        subprocess.run([program, "keys", "create", "--name", "a", "--admin", "--quiet"], env=settings, check=True, capture_output=True)
        done = subprocess.run([program, "doctor", "--json"], env=settings, capture_output=True, text=True)
        found = {one["check"]: one for one in json.loads(done.stdout)["checks"]}
        self.assertEqual(found["permissions"]["status"], "ok", found["permissions"])
        os.chmod(self.data, 0o751)
        done = subprocess.run([program, "doctor", "--json"], env=settings, capture_output=True, text=True)
        found = {one["check"]: one for one in json.loads(done.stdout)["checks"]}
        self.assertEqual(found["permissions"]["status"], "fail", found["permissions"])


if __name__ == "__main__":
    unittest.main()
