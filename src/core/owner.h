/* Whose the files are that root makes for a service of another user. */
#ifndef CORE_OWNER_H
#define CORE_OWNER_H

#include "core/error.h"

/* Gives the file or folder open at `fd` to the owner of `folder` and to his own group, as if he had made it: what an
 * administrator does with sudo must not lock the service out. The folder's group counts only where the folder hands it down
 * (set-group-ID): it may be there to let others pass. Nothing happens to a process that is not root's, nor in a folder of
 * root's. ERROR_IO. */
bool owner_follow(int fd, const char *folder, struct error *e);

#endif
