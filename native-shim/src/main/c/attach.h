/* The host's threads in the JVM. */
#ifndef RP_ATTACH_H
#define RP_ATTACH_H

#include <stdbool.h>

/* This thread can call Java now and until it ends, as a daemon, which keeps no JVM from ending. False: it cannot, as
   on a small stack or when the JVM has ended. */
bool rp_attach(void);

#endif
