"""The finished files, as ffmpeg and the Python standard library measure them."""
import hashlib
import json
import os
import re
import subprocess
import tempfile
import unittest
import wave

from harness import GENRES, aether, brief


def create(folder, name="out", **fields):
    path = os.path.join(folder, name + ".json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(brief(**fields), f)
    out = os.path.join(folder, name)
    done = aether("create", "--request", path, "--out", out)
    assert done.returncode == 0, done.stderr
    with open(os.path.join(out, "release.json"), encoding="utf-8") as f:
        return out, json.load(f)


def measure(path):
    """Integrated loudness and true peak by ffmpeg's ebur128."""
    text = subprocess.run(["ffmpeg", "-hide_banner", "-nostats", "-i", path, "-af", "ebur128=peak=true", "-f", "null", "-"],
                          capture_output=True, text=True, check=True).stderr
    summary = text[text.rindex("Summary:"):]
    return (float(re.search(r"I:\s+(-?[\d.]+) LUFS", summary)[1]), float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", summary)[1]))


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Master(unittest.TestCase):
    def test_loudness_and_peak_in_every_genre(self):
        with tempfile.TemporaryDirectory() as folder:
            for genre in GENRES:
                out, release = create(folder, genre, genre=genre, duration_seconds=60)
                loudness, peak = measure(os.path.join(out, "master.wav"))
                self.assertAlmostEqual(loudness, -14, delta=0.5, msg=genre)
                self.assertLessEqual(peak, -1.0, genre)
                self.assertAlmostEqual(release["loudness_lufs"], loudness, delta=0.15)
                self.assertAlmostEqual(release["true_peak_dbtp"], peak, delta=0.15)

    def test_length_bits_and_silence(self):
        with tempfile.TemporaryDirectory() as folder:
            out, _ = create(folder, duration_seconds=45)
            with wave.open(os.path.join(out, "master.wav")) as f:
                seconds = f.getnframes() / f.getframerate()
                self.assertEqual((f.getnchannels(), f.getsampwidth()), (2, 3))
                frames = f.readframes(f.getnframes())
            self.assertAlmostEqual(seconds, 45, delta=0.05 * 45)
            self.assertTrue(any(frames[:44100 * 6]), "the first second is silent")

    def test_stems_line_up_with_the_master(self):
        with tempfile.TemporaryDirectory() as folder:
            out, release = create(folder, render_stems=True)
            lengths = {}
            for file in release["files"]:
                if file["name"].endswith(".wav"):
                    with wave.open(os.path.join(out, file["name"])) as f:
                        lengths[file["name"]] = f.getnframes()
            self.assertGreaterEqual(len(lengths), 5)
            self.assertEqual(len(set(lengths.values())), 1, lengths)


class Files(unittest.TestCase):
    def test_release_lists_every_file_with_its_checksum(self):
        with tempfile.TemporaryDirectory() as folder:
            out, release = create(folder, output_formats=["wav", "mp3", "flac", "ogg"], render_stems=True, title="夜")
            listed = {f["name"]: f for f in release["files"]}
            self.assertEqual(set(os.listdir(out)) - {"release.json"}, set(listed) - {"release.json"})
            for name, file in listed.items():
                if name != "release.json":
                    self.assertEqual(file["sha256"], digest(os.path.join(out, name)), name)
                    self.assertEqual(file["bytes"], os.path.getsize(os.path.join(out, name)), name)
            self.assertRegex(release["soundfont"], r"\.sf[23]$")
            self.assertEqual(release["title"], "夜")

    def test_other_programs_can_read_every_format(self):
        with tempfile.TemporaryDirectory() as folder:
            out, _ = create(folder, output_formats=["wav", "mp3", "flac", "ogg"])
            for name in ("master.wav", "master.mp3", "master.flac", "master.ogg"):
                loudness, _ = measure(os.path.join(out, name))
                self.assertAlmostEqual(loudness, -14, delta=0.5, msg=name)

    def test_the_same_request_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            for genre in GENRES:
                a, _ = create(folder, "a-" + genre, genre=genre, render_stems=True)
                b, _ = create(folder, "b-" + genre, genre=genre, render_stems=True)
                for name in sorted(os.listdir(a)):
                    if name.endswith((".mid", ".wav")):
                        self.assertEqual(digest(os.path.join(a, name)), digest(os.path.join(b, name)), (genre, name))

    def test_only_what_was_asked_for_is_left(self):
        with tempfile.TemporaryDirectory() as folder:
            out, _ = create(folder, output_formats=["mp3"])
            self.assertEqual(sorted(os.listdir(out)), ["lead-sheet.musicxml", "master.mp3", "release.json", "score.musicxml", "song.json",
                                                       "song.mid"])


class Memory(unittest.TestCase):
    def test_memory_does_not_grow_with_the_length(self):
        peaks, stems = {}, {}
        with tempfile.TemporaryDirectory() as folder:
            for seconds in (60, 600):
                path = os.path.join(folder, "%d.json" % seconds)
                with open(path, "w") as f:
                    # without the piano that only the longer form brings on: the same players in both
                    json.dump(brief(duration_seconds=seconds, render_stems=True, genre="rock",
                                    exclude_instruments=["piano"]), f)
                from harness import BIN, environment
                process = subprocess.Popen([os.path.join(BIN, "aether"), "create", "--request", path, "--out",
                                            os.path.join(folder, str(seconds)), "--quiet"], env=environment())
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
                self.assertEqual(process.returncode, 0)
                peaks[seconds] = usage.ru_maxrss
                stems[seconds] = {n for n in os.listdir(os.path.join(folder, str(seconds))) if n.startswith("stem-")}
        self.assertEqual(stems[60], stems[600])
        self.assertLess(peaks[600] / peaks[60], 1.1, peaks)
