"""The finished files, as ffmpeg and the Python standard library measure them."""
import array
import hashlib
import json
import os
import re
import struct
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


def greatest_loudness(path):
    """The greatest momentary and short-term loudness by ffmpeg's ebur128."""
    text = subprocess.run(["ffmpeg", "-hide_banner", "-v", "error", "-i", path, "-af",
                           "ebur128=metadata=1,ametadata=print:file=-", "-f", "null", "-"],
                          capture_output=True, text=True, check=True).stdout
    return [max(float(v) for v in re.findall(r"r128\.%s=(-?[\d.]+)" % what, text)) for what in "MS"]


FORMATS = ["wav", "wav16", "wav32f", "flac", "mp3", "mp3-v0", "ogg", "opus"]
CODECS = {  # as ffprobe names them: codec, sample, rate
    "master.wav": ("pcm_s24le", "s32", 44100), "master-16bit.wav": ("pcm_s16le", "s16", 44100),
    "master-float.wav": ("pcm_f32le", "flt", 44100), "master.flac": ("flac", "s32", 44100),
    "master.mp3": ("mp3", "fltp", 44100), "master-v0.mp3": ("mp3", "fltp", 44100),
    "master.ogg": ("vorbis", "fltp", 44100), "master.opus": ("opus", "fltp", 48000),
}


def probe(path, entries):
    return json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_entries", entries, "-of", "json", path],
                                     capture_output=True, text=True, check=True).stdout)


def riff(path):
    """The chunks of a WAV file but its samples."""
    out = {}
    with open(path, "rb") as f:
        head = f.read(12)
        assert head[:4] == b"RIFF" and head[8:] == b"WAVE", head
        assert struct.unpack("<I", head[4:8])[0] == os.path.getsize(path) - 8
        while header := f.read(8):
            name, length = header[:4], struct.unpack("<I", header[4:])[0]
            out[name] = f.read(length) if name != b"data" else f.seek(length, 1)
            f.seek(length % 2, 1)
    return out


def id3(tag):
    """The text frames of an ID3v2.4 tag; those of TXXX by their description."""
    def size(b):
        return b[0] << 21 | b[1] << 14 | b[2] << 7 | b[3]
    assert tag[:4] == b"ID3\4", tag[:10]
    out, at = {}, 10
    while at < 10 + size(tag[6:10]):
        name, end = tag[at:at + 4].decode(), at + 10 + size(tag[at + 4:at + 8])
        assert tag[at + 10] == 3, name  # UTF-8
        text = tag[at + 11:end].decode("utf-8")
        if name == "TXXX":
            name, text = text.split("\0", 1)
        out[name], at = text, end
    return out


def ogg_crc(data):
    crc = 0
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04c11db7 if crc & 0x80000000 else 0)) & 0xffffffff
    return crc


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


class Master(unittest.TestCase):
    def test_loudness_and_peak_in_every_genre(self):
        with tempfile.TemporaryDirectory() as folder:
            for genre in GENRES:
                out, release = create(folder, genre, genre=genre, duration_seconds=60)
                loudness, peak = measure(os.path.join(out, "master.wav"))
                self.assertAlmostEqual(loudness, -14, delta=0.25, msg=genre)  # 0.2, and ffmpeg says one decimal
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
            out, release = create(folder, output_formats=FORMATS, render_stems=True, title="夜")
            listed = {f["name"]: f for f in release["files"]}
            self.assertEqual(set(os.listdir(out)) - {"release.json"}, set(listed) - {"release.json"})
            for name, file in listed.items():
                if name != "release.json":
                    self.assertEqual(file["sha256"], digest(os.path.join(out, name)), name)
                    self.assertEqual(file["bytes"], os.path.getsize(os.path.join(out, name)), name)
            self.assertRegex(release["soundfont"], r"\.sf[23]$")
            self.assertEqual(release["title"], "夜")

    def test_the_same_request_gives_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            for genre in GENRES:
                wanted = {"genre": genre, "render_stems": True, "output_formats": ["wav", "flac"]}
                if genre == GENRES[0]:
                    wanted.update(output_formats=FORMATS, stem_format="opus", drum_stems=True)
                a, _ = create(folder, "a-" + genre, **wanted)
                b, _ = create(folder, "b-" + genre, **wanted)
                self.assertEqual(sorted(os.listdir(a)), sorted(os.listdir(b)))
                for name in sorted(os.listdir(a)):
                    if not name.endswith(("song.json", "release.json", ".musicxml")):
                        self.assertEqual(digest(os.path.join(a, name)), digest(os.path.join(b, name)), (genre, name))

    def test_only_what_was_asked_for_is_left(self):
        with tempfile.TemporaryDirectory() as folder:
            out, _ = create(folder, output_formats=["mp3"])
            self.assertEqual(sorted(os.listdir(out)), ["lead-sheet.musicxml", "master.mp3", "peaks.json", "release.json", "score.musicxml",
                                                       "song.json", "song.mid", "spectrogram.png", "waveform.png"])


