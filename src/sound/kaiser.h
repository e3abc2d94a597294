/* The Kaiser window (Kaiser and Schafer, IEEE ASSP-28, 1980). */
#ifndef SOUND_KAISER_H
#define SOUND_KAISER_H

/* At `position` from -1 to 1, the edges; 1 in the middle. */
double kaiser(double beta, double position);

#endif
