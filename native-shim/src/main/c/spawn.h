/* Starts the user's agent: its own session, nothing inherited from the host but an allowed few variables. */
#ifndef RP_SPAWN_H
#define RP_SPAWN_H

#include <stdbool.h>

#include "settings.h"

/* True once the agent says that it listens; false, and a line in the log, if it does not within half a minute. */
bool rp_spawn_agent(const struct settings *settings);

#endif
