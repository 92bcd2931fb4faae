#include "link.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "connect.h"
#include "log.h"

#define PROTOCOL_VERSION 1
#define HEADER_BYTES 4
#define FIRST_READ 4096
#define MAX_ATTEMPTS 3

enum frame_type { FRAME_ANSWER = 0, FRAME_WORKING = 1 };
enum greeting { GREETING_WELCOME = 0, GREETING_RETIRED = 1, GREETING_REFUSED = 2 };

static void remember_file(struct link *link) {
    struct stat status;
    if (fstat(link->file, &status) == 0) {
        link->device = status.st_dev;
        link->inode = status.st_ino;
    }
}

bool rp_link_is_ours(const struct link *link) {
    struct stat status;
    return link->file >= 0 && fstat(link->file, &status) == 0 && S_ISSOCK(status.st_mode)
           && status.st_dev == link->device && status.st_ino == link->inode;
}

bool rp_link_is_alive(const struct link *link) {
    struct pollfd state = {.fd = link->file, .events = POLLIN};
    return rp_link_is_ours(link) && poll(&state, 1, 0) == 0;
}

void rp_link_interrupt(const struct link *link) {
    if (rp_link_is_ours(link)) {
        shutdown(link->file, SHUT_RDWR);
    }
}

void rp_link_close(struct link *link) {
    if (rp_link_is_ours(link)) {
        close(link->file);
    }
    link->file = -1;
    rp_release(&link->buffer);
}

void rp_link_begin(struct link *link) {
    rp_clear(&link->buffer);
    rp_put_u32(&link->buffer, 0);
}

