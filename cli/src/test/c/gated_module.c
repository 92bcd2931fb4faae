/*
 * A PKCS #11 module that is another module (GATED_MODULE), but whose C_Sign stops as long as a FIFO (GATED_FIFO) is
 * there: it writes a line to it and waits to be killed. So a test knows the moment in which a card is at work.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* CK_FUNCTION_LIST of PKCS #11 v2.40: the version, then 68 functions in the order of the standard. */
enum { FUNCTIONS = 1 + 68, SIGN = 44 };

typedef unsigned long (*sign_function)(unsigned long, unsigned char *, unsigned long, unsigned char *, unsigned long *);
typedef unsigned long (*list_function)(void ***);

static void *list[FUNCTIONS];
static sign_function real_sign;

static unsigned long gated_sign(unsigned long session, unsigned char *data, unsigned long data_length,
                                unsigned char *signature, unsigned long *signature_length)
{
    const char *gate = getenv("GATED_FIFO");
    int fd = gate == NULL || signature == NULL ? -1 : open(gate, O_WRONLY);

    if (fd >= 0 && write(fd, "signing\n", 8) == 8)
        pause();
    return real_sign(session, data, data_length, signature, signature_length);
}

unsigned long C_GetFunctionList(void ***out)
{
    void *module = dlopen(getenv("GATED_MODULE"), RTLD_NOW | RTLD_LOCAL);
    list_function get = module == NULL ? NULL : (list_function)dlsym(module, "C_GetFunctionList");
    void **theirs;

    if (get == NULL || get(&theirs) != 0)
        return 5; /* CKR_GENERAL_ERROR */
    memcpy(list, theirs, sizeof list);
    real_sign = (sign_function)list[SIGN];
    list[SIGN] = (void *)gated_sign;
    *out = list;
    return 0;
}
