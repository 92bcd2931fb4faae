/* A host program: loads the module as any tool does and checks one thing. The header is NSS's, not ours. */
#ifndef HOST_H
#define HOST_H

#include <pkcs11.h>

extern CK_FUNCTION_LIST *p11;
extern void *library;

/* Ends the program with a message unless rv is as expected. */
void expect(CK_RV rv, CK_RV expected, const char *what);
void expect_true(int condition, const char *what);

#define EXPECT(call, expected) expect((call), (expected), #call)
#define OK(call) EXPECT(call, CKR_OK)
#define TRUE_THAT(condition) expect_true((condition) != 0, #condition)

/* The toy token's. */
#define TOY_SLOT 7

void load(const char *path);
CK_SESSION_HANDLE open_session(void);
/* Digests in pieces and tries a wrong PIN, in a session of its own. */
void digest_of_abc(void);
/* A number of this process's /proc/self/status, -1 if it has none of that name. */
long status_number(const char *name);
void no_agent_was_asked(void);
/* What a forked child finds, and does with the agent: in forks.c. */
void child_begins_anew(void);
/* Process id of the agent that has the well-known name now. */
int agent_process(void);
/* Waits for a child and ends the program if it did not end with 0. */
void join_child(int child);

struct scenario {
    const char *name;
    void (*run)(void);
};

extern const struct scenario calls[];
extern const struct scenario forks[];
extern const struct scenario endings[];
extern const struct scenario surroundings[];
extern const struct scenario inside[];
extern const struct scenario joined[];

#endif
