#include "jvm.h"

#include <dlfcn.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "enter.h"
#include "log.h"
#include "probe.h"

#define STACK ((size_t)2 * 1024 * 1024)
#define MAX_OPTIONS 32

typedef jint (*created_jvms)(JavaVM **, jsize, jsize *);
typedef jint (*create_jvm)(JavaVM **, void **, void *);

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    enum { NOT_BEGUN, BEGUN, FAILED, DONE } state;
    const struct settings *settings; /* never released: a start that was given up may go on with them */
    const void *list;
} start = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

JavaVM *rp_jvm_present(void) {
    void *library = dlopen("libjvm.so", RTLD_LAZY | RTLD_NOLOAD);
    created_jvms created = NULL;
    if (library == NULL) {
        return NULL;
    }
    *(void **)&created = dlsym(library, "JNI_GetCreatedJavaVMs");
    JavaVM *jvm = NULL;
    jsize count = 0;
    bool present = created != NULL && created(&jvm, 1, &count) == JNI_OK && count > 0;
    dlclose(library);
    return present ? jvm : NULL;
}

/* The first result counts: the hooks below may have given up before, or the host may have tired of waiting. */
static bool conclude(const void *list) {
    pthread_mutex_lock(&start.lock);
    if (start.state == BEGUN) {
        start.state = list == NULL ? FAILED : DONE;
        start.list = list;
        pthread_cond_broadcast(&start.changed);
    }
    bool done = start.state == DONE;
    pthread_mutex_unlock(&start.lock);
    return done;
}

/* A JVM that cannot start ends its process, be it late. These keep it from that: its thread stops here for ever. */
static void give_up(void) {
    if (!conclude(NULL)) {
        for (;;) {
            pause();
        }
    }
}

static void on_abort(void) {
    give_up();
}

static void on_exit_of_jvm(jint code) {
    rp_log("the JVM in this process ends with %d", (int)code);
    give_up();
}

/* Whatever the JVM would print. */
__attribute__((format(printf, 2, 0))) static jint on_print(FILE *stream, const char *format, va_list arguments) {
    char text[512];
    (void)stream;
    int length = vsnprintf(text, sizeof text, format, arguments);
    text[strcspn(text, "\n")] = '\0';
    if (text[strspn(text, " \t")] != '\0') {
        rp_log("JVM: %s", text);
    }
    return length;
}

static void add(JavaVMInitArgs *arguments, const char *name, const char *value, const void *hook) {
    char *text = NULL;
    if (arguments->nOptions < MAX_OPTIONS && asprintf(&text, "%s%s", name, value) >= 0) {
        JavaVMOption *option = &arguments->options[arguments->nOptions++];
        option->optionString = text;
        memcpy(&option->extraInfo, &hook, sizeof hook);
    }
}