class Formats(unittest.TestCase):
    """One track in every format, read by ffmpeg and ffprobe."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.out, cls.release = create(cls.temporary.name, title="Nächte 夜", genre="rock", output_formats=FORMATS,
                                      render_stems=True, stem_format="flac", drum_stems=True, key="F#m", bpm=120)
        cls.files = {f["name"]: f for f in cls.release["files"]}

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def path(self, name):
        return os.path.join(self.out, name)

    def tags(self, name):
        found = probe(self.path(name), "format_tags:stream_tags")
        out = dict(found.get("format", {}).get("tags", {}))
        for stream in found.get("streams", []):
            out.update(stream.get("tags", {}))
        return {k.upper(): v for k, v in out.items()}

    def test_codec_rate_and_length(self):
        for name, (codec, sample, rate) in CODECS.items():
            found = probe(self.path(name), "stream=codec_name,sample_fmt,sample_rate,channels:format=duration")
            stream = found["streams"][0]
            self.assertEqual((stream["codec_name"], stream["sample_fmt"], int(stream["sample_rate"]), stream["channels"]),
                             (codec, sample, rate, 2), name)
            self.assertAlmostEqual(float(found["format"]["duration"]), self.release["duration_seconds"], delta=0.06, msg=name)
        self.assertEqual({n for n in self.files if n.startswith("master")}, set(CODECS))

    def test_loudness_and_ceiling_when_decoded(self):
        for name in CODECS:
            loudness, peak = measure(self.path(name))
            self.assertAlmostEqual(loudness, -14, delta=0.25, msg=name)  # 0.2, and ffmpeg says one decimal
            self.assertLessEqual(peak, -1.0, name)
            if name.endswith((".mp3", ".ogg", ".opus")):
                self.assertAlmostEqual(self.files[name]["loudness_lufs"], loudness, delta=0.1, msg=name)
                self.assertAlmostEqual(self.files[name]["true_peak_dbtp"], peak, delta=0.15, msg=name)

    def test_tags(self):
        for name in CODECS:
            tags = self.tags(name)
            self.assertEqual(tags["TITLE"], "Nächte 夜", name)
            self.assertEqual(tags["ARTIST"], self.release["artist"], name)
            self.assertEqual(tags["GENRE"], "Rock", name)
            self.assertEqual([tags[k] for k in ("BPM", "TBPM", "IBPM") if k in tags], ["120"], name)
            self.assertIn("F# minor", (tags.get("KEY"), tags.get("IKEY")), name)
            self.assertIn("seed 7", tags["COMMENT"], name)
            self.assertNotIn("DATE", tags, name)  # nothing of the time of day
            if not name.endswith(".wav"):
                self.assertEqual(tags.get("TKEY", tags.get("INITIALKEY")), "F#m", name)
                self.assertEqual(json.loads(tags["RECIPE"])["seed"], 7, name)
                self.assertEqual(tags["SOUNDFONT"], self.release["soundfont"], name)

    def test_wav_is_a_broadcast_wave_with_id3(self):
        for name in ("master.wav", "master-16bit.wav", "master-float.wav"):
            tags = self.tags(name)
            self.assertEqual(tags["ENCODED_BY"], "AETHER", name)
            self.assertIn("M=stereo", tags["CODING_HISTORY"], name)
            chunks = riff(self.path(name))
            self.assertEqual(struct.unpack("<H", chunks[b"bext"][346:348])[0], 2)
            loudness, _, peak, *greatest = struct.unpack("<hhhhh", chunks[b"bext"][412:422])
            self.assertAlmostEqual(loudness / 100, self.release["loudness_lufs"], delta=0.006)
            self.assertAlmostEqual(peak / 100, self.release["true_peak_dbtp"], delta=0.006)
            for value, by_ffmpeg in zip(greatest, greatest_loudness(self.path("master.wav"))):
                self.assertAlmostEqual(value / 100, by_ffmpeg, delta=0.1, msg=name)  # steps of 100 ms that begin elsewhere
            frames = id3(chunks[b"id3 "])
            self.assertEqual(frames["TIT2"], "Nächte 夜")
            self.assertEqual(frames["TKEY"], "F#m")
            self.assertEqual(frames["PCM_SHA256"], self.samples(name), name)

    def samples(self, name):
        """SHA-256 of the samples as ffmpeg decodes them."""
        form = {"master-16bit.wav": "s16le", "master-float.wav": "f32le"}.get(name, "s24le")
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", self.path(name), "-f", form, "-c:a", "pcm_" + form, "-"],
                             capture_output=True, check=True).stdout
        return hashlib.sha256(raw).hexdigest()

    def test_the_checksum_is_that_of_the_samples(self):
        master = self.samples("master.wav")
        self.assertEqual(self.samples("master.flac"), master)
        for name in ("master.flac", "master.mp3", "master-v0.mp3", "master.ogg", "master.opus"):
            self.assertEqual(self.tags(name)["PCM_SHA256"], master, name)
        for name in self.files:
            if name.startswith("stem-"):
                self.assertEqual(self.tags(name)["PCM_SHA256"], self.samples(name), name)

    def test_ogg_pages_by_their_checksums(self):
        for name in ("master.ogg", "master.opus"):
            with open(self.path(name), "rb") as f:
                data = f.read()
            at = count = 0
            serial = data[14:18]
            while at < len(data):
                lengths = data[at + 27:at + 27 + data[at + 26]]
                end = at + 27 + len(lengths) + sum(lengths)
                self.assertEqual((data[at:at + 4], data[at + 14:at + 18]), (b"OggS", serial))
                self.assertEqual(struct.unpack("<I", data[at + 18:at + 22])[0], count)
                page = bytearray(data[at:end])
                page[22:26] = bytes(4)
                if count < 20:  # the rest is made in the same way, and Python is slow
                    self.assertEqual(struct.unpack("<I", data[at + 22:at + 26])[0], ogg_crc(page), (name, count))
                at, count = end, count + 1
            self.assertEqual(at, len(data))

    def test_stems_in_the_format_asked_for_and_of_the_drums(self):
        stems = {n for n in self.files if n.startswith("stem-")}
        self.assertTrue(all(n.endswith(".flac") for n in stems), stems)
        self.assertLessEqual({"stem-drums.flac", "stem-drums-kick.flac", "stem-drums-snare.flac"}, stems)
        self.assertIn("stem-bass.flac", stems)
        self.assertEqual(self.tags("stem-bass.flac")["TITLE"], "Nächte 夜 - Bass")

        def read(name):
            raw = subprocess.run(["ffmpeg", "-v", "error", "-i", self.path(name), "-f", "s32le", "-"], capture_output=True,
                                 check=True).stdout
            return array.array("i", raw)
        whole = read("stem-drums.flac")
        groups = [read(n) for n in sorted(stems) if n.startswith("stem-drums-")]
        power = error = 0.0
        for values in zip(whole, *groups):
            power += values[0] ** 2
            error += (values[0] - sum(values[1:])) ** 2
        self.assertGreater(power, 0)
        self.assertLess(error / power, 1e-6)  # -60 dB

    def test_pictures(self):
        for name, size in (("waveform.png", (1600, 380)), ("spectrogram.png", (1280, 500))):
            stream = probe(self.path(name), "stream=codec_name,width,height,pix_fmt")["streams"][0]
            self.assertEqual((stream["codec_name"], stream["width"], stream["height"]), ("png",) + size, name)
            raw = subprocess.run(["ffmpeg", "-v", "error", "-i", self.path(name), "-f", "rawvideo", "-pix_fmt", "gray", "-"],
                                 capture_output=True, check=True).stdout
            self.assertEqual(len(raw), size[0] * size[1], name)
            self.assertGreater(len(set(raw)), 30, name)
            self.assertEqual(self.files[name]["media_type"], "image/png")
            self.assertEqual(self.files[name]["kind"], "picture")

    def test_peaks_are_those_of_the_samples(self):
        with open(self.path("peaks.json"), encoding="utf-8") as f:
            peaks = json.load(f)
        self.assertEqual({k: v for k, v in peaks.items() if k not in ("data", "length")},
                         {"version": 2, "channels": 1, "sample_rate": 44100, "samples_per_pixel": 512, "bits": 8})
        self.assertEqual(len(peaks["data"]), 2 * peaks["length"])
        raw = array.array("h", subprocess.run(["ffmpeg", "-v", "error", "-i", self.path("master-16bit.wav"), "-f", "s16le", "-"],
                                              capture_output=True, check=True).stdout)
        mono = [(a + b) / 2 for a, b in zip(raw[::2], raw[1::2])]
        self.assertEqual(peaks["length"], -(-len(mono) // 512))
        for i in range(peaks["length"]):
            part = mono[512 * i:512 * i + 512]
            self.assertAlmostEqual(peaks["data"][2 * i] * 256, min(part), delta=256 + 2)
            self.assertAlmostEqual(peaks["data"][2 * i + 1] * 256, max(part), delta=256 + 2)


class Targets(unittest.TestCase):
    def test_every_loudness_and_ceiling_in_every_format(self):
        with tempfile.TemporaryDirectory() as folder:
            out, _ = create(folder, "first", genre="metal", output_formats=["wav"])
            with open(os.path.join(out, "song.json"), encoding="utf-8") as f:
                song = json.load(f)
            for loudness, ceiling in ((-9, -1), (-16, -1), (-23, -2)):
                song["master_spec"].update(loudness_lufs=loudness, ceiling_dbtp=ceiling)
                path = os.path.join(folder, "song.json")
                with open(path, "w", encoding="utf-8") as f:
                    json.dump(song, f)
                out = os.path.join(folder, str(loudness))
                done = aether("render", path, "--out", out, "--output-formats", ",".join(FORMATS))
                self.assertEqual(done.returncode, 0, done.stderr)
                for name in CODECS:
                    measured, peak = measure(os.path.join(out, name))
                    self.assertAlmostEqual(measured, loudness, delta=0.25, msg=(name, loudness))
                    self.assertLessEqual(peak, ceiling, (name, loudness))


    def test_targets_by_name(self):
        """A short version of tests/loudness: the loudest, the softest and a European one."""
        with tempfile.TemporaryDirectory() as folder:
            out, release = create(folder, "first", genre="funk", brief="lively, for the club", output_formats=["wav", "opus"])
            self.assertEqual(json.loads(release["recipe"])["brief"], "lively, for the club")
            for target, loudness, ceiling in (("club", -8, -0.3), ("ebu-r128", -23, -1), ("atsc", -24, -2)):
                if target != "club":
                    done = aether("render", os.path.join(folder, "first", "song.json"), "--target", target, "--out",
                                  os.path.join(folder, target), "--output-formats", "wav,opus")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    out = os.path.join(folder, target)
                for name in ("master.wav", "master.opus"):
                    measured, peak = measure(os.path.join(out, name))
                    self.assertAlmostEqual(measured, loudness, delta=0.25, msg=(target, name))
                    self.assertLessEqual(peak, ceiling, (target, name))


class SoundFonts(unittest.TestCase):
    """Several SoundFonts: SF2 and SF3, by name, by request and by document, with their checksums."""

    PATHS = [p for p in ("/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf3/MuseScore_General.sf3",
                         "/usr/share/sounds/sf2/FluidR3_GM.sf2") if os.path.exists(p)]

    def test_a_request_chooses(self):
        if len(self.PATHS) < 2:
            self.skipTest("one SoundFont is installed")
        first, second = self.PATHS[0], self.PATHS[1]
        setting = "small=%s:%s" % (first, second)
        with tempfile.TemporaryDirectory() as folder:
            settings = {"AETHER_SOUNDFONT": setting, "AETHER_DATA_DIR": folder}
            listed = json.loads(aether("soundfonts", "--json", **settings).stdout)
            self.assertEqual([f["path"] for f in listed], [first, second])
            self.assertEqual([f["sha256"] for f in listed], [digest(first), digest(second)])
            self.assertTrue(all(len(f["presets"]) > 100 for f in listed))
            name = listed[1]["name"]
            make = ["create", "calm", "--genre", "rock", "--seed", "4", "--duration-seconds", "30", "--output-formats", "wav"]
            releases = {}
            for chosen in ("small", name):
                done = aether(*make, "--soundfont", chosen, "--out", os.path.join(folder, chosen), "--json", **settings)
                self.assertEqual(done.returncode, 0, done.stderr)
                releases[chosen] = release = json.loads(done.stdout)
                loudness, peak = measure(os.path.join(folder, chosen, "master.wav"))
                self.assertAlmostEqual(loudness, -14, delta=0.25, msg=chosen)
                self.assertLessEqual(peak, -1, chosen)
                recipe = json.loads(release["recipe"])
                self.assertEqual((recipe["soundfont"], recipe["soundfont_sha256"]), (chosen, release["soundfont_sha256"]))
            self.assertEqual(releases["small"]["soundfont"], os.path.basename(first))
            self.assertNotEqual(digest(os.path.join(folder, "small", "master.wav")), digest(os.path.join(folder, name, "master.wav")))
            # the document remembers it, and the levels are kept by checksum
            done = aether("render", os.path.join(folder, name, "song.json"), "--out", os.path.join(folder, "again"), "--json",
                          "--output-formats", "wav", **settings)
            self.assertEqual(json.loads(done.stdout)["soundfont"], os.path.basename(second), done.stderr)
            self.assertEqual(sorted(os.listdir(os.path.join(folder, "soundfonts"))),
                             sorted(f["sha256"] + ".json" for f in listed))
            # the recipe gives the same bytes, and refuses another file
            recipe = json.loads(releases["small"]["recipe"])
            with open(os.path.join(folder, "recipe.json"), "w", encoding="utf-8") as f:
                json.dump(dict(recipe, output_formats=["wav"]), f)
            done = aether("create", "--request", os.path.join(folder, "recipe.json"), "--out", os.path.join(folder, "recipe"), **settings)
            self.assertEqual(done.returncode, 0, done.stderr)
            with wave.open(os.path.join(folder, "recipe", "master.wav")) as a, wave.open(os.path.join(folder, "small", "master.wav")) as b:
                self.assertEqual(a.readframes(a.getnframes()), b.readframes(b.getnframes()))
            done = aether(*make, "--soundfont", "small", "--soundfont-sha256", digest(second), "--out", os.path.join(folder, "no"), **settings)
            self.assertEqual(done.returncode, 2)
            self.assertIn("/soundfont_sha256", done.stderr)
            done = aether(*make, "--soundfont", "grand", "--out", os.path.join(folder, "no"), **settings)
            self.assertEqual(done.returncode, 2)
            self.assertIn("one of small, %s" % name, done.stderr)

    def test_a_broken_one_is_a_clear_error_at_the_start(self):
        with tempfile.TemporaryDirectory() as folder, open(self.PATHS[0], "rb") as f:
            path = os.path.join(folder, "cut.sf2")
            with open(path, "wb") as out:
                out.write(f.read(100000))
            for command in (["config", "check"], ["soundfonts"], ["create", "x", "--genre", "jazz", "--out", folder + "/x"]):
                done = aether(*command, AETHER_SOUNDFONT=path)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("the SoundFont '%s' is cut short: 100000 of" % path, done.stderr)


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
