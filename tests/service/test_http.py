"""The HTTP interface as a client sees it."""
import json
import re
import threading
import unittest

from harness import GENRES, Service, brief, shared, wait_for


class Open(unittest.TestCase):
    def test_health_names_version_and_soundfont(self):
        answer = shared().get("/health", key=None)
        self.assertEqual(answer.status, 200)
        text = json.dumps(answer.json)
        self.assertRegex(text, r"\.sf[23]")
        self.assertRegex(text, r"\d+\.\d+\.\d+")

    def test_live_and_ready(self):
        for path in ("/live", "/ready"):
            self.assertEqual(shared().get(path, key=None).status, 200, path)

    def test_genres(self):
        genres = shared().get("/v1/genres", key=None).json["genres"]
        by_id = {g["id"]: g for g in genres}
        for genre in GENRES:
            self.assertIn(genre, by_id)
        self.assertEqual(by_id["synthwave"]["name"], "Synthwave")
        self.assertEqual(by_id["synthwave"]["aliases"], ["Retrowave", "Outrun", "Dreamwave"])
        self.assertEqual(by_id["jazz"]["aliases"], ["Bebop", "Hard Bop", "Post-Bop", "Modern Jazz"])

    def test_every_answer_carries_a_request_id(self):
        given = shared().get("/live", key=None, headers={"X-Request-ID": "desk-0001-abcdef"})
        self.assertEqual(given.headers["x-request-id"], "desk-0001-abcdef")
        made = shared().get("/nowhere")
        self.assertEqual(made.status, 404)
        self.assertTrue(made.headers["x-request-id"])
        self.assertEqual(made.json["request_id"], made.headers["x-request-id"])

    def test_a_hostile_request_id_is_replaced(self):
        answer = shared().get("/live", key=None, headers={"X-Request-ID": "a b\"c<script>"})
        self.assertRegex(answer.headers["x-request-id"], r"^[A-Za-z0-9._-]{8,64}$")


class Refusals(unittest.TestCase):
    def refused(self, body, pointer, **more):
        answer = shared().post(more.pop("path", "/v1/tracks"), body, **more)
        self.assertEqual(answer.status, 422, answer)
        self.assertEqual(answer.headers["content-type"].split(";")[0], "application/problem+json")
        pointers = [e["pointer"] for e in answer.json["errors"]]
        self.assertIn(pointer, pointers, answer)
        return answer.json

    def test_a_key_is_needed(self):
        for key in (None, "aek_wrong", "x" * 64):
            answer = shared().post("/v1/generate", brief(output_formats=None), key=key)
            self.assertEqual(answer.status, 401, answer)
            self.assertIn("www-authenticate", answer.headers)

    def test_bearer_works_too(self):
        answer = shared().get("/v1/jobs/00000000-0000-7000-8000-000000000000", key=None,
                              headers={"Authorization": "Bearer " + shared().key})
        self.assertEqual(answer.status, 404)

    def test_unknown_output_format(self):
        problem = self.refused(brief(output_formats=["wav", "exe"]), "/output_formats/1")
        self.assertIn("wav", json.dumps(problem))

    def test_tempo_out_of_range(self):
        for bpm in (4, 39.9, 301, 0, -1):
            self.refused(brief(bpm=bpm), "/bpm")

    def test_lengths_out_of_range(self):
        for seconds in (29, 601, 1e9):
            self.refused(brief(duration_seconds=seconds), "/duration_seconds")

    def test_keys_that_are_none(self):
        for key in ("H", "c", "Cmajor", "A minor", "", "F##"):
            self.refused(brief(key=key), "/key")

    def test_titles(self):
        self.refused(brief(title=""), "/title")
        self.refused(brief(title="x" * 300), "/title")
        self.refused(brief(title=7), "/title")

    def test_unknown_genre_names_the_nearest(self):
        problem = self.refused(brief(genre="synthwav"), "/genre")
        self.assertIn("synthwave", json.dumps(problem))

    def test_unknown_field_names_the_nearest(self):
        problem = self.refused(brief(tempo=90, duration=40), "/duration")
        self.assertIn("duration_seconds", json.dumps(problem))

    def test_all_mistakes_at_once(self):
        answer = shared().post("/v1/generate", {"genre": 7, "bpm": 4, "key": "H", "duration_seconds": 1})
        self.assertEqual(answer.status, 422)
        self.assertEqual({e["pointer"] for e in answer.json["errors"]},
                         {"/title", "/genre", "/brief", "/bpm", "/key", "/duration_seconds"})

    def test_bodies_that_are_no_json(self):
        for body in (b"", b"{", b"\xff\xfe", b"[1]", b"{'a':1}", b"null", b"{\"title\":\"a\",\"title\":\"b\"}"):
            answer = shared().post("/v1/tracks", body, headers={"Content-Type": "application/json"})
            self.assertIn(answer.status, (400, 422), (body, answer))
            self.assertEqual(answer.headers["content-type"].split(";")[0], "application/problem+json")

    def test_other_media_types(self):
        answer = shared().post("/v1/tracks", b"title=x", headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 415, answer)

    def test_methods(self):
        answer = shared().call("PUT", "/v1/tracks")
        self.assertEqual(answer.status, 405)
        self.assertIn("POST", answer.headers["allow"])

    def test_paths(self):
        for path in ("/v1/jobs/../../etc/passwd", "/v1/jobs/x", "/v1/download/x/y", "/v1//tracks/", "/v1/jobs/%00",
                     "/v1/download/00000000-0000-7000-8000-000000000000/..%2f..%2faether.db"):
            answer = shared().get(path)
            self.assertIn(answer.status, (400, 404, 405), (path, answer))

    def test_a_body_over_the_limit(self):
        answer = shared().post("/v1/tracks", b"{\"title\":\"" + b"x" * 3000000 + b"\"}",
                               headers={"Content-Type": "application/json"})
        self.assertEqual(answer.status, 413)
        self.assertEqual(answer.headers["content-type"].split(";")[0], "application/problem+json")


