#include "song/master_spec.h"

#include <math.h>
#include <strings.h>

const struct master_target_info master_targets[TARGET_COUNT] = {
    [TARGET_STREAMING] = { "streaming", -14, -1, "what most streaming services play at" },
    [TARGET_APPLE] = { "apple", -16, -1, "Apple Music's Sound Check" },
    [TARGET_EBU_R128] = { "ebu-r128", -23, -1, "broadcast in Europe, EBU R 128" },
    [TARGET_ATSC] = { "atsc", -24, -2, "broadcast in North America, ATSC A/85" },
    [TARGET_CLUB] = { "club", -8, -0.3, "dance floors" },
    [TARGET_CD] = { "cd", -11, -0.3, "albums on disc" },
};

static const char *const target_names[TARGET_COUNT] = { "streaming", "apple", "ebu-r128", "atsc", "club", "cd" };

/* What people call them besides. */
static const struct {
    const char *name;
    enum master_target target;
} aliases[] = {
    { "spotify", TARGET_STREAMING },  { "youtube", TARGET_STREAMING },  { "apple-music", TARGET_APPLE },
    { "r128", TARGET_EBU_R128 },      { "ebu", TARGET_EBU_R128 },       { "broadcast", TARGET_EBU_R128 },
    { "atsc-a85", TARGET_ATSC },      { "a85", TARGET_ATSC },
};

int master_target_find(const char *name)
{
    for (int i = 0; i < TARGET_COUNT; i++)
        if (strcasecmp(name, target_names[i]) == 0)
            return i;
    for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
        if (strcasecmp(name, aliases[i].name) == 0)
            return (int)aliases[i].target;
    return -1;
}

const struct choices master_target_choices = { .names = target_names, .count = TARGET_COUNT, .find = master_target_find };

#define AT(member) offsetof(struct master_multiband, member)
static const struct field multiband_rows[] = {
    { "low_hz", FIELD_REAL, 0, AT(low_hz), 40, 500, "Hz", "150", .help = "Between low and middle." },
    { "high_hz", FIELD_REAL, 0, AT(high_hz), 1000, 10000, "Hz", "4000", .help = "Between middle and high." },
    { "low", FIELD_OBJECT, 0, AT(low), .of = &mix_compressor_fields, .help = "Compressor of the low band." },
    { "mid", FIELD_OBJECT, 0, AT(mid), .of = &mix_compressor_fields, .help = "Of the middle band." },
    { "high", FIELD_OBJECT, 0, AT(high), .of = &mix_compressor_fields, .help = "Of the high band." },
};
const struct fields master_multiband_fields =
    FIELDS("master_multiband", struct master_multiband, multiband_rows, "Compression in three bands.");
#undef AT

#define AT(member) offsetof(struct master_spec, member)
static const struct field rows[] = {
    { "target", FIELD_CHOICE, 0, AT(target), 0, 0, NULL, "\"streaming\"", .choices = &master_target_choices,
      .help = "Where it goes: loudness and peak by name." },
    { "loudness_lufs", FIELD_REAL, 0, AT(loudness_lufs), -36, -6, "LUFS", .help = "Integrated loudness; the target's." },
    { "ceiling_dbtp", FIELD_REAL, 0, AT(ceiling_dbtp), -12, 0, "dBTP", .help = "Highest true peak; the target's." },
    { "highpass_hz", FIELD_REAL, 0, AT(highpass_hz), 0, 120, "Hz", "25", .help = "High-pass filter; 0 is off." },
    { "octaves_db", FIELD_REALS, 0, AT(octaves_db), 0, MASTER_OCTAVES, "dB",
      .help = "Wished octaves from 31 Hz to 16 kHz against the whole; none: no tone correction." },
    { "tone_amount", FIELD_REAL, 0, AT(tone_amount), 0, 1, NULL, "0.6", .help = "How much of the way there." },
    { "tone_limit_db", FIELD_REAL, 0, AT(tone_limit_db), 0, 9, "dB", "4", .help = "At most in any band." },
    { "multiband", FIELD_OBJECT, 0, AT(multiband), .of = &master_multiband_fields, .help = "Compression in bands." },
    { "glue", FIELD_OBJECT, 0, AT(glue), .of = &mix_compressor_fields, .help = "Compressor over everything." },
    { "drive_db", FIELD_REAL, 0, AT(drive_db), 0, 12, "dB", "0", .help = "Soft saturation; 0 is off." },
    { "width", FIELD_REAL, 0, AT(width), -1, 1, NULL, "0", .help = "-1 is mono, 0 as it is." },
    { "mono_below_hz", FIELD_REAL, 0, AT(mono_below_hz), 0, 400, "Hz", "120", .help = "Bass in the middle; 0 is off." },
    { "limiter_lookahead_ms", FIELD_REAL, 0, AT(limiter_lookahead_ms), 0.5, 20, "ms", "5",
      .help = "How far ahead the limiter looks." },
    { "limiter_release_ms", FIELD_REAL, 0, AT(limiter_release_ms), 5, 1000, "ms", "80",
      .help = "How fast the limiter lets go." },
};
#undef AT

const struct fields master_spec_fields = FIELDS("master_spec", struct master_spec, rows, "The finish.");

static const struct master_target_info *target_of(const struct master_spec *spec)
{
    return &master_targets[spec->target > 0 && spec->target < TARGET_COUNT ? spec->target : TARGET_STREAMING];
}

double master_loudness_lufs(const struct master_spec *spec)
{
    return isfinite(spec->loudness_lufs) ? spec->loudness_lufs : target_of(spec)->loudness_lufs;
}

double master_ceiling_dbtp(const struct master_spec *spec)
{
    return isfinite(spec->ceiling_dbtp) ? spec->ceiling_dbtp : target_of(spec)->ceiling_dbtp;
}
