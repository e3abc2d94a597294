#include "core/owner.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool owner_follow(int fd, const char *folder, struct error *e)
{
    const struct passwd *user;
    gid_t group = (gid_t)-1; /* stays as it is */
    struct stat st;

    if (geteuid() != 0)
        return true;
    if (stat(folder, &st) != 0)
        return error_set(e, ERROR_IO, "cannot see whose '%s' is: %s", folder, strerror(errno));
    if (st.st_uid == 0)
        return true;
    user = getpwuid(st.st_uid);
    if ((st.st_mode & S_ISGID) == 0 && user != NULL)
        group = user->pw_gid;
    return fchown(fd, st.st_uid, group) == 0 ||
           error_set(e, ERROR_IO, "cannot give a file to the owner of '%s': %s", folder, strerror(errno));
}
