#include "gather.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "pool.h"

#define GATHERED ((size_t)64 * 1024)
#define PIECE ((uintptr_t)1024 * 1024)
#define BUCKETS 64
#define MAX_ENTRIES 1024

/* An operation whose parts are being joined. */
struct entry {
    CK_ULONG session;
    unsigned function;
    uint64_t life;
    struct buffer parts;
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
        rp_release(&entry->parts);
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

static CK_RV send_parts(unsigned id, CK_ULONG session, const uint8_t *parts, uintptr_t length) {
    CK_RV rv;
    do {
        uintptr_t piece = length < PIECE ? length : PIECE;
        const uintptr_t words[] = {session, (uintptr_t)parts, piece};
        rv = rp_ask(id, words);
        parts += piece;
        length -= piece;
    } while (rv == CKR_OK && length > 0);
    return rv;
}

static CK_RV send_entry(const struct entry *entry) {
    return entry->parts.length == 0 || entry->life != rp_pool_life()
               ? CKR_OK
               : send_parts(entry->function, entry->session, entry->parts.bytes, entry->parts.length);
}

CK_RV rp_gather_flush(CK_ULONG session) {
    struct entry *entry = detach(session);
    CK_RV rv = entry == NULL ? CKR_OK : send_entry(entry);
    release(entry);
    return rv;
}

void rp_gather_drop(CK_ULONG session) {
    release(detach(session));
}

/* The operation is known to be there: its earlier parts go on, and this one waits if it is small. */
static CK_RV add(struct entry *entry, const uint8_t *part, uintptr_t length) {
    CK_RV rv = CKR_OK;
    if (entry->parts.length + length > GATHERED) {
        rv = send_entry(entry);
        rp_clear(&entry->parts);
        if (rv == CKR_OK && length >= GATHERED / 2) {
            rv = send_parts(entry->function, entry->session, part, length);
            length = 0;
        }
    }
    if (rv == CKR_OK) {
        rp_put(&entry->parts, part, length);
        rv = entry->parts.failed ? CKR_HOST_MEMORY : CKR_OK;
    }
    return rv;
}

static CK_RV begin(unsigned id, CK_ULONG session, const uint8_t *part, uintptr_t length) {
    uint64_t life = rp_pool_life();
    CK_RV rv = send_parts(id, session, part, length);
    struct entry *entry = rv == CKR_OK ? calloc(1, sizeof *entry) : NULL;
    if (entry != NULL) {
        entry->session = session;
        entry->function = id;
        entry->life = life;
        attach(entry);
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
        CK_RV rv = send_entry(entry);
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
