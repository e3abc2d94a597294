"""Runs the service tests, each file in a process of its own and as many at a time as there are processor cores, and prints
one closing line: "service: N run, N failed, N skipped". `run.py PATTERN` runs the files that match only."""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
SLOW_SECONDS = 5
CLOSING = re.compile(r"^service: (\d+) run, (\d+) failed, (\d+) skipped$", re.MULTILINE)


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        took = time.monotonic() - self._began
        if took > SLOW_SECONDS:
            self.stream.writeln("  (%.0f s)" % took)


def run_file(name):
    """The tests of one file, here in this process. Returns the exit status."""
    sys.path.insert(0, HERE)
    suite = unittest.defaultTestLoader.discover(HERE, pattern=name, top_level_dir=HERE)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result).run(suite)
    failed = len(result.failures) + len(result.errors)
    print("service: %d run, %d failed, %d skipped" % (result.testsRun, failed, len(result.skipped)))
    return 1 if failed or result.testsRun == 0 else 0


def run_process(name):
    began = time.monotonic()
    done = subprocess.run([sys.executable, os.path.abspath(__file__), "--file", name], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    return name, time.monotonic() - began, done.stdout


def run_files(names):
    """All files side by side. What one prints is shown when it is done, so that reports do not mix."""
    total = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [pool.submit(run_process, name) for name in names]
        for future in concurrent.futures.as_completed(waiting):
            name, took, output = future.result()
            closing = CLOSING.search(output)
            counts = [int(n) for n in closing.groups()] if closing else [1, 1, 0]  # it died: that is a failure
            total = [a + b for a, b in zip(total, counts)]
            print("== %s (%.0f s)\n%s" % (name, took, CLOSING.sub("", output).rstrip()), flush=True)
    print("service: %d run, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] or not total[0] else 0


def main():
    if sys.argv[1:2] == ["--file"]:
        return run_file(sys.argv[2])
    pattern = sys.argv[1] if len(sys.argv) > 1 else "test_*.py"
    names = [os.path.basename(path) for path in glob.glob(os.path.join(HERE, pattern))]
    # The largest first, so that no long one is left for the end.
    return run_files(sorted(names, key=lambda name: -os.path.getsize(os.path.join(HERE, name))))


if __name__ == "__main__":
    sys.exit(main())
