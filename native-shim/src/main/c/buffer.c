#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#define KEPT ((size_t)1024 * 1024)

static void overwrite(struct buffer *buffer) {
    if (buffer->length > 0 && !buffer->open) {
        explicit_bzero(buffer->bytes, buffer->length);
    }
}

uint8_t *rp_extend(struct buffer *buffer, size_t length) {
    if (buffer->failed || length > RP_MAX_FRAME - buffer->length) {
        buffer->failed = true;
        return NULL;
    }
    size_t needed = buffer->length + length;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity < 512 ? 512 : buffer->capacity;
        while (capacity < needed) {
            capacity *= 2;
        }
        uint8_t *grown = malloc(capacity);
        if (grown == NULL) {
            buffer->failed = true;
            return NULL;
        }
        if (buffer->length > 0) {
            memcpy(grown, buffer->bytes, buffer->length);
            overwrite(buffer);
        }
        free(buffer->bytes);
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    uint8_t *place = buffer->bytes + buffer->length;
    buffer->length = needed;
    return place;
}

void rp_put(struct buffer *buffer, const void *bytes, size_t length) {
    uint8_t *place = rp_extend(buffer, length);
    if (place != NULL && length > 0) {
        memcpy(place, bytes, length);
    }
}

static void put_number(struct buffer *buffer, uint64_t value, size_t width) {
    uint8_t *place = rp_extend(buffer, width);
    for (size_t i = 0; place != NULL && i < width; i++) {
        place[i] = (uint8_t)(value >> (8 * i));
    }
}

void rp_put_u8(struct buffer *buffer, uint8_t value) {
    put_number(buffer, value, 1);
}

void rp_put_u16(struct buffer *buffer, uint16_t value) {
    put_number(buffer, value, 2);
}

void rp_put_u32(struct buffer *buffer, uint32_t value) {
    put_number(buffer, value, 4);
}

void rp_put_u64(struct buffer *buffer, uint64_t value) {
    put_number(buffer, value, 8);
}

void rp_put_block(struct buffer *buffer, const void *bytes, size_t length) {
    if (length > RP_MAX_FRAME) {
        buffer->failed = true;
        return;
    }
    rp_put_u32(buffer, (uint32_t)length);
    rp_put(buffer, bytes, length);
}

void rp_clear(struct buffer *buffer) {
    overwrite(buffer);
    buffer->length = 0;
    buffer->failed = false;
    if (buffer->capacity > KEPT) {
        rp_release(buffer);
    }
}

void rp_release(struct buffer *buffer) {
    overwrite(buffer);
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

const uint8_t *rp_get(struct reader *reader, uint64_t length) {
    if (reader->failed || length > reader->left) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *bytes = reader->next;
    reader->next += length;
    reader->left -= length;
    return bytes;
}

static uint64_t get_number(struct reader *reader, size_t width) {
    const uint8_t *bytes = rp_get(reader, width);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < width; i++) {
        value |= (uint64_t)bytes[i] << (8 * i);
    }
    return value;
}

uint8_t rp_get_u8(struct reader *reader) {
    return (uint8_t)get_number(reader, 1);
}

uint32_t rp_get_u32(struct reader *reader) {
    return (uint32_t)get_number(reader, 4);
}

uint64_t rp_get_u64(struct reader *reader) {
    return get_number(reader, 8);
}
