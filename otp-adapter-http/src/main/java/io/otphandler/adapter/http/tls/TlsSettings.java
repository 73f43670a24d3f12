package io.otphandler.adapter.http.tls;

import java.time.Duration;

/**
 * How TLS is spoken.
 *
 * @param hstsMaxAge how long browsers are to come by TLS alone (RFC 6797); 0: those that were told so forget it
 * @param hstsIncludeSubDomains whether that holds for all names below this one
 */
public record TlsSettings(CertificateFiles files, Duration hstsMaxAge, boolean hstsIncludeSubDomains) {
    /** A year, which is what lists of such sites ask for. */
    public static final Duration DEFAULT_HSTS_MAX_AGE = Duration.ofDays(365);

    /** The value of the header {@code Strict-Transport-Security}. */
    public String hsts() {
        return "max-age=" + hstsMaxAge.toSeconds() + (hstsIncludeSubDomains ? "; includeSubDomains" : "");
    }
}
