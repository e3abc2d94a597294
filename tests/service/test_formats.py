"""The written files, as musicians' programs read them: MusicXML by the rules of the format, against the MIDI file; the words
with their times; and MuseScore, which prints them."""
import collections
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

from harness import aether, brief, environment
from midi import Song

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
TYPES = {"whole": 4, "half": 2, "quarter": 1, "eighth": 0.5, "16th": 0.25, "32nd": 0.125}
# what MusicXML's type kind-value means: semitones above the root
KINDS = {
    "major": (0, 4, 7), "minor": (0, 3, 7), "diminished": (0, 3, 6), "augmented": (0, 4, 8), "suspended-second": (0, 2, 7),
    "suspended-fourth": (0, 5, 7), "power": (0, 7), "major-sixth": (0, 4, 7, 9), "minor-sixth": (0, 3, 7, 9),
    "dominant": (0, 4, 7, 10), "major-seventh": (0, 4, 7, 11), "minor-seventh": (0, 3, 7, 10), "major-minor": (0, 3, 7, 11),
    "half-diminished": (0, 3, 6, 10), "diminished-seventh": (0, 3, 6, 9), "augmented-seventh": (0, 4, 8, 10),
    "dominant-ninth": (0, 4, 7, 10, 2), "major-ninth": (0, 4, 7, 11, 2), "minor-ninth": (0, 3, 7, 10, 2),
    "dominant-11th": (0, 4, 7, 10, 2, 5), "minor-11th": (0, 3, 7, 10, 2, 5), "dominant-13th": (0, 4, 7, 10, 2, 9),
    "major-13th": (0, 4, 7, 11, 2, 9), "minor-13th": (0, 3, 7, 10, 2, 9), "none": (),
}


def genres():
    tree = json.loads(aether("genres", "--json").stdout)
    return [g["id"] for g in (tree["genres"] if isinstance(tree, dict) else tree)]


