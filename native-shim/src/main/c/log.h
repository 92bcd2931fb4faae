/* One readable line for each thing that went wrong, in module.log of the user's state folder; never on the host's
   own output. */
#ifndef RP_LOG_H
#define RP_LOG_H

#include <stddef.h>

void rp_log(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Opens a file of the state folder for appending; -1 if there is no such place. */
int rp_log_open(const char *name);
/* path: PATH_MAX bytes. */
void rp_log_path(const char *name, char *path);

#endif
