#include "gather.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "pool.h"

#define FRAME_START ((size_t)18)
#define GATHERED ((size_t)256 * 1024 - FRAME_START)
#define BUCKETS 64
#define MAX_ENTRIES 1024

/* An operation whose parts are being joined; ready to be sent without another copy. */
struct entry {
    CK_ULONG session;
    unsigned function;
    uint64_t life;
    struct buffer frame; /* a request whose part grows */
    struct entry *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct entry *buckets[BUCKETS];
static _Atomic unsigned entries;

static struct entry **place_of(CK_ULONG session) {
    struct entry **place = &buckets[session % BUCKETS];
    while (*place != NULL && (*place)->session != session) {
        place = &(*place)->next;
    }
    return place;
}

/* NULL if there is none. */
static struct entry *detach(CK_ULONG session) {
    if (atomic_load(&entries) == 0) {
        return NULL;
    }
    pthread_mutex_lock(&lock);
    struct entry **place = place_of(session);
    struct entry *entry = *place;
    if (entry != NULL) {
        *place = entry->next;
        atomic_fetch_sub(&entries, 1);
    }
    pthread_mutex_unlock(&lock);
    return entry;
}

static void release(struct entry *entry) {
    if (entry != NULL) {
        rp_release(&entry->frame);
        free(entry);
    }
}

static void attach(struct entry *entry) {
    pthread_mutex_lock(&lock);
    struct entry **place = place_of(entry->session);
    bool attached = *place == NULL && entries < MAX_ENTRIES;
    if (attached) {
        entry->next = NULL;
        *place = entry;
        atomic_fetch_add(&entries, 1);
    }
    pthread_mutex_unlock(&lock);
    if (!attached) {
        release(entry);
    }
}

/* A request of that function without its part: the frame's length, the function, the session, the part's length. */
static void begin_frame(struct entry *entry) {
    rp_clear(&entry->frame);
    entry->frame.open = true;
    rp_put_u32(&entry->frame, 0);
    rp_put_u16(&entry->frame, (uint16_t)entry->function);
    rp_put_u64(&entry->frame, entry->session);
    rp_put_u32(&entry->frame, 0);
}

static CK_RV send_frame(struct entry *entry) {
    uint32_t length = (uint32_t)(entry->frame.length - FRAME_START);
    memcpy(entry->frame.bytes + FRAME_START - sizeof length, &length, sizeof length);
    CK_RV rv = rp_ask_frame(entry->function, &entry->frame);
    begin_frame(entry);
    return rv;
}

static CK_RV send_waiting(struct entry *entry) {
    return entry->frame.length == FRAME_START || entry->life != rp_pool_life() ? CKR_OK : send_frame(entry);
}

/* Fills frames to the brim; the last one may wait. */
static CK_RV add(struct entry *entry, const uint8_t *part, uintptr_t length) {
    CK_RV rv = CKR_OK;
    while (rv == CKR_OK && length > 0) {
        size_t room = FRAME_START + GATHERED - entry->frame.length;
        size_t piece = length < room ? length : room;
        rp_put(&entry->frame, part, piece);
        part += piece;
        length -= piece;
        if (entry->frame.failed) {
            rv = CKR_HOST_MEMORY;
        } else if (piece == room) {
            rv = send_frame(entry);
        }
    }
    return rv;
}

CK_RV rp_gather_flush(CK_ULONG session) {
    struct entry *entry = detach(session);
    CK_RV rv = entry == NULL ? CKR_OK : send_waiting(entry);
    release(entry);
    return rv;
}

void rp_gather_drop(CK_ULONG session) {
    release(detach(session));
}

/* The first part does not wait: the agent judges whether there is an operation at all. */
static CK_RV begin(unsigned id, CK_ULONG session, const uint8_t *part, uintptr_t length) {
    struct entry *entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        return CKR_HOST_MEMORY;
    }
    entry->session = session;
    entry->function = id;
    entry->life = rp_pool_life();
    begin_frame(entry);
    uintptr_t first = length < GATHERED ? length : GATHERED - 1;
    CK_RV rv = add(entry, part, first);
    rv = rv == CKR_OK ? send_frame(entry) : rv;
    rv = rv == CKR_OK ? add(entry, part + first, length - first) : rv;
    if (rv == CKR_OK) {
        attach(entry);
    } else {
        release(entry);
    }
    return rv;
}

CK_RV rp_gather(unsigned id, const uintptr_t *words) {
    const uint8_t *part = (const uint8_t *)words[1];
    if (part == NULL && words[2] > 0) {
        return CKR_ARGUMENTS_BAD;
    }
    struct entry *entry = detach(words[0]);
    if (entry != NULL && (entry->function != id || entry->life != rp_pool_life())) {
        CK_RV rv = send_waiting(entry);
        release(entry);
        entry = NULL;
        if (rv != CKR_OK) {
            return rv;
        }
    }
    if (entry == NULL) {
        return begin(id, words[0], part, words[2]);
    }
    CK_RV rv = add(entry, part, words[2]);
    if (rv == CKR_OK) {
        attach(entry);
    } else {
        release(entry);
    }
    return rv;
}

static void release_all(void) {
    for (size_t i = 0; i < BUCKETS; i++) {
        while (buckets[i] != NULL) {
            struct entry *entry = buckets[i];
            buckets[i] = entry->next;
            release(entry);
        }
    }
    atomic_store(&entries, 0);
}

void rp_gather_purge(void) {
    pthread_mutex_lock(&lock);
    release_all();
    pthread_mutex_unlock(&lock);
}

void rp_gather_forget_parent(void) {
    /* Each list was whole at every moment, for an entry comes or goes by one store; what was being changed is not in
       any list. */
    pthread_mutex_t unlocked = PTHREAD_MUTEX_INITIALIZER;
    memcpy(&lock, &unlocked, sizeof unlocked);
    release_all();
}
