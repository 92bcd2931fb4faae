/* Between a C call's arguments (one machine word each) and the bytes of a frame, as pkcs11.table describes them. */
#ifndef RP_MARSHAL_H
#define RP_MARSHAL_H

#include "buffer.h"
#include "cryptoki.h"
#include "table.h"

/* Appends everything the function reads. Any answer but CKR_OK is the host's own mistake, or its memory's end. */
CK_RV rp_put_arguments(struct buffer *out, const struct function *function, const uintptr_t *words);

/* Writes what the agent answered into the host's memory, never past the room it gave. False: malformed. */
bool rp_get_outputs(struct reader *in, const struct function *function, const uintptr_t *words);

/* A mechanism, its parameter with it; NULL is allowed. */
CK_RV rp_put_mechanism(struct buffer *out, const CK_MECHANISM *mechanism);

/* The parameter of a message, told by its size; NULL is allowed. */
CK_RV rp_put_message(struct buffer *out, const void *parameter, uintptr_t size);
/* What the agent wrote to where its pointers point. */
bool rp_get_message(struct reader *in, const void *parameter, uintptr_t size);

/* Where a field begins in a C structure, given where the last one ended. */
size_t rp_field_offset(const struct field *field, size_t end);
size_t rp_field_size(const struct field *field);
size_t rp_structure_size(const struct structure *structure);

#endif
