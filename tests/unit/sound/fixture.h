/* Scores and orders for the tests of the sound. */
#ifndef TESTS_SOUND_FIXTURE_H
#define TESTS_SOUND_FIXTURE_H

#include "sound/render.h"

/* A song of up to ten parts (drums first, then bass, chords, lead …) at 120 bpm with quieter verses and
 * louder choruses, the same each time. */
struct score *fixture_score(struct arena *a, double seconds, int parts);

/* A mix with a strip per part and a master for it: usual levels, pans and compressors; -14 LUFS, -1 dBTP. */
struct mix_spec *fixture_mix(struct arena *a, const struct score *score);
struct master_spec *fixture_master(struct arena *a);

/* An order for WAV into `folder` with the smallest SoundFont there is; fails when there is none. Two threads,
 * no stems. */
struct render_order *fixture_order(struct arena *a, double seconds, int parts, const char *folder);

/* A fresh folder below the temporary one, removed with its files by fixture_folder_remove. */
const char *fixture_folder(struct arena *a);
void fixture_folder_remove(const char *folder);

/* Files in the folder, hidden ones too. */
int fixture_file_count(const char *folder);

#endif
