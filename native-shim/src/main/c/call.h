/* What every C_ function that leaves this library does. */
#ifndef RP_CALL_H
#define RP_CALL_H

#include <stdint.h>

#include "buffer.h"
#include "cryptoki.h"

/* A call by the host: id of pkcs11.table, arguments one word each. */
CK_RV rp_call(unsigned id, const uintptr_t *words);
/* One question to the agent and its answer. */
CK_RV rp_ask(unsigned id, const uintptr_t *words);
/* The same for a request that is a whole frame already and has no outputs. The frame stays as it is. */
CK_RV rp_ask_frame(unsigned id, struct buffer *frame);

#endif
