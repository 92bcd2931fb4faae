/* One connection to the agent: a request, then its answer, and so on. SOCKET.md describes the frames. */
#ifndef RP_LINK_H
#define RP_LINK_H

#include <sys/types.h>

#include "buffer.h"
#include "settings.h"

#define RP_TOKEN_BYTES 16
#define RP_PATH_BYTES sizeof(((struct sockaddr_un *)0)->sun_path)

struct link {
    int file; /* -1: closed */
    dev_t device;
    ino_t inode;
    struct buffer buffer;
    uint64_t life; /* of the application it belongs to */
    struct link *next;
};

/* Appends who calls, and what of the host's environment Java should heed for it. */
void rp_put_greeting(struct buffer *frame, const struct settings *settings, const uint8_t *token);
/* Connects and joins the application that has this token. agent: in, the path of the very agent that has the
   application, or empty for any; out, its path. False: the log says why. */
bool rp_link_open(struct link *link, const struct settings *settings, const uint8_t *token, char *agent);
/* Whether the file is still this socket: hosts close all files, or reuse numbers, behind a library's back. */
bool rp_link_is_ours(const struct link *link);
/* Whether an idle link can be used: ours, open at the other end and silent. */
bool rp_link_is_alive(const struct link *link);
/* An empty frame to be filled. */
void rp_link_begin(struct link *link);
/* Sends the frame, the link's own or another, and waits for the answer: reader then holds its payload. patience:
   longest time in all, in nanoseconds; 0: as long as the agent gives signs of life. False: the connection is of no use
   any more. */
bool rp_link_exchange(struct link *link, struct buffer *frame, int64_t patience, struct reader *reader);
/* Ends calls that wait on it in other threads; the owner still closes it. */
void rp_link_interrupt(const struct link *link);
void rp_link_close(struct link *link);

#endif
