#include "song/mix_spec.h"

static const char *const bus_names[BUS_COUNT] = { "drums", "bass", "harmony", "lead", "vocals", "effects" };
const struct choices mix_bus_choices = { .names = bus_names, .count = BUS_COUNT };

static const char *const band_names[MIX_BAND_COUNT] = { "bell", "low-shelf", "high-shelf" };
const struct choices mix_band_choices = { .names = band_names, .count = MIX_BAND_COUNT };

static const char *const moving_names[MIX_MOVING_COUNT] = { "level_db", "lowpass_hz", "reverb_send_db", "delay_send_db" };
const struct choices mix_moving_choices = { .names = moving_names, .count = MIX_MOVING_COUNT };

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

#define AT(member) offsetof(struct mix_eq_band, member)
static const struct field band_rows[] = {
    { "kind", FIELD_CHOICE, 0, AT(kind), .fallback = "\"bell\"", .choices = &mix_band_choices, .help = "Its shape." },
    { "hz", FIELD_REAL, FIELD_REQUIRED, AT(hz), 20, 18000, "Hz", .help = "Its middle, or a shelf's half-way point." },
    { "gain_db", FIELD_REAL, FIELD_REQUIRED, AT(gain_db), -18, 18, "dB", .help = "Boost or cut." },
    { "q", FIELD_REAL, 0, AT(q), 0.2, 10, NULL, "0.7", .help = "Sharpness." },
};
const struct fields mix_eq_band_fields = FIELDS("mix_eq_band", struct mix_eq_band, band_rows, "A band of an equaliser.");
#undef AT

#define AT(member) offsetof(struct mix_strip, member)
static const struct field strip_rows[] = {
    { "part", FIELD_STRING, FIELD_REQUIRED, AT(part), 1, 60, .help = "Name of the instrument in arrangement_spec." },
    { "bus", FIELD_CHOICE, 0, AT(bus), .fallback = "\"harmony\"", .choices = &mix_bus_choices, .help = "Its group." },
    { "level_lu", FIELD_REAL, 0, AT(level_lu), -60, 20, "LU", "-6",
      .help = "Loudness against the lead while it plays." },
    { "is_muted", FIELD_BOOL, 0, AT(is_muted), 0, 0, NULL, "false", .help = "Whether it is left out of the mix; stems stay." },
    { "is_soloed", FIELD_BOOL, 0, AT(is_soloed), 0, 0, NULL, "false", .help = "Whether only it and others like it are mixed." },
    { "pan", FIELD_REAL, 0, AT(pan), -1, 1, NULL, "0", .help = "-1 left to 1 right." },
    { "width", FIELD_REAL, 0, AT(width), -1, 1, NULL, "0", .help = "-1 is mono, 0 as it is." },
    { "highpass_hz", FIELD_REAL, 0, AT(highpass_hz), 0, 2000, "Hz", "0", .help = "High-pass filter; 0 is off." },
    { "lowpass_hz", FIELD_REAL, 0, AT(lowpass_hz), 0, 20000, "Hz", "0", .help = "Low-pass filter; 0 is off." },
    { "eq", FIELD_LIST, 0, AT(eq), 0, MIX_BANDS_MAX, .of = &mix_eq_band_fields, .help = "Equaliser." },
    { "compressor", FIELD_OBJECT, 0, AT(compressor), .of = &mix_compressor_fields, .help = "Its compressor." },
    { "drive_db", FIELD_REAL, 0, AT(drive_db), 0, 24, "dB", "0", .help = "Soft saturation; 0 is off." },
    { "reverb_send_db", FIELD_REAL, 0, AT(reverb_send_db), -120, 6, "dB", "-60",
      .help = "Send to the shared reverb; -60 and below is none." },
    { "delay_send_db", FIELD_REAL, 0, AT(delay_send_db), -120, 6, "dB", "-60",
      .help = "Send to the shared delay; -60 and below is none." },
    { "duck_db", FIELD_REAL, 0, AT(duck_db), 0, 24, "dB", "0", .help = "How far it gives way to the kick drum." },
};
static const struct fields strip_fields = FIELDS("mix_strip", struct mix_strip, strip_rows, "A channel strip.");
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

