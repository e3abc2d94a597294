#include "song/master_spec.h"

#define AT(member) offsetof(struct master_spec, member)
static const struct field rows[] = {
    { "loudness_lufs", FIELD_REAL, 0, AT(loudness_lufs), -36, -6, "LUFS", "-14", .help = "Integrated loudness." },
    { "ceiling_dbtp", FIELD_REAL, 0, AT(ceiling_dbtp), -12, 0, "dBTP", "-1", .help = "Highest true peak." },
    { "highpass_hz", FIELD_REAL, 0, AT(highpass_hz), 0, 120, "Hz", "25", .help = "High-pass filter; 0 is off." },
    { "glue", FIELD_OBJECT, 0, AT(glue), .of = &mix_compressor_fields, .help = "Compressor over everything." },
    { "limiter_lookahead_ms", FIELD_REAL, 0, AT(limiter_lookahead_ms), 0.5, 20, "ms", "5",
      .help = "How far ahead the limiter looks." },
    { "limiter_release_ms", FIELD_REAL, 0, AT(limiter_release_ms), 5, 1000, "ms", "80",
      .help = "How fast the limiter lets go." },
};
#undef AT

const struct fields master_spec_fields = FIELDS("master_spec", struct master_spec, rows, "The finish.");
