"""The command line as a person types it."""
import json
import os
import re
import subprocess
import tempfile
import unittest

from harness import BIN, GENRES, aether, brief, environment


class Help(unittest.TestCase):
    def test_every_command_explains_itself(self):
        top = aether("--help")
        self.assertEqual(top.returncode, 0)
        commands = re.findall(r"^  (\w+) ", top.stdout, re.M)
        self.assertLess({"create", "render", "review", "genres", "keys", "usage", "doctor", "config", "version"}, set(commands))
        self.assertEqual(len(commands), len(set(commands)), commands)
        for command in commands:
            one = aether(command, "--help")
            self.assertEqual(one.returncode, 0, command)
            self.assertIn("usage: aether " + command, one.stdout)

    def test_programs_have_help_and_version(self):
        for program in ("aether", "aether-api", "aether-render"):
            for option in ("--help", "--version"):
                done = subprocess.run([os.path.join(BIN, program), option], env=environment(), capture_output=True,
                                      text=True, stdin=subprocess.DEVNULL, timeout=20)
                self.assertEqual(done.returncode, 0, (program, option, done.stderr))
                self.assertTrue(done.stdout.strip())

    def test_mistakes_get_one_line_and_status_2(self):
        for arguments, says in ((("creat",), "did you mean 'create'"), (("create", "x", "--genr", "jazz"), "--genre"),
                                (("genres", "show", "jaz"), "jazz"), (("create",), "--out"), (("keys",), "keys create"),
                                (("create", "x", "--genre", "jazz", "--bpm", "four", "--out", "/tmp/never"), "/bpm"),
                                (("create", "x", "--genre", "polka", "--out", "/tmp/never"), "/genre")):
            done = aether(*arguments)
            self.assertEqual(done.returncode, 2, (arguments, done.stderr))
            self.assertIn(says, done.stderr, arguments)
            self.assertFalse(os.path.exists("/tmp/never"))

    def test_genres(self):
        listed = json.loads(aether("genres", "--json").stdout)["genres"]
        self.assertTrue(set(GENRES) <= {g["id"] for g in listed})
        self.assertIn("jazz", aether("genres").stdout)
        self.assertEqual(json.loads(aether("genres", "show", "Outrun", "--json").stdout)["id"], "synthwave")

    def test_a_genre_file_is_checked_line_by_line(self):
        from harness import ROOT
        good = os.path.join(ROOT, "conf", "genres", "jazz.json")
        self.assertEqual(aether("genres", "check", good).returncode, 0)
        with open(good, encoding="utf-8") as f:
            lines = f.read().splitlines()
        line = next(i for i, text in enumerate(lines) if '"tempo"' in text)
        lines[line] = '  "tempo": { "min": 120, "typical": "fast", "max": 5000 },'
        with tempfile.TemporaryDirectory() as folder:
            bad = os.path.join(folder, "jazz.json")
            with open(bad, "w", encoding="utf-8") as f:
                f.write("\n".join(lines))
            done = aether("genres", "check", bad)
            self.assertEqual(done.returncode, 2)
            self.assertIn("%s:%d: /tempo/typical" % (bad, line + 1), done.stderr)
            self.assertIn("%s:%d: /tempo/max" % (bad, line + 1), done.stderr)
            with open(bad, "w", encoding="utf-8") as f:
                f.write('{\n "id": jazz\n}')
            self.assertIn("line 2", aether("genres", "check", bad).stderr)

    def test_a_genres_own_bands_are_checked(self):
        from harness import ROOT
        with open(os.path.join(ROOT, "conf", "genres", "jazz.json"), encoding="utf-8") as f:
            genre = json.load(f)
        clashes = {"measure": "clashes", "why": "Rubbing is the style."}
        for review, pointer, says in (
                ([dict(clashes, high=0.2)], None, ""), ([dict(clashes, high=0.5, fail_above=0.7)], None, ""),
                ([dict(clashes, high=0.5)], "/review/0", "high ≤ fail_above"),  # the table's fail_above is 0.4
                ([dict(clashes, low=0.1)], "/review/0", "low ≤ typical"),
                ([dict(clashes, high=0.2), dict(clashes, high=0.3)], "/review/1", "already"),
                ([dict(clashes, measure="clash")], "/review/0/measure", "did you mean 'clashes'"),
                ([{"measure": "clashes", "high": 0.2}], "/review/0/why", "required"),
                ([dict(clashes, why="so")], "/review/0/why", "10 to 300"),
                ([dict(clashes, hihg=0.2)], "/review/0/hihg", "did you mean 'high'")):
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "jazz.json")
                with open(path, "w", encoding="utf-8") as f:
                    json.dump(dict(genre, review=review), f, ensure_ascii=False)
                done = aether("genres", "check", path)
                self.assertEqual(done.returncode, 0 if pointer is None else 2, (review, done.stderr))
                if pointer is not None:
                    self.assertIn(": %s: " % pointer, done.stderr)
                self.assertIn(says, done.stderr)

    def test_version(self):
        self.assertRegex(json.loads(aether("version", "--json").stdout)["version"], r"^\d+\.\d+\.\d+$")


