#include "settings.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

#define MAX_FILE 65536
#define DEFAULT_PATIENCE 15
#define DEFAULT_START 60
#define MAX_PATIENCE 600

static void find_module(struct settings *settings) {
    Dl_info info;
    char path[PATH_MAX];
    if (dladdr((void *)&rp_settings, &info) == 0 || realpath(info.dli_fname, path) == NULL) {
        return;
    }
    *strrchr(path, '/') = '\0';
    memcpy(settings->module, path, sizeof path);
}

static char *read_file(const char *folder) {
    char path[PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/librpkcs11.conf", folder);
    char *text = calloc(1, MAX_FILE);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0 && text != NULL) {
        size_t length = 0;
        ssize_t got;
        while (length < MAX_FILE - 1 && (got = read(file, text + length, MAX_FILE - 1 - length)) > 0) {
            length += (size_t)got;
        }
    }
    if (file >= 0) {
        close(file);
    }
    return text;
}

static char *trim(char *word) {
    word += strspn(word, " \t\r");
    size_t length = strlen(word);
    while (length > 0 && strchr(" \t\r", word[length - 1]) != NULL) {
        word[--length] = '\0';
    }
    return word;
}

static void apply(struct settings *settings, const char *key, char *value) {
    if (strcmp(key, "agent") == 0) {
        size_t count = 0;
        while (settings->agent[count] != NULL) {
            count++;
        }
        if (count < RP_MAX_ARGUMENTS) {
            settings->agent[count] = value;
        }
    } else if (strcmp(key, "socket") == 0) {
        snprintf(settings->socket, sizeof settings->socket, "%s", value);
    } else if (strcmp(key, "configuration") == 0) {
        settings->configuration = value;
    } else if (strcmp(key, "token") == 0) {
        settings->token = value;
    } else if (strcmp(key, "door") == 0) {
        settings->door = value;
    } else if (strcmp(key, "server") == 0) {
        settings->server = value;
    } else if (strcmp(key, "classes") == 0) {
        settings->classes = value;
    } else if (strcmp(key, "libraries") == 0) {
        settings->libraries = value;
    } else if (strcmp(key, "archive") == 0) {
        settings->archive = value;
    } else if (strcmp(key, "entry") == 0) {
        settings->entry = value;
    } else if (strcmp(key, "patience") == 0) {
        settings->patience = strtol(value, NULL, 10);
    } else if (strcmp(key, "start") == 0) {
        settings->start = strtol(value, NULL, 10);
    } else {
        rp_log("librpkcs11.conf: unknown key %s", key);
    }
}

/* Lines "key = value"; "agent" comes once for the program and once for each of its arguments. */
static void parse(struct settings *settings) {
    char *rest = settings->text;
    char *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        char *value = strchr(line, '=');
        if (*trim(line) == '#' || value == NULL) {
            continue;
        }
        *value++ = '\0';
        apply(settings, trim(line), trim(value));
    }
}

static const char *override(const char *name, const char *otherwise) {
    const char *value = secure_getenv(name);
    return value != NULL && *value != '\0' ? value : otherwise;
}

static void read_environment(struct settings *settings) {
    static char verb[] = "agent";
    settings->configuration = override("RPKCS11_CONFIG", settings->configuration);
    settings->token = override("RPKCS11_TOKEN", settings->token);
    settings->door = override("RPKCS11_DOOR", settings->door);
    const char *patience = override("RPKCS11_PATIENCE", NULL);
    if (patience != NULL) {
        settings->patience = strtol(patience, NULL, 10);
    }
    if (settings->patience < 1 || settings->patience > MAX_PATIENCE) {
        settings->patience = DEFAULT_PATIENCE;
    }
    if (settings->start < 1 || settings->start > MAX_PATIENCE) {
        settings->start = DEFAULT_START;
    }
    char *program = secure_getenv("RPKCS11_AGENT");
    if (program != NULL && *program != '\0') {
        memset(settings->agent, 0, sizeof settings->agent);
        settings->agent[0] = program;
        settings->agent[1] = verb;
    }
}

static bool owned(const char *folder) {
    struct stat status;
    return lstat(folder, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

/* The same place for every program of a user, also for those started with an empty environment. */
static bool find_socket(struct settings *settings) {
    const char *socket = override("RPKCS11_SOCKET", settings->socket[0] == '\0' ? NULL : settings->socket);
    const char *runtime = override("XDG_RUNTIME_DIR", NULL);
    char path[PATH_MAX];
    char user[64];
    snprintf(user, sizeof user, "/run/user/%u", (unsigned)geteuid());
    if (socket != NULL) {
        snprintf(path, sizeof path, "%s", socket);
    } else if (runtime != NULL || owned(user)) {
        snprintf(path, sizeof path, "%s/rpkcs11/agent.sock", runtime != NULL ? runtime : user);
    } else {
        snprintf(path, sizeof path, "/tmp/rpkcs11-%u/agent.sock", (unsigned)geteuid());
    }
    if (path[0] != '/' || strlen(path) >= sizeof settings->socket) {
        rp_log("no place for the agent's socket: %s is not absolute or too long", path);
        return false;
    }
    memcpy(settings->socket, path, strlen(path) + 1);
    memcpy(settings->directory, path, strlen(path) + 1);
    *strrchr(settings->directory, '/') = '\0';
    return true;
}

struct settings *rp_settings(void) {
    struct settings *settings = calloc(1, sizeof *settings);
    if (settings == NULL) {
        return NULL;
    }
    find_module(settings);
    settings->text = read_file(settings->module);
    if (settings->text == NULL) {
        rp_settings_release(settings);
        return NULL;
    }
    parse(settings);
    read_environment(settings);
    if (!find_socket(settings)) {
        rp_settings_release(settings);
        return NULL;
    }
    return settings;
}

void rp_settings_release(struct settings *settings) {
    if (settings != NULL) {
        free(settings->text);
        free(settings);
    }
}
