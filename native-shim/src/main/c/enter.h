/* Opens the Java program in a JVM. */
#ifndef RP_ENTER_H
#define RP_ENTER_H

#include <jni.h>
#include <stdbool.h>

#include "settings.h"

/* What Java exports: a CK_FUNCTION_LIST_3_2 whose functions return the complement of a CK_RV. joined: the JVM is the
   host's, so our files get a class loader of their own. NULL: the log says why. */
const void *rp_enter(JNIEnv *env, const struct settings *settings, bool joined);

#endif