class Settings(unittest.TestCase):
    def test_wrong_settings_are_named(self):
        for name, value in (("AETHER_API_PORT", "x"), ("AETHER_LLM_PROVIDER", "claude"), ("AETHER_LOG_FORMAT", "xml"),
                            ("AETHER_RATE_LIMIT_RPS", "-1"), ("AETHER_AUTH_ENABLED", "perhaps")):
            with tempfile.TemporaryDirectory() as folder:
                for command in (["spawn-fcgi", "-n", "-s", folder + "/api.sock", "--", os.path.join(BIN, "aether-api")],
                                [os.path.join(BIN, "aether-render")]):
                    done = subprocess.run(command, env=environment(**{name: value}), capture_output=True, text=True,
                                          stdin=subprocess.DEVNULL, timeout=20)
                    self.assertEqual(done.returncode, 78, (command, name, done.stderr))
                    self.assertIn(name, done.stderr)
            self.assertIn(name, aether("config", "check", **{name: value}).stderr)

    def test_a_missing_soundfont_is_one_line(self):
        done = aether("create", "x", "--genre", "jazz", "--out", "/tmp/never", AETHER_SOUNDFONT="/nowhere/x.sf2")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("/nowhere/x.sf2", done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)

    def test_show_names_every_setting(self):
        shown = aether("config", "show").stdout
        for name in ("AETHER_ENVIRONMENT", "AETHER_LOG_LEVEL", "AETHER_LOG_FORMAT", "AETHER_API_PORT", "AETHER_API_WORKERS",
                     "AETHER_LLM_PROVIDER", "AETHER_RATE_LIMIT_RPS", "AETHER_AUTH_ENABLED", "AETHER_SHUTDOWN_TIMEOUT",
                     "ANTHROPIC_API_KEY", "OPENAI_API_KEY"):
            self.assertIn(name, shown)
        secret = aether("config", "show", ANTHROPIC_API_KEY="sk-very-secret").stdout
        self.assertNotIn("sk-very-secret", secret)


class Create(unittest.TestCase):
    def test_a_brief_on_the_command_line(self):
        with tempfile.TemporaryDirectory() as folder:
            out = os.path.join(folder, "night")
            done = aether("create", "late-night drive, nostalgic", "--genre", "synthwave", "--duration-seconds", "30",
                          "--out", out)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(out, "release.json")) as f:
                release = json.load(f)
            self.assertTrue(release["title"])
            self.assertIn("master.wav", [f["name"] for f in release["files"]])

    def test_an_edited_song_is_played_as_it_is(self):
        with tempfile.TemporaryDirectory() as folder:
            first, second = os.path.join(folder, "a"), os.path.join(folder, "b")
            done = aether("create", "x", "--genre", "rock", "--key", "G", "--duration-seconds", "30", "--seed", "3",
                          "--no-audio", "--out", first)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(first, "song.json")) as f:
                song = json.load(f)
            song["song_spec"]["bpm"] = 90
            song["song_spec"]["key"] = {"root": "Bb", "mode": "major"}
            edited = os.path.join(folder, "edited.json")
            with open(edited, "w") as f:
                json.dump(song, f)
            done = aether("render", edited, "--no-audio", "--out", second)
            self.assertEqual(done.returncode, 0, done.stderr)
            from midi import Song
            with open(os.path.join(first, "song.mid"), "rb") as f:
                before = Song(f.read())
            with open(os.path.join(second, "song.mid"), "rb") as f:
                after = Song(f.read())
            self.assertAlmostEqual(60e6 / after.meta("set_tempo")[0].tempo, 90, delta=0.01)
            shift = {(b.pitch - a.pitch) % 12 for a, b in zip(before.tracks["Lead"], after.tracks["Lead"])}
            self.assertEqual(shift, {3})

    def test_a_full_or_forbidden_folder_leaves_nothing(self):
        done = aether("create", "x", "--genre", "jazz", "--out", "/proc/never")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("/proc/never", done.stderr)
