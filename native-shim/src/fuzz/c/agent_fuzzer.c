/* An agent that says anything at all: the module must not write one byte past the room that its host gave, nor crash,
   nor wait. Input: function, eight choices of room, then what the agent sends. For libFuzzer. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"
#include "marshal.h"

#define CHOICES 8
#define FUNCTIONS 104
#define MAX_WORDS 16
#define MAX_ALLOCATED 64

/* The host's memory; each piece apart, so that the address sanitizer sees its ends. */
struct host {
    uintptr_t words[MAX_WORDS];
    size_t word_count;
    void *allocated[MAX_ALLOCATED];
    size_t count;
    const uint8_t *choices;
    size_t chosen;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t choose(struct host *host) {
    return host->choices[host->chosen++ % CHOICES];
}

static void *piece(struct host *host, size_t size) {
    void *memory = calloc(1, size == 0 ? 1 : size);
    host->allocated[host->count++] = memory;
    return memory;
}

static void add(struct host *host, uintptr_t word) {
    host->words[host->word_count++] = word;
}

static void add_sized(struct host *host, size_t width) {
    size_t room = choose(host);
    CK_ULONG *length = piece(host, sizeof *length);
    *length = room;
    add(host, room == 255 ? 0 : (uintptr_t)piece(host, room * width));
    add(host, (uintptr_t)length);
}

static void add_query(struct host *host) {
    size_t count = choose(host) % 6;
    CK_ATTRIBUTE *attributes = piece(host, count * sizeof *attributes);
    for (size_t i = 0; i < count; i++) {
        attributes[i].ulValueLen = choose(host);
        attributes[i].pValue = attributes[i].ulValueLen == 255 ? NULL : piece(host, attributes[i].ulValueLen);
    }
    add(host, (uintptr_t)attributes);
    add(host, count);
}

/* CK_GCM_MESSAGE_PARAMS: nonce, its length, fixed bits, generator, tag, its bits. */
static void add_message(struct host *host) {
    CK_ULONG *parameter = piece(host, 6 * sizeof *parameter);
    parameter[1] = choose(host);
    parameter[0] = (CK_ULONG)piece(host, parameter[1]);
    parameter[5] = choose(host) * 8;
    parameter[4] = (CK_ULONG)piece(host, parameter[5] / 8);
    add(host, (uintptr_t)parameter);
    add(host, 6 * sizeof *parameter);
}

static void add_argument(struct host *host, const struct argument *argument) {
    size_t room;
    switch (argument->kind) {
    case MESSAGE:
        add_message(host);
        break;
    case OUT_OPTIONAL:
    case OUT_BYTES:
        add_sized(host, 1);
        break;
    case OUT_ULONGS:
        add_sized(host, sizeof(CK_ULONG));
        break;
    case OUT_FOUND:
        room = choose(host);
        add(host, (uintptr_t)piece(host, room * sizeof(CK_ULONG)));
        add(host, room);
        add(host, (uintptr_t)piece(host, sizeof(CK_ULONG)));
        break;
    case OUT_FILL:
        room = choose(host);
        add(host, (uintptr_t)piece(host, room));
        add(host, room);
        break;
    case OUT_ULONG:
        add(host, (uintptr_t)piece(host, sizeof(CK_ULONG)));
        break;
    case OUT_STRUCTURE:
        add(host, (uintptr_t)piece(host, rp_structure_size(&rp_structures[argument->structure])));
        break;
    case QUERY:
        add_query(host);
        break;
    case LABEL:
        add(host, (uintptr_t)piece(host, 32));
        break;
    default:
        for (size_t i = 0; i < argument->words; i++) {
            add(host, 0);
        }
    }
}

static void call(const struct function *function, struct host *host, const uint8_t *said, size_t size) {
    int ends[2];
    struct reader reader;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) {
        abort();
    }
    int room = 1 << 20;
    setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    if (send(ends[1], said, size, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)size) {
        shutdown(ends[1], SHUT_WR);
        struct link link = {.file = ends[0]};
        rp_link_begin(&link);
        rp_put_u16(&link.buffer, 0);
        if (rp_put_arguments(&link.buffer, function, host->words) == CKR_OK
            && rp_link_exchange(&link, &link.buffer, 0, &reader)) {
            rp_get_u64(&reader);
            rp_get_outputs(&reader, function, host->words);
        }
        rp_release(&link.buffer);
    }
    close(ends[0]);
    close(ends[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size <= CHOICES) {
        return 0;
    }
    const struct function *function = &rp_functions[data[0] % FUNCTIONS];
    struct host host = {.choices = data + 1};
    for (size_t i = 0; i < function->count; i++) {
        add_argument(&host, &rp_arguments[function->first + i]);
    }
    call(function, &host, data + 1 + CHOICES, size - 1 - CHOICES);
    for (size_t i = 0; i < host.count; i++) {
        free(host.allocated[i]);
    }
    return 0;
}
