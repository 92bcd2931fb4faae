/* The application: whether it is initialised in this process, and its connections, one for each thread in a call. */
#ifndef RP_POOL_H
#define RP_POOL_H

#include "cryptoki.h"
#include "link.h"

CK_RV rp_pool_start(void);
CK_RV rp_pool_stop(void);
/* In this very process: a forked child is not. */
bool rp_pool_is_up(void);
/* Changes when the application is another: after C_Finalize, fork, or the agent's death. */
uint64_t rp_pool_life(void);
/* NULL, and why in rv. */
struct link *rp_pool_take(CK_RV *rv);
/* usable: the last exchange on it was complete. If not, the agent's side of the application counts as lost. */
void rp_pool_give(struct link *link, bool usable);

#endif
