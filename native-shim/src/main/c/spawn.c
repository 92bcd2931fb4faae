#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"

#define START_SECONDS 30
#define MAX_VARIABLES 64
#define SAID 1024

extern char **environ;

/* What an agent may need of the host's environment; a host's secrets and preloads are not among it. */
static const char *const VARIABLES[] = {
    "HOME=", "USER=", "LOGNAME=", "PATH=", "LANG=", "LC_ALL=", "LC_CTYPE=", "TZ=", "TMPDIR=", "JAVA_HOME=",
    "XDG_RUNTIME_DIR=", "XDG_CONFIG_HOME=", "XDG_STATE_HOME=", "DISPLAY=", "WAYLAND_DISPLAY=", "XAUTHORITY=",
    "DBUS_SESSION_BUS_ADDRESS=", "RPKCS11_CONFIG=", "RPKCS11_IDLE=", "RPKCS11_PINENTRY=", "RPKCS11_JAVA_OPTIONS="};

struct plan {
    char *const *arguments;
    char *variables[MAX_VARIABLES + 2];
    char socket[sizeof "RPKCS11_SOCKET=" + sizeof(((struct settings *)0)->socket)];
    int input;
    int ready;
    int log;
};

static void choose_environment(struct plan *plan) {
    size_t count = 0;
    for (char **variable = environ; variable != NULL && *variable != NULL && count < MAX_VARIABLES; variable++) {
        for (size_t i = 0; i < sizeof VARIABLES / sizeof *VARIABLES; i++) {
            if (strncmp(*variable, VARIABLES[i], strlen(VARIABLES[i])) == 0) {
                plan->variables[count++] = *variable;
                break;
            }
        }
    }
    plan->variables[count++] = plan->socket;
    plan->variables[count] = NULL;
}

static void close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, 0) == 0) {
        return;
    }
#endif
    struct rlimit limit;
    int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int file = first; file < end; file++) {
        close(file);
    }
}

/* Only what is safe between fork and exec in a process with threads. */
static _Noreturn void become_agent(const struct plan *plan) {
    for (int number = 1; number < NSIG; number++) {
        signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    umask(077);
    if (chdir("/") != 0 || dup2(plan->input, 0) < 0 || dup2(plan->ready, 1) < 0 || dup2(plan->log, 2) < 0) {
        _exit(126);
    }
    close_from(3);
    execve(plan->arguments[0], plan->arguments, plan->variables);
    _exit(127);
}

/* Like fork, but without the host's fork handlers and without a SIGCHLD to the host. */
static pid_t quiet_fork(void) {
    return (pid_t)syscall(SYS_clone, 0UL, NULL, NULL, NULL, NULL);
}

static bool fork_twice(const struct plan *plan) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = quiet_fork();
    if (child == 0) {
        setsid();
        if (quiet_fork() == 0) {
            become_agent(plan);
        }
        _exit(0);
    }
    while (child > 0 && waitpid(child, NULL, __WALL) < 0 && errno == EINTR) {
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return child > 0;
}

/* What the agent writes once it listens; a JVM may say other things before. */
static bool says_ready(int pipe, char *said, size_t *length) {
    static const char READY[] = "ready\n";
    ssize_t got = read(pipe, said + *length, SAID - *length);
    *length += got > 0 ? (size_t)got : 0;
    return memmem(said, *length, READY, strlen(READY)) != NULL;
}

static bool await_ready(int pipe) {
    char said[SAID];
    size_t length = 0;
    int64_t end = rp_clock() + START_SECONDS * RP_SECOND;
    for (;;) {
        int64_t left = end - rp_clock();
        struct pollfd wait = {.fd = pipe, .events = POLLIN};
        int events = left <= 0 ? 0 : poll(&wait, 1, (int)(left / RP_MILLISECOND));
        if (events == 0) {
            rp_log("the agent did not listen within %d seconds; its own log is agent.log beside this one", START_SECONDS);
            return false;
        }
        size_t before = length;
        if (events > 0 && says_ready(pipe, said, &length)) {
            return true;
        }
        if (events > 0 && length == before) {
            rp_log("the agent ended before it listened; its own log is agent.log beside this one");
            return false;
        }
    }
}

/* Numbers below 3 are where the child's own input and output go. */
static int above_standard(int file) {
    int moved = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, 3);
    if (file >= 0) {
        close(file);
    }
    return moved;
}

static bool start(struct plan *plan) {
    int pipes[2];
    if (pipe2(pipes, O_CLOEXEC) != 0) {
        rp_log("cannot start the agent: %s", strerror(errno));
        return false;
    }
    int ready = above_standard(pipes[0]);
    plan->ready = above_standard(pipes[1]);
    plan->input = above_standard(open("/dev/null", O_RDWR | O_CLOEXEC));
    int log = rp_log_open("agent.log");
    plan->log = above_standard(log >= 0 ? log : open("/dev/null", O_WRONLY | O_CLOEXEC));
    bool started = ready >= 0 && plan->ready >= 0 && plan->input >= 0 && plan->log >= 0 && fork_twice(plan);
    if (!started) {
        rp_log("cannot start the agent: %s", strerror(errno));
    }
    close(plan->ready);
    close(plan->input);
    close(plan->log);
    started = started && await_ready(ready);
    close(ready);
    return started;
}

bool rp_spawn_agent(const struct settings *settings) {
    static char installed[] = "/usr/bin/rpkcs11";
    static char verb[] = "agent";
    static char *const fallback[] = {installed, verb, NULL};
    struct plan plan = {.arguments = settings->agent[0] != NULL ? settings->agent : fallback};
    if (getauxval(AT_SECURE) != 0) {
        rp_log("no agent runs, and a program with raised rights does not start one");
        return false;
    }
    if (access(plan.arguments[0], X_OK) != 0) {
        rp_log("cannot run the agent %s: %s; librpkcs11.conf in %s or RPKCS11_AGENT names another",
               plan.arguments[0], strerror(errno), settings->module);
        return false;
    }
    snprintf(plan.socket, sizeof plan.socket, "RPKCS11_SOCKET=%s", settings->socket);
    choose_environment(&plan);
    return start(&plan);
}
