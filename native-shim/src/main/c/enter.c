#include "enter.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

#define LOCAL_REFERENCES 64
#define MAX_CLASSES 128
#define ENTRY "org.remotepkcs11.inprocess.Door"

/* Results are NULL once something was thrown; the first to see that says what. */
static jobject call(JNIEnv *env, jobject object, const char *name, const char *signature, ...) {
    if (object == NULL || (*env)->ExceptionCheck(env)) {
        return NULL;
    }
    jmethodID method = (*env)->GetMethodID(env, (*env)->GetObjectClass(env, object), name, signature);
    if (method == NULL) {
        return NULL;
    }
    va_list arguments;
    va_start(arguments, signature);
    jobject result = (*env)->CallObjectMethodV(env, object, method, arguments);
    va_end(arguments);
    return (*env)->ExceptionCheck(env) ? NULL : result;
}

static jobject create(JNIEnv *env, const char *class_name, const char *signature, ...) {
    jclass class = (*env)->ExceptionCheck(env) ? NULL : (*env)->FindClass(env, class_name);
    jmethodID constructor = class == NULL ? NULL : (*env)->GetMethodID(env, class, "<init>", signature);
    if (constructor == NULL) {
        return NULL;
    }
    va_list arguments;
    va_start(arguments, signature);
    jobject result = (*env)->NewObjectV(env, class, constructor, arguments);
    va_end(arguments);
    return (*env)->ExceptionCheck(env) ? NULL : result;
}

static jobject loader_of(JNIEnv *env, const char *method) {
    jclass class = (*env)->FindClass(env, "java/lang/ClassLoader");
    jmethodID getter = class == NULL ? NULL
                                     : (*env)->GetStaticMethodID(env, class, method, "()Ljava/lang/ClassLoader;");
    return getter == NULL ? NULL : (*env)->CallStaticObjectMethod(env, class, getter);
}

static jobject url(JNIEnv *env, const char *path) {
    jobject file = create(env, "java/io/File", "(Ljava/lang/String;)V", (*env)->NewStringUTF(env, path));
    return call(env, call(env, file, "toURI", "()Ljava/net/URI;"), "toURL", "()Ljava/net/URL;");
}

/* Its parent is the platform's loader: the host's class path is not searched. */
static jobject own_loader(JNIEnv *env, char *classes) {
    jobject urls[MAX_CLASSES];
    jsize count = 0;
    for (char *rest = classes, *path; count < MAX_CLASSES && (path = strsep(&rest, ":")) != NULL;) {
        urls[count++] = url(env, path);
    }
    jclass type = (*env)->ExceptionCheck(env) ? NULL : (*env)->FindClass(env, "java/net/URL");
    jobjectArray array = type == NULL ? NULL : (*env)->NewObjectArray(env, count, type, NULL);
    for (jsize i = 0; array != NULL && i < count; i++) {
        (*env)->SetObjectArrayElement(env, array, i, urls[i]);
    }
    return array == NULL ? NULL
                         : create(env, "java/net/URLClassLoader", "([Ljava/net/URL;Ljava/lang/ClassLoader;)V", array,
                                  loader_of(env, "getPlatformClassLoader"));
}

static jlong open_door(JNIEnv *env, jobject loader, const struct settings *settings) {
    const char *entry = settings->entry != NULL ? settings->entry : ENTRY;
    char log[PATH_MAX];
    rp_log_path("module.log", log);
    int file = rp_log_open("module.log");
    if (file >= 0) {
        close(file); /* it is there now, with its rights, for Java to write to */
    }
    jclass door = call(env, loader, "loadClass", "(Ljava/lang/String;)Ljava/lang/Class;",
                       (*env)->NewStringUTF(env, entry));
    jmethodID open = door == NULL ? NULL
                                  : (*env)->GetStaticMethodID(env, door, "open", "(Ljava/lang/String;Ljava/lang/String;)J");
    return open == NULL ? 0
                        : (*env)->CallStaticLongMethod(env, door, open, (*env)->NewStringUTF(env, settings->libraries),
                                                       (*env)->NewStringUTF(env, log));
}

/* While the host's JVM loads SunPKCS11 over us as its first security provider, it strikes that one from its list if it
   is asked for the list; what asks must do so now, while this thread has the list that Java verifies jars with. */
static jobject with_platform_providers(JNIEnv *env, jclass *providers) {
    *providers = (*env)->FindClass(env, "sun/security/jca/Providers");
    jmethodID begin = *providers == NULL ? NULL
                                         : (*env)->GetStaticMethodID(env, *providers, "startJarVerification",
                                                                     "()Ljava/lang/Object;");
    jobject before = begin == NULL ? NULL : (*env)->CallStaticObjectMethod(env, *providers, begin);
    (*env)->ExceptionClear(env);
    return before;
}

static void end_platform_providers(JNIEnv *env, jclass providers, jobject before) {
    jthrowable thrown = (*env)->ExceptionOccurred(env);
    (*env)->ExceptionClear(env);
    jmethodID end = providers == NULL ? NULL
                                      : (*env)->GetStaticMethodID(env, providers, "stopJarVerification",
                                                                  "(Ljava/lang/Object;)V");
    if (end != NULL) {
        (*env)->CallStaticVoidMethod(env, providers, end, before);
    }
    (*env)->ExceptionClear(env);
    if (thrown != NULL) {
        (*env)->Throw(env, thrown);
    }
}

static void log_thrown(JNIEnv *env) {
    jthrowable thrown = (*env)->ExceptionOccurred(env);
    (*env)->ExceptionClear(env);
    jstring text = call(env, thrown, "toString", "()Ljava/lang/String;");
    const char *characters = text == NULL ? NULL : (*env)->GetStringUTFChars(env, text, NULL);
    rp_log("the in-process door does not open: %s", characters == NULL ? "nothing was said" : characters);
    if (characters != NULL) {
        (*env)->ReleaseStringUTFChars(env, text, characters);
    }
    (*env)->ExceptionClear(env);
}

const void *rp_enter(JNIEnv *env, const struct settings *settings, bool joined) {
    if (settings->classes == NULL || settings->libraries == NULL) {
        rp_log("librpkcs11.conf in %s does not say where the in-process door's classes and libraries are",
               settings->module);
        return NULL;
    }
    char *classes = strdup(settings->classes);
    if (classes == NULL || (*env)->PushLocalFrame(env, LOCAL_REFERENCES + MAX_CLASSES * 4) != 0) {
        (*env)->ExceptionClear(env);
        free(classes);
        return NULL;
    }
    jobject loader = joined ? own_loader(env, classes) : loader_of(env, "getSystemClassLoader");
    jclass providers = NULL;
    jobject before = joined && loader != NULL ? with_platform_providers(env, &providers) : NULL;
    jlong list = loader == NULL ? 0 : open_door(env, loader, settings);
    end_platform_providers(env, providers, before);
    if ((*env)->ExceptionCheck(env)) {
        list = 0;
        log_thrown(env);
    }
    (*env)->PopLocalFrame(env, NULL);
    free(classes);
    return (const void *)(intptr_t)list;
}
