"""The music, as another program reads it from the MIDI file: the faults that engines of this kind are known for."""
import json
import os
import tempfile
import unittest

from harness import GENRES, aether, brief
from midi import Song

LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
MAJOR, MINOR = {0, 2, 4, 5, 7, 9, 11}, {0, 2, 3, 5, 7, 8, 10}
# semitones above the root, from any book of chords; a quality that is not here makes the test fail
INTERVALS = {
    "maj": (0, 4, 7), "min": (0, 3, 7), "dim": (0, 3, 6), "aug": (0, 4, 8), "sus2": (0, 2, 7), "sus4": (0, 5, 7),
    "5": (0, 7), "6": (0, 4, 7, 9), "min6": (0, 3, 7, 9), "maj7": (0, 4, 7, 11), "min7": (0, 3, 7, 10), "7": (0, 4, 7, 10),
    "min7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9), "minmaj7": (0, 3, 7, 11), "maj9": (0, 4, 7, 11, 2),
    "min9": (0, 3, 7, 10, 2), "9": (0, 4, 7, 10, 2), "add9": (0, 4, 7, 2), "minadd9": (0, 3, 7, 2),
    "11": (0, 4, 7, 10, 2, 5), "min11": (0, 3, 7, 10, 2, 5), "13": (0, 4, 7, 10, 2, 9), "maj13": (0, 4, 7, 11, 2, 9),
    "min13": (0, 3, 7, 10, 2, 9), "7b9": (0, 4, 7, 10, 1), "7#9": (0, 4, 7, 10, 3), "7b13": (0, 4, 7, 10, 8),
    "7#5": (0, 4, 8, 10), "7alt": (0, 4, 10, 1, 3, 6, 8), "7sus4": (0, 5, 7, 10), "9sus4": (0, 5, 7, 10, 2),
    "13sus4": (0, 5, 7, 10, 2, 9), "6/9": (0, 4, 7, 9, 2), "min6/9": (0, 3, 7, 9, 2), "7b9b13": (0, 4, 7, 10, 1, 8),
    "maj7#11": (0, 4, 7, 11, 6), "7#11": (0, 4, 7, 10, 6), "13b9": (0, 4, 7, 10, 1, 9), "9#11": (0, 4, 7, 10, 2, 6),
}
KEYS = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B",
        "Cm", "C#m", "Dm", "Ebm", "Em", "Fm", "F#m", "Gm", "G#m", "Am", "Bbm", "Bm"]


def pitch_class(name):
    return (LETTERS[name[0]] + name.count("#") - name[1:].count("b")) % 12


def compose(**fields):
    """The song (as MIDI) and its documents, without audio."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "request.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(brief(**fields), f)
        out = os.path.join(folder, "out")
        done = aether("create", "--request", path, "--out", out, "--no-audio")
        assert done.returncode == 0, done.stderr
        with open(os.path.join(out, "song.mid"), "rb") as f:
            song = Song(f.read())
        with open(os.path.join(out, "song.json"), encoding="utf-8") as f:
            return song, json.load(f)


def chords_of(documents, section):
    """(start, end, chord) in quarter notes from the section's start."""
    progressions = documents["harmony_spec"]["progressions"]
    named = [p for p in progressions if p.get("section_label") == section["label"]]
    progression = (named or [p for p in progressions if p["section_type"] == section["section_type"]])[0]
    at, end = 0.0, section["length_bars"] * 4.0
    while at < end - 1e-6:
        for chord, beats in zip(progression["chords"], progression["durations_beats"]):
            yield at, min(at + beats, end), chord
            at += beats


class Harmony(unittest.TestCase):
    def test_minor_chords_have_minor_thirds(self):
        for genre in GENRES:
            for key in ("Am", "F#m", "Ebm"):
                song, documents = compose(genre=genre, key=key, duration_seconds=60)
                wrong = checked = 0
                for section in documents["arrangement_spec"]["sections"]:
                    start = (section["start_bar"] - 1) * 4.0
                    for low, high, chord in chords_of(documents, section):
                        if not chord["quality"].startswith("min"):
                            continue
                        major_third = (pitch_class(chord["root"]) + 4) % 12
                        for name, notes in song.pitched().items():
                            if name in ("Lead", "Counter", "Voice", "Bass", "Effects"):
                                continue  # lines pass through other notes; these play the chord
                            for note in notes:
                                middle = (note.start + min(note.end, note.start + 1)) / 2 - start
                                if low + 0.25 <= middle < high - 0.25:
                                    checked += 1
                                    wrong += note.pitch % 12 == major_third
                self.assertGreater(checked, 20, (genre, key))
                self.assertEqual(wrong, 0, (genre, key, checked))

    def test_the_song_ends_on_its_tonic(self):
        for genre in GENRES:
            for key in ("Bb", "C#m"):
                song, documents = compose(genre=genre, key=key)
                tonic = pitch_class(key.rstrip("m"))
                final = documents["harmony_spec"]["progressions"][-1]["chords"][-1]
                self.assertEqual(pitch_class(final["root"]), tonic, (genre, key))
                self.assertEqual(final["quality"].startswith("min"), key.endswith("m"), (genre, key, final))
                last = max(n.end for notes in song.pitched().values() for n in notes)
                ending = {n.pitch % 12 for notes in song.pitched().values() for n in notes if n.end > last - 1}
                self.assertIn(tonic, ending, (genre, key))


