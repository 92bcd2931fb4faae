/* Calls of the functions that Java exports. */
#ifndef RP_EXPORTED_H
#define RP_EXPORTED_H

#include <stdint.h>

#include "cryptoki.h"

/* list: a CK_FUNCTION_LIST_3_2 whose functions return the complement of a CK_RV. Needs the stack that a JVM needs: on
   a smaller one the call is made by a thread of our own. */
CK_RV rp_exported_call(const void *list, unsigned id, const uintptr_t *words);

#endif
