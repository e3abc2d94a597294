/* GET /v1/download/{job_id}/{filename}: we say who may have a file and what it is called; the web server sends it, with ranges
 * and conditions. How it is told, it says itself by a FastCGI parameter, which no client can set:
 *
 *   AETHER_SENDFILE=x-accel-redirect   nginx: a location below /internal/output/, of the folder <data_dir>/output/
 *   AETHER_SENDFILE=x-sendfile         Apache with mod_xsendfile: the path of the file
 *   none                               we send it ourselves; a thread is busy until the web server has taken it
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/handlers.h"
#include "core/json.h"
#include "server/header.h"
#include "server/problem.h"
#include "server/range.h"
#include "server/text.h"
#include "store/artifacts.h"

enum { SMALL_BYTES = 64 * 1024, TITLE_BYTES_MAX = 120 }; /* so that the end, which tells the files of a song apart, is never cut */

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

/* No link is followed below the folder of the output, and a name is one step. */
static int open_file(const struct request *req, const struct artifact *file, struct error *e)
{
    const char *folder = arena_printf(req->arena, "%s/output", api_of(req)->config->data_dir);
    int output = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), job = -1, fd = -1;

    if (output >= 0 && strchr(file->name, '/') == NULL)
        job = openat(output, file->job_id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (job >= 0)
        fd = openat(job, file->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        error_set(e, ERROR_IO, "cannot open '%s' of job %s: %s", file->name, file->job_id, strerror(errno));
    if (job >= 0)
        close(job);
    if (output >= 0)
        close(output);
    return fd;
}

static void describe(struct request *req, struct response *resp, const struct artifact *file)
{
    response_header(resp, "Content-Type", "%s", file->media_type);
    response_header(resp, "Content-Disposition", "%s", disposition_attachment(req->arena, saved_name(req, file)));
    response_header(resp, "Cache-Control", "private, no-cache"); /* may be kept, but the key is looked at each time */
}

static bool answer_unsatisfiable(struct request *req, struct response *resp, int64_t size)
{
    struct error e = { 0 };

    error_set(&e, ERROR_RANGE, "the file has %lld bytes", (long long)size);
    problem_answer(req, resp, &e);
    response_header(resp, "Content-Range", "bytes */%lld", (long long)size);
    return true;
}

static bool send_ourselves(struct request *req, struct response *resp, const struct artifact *file, struct error *e)
{
    const char *etag = arena_printf(req->arena, "\"%s\"", file->sha256);
    struct range range = range_of(req, etag, file->bytes);
    struct stat st;
    int fd;

    if (range.verdict == RANGE_UNSATISFIABLE)
        return answer_unsatisfiable(req, resp, file->bytes);
    if (range.verdict == RANGE_NOT_MODIFIED) {
        response_empty(resp, 304);
    } else {
        fd = open_file(req, file, e);
        if (fd < 0)
            return false;
        response_file(resp, range.verdict == RANGE_PART ? 206 : 200, file->media_type, fd, range.first, range.bytes);
        if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size != file->bytes)
            return error_set(e, ERROR_IO, "'%s' of job %s is not as it was made", file->name, file->job_id);
    }
    describe(req, resp, file);
    response_header(resp, "ETag", "%s", etag);
    response_header(resp, "Accept-Ranges", "bytes");
    if (range.verdict == RANGE_PART)
        response_header(resp, "Content-Range", "bytes %lld-%lld/%lld", (long long)range.first,
                        (long long)(range.first + range.bytes - 1), (long long)file->bytes);
    return true;
}

static bool find_file(struct request *req, struct artifact *out, struct error *e)
{
    return artifact_find(api_store(req), request_param(req, "job_id"), request_param(req, "filename"),
                         req->who.organisation, req->arena, out, e);
}

static bool send_by_heavy_thread(struct request *req, struct response *resp, struct error *e)
{
    struct artifact file;

    return find_file(req, &file, e) && send_ourselves(req, resp, &file, e);
}

bool downloads_get(struct request *req, struct response *resp, struct error *e)
{
    const char *way = req->wire.param(req->wire.arg, "AETHER_SENDFILE");
    struct arena *a = req->arena;
    struct artifact file;

    if (!find_file(req, &file, e))
        return false;
    response_empty(resp, 200);
    if (way != NULL && strcmp(way, "x-accel-redirect") == 0) {
        response_header(resp, "X-Accel-Redirect", "/internal/output/%s/%s", file.job_id, percent_encode(a, file.name, ""));
    } else if (way != NULL && strcmp(way, "x-sendfile") == 0) {
        response_header(resp, "X-Sendfile", "%s/output/%s/%s", percent_encode(a, api_of(req)->config->data_dir, "/"),
                        file.job_id, percent_encode(a, file.name, ""));
    } else if (file.bytes <= SMALL_BYTES || req->method == METHOD_HEAD) {
        return send_ourselves(req, resp, &file, e);
    } else { /* never by the last free thread: the client may be slow */
        req->is_heavy = true;
        req->wait.finish = send_by_heavy_thread;
        return true;
    }
    describe(req, resp, &file);
    return true;
}
