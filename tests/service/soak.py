#!/usr/bin/python3
# Renders one track after another and sees that no process grows.
"""usage: soak.py [RENDERS]

Tracks of 30 s of several genres are ordered and followed by their event streams, while other requests go on. What every
process has written to and shares with nobody (Private_Dirty of smaps_rollup) is read after each; the median of the last
fifth must not be more than 5 % (and 2 MB) above the median of the second fifth, when all that is kept has been made."""
import os
import re
import statistics
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Service, brief  # noqa: E402
from test_events import Stream  # noqa: E402

GENRES = ("synthwave", "jazz", "classical-piano", "rock", "lo-fi-hip-hop")


def memory_kb(pid):
    with open("/proc/%d/smaps_rollup" % pid) as f:
        found = dict(re.findall(r"^(\w+): +(\d+) kB$", f.read(), re.M))
    return int(found["Private_Dirty"])


def grown(samples):
    """(median of the second fifth, of the last fifth) in kB."""
    fifth = max(1, len(samples) // 5)
    return statistics.median(samples[fifth:2 * fifth] or samples[-1:]), statistics.median(samples[-fifth:])


def soak(renders):
    """A row for each process: its name, the two medians in kB, whether it has grown."""
    service = Service(AETHER_TUNES_KEPT=20)
    programs = ("aether-api", "aether-render")
    pids = {program: service.steady_pids(program) for program in programs}
    samples = {(program, pid): [] for program in pids for pid in pids[program]}
    try:
        for n in range(renders):
            answer = service.post("/v1/tracks", brief(genre=GENRES[n % len(GENRES)], seed=None, title="Soak %d" % n,
                                                      output_formats=["wav16", "mp3"]), headers={"Prefer": "respond-async"})
            job = answer.json["job_id"]
            last = Stream(service, job).all()[-1]
            assert last["data"]["status"] == "completed", last
            for path in ("/live", "/v1/genres", "/v1/jobs", "/metrics", "/nowhere"):
                service.get(path)
            service.post("/v1/generate", brief(genre=GENRES[n % len(GENRES)], seed=None, output_formats=None))
            folder = os.path.join(service.folder, "data", "output", job)
            for name in os.listdir(folder):  # or the disk would be what fills
                os.truncate(os.path.join(folder, name), 0)
            for (program, pid), kept in samples.items():
                kept.append(memory_kb(pid))
            if (n + 1) % 50 == 0:
                print("soak: %d renders, %s" % (n + 1, ", ".join("%s %d: %.1f MB" % (program, pid, kept[-1] / 1024)
                                                              for (program, pid), kept in samples.items())), flush=True)
        for program in pids:
            assert service.pids(program) == pids[program], "a process of %s was replaced" % program
    finally:
        service.stop()
    rows = []
    for (program, pid), kept in samples.items():
        before, after = grown(kept)
        rows.append(("%s %s" % (program, "master" if pid == pids[program][0] else "worker"), before, after,
                     after > 1.05 * before + 2048))
    return rows


def main():
    rows = soak(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
    for name, before, after, bad in rows:
        print("soak: %-22s %8.1f MB, later %8.1f MB%s" % (name, before / 1024, after / 1024, ", has grown" if bad else ""))
    return 1 if any(row[3] for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
