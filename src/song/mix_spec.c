#include "song/mix_spec.h"

static const char *const bus_names[BUS_COUNT] = { "drums", "bass", "music", "lead" };
const struct choices mix_bus_choices = { .names = bus_names, .count = BUS_COUNT };

#define AT(member) offsetof(struct mix_strip, member)
static const struct field strip_rows[] = {
    { "part", FIELD_STRING, FIELD_REQUIRED, AT(part), 1, 60, .help = "Name of the instrument in arrangement_spec." },
    { "bus", FIELD_CHOICE, 0, AT(bus), .fallback = "\"music\"", .choices = &mix_bus_choices, .help = "Its group." },
    { "level_lu", FIELD_REAL, 0, AT(level_lu), -60, 20, "LU", "-6",
      .help = "Loudness against the lead while it plays." },
    { "pan", FIELD_REAL, 0, AT(pan), -1, 1, NULL, "0", .help = "-1 left to 1 right." },
    { "highpass_hz", FIELD_REAL, 0, AT(highpass_hz), 0, 2000, "Hz", "0", .help = "High-pass filter; 0 is off." },
    { "reverb_send_db", FIELD_REAL, 0, AT(reverb_send_db), -120, 6, "dB", "-60",
      .help = "Send to the shared reverb; -60 and below is none." },
};
static const struct fields strip_fields = FIELDS("mix_strip", struct mix_strip, strip_rows, "A channel strip.");
#undef AT

#define AT(member) offsetof(struct mix_compressor, member)
static const struct field compressor_rows[] = {
    { "threshold_db", FIELD_REAL, 0, AT(threshold_db), -80, 0, "dBFS", "0", .help = "Where it begins to work." },
    { "ratio", FIELD_REAL, 0, AT(ratio), 1, 20, NULL, "1", .help = "1 is off." },
    { "attack_ms", FIELD_REAL, 0, AT(attack_ms), 0.1, 500, "ms", "20", .help = "Attack time." },
    { "release_ms", FIELD_REAL, 0, AT(release_ms), 5, 3000, "ms", "150", .help = "Release time." },
    { "makeup_db", FIELD_REAL, 0, AT(makeup_db), -12, 24, "dB", "0", .help = "Gain after it." },
};
const struct fields mix_compressor_fields =
    FIELDS("mix_compressor", struct mix_compressor, compressor_rows, "A compressor.");
#undef AT

#define AT(member) offsetof(struct mix_bus_settings, member)
static const struct field bus_rows[] = {
    { "bus", FIELD_CHOICE, FIELD_REQUIRED, AT(bus), .choices = &mix_bus_choices, .help = "Which group." },
    { "gain_db", FIELD_REAL, 0, AT(gain_db), -40, 20, "dB", "0", .help = "Its level." },
    { "compressor", FIELD_OBJECT, 0, AT(compressor), .of = &mix_compressor_fields, .help = "Its compressor." },
};
const struct fields mix_bus_settings_fields =
    FIELDS("mix_bus_settings", struct mix_bus_settings, bus_rows, "A group of strips.");
#undef AT

#define AT(member) offsetof(struct mix_spec, member)
static const struct field rows[] = {
    { "strips", FIELD_LIST, 0, AT(strips), 0, 64, .of = &strip_fields, .help = "One for each part." },
    { "buses", FIELD_LIST, 0, AT(buses), 0, BUS_COUNT, .of = &mix_bus_settings_fields, .help = "The groups." },
    { "reverb_room", FIELD_REAL, 0, AT(reverb_room), 0, 1, NULL, "0.5", .help = "Size of the room." },
    { "reverb_damping", FIELD_REAL, 0, AT(reverb_damping), 0, 1, NULL, "0.4", .help = "How dull the room is." },
    { "reverb_return_db", FIELD_REAL, 0, AT(reverb_return_db), -60, 12, "dB", "-3", .help = "Level of the reverb." },
};
#undef AT

const struct fields mix_spec_fields = FIELDS("mix_spec", struct mix_spec, rows, "How the parts are balanced.");
