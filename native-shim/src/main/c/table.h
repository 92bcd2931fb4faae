/* What pkcs11.table says, as C sees it. The arrays are written by the build from that file. */
#ifndef RP_TABLE_H
#define RP_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "ids.inc"

enum argument_kind {
    ULONG, BOOL, BYTES, PIN, OPTIONAL, LABEL, MECHANISM, TEMPLATE, QUERY, MESSAGE, NULL_POINTER, IGNORED, HOST,
    OUT_ULONG, OUT_BYTES, OUT_OPTIONAL, OUT_ULONGS, OUT_FOUND, OUT_FILL, OUT_STRUCTURE
};

enum field_kind {
    FIELD_ULONG, FIELD_BOOL, FIELD_VERSION, FIELD_TEXT, FIELD_FIXED, FIELD_BUFFER, FIELD_COUNTED, FIELD_BITS, FIELD_NONCE,
    FIELD_BLOCK
};

enum where { WHERE_MODULE, WHERE_AGENT, WHERE_GATHER, WHERE_REFUSED };

struct argument {
    uint8_t kind;
    uint8_t words;     /* C parameters it stands for */
    uint8_t structure; /* index into rp_structures, for OUT_STRUCTURE */
};

struct function {
    const char *name;
    uint8_t where;
    uint8_t of_session; /* the first argument is a session handle */
    uint8_t words;      /* C parameters of all arguments */
    uint8_t count;      /* arguments */
    uint16_t first;     /* index into rp_arguments */
};

struct field {
    uint8_t kind;
    uint8_t size;
};

struct structure {
    uint16_t first; /* index into rp_fields */
    uint16_t count;
};

struct mechanism_parameter {
    uint32_t mechanism;
    uint8_t structure;
};

extern const struct argument rp_arguments[];
extern const struct function rp_functions[];
extern const struct field rp_fields[];
extern const struct structure rp_structures[];
extern const struct mechanism_parameter rp_parameters[];
extern const size_t rp_parameter_count;
/* Parameters of messages: so many of rp_structures from that one on. */
extern const size_t rp_first_message;
extern const size_t rp_message_count;

#endif
