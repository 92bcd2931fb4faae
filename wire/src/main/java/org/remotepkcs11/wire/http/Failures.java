package org.remotepkcs11.wire.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import okhttp3.HttpUrl;
import okhttp3.internal.http2.StreamResetException;
import org.remotepkcs11.wire.ErrorCode;
import org.remotepkcs11.wire.Refusal;
import org.remotepkcs11.wire.RefusedException;

/** Says what went wrong on the network in the words of the protocol. */
final class Failures {
    private static final int TOO_LARGE = 413;
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;

    /** RFC 8446 section 6.2. */
    private static final Pattern CERTIFICATE_ALERT = Pattern.compile(
            "fatal alert: (bad_certificate|unsupported_certificate|certificate_\\w+|unknown_ca|access_denied)");

    private Failures() {
    }

    /** Whether the server said that it has not looked at the request, which may be sent again: RFC 9113 section 8.7. */
    static boolean isUnseen(IOException failure) {
        return failure instanceof StreamResetException reset
                && reset.errorCode == okhttp3.internal.http2.ErrorCode.REFUSED_STREAM;
    }

    static RefusedException of(IOException failure, HttpUrl proxy, Duration deadline) {
        String address = proxy.host() + ":" + proxy.port();
        if (failure instanceof SSLPeerUnverifiedException) {
            return refused(ErrorCode.PROXY_UNTRUSTED, "the certificate of " + address + " is not for this host name",
                    failure);
        }
        CertificateException certificate = cause(failure, CertificateException.class);
        if (certificate != null) {
            return refused(ErrorCode.PROXY_UNTRUSTED,
                    "the certificate of " + address + " is not trusted: " + certificate.getMessage(), failure);
        }
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof SSLException && CERTIFICATE_ALERT.matcher(message).find()) {
            return refused(ErrorCode.CERTIFICATE_UNTRUSTED,
                    address + " did not accept the user's certificate: " + message, failure);
        }
        if (failure instanceof SocketTimeoutException) {
            return refused(ErrorCode.UNREACHABLE, address + " does not answer", failure);
        }
        if (failure instanceof InterruptedIOException) {
            if (Thread.currentThread().isInterrupted()) {
                return refused(ErrorCode.DEADLINE_PASSED, "interrupted while waiting for " + address, failure);
            }
            return refused(ErrorCode.DEADLINE_PASSED, "no answer from " + address + " within "
                    + deadline.toMillis() + " ms", failure);
        }
        return refused(ErrorCode.UNREACHABLE, unreachable(failure, address), failure);
    }

    private static String unreachable(IOException failure, String address) {
        if (failure instanceof UnknownHostException) {
            return "the host name of " + address + " is unknown";
        }
        if (failure instanceof ConnectException) {
            return "nothing accepts connections at " + address;
        }
        if (failure instanceof SSLException) {
            return "no tls 1.3 connection with " + address + ": " + failure.getMessage();
        }
        if (failure instanceof StreamResetException reset) {
            return "the connection with " + address + " was lost (" + reset.errorCode + ")";
        }
        return "the connection with " + address + " failed: " + failure.getMessage();
    }

    /** An answer that is no message: from something before the proxy, or from something else. */
    static RefusedException ofStatus(int status, HttpUrl proxy) {
        ErrorCode code = switch (status) {
            case TOO_LARGE -> ErrorCode.MESSAGE_TOO_LARGE;
            case TOO_MANY, UNAVAILABLE -> ErrorCode.PROXY_BUSY;
            default -> ErrorCode.REPLY_INVALID;
        };
        return new RefusedException(code, proxy.host() + ":" + proxy.port() + " answered with http status " + status
                + " and no message");
    }

    private static RefusedException refused(ErrorCode code, String detail, IOException cause) {
        return new RefusedException(Refusal.of(code, detail), cause);
    }

    private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return type.cast(cause);
            }
        }
        return null;
    }
}