class Files:
    """A song's files, without audio."""

    def __init__(self, folder, name="out", **fields):
        path, self.folder = os.path.join(folder, name + ".json"), os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as f:
            json.dump(brief(**fields), f)
        done = aether("create", "--request", path, "--out", self.folder, "--no-audio")
        assert done.returncode == 0, (fields, done.stderr)
        self.song = Song(self.read("song.mid"))
        self.documents = json.loads(self.read("song.json"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def has(self, name):
        return os.path.exists(self.path(name))

    def read(self, name):
        with open(self.path(name), "rb") as f:
            return f.read()

    def sheet(self, name):
        return xml.fromstring(self.read(name).decode("utf-8"))


def number(element, path, default=0):
    text = element.findtext(path)
    return default if text is None else int(text)


def sounding(note):
    """MIDI pitch of a note, or the percussion key of its instrument."""
    pitch = note.find("pitch")
    if pitch is None:
        return int(note.find("instrument").get("id").split("-I")[1]) - 1
    return 12 * (number(pitch, "octave") + 1) + STEPS[pitch.findtext("step")] + number(pitch, "alter")


Head = collections.namedtuple("Head", "start length voice pitch back on")


def walk(case, part, what):
    """Goes through the measures of a part and checks what the format promises; the heads, times in divisions."""
    divisions = number(part, "measure/attributes/divisions")
    bar = divisions * 4 * number(part, "measure/attributes/time/beats") // number(part, "measure/attributes/time/beat-type")
    heads = []
    for index, measure in enumerate(part.findall("measure")):
        at, start, filled = 0, 0, collections.Counter()
        for element in measure:
            length = number(element, "duration")
            if element.tag in ("backup", "forward"):
                at += length if element.tag == "forward" else -length
            if element.tag != "note":
                continue
            voice = number(element, "voice")
            case.assertGreater(length, 0, what)
            if element.find("chord") is None:
                start, at = at, at + length
                case.assertEqual(filled[voice], start, (what, index, voice))
                filled[voice] += length
            check_value(case, element, length / divisions, (what, index + 1))
            if element.find("rest") is None:
                ties = {t.get("type") for t in element.findall("tie")}
                heads.append(Head(index * bar + start, length, voice, sounding(element), "stop" in ties, "start" in ties))
        case.assertGreater(len(filled), 0, (what, index))
        case.assertEqual(set(filled.values()), {bar}, (what, index))
        case.assertEqual(at, bar, (what, index))
    return heads


def check_value(case, note, quarters, what):
    """The type and its dots say how long the note is."""
    kind = note.findtext("type")
    if kind is None:
        case.assertEqual(note.find("rest").get("measure"), "yes", what)
        return
    dots = len(note.findall("dot"))
    value = TYPES[kind] * (2 - 0.5 ** dots)
    if note.find("time-modification") is not None:
        value *= number(note, "time-modification/normal-notes") / number(note, "time-modification/actual-notes")
    case.assertAlmostEqual(value, quarters, 6, what)


def check_ties(case, heads, what):
    ends = {(h.voice, h.pitch, h.start + h.length) for h in heads if h.on}
    starts = {(h.voice, h.pitch, h.start) for h in heads if h.back}
    case.assertEqual(ends, starts, what)


def check_tuplets(case, part, what):
    open_voices = set()
    for note in part.iter("note"):
        voice = note.findtext("voice")
        for tuplet in note.findall("notations/tuplet"):
            if tuplet.get("type") == "start":
                case.assertNotIn(voice, open_voices, what)
                open_voices.add(voice)
            else:
                case.assertIn(voice, open_voices, what)
                open_voices.discard(voice)
    case.assertEqual(open_voices, set(), what)


def chord_classes(harmony):
    """Root and pitch classes above it."""
    tones = set(KINDS[harmony.findtext("kind")])
    natural = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 10, 9: 2, 11: 5, 13: 9}
    for degree in harmony.findall("degree"):
        place, alter = natural[number(degree, "degree-value")], number(degree, "degree-alter")
        own = [t for t in tones if abs(t - place) <= 1]
        if degree.findtext("degree-type") == "add":
            tones.add((place + alter) % 12)
        elif degree.findtext("degree-type") == "subtract":
            tones.discard(place if place in tones else own[0])
        else:
            old = place if place in tones else own[0]
            tones.discard(old)
            tones.add((old + alter) % 12)
    return tones


class Sheets(unittest.TestCase):
    def check_score(self, files, what):
        score = files.sheet("score.musicxml")
        names = {p.get("id"): p.findtext("part-name") for p in score.findall("part-list/score-part")}
        instruments = {i.get("id") for i in score.iter("score-instrument")}
        bars = set()
        for part in score.findall("part"):
            name = names[part.get("id")]
            heads = walk(self, part, (what, name))
            bars.add(len(part.findall("measure")))
            check_ties(self, heads, (what, name))
            check_tuplets(self, part, (what, name))
            self.assertLessEqual({i.get("id") for i in part.iter("instrument")}, instruments, what)
            written = collections.Counter(h.pitch for h in heads if not h.back)
            played = collections.Counter(n.pitch for n in files.song.tracks.get(name, ()))
            self.assertEqual(set(written), set(played), (what, name))
            # only what is faster than any grid falls together
            self.assertEqual(written - played, collections.Counter(), (what, name))
            self.assertLessEqual(sum((played - written).values()), 0.02 * sum(played.values()), (what, name))
            self.check_times(files, part, heads, name, what)
        self.assertEqual(len(bars), 1, what)
        return score

    def check_times(self, files, part, heads, name, what):
        """Notes stand where they sound: within a sixteenth, the swing and the lead-in of slow attacks, nearly all."""
        program = files.song.programs.get(name)
        early = max([s["lead_in_ms"] for s in files.documents["sound_design_spec"]["parts"] if s["program"] == program], default=0)
        allowed = 0.27 + early * files.documents["song_spec"]["bpm"] / 60000
        divisions = number(part, "measure/attributes/divisions")
        starts = collections.defaultdict(list)
        for head in heads:
            if not head.back:
                starts[head.pitch].append(head.start / divisions)
        far = sum(min(abs(note.start - s) for s in starts[note.pitch]) > allowed for note in files.song.tracks.get(name, ()))
        self.assertLessEqual(far, 0.02 * len(heads), (what, name))

    def check_lead_sheet(self, files, what):
        sheet = files.sheet("lead-sheet.musicxml")
        heads = walk(self, sheet.find("part"), what)
        check_ties(self, heads, what)
        self.assertGreater(len(heads), 8, what)
        self.assertEqual([r.text for r in sheet.iter("rehearsal")],
                         [s["label"] for s in files.documents["arrangement_spec"]["sections"]], what)
        key = files.song.meta("key_signature")[0].key
        fifths = ["Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"]
        minor = [k + "m" for k in ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")]
        self.assertEqual(number(sheet, "part/measure/attributes/key/fifths"),
                         (minor if key.endswith("m") else fifths).index(key) - 7, what)
        tempo = float(sheet.find(".//sound[@tempo]").get("tempo"))
        self.assertAlmostEqual(tempo, files.documents["song_spec"]["bpm"], 1, what)
        harmonies = list(sheet.iter("harmony"))
        self.assertGreater(len(harmonies), 3, what)
        for harmony in harmonies:
            self.assertIn(harmony.findtext("kind"), KINDS, what)
            self.assertGreaterEqual(len(chord_classes(harmony)), 2, what)
        return sheet

    def test_every_genre(self):
        with tempfile.TemporaryDirectory() as folder:
            for genre in genres():
                for seed in (1, 2):
                    files = Files(folder, "%s-%d" % (genre, seed), genre=genre, seed=seed, duration_seconds=75)
                    self.check_score(files, (genre, seed))
                    self.check_lead_sheet(files, (genre, seed))

    def test_metres_and_keys(self):
        metres = ("3/4", "6/8", "5/4", "7/8", "12/8", "2/4", "9/8", "2/2")
        keys = ("Gb", "F#", "Ebm", "C#m", "Db", "Bm", "Ab", "E")
        with tempfile.TemporaryDirectory() as folder:
            for i, (metre, key) in enumerate(zip(metres, keys)):
                for genre in ("jazz", "rock", "trap"):
                    what = (metre, key, genre)
                    files = Files(folder, "%d-%s" % (i, genre), genre=genre, key=key, time_signature=metre, duration_seconds=60)
                    sheet = self.check_lead_sheet(files, what)
                    self.check_score(files, what)
                    beats = number(sheet, "part/measure/attributes/time/beats")
                    self.assertEqual("%d/%s" % (beats, sheet.findtext("part/measure/attributes/time/beat-type")), metre)

    def test_any_title_can_be_written(self):
        with tempfile.TemporaryDirectory() as folder:
            title = "\"Rock & Roll\" <i>'n'</i> 夜 ]]> Ünïcödé 🎸"
            files = Files(folder, title=title)
            for name in ("lead-sheet.musicxml", "score.musicxml"):
                self.assertEqual(files.sheet(name).findtext("work/work-title"), title)

    def test_chords_are_those_of_the_harmony(self):
        with tempfile.TemporaryDirectory() as folder:
            files = Files(folder, genre="jazz", duration_seconds=90)
            texts = {h.find("kind").get("text") for h in files.sheet("lead-sheet.musicxml").iter("harmony")}
            self.assertGreater(len(texts), 4)
            swing = [w.text for w in files.sheet("score.musicxml").iter("words")]
            self.assertIn("Swing", swing)


class Words(unittest.TestCase):
    def test_words_are_under_their_notes(self):
        with tempfile.TemporaryDirectory() as folder:
            files = Files(folder, genre="pop", vocals=True, duration_seconds=90)
            wanted = [s["text"] for line in files.documents["lyric_spec"]["lines"] for s in line["syllables"]]
            self.assertGreater(len(wanted), 20)
            for name in ("lead-sheet.musicxml", "score.musicxml"):
                lyrics = list(files.sheet(name).iter("lyric"))
                joined = [l.findtext("text") + ("-" if l.findtext("syllabic") in ("begin", "middle") else "") for l in lyrics]
                self.assertEqual(joined, wanted, name)
                inside = False
                for lyric in lyrics:
                    self.assertEqual(inside, lyric.findtext("syllabic") in ("middle", "end"), lyric.findtext("text"))
                    inside = lyric.findtext("syllabic") in ("begin", "middle")

    def test_lines_have_their_times(self):
        with tempfile.TemporaryDirectory() as folder:
            files = Files(folder, genre="pop", vocals=True, duration_seconds=90, title="A [new] song")
            lines = files.read("lyrics.lrc").decode("utf-8").splitlines()
            self.assertEqual(lines[0], "[ti:A (new) song]")
            stamped = [re.fullmatch(r"\[(\d\d):(\d\d\.\d\d)\](.+)", line) for line in lines]
            stamped = [(int(m[1]) * 60 + float(m[2]), m[3]) for m in stamped if m]
            documents = files.documents["lyric_spec"]["lines"]
            self.assertEqual([text for _, text in stamped], [line["text"] for line in documents])
            bpm = files.documents["song_spec"]["bpm"]
            for (seconds, _), line in list(zip(stamped, documents))[:4]:  # the tempo changes only at the end
                self.assertAlmostEqual(seconds, line["syllables"][0]["tick"] / 480 * 60 / bpm, delta=0.02)
            self.assertEqual([s for s, _ in stamped], sorted(s for s, _ in stamped))

    def test_every_format_sings_the_same(self):
        """MIDI lyric events (read by mido), the lead sheet and the timed lines: the same words at the same times."""
        with tempfile.TemporaryDirectory() as folder:
            for genre in ("jazz", "country", "trance"):
                files = Files(folder, name=genre, genre=genre, vocals=True, duration_seconds=90, seed=5,
                              brief="a song about the sea")
                lines = files.documents["lyric_spec"]["lines"]
                self.assertEqual(files.documents["lyric_spec"]["language"], "en")
                wanted = [s for line in lines for s in line["syllables"]]
                sung = [(beat, m.text) for beat, m in files.song.metas if m.type == "lyrics"]
                self.assertEqual([text for _, text in sung], [s["text"] for s in wanted], genre)
                for (beat, text), syllable in zip(sung, wanted):  # swing and human timing move a note by less than an eighth
                    self.assertAlmostEqual(beat, syllable["tick"] / 480, delta=0.34, msg=(genre, text))
                joined = " ".join(text for _, text in sung).replace("- ", "")
                self.assertEqual(joined, " ".join(line["text"] for line in lines), genre)
                read = [m[1] for m in re.finditer(r"^\[\d\d:\d\d\.\d\d\](.+)$", files.read("lyrics.lrc").decode(), re.M)]
                self.assertEqual(" ".join(read), joined, genre)
                sheet = [l.findtext("text") + ("-" if l.findtext("syllabic") in ("begin", "middle") else "")
                         for l in files.sheet("lead-sheet.musicxml").iter("lyric")]
                self.assertEqual(sheet, [text for _, text in sung], genre)

    def test_every_syllable_has_its_voice(self):
        """The guide voice sounds a note where each syllable is, within its range."""
        with tempfile.TemporaryDirectory() as folder:
            files = Files(folder, genre="pop", vocals=True, duration_seconds=90, seed=7)
            voice = files.documents["vocal_spec"]
            ticks = [s["tick"] for line in files.documents["lyric_spec"]["lines"] for s in line["syllables"]]
            self.assertEqual([n["tick"] for n in voice["notes"]], ticks)
            for note in voice["notes"] + voice.get("harmonies", []):
                self.assertGreaterEqual(note["pitch"], voice["lowest_pitch"])
                self.assertLessEqual(note["pitch"], voice["highest_pitch"])
            self.assertEqual(voice["has_harmonies"], bool(voice.get("harmonies")))
            sung = {line["section_label"] for line in files.documents["lyric_spec"]["lines"]}
            self.assertEqual(set(voice["sections"]), sung)

    def test_no_words_no_file(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertFalse(Files(folder, vocals=False).has("lyrics.lrc"))


class Midi(unittest.TestCase):
    def test_a_sequencer_finds_everything(self):
        with tempfile.TemporaryDirectory() as folder:
            files = Files(folder, genre="pop", vocals=True, duration_seconds=60, title="Test")
            song, documents = files.song, files.documents
            self.assertEqual((song.type, song.ppq), (1, 480))
            for kind in ("set_tempo", "time_signature", "key_signature", "marker", "lyrics"):
                self.assertGreater(len(song.meta(kind)), 0, kind)
            self.assertEqual(song.meta("track_name")[0].name, "Test")
            self.assertEqual([t for _, t in song.markers], [s["label"] for s in documents["arrangement_spec"]["sections"]])
            # who plays beside the kit shares its channel, and so its program
            without = set(song.tracks) - set(song.programs)
            self.assertEqual({song.channels[name] for name in without} - {9}, set())
            self.assertIn(9, {song.channels[name] for name in song.programs})

    def test_every_key_has_its_signature_and_nothing_is_left_sounding(self):
        import mido
        keys = ("C", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B", "Cb", "C#", "Cm", "C#m", "Dm", "Ebm", "D#m",
                "Em", "Fm", "F#m", "Gm", "G#m", "Abm", "Am", "Bbm", "A#m", "Bm")
        names = genres()
        with tempfile.TemporaryDirectory() as folder:
            for i, key in enumerate(keys):
                files = Files(folder, key, genre=names[i % len(names)], key=key, seed=i, vocals=True, duration_seconds=60)
                self.assertEqual(files.song.meta("key_signature")[0].key, key)
                for track in mido.MidiFile(files.path("song.mid")).tracks:
                    self.assertEqual([m.type for m in track].index("end_of_track"), len(track) - 1)
                    sounding, pedal, wheel = set(), 0, 0
                    for m in track:
                        if m.type == "note_on" and m.velocity > 0:
                            self.assertNotIn((m.channel, m.note), sounding, (key, track.name))
                            sounding.add((m.channel, m.note))
                        elif m.type in ("note_on", "note_off"):
                            sounding.remove((m.channel, m.note))
                        elif m.type == "control_change" and m.control == 64:
                            pedal = m.value
                        elif m.type == "pitchwheel":
                            wheel = m.pitch
                    self.assertEqual((sounding, pedal, wheel), (set(), 0, 0), (key, track.name))

    def test_other_synthesisers_hear_the_mix(self):
        with tempfile.TemporaryDirectory() as folder:
            files = Files(folder, genre="rock", duration_seconds=60)
            strips = {s["part"]: s for s in files.documents["mix_spec"]["strips"]}
            loudest = max(s["level_lu"] for s in strips.values())
            import mido
            seen = 0
            for track in mido.MidiFile(files.path("song.mid")).tracks[1:]:
                first = {m.control: m.value for m in track if m.type == "control_change" and m.time == 0 and m.control in (7, 10, 91)}
                self.assertEqual(set(first), {7, 10, 91}, track.name)
                matches = [s for s in strips.values() if abs(110 * 10 ** ((s["level_lu"] - loudest) / 40) - first[7]) <= 1
                           and abs(64 + 63 * s["pan"] - first[10]) <= 1]
                self.assertGreater(len(matches), 0, (track.name, first))
                seen += 1
            self.assertEqual(seen, len(strips))


@unittest.skipUnless(shutil.which("mscore3"), "MuseScore is not installed")
class MuseScore(unittest.TestCase):
    def test_it_prints_without_complaint(self):
        wanted = (dict(genre="jazz"), dict(genre="pop", vocals=True, time_signature="6/8"),
                  dict(genre="cinematic", time_signature="3/4"))
        with tempfile.TemporaryDirectory() as folder:
            env = environment(QT_QPA_PLATFORM="offscreen", XDG_RUNTIME_DIR=folder, HOME=folder)
            for i, fields in enumerate(wanted):
                files = Files(folder, str(i), duration_seconds=45, **fields)
                for name in ("lead-sheet.musicxml", "score.musicxml"):
                    pdf = os.path.join(folder, "%d-%s.pdf" % (i, name))
                    done = subprocess.run(["mscore3", "-o", pdf, files.path(name)], env=env, capture_output=True, text=True,
                                          timeout=120)
                    said = done.stdout + done.stderr
                    self.assertEqual(done.returncode, 0, said[-500:])
                    self.assertNotRegex(said, r"(?i)error|not a valid|corrupt|unsupported|incomplete", (fields, name))
                    with open(pdf, "rb") as f:
                        self.assertTrue(f.read(5) == b"%PDF-" and os.path.getsize(pdf) > 10000, name)
