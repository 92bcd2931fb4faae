/* The layout of C structures, and mechanism parameters that hold pointers. */
#include <string.h>

#include "marshal.h"

#define MAX_FLAT_PARAMETER 65536

/* Two words in C's order; which is the pointer depends on the kind. */
struct pair {
    uintptr_t first;
    uintptr_t second;
};

_Static_assert(sizeof(CK_ULONG) == sizeof(uintptr_t), "every argument of a C_ function is one word");

size_t rp_field_size(const struct field *field) {
    switch (field->kind) {
    case FIELD_ULONG:
        return sizeof(CK_ULONG);
    case FIELD_BOOL:
        return sizeof(CK_BBOOL);
    case FIELD_VERSION:
        return sizeof(CK_VERSION);
    case FIELD_BUFFER:
    case FIELD_COUNTED:
    case FIELD_BITS:
    case FIELD_NONCE:
        return sizeof(struct pair);
    case FIELD_BLOCK:
        return sizeof(void *);
    default:
        return field->size;
    }
}

static size_t alignment(const struct field *field) {
    bool words = field->kind == FIELD_ULONG || field->kind >= FIELD_BUFFER;
    return words ? sizeof(CK_ULONG) : 1;
}

size_t rp_field_offset(const struct field *field, size_t end) {
    size_t align = alignment(field);
    return (end + align - 1) / align * align;
}

size_t rp_structure_size(const struct structure *structure) {
    size_t end = 0;
    size_t align = 1;
    for (size_t i = 0; i < structure->count; i++) {
        const struct field *field = &rp_fields[structure->first + i];
        end = rp_field_offset(field, end) + rp_field_size(field);
        align = alignment(field) > align ? alignment(field) : align;
    }
    return (end + align - 1) / align * align;
}

/* The bytes that a field points to. */
static struct pair pointed(const struct field *field, const uint8_t *place) {
    struct pair pair;
    memcpy(&pair, place, rp_field_size(field));
    switch (field->kind) {
    case FIELD_COUNTED:
        return (struct pair){pair.second, pair.first};
    case FIELD_BITS:
        return (struct pair){pair.first, pair.second / 8 + (pair.second % 8 != 0)};
    case FIELD_NONCE:
        return (struct pair){pair.first, pair.second < 64 ? pair.second : pair.second / 8};
    case FIELD_BLOCK:
        return (struct pair){pair.first, field->size};
    default:
        return pair;
    }
}

static CK_RV put_field(struct buffer *out, const struct field *field, const uint8_t *place) {
    CK_ULONG number;
    switch (field->kind) {
    case FIELD_ULONG:
        memcpy(&number, place, sizeof number);
        rp_put_u64(out, number);
        return CKR_OK;
    case FIELD_BOOL:
        rp_put_u8(out, *place != 0);
        return CKR_OK;
    case FIELD_VERSION:
    case FIELD_TEXT:
    case FIELD_FIXED:
        rp_put(out, place, field->size);
        return CKR_OK;
    default: {
        struct pair bytes = pointed(field, place);
        if (bytes.first == 0 && bytes.second > 0) {
            return CKR_MECHANISM_PARAM_INVALID;
        }
        rp_put_block(out, (const void *)bytes.first, bytes.second);
        return CKR_OK;
    }
    }
}

static CK_RV put_structure(struct buffer *out, const struct structure *structure, const uint8_t *memory) {
    size_t end = 0;
    for (size_t i = 0; i < structure->count; i++) {
        const struct field *field = &rp_fields[structure->first + i];
        size_t offset = rp_field_offset(field, end);
        CK_RV rv = put_field(out, field, memory + offset);
        if (rv != CKR_OK) {
            return rv;
        }
        end = offset + rp_field_size(field);
    }
    return CKR_OK;
}

static CK_RV put_parameter(struct buffer *out, const struct structure *structure, const CK_MECHANISM *mechanism) {
    if (mechanism->ulParameterLen != rp_structure_size(structure)) {
        return CKR_MECHANISM_PARAM_INVALID;
    }
    rp_put_u8(out, 1);
    return put_structure(out, structure, mechanism->pParameter);
}

static const struct structure *message_of(uintptr_t size, size_t *index) {
    for (*index = 0; *index < rp_message_count; (*index)++) {
        const struct structure *structure = &rp_structures[rp_first_message + *index];
        if (rp_structure_size(structure) == size) {
            return structure;
        }
    }
    return NULL;
}

CK_RV rp_put_message(struct buffer *out, const void *parameter, uintptr_t size) {
    rp_put_u8(out, parameter != NULL);
    if (parameter == NULL) {
        return CKR_OK;
    }
    size_t index;
    const struct structure *structure = message_of(size, &index);
    if (structure == NULL) {
        return CKR_MECHANISM_PARAM_INVALID;
    }
    rp_put_u8(out, (uint8_t)index);
    return put_structure(out, structure, parameter);
}

bool rp_get_message(struct reader *in, const void *parameter, uintptr_t size) {
    size_t index;
    const struct structure *structure = parameter == NULL ? NULL : message_of(size, &index);
    size_t end = 0;
    for (size_t i = 0; structure != NULL && i < structure->count; i++) {
        const struct field *field = &rp_fields[structure->first + i];
        size_t offset = rp_field_offset(field, end);
        end = offset + rp_field_size(field);
        if (field->kind >= FIELD_BUFFER) {
            struct pair bytes = pointed(field, (const uint8_t *)parameter + offset);
            const uint8_t *written = rp_get_u32(in) == bytes.second ? rp_get(in, bytes.second) : NULL;
            if (written == NULL) {
                return false;
            }
            memcpy((void *)bytes.first, written, bytes.second);
        }
    }
    return structure != NULL;
}

CK_RV rp_put_mechanism(struct buffer *out, const CK_MECHANISM *mechanism) {
    rp_put_u8(out, mechanism != NULL);
    if (mechanism == NULL) {
        return CKR_OK;
    }
    rp_put_u64(out, mechanism->mechanism);
    bool bare = mechanism->pParameter == NULL || mechanism->ulParameterLen == 0;
    for (size_t i = 0; !bare && i < rp_parameter_count; i++) {
        if (rp_parameters[i].mechanism == mechanism->mechanism) {
            return put_parameter(out, &rp_structures[rp_parameters[i].structure], mechanism);
        }
    }
    if (!bare && mechanism->ulParameterLen > MAX_FLAT_PARAMETER) {
        return CKR_MECHANISM_PARAM_INVALID;
    }
    rp_put_u8(out, 0);
    rp_put_block(out, mechanism->pParameter, bare ? 0 : mechanism->ulParameterLen);
    return CKR_OK;
}
