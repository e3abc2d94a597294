#include <stdlib.h>

#include "test_compose.h"
#include "test_play.h"

int main(void)
{
    SRunner *runner = srunner_create(compose_suite());
    int failed;

    srunner_add_suite(runner, compose_brief_suite());
    srunner_add_suite(runner, compose_heard_suite());
    srunner_add_suite(runner, compose_melody_suite());
    srunner_add_suite(runner, melody_form_suite());
    srunner_add_suite(runner, compose_song_suite());
    srunner_add_suite(runner, compose_seeds_suite());
    srunner_add_suite(runner, measures_suite());
    srunner_add_suite(runner, review_suite());
    srunner_add_suite(runner, lyrics_suite());
    srunner_add_suite(runner, play_suite());
    srunner_add_suite(runner, play_rhythm_suite());
    srunner_add_suite(runner, play_sound_suite());
    srunner_add_suite(runner, play_hands_suite());
    srunner_add_suite(runner, play_electronic_suite());
    srunner_add_suite(runner, play_drums_suite());
    srunner_set_fork_status(runner, CK_FORK_GETENV);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
