#include "net/callback.h"

#include <curl/curl.h>
#include <string.h>
#include <strings.h>

struct parts {
    CURLU *url;
    char *scheme, *host, *user, *fragment;
};

static void part(struct parts *p, CURLUPart which, char **out)
{
    *out = NULL;
    if (curl_url_get(p->url, which, out, 0) != CURLUE_OK)
        *out = NULL;
}

bool callback_is_https(const char *url)
{
    return strncasecmp(url, "https:", 6) == 0;
}

bool callback_address_check(const struct address *to, bool is_https, const struct network_list *networks)
{
    return network_list_has(networks, to) || (is_https && address_is_public(to));
}

/* IPv6 addresses stand in brackets. Names are no addresses: those wait. */
static bool host_check(const char *host, bool is_https, const struct network_list *networks)
{
    size_t len = strlen(host);
    char bare[ADDRESS_TEXT_SIZE];
    struct address address;

    if (len >= sizeof(bare))
        return true;
    memcpy(bare, host, len + 1);
    if (bare[0] == '[' && bare[len - 1] == ']') {
        bare[len - 1] = '\0';
        memmove(bare, bare + 1, len - 1);
    }
    return !address_parse(bare, &address) || callback_address_check(&address, is_https, networks);
}

static bool parts_check(const struct parts *p, const struct network_list *networks, struct error *e)
{
    bool https = p->scheme != NULL && strcmp(p->scheme, "https") == 0;

    if (p->scheme == NULL || p->host == NULL || p->host[0] == '\0')
        return error_set(e, ERROR_VALIDATION, "expected a URL such as https://example.org/aether");
    if (!https && (strcmp(p->scheme, "http") != 0 || networks->count == 0))
        return error_set(e, ERROR_VALIDATION, "expected https, not '%s'", p->scheme);
    if (p->user != NULL || p->fragment != NULL)
        return error_set(e, ERROR_VALIDATION, "expected a URL without user name and fragment");
    if (!host_check(p->host, https, networks))
        return error_set(e, ERROR_VALIDATION, "this service does not call the address '%s'", p->host);
    return true;
}

bool callback_url_check(const char *url, const struct network_list *networks, struct error *e)
{
    struct parts p = { .url = curl_url() };
    bool ok;

    ASSERT(p.url != NULL);
    for (const char *at = url; *at != '\0'; at++)
        if ((unsigned char)*at <= 0x20 || (unsigned char)*at >= 0x7f) {
            curl_url_cleanup(p.url);
            return error_set(e, ERROR_VALIDATION, "expected a URL of visible ASCII characters");
        }
    /* libcurl takes a third slash for a slip and goes on to the name behind it. */
    if (strstr(url, ":///") == NULL && curl_url_set(p.url, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK) {
        part(&p, CURLUPART_SCHEME, &p.scheme);
        part(&p, CURLUPART_HOST, &p.host);
        part(&p, CURLUPART_USER, &p.user);
        part(&p, CURLUPART_FRAGMENT, &p.fragment);
    }
    ok = parts_check(&p, networks, e);
    curl_free(p.scheme);
    curl_free(p.host);
    curl_free(p.user);
    curl_free(p.fragment);
    curl_url_cleanup(p.url);
    return ok;
}
