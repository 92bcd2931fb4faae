#include "attach.h"

#include <pthread.h>

#include "jvm.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t attached;
static JavaVM *jvm;

static void detach(void *unused) {
    (void)unused;
    (*jvm)->DetachCurrentThread(jvm);
}

static void prepare(void) {
    pthread_key_create(&attached, detach);
    jvm = rp_jvm_present();
}

/* JNA would attach it too, but where that fails it leaves to chance what it returns. */
bool rp_attach(void) {
    JNIEnv *env = NULL;
    pthread_once(&once, prepare);
    if (jvm == NULL) {
        return false;
    }
    if ((*jvm)->GetEnv(jvm, (void **)&env, JNI_VERSION_10) == JNI_OK) {
        return true;
    }
    static char name[] = "rpkcs11-host";
    JavaVMAttachArgs arguments = {.version = JNI_VERSION_10, .name = name};
    if ((*jvm)->AttachCurrentThreadAsDaemon(jvm, (void **)&env, &arguments) != JNI_OK) {
        return false;
    }
    pthread_setspecific(attached, jvm);
    return true;
}
