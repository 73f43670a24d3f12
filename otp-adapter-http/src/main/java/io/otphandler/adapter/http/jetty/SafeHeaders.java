package io.otphandler.adapter.http.jetty;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.jspecify.annotations.Nullable;

/**
 * What every answer carries, whatever it is and whoever makes it: that its type is the one it says, and over TLS, that
 * this is the only way to come. Immutable.
 */
public final class SafeHeaders {
    private static final HttpField NO_GUESSING = new HttpField("X-Content-Type-Options", "nosniff");

    private final @Nullable HttpField tlsAlone;

    /** @param hsts the value of {@code Strict-Transport-Security} (RFC 6797); null: none is sent */
    public SafeHeaders(@Nullable String hsts) {
        this.tlsAlone = hsts == null ? null : new HttpField(HttpHeader.STRICT_TRANSPORT_SECURITY, hsts);
    }

    void putInto(Request request, Response response) {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(NO_GUESSING);
        HttpField field = tlsAlone;
        // what comes over plain HTTP must not say so, and is not believed
        if (field != null && request.getConnectionMetaData().isSecure()) {
            headers.put(field);
        }
    }
}
