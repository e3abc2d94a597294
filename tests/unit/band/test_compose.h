#ifndef TESTS_BAND_TEST_COMPOSE_H
#define TESTS_BAND_TEST_COMPOSE_H

#include <check.h>

Suite *compose_suite(void);         /* whole songs from briefs */
Suite *compose_brief_suite(void);   /* what words mean */
Suite *compose_heard_suite(void);   /* what of it is heard */
Suite *compose_melody_suite(void);
Suite *melody_form_suite(void);     /* forms, climaxes, solos, counter-melodies as relations of notes */
Suite *lyrics_suite(void);          /* words: English, rhyme, metre, themes */
Suite *compose_song_suite(void);    /* voices, words, reviews, endings */
Suite *compose_seeds_suite(void);   /* ten seeds of one request */
Suite *measures_suite(void);        /* what the reviewer measures */
Suite *review_suite(void);          /* candidates, rounds, seeds */

#endif