class Documents(unittest.TestCase):
    def test_generate_answers_with_every_document(self):
        answer = shared().post("/v1/generate", brief(output_formats=None, key="Am", bpm=118))
        self.assertEqual(answer.status, 202, answer)
        body = answer.json
        self.assertEqual(body["status"], "completed")
        for name in ("song_spec", "harmony_spec", "melody_spec", "rhythm_spec", "arrangement_spec", "sound_design_spec",
                     "mix_spec", "master_spec", "qa_report", "release_spec"):
            self.assertIsInstance(body[name], dict, name)
        self.assertEqual(body["song_spec"]["bpm"], 118)
        self.assertEqual(body["song_spec"]["key"], {"root": "A", "mode": "minor"})
        self.assertEqual(body["song_spec"]["genre_id"], "synthwave")
        self.assertTrue(body["decisions"])
        job = shared().get("/v1/jobs/" + body["job_id"])
        self.assertEqual(job.json["status"], "completed")

    def test_a_seed_is_drawn_and_reported(self):
        seeds = {shared().post("/v1/generate", brief(output_formats=None, seed=None)).json["song_spec"]["random_seed"]
                 for _ in range(3)}
        self.assertEqual(len(seeds), 3)
        self.assertTrue(all(isinstance(s, int) and 0 <= s < 2 ** 53 for s in seeds))

    def test_the_same_seed_gives_the_same_documents(self):
        def documents():
            body = shared().post("/v1/generate", brief(output_formats=None, genre="jazz")).json
            text = json.dumps([body[n] for n in ("harmony_spec", "melody_spec", "arrangement_spec", "rhythm_spec")])
            return re.sub(r'"(created_at|updated_at)": "[^"]*"', "", text)
        self.assertEqual(documents(), documents())

    def test_what_generate_wrote_can_be_rendered(self):
        body = shared().post("/v1/generate", brief(output_formats=None)).json
        specs = {k: v for k, v in body.items() if k.endswith("_spec")}
        answer = shared().post("/v1/render", dict(specs, output_formats=["wav"]), headers={"Prefer": "wait=60"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["status"], "completed")
        self.assertAlmostEqual(answer.json["loudness_lufs"], -14, delta=0.5)
        self.assertLessEqual(answer.json["peak_db"], -1)
        self.assertIn("master_wav", answer.json["output_files"])

    def test_render_refuses_what_is_no_document(self):
        answer = shared().post("/v1/render", {"song_spec": {"title": "x", "bpm": 4}, "output_formats": ["wav"]})
        self.assertEqual(answer.status, 422)
        self.assertIn("/song_spec/bpm", [e["pointer"] for e in answer.json["errors"]])


    def test_render_tells_every_contradiction_at_once(self):
        body = shared().post("/v1/generate", brief(output_formats=None)).json
        specs = {k: v for k, v in body.items() if k.endswith("_spec")}
        specs["arrangement_spec"]["sections"][1]["start_bar"] += 1
        specs["melody_spec"]["song_id"] = "another"
        answer = shared().post("/v1/render", specs)
        self.assertEqual(answer.status, 422, answer)
        self.assertEqual([e["pointer"] for e in answer.json["errors"]], ["/arrangement_spec/sections/1/start_bar"])
        specs["arrangement_spec"]["sections"][1]["start_bar"] -= 1  # now each document is right by itself
        specs["harmony_spec"]["progressions"][0]["durations_beats"][0] += 0.5
        specs["mix_spec"]["strips"][0]["part"] = "kazoo"
        answer = shared().post("/v1/render", specs)
        self.assertEqual(answer.status, 422, answer)
        self.assertEqual([e["pointer"] for e in answer.json["errors"]],
                         ["/melody_spec/song_id", "/harmony_spec/progressions/0/durations_beats", "/mix_spec/strips/0/part"])
        self.assertTrue(all(e["detail"] for e in answer.json["errors"]))

    def test_documents_of_earlier_clients_are_played(self):
        def chords(*roots):
            return [dict(root=r, quality="min" if r == "A" else "maj", bass_note=None, extensions=[], alterations=[]) for r in roots]
        sections = [dict(section_type=t, label="%s %d" % (t.title(), i + 1), start_bar=8 * i + 1, length_bars=8, energy_level=e,
                         instruments=["analog-style_synth_bass", "lead_synth_(saw/square)", "gated_reverb_drums"], dynamics="mf")
                    for i, (t, e) in enumerate([("intro", "low"), ("build", "medium"), ("drop", "very_high"), ("breakdown", "low")])]
        body = dict(
            song_spec=dict(id="a", title="Earlier", genre_id="synthwave", bpm=118, key=dict(root="A", mode="minor"),
                           time_signature="4/4", target_duration_seconds=60, has_vocals=False, is_instrumental=True,
                           random_seed=None, subgenre=None),
            harmony_spec=dict(song_id="a", id="h", primary_key=dict(root="A", mode="minor"), secondary_keys=[], modulations=[],
                              voice_leading_rules=[], tension_level=0.5, progressions=[
                                  dict(section_type=t, chords=chords("A", "G", "F", "G"), roman_numerals=["i", "VII", "VI", "VII"],
                                       durations_beats=[4.0] * 4, repeat_count=1) for t in ("verse", "chorus", "bridge")]),
            melody_spec=dict(song_id="a", harmony_id="h", motifs=[], interval_hash=None, section_melodies=[
                dict(section_type="drop", phrases=[["A", "C", "E"]], phrase_rhythms=[[0.5, 1.0, 2.5]], register="high")]),
            arrangement_spec=dict(song_id="a", sections=sections, total_bars=29, total_duration_seconds=60.0, ear_candy=[],
                                  genre_structure_match=None, transitions=[], instruments=[
                                      dict(name="analog-style_synth_bass", category="bass", role="rhythm", midi_program=None),
                                      dict(name="lead_synth_(saw/square)", category="synth", role="lead", midi_program=None),
                                      dict(name="gated_reverb_drums", category="drums", role="rhythm", midi_program=None)]),
            output_formats=["wav"])
        answer = shared().post("/v1/render", body, headers={"Prefer": "wait=60"})
        self.assertEqual(answer.status, 200, answer)
        self.assertAlmostEqual(answer.json["duration_seconds"], 32 * 4 * 60 / 118, delta=6)


class Jobs(unittest.TestCase):
    def test_a_track_from_start_to_download(self):
        answer = shared().post("/v1/tracks", brief(output_formats=["wav", "mp3", "flac", "ogg"], render_stems=True),
                               headers={"Prefer": "respond-async"})
        self.assertEqual(answer.status, 202, answer)
        self.assertEqual(answer.headers["location"], "/v1/jobs/" + answer.json["job_id"])
        job = shared().finished(answer.json["job_id"])
        self.assertEqual(job["status"], "completed", job)
        files = job["result"]["output_files"]
        for label in ("master_wav", "master_mp3", "master_flac", "master_ogg", "midi", "release"):
            self.assertIn(label, files)
        self.assertTrue([label for label in files if label.startswith("stem_")])
        heads = {"wav": b"RIFF", "flac": b"fLaC", "ogg": b"OggS", "mid": b"MThd", "json": b"{"}
        for label, url in files.items():
            got = shared().download(url)
            self.assertGreater(len(got.body), 0, label)
            self.assertTrue(got.body.startswith(heads.get(url.rsplit(".")[-1], b"")), label)
            self.assertIn("attachment", got.headers["content-disposition"])
        self.assertIsInstance(job["result"]["loudness_lufs"], float)
        self.assertIsInstance(job["result"]["peak_db"], float)
        for stage in job["result"]["stages"]:
            self.assertTrue(stage["name"])
            self.assertGreaterEqual(stage["seconds"], 0)

    def test_a_client_that_waits_gets_the_result(self):
        answer = shared().post("/v1/tracks", brief(), headers={"Prefer": "wait=60"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(answer.json["status"], "completed")
        self.assertIn("master_wav", answer.json["output_files"])

    def test_downloads_have_ranges_and_heads(self):
        url = shared().track()["result"]["output_files"]["master_wav"]
        whole = shared().download(url)
        part = shared().get(url, headers={"Range": "bytes=0-3"})
        self.assertEqual((part.status, part.body), (206, b"RIFF"))
        head = shared().call("HEAD", url)
        self.assertEqual(head.status, 200)
        self.assertEqual(int(head.headers["content-length"]), len(whole.body))
        self.assertEqual(whole.headers["content-type"], "audio/wav")
        self.assertIn("etag", whole.headers)
        self.assertEqual(shared().get(url, key=None).status, 401)

    def test_titles_in_any_script_and_of_any_length(self):
        for title in ("夜のドライブ", "x" * 200, "あ" * 200, "a\"b\\c/../d;e\r\nX-Evil: 1", "🎵" * 60, "..", "con\x7f"):
            job = shared().track(title=title)
            self.assertEqual(job["result"]["title"], title)
            for url in job["result"]["output_files"].values():
                got = shared().download(url)
                self.assertNotIn("x-evil", got.headers)
                disposition = got.headers["content-disposition"]
                self.assertTrue(disposition.isascii() and len(disposition) < 4000)

    def test_another_organisations_job_is_not_there(self):
        from harness import aether
        job = shared().track()
        made = aether("keys", "create", "--name", "other", "--organisation", "elsewhere", "--quiet",
                      AETHER_DATA_DIR=shared().folder + "/data", AETHER_RUN_DIR=shared().folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        other = made.stdout.strip()
        self.assertEqual(shared().get("/v1/jobs/" + job["job_id"], key=other).status, 404)
        self.assertEqual(shared().get(job["result"]["output_files"]["midi"], key=other).status, 404)

    def test_a_key_without_the_scope(self):
        from harness import aether
        made = aether("keys", "create", "--name", "writer", "--scopes", "generate", "--quiet",
                      AETHER_DATA_DIR=shared().folder + "/data", AETHER_RUN_DIR=shared().folder)
        answer = shared().post("/v1/tracks", brief(), key=made.stdout.strip())
        self.assertEqual(answer.status, 403, answer)
        self.assertIn("render", json.dumps(answer.json))

    def test_a_render_does_not_hold_up_other_requests(self):
        service = shared()
        answer = service.post("/v1/tracks", brief(duration_seconds=600), headers={"Prefer": "respond-async"})
        job = answer.json["job_id"]
        wait_for(lambda: service.get("/v1/jobs/" + job).json["status"] == "running", what="the render to begin")
        waiting = [threading.Thread(target=service.post, args=("/v1/tracks", brief(seed=i)),
                                    kwargs={"headers": {"Prefer": "wait=60"}}) for i in range(12)]
        for t in waiting:
            t.start()
        for _ in range(25):
            self.assertEqual(service.get("/live", key=None).status, 200)
            self.assertEqual(service.get("/v1/genres").status, 200)
        self.assertEqual(service.get("/v1/jobs/" + job).json["status"], "running",
                         "the requests were only answered when the render was over")
        answer = service.call("DELETE", "/v1/jobs/" + job)
        self.assertIn(answer.status, (200, 202, 204), answer)
        for t in waiting:
            t.join()
        self.assertEqual(service.finished(job)["status"], "cancelled")


class Limits(unittest.TestCase):
    def test_the_rate_limit_is_kept_across_workers(self):
        service = Service(AETHER_RATE_LIMIT_RPS=0.001, AETHER_RATE_LIMIT_BURST=30, AETHER_API_WORKERS=3)
        try:
            statuses, refused = [], None
            for _ in range(45):
                answer = service.get("/v1/genres")
                statuses.append(answer.status)
                refused = answer if answer.status == 429 else refused
            self.assertIn(statuses.count(200), (29, 30, 31))
            self.assertGreater(int(refused.headers["retry-after"]), 0)
            self.assertEqual(refused.headers["content-type"].split(";")[0], "application/problem+json")
            self.assertEqual(service.get("/live", key=None).status, 200)
        finally:
            service.stop()

    def test_open_when_authentication_is_off(self):
        service = Service(AETHER_AUTH_ENABLED="false")
        try:
            self.assertEqual(service.post("/v1/generate", brief(output_formats=None), key=None).status, 202)
        finally:
            service.stop()
