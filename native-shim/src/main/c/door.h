/* Which of the two answers this host: the agent, or Java in this very process. */
#ifndef RP_DOOR_H
#define RP_DOOR_H

#include "cryptoki.h"

CK_RV rp_door_start(void);
CK_RV rp_door_stop(void);

#endif
