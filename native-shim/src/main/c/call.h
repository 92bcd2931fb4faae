/* What every C_ function that leaves this library does. */
#ifndef RP_CALL_H
#define RP_CALL_H

#include <stdint.h>

#include "cryptoki.h"

/* A call by the host: id of pkcs11.table, arguments one word each. */
CK_RV rp_call(unsigned id, const uintptr_t *words);
/* One question to the agent and its answer. */
CK_RV rp_ask(unsigned id, const uintptr_t *words);

#endif
