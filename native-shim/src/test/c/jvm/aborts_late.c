/* A libjvm.so that takes six seconds to find that it cannot start, and then ends as HotSpot does: by its hook, or abort. */
#include <jni.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const void *hook(const JavaVMInitArgs *arguments, const char *name) {
    for (jint i = 0; i < arguments->nOptions; i++) {
        if (strcmp(arguments->options[i].optionString, name) == 0) {
            return arguments->options[i].extraInfo;
        }
    }
    abort();
}

__attribute__((format(printf, 2, 3))) static void say(jint (*print)(FILE *, const char *, va_list), const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(stderr, format, arguments);
    va_end(arguments);
}

JNIEXPORT jint JNICALL JNI_CreateJavaVM(JavaVM **jvm, void **env, void *given) {
    jint (*print)(FILE *, const char *, va_list);
    void (*aborts)(void);
    const void *found = hook(given, "vfprintf");
    memcpy(&print, &found, sizeof print);
    found = hook(given, "abort");
    memcpy(&aborts, &found, sizeof aborts);
    (void)jvm;
    (void)env;
    sleep(6);
    say(print, "too late%s", "");
    aborts();
    abort();
}
