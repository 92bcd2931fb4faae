#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MAX_LOG ((off_t)1024 * 1024)

static void make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

void rp_log_path(const char *name, char *path) {
    const char *state = secure_getenv("XDG_STATE_HOME");
    const char *home = secure_getenv("HOME");
    if (state != NULL && *state == '/') {
        snprintf(path, PATH_MAX, "%s/rpkcs11/%s", state, name);
    } else if (home != NULL && *home == '/') {
        snprintf(path, PATH_MAX, "%s/.local/state/rpkcs11/%s", home, name);
    } else {
        snprintf(path, PATH_MAX, "/tmp/rpkcs11-%u/%s", (unsigned)geteuid(), name);
    }
}

int rp_log_open(const char *name) {
    char path[PATH_MAX];
    rp_log_path(name, path);
    make_folders(path);
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC, 0600);
    struct stat status;
    if (file >= 0 && (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_uid != geteuid())) {
        close(file);
        return -1;
    }
    if (file >= 0 && status.st_size > MAX_LOG && ftruncate(file, 0) != 0) {
        close(file);
        return -1;
    }
    return file;
}

void rp_log(const char *format, ...) {
    int before = errno;
    int file = rp_log_open("module.log");
    if (file >= 0) {
        char line[1024];
        time_t now = time(NULL);
        struct tm utc;
        gmtime_r(&now, &utc);
        size_t length = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%SZ ", &utc);
        length += (size_t)snprintf(line + length, 128, "%s[%d] ", program_invocation_short_name, (int)getpid());
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(line + length, sizeof line - length - 1, format, arguments);
        va_end(arguments);
        strcat(line, "\n");
        if (write(file, line, strlen(line)) < 0) {
            errno = before; /* a full disk: there is nobody left to tell */
        }
        close(file);
    }
    errno = before;
}
