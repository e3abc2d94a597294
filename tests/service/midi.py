"""Reads MIDI files with mido, another program's eyes, into plain notes."""
import collections
import io

import mido

Note = collections.namedtuple("Note", "start end pitch velocity")


class Song:
    """tracks: name -> list of Note (times in quarter notes); programs, channels: name -> number."""

    def __init__(self, data):
        file = mido.MidiFile(file=io.BytesIO(data))
        self.type, self.ppq, self.length_s = file.type, file.ticks_per_beat, file.length
        self.tracks, self.programs, self.channels = {}, {}, {}
        self.markers, self.metas = [], []
        for track in file.tracks:
            self._read(track)

    def _read(self, track):
        at, open_notes, notes = 0, {}, []
        for message in track:
            at += message.time
            beat = at / self.ppq
            if message.is_meta:
                self.metas.append((beat, message))
                if message.type == "marker":
                    self.markers.append((beat, message.text))
            elif message.type == "program_change":
                self.programs[track.name] = message.program
                self.channels[track.name] = message.channel
            elif message.type == "note_on" and message.velocity > 0:
                assert message.note not in open_notes, "a note is struck while it sounds"
                open_notes[message.note] = (beat, message.velocity)
                self.channels[track.name] = message.channel
            elif message.type in ("note_on", "note_off"):
                start, velocity = open_notes.pop(message.note)
                notes.append(Note(start, beat, message.note, velocity))
        assert not open_notes, "a note never ends"
        if notes:
            self.tracks[track.name] = sorted(notes)

    def meta(self, kind):
        return [m for _, m in self.metas if m.type == kind]

    def drums(self):
        return [n for name, notes in self.tracks.items() if self.channels.get(name) == 9 for n in notes]

    def pitched(self):
        return {name: notes for name, notes in self.tracks.items() if self.channels.get(name) != 9}
