/* An agent's answer is written into the host's memory: never more than the room that the host gave. */
#include <string.h>

#include "marshal.h"

static void set(uintptr_t pointer, uint64_t value) {
    *(CK_ULONG *)pointer = (CK_ULONG)value;
}

/* length items of width bytes each, if they come along; numbers have the host's byte order, which is the wire's. */
static bool get_items(struct reader *in, uintptr_t pointer, uint64_t room, uint64_t length, size_t width) {
    if (rp_get_u8(in) == 0) {
        return !in->failed;
    }
    if (pointer == 0 || length > room) {
        return false;
    }
    const uint8_t *items = rp_get(in, length * width);
    if (items != NULL && length > 0) {
        memcpy((void *)pointer, items, length * width);
    }
    return items != NULL;
}

static bool get_sized(struct reader *in, const uintptr_t *words, size_t width) {
    uint64_t length = rp_get_u64(in);
    uint64_t room = words[0] == 0 ? 0 : *(const CK_ULONG *)words[1];
    if (in->failed || length > RP_MAX_FRAME) {
        return false;
    }
    set(words[1], length);
    return get_items(in, words[0], room, length, width);
}

static bool get_found(struct reader *in, const uintptr_t *words) {
    uint64_t count = rp_get_u64(in);
    if (in->failed || count > words[1]) {
        return false;
    }
    set(words[2], count);
    return get_items(in, words[0], words[1], count, sizeof(CK_ULONG));
}

static bool get_fill(struct reader *in, const uintptr_t *words) {
    uint64_t length = rp_get_u64(in);
    return !in->failed && length == words[1] && get_items(in, words[0], words[1], length, 1);
}

static bool get_query(struct reader *in, const uintptr_t *words) {
    CK_ATTRIBUTE *attributes = (CK_ATTRIBUTE *)words[0];
    if (rp_get_u32(in) != words[1]) {
        return false;
    }
    for (CK_ULONG i = 0; i < words[1]; i++) {
        uint64_t length = rp_get_u64(in);
        uint64_t room = attributes[i].pValue == NULL ? 0 : attributes[i].ulValueLen;
        if (in->failed || (length > RP_MAX_FRAME && length != UINT64_MAX)) {
            return false;
        }
        attributes[i].ulValueLen = (CK_ULONG)length;
        if (!get_items(in, (uintptr_t)attributes[i].pValue, room, length, 1)) {
            return false;
        }
    }
    return true;
}

static bool get_structure(struct reader *in, const struct structure *structure, uint8_t *place) {
    size_t end = 0;
    for (size_t i = 0; i < structure->count; i++) {
        const struct field *field = &rp_fields[structure->first + i];
        size_t offset = rp_field_offset(field, end);
        size_t size = rp_field_size(field);
        const uint8_t *bytes = rp_get(in, size);
        if (bytes == NULL) {
            return false;
        }
        memcpy(place + offset, bytes, size);
        end = offset + size;
    }
    return true;
}

static bool get_output(struct reader *in, const struct argument *argument, const uintptr_t *words) {
    switch (argument->kind) {
    case OUT_ULONG:
        set(words[0], rp_get_u64(in));
        return !in->failed;
    case OUT_OPTIONAL:
        return words[1] != 0 && get_sized(in, words, 1);
    case OUT_BYTES:
        return get_sized(in, words, 1);
    case OUT_ULONGS:
        return get_sized(in, words, sizeof(CK_ULONG));
    case OUT_FOUND:
        return get_found(in, words);
    case OUT_FILL:
        return get_fill(in, words);
    case QUERY:
        return get_query(in, words);
    case MESSAGE:
        return rp_get_message(in, (const void *)words[0], words[1]);
    default:
        return get_structure(in, &rp_structures[argument->structure], (uint8_t *)words[0]);
    }
}

bool rp_get_outputs(struct reader *in, const struct function *function, const uintptr_t *words) {
    for (size_t i = 0; i < function->count; i++) {
        const struct argument *argument = &rp_arguments[function->first + i];
        bool written = argument->kind == QUERY || argument->kind == MESSAGE || argument->kind >= OUT_ULONG;
        if (written && rp_get_u8(in) != 0 && !get_output(in, argument, words)) {
            return false;
        }
        words += argument->words;
    }
    return !in->failed && in->left == 0;
}
