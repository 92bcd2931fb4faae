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
        return sizeof(struct pair);
    default:
        return field->size;
    }
}

static size_t alignment(const struct field *field) {
    return field->kind == FIELD_ULONG || field->kind == FIELD_BUFFER || field->kind == FIELD_COUNTED
               ? sizeof(CK_ULONG)
               : 1;
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

static CK_RV put_field(struct buffer *out, const struct field *field, const uint8_t *place) {
    CK_ULONG number;
    struct pair pair;
    switch (field->kind) {
    case FIELD_ULONG:
        memcpy(&number, place, sizeof number);
        rp_put_u64(out, number);
        return CKR_OK;
    case FIELD_BOOL:
        rp_put_u8(out, *place != 0);
        return CKR_OK;
    case FIELD_BUFFER:
    case FIELD_COUNTED:
        memcpy(&pair, place, sizeof pair);
        uintptr_t pointer = field->kind == FIELD_BUFFER ? pair.first : pair.second;
        uintptr_t length = field->kind == FIELD_BUFFER ? pair.second : pair.first;
        if (pointer == 0 && length > 0) {
            return CKR_MECHANISM_PARAM_INVALID;
        }
        rp_put_block(out, (const void *)pointer, length);
        return CKR_OK;
    default:
        rp_put(out, place, field->size);
        return CKR_OK;
    }
}

static CK_RV put_structure(struct buffer *out, const struct structure *structure, const CK_MECHANISM *mechanism) {
    if (mechanism->ulParameterLen != rp_structure_size(structure)) {
        return CKR_MECHANISM_PARAM_INVALID;
    }
    rp_put_u8(out, 1);
    size_t end = 0;
    for (size_t i = 0; i < structure->count; i++) {
        const struct field *field = &rp_fields[structure->first + i];
        size_t offset = rp_field_offset(field, end);
        CK_RV rv = put_field(out, field, (const uint8_t *)mechanism->pParameter + offset);
        if (rv != CKR_OK) {
            return rv;
        }
        end = offset + rp_field_size(field);
    }
    return CKR_OK;
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
            return put_structure(out, &rp_structures[rp_parameters[i].structure], mechanism);
        }
    }
    if (!bare && mechanism->ulParameterLen > MAX_FLAT_PARAMETER) {
        return CKR_MECHANISM_PARAM_INVALID;
    }
    rp_put_u8(out, 0);
    rp_put_block(out, mechanism->pParameter, bare ? 0 : mechanism->ulParameterLen);
    return CKR_OK;
}
