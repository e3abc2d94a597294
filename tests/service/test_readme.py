"""The README's commands, run as it gives them, and its table of settings against the program's own."""
import json
import os
import re
import signal
import subprocess
import tempfile
import unittest

from harness import ROOT, aether, environment, free_port, wait_for

with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as f:
    README = f.read()


INSTALL = re.search(r"^## Install it\n.*?(?=^## )", README, re.M | re.S)[0]


def commands(text=README.replace(INSTALL, "")):
    """Every indented command line, continuation lines joined, comments cut. How to install, which changes the whole machine, is
    what `make vm` tries."""
    lines, out = text.splitlines(), []
    while lines:
        line = lines.pop(0)
        if not line.startswith("    ") or not line.strip():
            continue
        text = line.strip()
        while text.endswith("\\"):
            text = text[:-1] + lines.pop(0).strip()
        out.append(re.sub(r"\s+# .*$", "", text))
    return out


def heed_interrupts():
    """Where the tests run in the background, programs inherit that SIGINT is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Commands(unittest.TestCase):
    def test_each_command_works(self):
        left = commands()
        self.assertIn("make demo", left)
        self.assertIn("make test", left)
        port = free_port()
        with tempfile.TemporaryDirectory(prefix="aether-readme-") as folder:
            for name in ("build", "deploy", "conf"):
                os.symlink(os.path.join(ROOT, name), os.path.join(folder, name))
            env = environment(AETHER_API_PORT=port, AETHER_RUN_DIR=os.path.join(folder, "run"),
                              AETHER_DEMO_DIR=os.path.join(folder, "demo"))
            left.remove("make test")  # it runs this
            left.remove("make demo")
            self.demo(env, folder)
            left.remove("make run")
            service = subprocess.Popen(["make", "-C", ROOT, "run"], env=env, stdout=subprocess.PIPE, text=True,
                                       start_new_session=True, preexec_fn=heed_interrupts)
            try:
                wait_for(lambda: "listens on" in service.stdout.readline(), what="make run")
                for command in left:
                    done = subprocess.run(command.replace(":8000", ":%d" % port), shell=True, cwd=folder, env=env,
                                          capture_output=True, text=True, timeout=300)
                    self.assertEqual(done.returncode, 0, (command, done.stderr))
                    if command.startswith("curl"):
                        self.assertEqual(json.loads(done.stdout)["status"], "completed", done.stdout)
            finally:
                os.killpg(service.pid, signal.SIGINT)  # what Ctrl-C does
                service.wait(60)
            self.assertTrue(os.path.exists(os.path.join(folder, "night", "master.wav")))
            self.assertEqual(os.stat(os.path.join(folder, "run", "dev.key")).st_mode & 0o777, 0o600)

    def demo(self, env, folder):
        done = subprocess.run(["make", "-C", ROOT, "demo"], env=env, capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for word in ("title", "key", "tempo", "length", "LUFS", "dBTP", "master.wav", "master.mp3", "master.flac",
                     "song.mid", "stem-drums.wav"):
            self.assertIn(word, done.stdout)
        self.assertTrue(os.path.getsize(os.path.join(folder, "demo", "master.wav")) > 1000000)
        self.assertFalse(os.path.exists(os.path.join(folder, "run")), "the demo left something behind")


class Table(unittest.TestCase):
    def test_settings_are_those_of_the_program(self):
        block = re.search(r"<!-- settings: begin -->\n(.*?)<!-- settings: end -->", README, re.S)[1]
        self.assertEqual(block.strip(), aether("config", "help").stdout.strip(),
                         "put the output of 'aether config help' between the marks")


def processes_in(folder):
    """Pids whose environment names `folder`."""
    out = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/environ" % pid, "rb") as f:
                if folder.encode() in f.read() and int(pid) != os.getpid():
                    out.append(int(pid))
        except OSError:
            pass
    return out


class Scripts(unittest.TestCase):
    def run_demo(self, folder, **settings):
        env = environment(AETHER_API_PORT=free_port(), AETHER_RUN_DIR=os.path.join(folder, "run"),
                          AETHER_DEMO_DIR=os.path.join(folder, "demo"), **settings)
        return subprocess.Popen([os.path.join(ROOT, "deploy/dev/demo")], env=env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, start_new_session=True, preexec_fn=heed_interrupts)

    def test_ctrl_c_and_terminate_stop_everything(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with tempfile.TemporaryDirectory(prefix="aether-ctrl-c-") as folder:
                demo = self.run_demo(folder)
                for line in demo.stdout:
                    if "%" in line:
                        break
                os.killpg(demo.pid, number)
                demo.wait(60)
                demo.stdout.close()
                demo.stderr.close()
                wait_for(lambda: not processes_in(folder), 30, "all processes to end after %s" % number)
                self.assertFalse(os.path.exists(os.path.join(folder, "demo")))

    def test_a_taken_port_is_one_clear_line(self):
        import socket
        with socket.socket() as s, tempfile.TemporaryDirectory() as folder:
            s.bind(("127.0.0.1", 0))
            s.listen()
            done = subprocess.run([os.path.join(ROOT, "deploy/dev/demo")], capture_output=True, text=True, timeout=60,
                                  env=environment(AETHER_API_PORT=s.getsockname()[1],
                                                  AETHER_RUN_DIR=os.path.join(folder, "other")))
            self.assertEqual(done.returncode, 1)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
            self.assertIn("is taken", done.stderr)

    def test_a_missing_soundfont_is_one_clear_line(self):
        with tempfile.TemporaryDirectory() as folder:
            demo = self.run_demo(folder, AETHER_SOUNDFONT="/nowhere/font.sf2")
            _, error = demo.communicate(timeout=60)
            self.assertNotEqual(demo.returncode, 0)
            self.assertEqual(error.count("\n"), 1, error)
            self.assertIn("/nowhere/font.sf2", error)