static bool send_frame(const struct link *link, struct buffer *frame) {
    if (frame->failed || frame->length < HEADER_BYTES) {
        return false;
    }
    uint32_t length = (uint32_t)(frame->length - HEADER_BYTES);
    memcpy(frame->bytes, &length, sizeof length);
    size_t sent = 0;
    while (sent < frame->length) {
        ssize_t count = send(link->file, frame->bytes + sent, frame->length - sent, MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        sent += count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* At least one more byte into the buffer. */
static bool receive_more(struct link *link, size_t wanted, int64_t end) {
    size_t before = link->buffer.length;
    uint8_t *place = rp_extend(&link->buffer, wanted);
    while (place != NULL && (end == 0 || rp_clock() < end)) {
        ssize_t count = recv(link->file, place, wanted, 0);
        if (count > 0) {
            link->buffer.length = before + (size_t)count;
            return true;
        }
        if (count == 0 || errno != EINTR) {
            break;
        }
    }
    link->buffer.length = before;
    return false;
}

/* A whole frame at the start of the buffer; its length without the header. */
static bool receive_frame(struct link *link, int64_t end, size_t *length) {
    struct buffer *buffer = &link->buffer;
    for (;;) {
        size_t wanted = FIRST_READ;
        if (buffer->length >= HEADER_BYTES) {
            struct reader header = {.next = buffer->bytes, .left = HEADER_BYTES};
            *length = rp_get_u32(&header);
            if (*length == 0 || *length > RP_MAX_FRAME - HEADER_BYTES) {
                return false;
            }
            if (buffer->length >= HEADER_BYTES + *length) {
                return true;
            }
            wanted = HEADER_BYTES + *length - buffer->length;
        }
        if (!receive_more(link, wanted, end)) {
            return false;
        }
    }
}

/* Signs of life come before the answer, and perhaps with its beginning in one piece. */
static void drop_frame(struct buffer *buffer, size_t length) {
    size_t whole = HEADER_BYTES + length;
    memmove(buffer->bytes, buffer->bytes + whole, buffer->length - whole);
    buffer->length -= whole;
}

bool rp_link_exchange(struct link *link, struct buffer *frame, int64_t patience, struct reader *reader) {
    bool sent = send_frame(link, frame);
    rp_clear(&link->buffer);
    int64_t end = patience == 0 ? 0 : rp_clock() + patience;
    size_t length = 0;
    while (sent && receive_frame(link, end, &length)) {
        uint8_t type = link->buffer.bytes[HEADER_BYTES];
        if (type == FRAME_ANSWER) {
            *reader = (struct reader){.next = link->buffer.bytes + HEADER_BYTES + 1, .left = length - 1};
            return link->buffer.length == HEADER_BYTES + length;
        }
        if (type != FRAME_WORKING) {
            return false;
        }
        drop_frame(&link->buffer, length);
    }
    return false;
}

static void put_text(struct buffer *buffer, const char *text) {
    rp_put_block(buffer, text, text == NULL ? 0 : strlen(text));
}

void rp_put_greeting(struct buffer *frame, const struct settings *settings, const uint8_t *token) {
    static const char *const TERMINAL[] = {"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "GPG_TTY"};
    rp_put(frame, "RPKCS11", 8);
    rp_put_u16(frame, PROTOCOL_VERSION);
    rp_put_u8(frame, sizeof(unsigned long));
    rp_put(frame, token, RP_TOKEN_BYTES);
    rp_put_u64(frame, (uint64_t)getpid());
    put_text(frame, program_invocation_short_name);
    put_text(frame, settings->configuration);
    put_text(frame, settings->token);
    for (size_t i = 0; i < sizeof TERMINAL / sizeof *TERMINAL; i++) {
        put_text(frame, secure_getenv(TERMINAL[i]));
    }
}

static bool take_path(char *agent, const uint8_t *path, uint32_t length) {
    if (length >= RP_PATH_BYTES) {
        return false;
    }
    memcpy(agent, path, length);
    agent[length] = '\0';
    return true;
}

/* The agent died with our connection in its queue. */
static bool was_hung_up(const struct link *link) {
    struct pollfd state = {.fd = link->file, .events = POLLIN};
    return poll(&state, 1, 0) > 0 && (state.revents & (POLLHUP | POLLERR)) != 0;
}

static enum greeting greet(struct link *link, const struct settings *settings, const uint8_t *token, char *agent) {
    struct reader reader;
    rp_link_begin(link);
    rp_put_greeting(&link->buffer, settings, token);
    if (!rp_link_exchange(link, &link->buffer, settings->patience * RP_SECOND, &reader)) {
        if (was_hung_up(link)) {
            return GREETING_RETIRED;
        }
        rp_log("the agent at %s did not answer within %ld seconds", settings->socket, settings->patience);
        return GREETING_REFUSED;
    }
    uint8_t answer = rp_get_u8(&reader);
    uint32_t length = rp_get_u32(&reader);
    const uint8_t *text = rp_get(&reader, length);
    if (reader.failed || answer > GREETING_REFUSED
        || (answer == GREETING_WELCOME && !take_path(agent, text, length))) {
        rp_log("what listens at %s is not the agent", settings->socket);
        return GREETING_REFUSED;
    }
    if (answer == GREETING_REFUSED) {
        rp_log("the agent refused: %.*s", length > 200 ? 200 : (int)length, (const char *)text);
    }
    return (enum greeting)answer;
}

bool rp_link_open(struct link *link, const struct settings *settings, const uint8_t *token, char *agent) {
    /* An agent whose program was replaced retires, one that was killed hangs up: the next attempt starts a new one. */
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        *link = (struct link){.file = *agent == '\0' ? rp_connect(settings) : rp_reconnect(settings, agent)};
        if (link->file < 0) {
            return false;
        }
        remember_file(link);
        enum greeting greeting = greet(link, settings, token, agent);
        if (greeting == GREETING_WELCOME) {
            return true;
        }
        rp_link_close(link);
        if (greeting == GREETING_REFUSED) {
            return false;
        }
    }
    rp_log("the agent at %s ends and none took its place", settings->socket);
    return false;
}
