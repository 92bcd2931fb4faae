/* A call's arguments become the bytes of a request. */
#include "marshal.h"

#define MAX_ATTRIBUTES 1024
#define MAX_DEPTH 2
#define LABEL_BYTES 32
#define CKR_ATTRIBUTE_VALUE_INVALID 0x13UL

static CK_RV put_template(struct buffer *out, const CK_ATTRIBUTE *attributes, CK_ULONG count, int depth);

static CK_RV put_attribute(struct buffer *out, const CK_ATTRIBUTE *attribute, int depth) {
    rp_put_u64(out, attribute->type);
    if (attribute->pValue == NULL && attribute->ulValueLen > 0) {
        return CKR_ATTRIBUTE_VALUE_INVALID;
    }
    if ((attribute->type & CKF_ARRAY_ATTRIBUTE) == 0 || attribute->type == CKA_ALLOWED_MECHANISMS) {
        rp_put_block(out, attribute->pValue, attribute->ulValueLen);
        return CKR_OK;
    }
    if (attribute->ulValueLen % sizeof(CK_ATTRIBUTE) != 0) {
        return CKR_ATTRIBUTE_VALUE_INVALID;
    }
    return put_template(out, attribute->pValue, attribute->ulValueLen / sizeof(CK_ATTRIBUTE), depth + 1);
}

static CK_RV put_template(struct buffer *out, const CK_ATTRIBUTE *attributes, CK_ULONG count, int depth) {
    if (attributes == NULL && count > 0) {
        return CKR_ARGUMENTS_BAD;
    }
    if (count > MAX_ATTRIBUTES || depth > MAX_DEPTH) {
        return CKR_TEMPLATE_INCONSISTENT;
    }
    rp_put_u32(out, (uint32_t)count);
    for (CK_ULONG i = 0; i < count; i++) {
        CK_RV rv = put_attribute(out, &attributes[i], depth);
        if (rv != CKR_OK) {
            return rv;
        }
    }
    return CKR_OK;
}

static void put_room(struct buffer *out, uintptr_t pointer, CK_ULONG capacity) {
    rp_put_u8(out, pointer != 0);
    rp_put_u64(out, pointer == 0 ? 0 : capacity);
}

static CK_RV put_query(struct buffer *out, const CK_ATTRIBUTE *attributes, CK_ULONG count) {
    if (attributes == NULL && count > 0) {
        return CKR_ARGUMENTS_BAD;
    }
    if (count > MAX_ATTRIBUTES) {
        return CKR_TEMPLATE_INCONSISTENT;
    }
    rp_put_u32(out, (uint32_t)count);
    for (CK_ULONG i = 0; i < count; i++) {
        rp_put_u64(out, attributes[i].type);
        put_room(out, (uintptr_t)attributes[i].pValue, attributes[i].ulValueLen);
    }
    return CKR_OK;
}

static CK_RV put_bytes(struct buffer *out, const void *bytes, uintptr_t length) {
    if (bytes == NULL && length > 0) {
        return CKR_ARGUMENTS_BAD;
    }
    rp_put_block(out, bytes, length);
    return CKR_OK;
}

static CK_RV put_optional(struct buffer *out, const void *bytes, uintptr_t length) {
    rp_put_u8(out, bytes != NULL);
    if (bytes != NULL) {
        rp_put_block(out, bytes, length);
    }
    return CKR_OK;
}

/* Outputs: what must not be NULL is not; then the room. */
static CK_RV put_output(struct buffer *out, enum argument_kind kind, const uintptr_t *words) {
    switch (kind) {
    case OUT_OPTIONAL:
        rp_put_u8(out, words[1] != 0);
        return words[1] == 0 ? CKR_OK : put_output(out, OUT_BYTES, words);
    case OUT_BYTES:
    case OUT_ULONGS:
        if (words[1] == 0) {
            return CKR_ARGUMENTS_BAD;
        }
        /* The length of no buffer need not be set. */
        put_room(out, words[0], words[0] == 0 ? 0 : *(const CK_ULONG *)words[1]);
        return CKR_OK;
    case OUT_FOUND:
        if (words[2] == 0 || (words[0] == 0 && words[1] > 0)) {
            return CKR_ARGUMENTS_BAD;
        }
        put_room(out, words[2], words[1]);
        return CKR_OK;
    case OUT_FILL:
        if (words[0] == 0 && words[1] > 0) {
            return CKR_ARGUMENTS_BAD;
        }
        rp_put_u8(out, 1);
        rp_put_u64(out, words[1]);
        return words[1] > RP_MAX_FRAME / 2 ? CKR_DATA_LEN_RANGE : CKR_OK;
    default:
        return words[0] == 0 ? CKR_ARGUMENTS_BAD : CKR_OK;
    }
}

static CK_RV put_argument(struct buffer *out, enum argument_kind kind, const uintptr_t *words) {
    switch (kind) {
    case ULONG:
        rp_put_u64(out, words[0]);
        return CKR_OK;
    case BOOL:
        rp_put_u8(out, (words[0] & 0xFF) != 0);
        return CKR_OK;
    case BYTES:
        return put_bytes(out, (const void *)words[0], words[1]);
    case PIN:
    case OPTIONAL:
        return put_optional(out, (const void *)words[0], words[1]);
    case LABEL:
        if (words[0] == 0) {
            return CKR_ARGUMENTS_BAD;
        }
        rp_put(out, (const void *)words[0], LABEL_BYTES);
        return CKR_OK;
    case MECHANISM:
        return rp_put_mechanism(out, (const CK_MECHANISM *)words[0]);
    case TEMPLATE:
        return put_template(out, (const CK_ATTRIBUTE *)words[0], words[1], 0);
    case QUERY:
        return put_query(out, (const CK_ATTRIBUTE *)words[0], words[1]);
    case MESSAGE:
        return rp_put_message(out, (const void *)words[0], words[1]);
    case NULL_POINTER:
        return words[0] == 0 ? CKR_OK : CKR_ARGUMENTS_BAD;
    case IGNORED:
    case HOST:
        return CKR_OK;
    default:
        return put_output(out, kind, words);
    }
}

CK_RV rp_put_arguments(struct buffer *out, const struct function *function, const uintptr_t *words) {
    for (size_t i = 0; i < function->count; i++) {
        const struct argument *argument = &rp_arguments[function->first + i];
        CK_RV rv = put_argument(out, (enum argument_kind)argument->kind, words);
        if (rv != CKR_OK) {
            return rv;
        }
        words += argument->words;
    }
    return out->failed ? CKR_DATA_LEN_RANGE : CKR_OK;
}
