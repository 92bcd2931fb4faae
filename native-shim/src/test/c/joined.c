/* Hosts that have a JVM already and made it themselves, and their threads that Java has never heard of. */
#include <dlfcn.h>
#include <jni.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "host.h"

static JavaVM *jvm;

static JNIEnv *make_jvm(void) {
    static char collector[] = "-XX:+UseSerialGC", heap[] = "-Xmx64m", native[] = "--enable-native-access=ALL-UNNAMED";
    JavaVMOption options[] = {{.optionString = collector}, {.optionString = heap}, {.optionString = native}};
    JavaVMInitArgs arguments = {.version = JNI_VERSION_10, .options = options,
                                .nOptions = sizeof options / sizeof *options};
    jint (*create)(JavaVM **, void **, void *);
    JNIEnv *env = NULL;
    void *server = dlopen(getenv("HOST_JVM"), RTLD_NOW | RTLD_GLOBAL);
    TRUE_THAT(server != NULL);
    *(void **)&create = dlsym(server, "JNI_CreateJavaVM");
    TRUE_THAT(create(&jvm, (void **)&env, &arguments) == JNI_OK);
    return env;
}

/* NULL for a thread that is not Java's. */
static JNIEnv *environment(void) {
    JNIEnv *env = NULL;
    return (*jvm)->GetEnv(jvm, (void **)&env, JNI_VERSION_10) == JNI_OK ? env : NULL;
}

static int is_daemon(JNIEnv *env) {
    jclass class = (*env)->FindClass(env, "java/lang/Thread");
    jmethodID current = (*env)->GetStaticMethodID(env, class, "currentThread", "()Ljava/lang/Thread;");
    jmethodID daemon = (*env)->GetMethodID(env, class, "isDaemon", "()Z");
    jobject thread = (*env)->CallStaticObjectMethod(env, class, current);
    return (*env)->CallBooleanMethod(env, thread, daemon);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int called;

static void *call_and_stay(void *initialize) {
    TRUE_THAT(environment() == NULL);
    if (initialize != NULL) {
        OK(p11->C_Initialize(NULL));
    }
    digest_of_abc();
    JNIEnv *env = environment();
    TRUE_THAT(env != NULL && is_daemon(env));
    digest_of_abc();
    TRUE_THAT(environment() == env);
    pthread_mutex_lock(&lock);
    called = 1;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    for (;;) {
        pause();
    }
    return NULL;
}

/* The thread still lives when the JVM ends, which waits for threads that are no daemons. */
static void call_from_a_thread_of_our_own(void *initialize) {
    pthread_t thread;
    TRUE_THAT(pthread_create(&thread, NULL, call_and_stay, initialize) == 0);
    pthread_mutex_lock(&lock);
    while (!called) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
    no_agent_was_asked();
    TRUE_THAT((*jvm)->DestroyJavaVM(jvm) == JNI_OK);
}

static void unattached_threads_are_kept_as_daemons(void) {
    make_jvm();
    OK(p11->C_Initialize(NULL));
    call_from_a_thread_of_our_own(NULL);
}

static void unattached_thread_may_begin(void) {
    make_jvm();
    call_from_a_thread_of_our_own(&called);
}

static void finalize_too_late(void) {
    EXPECT(p11->C_Finalize(NULL), CKR_GENERAL_ERROR);
}

static void calls_after_the_jvm_fail(void) {
    CK_INFO info;
    make_jvm();
    OK(p11->C_Initialize(NULL));
    digest_of_abc();
    TRUE_THAT((*jvm)->DestroyJavaVM(jvm) == JNI_OK);
    EXPECT(p11->C_GetInfo(&info), CKR_GENERAL_ERROR);
    atexit(finalize_too_late);
}

static void children_go_to_the_agent_and_the_parent_goes_on(void) {
    make_jvm();
    OK(p11->C_Initialize(NULL));
    for (int i = 0; i < 3; i++) {
        int child = fork();
        if (child == 0) {
            alarm(60);
            child_begins_anew();
            _exit(0);
        }
        join_child(child);
        digest_of_abc();
    }
}

/* The parent has a JVM, but no application of ours: its child gets none either. */
static void children_of_a_jvm_alone_go_to_the_agent(void) {
    make_jvm();
    int child = fork();
    if (child == 0) {
        alarm(60);
        child_begins_anew();
        _exit(0);
    }
    join_child(child);
}

const struct scenario joined[] = {
    {"unattached-thread", unattached_threads_are_kept_as_daemons},
    {"unattached-initialize", unattached_thread_may_begin},
    {"jvm-ended", calls_after_the_jvm_fail},
    {"fork-joined", children_go_to_the_agent_and_the_parent_goes_on},
    {"fork-beside-jvm", children_of_a_jvm_alone_go_to_the_agent},
    {0}};
