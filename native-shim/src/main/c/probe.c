#include "probe.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "log.h"

#define PAGES ((size_t)64 * 1024)
/* Heap, code, classes and threads, with the limits that we give a JVM of ours. */
#define ADDRESS_SPACE ((size_t)512 * 1024 * 1024)

static bool allows(size_t size, int protection, int flags) {
    void *memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
    if (memory == MAP_FAILED) {
        return false;
    }
    munmap(memory, size);
    return true;
}

bool rp_probe_memory(void) {
    if (!allows(PAGES, PROT_READ | PROT_WRITE | PROT_EXEC, 0)) {
        rp_log("no JVM in this process: it is refused executable memory (%s)", strerror(errno));
        return false;
    }
    if (!allows(ADDRESS_SPACE, PROT_NONE, MAP_NORESERVE)) {
        rp_log("no JVM in this process: less than %zu MiB of address space are left to it", ADDRESS_SPACE >> 20);
        return false;
    }
    return true;
}
