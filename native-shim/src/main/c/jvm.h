/* The JVM in this process: the host's, or one that we make. */
#ifndef RP_JVM_H
#define RP_JVM_H

#include <jni.h>

/* The one that is there; NULL if there is none. */
JavaVM *rp_jvm_present(void);
/* Enters it by a thread of our own, made for that; makes one if there is none. What Java exports; NULL: the log says
   why, and there will be none in this process. */
const void *rp_jvm_enter(void);

#endif
