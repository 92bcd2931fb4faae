/* Where things are: what librpkcs11.conf beside the module says, and what the environment says instead. */
#ifndef RP_SETTINGS_H
#define RP_SETTINGS_H

#include <limits.h>
#include <stdbool.h>
#include <sys/un.h>

#define RP_MAX_ARGUMENTS 64

struct settings {
    char socket[sizeof(((struct sockaddr_un *)0)->sun_path)];
    char directory[sizeof(((struct sockaddr_un *)0)->sun_path)]; /* of the socket */
    char *agent[RP_MAX_ARGUMENTS + 1];                           /* its command line, NULL at the end */
    const char *configuration;                                   /* of the client; NULL: the agent's own choice */
    const char *token;                                           /* NULL: all */
    const char *door;                                            /* "agent", "in-process"; NULL: as the host is */
    const char *server;                                          /* libjvm.so of a JVM made in process, or NULL */
    const char *classes;                                         /* its class path, or that of our loader in the host's */
    const char *libraries;                                       /* folder of libjnidispatch.so */
    const char *archive;                                         /* of its classes, to start sooner, or NULL */
    const char *entry;                                           /* class that opens the door; NULL: ours */
    long patience;                                               /* seconds without a sign of life from the agent */
    long start;                                                  /* seconds that a JVM in process may take to start */
    char *text;                                                  /* what the pointers point into */
    char module[PATH_MAX];                                       /* folder of this library */
};

/* NULL: no memory, or no place for a socket; the log says which. */
struct settings *rp_settings(void);
void rp_settings_release(struct settings *settings);

#endif
