/* Whether this process lets a JVM live in it. */
#ifndef RP_PROBE_H
#define RP_PROBE_H

#include <stdbool.h>

/* A JVM that is refused memory may end its process instead of saying so: it is asked for before. False: the log says
   what is refused. */
bool rp_probe_memory(void);

#endif
