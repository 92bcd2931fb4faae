/* Small parts of C_DigestUpdate and its like are joined before they cross the socket. */
#ifndef RP_GATHER_H
#define RP_GATHER_H

#include <stdint.h>

#include "cryptoki.h"
#include "table.h"

/* A call of a function marked gather. The first part of an operation goes through at once, so that the agent judges
   whether there is an operation at all. */
CK_RV rp_gather(unsigned id, const uintptr_t *words);
/* Before any other call of that session: sends what waits. */
CK_RV rp_gather_flush(CK_ULONG session);
/* The session ends: what waits is dropped. */
void rp_gather_drop(CK_ULONG session);
void rp_gather_purge(void);
/* After fork, in the child. */
void rp_gather_forget_parent(void);

#endif