#define AT(member) offsetof(struct mix_delay, member)
static const struct field delay_rows[] = {
    { "left_beats", FIELD_REAL, 0, AT(left_beats), 0.0625, 8, "quarters", "0.75", .help = "Echo on the left." },
    { "right_beats", FIELD_REAL, 0, AT(right_beats), 0.0625, 8, "quarters", "0.5", .help = "Echo on the right." },
    { "feedback", FIELD_REAL, 0, AT(feedback), 0, 0.9, NULL, "0.35", .help = "How much comes back." },
    { "lowpass_hz", FIELD_REAL, 0, AT(lowpass_hz), 200, 18000, "Hz", "5000", .help = "Duller each time." },
    { "return_db", FIELD_REAL, 0, AT(return_db), -60, 12, "dB", "-6", .help = "Level of the echoes." },
};
const struct fields mix_delay_fields = FIELDS("mix_delay", struct mix_delay, delay_rows, "Echoes.");
#undef AT

#define AT(member) offsetof(struct mix_point, member)
static const struct field point_rows[] = {
    { "bar", FIELD_REAL, FIELD_REQUIRED, AT(bar), 1, 20001, "bars", .help = "Where; 1 is the start." },
    { "value", FIELD_REAL, FIELD_REQUIRED, AT(value), -120, 20000, .help = "dB or Hz." },
};
static const struct fields point_fields = FIELDS("mix_point", struct mix_point, point_rows, "A point of automation.");
#undef AT

#define AT(member) offsetof(struct mix_automation, member)
static const struct field automation_rows[] = {
    { "part", FIELD_STRING, 0, AT(part), 1, 60, .help = "Whose strip; null: all." },
    { "moves", FIELD_CHOICE, FIELD_REQUIRED, AT(moves), .choices = &mix_moving_choices, .help = "What moves." },
    { "points", FIELD_LIST, FIELD_REQUIRED, AT(points), 1, 4000, .of = &point_fields, .help = "In order." },
};
static const struct fields automation_fields = FIELDS("mix_automation", struct mix_automation, automation_rows,
                                                      "A setting that moves.");
#undef AT

#define AT(member) offsetof(struct mix_spec, member)
static const struct field rows[] = {
    { "strips", FIELD_LIST, 0, AT(strips), 0, 64, .of = &strip_fields, .help = "One for each part." },
    { "buses", FIELD_LIST, 0, AT(buses), 0, BUS_COUNT, .of = &mix_bus_settings_fields, .help = "The groups." },
    { "automation", FIELD_LIST, 0, AT(automation), 0, 256, .of = &automation_fields, .help = "What moves." },
    { "delay", FIELD_OBJECT, 0, AT(delay), .of = &mix_delay_fields, .help = "The shared delay." },
    { "duck_release_ms", FIELD_REAL, 0, AT(duck_release_ms), 20, 1000, "ms", "140",
      .help = "How long ducking takes to come back." },
    { "reverb_room", FIELD_REAL, 0, AT(reverb_room), 0, 1, NULL, "0.5", .help = "Size of the room." },
    { "reverb_damping", FIELD_REAL, 0, AT(reverb_damping), 0, 1, NULL, "0.4", .help = "How dull the room is." },
    { "reverb_return_db", FIELD_REAL, 0, AT(reverb_return_db), -60, 12, "dB", "-3", .help = "Level of the reverb." },
};
#undef AT

static void check(const void *in, const char *pointer, struct problems *problems)
{
    const struct mix_spec *spec = in;
    size_t soloed = 0, heard = 0;

    for (size_t i = 0; i < spec->strips.count; i++) {
        soloed += spec->strips.items[i].is_soloed == 1;
        heard += mix_strip_is_heard(spec, &spec->strips.items[i]);
    }
    if (soloed > 0 && heard == 0)
        problem_add(problems, json_pointer_add(problems->arena, pointer, "strips"),
                    "expected a part that is heard: every soloed one is muted too");
}

bool mix_strip_is_heard(const struct mix_spec *spec, const struct mix_strip *strip)
{
    bool any = false;

    for (size_t i = 0; i < spec->strips.count; i++)
        any |= spec->strips.items[i].is_soloed == 1;
    if (strip == NULL)
        return !any;
    return strip->is_muted != 1 && (!any || strip->is_soloed == 1);
}

const struct fields mix_spec_fields = {
    .name = "mix_spec",
    .rows = rows,
    .count = sizeof(rows) / sizeof(rows[0]),
    .size = sizeof(struct mix_spec),
    .help = "How the parts are balanced.",
    .check = check,
};
