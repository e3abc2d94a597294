"""Every genre that there is: any two told apart by a simple classifier, and never twice the same song."""
import json
import math
import statistics
import unittest

from harness import aether
from test_band import compose

SEEDS_LEARNT, SEEDS_TRIED = range(1, 4), range(5, 7)


def all_genres():
    return [g["id"] for g in json.loads(aether("genres", "--json").stdout)["genres"]]


def histogram(values, bins):
    out = [0.0] * bins
    for v in values:
        out[v % bins] += 1
    total = sum(out) or 1
    return [v / total for v in out]


def features(song, documents):
    """What a listener goes by: tempo, swing, the kit's pieces, where kick, snare and bass fall, colours, density."""
    drums, pitched = song.drums(), song.pitched()
    notes = [n for part in pitched.values() for n in part]
    bass = pitched.get("Bass", [])

    def slot(note):
        return round(note.start * 4) % 16
    out = [math.log2(documents["song_spec"]["bpm"]) * 2, documents["rhythm_spec"]["swing_percent"] / 10]
    out += histogram([slot(n) for n in drums if n.pitch in (35, 36)], 16)
    out += histogram([slot(n) for n in drums if n.pitch in (37, 38, 39, 40)], 16)
    out += histogram([slot(n) for n in drums if n.pitch in (42, 44, 46, 51, 59)], 16)
    out += histogram([slot(n) for n in bass], 16)
    out += [statistics.mean([n.end - n.start for n in bass] or [0])]
    families = [p // 8 for name, p in song.programs.items() if song.channels[name] != 9]
    out += [2 * v for v in histogram(families, 16)]
    out += [len(drums) / song.length_s / 4, len(notes) / song.length_s / 4, len(pitched) / 4, 3.0 * bool(drums)]
    minor = third = 0
    for progression in documents["harmony_spec"]["progressions"]:
        for chord in progression["chords"]:
            minor += chord["quality"].startswith("min")
            third += len(chord["quality"]) > 3
    chords = sum(len(p["chords"]) for p in documents["harmony_spec"]["progressions"])
    return out + [minor / chords, 2 * third / chords]


def nearest(point, centres):
    return min(centres, key=lambda g: sum((a - b) ** 2 for a, b in zip(point, centres[g])))


class Genres(unittest.TestCase):
    def test_genres_are_told_apart(self):
        genres = all_genres()
        self.assertGreaterEqual(len(genres), 24)
        learnt = {g: [features(*compose(genre=g, seed=s, duration_seconds=60)) for s in SEEDS_LEARNT] for g in genres}
        centres = {g: [statistics.mean(column) for column in zip(*rows)] for g, rows in learnt.items()}
        right = pairs = 0
        for g in genres:
            for s in SEEDS_TRIED:
                point = features(*compose(genre=g, seed=s, duration_seconds=60))
                others = [h for h in genres if h != g]
                pairs += len(others)
                right += sum(nearest(point, {g: centres[g], h: centres[h]}) == g for h in others)
        self.assertGreaterEqual(right / pairs, 0.95)

    def test_ten_seeds_give_ten_songs(self):
        for genre in ("synthwave", "jazz", "pop", "house"):
            tunes, drums = [], []
            for seed in range(10):
                song, _ = compose(genre=genre, seed=seed, duration_seconds=60)
                lead = song.tracks.get("Lead") or song.tracks["Melody"]
                tunes.append([(b.pitch - a.pitch, round((b.start - a.start) * 4)) for a, b in zip(lead, lead[1:])])
                drums.append(frozenset((n.pitch, round(n.start * 4)) for n in song.drums()))
            for i in range(10):
                self.assertEqual(drums.count(drums[i]), 1, (genre, i))
                seen = {tuple(tunes[i][k:k + 8]) for k in range(len(tunes[i]) - 7)}
                for j in range(i):
                    other = {tuple(tunes[j][k:k + 8]) for k in range(len(tunes[j]) - 7)}
                    self.assertFalse(seen & other, "%s: seeds %d and %d share a tune of nine notes" % (genre, i, j))

    def test_every_genre_makes_odd_songs(self):
        for i, genre in enumerate(all_genres()):
            song, _ = compose(genre=genre, seed=i, duration_seconds=(30, 300, 45, 200)[i % 4],
                              bpm=(None, 45, 240, 300)[i // 4 % 4], key=("Bb", "F#m", "Eb", None)[i % 4],
                              time_signature=(None, "3/4", "6/8", "7/8")[i // 2 % 4], vocals=bool(i % 2))
            self.assertGreater(len(song.tracks), 0, genre)
