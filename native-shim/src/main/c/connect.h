/* A connected socket to this user's agent, and nobody else's. */
#ifndef RP_CONNECT_H
#define RP_CONNECT_H

#include "settings.h"

/* Starts the agent if none listens. -1: there is no agent to be had; the log says why. */
int rp_connect(const struct settings *settings);
/* To the very agent that listens at that path; starts none. */
int rp_reconnect(const struct settings *settings, const char *path);

#endif
