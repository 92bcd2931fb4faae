#include "call.h"

#include "clock.h"
#include "gather.h"
#include "inside.h"
#include "log.h"
#include "marshal.h"
#include "pool.h"

/* Longer than any deadline of the agent's, an hour, and than an owner has to approve, another; signs of life come much oftener. */
#define LONGEST (3 * 60 * 60 * RP_SECOND)

static int64_t patience(unsigned id, const uintptr_t *words) {
    bool endless = id == ID_C_WaitForSlotEvent && (words[0] & CKF_DONT_BLOCK) == 0;
    return endless ? 0 : LONGEST;
}

/* False: the link is of no use any more. */
static bool exchange(struct link *link, unsigned id, const uintptr_t *words, CK_RV *rv) {
    const struct function *function = &rp_functions[id];
    rp_link_begin(link);
    rp_put_u16(&link->buffer, (uint16_t)id);
    *rv = rp_put_arguments(&link->buffer, function, words);
    if (*rv != CKR_OK) {
        return true;
    }
    struct reader reader;
    if (!rp_link_exchange(link, &link->buffer, patience(id, words), &reader)) {
        return false;
    }
    *rv = rp_get_u64(&reader);
    if (!rp_get_outputs(&reader, function, words)) {
        rp_log("%s: the agent's answer is malformed", function->name);
        return false;
    }
    return true;
}

/* Gives the link back. Whether the call is over, one way or the other. */
static bool conclude(struct link *link, unsigned id, bool complete, CK_RV *rv) {
    rp_pool_give(link, complete);
    if (complete) {
        return true;
    }
    if (!rp_pool_is_up()) {
        *rv = CKR_CRYPTOKI_NOT_INITIALIZED;
        return true;
    }
    rp_log("%s: the agent ended or fell silent", rp_functions[id].name);
    *rv = CKR_DEVICE_ERROR;
    return false;
}

CK_RV rp_ask(unsigned id, const uintptr_t *words) {
    /* Without a session a call means the same to a new agent. */
    int attempts = rp_functions[id].of_session ? 1 : 2;
    CK_RV rv = CKR_DEVICE_ERROR;
    while (attempts-- > 0 && rv == CKR_DEVICE_ERROR) {
        struct link *link = rp_pool_take(&rv);
        if (link != NULL && conclude(link, id, exchange(link, id, words, &rv), &rv)) {
            return rv;
        }
    }
    return rv;
}

CK_RV rp_ask_frame(unsigned id, struct buffer *frame) {
    CK_RV rv;
    struct reader reader;
    struct link *link = rp_pool_take(&rv);
    if (link == NULL) {
        return rv;
    }
    bool complete = rp_link_exchange(link, frame, LONGEST, &reader);
    if (complete) {
        rv = rp_get_u64(&reader);
    }
    conclude(link, id, complete, &rv);
    return rv;
}

CK_RV rp_call(unsigned id, const uintptr_t *words) {
    const struct function *function = &rp_functions[id];
    if (rp_inside_is_up()) {
        return rp_inside_call(id, words);
    }
    if (!rp_pool_is_up()) {
        return CKR_CRYPTOKI_NOT_INITIALIZED;
    }
    if (function->where == WHERE_REFUSED) {
        return CKR_FUNCTION_NOT_SUPPORTED;
    }
    if (function->where == WHERE_GATHER) {
        return rp_gather(id, words);
    }
    if (id == ID_C_CloseSession) {
        rp_gather_drop(words[0]);
    } else if (function->of_session) {
        CK_RV rv = rp_gather_flush(words[0]);
        if (rv != CKR_OK) {
            return rv;
        }
    }
    return rp_ask(id, words);
}
