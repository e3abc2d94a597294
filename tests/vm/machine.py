"""A Debian 12 of its own in a folder, booted with systemd by systemd-nspawn, with nothing but its own loopback for a network.

What takes long to make (debootstrap, packages) is kept in AETHER_VM_CACHE, by default in the folder for temporary files, under
a name that is the checksum of what went into it; a run works on a copy."""
import contextlib
import hashlib
import inspect
import os
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
ADMIN = "admin"
EXTRA = ("systemd", "systemd-sysv", "dbus", "make", "sudo", "sqlite3", "procps", "ca-certificates", "libnss-myhostname")
PURPOSES = ("build", "run", "apache")
BOOT_SECONDS = 120
REBOOT_STATUS = 133


class CannotRun(Exception):
    """This is no machine that can do it; the text says what it lacks."""


class Failed(AssertionError):
    pass


def wait_for(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed("waited %d s in vain for %s" % (seconds, what))
        time.sleep(0.2)


def check_host():
    if os.geteuid() != 0:
        raise CannotRun("it needs root: sudo make vm")
    for program in ("debootstrap", "systemd-nspawn", "nsenter", "unshare"):
        if shutil.which(program) is None:
            raise CannotRun("there is no %s: deploy/install-packages vm" % program)
    if subprocess.run(["unshare", "--mount", "--pid", "--net", "--fork", "true"], capture_output=True).returncode != 0:
        raise CannotRun("this kernel or container does not let root make namespaces")


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", **more)
    if done.returncode != 0:
        raise CannotRun("'%s' failed: %s" % (" ".join(command), (done.stderr or done.stdout).strip()[-600:]))
    return done.stdout


def mirrors():
    """(address, suite) of Debian 12 as apt of this machine has them, the release itself first."""
    found = run("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages").splitlines()
    out = sorted({tuple(line.split()) for line in found if line.split()[1].startswith("bookworm") and "debian" in line},
                 key=lambda one: one[1])
    if not out or out[0][1] != "bookworm":
        raise CannotRun("apt of this machine has no mirror of Debian 12 (bookworm)")
    return out


def packages():
    with open(os.path.join(ROOT, "deploy", "packages.txt"), encoding="utf-8") as f:
        rows = [line.split()[:2] for line in f if line.strip() and not line.startswith("#")]
    return sorted({name for name, purpose in rows if purpose in PURPOSES})


def base():
    """The folder with Debian and all packages; made when it is not there."""
    wanted = packages()
    name = hashlib.sha256("\n".join((*EXTRA, *wanted, inspect.getsource(base))).encode()).hexdigest()[:16]
    cache = os.environ.get("AETHER_VM_CACHE") or os.path.join(tempfile.gettempdir(), "aether-vm")
    folder = os.path.join(cache, "debian-" + name)
    if os.path.isdir(folder):
        return folder
    os.makedirs(cache, exist_ok=True)
    part = tempfile.mkdtemp(prefix=".part-", dir=cache)
    os.chmod(part, 0o755)  # it is the root folder of others than root
    try:
        print("vm: making a Debian 12 in %s (some minutes, once)" % folder, flush=True)
        sources = mirrors()
        run("debootstrap", "--variant=minbase", "--include=" + ",".join(EXTRA), "bookworm", part, sources[0][0])
        with open(os.path.join(part, "etc/apt/sources.list"), "w", encoding="utf-8") as f:
            f.writelines("deb %s %s main\n" % one for one in sources)
        # As freshly installed, Apache is there and does nothing: README starts it where it is wanted.
        for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", *wanted],
                        ["apt-get", "clean"], ["systemctl", "disable", "apache2"], ["adduser", "--disabled-password", "--gecos", "", ADMIN]):
            run("systemd-nspawn", "--quiet", "-D", part, "--register=no", "--keep-unit", "--as-pid2", "--pipe",
                "--setenv=DEBIAN_FRONTEND=noninteractive", "sh", "-c", "[ -e /usr/sbin/policy-rc.d ] || "
                "{ printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d; }; exec \"$@\"",
                "sh", *command, stdin=subprocess.DEVNULL)
        with open(os.path.join(part, "etc/sudoers.d", ADMIN), "w", encoding="utf-8") as f:
            f.write("%s ALL=(ALL) NOPASSWD: ALL\n" % ADMIN)
        os.remove(os.path.join(part, "usr/sbin/policy-rc.d"))
        os.rename(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def copy_tree(to, owner):
    """This source tree with what is built, so that nothing is compiled twice."""
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True)
    if names.returncode == 0:
        files = [name for name in names.stdout.decode().split("\0") if name and os.path.exists(os.path.join(ROOT, name))]
    else:
        files = [name for name in os.listdir(ROOT) if name not in ("build", "run", "demo")]
    built = [os.path.join("build", name) for name in os.listdir(os.path.join(ROOT, "build")) if name in ("bin", "src") or name.endswith(".a")]
    os.makedirs(to)
    pack = subprocess.Popen(["tar", "-C", ROOT, "-cf", "-", "--null", "-T", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    unpack = subprocess.Popen(["tar", "-C", to, "-xf", "-", "--owner=0"], stdin=pack.stdout)
    pack.stdin.write("\0".join(files + built).encode())
    pack.stdin.close()
    if pack.wait() != 0 or unpack.wait() != 0:
        raise CannotRun("the source tree could not be copied")
    run("chown", "-R", "%d:%d" % owner, to)


class Machine:
    def __init__(self):
        self.process = None
        self.leader = None
        self.folder = None

    def __enter__(self):
        check_host()
        source = base()
        self.folder = tempfile.mkdtemp(prefix="run-", dir=os.path.dirname(source))
        self.root = os.path.join(self.folder, "root")
        try:
            run("cp", "-a", "--reflink=auto", source, self.root)
            with open(os.path.join(self.root, "etc/passwd"), encoding="utf-8") as f:
                row = next(line.split(":") for line in f if line.startswith(ADMIN + ":"))
            copy_tree(os.path.join(self.root, "home", ADMIN, "aether"), (int(row[2]), int(row[3])))
            self.boot()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            with contextlib.suppress(Exception):
                self.sh("systemctl --no-block poweroff", timeout=20)
            try:
                self.process.wait(90)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.folder is not None and not os.environ.get("AETHER_VM_KEEP"):
            shutil.rmtree(self.folder, ignore_errors=True)

    def boot(self):
        with open(os.path.join(self.folder, "console"), "a") as console:
            self.process = subprocess.Popen(
                ["systemd-nspawn", "--quiet", "-D", self.root, "--register=no", "--keep-unit", "--private-network",
                 "--machine=aether-vm-%d" % os.getpid(), "-b"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True)
        self.wait_up()

    def wait_up(self):
        def is_up():
            if self.process.poll() is not None:
                raise CannotRun("systemd-nspawn ended: " + self.console_text())
            self.leader = self.find_leader()
            if self.leader is None:
                return False
            state = subprocess.run(self.enter() + ["systemctl", "is-system-running"], capture_output=True, text=True)
            return state.stdout.strip() in ("running", "degraded")
        try:
            wait_for(is_up, BOOT_SECONDS, "systemd")
        except Failed as e:
            raise CannotRun("%s: %s" % (e, self.console_text())) from None

    def console_text(self):
        with open(os.path.join(self.folder, "console"), errors="replace") as f:
            return f.read()[-800:]

    def find_leader(self):
        """Process 1 of the container, as this machine numbers it."""
        waiting = [self.process.pid]
        while waiting:
            pid = waiting.pop()
            with contextlib.suppress(OSError):
                with open("/proc/%d/status" % pid) as f:
                    numbers = next(line.split()[1:] for line in f if line.startswith("NSpid:"))
                if len(numbers) > 1 and numbers[-1] == "1":
                    return pid
                with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
                    waiting += [int(child) for child in f.read().split()]
        return None

    def reboot(self):
        """With --keep-unit systemd-nspawn ends with a status of its own when the machine inside reboots, and starts it no more."""
        self.sh("systemctl --no-block reboot")
        if self.process.wait(BOOT_SECONDS) != REBOOT_STATUS:
            raise Failed("the machine ended with %d in place of a reboot" % self.process.returncode)
        self.boot()

    def enter(self):
        return ["nsenter", "-t", str(self.leader), "-m", "-p", "-u", "-i", "-n", "-r", "-w"]

    def sh(self, command, user="root", check=True, timeout=300, stdin=None):
        """Runs a shell command inside, as root or as somebody who has logged in. Fails with its output when it fails."""
        inside = ["/bin/bash", "-c", command] if user == "root" else ["runuser", "-l", user, "-c", command]
        done = subprocess.run(self.enter() + ["env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                              "LANG=C.UTF-8", "USER=" + user, *inside],
                              capture_output=True, text=True, errors="replace", timeout=timeout, input=stdin,
                              start_new_session=True)
        if check and done.returncode != 0:
            raise Failed("'%s' as %s ended with %d:\n%s%s" % (command, user, done.returncode, done.stdout[-1500:], done.stderr[-1500:]))
        return done

    def admin(self, command, **more):
        """As the administrator in the source tree, the way the README has it."""
        return self.sh("export USER=%s; cd aether && %s" % (ADMIN, command), user=ADMIN, **more)

    def show(self, unit, *names):
        """Properties of a unit."""
        done = self.sh("systemctl show %s -p %s" % (unit, ",".join(names)))
        found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
        return found[names[0]] if len(names) == 1 else found

    def main_pid(self, unit):
        pid = int(self.show(unit, "MainPID"))
        if pid == 0:
            raise Failed("%s is not running" % unit)
        return pid
