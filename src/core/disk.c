#include "core/disk.h"

#include <sys/statvfs.h>

enum { MB = 1000000 };

int64_t disk_free_mb(const char *folder)
{
    struct statvfs st;

    if (statvfs(folder, &st) != 0)
        return -1;
    return (int64_t)((double)st.f_bavail * (double)st.f_frsize / MB);
}

bool disk_check(const struct config *c, enum disk_need need, struct error *e)
{
    int64_t least = need == DISK_FOR_NEW ? c->disk_reserve_mb : c->disk_reserve_mb / 2, free_mb;

    if (least == 0)
        return true;
    free_mb = disk_free_mb(c->data_dir);
    return free_mb < 0 || free_mb >= least ||
           error_set(e, ERROR_STORAGE, "%lld MB are free on the disk of '%s', less than the %lld MB that are kept free",
                     (long long)free_mb, c->data_dir, (long long)least);
}
