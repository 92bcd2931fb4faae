#include "connect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "spawn.h"

#define LOCK_SECONDS 40
#define LOCK_PAUSE (20 * RP_MILLISECOND)

/* A folder that another user made, or can write to, is no place to look for an agent that is told PINs. */
static bool check_directory(const char *directory) {
    struct stat status;
    if (mkdir(directory, 0700) != 0 && errno != EEXIST) {
        rp_log("cannot make the folder %s: %s", directory, strerror(errno));
        return false;
    }
    if (lstat(directory, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid()
        || (status.st_mode & 077) != 0) {
        rp_log("%s is not a folder that this user alone may enter (mode 0700); the agent in it is not used", directory);
        return false;
    }
    return true;
}

static bool check_peer(int file) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (getsockopt(file, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid()) {
        rp_log("the agent's socket belongs to another user; it is not used");
        return false;
    }
    return true;
}

/* -1 with errno: nobody listens. */
static int try_connect(const struct settings *settings, const char *path) {
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (file >= 0 && file < 3) {
        int moved = fcntl(file, F_DUPFD_CLOEXEC, 3);
        close(file);
        file = moved;
    }
    if (file < 0) {
        return -1;
    }
    struct timeval patience = {.tv_sec = settings->patience};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strnlen(path, sizeof address.sun_path - 1));
    if (connect(file, (const struct sockaddr *)&address, sizeof address) != 0) {
        int before = errno;
        close(file);
        errno = before;
        return -1;
    }
    return file;
}

static bool nobody_listens(void) {
    return errno == ENOENT || errno == ECONNREFUSED;
}

/* Many processes may find no agent at once, as nginx workers do; one starts it and the others wait. */
static int lock_start(const struct settings *settings) {
    char path[sizeof settings->directory + 16];
    snprintf(path, sizeof path, "%s/start.lock", settings->directory);
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int64_t end = rp_clock() + LOCK_SECONDS * RP_SECOND;
    while (file >= 0 && flock(file, LOCK_EX | LOCK_NB) != 0) {
        if (rp_clock() > end) {
            close(file);
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = LOCK_PAUSE}, NULL);
    }
    return file;
}

static int start_and_connect(const struct settings *settings) {
    int lock = lock_start(settings);
    if (lock < 0) {
        rp_log("cannot lock %s/start.lock: %s", settings->directory, strerror(errno));
        return -1;
    }
    int file = try_connect(settings, settings->socket);
    if (file < 0 && nobody_listens() && rp_spawn_agent(settings)) {
        file = try_connect(settings, settings->socket);
        if (file < 0) {
            rp_log("cannot reach the agent just started at %s: %s", settings->socket, strerror(errno));
        }
    }
    close(lock);
    return file;
}

static int checked(int file) {
    if (file >= 0 && !check_peer(file)) {
        close(file);
        return -1;
    }
    return file;
}

int rp_connect(const struct settings *settings) {
    if (!check_directory(settings->directory)) {
        return -1;
    }
    int file = try_connect(settings, settings->socket);
    if (file < 0 && nobody_listens()) {
        file = start_and_connect(settings);
    } else if (file < 0) {
        rp_log("cannot reach the agent at %s: %s", settings->socket, strerror(errno));
    }
    return checked(file);
}

int rp_reconnect(const struct settings *settings, const char *path) {
    int file = try_connect(settings, path);
    if (file < 0) {
        rp_log("cannot reach the agent at %s any more: %s", path, strerror(errno));
    }
    return checked(file);
}
