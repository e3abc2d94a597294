/* Songs made from briefs, for the tests of direction and composition. */
#ifndef TESTS_BAND_COMPOSE_FIXTURE_H
#define TESTS_BAND_COMPOSE_FIXTURE_H

#include <check.h>

#include "band/agent.h"
#include "band/pipeline.h"
#include "genre/genres.h"
#include "song/arrangement_spec.h"
#include "song/brief.h"
#include "song/harmony_spec.h"
#include "song/melody_spec.h"
#include "song/song_spec.h"

extern struct arena *compose_arena;
extern struct genres *compose_genres;
enum { COMPOSE_GENRES = 4 };

/* Genres there are, for tests that go through all of them by index; test_compose_seeds.c counts the files. */
enum { COMPOSE_ALL_GENRES = 30 };
extern const char *const compose_genre_ids[COMPOSE_GENRES];

void compose_set_up(void);
void compose_tear_down(void);

/* The song of a request (JSON without title and brief where they do not matter). Fails the test when it cannot be made. */
struct song *compose(const char *request);
struct song *compose_again(const struct song *song); /* from the documents alone */
struct timeline *compose_timeline(const struct song *song);

/* JSON of the documents without times and the account of the work. */
const char *compose_text(const struct song *song);

#endif
