"""The reviewer's report: on the command line, for edited documents, and against earlier tracks of the service."""
import itertools
import json
import os
import sqlite3
import tempfile
import unittest

from harness import Service, aether, brief

MEASURES = ("chord_tones_on_strong_beats", "clashes", "tune_range", "singability", "bars_of_the_tune_repeated",
            "groove_consistency", "sections_differ", "voice_leading", "like_an_earlier_track", "like_a_known_tune")


def create(out, *more):
    return aether("create", "a piece for a documentary", "--genre", "rock", "--duration-seconds", "60", "--seed", "5", "--no-audio",
                  "--out", out, *more)


def read(folder, name="song.json"):
    with open(os.path.join(folder, name), encoding="utf-8") as f:
        return json.load(f)


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = os.path.join(self.temporary.name, "song")

    def test_create_shows_each_measure(self):
        done = create(self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        report = read(self.folder)["qa_report"]
        by_name = {c["measure"]: c for c in report["checks"]}
        for name in MEASURES:
            check = by_name[name]
            self.assertTrue(check["low"] is not None or check["high"] is not None, name)
            if check["value"] is None:
                continue
            line = next(text for text in done.stdout.splitlines() if " %s " % name in text)
            self.assertIn("%.3g" % check["value"], line)
            self.assertTrue(line.strip().startswith(check["verdict"]))
        self.assertIsNone(by_name["like_an_earlier_track"]["value"])  # the command line remembers nothing
        self.assertEqual(sum(r["kept"] for r in report["rounds"]), 1)

    def test_json_holds_release_and_report(self):
        done = json.loads(create(self.folder, "--json").stdout)
        self.assertEqual(done["random_seed"], 5)
        self.assertEqual(done["qa_report"]["checks"], read(self.folder)["qa_report"]["checks"])

    def test_review_measures_what_create_measured(self):
        create(self.folder)
        stored = {c["measure"]: (c["value"], c["verdict"]) for c in read(self.folder)["qa_report"]["checks"]}
        for path in (self.folder, os.path.join(self.folder, "song.json")):
            done = aether("review", path, "--json")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual({c["measure"]: (c["value"], c["verdict"]) for c in json.loads(done.stdout)["checks"]}, stored)
        self.assertEqual(aether("review", self.folder, "--quiet").stdout, "")

    def test_a_spoilt_song_does_not_pass(self):
        create(self.folder)
        song = read(self.folder)
        turns = itertools.cycle(("C4", "F#5"))
        for section in song["melody_spec"]["section_melodies"]:
            for phrase in section["phrases"]:
                phrase[:] = [note if note == "R" else next(turns) for note in phrase]
        spoilt = os.path.join(self.folder, "spoilt.json")
        with open(spoilt, "w", encoding="utf-8") as f:
            json.dump(song, f)
        done = aether("review", spoilt)
        self.assertEqual(done.returncode, 1)
        self.assertIn("not passed", done.stdout)
        self.assertRegex(done.stdout, r"fail +singability +0 ")  # nothing but leaps beyond an octave
        self.assertIn("does not pass", done.stderr)

    def test_an_unwanted_instrument_is_told(self):
        create(self.folder)
        song = read(self.folder)
        song["song_spec"]["exclude_instruments"] = ["bass"]
        path = os.path.join(self.folder, "song.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(song, f)
        self.assertIn("excluded_instruments_heard", aether("review", path).stdout)

    def test_wrong_use(self):
        self.assertEqual(aether("review").returncode, 2)
        self.assertNotEqual(aether("review", "/nowhere/song.json").returncode, 0)
        bad = os.path.join(self.temporary.name, "bad.json")
        with open(bad, "w", encoding="utf-8") as f:
            f.write("[]")
        self.assertEqual(aether("review", bad).returncode, 2)


class EarlierTracks(unittest.TestCase):
    def check(self, song):
        return next(c for c in song["qa_report"]["checks"] if c["measure"] == "like_an_earlier_track")

    def generated(self, service, **fields):
        answer = service.post("/v1/generate", brief(output_formats=None, duration_seconds=60, **fields))
        self.assertEqual(answer.status, 202, answer)
        return answer.json

    def test_tracks_are_compared_with_those_before(self):
        service = Service(AETHER_TUNES_KEPT=3)
        self.addCleanup(service.stop)
        first = self.generated(service, title="First")
        self.assertEqual(self.check(first)["value"], 0)
        again = self.generated(service, title="First")  # the same song is no copy of itself
        self.assertEqual(again["melody_spec"]["section_melodies"], first["melody_spec"]["section_melodies"])
        self.assertEqual(self.check(again)["value"], 0)
        copy = self.generated(service, title="Second")  # the same seed under another name: told, and kept
        self.assertEqual(copy["melody_spec"]["section_melodies"], first["melody_spec"]["section_melodies"])
        self.assertGreater(self.check(copy)["value"], 12)
        self.assertEqual(self.check(copy)["verdict"], "warn")
        self.assertIn("like 'First' of 20", self.check(copy)["found"])
        drawn = self.generated(service, title="Third", seed=None)
        self.assertLessEqual(self.check(drawn)["value"], 12)
        self.assertEqual(drawn["song_spec"]["random_seed"], drawn["qa_report"]["rounds"][-1]["seed"])
        self.generated(service, title="Fourth", seed=8)
        with sqlite3.connect(os.path.join(service.folder, "data", "aether.db")) as db:
            titles = [row[0] for row in db.execute("SELECT title FROM tune ORDER BY made_ms DESC")]
        self.assertEqual(titles, ["Fourth", "Third", "Second"])
        track = service.track(title="Fifth", genre="rock", seed=3)  # by the worker
        with sqlite3.connect(os.path.join(service.folder, "data", "aether.db")) as db:
            newest = db.execute("SELECT title, job_id, notes FROM tune ORDER BY made_ms DESC").fetchone()
        self.assertEqual(newest[:2], ("Fifth", track["job_id"]))
        self.assertRegex(newest[2], r"^[+-]\d+:\d+( \| | )[+-]\d+:\d+")


if __name__ == "__main__":
    unittest.main()
