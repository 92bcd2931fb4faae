/* The application where Java answers in this very process. */
#ifndef RP_INSIDE_H
#define RP_INSIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "cryptoki.h"
#include "settings.h"

/* Opens the door if this host is to have it: it is a JVM and calls from Java, or the settings say so. False: the
   application is the agent's. */
bool rp_inside_open(const struct settings *settings);
CK_RV rp_inside_start(const struct settings *settings);
CK_RV rp_inside_stop(void);
/* In this very process: a forked child has the JVM's memory, but none of its threads. */
bool rp_inside_is_up(void);
CK_RV rp_inside_call(unsigned id, const uintptr_t *words);

#endif
