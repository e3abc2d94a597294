/* A small reader of Standard MIDI Files, written from the specification and not from the writer. Fails the test that calls
 * it when the file is malformed. */
#ifndef TESTS_FORMATS_SMF_READER_H
#define TESTS_FORMATS_SMF_READER_H

#include <stddef.h>
#include <stdint.h>

enum { SMF_EVENTS_MAX = 4096, SMF_TEXT_MAX = 64, SMF_META = 0xff };

struct smf_event {
    int track;
    uint32_t tick;
    uint8_t status;   /* with channel; SMF_META for meta events */
    uint8_t type;     /* of a meta event */
    uint8_t data[SMF_TEXT_MAX]; /* channel messages: one or two bytes; meta: as much as fits */
    size_t len;       /* of the data */
};

struct smf {
    int format, tracks, division;
    struct smf_event events[SMF_EVENTS_MAX];
    size_t count;
    uint32_t end_ticks[17];
};

void smf_read(const unsigned char *bytes, size_t len, struct smf *out);

#endif
