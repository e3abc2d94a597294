#ifndef TESTS_BAND_TEST_PLAY_H
#define TESTS_BAND_TEST_PLAY_H

#include <check.h>

Suite *play_suite(void);         /* what is played */
Suite *play_rhythm_suite(void);  /* grooves: notation, document, fills */
Suite *play_sound_suite(void);   /* instruments, mix and master */
Suite *play_hands_suite(void);   /* players of bass and chord, riffs, second voices */
Suite *play_electronic_suite(void); /* what electronic basses and pads do */
Suite *play_drums_suite(void);   /* drums, percussion, metres, stops */

#endif
