/* GET /v1/download/{job_id}/{filename}: we say who may have a file and what it is called; the web server
 * sends it, with ranges and conditions. */
#include <string.h>

#include "api/handlers.h"
#include "core/json.h"
#include "server/header.h"
#include "server/text.h"
#include "store/artifacts.h"

enum { TITLE_BYTES_MAX = 120 }; /* so that the end, which tells the files of a song apart, is never cut */

/* "Neon 180_master.wav": files of several songs lie in one folder at the client's. */
static const char *saved_name(struct request *req, const struct artifact *file)
{
    struct job job;
    json_object *result;
    const char *title = NULL;

    if (job_get(api_store(req), file->job_id, req->who.organisation, req->arena, &job, NULL) &&
        job.result != NULL) {
        result = json_read(req->arena, job.result, strlen(job.result), NULL);
        title = result != NULL ? json_get_string(result, "title") : NULL;
    }
    if (title == NULL)
        return file->name;
    return arena_printf(req->arena, "%.*s_%s", (int)utf8_cut(title, TITLE_BYTES_MAX), title, file->name);
}

bool downloads_get(struct request *req, struct response *resp, struct error *e)
{
    struct arena *a = req->arena;
    struct artifact file;

    if (!artifact_find(api_store(req), request_param(req, "job_id"), request_param(req, "filename"),
                       req->who.organisation, a, &file, e))
        return false;
    response_empty(resp, 200);
    response_header(resp, "X-Accel-Redirect", "/internal/output/%s/%s", file.job_id,
                    percent_encode(a, file.name, ""));
    response_header(resp, "Content-Type", "%s", file.media_type);
    response_header(resp, "Content-Disposition", "%s", disposition_attachment(a, saved_name(req, &file)));
    response_header(resp, "Cache-Control",
                    "private, no-cache"); /* may be kept, but the key is looked at each time */
    return true;
}
