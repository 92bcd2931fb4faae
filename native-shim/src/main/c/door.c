#include "door.h"

#include "inside.h"
#include "pool.h"

CK_RV rp_door_start(void) {
    if (rp_inside_is_up() || rp_pool_is_up()) {
        return CKR_CRYPTOKI_ALREADY_INITIALIZED;
    }
    struct settings *settings = rp_settings();
    if (settings == NULL) {
        return CKR_FUNCTION_FAILED;
    }
    CK_RV rv = rp_inside_open(settings) ? rp_inside_start(settings) : rp_pool_start();
    rp_settings_release(settings);
    return rv;
}

CK_RV rp_door_stop(void) {
    return rp_inside_is_up() ? rp_inside_stop() : rp_pool_stop();
}
