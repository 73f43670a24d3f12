package io.otphandler.adapter.http;

import java.util.Map;

/**
 * What a browser is told of our own pages and their files: everything comes from here and no script or style stands in
 * the page itself, no other site may frame them or be told of them, and what they do not use they may not use.
 */
final class PageHeaders {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /** Not otp-credentials: with it the form reads codes out of messages, where the browser can. */
    private static final String PERMISSIONS = "accelerometer=(), camera=(), display-capture=(), geolocation=(),"
            + " gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

    private PageHeaders() {}

    /** @param caching the value of {@code Cache-Control} */
    static Map<String, String> with(String caching) {
        return Map.of(
                "Cache-Control", caching,
                "Content-Security-Policy", POLICY,
                "Cross-Origin-Opener-Policy", "same-origin",
                "Cross-Origin-Resource-Policy", "same-origin",
                "Permissions-Policy", PERMISSIONS,
                "Referrer-Policy", "no-referrer",
                // for browsers that do not know frame-ancestors
                "X-Frame-Options", "DENY");
    }
}
