/**
 * The service: HTTPS in front, then the steps that every request passes in one order, sessions, repeats, watches and
 * enrolment. No thread waits for a card, the disk or a watch: what waits is a future.
 */
package org.remotepkcs11.proxy.pipeline;
