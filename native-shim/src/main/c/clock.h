/* Time that only goes forward and stands still while the machine sleeps; in nanoseconds. */
#ifndef RP_CLOCK_H
#define RP_CLOCK_H

#include <stdint.h>
#include <time.h>

#define RP_MILLISECOND INT64_C(1000000)
#define RP_SECOND INT64_C(1000000000)

static inline int64_t rp_clock(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * RP_SECOND + now.tv_nsec;
}

#endif
