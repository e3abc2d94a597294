"""The members of the documents that programs read beside the music, and whether they say what is so."""
import hashlib
import unittest

from harness import GENRES
from test_band import compose, pitch_class

NUMBER, TEXT, LIST, FLAG, OBJECT = (int, float), str, list, bool, dict
# what a client of /v1/generate reads; None where null is an answer too
MEMBERS = {
    "song_spec": dict(created_at=TEXT, updated_at=TEXT, id=TEXT, title=TEXT, artist_name=TEXT, genre_id=TEXT, subgenre=None,
                      bpm=NUMBER, key=OBJECT, time_signature=TEXT, target_duration_seconds=NUMBER, creative_brief=OBJECT,
                      primary_mood=TEXT, secondary_moods=LIST, has_vocals=FLAG, is_instrumental=FLAG, random_seed=NUMBER,
                      album_id=None, track_number=None),
    "harmony_spec": dict(created_at=TEXT, updated_at=TEXT, id=TEXT, song_id=TEXT, primary_key=OBJECT, secondary_keys=LIST,
                         progressions=LIST, tension_level=NUMBER, jazz_influence=NUMBER, modal_interchange_used=FLAG,
                         modulations=LIST, voice_leading_rules=LIST, originality_score=NUMBER),
    "melody_spec": dict(created_at=TEXT, updated_at=TEXT, id=TEXT, song_id=TEXT, harmony_id=TEXT, primary_hook=OBJECT,
                        secondary_hooks=LIST, motifs=LIST, section_melodies=LIST, lowest_note=TEXT, highest_note=TEXT,
                        typical_range_octaves=NUMBER, development_techniques=LIST, interval_hash=TEXT,
                        contour_fingerprint=TEXT, originality_score=NUMBER),
    "arrangement_spec": dict(created_at=TEXT, updated_at=TEXT, id=TEXT, song_id=TEXT, instruments=LIST, sections=LIST,
                             total_bars=NUMBER, total_duration_seconds=NUMBER, energy_curve=LIST, energy_curve_type=TEXT,
                             transitions=LIST, ear_candy=LIST, structure_archetype=TEXT, genre_structure_match=NUMBER),
}
HOOK = dict(melody_notes=LIST, rhythm_pattern=LIST, lyrics_snippet=None, placement=TEXT, contour=OBJECT,
            singability_score=NUMBER, memorability_score=NUMBER)
MOTIF = dict(name=TEXT, notes=LIST, rhythm_pattern=LIST, intervals=LIST, contour=OBJECT, is_hook=FLAG, hook_score=NUMBER)
CONTOUR = dict(contour_type=TEXT, peak_position=NUMBER, range_semitones=NUMBER)


def midi(name):
    return 12 * (int(name[-1]) + 1) + {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[name[0]] \
        + name.count("#") - name[1:].count("b")


def tune(documents):
    """MIDI notes of the tune, section by section; our own documents have a tune as long as its section."""
    out = []
    for section in documents["arrangement_spec"]["sections"]:
        for melody in documents["melody_spec"]["section_melodies"]:
            if melody["section_label"] == section["label"]:
                out += [midi(n) for phrase in melody["phrases"] for n in phrase if n != "R"]
    return out


class Members(unittest.TestCase):
    def check(self, document, members, what):
        for name, kind in members.items():
            self.assertIn(name, document, what)
            if kind is not None:
                self.assertIsInstance(document[name], kind, (what, name))

    def test_all_are_there(self):
        for genre in GENRES:
            _, documents = compose(genre=genre, duration_seconds=60)
            for name, members in MEMBERS.items():
                self.check(documents[name], members, (genre, name))
            hook = documents["melody_spec"]["primary_hook"]
            self.check(hook, HOOK, (genre, "hook"))
            self.check(hook["contour"], CONTOUR, (genre, "hook's contour"))
            for motif in documents["melody_spec"]["motifs"]:
                self.check(motif, MOTIF, (genre, "motif"))
                self.check(motif["contour"], CONTOUR, (genre, "motif's contour"))

    def test_fingerprints_are_those_of_the_tune(self):
        for key in ("Am", "C#m"):
            _, documents = compose(genre="synthwave", key=key, seed=5)
            notes, melody = tune(documents), documents["melody_spec"]
            steps = [b - a for a, b in zip(notes, notes[1:])]
            self.assertEqual(melody["interval_hash"], hashlib.sha256(bytes(s & 255 for s in steps)).hexdigest()[:16])
            code = "*" + "".join("u" if s > 0 else "d" if s < 0 else "r" for s in steps)
            self.assertEqual(melody["contour_fingerprint"], code[:32])

    def test_hooks_are_described_as_they_are(self):
        for genre in GENRES:
            hook = compose(genre=genre)[1]["melody_spec"]["primary_hook"]
            notes = [midi(n) for n in hook["melody_notes"] if n != "R"]
            self.assertEqual(hook["contour"]["range_semitones"], max(notes) - min(notes))
            small = [abs(b - a) <= 4 for a, b in zip(notes, notes[1:])]
            self.assertAlmostEqual(hook["singability_score"], sum(small) / len(small), places=5)

    def test_ear_candy_is_heard(self):
        seen = 0
        for genre in GENRES:
            song, documents = compose(genre=genre, duration_seconds=120)
            labels = {s["label"] for s in documents["arrangement_spec"]["sections"]}
            for candy in documents["arrangement_spec"]["ear_candy"]:
                self.assertIn(candy["section_label"], labels)
                notes = song.drums() if candy["instrument"] == "drums" else song.tracks["Effects"]
                self.assertTrue([n for n in notes if 4 * (candy["bar"] - 1) - 0.2 <= n.start < 4 * candy["bar"]], candy)
                seen += 1
        self.assertGreater(seen, 4)

    def test_voices_move_as_it_is_said(self):
        for genre in GENRES:
            _, documents = compose(genre=genre)
            names = {i["name"] for i in documents["arrangement_spec"]["instruments"]}
            rules = documents["harmony_spec"]["voice_leading_rules"]
            self.assertTrue(rules, genre)
            for rule in rules:
                self.assertIn(rule.split(":")[0], names)

    def test_modulations_are_where_the_signature_changes(self):
        found = 0
        for seed in range(8):
            song, documents = compose(genre="pop", key="C", seed=seed, duration_seconds=180)
            changes = [(beat, m.key) for beat, m in song.metas if m.type == "key_signature"][1:]
            modulations = documents["harmony_spec"]["modulations"]
            self.assertEqual(len(changes), len(modulations))
            for (beat, key), m in zip(changes, modulations):
                self.assertEqual(beat, 4 * (m["start_bar"] - 1))
                self.assertEqual(pitch_class(key.rstrip("m")), pitch_class(m["to_key"]["root"]))
                found += 1
        self.assertGreater(found, 0)


if __name__ == "__main__":
    unittest.main()
