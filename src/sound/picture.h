/* What the pictures of a song have in common: measures, colours, the time along the bottom, the sections along the top. */
#ifndef SOUND_PICTURE_H
#define SOUND_PICTURE_H

#include "song/score.h"
#include "sound/canvas.h"

/* Where the sound is drawn; one column a pixel. */
struct picture_area {
    int left, top, width, height;
};

/* Dark and neutral, so that it stands on white pages and on black ones. */
extern const struct colour picture_ground, picture_panel, picture_line, picture_dim, picture_text;

/* The panel of the area. Every second section is a little lighter. */
void picture_panel_draw(struct canvas *c, const struct picture_area *area, const struct score *score, double seconds);

/* Lines and names of the sections and the time, over what is drawn. */
void picture_marks_draw(struct canvas *c, const struct picture_area *area, const struct score *score, double seconds);

#endif
