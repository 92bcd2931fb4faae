/* A growing run of bytes with a bound, and a reader that never runs past its end. Numbers are little-endian. */
#ifndef RP_BUFFER_H
#define RP_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No frame is longer. The agent has the same bound. */
#define RP_MAX_FRAME ((size_t)16 * 1024 * 1024)

struct buffer {
    uint8_t *bytes;
    size_t length;
    size_t capacity;
    bool failed; /* out of memory or over the bound: everything put since is lost */
    bool open;   /* holds nothing worth overwriting */
};

void rp_put(struct buffer *buffer, const void *bytes, size_t length);
void rp_put_u8(struct buffer *buffer, uint8_t value);
void rp_put_u16(struct buffer *buffer, uint16_t value);
void rp_put_u32(struct buffer *buffer, uint32_t value);
void rp_put_u64(struct buffer *buffer, uint64_t value);
/* u32 length, then the bytes. */
void rp_put_block(struct buffer *buffer, const void *bytes, size_t length);
/* Room for length bytes at the end, already counted; NULL if it failed. */
uint8_t *rp_extend(struct buffer *buffer, size_t length);
/* Overwrites, unless it is open, and empties; keeps at most one MiB for the next use. */
void rp_clear(struct buffer *buffer);
void rp_release(struct buffer *buffer);

struct reader {
    const uint8_t *next;
    size_t left;
    bool failed; /* there was less than was asked for; all further values are zero */
};

uint8_t rp_get_u8(struct reader *reader);
uint32_t rp_get_u32(struct reader *reader);
uint64_t rp_get_u64(struct reader *reader);
/* NULL if there is less. */
const uint8_t *rp_get(struct reader *reader, uint64_t length);

#endif