class Melody(unittest.TestCase):
    def test_every_key_is_honoured(self):
        for i, key in enumerate(KEYS):
            genre = GENRES[i % len(GENRES)]
            song, documents = compose(genre=genre, key=key, duration_seconds=60, seed=i)
            tonic = pitch_class(key.rstrip("m"))
            scale = MINOR if key.endswith("m") else MAJOR
            asked = documents["song_spec"]["key"]
            self.assertEqual(pitch_class(asked["root"]), tonic, key)
            lead = [n for name, notes in song.pitched().items() if name in ("Lead", "Melody") for n in notes]
            total = sum(n.end - n.start for n in lead)
            inside = sum(n.end - n.start for n in lead if (n.pitch - tonic) % 12 in scale)
            self.assertGreater(inside / total, 0.75, (key, genre))
            # and no other key of the same kind fits it better than its neighbours in the circle of fifths do
            def fit(root):
                return sum(n.end - n.start for n in lead if (n.pitch - root) % 12 in scale) / total
            far = [(tonic + d) % 12 for d in (1, 3, 4, 6, 8, 9, 11)]
            self.assertTrue(all(fit(root) < inside / total for root in far), (key, genre))

    def test_the_melody_follows_the_chords(self):
        for genre in GENRES:
            notes = []
            for seed in range(3):
                song, documents = compose(genre=genre, duration_seconds=90, seed=seed)
                lead, fits, strong = song.tracks["Lead"], 0, 0
                for section in documents["arrangement_spec"]["sections"]:
                    start = (section["start_bar"] - 1) * 4.0
                    for low, high, chord in chords_of(documents, section):
                        tones = {(pitch_class(chord["root"]) + i) % 12 for i in INTERVALS[chord["quality"]]}
                        for note in lead:
                            at = note.start - start
                            beat = round(at)
                            if low - 0.1 <= at < high - 0.1 and abs(at - beat) < 0.12 and beat % 2 == 0:
                                strong += 1
                                fits += note.pitch % 12 in tones
                notes.append(strong)
                self.assertGreater(fits / strong, 0.6, (genre, seed))  # human songs: .51/.81/1
                checks = documents["qa_report"]["checks"]
                self.assertGreater(len(checks), 8)
                self.assertTrue(all(c["verdict"] != "fail" for c in checks), checks)
            self.assertGreater(sum(notes), 3 * 15, (genre, notes))  # enough of them to tell


class Form(unittest.TestCase):
    def test_sections_differ(self):
        for genre in GENRES:
            song, documents = compose(genre=genre, duration_seconds=120)
            prints = {}
            for section in documents["arrangement_spec"]["sections"]:
                start = (section["start_bar"] - 1) * 4.0
                end = start + section["length_bars"] * 4.0
                prints[section["label"]] = frozenset(
                    (name, round((n.start - start) * 4), n.pitch)
                    for name, notes in song.tracks.items() for n in notes if start <= n.start + 0.1 < end)
            labels = list(prints)
            self.assertGreaterEqual(len(labels), 4, genre)
            for i, a in enumerate(labels):
                for b in labels[i + 1:]:
                    share = len(prints[a] & prints[b]) / max(1, min(len(prints[a]), len(prints[b])))
                    self.assertLess(share, 0.9, (genre, a, b))

    def test_length_is_what_was_asked_for(self):
        for seconds in (30, 47, 61, 100, 180, 333, 600):
            for genre, bpm in zip(GENRES, (None, 200, 97.3, 45)):
                song, _ = compose(genre=genre, duration_seconds=seconds, bpm=bpm)
                self.assertAlmostEqual(song.length_s, seconds, delta=0.05 * seconds, msg=(genre, seconds, bpm))

    def test_the_tempo_is_what_was_asked_for(self):
        for bpm in (40, 118, 300):
            song, documents = compose(bpm=bpm)
            self.assertEqual(documents["song_spec"]["bpm"], bpm)
            self.assertAlmostEqual(60e6 / song.meta("set_tempo")[0].tempo, bpm, delta=0.01)

    def test_metres(self):
        for metre in ("3/4", "6/8", "5/4"):
            song, documents = compose(time_signature=metre, genre="rock")
            signature = song.meta("time_signature")[0]
            self.assertEqual("%d/%d" % (signature.numerator, signature.denominator), metre)
            self.assertEqual(documents["song_spec"]["time_signature"], metre)

    def test_seeds_give_different_songs(self):
        melodies = set()
        for seed in range(5):
            song, _ = compose(seed=seed)
            melodies.add(tuple(n.pitch for n in song.tracks["Lead"][:16]))
        self.assertEqual(len(melodies), 5)


class Genres(unittest.TestCase):
    def test_genres_have_their_own_bands(self):
        bands, kits, swings = {}, {}, {}
        for genre in GENRES:
            song, documents = compose(genre=genre, duration_seconds=60)
            bands[genre] = frozenset(song.programs.items())
            drums = song.drums()
            kits[genre] = frozenset(n.pitch for n in drums)
            swings[genre] = documents["rhythm_spec"]["swing_percent"]
            self.assertGreaterEqual(len(song.tracks), 4, genre)
        self.assertEqual(len(set(bands.values())), len(GENRES))
        self.assertEqual(len(set(kits.values())), len(GENRES))
        self.assertGreater(swings["jazz"], 55)
        self.assertEqual(swings["synthwave"], 50)

    def test_what_is_ruled_out_is_not_heard(self):
        song, _ = compose(exclude_instruments=["drums"])
        self.assertEqual(song.drums(), [])
        song, _ = compose(brief="a slow evening, no drums at all", genre="lo-fi-hip-hop")
        self.assertEqual(song.drums(), [])

    def test_what_is_asked_for_is_heard(self):
        song, _ = compose(instruments=["saxophone"], genre="rock")
        self.assertTrue(set(song.programs.values()) & {64, 65, 66, 67}, song.programs)
