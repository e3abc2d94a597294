#include "main/aether/command.h"

#include <stdio.h>

const struct command commands[] = {
    /* name, arguments, summary, details, options, run */
    { "create", "[BRIEF] --out DIR [options]", "make a track from a brief",
      "BRIEF is plain English: \"late-night drive, nostalgic, analogue synths\". Instead of BRIEF and the options a file\n"
      "with the body of POST /v1/tracks may be given with --request. DIR gets the audio, the MIDI file, song.json with\n"
      "every document of the band, and release.json, which lists all files.",
      create_options, create_run },
    { "render", "SONG.json --out DIR [options]", "play given documents: an edited song.json, or a body of POST /v1/render",
      "What is given is played as it is; documents that are missing are written by the band.", render_options, render_run },
    { "review", "SONG.json | DIR [options]", "measure documents as the reviewer does: value, band and verdict of each measure",
      "Nothing is played. Exit status 0 when the song passes, 1 when it does not.", review_options, review_run },
    { "genres", "[list | show ID | check FILE…]", "the genres there are; check a genre file",
      "check names each mistake in a file with its line and what was expected.", genres_options, genres_run },
    { "audit", "search | tail | verify | export [options]", "who did what on this service, from the audit trail",
      "search and tail show each request and command once, with how it ended; export writes every row with its hash.\n"
      "verify looks at every row and names the first that is not as it was written; exit status 1 when there is one. The\n"
      "service logs an anchor a day (\"audit anchor SEQ:HASH\"): with --anchor verify sees rows cut off at the end, too.",
      audit_options, audit_run },
    { "keys", "create | list | show ID | rotate ID | revoke ID | check", "API keys of the service on this machine",
      "create prints the key once; only its checksum is stored. rotate gives a key a new secret; the old one stays good for a\n"
      "grace period. A revoked key stops working at once. check reads a key from standard input.", keys_options, keys_run },
    { "jobs", "list | show ID | cancel ID… | retry ID…", "the jobs of the service on this machine",
      "cancel ends queued and running jobs; retry queues failed and cancelled ones anew. A job that is in no such state is\n"
      "left as it is, with exit status 1; the others named beside it are not.", jobs_options, jobs_run },
    { "webhooks", "list | retry ID | secret ORGANISATION", "the calls that tell receivers of finished jobs",
      "secret prints what a receiver in the organisation checks the signature with (Standard Webhooks, whsec_…).",
      webhooks_options, webhooks_run },
    { "maintain", "[options]", "what a timer does once a day: retention, checks, checkpoint, backups",
      "Removes jobs older than AETHER_RETENTION_DAYS with their files, forgets old Idempotency-Keys, checks each database\n"
      "(aether.db, audit.db), moves its log into it, and copies it to AETHER_BACKUP_DIR, where AETHER_BACKUPS_KEPT copies\n"
      "are kept. The service may run meanwhile. Exit status 0 when all went well, 1 when a step failed: the others are done.",
      maintain_options, maintain_run },
    { "usage", "[limit] [options]", "what organisations and keys have ordered and may order",
      "limit sets the quota of an organisation or a key; limits that are not named stay. Days and months are those of UTC.",
      usage_options, usage_run },
    { "doctor", "[options]", "the security checklist of a production machine, as checks",
      "Exit status 0 when nothing has failed; warnings do not count.", doctor_options, doctor_run },
    { "config", "show | check | help", "the settings: their values, whether they are right, what they mean",
      "check also looks for the folders and the SoundFont that the programs need. help prints the table of the README.", config_options, config_run },
    { "soundfonts", "", "the SoundFonts there are: name, file, checksum, presets, loudness",
      "The first plays when neither request nor genre chooses one. Their loudness is kept below AETHER_DATA_DIR, or in\n"
      "~/.cache/aether when that cannot be written.", soundfonts_options, soundfonts_run },
    { "version", "", "the version of the engine and of its parts", NULL, version_options, version_run },
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

void complain(const struct error *e)
{
    if (e->problems == NULL)
        fprintf(stderr, "aether: %s\n", e->detail);
    for (const struct problem *p = e->problems; p != NULL; p = p->next)
        fprintf(stderr, "aether: %s: %s\n", p->pointer[0] != '\0' ? p->pointer : "the request", p->detail);
}

void print_json(json_object *tree)
{
    puts(json_object_to_json_string_ext(tree, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
                                                  JSON_C_TO_STRING_NOSLASHESCAPE));
    json_object_put(tree);
}
