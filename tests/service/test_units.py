"""The units, as far as systemd can tell without running them; `make vm` runs them."""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from harness import BIN, ROOT

UNITS = os.path.join(ROOT, "systemd")


@unittest.skipUnless(shutil.which("systemd-analyze"), "there is no systemd-analyze")
class Units(unittest.TestCase):
    def setUp(self):
        """Copies that name the programs where they are here."""
        self.folder = tempfile.mkdtemp(prefix="aether-units-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name in os.listdir(UNITS):
            with open(os.path.join(UNITS, name)) as f:
                text = re.sub(r"/usr/bin/(aether\b(-api\b|-render\b)?)", os.path.join(BIN, r"\1"), f.read())
            with open(os.path.join(self.folder, name), "w") as f:
                f.write(text)
        self.names = sorted(n for n in os.listdir(self.folder) if n.rsplit(".")[-1] in ("service", "socket", "target", "timer"))

    def analyze(self, *arguments):
        return subprocess.run(["systemd-analyze", *arguments], cwd=self.folder, capture_output=True, text=True)

    def test_they_are_understood(self):
        found = self.analyze("verify", "--man=no", *["./" + name for name in self.names])
        self.assertEqual((found.returncode, found.stderr), (0, ""))

    def test_they_are_exposed_little(self):
        for name in self.names:
            if name.endswith(".service"):
                found = self.analyze("security", "--offline=true", "--threshold=15", "./" + name)
                self.assertEqual(found.returncode, 0, found.stdout)


if __name__ == "__main__":
    unittest.main()