/* Little memory, no signals but those a JVM needs, no word to anybody. */
static void add_options(JavaVMInitArgs *arguments, const struct settings *settings) {
    static const char *const PLAIN[] = {
        "-Xrs", "-Xlog:disable", "-XX:-UsePerfData", "-XX:+DisableAttachMechanism", "-XX:-MaxFDLimit",
        "-XX:+UseSerialGC", "-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=24m",
        "-XX:CompressedClassSpaceSize=48m", "-XX:+SuppressFatalErrorMessage",
        "--enable-native-access=ALL-UNNAMED"};
    void (*abort_hook)(void) = on_abort;
    void (*exit_hook)(jint) = on_exit_of_jvm;
    jint (*print_hook)(FILE *, const char *, va_list) = on_print;
    const void *hook;
    memcpy(&hook, &print_hook, sizeof hook);
    add(arguments, "vfprintf", "", hook);
    memcpy(&hook, &exit_hook, sizeof hook);
    add(arguments, "exit", "", hook);
    memcpy(&hook, &abort_hook, sizeof hook);
    add(arguments, "abort", "", hook);
    for (size_t i = 0; i < sizeof PLAIN / sizeof *PLAIN; i++) {
        add(arguments, PLAIN[i], "", NULL);
    }
    add(arguments, "-Djava.class.path=", settings->classes, NULL);
    if (settings->archive != NULL && access(settings->archive, R_OK) == 0) {
        const char *suffix = strrchr(settings->archive, '.');
        bool aot = suffix != NULL && strcmp(suffix, ".aot") == 0;
        add(arguments, aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=", settings->archive, NULL);
    }
}

static JavaVM *create(const struct settings *settings, JNIEnv **env) {
    if (settings->server == NULL || settings->classes == NULL) {
        rp_log("librpkcs11.conf in %s names no JVM for the in-process door", settings->module);
        return NULL;
    }
    void *library = dlopen(settings->server, RTLD_NOW | RTLD_GLOBAL);
    create_jvm function = NULL;
    if (library != NULL) {
        *(void **)&function = dlsym(library, "JNI_CreateJavaVM");
    }
    if (function == NULL) {
        rp_log("no JVM in this process: %s", dlerror());
        return NULL;
    }
    static JavaVMOption options[MAX_OPTIONS];
    JavaVMInitArgs arguments = {.version = JNI_VERSION_10, .options = options};
    add_options(&arguments, settings);
    JavaVM *jvm = NULL;
    jint result = function(&jvm, (void **)env, &arguments);
    if (result != JNI_OK) {
        rp_log("no JVM in this process: JNI_CreateJavaVM answered %d", (int)result);
        return NULL;
    }
    return jvm;
}

static void *enter(void *unused) {
    JNIEnv *env = NULL;
    JavaVM *jvm = rp_jvm_present();
    bool joined = jvm != NULL;
    if (joined && (*jvm)->AttachCurrentThreadAsDaemon(jvm, (void **)&env, NULL) != JNI_OK) {
        jvm = NULL;
    } else if (!joined) {
        jvm = create(start.settings, &env);
    }
    const void *list = jvm == NULL ? NULL : rp_enter(env, start.settings, joined);
    if (jvm != NULL) {
        (*jvm)->DetachCurrentThread(jvm);
    }
    conclude(list);
    return unused;
}

/* With all signals blocked, here and in the threads that the JVM begins: the host's go to the host's threads. */
static bool begin(void) {
    pthread_t thread;
    pthread_attr_t attributes;
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool begun = pthread_create(&thread, &attributes, enter, NULL) == 0;
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return begun;
}

static const void *await(void) {
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += start.settings->start;
    pthread_mutex_lock(&start.lock);
    while (start.state == BEGUN && pthread_cond_timedwait(&start.changed, &start.lock, &end) == 0) {
    }
    if (start.state == BEGUN) {
        rp_log("no JVM in this process: it did not start within %ld seconds", start.settings->start);
        start.state = FAILED;
    }
    const void *list = start.list;
    pthread_mutex_unlock(&start.lock);
    return list;
}

const void *rp_jvm_enter(void) {
    /* A JVM takes these, and the environment's locale, without asking: to suspend threads, to start processes. */
    static const int TAKEN[] = {SIGUSR2, SIGCHLD};
    struct sigaction before[sizeof TAKEN / sizeof *TAKEN];
    char *locale = strdup(setlocale(LC_ALL, NULL));
    if (start.settings == NULL) {
        start.settings = rp_settings();
    }
    if (start.state != NOT_BEGUN || start.settings == NULL || locale == NULL || (rp_jvm_present() == NULL && !rp_probe_memory())) {
        free(locale);
        return NULL;
    }
    start.state = BEGUN;
    for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++) {
        sigaction(TAKEN[i], NULL, &before[i]);
    }
    const void *list = begin() ? await() : NULL;
    for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++) {
        sigaction(TAKEN[i], &before[i], NULL);
    }
    setlocale(LC_ALL, locale);
    free(locale);
    if (list == NULL) {
        rp_log("the in-process door is given up");
    }
    return list;
}
