package org.remotepkcs11.proxy.pipeline;

/** What goes back over HTTP. @param body protobuf. Not copied: do not change it */
record Answer(int status, byte[] body) {
}
